//! What is seen, taken from the events of exchanges.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    hash::BuildHasher,
    sync::Arc,
};

use hashbrown::HashTable;
use http::Method;
use model::{
    ExchangeEvent,
    event::{Observed, Target},
    fast_hash::Seeded,
};
use serde::{Deserialize, Serialize};

use crate::{
    seen::{Seen, Span},
    tree::Tree,
};

/// Services that are watched.
const MOST_SERVICES: usize = 2_000;
/// Operations of one service.
const MOST_OPERATIONS: usize = 5_000;
/// Different paths, and calls whose bodies are looked into, that wait for that; and their bytes.
const MOST_WAITING: usize = 4_096;
const MOST_BYTES: usize = 8 << 20;
/// Operations and statuses that wait.
const MOST_KNOWN: usize = 100_000;

/// What is seen of all services.
#[derive(Debug, Default)]
pub struct Watch {
    services: BTreeMap<Arc<str>, Watched>,
    not_kept: u64,
}

#[derive(Debug, Default)]
struct Watched {
    seen: ServiceSeen,
    /// Since it was last taken.
    is_changed: bool,
}

/// Events that are still to be looked at, so that whoever brings them never waits for that.
#[derive(Debug, Default)]
pub struct Inbox {
    /// Calls that differ in nothing but their time.
    counts: HashTable<(Call, Span)>,
    /// Of these, those that have a path of their own.
    paths: usize,
    looks: Vec<Look>,
    /// What paths and bodies take.
    bytes: usize,
    hasher: Seeded,
    not_kept: u64,
}

/// A call whose bodies are looked into.
#[derive(Debug)]
struct Look {
    call: Call,
    at: u64,
    /// Who called; absent where nobody was recognized.
    caller: Option<Arc<str>>,
    observed: Box<Observed>,
}

/// What a call is counted as. The target is held, so that its address stays its own.
#[derive(Debug)]
struct Call {
    target: Arc<Target>,
    /// With a method of its own where it is of no operation.
    beyond: Option<(Method, Box<str>)>,
    /// The path has no such method: the template of the target is meant.
    other_method: bool,
    /// Absent where the gateway refused: statuses are the service's.
    status: Option<u16>,
}

/// What is seen of one service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceSeen {
    /// When it was first seen, milliseconds since 1970.
    pub since: u64,
    /// By the operation's id.
    pub operations: BTreeMap<Box<str>, Seen>,
    /// Paths that no operation has; of a service without a contract all.
    pub paths: Tree,
    /// Something did not fit.
    pub full: bool,
}

/// Whether a call is not of an operation: nobody has said which there are.
fn is_open(target: &Target) -> bool {
    target.operation.is_empty() || target.service.starts_with("route/")
}

/// The name of a service among those of all workspaces.
fn key(workspace: &str, service: &str) -> Arc<str> {
    format!("{workspace} {service}").into()
}

impl Inbox {
    /// Takes an event. What costs more than counting waits for [`Watch::settle`].
    pub fn saw(&mut self, event: &mut ExchangeEvent) {
        let Some(target) = &event.target else { return };
        let status = event.problem.is_none().then_some(event.status);
        let other_method = event.problem == Some("method-not-allowed");
        let observed = event.observed.take();
        let is_open = is_open(target);
        let path = match &observed {
            Some(observed) => Some(&*observed.path),
            None => event.detail.as_ref().map(|detail| &*detail.path),
        };
        let beyond = match (is_open, other_method) {
            (_, true) => Some((&event.method, "")),
            // Without its path, a call beyond the operations says nothing.
            (true, false) => match path {
                Some(path) => Some((&event.method, path)),
                None => return,
            },
            (false, false) => None,
        };
        if beyond.is_some() && event.method == Method::OPTIONS {
            return;
        }
        let call = || Call {
            target: Arc::clone(target),
            beyond: beyond.map(|(method, path)| (method.clone(), path.into())),
            other_method,
            status,
        };
        if observed.is_some() {
            let call = call();
            self.look_at(call, event.at, event.caller.clone(), observed);
            return;
        }
        let place = (Arc::as_ptr(target) as usize, status, beyond);
        let hash = self.hasher.hash_one(place);
        let is_same = |(known, _): &(Call, Span)| {
            let known_beyond = known.beyond.as_ref().map(|(method, path)| (method, &**path));
            Arc::ptr_eq(&known.target, target)
                && known.status == status
                && known.other_method == other_method
                && known_beyond == beyond
        };
        if let Some((_, span)) = self.counts.find_mut(hash, is_same) {
            span.merge(Span::at(event.at));
            return;
        }
        let bytes = beyond.map_or(0, |(_, path)| path.len());
        let is_full = match beyond {
            Some(_) => self.paths >= MOST_WAITING || self.bytes + bytes > MOST_BYTES,
            None => self.counts.len() >= MOST_KNOWN,
        };
        if is_full {
            self.not_kept += 1;
            return;
        }
        self.paths += usize::from(beyond.is_some());
        self.bytes += bytes;
        let hasher = &self.hasher;
        self.counts.insert_unique(hash, (call(), Span::at(event.at)), |(call, _)| call.hash(hasher));
    }

