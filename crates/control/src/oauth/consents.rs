//! What people agreed to: remembered, shown to them, and taken back.

use std::collections::BTreeSet;

use authorization::hash_of;
use model::Name;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use store::{Grant, GrantQuery};

use super::{ClientKnown, DAY, Person, revoked::Ending, tokens::GRANT};
use crate::{Actor, Control, Error, resources::timestamp};

const CONSENT: &str = "consent";
/// How long it is remembered.
const LIFETIME: u64 = 365 * DAY;
const MOST: u32 = 500;

/// What a person agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsentView {
    /// The id of the client.
    pub client_id: String,
    /// What the app is called.
    pub app: String,
    pub scopes: Vec<String>,
    /// When, RFC 3339.
    pub at: String,
}

impl Control {
    /// What a person agreed to, the newest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn consents(&self, ws: &Name, person: &Person) -> Result<Vec<ConsentView>, Error> {
        let query = GrantQuery { subject: Some(person.subject.clone()), ..GrantQuery::of(ws, CONSENT) };
        let rows = self.inner.store.grants(query, MOST).await.map_err(Error::Store)?;
        let now = self.now();
        let view = |row: Grant| {
            let known = self.oauth_client(ws, &row.client)?;
            let title = known.app.title.clone().unwrap_or_else(|| known.app.name.to_string());
            let (scopes, at) = (scopes_of(&row), timestamp(row.created_at).to_string());
            Some(ConsentView { client_id: row.client, app: title, scopes, at })
        };
        Ok(rows.into_iter().filter(|row| row.expires_at > now).filter_map(view).collect())
    }

    /// Takes back what a person agreed to. The app's tokens for them are good no more before this returns.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Store`].
    pub async fn revoke_consent(
        &self,
        actor: &Actor,
        ws: &Name,
        person: &Person,
        client: &str,
    ) -> Result<(), Error> {
        let of = |kind: &str| GrantQuery {
            client: Some(client.to_owned()),
            subject: Some(person.subject.clone()),
            ..GrantQuery::of(ws, kind)
        };
        let consents = self.inner.store.grants(of(CONSENT), 1).await.map_err(Error::Store)?;
        let grants = self.inner.store.grants(of(GRANT), MOST).await.map_err(Error::Store)?;
        if consents.is_empty() && grants.is_empty() {
            return Err(Error::Missing { what: "app of that id that you agreed to".to_owned() });
        }
        let app =
            self.app_of_client(ws, client).map_or_else(|| client.to_owned(), |app| app.name.to_string());
        let ending = Ending {
            client: client.to_owned(),
            ids: grants.into_iter().filter_map(|grant| grant.family).collect(),
            ended: [CONSENT, GRANT, super::codes::CODE, super::devices::DEVICE].map(of).to_vec(),
            entry: Some(self.oauth_entry(actor, "revoke-consent", ("client", &app), None)),
            ..Ending::default()
        };
        self.end_tokens(ws, ending).await
    }

    /// Whether a person agreed to all of this before.
    pub(super) async fn has_consented(
        &self,
        ws: &Name,
        person: &Person,
        known: &ClientKnown,
        scopes: &[String],
    ) -> Result<bool, Error> {
        let row = self.consent_row(ws, person, known).await?;
        let had: BTreeSet<String> = row.iter().flat_map(scopes_of).collect();
        Ok(row.is_some() && scopes.iter().all(|scope| had.contains(scope)))
    }

    /// What is kept of a person's agreeing, with what they agreed to before.
    pub(super) async fn consent(
        &self,
        ws: &Name,
        person: &Person,
        known: &ClientKnown,
        scopes: &[String],
    ) -> Result<Grant, Error> {
        let before = self.consent_row(ws, person, known).await?;
        let all: BTreeSet<String> = before.iter().flat_map(scopes_of).chain(scopes.iter().cloned()).collect();
        let now = self.now();
        Ok(Grant {
            workspace: ws.clone(),
            kind: CONSENT.to_owned(),
            hash: hash_of(&format!("{}\n{}", known.client.id, person.subject)),
            client: known.client.id.clone(),
            subject: Some(person.subject.clone()),
            family: None,
            document: json!({ "scopes": all }),
            created_at: now,
            expires_at: now + LIFETIME,
            used_at: None,
        })
    }

    async fn consent_row(
        &self,
        ws: &Name,
        person: &Person,
        known: &ClientKnown,
    ) -> Result<Option<Grant>, Error> {
        let query = GrantQuery {
            client: Some(known.client.id.clone()),
            subject: Some(person.subject.clone()),
            ..GrantQuery::of(ws, CONSENT)
        };
        let row = self.inner.store.grants(query, 1).await.map_err(Error::Store)?.pop();
        let now = self.now();
        Ok(row.filter(|row| row.expires_at > now))
    }
}

fn scopes_of(row: &Grant) -> Vec<String> {
    let scopes = row.document["scopes"].as_array().into_iter().flatten();
    scopes.filter_map(|scope| scope.as_str().map(str::to_owned)).collect()
}
