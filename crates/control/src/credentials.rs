//! Keys of consumers and apps: issued once, revoked.

use jiff::Timestamp;
use model::{Credential, Finding, KeyHash, Kind, Name, Resource};

use crate::{
    Actor, ContractTexts, Control, Error, IssuedKey, change::Draft, intake, key, resources::timestamp,
};

/// Keys of one caller.
const MOST_KEYS: usize = 100;

impl Control {
    /// Makes a key for a consumer or an app; it is shown this once. `expires_at` is RFC 3339.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a time that is none or has passed; [`Error::Conflict`] beyond 100 keys.
    pub async fn issue_key(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        expires_at: Option<String>,
        scopes: Vec<String>,
    ) -> Result<IssuedKey, Error> {
        if let Some(at) = scopes.iter().position(|scope| !intake::is_scope(scope)) {
            let finding = Finding::error("invalid-credential", intake::no_scope(&scopes[at]));
            return Err(Error::Invalid(vec![finding.in_field(format!("scopes[{at}]"))]));
        }
        if let Some(time) = &expires_at {
            let read = time.parse::<Timestamp>();
            let passed = read.as_ref().is_ok_and(|time| *time <= timestamp(self.now()));
            if read.is_err() || passed {
                let why = if passed { "has passed" } else { "is not a time such as `2030-01-31T12:00:00Z`" };
                let finding = Finding::error("invalid-credential", format!("`{time}` {why}"));
                return Err(Error::Invalid(vec![finding.in_field("expires_at")]));
            }
        }
        let key = key::make();
        let (key_hash, hint) = (intake::key_hash(&key), key::hint(&key));
        let credential = Credential {
            key: None,
            key_hash: Some(key_hash),
            hint: Some(hint.clone()),
            created_at: Some(timestamp(self.now()).to_string()),
            expires_at,
            scopes,
            username: None,
            password: None,
            password_hash: None,
        };
        let add = |credentials: &mut Vec<Credential>| {
            if credentials.len() >= MOST_KEYS {
                let detail = format!("{kind} `{id}` has {MOST_KEYS} keys already; revoke one first");
                return Err(Error::Conflict { detail });
            }
            credentials.push(credential);
            Ok(())
        };
        self.change_keys(actor, ws, kind, id, "issue-key", add).await?;
        Ok(IssuedKey { key, hint, key_hash })
    }

    /// Takes a key away from a consumer or an app. It stops working before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Missing`] where there is no such key.
    pub async fn revoke_key(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        key_hash: &KeyHash,
    ) -> Result<(), Error> {
        let remove = |credentials: &mut Vec<Credential>| {
            let before = credentials.len();
            credentials.retain(|credential| credential.key_hash != Some(*key_hash));
            if credentials.len() == before {
                return Err(Error::Missing { what: format!("key `{key_hash}` of {kind} `{id}`") });
            }
            Ok(())
        };
        self.change_keys(actor, ws, kind, id, "revoke-key", remove).await
    }

    async fn change_keys(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        action: &'static str,
        change: impl FnOnce(&mut Vec<Credential>) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        self.check_workspace(ws)?;
        let writing = self.write_lock().await?;
        let mut resource = self.get(ws, kind, id)?.resource;
        match &mut resource {
            Resource::Consumer(consumer) => change(&mut consumer.credentials)?,
            Resource::App(app) => change(&mut app.credentials)?,
            _ => {
                return Err(Error::Missing {
                    what: format!("key of a {kind}: only consumers and apps have keys"),
                });
            }
        }
        let draft = Draft::put(resource, action, None);
        let ready =
            self.check_drafts(ws, vec![draft], ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await.map(drop)
    }
}
