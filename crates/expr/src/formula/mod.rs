//! Formulas: values made of a request and its response, written in CEL, and texts with formulas in them.
//!
//! Where a [`crate::Condition`] is asked for every request and reads little, a formula makes something: a member of a JSON body, a
//! header, a path. Values are those of JSON. There is no clock and nothing random; the cost of one evaluation is bounded by a budget of
//! steps and bytes, so that neither a body nor a formula can make it long.

mod compile;
mod functions;
mod run;
mod template;

use std::fmt;

use head::Headers;
use serde_json::Value;

use crate::Facts;

pub use template::Template;

/// The longest formula, in bytes.
const LONGEST: usize = 4096;

/// What formulas can ask about. Borrows; nothing is read before it is asked for.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub facts: Facts<'a>,
    /// The template of the path that was called, base path included: `/orders/{id}`.
    pub template: &'a str,
    /// The request's body, where it was read and is JSON.
    pub request_body: Option<&'a Value>,
    pub response: Option<ResponseView<'a>>,
}

/// A response as formulas see it.
#[derive(Clone, Copy)]
pub struct ResponseView<'a> {
    pub status: u16,
    pub headers: &'a Headers,
    /// Its body, where it was read and is JSON.
    pub body: Option<&'a Value>,
}

/// When a formula is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// On the request's way: there is no `response`.
    Request,
    /// On the response's way.
    Response,
}

/// What a formula has to be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Anything of the request, the client or the caller.
    pub request: bool,
    pub request_body: bool,
    pub response_body: bool,
}

impl Needs {
    #[must_use]
    pub fn and(self, other: Needs) -> Needs {
        Needs {
            request: self.request || other.request,
            request_body: self.request_body || other.request_body,
            response_body: self.response_body || other.response_body,
        }
    }
}

/// Why a formula has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It asks for something that is not there.
    Missing,
    /// Types that do not fit, a division by zero, a number that is none.
    Unfit,
    /// The budget is used up.
    TooMuch,
}

/// A formula in its running form.
pub struct Formula {
    node: compile::Node,
    needs: Needs,
    text: Box<str>,
}

impl Formula {
    /// Reads and checks a formula.
    ///
    /// # Errors
    /// What is wrong: the grammar, a name that is not known, a bound passed.
    pub fn parse(text: &str, side: Side) -> Result<Formula, String> {
        if text.len() > LONGEST {
            return Err(format!("a formula may be {LONGEST} bytes long, this one has {}", text.len()));
        }
        let (node, needs) = compile::compile(text, side)?;
        Ok(Formula { node, needs, text: text.into() })
    }

    /// Its value.
    ///
    /// # Errors
    /// That it has none.
    pub fn value(&self, view: &View<'_>) -> Result<Value, Stop> {
        run::value(&self.node, view)
    }

    /// Whether it is `true`; anything else, and no value at all, is not.
    pub fn holds(&self, view: &View<'_>) -> bool {
        matches!(self.value(view), Ok(Value::Bool(true)))
    }

    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Formula").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests;
