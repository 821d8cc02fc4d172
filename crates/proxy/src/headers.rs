//! What the gateway does to header fields: refuse what is ambiguous, drop what belongs to one hop, say whom it forwards for.

use std::{
    fmt::Write,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use head::{Headers, Known as Field, RequestHead, Value};
use http::{HeaderName, HeaderValue, Method, Version};
use policy::{Problem, problems};

use crate::{
    ids::{self, RequestId},
    random::Random,
    table::Table,
};

/// What is known of a request once its head was read.
pub(crate) struct Arrival {
    /// In lower case, without a port.
    pub(crate) host: Arc<str>,
    /// The client's address, behind trusted proxies the one they tell.
    pub(crate) client: IpAddr,
    pub(crate) request_id: RequestId,
    pub(crate) traceparent: [u8; 55],
    /// The protocol the client wants to change to.
    pub(crate) upgrade: Option<HeaderValue>,
    /// Where HTTP/3 is spoken, for a client that is told.
    pub(crate) alt_svc: Option<HeaderValue>,
}

/// The connection a request came on.
pub(crate) struct Hop<'a> {
    pub(crate) peer: IpAddr,
    pub(crate) peer_text: &'a HeaderValue,
    pub(crate) secure: bool,
    /// Whether the client is told that HTTP/3 is spoken too.
    pub(crate) announces: bool,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
}

/// What follows from the host a connection's requests are for.
pub(crate) struct Known {
    /// As it came.
    text: Box<str>,
    /// In lower case, without a port.
    name: Arc<str>,
    /// Whether there is one: `X-Forwarded-Host`.
    is_named: bool,
    /// An element of `Forwarded` (RFC 7239 §4).
    forwarded: String,
    /// The fields that say whom a request for this host is forwarded for.
    forwarding: Headers,
    /// Where HTTP/3 is spoken, for clients that are told: at the port they know, wherever that leads.
    alt_svc: Option<HeaderValue>,
}

/// Checks a request's head and makes it one to forward.
///
/// # Errors
/// What could be read in two ways, or is not done here.
pub(crate) fn receive(
    head: &mut RequestHead,
    hop: &Hop<'_>,
    table: &Table,
    random: &mut Random,
    known: &mut Option<Known>,
) -> Result<Arrival, Problem> {
    let known = host(head, hop, known)?;
    framing(head)?;
    let upgrade = upgrade(head);
    let takes_trailers = takes_trailers(head);
    drop_named(&mut head.headers, false)?;
    head.headers.discard_all(&HOP);
    if takes_trailers {
        // The gateway passes trailers on, so that it takes them where its client does.
        head.headers.add(Field::Te, b"trailers");
    }

    let headers = &mut head.headers;
    if headers.have_underscore() {
        headers.retain(|name, _| !is_twin(name));
    }
    let told = headers.may_have(&FORWARDING);
    let trusted = told && table.trusts(hop.peer);
    let client = if trusted { client_of(headers, hop.peer, table) } else { hop.peer };
    if trusted {
        forward_on(headers, hop, known);
    } else {
        forward(headers, known, told);
    }

    let via: &[u8] = match head.version {
        Version::HTTP_2 => b"2 pailou",
        Version::HTTP_3 => b"3 pailou",
        Version::HTTP_10 => b"1.0 pailou",
        _ => b"1.1 pailou",
    };
    headers.add(Field::Via, via);

    let (traceparent, kept) = ids::traceparent(headers.first(Field::Traceparent), random);
    if !kept {
        headers.discard(Field::Tracestate);
    }
    headers.set(Field::Traceparent, &traceparent);

    let request_id = match headers.first(Field::XRequestId) {
        Some(id) if ids::is_sane_request_id(id.as_bytes()) => RequestId::Theirs(id.as_bytes().into()),
        _ => {
            let id = ids::request_id(hop.now, random);
            headers.set(Field::XRequestId, &id);
            RequestId::Ours(id)
        }
    };
    // What speaks for its clients does so in its own way.
    let alt_svc = if trusted { None } else { known.alt_svc.clone() };
    Ok(Arrival { host: Arc::clone(&known.name), client, request_id, traceparent, upgrade, alt_svc })
}

