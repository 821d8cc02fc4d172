//! Secrets by the command line and from a vault, and that nothing but the upstream ever sees one.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use crate::kit::{
    GATEWAY_TOKEN, Running, Said, TOKEN, admin, echo, folder, get, pailou, request, serve, until,
};

const FIRST: &str = "planted-secret-3141592653";
const SECOND: &str = "planted-secret-2718281828";
const VAULT_TOKEN: &str = "planted-vault-token-1618033";

fn route(upstream: &str, reference: &str) -> Value {
    json!({
        "kind": "route", "name": "r", "match": { "path": "/" }, "upstream": { "endpoints": [format!("http://{upstream}")] },
        "policies": [{ "headers": { "request": { "set": { "x-upstream-key": format!("Key ${{{reference}}}") } } } }],
    })
}

/// What the upstream is sent.
fn sent(gateway: &Running) -> String {
    let answer = get(&gateway.http("/"), &[]);
    if answer.status != 200 {
        return answer.status.to_string();
    }
    answer.json()["headers"]["x-upstream-key"].as_str().unwrap_or("-").to_owned()
}

fn set(platform: &Running, args: &[&str], value: &str) -> String {
    let mut command = pailou(args);
    command
        .env("PAILOU_URL", platform.admin(""))
        .env("PAILOU_TOKEN", TOKEN)
        .stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{value}\n").as_bytes()).unwrap();
    child.wait_with_output().unwrap().succeeds()
}

/// Every file below a folder that contains a text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_with(&entry, text));
        } else if fs::read(&entry).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(entry.display().to_string());
        }
    }
    found
}

#[test]
fn a_secret_goes_to_the_upstream_and_nowhere_else() {
    let upstream = echo().to_string();
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let mut seen = set(&platform, &["secret", "set", "orders"], FIRST);
    let made = admin(&platform, "POST", "/api/v1/routes", Some(&route(&upstream, "secret://orders"))).is(201);
    seen.push_str(&made.text);
    assert_eq!(sent(&platform), format!("Key {FIRST}"));
    seen.push_str(&set(&platform, &["secret", "rotate", "orders"], SECOND));
    assert_eq!(sent(&platform), format!("Key {SECOND}"), "in force before the command ends");

    let cli = |args: &[&str]| crate::kit::cli(&platform, args);
    let listed = cli(&["secret", "list"]).succeeds();
    assert!(listed.starts_with("secret://orders  version 2") && listed.contains("route/r"), "{listed}");
    seen.push_str(&listed);
    seen.push_str(&cli(&["secret", "delete", "orders"]).fails());
    seen.push_str(&cli(&["secret", "rotate-key"]).succeeds());
    seen.push_str(&cli(&["export"]).succeeds());
    seen.push_str(&cli(&["audit", "export"]).succeeds());
    // A broken use of it: the message must not quote it.
    let broken = json!({ "kind": "route", "name": "b", "match": { "path": "/b" }, "upstream": { "endpoints": ["http://127.0.0.1:9"] },
        "policies": [{ "rate-limit": { "limit": 1, "window": "secret://orders" } }] });
    seen.push_str(&admin(&platform, "POST", "/api/v1/routes", Some(&broken)).is(422).text);
    for path in [
        "/api/v1/secrets",
        "/api/v1/routes/r",
        "/api/v1/routes/r/revisions",
        "/api/v1/routes",
        "/api/v1/export",
        "/api/v1/audit",
        "/api/v1/calls",
        "/api/v1/system",
        "/api/v1/gateway/upstreams",
        "/metrics",
    ] {
        seen.push_str(&admin(&platform, "GET", path, None).text);
    }
    admin(&platform, "GET", "/api/v1/secrets/orders", None).is(405);
    seen.push_str(&platform.said());
    assert_eq!(sent(&platform), format!("Key {SECOND}"));
    assert_eq!(platform.interrupt(), Some(0));
    for planted in [FIRST, SECOND] {
        assert!(!seen.contains(planted), "{planted} was shown");
        assert_eq!(files_with(data.path(), planted), [""; 0]);
    }

    // It outlives a restart; without its master key the route refuses, and the rest goes on.
    let platform = serve(data.path(), &[]);
    assert_eq!(sent(&platform), format!("Key {SECOND}"));
    assert_eq!(platform.interrupt(), Some(0));
    fs::remove_file(data.path().join("master.key")).unwrap();
    let platform = serve(data.path(), &[]);
    assert_eq!(sent(&platform), "503 Service Unavailable");
    admin(&platform, "GET", "/api/v1/routes/r", None).is(200);
}

#[test]
fn a_gateway_of_another_process_is_told_what_it_needs() {
    let upstream = echo().to_string();
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    set(&control, &["secret", "set", "orders"], FIRST);
    admin(&control, "POST", "/api/v1/routes", Some(&route(&upstream, "secret://orders"))).is(201);
    let (address, data) = (control.admin(""), own.path().to_str().unwrap());
    let args = ["serve", "--role", "gateway", "--control", &address, "--data", data];
    let more = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
    let gateway = Running::start(&[&args[..], &more].concat(), "gateway at http:");
    until("the first", || sent(&gateway) == format!("Key {FIRST}"));
    set(&control, &["secret", "rotate", "orders"], SECOND);
    until("the second", || sent(&gateway) == format!("Key {SECOND}"));
    assert!(!gateway.said().contains("planted-secret"));
    let token = format!("Bearer {GATEWAY_TOKEN}");
    let told = request("GET", &control.admin("/api/v1/snapshot"), &[("authorization", &token)], None).is(200);
    assert_eq!(told.json()["secrets"], json!({ "secret://orders": SECOND }));
}

