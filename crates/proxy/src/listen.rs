//! Where a gateway listens: a socket for every worker, opened and closed while it runs.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering::Relaxed},
    },
};

use model::{AskedCertificate, Finding, Gateway};
use socket2::{Domain, Protocol as Ip, Socket, Type};
use tokio::sync::{mpsc, watch};

use crate::{
    h3::listen::{Gate, Opened as OpenedQuic},
    worker::Work,
};

const BACKLOG: i32 = 1024;
/// What of datagrams may wait to be read or sent, bytes, as far as the system lets it.
const DATAGRAMS: usize = 2 << 20;
/// Free ports that are tried for one that is free for TCP and UDP.
const TRIES: usize = 16;

/// Somewhere to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: Arc<str>,
    /// Port 0 takes a free one.
    pub(crate) address: SocketAddr,
    pub(crate) tls: bool,
    pub(crate) proxy_protocol: bool,
    /// Whether HTTP/3 is spoken too, if it is at all.
    pub(crate) http3: bool,
    /// Whether clients are asked for a certificate, where it says so itself.
    pub(crate) asked: Option<AskedCertificate>,
}

/// Where a gateway listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub name: Arc<str>,
    pub address: SocketAddr,
    pub tls: bool,
    /// Whether every connection begins with a header of the PROXY protocol.
    pub proxy_protocol: bool,
    /// Whether HTTP/3 is spoken on the UDP port of the same number.
    pub http3: bool,
}

/// How the connections of a listener begin; may change while it listens.
#[derive(Debug)]
pub(crate) struct Manner {
    pub(crate) tls: AtomicBool,
    pub(crate) proxy_protocol: AtomicBool,
    /// Whether clients are told that HTTP/3 is spoken too.
    pub(crate) announces: AtomicBool,
    pub(crate) asks: Asks,
}

/// Whether clients are asked for a certificate, where the listener says it itself.
#[derive(Debug, Default)]
pub(crate) struct Asks(AtomicU8);

impl Asks {
    pub(crate) fn of(asked: Option<AskedCertificate>) -> Asks {
        let asks = Asks::default();
        asks.set(asked);
        asks
    }

    pub(crate) fn set(&self, asked: Option<AskedCertificate>) {
        self.0.store(asked.map_or(0, |asked| asked as u8 + 1), Relaxed);
    }

    pub(crate) fn get(&self) -> Option<AskedCertificate> {
        match self.0.load(Relaxed) {
            0 => None,
            1 => Some(AskedCertificate::Never),
            2 => Some(AskedCertificate::Request),
            _ => Some(AskedCertificate::Require),
        }
    }
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
    pub socket: Given,
}

/// A socket from elsewhere.
#[derive(Debug)]
pub enum Given {
    Tcp(StdListener),
    Udp(UdpSocket),
}

/// Everywhere a gateway listens.
pub(crate) struct Listeners {
    running: Vec<Running>,
    inherited: Vec<Inherited>,
    workers: Vec<mpsc::UnboundedSender<Work>>,
    /// Sockets of listeners that speak HTTP/3 no more, on which connections may still be open.
    closed: Vec<Datagrams>,
    /// Which worker moves the packets of the next socket.
    turn: usize,
}

struct Running {
    wanted: Wanted,
    bound: SocketAddr,
    /// All of it, held so that they can be handed over.
    sockets: Vec<StdListener>,
    manner: Arc<Manner>,
    stop: watch::Sender<bool>,
    quic: Option<Datagrams>,
}

/// A socket on which HTTP/3 is spoken.
struct Datagrams {
    bound: SocketAddr,
    gate: Arc<Gate>,
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
            http3: listener.http3 && listener.tls && !listener.proxy_protocol,
            asked: listener.client_certificate,
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
    pub(crate) fn new(inherited: Vec<Inherited>, workers: Vec<mpsc::UnboundedSender<Work>>) -> Listeners {
        Listeners { running: Vec::new(), inherited, workers, closed: Vec::new(), turn: 0 }
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
        let (given, others): (Vec<_>, _) = std::mem::take(&mut self.inherited)
            .into_iter()
            .partition(|given| *given.name == *one.name && matches!(given.socket, Given::Tcp(_)));
        self.inherited = others;
        let tcp = |given: Inherited| match given.socket {
            Given::Tcp(socket) => Some(socket),
            Given::Udp(_) => None,
        };
        let mut sockets: Vec<StdListener> = given.into_iter().filter_map(tcp).collect();
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
        let mut first = bind(one.address)?;
        let mut bound = first.local_addr()?;
        if one.address.port() == 0 && one.http3 {
            for _ in 0..TRIES {
                if bind_datagrams(bound).is_ok() {
                    break;
                }
                first = bind(one.address)?;
                bound = first.local_addr()?;
            }
        }
        let mut sockets = vec![first];
        for _ in 1..self.workers.len() {
            sockets.push(bind(bound)?);
        }
        Ok((bound, sockets))
    }

