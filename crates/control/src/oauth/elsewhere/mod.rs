//! Apps as clients of an authorization server elsewhere: registered there, changed there, and taken away there, whatever happens in
//! between.

mod following;
mod leftovers;
mod speak;

use jose::random_text;
use model::{
    App, AuthorizationServer, ClientGrant, ClientSecret, Finding, Kind, Name, OAuthClient, Resource,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::PaperQuery;

pub use self::leftovers::RegistrationView;
pub(super) use self::speak::Known;
use self::speak::{Answered, Server, Told, Trouble};
use super::{
    clients::{ClientForm, IssuedClient, faults, no_client},
    registration::method_of,
};
use crate::{
    Actor, Control, Error, digest, intake,
    papers::{NewPaper, Sheet},
    resources::timestamp,
};

/// The kind of papers that say what was registered.
const REGISTRATION: &str = "registration";
/// It is of an app, or is to be deleted there, or could not be.
const OPEN: &str = "open";
const LEFTOVER: &str = "leftover";
const GIVEN_UP: &str = "given-up";

/// A client that was registered, as it is kept beside what is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Registered {
    server: String,
    issuer: String,
    client_id: String,
    /// Where it is managed; nothing where the server does not say.
    uri: Option<String>,
    /// Where tokens are asked for, for when the server is away.
    token_endpoint: Option<String>,
    authorization_endpoint: Option<String>,
    /// What it was told that the client may ask for; nothing where that is not known.
    #[serde(default)]
    scope: Option<String>,
    /// Attempts to delete it, or to tell of other scopes, that came to nothing one after the other.
    attempts: u32,
    next_at: u64,
    trouble: Option<String>,
}

/// What a client can be changed by at its server.
struct Managed {
    sealed: Sealed,
    uri: String,
    token: String,
}

/// What is sealed of a client.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Sealed {
    token: Option<String>,
    secret: Option<String>,
}

/// Where a client gets its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPlace {
    pub issuer: String,
    pub token_endpoint: Option<String>,
    pub authorization_endpoint: Option<String>,
    /// What the server is called, where it is not the built-in one.
    pub server: Option<String>,
}

impl Control {
    /// The server that apps of a workspace become clients of, where it is not the built-in one.
    pub fn registration_server(&self, ws: &Name) -> Option<AuthorizationServer> {
        self.authorization_servers(ws).into_iter().find(|server| server.registration.is_some())
    }

    pub(super) fn authorization_server(&self, ws: &Name, name: &str) -> Option<AuthorizationServer> {
        self.authorization_servers(ws).into_iter().find(|server| server.name.as_str() == name)
    }

    fn authorization_servers(&self, ws: &Name) -> Vec<AuthorizationServer> {
        let state = self.state();
        let all = state.of(ws).index.of_kind(Kind::AuthorizationServer);
        let servers = all.filter_map(|resource| match &**resource {
            Resource::AuthorizationServer(server) => Some((**server).clone()),
            _ => None,
        });
        servers.collect()
    }

    /// Where a client gets its tokens.
    ///
    /// # Errors
    /// [`Error::Missing`] where nothing is served; [`Error::Store`].
    pub async fn place_of_client(
        &self,
        ws: &Name,
        app: &str,
        client: &OAuthClient,
    ) -> Result<ClientPlace, Error> {
        let Some(name) = &client.server else {
            let issuer = self.oauth_issuer(ws)?;
            return Ok(ClientPlace {
                token_endpoint: Some(format!("{issuer}/token")),
                authorization_endpoint: Some(format!("{issuer}/authorize")),
                issuer,
                server: None,
            });
        };
        let server = self.authorization_server(ws, name.as_str());
        let server =
            server.ok_or_else(|| Error::Missing { what: format!("authorization server `{name}`") })?;
        let (token_endpoint, authorization_endpoint) = match Server::of(self, ws, &server).told().await {
            Ok(told) => (told.token.clone(), told.authorization.clone()),
            Err(trouble) => {
                tracing::warn!(server = %name, "what an authorization server says of itself cannot be had: {}", trouble.told());
                let kept = self.registration_of(ws, app, client).await?.map(|sheet| sheet.value);
                kept.map(|kept| (kept.token_endpoint, kept.authorization_endpoint)).unwrap_or_default()
            }
        };
        let issuer = server.issuer.clone();
        Ok(ClientPlace {
            issuer,
            token_endpoint,
            authorization_endpoint,
            server: Some(server.title().to_owned()),
        })
    }

