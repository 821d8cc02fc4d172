//! `response-transform`: status, headers and body of the response, changed by formulas.

use std::{mem, sync::Arc};

use bytes::{Bytes, BytesMut};
use expr::{Needs, ResponseView, Side};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, IF_RANGE, RANGE};
use policy::prelude::*;
use serde_json::Value;

use crate::{
    coding::{Bounds, Decode, codings},
    content::{ContentChanges, ContentEdits, is_another, is_json},
    fields::{FieldChanges, FieldEdits},
    request_transform::{LARGEST, one_mib},
    seen::Seen,
    statuses::Statuses,
};

/// How many times larger than what came a compressed response may become.
const RATIO: u64 = 200;

/// Changes the status, the headers and the body of the response on its way to the client, by formulas.
///
/// What a formula asks for and is not there leaves its header or member as it was. Members of a body are changed where it is JSON by its
/// `Content-Type`. The whole body is held while it is changed: one over `max_body` is not sent at all, and answered `502`, or broken off where
/// the upstream did not say its length. So is one that is not JSON after all. The upstream is asked for uncompressed and whole bodies.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseTransform {
    /// Responses that are changed, by status: `200`, `4xx`. None means all.
    #[serde(default)]
    statuses: Statuses,
    /// The status that is sent instead.
    #[serde(default)]
    status: Option<u16>,
    /// What is changed of the headers.
    #[serde(default)]
    headers: FieldChanges,
    /// What is changed of the body.
    #[serde(default)]
    body: ContentChanges,
    /// The largest body that is read, and that is made; at most 16MiB.
    #[serde(default = "one_mib")]
    max_body: ByteSize,
}

impl Policy for ResponseTransform {
    const NAME: &'static str = "response-transform";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str =
        "{ statuses: [2xx], headers: { remove: [x-powered-by] }, body: { remove: [\"items.*.internal\"] } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let headers = self.headers.read(Side::Response, "headers")?;
        let body = self.body.read(Side::Response, "body")?;
        let rules = Rules::check(self.statuses, self.status, headers, body, self.max_body)?;
        Ok(Box::new(ResponseChange { needs: rules.needs(), rules: rules.into() }))
    }
}

impl Rules {
    pub(crate) fn check(
        statuses: Statuses,
        status: Option<u16>,
        headers: FieldEdits,
        body: ContentEdits,
        max_body: ByteSize,
    ) -> Result<Rules, Invalid> {
        if max_body > LARGEST {
            return Err(Invalid::field("max_body", format!("is at most {LARGEST}; the body is held while it is changed")));
        }
        if headers.is_empty() && body.is_none() && status.is_none() {
            return Err(Invalid::whole("give `headers`, `body` or `status` something to change"));
        }
        let status = match status {
            Some(status @ (200..=203 | 205..=299 | 300..=303 | 305..=599)) => StatusCode::from_u16(status).ok(),
            Some(other) => {
                return Err(Invalid::field("status", format!("{other} is no status of a response with a body")));
            }
            None => None,
        };
        Ok(Rules { statuses, status, headers, body, max_body: max_body.0 })
    }

    pub(crate) fn needs(&self) -> Needs {
        self.headers.needs().and(self.body.needs())
    }
}

/// The running form of [`ResponseTransform`].
struct ResponseChange {
    rules: Arc<Rules>,
    needs: Needs,
}

/// What is changed of which responses.
pub(crate) struct Rules {
    pub(crate) statuses: Statuses,
    status: Option<StatusCode>,
    headers: FieldEdits,
    body: ContentEdits,
    max_body: u64,
}

impl Filter for ResponseChange {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if !self.rules.body.is_none() {
            // A part of a body, or one that is compressed, cannot be changed.
            for name in [RANGE, IF_RANGE, ACCEPT_ENCODING] {
                req.head.headers.remove(name);
            }
        }
        if self.needs.request_body && is_json(&req.head.headers) && !req.body.is_empty() {
            return Step::wait(async move {
                let body = req.body.read(self.rules.max_body).await?;
                let seen = Seen::of(req, serde_json::from_slice(&body).ok());
                self.then(req, seen);
                Ok(())
            });
        }
        let seen = if self.needs.request { Seen::of(req, None) } else { Seen::nothing(req) };
        self.then(req, seen);
        Step::Done(Ok(()))
    }
}

impl ResponseChange {
    fn then(&self, req: &mut Request, seen: Seen) {
        let rules = Arc::clone(&self.rules);
        req.then(move |head, _| if rules.statuses.have(head.status) { rules.change(head, seen) } else { BodyPlan::Keep });
    }
}

