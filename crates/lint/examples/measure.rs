//! Time, memory and counts of linting documents: `cargo run --release -p lint --example measure -- [-r RULESET] [--json] FILE…`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures, and prints what it found")]

use std::{collections::BTreeMap, env, fs, time::Instant};

use lint::Ruleset;

fn main() {
    let mut arguments = env::args().skip(1).peekable();
    let read = |name: &str| fs::read_to_string(name).map_err(|e| e.to_string());
    let mut ruleset = Ruleset::recommended();
    let mut json = false;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-r" => {
                let file = arguments.next().expect("`-r` is followed by a file");
                let text = read(&file).expect("the ruleset can be read");
                ruleset = Ruleset::read(&text, &file, &read).unwrap_or_else(|faults| panic!("{faults:#?}"));
            }
            "--json" => json = true,
            file => {
                let text = read(file).expect("the file can be read");
                let start = Instant::now();
                let report = lint::lint(text, file, &ruleset, &read);
                let took = start.elapsed();
                if json {
                    println!("{}", report.to_json());
                    continue;
                }
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for one in &report.diagnostics {
                    *counts.entry(&one.code).or_default() += 1;
                }
                println!(
                    "{file}: {took:.0?}, peak {}, {} findings{}",
                    peak(),
                    report.diagnostics.len(),
                    if report.incomplete { " (incomplete)" } else { "" }
                );
                for (code, count) in counts {
                    println!("  {count:5} {code}");
                }
            }
        }
    }
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim().to_owned()
}
