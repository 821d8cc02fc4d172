//! What conditions can ask about a request. Borrowed; nothing is read before it is asked for.

use std::{borrow::Cow, fmt, net::IpAddr, sync::Arc};

use head::{Known, RequestHead};
use http::HeaderName;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Where a client is from, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The two letters of its country (ISO 3166-1).
    pub country: Option<[u8; 2]>,
    /// The number of the autonomous system that announces its network.
    pub asn: Option<u32>,
}

impl Provenance {
    /// The letters; empty where they are not known.
    pub fn country(&self) -> &str {
        self.country.as_ref().and_then(|code| std::str::from_utf8(code).ok()).unwrap_or_default()
    }

    /// `AS64500`; empty where it is not known.
    pub fn asn(&self) -> String {
        self.asn.map_or_else(String::new, |number| format!("AS{number}"))
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (country, asn) = (self.country(), self.asn());
        let known = |text: &str| if text.is_empty() { "unknown" } else { text }.to_owned();
        write!(f, "{}, {}", known(country), known(&asn))
    }
}

/// A request, its client and where it was routed.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub head: &'a RequestHead,
    pub client: IpAddr,
    /// Where the client is from, once a policy has found out.
    pub origin: Option<Provenance>,
    /// The id of the API called; empty for an explicit route.
    pub api: &'a str,
    /// The id of the operation called; empty for a pass-through.
    pub operation: &'a str,
    pub caller: Option<CallerFacts<'a>>,
}

/// Who calls.
#[derive(Clone, Copy, Default)]
pub struct CallerFacts<'a> {
    pub name: &'a str,
    pub groups: &'a [String],
    /// What the credential is good for.
    pub scopes: &'a [Arc<str>],
    /// What the credential says of the caller: an object, such as the claims of a token.
    pub claims: Option<&'a Value>,
}

impl<'a> Facts<'a> {
    /// The host in lower case, without its port.
    pub fn host(&self) -> Cow<'a, str> {
        let host = self.head.uri.host().or_else(|| {
            let text = self.head.headers.first(Known::Host)?.to_str().ok()?;
            // A colon after the last bracket begins the port: `[::1]:8080`, `example.com:80`.
            let end = text.rfind(':').filter(|at| !text[*at..].contains(']')).unwrap_or(text.len());
            Some(&text[..end])
        });
        lower(Cow::Borrowed(host.unwrap_or_default()))
    }

    /// The value of a header; several lines are joined by `, ` (RFC 9110 §5.3).
    pub(crate) fn header(&self, name: &HeaderName) -> Option<Cow<'a, str>> {
        let lines = self.head.headers.get_all(name);
        let mut lines = lines.iter();
        let first = String::from_utf8_lossy(lines.next()?.as_bytes());
        Some(lines.fold(first, |joined, line| {
            Cow::Owned(format!("{joined}, {}", String::from_utf8_lossy(line.as_bytes())))
        }))
    }

    /// The first value of a query parameter, decoded.
    pub fn query(&self, name: &str) -> Option<Cow<'a, str>> {
        query_value(self.head.uri.query()?, name)
    }

    /// The parameters of the query, decoded; of several with one name the first.
    pub(crate) fn queries(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for pair in self.head.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            all.entry(decode(name)).or_insert_with(|| decode(value).into());
        }
        all
    }

    pub(crate) fn groups(&self) -> &'a [String] {
        self.caller.map_or(&[], |caller| caller.groups)
    }

    pub(crate) fn scopes(&self) -> &'a [Arc<str>] {
        self.caller.map_or(&[], |caller| caller.scopes)
    }

    /// What the caller's credential says under a path of names.
    pub(crate) fn claim(&self, path: &[Box<str>]) -> Option<&'a Value> {
        path.iter().try_fold(self.caller?.claims?, |value, name| value.get(&**name))
    }
}

/// The first value of a parameter of a query, decoded.
pub fn query_value<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key) == name).then(|| decode(value))
    })
}

/// Decodes `application/x-www-form-urlencoded` text; allocates only where something is encoded.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

/// Text with ASCII letters in lower case; allocates only where there is an upper-case one.
pub(crate) fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}
