//! One request with its response: receive, route, judge, forward, answer.

use std::{
    future::poll_fn,
    net::IpAddr,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use head::{Headers, Known, RequestHead, Value};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version, header, uri::PathAndQuery};
use model::event::{Detail, Fault};
use policy::{
    BodyError, Change, Deadlines, Origin, Outcome, Problem, Reply, ResponseHead, ResponseStep, problems,
};
use tokio::time::Instant;

use crate::{
    altered::{Deciding, Plan},
    attempt::{Answer, Failure, Tried, attempt},
    balance::Ticket,
    chain::{ResponseFilters, on_response},
    client::Client,
    grpc,
    guesses::Guesses,
    h1::line::LineBody,
    h2::{inbox::StreamBody, websocket},
    h3::body::QuicBody,
    headers::{self, Arrival, Hop},
    ids::{self, RequestId},
    interim::Wanted,
    lane::{NoUpgrade, Outgoing, Target},
    random::Random,
    reply::{Download, Ending, ReplyBody, Response, blank, micros},
    router::{Asked, Found, newest, path, refuse},
    stop::Subject,
    table::Operation,
    tenants::{self, Tenant},
    thread,
    tunnel::{Side, Switch},
    upload,
    worker::{Held, lock},
};

/// Where the body of a request comes from.
pub(crate) enum Inbound {
    None,
    /// A connection in HTTP/1.1.
    Line(LineBody),
    /// A stream in HTTP/2.
    Stream(StreamBody),
    /// A stream in HTTP/3.
    Quic(Box<QuicBody>),
    /// A stream in HTTP/2 or HTTP/3 that asks to be a tunnel: what comes on it is no body.
    WebSocket,
}

