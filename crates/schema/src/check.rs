//! A value held against a schema.

use std::{borrow::Cow, collections::hash_map::RandomState, sync::Arc};

use crate::{
    Direction, Fault, Id, Number, Outcome, Schemas, Types, Value,
    fault::push_token,
    formats,
    rules::{Alternatives, Choices, Keyword, ListRules, Node, NumberRules, ObjectRules, TextRules},
};

/// Steps that one value may take.
const MOST_STEPS: u32 = 1_000_000;
/// Schemas and values may nest so deep.
const DEEPEST: usize = 300;

/// Where in the value.
#[derive(Clone, Copy)]
pub(crate) enum Step<'c> {
    Key(&'c str),
    Index(usize),
}

pub(crate) struct Check<'c> {
    pub(crate) schemas: &'c Schemas,
    direction: Option<Direction>,
    at: Vec<Step<'c>>,
    depth: usize,
    steps: u32,
    faults: Vec<Fault>,
    most: usize,
    more: bool,
    /// Faults are not wanted: only whether it is valid.
    quiet: u32,
    /// The resources of the schemas that led here, the outermost first.
    scope: Vec<Arc<str>>,
}

impl Schemas {
    /// Holds a value against a schema, and tells `most` faults at most. A message that goes one way need not have the properties
    /// that only come the other way.
    pub fn check(&self, id: Id, value: &Value<'_>, direction: Option<Direction>, most: usize) -> Outcome {
        let mut check = Check {
            schemas: self,
            direction,
            at: Vec::new(),
            depth: 0,
            steps: 0,
            faults: Vec::new(),
            most: most.max(1),
            more: false,
            quiet: 0,
            scope: Vec::new(),
        };
        check.slot(id.0, value);
        if check.steps > MOST_STEPS && check.faults.is_empty() {
            check.fault("", || "is too complex to be checked".to_owned());
        }
        Outcome { faults: check.faults, more: check.more }
    }

    /// Whether a part of a schema accepts a value, and the steps that took to say.
    pub(crate) fn accepts(
        &self,
        node: &Node,
        value: &Value<'_>,
        direction: Option<Direction>,
    ) -> (bool, u32) {
        let mut check = Check { direction, ..Check::aside(self, &[], 0) };
        let valid = check.quietly(node, value);
        (valid, check.steps)
    }
}

impl<'c> Check<'c> {
    fn slot(&mut self, slot: u32, value: &'c Value<'c>) -> bool {
        let (slot, node) = self.schemas.node(slot);
        let enters =
            self.scope.last().is_none_or(|base| !Arc::ptr_eq(base, &slot.base) && **base != *slot.base);
        if enters {
            self.scope.push(Arc::clone(&slot.base));
        }
        let valid = self.node(node, value);
        if enters {
            self.scope.pop();
        }
        valid
    }

    pub(crate) fn quietly(&mut self, node: &'c Node, value: &'c Value<'c>) -> bool {
        self.quiet += 1;
        let valid = self.node(node, value);
        self.quiet -= 1;
        valid
    }

    pub(crate) fn node(&mut self, node: &'c Node, value: &'c Value<'c>) -> bool {
        self.steps += 1;
        if self.depth > DEEPEST || self.steps > MOST_STEPS {
            return true;
        }
        if let Some(constant) = node.constant {
            return constant || self.fault("", || "is not allowed".to_owned());
        }
        let (kind, number) = kind(value, node.types);
        if !node.types.is_none() && node.types.both(kind).is_none() {
            return self.fault("type", || format!("must be {}", node.types.text()));
        }
        self.depth += 1;
        let mut valid = true;
        for keyword in &node.keywords {
            valid &= self.keyword(keyword, value);
            if !valid && self.quiet > 0 {
                break;
            }
        }
        if valid || self.quiet == 0 {
            valid &= self.of_kind(node, value, number);
        }
        self.depth -= 1;
        valid
    }

