//! Traffic played to a watch, and what it makes of it.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::{collections::BTreeSet, sync::Arc};

use contract::{Contract, conform::Conformance};
use drift::{Drift, Inbox, Rest, Watch, draft, propose, report};
use model::{
    ExchangeEvent, Span,
    event::{Detail, Fault, Observed, ObservedPart, Target},
};
use serde_json::{Value, json};

const CONTRACT: &str = r#"
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    get:
      operationId: listOrders
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { items: { type: array, items: { $ref: '#/components/schemas/Order' } } } } } } } }
    post: { operationId: createOrder, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }, responses: { '201': { description: ok } } }
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }
  /dead/one: { get: { operationId: deadOne, responses: { '200': { description: ok } } } }
  /dead/two: { get: { operationId: deadTwo, responses: { '200': { description: ok } } } }
  /dead/three: { post: { operationId: deadThree, responses: { '200': { description: ok } } } }
  /dead/{id}/four: { get: { operationId: deadFour, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '200': { description: ok } } } }
  /dead/five: { delete: { operationId: deadFive, responses: { '204': { description: ok } } } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: integer }, total: { type: number }, customer: { type: object, properties: { name: { type: string } } } } }
"#;

/// When the first call comes.
const FIRST: u64 = 1_700_000_000_000;
const FORTNIGHT: Span = Span::secs(14 * 86_400);

struct Player {
    inbox: Inbox,
    watch: Watch,
    clock: u64,
}

impl Player {
    fn new() -> Player {
        Player { inbox: Inbox::default(), watch: Watch::default(), clock: FIRST - 10 }
    }

    fn event(&mut self, method: &str, operation: &str, path: &str) -> ExchangeEvent {
        self.clock += 10;
        let template = if operation.is_empty() { "/shop/*" } else { path };
        let target = Target {
            key: "api/shop".into(),
            workspace: "default".into(),
            service: "api/shop".into(),
            operation: operation.into(),
            path: template.into(),
        };
        ExchangeEvent {
            at: self.clock,
            target: Some(Arc::new(target)),
            caller: None,
            subscription: None,
            plan: None,
            method: method.parse().unwrap(),
            protocol: Default::default(),
            status: 200,
            problem: None,
            fault: Fault::None,
            duration_us: 1,
            upstream_us: 1,
            bytes_in: 0,
            bytes_out: 0,
            attempts: 1,
            hedges: 0,
            branch: None,
            cache: None,
            breach: Default::default(),
            observed: None,
            detail: Some(Box::new(Detail {
                request_id: "r".into(),
                trace_id: "t".into(),
                path: path.into(),
                host: "h".into(),
                client: "127.0.0.1".parse().unwrap(),
                user_agent: None,
                endpoint: None,
                cause: None,
            })),
        }
    }

    /// A call of a path that the contract does not have.
    fn unknown(&mut self, method: &str, path: &str) {
        let mut event = self.event(method, "", path);
        (event.status, event.problem) = (404, Some("operation-not-found"));
        self.play(event);
    }

    fn known(&mut self, method: &str, operation: &str, status: u16, observed: Option<Observed>) {
        let mut event = self.event(method, operation, "/shop/orders");
        (event.status, event.observed) = (status, observed.map(Box::new));
        self.play(event);
    }

    fn play(&mut self, mut event: ExchangeEvent) {
        self.inbox.saw(&mut event);
        if self.clock.is_multiple_of(1_000) {
            self.watch.settle(std::mem::take(&mut self.inbox));
        }
    }

    /// The same, so long after the last call.
    fn drift_after(&mut self, later: &str, had: Option<&BTreeSet<String>>) -> Drift {
        let later: Span = later.parse().unwrap();
        let now = self.clock + u64::try_from(later.0.as_millis()).unwrap();
        self.drift_of(Rest { now, zombie_after: FORTNIGHT, had })
    }

    fn drift(&mut self) -> Drift {
        // Watched for a fortnight, and called since.
        let now = FIRST + u64::try_from(FORTNIGHT.0.as_millis()).unwrap();
        self.drift_of(Rest { now, zombie_after: FORTNIGHT, had: None })
    }

    fn drift_of(&mut self, rest: Rest<'_>) -> Drift {
        self.watch.settle(std::mem::take(&mut self.inbox));
        let contract = Contract::parse(CONTRACT, "shop.yaml").unwrap();
        let conformance = Conformance::new(&contract.document(""));
        report(
            self.watch.seen("default", "api/shop").as_ref(),
            Some((&contract, &conformance)),
            "/shop",
            rest,
        )
    }
}

