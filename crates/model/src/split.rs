//! Requests of one API or route divided among several upstreams.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{HashOn, Name, RouteMatch, Span, UpstreamSource, ValueMatch};

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
    /// Gives it more by itself as long as it does as well as the usual upstream, and takes all from it where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<Rollout>,
    /// Requests that go here whatever the weight: those for which any of these holds.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<BranchMatch>,
}

/// How a branch grows by itself. What is compared are its requests and those of the usual upstream since the step began, of the last
/// hour at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    /// The shares it gets one after the other, percent, each larger than the one before: `[1, 5, 25, 50]`.
    pub steps: Vec<f64>,
    /// How long it has each.
    pub every: Span,
    /// Requests it must have had at a step before anything is decided by them.
    #[serde(default = "fifty")]
    pub min_requests: u64,
    /// It is aborted where this much more of its requests fail than of the usual upstream's, percent of all: 500 and above, no answer, an
    /// answer too late.
    #[serde(default = "one_percent")]
    pub max_errors: f64,
    /// It is aborted where the time within which 99 of 100 of its answers come is this much longer than the usual upstream's, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_latency: Option<f64>,
    /// What becomes of it after the last step.
    #[serde(default)]
    pub then: RolloutEnd,
}

/// What becomes of a branch that has passed all steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RolloutEnd {
    /// Its upstream becomes the usual one, and the split ends.
    #[default]
    Promote,
    /// It stays as it is.
    Stay,
}

fn fifty() -> u64 {
    50
}

fn one_percent() -> f64 {
    1.0
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
