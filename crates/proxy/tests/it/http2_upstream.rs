//! Upstreams in HTTP/2: many requests on one connection, both ways at once, and connections that end under them.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::{
    body::{Body, Frame, Incoming},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::{Protocol, Upstream};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

use crate::{
    http2::{
        DATA, END_HEADERS, END_STREAM, GOAWAY, H2, HEADERS, POST, RST_STREAM, SETTINGS, WINDOW_UPDATE, block,
        frame, read_status, with,
    },
    kit::{Started, pass, snapshot, start, to, upstream},
};

const PATIENCE: Duration = Duration::from_secs(10);

/// A gateway before an upstream in HTTP/2 without TLS.
pub(crate) fn gateway_of(url: &str) -> Started {
    let upstream = Upstream { protocol: Protocol::Http2, ..to(&[url.to_owned()]) };
    start(snapshot(vec![pass("a", "/", upstream)]))
}

/// An upstream of another hand: says what it was asked, then sends back what comes, piece by piece, and its trailers.
pub(crate) async fn echo() -> (String, Arc<AtomicUsize>) {
    echo_with(http2::Builder::new(TokioExecutor::new())).await
}

async fn echo_with(builder: http2::Builder<TokioExecutor>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/base", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, SeqCst);
            tokio::spawn(builder.clone().serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    (url, connections)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Received>, Infallible> {
    let (head, mut body) = request.into_parts();
    let said = format!("{} {}", head.method, head.uri);
    let fields: Vec<_> =
        head.headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
    let (pieces, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        while let Some(Ok(frame)) = body.frame().await {
            let frame = match frame.into_data() {
                Ok(data) => Frame::data(data),
                Err(frame) => {
                    let mut trailers = frame.into_trailers().unwrap_or_default();
                    trailers.insert("x-seen", HeaderValue::from_static("yes"));
                    Frame::trailers(trailers)
                }
            };
            if pieces.send(Ok(frame)).await.is_err() {
                return;
            }
        }
    });
    let response = Response::builder().header("x-asked", said).header("x-fields", fields.join("; "));
    Ok(response.body(Received(receiver)).unwrap())
}

struct Received(mpsc::Receiver<Result<Frame<Bytes>, Infallible>>);

impl Body for Received {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx)
    }
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_connection() {
    let (url, connections) = echo().await;
    let started = Arc::new(gateway_of(&url));
    // The first opens it.
    assert_eq!(started.send("GET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.status, 200);
    let all: Vec<_> = (0..50)
        .map(|number| {
            let started = Arc::clone(&started);
            tokio::spawn(async move {
                let mut wire = started.connect().await;
                let body = format!("body {number}");
                wire.send(&format!(
                    "POST /{number}?q=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                ))
                .await;
                let said = wire.rest().await;
                assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
                let host = started.gateway.http_addr().unwrap();
                assert!(said.contains("x-asked: POST http://") && !said.contains(&host.to_string()), "{said}");
                assert!(said.contains(&format!("/base/{number}?q=1\r\n")), "{said}");
                assert!(said.contains("content-length=6") || said.contains("content-length=7"), "{said}");
                assert!(said.contains(&body), "{said}");
                for hop in ["connection=", "host=", "te="] {
                    assert!(!said.contains(&format!("; {hop}")), "{hop} in {said}");
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    assert_eq!(connections.load(SeqCst), 1);
}

#[tokio::test]
async fn bodies_larger_than_every_window_and_trailers_pass_both_ways() {
    let (url, _) = echo().await;
    let started = gateway_of(&url);
    let mut h2 = H2::with_settings(&started, &[0, 4, 0, 0x10, 0, 0]).await;
    h2.send(&frame(WINDOW_UPDATE, 0, 0, &(8_u32 << 20).to_be_bytes())).await;
    h2.request(1, 0, &with(&POST, &[("te", "trailers"), ("content-type", "application/grpc")])).await;
    let total = 3 << 20;
    let (mut sent, mut window, mut of_stream, mut got) = (0, 65_535, 65_535, Vec::new());
    let mut ended = false;
    loop {
        while sent < total && window.min(of_stream) >= 1000 {
            let piece: Vec<u8> = (sent..(sent + 1000).min(total)).map(|at| (at % 251) as u8).collect();
            h2.send(&frame(DATA, 0, 1, &piece)).await;
            sent += piece.len();
            window -= piece.len();
            of_stream -= piece.len();
        }
        if sent == total && !ended {
            ended = true;
            h2.request(1, END_STREAM, &[("x-sum", "7")]).await;
        }
        let (kind, flags, stream, payload) = h2.next().await.unwrap();
        match kind {
            WINDOW_UPDATE => {
                let by = u32::from_be_bytes(payload[..4].try_into().unwrap()) as usize;
                if stream == 0 { window += by } else { of_stream += by }
            }
            DATA => {
                got.extend_from_slice(&payload);
                h2.send(&frame(WINDOW_UPDATE, 0, 1, &(payload.len() as u32).to_be_bytes())).await;
            }
            HEADERS if flags & END_STREAM != 0 => {
                let text = String::from_utf8_lossy(&payload).into_owned();
                assert!(text.contains("x-sum") && text.contains("x-seen"), "{text}");
                break;
            }
            HEADERS => {
                assert_eq!(read_status(&payload), 200);
                let text = String::from_utf8_lossy(&payload).into_owned();
                assert!(text.contains("te=trailers"), "what gRPC cannot do without: {text}");
            }
            RST_STREAM | GOAWAY => panic!("{kind} {payload:?}"),
            _ => {}
        }
    }
    assert_eq!(got.len(), total);
    assert!(got.iter().enumerate().all(|(at, byte)| *byte == (at % 251) as u8));
}

/// Sends a whole body on a stream as fast as it may; how the stream ends, and how much came back.
async fn upload(h2: &mut H2, stream: u32, path: &str, length: usize) -> usize {
    let fields: Vec<_> =
        POST.iter().map(|(name, value)| (*name, if *name == ":path" { path } else { *value })).collect();
    h2.request(stream, 0, &fields).await;
    // What the connection takes is told faster than what a stream does.
    let (mut left, mut window, mut got) = (length, 65_535, 0);
    loop {
        let mut frames = Vec::new();
        while left > 0 && window > 0 {
            let piece = left.min(window).min(16_384);
            (left, window) = (left - piece, window - piece);
            let flags = if left == 0 { END_STREAM } else { 0 };
            frames.extend(frame(DATA, flags, stream, &vec![7; piece]));
        }
        assert!(h2.send(&frames).await);
        let (kind, flags, of, payload) = h2.next().await.expect("the body is taken");
        match kind {
            WINDOW_UPDATE if of == stream => {
                window += u32::from_be_bytes(payload.try_into().unwrap()) as usize
            }
            DATA if of == stream => got += payload.len(),
            RST_STREAM | GOAWAY => panic!("{kind} {payload:?}"),
            _ => {}
        }
        if of == stream && flags & END_STREAM != 0 {
            return got;
        }
    }
}

#[tokio::test]
async fn requests_that_their_service_does_not_read_hold_up_no_others() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stuck = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
            let kept = service_fn(async |request: Request<Incoming>| {
                let _body = request.into_body();
                std::future::pending::<Result<Response<Received>, Infallible>>().await
            });
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), kept));
        }
    });
    let (url, _) = echo().await;
    let http2 = |url: String| Upstream { protocol: Protocol::Http2, ..to(&[url]) };
    let started = start(snapshot(vec![pass("a", "/stuck", http2(stuck)), pass("b", "/read", http2(url))]));
    let mut h2 = H2::with_settings(&started, &[0, 4, 0, 0x10, 0, 0]).await;
    h2.send(&frame(WINDOW_UPDATE, 0, 0, &(8_u32 << 20).to_be_bytes())).await;
    // More than may come on a connection at once, all on streams that nobody reads.
    let on_stuck: Vec<_> =
        POST.iter().map(|(name, value)| (*name, if *name == ":path" { "/stuck" } else { *value })).collect();
    let mut window: usize = 65_535;
    for stream in (1..100).step_by(2) {
        h2.request(stream, 0, &on_stuck).await;
        let mut left = 65_535;
        while left > 0 {
            let piece = left.min(window).min(16_384);
            h2.send(&frame(DATA, 0, stream, &vec![7; piece])).await;
            (left, window) = (left - piece, window - piece);
            while window == 0 {
                let (kind, _, of, payload) = h2.next().await.expect("more may come");
                if (kind, of) == (WINDOW_UPDATE, 0) {
                    window += u32::from_be_bytes(payload.try_into().unwrap()) as usize;
                }
            }
        }
    }
    assert_eq!(upload(&mut h2, 101, "/read", 400_000).await, 400_000);
}

#[tokio::test]
async fn a_body_larger_than_what_is_gathered_at_once_goes_on_where_the_service_takes_all_of_it() {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(1 << 30).initial_connection_window_size(1 << 30);
    let (url, _) = echo_with(builder).await;
    let started = gateway_of(&url);
    let mut h2 = H2::with_settings(&started, &[0, 4, 0, 0x10, 0, 0]).await;
    h2.send(&frame(WINDOW_UPDATE, 0, 0, &(8_u32 << 20).to_be_bytes())).await;
    assert_eq!(upload(&mut h2, 1, "/", 900_000).await, 900_000);
}

#[tokio::test]
async fn over_tls_the_endpoint_says_whether_http2_is_spoken() {
    let made = proxy::self_signed().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(made.chain.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(made.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = builder.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stream = acceptor.accept(stream).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
            let served = http2::Builder::new(TokioExecutor::new());
            tokio::spawn(served.serve_connection(TokioIo::new(stream), service_fn(answer)));
        }
    });
    let to = upstream(serde_json::json!({ "endpoints": [url], "tls": { "verify": false } }));
    let started = start(snapshot(vec![pass("a", "/", to)]));
    let mut wire = started.connect().await;
    for number in 0..2 {
        wire.send(&format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        let said = wire.piece().await;
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
        assert!(said.contains(&format!("x-asked: GET {url}/{number}\r\n")), "{said}");
    }
}

/// A connection of the gateway, from the other end.
pub(crate) struct Server {
    stream: TcpStream,
}

impl Server {
    pub(crate) async fn next(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        timeout(PATIENCE, self.stream.read_exact(&mut head)).await.expect("a frame comes").ok()?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some((head[3], head[4], u32::from_be_bytes(head[5..].try_into().unwrap()), payload))
    }

    /// The stream of the next request, once it has come whole.
    pub(crate) async fn request(&mut self) -> Option<u32> {
        loop {
            let (kind, flags, stream, _) = self.next().await?;
            if matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0 {
                return Some(stream);
            }
        }
    }

    pub(crate) async fn send(&mut self, frames: &[Vec<u8>]) {
        let _ = self.stream.write_all(&frames.concat()).await;
    }
}

/// An upstream that speaks in frames written by hand; each connection has a number.
pub(crate) async fn by_hand<F>(
    serve: impl Fn(usize, Server) -> F + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    by_hand_with(&[], serve).await
}

/// The same with settings.
pub(crate) async fn by_hand_with<F>(
    settings: &'static [u8],
    serve: impl Fn(usize, Server) -> F + Send + Sync + 'static,
) -> (String, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let number = count.fetch_add(1, SeqCst);
            let mut preface = [0; 24];
            stream.read_exact(&mut preface).await.unwrap();
            assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            stream.write_all(&frame(SETTINGS, 0, 0, settings)).await.unwrap();
            tokio::spawn(serve(number, Server { stream }));
        }
    });
    (url, connections)
}