    fn of_kind(&mut self, node: &'c Node, value: &'c Value<'c>, number: Option<Number>) -> bool {
        let mut valid = true;
        if let (Some(rules), Some(number)) = (&node.number, number) {
            valid &= self.number(rules, number);
        }
        match value {
            Value::Text(text) => {
                if let Some(rules) = &node.text {
                    valid &= self.text(rules, text);
                }
            }
            // What is taken as a number is none of text.
            Value::Plain(text) if number.is_none() || node.types.is_none() => {
                if let Some(rules) = &node.text {
                    valid &= self.text(rules, text);
                }
            }
            Value::List(items) => {
                if let Some(rules) = &node.list {
                    valid &= self.list(rules, items);
                }
                if let Some(rest) = &node.unevaluated_items {
                    valid &= self.unevaluated_items(node, rest, value, items);
                }
            }
            Value::Object(members) => {
                if let Some(rules) = &node.object {
                    valid &= self.object(rules, value, members);
                }
                if let Some(rest) = &node.unevaluated_properties {
                    valid &= self.unevaluated_properties(node, rest, value, members);
                }
            }
            _ => {}
        }
        valid
    }

    fn keyword(&mut self, keyword: &'c Keyword, value: &'c Value<'c>) -> bool {
        match keyword {
            Keyword::Reference(slot) => slot.is_none_or(|slot| self.slot(slot, value)),
            Keyword::Dynamic { first, anchor } => {
                let slot = self.schemas.dynamic(&self.scope, anchor).unwrap_or(*first);
                self.slot(slot, value)
            }
            Keyword::Const(expected) => {
                expected.equals(value) || self.fault("const", || "is not the value expected".to_owned())
            }
            Keyword::Enum(choices) => choices.have(value) || self.fault("enum", || choices.text()),
            Keyword::Not(not) => {
                !self.quietly(not, value) || self.fault("not", || "is what it must not be".to_owned())
            }
            Keyword::AllOf(parts) => {
                let mut valid = true;
                for part in parts {
                    valid &= self.node(part, value);
                    if !valid && self.quiet > 0 {
                        break;
                    }
                }
                valid
            }
            Keyword::AnyOf(any) => self.alternatives(any, value, false),
            Keyword::OneOf(any) => self.alternatives(any, value, true),
            Keyword::If(parts) => {
                let [Some(test), then, otherwise] = &**parts else { return true };
                let branch = if self.quietly(test, value) { then } else { otherwise };
                branch.as_ref().is_none_or(|branch| self.node(branch, value))
            }
        }
    }

    fn alternatives(&mut self, any: &'c Alternatives, value: &'c Value<'c>, only_one: bool) -> bool {
        let name = if only_one { "oneOf" } else { "anyOf" };
        if let (Some(discriminator), Value::Object(_)) = (&any.discriminator, value) {
            let property = &*discriminator.property;
            let Some(said) = value.get(property).and_then(Value::as_str) else {
                return self.fault("discriminator", || format!("must say in `{property}` what it is"));
            };
            let Some((_, branch)) = discriminator.values.iter().find(|(value, _)| **value == *said) else {
                return self.inside(Step::Key(property), |check| {
                    check.fault("discriminator", || {
                        let values: Vec<_> =
                            discriminator.values.iter().take(12).map(|(v, _)| format!("`{v}`")).collect();
                        format!("must be one of {}", values.join(", "))
                    })
                });
            };
            return self.node(&any.branches[*branch], value);
        }
        let mut passing = 0;
        for branch in &any.branches {
            passing += usize::from(self.quietly(branch, value));
            if passing > usize::from(only_one) {
                break;
            }
        }
        match passing {
            1 => true,
            0 => self.none_fits(any, value, name),
            _ if !only_one => true,
            _ => self.fault(name, || "fits more than one of the alternatives, and must fit one".to_owned()),
        }
    }

    /// What is wrong by the alternative that was meant: the only one for such a kind of value.
    fn none_fits(&mut self, any: &'c Alternatives, value: &'c Value<'c>, name: &'static str) -> bool {
        if self.quiet > 0 {
            return false;
        }
        let fits = |branch: &&Node| {
            let types = self.schemas.types_of(branch, 0);
            !kind(value, types).0.both(types).is_none()
        };
        let mut meant = any.branches.iter().filter(fits);
        if let (Some(branch), None) = (meant.next(), meant.next()) {
            let before = self.faults.len();
            self.node(branch, value);
            if self.faults.len() > before || self.more {
                return false;
            }
        }
        let types =
            any.branches.iter().fold(Types::NONE, |all, branch| all.and(self.schemas.types_of(branch, 0)));
        if kind(value, types).0.both(types).is_none() {
            return self.fault("type", || format!("must be {}", types.text()));
        }
        self.fault(name, || format!("fits none of the {} alternatives", any.branches.len()))
    }

