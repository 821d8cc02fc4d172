//! Apps as clients of an authorization server elsewhere, with a server that refuses, is away, and rotates what it gives.

use std::{collections::BTreeMap, sync::Mutex};

use control::{
    AppForm, ClientForm, Error, IssuedClient, MasterKeys, ProviderAnswer, ProviderAnswered, ProviderCall,
    ProviderClient, RegistrationView, Wish,
};
use model::{App, ClientGrant};
use serde_json::json;

use super::*;

const ISSUER: &str = "https://idp.example.com/t/1";
const INITIAL: &str = "planted-initial-token";
const OWNER: &str = "ada@example.com";

/// A server that registers clients (RFC 7591) and has them managed (RFC 7592), as strictly as a real one.
#[derive(Default)]
struct Idp(Mutex<State>);

#[derive(Default)]
struct State {
    clients: BTreeMap<String, Registered>,
    count: u32,
    /// Whether nobody answers, and whether it is asked in vain for this method alone.
    down: bool,
    refuses: Option<(u16, Value)>,
    /// Whether it tells where clients are managed, and on which host.
    management: Option<String>,
    keeps_secret: bool,
    calls: Vec<String>,
}

#[derive(Clone)]
struct Registered {
    metadata: Value,
    secret: String,
    token: String,
}

impl Idp {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn answer(&self, call: &ProviderCall) -> Result<(u16, Value), String> {
        let mut state = self.state();
        let path = call.url.path().to_owned();
        let method = call.json.as_ref().map_or("GET", |(method, _)| *method);
        state.calls.push(format!("{method} {path}"));
        assert!(call.public, "{path} is of the public internet alone");
        if state.down {
            return Err("connection refused by 10.0.0.7".to_owned());
        }
        // It has nothing where OpenID providers have it.
        if path == "/.well-known/oauth-authorization-server/t/1" {
            let about = json!({
                "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token"), "registration_endpoint": format!("{ISSUER}/reg"),
                "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            });
            return Ok((200, about));
        }
        let Some(rest) = path.strip_prefix("/t/1/reg") else { return Ok((404, Value::Null)) };
        if let Some((status, body)) = state.refuses.clone() {
            return Ok((status, body));
        }
        let body: Value =
            call.json.as_ref().and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default();
        let bearer =
            call.authorization.as_deref().and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        if method == "POST" {
            if bearer != INITIAL {
                return Ok((
                    401,
                    json!({ "error": "invalid_token", "error_description": format!("{bearer} is not known") }),
                ));
            }
            state.count += 1;
            let id = format!("client:{}", state.count);
            state.clients.insert(
                id.clone(),
                Registered { metadata: body, secret: String::new(), token: String::new() },
            );
            return Ok((201, state.told(&id, true)));
        }
        let id = rest.trim_start_matches('/').replace("%3A", ":");
        let known = state.clients.get(&id).cloned();
        if known.is_none_or(|known| known.token != bearer) {
            return Ok((401, json!({ "error": "invalid_token" })));
        }
        match method {
            "PUT" => {
                assert_eq!(body["client_id"], json!(id));
                for never in ["registration_access_token", "registration_client_uri", "client_id_issued_at"] {
                    assert!(body.get(never).is_none());
                }
                let shown = body["client_secret"].as_str();
                let fresh = !state.keeps_secret && shown.is_none();
                assert!(shown.is_none_or(|shown| shown == state.clients[&id].secret));
                state.clients.get_mut(&id).unwrap().metadata = body.clone();
                Ok((200, state.told(&id, fresh)))
            }
            "DELETE" => {
                state.clients.remove(&id);
                Ok((204, Value::Null))
            }
            _ => Ok((405, Value::Null)),
        }
    }
}

impl State {
    /// A client as it is answered, with another token each time.
    fn told(&mut self, id: &str, fresh: bool) -> Value {
        self.count += 1;
        let (count, host) = (self.count, self.management.clone());
        let client = self.clients.get_mut(id).unwrap();
        client.token = format!("planted-token-{count}");
        if fresh {
            client.secret = format!("planted-secret-{count}");
        }
        let mut all = client.metadata.clone();
        all["client_id"] = id.into();
        if client.metadata["token_endpoint_auth_method"] != "none" {
            all["client_secret"] = client.secret.clone().into();
            all["client_secret_expires_at"] = 0.into();
        }
        if let Some(host) = host {
            all["registration_client_uri"] = format!("https://{host}/t/1/reg/{id}").into();
            all["registration_access_token"] = client.token.clone().into();
        }
        all
    }
}

impl ProviderClient for Idp {
    fn call(&self, call: ProviderCall) -> ProviderAnswered<'_> {
        Box::pin(async move {
            let (status, body) = self.answer(&call)?;
            Ok(ProviderAnswer { status, body: body.to_string().into_bytes() })
        })
    }
}

