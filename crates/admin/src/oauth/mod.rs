//! The built-in authorization server over HTTP: below `/oauth/WORKSPACE` on the portal's address, where the people are who agree.
//!
//! Its endpoints speak forms and errors as the standards have them, carry no cookies, and may be asked by pages of any site; only
//! the page where people agree is of the portal.

mod asked;
mod discovery;
mod protocol;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use control::Denied;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tracing::Instrument;

use crate::{
    guard::{ClientAddress, DEADLINE, Load, too_slow},
    problem::Refusal,
    state::App,
};

/// The largest body, bytes.
const LARGEST: usize = 64 << 10;

pub(crate) fn router(app: &App) -> Router<App> {
    // Apps in browsers ask these from pages of their own; none of them looks at cookies.
    let open = Router::new()
        .route(
            "/.well-known/oauth-authorization-server/oauth/{ws}",
            get(discovery::metadata).options(preflight),
        )
        .route(
            "/oauth/{ws}/.well-known/oauth-authorization-server",
            get(discovery::metadata).options(preflight),
        )
        .route("/oauth/{ws}/jwks", get(discovery::keys).options(preflight))
        .route("/oauth/{ws}/token", post(protocol::token).options(preflight))
        .route("/oauth/{ws}/revoke", post(protocol::revoke).options(preflight))
        .route("/oauth/{ws}/par", post(protocol::push).options(preflight))
        .route("/oauth/{ws}/device", post(protocol::device).options(preflight))
        .layer(middleware::from_fn(for_pages));
    let closed = Router::new()
        .route("/oauth/{ws}/introspect", post(protocol::introspect))
        .route("/oauth/{ws}/authorize", get(asked::authorize).post(asked::authorize))
        .route("/oauth/{ws}/register", post(protocol::register))
        .route(
            "/oauth/{ws}/register/{client}",
            get(protocol::registration).put(protocol::change_registration).delete(protocol::unregister),
        );
    open.merge(closed)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(app.clone(), bounded))
}

/// So many requests of one address, and so much at one time. The work is a task of its own: a client that goes away does not leave it half
/// done.
async fn bounded(State(app): State<App>, request: Request, next: Next) -> Response {
    let ClientAddress(address) = ClientAddress::of(request.extensions());
    if let Err(seconds) = app.oauth_calls.take(address) {
        return Denied::TooMany { seconds }.answer(None);
    }
    let turn = match app.bounds.turn(Load::Light).await {
        Ok(turn) => turn,
        Err(refusal) => return refusal.into_response(),
    };
    let work = async move {
        let response = next.run(request).await;
        drop(turn);
        response
    };
    let task = tokio::spawn(work.in_current_span());
    match tokio::time::timeout(DEADLINE, task).await {
        Ok(Ok(response)) => response,
        Ok(Err(failure)) => Refusal::internal(&failure).into_response(),
        Err(_) => too_slow().into_response(),
    }
}

const ANY: HeaderValue = HeaderValue::from_static("*");

/// Lets pages of other sites read the answers (Fetch §3.2): no answer depends on cookies.
async fn for_pages(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    response
}

/// What a page may send (Fetch §3.2.2).
async fn preflight() -> Response {
    let open = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    (StatusCode::NO_CONTENT, open).into_response()
}

/// How something that is not granted is answered.
trait Answered {
    fn answer(self, asked_with: Option<&HeaderMap>) -> Response;
}

impl Answered for Denied {
    /// `asked_with` are the headers of the request, which say how the client tried to prove itself.
    fn answer(self, asked_with: Option<&HeaderMap>) -> Response {
        let failure = match self {
            Denied::TooMany { seconds } => {
                let text = "too many requests or failed attempts; repeat later";
                let body =
                    serde_json::json!({ "error": "temporarily_unavailable", "error_description": text });
                let mut response = json(StatusCode::TOO_MANY_REQUESTS, &body);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return response;
            }
            Denied::Failure(failure) => failure,
        };
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = json(status, &failure.body());
        let challenge = match failure.code {
            authorization::Code::InvalidToken => Some("Bearer realm=\"oauth\", error=\"invalid_token\""),
            // Where the client came with this header it is told so (RFC 6749 §5.2).
            authorization::Code::InvalidClient
                if asked_with.is_some_and(|headers| headers.contains_key(header::AUTHORIZATION)) =>
            {
                Some("Basic realm=\"oauth\", charset=\"UTF-8\"")
            }
            _ => None,
        };
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::PRAGMA, "no-cache")];
    (status, headers, body.to_string()).into_response()
}
