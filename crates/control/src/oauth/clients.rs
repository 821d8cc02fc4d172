//! Apps as clients: made, changed, their secrets changed, taken away.

use std::collections::BTreeSet;

use authorization::{is_redirect, is_scope};
use contract::Scheme;
use jose::{KeySet, random_text};
use model::{App, ClientGrant, ClientSecret, Finding, Kind, Name, OAuthClient, Resource, snapshot::Access};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DAY, revoked::Ending};
use crate::{Actor, ContractTexts, Control, Error, change::Draft, intake, key, resources::timestamp};

const MOST_ADDRESSES: usize = 20;
const MOST_SECRETS: usize = 2;
/// What secrets begin with, so that whoever finds one knows what it is.
const PREFIX: &str = "pls_";

/// What a developer says of an app as a client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientForm {
    /// How it may ask for tokens; by default with its own credentials.
    #[serde(default)]
    pub grants: Option<Vec<ClientGrant>>,
    /// Where people may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether it can keep no secret: an app on a device or in a browser.
    #[serde(default)]
    pub public: bool,
    /// Its public keys (RFC 7517), which prove it in place of a secret.
    #[serde(default)]
    pub jwks: Option<Value>,
    /// Whether its tokens are always bound to a key of its own (RFC 9449).
    #[serde(default)]
    pub dpop: bool,
}

/// A client as it was made, or its fresh secret; the secret is shown this once.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedClient {
    pub client_id: String,
    /// A public client, and one that proves itself with keys, has none.
    pub client_secret: Option<String>,
}

impl std::fmt::Debug for IssuedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedClient").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// What is wrong with a client, each with its field.
pub(crate) fn faults(client: &OAuthClient) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let mut wrong = |field: &str, message: String| faults.push((format!("client.{field}"), message));
    let is_id_there = (1..=500).contains(&client.id.len()) && client.id.bytes().all(|b| b.is_ascii_graphic());
    let is_id = (1..=128).contains(&client.id.len())
        && client.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if client.server.is_some() && !is_id_there {
        wrong("id", "an id has 1 to 500 visible ASCII characters".to_owned());
    }
    if client.server.is_none() && !is_id {
        wrong("id", "an id has 1 to 128 letters, digits, `-`, `_` and `.`".to_owned());
    }
    if client.redirect_uris.len() > MOST_ADDRESSES {
        wrong("redirect_uris", format!("at most {MOST_ADDRESSES}"));
    }
    for (at, uri) in client.redirect_uris.iter().enumerate() {
        if let Err(why) = is_redirect(uri) {
            wrong(&format!("redirect_uris[{at}]"), why);
        }
    }
    for (at, scope) in client.scopes.iter().enumerate() {
        if !is_scope(scope) {
            wrong(&format!("scopes[{at}]"), intake::no_scope(scope));
        }
    }
    if client.grants.is_empty() {
        wrong("grants", "name at least one way to ask for tokens".to_owned());
    }
    if client.public && client.grants.contains(&ClientGrant::ClientCredentials) {
        wrong(
            "grants",
            "a public client has no credentials of its own; take `client-credentials` out".to_owned(),
        );
    }
    if client.grants.contains(&ClientGrant::AuthorizationCode) && client.redirect_uris.is_empty() {
        wrong("redirect_uris", "people are sent back to somewhere; name at least one".to_owned());
    }
    if client.public && (client.jwks.is_some() || !client.secrets.is_empty()) {
        wrong("public", "a public client proves nothing: it has neither secrets nor keys".to_owned());
    }
    if let Some(keys) = &client.jwks
        && let Err(why) = KeySet::read(keys.to_string().as_bytes())
    {
        wrong("jwks", why);
    }
    if client.secrets.len() > MOST_SECRETS {
        wrong("secrets", format!("at most {MOST_SECRETS}, so that one takes the other's place"));
    }
    for (at, secret) in client.secrets.iter().enumerate() {
        if secret.secret_hash.is_none() {
            wrong(&format!("secrets[{at}]"), "give the `secret` or its `secret_hash`".to_owned());
        }
        for (field, time) in [("created_at", &secret.created_at), ("expires_at", &secret.expires_at)] {
            if time.as_ref().is_some_and(|time| time.parse::<jiff::Timestamp>().is_err()) {
                wrong(&format!("secrets[{at}].{field}"), "write a time as `2030-01-31T12:00:00Z`".to_owned());
            }
        }
    }
    faults
}

/// Hashes the secrets of a client and forgets them.
pub(crate) fn take_in(client: &mut OAuthClient, findings: &mut Vec<Finding>) {
    for (at, secret) in client.secrets.iter_mut().enumerate() {
        let Some(text) = secret.secret.take() else { continue };
        let mut wrong = |message: &str| {
            let finding = Finding::error("invalid-client", message);
            findings.push(finding.in_field(format!("client.secrets[{at}].secret")));
        };
        if !(16..=256).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            wrong("a secret has 16 to 256 visible ASCII characters");
            continue;
        }
        let hash = intake::key_hash(&text);
        if secret.secret_hash.is_some_and(|told| told != hash) {
            wrong("this is not the secret of the hash beside it; leave the hash out");
        }
        secret.secret_hash = Some(hash);
        secret.hint = Some(key::hint(&text));
    }
}