    /// Registers an app as a client of a server, and keeps what came of it. Nothing is left there where that cannot be kept.
    pub(super) async fn register_there(
        &self,
        actor: &Actor,
        ws: &Name,
        (owner, app): (Option<&str>, &str),
        server: &AuthorizationServer,
        form: ClientForm,
    ) -> Result<IssuedClient, Error> {
        let present = self.app_here(ws, owner, app)?;
        check_grants(server, &form)?;
        let wanted = client_of(&form, server, None);
        check(&wanted)?;
        let there = Server::of(self, ws, server);
        let asked = async {
            let told = there.told().await?;
            let scopes = self.scopes_of_app(ws, &present, &wanted);
            let metadata = metadata_of(server, &told, &present, &wanted, &scopes);
            let bearer = there.initial_token(server)?;
            let answered = there.register(metadata, bearer.as_deref()).await?;
            Ok::<_, Trouble>((told, answered, scope_at(server, &scopes)))
        };
        let (told, answered, scope) =
            asked.await.map_err(|trouble| refused(server, "register the client", trouble))?;
        let sealed = Sealed { token: answered.token.clone(), secret: answered.secret.clone() };
        let registered = Registered {
            server: server.name.to_string(),
            issuer: server.issuer.clone(),
            client_id: answered.id.clone(),
            uri: answered.uri.clone(),
            token_endpoint: told.token.clone(),
            authorization_endpoint: told.authorization.clone(),
            scope: Some(scope),
            attempts: 0,
            next_at: self.now(),
            trouble: None,
        };
        let number = match self.keep_registration(actor, ws, app, &registered, &sealed).await {
            Ok(number) => number,
            Err(error) => {
                // What cannot be kept cannot be tried again later.
                if let (Some(uri), Some(token)) = (&answered.uri, &answered.token)
                    && let Err(trouble) = there.delete(uri, token).await
                {
                    tracing::error!(
                        server = %server.name, client = answered.id,
                        "a client is left at an authorization server: it could not be kept here, and there {}", trouble.told()
                    );
                }
                return Err(error);
            }
        };
        let client = self.client_from(&wanted, &answered, None);
        let issued = IssuedClient { client_id: client.id.clone(), client_secret: answered.secret.clone() };
        let done = async {
            let (present, writing) = self.client_app(ws, owner, app).await?;
            if present.client.is_some() {
                return Err(Error::Conflict {
                    detail: "the app became a client at the same moment".to_owned(),
                });
            }
            self.put_app(actor, ws, writing, App { client: Some(client), ..present }, "create-client").await
        };
        match done.await {
            Ok(()) => Ok(issued),
            Err(error) => {
                self.leave_registration(ws, number).await;
                Err(error)
            }
        }
    }

    /// Changes a client there, and then here; with `rotate` it is asked for a fresh secret.
    pub(super) async fn change_there(
        &self,
        actor: &Actor,
        ws: &Name,
        (owner, app): (Option<&str>, &str),
        form: Option<ClientForm>,
    ) -> Result<IssuedClient, Error> {
        let present = self.app_here(ws, owner, app)?;
        let before = present.client.clone().ok_or_else(|| no_client(app))?;
        let name = before.server.clone().ok_or(Error::Internal)?;
        let server = self.authorization_server(ws, name.as_str());
        let server =
            server.ok_or_else(|| Error::Missing { what: format!("authorization server `{name}`") })?;
        let rotate = form.is_none();
        let wanted = match form {
            Some(form) => {
                check_grants(&server, &form)?;
                client_of(&form, &server, Some(&before))
            }
            None if before.public || before.jwks.is_some() => {
                let detail =
                    "a public client, and one that proves itself with keys, has no secret".to_owned();
                return Err(Error::Conflict { detail });
            }
            None => before.clone(),
        };
        check(&wanted)?;
        let sheet = self.registration_of(ws, app, &before).await?;
        let conflict = || Error::Conflict { detail: by_hand(&server) };
        let sheet = sheet.ok_or_else(conflict)?;
        let managed = self.managed(ws, &sheet.value)?.ok_or_else(conflict)?;
        let there = Server::of(self, ws, &server);
        let what = if rotate { "make a fresh secret" } else { "change the client" };
        let asked = self.tell(&there, &server, (&present, &before, &wanted), &managed, !rotate).await;
        let (answered, scope) = asked.map_err(|trouble| refused(&server, what, trouble))?;
        let has_fresh = self.keep_told(&there, (sheet, managed), &answered, scope).await?;
        if rotate && !has_fresh {
            let detail = format!(
                "{} makes no fresh secret for a client; remove the client and make it anew, which has another client ID",
                server.title()
            );
            return Err(Error::Conflict { detail });
        }
        let client = self.client_from(&wanted, &answered, Some(&before));
        let action = if rotate { "rotate-client-secret" } else { "update-client" };
        if client != before {
            let (present, writing) = self.client_app(ws, owner, app).await?;
            if present.client.as_ref().map(OAuthClient::mark) != Some(before.mark()) {
                return Err(Error::Conflict {
                    detail: "the client was changed at the same moment".to_owned(),
                });
            }
            let changed = App { client: Some(client), ..present };
            self.put_app(actor, ws, writing, changed, action).await?;
        }
        Ok(IssuedClient { client_id: before.id, client_secret: answered.secret.filter(|_| has_fresh) })
    }

