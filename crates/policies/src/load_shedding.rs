//! `load-shedding`: no more requests at the same time than the upstream can bear, found out by how long it takes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use expr::Condition;
use http::header::RETRY_AFTER;
use policy::{Origin, Outcome, Time, prelude::*};

/// Answers that a window has at least, and how long it is at least.
const SAMPLES: u32 = 10;
const WINDOW: Duration = Duration::from_millis(100);
/// A window that lasts longer says nothing about now.
const STALE: Duration = Duration::from_secs(10);
/// How often it is looked how long answers take with few requests at the same time.
const PROBE: Duration = Duration::from_secs(15);

/// Lets only so many requests through at the same time as the upstream can bear, and refuses the others at once with `503`.
///
/// Nobody has to know that number: it grows while answers take as long as they do without pressure, and shrinks when they take longer or fail. What
/// is counted are requests that wait for the head of their answer; a stream that goes on afterwards counts no more. Refusing some at once keeps
/// the others quick, where a queue would make all of them late.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LoadShedding {
    /// The number of requests at the same time that is begun with.
    start: u32,
    /// The number of requests that are always let through.
    min: u32,
    /// The number of requests that are never exceeded.
    max: u32,
    /// How many times longer than usual answers may take before fewer are let through, 1.1 to 10.
    tolerance: f64,
    /// A condition for requests that matter most, such as `'gold' in caller.groups`.
    important: Option<String>,
    /// The share that is kept for those requests, in percent, 1 to 90.
    reserved: u8,
    /// What `Retry-After` tells those that are refused.
    retry_after: Span,
}

impl Default for LoadShedding {
    fn default() -> LoadShedding {
        LoadShedding {
            start: 50,
            min: 5,
            max: 1000,
            tolerance: 2.0,
            important: None,
            reserved: 20,
            retry_after: Span::secs(1),
        }
    }
}

impl Policy for LoadShedding {
    const NAME: &'static str = "load-shedding";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ max: 500, important: \"'gold' in caller.groups\" }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.min == 0 {
            return Err(Invalid::field("min", "is at least 1; with none let through nothing is ever found out"));
        }
        if self.max < self.min {
            return Err(Invalid::field("max", format!("is at least `min`, {}", self.min)));
        }
        if !(self.min..=self.max).contains(&self.start) {
            return Err(Invalid::field("start", format!("is {} to {}", self.min, self.max)));
        }
        if !(1.1..=10.0).contains(&self.tolerance) {
            return Err(Invalid::field("tolerance", "is 1.1 to 10"));
        }
        if !(1..=90).contains(&self.reserved) {
            return Err(Invalid::field("reserved", "is 1 to 90, in percent"));
        }
        let important = self.important.as_deref().map(Condition::parse).transpose();
        let important = important.map_err(|message| Invalid::field("important", message))?;
        let seconds = self.retry_after.0.as_secs_f64().ceil();
        let limit = Limit {
            open: AtomicU64::new(u64::from(self.start)),
            inside: AtomicU64::new(0),
            learned: Mutex::new(Learned::new(f64::from(self.start))),
            min: f64::from(self.min),
            max: f64::from(self.max),
            tolerance: self.tolerance,
        };
        Ok(Box::new(Shedder {
            limit: Arc::new(limit),
            important,
            kept: 1.0 - f64::from(self.reserved) / 100.0,
            retry_after: HeaderValue::from_str(&format!("{seconds}")).unwrap_or(HeaderValue::from_static("1")),
        }))
    }
}

/// The running form of [`LoadShedding`].
struct Shedder {
    limit: Arc<Limit>,
    important: Option<Condition>,
    /// The share that unimportant requests may take.
    kept: f64,
    retry_after: HeaderValue,
}

impl Filter for Shedder {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let share = match &self.important {
            Some(important) if !important.holds(&req.facts()) => self.kept,
            _ => 1.0,
        };
        let Some(inside) = Limit::enter(&self.limit, share) else {
            let detail = "the service behind the API has as much to do as it can bear; repeat the request later";
            let problem = Problem::new(problems::OVERLOADED, detail);
            return Step::Done(Err(problem.with_header(RETRY_AFTER, self.retry_after.clone()).into()));
        };
        let began = req.world.now();
        req.then(move |head, outcome| {
            inside.limit.learn(began, outcome, head.status);
            BodyPlan::Keep
        });
        Step::Done(Ok(()))
    }
}

/// How many requests are let through, under all workers.
struct Limit {
    /// What is let through now.
    open: AtomicU64,
    inside: AtomicU64,
    learned: Mutex<Learned>,
    min: f64,
    max: f64,
    tolerance: f64,
}

/// A request that waits for its answer.
struct Inside {
    limit: Arc<Limit>,
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.limit.inside.fetch_sub(1, Relaxed);
    }
}