impl Control {
    /// The app with this client.
    pub(super) fn app_of_client(&self, ws: &Name, id: &str) -> Option<App> {
        let all_spaces = self.state();
        let state = all_spaces.of(ws);
        let found = state.index.named_by(&intake::Claimed::Client(id.into()))?.clone();
        match &**state.index.get(&found)? {
            // Those of servers elsewhere are nothing to the built-in one.
            Resource::App(app) if app.client.as_ref()?.server.is_none() => Some((**app).clone()),
            _ => None,
        }
    }

    /// What an app may ask for.
    pub(super) fn scopes_of_app(&self, ws: &Name, app: &App, client: &OAuthClient) -> Vec<String> {
        let mut scopes: BTreeSet<String> = client.scopes.iter().cloned().collect();
        let snapshot = self.snapshot();
        if let Some(Access::Subscribed(all)) = snapshot
            .callers
            .get(&model::scoped(ws, &format!("app/{}", app.name)))
            .map(|caller| &caller.access)
        {
            for api in all.iter().flat_map(|entitlement| entitlement.apis.iter()) {
                scopes.extend(self.scopes_of_api(ws, api));
            }
        }
        scopes.into_iter().collect()
    }

    /// What an app may ask for, as its authorization server calls it.
    pub fn scopes_there(&self, ws: &Name, app: &Name, client: &OAuthClient) -> Vec<String> {
        let Ok(app) = self.get(ws, Kind::App, app.as_str()) else { return Vec::new() };
        let Resource::App(app) = app.resource else { return Vec::new() };
        let scopes = self.scopes_of_app(ws, &app, client);
        match client.server.as_ref().and_then(|server| self.authorization_server(ws, server.as_str())) {
            Some(server) => scopes.iter().map(|scope| server.scope_there(scope).to_owned()).collect(),
            None => scopes,
        }
    }

    /// The scopes that an API's contract names for tokens.
    pub(super) fn scopes_of_api(&self, ws: &Name, id: &str) -> BTreeSet<String> {
        let all_spaces = self.state();
        let state = all_spaces.of(ws);
        let Some(Resource::Api(api)) = state.index.get(&(Kind::Api, id.into())).map(|resource| &**resource)
        else {
            return BTreeSet::new();
        };
        let Some(summary) = self.summary_of(api) else { return BTreeSet::new() };
        // Of other schemes the list may be names of roles, which say nothing about scopes.
        let is_of_tokens = |scheme: &Scheme| matches!(scheme, Scheme::OAuth2 | Scheme::OpenIdConnect);
        let needs = summary.operations.iter().flat_map(|operation| operation.security.iter().flatten());
        let named = needs.filter(|(scheme, _)| is_of_tokens(scheme)).flat_map(|(_, scopes)| scopes);
        named.filter(|scope| is_scope(scope)).cloned().collect()
    }

    /// Every scope that the contract of a public API names.
    pub fn oauth_scopes(&self, ws: &Name) -> Vec<String> {
        let all = self.portal_apis(ws).into_iter().flat_map(|api| self.scopes_of_api(ws, &api.id));
        all.collect::<BTreeSet<_>>().into_iter().take(1_000).collect()
    }

    /// Makes an app a client, or changes what it says as one. `owner` is the developer who asks; an administrator may have any app.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`]; [`Error::Conflict`] without a master key that keys of tokens are sealed by.
    pub async fn put_client(
        &self,
        actor: &Actor,
        ws: &Name,
        owner: Option<&str>,
        app: &str,
        form: ClientForm,
    ) -> Result<IssuedClient, Error> {
        self.oauth_keys(ws).await?;
        let known = self.client_of_app(ws, owner, app)?;
        if known.as_ref().is_some_and(|client| client.server.is_some()) {
            return self.change_there(actor, ws, (owner, app), Some(form)).await;
        }
        if let Some(server) = self.registration_server(ws).filter(|_| known.is_none()) {
            return self.register_there(actor, ws, (owner, app), &server, form).await;
        }
        let (present, writing) = self.client_app(ws, owner, app).await?;
        let before = present.client.clone();
        let needs_secret = !form.public && form.jwks.is_none();
        let mut client = OAuthClient {
            id: before
                .as_ref()
                .map_or_else(|| random_text(18).replace(['-', '_'], "x"), |client| client.id.clone()),
            server: None,
            secrets: Vec::new(),
            jwks: form.jwks,
            public: form.public,
            redirect_uris: form.redirect_uris,
            grants: form.grants.unwrap_or_else(|| vec![ClientGrant::ClientCredentials]),
            scopes: before.as_ref().map(|client| client.scopes.clone()).unwrap_or_default(),
            dpop: form.dpop,
            registration_hash: before.as_ref().and_then(|client| client.registration_hash),
        };
        let mut secret = None;
        if needs_secret {
            client.secrets = before.as_ref().map(|client| client.secrets.clone()).unwrap_or_default();
            if client.secrets.is_empty() {
                let (text, kept) = self.make_client_secret();
                client.secrets.push(kept);
                secret = Some(text);
            }
        }
        let issued = IssuedClient { client_id: client.id.clone(), client_secret: secret };
        let action = if before.is_some() { "update-client" } else { "create-client" };
        if before.as_ref() != Some(&client) {
            self.put_app(actor, ws, writing, App { client: Some(client), ..present }, action).await?;
        }
        Ok(issued)
    }

