//! The token endpoint, and what can be asked about tokens: RFC 6749 §3.2, RFC 7662, RFC 7009.

use authorization::{AccessToken, Agreement, Code, Failure, hash_of, is_same, secret_text, within};
use jose::{Algorithm, KeySet, Rules, Token, random_text};
use model::{ClientGrant, Name};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{Grant, GrantChange, GrantQuery};

use super::{
    ACCESS_LIFETIME, ClientKnown, ClientRequest, DAY, Denied, SECOND, as_client, codes::Coded,
    devices::Device, revoked::Ending,
};
use crate::{Control, Error, digest};

/// How long a refresh token is good that is not used …
const IDLE: u64 = 30 * DAY;
/// … and however it is used.
const LONGEST: u64 = 365 * DAY;
const PREFIX: &str = "plr_";
/// What grants of people are kept as.
pub(super) const GRANT: &str = "grant";

/// What a person granted a client, and how its tokens are renewed. It is found by a part of the refresh token that no other token has, so that
/// who shows that part and not the rest shows one that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Granted {
    scopes: Vec<String>,
    resource: Option<String>,
    /// The thumbprint of the key that its tokens are bound to.
    bound: Option<String>,
    /// Seconds since 1970.
    signed_in: u64,
    /// The SHA-256 of the rest of the refresh token that is good.
    refresh: String,
    /// When people agreed, milliseconds since 1970.
    began: u64,
}

/// What an access token is made of beside its client.
struct Wanted {
    subject: String,
    scopes: Vec<String>,
    resource: Option<String>,
    bound: Option<String>,
    signed_in: Option<u64>,
    /// The id of the grant it is of.
    family: Option<String>,
}

impl Control {
    /// Answers the token endpoint (RFC 6749 §5.1).
    ///
    /// # Errors
    /// Why there is no token.
    pub async fn oauth_token(&self, ws: &Name, request: &ClientRequest) -> Result<Value, Denied> {
        let known = self.prove_client(ws, request).await?;
        let bound = self.bound_key(ws, request)?;
        if known.client.dpop && bound.is_none() {
            return Err(Failure::new(
                Code::InvalidDpopProof,
                "tokens of this client are bound to a key: send DPoP",
            )
            .into());
        }
        let grant = request.form.need("grant_type")?;
        let of_client = |grant: ClientGrant| match known.client.grants.contains(&grant) {
            true => Ok(()),
            false => {
                Err(Failure::new(Code::UnauthorizedClient, "the client may not ask for tokens in this way"))
            }
        };
        match grant {
            "client_credentials" => {
                of_client(ClientGrant::ClientCredentials)?;
                self.own_token(ws, &known, request, bound).await
            }
            "authorization_code" => {
                of_client(ClientGrant::AuthorizationCode)?;
                self.token_for_code(ws, &known, request, bound).await
            }
            "refresh_token" => self.renewed_token(ws, &known, request, bound).await,
            "urn:ietf:params:oauth:grant-type:device_code" => {
                of_client(ClientGrant::DeviceCode)?;
                self.token_for_device(ws, &known, request, bound).await
            }
            _ => Err(Failure::new(
                Code::UnsupportedGrantType,
                "the metadata of the server lists the ways it has",
            )
            .into()),
        }
    }

    /// With the client's own credentials (RFC 6749 §4.4).
    async fn own_token(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        bound: Option<String>,
    ) -> Result<Value, Denied> {
        let resource = self.resource(ws, request)?;
        let scopes = within(request.form.get("scope"), &known.scopes)?;
        let subject = known.client.id.clone();
        let wanted = Wanted { subject, scopes, resource, bound, signed_in: None, family: None };
        self.sign_token(ws, known, wanted).await
    }

