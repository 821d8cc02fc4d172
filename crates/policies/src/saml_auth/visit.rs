//! Signing in and out with a browser (SAML 2.0 profiles §4.1, §4.4).

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use jose::NotTaken;
use policy::prelude::*;
use saml::{Assertion, AuthnRequest, Expected, LONGEST_MESSAGE, Party, Refusal, logout_request, response};
use serde_json::{Value as Json, json};

use super::SignIn;
use crate::login::{Query, go, only_by, places::Places, random, session::claims, signed_out, way_back};

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
        if req.head.method != Method::GET {
            return Err(only_by("GET").into());
        }
        match place {
            Place::Answers | Place::Login => {
                let back = Query::of(req).one("return").ok().flatten();
                self.send_off(way_back(back, req), req).await
            }
            Place::Logout => self.sign_out(req).await,
            Place::SignedOut => self.came_back_from_signing_out(req),
            Place::Metadata => Err(self.metadata(req)),
        }
    }

    /// To the provider.
    pub(super) async fn send_off(&self, back: String, req: &mut Request) -> Flow {
        let idp = self.idp.about(&req.world, req.arrived).await.map_err(|why| self.visits.unavailable(&why))?;
        let now = req.arrived.unix_ms;
        idp.holds(now).map_err(|why| self.visits.unavailable(&why))?;
        if idp.wants_signed && self.signs.is_none() {
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
        Err(go(&request.location(&attempt.state, self.signs.as_ref()), cookies))
    }

    /// From the provider, with an answer in a form.
    async fn hear(&self, req: &mut Request) -> Flow {
        let wrong = |why: &str| self.visits.again(why);
        let form = req.head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let form = form.and_then(|value| value.split(';').next()).map(str::trim);
        if !form.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
            return Err(wrong("it is no form").into());
        }
        let body = req.body.read(LARGEST).await.map_err(|_| wrong("the form is too large, or broke off"))?;
        let form = Query::read(&String::from_utf8_lossy(&body));
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
            key: self.opens.as_ref(),
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
        let ending = idp.sign_out.is_some().then(|| ending(&said));
        self.visits.welcome(&attempt, claims, (said.session_until, ending), req)
    }

    /// Ends the session here, and leads to the provider to end it there.
    async fn sign_out(&self, req: &mut Request) -> Flow {
        let gone = self.visits.forgotten(req);
        let known = self.visits.known(req);
        let whom = known.as_ref().and_then(|known| named(&known.session.claims, known.session.ending.as_ref()?));
        let after = self.visits.places.after_logout(req);
        let Some(whom) = whom else { return Err(go(&after, gone)) };
        // Signed out here in any case.
        let idp = self.idp.about(&req.world, req.arrived).await.ok();
        let Some(at) = idp.as_ref().and_then(|idp| idp.sign_out.as_ref()) else { return Err(go(&after, gone)) };
        let to = logout_request(
            &whom,
            (&request_id(&random()), &self.entity_id, at),
            req.arrived.unix_ms,
            (&random(), self.signs.as_ref()),
        );
        Err(go(&to, gone))
    }

    fn came_back_from_signing_out(&self, req: &Request) -> Flow {
        if matches!(Query::of(req).one("SAMLRequest"), Ok(Some(_)) | Err(())) {
            // It would be shown as done, and is not.
            let detail = "signing out that was begun elsewhere does not reach this session; sign out here";
            return Err(Problem::new(problems::BAD_REQUEST, detail).into());
        }
        let after = self.visits.places.after_logout(req);
        if after == self.visits.places.beside("signed-out", req) { Err(signed_out()) } else { Err(go(&after, [])) }
    }

    fn metadata(&self, req: &Request) -> Reply {
        let (answers, signed_out) = (self.visits.places.answers(req), self.visits.places.beside("signed-out", req));
        let party = Party {
            entity_id: &self.entity_id,
            answers: &answers,
            signed_out: Some(&signed_out),
            signs_with: self.certificate.as_ref().filter(|_| self.signs.is_some()),
            opens_with: self.certificate.as_ref().filter(|_| self.opens.is_some()),
        };
        let mut headers = Headers::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/samlmetadata+xml"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Reply::answer(StatusCode::OK, headers, Bytes::from(party.metadata()))
    }
}

/// The id of a request, by what ties it to a browser: a name in XML does not begin with a digit.
fn request_id(state: &str) -> String {
    format!("_{state}")
}

/// What the provider needs to know whom to sign out.
fn ending(said: &Assertion) -> Json {
    json!({
        "session": said.session_index, "format": said.format, "qualifier": said.qualifier, "party": said.party_qualifier,
    })
}

fn named(claims: &serde_json::Map<String, Json>, ending: &Json) -> Option<Assertion> {
    let text = |name: &str| ending.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Assertion {
        subject: claims.get("sub")?.as_str()?.to_owned(),
        session_index: text("session"),
        format: text("format"),
        qualifier: text("qualifier"),
        party_qualifier: text("party"),
        ..Assertion::default()
    })
}