/// Answers one request, whose head began to arrive at `began`.
pub(crate) async fn exchange(
    client: Arc<Client>,
    mut head: Box<RequestHead>,
    body: Inbound,
    began: Instant,
) -> Response {
    client.begin();
    let time = client.worker.shared.clock.time(began);
    let held = client.worker.current();
    let mut ending = Ending::new(
        Arc::clone(&client),
        began,
        blank(time.unix_ms, head.method.clone(), head.version.into()),
    );

    let hop = Hop {
        peer: client.peer,
        peer_text: &client.peer_text,
        secure: client.secure,
        announces: client.announces,
        now: time.unix_ms,
    };
    let grpc = grpc::refusal_type(&head.headers);
    let received =
        headers::receive(&mut head, &hop, &held.table, &mut Random::new(), &mut lock(&client.known));
    let arrival = match received {
        Ok(arrival) => arrival,
        Err(problem) => {
            let request_id = RequestId::Ours(ids::request_id(time.unix_ms, &mut Random::new()));
            let mut answered = Answered {
                version: head.version,
                request_id,
                grpc,
                alt_svc: None,
                on_reply: Vec::new(),
                steps: Vec::new(),
                filters: Vec::new(),
                ending,
            };
            answered.on_reply.push((header::CONNECTION, HeaderValue::from_static("close")));
            answered.ending.event.fault = Fault::Downstream;
            return answered.refuse(problem);
        }
    };
    if client.worker.wants_detail(time.unix_ms) {
        ending.event.detail = Some(detail(&head, &arrival));
    }
    let mut answered = Answered {
        version: head.version,
        request_id: arrival.request_id,
        grpc,
        alt_svc: arrival.alt_svc,
        on_reply: Vec::new(),
        steps: Vec::new(),
        filters: Vec::new(),
        ending,
    };
    let upgrade = match body {
        Inbound::WebSocket => Some(HeaderValue::from_static("websocket")),
        _ => arrival.upgrade,
    };
    // By which the gateway itself would agree to speak WebSocket.
    let is_websocket =
        upgrade.as_ref().is_some_and(|asked| asked.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let accept = if is_websocket { websocket::answer(&head.headers) } else { None };
    let arrived = Arrived { client: arrival.client, host: arrival.host, upgrade, time };
    match route(&held, head, body, arrived, &mut answered).await {
        Ok(Routed { answer, changes: true, .. }) => answered.switch(answer),
        Ok(Routed { answer, patience, until, .. }) => match answered.forward(answer, patience, until) {
            Forwarded::Now(response) => response,
            Forwarded::Later(response) => response.await,
        },
        Err(Reply::Problem(problem)) => {
            if let Some(cause) = &problem.cause {
                answered.ending.say(cause);
            }
            answered.refuse(*problem)
        }
        Err(Reply::Answer(answer)) => {
            let (head, body) = *answer;
            answered.reply(head, body, None, Origin::Gateway)
        }
        Err(Reply::Trailed(answer)) => {
            let (head, body, trailers) = *answer;
            answered.reply(head, body, Some(trailers), Origin::Gateway)
        }
        Err(Reply::Stored(answer)) => {
            let (head, body) = *answer;
            answered.reply(head, body, None, Origin::Stored)
        }
        Err(Reply::Changed(change)) => match accept {
            Some(accept) => answered.speak(*change, &accept),
            None => answered.refuse(Problem::new(
                problems::BAD_REQUEST,
                "WebSocket is spoken here; ask for it as RFC 6455 says, with `Upgrade` and a key",
            )),
        },
    }
}

/// What of a request is needed beside its head.
struct Arrived {
    client: IpAddr,
    host: Arc<str>,
    upgrade: Option<HeaderValue>,
    time: policy::Time,
}

/// What every answer is made with, whoever makes it.
struct Answered {
    version: Version,
    request_id: RequestId,
    /// The type of refusals, where the request is one of gRPC.
    grpc: Option<HeaderValue>,
    /// Where HTTP/3 is spoken, for clients that are told.
    alt_svc: Option<HeaderValue>,
    on_reply: Vec<(HeaderName, HeaderValue)>,
    steps: Vec<ResponseStep>,
    filters: ResponseFilters,
    ending: Box<Ending>,
}

/// What an upstream answered.
struct Routed {
    answer: Answer,
    /// Whether the protocol changes.
    changes: bool,
    /// Between two pieces of the body.
    patience: Duration,
    until: Option<Instant>,
}

async fn route(
    held: &Held,
    mut head: Box<RequestHead>,
    body: Inbound,
    arrived: Arrived,
    answered: &mut Answered,
) -> Result<Routed, Reply> {
    let table = &*held.table;
    let key = match read_target(&mut head) {
        Ok(key) => key,
        Err(problem) => return Err(problem.into()),
    };
    let challenges = &answered.ending.client.worker.shared.challenges;
    if challenges.are_open()
        && let Some(reply) = challenges.reply(&head.method, key.as_deref().unwrap_or(head.uri.path()))
    {
        return Err(reply);
    }
    // What is blocked in `default` is for the gateway as a whole.
    if let Some(blocks) = &table.tenants[tenants::DEFAULT].blocks
        && let Err(problem) = blocks.check_address(arrived.client, arrived.time.unix_ms)
    {
        return Err(problem.into());
    }
    let path = key.as_deref().unwrap_or_else(|| head.uri.path());
    let asked = Asked { host: &arrived.host, path, head: &head, client: arrived.client };
    let (serving, operation, miss) = match table.router.find(&asked) {
        Found::Operation { serving, operation } => (serving, &serving.operations[operation], None),
        Found::OtherMethods(others) => {
            let (serving, operation) = others.first();
            let problem =
                Problem::new(problems::METHOD_NOT_ALLOWED, "the path exists, but not with this method");
            let allow = HeaderValue::try_from(others.allow().join(", "));
            let allow = allow.unwrap_or(HeaderValue::from_static(""));
            (serving, &serving.operations[operation], Some(problem.with_header(header::ALLOW, allow)))
        }
        Found::NoOperation { serving } => {
            let problem =
                Problem::new(problems::OPERATION_NOT_FOUND, "the API has no operation at this path");
            (serving, &serving.missing, Some(problem))
        }
        Found::NoVersion(all) => {
            let serving = newest(all);
            (serving, &serving.missing, Some(refuse(all, &asked)))
        }
        Found::Nothing => {
            let problem = Problem::new(problems::NOT_FOUND, "no API answers at this host and path");
            return Err(problem.into());
        }
    };
    answered.ending.event.target = Some(Arc::clone(&operation.target));
    if let Some(vary) = serving.version.as_ref().and_then(|version| version.vary.clone()) {
        answered.on_reply.push((header::VARY, vary));
    }
    let tenant = &table.tenants[serving.tenant];
    if let Some(cap) = &tenant.cap {
        cap.take(arrived.time.monotonic)?;
    }
    if let Some(blocks) = &tenant.blocks {
        if serving.tenant != tenants::DEFAULT {
            blocks.check_address(arrived.client, arrived.time.unix_ms)?;
        }
        blocks.check_service(&operation.target.service, arrived.time.unix_ms)?;
    }
    answered.ending.subject = Some(Subject::new(table, serving.tenant, arrived.client));

    let bound = table.bounds.body;
    let (body, progress) = upload::receive(body, bound, table.bounds.body_timeout);
    if body.length().is_some_and(|length| length > bound) {
        let detail = format!("the body may be {} long", model::ByteSize(bound));
        let problem = Problem::new(problems::CONTENT_TOO_LARGE, detail);
        answered.on_reply.push((header::CONNECTION, HeaderValue::from_static("close")));
        return Err(problem.into());
    }
    answered.ending.progress = progress;
    let mut req = policy::Request {
        head,
        body,
        arrived: arrived.time,
        client: arrived.client,
        certificate: answered.ending.client.certificate.clone(),
        target: Arc::clone(&operation.target),
        strip: operation.strip,
        host: None,
        deadlines: Deadlines::default(),
        identity: None,
        world: Arc::clone(&held.worlds[serving.tenant]),
        on_reply: Vec::new(),
        steps: Vec::new(),
        held: Vec::new(),
        cache: None,
        noted: None,
        origin: None,
    };
    let asked = Judged { tenant, number: serving.tenant, operation, guesses: table.guesses.as_deref() };
    let mut flow = judge(asked, miss, &mut req, answered).await;
    if let (Err(policy::Reply::Problem(problem)), Some(portal)) = (&mut flow, &table.portal) {
        say_where_to_ask(problem, portal, &req);
    }
    let upstream = match &serving.split {
        None => &serving.upstream,
        // What is refused goes nowhere.
        Some(_) if flow.is_err() => &serving.upstream,
        Some(split) => {
            let (branch, chosen) = split.choose(&mut req, &mut Random::new());
            answered.ending.event.branch = Some(Arc::clone(branch));
            chosen.unwrap_or(&serving.upstream)
        }
    };
    let affinity = match &flow {
        Ok(()) => upstream.affinity(&mut req, || Ticket::draw(&mut Random::new())),
        Err(_) => None,
    };
    let policy::Request { head, body, on_reply, steps, host, deadlines, held: kept, cache, noted, .. } = req;
    answered.on_reply.extend(on_reply);
    answered.steps = steps;
    answered.ending.held = kept;
    answered.ending.event.cache = cache;
    answered.ending.noted = noted;
    flow?;

    let RequestHead { method, uri, version, headers } = *head;
    let interim = match version {
        _ if arrived.upgrade.is_some() => Wanted::Nothing,
        Version::HTTP_10 => Wanted::Nothing,
        _ if answered.steps.is_empty() && answered.filters.is_empty() => Wanted::All,
        _ => Wanted::Hints,
    };
    let target = below_base(uri, operation.strip);
    let waits = answered.grpc.as_ref().and_then(|_| grpc::timeout(&headers));
    // Whoever asks does not wait longer.
    let whole = deadlines.whole.into_iter().chain(waits).min();
    let until = whole.map(|whole| answered.ending.began + whole);
    let mut outgoing = Outgoing {
        method,
        target,
        headers,
        upgrade: arrived.upgrade,
        interim,
        host,
        deadlines,
        until,
        affinity,
    };
    let mut tried = Tried::default();
    // Policies have used up time of their own, not the upstream's: even within this turn, in which time stands still.
    let started = Instant::now();
    let ending = &mut *answered.ending;
    let worker = &ending.client.worker;
    let outcome: Result<_, Problem> = {
        let mut trying = pin!(attempt(worker, upstream, &outgoing, body, started, &mut tried));
        poll_fn(|cx| {
            if let Some(subject) = &mut ending.subject {
                subject.check(&worker.shared, &operation.target.service)?;
            }
            trying.as_mut().poll(cx).map(Ok)
        })
        .await
    };
    if matches!(outcome, Ok(Ok(_))) {
        thread::keep_head(std::mem::take(&mut outgoing.headers));
    }
    let event = &mut ending.event;
    event.upstream_us = micros(thread::now().saturating_duration_since(started));
    event.attempts = tried.attempts;
    event.hedges = tried.hedges;
    if let Some(detail) = &mut event.detail {
        detail.endpoint = tried.endpoint;
    }
    match outcome? {
        Ok(answer) if answer.head.status == StatusCode::SWITCHING_PROTOCOLS => {
            if outgoing.upgrade.is_some_and(|asked| headers::changes_to(&answer.head.headers, &asked)) {
                return Ok(Routed { answer, changes: true, patience: Duration::ZERO, until });
            }
            answered.ending.event.fault = Fault::Upstream;
            answered.ending.say("the upstream changed to a protocol that it was not asked for");
            let problem = Problem::new(problems::UPSTREAM_INVALID, "the service answered with invalid HTTP");
            Err(problem.into())
        }
        Ok(answer) => {
            let patience = deadlines.read.unwrap_or(upstream.timeouts.read.0);
            Ok(Routed { answer, changes: false, patience, until })
        }
        Err(failure) => {
            let problem = explain(&failure);
            answered.ending.event.fault =
                if failure.is_the_clients() { Fault::Downstream } else { Fault::Upstream };
            answered.ending.cause(&failure);
            Err(problem.into())
        }
    }
}

/// Tells an app that may not call yet, or not any more, where its developer asks.
fn say_where_to_ask(problem: &mut Problem, portal: &str, req: &policy::Request) {
    if ![problems::SUBSCRIPTION_REQUIRED.code, problems::SUBSCRIPTION_EXPIRED.code]
        .contains(&problem.kind.code)
    {
        return;
    }
    let Some(caller) = req.identity.as_ref().map(|identity| &identity.caller) else { return };
    let at = match caller.workspace.is_default_workspace() {
        true => String::new(),
        false => format!("/at/{}", caller.workspace),
    };
    let place = format!("{portal}/portal{at}/apps/{}", caller.name);
    problem.extensions.insert("subscribe_at".to_owned(), place.into());
}

/// What a request is judged by.
struct Judged<'a> {
    tenant: &'a Tenant,
    /// The number of the workspace.
    number: usize,
    operation: &'a Operation,
    guesses: Option<&'a Guesses>,
}

