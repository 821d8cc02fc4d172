//! Tokens for the identity that a cloud gives the machine, through a whole gateway and a server that speaks the metadata API.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response};
use policies::CATALOG;
use serde_json::json;
use testkit::{Gateway, Setup, Upstream};

/// A metadata server: what it was asked, and how often.
#[derive(Clone, Default)]
struct Server {
    asked: Arc<AtomicUsize>,
    targets: Arc<Mutex<Vec<String>>>,
}

fn answer(status: u16, body: String) -> Response<Bytes> {
    Response::builder().status(status).header("metadata-flavor", "Google").body(body.into()).unwrap()
}

fn header<'a>(request: &'a Request<Bytes>, name: &str) -> &'a str {
    request.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

impl Server {
    /// As Google's and Azure's do, with tokens that last an hour.
    fn upstream(&self) -> Upstream {
        let server = self.clone();
        Upstream::script(move |request| {
            server.targets.lock().unwrap().push(request.uri().path_and_query().unwrap().to_string());
            let number = server.asked.fetch_add(1, SeqCst) + 1;
            let path = request.uri().path();
            if path.starts_with("/computeMetadata/") && header(&request, "metadata-flavor") != "Google" {
                return answer(403, "Missing Metadata-Flavor:Google header.".to_owned());
            }
            if path.starts_with("/metadata/") && header(&request, "metadata") != "true" {
                return answer(400, json!({ "error": "invalid_request" }).to_string());
            }
            assert!(!request.headers().contains_key("authorization") && request.body().is_empty());
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            match path.rsplit('/').next().unwrap() {
                "identity" => answer(200, token(now + 3600, number)),
                "token" if path.starts_with("/metadata/") => {
                    let said = json!({ "access_token": format!("azure-{number}"), "expires_in": "3600", "token_type": "Bearer", "resource": "api://orders" });
                    answer(200, said.to_string())
                }
                "token" => {
                    let said = json!({ "access_token": format!("google-{number}"), "expires_in": 3600, "token_type": "Bearer" });
                    answer(200, said.to_string())
                }
                _ => answer(404, String::new()),
            }
        })
    }

    fn gateway(&self, config: &str) -> Gateway {
        let policy = format!("upstream-auth: {{ {config} }}");
        Setup::new(CATALOG).upstream("metadata", self.upstream()).api("orders", "/", "echo", &policy).start()
    }
}

/// A token in the shape of a signed one.
fn token(exp: u64, number: usize) -> String {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", part(json!({ "alg": "RS256" })), part(json!({ "exp": exp, "n": number })))
}

async fn shown(gateway: &Gateway) -> String {
    gateway
        .get("/")
        .with("authorization", "Bearer of-the-client")
        .await
        .is(200)
        .received("authorization")
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_identity_token_of_google_serves_all_calls_and_is_renewed_before_it_ends() {
    let server = Server::default();
    let gateway =
        server.gateway("gcp: { audience: 'https://orders.example.run.app', endpoint: 'http://metadata' }");
    let (a, b, c) = tokio::join!(shown(&gateway), shown(&gateway), shown(&gateway));
    assert!(a.starts_with("Bearer ey") && a == b && b == c, "{a}");
    assert_eq!(
        *server.targets.lock().unwrap(),
        [
            "/computeMetadata/v1/instance/service-accounts/default/identity?audience=https%3A%2F%2Forders%2Eexample%2Erun%2Eapp&format=full"
        ]
    );
    gateway.advance(Duration::from_secs(3500)).await;
    assert_eq!(shown(&gateway).await, a);
    gateway.advance(Duration::from_secs(45)).await;
    assert_eq!(shown(&gateway).await, a, "good still, and the next one is asked for");
    gateway.advance(Duration::from_secs(1)).await;
    assert_ne!(shown(&gateway).await, a);
    assert_eq!(server.asked.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn access_tokens_of_google_and_of_azure_are_shown() {
    let server = Server::default();
    let google = server.gateway("gcp: { scopes: [a, b], service_account: gateway@example.iam.gserviceaccount.com, endpoint: 'http://metadata/' }");
    assert_eq!(shown(&google).await, "Bearer google-1");
    let azure =
        server.gateway("azure: { resource: 'api://orders', endpoint: 'http://metadata', client_id: c1 }");
    for _ in 0..3 {
        assert_eq!(shown(&azure).await, "Bearer azure-2");
    }
    azure.advance(Duration::from_secs(3601)).await;
    assert_eq!(shown(&azure).await, "Bearer azure-3");
    let targets = server.targets.lock().unwrap();
    assert_eq!(
        targets[..2],
        [
            "/computeMetadata/v1/instance/service-accounts/gateway@example.iam.gserviceaccount.com/token?scopes=a%2Cb",
            "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Forders&client_id=c1",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_not_shown_and_the_service_is_not_called() {
    let expired = token(1, 1);
    for (status, body) in [
        (200, "".to_owned()),
        (200, "no token".to_owned()),
        (200, "a.b.c".to_owned()),
        (200, format!("{expired}.more")),
        (200, "ey\u{e4}.e30.x".to_owned()),
        (404, expired.clone()),
        (500, String::new()),
    ] {
        let metadata = Upstream::script(move |_| answer(status, body.clone()));
        let config = "upstream-auth: { gcp: { audience: a, endpoint: 'http://metadata' } }";
        let gateway =
            Setup::new(CATALOG).upstream("metadata", metadata).api("orders", "/", "echo", config).start();
        gateway.get("/").await.is(502).problem("upstream-unreachable");
    }
    for absent in [Upstream::Absent, Upstream::Broken, Upstream::Slow(Duration::from_secs(3600))] {
        let config = "upstream-auth: { azure: { resource: r, endpoint: 'http://metadata' } }";
        let gateway =
            Setup::new(CATALOG).upstream("metadata", absent).api("orders", "/", "echo", config).start();
        gateway.get("/").await.is(502).problem("upstream-unreachable");
    }
}
