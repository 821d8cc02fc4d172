//! What the server says of itself: metadata (RFC 8414) and its keys (RFC 7517).

use authorization::{Endpoints, document};
use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use model::Name;
use serde_json::Value;

use super::json;
use crate::{problem::Refusal, state::App};

/// Keys that are to be used are published long before; five minutes let others keep them a while.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub(super) async fn metadata(State(app): State<App>, Path(ws): Path<String>) -> Result<Response, Refusal> {
    let ws = workspace(&ws)?;
    let endpoints = Endpoints { issuer: app.control.oauth_issuer(&ws)? };
    let guide = format!("{}/", app.control.portal_base(&ws));
    Ok(kept(&document(&endpoints, &app.control.oauth_scopes(&ws), &guide)))
}

pub(super) async fn keys(State(app): State<App>, Path(ws): Path<String>) -> Result<Response, Refusal> {
    Ok(kept(&app.control.oauth_keys(&workspace(&ws)?).await?))
}

pub(super) fn workspace(text: &str) -> Result<Name, Refusal> {
    text.parse().map_err(|_| Refusal::not_found("there is no workspace of that name"))
}

fn kept(body: &Value) -> Response {
    let mut response = json(StatusCode::OK, body);
    response.headers_mut().remove(header::PRAGMA);
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response
}
