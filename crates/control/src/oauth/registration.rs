//! Clients that register themselves (RFC 7591) with a token that a developer or administrator gave them, and look after themselves
//! from then on (RFC 7592).

use authorization::{
    Code, Failure, Method, Registration, described, has_secret, hash_of, is_same, secret_text,
};
use jose::random_text;
use model::{App, KeyHash, Name, OAuthClient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Grant, GrantChange, GrantQuery};

use super::{ClientKnown, DAY, Denied, SECOND, as_client};
use crate::{Actor, AppForm, Control, Error, resources::timestamp};

const INITIAL: &str = "initial";
const LIFETIME: u64 = 30 * DAY;
const MOST: u32 = 50;
/// Clients that one token registers.
const MOST_CLIENTS: u64 = 10;

/// A token that registers clients; shown this once.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct InitialToken {
    pub token: String,
    /// Where clients register.
    pub registration_endpoint: String,
    /// RFC 3339.
    pub expires_at: String,
    /// Clients it registers.
    pub clients: u64,
}

impl std::fmt::Debug for InitialToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitialToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl Control {
    /// Makes a token that registers ten clients within thirty days. Their apps are those of `owner`.
    ///
    /// # Errors
    /// [`Error::Missing`] where nothing is served; [`Error::Conflict`] beyond 50 tokens of a developer.
    pub async fn create_initial_token(
        &self,
        actor: &Actor,
        ws: &Name,
        owner: &str,
    ) -> Result<InitialToken, Error> {
        let issuer = self.oauth_issuer(ws)?;
        let mine = GrantQuery { subject: Some(owner.to_owned()), ..GrantQuery::of(ws, INITIAL) };
        let open = self.inner.store.grants(mine, MOST).await.map_err(Error::Store)?;
        if open.len() >= MOST as usize {
            return Err(Error::Conflict {
                detail: format!("there are {MOST} such tokens already; they end by themselves"),
            });
        }
        let (text, _) = secret_text();
        let token = format!("pli_{text}");
        let now = self.now();
        let row = Grant {
            workspace: ws.clone(),
            kind: INITIAL.to_owned(),
            hash: hash_of(&token),
            client: String::new(),
            subject: Some(owner.to_owned()),
            family: None,
            document: json!({ "left": MOST_CLIENTS }),
            created_at: now,
            expires_at: now + LIFETIME,
            used_at: None,
        };
        let entry = self.oauth_entry(actor, "create-registration-token", ("developer", owner), None);
        let change = GrantChange { granted: vec![row], ended: Vec::new(), entry: Some(entry) };
        self.inner.store.change_grants(change).await.map_err(Error::Store)?;
        Ok(InitialToken {
            token,
            registration_endpoint: format!("{issuer}/register"),
            expires_at: timestamp(now + LIFETIME).to_string(),
            clients: MOST_CLIENTS,
        })
    }

    /// Registers a client (RFC 7591 §3). `token` is the initial access token.
    ///
    /// # Errors
    /// What the client may not be.
    pub async fn oauth_register(
        &self,
        ws: &Name,
        token: Option<&str>,
        address: std::net::IpAddr,
        registration: &Registration,
    ) -> Result<Value, Denied> {
        let wrong = || {
            Failure::new(
                Code::InvalidToken,
                "registering needs a token that a developer of the portal has made",
            )
        };
        let account = format!("register from {address}");
        self.inner.people.throttle.attempt(&account, Some(address), self.now())?;
        let query =
            GrantQuery { hash: Some(hash_of(token.ok_or_else(wrong)?)), ..GrantQuery::of(ws, INITIAL) };
        let before = self.inner.store.grants(query, 1).await?.pop().ok_or_else(wrong)?;
        let left = before.document["left"].as_u64().unwrap_or_default();
        let owner = before.subject.clone().ok_or_else(wrong)?;
        if before.expires_at <= self.now() || left == 0 {
            return Err(wrong().into());
        }
        self.inner.people.throttle.succeeded(&account, Some(address));
        let (mut client, method) = registration.client()?;
        let after = Grant { document: json!({ "left": left - 1 }), ..before.clone() };
        if !self.inner.store.swap_grant(before, after, GrantChange::default()).await? {
            return Err(Failure::new(
                Code::TemporarilyUnavailable,
                "the token is used at this moment; repeat",
            )
            .into());
        }
        client.id = random_text(18).replace(['-', '_'], "x");
        let (access, access_hash) = secret_text();
        client.registration_hash = Some(KeyHash(access_hash));
        let mut secret = None;
        if matches!(method, Method::Basic | Method::Post) {
            let (text, kept) = self.make_client_secret();
            client.secrets.push(kept);
            secret = Some(text);
        }
        let title = registration.client_name.clone().filter(|name| !name.trim().is_empty());
        let form = AppForm {
            title: Some(title.unwrap_or_else(|| "Registered client".to_owned())),
            ..AppForm::default()
        };
        let actor = Actor::new(owner.clone(), crate::Origin::Api).from_address(address);
        self.oauth_keys(ws).await?;
        let made = self.make_app(&actor, ws, &owner, form, Some(client)).await?;
        let client = made.app.client.clone().ok_or_else(|| Denied::from(Error::Internal))?;
        self.registered(ws, &made.app, &client, method, secret, Some(access))
    }

