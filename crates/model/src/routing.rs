//! Where a request would go, and why not elsewhere: the question and the answer of `routes explain`.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request that is not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `GET`
    pub method: String,
    /// `https://api.example.com/orders?page=2`, or the path alone.
    pub url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<HeaderLine>,
    /// The address it comes from, for conditions that ask; this machine where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
}

/// A header of a request that is not made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderLine {
    pub name: String,
    pub value: String,
}

/// Where a request goes, and why it does not go elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    pub method: String,
    /// In lower case, without the port.
    pub host: String,
    /// As routing compares it.
    pub path: String,
    pub outcome: Outcome,
    /// What takes it; where the outcome is not `routed`, what refuses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<Candidate>,
    /// The methods that the path has, where only the method does not fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// What came near, the nearest first.
    pub lost: Vec<Lost>,
    /// The snapshot this is about.
    pub snapshot: u64,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Routed,
    /// 405: the path is known, but not with this method.
    MethodNotAllowed,
    /// 404: an API answers here, but its contract has no such path.
    OperationNotFound,
    /// 400: an API answers here, but not in the version that is asked for.
    VersionNotFound,
    /// 404: nothing answers here.
    NotFound,
}

/// A route, or an API with the operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// `route/health` or `api/orders@v1`.
    pub service: String,
    /// The operation of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What it takes, in short: `GET *.example.com/orders/{id}`.
    pub takes: String,
}

/// What came near, and why it lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lost {
    #[serde(flatten)]
    pub candidate: Candidate,
    pub reason: Reason,
    /// In words.
    pub detail: String,
}

/// Why something does not take a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It would have taken it, had the winner not been more specific.
    Outranked,
    /// It is another version than the request is for.
    Version,
    Condition,
    Cookie,
    Query,
    Header,
    Method,
    Host,
    Path,
}
