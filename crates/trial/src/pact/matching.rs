//! Values held against examples and rules.

use serde_json::Value;

use super::{
    dates,
    path::{Token, shown, weight},
    rules::{Entry, Rule},
};

/// Differences that are told of one body.
const MOST: usize = 50;
/// Values nest so deep at most.
const DEEPEST: usize = 100;

/// A body of JSON. What the example does not have may be there.
pub(super) fn body(entries: &[Entry], expected: &Value, actual: &Value, found: &mut Vec<String>) {
    Holding { entries, found }.hold(&mut vec![Token::Root], expected, actual);
}

struct Holding<'a> {
    entries: &'a [Entry],
    found: &'a mut Vec<String>,
}

impl Holding<'_> {
    /// The rules of a place: those whose path fits best, and whether they are of a place around it.
    fn rules(&self, place: &[Token]) -> Option<(&Entry, bool)> {
        let weighed = self.entries.iter().filter_map(|entry| {
            let down = entry.path.len() < place.len();
            let usable = !down || entry.rules.iter().any(Rule::goes_down);
            Some(((weight(&entry.path, place)?, entry.path.len()), entry, down)).filter(|_| usable)
        });
        weighed.max_by_key(|(weight, ..)| (weight.1, weight.0)).map(|(_, entry, down)| (entry, down))
    }

    fn add(&mut self, place: &[Token], why: &str) {
        if self.found.len() < MOST {
            self.found.push(format!("body {}: {why}", shown(place)));
        }
    }

    fn hold(&mut self, place: &mut Vec<Token>, expected: &Value, actual: &Value) {
        if place.len() > DEEPEST {
            return self.add(place, "nests too deep");
        }
        let Some((entry, down)) = self.rules(place) else { return self.same(place, expected, actual) };
        let any = entry.any;
        let rules: Vec<Rule> = entry.rules.iter().filter(|rule| !down || rule.goes_down()).cloned().collect();
        let own: Vec<Result<(), String>> =
            rules.iter().map(|rule| one(rule, expected, actual, down)).collect();
        if any && own.iter().any(Result::is_ok) {
            return self.inner(place, &rules, expected, actual);
        }
        let mut failed = false;
        for why in own.into_iter().filter_map(Result::err) {
            failed = true;
            self.add(place, &why);
        }
        if !failed {
            self.inner(place, &rules, expected, actual);
        }
    }

    /// What no rule is about.
    fn same(&mut self, place: &mut Vec<Token>, expected: &Value, actual: &Value) {
        match (expected, actual) {
            (Value::Object(_), Value::Object(_)) => self.members(place, expected, actual),
            (Value::Array(all), Value::Array(items)) => {
                if all.len() != items.len() {
                    return self
                        .add(place, &format!("has {} items, and {} are expected", items.len(), all.len()));
                }
                self.items(place, all, items);
            }
            (expected, actual) if equal(expected, actual) => {}
            (expected, actual) if kind(expected) != kind(actual) => {
                self.add(place, &format!("is {}, and {} is expected", kind(actual), kind(expected)));
            }
            _ => self.add(place, "is another value than expected"),
        }
    }

    fn inner(&mut self, place: &mut Vec<Token>, rules: &[Rule], expected: &Value, actual: &Value) {
        let each: Vec<&Rule> = rules
            .iter()
            .filter(|rule| matches!(rule, Rule::EachKey(_) | Rule::EachValue(_) | Rule::Values))
            .collect();
        match (expected, actual) {
            (Value::Object(all), Value::Object(members)) if !each.is_empty() => {
                let example = all.values().next();
                for (name, value) in members {
                    place.push(Token::Field(name.clone()));
                    for rule in &each {
                        self.each(place, rule, Some(name), example, value);
                    }
                    place.pop();
                }
            }
            (Value::Object(_), Value::Object(_)) => self.members(place, expected, actual),
            (Value::Array(all), Value::Array(items)) => {
                if let Some(variants) = rules.iter().find_map(|rule| match rule {
                    Rule::ArrayContains(variants) => Some(variants),
                    _ => None,
                }) {
                    return self.variants(place, variants, all, items);
                }
                let Some(example) = all.first() else { return };
                for (at, item) in items.iter().enumerate() {
                    place.push(Token::Index(at));
                    match each.as_slice() {
                        [] => self.hold(place, all.get(at).unwrap_or(example), item),
                        rules => {
                            rules.iter().for_each(|rule| self.each(place, rule, None, Some(example), item))
                        }
                    }
                    place.pop();
                }
            }
            _ => {}
        }
    }

    fn each(
        &mut self,
        place: &mut Vec<Token>,
        rule: &Rule,
        name: Option<&String>,
        example: Option<&Value>,
        value: &Value,
    ) {
        match rule {
            Rule::EachKey(rules) => {
                let Some(name) = name.map(|name| Value::from(name.as_str())) else { return };
                for why in rules.iter().filter_map(|rule| one(rule, &name, &name, false).err()) {
                    self.add(place, &format!("its name {why}"));
                }
            }
            Rule::EachValue(rules) if !rules.is_empty() => {
                let example = example.unwrap_or(value);
                for why in rules.iter().filter_map(|rule| one(rule, example, value, false).err()) {
                    self.add(place, &why);
                }
                // What the values are in turn.
                if matches!((example, value), (Value::Object(_), Value::Object(_)))
                    && self.rules(place).is_some()
                {
                    self.members(place, example, value);
                }
            }
            _ => {
                if let Some(example) = example {
                    self.hold(place, example, value);
                }
            }
        }
    }

    fn members(&mut self, place: &mut Vec<Token>, expected: &Value, actual: &Value) {
        for (name, expected) in expected.as_object().into_iter().flatten() {
            place.push(Token::Field(name.clone()));
            match actual.get(name) {
                Some(actual) => self.hold(place, expected, actual),
                None => self.add(place, "is missing"),
            }
            place.pop();
        }
    }

    fn items(&mut self, place: &mut Vec<Token>, expected: &[Value], actual: &[Value]) {
        for (at, (expected, actual)) in expected.iter().zip(actual).enumerate() {
            place.push(Token::Index(at));
            self.hold(place, expected, actual);
            place.pop();
        }
    }

    fn variants(&mut self, place: &mut [Token], variants: &[usize], all: &[Value], items: &[Value]) {
        for at in variants {
            let Some(expected) = all.get(*at) else { continue };
            let fits = items.iter().any(|item| {
                let mut found = Vec::new();
                let mut inner = place.to_vec();
                inner.push(Token::Index(*at));
                Holding { entries: self.entries, found: &mut found }.hold(&mut inner, expected, item);
                found.is_empty()
            });
            if !fits {
                self.add(place, &format!("has no item like number {} of the example", at + 1));
            }
        }
    }
}

