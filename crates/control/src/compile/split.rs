//! What of a split can be checked by looking at it alone.

use model::Split;

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
