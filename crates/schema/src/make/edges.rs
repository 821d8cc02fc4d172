//! Values beside another: each as that is, but for one place, where it lies on the edge of what a schema takes, or just beyond.
//!
//! What an edge is said to be is what came of holding it against the whole schema: a place that looks wrong and is not is left out.

use std::collections::VecDeque;

use super::{MOST_OPTIONAL, Maker, list_of, number_of, random::Random};
use crate::{
    Direction, Id, Json, Number, Schemas, Types, Value,
    fault::push_token,
    formats,
    rules::{Keyword, ListRules, Node, NumberRules, TextRules},
};

/// Texts and lists are made up to this length for an edge.
const LONGEST_TEXT: u64 = 10_000;
const LONGEST_LIST: u64 = 1_000;
/// Places of one value that are looked at.
const MOST_PLACES: usize = 400;
/// Choices of one `enum` that become edges.
const MOST_CHOICES: usize = 12;
/// References and parts that are followed, one within the other.
const DEEPEST: usize = 40;

/// A value that differs from another in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// JSON pointer (RFC 6901) of the place.
    pub pointer: String,
    /// The keyword whose edge it is.
    pub keyword: &'static str,
    /// For people: `one character too many`.
    pub what: &'static str,
    /// The whole value.
    pub value: Json,
    /// Whether the schema takes it.
    pub valid: bool,
}

/// What could stand in a place.
struct Candidate {
    keyword: &'static str,
    what: &'static str,
    valid: bool,
    /// Nothing: the member is left out.
    value: Option<Json>,
}

/// A place of the value, and the schemas that hold there.
struct Spot<'s> {
    pointer: String,
    nodes: Vec<&'s Node>,
    /// It may be left out of the object it is in; none where it is in no object.
    required: Option<bool>,
}

impl Schemas {
    /// The edges around a value that the schema takes, those of outer places first, `most` at most. The same for the same seed.
    pub fn edges(
        &self,
        id: Id,
        base: &Json,
        direction: Option<Direction>,
        seed: u64,
        most: usize,
    ) -> Vec<Edge> {
        let mut edges: Vec<Edge> = Vec::new();
        let mut spots =
            VecDeque::from([Spot { pointer: String::new(), nodes: vec![self.node(id.0).1], required: None }]);
        let mut looked_at = 0;
        while let Some(spot) = spots.pop_front() {
            looked_at += 1;
            if looked_at > MOST_PLACES || edges.len() >= most {
                break;
            }
            let Some(here) = base.pointer(&spot.pointer) else { continue };
            let all = self.all_of(&spot.nodes, here, direction);
            let edge = EdgeOf { schemas: self, direction, nodes: &spot.nodes, all: &all, seed };
            for candidate in edge.candidates(here, spot.required) {
                let Some(value) = with(base, &spot.pointer, candidate.value) else { continue };
                let valid = self.check(id, &Value::from(&value), direction, 1).is_valid();
                let known = edges.iter().any(|edge| edge.value == value);
                if valid == candidate.valid && value != *base && !known && edges.len() < most {
                    let Candidate { keyword, what, .. } = candidate;
                    edges.push(Edge { pointer: spot.pointer.clone(), keyword, what, value, valid });
                }
            }
            spots.extend(inner(&spot.pointer, &all, here));
        }
        edges
    }

