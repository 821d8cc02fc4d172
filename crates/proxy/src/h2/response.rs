//! Makes the head of a response of the fields of its stream (RFC 9113 §8.3.2).

use head::{Headers, Known};
use http::StatusCode;

use super::hpack::{BadBlock, Decoder, Line};
use crate::h1;

/// Fields a head may have, and all of their text.
const FIELDS: usize = 100;
const BOUND: usize = 64 << 10;

/// The head of a response.
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: Headers,
    pub(crate) length: Option<u64>,
}

/// Reads the head of a response; the inner `None` where it is malformed (RFC 9113 §8.1.1) or too large.
///
/// # Errors
/// The connection cannot go on.
pub(crate) fn response(
    decoder: &mut Decoder,
    block: &[u8],
    mut spare: Headers,
) -> Result<Option<Response>, BadBlock> {
    spare.clear();
    let mut fields = Fields { headers: spare, status: None, length: None, size: 0, is_past_pseudo: false };
    let mut is_good = true;
    decoder.decode(block, |line| is_good = is_good && fields.line(line).is_some())?;
    let Fields { headers, status, length, .. } = fields;
    Ok(status.filter(|_| is_good).map(|status| Response { status, headers, length }))
}

struct Fields {
    headers: Headers,
    status: Option<StatusCode>,
    length: Option<u64>,
    size: usize,
    is_past_pseudo: bool,
}

impl Fields {
    /// Takes a field; `None` where it makes the response malformed.
    fn line(&mut self, line: Line<'_>) -> Option<()> {
        let Line { name, value, known, is_good } = line;
        self.size += name.len() + value.len() + 32;
        if self.size > BOUND || self.headers.len() >= FIELDS {
            return None;
        }
        if name.first() == Some(&b':') {
            if name != b":status" || self.status.is_some() || self.is_past_pseudo {
                return None;
            }
            self.status = Some(StatusCode::from_bytes(value).ok()?);
            return Some(());
        }
        self.is_past_pseudo = true;
        let known =
            if is_good { known } else { Headers::is_good_line(name, value).then(|| Known::of(name))? };
        match known {
            // What belongs to a connection in HTTP/1.1 has no place here (RFC 9113 §8.2.2).
            Some(
                Known::Connection
                | Known::KeepAlive
                | Known::ProxyConnection
                | Known::TransferEncoding
                | Known::Upgrade,
            ) => return None,
            Some(Known::ContentLength) => {
                let length = h1::head::read_length(value)?;
                if self.length.replace(length).is_some() {
                    return None;
                }
            }
            _ => {}
        }
        self.headers.add_known_good(name, value, known);
        Some(())
    }
}
