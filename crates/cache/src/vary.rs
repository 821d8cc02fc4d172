//! Which requests a stored response answers, by the fields its `Vary` names (RFC 9111 §4.1).

use head::Headers;

use crate::directives::{elements, is_token};

/// Fields a response may vary by; one that names more is not stored.
const NAMES: usize = 16;

/// The fields that selected a response, as the request had them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection(pub(crate) Vec<Selected>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selected {
    /// In lower case.
    pub(crate) name: Box<str>,
    /// As it came, its lines joined; `None` where the request did not have the field.
    pub(crate) text: Option<Box<[u8]>>,
    pub(crate) normal: Box<[u8]>,
}

/// The names of fields a response varies by; `None` where it varies by what no cache can know.
pub(crate) fn vary(response: &Headers) -> Option<Vec<Box<str>>> {
    let mut names: Vec<Box<str>> = Vec::new();
    for line in response.get_all("vary").iter() {
        for name in elements(line.as_bytes()) {
            if name == b"*" || !name.iter().copied().all(is_token) {
                return None;
            }
            let name = String::from_utf8_lossy(name).to_ascii_lowercase().into();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    (names.len() <= NAMES).then_some(names)
}

impl Selection {
    pub fn of(names: Vec<Box<str>>, request: &Headers) -> Selection {
        let selected = names.into_iter().map(|name| {
            let text = joined(request, &name);
            let normal = text.as_deref().map_or_else(Box::default, |text| normal(&name, text));
            Selected { name, text, normal }
        });
        Selection(selected.collect())
    }

    /// Whether a request selects the same response. Nothing is allocated where fields come as they did before.
    pub fn matches(&self, request: &Headers) -> bool {
        self.0.iter().all(|selected| {
            let lines = request.get_all(&*selected.name);
            let mut lines = lines.iter();
            match (lines.next(), lines.next(), &selected.text) {
                (None, _, text) => text.is_none(),
                (Some(_), _, None) => false,
                (Some(line), None, Some(text)) if line.as_bytes() == &**text => true,
                (Some(_), _, Some(_)) => {
                    let text = joined(request, &selected.name).unwrap_or_default();
                    normal(&selected.name, &text) == selected.normal
                }
            }
        })
    }
}

fn joined(headers: &Headers, name: &str) -> Option<Box<[u8]>> {
    let lines = headers.get_all(name);
    let mut lines = lines.iter();
    let mut text = lines.next()?.as_bytes().to_vec();
    for line in lines {
        text.extend_from_slice(b", ");
        text.extend_from_slice(line.as_bytes());
    }
    Some(text.into())
}

/// A value without what makes no difference: blanks around elements, and for fields that list preferences order and case.
fn normal(name: &str, text: &[u8]) -> Box<[u8]> {
    if matches!(name, "accept" | "accept-charset" | "accept-encoding" | "accept-language") {
        let mut all: Vec<Vec<u8>> = elements(text)
            .map(|element| {
                let bytes = element.iter().filter(|byte| !matches!(byte, b' ' | b'\t'));
                bytes.map(u8::to_ascii_lowercase).collect()
            })
            .collect();
        all.sort();
        all.dedup();
        return all.join(&b',').into();
    }
    let all: Vec<_> = elements(text).collect();
    all.join(&b','.to_owned()).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn same(name: &str, first: &[&str], second: &[&str]) -> bool {
        let lines = |values: &[&str]| headers(&values.iter().map(|value| (name, *value)).collect::<Vec<_>>());
        Selection::of(vec![name.into()], &lines(first)).matches(&lines(second))
    }

    #[test]
    fn what_makes_no_difference_selects_the_same_response() {
        assert!(same("foo", &["1, 2"], &["1", "2"]));
        assert!(same("foo", &["1,2"], &[" 1 ,  2 "]));
        assert!(!same("foo", &["1,2"], &["2,1"]));
        assert!(!same("foo", &["a"], &["A"]));
        assert!(!same("foo", &[], &[""]) && !same("foo", &[""], &[]) && same("foo", &[], &[]));
        assert!(same("accept-language", &["en, de;q=0.5"], &["DE; q=0.5 ,en"]));
        assert!(!same("accept-language", &["en, de;q=0.5"], &["en, de;q=0.6"]));
        assert!(!same("foo", &["\"a,b\""], &["\"a, b\""]));
    }

    #[test]
    fn what_varies_by_anything_is_not_stored() {
        let names = |lines: &[&str]| vary(&headers(&lines.iter().map(|v| ("vary", *v)).collect::<Vec<_>>()));
        assert_eq!(names(&["Foo, bar", "FOO"]), Some(vec!["foo".into(), "bar".into()]));
        for bad in [&["*"][..], &["", "*"], &["foo, *"], &[", *"], &["a b"]] {
            assert_eq!(names(bad), None, "{bad:?}");
        }
        assert_eq!(names(&[]), Some(Vec::new()));
        let many: Vec<_> = (0..=NAMES).map(|n| format!("x-{n}")).collect();
        assert_eq!(names(&[&many.join(",")]), None);
    }
}
