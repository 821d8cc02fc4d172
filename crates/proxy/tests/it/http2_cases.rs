//! HTTP/2 case by case, in the order of the standards' sections: frames in, what comes of them out (RFC 9113, RFC 7541).
//!
//! Each of the 147 cases of the public suite h2spec (2.6.0: 44 generic ones, 95 of HTTP/2, 8 of HPACK) is among them, under the section
//! of the standard in force: what RFC 7540 said in 8.1.2 is in 8.2 and 8.3 now, and pushing in 8.4.

use model::ByteSize;

use crate::{
    http2::{
        ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GET, GOAWAY, H2, HEADERS, PING, POST, RST_STREAM,
        SETTINGS, WINDOW_UPDATE, block, changed, frame, read_status, with, without,
    },
    kit::{Started, pass, snapshot, start, to},
    origin::Origin,
};

const PRIORITY: u8 = 2;
const PUSH_PROMISE: u8 = 5;
const PADDED: u8 = 8;
const WITH_PRIORITY: u8 = 0x20;

const NO_ERROR: u32 = 0;
const PROTOCOL: u32 = 1;
const FLOW_CONTROL: u32 = 3;
const STREAM_CLOSED: u32 = 5;
const FRAME_SIZE: u32 = 6;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const COMPRESSION: u32 = 9;

/// What comes of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The request on stream 1 is answered with 200.
    Answer,
    /// That on another is.
    AnswerOn(u32),
    /// A stream is reset.
    Stream(u32, u32),
    /// The connection is.
    Connection(u32),
    /// SETTINGS are acknowledged, or PING is answered.
    Settings,
    Pong,
}

use Outcome::{Answer, AnswerOn, Connection, Pong, Stream};

/// A section of a standard, its cases, what is sent and what comes of it.
type Case = (&'static str, &'static str, Vec<Vec<u8>>, Outcome);

fn head(stream: u32, flags: u8, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, flags | END_HEADERS, stream, &block(fields))
}

fn get(stream: u32) -> Vec<u8> {
    head(stream, END_STREAM, &GET)
}

fn post(stream: u32) -> Vec<u8> {
    head(stream, 0, &POST)
}

fn data(stream: u32, flags: u8, content: &[u8]) -> Vec<u8> {
    frame(DATA, flags, stream, content)
}

fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &code.to_be_bytes())
}

fn window(stream: u32, by: u32) -> Vec<u8> {
    frame(WINDOW_UPDATE, 0, stream, &by.to_be_bytes())
}

fn setting(id: u16, value: u32) -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

fn priority(on: u32, weight: u8) -> Vec<u8> {
    [&on.to_be_bytes()[..], &[weight]].concat()
}

/// A request in these bytes of HPACK, after the pseudo-headers.
fn packed(more: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, 1, &[&block(&GET), more].concat())
}

fn halves(stream: u32) -> (Vec<u8>, Vec<u8>) {
    let fields = block(&GET);
    let (one, other) = fields.split_at(10);
    (frame(HEADERS, END_STREAM, stream, one), other.to_vec())
}

fn cases() -> Vec<Case> {
    [streams_and_frames(), framing(), states(), kinds(), flow(), messages(), fields()].concat()
}

