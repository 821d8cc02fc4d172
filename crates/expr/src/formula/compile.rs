//! From CEL's syntax tree to a checked formula.

use cel::{
    Env, IdedExpr,
    common::ast::{CallExpr, EntryExpr, Expr, LiteralValue, operators as op},
};
use http::HeaderName;
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::{Needs, Side, functions::Function};
use crate::{
    check::{CLIENT_FIELDS, bounded_nesting},
    pattern::last_line,
};

/// How deep a formula may nest.
const DEEPEST: u16 = 24;
/// How much memory one compiled regular expression may take, in bytes.
const LARGEST_REGEX: usize = 256 << 10;
const ROOTS: &str = "`request`, `response`, `client`, `api`, `operation`, `caller`, `claims` and `body`";
const REQUEST_FIELDS: &str = "`method`, `path`, `host`, `headers`, `query`, `params` and `body`";

/// A part of a formula.
pub(super) enum Node {
    Known(Value),
    Fact(Fact),
    /// The item at hand of the loop around it, counted from the outermost.
    Local(usize),
    Select(Box<Node>, Box<str>),
    Index(Box<[Node; 2]>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    If(Box<[Node; 3]>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
    Not(Box<Node>),
    Negate(Box<Node>),
    Has(Box<Node>),
    Binary(Binary, Box<[Node; 2]>),
    Call(Function, Vec<Node>),
    Matches(Box<Node>, Regex),
    Each(Each, Box<[Node; 2]>),
}

/// Something the world has.
pub(super) enum Fact {
    Method,
    Path,
    Host,
    Header(HeaderName),
    Headers,
    Query(Box<str>),
    Queries,
    Param(Box<str>),
    Params,
    RequestBody,
    Status,
    ResponseHeader(HeaderName),
    ResponseHeaders,
    ResponseBody,
    ClientIp,
    ClientCountry,
    ClientAsn,
    Api,
    Operation,
    CallerName,
    CallerGroups,
    CallerScopes,
    Claims,
}

#[derive(Clone, Copy)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

/// Loops over a list, or the keys of a mapping.
#[derive(Clone, Copy)]
pub(super) enum Each {
    Map,
    Filter,
    Exists,
    All,
}

pub(super) fn compile(text: &str, side: Side) -> Result<(Node, Needs), String> {
    // Nesting is bounded before the parser recurses, so that no text can exhaust the stack.
    bounded_nesting(text)?;
    let parser = Env::default().parser().max_recursion_depth(DEEPEST * 2).error_recovery_limit(4);
    let parsed = parser.parse(text).map_err(|errors| crate::syntax::said(&errors))?;
    let mut reader = Reader { side, needs: Needs::default(), locals: Vec::new(), depth: 0 };
    let node = reader.node(&parsed)?;
    Ok((node, reader.needs))
}

struct Reader<'a> {
    side: Side,
    needs: Needs,
    locals: Vec<&'a str>,
    depth: u16,
}

impl<'a> Reader<'a> {
    fn node(&mut self, expr: &'a IdedExpr) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > DEEPEST * 4 {
            return Err("the formula is nested too deep".to_owned());
        }
        let node = self.node_of(expr);
        self.depth -= 1;
        node
    }

    fn boxed(&mut self, expr: &'a IdedExpr) -> Result<Box<Node>, String> {
        self.node(expr).map(Box::new)
    }

    fn two(&mut self, a: &'a IdedExpr, b: &'a IdedExpr) -> Result<Box<[Node; 2]>, String> {
        Ok(Box::new([self.node(a)?, self.node(b)?]))
    }

    fn node_of(&mut self, expr: &'a IdedExpr) -> Result<Node, String> {
        match &expr.expr {
            Expr::Literal(literal) => known(literal).map(Node::Known),
            Expr::Ident(name) => self.ident(name),
            Expr::Select(select) => self.member(&select.operand, &select.field),
            Expr::List(list) => {
                let items = list.elements.iter().map(|item| self.node(item));
                Ok(Node::List(items.collect::<Result<_, _>>()?))
            }
            Expr::Map(map) => {
                let mut entries = Vec::with_capacity(map.entries.len());
                for entry in &map.entries {
                    let EntryExpr::MapEntry(entry) = &entry.expr else {
                        return Err("a mapping is written `{\"name\": value}`".to_owned());
                    };
                    entries.push((self.node(&entry.key)?, self.node(&entry.value)?));
                }
                Ok(Node::Map(entries))
            }
            Expr::Call(call) => self.call(call),
            Expr::Struct(_) => {
                Err("messages have no use here; write a mapping: `{\"name\": value}`".to_owned())
            }
            Expr::Comprehension(_) | Expr::Unspecified => Err("this is not an expression".to_owned()),
        }
    }