    /// What a client is changed by at its server, where it can be.
    fn managed(&self, ws: &Name, registered: &Registered) -> Result<Option<Managed>, Error> {
        let Some(uri) = registered.uri.clone() else { return Ok(None) };
        let sealed = self.sealed(ws, registered)?;
        let Some(token) = sealed.token.clone() else { return Ok(None) };
        Ok(Some(Managed { sealed, uri, token }))
    }

    /// Tells a server what a client is from now on (RFC 7592 §2.2); what it answers, and which scopes it was told.
    async fn tell(
        &self,
        there: &Server<'_>,
        server: &AuthorizationServer,
        (app, before, wanted): (&App, &OAuthClient, &OAuthClient),
        Managed { sealed, uri, token }: &Managed,
        keeps_secret: bool,
    ) -> Result<(Answered, String), Trouble> {
        let told = there.told().await?;
        let scopes = self.scopes_of_app(there.workspace, app, wanted);
        let mut metadata = metadata_of(server, &told, app, wanted, &scopes);
        metadata.insert("client_id".to_owned(), before.id.clone().into());
        // A server that is told the secret keeps it; one that is not may make another.
        if keeps_secret
            && !wanted.public
            && wanted.jwks.is_none()
            && let Some(secret) = &sealed.secret
        {
            metadata.insert("client_secret".to_owned(), secret.clone().into());
        }
        let answered = there.change(uri, token, metadata).await?;
        if answered.id != before.id {
            return Err(Trouble::Unclear(format!("it answered for another client than `{}`", before.id)));
        }
        Ok((answered, scope_at(server, &scopes)))
    }

    /// Keeps what a server answered to that; whether there is a fresh secret.
    async fn keep_told(
        &self,
        there: &Server<'_>,
        (mut sheet, managed): (Sheet<Registered>, Managed),
        answered: &Answered,
        scope: String,
    ) -> Result<bool, Error> {
        let Managed { mut sealed, uri, .. } = managed;
        let has_fresh = answered.secret.is_some() && answered.secret != sealed.secret;
        if answered.token.is_some() || has_fresh {
            sealed.token = answered.token.clone().or(sealed.token);
            sealed.secret = answered.secret.clone().or(sealed.secret);
            self.seal(there.workspace, &sheet.value, &sealed).await?;
        }
        if let Some(moved) = answered.uri.clone().filter(|moved| *moved != uri && there.is_near(moved)) {
            sheet.value.uri = Some(moved);
        }
        sheet.value.scope = Some(scope);
        (sheet.value.attempts, sheet.value.next_at, sheet.value.trouble) = (0, self.now(), None);
        self.change_registration(sheet, OPEN).await?;
        Ok(has_fresh)
    }

    fn app_here(&self, ws: &Name, owner: Option<&str>, app: &str) -> Result<App, Error> {
        self.check_workspace(ws)?;
        match owner {
            Some(email) => Ok(self.app_of(ws, email, app)?.app),
            None => match self.get(ws, Kind::App, app)?.resource {
                Resource::App(app) => Ok(*app),
                _ => Err(Error::Internal),
            },
        }
    }