/// Takes from a response what belongs to the upstream's hop.
pub(crate) fn receive_response(headers: &mut Headers) {
    // A response that names what it must not keeps that.
    let _ = drop_named(headers, true);
    headers.discard_all(&HOP_OF_RESPONSE);
}

/// The host a request is for: one, whatever forms it came in (RFC 9112 §3.2, RFC 9113 §8.3.1).
fn host<'k>(
    head: &mut RequestHead,
    hop: &Hop<'_>,
    known: &'k mut Option<Known>,
) -> Result<&'k Known, Problem> {
    let refuse = |why: &'static str| Err(Problem::new(problems::BAD_REQUEST, why));
    let mut all = head.headers.all(Field::Host);
    let named = all.next();
    if all.next().is_some() {
        return refuse("the request has more than one `Host`");
    }
    drop(all);
    // Most requests on a connection are for one host.
    if let (None, Some(named), Some(last)) = (head.uri.scheme(), named, &*known)
        && head.uri.authority().is_none()
        && *last.text.as_bytes() == *named.as_bytes()
    {
        return Ok(known.as_ref().expect("it was looked at"));
    }
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    if head.uri.scheme_str().is_some_and(|scheme| !matches!(scheme, "http" | "https")) {
        return refuse("the scheme of the request's target is not `http` or `https`");
    }
    let named = match named.map(Value::to_str) {
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
    if named.is_none() && known.is_named {
        head.headers.set(Field::Host, known.text.as_bytes());
    }
    Ok(known)
}

impl Known {
    fn new(text: &str, hop: &Hop<'_>) -> Option<Known> {
        let name = without_port(text)?.to_ascii_lowercase().into();
        let is_named = !text.is_empty();
        let mut element = String::with_capacity(64);
        let quote = if hop.peer.is_ipv6() { ("\"[", "]\"") } else { ("", "") };
        // Writing to a string cannot fail.
        let _ = write!(element, "for={}{}{}", quote.0, hop.peer_text.to_str().unwrap_or_default(), quote.1);
        if is_named {
            let quote = if text.contains([':', '[']) { "\"" } else { "" };
            let _ = write!(element, ";host={quote}{text}{quote}");
        }
        let _ = write!(element, ";proto={}", scheme(hop));
        let mut forwarding = Headers::new();
        forwarding.add(Field::XForwardedFor, hop.peer_text.as_bytes());
        forwarding.add(Field::XForwardedProto, scheme(hop).as_bytes());
        if is_named {
            forwarding.add(Field::XForwardedHost, text.as_bytes());
        }
        forwarding.add(Field::Forwarded, element.as_bytes());
        let port = text.rsplit_once(':').map_or("", |(_, port)| port);
        let port = if port.is_empty() || port.contains(']') { "443" } else { port };
        let alt_svc = || HeaderValue::try_from(format!("h3=\":{port}\"; ma=86400")).ok();
        let alt_svc = if hop.announces { alt_svc() } else { None };
        Some(Known { text: text.into(), name, is_named, forwarded: element, forwarding, alt_svc })
    }
}

