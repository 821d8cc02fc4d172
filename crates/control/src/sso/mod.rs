//! Single sign-on: people come by an OpenID provider (OpenID Connect Core 1.0, authorization code with PKCE) or one of SAML 2.0, and are members or
//! developers here as far as the provider's document says.

mod admit;
mod attempt;
mod connect;
mod logout;
mod provider;
mod refused;
mod rights;
mod saml;

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use jose::{KeySet, Replays, openid::About};
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// How a provider of SAML has somebody signed out.
pub use ::saml::Came as LogoutCame;

pub(crate) use self::connect::{identities_of_member, identity_views};
pub use self::{
    attempt::{SsoAnswer, SsoAsked, SsoBegun, SsoDone},
    provider::ProviderCheck,
    refused::SsoRefused,
    rights::{ProviderButton, SignInWays},
};
use crate::{digest, secrets::DataKey};

/// Attempts that were answered and are remembered until they are of the past.
const ANSWERED: usize = 10_000;

/// A request to a provider.
#[derive(Clone)]
pub struct ProviderCall {
    pub url: Url,
    /// What is sent as `application/x-www-form-urlencoded`, by POST; a GET without.
    pub form: Option<String>,
    /// What is sent as JSON in place of that, with its method, such as `PUT`; nothing is sent where it is empty.
    pub json: Option<(&'static str, String)>,
    /// `Authorization`.
    pub authorization: Option<String>,
    /// Whether only addresses of the public internet are called.
    pub public: bool,
    /// The largest answer, bytes.
    pub largest: usize,
}

impl fmt::Debug for ProviderCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderCall").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// What a provider answered.
#[derive(Clone, Debug)]
pub struct ProviderAnswer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// An answer, or why there is none, for operators.
pub type ProviderAnswered<'a> = Pin<Box<dyn Future<Output = Result<ProviderAnswer, String>> + Send + 'a>>;

/// Speaks with providers over the network. No redirect is followed, and a call ends within seconds.
pub trait ProviderClient: Send + Sync {
    fn call(&self, call: ProviderCall) -> ProviderAnswered<'_>;
}

/// What is known of providers, and of attempts to sign in.
pub(crate) struct Sso {
    /// By the issuer, and whether only the public internet is called for it.
    known: Mutex<HashMap<(String, bool), Known>>,
    /// Seals what browsers keep of an attempt. It is of this process: after a start one begins again.
    seal: DataKey,
    answered: Replays,
}

impl Default for Sso {
    fn default() -> Sso {
        Sso { known: Mutex::default(), seal: DataKey::make(), answered: Replays::new(ANSWERED) }
    }
}

/// A provider, as it was last heard of; times are milliseconds since 1970.
#[derive(Clone, Default)]
struct Known {
    about: Option<(Arc<About>, u64)>,
    keys: Option<(Arc<KeySet>, u64)>,
    /// Of one of SAML: its metadata, and where that is.
    saml: Option<(Arc<::saml::Provider>, String, u64)>,
    /// Why it could not be asked, and when.
    trouble: Option<(String, u64)>,
}

/// Who somebody is at a provider, as an account keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) provider: Name,
    pub(crate) issuer: String,
    /// `sub`: never given to somebody else (OpenID Connect Core 1.0 §5.7).
    pub(crate) subject: String,
    /// As the provider said them last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    /// When they came by it last, milliseconds since 1970.
    pub(crate) seen_at: u64,
}

/// Who somebody is at a provider, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityView {
    /// The name of the provider.
    pub provider: Name,
    /// RFC 3339.
    pub last_sign_in_at: String,
}

/// Under which it is kept whose account an identity has; `place` is the kind of account with its workspace.
pub(crate) fn mark_of(place: &str, issuer: &str, subject: &str) -> String {
    let mut bytes = Vec::with_capacity(128);
    for part in [place, issuer, subject] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    digest::hex(&digest::sha256(&bytes))
}
