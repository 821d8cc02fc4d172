//! Asks endpoints at intervals whether they are well.

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU8, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::{ActiveCheck, CheckType, Protocol, standing::CheckStanding};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    background::Background,
    balance::{Balancer, Endpoint, Site},
    random::Random,
    wire::Wire,
    worker::lock,
};

/// Checks of one upstream at one time.
const AT_ONCE: usize = 32;
/// The largest answer to a check by gRPC, bytes.
const ANSWER: usize = 1024;

const UNKNOWN: u8 = 0;
const WELL: u8 = 1;
const SICK: u8 = 2;

/// What checks say of an endpoint.
#[derive(Default)]
pub(crate) struct Checked {
    state: AtomicU8,
    /// Checks in a row that say the opposite.
    row: AtomicU32,
    /// When the last one was, milliseconds since 1970, and why it failed.
    last: Mutex<Option<(u64, Option<String>)>>,
}

impl Checked {
    pub(crate) fn standing(&self) -> CheckStanding {
        let last = lock(&self.last).clone();
        CheckStanding {
            well: match self.state.load(Relaxed) {
                WELL => Some(true),
                SICK => Some(false),
                _ => None,
            },
            against: self.row.load(Relaxed),
            last_at: last.as_ref().map(|(at, _)| *at),
            last_failure: last.and_then(|(_, failure)| failure),
        }
    }

    pub(crate) fn is_sick(&self) -> bool {
        self.state.load(Relaxed) == SICK
    }

    /// Takes note of a check; says what changed.
    fn note(&self, rules: &ActiveCheck, result: &Result<(), String>) -> Option<String> {
        let before = self.state.load(Relaxed);
        if result.is_ok() == (before != SICK) {
            self.row.store(0, Relaxed);
            if before == UNKNOWN {
                self.state.store(WELL, Relaxed);
            }
            return None;
        }
        let row = self.row.fetch_add(1, Relaxed).saturating_add(1);
        let (needed, state) = match result {
            Ok(()) => (rules.successes, WELL),
            Err(_) => (rules.failures, SICK),
        };
        if row < needed {
            return None;
        }
        self.row.store(0, Relaxed);
        self.state.store(state, Relaxed);
        Some(match result {
            Ok(()) => format!("well again: {row} checks in a row went well"),
            Err(why) => format!("unhealthy: {row} checks in a row failed, the last because {why}"),
        })
    }
}

/// Checks the endpoints of an upstream for as long as it runs.
pub(crate) async fn watch(upstream: Weak<Balancer>, background: Arc<Background>) {
    let mut random = Random::new();
    let mut pause = None;
    loop {
        let Some(running) = upstream.upgrade() else { return };
        let Some(rules) = running.care.as_ref().and_then(|(care, _)| care.active.clone()) else { return };
        if pause.is_none() {
            // Not all upstreams at the same moment.
            pause = Some(part(rules.interval.0.min(Duration::from_secs(1)), 0.0, &mut random));
        } else {
            round(&running, &rules, &background).await;
            pause = Some(part(rules.interval.0, 0.9, &mut random));
        }
        drop(running);
        tokio::time::sleep(pause.unwrap_or_default()).await;
    }
}

/// From `least` of a span up to all of it, by chance.
fn part(span: Duration, least: f64, random: &mut Random) -> Duration {
    let by_chance = random.below(1 << 16) as f64 / f64::from(1 << 16);
    span.mul_f64(least + (1.0 - least) * by_chance)
}

async fn round(upstream: &Arc<Balancer>, rules: &Arc<ActiveCheck>, background: &Arc<Background>) {
    let mut waiting = upstream.endpoints().into_iter();
    let mut checks = JoinSet::new();
    loop {
        while checks.len() < AT_ONCE
            && let Some(endpoint) = waiting.next()
        {
            let (rules, background) = (Arc::clone(rules), Arc::clone(background));
            checks.spawn(async move {
                let result = timeout(rules.timeout.0, check(&background, &endpoint, &rules)).await;
                let result = result.unwrap_or_else(|_| Err("no answer came in time".to_owned()));
                let checked = &endpoint.standing().checked;
                if let Some(at) = background.time() {
                    *lock(&checked.last) = Some((at.unix_ms, result.as_ref().err().cloned()));
                }
                let changed = checked.note(&rules, &result);
                (endpoint, changed)
            });
        }
        let Some(checked) = checks.join_next().await else { return };
        if let Ok((endpoint, Some(what))) = checked
            && let Some(at) = background.time()
        {
            upstream.checked(&endpoint, what, at);
        }
    }
}

async fn check(background: &Background, endpoint: &Endpoint, rules: &ActiveCheck) -> Result<(), String> {
    let site = match rules.port {
        None => Arc::clone(&endpoint.site),
        Some(port) => Arc::new(Site { port, ..Site::clone(&endpoint.site) }),
    };
    let site = match rules.kind {
        CheckType::Grpc => Arc::new(Site { protocol: Protocol::Http2, ..Site::clone(&site) }),
        CheckType::Http | CheckType::Tcp => site,
    };
    let reached = background.connector.connect(&site, false).await;
    let wire = reached.map_err(|error| format!("no connection could be made: {error}"))?.wire;
    match rules.kind {
        CheckType::Tcp => Ok(()),
        CheckType::Http => by_http(wire, endpoint, rules).await,
        CheckType::Grpc => by_grpc(wire, endpoint, rules).await,
    }
}

