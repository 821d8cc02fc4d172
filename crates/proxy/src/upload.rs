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

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use policy::{BodyError, BodySource};
use tokio::time::{Sleep, sleep};

/// A request's body on its way to the upstream.
pub(crate) struct Upload(pub(crate) policy::Body);

/// What a client sends, bounded, watched and counted.
struct Stream {
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

/// A client's body, and how far it has come where there is one.
pub(crate) fn receive(
    body: Incoming,
    bound: u64,
    patience: Duration,
) -> (policy::Body, Option<Arc<Progress>>) {
    if body.is_end_stream() {
        return (policy::Body::Empty, None);
    }
    let progress = Arc::new(Progress::default());
    let stream = Stream { body, progress: Arc::clone(&progress), bound, patience, timer: None };
    (policy::Body::Stream(Box::new(stream)), Some(progress))
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadEnded;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadEnded>>> {
        let body = &mut self.get_mut().0;
        match body {
            policy::Body::Empty => Poll::Ready(None),
            policy::Body::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                *body = policy::Body::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            policy::Body::Stream(stream) => stream.poll_frame(cx).map(|frame| {
                Some(match frame? {
                    Ok(policy::Frame::Data(data)) => Ok(Frame::data(data)),
                    Ok(policy::Frame::Trailers(trailers)) => Ok(Frame::trailers(trailers)),
                    Err(_) => Err(UploadEnded),
                })
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.length().map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

impl BodySource for Stream {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<policy::Frame, BodyError>>> {
        let progress = &self.progress;
        progress.touched.store(true, Relaxed);
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.timer = None;
                let frame = match frame.into_data() {
                    Ok(data) => policy::Frame::Data(data),
                    Err(other) => policy::Frame::Trailers(other.into_trailers().unwrap_or_default()),
                };
                let length = match &frame {
                    policy::Frame::Data(data) => data.len() as u64,
                    policy::Frame::Trailers(_) => 0,
                };
                let bytes = progress.bytes.fetch_add(length, Relaxed) + length;
                if bytes > self.bound {
                    progress.too_large.store(true, Relaxed);
                    return Poll::Ready(Some(Err(BodyError::TooLarge)));
                }
                if self.body.is_end_stream() {
                    progress.done.store(true, Relaxed);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(_))) => {
                progress.broken_off.store(true, Relaxed);
                Poll::Ready(Some(Err(BodyError::Broken)))
            }
            Poll::Ready(None) => {
                progress.done.store(true, Relaxed);
                Poll::Ready(None)
            }
            Poll::Pending => {
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.patience)));
                if timer.as_mut().poll(cx).is_ready() {
                    progress.too_slow.store(true, Relaxed);
                    return Poll::Ready(Some(Err(BodyError::TooSlow)));
                }
                Poll::Pending
            }
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }
}
