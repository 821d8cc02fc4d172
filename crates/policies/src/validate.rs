//! `validate`: requests and responses held against the API's contract.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use contract::conform::{
    Breaches, Conformance, Expected, Kind, Place, RequestHead, Terms, media_kind,
};
use http::header::{ACCEPT, CONTENT_TYPE};
use policy::{Judge, Noted, Origin, Outcome, Time, prelude::*};
use schema::Direction;
use serde_json::Value;

use crate::{
    coding::{Bounds, Decode, codings},
    gather::{Read, read},
};

/// The largest body that can be asked for.
const LARGEST: ByteSize = ByteSize::mib(16);
/// How far a body may unfold.
const RATIO: u64 = 100;
/// Breaches that operators are told of one message.
const TOLD: usize = 5;
/// An operation is told in the log once in so long.
const ALOUD: Duration = Duration::from_secs(60);

/// Holds requests and responses against the API's contract: parameters, headers, cookies, types of content and bodies.
///
/// What is wrong with a request is told to the client with a JSON pointer for each fault; what is wrong with a response goes to operators. An
/// operation can have a `validate` of its own, which then replaces that of the API. It needs an API with a contract; attached to the gateway it
/// holds for every API that has one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Validate {
    /// What becomes of a request that is not as the contract says; `block` where nothing is said.
    request: Action,
    /// What becomes of a response that is not as the contract says; `off` where nothing is said.
    response: Action,
    /// Whether query parameters that the contract does not know are faults, too.
    refuse_unknown_query: bool,
    /// Whether a request is refused with `406` where its `Accept` names none of the types that the operation answers with.
    check_accept: bool,
    /// The largest body that is looked at, at most 16MiB. A larger one is refused where it would be blocked, and passes unseen where it would be
    /// reported.
    max_body: ByteSize,
    /// How many faults are told of one message, at most 100.
    max_errors: u16,
}

/// What becomes of a message that is not as the contract says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    /// A request is refused; a response is replaced by a `502`.
    Block,
    /// It passes. It is counted, told in the call log, and now and then in the gateway's log.
    Report,
    /// It is not looked at.
    Off,
}

impl Default for Validate {
    fn default() -> Validate {
        Validate {
            request: Action::Block,
            response: Action::Off,
            refuse_unknown_query: false,
            check_accept: false,
            max_body: ByteSize::mib(1),
            max_errors: 20,
        }
    }
}

impl Policy for Validate {
    const NAME: &'static str = "validate";
    const STAGE: Stage = Stage::Validate;
    const EXAMPLE: &'static str = "{ request: block, response: report }";
    // What is held against a contract is the API's affair, whoever calls.
    const FOR_CALLERS: bool = false;
    const READS_CONTRACT: bool = true;

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.max_body > LARGEST || self.max_body.0 == 0 {
            return Err(Invalid::field("max_body", format!("is at least 1B and at most {LARGEST}")));
        }
        if !(1..=100).contains(&self.max_errors) {
            return Err(Invalid::field("max_errors", "is at least 1 and at most 100"));
        }
        let conformance = cx.contract.map(|document| {
            cx.kept(&format!("contract/{}", document.hash), || Conformance::new(document))
        });
        Ok(Box::new(Checker(conformance.map(|conformance| {
            Arc::new(Inner { conformance, rules: self, told: Mutex::default() })
        }))))
    }
}

/// Refuses requests that are not as the contract says.
pub(crate) fn guard(conformance: Arc<Conformance>) -> Box<dyn Filter> {
    Box::new(Checker(Some(Arc::new(Inner {
        conformance,
        rules: Validate::default(),
        told: Mutex::default(),
    }))))
}

/// The running form of [`Validate`]; nothing where there is no contract.
struct Checker(Option<Arc<Inner>>);

struct Inner {
    conformance: Arc<Conformance>,
    rules: Validate,
    /// When an operation was told in the log.
    told: Mutex<HashMap<(Arc<str>, bool), u64>>,
}

