//! `rate-limit`: so many calls per caller and window of time, and no more.

mod cost;
mod limiter;

use std::num::NonZeroU32;

use model::Name;
use policy::{Algorithm, Quota, prelude::*};

use self::{cost::Cost, limiter::Limiter};
use crate::per::Keys;

/// What is sold per month or year is a quota, not a rate limit.
const LONGEST_WINDOW: Span = Span::secs(31 * 24 * 3600);
const MOST_LIMITS: usize = 8;

/// Limits how many calls each caller may make in a window of time.
///
/// A call over a limit is answered `429`, with `Retry-After` in seconds, and uses up nothing. Every answer says in
/// `RateLimit-Policy` what the limits are and in `RateLimit` how much is left of the one that is nearest to its end. The count is
/// exact, whatever the number of workers.
///
/// With several limits, such as so many per second and so many per day, or so many per consumer and so many for all together, a call
/// is let through where all of them allow it, and counted by all or by none.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// How many calls are allowed in a window. Where there is one limit only.
    #[serde(default)]
    limit: Option<NonZeroU32>,
    /// How long a window lasts, such as `1s`, `1m` or `24h`. Where there is one limit only.
    #[serde(default)]
    window: Option<Span>,
    /// How it is counted; by default in windows that begin with the first call. Holds for every limit that has no other.
    #[serde(default)]
    algorithm: Option<Counting>,
    /// How many calls a token bucket saves up, by default `limit`. Where there is one limit only.
    #[serde(default)]
    burst: Option<NonZeroU32>,
    /// Several limits that hold at once, instead of `limit` and `window`.
    #[serde(default)]
    limits: Vec<Limit>,
    /// What is counted apart: one of the choices or a list of them; by default the consumer. Holds for every limit that has no other.
    #[serde(default)]
    per: Keys,
    /// What a call costs: a number, or where it is read; by default 1. Holds for every limit that has no other.
    #[serde(default)]
    cost: Option<Cost>,
    /// Whether a call over a limit is refused.
    #[serde(default)]
    mode: Mode,
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
    /// How it is counted; by default as the policy says.
    #[serde(default)]
    algorithm: Option<Counting>,
    /// How many calls a token bucket saves up, by default `limit`.
    #[serde(default)]
    burst: Option<NonZeroU32>,
    /// What is counted apart: one of the choices or a list of them; by default as the policy says.
    #[serde(default)]
    per: Option<Keys>,
    /// What a call costs: a number, or where it is read; by default as the policy says.
    #[serde(default)]
    cost: Option<Cost>,
}

/// How calls are counted.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Counting {
    /// A window begins with the caller's first call in it, and at its end all calls are back at once.
    FixedWindow,
    /// In no window of that length, wherever it begins, are there more calls than the limit. A call is forgotten one window later,
    /// at most a fifteenth of it late.
    SlidingWindow,
    /// Calls come back one by one, spread evenly over the window; `burst` of them are saved up. Smooths traffic, where windows let it
    /// come in heaps (GCRA).
    TokenBucket,
}

/// Whether a limit is enforced.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    /// A call over the limit is refused.
    #[default]
    Enforce,
    /// Every call passes and no header tells of the limit; how many calls would have been refused is counted. To try a limit out.
    Report,
}

/// A limit, read and completed by what holds for all.
struct Read<'a> {
    name: String,
    quota: Quota,
    per: &'a Keys,
    per_field: String,
    cost: &'a Cost,
    cost_field: String,
}

impl Policy for RateLimit {
    const NAME: &'static str = "rate-limit";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ limit: 100, window: 1m, per: consumer }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let limits = self.read()?;
        Limiter::build(&limits, self.mode == Mode::Report, cx).map(|limiter| Box::new(limiter) as _)
    }
}

