//! Two tenants, and thousands of calls at random of one: none reads, guesses or changes what is the other's.
//!
//! Every endpoint of both tables is called, with names of one's own, of the other's and of nobody's. What is asked of the other must be
//! answered as what is asked of nobody, to the letter, and what the other has must be afterwards as it was before.

mod counted;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Running, TOKEN, echo, serve};

/// Calls of the API by each tenant, and calls of its consumers at gateways.
const API_CALLS: usize = 700;
const GATEWAY_CALLS: usize = 200;
const PASSWORD: &str = "correct horse battery";

/// A tenant, and what it has.
struct Tenant {
    name: &'static str,
    /// Stands in what it wrote, and must be in no answer of others.
    mark: String,
    /// Ids that it alone has, by kind; those both have are in [`Tenants::shared`].
    own: BTreeMap<&'static str, String>,
    hashes: Vec<String>,
    cookie: String,
    csrf: String,
    /// A service token of its own, and a member's session: cookie and token against forgery.
    token: String,
    member: (String, String),
}

/// Both, and how they are asked.
struct Tenants {
    platform: Running,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    upstream: SocketAddr,
    both: [Tenant; 2],
    random: Random,
    /// What was told or changed that must not be.
    wrong: Vec<String>,
}

/// xorshift64*, so that a failure can be repeated by its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

struct Said {
    status: u16,
    text: String,
}

/// Ids that both have, by kind.
const SHARED: [(&str, &str); 11] = [
    ("apis", "orders@v1"),
    ("routes", "health"),
    ("upstreams", "pool"),
    ("consumers", "ada"),
    ("plans", "gold"),
    ("products", "shop"),
    ("apps", "till"),
    ("subscriptions", "till-shop"),
    ("blocks", "consumer-eve"),
    ("secrets", "idp"),
    ("designs", "draft"),
];

