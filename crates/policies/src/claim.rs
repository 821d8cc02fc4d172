//! What a caller's credential says of it: claims by their paths.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// A claim: a member by its name, or by a path of names with points between.
#[derive(Debug)]
pub(crate) struct Path {
    /// Names of claims may have points, as `https://example.com/roles`.
    whole: Box<str>,
    parts: Vec<Box<str>>,
}

impl Path {
    pub(crate) fn read(text: &str) -> Result<Path, String> {
        let parts: Vec<Box<str>> = text.split('.').map(Box::from).collect();
        if parts.iter().any(|part| part.is_empty()) || parts.len() > 8 || text.len() > 256 {
            return Err(format!(
                "`{text}` is no claim: write a name such as `sub`, or a path such as `realm.roles`"
            ));
        }
        Ok(Path { whole: text.into(), parts })
    }

    pub(crate) fn find<'c>(&self, claims: &'c Map<String, Value>) -> Option<&'c Value> {
        if let Some(value) = claims.get(&*self.whole) {
            return Some(value);
        }
        let (first, rest) = self.parts.split_first()?;
        rest.iter().try_fold(claims.get(&**first)?, |value, part| value.get(&**part))
    }
}

/// A claim as one text: texts, numbers and truths are, and lists of them, with commas between.
pub(crate) fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(truth) => Some(truth.to_string().into()),
        Value::Array(items) => {
            let texts: Option<Vec<_>> =
                items.iter().map(|item| if item.is_array() { None } else { text_of(item) }).collect();
            Some(texts?.join(",").into())
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// A claim as a list: one of texts, or a text with blanks between its words (RFC 6749 §3.3).
pub(crate) fn texts_of(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => text.split_ascii_whitespace().collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_found_by_its_name_and_by_its_path() {
        let claims = json!({ "sub": "ada", "a.b": 1, "a": { "b": 2, "c": { "d": [3] } }, "https://x.example/roles": ["r"] });
        let claims = claims.as_object().unwrap();
        let find = |path: &str| Path::read(path).unwrap().find(claims).cloned();
        assert_eq!(find("sub"), Some(json!("ada")));
        assert_eq!(find("a.b"), Some(json!(1)), "the whole name comes first");
        assert_eq!(find("a.c.d"), Some(json!([3])));
        assert_eq!(find("https://x.example/roles"), Some(json!(["r"])));
        assert_eq!(find("sub.x"), None);
        for wrong in ["", ".", "a.", "a..b", "a.b.c.d.e.f.g.h.i"] {
            assert!(Path::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lists_and_texts_with_blanks_are_lists() {
        assert_eq!(texts_of(&json!("read  write")), ["read", "write"]);
        assert_eq!(texts_of(&json!(["read", 1, "write"])), ["read", "write"]);
        assert_eq!(texts_of(&json!({ "a": 1 })), Vec::<&str>::new());
        assert_eq!(text_of(&json!(["a", 1, true])).as_deref(), Some("a,1,true"));
        assert_eq!(text_of(&json!({})), None);
    }
}
