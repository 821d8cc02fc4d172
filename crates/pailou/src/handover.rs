//! A new process in the place of this one, and sockets from a supervisor.
//!
//! A new process in the place of this one: on SIGUSR2 the binary is started anew and given the sockets this one listens on; once it is
//! ready, this one lets its exchanges end. Connections wait on the sockets meanwhile, so that none is refused.
//!
//! The two speak over a socket that is the new one's standard input: a message for each socket with its listener's name, then one that
//! says there are no more, and back one that says it is ready.

use std::{
    env,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    net::TcpListener,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use proxy::{Gateway, Given, Inherited};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
    sockopt::{Timeout, set_socket_timeout},
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{shutdown::Failure, supervisor, vitals};

/// Tells a process that it takes the place of another.
const MARK: &str = "PAILOU_HANDOVER";
/// How long the new process may take to be ready, and the old one to send what it has.
const PATIENCE: Duration = Duration::from_secs(60);
/// Sockets at most.
const MOST: usize = 4096;
const NO_MORE: &[u8] = b"\0no-more";
const READY: &[u8] = b"\0ready";
/// What stands before the name of a listener whose socket is of UDP: a colon is in no name.
const UDP: &str = "udp:";
/// The longest name, bytes.
const NAME: usize = 256;

/// Who gave this process its sockets.
pub(crate) struct Before {
    /// To the process before; a supervisor waits for nothing.
    way: Option<OwnedFd>,
    sockets: Vec<Inherited>,
}

impl Before {
    /// What is given to this process; `None` where it takes nobody's place and has no sockets of a supervisor.
    pub(crate) fn greet() -> Result<Option<Before>, Failure> {
        if env::var_os(MARK).is_none() {
            let sockets = supervisor::sockets().map_err(Failure::new)?;
            return Ok((!sockets.is_empty()).then_some(Before { way: None, sockets }));
        }
        let told = |e: io::Error| Failure::new(format!("the process before did not hand over: {e}"));
        Before::receive().map(Some).map_err(told)
    }

    fn receive() -> io::Result<Before> {
        let way = rustix::stdio::stdin().try_clone_to_owned()?;
        set_socket_timeout(&way, Timeout::Recv, Some(PATIENCE))?;
        let mut sockets = Vec::new();
        while sockets.len() < MOST {
            let mut name = [0; NAME];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut beside = RecvAncillaryBuffer::new(&mut space);
            let flags = RecvFlags::CMSG_CLOEXEC;
            let got = recvmsg(&way, &mut [IoSliceMut::new(&mut name)], &mut beside, flags)?;
            let name = &name[..got.bytes];
            if name == NO_MORE {
                return Ok(Before { way: Some(way), sockets });
            }
            let name = String::from_utf8(name.to_vec()).ok().filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| io::Error::other("it ended"))?;
            for message in beside.drain() {
                if let RecvAncillaryMessage::ScmRights(all) = message {
                    sockets.extend(all.map(|fd| match name.strip_prefix(UDP) {
                        Some(name) => Inherited { name: name.to_owned(), socket: Given::Udp(fd.into()) },
                        None => Inherited { name: name.clone(), socket: Given::Tcp(fd.into()) },
                    }));
                }
            }
        }
        Err(io::Error::other("it has too many sockets"))
    }

    /// Takes the sockets of a name.
    pub(crate) fn take(&mut self, name: &str) -> Option<TcpListener> {
        let is_it = |given: &Inherited| given.name == name && matches!(given.socket, Given::Tcp(_));
        let at = self.sockets.iter().position(is_it)?;
        match self.sockets.swap_remove(at).socket {
            Given::Tcp(socket) => Some(socket),
            Given::Udp(_) => None,
        }
    }

    /// Takes those of the gateway.
    pub(crate) fn take_all(&mut self) -> Vec<Inherited> {
        std::mem::take(&mut self.sockets)
    }
}

/// This process is ready: the one before may end, and a supervisor knows.
pub(crate) fn ready(before: Option<Before>) {
    supervisor::tell("READY=1");
    if let Some(way) = before.and_then(|before| before.way)
        && let Err(error) = send(&way, READY, None)
    {
        tracing::warn!(%error, "the process before has ended already");
    }
}

