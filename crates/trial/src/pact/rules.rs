//! Matching rules: which part of a message they speak of, and what has to be there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::path::{Token, tokens};

/// The rules of a message, by what they are about: `body`, `header`, `status`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules(pub(super) BTreeMap<String, Vec<Entry>>);

/// The rules of one place.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(super) path: Vec<Token>,
    pub(super) rules: Vec<Rule>,
    /// One of the rules is enough.
    pub(super) any: bool,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    Equality,
    Type {
        least: Option<usize>,
        most: Option<usize>,
    },
    Regex(String),
    Include(String),
    Number,
    Integer,
    Decimal,
    Boolean,
    Null,
    NotEmpty,
    Semver,
    /// A format as Java's `DateTimeFormatter` has them.
    DateTime(String),
    ContentType(String),
    /// `info`, `success`, `clientError` …, or a list of numbers.
    Status(Value),
    /// Whatever the names.
    Values,
    EachKey(Vec<Rule>),
    EachValue(Vec<Rule>),
    /// Each variant has to be among the items: its place in the example.
    ArrayContains(Vec<usize>),
}

impl Rules {
    pub(super) fn of(&self, what: &str) -> &[Entry] {
        self.0.get(what).map_or(&[], Vec::as_slice)
    }
}

impl Entry {
    pub(super) fn names_header(&self, name: &str) -> bool {
        let own: Vec<&Token> = self.path.iter().filter(|token| **token != Token::Root).collect();
        matches!(own.first(), Some(Token::Field(own)) if own.eq_ignore_ascii_case(name))
    }

    pub(super) fn is_root(&self) -> bool {
        self.path == [Token::Root]
    }
}

impl Rule {
    /// Whether it holds for all that is within its place, too.
    pub(super) fn goes_down(&self) -> bool {
        !matches!(
            self,
            Rule::Values
                | Rule::ContentType(_)
                | Rule::ArrayContains(_)
                | Rule::EachKey(_)
                | Rule::EachValue(_)
        )
    }

    /// Reads one.
    pub(super) fn read(value: &Value) -> Result<Rule, String> {
        let fields = value.as_object().ok_or("a matching rule is an object")?;
        let number = |name: &str| fields.get(name).and_then(Value::as_u64).map(|number| number as usize);
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let (least, most) = (number("min"), number("max"));
        let named = text("match").or_else(|| {
            // What version 2 leaves unsaid.
            let has = |name: &str| fields.contains_key(name);
            (has("regex").then_some("regex"))
                .or((has("min") || has("max")).then_some("type"))
                .map(str::to_owned)
        });
        let inner = || -> Result<Vec<Rule>, String> {
            let all = fields.get("rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            all.iter().map(Rule::read).collect()
        };
        let format = |usual: &str| text("format").or_else(|| text(usual));
        Ok(match named.as_deref().ok_or("a matching rule has no `match`")? {
            "equality" => Rule::Equality,
            "type" | "min-type" | "max-type" | "min" | "max" => Rule::Type { least, most },
            "regex" => Rule::Regex(text("regex").ok_or("`regex` has no pattern")?),
            "include" => Rule::Include(text("value").ok_or("`include` has no `value`")?),
            "number" => Rule::Number,
            "integer" => Rule::Integer,
            "decimal" => Rule::Decimal,
            "boolean" => Rule::Boolean,
            "null" => Rule::Null,
            "notEmpty" | "not-empty" => Rule::NotEmpty,
            "semver" => Rule::Semver,
            "date" => Rule::DateTime(format("date").unwrap_or_else(|| "yyyy-MM-dd".to_owned())),
            "time" => Rule::DateTime(format("time").unwrap_or_else(|| "HH:mm:ss".to_owned())),
            "timestamp" | "datetime" => {
                Rule::DateTime(format("timestamp").unwrap_or_else(|| "yyyy-MM-dd'T'HH:mm:ssXXX".to_owned()))
            }
            "contentType" | "content-type" => Rule::ContentType(text("value").unwrap_or_default()),
            "statusCode" | "status-code" => Rule::Status(fields.get("status").cloned().unwrap_or_default()),
            "values" => Rule::Values,
            "eachKey" | "each-key" => Rule::EachKey(inner()?),
            "eachValue" | "each-value" => Rule::EachValue(inner()?),
            "arrayContains" | "array-contains" => {
                let variants = fields.get("variants").and_then(Value::as_array);
                let count = variants.map_or(0, Vec::len);
                let at = |at: usize| {
                    variants.and_then(|all| all[at].get("index")?.as_u64()).map_or(at, |at| at as usize)
                };
                Rule::ArrayContains((0..count).map(at).collect())
            }
            other => return Err(format!("the matching rule `{other}` is not known here")),
        })
    }
}

/// The rules of one message, as versions 3 and 4 have them, or 2.
pub(super) fn read(value: Option<&Value>) -> Result<Rules, String> {
    let mut rules = Rules::default();
    for (what, all) in value.and_then(Value::as_object).into_iter().flatten() {
        if let Some(rest) = what.strip_prefix('$') {
            // Version 2: `$.body.items[*].id`.
            let (about, path) = about(rest);
            let entry = Entry { path: tokens(&path)?, rules: vec![Rule::read(all)?], any: false };
            rules.0.entry(about).or_default().push(entry);
            continue;
        }
        if all.get("matchers").is_some() {
            let entry = entry(Vec::from([Token::Root]), all)?;
            rules.0.entry(what.clone()).or_default().push(entry);
            continue;
        }
        for (path, one) in all.as_object().into_iter().flatten() {
            let path = if what == "body" || path.starts_with('$') {
                tokens(path)?
            } else if path.is_empty() {
                vec![Token::Root]
            } else {
                vec![Token::Root, Token::Field(path.clone())]
            };
            rules.0.entry(what.clone()).or_default().push(entry(path, one)?);
        }
    }
    Ok(rules)
}

fn entry(path: Vec<Token>, value: &Value) -> Result<Entry, String> {
    let matchers = value.get("matchers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rules = matchers.iter().map(Rule::read).collect::<Result<_, _>>()?;
    let any = value.get("combine").is_some_and(|combine| combine == "OR");
    Ok(Entry { path, rules, any })
}

/// What a path of version 2 is about, and the rest of it.
fn about(path: &str) -> (String, String) {
    for (name, what) in [
        ("body", "body"),
        ("headers", "header"),
        ("header", "header"),
        ("status", "status"),
        ("path", "path"),
        ("query", "query"),
    ] {
        let dotted = format!(".{name}");
        let quoted = format!("['{name}']");
        if let Some(rest) = path.strip_prefix(&dotted).or_else(|| path.strip_prefix(&quoted)) {
            return (what.to_owned(), format!("${rest}"));
        }
    }
    ("other".to_owned(), format!("${path}"))
}
