//! A platform in the test's process, and a client that speaks to its router.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
    },
};

use admin::{
    AdminState, GatewayControl, GatewayStatus, ListenerStatus, Options, Peer, PurgeNews, PurgedItem,
};
use analytics::Analytics;
use axum::{Router, body::Body};
use cache::Purge;
use control::{Actor, Control, Letter, MasterKeys, Origin, Post, Posted, ProviderClient};
use http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use model::{
    routing::{Explanation, Outcome, Question},
    standing::UpstreamStanding,
};
use policy::{LimitsExplained, LimitsQuestion};
use serde_json::Value;
use store::SqliteStore;
use tower_service::Service;

/// Never to be seen in an answer.
pub(crate) const ADMIN_TOKEN: &str = "planted-admin-token-31415926";
pub(crate) const PASSWORD: &str = "planted-password-27182818";

pub(crate) struct Platform {
    router: Router,
    pub(crate) control: Control,
    pub(crate) analytics: Analytics,
    /// Whether the gateway says it is ready.
    pub(crate) ready: Arc<AtomicBool>,
    /// Those that were sent.
    pub(crate) letters: Arc<Letters>,
    answers: Arc<Mutex<Vec<String>>>,
    /// How much later it is than it is, seconds.
    later: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// Keeps letters.
#[derive(Default)]
pub(crate) struct Letters(Mutex<Vec<Letter>>);

impl Post for Letters {
    fn send(&self, letter: Letter) -> Posted<'_> {
        self.0.lock().unwrap().push(letter);
        Box::pin(async { Ok(()) })
    }
}

