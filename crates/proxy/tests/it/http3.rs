//! HTTP/3 toward clients: with a client that is not the gateway's, and with bytes on streams of QUIC.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use model::{
    Gateway, Protocol, Snapshot, Upstream,
    event::{Fault, Spoken},
};
use quinn::{
    ClientConfig, ConnectionError, Endpoint, RecvStream, SendStream, VarInt, crypto::rustls::QuicClientConfig,
};
use tokio::{
    net::TcpListener,
    time::{Instant, timeout},
};

use crate::{
    kit::{Origin, Script, Started, pass, snapshot, start, start_with, to},
    origin,
    tls::Anything,
};

const PATIENCE: Duration = Duration::from_secs(10);
const NO_ERROR: u32 = 0x100;
const FRAME_UNEXPECTED: u32 = 0x105;
const FRAME: u32 = 0x106;
const MISSING_SETTINGS: u32 = 0x10a;
const MESSAGE: u32 = 0x10e;
const DECOMPRESSION: u32 = 0x200;

type Sender = h3::client::SendRequest<h3_quinn::OpenStreams, Bytes>;
type Stream = h3::client::RequestStream<h3_quinn::BidiStream<Bytes>, Bytes>;

/// An upstream that sends back what it is sent, as it comes, with its trailers.
pub(crate) async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = |request: Request<hyper::body::Incoming>| async {
                let mut response = Response::new(request.into_body());
                response.headers_mut().insert("trailer", HeaderValue::from_static("x-sum"));
                Ok::<_, hyper::Error>(response)
            };
            let serving = hyper::server::conn::http1::Builder::new();
            tokio::spawn(serving.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    addr
}

/// A client's side of QUIC that trusts whatever it is shown.
pub(crate) fn endpoint() -> (Endpoint, Arc<Anything>) {
    let seen = Arc::<Anything>::default();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&seen) as _)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h3".to_vec()];
    let mut endpoint = Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    endpoint.set_default_client_config(ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap())));
    (endpoint, seen)
}

/// A connection with a client of HTTP/3 on it.
pub(crate) async fn connect(started: &Started) -> (Sender, quinn::Connection) {
    let quic = raw(started).await;
    let mut builder = h3::client::builder();
    let (mut driver, sender) = builder.build(h3_quinn::Connection::new(quic.clone())).await.unwrap();
    tokio::spawn(async move { driver.wait_idle().await });
    (sender, quic)
}

/// A connection on which nothing was said.
async fn raw(started: &Started) -> quinn::Connection {
    let address = started.gateway.https_addr().unwrap();
    let connecting = endpoint().0.connect(address, "localhost").unwrap();
    timeout(PATIENCE, connecting).await.expect("a connection begins").unwrap()
}

fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("https://a.example.com{path}"))
}

pub(crate) fn get_request(path: &str) -> Request<()> {
    request(Method::GET, path).body(()).unwrap()
}

pub(crate) async fn get(sender: &mut Sender, path: &str) -> (Response<()>, String) {
    let mut stream = sender.send_request(get_request(path)).await.unwrap();
    stream.finish().await.unwrap();
    let response = timeout(PATIENCE, stream.recv_response()).await.unwrap().unwrap();
    let body = rest(&mut stream).await;
    (response, String::from_utf8(body).unwrap())
}

async fn rest(stream: &mut Stream) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(mut piece) = timeout(PATIENCE, stream.recv_data()).await.unwrap().unwrap() {
        body.extend_from_slice(&piece.copy_to_bytes(piece.remaining()));
    }
    body
}

fn with(mut snapshot: Snapshot, change: impl FnOnce(&mut Gateway)) -> Snapshot {
    change(Arc::make_mut(&mut snapshot.gateway));
    snapshot
}