    /// The client as it is kept here: what the server has made of it.
    fn client_from(
        &self,
        wanted: &OAuthClient,
        answered: &Answered,
        before: Option<&OAuthClient>,
    ) -> OAuthClient {
        let mut client = OAuthClient { id: answered.id.clone(), ..wanted.clone() };
        if let Some(uris) = &answered.redirect_uris {
            client.redirect_uris.clone_from(uris);
        }
        client.secrets = match &answered.secret {
            _ if client.public || client.jwks.is_some() => Vec::new(),
            Some(secret) => {
                let hash = intake::key_hash(secret);
                let known =
                    before.and_then(|before| before.secrets.iter().find(|one| one.secret_hash == Some(hash)));
                vec![known.cloned().unwrap_or_else(|| {
                    ClientSecret {
                        secret: None,
                        secret_hash: Some(hash),
                        hint: Some(hint(secret)),
                        created_at: Some(timestamp(self.now()).to_string()),
                        expires_at: (answered.secret_expires_at > 0)
                            .then(|| timestamp(answered.secret_expires_at.saturating_mul(1000)).to_string()),
                    }
                })]
            }
            None => before.map(|before| before.secrets.clone()).unwrap_or_default(),
        };
        client
    }

    /// What is kept of a client.
    async fn registration_of(
        &self,
        ws: &Name,
        app: &str,
        client: &OAuthClient,
    ) -> Result<Option<Sheet<Registered>>, Error> {
        let open = PaperQuery::of(ws, REGISTRATION).about(app).in_state(OPEN);
        let sheets = self.read_papers::<Registered>(open, 100).await?;
        Ok(sheets.into_iter().find(|sheet| mark_of(&sheet.value) == client.mark()))
    }

    async fn keep_registration(
        &self,
        actor: &Actor,
        ws: &Name,
        app: &str,
        registered: &Registered,
        sealed: &Sealed,
    ) -> Result<u64, Error> {
        self.seal(ws, registered, sealed).await?;
        let document = serde_json::to_value(registered).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: REGISTRATION, subject: app, state: OPEN, document };
        self.add_paper(actor, ws, &new, "register-client", &crate::ContractTexts::default()).await
    }

    async fn seal(&self, ws: &Name, registered: &Registered, sealed: &Sealed) -> Result<(), Error> {
        let text = serde_json::to_string(sealed).map_err(|_| Error::Internal)?;
        let writing = self.write_lock().await?;
        let system = Actor::new("system", crate::Origin::Api);
        self.seal_own_secret(&system, &place_of(ws, registered), &text, None).await?;
        drop(writing);
        Ok(())
    }

    fn sealed(&self, ws: &Name, registered: &Registered) -> Result<Sealed, Error> {
        let Some(text) = self.open_own_secret(&place_of(ws, registered))? else {
            return Ok(Sealed::default());
        };
        serde_json::from_str(text.reveal()).map_err(|_| Error::Internal)
    }
}

/// Where what is sealed of a client lies.
fn place_of(ws: &Name, registered: &Registered) -> String {
    let mark = digest::hex(&digest::sha256(mark_of(registered).as_bytes()));
    model::scoped(ws, &format!("oauth/registered/{mark}")).to_string()
}

fn mark_of(registered: &Registered) -> String {
    OAuthClient::mark_at(&registered.server, &registered.client_id)
}

/// Enough to recognize a secret by, and far from all of it.
fn hint(secret: &str) -> String {
    secret.chars().take((secret.len() / 4).min(8)).collect()
}

fn client_of(form: &ClientForm, server: &AuthorizationServer, before: Option<&OAuthClient>) -> OAuthClient {
    OAuthClient {
        // One that is not registered yet is checked by an id that it will not keep.
        id: before.map_or_else(|| random_text(8), |before| before.id.clone()),
        server: Some(server.name.clone()),
        secrets: before
            .map(|before| before.secrets.clone())
            .filter(|_| !form.public && form.jwks.is_none())
            .unwrap_or_default(),
        jwks: form.jwks.clone(),
        public: form.public,
        redirect_uris: form.redirect_uris.clone(),
        grants: form.grants.clone().unwrap_or_else(|| vec![ClientGrant::ClientCredentials]),
        scopes: before.map(|before| before.scopes.clone()).unwrap_or_default(),
        dpop: form.dpop,
        registration_hash: None,
    }
}

fn check(client: &OAuthClient) -> Result<(), Error> {
    let findings: Vec<Finding> = faults(client)
        .into_iter()
        .map(|(field, message)| Finding::error("invalid-client", message).in_field(field))
        .collect();
    if findings.is_empty() { Ok(()) } else { Err(Error::Invalid(findings)) }
}

