//! From a document alone to an API, and from a later one to the same API.

mod combine;
mod merge;

use std::{mem::take, sync::Arc};

use contract::{Contract, Notation, notation};
use model::{
    Api, ContractSource, Finding, Kind, Lifecycle, Listen, Name, PolicyUse, Resource, Upstream,
    UpstreamSource, Visibility,
};

use crate::{
    Actor, Area, ContractSummary, ContractTexts, Control, Error, ImportRequest, Imported, Origin, Permission,
    Reach, change::Draft, compile::security,
};

/// What an import says of a contract of whose operations some ask for what none of its policies can meet.
const CHECKED_BELOW: &str = "the contract asks for credentials that no policy reads: where it does, they are passed on, and checking them is left \
    to the service (`contract-security: { enforce: false }` at the API or the operation); to have the gateway check them, attach `key-auth`, `basic-auth` or `jwt-auth` and \
    remove that policy";

/// Files beside the document, and what all of them may have together, in bytes.
const MOST_FILES: usize = 500;
const MOST_BYTES: usize = 64 << 20;

/// Documents may nest deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;

/// A document that was read.
#[derive(Clone)]
struct Given {
    /// What findings call it.
    file: String,
    notation: Notation,
    contract: Arc<Contract>,
    hash: Arc<str>,
    texts: ContractTexts,
    findings: Vec<Finding>,
}

impl Given {
    fn summary(&self) -> ContractSummary {
        let text = self.texts.0.get(&self.hash).map_or("", |text| &*text.text);
        ContractSummary::of(&self.hash, &self.contract, text)
    }
}

