//! Where names and passwords are asked for (RFC 7617): reading them, refusing, and stopping those who guess.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::{AUTHORIZATION, RETRY_AFTER};
use policy::{Algorithm, Counter, Quota, prelude::*};

use crate::authorization::{Sent, sent, unauthenticated};

/// The longest credentials, encoded, bytes.
const LONGEST: usize = 1024;

/// Asks for a name and a password, and counts how often that is tried.
pub(crate) struct Door {
    challenge: HeaderValue,
    tried: Box<dyn Counter>,
    hide: bool,
}

/// A name and password that a request carries.
pub(crate) struct Pair {
    decoded: String,
    colon: usize,
}

impl Pair {
    fn read(encoded: &str) -> Option<Pair> {
        if encoded.len() > LONGEST {
            return None;
        }
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let colon = decoded.find(':')?;
        (!decoded.chars().any(char::is_control)).then_some(Pair { decoded, colon })
    }

    pub(crate) fn username(&self) -> &str {
        &self.decoded[..self.colon]
    }

    pub(crate) fn password(&self) -> &str {
        &self.decoded[self.colon + 1..]
    }

    /// Both, as they were sent.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.decoded.as_bytes()
    }
}

impl Door {
    /// `attempts` is how many pairs may be tried in a minute from one address, and for one name.
    ///
    /// # Errors
    /// The field that cannot be used: `realm` or `attempts`.
    pub(crate) fn new(realm: &str, attempts: u32, hide: bool, cx: &BuildCx<'_>) -> Result<Door, Invalid> {
        let fits = |c: char| (' '..='~').contains(&c) && !matches!(c, '"' | '\\');
        if realm.len() > 100 || !realm.chars().all(fits) {
            return Err(Invalid::field(
                "realm",
                "a realm is visible ASCII without quotes and \\, 100 at most",
            ));
        }
        if attempts == 0 {
            return Err(Invalid::field(
                "attempts",
                "with no attempt nobody could ever sign in; allow 1 or more",
            ));
        }
        let challenge = format!("Basic realm=\"{realm}\", charset=\"UTF-8\"");
        let quota = |limit: u64| {
            let algorithm = Algorithm::Bucket { burst: limit };
            vec![Quota { limit, window: Duration::from_secs(60), algorithm }]
        };
        let attempts = u64::from(attempts);
        Ok(Door {
            challenge: HeaderValue::try_from(challenge).expect("a realm is visible ASCII"),
            // By address, and by name: one name is not guessed from many addresses.
            tried: cx.counter(&[quota(attempts), quota(attempts)]),
            hide,
        })
    }

    /// Whether a request carries credentials of this kind.
    pub(crate) fn is_knocked_at(req: &Request) -> bool {
        !matches!(sent(&req.head.headers, "basic"), Sent::Nothing | Sent::Other)
    }

    /// What a request carries.
    ///
    /// # Errors
    /// What the client is told where it carries none, several, or something else.
    pub(crate) fn pair(&self, req: &Request) -> Result<Pair, Problem> {
        match sent(&req.head.headers, "basic") {
            Sent::Credentials(encoded) => Pair::read(encoded)
                .ok_or_else(|| self.refuse("the credentials are not a name and password as RFC 7617 says")),
            Sent::Nothing | Sent::Other => {
                Err(self.refuse("send a name and password in `Authorization: Basic`"))
            }
            Sent::Unclear => {
                Err(self.refuse("the request carries several `Authorization` headers; send one"))
            }
        }
    }

    /// Counts an attempt that will cost something, before its outcome is known, so that attempts made at one moment count too.
    pub(crate) fn attempt(&self, pair: &Pair, req: &Request) -> Flow {
        let client = req.client.to_canonical().to_string();
        let by_address = self.tried.key(CallerKey(&[b"address", client.as_bytes()]));
        let by_name = self.tried.key(CallerKey(&[b"name", pair.username().as_bytes()]));
        let taken = self.tried.take(&[by_address, by_name], &[1, 1], req.arrived);
        if taken.allowed {
            return Ok(());
        }
        let seconds = taken.wait.unwrap_or(taken.reset).as_secs().max(1);
        let detail = "too many names and passwords were tried; wait as long as `Retry-After` says";
        Err(Problem::new(problems::RATE_LIMITED, detail).with_header(RETRY_AFTER, seconds.into()).into())
    }

    /// Takes the credentials of a request that is let in out of it, where they are not to go on.
    pub(crate) fn hide(&self, req: &mut Request) {
        if self.hide {
            req.head.headers.remove(AUTHORIZATION);
        }
    }

    /// The same whatever of the two was wrong.
    pub(crate) fn wrong(&self) -> Problem {
        self.refuse("the name or the password is wrong").as_guess()
    }

    fn refuse(&self, detail: &'static str) -> Problem {
        unauthenticated(detail, &self.challenge)
    }
}
