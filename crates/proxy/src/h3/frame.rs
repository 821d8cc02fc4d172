//! Frames, settings and errors of HTTP/3 (RFC 9114 §7, §8), read without a connection.

use std::fmt;

use bytes::{Buf, Bytes};
use quinn::VarInt;

/// What a frame is (RFC 9114 §7.2).
pub(crate) mod kind {
    pub(crate) const DATA: u64 = 0;
    pub(crate) const HEADERS: u64 = 1;
    pub(crate) const CANCEL_PUSH: u64 = 3;
    pub(crate) const SETTINGS: u64 = 4;
    pub(crate) const PUSH_PROMISE: u64 = 5;
    pub(crate) const GOAWAY: u64 = 7;
    pub(crate) const MAX_PUSH_ID: u64 = 0xd;
    /// Those of HTTP/2 that HTTP/3 has not (RFC 9114 §7.2.8).
    pub(crate) const OF_HTTP2: [u64; 4] = [2, 6, 8, 9];
}

/// What a stream of one direction is for (RFC 9114 §6.2, RFC 9204 §4.2).
pub(crate) mod use_of {
    pub(crate) const CONTROL: u64 = 0;
    pub(crate) const PUSH: u64 = 1;
    pub(crate) const ENCODER: u64 = 2;
    pub(crate) const DECODER: u64 = 3;
}

mod setting {
    pub(super) const MAX_FIELD_SECTION_SIZE: u64 = 6;
    /// RFC 9220 §3.
    pub(super) const ENABLE_CONNECT_PROTOCOL: u64 = 8;
    /// Those that are reserved as HTTP/2 has them, and HTTP/3 has not (RFC 9114 §7.2.4.1, §11.2.2).
    pub(super) const RESERVED: [u64; 5] = [0, 2, 3, 4, 5];
}

/// Bytes of a frame that means nothing here. Those that are sent to keep receivers honest have a few.
const UNKNOWN: u64 = 64 << 10;
/// Settings of a client at most.
const SETTINGS: usize = 64;

/// Why a stream or a connection ends (RFC 9114 §8.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(u32);

impl Code {
    pub(crate) const NO_ERROR: Code = Code(0x100);
    pub(crate) const INTERNAL: Code = Code(0x102);
    pub(crate) const STREAM_CREATION: Code = Code(0x103);
    pub(crate) const CLOSED_CRITICAL_STREAM: Code = Code(0x104);
    pub(crate) const FRAME_UNEXPECTED: Code = Code(0x105);
    pub(crate) const FRAME: Code = Code(0x106);
    pub(crate) const EXCESSIVE_LOAD: Code = Code(0x107);
    pub(crate) const ID: Code = Code(0x108);
    pub(crate) const SETTINGS: Code = Code(0x109);
    pub(crate) const MISSING_SETTINGS: Code = Code(0x10a);
    pub(crate) const REQUEST_REJECTED: Code = Code(0x10b);
    pub(crate) const REQUEST_CANCELLED: Code = Code(0x10c);
    pub(crate) const REQUEST_INCOMPLETE: Code = Code(0x10d);
    pub(crate) const MESSAGE: Code = Code(0x10e);
    /// RFC 9204 §8.3.
    pub(crate) const DECOMPRESSION: Code = Code(0x200);
    pub(crate) const ENCODER_STREAM: Code = Code(0x201);
    pub(crate) const DECODER_STREAM: Code = Code(0x202);

