//! The expressions of filters: the part of JavaScript that rulesets use, without assignments, functions or loops.
//!
//! An expression is read once and run on every candidate; one that fails (a field of nothing) does not match.

use std::sync::Arc;

use super::value::Value;
use crate::{js, pointer::Segment, regex::Regex};
use model::tree::Node;

/// Nesting of an expression.
const DEEPEST: usize = 48;

#[derive(Debug)]
pub(crate) enum Expression {
    Literal(Value<'static>),
    Here,
    Property,
    Parent,
    ParentProperty,
    Root,
    Path,
    Member(Box<Expression>, Box<Expression>),
    Call(Box<Expression>, Box<Expression>, Vec<Expression>),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    List(Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unary {
    Not,
    Minus,
    Plus,
    Void,
    TypeOf,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Binary {
    Or,
    And,
    Is,
    IsNot,
    Equals,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Rest,
    In,
}

/// What a candidate is asked with. Segments and nodes of its path, from the root on.
pub(crate) struct Scope<'s, 'a> {
    pub(crate) root: &'a Node,
    pub(crate) here: &'a Node,
    pub(crate) property: Segment<'a>,
    pub(crate) path: &'s [Segment<'a>],
    /// The nodes above; the last is the parent.
    pub(crate) above: &'s [&'a Node],
    /// Follows references.
    pub(crate) get: &'s dyn Fn(&'a Node, &str) -> Option<&'a Node>,
}

/// The expression cannot be evaluated here.
#[derive(Debug)]
pub(crate) struct Failed;

impl Expression {
    /// # Errors
    /// What is not understood.
    pub(crate) fn parse(text: &str) -> Result<Expression, String> {
        let mut reader = Reader { rest: text.trim(), depth: 0 };
        let expression = reader.expression()?;
        match reader.rest {
            "" => Ok(expression),
            rest => Err(unexpected(rest)),
        }
    }

    /// Whether it asks for the root, the path, or the name of what a candidate stands in.
    pub(crate) fn minds_the_way(&self) -> bool {
        let all = |parts: &[&Expression]| parts.iter().any(|part| part.minds_the_way());
        match self {
            Expression::Root | Expression::Path | Expression::ParentProperty => true,
            Expression::Literal(_) | Expression::Here | Expression::Property | Expression::Parent => false,
            Expression::Member(a, b) | Expression::Binary(_, a, b) => all(&[a, b]),
            Expression::Call(a, b, list) => all(&[a, b]) || list.iter().any(Expression::minds_the_way),
            Expression::Unary(_, a) => a.minds_the_way(),
            Expression::Choice(a, b, c) => all(&[a, b, c]),
            Expression::List(list) => list.iter().any(Expression::minds_the_way),
        }
    }

    pub(crate) fn matches(&self, scope: &Scope<'_, '_>) -> bool {
        self.run(scope).is_ok_and(|value| value.is_truthy())
    }

