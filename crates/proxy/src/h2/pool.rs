//! Connections to upstreams in HTTP/2, of one worker: each carries many requests at a time.

use std::{collections::HashMap, sync::Arc};

use tokio::time::Instant;

use super::client::Connection;
use crate::{followed::Origin, hashed::HashedAlready};

/// Connections to one site.
const PER_SITE: usize = 32;

/// Connections to upstreams in HTTP/2, by the number of their site.
#[derive(Default)]
pub(crate) struct Connections(HashMap<u64, Vec<Kept>, HashedAlready>);

struct Kept {
    connection: Arc<Connection>,
    /// Where it goes to a name.
    origin: Option<Origin>,
}

impl Connections {
    /// One on which a stream can be opened.
    pub(crate) fn find(&mut self, site: u64, now: Instant) -> Option<Arc<Connection>> {
        let kept = self.0.get_mut(&site)?;
        let mut outdated = false;
        let found = kept.iter_mut().find_map(|kept| {
            let leads_elsewhere = kept.origin.as_mut().is_some_and(|origin| origin.is_outdated(now));
            outdated |= leads_elsewhere;
            (!leads_elsewhere && kept.connection.has_room()).then(|| Arc::clone(&kept.connection))
        });
        if outdated {
            // Its streams come to their end; it is idle then, and ends.
            kept.retain_mut(|kept| !kept.origin.as_mut().is_some_and(|origin| origin.is_outdated(now)));
        }
        found
    }

    /// Keeps a connection for others; one too many is used by whoever opened it alone.
    pub(crate) fn add(&mut self, site: u64, connection: &Arc<Connection>, origin: Option<Origin>) {
        let connections = self.0.entry(site).or_default();
        connections.retain(|kept| !kept.connection.is_over());
        if connections.len() < PER_SITE {
            connections.push(Kept { connection: Arc::clone(connection), origin });
        }
    }

    /// Forgets those that are over. Those that are idle end by themselves.
    pub(crate) fn sweep(&mut self) {
        self.0.retain(|_, connections| {
            connections.retain(|kept| !kept.connection.is_over());
            !connections.is_empty()
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