impl Tenants {
    fn start() -> Tenants {
        let data = tempfile::tempdir().unwrap();
        let platform = serve(data.path(), &[]);
        // The folder lives as long as the process does.
        std::mem::forget(data);
        let seed = std::env::var("PAILOU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_130);
        eprintln!("PAILOU_SEED={seed}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tenant = |name| Tenant {
            name,
            mark: format!("planted-by-{name}"),
            own: BTreeMap::new(),
            hashes: Vec::new(),
            cookie: String::new(),
            csrf: String::new(),
            token: String::new(),
            member: Default::default(),
        };
        let mut tenants = Tenants {
            platform,
            runtime,
            http: reqwest::Client::new(),
            upstream: echo(),
            both: [tenant("acme"), tenant("bolt")],
            random: Random(seed),
            wrong: Vec::new(),
        };
        // Callers of both come from one address, and with more wrong keys than it may send.
        let unbounded = json!({ "kind": "gateway", "name": "default", "wrong_credentials": { "limit": 0 } });
        let said = tenants.admin("default", "PUT", "/gateways/default", Some(&unbounded));
        assert!(said.status < 300, "{}", said.text);
        for at in [0, 1] {
            tenants.furnish(at);
        }
        tenants
    }

    fn call(&self, request: reqwest::RequestBuilder) -> Said {
        self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            Said { status, text: response.text().await.unwrap() }
        })
    }

    /// A call of the admin API in a workspace.
    fn admin(&self, workspace: &str, method: &str, path: &str, body: Option<&Value>) -> Said {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, self.platform.admin(&format!("/api/v1{path}")));
        let request = request.bearer_auth(TOKEN).header("pailou-workspace", workspace);
        self.call(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    #[track_caller]
    fn made(&self, workspace: &str, path: &str, body: Value) -> Value {
        let said = self.admin(workspace, "POST", path, Some(&body));
        assert!((200..300).contains(&said.status), "{path}: {}", said.text);
        serde_json::from_str(&said.text).unwrap()
    }

    /// Gives a tenant one of everything under the names both use, and one under a name of its own.
    fn furnish(&mut self, at: usize) {
        let (name, mark) = (self.both[at].name, self.both[at].mark.clone());
        self.made("default", "/workspaces", json!({ "kind": "workspace", "name": name }));
        let secret =
            self.admin(name, "PUT", "/secrets/idp", Some(&json!({ "value": format!("{mark}-secret") })));
        assert_eq!(secret.status, 200, "{}", secret.text);
        let own = format!("only-of-{name}");
        self.apply_documents(at);
        let secret =
            self.admin(name, "PUT", &format!("/secrets/{own}"), Some(&json!({ "value": mark.clone() })));
        assert_eq!(secret.status, 200);
        for (kind, _) in SHARED {
            let id = match kind {
                "apis" => format!("{own}@v1"),
                "blocks" => format!("consumer-{own}"),
                _ => own.clone(),
            };
            self.both[at].own.insert(kind, id);
        }
        for eve in ["eve", own.as_str()] {
            self.made(name, "/blocks", json!({ "consumer": eve, "reason": mark.clone() }));
        }
        for of in ["consumers/ada", "apps/till"] {
            let issued = self.made(name, &format!("/{of}/keys"), json!({}));
            self.both[at].hashes.push(issued["key_hash"].as_str().unwrap().to_owned());
        }
        let account = json!({ "email": format!("bea@{mark}.example"), "password": PASSWORD, "name": format!("Bea {mark}") });
        let url = self.platform.admin("/portal/api/v1/account");
        let request = self.http.post(url).header("pailou-workspace", name).json(&account);
        let (cookie, csrf) = self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 201);
            let cookie =
                response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            let session: Value = response.json().await.unwrap();
            (cookie, session["csrf"].as_str().unwrap().to_owned())
        });
        (self.both[at].cookie, self.both[at].csrf) = (cookie, csrf);
        // Its own app in the portal, with the name the other has too.
        let made = self.portal(at, "POST", "/apps", Some(&json!({ "name": "mine", "title": mark.clone() })));
        assert_eq!(made.status, 201, "{}", made.text);
        self.let_in(at);
        // Calls for its log.
        for (host_path, key) in
            [("/orders/v1/orders", format!("key-of-ada-at-{name}")), ("/health", String::new())]
        {
            let said = self.gateway(name, host_path, &key);
            assert_eq!(said.status, 200, "{}", said.text);
        }
    }

    /// Gives a tenant an administrator of its own, and a service token.
    fn let_in(&mut self, at: usize) {
        let name = self.both[at].name;
        let (email, token) = (format!("ann@only-of-{name}.example"), format!("only-of-{name}"));
        let form = json!({ "name": token, "workspace": name, "roles": ["admin"], "expires_in": "1d" });
        let made = self.made("default", "/tokens", form);
        self.both[at].token = made["secret"].as_str().unwrap().to_owned();
        let roles = json!([{ "workspace": name, "role": "admin" }]);
        let invited = self.made(
            "default",
            "/members",
            json!({ "email": email, "name": self.both[at].mark, "roles": roles }),
        );
        let link = invited["link"].as_str().unwrap().split_once('#').unwrap().1;
        self.made("default", "/password", json!({ "link": link, "password": PASSWORD }));
        let session = json!({ "email": email, "password": PASSWORD });
        let request = self.http.post(self.platform.admin("/api/v1/session")).header("pailou-workspace", name);
        self.both[at].member = self.runtime.block_on(async {
            let response = request.json(&session).send().await.unwrap();
            let cookie =
                response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            let session: Value = response.json().await.unwrap();
            (cookie, session["csrf"].as_str().unwrap().to_owned())
        });
        self.both[at].own.extend([("members", email), ("tokens", token)]);
    }

    /// A call of the admin API by somebody of a tenant, in a workspace: by its token, or by its member.
    fn own(&self, at: usize, workspace: &str, by_token: bool, endpoint: &Endpoint, asked: &Asked) -> Said {
        let Tenant { token, member: (cookie, csrf), .. } = &self.both[at];
        let method = Method::from_bytes(endpoint.method.as_bytes()).unwrap();
        let request = self.http.request(method, self.platform.admin(&format!("/api/v1{}", asked.path)));
        let request = request.header("pailou-workspace", workspace);
        let request = match by_token {
            true => request.bearer_auth(token),
            false => request.header("cookie", cookie).header("x-csrf-token", csrf),
        };
        self.call(match &asked.body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Applies what a tenant has, at the beginning and after it removed it itself.
    fn apply_documents(&self, at: usize) {
        let Tenant { name, mark, .. } = &self.both[at];
        let own = format!("only-of-{name}");
        for (api, suffix) in [("orders", ""), (own.as_str(), "-2")] {
            let files = documents(name, mark, api, suffix, self.upstream);
            let applied = self.admin(name, "POST", "/apply", Some(&json!({ "files": files })));
            assert_eq!(applied.status, 200, "{}", applied.text);
        }
    }

    /// A call of the portal's API by a tenant's developer.
    fn portal(&self, at: usize, method: &str, path: &str, body: Option<&Value>) -> Said {
        self.portal_of(self.both[at].name, at, method, path, body)
    }

    /// The same at the portal of some workspace.
    fn portal_of(&self, workspace: &str, at: usize, method: &str, path: &str, body: Option<&Value>) -> Said {
        let tenant = &self.both[at];
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, self.platform.admin(&format!("/portal/api/v1{path}")));
        let request = request
            .header("pailou-workspace", workspace)
            .header("cookie", &tenant.cookie)
            .header("x-csrf-token", &tenant.csrf);
        self.call(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    fn gateway(&self, workspace: &str, path: &str, key: &str) -> Said {
        let request =
            self.http.get(self.platform.http(path)).header("host", format!("{workspace}.example.com"));
        self.call(if key.is_empty() { request } else { request.header("x-api-key", key) })
    }

    /// Everything that is a tenant's, as it is told to it.
    fn belongings(&self, at: usize) -> Vec<(String, String)> {
        let tenant = &self.both[at];
        let mut all = Vec::new();
        let lists = SHARED.iter().map(|(kind, _)| format!("/{kind}"));
        let more = ["/export", "/secret-references", "/audit", "/splits"].map(str::to_owned);
        for path in lists.map(|path| if path == "/secrets" { path } else { path + "?limit=1000" }).chain(more)
        {
            let path = if path == "/audit" { "/audit?limit=1000".to_owned() } else { path };
            let said = self.admin(tenant.name, "GET", &path, None);
            assert_eq!(said.status, 200, "{path}: {}", said.text);
            all.push((path, said.text));
        }
        for path in ["/apps", "/apis", "/products", "/session"] {
            let said = self.portal(at, "GET", path, None);
            assert_eq!(said.status, 200, "{path}: {}", said.text);
            all.push((format!("/portal{path}"), said.text));
        }
        all
    }
}

/// The documents of a tenant: under the names both use, or with a name of its own.
fn documents(workspace: &str, mark: &str, api: &str, suffix: &str, upstream: SocketAddr) -> Value {
    let own = suffix.is_empty();
    let named = |shared: &str| if own { shared.to_owned() } else { api.to_owned() };
    let host = format!("{}{workspace}.example.com", if own { "" } else { "two." });
    let contract = format!(
        "openapi: 3.1.0\ninfo: {{ title: Orders of {mark}, version: '1' }}\npaths:\n  /orders:\n    get: {{ operationId: listOrders, \
         summary: \"{mark}\", responses: {{ '200': {{ description: ok }} }} }}\ncomponents: {{ schemas: {{ Order: {{ type: object, description: {mark} }} }} }}\n"
    );
    let document = |document: Value| document.to_string();
    let documents = [
        document(
            json!({ "kind": "upstream", "name": named("pool"), "endpoints": [format!("http://{upstream}/?{mark}").split('?').next()] }),
        ),
        document(json!({
            "kind": "api", "name": api, "version": "v1", "title": mark, "contract": "./orders.openapi.yaml",
            "visibility": "public", "listen": { "hosts": [host], "path": "/orders/v1" }, "upstream": named("pool"),
            "policies": [{ "key-auth": {} }, { "rate-limit": { "limit": 100_000, "window": "1h", "per": "consumer" } }, { "cache": { "ttl": "1h" } }],
            "split": { "branches": [{ "name": "canary", "weight": 1, "upstream": named("pool") }] },
        })),
        document(json!({
            "kind": "route", "name": named("health"), "match": { "hosts": [host], "path": "/health" }, "upstream": named("pool"),
            "policies": [{ "headers": { "request": { "set": { "x-secret": "secret://idp" } } } }],
        })),
        document(json!({
            "kind": "consumer", "name": named("ada"), "title": mark,
            "credentials": [{ "key": format!("key-of-ada-at-{workspace}{suffix}") }],
        })),
        document(json!({ "kind": "plan", "name": named("gold"), "title": mark })),
        document(
            json!({ "kind": "product", "name": named("shop"), "title": mark, "visibility": "public", "apis": [api], "plans": [named("gold")] }),
        ),
        document(
            json!({ "kind": "app", "name": named("till"), "title": mark, "owner": format!("bea@{mark}.example") }),
        ),
        document(
            json!({ "kind": "design", "name": named("draft"), "title": mark, "api": format!("{api}@v1"), "text": contract }),
        ),
        document(
            json!({ "kind": "subscription", "name": named("till-shop"), "app": named("till"), "product": named("shop"), "plan": named("gold") }),
        ),
    ];
    json!([
        { "path": "all.yaml", "text": documents.join("\n---\n") },
        { "path": "orders.openapi.yaml", "text": contract },
    ])
}

/// One endpoint of a table.
pub(crate) struct Endpoint {
    portal: bool,
    method: String,
    path: String,
    id: String,
    queries: Vec<String>,
    permission: String,
}

fn endpoints(tenants: &Tenants) -> Vec<Endpoint> {
    let mut all = Vec::new();
    for (portal, prefix) in [(false, "/api/v1"), (true, "/portal/api/v1")] {
        let text =
            tenants.call(tenants.http.get(tenants.platform.admin(&format!("{prefix}/openapi.json")))).text;
        let document: Value = serde_json::from_str(&text).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let queries = parameters
                    .filter(|one| one["in"] == "query")
                    .map(|one| one["name"].as_str().unwrap().to_owned());
                all.push(Endpoint {
                    portal,
                    method: method.to_uppercase(),
                    path: path.strip_prefix(prefix).unwrap().to_owned(),
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    queries: queries.collect(),
                    permission: operation["x-permission"].as_str().unwrap().to_owned(),
                });
            }
        }
    }
    all
}

