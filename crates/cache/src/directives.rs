//! `Cache-Control` of requests and responses (RFC 9111 §5.2), read leniently where that errs on the side of not reusing.

use head::Headers;

/// The longest span a directive can ask for, seconds (RFC 9111 §1.2.2).
const LONGEST: u64 = 1 << 31;

/// What a response says about being stored and reused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseDirectives {
    /// Seconds; an invalid value counts as 0 (RFC 9111 §4.2.1).
    pub max_age: Option<u64>,
    pub s_maxage: Option<u64>,
    pub no_store: bool,
    /// Without names of fields: the whole response.
    pub no_cache: bool,
    pub private: bool,
    /// Fields that `no-cache` or `private` name, in lower case. They are not stored.
    pub fields: Vec<Box<str>>,
    pub public: bool,
    pub must_revalidate: bool,
    pub proxy_revalidate: bool,
    pub must_understand: bool,
    /// Seconds (RFC 5861 §3).
    pub stale_while_revalidate: Option<u64>,
    /// Seconds (RFC 5861 §4).
    pub stale_if_error: Option<u64>,
}

/// What a client asks of caches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestDirectives {
    pub max_age: Option<u64>,
    /// How stale an answer may be, seconds.
    pub max_stale: Option<u64>,
    pub min_fresh: Option<u64>,
    pub no_cache: bool,
    pub no_store: bool,
    pub only_if_cached: bool,
    pub stale_if_error: Option<u64>,
}

impl ResponseDirectives {
    /// Those that hold for this cache: of the first of `targets` that is there (RFC 9213 §2.2), else of `Cache-Control`.
    /// Whether a targeted field decided.
    pub fn of(headers: &Headers, targets: &[Box<str>]) -> (ResponseDirectives, bool) {
        for target in targets {
            if let Some(targeted) = ResponseDirectives::read(headers, target) {
                return (targeted, true);
            }
        }
        (ResponseDirectives::read(headers, "cache-control").unwrap_or_default(), false)
    }

    /// `None` where no line of the field has a directive.
    fn read(headers: &Headers, field: &str) -> Option<ResponseDirectives> {
        let mut all = ResponseDirectives::default();
        let mut any = false;
        for line in headers.get_all(field).iter() {
            for (name, value) in directives(line.as_bytes()) {
                any = true;
                all.take(name, value);
            }
        }
        any.then_some(all)
    }

    fn take(&mut self, name: &[u8], value: Option<&[u8]>) {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        // Of several the first one counts (RFC 9111 §4.2.1).
        let set = |span: &mut Option<u64>| {
            span.get_or_insert(value.and_then(seconds).unwrap_or(0));
        };
        if is("max-age") {
            set(&mut self.max_age);
        } else if is("s-maxage") {
            set(&mut self.s_maxage);
        } else if is("stale-while-revalidate") {
            set(&mut self.stale_while_revalidate);
        } else if is("stale-if-error") {
            set(&mut self.stale_if_error);
        } else if is("no-store") {
            self.no_store = true;
        } else if is("no-cache") {
            self.no_cache |= !self.name_fields(value);
        } else if is("private") {
            self.private |= !self.name_fields(value);
        } else if is("public") {
            self.public = true;
        } else if is("must-revalidate") {
            self.must_revalidate = true;
        } else if is("proxy-revalidate") {
            self.proxy_revalidate = true;
        } else if is("must-understand") {
            self.must_understand = true;
        }
    }

    /// Remembers the fields a directive names; whether it names any. What is not a list of names stands for the whole response.
    fn name_fields(&mut self, value: Option<&[u8]>) -> bool {
        let Some(value) = value.and_then(|value| std::str::from_utf8(value).ok()) else { return false };
        let names: Vec<_> = value.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let are_tokens = names.iter().all(|name| name.bytes().all(is_token));
        if names.is_empty() || !are_tokens {
            return false;
        }
        self.fields.extend(names.into_iter().map(|name| name.to_ascii_lowercase().into()));
        true
    }

    /// Whether a response that has become stale is never used without asking the origin (RFC 9111 §4.2.4). `s-maxage` says so too
    /// (§5.2.2.10).
    pub fn forbids_stale(&self) -> bool {
        self.must_revalidate || self.proxy_revalidate || self.no_cache || self.s_maxage.is_some()
    }

    /// Whether the answer to a request with `Authorization` may be stored and reused (RFC 9111 §3.5).
    pub fn allows_authorized(&self) -> bool {
        self.public || self.must_revalidate || self.s_maxage.is_some()
    }
}

