//! `pailou audit`: checks the record of who did what, and writes it where others keep theirs.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    net::{TcpStream, ToSocketAddrs, UdpSocket},
    time::Duration,
};

use control::syslog;
use serde_json::Value;

use super::{client::Client, print};
use crate::{
    command::{AuditExportArgs, AuditFormat, AuditVerifyArgs, Output},
    shutdown::Failure,
};

/// Records asked for at one time.
const PAGE: usize = 1000;
/// How often `--follow` asks for what is new.
const POLL: Duration = Duration::from_secs(1);
/// How long whoever takes syslog may take for a message.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest datagram of syslog that is sent; see RFC 5426 §3.2.
const LARGEST_DATAGRAM: usize = 60 * 1024;

pub(crate) fn verify_audit(args: &AuditVerifyArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, args.print.output)?;
    let verdict = client.post("audit/verify", &())?;
    if args.print.output == Output::Json {
        print::json(&verdict);
    }
    if verdict["intact"] != true {
        let broken = &verdict["broken"];
        let reason = broken["reason"].as_str().unwrap_or("the chain is broken");
        return Err(Failure::new(format!(
            "record {} of the audit log is not as it was written: {reason}",
            broken["number"]
        )));
    }
    if args.print.output == Output::Text {
        let newest = client.get("audit?limit=1")?;
        println!("{} records are as they were written.", verdict["records"]);
        if let Some(hash) = newest["items"][0]["hash"].as_str() {
            println!("The last is record {} with the hash {hash}.", newest["items"][0]["number"]);
        }
    }
    Ok(())
}

pub(crate) fn export_audit(args: &AuditExportArgs) -> Result<(), Failure> {
    let client = Client::new(&args.remote, Output::Text)?;
    let mut target = Target::open(args)?;
    let host = client.host();
    let mut last = args.after;
    let to = args.to.as_deref().unwrap_or("standard output");
    // As it is written: hashes are over what a record says, and lines are what the API gives.
    let mut write = |line: &[u8]| {
        let wrong = || Failure::new("the answer is no record of the audit log");
        let text = std::str::from_utf8(line).map_err(|_| wrong())?;
        let record: Value = serde_json::from_str(text).map_err(|_| wrong())?;
        let message = match args.format {
            AuditFormat::Ndjson => text.to_owned(),
            AuditFormat::Syslog => syslog(&record, &host, true),
        };
        let written = target.write(&message, || syslog(&record, &host, false));
        written.map_err(|error| Failure::new(format!("{to}: {error}; go on later with `--after {last}`")))?;
        last = record["number"].as_u64().unwrap_or(last);
        Ok(())
    };
    client.get_lines(&format!("audit/export?since={}", args.after), &mut write)?;
    if args.follow {
        return follow(&client, &mut target, args, last, &host);
    }
    target.flush().map_err(|error| Failure::new(error.to_string()))
}

/// Goes on with what is new. That the log is taken away was written down in it when this began.
fn follow(
    client: &Client,
    target: &mut Target,
    args: &AuditExportArgs,
    mut last: u64,
    host: &str,
) -> Result<(), Failure> {
    let to = args.to.as_deref().unwrap_or("standard output");
    loop {
        target.flush().map_err(|error| Failure::new(error.to_string()))?;
        let page = client.get(&format!("audit?since={last}&limit={PAGE}"))?;
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        for record in items {
            let message = match args.format {
                AuditFormat::Ndjson => record.to_string(),
                AuditFormat::Syslog => syslog(record, host, true),
            };
            let written = target.write(&message, || syslog(record, host, false));
            written
                .map_err(|error| Failure::new(format!("{to}: {error}; go on later with `--after {last}`")))?;
            last = record["number"].as_u64().unwrap_or(last);
        }
        if items.len() < PAGE {
            client.wait(POLL);
        }
    }
}

/// Where records go.
enum Target {
    Output(io::Stdout),
    File(io::BufWriter<File>),
    /// Messages with their length before them (RFC 6587 §3.4.1).
    Tcp(io::BufWriter<TcpStream>),
    Udp(UdpSocket),
}

impl Target {
    fn open(args: &AuditExportArgs) -> Result<Target, Failure> {
        let Some(to) = &args.to else { return Ok(Target::Output(io::stdout())) };
        let told = |error: io::Error| Failure::new(format!("{to}: {error}"));
        let network = to.split_once("://").filter(|(scheme, _)| matches!(*scheme, "tcp" | "udp"));
        let Some((scheme, address)) = network else {
            if to.contains("://") {
                return Err(Failure::new(format!(
                    "`{to}`: write a file, `tcp://HOST:PORT` or `udp://HOST:PORT`"
                )));
            }
            let file = OpenOptions::new().create(true).append(true).open(to).map_err(told)?;
            return Ok(Target::File(io::BufWriter::new(file)));
        };
        if args.format != AuditFormat::Syslog {
            return Err(Failure::new("what goes over the network is syslog: add `--format syslog`"));
        }
        let resolved = address.to_socket_addrs().map_err(told)?.next();
        let address = resolved.ok_or_else(|| Failure::new(format!("`{to}` has no address")))?;
        if scheme == "udp" {
            let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(any).and_then(|socket| socket.connect(address).map(|()| socket));
            return socket.map(Target::Udp).map_err(told);
        }
        let stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(told)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(told)?;
        Ok(Target::Tcp(io::BufWriter::new(stream)))
    }

    fn write(&mut self, message: &str, short: impl Fn() -> String) -> io::Result<()> {
        match self {
            Target::Output(output) => writeln!(output, "{message}"),
            Target::File(file) => writeln!(file, "{message}"),
            Target::Tcp(stream) => write!(stream, "{} {message}", message.len()),
            Target::Udp(socket) if message.len() > LARGEST_DATAGRAM => {
                socket.send(short().as_bytes()).map(drop)
            }
            Target::Udp(socket) => socket.send(message.as_bytes()).map(drop),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::Output(output) => output.flush(),
            Target::File(file) => file.flush().and_then(|()| file.get_ref().sync_data()),
            Target::Tcp(stream) => stream.flush(),
            Target::Udp(_) => Ok(()),
        }
    }
}
