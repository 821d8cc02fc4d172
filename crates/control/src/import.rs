//! From a contract alone to an API.

use contract::Contract;
use model::{Api, ContractSource, Listen, Name, Resource, Upstream, UpstreamSource, Visibility};

use crate::{Actor, ContractTexts, Control, Error, ImportRequest, Imported, change::Draft};
use model::Finding;

impl Control {
    /// Makes an API of an OpenAPI document.
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
        let (api, texts, operations) = parsed.await.map_err(|error| {
            tracing::error!(%error, "reading a contract failed");
            Error::Internal
        })??;
        let id = api.id();
        let resource = Resource::from(api);
        let draft = Draft::put(resource.clone(), "import", Some(actor.origin));
        let writing = self.write_lock().await?;
        if self.state().records.contains_key(&draft.id) {
            let detail = format!(
                "there is already an api `{id}`; give another name or version, or apply the changed contract to it"
            );
            return Err(Error::Conflict { detail });
        }
        let ready = self.check_drafts(vec![draft], texts).await?.map_err(Error::Invalid)?;
        let findings = ready.findings().to_vec();
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
