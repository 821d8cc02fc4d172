//! The keys that tokens are signed with: sealed as secrets are, the next one published before it is used, the one before kept while
//! tokens of it are good.

use std::sync::{Arc, PoisonError};

use jose::SigningKey;
use model::Name;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ACCESS_LIFETIME, DAY, SECOND};
use crate::{Actor, Control, Error, Origin};

/// How long a key signs.
const PERIOD: u64 = 90 * DAY;
/// How long a key is published after it has signed last: tokens of it are good that long, and clocks differ.
const KEPT: u64 = (ACCESS_LIFETIME + 600) * SECOND;

/// The keys of a workspace.
pub(crate) struct KeyRing {
    /// Signs after the present one. It is known to whoever reads the key set before it is used.
    next: SigningKey,
    present: Arc<SigningKey>,
    /// When the present one began to sign, milliseconds since 1970.
    since: u64,
    /// Whose tokens are good still, and until when they are.
    past: Vec<(SigningKey, u64)>,
    kept: Kept,
}

/// As it is sealed.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    next: String,
    present: String,
    since: u64,
    past: Vec<(String, u64)>,
}

impl KeyRing {
    fn make(now: u64) -> KeyRing {
        let ((next, kept_next), (present, kept_present)) = (SigningKey::make(), SigningKey::make());
        let kept = Kept { next: kept_next, present: kept_present, since: now, past: Vec::new() };
        KeyRing { next, present: Arc::new(present), since: now, past: Vec::new(), kept }
    }

    fn read(text: &str) -> Option<KeyRing> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let past = kept.past.iter().map(|(key, until)| Some((SigningKey::read(key)?, *until)));
        Some(KeyRing {
            next: SigningKey::read(&kept.next)?,
            present: Arc::new(SigningKey::read(&kept.present)?),
            since: kept.since,
            past: past.collect::<Option<_>>()?,
            kept,
        })
    }

    /// The keys after a change of the one that signs; with `discard` tokens of those before are good no more.
    fn rotated(&self, now: u64, discard: bool) -> Option<KeyRing> {
        let (next, kept_next) = SigningKey::make();
        drop(next);
        let mut past: Vec<_> = self.kept.past.iter().filter(|(_, until)| *until > now).cloned().collect();
        past.push((self.kept.present.clone(), now + KEPT));
        if discard {
            past.clear();
        }
        let kept = Kept { next: kept_next, present: self.kept.next.clone(), since: now, past };
        KeyRing::read(&serde_json::to_string(&kept).ok()?)
    }

    /// The same without keys that nothing is good of any more; `None` where there are none.
    fn tidied(&self, now: u64) -> Option<KeyRing> {
        let past: Vec<_> = self.kept.past.iter().filter(|(_, until)| *until > now).cloned().collect();
        if past.len() == self.kept.past.len() {
            return None;
        }
        KeyRing::read(&serde_json::to_string(&Kept { past, ..self.kept.clone() }).ok()?)
    }

    fn sealed(&self) -> Result<String, Error> {
        serde_json::to_string(&self.kept).map_err(|_| Error::Internal)
    }

    /// The set as others read it (RFC 7517 §5).
    pub(super) fn published(&self) -> Value {
        let past = self.past.iter().map(|(key, _)| key.public());
        let all: Vec<&Value> = [self.present.public(), self.next.public()].into_iter().chain(past).collect();
        json!({ "keys": all })
    }
}

fn name_of(ws: &Name) -> String {
    model::scoped(ws, "oauth/keys").to_string()
}

impl Control {
    /// The public keys of a workspace.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a master key; [`Error::Store`].
    pub async fn oauth_keys(&self, ws: &Name) -> Result<Value, Error> {
        self.check_workspace(ws)?;
        Ok(self.key_ring(ws).await?.published())
    }

    /// What signs now.
    pub(super) async fn signing_key(&self, ws: &Name) -> Result<Arc<SigningKey>, Error> {
        Ok(Arc::clone(&self.key_ring(ws).await?.present))
    }

    fn known_ring(&self, ws: &Name) -> Option<Arc<KeyRing>> {
        self.inner.oauth.keys.read().unwrap_or_else(PoisonError::into_inner).get(ws).cloned()
    }

