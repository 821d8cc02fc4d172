//! Speaking with an authorization server elsewhere: what it says of itself (RFC 8414), registering a client (RFC 7591), and managing it
//! (RFC 7592).

use std::sync::{Arc, PoisonError};

use jose::json;
use model::{AuthorizationServer, Name, scoped};
use serde_json::{Map, Value};
use url::Url;

use crate::{Control, ProviderAnswer, ProviderCall};

/// How old what is known may be before it is asked for again, milliseconds.
const AGE: u64 = 5 * 60_000;
/// How long what is known counts while the server does not answer.
const OUTAGE: u64 = 24 * 60 * 60_000;
/// The largest answer, bytes.
const LARGEST: usize = 128 << 10;
/// Servers remembered at one time.
const MOST: usize = 1000;
/// The longest text of a server that is told, characters.
const LONGEST_SAID: usize = 300;

/// What a server says of itself (RFC 8414 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::oauth) struct Told {
    pub(super) authorization: Option<String>,
    pub(super) token: Option<String>,
    registration: Option<String>,
    /// Nothing where it does not say.
    grants: Option<Vec<String>>,
    methods: Option<Vec<String>>,
}

/// What was known, and when that was, milliseconds since 1970; by the issuer, and whether only the public internet is called for it.
pub(in crate::oauth) type Known = std::collections::HashMap<(String, bool), (Arc<Told>, u64)>;

/// A client as a server answered it (RFC 7591 §3.2.1).
#[derive(Clone)]
pub(super) struct Answered {
    pub(super) id: String,
    pub(super) secret: Option<String>,
    /// Seconds since 1970; 0 never comes.
    pub(super) secret_expires_at: u64,
    /// Where it is managed, and the token for that (RFC 7592 §3).
    pub(super) uri: Option<String>,
    pub(super) token: Option<String>,
    pub(super) redirect_uris: Option<Vec<String>>,
}

/// Why a server did not do what it was asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It refuses, and says why, by the words of the RFC (`invalid_redirect_uri`).
    Refused { status: u16, error: String, description: String },
    /// It cannot be asked, or answers what is no answer; for operators.
    Unclear(String),
}

/// A server with what speaking to it needs.
pub(super) struct Server<'a> {
    pub(super) control: &'a Control,
    pub(super) workspace: &'a Name,
    pub(super) issuer: &'a str,
    /// Where its document says that clients register.
    pub(super) endpoint: Option<&'a str>,
}

