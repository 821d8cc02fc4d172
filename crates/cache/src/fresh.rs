//! How long a response is fresh, and how old it is (RFC 9111 §4.2).

use std::time::{SystemTime, UNIX_EPOCH};

use head::{Headers, Known, Value};
use http::StatusCode;

use crate::directives::{ResponseDirectives, elements, seconds};

/// The share of a response's age when it came that it stays fresh where nothing is said (RFC 9111 §4.2.2), and how long at most.
const HEURISTIC_SHARE: u64 = 10;
const HEURISTIC_MOST: u64 = 24 * 60 * 60;

/// How long a response is fresh from the moment its origin made it, seconds; `None` where nothing says so.
pub(crate) fn lifetime(
    directives: &ResponseDirectives,
    targeted: bool,
    headers: &Headers,
    status: StatusCode,
    now_ms: u64,
) -> Option<u64> {
    if let Some(span) = directives.s_maxage.or(directives.max_age) {
        return Some(span);
    }
    let made = date(headers, "date").unwrap_or(now_ms / 1000);
    if !targeted && let Some(expires) = headers.get("expires") {
        // What is no date is a time in the past (RFC 9111 §5.3).
        return Some(parse_date(expires).unwrap_or(0).saturating_sub(made));
    }
    if !directives.public && !is_heuristically_cacheable(status) {
        return None;
    }
    let modified = date(headers, "last-modified")?;
    Some((made.saturating_sub(modified) / HEURISTIC_SHARE).min(HEURISTIC_MOST))
}

/// Whether a response of this status may be stored where nothing says how long it is fresh (RFC 9110 §15.1).
pub(crate) fn is_heuristically_cacheable(status: StatusCode) -> bool {
    matches!(status.as_u16(), 200 | 203 | 204 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501)
}

/// How old a response was when it came, seconds (RFC 9111 §4.2.3).
pub(crate) fn initial_age(headers: &Headers, asked_ms: u64, came_ms: u64) -> u64 {
    let told = headers.get("age").map_or(0, age);
    let delay = came_ms.saturating_sub(asked_ms) / 1000;
    let apparent = date(headers, "date").map_or(0, |made| (came_ms / 1000).saturating_sub(made));
    apparent.max(told + delay)
}

/// Of a list the first one counts; what is no number is passed over (RFC 9111 §5.1).
fn age(value: Value<'_>) -> u64 {
    elements(value.as_bytes()).next().and_then(seconds).unwrap_or(0)
}

/// A field with a date, seconds since 1970; `None` where it is absent or none.
pub(crate) fn date(headers: &Headers, name: &str) -> Option<u64> {
    let value = if name == "date" { headers.first(Known::Date) } else { headers.get(name) };
    parse_date(value?)
}

/// A date in one of the three forms (RFC 9110 §5.6.7), seconds since 1970.
pub(crate) fn parse_date(value: Value<'_>) -> Option<u64> {
    let date = httpdate::parse_http_date(value.to_str().ok()?).ok()?;
    Some(date.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

/// A date as fields have it.
pub(crate) fn date_text(unix_ms: u64) -> String {
    let time: SystemTime = UNIX_EPOCH + std::time::Duration::from_millis(unix_ms);
    httpdate::fmt_http_date(time)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const NOW: u64 = 1_700_000_000_000;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn lifetime_of(lines: &[(&str, &str)], status: u16) -> Option<u64> {
        let headers = headers(lines);
        let (directives, targeted) = ResponseDirectives::of(&headers, &["cdn-cache-control".into()]);
        lifetime(&directives, targeted, &headers, StatusCode::from_u16(status).unwrap(), NOW)
    }

    fn at(offset: i64) -> String {
        date_text(NOW.checked_add_signed(offset * 1000).unwrap())
    }

    #[test]
    fn s_maxage_goes_before_max_age_before_expires_before_a_guess() {
        let (date, expires, modified) = (at(-5), at(95), at(-1005));
        let mut lines = vec![
            ("cache-control", "s-maxage=1, max-age=2"),
            ("date", &*date),
            ("expires", &*expires),
            ("last-modified", &*modified),
        ];
        assert_eq!(lifetime_of(&lines, 200), Some(1));
        lines[0].1 = "max-age=2";
        assert_eq!(lifetime_of(&lines, 200), Some(2));
        lines[0].1 = "x";
        assert_eq!(lifetime_of(&lines, 200), Some(100));
        lines.remove(2);
        assert_eq!(lifetime_of(&lines, 200), Some(100));
        assert_eq!(lifetime_of(&lines, 500), None);
        lines[0].1 = "public";
        assert_eq!(lifetime_of(&lines, 500), Some(100));
    }

    #[test]
    fn what_is_no_date_has_expired_and_a_targeted_field_goes_before_expires() {
        assert_eq!(lifetime_of(&[("expires", "0")], 200), Some(0));
        assert_eq!(lifetime_of(&[("expires", "Thu, 18 Aug 2050 02:01:18 XYZ")], 200), Some(0));
        assert_eq!(lifetime_of(&[("expires", &at(60))], 200), Some(60));
        assert_eq!(lifetime_of(&[("expires", &at(60)), ("cdn-cache-control", "public")], 200), None);
        assert_eq!(lifetime_of(&[], 200), None);
    }

    #[test]
    fn a_response_is_as_old_as_it_says_or_as_its_date_tells() {
        assert_eq!(initial_age(&headers(&[("age", "30")]), NOW - 2000, NOW), 32);
        assert_eq!(initial_age(&headers(&[("age", "30"), ("date", &at(-60))]), NOW - 2000, NOW), 60);
        assert_eq!(initial_age(&headers(&[("age", "7, 30"), ("date", &at(60))]), NOW, NOW), 7);
        assert_eq!(initial_age(&headers(&[("age", "-1")]), NOW, NOW), 0);
    }
}
