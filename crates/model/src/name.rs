//! Names that users choose for resources.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// A name in kebab case: lower-case letters, digits and single hyphens, at most 80 characters, such as `orders`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

/// Why a text is no [`Name`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a name: use 1 to 80 lower-case letters, digits and single hyphens, such as `orders-eu`"
)]
pub struct InvalidName(String);

impl Name {
    pub const PATTERN: &'static str = "^[a-z0-9]+(-[a-z0-9]+)*$";

    /// Makes the nearest name of any text: `GitHub v3 REST API` becomes `github-v3-rest-api`.
    ///
    /// Returns `None` where nothing of the text can stand in a name.
    pub fn from_title(title: &str) -> Option<Name> {
        let mut name = String::new();
        for c in title.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                name.push(c);
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
            if name.len() == 80 {
                break;
            }
        }
        name.trim_matches('-').parse().ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same name, shared; cheap.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Name, InvalidName> {
        let parts_are_words = text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        if !parts_are_words || text.len() > 80 {
            return Err(InvalidName(text.chars().take(100).collect()));
        }
        Ok(Name(text.into()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Name {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A name in kebab case, such as `orders-eu`.",
            "pattern": Name::PATTERN,
            "minLength": 1,
            "maxLength": 80,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn kebab_case_is_a_name_and_nothing_else_is() {
        for good in ["a", "orders", "orders-v2", "3d"] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "a b", "ä", &"a".repeat(81)] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_title_becomes_the_nearest_name() {
        assert_eq!(Name::from_title("GitHub v3 REST API").unwrap().as_str(), "github-v3-rest-api");
        assert_eq!(Name::from_title("  Ünder the sea!").unwrap().as_str(), "nder-the-sea");
        assert_eq!(Name::from_title("注文"), None);
    }
}
