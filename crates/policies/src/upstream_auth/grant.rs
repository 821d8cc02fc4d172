//! A token of an authorization server: by client credentials (RFC 6749 §4.4), or in exchange for the token of each caller (RFC 8693).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use jose::json;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use policy::{OutboundAnswer, OutboundCall, prelude::*};
use serde_json::Value as Json;

use super::tokens::{Given, Issuer, LARGEST, TIMEOUT, Tokens};
use crate::oauth2_introspection::address;

/// As whom a token is asked for, and where.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    /// The token endpoint: `https://idp.example.com/oauth2/token`.
    token_url: String,
    /// As which client the gateway asks.
    client_id: String,
    /// The client's secret, such as `secret://orders-client`.
    client_secret: String,
    /// What the token is to be good for.
    #[serde(default)]
    scopes: Vec<String>,
    /// For whom it is to be, as some servers want to know it (`audience`).
    #[serde(default)]
    audience: Option<String>,
    /// Whether the client's id and secret go in the body, as some servers want them, and not as a name and a password.
    #[serde(default)]
    secret_in_body: bool,
    /// Exchanges the token that the caller came with for one of the same person for this service (RFC 8693), in place of a token of the gateway's own.
    #[serde(default)]
    exchange: Option<Exchange>,
}

/// What is asked for in exchange for the token of a caller.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Exchange {
    /// What kind the caller's token is.
    #[serde(default)]
    subject_token_type: TokenKind,
    /// What kind is wanted; as the server likes, where absent.
    #[serde(default)]
    requested_token_type: Option<TokenKind>,
    /// The address of the service that the token is for, as some servers want to know it (`resource`).
    #[serde(default)]
    resource: Option<String>,
}

/// A kind of token (RFC 8693 §3).
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TokenKind {
    #[default]
    AccessToken,
    IdToken,
    Jwt,
}

impl TokenKind {
    fn urn(self) -> &'static str {
        match self {
            TokenKind::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
            TokenKind::IdToken => "urn:ietf:params:oauth:token-type:id_token",
            TokenKind::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }
}

/// The running form of [`Grant`].
struct Server {
    endpoint: Uri,
    credentials: Option<HeaderValue>,
    form: String,
    exchanges: bool,
}

impl Grant {
    pub(super) fn build(self, cx: &BuildCx<'_>) -> Result<Tokens, Invalid> {
        let endpoint = address(&self.token_url).ok_or_else(|| {
            let message = format!("`{}` is no address: write `https://host/path`", self.token_url);
            Invalid::field("oauth2.token_url", message)
        })?;
        if self.client_id.is_empty() {
            return Err(Invalid::field("oauth2.client_id", "the server must know who asks"));
        }
        let mut form = match self.exchange {
            Some(_) => format!("grant_type={}", encoded("urn:ietf:params:oauth:grant-type:token-exchange")),
            None => "grant_type=client_credentials".to_owned(),
        };
        let mut add = |name: &str, value: &str| form.push_str(&format!("&{name}={}", encoded(value)));
        if !self.scopes.is_empty() {
            add("scope", &self.scopes.join(" "));
        }
        if let Some(audience) = &self.audience {
            add("audience", audience);
        }
        if let Some(Exchange { subject_token_type, requested_token_type, resource }) = &self.exchange {
            add("subject_token_type", subject_token_type.urn());
            if let Some(kind) = requested_token_type {
                add("requested_token_type", kind.urn());
            }
            if let Some(resource) = resource {
                add("resource", resource);
            }
        }
        let credentials = match self.secret_in_body {
            true => {
                add("client_id", &self.client_id);
                add("client_secret", &self.client_secret);
                None
            }
            false => {
                // RFC 6749 §2.3.1: both are encoded as in a form first.
                let pair = format!("{}:{}", encoded(&self.client_id), encoded(&self.client_secret));
                let value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)));
                let mut value = value.expect("Base64 is visible ASCII");
                value.set_sensitive(true);
                Some(value)
            }
        };
        let shown = credentials.as_ref().map(|value| value.as_bytes().to_vec()).unwrap_or_default();
        let of: [&[u8]; 3] = [self.token_url.as_bytes(), form.as_bytes(), &shown];
        let server = Server { endpoint, credentials, form: form.clone(), exchanges: self.exchange.is_some() };
        Ok(Tokens::new(server, &of, cx))
    }
}

impl Issuer for Server {
    fn exchanges(&self) -> bool {
        self.exchanges
    }

    fn question(&self, subject: Option<&str>) -> Result<OutboundCall, String> {
        let mut form = self.form.clone();
        if let Some(token) = subject {
            form.push_str(&format!("&subject_token={}", encoded(token)));
        }
        Ok(post(self.endpoint.clone(), form, self.credentials.as_ref()))
    }

    fn given(&self, answer: &OutboundAnswer, exchanged: bool, _: u64) -> Result<Given, String> {
        let error = error(answer);
        // What RFC 8693 §2.2.2 says of a token that is not accepted.
        let refuses = ["invalid_request", "invalid_grant", "invalid_target"].contains(&&*error);
        if answer.status != StatusCode::OK && exchanged && refuses {
            return Ok(Given::Nothing);
        }
        access_token(answer, exchanged)
    }
}

/// A form for a token endpoint.
pub(super) fn post(uri: Uri, form: String, credentials: Option<&HeaderValue>) -> OutboundCall {
    let mut headers = Headers::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    if let Some(credentials) = credentials {
        headers.insert(AUTHORIZATION, credentials.clone());
    }
    OutboundCall { method: Method::POST, uri, headers, body: Bytes::from(form), timeout: TIMEOUT, bound: LARGEST }
}

/// What an answer says in `error`.
fn error(answer: &OutboundAnswer) -> String {
    let said = json::value(&answer.body);
    let error = said.as_ref().and_then(|said| said.get("error")?.as_str()).unwrap_or_default();
    error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect()
}

/// Reads an answer of a token endpoint (RFC 6749 §5.1).
///
/// # Errors
/// Why there is no token in it.
pub(super) fn access_token(answer: &OutboundAnswer, exchanged: bool) -> Result<Given, String> {
    if answer.status != StatusCode::OK {
        return Err(format!("the token endpoint answers {} {}", answer.status, error(answer)));
    }
    let said = json::value(&answer.body);
    let text = |name: &str| said.as_ref().and_then(|said| said.get(name)?.as_str());
    if text("token_type").is_some_and(|kind| !is_shown(kind, exchanged)) {
        return Err("the token endpoint gives a token that is no bearer token".to_owned());
    }
    // Some write the number as a text.
    let number = |value: &Json| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let lasts = said.as_ref().and_then(|said| said.get("expires_in").and_then(number));
    let text = text("access_token").unwrap_or_default().to_owned();
    Ok(Given::Token { text, lasts: lasts.map(|seconds| seconds.saturating_mul(1000)) })
}

/// Whether a token of this type is shown as bearers do: one that was exchanged may be none to the server (RFC 8693 §2.2.1).
fn is_shown(kind: &str, exchanged: bool) -> bool {
    kind.eq_ignore_ascii_case("bearer") || exchanged && kind.eq_ignore_ascii_case("n_a")
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
