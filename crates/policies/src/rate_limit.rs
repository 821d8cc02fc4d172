//! `rate-limit`: so many calls per caller and window of time, and no more.

use std::{net::IpAddr, num::NonZeroU32};

use http::header::RETRY_AFTER;
use model::Name;
use policy::{Counter, Quota, Taken, prelude::*};

/// RateLimit header fields for HTTP (draft-ietf-httpapi-ratelimit-headers-10).
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is sold per month or year is a quota, not a rate limit.
const LONGEST_WINDOW: Span = Span::secs(31 * 24 * 3600);
const MOST_LIMITS: usize = 8;

/// Limits how many calls each caller may make in a window of time.
///
/// A window begins with the caller's first call in it. A call over a limit is answered `429`, with `Retry-After` in seconds, and
/// uses up nothing. Every answer says in `RateLimit-Policy` what the limits are and in `RateLimit` how much is left of the one
/// that is nearest to its end. The count is exact, whatever the number of workers.
///
/// With several limits, such as so many per second and so many per day, a call is let through where all of them allow it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// How many calls are allowed in a window. Where there is one limit only.
    #[serde(default)]
    limit: Option<NonZeroU32>,
    /// How long a window lasts, such as `1s`, `1m` or `24h`. Where there is one limit only.
    #[serde(default)]
    window: Option<Span>,
    /// Several limits that hold at once, instead of `limit` and `window`.
    #[serde(default)]
    limits: Vec<Limit>,
    /// What is counted apart.
    #[serde(default)]
    per: Per,
}

/// One of several limits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// What the limit is called in the headers; by default its window: `second`, `minute`, `hour`, `day`, or as `30s`.
    #[serde(default)]
    name: Option<Name>,
    /// How many calls are allowed in a window.
    limit: NonZeroU32,
    /// How long a window lasts, such as `1s`, `1m` or `24h`.
    window: Span,
}

/// What is counted apart.
#[derive(Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Per {
    /// The consumer or app that an authentication policy recognized; an anonymous caller by the network address.
    #[default]
    Consumer,
    /// The client's network address; of IPv6 the first 64 bits, which is what one customer of a network has.
    Ip,
    /// The API: all its callers together.
    Api,
    /// The operation: all its callers together.
    Operation,
    /// The value of a request header; all calls without it together. A caller chooses what it sends, so use it only for a header
    /// that something trusted sets.
    Header(String),
}

impl Policy for RateLimit {
    const NAME: &'static str = "rate-limit";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ limit: 100, window: 1m, per: consumer }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let windows = self.windows()?;
        let by = match &self.per {
            Per::Consumer => By::Caller,
            Per::Ip => By::Address,
            Per::Api => By::Service,
            Per::Operation => By::Operation,
            Per::Header(name) => By::Header(name.parse().map_err(|_| {
                Invalid::field("per.header", format!("`{name}` is no name of a header"))
            })?),
        };
        let quotas: Vec<_> = windows.iter().map(|(_, quota)| *quota).collect();
        let policy: Vec<_> = windows
            .iter()
            .map(|(name, quota)| format!("\"{name}\";q={};w={}", quota.limit, seconds_up(quota.window)))
            .collect();
        let policy = HeaderValue::from_str(&policy.join(", ")).expect("names and numbers are visible ASCII");
        let labels = windows.iter().map(|(name, _)| format!("\"{name}\";r=").into()).collect();
        Ok(Box::new(Limiter { counter: cx.counter(&quotas), by, policy, labels }))
    }
}

impl RateLimit {
    fn windows(&self) -> Result<Vec<(String, Quota)>, Invalid> {
        match (self.limit, self.window, self.limits.as_slice()) {
            (Some(limit), Some(window), []) => Ok(vec![("default".to_owned(), quota(limit, window, "window")?)]),
            (Some(_), None, []) => Err(Invalid::field("window", "a limit needs a window, such as `1m`")),
            (None, Some(_), []) => Err(Invalid::field("limit", "a window needs a limit, such as `100`")),
            (None, None, []) => Err(Invalid::whole("give `limit` and `window`, or `limits`")),
            (None, None, limits) => several(limits),
            _ => Err(Invalid::field("limits", "give either `limit` and `window`, or `limits`")),
        }
    }
}