struct Shop {
    plane: Plane,
    idp: Arc<Idp>,
}

impl Shop {
    async fn start() -> Shop {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let idp = Arc::<Idp>::default();
        idp.state().management = Some("idp.example.com".to_owned());
        let options = Options {
            masters: Some(MasterKeys::read(&MasterKeys::make()).unwrap()),
            providers: Some(Arc::clone(&idp) as Arc<dyn ProviderClient>),
            ..Options::default()
        };
        let control = open_with(&store, &clock, options).await;
        control.open_oauth("https://portal.example.com", "https://api.example.com").await.unwrap();
        let plane = Plane { control, store, clock };
        // What a tenant names is called on the public internet alone.
        plane.put(json!({ "kind": "workspace", "name": "acme" })).await.unwrap();
        plane.control.set_secret(&admin(), &acme(), &"corp".parse().unwrap(), INITIAL, false).await.unwrap();
        let shop = Shop { plane, idp };
        shop.put(json!({
            "kind": "authorization-server", "name": "corp", "title": "Example Corp", "issuer": ISSUER, "registration": {
                "initial_access_token": "secret://corp", "metadata": { "application_type": "web" },
                "grants": ["client-credentials", "authorization-code"],
            },
        }))
        .await
        .unwrap();
        for app in ["shop", "till"] {
            let form =
                AppForm { name: Some(app.into()), title: Some("The shop".to_owned()), description: None };
            shop.plane.control.create_app(&ada(), &acme(), OWNER, form).await.unwrap();
        }
        shop
    }

    async fn put(&self, document: Value) -> Result<control::Stored, Error> {
        let resource = Resource::from_value(document).unwrap();
        self.plane.control.put(&admin(), &acme(), resource, control::Expect::Any).await
    }

    async fn client(&self, form: Value) -> Result<IssuedClient, Error> {
        let form: ClientForm = serde_json::from_value(form).unwrap();
        self.plane.control.put_client(&ada(), &acme(), Some(OWNER), "shop", form).await
    }

    async fn remove(&self) -> Result<(), Error> {
        self.plane.control.remove_client(&ada(), &acme(), Some(OWNER), "shop").await
    }

    async fn rotate(&self) -> Result<IssuedClient, Error> {
        self.plane.control.rotate_client_secret(&ada(), &acme(), Some(OWNER), "shop", false).await
    }

    fn app(&self) -> App {
        self.plane.control.app_of(&acme(), OWNER, "shop").unwrap().app
    }

    async fn registrations(&self) -> Vec<RegistrationView> {
        self.plane.control.registrations_at(&acme(), "corp").await.unwrap()
    }

    fn there(&self) -> Vec<String> {
        self.idp.state().clients.keys().cloned().collect()
    }
}

fn acme() -> Name {
    "acme".parse().unwrap()
}

fn ada() -> Actor {
    Actor::new(OWNER, Origin::Portal)
}

