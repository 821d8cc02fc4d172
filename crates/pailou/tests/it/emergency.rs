//! Blocks by the command line, in one process and in gateways of others; the audit log checked and sent elsewhere.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    kit::{Running, Said, TOKEN, admin, cli, echo, folder, get, serve, try_request, until},
    walk::walk,
};

fn consumer(platform: &Running, upstream: &str) {
    let ada = json!({ "kind": "consumer", "name": "ada", "credentials": [{ "key": "key-of-ada-1" }] });
    admin(platform, "POST", "/api/v1/consumers", Some(&ada)).is(201);
    let route = json!({
        "kind": "route", "name": "r", "match": { "path": "/" }, "upstream": { "endpoints": [format!("http://{upstream}")] },
        "policies": [{ "key-auth": {} }],
    });
    admin(platform, "POST", "/api/v1/routes", Some(&route)).is(201);
}

#[test]
fn the_commands_of_the_page_about_emergencies_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    consumer(&platform, &echo().to_string());
    assert_eq!(call(&platform), 200);
    assert!(walk("emergency.md", &platform) >= 6);
}

#[test]
fn what_is_known_of_a_caller_is_gathered_into_a_file_that_tells_where_it_was_changed() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    consumer(&platform, &echo().to_string());
    for _ in 0..3 {
        assert_eq!(call(&platform), 200);
    }
    let path = data.path().join("ada.ndjson");
    let to = path.to_str().unwrap();
    until("the calls", || {
        let _ = fs::remove_file(&path);
        cli(&platform, &["forensics", "key", "key-of-ada-1", "-o", to]).succeeds().contains(" 3 calls.")
    });
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("key-of-ada-1"));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // What is there is not written over.
    let said = cli(&platform, &["forensics", "consumer", "ada", "-o", to]).fails();
    assert!(said.contains("exists"), "{said}");
    let said = cli(&platform, &["forensics", "verify", to]).succeeds();
    assert!(said.contains("is whole"), "{said}");
    fs::write(&path, text.replacen("127.0.0.1", "127.0.0.2", 1)).unwrap();
    let said = cli(&platform, &["forensics", "verify", to]).fails();
    assert!(said.contains("section `"), "{said}");
    // By the address, too; and nothing is left of what failed.
    let other = data.path().join("ip.ndjson");
    let other = other.to_str().unwrap();
    let said = cli(&platform, &["forensics", "ip", "127.0.0.1", "-o", other]).succeeds();
    assert!(said.contains(" 3 calls."), "{said}");
    let gone = data.path().join("gone.ndjson");
    cli(&platform, &["forensics", "key", "key-of-nobody", "-o", gone.to_str().unwrap()]).fails();
    assert!(!gone.exists());
}

/// The status of a call, or 0 where a block ended it.
fn call(gateway: &Running) -> u16 {
    let answer = try_request("GET", &gateway.http("/"), &[("x-api-key", "key-of-ada-1")], None);
    answer.map_or(0, |answer| answer.status.as_u16())
}

#[test]
fn a_block_by_the_command_line_holds_at_once_outlives_a_restart_and_is_lifted() {
    let upstream = echo().to_string();
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    consumer(&platform, &upstream);
    assert_eq!(call(&platform), 200);
    let said = cli(&platform, &["block", "consumer", "ada", "--for", "1h", "--reason", "stolen"]).succeeds();
    assert!(said.starts_with("consumer ada is blocked until 2"), "{said}");
    get(&platform.http("/"), &[("x-api-key", "key-of-ada-1")]).is(403).problem("blocked");
    platform.kill();

    let platform = serve(data.path(), &[]);
    assert_eq!(call(&platform), 403);
    let listed = cli(&platform, &["blocks"]).succeeds();
    assert!(
        listed.starts_with("consumer ada until 2") && listed.trim_end().ends_with(": stolen"),
        "{listed}"
    );
    cli(&platform, &["unblock", "consumer", "ada"]).succeeds();
    assert_eq!(call(&platform), 200);
    assert_eq!(cli(&platform, &["blocks"]).succeeds().trim(), "Nothing is blocked.");
    cli(&platform, &["block", "ip", "127.0.0.0/8"]).succeeds();
    assert_eq!(call(&platform), 403);
    cli(&platform, &["unblock", "ip", "127.0.0.0/8"]).succeeds();
    cli(&platform, &["block", "key", "key-of-ada-1"]).succeeds();
    assert_eq!(call(&platform), 403);
    cli(&platform, &["unblock", "key", "key-of-ada-1"]).succeeds();
    cli(&platform, &["block", "route", "r"]).succeeds();
    assert_eq!(call(&platform), 403);
    let wrong = cli(&platform, &["block", "api", "order"]).fails();
    assert!(wrong.contains("there is no api `order`"), "{wrong}");
    let wrong = cli(&platform, &["unblock", "consumer", "bob"]).fails();
    assert!(wrong.contains("not blocked"), "{wrong}");
}

