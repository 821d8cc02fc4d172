//! The patterns of a run, each compiled once.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

pub(crate) use ::schema::regex::{Fault, Regex};

type Compiled = Rc<Result<Regex, Fault>>;

/// Patterns by their text.
#[derive(Default)]
pub(crate) struct Regexes(RefCell<HashMap<String, Compiled>>);

impl Regexes {
    pub(crate) fn get(&self, pattern: &str) -> Compiled {
        if let Some(known) = self.0.borrow().get(pattern) {
            return Rc::clone(known);
        }
        let made = Rc::new(Regex::new(pattern, ""));
        self.0.borrow_mut().insert(pattern.to_owned(), Rc::clone(&made));
        made
    }
}
