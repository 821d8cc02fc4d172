//! Signing in and out with a browser (SAML 2.0 profiles §4.1, §4.4).

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use jose::NotTaken;
use model::KeyHash;
use policy::prelude::*;
use saml::{
    AuthnRequest, Came, Expected, LONGEST_MESSAGE, LogoutExpected, Party, Refusal, Whom, logout_asked,
    logout_request, logout_response, request_id, response,
};

use super::SignIn;
use crate::login::{
    Query, ended, form, go, only_by,
    places::Places,
    random,
    session::{Ending, claims},
    signed_out, way_back,
};

/// Where answers come in, below the others' folder.
pub(super) const ACS: &str = "acs";
/// The largest form that is read, bytes: of Base64 some characters are written as three.
const LARGEST: u64 = (LONGEST_MESSAGE + LONGEST_MESSAGE / 4) as u64;

/// Something other than a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Answers,
    Login,
    Logout,
    /// Where browsers go after that.
    SignedOut,
    Metadata,
}

impl Place {
    /// What a request asks for beside calls.
    pub(super) fn of(places: &Places, req: &Request) -> Option<Place> {
        match places.name_in(req)? {
            ACS => Some(Place::Answers),
            "login" => Some(Place::Login),
            "logout" => Some(Place::Logout),
            "signed-out" => Some(Place::SignedOut),
            "metadata" => Some(Place::Metadata),
            _ => None,
        }
    }
}

impl SignIn {
    /// Answers what is no call.
    pub(super) async fn at(&self, place: Place, req: &mut Request) -> Flow {
        if place == Place::Answers {
            return if req.head.method == Method::POST { self.hear(req).await } else { Err(only_by("POST").into()) };
        }
        if place == Place::SignedOut && matches!(req.head.method, Method::GET | Method::POST) {
            return self.hear_of_signing_out(req).await;
        }
        if req.head.method != Method::GET {
            return Err(only_by("GET").into());
        }
        match place {
            Place::Answers | Place::Login => {
                let back = Query::of(req).one("return").ok().flatten();
                self.send_off(way_back(back, req), req).await
            }
            Place::Logout => self.sign_out(req).await,
            Place::SignedOut | Place::Metadata => Err(self.metadata(req)),
        }
    }

    /// To the provider.
    pub(super) async fn send_off(&self, back: String, req: &mut Request) -> Flow {
        let idp = self.idp.about(&req.world, req.arrived).await.map_err(|why| self.visits.unavailable(&why))?;
        let now = req.arrived.unix_ms;
        idp.holds(now).map_err(|why| self.visits.unavailable(&why))?;
        if idp.wants_signed && self.keys.signs.is_none() {
            return Err(self.visits.unavailable("the provider wants requests to be signed, and there is no `key`").into());
        }
        let (attempt, cookies) = self.visits.begin(back, req);
        let (id, answers) = (request_id(&attempt.state), self.visits.places.answers(req));
        let request = AuthnRequest {
            id: &id,
            entity_id: &self.entity_id,
            destination: &idp.sign_in,
            answers: &answers,
            now,
            again: self.force,
        };
        Err(go(&request.location(&attempt.state, self.keys.signs.as_ref()), cookies))
    }

    /// From the provider, with an answer in a form.
    async fn hear(&self, req: &mut Request) -> Flow {
        let wrong = |why: &str| self.visits.again(why);
        let form = form(req, LARGEST).await.map_err(wrong)?;
        let twice = |()| wrong("a field stands twice");
        let state = form.one("RelayState").map_err(twice)?.ok_or_else(|| wrong("there is no `RelayState`"))?;
        let message = form.one("SAMLResponse").map_err(twice)?.ok_or_else(|| wrong("there is no `SAMLResponse`"))?;
        // Nothing is read of an answer that this browser did not ask for.
        let attempt = self.visits.attempt(&state, req)?;
        let idp = self.idp.about(&req.world, req.arrived).await.map_err(|why| self.visits.unavailable(&why))?;
        let (now, answers, request) =
            (req.arrived.unix_ms, self.visits.places.answers(req), request_id(&attempt.state));
        let expected = Expected {
            provider: &idp,
            entity_id: &self.entity_id,
            answers: &answers,
            request: &request,
            now,
            skew: self.skew,
            key: self.keys.opens.as_ref(),
        };
        let said = response(&message, &expected).map_err(|refusal| match refusal {
            Refusal::Wrong(why) => wrong(&format!("the answer is refused: {why}")),
            Refusal::Denied(status) => {
                let problem = Problem::new(problems::FORBIDDEN, "the provider did not sign you in");
                let problem = problem.because(format!("saml-auth: the provider answers `{status}`"));
                let done = self.visits.ended(&attempt, req);
                done.into_iter().fold(problem, |problem, cookie| problem.with_header(SET_COOKIE, cookie))
            }
        })?;
        self.taken.take(&[&idp.entity_id, &said.id], now, said.until).map_err(|not| match not {
            NotTaken::Again => wrong("the assertion was shown before"),
            NotTaken::Full => self.visits.unavailable("too many assertions were shown lately"),
        })?;
        let claims = claims(&idp.entity_id, &said.subject, &said.attributes);
        let whom = said.whom();
        let there = idp.sign_out.as_ref().and_then(|_| serde_json::to_value(&whom).ok());
        let session = whom.session.as_ref().map(|session| self.mark(&idp.entity_id, &whom.subject, Some(session)));
        let marks = [session, Some(self.mark(&idp.entity_id, &whom.subject, None))];
        self.visits.welcome(&attempt, claims, Ending { until: said.session_until, there, marks }, req)
    }

