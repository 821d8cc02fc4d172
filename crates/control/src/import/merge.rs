//! A document that comes again onto the API that was made of it: the document says what the contract is, everything else stays as it
//! was written by hand.

use std::collections::{BTreeMap, BTreeSet};

use model::{Api, ContractSource, Finding, OperationSettings};

use super::{security, upstream_of};
use crate::{ContractSummary, ImportRequest, Merged, OperationSummary};

/// The API with the contract of a later document, and what came of it.
///
/// # Errors
/// What is wrong with what the request says beside the document.
pub(super) fn onto(
    mut api: Api,
    before: Option<&ContractSummary>,
    after: &ContractSummary,
    request: ImportRequest,
) -> Result<(Api, Merged), Finding> {
    let mut merged = Merged::default();
    let none = Vec::new();
    let old = before.map_or(&none, |before| &before.operations);
    let places = |all: &[OperationSummary]| all.iter().map(place).collect::<BTreeSet<String>>();
    let (was, is) = (places(old), places(&after.operations));
    merged.added = after.operations.iter().map(place).filter(|place| !was.contains(place)).collect();
    merged.removed = old.iter().map(place).filter(|place| !is.contains(place)).collect();
    api.contract = Some(ContractSource::Stored(after.hash.clone()));
    api.operations = settings(std::mem::take(&mut api.operations), old, &after.operations, &mut merged);
    // What the request says is said by hand too, and later.
    if !request.upstream.is_empty() {
        api.upstream = Some(upstream_of(request.upstream)?);
    }
    if let Some(path) = request.path {
        api.listen.path = path;
    }
    if !request.hosts.is_empty() {
        api.listen.hosts = request.hosts;
    }
    if !request.policies.is_empty() {
        api.policies = request.policies;
    }
    let kept = [
        ("owner", api.owner.is_some()),
        ("title", api.title.is_some()),
        ("description", api.description.is_some()),
        ("tags", !api.tags.is_empty()),
        ("visibility", api.visibility != model::Visibility::default()),
        ("split", api.split.is_some()),
        ("lifecycle", api.lifecycle.is_some()),
        ("compatibility", api.compatibility.is_some()),
    ];
    let fields = kept.into_iter().filter(|(_, is_there)| *is_there).map(|(field, _)| field.to_owned());
    let policies = api.policies.iter().filter(|used| used.policy != security::POLICY);
    let policies = policies.map(|used| format!("policies.{}", used.policy));
    merged.kept.splice(0..0, fields.chain(policies).collect::<Vec<_>>());
    Ok((api, merged))
}

impl Merged {
    /// Operations that are told to have changed.
    pub(super) fn note_changes(&mut self) {
        let listed = self.contract.iter().flat_map(|contract| &contract.changes);
        let named: BTreeSet<String> = listed.map(|change| change.operation.clone()).collect();
        let is_known = |place: &String| self.added.contains(place) || self.removed.contains(place);
        self.changed = named.into_iter().filter(|place| !place.is_empty() && !is_known(place)).collect();
    }
}

/// `GET /orders/{id}`, with the action of SOAP where it has one.
fn place(operation: &OperationSummary) -> String {
    let action = operation.soap_action.as_ref().map(|action| format!(" {action}")).unwrap_or_default();
    format!("{} {}{action}", operation.method, operation.path)
}

/// What is said of operations by hand, by their names in the later document.
fn settings(
    said: BTreeMap<String, OperationSettings>,
    old: &[OperationSummary],
    new: &[OperationSummary],
    merged: &mut Merged,
) -> BTreeMap<String, OperationSettings> {
    let mut out = BTreeMap::new();
    for (name, settings) in said {
        let names: Vec<&str> = settings.policies.iter().map(|used| used.policy.as_str()).collect();
        let what = format!("operations.{name} ({})", names.join(", "));
        let by_path = |operation: &&OperationSummary| {
            name.split_once(' ') == Some((&*operation.method, &*operation.path))
        };
        if new.iter().any(|operation| operation.id == name || by_path(&operation)) {
            merged.kept.push(what);
            out.insert(name, settings);
            continue;
        }
        // The same method and path under another name is the same operation.
        let was = old.iter().find(|operation| operation.id == name || by_path(operation)).map(place);
        match was.and_then(|was| new.iter().find(|operation| place(operation) == was)) {
            Some(renamed) => {
                merged.kept.push(format!("{what}, which is called {} now", renamed.id));
                out.insert(renamed.id.clone(), settings);
            }
            None => merged.dropped.push(what),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str, method: &str, path: &str) -> OperationSummary {
        OperationSummary {
            id: id.into(),
            method: method.into(),
            path: path.into(),
            summary: None,
            tags: Vec::new(),
            deprecated: false,
            soap_action: None,
            route: path.into(),
            security: Vec::new(),
        }
    }

    #[test]
    fn settings_follow_an_operation_that_is_called_otherwise_and_go_with_one_that_is_gone() {
        let policies: OperationSettings =
            serde_json::from_value(serde_json::json!({ "policies": [{ "cors": {} }] })).unwrap();
        let said = ["list", "get", "gone"].map(|name| (name.to_owned(), policies.clone()));
        let old = [
            operation("list", "GET", "/a"),
            operation("get", "GET", "/a/{id}"),
            operation("gone", "DELETE", "/a/{id}"),
        ];
        let new = [operation("list", "GET", "/a"), operation("fetch", "GET", "/a/{id}")];
        let mut merged = Merged::default();
        let kept = settings(said.into_iter().collect(), &old, &new, &mut merged);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["fetch", "list"]);
        assert_eq!(
            merged.kept,
            ["operations.get (cors), which is called fetch now", "operations.list (cors)"]
        );
        assert_eq!(merged.dropped, ["operations.gone (cors)"]);
    }
}
