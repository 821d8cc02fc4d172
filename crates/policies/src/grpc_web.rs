//! `grpc-web`: calls of gRPC from browsers.

use std::task::{Context, Poll};

use bytes::Bytes;
use head::Known;
use http::{HeaderMap, header::ACCEPT};
use policy::{
    BodySource, Frame, Origin,
    grpc_web::{TextReader, TextWriter, last_frame},
    prelude::*,
};

/// What gRPC says of how a call ended.
const STATUS: [&str; 3] = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

/// Takes calls of gRPC-Web, which browsers can make, and makes calls of gRPC of them for the upstream; what it answers goes back the
/// same way. Both forms are understood, `application/grpc-web` and, in base64, `application/grpc-web-text`.
///
/// Calls with one answer and with a stream of them pass as they come. The upstream has to speak gRPC (`protocol: http2`). Requests
/// that are no gRPC-Web pass as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrpcWeb {}

impl Policy for GrpcWeb {
    const NAME: &'static str = "grpc-web";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{}";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(Translate))
    }
}

/// The running form of [`GrpcWeb`].
struct Translate;

/// What a call of gRPC-Web says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Binary,
    /// In base64.
    Text,
}

impl Form {
    /// The form of a type of content, and what messages are written in: `+proto` or nothing.
    fn of(content_type: &[u8]) -> Option<(Form, &[u8])> {
        let rest = content_type.strip_prefix(b"application/grpc-web")?;
        let rest = rest.split(|byte| matches!(byte, b';' | b' ')).next()?;
        let (form, rest) = match rest.strip_prefix(b"-text") {
            Some(rest) => (Form::Text, rest),
            None => (Form::Binary, rest),
        };
        matches!(rest.first(), None | Some(b'+')).then_some((form, rest))
    }
}

impl Filter for Translate {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let headers = &mut req.head.headers;
        let Some((form, written)) =
            headers.first(Known::ContentType).and_then(|kind| Form::of(kind.as_bytes()))
        else {
            return Step::Done(Ok(()));
        };
        let kind = [b"application/grpc", written].concat();
        headers.set(Known::ContentType, &kind);
        // Both speak of gRPC-Web.
        headers.remove(ACCEPT);
        headers.remove("x-grpc-web");
        if form == Form::Text {
            headers.discard(Known::ContentLength);
            req.body = match std::mem::take(&mut req.body) {
                Body::Empty => Body::Empty,
                Body::Whole(text) => {
                    let mut reader = TextReader::default();
                    let plain = reader.push(&text).and_then(|plain| reader.end().map(|()| plain));
                    match plain {
                        Ok(plain) => plain.into(),
                        Err(_) => {
                            let detail = "the body is not the base64 that its `Content-Type` says";
                            return Step::Done(Err(Problem::new(problems::BAD_REQUEST, detail).into()));
                        }
                    }
                }
                Body::Stream(text) => Body::Stream(Box::new(Read { text, reader: TextReader::default() })),
            };
        }
        req.then(move |head, outcome| match outcome.origin {
            // Refusals are said in gRPC-Web already.
            Origin::Gateway => BodyPlan::Keep,
            Origin::Upstream | Origin::Stored => answer(head, form),
        });
        Step::Done(Ok(()))
    }
}

/// A request's content on its way out of base64.
struct Read {
    text: Box<dyn BodySource>,
    reader: TextReader,
}

impl BodySource for Read {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, BodyError>>> {
        loop {
            let frame = match std::task::ready!(self.text.poll_frame(cx)) {
                None => return Poll::Ready(self.reader.end().err().map(Err)),
                Some(Ok(Frame::Data(text))) => self.reader.push(&text).map(Frame::Data),
                Some(Ok(Frame::Trailers(_))) => continue,
                Some(Err(error)) => Err(error),
            };
            match frame {
                Ok(Frame::Data(plain)) if plain.is_empty() => {}
                frame => return Poll::Ready(Some(frame)),
            }
        }
    }