#[tokio::test]
async fn a_request_passes_and_leaves_what_one_in_any_version_does() {
    let origin = Origin::start(Script::Echo).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let (mut sender, _quic) = connect(&started).await;
    let (response, seen) = get(&mut sender, "/a/x?y=1").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["server"], "origin");
    assert!(response.headers().get("x-hop").is_none() && response.headers().get("connection").is_none());
    assert!(seen.starts_with("GET /x?y=1 HTTP/1.1\r\n"), "{seen}");
    let seen = seen.to_ascii_lowercase();
    for line in [
        "via: 3 pailou",
        "x-forwarded-proto: https",
        "x-forwarded-host: a.example.com",
        "x-forwarded-for: 127.0.0.1",
    ] {
        assert!(seen.contains(line), "{line} in {seen}");
    }
    assert!(!seen.contains("transfer-encoding"), "{seen}");
    let (response, problem) = get(&mut sender, "/nothing").await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::NOT_FOUND, &HeaderValue::from_static("application/problem+json"))
    );
    assert!(problem.contains("urn:pailou:problem:not-found"), "{problem}");

    let head = request(Method::HEAD, "/a").body(()).unwrap();
    let mut stream = sender.send_request(head).await.unwrap();
    stream.finish().await.unwrap();
    let response = stream.recv_response().await.unwrap();
    assert_ne!(response.headers()["content-length"], "0");
    assert!(rest(&mut stream).await.is_empty());
    let events = started.events.wait_for(3).await;
    assert!(events.iter().all(|event| event.protocol == Spoken::Http3));
    assert_eq!([200, 404, 200].to_vec(), events.iter().map(|event| event.status).collect::<Vec<_>>());
    assert_eq!(started.gateway.status().connections, 1);
    assert!(started.gateway.listening().iter().find(|one| &*one.name == "https").unwrap().http3);
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let started = start(snapshot(vec![pass("a", "/a", to(&[format!("http://{}", echo().await)]))]));
    let (mut sender, _quic) = connect(&started).await;
    let post = request(Method::POST, "/a").body(()).unwrap();
    let stream = sender.send_request(post).await.unwrap();
    let (mut up, mut down) = stream.split();
    let piece = Bytes::from(vec![b'x'; 64 << 10]);
    up.send_data(Bytes::from_static(b"first")).await.unwrap();
    // The answer begins while the request goes on.
    assert_eq!(timeout(PATIENCE, down.recv_response()).await.unwrap().unwrap().status(), 200);
    let mut first = timeout(PATIENCE, down.recv_data()).await.unwrap().unwrap().unwrap();
    assert_eq!(first.copy_to_bytes(first.remaining()), "first");
    let sending = async {
        for _ in 0..160 {
            up.send_data(piece.clone()).await.unwrap();
        }
        up.finish().await.unwrap();
    };
    let reading = async {
        let mut count = 0;
        while let Some(piece) = down.recv_data().await.unwrap() {
            count += piece.remaining();
        }
        count
    };
    let ((), count) = timeout(PATIENCE * 3, async { tokio::join!(sending, reading) }).await.unwrap();
    assert_eq!(count, 160 * (64 << 10));
    let event = &started.events.wait_for(1).await[0];
    assert_eq!((event.bytes_in, event.bytes_out), ((160 * (64 << 10)) + 5, (160 * (64 << 10)) + 5));
}

#[tokio::test]
async fn trailers_pass_both_ways_without_what_is_of_a_head() {
    let answer =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\nHost: b\r\n\r\n";
    let origin = origin::Origin::answering(answer).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let (mut sender, _quic) = connect(&started).await;
    let mut stream = sender.send_request(request(Method::POST, "/a").body(()).unwrap()).await.unwrap();
    stream.send_data(Bytes::from_static(b"body")).await.unwrap();
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("1"));
    trailers.insert("host", HeaderValue::from_static("b"));
    stream.send_trailers(trailers).await.unwrap();
    stream.finish().await.unwrap();
    assert_eq!(stream.recv_response().await.unwrap().status(), 200);
    assert_eq!(rest(&mut stream).await, b"ok");
    let trailers = stream.recv_trailers().await.unwrap().expect("trailers come");
    assert_eq!((trailers.len(), &trailers["x-sum"]), (1, &HeaderValue::from_static("2")));
    let seen = &origin.log.seen()[0];
    assert_eq!((&*seen.body, seen.trailers.trim()), ("body", "x-sum: 1"));
}

