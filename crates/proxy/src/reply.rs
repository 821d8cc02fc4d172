//! The body of a response on its way to the client, and the event an exchange leaves when it has ended.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use model::{
    ExchangeEvent,
    event::{Fault, Spoken},
};
use policy::{BodyError, Problem, ResponseHead};
use tokio::time::Instant;

use crate::{
    altered::Altered,
    balance::Chosen,
    client::Client,
    lane::{BodyEnded, Lane},
    stop::Subject,
    thread,
    tunnel::Switch,
    upload::Progress,
    worker::Worker,
};

/// What an exchange is remembered by that ended before it was answered (as nginx logs it).
const CLIENT_WENT: u16 = 499;

/// An answer on its way to the client.
pub(crate) struct Response {
    pub(crate) head: ResponseHead,
    pub(crate) body: ReplyBody,
}

/// The body of a response on its way to the client. When it ends or is dropped, so does the exchange.
pub(crate) struct ReplyBody {
    content: Content,
    /// Where filters change what is sent.
    altered: Option<Box<Altered>>,
    ending: Option<Box<Ending>>,
    /// Why the body breaks off, told one turn later: what came before it is flushed first.
    broken: Option<BodyEnded>,
}

enum Content {
    Empty,
    Ours(Bytes),
    /// The same with fields after it.
    Trailed(Bytes, Option<Box<HeaderMap>>),
    Upstream(Box<Download>),
    /// Nothing: the bytes after the head are not HTTP.
    Switch(Box<Switch>),
}

/// A response's body on its way from the upstream.
pub(crate) struct Download {
    pub(crate) lane: Box<Lane>,
    /// In flight until the body has ended.
    pub(crate) _chosen: Chosen,
    pub(crate) patience: Duration,
    /// When it ends, whatever still comes.
    pub(crate) until: Option<Instant>,
}

/// Records the exchange when dropped.
pub(crate) struct Ending {
    pub(crate) client: Arc<Client>,
    pub(crate) began: Instant,
    pub(crate) event: ExchangeEvent,
    pub(crate) progress: Option<Arc<Progress>>,
    /// What filters keep as long.
    pub(crate) held: Vec<policy::Hold>,
    /// What is not as the contract says.
    pub(crate) noted: Option<Arc<policy::Noted>>,
    /// Whose it is; nothing before that is known.
    pub(crate) subject: Option<Subject>,
}

impl ReplyBody {
    /// No body; the exchange goes on as a tunnel.
    pub(crate) fn switch(switch: Switch) -> ReplyBody {
        let content = Content::Switch(Box::new(switch));
        ReplyBody { content, altered: None, ending: None, broken: None }
    }

    /// The upstream's side of a change of protocols.
    pub(crate) fn into_switch(mut self) -> Option<Box<Switch>> {
        match std::mem::replace(&mut self.content, Content::Empty) {
            Content::Switch(switch) => Some(switch),
            _ => None,
        }
    }