/// A server that answers as the API of Vault is documented: KV version 2 at `kv`, AppRole.
#[derive(Clone, Default)]
struct Vault(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    value: Option<String>,
    /// Tokens that are good now.
    tokens: Vec<String>,
    logins: usize,
}

impl Vault {
    fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let vault = self.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let vault = vault.clone();
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    loop {
                        let mut first = String::new();
                        if reader.read_line(&mut first).unwrap_or(0) == 0 {
                            return;
                        }
                        let (mut token, mut length) = (String::new(), 0);
                        loop {
                            let mut line = String::new();
                            reader.read_line(&mut line).unwrap();
                            let Some((name, value)) = line.trim_end().split_once(':') else { break };
                            match name.to_ascii_lowercase().as_str() {
                                "x-vault-token" => token = value.trim().to_owned(),
                                "content-length" => length = value.trim().parse().unwrap(),
                                _ => {}
                            }
                        }
                        let mut body = vec![0; length];
                        reader.read_exact(&mut body).unwrap();
                        let (status, answer) = vault.answer(&first, &token, &body);
                        let answer = answer.to_string();
                        let head = format!(
                            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                            answer.len()
                        );
                        reader.get_mut().write_all(format!("{head}{answer}").as_bytes()).unwrap();
                    }
                });
            }
        });
        address
    }

    fn answer(&self, first: &str, token: &str, body: &[u8]) -> (u16, Value) {
        let mut state = self.0.lock().unwrap();
        let refused = (403, json!({ "errors": ["permission denied"] }));
        match first.rsplit_once(' ').unwrap().0 {
            "POST /v1/auth/approle/login" => {
                let proof: Value = serde_json::from_slice(body).unwrap();
                if proof != json!({ "role_id": "orders-role", "secret_id": "planted-secret-id" }) {
                    return (400, json!({ "errors": ["invalid role or secret ID"] }));
                }
                state.logins += 1;
                let token = format!("hvs.{}", state.logins);
                state.tokens.push(token.clone());
                (200, json!({ "auth": { "client_token": token, "lease_duration": 3600, "renewable": true } }))
            }
            _ if !state.tokens.iter().any(|known| known == token) => refused,
            "GET /v1/kv/data/apps/orders" => match &state.value {
                Some(value) => {
                    (200, json!({ "data": { "data": { "token": value }, "metadata": { "version": 1 } } }))
                }
                None => (404, json!({ "errors": [] })),
            },
            _ => (404, json!({ "errors": [] })),
        }
    }
}

const REFERENCE: &str = "secret://vault/kv/apps/orders#token";

#[test]
fn a_vault_is_asked_by_a_token_or_as_a_role_and_what_changes_there_is_in_force_without_a_restart() {
    let upstream = echo().to_string();
    let vault = Vault::default();
    vault.0.lock().unwrap().tokens.push(VAULT_TOKEN.to_owned());
    let address = vault.start();
    let start = |data: &Path, env: &[(&str, &str)]| {
        let data = data.to_str().unwrap();
        let args =
            ["serve", "--data", data, "--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
        let mut command = pailou(&args);
        command.env("VAULT_ADDR", &address).envs(env.iter().copied());
        Running::try_start_as(command, "console at")
    };
    let by_token = folder(&[]);
    let platform =
        start(by_token.path(), &[("VAULT_TOKEN", VAULT_TOKEN)]).unwrap_or_else(|log| panic!("{log}"));
    let wrong = admin(&platform, "POST", "/api/v1/routes", Some(&route(&upstream, REFERENCE))).is(422);
    assert!(wrong.text.contains("the vault has nothing there"), "{}", wrong.text);
    vault.0.lock().unwrap().value = Some(FIRST.to_owned());
    admin(&platform, "POST", "/api/v1/routes", Some(&route(&upstream, REFERENCE))).is(201);
    assert_eq!(sent(&platform), format!("Key {FIRST}"));
    vault.0.lock().unwrap().value = Some(SECOND.to_owned());
    until("the new value", || sent(&platform) == format!("Key {SECOND}"));
    assert_eq!(platform.interrupt(), Some(0));

    // As a role; a token that ends before its time is replaced.
    let role = [("VAULT_ROLE_ID", "orders-role"), ("VAULT_SECRET_ID", "planted-secret-id")];
    let platform = start(by_token.path(), &role).unwrap_or_else(|log| panic!("{log}"));
    assert_eq!(sent(&platform), format!("Key {SECOND}"));
    {
        let mut state = vault.0.lock().unwrap();
        assert!(state.logins == 1);
        state.tokens.clear();
        state.value = Some(FIRST.to_owned());
    }
    until("the value after a new sign-in", || sent(&platform) == format!("Key {FIRST}"));
    let said = platform.said();
    assert_eq!(platform.interrupt(), Some(0));
    for planted in [FIRST, SECOND, VAULT_TOKEN, "planted-secret-id", "hvs."] {
        assert!(!said.contains(planted), "{said}");
        assert_eq!(files_with(by_token.path(), planted), [""; 0]);
    }
    for (env, complaint) in [
        (&[][..], "VAULT_TOKEN"),
        (&[("VAULT_ADDR", "vault.example.com")], "VAULT_ADDR"),
        (&[("PAILOU_MASTER_KEY", "short"), ("VAULT_TOKEN", "t")], "openssl rand -base64 32"),
    ] {
        let empty = folder(&[]);
        let said = start(empty.path(), env).map(drop).unwrap_err();
        assert!(said.contains(complaint), "{said}");
    }
}