    /// For the code that a person's agreement was answered with (RFC 6749 §4.1.3).
    async fn token_for_code(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        bound: Option<String>,
    ) -> Result<Value, Denied> {
        let wrong = || {
            Failure::new(
                Code::InvalidGrant,
                "the code is not known, was used, is too old, or is not the client's",
            )
        };
        let query = GrantQuery {
            hash: Some(hash_of(request.form.need("code")?)),
            client: Some(known.client.id.clone()),
            ..GrantQuery::of(ws, super::codes::CODE)
        };
        // It is used up by the first try, whatever comes of it.
        let spent = self.inner.store.spend_grant(query, self.now()).await?.ok_or_else(wrong)?;
        let coded: Coded = serde_json::from_value(spent.document.clone()).map_err(|_| wrong())?;
        let family = spent.family.clone().ok_or_else(wrong)?;
        if spent.used_at.is_some() {
            // Somebody has it who should not: what came of it ends (RFC 9700 §4.5).
            self.end_family(ws, known, request, &family, "code-reused").await?;
            return Err(wrong().into());
        }
        if self.now() >= spent.created_at + super::codes::LIFETIME {
            return Err(wrong().into());
        }
        let Agreement { redirect_uri, scopes, resource, bound: asked, .. } = &coded.agreement;
        if request.form.get("redirect_uri").is_some_and(|sent| sent != redirect_uri) {
            return Err(Failure::new(
                Code::InvalidGrant,
                "the redirect_uri is not that of the request for the code",
            )
            .into());
        }
        let verifier = request.form.get("code_verifier").unwrap_or_default();
        if !coded.agreement.is_verified_by(verifier) {
            return Err(
                Failure::new(Code::InvalidGrant, "the code_verifier is not that of the challenge").into()
            );
        }
        if asked.is_some() && *asked != bound {
            return Err(Failure::new(Code::InvalidGrant, "the code is bound to another key").into());
        }
        if request.form.get("resource").is_some_and(|sent| Some(sent) != resource.as_deref()) {
            return Err(Failure::new(Code::InvalidTarget, "the code is for another resource").into());
        }
        let (scopes, resource) = (self.still(known, scopes), resource.clone());
        let subject = spent.subject.ok_or_else(wrong)?;
        let wanted = Wanted {
            subject,
            scopes,
            resource,
            bound,
            signed_in: Some(coded.signed_in),
            family: Some(family),
        };
        self.grant(ws, known, request, wanted).await
    }

    /// For the code of a device, once a person agreed (RFC 8628 §3.4).
    async fn token_for_device(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        bound: Option<String>,
    ) -> Result<Value, Denied> {
        let (spent, device) = self.agreed_device(ws, known, request.form.need("device_code")?).await?;
        let Device { scopes, resource, signed_in, .. } = device;
        let subject = spent.subject.ok_or_else(|| Failure::new(Code::InvalidGrant, "nobody agreed"))?;
        let scopes = self.still(known, &scopes);
        let wanted = Wanted { subject, scopes, resource, bound, signed_in, family: spent.family };
        self.grant(ws, known, request, wanted).await
    }

    /// A first token of what a person granted, and what renews it.
    async fn grant(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        wanted: Wanted,
    ) -> Result<Value, Denied> {
        let now = self.now();
        let (lookup, (rest, hash)) = (random_text(16), secret_text());
        let granted = Granted {
            scopes: wanted.scopes.clone(),
            resource: wanted.resource.clone(),
            bound: wanted.bound.clone(),
            signed_in: wanted.signed_in.unwrap_or_default(),
            refresh: digest::hex(&hash),
            began: now,
        };
        let row = Grant {
            workspace: ws.clone(),
            kind: GRANT.to_owned(),
            hash: hash_of(&lookup),
            client: known.client.id.clone(),
            subject: Some(wanted.subject.clone()),
            family: wanted.family.clone(),
            document: serde_json::to_value(granted).map_err(|_| Denied::from(Error::Internal))?,
            created_at: now,
            expires_at: now + IDLE,
            used_at: None,
        };
        let entry = self.oauth_entry(
            &as_client(ws, known, request.address),
            "grant-token",
            ("client", known.app.name.as_str()),
            Some(json!({ "subject": wanted.subject, "scopes": wanted.scopes })),
        );
        let mut answer = self.sign_token(ws, known, wanted).await?;
        let change = GrantChange { granted: vec![row], ended: Vec::new(), entry: Some(entry) };
        self.inner.store.change_grants(change).await?;
        answer["refresh_token"] = format!("{PREFIX}{lookup}.{rest}").into();
        Ok(answer)
    }