fn several(limits: &[Limit]) -> Result<Vec<(String, Quota)>, Invalid> {
    if limits.len() > MOST_LIMITS {
        return Err(Invalid::field("limits", format!("at most {MOST_LIMITS} limits can hold at once")));
    }
    let mut windows: Vec<(String, Quota)> = Vec::with_capacity(limits.len());
    for (at, Limit { name, limit, window }) in limits.iter().enumerate() {
        let name = name.as_ref().map_or_else(|| window_name(*window), ToString::to_string);
        if windows.iter().any(|(earlier, _)| *earlier == name) {
            return Err(Invalid::field(format!("limits[{at}].name"), format!("two limits are called `{name}`")));
        }
        windows.push((name, quota(*limit, *window, &format!("limits[{at}].window"))?));
    }
    Ok(windows)
}

fn quota(limit: NonZeroU32, window: Span, field: &str) -> Result<Quota, Invalid> {
    if window < Span::secs(1) || window > LONGEST_WINDOW {
        return Err(Invalid::field(field, format!("a window lasts from 1s to {LONGEST_WINDOW}")));
    }
    Ok(Quota { limit: limit.get().into(), window: window.0 })
}

fn window_name(window: Span) -> String {
    match window.0.as_millis() {
        1_000 => "second".to_owned(),
        60_000 => "minute".to_owned(),
        3_600_000 => "hour".to_owned(),
        86_400_000 => "day".to_owned(),
        _ => window.to_string(),
    }
}

/// The running form of [`RateLimit`].
struct Limiter {
    counter: Box<dyn Counter>,
    by: By,
    /// `RateLimit-Policy`, whole.
    policy: HeaderValue,
    /// `"minute";r=`, one for each limit.
    labels: Vec<Box<str>>,
}

/// The running form of [`Per`].
enum By {
    Caller,
    Address,
    Service,
    Operation,
    Header(HeaderName),
}

impl Filter for Limiter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let taken = self.count(req);
        req.reply_with(RATELIMIT_POLICY, self.policy.clone());
        req.reply_with(RATELIMIT, self.left(&taken));
        if taken.allowed {
            return Step::Done(Ok(()));
        }
        let wait = seconds_up(taken.reset).max(1);
        let detail = format!("the rate limit is used up; wait {wait} s");
        let problem = Problem::new(problems::RATE_LIMITED, detail).with_header(RETRY_AFTER, wait.into());
        Step::Done(Err(problem.into()))
    }
}

impl Limiter {
    fn count(&self, req: &Request) -> Taken {
        let take = |words: &[&[u8]]| self.counter.take(CallerKey(words), 1, req.arrived);
        let target = &*req.target;
        let workspace = target.workspace.as_bytes();
        // The first word says what kind of key it is, so that a consumer and a header of the same text are counted apart.
        match (&self.by, &req.identity) {
            (By::Caller, Some(identity)) => {
                let caller = &identity.caller;
                take(&[b"caller", caller.workspace.as_str().as_bytes(), caller.key.as_bytes()])
            }
            (By::Caller | By::Address, _) => match req.client.to_canonical() {
                IpAddr::V4(address) => take(&[b"v4", &address.octets()]),
                IpAddr::V6(address) => take(&[b"v6", &address.octets()[..8]]),
            },
            (By::Service, _) => take(&[b"service", workspace, target.service.as_bytes()]),
            (By::Operation, _) => {
                take(&[b"operation", workspace, target.service.as_bytes(), target.operation.as_bytes()])
            }
            (By::Header(name), _) => match req.head.headers.get(name) {
                Some(value) => take(&[b"header", value.as_bytes()]),
                None => take(&[b"no header"]),
            },
        }
    }

