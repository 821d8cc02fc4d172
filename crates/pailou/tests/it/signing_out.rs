//! Signing in at one gateway and out behind the browser's back at another: two gateways in processes of their own, a control plane that may go
//! away and come back, and an OpenID provider over sockets.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jose::SigningKey;
use serde_json::{Map, Value, json};

use crate::kit::{Running, admin, echo, folder, serve, until};

const HOST: &str = "api.example.com";
const PLACE: &str = "/.oidc/backchannel-logout";

/// A provider that lets everybody in: a code is the `nonce` that was asked with, behind the `sid` of the session.
struct Provider {
    issuer: String,
    key: Arc<SigningKey>,
}

impl Provider {
    fn start() -> Provider {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = Arc::new(SigningKey::make().0);
        let provider = Provider { issuer: issuer.clone(), key: Arc::clone(&key) };
        std::thread::spawn(move || {
            let provider = Provider { issuer, key };
            for stream in listener.incoming().map_while(Result::ok) {
                provider.answer(stream);
            }
        });
        provider
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut first, mut length) = (String::new(), 0);
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok() && !line.trim().is_empty() {
            if let Some(said) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = said.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let at = |path: &str| format!("{}{path}", self.issuer);
        let said = match first.split(' ').nth(1).unwrap_or_default() {
            "/keys" => json!({ "keys": [self.key.public()] }),
            "/token" => {
                let code = url::form_urlencoded::parse(&body).find(|(name, _)| name == "code").unwrap().1;
                let (sid, nonce) = code.split_once('.').unwrap();
                json!({
                    "id_token": self.signed("JWT", json!({ "sub": "grace", "sid": sid, "nonce": nonce })),
                    "access_token": "access", "token_type": "Bearer", "expires_in": 3600,
                })
            }
            _ => json!({
                "issuer": self.issuer, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
            }),
        };
        let said = said.to_string();
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length:";
        let _ = stream.write_all(format!("{head} {}\r\n\r\n{said}", said.len()).as_bytes());
    }

    /// What it says of itself and now, with more.
    fn signed(&self, typ: &str, more: Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims: Map<String, Value> = serde_json::from_value(
            json!({ "iss": self.issuer, "aud": "orders", "iat": now, "exp": now + 120 }),
        )
        .unwrap();
        claims.extend(more.as_object().unwrap().clone());
        self.key.sign(typ, &claims)
    }