    fn remaining(&self) -> Option<u64> {
        None
    }
}

fn answer(head: &mut ResponseHead, form: Form) -> BodyPlan {
    let written = head.headers.first(Known::ContentType).and_then(|kind| {
        let rest = kind.as_bytes().strip_prefix(b"application/grpc")?;
        // Whatever else it is, it is for a client of HTTP: a page of an error, say.
        matches!(rest.first(), None | Some(b'+' | b';')).then(|| rest.to_vec())
    });
    let Some(written) = written else { return BodyPlan::Keep };
    let prefix: &[u8] = match form {
        Form::Binary => b"application/grpc-web",
        Form::Text => b"application/grpc-web-text",
    };
    head.headers.set(Known::ContentType, &[prefix, &written].concat());
    // A call that ended at once says so in its head, where a page of another origin could not read it.
    let mut ended = HeaderMap::new();
    for name in STATUS {
        if let Some(value) = head.headers.take(name) {
            ended.insert(name, value);
        }
    }
    let text = (form == Form::Text).then(TextWriter::default);
    BodyPlan::Transform(Box::new(Written { text, ended }))
}

/// A response's content with its trailers behind it, in base64 where the client wants that.
struct Written {
    text: Option<TextWriter>,
    /// How the call ended.
    ended: HeaderMap,
}

