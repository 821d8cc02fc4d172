//! User-space instructions per request, by callgrind: independent of how busy the machine is.
//!
//! HTTP/1.1 in the clear is counted under the scenario's own load. Over TLS and HTTP/2 one connection is: handshakes of others would
//! count for much beside so few requests as a server answers under callgrind.

use std::{fs, process::Command};

use super::{
    load::{self, Load},
    plan::Setup,
    process::{Scratch, Server},
};
use crate::shell::{Outcome, output};

const WARM_UP: usize = 2_000;
const COUNTED: usize = 8_000;
/// Long enough to meet every caller on every route it asks for: what comes first costs more.
const WARM_UP_SECONDS: u32 = 20;
const COUNTED_SECONDS: u32 = 8;

/// Counts what a server that runs under callgrind spends between two of its dumps.
pub(crate) fn per_request(server: Server, setup: &Setup, load: &Load, work: &Scratch) -> Outcome<f64> {
    let mut requests = COUNTED as f64;
    if setup.tls || setup.http2 {
        let url = format!("{}://{}{}", if setup.tls { "https" } else { "http" }, server.addr, load.path());
        h2load(setup, &url, WARM_UP)?;
        server.callgrind("--zero")?;
        h2load(setup, &url, COUNTED)?;
    } else {
        let origin = format!("http://{}", server.addr);
        let load = &load.gentle();
        load::run(load, &origin, work, WARM_UP_SECONDS)?;
        server.callgrind("--zero")?;
        requests = load::run(load, &origin, work, COUNTED_SECONDS)?.requests;
    }
    server.callgrind("--dump")?;
    let counted = counted(work, server.pid())?;
    server.stop();
    Ok(counted as f64 / requests)
}

/// One connection; its beginning is counted too, and is little beside so many requests.
fn h2load(setup: &Setup, url: &str, requests: usize) -> Outcome {
    let mut command = Command::new("h2load");
    command.args(["-c1", &format!("-n{requests}")]);
    command.args(if setup.http2 { &["-m16"][..] } else { &["--h1"][..] });
    let text = output(command.arg(url))?;
    let expected = format!("{requests} succeeded");
    if text.contains(&expected) { Ok(()) } else { Err(format!("h2load saw errors:\n{text}")) }
}

/// Instructions in the newest dump of a process.
fn counted(work: &Scratch, pid: u32) -> Outcome<u64> {
    let prefix = format!("callgrind.{pid}.");
    let entries = fs::read_dir(work.path()).map_err(|e| e.to_string())?.filter_map(Result::ok);
    let newest = entries
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.strip_prefix(&prefix)?.parse::<u32>().ok()?, entry.path()))
        })
        .max()
        .ok_or("callgrind wrote no dump")?;
    let text = fs::read_to_string(&newest.1).map_err(|e| e.to_string())?;
    let total =
        text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    total.and_then(|n| n.trim().parse().ok()).ok_or_else(|| format!("{} has no totals", newest.1.display()))
}

impl Server {
    fn callgrind(&self, command: &str) -> Outcome {
        output(Command::new("callgrind_control").args([command, &self.pid().to_string()])).map(drop)
    }
}