fn elsewhere(error: &Error) -> &str {
    let Error::Elsewhere { detail } = error else { panic!("{error:?}") };
    detail
}

const BACK: &str = "https://app.example.com/back";

#[tokio::test]
async fn an_app_becomes_a_client_there_is_changed_there_and_is_gone_there_with_the_app() {
    let shop = Shop::start().await;
    let made =
        shop.client(json!({ "grants": ["authorization-code"], "redirect_uris": [BACK] })).await.unwrap();
    assert_eq!(made.client_id, "client:1");
    let secret = made.client_secret.clone().unwrap();
    let metadata = shop.idp.state().clients["client:1"].metadata.clone();
    let expected = json!({
        "client_name": "The shop", "redirect_uris": [BACK], "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic", "application_type": "web",
    });
    assert_eq!(metadata, expected);
    // Gateways know the app by both names; a client of the built-in server with the same id would be another.
    let snapshot = shop.plane.snapshot();
    assert_eq!(snapshot.callers.get("acme:app/shop").unwrap().client.as_deref(), Some("corp/client:1"));
    assert_eq!(&*snapshot.servers["acme:corp"].issuer, ISSUER);
    assert!(shop.plane.control.oauth_client(&acme(), "corp/client:1").is_none());
    let place =
        shop.plane.control.place_of_client(&acme(), "shop", &shop.app().client.unwrap()).await.unwrap();
    assert_eq!(
        (place.server.as_deref(), place.token_endpoint),
        (Some("Example Corp"), Some(format!("{ISSUER}/token")))
    );

    let changed = shop.client(json!({ "grants": ["client-credentials"] })).await.unwrap();
    assert_eq!((changed.client_id.as_str(), changed.client_secret), ("client:1", None), "the secret stays");
    assert_eq!(shop.app().client.unwrap().grants, [ClientGrant::ClientCredentials]);
    assert_eq!(shop.idp.state().clients["client:1"].metadata["grant_types"], json!(["client_credentials"]));
    // The token for it was another with every answer.
    let rotated = shop.rotate().await.unwrap().client_secret.unwrap();
    assert!(rotated != secret && rotated == shop.idp.state().clients["client:1"].secret);
    assert_eq!(shop.app().client.unwrap().secrets.len(), 1);
    shop.idp.state().keeps_secret = true;
    let Error::Conflict { detail } = shop.rotate().await.unwrap_err() else { panic!() };
    assert!(detail.contains("makes no fresh secret"), "{detail}");

    let shown = format!("{:?}{:?}", shop.app(), shop.registrations().await);
    for planted in [INITIAL, &secret, &rotated, "planted-token"] {
        assert!(!shown.contains(planted), "{planted}");
    }
    shop.plane.control.delete_app(&ada(), &acme(), OWNER, "shop").await.unwrap();
    assert_eq!((shop.there(), shop.registrations().await), (vec![], vec![]));
}

