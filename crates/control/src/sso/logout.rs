//! What a provider says behind the browser's back: somebody signed out there, and so here (OpenID Connect Back-Channel Logout 1.0).

use jose::{
    Algorithm, NotTaken, Why,
    openid::{logout, logout_token},
};
use model::IdentityProvider;
use serde_json::json;
use store::{PersonKind, SessionQuery, SessionRow};

use super::{
    attempt::{by, lets_in},
    provider::{At, SKEW},
};
use crate::{
    Actor, Control, Error,
    began::{Began, session_mark},
    people::accounts::word,
};

impl Control {
    /// Ends the sessions that a provider's logout token is about, of people of a kind in the workspace `actor` is in; how many. A token is
    /// taken once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody of this kind signs in by it; [`Error::Unauthenticated`] with why the token is not taken.
    pub async fn sign_out_by_provider(
        &self,
        actor: &Actor,
        kind: PersonKind,
        name: &str,
        token: &str,
    ) -> Result<usize, Error> {
        let provider = self.identity_provider(&actor.workspace, name)?;
        if !lets_in(&provider, kind) || provider.saml.is_some() {
            return Err(Error::NotFound { kind: model::Kind::IdentityProvider, id: name.to_owned() });
        }
        let refused = |why: Why| {
            tracing::warn!(provider = name, "a logout token is refused: {why}");
            Error::Unauthenticated { detail: format!("the logout token is refused: {why}") }
        };
        let token = logout_token(token, &Algorithm::PUBLIC).map_err(refused)?;
        let at = At { control: self, provider: &provider, workspace: &actor.workspace };
        let keys = async { at.keys(&*at.about().await?, token.kid()).await }.await;
        let keys = keys.map_err(|trouble| refused(trouble.into()))?;
        let now = self.now();
        let client = (provider.issuer.as_str(), provider.client_id.as_str());
        let said = logout(&token, &keys, client, SKEW, now).map_err(refused)?;
        let place = format!("logout {} {}", word(kind), actor.workspace);
        let taken = self.inner.sso.answered.take(&[&place, client.0, client.1, &said.id], now, said.until);
        taken.map_err(|not| match not {
            NotTaken::Again => refused("it was shown before".into()),
            NotTaken::Full => refused("too many were shown lately".into()),
        })?;
        let of = (said.session.as_deref(), said.subject.as_deref());
        let over = self.sessions_begun_by(actor, kind, &provider, of).await?;
        self.end_sessions(actor, &by(name), &over).await?;
        Ok(over.len())
    }

    /// Ends sessions, as the audit log calls who did.
    pub(super) async fn end_sessions(
        &self,
        actor: &Actor,
        by: &str,
        over: &[SessionRow],
    ) -> Result<(), Error> {
        for session in over {
            self.inner.store.remove_session(session.token_hash).await.map_err(Error::Store)?;
        }
        if let Some(session) = over.first() {
            let email = model::unscoped(&session.subject).1;
            let known = json!({ "by": by, "sessions": over.len() });
            self.remember_with(actor, by, "sign-out", ("session", email), Some(known)).await?;
        }
        Ok(())
    }

    /// The sessions that began at a provider: the one that it calls so, or all of somebody.
    pub(super) async fn sessions_begun_by(
        &self,
        actor: &Actor,
        kind: PersonKind,
        provider: &IdentityProvider,
        (session, subject): (Option<&str>, Option<&str>),
    ) -> Result<Vec<SessionRow>, Error> {
        let query = match (session, subject) {
            (Some(session), _) => {
                SessionQuery::Marked(session_mark(kind, &provider.issuer, &provider.client_id, session))
            }
            (None, Some(subject)) => {
                let account = self.connected(actor, kind, &provider.issuer, subject).await?;
                let Some(account) = account else { return Ok(Vec::new()) };
                SessionQuery::Of { role: word(kind).to_owned(), subject: account }
            }
            (None, None) => return Ok(Vec::new()),
        };
        let mut found = self.inner.store.sessions(query).await.map_err(Error::Store)?;
        found.retain(|row| {
            let began = Began::of(row);
            let is_theirs = subject.is_none_or(|subject| began.subject.as_deref() == Some(subject));
            let is_here =
                kind == PersonKind::Member || model::unscoped(&row.subject).0 == actor.workspace.as_str();
            is_theirs && is_here && began.issuer.as_ref() == Some(&provider.issuer)
        });
        Ok(found)
    }
}