impl Filter for Checker {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let Some(inner) = &self.0 else { return Step::Done(Ok(())) };
        let Some(terms) = inner.conformance.operation(&req.target.operation) else { return Step::Done(Ok(())) };
        if inner.rules.response != Action::Off {
            inner.look_at_response(req);
        }
        if inner.rules.request == Action::Off {
            return Step::Done(Ok(()));
        }
        let mut breaches = Breaches::at_most(inner.rules.max_errors.into());
        inner.check_head(terms, req, &mut breaches);
        if inner.rules.check_accept
            && let Some(problem) = inner.not_acceptable(terms, req)
            && inner.rules.request == Action::Block
        {
            return Step::Done(Err(problem.into()));
        }
        let content_type = text(&req.head.headers, CONTENT_TYPE);
        if req.body.is_empty() {
            if inner.conformance.needs_body(terms) {
                breaches.missing_body();
            }
            return Step::Done(inner.decide(req, &breaches, None));
        }
        let media = match inner.conformance.expected(terms, content_type.as_deref()) {
            Expected::Anything => return Step::Done(inner.decide(req, &breaches, None)),
            Expected::Unknown(types) => {
                let message = format!("must be {}", types.join(" or "));
                breaches.unknown_type(message);
                let types = types.join(", ");
                return Step::Done(inner.decide(req, &breaches, Some(types)));
            }
            Expected::Body(media) => media,
        };
        // A body that is not looked at is not held.
        let kind = content_type.as_deref().map_or_else(|| media_kind(media.media_type()), media_kind);
        if !media.is_described() || matches!(kind, Kind::Binary | Kind::Stream) {
            return Step::Done(inner.decide(req, &breaches, None));
        }
        // Nothing further is worth reading where it will be refused anyway and the faults are as many as are told.
        Step::wait(async move {
            let most = inner.rules.max_body.0;
            let body = match read(&mut req.body, most, inner.rules.request == Action::Report).await? {
                Read::Whole(body) => body,
                Read::TooLarge => return inner.decide(req, &breaches, None),
            };
            match unfolded(&req.head.headers, body, most) {
                Ok(body) if body.is_empty() && inner.conformance.needs_body(terms) => breaches.missing_body(),
                Ok(body) if body.is_empty() => {}
                Ok(body) => inner.conformance.check_body(
                    media,
                    content_type.as_deref(),
                    &body,
                    Direction::Request,
                    &mut breaches,
                ),
                Err(why) => breaches.unreadable(why),
            }
            inner.decide(req, &breaches, None)
        })
    }
}

impl Inner {
    fn check_head(&self, terms: &Terms, req: &Request, breaches: &mut Breaches) {
        let headers = &req.head.headers;
        let field = |name: &str| joined(headers, name);
        let head = RequestHead {
            path: below(req.head.uri.path(), &req.target.path, terms.path()),
            query: req.head.uri.query(),
            field: &field,
        };
        self.conformance.check_head(terms, &head, self.rules.refuse_unknown_query, breaches);
    }

    fn not_acceptable(&self, terms: &Terms, req: &Request) -> Option<Problem> {
        let accept = joined(&req.head.headers, ACCEPT.as_str())?;
        if self.conformance.is_acceptable(terms, &accept) {
            return None;
        }
        let detail = "the operation answers with none of the media types that `Accept` names";
        Some(Problem::new(problems::NOT_ACCEPTABLE, detail))
    }

    /// Refuses, or notes, what is wrong with a request.
    fn decide(&self, req: &mut Request, breaches: &Breaches, types: Option<String>) -> Flow {
        if breaches.is_empty() {
            return Ok(());
        }
        let told = told("request", breaches);
        let aloud = self.rules.request == Action::Report && self.is_due(&req.target.operation, false, req.arrived);
        noted(req).add(false, &told, aloud);
        if self.rules.request == Action::Report {
            return Ok(());
        }
        let errors: Vec<Value> = breaches.list.iter().map(contract::conform::Breach::to_json).collect();
        let is_of_content = |place: Place, keyword: &str| {
            place == Place::Body && !matches!(keyword, "json" | "xml" | "multipart" | "encoding" | "required-body")
        };
        let kind = match &types {
            Some(_) => problems::UNSUPPORTED_MEDIA_TYPE,
            None if breaches.list.iter().all(|one| is_of_content(one.place, one.keyword)) => problems::CONTENT_INVALID,
            None => problems::REQUEST_INVALID,
        };
        let detail = match (breaches.list.as_slice(), breaches.more) {
            ([only], false) => only.to_string(),
            (all, more) => format!("{}{} faults; `errors` lists them", if more { "more than " } else { "" }, all.len()),
        };
        let mut problem = Problem::new(kind, detail).with("errors", errors).because(told);
        if let Some(types) = types.and_then(|types| HeaderValue::from_str(&types).ok()) {
            problem = problem.with_header(ACCEPT, types);
        }
        Err(problem.into())
    }

