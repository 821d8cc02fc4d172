//! What clients ask by themselves: tokens and what becomes of them, pushed requests, codes for devices, registrations.

use authorization::{Code, Failure, Form, Registration};
use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use control::{ClientRequest, Denied};
use http::{HeaderMap, StatusCode, header};
use model::Name;

use super::{Answered, json};
use crate::{guard::ClientAddress, state::App};

/// A form with its headers, as clients send it.
pub(super) struct Posted {
    ws: Name,
    headers: HeaderMap,
    request: ClientRequest,
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Posted, Response> {
        let (mut parts, body) = request.into_parts();
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        let refuse = |detail: &str| Denied::from(Failure::new(Code::InvalidRequest, detail)).answer(None);
        let path = Path::<String>::from_request_parts(&mut parts, app).await;
        let ws = path.ok().and_then(|Path(ws)| ws.parse::<Name>().ok());
        let ws = ws.filter(|ws| app.control.oauth_issuer(ws).is_ok());
        let ws = ws
            .ok_or_else(|| crate::problem::Refusal::not_found("no tokens are issued here").into_response())?;
        let media_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = media_type.is_some_and(|text| {
            text.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !is_form {
            return Err(refuse("send the parameters as application/x-www-form-urlencoded"));
        }
        let endpoint = match parts.uri.path().rsplit('/').next() {
            Some("token") => "token",
            Some("revoke") => "revoke",
            Some("introspect") => "introspect",
            Some("par") => "par",
            _ => "device",
        };
        let headers = parts.headers.clone();
        let body = Bytes::from_request(Request::from_parts(parts, body), app).await;
        let body = body.map_err(|_| refuse("the body is larger than 64 KiB, or broke off"))?;
        let text = std::str::from_utf8(&body).map_err(|_| refuse("the body is not text"))?;
        let form = Form::read(text).map_err(|failure| Denied::from(failure).answer(None))?;
        let several = headers.get_all(header::AUTHORIZATION).iter().count() > 1;
        if several {
            return Err(refuse("the request carries several headers Authorization"));
        }
        let text_of = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let proofs: Vec<_> = headers.get_all("dpop").iter().collect();
        let proof = match proofs[..] {
            [] => None,
            [one] => Some(Ok(text_of(one))),
            _ => Some(Err(())),
        };
        let authorization = headers.get(header::AUTHORIZATION).map(text_of);
        let request = ClientRequest { form, authorization, proof, endpoint, address };
        Ok(Posted { ws, headers, request })
    }
}

fn answered(outcome: Result<serde_json::Value, Denied>, headers: &HeaderMap) -> Response {
    match outcome {
        Ok(body) => json(StatusCode::OK, &body),
        Err(denied) => denied.answer(Some(headers)),
    }
}

pub(super) async fn token(State(app): State<App>, posted: Posted) -> Response {
    answered(app.control.oauth_token(&posted.ws, &posted.request).await, &posted.headers)
}

pub(super) async fn introspect(State(app): State<App>, posted: Posted) -> Response {
    answered(app.control.oauth_introspect(&posted.ws, &posted.request).await, &posted.headers)
}

pub(super) async fn revoke(State(app): State<App>, posted: Posted) -> Response {
    match app.control.oauth_revoke(&posted.ws, &posted.request).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(denied) => denied.answer(Some(&posted.headers)),
    }
}

pub(super) async fn push(State(app): State<App>, posted: Posted) -> Response {
    match app.control.oauth_push(&posted.ws, &posted.request).await {
        Ok(body) => json(StatusCode::CREATED, &body),
        Err(denied) => denied.answer(Some(&posted.headers)),
    }
}

pub(super) async fn device(State(app): State<App>, posted: Posted) -> Response {
    answered(app.control.oauth_device(&posted.ws, &posted.request).await, &posted.headers)
}

/// What a client says of itself, and the token it shows.
pub(super) struct Told {
    ws: Name,
    client: String,
    token: Option<String>,
    address: std::net::IpAddr,
    registration: Registration,
}

impl FromRequest<App> for Told {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Told, Response> {
        let refuse =
            |detail: String| Denied::from(Failure::new(Code::InvalidClientMetadata, detail)).answer(None);
        let (mut parts, body) = request.into_parts();
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        let path = axum::extract::RawPathParams::from_request_parts(&mut parts, app).await;
        let path = path.map_err(IntoResponse::into_response)?;
        let of = |name: &str| path.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        let ws =
            of("ws").and_then(|ws| ws.parse::<Name>().ok()).filter(|ws| app.control.oauth_issuer(ws).is_ok());
        let ws = ws
            .ok_or_else(|| crate::problem::Refusal::not_found("no tokens are issued here").into_response())?;
        let client = of("client").unwrap_or_default();
        let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = authorization.and_then(bearer).map(str::to_owned);
        let reads = matches!(parts.method, http::Method::POST | http::Method::PUT);
        let mut registration = Registration::default();
        if reads {
            let body = Bytes::from_request(Request::from_parts(parts, body), app).await;
            let body = body.map_err(|_| refuse("the body is larger than 64 KiB, or broke off".to_owned()))?;
            registration =
                serde_json::from_slice(&body).map_err(|error| refuse(format!("the body: {error}")))?;
        }
        Ok(Told { ws, client, token, address, registration })
    }
}

pub(super) async fn register(State(app): State<App>, told: Told) -> Response {
    let Told { ws, token, address, registration, .. } = told;
    match app.control.oauth_register(&ws, token.as_deref(), address, &registration).await {
        Ok(body) => json(StatusCode::CREATED, &body),
        Err(denied) => denied.answer(None),
    }
}

pub(super) async fn registration(State(app): State<App>, told: Told) -> Response {
    answered(app.control.oauth_registration(&told.ws, &told.client, told.token.as_deref()), &HeaderMap::new())
}

pub(super) async fn change_registration(State(app): State<App>, told: Told) -> Response {
    let Told { ws, client, token, address, registration } = told;
    let changed =
        app.control.oauth_change_registration(&ws, &client, token.as_deref(), address, &registration);
    answered(changed.await, &HeaderMap::new())
}

pub(super) async fn unregister(State(app): State<App>, told: Told) -> Response {
    let Told { ws, client, token, address, .. } = told;
    match app.control.oauth_unregister(&ws, &client, token.as_deref(), address).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(denied) => denied.answer(None),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}