    /// Gives a client a fresh secret. With `keep` the one before is good for another day, so that what runs can be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Missing`]; [`Error::Conflict`] of a client that has no secrets.
    pub async fn rotate_client_secret(
        &self,
        actor: &Actor,
        ws: &Name,
        owner: Option<&str>,
        app: &str,
        keep: bool,
    ) -> Result<IssuedClient, Error> {
        if self.client_of_app(ws, owner, app)?.is_some_and(|client| client.server.is_some()) {
            return self.change_there(actor, ws, (owner, app), None).await;
        }
        let (mut present, writing) = self.client_app(ws, owner, app).await?;
        let Some(client) = &mut present.client else { return Err(no_client(app)) };
        if client.public || client.jwks.is_some() {
            let detail = "a public client, and one that proves itself with keys, has no secret".to_owned();
            return Err(Error::Conflict { detail });
        }
        let (text, kept) = self.make_client_secret();
        let last = client.secrets.pop().filter(|_| keep);
        client.secrets = last
            .map(|last| ClientSecret { expires_at: Some(timestamp(self.now() + DAY).to_string()), ..last })
            .into_iter()
            .chain([kept])
            .collect();
        let issued = IssuedClient { client_id: client.id.clone(), client_secret: Some(text) };
        self.put_app(actor, ws, writing, present, "rotate-client-secret").await?;
        Ok(issued)
    }

    /// Takes the client of an app away. Its tokens are good no more before this returns, and what people granted it ends.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Missing`].
    pub async fn remove_client(
        &self,
        actor: &Actor,
        ws: &Name,
        owner: Option<&str>,
        app: &str,
    ) -> Result<(), Error> {
        let (present, writing) = self.client_app(ws, owner, app).await?;
        let Some(client) = &present.client else { return Err(no_client(app)) };
        let client = client.clone();
        self.put_app(actor, ws, writing, App { client: None, ..present }, "delete-client").await?;
        self.forget_client(ws, app, client).await
    }

    /// Ends everything that a client was granted, once it is gone.
    pub(crate) async fn forget_client(&self, ws: &Name, app: &str, client: OAuthClient) -> Result<(), Error> {
        if client.server.is_some() {
            self.forget_registration(ws, app, &client.mark()).await;
            return Ok(());
        }
        let id = client.id;
        let of_client =
            |kind: &str| store::GrantQuery { client: Some(id.clone()), ..store::GrantQuery::of(ws, kind) };
        let ended = ["code", "grant", "request", "device", "user-code", "consent"].map(of_client).to_vec();
        self.forget_client_use(ws, &id).await;
        self.end_tokens(ws, Ending { client: id.clone(), ended, ..Ending::default() }).await
    }

    fn client_of_app(&self, ws: &Name, owner: Option<&str>, app: &str) -> Result<Option<OAuthClient>, Error> {
        self.check_workspace(ws)?;
        match owner {
            Some(email) => Ok(self.app_of(ws, email, app)?.app.client),
            None => match self.get(ws, Kind::App, app)?.resource {
                Resource::App(app) => Ok(app.client),
                _ => Err(Error::Internal),
            },
        }
    }

    pub(super) async fn client_app(
        &self,
        ws: &Name,
        owner: Option<&str>,
        app: &str,
    ) -> Result<(App, tokio::sync::OwnedMutexGuard<crate::control::Writing>), Error> {
        self.check_workspace(ws)?;
        let writing = self.write_lock().await?;
        let present = match owner {
            Some(email) => self.app_of(ws, email, app)?.app,
            None => match self.get(ws, Kind::App, app)?.resource {
                Resource::App(app) => *app,
                _ => return Err(Error::Internal),
            },
        };
        Ok((present, writing))
    }

    pub(super) async fn put_app(
        &self,
        actor: &Actor,
        ws: &Name,
        writing: tokio::sync::OwnedMutexGuard<crate::control::Writing>,
        app: App,
        action: &'static str,
    ) -> Result<(), Error> {
        let draft = Draft::put(app.into(), action, None);
        let ready =
            self.check_drafts(ws, vec![draft], ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await.map(drop)
    }

    pub(super) fn make_client_secret(&self) -> (String, ClientSecret) {
        let text = format!("{PREFIX}{}", random_text(32));
        let kept = ClientSecret {
            secret: None,
            secret_hash: Some(intake::key_hash(&text)),
            hint: Some(text.chars().take(8).collect()),
            created_at: Some(timestamp(self.now()).to_string()),
            expires_at: None,
        };
        (text, kept)
    }
}

pub(super) fn no_client(app: &str) -> Error {
    Error::Missing { what: format!("OAuth client of app `{app}`") }
}
