//! Programs that run beside a test, and end with it.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::shell::{Outcome, cargo, command, step, target_dir};

/// A program that runs until this is dropped. Its standard input stays open as long.
pub(crate) struct Running(Child);

/// Where what a program says when it is ready is read.
pub(crate) enum Says {
    Output,
    Log,
}

impl Running {
    /// Starts a program, and reads what it says until `ready` has found in its lines what it looks for.
    ///
    /// # Errors
    /// It cannot be started, or ends before.
    pub(crate) fn start<T>(
        command: &mut Command,
        says: Says,
        ready: impl FnMut(&str) -> Option<T>,
    ) -> Outcome<(Running, T)> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::piped());
        match says {
            Says::Output => command.stdout(Stdio::piped()),
            Says::Log => command.stdout(Stdio::null()).stderr(Stdio::piped()),
        };
        let child = command.spawn().map_err(|e| format!("{name} could not be started: {e}"))?;
        let mut running = Running(child);
        let said: Option<Box<dyn Read + Send>> = match says {
            Says::Output => running.0.stdout.take().map(|it| Box::new(it) as _),
            Says::Log => running.0.stderr.take().map(|it| Box::new(it) as _),
        };
        let mut lines = BufReader::new(said.ok_or_else(|| format!("{name} has no output"))?)
            .lines()
            .map_while(Result::ok);
        let mut ready = ready;
        let found = lines.by_ref().find_map(|line| ready(&line));
        let found = found.ok_or_else(|| format!("{name} ended before it was ready"))?;
        // Read on, so that what it still says never meets a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok((running, found))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `pailou gateway` on free ports.
pub(crate) struct Gateway {
    running: Running,
    /// `127.0.0.1:…`, without TLS and with it.
    pub(crate) http: String,
    pub(crate) https: String,
}

impl Gateway {
    pub(crate) fn start(binary: &Path, resources: &Path) -> Outcome<Gateway> {
        let mut gateway = Command::new(binary);
        gateway
            .args(["gateway", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--resources"])
            .arg(resources)
            .env("NO_COLOR", "1");
        let (mut http, mut https) = (None, None);
        let (running, (http, https)) = Running::start(&mut gateway, Says::Log, |line| {
            let (_, url) = line.split_once("gateway at ")?;
            match url.trim().split_once("://")? {
                ("http", address) => http = Some(address.to_owned()),
                (_, address) => https = Some(address.to_owned()),
            }
            http.clone().zip(https.clone())
        })?;
        Ok(Gateway { running, http, https })
    }

    /// Its process, to send signals to.
    pub(crate) fn process(&self) -> u32 {
        self.running.0.id()
    }
}

/// The token of the administrator of [`platform`].
pub(crate) const ADMIN_TOKEN: &str = "an-administrator-of-the-tests";

/// A platform without a gateway, with a fresh folder of data, and where its console is: `http://127.0.0.1:…`.
///
/// # Errors
/// It cannot be started.
pub(crate) fn platform(binary: &Path, data: &Path) -> Outcome<(Running, String)> {
    let admin = format!("127.0.0.1:{}", free_port()?);
    let _ = std::fs::remove_dir_all(data);
    let mut platform = Command::new(binary);
    platform.args(["serve", "--http", "off", "--https", "off", "--admin", &admin, "--data"]).arg(data);
    platform.env("NO_COLOR", "1").env("PAILOU_ADMIN_TOKEN", ADMIN_TOKEN);
    let ready = |line: &str| line.contains("console at").then_some(());
    let (running, ()) = Running::start(&mut platform, Says::Log, ready)?;
    Ok((running, format!("http://{admin}")))
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|addr| addr.port()).map_err(|e| format!("no free port: {e}"))
}

/// The binary at a path that was given, or one that is built now.
pub(crate) fn binary(given: Option<&Path>) -> Outcome<std::path::PathBuf> {
    if let Some(binary) = given {
        return Ok(binary.to_owned());
    }
    // With the whole workspace's features, so that what the tests have built is used again.
    step("binary", &mut command(cargo(), &["build", "--locked", "--workspace", "--bin", "pailou"]))?;
    Ok(target_dir().join("debug/pailou"))
}
