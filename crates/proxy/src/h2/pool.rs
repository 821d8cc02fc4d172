//! Connections to upstreams in HTTP/2, of one worker: each carries many requests at a time.

use std::{collections::HashMap, sync::Arc};

use super::client::Connection;
use crate::hashed::HashedAlready;

/// Connections to one site.
const PER_SITE: usize = 32;

/// Connections to upstreams in HTTP/2, by the number of their site.
#[derive(Default)]
pub(crate) struct Connections(HashMap<u64, Vec<Arc<Connection>>, HashedAlready>);

impl Connections {
    /// One on which a stream can be opened.
    pub(crate) fn find(&self, site: u64) -> Option<Arc<Connection>> {
        self.0.get(&site)?.iter().find(|connection| connection.has_room()).cloned()
    }

    /// Keeps a connection for others; one too many is used by whoever opened it alone.
    pub(crate) fn add(&mut self, site: u64, connection: &Arc<Connection>) {
        let connections = self.0.entry(site).or_default();
        connections.retain(|connection| !connection.is_over());
        if connections.len() < PER_SITE {
            connections.push(Arc::clone(connection));
        }
    }

    /// Forgets those that are over. Those that are idle end by themselves.
    pub(crate) fn sweep(&mut self) {
        self.0.retain(|_, connections| {
            connections.retain(|connection| !connection.is_over());
            !connections.is_empty()
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
