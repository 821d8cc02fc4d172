//! `oauth2`: who calls, by a token of the authorization server of the workspace (RFC 9068, RFC 6750, RFC 9449).

mod servers;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::rand;
use head::Known;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use jose::{
    Algorithm, DpopProof, KeySet, LONGEST, NotTaken, PROOF_AGE, Replays, Rules, Times, Token, Why,
    issuer_claimed, sha256_of,
};
use model::{OAuthClient, TokenIssuer, TokenServer, snapshot::{Caller, Scopes}};
use policy::{Proof, prelude::*};
use serde_json::{Map, Value as Json};

use self::servers::{Found, NoKeys, Servers};
use crate::{
    authorization::{NO_TOKEN, Sent, sent, unauthenticated, wrong_token},
    claim::{Path, text_of},
    key_source::KeySource,
    recent::{Mark, Recent},
    text::header_name,
};

/// Tokens that a gateway remembers as verified.
const REMEMBERED: usize = 10_000;
/// Proofs that a gateway remembers, so that none is taken twice.
const PROOFS: usize = 200_000;
static DPOP: HeaderName = HeaderName::from_static("dpop");
const NO_PROOF: HeaderValue = HeaderValue::from_static("DPoP realm=\"pailou\", algs=\"ES256 ES384 EdDSA RS256 PS256\"");
const WRONG_PROOF: HeaderValue = HeaderValue::from_static(
    "DPoP realm=\"pailou\", error=\"invalid_dpop_proof\", algs=\"ES256 ES384 EdDSA RS256 PS256\"",
);

/// Lets in apps that send a token of the built-in authorization server, or of one elsewhere that the workspace names
/// (`kind: authorization-server`), and says who they are.
///
/// The caller is the app, as it is with its API key: its plan, its limits and its calls are the same. Whoever agreed to the app's acting for
/// them is `claims.sub`. A token is refused within a second after its client ended, and one of the built-in server after it or its grant was revoked. A token that is bound to a key
/// (DPoP, RFC 9449) is taken with a proof of that key for this very request alone, and each proof once. The token is taken out of
/// the request before it goes to the upstream.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Oauth2 {
    /// Whether only tokens are taken that are bound to a key of the client (DPoP).
    dpop_required: bool,
    /// Headers for the upstream with the claims they tell: `x-user: sub`. What a client sent under these names is always taken out.
    forward_claims: BTreeMap<String, String>,
    /// Whether the token is taken out of the request before it goes to the upstream.
    hide_credentials: bool,
    /// By how much the clocks of control plane and gateway may differ, 5 minutes at most.
    clock_skew: Span,
}

impl Default for Oauth2 {
    fn default() -> Oauth2 {
        Oauth2 {
            dpop_required: false,
            forward_claims: BTreeMap::new(),
            hide_credentials: true,
            clock_skew: Span::secs(5),
        }
    }
}

impl Policy for Oauth2 {
    const NAME: &'static str = "oauth2";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ forward_claims: { x-user: sub } }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.clock_skew > Span::secs(300) {
            return Err(Invalid::field("clock_skew", "is at most 5 minutes"));
        }
        let mut forwards = Vec::with_capacity(self.forward_claims.len());
        for (name, claim) in &self.forward_claims {
            let field = format!("forward_claims.{name}");
            let path = Path::read(claim).map_err(|message| Invalid::field(&field, message))?;
            forwards.push((header_name(name, &field)?, path));
        }
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Box::new(Check {
            dpop_required: self.dpop_required,
            forwards,
            hide: self.hide_credentials,
            skew: self.clock_skew.0.as_millis() as u64,
            own,
            verified: cx.kept("oauth2", || Recent::new(REMEMBERED)),
            keys: cx.kept("oauth2 keys", Keys::default),
            servers: cx.kept("oauth2 servers", Servers::default),
            proofs: cx.kept("oauth2 proofs", || Replays::new(PROOFS)),
        }))
    }
}