pub(crate) fn ok(stream: u32) -> Vec<Vec<u8>> {
    vec![frame(HEADERS, END_HEADERS, stream, &[0x88]), frame(DATA, END_STREAM, stream, b"ok")]
}

fn go_away(last: u32) -> Vec<u8> {
    frame(GOAWAY, 0, 0, &[last.to_be_bytes(), [0; 4]].concat())
}

const GET: &str = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
const POST_NOTHING: &str = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn what_an_upstream_says_it_did_nothing_with_is_sent_again_on_another_connection() {
    for refusal in
        [|stream: u32| go_away(stream - 2), |stream: u32| frame(RST_STREAM, 0, stream, &7_u32.to_be_bytes())]
    {
        let (url, connections) = by_hand(move |number, mut server| async move {
            let mut answered = 0;
            while let Some(stream) = server.request().await {
                match (number, answered) {
                    (0, 1..) => server.send(&[refusal(stream)]).await,
                    _ => server.send(&ok(stream)).await,
                }
                answered += 1;
            }
        })
        .await;
        let started = gateway_of(&url);
        let mut wire = started.connect().await;
        for request in [GET, POST_NOTHING] {
            wire.send(request).await;
            let response = wire.response().await;
            assert_eq!((response.status, &*response.body), (200, "ok"), "{response:?}");
        }
        assert_eq!(connections.load(SeqCst), 2);
    }
}

