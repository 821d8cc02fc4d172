//! What a route asks of a request beside host, path and method, in its running form.

use std::borrow::Cow;

use expr::{Condition, Facts, Pattern, query_value};
use head::Headers;
use http::{
    HeaderName,
    header::{CONTENT_TYPE, COOKIE},
};
use model::{RouteMatch, ValueMatch};

use super::Asked;

/// Headers, parameters, cookies and a condition, all of which must hold.
#[derive(Debug)]
pub(crate) struct Conditions {
    headers: Box<[(HeaderName, Value)]>,
    query: Box<[(Box<str>, Value)]>,
    cookies: Box<[(Box<str>, Value)]>,
    when: Option<Condition>,
    soap_action: Option<Box<str>>,
    rank: Rank,
}

/// What a value must be.
#[derive(Debug)]
pub(crate) enum Value {
    Exact(Box<str>),
    Pattern(Box<Pattern>),
    Present(bool),
}

/// How much is asked: the more headers, parameters and cookies, then the more exactly, then with a condition beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) values: usize,
    pub(crate) exactness: usize,
    pub(crate) when: bool,
}

/// The first thing that does not hold.
#[derive(Debug)]
pub(crate) enum Unmet<'a> {
    Header(&'a HeaderName, &'a Value),
    Query(&'a str, &'a Value),
    Cookie(&'a str, &'a Value),
    When(&'a Condition),
    SoapAction(&'a str),
}

impl Conditions {
    /// Reads what a match asks for; `None` where it asks for nothing.
    ///
    /// # Errors
    /// The field within the match, and what is wrong.
    pub(crate) fn read(matched: &RouteMatch) -> Result<Option<Conditions>, (String, String)> {
        if matched.conditions() == 0 && matched.when.is_none() {
            return Ok(None);
        }
        let value = |field: &str, name: &str, value: &ValueMatch| {
            Value::read(value).map_err(|message| (format!("{field}.{name}"), message))
        };
        let headers = matched.headers.iter().map(|(name, wanted)| {
            let read = HeaderName::from_bytes(name.as_bytes());
            let read =
                read.map_err(|_| (format!("headers.{name}"), format!("`{name}` is no name of a header")))?;
            Ok((read, value("headers", name, wanted)?))
        });
        let headers = headers.collect::<Result<Box<[_]>, (String, String)>>()?;
        let named = |field: &'static str, all: &std::collections::BTreeMap<String, ValueMatch>| {
            let read =
                all.iter().map(|(name, wanted)| Ok((name.as_str().into(), value(field, name, wanted)?)));
            read.collect::<Result<Box<[_]>, (String, String)>>()
        };
        let query = named("query", &matched.query)?;
        let cookies = named("cookies", &matched.cookies)?;
        let when = matched.when.as_deref().map(Condition::for_routing).transpose();
        let when = when.map_err(|message| ("when".to_owned(), message))?;
        let values = headers.iter().map(|(_, value)| value);
        let values = values.chain(query.iter().map(|(_, value)| value));
        let values = values.chain(cookies.iter().map(|(_, value)| value));
        let exactness = values.map(Value::exactness).sum();
        let rank = Rank { values: matched.conditions(), exactness, when: when.is_some() };
        Ok(Some(Conditions { headers, query, cookies, when, soap_action: None, rank }))
    }

    /// Asks for an action of SOAP.
    pub(crate) fn soap_action(action: &str) -> Conditions {
        Conditions {
            headers: Box::default(),
            query: Box::default(),
            cookies: Box::default(),
            when: None,
            soap_action: Some(action.into()),
            rank: Rank { values: 1, exactness: 1, when: false },
        }
    }

    pub(crate) fn rank(&self) -> Rank {
        self.rank
    }

    /// The first thing that does not hold; `None` where everything does.
    pub(crate) fn unmet(&self, asked: &Asked<'_>) -> Option<Unmet<'_>> {
        let head = asked.head;
        if let Some(action) = self.soap_action.as_deref().filter(|action| !has_action(&head.headers, action))
        {
            return Some(Unmet::SoapAction(action));
        }
        for (name, value) in &self.headers {
            let lines = head.headers.get_all(name);
            if !value.holds(lines.iter().map(|line| Cow::Borrowed(line.as_bytes()))) {
                return Some(Unmet::Header(name, value));
            }
        }
        for (name, value) in &self.query {
            let given = head.uri.query().and_then(|query| query_value(query, name));
            if !value.holds(given.into_iter().map(bytes)) {
                return Some(Unmet::Query(name, value));
            }
        }
        for (name, value) in &self.cookies {
            if !value.holds(cookie(&head.headers, name).into_iter().map(Cow::Borrowed)) {
                return Some(Unmet::Cookie(name, value));
            }
        }
        let facts = Facts { head, client: asked.client, origin: None, api: "", operation: "", caller: None };
        self.when.as_ref().filter(|when| !when.holds(&facts)).map(Unmet::When)
    }
}

impl Value {
    fn read(value: &ValueMatch) -> Result<Value, String> {
        Ok(match value {
            ValueMatch::Exact(text) => Value::Exact(text.as_str().into()),
            ValueMatch::Regex(text) => Value::Pattern(Box::new(Pattern::parse(text)?)),
            ValueMatch::Present(present) => Value::Present(*present),
        })
    }

    fn exactness(&self) -> usize {
        match self {
            Value::Exact(_) => 3,
            Value::Pattern(_) => 2,
            Value::Present(_) => 1,
        }
    }

    /// Whether one of several values is what is wanted.
    fn holds<'v>(&self, mut given: impl Iterator<Item = Cow<'v, [u8]>>) -> bool {
        match self {
            Value::Exact(text) => given.any(|value| *value == *text.as_bytes()),
            Value::Pattern(pattern) => given.any(|value| pattern.matches(&value)),
            Value::Present(present) => given.next().is_some() == *present,
        }
    }

    /// What is wanted, in words that follow "is not".
    pub(crate) fn wanted(&self) -> String {
        match self {
            Value::Exact(text) => format!("is not `{text}`"),
            Value::Pattern(pattern) => format!("does not match `{}`", pattern.text()),
            Value::Present(true) => "is missing".to_owned(),
            Value::Present(false) => "is there".to_owned(),
        }
    }
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Whether a request has an action of SOAP: in `SOAPAction` (SOAP 1.1 §6.1.1), or as a parameter of its media type (RFC 3902 §3).
fn has_action(headers: &Headers, action: &str) -> bool {
    let is_it = |text: &[u8]| {
        let text = text.trim_ascii();
        let inner = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
        inner.unwrap_or(text) == action.as_bytes()
    };
    if let Some(said) = headers.get("soapaction") {
        return is_it(said.as_bytes());
    }
    let Some(media) = headers.get(CONTENT_TYPE) else { return false };
    let mut parameters = media.as_bytes().split(|byte| *byte == b';').skip(1).map(<[u8]>::trim_ascii);
    parameters.any(|parameter| match parameter.split_at_checked("action=".len()) {
        Some((name, value)) => name.eq_ignore_ascii_case(b"action=") && is_it(value),
        None => false,
    })
}

/// The value of a cookie (RFC 6265 §4.2); of one that is sent twice, the first.
pub(crate) fn cookie<'h>(headers: &'h Headers, wanted: &str) -> Option<&'h [u8]> {
    let lines = headers.get_all(COOKIE);
    let mut pairs = lines.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.find_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        (pair[..at].trim_ascii() == wanted.as_bytes()).then(|| pair[at + 1..].trim_ascii())
    })
}

