//! Changes of a part (RFC 7644 §3.5.2).

use serde_json::{Map, Value};

use super::Refused;

/// Operations of one request.
const MOST: usize = 100;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Remove,
    Replace,
}

/// One operation.
#[derive(Debug, PartialEq)]
pub(super) struct Operation {
    pub(super) verb: Verb,
    /// Of lower case, without the schema before it; `members[value eq "…"]` as `members` with what it says.
    pub(super) path: Option<String>,
    /// What `[value eq "…"]` says.
    pub(super) chosen: Option<String>,
    pub(super) value: Value,
}

pub(super) fn operations(document: &Map<String, Value>) -> Result<Vec<Operation>, Refused> {
    let syntax = |detail: &str| Refused::new(400, Some("invalidSyntax"), detail);
    let named = |wanted: &str| document.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let Some((_, Value::Array(all))) = named("Operations") else {
        return Err(syntax("a change has a list `Operations`"));
    };
    if all.is_empty() || all.len() > MOST {
        return Err(Refused::new(400, Some("tooMany"), format!("a change has 1 to {MOST} operations")));
    }
    all.iter()
        .map(|one| {
            operation(one)
                .ok_or_else(|| syntax("an operation has `op`, and where it needs them `path` and `value`"))?
        })
        .collect()
}

fn operation(one: &Value) -> Option<Result<Operation, Refused>> {
    let text = |name: &str| one.get(name).map(Value::as_str);
    // Some directories write `Add` and `Replace`.
    let verb = match text("op")??.to_ascii_lowercase().as_str() {
        "add" => Verb::Add,
        "remove" => Verb::Remove,
        "replace" => Verb::Replace,
        _ => return None,
    };
    let value = one.get("value").cloned().unwrap_or(Value::Null);
    let Some(path) = text("path") else {
        return Some(Ok(Operation { verb, path: None, chosen: None, value }));
    };
    let path = path?.trim();
    let bare =
        path.strip_prefix("urn:ietf:params:scim:schemas:core:2.0:").and_then(|rest| rest.split_once(':'));
    let path = bare.map_or(path, |(_, name)| name);
    let none = || Refused::new(400, Some("invalidPath"), format!("`{path}` is no path that is known here"));
    let Some((name, rest)) = path.split_once('[') else {
        return Some(Ok(Operation { verb, path: Some(path.to_ascii_lowercase()), chosen: None, value }));
    };
    let Some((inner, after)) = rest.split_once(']') else { return Some(Err(none())) };
    let mut words = inner.trim().splitn(3, ' ');
    let (attribute, operator, quoted) =
        (words.next()?, words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let Ok(chosen) = serde_json::from_str::<String>(quoted.trim()) else { return Some(Err(none())) };
    if !operator.eq_ignore_ascii_case("eq") || chosen.is_empty() {
        return Some(Err(none()));
    }
    let name = name.to_ascii_lowercase();
    let after = after.to_ascii_lowercase();
    // `emails[type eq "work"].value` is the address; there is one.
    let is_email = name == "emails" && attribute.eq_ignore_ascii_case("type") && after == ".value";
    let is_member = name == "members" && attribute.eq_ignore_ascii_case("value") && after.is_empty();
    Some(match (is_email, is_member) {
        (true, _) => Ok(Operation { verb, path: Some("emails.value".to_owned()), chosen: None, value }),
        (_, true) => Ok(Operation { verb, path: Some(name), chosen: Some(chosen), value }),
        _ => Err(none()),
    })
}

/// A truth value; some directories write it as a text.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(operations_said: Value) -> Result<Vec<Operation>, Refused> {
        operations(json!({ "Operations": operations_said }).as_object().unwrap())
    }

    #[test]
    fn operations_of_several_directories_are_read() {
        let all = read(json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "replace", "value": { "active": false } },
            { "op": "remove", "path": "members[value eq \"ana@example.com\"]" },
            { "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "value": "Ana" },
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ana@example.com" },
        ]));
        let all = all.unwrap();
        let paths: Vec<_> = all.iter().map(|one| one.path.as_deref()).collect();
        let wanted = [Some("active"), None, Some("members"), Some("name.givenname"), Some("emails.value")];
        assert_eq!(paths, wanted);
        assert_eq!(all[2].chosen.as_deref(), Some("ana@example.com"));
        assert_eq!(truth(&all[0].value), Some(false));
    }

    #[test]
    fn what_is_none_is_told() {
        for wrong in [
            json!([]),
            json!(null),
            json!([{ "op": "move" }]),
            json!([{ "path": "active" }]),
            json!([{ "op": "add", "path": 1 }]),
            json!([{ "op": "remove", "path": "members[" }]),
            json!([{ "op": "remove", "path": "members[value eq]" }]),
            json!([{ "op": "remove", "path": "members[value sw \"a\"]" }]),
            json!([{ "op": "remove", "path": "members[display eq \"a\"]" }]),
            json!(vec![json!({ "op": "add" }); 101]),
        ] {
            assert_eq!(read(wrong.clone()).unwrap_err().status, 400, "{wrong}");
        }
    }
}
