//! Requests of filters' own, and what they do beside an exchange; see [`policy::Outbound`].

use std::{
    collections::HashMap,
    error::Error,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use head::Known;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use model::Protocol;
use policy::{Dial, Later, Line, OutboundAnswer, OutboundCall, OutboundError, Time};
use tokio::{
    sync::Semaphore,
    task::spawn_blocking,
    time::{Instant, sleep, timeout},
};

use crate::{
    balance::Site,
    connect::Connector,
    headers::HOP,
    line,
    worker::{Shared, lock},
};

/// Things under way beside exchanges, of one worker.
const TASKS: usize = 1024;
/// Work of all workers that takes a core for long, at work or waiting.
const COMPUTED_AND_WAITING: usize = 256;
/// Idle connections kept to one address, and addresses that have some.
const IDLE_EACH: usize = 16;
const IDLE_ADDRESSES: usize = 64;
/// How long a connection may be idle.
const IDLE: Duration = Duration::from_secs(30);

/// What the filters of one worker do beside exchanges.
pub(crate) struct Outside {
    shared: Arc<Shared>,
    connector: Arc<Connector>,
    tasks: Arc<AtomicUsize>,
    idle: Mutex<HashMap<Address, Vec<Idle>>>,
}

/// A connection, and since when it is idle.
type Idle = (Instant, SendRequest<Full<Bytes>>);

/// Whether with TLS, the host and the port, and whether it is the metadata service of the machine.
type Address = (bool, String, u16, bool);

impl Outside {
    pub(crate) fn new(shared: Arc<Shared>, connector: Arc<Connector>) -> Arc<Outside> {
        Arc::new(Outside { shared, connector, tasks: Arc::default(), idle: Mutex::default() })
    }

    async fn call(&self, call: OutboundCall, metadata: bool) -> Result<OutboundAnswer, OutboundError> {
        let address = address(&call.uri, metadata)?;
        let bound = call.bound;
        let mut request = request(call)?;
        let mut answer = None;
        // One that turns out closed before anything was sent is no failure of the call.
        while let Some(mut sender) = self.take(&address) {
            match sender.try_send_request(request).await {
                Ok(response) => {
                    answer = Some((sender, response));
                    request = Request::default();
                    break;
                }
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(failed(&error.into_error())),
                },
            }
        }
        let (sender, response) = match answer {
            Some(answered) => answered,
            None => {
                let mut sender = self.open(&address).await?;
                let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
                (sender, response)
            }
        };
        let (head, mut body) = response.into_parts();
        let mut whole = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(piece) = frame.map_err(|error| failed(&error))?.into_data() else { continue };
            if (whole.len() + piece.len()) as u64 > bound {
                return Err(OutboundError::TooLarge);
            }
            whole.extend_from_slice(&piece);
        }
        self.put(address, sender);
        Ok(OutboundAnswer { status: head.status, headers: (&head.headers).into(), body: whole.freeze() })
    }

    async fn open(&self, address: &Address) -> Result<SendRequest<Full<Bytes>>, OutboundError> {
        let (tls, host, port, metadata) = address.clone();
        let protocol = Protocol::Http1;
        let site = Arc::new(Site { tls, host, port, id: u64::MAX, protocol, toward: None, metadata });
        let reached = self.connector.connect(&site, false).await.map_err(|error| failed(&error))?;
        let (sender, connection) =
            handshake(TokioIo::new(reached.wire)).await.map_err(|error| failed(&error))?;
        tokio::spawn(async move {
            // Whoever waits for an answer sees what goes wrong.
            let _ = connection.await;
        });
        Ok(sender)
    }

    fn take(&self, address: &Address) -> Option<SendRequest<Full<Bytes>>> {
        let mut idle = lock(&self.idle);
        let senders = idle.get_mut(address)?;
        while let Some((since, sender)) = senders.pop() {
            if since.elapsed() < IDLE && sender.is_ready() {
                return Some(sender);
            }
        }
        idle.remove(address);
        None
    }

    fn put(&self, address: Address, sender: SendRequest<Full<Bytes>>) {
        let mut idle = lock(&self.idle);
        let now = Instant::now();
        if idle.len() >= IDLE_ADDRESSES && !idle.contains_key(&address) {
            idle.retain(|_, senders| {
                senders.iter().any(|(since, sender)| now - *since < IDLE && !sender.is_closed())
            });
            if idle.len() >= IDLE_ADDRESSES {
                return;
            }
        }
        let senders = idle.entry(address).or_default();
        senders.retain(|(since, sender)| now - *since < IDLE && !sender.is_closed());
        if senders.len() < IDLE_EACH {
            senders.push((now, sender));
        }
    }
}

