//! What of standards and waivers can be checked by looking at them alone.

use jiff::Timestamp;
use model::{Name, Resource, Standard, Waiver};
use policy::Catalogue;

use super::{Id, Report};
use crate::standards::ruleset;

/// Reviewers that a standard names.
const MOST_REVIEWERS: usize = 100;
/// The longest reason, bytes.
const LONGEST_REASON: usize = 1000;

pub(crate) fn check(id: &Id, resource: &Resource, catalogue: Catalogue, report: &mut Report<'_>) {
    match resource {
        Resource::Standard(standard) => check_standard(id, standard, catalogue, report),
        Resource::Waiver(waiver) => check_waiver(id, waiver, report),
        _ => {}
    }
}

fn check_standard(id: &Id, standard: &Standard, catalogue: Catalogue, report: &mut Report<'_>) {
    let mut wrong = |field: &str, message: String| report.error(id, field, "invalid-standard", message);
    if standard.require.asked().is_empty() {
        wrong("require", "asks for nothing: say what an API must have, such as `owner: true`".to_owned());
    }
    if standard.applies_to.states.is_empty() {
        wrong("applies_to.states", "is about no API: name a state, or leave it out".to_owned());
    }
    for (at, one) in standard.require.policies.iter().enumerate() {
        for name in &one.0 {
            if let Err(unknown) = catalogue.find(name) {
                wrong(&format!("require.policies[{at}]"), unknown.message);
            }
        }
    }
    if let Some(review) = &standard.require.review {
        if !(1..=10).contains(&review.approvals) {
            wrong("require.review.approvals", "is a number from 1 to 10".to_owned());
        }
        let few = !review.by.is_empty() && review.by.len() < usize::from(review.approvals);
        if few || review.by.len() > MOST_REVIEWERS {
            let message = format!("names at least as many as have to approve, and {MOST_REVIEWERS} at most");
            wrong("require.review.by", message);
        }
    }
    for (at, name) in standard.applies_to.workspaces.iter().enumerate() {
        if name != "*"
            && let Err(error) = name.parse::<Name>()
        {
            wrong(&format!("applies_to.workspaces[{at}]"), error.to_string());
        }
    }
    if let Some(retirement) = &standard.require.retirement
        && retirement.quiet_days.is_some_and(|days| !(1..=90).contains(&days))
    {
        wrong("require.retirement.quiet_days", "is a number from 1 to 90".to_owned());
    }
    if let Some(lint) = &standard.require.lint
        && let Err(message) = ruleset(&lint.ruleset)
    {
        wrong("require.lint.ruleset", message);
    }
}

fn check_waiver(id: &Id, waiver: &Waiver, report: &mut Report<'_>) {
    let mut wrong = |field: &str, message: String| report.error(id, field, "invalid-waiver", message);
    if waiver.reason.trim().is_empty() || waiver.reason.len() > LONGEST_REASON {
        wrong("reason", format!("says why, in {LONGEST_REASON} bytes at most"));
    }
    if waiver.expires_at.parse::<Timestamp>().is_err() {
        let message = format!("`{}` is not a time; write it as `2030-01-31T12:00:00Z`", waiver.expires_at);
        wrong("expires_at", message);
    }
}