#[cfg(test)]
mod tests {
    use http::Request;
    use serde_json::json;

    use super::*;

    fn unmet(matched: serde_json::Value) -> Option<String> {
        let matched: RouteMatch = serde_json::from_value(matched).unwrap();
        let conditions = Conditions::read(&matched).unwrap().unwrap();
        let request = Request::get("/x?page=1&page=2&q=a%20b")
            .header("x-version", "1")
            .header("x-version", "2")
            .header("cookie", "a=1; beta=on")
            .header("cookie", "c = 3;novalue")
            .body(())
            .unwrap();
        let head = request.into_parts().0.into();
        let client = "10.0.0.7".parse().unwrap();
        let asked = Asked { host: "a", path: "/x", head: &head, client };
        conditions.unmet(&asked).map(|unmet| match unmet {
            Unmet::Header(name, _) => format!("header {name}"),
            Unmet::Query(name, _) => format!("query {name}"),
            Unmet::Cookie(name, _) => format!("cookie {name}"),
            Unmet::When(_) => "when".to_owned(),
            Unmet::SoapAction(action) => action.to_owned(),
        })
    }

    #[test]
    fn everything_given_must_hold_and_the_first_that_does_not_is_named() {
        for (matched, expected) in [
            (json!({ "headers": { "X-Version": "2" } }), None),
            (json!({ "headers": { "x-version": 1 } }), None),
            (json!({ "headers": { "x-version": "3" } }), Some("header x-version")),
            (json!({ "headers": { "x-version": { "regex": "[0-9]" } } }), None),
            (json!({ "headers": { "x-version": { "regex": "[3-9]" } } }), Some("header x-version")),
            (json!({ "headers": { "x-none": { "present": false } } }), None),
            (json!({ "headers": { "x-none": { "present": true } } }), Some("header x-none")),
            (json!({ "headers": { "x-version": { "present": false } } }), Some("header x-version")),
            (json!({ "query": { "page": "1", "q": "a b" } }), None),
            (json!({ "query": { "page": "2" } }), Some("query page")),
            (json!({ "query": { "none": "" } }), Some("query none")),
            (json!({ "cookies": { "beta": "on", "c": "3" } }), None),
            (json!({ "cookies": { "beta": { "regex": "o" } } }), Some("cookie beta")),
            (json!({ "cookies": { "novalue": { "present": true } } }), Some("cookie novalue")),
            (json!({ "when": "client.ip.startsWith('10.')" }), None),
            (json!({ "when": "request.query.page == '2'" }), Some("when")),
            (
                json!({ "headers": { "x-version": "2" }, "query": { "page": "9" }, "when": "false" }),
                Some("query page"),
            ),
        ] {
            assert_eq!(unmet(matched.clone()).as_deref(), expected, "{matched}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_said_with_its_field() {
        for (matched, field) in [
            (json!({ "headers": { "x y": "1" } }), "headers.x y"),
            (json!({ "query": { "q": { "regex": "(" } } }), "query.q"),
            (json!({ "cookies": { "c": { "regex": "(a{1000}){1000}" } } }), "cookies.c"),
            (json!({ "when": "caller.name == 'a'" }), "when"),
        ] {
            let matched: RouteMatch = serde_json::from_value(matched).unwrap();
            assert_eq!(Conditions::read(&matched).unwrap_err().0, field);
        }
    }
}