    fn ident(&mut self, name: &str) -> Result<Node, String> {
        if let Some(at) = self.locals.iter().rposition(|local| *local == name) {
            return Ok(Node::Local(at));
        }
        let fact = match name {
            "api" => Fact::Api,
            "operation" => Fact::Operation,
            "claims" => Fact::Claims,
            // What `request.body` is.
            "body" => Fact::RequestBody,
            "request" => return Err(format!("`request` alone says nothing; it has {REQUEST_FIELDS}")),
            "response" => {
                return Err("`response` alone says nothing; it has `status`, `headers` and `body`".to_owned());
            }
            "client" => return Err(format!("`client` alone says nothing; it has {CLIENT_FIELDS}")),
            "caller" => {
                return Err("`caller` alone says nothing; it has `name`, `groups` and `scopes`".to_owned());
            }
            _ => return Err(format!("`{name}` is not known; a formula can ask about {ROOTS}")),
        };
        Ok(self.fact(fact))
    }

    fn fact(&mut self, fact: Fact) -> Node {
        match fact {
            Fact::Status | Fact::ResponseHeader(_) | Fact::ResponseHeaders => {}
            Fact::ResponseBody => self.needs.response_body = true,
            Fact::RequestBody => (self.needs.request, self.needs.request_body) = (true, true),
            _ => self.needs.request = true,
        }
        Node::Fact(fact)
    }

    fn member(&mut self, of: &'a IdedExpr, field: &str) -> Result<Node, String> {
        let Expr::Ident(root) = &of.expr else { return self.member_of_value(of, field) };
        if self.locals.contains(&root.as_str()) {
            return self.member_of_value(of, field);
        }
        if root == "response" && self.side == Side::Request {
            return Err("there is no `response` yet where this is evaluated".to_owned());
        }
        let fact = match (root.as_str(), field) {
            ("request", "method") => Fact::Method,
            ("request", "path") => Fact::Path,
            ("request", "host") => Fact::Host,
            ("request", "headers") => Fact::Headers,
            ("request", "query") => Fact::Queries,
            ("request", "params") => Fact::Params,
            ("request", "body") => Fact::RequestBody,
            ("response", "status") => Fact::Status,
            ("response", "headers") => Fact::ResponseHeaders,
            ("response", "body") => Fact::ResponseBody,
            ("client", "ip") => Fact::ClientIp,
            ("client", "country") => Fact::ClientCountry,
            ("client", "asn") => Fact::ClientAsn,
            ("caller", "name") => Fact::CallerName,
            ("caller", "groups") => Fact::CallerGroups,
            ("caller", "scopes") => Fact::CallerScopes,
            ("request", field) => {
                return Err(format!("`request.{field}` is not known; a request has {REQUEST_FIELDS}"));
            }
            ("response", field) => {
                return Err(format!(
                    "`response.{field}` is not known; a response has `status`, `headers` and `body`"
                ));
            }
            ("client", field) => {
                return Err(format!("`client.{field}` is not known; a client has {CLIENT_FIELDS}"));
            }
            ("caller", field) => {
                return Err(format!(
                    "`caller.{field}` is not known; a caller has `name`, `groups` and `scopes`"
                ));
            }
            _ => return self.member_of_value(of, field),
        };
        Ok(self.fact(fact))
    }

    fn member_of_value(&mut self, of: &'a IdedExpr, field: &str) -> Result<Node, String> {
        Ok(match self.node(of)? {
            Node::Fact(Fact::Headers) => Node::Fact(Fact::Header(header_name(field)?)),
            Node::Fact(Fact::ResponseHeaders) => Node::Fact(Fact::ResponseHeader(header_name(field)?)),
            Node::Fact(Fact::Queries) => Node::Fact(Fact::Query(field.into())),
            Node::Fact(Fact::Params) => Node::Fact(Fact::Param(field.into())),
            other => Node::Select(Box::new(other), field.into()),
        })
    }

