//! Sends a request once more where its answer is slow to come: the first answer counts.

use std::{
    future::{pending, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

use http::Method;
use model::{HedgeAfter, RetryBudget, Upstream};
use tokio::time::{Instant, sleep_until};

use crate::{
    attempt::{Missed, Patience, Tried, ended, once},
    balance::{Ask, Balancer, Chosen, Endpoint},
    care::CareState,
    lane::{Head, Lane, Outgoing},
    replay::Bodies,
    retry::Again,
    worker::Worker,
};

/// Answers that must be known before they say how long one takes.
const ENOUGH: u32 = 100;
/// Answers after which what is known counts half.
const HALVED: u32 = 2048;

/// [`model::Hedge`] in its running form.
pub(crate) struct Hedging {
    after: HedgeAfter,
    most: u8,
    methods: Box<[Method]>,
    budget: RetryBudget,
    /// Whether nobody else counts the requests that come.
    deposits: bool,
    replay: u64,
}

/// The same for one exchange.
pub(crate) struct Hedged<'a> {
    rules: &'a Hedging,
    state: &'a CareState,
    /// Nothing where it is not known yet.
    after: Option<Duration>,
}

/// What all attempts of a race share.
pub(crate) struct Race<'a> {
    pub(crate) worker: &'a Worker,
    pub(crate) balancer: &'a Balancer,
    pub(crate) outgoing: &'a Outgoing,
    pub(crate) patience: &'a Patience,
    pub(crate) failed: &'a [Arc<Endpoint>],
}

/// An attempt that is about to be made.
pub(crate) struct Running {
    pub(crate) chosen: Chosen,
    pub(crate) pooled: Option<Box<Lane>>,
    pub(crate) bodies: Bodies,
    pub(crate) began: Instant,
}

/// The attempt whose outcome counts.
pub(crate) struct Won {
    pub(crate) chosen: Chosen,
    pub(crate) began: Instant,
    is_hedge: bool,
}

type Outcome = Result<(Head, Box<Lane>), Missed>;

impl Hedging {
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn read(spec: &Upstream) -> Result<Option<Hedging>, (String, String)> {
        let Some(hedge) = spec.hedge.as_deref() else { return Ok(None) };
        let method = |(at, name): (usize, &String)| {
            let read = Method::from_bytes(name.as_bytes());
            read.map_err(|_| (format!("methods[{at}]"), format!("`{name}` is no method")))
        };
        let retries = spec.retries.as_deref();
        Ok(Some(Hedging {
            after: hedge.after,
            most: hedge.most,
            methods: hedge.methods.iter().enumerate().map(method).collect::<Result<_, _>>()?,
            budget: retries.map(|retries| retries.budget).unwrap_or_default(),
            deposits: retries.is_none(),
            replay: retries.map_or(model::Retries::default().replay, |retries| retries.replay).0,
        }))
    }

    /// Begins with an exchange; nothing where its request is sent once.
    pub(crate) fn begin<'a>(&'a self, state: &'a CareState, outgoing: &Outgoing) -> Option<Hedged<'a>> {
        if self.deposits {
            state.budget.deposit(&self.budget);
        }
        if outgoing.upgrade.is_some() || !self.methods.contains(&outgoing.method) {
            return None;
        }
        let after = match self.after {
            HedgeAfter::Time(span) => Some(span.0),
            HedgeAfter::Percent(percent) => state.latency.within(percent),
        };
        Some(Hedged { rules: self, state, after })
    }
}

impl Hedged<'_> {
    /// How much of a body is remembered, bytes.
    pub(crate) fn remembers(&self, otherwise: u64) -> u64 {
        self.rules.replay.max(otherwise)
    }

    /// Makes an attempt, and others beside it while no answer comes. What is still under way in the end is broken off.
    pub(crate) async fn race(
        &self,
        race: Race<'_>,
        first: Running,
        again: Option<&Again<'_>>,
        tried: &mut Tried,
    ) -> (Won, Outcome) {
        let spare = first.bodies.fork();
        let mut used = race.failed.to_vec();
        used.push(Arc::clone(&first.chosen));
        let mut slow_since = Some(first.began);
        let mut running = vec![Box::pin(run(&race, first, false))];
        let mut left = self.rules.most;
        let mut next = self.after.map(first_at);
        loop {
            let due = async {
                match next {
                    Some(at) if left > 0 => sleep_until(at).await,
                    _ => pending().await,
                }
            };
            tokio::select! {
                biased;
                (won, outcome) = next_of(&mut running) => {
                    let now = Instant::now();
                    let took = now.saturating_duration_since(won.began);
                    if outcome.is_ok() {
                        self.state.latency.note(took);
                    }
                    if !won.is_hedge {
                        slow_since = None;
                    }
                    let is_wrong = match (&outcome, again) {
                        (Ok((head, _)), Some(again)) => again.heeds(again.of_answer(head)),
                        (Ok(_), None) => false,
                        (Err(missed), _) => !matches!(missed, Missed::Final(_)),
                    };
                    if !is_wrong || running.is_empty() {
                        if won.is_hedge && outcome.is_ok() {
                            self.state.counts.hedges_won.fetch_add(1, Relaxed);
                        }
                        // It would have taken longer still.
                        if let Some(since) = slow_since {
                            self.state.latency.note(now.saturating_duration_since(since));
                        }
                        return (won, outcome);
                    }
                    if race.balancer.watches()
                        && let Some(ended) = ended(&outcome)
                    {
                        race.balancer.note(&won.chosen, ended, took, race.worker.shared.clock.time(now));
                    }
                }
                () = due => {
                    next = self.after.map(first_at);
                    let Some(bodies) = spare.as_ref().filter(|bodies| bodies.is_whole()).and_then(Bodies::fork)
                    else {
                        continue;
                    };
                    left -= 1;
                    let Some(chosen) = self.another(&race, &used) else {
                        left = 0;
                        continue;
                    };
                    used.push(Arc::clone(&chosen));
                    tried.attempts = tried.attempts.saturating_add(1);
                    tried.hedges = tried.hedges.saturating_add(1);
                    let began = Instant::now();
                    let pooled = race.worker.take(&chosen.site, false, began);
                    running.push(Box::pin(run(&race, Running { chosen, pooled, bodies, began }, true)));
                }
            }
        }
    }

    /// An endpoint for an attempt beside others, if the budget allows one and there is one.
    fn another(&self, race: &Race<'_>, used: &[Arc<Endpoint>]) -> Option<Chosen> {
        let now = race.worker.millis(race.balancer, Instant::now());
        let ask = Ask { affinity: race.outgoing.affinity, tried: used, now };
        let chosen = race.worker.choose(race.balancer, &ask).ok()?;
        if !self.state.budget.withdraw(&self.rules.budget, now) {
            self.state.counts.over_budget.fetch_add(1, Relaxed);
            return None;
        }
        self.state.counts.hedges.fetch_add(1, Relaxed);
        Some(chosen)
    }
}