/// One value against one rule. `down`: the rule is of a place around it.
pub(super) fn one(rule: &Rule, expected: &Value, actual: &Value, down: bool) -> Result<(), String> {
    let text = || match actual {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let is_container = actual.is_object() || actual.is_array();
    let says = |fits: bool, what: &str| if fits { Ok(()) } else { Err(what.to_owned()) };
    match rule {
        // Within its place a rule for single values speaks of those.
        Rule::Regex(_)
        | Rule::Include(_)
        | Rule::Number
        | Rule::Integer
        | Rule::Decimal
        | Rule::DateTime(_)
        | Rule::Boolean
        | Rule::Semver
            if down && is_container =>
        {
            Ok(())
        }
        Rule::Equality => says(equal(expected, actual), "is another value than expected"),
        Rule::Type { least, most } => {
            if kind(expected) != kind(actual) {
                return Err(format!("is {}, and {} is expected", kind(actual), kind(expected)));
            }
            let count = actual.as_array().map(Vec::len).filter(|_| !down);
            if let (Some(count), Some(least)) = (count, least)
                && count < *least
            {
                return Err(format!("has {count} items, and {least} are the fewest"));
            }
            match (count, most) {
                (Some(count), Some(most)) if count > *most => {
                    Err(format!("has {count} items, and {most} are the most"))
                }
                _ => Ok(()),
            }
        }
        Rule::Regex(pattern) => {
            let regex = schema::regex::Regex::new(pattern, "")
                .map_err(|_| format!("`{pattern}` is no pattern that is known here"))?;
            let fits = text().is_some_and(|text| regex.test(&text).unwrap_or(false));
            says(fits, &format!("does not match `{pattern}`"))
        }
        Rule::Include(part) => {
            says(text().is_some_and(|text| text.contains(part)), &format!("does not have `{part}` in it"))
        }
        Rule::Number => says(is_number(actual), "is no number"),
        Rule::Integer => says(is_whole(actual), "is no whole number"),
        Rule::Decimal => says(is_number(actual) && !is_whole(actual), "is no number with decimals"),
        Rule::Boolean => {
            says(actual.is_boolean() || matches!(actual.as_str(), Some("true" | "false")), "is no boolean")
        }
        Rule::Null => says(actual.is_null(), "is not null"),
        Rule::NotEmpty => {
            let empty = match actual {
                Value::Null => true,
                Value::String(text) => text.is_empty(),
                Value::Array(items) => items.is_empty(),
                Value::Object(members) => members.is_empty(),
                _ => false,
            };
            says(!empty, "is empty")
        }
        Rule::Semver => says(text().is_some_and(|text| is_version(&text)), "is no semantic version"),
        Rule::DateTime(pattern) => says(
            text().is_some_and(|text| dates::fits(pattern, &text)),
            &format!("is not written as `{pattern}`"),
        ),
        Rule::ContentType(_) | Rule::Status(_) => Ok(()),
        Rule::Values | Rule::EachKey(_) | Rule::EachValue(_) => says(
            kind(expected) == kind(actual),
            &format!("is {}, and {} is expected", kind(actual), kind(expected)),
        ),
        Rule::ArrayContains(_) => says(actual.is_array(), "is no list"),
    }
}

/// A status against a rule.
pub(super) fn status(rule: &Rule, expected: Option<u16>, actual: u16) -> Result<(), String> {
    let Rule::Status(asked) = rule else {
        return one(rule, &expected.unwrap_or(actual).into(), &actual.into(), false)
            .map_err(|why| format!("{actual} {why}"));
    };
    let fits = match asked {
        Value::String(class) => match class.as_str() {
            "info" => (100..200).contains(&actual),
            "success" => (200..300).contains(&actual),
            "redirect" => (300..400).contains(&actual),
            "clientError" => (400..500).contains(&actual),
            "serverError" => (500..600).contains(&actual),
            "nonError" => actual < 400,
            "error" => actual >= 400,
            _ => false,
        },
        Value::Array(all) => all.iter().any(|one| one.as_u64() == Some(actual.into())),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{actual}, and {asked} is expected")) }
}

/// Whether two values of a field are the same: of lists and types what stands between the marks counts.
pub(super) fn same_field(name: &str, expected: &str, actual: &str) -> bool {
    let parts =
        |text: &str, by: char| -> Vec<String> { text.split(by).map(|part| part.trim().to_owned()).collect() };
    if name.eq_ignore_ascii_case("content-type") || name.eq_ignore_ascii_case("accept") {
        let (expected, actual) =
            (parts(&expected.to_ascii_lowercase(), ';'), parts(&actual.to_ascii_lowercase(), ';'));
        // What is not asked for, such as a charset, may be there.
        return expected.iter().all(|part| actual.contains(part));
    }
    parts(expected, ',') == parts(actual, ',')
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn is_number(value: &Value) -> bool {
    value.is_number() || value.as_str().is_some_and(|text| schema::Number::of_text(text).is_some())
}

fn is_whole(value: &Value) -> bool {
    let written = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return false,
    };
    // `5.0` is written with decimals.
    !written.is_empty() && written.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
}

fn is_version(text: &str) -> bool {
    let bare = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = bare.split('.').collect();
    parts.len() == 3
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
