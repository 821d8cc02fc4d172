//! Heads, bodies and what is written, byte by byte.

use bytes::{Bytes, BytesMut};
use head::{Headers, Known};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Version};

use super::{
    decode::{Chunked, Decoder, Piece},
    encode::{self, Persistence, RequestLine},
    head::{self as read, HeadError, Request, Response},
    out::{Frames, OtherLength, Out},
};

const BOUND: usize = 4 << 10;

/// Memory of a head that was there before: nothing of it may be seen again.
fn used() -> Headers {
    headers(&[
        ("host", "before"),
        ("content-length", "77"),
        ("transfer-encoding", "x"),
        ("connection", "close"),
    ])
}

fn read_request(buf: &mut BytesMut) -> Result<Option<Request>, HeadError> {
    read::request(buf, BOUND, &mut used())
}

fn request(text: impl AsRef<[u8]>) -> Result<Option<Request>, HeadError> {
    read_request(&mut BytesMut::from(text.as_ref()))
}

fn taken(text: impl AsRef<[u8]>) -> Request {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    request(text)
        .unwrap_or_else(|why| panic!("{shown:?}: {why:?}"))
        .unwrap_or_else(|| panic!("{shown:?}: not whole"))
}

fn response(text: impl AsRef<[u8]>, method: &Method) -> Result<Option<Response>, HeadError> {
    read::response(&mut BytesMut::from(text.as_ref()), BOUND, method, &mut used())
}

fn answered(text: impl AsRef<[u8]>, method: &Method) -> Response {
    let shown = String::from_utf8_lossy(text.as_ref()).into_owned();
    response(text, method).unwrap_or_else(|why| panic!("{shown:?}: {why:?}")).expect("a whole head")
}

/// Which kind of refusal, whatever its words.
fn kind(error: HeadError) -> &'static str {
    match error {
        HeadError::Bad(why) => {
            assert!(!why.is_empty());
            "bad"
        }
        HeadError::TooLarge => "too large",
        HeadError::Unsupported(why) => {
            assert!(!why.is_empty());
            "unsupported"
        }
    }
}

#[test]
fn a_request_is_read_as_it_was_meant() {
    let mut buf = BytesMut::from(
        &b"POST /a/b?c=d&e HTTP/1.1\r\nHost: Example.com:80\r\nX-Empty:\r\nX-Tabs:\t1\t2 \t\r\nCONTENT-LENGTH: 004\r\n\r\nbodyGET"[..],
    );
    let read = read_request(&mut buf).unwrap().unwrap();
    assert_eq!((read.head.method, read.head.version), (Method::POST, Version::HTTP_11));
    assert_eq!(read.head.uri.path_and_query().unwrap().as_str(), "/a/b?c=d&e");
    let fields: Vec<_> = read.head.headers.iter().map(|(n, v)| (n, v.to_str().unwrap())).collect();
    assert_eq!(
        fields,
        [("host", "Example.com:80"), ("x-empty", ""), ("x-tabs", "1\t2"), ("content-length", "004")]
    );
    assert_eq!(read.body, Decoder::Length(4));
    assert!(read.keep_alive && !read.expects_continue);
    assert_eq!(buf, "bodyGET", "only the head is taken off");
}

#[test]
fn what_a_head_says_of_body_and_connection() {
    let of = |line: &str, fields: &str| {
        let read = taken(format!("POST / {line}\r\nHost: a\r\n{fields}\r\n"));
        (read.body, read.keep_alive, read.expects_continue)
    };
    let length = "Content-Length: 3\r\n";
    for (line, fields, body, keep_alive, expects) in [
        ("HTTP/1.1", "", Decoder::Done, true, false),
        ("HTTP/1.1", "Content-Length: 0\r\n", Decoder::Done, true, false),
        ("HTTP/1.1", "Transfer-Encoding: Chunked\r\n", Decoder::chunked(), true, false),
        ("HTTP/1.1", "Connection: close\r\n", Decoder::Done, false, false),
        ("HTTP/1.1", "Connection: x, CLOSE\r\n", Decoder::Done, false, false),
        ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", Decoder::Done, false, false),
        ("HTTP/1.0", "", Decoder::Done, false, false),
        ("HTTP/1.0", "Connection: Keep-Alive\r\n", Decoder::Done, true, false),
        ("HTTP/1.0", "Connection: keep-alive, close\r\n", Decoder::Done, false, false),
    ] {
        assert_eq!(of(line, fields), (body, keep_alive, expects), "{line} {fields:?}");
    }
    let expect = |line, fields: &str| of(line, &format!("Expect: 100-Continue\r\n{fields}")).2;
    assert!(expect("HTTP/1.1", length) && expect("HTTP/1.1", "Transfer-Encoding: chunked\r\n"));
    assert!(!expect("HTTP/1.1", ""), "nobody waits to send nothing");
    assert!(!expect("HTTP/1.0", length), "HTTP/1.0 has no 100 (Continue)");
}

