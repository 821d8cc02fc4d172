//! `oidc`: who calls, as an OpenID provider says: by a signed token, or by signing in with a browser.

mod ended;
mod login;
mod provider;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_lc_rs::rand;
use http::header::AUTHORIZATION;
use jose::{Algorithm, LONGEST, Replays, Rules, Times, Why, issuer_claimed};
use policy::{Proof, SignOuts, prelude::*};

use self::{
    login::Place,
    provider::{Client, Provider, Refused},
};
use crate::{
    authorization::{NO_TOKEN, Sent, sent, unauthenticated, wrong_token},
    login::{cookie::Sealer, places::Places},
    recent::Recent,
    said::{ClaimNames, Reading, Said, Unregistered},
    turns::Turns,
    words::Words,
};

/// Tokens and sessions that a gateway remembers as verified.
const REMEMBERED: usize = 10_000;
/// Providers of one policy.
const MOST_PROVIDERS: usize = 16;

/// Lets in callers that an OpenID provider knows, and says who they are.
///
/// A program sends a signed access token in `Authorization: Bearer`. A person comes with a browser, is sent to the provider to sign in (authorization
/// code with PKCE), and is known from then on by an encrypted cookie, which is renewed while the provider goes on knowing them. Where the provider's
/// endpoints and keys are is asked of the provider itself and kept up to date beside requests; while it cannot be reached, what was good last stays
/// good. `GET …/.oidc/logout` below the API's path signs out, here and at the provider; `…/.oidc/backchannel-logout` is where the provider says that
/// somebody signed out there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Oidc {
    /// The provider, as its tokens say it in `iss`: `https://idp.example.com`. What it says of itself is at `/.well-known/openid-configuration` below.
    issuer: String,
    /// As whom the gateway is registered there.
    client_id: String,
    /// The secret of that client, best by a reference: `secret://idp`. Public clients have none.
    #[serde(default)]
    client_secret: Option<String>,
    /// More providers. Tokens of any of them are accepted; people sign in with the first, or with the one that `…/.oidc/login?issuer=…` names.
    #[serde(default)]
    also: Vec<AnotherProvider>,
    /// Whether browsers are sent to sign in. Everybody else who has no token is answered `401` in any case.
    #[serde(default = "yes")]
    login: bool,
    /// What is asked for at signing in. Providers renew sessions of those who asked for `offline_access`, or without.
    #[serde(default = "scopes")]
    scopes: Vec<String>,
    /// Whom bearer tokens must be made for (`aud`): one or a list of which any will do. By default the `client_id`, in `aud`, `azp` or `client_id`.
    #[serde(default)]
    audience: Words,
    /// The algorithms that are accepted; by default all with which those who can verify cannot sign.
    #[serde(default = "public")]
    algorithms: Vec<Algorithm>,
    /// By how much the clocks of provider and gateway may differ, 5 minutes at most.
    #[serde(default = "skew")]
    clock_skew: Span,
    /// Where the provider sends browsers back to, as it is registered there; by default `/.oidc/callback` below the API's path at the host that was
    /// asked. Its path must lead to this API; signing in and out are beside it, at `login` and `logout`.
    #[serde(default)]
    redirect_uri: Option<String>,
    /// Where browsers go after signing out: a path, or an address that the provider knows; by default a page that says so, `signed-out` beside
    /// the callback.
    #[serde(default)]
    after_logout: Option<String>,
    /// How long a session lasts at most, however it is renewed; 30 days at most.
    #[serde(default = "crate::login::session_span")]
    session: Span,
    /// What cookies are encrypted by, 32 characters or more; by default it follows from the `client_secret`. All gateways must have the same.
    #[serde(default)]
    session_secret: Option<String>,
    /// The claim that says who calls: a path such as `sub` or `email`. It is looked for among the `custom_id`s and then the names of consumers.
    #[serde(default = "crate::login::subject")]
    consumer_claim: String,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the provider gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// The claim with the groups of an external caller, a list or a text with blanks between. A registered consumer has its own groups.
    #[serde(default)]
    groups_claim: Option<String>,
    /// The claim with the scopes, a list or a text with blanks between; by default `scope`, else `scp`.
    #[serde(default)]
    scopes_claim: Option<String>,
    /// The claim that names the plan whose policies hold for the caller. One that names no plan is answered `403`.
    #[serde(default)]
    plan_claim: Option<String>,
    /// Headers for the upstream with the claims they tell: `x-user: sub`. What a client sent under these names is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
    /// Whether the upstream gets the access token of who has signed in, in `Authorization: Bearer`.
    #[serde(default)]
    forward_access_token: bool,
    /// Whether a bearer token is taken out of the request before it goes to the upstream. Session cookies always are.
    #[serde(default)]
    hide_credentials: bool,
}

