//! Request bodies that are read as far as they may be, and go on whole where they are longer.

use std::{
    future::poll_fn,
    mem,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use policy::{BodySource, Frame, prelude::*};

/// What of a body was read.
pub(crate) enum Read {
    Whole(Bytes),
    /// It is larger, and goes on unread.
    TooLarge,
}

/// Reads a body, `most` bytes at most. A larger one is an error, or is left as it was where it `may_pass`.
///
/// # Errors
/// A body that is larger, too slow or broken off.
pub(crate) async fn read(body: &mut Body, most: u64, may_pass: bool) -> Result<Read, BodyError> {
    if !may_pass {
        return body.read(most).await.map(Read::Whole);
    }
    let mut stream = match mem::take(body) {
        Body::Stream(stream) => stream,
        whole => {
            *body = whole;
            return match body.read(most).await {
                Ok(read) => Ok(Read::Whole(read)),
                Err(BodyError::TooLarge) => Ok(Read::TooLarge),
                Err(error) => Err(error),
            };
        }
    };
    if stream.remaining().is_some_and(|length| length > most) {
        *body = Body::Stream(stream);
        return Ok(Read::TooLarge);
    }
    let mut all = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| stream.poll_frame(cx)).await {
        let Frame::Data(piece) = frame? else { continue };
        all.extend_from_slice(&piece);
        if all.len() as u64 > most {
            *body = Body::Stream(Box::new(Rejoined { first: Some(all.freeze()), rest: stream }));
            return Ok(Read::TooLarge);
        }
    }
    let whole = all.freeze();
    *body = Body::Whole(whole.clone());
    Ok(Read::Whole(whole))
}

/// What was read, and what comes after it.
struct Rejoined {
    first: Option<Bytes>,
    rest: Box<dyn BodySource>,
}

impl BodySource for Rejoined {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(Frame::Data(first)))),
            None => self.rest.poll_frame(cx),
        }
    }

    fn remaining(&self) -> Option<u64> {
        let first = self.first.as_ref().map_or(0, |first| first.len() as u64);
        self.rest.remaining().map(|rest| rest + first)
    }
}
