//! The catalog: public APIs, and search in their operations.

use std::{collections::BTreeSet, sync::Arc};

use control::{ContractSummary, PortalApi};
use model::{Api, ClientGrant, Kind, Lifecycle, PolicyUse, Resource};
use policy::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::products::PlanView;
use crate::{
    endpoint::{Json, List, Path, Query, Within, limit},
    problem::Refusal,
};

/// What this portal is called, and where its APIs answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Site {
    title: String,
    gateway_url: String,
    /// Whether letters are sent, so that a forgotten password can be set anew.
    letters: bool,
    /// What the authorization server is called that apps become clients of; absent for the built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_server: Option<String>,
    /// How apps may ask for tokens.
    client_grants: Vec<ClientGrant>,
}

/// Which APIs.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    /// Only those whose name, title, description or tags contain this, in any case.
    q: Option<String>,
    /// Only those with this tag.
    tag: Option<String>,
    /// At most so many, 1 to 1000; 100 if absent.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Where the part before ended: its `next`.
    after: Option<String>,
}

/// An API in the catalog.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CatalogApi {
    id: String,
    name: String,
    version: Option<String>,
    title: String,
    /// The beginning of the description, without Markdown's signs of a heading.
    summary: String,
    tags: Vec<String>,
    /// How many operations its contract has; 0 for a pass-through.
    operations: usize,
    /// Whether it has a contract, and with it a reference.
    contract: bool,
    /// Where it is in its life, where that is worth saying.
    lifecycle: Option<Lifecycle>,
}

/// An API: what it does, how to call it, how to get access.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ApiPage {
    #[serde(flatten)]
    api: CatalogApi,
    /// Markdown.
    description: String,
    owner: Option<String>,
    /// Where it answers: scheme, host and base path.
    base_url: String,
    /// Public products with this API.
    products: Vec<ApiProduct>,
    /// What a call must prove, by the policies of the API.
    auth: Vec<Auth>,
}

/// A product with the API, and the plans it is offered under.
#[derive(Serialize, JsonSchema)]
struct ApiProduct {
    name: String,
    title: String,
    plans: Vec<PlanView>,
}

/// What a call must prove, by one policy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(crate) struct Auth {
    policy: String,
    /// The header that carries the credential.
    pub(crate) header: Option<String>,
    /// The query parameter that may carry it.
    query: Option<String>,
}

/// What to search for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// Words, in any order and case.
    q: String,
    /// Only in this API.
    #[serde(default)]
    api: Option<String>,
    /// At most so many, 1 to 1000; 100 if absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
}

/// An operation that was found.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Hit {
    /// The API's id.
    api: String,
    api_title: String,
    operation: String,
    method: String,
    path: String,
    summary: Option<String>,
}

pub(crate) async fn site(app: Within) -> Json<Site> {
    let server = app.control.registration_server(&app.workspace);
    let grants = server.as_ref().and_then(|server| Some(server.registration.as_ref()?.grants.clone()));
    Json(Site {
        title: app.options.title.clone(),
        gateway_url: gateway_url(&app),
        letters: app.control.has_post(),
        authorization_server: server.map(|server| server.title().to_owned()),
        client_grants: grants.unwrap_or_else(|| ClientGrant::ALL.to_vec()),
    })
}

pub(crate) async fn list(app: Within, Query(which): Query<Which>) -> Result<Json<List<CatalogApi>>, Refusal> {
    let limit = limit(which.limit)?;
    let found: Vec<PublicApi> = PublicApi::all(&app)
        .filter(|api| which.tag.as_ref().is_none_or(|tag| api.api.tags.contains(tag)))
        .filter(|api| which.q.as_ref().is_none_or(|q| contains(api, &q.to_lowercase())))
        .collect();
    let total = Some(found.len() as u64);
    let mut rest = found
        .into_iter()
        .skip_while(|api| which.after.as_ref().is_some_and(|after| api.id.as_str() <= after.as_str()));
    let items: Vec<CatalogApi> = rest.by_ref().take(limit).map(|api| CatalogApi::from(&api)).collect();
    let next = rest.next().and_then(|_| items.last().map(|api| api.id.clone()));
    Ok(Json(List { items, next, total }))
}