    /// `"minute";r=99;t=60`, written without a detour: every answer carries one.
    fn left(&self, taken: &Taken) -> HeaderValue {
        let label = self.labels.get(taken.quota).map_or("\"default\";r=", |label| label);
        // A name has 80 bytes at most, a number 20.
        let mut text = [0_u8; 160];
        let mut len = 0;
        let mut put = |part: &[u8]| {
            text[len..len + part.len()].copy_from_slice(part);
            len += part.len();
        };
        put(label.as_bytes());
        put(itoa::Buffer::new().format(taken.remaining).as_bytes());
        put(b";t=");
        put(itoa::Buffer::new().format(seconds_up(taken.reset)).as_bytes());
        HeaderValue::from_bytes(&text[..len]).expect("names and numbers are visible ASCII")
    }
}

fn seconds_up(time: std::time::Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::testing::*;

    fn limited(filter: &dyn policy::Filter, req: RequestBuilder) -> bool {
        decide(filter, &mut req.build()).is_err()
    }

    #[test]
    fn a_caller_over_the_limit_waits_for_the_next_window() {
        let filter = build("rate-limit", "{ limit: 2, window: 1m }");
        let at = |ms: u64| RequestBuilder::get("/").at(Duration::from_millis(ms)).build();
        for (ms, left) in [(0, "\"default\";r=1;t=60"), (500, "\"default\";r=0;t=60")] {
            let mut req = at(ms);
            pass(&*filter, &mut req);
            assert_eq!(on_reply(&req, "ratelimit"), left);
            assert_eq!(on_reply(&req, "ratelimit-policy"), "\"default\";q=2;w=60");
        }
        let mut req = at(30_001);
        let problem = refused(&*filter, &mut req);
        assert_eq!(problem.kind.code, "rate-limited");
        assert_eq!(problem.headers, [("retry-after".parse().unwrap(), "30".parse().unwrap())]);
        assert_eq!(on_reply(&req, "ratelimit"), "\"default\";r=0;t=30");
        pass(&*filter, &mut at(60_000));
    }

    #[test]
    fn several_limits_hold_at_once_and_a_refused_call_uses_up_nothing() {
        let filter = build(
            "rate-limit",
            "{ limits: [{ limit: 1, window: 1s }, { limit: 3, window: 1m }, { name: whole-day, limit: 9, window: 1d }] }",
        );
        let call = |s: u64| {
            let mut req = RequestBuilder::get("/").at(Duration::from_secs(s)).build();
            let refused = decide(&*filter, &mut req).is_err();
            (refused, on_reply(&req, "ratelimit"))
        };
        let mut req = RequestBuilder::get("/").at(Duration::ZERO).build();
        pass(&*filter, &mut req);
        assert_eq!(on_reply(&req, "ratelimit-policy"), "\"second\";q=1;w=1, \"minute\";q=3;w=60, \"whole-day\";q=9;w=86400");
        assert_eq!(on_reply(&req, "ratelimit"), "\"second\";r=0;t=1");
        for _ in 0..5 {
            assert!(call(0).0);
        }
        assert!(!call(1).0);
        assert!(!call(2).0);
        assert_eq!(call(3), (true, "\"minute\";r=0;t=57".to_owned()));
    }

    #[test]
    fn a_consumer_is_counted_by_who_it_is_and_an_anonymous_caller_by_its_address() {
        let filter = build("rate-limit", "{ limit: 1, window: 1m }");
        assert!(!limited(&*filter, RequestBuilder::get("/").identity("ada").client("10.0.0.1")));
        assert!(limited(&*filter, RequestBuilder::get("/").identity("ada").client("10.0.0.2")));
        assert!(!limited(&*filter, RequestBuilder::get("/").identity("bob").client("10.0.0.1")));
        assert!(!limited(&*filter, RequestBuilder::get("/").client("10.0.0.1")));
        assert!(limited(&*filter, RequestBuilder::get("/").client("::ffff:10.0.0.1")));
        assert!(!limited(&*filter, RequestBuilder::get("/").client("10.0.0.2")));
        // A name that reads like an address, or like nothing, is a name.
        assert!(!limited(&*filter, RequestBuilder::get("/").identity("10-0-0-2").client("10.0.0.2")));
    }

    #[test]
    fn ipv6_addresses_are_counted_by_their_network() {
        let filter = build("rate-limit", "{ limit: 1, window: 1m, per: ip }");
        assert!(!limited(&*filter, RequestBuilder::get("/").client("2001:db8::1")));
        assert!(limited(&*filter, RequestBuilder::get("/").client("2001:db8::ffff:1")));
        assert!(!limited(&*filter, RequestBuilder::get("/").client("2001:db8:0:1::1")));
    }

    #[test]
    fn an_api_or_operation_is_counted_for_all_callers_together() {
        let api = build("rate-limit", "{ limit: 1, window: 1m, per: api }");
        assert!(!limited(&*api, RequestBuilder::get("/").identity("ada").operation("a")));
        assert!(limited(&*api, RequestBuilder::get("/").identity("bob").operation("b")));
        assert!(!limited(&*api, RequestBuilder::get("/").service("api/bills@v1")));

        let operation = build("rate-limit", "{ limit: 1, window: 1m, per: operation }");
        assert!(!limited(&*operation, RequestBuilder::get("/").operation("a")));
        assert!(limited(&*operation, RequestBuilder::get("/").operation("a").client("10.9.9.9")));
        assert!(!limited(&*operation, RequestBuilder::get("/").operation("b")));
    }

    #[test]
    fn the_value_of_a_header_is_counted_and_its_absence_too() {
        let filter = build("rate-limit", "{ limit: 1, window: 1m, per: { header: X-Tenant } }");
        assert!(!limited(&*filter, RequestBuilder::get("/").header("x-tenant", "a")));
        assert!(limited(&*filter, RequestBuilder::get("/").header("x-tenant", "a")));
        assert!(!limited(&*filter, RequestBuilder::get("/").header("x-tenant", "")));
        assert!(!limited(&*filter, RequestBuilder::get("/")));
        assert!(limited(&*filter, RequestBuilder::get("/").client("10.9.9.9")));
    }

    #[test]
    fn the_longest_names_and_numbers_fit_the_header() {
        let name = "n".repeat(80);
        let filter = build("rate-limit", &format!("{{ limits: [{{ name: {name}, limit: 4294967295, window: 31d }}] }}"));
        let mut req = RequestBuilder::get("/").build();
        pass(&*filter, &mut req);
        assert_eq!(on_reply(&req, "ratelimit"), format!("\"{name}\";r=4294967294;t=2678400"));
    }

    #[test]
    fn what_is_no_limit_is_refused_naming_the_field() {
        for (config, field) in [
            ("{}", ""),
            ("{ limit: 1 }", "window"),
            ("{ window: 1m }", "limit"),
            ("{ limit: 0, window: 1m }", "limit"),
            ("{ limit: 1, window: 1 }", "window"),
            ("{ limit: 1, window: 999ms }", "window"),
            ("{ limit: 1, window: 32d }", "window"),
            ("{ limit: 1, window: 1m, limits: [{ limit: 1, window: 1s }] }", "limits"),
            ("{ limits: [{ limit: 1, window: 1s }, { limit: 2, window: 1000ms }] }", "limits[1].name"),
            ("{ limits: [{ limit: 1, window: 0s }] }", "limits[0].window"),
            ("{ limits: [{ name: 'a\"b', limit: 1, window: 1s }] }", "limits[0].name"),
            ("{ limit: 1, window: 1m, per: { header: 'a b' } }", "per.header"),
            ("{ limit: 1, window: 1m, per: user }", "per"),
        ] {
            assert_eq!(invalid("rate-limit", config).field, field, "{config}");
        }
    }
}
