//! Conditional requests: those of clients, answered from what is stored, and those to the origin (RFC 9111 §4.3).

use head::Headers;
use http::HeaderValue;

use crate::{
    directives::elements,
    fresh::{date, parse_date},
};

/// Fields of a request that ask for something only on a condition.
pub const CONDITIONS: [&str; 5] =
    ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"];

/// Whether a client already has what is stored (RFC 9110 §13.1.2, §13.1.3).
pub fn is_not_modified(request: &Headers, stored: &Headers) -> bool {
    if request.contains_key("if-none-match") {
        let etag = stored.get("etag");
        let mut tags = Vec::new();
        for line in request.get_all("if-none-match").iter() {
            tags.extend(elements(line.as_bytes()));
        }
        return tags
            .into_iter()
            .any(|tag| tag == b"*" || etag.is_some_and(|etag| weakly_equal(tag, etag.as_bytes())));
    }
    let Some(since) = request.get("if-modified-since").and_then(parse_date) else { return false };
    // Without a `Last-Modified`, what was made after that moment may have changed since (RFC 9111 §4.3.2).
    date(stored, "last-modified").or_else(|| date(stored, "date")).is_some_and(|modified| modified <= since)
}

/// Whether a range may be taken of what is stored (RFC 9110 §13.1.5): strongly the same, or no `If-Range`.
pub fn is_in_range(request: &Headers, stored: &Headers) -> bool {
    let Some(condition) = request.get("if-range") else { return true };
    let condition = condition.as_bytes();
    if condition.ends_with(b"\"") {
        return !condition.starts_with(b"W/")
            && stored.get("etag").is_some_and(|etag| etag.as_bytes() == condition);
    }
    let (Some(modified), Some(made)) = (date(stored, "last-modified"), date(stored, "date")) else {
        return false;
    };
    // A date is strong where the response was made at least a second later (RFC 9110 §8.8.2.2).
    stored.get("last-modified").is_some_and(|text| text.as_bytes() == condition) && made > modified
}

/// Asks for what is stored only where it has changed; whether that could be asked.
pub fn ask_if_changed(request: &mut Headers, stored: &Headers) -> bool {
    let mut asked = false;
    for (condition, validator) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
        if let Some(value) = stored.get(validator) {
            if !asked {
                CONDITIONS.iter().for_each(|name| {
                    request.remove(*name);
                });
            }
            request.insert(condition, HeaderValue::from(value));
            asked = true;
        }
    }
    asked
}

/// Whether a 304 (Not Modified) is about what is stored (RFC 9111 §4.3.4): a validator it has is not another one.
pub fn is_about(not_modified: &Headers, stored: &Headers) -> bool {
    match (not_modified.get("etag"), stored.get("etag")) {
        (Some(new), Some(old)) => weakly_equal(new.as_bytes(), old.as_bytes()),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Whether the head of an answer to HEAD is of what is stored (RFC 9111 §4.3.5).
pub fn is_same(head: &Headers, stored: &Headers) -> bool {
    ["etag", "last-modified", "content-length"].into_iter().all(|name| {
        match (head.get(name), stored.get(name)) {
            (Some(new), Some(old)) => new.as_bytes() == old.as_bytes(),
            (new, old) => new.is_none() || name == "content-length" && old.is_none(),
        }
    })
}

/// Fields that speak of the stored content, which a 304 does not bring (RFC 9111 §3.2).
const OF_CONTENT: [&str; 6] =
    ["content-encoding", "content-length", "content-md5", "content-range", "etag", "age"];

/// The stored fields as a later head of the same response says them.
pub(crate) fn updated(stored: &Headers, later: &Headers) -> Headers {
    let mut headers = stored.clone();
    for name in later.keys() {
        if !OF_CONTENT.contains(&name) {
            headers.remove(name);
        }
    }
    for (name, value) in later.iter() {
        if !OF_CONTENT.contains(&name) {
            headers.append(name, value);
        }
    }
    headers
}

fn weakly_equal(one: &[u8], other: &[u8]) -> bool {
    let opaque = |tag: &'_ [u8]| -> usize { if tag.starts_with(b"W/") { 2 } else { 0 } };
    one[opaque(one)..] == other[opaque(other)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    const MONDAY: &str = "Mon, 01 Jan 2024 00:00:00 GMT";
    const TUESDAY: &str = "Tue, 02 Jan 2024 00:00:00 GMT";

    #[test]
    fn a_client_that_has_it_is_told_so() {
        let stored = headers(&[("etag", "W/\"a,b\""), ("last-modified", TUESDAY)]);
        let none_match = |value: &str| is_not_modified(&headers(&[("if-none-match", value)]), &stored);
        assert!(none_match("\"x\", \"a,b\"") && none_match("W/\"a,b\"") && none_match("*"));
        assert!(!none_match("\"a\"") && !none_match("a,b"));
        let since = |value: &str| is_not_modified(&headers(&[("if-modified-since", value)]), &stored);
        assert!(since(TUESDAY) && !since(MONDAY) && !since("yesterday"));
        let both = headers(&[("if-none-match", "\"x\""), ("if-modified-since", TUESDAY)]);
        assert!(!is_not_modified(&both, &stored), "tags go before dates");
    }

    #[test]
    fn a_range_is_taken_of_what_is_strongly_the_same() {
        let weak = headers(&[("etag", "W/\"a\""), ("last-modified", MONDAY), ("date", MONDAY)]);
        let strong = headers(&[("etag", "\"a\""), ("last-modified", MONDAY), ("date", TUESDAY)]);
        let asks = |value: &str| headers(&[("if-range", value)]);
        assert!(is_in_range(&asks("\"a\""), &strong) && !is_in_range(&asks("W/\"a\""), &weak));
        assert!(!is_in_range(&asks("\"b\""), &strong) && is_in_range(&headers(&[]), &weak));
        assert!(is_in_range(&asks(MONDAY), &strong) && !is_in_range(&asks(MONDAY), &weak));
    }

    #[test]
    fn the_origin_is_asked_by_what_it_said() {
        let mut request = headers(&[("if-match", "\"x\""), ("if-none-match", "\"y\""), ("accept", "*/*")]);
        assert!(ask_if_changed(&mut request, &headers(&[("etag", "\"a\""), ("last-modified", MONDAY)])));
        let lines: Vec<_> = request.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(lines, ["accept", "if-none-match", "if-modified-since"]);
        let mut request = headers(&[("if-none-match", "\"y\"")]);
        assert!(!ask_if_changed(&mut request, &headers(&[])) && request.contains_key("if-none-match"));
    }

    #[test]
    fn a_304_brings_new_fields_but_none_of_the_content() {
        let stored =
            headers(&[("etag", "\"a\""), ("content-length", "5"), ("x", "1"), ("x", "2"), ("y", "1")]);
        let later = headers(&[("content-length", "0"), ("x", "3"), ("content-encoding", "gzip")]);
        let lines: Vec<_> = updated(&stored, &later)
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
            .collect();
        assert_eq!(lines, ["etag=\"a\"", "content-length=5", "y=1", "x=3"]);
        assert!(is_about(&headers(&[("etag", "W/\"a\"")]), &stored));
        assert!(!is_about(&headers(&[("etag", "\"b\"")]), &stored));
    }
}
