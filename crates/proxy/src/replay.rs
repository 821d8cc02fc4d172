//! A request's body, remembered up to a bound, so that it can be sent again.

use std::{
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use policy::{Body, BodyError, BodySource, Frame};

use crate::worker::lock;

/// Where the bodies of an exchange's attempts come from.
pub(crate) enum Bodies {
    /// One that is sent once, as long as nothing of it was taken.
    Once(Option<Body>),
    Again(Replay),
}

/// A body that is remembered while it is sent for the first time.
pub(crate) struct Replay(Arc<Mutex<Kept>>);

struct Kept {
    /// What is still to come of it.
    source: Option<Box<dyn BodySource>>,
    pieces: Vec<Bytes>,
    trailers: Option<HeaderMap>,
    length: u64,
    bound: u64,
    /// More came than is remembered, or it broke off.
    lost: bool,
}

/// One reading of it from the beginning.
struct Reading {
    kept: Arc<Mutex<Kept>>,
    at: usize,
    read: u64,
    ended: bool,
}

impl Bodies {
    /// Remembers up to `bound` bytes; nothing where that is 0.
    pub(crate) fn new(body: Body, bound: u64) -> Bodies {
        match body {
            Body::Stream(source) if bound > 0 => {
                let kept = Kept {
                    // What is announced to be larger is not remembered in part.
                    lost: source.remaining().is_some_and(|length| length > bound),
                    source: Some(source),
                    pieces: Vec::new(),
                    trailers: None,
                    length: 0,
                    bound,
                };
                Bodies::Again(Replay(Arc::new(Mutex::new(kept))))
            }
            other => Bodies::Once(Some(other)),
        }
    }

    /// The body for an attempt.
    pub(crate) fn take(&mut self) -> Body {
        match self {
            Bodies::Once(Some(Body::Empty)) => Body::Empty,
            Bodies::Once(Some(Body::Whole(bytes))) => Body::Whole(bytes.clone()),
            Bodies::Once(body) => body.take().unwrap_or_default(),
            Bodies::Again(Replay(kept)) => {
                Body::Stream(Box::new(Reading { kept: Arc::clone(kept), at: 0, read: 0, ended: false }))
            }
        }
    }

    /// The same once more, for an attempt beside this one; nothing where it is sent once.
    pub(crate) fn fork(&self) -> Option<Bodies> {
        match self {
            Bodies::Once(Some(Body::Empty)) => Some(Bodies::Once(Some(Body::Empty))),
            Bodies::Once(Some(Body::Whole(bytes))) => Some(Bodies::Once(Some(Body::Whole(bytes.clone())))),
            Bodies::Once(_) => None,
            Bodies::Again(Replay(kept)) => Some(Bodies::Again(Replay(Arc::clone(kept)))),
        }
    }

    /// Whether all of it is there: nothing more comes from the client.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Bodies::Once(body) => matches!(body, Some(Body::Empty | Body::Whole(_))),
            Bodies::Again(Replay(kept)) => {
                let kept = lock(kept);
                !kept.lost && kept.source.as_ref().is_none_or(|source| source.remaining() == Some(0))
            }
        }
    }

    /// Takes back a body of which nothing was read.
    pub(crate) fn give_back(&mut self, body: Body) {
        if let Bodies::Once(left) = self {
            *left = Some(body);
        }
    }

    /// Whether the whole of it can be sent once more.
    pub(crate) fn can_repeat(&self) -> bool {
        match self {
            Bodies::Once(body) => body.is_some(),
            Bodies::Again(Replay(kept)) => !lock(kept).lost,
        }
    }
}

