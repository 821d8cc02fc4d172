//! Sends a request upstream and waits for the response's head: choose, connect, send, and try again where that is safe.

use std::{
    future::poll_fn,
    io,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use model::UpstreamLimits;
use policy::{Body, BodyError};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{
    balance::{Ask, Balancer, Chosen, Endpoint, NoPick},
    care::{Care, CareState, Counted, Permit, Wanting},
    h1::line::Broken,
    health::Outcome,
    hedge::{Race, Running},
    lane::{Head, Lane, NoHead, NoUpgrade, Outgoing},
    queue::{NoTurn, wait_for},
    random::Random,
    replay::Bodies,
    retry::Wrong,
    worker::Worker,
};

/// Attempts at most where nothing is said of retries.
const ATTEMPTS: u8 = 4;

/// A response's head, and the connection its body comes on.
pub(crate) struct Answer {
    pub(crate) head: Head,
    pub(crate) lane: Box<Lane>,
    pub(crate) chosen: Chosen,
}

/// What an exchange's attempts leave for its event.
#[derive(Default)]
pub(crate) struct Tried {
    pub(crate) attempts: u8,
    pub(crate) hedges: u8,
    pub(crate) endpoint: Option<Arc<str>>,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the upstream has no endpoint that takes requests")]
    NoEndpoint,
    #[error(transparent)]
    NoTurn(#[from] NoTurn),
    /// For how long it stays open.
    #[error("the upstream's breaker is open")]
    BreakerOpen(Duration),
    #[error("cannot connect to {url}")]
    Connect { url: Arc<str>, source: io::Error },
    #[error("{url} did not accept a connection in time")]
    ConnectTooSlow { url: Arc<str> },
    #[error("{url} did not answer in time")]
    TooSlow { url: Arc<str> },
    #[error("{url} broke off or did not answer in valid HTTP")]
    Broken { url: Arc<str>, source: Broken },
    #[error("{url} was not asked for an upgrade")]
    NoUpgrade { url: Arc<str>, source: NoUpgrade },
    /// The client's body did not come to its end.
    #[error("the request's body did not come to its end: {0:?}")]
    Upload(BodyError),
}

impl Failure {
    /// Whether it is the client's doing.
    pub(crate) fn is_the_clients(&self) -> bool {
        matches!(self, Failure::Upload(_) | Failure::NoUpgrade { source: NoUpgrade::NoKey, .. })
    }
}

/// What an attempt ended with that brought no response.
pub(crate) enum Missed {
    /// No connection could be made.
    Unsent(Failure),
    /// The connection had been closed before anything was sent on it, as far as can be seen.
    Stale,
    Sent(Failure),
    /// Not the endpoint's doing: the client's, or a bound.
    Final(Failure),
}

/// How long an attempt may take.
pub(crate) struct Patience {
    connect: Duration,
    /// Between two pieces of the response, its head included.
    read: Duration,
    per_try: Option<Duration>,
    total: Instant,
}

/// Sends a request to an endpoint of the upstream.
///
/// Tries again where nothing can have happened: a connection could not be made, or one from the pool turned out closed before
/// anything of the body was taken. A request that was sent on a pooled connection is sent once more only if nothing came back,
/// its method is idempotent (RFC 9110 §9.2.2) or the upstream says that it did nothing with it (RFC 9113 §8.7), and it has no body. Beyond that it is as the upstream's `retries` say.
pub(crate) async fn attempt(
    worker: &Worker,
    balancer: &Balancer,
    outgoing: &Outgoing,
    body: Body,
    started: Instant,
    tried: &mut Tried,
) -> Result<Answer, Failure> {
    let timeouts = &balancer.timeouts;
    let deadlines = &outgoing.deadlines;
    let total = started + deadlines.total.unwrap_or(timeouts.total.0);
    let total = outgoing.until.map_or(total, |until| until.min(total));
    let care = balancer.care.as_ref();
    let mut permit = match care {
        Some((care, state)) => Box::pin(enter(worker, care, state, started, total)).await?,
        None => None,
    };
    let retries = care.and_then(|(care, state)| Some((care.retries.as_ref()?, state)));
    let mut again = retries.map(|(retries, state)| retries.begin(state, outgoing));
    let hedging = care.and_then(|(care, state)| care.hedge.as_ref()?.begin(state, outgoing));
    let remembered = again.as_ref().map_or(0, |again| again.remembers());
    let mut bodies =
        Bodies::new(body, hedging.as_ref().map_or(remembered, |hedging| hedging.remembers(remembered)));
    let patience = Patience {
        connect: timeouts.connect.0,
        read: deadlines.read.unwrap_or(timeouts.read.0),
        per_try: retries.and_then(|(retries, _)| retries.per_try),
        total,
    };
    let mut failed: Vec<Arc<Endpoint>> = Vec::new();
    let mut fresh = false;
    let mut began = started;
    loop {
        let ask = Ask { affinity: outgoing.affinity, tried: &failed, now: worker.millis(balancer, began) };
        let mut chosen = match worker.choose(balancer, &ask) {
            Ok(chosen) => chosen,
            Err(why) => Box::pin(wait_for_endpoint(worker, balancer, &ask, why, total)).await?,
        };
        tried.attempts += 1;
        tried.endpoint = Some(Arc::clone(&chosen.url));
        let whole = outgoing.upgrade.is_some();
        let pooled = if fresh { None } else { worker.take(&chosen.site, whole, began) };
        let spare = hedging.as_ref().and_then(|_| bodies.fork());
        let outcome = match (&hedging, spare) {
            (Some(hedging), Some(spare)) => {
                let first = Running { chosen, pooled, bodies: spare, began };
                let race = Race { worker, balancer, outgoing, patience: &patience, failed: &failed };
                let (won, outcome) = Box::pin(hedging.race(race, first, again.as_ref(), tried)).await;
                (chosen, began) = (won.chosen, won.began);
                tried.endpoint = Some(Arc::clone(&chosen.url));
                outcome
            }
            _ => once(worker, balancer, &chosen, pooled, outgoing, &mut bodies, &patience, began).await,
        };
        if balancer.watches()
            && let Some(ended) = ended(&outcome)
        {
            let now = Instant::now();
            let took = now.saturating_duration_since(began);
            balancer.note(&chosen, ended, took, worker.shared.clock.time(now));
        }
        let (wrong, failure) = match &outcome {
            Ok((head, _)) => {
                let wrong = again.as_ref().map(|again| again.of_answer(head));
                (wrong.unwrap_or(Wrong::Status(head.status)), None)
            }
            Err(Missed::Stale) => {
                // Nothing was asked of anybody, so that this is no retry.
                (fresh, began) = (true, Instant::now());
                continue;
            }
            Err(Missed::Final(failure)) => (Wrong::Reset, Some(failure)),
            Err(Missed::Unsent(failure)) => (Wrong::Unsent, Some(failure)),
            Err(Missed::Sent(failure @ Failure::TooSlow { .. })) => (Wrong::Timeout, Some(failure)),
            Err(Missed::Sent(failure)) => (Wrong::Reset, Some(failure)),
        };
        let pause = match (&mut again, wrong) {
            _ if matches!(outcome, Err(Missed::Final(_))) => None,
            (None, Wrong::Unsent) if tried.attempts < ATTEMPTS => {
                failed.push(Arc::clone(&chosen));
                balancer.has_another(&failed, worker.millis(balancer, began)).then_some(Duration::ZERO)
            }
            (None, _) => None,
            (Some(again), _) if again.heeds(wrong) => {
                failed.push(Arc::clone(&chosen));
                let now = worker.millis(balancer, Instant::now());
                let elsewhere = balancer.has_another(&failed, now);
                let least = match &outcome {
                    Ok((head, _)) if !elsewhere => {
                        again.leave_alone(head, worker.shared.clock.time(Instant::now()).unix_ms)
                    }
                    _ => Ok(Duration::ZERO),
                };
                least.ok().and_then(|least| {
                    let can_repeat = bodies.can_repeat();
                    again.after(wrong, can_repeat, elsewhere, least, now, &mut Random::new())
                })
            }
            (Some(_), _) => None,
        };
        let again_at = pause.map(|pause| Instant::now() + pause).filter(|at| *at < total);
        let (Some(again_at), false) = (again_at, tried.attempts == u8::MAX) else {
            return match outcome {
                Ok((head, lane)) => {
                    chosen.permit = permit.take();
                    Ok(Answer { head, lane, chosen })
                }
                Err(Missed::Unsent(failure) | Missed::Sent(failure) | Missed::Final(failure)) => Err(failure),
                Err(Missed::Stale) => unreachable!("it was sent again"),
            };
        };
        tracing::debug!(
            error = failure.map(|failure| failure as &dyn std::error::Error),
            endpoint = &*chosen.url,
            ?wrong,
            "the request is sent again"
        );
        drop(chosen);
        if let Ok((_, lane)) = outcome
            && lane.has_ended()
        {
            worker.put(lane, Instant::now());
        }
        if pause != Some(Duration::ZERO) {
            Box::pin(sleep_until(again_at)).await;
        }
        began = Instant::now();
    }
}

/// Asks the upstream's breaker, and takes a place among the requests under way.
async fn enter(
    worker: &Worker,
    care: &Care,
    state: &Arc<CareState>,
    started: Instant,
    total: Instant,
) -> Result<Option<Permit>, Failure> {
    if let Some(rules) = &care.upstream_breaker {
        let now = worker.shared.clock.time(started).monotonic / 1_000_000;
        if let Err(wait) = state.breaker.admit(rules, now) {
            state.counts.broken.fetch_add(1, Relaxed);
            return Err(Failure::BreakerOpen(Duration::from_millis(wait)));
        }
    }
    let Some(limits) = &care.limits else { return Ok(None) };
    let Some(most) = limits.max_requests else { return Ok(None) };
    Ok(Some(wait_for(state, limits, total, || Permit::take(state, most)).await?))
}

/// Waits for an endpoint where all have as many requests as they may.
async fn wait_for_endpoint(
    worker: &Worker,
    balancer: &Balancer,
    ask: &Ask<'_>,
    why: NoPick,
    total: Instant,
) -> Result<Chosen, Failure> {
    if why == NoPick::Nothing && balancer.looks(balancer.timeouts.connect.0).await {
        return worker.choose(balancer, ask).map_err(|_| Failure::NoEndpoint);
    }
    let (NoPick::Full, Some((care, state))) = (why, &balancer.care) else { return Err(Failure::NoEndpoint) };
    let Some(limits) = &care.limits else { return Err(Failure::NoEndpoint) };
    let take = || match worker.choose(balancer, ask) {
        Err(NoPick::Full) => None,
        chosen => Some(chosen),
    };
    wait_for(state, limits, total, take).await?.map_err(|_| Failure::NoEndpoint)
}

/// How an attempt ended, as far as it says something of the endpoint.
pub(crate) fn ended(outcome: &Result<(Head, Box<Lane>), Missed>) -> Option<Outcome> {
    match outcome {
        Ok((head, _)) => Some(Outcome::Answered(head.status.as_u16())),
        Err(Missed::Unsent(_)) => Some(Outcome::Unreachable),
        Err(Missed::Sent(Failure::TooSlow { .. })) => Some(Outcome::Silent),
        Err(Missed::Sent(_)) => Some(Outcome::Broken),
        Err(Missed::Stale | Missed::Final(_)) => None,
    }
}

/// One attempt.
#[expect(clippy::too_many_arguments, reason = "one call, whose future lies within that of its caller")]
pub(crate) async fn once(
    worker: &Worker,
    balancer: &Balancer,
    chosen: &Chosen,
    pooled: Option<Box<Lane>>,
    outgoing: &Outgoing,
    bodies: &mut Bodies,
    patience: &Patience,
    began: Instant,
) -> Result<(Head, Box<Lane>), Missed> {
    let url = &chosen.url;
    let is_pooled = pooled.is_some();
    let mut lane = match pooled {
        Some(lane) => lane,
        None => {
            let whole = outgoing.upgrade.is_some();
            // What is done seldom lies apart, so that an exchange is small.
            Box::pin(open(worker, balancer, chosen, whole, patience.connect, patience.total)).await?
        }
    };
    if outgoing.upgrade.is_some() {
        Box::pin(upgrades(&mut lane, outgoing, url, patience)).await?;
    }
    lane.send(outgoing, bodies.take(), chosen, balancer.preserve_host);
    // The read deadline begins with the request's last piece; while it is being sent, only the total counts.
    let began = if is_pooled { began } else { Instant::now() };
    let total = patience.per_try.map_or(patience.total, |per_try| patience.total.min(began + per_try));
    let mut read = lane.has_sent().then_some(began + patience.read);
    let answered = poll_fn(|cx| {
        loop {
            if read.is_none() && lane.has_sent() {
                read = Some(Instant::now() + patience.read);
            }
            let deadline = read.map_or(total, |read| read.min(total));
            let polled = lane.poll_head(deadline, cx);
            // Where the last piece was sent just now, the answer is waited for from now on.
            if polled.is_ready() || read.is_some() || !lane.has_sent() {
                return polled;
            }
        }
    })
    .await;
    match answered {
        Ok(head) => Ok((head, lane)),
        Err(NoHead::TooSlow) => Err(Missed::Sent(Failure::TooSlow { url: Arc::clone(url) })),
        Err(NoHead::Upload(error)) => Err(Missed::Final(Failure::Upload(error))),
        Err(NoHead::Broken(source)) => {
            if is_pooled
                && !lane.heard_anything()
                && (outgoing.method.is_idempotent() || lane.was_refused())
                && let Some(untouched) = lane.take_untouched()
            {
                bodies.give_back(untouched);
                return Err(Missed::Stale);
            }
            Err(Missed::Sent(Failure::Broken { url: Arc::clone(url), source }))
        }
    }
}

/// Waits until it is known that a request that asks for an upgrade can be sent on a connection.
async fn upgrades(
    lane: &mut Lane,
    outgoing: &Outgoing,
    url: &Arc<str>,
    patience: &Patience,
) -> Result<(), Missed> {
    let url = || Arc::clone(url);
    let deadline = (Instant::now() + patience.connect).min(patience.total);
    match timeout_at(deadline, poll_fn(|cx| lane.poll_upgrades(outgoing, cx))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NoUpgrade::Ended)) => {
            let source = io::ErrorKind::ConnectionAborted.into();
            Err(Missed::Unsent(Failure::Connect { url: url(), source }))
        }
        Ok(Err(source)) => Err(Missed::Final(Failure::NoUpgrade { url: url(), source })),
        Err(_) => Err(Missed::Unsent(Failure::ConnectTooSlow { url: url() })),
    }
}

