//! Webhooks through whole gateways: one signs them, the other lets them in.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use policies::CATALOG;
use testkit::{Gateway, Setup, Upstream};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn receiver() -> Gateway {
    let policy =
        format!("webhook-signature: {{ keys: [{{ consumer: shop, key: {SECRET} }}], max_body: 1KiB }}");
    Setup::new(CATALOG).api("hooks", "/", "echo", &policy).consumer("shop", "shop-key-0123456789", "").start()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn signature(id: &str, at: u64, body: &str) -> String {
    let key = STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

async fn send(gateway: &Gateway, id: &str, at: u64, signature: &str, body: &str) -> testkit::Reply {
    let call = gateway.post("/orders").with("webhook-id", id).with("webhook-timestamp", &at.to_string());
    call.with("webhook-signature", signature).body(body.to_owned()).await
}

#[tokio::test(start_paused = true)]
async fn a_webhook_reaches_the_service_once_and_whole_and_its_sender_is_known() {
    let gateway = receiver();
    let (body, at) = ("{\"type\":\"order.paid\"}", now());
    let good = signature("msg_1", at, body);
    let reply = send(&gateway, "msg_1", at, &good, body).await.is(200);
    assert_eq!(reply.received("webhook-id").as_deref(), Some("msg_1"));
    assert_eq!(gateway.events().pop().unwrap().caller.unwrap().to_string(), "consumer/shop");
    let again = send(&gateway, "msg_1", at, &good, body).await.is(401).problem("unauthenticated");
    assert_eq!(again.value("www-authenticate").unwrap(), "Webhook-Signature realm=\"pailou\"");
    let told = String::from_utf8_lossy(&again.body).into_owned();
    assert!(!told.contains("msg_1") && !told.contains("came already"), "{told}");
    send(&gateway, "msg_2", at, &good, body).await.is(401);
    send(&gateway, "msg_1", at + 1, &signature("msg_1", at + 1, body), body).await.is(200);

    let large = "x".repeat(1025);
    send(&gateway, "msg_3", at, &signature("msg_3", at, &large), &large).await.is(413);
    gateway.advance(Duration::from_secs(302)).await;
    send(&gateway, "msg_4", at, &signature("msg_4", at, body), body).await.is(401);
}

#[tokio::test(start_paused = true)]
async fn guessing_signatures_is_throttled() {
    let gateway = receiver();
    for n in 0..60 {
        let id = format!("msg_{n}");
        send(&gateway, &id, now(), "v1,AAAA", "{}").await.is(401);
    }
    let (id, at) = ("msg_good", now());
    let told = send(&gateway, id, at, &signature(id, at, "{}"), "{}").await.is(429);
    assert!(told.value("retry-after").is_some());
}

#[tokio::test(start_paused = true)]
async fn what_one_gateway_signs_another_lets_in() {
    let sent = Arc::new(Mutex::new(None::<Request<Bytes>>));
    let keep = Arc::clone(&sent);
    let service = Upstream::script(move |request| {
        *keep.lock().unwrap() = Some(request);
        Response::builder().body(Bytes::new()).unwrap()
    });
    let policy = format!("upstream-auth: {{ webhook: {{ keys: [{SECRET}], id_header: idempotency-key }} }}");
    let signs =
        Setup::new(CATALOG).upstream("service", service).api("orders", "/", "service", &policy).start();
    let lets_in = receiver();
    for (key, body) in [("order-7", "{\"type\":\"order.paid\"}"), ("order-8", "")] {
        let call = signs.post("/orders").with("idempotency-key", key).with("webhook-signature", "v1,forged");
        call.body(body.to_owned()).await.is(200);
        let request = sent.lock().unwrap().take().unwrap();
        let said = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((said("webhook-id").as_str(), request.body()), (key, &Bytes::from(body)));
        let at = said("webhook-timestamp").parse().unwrap();
        send(&lets_in, key, at, &said("webhook-signature"), body).await.is(200);
        send(&lets_in, key, at, &said("webhook-signature"), &format!("{body} ")).await.is(401);
    }
}
