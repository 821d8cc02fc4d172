//! What programs find without anybody's help: the catalogue of public APIs (RFC 9727), and contracts at addresses of their own.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Router,
    extract::{Path as Segments, State},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderValue, StatusCode, header};
use model::{LifeState, Name};
use serde::Serialize;

use super::apis::{self, PublicApi};
use crate::{
    endpoint::{If, Query, Within},
    guard::Load,
    problem::Refusal,
    state::App,
};

/// APIs that one answer lists; it links to the next.
const MOST: usize = 1000;
/// RFC 9264 §4.2, with the profile of RFC 9727 §4.2.
const LINKSET: &str = r#"application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727""#;

/// Where a part begins.
#[derive(serde::Deserialize, schemars::JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
struct Start {
    /// The id that ended the part before.
    after: Option<String>,
}

/// Sets of links (RFC 9264 §4.2).
#[derive(Serialize)]
struct Linkset {
    linkset: Vec<Context>,
}

/// The links of one thing, by their relations.
#[derive(Serialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Context {
    anchor: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    item: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next: Vec<Link>,
    /// RFC 8631 §4: the contract, and pages for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_desc: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_doc: Vec<Link>,
    /// RFC 5829 §3.4: what comes after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    successor_version: Vec<Link>,
    /// RFC 9745 §3, RFC 8594 §6: what is said of its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deprecation: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sunset: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    href: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

impl Link {
    fn to(href: String) -> Link {
        Link { href, media_type: None, title: None }
    }
}

/// The catalogue of `default` where programs look for it, those of other workspaces beside their portals, and contracts.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/.well-known/api-catalog", get(of_default))
        .route("/portal/at/{workspace}/api-catalog", get(of_workspace))
        .route("/contracts/{workspace}/{api}", get(contract))
}

async fn of_default(State(app): State<App>, start: Query<Start>, condition: If) -> Result<Response, Refusal> {
    catalogue(&Within::of(&app, Name::default_workspace())?, start, &condition).await
}

async fn of_workspace(
    State(app): State<App>,
    Segments(workspace): Segments<String>,
    start: Query<Start>,
    condition: If,
) -> Result<Response, Refusal> {
    catalogue(&within(&app, &workspace)?, start, &condition).await
}

async fn contract(
    State(app): State<App>,
    Segments((workspace, id)): Segments<(String, String)>,
    condition: If,
) -> Result<Response, Refusal> {
    let app = within(&app, &workspace)?;
    let _turn = app.bounds.turn(Load::Light).await?;
    let summary = PublicApi::find(&app, &id)?.contract;
    let summary = summary.ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no contract")))?;
    let mut response = match condition.has(&summary.hash) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => app.control.contract_text(&app.workspace, &id).await?.to_string().into_response(),
    };
    open(&mut response, summary.media_type, &summary.hash);
    Ok(response)
}

async fn catalogue(app: &Within, Query(start): Query<Start>, condition: &If) -> Result<Response, Refusal> {
    let _turn = app.bounds.turn(Load::Light).await?;
    let here = address(app);
    let mut rest = PublicApi::all(app)
        .skip_while(|api| start.after.as_ref().is_some_and(|after| api.id.as_str() <= after.as_str()))
        .peekable();
    let mut all = Context { anchor: here.clone(), ..Context::default() };
    let mut each = Vec::new();
    let mut last = None;
    for api in rest.by_ref().take(MOST) {
        let links = links_of(app, &api);
        all.item.push(Link { title: Some(apis::title(&api)), ..Link::to(links.anchor.clone()) });
        each.push(links);
        last = Some(api.id);
    }
    if let (Some(last), Some(_)) = (last, rest.peek()) {
        all.next.push(Link::to(format!("{here}?after={last}")));
    }
    let linkset = [all].into_iter().chain(each).collect();
    let body = serde_json::to_vec(&Linkset { linkset }).map_err(|error| Refusal::internal(&error))?;
    let etag = BASE64_URL_SAFE_NO_PAD.encode(&digest(&SHA256, &body).as_ref()[..18]);
    let mut response = match condition.has(&etag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body.into_response(),
    };
    // RFC 9727 §2: an answer to HEAD says so in a link.
    if let Ok(link) = HeaderValue::try_from(format!("<{here}>; rel=\"api-catalog\"")) {
        response.headers_mut().insert(header::LINK, link);
    }
    open(&mut response, LINKSET, &etag);
    Ok(response)
}

/// What there is to follow from an API.
fn links_of(app: &Within, api: &PublicApi) -> Context {
    let id = &api.id;
    let description = api.contract.as_ref().map(|contract| Link {
        media_type: Some(contract.media_type),
        ..Link::to(format!("{}/contracts/{}/{id}", app.base_url(), app.workspace))
    });
    let pages = Link { media_type: Some("text/html"), ..Link::to(format!("{}/apis/{id}", app.portal_url())) };
    let anchor = apis::base_url(app, api);
    let mut links = Context {
        service_desc: description.into_iter().collect(),
        service_doc: vec![pages],
        ..Context::default()
    };
    let life = api.api.lifecycle.as_deref();
    if let Some(life) = life.filter(|life| matches!(life.state, LifeState::Deprecated | LifeState::Retired)) {
        // A path is one of the host that the API answers at.
        let whole = |to: &String| url::Url::parse(&anchor).ok().and_then(|base| base.join(to).ok());
        links.successor_version.extend(life.successor.as_ref().and_then(whole).map(|to| Link::to(to.into())));
        links.deprecation.extend(life.docs.as_ref().and_then(whole).map(|to| Link::to(to.into())));
        if life.sunset_at.is_some() {
            links.sunset.extend(life.docs.as_ref().and_then(whole).map(|to| Link::to(to.into())));
        }
    }
    Context { anchor, ..links }
}

fn address(app: &Within) -> String {
    match app.workspace.is_default_workspace() {
        true => format!("{}/.well-known/api-catalog", app.base_url()),
        false => format!("{}/api-catalog", app.portal_url()),
    }
}

fn within(app: &App, workspace: &str) -> Result<Within, Refusal> {
    let none = || Refusal::not_found("there is no such workspace or API");
    Within::of(app, workspace.parse().map_err(|_| none())?).map_err(|_| none())
}

/// What is public is for pages of any site, too; it is asked for again, and told by its tag whether it changed.
fn open(response: &mut Response, media_type: &'static str, etag: &str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, link"));
    headers.extend(HeaderValue::try_from(format!("\"{etag}\"")).ok().map(|etag| (header::ETAG, etag)));
}