impl Transform for Written {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        out.push(match &mut self.text {
            Some(text) => text.push(&piece),
            None => piece,
        });
        Ok(())
    }

    fn pause(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        out.extend(self.text.as_mut().map(TextWriter::flush));
        Ok(())
    }

    fn trailers(&mut self, fields: &mut HeaderMap) {
        self.ended.extend(fields.drain());
    }

    fn end(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if !self.ended.contains_key("grpc-status") {
            self.ended.insert("grpc-status", HeaderValue::from_static("2"));
            let why = HeaderValue::from_static("the service ended the call without a status");
            self.ended.insert("grpc-message", why);
        }
        let lines = self.ended.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let frame = last_frame(lines);
        out.push(match &mut self.text {
            Some(text) => [text.push(&frame), text.flush()].concat().into(),
            None => frame,
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn call(content_type: &str, body: &str) -> Result<policy::Request, Problem> {
        let mut req = RequestBuilder::of("POST", "/shop.Orders/List")
            .header("content-type", content_type)
            .header("accept", content_type)
            .header("x-grpc-web", "1")
            .body(body)
            .build();
        match decide(&*build("grpc-web", "{}"), &mut req) {
            Ok(()) => Ok(req),
            Err(reply) => Err(problem_of(reply)),
        }
    }

    /// What the client gets of an answer with these fields before it, these pieces and these trailers.
    fn answered(
        content_type: &str,
        fields: &[(&str, &str)],
        pieces: &[&[u8]],
        trailers: &[(&'static str, &'static str)],
    ) -> (ResponseHead, Vec<u8>) {
        let mut req = call(content_type, "").unwrap();
        let mut head = response(fields);
        let BodyPlan::Transform(mut transform) = step(&mut req, &mut head) else { panic!("{head:?}") };
        let mut out = Vec::new();
        for piece in pieces {
            transform.push(Bytes::copy_from_slice(piece), &mut out).unwrap();
            transform.pause(&mut out).unwrap();
        }
        let mut fields: HeaderMap =
            trailers.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect();
        transform.trailers(&mut fields);
        assert!(fields.is_empty(), "they are content now");
        transform.end(&mut out).unwrap();
        (head, out.concat())
    }

    #[test]
    fn a_call_becomes_one_of_grpc() {
        for (sent, becomes) in [
            ("application/grpc-web", "application/grpc"),
            ("application/grpc-web+proto", "application/grpc+proto"),
            ("application/grpc-web;charset=utf-8", "application/grpc"),
            ("application/grpc-web-text+json", "application/grpc+json"),
        ] {
            let req = call(sent, "AAAAAAA=").unwrap();
            assert_eq!(req.head.headers.get("content-type").unwrap(), becomes);
            assert!(!req.head.headers.contains_key(ACCEPT) && !req.head.headers.contains_key("x-grpc-web"));
            let Body::Whole(body) = &req.body else { panic!("{:?}", req.body) };
            let is_text = sent.contains("-text");
            assert_eq!(*body, if is_text { &b"\0\0\0\0\0"[..] } else { b"AAAAAAA=" });
        }
        assert_eq!(call("application/grpc-web-text", "AAA").err().unwrap().kind.code, "bad-request");
        for other in ["application/grpc", "application/grpc-webs", "application/grpc-web-texts", "text/plain"] {
            let req = call(other, "x").unwrap();
            assert_eq!(req.head.headers.get("content-type").unwrap(), other);
            assert!(req.steps.is_empty() && req.head.headers.contains_key("x-grpc-web"));
        }
    }

    #[test]
    fn trailers_become_the_last_frame() {
        let fields = [("content-type", "application/grpc+proto"), ("x-a", "b")];
        let trailers = [("grpc-status", "0"), ("grpc-message", ""), ("x-sum", "7")];
        let (head, body) = answered("application/grpc-web+proto", &fields, &[b"\0\0\0\0\x01a"], &trailers);
        assert_eq!(head.headers.get("content-type").unwrap(), "application/grpc-web+proto");
        assert_eq!(head.headers.get("x-a").unwrap(), "b");
        let (message, last) = body.split_at(6);
        assert_eq!((message, last[0]), (&b"\0\0\0\0\x01a"[..], 0x80));
        let lines = std::str::from_utf8(&last[5..]).unwrap();
        assert_eq!(u32::from_be_bytes(last[1..5].try_into().unwrap()) as usize, lines.len());
        for line in ["grpc-status:0\r\n", "grpc-message:\r\n", "x-sum:7\r\n"] {
            assert!(lines.contains(line), "{lines}");
        }
    }

    #[test]
    fn text_is_whole_after_each_piece() {
        let fields = [("content-type", "application/grpc")];
        let pieces: [&[u8]; 2] = [b"\0\0\0\0\x01a", b"\0\0\0\0"];
        let (head, body) =
            answered("application/grpc-web-text", &fields, &pieces, &[("grpc-status", "5")]);
        assert_eq!(head.headers.get("content-type").unwrap(), "application/grpc-web-text");
        assert!(body.starts_with(b"AAAAAAFhAAAAAA=="), "{}", body.escape_ascii());
        let mut reader = TextReader::default();
        let plain = reader.push(&body).unwrap();
        reader.end().unwrap();
        assert_eq!(plain, &b"\0\0\0\0\x01a\0\0\0\0\x80\0\0\0\x0fgrpc-status:5\r\n"[..]);
    }

    #[test]
    fn how_a_call_ended_at_once_moves_out_of_the_head_and_one_that_never_did_is_told() {
        let fields = [("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", "no such")];
        let (head, body) = answered("application/grpc-web", &fields, &[], &[]);
        assert!(!head.headers.contains_key("grpc-status") && !head.headers.contains_key("grpc-message"));
        assert!(body.ends_with(b"grpc-status:5\r\ngrpc-message:no such\r\n"), "{}", body.escape_ascii());
        let (_, body) = answered("application/grpc-web", &[("content-type", "application/grpc")], &[], &[]);
        assert!(body.escape_ascii().to_string().contains("grpc-status:2"), "{}", body.escape_ascii());
    }

    #[test]
    fn what_is_no_answer_of_grpc_stays_as_it_is() {
        let mut req = call("application/grpc-web", "").unwrap();
        let mut head = response(&[("content-type", "text/html")]);
        assert!(matches!(step(&mut req, &mut head), BodyPlan::Keep));
    }
}
