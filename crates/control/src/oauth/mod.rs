//! The built-in authorization server: what it keeps, and what gateways are told of it. The protocol is the crate `authorization`.

mod clients;
mod codes;
mod consents;
mod denied;
mod devices;
mod elsewhere;
mod keys;
mod pushed;
mod registration;
mod revoked;
mod tokens;

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use authorization::{Code, Failure, Form, Shown};
use jose::{DpopProof, NotTaken, PROOF_AGE, Replays};
use model::{App, KeyHash, Name, OAuthClient, TokenIssuer};

pub(crate) use self::clients::{faults, take_in};
pub use self::{
    clients::{ClientForm, IssuedClient},
    codes::{Asked, AskedScope, Decided, Person},
    consents::ConsentView,
    denied::Denied,
    devices::DeviceAsked,
    elsewhere::{ClientPlace, RegistrationView},
    registration::InitialToken,
};
use crate::{Actor, Control, Error, Origin};

/// How long access tokens are good, seconds: as long as they work where nobody asks whether they were revoked.
pub(crate) const ACCESS_LIFETIME: u64 = 600;
const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;
/// What one client may have open of a kind, such as codes for devices.
const MOST_OPEN: u32 = 200;
/// Proofs remembered, so that none is taken twice.
const PROOFS: usize = 100_000;

/// What the authorization server knows while it runs.
pub(crate) struct Oauth {
    /// Where it is reached, and where gateways are; not served before that is known.
    place: RwLock<Option<Place>>,
    /// What gateways are told, by workspace.
    issued: RwLock<BTreeMap<Arc<str>, Arc<TokenIssuer>>>,
    keys: RwLock<BTreeMap<Name, Arc<keys::KeyRing>>>,
    /// Proofs of clients and of keys that were shown.
    shown: Replays,
    /// When devices asked last (milliseconds since 1970), and how long they wait between (seconds).
    polls: Mutex<HashMap<[u8; 32], (u64, u64)>>,
    /// When the use of clients was written down last, milliseconds since 1970.
    noted: Mutex<HashMap<(Name, KeyHash), u64>>,
    /// What servers elsewhere say of themselves.
    elsewhere: Mutex<elsewhere::Known>,
}

#[derive(Clone)]
struct Place {
    /// `https://portal.example.com`
    base: String,
    /// `https://api.example.com`
    audience: String,
}

impl Default for Oauth {
    fn default() -> Oauth {
        Oauth {
            place: RwLock::default(),
            issued: RwLock::default(),
            keys: RwLock::default(),
            shown: Replays::new(PROOFS),
            polls: Mutex::default(),
            noted: Mutex::default(),
            elsewhere: Mutex::default(),
        }
    }
}

impl Oauth {
    pub(crate) fn issued(&self) -> BTreeMap<Arc<str>, Arc<TokenIssuer>> {
        self.issued.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the use of a client was not written down for a minute; it is then.
    pub(crate) fn is_worth_noting(&self, ws: &Name, client: KeyHash, now: u64) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= PROOFS {
            noted.retain(|_, at| now < *at + MINUTE);
        }
        let last = noted.entry((ws.clone(), client)).or_default();
        let is_due = now >= *last + MINUTE;
        if is_due {
            *last = now;
        }
        is_due
    }

    /// Where browsers find console and portal.
    pub(crate) fn base(&self) -> Option<String> {
        self.place().map(|place| place.base)
    }

