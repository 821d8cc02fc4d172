//! User-space instructions per request, by callgrind: independent of how busy the machine is.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
};

use super::{
    load::Load,
    plan::Setup,
    process::{Scratch, Server},
};
use crate::shell::{Outcome, output};

const WARM_UP: usize = 2_000;
const COUNTED: usize = 8_000;

/// Counts what a server that runs under callgrind spends between two of its dumps.
pub(crate) fn per_request(server: Server, setup: &Setup, load: &Load, work: &Scratch) -> Outcome<f64> {
    if setup.tls || setup.http2 {
        let url =
            format!("{}://{}{}", if setup.tls { "https" } else { "http" }, server.addr, load.request(0).0);
        h2load(setup, &url, WARM_UP)?;
        server.callgrind("--zero")?;
        h2load(setup, &url, COUNTED)?;
    } else {
        let mut client = Client::connect(&server)?;
        for n in 0..WARM_UP {
            client.get(load, n)?;
        }
        server.callgrind("--zero")?;
        for n in WARM_UP..WARM_UP + COUNTED {
            client.get(load, n)?;
        }
    }
    server.callgrind("--dump")?;
    let counted = counted(work, server.pid())?;
    server.stop();
    Ok(counted as f64 / COUNTED as f64)
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

struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(server: &Server) -> Outcome<Client> {
        let stream =
            TcpStream::connect(server.addr).and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        Ok(Client(BufReader::new(stream.map_err(|e| e.to_string())?)))
    }

    /// Sends one request and reads its whole answer, which must be a 200 with a `Content-Length`.
    fn get(&mut self, load: &Load, n: usize) -> Outcome {
        let (path, key) = load.request(n);
        let key = key.map(|key| format!("x-api-key: {key}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{key}\r\n");
        self.exchange(&request).map_err(|e| format!("request {n}: {e}"))
    }

    fn exchange(&mut self, request: &str) -> std::io::Result<()> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let (mut length, mut line) = (0, String::new());
        self.0.read_line(&mut line)?;
        if !line.starts_with("HTTP/1.1 200") {
            return Err(std::io::Error::other(line));
        }
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
        }
        std::io::copy(&mut self.0.by_ref().take(length), &mut std::io::sink()).map(drop)
    }
}