fn address(uri: &Uri, metadata: bool) -> Result<Address, OutboundError> {
    let (tls, usual) = match uri.scheme_str() {
        Some("http") => (false, 80),
        Some("https") => (true, 443),
        _ => return Err(OutboundError::NoAddress),
    };
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(OutboundError::NoAddress)?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok((tls, host, uri.port_u16().unwrap_or(usual), metadata))
}

fn request(mut call: OutboundCall) -> Result<Request<Full<Bytes>>, OutboundError> {
    let authority = call.uri.authority().ok_or(OutboundError::NoAddress)?;
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| OutboundError::NoAddress)?;
    let target = call.uri.path_and_query().map_or("/", |target| target.as_str());
    let target = target.parse().map_err(|_| OutboundError::NoAddress)?;
    let mut request = Request::new(Full::new(call.body));
    *request.method_mut() = call.method;
    *request.uri_mut() = target;
    call.headers.discard_all(&HOP);
    for field in [Known::ContentLength, Known::TransferEncoding, Known::Expect] {
        call.headers.discard(field);
    }
    call.headers.remove(header::TRAILER);
    call.headers.insert(header::HOST, host);
    *request.headers_mut() = call.headers.to_map();
    Ok(request)
}

fn failed(error: &dyn Error) -> OutboundError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    OutboundError::Failed(text)
}

/// One of the things under way; ends with its drop.
struct Task(Arc<AtomicUsize>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// [`Outside`], shared.
#[derive(Clone)]
pub(crate) struct Hand(pub(crate) Arc<Outside>);

impl Hand {
    pub(crate) fn now(&self) -> Time {
        self.0.shared.clock.time(Instant::now())
    }

    pub(crate) fn sleep(&self, span: Duration) -> Later<()> {
        Box::pin(sleep(span))
    }

    pub(crate) fn send(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.send_where(call, false)
    }

    pub(crate) fn send_to_metadata(
        &self,
        call: OutboundCall,
    ) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.send_where(call, true)
    }

    fn send_where(&self, call: OutboundCall, metadata: bool) -> Later<Result<OutboundAnswer, OutboundError>> {
        let outside = Arc::clone(&self.0);
        Box::pin(async move {
            let patience = call.timeout;
            let answered = timeout(patience, outside.call(call, metadata)).await;
            answered.unwrap_or(Err(OutboundError::TooSlow))
        })
    }

    pub(crate) fn dial(&self, dial: Dial) -> Later<Result<Box<dyn Line>, OutboundError>> {
        Box::pin(line::dial(Arc::clone(&self.0.connector), dial))
    }

    pub(crate) fn spawn(&self, task: Later<()>) -> bool {
        let tasks = &self.0.tasks;
        if tasks.fetch_add(1, Relaxed) >= TASKS {
            tasks.fetch_sub(1, Relaxed);
            return false;
        }
        let counted = Task(Arc::clone(tasks));
        tokio::spawn(async move {
            task.await;
            drop(counted);
        });
        true
    }

    pub(crate) fn compute(&self, work: Box<dyn FnOnce() + Send>) -> Later<bool> {
        let computing = Arc::clone(&self.0.shared.computing);
        Box::pin(async move { computing.run(work).await })
    }
}

/// What takes a core for long and is done beside the workers, of all workers together.
pub(crate) struct Computing {
    /// Those at work.
    cores: Arc<Semaphore>,
    /// Those at work and those that wait.
    waiting: Semaphore,
}

impl Default for Computing {
    fn default() -> Computing {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Computing {
            cores: Arc::new(Semaphore::new(cores.div_ceil(2))),
            waiting: Semaphore::new(COMPUTED_AND_WAITING),
        }
    }
}

impl Computing {
    async fn run(&self, work: Box<dyn FnOnce() + Send>) -> bool {
        let Ok(_waiting) = self.waiting.try_acquire() else { return false };
        let Ok(core) = Arc::clone(&self.cores).acquire_owned().await else { return false };
        let done = spawn_blocking(move || {
            work();
            // Held until the work is done, also where nobody waits for it any more.
            drop(core);
        });
        done.await.is_ok()
    }
}
