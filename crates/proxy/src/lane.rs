//! What carries a request upstream and its response back: a connection of HTTP/1.1, or a stream of one in HTTP/2.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use head::Headers;
use http::{HeaderValue, Method, StatusCode, uri::PathAndQuery};
use policy::{Body, BodyError, Deadlines, Frame};
use tokio::time::Instant;

use crate::{
    balance::{Endpoint, Site},
    care::Counted,
    followed::Origin,
    h1::{lane::LineLane, line::Broken},
    h2::{client::Connection, lane::StreamLane},
    interim,
    wire::Wire,
};

/// A request on its way upstream but for its body.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    /// Below the endpoint's prefix.
    pub(crate) target: Target,
    pub(crate) headers: Headers,
    /// The protocol to change to.
    pub(crate) upgrade: Option<HeaderValue>,
    /// What is passed on of interim responses.
    pub(crate) interim: interim::Wanted,
    /// The `Host` that a filter has set.
    pub(crate) host: Option<HeaderValue>,
    /// What takes the place of the upstream's own deadlines.
    pub(crate) deadlines: Deadlines,
    /// When the exchange ends, whatever still comes.
    pub(crate) until: Option<Instant>,
    /// What places it on the ring of an upstream with consistent hashing.
    pub(crate) affinity: Option<u64>,
}

/// What a request asks for, in origin form.
pub(crate) struct Target {
    pub(crate) whole: PathAndQuery,
    /// Where in it the part begins that is asked for upstream.
    pub(crate) from: usize,
}

impl Target {
    /// Empty, or begins with a slash or question mark.
    pub(crate) fn as_str(&self) -> &str {
        &self.whole.as_str()[self.from..]
    }
}

/// The head of a response.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: Headers,
}

/// What carries a request upstream and its response back.
pub(crate) struct Lane {
    kind: Kind,
    pub(crate) site: Arc<Site>,
    pub(crate) idle_since: Instant,
    /// Where connections are bounded.
    pub(crate) counted: Option<Counted>,
    /// Where it goes to a name.
    pub(crate) origin: Option<Origin>,
}