impl Rules {
    pub(crate) fn change(self: Arc<Rules>, head: &mut ResponseHead, seen: Seen) -> BodyPlan {
        let plan = self.plan(head, seen);
        if let Some(status) = self.status {
            head.status = status;
        }
        plan
    }

    fn plan(self: &Arc<Rules>, head: &mut ResponseHead, seen: Seen) -> BodyPlan {
        let was = ResponseHead { status: head.status, headers: head.headers.clone() };
        if !self.headers.is_empty() {
            let response = ResponseView { status: was.status.as_u16(), headers: &was.headers, body: None };
            let values = self.headers.values(&seen.view(response));
            self.headers.apply(values, &mut head.headers);
        }
        let bodiless = was.status.is_informational() || matches!(was.status.as_u16(), 204 | 205 | 304);
        if self.body.is_none() || bodiless || (self.body.is_of_members() && !is_json(&was.headers)) {
            return BodyPlan::Keep;
        }
        let length = was.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.max_body) || was.status == StatusCode::PARTIAL_CONTENT {
            return BodyPlan::Refuse(too_large().into());
        }
        let decode = match codings(&was.headers).as_deref() {
            Ok([]) => None,
            Ok([coding]) => Decode::new(*coding, Bounds { size: self.max_body, ratio: RATIO }).ok(),
            _ => return BodyPlan::Refuse(unreadable().into()),
        };
        is_another(&mut head.headers);
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
        if let Some(of) = self.body.content_type() {
            head.headers.insert(CONTENT_TYPE, of);
        }
        BodyPlan::Transform(Box::new(Gather { rules: Arc::clone(self), seen, was, decode, body: BytesMut::new() }))
    }
}

fn unreadable() -> Problem {
    let detail = "the service behind the API answered in a coding that is not understood here";
    Problem::new(problems::UPSTREAM_INVALID, detail)
}

fn too_large() -> Problem {
    Problem::new(problems::RESPONSE_TOO_LARGE, "the service behind the API answered with more than can be changed here")
}

/// Takes the whole body, and changes it at its end.
struct Gather {
    rules: Arc<Rules>,
    seen: Seen,
    was: ResponseHead,
    decode: Option<Decode>,
    body: BytesMut,
}

impl Gather {
    fn take(&mut self, pieces: &[Bytes]) -> Result<(), BodyError> {
        for piece in pieces {
            if (self.body.len() + piece.len()) as u64 > self.rules.max_body {
                return Err(BodyError::TooLarge);
            }
            self.body.extend_from_slice(piece);
        }
        Ok(())
    }
}

impl Transform for Gather {
    fn push(&mut self, piece: Bytes, _: &mut Vec<Bytes>) -> Result<(), BodyError> {
        let Some(decode) = &mut self.decode else { return self.take(&[piece]) };
        let mut pieces = Vec::new();
        decode.push(piece, &mut pieces)?;
        self.take(&pieces)
    }