impl RateLimit {
    fn read(&self) -> Result<Vec<Read<'_>>, Invalid> {
        match (self.limit, self.window, self.limits.as_slice()) {
            (Some(limit), Some(window), []) => {
                let quota = self.quota(limit, window, self.algorithm, self.burst, "")?;
                Ok(vec![self.complete("default".to_owned(), quota, None, None, "")])
            }
            (Some(_), None, []) => Err(Invalid::field("window", "a limit needs a window, such as `1m`")),
            (None, Some(_), []) => Err(Invalid::field("limit", "a window needs a limit, such as `100`")),
            (None, None, []) => Err(Invalid::whole("give `limit` and `window`, or `limits`")),
            (None, None, _) => self.several(),
            _ => Err(Invalid::field("limits", "give either `limit` and `window`, or `limits`")),
        }
    }

    fn several(&self) -> Result<Vec<Read<'_>>, Invalid> {
        if self.limits.len() > MOST_LIMITS {
            return Err(Invalid::field("limits", format!("at most {MOST_LIMITS} limits can hold at once")));
        }
        if self.burst.is_some() {
            return Err(Invalid::field("burst", "each of several limits has a burst of its own"));
        }
        let mut all: Vec<Read<'_>> = Vec::with_capacity(self.limits.len());
        for (at, limit) in self.limits.iter().enumerate() {
            let place = format!("limits[{at}].");
            let name = limit.name.as_ref().map_or_else(|| window_name(limit.window), ToString::to_string);
            if all.iter().any(|earlier| earlier.name == name) {
                let message = format!("two limits are called `{name}`; give one of them another `name`");
                return Err(Invalid::field(format!("{place}name"), message));
            }
            let algorithm = limit.algorithm.or(self.algorithm);
            let quota = self.quota(limit.limit, limit.window, algorithm, limit.burst, &place)?;
            all.push(self.complete(name, quota, limit.per.as_ref(), limit.cost.as_ref(), &place));
        }
        Ok(all)
    }

    fn complete<'a>(
        &'a self,
        name: String,
        quota: Quota,
        per: Option<&'a Keys>,
        cost: Option<&'a Cost>,
        place: &str,
    ) -> Read<'a> {
        let own = |is_own: bool| if is_own { place } else { "" };
        Read {
            name,
            quota,
            per: per.unwrap_or(&self.per),
            per_field: format!("{}per", own(per.is_some())),
            cost: cost.or(self.cost.as_ref()).unwrap_or(&Cost::Always(1)),
            cost_field: format!("{}cost", own(cost.is_some())),
        }
    }

    fn quota(
        &self,
        limit: NonZeroU32,
        window: Span,
        algorithm: Option<Counting>,
        burst: Option<NonZeroU32>,
        place: &str,
    ) -> Result<Quota, Invalid> {
        if window < Span::secs(1) || window > LONGEST_WINDOW {
            let message = format!("a window lasts from 1s to {LONGEST_WINDOW}");
            return Err(Invalid::field(format!("{place}window"), message));
        }
        let algorithm = match (algorithm.unwrap_or(Counting::FixedWindow), burst) {
            (Counting::TokenBucket, burst) => Algorithm::Bucket { burst: burst.unwrap_or(limit).get().into() },
            (_, Some(_)) => {
                let message = "only a token bucket saves calls up; add `algorithm: token-bucket`";
                return Err(Invalid::field(format!("{place}burst"), message));
            }
            (Counting::FixedWindow, None) => Algorithm::Fixed,
            (Counting::SlidingWindow, None) => Algorithm::Sliding,
        };
        Ok(Quota { limit: limit.get().into(), window: window.0, algorithm })
    }
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
    fn a_sliding_window_forgets_calls_one_by_one() {
        let filter = build("rate-limit", "{ limit: 2, window: 10s, algorithm: sliding-window }");
        let at = |s: u64| RequestBuilder::get("/").at(Duration::from_secs(s)).build();
        pass(&*filter, &mut at(0));
        pass(&*filter, &mut at(8));
        let mut req = at(9);
        let problem = refused(&*filter, &mut req);
        assert_eq!(problem.headers, [("retry-after".parse().unwrap(), "1".parse().unwrap())]);
        assert_eq!(on_reply(&req, "ratelimit"), "\"default\";r=0;t=9");
        pass(&*filter, &mut at(10));
        refused(&*filter, &mut at(11));
    }

    #[test]
    fn a_token_bucket_saves_up_its_burst_and_says_when_the_next_call_may_come() {
        let filter =
            build("rate-limit", "{ limit: 60, window: 1m, algorithm: token-bucket, burst: 2 }");
        let at = |ms: u64| RequestBuilder::get("/").at(Duration::from_millis(ms)).build();
        pass(&*filter, &mut at(0));
        pass(&*filter, &mut at(0));
        let mut req = at(0);
        let problem = refused(&*filter, &mut req);
        assert_eq!(problem.headers, [("retry-after".parse().unwrap(), "1".parse().unwrap())]);
        assert_eq!(on_reply(&req, "ratelimit-policy"), "\"default\";q=60;w=60");
        assert_eq!(on_reply(&req, "ratelimit"), "\"default\";r=0;t=2");
        pass(&*filter, &mut at(1001));
        refused(&*filter, &mut at(1002));
    }

    #[test]
    fn a_call_costs_what_a_header_or_an_expression_says() {
        let by_header = build("rate-limit", "{ limit: 10, window: 1m, cost: { header: x-cost } }");
        let call = |cost: &str| RequestBuilder::get("/").header("x-cost", cost);
        assert!(!limited(&*by_header, call("7")));
        assert!(limited(&*by_header, call("4")));
        for odd in ["", "-5", "0", "many", "1.5"] {
            let mut req = call(odd).build();
            let left_before = by_header.limits(&req)[0].remaining;
            let passed = decide(&*by_header, &mut req).is_ok();
            assert_eq!(passed, left_before > 0, "{odd}");
            assert_eq!(by_header.limits(&req)[0].remaining, left_before.saturating_sub(1), "{odd} costs 1");
        }

        let by_method = build(
            "rate-limit",
            "{ limit: 10, window: 1m, cost: { expression: 'request.method == \"GET\" ? 0 : 10' } }",
        );
        for _ in 0..20 {
            assert!(!limited(&*by_method, RequestBuilder::get("/")));
        }
        assert!(!limited(&*by_method, RequestBuilder::of("POST", "/")));
        assert!(limited(&*by_method, RequestBuilder::of("POST", "/")));
        assert!(!limited(&*by_method, RequestBuilder::get("/")));
    }

    #[test]
    fn a_call_that_costs_more_than_the_limit_is_not_told_to_wait() {
        let filter = build("rate-limit", "{ limit: 10, window: 1m, cost: 11 }");
        let problem = refused(&*filter, &mut RequestBuilder::get("/").build());
        assert!(problem.headers.is_empty());
        assert!(problem.detail.contains("costs more"), "{}", problem.detail);
    }

    #[test]
    fn query_parameters_cookies_and_expressions_are_counted_by_their_values() {
        let query = build("rate-limit", "{ limit: 1, window: 1m, per: { query: team } }");
        assert!(!limited(&*query, RequestBuilder::get("/?team=a")));
        assert!(limited(&*query, RequestBuilder::get("/?x=1&team=%61")));
        assert!(!limited(&*query, RequestBuilder::get("/?team=b")));
        assert!(!limited(&*query, RequestBuilder::get("/")));

        let cookie = build("rate-limit", "{ limit: 1, window: 1m, per: { cookie: sid } }");
        assert!(!limited(&*cookie, RequestBuilder::get("/").header("cookie", "a=1; sid=x")));
        assert!(limited(&*cookie, RequestBuilder::get("/").header("cookie", "sid=x; b=2")));
        assert!(!limited(&*cookie, RequestBuilder::get("/").header("cookie", "xsid=x")));

        let expression =
            build("rate-limit", "{ limit: 1, window: 1m, per: { expression: 'request.path' } }");
        assert!(!limited(&*expression, RequestBuilder::get("/a")));
        assert!(limited(&*expression, RequestBuilder::get("/a?x")));
        assert!(!limited(&*expression, RequestBuilder::get("/b")));
    }

    #[test]
    fn combinations_are_counted_apart() {
        let filter = build("rate-limit", "{ limit: 1, window: 1m, per: [consumer, operation, { header: x-a }] }");
        let call = |name: &str, operation: &str, header: &str| {
            RequestBuilder::get("/").identity(name).operation(operation).header("x-a", header)
        };
        assert!(!limited(&*filter, call("ada", "list", "1")));
        assert!(limited(&*filter, call("ada", "list", "1")));
        assert!(!limited(&*filter, call("ada", "get", "1")));
        assert!(!limited(&*filter, call("bob", "list", "1")));
        assert!(!limited(&*filter, call("ada", "list", "2")));
    }

    #[test]
    fn limits_by_different_keys_are_taken_from_together_or_not_at_all() {
        let filter = build(
            "rate-limit",
            "{ limits: [{ limit: 3, window: 1m, per: api, name: all }, { limit: 2, window: 1m, name: each }] }",
        );
        let call = |name: &str| RequestBuilder::get("/").identity(name);
        assert!(!limited(&*filter, call("ada")));
        assert!(!limited(&*filter, call("ada")));
        for _ in 0..5 {
            assert!(limited(&*filter, call("ada")));
        }
        assert!(!limited(&*filter, call("bob")));
        let mut req = call("bob").build();
        refused(&*filter, &mut req);
        assert_eq!(on_reply(&req, "ratelimit-policy"), "\"all\";q=3;w=60, \"each\";q=2;w=60");
        assert_eq!(on_reply(&req, "ratelimit"), "\"all\";r=0;t=60");
        let states: Vec<_> = filter.limits(&req).iter().map(|s| (s.name.clone(), s.per.clone(), s.used)).collect();
        assert_eq!(states, [("all".into(), "api".into(), 3), ("each".into(), "consumer".into(), 1)]);
    }

    #[test]
    fn a_limit_that_only_reports_lets_all_pass_without_a_header() {
        let filter = build("rate-limit", "{ limit: 1, window: 1m, mode: report }");
        for _ in 0..3 {
            let mut req = RequestBuilder::get("/").build();
            pass(&*filter, &mut req);
            assert!(req.on_reply.is_empty());
        }
        let state = &filter.limits(&RequestBuilder::get("/").build())[0];
        assert_eq!((state.used, state.over, state.report_only), (1, 2, true));
    }

    #[test]
    fn what_is_no_limit_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ limit: 1, window: 1m, burst: 2 }", "burst"),
            ("{ limit: 1, window: 1m, algorithm: sliding-window, burst: 2 }", "burst"),
            ("{ limit: 1, window: 1m, algorithm: token-bucket, burst: 0 }", "burst"),
            ("{ limit: 1, window: 1m, algorithm: leaky }", "algorithm"),
            ("{ burst: 3, limits: [{ limit: 1, window: 1s }] }", "burst"),
            ("{ limits: [{ limit: 1, window: 1s, burst: 2 }] }", "limits[0].burst"),
            ("{ limit: 1, window: 1m, cost: 0 }", "cost"),
            ("{ limit: 1, window: 1m, cost: -1 }", "cost"),
            ("{ limit: 1, window: 1m, cost: much }", "cost"),
            ("{ limit: 1, window: 1m, cost: { header: 'a b' } }", "cost.header"),
            ("{ limit: 1, window: 1m, cost: { expression: request.method } }", "cost.expression"),
            ("{ limits: [{ limit: 1, window: 1s, cost: { expression: '1 +' } }] }", "limits[0].cost.expression"),
            ("{ limit: 1, window: 1m, per: [] }", "per"),
            ("{ limit: 1, window: 1m, per: [ip, api, ip, api, ip] }", "per"),
            ("{ limit: 1, window: 1m, per: [ip, { header: 'a b' }] }", "per[1].header"),
            ("{ limit: 1, window: 1m, per: { cookie: 'a;b' } }", "per.cookie"),
            ("{ limit: 1, window: 1m, per: { expression: 'who' } }", "per.expression"),
            ("{ limits: [{ limit: 1, window: 1s, per: { query: '' } }] }", "limits[0].per.query"),
            ("{ limit: 1, window: 1m, mode: off }", "mode"),
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