#[tokio::test]
async fn what_is_refused_in_grpc_is_told_in_grpc() {
    let started = start(snapshot(Vec::new()));
    let (mut sender, _quic) = connect(&started).await;
    let call =
        request(Method::POST, "/a.B/C").header("content-type", "application/grpc").header("te", "trailers");
    let mut stream = sender.send_request(call.body(()).unwrap()).await.unwrap();
    stream.finish().await.unwrap();
    let response = stream.recv_response().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["grpc-status"]),
        (StatusCode::OK, &HeaderValue::from_static("12"))
    );
    assert!(response.headers().get("content-length").is_none());
}

#[tokio::test]
async fn a_stream_becomes_a_socket_to_a_service_that_speaks_websocket() {
    let origin = crate::http2_websocket::upstream(None).await;
    let (url, _) = crate::upstream_websocket::speaks_sockets().await;
    let http2 = Upstream { protocol: Protocol::Http2, ..to(&[url]) };
    for upstream in [to(&[origin.url()]), http2] {
        talk_on_a_socket(&start(snapshot(vec![pass("a", "/a", upstream)]))).await;
    }
}

async fn talk_on_a_socket(started: &Started) {
    let raw = Raw::connect(started, SETTINGS).await;
    let head = [
        (":method", "CONNECT"),
        (":protocol", "websocket"),
        GET[1],
        GET[2],
        GET[3],
        ("sec-websocket-version", "13"),
    ];
    let (mut send, mut recv) = raw.open(&fields(&head), false).await;
    let mut answer = [0; 6];
    timeout(PATIENCE, recv.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!((answer[0], answer[5]), (1, 0xc0 | 25), "`:status` 200");
    let mut rest = vec![0; usize::from(u16::from_be_bytes([answer[1] & 0x3f, answer[2]])) - 3];
    recv.read_exact(&mut rest).await.unwrap();
    for word in ["one", "another"] {
        send.write_all(&frame(0, word.as_bytes())).await.unwrap();
        let mut echoed = vec![0; word.len() + 2];
        timeout(PATIENCE, recv.read_exact(&mut echoed)).await.unwrap().unwrap();
        assert_eq!(echoed[2..], *word.as_bytes());
    }
    send.finish().unwrap();
    assert_eq!(raw.end(&mut recv).await, End::Whole(Vec::new()));
    let event = &started.events.wait_for(1).await[0];
    assert_eq!((event.status, event.bytes_in, event.bytes_out), (101, 10, 10));
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_the_service_and_nobody_else() {
    let started = start(snapshot(vec![pass("a", "/a", to(&[format!("http://{}", echo().await)]))]));
    let (mut sender, _quic) = connect(&started).await;
    let stream = sender.send_request(request(Method::POST, "/a").body(()).unwrap()).await.unwrap();
    let (mut up, mut down) = stream.split();
    let mut sent = 0;
    let piece = Bytes::from(vec![b'x'; 64 << 10]);
    // Nothing is read, so that what can be sent ends: what is between the two is bounded.
    while sent < 64 << 20 && timeout(Duration::from_millis(500), up.send_data(piece.clone())).await.is_ok() {
        sent += piece.len();
    }
    assert!(sent < 64 << 20, "all of it was taken");
    assert_eq!(get(&mut sender, "/nothing").await.0.status(), 404);
    down.stop_sending(h3::error::Code::H3_REQUEST_CANCELLED);
    assert_eq!(started.events.wait_for(2).await[1].fault, Fault::Downstream);
}

#[tokio::test]
async fn a_hundred_streams_are_served_at_a_time() {
    let all_are_there = Arc::new(tokio::sync::Barrier::new(100));
    let origin = origin::Origin::start(move |mut conn| {
        let all_are_there = Arc::clone(&all_are_there);
        async move {
            conn.request().await;
            all_are_there.wait().await;
            conn.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        }
    })
    .await;
    let config = proxy::Config { workers: 2, ..proxy::Config::default() };
    let started = start_with(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]), config);
    let (sender, _quic) = connect(&started).await;
    let all: Vec<_> = (0..100)
        .map(|_| {
            let mut sender = sender.clone();
            tokio::spawn(async move { get(&mut sender, "/a").await })
        })
        .collect();
    for one in all {
        let (response, body) = one.await.unwrap();
        assert_eq!((response.status(), &*body), (StatusCode::OK, "ok"));
    }
}

