//! Ranges of a complete stored response (RFC 9110 §14).

/// What a `Range` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// The whole response: no range of bytes, not well-formed, or several ones.
    Whole,
    /// The first and the last byte.
    Part(u64, u64),
    /// Beyond the end (416).
    Unsatisfiable,
}

impl Range {
    /// Reads the value of `Range` for a response of so many bytes. A cache may answer with the whole where it likes
    /// (RFC 9110 §14.2); it does for more than one range.
    pub fn read(value: &[u8], length: u64) -> Range {
        let Some(set) =
            value.get(..6).filter(|unit| unit.eq_ignore_ascii_case(b"bytes=")).map(|_| &value[6..])
        else {
            return Range::Whole;
        };
        let set = set.trim_ascii();
        let Some(dash) = set.iter().position(|byte| *byte == b'-') else { return Range::Whole };
        let (first, last) = (&set[..dash], &set[dash + 1..]);
        let number = |digits: &[u8]| -> Option<Option<u64>> {
            if digits.is_empty() {
                return Some(None);
            }
            let all_digits = digits.len() < 20 && digits.iter().all(u8::is_ascii_digit);
            all_digits.then(|| std::str::from_utf8(digits).ok()?.parse().ok())
        };
        match (number(first), number(last)) {
            (Some(Some(first)), Some(Some(last))) if first > last => Range::Whole,
            (Some(Some(first)), Some(_)) if first >= length => Range::Unsatisfiable,
            (Some(Some(first)), Some(last)) => Range::Part(first, last.unwrap_or(u64::MAX).min(length - 1)),
            (Some(None), Some(Some(0))) => Range::Unsatisfiable,
            (Some(None), Some(Some(_))) if length == 0 => Range::Unsatisfiable,
            (Some(None), Some(Some(suffix))) => Range::Part(length.saturating_sub(suffix), length - 1),
            _ => Range::Whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served_and_what_is_none_is_the_whole() {
        let read = |text: &str| Range::read(text.as_bytes(), 10);
        assert_eq!(read("bytes=0-1"), Range::Part(0, 1));
        assert_eq!(read("BYTES=3-"), Range::Part(3, 9));
        assert_eq!(read("bytes=-4"), Range::Part(6, 9));
        assert_eq!(read("bytes=-40"), Range::Part(0, 9));
        assert_eq!(read("bytes=9-99"), Range::Part(9, 9));
        for whole in
            ["bytes=0-1,3-4", "bytes=5-4", "bytes=a-", "bytes=-", "items=0-1", "bytes", "", "bytes=--1"]
        {
            assert_eq!(read(whole), Range::Whole, "{whole}");
        }
        for beyond in ["bytes=10-", "bytes=-0", "bytes=10-20"] {
            assert_eq!(read(beyond), Range::Unsatisfiable, "{beyond}");
        }
        assert_eq!(Range::read(b"bytes=0-", 0), Range::Unsatisfiable);
        assert_eq!(Range::read(b"bytes=-1", 0), Range::Unsatisfiable);
    }
}