#[tokio::test]
async fn what_a_server_says_against_a_client_is_told_and_nothing_is_left() {
    let shop = Shop::start().await;
    let refuses = |status: u16, body: Value| shop.idp.state().refuses = Some((status, body));
    refuses(400, json!({ "error": "invalid_redirect_uri", "error_description": "must be of corp.example" }));
    let wanted = json!({ "grants": ["authorization-code"], "redirect_uris": [BACK] });
    let Error::Invalid(findings) = shop.client(wanted.clone()).await.unwrap_err() else { panic!() };
    assert_eq!(findings[0].field.as_deref(), Some("client.redirect_uris"));
    assert!(findings[0].message.contains("must be of corp.example"), "{}", findings[0].message);
    refuses(
        403,
        json!({ "error": "unapproved_software_statement", "error_description": format!("{INITIAL} is used up") }),
    );
    let said = shop.client(wanted.clone()).await.unwrap_err();
    assert_eq!(
        elsewhere(&said),
        "Example Corp does not register the client: unapproved_software_statement: … is used up"
    );
    for broken in [json!({}), json!({ "client_id": 5 }), json!([])] {
        refuses(201, broken);
        assert!(elsewhere(&shop.client(wanted.clone()).await.unwrap_err()).contains("repeat in a moment"));
    }
    shop.idp.state().down = true;
    shop.plane.pass_minutes(10);
    let said = shop.client(wanted).await.unwrap_err();
    assert!(!elsewhere(&said).contains("10.0.0.7"), "{said}");
    assert!(shop.app().client.is_none() && shop.registrations().await.is_empty());
    // What is wrong by itself is not asked for.
    shop.idp.state().calls.clear();
    for (form, field) in [
        (json!({ "grants": ["device-code"] }), "client.grants"),
        (json!({ "grants": ["authorization-code"] }), "client.redirect_uris"),
        (
            json!({ "grants": ["authorization-code"], "redirect_uris": ["http://app.example.com/"] }),
            "client.redirect_uris[0]",
        ),
    ] {
        let Error::Invalid(findings) = shop.client(form).await.unwrap_err() else { panic!() };
        assert_eq!(findings[0].field.as_deref(), Some(field));
    }
    assert!(shop.idp.state().calls.is_empty());
}

#[tokio::test]
async fn a_client_whose_server_is_away_is_gone_here_at_once_and_there_as_soon_as_it_is_back() {
    let shop = Shop::start().await;
    shop.client(json!({})).await.unwrap();
    shop.idp.state().down = true;
    shop.remove().await.unwrap();
    assert!(shop.app().client.is_none());
    let [left] = &shop.registrations().await[..] else { panic!() };
    assert_eq!((left.state.as_str(), left.attempts, left.app.as_str()), ("leftover", 1, "shop"));
    assert!(left.trouble.as_ref().unwrap().contains("connection refused") && left.next_at.is_some());
    let tend = || shop.plane.control.tend_registrations();
    assert_eq!(tend().await.unwrap(), 0);
    assert_eq!(shop.registrations().await[0].attempts, 1, "not before it is due");
    shop.plane.pass_minutes(1);
    tend().await.unwrap();
    assert_eq!(shop.registrations().await[0].attempts, 2);
    // A new client of the app is nothing to the old one.
    shop.idp.state().down = false;
    shop.client(json!({})).await.unwrap();
    shop.plane.pass_minutes(5);
    assert_eq!(tend().await.unwrap(), 1);
    assert_eq!(shop.there(), [shop.app().client.unwrap().id]);
    assert_eq!(shop.registrations().await.len(), 1);
}

#[tokio::test]
async fn what_an_applied_folder_takes_away_is_deleted_there_as_well_and_what_cannot_be_is_shown() {
    let shop = Shop::start().await;
    shop.client(json!({})).await.unwrap();
    let app = App { client: None, ..shop.app() };
    shop.put(Resource::from(app).to_value()).await.unwrap();
    shop.plane.control.tend_registrations().await.unwrap();
    assert_eq!(shop.there().len(), 1, "what was made just now may be under way still");
    shop.plane.pass_minutes(10);
    assert_eq!(shop.plane.control.tend_registrations().await.unwrap(), 1);
    assert!(shop.there().is_empty());
    // One that was deleted there by hand: the server does not take the token any more.
    shop.client(json!({})).await.unwrap();
    shop.idp.state().clients.clear();
    shop.remove().await.unwrap();
    let [left] = &shop.registrations().await[..] else { panic!() };
    assert_eq!(
        (left.state.as_str(), left.trouble.as_deref()),
        ("given-up", Some("it answers 401: invalid_token"))
    );
    shop.plane.pass_minutes(31 * 24 * 60);
    shop.plane.control.tend_registrations().await.unwrap();
    assert!(shop.registrations().await.is_empty());
}

