//! Everything that is served on the admin address.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use http::header;
use policy::problems;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    console,
    endpoint::Table,
    guard,
    guard::WorthCompressing,
    health, oauth, pages, portal,
    problem::Refusal,
    scim,
    state::{AdminState, App, Shared},
};

/// Everything that is served on the admin address: both APIs with their OpenAPI documents, the pages, and the probes.
pub fn router(state: AdminState) -> Router {
    let app = Arc::new(Shared::new(state));
    Router::new()
        .merge(api(console::table(), &app))
        .merge(api(portal::table(), &app))
        .merge(oauth::router(&app))
        .merge(scim::router(&app))
        .merge(portal::sandbox::router())
        .merge(portal::programs::router())
        .merge(pages::router(&app))
        .merge(health::router())
        .fallback(|| async { Refusal::not_found("nothing is here") })
        .method_not_allowed_fallback(|| async {
            Refusal::new(problems::METHOD_NOT_ALLOWED, "the `Allow` header lists the methods this path has")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), around))
        .with_state(app)
}

fn api(table: Table, app: &App) -> Router<App> {
    let prefix = table.audience.prefix();
    let document: Arc<str> = table.document().text().into();
    let openapi = get(move || {
        let document = Arc::clone(&document);
        async move { ([(header::CONTENT_TYPE, "application/json")], document.to_string()) }
    });
    table
        .router(app)
        .route(&format!("{prefix}/openapi.json"), openapi)
        // Without these, paths below `/portal` would be taken for pages.
        .route(prefix, any(no_endpoint))
        .route(&format!("{prefix}/{{*path}}"), any(no_endpoint))
        .layer(CompressionLayer::new().compress_when(WorthCompressing))
}

async fn no_endpoint() -> Refusal {
    Refusal::not_found("the API has no endpoint at this path; `openapi.json` lists those it has")
}

/// What holds for every request.
async fn around(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let span = tracing::debug_span!("admin", request = %id);
    let mut response = if app.hosts.answers(request.headers()) {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = next.run(request).instrument(span.clone()).await;
        span.in_scope(|| tracing::debug!(%method, path, status = response.status().as_u16(), "answered"));
        response
    } else {
        let detail =
            "this server does not answer to that host name: use the one it was set up with, or its address";
        Refusal::new(problems::FORBIDDEN, detail).into_response()
    };
    guard::finish(&mut response, &id, app.https());
    response
}
