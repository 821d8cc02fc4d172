//! WebSocket toward services on streams of HTTP/2 (RFC 8441), from clients in every version.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Empty;
use hyper::{body::Incoming, ext::Protocol as Extended, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::{Protocol, Upstream, event::Fault};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, split},
    net::TcpListener,
    sync::mpsc,
};

use crate::{
    http2::{
        DATA, END_HEADERS, END_STREAM, End, H2, HEADERS, RST_STREAM, SETTINGS, WINDOW_UPDATE, block, frame,
        read_status,
    },
    http2_upstream::{Server, by_hand, by_hand_with, gateway_of},
    http2_websocket::{SOCKET, answer, read},
    kit::{Wire, pass, snapshot, start, to, upstream},
    origin::Origin,
};

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// SETTINGS_ENABLE_CONNECT_PROTOCOL of 1.
const TAKES_SOCKETS: [u8; 6] = [0, 8, 0, 0, 0, 1];
/// What was asked of a service, as text.
type Asked = Arc<Mutex<Vec<String>>>;

fn upgrade(path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    )
}

fn key() -> String {
    format!("Sec-WebSocket-Key: {KEY}\r\n")
}

/// A service of another hand that speaks WebSocket on streams, and sends back what comes on them.
async fn service(request: Request<Incoming>, asked: Asked) -> Result<Response<Empty<Bytes>>, Infallible> {
    let protocol = request.extensions().get::<Extended>().map(|protocol| protocol.as_str().to_owned());
    let fields: Vec<_> =
        request.headers().iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
    let said = format!("{} {} {protocol:?} {}", request.method(), request.uri().path(), fields.join("; "));
    asked.lock().unwrap().push(said);
    let mut response = Response::new(Empty::new());
    if request.method() != Method::CONNECT || request.uri().path() == "/no" {
        *response.status_mut() = StatusCode::FORBIDDEN;
        return Ok(response);
    }
    response.headers_mut().insert("sec-websocket-protocol", "chat".parse().unwrap());
    tokio::spawn(async move {
        let (mut read, mut write) = split(TokioIo::new(hyper::upgrade::on(request).await.unwrap()));
        let _ = copy(&mut read, &mut write).await;
        let _ = write.shutdown().await;
    });
    Ok(response)
}

pub(crate) async fn speaks_sockets() -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let of_all = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let asked = Arc::clone(&of_all);
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.enable_connect_protocol();
            let service = service_fn(move |request| service(request, Arc::clone(&asked)));
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
        }
    });
    (url, asked)
}

/// Says something on a socket and reads it back.
async fn says(wire: &mut Wire, words: &[u8]) {
    wire.send_bytes(words).await;
    let mut got = vec![0; words.len()];
    wire.0.read_exact(&mut got).await.unwrap();
    assert_eq!(got, words);
}

#[tokio::test]
async fn a_client_in_http1_1_opens_a_socket_to_a_service_in_http2() {
    let (url, asked) = speaks_sockets().await;
    let started = gateway_of(&url);
    for _ in 0..2 {
        let mut wire = started.connect().await;
        wire.send(&upgrade("/chat?room=1", &key())).await;
        let response = wire.response().await;
        assert_eq!(response.status, 101, "{response:?}");
        assert_eq!(response.header("upgrade"), Some("websocket"));
        assert_eq!(response.header("connection"), Some("upgrade"));
        assert_eq!(response.header("sec-websocket-accept"), Some(&*answer(KEY)));
        assert_eq!(response.header("sec-websocket-protocol"), Some("chat"));
        assert_eq!(response.header("content-length"), None);
        for words in [&b"hello"[..], &[7; 300_000]] {
            says(&mut wire, words).await;
        }
        wire.0.shutdown().await.unwrap();
        assert_eq!(wire.rest().await, "", "both ends have ended");
    }
    let event = started.events.wait_for(2).await.remove(0);
    assert_eq!((event.status, event.fault, event.attempts), (101, Fault::None, 1));
    assert_eq!((event.bytes_in, event.bytes_out), (300_005, 300_005));
    let asked = asked.lock().unwrap();
    assert!(asked[0].starts_with("CONNECT /chat Some(\"websocket\") "), "{asked:?}");
    assert!(
        asked[0].contains("sec-websocket-version=13") && asked[0].contains("via=1.1 pailou"),
        "{asked:?}"
    );
    for hop in ["sec-websocket-key", "upgrade=", "connection="] {
        assert!(!asked[0].contains(hop), "{hop} in {asked:?}");
    }
}

