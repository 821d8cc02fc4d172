//! `observe`: some exchanges are looked into, so that traffic can be held against contracts.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use contract::conform::{Kind, media_kind};
use head::Headers;
use http::header::CONTENT_TYPE;
use model::event::{Observed, ObservedPart};
use policy::{Noted, Origin, prelude::*};

use crate::{
    gather::{Read, read},
    sample::Sample,
    validate::{noted, text, unfolded},
};

/// The largest body that can be asked for.
const LARGEST: ByteSize = ByteSize::kib(256);
/// Names of parameters of one query.
const MOST_NAMES: usize = 100;

/// Looks into some exchanges, so that the names of parameters and the fields of JSON bodies can be held against the API's contract, or a contract
/// be drafted from them: `pailou drift` and `pailou draft` say what was found. Names and types are kept, values never.
///
/// A request of those that are looked into waits until its body is there, as far as `max_body`; a response passes by as it comes. Nothing is refused.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Observe {
    /// The share of exchanges that are looked into, in percent.
    sample: f64,
    /// The largest body that is looked into, at most 256KiB. A larger one passes unseen.
    max_body: ByteSize,
    /// Whether bodies of requests are looked into.
    requests: bool,
    /// Whether bodies of responses are looked into.
    responses: bool,
}

impl Default for Observe {
    fn default() -> Observe {
        Observe { sample: 1.0, max_body: ByteSize::kib(64), requests: true, responses: true }
    }
}

impl Policy for Observe {
    const NAME: &'static str = "observe";
    const STAGE: Stage = Stage::Validate;
    const EXAMPLE: &'static str = "{ sample: 5 }";
    // It is the API's affair, whoever calls.
    const FOR_CALLERS: bool = false;

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.max_body > LARGEST || self.max_body.0 == 0 {
            return Err(Invalid::field("max_body", format!("is at least 1B and at most {LARGEST}")));
        }
        let sample = Sample::read(self.sample, "sample")?;
        let Observe { max_body, requests, responses, .. } = self;
        Ok(Box::new(Observer { sample, most: max_body.0, requests, responses }))
    }
}

/// The running form of [`Observe`].
struct Observer {
    sample: Sample,
    most: u64,
    requests: bool,
    responses: bool,
}

impl Filter for Observer {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if !self.sample.takes() {
            return Step::Done(Ok(()));
        }
        let uri = &req.head.uri;
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let names = pairs.take(MOST_NAMES).map(|pair| name_of(pair.split('=').next().unwrap_or_default()));
        let (path, query) = (Box::from(uri.path()), names.collect());
        let noted = Arc::clone(noted(req));
        noted.observe(|observed| *observed = Observed { path, query, ..Observed::default() });
        if self.responses {
            let (noted, most) = (Arc::clone(&noted), self.most);
            req.then(move |head, outcome| {
                let is_told = outcome.origin != Origin::Gateway && is_json(&head.headers);
                match is_told && !head.status.is_informational() {
                    true => BodyPlan::Observe(Box::new(Watch {
                        noted: Some(noted),
                        headers: head.headers.clone(),
                        body: BytesMut::new(),
                        most,
                    })),
                    false => BodyPlan::Keep,
                }
            });
        }
        if !self.requests || req.body.is_empty() || !is_json(&req.head.headers) {
            return Step::Done(Ok(()));
        }
        Step::wait(async move {
            if let Read::Whole(body) = read(&mut req.body, self.most, true).await?
                && let Ok(body) = unfolded(&req.head.headers, body, self.most)
            {
                noted.observe(|observed| observed.request = Some(ObservedPart { body: body.to_vec() }));
            }
            Ok(())
        })
    }
}

fn is_json(headers: &Headers) -> bool {
    text(headers, CONTENT_TYPE).is_some_and(|kind| media_kind(&kind) == Kind::Json)
}

fn name_of(text: &str) -> Box<str> {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().as_ref().into()
}

/// Keeps a copy of a response as it passes.
struct Watch {
    /// Nothing where it was too large.
    noted: Option<Arc<Noted>>,
    headers: Headers,
    body: BytesMut,
    most: u64,
}

impl Transform for Watch {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if (self.body.len() + piece.len()) as u64 > self.most {
            self.noted = None;
            self.body = BytesMut::new();
        }
        if self.noted.is_some() {
            self.body.extend_from_slice(&piece);
        }
        out.push(piece);
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if let Some(noted) = self.noted.take()
            && let Ok(body) = unfolded(&self.headers, std::mem::take(&mut self.body).freeze(), self.most)
        {
            noted.observe(|observed| observed.response = Some(ObservedPart { body: body.to_vec() }));
        }
        Ok(())
    }
}
