//! The part of BER that LDAP is written in (RFC 4511 §5.1): tags of one byte, definite lengths.

/// What does not follow the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// Writes one element.
pub(crate) fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let length = content.len().to_be_bytes();
    let used = &length[content.len().leading_zeros() as usize / 8..];
    match used {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
}

/// Writes an element of others.
pub(crate) fn nest(out: &mut Vec<u8>, tag: u8, inside: impl FnOnce(&mut Vec<u8>)) {
    let mut content = Vec::new();
    inside(&mut content);
    put(out, tag, &content);
}

/// Writes a number, in as few bytes as it takes.
pub(crate) fn put_number(out: &mut Vec<u8>, tag: u8, number: u32) {
    let bytes = i64::from(number).to_be_bytes();
    // The first bit of what is left is the sign.
    let spare = bytes.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    put(out, tag, &bytes[spare..]);
}

/// Reads elements, one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'a>(pub(crate) &'a [u8]);

impl<'a> Elements<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(crate) fn next(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let (tag, start, length) = header(self.0)?.ok_or(Malformed)?;
        let end = start.checked_add(length).filter(|end| *end <= self.0.len()).ok_or(Malformed)?;
        let content = &self.0[start..end];
        self.0 = &self.0[end..];
        Ok((tag, content))
    }

    /// The next element, which must be of this kind.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        let (found, content) = self.next()?;
        if found == tag { Ok(content) } else { Err(Malformed) }
    }

    /// The next element as a number that is not negative.
    pub(crate) fn number(&mut self, tag: u8) -> Result<u32, Malformed> {
        let content = self.expect(tag)?;
        if content.is_empty() || content.len() > 5 || content[0] >= 0x80 {
            return Err(Malformed);
        }
        let number = content.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        u32::try_from(number).map_err(|_| Malformed)
    }

    /// The next element as text.
    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.expect(OCTETS)?).map_err(|_| Malformed)
    }
}

/// How many bytes the first element takes, of which not all may be there yet; `None` where that cannot be told yet.
pub(crate) fn extent(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some((_, start, length)) = header(bytes)? else { return Ok(None) };
    start.checked_add(length).map(Some).ok_or(Malformed)
}

/// Tag, where the content begins, and its length.
fn header(bytes: &[u8]) -> Result<Option<(u8, usize, usize)>, Malformed> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(Malformed);
    }
    if *first < 0x80 {
        return Ok(Some((*tag, 2, usize::from(*first))));
    }
    let count = usize::from(first & 0x7f);
    // Without a length of its own an element is not LDAP; four bytes of length are more than is ever taken.
    if !(1..=4).contains(&count) {
        return Err(Malformed);
    }
    let Some(length) = rest.get(..count) else { return Ok(None) };
    let length = length.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    Ok(Some((*tag, 2 + count, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let mut out = Vec::new();
            put(&mut out, OCTETS, &vec![7; length]);
            put_number(&mut out, INTEGER, length as u32);
            let mut elements = Elements(&out);
            assert_eq!(elements.expect(OCTETS).unwrap().len(), length);
            assert_eq!(elements.number(INTEGER).unwrap(), length as u32);
            assert!(elements.is_empty());
            assert!(extent(&out[..1]).unwrap().is_none());
        }
        let mut out = Vec::new();
        put_number(&mut out, INTEGER, u32::MAX);
        assert_eq!(out, [2, 5, 0, 255, 255, 255, 255]);
        assert_eq!(Elements(&out).number(INTEGER), Ok(u32::MAX));
    }

    #[test]
    fn what_is_no_ldap_is_refused() {
        for bytes in [&[0x30, 0x80, 0, 0][..], &[0x1f, 1, 0], &[0x30, 0x85, 0, 0, 0, 0, 1], &[0x30, 0xff]] {
            assert_eq!(extent(bytes), Err(Malformed), "{bytes:x?}");
        }
        assert_eq!(Elements(&[4, 3, 1]).next(), Err(Malformed));
        assert_eq!(Elements(&[2, 1, 0x80]).number(INTEGER), Err(Malformed));
        assert_eq!(Elements(&[2, 0]).number(INTEGER), Err(Malformed));
        assert_eq!(Elements(&[4, 1, 0xff]).text(), Err(Malformed));
    }
}
