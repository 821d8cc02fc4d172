//! `pailou policy test`: rules held against requests, by the policies that would judge them, in this process and with no service behind.

mod assumed;
mod case;
mod report;

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    pin::Pin,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use control::{Bundle, Checked, Files};
use model::{
    Finding, Name, Snapshot,
    event::NoRecorder,
    snapshot::{Access, Caller},
};
use policy::Identity;
use proxy::{Embedded, Reach, Wire};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::timeout,
};

use self::{
    assumed::Refusal,
    case::{As, Asked, Case, Expected, Placed},
    report::{Outcome, Report},
};
use crate::{
    command::{PolicyTestArgs, RuleFormat},
    folder,
    shutdown::Failure,
};

pub(crate) use self::case::is_tests;

/// How long one test may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer of one, bytes.
const LARGEST: usize = 4 << 20;
const BUFFER: usize = 64 * 1024;
/// From where a client calls where a test does not say.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

pub(crate) fn run(args: &PolicyTestArgs) -> ExitCode {
    match tested(args) {
        Ok(report) => {
            match args.output {
                RuleFormat::Text => print!("{}", report.to_text()),
                RuleFormat::Json => println!("{:#}", report.to_json()),
                RuleFormat::Junit => print!("{}", report.to_junit()),
            }
            if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

fn tested(args: &PolicyTestArgs) -> Result<Report, Failure> {
    let bundle = folder::read_within(&args.files, &args.reach, &mut |why| tracing::warn!("{why}"))?;
    let tests = read_tests(&args.files)?;
    if tests.is_empty() {
        let ends = case::ENDS.join("`, `");
        return Err(Failure::new(format!(
            "{}: there are no tests; they stand in files whose names end with `{ends}`",
            args.files.display()
        )));
    }
    let files = Files::beside(folder::base_within(&args.files, &args.reach)?);
    let snapshot = compile(&bundle, &files)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?;
    let wanted = |test: &Placed| args.only.as_ref().is_none_or(|part| name_of(test).contains(part.as_str()));
    let mut report = Report::default();
    for test in tests.into_iter().filter(wanted) {
        let outcome = runtime.block_on(one(&snapshot, &test.case));
        report.add(test, outcome);
    }
    Ok(report)
}

fn name_of(test: &Placed) -> String {
    format!("{}: {}", test.suite, test.case.name)
}

fn compile(bundle: &Bundle, files: &Files) -> Result<Arc<Snapshot>, Failure> {
    let checked = control::check(bundle, files, assumed::catalogue(), None);
    let Checked { snapshot, .. } = checked.map_err(told)?;
    Ok(Arc::new(snapshot))
}

fn told(findings: Vec<Finding>) -> Failure {
    Failure::lines(findings.iter().map(ToString::to_string))
}

/// The tests of a file, or of all files of a folder.
fn read_tests(path: &Path) -> Result<Vec<Placed>, Failure> {
    let (mut tests, mut findings) = (Vec::new(), Vec::new());
    for file in folder::tests(path)? {
        let text = std::fs::read_to_string(&file);
        let text = text.map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        match case::read(&file.display().to_string(), &text) {
            Ok(read) => tests.extend(read),
            Err(wrong) => findings.extend(wrong),
        }
    }
    if findings.is_empty() { Ok(tests) } else { Err(told(findings)) }
}

/// What is wrong with the tests of a file or folder, as `pailou validate` tells it.
pub(crate) fn faults(path: &Path) -> Result<(), Failure> {
    read_tests(path).map(drop)
}

/// Makes the request of a test at a gateway of its own, so that no test counts toward the limits of another.
async fn one(snapshot: &Arc<Snapshot>, case: &Case) -> Outcome {
    let caller = match &case.caller {
        Some(caller) => match identity(snapshot, caller) {
            Ok(identity) => Some(identity),
            Err(why) => return Outcome::Broken(why),
        },
        None => None,
    };
    let is_assumed = caller.is_some();
    assumed::begin(caller);
    let reached = Arc::new(AtomicBool::new(false));
    let service = Arc::new(Service(Arc::clone(&reached)));
    let answered = match Embedded::new(assumed::catalogue(), Arc::clone(snapshot), &NoRecorder, service) {
        Ok(gateway) => timeout(PATIENCE, ask(&gateway, &case.request)).await,
        Err(findings) => {
            let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
            return Outcome::Broken(findings.join("; "));
        }
    };
    let run = assumed::end();
    let (status, problem) = match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Outcome::Broken(format!("the request came to nothing: {error}")),
        Err(_) => return Outcome::Broken(format!("it took longer than {} s", PATIENCE.as_secs())),
    };
    if is_assumed && !run.asked && problem.as_deref() != Some("not-found") {
        let why =
            "`as` says who calls, and no policy there asks: attach one such as `key-auth`, or leave `as` out";
        return Outcome::Broken(why.to_owned());
    }
    let refused = problem.is_some();
    Outcome::Judged {
        allowed: !refused,
        status,
        problem,
        by: run.refused.filter(|_| refused),
        reached: reached.load(Relaxed),
    }
}

/// Who a test says calls.
fn identity(snapshot: &Snapshot, said: &As) -> Result<Identity, String> {
    let subject = said.claims.as_ref().and_then(|claims| claims.get("sub")).and_then(Value::as_str);
    let name = said.consumer.as_deref().or(subject).unwrap_or("somebody");
    let found = match &said.app {
        Some(app) => {
            let found = snapshot.callers.get(&format!("app/{app}")).cloned();
            Some(found.ok_or_else(|| format!("`as.app`: there is no app `{app}` in the folder"))?)
        }
        None => snapshot.callers.get(&format!("consumer/{name}")).cloned(),
    };
    let mut caller = found.unwrap_or_else(|| {
        Arc::new(Caller {
            key: format!("external/{name}").into(),
            name: name.into(),
            workspace: Name::default_workspace(),
            custom_id: None,
            groups: Box::default(),
            keys: Box::default(),
            logins: Box::default(),
            client: None,
            access: Access::Any,
            policies: Box::default(),
        })
    });
    if let Some(groups) = &said.groups {
        Arc::make_mut(&mut caller).groups = groups.clone().into();
    }
    let mut identity = assumed::proved(caller);
    identity.scopes = said.scopes.iter().map(|scope| Arc::from(scope.as_str())).collect();
    identity.claims = said.claims.clone().map(|claims| Arc::new(Value::Object(claims)));
    Ok(identity)
}

/// Sends a request; the status of the answer, and the code of the problem where it is one of the gateway's.
async fn ask(gateway: &Embedded, asked: &Asked) -> io::Result<(u16, Option<String>)> {
    let (near, far) = duplex(BUFFER);
    let served = gateway.serve(Wire::Memory(far), asked.from.unwrap_or(CLIENT));
    let (_, answer) = tokio::join!(served, exchange(near, asked));
    read_answer(&answer?)
}

async fn exchange(mut near: DuplexStream, asked: &Asked) -> io::Result<Vec<u8>> {
    near.write_all(&message(asked)).await?;
    let mut answer = Vec::new();
    (&mut near).take(LARGEST as u64).read_to_end(&mut answer).await?;
    Ok(answer)
}

fn message(asked: &Asked) -> Vec<u8> {
    let host = asked.host.as_deref().unwrap_or("gateway.test");
    let mut head =
        format!("{} {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", asked.method, asked.path);
    for (name, value) in &asked.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let has_type = asked.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
    let body = match &asked.body {
        None => Vec::new(),
        Some(Value::String(text)) => text.clone().into_bytes(),
        Some(value) => {
            if !has_type {
                head.push_str("Content-Type: application/json\r\n");
            }
            value.to_string().into_bytes()
        }
    };
    if asked.body.is_some() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    [format!("{head}\r\n").into_bytes(), body].concat()
}

fn read_answer(answer: &[u8]) -> io::Result<(u16, Option<String>)> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("there is no answer"))?;
    let is_problem = head.to_ascii_lowercase().contains("content-type: application/problem+json");
    let problem = is_problem.then(|| serde_json::from_str::<Value>(body).ok()).flatten();
    let code = problem
        .and_then(|problem| Some(problem["type"].as_str()?.strip_prefix("urn:pailou:problem:")?.to_owned()));
    // One that a service makes itself is none of the gateway's, and there is no service.
    Ok((status, code))
}

