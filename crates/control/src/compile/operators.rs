//! What operators alone decide, since it holds for all workspaces or is of the machines that carry them: it stands in `default`.

use model::{PolicyUse, Resource};
use policy::{Catalogue, PolicyEntry};
use serde_json::Value;

use super::{Report, index::View, pems};
use crate::secrets::SecretReference;

/// Refuses in other workspaces what only operators decide: kinds that hold for all, files, and secrets that are not the workspace's own.
pub(crate) fn check(view: &View<'_>, catalogue: Catalogue, report: &mut Report<'_>) {
    let workspace = view.workspace();
    if workspace.is_default_workspace() {
        return;
    }
    for (id, resource) in view.changed() {
        if resource.kind().is_for_operators() {
            let message = format!("a {} holds for all workspaces; operators apply it to `default`", id.0);
            report.error(id, "kind", "for-operators", message);
            continue;
        }
        for (field, path) in files(resource, catalogue) {
            let message = format!(
                "`{path}` is a file of those who operate the gateway, and can be named in the workspace `default` alone; \
                 write what it says here, or name a URL"
            );
            report.error(id, &field, "for-operators", message);
        }
        for (field, what) in used(resource, |entry, config| entry.of_operators(config), catalogue) {
            let message = format!(
                "{what} is for those who operate the gateway, and can be used in the workspace `default` alone"
            );
            report.error(id, &field, "for-operators", message);
        }
        for reference in super::named_secrets(resource) {
            if !matches!(SecretReference::read(&reference), Ok(SecretReference::Stored(_)) | Err(_)) {
                let message = format!(
                    "`{reference}` is a secret of those who operate the gateway, and can be named in the workspace `default` alone; \
                     keep it in this workspace by `pailou secret set`"
                );
                report.error(id, "", "for-operators", message);
            }
        }
    }
}

/// What the policies of a resource name or use, each with its field.
fn used(
    resource: &Resource,
    of: impl Fn(PolicyEntry, &Value) -> Vec<(String, String)>,
    catalogue: Catalogue,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut policies = |prefix: &str, uses: &[PolicyUse]| {
        for (at, used) in uses.iter().enumerate() {
            let Ok(entry) = catalogue.find(&used.policy) else { continue };
            let place = |field: String| format!("{prefix}policies[{at}].{}.{field}", used.policy);
            found.extend(of(entry, &used.config).into_iter().map(|(field, what)| (place(field), what)));
        }
    };
    match resource {
        Resource::Api(api) => {
            policies("", &api.policies);
            for (operation, settings) in &api.operations {
                policies(&format!("operations.{operation}."), &settings.policies);
            }
        }
        Resource::Route(route) => policies("", &route.policies),
        Resource::Plan(plan) => policies("", &plan.policies),
        Resource::Consumer(consumer) => policies("", &consumer.policies),
        _ => {}
    }
    found
}

/// The files that a resource names, each with its field.
fn files(resource: &Resource, catalogue: Catalogue) -> Vec<(String, String)> {
    let of_policy = |entry: PolicyEntry, config: &Value| {
        let here = entry.files_where_it_runs(config);
        entry.files(config).into_iter().chain(here).collect()
    };
    let mut found = used(resource, of_policy, catalogue);
    for (prefix, upstream) in pems::written(resource) {
        let tls = upstream.tls.iter().flat_map(|tls| tls.files());
        found.extend(tls.map(|(field, path)| (format!("{prefix}tls.{field}"), path.to_owned())));
        let file = upstream.discovery.as_ref().and_then(|discovery| discovery.file.as_ref());
        found.extend(file.map(|file| (format!("{prefix}discovery.file.path"), file.path.clone())));
    }
    found
}
