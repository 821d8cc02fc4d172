//! The guide's way from nothing to a call with a token, by the binary; and what ends a token, at gateways of this and of other processes.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::kit::{Answer, Running, Said, admin, cli, echo, folder, get, request, serve, until};

const CONTRACT: &str = "
openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get: { operationId: listOrders, security: [{ o: ['orders:read'] }], responses: { '200': { description: OK } } }
    post: { operationId: createOrder, security: [{ o: ['orders:write'] }], responses: { '201': { description: OK } } }
components:
  securitySchemes:
    o: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token, scopes: { 'orders:read': Read, 'orders:write': Write } } } }
";

/// The first resources of the guide, in front of a service of this test.
fn guide(upstream: &str) -> tempfile::TempDir {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/oauth.md");
    let text = fs::read_to_string(page).unwrap();
    let (_, rest) = text.split_once("```yaml\n").unwrap();
    let (yaml, _) = rest.split_once("```").unwrap();
    let yaml = yaml.replace("127.0.0.1:9001", upstream);
    folder(&[("orders.yaml", &yaml), ("orders.openapi.yaml", CONTRACT)])
}

/// An app of nobody that is subscribed to what the guide offers.
fn subscribed(platform: &Running) {
    let app = json!({ "kind": "app", "name": "my-app" });
    admin(platform, "POST", "/api/v1/apps", Some(&app)).is(201);
    let right =
        json!({ "kind": "subscription", "name": "s", "app": "my-app", "product": "shop", "plan": "free" });
    admin(platform, "POST", "/api/v1/subscriptions", Some(&right)).is(201);
}

struct Client {
    id: String,
    secret: String,
}

impl Client {
    fn made(said: &str) -> Client {
        let after = |word: &str| {
            let (_, rest) = said.split_once(word).unwrap_or_else(|| panic!("no {word} in {said}"));
            rest.split_whitespace().next().unwrap().to_owned()
        };
        Client { id: after("client id"), secret: after("client secret") }
    }

    fn post(&self, platform: &Running, path: &str, form: &str) -> Answer {
        self.post_at("default", platform, path, form)
    }

