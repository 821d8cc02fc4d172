//! Checked conditions, and their evaluation. `None` is CEL's error: something asked for is not there.

use std::borrow::Cow;

use http::HeaderName;
use regex::Regex;
use serde_json::Value;

use crate::facts::{Facts, lower};

/// Something that is true or false.
pub(crate) enum Test {
    Known(bool),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    If(Box<[Test; 3]>),
    Same(Box<Test>, Box<Test>),
    Texts(Order, Text, Text),
    Numbers(Order, Number, Number),
    /// Whether a text is one of a list.
    TextIn(Text, Vec<Text>),
    NumberIn(Number, Vec<i64>),
    InGroups(Text),
    InScopes(Text),
    /// Whether a text is one of the list that a claim is.
    InClaim(Text, Box<[Box<str>]>),
    HasClaim(Box<[Box<str>]>),
    HasHeader(HeaderName),
    HasQuery(Box<str>),
    StartsWith(Text, Text),
    EndsWith(Text, Text),
    Contains(Text, Text),
    Matches(Text, Regex),
    AnyGroup(Box<Test>),
    EveryGroup(Box<Test>),
}

/// Something that is a text.
pub(crate) enum Text {
    Known(Box<str>),
    Method,
    Path,
    Host,
    Header(HeaderName),
    Query(Box<str>),
    ClientIp,
    ClientCountry,
    ClientAsn,
    Api,
    Operation,
    CallerName,
    /// What a claim is, if it is a text, a number or a truth.
    Claim(Box<[Box<str>]>),
    /// The group at hand inside `exists` and `all`.
    Group,
    Lower(Box<Text>),
    If(Box<(Test, Text, Text)>),
}

/// Something that is a whole number.
pub(crate) enum Number {
    Known(i64),
    /// How many characters a text has.
    Size(Text),
    Groups,
    /// The number that a text is; an error where it is none.
    Of(Text),
    If(Box<(Test, Number, Number)>),
}

#[derive(Clone, Copy)]
pub(crate) enum Order {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds<T: Ord + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Order::Equal => left == right,
            Order::Unequal => left != right,
            Order::Less => left < right,
            Order::LessOrEqual => left <= right,
            Order::Greater => left > right,
            Order::GreaterOrEqual => left >= right,
        }
    }
}

