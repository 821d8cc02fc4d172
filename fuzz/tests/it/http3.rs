//! Bytes of HTTP/3: frames, streams of one direction, and fields as they are compressed.

use fuzz::fuzz;
use head::Headers;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use proxy::fuzzing::{self, Came, Head, Refused};

use crate::message::{self, Kind};

/// The most of a head, bytes, with 32 for each field; compressed it has twice as many.
const HEAD: usize = 4 << 10;
const HEADERS: u64 = 1;
/// Inputs are cut at so many places.
const CUTS: usize = 256;

/// Fields as they are compressed: of names in the static table, and literal.
const SECTION_WORDS: &[&str] = &[
    "\0\0",
    "P\x01a",
    "Q\x01/",
    "Q\x04/a?b",
    "_\0\x03PUT",
    "_\0\x07CONNECT",
    "_\0\x07OPTIONS",
    "_\x07\x05https",
    "_\x09\x03200",
    "T\x013",
    "U\x03a=b",
    "#x-y\x01z",
    "'\0:protocol\x09websocket",
    "'\x03connection\x05close",
    "'\x0atransfer-encoding\x07chunked",
    "\"te\x08trailers",
    "$host\x01a",
    "&expect\x0c100-continue",
    "&cookie\x03a=b",
    "!A\x01b",
    "#a b\x01c",
    "#a-b\x03 c ",
    "#a-b\x04c\r\nd",
    "#a-b\x03c\0d",
    "\x7f\0",
    "/\x7f",
];

const STREAM_WORDS: &[&str] = &[
    "\x01\x02\0\0",
    "\x01\x05\0\0Q\x01/",
    "\x01\x07\0\0#x-y\x01z",
    "\0\x03abc",
    "\0\0",
    "!\x01x",
    "!\0",
    "\x04\0",
    "\x07\x01\0",
    "\x40\x01",
    "\x40\0",
    "\x7f\x7f",
    "\x02\0",
];

const ONE_WAY_WORDS: &[&str] = &[
    "\0\x04\0",
    "\x04\x02\x06\x01",
    "\x04\x04\x06\x01\x08\x01",
    "\x08\x02",
    "\x02\x01",
    "\x07\x01\0",
    "\x0d\x01\x03",
    "\x03\x01\0",
    "!\x01x",
    "\x05\0",
    "\0\x01x",
    "\x02 ",
    "\x03D",
    "\x7f",
    "\x40\0",
    "\x40\x54",
    "\x01",
];

/// Whether what is read of these bytes is the same cut in two anywhere, and byte by byte.
fn in_pieces<T: PartialEq + std::fmt::Debug>(input: &[u8], read: impl Fn(&[&[u8]]) -> T) -> T {
    let whole = read(&[input]);
    for at in (0..=input.len()).step_by(input.len() / CUTS + 1) {
        let (before, after) = input.split_at(at);
        assert_eq!(read(&[before, after]), whole, "cut at {at}");
    }
    let bytes: Vec<_> = input.chunks(1).collect();
    assert_eq!(read(&bytes), whole, "byte by byte");
    whole
}

/// What of a section of fields says whether it was another.
type Outline = (Result<usize, Refused>, Result<Vec<String>, Refused>, Result<usize, Refused>);

/// What holds for every section of fields.
fn check_section(section: &[u8]) -> Outline {
    let lines = fuzzing::lines(section);
    let (head, trailers) = (fuzzing::head(section, HEAD), fuzzing::trailers(section));
    match &lines {
        Err(refused) => {
            assert_eq!(*refused, Refused::Compression);
            assert_eq!((head.as_ref().err(), trailers.as_ref().err()), (Some(refused), Some(refused)));
        }
        Ok(lines) => check_lines(section, lines),
    }
    if let Ok(head) = &head {
        check_head(head, lines.as_ref().unwrap());
    }
    if let Ok(trailers) = &trailers {
        check_trailers(trailers);
    }
    let said = |head: Head| {
        let names = head.head.headers.keys().take(24).map(str::to_owned);
        let what = format!("{} {} {:?}", head.head.method, head.is_websocket, head.length.map(|l| l.min(4)));
        names.chain([what]).collect()
    };
    (lines.map(|lines| lines.len().min(24)), head.map(said), trailers.map(|trailers| trailers.len()))
}

