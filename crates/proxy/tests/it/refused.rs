//! What the guide says is refused is, and what it says is passed on arrives in one reading: its tables, row by row.

use std::{path::PathBuf, sync::Arc};

use model::{ByteSize, Span};

use crate::{
    kit::{Response, Started, Wire, pass, snapshot, start, to},
    origin::{Conn, Origin},
};

const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

/// A row of a table.
struct Row {
    /// Where it stands and what it is called.
    name: String,
    sent: Vec<u8>,
    outcome: String,
}

/// The rows of a section of the page.
fn rows(section: &str) -> Vec<Row> {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/what-is-refused.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (mut found, mut within) = (Vec::new(), false);
    for (number, line) in page.lines().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            within = heading == section;
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", name, sent, outcome, ""] = cells[..] else { continue };
        if within && !name.is_empty() && !name.starts_with("---") {
            let name = format!("line {}: {name}", number + 1);
            let sent = sent.strip_prefix('`').and_then(|sent| sent.strip_suffix('`'));
            let sent = sent.unwrap_or_else(|| panic!("{name}: nothing is sent"));
            found.push(Row { name, sent: bytes(sent), outcome: outcome.to_owned() });
        }
    }
    assert!(!found.is_empty(), "{section:?} has a table");
    found
}

/// The bytes that a code of the page stands for.
fn bytes(shown: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), shown.bytes());
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next().unwrap() {
            b'r' => bytes.push(b'\r'),
            b'n' => bytes.push(b'\n'),
            b't' => bytes.push(b'\t'),
            b'\\' => bytes.push(b'\\'),
            b'x' => {
                let mut digit = || (rest.next().unwrap() as char).to_digit(16).unwrap();
                bytes.push((digit() * 16 + digit()) as u8);
            }
            other => panic!("{shown:?} escapes {:?}", other as char),
        }
    }
    bytes
}

/// What `with` and `without` say: whether it is there, and what.
fn said(outcome: &str) -> Vec<(bool, String)> {
    let mut parts = outcome.split('`');
    let mut said = Vec::new();
    while let (Some(word), Some(code)) = (parts.next(), parts.next()) {
        let with = word.trim_end().ends_with("with");
        assert!(with || word.trim_end().ends_with("without"), "{outcome:?}");
        said.push((with, String::from_utf8_lossy(&bytes(code)).into_owned()));
    }
    assert!(!said.is_empty(), "{outcome:?}");
    said
}

fn check(outcome: &str, name: &str, got: &str) {
    // Ids are drawn by chance, and may have anything in them.
    let by_chance = |line: &&str| line.starts_with("traceparent: ") || line.starts_with("x-request-id: ");
    let got: String = got.split_inclusive("\r\n").filter(|line| !by_chance(line)).collect();
    for (with, what) in said(outcome) {
        assert_eq!(got.contains(&what), with, "{name}: {what:?} in {got:?}");
    }
}

fn gateway(origin: &Origin) -> Started {
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    let gateway = Arc::make_mut(&mut snapshot.gateway);
    gateway.limits.headers = ByteSize::kib(16);
    gateway.limits.body = ByteSize::kib(64);
    gateway.timeouts.body = Span::secs(5);
    start(snapshot)
}

async fn run(section: &str, before: &str) {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for Row { name, sent, outcome } in rows(section) {
        origin.log.clear();
        let mut wire = started.connect().await;
        wire.send_bytes(&[before.as_bytes(), &sent, NEXT.as_bytes()].concat()).await;
        let first = wire.response().await;
        if outcome.starts_with("passed on") {
            assert_eq!(first.status, 200, "{name}: {first:?}");
            assert_eq!(wire.response().await.status, 200, "{name}: the next request");
            let seen = origin.log.seen();
            assert_eq!(seen.len(), 2, "{name}: {seen:?}");
            assert_eq!(seen[1].line(), "GET /next", "{name}");
            check(&outcome, &name, &format!("{}{}{}", seen[0].head, seen[0].body, seen[0].trailers));
            continue;
        }
        let refusal = format!("{} {}", first.status, first.problem());
        let goes_on = match outcome.strip_prefix(&format!("`{refusal}`")) {
            Some("") => false,
            Some(", and on") => true,
            _ => panic!("{name}: {refusal} instead of {outcome}"),
        };
        assert!(
            first.header("x-request-id").is_some() && first.header("date").is_some(),
            "{name}: {first:?}"
        );
        if goes_on {
            assert_eq!(wire.response().await.status, 200, "{name}: the next request");
        } else {
            assert_eq!(first.header("connection"), Some("close"), "{name}");
            assert_eq!(wire.rest().await, "", "{name}: the connection is closed");
        }
        let seen: Vec<_> = origin.log.seen().iter().map(|seen| seen.line().to_owned()).collect();
        assert_eq!(seen, vec!["GET /next"; usize::from(goes_on)], "{name}: what reached the service");
    }
}