#[test]
fn a_block_reaches_a_gateway_of_another_process_within_a_second() {
    let upstream = echo().to_string();
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    consumer(&control, &upstream);
    let origin = Silent::start();
    let route = json!({
        "kind": "route", "name": "slow", "match": { "path": "/slow" }, "upstream": { "endpoints": [origin.url()] },
        "policies": [{ "key-auth": {} }],
    });
    admin(&control, "POST", "/api/v1/routes", Some(&route)).is(201);
    let (address, data) = (control.admin(""), own.path().to_str().unwrap());
    let start = || {
        let args = ["serve", "--role", "gateway", "--control", &address, "--data", data];
        let more = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
        Running::start(&[&args[..], &more].concat(), "gateway at http:")
    };
    let gateway = start();
    until("the route", || call(&gateway) == 200);
    let ada = json!({ "consumer": "ada" });
    let mut slowest = Duration::ZERO;
    for _ in 0..4 {
        for (path, expected) in [("/api/v1/blocks", 403), ("/api/v1/unblock", 200)] {
            let asked = Instant::now();
            admin(&control, "POST", path, Some(&ada)).is(200);
            until("the block", || call(&gateway) == expected);
            slowest = slowest.max(asked.elapsed());
        }
    }
    assert!(slowest < Duration::from_secs(1), "one took {slowest:?}");

    // What is under way ends, too.
    until("the slow route", || get(&gateway.http("/slow"), &[]).status == 401);
    let under_way: Vec<TcpStream> = (0..3).map(|_| origin.called_by(&gateway)).collect();
    let asked = Instant::now();
    admin(&control, "POST", "/api/v1/blocks", Some(&ada)).is(200);
    for mut call in under_way {
        let mut answer = String::new();
        call.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("problem:blocked"), "{answer}");
    }
    assert!(asked.elapsed() < Duration::from_secs(1), "they took {:?}", asked.elapsed());
    admin(&control, "POST", "/api/v1/unblock", Some(&ada)).is(200);
    until("the end of the block", || call(&gateway) == 200);

    // With the control plane gone, a restart begins with what is blocked.
    admin(&control, "POST", "/api/v1/blocks", Some(&ada)).is(200);
    until("the copy", || {
        let kept = fs::read_to_string(own.path().join("snapshot")).unwrap_or_default();
        kept.contains("consumer-ada")
    });
    control.kill();
    assert_eq!(gateway.interrupt(), Some(0));
    let gateway = start();
    assert_eq!(call(&gateway), 403);
}

/// A service that takes requests and never answers, and says when one has come.
struct Silent {
    address: SocketAddr,
    came: Receiver<()>,
}

impl Silent {
    fn start() -> Silent {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, came) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let tell = tell.clone();
                std::thread::spawn(move || {
                    let mut stream = BufReader::new(stream);
                    let mut line = String::new();
                    while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                        line.clear();
                    }
                    let _ = tell.send(());
                    stream.read_to_string(&mut line)
                });
            }
        });
        Silent { address, came }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Calls it through a gateway, and waits until the request has come.
    fn called_by(&self, gateway: &Running) -> TcpStream {
        let url = gateway.http("/slow");
        let authority = url.strip_prefix("http://").unwrap().strip_suffix("/slow").unwrap().to_owned();
        let mut call = TcpStream::connect(&*authority).unwrap();
        let head = "GET /slow HTTP/1.1\r\nHost: a\r\nx-api-key: key-of-ada-1\r\nConnection: close\r\n\r\n";
        call.write_all(head.as_bytes()).unwrap();
        self.came.recv_timeout(Duration::from_secs(10)).expect("the request comes");
        call
    }
}

