//! Pact files (versions 2 to 4): what a consumer asks of a service, and what has to come of it.

mod dates;
mod matching;
mod path;
mod read;
mod rules;

pub use read::{Interaction, Pact, StateAsked};

use serde_json::Value;

use crate::judge::Answer;

impl Pact {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Pact, String> {
        read::read(text)
    }
}

impl Interaction {
    /// What is wrong with an answer; nothing where all is as the consumer needs it. Each says where: `$.body.items[0].id: …`.
    pub fn mismatches(&self, answer: &Answer) -> Vec<String> {
        let mut found = Vec::new();
        self.check_status(answer.status, &mut found);
        self.check_headers(answer, &mut found);
        self.check_body(answer, &mut found);
        found
    }

    fn check_status(&self, status: u16, found: &mut Vec<String>) {
        let rules = self.response_rules.of("status");
        if rules.is_empty() {
            if let Some(expected) = self.status.filter(|expected| *expected != status) {
                found.push(format!("status: {status}, and {expected} is expected"));
            }
            return;
        }
        for rule in rules.iter().flat_map(|entry| &entry.rules) {
            if let Err(why) = matching::status(rule, self.status, status) {
                found.push(format!("status: {why}"));
            }
        }
    }

    fn check_headers(&self, answer: &Answer, found: &mut Vec<String>) {
        for (name, expected) in &self.response_headers {
            let Some(actual) = answer.field(name) else {
                found.push(format!("header `{name}`: is missing"));
                continue;
            };
            let rules = self.response_rules.of("header");
            let own: Vec<_> = rules
                .iter()
                .filter(|entry| entry.names_header(name))
                .flat_map(|entry| &entry.rules)
                .collect();
            if own.is_empty() && !matching::same_field(name, expected, &actual) {
                found.push(format!("header `{name}`: is not as expected"));
            }
            for rule in own {
                let (expected, actual) = (Value::from(expected.as_str()), Value::from(actual.as_str()));
                if let Err(why) = matching::one(rule, &expected, &actual, false) {
                    found.push(format!("header `{name}`: {why}"));
                }
            }
        }
    }

    fn check_body(&self, answer: &Answer, found: &mut Vec<String>) {
        let Some(expected) = &self.response_body else { return };
        match expected {
            read::Body::Nothing if !answer.body.is_empty() => found.push("body: none is expected".to_owned()),
            read::Body::Nothing => {}
            read::Body::Text(text) => {
                let rules = self.response_rules.of("body");
                let (expected, actual) =
                    (Value::from(text.as_str()), String::from_utf8_lossy(&answer.body).into_owned());
                let own: Vec<_> =
                    rules.iter().filter(|entry| entry.is_root()).flat_map(|entry| &entry.rules).collect();
                if own.is_empty() && answer.body != text.as_bytes() {
                    found.push("body: is not the text that is expected".to_owned());
                }
                for rule in own {
                    if let Err(why) = matching::one(rule, &expected, &actual.as_str().into(), false) {
                        found.push(format!("body: {why}"));
                    }
                }
            }
            read::Body::Json(expected) => match serde_json::from_slice::<Value>(&answer.body) {
                Ok(actual) => matching::body(self.response_rules.of("body"), expected, &actual, found),
                Err(_) => found.push("body: is no JSON".to_owned()),
            },
        }
    }
}
