//! `lifecycle`: what an API says of its end.

use std::time::{Duration, UNIX_EPOCH};

use http::header::LINK;
use jiff::Timestamp;
use model::{LifeState, Lifecycle};
use policy::prelude::*;

/// RFC 9745 §2.
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
/// RFC 8594 §3.
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Says on every answer that an API is deprecated and when it ends, and refuses all calls of one that is retired.
///
/// It stands before every operation of an API with a `lifecycle`, without being written. Written at an operation, it says the same of that
/// operation alone. Answers have `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and links to what comes after it and to a page that says more.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Life(Lifecycle);

impl Policy for Life {
    const NAME: &'static str = "lifecycle";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str =
        "{ state: deprecated, deprecated_at: 2026-06-30T00:00:00Z, sunset_at: 2026-12-31T00:00:00Z, successor: /orders/v2 }";
    // It is the API's life, whoever calls.
    const FOR_CALLERS: bool = false;

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let Lifecycle { state, deprecated_at, sunset_at, successor, docs } = self.0;
        let is_ending = matches!(state, LifeState::Deprecated | LifeState::Retired);
        let deprecated = seconds("deprecated_at", deprecated_at.as_deref())?;
        let sunset = seconds("sunset_at", sunset_at.as_deref())?;
        if is_ending && deprecated.is_none() {
            return Err(Invalid::field("deprecated_at", format!("an api that is {} says since when", state.as_str())));
        }
        if let (Some(deprecated), Some(sunset)) = (deprecated, sunset)
            && sunset < deprecated
        {
            // RFC 9745 §4.
            return Err(Invalid::field("sunset_at", "is before `deprecated_at`"));
        }
        let mut fields = Vec::new();
        // What is not published yet says nothing of its end.
        if !state.is_before_publication() {
            if let Some(deprecated) = deprecated.filter(|_| is_ending) {
                fields.push((DEPRECATION, value("deprecated_at", &format!("@{deprecated}"))?));
            }
            if let Some(sunset) = sunset {
                let at = UNIX_EPOCH + Duration::from_secs(u64::try_from(sunset).unwrap_or(0));
                fields.push((SUNSET, value("sunset_at", &httpdate::fmt_http_date(at))?));
            }
            for (field, of, relations) in [
                ("successor", successor, &["successor-version"][..]),
                ("docs", docs, &["deprecation", "sunset"][..]),
            ] {
                let Some(address) = of else { continue };
                for relation in relations.iter().filter(|relation| **relation != "sunset" || sunset.is_some()) {
                    fields.push((LINK, link(field, &address, relation)?));
                }
            }
        }
        Ok(Box::new(Said { fields, is_retired: state == LifeState::Retired }))
    }
}

/// The running form of [`Life`].
struct Said {
    fields: Vec<(HeaderName, HeaderValue)>,
    is_retired: bool,
}

impl Filter for Said {
    fn on_request<'a>(&'a self, _: &'a mut Request) -> Step<'a> {
        if self.is_retired {
            let detail = "the API has come to its end; links of this answer say what comes after it, where there is something";
            return Step::Done(Err(Problem::new(problems::RETIRED, detail).into()));
        }
        Step::Done(Ok(()))
    }

    fn on_response(&self, res: &mut ResponseHead) {
        for (name, value) in &self.fields {
            if *name == LINK {
                res.headers.append(name.clone(), value.clone());
            } else {
                res.headers.insert(name.clone(), value.clone());
            }
        }
    }

    fn has_response(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// Seconds since 1970.
fn seconds(field: &str, text: Option<&str>) -> Result<Option<i64>, Invalid> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<Timestamp>() {
        Ok(at) if at.as_second() >= 0 => Ok(Some(at.as_second())),
        _ => Err(Invalid::field(field, format!("`{text}` is no time, such as `2026-12-31T00:00:00Z`"))),
    }
}

fn value(field: &str, text: &str) -> Result<HeaderValue, Invalid> {
    HeaderValue::from_str(text).map_err(|_| Invalid::field(field, "has characters that no header can have"))
}

/// A link (RFC 8288 §3).
fn link(field: &str, address: &str, relation: &str) -> Result<HeaderValue, Invalid> {
    let is_whole = ["https://", "http://", "/"].iter().any(|start| address.starts_with(start));
    if !is_whole || address.contains(['<', '>', '"', ' ']) {
        return Err(Invalid::field(field, "is an address with `https://`, or a path with `/` at its beginning"));
    }
    value(field, &format!("<{address}>; rel=\"{relation}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn said(config: &str) -> Vec<String> {
        let filter = build("lifecycle", config);
        let mut res = ResponseHead { status: StatusCode::OK, headers: Headers::new() };
        if filter.has_response() {
            filter.on_response(&mut res);
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        res.headers.iter().map(|(name, value)| format!("{name}: {}", text(value.as_bytes()))).collect()
    }

    #[test]
    fn what_ends_says_when_and_what_comes_after_it() {
        let config = "{ state: deprecated, deprecated_at: 2023-06-30T23:59:59Z, sunset_at: '2024-06-30T23:59:59+00:00', successor: /v2, docs: 'https://example.com/move' }";
        assert_eq!(
            said(config),
            [
                "deprecation: @1688169599",
                "sunset: Sun, 30 Jun 2024 23:59:59 GMT",
                "link: </v2>; rel=\"successor-version\"",
                "link: <https://example.com/move>; rel=\"deprecation\"",
                "link: <https://example.com/move>; rel=\"sunset\"",
            ]
        );
        assert!(said("{}").is_empty());
        assert!(said("{ state: draft, sunset_at: 2024-06-30T23:59:59Z }").is_empty());
        assert_eq!(said("{ sunset_at: 2024-06-30T23:59:59Z }"), ["sunset: Sun, 30 Jun 2024 23:59:59 GMT"]);
        let retired = build("lifecycle", "{ state: retired, deprecated_at: 2023-06-30T23:59:59Z }");
        assert_eq!(refused(&*retired, &mut RequestBuilder::get("/").build()).kind.code, "retired");
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ state: deprecated }", "deprecated_at"),
            ("{ state: retired, sunset_at: 2024-06-30T23:59:59Z }", "deprecated_at"),
            ("{ state: deprecated, deprecated_at: yesterday }", "deprecated_at"),
            ("{ state: deprecated, deprecated_at: 2025-01-01T00:00:00Z, sunset_at: 2024-01-01T00:00:00Z }", "sunset_at"),
            ("{ successor: orders }", "successor"),
            ("{ successor: 'https://a>b' }", "successor"),
            ("{ docs: \"https://example.com/\\na\" }", "docs"),
        ] {
            assert_eq!(invalid("lifecycle", config).field, field, "{config}");
        }
    }
}
