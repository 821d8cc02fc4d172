//! Reads the heads of messages (RFC 9112 §2 to §6).

use bytes::{Buf, Bytes, BytesMut};
use head::{BadFields, Headers, Known, RequestHead};
use http::{HeaderMap, Method, StatusCode, Uri, Version, uri::PathAndQuery};

use super::decode::Decoder;
use crate::trailers;

/// Fields a head may have.
const FIELDS: usize = 100;
/// Fields that may come after a body.
const TRAILERS: usize = 32;

/// The head of a request, and what it says of the body and the connection.
pub(crate) struct Request {
    pub(crate) head: Box<RequestHead>,
    pub(crate) body: Decoder,
    /// Whether the connection can carry another request.
    pub(crate) keep_alive: bool,
    /// Whether the client waits for 100 (Continue) before it sends the body.
    pub(crate) expects_continue: bool,
}

/// The head of a response, and what it says of the body and the connection.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: Headers,
    pub(crate) body: Decoder,
    pub(crate) keep_alive: bool,
}

/// Why a head cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// Not well-formed, or can be read in two ways.
    Bad(&'static str),
    TooLarge,
    /// Well-formed, but not done here.
    Unsupported(&'static str),
}

/// Reads the head of a request, which is taken off the buffer; `None` where it is not there whole yet.
///
/// # Errors
/// What is wrong with it. The buffer may be left half read.
pub(crate) fn request(
    buf: &mut BytesMut,
    bound: usize,
    spare: &mut Headers,
) -> Result<Option<Request>, HeadError> {
    // Some clients send an empty line after a body (RFC 9112 §2.2).
    while buf.starts_with(b"\r\n") {
        buf.advance(2);
    }
    let Some(Whole { line, length, headers }) = whole(buf, bound, spare)? else { return Ok(None) };
    let line = &buf[..line];
    let (line, is_http11) = match line.split_last_chunk() {
        Some((line, b" HTTP/1.1")) => (line, true),
        Some((line, b" HTTP/1.0")) => (line, false),
        _ => return Err(HeadError::Bad("the first line does not end with HTTP/1.1 or HTTP/1.0")),
    };
    let space = memchr::memchr(b' ', line).ok_or(HeadError::Bad("the first line has no target"))?;
    let method =
        Method::from_bytes(&line[..space]).map_err(|_| HeadError::Bad("the method is not a token"))?;
    let target = &line[space + 1..];
    // A fragment is not the gateway's to drop: whoever reads it as a part of the path would read another path.
    if !target.iter().all(|b| *b > b' ' && *b != 0x7f && *b != b'#') {
        return Err(HeadError::Bad("the request's target has a space, a control character or a fragment"));
    }
    let target = Bytes::copy_from_slice(target);
    buf.advance(length);
    let uri = if target.starts_with(b"/") {
        PathAndQuery::from_maybe_shared(target).map(Uri::from)
    } else {
        Uri::from_maybe_shared(target)
    };
    let uri = uri.map_err(|_| HeadError::Bad("the request's target is not valid"))?;
    let framing = Framing::of(&headers)?;
    let body = match (framing.codings, framing.length) {
        (0, None) => Decoder::Done,
        (0, Some(length)) => Decoder::of_length(length),
        (_, Some(_)) => {
            return Err(HeadError::Bad("the request has both `Content-Length` and `Transfer-Encoding`"));
        }
        (_, None) if !is_http11 => {
            return Err(HeadError::Bad("an HTTP/1.0 request has no transfer coding"));
        }
        (_, None) if !framing.ends_chunked => {
            return Err(HeadError::Bad("the last transfer coding is not `chunked`"));
        }
        (1, None) => Decoder::chunked(),
        _ => return Err(HeadError::Unsupported("the only transfer coding taken is one `chunked`")),
    };
    let keep_alive = !framing.close && (is_http11 || framing.keep_alive);
    let expects_continue = is_http11 && framing.expects_continue && !matches!(body, Decoder::Done);
    let version = if is_http11 { Version::HTTP_11 } else { Version::HTTP_10 };
    let head = Box::new(RequestHead { method, uri, version, headers });
    Ok(Some(Request { head, body, keep_alive, expects_continue }))
}

/// Reads the head of a response to a request with this method; `None` where it is not there whole yet.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn response(
    buf: &mut BytesMut,
    bound: usize,
    method: &Method,
    spare: &mut Headers,
) -> Result<Option<Response>, HeadError> {
    let Some(Whole { line, length, headers }) = whole(buf, bound, spare)? else { return Ok(None) };
    let (is_http11, line) = match buf[..line].split_first_chunk() {
        Some((b"HTTP/1.1 ", line)) => (true, line),
        Some((b"HTTP/1.0 ", line)) => (false, line),
        _ => return Err(HeadError::Bad("the first line does not begin with HTTP/1.1 or HTTP/1.0")),
    };
    let (status, reason) = line.split_at_checked(3).unwrap_or_default();
    // Many leave out the space before a reason that is not there.
    if !matches!(reason, [] | [b' ', ..]) || !reason.iter().all(|b| *b >= b' ' || *b == b'\t') {
        return Err(HeadError::Bad("what follows the status in the first line is no reason"));
    }
    let status = StatusCode::from_bytes(status)
        .map_err(|_| HeadError::Bad("the status is not a number of three digits"))?;
    buf.advance(length);
    let framing = Framing::of(&headers)?;
    let mut keep_alive = !framing.close && (is_http11 || framing.keep_alive);
    // RFC 9112 §6.3.
    let body = if *method == Method::HEAD || matches!(status.as_u16(), 100..=199 | 204 | 304) {
        Decoder::Done
    } else {
        match (framing.codings, framing.length) {
            (0, Some(length)) => Decoder::of_length(length),
            (0, None) => {
                keep_alive = false;
                Decoder::UntilClose
            }
            (_, Some(_)) => {
                return Err(HeadError::Bad("the response has both `Content-Length` and `Transfer-Encoding`"));
            }
            (1, None) if is_http11 && framing.ends_chunked => Decoder::chunked(),
            _ => return Err(HeadError::Unsupported("the only transfer coding taken is one `chunked`")),
        }
    };
    Ok(Some(Response { status, headers, body, keep_alive }))
}

