//! Writes compressed fields (RFC 9204 §4.5).

use head::{Headers, Known};
use http::StatusCode;

use super::table::{self, STATIC};
use crate::h2::hpack::{integer_into as integer, string_into as string};

/// The first of the numbers of `:status`.
const STATUS: usize = 24;

/// Writes one section of fields.
pub(crate) struct Encoder<'a>(&'a mut Vec<u8>);

impl<'a> Encoder<'a> {
    /// Begins a section that needs nothing of a table.
    pub(crate) fn begin(out: &'a mut Vec<u8>) -> Encoder<'a> {
        out.extend_from_slice(&[0, 0]);
        Encoder(out)
    }

    pub(crate) fn status(&mut self, status: StatusCode) {
        let number = match status.as_u16() {
            103 => 24,
            200 => 25,
            304 => 26,
            404 => 27,
            503 => 28,
            100 => 63,
            204 => 64,
            206 => 65,
            302 => 66,
            400 => 67,
            403 => 68,
            421 => 69,
            425 => 70,
            500 => 71,
            _ => return self.named(STATUS, status.as_str().as_bytes(), false),
        };
        integer(self.0, 0xc0, 6, number);
    }

    /// Writes every line but those of the well-known fields in `but`.
    pub(crate) fn lines(&mut self, headers: &Headers, but: u64) {
        for (name, value, known) in headers.lines() {
            match known {
                Some(known) if but & known.bit() != 0 => {}
                known => self.field(name, value, known),
            }
        }
    }

    /// Writes a well-known field.
    pub(crate) fn known(&mut self, known: Known, value: &[u8]) {
        self.field(known.name().as_bytes(), value, Some(known));
    }

    /// Writes fields after the content.
    pub(crate) fn trailers(&mut self, trailers: &http::HeaderMap) {
        for (name, value) in trailers {
            let name = name.as_str().as_bytes();
            self.field(name, value.as_bytes(), Known::of(name));
        }
    }

    fn field(&mut self, name: &[u8], value: &[u8], known: Option<Known>) {
        // Whoever passes them on is told not to keep them either.
        let is_secret =
            matches!(known, Some(Known::Authorization | Known::Cookie | Known::ProxyAuthorization))
                || name == b"set-cookie";
        let Some(first) = table::number(name, known) else {
            self.0.reserve(name.len() + value.len() + 8);
            integer(self.0, if is_secret { 0x30 } else { 0x20 }, 3, name.len());
            self.0.extend_from_slice(name);
            return string(self.0, value);
        };
        let same_name = STATIC[first..].iter().take_while(|(other, _)| other.as_bytes() == name);
        match same_name.zip(first..).find(|((_, other), _)| other.as_bytes() == value) {
            Some((_, number)) if !value.is_empty() => integer(self.0, 0xc0, 6, number),
            _ => self.named(first, value, is_secret),
        }
    }

    /// Writes a field whose name has this number.
    fn named(&mut self, number: usize, value: &[u8], is_secret: bool) {
        integer(self.0, if is_secret { 0x70 } else { 0x50 }, 4, number);
        string(self.0, value);
    }
}
