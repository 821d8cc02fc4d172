//! A route that no contract gave.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap as _,
};

use crate::{Name, PolicyUse, Split, UpstreamSource};

/// A match and where it leads, beside the routes that contracts give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    pub name: Name,
    /// Which requests it takes.
    #[serde(rename = "match")]
    pub matches: RouteMatch,
    /// More matches; it takes what any of them takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_match: Vec<RouteMatch>,
    /// The service it leads to: the name of an upstream, or one written here.
    pub upstream: UpstreamSource,
    /// Divides the requests among `upstream` and others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Box<Split>>,
    /// Takes the literal beginning of the path (all before a parameter or `*`) off before the request goes on.
    #[serde(default)]
    pub strip_path: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
}

/// Which requests a route takes; everything given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouteMatch {
    /// Host names, exact or with a leading wildcard such as `*.example.com`; none means any host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// `/health` exactly, `/users/{id}` with a parameter, `/files/*` with everything below. Either this or `path_regex`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A regular expression that the whole path must match: `/users/[0-9]+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_regex: Option<String>,
    /// Methods; none means any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Headers by name, all of which must match; of a header with several lines one must.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, ValueMatch>,
    /// Parameters of the query by name, decoded; of one that is repeated the first counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, ValueMatch>,
    /// Cookies by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cookies: BTreeMap<String, ValueMatch>,
    /// A condition in CEL about `request` and `client`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

/// What a value must be: `"2"` exactly, `{ regex: "2|3" }`, or `{ present: true }`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueMatch {
    /// Exactly this.
    Exact(String),
    /// A regular expression that the whole value must match.
    Regex(String),
    /// Whether it is there at all.
    Present(bool),
}

impl Route {
    /// Every match, the first one first.
    pub fn all_matches(&self) -> impl Iterator<Item = &RouteMatch> {
        std::iter::once(&self.matches).chain(&self.also_match)
    }
}

impl RouteMatch {
    /// The literal beginning of the path, in whole segments, and the template that follows it. A regular expression is no template:
    /// nothing follows its literal beginning.
    pub fn split(&self) -> (&str, &str) {
        if let Some(regex) = &self.path_regex {
            return (literal_beginning(regex), "");
        }
        let template = self.path.as_deref().unwrap_or("/*");
        match template.find(['{', '*']) {
            None if template == "/" => ("/", "/"),
            None => (template, ""),
            Some(at) => match template[..at].rfind('/') {
                Some(0) | None => ("/", template),
                Some(slash) => template.split_at(slash),
            },
        }
    }

    /// How many headers, parameters and cookies it asks for.
    pub fn conditions(&self) -> usize {
        self.headers.len() + self.query.len() + self.cookies.len()
    }
}

/// What every text that matches a regular expression begins with, in whole segments of a path; `/` where nothing is certain.
fn literal_beginning(regex: &str) -> &str {
    let text = regex.strip_prefix('^').unwrap_or(regex);
    if has_alternative(text) {
        return "/";
    }
    let literal =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '~' | '@' | '!' | '=' | ':');
    let mut end = text.find(|c| !literal(c)).unwrap_or(text.len());
    // What is repeated or left out is not certain.
    if text[end..].starts_with(['?', '*', '+', '{']) {
        end = end.saturating_sub(1);
    }
    match text[..end].rfind('/') {
        // Where nothing but the end follows, the whole of it is.
        _ if matches!(&text[end..], "" | "$") && end > 1 && !text[..end].ends_with('/') => &text[..end],
        Some(0) | None => "/",
        Some(slash) => &text[..slash],
    }
}

