//! Changes, printed: for people, for programs, for a pull request, as a page.

use std::fmt::Write as _;

use serde_json::{Value, json as value};

use crate::{Change, Level, Place};

/// A line for each change, then how many there are.
pub fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let place = match (&change.old, &change.new) {
            (Some(old), Some(new)) => format!("{old} -> {new}"),
            (Some(one), None) | (None, Some(one)) => one.to_string(),
            (None, None) => String::new(),
        };
        let _ = writeln!(
            text,
            "{}: {}{} [{}] {place}",
            change.level.as_str(),
            subject(change),
            change.text,
            change.id
        );
    }
    let count = |level| changes.iter().filter(|change| change.level == level).count();
    let (breaking, warnings) = (count(Level::Breaking), count(Level::Warning));
    let _ = writeln!(text, "{breaking} breaking, {warnings} warnings, {} info", count(Level::Info));
    text
}

/// A list of objects: `id`, `level`, `operation`, `at`, `text`, and `old` and `new` with `file`, `line` and `column`.
pub fn json(changes: &[Change]) -> String {
    let place = |place: &Option<Place>| match place {
        Some(Place { file, line, column }) => value!({ "file": &**file, "line": line, "column": column }),
        None => Value::Null,
    };
    let one = |change: &Change| {
        value!({
            "id": change.id, "level": change.level.as_str(), "operation": change.operation, "at": change.at,
            "text": change.text, "old": place(&change.old), "new": place(&change.new),
        })
    };
    let list: Vec<Value> = changes.iter().map(one).collect();
    serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"
}

/// For a pull request: a section for each level.
pub fn markdown(changes: &[Change]) -> String {
    let mut text = String::from("# Changes of the contract\n");
    for (level, title) in
        [(Level::Breaking, "Breaking"), (Level::Warning, "To be looked at"), (Level::Info, "Other")]
    {
        let all: Vec<&Change> = changes.iter().filter(|change| change.level == level).collect();
        if all.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n## {title} ({})\n", all.len());
        for change in all {
            let operation = if change.operation.is_empty() {
                String::new()
            } else {
                format!("**{}** ", escaped(&change.operation))
            };
            let at = if change.at.is_empty() { String::new() } else { format!("{}: ", escaped(&change.at)) };
            let _ = writeln!(text, "- {operation}{at}{} (`{}`)", escaped(&change.text), change.id);
        }
    }
    if changes.is_empty() {
        text.push_str("\nNothing changed that callers could notice.\n");
    }
    text
}

/// A page of its own, that asks nothing of any host.
pub fn html(changes: &[Change]) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Changes of the contract</title>\n<style>\nbody{font:16px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#1b1b1f;background:#fff}\ntable{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ddd}\n.breaking{color:#b00020}.warning{color:#8a5300}code{font-size:.9em}\n@media(prefers-color-scheme:dark){body{color:#e6e6ea;background:#16161a}td,th{border-color:#444}.breaking{color:#ff8a8a}.warning{color:#f0b860}}\n</style></head><body>\n<h1>Changes of the contract</h1>\n<table><thead><tr><th>Level</th><th>Operation</th><th>Where</th><th>What</th><th>Rule</th></tr></thead><tbody>\n",
    );
    for Change { id, level, operation, at, text, .. } in changes {
        let level = level.as_str();
        let _ = writeln!(
            page,
            "<tr><td class=\"{level}\">{level}</td><td><code>{}</code></td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            entities(operation),
            entities(at),
            entities(text),
            entities(id)
        );
    }
    page.push_str("</tbody></table>\n</body></html>\n");
    page
}

fn subject(change: &Change) -> String {
    match (change.operation.is_empty(), change.at.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("{}: ", change.at),
        (false, true) => format!("{}: ", change.operation),
        (false, false) => format!("{}, {}: ", change.operation, change.at),
    }
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What Markdown would read as its own.
fn escaped(text: &str) -> String {
    text.replace('<', "&lt;").replace('*', "\\*").replace('_', "\\_").replace('|', "\\|")
}
