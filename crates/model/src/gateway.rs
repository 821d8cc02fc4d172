//! What holds for a gateway as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ByteSize, GatewayTls, Listener, Name, PolicyUse, Span};

/// Deadlines, bounds and policies for everything that passes a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    pub name: Name,
    #[serde(default)]
    pub timeouts: GatewayTimeouts,
    #[serde(default)]
    pub limits: GatewayLimits,
    #[serde(default)]
    pub cache: GatewayCache,
    /// Guesses of credentials that one network address has.
    #[serde(default)]
    pub wrong_credentials: WrongCredentials,
    /// Addresses or networks (CIDR) of proxies whose `X-Forwarded-For` and `Forwarded` are believed, and their PROXY protocol where a
    /// listener asks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<String>,
    /// Link-local addresses, and those of metadata services of clouds, that are connected to all the same: addresses or networks (CIDR) such as
    /// `169.254.10.0/24`. To all others no connection is opened, whoever names them: upstreams, keys, webhooks, mirrors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_link_local: Vec<String>,
    /// Where it listens beside `--http` and `--https`. They come and go without touching connections of others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listeners: Vec<Listener>,
    /// What is spoken with clients on TLS listeners.
    #[serde(default)]
    pub tls: GatewayTls,
    /// Policies for every request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
}

/// Deadlines toward clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayTimeouts {
    /// For a request's head to arrive whole.
    pub header: Span,
    /// Between two pieces of a request's body.
    pub body: Span,
    /// For a connection with no request on it.
    pub idle: Span,
    /// The default of an upstream's `total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<Span>,
}

impl Default for GatewayTimeouts {
    fn default() -> GatewayTimeouts {
        GatewayTimeouts { header: Span::secs(15), body: Span::secs(30), idle: Span::secs(75), upstream: None }
    }
}

/// Bounds on what clients may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayLimits {
    /// The largest request head.
    pub headers: ByteSize,
    /// The largest request body.
    pub body: ByteSize,
    /// Connections of clients at one time.
    pub connections: u32,
}

impl Default for GatewayLimits {
    fn default() -> GatewayLimits {
        GatewayLimits { headers: ByteSize::kib(32), body: ByteSize::mib(100), connections: 20_000 }
    }
}

/// Room for the responses that the policy `cache` stores, of all services together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayCache {
    /// In memory.
    pub memory: ByteSize,
    /// On disk, where the gateway has a data directory; `0B` for none. What is there outlives a restart.
    pub disk: ByteSize,
}

impl Default for GatewayCache {
    fn default() -> GatewayCache {
        GatewayCache { memory: ByteSize::mib(64), disk: ByteSize::mib(256) }
    }
}

/// How many wrong credentials (keys, passwords, tokens, signatures, certificates) may come from one network address, in one workspace, until
/// it is answered `429`. Callers that have called from there within a day are let in all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WrongCredentials {
    /// So many at once, and as many again in each window; `0` for any number.
    pub limit: u32,
    pub window: Span,
}

impl Default for WrongCredentials {
    fn default() -> WrongCredentials {
        WrongCredentials { limit: 60, window: Span::secs(60) }
    }
}

impl Default for Gateway {
    fn default() -> Gateway {
        Gateway {
            name: "default".parse().expect("`default` is a name"),
            timeouts: GatewayTimeouts::default(),
            limits: GatewayLimits::default(),
            cache: GatewayCache::default(),
            wrong_credentials: WrongCredentials::default(),
            trusted_proxies: Vec::new(),
            allowed_link_local: Vec::new(),
            listeners: Vec::new(),
            tls: GatewayTls::default(),
            policies: Vec::new(),
        }
    }
}