/// What any server has to take.
fn streams_and_frames() -> Vec<Case> {
    let padded = |payload: &[u8], padding: usize| [&[padding as u8][..], payload, &vec![0; padding]].concat();
    let fields = block(&GET);
    let (first, rest) = halves(1);
    let thirds: Vec<_> = rest.chunks(12).collect();
    let mut continued = vec![first.clone()];
    let last = thirds.len() - 1;
    for (at, piece) in thirds.iter().enumerate() {
        continued.push(frame(CONTINUATION, if at == last { END_HEADERS } else { 0 }, 1, piece));
    }
    vec![
        (
            "5.1",
            "PRIORITY on a stream that is idle",
            vec![frame(PRIORITY, 0, 1, &priority(0, 15)), get(1)],
            Answer,
        ),
        ("5.1", "WINDOW_UPDATE on one half-closed", vec![get(1), window(1, 100)], Answer),
        ("5.1", "PRIORITY on one half-closed", vec![get(1), frame(PRIORITY, 0, 1, &priority(0, 15))], Answer),
        ("5.1", "RST_STREAM on one half-closed", vec![get(1), reset(1, CANCEL), get(3)], AnswerOn(3)),
        (
            "5.1",
            "PRIORITY on one closed",
            vec![post(1), reset(1, CANCEL), frame(PRIORITY, 0, 1, &priority(0, 1)), get(3)],
            AnswerOn(3),
        ),
        ("6.1", "DATA", vec![post(1), data(1, END_STREAM, b"test")], Answer),
        ("6.1", "several DATA", vec![post(1), data(1, 0, b"test"), data(1, END_STREAM, b"test")], Answer),
        (
            "6.1",
            "DATA with padding",
            vec![post(1), frame(DATA, PADDED | END_STREAM, 1, &padded(b"test", 6))],
            Answer,
        ),
        ("6.2", "HEADERS", vec![get(1)], Answer),
        (
            "6.2",
            "HEADERS with padding",
            vec![frame(HEADERS, PADDED | END_STREAM | END_HEADERS, 1, &padded(&fields, 7))],
            Answer,
        ),
        (
            "6.2",
            "HEADERS with a priority",
            vec![frame(
                HEADERS,
                WITH_PRIORITY | END_STREAM | END_HEADERS,
                1,
                &[priority(0, 255), fields.clone()].concat(),
            )],
            Answer,
        ),
        (
            "6.2",
            "HEADERS with both",
            vec![frame(
                HEADERS,
                PADDED | WITH_PRIORITY | END_STREAM | END_HEADERS,
                1,
                &padded(&[priority(0, 1), fields.clone()].concat(), 3),
            )],
            Answer,
        ),
        ("6.3", "PRIORITY of least weight", vec![frame(PRIORITY, 0, 1, &priority(0, 0)), get(1)], Answer),
        ("6.3", "PRIORITY of most", vec![frame(PRIORITY, 0, 1, &priority(0, 255)), get(1)], Answer),
        ("6.3", "PRIORITY on another stream", vec![frame(PRIORITY, 0, 1, &priority(5, 1)), get(1)], Answer),
        (
            "6.3",
            "PRIORITY alone on another",
            vec![frame(PRIORITY, 0, 1, &priority(5 | 1 << 31, 1)), get(1)],
            Answer,
        ),
        ("6.3", "PRIORITY of a later stream", vec![frame(PRIORITY, 0, 7, &priority(0, 1)), get(1)], Answer),
        ("6.4", "RST_STREAM", vec![post(1), reset(1, CANCEL), get(3)], AnswerOn(3)),
        ("6.5", "SETTINGS", vec![setting(3, 100)], Outcome::Settings),
        ("6.7", "PING", vec![frame(PING, 0, 0, b"12345678")], Pong),
        ("6.8", "GOAWAY", vec![get(1), frame(GOAWAY, 0, 0, &[0; 8])], Answer),
        ("6.9", "WINDOW_UPDATE of the connection", vec![window(0, 1), get(1)], Answer),
        ("6.9", "WINDOW_UPDATE of a stream", vec![post(1), window(1, 1), data(1, END_STREAM, b"")], Answer),
        ("6.10", "CONTINUATION", vec![first, frame(CONTINUATION, END_HEADERS, 1, &rest)], Answer),
        ("6.10", "several CONTINUATION", continued, Answer),
        ("8.1", "GET", vec![get(1)], Answer),
        ("8.1", "HEAD", vec![head(1, END_STREAM, &changed(":method", "HEAD"))], Answer),
        (
            "8.1",
            "POST",
            vec![head(1, 0, &with(&POST, &[("content-length", "4")])), data(1, END_STREAM, b"test")],
            Answer,
        ),
        (
            "8.1",
            "POST with trailers",
            vec![post(1), data(1, 0, b"test"), head(1, END_STREAM, &[("x-test", "ok")])],
            Answer,
        ),
    ]
}

