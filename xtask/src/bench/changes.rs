//! Changes of a running platform under load: its configuration is changed through the admin API while requests come at a rate and
//! WebSockets are open. A request that fails, an answer from before an acknowledged change, or a socket that ends fails the run.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    Bench,
    load::{self, Load},
    peers::pailou::{self, ADMIN_TOKEN},
    plan::Setup,
    process::{OTHER_CORE, Server, free_addr},
};
use crate::shell::{Outcome, root};

/// The name of this scenario.
pub(crate) const NAME: &str = "changes";

const CHANGES: u32 = 1_000;
const CHANGES_PER_SECOND: u32 = 20;
const REQUESTS_PER_SECOND: u32 = 10_000;
const CONNECTIONS: u32 = 16;
/// A process here may have 20,000 files, of which each WebSocket takes two in the gateway.
const SOCKETS: u32 = 9_500;
const ROUTES: [usize; 2] = [10, 100_000];

/// Changes two platforms, one with few routes and one with many, and prints what it cost as a table.
pub(crate) fn run(bench: &Bench) -> Outcome<String> {
    let mut table = format!(
        "### {NAME}\n\n{CHANGES} changes through the admin API of the whole platform on SQLite, {REQUESTS_PER_SECOND} requests a \
         second over {CONNECTIONS} connections, {SOCKETS} open WebSockets.\n\n\
         | Routes | Until a change was in force, ms: p50 | p99 | Requests | failed | Stale answers | WebSockets that ended | \
         p99 of requests, ms | without changes | RSS, MiB |\n|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for routes in ROUTES {
        table += &row(routes, bench)?;
    }
    Ok(table)
}

fn row(routes: usize, bench: &Bench) -> Outcome<String> {
    let echo_addr = free_addr()?;
    let mut echo = python("echo.py");
    let echo = Server::start(echo.arg(echo_addr.to_string()), echo_addr, Duration::from_secs(10))?;
    let sockets = format!(
        "---\nkind: upstream\nname: echo\nendpoints: [\"http://{echo_addr}\"]\n---\nkind: route\nname: ws\nmatch: {{ path: /ws }}\nupstream: echo\n"
    );
    let setup = Setup { platform: true, routes, ..Setup::PLAIN };
    let (platform, admin) = pailou::start(&bench.pailou, &setup, &bench.site(false), &sockets)?;
    let load = Load::Paced {
        connections: CONNECTIONS,
        per_second: REQUESTS_PER_SECOND,
        path: "/r0/items",
        key: false,
    };
    let quiet = load::measure(&platform, false, &load, &bench.work, 10)?;

    let mut changing = python("changes.py");
    changing.args([&platform.addr.to_string(), &admin.to_string(), ADMIN_TOKEN]);
    changing.args([CHANGES, CHANGES_PER_SECOND, SOCKETS].map(|count| count.to_string()));
    changing.arg(free_addr()?.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut changing = changing.spawn().map_err(|e| format!("python3: {e}"))?;
    let (Some(mut tell), Some(told)) = (changing.stdin.take(), changing.stdout.take()) else {
        return Err("python3 has no pipes".to_owned());
    };
    let mut told = BufReader::new(told).lines();
    let mut line = move || told.next().and_then(Result::ok).ok_or("the changes broke off: see above");
    line()?;
    writeln!(tell).map_err(|e| format!("the changes could not be begun: {e}"))?;
    let seen = load::measure(&platform, false, &load, &bench.work, CHANGES / CHANGES_PER_SECOND);
    let result = line()?;
    let _ = changing.wait();
    let seen = seen?;
    let result: serde_json::Value = serde_json::from_str(&result).map_err(|e| format!("{result}: {e}"))?;
    println!("{NAME}, {routes} routes: {result}");
    let number = |name: &str| result[name].as_f64().unwrap_or(f64::NAN);
    if number("stale") != 0.0 {
        return Err(format!("answers were older than a change that was acknowledged: {result}"));
    }
    let mut row = String::new();
    let _ = writeln!(
        row,
        "| {routes} | {} | {} | {:.0} | 0 | 0 | 0 of {} | {:.2} | {:.2} | {:.0} |",
        number("p50_ms"),
        number("p99_ms"),
        seen.per_second * f64::from(CHANGES / CHANGES_PER_SECOND),
        number("sockets"),
        seen.p99_ms,
        quiet.p99_ms,
        seen.rss_mib,
    );
    platform.stop();
    echo.stop();
    Ok(row)
}

fn python(script: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", OTHER_CORE, "python3"]);
    command.arg(root().join("xtask/src/bench/changes").join(script));
    command
}
