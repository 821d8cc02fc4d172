//! Authorization servers elsewhere: where their keys are, and which are in force.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Uri;
use jose::{KeySet, Why, json};
use policy::{Time, World};
use serde_json::Value;

use crate::key_source::{Fetched, KeySource, Place, Source};

/// Servers that a gateway remembers.
const MOST: usize = 256;

/// The servers that were asked for keys, by their issuers.
#[derive(Default)]
pub(super) struct Servers(Mutex<Vec<(Arc<str>, Arc<Server>)>>);

/// A server with what is known of it.
pub(super) struct Server {
    /// What it says of itself, where either standard has it.
    about: Vec<Arc<Source<About>>>,
    /// The keys, and where they were when they were asked for.
    keys: Mutex<Option<(Uri, Arc<KeySource>)>>,
}

/// What is needed of what a server says of itself (RFC 8414 §2).
struct About {
    issuer: String,
    keys: Uri,
}

impl Fetched for About {
    const ACCEPT: &'static str = "application/json";

    fn read(text: &Bytes) -> Result<(About, String), String> {
        let Some(Value::Object(said)) = json::value(text) else {
            return Err("what it says of itself is no JSON object".to_owned());
        };
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        let issuer = text("issuer").ok_or("it does not say its `issuer`")?.to_owned();
        let keys = text("jwks_uri").ok_or("it does not say its `jwks_uri`")?;
        let Ok(Place::At(keys)) = Place::read(keys) else {
            return Err("its `jwks_uri` is no address".to_owned());
        };
        if issuer.starts_with("https://") && keys.scheme_str() != Some("https") {
            return Err("its `jwks_uri` is an address without TLS".to_owned());
        }
        Ok((About { issuer, keys }, String::new()))
    }
}

/// Why there are no keys for a token.
pub(super) enum NoKeys {
    /// There are, and its is not among them.
    Unknown(Why),
    /// For operators.
    Unavailable(String),
}

/// Keys that fit a token, with where they are from and which they are.
pub(super) struct Found {
    pub(super) set: Arc<KeySet>,
    pub(super) source: Arc<KeySource>,
    pub(super) generation: u64,
}

impl Servers {
    pub(super) fn of(&self, issuer: &Arc<str>) -> Arc<Server> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, server)) = known.iter().find(|(of, _)| of == issuer) {
            return Arc::clone(server);
        }
        if known.len() >= MOST {
            known.remove(0);
        }
        let server = Arc::new(Server::new(issuer));
        known.push((Arc::clone(issuer), Arc::clone(&server)));
        server
    }
}

impl Server {
    fn new(issuer: &str) -> Server {
        let about = places(issuer).into_iter().filter_map(|place| Place::read(&place).ok());
        Server { about: about.map(|place| Arc::new(Source::new(place))).collect(), keys: Mutex::default() }
    }

    /// Its keys with the one of this id among them; newer ones are fetched where it is not.
    pub(super) async fn keys_for(
        &self,
        issuer: &str,
        kid: Option<&str>,
        world: &Arc<dyn World>,
        now: Time,
    ) -> Result<Found, NoKeys> {
        let at = self.about(issuer, world, now).await.map_err(NoKeys::Unavailable)?;
        let source = self.source(&at);
        source.generation(world, now);
        let found = |(set, generation)| Found { set, source: Arc::clone(&source), generation };
        let fits = |known: &(Arc<KeySet>, u64)| kid.is_none_or(|kid| known.0.has(kid));
        if let Some(known) = source.set().filter(fits) {
            return Ok(found(known));
        }
        source.newer(world, now).await;
        let known = source.set().ok_or_else(|| {
            NoKeys::Unavailable(format!("the keys of {issuer} cannot be had: {}", source.trouble()))
        })?;
        let known = Some(known).filter(fits).ok_or(NoKeys::Unknown("its key is not in the set".into()))?;
        Ok(found(known))
    }

    /// Where its keys are.
    async fn about(&self, issuer: &str, world: &Arc<dyn World>, now: Time) -> Result<Uri, String> {
        let known = self.about.iter().find_map(|source| source.set().map(|(about, _)| (source, about)));
        if let Some((source, about)) = known {
            // Looks again beside the request, where it is time to.
            source.generation(world, now);
            return named(issuer, &about);
        }
        let mut trouble = String::new();
        for source in &self.about {
            source.newer(world, now).await;
            match source.set() {
                Some((about, _)) => return named(issuer, &about),
                None => trouble = source.trouble(),
            }
        }
        Err(format!("{issuer} cannot be asked: {trouble}"))
    }

    fn source(&self, at: &Uri) -> Arc<KeySource> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = keys.as_ref().filter(|(place, _)| place == at) {
            return Arc::clone(known);
        }
        let fresh = Arc::new(KeySource::new(Place::At(at.clone())));
        *keys = Some((at.clone(), Arc::clone(&fresh)));
        fresh
    }
}

fn named(issuer: &str, about: &About) -> Result<Uri, String> {
    match about.issuer == issuer {
        true => Ok(about.keys.clone()),
        false => Err(format!("{issuer} says that its issuer is `{}`", about.issuer)),
    }
}

/// Where a server says what it is: OpenID Connect Discovery 1.0 §4, RFC 8414 §3.1.
fn places(issuer: &str) -> Vec<String> {
    let bare = issuer.trim_end_matches('/');
    let mut places = vec![format!("{bare}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = bare.split_once("://") {
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        places.push(format!("{scheme}://{host}/.well-known/oauth-authorization-server{path}"));
    }
    places
}
