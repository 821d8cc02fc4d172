//! What of the gateway reads HTTP/3 without a connection, opened for those who feed it bytes nobody thought of: QUIC's packets are
//! `quinn`'s, and what is in them comes in whatever pieces.

use bytes::Bytes;
use head::{Headers, RequestHead};
use http::{HeaderMap, StatusCode, Version};

use crate::{
    h2::request::{BadRequest, Fields, Trailers},
    h3::{
        control::{OneWay, Told},
        frame::{self, Piece, Reader},
        qpack,
    },
};

/// What came of a stream of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Came {
    /// Content, together as long as nothing else comes.
    Data(Vec<u8>),
    /// A frame that is needed whole, of this kind.
    Frame(u64, Vec<u8>),
    /// A frame that moves nothing.
    Nothing,
    /// A frame of this kind that is longer than it may be, after which nothing is read.
    TooLarge(u64),
    /// The stream ends within a frame.
    Cut,
}

/// The head of a request that was accepted, and what it says of the body.
#[derive(Clone, Debug)]
pub struct Head {
    pub head: Box<RequestHead>,
    /// Of the body, bytes.
    pub length: Option<u64>,
    pub is_websocket: bool,
}

/// The name and the value of a field, as they came.
pub type Line = (Vec<u8>, Vec<u8>);

/// Why fields are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refused {
    /// They are compressed wrong, which ends the connection (RFC 9204 §2.2).
    Compression,
    Malformed,
    TooLarge,
}

impl From<BadRequest> for Refused {
    fn from(bad: BadRequest) -> Refused {
        match bad {
            BadRequest::Malformed => Refused::Malformed,
            BadRequest::TooLarge => Refused::TooLarge,
        }
    }
}

/// Reads the frames of a stream of a request that comes in these pieces and ends; those that are needed whole have `most` bytes at most.
pub fn frames<'a>(pieces: impl Iterator<Item = &'a [u8]>, most: usize) -> Vec<Came> {
    let mut reader = Reader::default();
    let mut all = Vec::new();
    for piece in pieces {
        let mut piece = Bytes::copy_from_slice(piece);
        loop {
            match reader.next(&mut piece, most) {
                Piece::More => break,
                Piece::Data(part) => match all.last_mut() {
                    Some(Came::Data(before)) => before.extend_from_slice(&part),
                    _ => all.push(Came::Data(part.to_vec())),
                },
                Piece::Nothing => all.push(Came::Nothing),
                Piece::Whole(kind, payload) => all.push(Came::Frame(kind, payload)),
                Piece::TooLarge(kind) => {
                    all.push(Came::TooLarge(kind));
                    return all;
                }
            }
        }
    }
    if reader.is_within() {
        all.push(Came::Cut);
    }
    all
}

/// Reads a stream of one direction that comes in these pieces: what it tells, and the code that ends the connection where one does.
pub fn one_way<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<String>, Option<u64>) {
    let mut stream = OneWay::default();
    let mut told = Vec::new();
    for piece in pieces {
        let mut piece = Bytes::copy_from_slice(piece);
        loop {
            match stream.next(&mut piece) {
                Ok(Told::More) => break,
                Ok(what) => told.push(format!("{what:?}")),
                Err(code) => return (told, Some(code.number().into_inner())),
            }
            if told.last().is_some_and(|last| last == "Unknown") {
                return (told, None);
            }
        }
    }
    (told, None)
}

/// Reads a section of fields, as it is compressed.
///
/// # Errors
/// It is compressed wrong.
pub fn lines(section: &[u8]) -> Result<Vec<Line>, Refused> {
    let mut all = Vec::new();
    let tell = |line: crate::h2::hpack::Line<'_>| all.push((line.name.to_vec(), line.value.to_vec()));
    qpack::decode(section, tell).map_err(|_| Refused::Compression)?;
    Ok(all)
}

/// Reads the head of a request whose names and values have `most` bytes at most, with 32 more for each.
///
/// # Errors
/// Why it is none.
pub fn head(section: &[u8], most: usize) -> Result<Head, Refused> {
    let mut fields = Fields::new(Headers::new(), most);
    qpack::decode(section, |line| fields.line(line)).map_err(|_| Refused::Compression)?;
    let request = fields.finish(Version::HTTP_3)?;
    Ok(Head { head: request.head, length: request.length, is_websocket: request.is_websocket })
}

/// Reads the fields after a body.
///
/// # Errors
/// Why they are none.
pub fn trailers(section: &[u8]) -> Result<HeaderMap, Refused> {
    let mut fields = Trailers::default();
    qpack::decode(section, |line| fields.line(line)).map_err(|_| Refused::Compression)?;
    Ok(fields.finish()?)
}

/// Writes the head of an answer.
pub fn answer(status: StatusCode, headers: &Headers) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = qpack::Encoder::begin(&mut out);
    encoder.status(status);
    encoder.lines(headers, 0);
    out
}

/// Writes the fields after a body.
pub fn trailers_written(trailers: &HeaderMap) -> Vec<u8> {
    let mut out = Vec::new();
    qpack::Encoder::begin(&mut out).trailers(trailers);
    out
}

/// Writes a frame.
pub fn frame(kind: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame::frame(&mut out, kind, |out| out.extend_from_slice(payload));
    out
}
