//! Time of checking documents again after every key: `cargo run --release -p lint --example relint -- [-n EDITS] [--slow MS] FILE…`.
//!
//! Characters are typed and taken away at places all over a document, now and then a whole path comes, and each such edit is undone by
//! the next one; every edit is a check. Findings are held against those of a check from nothing now and then. Edits that take longer
//! than `--slow` are listed.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures, and prints what it found")]

use std::{
    collections::BTreeMap,
    env, fs,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use lint::{Report, Ruleset, Session};

/// What is typed at the places, one after the other.
const KEYS: [&str; 10] = ["a", "e", "x", "1", " ", "o", ".", "é", "\"", "\n"];
/// One of so many edits adds a path.
const PATHS: usize = 50;
/// Each so many edits are held against a check from nothing.
const COMPARED: usize = 40;

fn main() {
    let mut arguments = env::args().skip(1);
    let (mut count, mut slow) = (200, Duration::MAX);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse::<u32>().ok()).expect("a number follows");
        match argument.as_str() {
            "-n" => count = number() as usize,
            "--slow" => slow = Duration::from_millis(number().into()),
            file => measure(file, count, slow),
        }
    }
}

/// A path before the others: all that stands beside it has another place.
fn a_path_more(text: &str) -> Edit {
    let json = text.find("\"paths\"").map(|at| (at, "{", "\"/relint\": {},"));
    let (paths, after, put) =
        json.unwrap_or((text.find("\npaths:").unwrap_or_default() + 1, "\n", "  /relint: {}\n"));
    let at = paths + text[paths..].find(after).map_or(0, |at| at + 1);
    Edit { at, gone: String::new(), put: put.to_owned() }
}

/// A piece of a text in place of another.
struct Edit {
    at: usize,
    gone: String,
    put: String,
}

fn measure(file: &str, count: usize, slow: Duration) {
    let none = |_: &str| Err("none".to_owned());
    let ruleset = Ruleset::recommended();
    let mut text = fs::read_to_string(file).expect("the file can be read");
    let mut session = Session::new("contract", &ruleset, "none");
    let begun = now();
    session.lint(text.as_str());
    let first = now().saturating_sub(begun);
    let mut kinds: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    for edit in 0..count {
        let mut at = next(text.len());
        while !text.is_char_boundary(at) || !text[at..].starts_with(|c: char| !c.is_whitespace()) {
            at = (at + 1) % text.len();
        }
        let character = text[at..].chars().next().map(String::from).unwrap_or_default();
        let (done, made) = match edit % 2 {
            _ if edit % PATHS == 1 => ("a path more", a_path_more(&text)),
            0 => ("typed", Edit { at, gone: String::new(), put: KEYS[next(KEYS.len())].to_owned() }),
            _ => ("taken away", Edit { at, gone: character, put: String::new() }),
        };
        let undone = Edit { at: made.at, gone: made.put.clone(), put: made.gone.clone() };
        for (kind, Edit { at, gone, put }) in [(done, made), ("undone", undone)] {
            text.replace_range(at..at + gone.len(), &put);
            let copy: Arc<str> = text.as_str().into();
            let begun = now();
            let report = session.lint(copy);
            let took = now().saturating_sub(begun);
            let broken = is_broken(&report);
            for kind in ["all", kind, if broken { "broken" } else { "read" }] {
                kinds.entry(kind).or_default().push(took);
            }
            if took > slow {
                println!("  {took:.0?}: {kind} at {at}: {gone:?} -> {put:?}, broken: {broken}");
            }
            if edit % COMPARED == 0 {
                let whole = lint::lint(text.as_str(), "contract", &ruleset, &none);
                let unlike = |one: &Report, other: &Report| {
                    let alone = one.diagnostics.iter().filter(|found| !other.diagnostics.contains(found));
                    alone.cloned().collect::<Vec<_>>()
                };
                let (alone, missing) = (unlike(&report, &whole), unlike(&whole, &report));
                assert!(
                    report == whole || broken && is_broken(&whole),
                    "{file}: {kind} {gone:?} -> {put:?} at {at}: {alone:#?} and not {missing:#?}"
                );
            }
        }
    }
    println!("{file}: first {first:.0?}, peak {}", peak());
    for (kind, mut times) in kinds {
        times.sort();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        println!(
            "  {kind:11} {:4}: p50 {:.1?}, p95 {:.1?}, most {:.1?}",
            times.len(),
            at(50),
            at(95),
            at(100)
        );
    }
}

/// The time that this thread has been running, so that it does not matter what else the machine does; elsewhere than on Linux what a
/// clock says.
fn now() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let ran = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = ran.and_then(|text| text.split(' ').next()?.parse().ok().map(Duration::from_nanos));
    ran.unwrap_or_else(|| BEGUN.get_or_init(Instant::now).elapsed())
}

/// Whether it cannot be read. What is wrong with a long text is told as of a part of it, so that this alone is compared.
fn is_broken(report: &Report) -> bool {
    matches!(&*report.diagnostics, [one] if one.code == "parser" && one.path.is_empty())
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim().to_owned()
}