/// Sections 3 and 4: the beginning, frames, blocks of fields.
fn framing() -> Vec<Case> {
    let (first, rest) = halves(1);
    let mut reserved = get(1);
    reserved[5] |= 0x80;
    let most = vec![b'x'; 1 << 14];
    vec![
        (
            "4.1",
            "a kind nobody knows",
            vec![frame(0x16, 0, 0, b"12345678"), frame(PING, 0, 0, b"12345678")],
            Pong,
        ),
        ("4.1", "flags nobody knows", vec![frame(PING, 0x16, 0, b"12345678")], Pong),
        ("4.1", "the bit that means nothing", vec![reserved], Answer),
        ("4.2", "as much as a frame may hold", vec![post(1), data(1, END_STREAM, &most)], Answer),
        (
            "4.2",
            "DATA that is larger",
            vec![post(1), data(1, END_STREAM, &[&most[..], b"x"].concat())],
            Connection(FRAME_SIZE),
        ),
        (
            "4.2",
            "HEADERS that are",
            vec![frame(HEADERS, END_STREAM | END_HEADERS, 1, &most.repeat(2))],
            Connection(FRAME_SIZE),
        ),
        (
            "4.3",
            "fields that cannot be read",
            vec![frame(HEADERS, END_STREAM | END_HEADERS, 1, &[0, 0xff, 0xff])],
            Connection(COMPRESSION),
        ),
        (
            "4.3",
            "PRIORITY among fields",
            vec![
                first.clone(),
                frame(PRIORITY, 0, 1, &priority(0, 255)),
                frame(CONTINUATION, END_HEADERS, 1, &rest),
            ],
            Connection(PROTOCOL),
        ),
        ("4.3", "HEADERS of another stream among fields", vec![first.clone(), get(3)], Connection(PROTOCOL)),
        ("5.5", "a kind nobody knows, of a stream", vec![frame(0xff, 0, 1, b"x"), get(1)], Answer),
        (
            "5.5",
            "a kind nobody knows among fields",
            vec![first, frame(0xff, 0, 1, b"x"), frame(CONTINUATION, END_HEADERS, 1, &rest)],
            Connection(PROTOCOL),
        ),
    ]
}

/// Section 5: streams and their states.
fn states() -> Vec<Case> {
    let piece = |stream| frame(CONTINUATION, END_HEADERS, stream, &block(&[("x", "y")]));
    vec![
        ("5.1", "DATA on a stream that is idle", vec![data(1, END_STREAM, b"test")], Connection(PROTOCOL)),
        ("5.1", "RST_STREAM on one idle", vec![reset(1, CANCEL)], Connection(PROTOCOL)),
        ("5.1", "WINDOW_UPDATE on one idle", vec![window(1, 100)], Connection(PROTOCOL)),
        ("5.1", "CONTINUATION on one idle", vec![piece(1)], Connection(PROTOCOL)),
        (
            "5.1",
            "DATA on one half-closed",
            vec![head(1, END_STREAM, &SLOW), data(1, END_STREAM, b"test")],
            Stream(1, STREAM_CLOSED),
        ),
        (
            "5.1",
            "HEADERS on one half-closed",
            vec![head(1, END_STREAM, &SLOW), head(1, END_STREAM, &[("x", "y")])],
            Stream(1, STREAM_CLOSED),
        ),
        (
            "5.1",
            "CONTINUATION on one half-closed",
            vec![head(1, END_STREAM, &SLOW), piece(1)],
            Connection(PROTOCOL),
        ),
        (
            "5.1",
            "DATA on one they have reset",
            vec![post(1), reset(1, CANCEL), data(1, END_STREAM, b"test")],
            Stream(1, STREAM_CLOSED),
        ),
        (
            "5.1",
            "HEADERS on one they have reset",
            vec![post(1), reset(1, CANCEL), post(1)],
            Connection(STREAM_CLOSED),
        ),
        (
            "5.1",
            "CONTINUATION on one they have reset",
            vec![post(1), reset(1, CANCEL), piece(1)],
            Connection(PROTOCOL),
        ),
        (
            "5.1",
            "RST_STREAM on one they have reset",
            vec![post(1), reset(1, CANCEL), reset(1, CANCEL), get(3)],
            AnswerOn(3),
        ),
        (
            "5.1",
            "WINDOW_UPDATE on one they have reset",
            vec![post(1), reset(1, CANCEL), window(1, 1), get(3)],
            AnswerOn(3),
        ),
        ("5.1.1", "an even stream", vec![get(2)], Connection(PROTOCOL)),
        ("5.1.1", "a stream before the last", vec![get(5), get(3)], Connection(PROTOCOL)),
        ("5.1.1", "streams that are left out", vec![get(7)], AnswerOn(7)),
        (
            "5.1.2",
            "one stream too many",
            (0..201).map(|n| head(n * 2 + 1, END_STREAM, &SLOW)).collect(),
            Stream(401, REFUSED_STREAM),
        ),
        (
            "5.3.1",
            "HEADERS that depend on themselves",
            vec![frame(
                HEADERS,
                WITH_PRIORITY | END_STREAM | END_HEADERS,
                1,
                &[priority(1, 255), block(&GET)].concat(),
            )],
            Connection(PROTOCOL),
        ),
        (
            "5.3.1",
            "PRIORITY that depends on itself",
            vec![head(1, END_STREAM, &SLOW), frame(PRIORITY, 0, 1, &priority(1, 255))],
            Stream(1, PROTOCOL),
        ),
        ("5.4.1", "a connection in error", vec![frame(PING, 0, 0, b"123456")], Connection(FRAME_SIZE)),
    ]
}