/// Runs the chain. A request that misses is refused all the same, after the first stage had its say.
async fn judge(
    by: Judged<'_>,
    miss: Option<Problem>,
    req: &mut policy::Request,
    answered: &mut Answered,
) -> policy::Flow {
    let Judged { tenant, number, operation, guesses } = by;
    let chain = &operation.chain;
    if let Some(problem) = miss {
        let mut flow = chain.edge(req).await;
        if flow.is_ok() {
            flow = chain.own(req).await;
        }
        answered.filters = chain.for_response(None, None, req);
        return flow.and(Err(problem.into()));
    }
    let mut flow = chain.identify(req).await;
    if let Some(guesses) = guesses {
        flow = guesses.judge(flow, number, req);
    }
    let (mut by_plan, mut by_caller) = (None, None);
    if let Some(identity) = &req.identity {
        answered.ending.subject.iter_mut().for_each(|subject| subject.is(identity));
        let event = &mut answered.ending.event;
        event.caller = Some(Arc::clone(&identity.caller.key));
        if let Some(entitlement) = identity.entitlement() {
            event.subscription = Some(Arc::clone(&entitlement.subscription));
            event.plan = Some(Arc::clone(&entitlement.plan));
            by_plan = tenant.plans.get(&entitlement.plan).map(|rules| &**rules);
        } else if let Some(plan) = &identity.plan {
            event.plan = Some(Arc::clone(plan));
            by_plan = tenant.plans.get(plan).map(|rules| &**rules);
            if flow.is_ok() && by_plan.is_none() {
                let detail = "the credentials name a plan that does not exist here";
                flow = Err(Problem::new(problems::FORBIDDEN, detail)
                    .because(format!("there is no plan `{plan}`"))
                    .into());
            }
        }
        if flow.is_ok()
            && let Some(key) = identity.key
            && tenant.callers.used(&key, req.arrived.unix_ms)
        {
            let uses = &answered.ending.client.worker.shared.key_uses;
            uses.note(&identity.caller, key, req.arrived.unix_ms);
        }
        if flow.is_ok()
            && let Some(username) = &identity.username
            && tenant.callers.used_password(username, req.arrived.unix_ms)
            && let Some(login) = identity.caller.logins.iter().find(|login| login.username == *username)
        {
            let uses = &answered.ending.client.worker.shared.key_uses;
            let mark = policy::password_mark(username, &login.password_hash);
            uses.note(&identity.caller, mark, req.arrived.unix_ms);
        }
        if !identity.caller.policies.is_empty() {
            by_caller = tenant.caller_rules.get(&identity.caller.key).map(|rules| &**rules);
        }
        if flow.is_ok()
            && let Some(blocks) = &tenant.blocks
        {
            let checked = blocks.check_caller(&identity.caller, identity.key.as_ref(), req.arrived.unix_ms);
            flow = checked.map_err(Into::into);
        }
    }
    if flow.is_ok() {
        flow = chain.decide(by_plan, by_caller, req).await;
    }
    answered.filters = chain.for_response(by_plan, by_caller, req);
    flow
}

