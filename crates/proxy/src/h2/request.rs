//! Makes the head of a request of the fields of its stream (RFC 9113 §8.2, §8.3).

use bytes::Bytes;
use head::{Headers, Known, RequestHead};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version, uri::PathAndQuery};

use super::hpack::{BadBlock, Decoder, Line};
use crate::{h1, trailers};

/// Fields a head may have.
const FIELDS: usize = 100;
/// Fields that may come after a body, and all of their text.
const TRAILERS: usize = 32;
pub(crate) const TRAILERS_TEXT: usize = 16 << 10;

/// The head of a request, and what it says of the body.
pub(crate) struct Request {
    pub(crate) head: Box<RequestHead>,
    pub(crate) length: Option<u64>,
    /// Whether the client waits for 100 (Continue) before it sends the body.
    pub(crate) expects_continue: bool,
    /// Whether the stream becomes a tunnel for WebSocket (RFC 8441).
    pub(crate) is_websocket: bool,
}

/// Why fields make no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadRequest {
    /// The stream is reset (RFC 9113 §8.1.1).
    Malformed,
    TooLarge,
}

/// Reads the head of a request.
///
/// # Errors
/// The outer one ends the connection.
pub(crate) fn request(
    decoder: &mut Decoder,
    block: &[u8],
    spare: Headers,
    bound: usize,
) -> Result<Result<Request, BadRequest>, BadBlock> {
    let mut fields = Fields::new(spare, bound);
    decoder.decode(block, |line| fields.line(line))?;
    Ok(fields.finish(Version::HTTP_2))
}

/// Reads the fields after a body.
///
/// # Errors
/// The outer one ends the connection.
pub(crate) fn trailers(
    decoder: &mut Decoder,
    block: &[u8],
) -> Result<Result<HeaderMap, BadRequest>, BadBlock> {
    let mut fields = Trailers::default();
    decoder.decode(block, |line| fields.line(line))?;
    Ok(fields.finish())
}

/// What was read of the fields after a body so far.
#[derive(Default)]
pub(crate) struct Trailers {
    map: HeaderMap,
    size: usize,
    bad: Option<BadRequest>,
}

impl Trailers {
    pub(crate) fn line(&mut self, line: Line<'_>) {
        self.size += line.name.len() + line.value.len() + 32;
        if self.size > TRAILERS_TEXT || self.map.len() >= TRAILERS {
            self.bad.get_or_insert(BadRequest::TooLarge);
        } else if !Headers::is_good_line(line.name, line.value) {
            self.bad.get_or_insert(BadRequest::Malformed);
        } else if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(line.name), HeaderValue::from_bytes(line.value))
        {
            self.map.append(name, value);
        }
    }

    pub(crate) fn finish(self) -> Result<HeaderMap, BadRequest> {
        match self.bad {
            Some(bad) => Err(bad),
            None => Ok(trailers::checked(self.map)),
        }
    }
}

/// Where a request is for, as its pseudo-headers say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    /// One that is not served.
    Other,
}

/// What was read of a head so far. In HTTP/3 it is the same (RFC 9114 §4.2, §4.3).
pub(crate) struct Fields {
    headers: Headers,
    bound: usize,
    size: usize,
    bad: Option<BadRequest>,
    method: Option<Method>,
    scheme: Option<Scheme>,
    path: Option<Bytes>,
    has_authority: bool,
    protocol: Option<bool>,
    /// Whether a field that is no pseudo-header has come.
    is_past_pseudo: bool,
    cookie: Vec<u8>,
    length: Option<u64>,
    expects_continue: bool,
}

impl Fields {
    pub(crate) fn new(mut headers: Headers, bound: usize) -> Fields {
        headers.clear();
        Fields {
            headers,
            bound,
            size: 0,
            bad: None,
            method: None,
            scheme: None,
            path: None,
            has_authority: false,
            protocol: None,
            is_past_pseudo: false,
            cookie: Vec::new(),
            length: None,
            expects_continue: false,
        }
    }

    pub(crate) fn line(&mut self, line: Line<'_>) {
        self.size += line.name.len() + line.value.len() + 32;
        if self.bad.is_some() {
            return;
        }
        if self.size > self.bound || self.headers.len() > FIELDS {
            self.bad = Some(BadRequest::TooLarge);
            return;
        }
        let taken = match line.name {
            [b':', name @ ..] => self.pseudo(name, line.value),
            _ => self.field(line),
        };
        if taken.is_none() {
            self.bad = Some(BadRequest::Malformed);
        }
    }

