//! From CEL's syntax tree to a checked condition: names, types and bounds.

use cel::{
    Env, IdedExpr,
    common::ast::{CallExpr, Expr, LiteralValue, operators as op},
};
use http::HeaderName;
use regex::RegexBuilder;

use crate::{
    pattern::last_line,
    syntax,
    term::Term,
    tree::{Number, Order, Test, Text},
};

/// How deep a condition may nest.
const DEEPEST: u16 = 24;
/// How much memory one compiled regular expression may take, in bytes.
const LARGEST_REGEX: usize = 256 << 10;
/// What a client has.
pub(crate) const CLIENT_FIELDS: &str = "`ip`, `country` and `asn`";
const ROOTS: &str = "`request`, `client`, `api`, `operation`, `caller` and `claims`";
const REQUEST_FIELDS: &str = "`method`, `path`, `host`, `headers` and `query`";

pub(crate) fn compile(text: &str, when: When) -> Result<Test, String> {
    let parsed = parse(text)?;
    Checker { group: None, depth: 0, when }.test(&parsed)
}

/// Compiles what is a text, a number or a condition.
pub(crate) fn compile_term(text: &str) -> Result<Term, String> {
    let parsed = parse(text)?;
    match (Checker { group: None, depth: 0, when: When::Routed }).value(&parsed)? {
        Value::Text(text) => Ok(Term::Text(text)),
        Value::Number(number) => Ok(Term::Number(number)),
        Value::Test(test) => Ok(Term::Test(test)),
        Value::Claim(path) if !path.is_empty() => Ok(Term::Text(claim(path))),
        other => Err(format!("{} stands where a text or a number is expected", other.noun())),
    }
}

fn parse(text: &str) -> Result<IdedExpr, String> {
    // Nesting is bounded before the parser recurses, so that no text can exhaust the stack.
    bounded_nesting(text)?;
    // Without macros: `has`, `exists` and `all` stay the calls that they are written as.
    let parser = Env::default().parser().max_recursion_depth(DEEPEST * 2).error_recovery_limit(4);
    parser.parse(text).map_err(|errors| syntax::said(&errors))
}

/// When a condition will be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// Before it is known what is called and who calls.
    Routing,
    /// After that.
    Routed,
    /// Apart from any request: of these names, each with what is told of it.
    About(&'static [&'static str]),
}

pub(crate) fn bounded_nesting(text: &str) -> Result<(), String> {
    let (mut depth, mut row) = (0_u16, 0_u16);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        row = if matches!(byte, b'!' | b'-') { row + 1 } else { 0 };
        if depth > DEEPEST || row > DEEPEST {
            return Err(format!("a condition may nest {DEEPEST} deep"));
        }
    }
    Ok(())
}

/// One value of any type.
enum Value {
    Test(Test),
    Text(Text),
    Number(Number),
    Groups,
    Scopes,
    /// What a claim is, is known when it is read; no path is all claims.
    Claim(Vec<Box<str>>),
    Headers,
    Query,
    /// A list of texts or of numbers.
    Texts(Vec<Text>),
    Numbers(Vec<i64>),
}

impl Value {
    fn noun(&self) -> &'static str {
        match self {
            Value::Test(_) => "a condition",
            Value::Text(_) => "a text",
            Value::Number(_) => "a number",
            Value::Groups => "the list of groups",
            Value::Scopes => "the list of scopes",
            Value::Claim(path) if path.is_empty() => "all claims",
            Value::Claim(_) => "a claim",
            Value::Headers => "all headers",
            Value::Query => "all parameters",
            Value::Texts(_) | Value::Numbers(_) => "a list",
        }
    }
}

struct Checker<'a> {
    /// The name of the group at hand inside `exists` and `all`.
    group: Option<&'a str>,
    depth: u16,
    when: When,
}

impl<'a> Checker<'a> {
    fn test(&mut self, expr: &'a IdedExpr) -> Result<Test, String> {
        match self.value(expr)? {
            Value::Test(test) => Ok(test),
            Value::Claim(path) if !path.is_empty() => Ok(is_true(path)),
            other => Err(format!(
                "{} stands where a condition is expected; compare it with something",
                other.noun()
            )),
        }
    }

