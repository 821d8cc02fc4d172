//! Schemas by name, and the closure of those a page uses, within a budget.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    rc::Rc,
};

use serde_json::{Value, json};

use crate::{Dialect, schema, source::Source};

/// What one page may parse to make examples, and again for its closure: a few milliseconds.
const MOST_PARSED: usize = 200 * 1024;
/// Schemas on one page.
const MOST_SCHEMAS: usize = 150;

/// The schemas of a contract as one page sees them: each parsed and normalized at most once.
pub(crate) struct Schemas<'a> {
    source: &'a Source,
    dialect: Dialect,
    loaded: RefCell<HashMap<String, Option<Loaded>>>,
    for_examples: Cell<usize>,
}

#[derive(Clone)]
struct Loaded {
    schema: Rc<Value>,
    /// Names it refers to.
    uses: Rc<[String]>,
    size: usize,
}

/// What a page carries of the schemas it uses.
#[derive(Default)]
pub(crate) struct Closure {
    pub(crate) schemas: BTreeMap<String, Value>,
    /// Used but left out.
    pub(crate) more: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(source: &'a Source, dialect: Dialect) -> Schemas<'a> {
        Schemas { source, dialect, loaded: RefCell::default(), for_examples: Cell::new(MOST_PARSED) }
    }

    /// A schema by name, normalized, to make an example of; `None` where there is none, or the page has parsed enough.
    pub(crate) fn get(&self, name: &str) -> Option<Rc<Value>> {
        if !self.loaded.borrow().contains_key(name) {
            if self.for_examples.get() == 0 {
                return None;
            }
            let size = self.load(name).map_or(0, |loaded| loaded.size);
            self.for_examples.set(self.for_examples.get().saturating_sub(size));
        }
        self.load(name).map(|loaded| loaded.schema)
    }

    fn load(&self, name: &str) -> Option<Loaded> {
        if let Some(known) = self.loaded.borrow().get(name) {
            return known.clone();
        }
        let loaded =
            schema::pointers_of(name).iter().find_map(|pointer| self.source.get(pointer)).map(|mut value| {
                let mut uses = Vec::new();
                schema::normalize(&mut value, self.dialect, &mut uses);
                let size = schema::size(&value);
                Loaded { schema: Rc::new(value), uses: uses.into(), size }
            });
        self.loaded.borrow_mut().insert(name.to_owned(), loaded.clone());
        loaded
    }

    /// The schemas reachable from `names`, nearest first, as far as `bytes` reach.
    pub(crate) fn closure(&self, names: Vec<String>, bytes: usize) -> Closure {
        let mut closure = Closure::default();
        let mut seen: HashSet<String> = names.iter().cloned().collect();
        let mut next: VecDeque<String> = names.into();
        next.retain({
            let mut first = HashSet::new();
            move |name| first.insert(name.clone())
        });
        let (mut left, mut to_parse) = (bytes, MOST_PARSED);
        while let Some(name) = next.pop_front() {
            if left == 0 || to_parse == 0 || closure.schemas.len() >= MOST_SCHEMAS {
                closure.more.push(name);
                continue;
            }
            let Some(loaded) = self.load(&name) else {
                closure
                    .schemas
                    .insert(name, json!({ "description": "This schema is not defined in the contract." }));
                continue;
            };
            to_parse = to_parse.saturating_sub(loaded.size);
            if loaded.size > left {
                closure.more.push(name);
                continue;
            }
            left -= loaded.size;
            for used in loaded.uses.iter() {
                if seen.insert(used.clone()) {
                    next.push_back(used.clone());
                }
            }
            closure.schemas.insert(name, Value::clone(&loaded.schema));
        }
        closure.more.sort();
        closure.more.truncate(1000);
        closure
    }
}
