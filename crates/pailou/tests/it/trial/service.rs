//! A service that keeps its contract, `orders.yaml`, unless a fault is planted. Written by hand: it shares nothing with what tests it.

use axum::{
    Router,
    body::Bytes,
    extract::Request,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "token-of-the-tests";

/// Serves on a free port for as long as the runtime lives; its address.
pub(crate) async fn start(fault: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move |request: Request| answer(fault, request));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

async fn answer(fault: &'static str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let query = head.uri.query().unwrap_or_default().to_owned();
    let path = head.uri.path().to_owned();
    match asked(fault, &head.method, &path, &query, &head.headers, &body) {
        Ok(response) | Err(response) => response,
    }
}

fn problem(fault: &str, status: u16, title: &str) -> Response {
    let body = if fault == "problems are without a title" {
        json!({ "error": title })
    } else {
        json!({ "title": title })
    };
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("content-type", "application/problem+json")], body.to_string()).into_response()
}

fn asked(
    fault: &'static str,
    method: &Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Response> {
    let bad = |title: &str| problem(fault, 400, title);
    let order = json!({ "id": 7, "total": 9.5, "customer": "ada" });
    let id = path.strip_prefix("/orders/").filter(|id| !id.contains('/'));
    if path != "/orders" && id.is_none() {
        return Err(problem(fault, 404, "no such place"));
    }
    let allowed: &[Method] =
        if id.is_some() { &[Method::GET, Method::DELETE] } else { &[Method::GET, Method::POST] };
    if !allowed.contains(method) {
        if fault == "any method is taken" {
            return Ok("fine".into_response());
        }
        let allow = if fault == "nobody says which methods are allowed" { "x-allow" } else { "allow" };
        return Err((StatusCode::METHOD_NOT_ALLOWED, [(allow, "GET")]).into_response());
    }
    let token = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let known = token.as_deref() == Some(&format!("Bearer {TOKEN}"));
    let open = fault == "reading needs no credentials" && *method == Method::GET;
    if !(known || open || fault == "any token will do" && token.is_some()) {
        return Err(problem(fault, 401, "who are you"));
    }
    if let Some(id) = id {
        let number = id.parse::<i64>().ok().filter(|id| *id >= 1);
        if number.is_none() && !(fault == "any number is an id" && id.parse::<i64>().is_ok()) {
            return Err(bad("id"));
        }
        let tenant = headers.get("x-tenant").map(|value| value.to_str().unwrap_or_default());
        let small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        match tenant {
            Some(text) if (2..=8).contains(&text.len()) && small(text) => {}
            Some(text) if fault == "a tenant may be of any length" && small(text) => {}
            None if fault == "no tenant is needed" => {}
            _ => return Err(bad("tenant")),
        }
        if *method == Method::DELETE {
            return Ok(match fault {
                "deleting answers 200" => (StatusCode::OK, "gone").into_response(),
                _ => StatusCode::NO_CONTENT.into_response(),
            });
        }
        return Ok(match fault {
            "an order is without its total" => axum::Json(json!({ "id": 7 })).into_response(),
            "an id is a text" => axum::Json(json!({ "id": "7", "total": 1 })).into_response(),
            "a total is null" => axum::Json(json!({ "id": 7, "total": null })).into_response(),
            "the connection breaks off" => panic!("the connection breaks off"),
            "an order is no JSON" => ([("content-type", "application/json")], "{ order").into_response(),
            _ => axum::Json(order).into_response(),
        });
    }
    if *method == Method::GET {
        return list(fault, query, order);
    }
    create(fault, headers, body, order)
}

fn list(fault: &'static str, query: &str, order: Value) -> Result<Response, Response> {
    let bad = |title: &str| problem(fault, 400, title);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "limit" => {
                let limit = value.parse::<i64>().map_err(|_| bad("limit"))?;
                let fits = (1..=50).contains(&limit)
                    || limit == 0 && fault == "a limit may be nothing"
                    || limit > 50 && fault == "a limit may be too large";
                let fits = fits && !(limit == 50 && fault == "the largest limit is refused");
                fits.then_some(()).ok_or_else(|| bad("limit"))?;
            }
            "state" => {
                let fits = ["open", "closed"].contains(&value) || fault == "any state will do";
                fits.then_some(()).ok_or_else(|| bad("state"))?;
            }
            "since" => {
                let fits = is_day(value) || fault == "any day will do";
                fits.then_some(()).ok_or_else(|| bad("since"))?;
            }
            _ => {}
        }
    }
    let total = match fault {
        "a header is missing" => ("x-other", "1"),
        "a header is no number" => ("x-total", "many"),
        _ => ("x-total", "1"),
    };
    let body = json!([order]).to_string();
    let kind = if fault == "a list is told as text" { "text/html" } else { "application/json" };
    let status = if fault == "an undeclared status" { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, [("content-type", kind), total], body).into_response())
}

