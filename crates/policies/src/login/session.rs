//! Sessions of ways to sign in that say once who somebody is, such as SAML and CAS: the attempt, what it becomes, and how it is shown again.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use model::{KeyHash, SignOut};
use policy::{Proof, SignOuts, prelude::*};
use saml::Attribute;
use serde_json::{Map, Value as Json};

use super::{
    cookie::{LARGEST, Sealer, set, set_for_forms},
    go,
    places::Places,
    random, wants_a_page,
};
use crate::{
    authorization::unauthenticated,
    recent::Recent,
    said::{Reading, Said},
};

/// How long signing in may take, milliseconds.
pub(crate) const ATTEMPT: u64 = 10 * 60_000;
const SESSION: &str = "session";
const ATTEMPTED: &str = "attempt";
/// Sessions that a policy remembers as opened.
const REMEMBERED: usize = 10_000;

/// What becomes of a call without a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unauthenticated {
    /// A browser that wants a page is sent to sign in; everything else is answered `401`.
    #[default]
    Redirect,
    /// Everything is answered `401`; people sign in at the page `login`.
    Refuse,
}

/// One attempt to sign in, as the browser keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) state: String,
    /// Where to go then.
    pub(crate) back: String,
    until: u64,
}

/// Who has signed in, as the browser keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) claims: Map<String, Json>,
    /// When it began, milliseconds since 1970.
    #[serde(default)]
    began: u64,
    /// When it ends, milliseconds since 1970.
    until: u64,
    /// What signing out there needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ending: Option<Json>,
    /// By what it is found when it is ended there.
    #[serde(default)]
    marks: Marks,
}

/// By what a session is found when it is ended where it began: by itself, and by whose it is.
pub(crate) type Marks = [Option<KeyHash>; 2];

/// How a session ends.
#[derive(Default)]
pub(crate) struct Ending {
    /// Milliseconds since 1970, at the latest.
    pub(crate) until: Option<u64>,
    /// What signing out there needs.
    pub(crate) there: Option<Json>,
    pub(crate) marks: Marks,
}

/// A session that was opened.
pub(crate) struct Known {
    pub(crate) session: Session,
    said: Said,
}

/// A way to sign in.
pub(crate) struct Way {
    /// The policy.
    pub(crate) policy: &'static str,
    /// In the names of its cookies.
    pub(crate) word: &'static str,
    /// What a call without a session is told.
    pub(crate) challenge: &'static str,
    /// Whether answers come by forms that pages elsewhere send.
    pub(crate) by_form: bool,
}

/// What is configured of sessions, beside where they begin.
pub(crate) struct Lasting {
    pub(crate) secret: String,
    pub(crate) session: Span,
    pub(crate) unauthenticated: Unauthenticated,
}

/// The sessions of a way to sign in.
pub(crate) struct Visits {
    way: Way,
    pub(crate) places: Places,
    sealer: Sealer,
    reading: Reading,
    /// How long a session lasts at most, milliseconds.
    longest: u64,
    unauthenticated: Unauthenticated,
    sessions: Recent<Arc<Known>>,
    /// Sessions that were ended where they began.
    sign_outs: Arc<SignOuts>,
}

impl Visits {
    /// Sessions of one way to sign in; `about` is who is asked, and as whom.
    ///
    /// # Errors
    /// What cannot be used, with its field.
    pub(crate) fn new(
        way: Way,
        about: (&str, &str),
        places: Places,
        reading: Reading,
        lasting: &Lasting,
        cx: &BuildCx<'_>,
    ) -> Result<Visits, Invalid> {
        if lasting.secret.len() < 32 {
            return Err(Invalid::field("session_secret", "has at least 32 characters"));
        }
        if lasting.session < Span::secs(60) || lasting.session > Span::secs(30 * 24 * 3600) {
            return Err(Invalid::field("session", "is at least 1 minute and at most 30 days"));
        }
        Ok(Visits {
            sealer: Sealer::new(way.word, &lasting.secret, about),
            way,
            places,
            reading,
            longest: lasting.session.0.as_millis() as u64,
            unauthenticated: lasting.unauthenticated,
            sessions: Recent::new(REMEMBERED),
            sign_outs: cx.sign_outs(),
        })
    }

