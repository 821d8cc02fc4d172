//! Tables for people: Markdown.

use std::fmt::Write as _;

use super::{
    load::Sample,
    plan::{Case, Scenario},
};

/// One line's figures: the samples of its rounds, and its instructions where they were counted.
pub(crate) struct Line<'a> {
    pub(crate) case: &'a Case,
    pub(crate) samples: Vec<Sample>,
    pub(crate) instructions: Option<f64>,
}

impl Line<'_> {
    fn of(&self, value: fn(&Sample) -> f64) -> f64 {
        median(self.samples.iter().map(value))
    }

    fn name(&self) -> String {
        let peer = self.case.peer.name();
        if self.case.what.is_empty() { peer.to_owned() } else { format!("{peer}, {}", self.case.what) }
    }
}

/// A scenario's table; ratios are to its first line.
pub(crate) fn table(scenario: &Scenario, lines: &[Line<'_>]) -> String {
    let mut text = format!("### {}\n\n{}\n\n", scenario.name, scenario.what);
    let counted = lines.iter().any(|line| line.instructions.is_some());
    let first = lines.first().map_or("", |line| line.case.peer.name());
    let _ = write!(
        text,
        "| | CPU µs/request | x {first} | in user space | requests/s | p50 ms | p99 ms | RSS idle MiB | RSS after MiB |"
    );
    let _ = writeln!(text, "{}", if counted { " instructions | x |" } else { "" });
    let _ = writeln!(text, "|---|---|---|---|---|---|---|---|---|{}", if counted { "---|---|" } else { "" });
    let base = lines.first().map_or(f64::NAN, |line| line.of(|s| s.cpu_us));
    let base_instructions = lines.first().and_then(|line| line.instructions);
    for line in lines {
        let cpu = line.of(|s| s.cpu_us);
        let _ = write!(
            text,
            "| {} | {cpu:.1} | {:.2} | {:.1} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} |",
            line.name(),
            cpu / base,
            line.of(|s| s.user_us),
            line.of(|s| s.per_second),
            line.of(|s| s.p50_ms),
            line.of(|s| s.p99_ms),
            line.of(|s| s.rss_idle_mib),
            line.of(|s| s.rss_mib),
        );
        match line.instructions {
            Some(count) => {
                let ratio = base_instructions.map_or(f64::NAN, |base| count / base);
                let _ = write!(text, " {count:.0} | {ratio:.2} |");
            }
            None if counted => text.push_str(" | |"),
            None => {}
        }
        text.push('\n');
    }
    if scenario.paced {
        text.push_str(
            "\nThe rate is given, so that CPU per request holds what a server spends on waiting, too.\n",
        );
    }
    text
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