#[tokio::test]
async fn a_client_that_cannot_be_kept_here_is_left_at_no_server() {
    let shop = Shop::start().await;
    let (first, second) = tokio::join!(shop.client(json!({})), shop.client(json!({})));
    assert!(first.is_ok() != second.is_ok() || first.unwrap().client_id == second.unwrap().client_id);
    assert_eq!(shop.there(), [shop.app().client.unwrap().id]);
}

#[tokio::test]
async fn a_server_that_manages_nothing_or_leads_away_is_shown_no_token() {
    for management in [None, Some("evil.example.com".to_owned())] {
        let shop = Shop::start().await;
        shop.idp.state().management = management;
        shop.client(json!({})).await.unwrap();
        assert!(!shop.registrations().await[0].managed);
        let Error::Conflict { detail } = shop.client(json!({ "dpop": true })).await.unwrap_err() else {
            panic!()
        };
        assert!(detail.contains("change it there"), "{detail}");
        shop.idp.state().calls.clear();
        shop.remove().await.unwrap();
        assert!(shop.idp.state().calls.is_empty());
        assert_eq!(shop.registrations().await[0].state, "given-up");
    }
}

#[tokio::test]
async fn servers_of_a_workspace_are_told_apart_and_go_when_no_app_has_a_client_there() {
    let shop = Shop::start().await;
    let field = |error: Error| {
        let Error::Invalid(findings) = error else { panic!("{error:?}") };
        findings[0].field.clone().unwrap_or_default()
    };
    let other = |name: &str, issuer: &str| json!({ "kind": "authorization-server", "name": name, "issuer": issuer, "registration": {} });
    assert_eq!(field(shop.put(other("twin", ISSUER)).await.unwrap_err()), "issuer");
    assert_eq!(field(shop.put(other("next", "https://next.example.com")).await.unwrap_err()), "registration");
    shop.client(json!({})).await.unwrap();
    let delete = async || {
        let kind = model::Kind::AuthorizationServer;
        shop.plane.control.delete(&admin(), &acme(), kind, "corp", control::Expect::Any).await
    };
    let Error::Conflict { detail } = delete().await.unwrap_err() else { panic!() };
    assert!(detail.contains("app/shop"), "{detail}");
    shop.remove().await.unwrap();
    delete().await.unwrap();
    assert!(shop.plane.snapshot().servers.is_empty());
    let issued = shop.client(json!({})).await.unwrap();
    assert!(!issued.client_id.contains(':'), "apps are clients of the built-in server again");
}

const SCOPED: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      security: [{ idp: [orders:read] }]
      responses: { '200': { description: ok } }
