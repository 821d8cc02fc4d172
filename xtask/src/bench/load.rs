//! Load: wrk for HTTP/1.1 as fast as it goes, h2load for HTTP/2 and for a given rate.

use std::{fs, process::Command};

use super::process::{OTHER_CORE, Scratch, Server};
use crate::shell::{Outcome, output};

/// Requests that wrk makes once and sends over and over, where they differ.
const PREPARED: usize = 20_000;

/// What is asked for, and how.
#[derive(Clone)]
pub(crate) enum Load {
    /// As fast as it goes; with `routes` and `keys`, each request takes one of the first so many by chance.
    Http1 { connections: u32, path: &'static str, routes: usize, keys: usize },
    /// As fast as it goes, in the clear with prior knowledge.
    Http2 { connections: u32, streams: u32, path: &'static str },
    /// HTTP/1.1 at a rate, with the first of the keys if so said.
    Paced { connections: u32, per_second: u32, path: &'static str, key: bool },
}

/// What one measurement gave.
pub(crate) struct Sample {
    pub(crate) cpu_us: f64,
    /// How much of that is spent outside the kernel.
    pub(crate) user_us: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) rss_idle_mib: f64,
    pub(crate) rss_mib: f64,
}

/// What a load tool saw.
pub(crate) struct Seen {
    pub(crate) requests: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Load {
    /// The path that is asked for where there are no routes to choose from.
    pub(crate) fn path(&self) -> &'static str {
        match *self {
            Load::Http1 { path, .. } | Load::Http2 { path, .. } | Load::Paced { path, .. } => path,
        }
    }

    /// The same over as many connections as a server under callgrind answers in time.
    pub(crate) fn gentle(&self) -> Load {
        match *self {
            Load::Http1 { connections, path, routes, keys } => {
                Load::Http1 { connections: connections.min(64), path, routes, keys }
            }
            _ => self.clone(),
        }
    }

    fn script(path: &str, routes: usize, keys: usize) -> String {
        let route =
            if routes == 0 { "\"\"".to_owned() } else { format!("\"/r\" .. math.random(0, {})", routes - 1) };
        let headers = if keys == 0 {
            "{}".to_owned()
        } else {
            format!(r#"{{ ["x-api-key"] = string.format("bench-key-%06d", math.random(0, {})) }}"#, keys - 1)
        };
        let count = if routes == 0 && keys == 0 { 1 } else { PREPARED };
        format!(
            r#"local prepared, at = {{}}, 0
               init = function() for n = 1, {count} do prepared[n] = wrk.format("GET", {route} .. "{path}", {headers}) end end
               request = function() at = at % {count} + 1; return prepared[at] end"#
        )
    }
}

/// Loads a server for some seconds and says what that cost it.
pub(crate) fn measure(
    proxy: &Server,
    tls: bool,
    load: &Load,
    work: &Scratch,
    seconds: u32,
) -> Outcome<Sample> {
    let rss_idle_mib = proxy.rss_mib();
    let scheme = if tls { "https" } else { "http" };
    let origin = format!("{scheme}://{}", proxy.addr);
    run(load, &origin, work, 1)?;
    let before = proxy.cpu();
    let seen = run(load, &origin, work, seconds)?;
    let after = proxy.cpu();
    Ok(Sample {
        cpu_us: (after.all_us() - before.all_us()) / seen.requests,
        user_us: (after.user_us - before.user_us) / seen.requests,
        per_second: seen.requests / f64::from(seconds),
        p50_ms: seen.p50_ms,
        p99_ms: seen.p99_ms,
        rss_idle_mib,
        rss_mib: proxy.rss_mib(),
    })
}

/// Runs a load for so long.
pub(crate) fn run(load: &Load, origin: &str, work: &Scratch, seconds: u32) -> Outcome<Seen> {
    match *load {
        Load::Http1 { connections, path, routes, keys } => {
            let script = work.write("load.lua", &Load::script(path, routes, keys))?;
            let mut wrk = on_the_other_core("wrk");
            wrk.args(["--latency", "-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "-s"]);
            wrk.arg(script).arg(format!("{origin}/"));
            read_wrk(&output(&mut wrk)?)
        }
        Load::Http2 { connections, streams, path } => h2load(
            &[&format!("-c{connections}"), &format!("-m{streams}"), &format!("-D{seconds}")],
            &format!("{origin}{path}"),
            work,
        ),
        Load::Paced { connections, per_second, path, key } => {
            let each = (per_second / connections).max(1);
            let mut flags = vec![format!("-c{connections}"), "--h1".to_owned(), format!("--rps={each}")];
            flags.push(format!("-D{seconds}"));
            if key {
                flags.push("--header=x-api-key: bench-key-000000".to_owned());
            }
            h2load(&flags.iter().map(String::as_str).collect::<Vec<_>>(), &format!("{origin}{path}"), work)
        }
    }
}

fn on_the_other_core(program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", OTHER_CORE, program]);
    command
}

fn read_wrk(text: &str) -> Outcome<Seen> {
    if let Some(line) = text.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors")) {
        return Err(format!("the load met errors, so that its figures say nothing:{line}"));
    }
    let field = |label: &str| {
        let line = text
            .lines()
            .find(|line| line.trim_start().starts_with(label))
            .ok_or_else(|| format!("wrk printed no `{label}`"))?;
        milliseconds(line.trim_start()[label.len()..].trim())
    };
    let requests = text
        .lines()
        .find_map(|line| line.trim().split_once(" requests in ").and_then(|(n, _)| n.parse().ok()))
        .ok_or("wrk printed no number of requests")?;
    Ok(Seen { requests, p50_ms: field("50%")?, p99_ms: field("99%")? })
}

/// Runs h2load; how long each request took is in its log: start, status, microseconds.
fn h2load(flags: &[&str], url: &str, work: &Scratch) -> Outcome<Seen> {
    let log = work.path().join("h2load.log");
    let _ = fs::remove_file(&log);
    let mut h2load = on_the_other_core("h2load");
    h2load.args(flags).arg(format!("--log-file={}", log.display())).arg(url);
    output(&mut h2load)?;
    let text = fs::read_to_string(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let mut times = Vec::new();
    for line in text.lines() {
        let mut fields = line.split_whitespace().skip(1);
        let (status, time) = (fields.next(), fields.next().and_then(|time| time.parse::<u32>().ok()));
        match (status, time) {
            (Some("200"), Some(time)) => times.push(time),
            _ => return Err(format!("the load met errors, so that its figures say nothing: {line}")),
        }
    }
    times.sort_unstable();
    let at = |share: f64| {
        let time = times.get((times.len() as f64 * share) as usize).copied();
        time.map(|us| f64::from(us) / 1000.0).ok_or("h2load sent nothing")
    };
    Ok(Seen { requests: times.len() as f64, p50_ms: at(0.5)?, p99_ms: at(0.99)? })
}

/// `812.00us`, `1.25ms`, `1.02s`
fn milliseconds(text: &str) -> Outcome<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    let parsed =
        units.iter().find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor));
    parsed.ok_or_else(|| format!("`{text}` is no time that wrk prints"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_wrk_prints_them_are_read() {
        assert_eq!(milliseconds("812.00us"), Ok(0.812));
        assert_eq!(milliseconds("1.25ms"), Ok(1.25));
        assert_eq!(milliseconds("1.02s"), Ok(1020.0));
        assert!(milliseconds("fast").is_err());
    }

    #[test]
    fn a_run_with_errors_gives_no_figures() {
        let fine = "  50%  812.00us\n  99%  1.25ms\n  100 requests in 1.00s, 1MB read\n";
        assert!(read_wrk(fine).is_ok_and(|seen| seen.requests == 100.0 && seen.p99_ms == 1.25));
        assert!(read_wrk(&format!("{fine}  Non-2xx or 3xx responses: 3\n")).is_err());
    }
}