#[tokio::test]
async fn what_an_upstream_may_have_done_is_not_sent_again() {
    let (url, connections) = by_hand(|_, mut server| async move {
        let mut answered = 0;
        while let Some(stream) = server.request().await {
            if answered == 1 {
                return;
            }
            server.send(&ok(stream)).await;
            answered += 1;
        }
    })
    .await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    wire.send(GET).await;
    assert_eq!(wire.response().await.status, 200);
    wire.send(POST_NOTHING).await;
    assert_eq!(wire.response().await.status, 502);
    assert_eq!(connections.load(SeqCst), 1);
}

#[tokio::test]
async fn answers_that_are_not_well_formed_are_refused_and_others_on_the_connection_go_on() {
    let bad: Vec<(&str, Vec<Vec<u8>>)> = vec![
        ("no status", vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, &block(&[("x", "y")]))]),
        ("two", vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0x88, 0x88])]),
        (
            "a capital letter",
            vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, &block(&[(":status", "200"), ("X", "y")]))],
        ),
        (
            "a line end",
            vec![frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                &block(&[(":status", "200"), ("x", "y\r\nz: 1")]),
            )],
        ),
        (
            "Connection",
            vec![frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                &block(&[(":status", "200"), ("connection", "x")]),
            )],
        ),
        (
            "a length of nothing",
            vec![frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                &block(&[(":status", "200"), ("content-length", "2")]),
            )],
        ),
        ("content before a head", vec![frame(DATA, END_STREAM, 1, b"ok")]),
        ("a change of protocols", vec![frame(HEADERS, END_HEADERS, 1, &block(&[(":status", "101")]))]),
        ("a reset", vec![frame(RST_STREAM, 0, 1, &2_u32.to_be_bytes())]),
    ];
    for (name, frames) in bad {
        let frames = Arc::new(Mutex::new(Some(frames)));
        let (url, connections) = by_hand(move |_, mut server| {
            let frames = Arc::clone(&frames);
            async move {
                while let Some(stream) = server.request().await {
                    let bad = frames.lock().unwrap().take();
                    server.send(&bad.unwrap_or_else(|| ok(stream))).await;
                }
            }
        })
        .await;
        let started = gateway_of(&url);
        let response = started.send(GET).await;
        assert_eq!(
            (response.status, &*response.problem()),
            (502, "upstream-invalid"),
            "{name}: {response:?}"
        );
        assert_eq!(started.send(GET).await.status, 200, "{name}");
        assert_eq!(connections.load(SeqCst), 1, "{name}");
    }
}