impl Test {
    pub(crate) fn holds(&self, facts: &Facts<'_>, group: Option<&str>) -> Option<bool> {
        match self {
            Test::Known(known) => Some(*known),
            Test::Not(test) => test.holds(facts, group).map(|holds| !holds),
            Test::And(left, right) => match left.holds(facts, group) {
                Some(false) => Some(false),
                Some(true) => right.holds(facts, group),
                // An error is no answer, unless the other side decides alone.
                None => right.holds(facts, group).filter(|holds| !holds),
            },
            Test::Or(left, right) => match left.holds(facts, group) {
                Some(true) => Some(true),
                Some(false) => right.holds(facts, group),
                None => right.holds(facts, group).filter(|holds| *holds),
            },
            Test::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let chosen = if condition.holds(facts, group)? { then } else { otherwise };
                chosen.holds(facts, group)
            }
            Test::Same(left, right) => Some(left.holds(facts, group)? == right.holds(facts, group)?),
            Test::Texts(order, left, right) => {
                Some(order.holds(&*left.read(facts, group)?, &*right.read(facts, group)?))
            }
            Test::Numbers(order, left, right) => {
                Some(order.holds(&left.read(facts, group)?, &right.read(facts, group)?))
            }
            Test::TextIn(text, list) => {
                let text = text.read(facts, group)?;
                let mut missing = false;
                for item in list {
                    match item.read(facts, group) {
                        Some(item) if item == text => return Some(true),
                        Some(_) => {}
                        None => missing = true,
                    }
                }
                (!missing).then_some(false)
            }
            Test::NumberIn(number, list) => Some(list.contains(&number.read(facts, group)?)),
            Test::InGroups(text) => {
                let text = text.read(facts, group)?;
                Some(facts.groups().iter().any(|g| **g == *text))
            }
            Test::InScopes(text) => {
                let text = text.read(facts, group)?;
                Some(facts.scopes().iter().any(|scope| **scope == *text))
            }
            Test::InClaim(text, path) => {
                let text = text.read(facts, group)?;
                let items = facts.claim(path)?.as_array()?;
                Some(items.iter().any(|item| item.as_str() == Some(&text)))
            }
            Test::HasClaim(path) => Some(facts.claim(path).is_some()),
            Test::HasHeader(name) => Some(facts.head.headers.contains_key(name)),
            Test::HasQuery(name) => Some(facts.query(name).is_some()),
            Test::StartsWith(text, part) => {
                Some(text.read(facts, group)?.starts_with(&*part.read(facts, group)?))
            }
            Test::EndsWith(text, part) => {
                Some(text.read(facts, group)?.ends_with(&*part.read(facts, group)?))
            }
            Test::Contains(text, part) => Some(text.read(facts, group)?.contains(&*part.read(facts, group)?)),
            Test::Matches(text, regex) => Some(regex.is_match(&text.read(facts, group)?)),
            Test::AnyGroup(test) => {
                let mut answer = Some(false);
                for g in facts.groups() {
                    match test.holds(facts, Some(g)) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Test::EveryGroup(test) => {
                let mut answer = Some(true);
                for g in facts.groups() {
                    match test.holds(facts, Some(g)) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => answer = None,
                    }
                }
                answer
            }
        }
    }
}

impl Text {
    pub(crate) fn read<'a>(&'a self, facts: &Facts<'a>, group: Option<&'a str>) -> Option<Cow<'a, str>> {
        Some(match self {
            Text::Known(text) => Cow::Borrowed(text),
            Text::Method => Cow::Borrowed(facts.head.method.as_str()),
            Text::Path => Cow::Borrowed(facts.head.uri.path()),
            Text::Host => facts.host(),
            Text::Header(name) => facts.header(name)?,
            Text::Query(name) => facts.query(name)?,
            Text::ClientIp => Cow::Owned(facts.client.to_canonical().to_string()),
            Text::ClientCountry => Cow::Owned(facts.origin.unwrap_or_default().country().to_owned()),
            Text::ClientAsn => Cow::Owned(facts.origin.unwrap_or_default().asn()),
            Text::Api => Cow::Borrowed(facts.api),
            Text::Operation => Cow::Borrowed(facts.operation),
            Text::CallerName => Cow::Borrowed(facts.caller.map_or("", |caller| caller.name)),
            Text::Claim(path) => match facts.claim(path)? {
                Value::String(text) => Cow::Borrowed(&**text),
                Value::Number(number) => Cow::Owned(number.to_string()),
                Value::Bool(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            },
            Text::Group => Cow::Borrowed(group?),
            Text::Lower(text) => lower(text.read(facts, group)?),
            Text::If(parts) => {
                let (condition, then, otherwise) = &**parts;
                let chosen = if condition.holds(facts, group)? { then } else { otherwise };
                chosen.read(facts, group)?
            }
        })
    }
}

impl Number {
    pub(crate) fn read(&self, facts: &Facts<'_>, group: Option<&str>) -> Option<i64> {
        let count = match self {
            Number::Known(number) => return Some(*number),
            Number::Size(text) => text.read(facts, group)?.chars().count(),
            Number::Groups => facts.groups().len(),
            Number::Of(text) => return text.read(facts, group)?.trim().parse().ok(),
            Number::If(parts) => {
                let (condition, then, otherwise) = &**parts;
                let chosen = if condition.holds(facts, group)? { then } else { otherwise };
                return chosen.read(facts, group);
            }
        };
        i64::try_from(count).ok()
    }
}
