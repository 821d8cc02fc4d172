//! Formats of text and numbers. One that is not known fits everything.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::regex::{Fault, Regex};

/// Whether a number has a format such as `int32`.
pub fn fits_number(name: &str, value: f64) -> bool {
    match name {
        "int32" => value.fract() == 0.0 && (-2_147_483_648.0..=2_147_483_647.0).contains(&value),
        "int64" => value.fract() == 0.0,
        _ => true,
    }
}

/// Whether a text has a format such as `date-time`.
pub fn fits_text(name: &str, text: &str) -> bool {
    match name {
        "date" => is_date(text),
        "time" => is_time(text),
        "date-time" => {
            let mut parts = text.split(|c: char| c == 't' || c == 'T' || c.is_whitespace());
            match (parts.next(), parts.next(), parts.next()) {
                (Some(date), Some(time), None) => is_date(date) && is_time(time),
                _ => false,
            }
        }
        "duration" => is_duration(text),
        "uri" => text.contains(['/', ':']) && is_uri(text, true),
        "uri-reference" => is_uri(text, false),
        "uri-template" => is_uri_template(text),
        "url" => is_url(text),
        "email" => is_email(text),
        "hostname" => is_hostname(text),
        "ipv4" => is_ipv4(text),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "regex" => !text.contains("\\Z") && !matches!(Regex::new(text, ""), Err(Fault::Syntax(_))),
        "uuid" => is_uuid(text),
        "json-pointer" => is_json_pointer(text),
        "json-pointer-uri-fragment" => text.strip_prefix('#').is_some_and(is_json_pointer),
        "relative-json-pointer" => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = text.split_at(digits);
            !number.is_empty()
                && (number == "0" || !number.starts_with('0'))
                && (rest == "#" || is_json_pointer(rest))
        }
        "byte" => is_base64(text),
        _ => true,
    }
}

/// The number of digits at a place.
fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from + count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// RFC 3339 §5.6, with days that exist.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339 §5.6; the offset may be left out.
fn is_time(text: &str) -> bool {
    let (Some(hour), Some(minute), Some(second)) =
        (digits(text, 0, 2), digits(text, 3, 2), digits(text, 6, 2))
    else {
        return false;
    };
    let bytes = text.as_bytes();
    if bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return false;
    }
    let exists = hour <= 23 && minute <= 59 && second <= 59 || (hour, minute, second) == (23, 59, 60);
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    let offset = match rest.strip_prefix(['+', '-']) {
        Some(offset) => match offset.len() {
            2 => digits(offset, 0, 2).is_some(),
            4 => digits(offset, 0, 4).is_some(),
            5 => {
                digits(offset, 0, 2).is_some()
                    && offset.as_bytes()[2] == b':'
                    && digits(offset, 3, 2).is_some()
            }
            _ => false,
        },
        None => matches!(rest, "" | "z" | "Z"),
    };
    exists && offset
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let parts = |text: &str, units: &str| -> bool {
        let (mut rest, mut units) = (text, units);
        while !rest.is_empty() {
            let count = rest.bytes().take_while(u8::is_ascii_digit).count();
            let Some(unit) = rest[count..].chars().next().filter(|_| count > 0) else { return false };
            let Some(at) = units.find(unit) else { return false };
            units = &units[at + unit.len_utf8()..];
            rest = &rest[count + unit.len_utf8()..];
        }
        true
    };
    if let Some(weeks) = rest.strip_suffix('W') {
        return !weeks.is_empty() && weeks.bytes().all(|byte| byte.is_ascii_digit());
    }
    match rest.split_once('T') {
        Some((days, time)) => !time.is_empty() && parts(days, "YMD") && parts(time, "HMS"),
        None => !rest.is_empty() && parts(rest, "YMD"),
    }
}

/// RFC 3986, absolute or not.
fn is_uri(text: &str, absolute: bool) -> bool {
    let scheme_end = text.find(':').filter(|end| {
        let scheme = &text.as_bytes()[..*end];
        scheme.first().is_some_and(u8::is_ascii_alphabetic)
            && scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
    });
    let rest = match scheme_end {
        Some(end) => &text[end + 1..],
        None if absolute => return false,
        None => text,
    };
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match path.strip_prefix("//").or_else(|| path.strip_prefix('/').filter(|_| false)) {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            if !is_authority(&rest[..end]) {
                return false;
            }
            &rest[end..]
        }
        // A first segment with a colon would be a scheme.
        None if scheme_end.is_none() && path.split('/').next().unwrap_or_default().contains(':') => {
            return false;
        }
        None => path,
    };
    of(path, b":@/") && of(query, b":@/?") && of(fragment, b":@/?")
}

fn is_authority(text: &str) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        let port = port.strip_prefix(':').unwrap_or(port);
        let named = address.starts_with(['v', 'V']) || address.parse::<Ipv6Addr>().is_ok();
        return of(user, b":") && named && port.bytes().all(|byte| byte.is_ascii_digit());
    }
    let (host, port) = host.rsplit_once(':').unwrap_or((host, ""));
    of(user, b":") && of(host, b"") && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Only characters that a URI may have, with some more, or their percent encoding.
fn of(text: &str, more: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            if !bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
                return false;
            }
            at += 3;
            continue;
        }
        if !(byte.is_ascii_alphanumeric() || b"-._~!$&'\"()*+,;=".contains(byte) || more.contains(byte)) {
            return false;
        }
        at += 1;
    }
    true
}

