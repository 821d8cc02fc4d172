//! The service behind the quickstart's sample API, as `sample/orders.openapi.yaml` describes it. In memory, bounded.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Query, State, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::shutdown::Failure;

/// Where it listens if nobody else does.
const PREFERRED: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9001);
/// Past this the oldest order goes.
const MAX_ORDERS: usize = 1000;

/// The running service.
pub(crate) struct Service {
    addr: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Service {
    pub(crate) async fn start() -> Result<Service, Failure> {
        let listener = match TcpListener::bind(PREFERRED).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind((PREFERRED.ip(), 0))
                .await
                .map_err(|e| Failure::new(format!("the sample service has no port: {e}")))?,
        };
        let addr = listener.local_addr().map_err(|e| Failure::new(e.to_string()))?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let serving =
                axum::serve(listener, router(Orders::with_samples())).with_graceful_shutdown(async {
                    let _ = stopped.await;
                });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the sample service ended");
            }
        });
        Ok(Service { addr, stop, server })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.server.await;
    }
}

fn router(orders: Orders) -> Router {
    Router::new()
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(read).patch(update).delete(remove))
        .route("/orders/{id}/items", get(items))
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .layer(DefaultBodyLimit::max(64 << 10))
        .with_state(Shared(Arc::new(Mutex::new(orders))))
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Orders>>);

