//! Requests that filters send to the upstream of a service; see [`policy::Outbound::fetch`].

use std::{
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
};

use head::RequestHead;
use policy::{Body, BodyError, BodySource, Fetch, Fetched, Frame, OutboundError, ResponseHead};
use tokio::time::Instant;

use crate::{
    attempt::{Tried, attempt},
    exchange::below_base,
    headers,
    interim::Wanted,
    lane::Outgoing,
    reply::Download,
    table::Table,
    worker::Worker,
};

/// Sends a request to the upstream of a service and waits for the response's head.
pub(crate) async fn fetch(
    worker: Weak<Worker>,
    table: Arc<Table>,
    fetch: Fetch,
) -> Result<Fetched, OutboundError> {
    let Fetch { service, head, strip, host, deadlines } = fetch;
    let serving = table.services.get(&service).ok_or(OutboundError::NoService)?;
    let worker = worker.upgrade().ok_or(OutboundError::NoService)?;
    let RequestHead { method, uri, headers, .. } = head;
    let started = Instant::now();
    let until = deadlines.whole.map(|whole| started + whole);
    let target = below_base(uri, strip);
    let affinity = None;
    let outgoing = Outgoing {
        method,
        target,
        headers,
        upgrade: None,
        interim: Wanted::Nothing,
        host,
        deadlines,
        until,
        affinity,
    };
    let mut tried = Tried::default();
    let answer = attempt(&worker, &serving.upstream, &outgoing, Body::Empty, started, &mut tried).await;
    let answer = answer.map_err(|failure| OutboundError::Failed(failure.to_string()))?;
    let mut head = ResponseHead { status: answer.head.status, headers: answer.head.headers };
    headers::receive_response(&mut head.headers);
    let patience = deadlines.read.unwrap_or(serving.upstream.timeouts.read.0);
    let download = Download { lane: answer.lane, _chosen: answer.chosen, patience, until };
    Ok(Fetched { head, body: Box::new(Coming { download: Some(download), worker }) })
}

/// A response's body on its way to a filter.
struct Coming {
    /// `None` once it has ended.
    download: Option<Download>,
    worker: Arc<Worker>,
}

impl BodySource for Coming {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        let Some(download) = &mut self.download else { return Poll::Ready(None) };
        let piece = ready!(download.poll_piece(cx));
        if piece.is_none()
            && let Some(download) = self.download.take()
        {
            download.discard(&self.worker);
        }
        Poll::Ready(piece.map(|piece| piece.map_err(|_| BodyError::Broken)))
    }

    fn remaining(&self) -> Option<u64> {
        self.download.as_ref().map_or(Some(0), |download| download.lane.remaining())
    }
}
