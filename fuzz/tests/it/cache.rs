//! What a cache reads of strangers: fields of requests and responses, and files that may be torn.

use cache::{
    Asked, Bounds, Fetch, Range, ResponseDirectives, Store, Stored, Terms, Wanted, is_in_range,
    is_not_modified, read_file, resource, write_file,
};
use fuzz::fuzz;
use head::Headers;
use http::{HeaderValue, StatusCode};

const WORDS: &[&str] = &[
    "max-age=",
    "s-maxage=",
    "no-store",
    "no-cache",
    "no-cache=\"",
    "private",
    "private=\"",
    "public",
    "must-revalidate",
    "must-understand",
    "stale-while-revalidate=",
    "stale-if-error=",
    "max-stale",
    "min-fresh=",
    "only-if-cached",
    "=",
    "\"",
    "\\\"",
    ",",
    ", ",
    ";",
    "*",
    "W/",
    "\"a\"",
    "bytes=",
    "-",
    "0",
    "1",
    "9",
    "99999999999999999999",
    "4294967296",
    "Mon, 01 Jan 2024 00:00:00 GMT",
    "Monday, 01-Jan-24 00:00:00 GMT",
    "Mon Jan  1 00:00:00 2024",
    "accept-encoding",
    "\r\n",
    "\n",
    "\u{1}",
    "https://a/",
    "//a:443",
    "?",
    "#",
];

/// Fields that decide what becomes of a response.
const FIELDS: [&str; 13] = [
    "cache-control",
    "cdn-cache-control",
    "expires",
    "age",
    "date",
    "last-modified",
    "etag",
    "vary",
    "surrogate-key",
    "cache-tag",
    "set-cookie",
    "content-length",
    "x",
];
const ASKED: [&str; 8] = [
    "cache-control",
    "range",
    "if-range",
    "if-none-match",
    "if-modified-since",
    "accept-encoding",
    "authorization",
    "x",
];

/// A head of the lines of an input, each of the next of these fields.
fn head(names: &[&str], lines: &[&[u8]]) -> Headers {
    let mut head = Headers::new();
    for (at, line) in lines.iter().enumerate() {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            head.append(names[at % names.len()], value);
        }
    }
    head
}

#[test]
fn fields_about_storing_are_read_and_what_is_stored_is_what_comes_back() {
    const NOW: u64 = 1_700_000_000_000;
    let terms = Terms { targets: ["cdn-cache-control".into()].into(), set_cookie: true, ..Terms::default() };
    fuzz("cache-fields", WORDS, |input| {
        let lines: Vec<_> = input.split(|byte| *byte == b'\n').collect();
        let (of_request, of_response) = lines.split_at(lines.len() / 2);
        let (request, response) = (head(&ASKED, of_request), head(&FIELDS, of_response));
        let store = Store::new(Bounds { memory: 1 << 20, disk: 0 });
        let asked = Asked::read(&request, true);
        let fetch = Fetch { request: &request, asked_ms: NOW, came_ms: NOW };
        let key = store.key("//a/x\n".to_owned(), 5);
        let (directives, _) = ResponseDirectives::of(&response, &terms.targets);
        let stored = Stored::of(key.clone(), &fetch, StatusCode::OK, &response, &terms, Wanted::Usual);
        let mut outcome = format!("{directives:?} {asked:?}");
        outcome.truncate(40);
        match stored {
            Err(why) => outcome.push_str(&format!("{why:?}")),
            Ok(stored) => {
                assert!(!directives.private && (!directives.no_store || directives.must_understand));
                assert!(stored.selection.matches(&request), "the request that it came for");
                if directives.no_cache {
                    assert!(matches!(stored.usable(&asked, NOW), cache::Use::Ask(_)));
                }
                outcome.push_str(&format!("{:?}", stored.usable(&asked, NOW)));
                let read = read_file(&write_file(&stored)).expect("what was written is read");
                assert_eq!((read.times, &read.selection), (stored.times, &stored.selection));
                assert_eq!(format!("{:?}", read.headers), format!("{:?}", stored.headers));
                is_not_modified(&request, &stored.headers);
                is_in_range(&request, &stored.headers);
                if let Ok(renewed) = stored.renewed(&fetch, &response, &terms) {
                    assert_eq!(renewed.status, stored.status);
                }
            }
        }
        for length in [0, 1, 10, u64::MAX] {
            if let Some(range) = asked.range
                && let Range::Part(first, last) = Range::read(range.as_bytes(), length)
            {
                assert!(first <= last && last < length, "{first}-{last} of {length}");
            }
        }
        if let Some(resource) = resource(&String::from_utf8_lossy(input)) {
            assert!(resource.starts_with("//"));
        }
        outcome
    });
}

#[test]
fn files_that_are_none_are_not_taken_for_responses() {
    let store = Store::default();
    let request = Headers::new();
    let mut response = Headers::new();
    response.append("cache-control", HeaderValue::from_static("max-age=60"));
    response.append("vary", HeaderValue::from_static("x, y"));
    let fetch = Fetch { request: &request, asked_ms: 0, came_ms: 0 };
    let key = store.key("//a/x\nb".to_owned(), 5);
    let stored =
        Stored::of(key, &fetch, StatusCode::OK, &response, &Terms::default(), Wanted::Usual).unwrap();
    let whole = write_file(&stored);
    fuzz("cache-files", &["pailour\u{1}", "\0\0\0\0", "//a/x\n"], |input| {
        // What is read of a file is read whatever its checksums say, and then they are looked at.
        let mut outcome = read_file(input).is_some().to_string();
        let mut other = whole.clone();
        for (at, byte) in input.iter().enumerate() {
            let place = at * 7 % other.len();
            other[place] ^= byte;
        }
        if other != whole {
            assert!(read_file(&other).is_none(), "a file that has rotted");
        }
        outcome.push_str(&cache::read_head(input).is_some().to_string());
        outcome
    });
}