async fn by_http(wire: Wire, endpoint: &Endpoint, rules: &ActiveCheck) -> Result<(), String> {
    let broken = |error: hyper::Error| format!("the connection broke off: {error}");
    let host = rules.host.as_deref().and_then(|host| HeaderValue::from_str(host).ok());
    let host = host.unwrap_or_else(|| endpoint.host.clone());
    let is_http2 = endpoint.site.protocol == Protocol::Http2;
    let request = if is_http2 {
        Request::get(format!("http://{}{}", host.to_str().unwrap_or("localhost"), rules.path))
    } else {
        Request::get(&*rules.path).header(header::HOST, host).header(header::CONNECTION, "close")
    };
    let request = request.header(header::USER_AGENT, "pailou-health-check").body(Empty::<Bytes>::new());
    let request = request.map_err(|error| format!("the check is no request: {error}"))?;
    let status = if is_http2 {
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(wire)).await;
        let (mut sender, connection) = handshake.map_err(broken)?;
        let mut connection = JoinSet::from_iter([connection]);
        let status = sender.send_request(request).await.map_err(broken)?.status();
        connection.abort_all();
        status
    } else {
        let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await.map_err(broken)?;
        let mut connection = JoinSet::from_iter([connection]);
        let status = sender.send_request(request).await.map_err(broken)?.status();
        connection.abort_all();
        status
    };
    let is_well = match &*rules.codes {
        [] => status.is_success() || status.is_redirection(),
        codes => codes.contains(&status.as_u16()),
    };
    if is_well { Ok(()) } else { Err(format!("the answer was {}", status.as_u16())) }
}

/// The health protocol of gRPC (`grpc.health.v1`), by HTTP/2 with prior knowledge.
async fn by_grpc(wire: Wire, endpoint: &Endpoint, rules: &ActiveCheck) -> Result<(), String> {
    let broken = |error: hyper::Error| format!("the connection broke off: {error}");
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(wire)).await;
    let (mut sender, connection) = handshake.map_err(broken)?;
    let mut connection = JoinSet::from_iter([connection]);
    let authority = rules.host.as_deref().or_else(|| endpoint.host.to_str().ok()).unwrap_or("localhost");
    let request = Request::post(format!("http://{authority}/grpc.health.v1.Health/Check"))
        .header(header::CONTENT_TYPE, "application/grpc")
        .header(header::TE, "trailers")
        .header(header::USER_AGENT, "pailou-health-check")
        .body(Full::new(question(&rules.service)))
        .map_err(|error| format!("the check is no request: {error}"))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let (head, mut body) = response.into_parts();
    if head.status != StatusCode::OK {
        return Err(format!("the answer was {}", head.status.as_u16()));
    }
    let (mut answer, mut status) = (Vec::new(), head.headers.get("grpc-status").cloned());
    while let Some(frame) = body.frame().await {
        match frame.map_err(broken)?.into_data() {
            Ok(piece) if answer.len() + piece.len() > ANSWER => {
                return Err("the answer is too large".to_owned());
            }
            Ok(piece) => answer.extend_from_slice(&piece),
            Err(frame) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                status = trailers.get("grpc-status").cloned().or(status);
            }
        }
    }
    connection.abort_all();
    match status.as_ref().map(HeaderValue::as_bytes) {
        Some(b"0") => {}
        Some(other) => return Err(format!("the gRPC status was {}", String::from_utf8_lossy(other))),
        None => return Err("the answer had no gRPC status".to_owned()),
    }
    // HealthCheckResponse: field 1, an enumeration of which 1 is SERVING.
    match answer.get(5..) {
        Some([0x08, 1]) => Ok(()),
        _ => Err("the service says that it is not serving".to_owned()),
    }
}

/// A `HealthCheckRequest` in its frame: field 1, the service.
fn question(service: &str) -> Bytes {
    let mut message = Vec::with_capacity(service.len() + 12);
    if !service.is_empty() {
        message.push(0x0a);
        let mut length = service.len();
        while length >= 0x80 {
            message.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        message.push(length as u8);
        message.extend_from_slice(service.as_bytes());
    }
    let mut frame = vec![0];
    frame.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    frame.extend_from_slice(&message);
    frame.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_checks_in_a_row_as_are_asked_for_change_what_is_said_of_an_endpoint() {
        let rules = ActiveCheck { failures: 3, successes: 2, ..ActiveCheck::default() };
        let checked = Checked::default();
        let bad = || checked.note(&rules, &Err("the answer was 500".to_owned()));
        let good = || checked.note(&rules, &Ok(()));
        assert!([bad(), bad(), good(), bad(), bad()].iter().all(Option::is_none) && !checked.is_sick());
        assert!(bad().unwrap().contains("3 checks in a row failed, the last because the answer was 500"));
        assert!(checked.is_sick());
        assert!([bad(), good(), bad(), good()].iter().all(Option::is_none) && checked.is_sick());
        assert!(good().unwrap().contains("well again") && !checked.is_sick());
    }

    #[test]
    fn the_question_of_grpc_is_as_protobuf_writes_it() {
        assert_eq!(&question("")[..], [0, 0, 0, 0, 0]);
        assert_eq!(&question("ab")[..], [0, 0, 0, 0, 4, 0x0a, 2, b'a', b'b']);
        let long = question(&"x".repeat(300));
        assert_eq!((&long[1..8], long.len()), (&[0, 0, 1, 47, 0x0a, 0xac, 2][..], 5 + 303));
    }
}