#[test]
fn targets_are_taken_in_origin_and_absolute_form() {
    for (target, authority, rest) in [
        ("/", None, "/"),
        ("/a?b?c", None, "/a?b?c"),
        ("/a//b;c=d/%2f", None, "/a//b;c=d/%2f"),
        ("*", None, "*"),
        ("http://b:80", Some("b:80"), "/"),
        ("HTTP://b/c?d", Some("b"), "/c?d"),
        ("https://[::1]:8443/", Some("[::1]:8443"), "/"),
    ] {
        let uri = taken(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")).head.uri;
        assert_eq!(uri.authority().map(|a| a.as_str()), authority, "{target}");
        assert_eq!(uri.path_and_query().unwrap().as_str(), rest, "{target}");
    }
}

#[test]
fn every_beginning_of_a_head_waits_for_more() {
    let whole = "\r\nGET /a HTTP/1.1\r\nHost: a\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n";
    for end in 0..whole.len() {
        assert!(request(&whole[..end]).unwrap().is_none(), "{:?}", &whole[..end]);
    }
    assert!(request(whole).unwrap().is_some());
    let whole = "HTTP/1.1 200 All right\r\nContent-Length: 3\r\nX-A: b\r\n\r\n";
    for end in 0..whole.len() {
        assert!(response(&whole[..end], &Method::GET).unwrap().is_none(), "{:?}", &whole[..end]);
    }
    assert!(response(whole, &Method::GET).unwrap().is_some());
}

#[test]
fn a_head_that_comes_in_pieces_is_the_same_head() {
    let whole = b"PUT /A HTTP/1.1\r\nHost: A\r\nX-Mixed-Case: Kept\r\nContent-Length: 1\r\n\r\n";
    for cut in 1..whole.len() {
        let mut buf = BytesMut::from(&whole[..cut]);
        assert!(read_request(&mut buf).unwrap().is_none());
        buf.extend_from_slice(&whole[cut..]);
        let read = read_request(&mut buf).unwrap().unwrap();
        assert_eq!(read.head.headers.get("x-mixed-case").unwrap(), "Kept");
        assert_eq!((read.head.uri.path(), read.body, buf.len()), ("/A", Decoder::Length(1), 0));
    }
}

#[test]
fn a_request_that_is_not_well_formed_is_refused() {
    for text in [
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\nHost: a\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/0.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/11\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTPS/1.1\r\nHost: a\r\n\r\n",
        "G{T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "G\u{e9}T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET:/ / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/#b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX(A): b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-\u{e9}: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x0bc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x7f\r\n\r\n",
    ] {
        let Err(why) = request(text) else { panic!("taken: {text:?}") };
        assert_eq!(kind(why), "bad", "{text:?}");
    }
}

#[test]
fn a_body_that_can_be_framed_in_two_ways_is_refused() {
    for (fields, version, expected) in [
        ("Content-Length: 1\r\nTransfer-Encoding: chunked", 1, "bad"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0", 1, "bad"),
        ("Content-Length: 1\r\nContent-Length: 1", 1, "bad"),
        ("Content-Length: 1\r\nContent-Length: 2", 1, "bad"),
        ("Content-Length: 1, 1", 1, "bad"),
        ("Content-Length: ", 1, "bad"),
        ("Content-Length: +1", 1, "bad"),
        ("Content-Length: -1", 1, "bad"),
        ("Content-Length: 1 1", 1, "bad"),
        ("Content-Length: 0x1", 1, "bad"),
        ("Content-Length: 1_0", 1, "bad"),
        ("Content-Length: 1.0", 1, "bad"),
        ("Content-Length: \"1\"", 1, "bad"),
        ("Content-Length: 1;a=b", 1, "bad"),
        ("Content-Length: \u{661}", 1, "bad"),
        ("Content-Length: 18446744073709551617", 1, "bad"),
        ("Transfer-Encoding: ", 1, "bad"),
        ("Transfer-Encoding: ,", 1, "bad"),
        ("Transfer-Encoding: identity", 1, "bad"),
        ("Transfer-Encoding: gzip", 1, "bad"),
        ("Transfer-Encoding: chunked, identity", 1, "bad"),
        ("Transfer-Encoding: chunked,", 1, "bad"),
        ("Transfer-Encoding: xchunked", 1, "bad"),
        ("Transfer-Encoding: chunkedx", 1, "bad"),
        ("Transfer-Encoding: chunked;q=1", 1, "bad"),
        ("Transfer-Encoding: \"chunked\"", 1, "bad"),
        ("Transfer-Encoding: chunk ed", 1, "bad"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 1, "bad"),
        ("Transfer-Encoding: gzip, chunked", 1, "unsupported"),
        ("Transfer-Encoding: chunked, chunked", 1, "unsupported"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 1, "unsupported"),
        ("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", 1, "unsupported"),
        ("Transfer-Encoding: chunked", 0, "bad"),
        ("Transfer-Encoding: chunked\r\nConnection: keep-alive", 0, "bad"),
    ] {
        let text = format!("POST / HTTP/1.{version}\r\nHost: a\r\n{fields}\r\n\r\n");
        let Err(why) = request(&text) else { panic!("taken: {text:?}") };
        assert_eq!(kind(why), expected, "{text:?}");
    }
}

#[test]
fn a_head_past_its_bounds_is_refused_as_too_large() {
    let fields = |count: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "a:b\r\n".repeat(count));
    assert_eq!(taken(fields(100)).head.headers.len(), 100);
    assert_eq!(request(fields(101)).err(), Some(HeadError::TooLarge));
    let head = |length: usize| format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(length - 23));
    assert!(request(head(BOUND)).unwrap().is_some());
    assert_eq!(request(head(BOUND + 1)).err(), Some(HeadError::TooLarge));
    assert_eq!(request(format!("GET /{}", "x".repeat(BOUND))).err(), Some(HeadError::TooLarge), "no end yet");
    // What follows a head does not count.
    let head = format!("{}{}", head(BOUND), "y".repeat(BOUND));
    assert!(request(head).unwrap().is_some());
}

