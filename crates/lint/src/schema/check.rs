//! A value against a schema.

use std::collections::{HashMap, HashSet};

use ::schema::formats;
use model::tree::{Content, Node};

use super::{
    DEEPEST, Detail, Error, MOST_STEPS, MOST_STEPS_EACH, Relaxed, Schemas,
    compile::{ARRAY, BOOLEAN, Compiled, INTEGER, Keyword, NULL, NUMBER, OBJECT, STRING, Types},
};
use crate::{
    graph::{Graph, id},
    js, pointer,
};

/// How errors are gathered.
#[derive(Clone, Copy)]
struct Mode {
    /// Go on after the first.
    all: bool,
    /// Within a schema that may fail without failing the whole: `anyOf` and the like.
    composite: bool,
    /// Only whether it is valid.
    quiet: bool,
    /// Within `not`, where nothing is relaxed.
    negated: bool,
}

pub(super) struct Check<'c, 's, 'd> {
    pub(super) schemas: &'c Schemas<'s>,
    /// Follows references of the value, where it stands in a document.
    pub(super) values: Option<&'c Graph<'d>>,
    at: String,
    depth: usize,
    steps: u64,
    errors: Vec<Error>,
    /// The value is made up, so that nothing about it is remembered by its address.
    passing: bool,
}

impl<'s> Schemas<'s> {
    /// What is wrong with a value; nothing where it is valid.
    pub(crate) fn check<'d>(
        &self,
        schema: &'s Node,
        value: &'d Node,
        values: Option<&Graph<'d>>,
    ) -> Vec<Error> {
        let mut check = Check::new(self, values);
        let all = self.reading.all_errors;
        check.schema(schema, value, Mode { all, composite: false, quiet: false, negated: false });
        check.errors
    }
}