/// Whether a regular expression has a `|` outside of groups and classes.
fn has_alternative(regex: &str) -> bool {
    let (mut depth, mut class) = (0_usize, false);
    let mut chars = regex.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth = depth.saturating_sub(1),
            '|' if !class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

impl Serialize for ValueMatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = match self {
            ValueMatch::Exact(text) => return serializer.serialize_str(text),
            ValueMatch::Regex(_) | ValueMatch::Present(_) => serializer.serialize_map(Some(1))?,
        };
        match self {
            ValueMatch::Regex(regex) => map.serialize_entry("regex", regex)?,
            ValueMatch::Present(present) => map.serialize_entry("present", present)?,
            ValueMatch::Exact(_) => {}
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ValueMatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ValueMatch, D::Error> {
        struct TextOrRule;
        impl<'de> Visitor<'de> for TextOrRule {
            type Value = ValueMatch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, `{ regex: … }` or `{ present: true }`")
            }

            fn visit_str<E>(self, text: &str) -> Result<ValueMatch, E> {
                Ok(ValueMatch::Exact(text.to_owned()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<ValueMatch, E> {
                Ok(ValueMatch::Exact(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<ValueMatch, E> {
                Ok(ValueMatch::Exact(number.to_string()))
            }

            fn visit_bool<E>(self, word: bool) -> Result<ValueMatch, E> {
                Ok(ValueMatch::Exact(word.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ValueMatch, A::Error> {
                let found = match map.next_key::<Cow<'_, str>>()?.as_deref() {
                    Some("regex") => ValueMatch::Regex(map.next_value()?),
                    Some("present") => ValueMatch::Present(map.next_value()?),
                    Some(other) => return Err(A::Error::unknown_field(other, &["regex", "present"])),
                    None => return Err(A::Error::missing_field("regex")),
                };
                match map.next_key::<Cow<'_, str>>()? {
                    Some(_) => Err(A::Error::custom("either `regex` or `present`, and nothing beside it")),
                    None => Ok(found),
                }
            }
        }
        deserializer.deserialize_any(TextOrRule)
    }
}

impl JsonSchema for ValueMatch {
    fn schema_name() -> Cow<'static, str> {
        "ValueMatch".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let rule = |name: &str, schema: serde_json::Value| {
            serde_json::json!({
                "type": "object",
                "properties": { name: schema },
                "required": [name],
                "additionalProperties": false,
            })
        };
        json_schema!({
            "description": "What a value must be: exactly a text, a regular expression for the whole of it, or there at all.",
            "oneOf": [
                { "type": "string" },
                rule("regex", serde_json::json!({ "type": "string" })),
                rule("present", serde_json::json!({ "type": "boolean" })),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(path: &str) -> RouteMatch {
        RouteMatch { path: Some(path.to_owned()), ..RouteMatch::default() }
    }

    #[test]
    fn a_template_is_split_behind_its_literal_segments() {
        for (template, parts) in [
            ("/health", ("/health", "")),
            ("/users/{id}/posts", ("/users", "/{id}/posts")),
            ("/files/report-{year}.csv", ("/files", "/report-{year}.csv")),
            ("/{any}", ("/", "/{any}")),
            ("/*", ("/", "/*")),
            ("/", ("/", "/")),
        ] {
            assert_eq!(path(template).split(), parts, "{template}");
        }
    }

    #[test]
    fn the_literal_beginning_of_a_pattern_is_what_is_certain() {
        for (regex, beginning) in [
            ("/users/[0-9]+", "/users"),
            ("^/users/v1/x.*$", "/users/v1"),
            ("/users", "/users"),
            ("^/users$", "/users"),
            ("/users/", "/users"),
            ("/userss?", "/"),
            ("/a/users?", "/a"),
            ("/a/b/?", "/a"),
            ("/a/b+", "/a"),
            ("/a|/b", "/"),
            ("/a/(b|c)", "/a"),
            ("/a/[|]b", "/a"),
            ("/a/\\|b", "/a"),
            ("(?i)/users", "/"),
            (".*", "/"),
            ("", "/"),
            ("/", "/"),
        ] {
            let matched = RouteMatch { path_regex: Some(regex.to_owned()), ..RouteMatch::default() };
            assert_eq!(matched.split(), (beginning, ""), "{regex}");
        }
    }

    #[test]
    fn a_value_is_a_text_a_pattern_or_there() {
        let read = |value| serde_json::from_value::<ValueMatch>(value);
        for value in [json!("2"), json!({ "regex": "a|b" }), json!({ "present": false })] {
            assert_eq!(serde_json::to_value(read(value.clone()).unwrap()).unwrap(), value);
        }
        assert_eq!(read(json!(2)).unwrap(), ValueMatch::Exact("2".into()));
        assert_eq!(read(json!(true)).unwrap(), ValueMatch::Exact("true".into()));
        for (value, complaint) in [
            (json!(1.5), "a text, `{ regex: … }`"),
            (json!({ "regexp": "a" }), "unknown field `regexp`"),
            (json!({ "regex": "a", "present": true }), "nothing beside it"),
            (json!({}), "missing field"),
        ] {
            let error = read(value).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
