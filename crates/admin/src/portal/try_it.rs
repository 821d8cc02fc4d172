//! Trying an operation from the portal: a call of this server to its own gateway, so that no page needs CORS.
//!
//! It reaches nothing else: the address is the gateway's own listener, the path lies below the base path of a public API, and
//! keys go through without being kept or logged.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use model::Finding;
use percent_encoding::percent_decode_str;
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use super::apis::PublicApi;
use crate::{
    endpoint::{Body, Json, Within},
    guard::{AbortOnDrop, ClientAddress},
    mocking::MockAnswer,
    problem::Refusal,
};

/// The largest body either way, bytes.
const BODY: usize = 10 << 20;
/// The longest path with its query, bytes.
const PATH: usize = 8 << 10;
/// All header fields together, bytes.
const HEADERS: usize = 16 << 10;
/// From the connection to the last byte.
const PATIENCE: Duration = Duration::from_secs(30);
/// The policy that goes by the client's address, which the gateway does not see from here.
const BY_ADDRESS: &str = "ip-restriction";

/// Header fields that are not the page's to set: of the connection (RFC 9110 §7.6.1), of the message's framing, of this site's
/// own sessions, and of what proxies say.
const NOT_THEIRS: [&str; 21] = [
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "set-cookie2",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-csrf-token",
    "x-real-ip",
];

/// A call to try.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    /// The id of a public API.
    api: String,
    method: String,
    /// The path below the API's base path, with its query.
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
}

/// What the gateway answered.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Tried {
    status: u16,
    /// Names and values, in order.
    headers: Vec<(String, String)>,
    body: String,
    body_encoding: Encoding,
    /// From the request to the last byte of the answer.
    duration_ms: f64,
    /// Whether the body was longer than 10 MiB.
    truncated: bool,
}

/// How the bytes of a body are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Encoding {
    Utf8,
    Base64,
}

pub(crate) async fn call(
    app: Within,
    ClientAddress(client): ClientAddress,
    Body(attempt): Body<Attempt>,
) -> Result<Json<Tried>, Refusal> {
    app.tries.take(client).map_err(|wait| {
        Refusal::new(problems::RATE_LIMITED, "too many tries from this network address").retry_after(wait)
    })?;
    let gateway = app.gateway.local_http();
    let gateway = gateway.ok_or_else(|| {
        Refusal::new(problems::NO_UPSTREAM, "this gateway has no cleartext listener that tries could go to")
    })?;
    let request = prepare(&app, attempt)?;
    let answered = timeout(PATIENCE, send(gateway, request)).await;
    let tried = answered
        .map_err(|_| Refusal::new(problems::UPSTREAM_TIMEOUT, "the answer took longer than 30 seconds"))?;
    tried.map(Json).map_err(|error| {
        tracing::debug!(%error, "a try did not come through");
        Refusal::new(
            problems::UPSTREAM_UNREACHABLE,
            "the gateway's listener could not be reached, or broke off",
        )
    })
}

fn prepare(app: &Within, attempt: Attempt) -> Result<Request<Full<Bytes>>, Refusal> {
    let api = PublicApi::find(app, &attempt.api)?;
    let operations = app.control.effective_policies(&app.workspace, &api.id)?;
    if operations.iter().flat_map(|operation| &operation.policies).any(|policy| policy.policy == BY_ADDRESS) {
        let detail = "this API goes by the caller's network address, which a try from here does not have: call it yourself";
        return Err(Refusal::new(problems::FORBIDDEN, detail));
    }
    let (method, uri, headers, body) =
        call_of(&attempt.method, &attempt.path, &attempt.headers, attempt.body)?;
    let base = api.api.listen.path.trim_end_matches('/');
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = format!("{base}{uri}")
        .parse()
        .map_err(|_| not_valid("path", "is not a path: percent-encode what is not ASCII"))?;
    *request.headers_mut() = headers;
    let host = super::apis::base_url(app, &api);
    let host = host.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    let host = HeaderValue::from_str(host).map_err(|error| Refusal::internal(&error))?;
    request.headers_mut().insert(header::HOST, host);
    Ok(request)
}

/// What a page asks to call, checked: its path stays below where it is put, and what belongs to the connection is left out.
///
/// # Errors
/// What of it cannot be called.
pub(crate) fn call_of(
    method: &str,
    path: &str,
    given: &BTreeMap<String, String>,
    body: Option<String>,
) -> Result<(Method, Uri, HeaderMap, Bytes), Refusal> {
    let method = Method::from_bytes(method.as_bytes()).ok();
    let method = method.filter(|method| *method != Method::CONNECT && *method != Method::TRACE);
    let method = method.ok_or_else(|| not_valid("method", "is not a method that can be tried"))?;
    check_path(path).map_err(|reason| not_valid("path", reason))?;
    let uri =
        path.parse().map_err(|_| not_valid("path", "is not a path: percent-encode what is not ASCII"))?;
    let body = body.unwrap_or_default();
    if body.len() > BODY {
        return Err(Refusal::new(problems::CONTENT_TOO_LARGE, "the body to try is longer than 10 MiB"));
    }
    Ok((method, uri, headers(given)?, Bytes::from(body)))
}

