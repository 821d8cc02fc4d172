//! Tokens that somebody gives to the gateway: fetched once for all calls that need the same, and renewed beside them before they end.

use std::{sync::Arc, time::Duration};

use http::header::AUTHORIZATION;
use policy::{BodyPlan, OutboundAnswer, OutboundCall, World, prelude::*};

use crate::{
    authorization::{NO_TOKEN, Sent, WRONG_TOKEN, sent, unauthenticated},
    recent::{Mark, Recent},
    turns::Turns,
};

pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer, bytes.
pub(super) const LARGEST: u64 = 64 << 10;
/// Tokens that a gateway keeps.
const KEPT: usize = 20_000;
/// How long a token is good that does not say so, and at most; milliseconds.
const USUAL: u64 = 300_000;
const LONGEST: u64 = 24 * 3_600_000;
/// How long a token is kept at least, whatever the service says of it; milliseconds.
const AT_LEAST: u64 = 10_000;
/// How long it is remembered that there is no token in exchange for one, milliseconds.
const REFUSED_FOR: u64 = 10_000;
/// The longest token of a caller, bytes.
const LONGEST_TOKEN: usize = 16 << 10;

/// Who gives tokens.
pub(super) trait Issuer: Send + Sync + 'static {
    /// Whether it gives them in exchange for those of callers.
    fn exchanges(&self) -> bool {
        false
    }

    /// Whether it is the metadata service of the machine.
    fn is_metadata(&self) -> bool {
        false
    }

    /// What it is asked; `subject` is the token of the caller, where it is exchanged.
    ///
    /// # Errors
    /// Why nothing can be asked.
    fn question(&self, subject: Option<&str>) -> Result<OutboundCall, String>;

    /// What it gives, at a time in milliseconds since 1970.
    ///
    /// # Errors
    /// Why it gives nothing.
    fn given(&self, answer: &OutboundAnswer, exchanged: bool, now: u64) -> Result<Given, String>;
}

/// What is given.
pub(super) enum Given {
    /// A bearer token, and how long it is good where that is known; milliseconds.
    Token { text: String, lasts: Option<u64> },
    /// Nothing in exchange for the token of the caller.
    Nothing,
}

/// What shows tokens of an [`Issuer`] to the service.
pub(super) struct Tokens(Arc<Shared>);

/// Which token is wanted.
struct Want {
    mark: Mark,
    /// The token of the caller, where it is exchanged.
    subject: Option<String>,
}

struct Shared {
    issuer: Box<dyn Issuer>,
    /// Of all such policies of the gateway.
    tokens: Arc<Recent<Arc<Held>>>,
    turns: Arc<Turns>,
    /// Of what is asked, and of whom.
    mark: Mark,
}

/// A token, and how long it is good; milliseconds since 1970.
struct Held {
    /// Nothing where there is none for the caller's.
    value: Option<HeaderValue>,
    since: u64,
    renew: u64,
    until: u64,
}

impl Tokens {
    /// Tokens that are the same wherever `of`, which says who is asked for what and as whom, is the same.
    pub(super) fn new(issuer: impl Issuer, of: &[&[u8]], cx: &BuildCx<'_>) -> Tokens {
        let tokens = cx.kept("upstream-auth", || Recent::new(KEPT));
        let mark = tokens.mark(of);
        let turns = cx.kept("upstream-auth turns", Turns::default);
        Tokens(Arc::new(Shared { issuer: Box::new(issuer), tokens, turns, mark }))
    }

    /// Which token a call needs.
    ///
    /// # Errors
    /// A caller without a token to exchange.
    fn want(&self, req: &Request) -> Result<Want, Problem> {
        let shared = &self.0;
        if !shared.issuer.exchanges() {
            return Ok(Want { mark: shared.mark, subject: None });
        }
        match sent(&req.head.headers, "bearer") {
            Sent::Credentials(token) if !token.is_empty() && token.len() <= LONGEST_TOKEN => {
                let mark = shared.tokens.mark(&[&shared.mark, token.as_bytes()]);
                Ok(Want { mark, subject: Some(token.to_owned()) })
            }
            Sent::Credentials(_) => Err(unauthenticated("the token is not accepted", &WRONG_TOKEN)),
            _ => Err(unauthenticated("send a token in `Authorization: Bearer`", &NO_TOKEN)),
        }
    }

