//! What each side of a connection tells the other about itself (RFC 9113 §6.5).

use super::frame::{self, Code, MAX_FRAME, MAX_WINDOW, kind};

pub(crate) mod id {
    pub(crate) const HEADER_TABLE_SIZE: u16 = 1;
    pub(crate) const ENABLE_PUSH: u16 = 2;
    pub(crate) const MAX_CONCURRENT_STREAMS: u16 = 3;
    pub(crate) const INITIAL_WINDOW_SIZE: u16 = 4;
    pub(crate) const MAX_FRAME_SIZE: u16 = 5;
    pub(crate) const MAX_HEADER_LIST_SIZE: u16 = 6;
    /// RFC 8441 §3.
    pub(crate) const ENABLE_CONNECT_PROTOCOL: u16 = 8;
    /// RFC 9218 §2.1.
    pub(crate) const NO_RFC7540_PRIORITIES: u16 = 9;
}

/// How far ahead of its reader a peer may be on a stream that is read, bytes.
pub(crate) const STREAM_WINDOW: u32 = 256 << 10;
/// What everyone begins with (RFC 9113 §6.9.2).
pub(crate) const FIRST_WINDOW: u32 = 65_535;

/// Writes SETTINGS.
pub(crate) fn write(out: &mut Vec<u8>, settings: &[(u16, u32)]) {
    frame::head(out, settings.len() * 6, kind::SETTINGS, 0, 0);
    for (id, value) in settings {
        out.extend_from_slice(&id.to_be_bytes());
        out.extend_from_slice(&value.to_be_bytes());
    }
}

/// Reads SETTINGS, telling each; what is not known means nothing.
///
/// # Errors
/// What is not well-formed, or not allowed.
pub(crate) fn read(payload: &[u8], mut tell: impl FnMut(u16, u32) -> Result<(), Code>) -> Result<(), Code> {
    let (settings, rest) = payload.as_chunks::<6>();
    if !rest.is_empty() {
        return Err(Code::FRAME_SIZE);
    }
    for [a, b, value @ ..] in settings {
        let (id, value) = (u16::from_be_bytes([*a, *b]), u32::from_be_bytes(*value));
        match id {
            id::ENABLE_PUSH | id::ENABLE_CONNECT_PROTOCOL | id::NO_RFC7540_PRIORITIES if value > 1 => {
                return Err(Code::PROTOCOL);
            }
            id::INITIAL_WINDOW_SIZE if i64::from(value) > MAX_WINDOW => return Err(Code::FLOW_CONTROL),
            id::MAX_FRAME_SIZE if !(MAX_FRAME as u32..1 << 24).contains(&value) => {
                return Err(Code::PROTOCOL);
            }
            _ => tell(id, value)?,
        }
    }
    Ok(())
}
