//! Secrets: kept here sealed, or elsewhere; read for gateways, shown to nobody.

mod kept;
mod named;
mod reference;
mod seal;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    future::Future,
    io::Read as _,
    path::Path,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use model::{DEFAULT_WORKSPACE, Name, Secret, SecretValues, Snapshot, scoped_shared, unscoped};
use serde_json::{Map, Value};

pub(crate) use self::seal::DataKey;
pub use self::{
    kept::SecretView,
    named::{ReferenceView, SecretPlace},
    reference::SecretReference,
    seal::MasterKeys,
};
use crate::{Control, Error, Files};

/// The largest secret, bytes.
pub(crate) const LARGEST: usize = 64 << 10;
/// How long somebody else may take to tell one.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a secret elsewhere says: its fields.
pub type Told<'a> = Pin<Box<dyn Future<Output = Result<Map<String, Value>, String>> + Send + 'a>>;

/// Tells secrets that are kept in a vault.
pub trait SecretSource: Send + Sync {
    /// The fields of the secret at a path of a mount; why not, for operators, without the secret.
    fn fetch<'a>(&'a self, mount: &'a str, path: &'a str) -> Told<'a>;
}

/// What is known of secrets that documents name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) values: SecretValues,
    /// Why others cannot be had.
    pub(crate) troubles: BTreeMap<Arc<str>, String>,
    /// Whether what cannot be had is a warning only: what stood before must not fall because a vault is away.
    pub(crate) lenient: bool,
}

/// The secrets of a control plane.
#[derive(Default)]
pub(crate) struct Secrets {
    /// Sealed; read once, and kept as it is stored.
    pub(super) kept: RwLock<kept::Kept>,
    /// What was found of references, by reference. What was good last stays good.
    known: RwLock<BTreeMap<Arc<str>, Known>>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    value: Option<Secret>,
    /// Why it could not be had the last time.
    trouble: Option<String>,
}

impl Found {
    /// What of these can be had without a control plane: from the environment and from files.
    pub(crate) fn without_control(references: &BTreeSet<Arc<str>>, files: &Files) -> Found {
        let mut found = Found { lenient: true, ..Found::default() };
        for reference in references {
            let read = match SecretReference::read(reference) {
                Ok(SecretReference::Stored(_) | SecretReference::Vault { .. }) => {
                    Err("secrets of the store and of a vault need a control plane".to_owned())
                }
                Ok(place) => {
                    read_here(&place, &files.folder).unwrap_or_else(|| Err("it is not here".to_owned()))
                }
                Err(wrong) => Err(wrong),
            };
            match read {
                Ok(value) => drop(found.values.0.insert(Arc::clone(reference), value)),
                Err(trouble) => drop(found.troubles.insert(Arc::clone(reference), trouble)),
            }
        }
        found
    }
}