    /// A token that is good; begins to ask for the next one where it is time to.
    fn at_hand(&self, want: &Want, req: &Request) -> Option<Arc<Held>> {
        let now = req.arrived.unix_ms;
        let held = self.0.tokens.get(&want.mark).filter(|held| now < held.until)?;
        // A caller may not come again: theirs is asked for when they do.
        if want.subject.is_none()
            && now >= held.renew
            && let Some(turn) = self.0.turns.try_enter(want.mark)
        {
            let (shared, world) = (Arc::clone(&self.0), Arc::clone(&req.world));
            let want = Want { mark: want.mark, subject: None };
            // Where too much is under way, the turn ends with the task that is dropped. What fails now is tried again.
            req.world.spawn(Box::pin(async move {
                let _ = shared.ask(&want, &world).await;
                drop(turn);
            }));
        }
        Some(held)
    }

    /// Waits for a token: of several calls one asks for it.
    async fn wait_for(&self, want: &Want, world: Arc<dyn World>) -> Result<Arc<Held>, Problem> {
        let shared = &self.0;
        let turn = shared.turns.enter(want.mark).await;
        let now = world.now().unix_ms;
        match (shared.tokens.get(&want.mark).filter(|held| now < held.until), turn) {
            (Some(held), _) => Ok(held),
            (None, Some(_turn)) => shared.ask(want, &world).await.map_err(|why| unavailable(&why)),
            (None, None) => Err(unavailable("another call has just asked in vain")),
        }
    }

    /// Shows a token to the service. One that the service refuses is not shown again.
    fn show(&self, want: &Want, held: &Arc<Held>, req: &mut Request) -> Flow {
        let Some(value) = &held.value else {
            let problem = unauthenticated("the token is not accepted", &WRONG_TOKEN);
            return Err(problem.because("upstream-auth: the token endpoint exchanges it for none").into());
        };
        req.head.headers.insert(AUTHORIZATION, value.clone());
        let (shared, world) = (Arc::clone(&self.0), Arc::clone(&req.world));
        let (mark, since) = (want.mark, held.since);
        req.then(move |head, _| {
            if head.status == StatusCode::UNAUTHORIZED && world.now().unix_ms >= since + AT_LEAST {
                shared.tokens.put(mark, Arc::new(Held { value: None, since, renew: 0, until: 0 }));
            }
            BodyPlan::Keep
        });
        Ok(())
    }
}

impl Filter for Tokens {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let want = match self.want(req) {
            Ok(want) => want,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        match self.at_hand(&want, req) {
            Some(token) => Step::Done(self.show(&want, &token, req)),
            None => Step::wait(async move {
                let token = self.wait_for(&want, Arc::clone(&req.world)).await?;
                self.show(&want, &token, req)
            }),
        }
    }
}

impl Shared {
    async fn ask(&self, want: &Want, world: &Arc<dyn World>) -> Result<Arc<Held>, String> {
        let call = self.issuer.question(want.subject.as_deref())?;
        let answer = match self.issuer.is_metadata() {
            true => world.send_to_metadata(call),
            false => world.send(call),
        };
        let answer = answer.await.map_err(|error| error.to_string())?;
        let now = world.now().unix_ms;
        let held = match self.issuer.given(&answer, want.subject.is_some(), now)? {
            Given::Nothing => Held { value: None, since: now, renew: 0, until: now + REFUSED_FOR },
            Given::Token { text, lasts } => {
                let value = HeaderValue::try_from(format!("Bearer {text}")).ok().filter(|_| !text.is_empty());
                let mut value = value.ok_or("the token endpoint gives no token")?;
                value.set_sensitive(true);
                let lasts = lasts.unwrap_or(USUAL).min(LONGEST);
                // Before its end, and a fifth of its time at most.
                let (renew, until) = (now + lasts - (lasts / 5).min(60_000), now + lasts);
                Held { value: Some(value), since: now, renew, until }
            }
        };
        let held = Arc::new(held);
        self.tokens.put(want.mark, Arc::clone(&held));
        Ok(held)
    }
}

fn unavailable(why: &str) -> Problem {
    let detail = "the gateway cannot prove itself to the service now; repeat the request later";
    Problem::new(problems::UPSTREAM_UNREACHABLE, detail).because(format!("upstream-auth: {why}"))
}