async fn open(
    worker: &Worker,
    balancer: &Balancer,
    endpoint: &Arc<Endpoint>,
    whole: bool,
    patience: Duration,
    total: Instant,
) -> Result<Box<Lane>, Missed> {
    let url = || Arc::clone(&endpoint.url);
    let bounds = balancer.care.as_ref().and_then(|(care, state)| Some((care.connections()?, state)));
    let counted = match bounds {
        Some((limits, state)) => Some(connection(worker, state, endpoint, limits, total).await?),
        None => None,
    };
    let deadline = (Instant::now() + patience).min(total);
    match timeout_at(deadline, worker.connector.connect(&endpoint.site, !whole)).await {
        Ok(Ok(reached)) => Ok(worker.lane(reached, &endpoint.site, counted)),
        Ok(Err(source)) => Err(Missed::Unsent(Failure::Connect { url: url(), source })),
        Err(_) => Err(Missed::Unsent(Failure::ConnectTooSlow { url: url() })),
    }
}

/// Takes one of the connections there may be; where all are open, idle ones are closed, and it waits for one.
async fn connection(
    worker: &Worker,
    state: &Arc<CareState>,
    endpoint: &Arc<Endpoint>,
    limits: &UpstreamLimits,
    total: Instant,
) -> Result<Counted, Missed> {
    if let Some(counted) = Counted::take(state, endpoint, limits) {
        return Ok(counted);
    }
    let _wanting = Wanting::new(state);
    worker.shared.wanting.notify_waiters();
    let waited = wait_for(state, limits, total, || Counted::take(state, endpoint, limits)).await;
    waited.map_err(|why| Missed::Final(why.into()))
}
