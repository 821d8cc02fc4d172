//! Bytes on their way out: small pieces are gathered, large ones go as they are, all in as few calls as can be.

use std::{
    io::{self, IoSlice, Write as _},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http::HeaderMap;
use tokio::io::AsyncWrite;

use super::encode;
use crate::wire::Wire;

/// Pieces up to this are copied beside what is gathered already: cheaper than a slice of their own.
const COPIED: usize = 4 << 10;
/// What is gathered before it has to go.
const GATHERED: usize = 16 << 10;

/// Bytes on their way out.
#[derive(Default)]
pub(crate) struct Out {
    gathered: Vec<u8>,
    /// How much of that is written.
    written: usize,
    /// Goes after what is gathered.
    large: Bytes,
    /// Goes after that.
    after: &'static [u8],
}

/// How a body's end is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frames {
    /// There is no body.
    None,
    /// So many bytes are left.
    Length(u64),
    Chunks,
    UntilClose,
}

/// A body that is longer or shorter than its head said.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the body is not as long as its head said")]
pub(crate) struct OtherLength;

impl Out {
    pub(crate) fn with_buffer(gathered: Vec<u8>) -> Out {
        Out { gathered, ..Out::default() }
    }

    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.gathered
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.gathered.len() && self.large.is_empty() && self.after.is_empty()
    }

    pub(crate) fn has_room(&self) -> bool {
        self.large.is_empty() && self.after.is_empty() && self.gathered.len() - self.written < GATHERED
    }

    /// Where heads are written to. Only while there is room.
    pub(crate) fn head(&mut self) -> &mut Vec<u8> {
        &mut self.gathered
    }

    /// Appends a piece of a body. Only while there is room.
    ///
    /// # Errors
    /// More came than was said.
    pub(crate) fn piece(&mut self, piece: Bytes, frames: &mut Frames) -> Result<(), OtherLength> {
        match frames {
            Frames::None => {}
            Frames::UntilClose => self.push(piece),
            Frames::Length(left) => {
                *left = left.checked_sub(piece.len() as u64).ok_or(OtherLength)?;
                self.push(piece);
            }
            Frames::Chunks if piece.is_empty() => {}
            Frames::Chunks => {
                encode::chunk_size(&mut self.gathered, piece.len());
                self.push(piece);
                if self.large.is_empty() {
                    self.gathered.extend_from_slice(b"\r\n");
                } else {
                    self.after = b"\r\n";
                }
            }
        }
        Ok(())
    }

    /// Ends a body. Only while there is room.
    ///
    /// # Errors
    /// Less came than was said.
    pub(crate) fn end(&mut self, trailers: Option<&HeaderMap>, frames: Frames) -> Result<(), OtherLength> {
        match frames {
            Frames::Length(1..) => return Err(OtherLength),
            Frames::None | Frames::Length(0) | Frames::UntilClose => {}
            Frames::Chunks => match trailers {
                None => self.gathered.extend_from_slice(b"0\r\n\r\n"),
                Some(trailers) => {
                    self.gathered.extend_from_slice(b"0\r\n");
                    encode::trailers(&mut self.gathered, trailers);
                    self.gathered.extend_from_slice(b"\r\n");
                }
            },
        }
        Ok(())
    }

    fn push(&mut self, piece: Bytes) {
        if piece.len() <= COPIED {
            self.gathered.extend_from_slice(&piece);
        } else {
            self.large = piece;
        }
    }

    /// Writes all there is.
    pub(crate) fn poll_flush(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            let wrote = if self.large.is_empty() && self.after.is_empty() {
                ready!(Pin::new(&mut *wire).poll_write(cx, &self.gathered[self.written..]))?
            } else {
                let slices = [
                    IoSlice::new(&self.gathered[self.written..]),
                    IoSlice::new(&self.large),
                    IoSlice::new(self.after),
                ];
                ready!(Pin::new(&mut *wire).poll_write_vectored(cx, &slices))?
            };
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.advance(wrote);
        }
        self.gathered.clear();
        self.written = 0;
        Pin::new(wire).poll_flush(cx)
    }

    fn advance(&mut self, mut wrote: usize) {
        let of_gathered = wrote.min(self.gathered.len() - self.written);
        self.written += of_gathered;
        wrote -= of_gathered;
        let of_large = wrote.min(self.large.len());
        self.large.advance(of_large);
        wrote -= of_large;
        self.after = &self.after[wrote.min(self.after.len())..];
    }
}

/// Writes what cannot fail: to memory.
pub(crate) fn print(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