    fn end(&mut self, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if let Some(decode) = &mut self.decode {
            let mut pieces = Vec::new();
            decode.end(&mut pieces)?;
            self.take(&pieces)?;
        }
        let body = mem::take(&mut self.body).freeze();
        let reads = self.rules.body.is_of_members() || self.rules.body.needs().response_body;
        let parsed: Option<Value> = if !reads || body.is_empty() || !is_json(&self.was.headers) {
            None
        } else {
            // What it has to be changed in cannot be found in it, and so it is not sent.
            Some(serde_json::from_slice(&body).map_err(|_| BodyError::Broken)?)
        };
        let response =
            ResponseView { status: self.was.status.as_u16(), headers: &self.was.headers, body: parsed.as_ref() };
        let bound = usize::try_from(self.rules.max_body).unwrap_or(usize::MAX);
        match self.rules.body.apply(&self.seen.view(response), parsed.as_ref(), bound) {
            Ok(changed) => out.push(changed.unwrap_or(body)),
            Err(crate::content::Unchanged::TooMuch) => return Err(BodyError::TooLarge),
            Err(crate::content::Unchanged::NoValue) => return Err(BodyError::Broken),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    /// The head, and the body or why it breaks off.
    fn answered(config: &str, mut head: ResponseHead, body: &str) -> (ResponseHead, Result<String, BodyError>) {
        let mut req = RequestBuilder::of("POST", "/orders/7?page=2")
            .template("/orders/{id}", 0)
            .header("content-type", "application/json")
            .body("{\"name\":\"Ada\"}")
            .build();
        pass(&*build("response-transform", config), &mut req);
        let plan = step(&mut req, &mut head);
        let body = run(plan, body.as_bytes()).map(|body| String::from_utf8(body).unwrap());
        (head, body)
    }

    fn json(body: &str) -> ResponseHead {
        response(&[("content-type", "application/json"), ("content-length", &body.len().to_string()), ("etag", "\"a\"")])
    }

    fn changed(config: &str, body: &str) -> String {
        answered(config, json(body), body).1.unwrap()
    }

    #[test]
    fn members_are_changed_and_the_head_says_it_is_another_body() {
        let (head, body) = answered(
            "{ body: { remove: ['items.*.secret'], set: { page: int(request.query.page), for: request.body.name, was: response.status } } }",
            json(r#"{"items":[{"id":1,"secret":2}]}"#),
            r#"{"items":[{"id":1,"secret":2}]}"#,
        );
        assert_eq!(body.unwrap(), r#"{"items":[{"id":1}],"for":"Ada","page":2,"was":200}"#);
        assert!(!head.headers.contains_key(CONTENT_LENGTH));
        assert_eq!(head.headers.get("etag").unwrap(), "W/\"a\"");
    }

    #[test]
    fn all_of_a_body_is_made_anew() {
        assert_eq!(changed("{ body: { value: '{\"data\": response.body, \"id\": request.params.id}' } }", "[1]"), r#"{"data":[1],"id":"7"}"#);
        let (head, body) = answered("{ body: { template: 'n=${response.body.n}' }, status: 203 }", json("{\"n\":1}"), "{\"n\":1}");
        assert_eq!((head.status.as_u16(), body.unwrap().as_str()), (203, "n=1"));
        assert_eq!(head.headers.get(CONTENT_TYPE).unwrap(), "text/plain; charset=utf-8");
    }

    #[test]
    fn only_some_statuses_and_types_are_changed() {
        let config = "{ statuses: [4xx, 500], body: { set: { a: '1' } }, headers: { set: { x-a: '${response.status}' } } }";
        for (status, expected) in [(200, "{}"), (404, "{\"a\":1}"), (500, "{\"a\":1}"), (501, "{}")] {
            let mut head = json("{}");
            head.status = StatusCode::from_u16(status).unwrap();
            let (head, body) = answered(config, head, "{}");
            assert_eq!(body.unwrap(), expected, "{status}");
            assert_eq!(head.headers.get("x-a").map(|v| v.to_str().unwrap().to_owned()), (expected != "{}").then(|| status.to_string()));
        }
        let (_, body) = answered("{ body: { set: { a: '1' } } }", response(&[("content-type", "text/html")]), "{}");
        assert_eq!(body.unwrap(), "{}");
    }

    #[test]
    fn what_is_too_large_or_not_json_is_not_sent() {
        let config = "{ body: { remove: [a] }, max_body: 10B }";
        let long = r#"{"a":"0123456789"}"#;
        let (head, body) = answered(config, json(long), long);
        assert_eq!(head.status.as_u16(), 502);
        assert!(body.unwrap().contains("response-too-large"));
        let unknown = || response(&[("content-type", "application/json")]);
        assert_eq!(answered(config, unknown(), long).1, Err(BodyError::TooLarge));
        assert_eq!(answered(config, unknown(), "{").1, Err(BodyError::Broken));
        assert_eq!(answered(config, unknown(), "").1.unwrap(), "");
    }

    #[test]
    fn a_compressed_response_is_decoded_first() {
        let coded = {
            use std::io::Write;
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(b"{\"a\":1,\"b\":2}").unwrap();
            encoder.finish().unwrap()
        };
        let mut req = RequestBuilder::get("/").header("accept-encoding", "gzip").header("range", "bytes=0-1").build();
        pass(&*build("response-transform", "{ body: { remove: [a] } }"), &mut req);
        assert!(req.head.headers.is_empty());
        let mut head = response(&[("content-type", "application/json"), ("content-encoding", "gzip")]);
        let plan = step(&mut req, &mut head);
        assert_eq!(run(plan, &coded).unwrap(), b"{\"b\":2}");
        assert!(!head.headers.contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn what_cannot_be_is_refused_naming_the_field() {
        for (config, field) in [
            ("{ status: 204 }", "status"),
            ("{ status: 99 }", "status"),
            ("{ statuses: [6xx], status: 200 }", "statuses[0]"),
            ("{ headers: { set: { a: '${response.body.a}' } } }", "headers.set.a"),
            ("{ body: { set: { a: '(' } } }", "body.set.a"),
            ("{ status: 200, max_body: 17MiB }", "max_body"),
        ] {
            assert_eq!(invalid("response-transform", config).field, field, "{config}");
        }
        assert!(invalid("response-transform", "{}").message.contains("something to change"));
    }
}