#[test]
fn a_response_is_framed_by_its_status_its_fields_and_the_method() {
    let of = |head: &str, method: &Method| {
        let read = answered(format!("HTTP/1.{head}\r\n\r\n"), method);
        (read.body, read.keep_alive)
    };
    let get = &Method::GET;
    for (head, method, body, keep_alive) in [
        ("1 200 OK\r\nContent-Length: 5", get, Decoder::Length(5), true),
        ("1 200\r\nContent-Length: 0", get, Decoder::Done, true),
        ("1 200 \r\nContent-Length: 5\r\nConnection: close", get, Decoder::Length(5), false),
        ("1 200 OK\r\nTransfer-Encoding: chunked", get, Decoder::chunked(), true),
        ("1 200 OK", get, Decoder::UntilClose, false),
        ("1 200 OK\r\nConnection: keep-alive", get, Decoder::UntilClose, false),
        ("0 200 OK\r\nContent-Length: 5", get, Decoder::Length(5), false),
        ("0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive", get, Decoder::Length(5), true),
        ("1 204 No Content", get, Decoder::Done, true),
        ("1 304 Not Modified\r\nContent-Length: 5", get, Decoder::Done, true),
        ("1 304 Not Modified\r\nTransfer-Encoding: chunked", get, Decoder::Done, true),
        ("1 200 OK\r\nContent-Length: 5", &Method::HEAD, Decoder::Done, true),
        ("1 200 OK\r\nTransfer-Encoding: chunked", &Method::HEAD, Decoder::Done, true),
        ("1 100 Continue", get, Decoder::Done, true),
        ("1 599 \u{e9}\t!\r\nContent-Length: 1", get, Decoder::Length(1), true),
    ] {
        assert_eq!(of(head, method), (body, keep_alive), "{head:?}");
    }
}

