//! Where clients send people: on to the portal's page, which asks them. Whether it is all as it should be is looked at there, so that what
//! is wrong is told to the person on a page and to nobody else.

use axum::{
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;

use super::discovery::workspace;
use crate::{problem::Refusal, state::App};

/// The longest query that is passed on, bytes.
const LONGEST: usize = 16 << 10;

pub(super) async fn authorize(
    State(app): State<App>,
    Path(ws): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let ws = workspace(&ws)?;
    app.control.oauth_issuer(&ws)?;
    let query = match *request.method() {
        Method::POST => {
            let body = axum::body::to_bytes(request.into_body(), LONGEST).await;
            let body = body.map_err(|_| too_long())?;
            String::from_utf8(body.into()).map_err(|_| too_long())?
        }
        _ => request.uri().query().unwrap_or_default().to_owned(),
    };
    if query.len() > LONGEST {
        return Err(too_long());
    }
    if !query.is_ascii() {
        return Err(too_long());
    }
    // Packed, so that no router of pages reads something of its own into it.
    let portal = if ws.is_default_workspace() { "/portal".to_owned() } else { format!("/portal/at/{ws}") };
    let place = format!("{portal}/authorize?request=q.{}", URL_SAFE_NO_PAD.encode(&query));
    Ok(Redirect::to(&place).into_response())
}

fn too_long() -> Refusal {
    Refusal::new(policy::problems::BAD_REQUEST, "what the app asks for is longer than 16 KiB, or is no query")
}
