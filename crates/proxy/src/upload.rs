//! A request's body on its way to the upstream: bounded, watched, counted.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

/// A request's body on its way to the upstream.
pub(crate) enum Upload {
    Empty,
    Stream(Box<Stream>),
}

pub(crate) struct Stream {
    body: Incoming,
    progress: Arc<Progress>,
    bound: u64,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

/// How far an upload has come.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) bytes: AtomicU64,
    /// Whether anybody asked for the body yet.
    pub(crate) touched: AtomicBool,
    pub(crate) done: AtomicBool,
    pub(crate) too_large: AtomicBool,
    pub(crate) too_slow: AtomicBool,
    pub(crate) broken_off: AtomicBool,
}

/// Why an upload ended before its end; what exactly is in [`Progress`].
#[derive(Debug, thiserror::Error)]
#[error("the request's body ended early")]
pub(crate) struct UploadEnded;

impl Upload {
    pub(crate) fn new(body: Incoming, bound: u64, patience: Duration) -> (Upload, Option<Arc<Progress>>) {
        if body.is_end_stream() {
            return (Upload::Empty, None);
        }
        let progress = Arc::new(Progress::default());
        let stream = Stream { body, progress: Arc::clone(&progress), bound, patience, timer: None };
        (Upload::Stream(Box::new(stream)), Some(progress))
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadEnded;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadEnded>>> {
        match self.get_mut() {
            Upload::Empty => Poll::Ready(None),
            Upload::Stream(stream) => stream.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Upload::Empty => true,
            Upload::Stream(stream) => stream.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Upload::Empty => SizeHint::with_exact(0),
            Upload::Stream(stream) => stream.body.size_hint(),
        }
    }
}

impl Stream {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadEnded>>> {
        let progress = &self.progress;
        progress.touched.store(true, Relaxed);
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.timer = None;
                let length = frame.data_ref().map_or(0, |data| data.remaining() as u64);
                let bytes = progress.bytes.fetch_add(length, Relaxed) + length;
                if bytes > self.bound {
                    progress.too_large.store(true, Relaxed);
                    return Poll::Ready(Some(Err(UploadEnded)));
                }
                if self.body.is_end_stream() {
                    progress.done.store(true, Relaxed);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => {
                progress.broken_off.store(true, Relaxed);
                Poll::Ready(Some(Err(UploadEnded)))
            }
            Poll::Ready(None) => {
                progress.done.store(true, Relaxed);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.patience)));
                if timer.as_mut().poll(cx).is_ready() {
                    progress.too_slow.store(true, Relaxed);
                    return Poll::Ready(Some(Err(UploadEnded)));
                }
                Poll::Pending
            }
        }
    }
}
