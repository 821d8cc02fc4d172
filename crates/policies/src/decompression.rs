//! `decompression`: bodies in their plain form, within bounds that a bomb cannot pass.

use std::{future::poll_fn, task::Poll};

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, TRANSFER_ENCODING, VARY,
};
use policy::prelude::*;

use crate::{
    coding::{Bounds, Coding, Decode, codings},
    compression::weaken,
};

/// Codings one body may have on top of each other.
const DEEPEST: usize = 2;
/// What is decoded before other exchanges have their turn, in bytes of what came.
const TURN: usize = 32 << 10;

/// Decodes compressed bodies (gzip, deflate, br and zstd): requests' before the policies after it and the upstream see them, and
/// responses' for clients that cannot read them.
///
/// A body that becomes larger than `max_size`, or more than `max_ratio` times what was sent, is refused with `413` while it is being
/// decoded; nothing larger is ever held. A coding that is not known is refused with `415`, and `Accept-Encoding` names those that are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Decompression {
    /// Whether requests are decoded.
    requests: bool,
    /// Whether responses are decoded for clients that do not accept their coding.
    responses: bool,
    /// What a body may become.
    max_size: ByteSize,
    /// How many times larger than what was sent a body may become; counts from 64 KiB on.
    max_ratio: u64,
}

impl Default for Decompression {
    fn default() -> Decompression {
        Decompression { requests: true, responses: false, max_size: ByteSize::mib(10), max_ratio: 100 }
    }
}

impl Policy for Decompression {
    const NAME: &'static str = "decompression";
    const STAGE: Stage = Stage::Validate;
    const EXAMPLE: &'static str = "{ max_size: 10MiB, max_ratio: 100 }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if !self.requests && !self.responses {
            return Err(Invalid::whole("say `requests: true` or `responses: true`"));
        }
        if self.max_size.0 == 0 || self.max_size > ByteSize::mib(256) {
            return Err(Invalid::field("max_size", "is 1B to 256MiB"));
        }
        if self.max_ratio == 0 {
            return Err(Invalid::field("max_ratio", "is at least 1"));
        }
        let bounds = Bounds { size: self.max_size.0, ratio: self.max_ratio };
        Ok(Box::new(Decompressor { requests: self.requests, responses: self.responses, bounds }))
    }
}

/// The running form of [`Decompression`].
struct Decompressor {
    requests: bool,
    responses: bool,
    bounds: Bounds,
}

impl Filter for Decompressor {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.responses {
            let accepted = accepted(&req.head.headers);
            let bounds = self.bounds;
            req.then(move |head, _| decode_response(head, &accepted, bounds));
        }
        if !self.requests || !req.head.headers.contains_key(CONTENT_ENCODING) {
            return Step::Done(Ok(()));
        }
        let found = match codings(&req.head.headers) {
            Ok(found) if found.len() <= DEEPEST => found,
            _ => return Step::Done(Err(unknown().into())),
        };
        Step::wait(async move {
            let mut body = req.body.read(self.bounds.size).await?;
            for coding in found.into_iter().rev() {
                body = decode(body, coding, self.bounds).await.map_err(refuse)?;
            }
            let headers = &mut req.head.headers;
            headers.remove(CONTENT_ENCODING);
            headers.remove(TRANSFER_ENCODING);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            req.body = Body::Whole(body);
            Ok(())
        })
    }
}

/// Decodes a whole body, and lets other exchanges have their turn meanwhile.
pub(crate) async fn decode(body: Bytes, coding: Coding, bounds: Bounds) -> Result<Bytes, BodyError> {
    let mut decode = Decode::new(coding, bounds).map_err(|_| BodyError::TooLarge)?;
    let (mut pieces, mut plain) = (Vec::new(), BytesMut::new());
    let mut rest = body;
    while !rest.is_empty() {
        let piece = rest.split_to(rest.len().min(TURN));
        decode.push(piece, &mut pieces)?;
        pieces.drain(..).for_each(|piece| plain.extend_from_slice(&piece));
        if !rest.is_empty() {
            others_turn().await;
        }
    }
    decode.end(&mut pieces)?;
    pieces.drain(..).for_each(|piece| plain.extend_from_slice(&piece));
    Ok(plain.freeze())
}

async fn others_turn() {
    let mut waited = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn refuse(error: BodyError) -> Reply {
    let (kind, detail) = match error {
        BodyError::TooLarge => {
            (problems::CONTENT_TOO_LARGE, "the body becomes larger than is accepted here when it is decompressed")
        }
        _ => (problems::BAD_REQUEST, "the body is not what its `Content-Encoding` says"),
    };
    Problem::new(kind, detail).into()
}

fn unknown() -> Problem {
    let detail = "the body's `Content-Encoding` is not one that is understood here";
    let understood = HeaderValue::from_static("gzip, deflate, br, zstd");
    Problem::new(problems::UNSUPPORTED_MEDIA_TYPE, detail).with_header(ACCEPT_ENCODING, understood)
}

/// The codings that a client can read.
fn accepted(headers: &Headers) -> Vec<Coding> {
    let lines = headers.get_all(ACCEPT_ENCODING);
    let lines = lines.iter().filter_map(|line| line.to_str().ok());
    let mut accepted = Vec::new();
    for item in lines.flat_map(|line| line.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let token = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            let zero = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            zero.is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight == 0.0))
        });
        if refused {
            continue;
        }
        if token == "*" {
            accepted.extend([Coding::Gzip, Coding::Deflate, Coding::Br, Coding::Zstd]);
        }
        accepted.extend(Coding::named(token));
    }
    accepted
}

