//! Sandboxes: the public APIs answered by mocks of their contracts, for apps that may not call the real ones yet.
//!
//! What an app creates is its own: no other app sees it, and it is gone when the app says so, when the contract changes, or when nobody has used
//! it for long. No call leaves this process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path as Segments, Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use model::{Name, snapshot::ContractDocument};
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    apis::{self, PublicApi},
    try_it::{Tried, call_of},
};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, NoContent, Path, Within},
    guard::{ClientAddress, Load},
    mocking::{MockAnswer, Mocked},
    problem::Refusal,
    state::App,
};

/// Sandboxes that are kept, each of one app and one API; the one used longest ago goes first.
const MOST: usize = 128;
/// Contracts that are kept for them.
const MOST_CONTRACTS: usize = 16;
/// The largest body, bytes.
const BODY: usize = 1 << 20;
/// The header that carries a key, where the API's policies do not say another.
const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A sandbox of an app.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SandboxView {
    /// The API's id.
    api: String,
    title: String,
    /// Where it answers: scheme, host and base path. Any key of the app is good there, in the header `key_header`.
    base_url: String,
    key_header: String,
}

/// Which sandbox.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SandboxReset")]
pub(crate) struct Which {
    /// Only that of this API.
    #[serde(default)]
    api: Option<String>,
}

/// A call to try in a sandbox.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SandboxAttempt {
    /// The id of a public API.
    api: String,
    method: String,
    /// The path below the API's base path, with its query.
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
}

/// Whose it is: workspace, app and API, and the contract it answers by.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whose {
    workspace: Name,
    app: String,
    api: String,
}

/// The sandboxes; the one used last is the last.
#[derive(Default)]
pub(crate) struct Sandboxes(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    all: Vec<(Whose, Arc<str>, Arc<Mocked>)>,
    contracts: Vec<(Arc<str>, Arc<ContractDocument>)>,
}

impl Sandboxes {
    /// The sandbox of an app for an API, begun where there is none.
    async fn of(&self, app: &Within, whose: Whose) -> Result<Arc<Mocked>, Refusal> {
        let api = PublicApi::find(app, &whose.api)?;
        let hash = api.contract.map(|contract| contract.hash.clone());
        let hash = hash.ok_or_else(|| {
            Refusal::not_found(format!("the API `{}` has no contract to answer by", whose.api))
        })?;
        let known = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let at = kept.all.iter().position(|(known, of, _)| *known == whose && **of == *hash);
            if let Some(at) = at {
                let used = kept.all.remove(at);
                let mocked = Arc::clone(&used.2);
                kept.all.push(used);
                return Ok(mocked);
            }
            kept.contracts.iter().find(|(known, _)| **known == *hash).map(|(_, known)| Arc::clone(known))
        };
        let hash: Arc<str> = hash.into();
        let document = match known {
            Some(known) => known,
            None => {
                let _turn = app.contracts.acquire().await.expect("the semaphore is never closed");
                Arc::new(app.control.contract(&app.workspace, &whose.api).await?.document(&hash))
            }
        };
        let mocked = Arc::new(Mocked::new(app.control.catalogue(), Arc::clone(&document))?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.contracts.retain(|(known, _)| **known != *hash);
        kept.contracts.push((Arc::clone(&hash), document));
        if kept.contracts.len() > MOST_CONTRACTS {
            kept.contracts.remove(0);
        }
        // One of an earlier contract goes.
        kept.all.retain(|(known, ..)| *known != whose);
        kept.all.push((whose, hash, Arc::clone(&mocked)));
        if kept.all.len() > MOST {
            kept.all.remove(0);
        }
        Ok(mocked)
    }

    fn reset(&self, workspace: &Name, app: &str, api: Option<&str>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.all.retain(|(whose, ..)| {
            whose.workspace != *workspace || whose.app != app || api.is_some_and(|api| whose.api != api)
        });
    }
}

pub(crate) async fn list(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<List<SandboxView>>, Refusal> {
    app.control.app_of(&app.workspace, &caller.actor.name, &name)?;
    let mut items = Vec::new();
    for api in PublicApi::all(&app).filter(|api| api.contract.is_some()) {
        items.push(SandboxView {
            title: apis::title(&api),
            base_url: base_url(&app, &api.id),
            key_header: key_header(&app, &api.id)?.to_string(),
            api: api.id,
        });
    }
    Ok(Json(List::whole(items)))
}

pub(crate) async fn reset(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Body(which): Body<Which>,
) -> Result<NoContent, Refusal> {
    app.control.app_of(&app.workspace, &caller.actor.name, &name)?;
    app.sandboxes.reset(&app.workspace, &name, which.api.as_deref());
    Ok(NoContent)
}

pub(crate) async fn attempt(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Body(asked): Body<SandboxAttempt>,
) -> Result<Json<Tried>, Refusal> {
    app.control.app_of(&app.workspace, &caller.actor.name, &name)?;
    let (method, uri, headers, body) = call_of(&asked.method, &asked.path, &asked.headers, asked.body)?;
    let whose = Whose { workspace: app.workspace.clone(), app: name, api: asked.api };
    let mocked = app.sandboxes.of(&app, whose).await?;
    let began = tokio::time::Instant::now();
    let answer = mocked.answer(method, uri, headers, body).await?;
    Ok(Json(Tried::of_mock(answer, began.elapsed())))
}

/// The sandboxes as programs call them: below `/sandbox/WORKSPACE/API` on the portal's address.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/sandbox/{workspace}/{api}", any(called))
        .route("/sandbox/{workspace}/{api}/{*path}", any(called))
}