/// A connection of bytes, whose control stream has begun.
struct Raw {
    quic: quinn::Connection,
    _control: SendStream,
}

/// How a stream ended for its client.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Whole(Vec<u8>),
    Reset(u32),
    Closed(u32),
}

impl Raw {
    async fn connect(started: &Started, control: &[u8]) -> Raw {
        let quic = raw(started).await;
        let mut send = quic.open_uni().await.unwrap();
        send.write_all(control).await.unwrap();
        Raw { quic, _control: send }
    }

    /// Sends bytes on a stream of their own.
    async fn open(&self, bytes: &[u8], ends: bool) -> (SendStream, RecvStream) {
        let (mut send, recv) = self.quic.open_bi().await.unwrap();
        let _ = send.write_all(bytes).await;
        if ends {
            let _ = send.finish();
        }
        (send, recv)
    }

    async fn end(&self, recv: &mut RecvStream) -> End {
        let read = timeout(PATIENCE, recv.read_to_end(1 << 20)).await.expect("the stream ends");
        match read {
            Ok(bytes) => End::Whole(bytes),
            Err(quinn::ReadToEndError::Read(quinn::ReadError::Reset(code))) => {
                End::Reset(code.into_inner() as u32)
            }
            Err(_) => End::Closed(self.closed().await),
        }
    }

    async fn ask(&self, bytes: &[u8]) -> End {
        let (_send, mut recv) = self.open(bytes, true).await;
        self.end(&mut recv).await
    }

    async fn closed(&self) -> u32 {
        match timeout(PATIENCE, self.quic.closed()).await.expect("the connection is closed") {
            ConnectionError::ApplicationClosed(close) => close.error_code.into_inner() as u32,
            other => panic!("{other}"),
        }
    }
}

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap() | 0x4000;
    [&[kind][..], &length.to_be_bytes(), payload].concat()
}

/// Fields, each as a literal.
fn fields(all: &[(&str, &str)]) -> Vec<u8> {
    let string = |out: &mut Vec<u8>, first: u8, most: usize, text: &str| match text.len() {
        length if length < most => out.push(first | length as u8),
        length => {
            out.push(first | most as u8);
            let mut rest = length - most;
            while rest >= 0x80 {
                out.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            out.push(rest as u8);
        }
    };
    let mut out = vec![0, 0];
    for (name, value) in all {
        string(&mut out, 0x20, 7, name);
        out.extend_from_slice(name.as_bytes());
        string(&mut out, 0, 127, value);
        out.extend_from_slice(value.as_bytes());
    }
    frame(1, &out)
}

const GET: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "https"), (":path", "/a"), (":authority", "a")];
const SETTINGS: &[u8] = &[0, 4, 0];

