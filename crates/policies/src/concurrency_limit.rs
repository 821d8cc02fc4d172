//! `concurrency-limit`: so many calls of a caller under way at the same time, and no more.

use std::{
    future::poll_fn,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Poll, Waker},
    time::Duration,
};

use http::header::RETRY_AFTER;
use model::Span;
use policy::{Gauge, LimitState, Outbound, prelude::*};

use crate::per::{By, Keys};

const MOST_LIMITS: usize = 4;
/// Calls that wait at one time, and how long one waits, at most.
const MOST_WAITING: u32 = 10_000;
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A call that waits looks again so often, whatever it is told.
const AGAIN: Duration = Duration::from_millis(100);

/// Limits how many calls of each caller may be under way at the same time.
///
/// A call is under way from its head to the last byte of its answer, or until the client goes away; a WebSocket until it is closed.
/// A call over the limit is answered `429`, at once or after it has waited in vain. The count is exact, whatever the number of workers.
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
    /// Where a call over a limit waits until others have ended; without it none waits.
    #[serde(default)]
    queue: Option<QueueConfig>,
    /// Whether a call over a limit is refused.
    #[serde(default)]
    mode: Mode,
}

/// Where calls over a limit wait.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct QueueConfig {
    /// How many calls wait at one time, 1 to 10000; one more is refused at once.
    most: u32,
    /// How long a call waits; then it is refused.
    #[serde(default = "second")]
    wait: Span,
}

fn second() -> Span {
    Span::secs(1)
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
        let line = match self.queue {
            None => None,
            Some(_) if report_only => {
                return Err(Invalid::field("queue", "with `mode: report` nothing waits, as every call passes"));
            }
            Some(queue) if queue.most == 0 || queue.most > MOST_WAITING => {
                return Err(Invalid::field("queue.most", format!("must be 1 to {MOST_WAITING}")));
            }
            Some(queue) if queue.wait.0.is_zero() || queue.wait.0 > LONGEST_WAIT => {
                return Err(Invalid::field("queue.wait", "must be longer than nothing, and at most `60s`"));
            }
            Some(queue) => Some(Arc::new(Line {
                most: queue.most,
                wait: queue.wait.0,
                waiting: AtomicU32::new(0),
                wakers: Mutex::default(),
            })),
        };
        Ok(Box::new(Limiter { limits, line, report_only, over: AtomicU64::new(0) }))
    }
}

/// The running form of [`ConcurrencyLimit`].
struct Limiter {
    limits: Box<[Running]>,
    line: Option<Arc<Line>>,
    report_only: bool,
    over: AtomicU64,
}

struct Running {
    gauge: Box<dyn Gauge>,
    by: By,
    per: String,
    most: u64,
}

/// Calls that wait for others to end.
struct Line {
    most: u32,
    wait: Duration,
    waiting: AtomicU32,
    /// To be told when a call has ended.
    wakers: Mutex<Vec<Waker>>,
}

/// Held by a call under way: tells those that wait of its end.
struct Ends(Arc<Line>);

impl Drop for Ends {
    fn drop(&mut self) {
        let wakers = std::mem::take(&mut *self.0.wakers.lock().unwrap_or_else(PoisonError::into_inner));
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A place in the line.
struct Place<'a>(&'a Line);

impl<'a> Place<'a> {
    fn take(line: &'a Line) -> Option<Place<'a>> {
        let more = |waiting: u32| (waiting < line.most).then_some(waiting + 1);
        line.waiting.fetch_update(Relaxed, Relaxed, more).is_ok().then(|| Place(line))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
    }
}

impl Filter for Limiter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let Err(most) = self.enter(req) else { return Step::Done(Ok(())) };
        match self.line.as_ref().and_then(|line| Some((line, Place::take(line)?))) {
            Some((line, place)) => Step::wait(self.wait(req, line, place)),
            None => Step::Done(self.refuse(most)),
        }
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

impl Limiter {
    /// Enters all, or none.
    ///
    /// # Errors
    /// How many are inside of what is full.
    fn enter(&self, req: &mut Request) -> Result<(), u64> {
        let before = req.held.len();
        for limit in &self.limits {
            let key = limit.by.key(req, |words| limit.gauge.key(words));
            if let Some(inside) = limit.gauge.enter(key, limit.most) {
                req.hold(inside);
                continue;
            }
            if self.report_only {
                self.over.fetch_add(1, Relaxed);
                continue;
            }
            // What was entered is left: a refused call is not under way.
            req.held.truncate(before);
            return Err(limit.most);
        }
        if let Some(line) = &self.line {
            // Dropped after what was entered.
            req.hold(Box::new(Ends(Arc::clone(line))));
        }
        Ok(())
    }

    async fn wait(&self, req: &mut Request, line: &Line, _place: Place<'_>) -> Flow {
        let world = Arc::clone(&req.world);
        let now = || Outbound::now(&*world).monotonic;
        let until = now().saturating_add(u64::try_from(line.wait.as_nanos()).unwrap_or(u64::MAX));
        loop {
            let left = Duration::from_nanos(until.saturating_sub(now()));
            let mut pause = Outbound::sleep(&*world, left.min(AGAIN));
            let mut listens = false;
            let entered = poll_fn(|cx| {
                if listens {
                    // Somebody has ended, or it is time to look again.
                    return Poll::Ready(None);
                }
                // Listens before it looks, so that no end is missed.
                listens = true;
                line.wakers.lock().unwrap_or_else(PoisonError::into_inner).push(cx.waker().clone());
                match self.enter(req) {
                    Ok(()) => Poll::Ready(Some(Ok(()))),
                    Err(most) if left.is_zero() => Poll::Ready(Some(Err(most))),
                    Err(_) => pause.as_mut().poll(cx).map(|()| None),
                }
            });
            match entered.await {
                Some(Ok(())) => return Ok(()),
                Some(Err(most)) => return self.refuse(most),
                None => {}
            }
        }
    }

    fn refuse(&self, most: u64) -> Flow {
        self.over.fetch_add(1, Relaxed);
        let detail = format!("{most} calls are under way, which is as many as may be");
        let problem = Problem::new(problems::CONCURRENCY_LIMITED, detail);
        Err(problem.with_header(RETRY_AFTER, HeaderValue::from_static("1")).into())
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
            ("{ limit: 1, queue: { most: 0 } }", "queue.most"),
            ("{ limit: 1, queue: { most: 1, wait: 0s } }", "queue.wait"),
            ("{ limit: 1, queue: { most: 1 }, mode: report }", "queue"),
        ] {
            assert_eq!(invalid("concurrency-limit", config).field, field, "{config}");
        }
    }
}