    /// For a refresh token, which another takes the place of (RFC 6749 §6, RFC 9700 §4.14.2).
    async fn renewed_token(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        bound: Option<String>,
    ) -> Result<Value, Denied> {
        let wrong = || {
            Denied::from(Failure::new(
                Code::InvalidGrant,
                "the refresh token is not known, was used, or is not the client's",
            ))
        };
        let (lookup, rest) = refresh_parts(request.form.need("refresh_token")?).ok_or_else(wrong)?;
        let query = GrantQuery {
            hash: Some(hash_of(lookup)),
            client: Some(known.client.id.clone()),
            ..GrantQuery::of(ws, GRANT)
        };
        let now = self.now();
        let before = self.inner.store.grants(query, 1).await?.pop().ok_or_else(wrong)?;
        let granted: Granted = serde_json::from_value(before.document.clone()).map_err(|_| wrong())?;
        let (Some(family), Some(subject)) = (before.family.clone(), before.subject.clone()) else {
            return Err(wrong());
        };
        if before.expires_at <= now {
            return Err(wrong());
        }
        if !is_same(&digest::hex(&hash_of(rest)), &granted.refresh) {
            // One that was used: either the client's copy was taken, or this one.
            self.end_family(ws, known, request, &family, "refresh-token-reused").await?;
            return Err(wrong());
        }
        if granted.bound.is_some() && granted.bound != bound {
            return Err(Failure::new(
                Code::InvalidDpopProof,
                "the grant is bound to a key: send a proof of it",
            )
            .into());
        }
        let scopes = within(request.form.get("scope"), &self.still(known, &granted.scopes))?;
        if request.form.get("resource").is_some_and(|sent| Some(sent) != granted.resource.as_deref()) {
            return Err(Failure::new(Code::InvalidTarget, "the grant is for another resource").into());
        }
        let (rest, hash) = secret_text();
        let renewed = Granted { refresh: digest::hex(&hash), ..granted.clone() };
        let after = Grant {
            document: serde_json::to_value(renewed).map_err(|_| Denied::from(Error::Internal))?,
            expires_at: (now + IDLE).min(granted.began + LONGEST),
            ..before.clone()
        };
        if !self.inner.store.swap_grant(before, after, GrantChange::default()).await? {
            // Somebody was faster with the same token.
            self.end_family(ws, known, request, &family, "refresh-token-reused").await?;
            return Err(wrong());
        }
        let wanted = Wanted {
            subject,
            scopes,
            resource: granted.resource,
            bound: bound.or(granted.bound),
            signed_in: Some(granted.signed_in),
            family: Some(family),
        };
        let mut answer = self.sign_token(ws, known, wanted).await?;
        answer["refresh_token"] = format!("{PREFIX}{lookup}.{rest}").into();
        Ok(answer)
    }

