//! The console and the portal: built single-page apps, embedded in the binary.

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::{
    auth::{Audience, cookie_of},
    problem::Refusal,
    state::App,
};

/// A file of a built app.
struct Asset {
    bytes: std::borrow::Cow<'static, [u8]>,
    hash: [u8; 32],
}

#[cfg(feature = "ui")]
mod built {
    use rust_embed::RustEmbed;

    #[derive(RustEmbed)]
    #[folder = "../../ui/dist/console"]
    pub(super) struct Console;

    #[derive(RustEmbed)]
    #[folder = "../../ui/dist/portal"]
    pub(super) struct Portal;
}

#[cfg(feature = "ui")]
fn asset(app: Audience, path: &str) -> Option<Asset> {
    let file = match app {
        Audience::Console => built::Console::get(path),
        Audience::Portal => built::Portal::get(path),
    }?;
    Some(Asset { hash: file.metadata.sha256_hash(), bytes: file.data })
}

#[cfg(not(feature = "ui"))]
fn asset(_: Audience, _: &str) -> Option<Asset> {
    None
}

/// The pages below `/console` and `/portal`, and the way to them from `/`.
pub(crate) fn router(app: &App) -> Router<App> {
    let https = app.https();
    let home = move |headers: HeaderMap| async move {
        let signed_in = cookie_of(&headers, Audience::Console, https).is_some();
        Redirect::temporary(if signed_in { "/console/" } else { "/portal/" })
    };
    Router::new().route("/", get(home)).merge(pages(Audience::Console, "/console", "/console/")).merge(pages(
        Audience::Portal,
        "/portal",
        "/portal/",
    ))
}

fn pages(app: Audience, bare: &'static str, base: &'static str) -> Router<App> {
    let serve = move |request: Request| async move { page(app, base, &request) };
    Router::new()
        .route(bare, get(move || async move { Redirect::permanent(base) }))
        .route(base, get(serve))
        .route(&format!("{base}{{*path}}"), get(serve))
}

fn page(app: Audience, base: &str, request: &Request) -> Response {
    let path = request.uri().path().strip_prefix(base).unwrap_or_default();
    if !path.is_empty()
        && let Some(response) = file(app, path, request)
    {
        return response;
    }
    if is_asset(path) {
        return Refusal::not_found("no such file").into_response();
    }
    // Every other path is a page of the app, which knows its own.
    file(app, "index.html", request).unwrap_or_else(not_built)
}

/// Whether a path names a file, rather than a page: the last part has an ending, or it lies where the build puts files.
fn is_asset(path: &str) -> bool {
    path.starts_with("assets/")
        || path
            .rsplit('/')
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .is_some_and(|(_, ending)| media_type(ending).is_some())
}

fn file(app: Audience, path: &str, request: &Request) -> Option<Response> {
    if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let media_type = media_type(path.rsplit_once('.')?.1)?;
    let plain = asset(app, path)?;
    let (encoding, asset) =
        encoded(app, path, request.headers()).map_or((None, plain), |(name, a)| (Some(name), a));

    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // The build puts a hash of the content into the names below `assets/`; everything else is asked for again.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    let etag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&asset.hash[..18]));
    let same = request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    headers.insert(header::ETAG, HeaderValue::try_from(etag).ok()?);
    if same {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if request.method() == Method::HEAD {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(asset.bytes.len()));
        return Some((headers, ()).into_response());
    }
    Some((headers, axum::body::Body::from(asset.bytes)).into_response())
}

/// The smallest form of a file that the client takes.
fn encoded(app: Audience, path: &str, headers: &HeaderMap) -> Option<(&'static str, Asset)> {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|choice| !refused(choice))
        .map(|choice| choice.split(';').next().unwrap_or_default().trim())
        .collect();
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(name, _)| accepted.iter().any(|choice| choice.eq_ignore_ascii_case(name)))
        .find_map(|(name, ending)| Some((name, asset(app, &format!("{path}.{ending}"))?)))
}

/// Whether a choice of `Accept-Encoding` has the weight zero (RFC 9110 §12.5.3).
fn refused(choice: &str) -> bool {
    let weight = choice.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
    weight.and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|weight| weight == 0.0)
}

fn media_type(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

fn not_built() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Pailou</title>\n\
                <h1>The pages are not in this build</h1>\n\
                <p>The gateway and its API work; console and portal were not built.\n\
                <p>With Node installed, run <code>cargo xtask ui</code>, then build again.\n";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_known_ending_is_a_file_and_any_other_a_page() {
        for file in ["assets/index-1a2b.js", "assets/x", "favicon.svg", "deep/logo.png"] {
            assert!(is_asset(file), "{file}");
        }
        for page in ["", "apis", "apis/orders@v1.2", "apis/orders@v1", "problems/not-found"] {
            assert!(!is_asset(page), "{page}");
        }
    }

    #[test]
    fn an_encoding_of_weight_zero_is_refused() {
        assert!(refused("br;q=0") && refused(" gzip; q=0.0"));
        assert!(!refused("br") && !refused("br;q=0.5"));
    }
}
