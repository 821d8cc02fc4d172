//! The secrets that documents name, wherever they are kept.

use std::sync::PoisonError;

use model::{Kind, Name, scoped_shared};
use schemars::JsonSchema;
use serde::Serialize;

use super::SecretReference;
use crate::{Control, Error};

/// A secret that documents name, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReferenceView {
    /// As documents have it: `secret://vault/kv/orders#key`.
    pub reference: String,
    pub place: SecretPlace,
    /// What names it: `api/orders@v1`.
    pub used_by: Vec<String>,
    /// Whether there is a value in force.
    pub in_force: bool,
    /// Why it could not be had the last time it was looked for; what was good before stays in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecretPlace {
    /// In the built-in store.
    Store,
    /// In the control plane's environment.
    Environment,
    /// In a file of the control plane's.
    File,
    /// In HashiCorp Vault.
    Vault,
}

impl Control {
    /// Every secret that documents name, by reference.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace.
    pub fn secret_references(&self, ws: &Name) -> Result<Vec<ReferenceView>, Error> {
        self.check_workspace(ws)?;
        let all = self.state();
        let state = all.of(ws);
        let known = self.inner.secrets.known.read().unwrap_or_else(PoisonError::into_inner);
        let view = |reference: std::sync::Arc<str>| {
            let place = match SecretReference::read(&reference).ok()? {
                SecretReference::Stored(_) => SecretPlace::Store,
                SecretReference::Environment(_) => SecretPlace::Environment,
                SecretReference::File(_) => SecretPlace::File,
                SecretReference::Vault { .. } => SecretPlace::Vault,
            };
            let users = state.index.users_of_secret(&reference);
            let used_by = users.iter().map(|(kind, id): &(Kind, _)| format!("{kind}/{id}")).collect();
            let known = known.get(&scoped_shared(ws, &reference));
            Some(ReferenceView {
                reference: reference.to_string(),
                place,
                used_by,
                in_force: known.is_some_and(|known| known.value.is_some()),
                trouble: known.and_then(|known| known.trouble.clone()),
            })
        };
        Ok(state.index.secrets().into_iter().filter_map(view).collect())
    }
}