    /// Ends the session here, and leads to the provider to end it there.
    async fn sign_out(&self, req: &mut Request) -> Flow {
        let gone = self.visits.forgotten(req);
        let known = self.visits.known(req);
        let whom = known.as_ref().and_then(|known| known.session.ending.clone());
        let whom = whom.and_then(|whom| serde_json::from_value::<Whom>(whom).ok());
        let after = self.visits.places.after_logout(req);
        let Some(whom) = whom else { return Err(go(&after, gone)) };
        // Signed out here in any case.
        let idp = self.idp.about(&req.world, req.arrived).await.ok();
        let Some(at) = idp.as_ref().and_then(|idp| idp.sign_out.as_ref()) else { return Err(go(&after, gone)) };
        let to = logout_request(
            &whom,
            (&request_id(&random()), &self.entity_id, at),
            req.arrived.unix_ms,
            (&random(), self.keys.signs.as_ref()),
        );
        Err(go(&to, gone))
    }

    /// Back from signing out there, or there by a provider that has somebody signed out here.
    async fn hear_of_signing_out(&self, req: &mut Request) -> Flow {
        let wrong = |why: &str| {
            let problem = Problem::new(problems::BAD_REQUEST, "the request to sign out is refused");
            problem.because(format!("saml-auth: {why}"))
        };
        let twice = |()| wrong("a field stands twice");
        let is_post = req.head.method == Method::POST;
        let sent = if is_post { form(req, LARGEST).await.map_err(wrong)? } else { Query::of(req) };
        let message = sent.one("SAMLRequest").map_err(twice)?;
        let Some(message) = message else {
            let after = self.visits.places.after_logout(req);
            let is_here = after == self.visits.places.beside("signed-out", req);
            return if is_here { Err(signed_out()) } else { Err(go(&after, [])) };
        };
        let relay = sent.one("RelayState").map_err(twice)?;
        let idp = self.idp.about(&req.world, req.arrived).await.map_err(|why| self.visits.unavailable(&why))?;
        let now = req.arrived.unix_ms;
        let expected = LogoutExpected {
            provider: &idp,
            at: &self.visits.places.beside("signed-out", req),
            now,
            skew: self.skew,
            key: self.keys.opens.as_ref(),
        };
        let came = match is_post {
            true => Came::Form(&message, relay.as_deref()),
            false => Came::Query(req.head.uri.query().unwrap_or_default()),
        };
        let asked = logout_asked(came, &expected).map_err(|why| wrong(&why))?;
        self.taken.take(&["logout", &idp.entity_id, &asked.id], now, asked.until).map_err(|not| match not {
            NotTaken::Again => wrong("it was shown before"),
            NotTaken::Full => self.visits.unavailable("too many requests to sign out were shown lately"),
        })?;
        // Other cookies of this browser stay: they may be of somebody else, who did not ask for it.
        match &asked.sessions[..] {
            [] => self.visits.end([self.mark(&idp.entity_id, &asked.subject, None)], now),
            sessions => {
                let marks = sessions.iter().map(|session| self.mark(&idp.entity_id, &asked.subject, Some(session)));
                self.visits.end(marks, now);
            }
        }
        let Some(to) = &idp.signed_out else { return Err(signed_out()) };
        let id = request_id(&random());
        Err(go(&logout_response(&asked, (&id, &self.entity_id, to), now, self.keys.signs.as_ref()), []))
    }

    /// By what sessions of somebody are found: one, or all.
    fn mark(&self, idp: &str, subject: &str, session: Option<&str>) -> KeyHash {
        let kind = if session.is_some() { "session" } else { "subject" };
        ended::mark(&["saml", idp, &self.entity_id, kind, subject, session.unwrap_or_default()])
    }

    fn metadata(&self, req: &Request) -> Reply {
        let (answers, signed_out) = (self.visits.places.answers(req), self.visits.places.beside("signed-out", req));
        let party =
            Party { entity_id: &self.entity_id, answers: &[answers], signed_out: &signed_out, keys: &self.keys };
        let mut headers = Headers::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/samlmetadata+xml"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Reply::answer(StatusCode::OK, headers, Bytes::from(party.metadata()))
    }
}