impl Letters {
    /// The one that was sent last, once so many were: they go beside what goes on.
    pub(crate) async fn nth(&self, count: usize) -> Letter {
        loop {
            let all = self.0.lock().unwrap().clone();
            assert!(all.len() <= count, "{all:?}");
            if all.len() == count {
                return all.last().unwrap().clone();
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// The secret of the link in a letter.
pub(crate) fn link_in(letter: &Letter) -> String {
    letter.text.lines().find_map(|line| line.split_once('#')).unwrap().1.to_owned()
}

struct FakeGateway {
    address: Option<SocketAddr>,
    ready: Arc<AtomicBool>,
}

impl GatewayControl for FakeGateway {
    fn challenges(&self) -> (u64, Vec<model::OpenChallenge>) {
        (0, Vec::new())
    }

    fn obtained(&self) -> Vec<admin::ObtainedStatus> {
        Vec::new()
    }

    fn status(&self) -> GatewayStatus {
        let listeners = self.address.iter().map(|address| ListenerStatus {
            name: "http".into(),
            scheme: "http".into(),
            address: address.to_string(),
            proxy_protocol: false,
            http3: false,
        });
        GatewayStatus {
            ready: self.ready.load(Relaxed),
            snapshot: 1,
            listeners: listeners.collect(),
            workers: 2,
            ..Default::default()
        }
    }

    fn local_http(&self) -> Option<SocketAddr> {
        self.address
    }

    fn explain(&self, question: &Question) -> Result<Explanation, String> {
        if !question.url.starts_with('/') {
            return Err(format!("`{}` is no path", question.url));
        }
        Ok(Explanation {
            method: question.method.clone(),
            host: question.headers.iter().map(|line| line.value.as_str()).collect(),
            path: question.url.clone(),
            outcome: Outcome::NotFound,
            winner: None,
            allow: Vec::new(),
            lost: Vec::new(),
            snapshot: 1,
        })
    }

    fn upstreams(&self, key: Option<&str>, _: usize) -> Vec<UpstreamStanding> {
        let standing = serde_json::json!({
            "upstream": key.unwrap_or("upstream/orders"), "pending": 0, "retries": 1, "over_budget": 0, "hedges": 0, "hedges_won": 0, "overloaded": 0,
            "broken": 0, "history": [],
            "endpoints": [{ "url": "http://a", "weight": 1, "takes_requests": true, "history": [] }],
        });
        vec![serde_json::from_value(standing).unwrap()]
    }

    fn purge(&self, purge: Purge<'_>) -> Result<u64, String> {
        Ok(match purge {
            Purge::Url("//shop.test/orders?page=2") => 1,
            Purge::Tag("shoes") => 2,
            Purge::All => 3,
            _ => 0,
        })
    }

    fn purge_mark(&self) -> String {
        "1-2".to_owned()
    }

    fn purged_since(&self, mark: Option<&str>) -> PurgeNews {
        let items = vec![PurgedItem::Tag("shoes".to_owned())];
        PurgeNews { mark: self.purge_mark(), everything: mark != Some("1-1"), items }
    }

    fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String> {
        if asked.service != "api/orders@v1" {
            return Err(format!("there is no `{}`", asked.service));
        }
        Ok(LimitsExplained {
            service: asked.service.clone(),
            operation: asked.operation.clone().unwrap_or_default(),
            caller: asked.caller.clone(),
            plan: Some(format!("{} {} {:?}", asked.method, asked.uri, asked.headers.get("x-tenant"))),
            limits: Vec::new(),
            not_in_force: Vec::new(),
        })
    }
}

impl Platform {
    pub(crate) async fn start() -> Platform {
        Platform::with(None, |options| options).await
    }

    pub(crate) async fn with(
        gateway: Option<SocketAddr>,
        change: impl FnOnce(Options) -> Options,
    ) -> Platform {
        Platform::made(gateway, (false, None), change).await
    }

    async fn made(
        gateway: Option<SocketAddr>,
        (posting, providers): (bool, Option<Arc<dyn ProviderClient>>),
        change: impl FnOnce(Options) -> Options,
    ) -> Platform {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("pailou.db")).await.unwrap();
        let letters = Arc::new(Letters::default());
        let post = posting.then(|| Arc::clone(&letters) as Arc<dyn Post>);
        let masters = Some(MasterKeys::read(&MasterKeys::make()).unwrap());
        let later = Arc::new(AtomicI64::new(0));
        let shift = Arc::clone(&later);
        let clock = move || Timestamp::now() + SignedDuration::from_secs(shift.load(Relaxed));
        let options = control::Options {
            masters,
            post,
            providers,
            clock: Arc::new(clock),
            ..control::Options::default()
        };
        let control = Control::open(Arc::new(store), policies::CATALOG, options).await.unwrap();
        control.open_oauth("http://localhost:9080", "http://127.0.0.1:8080").await.unwrap();
        control.set_admin_token(&Actor::new("admin", Origin::Console), ADMIN_TOKEN).await.unwrap();
        let clock = analytics::Options { collect_every: None, ..Default::default() };
        let analytics = Analytics::open(None, clock).await.unwrap();
        let options =
            Options::new("127.0.0.1:9080".parse().unwrap(), "http://127.0.0.1:8080".parse().unwrap());
        let ready = Arc::new(AtomicBool::new(true));
        let router = admin::router(AdminState {
            control: control.clone(),
            analytics: analytics.clone(),
            gateway: Arc::new(FakeGateway { address: gateway, ready: Arc::clone(&ready) }),
            options: change(options),
        });
        Platform {
            router,
            control,
            analytics,
            ready,
            letters,
            answers: Arc::default(),
            later,
            _folder: folder,
        }
    }

    /// One that sends letters.
    pub(crate) async fn with_post() -> Platform {
        Platform::made(None, (true, None), |options| options).await
    }

    /// One that speaks with identity providers.
    pub(crate) async fn with_providers(
        providers: Arc<dyn ProviderClient>,
        change: impl FnOnce(Options) -> Options,
    ) -> Platform {
        Platform::made(None, (false, Some(providers)), change).await
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        request.headers_mut().insert(header::HOST, "localhost:9080".parse().unwrap());
        request.extensions_mut().insert(Peer("127.0.0.1:50000".parse().unwrap()));
        Call { router: self.router.clone(), request, answers: Arc::clone(&self.answers) }
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Signs a new developer up.
    pub(crate) async fn developer(&self, email: &str) -> Session {
        let account = serde_json::json!({ "email": email, "password": PASSWORD, "name": "Ada" });
        self.post("/portal/api/v1/account").json(&account).send().await.is(201).session()
    }

    /// Invites a member with one role, who sets a password and signs in.
    pub(crate) async fn member(&self, email: &str, workspace: &str, role: &str) -> Session {
        let roles = serde_json::json!([{ "workspace": workspace, "role": role }]);
        let form = serde_json::json!({ "email": email, "name": role, "roles": roles });
        let invited = self.post("/api/v1/members").admin().json(&form).send().await.is(201).json();
        let link = invited["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        let form = serde_json::json!({ "link": link, "password": PASSWORD });
        self.post("/api/v1/password").json(&form).send().await.is(200);
        self.sign_in(email).await
    }

    pub(crate) async fn sign_in(&self, email: &str) -> Session {
        let proof = serde_json::json!({ "email": email, "password": PASSWORD });
        self.post("/api/v1/session").json(&proof).send().await.is(200).session()
    }

    /// Makes a service token with one role.
    pub(crate) async fn token(&self, name: &str, workspace: &str, role: &str) -> String {
        let form = serde_json::json!({ "name": name, "workspace": workspace, "roles": [role] });
        let made = self.post("/api/v1/tokens").admin().json(&form).send().await.is(201).json();
        made["secret"].as_str().unwrap().to_owned()
    }

    /// Signs the administrator in.
    pub(crate) async fn administrator(&self) -> Session {
        let proof = serde_json::json!({ "token": ADMIN_TOKEN });
        self.post("/api/v1/session").json(&proof).send().await.is(200).session()
    }

    /// Lets time pass.
    pub(crate) fn later(&self, seconds: i64) {
        self.later.fetch_add(seconds, Relaxed);
    }

    /// Everything answered so far, heads and bodies.
    pub(crate) fn answers(&self) -> String {
        self.answers.lock().unwrap().join("\n")
    }
}

/// What a browser keeps of a sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// `name=secret`.
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

pub(crate) struct Call {
    router: Router,
    pub(crate) request: Request<Body>,
    answers: Arc<Mutex<Vec<String>>>,
}

impl Call {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Call {
        self.request.headers_mut().insert(name, value.parse().unwrap());
        self
    }

    pub(crate) fn admin(self) -> Call {
        self.header("authorization", &format!("Bearer {ADMIN_TOKEN}"))
    }

    pub(crate) fn signed_in(self, session: &Session) -> Call {
        self.header("cookie", &session.cookie).header("x-csrf-token", &session.csrf)
    }

    pub(crate) fn json(self, body: &Value) -> Call {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, media_type: &str, body: impl Into<Body>) -> Call {
        *self.request.body_mut() = body.into();
        self.header("content-type", media_type)
    }

    pub(crate) async fn send(mut self) -> Answer {
        let asked = format!("{} {}", self.request.method(), self.request.uri());
        let response = self.router.call(self.request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        let mut seen = head.headers.clone();
        seen.remove(header::SET_COOKIE);
        self.answers.lock().unwrap().push(format!("{asked} -> {} {seen:?}\n{text}", head.status));
        Answer { asked, status: head.status.as_u16(), headers: head.headers, text }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text);
        self
    }

    /// A problem of this code, well-formed.
    #[track_caller]
    pub(crate) fn problem(self, code: &str) -> Answer {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}: {}", self.asked, self.text);
        let body = self.json();
        assert_eq!(body["type"], format!("urn:pailou:problem:{code}"), "{}: {}", self.asked, self.text);
        assert_eq!(body["status"], self.status);
        let id = self.header("x-request-id");
        assert_eq!(body["instance"], format!("urn:pailou:request:{id}"));
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text))
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("{}: no header {name}", self.asked));
        value.to_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn session(&self) -> Session {
        let cookie = self.header("set-cookie").split(';').next().unwrap().to_owned();
        Session { cookie, csrf: self.json()["csrf"].as_str().unwrap().to_owned() }
    }
}