pub(crate) async fn read(app: Within, Path(id): Path<String>) -> Result<Json<ApiPage>, Refusal> {
    let api = PublicApi::find(&app, &id)?;
    let products = app.control.portal_products(&app.workspace).into_iter();
    let products = products.filter(|product| product.apis.contains(&id)).map(|product| ApiProduct {
        name: product.product.name.to_string(),
        title: product.product.title.clone().unwrap_or_else(|| product.product.name.to_string()),
        plans: product.plans.iter().map(PlanView::from).collect(),
    });
    Ok(Json(ApiPage {
        description: description(&api).to_owned(),
        owner: api.api.owner.clone(),
        base_url: base_url(&app, &api),
        products: products.collect(),
        auth: auth(&app, &id)?,
        api: CatalogApi::from(&api),
    }))
}

pub(crate) async fn search(app: Within, Query(words): Query<Words>) -> Result<Json<List<Hit>>, Refusal> {
    let limit = limit(words.limit)?;
    let wanted: Vec<String> = words.q.split_whitespace().take(8).map(str::to_lowercase).collect();
    if wanted.is_empty() {
        return Ok(Json(List::whole(Vec::new())));
    }
    let mut hits = Vec::new();
    for api in PublicApi::all(&app) {
        if words.api.as_ref().is_some_and(|only| *only != api.id) {
            continue;
        }
        for operation in api.contract.iter().flat_map(|contract| &contract.operations) {
            let summary = operation.summary.as_deref().unwrap_or_default();
            let text = format!(
                "{} {} {} {summary} {} {}",
                operation.method,
                operation.path,
                operation.id,
                operation.tags.join(" "),
                title(&api),
            )
            .to_lowercase();
            if !wanted.iter().all(|word| text.contains(word.as_str())) {
                continue;
            }
            // What is said in the summary or the id is meant; what only stands in the path or a tag may be by chance.
            let said = format!("{summary} {}", operation.id).to_lowercase();
            let meant = wanted.iter().filter(|word| said.contains(word.as_str())).count();
            hits.push((
                wanted.len() - meant,
                Hit {
                    api: api.id.clone(),
                    api_title: title(&api),
                    operation: operation.id.clone(),
                    method: operation.method.clone(),
                    path: operation.path.clone(),
                    summary: operation.summary.clone(),
                },
            ));
        }
    }
    hits.sort_by_key(|(misses, _)| *misses);
    let total = Some(hits.len() as u64);
    let items = hits.into_iter().take(limit).map(|(_, hit)| hit).collect();
    Ok(Json(List { items, next: None, total }))
}

/// An API everyone finds.
pub(crate) struct PublicApi {
    pub(crate) id: String,
    pub(crate) api: Api,
    /// `None` for a pass-through.
    pub(crate) contract: Option<Arc<ContractSummary>>,
}

impl PublicApi {
    /// The public API with this id; one that is not public is as if it did not exist.
    pub(crate) fn find(app: &Within, id: &str) -> Result<PublicApi, Refusal> {
        let missing = || Refusal::not_found(format!("there is no API `{id}`"));
        let stored = app.control.get(&app.workspace, Kind::Api, id).map_err(|_| missing())?;
        match stored.resource {
            Resource::Api(api) if api.is_shown() => {
                let contract = app.control.contract_summary(&app.workspace, id)?;
                Ok(PublicApi { id: id.to_owned(), api: *api, contract })
            }
            _ => Err(missing()),
        }
    }

    /// Every public API, by id.
    pub(crate) fn all(app: &Within) -> impl Iterator<Item = PublicApi> {
        let apis = app.control.portal_apis(&app.workspace).into_iter();
        apis.map(|PortalApi { id, api, contract, .. }| PublicApi { id, api, contract })
    }
}

/// Where an API answers, without a slash at the end.
pub(crate) fn base_url(app: &Within, api: &PublicApi) -> String {
    let mut url = app.options.gateway_url.clone();
    if let Some(host) = api.api.listen.hosts.first() {
        // A wildcard has no address; the first of its names that comes to mind stands for it.
        let _ = url.set_host(Some(&host.replace('*', "www")));
    }
    let base = url.as_str().trim_end_matches('/');
    format!("{base}{}", api.api.listen.path.trim_end_matches('/'))
}

