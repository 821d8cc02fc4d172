//! A contract in the making.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ContractSource, Name};

/// A contract in the making: people write it, every state of it is kept, and it may be wrong or half done. It is nothing to gateways and to the
/// portal until it is published, which makes it the contract of an API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Design {
    pub name: Name,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The API whose contract it is to become: `orders@v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The contract: a path, the document itself, or `sha256:…` of a text that is stored. This, or `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractSource>,
    /// The contract as it is written, with its comments and in its order. It is stored, and `contract` names it from then on.
    #[serde(default, skip_serializing)]
    pub text: Option<String>,
}

impl Design {
    /// The longest contract in the making, bytes.
    pub const LONGEST: usize = 32 << 20;
    /// The longest title, bytes.
    pub const LONGEST_TITLE: usize = 255;

    /// What is wrong with it, each with its field.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.title.as_ref().is_some_and(|title| title.len() > Design::LONGEST_TITLE) {
            faults.push(("title", format!("has {} bytes at most", Design::LONGEST_TITLE)));
        }
        if let Some(api) = &self.api {
            let (name, version) =
                api.split_once('@').map_or((&**api, None), |(name, version)| (name, Some(version)));
            let is_name = |text: &str| text.parse::<Name>().is_ok();
            if !is_name(name) || !version.is_none_or(is_name) {
                faults.push(("api", format!("`{api}` is no API; write it as `orders@v1`")));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_text_is_read_and_never_written() {
        let design: Design =
            serde_json::from_value(json!({ "name": "orders", "text": "openapi: 3.1.0 # as written\n" }))
                .unwrap();
        assert_eq!(design.text.as_deref(), Some("openapi: 3.1.0 # as written\n"));
        assert_eq!(serde_json::to_value(&design).unwrap(), json!({ "name": "orders" }));
    }

    #[test]
    fn what_is_no_api_is_told_with_its_field() {
        let design = |api: &str| Design {
            api: Some(api.to_owned()),
            ..serde_json::from_value(json!({ "name": "orders" })).unwrap()
        };
        assert!(design("orders@v1").faults().is_empty() && design("orders").faults().is_empty());
        for wrong in ["", "orders@", "@v1", "a b", "orders@v1@v2"] {
            assert_eq!(design(wrong).faults()[0].0, "api", "{wrong}");
        }
    }
}