/// A section takes no more room than its bytes can say, and what it says is the same whoever follows it.
fn check_lines(section: &[u8], lines: &[(Vec<u8>, Vec<u8>)]) {
    // It needs no table, and counts from nothing.
    assert_eq!(section[0], 0, "a table there is not");
    assert!(section[1] < 0x80, "counted from before there was anything (RFC 9204 §4.5.1.2)");
    assert!(lines.len() <= section.len() - 2, "{} fields of {} bytes", lines.len(), section.len());
    // The longest of the static table has some 80 bytes, the shortest code of Huffman 5 bits.
    let text: usize = lines.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(text <= lines.len() * 100 + section.len() * 8 / 5, "{text} bytes of {}", section.len());
    let twice = [section, b"\xd1#x-y\x01z"].concat();
    let more = fuzzing::lines(&twice).unwrap();
    let last = [(&b":method"[..], &b"GET"[..]), (b"x-y", b"z")];
    assert!(more[..lines.len()] == *lines && more.len() == lines.len() + 2);
    assert!(more[lines.len()..].iter().zip(last).all(|((n, v), last)| (&n[..], &v[..]) == last));
}

/// A head that is accepted is one that HTTP/1.1 could carry, and its fields are those that came.
fn check_head(accepted: &Head, lines: &[(Vec<u8>, Vec<u8>)]) {
    let Head { head, length, is_websocket } = accepted;
    let mut fields: Vec<(&str, &[u8])> = Vec::new();
    for (name, value) in head.headers.iter() {
        assert!(!name.bytes().any(|b| b.is_ascii_uppercase()), "{name:?}");
        fields.push((name, value.as_bytes()));
    }
    let text: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(fields.len() <= 102 && text <= HEAD, "{} fields, {text} bytes", fields.len());
    for of_one_hop in ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"] {
        assert!(!head.headers.contains_key(of_one_hop), "{of_one_hop}");
    }
    let all = |name: &str| fields.iter().filter(|(n, _)| *n == name).map(|(_, v)| *v).collect::<Vec<_>>();
    assert!(all("te").iter().all(|te| te.eq_ignore_ascii_case(b"trailers")));
    assert!(all("cookie").len() <= 1);
    let said = |value: &&[u8]| std::str::from_utf8(value).unwrap().parse::<u64>().unwrap();
    assert_eq!(all("content-length").iter().map(said).collect::<Vec<_>>(), Vec::from_iter(*length));
    // Whatever is no pseudo-header came as it is, but for pieces of a cookie.
    for (name, value) in &fields {
        let is_same = |(n, v): &(Vec<u8>, Vec<u8>)| n == name.as_bytes() && v == value;
        let is_host = |(n, v): &(Vec<u8>, Vec<u8>)| n == b":authority" && *name == "host" && v == value;
        assert!(*name == "cookie" || lines.iter().any(|line| is_same(line) || is_host(line)), "{name}");
    }
    assert!(!is_websocket || head.method == Method::GET);
    // Its form in HTTP/1.1, read by another reader. What that has not is a target that is no path.
    let Some(path) = head.uri.path_and_query().filter(|path| path.as_str().starts_with('/')) else {
        return assert!(matches!(head.method, Method::CONNECT | Method::OPTIONS), "{:?}", head.uri);
    };
    let mut text = format!("{} {path} HTTP/1.1\r\n", head.method).into_bytes();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "content-length") {
        text.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    text.extend_from_slice(b"\r\n");
    let (message, used) = message::read(&text, Kind::Request, true).unwrap().unwrap();
    assert_eq!(used, text.len());
    let read = message.fields.iter().map(|(name, value)| (&**name, value.chars().map(|c| c as u8).collect()));
    let written = fields.iter().filter(|(name, _)| *name != "content-length");
    assert!(read.eq(written.map(|(name, value)| (*name, value.to_vec()))), "{message:?}");
    check_written(&head.headers);
}

/// What the gateway writes is read as it was meant.
fn check_written(headers: &Headers) {
    let status = StatusCode::from_u16(200 + (headers.len() % 400) as u16).unwrap();
    let read = fuzzing::lines(&fuzzing::answer(status, headers)).unwrap();
    let expected = headers.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()));
    let first = (b":status".to_vec(), status.as_str().as_bytes().to_vec());
    assert!(read.into_iter().eq([first].into_iter().chain(expected)));
}

fn check_trailers(trailers: &HeaderMap) {
    let never =
        ["content-length", "transfer-encoding", "connection", "te", "host", "authorization", "cookie"];
    for (name, value) in trailers {
        assert!(!never.contains(&name.as_str()) && !name.as_str().starts_with(':'), "{name}");
        assert!(!value.as_bytes().iter().any(|b| matches!(b, b'\r' | b'\n' | b'\0')), "{value:?}");
    }
    let text: usize = trailers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    assert!(trailers.len() <= 32 && text <= 16 << 10);
    let again = fuzzing::trailers(&fuzzing::trailers_written(trailers));
    assert_eq!(again.as_ref(), Ok(trailers));
}