/// Section 6: frames by their kinds.
fn kinds() -> Vec<Case> {
    let (first, rest) = halves(1);
    let too_much = |payload: &[u8]| [&[(payload.len() + 1) as u8][..], payload].concat();
    let slow = || head(1, END_STREAM, &SLOW);
    vec![
        ("6.1", "DATA of the connection", vec![data(0, 0, b"test")], Connection(PROTOCOL)),
        (
            "6.1",
            "more padding than DATA",
            vec![post(1), frame(DATA, PADDED | END_STREAM, 1, &too_much(b"test"))],
            Connection(PROTOCOL),
        ),
        (
            "6.1",
            "DATA without its padding",
            vec![post(1), frame(DATA, PADDED | END_STREAM, 1, b"")],
            Connection(FRAME_SIZE),
        ),
        (
            "6.2",
            "PRIORITY after half of HEADERS",
            vec![first.clone(), frame(PRIORITY, 0, 1, &priority(0, 1))],
            Connection(PROTOCOL),
        ),
        ("6.2", "HEADERS of the connection", vec![get(0)], Connection(PROTOCOL)),
        (
            "6.2",
            "more padding than HEADERS",
            vec![frame(HEADERS, PADDED | END_STREAM | END_HEADERS, 1, &too_much(&block(&GET)))],
            Connection(PROTOCOL),
        ),
        (
            "6.2",
            "HEADERS without their priority",
            vec![frame(HEADERS, WITH_PRIORITY | END_STREAM | END_HEADERS, 1, b"1234")],
            Connection(FRAME_SIZE),
        ),
        (
            "6.3",
            "PRIORITY of the connection",
            vec![frame(PRIORITY, 0, 0, &priority(0, 1))],
            Connection(PROTOCOL),
        ),
        (
            "6.3",
            "PRIORITY of another length",
            vec![slow(), frame(PRIORITY, 0, 1, b"1234")],
            Stream(1, FRAME_SIZE),
        ),
        ("6.4", "RST_STREAM of the connection", vec![reset(0, CANCEL)], Connection(PROTOCOL)),
        (
            "6.4",
            "RST_STREAM of another length",
            vec![post(1), frame(RST_STREAM, 0, 1, b"123")],
            Connection(FRAME_SIZE),
        ),
        (
            "6.5",
            "SETTINGS acknowledged with something",
            vec![frame(SETTINGS, ACK, 0, b"\0")],
            Connection(FRAME_SIZE),
        ),
        ("6.5", "SETTINGS of a stream", vec![frame(SETTINGS, 0, 1, b"")], Connection(PROTOCOL)),
        ("6.5", "SETTINGS of another length", vec![frame(SETTINGS, 0, 0, b"123")], Connection(FRAME_SIZE)),
        ("6.5.2", "ENABLE_PUSH that is no bool", vec![setting(2, 2)], Connection(PROTOCOL)),
        (
            "6.5.2",
            "INITIAL_WINDOW_SIZE past the largest",
            vec![setting(4, 1 << 31)],
            Connection(FLOW_CONTROL),
        ),
        ("6.5.2", "MAX_FRAME_SIZE below the least", vec![setting(5, (1 << 14) - 1)], Connection(PROTOCOL)),
        ("6.5.2", "MAX_FRAME_SIZE past the largest", vec![setting(5, 1 << 24)], Connection(PROTOCOL)),
        ("6.5.2", "a setting nobody knows", vec![setting(0xff, 1), frame(PING, 0, 0, b"12345678")], Pong),
        ("6.5.3", "SETTINGS without ACK", vec![frame(SETTINGS, 0, 0, b"")], Outcome::Settings),
        ("6.7", "PING of a stream", vec![frame(PING, 0, 1, b"12345678")], Connection(PROTOCOL)),
        ("6.7", "PING of another length", vec![frame(PING, 0, 0, b"123456")], Connection(FRAME_SIZE)),
        ("6.8", "GOAWAY of a stream", vec![frame(GOAWAY, 0, 1, &[0; 8])], Connection(PROTOCOL)),
        ("6.8", "GOAWAY of another length", vec![frame(GOAWAY, 0, 0, &[0; 7])], Connection(FRAME_SIZE)),
        ("6.9", "WINDOW_UPDATE of nothing", vec![window(0, 0)], Connection(PROTOCOL)),
        ("6.9", "WINDOW_UPDATE of nothing, on a stream", vec![slow(), window(1, 0)], Stream(1, PROTOCOL)),
        (
            "6.9",
            "WINDOW_UPDATE of another length",
            vec![frame(WINDOW_UPDATE, 0, 0, b"123")],
            Connection(FRAME_SIZE),
        ),
        (
            "6.10",
            "CONTINUATION, then another kind",
            vec![first.clone(), frame(CONTINUATION, 0, 1, &rest), data(1, END_STREAM, b"test")],
            Connection(PROTOCOL),
        ),
        (
            "6.10",
            "CONTINUATION of the connection",
            vec![first.clone(), frame(CONTINUATION, END_HEADERS, 0, &rest)],
            Connection(PROTOCOL),
        ),
        (
            "6.10",
            "CONTINUATION of another stream",
            vec![first.clone(), frame(CONTINUATION, END_HEADERS, 3, &rest)],
            Connection(PROTOCOL),
        ),
        (
            "6.10",
            "CONTINUATION after all of HEADERS",
            vec![post(1), frame(CONTINUATION, END_HEADERS, 1, b"")],
            Connection(PROTOCOL),
        ),
        (
            "6.10",
            "CONTINUATION after the last",
            vec![first, frame(CONTINUATION, END_HEADERS, 1, &rest), frame(CONTINUATION, END_HEADERS, 1, b"")],
            Connection(PROTOCOL),
        ),
        (
            "6.10",
            "CONTINUATION after DATA",
            vec![post(1), data(1, 0, b"test"), frame(CONTINUATION, END_HEADERS, 1, b"")],
            Connection(PROTOCOL),
        ),
        (
            "7",
            "GOAWAY with a code nobody knows",
            vec![get(1), frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 0xff])],
            Answer,
        ),
        ("7", "RST_STREAM with a code nobody knows", vec![post(1), reset(1, 0xff), get(3)], AnswerOn(3)),
        (
            "8.4",
            "PUSH_PROMISE",
            vec![frame(PUSH_PROMISE, END_HEADERS, 1, &[&[0, 0, 0, 2][..], &block(&GET)].concat())],
            Connection(PROTOCOL),
        ),
    ]
}