/// What the gateway of a process takes over, where there is something.
pub(crate) fn sockets(before: &mut Option<Before>) -> Vec<Inherited> {
    before.as_mut().map(Before::take_all).unwrap_or_default()
}

/// Waits for SIGUSR2, and starts the binary anew.
pub(crate) struct Upgrade {
    /// Where the binary was when this process began: another may lie there now, and that one is meant.
    binary: Option<PathBuf>,
    signal: Option<Signal>,
}

impl Upgrade {
    pub(crate) fn new() -> Upgrade {
        Upgrade { binary: env::current_exe().ok(), signal: signal(SignalKind::user_defined2()).ok() }
    }

    /// Waits until somebody asks for it.
    pub(crate) async fn asked(&mut self) {
        match &mut self.signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }

    /// Starts a new process and gives it sockets. Returns its number when it is ready.
    ///
    /// # Errors
    /// Why there is none; this process must go on then.
    pub(crate) async fn hand_over(&self, sockets: Vec<Inherited>) -> Result<u32, String> {
        let binary = self.binary.clone().ok_or("where the binary is was not known at the start")?;
        let done = tokio::task::spawn_blocking(move || give(binary, &sockets));
        done.await.map_err(|error| error.to_string())?
    }
}

fn give(binary: PathBuf, sockets: &[Inherited]) -> Result<u32, String> {
    let flags = SocketFlags::CLOEXEC;
    let pair = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None);
    let (ours, theirs) = pair.map_err(|e| e.to_string())?;
    for way in [Timeout::Recv, Timeout::Send] {
        set_socket_timeout(&ours, way, Some(PATIENCE)).map_err(|e| e.to_string())?;
    }
    let child = Command::new(&binary)
        .args(env::args_os().skip(1))
        .env(MARK, "1")
        // Those were for this process alone.
        .env_remove("LISTEN_PID")
        .env_remove("LISTEN_FDS")
        .env_remove("LISTEN_FDNAMES")
        .stdin(Stdio::from(theirs))
        .spawn()
        .map_err(|e| format!("{} cannot be started: {e}", binary.display()))?;
    let handed = (|| {
        for Inherited { name, socket } in sockets {
            match socket {
                Given::Tcp(socket) => send(&ours, name.as_bytes(), Some(socket.as_fd()))?,
                Given::Udp(socket) => send(&ours, format!("{UDP}{name}").as_bytes(), Some(socket.as_fd()))?,
            }
        }
        send(&ours, NO_MORE, None)?;
        let mut answer = [0; NAME];
        let count = rustix::net::recv(&ours, &mut answer[..], RecvFlags::empty())?.0;
        if &answer[..count] == READY { Ok(()) } else { Err(io::Error::other("it ended before it was ready")) }
    })();
    match handed {
        Ok(()) => Ok(child.id()),
        Err(e) => {
            end(child);
            Err(format!("the new process did not take over: {e}"))
        }
    }
}

/// Ends a process that is of no use.
fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn send(way: &OwnedFd, message: &[u8], socket: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    let fds = socket.map(|socket| [socket]);
    if let Some(fds) = &fds {
        beside.push(SendAncillaryMessage::ScmRights(fds));
    }
    sendmsg(way, &[IoSlice::new(message)], &mut beside, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Hands a gateway over, and what else listens; whether it is done. Where it is not, everything goes on as before.
pub(crate) async fn done(upgrade: &Upgrade, gateway: Option<&Gateway>, admin: Option<&Inherited>) -> bool {
    tracing::info!("handing over to a new process");
    let mut sockets = gateway.map(Gateway::sockets).unwrap_or_default();
    sockets.extend(admin.and_then(|admin| match &admin.socket {
        Given::Tcp(socket) => vitals::copy(socket),
        Given::Udp(_) => None,
    }));
    match upgrade.hand_over(sockets).await {
        Ok(process) => {
            tracing::info!(process, "the new process is ready; this one ends");
            // Whoever watches over this process watches over that one from now on.
            supervisor::tell(&format!("MAINPID={process}\nREADY=1"));
            true
        }
        Err(reason) => {
            if let Some(gateway) = gateway {
                gateway.keep_sockets();
            }
            tracing::error!("{reason}; this process goes on");
            false
        }
    }
}
