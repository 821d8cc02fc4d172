//! Contracts that answer by themselves in this process: the policy `mock` without a gateway around it, for what is not published and for
//! sandboxes.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use head::RequestHead;
use http::{HeaderMap, Method, StatusCode, Uri};
use model::{SecretValues, event::Target, snapshot::ContractDocument};
use policy::{
    Body, BuildCx, Catalogue, Clock, Counter, CounterSource, Deadlines, FileTexts, Filter, Gauge, Kept,
    Later, Nobody, Outbound, Quota, Reply, Request, Step, Time, Uncounted, problems,
};
use serde_json::json;

use crate::problem::Refusal;

/// Items that a mock keeps, and how large they are together.
const ITEMS: u32 = 500;
const BYTES: &str = "512KiB";

/// A contract that answers by itself, whoever asks. What is created in it stays as long as it does.
pub(crate) struct Mocked {
    document: Arc<ContractDocument>,
    filter: Box<dyn Filter>,
    began: tokio::time::Instant,
}

/// An answer of a mock.
pub(crate) struct MockAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Mocked {
    /// # Errors
    /// The build has no policy `mock`.
    pub(crate) fn new(catalogue: Catalogue, document: Arc<ContractDocument>) -> Result<Mocked, Refusal> {
        let keeping = Keeping::default();
        let context = BuildCx {
            scope: "mock",
            counters: &keeping,
            responses: &Arc::default(),
            secrets: &SecretValues::default(),
            folder: Path::new(""),
            files: &NoFiles,
            contract: Some(&document),
        };
        let config = json!({ "state": true, "state_items": ITEMS, "state_bytes": BYTES, "security": false });
        let filter = catalogue.find("mock").and_then(|policy| policy.build(&config, &context));
        let filter = filter.map_err(|invalid| {
            Refusal::new(problems::NOT_IMPLEMENTED, format!("no mock can be made: {invalid}"))
        })?;
        Ok(Mocked { document, filter, began: tokio::time::Instant::now() })
    }

    /// Answers a request whose path is below where the API answers.
    ///
    /// # Errors
    /// The contract has no such operation.
    pub(crate) async fn answer(
        &self,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<MockAnswer, Refusal> {
        let Some((id, path)) = operation(&self.document, method.as_str(), uri.path()) else {
            let detail = format!("the contract has no operation `{method} {}`", uri.path());
            return Err(Refusal::new(problems::NOT_FOUND, detail));
        };
        let (mut parts, ()) = http::Request::new(()).into_parts();
        (parts.method, parts.uri, parts.headers) = (method, uri, headers);
        let name: Arc<str> = "mock".into();
        let world = Nobody(Since(self.began));
        let mut request = Request {
            head: Box::new(RequestHead::from(parts)),
            body: if body.is_empty() { Body::Empty } else { Body::Whole(body) },
            arrived: world.now(),
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            certificate: None,
            target: Arc::new(Target {
                key: Arc::clone(&name),
                workspace: Arc::clone(&name),
                service: name,
                operation: id.into(),
                path: path.into(),
            }),
            strip: 0,
            host: None,
            deadlines: Deadlines::default(),
            identity: None,
            world: Arc::new(world),
            on_reply: Vec::new(),
            steps: Vec::new(),
            held: Vec::new(),
            cache: None,
            noted: None,
            origin: None,
        };
        let flow = match self.filter.on_request(&mut request) {
            Step::Done(flow) => flow,
            Step::Wait(flow) => flow.await,
        };
        let Err(reply) = flow else {
            return Err(Refusal::new(problems::NOT_FOUND, "the contract does not say what comes back"));
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let (head, body) = match reply {
            Reply::Problem(problem) => {
                let mut headers = vec![("content-type".to_owned(), "application/problem+json".to_owned())];
                let more = problem.headers.iter();
                headers.extend(more.map(|(name, value)| (name.to_string(), text(value.as_bytes()))));
                return Ok(MockAnswer { status: problem.status(), headers, body: problem.body("") });
            }
            Reply::Answer(answer) | Reply::Stored(answer) => *answer,
            // What comes after the body is nothing that a page could show.
            Reply::Trailed(answer) => (answer.0, answer.1),
            Reply::Changed(_) => {
                return Err(Refusal::new(
                    problems::NOT_IMPLEMENTED,
                    "a page tries requests; WebSockets are opened at the mock itself",
                ));
            }
        };
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        Ok(MockAnswer { status: head.status, headers: headers.collect(), body })
    }
}

/// The operation that a request asks for, and its template: where several fit, the one with the most literal beginning.
fn operation<'d>(document: &'d ContractDocument, method: &str, path: &str) -> Option<(&'d str, &'d str)> {
    let fitting = document.operations.iter().filter(|(_, place)| &*place.method == method);
    let fitting = fitting.filter_map(|(id, place)| Some((fit(&place.path, path)?, &**id, &*place.path)));
    fitting.min().map(|(_, id, path)| (id, path))
}

/// How a template fits a path: for each segment 0 where it is literal, 1 where it has parameters, 2 where it takes all the rest.
fn fit(template: &str, path: &str) -> Option<Vec<u8>> {
    let mut segments = path.split('/');
    let mut fits = Vec::new();
    for wanted in template.split('/') {
        let name = wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}')).unwrap_or_default();
        if wanted == "*" || name.starts_with('+') || name.ends_with(['+', '*']) {
            fits.push(2);
            return segments.next().is_some().then_some(fits);
        }
        let segment = segments.next()?;
        if !wanted.contains('{') {
            if segment != wanted {
                return None;
            }
            fits.push(0);
            continue;
        }
        let mut rest = segment;
        let mut pieces = wanted.split('{');
        rest = rest.strip_prefix(pieces.next()?)?;
        for piece in pieces {
            let literal = piece.split_once('}')?.1;
            // A parameter has at least one character.
            let at = if literal.is_empty() {
                rest.len()
            } else {
                rest.char_indices().skip(1).find(|(at, _)| rest[*at..].starts_with(literal))?.0
            };
            if at == 0 {
                return None;
            }
            rest = &rest[at + literal.len()..];
        }
        if !rest.is_empty() {
            return None;
        }
        fits.push(1);
    }
    segments.next().is_none().then_some(fits)
}