/// Reads the path: leaves in the head what will be forwarded, and returns what is routed by where that differs.
pub(crate) fn read_target(head: &mut RequestHead) -> Result<Option<String>, Problem> {
    if head.uri.path() == "*" {
        return Err(Problem::new(problems::NOT_IMPLEMENTED, "the gateway as a whole has no options"));
    }
    let read = path::read(head.uri.path()).map_err(|why| Problem::new(problems::BAD_REQUEST, why))?;
    let std::borrow::Cow::Owned(forward) = read.forward else { return Ok(None) };
    let key = read.key.into_owned();
    let target = match head.uri.query() {
        Some(query) => format!("{forward}?{query}"),
        None => forward,
    };
    let target = PathAndQuery::try_from(target);
    let target = target.map_err(|_| Problem::new(problems::BAD_REQUEST, "the path is not valid"))?;
    head.uri = Uri::from(target);
    Ok(Some(key))
}

/// The target below the base path.
pub(crate) fn below_base(uri: Uri, strip: usize) -> Target {
    let whole = uri.into_parts().path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
    let path = whole.path();
    let from = match strip {
        0 => 0,
        strip => {
            let mut slashes = path.bytes().enumerate().filter(|(_, byte)| *byte == b'/');
            slashes.nth(strip).map_or(path.len(), |(at, _)| at)
        }
    };
    Target { whole, from }
}

