//! The path of a request, read once: what routing compares, and what goes upstream.
//!
//! Both come from one reading, so that nothing is routed as one path and understood by the upstream as another: escapes of
//! unreserved characters are decoded for both (RFC 3986 §6.2.2), all other escapes of visible ASCII for routing only, an encoded
//! slash for neither. Dot segments, encoded or not, are refused rather than resolved.

use std::borrow::Cow;

/// A path in its two forms; borrowed where nothing was encoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ReadPath<'a> {
    /// What routing compares.
    pub(crate) key: Cow<'a, str>,
    /// What goes upstream.
    pub(crate) forward: Cow<'a, str>,
}

/// Reads the path of a request.
///
/// # Errors
/// What is wrong with it, for the client.
pub(crate) fn read(path: &str) -> Result<ReadPath<'_>, &'static str> {
    if !path.starts_with('/') {
        return Err("the path of the request does not begin with a slash");
    }
    if is_plain(path.as_bytes()) {
        return Ok(ReadPath { key: Cow::Borrowed(path), forward: Cow::Borrowed(path) });
    }
    if path.bytes().any(|b| matches!(b, b'%' | b'\\' | 0x80..)) {
        return decode(path);
    }
    if path.contains("/.") {
        no_dots(path)?;
    }
    Ok(ReadPath { key: Cow::Borrowed(path), forward: Cow::Borrowed(path) })
}

/// The first segment of a path, and what follows the slash after it.
pub(crate) fn segment(path: &str) -> (&str, Option<&str>) {
    // Segments are short: this is found sooner by looking at byte after byte.
    match path.bytes().position(|byte| byte == b'/') {
        Some(end) => (&path[..end], Some(&path[end + 1..])),
        None => (path, None),
    }
}

/// The form of a template's literal text that compares with a key.
pub(crate) fn literal_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match escape(byte, rest) {
            Some((code, after)) => {
                rest = after;
                push_key(&mut key, code);
            }
            None if byte == b'%' => push_escaped(&mut key, byte),
            None if byte == b'/' || byte.is_ascii_graphic() => key.push(byte as char),
            None => push_escaped(&mut key, byte),
        }
    }
    key
}

/// Whether there is no escape, no dot, no backslash and nothing but ASCII in a path.
fn is_plain(path: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let has = |word: u64, byte: u8| {
        let off = word ^ (ONES * u64::from(byte));
        off.wrapping_sub(ONES) & !off
    };
    let marks = |word: u64| (word | has(word, b'%') | has(word, b'\\') | has(word, b'.')) & HIGH;
    let (words, rest) = path.as_chunks::<8>();
    words.iter().all(|word| marks(u64::from_le_bytes(*word)) == 0)
        && rest.iter().all(|byte| !matches!(byte, b'%' | b'\\' | b'.' | 0x80..))
}

fn decode(path: &str) -> Result<ReadPath<'_>, &'static str> {
    let (mut key, mut forward) = (String::with_capacity(path.len()), String::with_capacity(path.len()));
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match escape(byte, rest) {
            Some((code, after)) => {
                rest = after;
                if code.is_ascii_control() {
                    return Err("the path has an encoded control character");
                }
                push_key(&mut key, code);
                if is_unreserved(code) {
                    forward.push(code as char);
                } else {
                    push_escaped(&mut forward, code);
                }
            }
            None if byte == b'%' => {
                return Err("the path has a `%` that is not followed by two hexadecimal digits");
            }
            None if byte >= 0x80 => {
                push_escaped(&mut key, byte);
                push_escaped(&mut forward, byte);
            }
            None => {
                key.push(byte as char);
                forward.push(byte as char);
            }
        }
    }
    no_dots(&key.replace("%2F", "/").replace('\\', "/"))?;
    Ok(ReadPath { key: Cow::Owned(key), forward: Cow::Owned(forward) })
}

fn no_dots(path: &str) -> Result<(), &'static str> {
    match path.split('/').any(|segment| matches!(segment, "." | "..")) {
        true => Err("the path has a `.` or `..` segment"),
        false => Ok(()),
    }
}

fn escape(byte: u8, rest: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], after) = rest.split_first_chunk()?;
    let digit = |c: u8| (c as char).to_digit(16);
    (byte == b'%').then_some(())?;
    Some(((digit(*high)? * 16 + digit(*low)?) as u8, after))
}

/// What was encoded, as routing compares it: visible ASCII but `/` and `%` decoded, the rest with upper-case digits.
fn push_key(key: &mut String, code: u8) {
    if code.is_ascii_graphic() && !matches!(code, b'/' | b'%') {
        key.push(code as char);
    } else {
        push_escaped(key, code);
    }
}

fn push_escaped(text: &mut String, code: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    text.push('%');
    text.push(DIGITS[usize::from(code >> 4)] as char);
    text.push(DIGITS[usize::from(code & 15)] as char);
}

fn is_unreserved(code: u8) -> bool {
    code.is_ascii_alphanumeric() || matches!(code, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_borrowed() {
        let path = read("/orders/v1/.well-known/a.b//c").unwrap();
        assert!(matches!((&path.key, &path.forward), (Cow::Borrowed(_), Cow::Borrowed(_))));
    }

    #[test]
    fn a_mark_is_seen_wherever_it_stands() {
        for length in 1..20 {
            assert!(is_plain(&vec![b'a'; length]));
            for at in 0..length {
                for byte in 0..=255_u8 {
                    let mut path = vec![b'/'; length];
                    path[at] = byte;
                    assert_eq!(is_plain(&path), !matches!(byte, b'%' | b'\\' | b'.' | 0x80..), "{path:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_routed_is_what_the_upstream_will_understand() {
        for (path, key, forward) in [
            ("/%61dmin", "/admin", "/admin"),
            ("/a%2fb", "/a%2Fb", "/a%2Fb"),
            ("/a%3ab", "/a:b", "/a%3Ab"),
            ("/a%20b", "/a%20b", "/a%20b"),
            ("/a%252e", "/a%252e", "/a%252e"),
            ("/caf\u{e9}", "/caf%C3%A9", "/caf%C3%A9"),
            ("/caf%c3%a9", "/caf%C3%A9", "/caf%C3%A9"),
        ] {
            let read = read(path).unwrap();
            assert_eq!((&*read.key, &*read.forward), (key, forward), "{path}");
        }
        assert_eq!(literal_key("/caf\u{e9} x%3a"), "/caf%C3%A9%20x:");
    }

    #[test]
    fn dot_segments_and_broken_escapes_are_refused() {
        for path in [
            "/a/../b",
            "/a/..",
            "/./a",
            "/a/%2e%2e/b",
            "/a/.%2E",
            "/a%2f..%2fb",
            "/a\\..\\b",
            "/a/..%5cb",
            "/%",
            "/%4",
            "/%zz",
            "/a%00",
            "/a%0d%0a",
            "*",
            "",
        ] {
            assert!(read(path).is_err(), "{path}");
        }
    }

    #[test]
    fn reading_what_goes_upstream_again_changes_nothing() {
        for path in ["/%61%2f%3A", "/a%7Eb%20", "/%25%32%65"] {
            let first = read(path).unwrap();
            let second = read(&first.forward).unwrap();
            assert_eq!((&first.key, &first.forward), (&second.key, &second.forward), "{path}");
        }
    }
}
