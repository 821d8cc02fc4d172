//! Reads the field lines of a head where they lie (RFC 9110 §5, RFC 9112 §5).

use std::fmt;

use crate::{
    Known,
    headers::{Field, Headers, Part},
};

/// What is added to a head on its way: fields, and their text.
const ADDED: (usize, usize) = (9, 512);

/// Why lines are no fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFields {
    /// A name is empty, has a character no name has, or is not followed by a colon at once.
    Name,
    /// A value has a control character.
    Value,
    /// A line does not end with CR LF: a lone one of them ends a line to some parties and not to others.
    LineEnd,
    /// There are more lines than are taken.
    TooMany,
}

impl BadFields {
    pub const fn why(self) -> &'static str {
        match self {
            BadFields::Name => "a line of the head has no valid field name before a colon",
            BadFields::Value => "the value of a field has a control character",
            BadFields::LineEnd => "a line ends without carriage return and line feed",
            BadFields::TooMany => "there are more fields than are taken",
        }
    }
}

impl fmt::Display for BadFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for BadFields {}

/// Characters of a token in lower case, 0 for all others (RFC 9110 §5.6.2).
static TOKEN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || is_token_mark(byte) {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

const fn is_token_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'
            | b'$'
            | b'%'
            | b'&'
            | b'\''
            | b'*'
            | b'+'
            | b'-'
            | b'.'
            | b'^'
            | b'_'
            | b'`'
            | b'|'
            | b'~'
    )
}

impl Headers {
    /// Reads lines up to the empty one that ends them, at most `most`, and says how long all of it was; `None` where the end is
    /// not there yet. Names are put in lower case where they lie. The memory of `spare` is used; what it holds is forgotten.
    ///
    /// # Errors
    /// What is wrong with the first line that is no field.
    pub fn read(
        text: &mut [u8],
        most: usize,
        spare: &mut Headers,
    ) -> Result<Option<(Headers, usize)>, BadFields> {
        assert!(u32::try_from(text.len()).is_ok(), "heads are bounded far below 4 GiB");
        let fields = &mut spare.fields;
        fields.clear();
        fields.reserve(16);
        let mut seen = 0;
        let mut at = 0;
        loop {
            let line = &mut text[at..];
            let colon = name_length(line);
            match line.get(colon) {
                Some(b':') if colon > 0 => {}
                None => return Ok(None),
                Some(_) => match line {
                    [b'\r', b'\n', ..] => break,
                    [b'\r'] => return Ok(None),
                    [b'\r' | b'\n', ..] => return Err(BadFields::LineEnd),
                    _ => return Err(BadFields::Name),
                },
            }
            let mut start = colon + 1;
            while let Some(b' ' | b'\t') = line.get(start) {
                start += 1;
            }
            let Some(length) = value_length(&line[start..]) else { return Ok(None) };
            let mut end = start + length;
            match &line[end..] {
                [b'\r', b'\n', ..] => {}
                [b'\r'] => return Ok(None),
                [b'\r' | b'\n', ..] => return Err(BadFields::LineEnd),
                _ => return Err(BadFields::Value),
            }
            let line_end = end;
            while end > start && matches!(line[end - 1], b' ' | b'\t') {
                end -= 1;
            }
            if fields.len() == most {
                return Err(BadFields::TooMany);
            }
            let known = Known::of(&line[..colon]);
            seen |= known.map_or(0, Known::bit);
            let is_plain = start == colon + 2 && line[colon + 1] == b' ' && end == line_end;
            let (name, value) = (Part::at(at, colon), Part::at(at + start, end - start));
            fields.push(Field { name, value, known, is_plain });
            at += line_end + 2;
        }
        fields.reserve(ADDED.0);
        spare.text.clear();
        spare.text.reserve(at + ADDED.1);
        spare.text.extend_from_slice(&text[..at]);
        spare.seen = seen;
        Ok(Some((std::mem::take(spare), at + 2)))
    }
}