/// The running form of [`Oauth2`].
struct Check {
    dpop_required: bool,
    forwards: Vec<(HeaderName, Path)>,
    hide: bool,
    skew: u64,
    /// Of all such policies of the gateway.
    verified: Arc<Recent<Arc<Verified>>>,
    keys: Arc<Keys>,
    proofs: Arc<Replays>,
    servers: Arc<Servers>,
    /// Tells this policy's entries from those of others: what one accepts another may not.
    own: [u8; 16],
}

/// The key sets that were read last, by their text: one for each workspace, and few.
#[derive(Default)]
struct Keys(Mutex<Vec<(Arc<str>, Arc<KeySet>)>>);

const MOST_SETS: usize = 64;

impl Keys {
    fn of(&self, text: &Arc<str>) -> Option<Arc<KeySet>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, set)) = known.iter().find(|(of, _)| of == text) {
            return Some(Arc::clone(set));
        }
        let set = Arc::new(KeySet::read(text.as_bytes()).ok()?);
        if known.len() >= MOST_SETS {
            known.remove(0);
        }
        known.push((Arc::clone(text), Arc::clone(&set)));
        Some(set)
    }
}

/// What a token says that was verified.
struct Verified {
    times: Times,
    by: By,
    /// By what gateways know the client.
    client: Box<str>,
    id: Box<str>,
    /// Seconds since 1970.
    issued: u64,
    audiences: Box<[Box<str>]>,
    scopes: Scopes,
    claims: Arc<Json>,
    /// The thumbprint of the key it is bound to (RFC 9449 §6.1).
    bound: Option<Box<str>>,
}

/// Whose token it is, and what it was verified with.
enum By {
    /// Of the built-in server: the text of its keys.
    Here(Arc<str>),
    There { server: Arc<TokenServer>, keys: Arc<KeySource>, generation: u64 },
}

impl Filter for Check {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        match self.look(req) {
            Ok(Looked::Known(known, mark)) => self.let_in(known, mark, req).into(),
            Ok(Looked::There(server, mark)) => Step::wait(self.verify_there(server, mark, req)),
            Err(problem) => Step::Done(Err(problem.into())),
        }
    }

    fn carries(&self, req: &Request) -> bool {
        match sent(&req.head.headers, "bearer") {
            // Another policy may take tokens of others beside this one.
            Sent::Credentials(token) => {
                let issuer = req.world.token_issuer(&req.target.workspace);
                let servers = req.world.token_servers(&req.target.workspace);
                let is_known = |claimed: String| {
                    issuer.is_none_or(|issuer| claimed == *issuer.issuer)
                        || servers.iter().any(|server| claimed == *server.issuer)
                };
                issuer_claimed(token).is_none_or(is_known)
            }
            Sent::Other => matches!(sent(&req.head.headers, "dpop"), Sent::Credentials(_)),
            Sent::Unclear => true,
            Sent::Nothing => false,
        }
    }
}

/// What is known of a token at once.
enum Looked {
    /// The mark is that of one that was not seen before.
    Known(Arc<Verified>, Option<Mark>),
    There(Arc<TokenServer>, Mark),
}

