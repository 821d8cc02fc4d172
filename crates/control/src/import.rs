//! From a contract alone to an API.

use contract::Contract;
use model::{
    Api, ContractSource, Kind, Listen, Name, PolicyUse, Resource, Upstream, UpstreamSource, Visibility,
};

use crate::{
    Actor, Area, ContractSummary, ContractTexts, Control, Error, ImportRequest, Imported, Permission, Reach,
    change::Draft, compile::security,
};
use model::Finding;

/// What an import says of a contract of whose operations some ask for what none of its policies can meet.
const CHECKED_BELOW: &str = "the contract asks for credentials that no policy reads: where it does, they are passed on, and checking them is left \
    to the service (`contract-security: { enforce: false }` at the API or the operation); to have the gateway check them, attach `key-auth`, `basic-auth` or `jwt-auth` and \
    remove that policy";

impl Control {
    /// Makes an API of an OpenAPI document. Where an operation's `security` can be met by none of the policies asked for, checking it
    /// is left to the service, as it was before: the operation, or the API where it is all of them, says so by
    /// `contract-security: { enforce: false }`.
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
            Ok::<_, Error>((api, texts, ContractSummary::of(&hash, &contract)))
        });
        let (mut api, texts, summary) = parsed.await.map_err(|error| {
            tracing::error!(%error, "reading a contract failed");
            Error::Internal
        })??;
        let reach = actor.authority.reach(Permission::write(Area::Apis), ws);
        if let (Reach::Own, Some(owner)) = (reach, actor.authority.owner()) {
            api.owner = Some(owner.to_owned());
        }
        let id = api.id();
        let draft = |api: &Api| Draft::put(Resource::from(api.clone()), "import", Some(actor.origin));
        let writing = self.write_lock().await?;
        if self.state().of(ws).records.contains_key(&draft(&api).id) {
            let detail = format!(
                "there is already an api `{id}`; give another name or version, or apply the changed contract to it"
            );
            return Err(Error::Conflict { detail });
        }
        let mut ready =
            self.check_drafts(ws, vec![draft(&api)], texts.clone()).await?.map_err(Error::Invalid)?;
        let mut findings = ready.findings().to_vec();
        if let Some(finding) = findings.iter_mut().find(|finding| finding.rule == security::NOT_MET) {
            finding.message = CHECKED_BELOW.to_owned();
            findings.retain(|finding| finding.rule != security::NOT_MET || finding.message == CHECKED_BELOW);
            self.leave_to_the_service(&mut api, &summary);
            ready = self.check_drafts(ws, vec![draft(&api)], texts).await?.map_err(Error::Invalid)?;
        }
        let resource = Resource::from(api);
        let operations = summary.operations.len();
        let mut imported = Imported { resource, revision: 0, operations, findings };
        if !dry_run {
            self.commit(writing, actor, ready).await?;
            imported.revision = self.get(ws, model::Kind::Api, &id)?.revision;
        }
        Ok(imported)
    }

    /// Lifts what the contract asks for, for the operations alone that nothing lets anybody into; for the API where those are all that
    /// ask for anything.
    fn leave_to_the_service(&self, api: &mut Api, summary: &ContractSummary) {
        let state = self.state();
        // It holds for all workspaces.
        let gateways = state.of(&Name::default_workspace()).index.of_kind(Kind::Gateway);
        let wide = gateways.filter_map(|resource| match &**resource {
            Resource::Gateway(gateway) => Some(&gateway.policies[..]),
            _ => None,
        });
        let uses: Vec<&PolicyUse> = wide.flatten().chain(&api.policies).collect();
        let asking = summary.operations.iter().filter(|operation| !operation.security.is_empty());
        let (met, unmet): (Vec<_>, Vec<_>) = asking.partition(|operation| security::is_met(operation, &uses));
        if met.is_empty() {
            return api.policies.push(security::not_here());
        }
        for operation in unmet {
            let settings = api.operations.entry(operation.id.clone()).or_default();
            settings.policies.push(security::not_here());
        }
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
        lifecycle: None,
        compatibility: None,
        policies: request.policies,
        operations: Default::default(),
    })
}
