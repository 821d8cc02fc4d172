//! Connections on which filters speak protocols of their own; see [`policy::Line`].

use std::{
    collections::HashMap,
    io,
    sync::{Arc, LazyLock, Mutex},
};

use model::{Protocol, UpstreamTls};
use policy::{Dial, Later, Line, OutboundError, Soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use crate::{balance::Site, connect::Connector, tls::Toward, wire::Wire, worker::lock};

/// Ways of TLS that are kept; beyond it all are made anew.
const WAYS: usize = 64;

/// A connection that was dialed.
struct Dialed {
    wire: Wire,
    host: String,
    deadline: Instant,
}

/// Opens a connection.
pub(crate) async fn dial(connector: Arc<Connector>, dial: Dial) -> Result<Box<dyn Line>, OutboundError> {
    let Dial { host, port, tls, timeout } = dial;
    let deadline = Instant::now() + timeout;
    let protocol = Protocol::Http1;
    let site =
        Arc::new(Site { tls: false, host, port, id: u64::MAX, protocol, toward: None, metadata: false });
    let reached = in_time(deadline, connector.connect(&site, false)).await?;
    let line = Box::new(Dialed { wire: reached.wire, host: site.host.clone(), deadline });
    match tls {
        Some(tls) => line.secure(&tls).await,
        None => Ok(line),
    }
}

impl Line for Dialed {
    fn send<'a>(&'a mut self, bytes: &'a [u8]) -> Soon<'a, Result<(), OutboundError>> {
        Box::pin(in_time(self.deadline, async {
            self.wire.write_all(bytes).await?;
            self.wire.flush().await
        }))
    }

    fn receive<'a>(&'a mut self, into: &'a mut Vec<u8>) -> Soon<'a, Result<usize, OutboundError>> {
        Box::pin(in_time(self.deadline, async {
            into.reserve(4096);
            self.wire.read_buf(into).await
        }))
    }

    fn secure(self: Box<Self>, tls: &UpstreamTls) -> Later<Result<Box<dyn Line>, OutboundError>> {
        let toward = toward(tls);
        Box::pin(async move {
            let toward = toward?;
            let Dialed { wire, host, deadline } = *self;
            let Wire::Tcp(stream) = wire else {
                return Err(OutboundError::Failed("TLS is spoken over sockets only".to_owned()));
            };
            let stream = in_time(deadline, toward.secure(&host, stream, &[])).await?;
            Ok(Box::new(Dialed { wire: Wire::Client(Box::new(stream)), host, deadline }) as Box<dyn Line>)
        })
    }
}

async fn in_time<T>(
    deadline: Instant,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, OutboundError> {
    match timeout_at(deadline, work).await {
        Ok(done) => done.map_err(|error| OutboundError::Failed(error.to_string())),
        Err(_) => Err(OutboundError::TooSlow),
    }
}

/// The way of TLS that is meant, so that sessions are resumed and files are read once.
fn toward(tls: &UpstreamTls) -> Result<Arc<Toward>, OutboundError> {
    static KNOWN: LazyLock<Mutex<HashMap<UpstreamTls, Arc<Toward>>>> = LazyLock::new(Mutex::default);
    let mut known = lock(&KNOWN);
    if let Some(found) = known.get(tls) {
        return Ok(Arc::clone(found));
    }
    let made = Toward::read(tls).map_err(|(field, why)| OutboundError::Failed(format!("`{field}` {why}")))?;
    if known.len() >= WAYS {
        known.clear();
    }
    let made = Arc::new(made);
    known.insert(tls.clone(), Arc::clone(&made));
    Ok(made)
}
