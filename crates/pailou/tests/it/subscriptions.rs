//! Subscriptions that wait: decided by the command line, called too soon, and told to another program.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    time::Duration,
};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    kit::Said,
    kit::{Running, admin, cli, echo, folder, get, serve, until},
    walk::walk,
};

/// Two apps that wait for a decision on a product.
fn shop(platform: &Running) {
    let upstream = json!({ "endpoints": [format!("http://{}", echo())] });
    let api = json!({ "kind": "api", "name": "orders", "listen": { "path": "/orders" }, "upstream": upstream, "policies": [{ "key-auth": {} }] });
    let mut documents = vec![
        ("apis", api),
        ("plans", json!({ "kind": "plan", "name": "partner", "approval": "manual" })),
        (
            "products",
            json!({ "kind": "product", "name": "shopping", "apis": ["orders"], "plans": ["partner"] }),
        ),
    ];
    for app in ["storefront", "kiosk"] {
        let key = format!("key-of-{app}-1");
        documents.push(("apps", json!({ "kind": "app", "name": app, "owner": "dev@example.com", "credentials": [{ "key": key }] })));
        documents.push(("subscriptions", json!({
            "kind": "subscription", "name": format!("{app}-shopping"), "app": app, "product": "shopping", "plan": "partner", "state": "pending",
        })));
    }
    for (plural, document) in documents {
        admin(platform, "POST", &format!("/api/v1/{plural}"), Some(&document)).is(201);
    }
}

#[test]
fn the_commands_of_the_page_about_products_say_what_it_shows_and_calls_before_are_told_where_to_ask() {
    let data = folder(&[]);
    let platform = serve(data.path(), &["--portal-url", "https://apis.example.com"]);
    shop(&platform);
    let call = |app: &str| get(&platform.http("/orders"), &[("x-api-key", &format!("key-of-{app}-1"))]);
    let refused = call("storefront").is(403).problem("subscription-required").json();
    assert_eq!(refused["subscribe_at"], "https://apis.example.com/portal/apps/storefront");
    assert!(walk("products-and-plans.md", &platform) >= 4);
    call("storefront").is(200);
    call("kiosk").is(403);
    let said = cli(&platform, &["subscription", "waiting"]).succeeds();
    assert_eq!(said, "Nothing waits for a decision.\n");
    // Whom it is not about it tells nothing of the portal.
    assert!(
        get(&platform.http("/orders"), &[("x-api-key", "nobody-has-this")])
            .is(401)
            .json()
            .get("subscribe_at")
            .is_none()
    );
}

#[test]
fn another_program_is_told_at_a_host_that_was_named_and_told_again_where_it_does_not_take_it() {
    let secret = b"planted-secret-of-the-webhook-02";
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let (send, told) = mpsc::channel();
    std::thread::spawn(move || {
        for (at, stream) in server.incoming().flatten().enumerate() {
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (Vec::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else {
                    if line.trim_end().is_empty() { break } else { continue }
                };
                let name = name.to_ascii_lowercase();
                if name == "content-length" {
                    length = value.parse().unwrap();
                }
                head.push((name, value.to_owned()));
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let status = if at == 0 { "503 Service Unavailable" } else { "204 No Content" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            send.send((head, String::from_utf8(body).unwrap())).unwrap();
        }
    });
    let data = folder(&[]);
    let platform = serve(data.path(), &["--webhook-host", &format!("127.0.0.1:{port}")]);
    shop(&platform);
    let value = format!("whsec_{}", STANDARD.encode(secret));
    admin(&platform, "PUT", "/api/v1/secrets/tickets", Some(&json!({ "value": value }))).is(200);
    for (name, url) in
        [("tickets", format!("http://127.0.0.1:{port}/hook")), ("inside", "http://127.0.0.1:1/".to_owned())]
    {
        let hook = json!({ "kind": "webhook", "name": name, "url": url, "secret": "secret://tickets" });
        admin(&platform, "POST", "/api/v1/webhooks", Some(&hook)).is(201);
    }
    cli(&platform, &["subscription", "approve", "storefront-shopping", "--reason", "Welcome."]).succeeds();
    let read = |(head, body): &(Vec<(String, String)>, String)| -> (String, Value) {
        let header = |name: &str| head.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let tag = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
        let signed = format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp"));
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes(), &tag).unwrap();
        (header("webhook-id"), serde_json::from_str(body).unwrap())
    };
    let first = read(&told.recv_timeout(Duration::from_secs(30)).unwrap());
    assert_eq!(
        (&first.1["type"], &first.1["data"]["state"]),
        (&json!("subscription.decided"), &json!("active"))
    );
    let again = read(&told.recv_timeout(Duration::from_secs(60)).unwrap());
    assert_eq!(first, again);
    let deliveries = |name: &str| {
        let all =
            admin(&platform, "GET", &format!("/api/v1/webhooks/{name}/deliveries"), None).is(200).json();
        all["items"][0].clone()
    };
    until("it is taken", || deliveries("tickets")["state"] == "taken");
    let inside = deliveries("inside");
    assert!(inside["trouble"].as_str().unwrap().contains("--webhook-host 127.0.0.1"), "{inside}");
    assert!(!platform.said().contains("planted-secret"));
}