    fn call(&mut self, call: &'a CallExpr) -> Result<Node, String> {
        let name = call.func_name.as_str();
        match (name, call.target.as_deref(), call.args.as_slice()) {
            (op::LOGICAL_NOT, None, [a]) => Ok(Node::Not(self.boxed(a)?)),
            (op::NEGATE, None, [a]) => Ok(Node::Negate(self.boxed(a)?)),
            (op::LOGICAL_AND, None, [a, b]) => Ok(Node::And(self.two(a, b)?)),
            (op::LOGICAL_OR, None, [a, b]) => Ok(Node::Or(self.two(a, b)?)),
            (op::CONDITIONAL, None, [condition, a, b]) => {
                Ok(Node::If(Box::new([self.node(condition)?, self.node(a)?, self.node(b)?])))
            }
            (op::INDEX, None, [map, key]) => match &key.expr {
                Expr::Literal(LiteralValue::String(field)) => self.member_of_value(map, field.inner()),
                _ => Ok(Node::Index(self.two(map, key)?)),
            },
            ("has", None, [of]) => match self.node(of)? {
                node @ (Node::Fact(_) | Node::Select(..) | Node::Index(_)) => Ok(Node::Has(Box::new(node))),
                _ => Err("`has` asks for a member, as `has(request.body.name)`".to_owned()),
            },
            ("matches", Some(of), [pattern]) => {
                let Expr::Literal(LiteralValue::String(pattern)) = &pattern.expr else {
                    return Err("the pattern of `matches` must be a text in quotes".to_owned());
                };
                let regex = RegexBuilder::new(pattern.inner()).size_limit(LARGEST_REGEX).build();
                let regex =
                    regex.map_err(|e| format!("`{}` is no pattern: {}", pattern.inner(), last_line(&e)))?;
                Ok(Node::Matches(self.boxed(of)?, regex))
            }
            (op::MAP, Some(of), [item, each]) => self.each(Each::Map, of, item, each),
            (op::FILTER, Some(of), [item, each]) => self.each(Each::Filter, of, item, each),
            (op::EXISTS, Some(of), [item, each]) => self.each(Each::Exists, of, item, each),
            (op::ALL, Some(of), [item, each]) => self.each(Each::All, of, item, each),
            (_, None, [a, b]) if binary(name).is_some() => {
                let operator = binary(name).unwrap_or(Binary::Equal);
                Ok(Node::Binary(operator, self.two(a, b)?))
            }
            (_, target, arguments) => {
                let count = arguments.len() + usize::from(target.is_some());
                let function = Function::find(name, count).ok_or_else(|| unknown(name))?;
                let arguments = target.into_iter().chain(arguments).map(|argument| self.node(argument));
                Ok(Node::Call(function, arguments.collect::<Result<_, _>>()?))
            }
        }
    }

    fn each(
        &mut self,
        kind: Each,
        of: &'a IdedExpr,
        item: &'a IdedExpr,
        each: &'a IdedExpr,
    ) -> Result<Node, String> {
        let of = self.node(of)?;
        let Expr::Ident(name) = &item.expr else {
            return Err("a loop begins with a name: `items.map(item, item.id)`".to_owned());
        };
        self.locals.push(name);
        let each = self.node(each);
        self.locals.pop();
        Ok(Node::Each(kind, Box::new([of, each?])))
    }
}

impl Node {
    /// Whether its text is a part of a URL as it was sent, and so encoded already.
    pub(super) fn is_encoded(&self) -> bool {
        match self {
            Node::Fact(Fact::Path) => true,
            Node::Call(function, arguments) => {
                function.keeps_encoding() && arguments.first().is_some_and(Node::is_encoded)
            }
            _ => false,
        }
    }
}

fn known(literal: &LiteralValue) -> Result<Value, String> {
    Ok(match literal {
        LiteralValue::Boolean(known) => Value::from(*known.inner()),
        LiteralValue::String(text) => Value::from(text.inner()),
        LiteralValue::Int(number) => Value::from(*number.inner()),
        LiteralValue::UInt(number) => Value::from(*number.inner()),
        LiteralValue::Double(number) => Value::from(*number.inner()),
        LiteralValue::Null => Value::Null,
        LiteralValue::Bytes(_) => return Err("a formula knows what JSON knows, and so no bytes".to_owned()),
    })
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        op::ADD => Binary::Add,
        op::SUBSTRACT => Binary::Subtract,
        op::MULTIPLY => Binary::Multiply,
        op::DIVIDE => Binary::Divide,
        op::MODULO => Binary::Modulo,
        op::EQUALS => Binary::Equal,
        op::NOT_EQUALS => Binary::Unequal,
        op::LESS => Binary::Less,
        op::LESS_EQUALS => Binary::LessOrEqual,
        op::GREATER => Binary::Greater,
        op::GREATER_EQUALS => Binary::GreaterOrEqual,
        op::IN => Binary::In,
        _ => return None,
    })
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = Function::names().map(|name| format!("`{name}`")).collect();
    format!(
        "`{name}` with these arguments is not known; beside the operators there are `has`, `matches`, `map`, `filter`, `exists`, \
         `all`, {}",
        names.join(", ")
    )
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no name of a header"))
}