    /// Whether nothing of the request is sent any more: the gateway itself answers.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self.content, Content::Ours(_) | Content::Trailed(..) | Content::Empty)
    }

    /// Goes on sending the request, for a client that takes nothing of the response yet. Whether the exchange may go on at all: where it
    /// was blocked, it has ended.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> bool {
        if let Content::Upstream(download) = &mut self.content {
            if self.ending.as_mut().is_some_and(|ending| ending.check().is_err()) {
                self.ending = None;
                return false;
            }
            // What goes wrong is seen where the response ends.
            let _ = download.lane.pump(cx);
        }
        true
    }

    /// The client does not take the response, and the connection is given up.
    pub(crate) fn is_not_read(&mut self) {
        if let Some(ending) = &mut self.ending {
            ending.event.fault = Fault::Downstream;
            ending.say("the client stopped reading the response");
        }
    }

    pub(crate) fn ours(
        body: Bytes,
        altered: Option<Box<Altered>>,
        mut trailers: Option<HeaderMap>,
        mut ending: Box<Ending>,
    ) -> ReplyBody {
        let (body, broken) = match altered.map(|altered| altered.whole(body.clone(), &mut trailers)) {
            None => (body, None),
            Some(Ok(altered)) => (altered, None),
            Some(Err(error)) => {
                let error = BodyEnded::Refused(error);
                ending.event.fault = Fault::Gateway;
                ending.cause(&error);
                (Bytes::new(), Some(error))
            }
        };
        ending.event.bytes_out = body.len() as u64;
        let content = match trailers.filter(|_| broken.is_none()) {
            Some(trailers) => Content::Trailed(body, Some(Box::new(trailers))),
            None => Content::Ours(body),
        };
        ReplyBody { content, altered: None, ending: Some(ending), broken }
    }

    pub(crate) fn upstream(
        download: Download,
        altered: Option<Box<Altered>>,
        ending: Box<Ending>,
    ) -> ReplyBody {
        let ended = download.lane.has_ended();
        if ended && altered.is_some() {
            download.discard(&ending.client.worker);
            return ReplyBody::ours(Bytes::new(), altered, None, ending);
        }
        let content = Content::Upstream(Box::new(download));
        let mut body = ReplyBody { content, altered, ending: Some(ending), broken: None };
        if ended {
            body.finish();
        }
        body
    }

    /// Passes on what came, and sees to the exchange's end.
    fn pass(
        &mut self,
        polled: Option<Result<Frame<Bytes>, BodyEnded>>,
        ended: bool,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyEnded>>> {
        match &polled {
            Some(Ok(frame)) => {
                if let (Some(data), Some(ending)) = (frame.data_ref(), &mut self.ending) {
                    ending.event.bytes_out += data.len() as u64;
                }
                if ended {
                    self.finish();
                }
            }
            None => self.finish(),
            Some(Err(error)) => {
                if let Some(mut ending) = self.ending.take() {
                    ending.event.fault = match error {
                        BodyEnded::Refused(_) => Fault::Gateway,
                        BodyEnded::Blocked => Fault::Downstream,
                        BodyEnded::TooSlow | BodyEnded::Broken(_) => Fault::Upstream,
                    };
                    ending.cause(error);
                }
            }
        }
        if let Some(Err(error)) = polled {
            self.broken = Some(error);
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(polled)
    }

    /// The body has ended as it should: the connection can carry another request.
    fn finish(&mut self) {
        let content = std::mem::replace(&mut self.content, Content::Empty);
        if let Some(mut ending) = self.ending.take() {
            if let Content::Upstream(download) = content {
                ending.client.worker.put(download.lane, thread::now());
            }
            // Time stands still within a turn, and what the gateway itself took passed within it.
            ending.leave(Instant::now());
        }
    }
}

/// A piece of a body, or why no more of it comes.
type Piece = Result<Frame<Bytes>, BodyEnded>;

impl Download {
    /// The next piece, and whether it is the last.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Option<Piece>, bool)> {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return Poll::Ready((Some(Err(BodyEnded::TooSlow)), true));
        }
        let polled = self.lane.poll_body(self.patience, self.until, cx).map(|piece| {
            piece.map(|piece| {
                piece.map(|piece| match piece {
                    policy::Frame::Data(data) => Frame::data(data),
                    policy::Frame::Trailers(trailers) => Frame::trailers(trailers),
                })
            })
        });
        polled.map(|polled| (polled, self.lane.has_ended()))
    }

    /// The next piece, for whoever takes it to be no client.
    pub(crate) fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<policy::Frame, BodyEnded>>> {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return Poll::Ready(Some(Err(BodyEnded::TooSlow)));
        }
        self.lane.poll_body(self.patience, self.until, cx)
    }

    /// All of it, so many bytes at most.
    pub(crate) async fn whole(&mut self, most: u64) -> Result<Bytes, BodyError> {
        if self.lane.remaining().is_some_and(|length| length > most) {
            return Err(BodyError::TooLarge);
        }
        let mut all = BytesMut::new();
        while !self.lane.has_ended()
            && let Some(piece) = poll_fn(|cx| self.poll_piece(cx)).await
        {
            let piece = match piece {
                Ok(policy::Frame::Data(piece)) => piece,
                Ok(policy::Frame::Trailers(_)) => continue,
                Err(BodyEnded::TooSlow) => return Err(BodyError::TooSlow),
                Err(_) => return Err(BodyError::Broken),
            };
            if (all.len() + piece.len()) as u64 > most {
                return Err(BodyError::TooLarge);
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// The body will not be sent. The connection carries another request where the body has ended already.
    pub(crate) fn discard(self, worker: &Worker) {
        if self.lane.has_ended() {
            worker.put(self.lane, Instant::now());
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = BodyEnded;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyEnded>>> {
        let this = self.get_mut();
        if let Some(error) = this.broken.take() {
            this.content = Content::Empty;
            return Poll::Ready(Some(Err(error)));
        }
        if matches!(this.content, Content::Upstream(_))
            && this.ending.as_mut().is_some_and(|ending| ending.check().is_err())
        {
            return this.pass(Some(Err(BodyEnded::Blocked)), false, cx);
        }
        let download = match &mut this.content {
            Content::Empty | Content::Switch(_) => return Poll::Ready(None),
            Content::Ours(body) => {
                let body = std::mem::take(body);
                this.finish();
                return Poll::Ready((!body.is_empty()).then(|| Ok(Frame::data(body))));
            }
            Content::Trailed(body, trailers) => {
                if !body.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(std::mem::take(body)))));
                }
                let trailers = trailers.take();
                this.finish();
                return Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(*trailers))));
            }
            Content::Upstream(download) => download,
        };
        let Some(altered) = &mut this.altered else {
            let (polled, ended) = std::task::ready!(download.poll(cx));
            return this.pass(polled, ended, cx);
        };
        loop {
            if let Some(piece) = altered.ready.pop_front() {
                let ended = altered.is_over();
                return this.pass(Some(Ok(Frame::data(piece))), ended, cx);
            }
            if altered.ended {
                let trailers = altered.trailers.take();
                return this.pass(trailers.map(|trailers| Ok(Frame::trailers(trailers))), true, cx);
            }
            let Poll::Ready((polled, ended)) = download.poll(cx) else {
                match altered.pause() {
                    Ok(()) if altered.ready.is_empty() => return Poll::Pending,
                    Ok(()) => continue,
                    Err(error) => return this.pass(Some(Err(BodyEnded::Refused(error))), false, cx),
                }
            };
            let changed = match polled {
                None => altered.end(),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => {
                        altered.push(piece).and_then(|()| if ended { altered.end() } else { Ok(()) })
                    }
                    Err(frame) => altered.end_with(frame.into_trailers().unwrap_or_default()),
                },
                Some(Err(error)) => return this.pass(Some(Err(error)), false, cx),
            };
            if let Err(error) = changed {
                return this.pass(Some(Err(BodyEnded::Refused(error))), false, cx);
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        if self.broken.is_some() {
            return false;
        }
        match &self.content {
            Content::Empty | Content::Switch(_) => true,
            Content::Ours(body) => body.is_empty(),
            Content::Trailed(body, trailers) => body.is_empty() && trailers.is_none(),
            Content::Upstream(download) => self.altered.is_none() && download.lane.has_ended(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        if self.broken.is_some() {
            return SizeHint::new();
        }
        match &self.content {
            Content::Empty | Content::Switch(_) => SizeHint::with_exact(0),
            Content::Ours(body) => SizeHint::with_exact(body.len() as u64),
            Content::Trailed(..) => SizeHint::new(),
            Content::Upstream(_) if self.altered.as_ref().is_some_and(|altered| altered.changes) => {
                SizeHint::new()
            }
            Content::Upstream(download) => {
                download.lane.remaining().map_or_else(SizeHint::new, SizeHint::with_exact)
            }
        }
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        if matches!(self.content, Content::Ours(_)) || self.is_end_stream() {
            self.finish();
        } else if let Some(ending) = &mut self.ending {
            ending.event.fault = Fault::Downstream;
            ending.say("the client broke off the response");
        }
    }
}

impl Ending {
    pub(crate) fn new(client: Arc<Client>, began: Instant, event: ExchangeEvent) -> Box<Ending> {
        Box::new(Ending {
            client,
            began,
            event,
            progress: None,
            held: Vec::new(),
            noted: None,
            subject: None,
        })
    }

    /// Holds it against what has been blocked meanwhile.
    ///
    /// # Errors
    /// It may not go on. The event says so.
    pub(crate) fn check(&mut self) -> Result<(), Problem> {
        let (Some(subject), Some(target)) = (&mut self.subject, &self.event.target) else { return Ok(()) };
        subject.check(&self.client.worker.shared, &target.service).inspect_err(|problem| {
            self.event.problem = Some(problem.kind.code);
            self.event.fault = Fault::Downstream;
            self.say(problem.cause.as_deref().unwrap_or_default());
        })
    }

    /// Keeps for operators what happened.
    pub(crate) fn cause(&mut self, error: &(dyn std::error::Error + 'static)) {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        self.say(&text);
    }

    pub(crate) fn say(&mut self, text: &str) {
        tracing::debug!(
            service = self.event.target.as_ref().map(|target| &*target.service),
            operation = self.event.target.as_ref().map(|target| &*target.operation),
            cause = text,
            "an exchange failed"
        );
        if let Some(detail) = &mut self.event.detail {
            detail.cause.get_or_insert_with(|| text.into());
        }
    }

    fn leave(&mut self, now: Instant) {
        let mut event = std::mem::replace(&mut self.event, unrecorded());
        if event.at == 0 {
            return;
        }
        if let Some(progress) = &self.progress {
            event.bytes_in = progress.bytes.load(Relaxed);
        }
        if event.status == 0 {
            event.status = CLIENT_WENT;
            event.fault = Fault::Downstream;
        }
        if let Some(noted) = &self.noted {
            tell(noted, &mut event);
        }
        event.duration_us = micros(now.saturating_duration_since(self.began));
        self.client.end(now);
        self.client.worker.record(event);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.event.at != 0 {
            self.leave(Instant::now());
        }
    }
}

/// What is not as the contract says goes into the event, and now and then into the log.
fn tell(noted: &policy::Noted, event: &mut ExchangeEvent) {
    event.breach = noted.breach();
    event.observed = noted.observed();
    let (text, aloud) = noted.text();
    if aloud {
        tracing::warn!(
            service = event.target.as_ref().map(|target| &*target.service),
            operation = event.target.as_ref().map(|target| &*target.operation),
            status = event.status,
            "not as the contract says: {text}"
        );
    }
    if let Some(detail) = event.detail.as_mut().filter(|_| !text.is_empty()) {
        detail.cause.get_or_insert_with(|| text.into());
    }
}

/// An event without a time was recorded already.
fn unrecorded() -> ExchangeEvent {
    blank(0, http::Method::GET, Spoken::default())
}

/// An event of which nothing is known yet but when and how.
pub(crate) fn blank(at: u64, method: http::Method, protocol: Spoken) -> ExchangeEvent {
    ExchangeEvent {
        at,
        target: None,
        caller: None,
        subscription: None,
        plan: None,
        method,
        protocol,
        status: 0,
        problem: None,
        fault: Fault::None,
        duration_us: 0,
        upstream_us: 0,
        bytes_in: 0,
        bytes_out: 0,
        attempts: 0,
        hedges: 0,
        branch: None,
        cache: None,
        breach: Default::default(),
        observed: None,
        detail: None,
    }
}

pub(crate) fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}
