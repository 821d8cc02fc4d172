//! Resources on their way in: keys are hashed and forgotten, contracts written in place become stored ones.

use jiff::Timestamp;
use model::{ContractSource, Credential, Design, Finding, KeyHash, Resource};
use policy::PasswordHash;

use crate::{ContractTexts, digest, key};

/// Makes a resource fit to be kept; what cannot be accepted is returned.
pub(crate) fn take_in(resource: &mut Resource, contracts: &mut ContractTexts) -> Vec<Finding> {
    let mut findings = Vec::new();
    match resource {
        Resource::Consumer(consumer) => {
            credentials(&mut consumer.credentials, &mut findings);
            if consumer.custom_id.as_ref().is_some_and(|id| !(1..=255).contains(&id.len())) {
                let finding = Finding::error("invalid-consumer", "a custom id has 1 to 255 bytes");
                findings.push(finding.in_field("custom_id"));
            }
        }
        Resource::App(app) => {
            credentials(&mut app.credentials, &mut findings);
            if let Some(client) = &mut app.client {
                crate::oauth::take_in(client, &mut findings);
            }
        }
        Resource::Block(block) => {
            if let Some(key) = block.key.take() {
                let hash = key_hash(&key);
                if block.key_hash.is_some_and(|told| told != hash) {
                    let message = "this is not the hash of the key beside it; leave it out";
                    findings.push(Finding::error("invalid-block", message).in_field("key_hash"));
                }
                block.key_hash = Some(hash);
            }
        }
        Resource::Api(api) => {
            if let Some(ContractSource::Inline(document)) = &api.contract {
                // Pretty, because it is what people are shown.
                let text = serde_json::to_string_pretty(document).unwrap_or_default();
                let file = format!("the contract of api/{}", api.id());
                api.contract = Some(ContractSource::Stored(contracts.add(&file, &text).to_string()));
            }
        }
        Resource::Design(design) => {
            let file = format!("the contract of design/{}", design.name);
            let mut wrong = |field: &str, message: String| {
                findings.push(Finding::error("invalid-design", message).in_field(field));
            };
            let text = match (design.text.take(), &design.contract) {
                (Some(_), Some(_)) => {
                    wrong(
                        "text",
                        "a design has its `text`, or the `contract` that is stored; not both".into(),
                    );
                    None
                }
                (None, None) => {
                    wrong("text", "is missing: the contract as it is written, which may be empty".into());
                    None
                }
                (Some(text), None) => Some(text),
                (None, Some(ContractSource::Inline(document))) => {
                    Some(serde_json::to_string_pretty(document).unwrap_or_default())
                }
                (None, Some(_)) => None,
            };
            if let Some(text) = text {
                if text.len() > Design::LONGEST {
                    wrong("text", format!("is larger than {} MiB", Design::LONGEST >> 20));
                }
                let hash = contracts.add_unfinished(&file, &text).to_string();
                design.contract = Some(ContractSource::Stored(hash));
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
        if credential.username.is_some()
            || credential.password.is_some()
            || credential.password_hash.is_some()
        {
            login(credential, &mut wrong);
        } else if let Some(given) = credential.key.take() {
            match key::hash_given(&given) {
                Ok(hash) if credential.key_hash.is_none_or(|told| told == hash) => {
                    credential.key_hash = Some(hash);
                    credential.hint = Some(key::hint(&given));
                }
                Ok(_) => wrong(".key_hash", "this is not the hash of the key beside it; leave it out".into()),
                Err(message) => wrong(".key", message),
            }
        } else if credential.key_hash.is_none() {
            wrong(
                "",
                "a credential needs a `key`, or the `key_hash` of one, or `username` and `password`".into(),
            );
        }
        for (at, scope) in credential.scopes.iter().enumerate() {
            if !is_scope(scope) {
                wrong(&format!(".scopes[{at}]"), no_scope(scope));
            }
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

/// Checks a name and password. The password stays until [`inherit`] knows whether it is the one that is known already.
fn login(credential: &mut Credential, wrong: &mut impl FnMut(&str, String)) {
    if credential.key.take().is_some() || credential.key_hash.is_some() {
        wrong("", "a credential is either a key or a username with its password; make it two".into());
    }
    let is_name = |name: &str| {
        (1..=255).contains(&name.len()) && !name.contains(':') && !name.chars().any(char::is_control)
    };
    if !credential.username.as_deref().is_some_and(is_name) {
        wrong(".username", "a username has 1 to 255 bytes, without `:` and control characters".into());
    }
    match (&credential.password, &credential.password_hash) {
        (Some(_), Some(_)) => wrong(".password_hash", "give the password or its hash, not both".into()),
        (None, None) => wrong("", "a username needs a `password`, or the `password_hash` of one".into()),
        (Some(password), None) => {
            if !(8..=256).contains(&password.len()) || password.chars().any(char::is_control) {
                wrong(".password", "a password has 8 to 256 bytes, without control characters".into());
                credential.password = None;
            }
        }
        (None, Some(hash)) => {
            if let Err(message) = PasswordHash::parse(hash) {
                wrong(".password_hash", message);
            }
        }
    }
}

/// The grammar of scopes (RFC 6749 §3.3).
pub(crate) fn is_scope(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
}

pub(crate) fn no_scope(text: &str) -> String {
    format!("`{text}` is no scope: 1 to 128 visible ASCII characters, without quotes and \\")
}

/// Hashes the passwords that stand in a resource; one that is the present one keeps its hash, so that applying a document twice
/// changes nothing. Takes some tens of milliseconds for each.
pub(crate) fn seal(resource: &mut Resource, present: Option<&Resource>) {
    let none = &[][..];
    let (mine, theirs) = match (resource, present) {
        (Resource::Consumer(new), Some(Resource::Consumer(old))) => {
            (&mut new.credentials, &old.credentials[..])
        }
        (Resource::App(new), Some(Resource::App(old))) => (&mut new.credentials, &old.credentials[..]),
        (Resource::Consumer(new), _) => (&mut new.credentials, none),
        (Resource::App(new), _) => (&mut new.credentials, none),
        _ => return,
    };
    for credential in mine {
        let Some(password) = credential.password.take() else { continue };
        let old = theirs.iter().find(|old| old.username == credential.username);
        let old = old.and_then(|old| old.password_hash.as_deref());
        let same =
            old.filter(|text| PasswordHash::parse(text).is_ok_and(|hash| hash.verifies(password.as_bytes())));
        let fresh = || PasswordHash::of(password.as_bytes()).to_string();
        credential.password_hash = Some(same.map_or_else(fresh, str::to_owned));
    }
}

/// Whether a password in it still is to be hashed.
pub(crate) fn is_unsealed(resource: &Resource) -> bool {
    credentials_of(resource).iter().any(|credential| credential.password.is_some())
}

/// What a resource keeps of the one it replaces: when its keys were issued, which documents need not repeat.
///
/// A document that lists no credentials at all does not speak of keys: those issued here then stay (`keep_issued`). One that
/// lists some lists them all.
pub(crate) fn inherit(resource: &mut Resource, present: Option<&Resource>, keep_issued: bool) {
    if let (Resource::App(new), Some(Resource::App(old))) = (&mut *resource, present) {
        match (&mut new.client, &old.client) {
            (None, Some(issued)) if keep_issued => new.client = Some(issued.clone()),
            (Some(new), Some(old)) => {
                for secret in &mut new.secrets {
                    let same = old.secrets.iter().find(|old| old.secret_hash == secret.secret_hash);
                    secret.created_at = secret.created_at.take().or_else(|| same?.created_at.clone());
                }
            }
            _ => {}
        }
    }
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
        let same =
            |old: &&Credential| old.key_hash == credential.key_hash && old.username == credential.username;
        if let Some(old) = theirs.iter().find(same) {
            credential.hint = credential.hint.take().or_else(|| old.hint.clone());
            credential.created_at = credential.created_at.take().or_else(|| old.created_at.clone());
        }
    }
}

/// The hashes of a resource's keys, each with its place.
pub(crate) fn keys(resource: &Resource) -> impl Iterator<Item = (usize, KeyHash)> + '_ {
    let credentials = credentials_of(resource);
    credentials.iter().enumerate().filter_map(|(index, credential)| Some((index, credential.key_hash?)))
}

/// What the uses of passwords are kept under.
pub(crate) fn password_marks(resource: &Resource) -> impl Iterator<Item = KeyHash> + '_ {
    credentials_of(resource).iter().filter_map(password_mark)
}

/// The same of one credential, where it is a name and a password.
pub(crate) fn password_mark(credential: &Credential) -> Option<KeyHash> {
    Some(policy::password_mark(credential.username.as_deref()?, credential.password_hash.as_deref()?))
}

/// What else proves a caller alone: usernames and the `custom_id`, each with its field.
pub(crate) fn names(resource: &Resource) -> impl Iterator<Item = (String, Claimed)> + '_ {
    let usernames = credentials_of(resource).iter().enumerate().filter_map(|(index, credential)| {
        let name = credential.username.as_deref()?;
        Some((format!("credentials[{index}].username"), Claimed::Username(name.into())))
    });
    let custom_id = match resource {
        Resource::Consumer(consumer) => consumer.custom_id.as_deref(),
        _ => None,
    };
    let client = match resource {
        Resource::App(app) => app.client.as_ref().map(model::OAuthClient::mark),
        _ => None,
    };
    let custom_id = custom_id.map(|id| ("custom_id".to_owned(), Claimed::CustomId(id.into())));
    usernames
        .chain(custom_id)
        .chain(client.map(|id| ("client.id".to_owned(), Claimed::Client(id.into_boxed_str()))))
}

/// A name that one caller has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Claimed {
    Username(Box<str>),
    CustomId(Box<str>),
    /// Of OAuth.
    Client(Box<str>),
}

pub(crate) fn credentials_of(resource: &Resource) -> &[Credential] {
    match resource {
        Resource::Consumer(consumer) => &consumer.credentials,
        Resource::App(app) => &app.credentials,
        _ => &[],
    }
}

/// The SHA-256 of a key.
pub(crate) fn key_hash(key: &str) -> KeyHash {
    KeyHash(digest::sha256(key.as_bytes()))
}