impl Control {
    /// Makes an API of a document, or brings one that is there up to date. Where an operation's `security` can be met by none of the
    /// policies asked for, checking it is left to the service, as it was before: the operation, or the API where it is all of them,
    /// says so by `contract-security: { enforce: false }`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with the document or the request; [`Error::Conflict`] where the API exists and
    /// nobody said `merge`, or where its contract was changed by hand since it was imported, and is in a notation whose changes cannot be put together.
    /// Places that were changed by hand and in the document are among what is wrong, where nobody said which counts.
    pub async fn import(&self, actor: &Actor, ws: &Name, request: ImportRequest) -> Result<Imported, Error> {
        self.check_workspace(ws)?;
        let (dry_run, merge) = (request.dry_run, request.merge);
        let parsed = tokio::task::spawn_blocking(move || {
            let given = given(&request).map_err(Error::Invalid)?;
            Ok::<_, Error>((given, request))
        });
        let (mut given, mut request) = parsed.await.map_err(|error| {
            tracing::error!(%error, "reading a contract failed");
            Error::Internal
        })??;
        let mut summary = given.summary();
        let id = identity(&given.contract, &request).map_err(|finding| Error::Invalid(vec![finding]))?;
        let id = match &id.1 {
            Some(version) => format!("{}@{version}", id.0),
            None => id.0.to_string(),
        };
        let draft = |api: &Api| Draft::put(Resource::from(api.clone()), "import", Some(Origin::Import));
        let writing = self.write_lock().await?;
        let present = match self.get(ws, Kind::Api, &id) {
            Ok(stored) => Some(stored),
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        let mut merged = None;
        let mut together = None;
        let mut api = match present {
            None => {
                let mut api = api_of(&given.contract, &given.hash, request)
                    .map_err(|finding| Error::Invalid(vec![finding]))?;
                let reach = actor.authority.reach(Permission::write(Area::Apis), ws);
                let is_whole = !actor.authority.is_for_some();
                if let (Reach::Own, true, Some(owner)) = (reach, is_whole, actor.authority.owner()) {
                    api.owner = Some(owner.to_owned());
                }
                api
            }
            Some(_) if !merge => {
                let detail = format!(
                    "there is already an api `{id}`; bring it up to date by `merge` (`pailou import --merge`), or give another name or version"
                );
                return Err(Error::Conflict { detail });
            }
            Some(present) => {
                let Resource::Api(api) = present.resource else { return Err(Error::Internal) };
                let changed = if request.replace { None } else { self.before(ws, &id, &api).await? };
                if let Some(changed) = changed {
                    let choices = combine::Choices::of(request.conflicts, take(&mut request.choices))?;
                    let combined = combine::together(&id, given, changed, choices).await?;
                    given = combined.given.clone();
                    summary = given.summary();
                    together = Some(combined);
                }
                let before = self.summary_of(&api);
                let (api, mut report) = merge::onto(*api, before.as_deref(), &summary, request)
                    .map_err(|finding| Error::Invalid(vec![finding]))?;
                let kept = together.iter().flat_map(|together| &together.kept);
                report.kept.extend(kept.map(|place| format!("contract: {place}")));
                report.conflicts = together.iter_mut().flat_map(|one| take(&mut one.conflicts)).collect();
                merged = Some(report);
                api
            }
        };
        if let Some(merged) = &mut merged {
            let judged = self.judge_contracts(ws, &[draft(&api)], &given.texts).await?;
            merged.contract = judged.into_iter().next().map(|judged| judged.told);
            merged.note_changes();
        }
        let checked = self.check_drafts(ws, vec![draft(&api)], given.texts.clone()).await?;
        let mut ready = checked.map_err(Error::Invalid)?;
        let mut findings = ready.findings().to_vec();
        if let Some(finding) = findings.iter_mut().find(|finding| finding.rule == security::NOT_MET) {
            finding.message = CHECKED_BELOW.to_owned();
            findings.retain(|finding| finding.rule != security::NOT_MET || finding.message == CHECKED_BELOW);
            self.leave_to_the_service(&mut api, &summary);
            ready = self.check_drafts(ws, vec![draft(&api)], given.texts).await?.map_err(Error::Invalid)?;
        }
        given.findings.append(&mut findings);
        let resource = Resource::from(api);
        let operations = summary.operations.len();
        let (notation, findings) = (given.notation, given.findings);
        let mut imported = Imported { resource, revision: 0, notation, operations, merged, findings };
        if !dry_run {
            // Before, so that no import is made of which nobody knows what came and what was there.
            if let Some(together) = &together {
                self.keep_document(actor, ws, &id, together.record()).await?;
            }
            self.commit(writing, actor, ready).await?;
            imported.revision = self.get(ws, Kind::Api, &id)?.revision;
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

/// Reads the document of a request. Collections and recordings become OpenAPI: the text that is kept has none of what was recorded.
fn given(request: &ImportRequest) -> Result<Given, Vec<Finding>> {
    let file = request.file.clone().unwrap_or_else(|| "contract".to_owned());
    let bytes = request.beside.iter().map(|file| file.text.len()).sum::<usize>();
    if request.beside.len() > MOST_FILES || bytes > MOST_BYTES {
        let message =
            format!("at most {MOST_FILES} files with {} MiB come with a document", MOST_BYTES >> 20);
        return Err(vec![Finding::error("too-large", message).in_field("beside")]);
    }
    let beside = request.beside.iter().map(|file| (&*file.path, &*file.text));
    let mut text = notation::together((&file, &request.text), beside);
    let mut findings = Vec::new();
    let (notation, contract) = match Contract::parse(&text, &file) {
        Ok(contract) => (contract.notation, contract),
        Err(wrong) if wrong.iter().all(|finding| finding.rule != notation::NOT_A_CONTRACT) => {
            return Err(wrong);
        }
        Err(_) => {
            let read = notation::read(&text, &file, None)?;
            let made = match read.notation {
                Notation::Har => {
                    let (made, said) = drift::of_har(&text, &file, request.name.as_deref())?;
                    findings = said;
                    serde_json::to_string_pretty(&made)
                }
                _ => {
                    findings = read.findings;
                    serde_json::to_string_pretty(&read.document.root)
                }
            };
            text = made.unwrap_or_default();
            (read.notation, Contract::parse(&text, &file)?)
        }
    };
    if let Some(said) = request.notation.filter(|said| *said != notation) {
        let message = format!("this is {notation} rather than {said}");
        return Err(vec![Finding::error("other-notation", message).in_field("notation")]);
    }
    let mut texts = ContractTexts::default();
    let hash = texts.add(&file, &text);
    let contract = Arc::new(contract);
    Ok(Given { file, notation, contract, hash, texts, findings })
}

/// The name and the version of the API.
fn identity(contract: &Contract, request: &ImportRequest) -> Result<(Name, Option<Name>), Finding> {
    let wrong = |field: &str, message: String| Finding::error("invalid-import", message).in_field(field);
    let name = match &request.name {
        Some(name) => name.parse::<Name>().map_err(|error| wrong("name", error.to_string()))?,
        None => Name::from_title(&contract.title).ok_or_else(|| {
            wrong("name", format!("no name can be made of the title `{}`; give one", contract.title))
        })?,
    };
    let version = request.version.as_ref().map(|version| version.parse::<Name>()).transpose();
    Ok((name, version.map_err(|error| wrong("version", error.to_string()))?))
}

fn upstream_of(said: String) -> Result<UpstreamSource, Finding> {
    if said.contains("://") {
        let endpoints = vec![model::Endpoint::at(said)];
        return Ok(UpstreamSource::Inline(Upstream { endpoints, ..Upstream::default() }));
    }
    said.parse::<Name>().map(UpstreamSource::Named).map_err(|_| {
        let message =
            "give the URL of the service, such as `http://10.0.0.1:9001`, or the name of an upstream";
        Finding::error("invalid-import", message).in_field("upstream")
    })
}

fn api_of(contract: &Contract, hash: &str, request: ImportRequest) -> Result<Api, Finding> {
    let (name, version) = identity(contract, &request)?;
    let upstream = upstream_of(request.upstream)?;
    let path = request.path.unwrap_or_else(|| match &version {
        Some(version) => format!("/{name}/{version}"),
        None => format!("/{name}"),
    });
    Ok(Api {
        name,
        version,
        title: None,
        description: None,
        owner: request.owner,
        tags: Vec::new(),
        visibility: Visibility::default(),
        contract: Some(ContractSource::Stored(hash.to_owned())),
        listen: Listen { hosts: request.hosts, path, strip_path: true, version: None },
        upstream: Some(upstream),
        split: None,
        lifecycle: request.state.map(|state| Box::new(Lifecycle { state, ..Lifecycle::default() })),
        compatibility: None,
        policies: request.policies,
        operations: Default::default(),
    })
}