#[tokio::test]
async fn what_is_malformed_ends_its_stream_or_its_connection() {
    let origin = origin::Origin::ok().await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let raw = Raw::connect(&started, SETTINGS).await;
    let without = |name: &str| GET.into_iter().filter(|(other, _)| *other != name).collect::<Vec<_>>();
    let and = |field| GET.into_iter().chain([field]).collect::<Vec<_>>();
    let malformed = [
        without(":method"),
        without(":scheme"),
        without(":path"),
        and((":method", "GET")),
        and((":status", "200")),
        and((":unknown", "a")),
        and((":protocol", "websocket")),
        and(("connection", "close")),
        and(("transfer-encoding", "chunked")),
        and(("upgrade", "h2c")),
        and(("keep-alive", "timeout=5")),
        and(("te", "gzip")),
        and(("Upper", "a")),
        and(("a b", "a")),
        and(("a", "b\r\nc: d")),
        and(("content-length", "5")),
        and(("content-length", "x")),
        [("a", "b")].into_iter().chain(GET).collect(),
        vec![(":method", "GET"), (":scheme", "https"), (":path", ""), (":authority", "a")],
        vec![(":method", "GET"), (":scheme", "https"), (":path", "/a b"), (":authority", "a")],
        vec![(":method", "GET"), (":scheme", "https"), (":path", "a"), (":authority", "a")],
        vec![(":method", "CONNECT"), (":scheme", "https"), (":path", "/"), (":authority", "a")],
    ];
    for head in malformed {
        assert_eq!(raw.ask(&fields(&head)).await, End::Reset(MESSAGE), "{head:?}");
    }
    // Bodies that are not as long as their heads say.
    let post = |length| fields(&[(":method", "POST"), GET[1], GET[2], GET[3], ("content-length", length)]);
    for (length, body) in [("5", "1234"), ("3", "1234")] {
        let bytes = [post(length), frame(0, body.as_bytes())].concat();
        assert_eq!(raw.ask(&bytes).await, End::Reset(MESSAGE), "{length}");
    }
    let unsaid = fields(&[(":method", "POST"), GET[1], GET[2], GET[3]]);
    let trailers = [unsaid, frame(0, b"1234"), fields(&[(":path", "/")])].concat();
    assert_eq!(raw.ask(&trailers).await, End::Reset(MESSAGE));
    assert_eq!(raw.ask(b"").await, End::Reset(0x10d));
    let End::Whole(answer) = raw.ask(&fields(&[(":method", "CONNECT"), (":authority", "a:80")])).await else {
        panic!("a tunnel is refused with a problem")
    };
    assert!(String::from_utf8_lossy(&answer).contains("not-implemented"));
    // Frames that mean nothing are passed over, wherever they are.
    let bytes = [frame(0x21, b"x"), fields(&GET), frame(0x21, b""), frame(0, b"")].concat();
    assert!(matches!(raw.ask(&bytes).await, End::Whole(_)));

    for (bytes, code) in [
        (frame(0, b"1"), FRAME_UNEXPECTED),
        (frame(4, b""), FRAME_UNEXPECTED),
        (frame(2, b""), FRAME_UNEXPECTED),
        ([fields(&GET), frame(7, b"\0")].concat(), FRAME_UNEXPECTED),
        ([post("0"), fields(&[("a", "b")]), frame(0, b"1")].concat(), FRAME_UNEXPECTED),
        (frame(1, &[0, 0, 0x80]), DECOMPRESSION),
        (frame(1, &[1, 0, 0xc0]), DECOMPRESSION),
        (fields(&GET)[..9].to_vec(), FRAME),
    ] {
        let raw = Raw::connect(&started, SETTINGS).await;
        let (_send, mut recv) = raw.open(&bytes, true).await;
        let _ = timeout(PATIENCE, recv.read_to_end(1 << 20)).await;
        assert_eq!(raw.closed().await, code, "{bytes:x?}");
    }
    for (control, code) in
        [(&[0, 7, 1, 0][..], MISSING_SETTINGS), (&[0, 4, 0, 0, 1, 1], FRAME_UNEXPECTED), (&[1, 0], 0x103)]
    {
        assert_eq!(Raw::connect(&started, control).await.closed().await, code, "{control:x?}");
    }
    let raw = Raw::connect(&started, SETTINGS).await;
    raw.quic.open_uni().await.unwrap().write_all(SETTINGS).await.unwrap();
    assert_eq!(raw.closed().await, 0x103);
    let mut raw = Raw::connect(&started, SETTINGS).await;
    raw._control.finish().unwrap();
    assert_eq!(raw.closed().await, 0x104);
    let raw = Raw::connect(&started, SETTINGS).await;
    assert!(matches!(raw.ask(&fields(&GET)).await, End::Whole(_)), "others are served");
    let heads = origin.log.seen().into_iter().map(|seen| seen.line().to_owned());
    assert!(heads.into_iter().all(|line| line == "GET /" || line == "POST /"));
}

