//! People: developers with their passwords, the administrator with a token.

use std::sync::{Arc, PoisonError, RwLock};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use model::Finding;
use serde_json::Value;
use store::{AuditEntry, Developer, Store};
use tokio::sync::Semaphore;

use crate::{
    Actor, Control, Error, Role, SignedIn,
    compile::default_workspace,
    digest,
    sign_ins::{SignIns, Through},
    throttle::Throttle,
};

/// Passwords hashed at one time; each takes 19 MiB and some tens of milliseconds of a core.
const HASHED_AT_ONCE: usize = 2;
const ADMIN_TOKEN: &str = "admin-token";
/// What administrators are called in sessions and the audit log.
pub(crate) const ADMIN: &str = "admin";

pub(crate) struct People {
    hashing: Arc<Semaphore>,
    pub(crate) throttle: Throttle,
    pub(crate) sign_ins: SignIns,
    /// Tried where an account is unknown, so that the answer takes as long.
    nobody: String,
    /// SHA-256.
    admin_token: RwLock<Option<[u8; 32]>>,
}

impl People {
    pub(crate) async fn open(store: &dyn Store) -> Result<People, Error> {
        let stored = store.setting(ADMIN_TOKEN.to_owned()).await.map_err(Error::Store)?;
        let hash = stored.and_then(|text| text.parse::<model::KeyHash>().ok());
        let nobody = tokio::task::spawn_blocking(|| hash_password(&digest::token().0)).await;
        Ok(People {
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            throttle: Throttle::default(),
            sign_ins: SignIns::default(),
            nobody: nobody.map_err(|_| Error::Internal)??,
            admin_token: RwLock::new(hash.map(|hash| hash.0)),
        })
    }
}

impl Control {
    /// Makes a developer's account and signs in. `actor` says from where.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address or password that cannot be accepted; [`Error::Conflict`] for an address that has an account;
    /// [`Error::TooMany`].
    pub async fn sign_up(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<SignedIn, Error> {
        let (email, name) = acceptable(email, password, name).map_err(Error::Invalid)?;
        self.inner.people.throttle.attempt(&format!("sign-up {email}"), actor.address, self.now())?;
        let password = self.hashed(password.to_owned()).await?;
        let developer = Developer { email: email.clone(), name, password, created_at: self.now() };
        if !self.inner.store.add_developer(developer).await.map_err(Error::Store)? {
            let detail = "there is already an account with this e-mail address; sign in".to_owned();
            return Err(Error::Conflict { detail });
        }
        self.remember(actor, &email, "sign-up", "developer", &email).await?;
        self.begin_session(actor, Role::Developer, &email).await
    }

    /// Signs a developer in. `actor` says from where; its name does not count.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same for an unknown address and a wrong password; [`Error::TooMany`].
    pub async fn sign_in(&self, actor: &Actor, email: &str, password: &str) -> Result<SignedIn, Error> {
        let email = email.trim().to_lowercase();
        if email.len() > 254 || password.len() > 1024 {
            return Err(wrong_password());
        }
        let account = format!("sign-in {email}");
        self.attempt(actor, &account, Through::Portal).await?;
        let developer = self.inner.store.developer(email.clone()).await.map_err(Error::Store)?;
        let known = developer.is_some();
        let hash = developer.map_or_else(|| self.inner.people.nobody.clone(), |developer| developer.password);
        if !(self.verified(password.to_owned(), hash).await? && known) {
            // What is no account may be a password in the wrong field.
            let whom = if known { &email } else { "unknown" };
            self.failed(actor, whom, Through::Portal, "password").await?;
            return Err(wrong_password());
        }
        self.inner.people.throttle.succeeded(&account, actor.address);
        self.signed_in(actor, &email, Through::Portal, "password").await?;
        self.begin_session(actor, Role::Developer, &email).await
    }

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
        self.begin_session(actor, Role::Admin, ADMIN).await
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

    pub(crate) async fn remember(
        &self,
        actor: &Actor,
        who: &str,
        action: &'static str,
        kind: &str,
        id: &str,
    ) -> Result<(), Error> {
        self.remember_with(actor, who, action, (kind, id), None).await
    }

    /// As [`Control::remember`], with what else is known of it.
    pub(crate) async fn remember_with(
        &self,
        actor: &Actor,
        who: &str,
        action: &'static str,
        (kind, id): (&str, &str),
        after: Option<Value>,
    ) -> Result<(), Error> {
        let entry = AuditEntry {
            workspace: default_workspace(),
            at: self.now(),
            actor: who.to_owned(),
            address: actor.address.map(|address| address.to_string()),
            action,
            kind: kind.to_owned(),
            id: id.to_owned(),
            after,
        };
        self.inner.store.record(entry).await.map_err(Error::Store)
    }

    async fn hashed(&self, password: String) -> Result<String, Error> {
        let turn =
            Arc::clone(&self.inner.people.hashing).acquire_owned().await.map_err(|_| Error::Internal)?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_password(&password)
        });
        hashed.await.map_err(|_| Error::Internal)?
    }

    async fn verified(&self, password: String, hash: String) -> Result<bool, Error> {
        let turn =
            Arc::clone(&self.inner.people.hashing).acquire_owned().await.map_err(|_| Error::Internal)?;
        let verified = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
        });
        verified.await.map_err(|_| Error::Internal)
    }
}

/// Argon2id with 19 MiB, two passes, one lane (OWASP's first choice), as a PHC string.
fn hash_password(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Error::Internal
    })
}

fn wrong_password() -> Error {
    Error::Unauthenticated { detail: "e-mail address or password is wrong".to_owned() }
}

/// The address in lower case, and the name.
fn acceptable(email: &str, password: &str, name: &str) -> Result<(String, String), Vec<Finding>> {
    let mut findings = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        findings.push(Finding::error("invalid-account", message).in_field(field))
    };
    let email = email.trim().to_lowercase();
    let parts = email.split_once('@');
    let plain = !email
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    let is_address =
        parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if !plain || !is_address || email.len() > 254 {
        wrong("email", "this is no e-mail address, such as `bea@example.com`");
    }
    if password.chars().count() < 8 || password.len() > 1024 {
        wrong("password", "a password has at least 8 characters, and at most 1024 bytes");
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        wrong("name", "a name has 1 to 100 characters");
    }
    if findings.is_empty() { Ok((email, name.to_owned())) } else { Err(findings) }
}
