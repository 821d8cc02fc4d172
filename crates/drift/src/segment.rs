//! Segments of paths: which are names, and which stand for one of many.

use serde::{Deserialize, Serialize};

/// What a segment is that stands for one of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Integer,
    Uuid,
    Date,
    /// Anything else: a hash, a token, an address, a name among many.
    Text,
}

/// Longer names are none.
const LONGEST_NAME: usize = 40;

/// What a segment stands for, where it is no name: told by its text alone.
pub(crate) fn kind_of(segment: &str) -> Option<Kind> {
    let bytes = segment.as_bytes();
    if bytes.is_empty() {
        return None;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let hex = bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    if digits == bytes.len() {
        return Some(Kind::Integer);
    }
    if is_uuid(bytes) {
        return Some(Kind::Uuid);
    }
    if is_date(bytes) {
        return Some(Kind::Date);
    }
    let whole = bytes.len();
    let is_hash = hex == whole && whole >= 8 && digits > 0;
    let is_number = digits + 1 == whole && (matches!(bytes[0], b'-' | b'+') || segment.contains('.'));
    // `ord-10293`, `cus_9s6XKzkNRiz8i3`
    let after = segment.rsplit(['-', '_', ':']).next().unwrap_or_default();
    let has_mark = after.len() < whole;
    let of_digits = after.bytes().filter(u8::is_ascii_digit).count();
    let is_marked =
        has_mark && (of_digits >= 3 && of_digits == after.len() || of_digits >= 2 && after.len() >= 8);
    // ULIDs, tokens, base64.
    let is_mixed = whole >= 12 && digits >= 3 && letters >= 3;
    let is_text = segment.contains(['@', '%', ' ', '=', ',']) || whole > LONGEST_NAME;
    let is_code = digits >= 4 && letters > 0;
    let is_some = is_hash || is_number || is_marked || is_mixed || is_text || is_code;
    is_some.then_some(Kind::Text)
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_date(bytes: &[u8]) -> bool {
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// What those ask for who look for holes, whatever the service.
pub(crate) fn is_probe(path: &str) -> bool {
    const ENDS: [&str; 16] = [
        ".php",
        ".asp",
        ".aspx",
        ".jsp",
        ".cgi",
        ".env",
        ".git",
        ".bak",
        ".sql",
        ".old",
        ".ini",
        ".cfg",
        ".action",
        ".do",
        ".well-known",
        ".swp",
    ];
    const PARTS: [&str; 16] = [
        "/wp-",
        "/.git",
        "/.env",
        "/.aws",
        "/.ssh",
        "/.svn",
        "/cgi-bin",
        "/phpmyadmin",
        "/etc/passwd",
        "/vendor/phpunit",
        "/xmlrpc",
        "/actuator/",
        "/solr/",
        "/boaform",
        "/hnap1",
        "/owa/",
    ];
    let lower = path.to_ascii_lowercase();
    PARTS.iter().any(|part| lower.contains(part))
        || ENDS.iter().any(|end| lower.ends_with(end))
        || lower.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_what_stands_for_one_of_many_does_not() {
        for name in [
            "orders",
            "v1",
            "v2.1",
            "oauth2",
            "sha256",
            "i18n",
            "search",
            "by-name",
            "Order_Items",
            "me",
            "export.csv",
            "user-profile-settings",
            "2fa",
            "s3",
            "utf-8",
            "deadbeef",
        ] {
            assert_eq!(kind_of(name), None, "{name}");
        }
        for (segment, kind) in [
            ("42", Kind::Integer),
            ("0", Kind::Integer),
            ("3fa85f64-5717-4562-b3fc-2c963f66afa6", Kind::Uuid),
            ("2026-11-30", Kind::Date),
            ("-7", Kind::Text),
            ("9f86d081", Kind::Text),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAV", Kind::Text),
            ("cus_9s6XKzkNRiz8i3", Kind::Text),
            ("ord-10293", Kind::Text),
            ("ada@example.com", Kind::Text),
            ("a%20b", Kind::Text),
            ("INV20260015", Kind::Text),
        ] {
            assert_eq!(kind_of(segment), Some(kind), "{segment}");
        }
        assert!(is_probe("/api/wp-login.php") && is_probe("/.env") && !is_probe("/orders/export"));
    }
}
