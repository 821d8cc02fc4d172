//! The control plane as its callers meet it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking and says what it skipped"
)]

mod apply;
mod blocks;
mod bundles;
mod decisions;
mod elsewhere;
mod had;
mod idp;
mod notices;
mod people;
mod portal;
mod real;
mod resources;
mod reviews;
mod routes;
mod saml;
mod secrets;
mod security;
mod sso;
mod subscriptions;
mod upstreams;
mod workspaces;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use control::{Actor, Bundle, BundleFile, Control, Options, Origin, PlanOptions};
use jiff::Timestamp;
use model::{Name, Resource, Snapshot};
use serde_json::Value;
use store::{MemoryStore, Store};

/// A control plane in memory with a clock that stands still.
struct Plane {
    control: Control,
    store: Arc<dyn Store>,
    clock: Arc<AtomicI64>,
}

impl Plane {
    async fn new() -> Plane {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let control = open(&store, &clock).await;
        Plane { control, store, clock }
    }

    /// The same store, opened again.
    async fn reopened(&self) -> Control {
        open(&self.store, &self.clock).await
    }

    fn pass_minutes(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.control.snapshots().borrow())
    }

    async fn put(&self, document: Value) -> Result<control::Stored, control::Error> {
        let resource = Resource::from_value(document).unwrap();
        self.control.put(&admin(), &ws(), resource, control::Expect::Any).await
    }
}

async fn open(store: &Arc<dyn Store>, clock: &Arc<AtomicI64>) -> Control {
    open_with(store, clock, Options::default()).await
}

async fn open_with(store: &Arc<dyn Store>, clock: &Arc<AtomicI64>, options: Options) -> Control {
    let clock = Arc::clone(clock);
    let now = move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap();
    let options = Options { clock: Arc::new(now), ..options };
    Control::open(Arc::clone(store), policies::CATALOG, options).await.unwrap()
}

fn ws() -> Name {
    "default".parse().unwrap()
}

fn admin() -> Actor {
    Actor::new("admin", Origin::Api)
}

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let file =
        |(path, text): &(&str, &str)| BundleFile { path: (*path).to_owned(), text: (*text).to_owned() };
    Bundle { files: files.iter().map(file).collect(), agreed: None }
}

const APPLY: PlanOptions = PlanOptions { origin: Origin::Apply, prune: false, fail_on: None };
const PRUNE: PlanOptions = PlanOptions { origin: Origin::Apply, prune: true, fail_on: None };

const CONTRACT: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get: { operationId: listOrders, responses: { '200': { description: ok } } }
    post: { operationId: createOrder, responses: { '201': { description: made } } }
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getOrder, responses: { '200': { description: ok } } }
";

const ORDERS: &str = "kind: api
name: orders
version: v1
contract: ./orders.openapi.yaml
listen: { path: /orders/v1 }
upstream: pool
policies:
  - key-auth: {}
  - rate-limit: { limit: 100, window: 1m, per: consumer }
operations:
  getOrder:
    policies: [ { rate-limit: { limit: 5, window: 1s } } ]
";

const SHOP: &str = "kind: upstream
name: pool
endpoints: [http://127.0.0.1:9001]
---
kind: plan
name: gold
policies: [ { rate-limit: { limit: 1000, window: 1m } } ]
---
kind: plan
name: tin
approval: manual
---
kind: product
name: shop
apis: [orders]
plans: [gold, tin]
---
kind: consumer
name: ada
groups: [staff]
credentials: [ { key: correct-horse-battery } ]
---
kind: app
name: till
title: 'yes: \"quoted\" # and more'
owner: bea@example.com
credentials: [ { key: another-key-of-an-app } ]
---
kind: subscription
name: till-shop
app: till
product: shop
plan: gold
---
kind: route
name: health
match: { path: /health, methods: [GET] }
upstream: pool
---
kind: gateway
name: default
policies: [ { cors: { origins: [\"https://shop.example.com\"] } } ]
";

fn shop() -> Bundle {
    bundle(&[("apis/orders.yaml", ORDERS), ("apis/orders.openapi.yaml", CONTRACT), ("shop.yaml", SHOP)])
}