    fn place(&self) -> Option<Place> {
        self.place.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A client with what is known of its app.
#[derive(Clone, Debug)]
pub struct ClientKnown {
    pub app: App,
    pub client: OAuthClient,
    /// What it may ask for: what the contracts of the APIs name that its subscriptions cover, and what it was given beside.
    pub scopes: Vec<String>,
}

/// A request of a client, as it came.
pub struct ClientRequest {
    pub form: Form,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `DPoP`; `Some(Err)` where there are several.
    pub proof: Option<Result<String, ()>>,
    /// The address of the endpoint below the issuer, such as `token`.
    pub endpoint: &'static str,
    pub address: IpAddr,
}

impl Control {
    /// Begins to serve tokens. `base` is how apps and browsers reach the portal, `audience` how apps reach gateways.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub async fn open_oauth(&self, base: &str, audience: &str) -> Result<(), Error> {
        let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
        let place = Place { base: trimmed(base), audience: trimmed(audience) };
        *self.inner.oauth.place.write().unwrap_or_else(PoisonError::into_inner) = Some(place);
        self.tend_oauth().await
    }

    /// Who issues the tokens of a workspace: `https://portal.example.com/oauth/default`.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace, or where nothing is served.
    pub fn oauth_issuer(&self, ws: &Name) -> Result<String, Error> {
        self.check_workspace(ws)?;
        let place = self.inner.oauth.place();
        let place = place.ok_or_else(|| Error::Missing { what: "authorization server here".to_owned() })?;
        Ok(format!("{}/oauth/{ws}", place.base))
    }

    /// How gateways are reached: what tokens are for.
    pub fn oauth_audience(&self) -> Option<String> {
        self.inner.oauth.place().map(|place| place.audience)
    }

    /// A client by its id.
    pub fn oauth_client(&self, ws: &Name, id: &str) -> Option<ClientKnown> {
        self.check_workspace(ws).ok()?;
        let app = self.app_of_client(ws, id)?;
        let client = app.client.clone()?;
        let scopes = self.scopes_of_app(ws, &app, &client);
        Some(ClientKnown { app, client, scopes })
    }

    /// The client that a request is proven to come from. What fails is counted by address.
    pub(crate) async fn prove_client(
        &self,
        ws: &Name,
        request: &ClientRequest,
    ) -> Result<ClientKnown, Denied> {
        let issuer = self.oauth_issuer(ws)?;
        let shown = Shown::read(request.authorization.as_deref(), &request.form)?;
        let account = format!("client {} from {}", shown.id, request.address);
        let (throttle, now) = (&self.inner.people.throttle, self.now());
        throttle.attempt(&account, Some(request.address), now)?;
        let endpoint = format!("{issuer}/{}", request.endpoint);
        let token = format!("{issuer}/token");
        let known = self.oauth_client(ws, &shown.id);
        let places = [&*issuer, &*endpoint, &*token];
        let proven = match &known {
            Some(known) => shown.proves(&known.client, &places, &self.inner.oauth.shown, now),
            None => Err(Failure::new(
                Code::InvalidClient,
                "the client is not known, or what proves it is not accepted",
            )),
        };
        if let Err(failure) = proven {
            // Ids of clients are no secrets, but what is none may be one in the wrong field.
            let whom = known.as_ref().map_or("unknown", |known| known.app.name.as_str());
            tracing::info!(client = whom, address = %request.address, "a client was not proven");
            return Err(failure.into());
        }
        throttle.succeeded(&account, Some(request.address));
        known.ok_or_else(|| Denied::from(Error::Internal))
    }

    /// The thumbprint of the key that a request proves to have (RFC 9449 §5), where it does.
    fn bound_key(&self, ws: &Name, request: &ClientRequest) -> Result<Option<String>, Denied> {
        let wrong = |detail: String| Denied::from(Failure::new(Code::InvalidDpopProof, detail));
        let text = match &request.proof {
            None => return Ok(None),
            Some(Err(())) => return Err(wrong("the request carries several proofs".to_owned())),
            Some(Ok(text)) => text,
        };
        let proof = DpopProof::read(text).map_err(|why| wrong(why.into_owned()))?;
        let now = self.now();
        proof.fits("POST", now).map_err(|why| wrong(why.into_owned()))?;
        let url = format!("{}/{}", self.oauth_issuer(ws)?, request.endpoint);
        if proof.url.split(['?', '#']).next() != Some(&*url) {
            return Err(wrong(format!("the proof is not for {url}")));
        }
        match self.inner.oauth.shown.take(&["proof", &proof.thumbprint, &proof.id], now, now + 2 * PROOF_AGE)
        {
            Ok(()) => Ok(Some(proof.thumbprint)),
            Err(NotTaken::Again) => Err(wrong("the proof was used before".to_owned())),
            Err(NotTaken::Full) => {
                Err(Failure::new(Code::TemporarilyUnavailable, "too many proofs came lately").into())
            }
        }
    }

    /// Whether there is an API at an address of the gateway, so that a token may be for it (RFC 8707).
    fn is_served(&self, ws: &Name, resource: &str) -> bool {
        let Some(audience) = self.oauth_audience() else { return false };
        let Some(base) = resource.strip_prefix(&*audience) else { return false };
        let base = base.trim_end_matches('/');
        if base.is_empty() {
            return true;
        }
        if !base.starts_with('/') || base.contains(['?', '#', '%']) {
            return false;
        }
        let snapshot = self.snapshot();
        let is_here = |path: &str| path.trim_end_matches('/') == base;
        snapshot.services.values().any(|service| service.workspace == *ws && is_here(&service.listen.path))
    }
}

/// Who acts where a client does.
fn as_client(ws: &Name, known: &ClientKnown, address: IpAddr) -> Actor {
    let actor = Actor::new(format!("client/{}", known.app.name), Origin::Api).from_address(address);
    actor.in_workspace(ws)
}