#[tokio::test]
async fn a_client_in_http2_opens_a_socket_to_a_service_in_http2() {
    let (url, asked) = speaks_sockets().await;
    let started = gateway_of(&url);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &SOCKET).await;
    let head = loop {
        let (kind, _, _, payload) = h2.next().await.unwrap();
        if kind == HEADERS {
            break payload;
        }
    };
    let text = String::from_utf8_lossy(&head);
    assert!(read_status(&head) == 200 && text.contains("chat") && !text.contains("accept"), "{text}");
    h2.send(&frame(DATA, 0, 1, b"hello")).await;
    assert_eq!(read(&mut h2, 1, 5).await, b"hello");
    h2.send(&frame(DATA, END_STREAM, 1, b"bye")).await;
    assert_eq!(read(&mut h2, 1, 3).await, b"bye");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.bytes_in, event.bytes_out), (101, 8, 8));
    assert!(!asked.lock().unwrap()[0].contains("sec-websocket-key"));
}

#[tokio::test]
async fn what_the_service_refuses_is_its_answer_and_the_connection_goes_on() {
    let (url, asked) = speaks_sockets().await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    for _ in 0..2 {
        wire.send(&upgrade("/no", &key())).await;
        let response = wire.response().await;
        assert_eq!(response.status, 403, "{response:?}");
    }
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_service_that_takes_no_sockets_in_http2_is_said_not_to() {
    let (url, _) = by_hand(|_, mut server| async move {
        while let Some((kind, ..)) = server.next().await {
            assert_ne!(kind, HEADERS, "it is asked nothing");
        }
    })
    .await;
    let started = gateway_of(&url);
    let response = started.send(&upgrade("/", &key())).await;
    assert_eq!((response.status, &*response.problem()), (502, "upstream-invalid"), "{response:?}");
    assert!(response.body.contains("takes no WebSocket in it (RFC 8441)"), "{}", response.body);
    let other = upgrade("/", "").replace("websocket", "tus");
    let response = started.send(&other).await;
    assert_eq!((response.status, &*response.problem()), (502, "upstream-invalid"), "{response:?}");
    assert!(response.body.contains("no upgrade but to WebSocket"), "{}", response.body);
    let events = started.events.wait_for(2).await;
    assert!(events.iter().all(|event| event.fault == Fault::Upstream));
}

#[tokio::test]
async fn a_request_without_a_key_of_its_own_opens_no_socket() {
    let (url, asked) = speaks_sockets().await;
    let started = gateway_of(&url);
    for keys in [
        String::new(),
        "Sec-WebSocket-Key: short==\r\n".to_owned(),
        format!("Sec-WebSocket-Key: {}\r\n", KEY.replace('d', "{")),
        key().repeat(2),
    ] {
        let response = started.send(&upgrade("/", &keys)).await;
        assert_eq!((response.status, &*response.problem()), (400, "bad-request"), "{keys}: {response:?}");
    }
    assert!(asked.lock().unwrap().is_empty());
    assert_eq!(started.events.wait_for(4).await[0].fault, Fault::Downstream);
}

/// Takes the next socket; the stream it is on.
async fn take(server: &mut Server) -> u32 {
    loop {
        let (kind, flags, stream, payload) = server.next().await.unwrap();
        if kind == HEADERS {
            assert_eq!(flags & END_STREAM, 0);
            let text = String::from_utf8_lossy(&payload).into_owned();
            assert!(text.contains(":protocol") && text.contains("websocket"), "{text}");
            server.send(&[frame(HEADERS, END_HEADERS, stream, &block(&[(":status", "200")]))]).await;
            return stream;
        }
    }
}

#[tokio::test]
async fn who_breaks_off_a_socket_breaks_off_its_other_side() {
    let (told, mut hears) = mpsc::unbounded_channel();
    let (url, connections) = by_hand_with(&TAKES_SOCKETS, move |_, mut server| {
        let told = told.clone();
        async move {
            // One that the service resets, after a word; then one that the client does.
            for _ in 0..2 {
                let stream = take(&mut server).await;
                let reset = frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes());
                server.send(&[frame(DATA, 0, stream, b"word"), reset]).await;
            }
            take(&mut server).await;
            while let Some((kind, _, stream, payload)) = server.next().await {
                if kind == RST_STREAM {
                    told.send((stream, payload)).unwrap();
                }
            }
        }
    })
    .await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    wire.send(&upgrade("/", &key())).await;
    assert_eq!(wire.response().await.status, 101);
    assert_eq!(wire.rest().await, "word");
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &SOCKET).await;
    assert_eq!(h2.end(1).await, End::Reset(8), "CANCEL");
    h2.request(3, 0, &SOCKET).await;
    while h2.next().await.is_some_and(|(kind, ..)| kind != HEADERS) {}
    h2.send(&frame(RST_STREAM, 0, 3, &8_u32.to_be_bytes())).await;
    assert_eq!(hears.recv().await.unwrap(), (5, 8_u32.to_be_bytes().to_vec()));
    assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_service_that_does_not_read_its_socket_holds_up_the_client() {
    let go = Arc::new(tokio::sync::Semaphore::new(0));
    let (told, mut hears) = mpsc::unbounded_channel();
    let gate = Arc::clone(&go);
    let (url, _) = by_hand_with(&TAKES_SOCKETS, move |_, mut server| {
        let (told, go) = (told.clone(), Arc::clone(&gate));
        async move {
            let stream = take(&mut server).await;
            let mut got = 0;
            while let Some((kind, _, of, payload)) = server.next().await {
                if (kind, of) != (DATA, stream) {
                    continue;
                }
                got += payload.len();
                told.send(got).unwrap();
                if got == 65_535 {
                    go.acquire().await.unwrap().forget();
                    let more = (1_u32 << 20).to_be_bytes();
                    server
                        .send(&[frame(WINDOW_UPDATE, 0, 0, &more), frame(WINDOW_UPDATE, 0, stream, &more)])
                        .await;
                }
            }
        }
    })
    .await;
    let started = gateway_of(&url);
    let mut wire = started.connect().await;
    wire.send(&upgrade("/", &key())).await;
    assert_eq!(wire.response().await.status, 101);
    wire.send_bytes(&[7; 100_000]).await;
    while hears.recv().await.unwrap() < 65_535 {}
    assert!(hears.is_empty(), "no more came than may");
    go.add_permits(1);
    while hears.recv().await.unwrap() < 100_000 {}
}