#[test]
fn the_audit_log_is_verified_and_one_changed_byte_is_found() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    for n in 0..5 {
        let consumer =
            json!({ "kind": "consumer", "name": format!("consumer-{n}"), "title": "planted-title" });
        admin(&platform, "POST", "/api/v1/consumers", Some(&consumer)).is(201);
    }
    get(&platform.admin("/api/v1/system"), &[("authorization", "Bearer planted-wrong-token")]).is(401);
    let said = cli(&platform, &["audit", "verify"]).succeeds();
    assert!(said.contains("records are as they were written"), "{said}");

    // To a file, to a server of syslog over TCP, and over UDP.
    let file = data.path().join("audit.ndjson");
    cli(&platform, &["audit", "export", "--to", file.to_str().unwrap()]).succeeds();
    let text = fs::read_to_string(&file).unwrap();
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> = records.iter().map(|record| record["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let action = |action: &str| records.iter().filter(|record| record["action"] == action).count();
    assert!(action("create") == 5 && action("sign-in-failed") == 1 && action("sign-in") >= 2, "{text}");
    let through: Vec<_> = records.iter().filter_map(|record| record["after"]["through"].as_str()).collect();
    assert!(through.contains(&"cli") && through.contains(&"api"), "{through:?}");
    assert!(!text.contains("planted-wrong-token") && !text.contains(TOKEN));
    // Lines are what the API gives, and that the log was taken away is its last record.
    let end = records.last().unwrap();
    assert_eq!((&end["action"], &end["after"]["since"]), (&json!("export-audit"), &json!(0)), "{end}");
    let bearer = [("authorization", &*format!("Bearer {TOKEN}"))];
    let given = get(&platform.admin("/api/v1/audit/export"), &bearer).is(200).text;
    assert!(given.starts_with(&text), "{given}");
    let wrong = cli(&platform, &["audit", "export", "--workspace", "nowhere"]).fails();
    assert!(wrong.contains("nowhere"), "{wrong}");

    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("tcp://{}", server.local_addr().unwrap());
    let taking = std::thread::spawn(move || {
        let mut taken = String::new();
        server.accept().unwrap().0.read_to_string(&mut taken).unwrap();
        taken
    });
    cli(&platform, &["audit", "export", "--format", "syslog", "--to", &to, "--after", "1"]).succeeds();
    let mut rest = &*taking.join().unwrap();
    let mut messages = Vec::new();
    while let Some((length, more)) = rest.split_once(' ') {
        let (message, more) = more.split_at(length.parse().unwrap());
        messages.push(message);
        rest = more;
    }
    assert!(messages.len() >= records.len() - 1 && messages[0].starts_with("<109>1 2"), "{}", messages[0]);
    assert!(
        messages.iter().any(|message| message.starts_with("<108>1 ") && message.contains(" sign-in-failed "))
    );

    // The API gives the same messages.
    let given = get(&platform.admin("/api/v1/audit/export?format=syslog&since=1"), &bearer).is(200).text;
    assert!(given.lines().zip(&messages).all(|(line, message)| line == *message), "{given}");
    assert!(given.lines().count() > messages.len());

    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = format!("udp://{}", server.local_addr().unwrap());
    cli(&platform, &["audit", "export", "--format", "syslog", "--to", &to, "--after", "3"]).succeeds();
    let mut datagram = [0; 65536];
    let length = server.recv(&mut datagram).unwrap();
    assert!(String::from_utf8_lossy(&datagram[..length]).contains("number=\"4\""));
    let wrong = cli(&platform, &["audit", "export", "--to", &to]).fails();
    assert!(wrong.contains("--format syslog"), "{wrong}");

    assert_eq!(platform.interrupt(), Some(0));
    // One byte of one record, written past Pailou.
    let path = data.path().join("pailou.db");
    let mut bytes = fs::read(&path).unwrap();
    let planted = b"\"name\":\"consumer-2\",\"title\":\"planted-title\"";
    let places: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(planted)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + planted.len() - 2] = b'f';
    }
    fs::write(&path, bytes).unwrap();
    let platform = serve(data.path(), &[]);
    let broken = cli(&platform, &["audit", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    let said = broken.fails();
    let number =
        records.iter().find(|record| record["id"] == "consumer-2").unwrap()["number"].as_u64().unwrap();
    assert!(said.contains(&format!("record {number} of the audit log is not as it was written")), "{said}");
}
