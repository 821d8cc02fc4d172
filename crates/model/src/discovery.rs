//! Endpoints that are found rather than listed.

use std::net::SocketAddr;

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
    /// By DNS.
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

/// A name that DNS leads to endpoints: each of its addresses (A and AAAA) is one, or each of its services (SRV).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DnsDiscovery {
    /// The name, such as `orders.internal` or, with `type: srv`, `_http._tcp.orders.internal`.
    pub name: String,
    /// What is asked for.
    #[serde(default, rename = "type", skip_serializing_if = "DnsRecords::is_address")]
    pub records: DnsRecords,
    /// With `type: address`: the port of every endpoint; 80 or 443 by the scheme where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `https` needs the `tls.server_name` that certificates are checked against.
    #[serde(default)]
    pub scheme: Scheme,
    /// Servers that are asked, as `address:port` each, in place of the gateway's; the search list of the system says nothing then. One at a
    /// link-local address is asked only where the gateway's `allowed_link_local` names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolver: Vec<SocketAddr>,
    /// An answer is used for as long as it says (its TTL), but no shorter than this.
    #[serde(default = "second")]
    pub min_ttl: Span,
    /// And no longer than this.
    #[serde(default = "minute")]
    pub max_ttl: Span,
}

/// What of a name is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DnsRecords {
    /// Its addresses. The name is the `Host` of requests.
    #[default]
    Address,
    /// Its services (RFC 2782): each tells a host with its port, priority and weight. That host is the `Host` of requests.
    Srv,
}

impl DnsRecords {
    fn is_address(&self) -> bool {
        *self == DnsRecords::Address
    }
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
    /// The port where none is said.
    pub fn port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }

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

fn minute() -> Span {
    Span::secs(60)
}
