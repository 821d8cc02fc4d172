//! Frames (RFC 9113 §4, §6): their heads read, and those that a gateway sends written.

use std::fmt;

/// What a client begins with (RFC 9113 §3.4).
pub(crate) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long the head of a frame is.
pub(crate) const HEAD: usize = 9;
/// The largest payload taken, and sent: what everyone takes (RFC 9113 §4.2).
pub(crate) const MAX_FRAME: usize = 16 << 10;
/// The largest window there is (RFC 9113 §6.9.1).
pub(crate) const MAX_WINDOW: i64 = (1 << 31) - 1;

pub(crate) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const HEADERS: u8 = 1;
    pub(crate) const PRIORITY: u8 = 2;
    pub(crate) const RST_STREAM: u8 = 3;
    pub(crate) const SETTINGS: u8 = 4;
    pub(crate) const PUSH_PROMISE: u8 = 5;
    pub(crate) const PING: u8 = 6;
    pub(crate) const GOAWAY: u8 = 7;
    pub(crate) const WINDOW_UPDATE: u8 = 8;
    pub(crate) const CONTINUATION: u8 = 9;
}

pub(crate) mod flag {
    pub(crate) const ACK: u8 = 1;
    pub(crate) const END_STREAM: u8 = 1;
    pub(crate) const END_HEADERS: u8 = 4;
    pub(crate) const PADDED: u8 = 8;
    pub(crate) const PRIORITY: u8 = 0x20;
}

/// Why a stream or a connection ends (RFC 9113 §7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(pub(crate) u32);

impl Code {
    pub(crate) const NO_ERROR: Code = Code(0);
    pub(crate) const PROTOCOL: Code = Code(1);
    pub(crate) const INTERNAL: Code = Code(2);
    pub(crate) const FLOW_CONTROL: Code = Code(3);
    pub(crate) const STREAM_CLOSED: Code = Code(5);
    pub(crate) const FRAME_SIZE: Code = Code(6);
    pub(crate) const REFUSED_STREAM: Code = Code(7);
    pub(crate) const CANCEL: Code = Code(8);
    pub(crate) const COMPRESSION: Code = Code(9);
    pub(crate) const ENHANCE_YOUR_CALM: Code = Code(11);
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            "NO_ERROR",
            "PROTOCOL_ERROR",
            "INTERNAL_ERROR",
            "FLOW_CONTROL_ERROR",
            "SETTINGS_TIMEOUT",
            "STREAM_CLOSED",
            "FRAME_SIZE_ERROR",
            "REFUSED_STREAM",
            "CANCEL",
            "COMPRESSION_ERROR",
            "CONNECT_ERROR",
            "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY",
            "HTTP_1_1_REQUIRED",
        ];
        match names.get(self.0 as usize) {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#x}", self.0),
        }
    }
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Of the payload.
    pub(crate) length: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    /// 0 for the connection.
    pub(crate) stream: u32,
}

impl Head {
    /// Reads the head at the beginning; `None` where it has not come whole.
    pub(crate) fn read(bytes: &[u8]) -> Option<Head> {
        let [a, b, c, kind, flags, stream @ ..] = *bytes.first_chunk::<HEAD>()?;
        Some(Head {
            length: u32::from_be_bytes([0, a, b, c]) as usize,
            kind,
            flags,
            // The first bit means nothing (RFC 9113 §4.1).
            stream: u32::from_be_bytes(stream) & 0x7fff_ffff,
        })
    }

    pub(crate) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The payload without padding (RFC 9113 §6.1), and how many bytes that took.
    ///
    /// # Errors
    /// More padding than payload.
    pub(crate) fn unpadded(self, payload: &[u8]) -> Result<(&[u8], usize), Code> {
        if !self.has(flag::PADDED) {
            return Ok((payload, 0));
        }
        let (padding, rest) = payload.split_first().ok_or(Code::FRAME_SIZE)?;
        let padding = usize::from(*padding);
        let length = rest.len().checked_sub(padding).ok_or(Code::PROTOCOL)?;
        Ok((&rest[..length], padding + 1))
    }
}

/// Writes the head of a frame.
pub(crate) fn head(out: &mut Vec<u8>, length: usize, kind: u8, flags: u8, stream: u32) {
    let [_, a, b, c] = (length as u32).to_be_bytes();
    let [d, e, f, g] = stream.to_be_bytes();
    out.extend_from_slice(&[a, b, c, kind, flags, d, e, f, g]);
}

/// Writes HEADERS, in as many frames as the fields need, of what `block` appends.
pub(crate) fn headers(out: &mut Vec<u8>, stream: u32, ends: bool, block: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    let end = if ends { flag::END_STREAM } else { 0 };
    head(out, 0, kind::HEADERS, end | flag::END_HEADERS, stream);
    block(out);
    let length = out.len() - at - HEAD;
    if length <= MAX_FRAME {
        out[at..at + 3].copy_from_slice(&(length as u32).to_be_bytes()[1..]);
        return;
    }
    let fields = out.split_off(at + HEAD);
    out.truncate(at);
    let last = fields.len().div_ceil(MAX_FRAME) - 1;
    for (number, piece) in fields.chunks(MAX_FRAME).enumerate() {
        let ended = if number == last { flag::END_HEADERS } else { 0 };
        match number {
            0 => head(out, piece.len(), kind::HEADERS, end | ended, stream),
            _ => head(out, piece.len(), kind::CONTINUATION, ended, stream),
        }
        out.extend_from_slice(piece);
    }
}

pub(crate) fn reset(out: &mut Vec<u8>, stream: u32, code: Code) {
    head(out, 4, kind::RST_STREAM, 0, stream);
    out.extend_from_slice(&code.0.to_be_bytes());
}

pub(crate) fn go_away(out: &mut Vec<u8>, last: u32, code: Code) {
    head(out, 8, kind::GOAWAY, 0, 0);
    out.extend_from_slice(&last.to_be_bytes());
    out.extend_from_slice(&code.0.to_be_bytes());
}

pub(crate) fn window_update(out: &mut Vec<u8>, stream: u32, by: u32) {
    head(out, 4, kind::WINDOW_UPDATE, 0, stream);
    out.extend_from_slice(&by.to_be_bytes());
}

pub(crate) fn ping(out: &mut Vec<u8>, flags: u8, payload: [u8; 8]) {
    head(out, 8, kind::PING, flags, 0);
    out.extend_from_slice(&payload);
}

/// The number of a frame that has but that (RFC 9113 §6.4, §6.9), without its first bit.
pub(crate) fn number(payload: &[u8]) -> Result<u32, Code> {
    let payload: [u8; 4] = payload.try_into().map_err(|_| Code::FRAME_SIZE)?;
    Ok(u32::from_be_bytes(payload))
}
