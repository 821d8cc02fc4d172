//! When keys and passwords were last used.
//!
//! Gateways tell it in batches, their own process or by the admin API. It is written beside changes: it is no change itself, and neither
//! revisions nor the audit log hold it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use model::{Credential, KeyHash, KeyUse, Kind, Name, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::KeyUseRow;

use crate::{Control, Error, change::Draft, digest, intake, resources::timestamp};

/// Later than now a use is not: the clock of a gateway may be ahead by so much, milliseconds.
const AHEAD_MS: u64 = 60_000;

/// A key of a consumer or an app, as it is shown after its first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyView {
    pub key_hash: KeyHash,
    /// The first characters.
    pub hint: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// When it stops working (RFC 3339); never, where absent.
    pub expires_at: Option<String>,
    /// What it is good for, where an API or policy asks for scopes.
    pub scopes: Vec<String>,
    /// When a gateway last took it (RFC 3339), or up to a minute before; absent where none has told of it.
    pub last_used_at: Option<String>,
}

/// A name and a password of a consumer or an app, without the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PasswordView {
    pub username: String,
    /// RFC 3339.
    pub created_at: Option<String>,
    /// When it stops working (RFC 3339); never, where absent.
    pub expires_at: Option<String>,
    /// What it is good for, where an API or policy asks for scopes.
    pub scopes: Vec<String>,
    /// When a gateway last took it (RFC 3339), or up to a minute before; absent where none has told of it.
    pub last_used_at: Option<String>,
}

