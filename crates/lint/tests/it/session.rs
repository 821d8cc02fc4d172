//! Texts that are changed bit by bit: what a session finds is what a check from nothing finds.

use std::fs;

use fuzz::{Random, fuzz};
use lint::{Diagnostic, Report, Ruleset, Session};
use model::tree::{self, Content, Node, TreeLimits};

use super::{folder, ruleset};

const NAME: &str = "contract";

/// What is put into texts, beside what stands in them.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "7",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n  ",
    "\n      ",
    "\t",
    "\r\n",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ": ",
    "- ",
    "\n- ",
    "-",
    "#",
    " # note",
    "é",
    "😀",
    "\\",
    "\\u00e9",
    "|",
    ">-",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "...\n",
    "%",
    "~",
    "null",
    "true",
    "1.5",
    "-1",
    "{}",
    "[]",
    "{ x: 1 }",
    "\"x\": 1,",
    ",\"x\": {}",
    "x: y\n",
    "\n    description: more",
    "\n        '404': { description: none }",
    "\"description\": \"\",",
    "$ref: '#/components/schemas/Order'",
    "{ $ref: '#/components/schemas/Line' }",
    "{\"$ref\": \"#/components/schemas/Product\"}",
    "\"$ref\": \"#/info\",",
    "#/components/schemas/Named",
    "/properties/id",
    "example: 3\n",
    "type: string",
    "enum: [a, a]",
    "get:\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
];

/// The bytes of an edit: what is done, where (two), and with what.
const BYTES: usize = 4;
/// Edits of one text.
const MOST: usize = 48;

fn every_rule() -> Vec<Ruleset> {
    let style = fs::read_to_string(folder().join("style.rules.yaml")).unwrap();
    let functions = fs::read_to_string(folder().join("functions.rules.yaml")).unwrap();
    vec![
        Ruleset::recommended(),
        ruleset("extends: [[spectral:oas, all], [spectral:asyncapi, all]]\n"),
        ruleset(&style),
        ruleset(&functions),
    ]
}

/// Small documents, as they are and as JSON, on many lines and on one.
fn documents() -> Vec<String> {
    let names = ["references", "openapi30", "openapi31", "openapi32", "swagger2", "functions", "schemas31"];
    let read = |name: &str| fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
    let mut texts: Vec<String> = names.into_iter().map(read).collect();
    texts.extend([super::asyncapi::SECOND, super::asyncapi::THIRD].map(str::to_owned));
    let with_anchors = "openapi: 3.0.3\ninfo: &info { title: &t a }\npaths:\n  /a: &a\n    get: { x: *t }\n  /b: *a\n  /c:\n    <<: *a\n";
    texts.push(with_anchors.to_owned());
    let mut all = Vec::new();
    for text in texts {
        let read = tree::parse(&text, NAME, TreeLimits::default());
        if let Some(document) = read.ok().and_then(|mut read| read.pop()) {
            all.push(serde_json::to_string_pretty(&document.root).unwrap());
            all.push(serde_json::to_string(&document.root).unwrap());
        }
        all.push(text);
    }
    all
}

fn from_nothing(text: &str, ruleset: &Ruleset) -> Report {
    lint::lint(text, NAME, ruleset, &|_| Err("none".to_owned()))
}

/// A place in a text, by its share of it.
fn place(text: &str, share: usize) -> usize {
    let mut at = text.len() * share / (usize::from(u16::MAX) + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn step_over(text: &str, from: usize, characters: usize) -> usize {
    text[from..].char_indices().nth(characters).map_or(text.len(), |(at, _)| from + at)
}

/// A text after an edit; `before` are the texts that were.
fn edited(text: &str, edit: &[u8], before: &[String]) -> String {
    let [kind, high, low, with] = *edit else { return text.to_owned() };
    let share = usize::from(high) << 8 | usize::from(low);
    let at = place(text, share);
    let with = usize::from(with);
    let piece = PIECES[with % PIECES.len()];
    let replaced = |from: usize, to: usize, by: &str| [&text[..from], by, &text[to..]].concat();
    let line = || {
        let begin = text[..at].rfind('\n').map_or(0, |at| at + 1);
        (begin, text[at..].find('\n').map_or(text.len(), |end| at + end + 1))
    };
    match kind % 12 {
        0 | 1 => replaced(at, at, piece),
        2 | 3 => replaced(at, step_over(text, at, 1), ""),
        4 => replaced(at, step_over(text, at, with % 12), piece),
        // Within a word.
        5 => {
            let word = text[at..].find(|c: char| c.is_ascii_alphanumeric()).map_or(at, |ahead| at + ahead);
            replaced(word, word, "n")
        }
        // What was is again, as one undoes it.
        6 | 7 => before.iter().rev().nth(with % 3).cloned().unwrap_or_else(|| text.to_owned()),
        8 => {
            let (begin, end) = line();
            replaced(begin, end, "")
        }
        9 => {
            let (begin, end) = line();
            replaced(end, end, &text[begin..end])
        }
        // A part of it stands elsewhere, too.
        10 => {
            let end = step_over(text, at, with);
            let to = place(text, share.wrapping_mul(7919) & 0xffff);
            replaced(to, to, &text[at..end])
        }
        _ => {
            let mark = text[at..].find(['"', '{', '}', '[', ']', ':', ',', '\'', '\n']);
            let from = mark.map_or(at, |ahead| at + ahead);
            replaced(from, step_over(text, from, 1), if with % 2 == 0 { "" } else { piece })
        }
    }
}

fn unlike<'r>(one: &'r Report, other: &Report) -> Vec<&'r Diagnostic> {
    one.diagnostics.iter().filter(|found| !other.diagnostics.contains(found)).collect()
}

