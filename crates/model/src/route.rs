//! A route that no contract gave.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Name, PolicyUse, UpstreamSource};

/// A match and where it leads, beside the routes that contracts give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub name: Name,
    /// Which requests it takes.
    #[serde(rename = "match")]
    pub matches: RouteMatch,
    /// The service it leads to: the name of an upstream, or one written here.
    pub upstream: UpstreamSource,
    /// Takes the literal beginning of the path (all before a parameter or `*`) off before the request goes on.
    #[serde(default)]
    pub strip_path: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
}

/// Which requests a route takes; everything given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteMatch {
    /// Host names, exact or with a leading wildcard such as `*.example.com`; none means any host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// `/health` exactly, `/users/{id}` with a parameter, `/files/*` with everything below.
    pub path: String,
    /// Methods; none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}
