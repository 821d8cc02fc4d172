//! A directory to ask for certificates: Pebble, the test server of Let's Encrypt, with names that lead to this machine.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;

use crate::kit::until;

/// Names that contain this lead nowhere.
pub(crate) const NOWHERE: &str = "nowhere";

/// What a directory is set up with.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    /// Where it looks at challenges: ports of a gateway.
    pub(crate) http: u16,
    pub(crate) https: u16,
    /// Seconds that certificates are valid.
    pub(crate) validity: Option<u64>,
    /// An account that whoever asks must have: its name and its key.
    pub(crate) account: Option<(String, String)>,
    /// Where it listens; a free port where absent.
    pub(crate) port: Option<u16>,
}

/// A running Pebble; ended when dropped.
pub(crate) struct Pebble {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
    management: u16,
}

impl Pebble {
    /// Starts one; `None`, and said, where there is none on this machine.
    pub(crate) fn start(setup: &Setup) -> Option<Pebble> {
        if Command::new("pebble").arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
            eprintln!(
                "SKIPPED: ACME against a real directory: `pebble` is not installed (on Debian: apt-get install pebble)"
            );
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(path("own.pem"), made.cert.pem()).unwrap();
        fs::write(path("own.key"), made.signing_key.serialize_pem()).unwrap();
        let port = setup.port.unwrap_or_else(free);
        let management = free();
        let mut config = json!({
            "listenAddress": format!("127.0.0.1:{port}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": path("own.pem"),
            "privateKey": path("own.key"),
            "httpPort": setup.http,
            "tlsPort": setup.https,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": setup.account.is_some(),
            "domainBlocklist": ["blocked.test"],
        });
        if let Some(seconds) = setup.validity {
            config["certificateValidityPeriod"] = seconds.into();
        }
        if let Some((name, key)) = &setup.account {
            config["externalAccountMACKeys"] = json!({ name: key });
        }
        fs::write(path("pebble.json"), json!({ "pebble": config }).to_string()).unwrap();
        let log = fs::File::create(path("log")).unwrap();
        let child = Command::new("pebble")
            .args(["-strict", "-dnsserver", &dns().to_string(), "-config"])
            .arg(path("pebble.json"))
            .envs([("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_AUTHZREUSE", "0"), ("PEBBLE_WFE_NONCEREJECT", "5")])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let pebble = Pebble { child, folder, port, management };
        until("a directory", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        until("its management", || TcpStream::connect(("127.0.0.1", management)).is_ok());
        Some(pebble)
    }

    /// What clients must trust to trust the directory itself.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("own.pem")
    }

    /// The fields of `acme` that lead here.
    pub(crate) fn acme(&self, challenge: &str) -> String {
        format!(
            "directory: 'https://localhost:{}/dir', ca_file: {}, challenge: {challenge}, terms_agreed: true",
            self.port,
            self.ca_file().display()
        )
    }

    /// The root of all that it gives, PEM.
    pub(crate) fn root(&self) -> String {
        crate::kit::get(&format!("https://localhost:{}/roots/0", self.management), &[]).is(200).text
    }

    /// How often something stands in its log.
    pub(crate) fn says(&self, text: &str) -> usize {
        fs::read_to_string(self.folder.path().join("log")).unwrap().matches(text).count()
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A DNS server (RFC 1035 §4) for which every name has the address 127.0.0.1, but those that lead nowhere.
fn dns() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = answer(&buffer[..length]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    addr
}

fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let name = question.get(12..)?;
    let end = name.iter().position(|byte| *byte == 0)?;
    let asked = question.get(12..12 + end + 5)?;
    let is_nowhere = asked.windows(NOWHERE.len()).any(|part| part.eq_ignore_ascii_case(NOWHERE.as_bytes()));
    let is_address = asked[end + 1..end + 3] == [0, 1];
    let has_answer = u8::from(is_address && !is_nowhere);
    let mut answer = question[..2].to_vec();
    answer.extend([0x81, if is_nowhere { 0x83 } else { 0x80 }, 0, 1, 0, has_answer, 0, 0, 0, 0]);
    answer.extend(asked);
    if has_answer == 1 {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}