impl BodySource for Reading {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut kept = lock(&self.kept);
        let kept = &mut *kept;
        if let Some(piece) = kept.pieces.get(self.at) {
            self.at += 1;
            self.read += piece.len() as u64;
            return Poll::Ready(Some(Ok(Frame::Data(piece.clone()))));
        }
        let Some(source) = &mut kept.source else {
            self.ended = true;
            let trailers = kept.trailers.clone();
            return Poll::Ready(trailers.map(|trailers| Ok(Frame::Trailers(trailers))));
        };
        match std::task::ready!(source.poll_frame(cx)) {
            None => {
                kept.source = None;
                self.ended = true;
                Poll::Ready(None)
            }
            Some(Err(error)) => {
                kept.lost = true;
                Poll::Ready(Some(Err(error)))
            }
            Some(Ok(Frame::Trailers(trailers))) => {
                kept.source = None;
                kept.trailers = Some(trailers.clone());
                self.ended = true;
                Poll::Ready(Some(Ok(Frame::Trailers(trailers))))
            }
            Some(Ok(Frame::Data(piece))) => {
                kept.length += piece.len() as u64;
                if kept.length > kept.bound {
                    kept.lost = true;
                    kept.pieces = Vec::new();
                }
                if kept.lost {
                    self.at = 0;
                } else {
                    kept.pieces.push(piece.clone());
                    self.at += 1;
                }
                self.read += piece.len() as u64;
                Poll::Ready(Some(Ok(Frame::Data(piece))))
            }
        }
    }

    fn remaining(&self) -> Option<u64> {
        let kept = lock(&self.kept);
        let to_come = kept.source.as_ref().map_or(Some(0), |source| source.remaining())?;
        Some(kept.length + to_come - self.read)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, future::poll_fn};

    use super::*;

    struct Pieces(VecDeque<Result<Frame, BodyError>>, bool);

    impl BodySource for Pieces {
        fn poll_frame(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
            Poll::Ready(self.0.pop_front())
        }

        fn remaining(&self) -> Option<u64> {
            let length = |frame: &Result<Frame, BodyError>| match frame {
                Ok(Frame::Data(data)) => data.len() as u64,
                _ => 0,
            };
            self.1.then(|| self.0.iter().map(length).sum())
        }
    }

    fn bodies(pieces: &[&'static str], announced: bool, bound: u64) -> Bodies {
        let frames = pieces.iter().map(|piece| Ok(Frame::Data(Bytes::from_static(piece.as_bytes()))));
        Bodies::new(Body::Stream(Box::new(Pieces(frames.collect(), announced))), bound)
    }

    async fn some(body: &mut Body, pieces: usize) -> String {
        let Body::Stream(source) = body else { panic!("it is a stream") };
        let mut text = String::new();
        for _ in 0..pieces {
            match poll_fn(|cx| source.poll_frame(cx)).await {
                Some(Ok(Frame::Data(piece))) => text.push_str(std::str::from_utf8(&piece).unwrap()),
                _ => break,
            }
        }
        text
    }

    #[tokio::test]
    async fn a_body_broken_off_anywhere_is_sent_whole_the_next_time() {
        for pieces in 0..5 {
            let mut bodies = bodies(&["one ", "two ", "three"], true, 13);
            let mut first = bodies.take();
            assert_eq!(first.length(), Some(13));
            some(&mut first, pieces).await;
            drop(first);
            assert!(bodies.can_repeat());
            let mut second = bodies.take();
            assert_eq!(second.length(), Some(13), "after {pieces} pieces");
            assert_eq!(some(&mut second, 9).await, "one two three");
            assert_eq!(some(&mut bodies.take(), 9).await, "one two three");
        }
    }

    #[tokio::test]
    async fn a_body_over_the_bound_passes_and_is_not_remembered() {
        for announced in [true, false] {
            let mut bodies = bodies(&["one ", "two ", "three"], announced, 12);
            assert_eq!(some(&mut bodies.take(), 9).await, "one two three");
            assert!(!bodies.can_repeat());
            let Bodies::Again(Replay(kept)) = &bodies else { panic!() };
            assert!(lock(kept).pieces.is_empty());
        }
    }

    #[tokio::test]
    async fn a_body_that_the_client_breaks_off_cannot_be_repeated() {
        let frames = [Ok(Frame::Data("half".into())), Err(BodyError::Broken)].into();
        let mut bodies = Bodies::new(Body::Stream(Box::new(Pieces(frames, false))), 100);
        some(&mut bodies.take(), 9).await;
        assert!(!bodies.can_repeat());
    }
}
