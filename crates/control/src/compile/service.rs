//! APIs and routes → services.

use std::{collections::HashMap, sync::Arc};

use model::{
    Api, Branch, ContractSource, Kind, Listen, Name, PolicyUse, Resource, Route, Split, Upstream,
    UpstreamSource,
    snapshot::{Answers, ContractDocument, OperationRoute, Service, SplitBranch, SplitRules},
};

use super::{Id, Report, World, attached, index::View, places, security};
use crate::{contracts::ContractSummary, nearest};

/// Makes the service of an API or route; `None` where it is wrong, and the report says why.
pub(crate) fn make(
    view: &View<'_>,
    id: &Id,
    resource: &Resource,
    world: &World<'_>,
    before: Option<&Service>,
    report: &mut Report<'_>,
) -> Option<Service> {
    match resource {
        Resource::Api(api) => of_api(view, id, api, world, before, report),
        Resource::Route(route) => of_route(view, id, route),
        _ => None,
    }
}

fn of_api(
    view: &View<'_>,
    id: &Id,
    api: &Api,
    world: &World<'_>,
    before: Option<&Service>,
    report: &mut Report<'_>,
) -> Option<Service> {
    let answers = match &api.contract {
        None => {
            for operation in api.operations.keys() {
                let message = "an api without a contract has no operations to be named";
                report.error(id, &format!("operations.{operation}"), "unknown-operation", message);
            }
            Answers::Everything
        }
        Some(ContractSource::Stored(hash)) => match world.contract(hash) {
            Some(contract) => Answers::Contract(operations(view, id, api, &contract, world, report)),
            None => {
                // A contract that came with the change and could not be read has its own findings.
                if !world.texts.0.contains_key(hash.as_str()) {
                    report.error(
                        id,
                        "contract",
                        "unknown-contract",
                        format!("no contract `sha256:{hash}` is stored"),
                    );
                }
                return None;
            }
        },
        Some(ContractSource::At(place)) => {
            let message = if place.contains("://") {
                "contracts are not fetched from URLs; send the document itself".to_owned()
            } else {
                format!(
                    "`{place}` cannot be read from here; send the document itself, or apply a folder with the file"
                )
            };
            report.error(id, "contract", "contract-not-fetched", message);
            return None;
        }
        Some(ContractSource::Inline(_)) => return None,
    };
    Some(Service {
        key: view.key(id),
        api: Some(Arc::clone(&id.1)),
        workspace: view.workspace().clone(),
        listen: api.listen.clone(),
        answers,
        upstream: match &api.upstream {
            Some(source) => upstream(view, source)?,
            // The check of its shape has seen to it that it answers by itself.
            None => Arc::default(),
        },
        split: split(view, api.split.as_deref())?,
        policies: policies(api, world),
        contract: document(view, id, api, world, before, report),
    })
}

/// The policies of an API, with what says where it is in its life unless somebody wrote that.
fn policies(api: &Api, world: &World<'_>) -> Vec<PolicyUse> {
    let life = attached::life(api, world);
    let life = life.filter(|life| api.policies.iter().all(|used| used.policy != life.policy));
    life.into_iter().chain(api.policies.iter().cloned()).collect()
}

/// The contract itself, where a policy reads it.
fn document(
    view: &View<'_>,
    id: &Id,
    api: &Api,
    world: &World<'_>,
    before: Option<&Service>,
    report: &mut Report<'_>,
) -> Option<Arc<ContractDocument>> {
    let Some(ContractSource::Stored(hash)) = &api.contract else { return None };
    let read = world.read_contract(&api.policies)
        || api.operations.values().any(|settings| world.read_contract(&settings.policies))
        || world.read_contract(view.wide());
    if !read {
        return None;
    }
    let document = world.document(hash, before);
    if document.is_none() {
        let message =
            "the contract that a policy reads is not at hand; apply the api with its document".to_owned();
        report.error(id, "contract", "unknown-contract", message);
    }
    document
}