/// A call with a name in it, and the same with a name that nobody has.
struct Asked {
    path: String,
    body: Option<Value>,
}

impl Tenants {
    /// Makes up a call of an endpoint: `name` is what it is about, for each kind.
    fn ask(
        &mut self,
        endpoint: &Endpoint,
        mine: &str,
        name: &dyn Fn(&str) -> String,
        hash: &str,
        pick: u64,
    ) -> Asked {
        let kind = endpoint.path.split('/').nth(1).unwrap_or_default();
        let named = match (endpoint.portal, kind) {
            (true, "apps") => name("apps"),
            _ => name(kind),
        };
        let mut path = endpoint.path.clone();
        for (hole, filled) in [
            (
                "{id}",
                if endpoint.path.contains("/subscriptions/{id}") {
                    name("subscriptions")
                } else {
                    named.clone()
                },
            ),
            ("{name}", if endpoint.path.contains("/schemas/") { "Order".to_owned() } else { named.clone() }),
            ("{email}", name("members").replace('@', "%40")),
            ("{key_hash}", hash.to_owned()),
            ("{operation}", "listOrders".to_owned()),
            ("{code}", "not-found".to_owned()),
        ] {
            path = path.replace(hole, &filled);
        }
        let mut random = Random(pick | 1);
        let (consumer, api) = (name("consumers"), name("apis"));
        let mut query = Vec::new();
        for one in &endpoint.queries {
            let value = match one.as_str() {
                "limit" => "1000".to_owned(),
                "q" => random.of(&["planted", "orders", "only"]).to_string(),
                "api" if kind == "limits" || endpoint.portal => api.clone(),
                "api" => api.clone(),
                "consumer" => consumer.clone(),
                "caller" => format!("consumer/{consumer}"),
                "upstream" => {
                    random.of(&[format!("upstream/{}", name("upstreams")), format!("api/{api}")]).clone()
                }
                "id" | "actor" => random.of(&[api.clone(), "admin".to_owned()]).clone(),
                "by" => random.of(&["api", "operation", "caller", "plan"]).to_string(),
                "prune" => "true".to_owned(),
                _ => continue,
            };
            let wanted = matches!(one.as_str(), "api" if kind == "limits")
                || one == "by"
                || (one == "q" && endpoint.path == "/search");
            if wanted || random.below(2) == 0 {
                query.push(format!("{one}={}", value.replace('/', "%2F").replace('@', "%40")));
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        Asked { path, body: self.body(endpoint, kind, mine, name, &named, &mut random) }
    }

    fn body(
        &self,
        endpoint: &Endpoint,
        kind: &str,
        mine: &str,
        name: &dyn Fn(&str) -> String,
        named: &str,
        random: &mut Random,
    ) -> Option<Value> {
        if matches!(endpoint.method.as_str(), "GET" | "DELETE") {
            return None;
        }
        let host = format!("x{}.{mine}.test", random.below(4));
        let upstream = json!({ "endpoints": [format!("http://{}", self.upstream)] });
        let bare = |name: &str| name.split('@').next().unwrap().to_owned();
        let document = |kind: &str, named: &str| {
            let mut document = match kind {
                "apis" => {
                    json!({ "kind": "api", "name": bare(named), "version": "v1", "listen": { "hosts": [host], "path": "/x" }, "upstream": upstream })
                }
                "routes" => {
                    json!({ "kind": "route", "match": { "hosts": [host], "path": "/r" }, "upstream": upstream })
                }
                "upstreams" => json!({ "kind": "upstream", "endpoints": upstream["endpoints"] }),
                "consumers" => json!({ "kind": "consumer" }),
                "plans" => json!({ "kind": "plan" }),
                "products" => {
                    json!({ "kind": "product", "apis": [bare(&name("apis"))], "plans": [name("plans")] })
                }
                "apps" => json!({ "kind": "app" }),
                "subscriptions" => {
                    json!({ "kind": "subscription", "app": name("apps"), "product": name("products"), "plan": name("plans") })
                }
                "gateways" => json!({ "kind": "gateway", "limits": { "connections": 1 } }),
                "certificates" => {
                    json!({ "kind": "certificate", "hosts": ["a.test"], "cert_file": "/etc/passwd", "key_file": "/etc/passwd" })
                }
                "workspaces" => json!({ "kind": "workspace" }),
                "designs" => json!({ "kind": "design", "api": name("apis"), "text": "openapi: [" }),
                _ => json!({ "kind": "block", "consumer": name("consumers") }),
            };
            document.as_object_mut().unwrap().entry("name").or_insert_with(|| named.into());
            document
        };
        let block = |kinds| random_block(&mut Random(random.0 | 1), kinds, name);
        Some(match endpoint.id.as_str() {
            "createBlock" => block(5),
            // Addresses are nobody's: what one's own calls have blocked before decides the answer.
            "unblock" => block(4),
            id if id.starts_with("issue") => json!({}),
            "decideSubscription" => json!({ "approve": random.0.is_multiple_of(2) }),
            "changeApiSplit" | "changeRouteSplit" => {
                json!({ "branch": "canary", "action": "weight", "weight": 2 })
            }
            "validate" | "plan" | "apply" => {
                let kinds = [
                    "apis",
                    "routes",
                    "consumers",
                    "plans",
                    "products",
                    "subscriptions",
                    "workspaces",
                    "gateways",
                ];
                let kind = kinds[random.below(kinds.len())];
                json!({ "files": [{ "path": "a.yaml", "text": document(kind, &name(kind)).to_string() }] })
            }
            "importOpenapi" => {
                json!({ "name": bare(&name("apis")), "version": "v1", "upstream": name("upstreams"), "path": "/imported", "hosts": [host],
                "text": "openapi: 3.1.0\ninfo: { title: A, version: '1' }\npaths: {}\n", "dry_run": random.0.is_multiple_of(2) })
            }
            "explainRoute" => {
                let hosts = [
                    "acme.example.com",
                    "bolt.example.com",
                    "two.acme.example.com",
                    "two.bolt.example.com",
                    "x.test",
                ];
                json!({ "method": "GET", "url": format!("http://{}{}", hosts[random.below(5)], ["/orders/v1/orders", "/health", "/"][random.below(3)]) })
            }
            "purgeCache" => [
                json!({ "all": true }),
                json!({ "tag": "planted" }),
                json!({ "url": "http://bolt.example.com/orders/v1/orders" }),
            ][random.below(3)]
            .clone(),
            "setSecret" | "rotateSecret" => json!({ "value": "a-new-value" }),
            "rotateSecretKey" | "verifyAudit" => json!({}),
            "createSession" if endpoint.portal => {
                json!({ "email": format!("bea@planted-by-{}.example", ["acme", "bolt"][random.below(2)]), "password": "not the password at all" })
            }
            "createSession" => json!({ "token": "not-the-admin-token" }),
            "createAccount" => json!({ "email": "short", "password": "short", "name": "x" }),
            "tryOperation" => {
                json!({ "api": name("apis"), "operation": "listOrders", "method": "GET", "path": "/orders" })
            }
            "createSubscription" if endpoint.portal => {
                json!({ "product": name("products"), "plan": name("plans") })
            }
            "checkContract" | "viewContract" => json!({ "source": { "text": "openapi: 3.1.0\n" } }),
            "tryContract" => json!({ "source": { "text": "" }, "method": "GET", "path": "/orders" }),
            "compareContracts" => {
                json!({ "old": { "api": name("apis") }, "new": { "design": name("designs") } })
            }
            "trySandbox" => json!({ "api": name("apis"), "method": "GET", "path": "/orders" }),
            "resetSandbox" => json!({ "api": name("apis") }),
            "updateApp" => json!({ "title": "t" }),
            "createApp" if endpoint.portal => json!({ "title": format!("an app {}", random.below(1000)) }),
            _ => document(kind, named),
        })
    }
}

/// Of so many kinds, of which an address is the last.
fn random_block(random: &mut Random, kinds: usize, name: &dyn Fn(&str) -> String) -> Value {
    match random.below(kinds) {
        0 => json!({ "consumer": name("consumers") }),
        1 => json!({ "app": name("apps") }),
        2 => json!({ "api": name("apis") }),
        3 => json!({ "route": name("routes") }),
        _ => json!({ "address": "127.0.0.1" }),
    }
}

/// What an answer says but for names that were asked for, times and numbers that belong to the call.
fn comparable(said: &Said, names: &[(String, String)]) -> (u16, String) {
    let mut text = said.text.clone();
    for (name, placeholder) in names {
        text = text.replace(name.as_str(), placeholder);
    }
    // The name of a block has a digest of what it is about.
    while let Some(start) = text.find("NAME-v1-") {
        text.replace_range(start..(start + 20).min(text.len()), "NAME");
    }
    // What is near is one's own, and may be nearer to one than to the other.
    while let Some(start) = text.find("; did you mean `") {
        let Some(length) = text[start..].find('?') else { break };
        text.replace_range(start..=start + length, "");
    }
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else { return (said.status, text) };
    forget(&mut value);
    (said.status, value.to_string())
}

fn forget(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            // Whom a passkey is for, by chance each time until one is made.
            if fields.contains_key("pubKeyCredParams") {
                fields.remove("user");
            }
            for of_call in [
                "snapshot",
                "token",
                "secret",
                "challenge",
                "uri",
                "qr",
                "expires_at",
                "created_at",
                "updated_at",
                "at",
                "instance",
                "number",
                "hash",
                "revision",
                "version",
                "forgotten",
                "replaced",
            ] {
                fields.remove(of_call);
            }
            fields.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

#[test]
fn no_call_of_a_tenant_reads_guesses_or_changes_what_is_anothers() {
    let mut tenants = Tenants::start();
    let endpoints = endpoints(&tenants);
    let mut answered: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for attacker in [0, 1] {
        let victim = 1 - attacker;
        let before = tenants.belongings(victim);
        // Every endpoint in turn, and then any.
        for round in 0..API_CALLS {
            let at = if round < endpoints.len() * 3 {
                round % endpoints.len()
            } else {
                tenants.random.below(endpoints.len())
            };
            one_call(&mut tenants, &endpoints[at], attacker, &mut answered);
        }
        for _ in 0..GATEWAY_CALLS {
            one_gateway_call(&mut tenants, attacker);
        }
        let after = tenants.belongings(victim);
        for ((path, before), (_, after)) in before.iter().zip(&after) {
            if before != after {
                let name = tenants.both[victim].name;
                tenants.wrong.push(format!("{path} of {name} changed:\n{before}\n{after}"));
            }
        }
        // It goes on as before, whatever was blocked, purged or counted elsewhere.
        let (name, path) = (tenants.both[victim].name, "/orders/v1/orders");
        let said = tenants.gateway(name, path, &format!("key-of-ada-at-{name}"));
        if said.status != 200 {
            tenants.wrong.push(format!("{name} does not answer any more: {} {}", said.status, said.text));
        }
        tenants.apply_documents(attacker);
        // The attacker starts the other half with nothing blocked.
        let blocks: Value = serde_json::from_str(
            &tenants.admin(tenants.both[attacker].name, "GET", "/blocks?limit=1000", None).text,
        )
        .unwrap();
        for block in blocks["items"].as_array().unwrap() {
            let id = block["document"]["name"].as_str().unwrap();
            tenants.admin(tenants.both[attacker].name, "DELETE", &format!("/blocks/{id}"), None);
        }
    }
    let told: Vec<&String> = tenants.wrong.iter().take(12).collect();
    assert!(told.is_empty(), "{} wrongs, such as {told:#?}", tenants.wrong.len());
    // What is for operators alone, and what asks for a password or makes members, is never answered well.
    let never = |endpoint: &Endpoint| {
        let ids = [
            "createSession",
            "createAccount",
            "rotateSecretKey",
            "verifyAudit",
            "getCache",
            "getAnalyticsStatus",
            "deleteSession",
            "getCall",
            "setPassword",
            "changeOwnPassword",
        ];
        let kinds = ["Gateway", "Certificate", "Workspace"];
        let people = ["/members", "/roles", "/tokens", "/member", "/password", "/session"];
        ids.contains(&endpoint.id.as_str())
            || kinds.iter().any(|kind| endpoint.id.contains(kind))
            || people.iter().any(|path| endpoint.path.starts_with(path))
    };
    let well = |endpoint: &&Endpoint| {
        answered[&format!("{} {}", endpoint.portal, endpoint.id)].iter().any(|status| *status < 400)
    };
    let others = endpoints.iter().filter(|endpoint| endpoint.permission != "gateway" && !never(endpoint));
    let (good, refused): (Vec<_>, Vec<_>) = others.partition(well);
    // Refusals alone would prove little; which calls were only refused is told.
    let refused: Vec<_> = refused.iter().map(|endpoint| &endpoint.id).collect();
    eprintln!("{} endpoints answered well, these never: {refused:?}", good.len());
    assert!(good.len() >= 60, "only {} endpoints were answered well; these never: {refused:?}", good.len());
}

#[test]
fn no_endpoint_lets_somebody_of_a_tenant_into_the_other() {
    let mut tenants = Tenants::start();
    let endpoints = endpoints(&tenants);
    let shared: BTreeMap<&str, &str> = SHARED.into();
    let counted = ["deleteSession", "changeOwnPassword", "setSecondFactor", "dropSecondFactor"];
    let asked_for = |endpoint: &&Endpoint| {
        !matches!(endpoint.permission.as_str(), "gateway" | "public")
            && !counted.contains(&endpoint.id.as_str())
    };
    let mut calls = 0;
    for attacker in [0, 1] {
        let victim = 1 - attacker;
        let (theirs, mark) = (tenants.both[victim].name, tenants.both[victim].mark.clone());
        let (their_names, hash) = (tenants.both[victim].own.clone(), tenants.both[victim].hashes[0].clone());
        let before = tenants.belongings(victim);
        let nowhere = format!("none-of-{theirs}");
        for endpoint in endpoints.iter().filter(asked_for) {
            for (both, by_token) in [(true, true), (true, false), (false, true), (false, false)] {
                let name = |kind: &str| {
                    let shared = shared.get(kind).filter(|_| both).map(|name| (*name).to_owned());
                    shared.or_else(|| their_names.get(kind).cloned()).unwrap_or_else(|| "never".to_owned())
                };
                let pick = tenants.random.next();
                let asked = tenants.ask(endpoint, theirs, &name, &hash, pick);
                let [there, elsewhere] = [theirs, &nowhere].map(|workspace| match endpoint.portal {
                    true => {
                        let (method, body) = (&endpoint.method, asked.body.as_ref());
                        tenants.portal_of(workspace, attacker, method, &asked.path, body)
                    }
                    false => tenants.own(attacker, workspace, by_token, endpoint, &asked),
                });
                calls += 2;
                let names =
                    [(nowhere.clone(), "WORKSPACE".to_owned()), (theirs.to_owned(), "WORKSPACE".to_owned())];
                let (told, untold) = (comparable(&there, &names), comparable(&elsewhere, &names));
                let of_workspace = asked.path.contains('{') || endpoint.path.contains('{');
                if told != untold || there.text.contains(&mark) || (of_workspace && there.status < 400) {
                    let what = format!(
                        "{} {} in {theirs}: {told:?}, and in no workspace: {untold:?}",
                        endpoint.method, asked.path
                    );
                    tenants.wrong.push(what);
                }
            }
        }
        for ((path, before), (_, after)) in before.iter().zip(&tenants.belongings(victim)) {
            if before != after {
                tenants.wrong.push(format!("{path} of {theirs} changed:\n{before}\n{after}"));
            }
        }
    }
    let told: Vec<&String> = tenants.wrong.iter().take(12).collect();
    assert!(told.is_empty(), "{} wrongs, such as {told:#?}", tenants.wrong.len());
    assert!(calls > 1000, "{calls} calls");
}

/// One call of a tenant, about what is its own, what both have, what the other has, or what nobody has.
fn one_call(
    tenants: &mut Tenants,
    endpoint: &Endpoint,
    attacker: usize,
    answered: &mut BTreeMap<String, BTreeSet<u16>>,
) {
    if endpoint.permission == "gateway" || endpoint.id == "deleteSession" {
        answered.entry(format!("{} {}", endpoint.portal, endpoint.id)).or_default().insert(200);
        return;
    }
    let (mine, theirs) = (tenants.both[attacker].name, &tenants.both[1 - attacker]);
    let shared: BTreeMap<&str, &str> = SHARED.into();
    let (their_names, their_hashes, mark) = (theirs.own.clone(), theirs.hashes.clone(), theirs.mark.clone());
    let (my_names, my_hash) = (tenants.both[attacker].own.clone(), tenants.both[attacker].hashes[0].clone());
    let (whose, pick) = (tenants.random.below(3), tenants.random.next());
    let nobody = |kind: &str| {
        their_names.get(kind).map_or("never".to_owned(), |name| name.replace("only-of-", "none-of-"))
    };
    let call = |tenants: &Tenants, asked: &Asked| match endpoint.portal {
        true => tenants.portal(attacker, &endpoint.method, &asked.path, asked.body.as_ref()),
        false => tenants.own(attacker, mine, pick.is_multiple_of(2), endpoint, asked),
    };
    let told = match whose {
        // What is of the other is as what is of nobody.
        0 => {
            let their = |kind: &str| their_names.get(kind).cloned().unwrap_or_else(|| "never".to_owned());
            let asked = tenants.ask(endpoint, mine, &their, &their_hashes[0], pick);
            let told = call(tenants, &asked);
            undo(tenants, endpoint, attacker, &told, &their);
            let unknown_hash = format!("sha256:{}", "0".repeat(64));
            let same = tenants.ask(endpoint, mine, &nobody, &unknown_hash, pick);
            let untold = call(tenants, &same);
            undo(tenants, endpoint, attacker, &untold, &nobody);
            let bare = |name: &str| name.split('@').next().unwrap().to_owned();
            let names = |name: &dyn Fn(&str) -> String, hash: &str| -> Vec<(String, String)> {
                let people = ["members", "tokens"].map(|kind| (name(kind), "NAME".to_owned()));
                let kinds = SHARED.iter().map(|(kind, _)| (bare(&name(kind)), "NAME".to_owned()));
                people.into_iter().chain(kinds).chain([(hash.to_owned(), "HASH".to_owned())]).collect()
            };
            // What one has oneself, and what time brings, is not the other's.
            let lists = endpoint.method == "GET" && !endpoint.path.contains('{');
            // A free name is made of a title, and what is made counts the next time.
            let makes_names = endpoint.portal && endpoint.id == "createApp";
            let prunes = asked.path.contains("prune=true");
            // The third wrong password is one too many, whoever has it.
            let counted = ["createSession", "changeOwnPassword", "setSecondFactor", "dropSecondFactor"];
            let is_counted = counted.contains(&endpoint.id.as_str());
            if !lists && !makes_names && !prunes && !is_counted && endpoint.id != "tryOperation" {
                let (of_theirs, of_nobodys) = (
                    comparable(&told, &names(&their, &their_hashes[0])),
                    comparable(&untold, &names(&nobody, &unknown_hash)),
                );
                if of_theirs != of_nobodys {
                    tenants.wrong.push(format!(
                        "{} {} tells what is there from what is not: {of_theirs:?} of theirs, {of_nobodys:?} of nobody's",
                        endpoint.method, asked.path
                    ));
                }
            }
            told
        }
        1 => {
            let both = |kind: &str| shared.get(kind).map_or("never".to_owned(), |name| (*name).to_owned());
            let asked = tenants.ask(endpoint, mine, &both, &my_hash, pick);
            let destroys = endpoint.method == "DELETE";
            // One's own is needed again.
            if destroys
                && !endpoint.portal
                && shared.contains_key(endpoint.path.split('/').nth(1).unwrap_or_default())
            {
                answered.entry(format!("{} {}", endpoint.portal, endpoint.id)).or_default();
                let asked = Asked {
                    path: asked
                        .path
                        .replace("till-shop", "gone")
                        .replace("/ada", "/gone")
                        .replace("/draft", "/gone"),
                    body: None,
                };
                call(tenants, &asked)
            } else {
                call(tenants, &asked)
            }
        }
        _ => {
            let own = |kind: &str| {
                my_names.get(kind).map_or("never".to_owned(), |name| name.replace("only-of-", "made-by-"))
            };
            let asked = tenants.ask(endpoint, mine, &own, &my_hash, pick);
            call(tenants, &asked)
        }
    };
    let mut wrong = |what: &str| {
        tenants
            .wrong
            .push(format!("{what}: {} {}: {} {}", endpoint.method, endpoint.path, told.status, told.text));
    };
    if told.text.contains(&mark) {
        wrong("what the other wrote is told");
    }
    if told.status == 500 {
        wrong("something failed");
    }
    answered.entry(format!("{} {}", endpoint.portal, endpoint.id)).or_default().insert(told.status);
    // Applying with `prune` may have taken everything of its own away.
    if endpoint.id == "apply" && told.status == 200 {
        tenants.apply_documents(attacker);
    }
}

/// Takes back what a call may have made under a name that is to be nobody's.
fn undo(tenants: &Tenants, endpoint: &Endpoint, attacker: usize, said: &Said, name: &dyn Fn(&str) -> String) {
    if endpoint.method == "GET" || said.status >= 300 {
        return;
    }
    let mine = tenants.both[attacker].name;
    for (kind, _) in SHARED.iter().rev() {
        tenants.admin(mine, "DELETE", &format!("/{kind}/{}", name(kind)), None);
    }
    tenants.admin(mine, "POST", "/unblock", Some(&json!({ "consumer": name("consumers") })));
}

/// A consumer of one tenant at the other's API.
fn one_gateway_call(tenants: &mut Tenants, attacker: usize) {
    let (mine, theirs) = (tenants.both[attacker].name, tenants.both[1 - attacker].name);
    let key = format!("key-of-ada-at-{mine}{}", tenants.random.of(&["", "-2"]));
    let path = *tenants.random.of(&["/orders/v1/orders", "/orders/v1/orders?a=1", "/orders/v1/nothing"]);
    let said = tenants.gateway(theirs, path, &key);
    assert!(matches!(said.status, 401 | 404), "{path} by {key} at {theirs}: {} {}", said.status, said.text);
    assert!(!said.text.contains("planted") && !said.text.contains("\"headers\""), "{}", said.text);
}
