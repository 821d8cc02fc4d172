//! `basic-auth`: who calls, by a name and a password (RFC 7617).

use std::sync::{Arc, OnceLock};

use model::snapshot::{Caller, Login};
use policy::{PasswordHash, Proof, prelude::*};

use crate::{
    door::{Door, Pair},
    recent::{Mark, Recent},
};

/// Pairs of name and password that a gateway remembers as right, and as wrong.
const REMEMBERED: usize = 20_000;

/// Lets in callers that send a name and a password, and says who they are.
///
/// The names and passwords are `credentials` of consumers; only a hash (Argon2id) is kept. A pair that was verified once is remembered, as a
/// keyed hash and in memory alone, so that calls do not pay for the hashing each time. An unknown name is answered as a wrong password is,
/// and takes as long. Serve it over TLS only: the password goes with every call.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BasicAuth {
    /// What browsers show when they ask for the password.
    realm: String,
    /// How many pairs of name and password that were not verified before may be tried in a minute from one network address. Guessing
    /// is stopped there with `429`; callers whose pair is known pass all the same.
    attempts: u32,
    /// Whether the header is taken out of the request before it goes to the upstream.
    hide_credentials: bool,
}

impl Default for BasicAuth {
    fn default() -> BasicAuth {
        BasicAuth { realm: "pailou".to_owned(), attempts: 60, hide_credentials: true }
    }
}

impl Policy for BasicAuth {
    const NAME: &'static str = "basic-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{}";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(PasswordCheck {
            door: Door::new(&self.realm, self.attempts, self.hide_credentials, cx)?,
            known: cx.kept("basic-auth", Verified::default),
        }))
    }
}

/// What the policies of one gateway have verified.
struct Verified {
    right: Recent<()>,
    /// Apart, so that guesses do not push out what is right.
    wrong: Recent<()>,
    /// Verified where a name is unknown, so that the answer takes as long.
    nobody: OnceLock<Arc<str>>,
}

impl Default for Verified {
    fn default() -> Verified {
        Verified { right: Recent::new(REMEMBERED), wrong: Recent::new(REMEMBERED), nobody: OnceLock::new() }
    }
}

/// The running form of [`BasicAuth`].
struct PasswordCheck {
    door: Door,
    known: Arc<Verified>,
}

impl Filter for PasswordCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let pair = match self.door.pair(req) {
            Ok(pair) => pair,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        let login = Found::of(req.world.by_username(pair.username()), pair.username());
        // The hash is part of the mark, so that a changed password is never taken for one that was verified.
        let against = login.as_ref().map_or("", |found| &found.login().password_hash);
        let mark = self.known.right.mark(&[pair.as_bytes(), against.as_bytes()]);
        if let Some(found) = &login
            && self.known.right.get(&mark).is_some()
        {
            return self.let_in(found, req).into();
        }
        if self.known.wrong.get(&mark).is_some() {
            return Step::Done(Err(self.door.wrong().into()));
        }
        Step::wait(self.verify(pair, login, mark, req))
    }

    fn carries(&self, req: &Request) -> bool {
        Door::is_knocked_at(req)
    }
}

/// A caller, and which of its logins was named.
struct Found {
    caller: Arc<Caller>,
    at: usize,
}

impl Found {
    fn of(caller: Option<Arc<Caller>>, username: &str) -> Option<Found> {
        let caller = caller?;
        let at = caller.logins.iter().position(|login| *login.username == *username)?;
        Some(Found { caller, at })
    }

    fn login(&self) -> &Login {
        &self.caller.logins[self.at]
    }
}

impl PasswordCheck {
    async fn verify(&self, pair: Pair, login: Option<Found>, mark: Mark, req: &mut Request) -> Flow {
        self.door.attempt(&pair, req)?;
        let verdict = Arc::new(OnceLock::new());
        let (found, known) = (Arc::clone(&verdict), Arc::clone(&self.known));
        let hash = login.as_ref().map(|found| Arc::clone(&found.login().password_hash));
        let work = move || {
            let text = hash.as_ref().unwrap_or_else(|| {
                known.nobody.get_or_init(|| PasswordHash::of(b"nobody has this").to_string().into())
            });
            let fits = PasswordHash::parse(text).is_ok_and(|hash| hash.verifies(pair.password().as_bytes()));
            let _ = found.set(fits && hash.is_some());
        };
        if !req.world.compute(Box::new(work)).await {
            let detail = "too many passwords are being verified; repeat the request later";
            return Err(Problem::new(problems::OVERLOADED, detail).into());
        }
        match (login, verdict.get()) {
            (Some(login), Some(true)) => {
                self.known.right.put(mark, ());
                self.let_in(&login, req)
            }
            _ => {
                self.known.wrong.put(mark, ());
                Err(self.door.wrong().into())
            }
        }
    }

