//! What differs between two documents, field by field.

use serde_json::Value;

use crate::{FieldChange, redact};

/// The fields that differ, in the order of the new document; secrets are shown as changed, not as they are.
pub(crate) fn diff(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", ("", ""), before, after, &mut changes);
    changes
}

/// `place` is the name of the field and that of the field around it.
fn compare(
    path: &str,
    place: (&str, &str),
    before: Option<&Value>,
    after: Option<&Value>,
    out: &mut Vec<FieldChange>,
) {
    let (parent, name) = place;
    match (before, after) {
        (Some(before), Some(after)) if before == after => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (inner, value) in new {
                compare(&join(path, inner), (name, inner), old.get(inner), Some(value), out);
            }
            for (inner, value) in old.iter().filter(|(inner, _)| !new.contains_key(*inner)) {
                compare(&join(path, inner), (name, inner), Some(value), None, out);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                compare(&format!("{path}[{at}]"), place, old.get(at), new.get(at), out);
            }
        }
        (before, after) => {
            let shown = |value: Option<&Value>| value.map(|value| hidden(parent, name, value.clone()));
            out.push(FieldChange { path: path.to_owned(), before: shown(before), after: shown(after) });
        }
    }
}

fn hidden(parent: &str, name: &str, mut value: Value) -> Value {
    redact::redact_field(parent, name, &mut value);
    value
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_names_the_field_and_both_values() {
        let before = json!({ "a": 1, "gone": true, "list": [{ "x": 1 }, 2], "same": {} });
        let after = json!({ "a": 2, "new": "n", "list": [{ "x": 5 }], "same": {} });
        let changes = diff(Some(&before), Some(&after));
        let shown: Vec<_> =
            changes.iter().map(|c| (c.path.as_str(), c.before.clone(), c.after.clone())).collect();
        assert_eq!(
            shown,
            [
                ("a", Some(json!(1)), Some(json!(2))),
                ("new", None, Some(json!("n"))),
                ("list[0].x", Some(json!(1)), Some(json!(5))),
                ("list[1]", Some(json!(2)), None),
                ("gone", Some(json!(true)), None),
            ]
        );
    }

    #[test]
    fn a_secret_that_differs_is_not_shown() {
        let (before, after) = (json!({ "key_hash": "one" }), json!({ "key_hash": "two" }));
        let changes = diff(Some(&before), Some(&after));
        assert_eq!(changes.len(), 1);
        assert!(!format!("{changes:?}").contains("two"), "{changes:?}");
    }
}
