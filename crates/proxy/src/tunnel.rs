//! After a change of protocols (WebSocket): bytes both ways as they come, or what the gateway itself has to say.

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes};
use policy::Talk;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, split},
    time::timeout,
};

use crate::{balance::Chosen, lane::Lane, reply::Ending, wire::Wire};

/// How long a side may go on after the other has ended.
const LINGER: Duration = Duration::from_secs(30);
/// What is read at once at most, bytes.
const PIECE: usize = 16 << 10;

/// What is read at once of who speaks with the gateway itself, bytes.
const HEARD: usize = 4 << 10;

/// The other side of a connection whose protocol changes.
pub(crate) struct Switch {
    pub(crate) side: Side,
    pub(crate) ending: Box<Ending>,
}

/// Who speaks on.
pub(crate) enum Side {
    Upstream {
        lane: Box<Lane>,
        /// In flight until the tunnel has ended.
        chosen: Chosen,
    },
    Gateway(Box<dyn Talk>),
}

/// How a tunnel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// Both sides have ended.
    Whole,
    /// One broke off.
    Broken,
    /// Who uses it was blocked, or what it leads to.
    Blocked,
}

/// Passes bytes until both sides have ended, then leaves the exchange's event. `early` is what was read of the client already.
pub(crate) async fn tunnel(client: Wire, early: Bytes, switch: Switch) -> Passed {
    let Switch { side, mut ending } = switch;
    let client = Rest { early, wire: client };
    let (up, down) = (AtomicU64::new(0), AtomicU64::new(0));
    let passing = async {
        let (lane, _in_flight) = match side {
            Side::Upstream { lane, chosen } => (lane, chosen),
            Side::Gateway(talk) => return converse(client, talk, &up, &down).await,
        };
        let (upstream, said) = lane.into_stream();
        let (from_client, to_client) = split(client);
        let (from_upstream, to_upstream) = split(Rest { early: said, wire: upstream });
        let mut sending = pin!(pass(from_client, to_upstream, &up));
        let mut receiving = pin!(pass(from_upstream, to_client, &down));
        // Where one side has ended, the other has a while to end too; where it broke off, it takes the other with it.
        tokio::select! {
            ended = &mut sending => ended && timeout(LINGER, receiving).await == Ok(true),
            ended = &mut receiving => ended && timeout(LINGER, sending).await == Ok(true),
        }
    };
    let passed = {
        let mut passing = pin!(passing);
        poll_fn(|cx| {
            if ending.check().is_err() {
                return Poll::Ready(Passed::Blocked);
            }
            passing.as_mut().poll(cx).map(|ended| if ended { Passed::Whole } else { Passed::Broken })
        })
        .await
    };
    ending.event.bytes_in = up.into_inner();
    ending.event.bytes_out = down.into_inner();
    passed
}

/// Speaks with a client in the place of a service; whether that came to its end.
async fn converse(mut client: Rest, mut talk: Box<dyn Talk>, up: &AtomicU64, down: &AtomicU64) -> bool {
    let mut heard = vec![0; HEARD];
    let (mut says, mut goes_on) = (Vec::new(), true);
    while goes_on {
        match timeout(talk.patience(), client.read(&mut heard)).await {
            Ok(Ok(0)) => break,
            Ok(Ok(count)) => {
                up.fetch_add(count as u64, Relaxed);
                goes_on = talk.hear(&heard[..count], &mut says);
            }
            Ok(Err(_)) => return false,
            Err(_) => {
                talk.tire(&mut says);
                goes_on = false;
            }
        }
        // Nothing more is heard before what was said is taken.
        let saying = async {
            client.write_all(&says).await?;
            client.flush().await
        };
        if !matches!(timeout(LINGER, saying).await, Ok(Ok(()))) {
            return false;
        }
        down.fetch_add(says.len() as u64, Relaxed);
        says = Vec::new();
    }
    let _ = client.shutdown().await;
    // What is still on its way is taken, so that the end is not taken for a break.
    let rest = async { while matches!(client.read(&mut heard).await, Ok(1..)) {} };
    timeout(LINGER, rest).await.is_ok()
}

/// Passes bytes one way to their end, and counts them; whether they came to it. Memory is held for those alone that the other side has
/// not taken yet: most tunnels say nothing most of the time.
async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, count: &AtomicU64) -> bool {
    let mut held = Vec::new();
    loop {
        match poll_fn(|cx| poll_pass(&mut from, &mut to, &mut held, cx)).await {
            Ok(0) => break,
            Ok(read) => {
                if (!held.is_empty() && to.write_all(&held).await.is_err()) || to.flush().await.is_err() {
                    return false;
                }
                held = Vec::new();
                count.fetch_add(read as u64, Relaxed);
            }
            Err(_) => return false,
        }
    }
    // The other side is told, if it is still there.
    let _ = to.shutdown().await;
    true
}

/// Reads what has come, and writes what is taken of it at once; the rest is held. How much was read; 0 at the end.
fn poll_pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    held: &mut Vec<u8>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    let mut space = [const { MaybeUninit::uninit() }; PIECE];
    let mut buf = ReadBuf::uninit(&mut space);
    ready!(Pin::new(from).poll_read(cx, &mut buf))?;
    let read = buf.filled();
    if !read.is_empty() {
        let taken = match Pin::new(to).poll_write(cx, read) {
            Poll::Ready(taken) => taken?,
            Poll::Pending => 0,
        };
        held.extend_from_slice(&read[taken..]);
    }
    Poll::Ready(Ok(read.len()))
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
