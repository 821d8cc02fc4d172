//! What a gateway knows of gRPC: which requests are of it, how long they may take, and how refusals are said in it.

use std::time::Duration;

use bytes::Bytes;
use head::{Headers, Known, Value};
use http::{HeaderName, HeaderValue};
use policy::{
    Problem, ResponseHead,
    grpc_web::{TextWriter, last_frame},
};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// Whether a message is one of gRPC.
pub(crate) fn is_grpc(headers: &Headers) -> bool {
    kind(headers).is_some_and(|kind| !kind.starts_with(b"-web"))
}

/// What follows `application/grpc` in the type of a message: nothing, `-web`, what messages are written in.
fn kind(headers: &Headers) -> Option<&[u8]> {
    let kind = headers.first(Known::ContentType)?.as_bytes().strip_prefix(b"application/grpc")?;
    let kind = kind.split(|byte| matches!(byte, b';' | b' ')).next()?;
    let ends = |rest: &[u8]| matches!(rest.first(), None | Some(b'+'));
    let is_web = [&b"-web-text"[..], b"-web"].iter().any(|web| kind.strip_prefix(*web).is_some_and(ends));
    (is_web || ends(kind)).then_some(kind)
}

/// The type that refusals of a request of gRPC, or gRPC-Web, are answered in.
pub(crate) fn refusal_type(headers: &Headers) -> Option<HeaderValue> {
    let kind = kind(headers)?;
    HeaderValue::from_bytes(&[b"application/grpc", kind].concat()).ok()
}

/// How long a client waits (`grpc-timeout`): up to eight digits and a unit.
pub(crate) fn timeout(headers: &Headers) -> Option<Duration> {
    let text = headers.get("grpc-timeout").map(Value::as_bytes)?;
    let (unit, digits) = text.split_last()?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(match unit {
        b'H' => Duration::from_secs(number * 3600),
        b'M' => Duration::from_secs(number * 60),
        b'S' => Duration::from_secs(number),
        b'm' => Duration::from_millis(number),
        b'u' => Duration::from_micros(number),
        b'n' => Duration::from_nanos(number),
        _ => return None,
    })
}

/// The status of an answer that has a head alone, where it is no success.
pub(crate) fn status_of(headers: &Headers) -> Option<u8> {
    let text = headers.get(STATUS).map(Value::as_bytes)?;
    std::str::from_utf8(text).ok()?.parse().ok().filter(|status| *status != 0)
}

/// A refusal as a response of gRPC that has a head alone; in gRPC-Web, as the frame that ends a response.
pub(crate) fn refusal(problem: &Problem, content_type: &HeaderValue) -> (ResponseHead, Bytes) {
    let mut headers = Headers::with_capacity(8, 512);
    headers.add(Known::ContentType, content_type.as_bytes());
    let (code, message) = (HeaderValue::from(status(problem)), message(&problem.detail));
    let body = match content_type.as_bytes().strip_prefix(b"application/grpc-web") {
        Some(kind) => {
            let frame =
                last_frame([(STATUS.as_str(), code.as_bytes()), (MESSAGE.as_str(), message.as_bytes())]);
            if kind.starts_with(b"-text") { in_text(&frame) } else { frame }
        }
        None => {
            headers.append(STATUS, code);
            headers.append(MESSAGE, message);
            Bytes::new()
        }
    };
    (ResponseHead { status: http::StatusCode::OK, headers }, body)
}

fn in_text(frame: &[u8]) -> Bytes {
    let mut text = TextWriter::default();
    [text.push(frame), text.flush()].concat().into()
}

