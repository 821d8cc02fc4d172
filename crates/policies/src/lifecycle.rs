//! `lifecycle`: what an API says of its end.

use std::time::{Duration, UNIX_EPOCH};

use http::header::{LINK, RETRY_AFTER};
use jiff::Timestamp;
use model::{Brownout, LifeState, Lifecycle};
use policy::prelude::*;

/// RFC 9745 §2.
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
/// Times in which an API refuses calls.
const MOST_BROWNOUTS: usize = 100;
/// How long one of them is at most, seconds.
const LONGEST_BROWNOUT: i64 = 24 * 60 * 60;
/// RFC 8594 §3.
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Says on every answer that an API is deprecated and when it ends, refuses calls in the times that were announced for it before (`brownouts`), and all
/// calls of one that is retired.
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
        let Lifecycle { state, deprecated_at, sunset_at, successor, docs, brownouts } = self.0;
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
        let brownouts = windows(&brownouts, state, (deprecated, sunset))?;
        let mut fields = Vec::new();
        // What is not published yet says nothing of its end, and what is as if it were not there says nothing.
        if !state.is_before_publication() && state != LifeState::Archived {
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
        Ok(Box::new(Said { fields, state, brownouts }))
    }
}

/// The running form of [`Life`].
struct Said {
    fields: Vec<(HeaderName, HeaderValue)>,
    state: LifeState,
    /// Milliseconds since 1970, from when until when.
    brownouts: Vec<(u64, u64)>,
}

impl Filter for Said {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let refused = match self.state {
            LifeState::Retired => {
                let detail = "the API has come to its end; links of this answer say what comes after it, where there is something";
                Some(Problem::new(problems::RETIRED, detail))
            }
            LifeState::Archived => Some(Problem::new(problems::NOT_FOUND, "no API answers at this host and path")),
            LifeState::Deprecated => self.brownout(req.arrived.unix_ms),
            _ => None,
        };
        Step::Done(refused.map_or(Ok(()), |problem| Err(problem.into())))
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

impl Said {
    /// The refusal of a call in one of the times in which they are refused.
    fn brownout(&self, now: u64) -> Option<Problem> {
        let (_, until) = self.brownouts.iter().find(|(from, until)| (*from..*until).contains(&now))?;
        let detail = "the API is deprecated and refuses calls for a while, so that those who call it move before it ends; links of this answer say where to";
        let wait = until.saturating_sub(now).div_ceil(1000);
        let wait = HeaderValue::try_from(wait.to_string()).ok()?;
        Some(Problem::new(problems::BROWNOUT, detail).with_header(RETRY_AFTER, wait))
    }
}

/// The times in which calls are refused.
fn windows(
    all: &[Brownout],
    state: LifeState,
    (deprecated, sunset): (Option<i64>, Option<i64>),
) -> Result<Vec<(u64, u64)>, Invalid> {
    let wrong = |at: usize, field: &str, message: String| Invalid::field(format!("brownouts[{at}]{field}"), message);
    if all.len() > MOST_BROWNOUTS {
        return Err(Invalid::field("brownouts", format!("has at most {MOST_BROWNOUTS}")));
    }
    if !all.is_empty() && !matches!(state, LifeState::Deprecated | LifeState::Retired | LifeState::Archived) {
        return Err(Invalid::field("brownouts", "are for an api that is deprecated"));
    }
    let mut windows = Vec::with_capacity(all.len());
    for (at, one) in all.iter().enumerate() {
        let read = |field: &str, text: &str| {
            let invalid = |_| wrong(at, field, format!("`{text}` is no time, such as `2026-10-01T09:00:00Z`"));
            seconds("", Some(text)).map_err(invalid).map(Option::unwrap_or_default)
        };
        let (from, until) = (read(".from", &one.from)?, read(".until", &one.until)?);
        if until <= from || until - from > LONGEST_BROWNOUT {
            return Err(wrong(at, ".until", "is after `from`, by a day at most".to_owned()));
        }
        if deprecated.is_some_and(|deprecated| from < deprecated) {
            return Err(wrong(at, ".from", "is before `deprecated_at`".to_owned()));
        }
        if sunset.is_some_and(|sunset| until > sunset) {
            return Err(wrong(at, ".until", "is after `sunset_at`".to_owned()));
        }
        let ms = |seconds: i64| u64::try_from(seconds).unwrap_or_default().saturating_mul(1000);
        windows.push((ms(from), ms(until)));
    }
    Ok(windows)
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
    fn a_deprecated_api_refuses_calls_in_the_times_that_were_announced_and_says_when_they_are_over() {
        let now = RequestBuilder::get("/").build().arrived.unix_ms / 1000;
        let time = |seconds: u64| Timestamp::from_second(i64::try_from(seconds).unwrap()).unwrap().to_string();
        let config = |from: u64, until: u64| {
            format!(
                "{{ state: deprecated, deprecated_at: 2000-01-01T00:00:00Z, brownouts: [{{ from: '{}', until: '{}' }}] }}",
                time(from),
                time(until)
            )
        };
        let during = build("lifecycle", &config(now, now + 60));
        let problem = refused(&*during, &mut RequestBuilder::get("/").build());
        assert_eq!((problem.kind.code, problem.kind.status), ("brownout", 503));
        assert_eq!(problem.headers, [(RETRY_AFTER, HeaderValue::from_static("60"))]);
        for (from, until) in [(now - 60, now), (now + 1, now + 60)] {
            pass(&*build("lifecycle", &config(from, until)), &mut RequestBuilder::get("/").build());
        }
    }

    #[test]
    fn what_is_archived_is_as_if_it_were_not_there() {
        let config = "{ state: archived, deprecated_at: 2023-06-30T23:59:59Z, successor: /v2 }";
        assert!(said(config).is_empty());
        let problem = refused(&*build("lifecycle", config), &mut RequestBuilder::get("/").build());
        assert_eq!(problem.kind.code, "not-found");
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
            ("{ brownouts: [{ from: 2024-01-01T00:00:00Z, until: 2024-01-01T01:00:00Z }] }", "brownouts"),
            ("{ state: deprecated, deprecated_at: 2024-01-01T00:00:00Z, brownouts: [{ from: soon, until: 2024-01-01T01:00:00Z }] }", "brownouts[0].from"),
            ("{ state: deprecated, deprecated_at: 2024-01-01T00:00:00Z, brownouts: [{ from: 2024-02-01T00:00:00Z, until: 2024-02-02T00:00:01Z }] }", "brownouts[0].until"),
            ("{ state: deprecated, deprecated_at: 2024-01-01T00:00:00Z, brownouts: [{ from: 2023-02-01T00:00:00Z, until: 2023-02-01T01:00:00Z }] }", "brownouts[0].from"),
            ("{ state: deprecated, deprecated_at: 2024-01-01T00:00:00Z, sunset_at: 2024-02-01T00:30:00Z, brownouts: [{ from: 2024-02-01T00:00:00Z, until: 2024-02-01T01:00:00Z }] }", "brownouts[0].until"),
        ] {
            assert_eq!(invalid("lifecycle", config).field, field, "{config}");
        }
    }
}
