//! Requests of one API or route divided among several upstreams.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{HashOn, Name, RouteMatch, UpstreamSource, ValueMatch};

/// Requests divided among several upstreams: a canary beside the usual one, or several versions to compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// What keeps a caller at the branch it once got. The first of these that a request has counts; a request with none of them gets a
    /// branch by chance each time. As the weight of a branch grows, callers move to it, and none away from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sticky: Vec<HashOn>,
    /// Where requests go other than to `upstream`; what these leave goes there.
    pub branches: Vec<Branch>,
}

/// A share of the requests, and where it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// What it is called where it is promoted or aborted: `canary`.
    pub name: Name,
    /// Its upstream: the name of one, or one written here.
    pub upstream: UpstreamSource,
    /// Its share of the requests that nothing else places, percent, 0 to 100. All branches together have 100 at most.
    #[serde(default)]
    pub weight: f64,
    /// Requests that go here whatever the weight: those for which any of these holds.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<BranchMatch>,
}

/// Which requests go to a branch; everything given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchMatch {
    /// Headers by name, all of which must match; of a header with several lines one must.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, ValueMatch>,
    /// Cookies by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cookies: BTreeMap<String, ValueMatch>,
    /// Parameters of the query by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, ValueMatch>,
    /// Names of consumers or apps, one of which must call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consumers: Vec<String>,
    /// Groups, one of which the consumer must be in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl BranchMatch {
    /// What it asks of the request itself, as a route would.
    pub fn of_request(&self) -> RouteMatch {
        RouteMatch {
            headers: self.headers.clone(),
            cookies: self.cookies.clone(),
            query: self.query.clone(),
            ..RouteMatch::default()
        }
    }

    /// Whether it asks for nothing, so that every request would do.
    pub fn is_empty(&self) -> bool {
        *self == BranchMatch::default()
    }
}