    fn run<'a>(&self, scope: &Scope<'_, 'a>) -> Result<Value<'a>, Failed> {
        Ok(match self {
            Expression::Literal(value) => value.clone(),
            Expression::Here => Value::of(scope.here),
            Expression::Property => segment(scope.property),
            Expression::Parent => scope.above.last().map_or(Value::Undefined, |node| Value::of(node)),
            Expression::ParentProperty => {
                let at = scope.path.len().checked_sub(2);
                at.map_or(Value::Undefined, |at| segment(scope.path[at]))
            }
            Expression::Root => Value::of(scope.root),
            Expression::Path => {
                let parts = scope.path.iter().map(|segment| match segment {
                    Segment::Key(name) => format!("['{name}']"),
                    Segment::Index(at) => format!("[{at}]"),
                });
                Value::text(format!("${}", parts.collect::<String>()))
            }
            Expression::Member(object, property) => {
                let object = object.run(scope)?;
                // The name of a field is text already; no copy is made of it.
                match &**property {
                    Expression::Literal(Value::Text(name)) => member(&object, name, scope)?,
                    property => member(&object, &property.run(scope)?.to_text(), scope)?,
                }
            }
            Expression::Call(object, method, arguments) => {
                let object = object.run(scope)?;
                let method = method.run(scope)?.to_text();
                let arguments: Vec<_> =
                    arguments.iter().map(|one| one.run(scope)).collect::<Result<_, _>>()?;
                call(&object, &method, &arguments)?
            }
            Expression::Unary(operator, operand) => {
                let operand = operand.run(scope)?;
                match operator {
                    Unary::Not => Value::Bool(!operand.is_truthy()),
                    Unary::Minus => Value::Number(-operand.to_number()),
                    Unary::Plus => Value::Number(operand.to_number()),
                    Unary::Void => Value::Undefined,
                    Unary::TypeOf => Value::Text(operand.kind().into()),
                }
            }
            Expression::Binary(Binary::Or, left, right) => match left.run(scope)? {
                left if left.is_truthy() => left,
                _ => right.run(scope)?,
            },
            Expression::Binary(Binary::And, left, right) => match left.run(scope)? {
                left if left.is_truthy() => right.run(scope)?,
                left => left,
            },
            Expression::Binary(operator, left, right) => {
                binary(*operator, &left.run(scope)?, &right.run(scope)?, scope)
            }
            Expression::Choice(test, yes, no) => {
                if test.run(scope)?.is_truthy() {
                    yes.run(scope)?
                } else {
                    no.run(scope)?
                }
            }
            Expression::List(items) => {
                Value::List(items.iter().map(|item| item.run(scope)).collect::<Result<Vec<_>, _>>()?.into())
            }
        })
    }
}

fn segment<'a>(segment: Segment<'a>) -> Value<'a> {
    match segment {
        Segment::Key(name) => Value::Text(name.into()),
        Segment::Index(at) => Value::Number(at as f64),
    }
}

fn member<'a>(object: &Value<'a>, name: &str, scope: &Scope<'_, 'a>) -> Result<Value<'a>, Failed> {
    Ok(match object {
        Value::Undefined | Value::Null => return Err(Failed),
        Value::Node(node) => match (scope.get)(node, name) {
            Some(child) => Value::of(child),
            None => match (name, node.items()) {
                ("length", Some(items)) => Value::Number(items.len() as f64),
                ("constructor", Some(_)) => Value::Kind("Array"),
                ("constructor", None) => Value::Kind("Object"),
                _ => Value::Undefined,
            },
        },
        Value::Text(text) => match name {
            "length" => Value::Number(js::length(text) as f64),
            "constructor" => Value::Kind("String"),
            name => match name.parse::<usize>().ok().and_then(|at| text.chars().nth(at)) {
                Some(character) => Value::text(character.to_string()),
                None => Value::Undefined,
            },
        },
        Value::List(items) => match name {
            "length" => Value::Number(items.len() as f64),
            "constructor" => Value::Kind("Array"),
            name => {
                name.parse::<usize>().ok().and_then(|at| items.get(at).cloned()).unwrap_or(Value::Undefined)
            }
        },
        Value::Kind(kind) if name == "name" => Value::Text((*kind).into()),
        Value::Number(_) if name == "constructor" => Value::Kind("Number"),
        Value::Bool(_) if name == "constructor" => Value::Kind("Boolean"),
        _ => Value::Undefined,
    })
}