components:
  securitySchemes:
    idp: { type: openIdConnect, openIdConnectUrl: https://idp.example.com/ }
";

impl Shop {
    /// Something to subscribe to: an API whose contract names a scope, which the server calls by another name.
    async fn sells(&self) {
        let api = "kind: api\nname: orders\nversion: v1\ncontract: ./orders.openapi.yaml\nlisten: { path: /orders }\nupstream: { endpoints: [http://127.0.0.1:9] }\n";
        let files = bundle(&[("orders.yaml", api), ("orders.openapi.yaml", SCOPED)]);
        self.plane.control.apply(&admin(), &acme(), files, APPLY).await.unwrap();
        self.put(json!({ "kind": "plan", "name": "free" })).await.unwrap();
        self.put(json!({ "kind": "product", "name": "sold", "apis": ["orders@v1"], "plans": ["free"] }))
            .await
            .unwrap();
    }

    async fn subscribes(&self) {
        let wish = Wish { product: "sold".to_owned(), plan: "free".to_owned(), reason: None, terms: None };
        self.plane.control.subscribe(&ada(), &acme(), OWNER, "shop", wish).await.unwrap();
    }

    fn scope(&self, id: &str) -> Value {
        self.idp.state().clients[id].metadata["scope"].clone()
    }

    async fn tend(&self) -> usize {
        self.plane.control.tend_registrations().await.unwrap()
    }
}

#[tokio::test]
async fn a_server_is_told_what_a_client_may_ask_for_as_subscriptions_come_and_go() {
    let shop = Shop::start().await;
    shop.sells().await;
    let secret = shop.client(json!({})).await.unwrap().client_secret.unwrap();
    assert_eq!(shop.scope("client:1"), Value::Null);
    shop.tend().await;
    shop.idp.state().calls.clear();
    shop.tend().await;
    assert!(shop.idp.state().calls.is_empty(), "what is known there is not told again");

    shop.subscribes().await;
    shop.tend().await;
    assert_eq!(shop.scope("client:1"), json!("orders:read"));
    assert_eq!(shop.idp.state().clients["client:1"].secret, secret, "the secret stays");
    let calls = std::mem::take(&mut shop.idp.state().calls);
    assert_eq!(calls, ["PUT /t/1/reg/client:1"]);

    // While it is away it is tried again, later each time; what is wanted by then is told.
    shop.idp.state().down = true;
    shop.plane.control.unsubscribe(&ada(), &acme(), OWNER, "shop", "shop-sold").await.unwrap();
    for _ in 0..2 {
        shop.tend().await;
    }
    let [one] = &shop.registrations().await[..] else { panic!() };
    assert_eq!((one.state.as_str(), one.attempts), ("open", 1));
    assert!(one.trouble.as_ref().unwrap().contains("connection refused") && one.next_at.is_some());
    shop.idp.state().down = false;
    shop.tend().await;
    assert_eq!(shop.scope("client:1"), json!("orders:read"), "not before it is due");
    shop.plane.pass_minutes(1);
    shop.tend().await;
    assert_eq!(shop.scope("client:1"), Value::Null);
    let [one] = &shop.registrations().await[..] else { panic!() };
    assert_eq!((one.attempts, &one.trouble, &one.next_at), (0, &None, &None));

    // A change by the developer tells it as well.
    shop.subscribes().await;
    shop.client(json!({ "dpop": true })).await.unwrap();
    assert_eq!(shop.scope("client:1"), json!("orders:read"));
    shop.idp.state().calls.clear();
    shop.tend().await;
    assert!(shop.idp.state().calls.is_empty());
}

#[tokio::test]
async fn what_is_left_at_a_server_is_tried_at_once_where_somebody_asks_for_it() {
    let shop = Shop::start().await;
    shop.client(json!({})).await.unwrap();
    shop.idp.state().refuses = Some((403, json!({ "error": "access_denied" })));
    shop.remove().await.unwrap();
    let [left] = &shop.registrations().await[..] else { panic!() };
    assert_eq!(left.state, "given-up");
    let retry = |number: u64| {
        let control = &shop.plane.control;
        async move { control.retry_registration(&acme(), "corp", number).await }
    };
    let number = left.number;
    let still = retry(number).await.unwrap().unwrap();
    assert_eq!((still.state.as_str(), still.attempts), ("given-up", 2));
    shop.idp.state().refuses = None;
    assert_eq!(retry(number).await.unwrap(), None);
    assert!(shop.there().is_empty() && shop.registrations().await.is_empty());
    assert!(matches!(retry(number).await, Err(Error::Missing { .. })));

    // One that an app has is told of, and stays.
    shop.client(json!({})).await.unwrap();
    let [open] = &shop.registrations().await[..] else { panic!() };
    shop.idp.state().calls.clear();
    assert_eq!(retry(open.number).await.unwrap().unwrap().state, "open");
    assert_eq!(shop.idp.state().calls.len(), 1);
    // Nothing of another workspace, and nothing of another server.
    let elsewhere = shop.plane.control.retry_registration(&ws(), "corp", open.number).await;
    assert!(matches!(elsewhere, Err(Error::NotFound { .. })));
}
