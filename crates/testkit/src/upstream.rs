//! Services behind the gateway under test.

use std::{
    collections::HashMap, convert::Infallible, future::Future, io, pin::Pin, sync::Arc, time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use proxy::{Reach, Wire};
use serde_json::{Map, Value, json};
use tokio::io::{DuplexStream, duplex};

const BUFFER: usize = 64 << 10;

type Answer = UnsyncBoxBody<Bytes, Infallible>;

type Raw = Arc<dyn Fn(DuplexStream) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

type Script = Arc<dyn Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync>;

/// A service behind the gateway under test.
#[derive(Clone)]
pub enum Upstream {
    /// Says back what it was sent, as JSON: `{ method, target, headers: { name: value }, body }`.
    Echo,
    /// As `Echo`, after a while.
    Slow(Duration),
    /// Closes every connection without a word.
    Broken,
    /// Cannot be connected to.
    Absent,
    /// Answers as told.
    Script(Script),
    /// Answers with a body in pieces, each after a while.
    Stream(Response<()>, Arc<[(Duration, Bytes)]>),
    /// Speaks something else than HTTP.
    Raw(Raw),
}

impl Upstream {
    /// An upstream that answers as told.
    pub fn script(answer: impl Fn(Request<Bytes>) -> Response<Bytes> + Send + Sync + 'static) -> Upstream {
        Upstream::Script(Arc::new(answer))
    }

    /// An upstream that answers with a body in pieces, each after a while. It says no length.
    pub fn stream(content_type: &str, pieces: &[(Duration, &str)]) -> Upstream {
        let head = Response::builder().header(http::header::CONTENT_TYPE, content_type);
        let head = head.body(()).unwrap_or_else(|error| panic!("`{content_type}` is no type: {error}"));
        let pieces = pieces.iter().map(|(wait, piece)| (*wait, Bytes::copy_from_slice(piece.as_bytes())));
        Upstream::Stream(head, pieces.collect())
    }

    /// An upstream that speaks something else than HTTP on each connection.
    pub fn raw<F: Future<Output = ()> + Send + 'static>(
        speak: impl Fn(DuplexStream) -> F + Send + Sync + 'static,
    ) -> Upstream {
        Upstream::Raw(Arc::new(move |stream| Box::pin(speak(stream))))
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Answer>, io::Error> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let request = Request::from_parts(head, body);
        let response = match self {
            Upstream::Script(answer) => answer(request),
            Upstream::Slow(wait) => {
                tokio::time::sleep(wait).await;
                echo(&request)
            }
            Upstream::Echo => echo(&request),
            Upstream::Stream(head, pieces) => {
                let pieces = stream::unfold((pieces, 0), |(pieces, at)| async move {
                    let (wait, piece) = pieces.get(at)?.clone();
                    tokio::time::sleep(wait).await;
                    Some((Ok(Frame::data(piece)), (pieces, at + 1)))
                });
                return Ok(head.map(|()| StreamBody::new(pieces).boxed_unsync()));
            }
            Upstream::Broken | Upstream::Absent | Upstream::Raw(_) => {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
        };
        Ok(response.map(|body| Full::new(body).boxed_unsync()))
    }
}

fn echo(request: &Request<Bytes>) -> Response<Bytes> {
    let mut headers = Map::new();
    for name in request.headers().keys() {
        let lines = request.headers().get_all(name).iter();
        let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
        headers.insert(name.to_string(), Value::String(lines.join(", ")));
    }
    let said = json!({
        "method": request.method().as_str(),
        "target": request.uri().to_string(),
        "headers": headers,
        "body": String::from_utf8_lossy(request.body()),
    });
    let mut response = Response::new(said.to_string().into());
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}

/// All upstreams of a test, by host name.
pub(crate) struct Upstreams(pub(crate) HashMap<String, Upstream>);

impl Reach for Upstreams {
    fn reach(&self, host: &str, _: u16) -> Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>> {
        let upstream = self.0.get(host).cloned().unwrap_or(Upstream::Absent);
        Box::pin(async move {
            if matches!(upstream, Upstream::Absent) {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let (near, far) = duplex(BUFFER);
            if let Upstream::Raw(speak) = upstream {
                tokio::spawn(speak(far));
            } else if !matches!(upstream, Upstream::Broken) {
                tokio::spawn(async move {
                    let service = service_fn(move |request| upstream.clone().answer(request));
                    // Without a `Date`: it would tell the time of a clock that tests do not pause.
                    let mut builder = http1::Builder::new();
                    builder.auto_date_header(false);
                    // The gateway sees what goes wrong here.
                    let _ = builder.serve_connection(TokioIo::new(far), service).await;
                    Ok::<_, Infallible>(())
                });
            }
            Ok(Wire::Memory(near))
        })
    }
}