impl<'a> Server<'a> {
    pub(super) fn of(
        control: &'a Control,
        workspace: &'a Name,
        server: &'a AuthorizationServer,
    ) -> Server<'a> {
        let endpoint = server.registration.as_ref().and_then(|registration| registration.endpoint.as_deref());
        Server { control, workspace, issuer: &server.issuer, endpoint }
    }

    /// Operators decide where their own machines are called, and a server does not lead to other machines than those its document names.
    pub(super) fn is_own(&self, url: &Url) -> bool {
        let named = [Some(self.issuer), self.endpoint].into_iter().flatten();
        named.filter_map(|text| Url::parse(text).ok()).any(|one| one.host_str() == url.host_str())
    }

    async fn call(
        &self,
        address: &str,
        json: Option<(&'static str, String)>,
        bearer: Option<&str>,
    ) -> Result<ProviderAnswer, Trouble> {
        let client = self.control.inner.options.providers.as_ref();
        let client =
            client.ok_or_else(|| Trouble::Unclear("this process speaks with no servers".to_owned()))?;
        let url = Url::parse(address).map_err(|error| Trouble::Unclear(format!("`{address}`: {error}")))?;
        let public = !(self.workspace.is_default_workspace() && self.is_own(&url));
        let authorization = match bearer {
            Some(bearer) if !bearer.bytes().all(|byte| byte.is_ascii_graphic()) => {
                return Err(Trouble::Unclear("the token for it is none".to_owned()));
            }
            bearer => bearer.map(|bearer| format!("Bearer {bearer}")),
        };
        let call = ProviderCall { url, form: None, json, authorization, public, largest: LARGEST };
        client.call(call).await.map_err(Trouble::Unclear)
    }

    /// What it says of itself. While it does not answer, what it said in the last day.
    pub(super) async fn told(&self) -> Result<Arc<Told>, Trouble> {
        let now = self.control.now();
        let place = (self.issuer.to_owned(), self.workspace.is_default_workspace());
        let known = || self.control.inner.oauth.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().get(&place).cloned();
        if let Some((told, _)) = before.as_ref().filter(|(_, at)| now < at + AGE) {
            return Ok(Arc::clone(told));
        }
        match self.ask().await {
            Ok(fresh) => {
                let fresh = Arc::new(fresh);
                let mut known = known();
                if known.len() >= MOST {
                    known.clear();
                }
                known.insert(place, (Arc::clone(&fresh), now));
                Ok(fresh)
            }
            Err(trouble) => {
                let before = before.filter(|(_, at)| now < at + OUTAGE).map(|(told, _)| told);
                before.ok_or(trouble)
            }
        }
    }

    async fn ask(&self) -> Result<Told, Trouble> {
        let mut last = Trouble::Unclear("it says nothing of itself".to_owned());
        for place in places(self.issuer) {
            let answer = self.call(&place, None, None).await?;
            if answer.status == 200 {
                return Told::read(&answer.body, self.issuer).map_err(Trouble::Unclear);
            }
            last = Trouble::Unclear(format!("{place} answers {}", answer.status));
        }
        Err(last)
    }

    /// Registers a client (RFC 7591 §3.1).
    pub(super) async fn register(
        &self,
        metadata: Map<String, Value>,
        bearer: Option<&str>,
    ) -> Result<Answered, Trouble> {
        let told = self.told().await?;
        let endpoint = self.endpoint.or(told.registration.as_deref()).ok_or_else(|| {
            let why = "it does not say where clients register (`registration_endpoint`); name it in `registration.endpoint`";
            Trouble::Unclear(why.to_owned())
        })?;
        let body = Value::Object(metadata).to_string();
        let answer = self.call(endpoint, Some(("POST", body)), bearer).await?;
        let mut client = self.client_in(&answer, &[201, 200], bearer)?;
        // The token goes where it came from alone.
        let host = |text: &str| Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
        let leads_away = |uri: &String| {
            let secure = uri.starts_with("https://") || !self.issuer.starts_with("https://");
            !secure || (host(uri) != host(endpoint) && host(uri) != host(self.issuer))
        };
        if client.uri.as_ref().is_some_and(leads_away) {
            tracing::warn!(
                issuer = self.issuer,
                "where a client is to be managed is another host than the server's, and not used"
            );
            (client.uri, client.token) = (None, None);
        }
        Ok(client)
    }

    /// Changes what a client says (RFC 7592 §2.2).
    pub(super) async fn change(
        &self,
        uri: &str,
        token: &str,
        metadata: Map<String, Value>,
    ) -> Result<Answered, Trouble> {
        let body = Value::Object(metadata).to_string();
        let answer = self.call(uri, Some(("PUT", body)), Some(token)).await?;
        self.client_in(&answer, &[200], Some(token))
    }

    /// Takes a client away (RFC 7592 §2.3).
    pub(super) async fn delete(&self, uri: &str, token: &str) -> Result<(), Trouble> {
        let answer = self.call(uri, Some(("DELETE", String::new())), Some(token)).await?;
        match answer.status {
            // It is gone either way.
            200..=204 | 404 | 410 => Ok(()),
            _ => Err(refusal(&answer, Some(token))),
        }
    }

    fn client_in(
        &self,
        answer: &ProviderAnswer,
        good: &[u16],
        bearer: Option<&str>,
    ) -> Result<Answered, Trouble> {
        if !good.contains(&answer.status) {
            return Err(refusal(answer, bearer));
        }
        Answered::read(&answer.body).map_err(|why| Trouble::Unclear(format!("{}: {why}", self.issuer)))
    }

    /// What allows registering, where something does.
    pub(super) fn initial_token(&self, server: &AuthorizationServer) -> Result<Option<String>, Trouble> {
        let reference =
            server.registration.as_ref().and_then(|registration| registration.initial_access_token.as_ref());
        let Some(reference) = reference else { return Ok(None) };
        let snapshot = self.control.snapshot();
        let secret = snapshot.secrets.get(&scoped(self.workspace, reference));
        let missing =
            || Trouble::Unclear(format!("{reference} cannot be had; `pailou secret list` says more"));
        Ok(Some(secret.ok_or_else(missing)?.reveal().to_owned()))
    }
}

