//! A gateway in memory, between a client and a service that both are the test's.

use std::{
    cell::Cell,
    io,
    net::{IpAddr, Ipv4Addr},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, Once,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use model::{Finding, Snapshot};
use proxy::{Embedded, Reach, Wire};
use testkit::Setup;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split},
    runtime::{Builder, Runtime},
};

use crate::message::{self, Kind, Message};

/// What `h2` asserts in debug builds where a connection that a deadline ends has streams left.
const STREAMS_LEFT: &str = "assertion failed: !self.has_streams()";

thread_local! {
    /// Panics of this thread: those of tasks are seen by nobody else.
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// A gateway with a few policies, its service, and the runtime of both. Time stands still but where everything waits.
pub(crate) struct Rig {
    runtime: Runtime,
    gateway: Embedded,
    pub(crate) service: Arc<Service>,
}

/// What the service does, and what it saw.
#[derive(Default)]
pub(crate) struct Service {
    /// Whether it answers with what it got.
    echo: AtomicBool,
    /// What it answers to everything but `/next`, and whether it closes then. `ok` where absent.
    pub(crate) answer: Mutex<Option<(Vec<u8>, bool)>>,
    /// What it says on connections to `localhost`, whatever it is asked there.
    pub(crate) said: Mutex<Vec<u8>>,
    seen: Mutex<Vec<Message>>,
    complaint: Mutex<Option<String>>,
}

impl Service {
    /// Answers with what it gets from now on: the content, and its type; encoded as `X-Answer-Encoding` says.
    pub(crate) fn echoes(&self) {
        self.echo.store(true, Relaxed);
    }
}

fn echo(request: &Message) -> Vec<u8> {
    let first = |name, other| request.all(name).next().unwrap_or(other).to_owned();
    let mut head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {}\r\n", first("content-type", "application/json"));
    if let Some(encoding) = request.all("x-answer-encoding").next() {
        head.push_str(&format!("Content-Encoding: {encoding}\r\n"));
    }
    let body = if request.body.is_empty() { b"{\"a\":[1,\"b\",{\"c\":null}]}" } else { &*request.body };
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let sends = !request.line.starts_with("HEAD ");
    [head.as_bytes(), if sends { body } else { b"" }].concat()
}

/// A way to the service.
struct Road(Arc<Service>);

impl Reach for Road {
    fn reach(&self, host: &str, _: u16) -> Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>> {
        let (near, far) = duplex(64 << 10);
        let service = Arc::clone(&self.0);
        if host == "localhost" {
            tokio::spawn(say(service, far));
        } else {
            tokio::spawn(serve(service, far));
        }
        Box::pin(std::future::ready(Ok(Wire::Memory(near))))
    }
}

async fn say(service: Arc<Service>, mut stream: DuplexStream) {
    let said = service.said.lock().unwrap().clone();
    let mut asked = [0; 512];
    // Whoever asked may have gone; what they ask further is answered already.
    let _ = stream.read(&mut asked).await;
    if stream.write_all(&said).await.is_ok() && stream.shutdown().await.is_ok() {
        while stream.read(&mut asked).await.is_ok_and(|count| count > 0) {}
    }
}

async fn serve(service: Arc<Service>, mut stream: DuplexStream) {
    let mut read = Vec::new();
    loop {
        match message::read(&read, Kind::Request, false) {
            Err(why) => {
                *service.complaint.lock().unwrap() =
                    Some(format!("the service reads {why} in \"{}\"", read.escape_ascii()));
                return;
            }
            Ok(None) => {
                if !matches!(stream.read_buf(&mut read).await, Ok(1..)) {
                    return;
                }
            }
            Ok(Some((request, used))) => {
                read.drain(..used);
                let scripted = service.answer.lock().unwrap().clone();
                let is_next = request.line.starts_with("GET /next ");
                let echoed = service.echo.load(Relaxed).then(|| (echo(&request), false));
                service.seen.lock().unwrap().push(request);
                let (answer, closes) = match scripted {
                    _ if is_next => (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext".to_vec(), false),
                    Some(scripted) => scripted,
                    None if echoed.is_some() => echoed.unwrap(),
                    None => (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec(), false),
                };
                if stream.write_all(&answer).await.is_err() || closes {
                    return;
                }
            }
        }
    }
}

const POLICIES: &str = "
- cors:
    origins: ['https://example.com']
- headers:
    request: { set: { x-set: '1' } }
  when: request.query.a == 'b' || request.headers['x-a'] == 'c' || request.path.startsWith('/w')
";

impl Rig {
    pub(crate) fn new() -> Rig {
        Rig::with(
            Setup::new(policies::CATALOG)
                .api("open", "/", "service", POLICIES)
                .api("keys", "/keys", "service", "- key-auth: {}")
                .api("near", "/near", "service", "- ip-restriction: { allow: [10.0.0.0/8] }")
                .contract(
                    "orders",
                    "/orders",
                    "",
                    &[("get", "GET", "/{id}", ""), ("put", "PUT", "/{id}/x", "")],
                )
                .consumer("ada", "ada-key-0123456789", "")
                .with_gateway(|gateway| {
                    gateway.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
                    gateway.limits.headers = model::ByteSize::kib(8);
                    gateway.limits.body = model::ByteSize::kib(64);
                }),
        )
    }

    pub(crate) fn with(setup: Setup) -> Rig {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                if panic.payload_as_str() != Some(STREAMS_LEFT) {
                    PANICS.set(PANICS.get() + 1);
                    before(panic);
                }
            }));
        });
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let service = Arc::new(Service::default());
        let gateway = runtime.block_on(async {
            let road = Arc::new(Road(Arc::clone(&service)));
            let snapshot = Arc::new(setup.snapshot);
            Embedded::new(policies::CATALOG, snapshot, &model::event::NoRecorder, road)
        });
        Rig { runtime, gateway: gateway.unwrap(), service }
    }

    /// Puts a snapshot in force.
    pub(crate) fn publish(&self, snapshot: Arc<Snapshot>) -> Result<(), Vec<Finding>> {
        let panics = PANICS.get();
        let published = self.runtime.block_on(async { self.gateway.publish(snapshot) });
        assert_eq!(PANICS.get(), panics, "a task panicked");
        published
    }

    /// Sends these pieces on a connection of their own, each when the one before has been read; what comes back, and what the
    /// service saw meanwhile.
    ///
    /// # Panics
    /// Where a task did, where the gateway does not come to an end, or where the service complains.
    pub(crate) fn run<'a>(&self, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Message>) {
        self.service.seen.lock().unwrap().clear();
        let panics = PANICS.get();
        let run = || self.runtime.block_on(self.exchange(pieces));
        let answers = match catch_unwind(AssertUnwindSafe(run)) {
            Ok(answers) => answers,
            Err(panic) if panic.downcast_ref() == Some(&STREAMS_LEFT) => Vec::new(),
            Err(panic) => resume_unwind(panic),
        };
        assert_eq!(PANICS.get(), panics, "a task panicked");
        let complaint = self.service.complaint.lock().unwrap().take();
        if let Some(complaint) = complaint {
            panic!("{complaint}");
        }
        (answers, std::mem::take(&mut self.service.seen.lock().unwrap()))
    }

    async fn exchange<'a>(&self, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
        // What is not read yet stands in the way of the next piece.
        let (near, far) = duplex(16 << 10);
        let serving = self.gateway.serve(Wire::Memory(far), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let (mut read, mut write) = split(near);
        let writing = async {
            for piece in pieces {
                if write.write_all(piece).await.is_err() {
                    return;
                }
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
            }
        };
        let mut answers = Vec::new();
        let exchange = async {
            let _ = tokio::join!(serving, writing, read.read_to_end(&mut answers));
        };
        let in_time = tokio::time::timeout(Duration::from_secs(3600), exchange).await;
        assert!(in_time.is_ok(), "the connection does not end");
        answers
    }
}

/// The answers on a connection, read strictly.
///
/// # Panics
/// Where they can be read in two ways.
pub(crate) fn answers(mut bytes: &[u8]) -> (Vec<Message>, &[u8]) {
    let mut all = Vec::new();
    loop {
        match message::read(bytes, Kind::Response, true) {
            Ok(Some((answer, used))) => {
                bytes = &bytes[used..];
                let changes = answer.status() == "101";
                all.push(answer);
                if changes {
                    return (all, &[]);
                }
            }
            Ok(None) => return (all, bytes),
            Err(why) => panic!("the client reads {why} in \"{}\"", bytes.escape_ascii()),
        }
    }
}
