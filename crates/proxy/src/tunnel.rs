//! After a change of protocols (WebSocket): bytes both ways as they come.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};

use crate::{balance::Chosen, lane::Lane, reply::Ending, wire::Wire};

/// Passes bytes until both sides have ended, then leaves the exchange's event.
pub(crate) async fn tunnel(switch: OnUpgrade, lane: Box<Lane>, chosen: Chosen, mut ending: Box<Ending>) {
    let _in_flight = chosen;
    let Some((wire, early)) = lane.into_stream() else {
        ending.say("the upstream's connection ended as it changed protocols");
        return;
    };
    match switch.await {
        Ok(client) => {
            let mut client = TokioIo::new(client);
            let mut upstream = Rest { early, wire };
            match copy_bidirectional(&mut client, &mut upstream).await {
                Ok((up, down)) => {
                    ending.event.bytes_in = up;
                    ending.event.bytes_out = down;
                }
                Err(error) => ending.cause(&error),
            }
        }
        Err(error) => ending.cause(&error),
    }
}

/// A stream of which some bytes were read already.
struct Rest {
    early: Bytes,
    wire: Wire,
}

impl AsyncRead for Rest {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.early.is_empty() {
            return Pin::new(&mut self.wire).poll_read(cx, buf);
        }
        let length = self.early.len().min(buf.remaining());
        buf.put_slice(&self.early[..length]);
        self.early.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Rest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
