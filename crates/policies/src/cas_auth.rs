//! `cas-auth`: who calls, as a CAS server says (CAS protocol 3.0), by signing in with a browser.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::{Uri, header::ACCEPT};
use policy::{OutboundCall, prelude::*};
use model::KeyHash;
use saml::cas::{LARGEST, Validated, ended as ticket_ended, is_ticket, validated};

use crate::{
    ip_restriction::networks::Networks,
    login::{
        Query, address, encoded, ended, form, go, only_by,
        places::Places,
        session::{Ending, Lasting, Unauthenticated, Visits, Way, claims},
        signed_out, way_back,
    },
    said::{ClaimNames, Unregistered},
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Where the server sends browsers back to, below the others' folder.
const CALLBACK: &str = "callback";

/// Lets in people that a CAS server knows, and says who they are.
///
/// A browser is sent to the server to sign in, comes back with a service ticket, which the gateway has the server validate (`/p3/serviceValidate`), and is known from
/// then on by an encrypted cookie. `GET …/.cas/logout` below the API's path signs out, here and at the server. Where `logout_from` names the server's
/// address, it says by itself when somebody signed out there (single logout), and their session ends at every gateway.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasAuth {
    /// The server, with the path that it is below: `https://cas.example.com/cas`.
    server: String,
    /// What cookies are encrypted by, 32 characters or more, best by a reference: `secret://orders-sessions`. All gateways must have the same.
    session_secret: String,
    /// What becomes of calls without a session.
    #[serde(default)]
    unauthenticated: Unauthenticated,
    /// Whether people show their credentials to the server anew for each session (`renew`), whatever it remembers of them.
    #[serde(default)]
    renew: bool,
    /// Where the server sends browsers back to, as it is registered there; by default `/.cas/callback` below the API's path at the host that was
    /// asked. Its path must lead to this API; signing in and out are beside it. The server gets it with `?state=…` behind.
    #[serde(default)]
    service_url: Option<String>,
    /// Addresses and networks (CIDR) from which the server says that somebody signed out there, such as `10.0.0.7`. It does not sign that, so it is taken
    /// from nowhere else; without any, sessions end here alone.
    #[serde(default)]
    logout_from: Vec<String>,
    /// Where browsers go after signing out: a path, or an address; by default a page that says so, `signed-out` beside the callback.
    #[serde(default)]
    after_logout: Option<String>,
    /// How long a session lasts; 30 days at most.
    #[serde(default = "crate::login::session_span")]
    session: Span,
    /// The claim that says who calls: `sub` is the user's name at the server; others are attributes, such as `mail`. It is looked for among the
    /// `custom_id`s and then the names of consumers.
    #[serde(default = "crate::login::subject")]
    consumer_claim: String,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the server gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// The attribute with the groups of an external caller, such as `memberOf`. A registered consumer has its own groups.
    #[serde(default)]
    groups_claim: Option<String>,
    /// The attribute with the scopes; by default `scope`, else `scp`.
    #[serde(default)]
    scopes_claim: Option<String>,
    /// The attribute that names the plan whose policies hold for the caller. One that names no plan is answered `403`.
    #[serde(default)]
    plan_claim: Option<String>,
    /// Headers for the upstream with the attributes they tell: `x-mail: mail`. What a client sent under these names is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
}

impl Policy for CasAuth {
    const NAME: &'static str = "cas-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str =
        "{ server: \"https://cas.example.com/cas\", session_secret: at-least-32-characters-of-a-secret }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let server = self.server.trim_end_matches('/').to_owned();
        let is_plain = |uri: &Uri| uri.query().is_none() && !server.contains('#');
        if address(&server).filter(is_plain).is_none() {
            let message = format!("`{}` is no address such as `https://cas.example.com/cas`", self.server);
            return Err(Invalid::field("server", message));
        }
        let names = ClaimNames {
            consumer: self.consumer_claim,
            groups: self.groups_claim,
            scopes: self.scopes_claim,
            plan: self.plan_claim,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let places =
            Places::read(".cas", CALLBACK, ("service_url", self.service_url.as_deref()), self.after_logout)?;
        let lasting =
            Lasting { secret: self.session_secret, session: self.session, unauthenticated: self.unauthenticated };
        let about = (&*server, self.service_url.as_deref().unwrap_or_default());
        let way = Way { policy: Self::NAME, word: "cas", challenge: "CAS realm=\"pailou\"", by_form: false };
        let visits = Visits::new(way, about, places, names.read()?, &lasting, cx)?;
        let logout_from = Networks::read("logout_from", &self.logout_from)?;
        Ok(Box::new(SignIn { visits, server, renew: self.renew, logout_from }))
    }
}

/// The running form of [`CasAuth`].
struct SignIn {
    visits: Visits,
    /// Without a slash at its end.
    server: String,
    renew: bool,
    /// From where the server says that somebody signed out there.
    logout_from: Networks,
}

/// Something other than a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Callback,
    Login,
    Logout,
    SignedOut,
}

impl Place {
    fn of(places: &Places, req: &Request) -> Option<Place> {
        match places.name_in(req)? {
            CALLBACK => Some(Place::Callback),
            "login" => Some(Place::Login),
            "logout" => Some(Place::Logout),
            "signed-out" => Some(Place::SignedOut),
            _ => None,
        }
    }
}

