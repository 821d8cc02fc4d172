//! [`Store`] in memory: the model the others are held against, and the store of tests.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::{KeyHash, Name};

use crate::{
    Answer, AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, DataKeyRow, Error,
    Expected, Grant, GrantChange, GrantQuery, Key, KeyUseRow, Link, Loaded, Paper, PaperChange, PaperQuery,
    PeopleChange, PersonKind, PersonRow, Revision, Row, SealChange, Sealed, SecretRow, SessionQuery,
    SessionRow, Store,
    audit::{self, Chain, unreadable},
};

/// [`Store`] in memory; nothing survives the process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    snapshot: u64,
    rows: BTreeMap<(String, String, String), Row>,
    revisions: BTreeMap<(String, String, String), Vec<Revision>>,
    contracts: BTreeMap<String, String>,
    chain: Chain,
    audit: Vec<(audit::Link, String)>,
    people: BTreeMap<(PersonKind, String), PersonRow>,
    sessions: BTreeMap<[u8; 32], SessionRow>,
    links: BTreeMap<[u8; 32], Link>,
    settings: BTreeMap<String, String>,
    grants: Vec<Grant>,
    papers: BTreeMap<(String, String, u64), Paper>,
    key_uses: BTreeMap<(Name, KeyHash), u64>,
    keys: BTreeMap<String, DataKeyRow>,
    secrets: BTreeMap<String, SecretRow>,
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn at_once<'a, T: Send + 'a>(answer: Result<T, Error>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

/// In the order SQL sorts its text columns.
fn place(key: &Key) -> (String, String, String) {
    (key.workspace.to_string(), key.kind.to_string(), key.id.to_string())
}

impl State {
    /// How many have ended.
    fn change_grants(&mut self, change: GrantChange) -> u64 {
        let before = self.grants.len();
        self.grants.retain(|grant| !change.ended.iter().any(|query| query.fits(grant)));
        let ended = before - self.grants.len();
        for grant in change.granted {
            let same = |other: &Grant| {
                (&other.workspace, &other.kind, other.hash) == (&grant.workspace, &grant.kind, grant.hash)
            };
            self.grants.retain(|other| !same(other));
            self.grants.push(grant);
        }
        change.entry.into_iter().for_each(|entry| self.remember(entry));
        ended as u64
    }

    fn commit(&mut self, commit: Commit) -> Result<Committed, Error> {
        if commit.after != self.snapshot {
            let what = format!("commit {} was made, {} was the last one known", self.snapshot, commit.after);
            return Err(Error::Stale { what });
        }
        let key = |write: &crate::Write| Key {
            workspace: commit.workspace.clone(),
            kind: write.kind,
            id: write.id.clone(),
        };
        let mut seen = HashSet::new();
        for write in &commit.writes {
            let key = key(write);
            let is = self.rows.get(&place(&key)).map(|row| row.revision);
            let wanted = match write.expected {
                Expected::Absent => None,
                Expected::Revision(revision) => Some(revision),
            };
            if is != wanted || !seen.insert(key) {
                let what =
                    format!("{}/{} has revision {is:?}, {wanted:?} was expected", write.kind, write.id);
                return Err(Error::Stale { what });
            }
        }
        self.snapshot += 1;
        let mut numbers = Vec::with_capacity(commit.writes.len());
        for write in &commit.writes {
            let key = key(write);
            let place = place(&key);
            let history = self.revisions.entry(place.clone()).or_default();
            let revision = history.last().map_or(1, |last| last.revision + 1);
            numbers.push(revision);
            history.push(Revision {
                revision,
                snapshot: self.snapshot,
                document: write.document.clone(),
                actor: commit.actor.clone(),
                origin: write.origin,
                at: commit.at,
            });
            match &write.document {
                Some(document) => {
                    let created_at = self.rows.get(&place).map_or(commit.at, |row| row.created_at);
                    let document = document.clone();
                    let (origin, updated_at) = (write.origin, commit.at);
                    self.rows.insert(place, Row { key, revision, document, origin, created_at, updated_at });
                }
                None => drop(self.rows.remove(&place)),
            }
            self.link(audit::Link {
                number: 0,
                workspace: commit.workspace.to_string(),
                at: commit.at,
                actor: commit.actor.clone(),
                address: commit.address.clone(),
                action: write.action.to_owned(),
                kind: write.kind.to_string(),
                id: write.id.to_string(),
                revision: Some(revision),
                snapshot: Some(self.snapshot),
                before: write.before.as_ref().map(ToString::to_string),
                after: write.after.as_ref().map(ToString::to_string),
            });
        }
        for (hash, text) in commit.contracts {
            self.contracts.entry(hash.to_string()).or_insert_with(|| text.to_string());
        }
        Ok(Committed { snapshot: self.snapshot, revisions: numbers })
    }

    fn remember(&mut self, entry: AuditEntry) {
        self.link(audit::Link {
            number: 0,
            workspace: entry.workspace.to_string(),
            at: entry.at,
            actor: entry.actor,
            address: entry.address,
            action: entry.action.to_owned(),
            kind: entry.kind,
            id: entry.id,
            revision: None,
            snapshot: None,
            before: entry.before.as_ref().map(ToString::to_string),
            after: entry.after.as_ref().map(ToString::to_string),
        });
    }

    fn change_people(&mut self, change: PeopleChange) -> Result<(), Error> {
        let wanted = change.puts.iter().map(|row| (row.kind, &row.id, row.version - 1));
        let wanted = wanted.chain(change.removed.iter().map(|(kind, id, version)| (*kind, id, *version)));
        for (kind, id, version) in wanted {
            if self.people.get(&(kind, id.clone())).map_or(0, |row| row.version) != version {
                return Err(Error::Stale { what: format!("{} `{id}` is not as it was", kind.as_str()) });
            }
        }
        for row in change.puts {
            self.people.insert((row.kind, row.id.clone()), row);
        }
        for (kind, id, _) in change.removed {
            self.people.remove(&(kind, id));
        }
        for (role, subject) in change.ended {
            self.sessions.retain(|_, session| session.role != role || session.subject != subject);
            self.links.retain(|_, link| link.role != role || link.subject != subject);
        }
        change.entry.into_iter().for_each(|entry| self.remember(entry));
        Ok(())
    }

    fn change_papers(&mut self, change: PaperChange) -> Result<(), Error> {
        let place = |paper: &Paper| (paper.workspace.to_string(), paper.kind.clone(), paper.number);
        let mut papers = self.papers.clone();
        papers.retain(|_, paper| !change.removed.iter().any(|query| query.fits(paper)));
        for paper in change.puts {
            if papers.get(&place(&paper)).map_or(0, |known| known.version) + 1 != paper.version {
                let what = format!("{} {} is no longer as it was", paper.kind, paper.number);
                return Err(Error::Stale { what });
            }
            papers.insert(place(&paper), paper);
        }
        self.papers = papers;
        for (hash, text) in change.contracts {
            self.contracts.entry(hash.to_string()).or_insert_with(|| text.to_string());
        }
        change.entry.into_iter().for_each(|entry| self.remember(entry));
        Ok(())
    }

    fn link(&mut self, link: audit::Link) {
        let linked = self.chain.add(link);
        self.audit.push(linked);
    }

    fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, Error> {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        let wanted = |(link, _): &&(audit::Link, String)| {
            query.before.is_none_or(|before| link.number < before)
                && query.after.is_none_or(|after| link.number > after)
                && query.since.is_none_or(|since| link.at >= since)
                && query.until.is_none_or(|until| link.at < until)
                && fits(&query.workspace, &link.workspace)
                && fits(&query.kind, &link.kind)
                && fits(&query.id, &link.id)
                && fits(&query.actor, &link.actor)
                && fits(&query.action, &link.action)
                && fits(&query.address, link.address.as_deref().unwrap_or_default())
        };
        let found = self.audit.iter().filter(wanted);
        let found: Vec<_> = if query.after.is_some() { found.collect() } else { found.rev().collect() };
        found
            .into_iter()
            .take(query.limit as usize)
            .map(|(link, hash)| {
                link.clone().into_record(hash.clone()).map_err(|cause| unreadable(Path::new("memory"), cause))
            })
            .collect()
    }
}

impl Store for MemoryStore {
    fn load(&self) -> Answer<'_, Loaded> {
        let state = self.state();
        at_once(Ok(Loaded { snapshot: state.snapshot, rows: state.rows.values().cloned().collect() }))
    }

    fn commit(&self, commit: Commit) -> Answer<'_, Committed> {
        at_once(self.state().commit(commit))
    }

    fn revisions(&self, key: Key, before: Option<u64>, limit: u32) -> Answer<'_, Vec<Revision>> {
        let state = self.state();
        let history = state.revisions.get(&place(&key)).map(Vec::as_slice).unwrap_or_default();
        let earlier = history.iter().rev().filter(|r| before.is_none_or(|before| r.revision < before));
        at_once(Ok(earlier.take(limit as usize).cloned().collect()))
    }

    fn contract(&self, hash: String) -> Answer<'_, Option<String>> {
        at_once(Ok(self.state().contracts.get(&hash).cloned()))
    }

    fn record(&self, entry: AuditEntry) -> Answer<'_, ()> {
        self.state().remember(entry);
        at_once(Ok(()))
    }

    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<AuditRecord>> {
        at_once(self.state().audit(&query))
    }

    fn verify_audit(&self) -> Answer<'_, AuditVerdict> {
        let state = self.state();
        let mut chain = Chain::default();
        let broken = state.audit.iter().find_map(|(link, hash)| chain.check(link, hash));
        at_once(Ok(broken.unwrap_or_else(|| chain.verdict(&state.chain))))
    }

    fn person(&self, kind: PersonKind, id: String) -> Answer<'_, Option<PersonRow>> {
        at_once(Ok(self.state().people.get(&(kind, id)).cloned()))
    }

    fn people(&self, kind: PersonKind) -> Answer<'_, Vec<PersonRow>> {
        let state = self.state();
        at_once(Ok(state.people.values().filter(|row| row.kind == kind).cloned().collect()))
    }

    fn change_people(&self, change: PeopleChange) -> Answer<'_, ()> {
        at_once(self.state().change_people(change))
    }

    fn add_session(&self, session: SessionRow) -> Answer<'_, ()> {
        self.state().sessions.insert(session.token_hash, session);
        at_once(Ok(()))
    }

    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<SessionRow>> {
        at_once(Ok(self.state().sessions.get(&token_hash).cloned()))
    }

    fn sessions(&self, query: SessionQuery) -> Answer<'_, Vec<SessionRow>> {
        at_once(Ok(self.state().sessions.values().filter(|row| query.finds(row)).cloned().collect()))
    }

    fn describe_session(&self, token_hash: [u8; 32], about: serde_json::Value) -> Answer<'_, ()> {
        if let Some(session) = self.state().sessions.get_mut(&token_hash) {
            session.about = about;
        }
        at_once(Ok(()))
    }

    fn extend_session(&self, token_hash: [u8; 32], expires_at: u64) -> Answer<'_, ()> {
        if let Some(session) = self.state().sessions.get_mut(&token_hash) {
            session.expires_at = expires_at;
        }
        at_once(Ok(()))
    }

    fn remove_session(&self, token_hash: [u8; 32]) -> Answer<'_, ()> {
        self.state().sessions.remove(&token_hash);
        at_once(Ok(()))
    }

    fn add_link(&self, link: Link) -> Answer<'_, ()> {
        self.state().links.insert(link.token_hash, link);
        at_once(Ok(()))
    }

    fn take_link(&self, token_hash: [u8; 32], purpose: String) -> Answer<'_, Option<Link>> {
        let mut state = self.state();
        let fits = state.links.get(&token_hash).is_some_and(|link| link.purpose == purpose);
        at_once(Ok(if fits { state.links.remove(&token_hash) } else { None }))
    }

    fn change_grants(&self, change: GrantChange) -> Answer<'_, u64> {
        at_once(Ok(self.state().change_grants(change)))
    }

    fn grants(&self, query: GrantQuery, most: u32) -> Answer<'_, Vec<Grant>> {
        let mut found: Vec<Grant> =
            self.state().grants.iter().filter(|grant| query.fits(grant)).cloned().collect();
        found.sort_by_key(|grant| (std::cmp::Reverse(grant.created_at), grant.hash));
        found.truncate(most as usize);
        at_once(Ok(found))
    }

    fn spend_grant(&self, query: GrantQuery, at: u64) -> Answer<'_, Option<Grant>> {
        let mut state = self.state();
        let found = state.grants.iter_mut().find(|grant| query.fits(grant));
        at_once(Ok(found.map(|grant| {
            let before = grant.clone();
            grant.used_at.get_or_insert(at);
            before
        })))
    }

    fn swap_grant(&self, before: Grant, after: Grant, with: GrantChange) -> Answer<'_, bool> {
        let mut state = self.state();
        let is_same = |other: &Grant| {
            (&other.workspace, &other.kind, other.hash) == (&before.workspace, &before.kind, before.hash)
        };
        let found = state.grants.iter_mut().find(|grant| is_same(grant) && grant.document == before.document);
        let Some(grant) = found else { return at_once(Ok(false)) };
        (grant.document, grant.subject, grant.expires_at, grant.used_at) =
            (after.document, after.subject, after.expires_at, after.used_at);
        state.change_grants(with);
        at_once(Ok(true))
    }

    fn papers(&self, query: PaperQuery, most: u32) -> Answer<'_, Vec<Paper>> {
        let state = self.state();
        let found = state.papers.values().rev().filter(|paper| query.fits(paper));
        at_once(Ok(found.take(most as usize).cloned().collect()))
    }

    fn change_papers(&self, change: PaperChange) -> Answer<'_, ()> {
        at_once(self.state().change_papers(change))
    }

    fn note_key_uses(&self, uses: Vec<KeyUseRow>) -> Answer<'_, ()> {
        let mut state = self.state();
        for KeyUseRow { workspace, key, used_at } in uses {
            let known = state.key_uses.entry((workspace, key)).or_default();
            *known = used_at.max(*known);
        }
        at_once(Ok(()))
    }

    fn key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, Vec<KeyUseRow>> {
        let state = self.state();
        let of = |key: KeyHash| {
            let used_at = *state.key_uses.get(&(workspace.clone(), key))?;
            Some(KeyUseRow { workspace: workspace.clone(), key, used_at })
        };
        let mut found: Vec<KeyUseRow> = keys.into_iter().filter_map(of).collect();
        found.sort();
        found.dedup();
        at_once(Ok(found))
    }

    fn forget_key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, ()> {
        let mut state = self.state();
        for key in keys {
            state.key_uses.remove(&(workspace.clone(), key));
        }
        at_once(Ok(()))
    }

    fn remove_expired(&self, now: u64) -> Answer<'_, u64> {
        let mut state = self.state();
        let count = |state: &State| state.sessions.len() + state.links.len() + state.grants.len();
        let before = count(&state);
        state.sessions.retain(|_, session| session.expires_at > now);
        state.links.retain(|_, link| link.expires_at > now);
        state.grants.retain(|grant| grant.expires_at > now);
        let removed = before - count(&state);
        at_once(Ok(removed as u64))
    }

    fn sealed(&self) -> Answer<'_, Sealed> {
        let state = self.state();
        let (keys, secrets) = (state.keys.values().cloned(), state.secrets.values().cloned());
        at_once(Ok(Sealed { keys: keys.collect(), secrets: secrets.collect() }))
    }

    fn seal(&self, change: SealChange) -> Answer<'_, ()> {
        let mut state = self.state();
        for row in change.keys {
            let created_at = state.keys.get(&row.id).map_or(row.created_at, |known| known.created_at);
            state.keys.insert(row.id.clone(), DataKeyRow { created_at, ..row });
        }
        for row in change.secrets {
            let created_at = state.secrets.get(&row.name).map_or(row.created_at, |known| known.created_at);
            state.secrets.insert(row.name.clone(), SecretRow { created_at, ..row });
        }
        change.removed.iter().for_each(|name| drop(state.secrets.remove(name)));
        change.removed_keys.iter().for_each(|id| drop(state.keys.remove(id)));
        change.entry.into_iter().for_each(|entry| state.remember(entry));
        at_once(Ok(()))
    }

    fn setting(&self, name: String) -> Answer<'_, Option<String>> {
        at_once(Ok(self.state().settings.get(&name).cloned()))
    }

    fn set_setting(&self, name: String, value: String) -> Answer<'_, ()> {
        self.state().settings.insert(name, value);
        at_once(Ok(()))
    }
}
