//! Expressions that give a value: a text to count by, a number of units.

use std::{borrow::Cow, fmt};

use crate::{
    Facts, LONGEST, check,
    tree::{Number, Test, Text},
};

/// An expression in its running form that gives a text, a whole number, or `true` or `false`.
pub struct Expression {
    term: Term,
    text: Box<str>,
}

pub(crate) enum Term {
    Text(Text),
    Number(Number),
    Test(Test),
}

impl Expression {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// What is wrong: the grammar, a name that is not known, a type that does not fit, a bound passed.
    pub fn parse(text: &str) -> Result<Expression, String> {
        if text.len() > LONGEST {
            return Err(format!("an expression may be {LONGEST} bytes long, this one has {}", text.len()));
        }
        Ok(Expression { term: check::compile_term(text)?, text: text.into() })
    }

    /// Whether it gives a number.
    pub fn is_number(&self) -> bool {
        matches!(self.term, Term::Number(_))
    }

    /// Its value as a text; `None` where a header or parameter it reads is not there.
    pub fn text<'a>(&'a self, facts: &Facts<'a>) -> Option<Cow<'a, str>> {
        match &self.term {
            Term::Text(text) => text.read(facts, None),
            Term::Number(number) => number.read(facts, None).map(|number| number.to_string().into()),
            Term::Test(test) => {
                test.holds(facts, None).map(|holds| if holds { "true".into() } else { "false".into() })
            }
        }
    }

    /// Its value as a number; `None` where it gives none, or something it reads is not there.
    pub fn number(&self, facts: &Facts<'_>) -> Option<i64> {
        match &self.term {
            Term::Number(number) => number.read(facts, None),
            _ => None,
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn value(text: &str) -> (Option<String>, Option<i64>) {
        let request = Request::get("/a?units=12&odd=x").header("x-tenant", "acme").body(()).unwrap();
        let head = request.into_parts().0.into();
        let client = "10.0.0.7".parse().unwrap();
        let facts =
            Facts { head: &head, client, origin: None, api: "orders@v1", operation: "list", caller: None };
        let expression = Expression::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        (expression.text(&facts).map(Cow::into_owned), expression.number(&facts))
    }

    #[test]
    fn an_expression_gives_a_text_a_number_or_a_truth() {
        for (text, as_text, number) in [
            ("request.headers['x-tenant']", Some("acme"), None),
            ("request.headers['x-none']", None, None),
            ("request.path.startsWith('/a') ? api : client.ip", Some("orders@v1"), None),
            ("request.method == 'GET'", Some("true"), None),
            ("int(request.query.units)", Some("12"), Some(12)),
            ("int(request.query.odd)", None, None),
            ("request.method == 'GET' ? 1 : 10", Some("1"), Some(1)),
            ("request.method == 'PUT' ? 1 : int(request.query.units)", Some("12"), Some(12)),
            ("size(request.path)", Some("2"), Some(2)),
        ] {
            assert_eq!(value(text), (as_text.map(str::to_owned), number), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_when_the_expression_is_read() {
        for (text, complaint) in [
            ("request.headers", "stands where a text or a number is expected"),
            ("request.method == 'GET' ? 1 : 'a'", "both results"),
            ("int(request.method == 'GET')", "cannot be made a number"),
            ("int(", "column"),
        ] {
            let error = Expression::parse(text).expect_err(text);
            assert!(error.contains(complaint), "{text}: {error}");
        }
    }
}