/// Section 6.9: windows.
fn flow() -> Vec<Case> {
    let most = (1 << 31) - 1;
    vec![
        ("6.9.1", "a window of one byte", vec![setting(4, 1), get(1), window(1, 1)], Answer),
        (
            "6.9.1",
            "windows past the largest",
            vec![window(0, most), window(0, most)],
            Connection(FLOW_CONTROL),
        ),
        (
            "6.9.1",
            "windows past the largest, on a stream",
            vec![head(1, END_STREAM, &SLOW), window(1, most), window(1, most)],
            Stream(1, FLOW_CONTROL),
        ),
        (
            "6.9.2",
            "a window that grows after the request",
            vec![setting(4, 0), get(1), setting(4, 1), setting(4, 2)],
            Answer,
        ),
        (
            "6.9.2",
            "a window below nothing",
            vec![setting(4, 3), get(1), setting(4, 2), window(1, 10)],
            Answer,
        ),
        (
            "6.9.2",
            "settings that make a window too large",
            vec![head(1, END_STREAM, &SLOW), window(1, most - 65_535), setting(4, 65_536)],
            Connection(FLOW_CONTROL),
        ),
        (
            "6.5.3",
            "the last of two values",
            vec![frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 100]), get(1)],
            Answer,
        ),
    ]
}

