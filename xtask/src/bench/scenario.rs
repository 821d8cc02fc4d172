//! One measurement: load for some seconds, CPU and memory of the proxy around it.

use std::process::Command;

use super::{
    peers::key,
    process::{OTHER_CORE, Scratch, Server},
};
use crate::shell::{Outcome, output};

/// What is asked for.
pub(crate) enum Load {
    Plain,
    /// A route and a key by chance for every request, of the first so many.
    Guarded {
        routes: usize,
        keys: usize,
    },
}

impl Load {
    /// The path and headers of the n-th request of a sequence that visits all routes and keys.
    pub(crate) fn request(&self, n: usize) -> (String, Option<String>) {
        match self {
            Load::Plain => ("/items".to_owned(), None),
            Load::Guarded { routes, keys } => (format!("/r{}/items", n % routes), Some(key(n % keys))),
        }
    }

    fn script(&self) -> String {
        match self {
            Load::Plain => r#"request = function() return wrk.format("GET", "/items") end"#.to_owned(),
            Load::Guarded { routes, keys } => format!(
                r#"request = function()
                    local headers = {{ ["x-api-key"] = string.format("bench-key-%06d", math.random(0, {keys} - 1)) }}
                    return wrk.format("GET", "/r" .. math.random(0, {routes} - 1) .. "/items", headers)
                end"#
            ),
        }
    }
}

/// What one measurement gave.
pub(crate) struct Sample {
    pub(crate) cpu_us: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) rss_idle_mib: f64,
    pub(crate) rss_mib: f64,
}

pub(crate) fn measure(
    proxy: &Server,
    load: &Load,
    work: &Scratch,
    connections: u32,
    seconds: u32,
) -> Outcome<Sample> {
    let rss_idle_mib = proxy.rss_mib();
    let script = work.write("load.lua", &load.script())?;
    let wrk = |seconds: u32| {
        let mut wrk = Command::new("taskset");
        wrk.args([
            "-c",
            OTHER_CORE,
            "wrk",
            "--latency",
            "-t1",
            &format!("-c{connections}"),
            &format!("-d{seconds}s"),
            "-s",
        ]);
        wrk.arg(&script).arg(format!("http://{}/", proxy.addr));
        output(&mut wrk)
    };
    wrk(1)?;
    let before = proxy.cpu_us();
    let text = wrk(seconds)?;
    let cpu = proxy.cpu_us() - before;
    if let Some(line) = text.lines().find(|line| line.contains("Non-2xx") || line.contains("Socket errors")) {
        return Err(format!("the load met errors, so that its figures say nothing:{line}"));
    }
    let field = |label: &str| {
        let line = text
            .lines()
            .find(|line| line.trim_start().starts_with(label))
            .ok_or_else(|| format!("wrk printed no `{label}`"))?;
        Ok::<_, String>(line.trim_start()[label.len()..].trim().to_owned())
    };
    let requests: f64 = text
        .lines()
        .find_map(|line| line.trim().split_once(" requests in ").and_then(|(n, _)| n.parse().ok()))
        .ok_or("wrk printed no number of requests")?;
    Ok(Sample {
        cpu_us: cpu / requests,
        per_second: requests / f64::from(seconds),
        p50_ms: milliseconds(&field("50%")?)?,
        p99_ms: milliseconds(&field("99%")?)?,
        rss_idle_mib,
        rss_mib: proxy.rss_mib(),
    })
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
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
}
