//! Evaluates formulas within a budget.

use std::{borrow::Cow, cmp::Ordering};

use head::Headers;
use http::HeaderName;
use serde_json::{Map, Number, Value};

use super::{
    Stop, View,
    compile::{Binary, Each, Fact, Node},
};

/// What one evaluation may cost: a step for each part of the formula and each item looped over, and one for every 64 bytes copied.
const BUDGET: usize = 200_000;
/// The bytes that one step pays for.
const BYTES_A_STEP: usize = 64;

pub(super) fn value(node: &Node, view: &View<'_>) -> Result<Value, Stop> {
    let mut run = Run { view, locals: Vec::new(), left: BUDGET };
    let value = run.eval(node)?;
    run.pay_for(&value)?;
    Ok(value.into_owned())
}

struct Run<'a> {
    view: &'a View<'a>,
    locals: Vec<Cow<'a, Value>>,
    left: usize,
}

type Evaluated<'a> = Result<Cow<'a, Value>, Stop>;

fn owned<'a>(value: impl Into<Value>) -> Evaluated<'a> {
    Ok(Cow::Owned(value.into()))
}

impl<'a> Run<'a> {
    fn pay(&mut self, steps: usize) -> Result<(), Stop> {
        self.left = self.left.checked_sub(steps).ok_or(Stop::TooMuch)?;
        Ok(())
    }

    /// Pays for copying a value.
    fn pay_for(&mut self, value: &Value) -> Result<(), Stop> {
        match value {
            Value::String(text) => self.pay(1 + text.len() / BYTES_A_STEP),
            Value::Array(items) => {
                self.pay(1)?;
                items.iter().try_for_each(|item| self.pay_for(item))
            }
            Value::Object(members) => {
                self.pay(1)?;
                members.iter().try_for_each(|(name, member)| {
                    self.pay(1 + name.len() / BYTES_A_STEP)?;
                    self.pay_for(member)
                })
            }
            _ => self.pay(1),
        }
    }