    /// The session that a request shows, if it is one and still good.
    pub(crate) fn known(&self, req: &Request) -> Option<Arc<Known>> {
        let sealed = self.sealer.sent(&req.head.headers, self.places.is_secure(req))?;
        let mark = self.sessions.mark(&[sealed.as_bytes()]);
        let known = self.sessions.get(&mark).or_else(|| {
            let session: Session = serde_json::from_slice(&self.sealer.open(SESSION, &sealed)?).ok()?;
            let said = self.reading.of(session.claims.clone(), &req.target.workspace).ok()?;
            let known = Arc::new(Known { session, said });
            self.sessions.put(mark, Arc::clone(&known));
            Some(known)
        })?;
        let session = &known.session;
        let is_over = self.sign_outs.is_over(session.began, || session.marks);
        (req.arrived.unix_ms < session.until && !is_over).then_some(known)
    }

    /// Ends the sessions with some marks that began until now, here and at other gateways.
    pub(crate) fn end(&self, marks: impl IntoIterator<Item = KeyHash>, now: u64) {
        for mark in marks {
            self.sign_outs.end(SignOut { mark, before: now, until: now.saturating_add(self.longest) }, now);
        }
    }

    /// Whether a session is shown, whatever it says.
    pub(crate) fn is_shown(&self, req: &Request) -> bool {
        self.sealer.is_sent(&req.head.headers)
    }

    pub(crate) fn let_in(&self, known: &Known, req: &mut Request) -> Flow {
        self.sealer.take_out(&mut req.head.headers);
        self.reading.let_in(&known.said, Proof::Token, req)
    }

    /// Whether a call without a session is sent to sign in; why not.
    pub(crate) fn must_sign_in(&self, req: &Request) -> Result<(), Problem> {
        if self.unauthenticated == Unauthenticated::Redirect && wants_a_page(req) {
            return Ok(());
        }
        Err(unauthenticated(
            "sign in with a browser, and send the cookie of the session",
            &HeaderValue::from_static(self.way.challenge),
        ))
    }

    /// Begins to sign in: what ties the answer to this browser, and the cookies that keep it there.
    pub(crate) fn begin(&self, back: String, req: &Request) -> (Attempt, Vec<HeaderValue>) {
        let attempt = Attempt { state: random(), back, until: req.arrived.unix_ms + ATTEMPT };
        let secure = self.places.is_secure(req);
        let text = serde_json::to_vec(&attempt).expect("texts and numbers are JSON");
        let (name, sealed) =
            (self.sealer.attempt(secure, &attempt.state), self.sealer.seal(ATTEMPTED, &text));
        let path = self.places.answers_path(req);
        let kept = if self.way.by_form { set_for_forms } else { set };
        let kept = kept(&name, &sealed, &path, secure, ATTEMPT / 1000);
        let stale = self.sealer.forget(&req.head.headers, secure);
        (attempt, kept.into_iter().chain(stale).collect())
    }

    /// The attempt that an answer is for. Only the browser that began may end it.
    pub(crate) fn attempt(&self, state: &str, req: &Request) -> Result<Attempt, Problem> {
        let name = self.sealer.attempt(self.places.is_secure(req), state);
        let kept = Sealer::one(&req.head.headers, &name).and_then(|kept| self.sealer.open(ATTEMPTED, &kept));
        let attempt = kept.and_then(|text| serde_json::from_slice::<Attempt>(&text).ok());
        let attempt = attempt.ok_or_else(|| self.again("this browser did not begin that"))?;
        let is_it = verify_slices_are_equal(attempt.state.as_bytes(), state.as_bytes()).is_ok();
        if !is_it || req.arrived.unix_ms >= attempt.until {
            return Err(self.again("it is another attempt, or one of long ago"));
        }
        Ok(attempt)
    }

    /// The cookie that takes an attempt back.
    pub(crate) fn ended(&self, attempt: &Attempt, req: &Request) -> Option<HeaderValue> {
        let secure = self.places.is_secure(req);
        let name = self.sealer.attempt(secure, &attempt.state);
        let taken_back = if self.way.by_form { set_for_forms } else { set };
        taken_back(&name, "", &self.places.answers_path(req), secure, 0)
    }

