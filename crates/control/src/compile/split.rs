//! What of a split can be checked by looking at it alone.

use model::{Rollout, Split};

use super::{Id, Report, matching::check_conditions, shape::check_source};

/// Branches of one split, and matches of one branch.
const MOST: usize = 16;

pub(crate) fn check_split(id: &Id, split: Option<&Split>, report: &mut Report<'_>) {
    let Some(split) = split else { return };
    for (at, source) in split.sticky.iter().enumerate() {
        if let Err((field, message)) = source.check() {
            report.error(id, &format!("split.sticky[{at}].{field}"), "invalid-split", message);
        }
    }
    let branches = &split.branches;
    if branches.is_empty() || branches.len() > MOST {
        report.error(id, "split.branches", "invalid-split", format!("a split has 1 to {MOST} branches"));
    }
    for (at, branch) in branches.iter().enumerate() {
        let field = format!("split.branches[{at}]");
        if branches[..at].iter().any(|other| other.name == branch.name) {
            let message = format!("there is a branch `{}` already", branch.name);
            report.error(id, &format!("{field}.name"), "invalid-split", message);
        }
        if !(0.0..=100.0).contains(&branch.weight) {
            report.error(id, &format!("{field}.weight"), "invalid-split", "a share is 0 to 100 percent");
        }
        if let Some(rollout) = &branch.rollout {
            check_rollout(id, &format!("{field}.rollout"), rollout, report);
        }
        check_source(id, &format!("{field}.upstream"), &branch.upstream, report);
        if branch.matches.len() > MOST {
            let message = format!("a branch has at most {MOST} matches");
            report.error(id, &format!("{field}.match"), "invalid-split", message);
        }
        for (index, matched) in branch.matches.iter().enumerate() {
            let field = format!("{field}.match[{index}]");
            if matched.is_empty() {
                let message = "asks for nothing, so that every request would go here; say what it asks for, or give a `weight`";
                report.error(id, &field, "invalid-split", message);
            }
            check_conditions(id, &field, &matched.of_request(), report);
        }
    }
    let sum: f64 = branches.iter().map(|branch| branch.weight).sum();
    if sum > 100.0 + 1e-9 {
        let message = format!("all branches together have {sum} percent; 100 is all there is");
        report.error(id, "split.branches", "invalid-split", message);
    }
}

fn check_rollout(id: &Id, field: &str, rollout: &Rollout, report: &mut Report<'_>) {
    let mut wrong = |at: &str, message: &str| {
        report.error(id, &format!("{field}.{at}"), "invalid-rollout", message);
    };
    let steps = &rollout.steps;
    if steps.is_empty() || steps.len() > MOST {
        wrong("steps", "a rollout has 1 to 16 steps");
    }
    if steps.iter().any(|step| !(*step > 0.0 && *step <= 100.0)) {
        wrong("steps", "a step is more than 0 and at most 100 percent");
    }
    if steps.windows(2).any(|pair| pair[0] >= pair[1]) {
        wrong("steps", "each step is larger than the one before");
    }
    if rollout.every.0.as_secs() < 10 || rollout.every.0.as_secs() > 30 * 86_400 {
        wrong("every", "must be `10s` to `30d`");
    }
    if rollout.min_requests == 0 {
        wrong("min_requests", "must be at least 1: without requests nothing is known");
    }
    if !(0.0..=100.0).contains(&rollout.max_errors) {
        wrong("max_errors", "a share is 0 to 100 percent");
    }
    if rollout.max_latency.is_some_and(|most| !(0.0..=10_000.0).contains(&most)) {
        wrong("max_latency", "must be 0 to 10000 percent");
    }
}
