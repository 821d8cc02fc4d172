//! Filters (RFC 7644 §3.4.2.2), as far as directories use them: `userName eq "…"`, several of those with `and`.

use serde_json::Value;

use super::Refused;

/// The longest filter, characters.
const LONGEST: usize = 2048;
/// Comparisons of one.
const MOST: usize = 10;

/// What all must hold.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Filter(Vec<Comparison>);

#[derive(Debug, PartialEq)]
struct Comparison {
    /// Of lower case, with what it is a part of: `emails.value`.
    path: String,
    to: Value,
}

impl Filter {
    /// Reads one; the attributes must be among these, in lower case.
    pub(super) fn read(text: &str, attributes: &[&str]) -> Result<Filter, Refused> {
        if text.len() > LONGEST {
            return Err(wrong(format!("a filter has at most {LONGEST} characters")));
        }
        let mut rest = text.trim();
        let mut all = Vec::new();
        loop {
            let (path, after) = word(rest);
            let (operator, after) = word(after);
            let path = path.to_ascii_lowercase();
            // The schema may stand before it (§3.10).
            let path = path.rsplit_once(':').map_or(path.as_str(), |(_, name)| name).to_owned();
            if !attributes.contains(&path.as_str()) {
                let known = attributes.join("`, `");
                return Err(wrong(format!(
                    "`{path}` is no attribute that is filtered by; those are `{known}`"
                )));
            }
            if !operator.eq_ignore_ascii_case("eq") {
                return Err(wrong(format!("`{operator}` is not among what can be asked; `eq` is")));
            }
            let (to, after) = value(after)
                .ok_or_else(|| wrong("`eq` needs a text in quotes, `true`, `false` or a number"))?;
            all.push(Comparison { path, to });
            rest = after.trim_start();
            if rest.is_empty() {
                return Ok(Filter(all));
            }
            let (and, after) = word(rest);
            if !and.eq_ignore_ascii_case("and") || all.len() >= MOST {
                return Err(wrong(format!("comparisons are joined by `and`, {MOST} at most")));
            }
            rest = after;
        }
    }

    /// Whether a resource fits. Texts are compared without regard to case, as `caseExact` of these attributes says, except ids of others.
    pub(super) fn fits(&self, resource: &Value) -> bool {
        self.0.iter().all(|comparison| {
            let found = found(resource, &comparison.path);
            let exact = comparison.path == "externalid";
            found.iter().any(|value| match (value, &comparison.to) {
                (Value::String(a), Value::String(b)) if exact => a == b,
                (Value::String(a), Value::String(b)) => a.to_lowercase() == b.to_lowercase(),
                (a, b) => **a == *b,
            })
        })
    }
}

/// The values at a path; of lists those of each item.
fn found<'a>(resource: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut all = vec![resource];
    for name in path.split('.') {
        let of_list = |value: &'a Value| match value {
            Value::Array(items) => items.iter().collect(),
            value => vec![value],
        };
        let member = |value: &'a Value| {
            value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        all = all.into_iter().flat_map(of_list).filter_map(member).collect();
    }
    // `emails eq` asks for what stands in `value`.
    let values = all.iter().flat_map(|value| match value {
        Value::Array(items) => items.iter().map(|item| item.get("value").unwrap_or(item)).collect(),
        value => vec![*value],
    });
    values.collect()
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

/// A JSON value that is no object and no list, from the beginning.
fn value(text: &str) -> Option<(Value, &str)> {
    let text = text.trim_start();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = stream.next()?.ok()?;
    let rest = &text[stream.byte_offset()..];
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (ends && !value.is_object() && !value.is_array()).then_some((value, rest))
}

fn wrong(detail: impl Into<String>) -> Refused {
    Refused::new(400, Some("invalidFilter"), detail)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KNOWN: [&str; 5] = ["username", "externalid", "active", "emails", "emails.value"];

    fn fits(filter: &str) -> bool {
        let user = json!({
            "userName": "ana@example.com", "externalId": "A1", "active": true, "emails": [{ "value": "ana@example.com" }],
        });
        Filter::read(filter, &KNOWN).unwrap().fits(&user)
    }

    #[test]
    fn what_directories_ask_is_found() {
        for yes in [
            r#"userName eq "ana@example.com""#,
            r#"USERNAME EQ "Ana@Example.com""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ana@example.com""#,
            r#"externalId eq "A1" and active eq true"#,
            r#"emails.value eq "ana@example.com""#,
            r#"emails eq "ana@example.com""#,
        ] {
            assert!(fits(yes), "{yes}");
        }
        for no in [
            r#"userName eq "bea@example.com""#,
            r#"externalId eq "a1""#,
            "active eq false",
            r#"active eq "true""#,
        ] {
            assert!(!fits(no), "{no}");
        }
    }

    #[test]
    fn what_is_no_filter_is_told() {
        for wrong in [
            "",
            "userName",
            "userName eq",
            r#"userName eq "a"#,
            r#"userName co "a""#,
            r#"password eq "a""#,
            r#"userName eq "a" or userName eq "b""#,
            r#"userName eq "a" and"#,
            r#"userName eq "a"x"#,
            r#"userName eq {"a": 1}"#,
            "(userName eq \"a\")",
            &format!("userName eq \"{}\"", "a".repeat(3000)),
            &vec![r#"userName eq "a""#; 20].join(" and "),
        ] {
            let refused = Filter::read(wrong, &KNOWN).unwrap_err();
            assert_eq!((refused.status, refused.kind), (400, Some("invalidFilter")), "{wrong}");
        }
    }
}
