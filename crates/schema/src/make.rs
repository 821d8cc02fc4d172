//! Values made of schemas: what the author gives as an example, else one that the schema accepts.
//!
//! A value is made part by part, and where a schema leaves a choice, such as one of several alternatives, the next is tried where one
//! comes to nothing. Nothing is random but by the seed that is given, and time and size are bounded.

mod edges;
mod gather;
mod list;
mod number;
mod object;
mod pattern;
mod random;
mod text;

pub use edges::Edge;
use gather::{Choices, Want};
use random::Random;

use crate::{
    Direction, Id, Json, Number, Schemas, Types, Value,
    rules::{Keyword, Node},
};

/// Schemas that are looked at for one value, in all attempts together.
const MOST_STEPS: u32 = 60_000;
/// Steps of checking that one value may take.
const MOST_CHECKS: u32 = 1_000_000;
/// Values may nest so deep.
const DEEPEST: usize = 60;
/// Combinations of alternatives that are tried for one part.
const MOST_TRIES: usize = 24;
/// Attempts at the whole, each with other choices.
const ATTEMPTS: u64 = 6;
/// Properties that need not be there are made up to this many.
const MOST_OPTIONAL: u32 = 600;
/// How often a schema may stand within itself.
const MOST_WITHIN: usize = 3;

/// What kind of value is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Making {
    /// What only goes the other way is left out.
    pub direction: Option<Direction>,
    /// With a seed values differ, and are the same for the same seed. Without one they are as plain as can be, and examples, defaults and
    /// first choices come first.
    pub seed: Option<u64>,
}

impl Schemas {
    /// A value that the schema accepts. `None` where none was found within bounds: no value fits, or none was thought of.
    ///
    /// Examples and defaults are known where [`Schemas::keeping_examples`] was asked for.
    pub fn make(&self, id: Id, making: Making) -> Option<Json> {
        let (mut steps, mut checks) = (0, 0);
        for attempt in 0..ATTEMPTS {
            // What fails plainly may be had with other choices.
            let seed = making.seed.or_else(|| (attempt > 1).then_some(0));
            let mut maker = Maker {
                schemas: self,
                direction: making.direction,
                vary: seed.is_some(),
                examples: making.seed.is_none() && attempt == 0,
                spare: attempt > 0 && attempt % 2 == 1,
                random: Random::new(seed.unwrap_or_default().wrapping_add(attempt << 40)),
                steps,
                checks,
                optional: MOST_OPTIONAL,
                open: vec![id.0],
            };
            let made = maker.value(&[self.node(id.0).1], 0, true);
            if let Some(made) = made
                && self.check(id, &Value::from(&made), making.direction, 1).faults.is_empty()
            {
                return Some(made);
            }
            (steps, checks) = (maker.steps, maker.checks);
        }
        None
    }
}

struct Maker<'s> {
    schemas: &'s Schemas,
    direction: Option<Direction>,
    /// Choices are taken by the seed.
    vary: bool,
    /// What the author gives comes first.
    examples: bool,
    /// Only what must be there is made.
    spare: bool,
    random: Random,
    steps: u32,
    checks: u32,
    /// Properties that need not be there and may still be made.
    optional: u32,
    /// The slots that are being made.
    open: Vec<u32>,
}

