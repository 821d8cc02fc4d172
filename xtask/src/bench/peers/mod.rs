//! The servers that are compared, configured for the same work.

mod envoy;
mod haproxy;
mod nginx;
pub(crate) mod pailou;

use std::{net::SocketAddr, process::Command};

use super::{
    Bench,
    plan::Setup,
    process::{Scratch, Server},
};
use crate::{
    shell::{Outcome, output},
    tools::{self, Tool},
};

pub(crate) use nginx::Upstream;

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Peer {
    Nginx,
    Haproxy,
    Envoy,
    Pailou,
    /// No proxy at all: the upstream itself.
    #[value(skip)]
    Direct,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Peer::Nginx => "nginx",
            Peer::Haproxy => "HAProxy",
            Peer::Envoy => "Envoy",
            Peer::Pailou => "Pailou",
            Peer::Direct => "direct",
        }
    }

    /// Whether it does this work. Envoy's cache is not meant for use, by its own documentation.
    pub(crate) fn can(self, setup: &Setup) -> bool {
        !(self == Peer::Envoy && setup.cache)
    }

    pub(crate) fn install(self) -> Outcome {
        match self {
            Peer::Haproxy => tools::install(&[Tool("haproxy", "haproxy")]),
            Peer::Envoy => envoy::install().map(drop),
            Peer::Nginx | Peer::Pailou | Peer::Direct => Ok(()),
        }
    }

    /// Its name and version.
    pub(crate) fn version(self) -> String {
        let first_line = |program: &str, flag: &str| {
            let command = format!("PATH=$PATH:/usr/sbin {program} {flag} 2>&1 | grep -m1 .");
            output(Command::new("sh").args(["-c", &command])).unwrap_or_default().trim().to_owned()
        };
        match self {
            Peer::Nginx => first_line("nginx", "-v").replace("nginx version: ", ""),
            Peer::Haproxy => first_line("haproxy", "-v").split(' ').take(3).collect::<Vec<_>>().join(" "),
            Peer::Envoy => envoy::install().map_or_else(
                |_| String::new(),
                |path| {
                    let line = first_line(&path.display().to_string(), "--version | tail -1");
                    let version = line.split('/').nth(1).unwrap_or_default();
                    format!("Envoy {version}")
                },
            ),
            Peer::Pailou | Peer::Direct => String::new(),
        }
    }

    pub(crate) fn start(self, setup: &Setup, bench: &Bench, under_valgrind: bool) -> Outcome<Server> {
        let site = bench.site(under_valgrind);
        match self {
            Peer::Nginx => nginx::start(setup, &site),
            Peer::Haproxy => haproxy::start(setup, &site),
            Peer::Envoy => envoy::start(setup, &site),
            Peer::Pailou => Ok(pailou::start(&bench.pailou, setup, &site, "")?.0),
            Peer::Direct => Ok(Server::attach(bench.upstream.pid(), site.upstream)),
        }
    }
}

/// Where a peer runs.
pub(crate) struct Site<'a> {
    pub(crate) work: &'a Scratch,
    pub(crate) upstream: SocketAddr,
    pub(crate) under_valgrind: bool,
}

impl Bench {
    /// Where a server runs, under callgrind if so said.
    pub(crate) fn site(&self, under_valgrind: bool) -> Site<'_> {
        Site { work: &self.work, upstream: self.upstream.addr, under_valgrind }
    }
}

impl Site<'_> {
    /// A program on a core of its own, under callgrind where instructions are counted.
    fn pinned(&self, core: &str, program: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", core]);
        if self.under_valgrind {
            let file = format!("--callgrind-out-file={}", self.work.path().join("callgrind.%p").display());
            command.args(["valgrind", "--tool=callgrind", &file, "--log-fd=2"]);
        }
        command.arg(program);
        command
    }

    /// A certificate for every peer: its chain, its key, and both in one file.
    fn certificate(&self) -> Outcome<[String; 3]> {
        let path = |name: &str| self.work.path().join(name).display().to_string();
        let paths = [path("cert.pem"), path("key.pem"), path("both.pem")];
        if !self.work.path().join("both.pem").exists() {
            let mut openssl = Command::new("openssl");
            openssl.args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ]);
            openssl.args([
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ]);
            output(openssl.args(["-out", &paths[0], "-keyout", &paths[1]]))?;
            let read = |path: &String| std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"));
            self.work.write("both.pem", &(read(&paths[0])? + &read(&paths[1])?))?;
        }
        Ok(paths)
    }
}

/// The key of the n-th of the benchmark's consumers.
pub(crate) fn key(n: usize) -> String {
    format!("bench-key-{n:06}")
}
