//! `request-size-limit`: how large a request's body may be.

use std::task::{Context, Poll};

use http::header::CONTENT_LENGTH;
use policy::{BodySource, Frame, prelude::*};

/// Limits how large a request's body may be.
///
/// A body that says a larger length is refused with `413` before any of it is read; one that says none is counted as it passes, and refused
/// when it is over. The limit of the gateway as a whole (`limits` of the gateway) holds as well.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestSizeLimit {
    /// The largest body, such as `1MiB`; `0B` allows none.
    max: ByteSize,
    /// Whether a body that does not say its length is refused with `411`.
    #[serde(default)]
    require_length: bool,
}

impl Policy for RequestSizeLimit {
    const NAME: &'static str = "request-size-limit";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ max: 1MiB }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(SizeCheck { max: self.max.0, require_length: self.require_length }))
    }
}

/// The running form of [`RequestSizeLimit`].
struct SizeCheck {
    max: u64,
    require_length: bool,
}

impl Filter for SizeCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if req.body.is_empty() {
            return Step::Done(Ok(()));
        }
        match req.body.length() {
            Some(length) if length > self.max => {
                let detail = format!("the body may be {} long", ByteSize(self.max));
                return Step::Done(Err(Problem::new(problems::CONTENT_TOO_LARGE, detail).into()));
            }
            Some(_) => {}
            None if self.require_length && !req.head.headers.contains_key(CONTENT_LENGTH) => {
                let detail = "a body must say its length in `Content-Length`";
                return Step::Done(Err(Problem::new(problems::LENGTH_REQUIRED, detail).into()));
            }
            None => {
                if let Body::Stream(stream) = std::mem::take(&mut req.body) {
                    req.body = Body::Stream(Box::new(Counted { stream, left: self.max }));
                }
            }
        }
        Step::Done(Ok(()))
    }
}

/// A body that may be so long and no longer.
struct Counted {
    stream: Box<dyn BodySource>,
    left: u64,
}

impl BodySource for Counted {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        let frame = std::task::ready!(self.stream.poll_frame(cx));
        if let Some(Ok(Frame::Data(piece))) = &frame {
            let Some(left) = self.left.checked_sub(piece.len() as u64) else {
                return Poll::Ready(Some(Err(BodyError::TooLarge)));
            };
            self.left = left;
        }
        Poll::Ready(frame)
    }

    fn remaining(&self) -> Option<u64> {
        self.stream.remaining()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::testing::*;

    /// Pieces of no announced length.
    struct Pieces(Vec<&'static str>);

    impl BodySource for Pieces {
        fn poll_frame(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
            let piece = (!self.0.is_empty()).then(|| self.0.remove(0));
            Poll::Ready(piece.map(|piece| Ok(Frame::Data(Bytes::from_static(piece.as_bytes())))))
        }

        fn remaining(&self) -> Option<u64> {
            None
        }
    }

    fn streamed(config: &str, pieces: &[&'static str]) -> Result<Bytes, String> {
        let mut req = RequestBuilder::of("POST", "/").build();
        req.body = Body::Stream(Box::new(Pieces(pieces.to_vec())));
        match decide(&*build("request-size-limit", config), &mut req) {
            Err(reply) => Err(problem_of(reply).kind.code.to_owned()),
            Ok(()) => {
                let read = std::pin::pin!(req.body.read(1000)).poll(&mut Context::from_waker(std::task::Waker::noop()));
                let Poll::Ready(read) = read else { panic!("nothing here waits") };
                read.map_err(|error| format!("{error:?}"))
            }
        }
    }

    #[test]
    fn a_body_over_the_limit_is_refused_as_soon_as_that_is_known() {
        let filter = build("request-size-limit", "{ max: 4B }");
        pass(&*filter, &mut RequestBuilder::of("POST", "/").body("four").build());
        let problem = refused(&*filter, &mut RequestBuilder::of("POST", "/").body("fiver").build());
        assert_eq!((problem.kind.code, &*problem.detail), ("content-too-large", "the body may be 4B long"));
        assert_eq!(streamed("{ max: 4B }", &["fo", "ur"]).unwrap(), "four");
        assert_eq!(streamed("{ max: 4B }", &["fo", "ur", "5"]), Err("TooLarge".to_owned()));
        assert_eq!(streamed("{ max: 4B, require_length: true }", &["a"]), Err("length-required".to_owned()));
        pass(&*build("request-size-limit", "{ max: 0B, require_length: true }"), &mut RequestBuilder::get("/").build());
    }
}
