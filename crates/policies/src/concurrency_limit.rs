//! `concurrency-limit`: so many calls of a caller under way at the same time, and no more.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use http::header::RETRY_AFTER;
use policy::{Gauge, LimitState, prelude::*};

use crate::per::{By, Keys};

const MOST_LIMITS: usize = 4;

/// Limits how many calls of each caller may be under way at the same time.
///
/// A call is under way from its head to the last byte of its answer, or until the client goes away; a WebSocket until it is closed.
/// A call over the limit is answered `429`. The count is exact, whatever the number of workers.
///
/// With several limits, such as so many per consumer and so many for all together, a call is let through where all of them allow it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConcurrencyLimit {
    /// How many calls may be under way. Where there is one limit only.
    #[serde(default)]
    limit: Option<NonZeroU32>,
    /// What is counted apart: one of the choices or a list of them; by default the consumer. Where there is one limit only.
    #[serde(default)]
    per: Option<Keys>,
    /// Several limits that hold at once, instead of `limit` and `per`.
    #[serde(default)]
    limits: Vec<Limit>,
    /// Whether a call over a limit is refused.
    #[serde(default)]
    mode: Mode,
}

/// One of several limits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// How many calls may be under way.
    limit: NonZeroU32,
    /// What is counted apart: one of the choices or a list of them; by default the consumer.
    #[serde(default)]
    per: Keys,
}

/// Whether a limit is enforced.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    /// A call over the limit is refused.
    #[default]
    Enforce,
    /// Every call passes; how many would have been refused is counted. To try a limit out.
    Report,
}

impl Policy for ConcurrencyLimit {
    const NAME: &'static str = "concurrency-limit";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ limit: 10, per: consumer }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let by_default = Keys::default();
        let limits: Vec<(u64, &Keys, String)> = match (self.limit, self.limits.as_slice()) {
            (Some(limit), []) => {
                vec![(limit.get().into(), self.per.as_ref().unwrap_or(&by_default), "per".to_owned())]
            }
            (None, []) => return Err(Invalid::field("limit", "say how many calls may be under way, such as `10`")),
            (None, limits) if self.per.is_none() => {
                let read = |(at, of): (usize, &'_ Limit)| (of.limit.get().into(), at, format!("limits[{at}].per"));
                limits.iter().enumerate().map(read).map(|(most, at, field)| (most, &limits[at].per, field)).collect()
            }
            _ => return Err(Invalid::field("limits", "give either `limit` and `per`, or `limits`")),
        };
        if limits.len() > MOST_LIMITS {
            return Err(Invalid::field("limits", format!("at most {MOST_LIMITS} limits can hold at once")));
        }
        let running = |(at, (most, per, field)): (usize, &(u64, &Keys, String))| {
            Ok(Running {
                gauge: cx.gauge(&at.to_string()),
                by: per.build(field)?,
                per: per.to_string(),
                most: *most,
            })
        };
        let limits = limits.iter().enumerate().map(running).collect::<Result<_, _>>()?;
        let report_only = self.mode == Mode::Report;
        Ok(Box::new(Limiter { limits, report_only, over: AtomicU64::new(0) }))
    }
}

/// The running form of [`ConcurrencyLimit`].
struct Limiter {
    limits: Box<[Running]>,
    report_only: bool,
    over: AtomicU64,
}

struct Running {
    gauge: Box<dyn Gauge>,
    by: By,
    per: String,
    most: u64,
}

impl Filter for Limiter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let before = req.held.len();
        for limit in &self.limits {
            let key = limit.by.key(req, |words| limit.gauge.key(words));
            if let Some(inside) = limit.gauge.enter(key, limit.most) {
                req.hold(inside);
                continue;
            }
            self.over.fetch_add(1, Relaxed);
            if self.report_only {
                continue;
            }
            // What was entered is left: a refused call is not under way.
            req.held.truncate(before);
            let detail = format!("{} calls are under way, which is as many as may be", limit.most);
            let problem = Problem::new(problems::CONCURRENCY_LIMITED, detail);
            return Step::Done(Err(problem.with_header(RETRY_AFTER, HeaderValue::from_static("1")).into()));
        }
        Step::Done(Ok(()))
    }

    fn limits(&self, req: &Request) -> Vec<LimitState> {
        let state = |limit: &Running| {
            let used = limit.gauge.inside(limit.by.key(req, |words| limit.gauge.key(words)));
            LimitState {
                name: "concurrency".to_owned(),
                algorithm: "concurrency",
                limit: limit.most,
                window_s: None,
                burst: None,
                per: limit.per.clone(),
                used,
                remaining: limit.most.saturating_sub(used),
                reset_s: 0,
                report_only: self.report_only,
                over: self.over.load(Relaxed),
            }
        };
        self.limits.iter().map(state).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_call_is_under_way_until_its_exchange_has_ended() {
        let filter = build("concurrency-limit", "{ limit: 2 }");
        let call = || RequestBuilder::get("/").identity("ada").build();
        let (mut first, mut second, mut third) = (call(), call(), call());
        pass(&*filter, &mut first);
        pass(&*filter, &mut second);
        let problem = refused(&*filter, &mut third);
        assert_eq!((problem.kind.code, problem.kind.status), ("concurrency-limited", 429));
        assert!(problem.headers.iter().any(|(name, _)| name == "retry-after"));
        pass(&*filter, &mut RequestBuilder::get("/").identity("bob").build());
        drop(first);
        pass(&*filter, &mut third);
    }

    #[test]
    fn a_call_that_one_of_several_limits_refuses_has_entered_none() {
        let filter = build("concurrency-limit", "{ limits: [{ limit: 2, per: api }, { limit: 1 }] }");
        let call = |name: &str| RequestBuilder::get("/").identity(name).build();
        let (mut ada, mut again, mut bob, mut eve) = (call("ada"), call("ada"), call("bob"), call("eve"));
        pass(&*filter, &mut ada);
        for _ in 0..3 {
            refused(&*filter, &mut again);
        }
        pass(&*filter, &mut bob);
        refused(&*filter, &mut eve);
        drop(ada);
        pass(&*filter, &mut eve);
    }

    #[test]
    fn a_limit_that_only_reports_lets_all_pass_and_counts_those_over_it() {
        let filter = build("concurrency-limit", "{ limit: 1, mode: report }");
        let (mut first, mut second) = (RequestBuilder::get("/").build(), RequestBuilder::get("/").build());
        pass(&*filter, &mut first);
        pass(&*filter, &mut second);
        let state = &filter.limits(&first)[0];
        assert_eq!((state.used, state.remaining, state.over, state.report_only), (1, 0, 1, true));
    }

    #[test]
    fn what_is_no_limit_is_refused_naming_the_field() {
        for (config, field) in [
            ("{}", "limit"),
            ("{ limit: 0 }", "limit"),
            ("{ limit: 1, limits: [{ limit: 1 }] }", "limits"),
            ("{ per: ip, limits: [{ limit: 1 }] }", "limits"),
            ("{ limits: [{ limit: 1 }, { limit: 1, per: { header: 'a b' } }] }", "limits[1].per.header"),
            ("{ limit: 1, per: [] }", "per"),
            ("{ limit: 1, mode: off }", "mode"),
        ] {
            assert_eq!(invalid("concurrency-limit", config).field, field, "{config}");
        }
    }
}
