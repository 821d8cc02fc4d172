//! The administrator's token: what an installation begins with, and what stays when every member is gone.

use std::sync::PoisonError;

use model::Finding;

use super::{ADMIN, ADMIN_TOKEN};
use crate::{Actor, Control, Error, SignedIn, Who, began::Began, digest, sign_ins::Through};

impl Control {
    /// Signs an administrator in by the admin token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`]; [`Error::TooMany`].
    pub async fn sign_in_token(&self, actor: &Actor, token: &str) -> Result<SignedIn, Error> {
        // The token cannot be guessed; counting by address alone keeps others from locking the administrator out.
        let account = format!("token from {:?}", actor.address);
        self.attempt(actor, &account, Through::Console).await?;
        if !self.check_admin_token(token) {
            self.failed(actor, "unknown", Through::Console, "token").await?;
            return Err(Error::Unauthenticated { detail: "this is not the admin token".to_owned() });
        }
        self.inner.people.throttle.succeeded(&account, actor.address);
        self.signed_in(actor, ADMIN, Through::Console, "token").await?;
        self.begin_session(actor, Who::Admin, ADMIN, Began::confirmed("token", self.now())).await
    }

    /// Whether this is the admin token (`Authorization: Bearer`); compared in constant time.
    pub fn check_admin_token(&self, token: &str) -> bool {
        let hash = *self.inner.people.admin_token.read().unwrap_or_else(PoisonError::into_inner);
        hash.is_some_and(|hash| digest::equal(&hash, &digest::sha256(token.as_bytes())))
    }

    /// Sets the admin token, 8 to 256 visible ASCII characters.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Store`].
    pub async fn set_admin_token(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        if !(8..=256).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "an admin token is 8 to 256 visible ASCII characters, without spaces";
            return Err(Error::Invalid(vec![Finding::error("invalid-token", message)]));
        }
        if self.check_admin_token(token) {
            return Ok(());
        }
        let hash = digest::sha256(token.as_bytes());
        let text = model::KeyHash(hash).to_string();
        self.inner.store.set_setting(ADMIN_TOKEN.to_owned(), text).await.map_err(Error::Store)?;
        *self.inner.people.admin_token.write().unwrap_or_else(PoisonError::into_inner) = Some(hash);
        self.remember(actor, &actor.name, "set-admin-token", "setting", ADMIN_TOKEN).await
    }

    /// Makes the admin token where there is none yet, and returns it this once.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn ensure_admin_token(&self) -> Result<Option<String>, Error> {
        if self.inner.people.admin_token.read().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(None);
        }
        let (token, _) = digest::token();
        let token = format!("pla_{token}");
        let system = Actor::new("system", store::Origin::Console);
        self.set_admin_token(&system, &token).await?;
        Ok(Some(token))
    }
}
