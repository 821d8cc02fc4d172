//! How gRPC-Web is written (grpc/doc/PROTOCOL-WEB.md): the frame that says how a call ended, and base64 that passes in pieces.
//!
//! The gateway refuses in it, and a policy translates it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::{BufMut, Bytes, BytesMut};

use crate::BodyError;

/// What gRPC says in trailers, as the frame that ends a response.
pub fn last_frame<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Bytes {
    const TRAILERS: u8 = 0x80;
    const HEAD: usize = 5;
    let mut frame = vec![TRAILERS, 0, 0, 0, 0];
    for (name, value) in fields {
        frame.extend_from_slice(name.as_bytes());
        frame.push(b':');
        frame.extend_from_slice(value);
        frame.extend_from_slice(b"\r\n");
    }
    let length = u32::try_from(frame.len() - HEAD).unwrap_or(u32::MAX);
    frame[1..HEAD].copy_from_slice(&length.to_be_bytes());
    frame.into()
}

/// Writes base64. Whatever it is cut at, it can be read piece by piece: each ends with its padding.
#[derive(Default)]
pub struct TextWriter {
    /// What does not fill four letters yet.
    held: BytesMut,
}

impl TextWriter {
    /// What can be written of a piece without padding.
    pub fn push(&mut self, piece: &[u8]) -> Bytes {
        self.held.extend_from_slice(piece);
        let whole = self.held.len() - self.held.len() % 3;
        STANDARD.encode(self.held.split_to(whole)).into()
    }

    /// What is left, with padding.
    pub fn flush(&mut self) -> Bytes {
        STANDARD.encode(self.held.split()).into()
    }
}

/// Reads base64 as it comes: pieces, each of which may end with padding.
#[derive(Default)]
pub struct TextReader {
    /// Bits of letters that make no byte yet, and how many letters of four came.
    bits: u32,
    letters: u8,
    /// What padding is still to come.
    padding: u8,
}

impl TextReader {
    /// Reads a piece.
    ///
    /// # Errors
    /// It is not base64.
    pub fn push(&mut self, piece: &[u8]) -> Result<Bytes, BodyError> {
        let mut plain = BytesMut::with_capacity(piece.len() / 4 * 3 + 3);
        for letter in piece {
            if *letter == b'=' {
                self.pad(&mut plain)?;
                continue;
            }
            if self.padding > 0 {
                return Err(BodyError::Broken);
            }
            self.bits = self.bits << 6 | value(*letter).ok_or(BodyError::Broken)?;
            self.letters += 1;
            if self.letters == 4 {
                plain.put_slice(&self.bits.to_be_bytes()[1..]);
                (self.bits, self.letters) = (0, 0);
            }
        }
        Ok(plain.freeze())
    }

    fn pad(&mut self, plain: &mut BytesMut) -> Result<(), BodyError> {
        if self.padding > 0 {
            self.padding -= 1;
            return Ok(());
        }
        // Bits past the last byte say nothing, and have to.
        match (self.letters, self.bits) {
            (2, bits) if bits & 0xf == 0 => {
                plain.put_u8((bits >> 4) as u8);
                self.padding = 1;
            }
            (3, bits) if bits & 0x3 == 0 => plain.put_u16((bits >> 2) as u16),
            _ => return Err(BodyError::Broken),
        }
        (self.bits, self.letters) = (0, 0);
        Ok(())
    }

    /// # Errors
    /// What came is not whole.
    pub fn end(&self) -> Result<(), BodyError> {
        if self.letters == 0 && self.padding == 0 { Ok(()) } else { Err(BodyError::Broken) }
    }
}

fn value(letter: u8) -> Option<u32> {
    Some(u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, size: usize) -> Option<Vec<u8>> {
        let mut reader = TextReader::default();
        let mut plain = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            plain.extend_from_slice(&reader.push(piece).ok()?);
        }
        reader.end().ok()?;
        Some(plain)
    }

    #[test]
    fn what_is_written_in_any_pieces_is_read_in_any_pieces() {
        let plain: Vec<u8> = (0..=255).collect();
        for cut in [1, 2, 3, 5, 100, 300] {
            let mut writer = TextWriter::default();
            let mut text = String::new();
            for (at, piece) in plain.chunks(cut).enumerate() {
                text.push_str(std::str::from_utf8(&writer.push(piece)).unwrap());
                if at % 2 == 0 {
                    text.push_str(std::str::from_utf8(&writer.flush()).unwrap());
                }
            }
            text.push_str(std::str::from_utf8(&writer.flush()).unwrap());
            for size in [1, 3, 4, 7, 1000] {
                assert_eq!(read(&text, size).as_ref(), Some(&plain), "{cut} {size} {text}");
            }
        }
    }

    #[test]
    fn what_is_no_base64_is_not_read() {
        for (text, plain) in [
            ("", Some("")),
            ("YQ==", Some("a")),
            ("YWI=", Some("ab")),
            ("YQ==YWI=", Some("aab")),
            ("YQ", None),
            ("YQ=", None),
            ("YQ=a", None),
            ("YR==", None),
            ("YWJ=", None),
            ("=", None),
            ("Y===", None),
            ("YWJj=", None),
            ("YQ== ", None),
            ("YW-_", None),
        ] {
            for size in [1, 2, 100] {
                assert_eq!(read(text, size), plain.map(|plain| plain.as_bytes().to_vec()), "{text}");
            }
        }
    }

    #[test]
    fn the_last_frame_holds_lines() {
        let frame = last_frame([("grpc-status", &b"0"[..]), ("x-a", b"b c")]);
        assert_eq!(frame, &b"\x80\0\0\0\x18grpc-status:0\r\nx-a:b c\r\n"[..]);
        assert_eq!(last_frame([]), &b"\x80\0\0\0\0"[..]);
    }
}
