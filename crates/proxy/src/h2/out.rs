//! Frames on their way out, of all streams: small pieces are gathered, large ones go as they are, all in one write a turn.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::frame::{self, flag, kind};
use crate::wire::Wire;

/// Pieces up to this are copied beside what is gathered already.
const COPIED: usize = 4 << 10;
/// What waits to be written at most before no more is taken, bytes.
const ROOM: usize = 128 << 10;
/// Pieces of one write.
const SLICES: usize = 32;

/// Frames on their way out.
#[derive(Default)]
pub(crate) struct Out {
    gathered: Vec<u8>,
    /// How much of that is written.
    written: usize,
    /// What goes after so much of what is gathered.
    large: VecDeque<(usize, Bytes)>,
    /// Bytes in `large`.
    heavy: usize,
}

impl Out {
    pub(crate) fn with_buffer(gathered: Vec<u8>) -> Out {
        Out { gathered, ..Out::default() }
    }

    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.gathered
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.gathered.len() && self.large.is_empty()
    }

    pub(crate) fn has_room(&self) -> bool {
        self.gathered.len() - self.written + self.heavy < ROOM
    }

    /// Where frames other than DATA are written to.
    pub(crate) fn frames(&mut self) -> &mut Vec<u8> {
        &mut self.gathered
    }

    /// Appends DATA.
    pub(crate) fn data(&mut self, stream: u32, piece: Bytes, ends: bool) {
        let end = if ends { flag::END_STREAM } else { 0 };
        frame::head(&mut self.gathered, piece.len(), kind::DATA, end, stream);
        if piece.len() <= COPIED {
            self.gathered.extend_from_slice(&piece);
        } else {
            self.heavy += piece.len();
            self.large.push_back((self.gathered.len(), piece));
        }
    }

    /// Writes all there is.
    pub(crate) fn poll_flush(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while !self.is_empty() {
            let wrote = if self.large.is_empty() {
                ready!(Pin::new(&mut *wire).poll_write(cx, &self.gathered[self.written..]))?
            } else {
                let mut slices = [IoSlice::new(&[]); SLICES];
                let count = self.slices(&mut slices);
                ready!(Pin::new(&mut *wire).poll_write_vectored(cx, &slices[..count]))?
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

    /// What is to be written, in order; how many slices that took.
    fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; SLICES]) -> usize {
        let (mut at, mut count) = (self.written, 0);
        for (after, piece) in &self.large {
            if count + 2 > SLICES {
                return count;
            }
            if at < *after {
                slices[count] = IoSlice::new(&self.gathered[at..*after]);
                (at, count) = (*after, count + 1);
            }
            slices[count] = IoSlice::new(piece);
            count += 1;
        }
        if at < self.gathered.len() && count < SLICES {
            slices[count] = IoSlice::new(&self.gathered[at..]);
            count += 1;
        }
        count
    }

    fn advance(&mut self, mut wrote: usize) {
        if self.written > ROOM {
            // What is written is not kept, even where there is always more to write.
            self.gathered.drain(..self.written);
            for (after, _) in &mut self.large {
                *after -= self.written;
            }
            self.written = 0;
        }
        while wrote > 0 {
            let until = self.large.front().map_or(self.gathered.len(), |(after, _)| *after);
            let of_gathered = wrote.min(until - self.written);
            self.written += of_gathered;
            wrote -= of_gathered;
            let Some((_, piece)) = self.large.front_mut().filter(|_| wrote > 0) else { continue };
            let of_piece = wrote.min(piece.len());
            piece.advance(of_piece);
            self.heavy -= of_piece;
            wrote -= of_piece;
            if piece.is_empty() {
                self.large.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn small_and_large_pieces_go_out_in_their_order_however_little_is_taken_at_once() {
        let (near, mut far) = tokio::io::duplex(1000);
        let mut wire = Wire::Memory(near);
        let mut out = Out::default();
        let mut expected = Vec::new();
        for number in 0..60_u32 {
            let length = if number % 3 == 0 { 10 } else { 5000 };
            let piece = vec![number as u8; length];
            frame::head(&mut expected, length, kind::DATA, 0, number);
            expected.extend_from_slice(&piece);
            out.data(number, piece.into(), false);
        }
        assert!(!out.has_room());
        let writing = tokio::spawn(async move {
            std::future::poll_fn(|cx| out.poll_flush(&mut wire, cx)).await.unwrap();
            assert!(out.is_empty() && out.has_room());
        });
        let mut read = Vec::new();
        far.read_to_end(&mut read).await.unwrap();
        writing.await.unwrap();
        assert_eq!(read, expected);
    }
}
