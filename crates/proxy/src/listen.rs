//! Where a gateway listens: a socket for every worker, opened and closed while it runs.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use model::{Finding, Gateway};
use socket2::{Domain, Protocol as Ip, Socket, Type};
use tokio::sync::{mpsc, watch};

const BACKLOG: i32 = 1024;

/// Somewhere to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: Arc<str>,
    /// Port 0 takes a free one.
    pub(crate) address: SocketAddr,
    pub(crate) tls: bool,
    pub(crate) proxy_protocol: bool,
}

/// Where a gateway listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub name: Arc<str>,
    pub address: SocketAddr,
    pub tls: bool,
    /// Whether every connection begins with a header of the PROXY protocol.
    pub proxy_protocol: bool,
}

/// How the connections of a listener begin; may change while it listens.
#[derive(Debug)]
pub(crate) struct Manner {
    pub(crate) tls: AtomicBool,
    pub(crate) proxy_protocol: AtomicBool,
}

/// A socket for one worker.
pub(crate) struct Opened {
    pub(crate) socket: StdListener,
    pub(crate) manner: Arc<Manner>,
    pub(crate) stop: watch::Receiver<bool>,
}

/// A socket from elsewhere, and the listener it is for.
#[derive(Debug)]
pub struct Inherited {
    pub name: String,
    pub socket: StdListener,
}

/// Everywhere a gateway listens.
pub(crate) struct Listeners {
    running: Vec<Running>,
    inherited: Vec<Inherited>,
    workers: Vec<mpsc::UnboundedSender<Opened>>,
}

struct Running {
    wanted: Wanted,
    bound: SocketAddr,
    /// All of it, held so that they can be handed over.
    sockets: Vec<StdListener>,
    manner: Arc<Manner>,
    stop: watch::Sender<bool>,
}

/// A change of where a gateway listens that can be made: what is new is open already.
pub(crate) struct Plan {
    wanted: Vec<Wanted>,
    opened: Vec<(Wanted, SocketAddr, Vec<StdListener>)>,
}

/// The listeners a gateway resource asks for, beside those of the command line.
///
/// # Errors
/// What is wrong with them.
pub(crate) fn wanted(gateway: &Gateway) -> Result<Vec<Wanted>, Vec<Finding>> {
    let faults = gateway.listener_faults();
    if !faults.is_empty() {
        let place = format!("gateway/{}", gateway.name);
        let finding = |(field, message): (String, String)| {
            Finding::error("invalid-listener", message).in_resource(place.as_str()).in_field(field)
        };
        return Err(faults.into_iter().map(finding).collect());
    }
    let wanted = |listener: &model::Listener| {
        Some(Wanted {
            name: listener.name.shared(),
            address: listener.address.parse().ok()?,
            tls: listener.tls,
            proxy_protocol: listener.proxy_protocol,
        })
    };
    Ok(gateway.listeners.iter().filter_map(wanted).collect())
}

impl Wanted {
    /// Whether a listener can go on as this one: the same sockets, however their connections begin.
    fn is_at(&self, running: &Running) -> bool {
        let same = self.address == running.wanted.address;
        same && (self.address.port() != 0 || self.name == running.wanted.name)
    }
}

impl Listeners {
    pub(crate) fn new(inherited: Vec<Inherited>, workers: Vec<mpsc::UnboundedSender<Opened>>) -> Listeners {
        Listeners { running: Vec::new(), inherited, workers }
    }

    /// Opens what is new.
    ///
    /// # Errors
    /// Which one cannot be opened, and why; nothing changes.
    pub(crate) fn plan(&mut self, wanted: Vec<Wanted>) -> Result<Plan, (Wanted, io::Error)> {
        let mut opened = Vec::new();
        for one in &wanted {
            if self.running.iter().any(|running| one.is_at(running)) {
                continue;
            }
            match self.open(one, &wanted) {
                Ok((bound, sockets)) => opened.push((one.clone(), bound, sockets)),
                Err(error) => return Err((one.clone(), error)),
            }
        }
        Ok(Plan { wanted, opened })
    }

