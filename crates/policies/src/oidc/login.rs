//! Signing in with a browser (OpenID Connect Core 1.0 §3.1, RFC 7636), what it becomes, and signing out.

use std::sync::Arc;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, SET_COOKIE};
use jose::{Times, openid};
use policy::{Proof, World, prelude::*};

use super::{SignIn, missing, provider::Refused, refused, unavailable};
use crate::{
    login::{
        Query, base,
        cookie::{LARGEST, Sealer, set},
        encoded, go, is_rooted,
        places::Places,
        random, signed_out, wants_a_page,
    },
    said::Said,
};

/// How long signing in may take, milliseconds.
const ATTEMPT: u64 = 10 * 60_000;
/// How long before its end a session is renewed, milliseconds.
const EARLY: u64 = 30_000;
/// How long a session that should be renewed goes on while the provider does not answer, milliseconds.
const OUTAGE: u64 = 5 * 60_000;
/// How long requests that come with the session before get the one that it became, milliseconds.
const OVERLAP: u64 = 60_000;
const SESSION: &str = "session";
const ATTEMPTED: &str = "attempt";
/// Where the provider sends browsers back to, below the others' folder.
pub(super) const CALLBACK: &str = "callback";

/// Something other than a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Callback,
    Login,
    Logout,
    /// Where browsers go after that, where nobody said another page.
    SignedOut,
    /// Where the provider says that somebody signed out there.
    BackchannelLogout,
}

impl Place {
    /// What a request asks for beside calls.
    pub(super) fn of(places: &Places, req: &Request) -> Option<Place> {
        match places.name_in(req)? {
            CALLBACK => Some(Place::Callback),
            "login" => Some(Place::Login),
            "logout" => Some(Place::Logout),
            "signed-out" => Some(Place::SignedOut),
            "backchannel-logout" => Some(Place::BackchannelLogout),
            _ => None,
        }
    }
}

/// One attempt to sign in, as the browser keeps it.
#[derive(Serialize, Deserialize)]
struct Attempt {
    state: String,
    nonce: String,
    /// RFC 7636 §4.1.
    verifier: String,
    issuer: String,
    /// Where to go then.
    back: String,
    until: u64,
}

/// Who has signed in, as the browser keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) issuer: String,
    pub(super) claims: serde_json::Map<String, serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh: Option<String>,
    /// What tells the provider whom to sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// When it is to be renewed, or ends; milliseconds since 1970.
    until: u64,
    /// When it ends however it is renewed.
    last: u64,
    /// When somebody signed in; of before this was kept, long ago.
    #[serde(default)]
    pub(super) began: u64,
}

/// A session that was opened.
pub(super) struct Known {
    session: Session,
    said: Said,
}

/// What a session became, for those who come with the one before.
pub(super) struct Renewed {
    known: Arc<Known>,
    sealed: String,
    until: u64,
}

impl SignIn {
    /// Answers what is no call.
    pub(super) async fn at(&self, place: Place, req: &mut Request) -> Flow {
        let Some(sealer) = &self.sealer else { return Err(missing().into()) };
        if place != Place::BackchannelLogout && req.head.method != Method::GET {
            let allow = HeaderValue::from_static("GET");
            let problem = Problem::new(problems::METHOD_NOT_ALLOWED, "signing in and out is done by GET");
            return Err(problem.with_header(http::header::ALLOW, allow).into());
        }
        match place {
            Place::Callback => self.come_back(sealer, req).await,
            Place::Login => {
                let query = Query::of(req);
                let wanted = query.one("issuer").map_err(|()| again("a parameter stands twice"))?;
                let provider = match &wanted {
                    None => Some(0),
                    Some(issuer) => self.providers.iter().position(|provider| provider.client.issuer == *issuer),
                };
                let provider = provider.ok_or_else(|| {
                    Problem::new(problems::BAD_REQUEST, "nobody signs in here with that issuer")
                })?;
                let back = query.one("return").ok().flatten().filter(|back| is_rooted(back));
                self.send_off(sealer, provider, back.unwrap_or_else(|| format!("{}/", base(req))), req).await
            }
            Place::Logout => self.sign_out(sealer, req).await,
            Place::SignedOut => Err(signed_out()),
            Place::BackchannelLogout => self.hear_logout(req).await,
        }
    }