    fn text(&mut self, expr: &'a IdedExpr) -> Result<Text, String> {
        match self.value(expr)? {
            Value::Text(text) => Ok(text),
            Value::Claim(path) if !path.is_empty() => Ok(claim(path)),
            other => Err(format!("{} stands where a text is expected", other.noun())),
        }
    }

    fn value(&mut self, expr: &'a IdedExpr) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > DEEPEST * 4 {
            return Err("the condition is nested too deep".to_owned());
        }
        let value = self.value_of(expr);
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, expr: &'a IdedExpr) -> Result<Value, String> {
        match &expr.expr {
            Expr::Literal(literal) => literal_value(literal),
            Expr::Ident(name) => self.ident(name),
            Expr::Select(select) => {
                let Expr::Ident(root) = &select.operand.expr else {
                    return self.field_of_map(&select.operand, &select.field);
                };
                self.known_by_then(root)?;
                if let When::About(_) = self.when {
                    return Ok(Value::Claim(vec![root.as_str().into(), select.field.as_str().into()]));
                }
                match (root.as_str(), select.field.as_str()) {
                    ("request", "method") => Ok(Value::Text(Text::Method)),
                    ("request", "path") => Ok(Value::Text(Text::Path)),
                    ("request", "host") => Ok(Value::Text(Text::Host)),
                    ("request", "headers") => Ok(Value::Headers),
                    ("request", "query") => Ok(Value::Query),
                    ("client", "ip") => Ok(Value::Text(Text::ClientIp)),
                    ("client", "country") => Ok(Value::Text(Text::ClientCountry)),
                    ("client", "asn") => Ok(Value::Text(Text::ClientAsn)),
                    ("caller", "name") => Ok(Value::Text(Text::CallerName)),
                    ("caller", "groups") => Ok(Value::Groups),
                    ("caller", "scopes") => Ok(Value::Scopes),
                    ("claims", name) => Ok(Value::Claim(vec![name.into()])),
                    ("request", field) => {
                        Err(format!("`request.{field}` is not known; a request has {REQUEST_FIELDS}"))
                    }
                    ("client", field) => {
                        Err(format!("`client.{field}` is not known; a client has {CLIENT_FIELDS}"))
                    }
                    ("caller", field) => Err(format!(
                        "`caller.{field}` is not known; a caller has `name`, `groups` and `scopes`"
                    )),
                    (root, field) => match self.ident(root) {
                        Ok(value) => Err(format!("{} has no field `{field}`", value.noun())),
                        Err(error) => Err(error),
                    },
                }
            }
            Expr::List(list) => self.list(&list.elements),
            Expr::Call(call) => self.call(call),
            Expr::Map(_) | Expr::Struct(_) => Err("mappings have no use in a condition".to_owned()),
            Expr::Comprehension(_) | Expr::Unspecified => Err("this is not an expression".to_owned()),
        }
    }

    /// What is called and who calls is not known while a route is looked for.
    fn known_by_then(&self, name: &str) -> Result<(), String> {
        if let When::About(roots) = self.when {
            let all: Vec<String> = roots.iter().map(|root| format!("`{root}`")).collect();
            return match roots.contains(&name) {
                true => Ok(()),
                false => Err(format!("`{name}` is not known; this can ask about {}", all.join(", "))),
            };
        }
        if self.when == When::Routing && matches!(name, "api" | "operation" | "caller" | "claims") {
            return Err(format!(
                "`{name}` is not known yet when a route is looked for; ask about `request` and `client`"
            ));
        }
        Ok(())
    }

    fn ident(&self, name: &str) -> Result<Value, String> {
        self.known_by_then(name)?;
        match name {
            _ if self.group == Some(name) => Ok(Value::Text(Text::Group)),
            _ if matches!(self.when, When::About(_)) => Ok(Value::Claim(vec![name.into()])),
            "api" => Ok(Value::Text(Text::Api)),
            "operation" => Ok(Value::Text(Text::Operation)),
            "claims" => Ok(Value::Claim(Vec::new())),
            "request" => Err(format!("`request` alone says nothing; it has {REQUEST_FIELDS}")),
            "client" => Err(format!("`client` alone says nothing; it has {CLIENT_FIELDS}")),
            "caller" => Err("`caller` alone says nothing; it has `name`, `groups` and `scopes`".to_owned()),
            _ => Err(format!("`{name}` is not known; a condition can ask about {ROOTS}")),
        }
    }

    fn list(&mut self, elements: &'a [IdedExpr]) -> Result<Value, String> {
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for element in elements {
            match self.value(element)? {
                Value::Text(text) => texts.push(text),
                Value::Claim(path) if !path.is_empty() => texts.push(claim(path)),
                Value::Number(Number::Known(number)) => numbers.push(number),
                other => {
                    return Err(format!("{} stands in a list; a list has texts or numbers", other.noun()));
                }
            }
        }
        match (texts.is_empty(), numbers.is_empty()) {
            (_, true) => Ok(Value::Texts(texts)),
            (true, false) => Ok(Value::Numbers(numbers)),
            (false, false) => Err("a list has either texts or numbers".to_owned()),
        }
    }

    fn field_of_map(&mut self, map: &'a IdedExpr, field: &str) -> Result<Value, String> {
        match self.value(map)? {
            Value::Headers => Ok(Value::Text(Text::Header(header_name(field)?))),
            Value::Query => Ok(Value::Text(Text::Query(field.into()))),
            Value::Claim(mut path) => {
                path.push(field.into());
                Ok(Value::Claim(path))
            }
            other => Err(format!("{} has no field `{field}`", other.noun())),
        }
    }

    fn call(&mut self, call: &'a CallExpr) -> Result<Value, String> {
        let name = call.func_name.as_str();
        let test = match (name, call.target.as_deref(), call.args.as_slice()) {
            (op::LOGICAL_NOT, None, [a]) => Test::Not(self.test(a)?.into()),
            (op::LOGICAL_AND, None, [a, b]) => Test::And(self.test(a)?.into(), self.test(b)?.into()),
            (op::LOGICAL_OR, None, [a, b]) => Test::Or(self.test(a)?.into(), self.test(b)?.into()),
            (op::CONDITIONAL, None, [condition, a, b]) => {
                let condition = self.test(condition)?;
                match (self.value(a)?, self.value(b)?) {
                    (Value::Test(a), Value::Test(b)) => Test::If(Box::new([condition, a, b])),
                    (Value::Text(a), Value::Text(b)) => {
                        return Ok(Value::Text(Text::If(Box::new((condition, a, b)))));
                    }
                    (Value::Number(a), Value::Number(b)) => {
                        return Ok(Value::Number(Number::If(Box::new((condition, a, b)))));
                    }
                    _ => {
                        return Err("both results of `? :` must be conditions, texts or numbers".to_owned());
                    }
                }
            }
            (op::NEGATE, None, [a]) => match self.value(a)? {
                Value::Number(Number::Known(number)) => {
                    return Ok(Value::Number(Number::Known(number.saturating_neg())));
                }
                other => return Err(format!("{} cannot be negated", other.noun())),
            },
            (op::INDEX, None, [map, key]) => {
                return match &key.expr {
                    Expr::Literal(LiteralValue::String(field)) => self.field_of_map(map, field.inner()),
                    _ => Err("what stands in `[…]` must be a text in quotes".to_owned()),
                };
            }
            (op::IN, None, [item, list]) => self.is_in(item, list)?,
            ("has", None, [map]) => match self.value(map)? {
                Value::Text(Text::Header(name)) => Test::HasHeader(name),
                Value::Text(Text::Query(name)) => Test::HasQuery(name),
                Value::Claim(path) if !path.is_empty() => Test::HasClaim(path.into()),
                _ => {
                    let message =
                        "`has` asks for a header, a parameter or a claim, as `has(request.query.page)`";
                    return Err(message.to_owned());
                }
            },
            ("size", None, [of]) | ("size", Some(of), []) => {
                return match self.value(of)? {
                    Value::Text(text) => Ok(Value::Number(Number::Size(text))),
                    Value::Claim(path) if !path.is_empty() => Ok(Value::Number(Number::Size(claim(path)))),
                    Value::Groups => Ok(Value::Number(Number::Groups)),
                    other => Err(format!("{} has no size here", other.noun())),
                };
            }
            ("int", None, [of]) => {
                return match self.value(of)? {
                    Value::Text(text) => Ok(Value::Number(Number::Of(text))),
                    Value::Claim(path) if !path.is_empty() => Ok(Value::Number(Number::Of(claim(path)))),
                    Value::Number(number) => Ok(Value::Number(number)),
                    other => Err(format!("{} cannot be made a number", other.noun())),
                };
            }
            ("lowerAscii", Some(of), []) => return Ok(Value::Text(Text::Lower(self.text(of)?.into()))),
            ("startsWith", Some(of), [part]) => Test::StartsWith(self.text(of)?, self.text(part)?),
            ("endsWith", Some(of), [part]) => Test::EndsWith(self.text(of)?, self.text(part)?),
            ("contains", Some(of), [part]) => Test::Contains(self.text(of)?, self.text(part)?),
            ("matches", Some(of), [pattern]) => {
                let Expr::Literal(LiteralValue::String(pattern)) = &pattern.expr else {
                    return Err("the pattern of `matches` must be a text in quotes".to_owned());
                };
                let regex = RegexBuilder::new(pattern.inner()).size_limit(LARGEST_REGEX).build();
                let regex =
                    regex.map_err(|e| format!("`{}` is no pattern: {}", pattern.inner(), last_line(&e)))?;
                Test::Matches(self.text(of)?, regex)
            }
            ("exists", Some(of), [name, test]) => Test::AnyGroup(self.each_group(of, name, test)?),
            ("all", Some(of), [name, test]) => Test::EveryGroup(self.each_group(of, name, test)?),
            (_, None, [a, b]) => match order(name) {
                Some(order) => self.compare(order, a, b)?,
                None => return Err(unknown_call(name)),
            },
            _ => return Err(unknown_call(name)),
        };
        Ok(Value::Test(test))
    }

    fn compare(&mut self, order: Order, a: &'a IdedExpr, b: &'a IdedExpr) -> Result<Test, String> {
        match (self.value(a)?, self.value(b)?) {
            (Value::Claim(a), Value::Claim(b)) if !a.is_empty() && !b.is_empty() => Err(
                "what two claims are is not known here; compare numbers as `int(claims.a) < int(claims.b)`"
                    .to_owned(),
            ),
            (Value::Claim(path), Value::Text(b)) if !path.is_empty() => {
                Ok(Test::Texts(order, claim(path), b))
            }
            (Value::Text(a), Value::Claim(path)) if !path.is_empty() => {
                Ok(Test::Texts(order, a, claim(path)))
            }
            (Value::Claim(path), Value::Number(b)) if !path.is_empty() => {
                Ok(Test::Numbers(order, Number::Of(claim(path)), b))
            }
            (Value::Number(a), Value::Claim(path)) if !path.is_empty() => {
                Ok(Test::Numbers(order, a, Number::Of(claim(path))))
            }
            (Value::Claim(path), Value::Test(test)) | (Value::Test(test), Value::Claim(path))
                if !path.is_empty() && matches!(order, Order::Equal | Order::Unequal) =>
            {
                let truth =
                    Text::If(Box::new((test, Text::Known("true".into()), Text::Known("false".into()))));
                Ok(Test::Texts(order, claim(path), truth))
            }
            (Value::Text(a), Value::Text(b)) => Ok(Test::Texts(order, a, b)),
            (Value::Number(a), Value::Number(b)) => Ok(Test::Numbers(order, a, b)),
            (Value::Test(a), Value::Test(b)) if matches!(order, Order::Equal) => {
                Ok(Test::Same(a.into(), b.into()))
            }
            (Value::Test(a), Value::Test(b)) if matches!(order, Order::Unequal) => {
                Ok(Test::Not(Test::Same(a.into(), b.into()).into()))
            }
            (a, b) => Err(format!("{} cannot be compared with {}", a.noun(), b.noun())),
        }
    }

    fn is_in(&mut self, item: &'a IdedExpr, list: &'a IdedExpr) -> Result<Test, String> {
        let list = self.value(list)?;
        if let (Value::Claim(path), Expr::Literal(LiteralValue::String(name))) = (&list, &item.expr)
            && path.is_empty()
        {
            return Ok(Test::HasClaim([name.inner().into()].into()));
        }
        if let (Value::Headers | Value::Query, Expr::Literal(LiteralValue::String(name))) =
            (&list, &item.expr)
        {
            return Ok(match list {
                Value::Headers => Test::HasHeader(header_name(name.inner())?),
                _ => Test::HasQuery(name.inner().into()),
            });
        }
        let item = match self.value(item)? {
            Value::Claim(path) if !path.is_empty() => Value::Text(claim(path)),
            item => item,
        };
        match (item, list) {
            (Value::Text(text), Value::Scopes) => Ok(Test::InScopes(text)),
            (Value::Text(text), Value::Claim(path)) if !path.is_empty() => {
                Ok(Test::InClaim(text, path.into()))
            }
            (Value::Text(text), Value::Texts(list)) => Ok(Test::TextIn(text, list)),
            (Value::Text(text), Value::Groups) => Ok(Test::InGroups(text)),
            (Value::Number(number), Value::Numbers(list)) => Ok(Test::NumberIn(number, list)),
            (_, Value::Headers | Value::Query) => {
                Err("a header or parameter is named by a text in quotes".to_owned())
            }
            (item, list) => Err(format!("{} cannot be in {}", item.noun(), list.noun())),
        }
    }

    fn each_group(
        &mut self,
        of: &'a IdedExpr,
        name: &'a IdedExpr,
        test: &'a IdedExpr,
    ) -> Result<Box<Test>, String> {
        if !matches!(self.value(of)?, Value::Groups) {
            return Err("`exists` and `all` go over `caller.groups`".to_owned());
        }
        if self.group.is_some() {
            return Err("`exists` and `all` cannot stand inside each other".to_owned());
        }
        let Expr::Ident(name) = &name.expr else {
            return Err(
                "`exists` and `all` begin with a name: `caller.groups.exists(g, g == \"staff\")`".to_owned()
            );
        };
        self.group = Some(name);
        let test = self.test(test);
        self.group = None;
        Ok(test?.into())
    }
}

