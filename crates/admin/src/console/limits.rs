//! Which limits a call would touch, and what is left of them.

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, Method, Uri};
use policy::{LimitsExplained, LimitsQuestion, problems};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    endpoint::{Json, Query, Within},
    problem::Refusal,
};

/// A call, as far as limits depend on it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainQuery {
    /// The API called: `orders@v1`. Either this or `route`.
    #[serde(default)]
    api: Option<String>,
    /// The explicit route called. Either this or `api`.
    #[serde(default)]
    route: Option<String>,
    /// The operation called; limits of operations are left out without it.
    #[serde(default)]
    operation: Option<String>,
    /// The consumer who calls. Either this or `app`; without both an anonymous caller.
    #[serde(default)]
    consumer: Option<String>,
    /// The app that calls.
    #[serde(default)]
    app: Option<String>,
    /// The client's network address, for limits by address.
    #[serde(default)]
    ip: Option<IpAddr>,
    /// The method, for limits that depend on it; by default `GET`.
    #[serde(default)]
    method: Option<String>,
    /// Path and query, for limits that depend on them.
    #[serde(default)]
    target: Option<String>,
    /// Header lines, `name: value`, separated by line breaks, for limits that depend on them.
    #[serde(default)]
    headers: Option<String>,
}

pub(crate) async fn explain(
    app: Within,
    Query(query): Query<ExplainQuery>,
) -> Result<Json<LimitsExplained>, Refusal> {
    let mut asked = question(query).map_err(|why| Refusal::new(problems::BAD_REQUEST, why))?;
    asked.service = app.key(&asked.service);
    asked.caller = asked.caller.map(|caller| app.key(&caller));
    let own = |key: &str| app.own(key).unwrap_or(key).to_owned();
    let explained = app.gateway.explain_limits(&asked);
    let explained = explained.map_err(|why| Refusal::not_found(why.replace(&app.key(""), "")))?;
    let (service, caller) = (own(&explained.service), explained.caller.as_deref().map(own));
    Ok(Json(LimitsExplained { service, caller, ..explained }))
}

fn question(query: ExplainQuery) -> Result<LimitsQuestion, String> {
    let service = match (query.api, query.route) {
        (Some(api), None) => format!("api/{api}"),
        (None, Some(route)) => format!("route/{route}"),
        _ => return Err("say either `api` or `route`".to_owned()),
    };
    let caller = match (query.consumer, query.app) {
        (Some(consumer), None) => Some(format!("consumer/{consumer}")),
        (None, Some(app)) => Some(format!("app/{app}")),
        (None, None) => None,
        _ => return Err("say either `consumer` or `app`".to_owned()),
    };
    let method = query.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
    let target = query.target.as_deref().unwrap_or("/");
    let mut headers = HeaderMap::new();
    for line in query.headers.iter().flat_map(|text| text.lines()).filter(|line| !line.trim().is_empty()) {
        let header = line.split_once(':').and_then(|(name, value)| {
            Some((name.trim().parse::<http::HeaderName>().ok()?, value.trim().parse().ok()?))
        });
        let (name, value) = header.ok_or_else(|| format!("`headers`: `{line}` is not `name: value`"))?;
        headers.append(name, value);
    }
    Ok(LimitsQuestion {
        caller,
        service,
        operation: query.operation,
        client: query.ip.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        method: Method::from_bytes(method.as_bytes()).map_err(|_| format!("`method`: `{method}` is none"))?,
        uri: target.parse::<Uri>().map_err(|_| format!("`target`: `{target}` is no path with a query"))?,
        headers,
    })
}
