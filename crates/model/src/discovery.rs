//! Endpoints that are found rather than listed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// Where endpoints are found, beside those that are listed. What was found last stays while nothing can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Discovery {
    /// In a file where the gateway runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileDiscovery>,
    /// By the addresses of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsDiscovery>,
}

/// A file with endpoints, which is looked at again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileDiscovery {
    /// A path where the gateway runs: a list in YAML or JSON, as `endpoints` is.
    pub path: String,
    /// How often it is looked at.
    #[serde(default = "second")]
    pub interval: Span,
}

/// A name each of whose addresses is an endpoint, as the system's resolver says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DnsDiscovery {
    /// The name, which is also the `Host` of requests.
    pub name: String,
    pub port: u16,
    /// `https` needs the `tls.server_name` that certificates are checked against.
    #[serde(default)]
    pub scheme: Scheme,
    /// How often its addresses are asked for.
    #[serde(default = "seconds")]
    pub interval: Span,
}

/// How endpoints are spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    #[default]
    Http,
    Https,
}

impl Scheme {
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

fn second() -> Span {
    Span::secs(1)
}

fn seconds() -> Span {
    Span::secs(5)
}