/// The code of a refusal.
fn status(problem: &Problem) -> u16 {
    const UNKNOWN: u16 = 2;
    const INVALID_ARGUMENT: u16 = 3;
    const DEADLINE_EXCEEDED: u16 = 4;
    const PERMISSION_DENIED: u16 = 7;
    const RESOURCE_EXHAUSTED: u16 = 8;
    const FAILED_PRECONDITION: u16 = 9;
    const ABORTED: u16 = 10;
    const UNIMPLEMENTED: u16 = 12;
    const INTERNAL: u16 = 13;
    const UNAVAILABLE: u16 = 14;
    const UNAUTHENTICATED: u16 = 16;
    match problem.kind.status {
        400 | 411 | 414 | 415 | 422 => INVALID_ARGUMENT,
        401 => UNAUTHENTICATED,
        403 => PERMISSION_DENIED,
        404 | 405 | 501 => UNIMPLEMENTED,
        408 | 504 => DEADLINE_EXCEEDED,
        409 => ABORTED,
        412 => FAILED_PRECONDITION,
        413 | 429 | 431 => RESOURCE_EXHAUSTED,
        500 => INTERNAL,
        502 | 503 => UNAVAILABLE,
        _ => UNKNOWN,
    }
}

/// Text as `grpc-message` holds it: what is not visible ASCII is written as `%` and two digits.
fn message(text: &str) -> HeaderValue {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => written.push(char::from(byte)),
            _ => written.push_str(&format!("%{byte:02X}")),
        }
    }
    HeaderValue::try_from(written).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use policy::problems;

    use super::*;

    fn of(name: &'static str, value: &str) -> Headers {
        let mut headers = Headers::new();
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn requests_of_grpc_are_told_by_their_type() {
        for (text, is, answer) in [
            ("application/grpc", true, Some("application/grpc")),
            ("application/grpc+proto", true, Some("application/grpc+proto")),
            ("application/grpc;charset=utf-8", true, Some("application/grpc")),
            ("application/grpc-web", false, Some("application/grpc-web")),
            ("application/grpc-web-text+proto", false, Some("application/grpc-web-text+proto")),
            ("application/grpc-other", false, None),
            ("application/grpcx", false, None),
            ("application/json", false, None),
        ] {
            let headers = of("content-type", text);
            assert_eq!(is_grpc(&headers), is, "{text}");
            assert_eq!(
                refusal_type(&headers).as_ref().map(|value| value.to_str().unwrap()),
                answer,
                "{text}"
            );
        }
    }

    #[test]
    fn a_timeout_is_a_number_and_a_unit() {
        for (text, expected) in [
            ("1H", Some(Duration::from_secs(3600))),
            ("2M", Some(Duration::from_secs(120))),
            ("30S", Some(Duration::from_secs(30))),
            ("250m", Some(Duration::from_millis(250))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("0n", Some(Duration::ZERO)),
            ("999999999u", None),
            ("S", None),
            ("1", None),
            ("-1S", None),
            ("1s", None),
        ] {
            assert_eq!(timeout(&of("grpc-timeout", text)), expected, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_its_code_and_what_it_is_about() {
        let problem = Problem::new(problems::RATE_LIMITED, "50 % are gone \u{2013} wait\n");
        let (head, body) = refusal(&problem, &HeaderValue::from_static("application/grpc+proto"));
        assert!(body.is_empty());
        assert_eq!(head.headers.get("grpc-status").unwrap(), "8");
        assert_eq!(head.headers.get("grpc-message").unwrap(), "50 %25 are gone %E2%80%93 wait%0A");
        assert_eq!(head.headers.get("content-type").unwrap(), "application/grpc+proto");
    }

    #[test]
    fn in_grpc_web_a_refusal_is_the_last_frame() {
        let problem = Problem::new(problems::NOT_FOUND, "no such");
        let (head, body) = refusal(&problem, &HeaderValue::from_static("application/grpc-web+proto"));
        assert!(!head.headers.contains_key("grpc-status"), "a page of another origin could not read it");
        let frame = b"\x80\0\0\0\x26grpc-status:12\r\ngrpc-message:no such\r\n";
        assert_eq!(body, &frame[..]);
        let (_, body) = refusal(&problem, &HeaderValue::from_static("application/grpc-web-text"));
        let mut reader = policy::grpc_web::TextReader::default();
        assert_eq!(reader.push(&body).unwrap(), &frame[..]);
        reader.end().unwrap();
    }
}