    fn eval(&mut self, node: &'a Node) -> Evaluated<'a> {
        self.pay(1)?;
        match node {
            Node::Known(value) => Ok(Cow::Borrowed(value)),
            Node::Fact(fact) => self.fact(fact),
            Node::Local(at) => {
                let local = self.locals.get(*at).ok_or(Stop::Missing)?;
                if let Cow::Borrowed(value) = local {
                    return Ok(Cow::Borrowed(value));
                }
                let copy = local.clone().into_owned();
                self.pay_for(&copy)?;
                Ok(Cow::Owned(copy))
            }
            Node::Select(of, field) => member(self.eval(of)?, field),
            Node::Index(parts) => {
                let [of, key] = &**parts;
                let (of, key) = (self.eval(of)?, self.eval(key)?);
                match &*key {
                    Value::String(field) => member(of, field),
                    Value::Number(at) => {
                        let at = at.as_u64().and_then(|at| usize::try_from(at).ok()).ok_or(Stop::Missing)?;
                        item(of, at)
                    }
                    _ => Err(Stop::Unfit),
                }
            }
            Node::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    list.push(self.copy(item)?);
                }
                owned(list)
            }
            Node::Map(entries) => {
                let mut map = Map::new();
                for (name, value) in entries {
                    let Value::String(name) = self.copy(name)? else { return Err(Stop::Unfit) };
                    map.insert(name, self.copy(value)?);
                }
                owned(map)
            }
            Node::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let chosen = if self.truth(condition)? { then } else { otherwise };
                self.eval(chosen)
            }
            // An error is no answer, unless the other side decides alone.
            Node::And(parts) => match (self.truth(&parts[0]), &parts[1]) {
                (Ok(false), _) => owned(false),
                (Ok(true), right) => owned(self.truth(right)?),
                (Err(stop), right) => self.truth(right).ok().filter(|is| !is).ok_or(stop).and_then(owned),
            },
            Node::Or(parts) => match (self.truth(&parts[0]), &parts[1]) {
                (Ok(true), _) => owned(true),
                (Ok(false), right) => owned(self.truth(right)?),
                (Err(stop), right) => self.truth(right).ok().filter(|is| *is).ok_or(stop).and_then(owned),
            },
            Node::Not(of) => owned(!self.truth(of)?),
            Node::Negate(of) => {
                let of = self.eval(of)?;
                arithmetic(Binary::Subtract, &Value::from(0), &of).map(Cow::Owned)
            }
            Node::Has(of) => match self.eval(of) {
                Ok(_) => owned(true),
                Err(Stop::TooMuch) => Err(Stop::TooMuch),
                Err(_) => owned(false),
            },
            Node::Binary(operator, parts) => {
                let (left, right) = (self.eval(&parts[0])?, self.eval(&parts[1])?);
                self.binary(*operator, left, right)
            }
            Node::Call(function, arguments) => {
                let arguments = arguments.iter().map(|argument| self.eval(argument));
                let arguments: Vec<_> = arguments.collect::<Result<_, _>>()?;
                arguments.iter().try_for_each(|argument| self.pay_for(argument))?;
                let value = function.call(&arguments, self.left.saturating_mul(BYTES_A_STEP))?;
                self.pay_for(&value)?;
                owned(value)
            }
            Node::Matches(of, regex) => {
                let of = self.eval(of)?;
                self.pay_for(&of)?;
                owned(regex.is_match(of.as_str().ok_or(Stop::Unfit)?))
            }
            Node::Each(kind, parts) => self.each(*kind, &parts[0], &parts[1]),
        }
    }

    fn copy(&mut self, node: &'a Node) -> Result<Value, Stop> {
        let value = self.eval(node)?;
        self.pay_for(&value)?;
        Ok(value.into_owned())
    }

    fn truth(&mut self, node: &'a Node) -> Result<bool, Stop> {
        self.eval(node)?.as_bool().ok_or(Stop::Unfit)
    }

    fn each(&mut self, kind: Each, of: &'a Node, each: &'a Node) -> Evaluated<'a> {
        let items: Vec<Cow<'a, Value>> = match self.eval(of)? {
            Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
            Cow::Owned(Value::Array(items)) => items.into_iter().map(Cow::Owned).collect(),
            // CEL loops over the keys of a mapping.
            Cow::Borrowed(Value::Object(members)) => {
                members.keys().map(|name| Cow::Owned(name.as_str().into())).collect()
            }
            Cow::Owned(Value::Object(members)) => {
                members.into_iter().map(|(name, _)| Cow::Owned(name.into())).collect()
            }
            _ => return Err(Stop::Unfit),
        };
        self.pay(items.len())?;
        let mut made = Vec::new();
        // An error is no answer, unless another item decides alone.
        let mut undecided = None;
        for item in items {
            self.locals.push(item);
            let outcome = match kind {
                Each::Map => self.copy(each).map(|value| made.push(value)).map(|()| None),
                Each::Filter | Each::Exists | Each::All => self.truth(each).map(Some),
            };
            let item = self.locals.pop();
            match (kind, outcome) {
                (_, Err(Stop::TooMuch)) => return Err(Stop::TooMuch),
                (Each::Map | Each::Filter, Err(stop)) => return Err(stop),
                (_, Err(stop)) => undecided = Some(stop),
                (Each::Exists, Ok(Some(true))) => return owned(true),
                (Each::All, Ok(Some(false))) => return owned(false),
                (Each::Filter, Ok(Some(true))) => {
                    let item = item.unwrap_or(Cow::Owned(Value::Null));
                    self.pay_for(&item)?;
                    made.push(item.into_owned());
                }
                _ => {}
            }
        }
        match (kind, undecided) {
            (Each::Map | Each::Filter, _) => owned(made),
            (_, Some(stop)) => Err(stop),
            (_, None) => owned(matches!(kind, Each::All)),
        }
    }

    fn binary(&mut self, operator: Binary, left: Cow<'a, Value>, right: Cow<'a, Value>) -> Evaluated<'a> {
        match operator {
            Binary::Equal | Binary::Unequal => {
                self.pay_for(&left)?;
                owned(same(&left, &right) == matches!(operator, Binary::Equal))
            }
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                let order = order(&left, &right)?;
                owned(match operator {
                    Binary::Less => order.is_lt(),
                    Binary::LessOrEqual => order.is_le(),
                    Binary::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            Binary::In => match &*right {
                Value::Array(items) => {
                    self.pay_for(&right)?;
                    owned(items.iter().any(|item| same(item, &left)))
                }
                Value::Object(members) => owned(members.contains_key(left.as_str().ok_or(Stop::Unfit)?)),
                _ => Err(Stop::Unfit),
            },
            Binary::Add => match (left, right) {
                (left, right) if left.is_string() && right.is_string() => {
                    let (Value::String(mut text), Some(more)) = (left.into_owned(), right.as_str()) else {
                        return Err(Stop::Unfit);
                    };
                    text.push_str(more);
                    let text = Value::from(text);
                    self.pay_for(&text)?;
                    owned(text)
                }
                (left, right) if left.is_array() && right.is_array() => {
                    self.pay_for(&left)?;
                    self.pay_for(&right)?;
                    let (Value::Array(mut items), Value::Array(more)) =
                        (left.into_owned(), right.into_owned())
                    else {
                        return Err(Stop::Unfit);
                    };
                    items.extend(more);
                    owned(items)
                }
                (left, right) => arithmetic(operator, &left, &right).map(Cow::Owned),
            },
            _ => arithmetic(operator, &left, &right).map(Cow::Owned),
        }
    }

    fn fact(&mut self, fact: &Fact) -> Evaluated<'a> {
        let (view, facts) = (self.view, &self.view.facts);
        let response = || view.response.ok_or(Stop::Missing);
        let text = match fact {
            Fact::Method => facts.head.method.as_str().into(),
            Fact::Path => facts.head.uri.path().into(),
            Fact::Host => facts.host(),
            Fact::Header(name) => facts.header(name).ok_or(Stop::Missing)?,
            Fact::Headers => return owned(headers(&facts.head.headers)),
            Fact::Query(name) => facts.query(name).ok_or(Stop::Missing)?,
            Fact::Queries => return owned(facts.queries()),
            Fact::Param(name) => param(view, name).ok_or(Stop::Missing)?.into(),
            Fact::Params => return owned(Map::from_iter(params(view))),
            Fact::RequestBody => return view.request_body.map(Cow::Borrowed).ok_or(Stop::Missing),
            Fact::Status => return owned(response()?.status),
            Fact::ResponseHeader(name) => {
                return owned(lines(response()?.headers, name).ok_or(Stop::Missing)?);
            }
            Fact::ResponseHeaders => return owned(headers(response()?.headers)),
            Fact::ResponseBody => return response()?.body.map(Cow::Borrowed).ok_or(Stop::Missing),
            Fact::ClientIp => facts.client.to_canonical().to_string().into(),
            Fact::ClientCountry => facts.origin.unwrap_or_default().country().to_owned().into(),
            Fact::ClientAsn => facts.origin.unwrap_or_default().asn().into(),
            Fact::Api => facts.api.into(),
            Fact::Operation => facts.operation.into(),
            Fact::CallerName => facts.caller.map_or("", |caller| caller.name).into(),
            Fact::CallerGroups => return owned(facts.groups().to_vec()),
            Fact::CallerScopes => {
                return owned(facts.scopes().iter().map(|scope| Value::from(&**scope)).collect::<Vec<_>>());
            }
            Fact::Claims => {
                return facts.caller.and_then(|caller| caller.claims).map(Cow::Borrowed).ok_or(Stop::Missing);
            }
        };
        self.pay(text.len() / BYTES_A_STEP)?;
        owned(text)
    }
}