/// Stands for every service: it answers `200`, and remembers that it was asked.
struct Service(Arc<AtomicBool>);

impl Reach for Service {
    fn reach(&self, _: &str, _: u16) -> Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>> {
        let reached = Arc::clone(&self.0);
        Box::pin(async move {
            let (near, far) = duplex(BUFFER);
            tokio::spawn(answer(far, reached));
            Ok(Wire::Memory(near))
        })
    }
}

async fn answer(mut far: DuplexStream, reached: Arc<AtomicBool>) {
    // Bodies are small, and come with their length: the head's end is all that is waited for.
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !seen.windows(4).any(|window| window == b"\r\n\r\n") {
        match far.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&piece[..read]),
        }
    }
    reached.store(true, Relaxed);
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let _ = far.write_all(answer).await;
    // What is left of the body is taken, so that nobody waits for room.
    while far.read(&mut piece).await.is_ok_and(|read| read > 0) {}
}

/// What of an expectation an outcome does not meet; nothing where it meets it.
fn unmet(expected: &Expected, outcome: &Outcome) -> Option<String> {
    let Outcome::Judged { allowed, status, problem, by, .. } = outcome else {
        let Outcome::Broken(why) = outcome else { return None };
        return Some(why.clone());
    };
    let is = said(*allowed, *status, problem.as_deref(), by.as_ref());
    if expected.allowed != *allowed {
        let wanted = if expected.allowed { "allowed" } else { "refused" };
        return Some(format!("expected to be {wanted}, and {is}"));
    }
    let policy = by.as_ref().map(|by| by.policy);
    if let Some(wanted) = &expected.by
        && policy != Some(wanted)
    {
        return Some(format!("expected to be refused by `{wanted}`, and {is}"));
    }
    if expected.status.is_some_and(|wanted| wanted != *status) {
        return Some(format!("expected status {}, and {is}", expected.status.unwrap_or_default()));
    }
    if let Some(wanted) = &expected.problem
        && problem.as_ref() != Some(wanted)
    {
        return Some(format!("expected the problem `{wanted}`, and {is}"));
    }
    let cause = by.as_ref().and_then(|by| by.cause.as_deref()).unwrap_or_default();
    match &expected.because {
        Some(wanted) if !cause.contains(wanted.as_str()) => {
            Some(format!("expected to be refused because of `{wanted}`, and {is}"))
        }
        _ => None,
    }
}

fn said(allowed: bool, status: u16, problem: Option<&str>, by: Option<&Refusal>) -> String {
    if allowed {
        return format!("was allowed ({status})");
    }
    let problem = problem.unwrap_or_default();
    match by {
        Some(Refusal { policy, place, cause }) => {
            let place = place.split('#').next().unwrap_or(place);
            let cause = cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("was refused by `{policy}` at {place} ({status} {problem}){cause}")
        }
        None => format!("was refused by no policy ({status} {problem})"),
    }
}
