//! Takes a body out of the bytes that came (RFC 9112 §6, §7).

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use super::head;

/// The longest line with a chunk's size, its extensions included.
const SIZE_LINE: usize = 1024;
/// All trailers of a body.
const TRAILERS: usize = 16 << 10;

/// Where in a message's body its reader is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decoder {
    Done,
    /// So many bytes are to come; never 0.
    Length(u64),
    Chunked(Chunked),
    UntilClose,
}

/// Where in a chunked body its reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chunked {
    Size,
    Data(u64),
    /// The line end after a chunk.
    AfterData,
    Trailers,
}

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Data(Bytes),
    /// The last piece of a body with trailers.
    Trailers(HeaderMap),
    End,
    /// More bytes are needed.
    More,
}

impl Decoder {
    pub(crate) fn of_length(length: u64) -> Decoder {
        if length == 0 { Decoder::Done } else { Decoder::Length(length) }
    }

    pub(crate) fn chunked() -> Decoder {
        Decoder::Chunked(Chunked::Size)
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Decoder::Done)
    }

    /// Bytes still to come, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        match self {
            Decoder::Done => Some(0),
            Decoder::Length(length) => Some(*length),
            Decoder::Chunked(_) | Decoder::UntilClose => None,
        }
    }

    /// Takes the next piece off the buffer.
    ///
    /// # Errors
    /// What is not well-formed.
    pub(crate) fn decode(&mut self, buf: &mut BytesMut) -> Result<Piece, &'static str> {
        loop {
            match self {
                Decoder::Done => return Ok(Piece::End),
                _ if buf.is_empty() => return Ok(Piece::More),
                Decoder::UntilClose => return Ok(Piece::Data(buf.split().freeze())),
                Decoder::Length(left) => {
                    let data = take(buf, left);
                    if *left == 0 {
                        *self = Decoder::Done;
                    }
                    return Ok(Piece::Data(data));
                }
                Decoder::Chunked(Chunked::Size) => {
                    let Some(size) = size_line(buf)? else { return Ok(Piece::More) };
                    *self = Decoder::Chunked(if size == 0 { Chunked::Trailers } else { Chunked::Data(size) });
                }
                Decoder::Chunked(Chunked::Data(left)) => {
                    let data = take(buf, left);
                    if *left == 0 {
                        *self = Decoder::Chunked(Chunked::AfterData);
                        // The end is often there already; whoever asks next need not wait for it.
                        self.after_data(buf)?;
                    }
                    return Ok(Piece::Data(data));
                }
                Decoder::Chunked(Chunked::AfterData) => {
                    self.after_data(buf)?;
                    if *self == Decoder::Chunked(Chunked::AfterData) {
                        return Ok(Piece::More);
                    }
                }
                Decoder::Chunked(Chunked::Trailers) => {
                    if buf.starts_with(b"\r\n") {
                        let _ = buf.split_to(2);
                        *self = Decoder::Done;
                        return Ok(Piece::End);
                    }
                    let Some(trailers) = head::trailers(buf, TRAILERS)? else { return Ok(Piece::More) };
                    *self = Decoder::Done;
                    return Ok(if trailers.is_empty() { Piece::End } else { Piece::Trailers(trailers) });
                }
            }
        }
    }

    /// Looks past a chunk's data, as far as it has come: its line end, and the last chunk if it follows.
    fn after_data(&mut self, buf: &mut BytesMut) -> Result<(), &'static str> {
        match buf[..] {
            [b'\r', b'\n', ..] => {
                let _ = buf.split_to(2);
                *self = if buf.starts_with(b"0\r\n\r\n") {
                    let _ = buf.split_to(5);
                    Decoder::Done
                } else {
                    Decoder::Chunked(Chunked::Size)
                };
                Ok(())
            }
            [] | [b'\r'] => Ok(()),
            _ => Err("a chunk is longer than its size"),
        }
    }
}

fn take(buf: &mut BytesMut, left: &mut u64) -> Bytes {
    let length = usize::try_from(*left).unwrap_or(usize::MAX).min(buf.len());
    *left -= length as u64;
    buf.split_to(length).freeze()
}

/// Reads `SIZE [;extensions] CR LF`; `None` where the line is not there whole yet.
fn size_line(buf: &mut BytesMut) -> Result<Option<u64>, &'static str> {
    let Some(end) = memchr::memchr(b'\n', &buf[..buf.len().min(SIZE_LINE)]) else {
        return if buf.len() >= SIZE_LINE {
            Err("the line with a chunk's size is too long")
        } else {
            Ok(None)
        };
    };
    let line = buf[..end].strip_suffix(b"\r").ok_or("a line ends without a carriage return")?;
    if line.contains(&b'\r') {
        return Err("a carriage return stands within a line");
    }
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    if digits == 0 || digits > 15 {
        return Err("a chunk's size is not a hexadecimal number");
    }
    extension(&line[digits..])?;
    let size = line[..digits]
        .iter()
        .fold(0, |size: u64, digit| size << 4 | u64::from((*digit as char).to_digit(16).unwrap_or_default()));
    let _ = buf.split_to(end + 1);
    Ok(Some(size))
}

/// Checks what follows a chunk's size: nothing, or extensions (RFC 9112 §7.1.1), which are dropped.
fn extension(text: &[u8]) -> Result<(), &'static str> {
    if text.is_empty() {
        return Ok(());
    }
    let begins = text.iter().find(|b| !matches!(b, b' ' | b'\t'));
    let quotes = text.iter().filter(|b| **b == b'"').count();
    if begins != Some(&b';') || !quotes.is_multiple_of(2) {
        return Err("what follows a chunk's size is no extension");
    }
    if text.iter().any(|b| b.is_ascii_control() && *b != b'\t') {
        return Err("a chunk's extension has a character it must not have");
    }
    Ok(())
}