/// Section 8: requests.
fn messages() -> Vec<Case> {
    let reset = Stream(1, PROTOCOL);
    let length = |length| head(1, 0, &with(&POST, &[("content-length", length)]));
    let twice = |name: &'static str, value| with(&GET, &[(name, value)]);
    let bad = |fields: Vec<(&str, &str)>| vec![head(1, END_STREAM, &fields)];
    vec![
        ("8.1", "HEADERS twice, and no end", vec![post(1), post(1)], reset),
        (
            "8.1",
            "trailers before all of the content",
            vec![length("9"), data(1, 0, b"test"), head(1, END_STREAM, &[("x", "y")])],
            reset,
        ),
        ("8.2.1", "capital letters", bad(with(&GET, &[("X-TEST", "ok")])), reset),
        (
            "8.2.1",
            "capital letters in trailers",
            vec![post(1), head(1, END_STREAM, &[("X-TEST", "ok")])],
            reset,
        ),
        ("8.2.1", "a blank before a value", bad(with(&GET, &[("x", " y")])), reset),
        ("8.2.1", "a blank after it", bad(with(&GET, &[("x", "y\t")])), reset),
        ("8.2.1", "a name of nothing", bad(with(&GET, &[("", "y")])), reset),
        ("8.2.2", "Connection", bad(with(&GET, &[("connection", "keep-alive")])), reset),
        ("8.2.2", "TE", bad(with(&GET, &[("te", "trailers, deflate")])), reset),
        ("8.2.2", "TE of trailers", bad(with(&GET, &[("te", "trailers")])), Answer),
        ("8.3", "a pseudo-header there is not", bad(with(&[(":test", "ok")], &GET)), reset),
        ("8.3", "one of answers", bad(with(&[(":status", "200")], &GET)), reset),
        (
            "8.3",
            "one in trailers",
            vec![post(1), data(1, 0, b"test"), head(1, END_STREAM, &[(":method", "200")])],
            reset,
        ),
        ("8.3", "one after another field", bad(with(&[("x-test", "ok")], &GET)), reset),
        ("8.3.1", "an empty path", bad(changed(":path", "")), reset),
        ("8.3.1", "no method", bad(without(":method")), reset),
        ("8.3.1", "no scheme", bad(without(":scheme")), reset),
        ("8.3.1", "no path", bad(without(":path")), reset),
        ("8.3.1", "two methods", bad(with(&[(":method", "GET")], &GET)), reset),
        ("8.3.1", "two schemes", bad(with(&[(":scheme", "http")], &GET)), reset),
        ("8.3.1", "two paths", bad(with(&[(":path", "/")], &GET)), reset),
        ("8.3.1", "two authorities", bad(with(&[(":authority", "a")], &GET)), reset),
        ("8.3.1", "an empty authority", bad(changed(":authority", "")), reset),
        ("8.3.1", "all servers, but not of OPTIONS", bad(changed(":path", "*")), reset),
        ("8.3.1", "the authority said as Host too", bad(twice("host", "A")), Answer),
        ("8.3.1", "Host in its place", bad(with(&without(":authority"), &[("host", "a")])), Answer),
        ("8.5", "CONNECT with a path", bad(changed(":method", "CONNECT")), reset),
        ("8.1.1", "a length that one DATA has not", vec![length("1"), data(1, END_STREAM, b"test")], reset),
        (
            "8.1.1",
            "a length that several have not",
            vec![length("1"), data(1, 0, b"t"), data(1, END_STREAM, b"est")],
            reset,
        ),
        (
            "8.1.1",
            "two lengths",
            vec![head(1, 0, &with(&POST, &[("content-length", "4"), ("content-length", "4")]))],
            reset,
        ),
        ("RFC 8441", "a protocol of another method", bad(with(&[(":protocol", "websocket")], &GET)), reset),
    ]
}