fn call<'a>(object: &Value<'a>, method: &str, arguments: &[Value<'a>]) -> Result<Value<'a>, Failed> {
    let first = arguments.first().unwrap_or(&Value::Undefined);
    let found = match (object, method) {
        (Value::Text(text), "match" | "search") => {
            let found = match first {
                Value::Regex(regex) => regex.test(text),
                pattern => Regex::new(&pattern.to_text(), "").ok().and_then(|regex| regex.test(text)),
            };
            let found = found.ok_or(Failed)?;
            return Ok(match (method, found) {
                ("match", true) => Value::Bool(true),
                ("match", false) => Value::Null,
                (_, found) => Value::Number(if found { 0.0 } else { -1.0 }),
            });
        }
        (Value::Regex(regex), "test") => regex.test(&first.to_text()).ok_or(Failed)?,
        (Value::Text(text), "includes") => text.contains(&*first.to_text()),
        (Value::Text(text), "startsWith") => text.starts_with(&*first.to_text()),
        (Value::Text(text), "endsWith") => text.ends_with(&*first.to_text()),
        (Value::Text(text), "indexOf") => {
            return Ok(Value::Number(
                text.find(&*first.to_text()).map_or(-1.0, |at| js::length(&text[..at]) as f64),
            ));
        }
        (Value::Text(text), "toLowerCase") => return Ok(Value::text(text.to_lowercase())),
        (Value::Text(text), "toUpperCase") => return Ok(Value::text(text.to_uppercase())),
        (Value::Text(text), "trim") => return Ok(Value::text(text.trim().to_owned())),
        (Value::Node(node), "includes") if node.items().is_some() => {
            node.items().unwrap_or_default().iter().any(|item| Value::of(item).is(first))
        }
        (Value::Node(node), "indexOf") if node.items().is_some() => {
            let at = node.items().unwrap_or_default().iter().position(|item| Value::of(item).is(first));
            return Ok(Value::Number(at.map_or(-1.0, |at| at as f64)));
        }
        (Value::List(items), "includes") => items.iter().any(|item| item.is(first)),
        (Value::List(items), "indexOf") => {
            let at = items.iter().position(|item| item.is(first));
            return Ok(Value::Number(at.map_or(-1.0, |at| at as f64)));
        }
        (Value::Node(node), "hasOwnProperty") => node.get(&first.to_text()).is_some(),
        (Value::Undefined | Value::Null, _) => return Err(Failed),
        (object, "toString") => return Ok(Value::text(object.to_text().into_owned())),
        _ => return Err(Failed),
    };
    Ok(Value::Bool(found))
}

fn binary<'a>(operator: Binary, left: &Value<'a>, right: &Value<'a>, scope: &Scope<'_, 'a>) -> Value<'a> {
    let compared = || match (left, right) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => left.to_number().partial_cmp(&right.to_number()),
    };
    let numbers =
        |operation: fn(f64, f64) -> f64| Value::Number(operation(left.to_number(), right.to_number()));
    Value::Bool(match operator {
        Binary::Is => left.is(right),
        Binary::IsNot => !left.is(right),
        Binary::Equals => left.equals(right),
        Binary::Differs => !left.equals(right),
        Binary::Less => compared().is_some_and(std::cmp::Ordering::is_lt),
        Binary::AtMost => compared().is_some_and(std::cmp::Ordering::is_le),
        Binary::More => compared().is_some_and(std::cmp::Ordering::is_gt),
        Binary::AtLeast => compared().is_some_and(std::cmp::Ordering::is_ge),
        Binary::In => match right {
            Value::Node(node) => (scope.get)(node, &left.to_text()).is_some(),
            _ => false,
        },
        Binary::Plus => {
            let is_text =
                |value: &Value<'_>| matches!(value, Value::Text(_) | Value::Node(_) | Value::List(_));
            if is_text(left) || is_text(right) {
                return Value::text(format!("{}{}", left.to_text(), right.to_text()));
            }
            return numbers(|a, b| a + b);
        }
        Binary::Minus => return numbers(|a, b| a - b),
        Binary::Times => return numbers(|a, b| a * b),
        Binary::Over => return numbers(|a, b| a / b),
        Binary::Rest => return numbers(|a, b| a % b),
        Binary::Or | Binary::And => unreachable!("evaluated where the right side may be left out"),
    })
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

/// Operators by their strength, the longest first.
const OPERATORS: [(&str, Binary, u8); 16] = [
    ("===", Binary::Is, 3),
    ("!==", Binary::IsNot, 3),
    ("||", Binary::Or, 1),
    ("&&", Binary::And, 2),
    ("==", Binary::Equals, 3),
    ("!=", Binary::Differs, 3),
    ("<=", Binary::AtMost, 4),
    (">=", Binary::AtLeast, 4),
    ("<", Binary::Less, 4),
    (">", Binary::More, 4),
    ("+", Binary::Plus, 5),
    ("-", Binary::Minus, 5),
    ("*", Binary::Times, 6),
    ("/", Binary::Over, 6),
    ("%", Binary::Rest, 6),
    ("in ", Binary::In, 4),
];

impl Reader<'_> {
    fn expression(&mut self) -> Result<Expression, String> {
        let test = self.binary(1)?;
        if !self.take("?") {
            return Ok(test);
        }
        let yes = self.expression()?;
        self.expect(":")?;
        let no = self.expression()?;
        Ok(Expression::Choice(Box::new(test), Box::new(yes), Box::new(no)))
    }

    fn binary(&mut self, strength: u8) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("nested deeper than {DEEPEST} levels"));
        }
        let mut left = self.unary()?;
        loop {
            let found = OPERATORS.iter().find(|(text, _, of)| *of >= strength && self.rest.starts_with(text));
            let Some((text, operator, of)) = found else { break };
            // A longer operator of less strength begins with a shorter one of more.
            if OPERATORS.iter().any(|(longer, ..)| longer.len() > text.len() && self.rest.starts_with(longer))
            {
                break;
            }
            self.take(text);
            let right = self.binary(of + 1)?;
            left = Expression::Binary(*operator, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("nested deeper than {DEEPEST} levels"));
        }
        let word = |text: &str| self.rest.starts_with(text) && !self.rest[text.len()..].starts_with(is_word);
        let operator = match self.rest.as_bytes().first() {
            Some(b'!') => Some(("!", Unary::Not)),
            Some(b'-') => Some(("-", Unary::Minus)),
            Some(b'+') => Some(("+", Unary::Plus)),
            _ if word("void") => Some(("void", Unary::Void)),
            _ if word("typeof") => Some(("typeof", Unary::TypeOf)),
            _ => None,
        };
        let read = match operator {
            Some((text, operator)) => {
                self.take(text);
                Expression::Unary(operator, Box::new(self.unary()?))
            }
            None => self.postfix()?,
        };
        self.depth -= 1;
        Ok(read)
    }

    fn postfix(&mut self) -> Result<Expression, String> {
        let mut read = self.primary()?;
        loop {
            let member = if self.take("?.") || self.take(".") {
                let name = self.name().ok_or_else(|| unexpected(self.rest))?;
                Expression::Literal(Value::text(name))
            } else if self.take("[") {
                let property = self.expression()?;
                self.expect("]")?;
                property
            } else {
                return Ok(read);
            };
            read = if self.take("(") {
                let arguments = self.list(")")?;
                Expression::Call(Box::new(read), Box::new(member), arguments)
            } else {
                Expression::Member(Box::new(read), Box::new(member))
            };
        }
    }

    fn primary(&mut self) -> Result<Expression, String> {
        let literal = |value| Ok(Expression::Literal(value));
        match self.rest.as_bytes().first() {
            None => Err("the expression ends too early".to_owned()),
            Some(b'(') => {
                self.take("(");
                let inside = self.expression()?;
                self.expect(")")?;
                Ok(inside)
            }
            Some(b'[') => {
                self.take("[");
                Ok(Expression::List(self.list("]")?))
            }
            Some(quote @ (b'\'' | b'"')) => {
                let text = self.string(*quote as char)?;
                literal(Value::text(text))
            }
            Some(b'/') => self.regex(),
            Some(b'0'..=b'9') => {
                let end =
                    self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
                let number = self.rest[..end].parse().map_err(|_| unexpected(self.rest))?;
                self.rest = self.rest[end..].trim_start();
                literal(Value::Number(number))
            }
            Some(b'@') => {
                self.rest = &self.rest[1..];
                let name = self.name();
                Ok(match name.as_deref() {
                    None => {
                        self.rest = self.rest.trim_start();
                        Expression::Here
                    }
                    Some("property") => Expression::Property,
                    Some("parent") => Expression::Parent,
                    Some("parentProperty") => Expression::ParentProperty,
                    Some("root") => Expression::Root,
                    Some("path") => Expression::Path,
                    Some(name) => return Err(format!("`@{name}` is not supported")),
                })
            }
            Some(_) => match self.name().as_deref() {
                Some("true") => literal(Value::Bool(true)),
                Some("false") => literal(Value::Bool(false)),
                Some("null") => literal(Value::Null),
                Some("undefined") => literal(Value::Undefined),
                Some("NaN") => literal(Value::Number(f64::NAN)),
                Some(name) => Err(format!("`{name}` is not supported")),
                None => Err(unexpected(self.rest)),
            },
        }
    }

    fn list(&mut self, close: &str) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        while !self.take(close) {
            if !items.is_empty() {
                self.expect(",")?;
            }
            items.push(self.expression()?);
        }
        Ok(items)
    }

    fn string(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                character if character == quote => {
                    self.rest = self.rest[at + 1..].trim_start();
                    return Ok(text);
                }
                character => text.push(character),
            }
        }
        Err("a string is not closed".to_owned())
    }

    fn regex(&mut self) -> Result<Expression, String> {
        let (mut escaped, mut class) = (false, false);
        for (at, character) in self.rest.char_indices().skip(1) {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => {
                    let pattern = &self.rest[1..at];
                    self.rest = &self.rest[at + 1..];
                    let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
                    let (flags, rest) = self.rest.split_at(end);
                    self.rest = rest.trim_start();
                    let regex =
                        Regex::new(pattern, flags).map_err(|_| format!("`/{pattern}/` is no pattern"))?;
                    return Ok(Expression::Literal(Value::Regex(Arc::new(regex))));
                }
                _ => {}
            }
        }
        Err("a pattern is not closed".to_owned())
    }

    fn name(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !is_word(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.rest = rest.trim_start();
        Some(name.to_owned())
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest.strip_prefix(token).map(|rest| self.rest = rest.trim_start()).is_some()
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(unexpected(self.rest)) }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

fn unexpected(rest: &str) -> String {
    let shown: String = rest.chars().take(20).collect();
    if shown.is_empty() {
        "the expression ends too early".to_owned()
    } else {
        format!("`{shown}` is not expected")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(script: &str, document: &str) -> bool {
        let root = model::tree::parse(document, "a.yaml", Default::default()).unwrap().remove(0).root;
        let expression = Expression::parse(script).unwrap_or_else(|fault| panic!("{script}: {fault}"));
        let scope = Scope {
            root: &root,
            here: &root,
            property: Segment::Key("name"),
            path: &[Segment::Key("parent"), Segment::Key("name")],
            above: &[&root],
            get: &|node, name| crate::pointer::child(node, &Segment::Key(name)),
        };
        expression.matches(&scope)
    }

    #[test]
    fn expressions_mean_what_they_mean_in_javascript() {
        for (script, expected) in [
            ("@.type == 'array'", true),
            ("@ && @.type && !@.items", true),
            ("@.enum.constructor.name === 'Array'", true),
            ("@.enum.length > 2", false),
            ("@.enum.includes('b') && @.count >= 1.5", true),
            ("@.gone !== void 0 || @['x-y'] !== undefined", true),
            ("@.gone.deeper", false),
            ("@property === 'name' && @parentProperty == 'parent'", true),
            ("@property.match(/^n[a-z]+$/i)", true),
            ("/^x/.test(@property)", false),
            ("@.count == '2'", true),
            ("typeof @.count === 'number' ? true : false", true),
            ("@path === \"$['parent']['name']\"", true),
            ("['array', 'object'].indexOf(@.type) !== -1", true),
            ("'type' in @", true),
            ("@.count + 1 === 3 && @.count * 2 > 3", true),
            ("@.no == null", true),
            ("@root.type", true),
            ("1 < 2 === true", true),
        ] {
            let document = "{ type: array, enum: [a, b], count: 2, x-y: 0 }";
            assert_eq!(holds(script, document), expected, "{script}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for script in ["@.a =", "process.exit()", "@foo", "'open", "@.a === ", "(@.a", "x => x"] {
            assert!(Expression::parse(script).is_err(), "{script}");
        }
        assert!(Expression::parse(&"!".repeat(200)).is_err());
        assert!(Expression::parse(&"(".repeat(5000)).is_err());
    }
}