    fn look_at_response(self: &Arc<Inner>, req: &mut Request) {
        let inner = Arc::clone(self);
        let (operation, noted) = (Arc::clone(&req.target.operation), Arc::clone(noted(req)));
        let is_head = req.head.method == Method::HEAD;
        req.then(move |head, outcome| {
            let seen = Seen { inner, operation, noted, at: outcome.at };
            seen.judge(head, outcome, is_head)
        });
    }

    /// Whether it is time to tell an operation in the log again.
    fn is_due(&self, operation: &Arc<str>, of_response: bool, at: Time) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match told.get_mut(&(Arc::clone(operation), of_response)) {
            Some(last) if at.monotonic.saturating_sub(*last) < ALOUD.as_nanos() as u64 => false,
            Some(last) => {
                *last = at.monotonic;
                true
            }
            // An API has as many operations as it has.
            None => told.insert((Arc::clone(operation), of_response), at.monotonic).is_none(),
        }
    }
}

/// A response that is looked at.
struct Seen {
    inner: Arc<Inner>,
    operation: Arc<str>,
    noted: Arc<Noted>,
    at: Time,
}

impl Seen {
    fn judge(self, head: &mut ResponseHead, outcome: Outcome, is_head: bool) -> BodyPlan {
        let status = head.status.as_u16();
        if outcome.origin == Origin::Gateway || head.status.is_informational() || status == 304 {
            return BodyPlan::Keep;
        }
        let inner = Arc::clone(&self.inner);
        let Some(terms) = inner.conformance.operation(&self.operation) else { return BodyPlan::Keep };
        let mut breaches = Breaches::at_most(inner.rules.max_errors.into());
        let Some(response) = inner.conformance.response(terms, status) else {
            // Few contracts describe what a service answers when it fails.
            if status < 500 {
                breaches.unknown_status(status);
            }
            return self.decide_head(&breaches);
        };
        let headers = &head.headers;
        inner.conformance.check_response_head(response, &|name| joined(headers, name), &mut breaches);
        let content_type = text(headers, CONTENT_TYPE);
        let bodiless = is_head || matches!(status, 204..=206);
        let media = match inner.conformance.expected_response(response, content_type.as_deref()) {
            _ if bodiless => return self.decide_head(&breaches),
            Expected::Anything => return self.decide_head(&breaches),
            Expected::Unknown(types) => {
                if content_type.is_some() {
                    breaches.unknown_type(format!("must be {}", types.join(" or ")));
                }
                return self.decide_head(&breaches);
            }
            Expected::Body(media) => media,
        };
        let kind = content_type.as_deref().map_or_else(|| media_kind(media.media_type()), media_kind);
        if !media.is_described() || matches!(kind, Kind::Binary | Kind::Stream) || !breaches.is_empty() {
            return self.decide_head(&breaches);
        }
        let most = inner.rules.max_body.0;
        if inner.rules.response == Action::Block {
            let judge: Judge = Box::new(move |head, body| match body {
                Ok(body) => self.check(head, status, content_type.as_deref(), body),
                Err(BodyError::TooLarge) => {
                    let detail = "the service behind the API answered with more than is looked at here";
                    BodyPlan::Refuse(Problem::new(problems::RESPONSE_TOO_LARGE, detail).into())
                }
                Err(_) => BodyPlan::Keep,
            });
            return BodyPlan::Hold(most, judge);
        }
        let was = ResponseHead { status: head.status, headers: head.headers.clone() };
        BodyPlan::Observe(Box::new(Watch { seen: Some(self), was, content_type, body: BytesMut::new(), most }))
    }