fn lines(headers: &Headers, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> =
        headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

fn headers(of: &Headers) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, line) in of.iter() {
        let line = String::from_utf8_lossy(line.as_bytes());
        match all.get_mut(name) {
            Some(Value::String(text)) => {
                text.push_str(", ");
                text.push_str(&line);
            }
            _ => {
                all.insert(name.to_owned(), line.into());
            }
        }
    }
    all
}

/// The parameters of the path, decoded. The template is laid against the end of the path.
fn params(view: &View<'_>) -> impl Iterator<Item = (String, Value)> {
    let segments = view.facts.head.uri.path().split('/').rev();
    let pairs = view.template.split('/').rev().zip(segments);
    pairs.flat_map(|(template, segment)| {
        let (before, rest) = template.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        let value = segment.strip_prefix(before)?.strip_suffix(after)?;
        let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
        Some((name.trim_start_matches('*').to_owned(), Value::from(value)))
    })
}

fn param(view: &View<'_>, name: &str) -> Option<String> {
    params(view).find(|(known, _)| known == name).and_then(|(_, value)| match value {
        Value::String(text) => Some(text),
        _ => None,
    })
}

fn member<'a>(of: Cow<'a, Value>, field: &str) -> Evaluated<'a> {
    match of {
        Cow::Borrowed(Value::Object(members)) => members.get(field).map(Cow::Borrowed).ok_or(Stop::Missing),
        Cow::Owned(Value::Object(mut members)) => {
            members.swap_remove(field).map(Cow::Owned).ok_or(Stop::Missing)
        }
        _ => Err(Stop::Missing),
    }
}

fn item<'a>(of: Cow<'a, Value>, at: usize) -> Evaluated<'a> {
    match of {
        Cow::Borrowed(Value::Array(items)) => items.get(at).map(Cow::Borrowed).ok_or(Stop::Missing),
        Cow::Owned(Value::Array(mut items)) if at < items.len() => Ok(Cow::Owned(items.swap_remove(at))),
        _ => Err(Stop::Missing),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => numbers(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let found = |(name, value)| right.get(name).is_some_and(|other| same(value, other));
            left.len() == right.len() && left.iter().all(found)
        }
        _ => left == right,
    }
}

fn order(left: &Value, right: &Value) -> Result<Ordering, Stop> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Ok(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Ok(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => numbers(left, right).ok_or(Stop::Unfit),
        _ => Err(Stop::Unfit),
    }
}

fn numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Whole numbers stay whole; with a fraction on either side it is done in floating point.
fn arithmetic(operator: Binary, left: &Value, right: &Value) -> Result<Value, Stop> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else { return Err(Stop::Unfit) };
    if let (Some(left), Some(right)) = (whole(left), whole(right)) {
        let result = match operator {
            Binary::Add => left.checked_add(right),
            Binary::Subtract => left.checked_sub(right),
            Binary::Multiply => left.checked_mul(right),
            Binary::Divide => left.checked_div(right),
            Binary::Modulo => left.checked_rem(right),
            _ => None,
        };
        let result = result.ok_or(Stop::Unfit)?;
        let small = i64::try_from(result).map(Value::from);
        return small.or_else(|_| u64::try_from(result).map(Value::from)).map_err(|_| Stop::Unfit);
    }
    let (left, right) = (left.as_f64().ok_or(Stop::Unfit)?, right.as_f64().ok_or(Stop::Unfit)?);
    let result = match operator {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        _ => return Err(Stop::Unfit),
    };
    Number::from_f64(result).map(Value::Number).ok_or(Stop::Unfit)
}
