//! What of a route's matches can be checked by looking at them alone.

use std::collections::{BTreeMap, BTreeSet};

use expr::{Condition, Pattern};
use model::{Route, RouteMatch, ValueMatch};

use super::{Id, Report, places, shape::check_hosts};

/// Matches that one route may have.
const MOST: usize = 64;
/// Headers, parameters and cookies that one match may ask for.
const MOST_CONDITIONS: usize = 16;
/// Headers that are about the connection; they are gone when a route is looked for.
const OF_THE_CONNECTION: [&str; 5] =
    ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/// The field of a match, by its number.
pub(crate) fn field(number: usize) -> String {
    match number.checked_sub(1) {
        None => "match".to_owned(),
        Some(number) => format!("also_match[{number}]"),
    }
}

/// Checks every match of a route.
pub(crate) fn check(id: &Id, route: &Route, report: &mut Report<'_>) {
    if route.also_match.len() >= MOST {
        let message =
            format!("a route has at most {MOST} matches, this one has {}", route.also_match.len() + 1);
        report.error(id, "also_match", "too-many-matches", message);
    }
    for (number, matched) in route.all_matches().enumerate() {
        check_match(id, &field(number), matched, report);
    }
}

fn check_match(id: &Id, field: &str, matched: &RouteMatch, report: &mut Report<'_>) {
    check_hosts(id, &format!("{field}.hosts"), &matched.hosts, report);
    match (&matched.path, &matched.path_regex) {
        (Some(path), None) => {
            if let Err(message) = places::template(path) {
                report.error(id, &format!("{field}.path"), "invalid-path", message);
            }
        }
        (None, Some(regex)) => {
            if let Err(message) = path_regex(regex) {
                report.error(id, &format!("{field}.path_regex"), "invalid-pattern", message);
            }
        }
        (None, None) => {
            let message = "a match needs a `path`, such as `/orders/{id}` or `/*`, or a `path_regex`";
            report.error(id, field, "missing-path", message);
        }
        (Some(_), Some(_)) => {
            let message = "a match has either a `path` or a `path_regex`; write the other under `also_match`";
            report.error(id, &format!("{field}.path_regex"), "invalid-path", message);
        }
    }
    for (at, method) in matched.methods.iter().enumerate() {
        let field = format!("{field}.methods[{at}]");
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') {
            let message = format!("`{method}` is no method; methods are in upper case, such as `GET`");
            report.error(id, &field, "invalid-method", message);
        } else if matched.methods[..at].contains(method) {
            report.error(id, &field, "invalid-method", format!("`{method}` stands here twice"));
        }
    }
    check_conditions(id, field, matched, report);
}

/// Checks what a match asks beside host, path and method.
pub(crate) fn check_conditions(id: &Id, field: &str, matched: &RouteMatch, report: &mut Report<'_>) {
    if matched.conditions() > MOST_CONDITIONS {
        let message = format!(
            "a match asks for at most {MOST_CONDITIONS} headers, parameters and cookies, this one for {}",
            matched.conditions()
        );
        report.error(id, field, "too-many-conditions", message);
    }
    let mut lower = BTreeSet::new();
    for name in matched.headers.keys() {
        let name_field = format!("{field}.headers.{name}");
        let known = name.to_ascii_lowercase();
        if !is_token(name) {
            report.error(id, &name_field, "invalid-header", format!("`{name}` is no name of a header"));
        } else if known == "host" {
            report.error(id, &name_field, "invalid-header", "write the host under `hosts`");
        } else if OF_THE_CONNECTION.contains(&known.as_str()) {
            let message = format!("`{name}` is about the connection and gone when a route is looked for");
            report.error(id, &name_field, "invalid-header", message);
        } else if !lower.insert(known) {
            report.error(id, &name_field, "invalid-header", format!("`{name}` stands here twice"));
        }
    }
    for name in matched.cookies.keys().filter(|name| !is_token(name)) {
        let message = format!("`{name}` is no name of a cookie");
        report.error(id, &format!("{field}.cookies.{name}"), "invalid-cookie", message);
    }
    let families = [("headers", &matched.headers), ("query", &matched.query), ("cookies", &matched.cookies)];
    for (family, values) in families {
        check_values(id, &format!("{field}.{family}"), values, report);
    }
    if let Some(when) = &matched.when
        && let Err(message) = Condition::for_routing(when)
    {
        report.error(id, &format!("{field}.when"), "invalid-condition", message);
    }
}

fn check_values(id: &Id, field: &str, values: &BTreeMap<String, ValueMatch>, report: &mut Report<'_>) {
    for (name, value) in values {
        if let ValueMatch::Regex(regex) = value
            && let Err(message) = Pattern::parse(regex)
        {
            report.error(id, &format!("{field}.{name}.regex"), "invalid-pattern", message);
        }
    }
}

fn path_regex(regex: &str) -> Result<(), String> {
    Pattern::parse(regex)?;
    let text = regex.strip_prefix('^').unwrap_or(regex);
    if text.is_empty() || text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(format!("`{regex}`: a path begins with `/`, so that this matches none"));
    }
    Ok(())
}

/// Whether a text is a token (RFC 9110 §5.6.2): what headers and cookies are named by.
fn is_token(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_fine)
}
