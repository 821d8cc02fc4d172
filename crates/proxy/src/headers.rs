//! What the gateway does to header fields: refuse what is ambiguous, drop what belongs to one hop, say whom it forwards for.

use std::{fmt::Write, net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header, request::Parts};
use policy::{Problem, problems};

use crate::{ids, random::Random, table::Table};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Fields of a request's head that matter here, found in one pass.
#[derive(Default)]
struct Seen {
    hosts: u8,
    content_length: bool,
    transfer_encoding: bool,
    /// Fields that belong to one hop: a bit for each of [`HOP`].
    hop: u8,
    connection: bool,
    forwarding: bool,
    traced: bool,
    request_id: bool,
    via: bool,
}

/// What is known of a request once its head was read.
pub(crate) struct Arrival {
    /// In lower case, without a port.
    pub(crate) host: Arc<str>,
    /// The client's address, behind trusted proxies the one they tell.
    pub(crate) client: IpAddr,
    pub(crate) request_id: HeaderValue,
    pub(crate) traceparent: HeaderValue,
    /// The protocol the client wants to change to.
    pub(crate) upgrade: Option<HeaderValue>,
}

/// The connection a request came on.
pub(crate) struct Hop<'a> {
    pub(crate) peer: IpAddr,
    pub(crate) peer_text: &'a HeaderValue,
    pub(crate) secure: bool,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
}

/// Fields that are added to a request's head.
const ADDED: usize = 8;

/// What follows from the host a connection's requests are for.
pub(crate) struct Known {
    /// As it came.
    text: Box<str>,
    /// In lower case, without a port.
    name: Arc<str>,
    /// `X-Forwarded-Host`.
    value: Option<HeaderValue>,
    /// An element of `Forwarded` (RFC 7239 §4).
    forwarded: HeaderValue,
}

/// Checks a request's head and makes it one to forward.
///
/// # Errors
/// What could be read in two ways, or is not done here.
pub(crate) fn receive(
    head: &mut Parts,
    hop: &Hop<'_>,
    table: &Table,
    random: &mut Random,
    known: &mut Option<Known>,
) -> Result<Arrival, Problem> {
    let seen = look(&head.headers);
    // At once, rather than growing twice.
    head.headers.reserve(ADDED);
    let known = host(head, seen.hosts, hop, known)?;
    framing(head, &seen)?;
    let upgrade = if seen.connection { upgrade(head) } else { None };
    if seen.connection {
        drop_named(&mut head.headers)?;
    }
    drop_hop(&mut head.headers, seen.hop);

    let trusted = seen.forwarding && table.trusts(hop.peer);
    let headers = &mut head.headers;
    let client = if trusted { client_of(headers, hop.peer, table) } else { hop.peer };
    if trusted {
        forward_on(headers, hop, known);
    } else {
        forward(headers, hop, known, seen.forwarding);
    }

    let via = match head.version {
        Version::HTTP_2 => HeaderValue::from_static("2 pailou"),
        Version::HTTP_10 => HeaderValue::from_static("1.0 pailou"),
        _ => HeaderValue::from_static("1.1 pailou"),
    };
    if seen.via {
        headers.append(header::VIA, via);
    } else {
        headers.insert(header::VIA, via);
    }

    let came = if seen.traced { headers.get(&TRACEPARENT) } else { None };
    let (traceparent, kept) = ids::traceparent(came, random);
    if seen.traced && !kept {
        headers.remove(&TRACESTATE);
    }
    headers.insert(TRACEPARENT, traceparent.clone());

    let kept = if seen.request_id { headers.get(&X_REQUEST_ID) } else { None };
    let request_id = match kept.filter(|id| ids::is_sane_request_id(id)) {
        Some(id) => id.clone(),
        None => ids::request_id(hop.now, random),
    };
    headers.insert(X_REQUEST_ID, request_id.clone());
    Ok(Arrival { host: Arc::clone(&known.name), client, request_id, traceparent, upgrade })
}

/// Takes from a response what belongs to the upstream's hop.
pub(crate) fn receive_response(headers: &mut HeaderMap) {
    let seen = look(headers);
    if seen.connection {
        // A response that names what it must not is cut to what it may.
        let _ = drop_named(headers);
    }
    drop_hop(headers, seen.hop);
    if seen.transfer_encoding {
        headers.remove(header::TRANSFER_ENCODING);
    }
}

fn look(headers: &HeaderMap) -> Seen {
    let mut seen = Seen::default();
    for name in headers.keys() {
        match name.as_str() {
            "host" => seen.hosts = 1,
            "content-length" => seen.content_length = true,
            "transfer-encoding" => seen.transfer_encoding = true,
            "connection" => {
                seen.connection = true;
                seen.hop |= 1;
            }
            name @ ("keep-alive"
            | "proxy-connection"
            | "proxy-authorization"
            | "proxy-authenticate"
            | "te"
            | "upgrade"
            | "http2-settings") => {
                seen.hop |= HOP.iter().position(|hop| hop == name).map_or(0, |at| 1 << at);
            }
            "forwarded" | "x-forwarded-for" | "x-forwarded-proto" | "x-forwarded-host"
            | "x-forwarded-port" | "x-real-ip" => seen.forwarding = true,
            "traceparent" | "tracestate" => seen.traced = true,
            "x-request-id" => seen.request_id = true,
            "via" => seen.via = true,
            _ => {}
        }
    }
    seen
}

