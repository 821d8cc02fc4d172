//! How the branches of splits did lately, in memory alone: what a rollout is decided by.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
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
/// Branches and intervals that wait to be told.
const MOST_DUE: usize = 50_000;
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
    /// What is still to be told, by service, branch and interval; where somebody is told.
    due: Option<BTreeMap<Place, Interval>>,
}

/// Service, branch and when an interval begins.
type Place = (Arc<str>, Arc<str>, u64);

/// What a branch did in an interval, as it is told.
pub(crate) struct Due {
    pub(crate) service: Arc<str>,
    pub(crate) branch: Arc<str>,
    pub(crate) at: u64,
    pub(crate) requests: u64,
    pub(crate) errors: u64,
    pub(crate) waited: Sketch,
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

impl Interval {
    fn merge(&mut self, more: &Interval) {
        self.requests += more.requests;
        self.errors += more.errors;
        self.waited.merge(&more.waited);
    }
}

impl Branches {
    /// Keeps what is counted from here on, to be told.
    pub(crate) fn tell(&mut self) {
        self.due = Some(BTreeMap::new());
    }

    /// What is still to be told: `most` at most.
    pub(crate) fn take_due(&mut self, most: usize) -> Vec<Due> {
        let Some(due) = &mut self.due else { return Vec::new() };
        let taken = std::iter::from_fn(|| due.pop_first()).take(most);
        let told = taken.map(|((service, branch, at), interval)| {
            let Interval { requests, errors, waited } = interval;
            Due { service, branch, at, requests, errors, waited }
        });
        told.collect()
    }

    /// Counts what another gateway did.
    pub(crate) fn hear(&mut self, due: Due) {
        let Due { service, branch, at, requests, errors, waited } = due;
        self.merge(&service, &branch, at, &Interval { requests, errors, waited });
    }

    pub(crate) fn add(&mut self, event: &ExchangeEvent, at: u64) {
        let (Some(name), Some(target)) = (&event.branch, &event.target) else { return };
        let mut one =
            Interval { requests: 1, errors: (event.fault == Fault::Upstream).into(), ..Interval::default() };
        if event.attempts > 0 {
            one.waited.add(event.upstream_us);
        }
        if let Some(due) = &mut self.due
            && due.len() < MOST_DUE
        {
            due.entry((Arc::clone(&target.key), Arc::clone(name), floor(at, BASE))).or_default().merge(&one);
        }
        self.merge(&target.key, name, at, &one);
    }

    fn merge(&mut self, service: &Arc<str>, name: &Arc<str>, at: u64, more: &Interval) {
        let is_known = |branches: &Vec<Branch>| branches.iter().any(|branch| branch.name == *name);
        if self.count >= MOST && !self.known.get(service).is_some_and(is_known) {
            self.forget(at);
        }
        let branches = self.known.entry(Arc::clone(service)).or_default();
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
        let branch = &mut branches[index];
        branch.requests += more.requests;
        branch.errors += more.errors;
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
        branch.intervals[place].1.merge(more);
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
            sum.merge(interval);
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
    /// How the branches of a service's split, such as `api/orders@v1`, did since a time, milliseconds
    /// since 1970; an hour is remembered.
    pub fn branches(&self, service: &str, from: u64) -> Vec<BranchCount> {
        self.collect();
        let mut found = self.memory().branches.of(service, from);
        found.sort_by(|a, b| a.branch.cmp(&b.branch));
        found
    }
}