    /// Somebody has signed in: gives the browser its session, and leads it back.
    pub(crate) fn welcome(
        &self,
        attempt: &Attempt,
        claims: Map<String, Json>,
        Ending { until, there, marks }: Ending,
        req: &Request,
    ) -> Flow {
        let now = req.arrived.unix_ms;
        let last = now.saturating_add(self.longest);
        let until = until.map_or(last, |until| until.min(last));
        let mut session = Session { claims, began: now, until, ending: there, marks };
        // What cannot be used later is not kept.
        self.reading.of(session.claims.clone(), &req.target.workspace).map_err(|why| self.again(&why))?;
        let mut text = serde_json::to_vec(&session).expect("texts and numbers are JSON");
        if text.len() > LARGEST {
            // It ends here alone then.
            session.ending = None;
            text = serde_json::to_vec(&session).expect("texts and numbers are JSON");
        }
        if text.len() > LARGEST {
            let detail = "callers cannot be told apart now, because what is said of this person is too large for cookies";
            let problem = Problem::new(problems::IDENTITY_UNAVAILABLE, detail);
            return Err(problem
                .because(format!("{}: give out fewer attributes of people", self.way.policy))
                .into());
        }
        let seconds = until.saturating_sub(now).div_ceil(1000);
        let secure = self.places.is_secure(req);
        let before = self.sealer.pieces(&req.head.headers);
        let kept = self.sealer.keep(&self.sealer.seal(SESSION, &text), secure, seconds, before);
        let to = format!("{}{}", self.places.origin(req), attempt.back);
        Err(go(&to, kept.into_iter().chain(self.ended(attempt, req))))
    }

    /// The cookies that end the session in this browser.
    pub(crate) fn forgotten(&self, req: &Request) -> Vec<HeaderValue> {
        self.sealer.forget(&req.head.headers, self.places.is_secure(req))
    }

    /// That signing in came to nothing; the reason is for operators.
    pub(crate) fn again(&self, why: &str) -> Problem {
        let detail = "signing in did not come to its end; begin again at the page you wanted";
        Problem::new(problems::BAD_REQUEST, detail).because(format!("{}: {why}", self.way.policy))
    }

    /// That who knows people does not answer as it should; the reason is for operators.
    pub(crate) fn unavailable(&self, why: &str) -> Problem {
        let detail = "callers cannot be told apart now, because the provider that knows them does not answer";
        Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("{}: {why}", self.way.policy))
    }
}

/// What is said of somebody as claims: `iss` and `sub`, and an attribute by its name and, where nothing else is called so, by what people
/// call it. One value is a text, several are a list.
pub(crate) fn claims(issuer: &str, subject: &str, attributes: &[Attribute]) -> Map<String, Json> {
    let mut claims = Map::new();
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("sub".to_owned(), subject.into());
    let value = |attribute: &Attribute| match &attribute.values[..] {
        [one] => Json::from(one.as_str()),
        several => several.iter().map(|value| Json::from(value.as_str())).collect(),
    };
    for attribute in attributes {
        claims.entry(&attribute.name).or_insert_with(|| value(attribute));
    }
    for attribute in attributes {
        if let Some(friendly) = &attribute.friendly {
            claims.entry(friendly).or_insert_with(|| value(attribute));
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_attribute_takes_the_place_of_who_somebody_is() {
        let attribute = |name: &str, friendly: Option<&str>, values: &[&str]| Attribute {
            name: name.into(),
            friendly: friendly.map(str::to_owned),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let all = [
            attribute("sub", None, &["admin"]),
            attribute("urn:oid:0.9.2342.19200300.100.1.3", Some("mail"), &["ada@example.com"]),
            attribute("urn:x", Some("iss"), &["evil"]),
            attribute("groups", None, &["a", "b"]),
            attribute("groups", None, &["c"]),
            attribute("urn:y", Some("groups"), &["d"]),
        ];
        assert_eq!(
            Json::Object(claims("https://idp", "ada", &all)),
            json!({
                "iss": "https://idp", "sub": "ada", "mail": "ada@example.com",
                "urn:oid:0.9.2342.19200300.100.1.3": "ada@example.com",
                "urn:x": "evil", "groups": ["a", "b"], "urn:y": "d",
            })
        );
    }
}