/// The host a request is for: one, whatever forms it came in (RFC 9112 §3.2, RFC 9113 §8.3.1).
fn host<'k>(
    head: &mut Parts,
    hosts: u8,
    hop: &Hop<'_>,
    known: &'k mut Option<Known>,
) -> Result<&'k Known, Problem> {
    let refuse = |why: &'static str| Err(Problem::new(problems::BAD_REQUEST, why));
    let named = if hosts == 0 {
        None
    } else {
        let mut all = head.headers.get_all(header::HOST).iter();
        let first = all.next();
        if all.next().is_some() {
            return refuse("the request has more than one `Host`");
        }
        first
    };
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    let named = match named.map(HeaderValue::to_str) {
        Some(Err(_)) => return refuse("the `Host` has characters no host has"),
        Some(Ok(named)) => Some(named),
        None => None,
    };
    let text = match (authority, named) {
        (Some(authority), Some(named)) if !authority.eq_ignore_ascii_case(named) => {
            return refuse("the request's target and its `Host` name different hosts");
        }
        (Some(authority), _) => authority,
        (None, Some(named)) => named,
        (None, None) if head.version == Version::HTTP_10 => "",
        (None, None) => return refuse("the request has no `Host`"),
    };
    let known = match known.take() {
        Some(same) if *same.text == *text => known.insert(same),
        _ => match Known::new(text, hop) {
            Some(other) => known.insert(other),
            None => return refuse("the `Host` is not a host and port"),
        },
    };
    if hosts == 0
        && let Some(value) = &known.value
    {
        head.headers.insert(header::HOST, value.clone());
    }
    Ok(known)
}

impl Known {
    fn new(text: &str, hop: &Hop<'_>) -> Option<Known> {
        let name = without_port(text)?.to_ascii_lowercase().into();
        let value = if text.is_empty() { None } else { Some(HeaderValue::from_str(text).ok()?) };
        let mut element = String::with_capacity(64);
        let quote = if hop.peer.is_ipv6() { ("\"[", "]\"") } else { ("", "") };
        // Writing to a string cannot fail.
        let _ = write!(element, "for={}{}{}", quote.0, hop.peer_text.to_str().unwrap_or_default(), quote.1);
        if value.is_some() {
            let quote = if text.contains([':', '[']) { "\"" } else { "" };
            let _ = write!(element, ";host={quote}{text}{quote}");
        }
        let _ = write!(element, ";proto={}", scheme(hop));
        let forwarded = HeaderValue::try_from(element).ok()?;
        Some(Known { text: text.into(), name, value, forwarded })
    }
}

fn scheme(hop: &Hop<'_>) -> &'static str {
    if hop.secure { "https" } else { "http" }
}

/// The host of `host[:port]`; `None` where it is neither.
fn without_port(text: &str) -> Option<&str> {
    let (host, port) = if text.starts_with('[') {
        let end = text.find(']')? + 1;
        (&text[..end], &text[end..])
    } else {
        let end = text.find(':').unwrap_or(text.len());
        (&text[..end], &text[end..])
    };
    let port_is_fine = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|port| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()));
    let host_is_fine = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    (port_is_fine && host_is_fine && host.len() <= 255).then_some(host)
}

/// Refuses messages whose end two parties could see at different places (RFC 9112 §6.3).
fn framing(head: &Parts, seen: &Seen) -> Result<(), Problem> {
    let refuse = |why: &'static str| Err(Problem::new(problems::BAD_REQUEST, why));
    if head.method == Method::CONNECT {
        return Err(Problem::new(problems::NOT_IMPLEMENTED, "the gateway opens no tunnels"));
    }
    if seen.transfer_encoding {
        if seen.content_length {
            return refuse("the request has both `Content-Length` and `Transfer-Encoding`");
        }
        let mut codings = head.headers.get_all(header::TRANSFER_ENCODING).iter();
        let only = codings.next().filter(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
        if only.is_none() || codings.next().is_some() {
            let why = "the only transfer coding taken is one `chunked`";
            return Err(Problem::new(problems::NOT_IMPLEMENTED, why));
        }
    }
    if head.method == Method::TRACE && (seen.transfer_encoding || seen.content_length) {
        return refuse("a TRACE request has no content");
    }
    Ok(())
}

/// The protocol a client asks to change to (RFC 9110 §7.8).
fn upgrade(head: &Parts) -> Option<HeaderValue> {
    if head.version != Version::HTTP_11 {
        return None;
    }
    tokens(&head.headers, header::CONNECTION).find(|token| token.eq_ignore_ascii_case("upgrade"))?;
    let wanted = head.headers.get(header::UPGRADE)?;
    // h2c is a protocol of this hop, and not one that is changed to any more (RFC 9113 §3.1).
    (!wanted.as_bytes().eq_ignore_ascii_case(b"h2c")).then(|| wanted.clone())
}

/// Drops the fields that `Connection` names (RFC 9110 §7.6.1).
fn drop_named(headers: &mut HeaderMap) -> Result<(), Problem> {
    let names_nothing = |value: &HeaderValue| {
        [&b"keep-alive"[..], b"close"].iter().any(|word| value.as_bytes().eq_ignore_ascii_case(word))
    };
    if headers.get_all(header::CONNECTION).iter().all(names_nothing) {
        return Ok(());
    }
    let named: Vec<HeaderName> = tokens(headers, header::CONNECTION)
        .filter(|token| !token.eq_ignore_ascii_case("close") && !token.eq_ignore_ascii_case("keep-alive"))
        .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
        .collect();
    for name in named {
        let essential = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        if essential.contains(&name) {
            let why = "`Connection` names a field that is not of one hop";
            return Err(Problem::new(problems::BAD_REQUEST, why));
        }
        headers.remove(name);
    }
    Ok(())
}

/// Fields that belong to one hop (RFC 9110 §7.6.1), `Connection` first.
const HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHORIZATION,
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::UPGRADE,
    HeaderName::from_static("http2-settings"),
];