fn detail(head: &RequestHead, arrival: &Arrival) -> Box<Detail> {
    let text = |value: Value<'_>| String::from_utf8_lossy(value.as_bytes()).into();
    let trace_id = std::str::from_utf8(&arrival.traceparent[3..35]).unwrap_or_default();
    Box::new(Detail {
        request_id: arrival.request_id.as_str().into(),
        trace_id: trace_id.into(),
        path: head.uri.path().into(),
        host: (*arrival.host).into(),
        client: arrival.client,
        user_agent: head.headers.get(header::USER_AGENT).map(text),
        endpoint: None,
        cause: None,
    })
}

fn explain(failure: &Failure) -> Problem {
    match failure {
        Failure::NoEndpoint => {
            Problem::new(problems::NO_UPSTREAM, "the API has no endpoint that takes requests")
        }
        Failure::NoTurn(_) => {
            Problem::new(problems::OVERLOADED, "the service behind the API has as much to do as it may")
                .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        }
        Failure::BreakerOpen(wait) => Problem::new(
            problems::NO_UPSTREAM,
            "the service behind the API has failed too often, and is left alone for a while",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(wait.as_millis().div_ceil(1000).max(1) as u64)),
        Failure::Connect { .. } => {
            Problem::new(problems::UPSTREAM_UNREACHABLE, "the service behind the API could not be reached")
        }
        Failure::ConnectTooSlow { .. } | Failure::TooSlow { .. } => {
            Problem::new(problems::UPSTREAM_TIMEOUT, "the service behind the API did not answer in time")
        }
        Failure::Broken { .. } => Problem::new(
            problems::UPSTREAM_INVALID,
            "the service behind the API broke off or answered with something that is not valid HTTP",
        ),
        Failure::NoUpgrade { source: NoUpgrade::NoKey, .. } => {
            Problem::new(problems::BAD_REQUEST, "the request has no `Sec-WebSocket-Key` of 16 bytes")
        }
        Failure::NoUpgrade { source: NoUpgrade::OtherProtocol, .. } => Problem::new(
            problems::UPSTREAM_INVALID,
            "the service behind the API speaks HTTP/2, which knows no upgrade but to WebSocket",
        ),
        Failure::NoUpgrade { .. } => Problem::new(
            problems::UPSTREAM_INVALID,
            "the service behind the API speaks HTTP/2, and takes no WebSocket in it (RFC 8441)",
        ),
        Failure::Upload(error) => Problem::from(*error),
    }
}