fn scheme(hop: &Hop<'_>) -> &'static str {
    if hop.secure { "https" } else { "http" }
}

/// The host of `host[:port]`; `None` where it is neither.
fn without_port(text: &str) -> Option<&str> {
    let (host, port, host_is_fine) = match text.strip_prefix('[') {
        Some(inner) => {
            let (address, port) = inner.split_once(']')?;
            (&text[..address.len() + 2], port, address.parse::<Ipv6Addr>().is_ok())
        }
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let is_fine = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
            (host, port, is_fine && (port.is_empty() || !host.is_empty()))
        }
    };
    let is_number = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let port_is_fine = match port.strip_prefix(':') {
        Some("") => true,
        Some(port) => is_number(port) && port.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    (port_is_fine && host_is_fine && host.len() <= 255).then_some(host)
}

/// Refuses what is not done here, and what has content where there is none. How a body is framed was seen where it was read.
fn framing(head: &RequestHead) -> Result<(), Problem> {
    if head.method == Method::CONNECT {
        return Err(Problem::new(problems::NOT_IMPLEMENTED, "the gateway opens no tunnels"));
    }
    if head.method == Method::TRACE && has_content(head) {
        return Err(Problem::new(problems::BAD_REQUEST, "a TRACE request has no content"));
    }
    Ok(())
}

fn has_content(head: &RequestHead) -> bool {
    head.headers.has(Field::ContentLength) || head.headers.has(Field::TransferEncoding)
}

/// The protocol a client asks to change to (RFC 9110 §7.8).
fn upgrade(head: &RequestHead) -> Option<HeaderValue> {
    if head.version != Version::HTTP_11 {
        return None;
    }
    let wanted = head.headers.first(Field::Upgrade)?;
    tokens(&head.headers, Field::Connection).find(|token| token.eq_ignore_ascii_case("upgrade"))?;
    // Where the bytes after the head are those of a body, they cannot be another protocol's.
    if has_content(head) {
        return None;
    }
    // Whoever spoke HTTP through a tunnel would pass by every policy. No version of it is changed to any more (RFC 9113 §3.1).
    let is_http = |protocol: &str| {
        let name = protocol.split('/').next().unwrap_or_default().trim();
        ["h2c", "h2", "http", "tls"].iter().any(|hop| name.eq_ignore_ascii_case(hop))
    };
    (!tokens(&head.headers, Field::Upgrade).any(is_http)).then(|| wanted.to_owned())
}

/// Whether the client says that it takes trailers (RFC 9110 §10.1.4). In HTTP/1.0 there are none.
fn takes_trailers(head: &RequestHead) -> bool {
    head.headers.has(Field::Te)
        && head.version != Version::HTTP_10
        && tokens(&head.headers, Field::Te).any(|coding| coding.eq_ignore_ascii_case("trailers"))
}

/// Whether the protocol an upstream changes to is one of those it was asked for (RFC 9110 §7.8).
pub(crate) fn changes_to(headers: &Headers, asked: &HeaderValue) -> bool {
    let Some(protocol) = headers.first(Field::Upgrade) else { return false };
    let mut asked = asked.as_bytes().split(|b| *b == b',').map(<[u8]>::trim_ascii);
    asked.any(|asked| asked.eq_ignore_ascii_case(protocol.as_bytes()))
}

/// Drops the fields that `Connection` names (RFC 9110 §7.6.1).
fn drop_named(headers: &mut Headers, is_response: bool) -> Result<(), Problem> {
    let mut all = headers.all(Field::Connection).map(Value::as_bytes);
    match (all.next(), all.next()) {
        (None, _) | (Some(b"close" | b"keep-alive" | b"Keep-Alive"), None) => return Ok(()),
        _ => drop(all),
    }
    let is_plain =
        |token: &str| token.eq_ignore_ascii_case("close") || token.eq_ignore_ascii_case("keep-alive");
    if tokens(headers, Field::Connection).all(is_plain) {
        return Ok(());
    }
    let named: Vec<HeaderName> = tokens(headers, Field::Connection)
        .filter(|token| !is_plain(token))
        .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
        .collect();
    for name in named {
        if matches!(name.as_str(), "host" | "content-length" | "transfer-encoding") {
            if is_response {
                continue;
            }
            let why = "`Connection` names a field that is not of one hop";
            return Err(Problem::new(problems::BAD_REQUEST, why));
        }
        headers.remove(name);
    }
    Ok(())
}

/// Fields that belong to one hop (RFC 9110 §7.6.1).
pub(crate) const HOP: [Field; 9] = [
    Field::Connection,
    Field::KeepAlive,
    Field::ProxyConnection,
    Field::ProxyAuthorization,
    Field::ProxyAuthenticate,
    Field::Te,
    Field::Upgrade,
    Field::Http2Settings,
    // Whether the client is told to go on is this hop's business (RFC 9110 §10.1.1).
    Field::Expect,
];
/// The same for a response, whose body is framed anew.
const HOP_OF_RESPONSE: [Field; 10] = {
    let mut all = [Field::TransferEncoding; 10];
    let mut at = 0;
    while at < HOP.len() {
        all[at] = HOP[at];
        at += 1;
    }
    all
};

/// Whether a name differs from a field that only the gateway sets in nothing but underscores for dashes. Services behind CGI or
/// WSGI cannot tell the two apart, and would believe the client.
fn is_twin(name: &str) -> bool {
    name.contains('_') && {
        let name = name.replace('_', "-");
        let ours =
            FORWARDING.iter().chain(&[Field::ContentLength, Field::TransferEncoding, Field::XRequestId]);
        ours.map(|field| field.name()).any(|ours| ours == name)
    }
}

/// Fields that tell whom a request is forwarded for.
const FORWARDING: [Field; 6] = [
    Field::Forwarded,
    Field::XForwardedFor,
    Field::XForwardedProto,
    Field::XForwardedHost,
    Field::XForwardedPort,
    Field::XRealIp,
];

fn tokens(headers: &Headers, field: Field) -> impl Iterator<Item = &str> {
    let lines = headers.all(field).filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|token| !token.is_empty())
}