/// What answers have told so far. Times are [`Time::monotonic`].
struct Learned {
    /// The number of requests at the same time, with its fraction.
    limit: f64,
    /// How long an answer takes without pressure, seconds; 0 before anything is known.
    usual: f64,
    window: Window,
    /// When it was last looked how long answers take with few requests at the same time.
    probed: u64,
    /// Whether that is being looked at now; answers to requests from before do not count then.
    probing: bool,
}

#[derive(Default)]
struct Window {
    /// When its first answer came.
    began: u64,
    answers: u32,
    seconds: f64,
    /// Answers that say that the upstream is overloaded.
    failed: u32,
    /// The most requests that were inside.
    most: u64,
}

impl Learned {
    fn new(limit: f64) -> Learned {
        Learned { limit, usual: 0.0, window: Window::default(), probed: 0, probing: false }
    }
}

impl Limit {
    /// Enters where there is room within a share of the limit.
    fn enter(limit: &Arc<Limit>, share: f64) -> Option<Inside> {
        let open = limit.open.load(Relaxed);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a small number"
        )]
        let open = if share < 1.0 { ((open as f64 * share) as u64).max(1) } else { open };
        if limit.inside.fetch_add(1, Relaxed) >= open {
            limit.inside.fetch_sub(1, Relaxed);
            return None;
        }
        Some(Inside { limit: Arc::clone(limit) })
    }

    fn learn(&self, began: Time, outcome: Outcome, status: StatusCode) {
        let overload = matches!(status.as_u16(), 502..=504);
        // A refusal of the gateway says nothing about the upstream unless it is about it.
        if outcome.origin == Origin::Stored || outcome.origin == Origin::Gateway && !overload {
            return;
        }
        let now = outcome.at.monotonic;
        let inside = self.inside.load(Relaxed);
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if learned.probing && began.monotonic < learned.probed {
            return;
        }
        let window = &mut learned.window;
        let age = span(window.began, now);
        if window.answers == 0 || age > STALE {
            *window = Window { began: now, ..Window::default() };
        }
        window.answers += 1;
        window.most = window.most.max(inside);
        if overload {
            window.failed += 1;
        } else {
            window.seconds += span(began.monotonic, now).as_secs_f64();
        }
        if window.answers < SAMPLES || age < WINDOW || age > STALE {
            return;
        }
        let window = std::mem::take(window);
        self.adapt(&mut learned, &window, now);
    }

    /// Where answers take as long as without pressure there is room for more requests, where they take longer there were too many. How many
    /// more is the square root of the limit: what a queue may hold that takes up bursts.
    fn adapt(&self, learned: &mut Learned, window: &Window, now: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let is_near = window.most as f64 * 2.0 >= learned.limit;
        let probed = std::mem::take(&mut learned.probing);
        let mut open = learned.limit;
        if window.failed * 10 > window.answers {
            learned.limit = (learned.limit * 0.8).max(self.min);
            open = learned.limit;
        } else {
            let took = (window.seconds / f64::from(window.answers - window.failed)).max(1e-6);
            if probed || learned.usual == 0.0 {
                learned.usual = took;
            } else if took < learned.usual || !is_near {
                learned.usual = learned.usual * 0.8 + took * 0.2;
            }
            if is_near && !probed {
                let gradient = (self.tolerance * learned.usual / took).clamp(0.5, 1.0);
                let room = if gradient < 1.0 { 0.0 } else { learned.limit.sqrt() };
                let aim = learned.limit * gradient + room;
                learned.limit = (learned.limit * 0.8 + aim * 0.2).clamp(self.min, self.max);
                open = learned.limit;
                if learned.probed == 0 {
                    learned.probed = now;
                } else if span(learned.probed, now) >= PROBE {
                    (learned.probing, learned.probed) = (true, now);
                    open = (learned.limit / 4.0).max(self.min);
                }
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within `min` and `max`")]
        self.open.store(open.round() as u64, Relaxed);
    }
}

fn span(from: u64, to: u64) -> Duration {
    Duration::from_nanos(to.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use std::{cmp::Reverse, collections::BinaryHeap};

    use super::*;
    use crate::testing::*;

    const MILLI: u64 = 1_000_000;

    fn limit(start: f64, min: f64, max: f64) -> Arc<Limit> {
        Arc::new(Limit {
            open: AtomicU64::new(start as u64),
            inside: AtomicU64::new(0),
            learned: Mutex::new(Learned::new(start)),
            min,
            max,
            tolerance: 2.0,
        })
    }

    fn at(monotonic: u64) -> Time {
        Time { monotonic, unix_ms: 0 }
    }

    fn upstream(now: u64) -> Outcome {
        Outcome { origin: Origin::Upstream, at: at(now) }
    }

    /// An upstream that does `capacity` requests at the same time in 10 ms each, and all others behind them; `offered` requests a
    /// millisecond for so many seconds. Returns how many were answered a second, and how long the last second's took on average.
    fn run(limit: &Arc<Limit>, capacity: usize, offered: usize, seconds: u64) -> (f64, f64) {
        let mut free = BinaryHeap::from(vec![Reverse(MILLI); capacity]);
        let mut under_way = BinaryHeap::new();
        let mut guards = std::collections::HashMap::new();
        let (mut answered, mut took, mut late, mut n) = (0_u64, 0_u64, 0_u64, 0_u64);
        for milli in 1..=seconds * 1000 {
            let now = milli * MILLI;
            while under_way.peek().is_some_and(|Reverse((done, _, _))| *done <= now) {
                let Reverse((done, began, id)) = under_way.pop().unwrap();
                limit.learn(at(began), upstream(done), StatusCode::OK);
                guards.remove(&id);
                answered += 1;
                if milli > (seconds - 1) * 1000 {
                    (took, late) = (took + (done - began), late + 1);
                }
            }
            for _ in 0..offered {
                let Some(inside) = Limit::enter(limit, 1.0) else { break };
                let Reverse(at) = free.pop().unwrap();
                let done = at.max(now) + 10 * MILLI;
                free.push(Reverse(done));
                n += 1;
                under_way.push(Reverse((done, now, n)));
                guards.insert(n, inside);
            }
        }
        (answered as f64 / seconds as f64, took as f64 / late.max(1) as f64 / MILLI as f64)
    }

    #[test]
    fn the_limit_finds_what_the_upstream_can_bear_and_keeps_answers_quick() {
        for (start, capacity) in [(50.0, 20), (5.0, 40), (800.0, 10)] {
            let limit = limit(start, 2.0, 1000.0);
            let (answered, took) = run(&limit, capacity, 50, 90);
            let possible = capacity as f64 * 100.0;
            assert!(answered > possible * 0.9, "{start} {capacity}: {answered} of {possible}");
            assert!(took < 45.0, "{start} {capacity}: {took} ms, limit {}", limit.open.load(Relaxed));
        }
    }

    #[test]
    fn without_pressure_the_limit_stays_as_it_is() {
        let limit = limit(50.0, 2.0, 1000.0);
        let (answered, took) = run(&limit, 100, 1, 20);
        assert!(answered > 990.0 && took < 10.5, "{answered} {took}");
        assert_eq!(limit.open.load(Relaxed), 50);
    }

    #[test]
    fn an_upstream_that_fails_gets_fewer_and_fewer_requests() {
        let limit = limit(100.0, 7.0, 1000.0);
        for n in 1..2000 {
            limit.learn(at(n * MILLI), upstream((n + 1) * MILLI), StatusCode::SERVICE_UNAVAILABLE);
        }
        assert_eq!(limit.open.load(Relaxed), 7);
        // Refusals of the gateway that are not about the upstream say nothing.
        let ours = |n| Outcome { origin: Origin::Gateway, at: at(n * MILLI) };
        (2000..9000).for_each(|n| limit.learn(at(n * MILLI), ours(n + 1), StatusCode::FORBIDDEN));
        assert_eq!(limit.open.load(Relaxed), 7);
    }

    #[test]
    fn past_the_limit_requests_are_refused_and_the_important_ones_last() {
        let config = "{ start: 5, important: \"caller.name == 'ada'\", reserved: 40, retry_after: 2s }";
        let filter = build("load-shedding", config);
        let mut inside = Vec::new();
        let mut enter = |req: RequestBuilder| {
            let mut req = req.build();
            let flow = decide(&*filter, &mut req);
            inside.push(req);
            flow.map_err(problem_of)
        };
        for _ in 0..3 {
            assert!(enter(RequestBuilder::get("/")).is_ok());
        }
        let problem = enter(RequestBuilder::get("/")).unwrap_err();
        assert_eq!((problem.kind.code, &problem.headers[0].1), ("overloaded", &HeaderValue::from_static("2")));
        assert!(enter(RequestBuilder::get("/").identity("ada")).is_ok());
        assert!(enter(RequestBuilder::get("/").identity("ada")).is_ok());
        assert!(enter(RequestBuilder::get("/").identity("ada")).is_err());
        // An exchange that ends, whether it was answered or not, makes room.
        inside.clear();
        pass(&*filter, &mut RequestBuilder::get("/").build());
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ min: 0 }", "min"),
            ("{ max: 4 }", "max"),
            ("{ start: 2 }", "start"),
            ("{ start: 2000 }", "start"),
            ("{ tolerance: 1 }", "tolerance"),
            ("{ reserved: 0 }", "reserved"),
            ("{ important: user }", "important"),
        ] {
            assert_eq!(invalid("load-shedding", config).field, field, "{config}");
        }
    }
}