    async fn sign_token(&self, ws: &Name, known: &ClientKnown, wanted: Wanted) -> Result<Value, Denied> {
        let Wanted { subject, scopes, resource, bound, signed_in, family } = wanted;
        let own = random_text(12);
        let kind = if bound.is_some() { "DPoP" } else { "Bearer" };
        let token = AccessToken {
            issuer: self.oauth_issuer(ws)?,
            audience: resource.or_else(|| self.oauth_audience()).unwrap_or_default(),
            subject,
            client: known.client.id.clone(),
            scopes,
            id: family.map_or(own.clone(), |family| format!("{family}.{own}")),
            issued: self.now() / SECOND,
            lifetime: ACCESS_LIFETIME,
            bound,
            signed_in,
        };
        let key = self.signing_key(ws).await?;
        self.note_client_use(ws, &token.client).await;
        let mut answer =
            json!({ "access_token": token.signed(&key), "token_type": kind, "expires_in": ACCESS_LIFETIME });
        if !token.scopes.is_empty() {
            answer["scope"] = token.scopes.join(" ").into();
        }
        Ok(answer)
    }

    /// What of some scopes the client may have now.
    fn still(&self, known: &ClientKnown, scopes: &[String]) -> Vec<String> {
        scopes.iter().filter(|scope| known.scopes.contains(scope)).cloned().collect()
    }

    fn resource(&self, ws: &Name, request: &ClientRequest) -> Result<Option<String>, Failure> {
        match request.form.get("resource") {
            Some(resource) if !self.is_served(ws, resource) => {
                Err(Failure::new(Code::InvalidTarget, "there is no API at this resource"))
            }
            resource => Ok(resource.map(str::to_owned)),
        }
    }

    /// Ends a grant with all its tokens, because somebody has what only the client should.
    async fn end_family(
        &self,
        ws: &Name,
        known: &ClientKnown,
        request: &ClientRequest,
        family: &str,
        action: &'static str,
    ) -> Result<(), Error> {
        tracing::warn!(client = %known.app.name, action, "a grant has ended: what was used came again");
        let actor = as_client(ws, known, request.address);
        let ending = Ending {
            client: known.client.id.clone(),
            ids: vec![family.to_owned()],
            ended: vec![GrantQuery { family: Some(family.to_owned()), ..GrantQuery::of(ws, GRANT) }],
            entry: Some(self.oauth_entry(&actor, action, ("client", known.app.name.as_str()), None)),
            ..Ending::default()
        };
        self.end_tokens(ws, ending).await
    }

