//! The identity provider: by its metadata, which is kept up to date beside requests, or as it was said.

use std::sync::Arc;

use bytes::Bytes;
use policy::{Time, World, prelude::*};
use saml::{Certificate, Provider};

use super::GivenIdp;
use crate::{
    key_source::{Fetched, Place, Source},
    login::address,
};

/// Where what is known of a provider comes from.
pub(super) enum Idp {
    Given(Arc<Provider>),
    /// Whatever is at a place, and which of the providers in it is meant.
    At { source: Arc<Source<Metadata>>, place: String, entity_id: Option<String> },
}

/// Metadata that can be read: the text, because a policy says which provider in it is meant.
#[derive(Debug)]
pub(super) struct Metadata(String);

impl Fetched for Metadata {
    const ACCEPT: &'static str = "application/samlmetadata+xml, application/xml, text/xml";

    fn read(text: &Bytes) -> Result<(Metadata, String), String> {
        let text = std::str::from_utf8(text).map_err(|_| "the metadata is no UTF-8".to_owned())?;
        let left_out = match Provider::read(text, None) {
            Ok((_, left_out)) => left_out,
            // Some policy names the one it means.
            Err(why) if why.contains("several") => Vec::new(),
            Err(why) => return Err(why),
        };
        Ok((Metadata(text.to_owned()), left_out.join("; ")))
    }
}

/// The file that a configuration names.
pub(super) fn file(config: &serde_json::Value) -> Option<String> {
    let named = config.get("idp_metadata")?.as_str()?;
    matches!(Place::read(named), Ok(Place::File(_))).then(|| named.to_owned())
}

impl Idp {
    pub(super) fn build(
        metadata: Option<&str>,
        entity_id: Option<String>,
        given: Option<GivenIdp>,
        cx: &BuildCx<'_>,
    ) -> Result<Idp, Invalid> {
        let metadata = match (metadata, given) {
            (Some(metadata), None) => metadata,
            (None, Some(given)) => {
                if entity_id.is_some() {
                    return Err(Invalid::field("idp_entity_id", "goes with `idp_metadata`"));
                }
                return given.read().map(|provider| Idp::Given(Arc::new(provider)));
            }
            _ => return Err(Invalid::field("idp_metadata", "name the metadata, or the provider itself by `idp`, and not both")),
        };
        let place = Place::read(metadata).map_err(|message| Invalid::field("idp_metadata", message))?;
        let place = place.within(cx.folder);
        let source = cx.kept(&format!("saml metadata {place:?}"), || Source::<Metadata>::new(place.clone()));
        source.begin().map_err(|message| Invalid::field("idp_metadata", message))?;
        if let Some((known, _)) = source.set() {
            Provider::read(&known.0, entity_id.as_deref()).map_err(|message| Invalid::field("idp_metadata", message))?;
        }
        Ok(Idp::At { source, place: metadata.to_owned(), entity_id })
    }

    /// What tells it from other providers.
    pub(super) fn name(&self) -> &str {
        match self {
            Idp::Given(provider) => &provider.entity_id,
            Idp::At { place, entity_id, .. } => entity_id.as_ref().unwrap_or(place),
        }
    }

    /// What is known of it. It is asked for once, and kept up to date beside requests.
    ///
    /// # Errors
    /// Why nothing is; for operators.
    pub(super) async fn about(&self, world: &Arc<dyn World>, now: Time) -> Result<Arc<Provider>, String> {
        let (source, place, entity_id) = match self {
            Idp::Given(provider) => return Ok(Arc::clone(provider)),
            Idp::At { source, place, entity_id } => (source, place, entity_id),
        };
        source.generation(world, now);
        let known = match source.set() {
            Some((known, _)) => known,
            None => {
                source.newer(world, now).await;
                let known = source.set().map(|(known, _)| known);
                known.ok_or_else(|| format!("{place} cannot be had: {}", source.trouble()))?
            }
        };
        let (provider, _) = Provider::read(&known.0, entity_id.as_deref())?;
        Ok(Arc::new(provider))
    }
}

impl GivenIdp {
    fn read(self) -> Result<Provider, Invalid> {
        if self.entity_id.is_empty() || self.entity_id.len() > 1024 {
            return Err(Invalid::field("idp.entity_id", "is what the provider calls itself, at most 1024 characters"));
        }
        for (field, url) in [("sign_in_url", Some(&self.sign_in_url)), ("sign_out_url", self.sign_out_url.as_ref())] {
            if url.is_some_and(|url| address(url).is_none() || url.contains('#')) {
                return Err(Invalid::field(format!("idp.{field}"), "is an address such as `https://idp.example.com/sso`"));
            }
        }
        if self.certificates.is_empty() || self.certificates.len() > 8 {
            return Err(Invalid::field("idp.certificates", "has one to 8 certificates"));
        }
        let mut keys = Vec::new();
        for (at, text) in self.certificates.iter().enumerate() {
            let read = Certificate::read(text);
            keys.push(read.map_err(|message| Invalid::field(format!("idp.certificates[{at}]"), message))?.key);
        }
        Ok(Provider {
            entity_id: self.entity_id,
            sign_in: self.sign_in_url,
            signed_out: self.sign_out_url.clone(),
            sign_out: self.sign_out_url,
            keys,
            wants_signed: false,
            until: None,
        })
    }
}
