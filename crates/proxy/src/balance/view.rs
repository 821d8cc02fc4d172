//! The endpoints of an upstream that take part, and with which weights. Immutable; what changes them makes another.

use std::sync::Arc;

use super::{endpoint::Endpoint, ring::Ring, round_robin::round};

/// The endpoints of an upstream that take part, and with which weights.
pub(crate) struct View {
    pub(crate) members: Box<[Member]>,
    /// Members by their turns, each as often as its weight, spread evenly; also what chance draws from.
    pub(crate) turns: Box<[u16]>,
    /// Where requests are placed by a hash.
    pub(crate) ring: Option<Arc<Ring>>,
}

/// An endpoint with its weight.
pub(crate) struct Member {
    pub(crate) endpoint: Arc<Endpoint>,
    /// 0 where it takes no requests now.
    pub(crate) weight: u32,
}

impl View {
    /// A view of 65,535 members at most.
    pub(crate) fn new(members: Box<[Member]>, ring: Option<Arc<Ring>>) -> View {
        let weights: Vec<u32> = members.iter().map(|member| member.weight).collect();
        View { turns: round(&weights).into(), members, ring }
    }

    /// The member whose turn it is.
    pub(crate) fn turn(&self, turn: usize) -> &Member {
        &self.members[usize::from(self.turns[turn % self.turns.len()])]
    }

    /// How many take requests.
    pub(crate) fn live(&self) -> usize {
        self.members.iter().filter(|member| member.weight > 0).count()
    }
}