#[tokio::test]
async fn a_head_past_its_bound_is_refused_with_a_problem() {
    let origin = origin::Origin::ok().await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let (mut sender, _quic) = connect(&started).await;
    let (large, small) = ("x".repeat(40 << 10), "x".repeat(20 << 10));
    for (value, expected) in [(&large, 431), (&small, 200)] {
        // The client keeps to what the gateway says it takes, where it has heard it; it is asked until then.
        let raw = Raw::connect(&started, SETTINGS).await;
        let mut block = vec![0, 0, 0x21, b'a', 127];
        let mut rest = value.len() - 127;
        while rest >= 0x80 {
            block.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        block.push(rest as u8);
        block.extend_from_slice(value.as_bytes());
        let head = fields(&GET);
        let whole = [&head[3..], &block[2..]].concat();
        let mut bytes = vec![1];
        bytes.extend_from_slice(&(whole.len() as u32 | 0x8000_0000).to_be_bytes());
        bytes.extend_from_slice(&whole);
        let End::Whole(answer) = raw.ask(&bytes).await else { panic!("it is answered") };
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(answer.contains("headers-too-large"), expected == 431, "{answer}");
    }
    assert_eq!(get(&mut sender, "/a").await.0.status(), 200);
    let mut statuses: Vec<_> = started.events.wait_for(3).await.iter().map(|event| event.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 431]);
}

