//! JSON as Spectral prints it.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::Report;

#[derive(Serialize)]
struct Printed<'d> {
    code: &'d str,
    path: &'d [String],
    message: &'d str,
    severity: u8,
    range: Between,
    source: &'d str,
}

#[derive(Serialize)]
struct Between {
    start: At,
    end: At,
}

#[derive(Serialize)]
struct At {
    line: u32,
    character: u32,
}

impl Report {
    /// A list of findings with `code`, `path`, `message`, `severity` (0 to 3), `range` and `source`, indented by tabs.
    pub fn to_json(&self) -> String {
        let at = |place: super::Position| At { line: place.line, character: place.character };
        let printed: Vec<Printed<'_>> = self
            .diagnostics
            .iter()
            .map(|one| Printed {
                code: &one.code,
                path: &one.path,
                message: &one.message,
                severity: one.severity.number(),
                range: Between { start: at(one.range.start), end: at(one.range.end) },
                source: &one.source,
            })
            .collect();
        let mut text = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b"\t"));
        printed.serialize(&mut serializer).expect("findings are plain data");
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}