/// Whether a name is a token in lower case already.
pub(crate) fn is_lower_token(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| TOKEN[*byte as usize] == *byte && *byte != 0)
}

/// Whether a value has nothing in it that no value has, and no blanks around it.
pub(crate) fn is_bare_value(value: &[u8]) -> bool {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    !is_blank(value.first()) && !is_blank(value.last()) && value_length(value).is_none()
}

/// How long the name at the beginning is, which is put in lower case: up to the first byte that no name has.
fn name_length(text: &mut [u8]) -> usize {
    // Most names have nothing but small letters and dashes, which are seen eight at a time and stay as they are.
    let mut at = 0;
    while let Some(eight) = text[at..].first_chunk() {
        let others = not_letter_or_dash(u64::from_le_bytes(*eight));
        if others != 0 {
            at += (others.trailing_zeros() / 8) as usize;
            break;
        }
        at += 8;
    }
    while let Some(byte) = text.get_mut(at) {
        let lower = TOKEN[*byte as usize];
        if lower == 0 {
            break;
        }
        *byte = lower;
        at += 1;
    }
    at
}

/// The same in every byte of a word.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bit of every byte of a word that is neither a letter in lower case nor a dash; exact in every byte.
const fn not_letter_or_dash(word: u64) -> u64 {
    let low = word & each(0x7f);
    // No sum reaches the byte above it.
    let is_letter = (low + each(0x80 - b'a')) & !(low + each(0x7f - b'z'));
    let is_other_than_dash = (low ^ each(b'-')) + each(0x7f);
    (word | (!is_letter & is_other_than_dash)) & each(0x80)
}