fn first_at(after: Duration) -> Instant {
    Instant::now() + after
}

/// The first of these to end, which is then taken out. All are polled whatever woke the task: a body from a client's connection wakes that alone.
async fn next_of<F: Future>(running: &mut Vec<Pin<Box<F>>>) -> F::Output {
    poll_fn(|cx| {
        for at in 0..running.len() {
            if let Poll::Ready(ended) = running[at].as_mut().poll(cx) {
                drop(running.swap_remove(at));
                return Poll::Ready(ended);
            }
        }
        Poll::Pending
    })
    .await
}

async fn run(race: &Race<'_>, running: Running, is_hedge: bool) -> (Won, Outcome) {
    let Running { chosen, pooled, mut bodies, mut began } = running;
    let Race { worker, balancer, outgoing, patience, .. } = race;
    let mut outcome = once(worker, balancer, &chosen, pooled, outgoing, &mut bodies, patience, began).await;
    if matches!(outcome, Err(Missed::Stale)) {
        // Nothing was asked of anybody yet.
        began = Instant::now();
        outcome = once(worker, balancer, &chosen, None, outgoing, &mut bodies, patience, began).await;
    }
    (Won { chosen, began, is_hedge }, outcome)
}

/// How long answers took lately: how many of each size, four sizes to a doubling. What is long ago counts less and less.
pub(crate) struct Latency {
    counts: [AtomicU32; 128],
    seen: AtomicU32,
}

impl Default for Latency {
    fn default() -> Latency {
        Latency { counts: std::array::from_fn(|_| AtomicU32::new(0)), seen: AtomicU32::new(0) }
    }
}

impl Latency {
    fn note(&self, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX).max(4);
        let bits = micros.ilog2();
        let size = bits * 4 + ((micros >> (bits - 2)) & 3);
        self.counts[size as usize].fetch_add(1, Relaxed);
        if self.seen.fetch_add(1, Relaxed) % HALVED == HALVED - 1 {
            for count in &self.counts {
                count.store(count.load(Relaxed) / 2, Relaxed);
            }
        }
    }

    /// The time within which so many percent of the answers came, to a quarter more; nothing where too few are known.
    fn within(&self, percent: u8) -> Option<Duration> {
        let counts = self.counts.each_ref().map(|count| u64::from(count.load(Relaxed)));
        let all: u64 = counts.iter().sum();
        if all < u64::from(ENOUGH) {
            return None;
        }
        let mut left = (all * u64::from(percent)).div_ceil(100);
        let size = counts.iter().position(|count| {
            left = left.saturating_sub(*count);
            left == 0
        })?;
        let (bits, part) = (size as u64 / 4, size as u64 % 4);
        Some(Duration::from_micros((5 + part) << (bits.max(2) - 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_most_answers_take_is_known_to_a_quarter_and_what_is_long_ago_is_forgotten() {
        let latency = Latency::default();
        for at in 0..99 {
            latency.note(Duration::from_millis(if at < 94 { 10 } else { 900 }));
        }
        assert_eq!(latency.within(95), None, "too few are known");
        latency.note(Duration::from_millis(10));
        for (percent, about) in [(50, 10.0), (95, 10.0), (96, 900.0), (99, 900.0)] {
            let within = latency.within(percent).unwrap().as_secs_f64() * 1000.0;
            assert!((about..=about * 1.26).contains(&within), "p{percent}: {within}");
        }
        for _ in 0..20_000 {
            latency.note(Duration::from_micros(700));
        }
        assert!(latency.within(99).unwrap() < Duration::from_millis(1));
        latency.note(Duration::ZERO);
        latency.note(Duration::from_secs(1 << 40));
        assert!(latency.within(99).is_some());
    }
}