enum Kind {
    Line(LineLane),
    Stream(StreamLane),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Nothing of the body has been taken from its source.
    Untouched,
    Begun,
    Sent,
    /// The upstream takes no more; it may have answered all the same.
    Refused,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoHead {
    #[error("the upstream did not answer in time")]
    TooSlow,
    /// The request's body did not come to its end.
    #[error("the request's body did not come to its end")]
    Upload(BodyError),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Why a request that asks for an upgrade cannot be sent on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoUpgrade {
    #[error("the upstream speaks HTTP/2, and takes no WebSocket in it")]
    NotTaken,
    #[error("HTTP/2 knows no upgrade but to WebSocket")]
    OtherProtocol,
    #[error("the request has no `Sec-WebSocket-Key`, or one that is none")]
    NoKey,
    #[error("the connection ended")]
    Ended,
}

/// Why a response's body ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyEnded {
    #[error("the upstream stopped sending")]
    TooSlow,
    #[error("the upstream broke off")]
    Broken(#[source] Broken),
    #[error("a policy could not change the body")]
    Refused(BodyError),
    #[error("it was blocked")]
    Blocked,
}

impl Lane {
    pub(crate) fn open(wire: Wire, site: Arc<Site>) -> Lane {
        Lane::of(Kind::Line(LineLane::open(wire)), site)
    }

    /// A stream that is about to be opened.
    pub(crate) fn on(connection: Arc<Connection>, site: Arc<Site>) -> Lane {
        Lane::of(Kind::Stream(StreamLane::new(connection)), site)
    }

    fn of(kind: Kind, site: Arc<Site>) -> Lane {
        Lane { kind, site, idle_since: Instant::now(), counted: None, origin: None }
    }

    /// Whether all of the last exchange is over, so that another request could be sent. A stream carries one.
    pub(crate) fn is_free(&self) -> bool {
        match &self.kind {
            Kind::Line(lane) => lane.is_free(),
            Kind::Stream(_) => false,
        }
    }

    /// Whether another request can be sent; looks whether the upstream has closed the connection, or says what nobody asked.
    pub(crate) fn is_ready(&mut self) -> bool {
        match &mut self.kind {
            Kind::Line(lane) => lane.is_ready(),
            Kind::Stream(_) => false,
        }
    }

    /// Whether it goes where its name does not lead any more.
    pub(crate) fn is_outdated(&mut self, now: Instant) -> bool {
        self.origin.as_mut().is_some_and(|origin| origin.is_outdated(now))
    }

    /// Begins a request. [`Lane::poll_head`] sends it and waits for the answer.
    pub(crate) fn send(&mut self, outgoing: &Outgoing, body: Body, endpoint: &Endpoint, preserve_host: bool) {
        match &mut self.kind {
            Kind::Line(lane) => lane.send(outgoing, body, endpoint, preserve_host),
            Kind::Stream(lane) => lane.send(outgoing, body, endpoint, preserve_host),
        }
    }

    /// Whether the upstream has said that it did nothing with the request.
    pub(crate) fn was_refused(&self) -> bool {
        match &self.kind {
            Kind::Line(_) => false,
            Kind::Stream(lane) => lane.was_refused(),
        }
    }

    /// Whether the upstream has said anything since the request was sent.
    pub(crate) fn heard_anything(&self) -> bool {
        match &self.kind {
            Kind::Line(lane) => lane.heard_anything(),
            Kind::Stream(lane) => lane.heard_anything(),
        }
    }

    /// Whether all of the request was sent.
    pub(crate) fn has_sent(&self) -> bool {
        match &self.kind {
            Kind::Line(lane) => lane.has_sent(),
            Kind::Stream(lane) => lane.has_sent(),
        }
    }

    /// The request's body where nothing of it was taken, to be sent on another connection.
    pub(crate) fn take_untouched(&mut self) -> Option<Body> {
        match &mut self.kind {
            Kind::Line(lane) => lane.take_untouched(),
            Kind::Stream(lane) => lane.take_untouched(),
        }
    }

    /// Sends what there is of the request. Pending says nothing about how far it came.
    ///
    /// # Errors
    /// The body did not come to its end.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> Result<(), BodyError> {
        match &mut self.kind {
            Kind::Line(lane) => lane.pump(cx),
            Kind::Stream(lane) => lane.pump(cx),
        }
    }

    /// Sends the request, and waits for the response's head until the deadline.
    pub(crate) fn poll_head(
        &mut self,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Head, NoHead>> {
        match &mut self.kind {
            Kind::Line(lane) => lane.poll_head(deadline, cx),
            Kind::Stream(lane) => lane.poll_head(deadline, cx),
        }
    }

    /// Whether the response's body has ended.
    pub(crate) fn has_ended(&self) -> bool {
        match &self.kind {
            Kind::Line(lane) => lane.has_ended(),
            Kind::Stream(lane) => lane.has_ended(),
        }
    }

    /// Bytes of the response's body still to come, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        match &self.kind {
            Kind::Line(lane) => lane.remaining(),
            Kind::Stream(lane) => lane.remaining(),
        }
    }

    /// Waits for the next piece of the response's body, for `patience` at most and no longer than `until`.
    pub(crate) fn poll_body(
        &mut self,
        patience: Duration,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BodyEnded>>> {
        match &mut self.kind {
            Kind::Line(lane) => lane.poll_body(patience, until, cx),
            Kind::Stream(lane) => lane.poll_body(patience, until, cx),
        }
    }

    /// Nobody waits for this connection now.
    pub(crate) fn rest(&mut self, now: Instant) {
        if let Kind::Line(lane) = &mut self.kind {
            lane.rest();
        }
        self.idle_since = now;
    }

    /// Whether a request that asks for an upgrade can be sent here; ready when that is known.
    pub(crate) fn poll_upgrades(
        &mut self,
        outgoing: &Outgoing,
        cx: &Context<'_>,
    ) -> Poll<Result<(), NoUpgrade>> {
        match &mut self.kind {
            Kind::Line(_) => Poll::Ready(Ok(())),
            Kind::Stream(lane) => lane.poll_upgrades(outgoing, cx),
        }
    }

    /// Takes the byte stream out after the upstream has agreed to change protocols, with what was read too much.
    pub(crate) fn into_stream(self) -> (Wire, Bytes) {
        match self.kind {
            Kind::Line(lane) => lane.into_stream(),
            Kind::Stream(lane) => lane.into_stream(),
        }
    }
}
