//! When a certificate is asked for: pure, so that each rule is tested by itself. Times are seconds since 1970.

use std::{fmt, time::Duration};

use model::Certificate;

use crate::{folder::Record, held::Held, trouble::Kind};

/// Between two certificates that nothing but time is the reason for, at least; a third of the lifetime where that is shorter.
const LEAST_APART: i64 = 86_400;
/// After the first failure that an authority counts. Let's Encrypt takes five an hour for a name.
const REFUSED: Duration = Duration::from_secs(300);
const REFUSED_AT_MOST: Duration = Duration::from_secs(12 * 3600);
/// After the first failure that nobody counts.
const AWAY: Duration = Duration::from_secs(10);
const AWAY_AT_MOST: Duration = Duration::from_secs(3600);
/// Where the authority said that it is asked too often.
const TOO_OFTEN: Duration = Duration::from_secs(3600);

/// Why a certificate is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// There is none.
    Missing,
    /// The one there is lacks a host.
    OtherHosts,
    /// The one there is was given by another directory.
    OtherDirectory,
    /// The one there is expires.
    Expires,
    /// The directory suggests it (RFC 9773).
    Suggested,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Missing => "there is none yet",
            Why::OtherHosts => "the one there is lacks a host",
            Why::OtherDirectory => "the one there is was given by another directory",
            Why::Expires => "the one there is expires",
            Why::Suggested => "the authority suggests to renew it now",
        })
    }
}

/// When a certificate is asked for next, and why.
pub(crate) fn due(certificate: &Certificate, held: Option<&Held>, record: &Record) -> (i64, Why) {
    let (at, why) = wanted(certificate, held, record);
    match record.next_attempt {
        // What failed is not tried again before its time, unless something else is asked for.
        Some(next) if record.failures > 0 && record.asks_for(certificate) => (at.max(next), why),
        _ => (at, why),
    }
}

fn wanted(certificate: &Certificate, held: Option<&Held>, record: &Record) -> (i64, Why) {
    let Some(acme) = &certificate.acme else { return (i64::MAX, Why::Missing) };
    let Some(held) = held else { return (0, Why::Missing) };
    if !held.covers(&certificate.hosts) {
        return (0, Why::OtherHosts);
    }
    if record.directory.as_ref().is_some_and(|directory| *directory != acme.directory) {
        return (0, Why::OtherDirectory);
    }
    let lifetime = held.lifetime();
    let before = acme.renew_before.map_or(lifetime / 3, |span| {
        i64::try_from(span.0.as_secs()).unwrap_or(i64::MAX).clamp(1, (lifetime * 2 / 3).max(1))
    });
    let early = share(held.share, before / 10);
    let mut next = (held.not_after - before - early, Why::Expires);
    if let Some((start, end)) = record.window
        && end >= start
    {
        let suggested = start + share(held.share, end - start);
        if suggested < next.0 {
            next = (suggested, Why::Suggested);
        }
    }
    // Neither a clock that is wrong nor an authority that is makes this a loop.
    let apart = record.obtained_at.map_or(0, |at| at + LEAST_APART.min(lifetime / 3));
    (next.0.max(apart), next.1)
}

