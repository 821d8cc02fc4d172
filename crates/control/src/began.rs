//! How a session began, and what ends it early.

use model::{IdentityProvider, Name};
use serde::{Deserialize, Serialize};
use store::{PersonKind, SessionRow};

use crate::{Control, Error, sso};

/// The longest ID token that is kept to sign out with, bytes.
const LONGEST_HINT: usize = 4096;

/// How a session began, as it is kept beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Began {
    /// `password`, `token`, `link`, `provider`.
    #[serde(default)]
    pub(crate) by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provider: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    /// Who it is at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// The ID token, which tells the provider whom to sign out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
    /// When who is signed in showed last that it is them, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) confirmed_at: Option<u64>,
    /// What the provider calls the session, hashed; not a part of what is kept as text.
    #[serde(skip)]
    pub(crate) mark: Option<String>,
}

impl Began {
    /// By something that shows who it is: a password with its second factor, a passkey, the administrator's token.
    pub(crate) fn confirmed(way: &str, now: u64) -> Began {
        Began { by: way.to_owned(), confirmed_at: Some(now), ..Began::default() }
    }

    pub(crate) fn by_provider(
        provider: &IdentityProvider,
        kind: PersonKind,
        subject: &str,
        (session, confirmed_at): (Option<String>, Option<u64>),
        id_token: String,
    ) -> Began {
        let mark = |session: String| session_mark(kind, &provider.issuer, &provider.client_id, &session);
        Began {
            by: "provider".to_owned(),
            provider: Some(provider.name.clone()),
            issuer: Some(provider.issuer.clone()),
            subject: Some(subject.to_owned()),
            hint: Some(id_token).filter(|token| token.len() <= LONGEST_HINT),
            confirmed_at,
            mark: session.map(mark),
        }
    }

    pub(crate) fn of(row: &SessionRow) -> Began {
        let began = serde_json::from_value(row.about.clone()).unwrap_or_default();
        Began { mark: row.mark.clone(), ..began }
    }
}

/// Under which a session is found by what the provider calls it.
pub(crate) fn session_mark(kind: PersonKind, issuer: &str, client: &str, session: &str) -> String {
    sso::mark_of(&format!("session {} {client}", kind.as_str()), issuer, session)
}

impl Control {
    /// Whether a session of an account still counts: its provider lets people in, and lately enough; passwords do where they are taken.
    pub(crate) fn still_counts(
        &self,
        row: &SessionRow,
        kind: PersonKind,
        workspace: &Name,
    ) -> Result<bool, Error> {
        let began = Began::of(row);
        let Some(name) = &began.provider else { return Ok(!self.by_providers_alone(kind, workspace)) };
        let Ok(provider) = self.identity_provider(workspace, name.as_str()) else { return Ok(false) };
        let longest = match kind {
            PersonKind::Member => provider.console.as_ref().map(|console| console.session),
            _ => provider.portal.as_ref().map(|portal| portal.session),
        };
        let Some(longest) = longest else { return Ok(false) };
        let longest = u64::try_from(longest.0.as_millis()).unwrap_or(u64::MAX);
        let is_same = began.issuer.as_ref() == Some(&provider.issuer);
        Ok(is_same && self.now() < row.created_at.saturating_add(longest))
    }
}