impl Control {
    /// Reads the secrets that are kept elsewhere again, and makes live what is new. Whether anything was.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn read_secrets(&self) -> Result<bool, Error> {
        let wanted = self.state().secrets();
        if wanted.is_empty() {
            return Ok(false);
        }
        self.look_up(&wanted, true).await;
        let _writing = self.write_lock().await?;
        Ok(self.put_secrets_in_force())
    }

    /// Makes what is known of secrets live; whether it differs from what was. Asks for the right to write.
    pub(super) fn put_secrets_in_force(&self) -> bool {
        let present = self.snapshot();
        let values = self.values_of(&self.state().secrets());
        if *present.secrets == values {
            return false;
        }
        let reading = present.reading + 1;
        self.make_live(Snapshot { secrets: Arc::new(values), reading, ..(*present).clone() });
        true
    }

    /// The values of some references, which are scoped.
    fn values_of(&self, references: &BTreeSet<Arc<str>>) -> SecretValues {
        let known = self.inner.secrets.known.read().unwrap_or_else(PoisonError::into_inner);
        let value =
            |reference: &Arc<str>| Some((Arc::clone(reference), known.get(reference)?.value.clone()?));
        SecretValues(references.iter().filter_map(value).collect())
    }

    /// What is known of some references of a workspace.
    pub(crate) fn found(&self, ws: &Name, references: &BTreeSet<Arc<str>>, lenient: bool) -> Found {
        let known = self.inner.secrets.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = Found { lenient, ..Found::default() };
        for reference in references {
            let known = known.get(&scoped_shared(ws, reference)).cloned().unwrap_or_default();
            match known.value {
                Some(value) => drop(found.values.0.insert(Arc::clone(reference), value)),
                None => {
                    let trouble = known.trouble.unwrap_or_else(|| "it was not looked for".to_owned());
                    found.troubles.insert(Arc::clone(reference), trouble);
                }
            }
        }
        found
    }

    /// Looks for those that are not known yet, or for all; each scoped by its workspace.
    pub(crate) async fn look_up(&self, references: &BTreeSet<Arc<str>>, again: bool) {
        let due: Vec<Arc<str>> = {
            let known = self.inner.secrets.known.read().unwrap_or_else(PoisonError::into_inner);
            let is_known =
                |reference: &Arc<str>| known.get(reference).is_some_and(|known| known.value.is_some());
            references.iter().filter(|reference| again || !is_known(reference)).cloned().collect()
        };
        let mut vaults: BTreeMap<_, Vec<(Arc<str>, String)>> = BTreeMap::new();
        for reference in due {
            let (workspace, text) = unscoped(&reference);
            let is_operators = workspace == DEFAULT_WORKSPACE;
            match SecretReference::read(text) {
                Err(wrong) => self.take_note(&reference, Err(wrong)),
                Ok(SecretReference::Stored(name)) => {
                    let kept = self.inner.secrets.kept.read().unwrap_or_else(PoisonError::into_inner);
                    let value = kept.open(workspace, name.as_str());
                    drop(kept);
                    self.take_note(&reference, value);
                }
                Ok(_) if !is_operators => {
                    let why = "only secrets of its own store are told to a workspace";
                    self.take_note(&reference, Err(why.to_owned()));
                }
                Ok(SecretReference::Vault { mount, path, field }) => {
                    vaults.entry((mount, path)).or_default().push((reference, field));
                }
                Ok(place) => {
                    let folder = self.inner.files.folder.clone();
                    let read = tokio::task::spawn_blocking(move || read_here(&place, &folder)).await;
                    let read = read.ok().flatten().unwrap_or_else(|| Err("it is not here".to_owned()));
                    self.take_note(&reference, read);
                }
            }
        }
        for ((mount, path), fields) in vaults {
            let told = match &self.inner.options.vault {
                None => Err("no vault is configured: set VAULT_ADDR and a token or a role".to_owned()),
                Some(vault) => match tokio::time::timeout(PATIENCE, vault.fetch(&mount, &path)).await {
                    Ok(told) => told,
                    Err(_) => Err("the vault does not answer".to_owned()),
                },
            };
            for (reference, field) in fields {
                let value = told.as_ref().map_err(Clone::clone).and_then(|fields| text_of(fields, &field));
                let fresh = value.as_ref().ok().cloned();
                self.take_note(&reference, value);
                // While the vault is away, a control plane begins with what it said last.
                if let Some(fresh) = fresh {
                    self.keep_copy(&reference, &fresh).await;
                } else if let Some(copy) = self.copy(&reference) {
                    self.begin_with(&reference, copy);
                }
            }
        }
    }

    /// Takes over what came of looking. What was good last stays good; trouble is told once.
    fn take_note(&self, reference: &Arc<str>, read: Result<Secret, String>) {
        let mut known = self.inner.secrets.known.write().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(Arc::clone(reference)).or_default();
        match read {
            Ok(value) => {
                if entry.value.as_ref().is_some_and(|before| *before != value) {
                    tracing::info!("{reference} has changed");
                }
                *entry = Known { value: Some(value), trouble: None };
            }
            Err(trouble) => {
                if entry.trouble.as_ref() != Some(&trouble) {
                    tracing::error!("{reference} cannot be had: {trouble}");
                }
                entry.trouble = Some(trouble);
            }
        }
    }

    fn begin_with(&self, reference: &Arc<str>, copy: Secret) {
        let mut known = self.inner.secrets.known.write().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(Arc::clone(reference)).or_default();
        entry.value.get_or_insert(copy);
    }

    /// Forgets what was known of a secret, so that what is kept now counts.
    fn forget_secret(&self, reference: &str) {
        self.inner.secrets.known.write().unwrap_or_else(PoisonError::into_inner).remove(reference);
    }
}

/// What the environment or a file says; `None` of another place.
fn read_here(place: &SecretReference, folder: &Path) -> Option<Result<Secret, String>> {
    let fits = |value: String| match value.len() {
        0 => Err("it is empty".to_owned()),
        length if length > LARGEST => Err(format!("it is larger than {} KiB", LARGEST >> 10)),
        _ => Ok(Secret::new(value)),
    };
    match place {
        SecretReference::Environment(name) => {
            let value = std::env::var(name).map_err(|_| format!("there is no variable `{name}`"));
            Some(value.and_then(fits))
        }
        SecretReference::File(path) => {
            let path = folder.join(path);
            let read = fs::File::open(&path).and_then(|file| {
                let mut text = String::new();
                file.take(LARGEST as u64 + 2).read_to_string(&mut text).map(|_| text)
            });
            let read = read.map_err(|error| format!("{}: {error}", path.display()));
            // Editors end files with a line.
            Some(read.and_then(|text| {
                fits(text.strip_suffix('\n').map_or(text.clone(), |t| t.trim_end_matches('\r').to_owned()))
            }))
        }
        _ => None,
    }
}

fn text_of(fields: &Map<String, Value>, field: &str) -> Result<Secret, String> {
    match fields.get(field) {
        Some(Value::String(text)) if (1..=LARGEST).contains(&text.len()) => Ok(Secret::new(text.as_str())),
        Some(Value::Number(number)) => Ok(Secret::new(number.to_string())),
        Some(_) => Err(format!("its field `{field}` is no text of 1 byte to {} KiB", LARGEST >> 10)),
        None => Err(format!("it has no field `{field}`")),
    }
}