    fn number(&mut self, rules: &NumberRules, number: Number) -> bool {
        let mut valid = true;
        for (least, out) in &rules.least {
            let order = number.compare(*least);
            if order.is_lt() || *out && order.is_eq() {
                let (keyword, word) =
                    if *out { ("exclusiveMinimum", "more than") } else { ("minimum", "at least") };
                valid = self.fault(keyword, || format!("must be {word} {}", shown(*least)));
            }
        }
        for (most, out) in &rules.most {
            let order = number.compare(*most);
            if order.is_gt() || *out && order.is_eq() {
                let (keyword, word) =
                    if *out { ("exclusiveMaximum", "less than") } else { ("maximum", "at most") };
                valid = self.fault(keyword, || format!("must be {word} {}", shown(*most)));
            }
        }
        if let Some(of) = rules.multiple_of
            && !number.is_multiple_of(of)
        {
            valid = self.fault("multipleOf", || format!("must be a multiple of {}", shown(of)));
        }
        if let Some(format) = &rules.format
            && !formats::fits_number(format, number.as_f64())
        {
            valid = self.fault("format", || format!("must be of the format `{format}`"));
        }
        valid
    }

    fn text(&mut self, rules: &TextRules, text: &str) -> bool {
        let mut valid = true;
        // A character has four bytes at most, so that most texts are not counted.
        let (fewest, bytes) = (text.len().div_ceil(4) as u64, text.len() as u64);
        let is_short = rules.least.is_some_and(|least| fewest < least);
        if is_short || rules.most.is_some_and(|most| bytes > most) {
            let length = text.chars().count() as u64;
            if let Some(least) = rules.least.filter(|least| length < *least) {
                valid =
                    self.fault("minLength", || format!("must have at least {}", many(least, "character")));
            }
            if let Some(most) = rules.most.filter(|most| length > *most) {
                valid = self.fault("maxLength", || format!("must have at most {}", many(most, "character")));
            }
        }
        if let Some(pattern) = &rules.pattern
            && !pattern.matches(text)
        {
            valid =
                self.fault("pattern", || format!("must match the pattern `{}`", shortened(&pattern.text)));
        }
        if let Some(format) = &rules.format
            && !formats::fits_text(format, text)
        {
            valid = self.fault("format", || format!("must be of the format `{format}`"));
        }
        valid
    }