impl Answered {
    /// Answers with what the upstream said.
    fn forward(mut self, answer: Answer, patience: Duration, until: Option<Instant>) -> Forwarded {
        let Answer { head, lane, chosen } = answer;
        let mut head = ResponseHead { status: head.status, headers: head.headers };
        headers::receive_response(&mut head.headers);
        self.ending.event.fault = fault_of(head.status);
        let download = Download { lane, _chosen: chosen, patience, until };
        let mut deciding = self.deciding(Origin::Upstream);
        match deciding.run(&mut head, &self.request_id) {
            None => Forwarded::Now(self.send(head, download, deciding.plan)),
            Some(asked) => Forwarded::Later(Box::pin(self.held(head, download, deciding, asked))),
        }
    }

    /// Answers once the whole body was judged.
    async fn held(
        mut self,
        mut head: ResponseHead,
        mut download: Download,
        mut deciding: Deciding,
        asked: (u64, policy::Judge),
    ) -> Response {
        let mut next = Some(asked);
        while let Some((most, judge)) = next {
            let is_head = self.ending.event.method == Method::HEAD;
            let plan = std::mem::take(&mut deciding.plan);
            let mut holding = pin!(hold(plan, &mut download, is_head, head.status, most));
            let held = poll_fn(|cx| {
                self.ending.check()?;
                holding.as_mut().poll(cx).map(Ok)
            });
            let held = match held.await {
                Ok(held) => held,
                Err(problem) => return self.refuse(problem),
            };
            let said = judge(&mut head, held.clone());
            deciding.judged(said, held, &mut head, &self.request_id);
            next = deciding.run(&mut head, &self.request_id);
        }
        self.send(head, download, deciding.plan)
    }

    fn send(mut self, mut head: ResponseHead, download: Download, plan: Plan) -> Response {
        let mut plan = self.finish_head(&mut head, plan);
        let replaced = plan.replaced.take();
        let altered = plan.altered(self.ending.event.method == Method::HEAD, head.status);
        let body = match replaced {
            None => ReplyBody::upstream(download, altered, self.ending),
            Some(ours) => {
                download.discard(&self.ending.client.worker);
                ReplyBody::ours(ours, altered, None, self.ending)
            }
        };
        Response { head, body }
    }

    /// Answers with a refusal of the gateway.
    fn refuse(mut self, problem: Problem) -> Response {
        let status = problem.status();
        let event = &mut self.ending.event;
        event.problem = Some(problem.kind.code);
        if event.fault == Fault::None {
            event.fault = match problem.kind.code {
                "internal" | "overloaded" => Fault::Gateway,
                _ => fault_of(status),
            };
        }
        let (mut head, body) = match &self.grpc {
            Some(kind) => grpc::refusal(&problem, kind),
            None => {
                let mut headers = Headers::with_capacity(8, 512);
                headers.add(Known::ContentType, b"application/problem+json");
                (ResponseHead { status, headers }, problem.body(self.request_id.as_str()))
            }
        };
        for (name, value) in problem.headers {
            head.headers.append(name, value);
        }
        if matches!(self.version, Version::HTTP_2 | Version::HTTP_3) {
            self.on_reply.retain(|(name, _)| *name != header::CONNECTION);
        }
        self.reply(head, body, None, Origin::Gateway)
    }

    /// Answers with something that is at hand.
    fn reply(
        mut self,
        mut head: ResponseHead,
        body: Bytes,
        trailers: Option<HeaderMap>,
        origin: Origin,
    ) -> Response {
        if self.ending.event.fault == Fault::None {
            self.ending.event.fault = fault_of(head.status);
        }
        let mut deciding = self.deciding(origin);
        let is_head = self.ending.event.method == Method::HEAD;
        let mut body = body;
        while let Some((most, judge)) = deciding.run(&mut head, &self.request_id) {
            let mut plan = std::mem::take(&mut deciding.plan);
            body = plan.replaced.take().unwrap_or(body);
            let mut held = Ok(body.clone()).and_then(|body| match plan.altered(is_head, head.status) {
                Some(altered) => altered.whole(body, &mut None),
                None => Ok(body),
            });
            if held.as_ref().is_ok_and(|body| body.len() as u64 > most) {
                held = Err(BodyError::TooLarge);
            }
            let said = judge(&mut head, held.clone());
            deciding.judged(said, held, &mut head, &self.request_id);
        }
        let mut plan = self.finish_head(&mut head, deciding.plan);
        // What follows a body does not follow another in its place.
        let trailers = trailers.filter(|_| plan.replaced.is_none());
        let body = plan.replaced.take().unwrap_or(body);
        let altered = plan.altered(self.ending.event.method == Method::HEAD, head.status);
        Response { head, body: ReplyBody::ours(body, altered, trailers, self.ending) }
    }