    /// The keys of a workspace, made where there are none yet.
    pub(super) async fn key_ring(&self, ws: &Name) -> Result<Arc<KeyRing>, Error> {
        if let Some(ring) = self.known_ring(ws) {
            return Ok(ring);
        }
        let writing = self.write_lock().await?;
        if let Some(ring) = self.known_ring(ws) {
            return Ok(ring);
        }
        let ring = match self.open_own_secret(&name_of(ws))? {
            Some(text) => KeyRing::read(text.reveal()).ok_or_else(|| {
                tracing::error!("the keys of the authorization server are sealed and cannot be read");
                Error::Internal
            })?,
            None => {
                let made = KeyRing::make(self.now());
                let system = Actor::new("system", Origin::Api);
                self.seal_own_secret(&system, &name_of(ws), &made.sealed()?, Some("create-signing-key"))
                    .await?;
                made
            }
        };
        let ring = self.take_ring(ws, ring);
        let version = self.put_issuers_in_force();
        drop(writing);
        self.wait_in_force(version).await;
        Ok(ring)
    }

    fn take_ring(&self, ws: &Name, ring: KeyRing) -> Arc<KeyRing> {
        let ring = Arc::new(ring);
        let mut keys = self.inner.oauth.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert(ws.clone(), Arc::clone(&ring));
        ring
    }

    /// Has the next key sign from now on; it is in force at gateways before this returns. With `discard` every token signed before is good no
    /// more: for a key that somebody else may have.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Conflict`] without a master key, [`Error::Store`].
    pub async fn rotate_signing_key(&self, actor: &Actor, ws: &Name, discard: bool) -> Result<Value, Error> {
        self.check_workspace(ws)?;
        let ring = self.key_ring(ws).await?;
        let mut rotated = ring.rotated(self.now(), discard).ok_or(Error::Internal)?;
        if discard {
            // The next one lay beside it.
            rotated = rotated.rotated(self.now(), true).ok_or(Error::Internal)?;
        }
        let action = if discard { "discard-signing-keys" } else { "rotate-signing-key" };
        self.keep_ring(actor, ws, rotated, Some(action)).await?;
        self.oauth_keys(ws).await
    }

    async fn keep_ring(
        &self,
        actor: &Actor,
        ws: &Name,
        ring: KeyRing,
        action: Option<&'static str>,
    ) -> Result<(), Error> {
        let writing = self.write_lock().await?;
        self.seal_own_secret(
            actor,
            &name_of(ws),
            &ring.sealed()?,
            Some(action.unwrap_or("tidy-signing-keys")),
        )
        .await?;
        self.take_ring(ws, ring);
        let version = self.put_issuers_in_force();
        drop(writing);
        self.wait_in_force(version).await;
        Ok(())
    }

    /// Has keys sign no longer than they should, and forgets what is over.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tend_oauth(&self) -> Result<(), Error> {
        if self.inner.oauth.place().is_none() || self.inner.options.masters.is_none() {
            return Ok(());
        }
        let now = self.now();
        self.inner.store.remove_expired(now).await.map_err(Error::Store)?;
        for ws in self.workspaces() {
            match self.tend_workspace(&ws).await {
                Err(Error::Store(error)) => return Err(Error::Store(error)),
                // Such as a master key that is not given: no tokens are issued there, and everything else goes on.
                Err(error) => {
                    tracing::error!(workspace = %ws, "the authorization server has no keys to sign with: {error}");
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }

    async fn tend_workspace(&self, ws: &Name) -> Result<(), Error> {
        // Of a workspace that has no clients nobody needs keys.
        let has_keys = self.known_ring(ws).is_some() || self.open_own_secret(&name_of(ws))?.is_some();
        if !has_keys && !ws.is_default_workspace() {
            return Ok(());
        }
        let (ring, now) = (self.key_ring(ws).await?, self.now());
        let system = Actor::new("system", Origin::Api);
        if ring.since + PERIOD <= now {
            self.rotate_signing_key(&system, ws, false).await?;
        } else if let Some(tidied) = ring.tidied(now) {
            self.keep_ring(&system, ws, tidied, None).await?;
        }
        self.read_revoked(ws).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids(ring: &KeyRing) -> Vec<String> {
        let published = ring.published();
        published["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn the_next_key_is_known_before_it_signs_and_the_last_one_while_its_tokens_are_good() {
        let first = KeyRing::make(0);
        let second = first.rotated(1_000, false).unwrap();
        assert_eq!(kids(&second)[0], kids(&first)[1]);
        assert!(kids(&second).contains(&kids(&first)[0]));
        assert!(second.tidied(1_000 + KEPT - 1).is_none());
        let third = second.tidied(1_000 + KEPT).unwrap();
        assert!(!kids(&third).contains(&kids(&first)[0]) && third.present.kid() == second.present.kid());
        let again = KeyRing::read(&second.sealed().unwrap()).unwrap();
        assert_eq!((kids(&again), again.since), (kids(&second), 1_000));
        assert!(!kids(&second.rotated(2_000, true).unwrap()).contains(&kids(&second)[0]));
        assert!(!second.published().to_string().contains("\"d\""));
    }
}
