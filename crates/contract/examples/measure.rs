//! Time and memory of importing documents: `cargo run --release -p contract --example measure -- FILE…`.
//!
//! Each file in turn; the peak of resident memory (Linux) is that of the process so far, so that one file gives its own.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures, and prints what it found")]

use std::{env, fs, time::Instant};

use contract::Contract;

fn main() {
    for file in env::args().skip(1) {
        let text = fs::read_to_string(&file).expect("the file can be read");
        let start = Instant::now();
        let trees = model::tree::parse(&text, &file, Default::default()).expect("the file is well-formed");
        let of_tree = start.elapsed();
        drop(trees);
        let start = Instant::now();
        let contract = Contract::parse(&text, &file).expect("the file is OpenAPI");
        let of_import = start.elapsed();
        let (mut slowest, mut largest) = (Default::default(), 0);
        let start = Instant::now();
        for operation in &contract.operations {
            let start = Instant::now();
            let page = contract.operation(&operation.id).expect("every operation has a page");
            slowest = start.elapsed().max(slowest);
            largest = serde_json::to_string(&page).expect("a page serializes").len().max(largest);
        }
        let average = start.elapsed() / u32::try_from(contract.operations.len().max(1)).unwrap_or(u32::MAX);
        let start = Instant::now();
        let outline = serde_json::to_string(&contract.outline()).expect("an outline serializes").len();
        println!(
            "{file}: tree {of_tree:.0?}, import {of_import:.0?}, {} operations, {} findings, at rest {} KiB, resident {}, \
             outline {} KiB in {:.1?}, page {average:.2?} on average, {slowest:.1?} and {} KiB at most",
            contract.operations.len(),
            contract.findings.len(),
            contract.weight() / 1024,
            resident(),
            outline / 1024,
            start.elapsed(),
            largest / 1024,
        );
    }
}

/// Now and at its peak.
fn resident() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("?").trim().to_owned();
    format!("{} (peak {})", field("VmRSS:"), field("VmHWM:"))
}
