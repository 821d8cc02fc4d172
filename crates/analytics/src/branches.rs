//! How the branches of splits did lately, in memory alone: what a rollout is decided by.

use std::{
    collections::{HashMap, VecDeque},
    fmt::Write as _,
    sync::Arc,
};

use model::{ExchangeEvent, event::Fault};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Analytics,
    metrics::{Label, family},
    sketch::Sketch,
    tier::{BASE, floor},
};

/// Branches of all services kept apart; those beyond are not counted.
const MOST: usize = 1_000;
/// Intervals of ten seconds kept: an hour.
const KEPT: u64 = 360;
/// What the metrics look at, milliseconds.
const LATELY: u64 = 5 * 60_000;

/// Exchanges of a branch of a split, or of its usual upstream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BranchCount {
    /// The branch, or `(usual)`.
    pub branch: String,
    pub requests: u64,
    /// Those that the upstream failed: it could not be reached, was too slow, or answered with 500 or above.
    pub errors: u64,
    /// Within which half of the answers' heads came, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// Within which 99 of 100 came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
}

#[derive(Default)]
pub(crate) struct Branches {
    known: HashMap<Arc<str>, Vec<Branch>>,
    count: usize,
}

struct Branch {
    name: Arc<str>,
    requests: u64,
    errors: u64,
    /// By the time they begin, the oldest first.
    intervals: VecDeque<(u64, Interval)>,
}

#[derive(Clone, Debug, Default)]
struct Interval {
    requests: u64,
    errors: u64,
    /// Until the answer's head, microseconds.
    waited: Sketch,
}

impl Branches {
    pub(crate) fn add(&mut self, event: &ExchangeEvent, at: u64) {
        let (Some(name), Some(target)) = (&event.branch, &event.target) else { return };
        let is_known = |branches: &Vec<Branch>| branches.iter().any(|branch| branch.name == *name);
        if self.count >= MOST && !self.known.get(&target.key).is_some_and(is_known) {
            self.forget(at);
        }
        let branches = self.known.entry(Arc::clone(&target.key)).or_default();
        let at_index = branches.iter().position(|branch| branch.name == *name);
        let index = match at_index {
            Some(index) => index,
            None if self.count >= MOST => return,
            None => {
                self.count += 1;
                let (name, intervals) = (Arc::clone(name), VecDeque::new());
                branches.push(Branch { name, requests: 0, errors: 0, intervals });
                branches.len() - 1
            }
        };
        let failed = u64::from(event.fault == Fault::Upstream);
        let branch = &mut branches[index];
        branch.requests += 1;
        branch.errors += failed;
        let at = floor(at, BASE);
        // Events come a little out of order at most.
        let place = branch.intervals.iter().rposition(|(begins, _)| *begins <= at);
        let place = match place {
            Some(place) if branch.intervals[place].0 == at => place,
            place => {
                let place = place.map_or(0, |place| place + 1);
                branch.intervals.insert(place, (at, Interval::default()));
                place
            }
        };
        let interval = &mut branch.intervals[place].1;
        interval.requests += 1;
        interval.errors += failed;
        if event.attempts > 0 {
            interval.waited.add(event.upstream_us);
        }
        let newest = branch.intervals.back().map_or(at, |(begins, _)| *begins);
        while branch.intervals.front().is_some_and(|(begins, _)| begins + KEPT * BASE < newest) {
            branch.intervals.pop_front();
        }
    }

    /// What is long over is forgotten.
    pub(crate) fn forget(&mut self, now: u64) {
        let is_old =
            |branch: &Branch| branch.intervals.back().is_none_or(|(begins, _)| begins + KEPT * BASE < now);
        self.known.retain(|_, branches| {
            branches.retain(|branch| !is_old(branch));
            !branches.is_empty()
        });
        self.count = self.known.values().map(Vec::len).sum();
    }

    fn of(&self, service: &str, from: u64) -> Vec<BranchCount> {
        let branches = self.known.get(service).map(Vec::as_slice).unwrap_or_default();
        branches.iter().map(|branch| branch.since(from)).collect()
    }

    pub(crate) fn write(&self, text: &mut String, now: u64) {
        if self.known.is_empty() {
            return;
        }
        let all = || self.known.iter().flat_map(|(service, all)| all.iter().map(move |one| (service, one)));
        let name = "pailou_branch_requests_total";
        family(text, name, "counter", "Requests by the branch of a split they went to.");
        for (service, branch) in all() {
            let (service, of) = (Label(service), Label(&branch.name));
            let _ = writeln!(text, "{name}{{service=\"{service}\",branch=\"{of}\"}} {}", branch.requests);
        }
        let name = "pailou_branch_errors_total";
        family(text, name, "counter", "Of these, those that the upstream failed.");
        for (service, branch) in all() {
            let (service, of) = (Label(service), Label(&branch.name));
            let _ = writeln!(text, "{name}{{service=\"{service}\",branch=\"{of}\"}} {}", branch.errors);
        }
        let name = "pailou_branch_p99_seconds";
        family(text, name, "gauge", "Within which 99 of 100 answers of the last five minutes came.");
        for (service, branch) in all() {
            let Some(p99) = branch.since(now.saturating_sub(LATELY)).p99_ms else { continue };
            let (service, of) = (Label(service), Label(&branch.name));
            let _ = writeln!(text, "{name}{{service=\"{service}\",branch=\"{of}\"}} {}", p99 / 1000.0);
        }
    }
}

impl Branch {
    fn since(&self, from: u64) -> BranchCount {
        let mut sum = Interval::default();
        for (_, interval) in self.intervals.iter().filter(|(begins, _)| *begins >= floor(from, BASE)) {
            sum.requests += interval.requests;
            sum.errors += interval.errors;
            sum.waited.merge(&interval.waited);
        }
        let millis = |q| sum.waited.quantile(q).map(|micros| micros / 1000.0);
        BranchCount {
            branch: self.name.to_string(),
            requests: sum.requests,
            errors: sum.errors,
            p50_ms: millis(0.5),
            p99_ms: millis(0.99),
        }
    }
}

impl Analytics {
    /// How the branches of a service's split, such as `api/orders@v1`, did at the gateway of this process since a time, milliseconds
    /// since 1970; an hour is remembered.
    pub fn branches(&self, service: &str, from: u64) -> Vec<BranchCount> {
        self.collect();
        let mut found = self.memory().branches.of(service, from);
        found.sort_by(|a, b| a.branch.cmp(&b.branch));
        found
    }
}