impl RequestDirectives {
    /// Adds those of a line of `Cache-Control`.
    pub fn add(&mut self, line: &[u8]) {
        for (name, value) in directives(line) {
            let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
            let span = || value.and_then(seconds);
            if is("no-cache") {
                self.no_cache = true;
            } else if is("no-store") {
                self.no_store = true;
            } else if is("only-if-cached") {
                self.only_if_cached = true;
            } else if is("max-age") {
                self.max_age = self.max_age.or(span());
            } else if is("min-fresh") {
                self.min_fresh = self.min_fresh.or(span());
            } else if is("stale-if-error") {
                self.stale_if_error = self.stale_if_error.or(span());
            } else if is("max-stale") {
                // Without a value any staleness will do; with one that is no number, none.
                let most = if value.is_none() { LONGEST } else { span().unwrap_or(0) };
                self.max_stale = self.max_stale.or(Some(most));
            }
        }
    }
}

/// Directives of one line: names, and values without their quotes. A comma within quotes divides nothing.
pub(crate) fn directives(line: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    elements(line).map(|element| match element.iter().position(|byte| *byte == b'=') {
        None => (element, None),
        Some(at) => (&element[..at], Some(unquoted(&element[at + 1..]))),
    })
}

/// Elements of a list, without blanks around them and without empty ones (RFC 9110 §5.6.1).
pub(crate) fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        loop {
            let line = rest?;
            let (mut quoted, mut escaped, mut end) = (false, false, line.len());
            for (at, byte) in line.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    b',' if !quoted => {
                        end = at;
                        break;
                    }
                    _ => {}
                }
            }
            rest = line.get(end + 1..);
            let element = line[..end].trim_ascii();
            if !element.is_empty() {
                return Some(element);
            }
        }
    })
}

fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        value => value,
    }
}

/// Digits and nothing else; what is too large counts as the longest span.
pub(crate) fn seconds(value: &[u8]) -> Option<u64> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |sum: u64, digit: &u8| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0'));
    Some(value.iter().fold(0, add).min(LONGEST))
}

pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn value(text: &str) -> HeaderValue {
        HeaderValue::from_str(text).unwrap()
    }

    fn read(lines: &[&str]) -> ResponseDirectives {
        let mut headers = Headers::new();
        for line in lines {
            headers.append("cache-control", value(line));
        }
        ResponseDirectives::of(&headers, &[]).0
    }

    #[test]
    fn directives_are_read_whatever_their_case_and_quotes() {
        let read =
            read(&["Max-Age=\"60\", NO-CACHE=\"a, B\" , private", ", s-maxage=5,extension=\"x, no-store\""]);
        assert_eq!((read.max_age, read.s_maxage), (Some(60), Some(5)));
        assert_eq!(read.fields, ["a".into(), "b".into()]);
        assert!(!read.no_cache && read.private && !read.no_store);
    }

    #[test]
    fn a_span_that_is_none_is_over_already_and_the_first_of_several_counts() {
        for bad in
            ["max-age=a1", "max-age=1a", "max-age= 1", "max-age='1'", "max-age", "max-age=-1", "max-age=1.5"]
        {
            assert_eq!(read(&[bad]).max_age, Some(0), "{bad}");
        }
        assert_eq!(read(&["max-age =60"]).max_age, None);
        assert_eq!(read(&["max-age=1", "max-age=60"]).max_age, Some(1));
        assert_eq!(read(&["max-age=00060"]).max_age, Some(60));
        assert_eq!(read(&["max-age=99999999999999999999999"]).max_age, Some(LONGEST));
    }

    #[test]
    fn names_that_are_none_stand_for_the_whole_response() {
        assert!(read(&["no-cache=\"\""]).no_cache);
        assert!(read(&["private=\"a b\""]).private);
        assert!(read(&["no-cache=\"a, \\\", no-store\""]).no_cache);
    }

    #[test]
    fn a_targeted_field_takes_the_place_of_cache_control() {
        let mut headers = Headers::new();
        headers.append("cache-control", value("no-store"));
        headers.append("cdn-cache-control", value("max-age=60"));
        let (read, targeted) = ResponseDirectives::of(&headers, &["cdn-cache-control".into()]);
        assert!(targeted && !read.no_store && read.max_age == Some(60));
    }

    #[test]
    fn clients_say_how_stale_an_answer_may_be() {
        let read = |line: &str| {
            let mut read = RequestDirectives::default();
            read.add(line.as_bytes());
            read
        };
        assert_eq!(read("max-stale").max_stale, Some(LONGEST));
        assert_eq!(read("max-stale=x").max_stale, Some(0));
        assert_eq!(read("max-age=x").max_age, None);
        assert!(read("only-if-cached, no-store").only_if_cached);
    }
}