    /// Makes a change. Connections that are open go on, whatever becomes of their listener.
    pub(crate) fn commit(&mut self, plan: Plan, speaks_http3: bool) {
        let Plan { wanted, opened } = plan;
        let closed = &mut self.closed;
        self.running.retain_mut(|running| {
            let stays = wanted.iter().any(|wanted| wanted.is_at(running));
            if !stays {
                tracing::info!("no longer listening on {} ({})", running.bound, running.wanted.name);
                let _ = running.stop.send(true);
                closed.extend(running.quic.take().map(Datagrams::close));
            }
            stays
        });
        for running in &mut self.running {
            if let Some(now) = wanted.iter().find(|wanted| wanted.is_at(running)) {
                running.manner.tls.store(now.tls, Relaxed);
                running.manner.asks.set(now.asked);
                running.manner.proxy_protocol.store(now.proxy_protocol, Relaxed);
                running.wanted = now.clone();
            }
        }
        for (wanted, bound, sockets) in opened {
            self.start(wanted, bound, sockets);
        }
        let place = |name: &str| wanted.iter().position(|wanted| *wanted.name == *name);
        self.running.sort_by_key(|running| place(&running.wanted.name));
        self.speak_http3(speaks_http3);
    }

    /// Begins and ends speaking HTTP/3. A listener where it cannot be spoken goes on without it.
    fn speak_http3(&mut self, at_all: bool) {
        self.closed.retain(|closed| !closed.gate.is_over());
        let mut running = std::mem::take(&mut self.running);
        for running in &mut running {
            let wants = at_all && running.wanted.http3;
            let has = running.quic.as_ref().is_some_and(|quic| !quic.gate.is_over());
            match (wants, has) {
                (true, false) => running.quic = self.take_datagrams(running),
                (false, true) => self.closed.extend(running.quic.take().map(Datagrams::close)),
                _ => {}
            }
            running.manner.announces.store(running.quic.is_some(), Relaxed);
            if let Some(quic) = &running.quic {
                quic.gate.asks.set(running.wanted.asked);
            }
        }
        self.running = running;
    }

    /// A socket for HTTP/3 beside one of TCP: one from before, or a new one.
    fn take_datagrams(&mut self, running: &Running) -> Option<Datagrams> {
        let bound = running.bound;
        let refused = |error: io::Error| {
            tracing::error!(
                "cannot listen on UDP {bound} ({}), which goes on without HTTP/3 (`http3: false` says that it should): {error}",
                running.wanted.name
            );
        };
        if let Some(at) = self.closed.iter().position(|closed| closed.bound == bound && closed.gate.reopen())
        {
            return Some(self.closed.swap_remove(at));
        }
        let is_it = |given: &Inherited| match &given.socket {
            Given::Udp(socket) => {
                *given.name == *running.wanted.name
                    && socket.local_addr().is_ok_and(|address| address == bound)
            }
            Given::Tcp(_) => false,
        };
        let given = self.inherited.iter().position(is_it).map(|at| self.inherited.swap_remove(at).socket);
        let socket = match given {
            Some(Given::Udp(socket)) => socket.set_nonblocking(true).map(|()| socket),
            _ => bind_datagrams(bound),
        };
        let both = socket.and_then(|socket| Ok((socket.try_clone()?, socket)));
        let (copy, socket) = both.map_err(refused).ok()?;
        let gate = Gate::new(copy, running.wanted.asked);
        self.turn = (self.turn + 1) % self.workers.len();
        let opened = OpenedQuic { socket, gate: Arc::clone(&gate), workers: self.workers.clone() };
        // A worker that has ended takes nothing.
        let _ = self.workers[self.turn].send(Work::Listen(opened));
        Some(Datagrams { bound, gate })
    }

    fn start(&mut self, wanted: Wanted, bound: SocketAddr, sockets: Vec<StdListener>) {
        let manner = Arc::new(Manner {
            tls: AtomicBool::new(wanted.tls),
            proxy_protocol: AtomicBool::new(wanted.proxy_protocol),
            announces: AtomicBool::new(false),
            asks: Asks::of(wanted.asked),
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
                    let _ = self.workers[number % workers].send(Work::Accept(opened));
                }
                Err(error) => tracing::error!(%error, "a worker cannot have its socket for {bound}"),
            }
        }
        self.running.push(Running { wanted, bound, sockets, manner, stop, quic: None });
    }

    /// Ends them all. Where they were stays known.
    pub(crate) fn stop(&mut self) {
        for running in &mut self.running {
            let _ = running.stop.send(true);
            running.sockets.clear();
            self.closed.extend(running.quic.take().map(Datagrams::close));
        }
        self.inherited.clear();
    }

    /// Every socket once more, for another gateway to go on with.
    pub(crate) fn copies(&self) -> Vec<Inherited> {
        let copies = self.running.iter().flat_map(|running| {
            let tcp = running.sockets.iter().filter_map(|socket| Some(Given::Tcp(socket.try_clone().ok()?)));
            let udp = running.quic.iter().filter_map(|quic| quic.gate.copy());
            let inherited = |socket| Inherited { name: running.wanted.name.to_string(), socket };
            tcp.chain(udp.map(Given::Udp)).map(inherited)
        });
        copies.collect()
    }

    pub(crate) fn listening(&self) -> Vec<Listening> {
        let one = |running: &Running| Listening {
            name: Arc::clone(&running.wanted.name),
            address: running.bound,
            tls: running.wanted.tls,
            proxy_protocol: running.wanted.proxy_protocol,
            http3: running.quic.is_some(),
        };
        self.running.iter().map(one).collect()
    }
}

impl Datagrams {
    /// Takes no more connections; those that are open go on.
    fn close(self) -> Datagrams {
        self.gate.close();
        self
    }
}

/// Binds a socket for datagrams.
fn bind_datagrams(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Ip::UDP))?;
    socket.set_nonblocking(true)?;
    // The system may have a lower bound, and keeps to that.
    let _ = socket.set_recv_buffer_size(DATAGRAMS);
    let _ = socket.set_send_buffer_size(DATAGRAMS);
    socket.bind(&address.into())?;
    Ok(socket.into())
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