/// Where a server says what it is: OpenID Connect Discovery 1.0 §4, RFC 8414 §3.1.
fn places(issuer: &str) -> Vec<String> {
    let bare = issuer.trim_end_matches('/');
    let mut places = vec![format!("{bare}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = bare.split_once("://") {
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        places.push(format!("{scheme}://{host}/.well-known/oauth-authorization-server{path}"));
    }
    places
}

impl Told {
    fn read(text: &[u8], issuer: &str) -> Result<Told, String> {
        let said = json::object(text).ok_or("what it says of itself is no JSON object")?;
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        let says = text("issuer").ok_or("it does not say its `issuer`")?;
        if says != issuer {
            return Err(format!("it says that its issuer is `{}`", plain(says, None)));
        }
        let secure = issuer.starts_with("https://");
        let endpoint = |name: &str| {
            let Some(text) = text(name) else { return Ok(None) };
            let begins = text.starts_with("https://") || (!secure && text.starts_with("http://"));
            let fits = begins && text.len() <= 2048 && text.bytes().all(|b| b.is_ascii_graphic());
            fits.then(|| Some(text.to_owned()))
                .ok_or_else(|| format!("its `{name}` is no address, or none with TLS"))
        };
        let words = |name: &str| {
            let all = said.get(name)?.as_array()?;
            Some(all.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
        };
        Ok(Told {
            authorization: endpoint("authorization_endpoint")?,
            token: endpoint("token_endpoint")?,
            registration: endpoint("registration_endpoint")?,
            grants: words("grant_types_supported"),
            methods: words("token_endpoint_auth_methods_supported"),
        })
    }

    /// Whether it gives refresh tokens; the RFC's default has none.
    pub(super) fn refreshes(&self) -> bool {
        self.grants.as_ref().is_some_and(|all| all.iter().any(|one| one == "refresh_token"))
    }

    /// How a client shows its secret, in words of RFC 7591 §2.
    pub(super) fn secret_method(&self) -> &'static str {
        let has = |wanted: &str| self.methods.as_ref().is_some_and(|all| all.iter().any(|one| one == wanted));
        if has("client_secret_post") && !has("client_secret_basic") {
            "client_secret_post"
        } else {
            "client_secret_basic"
        }
    }
}

impl Answered {
    fn read(body: &[u8]) -> Result<Answered, String> {
        let said = json::object(body).ok_or("its answer is no JSON object")?;
        let text = |name: &str, longest: usize| -> Result<Option<String>, String> {
            match said.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(text))
                    if (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) =>
                {
                    Ok(Some(text.clone()))
                }
                Some(_) => Err(format!("its `{name}` is no text that can be used")),
            }
        };
        let uris = match said.get("redirect_uris") {
            Some(Value::Array(all)) if all.len() <= 20 => {
                all.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            }
            _ => None,
        };
        Ok(Answered {
            id: text("client_id", 500)?.ok_or("it gave no `client_id`")?,
            secret: text("client_secret", 4096)?,
            secret_expires_at: said.get("client_secret_expires_at").and_then(Value::as_u64).unwrap_or(0),
            uri: text("registration_client_uri", 2048)?,
            token: text("registration_access_token", 16 << 10)?,
            redirect_uris: uris,
        })
    }
}

