//! Answers as people read them.

use control::UsedBy;
use model::{Finding, Severity};
use serde_json::Value;

use crate::shutdown::Failure;

/// Changes of one contract that are printed.
const SHOWN: usize = 50;

pub(crate) fn json(value: &Value) {
    println!("{value:#}");
}

/// The changes of a plan, one resource a line, its fields below.
pub(crate) fn changes(plan: &Value, verb: &str, words: [&str; 3]) {
    let changes = plan["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut counts = [0; 4];
    for change in changes {
        let action = change["action"].as_str().unwrap_or_default();
        let (index, sign) = match action {
            "create" => (0, '+'),
            "update" => (1, '~'),
            "delete" => (2, '-'),
            _ => (3, ' '),
        };
        counts[index] += 1;
        if index == 3 {
            continue;
        }
        println!("{sign} {}/{}", text(&change["kind"]), text(&change["id"]));
        for field in change["diff"].as_array().into_iter().flatten() {
            let path = text(&field["path"]);
            match (&field["before"], &field["after"]) {
                (Value::Null, after) => println!("    + {path}: {}", short(after)),
                (before, Value::Null) => println!("    - {path}: {}", short(before)),
                (before, after) => println!("    ~ {path}: {} -> {}", short(before), short(after)),
            }
        }
    }
    plan["contracts"].as_array().into_iter().flatten().for_each(contract_changes);
    let told = |finding: &&Finding| finding.rule != "breaking-change" || finding.severity == Severity::Error;
    findings(&plan["findings"]).iter().filter(told).for_each(|finding| println!("{finding}"));
    println!(
        "{verb}: {} {}, {} {}, {} {}, {} unchanged.",
        counts[0], words[0], counts[1], words[1], counts[2], words[2], counts[3]
    );
}

/// What changes in a contract: how much, and line by line what may break somebody.
pub(crate) fn contract_changes(contract: &Value) {
    let count = |field: &str| contract[field].as_u64().unwrap_or_default();
    let agreed = match count("agreed") {
        0 => String::new(),
        agreed => format!("; {agreed} were agreed to"),
    };
    println!(
        "  contract of api/{}: {} breaking, {} warnings, {} other changes{agreed}",
        text(&contract["api"]),
        count("breaking"),
        count("warnings"),
        count("infos"),
    );
    let listed = contract["changes"].as_array().into_iter().flatten();
    let mut shown = 0;
    for change in listed.filter(|change| change["level"] != "info").take(SHOWN) {
        shown += 1;
        let place = [text(&change["operation"]), text(&change["at"])];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let place = if place.is_empty() { "the document".to_owned() } else { place.join(", ") };
        let (level, said, rule) = (text(&change["level"]), text(&change["text"]), text(&change["rule"]));
        println!("    {level}: {place}: {said} [{rule}]");
        if let Ok(used_by) = serde_json::from_value::<UsedBy>(change["used_by"].clone())
            && let Some(users) = used_by.said()
        {
            println!("      used by {users}");
        }
    }
    let more = (count("breaking") + count("warnings")).saturating_sub(shown);
    if more > 0 {
        println!("    and {more} more; `pailou diff` lists them all");
    }
}

pub(crate) fn imported(imported: &Value, dry_run: bool) {
    findings(&imported["findings"]).iter().for_each(|finding| println!("{finding}"));
    let document = &imported["resource"];
    let version = document["version"].as_str().map(|version| format!("@{version}")).unwrap_or_default();
    let operations = imported["operations"]
        .as_array()
        .map_or_else(|| imported["operations"].as_u64().unwrap_or(0), |all| all.len() as u64);
    let operations =
        if operations == 1 { "1 operation".to_owned() } else { format!("{operations} operations") };
    println!(
        "{} api/{}{version}: {operations} under {}",
        if dry_run { "Would import" } else { "Imported" },
        text(&document["name"]),
        text(&document["listen"]["path"]),
    );
    let merged = &imported["merged"];
    for (field, title) in [
        ("added", "added"),
        ("changed", "changed"),
        ("removed", "removed"),
        ("kept", "kept"),
        ("dropped", "dropped, with the operation"),
    ] {
        for one in merged[field].as_array().into_iter().flatten() {
            println!("  {title}: {}", text(one));
        }
    }
    for one in merged["conflicts"].as_array().into_iter().flatten() {
        let taken = if one["taken"] == "here" { "as it is here" } else { "as the document has it" };
        println!("  changed in both, {taken}: contract: {}", text(&one["place"]));
    }
    let breaking = merged["contract"]["breaking"].as_u64().unwrap_or_default();
    if breaking > 0 {
        println!("  {breaking} of the changes break callers; `pailou diff` lists them");
    }
}

/// What a refusal says, finding by finding.
pub(crate) fn problem(status: u16, value: &Value) -> Failure {
    let findings = findings(&value["findings"]);
    let title = value["title"].as_str().map_or_else(|| format!("HTTP {status}"), str::to_owned);
    // Of one finding alone the detail is its text again.
    let detail = match &*findings {
        [_] => ": nothing was changed".to_owned(),
        _ => value["detail"].as_str().map(|detail| format!(": {detail}")).unwrap_or_default(),
    };
    let whose = if status == 401 { " (that of --token or PAILOU_TOKEN)" } else { "" };
    Failure::lines(findings.iter().map(ToString::to_string).chain([format!("{title}{detail}{whose}")]))
}

fn findings(value: &Value) -> Vec<Finding> {
    serde_json::from_value(value.clone()).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A value on one line of bearable length.
pub(crate) fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