#[test]
fn a_response_that_can_be_read_in_two_ways_is_refused() {
    for (head, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", "bad"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2", "bad"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1", "bad"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1", "bad"),
        ("HTTP/1.1 200 OK\r\nContent-Length: +1", "bad"),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: x", "bad"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked", "unsupported"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: identity", "unsupported"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked", "unsupported"),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", "unsupported"),
        ("HTTP/1.1 099 Low\r\nX: y", "bad"),
        ("HTTP/1.1 20 Short\r\nX: y", "bad"),
        ("HTTP/1.1 2000 Long\r\nX: y", "bad"),
        ("HTTP/1.1 +20 OK\r\nX: y", "bad"),
        ("HTTP/1.1  200 OK\r\nX: y", "bad"),
        ("HTTP/1.1\r\nX: y", "bad"),
        ("HTTP/2 200 OK\r\nX: y", "bad"),
        ("HTTP/1.2 200 OK\r\nX: y", "bad"),
        ("ICY 200 OK\r\nX: y", "bad"),
        ("HTTP/1.1 200 O\0K\r\nX: y", "bad"),
        ("HTTP/1.1 200 OK\rX: y", "bad"),
        ("HTTP/1.1 200 OK\nX: y", "bad"),
        ("HTTP/1.1 200 OK\r\nX: y\nZ: z", "bad"),
        ("HTTP/1.1 200 OK\r\nX : y", "bad"),
        ("HTTP/1.1 200 OK\r\nX: y\r\n folded", "bad"),
        ("HTTP/1.1 200 OK\r\nX: y\rz", "bad"),
        ("HTTP/1.1 200 OK\r\nX: \0", "bad"),
        ("HTTP/1.1 200 OK\r\n: y", "bad"),
    ] {
        let Err(why) = response(format!("{head}\r\n\r\n"), &Method::GET) else { panic!("taken: {head:?}") };
        assert_eq!(kind(why), expected, "{head:?}");
    }
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a:b\r\n".repeat(101));
    assert_eq!(response(many, &Method::GET).err(), Some(HeadError::TooLarge));
    let long = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(BOUND));
    assert_eq!(response(long, &Method::GET).err(), Some(HeadError::TooLarge));
}

/// What a body was read as.
#[derive(Debug, Default, PartialEq, Eq)]
struct Body {
    data: Vec<u8>,
    trailers: Vec<String>,
    ended: bool,
    /// What was left on the buffer.
    rest: Vec<u8>,
}

/// Feeds pieces to a decoder as far as it will take them.
fn decode(mut decoder: Decoder, pieces: &[&[u8]]) -> Result<Body, &'static str> {
    let (mut body, mut buf) = (Body::default(), BytesMut::new());
    for piece in pieces {
        buf.extend_from_slice(piece);
        while !body.ended {
            match decoder.decode(&mut buf)? {
                Piece::Data(data) => {
                    assert!(!data.is_empty(), "a piece has something in it");
                    body.data.extend_from_slice(&data);
                }
                Piece::Trailers(trailers) => {
                    body.trailers =
                        trailers.iter().map(|(n, v)| format!("{n}={}", v.to_str().unwrap())).collect();
                    assert!(decoder.is_done());
                    body.ended = true;
                }
                Piece::End => body.ended = true,
                Piece::More => break,
            }
        }
    }
    assert_eq!(body.ended, decoder.is_done());
    body.rest = buf.to_vec();
    Ok(body)
}

/// What a chunked body is read as: the same wherever it is cut.
fn chunks(text: impl AsRef<[u8]>) -> Result<Body, &'static str> {
    let text = text.as_ref();
    let whole = decode(Decoder::chunked(), &[text]);
    let bytes: Vec<&[u8]> = text.chunks(1).collect();
    let shown = String::from_utf8_lossy(&text[..text.len().min(200)]);
    assert_eq!(decode(Decoder::chunked(), &bytes), whole, "{shown:?} byte by byte");
    if text.len() > 64 {
        return whole;
    }
    for first in 0..text.len() {
        for second in first..text.len() {
            let pieces = [&text[..first], &text[first..second], &text[second..]];
            assert_eq!(decode(Decoder::chunked(), &pieces), whole, "{shown:?} cut at {first} and {second}");
        }
    }
    whole
}