fn observed(query: &[&str], request: Option<Value>, response: Option<Value>) -> Observed {
    let part = |value: Value| ObservedPart { body: value.to_string().into_bytes() };
    Observed {
        path: "/shop/orders".into(),
        query: query.iter().map(|name| (*name).into()).collect(),
        request: request.map(part),
        response: response.map(part),
    }
}

const NAMES: [&str; 30] = [
    "ada", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ida", "joe", "kim", "lea", "max", "ned", "oda",
    "pia", "quin", "ron", "sue", "tom", "una", "val", "wim", "xia", "yan", "zoe", "abe", "bea", "cal", "dee",
];

/// The undocumented operations of the replay: method, template, and the path of the n-th call.
#[allow(clippy::type_complexity, reason = "a table")]
fn shadows() -> Vec<(&'static str, &'static str, Box<dyn Fn(usize) -> String>)> {
    let uuid = |n: usize| format!("{n:08x}-7dec-11d0-a765-00a0c91e6bf6");
    vec![
        ("GET", "/health", Box::new(|_| "/health".into())),
        ("GET", "/metrics", Box::new(|_| "/metrics".into())),
        ("POST", "/login", Box::new(|_| "/login".into())),
        ("POST", "/oauth2/token", Box::new(|_| "/oauth2/token".into())),
        ("GET", "/v2/orders", Box::new(|_| "/v2/orders".into())),
        ("GET", "/v2/orders/{}", Box::new(|n| format!("/v2/orders/{n}"))),
        ("DELETE", "/v2/orders/{}", Box::new(|n| format!("/v2/orders/{n}"))),
        ("GET", "/orders/{}/dump", Box::new(|n| format!("/orders/{n}/dump"))),
        ("GET", "/customers/{}", Box::new(move |n| format!("/customers/{}", uuid(n)))),
        ("GET", "/customers/{}/orders", Box::new(move |n| format!("/customers/{}/orders", uuid(n)))),
        (
            "GET",
            "/customers/{}/orders/{}",
            Box::new(move |n| format!("/customers/{}/orders/ord-{}", uuid(n), 10_000 + n)),
        ),
        ("GET", "/users/{}", Box::new(|n| format!("/users/{}", NAMES[n % NAMES.len()]))),
        ("PUT", "/users/{}/avatar", Box::new(|n| format!("/users/{}/avatar", NAMES[n % NAMES.len()]))),
        ("GET", "/reports/daily/{}", Box::new(|n| format!("/reports/daily/2026-11-{:02}", n % 28 + 1))),
        ("GET", "/blobs/{}", Box::new(|n| format!("/blobs/{:040x}", n * 7_919 + 1))),
        ("POST", "/internal/reindex", Box::new(|_| "/internal/reindex".into())),
        (
            "GET",
            "/internal/debug/users/{}",
            Box::new(|n| format!("/internal/debug/users/user{n}%40example.com")),
        ),
        ("PATCH", "/carts/{}/items/{}", Box::new(|n| format!("/carts/{n}/items/{}", n * 3))),
        ("GET", "/export.csv", Box::new(|_| "/export.csv".into())),
        ("GET", "/search/by-name", Box::new(|_| "/search/by-name".into())),
    ]
}

