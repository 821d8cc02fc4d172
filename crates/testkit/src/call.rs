//! A call of a client, and the reply to it.

use std::{fmt::Write, future::IntoFuture, net::IpAddr, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use policy::ClientCertificate;
use proxy::Wire;
use serde_json::Value;
use tokio::{io::duplex, time::Instant};

use crate::Gateway;

const BUFFER: usize = 64 << 10;

/// A call that is sent when awaited, on a connection of its own.
#[must_use = "a call is made when it is awaited"]
pub struct Call<'a> {
    gateway: &'a Gateway,
    request: Request<Bytes>,
    peer: IpAddr,
    certificate: Option<Arc<ClientCertificate>>,
}

/// The head of an answer, and the pieces of its body with the time they took.
pub type Pieces = (http::response::Parts, Vec<(Duration, Result<Bytes, hyper::Error>)>);

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Bytes,
    /// What was sent, for messages.
    sent: String,
}

impl<'a> Call<'a> {
    #[track_caller]
    pub(crate) fn new(gateway: &'a Gateway, method: Method, target: &str, peer: IpAddr) -> Call<'a> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() =
            target.parse().unwrap_or_else(|error| panic!("`{target}` is no target: {error}"));
        request.headers_mut().insert(header::HOST, HeaderValue::from_static("gateway.test"));
        Call { gateway, request, peer, certificate: None }
    }

    /// Adds a header; `host` is replaced.
    #[track_caller]
    pub fn with(mut self, name: &str, value: &str) -> Call<'a> {
        let name: HeaderName = name.parse().unwrap_or_else(|error| panic!("`{name}` is no header: {error}"));
        let value: HeaderValue =
            value.parse().unwrap_or_else(|error| panic!("`{value}` is no value: {error}"));
        if name == header::HOST {
            self.request.headers_mut().insert(name, value);
        } else {
            self.request.headers_mut().append(name, value);
        }
        self
    }

    /// The certificate that the client shows: a chain in DER, its own first.
    ///
    /// # Panics
    /// Where it is empty.
    pub fn showing(mut self, chain: &[&[u8]]) -> Call<'a> {
        let shown = ClientCertificate::new(chain.iter().copied(), false).expect("a chain has a certificate");
        self.certificate = Some(Arc::new(shown));
        self
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Call<'a> {
        *self.request.body_mut() = body.into();
        self
    }

    /// The address the call comes from.
    #[track_caller]
    pub fn from(mut self, peer: &str) -> Call<'a> {
        self.peer = peer.parse().unwrap_or_else(|error| panic!("`{peer}` is no address: {error}"));
        self
    }

    /// Sends the call, and returns the pieces of the answer's body, each with the time since then. A body that breaks off ends with an
    /// error.
    ///
    /// # Errors
    /// There was no answer.
    pub async fn pieces(self) -> Result<Pieces, hyper::Error> {
        let began = Instant::now();
        let (head, mut body) = self.open().await?.into_parts();
        let mut pieces = Vec::new();
        while let Some(frame) = body.frame().await {
            let piece = frame.map(|frame| frame.into_data().unwrap_or_default());
            pieces.push((began.elapsed(), piece));
        }
        Ok((head, pieces))
    }

    async fn open(self) -> Result<http::Response<Incoming>, hyper::Error> {
        let (near, far) = duplex(BUFFER);
        match self.certificate {
            None => tokio::spawn(self.gateway.embedded.serve(Wire::Memory(far), self.peer)),
            Some(shown) => {
                tokio::spawn(self.gateway.embedded.serve_with(Wire::Memory(far), self.peer, shown))
            }
        };
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(near)).await.expect("memory can be written to");
        tokio::spawn(connection);
        sender.send_request(self.request.map(Full::new)).await
    }

    async fn send(self) -> Reply {
        let sent = transcript(&self.request);
        let response = self.open().await;
        let response = response.unwrap_or_else(|error| panic!("no answer: {error}\n\n{sent}"));
        let (head, body) = response.into_parts();
        let body =
            body.collect().await.unwrap_or_else(|error| panic!("the answer broke off: {error}\n\n{sent}"));
        Reply { status: head.status, headers: head.headers, body: body.to_bytes(), sent }
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Reply {
    /// Asserts the status.
    #[track_caller]
    pub fn is(self, status: u16) -> Reply {
        assert!(self.status.as_u16() == status, "expected {status}\n\n{}", self.transcript());
        self
    }

    /// Asserts that a header has this value; several lines are joined by `, `.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Reply {
        let found = self.value(name);
        assert!(found.as_deref() == Some(value), "expected {name}: {value}\n\n{}", self.transcript());
        self
    }

    /// Asserts that a header is not there.
    #[track_caller]
    pub fn without(self, name: &str) -> Reply {
        assert!(self.value(name).is_none(), "expected no {name}\n\n{}", self.transcript());
        self
    }

    /// Asserts that this is a refusal with this code.
    #[track_caller]
    pub fn problem(self, code: &str) -> Reply {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let expected = format!("urn:pailou:problem:{code}");
        assert!(body["type"] == expected.as_str(), "expected the problem {code}\n\n{}", self.transcript());
        self
    }

    /// The lines of a header, joined by `, `.
    pub fn value(&self, name: &str) -> Option<String> {
        let lines: Vec<_> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The body as JSON; what `echo` was sent.
    #[track_caller]
    pub fn json(&self) -> Value {
        let body = serde_json::from_slice(&self.body);
        body.unwrap_or_else(|error| panic!("expected JSON: {error}\n\n{}", self.transcript()))
    }

    /// A header as the upstream `echo` received it.
    #[track_caller]
    pub fn received(&self, name: &str) -> Option<String> {
        Some(self.json()["headers"].get(name)?.as_str()?.to_owned())
    }

    fn transcript(&self) -> String {
        let mut text = format!("{}\n← {}\n", self.sent, self.status);
        for (name, value) in &self.headers {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "← {name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        text.push_str(&String::from_utf8_lossy(&self.body));
        text
    }
}

fn transcript(request: &Request<Bytes>) -> String {
    let mut text = format!("→ {} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        let _ = writeln!(text, "→ {name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    text
}
