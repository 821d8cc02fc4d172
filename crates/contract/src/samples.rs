//! Code samples: one request in the languages people use.

mod csharp;
mod curl;
mod go;
mod java;
mod javascript;
mod php;
mod python;
mod quote;
mod request;
mod rust;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::OperationPage;
pub use quote::shell;
use request::Request;

/// A request as code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// `curl`, `javascript`, `typescript`, `python`, `java`, `go`, `csharp`, `rust` or `php`.
    pub language: String,
    /// What people call it: `C#`.
    pub label: String,
    pub code: String,
}

type Write = fn(&Request) -> String;

/// In the order they are offered.
const LANGUAGES: [(&str, &str, Write); 9] = [
    ("curl", "curl", curl::write),
    ("javascript", "JavaScript", javascript::write),
    ("typescript", "TypeScript", javascript::write_typed),
    ("python", "Python", python::write),
    ("java", "Java", java::write),
    ("go", "Go", go::write),
    ("csharp", "C#", csharp::write),
    ("rust", "Rust", rust::write),
    ("php", "PHP", php::write),
];

pub(crate) fn of(page: &OperationPage, base_url: &str, key_header: Option<&str>) -> Vec<Sample> {
    let request = Request::of(page, base_url, key_header);
    LANGUAGES
        .iter()
        .map(|(language, label, write)| Sample {
            language: (*language).to_owned(),
            label: (*label).to_owned(),
            code: write(&request),
        })
        .collect()
}