fn drop_hop(headers: &mut HeaderMap, seen: u8) {
    for (at, name) in HOP.iter().enumerate() {
        if seen & (1 << at) != 0 {
            headers.remove(name);
        }
    }
}

fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

/// The client that trusted proxies tell of: from the right, the first address that is not one of theirs.
fn client_of(headers: &HeaderMap, peer: IpAddr, table: &Table) -> IpAddr {
    let mut client = peer;
    let mut consider = |address: Option<IpAddr>| match address {
        Some(address) => {
            client = address;
            table.trusts(address)
        }
        None => false,
    };
    if headers.contains_key(&X_FORWARDED_FOR) {
        let told: Vec<_> = tokens(headers, X_FORWARDED_FOR).collect();
        for address in told.into_iter().rev() {
            if !consider(read_address(address)) {
                break;
            }
        }
    } else {
        let told: Vec<_> = tokens(headers, header::FORWARDED).collect();
        for element in told.into_iter().rev() {
            let node = element.split(';').find_map(|pair| {
                let (key, node) = pair.trim().split_once('=')?;
                key.eq_ignore_ascii_case("for").then(|| node.trim_matches('"'))
            });
            if !consider(node.and_then(read_address)) {
                break;
            }
        }
    }
    client
}

/// An address as proxies write it, with or without a port and brackets.
fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']')?.0.parse().ok();
    }
    text.parse().ok().or_else(|| text.split_once(':')?.0.parse().ok())
}

/// Says whom the request is forwarded for. What the client itself said about it is replaced.
fn forward(headers: &mut HeaderMap, hop: &Hop<'_>, known: &Known, told: bool) {
    if told {
        headers.remove("x-real-ip");
        headers.remove("x-forwarded-port");
        headers.remove(&X_FORWARDED_HOST);
    }
    headers.insert(X_FORWARDED_FOR, hop.peer_text.clone());
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme(hop)));
    if let Some(host) = &known.value {
        headers.insert(X_FORWARDED_HOST, host.clone());
    }
    headers.insert(header::FORWARDED, known.forwarded.clone());
}

/// Adds this hop to what trusted proxies said about whom the request is forwarded for.
fn forward_on(headers: &mut HeaderMap, hop: &Hop<'_>, known: &Known) {
    let joined = |name: &HeaderName, last: &HeaderValue| {
        let lines = headers.get_all(name).iter().chain([last]);
        let all: Vec<&str> = lines.filter_map(|value| value.to_str().ok()).collect();
        HeaderValue::try_from(all.join(", ")).ok()
    };
    let chain = joined(&X_FORWARDED_FOR, hop.peer_text);
    let forwarded = joined(&header::FORWARDED, &known.forwarded);
    for (name, value) in [(X_FORWARDED_FOR, chain), (header::FORWARDED, forwarded)] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    if !headers.contains_key(&X_FORWARDED_PROTO) {
        headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme(hop)));
    }
    if let Some(host) = known.value.clone().filter(|_| !headers.contains_key(&X_FORWARDED_HOST)) {
        headers.insert(X_FORWARDED_HOST, host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_address_with_an_optional_port() {
        assert_eq!(without_port("api.example.com:8080"), Some("api.example.com"));
        assert_eq!(without_port("[::1]:80"), Some("[::1]"));
        assert_eq!(without_port("[::1]"), Some("[::1]"));
        for bad in ["a b", "a@b", "a/b", "a:b", "[::1", "a:1:2", "a\u{e9}", "a,b"] {
            assert_eq!(without_port(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, address) in
            [("10.0.0.1", "10.0.0.1"), ("10.0.0.1:80", "10.0.0.1"), ("[::1]:80", "::1"), ("::1", "::1")]
        {
            assert_eq!(read_address(text), address.parse().ok(), "{text}");
        }
        assert_eq!(read_address("unknown"), None);
    }
}