impl<'s> Maker<'s> {
    /// A value that all of some schemas accept. `must` says that there is no way around it.
    fn value(&mut self, nodes: &[&'s Node], depth: usize, must: bool) -> Option<Json> {
        let turn = if self.vary { self.random.next() } else { 0 };
        let mut choices = Choices::new(turn);
        for _ in 0..MOST_TRIES {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.checks > MOST_CHECKS || depth > DEEPEST {
                return None;
            }
            choices.begin();
            let mut want = Want::default();
            nodes.iter().for_each(|node| self.gather(node, &mut want, &mut choices, 0));
            if !want.never && !want.types.is_none() && self.may_open(&want, must) {
                let open = self.open.len();
                self.open.extend(&want.slots);
                let made = self.of_want(&want, nodes, depth);
                self.open.truncate(open);
                if made.is_some() {
                    return made;
                }
            }
            if !choices.advance() {
                break;
            }
        }
        None
    }

    /// A schema within itself is left out where it can be, and ends where it cannot.
    fn may_open(&self, want: &Want<'_>, must: bool) -> bool {
        let most = if must { MOST_WITHIN } else { 1 };
        want.slots.iter().all(|slot| self.open.iter().filter(|open| *open == slot).count() < most)
    }

    fn of_want(&mut self, want: &Want<'s>, nodes: &[&'s Node], depth: usize) -> Option<Json> {
        if self.examples {
            for example in
                want.nodes.iter().filter_map(|node| node.notes.as_deref()).flat_map(|n| &n.examples)
            {
                if self.holds(nodes, example) {
                    return Some(example.clone());
                }
            }
        }
        if let Some(choices) = choices(want) {
            let first = want.nodes.iter().filter_map(|node| node.notes.as_deref()?.first.as_ref()).next();
            if let Some(first) = first.filter(|_| !self.vary)
                && self.holds(nodes, first)
            {
                return Some(first.clone());
            }
            let start = if self.vary { self.random.below(choices.len()) } else { 0 };
            let (before, after) = choices.split_at(start.min(choices.len()));
            return after.iter().chain(before).find(|choice| self.holds(nodes, choice)).cloned();
        }
        for kind in kinds(want) {
            let made = match kind {
                Types::OBJECT => self.object(want, depth),
                Types::LIST => self.list(want, depth),
                Types::STRING => self.text(want).map(Json::String),
                Types::NUMBER => self.number(want),
                Types::BOOLEAN => Some(Json::Bool(!self.vary || self.random.below(2) == 0)),
                _ => Some(Json::Null),
            };
            if let Some(made) = made
                && (!want.checked || self.holds(nodes, &made))
            {
                return Some(made);
            }
        }
        // What cannot be thought of, such as a pattern that looks around, may have been given.
        let spoken = |node: &&'s Node| node.notes.as_deref().map(|notes| notes.examples.as_slice());
        let all = want.nodes.iter().filter_map(spoken).flatten();
        all.filter(|_| self.vary || !self.examples)
            .collect::<Vec<_>>()
            .into_iter()
            .find(|example| self.holds(nodes, example))
            .cloned()
    }

    /// Whether all of some schemas accept a value.
    fn holds(&mut self, nodes: &[&'s Node], json: &Json) -> bool {
        let value = Value::from(json);
        nodes.iter().all(|node| {
            let (valid, steps) = self.schemas.accepts(node, &value, self.direction);
            self.checks = self.checks.saturating_add(steps);
            valid
        })
    }
}

/// The values that `const` and `enum` leave.
fn choices(want: &Want<'_>) -> Option<Vec<Json>> {
    list_of(&want.nodes)
}

fn list_of(nodes: &[&Node]) -> Option<Vec<Json>> {
    let keywords = || nodes.iter().flat_map(|node| &node.keywords);
    let constant = keywords().find_map(|keyword| match keyword {
        Keyword::Const(value) => Some(vec![to_json(value)]),
        _ => None,
    });
    constant.or_else(|| {
        keywords().find_map(|keyword| match keyword {
            Keyword::Enum(choices) => {
                let texts = choices.texts.iter().map(|text| Json::String(text.to_string()));
                // `null` is a choice for want of a better one.
                let (nulls, others): (Vec<Json>, Vec<Json>) =
                    choices.others.iter().map(to_json).partition(Json::is_null);
                Some(texts.chain(others).chain(nulls).collect())
            }
            _ => None,
        })
    })
}

/// The kinds of values that come into question, the likeliest first.
fn kinds(want: &Want<'_>) -> Vec<Types> {
    let numeric = want.nodes.iter().filter_map(|node| node.number.as_deref()).any(|rules| {
        let format = rules.format.as_deref().unwrap_or_default();
        !rules.least.is_empty()
            || !rules.most.is_empty()
            || rules.multiple_of.is_some()
            || matches!(format, "int32" | "int64" | "float" | "double")
    });
    let is_object = want.nodes.iter().any(|node| node.object.is_some()) || !want.fixed.is_empty();
    let is_list = want.nodes.iter().any(|node| node.list.is_some());
    let mut all = Vec::new();
    let described = [(is_object, Types::OBJECT), (is_list, Types::LIST), (numeric, Types::NUMBER)];
    all.extend(described.into_iter().filter(|(is, _)| *is).map(|(_, of)| of));
    for of in [Types::STRING, Types::OBJECT, Types::NUMBER, Types::BOOLEAN, Types::LIST, Types::NULL] {
        if !all.contains(&of) {
            all.push(of);
        }
    }
    all.retain(|of| !want.types.both(*of).is_none());
    all
}

fn to_json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => number_of(*number),
        Value::Text(text) | Value::Plain(text) => Json::String(text.clone().into_owned()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Object(members) => Json::Object(
            members.iter().map(|(name, value)| (name.clone().into_owned(), to_json(value))).collect(),
        ),
    }
}

fn number_of(number: Number) -> Json {
    match number {
        Number::Whole(value) => match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => value.into(),
            (_, Ok(value)) => value.into(),
            _ => serde_json::Number::from_f64(value as f64).map_or(Json::Null, Json::Number),
        },
        Number::Float(value) => serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number),
    }
}