async fn called(
    State(app): State<App>,
    Segments(segments): Segments<BTreeMap<String, String>>,
    request: Request,
) -> Response {
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = if is_preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        match answered(&app, &segments, request).await {
            Ok(answer) => written(answer),
            Err(refusal) => refusal.into_response(),
        }
    };
    // Pages of any site may call it: no answer depends on cookies.
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if is_preflight {
        let methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
        headers.extend(asked.map(|asked| (header::ACCESS_CONTROL_ALLOW_HEADERS, asked)));
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    response
}

async fn answered(
    app: &App,
    segments: &BTreeMap<String, String>,
    request: Request,
) -> Result<MockAnswer, Refusal> {
    let segment = |name: &str| segments.get(name).map(String::as_str).unwrap_or_default();
    let (workspace, id) = (segment("workspace"), segment("api"));
    let ClientAddress(address) = ClientAddress::of(request.extensions());
    app.sandbox_calls.take(address).map_err(|wait| {
        Refusal::new(problems::RATE_LIMITED, "too many calls of sandboxes from this network address")
            .retry_after(wait)
    })?;
    let _turn = app.bounds.turn(Load::Light).await?;
    let none = || Refusal::not_found("there is no such workspace or API");
    let workspace: Name = workspace.parse().map_err(|_| none())?;
    let within = Within::of(app, workspace).map_err(|_| none())?;
    PublicApi::find(&within, id).map_err(|_| none())?;
    let (parts, body) = request.into_parts();
    let key = key_of(&parts.headers, &key_header(&within, id)?);
    let name = key.and_then(|key| within.control.app_with_key(&within.workspace, &key));
    let name = name.ok_or_else(|| {
        Refusal::unauthenticated(
            "a sandbox wants a key of an app: register one in the portal and give it a key",
        )
    })?;
    let body = axum::body::to_bytes(body, BODY).await;
    let body: Bytes =
        body.map_err(|_| Refusal::new(problems::CONTENT_TOO_LARGE, "the body is longer than 1 MiB"))?;
    let uri = below(&parts.uri, &format!("/sandbox/{}/{id}", within.workspace))?;
    let whose = Whose { workspace: within.workspace.clone(), app: name, api: id.to_owned() };
    let mocked = within.sandboxes.of(&within, whose).await?;
    mocked.answer(parts.method, uri, parts.headers, body).await
}

/// What comes after a base path, as it was written.
fn below(uri: &Uri, base: &str) -> Result<Uri, Refusal> {
    let whole = uri.path_and_query().map_or("/", |whole| whole.as_str());
    // The base may be written otherwise, with `%40` for `@`: it has as many segments however that is.
    let at = whole.match_indices('/').nth(base.matches('/').count()).map_or(whole.len(), |(at, _)| at);
    let rest = &whole[at..];
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    rest.parse().map_err(|_| Refusal::new(problems::BAD_REQUEST, "this is no path"))
}

fn written(answer: MockAnswer) -> Response {
    let mut response = (answer.status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            // A cookie of a mock would be one of this site.
            if name != header::SET_COOKIE {
                headers.append(name, value);
            }
        }
    }
    response
}

/// The key that a request shows: in the API's own header, the usual one, or as a bearer token.
fn key_of(headers: &HeaderMap, own: &HeaderName) -> Option<String> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bearer = || {
        let value = text(&header::AUTHORIZATION)?;
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
    };
    text(own).or_else(|| text(&KEY)).or_else(bearer)
}

fn key_header(app: &Within, id: &str) -> Result<HeaderName, Refusal> {
    let own = apis::auth(app, id)?.into_iter().find_map(|auth| auth.header);
    Ok(own.and_then(|own| HeaderName::try_from(own).ok()).unwrap_or(KEY))
}

fn base_url(app: &Within, id: &str) -> String {
    format!("{}/sandbox/{}/{id}", app.base_url(), app.workspace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_the_base_is_kept_as_it_was_written() {
        let below =
            |uri: &str| below(&uri.parse().unwrap(), "/sandbox/default/orders@v1").unwrap().to_string();
        assert_eq!(below("/sandbox/default/orders%40v1/a%2Fb/c?d=e%20f"), "/a%2Fb/c?d=e%20f");
        assert_eq!(below("/sandbox/default/orders@v1"), "/");
        assert_eq!(below("/sandbox/default/orders@v1?a=b"), "/");
    }
}
