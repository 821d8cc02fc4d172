//! Requests that clients push before they send a person (RFC 9126).

use authorization::{Agreement, Code, Failure, Form, Unreturnable, hash_of, secret_text};
use model::Name;
use serde_json::{Value, json};
use store::{Grant, GrantChange, GrantQuery};

use super::{ClientKnown, ClientRequest, Denied, MINUTE, MOST_OPEN, SECOND};
use crate::Control;

const REQUEST: &str = "request";
const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// A person must come to the page in this time, and may sign in there meanwhile.
const LIFETIME: u64 = 10 * MINUTE;
/// What clients are told.
const TOLD: u64 = 60;
/// What proves a client is no part of what a person is asked.
const NOT_KEPT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

impl Control {
    /// Takes what a client will ask a person for (RFC 9126 §2).
    ///
    /// # Errors
    /// What the client may not ask for.
    pub async fn oauth_push(&self, ws: &Name, request: &ClientRequest) -> Result<Value, Denied> {
        let known = self.prove_client(ws, request).await?;
        if request.form.get("request_uri").is_some() {
            return Err(Failure::new(Code::InvalidRequest, "what is pushed names no other request").into());
        }
        let mut form = request.form.clone();
        if let Some(thumbprint) = self.bound_key(ws, request)? {
            if form.get("dpop_jkt").is_some_and(|told| told != thumbprint) {
                return Err(Failure::new(Code::InvalidDpopProof, "dpop_jkt is that of another key").into());
            }
            let pairs = form.iter().filter(|(name, _)| *name != "dpop_jkt");
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            form = pairs.chain([("dpop_jkt".to_owned(), thumbprint)]).collect();
        }
        match Agreement::read(&form, &known.client, &known.scopes, |place| self.is_served(ws, place)) {
            Ok(_) => {}
            Err(Unreturnable::Here(failure)) => return Err(failure.into()),
            Err(Unreturnable::There(answered)) => {
                let failure = answered.outcome.err();
                return Err(failure
                    .unwrap_or_else(|| Failure::new(Code::InvalidRequest, "not understood"))
                    .into());
            }
        }
        self.has_room(ws, &known, REQUEST).await?;
        let (text, hash) = secret_text();
        let kept: serde_json::Map<String, Value> = form
            .iter()
            .filter(|(name, _)| !NOT_KEPT.contains(name))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let now = self.now();
        let row = Grant {
            workspace: ws.clone(),
            kind: REQUEST.to_owned(),
            hash,
            client: known.client.id.clone(),
            subject: None,
            family: None,
            document: kept.into(),
            created_at: now,
            expires_at: now + LIFETIME,
            used_at: None,
        };
        let change = GrantChange { granted: vec![row], ..GrantChange::default() };
        self.inner.store.change_grants(change).await?;
        Ok(json!({ "request_uri": format!("{URN}{text}"), "expires_in": TOLD.max(LIFETIME / SECOND) }))
    }

    /// What was pushed under an address; once a person has decided, it is used up.
    pub(super) async fn pushed_form(
        &self,
        ws: &Name,
        known: &ClientKnown,
        uri: &str,
        use_up: bool,
    ) -> Result<Form, Denied> {
        let wrong =
            || Failure::new(Code::InvalidRequest, "the request_uri is not known, was used, or is too old");
        let text = uri.strip_prefix(URN).ok_or_else(wrong)?;
        let query = GrantQuery {
            hash: Some(hash_of(text)),
            client: Some(known.client.id.clone()),
            ..GrantQuery::of(ws, REQUEST)
        };
        let now = self.now();
        let row = match use_up {
            true => self.inner.store.spend_grant(query, now).await?,
            false => self.inner.store.grants(query, 1).await?.pop(),
        };
        let row = row.filter(|row| row.used_at.is_none() && row.expires_at > now).ok_or_else(wrong)?;
        let pairs = row.document.as_object().into_iter().flatten();
        Ok(pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
    }

    /// Whether a client may have another open of a kind.
    pub(super) async fn has_room(&self, ws: &Name, known: &ClientKnown, kind: &str) -> Result<(), Denied> {
        let query = GrantQuery { client: Some(known.client.id.clone()), ..GrantQuery::of(ws, kind) };
        let now = self.now();
        let open = self.inner.store.grants(query, MOST_OPEN * 2).await?;
        let open = open.iter().filter(|row| row.expires_at > now && row.used_at.is_none()).count();
        if open >= MOST_OPEN as usize {
            let detail = format!("the client has {MOST_OPEN} open already; they end by themselves");
            return Err(Failure::new(Code::TemporarilyUnavailable, detail).into());
        }
        Ok(())
    }
}
