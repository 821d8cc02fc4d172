//! One HTTP/1.1 connection to an upstream, driven by the exchange that uses it.
//!
//! The connection's machinery is polled from within the exchange's own task, so that a request costs no task switch on its way
//! to the upstream and back. Only where the response begins before the request's body has ended does it get a task of its own.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{Builder, Connection, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use crate::{
    alarm::{Alarm, Nudge},
    balance::Site,
    upload::Upload,
    wire::Wire,
};

/// The largest head of a response, bytes; also what is read ahead of a slow client.
const READ_BOUND: usize = 64 << 10;

/// One HTTP/1.1 connection to an upstream.
pub(crate) struct Lane {
    sender: SendRequest<Upload>,
    connection: Option<Connection<TokioIo<Heard>, Upload>>,
    /// Whether the connection has nothing more to do.
    over: bool,
    nudge: Arc<Nudge>,
    waker: Waker,
    alarm: Alarm,
    /// Since when a body's next piece is waited for.
    waiting: Option<Instant>,
    pub(crate) site: Arc<Site>,
    pub(crate) idle_since: Instant,
}

/// What is waited for did not come in time.
pub(crate) struct TooSlow;

/// Why a response's body ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyEnded {
    #[error("the upstream stopped sending")]
    TooSlow,
    #[error("the upstream broke off")]
    Broken(#[source] hyper::Error),
    #[error("a policy could not change the body")]
    Refused(policy::BodyError),
}

impl Lane {
    pub(crate) async fn open(wire: Wire, site: Arc<Site>) -> hyper::Result<Lane> {
        let nudge = Arc::new(Nudge::default());
        let heard = Heard { wire, nudge: Arc::clone(&nudge) };
        let mut builder = Builder::new();
        builder.max_buf_size(READ_BOUND);
        let (sender, connection) = builder.handshake(TokioIo::new(heard)).await?;
        Ok(Lane {
            sender,
            connection: Some(connection),
            over: false,
            waker: Waker::from(Arc::clone(&nudge)),
            alarm: Alarm::new(Arc::clone(&nudge)),
            nudge,
            waiting: None,
            site,
            idle_since: Instant::now(),
        })
    }

    /// Whether another request can be sent; looks whether the upstream has closed the connection.
    pub(crate) fn is_ready(&mut self) -> bool {
        let mut cx = Context::from_waker(&self.waker);
        let _: Poll<()> = self.nudge.drive(|| {
            turn(&mut self.connection, &mut self.over, &mut cx);
            Poll::Pending
        });
        self.connection.is_some() && !self.over && self.sender.is_ready()
    }

    /// Sends a request. What is returned is polled by [`Lane::poll_head`].
    pub(crate) fn send(
        &mut self,
        request: Request<Upload>,
    ) -> impl Future<Output = Result<Response<Incoming>, TrySendError<Request<Upload>>>> + use<> {
        self.nudge.heard.store(false, Relaxed);
        self.sender.try_send_request(request)
    }

    /// Whether the upstream has said anything since the request was sent.
    pub(crate) fn heard_anything(&self) -> bool {
        self.nudge.heard.load(Relaxed)
    }

    /// Waits for a response's head until the deadline.
    pub(crate) fn poll_head<F: Future>(
        &mut self,
        head: Pin<&mut F>,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<Result<F::Output, TooSlow>> {
        let mut head = head;
        self.nudge.attach(cx.waker());
        let mut inner = Context::from_waker(&self.waker);
        let polled = self.nudge.drive(|| {
            turn(&mut self.connection, &mut self.over, &mut inner);
            head.as_mut().poll(&mut inner)
        });
        match polled {
            Poll::Ready(head) => Poll::Ready(Ok(head)),
            Poll::Pending if self.alarm.is_due(deadline) => Poll::Ready(Err(TooSlow)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Waits for the next piece of a response's body, for `patience` at most.
    pub(crate) fn poll_body(
        &mut self,
        body: &mut Incoming,
        patience: Duration,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyEnded>>> {
        self.nudge.attach(cx.waker());
        let mut inner = Context::from_waker(&self.waker);
        let polled = self.nudge.drive(|| {
            turn(&mut self.connection, &mut self.over, &mut inner);
            Pin::new(&mut *body).poll_frame(&mut inner)
        });
        match polled {
            Poll::Ready(piece) => {
                self.waiting = None;
                Poll::Ready(piece.map(|piece| piece.map_err(BodyEnded::Broken)))
            }
            Poll::Pending => {
                let since = *self.waiting.get_or_insert_with(Instant::now);
                if self.alarm.is_due(since + patience) {
                    return Poll::Ready(Some(Err(BodyEnded::TooSlow)));
                }
                Poll::Pending
            }
        }
    }

    /// Gives the connection a task of its own: there is still something to send.
    pub(crate) fn drive_apart(&mut self) {
        if let Some(connection) = self.connection.take() {
            tokio::spawn(async move {
                // The exchange sees its end of what goes wrong here.
                let _ = connection.await;
            });
        }
    }

    /// Nobody waits for this connection now.
    pub(crate) fn rest(&mut self, now: Instant) {
        self.nudge.detach();
        self.waiting = None;
        self.idle_since = now;
    }

    /// Takes the byte stream out after the upstream has agreed to change protocols, with what was read too much.
    pub(crate) fn into_stream(mut self) -> Option<(Wire, Bytes)> {
        let _ = self.is_ready();
        let parts = self.connection.take()?.into_parts();
        Some((parts.io.into_inner().wire, parts.read_buf))
    }
}

fn turn(connection: &mut Option<Connection<TokioIo<Heard>, Upload>>, over: &mut bool, cx: &mut Context<'_>) {
    if let Some(connection) = connection
        && !*over
    {
        *over = connection.poll_without_shutdown(cx).is_ready();
    }
}

/// A stream that remarks when the upstream says something.
struct Heard {
    wire: Wire,
    nudge: Arc<Nudge>,
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.wire).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.nudge.heard.store(true, Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Heard {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
