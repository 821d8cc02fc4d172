//! What a supervisor such as systemd gives and is told: sockets it listens on (`LISTEN_FDS`), and that the process is ready (`NOTIFY_SOCKET`).

use std::{env, ffi::OsStr, io, os::unix::net::UnixDatagram};

use listenfd::ListenFd;
use proxy::{Given, Inherited};

/// Sockets at most.
const MOST: usize = 4096;
/// What sockets without names are for, in their order.
const USUAL: [&str; 2] = ["http", "https"];

/// The sockets that are given to this process, each with the listener it is for.
///
/// # Errors
/// What is no TCP socket that listens.
pub(crate) fn sockets() -> Result<Vec<Inherited>, String> {
    let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut given = ListenFd::from_env();
    if given.len() > MOST {
        return Err(format!("LISTEN_FDS: {} sockets are given, {MOST} are the most", given.len()));
    }
    let names = named(&names, given.len());
    let mut sockets = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        let taken = given.take_tcp_listener(at);
        let taken = taken
            .map_err(|e| format!("LISTEN_FDS: the socket `{name}` is not one of TCP that listens: {e}"))?;
        let Some(socket) = taken else { continue };
        sockets.push(Inherited { name, socket: Given::Tcp(socket) });
    }
    Ok(sockets)
}

/// What each of so many sockets is for.
fn named(names: &str, count: usize) -> Vec<String> {
    let mut said = names.split(':');
    let name = |at: usize| match said.next() {
        // What systemd says where nothing was said.
        Some(name) if !name.is_empty() && name != "unknown" && !name.ends_with(".socket") => name.to_owned(),
        _ => USUAL.get(at).map_or_else(|| format!("unnamed-{at}"), |usual| (*usual).to_owned()),
    };
    (0..count).map(name).collect()
}

/// Tells a supervisor something, where there is one that listens.
pub(crate) fn tell(what: &str) {
    let Some(path) = env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty()) else { return };
    if let Err(error) = send(&path, what) {
        tracing::warn!(%error, "the supervisor cannot be told that this process is ready");
    }
}

fn send(path: &OsStr, what: &str) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    #[cfg(target_os = "linux")]
    {
        use std::os::{
            linux::net::SocketAddrExt,
            unix::{ffi::OsStrExt, net::SocketAddr},
        };
        if let Some(name) = path.as_bytes().strip_prefix(b"@") {
            let address = SocketAddr::from_abstract_name(name)?;
            return socket.send_to_addr(what.as_bytes(), &address).map(drop);
        }
    }
    socket.send_to(what.as_bytes(), path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_for_whom_they_are_named_or_in_their_order() {
        for (names, count, expected) in [
            ("", 2, vec!["http", "https"]),
            ("unknown", 1, vec!["http"]),
            ("admin:http:internal", 3, vec!["admin", "http", "internal"]),
            ("pailou.socket:pailou.socket", 2, vec!["http", "https"]),
            ("a", 3, vec!["a", "https", "unnamed-2"]),
        ] {
            assert_eq!(named(names, count), expected, "{names}");
        }
    }
}