fn shape(template: &str) -> String {
    let segments = template.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn twenty_undocumented_and_five_dead_operations_are_all_listed_and_what_looks_for_holes_is_not() {
    let mut player = Player::new();
    let shadows = shadows();
    for n in 0..40 {
        for (method, _, path) in &shadows {
            player.unknown(method, &format!("/shop{}", path(n)));
        }
        player.known("GET", "listOrders", 200, None);
        player.known("POST", "createOrder", 201, None);
        player.known("GET", "getOrder", 200, None);
    }
    for n in 0..500 {
        let probes = ["/wp-login.php", "/.env", "/.git/config", "/phpmyadmin/index.php", "/cgi-bin/test.cgi"];
        player.unknown("GET", &format!("/shop{}", probes[n % probes.len()]));
        player.unknown(
            "GET",
            &format!(
                "/shop/guess-{}",
                ["alpha", "beta", "gamma"][n % 3].repeat(n % 7 + 1) + &"z".repeat(n % 11)
            ),
        );
    }
    let drift = player.drift();
    let mut found: Vec<(String, String)> =
        drift.shadow.iter().map(|one| (one.method.clone(), shape(&one.path))).collect();
    found.retain(|(_, path)| !path.starts_with("/guess-"));
    let missing: Vec<_> = shadows
        .iter()
        .filter(|(method, template, _)| !found.iter().any(|(m, path)| m == method && path == template))
        .map(|(method, template, _)| format!("{method} {template}"))
        .collect();
    // At least 95 % of the templates are right.
    assert!(missing.is_empty(), "{missing:?} of {found:?}");
    let wrong: Vec<_> = found
        .iter()
        .filter(|(method, path)| {
            path != "/{}" && !shadows.iter().any(|(m, template, _)| m == method && path == template)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!drift.shadow.iter().any(|one| one.path.contains("wp-") || one.path.contains(".env")));
    assert!(drift.noise.calls >= 500, "{:?}", drift.noise);
    let zombies: Vec<&str> =
        drift.operations.iter().filter(|one| one.state == "zombie").map(|one| one.id.as_str()).collect();
    assert_eq!(zombies, ["deadOne", "deadTwo", "deadThree", "deadFour", "deadFive"]);
    let used = drift.operations.iter().find(|one| one.id == "getOrder").unwrap();
    assert_eq!((used.state.as_str(), used.calls.count), ("used", 40));
    assert!(used.calls.first < used.calls.last && used.calls.first >= 1_700_000_000_000);
}

#[test]
fn what_nobody_calls_is_a_zombie_after_a_fortnight_and_no_sooner() {
    let mut player = Player::new();
    let state = |drift: &Drift, id: &str| {
        drift.operations.iter().find(|one| one.id == id).map(|one| one.state.clone()).unwrap()
    };
    // Nothing was called: nobody knows since when.
    let drift = player.drift();
    assert_eq!((drift.since, state(&drift, "deadOne")), (None, "unseen".into()));
    player.known("GET", "listOrders", 200, None);
    let called = player.clock;
    for (later, unused, used) in
        [("1m", "unseen", "used"), ("13d", "unseen", "used"), ("14d", "zombie", "zombie")]
    {
        let drift = player.drift_after(later, None);
        assert_eq!((drift.since, drift.zombie_after), (Some(called), FORTNIGHT));
        assert_eq!(
            (state(&drift, "deadOne"), state(&drift, "listOrders")),
            (unused.into(), used.into()),
            "{later}"
        );
    }
    // What came into the contract in between was not there to be called.
    let had = BTreeSet::from(["listOrders".to_owned(), "deadTwo".to_owned()]);
    let drift = player.drift_after("20d", Some(&had));
    assert_eq!((state(&drift, "deadOne"), state(&drift, "deadTwo")), ("unseen".into(), "zombie".into()));
    assert_eq!(state(&drift, "listOrders"), "zombie");
}

#[test]
fn statuses_parameters_and_fields_beyond_the_contract_are_told_without_a_single_value() {
    let mut player = Player::new();
    for n in 0..10 {
        let order = json!({ "id": n, "total": 9.5, "discount": 3, "customer": { "name": "Ada Secret", "mail": "ada@secret.example" } });
        player.known(
            "GET",
            "listOrders",
            200,
            Some(observed(
                &["limit", "cursor", "utm_source"],
                None,
                Some(json!({ "items": [order, order] })),
            )),
        );
        player.known(
            "POST",
            "createOrder",
            409,
            Some(observed(&[], Some(json!({ "total": "9.50", "voucher": "SECRET-1" })), None)),
        );
        player.known("GET", "getOrder", 500, None);
    }
    let drift = player.drift();
    let told: Vec<(String, String, u64)> = drift
        .operations
        .iter()
        .flat_map(|one| &one.drifted)
        .map(|one| (one.kind.clone(), one.place.clone(), one.seen.count))
        .collect();
    let expected = [
        ("query", "cursor", 10),
        ("response-field", "/items/*/customer/mail", 20),
        ("response-field", "/items/*/discount", 20),
        ("status", "409", 10),
        ("request-type", "/total", 10),
        ("request-field", "/voucher", 10),
    ];
    for (kind, place, count) in expected {
        assert!(told.contains(&(kind.into(), place.into(), count)), "{kind} {place}: {told:?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:?}");
    let kept = player.watch.changed();
    for secret in ["Ada Secret", "secret.example", "SECRET-1", "9.50"] {
        assert!(!serde_json::to_string(&drift).unwrap().contains(secret), "{secret}");
        assert!(!kept.iter().any(|(_, text)| text.contains(secret)), "{secret}");
    }
    // What was kept is known again.
    let mut again = Player::new();
    kept.iter().for_each(|(key, text)| again.watch.restore(key, text));
    assert_eq!(again.drift(), drift);
}

#[test]
fn a_contract_with_what_was_seen_has_no_drift_and_only_adds() {
    let mut player = Player::new();
    for n in 0..10 {
        let order = json!({ "id": n, "discount": null, "lines": [{ "sku": "A" }] });
        player.known(
            "GET",
            "listOrders",
            200,
            Some(observed(&["cursor"], None, Some(json!({ "items": [order] })))),
        );
        player.known(
            "POST",
            "createOrder",
            409,
            Some(observed(
                &[],
                Some(json!({ "total": "9.50", "voucher": "x" })),
                Some(json!({ "why": "twice" })),
            )),
        );
        player.unknown("GET", &format!("/shop/orders/{n}/dump"));
        player.unknown("DELETE", &format!("/shop/orders/{n}"));
    }
    let drift = player.drift();
    let contract = Contract::parse(CONTRACT, "shop.yaml").unwrap();
    let proposal = propose(CONTRACT, &contract, &drift).unwrap();
    assert_eq!(proposal.left_out, Vec::<String>::new());
    let text = proposal.contract.to_string();
    let better = Contract::parse(&text, "shop.json").unwrap();
    let conformance = Conformance::new(&better.document(""));
    let seen = player.watch.seen("default", "api/shop");
    let rest = Rest { now: player.clock, zombie_after: FORTNIGHT, had: None };
    let after = report(seen.as_ref(), Some((&better, &conformance)), "/shop", rest);
    assert!(after.shadow.is_empty(), "{:?}", after.shadow);
    let left: Vec<_> = after.operations.iter().flat_map(|one| &one.drifted).collect();
    assert!(left.is_empty(), "{left:?}\n{text}");
    // The path that is there gets the method, and calls its parameter as it did.
    assert!(proposal.contract["paths"]["/orders/{id}"]["delete"].is_object());
    assert_eq!(proposal.contract["paths"]["/orders/{id}"]["delete"]["parameters"][0]["name"], "id");
    assert!(proposal.patch["paths"]["/orders/{orderId}/dump"]["get"].is_object());
    assert_eq!(
        proposal.contract["components"]["schemas"]["Order"]["properties"]["discount"],
        json!({ "type": ["null"] })
    );
}

#[test]
fn a_service_without_a_contract_gets_a_draft() {
    let mut player = Player::new();
    for n in 0..20 {
        let mut event = player.event("POST", "", &format!("/legacy/users/{n}/notes"));
        event.status = 201;
        event.observed = Some(Box::new(Observed {
            path: format!("/legacy/users/{n}/notes").into(),
            query: vec!["dry".into()],
            request: Some(ObservedPart { body: br#"{"text":"hi","at":"2026-01-01T00:00:00Z"}"#.to_vec() }),
            response: Some(ObservedPart { body: br#"{"id":1}"#.to_vec() }),
        }));
        player.play(event);
    }
    player.drift();
    let seen = player.watch.seen("default", "api/shop").unwrap();
    let draft = draft(&seen, "legacy", "/").unwrap();
    let operation = &draft["paths"]["/legacy/users/{userId}/notes"]["post"];
    assert_eq!(operation["operationId"], "postLegacyUsersByUserIdNotes");
    assert_eq!(
        operation["parameters"][0],
        json!({ "name": "userId", "in": "path", "required": true, "schema": { "type": "integer" } })
    );
    assert_eq!(operation["parameters"][1]["name"], "dry");
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(schema["properties"]["at"], json!({ "type": "string", "format": "date-time" }));
    assert_eq!(schema["required"], json!(["at", "text"]));
    assert!(
        operation["responses"]["201"]["content"]["application/json"]["schema"]["properties"]["id"]
            .is_object()
    );
    Contract::parse(&draft.to_string(), "draft.json").unwrap();
}

#[test]
fn whatever_comes_memory_is_bounded_and_it_is_told() {
    let mut player = Player::new();
    for n in 0..30_000_usize {
        let word: String = (0..9)
            .map(|at| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> (at * 3)) as u8 % 26))
            .collect();
        player.unknown("GET", &format!("/shop/{word}/{}/{word}", word.chars().rev().collect::<String>()));
    }
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let wide: Value = (0..5_000)
        .map(|n| (format!("k{}", "x".repeat(n % 60)) + &"y".repeat(n / 100), json!(n)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    for body in [deep.into_bytes(), wide.to_string().into_bytes(), b"\xff\xfe{".to_vec()] {
        let part = ObservedPart { body };
        player.known(
            "POST",
            "createOrder",
            201,
            Some(Observed { request: Some(part), ..Observed::default() }),
        );
    }
    let drift = player.drift();
    assert!(drift.full);
    let kept: usize = player.watch.changed().iter().map(|(_, text)| text.len()).sum();
    assert!(kept < 4 << 20, "{kept} bytes");
}
