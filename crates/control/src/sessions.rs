//! Sessions and links that sign in once. Their secrets are kept as hashes only.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{DEFAULT_WORKSPACE, Name, unscoped};
use store::{Link, PersonKind, SessionRow};

use crate::{
    Actor, Authority, Control, Error, Origin, Session, SignedIn, Who, began::Began, digest, people::ADMIN,
    resources::timestamp, sign_ins::Through,
};

const MINUTE: u64 = 60 * 1000;
/// A session ends when it was not used for so long …
const IDLE: u64 = 12 * 60 * MINUTE;
/// … and however it is used after so long.
const LONGEST: u64 = 7 * 24 * 60 * MINUTE;
/// A session is written again only when this much is gained.
const WORTH_WRITING: u64 = 15 * MINUTE;
const LINK: u64 = 15 * MINUTE;
const SIGN_IN: &str = "sign-in";

impl Control {
    /// The secret of a link that signs an administrator in once, within 15 minutes.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn create_sign_in_link(&self, actor: &Actor) -> Result<String, Error> {
        let (secret, token_hash) = digest::token();
        let link = Link {
            token_hash,
            role: word(Who::Admin).to_owned(),
            subject: ADMIN.to_owned(),
            purpose: SIGN_IN.to_owned(),
            expires_at: self.now() + LINK,
        };
        self.inner.store.add_link(link).await.map_err(Error::Store)?;
        self.remember(actor, &actor.name, "create-sign-in-link", "session", ADMIN).await?;
        Ok(secret)
    }

    /// Signs in by a link; it works once.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a link that is unknown, used or too old; [`Error::TooMany`].
    pub async fn redeem_link(&self, actor: &Actor, secret: &str) -> Result<SignedIn, Error> {
        let account = format!("link from {:?}", actor.address);
        self.attempt(actor, &account, Through::Console).await?;
        let hash = digest::sha256(secret.as_bytes());
        let link = self.inner.store.take_link(hash, SIGN_IN.to_owned()).await.map_err(Error::Store)?;
        let now = self.now();
        let Some(link) = link.filter(|link| link.expires_at > now) else {
            self.failed(actor, "unknown", Through::Console, "link").await?;
            let detail = "this link was used already or is older than 15 minutes; make a new one".to_owned();
            return Err(Error::Unauthenticated { detail });
        };
        self.inner.people.throttle.succeeded(&account, actor.address);
        self.signed_in(actor, &link.subject, Through::Console, "link").await?;
        self.begin_session(actor, Who::Admin, &link.subject, Began::confirmed("link", self.now())).await
    }

    /// The session with this secret, where it has not ended; using it keeps it for another 12 hours, up to 7 days in all.
    /// `who.address` is empty.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn session(&self, secret: &str) -> Result<Option<Session>, Error> {
        let hash = digest::sha256(secret.as_bytes());
        let Some(mut row) = self.inner.store.session(hash).await.map_err(Error::Store)? else {
            return Ok(None);
        };
        let now = self.now();
        // The row was found by the hash; comparing again costs nothing and does not depend on how the database compares.
        if row.expires_at <= now || !digest::equal(&row.token_hash, &hash) {
            return Ok(None);
        }
        let until = (now + IDLE).min(row.created_at + LONGEST);
        if until >= row.expires_at + WORTH_WRITING {
            self.inner.store.extend_session(hash, until).await.map_err(Error::Store)?;
            row.expires_at = until;
        }
        self.view(secret, &row).await
    }

    /// Ends a session. Where the browser goes then to sign out at the provider by which it began (OpenID Connect RP-Initiated Logout 1.0
    /// §2, SAML 2.0 profiles §4.4.3), which sends it back: one of OpenID Connect to `back`, one of SAML to where it says that somebody signed out.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sign_out(&self, actor: &Actor, secret: &str, back: &str) -> Result<Option<String>, Error> {
        let hash = digest::sha256(secret.as_bytes());
        let row = self.inner.store.session(hash).await.map_err(Error::Store)?;
        self.inner.store.remove_session(hash).await.map_err(Error::Store)?;
        self.remember(actor, &actor.name, "sign-out", "session", &actor.name).await?;
        match row.filter(|row| row.role != word(Who::Admin)) {
            Some(row) => Ok(self.sign_out_there(&actor.workspace, &row, back).await),
            None => Ok(None),
        }
    }

    pub(crate) async fn begin_session(
        &self,
        actor: &Actor,
        kind: Who,
        subject: &str,
        began: Began,
    ) -> Result<SignedIn, Error> {
        let now = self.now();
        self.inner.store.remove_expired(now).await.map_err(Error::Store)?;
        let (secret, token_hash) = digest::token();
        let row = SessionRow {
            token_hash,
            role: word(kind).to_owned(),
            subject: subject.to_owned(),
            about: serde_json::to_value(&began).map_err(|_| Error::Internal)?,
            mark: began.mark,
            created_at: now,
            expires_at: now + IDLE,
        };
        self.inner.store.add_session(row.clone()).await.map_err(Error::Store)?;
        let mut session = self.view(&secret, &row).await?.ok_or(Error::Internal)?;
        session.who.address = actor.address;
        Ok(SignedIn { secret, session })
    }

    async fn view(&self, secret: &str, row: &SessionRow) -> Result<Option<Session>, Error> {
        // A developer belongs to a workspace, which may be gone.
        let (workspace, subject) = match row.role == word(Who::Developer) {
            true => unscoped(&row.subject),
            false => (DEFAULT_WORKSPACE, row.subject.as_str()),
        };
        let workspace: Name = workspace.parse().map_err(|_| Error::Internal)?;
        if self.check_workspace(&workspace).is_err() {
            return Ok(None);
        }
        let found = if row.role == word(Who::Admin) {
            Some((Who::Admin, Origin::Console, "Administrator".to_owned(), Authority::full()))
        } else if row.role == word(Who::Member) {
            if !self.still_counts(row, PersonKind::Member, &workspace)? {
                return Ok(None);
            }
            // What they may is read anew each time, so that a role that is taken away is gone at once.
            let member = self.authority_of(&row.subject).await?;
            member.map(|(account, authority)| (Who::Member, Origin::Console, account.name, authority))
        } else {
            if !self.still_counts(row, PersonKind::Developer, &workspace)? {
                return Ok(None);
            }
            // Developers change their own apps alone, which the portal's use cases see to.
            let developer = self.account(PersonKind::Developer, &row.subject).await?;
            developer.map(|(_, account)| (Who::Developer, Origin::Portal, account.name, Authority::full()))
        };
        let Some((kind, origin, display_name, authority)) = found else { return Ok(None) };
        let actor = Actor::new(subject, origin).in_workspace(&workspace);
        let is_confirmed = self.is_confirmed(row);
        let csrf = digest::sha256(format!("csrf {secret}").as_bytes());
        Ok(Some(Session {
            who: Actor { is_confirmed, ..actor.with(Arc::new(authority)) },
            id: row.token_hash,
            workspace,
            kind,
            display_name,
            csrf: URL_SAFE_NO_PAD.encode(csrf),
            expires_at: timestamp(row.expires_at),
        }))
    }
}

fn word(kind: Who) -> &'static str {
    match kind {
        Who::Admin => "admin",
        Who::Member => "member",
        Who::Token => "token",
        Who::Developer => "developer",
    }
}
