//! Tokens that are good no more before they expire: kept, and told to gateways at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use authorization::hash_of;
use model::{Name, Revoked, Snapshot, SnapshotVersion, TokenIssuer};
use serde_json::json;
use store::{AuditEntry, Grant, GrantChange, GrantQuery};

use super::{ACCESS_LIFETIME, MINUTE, SECOND};
use crate::{Control, Error};

pub(super) const TOKEN: &str = "revoked";
pub(super) const CLIENT: &str = "revoked-client";
/// How long it matters: a token is good no longer, and clocks differ.
const MATTERS: u64 = ACCESS_LIFETIME * SECOND + 6 * MINUTE;
/// Tokens of one client that are remembered one by one; beyond, all of its tokens until then are meant.
const MOST_OF_CLIENT: usize = 1_000;
/// Tokens of all clients; beyond, the client that has most is meant as a whole.
const MOST: u32 = 50_000;

/// What is to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    pub(super) client: String,
    /// Ids of tokens and of grants.
    pub(super) ids: Vec<String>,
    /// Grants that end with them.
    pub(super) ended: Vec<GrantQuery>,
    pub(super) granted: Vec<Grant>,
    pub(super) entry: Option<AuditEntry>,
}

impl Control {
    /// Ends tokens and grants. It is durable, and in force at the gateway of this process, before this returns; at others within a second.
    pub(super) async fn end_tokens(&self, ws: &Name, ending: Ending) -> Result<(), Error> {
        let Ending { client, ids, ended, mut granted, entry } = ending;
        let now = self.now();
        let of = |kind: &str, text: &str, document| Grant {
            workspace: ws.clone(),
            kind: kind.to_owned(),
            hash: hash_of(text),
            client: client.clone(),
            subject: None,
            family: None,
            document,
            created_at: now,
            expires_at: now + MATTERS,
            used_at: None,
        };
        let writing = self.write_lock().await?;
        let mine = GrantQuery { client: Some(client.clone()), ..GrantQuery::of(ws, TOKEN) };
        let open = self.inner.store.grants(mine, MOST_OF_CLIENT as u32).await.map_err(Error::Store)?;
        let known = self.inner.oauth.issued().get(ws.as_str()).map(|issuer| Arc::clone(&issuer.revoked));
        let mut revoked = known.as_deref().cloned().unwrap_or_default();
        revoked.ids.retain(|_, until| *until > now);
        if open.len() + ids.len() > MOST_OF_CLIENT || revoked.ids.len() + ids.len() > MOST as usize {
            let until = now / SECOND;
            granted.push(of(CLIENT, &client, json!({ "until": until })));
            revoked.clients.insert(client.as_str().into(), until);
        } else {
            granted.extend(ids.iter().map(|id| of(TOKEN, id, json!({ "id": id }))));
            revoked.ids.extend(ids.iter().map(|id| (Arc::from(id.as_str()), now + MATTERS)));
        }
        let change = GrantChange { granted, ended, entry };
        self.inner.store.change_grants(change).await.map_err(Error::Store)?;
        if ids.is_empty() {
            return Ok(());
        }
        self.take_revoked(ws, revoked);
        let version = self.put_issuers_in_force();
        drop(writing);
        self.wait_in_force(version).await;
        Ok(())
    }

    /// Takes over what is kept, where it differs.
    pub(super) async fn read_revoked(&self, ws: &Name) -> Result<(), Error> {
        let writing = self.write_lock().await?;
        self.load_revoked(ws).await?;
        let version = self.put_issuers_in_force();
        drop(writing);
        self.wait_in_force(version).await;
        Ok(())
    }

    /// Asks for the right to write.
    async fn load_revoked(&self, ws: &Name) -> Result<(), Error> {
        let now = self.now();
        let mut revoked = Revoked::default();
        let tokens = self.inner.store.grants(GrantQuery::of(ws, TOKEN), MOST).await.map_err(Error::Store)?;
        for grant in tokens.iter().filter(|grant| grant.expires_at > now) {
            if let Some(id) = grant.document["id"].as_str() {
                revoked.ids.insert(id.into(), grant.expires_at);
            }
        }
        let clients =
            self.inner.store.grants(GrantQuery::of(ws, CLIENT), MOST).await.map_err(Error::Store)?;
        for grant in clients.iter().filter(|grant| grant.expires_at > now) {
            let until = grant.document["until"].as_u64().unwrap_or(u64::MAX);
            revoked.clients.insert(grant.client.as_str().into(), until);
        }
        self.take_revoked(ws, revoked);
        Ok(())
    }

    fn take_revoked(&self, ws: &Name, revoked: Revoked) {
        let mut issued = self.inner.oauth.issued.write().unwrap_or_else(PoisonError::into_inner);
        let entry = issued.entry(ws.shared()).or_default();
        if *entry.revoked != revoked {
            *entry = Arc::new(TokenIssuer { revoked: Arc::new(revoked), ..(**entry).clone() });
        }
    }

    /// Tells gateways what the authorization server is now, where that differs. Asks for the right to write.
    pub(super) fn put_issuers_in_force(&self) -> SnapshotVersion {
        let present = self.snapshot();
        let rings = self.inner.oauth.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(place) = self.inner.oauth.place() else { return present.version() };
        let mut issued = self.inner.oauth.issued.write().unwrap_or_else(PoisonError::into_inner);
        issued.retain(|name, _| rings.keys().any(|ws| *ws.as_str() == **name));
        for (ws, keys) in &rings {
            let entry = issued.entry(ws.shared()).or_default();
            let text = keys.published().to_string();
            let now = TokenIssuer {
                issuer: format!("{}/oauth/{ws}", place.base).into(),
                audience: place.audience.as_str().into(),
                // The same text stays the same by pointer, so that tokens that were verified stay so.
                keys: if *entry.keys == *text { Arc::clone(&entry.keys) } else { text.into() },
                revoked: Arc::clone(&entry.revoked),
            };
            if **entry != now {
                *entry = Arc::new(now);
            }
        }
        let issued: BTreeMap<Arc<str>, Arc<TokenIssuer>> = issued.clone();
        let portal: Option<Arc<str>> = Some(place.base.as_str().into());
        if present.issuers == issued && present.portal == portal {
            return present.version();
        }
        let next = Snapshot { reading: present.reading + 1, issuers: issued, portal, ..(*present).clone() };
        let version = next.version();
        self.make_live(next);
        version
    }
}