/// The client that trusted proxies tell of: from the right, the first address that is not one of theirs.
fn client_of(headers: &Headers, peer: IpAddr, table: &Table) -> IpAddr {
    let mut client = peer;
    let mut consider = |address: Option<IpAddr>| match address {
        Some(address) => {
            client = address;
            table.trusts(address)
        }
        None => false,
    };
    if headers.has(Field::XForwardedFor) {
        let told: Vec<_> = tokens(headers, Field::XForwardedFor).collect();
        for address in told.into_iter().rev() {
            if !consider(read_address(address)) {
                break;
            }
        }
    } else {
        let told: Vec<_> = tokens(headers, Field::Forwarded).collect();
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
fn forward(headers: &mut Headers, known: &Known, told: bool) {
    if told {
        headers.discard_all(&FORWARDING);
    }
    headers.add_all(&known.forwarding);
}

/// Adds this hop to what trusted proxies said about whom the request is forwarded for.
fn forward_on(headers: &mut Headers, hop: &Hop<'_>, known: &Known) {
    let joined = |field: Field, last: &str| {
        let lines = headers.all(field).filter_map(|value| value.to_str().ok()).chain([last]);
        lines.collect::<Vec<_>>().join(", ")
    };
    let chain = joined(Field::XForwardedFor, hop.peer_text.to_str().unwrap_or_default());
    let forwarded = joined(Field::Forwarded, &known.forwarded);
    headers.set(Field::XForwardedFor, chain.as_bytes());
    headers.set(Field::Forwarded, forwarded.as_bytes());
    if !headers.has(Field::XForwardedProto) {
        headers.add(Field::XForwardedProto, scheme(hop).as_bytes());
    }
    if known.is_named && !headers.has(Field::XForwardedHost) {
        headers.add(Field::XForwardedHost, known.text.as_bytes());
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
        assert_eq!((without_port(""), without_port("a:")), (Some(""), Some("a")));
        for bad in [
            "a b", "a@b", "a/b", "a:b", "[::1", "a:1:2", "a\u{e9}", "a,b", ":80", "a:65536", "a:+1", "[a]",
            "[]", "a[::1]", "[::1]a", "[::1]:x", "%61",
        ] {
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
