//! What is seen, taken from the events of exchanges.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use model::{
    ExchangeEvent,
    event::{Observed, Target},
};
use serde::{Deserialize, Serialize};

use crate::{seen::Seen, tree::Tree};

/// Services that are watched.
const MOST_SERVICES: usize = 2_000;
/// Operations of one service.
const MOST_OPERATIONS: usize = 5_000;
/// Calls that wait to be looked at, and their bytes.
const MOST_WAITING: usize = 4_096;
const MOST_BYTES: usize = 8 << 20;
/// Operations whose counts are at hand.
const MOST_KNOWN: usize = 100_000;

/// What is seen of all services.
#[derive(Debug, Default)]
pub struct Watch {
    services: BTreeMap<Arc<str>, ServiceSeen>,
    /// Services that changed since they were last taken.
    changed: BTreeSet<Arc<str>>,
    not_kept: u64,
}

/// Events that are still to be looked at, so that whoever brings them never waits for that.
#[derive(Debug, Default)]
pub struct Inbox {
    /// Calls by operation and status since they were last settled. The target is held, so that its address stays its own.
    known: HashMap<(usize, u16, bool), Count>,
    waiting: Vec<Waiting>,
    bytes: usize,
    not_kept: u64,
}

#[derive(Debug)]
struct Count {
    target: Arc<Target>,
    seen: crate::seen::Span,
}

/// A call that is looked at later.
#[derive(Debug)]
struct Waiting {
    target: Arc<Target>,
    method: http::Method,
    path: Option<Box<str>>,
    status: Option<u16>,
    /// The path has no such method: the template of the target is meant.
    other_method: bool,
    at: u64,
    observed: Option<Box<Observed>>,
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
        // Statuses are the service's where the gateway did not refuse.
        let status = event.problem.is_none().then_some(event.status);
        let other_method = event.problem == Some("method-not-allowed");
        let observed = event.observed.take();
        if !is_open(target) && observed.is_none() && !other_method {
            let place = (Arc::as_ptr(target) as usize, event.status, status.is_some());
            if let Some(count) = self.known.get_mut(&place) {
                count.seen.add(event.at);
            } else if self.known.len() < MOST_KNOWN {
                let mut seen = crate::seen::Span::default();
                seen.add(event.at);
                self.known.insert(place, Count { target: Arc::clone(target), seen });
            } else {
                self.not_kept += 1;
            }
            return;
        }
        let path = observed
            .as_ref()
            .map(|observed| &observed.path)
            .or(event.detail.as_ref().map(|detail| &detail.path));
        // Without its path, a call beyond the operations says nothing.
        if path.is_none() && is_open(target) || event.method == http::Method::OPTIONS {
            return;
        }
        let bytes =
            observed.as_ref().map_or(0, |observed| observed.bytes()) + path.map_or(0, |path| path.len());
        if self.waiting.len() >= MOST_WAITING || self.bytes + bytes > MOST_BYTES {
            self.not_kept += 1;
            return;
        }
        self.bytes += bytes;
        self.waiting.push(Waiting {
            target: Arc::clone(target),
            method: event.method.clone(),
            path: path.filter(|_| is_open(target)).cloned(),
            status,
            other_method,
            at: event.at,
            observed,
        });
    }

    /// Calls that did not fit.
    pub fn not_kept(&self) -> u64 {
        self.not_kept
    }
}

impl Watch {
    /// Looks at what came.
    pub fn settle(&mut self, inbox: Inbox) {
        self.not_kept += inbox.not_kept;
        for ((_, status, told), count) in inbox.known {
            let Some(service) = self.service(&count.target, count.seen.first) else { continue };
            if let Some(seen) = service.operation(&count.target.operation) {
                seen.calls.merge(count.seen);
                if told {
                    seen.statuses.entry(status).or_default().merge(count.seen);
                }
            }
        }
        for waiting in inbox.waiting {
            let Waiting { target, method, path, status, other_method, at, observed } = waiting;
            let Some(service) = self.service(&target, at) else { continue };
            // What answers GET answers HEAD.
            let method = if method == http::Method::HEAD { "GET" } else { method.as_str() };
            let seen = match (&path, other_method) {
                (_, true) => service.paths.at(method, &target.path, true),
                (Some(path), false) => service.paths.at(method, path, false),
                (None, false) => service.operation(&target.operation),
            };
            let Some(seen) = seen else { continue };
            seen.call(at, status);
            if let Some(observed) = observed {
                seen.look(at, status, &observed);
            }
        }
    }

    fn service(&mut self, target: &Target, at: u64) -> Option<&mut ServiceSeen> {
        let key = key(&target.workspace, &target.service);
        if !self.services.contains_key(&key) && self.services.len() >= MOST_SERVICES {
            self.not_kept += 1;
            return None;
        }
        self.changed.insert(Arc::clone(&key));
        let service = self.services.entry(key).or_default();
        if service.since == 0 {
            service.since = at;
        }
        Some(service)
    }

    /// What is seen of a service, such as `api/orders@v1`.
    pub fn seen(&self, workspace: &str, service: &str) -> Option<ServiceSeen> {
        self.services.get(&key(workspace, service)).cloned()
    }

    /// Calls that did not fit.
    pub fn not_kept(&self) -> u64 {
        self.not_kept
    }

    /// What changed since this was last asked, as text to keep, by the name to give it back under.
    pub fn changed(&mut self) -> Vec<(Arc<str>, String)> {
        let text = |key: Arc<str>| {
            let service = self.services.get(&key)?;
            let kept = ServiceSeen { paths: service.paths.without_rare(), ..service.clone() };
            Some((key, serde_json::to_string(&kept).ok()?))
        };
        std::mem::take(&mut self.changed).into_iter().filter_map(text).collect()
    }

    /// Takes back what was kept. What cannot be read is left out.
    pub fn restore(&mut self, key: &str, text: &str) {
        let Ok(kept) = serde_json::from_str::<ServiceSeen>(text) else { return };
        if self.services.len() >= MOST_SERVICES {
            return;
        }
        let service = self.services.entry(key.into()).or_default();
        service.since = if service.since == 0 { kept.since } else { service.since.min(kept.since) };
        for (id, seen) in kept.operations {
            service.operations.entry(id).or_default().merge(seen);
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