fn claim(path: Vec<Box<str>>) -> Text {
    Text::Claim(path.into())
}

fn is_true(path: Vec<Box<str>>) -> Test {
    Test::Texts(Order::Equal, claim(path), Text::Known("true".into()))
}

fn literal_value(literal: &LiteralValue) -> Result<Value, String> {
    match literal {
        LiteralValue::Boolean(known) => Ok(Value::Test(Test::Known(*known.inner()))),
        LiteralValue::String(text) => Ok(Value::Text(Text::Known(text.inner().into()))),
        LiteralValue::Int(number) => Ok(Value::Number(Number::Known(*number.inner()))),
        _ => Err("a condition knows texts, whole numbers, `true` and `false`".to_owned()),
    }
}

fn order(name: &str) -> Option<Order> {
    Some(match name {
        op::EQUALS => Order::Equal,
        op::NOT_EQUALS => Order::Unequal,
        op::LESS => Order::Less,
        op::LESS_EQUALS => Order::LessOrEqual,
        op::GREATER => Order::Greater,
        op::GREATER_EQUALS => Order::GreaterOrEqual,
        _ => return None,
    })
}

fn unknown_call(name: &str) -> String {
    if name.contains('_') && !name.starts_with(|c: char| c.is_alphabetic()) {
        return format!(
            "the operator `{}` has no use in a condition",
            name.trim_matches('_').replace('_', " ")
        );
    }
    format!(
        "`{name}` with these arguments is not known; the functions are `has`, `size`, `int`, `startsWith`, `endsWith`, `contains`, \
         `matches`, `lowerAscii`, `exists` and `all`"
    )
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no name of a header"))
}