    fn list(&mut self, rules: &'c ListRules, items: &'c [Value<'c>]) -> bool {
        let mut valid = true;
        let length = items.len() as u64;
        if let Some(least) = rules.least.filter(|least| length < *least) {
            valid = self.fault("minItems", || format!("must have at least {}", many(least, "item")));
        }
        if let Some(most) = rules.most.filter(|most| length > *most) {
            valid = self.fault("maxItems", || format!("must have at most {}", many(most, "item")));
        }
        if rules.unique && has_twins(items) {
            valid = self.fault("uniqueItems", || "must not have the same item twice".to_owned());
        }
        for (at, item) in items.iter().enumerate() {
            if !valid && (self.quiet > 0 || self.more) {
                return false;
            }
            if let Some(node) = rules.tuple.get(at).or(rules.rest.as_ref()) {
                valid &= self.inside(Step::Index(at), |check| check.node(node, item));
            }
        }
        if let Some(contains) = &rules.contains {
            let mut count = 0;
            for item in items {
                count += u64::from(self.quietly(&contains.node, item));
            }
            if count < contains.least {
                let least = contains.least;
                valid = self.fault("contains", || {
                    format!("must contain at least {}", many(least, "item of the kind asked for"))
                });
            }
            if let Some(most) = contains.most.filter(|most| count > *most) {
                valid = self.fault("maxContains", || {
                    format!("must contain at most {}", many(most, "item of the kind asked for"))
                });
            }
        }
        valid
    }

    fn object(
        &mut self,
        rules: &'c ObjectRules,
        value: &'c Value<'c>,
        members: &'c [(Cow<'c, str>, Value<'c>)],
    ) -> bool {
        let mut valid = true;
        let length = members.len() as u64;
        if let Some(least) = rules.least.filter(|least| length < *least) {
            valid = self.fault("minProperties", || format!("must have at least {}", many(least, "property")));
        }
        if let Some(most) = rules.most.filter(|most| length > *most) {
            valid = self.fault("maxProperties", || format!("must have at most {}", many(most, "property")));
        }
        let mut found = 0;
        for (name, child) in members {
            if !valid && (self.quiet > 0 || self.more) {
                return false;
            }
            let mut known = false;
            if let Some(property) = rules.property(name) {
                found += usize::from(property.required.is_some());
                if let Some(node) = &property.node {
                    known = true;
                    valid &= self.inside(Step::Key(name), |check| check.property(node, child));
                }
            }
            for (pattern, node) in &rules.patterns {
                if pattern.matches(name) {
                    known = true;
                    valid &= self.inside(Step::Key(name), |check| check.node(node, child));
                }
            }
            if let (Some(rest), false) = (&rules.additional, known) {
                valid &= self.inside(Step::Key(name), |check| match rest.constant {
                    Some(false) => check.fault("additionalProperties", || "is not known here".to_owned()),
                    _ => check.node(rest, child),
                });
            }
            if let Some(names) = &rules.names {
                // A name is a value as long as it is looked at.
                let schemas = self.schemas;
                let name_value = Value::Text(Cow::Borrowed(name));
                let fits = Check::aside(schemas, &self.scope, self.steps).quietly(names, &name_value);
                valid &= fits
                    || self.inside(Step::Key(name), |check| {
                        check.fault("propertyNames", || "is no name that is allowed here".to_owned())
                    });
            }
        }
        if found < rules.required {
            valid &= self.missing(rules, members);
        }
        for (name, needed) in &rules.dependent_names {
            if value.get(name).is_none() {
                continue;
            }
            for other in needed.iter().filter(|other| value.get(other).is_none()) {
                valid =
                    self.fault("dependentRequired", || format!("must have `{other}` where it has `{name}`"));
            }
        }
        for (name, node) in &rules.dependent {
            if value.get(name).is_some() {
                valid &= self.node(node, value);
            }
        }
        valid
    }

    fn property(&mut self, node: &'c Node, child: &'c Value<'c>) -> bool {
        let valid = self.node(node, child);
        if self.direction == Some(Direction::Response) && self.is_one_way(node) == Some(Direction::Request) {
            return self
                .fault("writeOnly", || "is only sent to the service, and must not come back".to_owned());
        }
        valid
    }

    fn missing(&mut self, rules: &'c ObjectRules, members: &[(Cow<'c, str>, Value<'c>)]) -> bool {
        let mut valid = true;
        let mut required: Vec<_> =
            rules.properties.iter().filter(|(_, property)| property.required.is_some()).collect();
        required.sort_by_key(|(_, property)| property.required);
        for (name, property) in required {
            if members.iter().any(|(known, _)| **known == **name) {
                continue;
            }
            let way = property.node.as_ref().and_then(|node| self.is_one_way(node));
            if way.is_some() && way != self.direction && self.direction.is_some() {
                continue;
            }
            valid = self.inside(Step::Key(name), |check| check.fault("required", || "is missing".to_owned()));
            if self.quiet > 0 {
                break;
            }
        }
        valid
    }

    /// The only direction a property goes: what is read-only comes in responses.
    fn is_one_way(&self, node: &'c Node) -> Option<Direction> {
        if node.read_only || node.write_only {
            return Some(if node.read_only { Direction::Response } else { Direction::Request });
        }
        match &*node.keywords {
            [Keyword::Reference(Some(slot))] => {
                let node = self.schemas.node(*slot).1;
                match (node.read_only, node.write_only) {
                    (true, _) => Some(Direction::Response),
                    (_, true) => Some(Direction::Request),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A check of something beside the value.
    fn aside<'n>(schemas: &'n Schemas, scope: &[Arc<str>], steps: u32) -> Check<'n> {
        Check {
            schemas,
            direction: None,
            at: Vec::new(),
            depth: 0,
            steps,
            faults: Vec::new(),
            most: 1,
            more: false,
            quiet: 0,
            scope: scope.to_vec(),
        }
    }

    pub(crate) fn inside(&mut self, step: Step<'c>, run: impl FnOnce(&mut Self) -> bool) -> bool {
        self.at.push(step);
        let valid = run(self);
        self.at.pop();
        valid
    }

    /// Always `false`.
    pub(crate) fn fault(&mut self, keyword: &'static str, message: impl FnOnce() -> String) -> bool {
        if self.quiet > 0 {
            return false;
        }
        if self.faults.len() >= self.most {
            self.more = true;
            return false;
        }
        let mut pointer = String::new();
        for step in &self.at {
            match step {
                Step::Key(name) => push_token(&mut pointer, name),
                Step::Index(at) => push_token(&mut pointer, &at.to_string()),
            }
        }
        let fault = Fault { pointer, keyword, message: message() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
        false
    }
}

impl Choices {
    fn have(&self, value: &Value<'_>) -> bool {
        let text = match value {
            Value::Text(text) | Value::Plain(text) => Some(text),
            _ => None,
        };
        text.is_some_and(|text| self.texts.binary_search_by(|known| (**known).cmp(text)).is_ok())
            || self.others.iter().any(|other| other.equals(value))
    }

    fn text(&self) -> String {
        let texts = self.texts.iter().map(|text| format!("`{}`", shortened(text)));
        let others = self.others.iter().map(|other| match other {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => shown(*number),
            _ => "…".to_owned(),
        });
        let all: Vec<String> = texts.chain(others).collect();
        let more = if all.len() > 12 { format!(" and {} more", all.len() - 12) } else { String::new() };
        format!("must be one of {}{more}", all[..all.len().min(12)].join(", "))
    }
}

/// What kind of value it is where these are allowed, and its number where it is one.
fn kind(value: &Value<'_>, allowed: Types) -> (Types, Option<Number>) {
    let of_number =
        |number: Number| (if number.is_whole() { Types::INTEGER } else { Types(8) }, Some(number));
    match value {
        Value::Null => (Types::NULL, None),
        Value::Bool(_) => (Types::BOOLEAN, None),
        Value::Number(number) => of_number(*number),
        Value::Text(_) => (Types::STRING, None),
        Value::List(_) => (Types::LIST, None),
        Value::Object(_) => (Types::OBJECT, None),
        Value::Plain(text) => {
            let number = || Number::of_text(text);
            if allowed.is_none() {
                (Types::STRING, number())
            } else if allowed.has(Types::STRING) {
                (Types::STRING, None)
            } else if !allowed.both(Types::NUMBER).is_none()
                && let Some(number) = number()
            {
                of_number(number)
            } else if matches!(&**text, "true" | "false") {
                (Types::BOOLEAN, None)
            } else if text.is_empty() || text == "null" {
                (Types::NULL, None)
            } else {
                (Types::STRING, None)
            }
        }
    }
}

fn has_twins(items: &[Value<'_>]) -> bool {
    if items.len() < 2 {
        return false;
    }
    let state = RandomState::new();
    let mut hashes: Vec<(u64, usize)> =
        items.iter().enumerate().map(|(at, item)| (item.hash_with(&state), at)).collect();
    hashes.sort_unstable();
    hashes.windows(2).any(|pair| pair[0].0 == pair[1].0 && items[pair[0].1].equals(&items[pair[1].1]))
}

pub(crate) fn shown(number: Number) -> String {
    match number {
        Number::Whole(value) => value.to_string(),
        Number::Float(value) => value.to_string(),
    }
}

fn many(count: u64, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => match what.split_once(' ') {
            Some((first, rest)) => format!("{count} {first}s {rest}"),
            None => format!("{count} {what}s"),
        },
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 80 {
        text.to_owned()
    } else {
        text.chars().take(80).collect::<String>() + "…"
    }
}

impl Check<'_> {
    pub(crate) fn dynamic(&self, anchor: &str) -> Option<u32> {
        self.schemas.dynamic(&self.scope, anchor)
    }
}