fn decode_response(head: &mut ResponseHead, accepted: &[Coding], bounds: Bounds) -> BodyPlan {
    let Ok(found) = codings(&head.headers) else { return BodyPlan::Keep };
    let [coding] = found.as_slice() else { return BodyPlan::Keep };
    let partial = head.status == StatusCode::PARTIAL_CONTENT || head.headers.contains_key(CONTENT_RANGE);
    if partial {
        return BodyPlan::Keep;
    }
    head.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    if accepted.contains(coding) {
        return BodyPlan::Keep;
    }
    let Ok(decode) = Decode::new(*coding, bounds) else { return BodyPlan::Keep };
    head.headers.remove(CONTENT_ENCODING);
    head.headers.remove(ACCEPT_RANGES);
    head.headers.remove(CONTENT_LENGTH);
    weaken(&mut head.headers);
    BodyPlan::Transform(Box::new(decode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        coding::{Encode, Encoder},
        testing::*,
    };

    fn coded(coding: Coding, body: &[u8]) -> Vec<u8> {
        let mut encode = Encode::new(Encoder::new(coding, 3).unwrap(), false);
        let mut out = Vec::new();
        encode.push(Bytes::copy_from_slice(body), &mut out).unwrap();
        encode.end(&mut out).unwrap();
        out.concat()
    }

    fn sent(config: &str, coding: &str, body: Vec<u8>) -> Result<policy::Request, Problem> {
        let mut req = RequestBuilder::of("POST", "/").header("content-encoding", coding).build();
        req.body = Bytes::from(body).into();
        match decide_later(&*build("decompression", config), &mut req) {
            Ok(()) => Ok(req),
            Err(reply) => Err(problem_of(reply)),
        }
    }

    #[test]
    fn a_request_is_decoded_and_says_its_new_length() {
        let body = b"{ \"orders\": [1, 2, 3] }".repeat(5000);
        for coding in [Coding::Gzip, Coding::Br, Coding::Zstd] {
            let req = sent("{ max_ratio: 100000 }", coding.token(), coded(coding, &body)).unwrap();
            let Body::Whole(plain) = &req.body else { panic!("{:?}", req.body) };
            assert!(plain == &body);
            assert!(!req.head.headers.contains_key(CONTENT_ENCODING));
            assert_eq!(req.head.headers.get(CONTENT_LENGTH).unwrap(), &*body.len().to_string());
        }
        let twice = coded(Coding::Gzip, &coded(Coding::Br, b"x"));
        assert!(sent("{}", "br, identity, gzip", twice).is_ok());
    }

    #[test]
    fn a_bomb_what_is_broken_and_what_is_unknown_are_refused() {
        let bomb = coded(Coding::Zstd, &vec![0; 8 << 20]);
        assert_eq!(sent("{}", "zstd", bomb.clone()).err().unwrap().kind.code, "content-too-large");
        let config = "{ max_ratio: 1000000, max_size: 1MiB }";
        assert_eq!(sent(config, "zstd", bomb).err().unwrap().kind.code, "content-too-large");
        assert_eq!(sent("{}", "gzip", b"plain".to_vec()).err().unwrap().kind.code, "bad-request");
        let problem = sent("{}", "lzma", b"x".to_vec()).err().unwrap();
        assert_eq!((problem.kind.code, &problem.headers[0].0), ("unsupported-media-type", &ACCEPT_ENCODING));
        assert_eq!(sent("{}", "gzip, gzip, gzip", b"x".to_vec()).err().unwrap().kind.code, "unsupported-media-type");
    }

    #[test]
    fn a_response_is_decoded_for_who_cannot_read_it() {
        let answered = |accept: &str| {
            let mut req = RequestBuilder::get("/").header("accept-encoding", accept).build();
            pass(&*build("decompression", "{ responses: true }"), &mut req);
            let mut head = response(&[("content-encoding", "gzip"), ("content-length", "9"), ("etag", "\"a\"")]);
            let plan = step(&mut req, &mut head);
            assert_eq!(head.headers.get(VARY).unwrap(), "accept-encoding");
            (matches!(plan, BodyPlan::Transform(_)), head.headers.contains_key(CONTENT_ENCODING))
        };
        assert_eq!(answered("br, gzip;q=0"), (true, false));
        assert_eq!(answered("gzip"), (false, true));
        assert_eq!(answered("*"), (false, true));
    }

    #[test]
    fn what_bounds_nothing_is_refused_naming_the_field() {
        assert_eq!(invalid("decompression", "{ max_size: 1GiB }").field, "max_size");
        assert_eq!(invalid("decompression", "{ max_ratio: 0 }").field, "max_ratio");
        assert!(invalid("decompression", "{ requests: false }").message.contains("`requests: true`"));
    }
}