/// Where the first byte is that no value has; `None` where there is none yet.
fn value_length(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(eight) = text.get(at..at + 8) {
        let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
        // A byte's high bit is set where the byte is below a space, and where it is DEL; the lowest such bit is right always.
        let low = word.wrapping_sub(each(b' ')) & !word;
        let del = word ^ each(0x7f);
        let del = del.wrapping_sub(each(1)) & !del;
        let marks = (low | del) & each(0x80);
        if marks == 0 {
            at += 8;
            continue;
        }
        at += (marks.trailing_zeros() / 8) as usize;
        if text[at] != b'\t' {
            return Some(at);
        }
        at += 1;
    }
    text[at..].iter().position(|b| (*b < b' ' && *b != b'\t') || *b == 0x7f).map(|more| at + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_dashes_are_told_from_all_other_bytes_in_every_place() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut eight = *b"x-a-z-mm";
                eight[place] = byte;
                let is_plain = byte.is_ascii_lowercase() || byte == b'-';
                let expected = if is_plain { 0 } else { 0x80 << (place * 8) };
                assert_eq!(not_letter_or_dash(u64::from_le_bytes(eight)), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn names_of_every_length_end_at_their_colon() {
        for length in 1..40 {
            for last in [b'e', b'E', b'_', b'9'] {
                let mut text = vec![b'n'; length - 1];
                text.push(last);
                text.extend_from_slice(b": value");
                assert_eq!(name_length(&mut text), length, "{}", String::from_utf8_lossy(&text));
                assert_eq!(text[length - 1], last.to_ascii_lowercase());
            }
        }
        assert_eq!(name_length(&mut b"nnnnnnnnnn n: v".to_vec()), 10);
        assert_eq!(name_length(&mut b"nnnnnnnnnnnnnnnn".to_vec()), 16);
    }

    fn read(text: &str) -> Result<Option<(Vec<String>, usize)>, BadFields> {
        let mut text = text.as_bytes().to_vec();
        let read = Headers::read(&mut text, 4, &mut Headers::new())?;
        Ok(read.map(|(headers, length)| {
            let lines = headers
                .iter()
                .map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value.as_bytes())));
            (lines.collect(), length)
        }))
    }

    fn lines(text: &str) -> Vec<String> {
        read(text).unwrap().unwrap().0
    }

    #[test]
    fn lines_are_read_to_the_empty_one() {
        let (lines, length) = read("Host: a\r\nX-A:b\r\n\r\nrest: x\r\n\r\n").unwrap().unwrap();
        assert_eq!(lines, ["host=a", "x-a=b"]);
        assert_eq!(length, 18);
        assert_eq!(read("\r\n").unwrap().unwrap(), (Vec::new(), 2));
    }

    #[test]
    fn spaces_around_a_value_are_not_of_it() {
        assert_eq!(lines("a: \t b c \t\r\nb:\r\nc:   \r\n\r\n"), ["a=b c", "b=", "c="]);
    }

    #[test]
    fn tabs_and_bytes_past_ascii_are_of_values() {
        let text = "a: one\ttwo\tthree\tfour, and a long one\tmore\r\nb: \u{e9}\u{80}\r\n\r\n";
        assert_eq!(lines(text), ["a=one\ttwo\tthree\tfour, and a long one\tmore", "b=\u{e9}\u{80}"]);
    }

    #[test]
    fn every_beginning_of_a_head_waits_for_more() {
        let whole = "Host: example.org\r\nAccept: text/html, application/json\r\n\r\n";
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]), Ok(None), "{end}");
        }
        assert!(read(whole).unwrap().is_some());
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for (text, why) in [
            (": a\r\n\r\n", BadFields::Name),
            ("a b: c\r\n\r\n", BadFields::Name),
            ("a : c\r\n\r\n", BadFields::Name),
            ("a\r\n\r\n", BadFields::Name),
            (" a: b\r\n\r\n", BadFields::Name),
            ("a: b\r\n folded\r\n\r\n", BadFields::Name),
            ("\u{e9}: b\r\n\r\n", BadFields::Name),
            ("a(: b\r\n\r\n", BadFields::Name),
            ("a: b\0c\r\n\r\n", BadFields::Value),
            ("a: a value that is long \x7f\r\n\r\n", BadFields::Value),
            ("a: \x1b[0m and more of it\r\n\r\n", BadFields::Value),
            ("a: b\n\r\n", BadFields::LineEnd),
            ("a: b\rc: d\r\n\r\n", BadFields::LineEnd),
            ("a: b\r\n\n", BadFields::LineEnd),
            ("a: b\r\n\rx", BadFields::LineEnd),
            ("a:1\r\nb:2\r\nc:3\r\nd:4\r\ne:5\r\n\r\n", BadFields::TooMany),
        ] {
            assert_eq!(read(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn lines_of_other_framings_are_held_to_the_same() {
        let mut headers = Headers::new();
        assert_eq!(headers.add_checked(b"via", b"1.1 a"), Ok(Some(Known::Via)));
        assert_eq!(headers.add_checked(b"x-a", b""), Ok(None));
        for name in ["", "X-A", "x a", "x\"a", "x:a", ":x", "\u{e9}", "x\r\n"] {
            assert_eq!(headers.add_checked(name.as_bytes(), b"b"), Err(BadFields::Name), "{name:?}");
        }
        for value in [" b", "b\t", "b\r\nc: d", "b\0", "\x7f"] {
            assert_eq!(headers.add_checked(b"x-a", value.as_bytes()), Err(BadFields::Value), "{value:?}");
        }
        let mut out = Vec::new();
        headers.write(&mut out, &[]);
        assert_eq!(out, b"via: 1.1 a\r\nx-a: \r\n");
    }

    #[test]
    fn every_byte_is_of_a_value_or_ends_it_wherever_it_stands() {
        for byte in 0..=255_u8 {
            for place in 0..20 {
                let mut text = [b'v'; 24];
                text[place] = byte;
                let ends = (byte < b' ' && byte != b'\t') || byte == 0x7f;
                assert_eq!(value_length(&text), ends.then_some(place), "{byte} at {place}");
            }
        }
    }
}