fn operations(
    view: &View<'_>,
    id: &Id,
    api: &Api,
    contract: &ContractSummary,
    world: &World<'_>,
    report: &mut Report<'_>,
) -> Vec<OperationRoute> {
    let mut settings = HashMap::new();
    for (named, given) in &api.operations {
        let found = contract.operations.iter().find(|operation| {
            operation.id == *named || named.split_once(' ') == Some((&operation.method, &operation.path))
        });
        match found {
            Some(operation) => {
                if settings.insert(operation.id.as_str(), given).is_some() {
                    let message =
                        format!("the operation `{}` is named twice, by its id and by its path", operation.id);
                    report.error(id, &format!("operations.{named}"), "duplicate-operation", message);
                }
            }
            None => {
                let near = nearest::suggestion(named, contract.operations.iter().map(|o| o.id.as_str()));
                let message = format!("the contract has no operation `{named}`{near}");
                report.error(id, &format!("operations.{named}"), "unknown-operation", message);
            }
        }
    }
    let mut seen: HashMap<(&str, String, Option<&str>), &str> = HashMap::new();
    for operation in &contract.operations {
        let route = places::skeleton(&operation.route);
        let place = (operation.method.as_str(), route, operation.soap_action.as_deref());
        if let Some(other) = seen.insert(place, &operation.path) {
            let message = format!(
                "the contract has {} `{other}` and `{}`, which match the same requests",
                operation.method, operation.path
            );
            report.error(id, "contract", "conflict", message);
        }
    }
    let own = |operation: &crate::OperationSummary| {
        settings.get(operation.id.as_str()).map_or(&[][..], |given| &given.policies[..])
    };
    let all: Vec<_> = contract.operations.iter().map(|operation| (operation, own(operation))).collect();
    if world.catalogue.position(security::POLICY).is_some() {
        security::check(view, id, api, &all, report);
    }
    let route = |operation: &crate::OperationSummary| {
        let own = own(operation);
        let asked = security::policy(api, operation, own, world);
        OperationRoute {
            id: operation.id.as_str().into(),
            methods: vec![operation.method.clone()],
            path: operation.route.clone(),
            soap_action: operation.soap_action.as_deref().map(Arc::from),
            policies: own.iter().cloned().chain(asked).collect(),
        }
    };
    contract.operations.iter().map(route).collect()
}

fn of_route(view: &View<'_>, id: &Id, route: &Route) -> Option<Service> {
    Some(Service {
        key: view.key(id),
        api: None,
        workspace: view.workspace().clone(),
        listen: Listen {
            hosts: route.matches.hosts.clone(),
            path: route.matches.split().0.to_owned(),
            strip_path: route.strip_path,
            version: None,
        },
        answers: Answers::Route(route.all_matches().cloned().collect()),
        upstream: upstream(view, &route.upstream)?,
        split: split(view, route.split.as_deref())?,
        policies: route.policies.clone(),
        contract: None,
    })
}

/// `None` where an upstream is missing.
#[expect(
    clippy::option_option,
    reason = "the outer one says that a part is missing, the inner one that there is no split"
)]
fn split(view: &View<'_>, split: Option<&Split>) -> Option<Option<Arc<SplitRules>>> {
    let Some(split) = split else { return Some(None) };
    let branch = |branch: &Branch| {
        Some(SplitBranch {
            name: branch.name.shared(),
            upstream: upstream(view, &branch.upstream)?,
            weight: branch.weight,
            matches: branch.matches.clone(),
        })
    };
    let branches = split.branches.iter().map(branch).collect::<Option<_>>()?;
    Some(Some(Arc::new(SplitRules { sticky: split.sticky.clone(), branches })))
}

fn upstream(view: &View<'_>, source: &UpstreamSource) -> Option<Arc<Upstream>> {
    let named = |name: &Name| match &**view.get(&(Kind::Upstream, name.shared()))? {
        Resource::Upstream(upstream) => Some(Arc::new((**upstream).clone())),
        _ => None,
    };
    match source {
        UpstreamSource::Named(name) => named(name),
        UpstreamSource::Inline(upstream) => Some(Arc::new(upstream.clone())),
    }
}