/// Reads the fields after a chunked body (RFC 9112 §7.1.2), which are taken off the buffer.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn trailers(buf: &mut BytesMut, bound: usize) -> Result<Option<HeaderMap>, &'static str> {
    let (fields, length) = match Headers::read(buf, TRAILERS, &mut Headers::new()) {
        Ok(Some(read)) if read.1 <= bound => read,
        Ok(None) if buf.len() <= bound => return Ok(None),
        Ok(_) | Err(BadFields::TooMany) => return Err("the trailers are too large"),
        Err(_) => return Err("the trailers are not well-formed"),
    };
    buf.advance(length);
    Ok(Some(trailers::checked(fields.to_map())))
}

/// What the fields say about where a message and its connection end.
#[derive(Default)]
struct Framing {
    length: Option<u64>,
    codings: usize,
    ends_chunked: bool,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
}

impl Framing {
    fn of(headers: &Headers) -> Result<Framing, HeadError> {
        let mut framing = Framing::default();
        if !headers.may_have(&[
            Known::ContentLength,
            Known::TransferEncoding,
            Known::Connection,
            Known::Expect,
        ]) {
            return Ok(framing);
        }
        for value in headers.all(Known::ContentLength) {
            let length = read_length(value.as_bytes())
                .ok_or(HeadError::Bad("the `Content-Length` is not one plain number"))?;
            if framing.length.replace(length).is_some() {
                return Err(HeadError::Bad("there is more than one `Content-Length`"));
            }
        }
        for coding in headers.all(Known::TransferEncoding).flat_map(tokens) {
            framing.codings += 1;
            framing.ends_chunked = coding.eq_ignore_ascii_case(b"chunked");
        }
        for value in headers.all(Known::Connection) {
            match value.as_bytes() {
                // What nearly everyone sends.
                b"keep-alive" => framing.keep_alive = true,
                _ => tokens(value).for_each(|token| {
                    framing.close |= token.eq_ignore_ascii_case(b"close");
                    framing.keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
                }),
            }
        }
        for value in headers.all(Known::Expect) {
            framing.expects_continue |= value.as_bytes().eq_ignore_ascii_case(b"100-continue");
        }
        Ok(framing)
    }
}

fn tokens(value: head::Value<'_>) -> impl Iterator<Item = &[u8]> {
    value.as_bytes().split(|b| *b == b',').map(<[u8]>::trim_ascii)
}

pub(crate) fn read_length(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |length, digit| {
        digit.is_ascii_digit().then(|| length * 10 + u64::from(digit - b'0'))
    })
}

/// A head that is there whole.
struct Whole {
    /// Where the first line ends, without its CR LF.
    line: usize,
    /// How long the head is with its first line and its last, empty one.
    length: usize,
    headers: Headers,
}

fn whole(buf: &mut BytesMut, bound: usize, spare: &mut Headers) -> Result<Option<Whole>, HeadError> {
    let waits = |buf: &BytesMut| if buf.len() > bound { Err(HeadError::TooLarge) } else { Ok(None) };
    let Some(line_feed) = memchr::memchr(b'\n', buf) else {
        // What begins like this, no further byte mends.
        if buf.first().is_some_and(|first| !first.is_ascii_graphic() && *first != b'\r') {
            return Err(HeadError::Bad("this is not HTTP/1.1"));
        }
        return waits(buf);
    };
    if line_feed == 0 || buf[line_feed - 1] != b'\r' {
        return Err(HeadError::Bad(BadFields::LineEnd.why()));
    }
    match Headers::read(&mut buf[line_feed + 1..], FIELDS, spare) {
        Ok(Some((headers, fields))) if line_feed + 1 + fields <= bound => {
            Ok(Some(Whole { line: line_feed - 1, length: line_feed + 1 + fields, headers }))
        }
        Ok(None) => waits(buf),
        Ok(Some(_)) | Err(BadFields::TooMany) => Err(HeadError::TooLarge),
        Err(bad) => Err(HeadError::Bad(bad.why())),
    }
}
