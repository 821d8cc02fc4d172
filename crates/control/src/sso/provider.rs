//! Speaking with a provider: what it says of itself, its keys, and what it gives for a code.

use std::sync::{Arc, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jose::{
    Algorithm, KeySet, Token, json,
    openid::{self, About},
};
use model::{IdentityProvider, Name, scoped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::SessionRow;
use url::{Url, form_urlencoded};

use super::{Known, ProviderAnswer, ProviderCall};
use crate::{Control, Error, began::Began};

/// How old what is known may be before it is asked for again, milliseconds.
pub(super) const AGE: u64 = 5 * 60_000;
/// How long what is known counts while the provider does not answer.
pub(super) const OUTAGE: u64 = 24 * 60 * 60_000;
/// The least time between two questions for the same, whatever comes.
pub(super) const BETWEEN: u64 = 10_000;
/// By how much clocks may differ.
pub(super) const SKEW: u64 = 60_000;
/// The largest answers, bytes.
const LARGEST: usize = 128 << 10;
pub(super) const LARGEST_KEYS: usize = 256 << 10;
/// Providers remembered at one time.
const MOST: usize = 1000;

/// How a provider stands, asked now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderCheck {
    /// Whether people can sign in by it.
    pub ready: bool,
    /// Why they cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Keys that it signs with.
    pub keys: usize,
    /// Whether it says in its answers who it is (RFC 9207).
    pub says_issuer: bool,
    /// Whether it can sign people out here (OpenID Connect Back-Channel Logout 1.0, SAML 2.0 profiles §4.4).
    pub signs_out: bool,
    /// Where it says that somebody signed out; to be registered with it.
    pub backchannel_logout_uris: Vec<String>,
    /// Where it sends browsers back to; to be registered with it.
    pub redirect_uris: Vec<String>,
    /// Where it sends browsers after they signed out; to be registered with it.
    pub post_logout_redirect_uris: Vec<String>,
    /// Of one of SAML: where it reads what it is to know of Pailou.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_uri: Option<String>,
    /// Of one of SAML: where it says that somebody signed out, and sends browsers after they did. Its metadata says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_logout_uri: Option<String>,
}

/// What was given for a code.
pub(super) struct Given {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

/// A provider with what speaking to it needs.
pub(super) struct At<'a> {
    pub(super) control: &'a Control,
    pub(super) provider: &'a IdentityProvider,
    pub(super) workspace: &'a Name,
}

impl At<'_> {
    /// Whether an address is called on the public internet alone: operators decide where their own machines are called, and a provider
    /// does not lead to other machines than its own.
    fn public(&self, url: &Url) -> bool {
        let issuer = match &self.provider.saml {
            Some(saml) => Url::parse(&saml.metadata).ok(),
            None => Url::parse(&self.provider.issuer).ok(),
        };
        let own = issuer.as_ref().and_then(Url::host_str) == url.host_str();
        !(self.workspace.is_default_workspace() && own)
    }

    async fn call(
        &self,
        address: &str,
        form: Option<String>,
        authorization: Option<String>,
        largest: usize,
    ) -> Result<ProviderAnswer, String> {
        let client = self.control.inner.options.providers.as_ref();
        let client = client.ok_or("this process speaks with no providers")?;
        let url = Url::parse(address).map_err(|error| format!("`{address}`: {error}"))?;
        let public = self.public(&url);
        client.call(ProviderCall { url, form, json: None, authorization, public, largest }).await
    }

    pub(super) async fn read(&self, address: &str, largest: usize) -> Result<Vec<u8>, String> {
        let answer = self.call(address, None, None, largest).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(format!("{address} answers {status}")),
        }
    }

    fn known(&self) -> MutexGuard<'_, std::collections::HashMap<(String, bool), Known>> {
        self.control.inner.sso.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> (String, bool) {
        (self.provider.issuer.clone(), self.workspace.is_default_workspace())
    }

    pub(super) fn remembered(&self) -> Known {
        self.known().get(&self.place()).cloned().unwrap_or_default()
    }

    pub(super) fn remember(&self, change: impl FnOnce(&mut Known)) {
        let mut known = self.known();
        if known.len() >= MOST && !known.contains_key(&self.place()) {
            known.clear();
        }
        change(known.entry(self.place()).or_default());
    }

    /// What it says of itself. While it does not answer, what it said in the last day.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub(super) async fn about(&self) -> Result<Arc<About>, String> {
        let now = self.control.now();
        let Known { about, trouble, .. } = self.remembered();
        if let Some((about, _)) = about.as_ref().filter(|(_, at)| now < at + AGE) {
            return Ok(Arc::clone(about));
        }
        let asked = match trouble.filter(|(_, at)| now < at + BETWEEN) {
            Some((trouble, _)) => Err(trouble),
            None => self.ask_about().await,
        };
        match asked {
            Ok(fresh) => {
                let fresh = Arc::new(fresh);
                self.remember(|known| {
                    known.about = Some((Arc::clone(&fresh), now));
                    known.trouble = None;
                });
                Ok(fresh)
            }
            Err(trouble) => {
                self.remember(|known| known.trouble = Some((trouble.clone(), now)));
                let before = about.filter(|(_, at)| now < at + OUTAGE).map(|(about, _)| about);
                before.ok_or(trouble)
            }
        }
    }

    async fn ask_about(&self) -> Result<About, String> {
        let issuer = &self.provider.issuer;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let text = self.read(&place, LARGEST).await?;
        About::read(&text, issuer)
    }

    /// Its keys; those with `kid`, where one is named, asked for anew where it is not among them.
    pub(super) async fn keys(&self, about: &About, kid: Option<&str>) -> Result<Arc<KeySet>, String> {
        let now = self.control.now();
        let known = self.remembered().keys;
        let fits = |keys: &KeySet| kid.is_none_or(|kid| keys.has(kid));
        if let Some((keys, at)) = &known {
            let fresh = if fits(keys) { AGE } else { BETWEEN };
            if now < at + fresh {
                return Ok(Arc::clone(keys));
            }
        }
        let asked = self.read(&about.keys, LARGEST_KEYS).await.and_then(|text| KeySet::read(&text));
        match (asked, known) {
            (Ok(keys), _) => {
                let keys = Arc::new(keys);
                self.remember(|known| known.keys = Some((Arc::clone(&keys), now)));
                Ok(keys)
            }
            (Err(_), Some((keys, at))) if now < at + OUTAGE && fits(&keys) => Ok(keys),
            (Err(trouble), _) => Err(format!("its keys cannot be had: {trouble}")),
        }
    }

    /// Gives a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).
    pub(super) async fn tokens(
        &self,
        about: &About,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Result<Given, String> {
        let endpoint = about.token.as_deref().ok_or("it has no token endpoint")?;
        let (form, authorization) = {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("grant_type", "authorization_code")
                .append_pair("code", code)
                .append_pair("redirect_uri", redirect_uri)
                .append_pair("code_verifier", verifier);
            let authorization = self.client_in(&mut form, about.secret_in_body)?;
            (form.finish(), authorization)
        };
        let answer = self.call(endpoint, Some(form), authorization, LARGEST).await?;
        let said = json::object(&answer.body).unwrap_or_default();
        let text = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
        if answer.status != 200 {
            let error = text("error").unwrap_or_default();
            let error: String = error.chars().filter(char::is_ascii_graphic).take(60).collect();
            return Err(format!("its token endpoint answers {} {error}", answer.status));
        }
        let id_token = text("id_token").ok_or("it gave no ID token; is `openid` among the scopes?")?;
        Ok(Given { id_token, access_token: text("access_token") })
    }

    /// Says which client asks: in the form, or by `Authorization`, which is returned (RFC 6749 §2.3.1).
    fn client_in(
        &self,
        form: &mut form_urlencoded::Serializer<'_, String>,
        in_body: bool,
    ) -> Result<Option<String>, String> {
        let client = &self.provider.client_id;
        match self.secret()? {
            Some(secret) if !in_body => {
                // Both are encoded as in a form before they are joined.
                let encoded =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                Ok(Some(format!(
                    "Basic {}",
                    STANDARD.encode(format!("{}:{}", encoded(client), encoded(&secret)))
                )))
            }
            secret => {
                form.append_pair("client_id", client);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", &secret);
                }
                Ok(None)
            }
        }
    }

    fn secret(&self) -> Result<Option<String>, String> {
        self.provider.client_secret.as_ref().map(|reference| self.revealed(reference)).transpose()
    }

    /// The value of a secret that the provider's document names.
    pub(super) fn revealed(&self, reference: &str) -> Result<String, String> {
        let snapshot = self.control.snapshot();
        let secret = snapshot.secrets.get(&scoped(self.workspace, reference));
        let secret =
            secret.ok_or_else(|| format!("{reference} cannot be had; `pailou secret list` says more"))?;
        Ok(secret.reveal().to_owned())
    }

    /// What an ID token claims, if it is one for us (OpenID Connect Core 1.0 §3.1.3.7).
    pub(super) async fn identity(&self, about: &About, id_token: &str) -> Result<Map<String, Value>, String> {
        let wrong = |why: &str| format!("its ID token is refused: {why}");
        let token = Token::read(id_token, &Algorithm::PUBLIC).map_err(|why| wrong(&why))?;
        let keys = self.keys(about, token.kid()).await?;
        let claims = token.verified(&keys).map_err(|why| wrong(&why))?;
        let rules = openid::id_token_rules(&self.provider.issuer, &self.provider.client_id, SKEW);
        let times = rules.check(&claims).map_err(|why| wrong(&why))?;
        times.hold(self.control.now()).map_err(|why| wrong(&why))?;
        match openid::made_for(&claims, &self.provider.client_id) {
            true => Ok(claims),
            false => Err(wrong("it was made for another client")),
        }
    }

    /// What the provider says of who has an access token (OpenID Connect Core 1.0 §5.3).
    pub(super) async fn userinfo(&self, about: &About, access: &str) -> Result<Map<String, Value>, String> {
        let Some(endpoint) = &about.userinfo else { return Ok(Map::new()) };
        let bearer = access.bytes().all(|byte| byte.is_ascii_graphic()).then(|| format!("Bearer {access}"));
        let bearer = bearer.ok_or("its access token is none")?;
        let answer = self.call(endpoint, None, Some(bearer), LARGEST).await?;
        match (answer.status, json::object(&answer.body)) {
            (200, Some(claims)) => Ok(claims),
            (status, _) => Err(format!("its userinfo endpoint answers {status}, or no JSON object")),
        }
    }
}

