//! The service's side of a WebSocket on a stream (RFC 8441): bytes both ways, as fast as each side takes them.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use policy::Frame;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::lane::StreamLane;
use crate::worker::lock;

/// A stream to an upstream that has become a tunnel. Where it is dropped before both sides have ended, it is reset.
pub struct Socket {
    lane: StreamLane,
    /// What came and is not read yet.
    came: Bytes,
}

impl Socket {
    pub(super) fn new(lane: StreamLane) -> Socket {
        Socket { lane, came: Bytes::new() }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.came.is_empty() {
            match ready!(self.lane.poll_piece(cx)) {
                Some(Ok(Frame::Data(piece))) => self.came = piece,
                // Fields after the content mean nothing to a tunnel.
                Some(Ok(Frame::Trailers(_))) | None => return Poll::Ready(Ok(())),
                Some(Err(_)) => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            }
        }
        let length = self.came.len().min(buf.remaining());
        buf.put_slice(&self.came[..length]);
        self.came.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let StreamLane { connection, id, owes_end, .. } = &self.lane;
        let mut state = lock(&connection.state);
        if !owes_end || state.stream(*id).is_none_or(|stream| stream.failed().is_some()) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let most = state.window(*id).min(buf.len());
        if most == 0 || !state.out.has_room() {
            if let Some(stream) = state.stream(*id) {
                stream.wait(cx);
            }
            return Poll::Pending;
        }
        state.out.data(*id, Bytes::copy_from_slice(&buf[..most]), false);
        state.sent(*id, most);
        state.wake();
        Poll::Ready(Ok(most))
    }

    /// The connection's task writes what it was given.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if std::mem::take(&mut self.lane.owes_end) {
            let mut state = lock(&self.lane.connection.state);
            if state.stream(self.lane.id).is_some_and(|stream| stream.failed().is_none()) {
                state.out.data(self.lane.id, Bytes::new(), true);
                state.wake();
            }
        }
        Poll::Ready(Ok(()))
    }
}
