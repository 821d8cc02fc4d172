//! Bytes from clients and services, through a whole gateway: path, query, hosts, forwarding, keys and conditions included.

use fuzz::fuzz;

use crate::{
    gateway::{Rig, answers},
    message::Message,
};

const NEXT: &[u8] = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

const REQUEST_WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "0\r\n\r\n",
    "GET ",
    "POST ",
    "OPTIONS ",
    "CONNECT ",
    "TRACE ",
    " HTTP/1.1\r\n",
    " HTTP/1.0\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\n",
    "Host: a\r\n",
    "Host: [::1]:80\r\n",
    "http://a/",
    "//",
    "Content-Length: 3\r\n",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding",
    "chunked",
    "identity",
    "Connection: close\r\n",
    "Connection: keep-alive\r\n",
    "Connection: upgrade\r\n",
    "Upgrade: websocket\r\n",
    "Upgrade: h2c\r\n",
    "Expect: 100-continue\r\n",
    "3\r\nabc\r\n",
    "3;a=b\r\nabc\r\n",
    "1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n",
    "Trailer: x\r\n",
    "TE: trailers\r\n",
    "X-Forwarded-For: 10.0.0.1, 6.6.6.6\r\n",
    "Forwarded: for=\"[::1]:80\";host=a, for=b\r\n",
    "X-Real-IP: 1.2.3.4\r\n",
    "/keys",
    "/near/",
    "X-API-Key: ada-key-0123456789\r\n",
    "apikey: ada-key-0123456789\r\n",
    "Authorization: Bearer x\r\n",
    "Cookie: a=b; c=\"d\"\r\n",
    "Origin: https://example.com\r\n",
    "Access-Control-Request-Method: PUT\r\n",
    "?a=b&c=%64",
    "%2e%2e",
    "%2f",
    "%00",
    "%",
    "/../",
    "/./",
    "\\",
    "/orders/1",
    "/orders/1/x",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n",
    "x-request-id: abc\r\n",
    ":",
];

/// What of an exchange says whether it was another: everything but what is made anew each time.
fn outline(answers: &[Message], seen: &[Message]) -> Vec<String> {
    let detail = |answer: &Message| {
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        format!("{} {}", answer.line, body["detail"])
    };
    let mut all: Vec<_> = answers.iter().map(detail).collect();
    all.extend(seen.iter().map(|request| {
        let method = request.line.split(' ').next().unwrap();
        let names: Vec<_> = request.fields.iter().map(|(name, _)| &**name).take(24).collect();
        format!("{method} {} {} {}", names.join(","), request.body.len().min(4), request.trailers.len())
    }));
    all
}

/// What holds for every request that a service gets.
fn check(request: &Message) {
    let target = request.line.split(' ').nth(1).unwrap();
    let path = target.split('?').next().unwrap().to_ascii_lowercase();
    let path = path.replace("%2e", ".").replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
    assert!(!path.split('/').any(|segment| matches!(segment, "." | "..")), "dots in {target:?}");
    let hosts: Vec<_> = request.all("host").collect();
    // Of the services of the rig.
    assert!(matches!(hosts[..], ["service" | "echo"]), "one host, and not the client's: {hosts:?}");
    for name in ["keep-alive", "proxy-connection", "proxy-authorization", "expect", "http2-settings"] {
        assert_eq!(request.all(name).next(), None, "{name} is of one hop");
    }
    // `TE` is the gateway's own word, with what makes it one of its hop (RFC 9110 §10.1.4).
    let [te, connection] = ["te", "connection"].map(|name| request.all(name).collect::<Vec<_>>());
    let is_fine = matches!((&te[..], &connection[..]), ([], [] | ["upgrade"]) | (["trailers"], ["te"]));
    assert!(is_fine && request.all("upgrade").count() < 2, "{:?}", request.fields);
    let last = |name| request.all(name).last().and_then(|value| value.rsplit(',').next()).map(str::trim);
    assert_eq!(last("x-forwarded-for"), Some("127.0.0.1"), "whom it is forwarded for");
    assert!(
        last("forwarded").is_some_and(|element| element.contains("for=127.0.0.1")),
        "{:?}",
        request.fields
    );
    assert!(last("via").is_some_and(|hop| hop.ends_with(" pailou")), "{:?}", request.fields);
}

/// A request without what differs from one time to the next.
fn lasting(request: &Message) -> Message {
    let mut request = request.clone();
    request.fields.retain(|(name, _)| !matches!(&**name, "x-request-id" | "traceparent"));
    request
}