    fn look_at(&mut self, call: Call, at: u64, caller: Option<Arc<str>>, observed: Option<Box<Observed>>) {
        let Some(observed) = observed else { return };
        let bytes = observed.bytes();
        if self.looks.len() >= MOST_WAITING || self.bytes + bytes > MOST_BYTES {
            self.not_kept += 1;
            return;
        }
        self.looks.push(Look { call, at, caller, observed });
        self.bytes += bytes;
    }

    /// Calls that did not fit.
    pub fn not_kept(&self) -> u64 {
        self.not_kept
    }
}

impl Call {
    fn hash(&self, hasher: &Seeded) -> u64 {
        let beyond = self.beyond.as_ref().map(|(method, path)| (method, &**path));
        hasher.hash_one((Arc::as_ptr(&self.target) as usize, self.status, beyond))
    }
}

impl Watch {
    /// Looks at what came.
    pub fn settle(&mut self, inbox: Inbox) {
        self.not_kept += inbox.not_kept;
        for (call, span) in inbox.counts {
            if let Some(seen) = self.at(&call, span) {
                seen.count(span, call.status);
            }
        }
        for Look { call, at, caller, observed } in inbox.looks {
            let Some(seen) = self.at(&call, Span::at(at)) else { continue };
            seen.count(Span::at(at), call.status);
            seen.look(at, call.status, caller.as_deref().unwrap_or_default(), &observed);
        }
    }

    /// Where a call counts.
    fn at(&mut self, call: &Call, span: Span) -> Option<&mut Seen> {
        let service = self.service(&call.target, span.first)?;
        let Some((method, path)) = &call.beyond else { return service.operation(&call.target.operation) };
        // What answers GET answers HEAD.
        let method = if method == Method::HEAD { "GET" } else { method.as_str() };
        match call.other_method {
            true => service.paths.at(method, &call.target.path, true, span.count),
            false => service.paths.at(method, path, false, span.count),
        }
    }

    fn service(&mut self, target: &Target, at: u64) -> Option<&mut ServiceSeen> {
        let count = self.services.len();
        let watched = match self.services.entry(key(&target.workspace, &target.service)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if count >= MOST_SERVICES => {
                self.not_kept += 1;
                return None;
            }
            Entry::Vacant(new) => new.insert(Watched::default()),
        };
        watched.is_changed = true;
        if watched.seen.since == 0 {
            watched.seen.since = at;
        }
        Some(&mut watched.seen)
    }

    /// What is seen of a service, such as `api/orders@v1`.
    pub fn seen(&self, workspace: &str, service: &str) -> Option<ServiceSeen> {
        self.services.get(&key(workspace, service)).map(|watched| watched.seen.clone())
    }

    /// Calls that did not fit.
    pub fn not_kept(&self) -> u64 {
        self.not_kept
    }

    /// What changed since this was last asked, as text to keep, by the name to give it back under.
    pub fn changed(&mut self) -> Vec<(Arc<str>, String)> {
        let text = |(key, watched): (&Arc<str>, &mut Watched)| {
            if !std::mem::take(&mut watched.is_changed) {
                return None;
            }
            let seen = &watched.seen;
            let kept = ServiceSeen { paths: seen.paths.without_rare(), ..seen.clone() };
            Some((Arc::clone(key), serde_json::to_string(&kept).ok()?))
        };
        self.services.iter_mut().filter_map(text).collect()
    }

    /// Takes everything out, as text to be given to [`Watch::hear`].
    pub fn take(&mut self) -> Vec<(Arc<str>, String)> {
        let taken = std::mem::take(&mut self.services).into_iter();
        taken.filter_map(|(key, watched)| Some((key, serde_json::to_string(&watched.seen).ok()?))).collect()
    }

    /// Adds what was seen elsewhere. What cannot be read is left out.
    pub fn hear(&mut self, key: &str, text: &str) {
        self.restore(key, text);
        if let Some(watched) = self.services.get_mut(key) {
            watched.is_changed = true;
        }
    }

    /// Takes back what was kept. What cannot be read is left out.
    pub fn restore(&mut self, key: &str, text: &str) {
        let Ok(kept) = serde_json::from_str::<ServiceSeen>(text) else { return };
        if self.services.len() >= MOST_SERVICES {
            return;
        }
        let service = &mut self.services.entry(key.into()).or_default().seen;
        service.since = if service.since == 0 { kept.since } else { service.since.min(kept.since) };
        for (id, seen) in kept.operations {
            match service.operation(&id) {
                Some(known) => known.merge(seen),
                None => break,
            }
        }
        service.paths.merge(kept.paths);
        service.full |= kept.full;
    }
}

impl ServiceSeen {
    fn operation(&mut self, id: &str) -> Option<&mut Seen> {
        if !self.operations.contains_key(id) && self.operations.len() >= MOST_OPERATIONS {
            self.full = true;
            return None;
        }
        Some(self.operations.entry(id.into()).or_default())
    }
}
