//! What a plan's policies allow, in words.

use model::{PolicyUse, Span};
use serde_json::Value;

/// What a policy allows: a sentence for every limit in it.
pub(crate) fn sentences(policy: &PolicyUse) -> Vec<String> {
    let condition = policy.when.as_ref().map(|when| format!(" (where {when})")).unwrap_or_default();
    let several = policy.config.get("limits").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut said: Vec<String> = std::iter::once(&policy.config)
        .chain(&several)
        .filter_map(rate)
        .map(|rate| rate + &condition)
        .collect();
    if said.is_empty() {
        said.push(format!("{}{condition}", policy.policy.replace('-', " ")));
    }
    said
}

/// `100 calls per minute` of `{ limit: 100, window: 1m }`.
fn rate(config: &Value) -> Option<String> {
    let limit = config.get("limit")?.as_u64()?;
    let window: Span = config.get("window")?.as_str()?.parse().ok()?;
    let calls = if limit == 1 { "call" } else { "calls" };
    Some(format!("{} {calls} per {}", grouped(limit), period(window)))
}

fn period(window: Span) -> String {
    let seconds = window.0.as_secs();
    let (count, unit) = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")]
        .into_iter()
        .find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size))
        .map_or((0, ""), |(size, unit)| (seconds / size, unit));
    match count {
        0 => window.to_string(),
        1 => unit.to_owned(),
        n => format!("{n} {unit}s"),
    }
}

/// `12,000` of 12000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(config: Value) -> Vec<String> {
        sentences(&PolicyUse::new("rate-limit", config))
    }

    #[test]
    fn limits_are_told_as_people_say_them() {
        assert_eq!(said(json!({ "limit": 100, "window": "60s" })), ["100 calls per minute"]);
        assert_eq!(said(json!({ "limit": 1_000_000, "window": "30d" })), ["1,000,000 calls per 30 days"]);
        assert_eq!(
            said(json!({ "limits": [{ "limit": 1, "window": "1s" }, { "limit": 5000, "window": "1h" }] })),
            ["1 call per second", "5,000 calls per hour"]
        );
        assert_eq!(said(json!({})), ["rate limit"]);
    }
}