    fn open(&mut self, one: &Wanted, all: &[Wanted]) -> io::Result<(SocketAddr, Vec<StdListener>)> {
        let (given, others) =
            std::mem::take(&mut self.inherited).into_iter().partition(|given| *given.name == *one.name);
        self.inherited = others;
        let mut sockets: Vec<StdListener> = given.into_iter().map(|given: Inherited| given.socket).collect();
        sockets.retain(|socket| {
            let is_there = |addr: SocketAddr| one.address.port() == 0 || addr == one.address;
            socket.local_addr().is_ok_and(is_there) && socket.set_nonblocking(true).is_ok()
        });
        if let Some(first) = sockets.first() {
            return Ok((first.local_addr()?, sockets));
        }
        // A listener that ends with the same change may stand in the way, and sockets of one gateway can share a port.
        let ends = |running: &Running| {
            running.bound.port() == one.address.port() && !all.iter().any(|wanted| wanted.is_at(running))
        };
        if !self.running.iter().any(ends) {
            is_free(one.address)?;
        }
        let first = bind(one.address)?;
        let bound = first.local_addr()?;
        let mut sockets = vec![first];
        for _ in 1..self.workers.len() {
            sockets.push(bind(bound)?);
        }
        Ok((bound, sockets))
    }

    /// Makes a change. Connections that are open go on, whatever becomes of their listener.
    pub(crate) fn commit(&mut self, plan: Plan) {
        let Plan { wanted, opened } = plan;
        self.running.retain(|running| {
            let stays = wanted.iter().any(|wanted| wanted.is_at(running));
            if !stays {
                tracing::info!("no longer listening on {} ({})", running.bound, running.wanted.name);
                let _ = running.stop.send(true);
            }
            stays
        });
        for running in &mut self.running {
            if let Some(now) = wanted.iter().find(|wanted| wanted.is_at(running)) {
                running.manner.tls.store(now.tls, Relaxed);
                running.manner.proxy_protocol.store(now.proxy_protocol, Relaxed);
                running.wanted = now.clone();
            }
        }
        for (wanted, bound, sockets) in opened {
            self.start(wanted, bound, sockets);
        }
        let place = |name: &str| wanted.iter().position(|wanted| *wanted.name == *name);
        self.running.sort_by_key(|running| place(&running.wanted.name));
    }

    fn start(&mut self, wanted: Wanted, bound: SocketAddr, sockets: Vec<StdListener>) {
        let manner = Arc::new(Manner {
            tls: AtomicBool::new(wanted.tls),
            proxy_protocol: AtomicBool::new(wanted.proxy_protocol),
        });
        let (stop, stopped) = watch::channel(false);
        let workers = self.workers.len();
        // Each worker has a socket of its own, where there are enough; of more, some have several.
        for number in 0..sockets.len().max(workers) {
            let copied = sockets[number % sockets.len()].try_clone();
            match copied {
                Ok(socket) => {
                    let opened = Opened { socket, manner: Arc::clone(&manner), stop: stopped.clone() };
                    // A worker that has ended takes nothing.
                    let _ = self.workers[number % workers].send(opened);
                }
                Err(error) => tracing::error!(%error, "a worker cannot have its socket for {bound}"),
            }
        }
        self.running.push(Running { wanted, bound, sockets, manner, stop });
    }

    /// Ends them all. Where they were stays known.
    pub(crate) fn stop(&mut self) {
        for running in &mut self.running {
            let _ = running.stop.send(true);
            running.sockets.clear();
        }
        self.inherited.clear();
    }

    /// Every socket once more, for another gateway to go on with.
    pub(crate) fn copies(&self) -> Vec<Inherited> {
        let copies = self.running.iter().flat_map(|running| {
            running.sockets.iter().filter_map(|socket| {
                Some(Inherited { name: running.wanted.name.to_string(), socket: socket.try_clone().ok()? })
            })
        });
        copies.collect()
    }

    pub(crate) fn listening(&self) -> Vec<Listening> {
        let one = |running: &Running| Listening {
            name: Arc::clone(&running.wanted.name),
            address: running.bound,
            tls: running.wanted.tls,
            proxy_protocol: running.wanted.proxy_protocol,
        };
        self.running.iter().map(one).collect()
    }
}

/// Binds one of several sockets that share an address.
fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Ip::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Whether nobody listens at an address: sockets that share it would hide from each other that two gateways run.
fn is_free(address: SocketAddr) -> io::Result<()> {
    if address.port() == 0 {
        return Ok(());
    }
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Ip::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())
}
