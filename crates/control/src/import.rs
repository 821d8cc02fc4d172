//! From a contract alone to an API.

use contract::Contract;
use model::{Api, ContractSource, Listen, Name, Resource, Upstream, UpstreamSource, Visibility};

use crate::{
    Actor, ContractTexts, Control, Error, ImportRequest, Imported, change::Draft, compile::security,
};
use model::Finding;

/// What an import says of a contract whose `security` none of its policies can meet.
const CHECKED_BELOW: &str = "the contract asks for credentials that no policy of the API reads: they are passed on, and checking them is left \
    to the service (`contract-security: { enforce: false }`); to have the gateway check them, attach `key-auth`, `basic-auth` or `jwt-auth` and \
    remove that policy";

impl Control {
    /// Makes an API of an OpenAPI document. Where the document's `security` can be met by none of the policies asked for, checking it
    /// is left to the service, as it was before: the API says so by `contract-security: { enforce: false }`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with the document or the request; [`Error::Conflict`] where the API exists.
    pub async fn import_openapi(
        &self,
        actor: &Actor,
        ws: &Name,
        request: ImportRequest,
    ) -> Result<Imported, Error> {
        self.check_workspace(ws)?;
        let dry_run = request.dry_run;
        let parsed = tokio::task::spawn_blocking(move || {
            let contract = Contract::parse(&request.text, "contract").map_err(Error::Invalid)?;
            let mut texts = ContractTexts::default();
            let hash = texts.add("contract", &request.text);
            let api = api_of(&contract, &hash, request).map_err(|finding| Error::Invalid(vec![finding]))?;
            Ok::<_, Error>((api, texts, contract.operations.len()))
        });
        let (mut api, texts, operations) = parsed.await.map_err(|error| {
            tracing::error!(%error, "reading a contract failed");
            Error::Internal
        })??;
        let id = api.id();
        let draft = |api: &Api| Draft::put(Resource::from(api.clone()), "import", Some(actor.origin));
        let writing = self.write_lock().await?;
        if self.state().records.contains_key(&draft(&api).id) {
            let detail = format!(
                "there is already an api `{id}`; give another name or version, or apply the changed contract to it"
            );
            return Err(Error::Conflict { detail });
        }
        let mut ready = self.check_drafts(vec![draft(&api)], texts.clone()).await?.map_err(Error::Invalid)?;
        let mut findings = ready.findings().to_vec();
        if let Some(finding) = findings.iter_mut().find(|finding| finding.rule == security::NOT_MET) {
            finding.message = CHECKED_BELOW.to_owned();
            findings.retain(|finding| finding.rule != security::NOT_MET || finding.message == CHECKED_BELOW);
            api.policies.push(security::not_here());
            ready = self.check_drafts(vec![draft(&api)], texts).await?.map_err(Error::Invalid)?;
        }
        let resource = Resource::from(api);
        let mut imported = Imported { resource, revision: 0, operations, findings };
        if !dry_run {
            self.commit(writing, actor, ready).await?;
            imported.revision = self.get(ws, model::Kind::Api, &id)?.revision;
        }
        Ok(imported)
    }
}

fn api_of(contract: &Contract, hash: &str, request: ImportRequest) -> Result<Api, Finding> {
    let wrong = |field: &str, message: String| Finding::error("invalid-import", message).in_field(field);
    let name = match &request.name {
        Some(name) => name.parse::<Name>().map_err(|error| wrong("name", error.to_string()))?,
        None => Name::from_title(&contract.title).ok_or_else(|| {
            wrong("name", format!("no name can be made of the title `{}`; give one", contract.title))
        })?,
    };
    let version = request.version.as_ref().map(|version| version.parse::<Name>()).transpose();
    let version = version.map_err(|error| wrong("version", error.to_string()))?;
    let upstream = if request.upstream.contains("://") {
        let endpoints = vec![model::Endpoint::at(request.upstream)];
        UpstreamSource::Inline(Upstream { endpoints, ..Upstream::default() })
    } else {
        let named = request.upstream.parse::<Name>();
        UpstreamSource::Named(named.map_err(|_| {
            wrong(
                "upstream",
                "give the URL of the service, such as `http://10.0.0.1:9001`, or the name of an upstream"
                    .into(),
            )
        })?)
    };
    let path = request.path.unwrap_or_else(|| match &version {
        Some(version) => format!("/{name}/{version}"),
        None => format!("/{name}"),
    });
    Ok(Api {
        name,
        version,
        title: None,
        description: None,
        owner: None,
        tags: Vec::new(),
        visibility: Visibility::default(),
        contract: Some(ContractSource::Stored(hash.to_owned())),
        listen: Listen { hosts: request.hosts, path, strip_path: true },
        upstream: Some(upstream),
        split: None,
        policies: request.policies,
        operations: Default::default(),
    })
}