impl Control {
    /// Writes down when keys were used. Those that are not there, or not any more, are passed over.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn note_key_uses(&self, uses: Vec<KeyUse>) -> Result<(), Error> {
        let latest = self.now() + AHEAD_MS;
        let known: Vec<KeyUseRow> = {
            let state = self.state();
            let is_known = |one: &KeyUse| state.of(&one.workspace).index.has_credential(&one.key_hash);
            let row = |KeyUse { workspace, key_hash, used_at }| KeyUseRow {
                workspace,
                key: key_hash,
                used_at: latest.min(used_at),
            };
            uses.into_iter().filter(is_known).map(row).collect()
        };
        if known.is_empty() {
            return Ok(());
        }
        self.inner.store.note_key_uses(known).await.map_err(Error::Store)
    }

    /// The keys of a consumer or an app, with their last uses.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn keys_of(&self, ws: &Name, kind: Kind, id: &str) -> Result<Vec<KeyView>, Error> {
        self.check_workspace(ws)?;
        let resource = self.get(ws, kind, id)?.resource;
        self.views_of(ws, intake::credentials_of(&resource)).await
    }

    /// Credentials that are keys, with their last uses.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn views_of(&self, ws: &Name, credentials: &[Credential]) -> Result<Vec<KeyView>, Error> {
        let hashes: Vec<KeyHash> = credentials.iter().filter_map(|credential| credential.key_hash).collect();
        let used = match hashes.is_empty() {
            true => Vec::new(),
            false => self.inner.store.key_uses(ws.clone(), hashes).await.map_err(Error::Store)?,
        };
        let used: BTreeMap<KeyHash, u64> = used.into_iter().map(|row| (row.key, row.used_at)).collect();
        let view = |credential: &Credential| {
            let key_hash = credential.key_hash?;
            Some(KeyView {
                key_hash,
                hint: credential.hint.clone(),
                created_at: credential.created_at.clone(),
                expires_at: credential.expires_at.clone(),
                scopes: credential.scopes.clone(),
                last_used_at: used.get(&key_hash).map(|at| whole_second(*at).to_string()),
            })
        };
        Ok(credentials.iter().filter_map(view).collect())
    }

    /// The names and passwords of a consumer or an app, with their last uses.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn passwords_of(&self, ws: &Name, kind: Kind, id: &str) -> Result<Vec<PasswordView>, Error> {
        self.check_workspace(ws)?;
        let resource = self.get(ws, kind, id)?.resource;
        self.password_views(ws, intake::credentials_of(&resource)).await
    }

    pub(crate) async fn password_views(
        &self,
        ws: &Name,
        credentials: &[Credential],
    ) -> Result<Vec<PasswordView>, Error> {
        let marks: Vec<KeyHash> = credentials.iter().filter_map(intake::password_mark).collect();
        let used = match marks.is_empty() {
            true => Vec::new(),
            false => self.inner.store.key_uses(ws.clone(), marks).await.map_err(Error::Store)?,
        };
        let view = |credential: &Credential| {
            let mark = intake::password_mark(credential)?;
            let used = used.iter().find(|row| row.key == mark);
            Some(PasswordView {
                username: credential.username.clone()?,
                created_at: credential.created_at.clone(),
                expires_at: credential.expires_at.clone(),
                scopes: credential.scopes.clone(),
                last_used_at: used.map(|row| whole_second(row.used_at).to_string()),
            })
        };
        Ok(credentials.iter().filter_map(view).collect())
    }

    /// Writes down that an OAuth client got a token, once a minute at most; nobody is kept from one where that fails.
    pub(crate) async fn note_client_use(&self, ws: &Name, client: &str) {
        let (key, now) = (client_mark(client), self.now());
        if !self.inner.oauth.is_worth_noting(ws, key, now) {
            return;
        }
        let used = KeyUseRow { workspace: ws.clone(), key, used_at: now };
        if let Err(error) = self.inner.store.note_key_uses(vec![used]).await {
            tracing::warn!(%error, "when a client got a token is not kept");
        }
    }

    /// When an OAuth client last got a token (RFC 3339), or up to a minute before.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn client_last_used(&self, ws: &Name, client: &str) -> Result<Option<String>, Error> {
        let used = self.inner.store.key_uses(ws.clone(), vec![client_mark(client)]).await;
        let used = used.map_err(Error::Store)?;
        Ok(used.first().map(|row| whole_second(row.used_at).to_string()))
    }

    /// Forgets when a client got tokens that is gone.
    pub(crate) async fn forget_client_use(&self, ws: &Name, client: &str) {
        self.forget_key_uses(ws, vec![client_mark(client)]).await;
    }

    /// Forgets when keys were used that a change has taken away. The change holds whatever becomes of it.
    pub(crate) async fn forget_key_uses(&self, ws: &Name, gone: Vec<KeyHash>) {
        if gone.is_empty() {
            return;
        }
        if let Err(error) = self.inner.store.forget_key_uses(ws.clone(), gone).await {
            tracing::warn!(%error, "when keys were used that are gone could not be forgotten");
        }
    }

    /// Keys, and passwords by what their uses are kept under, that these changes take away.
    pub(crate) fn keys_taken(&self, ws: &Name, drafts: &[Draft]) -> Vec<KeyHash> {
        let all = self.state();
        let index = &all.of(ws).index;
        let taken = |draft: &Draft| {
            let before = index.get(&draft.id)?;
            let all = |resource: &Resource| -> BTreeSet<KeyHash> {
                intake::keys(resource).map(|(_, key)| key).chain(intake::password_marks(resource)).collect()
            };
            let kept = draft.resource.as_ref().map(all).unwrap_or_default();
            Some(all(before).into_iter().filter(|key| !kept.contains(key)).collect::<Vec<_>>())
        };
        let with_keys = |draft: &&Draft| matches!(draft.id.0, Kind::Consumer | Kind::App);
        drafts.iter().filter(with_keys).filter_map(taken).flatten().collect()
    }
}

fn whole_second(at: u64) -> Timestamp {
    timestamp(at - at % 1000)
}

/// What the use of a client is kept under, beside those of keys; no key has it.
fn client_mark(client: &str) -> KeyHash {
    KeyHash(digest::sha256(format!("oauth client {client}").as_bytes()))
}
