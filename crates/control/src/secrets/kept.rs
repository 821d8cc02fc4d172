//! The built-in store of secrets: written, rotated, never read by anybody but gateways.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError},
};

use model::{DEFAULT_WORKSPACE, Finding, Kind, Name, SECRET_SCHEME, Secret, scoped, unscoped};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use store::{AuditEntry, DataKeyRow, SealChange, SecretRow};

use super::{LARGEST, MasterKeys, seal::DataKey};
use crate::{Actor, Control, Error, resources::timestamp};

/// Secrets in the store.
const MOST: usize = 10_000;

/// What is known of a secret beside its value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SecretView {
    /// `secret://NAME` names it in documents.
    pub name: String,
    /// Rises by one with every new value, from 1.
    pub version: u64,
    /// RFC 3339.
    pub created_at: String,
    /// When it got its value, RFC 3339.
    pub updated_at: String,
    /// What names it: `api/orders@v1`.
    pub used_by: Vec<String>,
}

/// What is in the store, and the keys to it.
#[derive(Default)]
pub(crate) struct Kept {
    masters: Option<MasterKeys>,
    keys: HashMap<String, DataKey>,
    /// What seals.
    current: Option<String>,
    /// By name, scoped by the workspace; what was copied from a vault, by reference.
    rows: BTreeMap<String, SecretRow>,
}

impl Kept {
    /// The value of a secret of a workspace.
    pub(super) fn open(&self, workspace: &str, name: &str) -> Result<Secret, String> {
        match workspace {
            DEFAULT_WORKSPACE => self.open_row(name, name),
            workspace => self.open_row(&format!("{workspace}:{name}"), name),
        }
    }

    fn open_row(&self, key: &str, name: &str) -> Result<Secret, String> {
        let Some(row) = self.rows.get(key) else {
            return Err(format!("there is no secret `{name}`; make it by `pailou secret set {name}`"));
        };
        let key = self.keys.get(&row.data_key);
        let value = key.and_then(|key| key.open(&row.name, row.version, &row.sealed));
        let why = "it was sealed by a master key that is not given; see PAILOU_MASTER_KEY";
        value.map(Secret::new).ok_or_else(|| why.to_owned())
    }
}

impl Control {
    /// Reads what is kept, and seals its keys by the present master key where they were sealed by one before it.
    pub(crate) async fn open_secrets(&self) -> Result<(), Error> {
        let Some(masters) = self.inner.options.masters.clone() else { return Ok(()) };
        let sealed = self.inner.store.sealed().await.map_err(Error::Store)?;
        let (mut keys, mut moved) = (HashMap::new(), Vec::new());
        for row in &sealed.keys {
            let Some(key) = masters.unwrap(&row.id, &row.master, &row.sealed) else {
                tracing::error!(
                    key = row.id,
                    "a key of secrets cannot be opened: its master key is not given"
                );
                continue;
            };
            if row.master != masters.current() {
                let (master, sealed) = (masters.current().to_owned(), masters.wrap(&key));
                moved.push(DataKeyRow { master, sealed, ..row.clone() });
            }
            keys.insert(row.id.clone(), key);
        }
        let newest =
            sealed.keys.iter().filter(|row| keys.contains_key(&row.id)).max_by_key(|row| row.created_at);
        let current = newest.map(|row| row.id.clone());
        if !moved.is_empty() {
            let system = Actor::new("system", store::Origin::Api);
            let entry = self.entry_of(&system, "rotate-master-key", "master-key", None);
            let change = SealChange { keys: moved, entry: Some(entry), ..SealChange::default() };
            self.inner.store.seal(change).await.map_err(Error::Store)?;
            tracing::info!(
                "the keys of secrets are sealed by the new master key; the one before is not needed any more"
            );
        }
        let rows = sealed.secrets.into_iter().map(|row| (row.name.clone(), row)).collect();
        let kept = Kept { masters: Some(masters), keys, current, rows };
        *self.inner.secrets.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(())
    }

