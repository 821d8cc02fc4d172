//! Writes compressed fields (RFC 7541 §6). What is said again is said by a number; what is secret is never kept.

use head::{Headers, Known};
use http::{Method, StatusCode};

use super::{
    TABLE,
    table::{self, Entry, STATIC, Table},
};

/// Fields longer than this are not worth a place in the table, bytes.
const LONG: usize = 256;
/// Fields of which is remembered that they were said once.
const ONCE: usize = 64;

/// What was sent on a connection, as far as what follows may refer to it.
pub(crate) struct Encoder {
    table: Table,
    /// The other side is told of a new size before the next field.
    resized: Option<usize>,
    /// Hashes of fields said once: what is said twice is kept.
    once: Box<[u32; ONCE]>,
}

impl Encoder {
    pub(crate) fn new() -> Encoder {
        Encoder { table: Table::new(TABLE), resized: None, once: Box::new([0; ONCE]) }
    }

    /// The other side has said how large a table it keeps.
    pub(crate) fn resize(&mut self, size: usize) {
        let size = size.min(TABLE);
        if size != self.table.bound() {
            self.table.resize(size);
            // Where it became smaller and larger again, what it lost at its smallest is lost (RFC 7541 §4.2).
            self.resized = Some(self.resized.map_or(size, |least| least.min(size)));
        }
    }

    /// What comes before the first field of a block.
    fn begin(&mut self, out: &mut Vec<u8>) {
        if let Some(least) = self.resized.take() {
            integer(out, 0x20, 5, least);
            if least != self.table.bound() {
                integer(out, 0x20, 5, self.table.bound());
            }
        }
    }

    pub(crate) fn status(&mut self, out: &mut Vec<u8>, status: StatusCode) {
        self.begin(out);
        let number = match status.as_u16() {
            200 => 8,
            204 => 9,
            206 => 10,
            304 => 11,
            400 => 12,
            404 => 13,
            500 => 14,
            _ => {
                return self.field(out, b":status", status.as_str().as_bytes(), 8);
            }
        };
        out.push(0x80 | number);
    }

    /// Writes the pseudo-headers of a request, whose path is in pieces.
    pub(crate) fn request(
        &mut self,
        out: &mut Vec<u8>,
        method: &Method,
        is_https: bool,
        authority: &[u8],
        path: &[&str],
    ) {
        self.begin(out);
        match *method {
            Method::GET => out.push(0x82),
            Method::POST => out.push(0x83),
            _ => literal(out, 0, 2, b":method", method.as_str().as_bytes()),
        }
        out.push(if is_https { 0x87 } else { 0x86 });
        self.field(out, b":authority", authority, 1);
        integer(out, 0, 4, 4);
        integer(out, 0, 7, path.iter().map(|piece| piece.len()).sum());
        for piece in path {
            out.extend_from_slice(piece.as_bytes());
        }
    }

    /// Writes the pseudo-header of an extended CONNECT (RFC 8441 §4), after those of the request.
    pub(crate) fn protocol(&mut self, out: &mut Vec<u8>, protocol: &[u8]) {
        literal(out, 0, 0, b":protocol", protocol);
    }

    /// Writes every line but those of the well-known fields in `but`.
    pub(crate) fn lines(&mut self, out: &mut Vec<u8>, headers: &Headers, but: u64) {
        for (name, value, known) in headers.lines() {
            match known {
                Some(known) if but & known.bit() != 0 => {}
                Some(known) => self.known(out, known, value),
                None => self.field(out, name, value, table::number(name, None)),
            }
        }
    }

    /// Writes a well-known field.
    pub(crate) fn known(&mut self, out: &mut Vec<u8>, known: Known, value: &[u8]) {
        let name = known.name().as_bytes();
        let number = table::number(name, Some(known));
        match known {
            // Another each time.
            Known::XRequestId | Known::Traceparent => literal(out, 0, number, name, value),
            Known::Authorization
            | Known::ProxyAuthorization
            | Known::Cookie
            | Known::XApiKey
            | Known::Apikey => {
                literal(out, 0x10, number, name, value);
            }
            _ => self.field(out, name, value, number),
        }
    }

    /// Writes fields after the content.
    pub(crate) fn trailers(&mut self, out: &mut Vec<u8>, trailers: &http::HeaderMap) {
        self.begin(out);
        for (name, value) in trailers {
            let name = name.as_str().as_bytes();
            self.field(out, name, value.as_bytes(), table::number(name, Known::of(name)));
        }
    }

    /// Writes a field whose name has this number in the static table, or 0.
    pub(crate) fn field(&mut self, out: &mut Vec<u8>, name: &[u8], value: &[u8], number: usize) {
        const SET_COOKIE: usize = 55;
        if number == SET_COOKIE {
            return literal(out, 0x10, number, name, value);
        }
        if name.len() + value.len() > LONG {
            return literal(out, 0, number, name, value);
        }
        let hash = hash(name, value);
        for (at, entry) in self.table.iter().enumerate() {
            if entry.hash == hash && entry.value() == value && entry.name() == name {
                return integer(out, 0x80, 7, STATIC.len() + 1 + at);
            }
        }
        let once = &mut self.once[hash as usize % ONCE];
        if *once != hash || self.table.bound() < 1024 {
            *once = hash;
            return literal(out, 0, number, name, value);
        }
        integer(out, 0x40, 6, number);
        if number == 0 {
            string(out, name);
        }
        string(out, value);
        self.table.add(Entry::new(name, value, None, true, hash));
    }
}

fn literal(out: &mut Vec<u8>, first: u8, number: usize, name: &[u8], value: &[u8]) {
    out.reserve(name.len() + value.len() + 8);
    integer(out, first, 4, number);
    if number == 0 {
        string(out, name);
    }
    string(out, value);
}

/// Writes a number into the lowest bits of a first byte, and after it.
pub(crate) fn integer(out: &mut Vec<u8>, first: u8, bits: u32, number: usize) {
    let most = (1 << bits) - 1;
    if number < most {
        return out.push(first | number as u8);
    }
    out.push(first | most as u8);
    let mut rest = number - most;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Writes a string as it is: what repeats is not written at all, and for the rest the code costs more than the bytes it saves.
pub(crate) fn string(out: &mut Vec<u8>, text: &[u8]) {
    integer(out, 0, 7, text.len());
    out.extend_from_slice(text);
}

/// Tells fields apart that differ, mostly.
fn hash(name: &[u8], value: &[u8]) -> u32 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (name.len() as u64) << 32 | value.len() as u64;
    let mut add = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(MIX);
    for text in [name, value] {
        let (words, rest) = text.as_chunks::<8>();
        for word in words {
            add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(last));
    }
    // 0 stands for nothing.
    (hash >> 32) as u32 | 1
}