/// RFC 7541.
fn fields() -> Vec<Case> {
    let bad = Connection(COMPRESSION);
    let x = b"\x06custom\x02ok";
    let plain = |first: u8| [&[first][..], x].concat();
    // `custom` and `ok` in Huffman's code.
    let coded =
        |first: u8| [&[first][..], &[0x85, 0x25, 0xa8, 0x49, 0xe9, 0x4f, 0x82, 0x3d, 0x7f][..]].concat();
    // User-Agent, by its number.
    let named_as = |first: u8, most: u8, value: &[u8]| {
        let number = if most < 58 { vec![first | most, 58 - most] } else { vec![first | 58] };
        [&number, value].concat()
    };
    let named = |first: u8, most: u8| named_as(first, most, b"\x02ok");
    let named_and_coded = |first: u8, most: u8| named_as(first, most, &[0x82, 0x3d, 0x7f]);
    let sized =
        |sizes: &[u8]| vec![frame(HEADERS, END_STREAM | END_HEADERS, 1, &[sizes, &block(&GET)].concat())];
    vec![
        ("6.1", "a field by number", vec![packed(&[0x90])], Answer),
        ("6.2.1", "a literal to keep, its name by number", vec![packed(&named(0x40, 0x3f))], Answer),
        (
            "6.2.1",
            "a literal to keep, its name by number, coded",
            vec![packed(&named_and_coded(0x40, 0x3f))],
            Answer,
        ),
        ("6.2.1", "a literal to keep", vec![packed(&plain(0x40))], Answer),
        ("6.2.1", "a literal to keep, coded", vec![packed(&coded(0x40))], Answer),
        ("6.2.1", "one that is used again", vec![packed(&[plain(0x40), vec![0xbe]].concat())], Answer),
        ("6.2.2", "a literal, its name by number", vec![packed(&named(0, 0x0f))], Answer),
        ("6.2.2", "a literal, its name by number, coded", vec![packed(&named_and_coded(0, 0x0f))], Answer),
        ("6.2.2", "a literal", vec![packed(&plain(0))], Answer),
        ("6.2.2", "a literal, coded", vec![packed(&coded(0))], Answer),
        ("6.2.3", "a secret, its name by number", vec![packed(&named(0x10, 0x0f))], Answer),
        ("6.2.3", "a secret, its name by number, coded", vec![packed(&named_and_coded(0x10, 0x0f))], Answer),
        ("6.2.3", "a secret", vec![packed(&plain(0x10))], Answer),
        ("6.2.3", "a secret, coded", vec![packed(&coded(0x10))], Answer),
        ("6.3", "another size", sized(&[0x20]), Answer),
        ("6.3", "several sizes", sized(&[0x20, 0x3f, 0xe1, 0x1f]), Answer),
        ("2.3.3", "a field past the tables", vec![packed(&[0xff, 0x07])], bad),
        ("2.3.3", "a name past the tables", vec![packed(&[0x7f, 0x07, 0x02, b'o', b'k'])], bad),
        ("4.2", "a size after fields", vec![packed(&[0x20])], bad),
        ("5.2", "more than a byte's rest of ones", vec![packed(b"\x00\x01x\x83\x1f\xff\xff")], bad),
        ("5.2", "a rest of zeros", vec![packed(b"\x00\x01x\x81\x18")], bad),
        ("5.2", "the end within", vec![packed(b"\x00\x01x\x85\x1f\xff\xff\xff\xff")], bad),
        ("5.1", "a number that does not end", vec![packed(&[0xff; 16])], bad),
        ("6.1", "number 0", vec![packed(&[0x80])], bad),
        ("6.3", "a size past what is offered", sized(&[0x3f, 0xe2, 0x1f]), bad),
    ]
}

/// Asks for what is not answered at once.
const SLOW: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "http"), (":path", "/slow"), (":authority", "a")];

async fn gateway() -> (Origin, Started) {
    let origin = Origin::start(|mut conn| async move {
        while let Some(seen) = conn.request().await {
            if seen.line() == "GET /slow" {
                conn.rest().await;
                return;
            }
            let body = if seen.line().starts_with("HEAD") { "" } else { "ok" };
            conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{body}")).await;
        }
    })
    .await;
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    std::sync::Arc::make_mut(&mut snapshot.gateway).limits.headers = ByteSize::kib(64);
    (origin, start(snapshot))
}

async fn outcome(h2: &mut H2, expected: Outcome) -> Outcome {
    let mut status = None;
    let mut acknowledged = 0;
    while let Some((kind, flags, stream, payload)) = h2.next().await {
        let number = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
        let wanted = match expected {
            AnswerOn(stream) => stream,
            _ => 1,
        };
        match kind {
            GOAWAY if number(4) != NO_ERROR => return Connection(number(4)),
            RST_STREAM if number(0) != NO_ERROR => return Stream(stream, number(0)),
            SETTINGS if flags & ACK != 0 => {
                acknowledged += 1;
                // The first is for those that every connection begins with.
                if acknowledged == 2 && expected == Outcome::Settings {
                    return Outcome::Settings;
                }
            }
            PING if flags & ACK != 0 => return Pong,
            HEADERS if stream == wanted => status = status.or(Some(read_status(&payload))),
            _ => {}
        }
        if matches!(kind, HEADERS | DATA)
            && stream == wanted
            && flags & END_STREAM != 0
            && status == Some(200)
        {
            return if stream == 1 { Answer } else { AnswerOn(stream) };
        }
    }
    Connection(u32::MAX)
}

#[tokio::test]
async fn every_case_of_the_standards_comes_out_as_they_say() {
    let (_origin, started) = gateway().await;
    let cases = cases();
    for (section, name, frames, expected) in &cases {
        let mut h2 = H2::connect(&started).await;
        h2.send(&frames.concat()).await;
        assert_eq!(outcome(&mut h2, *expected).await, *expected, "{section} {name}");
    }
    // However little comes at once.
    for (section, name, frames, expected) in cases.iter().step_by(7) {
        let mut h2 = H2::connect(&started).await;
        for piece in frames.concat().chunks(5).take(200) {
            h2.send(piece).await;
            tokio::task::yield_now().await;
        }
        if frames.concat().len() <= 1000 {
            assert_eq!(outcome(&mut h2, *expected).await, *expected, "{section} {name}, in pieces");
        }
    }
}