impl Filter for SignIn {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if let Some(place) = Place::of(&self.visits.places, req) {
            if place == Place::Callback && req.head.method == Method::POST && self.logout_from.contain(req.client) {
                return Step::wait(self.hear_logout(req));
            }
            if req.head.method != Method::GET {
                return Step::Done(Err(only_by("GET").into()));
            }
            return match place {
                Place::Callback => Step::wait(self.come_back(req)),
                Place::Login => {
                    let back = way_back(Query::of(req).one("return").ok().flatten(), req);
                    Step::Done(Err(self.send_off(back, req)))
                }
                Place::Logout => Step::Done(Err(self.sign_out(req))),
                Place::SignedOut => Step::Done(Err(signed_out())),
            };
        }
        if let Some(known) = self.visits.known(req) {
            return self.visits.let_in(&known, req).into();
        }
        if let Err(problem) = self.visits.must_sign_in(req) {
            return Step::Done(Err(problem.into()));
        }
        let back = way_back(req.head.uri.path_and_query().map(|target| target.as_str().to_owned()), req);
        Step::Done(Err(self.send_off(back, req)))
    }

    fn carries(&self, req: &Request) -> bool {
        self.visits.is_shown(req)
    }

    fn owns(&self, req: &Request) -> bool {
        Place::of(&self.visits.places, req).is_some()
    }
}

impl SignIn {
    /// To the server (§2.1.1).
    fn send_off(&self, back: String, req: &Request) -> Reply {
        let (attempt, cookies) = self.visits.begin(back, req);
        let renew = if self.renew { "&renew=true" } else { "" };
        go(&format!("{}/login?service={}{renew}", self.server, encoded(&self.service(&attempt.state, req))), cookies)
    }

    /// What the ticket is for. The state in it ties the answer to the browser that asked.
    fn service(&self, state: &str, req: &Request) -> String {
        format!("{}?state={state}", self.visits.places.answers(req))
    }

    /// From the server, with a ticket, which is good once and for this service alone (§2.5).
    async fn come_back(&self, req: &mut Request) -> Flow {
        let query = Query::of(req);
        let twice = |()| self.visits.again("a parameter stands twice");
        let state = query.one("state").map_err(twice)?;
        let state = state.ok_or_else(|| self.visits.again("there is no `state`"))?;
        let attempt = self.visits.attempt(&state, req)?;
        let ticket = query.one("ticket").map_err(twice)?.filter(|ticket| is_ticket(ticket));
        let ticket = ticket.ok_or_else(|| self.visits.again("there is no service ticket"))?;
        let renew = if self.renew { "&renew=true" } else { "" };
        let uri = format!(
            "{}/p3/serviceValidate?service={}&ticket={}{renew}",
            self.server,
            encoded(&self.service(&attempt.state, req)),
            encoded(&ticket),
        );
        let uri: Uri = uri.parse().map_err(|_| self.visits.unavailable("its address is none"))?;
        let mut headers = Headers::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/xml, text/xml"));
        let (method, body) = (Method::GET, Bytes::new());
        let call = OutboundCall { method, uri, headers, body, timeout: TIMEOUT, bound: LARGEST as u64 };
        let answer = req.world.send(call).await.map_err(|error| self.visits.unavailable(&error.to_string()))?;
        if answer.status != StatusCode::OK {
            return Err(self.visits.unavailable(&format!("the server answers {}", answer.status)).into());
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| self.visits.unavailable("its answer is no UTF-8"))?;
        match validated(text).map_err(|why| self.visits.unavailable(&format!("its answer: {why}")))? {
            Validated::Refused(code) => {
                Err(self.visits.again(&format!("the server does not accept the ticket: {code}")).into())
            }
            Validated::Person(person) => {
                let claims = claims(&self.server, &person.user, &person.attributes);
                let ending = Ending { marks: [Some(self.mark(&ticket)), None], ..Ending::default() };
                self.visits.welcome(&attempt, claims, ending, req)
            }
        }
    }

    /// The server says that the session of a ticket has ended (§2.3.3).
    async fn hear_logout(&self, req: &mut Request) -> Flow {
        let wrong = |why: &str| {
            let problem = Problem::new(problems::BAD_REQUEST, "the request to sign out is refused");
            problem.because(format!("cas-auth: {why}"))
        };
        let form = form(req, LARGEST as u64).await.map_err(wrong)?;
        let message = form.one("logoutRequest").map_err(|()| wrong("a field stands twice"))?;
        let message = message.ok_or_else(|| wrong("there is no `logoutRequest`"))?;
        let ticket = ticket_ended(&message).map_err(|why| wrong(&why))?;
        self.visits.end([self.mark(&ticket)], req.arrived.unix_ms);
        Err(Reply::answer(StatusCode::OK, Headers::new(), Bytes::new()))
    }

    /// By what the session of a ticket is found.
    fn mark(&self, ticket: &str) -> KeyHash {
        ended::mark(&["cas", &self.server, ticket])
    }

    /// Ends the session here, and leads to the server to end it there (§2.3).
    fn sign_out(&self, req: &Request) -> Reply {
        let gone = self.visits.forgotten(req);
        if self.visits.known(req).is_none() {
            return go(&self.visits.places.after_logout(req), gone);
        }
        let after = encoded(&self.visits.places.after_logout(req));
        go(&format!("{}/logout?service={after}", self.server), gone)
    }
}