impl Shared {
    fn with<T>(&self, change: impl FnOnce(&mut Orders) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Orders {
    by_number: BTreeMap<u64, Order>,
    next: u64,
}

#[derive(Clone, Serialize)]
struct Order {
    id: String,
    customer: String,
    status: Status,
    currency: Currency,
    total: f64,
    items: Vec<Item>,
    note: Option<String>,
    created_at: Timestamp,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Open,
    Paid,
    Shipped,
    Cancelled,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Currency {
    #[default]
    Eur,
    Usd,
    Gbp,
    Cny,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    product: String,
    quantity: u32,
    unit_price: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    customer: String,
    #[serde(default)]
    currency: Currency,
    items: Vec<Item>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderUpdate {
    status: Status,
}

#[derive(Deserialize)]
struct Filter {
    status: Option<Status>,
    customer: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
}

impl Orders {
    fn with_samples() -> Orders {
        let mut orders = Orders { by_number: BTreeMap::new(), next: 1001 };
        let samples = [
            ("ada", "green-tea", 2, 4.5, Status::Shipped),
            ("grace", "teapot", 1, 29.0, Status::Paid),
            ("alan", "oolong", 3, 7.25, Status::Open),
            ("ada", "cup", 4, 6.0, Status::Open),
        ];
        for (customer, product, quantity, unit_price, status) in samples {
            let items = vec![Item { product: product.to_owned(), quantity, unit_price }];
            let order = orders.add(NewOrder {
                customer: customer.to_owned(),
                currency: Currency::Eur,
                items,
                note: None,
            });
            if let Some(order) = number(&order.id).and_then(|number| orders.by_number.get_mut(&number)) {
                order.status = status;
            }
        }
        orders
    }

    fn add(&mut self, new: NewOrder) -> Order {
        let number = self.next;
        self.next += 1;
        // In cents, so that ten times 0.1 is 1.
        let cents: f64 =
            new.items.iter().map(|item| (item.unit_price * 100.0).round() * f64::from(item.quantity)).sum();
        let order = Order {
            id: format!("ord_{number}"),
            customer: new.customer,
            status: Status::Open,
            currency: new.currency,
            total: cents / 100.0,
            items: new.items,
            note: new.note,
            created_at: Timestamp::now(),
        };
        self.by_number.insert(number, order.clone());
        if self.by_number.len() > MAX_ORDERS {
            self.by_number.pop_first();
        }
        order
    }

    fn find(&mut self, id: &str) -> Result<&mut Order, Response> {
        let order = number(id).and_then(|number| self.by_number.get_mut(&number));
        order.ok_or_else(|| {
            problem(StatusCode::NOT_FOUND, "No such order", format!("There is no order `{id}`."))
        })
    }
}

async fn list(State(orders): State<Shared>, Query(filter): Query<Filter>) -> Response {
    let limit = filter.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        return invalid("`limit` is from 1 to 100.");
    }
    let below = filter.after.as_deref().and_then(number).unwrap_or(u64::MAX);
    let (items, more) = orders.with(|orders| {
        let mut found = orders.by_number.range(..below).rev().map(|(_, order)| order).filter(|order| {
            filter.status.is_none_or(|status| order.status == status)
                && filter.customer.as_ref().is_none_or(|customer| order.customer == *customer)
        });
        let items: Vec<Order> = found.by_ref().take(limit).cloned().collect();
        (items, found.next().is_some())
    });
    let next = if more { items.last().map(|order| order.id.clone()) } else { None };
    Json(json!({ "items": items, "next": next })).into_response()
}

async fn create(State(orders): State<Shared>, body: Result<Json<NewOrder>, JsonRejection>) -> Response {
    let new = match body {
        Ok(Json(new)) => new,
        Err(rejection) => return invalid(rejection.body_text()),
    };
    let words = std::iter::once(&new.customer).chain(new.items.iter().map(|item| &item.product));
    let sound = |item: &Item| {
        (1..=1000).contains(&item.quantity)
            && item.unit_price.is_finite()
            && (0.0..1e9).contains(&item.unit_price)
    };
    if !(1..=100).contains(&new.items.len()) || !new.items.iter().all(sound) {
        return invalid(
            "`items` holds 1 to 100 items, each with a quantity from 1 to 1000 and a price of at least 0.",
        );
    }
    if !words.clone().all(|word| (1..=100).contains(&word.chars().count()))
        || new.note.as_ref().is_some_and(|note| note.chars().count() > 500)
    {
        return invalid("`customer` and `product` have 1 to 100 characters, `note` at most 500.");
    }
    let order = orders.with(|orders| orders.add(new));
    (StatusCode::CREATED, [(header::LOCATION, format!("orders/{}", order.id))], Json(order)).into_response()
}

async fn read(State(orders): State<Shared>, Path(id): Path<String>) -> Response {
    orders.with(|orders| {
        orders.find(&id).map_or_else(|refusal| refusal, |order| Json(order.clone()).into_response())
    })
}

async fn items(State(orders): State<Shared>, Path(id): Path<String>) -> Response {
    orders.with(|orders| {
        orders.find(&id).map_or_else(|refusal| refusal, |order| Json(order.items.clone()).into_response())
    })
}

async fn update(
    State(orders): State<Shared>,
    Path(id): Path<String>,
    body: Result<Json<OrderUpdate>, JsonRejection>,
) -> Response {
    let to = match body {
        Ok(Json(update)) => update.status,
        Err(rejection) => return invalid(rejection.body_text()),
    };
    orders.with(|orders| {
        let order = match orders.find(&id) {
            Ok(order) => order,
            Err(refusal) => return refusal,
        };
        use Status::{Cancelled, Open, Paid, Shipped};
        if !matches!((order.status, to), (Open, Paid | Cancelled) | (Paid, Shipped | Cancelled)) {
            return problem(
                StatusCode::CONFLICT,
                "Not from this state",
                "An order goes from open to paid to shipped, or is cancelled before.",
            );
        }
        order.status = to;
        Json(order.clone()).into_response()
    })
}

async fn remove(State(orders): State<Shared>, Path(id): Path<String>) -> Response {
    orders.with(|orders| match orders.find(&id).map(|_| number(&id)) {
        Ok(found) => {
            found.map(|number| orders.by_number.remove(&number));
            StatusCode::NO_CONTENT.into_response()
        }
        Err(refusal) => refusal,
    })
}

fn number(id: &str) -> Option<u64> {
    id.strip_prefix("ord_")?.parse().ok()
}

fn invalid(detail: impl Into<String>) -> Response {
    problem(StatusCode::BAD_REQUEST, "Invalid request", detail)
}

fn problem(status: StatusCode, title: &str, detail: impl Into<String>) -> Response {
    let body =
        json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail.into() });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_exact_to_the_cent_and_the_oldest_order_goes_first() {
        let mut orders = Orders::with_samples();
        let item = Item { product: "tea".into(), quantity: 10, unit_price: 0.1 };
        let new = |item: &Item| NewOrder {
            customer: "ada".into(),
            currency: Currency::Eur,
            items: vec![item.clone()],
            note: None,
        };
        assert_eq!(orders.add(new(&item)).total, 1.0);
        for _ in 0..MAX_ORDERS {
            orders.add(new(&item));
        }
        assert_eq!(orders.by_number.len(), MAX_ORDERS);
        assert!(orders.find("ord_1001").is_err());
    }
}
