//! Workspaces: the tenant boundary, and how the parts of a snapshot are told apart by it.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Name;

/// The workspace that is always there, and whose operators decide what holds for all.
pub const DEFAULT_WORKSPACE: &str = "default";

/// Labels of one workspace, and the longest text of one, characters.
const MOST_LABELS: usize = 64;
const LONGEST_LABEL: usize = 200;
const LONGEST_TEXT: usize = 2000;

/// A tenant: resources, keys, traffic and people of one workspace are seen, counted and changed by nobody of another. Workspaces themselves
/// stand in the workspace `default`, which is always there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// What it is addressed by. It cannot be changed, and is not given again once its workspace was deleted.
    pub name: Name,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What operators want to remember of it, such as `cost-center: "4711"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// How much it may have. What is not said is not limited.
    #[serde(default, skip_serializing_if = "WorkspaceLimits::is_none")]
    pub limits: WorkspaceLimits,
}

/// How much a workspace may have. What is there already stays where a limit is lowered; nothing is added until there is room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorkspaceLimits {
    /// APIs and explicit routes together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apis: Option<u32>,
    /// Consumers and apps together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumers: Option<u32>,
    /// Credentials of all consumers and apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<u32>,
    /// Requests a second that each gateway takes for all of its APIs and routes together, so that none keeps others waiting. What is
    /// beyond is refused with 429 before any policy runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub requests_per_second: Option<u32>,
}

impl WorkspaceLimits {
    pub fn is_none(&self) -> bool {
        *self == WorkspaceLimits::default()
    }
}

impl Workspace {
    /// What is wrong with it, each with its field.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let long = |text: &Option<String>, most: usize| {
            text.as_ref().is_some_and(|text| text.chars().count() > most)
        };
        if long(&self.title, LONGEST_LABEL) {
            faults.push(("title", format!("a title has at most {LONGEST_LABEL} characters")));
        }
        if long(&self.description, LONGEST_TEXT) {
            faults.push(("description", format!("a description has at most {LONGEST_TEXT} characters")));
        }
        if self.labels.len() > MOST_LABELS {
            faults.push(("labels", format!("a workspace has at most {MOST_LABELS} labels")));
        }
        let fits = |text: &String| text.chars().count() <= LONGEST_LABEL;
        if !self.labels.iter().all(|(label, value)| !label.is_empty() && fits(label) && fits(value)) {
            let message = format!(
                "a label and its value have at most {LONGEST_LABEL} characters, and a label has one at least"
            );
            faults.push(("labels", message));
        }
        if self.limits.requests_per_second == Some(0) {
            faults
                .push(("limits.requests_per_second", "is at least 1; a `block` stops everything".to_owned()));
        }
        faults
    }
}

impl Name {
    /// The workspace that is always there.
    pub fn default_workspace() -> Name {
        // One text for all that is in it.
        static DEFAULT: LazyLock<Name> =
            LazyLock::new(|| DEFAULT_WORKSPACE.parse().expect("`default` is a name"));
        DEFAULT.clone()
    }

    /// Whether this, as a workspace, is the one that is always there.
    pub fn is_default_workspace(&self) -> bool {
        self.as_str() == DEFAULT_WORKSPACE
    }
}

/// What a part of a workspace is found by among those of all: as it is in `default`, else behind the workspace and a colon, which stands in
/// no name: `acme:api/orders@v1`.
pub fn scoped(workspace: &Name, key: &str) -> Arc<str> {
    if workspace.is_default_workspace() { key.into() } else { format!("{workspace}:{key}").into() }
}

/// As [`scoped`], sharing the key where it stays as it is.
pub fn scoped_shared(workspace: &Name, key: &Arc<str>) -> Arc<str> {
    if workspace.is_default_workspace() { Arc::clone(key) } else { scoped(workspace, key) }
}

/// The workspace of a [`scoped`] key, and the key within it.
pub fn unscoped(key: &str) -> (&str, &str) {
    // A reference to a secret has a colon of its own, and no name has a slash.
    match key.split_once(':') {
        Some((workspace, rest)) if !rest.starts_with("//") => (workspace, rest),
        _ => (DEFAULT_WORKSPACE, key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_scoped_by_its_workspace_and_found_again() {
        let acme: Name = "acme".parse().unwrap();
        for (workspace, key, scope) in [
            (&acme, "api/orders@v1", "acme:api/orders@v1"),
            (&acme, "secret://idp", "acme:secret://idp"),
            (&acme, "secret://vault/a#b:c", "acme:secret://vault/a#b:c"),
            (&Name::default_workspace(), "api/orders@v1", "api/orders@v1"),
            (&Name::default_workspace(), "secret://idp", "secret://idp"),
        ] {
            assert_eq!(&*scoped(workspace, key), scope);
            assert_eq!(unscoped(scope), (workspace.as_str(), key));
        }
    }

    #[test]
    fn a_workspace_says_what_is_wrong_with_it() {
        let read = |value: serde_json::Value| serde_json::from_value::<Workspace>(value);
        let good =
            read(serde_json::json!({ "name": "acme", "limits": { "apis": 0, "requests_per_second": 5 } }));
        assert!(good.unwrap().faults().is_empty());
        let wrong = serde_json::json!({ "name": "acme", "title": "t".repeat(201), "labels": { "": "x" }, "limits": { "requests_per_second": 0 } });
        let fields: Vec<_> = read(wrong).unwrap().faults().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["title", "labels", "limits.requests_per_second"]);
        assert!(read(serde_json::json!({ "name": "acme", "limits": { "api": 1 } })).is_err());
    }
}
