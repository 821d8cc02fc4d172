//! `saml-auth`: who calls, as an identity provider of SAML 2.0 says, by signing in with a browser.

mod idp;
mod visit;

use std::{collections::BTreeMap, sync::Arc};

use jose::Replays;
use policy::prelude::*;
use saml::OwnKeys;

use self::{idp::Idp, visit::Place};
use crate::{
    login::{
        places::Places,
        session::{Lasting, Unauthenticated, Visits, Way},
        way_back,
    },
    said::{ClaimNames, Unregistered},
};

/// Assertions that a gateway remembers as taken.
const REMEMBERED: usize = 100_000;

/// Lets in people that an identity provider of SAML 2.0 knows, and says who they are.
///
/// A browser is sent to the provider to sign in (HTTP-Redirect), comes back with a signed answer (HTTP-POST), and is known from then on by an encrypted
/// cookie. Of the provider's metadata the address to sign in at and the keys are taken; it is read again from time to time, beside requests. The
/// answer is believed as far as it is signed: by RSA or ECDSA with SHA-2, over exclusive canonical XML. `GET …/.saml/metadata` below the API's path
/// is what the provider is to know of the gateway, `…/.saml/logout` signs out, there too, and `…/.saml/signed-out` is where the provider says that
/// somebody signed out there (HTTP-Redirect or HTTP-POST): their sessions end at every gateway.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SamlAuth {
    /// Where the provider's metadata is: `https://idp.example.com/metadata`, or the path of a file.
    #[serde(default)]
    idp_metadata: Option<String>,
    /// Which of several providers in the metadata is meant; by default the only one.
    #[serde(default)]
    idp_entity_id: Option<String>,
    /// The provider itself, where there is no metadata.
    #[serde(default)]
    idp: Option<GivenIdp>,
    /// As whom the gateway is registered with the provider: the audience of its answers. An address or another URI.
    entity_id: String,
    /// What cookies are encrypted by, 32 characters or more, best by a reference: `secret://orders-sessions`. All gateways must have the same.
    session_secret: String,
    /// A private key, PKCS #8 in PEM, best by a reference: requests are signed by it, and encrypted assertions opened where it is RSA.
    #[serde(default)]
    key: Option<String>,
    /// The certificate of that key, in PEM; the provider finds it in the gateway's metadata.
    #[serde(default)]
    certificate: Option<String>,
    /// What becomes of calls without a session.
    #[serde(default)]
    unauthenticated: Unauthenticated,
    /// Whether people sign in at the provider anew for each session, whatever it remembers of them.
    #[serde(default)]
    force: bool,
    /// By how much the clocks of provider and gateway may differ, 5 minutes at most.
    #[serde(default = "skew")]
    clock_skew: Span,
    /// Where the provider sends its answers, as it is registered there; by default `/.saml/acs` below the API's path at the host that was asked.
    /// Its path must lead to this API; signing in and out, and the metadata, are beside it.
    #[serde(default)]
    acs_url: Option<String>,
    /// Where browsers go after signing out: a path, or an address; by default a page that says so, `signed-out` beside the others.
    #[serde(default)]
    after_logout: Option<String>,
    /// How long a session lasts at most; 30 days at most. One that the provider lets end sooner ends then.
    #[serde(default = "crate::login::session_span")]
    session: Span,
    /// The claim that says who calls: `sub` is the `NameID`; others are attributes by their name or friendly name, such as `mail`. It is looked for among
    /// the `custom_id`s and then the names of consumers.
    #[serde(default = "crate::login::subject")]
    consumer_claim: String,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the provider gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// The attribute with the groups of an external caller. A registered consumer has its own groups.
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

/// A provider that is said here.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenIdp {
    /// What it calls itself, as its answers say it in `Issuer`.
    entity_id: String,
    /// Where people sign in, by HTTP-Redirect.
    sign_in_url: String,
    /// Where they sign out, by HTTP-Redirect.
    #[serde(default)]
    sign_out_url: Option<String>,
    /// The certificates of the keys it signs with, in PEM or Base64; several while they change.
    certificates: Vec<String>,
}

fn skew() -> Span {
    Span::secs(30)
}

impl Policy for SamlAuth {
    const NAME: &'static str = "saml-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ idp_metadata: \"https://idp.example.com/metadata\", entity_id: \"https://api.example.com/orders\", session_secret: at-least-32-characters-of-a-secret }";

    fn files_where_it_runs(config: &serde_json::Value) -> Vec<(String, String)> {
        idp::file(config).map(|path| ("idp_metadata".to_owned(), path)).into_iter().collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if !model::is_entity_id(&self.entity_id) {
            let message = "is a URI of at most 1024 characters, such as `https://api.example.com/orders`";
            return Err(Invalid::field("entity_id", message));
        }
        if self.clock_skew > Span::secs(300) {
            return Err(Invalid::field("clock_skew", "is at most 5 minutes"));
        }
        let idp = Idp::build(self.idp_metadata.as_deref(), self.idp_entity_id, self.idp, cx)?;
        let keys = OwnKeys::read(self.key.as_deref(), self.certificate.as_deref());
        let keys = keys.map_err(|(field, message)| Invalid::field(field, message))?;
        let names = ClaimNames {
            consumer: self.consumer_claim,
            groups: self.groups_claim,
            scopes: self.scopes_claim,
            plan: self.plan_claim,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let places = Places::read(".saml", visit::ACS, ("acs_url", self.acs_url.as_deref()), self.after_logout)?;
        let lasting =
            Lasting { secret: self.session_secret, session: self.session, unauthenticated: self.unauthenticated };
        let visits = Visits::new(
            Way { policy: Self::NAME, word: "saml", challenge: "SAML realm=\"pailou\"", by_form: true },
            (idp.name(), &self.entity_id),
            places,
            names.read()?,
            &lasting,
            cx,
        )?;
        Ok(Box::new(SignIn {
            visits,
            idp,
            entity_id: self.entity_id,
            keys,
            force: self.force,
            skew: self.clock_skew.0.as_millis() as u64,
            taken: cx.kept("saml assertions", || Replays::new(REMEMBERED)),
        }))
    }
}

/// The running form of [`SamlAuth`].
struct SignIn {
    visits: Visits,
    idp: Idp,
    entity_id: String,
    keys: OwnKeys,
    force: bool,
    /// Milliseconds.
    skew: u64,
    /// Assertions and requests to sign out that were shown, of all such policies of the gateway.
    taken: Arc<Replays>,
}

impl Filter for SignIn {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if let Some(place) = Place::of(&self.visits.places, req) {
            return Step::wait(self.at(place, req));
        }
        if let Some(known) = self.visits.known(req) {
            return self.visits.let_in(&known, req).into();
        }
        if let Err(problem) = self.visits.must_sign_in(req) {
            return Step::Done(Err(problem.into()));
        }
        let back = way_back(req.head.uri.path_and_query().map(|target| target.as_str().to_owned()), req);
        Step::wait(self.send_off(back, req))
    }

    fn carries(&self, req: &Request) -> bool {
        self.visits.is_shown(req)
    }

    fn owns(&self, req: &Request) -> bool {
        Place::of(&self.visits.places, req).is_some()
    }
}