impl Control {
    /// Asks a provider how it is, and says what is to be registered with it; `places` are where the pages are, without a slash at the end:
    /// of the console, and of the portal of the workspace.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn check_provider(
        &self,
        workspace: &Name,
        name: &str,
        (console, portal): (&str, &str),
        base: &str,
    ) -> Result<ProviderCheck, Error> {
        let provider = self.identity_provider(workspace, name)?;
        let at = At { control: self, provider: &provider, workspace };
        self.forget_provider(&at);
        if provider.saml.is_some() {
            return Ok(self.check_saml(&at, base).await);
        }
        let asked = async {
            let about = at.about().await?;
            about.authorization.as_ref().ok_or("it has no authorization endpoint")?;
            about.token.as_ref().ok_or("it has no token endpoint")?;
            let keys = at.keys(&about, None).await?;
            at.secret()?;
            Ok::<_, String>((about, keys.count()))
        };
        let asked = asked.await;
        let mut check = ProviderCheck {
            ready: asked.is_ok(),
            trouble: asked.as_ref().err().cloned(),
            keys: asked.as_ref().map_or(0, |(_, keys)| *keys),
            says_issuer: asked.as_ref().is_ok_and(|(about, _)| about.says_issuer),
            signs_out: asked.as_ref().is_ok_and(|(about, _)| about.signs_out),
            backchannel_logout_uris: Vec::new(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            metadata_uri: None,
            single_logout_uri: None,
        };
        let of_portal = format!("{base}/portal/api/v1/sso/{workspace}/{name}");
        for (is_there, api, pages) in [
            (provider.console.is_some(), format!("{base}/api/v1/sso/{name}"), console),
            (provider.portal.is_some(), of_portal, portal),
        ] {
            if is_there {
                check.redirect_uris.push(format!("{api}/callback"));
                check.post_logout_redirect_uris.push(format!("{pages}/sign-in"));
                check.backchannel_logout_uris.push(format!("{api}/backchannel-logout"));
            }
        }
        Ok(check)
    }

    fn forget_provider(&self, at: &At<'_>) {
        at.known().remove(&at.place());
    }
}

impl Control {
    /// Where a browser signs out at the provider by which a session began; nothing where it has no such place, or does not answer.
    pub(crate) async fn sign_out_there(
        &self,
        workspace: &Name,
        row: &SessionRow,
        back: &str,
    ) -> Option<String> {
        let began = Began::of(row);
        let provider = self.identity_provider(workspace, began.provider.as_ref()?.as_str()).ok()?;
        if !provider.sign_out || began.issuer.as_ref() != Some(&provider.issuer) {
            return None;
        }
        let at = At { control: self, provider: &provider, workspace };
        if provider.saml.is_some() {
            return at.saml_sign_out(began.hint.as_deref()?, &row.role).await;
        }
        let about = at.about().await.ok()?;
        let mut location = Url::parse(about.end_session.as_deref()?).ok()?;
        let mut query = location.query_pairs_mut();
        if let Some(hint) = &began.hint {
            query.append_pair("id_token_hint", hint);
        }
        query.append_pair("client_id", &provider.client_id).append_pair("post_logout_redirect_uri", back);
        drop(query);
        Some(location.into())
    }
}
