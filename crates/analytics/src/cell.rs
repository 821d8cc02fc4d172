//! Calls of one series in one interval, added up.

use model::ExchangeEvent;

use crate::sketch::Sketch;

/// Calls of one series in one interval, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) requests: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    /// Microseconds.
    pub(crate) duration: Sketch,
    /// The duration without waiting for the upstream, microseconds.
    pub(crate) gateway: Sketch,
}

impl Cell {
    pub(crate) fn add(&mut self, event: &ExchangeEvent) {
        self.requests += 1;
        self.bytes_in = self.bytes_in.saturating_add(event.bytes_in);
        self.bytes_out = self.bytes_out.saturating_add(event.bytes_out);
        self.duration.add(event.duration_us);
        self.gateway.add(event.duration_us.saturating_sub(event.upstream_us));
    }

    pub(crate) fn merge(&mut self, other: &Cell) {
        self.requests += other.requests;
        self.bytes_in = self.bytes_in.saturating_add(other.bytes_in);
        self.bytes_out = self.bytes_out.saturating_add(other.bytes_out);
        self.duration.merge(&other.duration);
        self.gateway.merge(&other.gateway);
    }
}
