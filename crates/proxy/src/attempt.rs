//! Sends a request upstream and waits for the response's head: choose, connect, send, and try again where that is safe.

use std::{future::poll_fn, io, sync::Arc};

use policy::{Body, BodyError};
use tokio::time::{Instant, timeout_at};

use crate::{
    balance::{Ask, Balancer, Chosen, Endpoint},
    h1::line::Broken,
    lane::{Head, Lane, NoHead, Outgoing},
    worker::Worker,
};

/// Attempts at most, connections that were found closed included.
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
    pub(crate) endpoint: Option<Arc<str>>,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the upstream has no endpoint that takes requests")]
    NoEndpoint,
    #[error("cannot connect to {url}")]
    Connect { url: Arc<str>, source: io::Error },
    #[error("{url} did not accept a connection in time")]
    ConnectTooSlow { url: Arc<str> },
    #[error("{url} did not answer in time")]
    TooSlow { url: Arc<str> },
    #[error("{url} broke off or did not answer in valid HTTP")]
    Broken { url: Arc<str>, source: Broken },
    /// The client's body did not come to its end.
    #[error("the request's body did not come to its end: {0:?}")]
    Upload(BodyError),
}

/// Sends a request to an endpoint of the upstream.
///
/// Tries again where nothing can have happened: a connection could not be made, or one from the pool turned out closed before
/// anything of the body was taken. A request that was sent on a pooled connection is sent once more only if nothing came back,
/// its method is idempotent (RFC 9110 §9.2.2) and it has no body.
pub(crate) async fn attempt(
    worker: &Worker,
    balancer: &Balancer,
    outgoing: &Outgoing,
    mut body: Body,
    started: Instant,
    tried: &mut Tried,
) -> Result<Answer, Failure> {
    let timeouts = &balancer.timeouts;
    let deadlines = &outgoing.deadlines;
    let total = started + deadlines.total.unwrap_or(timeouts.total.0);
    let total = outgoing.until.map_or(total, |until| until.min(total));
    let patience = deadlines.read.unwrap_or(timeouts.read.0);
    let mut failed: Vec<Arc<Endpoint>> = Vec::new();
    let mut sent_twice = false;
    loop {
        let ask = Ask { affinity: outgoing.affinity, tried: &failed, now: started };
        let chosen = worker.choose(balancer, &ask).ok_or(Failure::NoEndpoint)?;
        let url = &chosen.url;
        tried.attempts += 1;
        tried.endpoint = Some(Arc::clone(url));
        let pooled = if sent_twice { None } else { worker.take(chosen.site.id, started) };
        let is_pooled = pooled.is_some();
        let mut lane = match pooled {
            Some(lane) => lane,
            None => match open(worker, &chosen, timeouts.connect.0, total).await {
                Ok(lane) => lane,
                Err(failure)
                    if tried.attempts < ATTEMPTS && balancer.has_several() && Instant::now() < total =>
                {
                    tracing::debug!(error = &failure as &dyn std::error::Error, "another endpoint is tried");
                    failed.push(Arc::clone(&chosen));
                    continue;
                }
                Err(failure) => return Err(failure),
            },
        };
        lane.send(outgoing, body, &chosen, balancer.preserve_host, worker);
        // The read deadline begins with the request's last piece; while it is being sent, only the total counts.
        let began = if is_pooled { started } else { Instant::now() };
        let mut read = lane.has_sent().then_some(began + patience);
        let answered = poll_fn(|cx| {
            if read.is_none() && lane.has_sent() {
                read = Some(Instant::now() + patience);
            }
            let deadline = read.map_or(total, |read| read.min(total));
            lane.poll_head(deadline, cx)
        })
        .await;
        if balancer.watches() {
            balancer.note(&chosen, began, Instant::now(), answered.is_err());
        }
        let broken = match answered {
            Ok(head) => return Ok(Answer { head, lane, chosen }),
            Err(NoHead::TooSlow) => return Err(Failure::TooSlow { url: Arc::clone(url) }),
            Err(NoHead::Upload(error)) => return Err(Failure::Upload(error)),
            Err(NoHead::Broken(broken)) => broken,
        };
        if is_pooled
            && tried.attempts < ATTEMPTS
            && !lane.heard_anything()
            && outgoing.method.is_idempotent()
            && let Some(untouched) = lane.take_untouched()
        {
            sent_twice = true;
            body = untouched;
            continue;
        }
        return Err(Failure::Broken { url: Arc::clone(url), source: broken });
    }
}

async fn open(
    worker: &Worker,
    endpoint: &Endpoint,
    patience: std::time::Duration,
    total: Instant,
) -> Result<Box<Lane>, Failure> {
    let url = || Arc::clone(&endpoint.url);
    let deadline = (Instant::now() + patience).min(total);
    match timeout_at(deadline, worker.connector.connect(&endpoint.site)).await {
        Ok(Ok(wire)) => Ok(Box::new(Lane::open(wire, Arc::clone(&endpoint.site)))),
        Ok(Err(source)) => Err(Failure::Connect { url: url(), source }),
        Err(_) => Err(Failure::ConnectTooSlow { url: url() }),
    }
}