/// What a refusal says (RFC 7591 §3.2.2, RFC 6750 §3), without what was shown.
fn refusal(answer: &ProviderAnswer, bearer: Option<&str>) -> Trouble {
    let said = json::object(&answer.body).unwrap_or_default();
    let text = |name: &str| plain(said.get(name).and_then(Value::as_str).unwrap_or_default(), bearer);
    Trouble::Refused { status: answer.status, error: text("error"), description: text("error_description") }
}

fn plain(text: &str, without: Option<&str>) -> String {
    let text = match without.filter(|secret| !secret.is_empty()) {
        Some(secret) => text.replace(secret, "…"),
        None => text.to_owned(),
    };
    text.chars().filter(|c| !c.is_control()).take(LONGEST_SAID).collect()
}

impl Trouble {
    /// As operators read it.
    pub(super) fn told(&self) -> String {
        match self {
            Trouble::Refused { status, error, description } => {
                let said = [error.as_str(), description].into_iter().filter(|text| !text.is_empty());
                let said = said.collect::<Vec<_>>().join(": ");
                if said.is_empty() {
                    format!("it answers {status}")
                } else {
                    format!("it answers {status}: {said}")
                }
            }
            Trouble::Unclear(why) => why.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> ProviderAnswer {
        ProviderAnswer { status, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_server_is_looked_for_where_both_standards_have_it() {
        let expected = [
            "https://a/t/1/.well-known/openid-configuration",
            "https://a/.well-known/oauth-authorization-server/t/1",
        ];
        assert_eq!(places("https://a/t/1"), expected);
        let expected = [
            "https://a/.well-known/openid-configuration",
            "https://a/.well-known/oauth-authorization-server",
        ];
        assert_eq!(places("https://a/"), expected);
    }

    #[test]
    fn what_a_server_says_is_taken_where_it_is_about_itself_and_safe() {
        let told = Told::read(
            br#"{ "issuer": "https://a", "token_endpoint": "https://a/t", "grant_types_supported": ["refresh_token"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"] }"#,
            "https://a",
        )
        .unwrap();
        assert!(
            told.refreshes() && told.secret_method() == "client_secret_post" && told.registration.is_none()
        );
        for (text, why) in [
            ("[]", "no JSON object"),
            ("{}", "does not say its `issuer`"),
            (r#"{ "issuer": "https://b" }"#, "its issuer is `https://b`"),
            (
                r#"{ "issuer": "https://a", "registration_endpoint": "http://a/r" }"#,
                "`registration_endpoint`",
            ),
        ] {
            let said = Told::read(text.as_bytes(), "https://a").unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        assert_eq!(Told::default().secret_method(), "client_secret_basic");
    }

    #[test]
    fn an_answer_that_names_no_client_or_nonsense_is_none() {
        for (body, why) in [
            ("", "no JSON object"),
            ("{}", "no `client_id`"),
            (r#"{ "client_id": 7 }"#, "`client_id`"),
            (r#"{ "client_id": "a\nb" }"#, "`client_id`"),
            (r#"{ "client_id": "a", "client_secret": [] }"#, "`client_secret`"),
        ] {
            let said = Answered::read(body.as_bytes()).err().unwrap();
            assert!(said.contains(why), "{body}: {said}");
        }
        let good =
            Answered::read(br#"{ "client_id": "a", "client_secret": "s", "redirect_uris": ["https://a/"] }"#)
                .unwrap();
        assert_eq!((good.id.as_str(), good.secret.as_deref(), good.uri), ("a", Some("s"), None));
    }

    #[test]
    fn a_refusal_tells_what_the_server_said_and_nothing_that_was_shown() {
        let body = r#"{ "error": "invalid_token", "error_description": "planted-token\u0007 is not known" }"#;
        let said = refusal(&answer(401, body), Some("planted-token")).told();
        assert_eq!(said, "it answers 401: invalid_token: … is not known");
        assert_eq!(refusal(&answer(500, "<html>"), None).told(), "it answers 500");
        let long = format!(r#"{{ "error": "{}" }}"#, "x".repeat(5000));
        assert!(refusal(&answer(400, &long), None).told().len() < 400);
    }
}