#[test]
fn fields_of_http_3_are_such_as_http_1_1_could_carry() {
    fuzz("http3-fields", SECTION_WORDS, |section| {
        // Cut short, it is refused or says the beginning of it.
        let outline = check_section(section);
        if let Ok(lines) = fuzzing::lines(section) {
            for at in (0..section.len()).step_by(section.len() / 32 + 1) {
                if let Ok(shorter) = fuzzing::lines(&section[..at]) {
                    assert!(lines.starts_with(&shorter), "cut at {at}");
                }
            }
        }
        outline
    });
}

#[test]
fn frames_of_http_3_are_read_the_same_in_whatever_pieces_they_come() {
    fuzz("http3-frames", STREAM_WORDS, |input| {
        let came = in_pieces(input, |pieces| fuzzing::frames(pieces.iter().copied(), HEAD * 2));
        let mut payloads = 0;
        let mut outlines = Vec::new();
        let mut again = Vec::new();
        for (at, piece) in came.iter().enumerate() {
            match piece {
                Came::Data(data) => {
                    payloads += data.len();
                    again.extend(fuzzing::frame(0, data));
                }
                Came::Frame(kind, payload) => {
                    assert!(payload.len() <= HEAD * 2, "a frame of {} bytes", payload.len());
                    payloads += payload.len();
                    again.extend(fuzzing::frame(*kind, payload));
                    if *kind == HEADERS {
                        outlines.push(check_section(payload));
                    }
                }
                Came::Nothing => again.extend(fuzzing::frame(0x21, b"")),
                Came::TooLarge(_) | Came::Cut => assert_eq!(at + 1, came.len(), "{came:?}"),
            }
        }
        assert!(payloads + came.len() <= input.len() + 1, "more than came");
        // Written by the gateway, it is the same; a frame that began is not there, nor DATA of it told from DATA before.
        let last = came.iter().position(|piece| matches!(piece, Came::TooLarge(_) | Came::Cut));
        let expected = &came[..last.unwrap_or(came.len())];
        assert_eq!(fuzzing::frames([&*again].into_iter(), HEAD * 2), expected);
        let kind = |piece: &Came| match piece {
            Came::Data(data) => (0, data.len().min(2)),
            Came::Frame(kind, payload) => (kind + 1, payload.len().min(2)),
            Came::Nothing => (1 << 62, 0),
            Came::TooLarge(kind) => ((1 << 62) + kind + 1, 0),
            Came::Cut => (u64::MAX, 0),
        };
        (came.iter().map(kind).take(16).collect::<Vec<_>>(), outlines)
    });
}

#[test]
fn streams_of_one_direction_are_read_the_same_in_whatever_pieces_they_come() {
    fuzz("http3-one-way", ONE_WAY_WORDS, |input| {
        let (mut told, code) = in_pieces(input, |pieces| fuzzing::one_way(pieces.iter().copied()));
        assert!(told.len() <= input.len(), "{} things of {} bytes", told.len(), input.len());
        assert!(code.is_none_or(|code| matches!(code, 0x103..=0x10a | 0x201..=0x202)), "{code:x?}");
        // What a stream is for is said once, and first.
        assert!(told.iter().skip(1).all(|what| !what.starts_with("Is(") && what != "Unknown"), "{told:?}");
        if let [first, .., last] = &told[..] {
            assert!(first.starts_with("Is("));
            assert!(last != "GoesAway" || first == "Is(Control)");
        }
        told.truncate(16);
        (told, code)
    });
}

#[test]
fn a_field_may_be_as_large_as_the_head_and_no_larger() {
    let section = |value: usize| {
        let mut section = b"\0\0\xd1\xd7\xc1P\x01a#x-y".to_vec();
        // RFC 7541 §5.1, with a value past 127 + 127.
        let rest = value - 127;
        section.extend([0x7f, (rest & 0x7f) as u8 | 0x80, (rest >> 7) as u8]);
        section.extend(vec![b'v'; value]);
        section
    };
    let pseudo = ":method".len() + "GET".len() + ":scheme".len() + "https".len() + ":path".len() + 1;
    let most = HEAD - pseudo - ":authority".len() - 1 - "x-y".len() - 5 * 32;
    let head = fuzzing::head(&section(most), HEAD).unwrap();
    check_head(&head, &fuzzing::lines(&section(most)).unwrap());
    assert_eq!(
        head.head.headers.get("x-y").map(|v| v.to_owned()),
        Some(HeaderValue::from_bytes(&vec![b'v'; most]).unwrap())
    );
    assert_eq!(fuzzing::head(&section(most + 1), HEAD).unwrap_err(), Refused::TooLarge);
}
