//! Signing in with a browser, by whichever way: what all of them have in common.

pub(crate) mod cookie;
pub(crate) mod ended;
pub(crate) mod places;
pub(crate) mod session;

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policy::prelude::*;

pub(crate) use model::is_rooted;
pub(crate) use places::base;

/// How long a session lasts where nothing is said of it.
pub(crate) fn session_span() -> Span {
    Span::secs(8 * 3600)
}

/// The claim that says who calls, where nothing is said of it.
pub(crate) fn subject() -> String {
    "sub".to_owned()
}

/// Parameters of a query, or of a form.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn of(req: &Request) -> Query {
        Query::read(req.head.uri.query().unwrap_or_default())
    }

    pub(crate) fn read(text: &str) -> Query {
        let pairs = text.split('&').take(64);
        let read = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs =
            pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (read(name), read(value)));
        Query(pairs.collect())
    }

    /// The only parameter of this name, or none.
    ///
    /// # Errors
    /// That there are several: two readers could take another one each.
    pub(crate) fn one(&self, name: &str) -> Result<Option<String>, ()> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(()),
            (one, _) => Ok(one.map(|(_, value)| value.clone())),
        }
    }
}

/// The fields of a form that a request brings.
///
/// # Errors
/// That it is none, or more than `largest` bytes.
pub(crate) async fn form(req: &mut Request, largest: u64) -> Result<Query, &'static str> {
    let kind = req.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.split(';').next()).map(str::trim);
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Err("it is no form");
    }
    let body = req.body.read(largest).await.map_err(|_| "the form is too large, or broke off")?;
    Ok(Query::read(&String::from_utf8_lossy(&body)))
}

/// An address with a host and nothing that could be taken for another one.
pub(crate) fn address(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let host = uri.authority()?.as_str();
    (matches!(uri.scheme_str(), Some("http" | "https")) && !host.contains('@')).then_some(uri)
}

/// As in a form and in a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Where a browser goes back to: what was wanted, where it is a path of this host, or else the API itself.
pub(crate) fn way_back(wanted: Option<String>, req: &Request) -> String {
    wanted.filter(|back| is_rooted(back)).unwrap_or_else(|| format!("{}/", base(req)))
}

/// Whether a browser asks for something to show, and not a script of a page.
pub(crate) fn wants_a_page(req: &Request) -> bool {
    let headers = &req.head.headers;
    let has = |name: http::HeaderName, text: &str| {
        headers.get(name).is_some_and(|value| value.to_str().unwrap_or_default().contains(text))
    };
    let mode = HeaderName::from_static("sec-fetch-mode");
    let navigates = headers.get(&mode).is_none() || has(mode, "navigate");
    matches!(req.head.method, Method::GET | Method::HEAD) && has(ACCEPT, "text/html") && navigates
}

/// 32 random bytes as text.
pub(crate) fn random() -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("the operating system has random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Sends the browser elsewhere.
pub(crate) fn go(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Reply {
    let mut headers = Headers::new();
    if let Ok(to) = HeaderValue::try_from(to) {
        headers.insert(LOCATION, to);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    Reply::answer(StatusCode::FOUND, headers, Bytes::new())
}

/// That a place is asked by another method.
pub(crate) fn only_by(method: &'static str) -> Problem {
    let problem =
        Problem::new(problems::METHOD_NOT_ALLOWED, format!("signing in and out is done by {method}"));
    problem.with_header(http::header::ALLOW, HeaderValue::from_static(method))
}

/// A page of its own, since nothing else may be there: it says what happened, and leads back in. It holds nothing of the request.
pub(crate) fn signed_out() -> Reply {
    const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <meta name=\"color-scheme\" content=\"light dark\"><title>Signed out</title><h1>You are signed out</h1><p><a href=\"login\">Sign in again</a></p></html>\n";
    let mut headers = Headers::new();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Reply::answer(StatusCode::OK, headers, Bytes::from_static(PAGE.as_bytes()))
}