impl Check {
    /// The token that a request carries, and whether it came as one that is bound to a key.
    fn token<'r>(&self, headers: &'r Headers) -> Result<(&'r str, bool), Problem> {
        let token = match (sent(headers, "bearer"), sent(headers, "dpop")) {
            (Sent::Credentials(text), _) => (text, false),
            (_, Sent::Credentials(text)) => (text, true),
            (Sent::Unclear, _) => return Err(wrong_token("the request carries several tokens".into())),
            _ => return Err(self.missing()),
        };
        if token.0.len() > LONGEST {
            return Err(wrong_token("it is too long".into()));
        }
        Ok(token)
    }

    fn look(&self, req: &Request) -> Result<Looked, Problem> {
        let (text, _) = self.token(&req.head.headers)?;
        let (issuer, servers) =
            (req.world.token_issuer(&req.target.workspace), req.world.token_servers(&req.target.workspace));
        let mark = self.verified.mark(&[&self.own, text.as_bytes()]);
        let is_in_force = |known: &Arc<Verified>| match &known.by {
            By::Here(keys) => issuer.is_some_and(|issuer| issuer.keys == *keys),
            By::There { server, keys, generation } => {
                servers.iter().any(|one| Arc::ptr_eq(one, server))
                    && keys.generation(&req.world, req.arrived) == *generation
            }
        };
        if let Some(known) = self.verified.get(&mark).filter(is_in_force) {
            return Ok(Looked::Known(known, None));
        }
        if !servers.is_empty()
            && let Some(claimed) = issuer_claimed(text)
            && let Some(server) = servers.iter().find(|server| claimed == *server.issuer)
        {
            return Ok(Looked::There(Arc::clone(server), mark));
        }
        let issuer = issuer.ok_or_else(|| wrong_token("no authorization server issues tokens here".into()))?;
        let known = self.verify(text, issuer).map_err(wrong_token)?;
        Ok(Looked::Known(Arc::new(known), Some(mark)))
    }

    /// Lets in whom a token names, and keeps what it said for the next time where a mark says that it is new.
    fn let_in(&self, known: Arc<Verified>, mark: Option<Mark>, req: &mut Request) -> Flow {
        let caller = self.judge(&known, req)?;
        if let Some(mark) = mark {
            self.verified.put(mark, Arc::clone(&known));
        }
        if self.hide {
            req.head.headers.remove(AUTHORIZATION);
            req.head.headers.remove(&DPOP);
        }
        for (name, claim) in &self.forwards {
            req.head.headers.remove(name);
            let claim = known.claims.as_object().and_then(|claims| claim.find(claims)).and_then(text_of);
            if let Some(value) = claim.and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok()) {
                req.head.headers.insert(name, value);
            }
        }
        req.identify(Identity {
            proofs: Proof::Token.into(),
            scopes: Arc::clone(&known.scopes),
            claims: Some(Arc::clone(&known.claims)),
            ..Identity::of(caller)
        })
    }

    /// Whether a token is good for this request, and who calls then.
    fn judge(&self, known: &Verified, req: &Request) -> Result<Arc<Caller>, Problem> {
        let (text, by_proof) = self.token(&req.head.headers)?;
        known.times.hold(req.arrived.unix_ms).map_err(wrong_token)?;
        let issuer = req.world.token_issuer(&req.target.workspace);
        let gateway = issuer.map(|issuer| &*issuer.audience);
        let is_for_gateway =
            |audience: &str| gateway.is_some_and(|gateway| is_for(audience, gateway, req));
        let is_for_us = match &known.by {
            By::Here(_) => {
                if issuer.is_some_and(|issuer| issuer.revoked.covers(&known.client, &known.id, known.issued)) {
                    return Err(wrong_token("it was revoked".into()));
                }
                known.audiences.iter().any(|audience| is_for_gateway(audience))
            }
            By::There { server, .. } if server.audiences.is_empty() => {
                known.audiences.iter().any(|audience| is_for_gateway(audience))
            }
            By::There { server, .. } => {
                known.audiences.iter().any(|audience| server.audiences.iter().any(|one| **one == **audience))
            }
        };
        if !is_for_us {
            return Err(wrong_token("it is for another API".into()));
        }
        match (&known.bound, by_proof) {
            (Some(bound), true) => self.check_proof(bound, text, req)?,
            (None, true) => return Err(wrong_token("it is bound to no key, and came as one that is".into())),
            // A token that was taken from its owner must not do without what it lacks (RFC 9449 §7.2).
            (Some(_), false) => return Err(wrong_token("it is bound to a key, and came as one that is not".into())),
            (None, false) if self.dpop_required => {
                return Err(unauthenticated("send a token that is bound to a key (DPoP)", &NO_PROOF));
            }
            (None, false) => {}
        }
        let caller = req.world.by_client(&known.client);
        caller.ok_or_else(|| wrong_token("its client is not there any more".into()))
    }

    /// Verifies a token of a server elsewhere, when its keys are there.
    async fn verify_there(&self, server: Arc<TokenServer>, mark: Mark, req: &mut Request) -> Flow {
        let (text, _) = self.token(&req.head.headers)?;
        let token = Token::read(text, &Algorithm::PUBLIC).map_err(wrong_token)?;
        let keys = self.servers.of(&server.issuer);
        let found = keys.keys_for(&server.issuer, token.kid(), &req.world, req.arrived).await;
        let found = found.map_err(|why| match why {
            NoKeys::Unknown(why) => wrong_token(why),
            NoKeys::Unavailable(cause) => {
                let detail = "callers cannot be told apart now, because the keys of their tokens cannot be had";
                Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("no keys for `oauth2`: {cause}"))
            }
        })?;
        let known = self.read_there(&token, server, found).map_err(wrong_token)?;
        self.let_in(Arc::new(known), Some(mark), req)
    }

    fn read_there(&self, token: &Token<'_>, server: Arc<TokenServer>, found: Found) -> Result<Verified, Why> {
        // Servers that do not follow RFC 9068 call access tokens what they call every token.
        let is_access = |typ: &str| ["at+jwt", "application/at+jwt", "jwt"].iter().any(|one| typ.eq_ignore_ascii_case(one));
        if !token.typ().is_none_or(is_access) {
            return Err("it is no access token".into());
        }
        let claims = token.verified(&found.set)?;
        let required = ["exp", "aud"].map(str::to_owned).to_vec();
        let issuers = vec![server.issuer.to_string()];
        let times = Rules { issuers, audiences: Vec::new(), required, skew: self.skew }.check(&claims)?;
        let client = server.client_claims.iter().find_map(|name| claims.get(&**name));
        let client = client.and_then(Json::as_str).ok_or("no claim of it says which client it is of")?;
        let named = claims.get("scope").or_else(|| claims.get("scp")).map(crate::claim::texts_of);
        let scope = |there: &str| server.scopes.get(there).map_or_else(|| Arc::from(there), Arc::clone);
        let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default().into();
        Ok(Verified {
            times,
            client: OAuthClient::mark_at(&server.name, client).into(),
            id: text("jti"),
            issued: claims.get("iat").and_then(Json::as_u64).unwrap_or_default(),
            audiences: crate::claim::texts_of(&claims["aud"]).into_iter().map(Box::from).collect(),
            scopes: named.unwrap_or_default().into_iter().map(scope).collect(),
            bound: bound_to(&claims)?,
            by: By::There { server, keys: found.source, generation: found.generation },
            claims: Arc::new(Json::Object(claims)),
        })
    }

    fn verify(&self, text: &str, issuer: &TokenIssuer) -> Result<Verified, Why> {
        let token = Token::read(text, &[Algorithm::Es256])?;
        if !token.typ().is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt")) {
            return Err("it is no access token".into());
        }
        let set = self.keys.of(&issuer.keys).ok_or("there are no keys of the authorization server")?;
        if !token.kid().is_some_and(|kid| set.has(kid)) {
            return Err("its key is not one of the authorization server".into());
        }
        let claims = token.verified(&set)?;
        let required = ["exp", "iat", "aud", "client_id", "jti", "sub"].map(str::to_owned).to_vec();
        let rules =
            Rules { issuers: vec![issuer.issuer.to_string()], audiences: Vec::new(), required, skew: self.skew };
        let times = rules.check(&claims)?;
        if claims.get("client_id").and_then(Json::as_str).is_some_and(|id| id.contains('/')) {
            return Err("its client is of another server".into());
        }
        Ok(Verified {
            times,
            by: By::Here(Arc::clone(&issuer.keys)),
            client: text_claim(&claims, "client_id")?,
            id: text_claim(&claims, "jti")?,
            issued: claims.get("iat").and_then(Json::as_u64).ok_or("its `iat` is no whole number")?,
            audiences: crate::claim::texts_of(&claims["aud"]).into_iter().map(Box::from).collect(),
            scopes: claims.get("scope").map(crate::claim::texts_of).unwrap_or_default().into_iter().map(Arc::from).collect(),
            bound: bound_to(&claims)?,
            claims: Arc::new(Json::Object(claims)),
        })
    }

    /// Whether the request comes with a proof of the key that the token is bound to (RFC 9449 §7.1).
    fn check_proof(&self, bound: &str, token: &str, req: &Request) -> Result<(), Problem> {
        let lines = req.head.headers.get_all(&DPOP);
        let mut lines = lines.iter();
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(unproven("the request carries no proof, or several".into()));
        };
        let text = line.to_str().map_err(|_| unproven("the proof is no text".into()))?;
        let proof = DpopProof::read(text).map_err(unproven)?;
        if proof.thumbprint != bound {
            return Err(unproven("the proof is of another key than that of the token".into()));
        }
        let now = req.arrived.unix_ms;
        proof.fits(req.head.method.as_str(), now).map_err(unproven)?;
        if proof.token.as_deref() != Some(&*sha256_of(token)) {
            return Err(unproven("the proof is not for this token".into()));
        }
        let host = host_of(req);
        let here = proof.place().is_some_and(|(named, path)| named == host && path == req.head.uri.path());
        if !here {
            return Err(unproven("the proof is for another URL".into()));
        }
        match self.proofs.take(&[&proof.thumbprint, &proof.id], now, now + 2 * PROOF_AGE) {
            Ok(()) => Ok(()),
            Err(NotTaken::Again) => Err(unproven("the proof was used before".into())),
            Err(NotTaken::Full) => {
                let detail = "too many proofs came lately; repeat the request later";
                Err(Problem::new(problems::OVERLOADED, detail))
            }
        }
    }

    fn missing(&self) -> Problem {
        match self.dpop_required {
            true => unauthenticated("send a token in `Authorization: DPoP`, with its proof in `DPoP`", &NO_PROOF),
            false => unauthenticated("send a token in `Authorization: Bearer`", &NO_TOKEN),
        }
    }
}