fn check_grants(server: &AuthorizationServer, form: &ClientForm) -> Result<(), Error> {
    let Some(registration) = &server.registration else { return Ok(()) };
    let wanted = form.grants.clone().unwrap_or_else(|| vec![ClientGrant::ClientCredentials]);
    let Some(other) = wanted.iter().find(|grant| !registration.grants.contains(grant)) else { return Ok(()) };
    let known: Vec<&str> = registration.grants.iter().map(|grant| grant.as_str()).collect();
    let message = format!(
        "apps are not registered with {} for `{}`; there is {}",
        server.title(),
        other.as_str(),
        known.join(", ")
    );
    Err(Error::Invalid(vec![Finding::error("invalid-client", message).in_field("client.grants")]))
}

/// What a server is told of a client (RFC 7591 §2).
fn metadata_of(
    server: &AuthorizationServer,
    told: &Told,
    app: &App,
    client: &OAuthClient,
    scopes: &[String],
) -> Map<String, Value> {
    let title = app.title.clone().unwrap_or_else(|| app.name.to_string());
    let mut own = authorization::described(client, &title, &[], method_of(client));
    own.remove("client_id");
    own.remove("scope");
    let mut grants: Vec<&str> = client.grants.iter().map(|grant| grant.as_str()).collect();
    if told.refreshes() && client.grants.iter().any(|grant| *grant != ClientGrant::ClientCredentials) {
        grants.push("refresh_token");
    }
    own.insert("grant_types".to_owned(), json!(grants));
    if !client.public && client.jwks.is_none() {
        own.insert("token_endpoint_auth_method".to_owned(), told.secret_method().into());
    }
    if !client.dpop {
        // Not every server knows the member, and nothing is what it says by default.
        own.remove("dpop_bound_access_tokens");
    }
    let scope = scope_at(server, scopes);
    if !scope.is_empty() {
        own.insert("scope".to_owned(), scope.into());
    }
    let template = server.registration.as_ref().map(|registration| &registration.metadata);
    for (name, value) in template.into_iter().flatten() {
        // How a secret is shown is the template's to say, and that there is none is the app's.
        let is_apps = name == "token_endpoint_auth_method" && (client.public || client.jwks.is_some());
        if !is_apps {
            own.insert(name.clone(), value.clone());
        }
    }
    own
}

/// What a server is told that a client may ask for; empty where it is told nothing.
fn scope_at(server: &AuthorizationServer, scopes: &[String]) -> String {
    let template = server.registration.as_ref().and_then(|registration| registration.metadata.get("scope"));
    match template.and_then(Value::as_str) {
        Some(always) => always.to_owned(),
        None => scopes.iter().map(|scope| server.scope_there(scope)).collect::<Vec<_>>().join(" "),
    }
}

fn by_hand(server: &AuthorizationServer) -> String {
    format!(
        "{} does not let this client be changed from here; change it there, or remove it and make it anew",
        server.title()
    )
}

/// What a developer is told where a server does not do what it was asked.
fn refused(server: &AuthorizationServer, what: &str, trouble: Trouble) -> Error {
    let title = server.title();
    tracing::warn!(server = %server.name, "an authorization server does not {what}: {}", trouble.told());
    match trouble {
        Trouble::Refused { error, description, .. } if error == "invalid_redirect_uri" => {
            let message = format!(
                "{title} refuses the addresses: {}",
                if description.is_empty() { &error } else { &description }
            );
            Error::Invalid(vec![Finding::error("invalid-client", message).in_field("client.redirect_uris")])
        }
        Trouble::Refused { status, error, description } if (400..500).contains(&status) => {
            let said = [error, description]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(": ");
            let said = if said.is_empty() { format!("it answers {status}") } else { said };
            Error::Elsewhere { detail: format!("{title} does not {what}: {said}") }
        }
        _ => Error::Elsewhere {
            detail: format!("{title} does not {what} now; repeat in a moment, or ask who runs this portal"),
        },
    }
}

impl Server<'_> {
    /// Whether an address is at a host that the server's document names.
    fn is_near(&self, address: &str) -> bool {
        let secure = address.starts_with("https://") || !self.issuer.starts_with("https://");
        secure && url::Url::parse(address).is_ok_and(|url| self.is_own(&url))
    }
}