impl Tried {
    /// What a mock answered.
    pub(crate) fn of_mock(answer: MockAnswer, took: Duration) -> Tried {
        let (body, body_encoding) = written(answer.body.into());
        Tried {
            status: answer.status.as_u16(),
            headers: answer.headers,
            body,
            body_encoding,
            duration_ms: took.as_secs_f64() * 1000.0,
            truncated: false,
        }
    }
}

/// A body as JSON can carry it.
fn written(bytes: Vec<u8>) -> (String, Encoding) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => (BASE64_STANDARD.encode(error.as_bytes()), Encoding::Base64),
    }
}

/// Whether a path stays below the base path it is put after, however often a server decodes it.
fn check_path(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("must begin with `/`");
    }
    if path.len() > PATH {
        return Err("is longer than 8 KiB");
    }
    if path.bytes().any(|b| !b.is_ascii_graphic()) || path.contains('#') {
        return Err("is not a path: percent-encode spaces, `#` and what is not ASCII");
    }
    let mut text = path.split('?').next().unwrap_or_default().to_owned();
    for _ in 0..3 {
        let mut segments =
            text.split(['/', '\\']).map(|segment| segment.split(';').next().unwrap_or_default());
        if segments.any(|segment| segment == "." || segment == "..") {
            return Err("must not contain the segments `.` and `..`");
        }
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    Ok(())
}

fn headers(given: &BTreeMap<String, String>) -> Result<HeaderMap, Refusal> {
    let size: usize = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > HEADERS || given.len() > 100 {
        return Err(not_valid("headers", "are more than 16 KiB or more than 100"));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let field = format!("headers.{name}");
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| not_valid(&field, "is no name of a header"))?;
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| not_valid(&field, "has a value with control characters"))?;
        value.set_sensitive(true);
        if is_theirs(&name) {
            headers.append(name, value);
        }
    }
    Ok(headers)
}

fn is_theirs(name: &HeaderName) -> bool {
    !NOT_THEIRS.contains(&name.as_str()) && !name.as_str().starts_with("x-forwarded-")
}

async fn send(
    gateway: SocketAddr,
    request: Request<Full<Bytes>>,
) -> Result<Tried, Box<dyn std::error::Error + Send + Sync>> {
    let began = Instant::now();
    let stream = TcpStream::connect(gateway).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a try's connection broke off");
        }
    });
    let _end = AbortOnDrop(connection.abort_handle());
    let response = sender.send_request(request).await?;
    let (head, mut body) = response.into_parts();
    let mut bytes = BytesMut::new();
    let mut truncated = false;
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else { continue };
        let room = BODY - bytes.len();
        bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            truncated = true;
            break;
        }
    }
    let (body, body_encoding) = written(bytes.into());
    Ok(Tried {
        status: head.status.as_u16(),
        headers: head
            .headers
            .iter()
            .filter(|(name, _)| is_theirs(name) || *name == header::CONTENT_LENGTH || *name == header::VIA)
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body,
        body_encoding,
        duration_ms: began.elapsed().as_secs_f64() * 1000.0,
        truncated,
    })
}

fn not_valid(field: &str, reason: &str) -> Refusal {
    let finding = Finding::error("invalid-field", format!("{field} {reason}")).in_field(field);
    Refusal::invalid("the call cannot be tried", vec![finding])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_its_base_is_refused_however_it_is_written() {
        for bad in [
            "orders",
            "",
            "/..",
            "/../admin",
            "/a/../../b",
            "/%2e%2e/b",
            "/a/%2E./b",
            "/..%2fb",
            "/a%2f..%2fb",
            "/%252e%252e/b",
            "/..\\b",
            "/..;x/b",
            "/./a",
            "/a b",
            "/a#b",
            "/ü",
            "/a\r\nx: y",
        ] {
            assert!(check_path(bad).is_err(), "{bad}");
        }
        for good in ["/", "/orders", "/orders/1?q=../..", "/a..b", "/...", "/files/a%2Fb", "/%E2%82%AC"] {
            assert!(check_path(good).is_ok(), "{good}");
        }
        assert!(check_path(&format!("/{}", "a".repeat(PATH))).is_err());
    }

    #[test]
    fn what_belongs_to_the_connection_or_to_this_site_is_not_passed_on() {
        let given = [
            ("Cookie", "pailou_portal=s"),
            ("Connection", "x"),
            ("X-Forwarded-For", "1.2.3.4"),
            ("X-Api-Key", "k"),
        ];
        let given = given.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let headers = headers(&given).unwrap();
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-api-key"]);
        assert!(!format!("{headers:?}").contains("\"k\""), "the value is marked as a secret");
    }
}
