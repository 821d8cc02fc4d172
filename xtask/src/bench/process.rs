//! Servers under measurement: started on one core, watched through `/proc`, ended by pid.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::shell::Outcome;

/// The core of the proxy, and that of the upstream and the load tool.
pub(crate) const PROXY_CORE: &str = "0";
pub(crate) const OTHER_CORE: &str = "1";

/// A folder that is removed at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Outcome<Scratch> {
        let dir = std::env::temp_dir().join(format!("pailou-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        Ok(Scratch(dir))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Outcome<PathBuf> {
        let path = self.0.join(name);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        written.map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server.
pub(crate) struct Server {
    pid: u32,
    /// None of one that somebody else started and will end.
    child: Option<Child>,
    pub(crate) addr: SocketAddr,
}

/// CPU time, microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Cpu {
    pub(crate) user_us: f64,
    pub(crate) kernel_us: f64,
}

impl Cpu {
    pub(crate) fn all_us(self) -> f64 {
        self.user_us + self.kernel_us
    }
}

impl Server {
    /// Starts a command and waits until it accepts connections.
    pub(crate) fn start(command: &mut Command, addr: SocketAddr, patience: Duration) -> Outcome<Server> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn();
        let child = child.map_err(|e| format!("{}: {e}", command.get_program().display()))?;
        let mut server = Server { pid: child.id(), child: Some(child), addr };
        for _ in 0..patience.as_millis() / 20 {
            if TcpStream::connect(addr).is_ok() {
                server.settle();
                return Ok(server);
            }
            if let Some(Ok(Some(status))) = server.child.as_mut().map(Child::try_wait) {
                return Err(format!("{} ended at once: {status}", command.get_program().display()));
            }
            #[expect(clippy::disallowed_methods, reason = "there is nothing to wait on but the port")]
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(format!("{} does not answer at {addr}", command.get_program().display()))
    }

    /// A server that runs already.
    pub(crate) fn attach(pid: u32, addr: SocketAddr) -> Server {
        Server { pid, child: None, addr }
    }

    /// Waits until it has nothing to do: a port may be open before everything behind it is ready.
    fn settle(&self) {
        let mut before = f64::NAN;
        for _ in 0..200 {
            let now = self.cpu().all_us();
            if now == before {
                return;
            }
            before = now;
            #[expect(
                clippy::disallowed_methods,
                reason = "there is nothing to wait on but the clock of the process"
            )]
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// CPU time of the process and its children so far.
    pub(crate) fn cpu(&self) -> Cpu {
        let all = self.family();
        let each = all.iter().filter_map(|pid| ticks(*pid));
        let (user, system) = each.fold((0, 0), |(user, system), (u, s)| (user + u, system + s));
        // Clock ticks are 100 a second on every Linux that Rust supports (USER_HZ).
        Cpu { user_us: user as f64 * 10_000.0, kernel_us: system as f64 * 10_000.0 }
    }

    /// Resident memory of the process and its children, in MiB.
    pub(crate) fn rss_mib(&self) -> f64 {
        let pages = |pid: &u32| {
            let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
            statm.split(' ').nth(1)?.parse::<u64>().ok()
        };
        self.family().iter().filter_map(pages).sum::<u64>() as f64 * 4096.0 / 1_048_576.0
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Ends it and waits until it has ended.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(child) = &mut self.child else { return };
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        let _ = child.wait();
    }

    fn family(&self) -> Vec<u32> {
        let root = self.pid;
        let children = fs::read_to_string(format!("/proc/{root}/task/{root}/children")).unwrap_or_default();
        std::iter::once(root).chain(children.split_whitespace().filter_map(|pid| pid.parse().ok())).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None))) {
            self.end();
        }
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_addr() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map_err(|e| format!("no free port: {e}"))
}

/// User and system time, clock ticks.
fn ticks(pid: u32) -> Option<(u64, u64)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; fields 14 and 15 (utime, stime) come after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