    /// The client whose registration a token looks after (RFC 7592 §2).
    fn registered_by(&self, ws: &Name, id: &str, token: Option<&str>) -> Result<ClientKnown, Denied> {
        let wrong = || Failure::new(Code::InvalidToken, "this is not the token of the client's registration");
        let known = self.oauth_client(ws, id).ok_or_else(wrong)?;
        let hash = known.client.registration_hash.ok_or_else(wrong)?;
        let shown = KeyHash(hash_of(token.ok_or_else(wrong)?));
        match is_same(&hash.to_string(), &shown.to_string()) {
            true => Ok(known),
            false => Err(wrong().into()),
        }
    }

    /// What is known of a client that registered itself.
    ///
    /// # Errors
    /// Where the token is not its.
    pub fn oauth_registration(&self, ws: &Name, id: &str, token: Option<&str>) -> Result<Value, Denied> {
        let known = self.registered_by(ws, id, token)?;
        self.registered(
            ws,
            &known.app,
            &known.client,
            method_of(&known.client),
            None,
            token.map(str::to_owned),
        )
    }

    /// Changes what a client says of itself (RFC 7592 §2.2).
    ///
    /// # Errors
    /// Where the token is not its, or it may not be so.
    pub async fn oauth_change_registration(
        &self,
        ws: &Name,
        id: &str,
        token: Option<&str>,
        address: std::net::IpAddr,
        registration: &Registration,
    ) -> Result<Value, Denied> {
        let known = self.registered_by(ws, id, token)?;
        let now = self.now();
        let fits = |secret: &String| has_secret(&known.client, secret, now);
        // A secret may be repeated, and is made here alone.
        if registration.client_id.as_deref() != Some(id) || !registration.client_secret.iter().all(fits) {
            let detail = "say the client_id that it has, and no other secret: that is made here";
            return Err(Failure::new(Code::InvalidClientMetadata, detail).into());
        }
        let (mut client, method) = registration.client()?;
        client.id = id.to_owned();
        client.scopes = known.client.scopes.clone();
        client.registration_hash = known.client.registration_hash;
        let mut secret = None;
        if matches!(method, Method::Basic | Method::Post) {
            client.secrets = known.client.secrets.clone();
            if client.secrets.is_empty() {
                let (text, kept) = self.make_client_secret();
                client.secrets.push(kept);
                secret = Some(text);
            }
        }
        let title = registration.client_name.clone().or(known.app.title.clone());
        let app = App { title, client: Some(client.clone()), ..known.app.clone() };
        let writing = self.write_lock().await?;
        self.put_app(&as_client(ws, &known, address), ws, writing, app.clone(), "update-client").await?;
        self.registered(ws, &app, &client, method, secret, token.map(str::to_owned))
    }

    /// Takes a client away that registered itself, with its app (RFC 7592 §2.3).
    ///
    /// # Errors
    /// Where the token is not its.
    pub async fn oauth_unregister(
        &self,
        ws: &Name,
        id: &str,
        token: Option<&str>,
        address: std::net::IpAddr,
    ) -> Result<(), Denied> {
        let known = self.registered_by(ws, id, token)?;
        let actor = as_client(ws, &known, address);
        let owner = known.app.owner.clone().unwrap_or_default();
        self.delete_app(&actor, ws, &owner, known.app.name.as_str()).await?;
        Ok(())
    }

    fn registered(
        &self,
        ws: &Name,
        app: &App,
        client: &OAuthClient,
        method: Method,
        secret: Option<String>,
        access: Option<String>,
    ) -> Result<Value, Denied> {
        let title = app.title.clone().unwrap_or_else(|| app.name.to_string());
        let mut all = described(client, &title, &self.scopes_of_app(ws, app, client), method);
        all.insert(
            "registration_client_uri".to_owned(),
            format!("{}/register/{}", self.oauth_issuer(ws)?, client.id).into(),
        );
        if let Some(access) = access {
            all.insert("registration_access_token".to_owned(), access.into());
        }
        all.insert("client_id_issued_at".to_owned(), (self.now() / SECOND).into());
        if let Some(secret) = secret {
            all.insert("client_secret".to_owned(), secret.into());
            all.insert("client_secret_expires_at".to_owned(), 0.into());
        }
        Ok(all.into())
    }
}

pub(super) fn method_of(client: &OAuthClient) -> Method {
    match client {
        OAuthClient { public: true, .. } => Method::None,
        OAuthClient { jwks: Some(_), .. } => Method::Assertion,
        _ => Method::Basic,
    }
}