#[test]
fn chunks_are_read_the_same_wherever_they_are_cut() {
    for (text, data, trailers, rest) in [
        ("0\r\n\r\n", "", vec![], ""),
        ("3\r\nabc\r\n0\r\n\r\n", "abc", vec![], ""),
        ("3\r\nabc\r\n0\r\n\r\nGET /", "abc", vec![], "GET /"),
        ("1\r\na\r\n02\r\nbc\r\nA\r\n0123456789\r\n000\r\n\r\n", "abc0123456789", vec![], ""),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", vec![], ""),
        ("5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n", vec![], ""),
        ("1;a\r\nx\r\n1;a=b;c=\"d;e\"\r\ny\r\n1 \t; a\r\nz\r\n0;q\r\n\r\n", "xyz", vec![], ""),
        ("1;\u{e9}\r\nx\r\n0\r\n\r\n", "x", vec![], ""),
        (
            "1\r\na\r\n0\r\nX-Sum: 7\r\nx-sum:8 \r\nB:\r\n\r\nrest",
            "a",
            vec!["x-sum=7", "x-sum=8", "b="],
            "rest",
        ),
        ("0\r\nContent-Length: 4\r\nTransfer-Encoding: x\r\nHost: b\r\n\r\n", "", vec![], ""),
        ("0\r\nContent-Length: 4\r\nX-Kept: 1\r\nAuthorization: b\r\n\r\n", "", vec!["x-kept=1"], ""),
    ] {
        let body = chunks(text).unwrap_or_else(|why| panic!("{text:?}: {why}"));
        assert_eq!(String::from_utf8_lossy(&body.data), data, "{text:?}");
        assert_eq!(
            (body.trailers, body.ended),
            (trailers.into_iter().map(str::to_owned).collect(), true),
            "{text:?}"
        );
        assert_eq!(String::from_utf8_lossy(&body.rest), rest, "{text:?}");
    }
}

#[test]
fn chunks_that_can_be_read_in_two_ways_are_refused() {
    for text in [
        "\r\n",
        " 3\r\nabc",
        "3 \r\nabc",
        "3\t\r\nabc",
        "3\x0c\r\nabc",
        "3\x0c;a\r\nabc",
        "3 3\r\nabc",
        "g\r\n",
        "0x3\r\nabc",
        "+3\r\nabc",
        "-3\r\nabc",
        "3_0\r\nabc",
        "3,3\r\nabc",
        ";a\r\n",
        "3\nabc",
        "3\rabc\r\n",
        "3\r\rabc\r\n",
        "3;a\nabc",
        "3;a\r\r\nabc",
        "3;a\rb\r\nabc",
        "3;a\0\r\nabc",
        "3;a\x7f\r\nabc",
        "3;a=\"b\r\nabc",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n",
        "3\r\nabc\r0\r\n\r\n",
        "3\r\nabc\r\r\n0\r\n\r\n",
        "0\r\n\n",
        "0\n\r\n",
        "0\r\n\r\r\n",
        "0\r\n \r\n\r\n",
        "0\r\nX-A : b\r\n\r\n",
        "0\r\nX-A: b\r\n c\r\n\r\n",
        "0\r\nX-A: b\n\r\n",
        "0\r\nX-A: b\r\n\n",
        "0\r\n: b\r\n\r\n",
        "0\r\nX-A\r\n\r\n",
        "0\r\nX-A: \0\r\n\r\n",
        "0\r\nGET / HTTP/1.1\r\n\r\n",
        "1000000000000000\r\n",
        "ffffffffffffffff1\r\n",
        "10000000000000003\r\nabc\r\n0\r\n\r\n",
        "0000000000000003\r\nabc\r\n0\r\n\r\n",
    ] {
        assert!(chunks(text).is_err(), "{text:?} is taken as {:?}", chunks(text));
    }
}

#[test]
fn lines_of_chunks_and_trailers_are_bounded() {
    let extension = |length: usize| format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(length - 4));
    assert_eq!(chunks(extension(1024)).unwrap().data, b"x");
    assert!(chunks(extension(1025)).is_err());
    assert!(chunks(format!("1;{}", "e".repeat(1024))).is_err(), "no end of it yet");
    let trailers = |count: usize| format!("0\r\n{}\r\n", "a:b\r\n".repeat(count));
    assert_eq!(chunks(trailers(32)).unwrap().trailers.len(), 32);
    assert!(chunks(trailers(33)).is_err());
    let large = |length: usize| format!("0\r\nX: {}\r\n\r\n", "x".repeat(length - 7));
    assert!(decode(Decoder::chunked(), &[large(16 << 10).as_bytes()]).unwrap().ended);
    assert!(decode(Decoder::chunked(), &[large((16 << 10) + 1).as_bytes()]).is_err());
    let endless = format!("0\r\nX: {}", "x".repeat(17 << 10));
    assert!(decode(Decoder::chunked(), &[endless.as_bytes()]).is_err());
}