/// One more provider.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnotherProvider {
    /// As its tokens say it in `iss`.
    issuer: String,
    /// As whom the gateway is registered there.
    client_id: String,
    /// The secret of that client.
    #[serde(default)]
    client_secret: Option<String>,
}

fn yes() -> bool {
    true
}

fn scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).into()
}

fn public() -> Vec<Algorithm> {
    Algorithm::PUBLIC.to_vec()
}

fn skew() -> Span {
    Span::secs(30)
}

impl Policy for Oidc {
    const NAME: &'static str = "oidc";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ issuer: \"https://idp.example.com\", client_id: orders, client_secret: s3cret-of-the-client }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.also.len() >= MOST_PROVIDERS {
            return Err(Invalid::field("also", format!("at most {MOST_PROVIDERS} providers in all")));
        }
        let first = (self.issuer, self.client_id, self.client_secret, String::new());
        let others = self.also.into_iter().enumerate().map(|(at, other)| {
            (other.issuer, other.client_id, other.client_secret, format!("also[{at}]."))
        });
        let mut providers: Vec<Provider> = Vec::new();
        for (issuer, id, secret, field) in std::iter::once(first).chain(others) {
            let client = Client { issuer, id, secret };
            let provider = Provider::build(client, cx)
                .map_err(|invalid| Invalid::field(format!("{field}{}", invalid.field), invalid.message))?;
            if providers.iter().any(|known| known.client.issuer == provider.client.issuer) {
                return Err(Invalid::field(format!("{field}issuer"), "stands here twice"));
            }
            providers.push(provider);
        }
        if self.algorithms.is_empty() {
            return Err(Invalid::field("algorithms", "name at least one, or leave it out"));
        }
        if self.clock_skew > Span::secs(300) {
            return Err(Invalid::field("clock_skew", "is at most 5 minutes"));
        }
        if self.session.0 < Duration::from_secs(60) || self.session > Span::secs(30 * 24 * 3600) {
            return Err(Invalid::field("session", "is at least 1 minute and at most 30 days"));
        }
        let is_scope = |scope: &String| !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b));
        if let Some(at) = self.scopes.iter().position(|scope| !is_scope(scope)) {
            return Err(Invalid::field(format!("scopes[{at}]"), "this is no scope"));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err(Invalid::field("scopes", "`openid` must be among them"));
        }
        let sealer = match (&self.session_secret, &providers[0].client.secret) {
            (Some(secret), _) if secret.len() < 32 => {
                return Err(Invalid::field("session_secret", "has at least 32 characters"));
            }
            (Some(secret), _) | (None, Some(secret)) => Some(Sealer::new(Oidc::NAME, secret, (&providers[0].client.issuer, &providers[0].client.id))),
            (None, None) if self.login => {
                let message = "a client without a secret needs one for its cookies, or `login: false`";
                return Err(Invalid::field("session_secret", message));
            }
            (None, None) => None,
        };
        let names = ClaimNames {
            consumer: self.consumer_claim,
            groups: self.groups_claim,
            scopes: self.scopes_claim,
            plan: self.plan_claim,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Box::new(SignIn {
            providers,
            places: Places::read(".oidc", login::CALLBACK, ("redirect_uri", self.redirect_uri.as_deref()), self.after_logout)?,
            sealer: sealer.filter(|_| self.login),
            scopes: self.scopes.join(" "),
            audiences: self.audience.0,
            algorithms: self.algorithms,
            skew: self.clock_skew.0.as_millis() as u64,
            longest: self.session.0.as_millis() as u64,
            reading: names.read()?,
            forward_token: self.forward_access_token,
            hide: self.hide_credentials,
            verified: cx.kept("oidc", || Recent::new(REMEMBERED)),
            sessions: Recent::new(REMEMBERED),
            renewed: cx.kept("oidc renewed", || Recent::new(REMEMBERED)),
            renewing: cx.kept("oidc renewing", Turns::default),
            sign_outs: cx.sign_outs(),
            logouts: cx.kept("oidc logouts", || Replays::new(REMEMBERED)),
            own,
        }))
    }
}

/// The running form of [`Oidc`].
struct SignIn {
    providers: Vec<Provider>,
    places: Places,
    /// Nothing where nobody signs in here.
    sealer: Option<Sealer>,
    scopes: String,
    audiences: Vec<String>,
    algorithms: Vec<Algorithm>,
    /// Milliseconds.
    skew: u64,
    /// How long a session lasts at most, milliseconds.
    longest: u64,
    reading: Reading,
    forward_token: bool,
    hide: bool,
    /// Bearer tokens, of all such policies of the gateway.
    verified: Arc<Recent<Arc<Verified>>>,
    /// Cookies of this policy.
    sessions: Recent<Arc<login::Known>>,
    /// What sessions became, by the refresh token that was used for it: requests that come with the one before get it too.
    renewed: Arc<Recent<Arc<login::Renewed>>>,
    renewing: Arc<Turns>,
    /// Sessions that a provider ended.
    sign_outs: Arc<SignOuts>,
    /// Logout tokens that were taken.
    logouts: Arc<Replays>,
    /// Tells this policy's entries from those of others.
    own: [u8; 16],
}