/// Host, and port where it is not the usual one, that the client meant; in lower case.
fn host_of(req: &Request) -> String {
    let host = req.head.headers.first(Known::Host).map(|host| String::from_utf8_lossy(host.as_bytes()).to_ascii_lowercase());
    let host = req.head.uri.authority().map(|authority| authority.as_str().to_ascii_lowercase()).or(host).unwrap_or_default();
    let bare = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80"));
    bare.map_or(host.clone(), str::to_owned)
}

/// Whether an audience is the gateway, or what stands below a URL of it that leads here.
fn is_for(audience: &str, gateway: &str, req: &Request) -> bool {
    let Some(base) = audience.strip_prefix(gateway) else { return false };
    if base.is_empty() || base == "/" {
        return true;
    }
    let below = req.head.uri.path().strip_prefix(base.trim_end_matches('/'));
    base.starts_with('/') && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn text_claim(claims: &Map<String, Json>, name: &str) -> Result<Box<str>, Why> {
    let text = claims.get(name).and_then(Json::as_str);
    text.map(Box::from).ok_or_else(|| format!("its `{name}` is no text").into())
}

/// The thumbprint of the key that a token is bound to (RFC 9449 §6.1).
fn bound_to(claims: &Map<String, Json>) -> Result<Option<Box<str>>, Why> {
    let Some(bound) = claims.get("cnf") else { return Ok(None) };
    let thumbprint = bound.get("jkt").and_then(Json::as_str).ok_or("its `cnf` is not understood")?;
    Ok(Some(thumbprint.into()))
}

fn unproven(why: Why) -> Problem {
    let detail = "the proof that the token is yours (`DPoP`) is not accepted";
    Problem::new(problems::UNAUTHENTICATED, detail)
        .with_header(WWW_AUTHENTICATE, WRONG_PROOF)
        .because(format!("the token is refused: {why}"))
        .as_guess()
}

#[cfg(test)]
mod tests {
    use jose::SigningKey;
    use model::{Revoked, snapshot::{Access, Entitlement}};
    use serde_json::json;

    use super::*;
    use crate::testing::*;

    const NOW: u64 = START / 1000;

    struct Server {
        key: SigningKey,
        issuer: TokenIssuer,
    }

    impl Server {
        fn new() -> Server {
            let key = SigningKey::make().0;
            let issuer = TokenIssuer {
                issuer: "https://id.example.com/oauth/default".into(),
                audience: "https://api.example.com".into(),
                keys: json!({ "keys": [key.public()] }).to_string().into(),
                revoked: Arc::default(),
            };
            Server { key, issuer }
        }

        fn token(&self, change: impl FnOnce(&mut Json)) -> String {
            let mut claims = json!({
                "iss": &*self.issuer.issuer, "aud": "https://api.example.com", "sub": "ada@example.com", "client_id": "c1",
                "jti": "g1.1", "iat": NOW, "exp": NOW + 600, "scope": "read write",
            });
            change(&mut claims);
            self.key.sign("at+jwt", claims.as_object().unwrap())
        }

        fn request(&self, token: &str) -> RequestBuilder {
            self.bare("GET").header("authorization", &format!("Bearer {token}"))
        }

        fn bare(&self, method: &str) -> RequestBuilder {
            let entitlement = Entitlement {
                subscription: "s".into(),
                product: "p".into(),
                plan: "free".into(),
                apis: ["orders@v1".into()].into(),
                ends: None,
            };
            let app = caller("app", "shop", Access::Subscribed(Box::new([entitlement])));
            let app = Caller { client: Some("c1".into()), ..(*app).clone() };
            let req = RequestBuilder::of(method, "/orders/v1/1?q").header("host", "api.example.com");
            req.known(app).token_issuer(self.issuer.clone())
        }
    }

    #[test]
    fn the_app_is_the_caller_with_the_scopes_of_its_token_and_the_token_goes_no_further() {
        let (server, filter) = (Server::new(), build("oauth2", "{ forward_claims: { x-user: sub } }"));
        let token = server.token(|_| {});
        for _ in 0..2 {
            let mut req = server.request(&token).header("x-user", "root").build();
            pass(&*filter, &mut req);
            let identity = req.identity.as_ref().unwrap();
            assert_eq!(&*identity.caller.key, "app/shop");
            assert_eq!(&*identity.entitlement().unwrap().plan, "free");
            assert_eq!(identity.scopes.join(" "), "read write");
            assert!(req.head.headers.get("authorization").is_none());
            assert_eq!(req.head.headers.get("x-user").unwrap(), "ada@example.com");
        }
        let mut elsewhere = server.request(&token).service("api/bills@v1").build();
        assert_eq!(refused(&*filter, &mut elsewhere).kind.code, "subscription-required");
    }

    #[test]
    fn what_is_no_token_for_this_api_now_is_refused() {
        let (server, filter) = (Server::new(), build("oauth2", "{}"));
        let other = Server::new();
        for (token, why) in [
            (other.token(|_| {}), "its key"),
            (server.token(|claims| claims["iss"] = "https://evil.example".into()), "issuer"),
            (server.token(|claims| claims["aud"] = "https://api.example.com.evil".into()), "another API"),
            (server.token(|claims| claims["aud"] = "https://api.example.com/orders/v".into()), "another API"),
            (server.token(|claims| claims["exp"] = (NOW - 60).into()), "expired"),
            (server.token(|claims| claims["client_id"] = "c2".into()), "not there any more"),
            (server.token(|claims| claims["jti"] = Json::Null), "has no `jti`"),
            (server.token(|claims| claims["cnf"] = json!({ "x5t#S256": "AA" })), "`cnf`"),
            (server.token(|claims| claims["cnf"] = json!({ "jkt": "AA" })), "bound to a key"),
            (server.key.sign("JWT", &Map::new()), "no access token"),
            ("x".repeat(20_000), "too long"),
            ("x".to_owned(), "three parts"),
        ] {
            let problem = refused(&*filter, &mut server.request(&token).build());
            assert_eq!(problem.kind.code, "unauthenticated");
            assert!(problem.cause.as_deref().unwrap_or_default().contains(why), "{why}: {:?}", problem.cause);
        }
        for audience in ["https://api.example.com/", "https://api.example.com/orders", "https://api.example.com/orders/v1/"] {
            let token = server.token(|claims| claims["aud"] = json!([audience, "https://else.example"]));
            pass(&*filter, &mut server.request(&token).build());
        }
        let problem = refused(&*filter, &mut server.bare("GET").build());
        assert_eq!(problem.headers[0].1, "Bearer realm=\"pailou\"");
    }

    #[test]
    fn a_token_that_was_seen_is_refused_once_it_is_revoked_or_its_key_is_gone() {
        let (mut server, filter) = (Server::new(), build("oauth2", "{}"));
        let token = server.token(|_| {});
        pass(&*filter, &mut server.request(&token).build());
        server.issuer.revoked = Arc::new(Revoked { ids: [("g1".into(), u64::MAX)].into(), ..Revoked::default() });
        assert!(refused(&*filter, &mut server.request(&token).build()).cause.unwrap().contains("revoked"));
        server.issuer.revoked = Arc::default();
        pass(&*filter, &mut server.request(&token).build());
        server.issuer.keys = json!({ "keys": [SigningKey::make().0.public()] }).to_string().into();
        refused(&*filter, &mut server.request(&token).build());
    }

    #[test]
    fn a_bound_token_comes_with_a_proof_for_this_very_request_and_each_proof_once() {
        let (server, filter) = (Server::new(), build("oauth2", "{}"));
        let key = SigningKey::make().0;
        let token = server.token(|claims| claims["cnf"] = json!({ "jkt": key.kid() }));
        let proof = |key: &SigningKey, change: &dyn Fn(&mut Json)| {
            let head = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.public() });
            let mut claims = json!({
                "jti": jose::random_text(8), "htm": "GET", "htu": "https://api.example.com/orders/v1/1", "iat": NOW, "ath": sha256_of(&token),
            });
            change(&mut claims);
            key.sign_with(&head, claims.as_object().unwrap())
        };
        let request = |proof: &str| server.bare("GET").header("authorization", &format!("DPoP {token}")).header("dpop", proof);
        let good = proof(&key, &|_| {});
        let mut req = request(&good).build();
        pass(&*filter, &mut req);
        assert!(req.head.headers.get("dpop").is_none());
        for (proof, why) in [
            (good.clone(), "used before"),
            (proof(&SigningKey::make().0, &|_| {}), "another key"),
            (proof(&key, &|claims| claims["htm"] = "POST".into()), "another method"),
            (proof(&key, &|claims| claims["htu"] = "https://api.example.com/orders/v1/2".into()), "another URL"),
            (proof(&key, &|claims| claims["htu"] = "https://evil.example/orders/v1/1".into()), "another URL"),
            (proof(&key, &|claims| claims["iat"] = (NOW - 61).into()), "this moment"),
            (proof(&key, &|claims| claims["ath"] = sha256_of("other").into()), "this token"),
            (proof(&key, &|claims| claims["ath"] = Json::Null), "this token"),
        ] {
            let problem = refused(&*filter, &mut request(&proof).build());
            assert!(problem.cause.as_deref().unwrap_or_default().contains(why), "{why}: {:?}", problem.cause);
            assert!(problem.headers[0].1.to_str().unwrap().starts_with("DPoP "));
        }
        let twice = request(&proof(&key, &|_| {})).header("dpop", &proof(&key, &|_| {}));
        refused(&*filter, &mut twice.build());
        refused(&*filter, &mut server.request(&token).header("dpop", &proof(&key, &|_| {})).build());
        let plain = server.token(|_| {});
        refused(&*build("oauth2", "{ dpop_required: true }"), &mut server.request(&plain).build());
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert_eq!(invalid("oauth2", "{ forward_claims: { x-user: '' } }").field, "forward_claims.x-user");
        assert_eq!(invalid("oauth2", "{ clock_skew: 10m }").field, "clock_skew");
    }
}
