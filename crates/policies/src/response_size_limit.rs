//! `response-size-limit`: how large a response's body may be.

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use policy::{Origin, prelude::*};

/// Limits how large a response's body may be.
///
/// A response that says a larger length is answered with `502` in its place; one that says none is counted as it passes, and broken off when
/// it is over, so that no client takes it for whole.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseSizeLimit {
    /// The largest body, such as `10MiB`.
    max: ByteSize,
}

impl Policy for ResponseSizeLimit {
    const NAME: &'static str = "response-size-limit";
    const STAGE: Stage = Stage::Limit;
    const EXAMPLE: &'static str = "{ max: 10MiB }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(SizeWatch(self.max.0)))
    }
}

/// The running form of [`ResponseSizeLimit`].
struct SizeWatch(u64);

impl Filter for SizeWatch {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let max = self.0;
        let asks_for_a_head = req.head.method == Method::HEAD;
        req.then(move |head, outcome| {
            if outcome.origin == Origin::Gateway || asks_for_a_head {
                return BodyPlan::Keep;
            }
            let length = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
            match length {
                Some(length) if length > max => {
                    let detail = format!("the service behind the API answered with more than {}", ByteSize(max));
                    BodyPlan::Refuse(Problem::new(problems::RESPONSE_TOO_LARGE, detail).into())
                }
                Some(_) => BodyPlan::Keep,
                None => BodyPlan::Observe(Box::new(Counted(max))),
            }
        });
        Step::Done(Ok(()))
    }
}

/// Lets so many bytes pass.
struct Counted(u64);

impl Transform for Counted {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        self.0 = self.0.checked_sub(piece.len() as u64).ok_or(BodyError::TooLarge)?;
        out.push(piece);
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<Bytes>) -> Result<(), BodyError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn answered(headers: &[(&str, &str)], body: &str) -> (u16, Result<Vec<u8>, BodyError>) {
        let mut req = RequestBuilder::get("/").build();
        pass(&*build("response-size-limit", "{ max: 10B }"), &mut req);
        let mut head = response(headers);
        let plan = step(&mut req, &mut head);
        (head.status.as_u16(), run(plan, body.as_bytes()))
    }

    #[test]
    fn a_response_over_the_limit_is_replaced_or_broken_off() {
        assert_eq!(answered(&[("content-length", "10")], "0123456789"), (200, Ok(b"0123456789".to_vec())));
        assert_eq!(answered(&[], "0123456789"), (200, Ok(b"0123456789".to_vec())));
        assert_eq!(answered(&[], "0123456789a"), (200, Err(BodyError::TooLarge)));
        let (status, body) = answered(&[("content-length", "11")], "");
        assert_eq!(status, 502);
        assert!(String::from_utf8(body.unwrap()).unwrap().contains("more than 10B"));
    }
}