struct NoFiles;

impl FileTexts for NoFiles {
    fn text(&self, path: &str) -> Result<String, String> {
        Err(format!("`{path}` was not read"))
    }
}

/// What the policy of one mock keeps. Nothing is counted.
#[derive(Default)]
struct Keeping(Mutex<HashMap<String, Kept>>);

impl CounterSource for Keeping {
    fn counter(&self, _: &str, _: &[Vec<Quota>]) -> Box<dyn Counter> {
        Box::new(Uncounted)
    }

    fn gauge(&self, _: &str) -> Box<dyn Gauge> {
        Box::new(Uncounted)
    }

    fn keep(&self, name: &str, make: &dyn Fn() -> Kept) -> Kept {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entry(name.to_owned()).or_insert_with(make).clone()
    }
}

/// The time of the process, counted from when a mock began.
struct Since(tokio::time::Instant);

impl Clock for Since {
    fn now(&self) -> Time {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
        Time { monotonic: whole(self.0.elapsed().as_nanos()), unix_ms: whole(unix.as_millis()) }
    }

    fn sleep(&self, span: Duration) -> Later<()> {
        Box::pin(tokio::time::sleep(span))
    }
}

#[cfg(test)]
mod tests {
    use contract::Contract;

    use super::*;

    #[test]
    fn a_template_fits_the_paths_that_a_router_would_take_for_it() {
        for (template, path, fits) in [
            ("/orders", "/orders", true),
            ("/orders", "/orders/", false),
            ("/orders/{id}", "/orders/1", true),
            ("/orders/{id}", "/orders/", false),
            ("/orders/{id}", "/orders/1/lines", false),
            ("/files/{name}.json", "/files/a.json", true),
            ("/files/{name}.json", "/files/.json", false),
            ("/compare/{base}...{head}", "/compare/a...b", true),
            ("/compare/{base}...{head}", "/compare/a..b", false),
            ("/proxy/{rest+}", "/proxy/a/b", true),
        ] {
            assert_eq!(fit(template, path).is_some(), fits, "{template} {path}");
        }
    }

    #[test]
    fn the_most_literal_template_is_the_operation() {
        let text = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n  /a/{b}: { get: { responses: { '200': { description: d } } } }\n  /a/mine: { get: { operationId: mine, responses: { '200': { description: d } } } }\n";
        let document = Contract::parse(text, "t").unwrap().document("");
        assert_eq!(operation(&document, "GET", "/a/mine"), Some(("mine", "/a/mine")));
        assert_eq!(operation(&document, "GET", "/a/b"), Some(("GET /a/{b}", "/a/{b}")));
        assert_eq!(operation(&document, "POST", "/a/b"), None);
    }
}