/// How long to wait after so many failures in a row. `random` is between 0 and 1.
pub(crate) fn pause(kind: Kind, failures: u32, random: f64) -> Duration {
    let (first, most) = match kind {
        Kind::Refused => (REFUSED, REFUSED_AT_MOST),
        Kind::TooOften => (TOO_OFTEN, REFUSED_AT_MOST),
        Kind::Away | Kind::NoAccount => (AWAY, AWAY_AT_MOST),
    };
    let pause = first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(most);
    // Up to a fifth longer, so that many do not come at one moment.
    pause.mul_f64(1.0 + random.clamp(0.0, 1.0) / 5.0)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a part of a span of seconds"
)]
fn share(share: f64, of: i64) -> i64 {
    (of as f64 * share) as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DAY: i64 = 86_400;

    fn certificate(acme: serde_json::Value) -> Certificate {
        let text = json!({ "name": "a", "hosts": ["a.example.com"], "acme": acme });
        serde_json::from_value(text).unwrap()
    }

    fn held(share: f64) -> Held {
        let hosts = vec!["a.example.com".to_owned()];
        Held { hosts, not_before: 1000 * DAY, not_after: 1090 * DAY, share, identity: None }
    }

    #[test]
    fn a_certificate_is_renewed_at_a_third_of_its_lifetime_or_as_said_and_a_little_earlier_at_random() {
        let usual = certificate(json!({}));
        let record = Record::default();
        assert_eq!(due(&usual, None, &record), (0, Why::Missing));
        assert_eq!(due(&usual, Some(&held(0.0)), &record), (1060 * DAY, Why::Expires));
        assert_eq!(due(&usual, Some(&held(1.0)), &record), (1057 * DAY, Why::Expires));
        let said =
            |span: &str| due(&certificate(json!({ "renew_before": span })), Some(&held(0.0)), &record).0;
        assert_eq!(said("10d"), 1080 * DAY);
        // Otherwise the next would be asked for at once, for ever.
        assert_eq!(said("365d"), 1030 * DAY);
        let many = Held { hosts: vec!["b.example.com".to_owned()], ..held(0.0) };
        assert_eq!(due(&usual, Some(&many), &record), (0, Why::OtherHosts));
        let elsewhere =
            Record { directory: Some("https://other.example.com".to_owned()), ..Record::default() };
        assert_eq!(due(&usual, Some(&held(0.0)), &elsewhere), (0, Why::OtherDirectory));
    }

    #[test]
    fn what_a_directory_suggests_goes_first_and_makes_no_loop() {
        let usual = certificate(json!({}));
        let record = Record { window: Some((1010 * DAY, 1012 * DAY)), ..Record::default() };
        assert_eq!(due(&usual, Some(&held(0.5)), &record), (1011 * DAY, Why::Suggested));
        // A window that is always in the past leads to one certificate a day at most.
        let given = Record { window: Some((0, 0)), obtained_at: Some(1000 * DAY), ..Record::default() };
        assert_eq!(due(&usual, Some(&held(0.5)), &given), (1001 * DAY, Why::Suggested));
        let upside_down = Record { window: Some((1012 * DAY, 1010 * DAY)), ..Record::default() };
        assert_eq!(due(&usual, Some(&held(0.0)), &upside_down).1, Why::Expires);
        // A clock that is a year ahead: all that is given has expired already.
        let ahead = Record { obtained_at: Some(2000 * DAY), ..Record::default() };
        assert_eq!(due(&usual, Some(&held(0.0)), &ahead).0, 2001 * DAY);
    }

    #[test]
    fn what_failed_waits_longer_each_time_and_no_longer_once_something_else_is_asked_for() {
        let usual = certificate(json!({}));
        let mut record = Record { failures: 2, next_attempt: Some(5 * DAY), ..Record::default() };
        record.ask_for(&usual);
        assert_eq!(due(&usual, None, &record), (5 * DAY, Why::Missing));
        assert_eq!(
            due(&certificate(json!({ "challenge": "tls-alpn-01" })), None, &record),
            (0, Why::Missing)
        );
        let seconds = |kind, failures| pause(kind, failures, 0.0).as_secs();
        assert_eq!([1, 2, 3, 4].map(|n| seconds(Kind::Refused, n)), [300, 600, 1200, 2400]);
        assert!((1..=5).map(|n| seconds(Kind::Refused, n)).sum::<u64>() > 3600, "five an hour are the most");
        assert_eq!((seconds(Kind::Refused, 90), seconds(Kind::TooOften, 1)), (12 * 3600, 3600));
        assert_eq!((seconds(Kind::Away, 1), seconds(Kind::Away, u32::MAX)), (10, 3600));
        assert_eq!(pause(Kind::Refused, 1, 1.0).as_secs(), 360);
    }
}
