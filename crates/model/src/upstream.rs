//! Where requests go.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    CircuitBreakers, Discovery, HealthChecks, Hedge, Name, Retries, Span, UpstreamLimits, UpstreamTls,
};

/// A named pool of endpoints with its balancing and deadlines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// The name routes refer to; absent where the upstream is written inside an API or route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The addresses of the service.
    #[serde(default)]
    pub endpoints: Vec<Endpoint>,
    /// Where more of them are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Box<Discovery>>,
    /// How one endpoint is chosen for a request.
    #[serde(default)]
    pub balance: Balance,
    /// With `consistent-hash`: what of a request says which endpoint it goes to. The first of these that the request has counts; a
    /// request with none of them goes to any endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hash_on: Vec<HashOn>,
    /// Deadlines toward this upstream.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// What is spoken with the endpoints.
    #[serde(default, skip_serializing_if = "Protocol::is_auto")]
    pub protocol: Protocol,
    /// When a request is sent again. Without it, a request is sent to another endpoint where no connection could be made, and once
    /// more where a connection that was kept turns out closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<Box<Retries>>,
    /// When a request is sent twice, for whichever answer comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedge: Option<Box<Hedge>>,
    /// How much is asked at one time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Box<UpstreamLimits>>,
    /// How it is known which endpoints are well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_checks: Option<Box<HealthChecks>>,
    /// Leaves alone for a while what fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<Box<CircuitBreakers>>,
    /// TLS toward endpoints with `https://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Box<UpstreamTls>>,
    /// How long an endpoint that is new, or well again, takes to get its whole share: it begins with a tenth. By a hash it gets all
    /// that is its own at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_start: Option<Span>,
    /// Sends the client's `Host` to the upstream instead of the endpoint's own.
    #[serde(default)]
    pub preserve_host: bool,
}

/// What is spoken with an upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// With `https://` what the endpoint prefers of HTTP/2 and HTTP/1.1 (ALPN), with `http://` HTTP/1.1.
    #[default]
    Auto,
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2 alone; with `http://` without asking first (prior knowledge), as gRPC services without TLS expect it.
    Http2,
}

impl Protocol {
    fn is_auto(&self) -> bool {
        *self == Protocol::Auto
    }
}

/// One address of an upstream: `http://10.0.0.1:9001`, or `{ url: …, weight: 2, zone: a }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// `http://host[:port][/prefix]`; a path is put before the path of every request.
    pub url: String,
    /// The share of requests relative to the other endpoints; 0 takes none.
    pub weight: u32,
    /// Where it is: those in a gateway's own zone go first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Box<str>>,
}

/// How one endpoint is chosen for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Balance {
    /// Each in turn, by weight.
    #[default]
    RoundRobin,
    /// The one with fewer requests in flight of two drawn by chance, by weight.
    LeastRequest,
    /// Of two drawn by chance, by weight, the one expected to answer sooner: its latest answers' time (peaks count at once and are
    /// forgotten slowly) times the requests it has in flight.
    PeakEwma,
    /// The same one for the same value of `hash_on`, by weight. Where an endpoint is added or removed, only its share moves.
    ConsistentHash,
    /// Any, by weight.
    Random,
}

/// What of a request says where it goes: `ip`, `consumer`, `{ header: x-user }`, `{ cookie: session }` or `{ own_cookie: { … } }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HashOn {
    /// The client's address, behind trusted proxies the one they tell.
    Ip,
    /// The consumer or app that calls, where a policy has recognized one.
    Consumer,
    /// The first line of a header.
    Header(String),
    /// A cookie.
    Cookie(String),
    /// A cookie that the gateway gives to whoever has none.
    #[serde(rename = "own_cookie")]
    OwnCookie(OwnCookie),
}

/// A cookie by which a gateway knows a client again: by chance, and good for nothing else. Clients keep it from scripts (`HttpOnly`),
/// and send it over TLS alone where they got it over TLS (`Secure`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnCookie {
    #[serde(default = "usual_cookie")]
    pub name: String,
    /// How long clients keep it; until they end where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// Below which path clients send it.
    #[serde(default = "root")]
    pub path: String,
    /// Whether clients send it with requests that other sites cause.
    #[serde(default)]
    pub same_site: SameSite,
}

/// Whether a cookie is sent with requests that other sites cause (RFC 6265bis §5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SameSite {
    /// Where the user goes from one to the other.
    #[default]
    Lax,
    Strict,
    /// Always; clients take it over TLS alone.
    None,
}

fn usual_cookie() -> String {
    "pailou-at".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

/// Deadlines toward an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    /// For a connection to stand, TLS included.
    pub connect: Span,
    /// Between two pieces of the response, its head included.
    pub read: Span,
    /// From the first byte sent to the response's head. A response that streams may take longer.
    pub total: Span,
}

impl HashOn {
    /// # Errors
    /// The field that names nothing a request could have, and why.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let is_token = |name: &str| {
            let is_mark = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
        };
        let is_path = |path: &str| {
            path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';')
        };
        match self {
            HashOn::Ip | HashOn::Consumer => Ok(()),
            HashOn::Header(name) if is_token(name) => Ok(()),
            HashOn::Header(name) => Err(("header", format!("`{name}` is no name of a header"))),
            HashOn::Cookie(name) if is_token(name) => Ok(()),
            HashOn::Cookie(name) => Err(("cookie", format!("`{name}` is no name of a cookie"))),
            HashOn::OwnCookie(own) if !is_token(&own.name) => {
                Err(("own_cookie.name", format!("`{}` is no name of a cookie", own.name)))
            }
            HashOn::OwnCookie(own) if own.ttl.is_some_and(|ttl| ttl.0.as_secs() == 0) => {
                Err(("own_cookie.ttl", "must be at least `1s`".to_owned()))
            }
            HashOn::OwnCookie(own) if !is_path(&own.path) => Err((
                "own_cookie.path",
                format!(
                    "`{}` is no path: it begins with `/` and has neither spaces nor semicolons",
                    own.path
                ),
            )),
            HashOn::OwnCookie(_) => Ok(()),
        }
    }
}

impl Endpoint {
    /// An address with the usual weight.
    pub fn at(url: impl Into<String>) -> Endpoint {
        Endpoint { url: url.into(), weight: 1, zone: None }
    }
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts { connect: Span::secs(5), read: Span::secs(30), total: Span::secs(60) }
    }
}

impl<'de> Deserialize<'de> for Endpoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Endpoint, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            url: String,
            #[serde(default = "one")]
            weight: u32,
            #[serde(default)]
            zone: Option<Box<str>>,
        }

        struct UrlOrLong;
        impl<'de> Visitor<'de> for UrlOrLong {
            type Value = Endpoint;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a URL such as `http://10.0.0.1:9001`, or `{ url: …, weight: 2 }`")
            }

            fn visit_str<E>(self, url: &str) -> Result<Endpoint, E> {
                Ok(Endpoint::at(url))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Endpoint, A::Error> {
                let Long { url, weight, zone } = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Endpoint { url, weight, zone })
            }
        }

        fn one() -> u32 {
            1
        }
        deserializer.deserialize_any(UrlOrLong)
    }
}

impl JsonSchema for Endpoint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Endpoint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A URL, or a URL with its weight and zone.",
            "oneOf": [
                { "type": "string", "pattern": "^https?://" },
                {
                    "type": "object",
                    "properties": {
                        "url": { "type": "string", "pattern": "^https?://" },
                        "weight": { "type": "integer", "minimum": 0, "default": 1 },
                        "zone": { "type": "string" },
                    },
                    "required": ["url"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}
