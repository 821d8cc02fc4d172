//! Processes, folders and requests for tests of the binary.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "an-administrator-token";
pub(crate) const GATEWAY_TOKEN: &str = "a-secret-of-all-gateways";

/// How long anything may take before a test fails; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `pailou`, ended when dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) http: Option<String>,
    pub(crate) https: Option<String>,
    pub(crate) admin: Option<String>,
    log: mpsc::Receiver<String>,
}

impl Running {
    /// Starts `pailou ARGS` and waits until its log contains `ready`.
    pub(crate) fn start(args: &[&str], ready: &str) -> Running {
        Running::try_start(args, ready).unwrap_or_else(|log| panic!("pailou {args:?} ended:\n{log}"))
    }

    /// As [`Running::start`]; where it ends instead, what it said.
    pub(crate) fn try_start(args: &[&str], ready: &str) -> Result<Running, String> {
        Running::try_start_as(pailou(args), ready)
    }

    /// As [`Running::try_start`], with an environment of its own.
    pub(crate) fn try_start_as(mut command: Command, ready: &str) -> Result<Running, String> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, log) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut running = Running { child, http: None, https: None, admin: None, log };
        let mut said = String::new();
        while let Ok(line) = running.log.recv_timeout(PATIENCE) {
            said.push_str(&line);
            said.push('\n');
            for word in line.split_whitespace().map(|word| word.trim_end_matches(',')) {
                if let Some((base, _)) = word.split_once("/console") {
                    running.admin = Some(base.to_owned());
                } else if word.starts_with("http://") && !word.ends_with("/portal") {
                    running.http = Some(word.to_owned());
                } else if word.starts_with("https://") {
                    running.https = Some(word.to_owned());
                }
            }
            if line.contains(ready) {
                return Ok(running);
            }
        }
        Err(said)
    }

    /// The next line of the log that contains a text.
    pub(crate) fn says(&self, text: &str) -> String {
        let start = Instant::now();
        while let Ok(line) = self.log.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if line.contains(text) {
                return line;
            }
        }
        panic!("the log never said `{text}`");
    }

    /// What it has said since it was last asked.
    pub(crate) fn said(&self) -> String {
        self.log.try_iter().collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn http(&self, path: &str) -> String {
        format!("{}{path}", self.http.as_deref().expect("it listens for HTTP"))
    }

    pub(crate) fn admin(&self, path: &str) -> String {
        format!("{}{path}", self.admin.as_deref().expect("it has an admin address"))
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
    }

    /// Waits until it has ended by itself; its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Ends it as Ctrl-C does, and gives its exit code.
    pub(crate) fn interrupt(mut self) -> Option<i32> {
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A whole platform on free ports in a folder.
pub(crate) fn serve(data: &Path, more: &[&str]) -> Running {
    let data = data.to_str().unwrap();
    let mut args = vec![
        "serve",
        "--data",
        data,
        "--http",
        "127.0.0.1:0",
        "--https",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
    ];
    args.extend(more);
    Running::start(&args, "console at")
}

/// A gateway from files on a free port.
pub(crate) fn gateway(resources: &Path) -> Running {
    gateway_with(resources, &[], "gateway at http:")
}

/// As [`gateway`], with more arguments and another line of the log to wait for.
pub(crate) fn gateway_with(resources: &Path, more: &[&str], ready: &str) -> Running {
    let mut args = vec!["gateway", "--resources", resources.to_str().unwrap(), "--http", "127.0.0.1:0"];
    args.extend(more);
    Running::start(&args, ready)
}

/// The command, with nothing of this process's environment that could change what it does.
pub(crate) fn pailou(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pailou"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PAILOU_")) {
        command.env_remove(name);
    }
    command.args(args).env("PAILOU_ADMIN_TOKEN", TOKEN).env("PAILOU_GATEWAY_TOKEN", GATEWAY_TOKEN);
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs a command of the CLI against a platform.
pub(crate) fn cli(platform: &Running, args: &[&str]) -> Output {
    pailou(args).env("PAILOU_URL", platform.admin("")).env("PAILOU_TOKEN", TOKEN).output().unwrap()
}

pub(crate) trait Said {
    fn succeeds(self) -> String;
    fn fails(self) -> String;
}

impl Said for Output {
    #[track_caller]
    fn succeeds(self) -> String {
        let (out, err) = (String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr));
        assert!(self.status.success(), "failed: {err}{out}");
        out.into_owned()
    }

    #[track_caller]
    fn fails(self) -> String {
        assert!(!self.status.success(), "succeeded: {}", String::from_utf8_lossy(&self.stdout));
        format!("{}{}", String::from_utf8_lossy(&self.stderr), String::from_utf8_lossy(&self.stdout))
    }
}

/// Files in a fresh folder.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("no JSON ({e}): {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn problem(self, code: &str) -> Answer {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(self.json()["type"], format!("urn:pailou:problem:{code}"));
        self
    }
}

/// A request on a connection of its own.
pub(crate) fn request(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
    try_request(method, url, headers, body).unwrap()
}

/// The same, where an answer may end early: one that is under way when its caller is blocked does.
pub(crate) fn try_request(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> reqwest::Result<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .tls_danger_accept_invalid_certs(true)
            .build()
            .unwrap();
        let mut request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    })
}

pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> Answer {
    request("GET", url, headers, None)
}

/// A request of the administrator.
pub(crate) fn admin(platform: &Running, method: &str, path: &str, body: Option<&Value>) -> Answer {
    request(method, &platform.admin(path), &[("authorization", &format!("Bearer {TOKEN}"))], body)
}

/// An upstream that answers every request with its own head as JSON: `{ "method", "path", "headers" }`.
pub(crate) fn echo() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || answer_all(stream));
        }
    });
    addr
}

fn answer_all(stream: std::net::TcpStream) {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut headers = serde_json::Map::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            if name == "content-length" {
                length = value.parse().unwrap();
            }
            headers.insert(name, value.into());
        }
        let _ = std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink());
        let mut words = first.split(' ');
        let body = serde_json::json!({ "method": words.next(), "path": words.next(), "headers": headers })
            .to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        use std::io::Write;
        if reader.get_mut().write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

/// Asks until a condition holds.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::yield_now();
    }
}

/// The folder of real OpenAPI documents, where it is there.
pub(crate) fn specs() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs");
    let dir = std::env::var_os("PAILOU_SPECS").map_or(beside, PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("SKIPPED: real OpenAPI documents are not at {} (set PAILOU_SPECS)", dir.display());
    None
}
