//! Identity providers by the command line: the guide's page, line by line, and a provider that is spoken with over a socket.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
};

use serde_json::json;

use crate::{
    kit::{Said, cli, folder, serve},
    walk::walk_beside,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(
        walk_beside("single-sign-on.md", &platform, &[("client-secret.txt", "planted-client-secret")]) > 5
    );
}

/// A provider of which this says what it says of itself, on a free port of this machine.
fn provider(say: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let Some(first) = lines.next() else { continue };
            lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let (status, body) = say(path);
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nlocation: /elsewhere\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all(format!("{head}{body}").as_bytes());
        }
    });
    issuer
}

fn apply(platform: &crate::kit::Running, name: &str, issuer: &str) {
    let files = folder(&[]);
    let path = files.path().join("provider.yaml");
    let text = format!(
        "kind: identity-provider\nname: {name}\nissuer: {issuer}\nclient_id: pailou\nconsole: {{}}\n"
    );
    fs::write(&path, text).unwrap();
    cli(platform, &["apply", "-f", path.to_str().unwrap()]).succeeds();
}

#[test]
fn a_provider_that_answers_is_ready_and_one_that_leads_elsewhere_or_says_too_much_is_not() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let keys = json!({ "keys": [jose::SigningKey::make().0.public()] }).to_string();
    let (send, issuer_of) = std::sync::mpsc::channel::<String>();
    let issuer_of = std::sync::Mutex::new((issuer_of, String::new()));
    let good = provider(move |path| {
        let mut known = issuer_of.lock().unwrap();
        if let Ok(issuer) = known.0.try_recv() {
            known.1 = issuer;
        }
        let issuer = &known.1;
        let about = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        });
        match path {
            "/keys" => (200, keys.clone()),
            _ => (200, about.to_string()),
        }
    });
    send.send(good.clone()).unwrap();
    apply(&platform, "good", &good);
    let said = cli(&platform, &["sso", "check", "good"]).succeeds();
    assert!(said.contains("People can sign in by good; it has 1 keys."), "{said}");

    let elsewhere =
        provider(|path| if path == "/elsewhere" { (200, "{}".to_owned()) } else { (302, String::new()) });
    apply(&platform, "elsewhere", &elsewhere);
    let said = cli(&platform, &["sso", "check", "elsewhere"]).fails();
    assert!(said.contains("answers 302"), "{said}");

    let large = provider(|_| (200, format!("{{\"issuer\":\"{}\"}}", "x".repeat(200 << 10))));
    apply(&platform, "large", &large);
    let said = cli(&platform, &["sso", "check", "large"]).fails();
    assert!(said.contains("answers more than 128 KiB"), "{said}");
}

#[test]
fn a_provider_leads_to_no_other_machine_nearby_and_one_of_a_tenant_to_none_at_all() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    // Where it says that its keys are is this machine by another name, which nobody configured.
    let (send, issuer_of) = std::sync::mpsc::channel::<String>();
    let issuer_of = std::sync::Mutex::new(issuer_of);
    let issuer = provider(move |_| {
        let issuer: String = issuer_of.lock().unwrap().recv().unwrap();
        let near = issuer.replace("127.0.0.1", "localhost");
        let about = json!({ "issuer": issuer, "authorization_endpoint": near, "token_endpoint": near, "jwks_uri": near });
        (200, about.to_string())
    });
    send.send(issuer.clone()).unwrap();
    apply(&platform, "near", &issuer);
    let said = cli(&platform, &["sso", "check", "near"]).fails();
    assert!(said.contains("public internet"), "{said}");

    cli(&platform, &["workspace", "create", "acme"]).succeeds();
    let files = folder(&[]);
    let path = files.path().join("provider.yaml");
    let text =
        format!("kind: identity-provider\nname: mine\nissuer: {issuer}\nclient_id: pailou\nportal: {{}}\n");
    fs::write(&path, text).unwrap();
    cli(&platform, &["apply", "-f", path.to_str().unwrap(), "--workspace", "acme"]).succeeds();
    let said = cli(&platform, &["sso", "check", "mine", "--workspace", "acme"]).fails();
    assert!(said.contains("public internet"), "{said}");
    assert!(said.contains("/portal/api/v1/sso/acme/mine/callback"), "{said}");
}