    /// A pseudo-header; `None` where it makes the request malformed.
    fn pseudo(&mut self, name: &[u8], value: &[u8]) -> Option<()> {
        if self.is_past_pseudo {
            return None;
        }
        match name {
            b"method" if self.method.is_none() => {
                self.method = Some(match value {
                    b"GET" => Method::GET,
                    _ => Method::from_bytes(value).ok()?,
                });
            }
            b"scheme" if self.scheme.is_none() => {
                let is_scheme = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
                self.scheme = Some(match value {
                    b"http" => Scheme::Http,
                    b"https" => Scheme::Https,
                    [] => return None,
                    other => other.iter().all(is_scheme).then_some(Scheme::Other)?,
                });
            }
            b"path" if self.path.is_none() => {
                // A fragment is not the gateway's to drop; see the reader of HTTP/1.1.
                if value.is_empty() || !value.iter().all(|b| *b > b' ' && *b != 0x7f && *b != b'#') {
                    return None;
                }
                self.path = Some(Bytes::copy_from_slice(value));
            }
            b"authority" if !self.has_authority => {
                let may_be = |b: &u8| b.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]@".contains(b);
                if value.is_empty() || !value.iter().all(may_be) {
                    return None;
                }
                self.has_authority = true;
                self.headers.add(Known::Host, value);
            }
            b"protocol" if self.protocol.is_none() => self.protocol = Some(value == b"websocket"),
            _ => return None,
        }
        Some(())
    }

    /// Any other field; `None` where it makes the request malformed.
    fn field(&mut self, line: Line<'_>) -> Option<()> {
        self.is_past_pseudo = true;
        let Line { name, value, known, is_good } = line;
        let known =
            if is_good { known } else { Headers::is_good_line(name, value).then(|| Known::of(name))? };
        match known {
            None | Some(Known::ContentType | Known::Authorization | Known::XApiKey) => {}
            Some(Known::Cookie) => {
                // Its pieces are one (RFC 9113 §8.2.3).
                if !self.cookie.is_empty() {
                    self.cookie.extend_from_slice(b"; ");
                }
                self.cookie.extend_from_slice(value);
                return Some(());
            }
            // What belongs to a connection in HTTP/1.1 has no place here (RFC 9113 §8.2.2).
            Some(
                Known::Connection
                | Known::KeepAlive
                | Known::ProxyConnection
                | Known::TransferEncoding
                | Known::Upgrade,
            ) => return None,
            Some(Known::Te) => value.eq_ignore_ascii_case(b"trailers").then_some(())?,
            Some(Known::ContentLength) => {
                let length = h1::head::read_length(value)?;
                if self.length.replace(length).is_some() {
                    return None;
                }
            }
            Some(Known::Expect) => self.expects_continue = value.eq_ignore_ascii_case(b"100-continue"),
            Some(Known::Host) if self.has_authority => {
                let same = |host: head::Value<'_>| host.as_bytes().eq_ignore_ascii_case(value);
                // Said twice. One that names another host stays, to be refused.
                if self.headers.all(Known::Host).all(same) {
                    return Some(());
                }
            }
            Some(_) => {}
        }
        self.headers.add_known_good(name, value, known);
        Some(())
    }

    /// The request.
    ///
    /// # Errors
    /// What makes it none.
    pub(crate) fn finish(mut self, version: Version) -> Result<Request, BadRequest> {
        if let Some(bad) = self.bad {
            return Err(bad);
        }
        if !self.cookie.is_empty() {
            self.headers.add(Known::Cookie, &self.cookie);
        }
        let (method, uri, is_websocket) = self.target().ok_or(BadRequest::Malformed)?;
        let Fields { headers, length, expects_continue, .. } = self;
        let head = Box::new(RequestHead { method, uri, version, headers });
        Ok(Request { head, length, expects_continue, is_websocket })
    }

    /// What is asked for; `None` where that is not well-formed.
    fn target(&mut self) -> Option<(Method, Uri, bool)> {
        let method = self.method.take()?;
        let authority = self.headers.first(Known::Host).and_then(|host| host.to_str().ok());
        if method == Method::CONNECT && self.protocol.is_none() {
            if self.scheme.is_some() || self.path.is_some() || !self.has_authority {
                return None;
            }
            return Some((method, authority?.parse().ok()?, false));
        }
        if method != Method::CONNECT && self.protocol.is_some() {
            return None;
        }
        let (scheme, path) = (self.scheme?, self.path.take()?);
        if !(path.starts_with(b"/") || (method == Method::OPTIONS && path == "*")) {
            return None;
        }
        let path = PathAndQuery::from_maybe_shared(path).ok()?;
        if scheme == Scheme::Other {
            // Said on, to be refused.
            let uri = Uri::builder().scheme("other").authority(authority?).path_and_query(path);
            return Some((method, uri.build().ok()?, false));
        }
        Some(match self.protocol {
            // RFC 8441 §5: what would be a GET that asks for an upgrade.
            Some(true) => {
                self.has_authority.then_some(())?;
                (Method::GET, Uri::from(path), true)
            }
            _ => (method, Uri::from(path), false),
        })
    }
}