/// What a call must prove: the policies of the first stage that knows callers, over all operations.
pub(crate) fn auth(app: &Within, id: &str) -> Result<Vec<Auth>, Refusal> {
    let catalogue = app.control.catalogue();
    let operations = app.control.effective_policies(&app.workspace, id)?;
    let mut needs = BTreeSet::new();
    for policy in operations.iter().flat_map(|operation| &operation.policies) {
        for (name, config) in methods(&policy.policy, &policy.config) {
            let Ok(entry) = catalogue.find(name) else { continue };
            if entry.stage() != Stage::Authenticate {
                continue;
            }
            let schema = entry.schema().to_value();
            let first = |field: &str| {
                let configured = config.get(field).or_else(|| schema["properties"][field].get("default"));
                configured.and_then(|names| names.get(0)).and_then(Value::as_str).map(str::to_owned)
            };
            needs.insert(Auth { policy: name.to_owned(), header: first("headers"), query: first("query") });
        }
    }
    Ok(needs.into_iter().collect())
}

/// A policy; or those it lets one choose from.
fn methods<'p>(name: &'p str, config: &'p Value) -> Vec<(&'p str, &'p Value)> {
    if name != "authenticate" {
        return vec![(name, config)];
    }
    let lists = ["any_of", "all_of"].into_iter().filter_map(|field| config.get(field)?.as_array());
    let named = lists.flatten().filter_map(Value::as_object).flatten();
    named.map(|(name, config)| (name.as_str(), config)).collect()
}

impl From<&PublicApi> for CatalogApi {
    fn from(api: &PublicApi) -> CatalogApi {
        CatalogApi {
            id: api.id.clone(),
            name: api.api.name.to_string(),
            version: api.api.version.as_ref().map(ToString::to_string),
            title: title(api),
            summary: beginning(description(api)),
            tags: api.api.tags.clone(),
            operations: api.contract.as_ref().map_or(0, |contract| contract.operations.len()),
            contract: api.contract.is_some(),
            lifecycle: api.api.lifecycle.as_deref().cloned(),
        }
    }
}

pub(super) fn title(api: &PublicApi) -> String {
    let contract =
        || api.contract.as_ref().map(|contract| contract.title.clone()).filter(|title| !title.is_empty());
    api.api.title.clone().or_else(contract).unwrap_or_else(|| api.api.name.to_string())
}

fn description(api: &PublicApi) -> &str {
    let contract = || api.contract.as_ref().and_then(|contract| contract.description.as_deref());
    api.api.description.as_deref().or_else(contract).unwrap_or_default()
}

fn contains(api: &PublicApi, text: &str) -> bool {
    api.id.contains(text)
        || title(api).to_lowercase().contains(text)
        || description(api).to_lowercase().contains(text)
        || api.api.tags.iter().any(|tag| tag.to_lowercase().contains(text))
}

/// The first paragraph that is no heading, at most about 200 characters.
fn beginning(markdown: &str) -> String {
    let paragraphs = markdown.split("\n\n").map(|paragraph| {
        let lines =
            paragraph.lines().map(str::trim).filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    });
    let paragraph = paragraphs.into_iter().find(|paragraph| !paragraph.is_empty()).unwrap_or_default();
    match paragraph.char_indices().nth(200) {
        None => paragraph,
        Some((at, _)) => {
            let cut = &paragraph[..at];
            let whole_words = cut.rfind(' ').map_or(cut, |space| &cut[..space]);
            format!("{whole_words}…")
        }
    }
}

fn gateway_url(app: &Within) -> String {
    app.options.gateway_url.as_str().trim_end_matches('/').to_owned()
}

/// The policies of a plan as the portal tells them.
pub(crate) fn limits_of(policies: &[PolicyUse]) -> Vec<String> {
    policies.iter().flat_map(super::limits::sentences).collect()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn the_beginning_of_a_description_is_its_first_paragraph_cut_between_words() {
        assert_eq!(beginning("# Orders\n\nAll about\norders.\n\nMore."), "All about orders.");
        assert_eq!(beginning("# Orders\nAll about orders."), "All about orders.");
        assert_eq!(beginning(""), "");
        let long = beginning(&"word ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= 201, "{long}");
    }
}