/// RFC 6570
fn is_uri_template(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, after) = rest.split_at(at);
        let Some(expression) = after.strip_prefix('{') else { return false };
        let Some((inside, next)) = expression.split_once('}') else { return false };
        let names = inside.trim_start_matches(['+', '#', '.', '/', ';', '?', '&', '=', ',', '!', '@', '|']);
        let is_name = |name: &str| {
            let name = name.split(':').next().unwrap_or_default().trim_end_matches('*');
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_%".contains(&byte))
        };
        if !is_literal(literal) || !names.split(',').all(is_name) {
            return false;
        }
        rest = next;
    }
    is_literal(rest)
}

fn is_literal(text: &str) -> bool {
    !text.chars().any(|c| c <= ' ' || "\"'<>\\^`|".contains(c))
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https" | "ftp"));
    known
        && !text.contains(char::is_whitespace)
        && url::Url::parse(text).is_ok_and(|url| url.host().is_some())
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    let labels: Vec<&str> = domain.split('.').collect();
    local.split('.').all(is_atom) && labels.len() > 1 && labels.iter().all(|label| is_label(label))
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_hostname(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.len() <= 253 && name.split('.').all(|label| label.len() <= 63 && is_label(label))
}

/// Leading zeros are let through, as by most.
fn is_ipv4(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let is_part = |part: &&str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u8>().is_ok()
    };
    parts.len() == 4 && parts.iter().all(is_part) || text.parse::<Ipv4Addr>().is_ok()
}

fn is_uuid(text: &str) -> bool {
    let text = match text.get(..9) {
        Some(prefix) if prefix.eq_ignore_ascii_case("urn:uuid:") => &text[9..],
        _ => text,
    };
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_json_pointer(text: &str) -> bool {
    let escaped = || text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    text.is_empty() || text.starts_with('/') && escaped()
}

/// Any line of it, as the validators that others use have it.
fn is_base64(text: &str) -> bool {
    text.split('\n').any(|line| {
        let body = line.trim_end_matches('=');
        line.len() % 4 == 0
            && line.len() - body.len() <= 2
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
    })
}

/// A text of a format, the same each time; for formats of OpenAPI, too.
pub fn example(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => "2026-01-15T09:30:00Z",
        "date" => "2026-01-15",
        "time" => "09:30:00Z",
        "duration" => "PT1H",
        "uuid" => "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "email" | "idn-email" => "ada@example.com",
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => "https://example.com/",
        "uri-template" => "/orders/{id}",
        "hostname" | "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" | "base64" => "aGVsbG8=",
        "json-pointer" => "/name",
        "json-pointer-uri-fragment" => "#/name",
        "relative-json-pointer" => "1/name",
        "regex" => "^[a-z]+$",
        "int64" | "int32" => "1",
        "decimal" => "1.00",
        _ => return None,
    })
}

/// Texts of a format that many a reader stumbles over.
pub fn edges(format: &str) -> &'static [&'static str] {
    match format {
        "date-time" => &["2024-02-29T23:59:59.999Z", "1970-01-01T00:00:00+14:00"],
        "date" => &["2024-02-29", "1970-01-01", "9999-12-31"],
        "time" => &["23:59:59.999Z", "00:00:00-12:00"],
        "duration" => &["P1Y2M3DT4H5M6S", "PT0S"],
        "uuid" => &["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
        "email" => &["ada+test@example.com", "a@b.example"],
        "uri" | "url" => &["https://user@example.com:8443/a%20b?c=d#e", "http://[2001:db8::1]/"],
        "hostname" => &["a.example", "xn--bcher-kva.example"],
        "ipv4" => &["0.0.0.0", "255.255.255.255"],
        "ipv6" => &["::", "::ffff:192.0.2.1"],
        "byte" | "base64" => &["YQ==", "//+/"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_fit_what_they_name() {
        for (name, fits, does_not) in [
            ("date", "2024-02-29", "2023-02-29"),
            ("time", "23:59:60Z", "24:00:00Z"),
            ("date-time", "2024-01-01T00:00:00.5+01:00", "2024-01-01T00:00"),
            ("date-time", "2024-01-01 00:00:00", "2024-01-01"),
            ("duration", "P1Y2M3DT4H5M6S", "P1D2Y"),
            ("uri", "https://example.com/a?b=c#d", "/a"),
            ("uri", "mailto:a@b", "a b:c"),
            ("uri-reference", "../a?b", "a b"),
            ("uri-reference", "#/components/schemas/A", "//a:x/"),
            ("uri-template", "/a/{b}{?c,d*}", "/a/{b"),
            ("email", "a.b@example.com", "a@b"),
            ("hostname", "a-b.example", "-a.example"),
            ("ipv4", "127.0.0.1", "256.0.0.1"),
            ("ipv6", "::1", "1::2::3"),
            ("regex", "^a$", "("),
            ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae"),
            ("json-pointer", "/a~1b", "/a~2"),
            ("byte", "YWJj", "YWJ"),
            ("url", "https://example.com/", "example.com"),
        ] {
            assert!(fits_text(name, fits), "{name}: {fits}");
            assert!(!fits_text(name, does_not), "{name}: {does_not}");
        }
        assert!(fits_number("int32", 1.0) && !fits_number("int32", 3e9) && !fits_number("int64", 1.5));
        assert!(fits_text("nobody-knows", "x"));
    }
}