    fn post_at(&self, workspace: &str, platform: &Running, path: &str, form: &str) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let call = reqwest::Client::new().post(platform.admin(&format!("/oauth/{workspace}/{path}")));
            let call = call.basic_auth(&self.id, Some(&self.secret)).body(form.to_owned());
            let sent = call.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
            let (status, headers) = (sent.status(), sent.headers().clone());
            Answer { status, headers, text: sent.text().await.unwrap() }
        })
    }

    fn token(&self, platform: &Running, more: &str) -> String {
        let form = format!("grant_type=client_credentials{more}");
        let answer = self.post(platform, "token", &form).is(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

fn call(gateway: &Running, method: &str, token: &str) -> Answer {
    let header = format!("Bearer {token}");
    request(method, &gateway.http("/orders/v1/orders"), &[("authorization", &header)], None)
}

#[test]
fn from_nothing_to_a_call_with_a_token_as_the_guide_says() {
    let upstream = echo().to_string();
    let (data, files) = (folder(&[]), guide(&upstream));
    let platform = serve(data.path(), &[]);
    cli(&platform, &["apply", "-f", files.path().to_str().unwrap()]).succeeds();
    get(&platform.http("/orders/v1/orders"), &[]).is(401);
    subscribed(&platform);
    let client = Client::made(&cli(&platform, &["oauth", "client", "my-app"]).succeeds());
    let token = client.token(&platform, "");
    let seen = call(&platform, "GET", &token).is(200).json();
    assert!(seen["headers"].get("authorization").is_none(), "the token goes no further: {seen}");

    // Scopes of the contract, and the place a token is for.
    let reading = client.token(&platform, "&scope=orders%3Aread");
    call(&platform, "GET", &reading).is(200);
    call(&platform, "POST", &reading).is(403).problem("forbidden");
    call(&platform, "POST", &token).is(200);
    let base = platform.http("").replace(':', "%3A").replace('/', "%2F");
    let here = client.token(&platform, &format!("&resource={base}%2Forders%2Fv1"));
    call(&platform, "GET", &here).is(200);
    client
        .post(&platform, "token", &format!("grant_type=client_credentials&resource={base}%2Fother"))
        .is(400);

    // What ends a token ends it at once.
    client.post(&platform, "revoke", &format!("token={reading}")).is(200);
    call(&platform, "GET", &reading).is(401);
    call(&platform, "GET", &token).is(200);
    cli(&platform, &["oauth", "rotate-key"]).succeeds();
    call(&platform, "GET", &token).is(200);
    let suspended = json!({ "approve": false });
    admin(&platform, "POST", "/api/v1/subscriptions/s/decision", Some(&suspended)).is(200);
    call(&platform, "GET", &token).is(403).problem("subscription-required");
    admin(&platform, "POST", "/api/v1/subscriptions/s/decision", Some(&json!({ "approve": true }))).is(200);
    call(&platform, "GET", &token).is(200);

    // Keys, clients and what was revoked outlive a restart. The address is part of who issues, so it must be the same.
    let admin_at = platform.admin("").replace("http://", "");
    let http_at = platform.http("").replace("http://", "");
    platform.kill();
    let platform = serve(
        data.path(),
        &["--portal-url", &format!("http://{admin_at}"), "--public-url", &format!("http://{http_at}")],
    );
    call(&platform, "GET", &token).is(200);
    call(&platform, "GET", &reading).is(401);
    cli(&platform, &["oauth", "rotate-key", "--discard"]).succeeds();
    call(&platform, "GET", &token).is(401);
    let token = client.token(&platform, "");
    call(&platform, "GET", &token).is(200);
    let fresh = Client::made(&cli(&platform, &["oauth", "rotate-secret", "my-app"]).succeeds());
    client.post(&platform, "token", "grant_type=client_credentials").is(401);
    cli(&platform, &["oauth", "remove-client", "my-app"]).succeeds();
    call(&platform, "GET", &token).is(401);
    fresh.post(&platform, "token", "grant_type=client_credentials").is(401);
    let verified = cli(&platform, &["audit", "verify"]).succeeds();
    assert!(verified.contains("are as they were written"), "{verified}");
    let wrong = cli(&platform, &["oauth", "client", "nobody"]).fails();
    assert!(wrong.contains("nobody"), "{wrong}");
    let wrong = cli(&platform, &["oauth", "client", "my-app", "--grant", "authorization-code"]).fails();
    assert!(wrong.contains("client.redirect_uris"), "{wrong}");

    // No secret is in the files, in whatever form a search would find it.
    for entry in fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = if path.is_file() { fs::read(&path).unwrap() } else { continue };
        for secret in [&client.secret, &fresh.secret, &token] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

#[test]
fn gateways_of_other_processes_learn_within_a_second_what_was_revoked() {
    let upstream = echo().to_string();
    let (data, files, apart) = (folder(&[]), guide(&upstream), folder(&[]));
    let control = serve(data.path(), &["--role", "control", "--public-url", "http://gateway.test"]);
    cli(&control, &["apply", "-f", files.path().to_str().unwrap()]).succeeds();
    subscribed(&control);
    let client = Client::made(&cli(&control, &["oauth", "client", "my-app"]).succeeds());
    let (at, own) = (control.admin(""), apart.path().to_str().unwrap().to_owned());
    let args = ["serve", "--role", "gateway", "--control", &at, "--data", &own, "--http", "127.0.0.1:0"];
    let more = ["--https", "off", "--admin", "127.0.0.1:0"];
    let gateway = Running::start(&[&args[..], &more].concat(), "gateway at http:");
    let token = client.token(&control, "");
    until("the token is taken", || call(&gateway, "GET", &token).status == 200);
    client.post(&control, "revoke", &format!("token={token}")).is(200);
    let revoked = Instant::now();
    until("the token is refused", || call(&gateway, "GET", &token).status == 401);
    assert!(revoked.elapsed() < Duration::from_secs(2), "{:?}", revoked.elapsed());
    let told: Value = get(&control.admin("/oauth/default/jwks"), &[]).is(200).json();
    assert_eq!(told["keys"].as_array().unwrap().len(), 2);
}

/// What two tenants offer at hosts of their own: the same API, and an app that is a client.
fn tenant(platform: &Running, name: &str, upstream: &str) -> Client {
    let workspace = json!({ "kind": "workspace", "name": name });
    admin(platform, "POST", "/api/v1/workspaces", Some(&workspace)).is(201);
    let yaml = format!(
        "kind: api\nname: orders\nversion: v1\nlisten: {{ hosts: [{name}.example.com], path: /orders/v1 }}\n\
         upstream: {{ endpoints: [http://{upstream}] }}\npolicies: [{{ oauth2: {{}} }}]\n---\n\
         kind: plan\nname: free\n---\n\
         kind: product\nname: shop\napis: [orders]\nplans: [free]\n---\n\
         kind: app\nname: my-app\n---\n\
         kind: subscription\nname: s\napp: my-app\nproduct: shop\nplan: free\n"
    );
    let files = folder(&[("all.yaml", &yaml)]);
    cli(platform, &["apply", "-f", files.path().to_str().unwrap(), "--workspace", name]).succeeds();
    Client::made(&cli(platform, &["oauth", "client", "my-app", "--workspace", name]).succeeds())
}

#[test]
fn clients_and_tokens_of_one_workspace_are_nobodys_in_another() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let upstream = echo().to_string();
    let clients = ["acme", "bolt"].map(|name| (name, tenant(&platform, name, &upstream)));
    let call = |host: &str, token: &str| {
        let (host, bearer) = (format!("{host}.example.com"), format!("Bearer {token}"));
        get(&platform.http("/orders/v1/orders"), &[("host", &host), ("authorization", &bearer)])
    };
    let grant = "grant_type=client_credentials";
    for ((here, client), (there, other)) in [(&clients[0], &clients[1]), (&clients[1], &clients[0])] {
        let answer = client.post_at(here, &platform, "token", grant).is(200).json();
        let token = answer["access_token"].as_str().unwrap();
        call(here, token).is(200);
        call(there, token).is(401).problem("unauthenticated");
        // The client is one of its workspace alone, whoever asks.
        for path in ["token", "introspect", "revoke", "par"] {
            let form = format!("{grant}&token={token}&response_type=code");
            let refused = client.post_at(there, &platform, path, &form);
            assert_eq!(
                (refused.status.as_u16(), &*refused.json()["error"].to_string()),
                (401, "\"invalid_client\"")
            );
            client.post_at("default", &platform, path, &form).is(401);
            client.post_at("nowhere", &platform, path, &form).is(404);
        }
        // What the other's client asks about the token is answered as about one that nobody has, and changes nothing.
        let asked = other.post_at(there, &platform, "introspect", &format!("token={token}")).is(200).json();
        assert_eq!(asked, json!({ "active": false }));
        other.post_at(there, &platform, "revoke", &format!("token={token}")).is(200);
        call(here, token).is(200);
        // Keys of signatures are not shared either.
        let keys = |at: &str| get(&platform.admin(&format!("/oauth/{at}/jwks")), &[]).is(200).json();
        assert_ne!(keys(here)["keys"][0]["kid"], keys(there)["keys"][0]["kid"]);
    }
}
