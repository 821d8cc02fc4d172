//! An upstream that does what a closure says, and reads requests with a reader of its own: strict, simple and not the gateway's.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// What an upstream read: one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// In lower case but for the first line.
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) trailers: String,
}

impl Seen {
    pub(crate) fn line(&self) -> &str {
        self.head.split("\r\n").next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.split("\r\n").skip(1).find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// What an upstream saw on all of its connections.
#[derive(Clone, Default)]
pub(crate) struct Log {
    seen: Arc<Mutex<Vec<Seen>>>,
    told: Arc<Notify>,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) ended: Arc<AtomicUsize>,
}

impl Log {
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Connections of the gateway that were accepted, and those of them that have ended.
    pub(crate) fn opened(&self) -> usize {
        self.connections.load(SeqCst)
    }

    pub(crate) fn ended(&self) -> usize {
        self.ended.load(SeqCst)
    }

    pub(crate) fn clear(&self) {
        self.seen.lock().unwrap().clear();
    }

    /// Waits until this holds.
    pub(crate) async fn until(&self, what: impl Fn(&Log) -> bool) {
        let waiting = async {
            loop {
                let told = self.told.notified();
                if what(self) {
                    return;
                }
                told.await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("what is waited for at the upstream happens");
    }
}

/// An upstream and what it saw.
pub(crate) struct Origin {
    pub(crate) addr: SocketAddr,
    pub(crate) log: Log,
}

impl Origin {
    /// Runs this on every connection.
    pub(crate) async fn start<F, Fut>(serve: F) -> Origin
    where
        F: Fn(Conn) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let log = Log::default();
        let serve = Arc::new(serve);
        let of_all = log.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                of_all.connections.fetch_add(1, SeqCst);
                let (serve, log) = (Arc::clone(&serve), of_all.clone());
                tokio::spawn(async move {
                    serve(Conn { stream, read: Vec::new(), log: log.clone(), raw: String::new() }).await;
                    log.ended.fetch_add(1, SeqCst);
                    log.told.notify_waiters();
                });
            }
        });
        Origin { addr, log }
    }

    /// Answers every request with `ok`.
    pub(crate) async fn ok() -> Origin {
        Origin::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await
    }

    /// Answers every request with these bytes.
    pub(crate) async fn answering(answer: &'static [u8]) -> Origin {
        Origin::start(move |mut conn| async move {
            while conn.request().await.is_some() {
                conn.write(answer).await;
            }
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

/// A connection of the gateway.
pub(crate) struct Conn {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
    log: Log,
    /// The last head as it came.
    raw: String,
}

impl Conn {
    /// The value of a field of the last head, as it came.
    pub(crate) fn raw_field(&self, name: &str) -> Option<String> {
        self.raw.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    /// Reads one request; `None` at the end.
    pub(crate) async fn request(&mut self) -> Option<Seen> {
        let head = self.head().await?;
        let (body, trailers) = self.body(&head).await?;
        let seen = Seen { head, body, trailers };
        self.log.seen.lock().unwrap().push(seen.clone());
        self.log.told.notify_waiters();
        Some(seen)
    }

    /// Reads a head.
    pub(crate) async fn head(&mut self) -> Option<String> {
        let text = self.up_to("\r\n\r\n").await?;
        self.raw.clone_from(&text);
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a lone line end: {text:?}");
        let (line, fields) = text.split_once("\r\n").unwrap();
        assert_eq!(line.split(' ').count(), 3, "{line:?}");
        Some(format!("{line}\r\n{}", fields.to_ascii_lowercase()))
    }

    /// Reads the body this head announces, and what follows it. There is one way to read it.
    async fn body(&mut self, head: &str) -> Option<(String, String)> {
        let mut framing = Vec::new();
        for line in head.trim_end().split("\r\n").skip(1) {
            let (name, value) = line.split_once(": ").or(line.split_once(":")).expect("a field");
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            assert!(!name.is_empty() && name.bytes().all(is_token), "a name: {line:?}");
            if name == "content-length" || name == "transfer-encoding" {
                framing.push((name, value));
            }
        }
        match framing[..] {
            [] => Some(Default::default()),
            [("content-length", length)] => {
                assert!(length.bytes().all(|b| b.is_ascii_digit()), "a length: {length:?}");
                let body = self.exactly(length.parse().unwrap()).await?;
                Some((body, String::new()))
            }
            [("transfer-encoding", "chunked")] => {
                let mut body = String::new();
                loop {
                    let line = self.up_to("\r\n").await?;
                    let digits = line.trim_end_matches("\r\n");
                    assert!(digits.bytes().all(|b| b.is_ascii_hexdigit()), "a size: {line:?}");
                    let size = usize::from_str_radix(digits, 16).unwrap();
                    if size == 0 {
                        break;
                    }
                    body.push_str(&self.exactly(size).await?);
                    assert_eq!(self.exactly(2).await?, "\r\n");
                }
                let mut trailers = String::new();
                loop {
                    let line = self.up_to("\r\n").await?;
                    if line == "\r\n" {
                        return Some((body, trailers));
                    }
                    trailers.push_str(&line);
                }
            }
            _ => panic!("a body framed in two ways: {head:?}"),
        }
    }

    async fn up_to(&mut self, mark: &str) -> Option<String> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|w| w == mark.as_bytes()) {
                return Some(self.take(at + mark.len()));
            }
            self.more().await?;
        }
    }

    /// Reads so many bytes.
    pub(crate) async fn exactly(&mut self, length: usize) -> Option<String> {
        while self.read.len() < length {
            self.more().await?;
        }
        Some(self.take(length))
    }

    fn take(&mut self, length: usize) -> String {
        String::from_utf8_lossy(&self.read.drain(..length).collect::<Vec<_>>()).into_owned()
    }

    async fn more(&mut self) -> Option<()> {
        let mut buf = vec![0; 64 << 10];
        let read = self.stream.read(&mut buf).await.unwrap_or(0);
        self.read.extend_from_slice(&buf[..read]);
        (read > 0).then_some(())
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Waits until the gateway has closed the connection; what came before that.
    pub(crate) async fn rest(&mut self) -> String {
        while self.more().await.is_some() {}
        self.take(self.read.len())
    }
}
