//! Members as a directory keeps them: SCIM 2.0 (RFC 7643, 7644) below `/scim/v2`, by a service token for one workspace.
//!
//! Users are the members of the token's workspace, groups the roles there are. The answers are those of the standard, also those that refuse.

mod filter;
mod groups;
mod patch;
mod resources;
mod users;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use control::{Actor, Area, Authority, Error, Permission, Reach, Through};
use http::{HeaderValue, StatusCode, header, request::Parts};
use model::Name;
use serde_json::{Map, Value, json};
use store::Origin;
use tracing::Instrument;

use crate::{
    guard::{ClientAddress, DEADLINE, Load},
    state::App,
};

/// The largest body, bytes.
const LARGEST: usize = 1 << 20;
/// Resources of one answer at most.
const MOST: usize = 200;
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/scim+json");

pub(crate) fn router(app: &App) -> Router<App> {
    Router::new()
        .route("/scim/v2/ServiceProviderConfig", get(resources::configuration))
        .route("/scim/v2/ResourceTypes", get(resources::types))
        .route("/scim/v2/ResourceTypes/{name}", get(resources::one_type))
        .route("/scim/v2/Schemas", get(resources::schemas))
        .route("/scim/v2/Schemas/{id}", get(resources::schema))
        .route("/scim/v2/Users", get(users::list).post(users::create))
        .route(
            "/scim/v2/Users/{id}",
            get(users::read).put(users::replace).patch(users::change).delete(users::remove),
        )
        .route("/scim/v2/Groups", get(groups::list).post(groups::create))
        .route(
            "/scim/v2/Groups/{id}",
            get(groups::read).put(groups::replace).patch(groups::change).delete(groups::remove),
        )
        .route("/scim/v2", axum::routing::any(nothing))
        .route("/scim/v2/{*path}", axum::routing::any(nothing))
        .method_not_allowed_fallback(|| async { Refused::new(405, None, "the endpoint has no such method") })
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(app.clone(), bounded))
}

async fn nothing() -> Refused {
    Refused::new(404, None, "the service has no such endpoint")
}

/// A refusal (RFC 7644 §3.12).
#[derive(Debug)]
struct Refused {
    status: u16,
    kind: Option<&'static str>,
    detail: String,
    retry_after: Option<u64>,
}

impl Refused {
    fn new(status: u16, kind: Option<&'static str>, detail: impl Into<String>) -> Refused {
        Refused { status, kind, detail: detail.into(), retry_after: None }
    }

    fn value(detail: impl Into<String>) -> Refused {
        Refused::new(400, Some("invalidValue"), detail)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        let detail = error.to_string();
        match &error {
            Error::Invalid(findings) => {
                let fixed = findings.iter().any(|finding| finding.rule == "mutability");
                let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
                let kind = if fixed { "mutability" } else { "invalidValue" };
                Refused::new(400, Some(kind), said.join("; "))
            }
            Error::Conflict { .. } => Refused::new(409, Some("uniqueness"), detail),
            Error::TooMany { seconds } => {
                Refused { retry_after: Some(*seconds), ..Refused::new(429, None, detail) }
            }
            error => Refused::new(error.problem().status, None, detail),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.to_string(), "detail": self.detail,
        });
        if let Some(kind) = self.kind {
            body["scimType"] = kind.into();
        }
        let mut response = said(StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST), &body);
        if self.status == 401 {
            let challenge = HeaderValue::from_static("Bearer realm=\"scim\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn said(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response()
}

/// What is done at one time is bounded. The work is a task of its own: a client that goes away does not leave it half done.
async fn bounded(State(app): State<App>, request: Request, next: Next) -> Response {
    let Ok(turn) = app.bounds.turn(Load::Light).await else {
        let detail = "too much is asked at one time";
        return Refused { retry_after: Some(1), ..Refused::new(503, None, detail) }.into_response();
    };
    let work = async move {
        let response = next.run(request).await;
        drop(turn);
        response
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(DEADLINE, task).await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => {
            tracing::error!(%failure, "a request of a directory failed");
            Refused::new(500, None, "the cause is in the log").into_response()
        }
        Err(_) => Refused::new(504, None, "it takes too long; look whether it was done").into_response(),
    }
}

/// A directory that shows a service token: what it may, and in which workspace.
struct Directory {
    app: App,
    actor: Actor,
    workspace: Name,
}

impl FromRequestParts<App> for Directory {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Directory, Refused> {
        let unknown = || Refused::new(401, None, "send a service token in `Authorization: Bearer`");
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = sent.and_then(crate::auth::bearer).ok_or_else(unknown)?;
        let found = app.control.token_in_workspace(token).await?;
        let actor = Actor::new("token", Origin::Api).from_address(address);
        let name = found.as_ref().map(|(name, ..)| &**name);
        app.control.saw_token(&actor, Through::Api, name).await;
        let (name, authority, workspace) = found.ok_or_else(unknown)?;
        let workspace = workspace.ok_or_else(|| {
            let detail = "this token is for every workspace; a directory has one for one: `pailou token create … --workspace NAME`";
            Refused::new(403, None, detail)
        })?;
        app.control.check_workspace(&workspace)?;
        let needed = match parts.method.is_safe() {
            true => Permission::read(Area::People),
            false => Permission::write(Area::People),
        };
        if !may(&authority, needed, &workspace) {
            let detail = format!("this needs `{needed}` in workspace `{workspace}`");
            return Err(Refused::new(403, None, detail));
        }
        let actor = Actor::new(name, Origin::Api).with(authority).from_address(address);
        Ok(Directory { app: Arc::clone(app), actor, workspace })
    }
}

fn may(authority: &Authority, permission: Permission, workspace: &Name) -> bool {
    authority.reach(permission, workspace) == Reach::Everything
}

impl Directory {
    /// Where something of it is.
    fn location(&self, kind: &str, id: &str) -> String {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        format!("{}/scim/v2/{kind}/{id}", self.app.base_url())
    }
}

/// A body that is a JSON object.
struct Document(Map<String, Value>);

impl FromRequest<App> for Document {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Document, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|value| value.split(';').next()).map(str::trim);
        let is_json = kind.is_some_and(|kind| {
            kind.eq_ignore_ascii_case("application/scim+json")
                || kind.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            return Err(Refused::new(415, None, "send `Content-Type: application/scim+json`"));
        }
        let arrived =
            tokio::time::timeout(std::time::Duration::from_secs(60), Bytes::from_request(request, app)).await;
        let bytes = arrived.ok().and_then(Result::ok);
        let bytes = bytes.ok_or_else(|| Refused::new(413, None, "the body broke off, or is too large"))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(Document(members)),
            Ok(_) => Err(Refused::new(400, Some("invalidSyntax"), "the body is no JSON object")),
            Err(error) => {
                Err(Refused::new(400, Some("invalidSyntax"), format!("the body is no JSON: {error}")))
            }
        }
    }
}

/// A part of a list (RFC 7644 §3.4.2): `startIndex` counts from 1.
fn page(all: Vec<Value>, start: Option<i64>, count: Option<i64>) -> Value {
    let total = all.len();
    let start = start.unwrap_or(1).max(1);
    let count = count.map_or(100, |count| count.max(0)).min(MOST as i64) as usize;
    let skip = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let part: Vec<Value> = all.into_iter().skip(skip).take(count).collect();
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total, "startIndex": start, "itemsPerPage": part.len(), "Resources": part,
    })
}
