//! Resources on their way in: keys are hashed and forgotten, contracts written in place become stored ones.

use jiff::Timestamp;
use model::{ContractSource, Credential, Finding, KeyHash, Resource};

use crate::{ContractTexts, digest, key};

/// Makes a resource fit to be kept; what cannot be accepted is returned.
pub(crate) fn take_in(resource: &mut Resource, contracts: &mut ContractTexts) -> Vec<Finding> {
    let mut findings = Vec::new();
    match resource {
        Resource::Consumer(consumer) => credentials(&mut consumer.credentials, &mut findings),
        Resource::App(app) => credentials(&mut app.credentials, &mut findings),
        Resource::Api(api) => {
            if let Some(ContractSource::Inline(document)) = &api.contract {
                // Pretty, because it is what people are shown.
                let text = serde_json::to_string_pretty(document).unwrap_or_default();
                let file = format!("the contract of api/{}", api.id());
                api.contract = Some(ContractSource::Stored(contracts.add(&file, &text).to_string()));
            }
        }
        _ => {}
    }
    findings
}

fn credentials(credentials: &mut [Credential], findings: &mut Vec<Finding>) {
    for (index, credential) in credentials.iter_mut().enumerate() {
        let mut wrong = |field: &str, message: String| {
            let field = format!("credentials[{index}]{field}");
            findings.push(Finding::error("invalid-credential", message).in_field(field));
        };
        if let Some(given) = credential.key.take() {
            match key::hash_given(&given) {
                Ok(hash) if credential.key_hash.is_none_or(|told| told == hash) => {
                    credential.key_hash = Some(hash);
                    credential.hint = Some(key::hint(&given));
                }
                Ok(_) => wrong(".key_hash", "this is not the hash of the key beside it; leave it out".into()),
                Err(message) => wrong(".key", message),
            }
        } else if credential.key_hash.is_none() {
            wrong("", "a credential needs a `key`, or the `key_hash` of one".into());
        }
        if credential.hint.as_ref().is_some_and(|hint| hint.chars().count() > 8) {
            wrong(".hint", "a hint is at most the first 8 characters of a key".into());
        }
        for (field, time) in
            [(".created_at", &credential.created_at), (".expires_at", &credential.expires_at)]
        {
            if let Some(time) = time.as_ref().filter(|time| time.parse::<Timestamp>().is_err()) {
                wrong(field, format!("`{time}` is not a time; write it as `2030-01-31T12:00:00Z`"));
            }
        }
    }
}

/// What a resource keeps of the one it replaces: when its keys were issued, which documents need not repeat.
///
/// A document that lists no credentials at all does not speak of keys: those issued here then stay (`keep_issued`). One that
/// lists some lists them all.
pub(crate) fn inherit(resource: &mut Resource, present: Option<&Resource>, keep_issued: bool) {
    let (mine, theirs) = match (resource, present) {
        (Resource::Consumer(new), Some(Resource::Consumer(old))) => (&mut new.credentials, &old.credentials),
        (Resource::App(new), Some(Resource::App(old))) => (&mut new.credentials, &old.credentials),
        _ => return,
    };
    if mine.is_empty() && keep_issued {
        mine.extend(theirs.iter().filter(|credential| credential.created_at.is_some()).cloned());
        return;
    }
    for credential in mine {
        if let Some(old) = theirs.iter().find(|old| old.key_hash == credential.key_hash) {
            credential.hint = credential.hint.take().or_else(|| old.hint.clone());
            credential.created_at = credential.created_at.take().or_else(|| old.created_at.clone());
        }
    }
}

/// The hashes of a resource's keys, each with its place.
pub(crate) fn keys(resource: &Resource) -> impl Iterator<Item = (usize, KeyHash)> + '_ {
    let credentials = match resource {
        Resource::Consumer(consumer) => &consumer.credentials[..],
        Resource::App(app) => &app.credentials[..],
        _ => &[],
    };
    credentials.iter().enumerate().filter_map(|(index, credential)| Some((index, credential.key_hash?)))
}

/// The SHA-256 of a key.
pub(crate) fn key_hash(key: &str) -> KeyHash {
    KeyHash(digest::sha256(key.as_bytes()))
}