    /// Changes protocols: from here on, bytes are passed as they come.
    fn switch(mut self, answer: Answer) -> Response {
        let mut head = ResponseHead { status: answer.head.status, headers: answer.head.headers };
        let protocol = head.headers.first(Known::Upgrade).map(HeaderValue::from);
        headers::receive_response(&mut head.headers);
        // There is no body that a filter could change.
        self.steps.clear();
        self.finish_head(&mut head, Plan::default());
        head.headers.set(Known::Connection, b"upgrade");
        if let Some(protocol) = protocol {
            head.headers.set(Known::Upgrade, protocol.as_bytes());
        }
        let side = Side::Upstream { lane: answer.lane, chosen: answer.chosen };
        Response { head, body: ReplyBody::switch(Switch { side, ending: self.ending }) }
    }

    /// Changes to WebSocket: from here on, a policy speaks.
    fn speak(mut self, change: Change, accept: &str) -> Response {
        let mut head = ResponseHead { status: StatusCode::SWITCHING_PROTOCOLS, headers: change.headers };
        self.steps.clear();
        self.finish_head(&mut head, Plan::default());
        head.headers.set(Known::Connection, b"upgrade");
        websocket::agree(&mut head.headers, accept);
        let side = Side::Gateway(change.talk);
        Response { head, body: ReplyBody::switch(Switch { side, ending: self.ending }) }
    }

    /// What filters have to say about the response.
    fn deciding(&mut self, origin: Origin) -> Deciding {
        let steps = std::mem::take(&mut self.steps);
        // Without any, what time it is does not matter.
        let at = match steps.is_empty() {
            true => policy::Time { monotonic: 0, unix_ms: 0 },
            false => self.ending.client.worker.shared.clock.time(Instant::now()),
        };
        Deciding::new(steps, Outcome { origin, at })
    }

    /// What holds for every answer.
    fn finish_head(&mut self, head: &mut ResponseHead, mut plan: Plan) -> Plan {
        if let Some(cause) = plan.cause.take() {
            self.ending.say(&cause);
        }
        if let Some(code) = plan.refused {
            self.ending.event.problem = Some(code);
            self.ending.event.fault = fault_of(head.status);
        }
        head.receive(std::mem::take(&mut self.on_reply));
        if !self.filters.is_empty() {
            on_response(&self.filters, head);
        }
        head.headers.set(Known::XRequestId, self.request_id.as_bytes());
        if let Some(alt_svc) = self.alt_svc.take() {
            // The upstream's speaks of the upstream.
            head.headers.insert(header::ALT_SVC, alt_svc);
        }
        self.ending.event.status = head.status.as_u16();
        // A filter has answered in place of what was refused. In gRPC refusals are 200 themselves.
        let is_of = |grpc: &HeaderValue| {
            head.headers.first(Known::ContentType).is_some_and(|kind| kind.as_bytes() == grpc)
        };
        let refused = self.grpc.as_ref().is_some_and(is_of);
        if head.status.as_u16() < 400 && !refused {
            self.ending.event.problem = None;
        }
        plan
    }
}

/// An answer of the upstream's, or what waits for all of it.
enum Forwarded {
    Now(Response),
    Later(Pin<Box<dyn Future<Output = Response> + Send>>),
}

/// The whole body, as what was decided so far makes it.
async fn hold(
    mut plan: Plan,
    download: &mut Download,
    is_head: bool,
    status: StatusCode,
    most: u64,
) -> Result<Bytes, BodyError> {
    let body = match plan.replaced.take() {
        Some(body) => body,
        None => download.whole(most).await?,
    };
    match plan.altered(is_head, status) {
        Some(altered) => altered.whole(body, &mut None),
        None => Ok(body),
    }
}

/// Whose doing an answer with this status is, where nothing more is known.
fn fault_of(status: StatusCode) -> Fault {
    match status.as_u16() {
        ..400 => Fault::None,
        400..=499 | 501 => Fault::Downstream,
        _ => Fault::Upstream,
    }
}