    /// Answers what a token is (RFC 7662). A client is told of its own tokens, an administrator, who shows the admin token, of all.
    ///
    /// # Errors
    /// Where the client cannot be proven.
    pub async fn oauth_introspect(&self, ws: &Name, request: &ClientRequest) -> Result<Value, Denied> {
        let bearer = request.authorization.as_deref().and_then(|header| header.split_once(' '));
        let known = match bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
            Some((_, token)) => {
                let account = format!("introspection from {}", request.address);
                self.inner.people.throttle.attempt(&account, Some(request.address), self.now())?;
                if !self.check_admin_token(token.trim()) {
                    return Err(Failure::new(Code::InvalidToken, "this is not the admin token").into());
                }
                self.inner.people.throttle.succeeded(&account, Some(request.address));
                None
            }
            None => Some(self.prove_client(ws, request).await?),
        };
        if known.as_ref().is_some_and(|known| known.client.public) {
            return Err(Failure::new(
                Code::InvalidClient,
                "a public client proves nothing, and is told nothing",
            )
            .into());
        }
        let is_mine = |client: &str| known.as_ref().is_none_or(|known| known.client.id == client);
        let inactive = json!({ "active": false });
        let text = request.form.need("token")?;
        if let Some((lookup, rest)) = refresh_parts(text) {
            let query = GrantQuery { hash: Some(hash_of(lookup)), ..GrantQuery::of(ws, GRANT) };
            let Some(row) = self.inner.store.grants(query, 1).await?.pop() else { return Ok(inactive) };
            let Ok(granted) = serde_json::from_value::<Granted>(row.document.clone()) else {
                return Ok(inactive);
            };
            let is_good =
                row.expires_at > self.now() && is_same(&digest::hex(&hash_of(rest)), &granted.refresh);
            if !is_good || !is_mine(&row.client) {
                return Ok(inactive);
            }
            return Ok(json!({
                "active": true, "client_id": row.client, "sub": row.subject, "scope": granted.scopes.join(" "),
                "iat": granted.began / SECOND, "exp": row.expires_at / SECOND, "iss": self.oauth_issuer(ws)?,
            }));
        }
        let Some(claims) = self.own_claims(ws, text).await? else { return Ok(inactive) };
        let of = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        if !is_mine(of("client_id")) || self.oauth_client(ws, of("client_id")).is_none() {
            return Ok(inactive);
        }
        let mut answer = claims.clone();
        answer.insert("active".to_owned(), true.into());
        let kind = if claims.contains_key("cnf") { "DPoP" } else { "Bearer" };
        answer.insert("token_type".to_owned(), kind.into());
        Ok(answer.into())
    }

    /// Takes a token back (RFC 7009): an access token alone, with a refresh token everything of its grant. What is no token of the client is as
    /// if it were taken back already.
    ///
    /// # Errors
    /// Where the client cannot be proven.
    pub async fn oauth_revoke(&self, ws: &Name, request: &ClientRequest) -> Result<(), Denied> {
        let known = self.prove_client(ws, request).await?;
        let text = request.form.need("token")?;
        let actor = as_client(ws, &known, request.address);
        let entry =
            |action| Some(self.oauth_entry(&actor, action, ("client", known.app.name.as_str()), None));
        if let Some((lookup, _)) = refresh_parts(text) {
            let query = GrantQuery {
                hash: Some(hash_of(lookup)),
                client: Some(known.client.id.clone()),
                ..GrantQuery::of(ws, GRANT)
            };
            if let Some(row) = self.inner.store.grants(query.clone(), 1).await?.pop() {
                let ending = Ending {
                    client: known.client.id.clone(),
                    ids: row.family.into_iter().collect(),
                    ended: vec![query],
                    entry: entry("revoke-grant"),
                    ..Ending::default()
                };
                self.end_tokens(ws, ending).await?;
            }
            return Ok(());
        }
        let Some(claims) = self.own_claims(ws, text).await? else { return Ok(()) };
        let of = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if of("client_id") == known.client.id {
            let (client, ids) = (known.client.id.clone(), vec![of("jti")]);
            let ending = Ending { client, ids, entry: entry("revoke-token"), ..Ending::default() };
            self.end_tokens(ws, ending).await?;
        }
        Ok(())
    }

    /// What an access token of this server says that is good now.
    async fn own_claims(&self, ws: &Name, text: &str) -> Result<Option<Map<String, Value>>, Error> {
        let published = self.oauth_keys(ws).await?.to_string();
        let issuer = self.oauth_issuer(ws)?;
        let read = || -> Option<Map<String, Value>> {
            let keys = KeySet::read(published.as_bytes()).ok()?;
            let token = Token::read(text, &[Algorithm::Es256]).ok()?;
            token.typ().filter(|typ| *typ == "at+jwt")?;
            let claims = token.verified(&keys).ok()?;
            let required = ["exp", "jti", "client_id"].map(str::to_owned).to_vec();
            let rules = Rules { issuers: vec![issuer], audiences: Vec::new(), required, skew: 0 };
            rules.check(&claims).ok()?.hold(self.now()).ok()?;
            Some(claims)
        };
        let Some(claims) = read() else { return Ok(None) };
        let of = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let issued = claims.get("iat").and_then(Value::as_u64).unwrap_or_default();
        let known = self.inner.oauth.issued();
        let revoked = known
            .get(ws.as_str())
            .is_some_and(|of_ws| of_ws.revoked.covers(of("client_id"), of("jti"), issued));
        Ok(Some(claims).filter(|_| !revoked))
    }
}

fn refresh_parts(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix(PREFIX).filter(|rest| rest.len() <= 256)?;
    rest.split_once('.')
}
