//! What these tests begin with: an upstream that does as it is told, a gateway before it, and raw bytes to send.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use model::{
    EventSink, ExchangeEvent, Recorder, Snapshot, Upstream,
    snapshot::{Answers, OperationRoute, Service},
};
use policy::Catalogue;
use proxy::{Config, Gateway};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// What an upstream does on each connection.
#[derive(Clone)]
pub(crate) enum Script {
    /// Answers every request with its own head as text; keeps the connection.
    Echo,
    /// Reads one head, then writes these pieces, each after a signal, and closes.
    Pieces(Vec<&'static [u8]>),
    /// Reads and never answers.
    Silent,
}

/// An upstream that does as it is told.
pub(crate) struct Origin {
    pub(crate) addr: SocketAddr,
    pub(crate) connections: Arc<AtomicUsize>,
    /// Lets a piece of [`Script::Pieces`] go.
    pub(crate) go: Arc<tokio::sync::Semaphore>,
    /// Signalled when a connection of the gateway has ended.
    pub(crate) gone: Arc<tokio::sync::Semaphore>,
}

impl Origin {
    pub(crate) async fn start(script: Script) -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let go = Arc::new(tokio::sync::Semaphore::new(0));
        let gone = Arc::new(tokio::sync::Semaphore::new(0));
        let origin = Origin { addr, connections: connections.clone(), go: go.clone(), gone: gone.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, SeqCst);
                let (script, go, gone) = (script.clone(), go.clone(), gone.clone());
                tokio::spawn(async move {
                    play(stream, script, go).await;
                    gone.add_permits(1);
                });
            }
        });
        origin
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

async fn play(mut stream: TcpStream, script: Script, go: Arc<tokio::sync::Semaphore>) {
    let mut read = Vec::new();
    let mut buf = [0; 16 << 10];
    loop {
        let head = loop {
            if let Some(end) = read.windows(4).position(|w| w == b"\r\n\r\n") {
                break read.drain(..end + 4).collect::<Vec<u8>>();
            }
            match stream.read(&mut buf).await {
                Ok(n) if n > 0 => read.extend_from_slice(&buf[..n]),
                _ => return,
            }
        };
        match &script {
            Script::Echo => {
                let length = body_length(&head);
                while read.len() < length {
                    match stream.read(&mut buf).await {
                        Ok(n) if n > 0 => read.extend_from_slice(&buf[..n]),
                        _ => return,
                    }
                }
                let body: Vec<u8> = read.drain(..length).collect();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Length: {}\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive, x-hop\r\n\
                     X-Hop: 1\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\n\r\n",
                    head.len() + body.len()
                );
                let mut whole = answer.into_bytes();
                if !head.starts_with(b"HEAD") {
                    whole.extend_from_slice(&head);
                    whole.extend_from_slice(&body);
                }
                if stream.write_all(&whole).await.is_err() {
                    return;
                }
            }
            Script::Pieces(pieces) => {
                for piece in pieces {
                    let mut gone = [0; 1];
                    tokio::select! {
                        permit = go.acquire() => permit.unwrap().forget(),
                        _ = stream.read(&mut gone) => return,
                    }
                    if stream.write_all(piece).await.is_err() {
                        return;
                    }
                }
                return;
            }
            Script::Silent => while matches!(stream.read(&mut buf).await, Ok(n) if n > 0) {},
        }
    }
}

fn body_length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0)
}

/// A service that passes everything below `path` on.
pub(crate) fn pass(name: &str, path: &str, upstream: Upstream) -> Arc<Service> {
    service(name, path, Answers::Everything, upstream)
}

pub(crate) fn service(name: &str, path: &str, answers: Answers, upstream: Upstream) -> Arc<Service> {
    Arc::new(Service {
        key: format!("api/{name}").into(),
        api: Some(name.into()),
        workspace: "default".parse().unwrap(),
        listen: serde_json::from_value(serde_json::json!({ "path": path })).unwrap(),
        answers,
        upstream: Arc::new(upstream),
        split: None,
        policies: Vec::new(),
        contract: None,
    })
}

pub(crate) fn operation(id: &str, method: &str, path: &str) -> OperationRoute {
    OperationRoute {
        id: id.into(),
        methods: vec![method.to_owned()],
        path: path.to_owned(),
        soap_action: None,
        policies: Vec::new(),
    }
}

