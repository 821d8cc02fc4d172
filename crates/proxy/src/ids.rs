//! Identifiers of requests and traces.

use head::Value;

use crate::random::Random;

/// The id of a request: the client's where it is sane, else our own.
#[derive(Clone, Debug)]
pub(crate) enum RequestId {
    Ours([u8; 36]),
    Theirs(Box<[u8]>),
}

impl RequestId {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            RequestId::Ours(id) => id,
            RequestId::Theirs(id) => id,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        // Both kinds are ASCII.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// A request id of our own: a UUID of version 7 (RFC 9562 §5.7), so that ids sort by time.
pub(crate) fn request_id(unix_ms: u64, random: &mut Random) -> [u8; 36] {
    let high = (unix_ms << 16) | 0x7000 | (random.next() & 0x0fff);
    let low = (random.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    let (high, low) = (hex(high), hex(low));
    let mut text = [b'-'; 36];
    text[..8].copy_from_slice(&high[..8]);
    text[9..13].copy_from_slice(&high[8..12]);
    text[14..18].copy_from_slice(&high[12..]);
    text[19..23].copy_from_slice(&low[..4]);
    text[24..].copy_from_slice(&low[4..]);
    text
}

/// Whether a client's request id is kept: short and plain.
pub(crate) fn is_sane_request_id(bytes: &[u8]) -> bool {
    (1..=128).contains(&bytes.len())
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(b))
}

/// A `traceparent` (W3C Trace Context §3.2) for the upstream: the trace and flags of the one that came, where it is valid, with
/// a span of our own. Also says whether the trace was kept.
pub(crate) fn traceparent(came: Option<Value<'_>>, random: &mut Random) -> ([u8; 55], bool) {
    let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
    let kept = came.map(Value::as_bytes).filter(|bytes| is_valid(bytes));
    match kept {
        Some(bytes) => {
            text[3..35].copy_from_slice(&bytes[3..35]);
            text[53..55].copy_from_slice(&bytes[53..55]);
        }
        None => {
            text[3..19].copy_from_slice(&hex(random.next() | 1));
            text[19..35].copy_from_slice(&hex(random.next()));
        }
    }
    text[36..52].copy_from_slice(&hex(random.next() | 1));
    (text, kept.is_some())
}

fn is_valid(bytes: &[u8]) -> bool {
    let lower_hex =
        |range: std::ops::Range<usize>| bytes[range].iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let ends = bytes.len() == 55 || (bytes.len() > 55 && !bytes.starts_with(b"00") && bytes[55] == b'-');
    ends && bytes[2] == b'-'
        && bytes[35] == b'-'
        && bytes[52] == b'-'
        && lower_hex(0..2)
        && !bytes.starts_with(b"ff")
        && lower_hex(3..35)
        && lower_hex(36..52)
        && lower_hex(53..55)
        && bytes[3..35].iter().any(|b| *b != b'0')
        && bytes[36..52].iter().any(|b| *b != b'0')
}

fn hex(number: u64) -> [u8; 16] {
    let mut text = [0; 16];
    text[..8].copy_from_slice(&eight_digits((number >> 32) as u32));
    text[8..].copy_from_slice(&eight_digits(number as u32));
    text
}

/// Eight digits at once: a digit goes into every byte of a word, and those from ten on are moved up to the letters.
fn eight_digits(number: u32) -> [u8; 8] {
    let mut digits = u64::from(number);
    digits = (digits | (digits << 16)) & 0x0000_ffff_0000_ffff;
    digits = (digits | (digits << 8)) & 0x00ff_00ff_00ff_00ff;
    digits = (digits | (digits << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
    (digits + 0x3030_3030_3030_3030 + letters * u64::from(b'a' - b'9' - 1)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_sixteen_digits() {
        for number in [0, 1, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, u64::MAX, 0x9a_9a9a] {
            assert_eq!(hex(number), format!("{number:016x}").as_bytes());
        }
    }

    #[test]
    fn a_request_id_is_a_uuid_that_sorts_by_time() {
        let mut random = Random::new();
        let ids = [1_700_000_000_000, 1_700_000_000_001].map(|ms| request_id(ms, &mut random));
        assert!(ids[0] < ids[1]);
        let uuid = uuid::Uuid::try_parse_ascii(&ids[0]).unwrap();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(uuid.get_timestamp().unwrap().to_unix().0, 1_700_000_000);
        assert!(is_sane_request_id(&ids[0]));
        assert!(!is_sane_request_id(b"a b"));
        assert!(!is_sane_request_id(b""));
    }

    #[test]
    fn a_valid_trace_is_kept_with_a_span_of_our_own() {
        let mut random = Random::new();
        let name = http::HeaderName::from_static("traceparent");
        let trace = |came: &str, random: &mut Random| {
            let headers = head::Headers::from_iter([(name.clone(), came.parse().unwrap())]);
            traceparent(headers.get(&name), random)
        };
        let came = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let (ours, kept) = trace(came, &mut random);
        let ours = std::str::from_utf8(&ours).unwrap();
        assert!(kept && ours.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && ours.ends_with("-01"));
        assert!(!ours.contains("00f067aa0ba902b7"));
        for bad in [
            "",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            let (ours, kept) = trace(bad, &mut random);
            assert!(!kept && is_valid(&ours), "{bad}");
        }
    }
}
