//! Bodies as filters see them: a request's before it is sent on, a response's as its pieces pass.

use std::{
    fmt,
    future::poll_fn,
    mem,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use crate::{Problem, ResponseHead, Time, problems};

/// A request's body.
#[derive(Default)]
pub enum Body {
    #[default]
    Empty,
    /// All of it, read by a filter or made by one.
    Whole(Bytes),
    /// Still on its way from the client.
    Stream(Box<dyn BodySource>),
}

/// Gives a body piece by piece. Bounded and watched by whoever made it.
pub trait BodySource: Send {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>>;

    /// Bytes still to come, where that was announced.
    fn remaining(&self) -> Option<u64>;
}

/// A piece of a body.
#[derive(Debug)]
pub enum Frame {
    Data(Bytes),
    /// Fields after the content (RFC 9110 §6.5); the last piece.
    Trailers(HeaderMap),
}

/// Why a body did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    TooLarge,
    TooSlow,
    /// The other side broke off, or what it sent is not well-formed.
    Broken,
}

/// What is done with a response's body, decided when its head is seen.
pub enum BodyPlan {
    Keep,
    /// This instead; `Content-Length` follows.
    Replace(Bytes),
    /// A refusal of the gateway's own instead, head and body. The steps that follow see it as such.
    Refuse(Box<Problem>),
    /// Nothing is sent until all of the body is there, so many bytes at most; then the judge says what becomes of it. Keeping it
    /// sends what was read.
    Hold(u64, Judge),
    /// Each piece passes here; `Content-Length` is taken off.
    Transform(Box<dyn Transform>),
    /// Each piece is seen here as it passes; what the observer pushes must be what it took. Fields after the body pass too.
    Observe(Box<dyn Transform>),
}

/// Changes a body as it passes. Dropped before [`Transform::end`] where the body broke off.
pub trait Transform: Send {
    /// Takes a piece, and appends what goes on now.
    ///
    /// # Errors
    /// The body cannot go on: it is broken off towards the client.
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError>;

    /// Nothing more is at hand for now: appends what was held back and must not be for longer, such as an event of a stream.
    ///
    /// # Errors
    /// As for [`Transform::push`].
    fn pause(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        let _ = out;
        Ok(())
    }

    /// Fields came after the body (RFC 9110 §6.5), before [`Transform::end`]. What is left of them goes on after it; of what follows a
    /// body that was changed nothing does, unless this keeps it.
    fn trailers(&mut self, fields: &mut HeaderMap) {
        fields.clear();
    }

    /// The body has ended: appends what is left.
    ///
    /// # Errors
    /// As for [`Transform::push`].
    fn end(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError>;
}

/// What one exchange's filter does when the response's head is known; see [`crate::Request::then`].
pub type ResponseStep = Box<dyn FnOnce(&mut ResponseHead, Outcome) -> BodyPlan + Send>;

/// Decides about a response whose body is all there; see [`BodyPlan::Hold`].
pub type Judge = Box<dyn FnOnce(&mut ResponseHead, Result<Bytes, BodyError>) -> BodyPlan + Send>;

/// Where a response came from, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub origin: Origin,
    /// When the response's head was known.
    pub at: Time,
}

/// Who made a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Upstream,
    /// An answer of the upstream's that was stored.
    Stored,
    /// A refusal or an answer of the gateway itself.
    Gateway,
}

impl Body {
    pub fn is_empty(&self) -> bool {
        match self {
            Body::Empty => true,
            Body::Whole(bytes) => bytes.is_empty(),
            Body::Stream(_) => false,
        }
    }