#[tokio::test]
async fn with_auto_http1_1_is_asked_first_and_http2_where_there_is_nothing_else() {
    let made = proxy::self_signed().unwrap();
    let serve = async |protocols: &[&[u8]]| {
        let chain = vec![CertificateDer::from_pem_slice(made.chain.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(made.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = builder.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let asked = Asked::default();
        let of_all = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let asked = Arc::clone(&of_all);
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    let mut builder = http2::Builder::new(TokioExecutor::new());
                    builder.enable_connect_protocol();
                    let service = service_fn(move |request| service(request, Arc::clone(&asked)));
                    tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
                    continue;
                }
                asked.lock().unwrap().push("HTTP/1.1".to_owned());
                let mut buf = [0; 4096];
                let _ = stream.read(&mut buf).await;
                let _ = stream
                    .write_all(b"HTTP/1.1 101 OK\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                    .await;
                let (mut read, mut write) = split(stream);
                tokio::spawn(async move { copy(&mut read, &mut write).await });
            }
        });
        (url, asked)
    };
    for (protocols, says_it) in [(&[&b"h2"[..], b"http/1.1"][..], "HTTP/1.1"), (&[b"h2"], "CONNECT / ")] {
        let (url, asked) = serve(protocols).await;
        let to = upstream(serde_json::json!({ "endpoints": [url], "tls": { "verify": false } }));
        let started = start(snapshot(vec![pass("a", "/", to)]));
        let mut wire = started.connect().await;
        wire.send(&upgrade("/", &key())).await;
        assert_eq!(wire.response().await.status, 101, "{protocols:?}");
        says(&mut wire, b"hello").await;
        assert!(asked.lock().unwrap()[0].starts_with(says_it), "{asked:?}");
    }
}

#[tokio::test]
async fn a_service_in_http1_1_that_breaks_off_breaks_off_the_stream_of_its_client() {
    let origin = Origin::start(|mut conn| async move {
        conn.request().await;
        let key = conn.raw_field("sec-websocket-key").unwrap();
        let accept = answer(&key);
        conn.write(format!(
            "HTTP/1.1 101 OK\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\nword"
        ))
        .await;
        // Closed with a reset: what was sent is not read.
        let _ = conn.exactly(1).await;
        conn.stream.set_zero_linger().unwrap();
    })
    .await;
    let upstream = Upstream { protocol: Protocol::Http1, ..to(&[origin.url()]) };
    let started = start(snapshot(vec![pass("a", "/", upstream)]));
    let mut h2 = H2::connect(&started).await;
    let (kind, ..) = h2.next().await.unwrap();
    assert_eq!(kind, SETTINGS);
    h2.request(1, 0, &SOCKET).await;
    assert_eq!(read(&mut h2, 1, 4).await, b"word");
    h2.send(&frame(DATA, 0, 1, b"x")).await;
    assert_eq!(h2.end(1).await, End::Reset(8), "CANCEL");
}