    /// Some schemas with what they refer to, their parts, and those of their alternatives that take the value.
    fn all_of<'s>(&'s self, nodes: &[&'s Node], value: &Json, direction: Option<Direction>) -> Vec<&'s Node> {
        let mut all = Vec::new();
        for node in nodes {
            self.add_all(node, value, direction, &mut all, 0);
        }
        all
    }

    fn add_all<'s>(
        &'s self,
        node: &'s Node,
        value: &Json,
        direction: Option<Direction>,
        all: &mut Vec<&'s Node>,
        depth: usize,
    ) {
        if depth > DEEPEST || all.iter().any(|known| std::ptr::eq(*known, node)) {
            return;
        }
        all.push(node);
        for keyword in &node.keywords {
            match keyword {
                Keyword::Reference(Some(slot)) | Keyword::Dynamic { first: slot, .. } => {
                    self.add_all(self.node(*slot).1, value, direction, all, depth + 1);
                }
                Keyword::AllOf(parts) => {
                    parts.iter().for_each(|part| self.add_all(part, value, direction, all, depth + 1));
                }
                Keyword::AnyOf(any) | Keyword::OneOf(any) => {
                    let value_of = Value::from(value);
                    let takes = |branch: &&'s Node| self.accepts(branch, &value_of, direction).0;
                    if let Some(branch) = any.branches.iter().find(takes) {
                        self.add_all(branch, value, direction, all, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The edges of one place.
struct EdgeOf<'a, 's> {
    schemas: &'s Schemas,
    direction: Option<Direction>,
    nodes: &'a [&'s Node],
    all: &'a [&'s Node],
    seed: u64,
}

impl EdgeOf<'_, '_> {
    fn candidates(&self, here: &Json, required: Option<bool>) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut add = |keyword, what, valid, value: Option<Json>| {
            found.push(Candidate { keyword, what, valid, value });
        };
        match required {
            Some(true) => add("required", "a property that must be there is missing", false, None),
            Some(false) => add("properties", "a property that may be absent is", true, None),
            None => {}
        }
        self.choices(&mut add);
        match here {
            Json::String(text) => self.of_text(text, &mut add),
            Json::Number(number) => self.of_number(Number::from(number), &mut add),
            Json::Bool(value) => {
                add("type", "the other boolean", true, Some(Json::Bool(!value)));
                add("type", "a text in place of a boolean", false, Some("neither".into()));
            }
            Json::Array(items) => self.of_list(items, &mut add),
            Json::Object(members) => self.of_object(members, &mut add),
            Json::Null => {}
        }
        add("type", "null, which is allowed", true, Some(Json::Null));
        add("type", "null, which is not allowed", false, Some(Json::Null));
        found
    }

    fn choices(&self, add: &mut impl FnMut(&'static str, &'static str, bool, Option<Json>)) {
        let Some(choices) = list_of(self.all) else { return };
        let is_text = choices.iter().any(Json::is_string);
        for choice in choices.into_iter().take(MOST_CHOICES) {
            add("enum", "another of the choices", true, Some(choice));
        }
        let other: Json = if is_text { "none-of-the-choices".into() } else { 987_654_321.into() };
        add("enum", "none of the choices", false, Some(other));
    }

    fn of_text(&self, text: &str, add: &mut impl FnMut(&'static str, &'static str, bool, Option<Json>)) {
        let rules = || self.all.iter().filter_map(|node| node.text.as_deref());
        let length = |length: u64| {
            self.made(Node {
                text: Some(Box::new(TextRules {
                    least: Some(length),
                    most: Some(length),
                    pattern: None,
                    format: None,
                })),
                ..Node::default()
            })
        };
        let least = rules().filter_map(|rules| rules.least).max().unwrap_or(0);
        let most = rules().filter_map(|rules| rules.most).min().filter(|most| *most <= LONGEST_TEXT);
        if least <= LONGEST_TEXT {
            add("minLength", "as short as may be", true, length(least));
            if let Some(fewer) = least.checked_sub(1) {
                add("minLength", "one character too few", false, Some(of_length(text, fewer).into()));
            }
        }
        if let Some(most) = most {
            add("maxLength", "as long as may be", true, length(most));
            add("maxLength", "one character too many", false, Some(of_length(text, most + 1).into()));
        }
        if rules().all(|rules| rules.pattern.is_none() && rules.format.is_none()) {
            let foreign: String = "Zażółć 漢字 🦀".chars().take(most.unwrap_or(64) as usize).collect();
            add("type", "characters beyond ASCII", true, Some(of_least(foreign, least).into()));
        }
        for pattern in rules().filter_map(|rules| rules.pattern.as_deref()) {
            let against = ["!", "#~#", "0", "Z", "a b", " ", ""].into_iter().map(|other| {
                let long = other.len() as u64 >= least;
                if long { other.to_owned() } else { of_length(other, least.min(LONGEST_TEXT)) }
            });
            if let Some(against) = against.into_iter().find(|other| !pattern.matches(other)) {
                add("pattern", "a text that the pattern does not take", false, Some(against.into()));
            }
        }
        for format in rules().filter_map(|rules| rules.format.as_deref()) {
            for edge in formats::edges(format) {
                add("format", "an edge of the format", true, Some((*edge).into()));
            }
            let beyond = ["not-of-the-format", "2023-02-30", "2023-02-30T25:61:00Z", "::", "a b"];
            let beyond = beyond.into_iter().filter(|text| !formats::fits_text(format, text));
            for text in beyond.take(2) {
                add("format", "a text that is not of the format", false, Some(text.into()));
            }
        }
        add("type", "a number in place of a text", false, Some(42.into()));
        add("type", "an object in place of a text", false, Some(serde_json::json!({ "unexpected": true })));
    }

    fn of_number(&self, here: Number, add: &mut impl FnMut(&'static str, &'static str, bool, Option<Json>)) {
        let rules = || self.all.iter().filter_map(|node| node.number.as_deref());
        let types = self.all.iter().fold(Types::ALL, |types, node| match node.types.is_none() {
            true => types,
            false => types.both(node.types),
        });
        let whole = !types.has(Types::NUMBER);
        let shifted = |number: Number, by: i128| match number {
            Number::Whole(value) => Number::Whole(value.saturating_add(by)),
            Number::Float(value) => Number::Float(value + by as f64),
        };
        let exactly = |bound: Number| {
            let of = NumberRules {
                least: vec![(bound, false)],
                most: vec![(bound, false)],
                ..NumberRules::default()
            };
            self.made(Node { number: Some(Box::new(of)), ..Node::default() })
        };
        let bounds = |bounds: Vec<(Number, bool)>, below: bool| {
            let ordered = |a: &(Number, bool), b: &(Number, bool)| a.0.compare(b.0);
            if below { bounds.into_iter().max_by(ordered) } else { bounds.into_iter().min_by(ordered) }
        };
        let least = bounds(rules().flat_map(|rules| rules.least.clone()).collect(), true);
        let most = bounds(rules().flat_map(|rules| rules.most.clone()).collect(), false);
        for (bound, outward, keyword) in [(least, -1, "minimum"), (most, 1, "maximum")] {
            let Some((bound, out)) = bound else { continue };
            let (at, beyond) = match out {
                true => (shifted(bound, -outward), bound),
                false => (bound, shifted(bound, outward)),
            };
            add(keyword, "the outermost number", true, exactly(at));
            add(keyword, "a number beyond the outermost", false, Some(number_of(beyond)));
        }
        if least.is_none() {
            add("type", "nothing", true, Some(0.into()));
            add("type", "less than nothing", true, Some((-1).into()));
        }
        for step in rules().filter_map(|rules| rules.multiple_of) {
            let off = Number::Float(here.as_f64() + step.as_f64() / 2.0);
            let off = match (off, whole) {
                (Number::Float(value), true) if value.fract() != 0.0 => shifted(here, 1),
                (off, _) => off,
            };
            add("multipleOf", "a number between the multiples", false, Some(number_of(off)));
        }
        if rules().any(|rules| rules.format.as_deref() == Some("int32")) {
            add("format", "the largest of 32 bits", true, exactly(Number::Whole(i32::MAX.into())));
            let beyond = Number::Whole(i128::from(i32::MAX) + 1);
            add("format", "one more than fits into 32 bits", false, Some(number_of(beyond)));
        }
        if whole {
            let fraction = Number::Float(here.as_f64().trunc() + 0.5);
            add("type", "a fraction in place of a whole number", false, Some(number_of(fraction)));
        }
        add("type", "a text in place of a number", false, Some("not-a-number".into()));
    }

    fn of_list(&self, items: &[Json], add: &mut impl FnMut(&'static str, &'static str, bool, Option<Json>)) {
        let rules = || self.all.iter().filter_map(|node| node.list.as_deref());
        let counted = |count: u64| {
            let of = ListRules { least: Some(count), most: Some(count), ..ListRules::default() };
            self.made(Node { list: Some(Box::new(of)), ..Node::default() })
        };
        let repeated = |count: u64| {
            let item = items.first().cloned().unwrap_or_default();
            let more = (items.len() as u64..count).map(|_| item.clone());
            Json::Array(items.iter().take(count as usize).cloned().chain(more).collect())
        };
        let least = rules().filter_map(|rules| rules.least).max().unwrap_or(0);
        let most = rules().filter_map(|rules| rules.most).min().filter(|most| *most <= LONGEST_LIST);
        if least <= LONGEST_LIST {
            add("minItems", "as few items as may be", true, counted(least));
            if let Some(fewer) = least.checked_sub(1) {
                add("minItems", "one item too few", false, Some(repeated(fewer)));
            }
        }
        if let Some(most) = most {
            add("maxItems", "as many items as may be", true, counted(most));
            let unlike = counted_beyond(self, most + 1);
            add("maxItems", "one item too many", false, unlike.or_else(|| Some(repeated(most + 1))));
        }
        if rules().any(|rules| rules.unique) && !items.is_empty() {
            let twice = items.iter().chain(items.first()).cloned().collect();
            add("uniqueItems", "the same item twice", false, Some(Json::Array(twice)));
        }
        add("type", "a text in place of a list", false, Some("not-a-list".into()));
    }

    fn of_object(
        &self,
        members: &serde_json::Map<String, Json>,
        add: &mut impl FnMut(&'static str, &'static str, bool, Option<Json>),
    ) {
        let rules = || self.all.iter().filter_map(|node| node.object.as_deref());
        if rules().any(|rules| rules.additional.as_ref().is_some_and(|node| node.constant == Some(false))) {
            let mut more = members.clone();
            more.insert("unexpectedProperty".to_owned(), "x".into());
            add("additionalProperties", "a property that is not known", false, Some(Json::Object(more)));
        }
        if rules().any(|rules| rules.least.is_some_and(|least| least > 0)) {
            add("minProperties", "no properties", false, Some(Json::Object(serde_json::Map::new())));
        }
        add("type", "a list in place of an object", false, Some(Json::Array(Vec::new())));
        add("type", "a text in place of an object", false, Some("not-an-object".into()));
    }

    /// A value that the schemas of the place take, and one more.
    fn made(&self, more: Node) -> Option<Json> {
        let mut nodes: Vec<&Node> = self.nodes.to_vec();
        nodes.push(&more);
        let mut maker = Maker {
            schemas: self.schemas,
            direction: self.direction,
            vary: false,
            examples: false,
            spare: false,
            random: Random::new(self.seed),
            steps: 0,
            checks: 0,
            optional: MOST_OPTIONAL,
            open: Vec::new(),
        };
        maker.value(&nodes, 0, true)
    }
}

/// A list of so many items, each as the schema of items has it, whatever it says of their number.
fn counted_beyond(of: &EdgeOf<'_, '_>, count: u64) -> Option<Json> {
    let nodes: Vec<&Node> = of.all.iter().filter_map(|node| node.list.as_deref()?.rest.as_ref()).collect();
    let items = (0..count).map(|at| {
        let mut maker = Maker {
            schemas: of.schemas,
            direction: of.direction,
            vary: true,
            examples: false,
            spare: true,
            random: Random::new(of.seed.wrapping_add(at)),
            steps: 0,
            checks: 0,
            optional: 0,
            open: Vec::new(),
        };
        maker.value(&nodes, 0, true)
    });
    if nodes.is_empty() { None } else { items.collect::<Option<Vec<Json>>>().map(Json::Array) }
}

/// The places within a place.
fn inner<'s>(pointer: &str, all: &[&'s Node], here: &Json) -> Vec<Spot<'s>> {
    let mut spots = Vec::new();
    match here {
        Json::Object(members) => {
            let rules: Vec<_> = all.iter().filter_map(|node| node.object.as_deref()).collect();
            for name in members.keys() {
                let property = || rules.iter().filter_map(|rules| rules.property(name));
                let mut nodes: Vec<&Node> =
                    property().filter_map(|property| property.node.as_ref()).collect();
                if nodes.is_empty() {
                    nodes.extend(rules.iter().filter_map(|rules| rules.additional.as_ref()));
                }
                let mut pointer = pointer.to_owned();
                push_token(&mut pointer, name);
                let required = property().any(|property| property.required.is_some());
                spots.push(Spot { pointer, nodes, required: Some(required) });
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let rules = all.iter().filter_map(|node| node.list.as_deref());
            let nodes = rules.filter_map(|rules| rules.tuple.first().or(rules.rest.as_ref())).collect();
            spots.push(Spot { pointer: format!("{pointer}/0"), nodes, required: None });
        }
        _ => {}
    }
    spots
}

/// A value with another in one of its places, or without what is there.
fn with(base: &Json, pointer: &str, value: Option<Json>) -> Option<Json> {
    let mut made = base.clone();
    match value {
        Some(value) => *made.pointer_mut(pointer)? = value,
        None => {
            let (outer, token) = pointer.rsplit_once('/')?;
            let name = token.replace("~1", "/").replace("~0", "~");
            made.pointer_mut(outer)?.as_object_mut()?.shift_remove(&name)?;
        }
    }
    Some(made)
}

/// A text cut, or lengthened by its last character, to so many characters.
fn of_length(text: &str, length: u64) -> String {
    let last = text.chars().last().unwrap_or('x');
    text.chars().chain(std::iter::repeat(last)).take(length as usize).collect()
}

fn of_least(text: String, least: u64) -> String {
    if (text.chars().count() as u64) < least { of_length(&text, least.min(LONGEST_TEXT)) } else { text }
}