    pub(crate) fn number(self) -> VarInt {
        VarInt::from_u32(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// Reads a number (RFC 9000 §16), and how many bytes it took; `None` where it is not there whole.
pub(crate) fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = 1 << (first >> 6);
    let bytes = bytes.get(..length)?;
    let rest = bytes[1..].iter().fold(u64::from(first & 0x3f), |number, byte| number << 8 | u64::from(*byte));
    Some((rest, length))
}

/// Writes a number.
pub(crate) fn put(out: &mut Vec<u8>, number: u64) {
    match number {
        0..0x40 => out.push(number as u8),
        0x40..0x4000 => out.extend_from_slice(&(number as u16 | 0x4000).to_be_bytes()),
        0x4000..0x4000_0000 => out.extend_from_slice(&(number as u32 | 0x8000_0000).to_be_bytes()),
        _ => out.extend_from_slice(&(number | 0xc000_0000_0000_0000).to_be_bytes()),
    }
}

/// Writes a frame of what `content` appends. Shorter than 16 KiB, or its length is moved.
pub(crate) fn frame(out: &mut Vec<u8>, kind: u64, content: impl FnOnce(&mut Vec<u8>)) {
    put(out, kind);
    let at = out.len();
    out.extend_from_slice(&[0x40, 0]);
    content(out);
    let length = out.len() - at - 2;
    if let Ok(short @ ..0x4000) = u16::try_from(length) {
        out[at..at + 2].copy_from_slice(&(short | 0x4000).to_be_bytes());
        return;
    }
    let mut head = Vec::with_capacity(8);
    put(&mut head, length as u64);
    out.splice(at..at + 2, head);
}

/// Writes what the gateway's control stream begins with.
pub(crate) fn greeting(out: &mut Vec<u8>, largest_head: u64) {
    put(out, use_of::CONTROL);
    frame(out, kind::SETTINGS, |out| {
        put(out, setting::MAX_FIELD_SECTION_SIZE);
        put(out, largest_head);
        put(out, setting::ENABLE_CONNECT_PROTOCOL);
        put(out, 1);
    });
}

/// Checks the settings of a client, of which none matters to a gateway that keeps no table and pushes nothing.
///
/// # Errors
/// What they must not be.
pub(crate) fn settings(mut payload: &[u8]) -> Result<(), Code> {
    let mut seen = Vec::new();
    while !payload.is_empty() {
        let (id, length) = number(payload).ok_or(Code::FRAME)?;
        let (value, more) = number(&payload[length..]).ok_or(Code::FRAME)?;
        payload = &payload[length + more..];
        if seen.contains(&id) || setting::RESERVED.contains(&id) {
            return Err(Code::SETTINGS);
        }
        if id == setting::ENABLE_CONNECT_PROTOCOL && value > 1 {
            return Err(Code::SETTINGS);
        }
        seen.push(id);
        if seen.len() > SETTINGS {
            return Err(Code::EXCESSIVE_LOAD);
        }
    }
    Ok(())
}

/// Takes frames out of the bytes of a stream, in whatever pieces they come.
#[derive(Default)]
pub(crate) struct Reader {
    /// The head of a frame as far as it has come.
    head: Vec<u8>,
    /// The frame whose payload comes.
    within: Option<u64>,
    left: u64,
    /// What is gathered of a payload that is needed whole.
    whole: Vec<u8>,
}

/// What came out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Of the payload of DATA.
    Data(Bytes),
    /// A frame that came whole.
    Whole(u64, Vec<u8>),
    /// A frame that is longer than it may be.
    TooLarge(u64),
    /// One that moves nothing: empty DATA, or what is not known.
    Nothing,
    /// More bytes are needed.
    More,
}

impl Reader {
    /// Whether a frame has come in part.
    pub(crate) fn is_within(&self) -> bool {
        self.within.is_some() || !self.head.is_empty()
    }

    /// Takes the next piece off what came. Frames that are needed whole have `most` bytes at most.
    pub(crate) fn next(&mut self, came: &mut Bytes, most: usize) -> Piece {
        loop {
            let Some(within) = self.within else {
                let Some((kind, length)) = self.read_head(came) else { return Piece::More };
                let is_whole = is_known(kind) && kind != kind::DATA;
                if is_whole && length > most as u64 || !is_known(kind) && length > UNKNOWN {
                    return Piece::TooLarge(kind);
                }
                if length == 0 {
                    return if is_whole { Piece::Whole(kind, Vec::new()) } else { Piece::Nothing };
                }
                (self.within, self.left) = (Some(kind), length);
                continue;
            };
            if came.is_empty() {
                return Piece::More;
            }
            let take = usize::try_from(self.left).unwrap_or(usize::MAX).min(came.len());
            let part = came.split_to(take);
            self.left -= take as u64;
            let has_ended = self.left == 0;
            if has_ended {
                self.within = None;
            }
            match within {
                kind::DATA => return Piece::Data(part),
                kind if is_known(kind) => {
                    self.whole.extend_from_slice(&part);
                    if has_ended {
                        return Piece::Whole(kind, std::mem::take(&mut self.whole));
                    }
                }
                _ if has_ended => return Piece::Nothing,
                _ => {}
            }
        }
    }