    /// Lets in who has a session; sends browsers without one to sign in.
    pub(super) fn by_cookie<'a>(&'a self, sealer: &'a Sealer, req: &'a mut Request) -> Step<'a> {
        let secure = self.places.is_secure(req);
        let Some(sealed) = sealer.sent(&req.head.headers, secure) else { return self.must_sign_in(sealer, req) };
        let mark = self.sessions.mark(&[sealed.as_bytes()]);
        let known = self.sessions.get(&mark).or_else(|| {
            let known = Arc::new(self.open(sealer, &sealed, req)?);
            self.sessions.put(mark, Arc::clone(&known));
            Some(known)
        });
        let Some(known) = known else { return self.must_sign_in(sealer, req) };
        let now = req.arrived.unix_ms;
        if now >= known.session.last || self.is_over(&known.session) {
            return self.must_sign_in(sealer, req);
        }
        let is_due = known.session.refresh.is_some() && now + EARLY >= known.session.until;
        if is_due {
            return Step::wait(self.renew(sealer, known, req));
        }
        if now >= known.session.until {
            return self.must_sign_in(sealer, req);
        }
        self.let_in_session(sealer, &known, req).into()
    }

    fn open(&self, sealer: &Sealer, sealed: &str, req: &Request) -> Option<Known> {
        let session: Session = serde_json::from_slice(&sealer.open(SESSION, sealed)?).ok()?;
        // A provider that was taken out of the configuration is not trusted any more.
        self.providers.iter().find(|provider| provider.client.issuer == session.issuer)?;
        let said = self.reading.of(session.claims.clone(), &req.target.workspace).ok()?;
        Some(Known { session, said })
    }

    fn let_in_session(&self, sealer: &Sealer, known: &Known, req: &mut Request) -> Flow {
        sealer.take_out(&mut req.head.headers);
        if self.forward_token
            && let Some(token) = &known.session.access
            && let Ok(mut value) = HeaderValue::try_from(format!("Bearer {token}"))
        {
            value.set_sensitive(true);
            req.head.headers.insert(AUTHORIZATION, value);
        }
        self.reading.let_in(&known.said, Proof::Token, req)
    }

    /// Sends a browser that wants a page to sign in; everybody else is told that something is missing.
    fn must_sign_in<'a>(&'a self, sealer: &'a Sealer, req: &'a mut Request) -> Step<'a> {
        if !wants_a_page(req) {
            return Step::Done(Err(missing().into()));
        }
        let back = req.head.uri.path_and_query().map(|target| target.as_str().to_owned());
        let back = back.filter(|back| is_rooted(back)).unwrap_or_else(|| format!("{}/", base(req)));
        Step::wait(self.send_off(sealer, 0, back, req))
    }

    /// To the provider.
    async fn send_off(&self, sealer: &Sealer, provider: usize, back: String, req: &mut Request) -> Flow {
        let provider = &self.providers[provider];
        let about = provider.about(&req.world, req.arrived).await.map_err(refused)?;
        let endpoint = about.authorization.as_ref();
        let endpoint = endpoint.ok_or_else(|| unavailable("the provider has no authorization endpoint"))?;
        let attempt = Attempt {
            state: random(),
            nonce: random(),
            verifier: random(),
            issuer: provider.client.issuer.clone(),
            back,
            until: req.arrived.unix_ms + ATTEMPT,
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, attempt.verifier.as_bytes()));
        let join = if endpoint.query().is_some() { '&' } else { '?' };
        let to = format!(
            "{endpoint}{join}response_type=code&client_id={}&redirect_uri={}&scope={}&state={}&nonce={}&code_challenge={challenge}&code_challenge_method=S256",
            encoded(&provider.client.id),
            encoded(&self.places.answers(req)),
            encoded(&self.scopes),
            attempt.state,
            attempt.nonce,
        );
        let secure = self.places.is_secure(req);
        let text = serde_json::to_vec(&attempt).expect("texts and numbers are JSON");
        let name = sealer.attempt(secure, &attempt.state);
        let kept = set(&name, &sealer.seal(ATTEMPTED, &text), &self.places.answers_path(req), secure, ATTEMPT / 1000);
        let stale = sealer.forget(&req.head.headers, secure);
        Err(go(&to, kept.into_iter().chain(stale)))
    }

    /// From the provider, with a code or with why there is none.
    async fn come_back(&self, sealer: &Sealer, req: &mut Request) -> Flow {
        let query = Query::of(req);
        let twice = |()| again("a parameter stands twice");
        let state = query.one("state").map_err(twice)?.ok_or_else(|| again("there is no `state`"))?;
        let secure = self.places.is_secure(req);
        let name = sealer.attempt(secure, &state);
        let kept = Sealer::one(&req.head.headers, &name).and_then(|kept| sealer.open(ATTEMPTED, &kept));
        let attempt = kept.and_then(|text| serde_json::from_slice::<Attempt>(&text).ok());
        // Only the browser that began may end it.
        let attempt = attempt.ok_or_else(|| again("this browser did not begin that"))?;
        let now = req.arrived.unix_ms;
        if verify_slices_are_equal(attempt.state.as_bytes(), state.as_bytes()).is_err() || now >= attempt.until {
            return Err(again("it is another attempt, or one of long ago").into());
        }
        let done = set(&name, "", &self.places.answers_path(req), secure, 0);
        let provider = self.providers.iter().find(|provider| provider.client.issuer == attempt.issuer);
        let provider = provider.ok_or_else(|| again("its provider is not trusted any more"))?;
        let about = provider.about(&req.world, req.arrived).await.map_err(refused)?;
        // RFC 9207: an answer of one provider is not taken for that of another.
        let issuer = query.one("iss").map_err(twice)?;
        if issuer.as_ref().is_some_and(|issuer| *issuer != attempt.issuer) || (issuer.is_none() && about.says_issuer) {
            return Err(again("it is the answer of another provider").into());
        }
        if let Some(error) = query.one("error").map_err(twice)? {
            let error: String = error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
            let problem = Problem::new(problems::FORBIDDEN, "the provider did not sign you in");
            let problem = problem.because(format!("oidc: the provider answers `{error}`"));
            return Err(done.into_iter().fold(problem, |problem, cookie| problem.with_header(SET_COOKIE, cookie)).into());
        }
        let code = query.one("code").map_err(twice)?.ok_or_else(|| again("there is no `code`"))?;
        let callback = self.places.answers(req);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", &*callback),
            ("code_verifier", &*attempt.verifier),
        ];
        let tokens = provider.tokens(&form, &req.world, req.arrived).await.map_err(|why| match why {
            Refused::Wrong(why) => again(&why),
            why => refused(why),
        })?;
        let id = tokens.id.ok_or_else(|| unavailable("the provider gave no ID token"))?;
        let (claims, times) = self.identity(&id, provider, &req.world).await?;
        if claims.get("nonce").and_then(|nonce| nonce.as_str()) != Some(&*attempt.nonce) {
            return Err(again("its ID token is of another attempt").into());
        }
        let until = tokens.expires_in.map_or(times.until, |seconds| now.saturating_add(seconds.saturating_mul(1000)));
        let session = Session {
            issuer: attempt.issuer,
            claims: said_of(claims),
            access: tokens.access.filter(|_| self.forward_token),
            refresh: tokens.refresh,
            hint: Some(id),
            until,
            last: now.saturating_add(self.longest),
            began: now,
        };
        let sealed = self.sealed(sealer, session).ok_or_else(too_large)?;
        let seconds = self.longest / 1000;
        let kept = sealer.keep(&sealed, secure, seconds, sealer.pieces(&req.head.headers));
        let to = format!("{}{}", self.places.origin(req), attempt.back);
        Err(go(&to, kept.into_iter().chain(done)))
    }

    /// What an ID token says (OpenID Connect Core 1.0 §3.1.3.7).
    async fn identity(
        &self,
        id: &str,
        provider: &super::Provider,
        world: &Arc<dyn World>,
    ) -> Result<(serde_json::Map<String, serde_json::Value>, Times), Problem> {
        let rules = openid::id_token_rules(&provider.client.issuer, &provider.client.id, self.skew);
        let verified = provider.verify(id, &self.algorithms, &rules, world, world.now()).await;
        let (claims, times, _) = verified.map_err(|why| match why {
            Refused::Wrong(why) => unavailable(&format!("the ID token is refused: {why}")),
            why => refused(why),
        })?;
        if !openid::made_for(&claims, &provider.client.id) {
            return Err(unavailable("the ID token is refused: it was made for another client"));
        }
        Ok((claims, times))
    }

    /// Renews a session before it ends. Of requests that come at one time one does it, and the others wait: providers take a refresh token
    /// once.
    async fn renew(&self, sealer: &Sealer, known: Arc<Known>, req: &mut Request) -> Flow {
        let token = known.session.refresh.clone().unwrap_or_default();
        let mark = self.renewed.mark(&[known.session.issuer.as_bytes(), token.as_bytes()]);
        let now = req.arrived.unix_ms;
        let _turn = loop {
            if let Some(renewed) = self.renewed.get(&mark).filter(|renewed| now < renewed.until) {
                return self.go_on(sealer, &renewed, req);
            }
            match self.renewing.enter(mark).await {
                Some(turn) => break turn,
                // Somebody else has tried.
                None if self.renewed.get(&mark).is_some() => {}
                None => return self.go_on_without(sealer, &known, req).await,
            }
        };
        // It may have been done while this one came in.
        if let Some(renewed) = self.renewed.get(&mark).filter(|renewed| now < renewed.until) {
            return self.go_on(sealer, &renewed, req);
        }
        let provider = self.providers.iter().find(|provider| provider.client.issuer == known.session.issuer);
        let Some(provider) = provider else { return self.ask_to_sign_in(sealer, req).await };
        let form = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
        let tokens = match provider.tokens(&form, &req.world, req.arrived).await {
            Ok(tokens) => tokens,
            Err(Refused::Wrong(_)) => return self.ask_to_sign_in(sealer, req).await,
            Err(Refused::Unavailable(why)) => {
                return match now < known.session.until.saturating_add(OUTAGE) {
                    true => self.let_in_session(sealer, &known, req),
                    false => Err(unavailable(&why).into()),
                };
            }
        };
        let mut session = known.session.clone();
        let mut until = now.saturating_add(tokens.expires_in.unwrap_or(300).saturating_mul(1000));
        if let Some(id) = tokens.id {
            let (claims, times) = self.identity(&id, provider, &req.world).await?;
            // Core §12.2: it goes on being the same person.
            if claims.get("sub") != session.claims.get("sub") {
                return self.ask_to_sign_in(sealer, req).await;
            }
            if tokens.expires_in.is_none() {
                until = times.until;
            }
            session.claims = said_of(claims);
            session.hint = Some(id);
        }
        session.until = until;
        session.refresh = tokens.refresh.or(session.refresh);
        session.access = tokens.access.filter(|_| self.forward_token).or(session.access);
        let said = self.reading.of(session.claims.clone(), &req.target.workspace);
        let said = said.map_err(|why| unavailable(&why))?;
        let sealed = self.sealed(sealer, session.clone()).ok_or_else(too_large)?;
        let renewed = Arc::new(Renewed { known: Arc::new(Known { session, said }), sealed, until: now + OVERLAP });
        self.renewed.put(mark, Arc::clone(&renewed));
        self.go_on(sealer, &renewed, req)
    }

    fn go_on(&self, sealer: &Sealer, renewed: &Renewed, req: &mut Request) -> Flow {
        let secure = self.places.is_secure(req);
        let left = renewed.known.session.last.saturating_sub(req.arrived.unix_ms) / 1000;
        let before = sealer.pieces(&req.head.headers);
        for cookie in sealer.keep(&renewed.sealed, secure, left, before) {
            req.reply_with(SET_COOKIE, cookie);
        }
        self.let_in_session(sealer, &renewed.known, req)
    }

    async fn go_on_without(&self, sealer: &Sealer, known: &Known, req: &mut Request) -> Flow {
        match req.arrived.unix_ms < known.session.until {
            true => self.let_in_session(sealer, known, req),
            false => self.ask_to_sign_in(sealer, req).await,
        }
    }

    async fn ask_to_sign_in(&self, sealer: &Sealer, req: &mut Request) -> Flow {
        match self.must_sign_in(sealer, req) {
            Step::Done(flow) => flow,
            Step::Wait(later) => later.await,
        }
    }

    /// Ends the session here, and leads to the provider to end it there (OpenID Connect RP-Initiated Logout 1.0).
    async fn sign_out(&self, sealer: &Sealer, req: &mut Request) -> Flow {
        let secure = self.places.is_secure(req);
        let gone = sealer.forget(&req.head.headers, secure);
        let after = self.places.after_logout(req);
        let sealed = sealer.sent(&req.head.headers, secure);
        let known = sealed.and_then(|sealed| self.open(sealer, &sealed, req));
        let Some(known) = known else { return Err(go(&after, gone)) };
        let provider = self.providers.iter().find(|provider| provider.client.issuer == known.session.issuer);
        let Some(provider) = provider else { return Err(go(&after, gone)) };
        // Signed out here in any case.
        let about = provider.about(&req.world, req.arrived).await.ok();
        let Some(endpoint) = about.as_ref().and_then(|about| about.end_session.as_ref()) else {
            return Err(go(&after, gone));
        };
        let join = if endpoint.query().is_some() { '&' } else { '?' };
        let hint = known.session.hint.map(|hint| format!("&id_token_hint={hint}")).unwrap_or_default();
        let to = format!(
            "{endpoint}{join}client_id={}&post_logout_redirect_uri={}{hint}",
            encoded(&provider.client.id),
            encoded(&after),
        );
        Err(go(&to, gone))
    }

    /// A session as the browser keeps it; nothing where it is too large for one.
    fn sealed(&self, sealer: &Sealer, mut session: Session) -> Option<String> {
        let mut text = serde_json::to_vec(&session).expect("texts and numbers are JSON");
        if text.len() > LARGEST / 2 {
            // The provider asks then whom to sign out.
            session.hint = None;
            text = serde_json::to_vec(&session).expect("texts and numbers are JSON");
        }
        (text.len() <= LARGEST).then(|| sealer.seal(SESSION, &text))
    }
}

/// Claims without those that are about the token and not about the person.
fn said_of(mut claims: serde_json::Map<String, serde_json::Value>) -> serde_json::Map<String, serde_json::Value> {
    for name in ["nonce", "at_hash", "c_hash", "s_hash", "exp", "iat", "nbf", "jti", "cnf"] {
        claims.remove(name);
    }
    claims
}

fn again(why: &str) -> Problem {
    let detail = "signing in did not come to its end; begin again at the page you wanted";
    Problem::new(problems::BAD_REQUEST, detail).because(format!("oidc: {why}"))
}

fn too_large() -> Problem {
    unavailable("what the provider says of this person is too large for cookies; ask for fewer claims")
}