#[tokio::test]
async fn first_lines() {
    run("First lines", "").await;
}

#[tokio::test]
async fn hosts() {
    run("Hosts", "").await;
}

#[tokio::test]
async fn lines_and_fields() {
    run("Lines and fields", "").await;
}

#[tokio::test]
async fn lengths_and_codings() {
    run("Lengths and codings", "POST / HTTP/1.1\r\nHost: a\r\n").await;
}

#[tokio::test]
async fn chunks() {
    run("Chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
}

#[tokio::test]
async fn codings_in_http10() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let response =
        started.send("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").await;
    assert_eq!((response.status, &*response.problem()), (400, "bad-request"));
}

/// Answers the first request of a connection as the row says, and those that follow as they should be.
async fn answer(mut conn: Conn, sent: &[u8], closes: bool) {
    while let Some(seen) = conn.request().await {
        if seen.line() == "GET /next" {
            conn.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext").await;
            continue;
        }
        conn.write(sent).await;
        if closes {
            return;
        }
    }
}

#[tokio::test]
async fn what_services_answer() {
    for Row { name, sent, outcome } in rows("What services answer") {
        let closes = name.ends_with("then closed");
        let sent: Arc<[u8]> = sent.into();
        let origin = Origin::start(move |conn| {
            let sent = Arc::clone(&sent);
            async move { answer(conn, &sent, closes).await }
        })
        .await;
        let started = gateway(&origin);
        let mut wire = started.connect().await;
        wire.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n\r\n{NEXT}")).await;
        let all = match &*outcome {
            "broken off" => {
                let all = wire.rest().await;
                assert!(
                    all.starts_with("HTTP/1.1 200 OK\r\n") && !all.ends_with("0\r\n\r\n"),
                    "{name}: {all}"
                );
                assert!(!all.contains("next"), "{name}: {all}");
                started.send(NEXT).await
            }
            "502" => {
                let first = wire.response().await;
                assert_eq!((first.status, &*first.problem()), (502, "upstream-invalid"), "{name}");
                wire.response().await
            }
            _ => {
                let (first, next) = until_next(&mut wire).await;
                check(&outcome, &name, &first);
                next
            }
        };
        assert_eq!((all.status, &*all.body), (200, "next"), "{name}: the next request has its own answer");
    }
}

/// What comes before the answer to the next request, and that answer.
async fn until_next(wire: &mut Wire) -> (String, Response) {
    let mut all = String::new();
    while !all.ends_with("\r\n\r\nnext") {
        let piece = wire.piece().await;
        assert!(!piece.is_empty(), "the connection ends after {all:?}");
        all.push_str(&piece);
    }
    let at = all.rfind("HTTP/1.1 200 OK\r\n").unwrap();
    let (first, next) = all.split_at(at);
    let (head, body) = next.split_once("\r\n\r\n").unwrap();
    (first.to_owned(), Response { status: 200, head: head.to_owned(), body: body.to_owned() })
}

#[tokio::test]
async fn answers_past_their_bounds() {
    let many = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17);
    let fields = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101));
    let large = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(65 << 10));
    for sent in [many, fields, large] {
        let sent: Arc<[u8]> = sent.into_bytes().into();
        let origin = Origin::start(move |conn| {
            let sent = Arc::clone(&sent);
            async move { answer(conn, &sent, false).await }
        })
        .await;
        // In HTTP/1.0, so that what was interim is not passed on before.
        let response = gateway(&origin).send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").await;
        assert_eq!((response.status, &*response.problem()), (502, "upstream-invalid"));
    }
}