    /// What kind of frame comes, and how long it is.
    fn read_head(&mut self, came: &mut Bytes) -> Option<(u64, u64)> {
        let read = |bytes: &[u8]| {
            let (kind, at) = number(bytes)?;
            let (length, more) = number(&bytes[at..])?;
            Some((kind, length, at + more))
        };
        if self.head.is_empty()
            && let Some((kind, length, took)) = read(came)
        {
            came.advance(took);
            return Some((kind, length));
        }
        while !came.is_empty() {
            self.head.push(came.get_u8());
            if let Some((kind, length, _)) = read(&self.head) {
                self.head.clear();
                return Some((kind, length));
            }
        }
        None
    }
}

/// Whether the kind of a frame means something; what does not is passed over (RFC 9114 §9).
pub(crate) fn is_known(frame: u64) -> bool {
    use kind::{CANCEL_PUSH, DATA, GOAWAY, HEADERS, MAX_PUSH_ID, OF_HTTP2, PUSH_PROMISE, SETTINGS};
    matches!(frame, DATA | HEADERS | CANCEL_PUSH | SETTINGS | PUSH_PROMISE | GOAWAY | MAX_PUSH_ID)
        || OF_HTTP2.contains(&frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_short_as_can_be_and_read_in_every_length() {
        for (given, length) in [
            (0, 1),
            (63, 1),
            (64, 2),
            (16_383, 2),
            (16_384, 4),
            ((1 << 30) - 1, 4),
            (1 << 30, 8),
            ((1 << 62) - 1, 8),
        ] {
            let mut out = Vec::new();
            put(&mut out, given);
            assert_eq!((out.len(), number(&out)), (length, Some((given, length))));
            assert_eq!(number(&out[..length - 1]), None);
        }
        // RFC 9000 §A.1.
        assert_eq!(
            number(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]),
            Some((151_288_809_941_952_652, 8))
        );
        assert_eq!(number(&[0x40, 0x25]), Some((37, 2)));
    }

    #[test]
    fn frames_are_the_same_in_whatever_pieces_they_come() {
        let mut bytes = Vec::new();
        frame(&mut bytes, kind::HEADERS, |out| out.extend_from_slice(&[7; 20_000]));
        frame(&mut bytes, 0x21, |out| out.extend_from_slice(b"grease"));
        frame(&mut bytes, kind::DATA, |out| out.extend_from_slice(&[9; 300]));
        frame(&mut bytes, kind::DATA, |_| {});
        frame(&mut bytes, kind::GOAWAY, |out| put(out, 4));
        frame(&mut bytes, kind::HEADERS, |out| out.extend_from_slice(b"trailers"));
        for size in [1, 2, 3, 7, 1000, bytes.len()] {
            let mut reader = Reader::default();
            let mut seen = Vec::new();
            let mut data = Vec::new();
            for chunk in bytes.chunks(size) {
                let mut chunk = Bytes::copy_from_slice(chunk);
                loop {
                    match reader.next(&mut chunk, 20_000) {
                        Piece::Data(piece) => data.extend_from_slice(&piece),
                        Piece::Whole(kind, payload) => seen.push((kind, payload.len())),
                        Piece::Nothing => seen.push((u64::MAX, 0)),
                        Piece::TooLarge(_) => unreachable!(),
                        Piece::More => break,
                    }
                }
            }
            assert!(!reader.is_within());
            assert_eq!(data, [9; 300]);
            let nothing = (u64::MAX, 0);
            assert_eq!(seen, [(1, 20_000), nothing, nothing, (7, 1), (1, 8)], "{size}");
        }
        let mut reader = Reader::default();
        let mut whole = Bytes::from(bytes);
        assert_eq!(reader.next(&mut whole, 19_999), Piece::TooLarge(kind::HEADERS));
    }

    #[test]
    fn a_frame_that_means_nothing_is_not_passed_over_for_ever() {
        let announced = |length| {
            let mut bytes = Vec::new();
            put(&mut bytes, 0x21);
            put(&mut bytes, length);
            Bytes::from(bytes)
        };
        assert_eq!(Reader::default().next(&mut announced(UNKNOWN), 100), Piece::More);
        assert_eq!(Reader::default().next(&mut announced(UNKNOWN + 1), 100), Piece::TooLarge(0x21));
    }

    #[test]
    fn settings_that_must_not_be_are_refused() {
        let written = |all: &[(u64, u64)]| {
            let mut out = Vec::new();
            for (id, value) in all {
                put(&mut out, *id);
                put(&mut out, *value);
            }
            out
        };
        assert_eq!(settings(&written(&[(1, 4096), (6, 10), (7, 16), (0x21, 5), (8, 1)])), Ok(()));
        for reserved in [0, 2, 3, 4, 5] {
            assert_eq!(settings(&written(&[(reserved, 0)])), Err(Code::SETTINGS), "{reserved}");
        }
        assert_eq!(settings(&written(&[(6, 1), (6, 1)])), Err(Code::SETTINGS));
        assert_eq!(settings(&written(&[(8, 2)])), Err(Code::SETTINGS));
        assert_eq!(settings(&[6]), Err(Code::FRAME));
        let many: Vec<_> = (0..100).map(|at| (0x100 + at, 0)).collect();
        assert_eq!(settings(&written(&many)), Err(Code::EXCESSIVE_LOAD));
    }
}
