//! A request's body on its way from the client: bounded, watched, counted.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use policy::{Body, BodyError, BodySource, Frame};
use tokio::time::{Sleep, sleep};

use crate::{exchange::Inbound, h1::line::LineBody, h2::inbox::StreamBody, h3::body::QuicBody};

/// How far an upload has come.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) bytes: AtomicU64,
    pub(crate) done: AtomicBool,
}

/// What a client sends, bounded, watched and counted.
struct Watched<S> {
    source: S,
    progress: Arc<Progress>,
    bound: u64,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

/// Where a client's body comes from.
pub(crate) trait Source: Send {
    /// The next piece; what exactly went wrong is the client's matter.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>>;

    /// Whether nothing more comes, and how much does where that is known.
    fn remaining(&self) -> (bool, Option<u64>);
}

/// A client's body, and how far it has come where there is one.
pub(crate) fn receive(inbound: Inbound, bound: u64, patience: Duration) -> (Body, Option<Arc<Progress>>) {
    match inbound {
        Inbound::None | Inbound::WebSocket => (Body::Empty, None),
        Inbound::Stream(body) if body.remaining().0 => (Body::Empty, None),
        Inbound::Stream(body) => watched(body, bound, patience),
        Inbound::Line(body) => watched(body, bound, patience),
        Inbound::Quic(body) => watched(*body, bound, patience),
    }
}

fn watched(source: impl Source + 'static, bound: u64, patience: Duration) -> (Body, Option<Arc<Progress>>) {
    let progress = Arc::new(Progress::default());
    let watched = Watched { source, progress: Arc::clone(&progress), bound, patience, timer: None };
    (Body::Stream(Box::new(watched)), Some(progress))
}

impl<S: Source> BodySource for Watched<S> {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        let progress = &self.progress;
        match self.source.poll_piece(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.timer = None;
                if let Frame::Data(data) = &frame {
                    let length = data.len() as u64;
                    if progress.bytes.fetch_add(length, Relaxed) + length > self.bound {
                        return Poll::Ready(Some(Err(BodyError::TooLarge)));
                    }
                }
                if self.source.remaining().0 {
                    progress.done.store(true, Relaxed);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(()))) => Poll::Ready(Some(Err(BodyError::Broken))),
            Poll::Ready(None) => {
                progress.done.store(true, Relaxed);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.patience)));
                match timer.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Some(Err(BodyError::TooSlow))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.source.remaining().1
    }
}

impl Source for LineBody {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>> {
        self.poll(cx).map(|piece| piece.map(|piece| piece.map_err(drop)))
    }

    fn remaining(&self) -> (bool, Option<u64>) {
        LineBody::remaining(self)
    }
}

impl Source for StreamBody {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>> {
        self.poll(cx).map(|piece| piece.map(|piece| piece.map_err(drop)))
    }

    fn remaining(&self) -> (bool, Option<u64>) {
        StreamBody::remaining(self)
    }
}

impl Source for QuicBody {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>> {
        self.poll(cx)
    }

    fn remaining(&self) -> (bool, Option<u64>) {
        QuicBody::remaining(self)
    }
}