    /// That a session has ended, or all of somebody.
    fn logout_token(&self, id: &str, of: Value) -> String {
        let mut claims =
            json!({ "jti": id, "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
        claims.as_object_mut().unwrap().extend(of.as_object().unwrap().clone());
        self.signed("logout+jwt", claims)
    }
}

/// A request as it is written, and the answer as far as it matters: status, `location`, cookies that were set.
fn ask(gateway: &Running, head: &str, body: &str) -> (u16, String, BTreeMap<String, String>) {
    let address = gateway.http("");
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let text = format!("{head}\r\nhost: {HOST}\r\nconnection: close\r\n{length}\r\n{body}");
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let head = answer.split("\r\n\r\n").next().unwrap();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let (mut location, mut cookies) = (String::new(), BTreeMap::new());
    for line in head.lines().skip(1) {
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("location") => location = value.to_owned(),
            Some((name, value)) if name.eq_ignore_ascii_case("set-cookie") => {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            _ => {}
        }
    }
    (status, location, cookies)
}

fn page(
    gateway: &Running,
    path: &str,
    cookies: &BTreeMap<String, String>,
) -> (u16, String, BTreeMap<String, String>) {
    let all: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookie = if all.is_empty() { String::new() } else { format!("\r\ncookie: {}", all.join("; ")) };
    ask(gateway, &format!("GET {path} HTTP/1.1\r\naccept: text/html{cookie}"), "")
}

/// Signs in at a gateway; the cookies of the browser then.
fn sign_in(gateway: &Running, sid: &str) -> BTreeMap<String, String> {
    let (status, there, mut cookies) = page(gateway, "/", &BTreeMap::new());
    assert_eq!(status, 302, "{there}");
    let of = |name: &str| {
        let pair = there.split(['?', '&']).find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.unwrap_or_else(|| panic!("no {name} in {there}")).to_owned()
    };
    let back = format!("/.oidc/callback?code={sid}.{}&state={}", of("nonce"), of("state"));
    let (status, location, set) = page(gateway, &back, &cookies);
    assert_eq!(status, 302, "{location}");
    cookies.extend(set);
    cookies.retain(|_, value| !value.is_empty());
    assert_eq!(page(gateway, "/", &cookies).0, 200);
    cookies
}

fn is_in(gateway: &Running, cookies: &BTreeMap<String, String>) -> bool {
    match page(gateway, "/", cookies).0 {
        200 => true,
        302 => false,
        other => panic!("answered {other}"),
    }
}

fn says(gateway: &Running, token: &str) -> u16 {
    let head = format!("POST {PLACE} HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded");
    ask(gateway, &head, &format!("logout_token={token}")).0
}

fn gateway(data: &Path, control: &str) -> Running {
    let data = data.to_str().unwrap();
    let args = ["serve", "--role", "gateway", "--control", control, "--data", data];
    let more = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
    Running::start(&[&args[..], &more].concat(), "gateway at http:")
}

#[test]
fn a_session_that_a_provider_ends_at_one_gateway_has_ended_at_another_process_within_a_second() {
    let provider = Provider::start();
    let (stored, owns) = (folder(&[]), [folder(&[]), folder(&[])]);
    let control = serve(stored.path(), &["--role", "control"]);
    let route = json!({
        "kind": "route", "name": "r", "match": { "path": "/*" }, "upstream": { "endpoints": [format!("http://{}", echo())] },
        "policies": [{ "oidc": {
            "issuer": provider.issuer, "client_id": "orders", "client_secret": "a-secret-of-the-client",
            "redirect_uri": format!("http://{HOST}/.oidc/callback"),
        } }],
    });
    admin(&control, "POST", "/api/v1/routes", Some(&route)).is(201);
    let address = control.admin("");
    let [one, two] = owns.each_ref().map(|own| gateway(own.path(), &address));
    for gateway in [&one, &two] {
        until("the provider to be known", || page(gateway, "/", &BTreeMap::new()).0 == 302);
    }
    // A session of either gateway is one of both.
    let (home, work) = (sign_in(&one, "home"), sign_in(&two, "work"));
    assert!(is_in(&two, &home) && is_in(&one, &work));

    // Sessions began in a second; what ends in the same one began before it.
    let began = Instant::now();
    until("a second to pass", || began.elapsed() > Duration::from_secs(1));
    assert_eq!(says(&one, &provider.logout_token("1", json!({ "sid": "home" }))), 200);
    let told = Instant::now();
    assert!(!is_in(&one, &home), "it has ended when it is answered");
    until("the other gateway to know", || !is_in(&two, &home));
    let took = told.elapsed();
    assert!(took < Duration::from_secs(1), "the other gateway knew after {took:?}");
    assert!(is_in(&one, &work) && is_in(&two, &work), "another session goes on");
    assert_eq!(
        says(&two, &provider.logout_token("forged", json!({ "iss": "http://other", "sid": "work" }))),
        400
    );

    // All of somebody, told to the other one.
    assert_eq!(says(&two, &provider.logout_token("2", json!({ "sub": "grace" }))), 200);
    let told = Instant::now();
    assert!(!is_in(&two, &work));
    until("the first gateway to know", || !is_in(&one, &work));
    assert!(told.elapsed() < Duration::from_secs(1), "the first gateway knew after {:?}", told.elapsed());

    // A gateway that starts later knows it, also where the control plane was started anew.
    let data = stored.path();
    control.kill();
    let host = address.trim_start_matches("http://");
    let args = ["serve", "--role", "control", "--data", data.to_str().unwrap(), "--admin", host];
    let _control = Running::start(&args, "console at");
    let own = folder(&[]);
    let three = gateway(own.path(), &address);
    until("the provider to be known", || page(&three, "/", &BTreeMap::new()).0 == 302);
    until("the third gateway to know", || !is_in(&three, &home) && !is_in(&three, &work));
    assert!(is_in(&two, &sign_in(&three, "again")), "who signs in again is in again");
}