    /// Secrets of the store, by name, without their values.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace, as everywhere below.
    pub fn secrets(&self, ws: &Name) -> Result<Vec<SecretView>, Error> {
        self.check_workspace(ws)?;
        let kept = self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner);
        // What the program keeps for itself, and copies of what vaults told, are called what no secret can be.
        let is_mine = |row: &&SecretRow| {
            let (of, name) = unscoped(&row.name);
            of == ws.as_str() && name.parse::<Name>().is_ok()
        };
        let rows = kept.rows.values().filter(is_mine);
        Ok(rows.map(|row| self.view_of(row)).collect())
    }

    /// Gives a secret a value; it is in force before this returns. With `known`, only one that is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a value that cannot be one; [`Error::Missing`]; [`Error::Conflict`] without a master key.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        ws: &Name,
        name: &Name,
        value: &str,
        known: bool,
    ) -> Result<SecretView, Error> {
        self.check_workspace(ws)?;
        if !(1..=LARGEST).contains(&value.len()) {
            let message = format!("a secret has 1 byte to {} KiB", LARGEST >> 10);
            return Err(Error::Invalid(vec![Finding::error("invalid-secret", message).in_field("value")]));
        }
        let writing = self.write_lock().await?;
        let key = scoped(ws, name.as_str());
        let before = self.row(&key);
        if before.is_none() && known {
            return Err(Error::Missing { what: format!("secret `{name}`") });
        }
        if before.is_none() && self.secrets(ws)?.len() >= MOST {
            return Err(Error::Conflict { detail: format!("there are {MOST} secrets already") });
        }
        let action = if before.is_some() { "rotate-secret" } else { "create-secret" };
        let row = self.seal_one(actor, &key, value, before, Some(action)).await?;
        let reference = scoped(ws, &format!("{SECRET_SCHEME}{name}"));
        self.forget_secret(&reference);
        self.look_up(&[reference].into(), true).await;
        self.put_secrets_in_force();
        let version = self.snapshot().version();
        drop(writing);
        self.wait_in_force(version).await;
        Ok(self.view_of(&row))
    }

    /// Takes a secret away that nothing names.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] with what names it.
    pub async fn delete_secret(&self, actor: &Actor, ws: &Name, name: &Name) -> Result<(), Error> {
        self.check_workspace(ws)?;
        let _writing = self.write_lock().await?;
        let row = self.row(&scoped(ws, name.as_str()));
        let row = row.ok_or_else(|| Error::Missing { what: format!("secret `{name}`") })?;
        let used_by = self.view_of(&row).used_by;
        if !used_by.is_empty() {
            let detail = format!("secret `{name}` is still named by {}", used_by.join(", "));
            return Err(Error::Conflict { detail });
        }
        let entry = self.entry_of(actor, "delete-secret", &row.name, None);
        let removed = vec![row.name.clone()];
        let change = SealChange { removed, entry: Some(entry), ..SealChange::default() };
        self.inner.store.seal(change).await.map_err(Error::Store)?;
        self.inner.secrets.kept.write().unwrap_or_else(PoisonError::into_inner).rows.remove(&row.name);
        self.forget_secret(&scoped(ws, &format!("{SECRET_SCHEME}{name}")));
        Ok(())
    }

    /// Makes a fresh data key, and seals every secret by it; how many.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a master key, or where a secret cannot be opened.
    pub async fn rotate_data_key(&self, actor: &Actor, ws: &Name) -> Result<usize, Error> {
        self.check_operators(ws, "key of secrets")?;
        let _writing = self.write_lock().await?;
        let (key, key_row, rows, old) = {
            let kept = self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner);
            let (key, key_row) = self.fresh_key(&kept)?;
            let mut rows = Vec::with_capacity(kept.rows.len());
            for row in kept.rows.values() {
                let value = kept
                    .open_row(&row.name, &row.name)
                    .map_err(|why| Error::Conflict { detail: format!("secret `{}`: {why}", row.name) })?;
                let sealed = key.seal(&row.name, row.version, value.reveal());
                rows.push(SecretRow { data_key: key.id.clone(), sealed, ..row.clone() });
            }
            let old: Vec<String> = kept.keys.keys().cloned().collect();
            (key, key_row, rows, old)
        };
        let entry = self.entry_of(actor, "rotate-data-key", "data-key", Some(rows.len()));
        let change = SealChange {
            keys: vec![key_row],
            secrets: rows.clone(),
            removed_keys: old,
            entry: Some(entry),
            ..SealChange::default()
        };
        self.inner.store.seal(change).await.map_err(Error::Store)?;
        let mut kept = self.inner.secrets.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.current = Some(key.id.clone());
        kept.keys = [(key.id.clone(), key)].into();
        let count = rows.len();
        kept.rows = rows.into_iter().map(|row| (row.name.clone(), row)).collect();
        Ok(count)
    }

    /// What was last told by a vault.
    pub(super) fn copy(&self, reference: &str) -> Option<Secret> {
        self.inner
            .secrets
            .kept
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .open_row(reference, reference)
            .ok()
    }

    /// Keeps what a vault told, sealed, where it is new.
    pub(super) async fn keep_copy(&self, reference: &str, value: &Secret) {
        if self.inner.options.masters.is_none() || self.copy(reference).as_ref() == Some(value) {
            return;
        }
        let system = Actor::new("system", store::Origin::Api);
        let before = self.row(reference);
        if let Err(error) = self.seal_one(&system, reference, value.reveal(), before, None).await {
            tracing::error!(%error, "what a vault told could not be kept");
        }
    }

    /// What the program keeps sealed for itself, under a name that no secret of documents can have.
    pub(crate) fn open_own_secret(&self, name: &str) -> Result<Option<Secret>, Error> {
        let kept = self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner);
        match kept.rows.contains_key(name) {
            true => kept.open_row(name, name).map(Some).map_err(|detail| Error::Conflict { detail }),
            false => Ok(None),
        }
    }

    /// Keeps something sealed for the program itself; the audit log is told of it where there is an `action`. Asks for the right to write.
    pub(crate) async fn seal_own_secret(
        &self,
        actor: &Actor,
        name: &str,
        value: &str,
        action: Option<&'static str>,
    ) -> Result<(), Error> {
        self.seal_one(actor, name, value, self.row(name), action).await.map(drop)
    }

    /// Forgets what was kept by [`Control::seal_own_secret`].
    pub(crate) async fn forget_own_secret(&self, name: &str) -> Result<(), Error> {
        let _writing = self.write_lock().await?;
        let change = SealChange { removed: vec![name.to_owned()], ..SealChange::default() };
        self.inner.store.seal(change).await.map_err(Error::Store)?;
        self.inner.secrets.kept.write().unwrap_or_else(PoisonError::into_inner).rows.remove(name);
        Ok(())
    }

    fn row(&self, name: &str) -> Option<SecretRow> {
        self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner).rows.get(name).cloned()
    }

    async fn seal_one(
        &self,
        actor: &Actor,
        name: &str,
        value: &str,
        before: Option<SecretRow>,
        action: Option<&'static str>,
    ) -> Result<SecretRow, Error> {
        let (key, fresh) = {
            let kept = self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner);
            match kept.current.as_ref().and_then(|id| kept.keys.get(id)) {
                Some(key) => (key.clone(), None),
                None => self.fresh_key(&kept).map(|(key, row)| (key, Some(row)))?,
            }
        };
        let now = self.now();
        let version = before.as_ref().map_or(1, |row| row.version + 1);
        let row = SecretRow {
            name: name.to_owned(),
            version,
            data_key: key.id.clone(),
            sealed: key.seal(name, version, value),
            created_at: before.map_or(now, |row| row.created_at),
            updated_at: now,
        };
        let change = SealChange {
            keys: fresh.into_iter().collect(),
            secrets: vec![row.clone()],
            entry: action.map(|action| self.entry_of(actor, action, name, Some(version as usize))),
            ..SealChange::default()
        };
        self.inner.store.seal(change).await.map_err(Error::Store)?;
        let mut kept = self.inner.secrets.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.current = Some(key.id.clone());
        kept.keys.insert(key.id.clone(), key);
        kept.rows.insert(row.name.clone(), row.clone());
        Ok(row)
    }

    fn fresh_key(&self, kept: &Kept) -> Result<(DataKey, DataKeyRow), Error> {
        let masters = kept.masters.as_ref().ok_or_else(|| Error::Conflict {
            detail:
                "there is no master key to seal secrets by: set PAILOU_MASTER_KEY or PAILOU_MASTER_KEY_FILE"
                    .to_owned(),
        })?;
        let (key, sealed) = masters.make_data_key();
        let (id, master) = (key.id.clone(), masters.current().to_owned());
        Ok((key, DataKeyRow { id, master, sealed, created_at: self.now() }))
    }

    fn entry_of(&self, actor: &Actor, action: &'static str, id: &str, number: Option<usize>) -> AuditEntry {
        let word = if action == "rotate-data-key" { "secrets" } else { "version" };
        let after = number.map(|number| json!({ word: number }));
        let (workspace, id) = unscoped(id);
        let workspace = workspace.parse().unwrap_or_else(|_| Name::default_workspace());
        self.entry(&actor.in_workspace(&workspace), action, ("secret", id), None, after)
    }

    fn view_of(&self, row: &SecretRow) -> SecretView {
        let (workspace, own) = unscoped(&row.name);
        let users = workspace.parse::<Name>().map(|workspace| {
            self.state().of(&workspace).index.users_of_secret(&format!("{SECRET_SCHEME}{own}"))
        });
        let users = users.unwrap_or_default();
        let name = |(kind, id): &(Kind, Arc<str>)| format!("{kind}/{id}");
        SecretView {
            name: own.to_owned(),
            version: row.version,
            created_at: timestamp(row.created_at).to_string(),
            updated_at: timestamp(row.updated_at).to_string(),
            used_by: users.iter().map(name).collect(),
        }
    }
}