fn assert_same(session: &Report, whole: &Report, text: &str) {
    if session == whole {
        return;
    }
    panic!(
        "the session alone: {:#?}\nfrom nothing alone: {:#?}\nof\n{text}",
        unlike(session, whole),
        unlike(whole, session)
    );
}

#[test]
fn a_text_that_is_changed_bit_by_bit_has_the_findings_that_a_check_from_nothing_finds() {
    let (documents, rulesets) = (documents(), every_rule());
    fuzz("edits", &[], |input| {
        let Some(([document, rules], edits)) = input.split_first_chunk::<2>() else { return Vec::new() };
        let rules = &rulesets[usize::from(*rules) % rulesets.len()];
        let mut text = documents[usize::from(*document) % documents.len()].clone();
        let mut session = Session::new(NAME, rules, "none");
        let mut before = Vec::new();
        let mut outcome = vec![session.lint(text.as_str()).diagnostics.len()];
        for edit in edits.chunks_exact(BYTES).take(MOST) {
            let next = edited(&text, edit, &before);
            before.push(std::mem::replace(&mut text, next));
            let found = session.lint(text.as_str());
            assert_same(&found, &from_nothing(&text, rules), &text);
            outcome.push(found.diagnostics.len());
        }
        outcome
    });
}

/// A value in YAML, in blocks, below a key or a dash.
fn block(node: &Node, indent: usize, into: &mut String) {
    let spaces = " ".repeat(indent);
    match &node.content {
        Content::Mapping(fields) if !fields.is_empty() => {
            for (key, child) in fields {
                into.push_str(&format!("\n{spaces}{}:", serde_json::to_string(&*key.text).unwrap()));
                block(child, indent + 2, into);
            }
        }
        Content::List(items) if !items.is_empty() => {
            for item in items {
                into.push_str(&format!("\n{spaces}-"));
                block(item, indent + 2, into);
            }
        }
        _ => into.push_str(&format!(" {}", serde_json::to_string(node).unwrap())),
    }
}

/// Of long texts that cannot be read only that is compared: what is wrong is told as of a part of them.
#[test]
fn a_long_text_that_is_changed_has_the_findings_that_a_check_from_nothing_finds() {
    const EDITS: usize = 6;
    let portal = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/portal.json");
    let json = fs::read_to_string(portal).unwrap();
    let mut yaml = "# In YAML, too.".to_owned();
    block(&tree::parse(&json, NAME, TreeLimits::default()).unwrap()[0].root, 0, &mut yaml);
    yaml.push('\n');
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let rules = Ruleset::recommended();
    let is_unreadable = |report: &Report| matches!(&*report.diagnostics, [one] if one.code == "parser" && one.path.is_empty());
    for text in [json, yaml] {
        let mut session = Session::new(NAME, &rules, "none");
        let whole = from_nothing(&text, &rules);
        assert!(!is_unreadable(&whole), "{:?}", whole.diagnostics);
        assert_same(&session.lint(text.as_str()), &whole, "the text");
        for _ in 0..EDITS {
            let script: Vec<u8> = (0..BYTES).map(|_| random.below(256) as u8).collect();
            let next = edited(&text, &script, &[]);
            let (found, whole) = (session.lint(next.as_str()), from_nothing(&next, &rules));
            if !(is_unreadable(&found) && is_unreadable(&whole)) {
                assert_same(&found, &whole, &format!("the text after {script:?}"));
            }
        }
    }
}
