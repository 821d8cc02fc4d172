//! Records of the audit log as messages of syslog.

use serde_json::Value;

/// A record as a message of syslog (RFC 5424): facility `log audit`, what matters as structured data, and, where it is `whole`, all of it as JSON. `host` is
/// who says it.
pub fn syslog(record: &Value, host: &str, whole: bool) -> String {
    let text = |field: &str| record[field].as_str().unwrap_or_default();
    let action = text("action");
    // Warning, else notice.
    let severity = if action.ends_with("-failed") { 4 } else { 5 };
    let priority = 13 * 8 + severity;
    let mut data = String::from("[audit@32473");
    for field in ["number", "actor", "address", "action", "kind", "id", "revision", "snapshot", "hash"] {
        let value = match &record[field] {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        data.push_str(&format!(" {field}=\"{}\"", escaped(&value)));
    }
    data.push(']');
    let time = if text("at").is_empty() { "-" } else { text("at") };
    let head = format!("<{priority}>1 {time} {} pailou - {} {data}", name(host, 255), name(action, 32));
    if whole { format!("{head} {record}") } else { head }
}

/// RFC 5424 §6.3.3.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '"' | '\\' | ']') {
            text.push('\\');
        }
        // One line is one message to those who read files.
        text.push(if c.is_control() { ' ' } else { c });
    }
    text
}

/// Visible ASCII of at most so many characters; `-` for nothing.
fn name(text: &str, longest: usize) -> String {
    let name: String = text.chars().filter(char::is_ascii_graphic).take(longest).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_one_line_of_syslog_whatever_it_says() {
        let record = json!({
            "number": 7, "at": "2030-01-31T12:00:00Z", "actor": "a\"b]\\\nc", "address": null, "action": "sign-in-failed",
            "kind": "session", "id": "ä", "hash": "00",
        });
        let message = syslog(&record, "control.example", true);
        let head =
            "<108>1 2030-01-31T12:00:00Z control.example pailou - sign-in-failed [audit@32473 number=\"7\" ";
        assert!(message.starts_with(head), "{message}");
        assert!(message.contains(r#"actor="a\"b\]\\ c" action="#), "{message}");
        assert!(!message.contains('\n') && message.ends_with('}'));
        assert!(syslog(&record, "", false).ends_with("hash=\"00\"]"));
        assert_eq!(name("", 5), "-");
    }
}
