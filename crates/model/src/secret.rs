//! Secrets that documents name in place of saying them: `secret://orders-client`.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Name, scoped, scoped_shared, unscoped};

/// What every reference begins with.
pub const SECRET_SCHEME: &str = "secret://";

/// Something that must be seen by nobody. It is not printed; whoever needs it asks for it by [`Secret::reveal`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Arc<str>);

impl Secret {
    pub fn new(value: impl Into<Arc<str>>) -> Secret {
        Secret(value.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The values of the secrets that a snapshot names, by reference; those of workspaces [`scoped`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretValues(pub BTreeMap<Arc<str>, Secret>);

impl SecretValues {
    /// With those of one workspace, by reference alone, in the place of what was there of it.
    #[must_use]
    pub fn with_workspace(&self, workspace: &Name, values: &SecretValues) -> SecretValues {
        let is_another = |key: &Arc<str>| unscoped(key).0 != workspace.as_str();
        let others = self.0.iter().filter(|(key, _)| is_another(key));
        let mut all: BTreeMap<_, _> = others.map(|(key, value)| (Arc::clone(key), value.clone())).collect();
        all.extend(values.0.iter().map(|(key, value)| (scoped_shared(workspace, key), value.clone())));
        SecretValues(all)
    }

    /// Those of one workspace, by reference alone.
    pub fn of_workspace(&self, workspace: &Name) -> SecretValues {
        // The beginning of every scoped reference; no other key has a colon followed by this.
        let begin = scoped(workspace, "");
        let is_mine = |key: &Arc<str>| unscoped(key).0 == workspace.as_str();
        let mine = self.0.range(Arc::clone(&begin)..).take_while(|(key, _)| key.starts_with(&*begin));
        let mine = mine.filter(|(key, _)| is_mine(key));
        SecretValues(mine.map(|(key, value)| (unscoped(key).1.into(), value.clone())).collect())
    }

    pub fn get(&self, reference: &str) -> Option<&Secret> {
        self.0.get(reference)
    }
}

/// A text in pieces: what stands there, and what is named.
enum Piece<'a> {
    Text(&'a str),
    Reference(&'a str),
}

/// The whole text is a reference, or some stand in it as `${secret://…}`.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    if text.starts_with(SECRET_SCHEME) {
        return vec![Piece::Reference(text)];
    }
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("${secret://") {
        let Some(length) = rest[start..].find('}') else { break };
        pieces.push(Piece::Text(&rest[..start]));
        pieces.push(Piece::Reference(&rest[start + 2..start + length]));
        rest = &rest[start + length + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The secrets that the texts of a value name, as often as they do.
pub fn secret_references(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    gather(value, &mut found);
    found
}

fn gather<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.contains(SECRET_SCHEME) => {
            found.extend(pieces(text).into_iter().filter_map(|piece| match piece {
                Piece::Reference(reference) => Some(reference),
                Piece::Text(_) => None,
            }));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, found)),
        _ => {}
    }
}

/// A value with the secrets it names in their places.
///
/// # Errors
/// The first reference that `find` does not know.
pub fn with_secrets<'a>(
    value: &'a Value,
    find: &dyn Fn(&str) -> Option<Secret>,
) -> Result<Cow<'a, Value>, String> {
    if secret_references(value).is_empty() {
        return Ok(Cow::Borrowed(value));
    }
    let mut filled = value.clone();
    fill(&mut filled, find)?;
    Ok(Cow::Owned(filled))
}

fn fill(value: &mut Value, find: &dyn Fn(&str) -> Option<Secret>) -> Result<(), String> {
    match value {
        Value::String(text) if text.contains(SECRET_SCHEME) => {
            let mut whole = String::new();
            for piece in pieces(text) {
                match piece {
                    Piece::Text(text) => whole.push_str(text),
                    Piece::Reference(reference) => {
                        whole.push_str(find(reference).ok_or_else(|| reference.to_owned())?.reveal());
                    }
                }
            }
            *text = whole;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill(item, find)),
        Value::Object(fields) => fields.values_mut().try_for_each(|field| fill(field, find)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_filled_in_wherever_they_are_named() {
        let config = json!({
            "client_secret": "secret://idp",
            "headers": [{ "authorization": "Bearer ${secret://vault/kv/orders#token}!", "x": "a${b}" }],
            "n": 1,
        });
        assert_eq!(secret_references(&config), ["secret://idp", "secret://vault/kv/orders#token"]);
        let find = |reference: &str| Some(Secret::new(reference.len().to_string()));
        let filled = with_secrets(&config, &find).unwrap().into_owned();
        let expected = json!({
            "client_secret": "12", "headers": [{ "authorization": "Bearer 30!", "x": "a${b}" }], "n": 1,
        });
        assert_eq!(filled, expected);
        assert_eq!(with_secrets(&config, &|_| None).unwrap_err(), "secret://idp");
        let plain = json!({ "url": "https://secret.example" });
        assert!(matches!(with_secrets(&plain, &|_| None), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let values = SecretValues([("secret://a".into(), Secret::new("s3cret"))].into());
        assert!(!format!("{values:?}").contains("s3cret"));
    }
}