    fn decide_head(&self, breaches: &Breaches) -> BodyPlan {
        if breaches.is_empty() {
            return BodyPlan::Keep;
        }
        let told = told("response", breaches);
        let reports = self.inner.rules.response == Action::Report;
        let aloud = reports && self.inner.is_due(&self.operation, true, self.at);
        self.noted.add(true, &told, aloud);
        if reports {
            return BodyPlan::Keep;
        }
        let detail = "the service behind the API answered with something that its contract does not describe";
        BodyPlan::Refuse(Problem::new(problems::RESPONSE_INVALID, detail).because(told).into())
    }

    fn check(&self, head: &ResponseHead, status: u16, content_type: Option<&str>, body: Bytes) -> BodyPlan {
        let conformance = &self.inner.conformance;
        let mut breaches = Breaches::at_most(self.inner.rules.max_errors.into());
        let media = conformance.operation(&self.operation).and_then(|terms| {
            let response = conformance.response(terms, status)?;
            match conformance.expected_response(response, content_type) {
                Expected::Body(media) => Some(media),
                _ => None,
            }
        });
        let Some(media) = media else { return BodyPlan::Keep };
        match unfolded(&head.headers, body, self.inner.rules.max_body.0) {
            Ok(body) => conformance.check_body(media, content_type, &body, Direction::Response, &mut breaches),
            Err(why) => breaches.unreadable(why),
        }
        self.decide_head(&breaches)
    }
}

/// Keeps a copy of a response as it passes, and looks at it at its end.
struct Watch {
    /// Nothing where it was too large.
    seen: Option<Seen>,
    was: ResponseHead,
    content_type: Option<String>,
    body: BytesMut,
    most: u64,
}

impl Transform for Watch {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if (self.body.len() + piece.len()) as u64 > self.most {
            self.seen = None;
            self.body = BytesMut::new();
        }
        if self.seen.is_some() {
            self.body.extend_from_slice(&piece);
        }
        out.push(piece);
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if let Some(seen) = self.seen.take() {
            let body = std::mem::take(&mut self.body).freeze();
            seen.check(&self.was, self.was.status.as_u16(), self.content_type.as_deref(), body);
        }
        Ok(())
    }
}

pub(crate) fn noted(req: &mut Request) -> &Arc<Noted> {
    req.noted.get_or_insert_with(Arc::default)
}

fn told(of: &str, breaches: &Breaches) -> String {
    let all: Vec<String> = breaches.list.iter().take(TOLD).map(ToString::to_string).collect();
    let more = breaches.more || breaches.list.len() > TOLD;
    format!("validate: {of}: {}{}", all.join("; "), if more { "; and more" } else { "" })
}

/// The part of a path that a template of the contract speaks of: `whole` is the template with the base path.
pub(crate) fn below<'p>(path: &'p str, whole: &str, template: &str) -> &'p str {
    let count = |path: &str| path.bytes().filter(|byte| *byte == b'/').count();
    let skip = count(whole).saturating_sub(count(template));
    match skip {
        0 => path,
        skip => path.match_indices('/').nth(skip).map_or("/", |(at, _)| &path[at..]),
    }
}

pub(crate) fn text(headers: &Headers, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The lines of a field as one.
pub(crate) fn joined(headers: &Headers, name: &str) -> Option<String> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let mut lines = headers.get_all(&name).into_iter();
    let mut whole = String::from_utf8_lossy(lines.next()?.as_bytes()).into_owned();
    for line in lines {
        whole.push_str(if name == http::header::COOKIE { "; " } else { ", " });
        whole.push_str(&String::from_utf8_lossy(line.as_bytes()));
    }
    Some(whole)
}

/// A body without its content codings.
pub(crate) fn unfolded(headers: &Headers, body: Bytes, most: u64) -> Result<Bytes, &'static str> {
    const UNKNOWN: &str = "comes in a content coding that is not known here";
    let codings = codings(headers).map_err(|()| UNKNOWN)?;
    let coding = match codings.as_slice() {
        [] => return Ok(body),
        [coding] => *coding,
        _ => return Err(UNKNOWN),
    };
    let broken = |_| "cannot be unfolded: its content coding is broken, or it is too large";
    let mut decode = Decode::new(coding, Bounds { size: most, ratio: RATIO }).map_err(|_| UNKNOWN)?;
    let mut pieces = Vec::new();
    decode.push(body, &mut pieces).map_err(broken)?;
    decode.end(&mut pieces).map_err(broken)?;
    Ok(pieces.concat().into())
}