    /// The length, where it is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Body::Empty => Some(0),
            Body::Whole(bytes) => Some(bytes.len() as u64),
            Body::Stream(stream) => stream.remaining(),
        }
    }

    /// Reads the whole body, `bound` bytes at most, and keeps it. Trailers are dropped.
    ///
    /// # Errors
    /// A body that is larger, too slow or broken off; it cannot be sent on any more then.
    pub async fn read(&mut self, bound: u64) -> Result<Bytes, BodyError> {
        let mut stream = match mem::take(self) {
            Body::Empty => return Ok(Bytes::new()),
            Body::Whole(bytes) => {
                *self = Body::Whole(bytes.clone());
                return if bytes.len() as u64 > bound { Err(BodyError::TooLarge) } else { Ok(bytes) };
            }
            Body::Stream(stream) => stream,
        };
        if stream.remaining().is_some_and(|length| length > bound) {
            *self = Body::Stream(stream);
            return Err(BodyError::TooLarge);
        }
        let (mut first, mut all) = (Bytes::new(), BytesMut::new());
        while let Some(frame) = poll_fn(|cx| stream.poll_frame(cx)).await {
            let Frame::Data(piece) = frame? else { continue };
            if (first.len() + all.len() + piece.len()) as u64 > bound {
                return Err(BodyError::TooLarge);
            }
            // Most bodies come in one piece, which is then not copied.
            if first.is_empty() && all.is_empty() {
                first = piece;
            } else {
                all.extend_from_slice(&mem::take(&mut first));
                all.extend_from_slice(&piece);
            }
        }
        let whole = if all.is_empty() { first } else { all.freeze() };
        *self = Body::Whole(whole.clone());
        Ok(whole)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => f.write_str("Empty"),
            Body::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Body::Stream(_) => f.write_str("Stream"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        if bytes.is_empty() { Body::Empty } else { Body::Whole(bytes) }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Problem {
        match error {
            BodyError::TooLarge => {
                Problem::new(problems::CONTENT_TOO_LARGE, "the body is larger than is accepted here")
            }
            BodyError::TooSlow => Problem::new(problems::REQUEST_TIMEOUT, "the body did not arrive in time"),
            BodyError::Broken => {
                Problem::new(problems::BAD_REQUEST, "the body broke off or is not well-formed")
            }
        }
    }
}

impl From<BodyError> for crate::Reply {
    fn from(error: BodyError) -> crate::Reply {
        Problem::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, pin::pin, task::Waker};

    use super::*;

    struct Pieces(VecDeque<Result<Frame, BodyError>>);

    impl BodySource for Pieces {
        fn poll_frame(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
            Poll::Ready(self.0.pop_front())
        }

        fn remaining(&self) -> Option<u64> {
            None
        }
    }

    fn read(body: &mut Body, bound: u64) -> Result<Bytes, BodyError> {
        match pin!(body.read(bound)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(read) => read,
            Poll::Pending => panic!("nothing here waits"),
        }
    }

    fn stream(pieces: &[&'static str]) -> Body {
        let frames = pieces.iter().map(|piece| Ok(Frame::Data(Bytes::from_static(piece.as_bytes()))));
        Body::Stream(Box::new(Pieces(frames.collect())))
    }

    #[test]
    fn a_body_is_read_whole_and_can_be_read_again() {
        let mut body = stream(&["one ", "two ", "three"]);
        assert_eq!(read(&mut body, 13).unwrap(), "one two three");
        assert_eq!(read(&mut body, 13).unwrap(), "one two three");
        assert_eq!(body.length(), Some(13));
    }

    #[test]
    fn a_body_over_the_bound_is_not_gathered() {
        assert_eq!(read(&mut stream(&["one ", "two ", "three"]), 12), Err(BodyError::TooLarge));
        assert_eq!(read(&mut Body::Whole("four".into()), 3), Err(BodyError::TooLarge));
    }

    #[test]
    fn a_body_that_breaks_off_is_an_error() {
        let broken = Pieces([Ok(Frame::Data("half".into())), Err(BodyError::Broken)].into());
        assert_eq!(read(&mut Body::Stream(Box::new(broken)), 100), Err(BodyError::Broken));
    }
}
