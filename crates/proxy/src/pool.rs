//! Idle connections to upstreams, of one worker.

use std::{collections::HashMap, time::Duration};

use tokio::time::Instant;

use crate::{hashed::HashedAlready, lane::Lane};

/// Idle connections kept for one site.
const PER_SITE: usize = 256;
/// Idle connections kept in all.
const IN_ALL: usize = 2048;
/// How long a connection may be idle.
const IDLE: Duration = Duration::from_secs(55);

/// Idle connections to upstreams. The one used last is taken first, so that the others can grow old.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "a lane is large, and moves between pool and exchange as a pointer")]
pub(crate) struct Pool {
    idle: HashMap<u64, Vec<Box<Lane>>, HashedAlready>,
    count: usize,
}

impl Pool {
    /// A connection to the site that still stands.
    pub(crate) fn take(&mut self, site: u64, now: Instant) -> Option<Box<Lane>> {
        let lanes = self.idle.get_mut(&site)?;
        while let Some(mut lane) = lanes.pop() {
            self.count -= 1;
            let is_young = now.saturating_duration_since(lane.idle_since) < IDLE;
            if is_young && lane.is_ready() && !lane.is_outdated(now) {
                return Some(lane);
            }
        }
        None
    }

    pub(crate) fn put(&mut self, mut lane: Box<Lane>, now: Instant) {
        if is_wanted(&lane) {
            return;
        }
        let lanes = self.idle.entry(lane.site.id).or_default();
        if lanes.len() < PER_SITE && self.count < IN_ALL {
            lane.rest(now);
            lanes.push(lane);
            self.count += 1;
        }
    }

    /// Closes connections that were idle for too long, that the upstream has closed, or for which another has to wait.
    pub(crate) fn sweep(&mut self, now: Instant) {
        self.idle.retain(|_, lanes| {
            lanes.retain_mut(|lane| {
                let is_young = now.saturating_duration_since(lane.idle_since) < IDLE;
                is_young && !is_wanted(lane) && lane.is_ready()
            });
            !lanes.is_empty()
        });
        self.count = self.idle.values().map(Vec::len).sum();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Whether somebody waits for this connection to end.
fn is_wanted(lane: &Lane) -> bool {
    lane.counted.as_ref().is_some_and(|counted| counted.is_wanted())
}
