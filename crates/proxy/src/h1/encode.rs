//! Writes the heads of messages (RFC 9112 §3 to §5).

use head::{Headers, Known};
use http::{HeaderMap, Method, StatusCode, Version};

use super::out::Frames;

/// Writes a field.
pub(crate) fn field(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Writes trailers.
pub(crate) fn trailers(out: &mut Vec<u8>, trailers: &HeaderMap) {
    for (name, value) in trailers {
        field(out, name.as_str().as_bytes(), value.as_bytes());
    }
}

/// Fields that say where the body ends: they follow from the body.
const FRAMING: [Known; 2] = [Known::ContentLength, Known::TransferEncoding];

fn content_length(out: &mut Vec<u8>, length: u64) {
    field(out, b"content-length", itoa::Buffer::new().format(length).as_bytes());
}

/// A request's first line and what its fields begin with.
pub(crate) struct RequestLine<'a> {
    pub(crate) method: &'a Method,
    /// Put before the target; empty, or a path without a slash at its end.
    pub(crate) prefix: &'a str,
    /// Below the prefix; what does not begin with a slash is below its root.
    pub(crate) target: &'a str,
    /// `Host`; that of the fields where absent.
    pub(crate) host: Option<&'a [u8]>,
    /// The protocol to change to.
    pub(crate) upgrade: Option<&'a [u8]>,
}

/// Writes the head of a request.
pub(crate) fn request(out: &mut Vec<u8>, line: &RequestLine<'_>, headers: &Headers, frames: Frames) {
    out.reserve(1024);
    out.extend_from_slice(line.method.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(line.prefix.as_bytes());
    if !line.target.starts_with('/') {
        out.push(b'/');
    }
    out.extend_from_slice(line.target.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\n");
    if let Some(host) = line.host {
        field(out, b"host", host);
    }
    let [length, coding] = FRAMING;
    match line.host {
        Some(_) => headers.write(out, &[length, coding, Known::Te, Known::Host]),
        None => headers.write(out, &[length, coding, Known::Te]),
    }
    match frames {
        Frames::Length(length) => content_length(out, length),
        Frames::Chunks => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        // RFC 9110 §8.6: methods that expect content say that there is none.
        Frames::None | Frames::UntilClose => {
            if matches!(*line.method, Method::POST | Method::PUT | Method::PATCH) {
                content_length(out, 0);
            }
        }
    }
    if let Some(protocol) = line.upgrade {
        out.extend_from_slice(b"connection: upgrade\r\n");
        field(out, b"upgrade", protocol);
    } else if headers.has(Known::Te) {
        out.extend_from_slice(b"te: trailers\r\nconnection: te\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// Whether the client learns that the connection ends or stays, where it would not expect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persistence {
    AsExpected,
    Close,
    KeepAlive,
}

/// Writes an interim response.
pub(crate) fn interim(out: &mut Vec<u8>, status: StatusCode, headers: &Headers) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
    headers.write(out, &FRAMING);
    out.extend_from_slice(b"\r\n");
}

/// Writes the head of a response. `length` is what `Content-Length` says where there is no body to count.
pub(crate) fn response(
    out: &mut Vec<u8>,
    status: StatusCode,
    headers: &Headers,
    frames: Frames,
    persistence: Persistence,
    date: &[u8],
) {
    out.reserve(1024);
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    out.extend_from_slice(b"\r\n");
    match frames {
        // What an answer to HEAD or a 304 says of the length is of another answer's body.
        Frames::None => headers.write(out, &[]),
        _ => headers.write(out, &FRAMING),
    }
    match frames {
        Frames::Length(length) => content_length(out, length),
        Frames::Chunks => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Frames::None | Frames::UntilClose => {}
    }
    if !headers.has(Known::Date) {
        field(out, b"date", date);
    }
    match persistence {
        Persistence::AsExpected => {}
        Persistence::Close => out.extend_from_slice(b"connection: close\r\n"),
        Persistence::KeepAlive => out.extend_from_slice(b"connection: keep-alive\r\n"),
    }
    out.extend_from_slice(b"\r\n");
}

/// How a response's body is framed (RFC 9112 §6.1): by its length where it is known, else in chunks where the client knows them.
pub(crate) fn frames(
    version: Version,
    is_head: bool,
    status: StatusCode,
    headers: &Headers,
    known: Option<u64>,
) -> Frames {
    if is_head || matches!(status.as_u16(), 100..=199 | 204 | 304) {
        return Frames::None;
    }
    let said = || headers.first(Known::ContentLength)?.to_str().ok()?.parse().ok();
    match known.or_else(said) {
        Some(length) => Frames::Length(length),
        None if version == Version::HTTP_11 => Frames::Chunks,
        None => Frames::UntilClose,
    }
}

/// Writes the line before a chunk.
pub(crate) fn chunk_size(out: &mut Vec<u8>, size: usize) {
    super::out::print(out, format_args!("{size:x}\r\n"));
}