#[tokio::test]
async fn a_connection_begins_with_settings_and_one_in_error_is_closed() {
    let (_origin, started) = gateway().await;
    let mut h2 = H2::connect(&started).await;
    let (kind, flags, stream, _) = h2.next().await.unwrap();
    assert_eq!((kind, flags & ACK, stream), (SETTINGS, 0, 0), "3.4 the preface of a server");
    h2.send(&frame(PING, 0, 0, b"123456")).await;
    assert_eq!(outcome(&mut h2, Connection(FRAME_SIZE)).await, Connection(FRAME_SIZE));
    assert_eq!(h2.next().await, None, "5.4.1 it is closed then");
}

#[tokio::test]
async fn a_stream_that_is_over_takes_nothing_more() {
    let (_origin, started) = gateway().await;
    let piece = frame(CONTINUATION, END_HEADERS, 1, &block(&[("x", "y")]));
    for (name, sent, expected) in [
        ("DATA", data(1, END_STREAM, b"test"), Stream(1, STREAM_CLOSED)),
        ("HEADERS", get(1), Connection(STREAM_CLOSED)),
        ("CONTINUATION", piece, Connection(PROTOCOL)),
    ] {
        let mut h2 = H2::connect(&started).await;
        h2.send(&get(1)).await;
        assert_eq!(outcome(&mut h2, Answer).await, Answer);
        h2.send(&sent).await;
        assert_eq!(outcome(&mut h2, expected).await, expected, "5.1 {name} on one that is over");
    }
}

#[tokio::test]
async fn an_answered_ping_is_not_answered() {
    let (_origin, started) = gateway().await;
    let mut h2 = H2::connect(&started).await;
    h2.send(&[frame(PING, ACK, 0, b"answered"), frame(PING, 0, 0, b"question")].concat()).await;
    loop {
        let (kind, flags, _, payload) = h2.next().await.unwrap();
        if kind == PING {
            assert_eq!((flags & ACK, &*payload), (ACK, &b"question"[..]), "6.7 PING with ACK");
            return;
        }
    }
}

/// What comes on stream 1 of these frames.
async fn content_of(h2: &mut H2, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut content = Vec::new();
    // PING is answered before streams have their turn: by the second answer they had it.
    for sent in
        [[&frames.concat()[..], &frame(PING, 0, 0, b"that one")].concat(), frame(PING, 0, 0, b"and this")]
    {
        h2.send(&sent).await;
        loop {
            let (kind, flags, stream, payload) = h2.next().await.unwrap();
            match kind {
                DATA if stream == 1 => content.extend_from_slice(&payload),
                PING if flags & ACK != 0 => break,
                GOAWAY | RST_STREAM => panic!("{kind} {payload:?}"),
                _ => {}
            }
        }
    }
    content
}

#[tokio::test]
async fn no_more_content_comes_than_the_windows_let() {
    let (_origin, started) = gateway().await;
    let mut h2 = H2::connect(&started).await;
    h2.send(&[setting(4, 1), get(1)].concat()).await;
    let mut came = Vec::new();
    while came.is_empty() {
        came = content_of(&mut h2, &[]).await;
    }
    assert_eq!(came, b"o", "6.9.1 a window of one byte");
    assert_eq!(
        content_of(&mut h2, &[setting(4, 0), window(1, 1)]).await,
        b"",
        "6.9.2 a window below nothing"
    );
    assert_eq!(content_of(&mut h2, &[window(1, 1)]).await, b"k", "6.9.2 and above it again");
}

#[tokio::test]
async fn what_is_no_preface_is_no_http2() {
    let (_origin, started) = gateway().await;
    let mut wire = started.connect().await;
    wire.send("INVALID CONNECTION PREFACE\r\n\r\n").await;
    let said = wire.rest().await;
    assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    let mut wire = started.connect().await;
    wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    wire.send_bytes(&frame(PING, 0, 0, b"12345678")).await;
    let said = wire.rest().await.into_bytes();
    let goodbye = frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 1]);
    assert!(said.windows(goodbye.len()).any(|window| window == goodbye), "SETTINGS come first");
}