/// A day of the calendar, written as RFC 3339 says.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, length: usize| {
        (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().unwrap())
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leaps),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn create(
    fault: &'static str,
    headers: &HeaderMap,
    body: &Bytes,
    order: Value,
) -> Result<Response, Response> {
    let bad = |title: &str| problem(fault, 400, title);
    let crash = || problem(fault, 500, "sorry");
    if body.is_empty() {
        return Err(if fault == "no body crashes" { crash() } else { bad("no body") });
    }
    let is_json = headers.get("content-type").is_some_and(|kind| kind.as_bytes() == b"application/json");
    if !is_json {
        return if fault == "any type of content will do" {
            Ok((StatusCode::CREATED, axum::Json(order)).into_response())
        } else {
            Err(problem(fault, 415, "no JSON"))
        };
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Err(if fault == "what is no JSON crashes" { crash() } else { bad("no JSON") });
    };
    let Some(object) = value.as_object() else { return Err(bad("no object")) };
    let text = |value: &Value, least: usize, most: usize| {
        value.as_str().is_some_and(|text| (least..=most).contains(&text.chars().count()))
    };
    let mut items = None;
    for (name, value) in object {
        let fits = match name.as_str() {
            "customer" => {
                text(value, 2, 10) || fault == "a customer may be of any length" && value.is_string()
            }
            "note" => text(value, 0, 20),
            "priority" => value == "low" || value == "high",
            "items" => {
                items = value.as_array();
                let most = if fault == "one item too many is taken" { 6 } else { 5 };
                items.is_some_and(|items| (1..=most).contains(&items.len()))
            }
            _ => fault == "unknown properties are taken",
        };
        fits.then_some(()).ok_or_else(|| bad(name))?;
    }
    let customer = object.get("customer").and_then(Value::as_str);
    if customer.is_none() && fault != "no customer is needed" || items.is_none() {
        return Err(bad("something is missing"));
    }
    if fault == "letters beyond ASCII crash" && !body.is_ascii()
        || fault == "the longest name crashes" && customer.is_some_and(|name| name.chars().count() == 10)
    {
        return Err(crash());
    }
    if fault == "a note is needed" && !object.contains_key("note") {
        return Err(bad("note"));
    }
    for item in items.into_iter().flatten() {
        let sku = item["sku"].as_str().map(str::as_bytes).unwrap_or_default();
        let sku = sku.len() == 8
            && sku[..3].iter().all(u8::is_ascii_uppercase)
            && sku[3] == b'-'
            && sku[4..].iter().all(u8::is_ascii_digit);
        let most = if fault == "the largest count is refused" { 98 } else { 99 };
        let count = item["count"].as_i64().is_some_and(|count| (1..=most).contains(&count))
            || fault == "a count may be a text" && item["count"].is_string();
        let sku = sku || fault == "any article will do" && item["sku"].is_string();
        (sku && count).then_some(()).ok_or_else(|| bad("item"))?;
    }
    Ok((StatusCode::CREATED, axum::Json(order)).into_response())
}
