//! Pailou beside its peers: same upstream, same load tool, same run, one core for the proxy and one for the rest.

mod changes;
mod instructions;
mod load;
mod peers;
mod plan;
mod process;
mod report;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use self::{
    peers::{Peer, Upstream},
    plan::{NAMES, Scenario, scenario},
    report::Line,
};
use crate::{
    release,
    shell::Outcome,
    tools::{self, Tool},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure, comma-separated: plain, guarded, growth, managed, tls, http2, large, cache, many, latency, changes, or all.
    #[arg(long, value_delimiter = ',', default_value = "guarded")]
    scenario: Vec<String>,
    /// Whom to measure beside Pailou, comma-separated.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "nginx")]
    peer: Vec<Peer>,
    /// Seconds of load for each measurement.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Measurements of each; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Connections kept open by the load tool.
    #[arg(long, default_value_t = 64)]
    connections: u32,
    /// Also counts user-space instructions per request with callgrind (slow).
    #[arg(long)]
    instructions: bool,
    /// Writes the tables to this file too.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Measures this binary of Pailou instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

impl Args {
    /// These scenarios once and for so long, with no peer beside them where a scenario needs none.
    pub(crate) fn once(scenario: &[&str], seconds: u32, binary: PathBuf) -> Args {
        let scenario = scenario.iter().map(|&name| name.to_owned()).collect();
        let (rounds, connections, binary) = (1, 64, Some(binary));
        Args {
            scenario,
            peer: Vec::new(),
            seconds,
            rounds,
            connections,
            instructions: false,
            write: None,
            binary,
        }
    }
}

/// What every measurement needs.
pub(crate) struct Bench {
    pub(crate) work: process::Scratch,
    pub(crate) upstream: Upstream,
    pub(crate) pailou: PathBuf,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut peers = args.peer.clone();
    peers.retain(|peer| *peer != Peer::Pailou);
    peers.push(Peer::Pailou);
    let names: Vec<&str> = match &*args.scenario {
        [all] if all == "all" => NAMES.into_iter().chain([changes::NAME]).collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let with_changes = names.contains(&changes::NAME);
    let scenarios = names
        .iter()
        .filter(|name| **name != changes::NAME)
        .map(|name| {
            scenario(name, args.connections, &peers).ok_or_else(|| {
                format!("there is no scenario `{name}`; there are {}, {}", NAMES.join(", "), changes::NAME)
            })
        })
        .collect::<Outcome<Vec<_>>>()?;
    let h2load = Tool("h2load", "nghttp2-client");
    tools::install(&[tools::NGINX, tools::WRK, h2load, Tool("openssl", "openssl")])?;
    if args.instructions {
        tools::install(&[Tool("valgrind", "valgrind")])?;
    }
    for peer in &peers {
        peer.install()?;
    }
    let pailou = match &args.binary {
        Some(binary) => std::path::absolute(binary).map_err(|e| format!("{}: {e}", binary.display()))?,
        None => release::build()?,
    };
    let work = process::Scratch::new("bench")?;
    let bench = Bench { upstream: Upstream::start(&work)?, work, pailou };
    let mut report = heading(args, &peers, &bench.pailou);
    let mut keep = |table: String| {
        println!("\n{table}");
        let _ = write!(report, "\n{table}");
        let write = |path: &PathBuf| fs::write(path, &report).map_err(|e| format!("{}: {e}", path.display()));
        args.write.as_ref().map_or(Ok(()), write)
    };
    for scenario in &scenarios {
        keep(measured(scenario, args, &bench)?)?;
    }
    if with_changes {
        keep(changes::run(&bench)?)?;
    }
    Ok(())
}

fn heading(args: &Args, peers: &[Peer], pailou: &Path) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let versions: Vec<_> = peers.iter().map(|peer| peer.version()).filter(|text| !text.is_empty()).collect();
    let binary = fs::metadata(pailou).map_or(0, |meta| meta.len());
    format!(
        "Keep-alive, {} connections unless said otherwise, {} s x {} rounds (medians), the proxy alone on one of {cores} cores.\n\
         CPU is that of the whole process, user and system, per request answered. Beside {}. Pailou's binary, stripped and with the UI: {:.1} MiB.\n",
        args.connections,
        args.seconds,
        args.rounds,
        versions.join(", "),
        binary as f64 / 1_048_576.0,
    )
}

fn measured(scenario: &Scenario, args: &Args, bench: &Bench) -> Outcome<String> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    lines.extend(scenario.cases.iter().map(|case| Line { case, samples: Vec::new(), instructions: None }));
    // Rounds outside, cases inside: what disturbs the machine for a while disturbs all cases.
    for round in 1..=args.rounds {
        for line in &mut lines {
            let case = line.case;
            let proxy = case.peer.start(&case.setup, bench, false)?;
            let sample = load::measure(&proxy, case.setup.tls, &case.load, &bench.work, args.seconds)?;
            println!(
                "{} {round}: {} {}: {:.1} µs, {:.0} requests/s, p99 {:.2} ms",
                scenario.name,
                case.peer.name(),
                case.what,
                sample.cpu_us,
                sample.per_second,
                sample.p99_ms,
            );
            line.samples.push(sample);
        }
    }
    if args.instructions && !scenario.paced {
        // Envoy under valgrind takes longer than all others together, and is far from the bars.
        for line in lines.iter_mut().filter(|line| line.case.peer != Peer::Envoy) {
            let case = line.case;
            let server = case.peer.start(&case.setup, bench, true)?;
            let count = instructions::per_request(server, &case.setup, &case.load, &bench.work)?;
            println!("{}: {} {}: {count:.0} instructions", scenario.name, case.peer.name(), case.what);
            line.instructions = Some(count);
        }
    }
    Ok(report::table(scenario, &lines))
}