#[tokio::test]
async fn no_answer_to_head_has_a_body() {
    let (url, _) = by_hand(|_, mut server| async move {
        while let Some(stream) = server.request().await {
            let early = frame(HEADERS, END_HEADERS, stream, &block(&[(":status", "103"), ("link", "</a>")]));
            let head = frame(
                HEADERS,
                END_HEADERS | END_STREAM,
                stream,
                &block(&[(":status", "200"), ("content-length", "5")]),
            );
            server.send(&[early, head]).await;
        }
    })
    .await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    wire.send("HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    let said = wire.rest().await;
    let (early, said) = said.split_once("\r\n\r\n").unwrap();
    assert!(early.starts_with("HTTP/1.1 103 "), "{early}");
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.contains("content-length: 5\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n"), "{said}");
}

#[tokio::test]
async fn a_client_that_goes_away_resets_its_stream_alone() {
    let (told, mut hears) = mpsc::unbounded_channel();
    let (url, _) = by_hand(move |_, mut server| {
        let told = told.clone();
        async move {
            while let Some((kind, _, stream, payload)) = server.next().await {
                if kind == HEADERS || kind == RST_STREAM {
                    told.send((kind, stream, payload)).unwrap();
                }
            }
        }
    })
    .await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    wire.send(GET).await;
    assert_eq!(hears.recv().await.unwrap().0, HEADERS);
    drop(wire);
    let (kind, stream, payload) = timeout(PATIENCE, hears.recv()).await.unwrap().unwrap();
    assert_eq!((kind, stream, payload), (RST_STREAM, 1, 8_u32.to_be_bytes().to_vec()));
    let mut wire = started.connect().await;
    wire.send(GET).await;
    assert_eq!(hears.recv().await.unwrap().1, 3, "on the same connection");
}
