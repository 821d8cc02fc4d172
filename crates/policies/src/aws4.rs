//! Signature Version 4 of AWS: what is signed, and by which key. One side verifies it (`hmac-auth`), the other makes it (`upstream-auth`).

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::text::hex;

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What stays as it is (RFC 3986 §2.3).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
pub(crate) const KEPT_IN_PATHS: &AsciiSet = &KEPT.remove(b'/');

/// A request in the form that is signed. The headers are sorted by their names in small letters.
pub(crate) fn canonical(
    method: &str,
    path: &str,
    query: Option<&str>,
    headers: &[(&str, String)],
    hash: &str,
) -> String {
    let again =
        |text: &str| utf8_percent_encode(&percent_decode_str(text).decode_utf8_lossy(), KEPT).to_string();
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (again(name), again(value))).collect();
    pairs.sort();
    let query: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut canonical = format!("{method}\n{path}\n{}\n", query.join("&"));
    for (name, value) in headers {
        let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
        canonical.push_str(&format!("{name}:{}\n", words.join(" ").replace(", ", ",")));
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    canonical.push_str(&format!("\n{}\n{hash}", names.join(";")));
    canonical
}

/// What is signed of a request in its canonical form. The scope is day, region, service and `aws4_request`.
pub(crate) fn text(at: &str, scope: &str, canonical: &str) -> String {
    format!("{ALGORITHM}\n{at}\n{scope}\n{}", hash_of(canonical.as_bytes()))
}

/// The key of a scope.
pub(crate) fn key(secret: &[u8], scope: &str) -> hmac::Key {
    let mut key = [b"AWS4", secret].concat();
    for part in scope.split('/') {
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes());
        key = mac.as_ref().to_vec();
    }
    hmac::Key::new(hmac::HMAC_SHA256, &key)
}

/// The SHA-256 in hexadecimal.
pub(crate) fn hash_of(content: &[u8]) -> String {
    hex(digest(&SHA256, content).as_ref())
}

/// A time as `20150830T123600Z`; seconds since 1970.
pub(crate) fn stamp(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.unwrap_or(Timestamp::UNIX_EPOCH).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The time that `20150830T123600Z` says, in seconds since 1970.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    if day.len() != 8 || time.len() != 6 || !day.bytes().chain(time.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<i8>().ok();
    let civil = DateTime::new(
        day[..4].parse().ok()?,
        number(&day[4..6])?,
        number(&day[6..])?,
        number(&time[..2])?,
        number(&time[2..4])?,
        number(&time[4..])?,
        0,
    );
    Some(Offset::UTC.to_timestamp(civil.ok()?).ok()?.as_second()).filter(|seconds| *seconds >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (at, text) in [
            (0, "19700101T000000Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (1_709_337_599, "20240301T235959Z"),
            (1_735_689_599, "20241231T235959Z"),
            (4_102_358_400, "20991231T000000Z"),
        ] {
            assert_eq!((stamp(at), seconds(text)), (text.to_owned(), Some(at as i64)));
        }
        for wrong in [
            "20230229T000000Z",
            "20231301T000000Z",
            "20230100T000000Z",
            "20230101T240000Z",
            "19691231T235959Z",
            "2023010T1000000Z",
            "20230101T000060Z",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
