//! Reads the heads of messages (RFC 9112 §2 to §6).

use std::mem::MaybeUninit;

use bytes::{Buf, Bytes, BytesMut};
use head::{Headers, Known, RequestHead};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version, header};

use super::decode::Decoder;

/// Fields a head may have.
const FIELDS: usize = 100;

/// The head of a request, and what it says of the body and the connection.
pub(crate) struct Request {
    pub(crate) head: RequestHead,
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
pub(crate) fn request(buf: &mut BytesMut, bound: usize) -> Result<Option<Request>, HeadError> {
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
    let mut parsed = httparse::Request::new(&mut []);
    let length = match parsed.parse_with_uninit_headers(buf, &mut fields) {
        Ok(httparse::Status::Complete(length)) if length <= bound => length,
        Ok(httparse::Status::Partial) if buf.len() <= bound => return Ok(None),
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
        Err(_) if buf.len() > bound => return Err(HeadError::TooLarge),
        Err(_) => return Err(HeadError::Bad("the request is not well-formed HTTP")),
    };
    only_whole_line_ends(&buf[..length])?;
    let method = Method::from_bytes(parsed.method.unwrap_or_default().as_bytes())
        .map_err(|_| HeadError::Bad("the method is not a token"))?;
    let is_http11 = parsed.version == Some(1);
    let target = Bytes::copy_from_slice(parsed.path.unwrap_or_default().as_bytes());
    let headers = fields_of(&buf[..length], parsed.headers);
    buf.advance(length);
    let uri =
        Uri::from_maybe_shared(target).map_err(|_| HeadError::Bad("the request's target is not valid"))?;
    let framing = Framing::of(&headers, false)?;
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
    let head = RequestHead { method, uri, version, headers };
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
) -> Result<Option<Response>, HeadError> {
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
    let mut parsed = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let length = match config.parse_response_with_uninit_headers(&mut parsed, buf, &mut fields) {
        Ok(httparse::Status::Complete(length)) if length <= bound => length,
        Ok(httparse::Status::Partial) if buf.len() <= bound => return Ok(None),
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooLarge),
        Err(_) => return Err(HeadError::Bad("the response is not well-formed HTTP")),
    };
    let status = parsed.code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(HeadError::Bad("the status is not valid"))?;
    let is_http11 = parsed.version == Some(1);
    let headers = fields_of(&buf[..length], parsed.headers);
    buf.advance(length);
    let framing = Framing::of(&headers, true)?;
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
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let (length, parsed) = match httparse::parse_headers(buf, &mut fields) {
        Ok(httparse::Status::Complete(complete)) => complete,
        Ok(httparse::Status::Partial) if buf.len() <= bound => return Ok(None),
        Ok(_) => return Err("the trailers are too large"),
        Err(_) => return Err("the trailers are not well-formed"),
    };
    let mut headers = HeaderMap::new();
    for field in parsed {
        let name =
            HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| "a trailer has no valid name")?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| "a trailer has no valid value")?;
        if may_trail(&name) {
            headers.append(name, value);
        }
    }
    only_whole_line_ends(&buf[..length]).map_err(|_| "the trailers are not well-formed")?;
    let _ = buf.split_to(length);
    Ok(Some(headers))
}

/// Whether a field may come after the content (RFC 9110 §6.5.1): none that frames, routes or authenticates.
fn may_trail(name: &HeaderName) -> bool {
    ![
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::HOST,
        header::CONNECTION,
        header::UPGRADE,
        header::TE,
        header::TRAILER,
        header::AUTHORIZATION,
        header::PROXY_AUTHORIZATION,
        header::COOKIE,
        header::SET_COOKIE,
        header::CONTENT_ENCODING,
        header::CONTENT_TYPE,
        header::CONTENT_RANGE,
        header::CACHE_CONTROL,
        header::EXPECT,
        header::MAX_FORWARDS,
    ]
    .contains(name)
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
    fn of(headers: &Headers, may_repeat_length: bool) -> Result<Framing, HeadError> {
        let mut framing = Framing::default();
        for value in headers.all(Known::ContentLength) {
            let length = read_length(value.as_bytes())
                .ok_or(HeadError::Bad("the `Content-Length` is not one plain number"))?;
            match framing.length.replace(length) {
                None => {}
                Some(before) if before == length && may_repeat_length => {}
                Some(_) => return Err(HeadError::Bad("there is more than one `Content-Length`")),
            }
        }
        for coding in headers.all(Known::TransferEncoding).flat_map(tokens) {
            framing.codings += 1;
            framing.ends_chunked = coding.eq_ignore_ascii_case(b"chunked");
        }
        for token in headers.all(Known::Connection).flat_map(tokens) {
            framing.close |= token.eq_ignore_ascii_case(b"close");
            framing.keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
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

fn read_length(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0_u64, |length, digit| {
        digit.is_ascii_digit().then(|| length * 10 + u64::from(digit - b'0'))
    })
}

/// The fields of a head that was parsed in place.
fn fields_of(head: &[u8], fields: &[httparse::Header<'_>]) -> Headers {
    let place = |part: &[u8]| {
        let start = (part.as_ptr() as usize).wrapping_sub(head.as_ptr() as usize);
        // Empty parts may lie anywhere.
        if part.is_empty() { (0, 0) } else { (start, start + part.len()) }
    };
    Headers::parsed(head, fields.iter().map(|field| [place(field.name.as_bytes()), place(field.value)]))
}

/// Every line ends with CR LF: a lone LF is a line's end to some parties and not to others.
fn only_whole_line_ends(head: &[u8]) -> Result<(), HeadError> {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\n', &head[from..]) {
        let at = from + at;
        if at == 0 || head[at - 1] != b'\r' {
            return Err(HeadError::Bad("a line ends without a carriage return"));
        }
        from = at + 1;
    }
    Ok(())
}