impl<'c, 's, 'd> Check<'c, 's, 'd> {
    fn new(schemas: &'c Schemas<'s>, values: Option<&'c Graph<'d>>) -> Check<'c, 's, 'd> {
        Check { schemas, values, at: String::new(), depth: 0, steps: 0, errors: Vec::new(), passing: false }
    }

    /// Whether a value is valid, without errors.
    pub(super) fn is_valid(&mut self, schema: &'s Node, value: &'d Node) -> bool {
        self.schema(schema, value, Mode { all: false, composite: true, quiet: true, negated: false })
    }

    /// A step of the budget; `false` where it is spent and the value is taken as valid.
    fn step(&mut self) -> bool {
        let budget = self.schemas.budget;
        self.steps += 1;
        budget.spent.set(budget.spent.get() + 1);
        let left = self.steps < MOST_STEPS_EACH && budget.spent.get() < MOST_STEPS;
        if !left {
            budget.exhausted.set(true);
        }
        left
    }

    fn schema(&mut self, schema: &'s Node, value: &'d Node, mode: Mode) -> bool {
        let schema = self.schemas.resolve(schema);
        let value = self.values.map_or(value, |values| values.resolve(value));
        if self.depth > DEEPEST || !self.step() {
            return true;
        }
        let key = (id(schema), id(value));
        let remembers = self.schemas.remembers && !self.passing;
        if remembers && self.schemas.known.borrow().contains(&key) {
            return true;
        }
        let compiled = self.schemas.compiled(schema);
        self.depth += 1;
        let before = self.errors.len();
        let valid = self.keywords(schema, &compiled, value, mode);
        if !valid
            && !mode.quiet
            && let Some(message) = compiled.message
        {
            self.replace(schema, message, before);
        }
        self.depth -= 1;
        if remembers && valid {
            self.schemas.known.borrow_mut().insert(key);
        }
        valid
    }

    fn keywords(&mut self, schema: &'s Node, compiled: &Compiled<'s>, value: &'d Node, mode: Mode) -> bool {
        if let Some(constant) = compiled.constant {
            if !constant {
                self.error(schema, "false schema", mode, || "boolean schema is false".to_owned());
            }
            return constant;
        }
        let kind = kind(value);
        let typed = compiled.types == 0 || compiled.types & kind != 0;
        let mut valid = true;
        if compiled.type_first && !typed {
            self.error(schema, "type", mode, || format!("must be {}", compiled.type_text));
            if !mode.all {
                return false;
            }
            valid = false;
        }
        for (group, of) in [
            (&compiled.any, Types::MAX),
            (&compiled.number, NUMBER),
            (&compiled.string, STRING),
            (&compiled.array, ARRAY),
            (&compiled.object, OBJECT),
        ] {
            if group.is_empty() {
                continue;
            }
            if kind & of == 0 {
                if !compiled.type_first && !typed && compiled.types == of {
                    self.error(schema, "type", mode, || format!("must be {}", compiled.type_text));
                    valid = false;
                    if !mode.all {
                        return false;
                    }
                }
                continue;
            }
            for keyword in group {
                if !self.keyword(schema, compiled, keyword, value, mode) {
                    valid = false;
                    if !mode.all {
                        return false;
                    }
                }
            }
        }
        valid
    }

    fn keyword(
        &mut self,
        schema: &'s Node,
        compiled: &Compiled<'s>,
        keyword: &Keyword<'s>,
        value: &'d Node,
        mode: Mode,
    ) -> bool {
        let text = || value.as_str().unwrap_or_default();
        match keyword {
            Keyword::Reference(target) => self.schema(target, value, mode),
            Keyword::Const(expected) => {
                let valid = self.equal(expected, value);
                self.ensure(valid, schema, "const", mode, || "must be equal to constant".to_owned())
            }
            Keyword::Enum(values) => {
                let valid = values.iter().any(|expected| self.equal(expected, value));
                if !valid && !mode.quiet {
                    self.error(schema, "enum", mode, || {
                        "must be equal to one of the allowed values".to_owned()
                    });
                    let shown = values.iter().map(js::json).collect();
                    let texts = values.iter().filter_map(Node::as_str).map(str::to_owned).collect();
                    if let Some(error) = self.errors.last_mut() {
                        error.detail = Detail::Values(shown, texts);
                    }
                }
                valid
            }
            Keyword::Not(not) => {
                let quiet = Mode { quiet: true, composite: true, all: false, negated: true };
                let valid = !self.schema(not, value, quiet);
                self.ensure(valid, schema, "not", mode, || "must NOT be valid".to_owned())
            }
            Keyword::AnyOf(schemas) => self.any_of(schema, schemas, value, mode),
            Keyword::OneOf(schemas) => self.one_of(schema, schemas, value, mode),
            Keyword::AllOf(schemas) => self.every(schemas.iter().map(|part| (part, value)), mode),
            Keyword::If { test, then, otherwise } => {
                let quiet = Mode { quiet: true, composite: true, all: false, negated: mode.negated };
                let passes = self.schema(test, value, quiet);
                let (branch, name) = if passes { (then, "then") } else { (otherwise, "else") };
                let Some(branch) = branch else { return true };
                let valid = self.schema(branch, value, mode);
                if !valid && (mode.all || mode.composite) {
                    self.error(schema, "if", mode, || format!("must match \"{name}\" schema"));
                }
                valid
            }
            Keyword::Maximum(limit, shown, exclusive) => {
                let number = number(value);
                let valid = if *exclusive { number < *limit } else { number <= *limit };
                let sign = if *exclusive { "<" } else { "<=" };
                self.ensure(valid, schema, "maximum", mode, || format!("must be {sign} {shown}"))
            }
            Keyword::Minimum(limit, shown, exclusive) => {
                let number = number(value);
                let valid = if *exclusive { number > *limit } else { number >= *limit };
                let sign = if *exclusive { ">" } else { ">=" };
                self.ensure(valid, schema, "minimum", mode, || format!("must be {sign} {shown}"))
            }
            Keyword::MultipleOf(of, shown) => {
                let valid = (number(value) / of).fract() == 0.0;
                self.ensure(valid, schema, "multipleOf", mode, || format!("must be multiple of {shown}"))
            }
            Keyword::MaxLength(most, shown) => {
                let valid = text().chars().count() as f64 <= *most;
                let says = || format!("must NOT have more than {shown} characters");
                self.ensure(valid, schema, "maxLength", mode, says)
            }
            Keyword::MinLength(least, shown) => {
                let valid = text().chars().count() as f64 >= *least;
                let says = || format!("must NOT have fewer than {shown} characters");
                self.ensure(valid, schema, "minLength", mode, says)
            }
            Keyword::Pattern(regex, pattern) => {
                // A pattern that is none, or takes too long, fails nothing here: the schema itself is told about.
                let valid = regex.as_ref().as_ref().map_or(true, |regex| regex.test(text()).unwrap_or(true));
                self.ensure(valid, schema, "pattern", mode, || format!("must match pattern \"{pattern}\""))
            }
            Keyword::Format(name) => {
                let valid = match value.as_str() {
                    Some(text) => formats::fits_text(name, text),
                    None => formats::fits_number(name, number(value)),
                };
                self.ensure(valid, schema, "format", mode, || format!("must match format \"{name}\""))
            }
            Keyword::MaxItems(most, shown) => {
                let valid = items(value).len() as f64 <= *most;
                let says = || format!("must NOT have more than {shown} items");
                self.ensure(valid, schema, "maxItems", mode, says)
            }
            Keyword::MinItems(least, shown) => {
                let valid = items(value).len() as f64 >= *least;
                let says = || format!("must NOT have fewer than {shown} items");
                self.ensure(valid, schema, "minItems", mode, says)
            }
            Keyword::Tuple(schemas) => self.items(schemas.iter(), items(value), 0, mode),
            Keyword::Items(from, rest, name) => {
                let items = items(value);
                if self.schemas.compiled(self.schemas.resolve(rest)).constant == Some(false) {
                    let says = || format!("must NOT have more than {from} items");
                    return self.ensure(items.len() <= *from, schema, name, mode, says);
                }
                let rest_of = items.get(*from..).unwrap_or_default();
                self.items(std::iter::repeat_n(*rest, rest_of.len()), rest_of, *from, mode)
            }
            Keyword::Contains { schema: part, least, most } => {
                let mut count = 0;
                for item in items(value) {
                    count += usize::from(self.is_valid(part, item));
                }
                let valid = count >= *least && most.is_none_or(|most| count <= most);
                self.ensure(valid, schema, "contains", mode, || match most {
                    None => format!("must contain at least {least} valid item(s)"),
                    Some(most) => {
                        format!("must contain at least {least} and no more than {most} valid item(s)")
                    }
                })
            }
            Keyword::Unique => match self.twins(items(value)) {
                None => true,
                Some((first, second)) => self.ensure(false, schema, "uniqueItems", mode, || {
                    format!("must NOT have duplicate items (items ## {first} and {second} are identical)")
                }),
            },
            Keyword::UnevaluatedItems(rest) => self.unevaluated_items(schema, rest, value, mode),
            _ => self.of_object(schema, compiled, keyword, value, mode),
        }
    }

    fn of_object(
        &mut self,
        schema: &'s Node,
        compiled: &Compiled<'s>,
        keyword: &Keyword<'s>,
        value: &'d Node,
        mode: Mode,
    ) -> bool {
        let fields = value.fields().unwrap_or_default();
        match keyword {
            Keyword::MaxProperties(most, shown) => {
                let says = || format!("must NOT have more than {shown} properties");
                self.ensure(fields.len() as f64 <= *most, schema, "maxProperties", mode, says)
            }
            Keyword::MinProperties(least, shown) => {
                let says = || format!("must NOT have fewer than {shown} properties");
                self.ensure(fields.len() as f64 >= *least, schema, "minProperties", mode, says)
            }
            Keyword::Required(names) => {
                let mut valid = true;
                for name in names {
                    if value.get(name).is_some() || self.may_be_left_out(compiled, name, mode) {
                        continue;
                    }
                    valid = false;
                    self.error(schema, "required", mode, || format!("must have required property '{name}'"));
                    if !mode.all {
                        break;
                    }
                }
                valid
            }
            Keyword::PropertyNames(names) => {
                let mut valid = true;
                for (key, _) in fields {
                    if self.is_name(names, &key.text, mode) {
                        continue;
                    }
                    valid = false;
                    self.error(schema, "propertyNames", mode, || "property name must be valid".to_owned());
                    if !mode.all {
                        break;
                    }
                }
                valid
            }
            Keyword::AdditionalProperties(rest) => self.additional(schema, compiled, rest, value, mode),
            Keyword::Dependencies(names, schemas, name) => {
                for (property, needed) in names {
                    if value.get(property).is_none() {
                        continue;
                    }
                    if needed.iter().all(|needed| value.get(needed).is_some()) {
                        continue;
                    }
                    let what = if needed.len() == 1 { "property" } else { "properties" };
                    let needed = needed.join(", ");
                    return self.ensure(false, schema, name, mode, || {
                        format!("must have {what} {needed} when property {property} is present")
                    });
                }
                let present = schemas.iter().filter(|(property, _)| value.get(property).is_some());
                self.every(present.map(|(_, part)| (*part, value)), mode)
            }
            Keyword::Properties(properties) => {
                let mut valid = true;
                // Whichever is shorter is looked up in the other; errors come in the order of the schema.
                for (name, part) in properties {
                    let Some(child) = value.get(name) else { continue };
                    let inside = self.inside(name, |check| check.schema(part, child, mode));
                    valid &= inside;
                    if !valid && !mode.all {
                        return false;
                    }
                }
                valid
            }
            Keyword::Patterns(patterns) => {
                let mut valid = true;
                for (regex, part) in patterns {
                    let Ok(regex) = regex.as_ref() else { continue };
                    for (key, child) in fields {
                        if regex.test(&key.text) == Some(true) {
                            valid &= self.inside(&key.text, |check| check.schema(part, child, mode));
                            if !valid && !mode.all {
                                return false;
                            }
                        }
                    }
                }
                valid
            }
            Keyword::UnevaluatedProperties(rest) => self.unevaluated_properties(schema, rest, value, mode),
            _ => true,
        }
    }

    fn any_of(&mut self, schema: &'s Node, schemas: &'s [Node], value: &'d Node, mode: Mode) -> bool {
        let before = self.errors.len();
        let inner = Mode { composite: true, ..mode };
        for part in schemas {
            if self.schema(part, value, inner) {
                self.errors.truncate(before);
                return true;
            }
        }
        self.error(schema, "anyOf", mode, || "must match a schema in anyOf".to_owned());
        false
    }

    fn one_of(&mut self, schema: &'s Node, schemas: &'s [Node], value: &'d Node, mode: Mode) -> bool {
        let before = self.errors.len();
        let inner = Mode { composite: true, ..mode };
        let mut passing = 0;
        for part in schemas {
            passing += usize::from(self.schema(part, value, inner));
            if passing > 1 {
                break;
            }
        }
        if passing == 1 {
            self.errors.truncate(before);
            return true;
        }
        self.error(schema, "oneOf", mode, || "must match exactly one schema in oneOf".to_owned());
        if passing > 1
            && let (Some(error), false) = (self.errors.last_mut(), mode.quiet)
        {
            error.detail = Detail::Several;
        }
        false
    }

    fn every(&mut self, parts: impl Iterator<Item = (&'s Node, &'d Node)>, mode: Mode) -> bool {
        let mut valid = true;
        for (part, value) in parts {
            valid &= self.schema(part, value, mode);
            if !valid && !mode.all {
                return false;
            }
        }
        valid
    }

    fn items(
        &mut self,
        schemas: impl Iterator<Item = &'s Node>,
        items: &'d [Node],
        from: usize,
        mode: Mode,
    ) -> bool {
        let mut valid = true;
        for (at, (part, item)) in schemas.zip(items).enumerate() {
            valid &= self.inside(&(from + at).to_string(), |check| check.schema(part, item, mode));
            if !valid && !mode.all {
                return false;
            }
        }
        valid
    }

    fn additional(
        &mut self,
        schema: &'s Node,
        compiled: &Compiled<'s>,
        rest: &'s Node,
        value: &'d Node,
        mode: Mode,
    ) -> bool {
        let denied = self.schemas.compiled(self.schemas.resolve(rest)).constant;
        if denied == Some(true) {
            return true;
        }
        let mut known: HashSet<&str> = HashSet::new();
        let mut patterns = Vec::new();
        for keyword in &compiled.object {
            match keyword {
                Keyword::Properties(properties) => known.extend(properties.iter().map(|(name, _)| *name)),
                Keyword::Patterns(list) => patterns.extend(list.iter().map(|(regex, _)| regex)),
                _ => {}
            }
        }
        let mut valid = true;
        for (key, child) in value.fields().unwrap_or_default() {
            let patterned = || {
                patterns
                    .iter()
                    .any(|regex| regex.as_ref().as_ref().is_ok_and(|r| r.test(&key.text) == Some(true)))
            };
            if known.contains(&*key.text) || patterned() {
                continue;
            }
            if denied == Some(false) {
                valid = false;
                self.error(schema, "additionalProperties", mode, || {
                    "must NOT have additional properties".to_owned()
                });
                if let (Some(error), false) = (self.errors.last_mut(), mode.quiet) {
                    error.detail = Detail::Property(key.text.to_string());
                }
            } else {
                valid &= self.inside(&key.text, |check| check.schema(rest, child, mode));
            }
            if !valid && !mode.all {
                return false;
            }
        }
        valid
    }

    fn unevaluated_properties(
        &mut self,
        schema: &'s Node,
        rest: &'s Node,
        value: &'d Node,
        mode: Mode,
    ) -> bool {
        let Some(known) = self.evaluated_properties(schema, value, 0) else { return true };
        let denied = self.schemas.compiled(self.schemas.resolve(rest)).constant == Some(false);
        let mut valid = true;
        for (key, child) in value.fields().unwrap_or_default() {
            if known.contains(&*key.text) {
                continue;
            }
            if denied {
                valid = false;
                let says = || "must NOT have unevaluated properties".to_owned();
                self.error(schema, "unevaluatedProperties", mode, says);
            } else {
                valid &= self.inside(&key.text, |check| check.schema(rest, child, mode));
            }
            if !valid && !mode.all {
                return false;
            }
        }
        valid
    }

    fn unevaluated_items(&mut self, schema: &'s Node, rest: &'s Node, value: &'d Node, mode: Mode) -> bool {
        let Some(known) = self.evaluated_items(schema, value, 0) else { return true };
        let items = items(value);
        if self.schemas.compiled(self.schemas.resolve(rest)).constant == Some(false) {
            let says = || format!("must NOT have more than {known} items");
            return self.ensure(items.len() <= known, schema, "unevaluatedItems", mode, says);
        }
        let rest_of = items.get(known..).unwrap_or_default();
        self.items(std::iter::repeat_n(rest, rest_of.len()), rest_of, known, mode)
    }

    /// Whether a name is valid by a schema for names.
    fn is_name(&mut self, names: &'s Node, name: &str, mode: Mode) -> bool {
        let text = Node { line: 0, column: 0, end: (0, 0), content: Content::Text(name.into()) };
        let mut check = Check::new(self.schemas, None);
        check.at.clone_from(&self.at);
        check.depth = self.depth;
        check.passing = true;
        let valid = check.schema(names, &text, Mode { composite: true, ..mode });
        self.errors.append(&mut check.errors);
        valid
    }

    fn may_be_left_out(&self, compiled: &Compiled<'s>, name: &str, mode: Mode) -> bool {
        if self.schemas.reading.relaxed == Relaxed::No || mode.negated {
            return false;
        }
        let properties = compiled.object.iter().find_map(|keyword| match keyword {
            Keyword::Properties(properties) => Some(properties),
            _ => None,
        });
        let property = properties.and_then(|list| list.iter().find(|(known, _)| *known == name));
        property.is_some_and(|(_, part)| {
            let part = self.schemas.compiled(part);
            match self.schemas.reading.relaxed {
                Relaxed::Request => part.read_only,
                Relaxed::Response => part.write_only,
                Relaxed::No => false,
            }
        })
    }

    fn inside(&mut self, name: &str, run: impl FnOnce(&mut Self) -> bool) -> bool {
        let length = self.at.len();
        self.at.push('/');
        if name.contains(['~', '/']) {
            self.at.push_str(&pointer::escape(name))
        } else {
            self.at.push_str(name)
        }
        let valid = run(self);
        self.at.truncate(length);
        valid
    }

    fn ensure(
        &mut self,
        valid: bool,
        schema: &Node,
        keyword: &'static str,
        mode: Mode,
        message: impl FnOnce() -> String,
    ) -> bool {
        if !valid {
            self.error(schema, keyword, mode, message);
        }
        valid
    }

    fn error(&mut self, schema: &Node, keyword: &'static str, mode: Mode, message: impl FnOnce() -> String) {
        if mode.quiet {
            return;
        }
        let (path, owner) = (self.at.clone(), id(schema));
        self.errors.push(Error { path, keyword, message: message(), owner, detail: Detail::None });
    }

    /// Puts the schema's own words in place of errors.
    fn replace(&mut self, schema: &Node, message: &Node, before: usize) {
        let says = |message: String| Error {
            path: self.at.clone(),
            keyword: "errorMessage",
            message,
            owner: id(schema),
            detail: Detail::None,
        };
        if let Some(text) = message.as_str() {
            let error = says(text.to_owned());
            // The words of schemas further inside stay.
            let mut at = 0;
            let count = self.errors.len();
            self.errors.retain(|error| {
                at += 1;
                at <= before || error.keyword == "errorMessage"
            });
            if self.errors.len() < count {
                self.errors.push(error);
            }
            return;
        }
        let mut replaced = Vec::new();
        for (key, text) in message.fields().unwrap_or_default() {
            let matches = |error: &Error| error.keyword == &*key.text && error.owner == id(schema);
            if self.errors[before..].iter().any(matches) {
                replaced.push(says(text.as_str().unwrap_or_default().to_owned()));
                let mut at = 0;
                self.errors.retain(|error| {
                    at += 1;
                    at <= before || !matches(error)
                });
            }
        }
        self.errors.append(&mut replaced);
    }

    /// The first pair of equal items, from the end of the list.
    fn twins(&mut self, items: &'d [Node]) -> Option<(usize, usize)> {
        if items.len() < 2 {
            return None;
        }
        let texts: Vec<String> = items
            .iter()
            .map(|item| {
                let mut text = String::new();
                self.canonical(item, 0, &mut text);
                text
            })
            .collect();
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, text) in texts.iter().enumerate() {
            places.entry(text).or_default().push(at);
        }
        let pairs = places.values().filter_map(|places| match places.as_slice() {
            [.., first, second] => Some((*first, *second)),
            _ => None,
        });
        pairs.max_by_key(|(_, second)| *second)
    }

    fn canonical(&mut self, node: &'d Node, depth: usize, into: &mut String) {
        let node = self.values.map_or(node, |values| values.resolve(node));
        if depth > DEEPEST || !self.step() {
            return;
        }
        match &node.content {
            Content::List(items) => {
                into.push('[');
                for item in items {
                    self.canonical(item, depth + 1, into);
                    into.push(',');
                }
                into.push(']');
            }
            Content::Mapping(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
                into.push('{');
                for (key, value) in fields {
                    into.push_str(&js::quoted(&key.text));
                    into.push(':');
                    self.canonical(value, depth + 1, into);
                    into.push(',');
                }
                into.push('}');
            }
            _ => into.push_str(&js::json(node)),
        }
    }

    fn equal(&mut self, expected: &'s Node, value: &'d Node) -> bool {
        let expected = self.schemas.resolve(expected);
        let value = self.values.map_or(value, |values| values.resolve(value));
        if !self.step() {
            return true;
        }
        match (&expected.content, &value.content) {
            (Content::Null, Content::Null) => true,
            (Content::Bool(a), Content::Bool(b)) => a == b,
            (Content::Number(a), Content::Number(b)) => a.as_f64() == b.as_f64(),
            (Content::Text(a), Content::Text(b)) => a == b,
            (Content::List(a), Content::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.equal(a, b))
            }
            (Content::Mapping(a), Content::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, a)| value.get(&key.text).is_some_and(|b| self.equal(a, b)))
            }
            _ => false,
        }
    }
}

fn kind(value: &Node) -> Types {
    match &value.content {
        Content::Null => NULL,
        Content::Bool(_) => BOOLEAN,
        Content::Number(number) => match number.as_f64() {
            Some(value) if value.fract() == 0.0 => NUMBER | INTEGER,
            _ => NUMBER,
        },
        Content::Text(_) => STRING,
        Content::List(_) => ARRAY,
        Content::Mapping(_) => OBJECT,
    }
}

fn number(value: &Node) -> f64 {
    match &value.content {
        Content::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn items(value: &Node) -> &[Node] {
    value.items().unwrap_or_default()
}