    fn let_in(&self, found: &Found, req: &mut Request) -> Flow {
        let login = found.login();
        if login.expires_at.is_some_and(|at| at <= req.arrived.unix_ms) {
            return Err(self.door.wrong().into());
        }
        self.door.hide(req);
        let scopes = Arc::clone(&login.scopes);
        let username = Some(Arc::clone(&login.username));
        let identity = Identity::of(Arc::clone(&found.caller));
        req.identify(Identity { proofs: Proof::Password.into(), username, scopes, ..identity })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use model::snapshot::Access;

    use super::*;
    use crate::testing::*;

    fn hash() -> &'static str {
        static HASH: OnceLock<String> = OnceLock::new();
        HASH.get_or_init(|| PasswordHash::of(b"analytical engine").to_string())
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    fn request(authorization: &str) -> RequestBuilder {
        let login = |username: &str, expires_at| Login {
            username: username.into(),
            password_hash: hash().into(),
            expires_at,
            scopes: ["read".into()].into(),
        };
        let logins = vec![login("lovelace", None), login("late", Some(1))];
        let ada = caller("consumer", "ada", Access::Any);
        let req = RequestBuilder::get("/orders").known(Caller { logins: logins.into(), ..(*ada).clone() });
        if authorization.is_empty() { req } else { req.header("authorization", authorization) }
    }

    #[test]
    #[ignore = "a measure"]
    #[allow(clippy::print_stdout, reason = "a measure says it")]
    fn measure_what_a_password_costs_that_was_verified_before() {
        let filter = build("basic-auth", "{}");
        let made = || request(&basic("lovelace:analytical engine")).build();
        pass(&*filter, &mut made());
        let seen = crate::measure::each(&*filter, (0..20_000).map(|_| made()).collect());
        println!("basic-auth: {seen:.2} µs for a password verified before");
    }

    #[test]
    fn a_name_and_its_password_say_who_calls_and_are_not_sent_on() {
        let filter = build("basic-auth", "{}");
        for _ in 0..2 {
            let mut req = request(&basic("lovelace:analytical engine")).build();
            pass(&*filter, &mut req);
            let identity = req.identity.as_ref().unwrap();
            assert_eq!((&*identity.caller.key, &*identity.scopes[0]), ("consumer/ada", "read"));
            assert_eq!((identity.username.as_deref(), identity.key), (Some("lovelace"), None));
            assert!(req.head.headers.is_empty());
        }
        let filter = build("basic-auth", "{ hide_credentials: false }");
        let mut req = request(&basic("lovelace:analytical engine")).build();
        pass(&*filter, &mut req);
        assert!(!req.head.headers.is_empty());
    }

    #[test]
    fn every_other_request_is_refused_with_a_challenge() {
        let filter = build("basic-auth", "{ realm: Engine }");
        for sent in [
            String::new(),
            "Bearer x".to_owned(),
            "Basic".to_owned(),
            "Basic !!!!".to_owned(),
            basic("lovelace"),
            basic(""),
            basic(":"),
            basic("lovelace:"),
            basic("lovelace:analytical engine "),
            basic("lovelace:analytical engine\0"),
            basic("Lovelace:analytical engine"),
            basic("ada:analytical engine"),
            basic("late:analytical engine"),
            format!("Basic {}", "QUJD".repeat(400)),
            basic("lovelace:analytical engine").replace('=', ""),
        ] {
            let mut req = request(&sent).build();
            let problem = refused(&*filter, &mut req);
            assert_eq!(problem.kind.code, "unauthenticated", "{sent}");
            assert_eq!(problem.headers[0].1, "Basic realm=\"Engine\", charset=\"UTF-8\"");
            assert!(req.identity.is_none());
        }
        let right = basic("lovelace:analytical engine");
        let twice = request(&right).header("authorization", &right);
        assert!(refused(&*filter, &mut twice.build()).detail.contains("several"));
    }

    #[test]
    fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
        let filter = build("basic-auth", "{}");
        let answers: Vec<_> = ["lovelace:wrong password", "nobody:wrong password", "late:analytical engine"]
            .iter()
            .map(|pair| format!("{:?}", refused(&*filter, &mut request(&basic(pair)).build())))
            .collect();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
    }

    #[test]
    fn guessing_is_stopped_and_known_pairs_pass_all_the_same() {
        let filter = build("basic-auth", "{ attempts: 3 }");
        let right = basic("lovelace:analytical engine");
        pass(&*filter, &mut request(&right).build());
        for n in 0..2 {
            let problem = refused(&*filter, &mut request(&basic(&format!("lovelace:guess {n}"))).build());
            assert_eq!(problem.kind.code, "unauthenticated");
        }
        let problem = refused(&*filter, &mut request(&basic("lovelace:guess 2")).build());
        assert_eq!((problem.kind.code, problem.headers[0].0.as_str()), ("rate-limited", "retry-after"));
        // A guess made before costs nothing, and is not let through either.
        let problem = refused(&*filter, &mut request(&basic("lovelace:guess 1")).build());
        assert_eq!(problem.kind.code, "unauthenticated");
        pass(&*filter, &mut request(&right).build());
        let later = request(&basic("lovelace:guess 3")).at(Duration::from_secs(60));
        assert_eq!(refused(&*filter, &mut later.build()).kind.code, "unauthenticated");
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        assert_eq!(invalid("basic-auth", "{ realm: 'a\"b' }").field, "realm");
        assert_eq!(invalid("basic-auth", "{ attempts: 0 }").field, "attempts");
    }
}