#[test]
fn a_body_with_a_length_ends_there_and_one_without_with_its_connection() {
    let body = decode(Decoder::of_length(5), &[b"ab", b"", b"cdeGET"]).unwrap();
    assert_eq!((&*body.data, body.ended, &*body.rest), (&b"abcde"[..], true, &b"GET"[..]));
    let body = decode(Decoder::of_length(5), &[b"abcd"]).unwrap();
    assert_eq!((&*body.data, body.ended), (&b"abcd"[..], false));
    assert_eq!(Decoder::of_length(0), Decoder::Done);
    let body = decode(Decoder::UntilClose, &[b"ab", b"c"]).unwrap();
    assert_eq!((&*body.data, body.ended), (&b"abc"[..], false));
}

#[test]
fn what_is_still_to_come_is_known_where_it_was_announced() {
    let mut decoder = Decoder::of_length(5);
    assert_eq!(decoder.remaining(), Some(5));
    let mut buf = BytesMut::from(&b"abc"[..]);
    assert_eq!(decoder.decode(&mut buf), Ok(Piece::Data(Bytes::from_static(b"abc"))));
    assert_eq!(decoder.remaining(), Some(2));
    assert_eq!(Decoder::Done.remaining(), Some(0));
    assert_eq!((Decoder::chunked().remaining(), Decoder::UntilClose.remaining()), (None, None));
    assert_eq!(Decoder::Chunked(Chunked::Data(3)).remaining(), None);
}

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[test]
fn a_request_is_written_with_one_host_and_one_framing() {
    let fields = [
        ("Host", "client"),
        ("X-A", "b"),
        ("Content-Length", "9"),
        ("Transfer-Encoding", "gzip"),
        ("x-a", "c"),
    ];
    let write = |method: &Method, host: Option<&[u8]>, frames, upgrade: Option<&[u8]>| {
        let line = RequestLine { method, prefix: "/base", target: "/t?q", host, upgrade };
        let mut out = Vec::new();
        encode::request(&mut out, &line, &headers(&fields), frames);
        String::from_utf8(out).unwrap()
    };
    let own = Some(&b"up:1"[..]);
    assert_eq!(
        write(&Method::PUT, own, Frames::Length(3), None),
        "PUT /base/t?q HTTP/1.1\r\nhost: up:1\r\nx-a: b\r\nx-a: c\r\ncontent-length: 3\r\n\r\n"
    );
    assert_eq!(
        write(&Method::PUT, None, Frames::Chunks, None),
        "PUT /base/t?q HTTP/1.1\r\nhost: client\r\nx-a: b\r\nx-a: c\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    for (method, length) in
        [("POST", true), ("PUT", true), ("PATCH", true), ("GET", false), ("DELETE", false)]
    {
        let written = write(&method.parse().unwrap(), own, Frames::None, None);
        assert_eq!(written.contains("content-length: 0\r\n"), length, "{written}");
        assert!(!written.contains("transfer-encoding"), "{written}");
    }
    assert!(
        write(&Method::GET, own, Frames::None, Some(b"websocket"))
            .ends_with("connection: upgrade\r\nupgrade: websocket\r\n\r\n")
    );
}

#[test]
fn a_response_is_written_with_one_framing_and_a_date() {
    let write = |status: u16, lines: &[(&str, &str)], frames, persistence| {
        let status = StatusCode::from_u16(status).unwrap();
        let mut out = Vec::new();
        encode::response(&mut out, status, &headers(lines), frames, persistence, b"now");
        String::from_utf8(out).unwrap()
    };
    let lied = [("content-length", "9"), ("transfer-encoding", "chunked"), ("x", "y")];
    assert_eq!(
        write(200, &lied, Frames::Length(3), Persistence::AsExpected),
        "HTTP/1.1 200 OK\r\nx: y\r\ncontent-length: 3\r\ndate: now\r\n\r\n"
    );
    assert_eq!(
        write(200, &lied, Frames::Chunks, Persistence::KeepAlive),
        "HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\ndate: now\r\nconnection: keep-alive\r\n\r\n"
    );
    assert_eq!(
        write(299, &lied, Frames::UntilClose, Persistence::Close),
        "HTTP/1.1 299 \r\nx: y\r\ndate: now\r\nconnection: close\r\n\r\n"
    );
    let dated = [("date", "then"), ("content-length", "9")];
    assert_eq!(
        write(304, &dated, Frames::None, Persistence::AsExpected),
        "HTTP/1.1 304 Not Modified\r\ndate: then\r\ncontent-length: 9\r\n\r\n"
    );
}

#[test]
fn an_answer_is_framed_by_its_length_else_by_chunks_where_the_client_knows_them() {
    let of = |version, is_head, status: u16, lines: &[(&str, &str)], known| {
        encode::frames(version, is_head, StatusCode::from_u16(status).unwrap(), &headers(lines), known)
    };
    let said = [("content-length", "7")];
    assert_eq!(of(Version::HTTP_11, false, 200, &said, None), Frames::Length(7));
    assert_eq!(of(Version::HTTP_11, false, 200, &[], Some(3)), Frames::Length(3));
    assert_eq!(of(Version::HTTP_11, false, 200, &[], None), Frames::Chunks);
    assert_eq!(of(Version::HTTP_10, false, 200, &[], None), Frames::UntilClose);
    assert_eq!(of(Version::HTTP_10, false, 200, &said, None), Frames::Length(7));
    for (is_head, status) in [(true, 200), (false, 204), (false, 304), (false, 101)] {
        assert_eq!(of(Version::HTTP_11, is_head, status, &said, Some(7)), Frames::None);
    }
}

/// Everything that would be written.
fn written(out: Out) -> String {
    String::from_utf8(out.into_buffer()).unwrap()
}

#[test]
fn a_body_is_written_as_its_head_said() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("7"));
    let write = |mut frames: Frames, pieces: &[&'static str], trailers: Option<&HeaderMap>| {
        let mut out = Out::default();
        for piece in pieces {
            out.piece(Bytes::from_static(piece.as_bytes()), &mut frames)?;
        }
        out.end(trailers, frames)?;
        Ok::<_, OtherLength>(written(out))
    };
    assert_eq!(write(Frames::Length(5), &["ab", "cde"], Some(&trailers)).unwrap(), "abcde");
    assert_eq!(write(Frames::Length(5), &["ab", "cdef"], None), Err(OtherLength));
    assert_eq!(write(Frames::Length(5), &["ab"], None), Err(OtherLength));
    let long = "0123456789abcdef";
    assert_eq!(
        write(Frames::Chunks, &["ab", "", long], None).unwrap(),
        "2\r\nab\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
        "an empty piece is not the last chunk"
    );
    assert_eq!(write(Frames::Chunks, &["a"], Some(&trailers)).unwrap(), "1\r\na\r\n0\r\nx-sum: 7\r\n\r\n");
    assert_eq!(write(Frames::UntilClose, &["a", "b"], Some(&trailers)).unwrap(), "ab");
    assert_eq!(write(Frames::None, &["a"], Some(&trailers)).unwrap(), "");
}

#[test]
fn what_is_written_is_read_again_as_the_same() {
    let mut fields = headers(&[("x-a", "b\tc"), ("x-e", ""), ("x-o", "1")]);
    fields.append("x-latin", HeaderValue::from_bytes(b"caf\xe9").unwrap());
    fields.append("x-o", HeaderValue::from_static("2"));
    let line =
        RequestLine { method: &Method::PATCH, prefix: "", target: "/a?b", host: Some(b"h:1"), upgrade: None };
    let mut out = Out::default();
    encode::request(out.head(), &line, &fields, Frames::Chunks);
    let mut frames = Frames::Chunks;
    out.piece(Bytes::from_static(b"body"), &mut frames).unwrap();
    out.end(None, frames).unwrap();
    let mut buf = BytesMut::from(&*out.into_buffer());
    let again = read_request(&mut buf).unwrap().unwrap();
    assert_eq!(again.head.headers.first(Known::Host).unwrap(), "h:1");
    assert_eq!(again.head.headers.get("x-latin").unwrap().as_bytes(), b"caf\xe9");
    assert_eq!(again.head.headers.get_all("x-o").iter().count(), 2);
    assert_eq!(decode(again.body, &[&buf]).unwrap().data, b"body");
}
