//! Sends a request upstream and waits for the response's head: choose, connect, send, and try again where that is safe.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use http::{
    HeaderMap, HeaderValue, Method, Request, Uri, Version, header, response::Parts, uri::PathAndQuery,
};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use crate::{
    balance::{Balancer, Chosen, Endpoint},
    lane::{Lane, TooSlow},
    upload::{Progress, Upload},
    worker::Worker,
};

/// Attempts at most, connections that were found closed included.
const ATTEMPTS: u8 = 4;

/// A request on its way upstream.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    /// Below the endpoint's prefix.
    pub(crate) target: PathAndQuery,
    pub(crate) headers: HeaderMap,
    pub(crate) upload: Upload,
    pub(crate) progress: Option<Arc<Progress>>,
    /// The protocol to change to.
    pub(crate) upgrade: Option<HeaderValue>,
}

/// A response's head, and the connection its body comes on.
pub(crate) struct Answer {
    pub(crate) head: Parts,
    pub(crate) body: Incoming,
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
    Broken { url: Arc<str>, source: hyper::Error },
    /// The client's body did not come to its end; [`Progress`] says why.
    #[error("the request's body did not come to its end")]
    Upload,
}

/// Sends a request to an endpoint of the upstream.
///
/// Tries again where nothing can have happened: a connection could not be made, or one from the pool turned out closed before
/// anything was sent. A request that was sent on a pooled connection is sent once more only if nothing came back, its method is
/// idempotent (RFC 9110 §9.2.2) and it has no body.
pub(crate) async fn attempt(
    worker: &Worker,
    balancer: &Balancer,
    mut outgoing: Outgoing,
    started: Instant,
    tried: &mut Tried,
) -> Result<Answer, Failure> {
    let timeouts = &balancer.timeouts;
    let total = started + timeouts.total.0;
    let mut avoid: Option<Arc<Endpoint>> = None;
    let mut sent_twice = false;
    loop {
        let chosen = worker.choose(balancer, avoid.as_ref()).ok_or(Failure::NoEndpoint)?;
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
                    avoid = Some(Arc::clone(&chosen));
                    continue;
                }
                Err(failure) => return Err(failure),
            },
        };
        let may_repeat = is_pooled && outgoing.upload.0.is_empty() && outgoing.method.is_idempotent();
        let spare = may_repeat.then(|| (outgoing.method.clone(), outgoing.headers.clone()));
        let target = outgoing.target.clone();
        let progress = outgoing.progress.clone();
        let upgrade = outgoing.upgrade.clone();

        // The read deadline begins with the request's last piece; while it is being sent, only the total counts.
        let began = if is_pooled { started } else { Instant::now() };
        let mut read = began + timeouts.read.0;
        let mut answer = pin!(lane.send(request(outgoing, &chosen, balancer.preserve_host)));
        let mut uploading = progress.is_some();
        let answered = poll_fn(|cx| {
            if uploading && progress.as_ref().is_some_and(|progress| progress.done.load(Relaxed)) {
                uploading = false;
                read = Instant::now() + timeouts.read.0;
            }
            let deadline = if uploading { total } else { read.min(total) };
            lane.poll_head(answer.as_mut(), deadline, cx)
        })
        .await;
        let error = match answered {
            Ok(Ok(response)) => {
                let (head, body) = response.into_parts();
                return Ok(Answer { head, body, lane, chosen });
            }
            Err(TooSlow) => return Err(Failure::TooSlow { url: Arc::clone(url) }),
            Ok(Err(error)) => error,
        };
        let mut failed = error;
        if progress.as_ref().is_some_and(|progress| progress.has_failed()) {
            return Err(Failure::Upload);
        }
        if is_pooled && tried.attempts < ATTEMPTS {
            if let Some(unsent) = failed.take_message() {
                let (head, upload) = unsent.into_parts();
                outgoing = Outgoing {
                    method: head.method,
                    target,
                    headers: head.headers,
                    upload,
                    progress,
                    upgrade,
                };
                continue;
            }
            if let Some((method, headers)) = spare
                && !lane.heard_anything()
            {
                sent_twice = true;
                outgoing = Outgoing {
                    method,
                    target,
                    headers,
                    upload: Upload(policy::Body::Empty),
                    progress,
                    upgrade,
                };
                continue;
            }
        }
        return Err(Failure::Broken { url: Arc::clone(url), source: failed.into_error() });
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
    let wire = match timeout_at(deadline, worker.connector.connect(&endpoint.site)).await {
        Ok(Ok(wire)) => wire,
        Ok(Err(source)) => return Err(Failure::Connect { url: url(), source }),
        Err(_) => return Err(Failure::ConnectTooSlow { url: url() }),
    };
    let lane = Lane::open(wire, Arc::clone(&endpoint.site)).await;
    lane.map(Box::new).map_err(|source| Failure::Broken { url: url(), source })
}

fn request(outgoing: Outgoing, endpoint: &Endpoint, preserve_host: bool) -> Request<Upload> {
    let Outgoing { method, target, mut headers, upload, upgrade, .. } = outgoing;
    if !preserve_host || !headers.contains_key(header::HOST) {
        headers.insert(header::HOST, endpoint.host.clone());
    }
    if let Some(protocol) = upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, protocol);
    }
    let mut request = Request::new(upload);
    *request.method_mut() = method;
    *request.uri_mut() = below(&endpoint.prefix, target);
    *request.headers_mut() = headers;
    *request.version_mut() = Version::HTTP_11;
    request
}

/// The target below an endpoint's prefix, in origin form.
fn below(prefix: &str, target: PathAndQuery) -> Uri {
    if prefix.is_empty() {
        return Uri::from(target);
    }
    let whole = format!("{prefix}{target}");
    // Both parts were read as parts of URLs.
    PathAndQuery::from_maybe_shared(bytes::Bytes::from(whole)).map_or_else(|_| Uri::from(target), Uri::from)
}

impl Progress {
    pub(crate) fn has_failed(&self) -> bool {
        self.too_large.load(Relaxed) || self.too_slow.load(Relaxed) || self.broken_off.load(Relaxed)
    }
}
