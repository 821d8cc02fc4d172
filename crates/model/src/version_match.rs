//! How requests say which of several versions of an API they are for, where these answer at one path.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a request says which version it is for, and which of them this one is. All versions at one path say it in the same places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionMatch {
    /// The header that names it, such as `api-version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The parameter of the query that names it, such as `version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The media type that names it, in `Accept` or else in `Content-Type`: `application/vnd.shop.{version}+json`, or with a parameter,
    /// `application/json; version={version}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What a request for this version says; by default the version of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Versions are days, such as `2026-03-10`: a request that says another day is for the nearest version that is not after it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dates: bool,
    /// Takes requests that say no version, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

/// A media type that names a version, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionedMedia {
    /// What stands before and after the version, in lower case.
    Type { before: String, after: String },
    /// A type in lower case, `*/*` for any, and the parameter.
    Parameter { of: String, name: String },
}

/// What stands for the version in a media type.
const PLACE: &str = "{version}";
/// The longest text that names a version.
const LONGEST: usize = 100;

impl VersionMatch {
    /// What is wrong with it, with the field. `own` is the version of the API.
    pub fn faults(&self, own: Option<&str>) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.header.is_none() && self.query.is_none() && self.media_type.is_none() {
            let message =
                "says by `header`, `query` or `media_type` where requests name their version".to_owned();
            faults.push(("", message));
        }
        let is_token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
        };
        if let Some(header) = self.header.as_deref().filter(|header| !is_token(header)) {
            faults.push(("header", format!("`{header}` is no name of a header")));
        }
        let hop = ["host", "connection", "content-length", "transfer-encoding", "cookie", "authorization"];
        if let Some(header) =
            self.header.as_deref().filter(|header| hop.iter().any(|hop| header.eq_ignore_ascii_case(hop)))
        {
            faults.push(("header", format!("`{header}` says something else")));
        }
        if self.query.as_deref().is_some_and(str::is_empty) {
            faults.push(("query", "is the name of a parameter".to_owned()));
        }
        if let Some(Err(message)) = self.media() {
            faults.push(("media_type", message));
        }
        match self.value_or(own) {
            None => {
                faults.push((
                    "value",
                    "is missing, and the api has no `version` that could stand for it".to_owned(),
                ));
            }
            Some(value)
                if value.is_empty()
                    || value.len() > LONGEST
                    || !value.bytes().all(|b| b.is_ascii_graphic()) =>
            {
                let message =
                    format!("is 1 to {LONGEST} visible ASCII characters without spaces, such as `v2`");
                faults.push(("value", message));
            }
            Some(value) if self.dates && !is_day(value) => {
                faults.push(("value", format!("`{value}` is no day, such as `2026-03-10`")));
            }
            Some(_) => {}
        }
        faults
    }

    /// What a request for this version says.
    pub fn value_or<'v>(&'v self, own: Option<&'v str>) -> Option<&'v str> {
        self.value.as_deref().or(own)
    }

    /// The parts of the media type; nothing where none names the version.
    ///
    /// # Errors
    /// Why it cannot name one.
    pub fn media(&self) -> Option<Result<VersionedMedia, String>> {
        self.media_type.as_deref().map(|text| {
            let wrong = || {
                format!(
                    "`{text}` is a media type with `{PLACE}` in it once, such as `application/vnd.shop.{PLACE}+json` or `application/json; version={PLACE}`"
                )
            };
            if text.matches(PLACE).count() != 1 || text.contains(['"', ',']) {
                return Err(wrong());
            }
            let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
            let essence = essence.trim().to_ascii_lowercase();
            let (kind, sub) = essence.split_once('/').ok_or_else(wrong)?;
            if kind.is_empty() || sub.is_empty() || kind.contains('{') {
                return Err(wrong());
            }
            if let Some((before, after)) = essence.split_once(PLACE) {
                if !parameters.trim().is_empty() {
                    return Err(wrong());
                }
                return Ok(VersionedMedia::Type { before: before.to_owned(), after: after.to_owned() });
            }
            let (name, value) = parameters.split_once('=').ok_or_else(wrong)?;
            match (name.trim(), value.trim() == PLACE) {
                (name, true) if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                    Ok(VersionedMedia::Parameter { of: essence.clone(), name: name.to_ascii_lowercase() })
                }
                _ => Err(wrong()),
            }
        })
    }

    /// A media type for a version, as a request says it.
    pub fn media_of(&self, value: &str) -> Option<String> {
        let text = self.media_type.as_deref()?.replace(PLACE, value);
        // A parameter may be of any type; a request asks for one.
        Some(text.strip_prefix("*/*").map_or_else(|| text.clone(), |rest| format!("application/json{rest}")))
    }

    /// What of the versions at a path must be the same, with the field that is not.
    pub fn differs(&self, other: &VersionMatch) -> Option<&'static str> {
        let lower = |header: &Option<String>| header.as_deref().map(str::to_ascii_lowercase);
        if lower(&self.header) != lower(&other.header) {
            return Some("header");
        }
        if self.query != other.query {
            return Some("query");
        }
        if self.media() != other.media() {
            return Some("media_type");
        }
        (self.dates != other.dates).then_some("dates")
    }
}

/// Whether a text is a day: `2026-03-10`.
pub fn is_day(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let (Some(year), Some(month), Some(day)) = (number(&text[..4]), number(&text[5..7]), number(&text[8..]))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> VersionMatch {
        serde_json::from_value(serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field() {
        for (text, field) in [
            ("{}", ""),
            (r#"{ "header": "a b" }"#, "header"),
            (r#"{ "header": "Host" }"#, "header"),
            (r#"{ "query": "" }"#, "query"),
            (r#"{ "media_type": "application/json" }"#, "media_type"),
            (r#"{ "media_type": "application/{version}+{version}" }"#, "media_type"),
            (r#"{ "media_type": "application/json; version=v{version}" }"#, "media_type"),
            (r#"{ "header": "v", "value": "a b" }"#, "value"),
            (r#"{ "header": "v", "dates": true }"#, "value"),
            (r#"{ "header": "v", "dates": true, "value": "2026-02-30" }"#, "value"),
        ] {
            let faults = read(text).faults(Some("v1"));
            assert_eq!(
                faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(),
                [field],
                "{text} {faults:?}"
            );
        }
        assert_eq!(read(r#"{ "header": "v" }"#).faults(None)[0].0, "value");
        assert!(read(r#"{ "header": "v", "dates": true, "value": "2026-03-10" }"#).faults(None).is_empty());
    }

    #[test]
    fn a_media_type_is_read_in_both_ways() {
        let media =
            |text: &str| VersionMatch { media_type: Some(text.to_owned()), ..VersionMatch::default() };
        let whole = media("application/vnd.Shop.{version}+json");
        let parts = VersionedMedia::Type { before: "application/vnd.shop.".into(), after: "+json".into() };
        assert_eq!(whole.media(), Some(Ok(parts)));
        assert_eq!(whole.media_of("v2").as_deref(), Some("application/vnd.Shop.v2+json"));
        let parameter = media("*/*; Version={version}");
        let parts = VersionedMedia::Parameter { of: "*/*".into(), name: "version".into() };
        assert_eq!(parameter.media(), Some(Ok(parts)));
        assert_eq!(parameter.media_of("2").as_deref(), Some("application/json; Version=2"));
    }
}
