//! Pailou beside nginx: same upstream, same load tool, same run, one core for the proxy and one for the rest.

mod instructions;
mod peers;
mod process;
mod scenario;

use std::{fmt::Write as _, fs};

use self::{
    peers::{Nginx, Pailou},
    scenario::{Load, Sample, median},
};
use crate::{
    shell::{Outcome, cargo, command, output, step, target_dir},
    tools,
};

#[derive(clap::Args)]
pub(crate) struct Args {
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
    /// Writes the table to this file too.
    #[arg(long)]
    write: Option<std::path::PathBuf>,
}

/// What is measured, in the order of the table.
struct Case {
    name: &'static str,
    proxy: Proxy,
    load: Load,
}

enum Proxy {
    Nginx,
    Pailou { routes: usize, keys: usize, guarded: bool, database: bool },
}

fn cases() -> Vec<Case> {
    let guarded = |name, routes, keys, busy: (usize, usize), database| Case {
        name,
        proxy: Proxy::Pailou { routes, keys, guarded: true, database },
        load: Load::Guarded { routes: busy.0, keys: busy.1 },
    };
    let plain = Proxy::Pailou { routes: 1, keys: 0, guarded: false, database: false };
    vec![
        Case { name: "nginx, plain", proxy: Proxy::Nginx, load: Load::Plain },
        Case { name: "Pailou, plain", proxy: plain, load: Load::Plain },
        guarded("Pailou, guarded: 10 routes, 10 keys", 10, 10, (10, 10), false),
        guarded("Pailou, guarded: 10,000 routes, 10 of them busy, 10 keys", 10_000, 10, (10, 10), false),
        guarded("Pailou, guarded: 10,000 routes, all busy, 10 keys", 10_000, 10, (10_000, 10), false),
        guarded("Pailou, guarded: 10 routes, 100,000 keys, 10 of them busy", 10, 100_000, (10, 10), false),
        guarded("Pailou, guarded: 10 routes, 100,000 keys, all busy", 10, 100_000, (10, 100_000), false),
        guarded("Pailou, guarded, whole platform on SQLite: 10 routes, 10 keys", 10, 10, (10, 10), true),
    ]
}

pub(crate) fn run(args: &Args) -> Outcome {
    tools::install(&[tools::NGINX, tools::WRK])?;
    if args.instructions {
        tools::install(&[tools::Tool("valgrind", "valgrind")])?;
    }
    step("release build", &mut command(cargo(), &["build", "--release", "--locked", "--package", "pailou"]))?;
    let work = process::Scratch::new("bench")?;
    let upstream = Nginx::upstream(&work)?;
    let mut report = String::new();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let nginx_version = nginx_version();
    let _ = writeln!(
        report,
        "1 KiB JSON over HTTP/1.1 keep-alive, {} connections, {} s x {} rounds (medians), proxy alone on one of {cores} cores, {nginx_version}.\n\
         CPU is that of the whole process (user and system) per request answered. Guarded: key-auth, rate-limit per consumer, call events, metrics.\n",
        args.connections, args.seconds, args.rounds,
    );
    let instructions = if args.instructions { " instructions |" } else { "" };
    let _ = writeln!(
        report,
        "| | CPU µs/request | x nginx | requests/s | p50 ms | p99 ms | RSS idle MiB | RSS after MiB |{instructions}"
    );
    let _ =
        writeln!(report, "|---|---|---|---|---|---|---|---|{}", if args.instructions { "---|" } else { "" });

    // Rounds outside, cases inside: what disturbs the machine for a while disturbs all cases.
    let cases = cases();
    let mut samples: Vec<Vec<Sample>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 0..args.rounds {
        for (case, samples) in cases.iter().zip(&mut samples) {
            let proxy = start(&case.proxy, &work, &upstream, false)?;
            let sample = scenario::measure(&proxy, &case.load, &work, args.connections, args.seconds)?;
            println!(
                "round {}: {}: {:.1} µs, {:.0} requests/s",
                round + 1,
                case.name,
                sample.cpu_us,
                sample.per_second
            );
            samples.push(sample);
        }
    }
    let mut nginx_cpu = None;
    for (case, samples) in cases.iter().zip(&samples) {
        let of = |value: fn(&Sample) -> f64| median(samples.iter().map(value));
        let cpu = of(|s| s.cpu_us);
        let base = *nginx_cpu.get_or_insert(cpu);
        let _ = write!(
            report,
            "| {} | {cpu:.1} | {:.2} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} |",
            case.name,
            cpu / base,
            of(|s| s.per_second),
            of(|s| s.p50_ms),
            of(|s| s.p99_ms),
            of(|s| s.rss_idle_mib),
            of(|s| s.rss_mib),
        );
        if args.instructions {
            let begin = |under| start(&case.proxy, &work, &upstream, under);
            let counted = instructions::per_request(begin, &case.load, &work)?;
            let _ = write!(report, " {counted:.0} |");
        }
        report.push('\n');
    }
    let binary = fs::metadata(target_dir().join("release/pailou")).map_err(|e| e.to_string())?.len();
    let _ = writeln!(report, "\nStripped binary with the UI: {:.1} MiB.", binary as f64 / 1_048_576.0);
    println!("\n{report}");
    if let Some(path) = &args.write {
        fs::write(path, &report).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

fn start(
    proxy: &Proxy,
    work: &process::Scratch,
    upstream: &Nginx,
    under_valgrind: bool,
) -> Outcome<process::Server> {
    match *proxy {
        Proxy::Nginx => Nginx::proxy(work, upstream, under_valgrind),
        Proxy::Pailou { routes, keys, guarded, database } => {
            Pailou { routes, keys, guarded, database }.start(work, upstream, under_valgrind)
        }
    }
}

fn nginx_version() -> String {
    // nginx prints its version to standard error.
    output(&mut command("sh", &["-c", "PATH=$PATH:/usr/sbin nginx -v 2>&1"]))
        .unwrap_or_default()
        .trim()
        .replace("nginx version: ", "")
}