#[test]
fn no_request_reaches_a_service_in_two_readings() {
    let rig = Rig::new();
    fuzz("requests", REQUEST_WORDS, |input| {
        let sent = [input, NEXT].concat();
        let (bytes, seen) = rig.run([&*sent].into_iter());
        seen.iter().for_each(check);
        // Answers to HEAD end with their head, and what was asked is not known here.
        let asks_head = input.windows(4).any(|window| window == b"HEAD");
        let got = if input.starts_with(b"PRI * HTTP/2.0") || asks_head {
            Vec::new()
        } else {
            let (got, rest) = answers(&bytes);
            assert!(rest.is_empty(), "an answer breaks off: \"{}\"", bytes.escape_ascii());
            got
        };
        // However it is cut, it is the same. What was not there yet may have ended the connection.
        let size = 1 + input.len() % 13;
        let (_, cut) = rig.run(sent.chunks(size));
        for (whole, cut) in seen.iter().zip(&cut) {
            assert_eq!(lasting(whole), lasting(cut), "in pieces of {size}");
        }
        outline(&got, &seen)
    });
}

const ANSWER_WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "HTTP/1.1 304 Not Modified\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
    "Content-Length: 3\r\n",
    "Content-Length: 0\r\n",
    "Transfer-Encoding: chunked\r\n",
    "chunked",
    "Connection: close\r\n",
    "Connection: keep-alive, x-a\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    "0\r\nX-Sum: 1\r\nHost: b\r\n\r\n",
    "Upgrade: websocket\r\n",
    "Date: now\r\n",
    "Set-Cookie: a=b\r\n",
    "X-A: b\r\n",
];

#[test]
fn no_answer_reaches_a_client_in_two_readings() {
    let rig = Rig::new();
    fuzz("answers", ANSWER_WORDS, |input| {
        // The first byte says whether the service closes the connection then.
        let (first, answer) = input.split_first().unwrap_or((&b'0', b""));
        let closes = first & 1 == 1;
        *rig.service.answer.lock().unwrap() = Some((answer.to_vec(), closes));
        let sent = [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", NEXT].concat();
        let (bytes, _) = rig.run([&*sent].into_iter());
        let (mut got, rest) = answers(&bytes);
        let all = got.len();
        // What is said before an answer is none.
        got.retain(|answer| !answer.is_interim());
        assert!(all - got.len() <= 16);
        match got.get(1) {
            // Whatever was left over answers nobody else.
            Some(next) => assert_eq!((next.status(), &*next.body), ("200", &b"next"[..]), "{got:?}"),
            // An answer that was broken off ends the connection.
            None => assert!(got.is_empty() || got[0].all("connection").any(|v| v == "close"), "{got:?}"),
        }
        assert!(got.len() < 2 || rest.is_empty());
        got.truncate(1);
        let (after, _) = rig.run([NEXT].into_iter());
        assert!(
            after.ends_with(b"\r\n\r\nnext"),
            "the next request is answered \"{}\"",
            after.escape_ascii()
        );
        let fields: Vec<_> =
            got.iter().flat_map(|answer| answer.fields.iter().map(|(n, _)| n.clone())).collect();
        (outline(&got, &[]), fields.into_iter().take(24).collect::<Vec<_>>(), rest.is_empty())
    });
}

const FRAME_WORDS: &[&str] = &[
    "\0\0\0\x04\0\0\0\0\0",
    "\0\0\0\x04\x01\0\0\0\0",
    "\0\0\x04\x03\0\0\0\0\x01\0\0\0\x08",
    "\0\0\x08\x06\0\0\0\0\0abcdefgh",
    "\0\0\x04\x08\0\0\0\0\0\0\x01\0\0",
    "\0\0\x03\0\x01\0\0\0\x01abc",
    "\0\0\x03\0\0\0\0\0\x01abc",
    "\0\x07:method\x03GET",
    "\0\x05:path\x01/",
    "\0\x07:scheme\x04http",
    "\0\n:authority\x01a",
    "\0\x0econtent-length\x013",
    "\0\x02te\x08trailers",
    "\0\x06cookie\x03a=b",
    "\0\x04host\x01a",
    "\x7f",
    "\x3f",
];

#[test]
fn no_stream_reaches_a_service_in_two_readings() {
    let rig = Rig::new();
    fuzz("frames", FRAME_WORDS, |input| {
        let begin = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let (bytes, seen) = rig.run([&begin[..], input].into_iter());
        seen.iter().for_each(check);
        let (mut kinds, mut rest) = (Vec::new(), &*bytes);
        while rest.len() >= 9 && kinds.len() < 32 {
            let length = u32::from_be_bytes([0, rest[0], rest[1], rest[2]]) as usize;
            let of_it = rest.get(9..9 + length).unwrap_or_default();
            // What RST_STREAM and GOAWAY say is of interest; settings and windows are the same always.
            let code =
                if matches!(rest[3], 3 | 7) { of_it.iter().rev().take(4).copied().collect() } else { vec![] };
            kinds.push((rest[3], rest[4], code));
            rest = rest.get(9 + length..).unwrap_or_default();
        }
        (outline(&[], &seen), kinds)
    });
}