/// What a bearer token said that was verified.
struct Verified {
    times: Times,
    provider: usize,
    /// Of the keys it was verified with.
    generation: u64,
    said: Said,
}

impl Filter for SignIn {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.sealer.is_some()
            && let Some(place) = Place::of(&self.places, req)
        {
            return Step::wait(self.at(place, req));
        }
        match sent(&req.head.headers, "bearer") {
            Sent::Credentials(token) => {
                let mark = self.verified.mark(&[&self.own, token.as_bytes()]);
                if let Some(known) = self.verified.get(&mark)
                    && known.generation == self.providers[known.provider].generation(&req.world, req.arrived)
                {
                    return self.let_in_token(&known, req).into();
                }
                let token = token.to_owned();
                Step::wait(self.check_token(token, req))
            }
            Sent::Unclear => Step::Done(Err(wrong("the request carries several tokens".into()).into())),
            // Of a scheme that somebody else may understand.
            Sent::Nothing | Sent::Other => match &self.sealer {
                Some(sealer) => self.by_cookie(sealer, req),
                None => Step::Done(Err(missing().into())),
            },
        }
    }

    fn carries(&self, req: &Request) -> bool {
        let by_token = !matches!(sent(&req.head.headers, "bearer"), Sent::Nothing | Sent::Other);
        by_token || self.sealer.as_ref().is_some_and(|sealer| sealer.is_sent(&req.head.headers))
    }

    fn owns(&self, req: &Request) -> bool {
        self.sealer.is_some() && Place::of(&self.places, req).is_some()
    }
}

impl SignIn {
    async fn check_token(&self, token: String, req: &mut Request) -> Flow {
        if token.len() > LONGEST {
            return Err(wrong("it is too long".into()).into());
        }
        // It chooses the keys that it is verified with, and is not believed otherwise.
        let issuer = issuer_claimed(&token).ok_or_else(|| wrong("it is no signed token with an `iss`".into()))?;
        let provider = self.providers.iter().position(|provider| provider.client.issuer == issuer);
        let provider = provider.ok_or_else(|| wrong("its issuer is not one that is trusted here".into()))?;
        let client = &self.providers[provider].client;
        let rules = Rules {
            issuers: vec![issuer],
            audiences: self.audiences.clone(),
            required: vec!["exp".to_owned()],
            skew: self.skew,
        };
        let verified = self.providers[provider]
            .verify(&token, &self.algorithms, &rules, &req.world, req.arrived)
            .await
            .map_err(refused)?;
        let (claims, times, generation) = verified;
        // RFC 8725 §3.12: what tells a client who signed in is not for calling APIs.
        if claims.contains_key("nonce") || claims.contains_key("at_hash") {
            return Err(wrong("it is an ID token, which is for the client alone".into()).into());
        }
        if self.audiences.is_empty() && !is_for(&claims, &client.id) {
            return Err(wrong("it is made for another client; say whom by `audience`".into()).into());
        }
        let said = self.reading.of(claims, &req.target.workspace).map_err(wrong)?;
        let known = Arc::new(Verified { times, provider, generation, said });
        self.let_in_token(&known, req)?;
        self.verified.put(self.verified.mark(&[&self.own, token.as_bytes()]), known);
        Ok(())
    }

    fn let_in_token(&self, known: &Verified, req: &mut Request) -> Flow {
        known.times.hold(req.arrived.unix_ms).map_err(wrong)?;
        if self.hide {
            req.head.headers.remove(AUTHORIZATION);
        }
        if let Some(sealer) = &self.sealer {
            sealer.take_out(&mut req.head.headers);
        }
        self.reading.let_in(&known.said, Proof::Token, req)
    }
}

/// Whether a token says a client is whom it is for, or who got it.
fn is_for(claims: &serde_json::Map<String, serde_json::Value>, client: &str) -> bool {
    let is = |value: &serde_json::Value| value.as_str() == Some(client);
    let audience = match claims.get("aud") {
        Some(serde_json::Value::Array(all)) => all.iter().any(is),
        Some(one) => is(one),
        None => false,
    };
    audience || ["azp", "client_id"].iter().any(|name| claims.get(*name).is_some_and(is))
}

fn missing() -> Problem {
    unauthenticated("send a token in `Authorization: Bearer`", &NO_TOKEN)
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::Wrong(why) => wrong(why),
        Refused::Unavailable(why) => unavailable(&why),
    }
}

/// A refusal that tells the client no more than it needs, and operators why.
fn wrong(why: Why) -> Problem {
    wrong_token(why)
}

fn unavailable(why: &str) -> Problem {
    let detail = "callers cannot be told apart now, because the provider that knows them does not answer";
    Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("oidc: {why}"))
}