#[tokio::test]
async fn a_client_that_goes_ends_what_it_asked_for() {
    let origin = Origin::start(Script::Silent).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    // One stream, and then the connection.
    for whole in [false, true] {
        let (mut sender, quic) = connect(&started).await;
        let mut stream = sender.send_request(request(Method::GET, "/a").body(()).unwrap()).await.unwrap();
        stream.finish().await.unwrap();
        let asked = usize::from(whole) + 1;
        let waiting = async {
            while origin.connections.load(std::sync::atomic::Ordering::SeqCst) < asked {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("the service is asked");
        if whole {
            quic.close(VarInt::from_u32(NO_ERROR), b"");
        } else {
            stream.stop_sending(h3::error::Code::H3_REQUEST_CANCELLED);
        }
        timeout(PATIENCE, origin.gone.acquire()).await.expect("the service is left").unwrap().forget();
        let event = started.events.wait_for(asked).await[asked - 1].clone();
        assert_eq!((event.status, event.fault), (499, Fault::Downstream));
    }
}

#[tokio::test]
async fn a_connection_on_which_nothing_happens_is_closed() {
    let idle = with(snapshot(Vec::new()), |gateway| {
        gateway.timeouts.idle = "200ms".parse().unwrap();
        gateway.timeouts.header = "300ms".parse().unwrap();
    });
    let started = start(idle);
    let begun = Instant::now();
    let raw = Raw::connect(&started, SETTINGS).await;
    assert_eq!(raw.closed().await, NO_ERROR);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    let raw = Raw::connect(&started, SETTINGS).await;
    assert!(matches!(raw.ask(&fields(&GET)).await, End::Whole(_)));
    assert_eq!(raw.closed().await, NO_ERROR);
    // A head that does not come whole.
    let raw = Raw::connect(&started, SETTINGS).await;
    let (_send, mut recv) = raw.open(&fields(&GET)[..5], false).await;
    assert_eq!(raw.end(&mut recv).await, End::Reset(0x10d));
}

#[tokio::test]
async fn streams_that_are_reset_as_soon_as_they_are_opened_end_the_connection() {
    let origin = Origin::start(Script::Silent).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let raw = Raw::connect(&started, SETTINGS).await;
    let flood = async {
        for _ in 0..2000 {
            let Ok((mut send, mut recv)) = raw.quic.open_bi().await else { break };
            let _ = send.write_all(&fields(&GET)).await;
            let _ = send.reset(VarInt::from_u32(0x10c));
            let _ = recv.stop(VarInt::from_u32(0x10c));
        }
    };
    timeout(PATIENCE, flood).await.expect("the connection ends, or all are taken");
    assert_eq!(raw.closed().await, 0x107);
}

#[tokio::test]
async fn a_gateway_that_drains_says_so_and_what_is_open_comes_to_its_end() {
    let origin =
        Origin::start(Script::Pieces(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"done"])).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let raw = Raw::connect(&started, SETTINGS).await;
    let mut control = timeout(PATIENCE, raw.quic.accept_uni()).await.unwrap().unwrap();
    let (_send, mut recv) = raw.open(&fields(&GET), true).await;
    origin.go.add_permits(1);
    let mut first = [0; 1];
    timeout(PATIENCE, recv.read_exact(&mut first)).await.unwrap().unwrap();
    let gateway = Arc::new(started.gateway);
    let draining = tokio::spawn({
        let gateway = Arc::clone(&gateway);
        async move { gateway.drain(PATIENCE).await }
    });
    // Told twice: first that it ends, then which stream was the last.
    let mut told = Vec::new();
    let mut buf = [0; 256];
    let is_told = |told: &[u8]| told.ends_with(&[7, 0x40, 1, 4]);
    while !is_told(&told) {
        let count = timeout(PATIENCE, control.read(&mut buf)).await.unwrap().unwrap().expect("it goes on");
        told.extend_from_slice(&buf[..count]);
    }
    assert!(
        told.windows(11).any(|w| w == [7, 0x40, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc]),
        "{told:x?}"
    );
    let (_send, mut late) = raw.open(&fields(&GET), true).await;
    assert_eq!(raw.end(&mut late).await, End::Reset(0x10b));
    origin.go.add_permits(1);
    let End::Whole(answer) = raw.end(&mut recv).await else { panic!("it comes to its end") };
    assert!(answer.ends_with(b"done"));
    assert_eq!(raw.closed().await, NO_ERROR);
    timeout(PATIENCE, draining).await.unwrap().unwrap();
}

#[tokio::test]
async fn clients_over_tls_are_told_where_http3_is_spoken() {
    let origin =
        origin::Origin::answering(b"HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":1\"\r\nContent-Length: 2\r\n\r\nok")
            .await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let started = start(routes());
    let client = over_tls(&started).await;
    for (host, expected) in [
        ("a.example.com", "h3=\":443\"; ma=86400"),
        ("a.example.com:8443", "h3=\":8443\"; ma=86400"),
        ("[::1]", "h3=\":443\"; ma=86400"),
    ] {
        for path in ["/a", "/none"] {
            assert_eq!(client.alt_svc(host, path).await.as_deref(), Some(expected), "{host}");
        }
    }
    // In the clear it is the service's.
    let plain = started.send("GET /a HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(plain.header("alt-svc"), Some("h3=\":1\""));
    assert_eq!(started.send("GET /none HTTP/1.1\r\nhost: a\r\n\r\n").await.header("alt-svc"), None);
    let off = with(routes(), |gateway| gateway.tls.http3 = false);
    started.gateway.publish(Arc::new(off)).unwrap();
    let client = over_tls(&started).await;
    assert_eq!(client.alt_svc("a", "/none").await, None);
    let asked = endpoint().0.connect(started.gateway.https_addr().unwrap(), "localhost").unwrap();
    assert!(timeout(Duration::from_millis(300), asked).await.is_err(), "nobody answers");
    assert!(!started.gateway.listening().iter().any(|one| one.http3));
    // And on again.
    started.gateway.publish(Arc::new(routes())).unwrap();
    assert_eq!(get(&mut connect(&started).await.0, "/a").await.1, "ok");
}

/// A client of HTTP/1.1 over TLS.
struct OverTls(SocketAddr, tokio_rustls::TlsConnector);

async fn over_tls(started: &Started) -> OverTls {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Anything>::default())
        .with_no_client_auth();
    OverTls(started.gateway.https_addr().unwrap(), Arc::new(tls).into())
}

