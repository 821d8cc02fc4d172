//! What filters do beside looking at an exchange: wait, send requests of their own, and go on after the exchange has ended.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use head::{Headers, RequestHead};
use http::{HeaderValue, Method, StatusCode, Uri};
use model::UpstreamTls;

use crate::{BodySource, CallerIndex, Deadlines, ResponseHead, Time};

/// The worker that carries an exchange, as its filters know it; see [`crate::Request::world`].
pub trait World: CallerIndex + Outbound {}

impl<T: CallerIndex + Outbound> World for T {}

/// Something that will be there later.
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Acts for filters, with the runtime and the connections of the worker that carries the exchange.
pub trait Outbound: Send + Sync {
    fn now(&self) -> Time;

    /// Waits.
    fn sleep(&self, span: Duration) -> Later<()>;

    /// Sends a request to an address of its own and waits for the whole answer. Nothing is sent before this is polled.
    fn send(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>>;

    /// As [`Outbound::send`], to the metadata service of the machine, which nothing else is connected to: for what operators alone configure.
    fn send_to_metadata(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.send(call)
    }

    /// Asks the upstream of a service as an exchange does: by its balancing, its connections and its deadlines. Nothing is sent
    /// before this is polled.
    fn fetch(&self, fetch: Fetch) -> Later<Result<Fetched, OutboundError>>;

    /// Opens a connection on which a filter speaks a protocol of its own. Nothing is opened before this is polled.
    fn dial(&self, dial: Dial) -> Later<Result<Box<dyn Line>, OutboundError>>;

    /// Goes on with something beside the exchange and after it. `false` where too much is under way already; it is dropped then.
    fn spawn(&self, task: Later<()>) -> bool;

    /// Does what takes a core for long, such as hashing a password, on a thread beside the worker's, and waits for it. `false` where
    /// too much is waiting already; it is dropped then. A few run at one time, whatever the number of workers.
    fn compute(&self, work: Box<dyn FnOnce() + Send>) -> Later<bool>;
}

/// A request of a filter's own.
#[derive(Clone, Debug)]
pub struct OutboundCall {
    pub method: Method,
    /// In absolute form: `https://shadow.internal/orders`.
    pub uri: Uri,
    /// `Host` and what frames the message follow from the other fields.
    pub headers: Headers,
    pub body: Bytes,
    /// From the first byte sent to the last one received.
    pub timeout: Duration,
    /// The largest body of an answer that is taken.
    pub bound: u64,
}

/// What opens a connection of a filter's own.
#[derive(Clone, Debug)]
pub struct Dial {
    /// A name or an address.
    pub host: String,
    pub port: u16,
    /// TLS from the first byte on, and how.
    pub tls: Option<UpstreamTls>,
    /// What all that is done on the connection may take, from the first moment on.
    pub timeout: Duration,
}

/// Something that is there soon, and borrows what it works on.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A connection of a filter's own. Each wait fails as [`OutboundError::TooSlow`] once [`Dial::timeout`] has passed.
pub trait Line: Send {
    /// Sends all of it.
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Soon<'a, Result<(), OutboundError>>;

    /// Waits for something, and adds it; how much, nothing where the other side has closed.
    fn receive<'a>(&'a mut self, into: &'a mut Vec<u8>) -> Soon<'a, Result<usize, OutboundError>>;

    /// Goes on with TLS.
    fn secure(self: Box<Self>, tls: &UpstreamTls) -> Later<Result<Box<dyn Line>, OutboundError>>;
}

/// A request without a body for the upstream of a service.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// The service's key; see [`crate::Request::target`].
    pub service: Arc<str>,
    /// As an exchange would send it.
    pub head: RequestHead,
    /// As [`crate::Request::strip`].
    pub strip: usize,
    /// As [`crate::Request::host`].
    pub host: Option<HeaderValue>,
    /// As [`crate::Request::deadlines`].
    pub deadlines: Deadlines,
}

/// What an upstream answered, its body still on its way.
pub struct Fetched {
    pub head: ResponseHead,
    pub body: Box<dyn BodySource>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct OutboundAnswer {
    pub status: StatusCode,
    pub headers: Headers,
    pub body: Bytes,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboundError {
    /// The address cannot be called: no scheme that is known, or no host.
    NoAddress,
    TooSlow,
    TooLarge,
    /// The service is not there any more.
    NoService,
    /// The other side could not be reached, or broke off; for operators.
    Failed(String),
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutboundError::NoAddress => f.write_str("the address cannot be called"),
            OutboundError::TooSlow => f.write_str("no answer came in time"),
            OutboundError::TooLarge => f.write_str("the answer is too large"),
            OutboundError::NoService => f.write_str("the service is not there any more"),
            OutboundError::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for OutboundError {}