pub(crate) fn upstream(value: serde_json::Value) -> Upstream {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn to(urls: &[String]) -> Upstream {
    upstream(serde_json::json!({ "endpoints": urls }))
}

pub(crate) fn snapshot(services: Vec<Arc<Service>>) -> Snapshot {
    let services = services.into_iter().map(|service| (service.key.clone(), service)).collect();
    Snapshot { number: 1, services, ..Snapshot::default() }
}

/// Keeps what is recorded.
#[derive(Clone, Default)]
pub(crate) struct Events(pub(crate) Arc<Mutex<Vec<ExchangeEvent>>>, Arc<tokio::sync::Notify>);

impl Recorder for Events {
    fn sink(&self) -> Box<dyn EventSink> {
        Box::new(self.clone())
    }
}

impl EventSink for Events {
    fn record(&mut self, event: ExchangeEvent) {
        self.0.lock().unwrap().push(event);
        self.1.notify_one();
    }

    fn wants_detail(&mut self, _: u64) -> bool {
        true
    }
}

impl Events {
    /// Waits until there are so many.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<ExchangeEvent> {
        let waiting = async {
            loop {
                let told = self.1.notified();
                let events = self.0.lock().unwrap().clone();
                if events.len() >= count {
                    return events;
                }
                told.await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("the events come")
    }
}

pub(crate) struct Started {
    pub(crate) gateway: Gateway,
    pub(crate) events: Events,
}

pub(crate) fn start(snapshot: Snapshot) -> Started {
    start_with(snapshot, Config::default())
}

pub(crate) fn start_with(snapshot: Snapshot, config: Config) -> Started {
    start_of(Catalogue::EMPTY, snapshot, config)
}

/// With policies of the test's own.
pub(crate) fn start_of(catalogue: Catalogue, snapshot: Snapshot, config: Config) -> Started {
    let events = Events::default();
    let any = Some("127.0.0.1:0".parse().unwrap());
    let config = Config { http: any, https: any, workers: config.workers.max(1), ..config };
    let gateway = Gateway::start(config, catalogue, Arc::new(snapshot), Arc::new(events.clone())).unwrap();
    Started { gateway, events }
}

impl Started {
    pub(crate) async fn connect(&self) -> Wire {
        Wire(TcpStream::connect(self.gateway.http_addr().unwrap()).await.unwrap(), String::new())
    }

    /// Sends bytes on a connection of their own and reads one response.
    pub(crate) async fn send(&self, bytes: &str) -> Response {
        let mut wire = self.connect().await;
        wire.send(bytes).await;
        wire.response().await
    }
}

/// A connection of raw bytes, and what was read of it too much.
pub(crate) struct Wire(pub(crate) TcpStream, String);

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The code of the problem in the body.
    pub(crate) fn problem(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["type"].as_str().unwrap_or_default().trim_start_matches("urn:pailou:problem:").to_owned()
    }
}

impl Wire {
    pub(crate) fn over(stream: TcpStream) -> Wire {
        Wire(stream, String::new())
    }

    /// Sends to somebody who may have closed the connection.
    pub(crate) async fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes).await
    }

    pub(crate) async fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Reads up to the next piece; nothing at the end.
    pub(crate) async fn piece(&mut self) -> String {
        if !self.1.is_empty() {
            return std::mem::take(&mut self.1);
        }
        let mut buf = [0; 64 << 10];
        let read = timeout(PATIENCE, self.0.read(&mut buf)).await.expect("something comes");
        String::from_utf8_lossy(&buf[..read.unwrap_or(0)]).into_owned()
    }

    /// Reads until the connection ends.
    pub(crate) async fn rest(&mut self) -> String {
        let mut all = std::mem::take(&mut self.1).into_bytes();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut all)).await.expect("the connection ends");
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Reads one response with a `Content-Length`, or none where the connection ends (status 0).
    pub(crate) async fn response(&mut self) -> Response {
        let mut read = String::new();
        let end = loop {
            if let Some(end) = read.find("\r\n\r\n") {
                break end + 4;
            }
            let piece = self.piece().await;
            if piece.is_empty() {
                return Response { status: 0, head: read, body: String::new() };
            }
            read.push_str(&piece);
        };
        let head = read[..end].to_owned();
        let length = body_length(head.as_bytes());
        while read.len() < end + length {
            let piece = self.piece().await;
            assert!(!piece.is_empty(), "the body breaks off: {read}");
            read.push_str(&piece);
        }
        self.1 = read.split_off(end + length);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Response { status, body: read[end..].to_owned(), head }
    }
}