impl OverTls {
    async fn alt_svc(&self, host: &str, path: &str) -> Option<String> {
        let stream = tokio::net::TcpStream::connect(self.0).await.unwrap();
        let stream = self.1.connect("localhost".try_into().unwrap(), stream).await.unwrap();
        let (mut sender, driver) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(driver);
        let request =
            Request::get(path).header("host", host).body(http_body_util::Empty::<Bytes>::new()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        let told = response.headers().get("alt-svc").map(|value| value.to_str().unwrap().to_owned());
        response.into_body().collect().await.unwrap();
        told
    }
}

#[tokio::test]
async fn a_certificate_that_is_replaced_is_shown_to_the_next_connection() {
    let (old, new) = (crate::tls::made("a", &["localhost"], &[]), crate::tls::made("a", &["localhost"], &[]));
    let started = start(crate::tls::with(snapshot(Vec::new()), [&old]));
    let shown = async || {
        let quic = raw(&started).await;
        let identity = quic.peer_identity().unwrap();
        let chain = identity.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>().unwrap();
        (chain[0].clone(), quic)
    };
    let (first, quic) = shown().await;
    assert_eq!(first, old.der);
    started.gateway.publish(Arc::new(crate::tls::with(snapshot(Vec::new()), [&new]))).unwrap();
    assert_eq!(shown().await.0, new.der);
    assert!(quic.close_reason().is_none(), "what is open goes on");
}

#[tokio::test]
async fn a_client_that_waits_to_go_on_is_told_and_one_that_does_not_is_not() {
    let started = start(snapshot(vec![pass("a", "/a", to(&[format!("http://{}", echo().await)]))]));
    let raw = Raw::connect(&started, SETTINGS).await;
    let head = fields(&[
        (":method", "POST"),
        GET[1],
        GET[2],
        GET[3],
        ("expect", "100-continue"),
        ("content-length", "4"),
    ]);
    let (mut send, mut recv) = raw.open(&head, false).await;
    let mut interim = [0; 6];
    timeout(PATIENCE, recv.read_exact(&mut interim)).await.expect("it is told to go on").unwrap();
    // HEADERS of four bytes: `:status` 100 by its number, which is 63.
    assert_eq!(interim, [1, 0x40, 4, 0, 0, 0xff]);
    send.write_all(&frame(0, b"body")).await.unwrap();
    send.finish().unwrap();
    let End::Whole(answer) = raw.end(&mut recv).await else { panic!("it is answered") };
    assert!(answer.ends_with(b"body"));
}

#[tokio::test]
async fn a_socket_that_is_handed_over_goes_on_and_its_connections_are_told_to_come_again() {
    let origin = origin::Origin::ok().await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let first = start(routes());
    let (mut sender, quic) = connect(&first).await;
    assert_eq!(get(&mut sender, "/a").await.1, "ok");
    let config = proxy::Config { inherited: first.gateway.sockets(), ..proxy::Config::default() };
    let next = start_with(routes(), config);
    assert_eq!(next.gateway.https_addr(), first.gateway.https_addr());
    first.gateway.drain(PATIENCE).await;
    let closed = timeout(PATIENCE, quic.closed()).await.expect("it is closed");
    assert!(matches!(closed, ConnectionError::ApplicationClosed(_)), "{closed}");
    drop(first);
    assert_eq!(get(&mut connect(&next).await.0, "/a").await.1, "ok");
    assert_eq!(next.gateway.status().connections, 1);
}

#[tokio::test]
async fn events_of_a_stream_come_one_by_one_and_a_client_that_goes_ends_them() {
    let pieces: Vec<&'static [u8]> = vec![
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        b"data: one\n\n",
        b"data: two\n\n",
        b"data: three\n\n",
    ];
    let origin = Origin::start(Script::Pieces(pieces)).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let (mut sender, quic) = connect(&started).await;
    let mut stream = sender.send_request(request(Method::GET, "/a").body(()).unwrap()).await.unwrap();
    stream.finish().await.unwrap();
    origin.go.add_permits(1);
    let response = timeout(PATIENCE, stream.recv_response()).await.expect("its head comes at once").unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    for event in ["data: one\n\n", "data: two\n\n"] {
        origin.go.add_permits(1);
        let mut piece =
            timeout(PATIENCE, stream.recv_data()).await.expect("an event comes").unwrap().unwrap();
        assert_eq!(piece.copy_to_bytes(piece.remaining()), event);
    }
    quic.close(VarInt::from_u32(NO_ERROR), b"");
    timeout(PATIENCE, origin.gone.acquire()).await.expect("the service is left").unwrap().forget();
    assert_eq!(started.events.wait_for(1).await[0].fault, Fault::Downstream);
}
