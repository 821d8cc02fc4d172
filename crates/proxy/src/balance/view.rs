//! The endpoints of an upstream that take part, and with which weights.

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use arc_swap::ArcSwap;
use model::standing::Out;

use super::{endpoint::Endpoint, ring::Ring, round_robin::round};
use crate::worker::lock;

/// The endpoints of an upstream that take part, and with which weights. Immutable; what changes them makes another.
pub(crate) struct View {
    pub(crate) members: Box<[Member]>,
    /// Members by their turns, each as often as its weight, spread evenly; also what chance draws from.
    pub(crate) turns: Box<[u16]>,
    /// Where requests are placed by a hash.
    pub(crate) ring: Option<Arc<Ring>>,
    /// When somebody may take part who does not now, milliseconds.
    wake_at: u64,
}

/// An endpoint with its weight.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) endpoint: Arc<Endpoint>,
    /// 0 where it takes no requests now.
    pub(crate) weight: u32,
}

/// What an upstream sees of its endpoints.
pub(crate) enum Sight {
    /// Always the same.
    Fixed(View),
    /// Endpoints are out at times.
    Moving(Moving),
}

/// A view that changes with how endpoints stand.
pub(crate) struct Moving {
    /// As configured.
    all: Box<[Member]>,
    ring: Option<Arc<Ring>>,
    /// Below this share of endpoints that are well, percent, all take part.
    panic_percent: u8,
    seen: ArcSwap<View>,
    refreshing: Mutex<()>,
}

/// A look at it.
pub(crate) enum Seen<'a> {
    Fixed(&'a View),
    Moving(arc_swap::Guard<Arc<View>>),
}

impl View {
    /// A view of 65,535 members at most.
    fn new(members: Box<[Member]>, ring: Option<Arc<Ring>>, wake_at: u64) -> View {
        let weights: Vec<u32> = members.iter().map(|member| member.weight).collect();
        View { turns: round(&weights).into(), members, ring, wake_at }
    }

    /// The member whose turn it is.
    pub(crate) fn turn(&self, turn: usize) -> &Member {
        &self.members[usize::from(self.turns[turn % self.turns.len()])]
    }

    /// Those that take requests.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.weight > 0)
    }
}

impl Sight {
    pub(crate) fn fixed(members: Box<[Member]>, ring: Option<Arc<Ring>>) -> Sight {
        Sight::Fixed(View::new(members, ring, u64::MAX))
    }

    pub(crate) fn moving(members: Box<[Member]>, ring: Option<Arc<Ring>>, panic_percent: u8) -> Sight {
        // Looked at anew before the first request: some may be out from before.
        let seen = ArcSwap::from_pointee(View::new(members.clone(), ring.clone(), 0));
        Sight::Moving(Moving { all: members, ring, panic_percent, seen, refreshing: Mutex::default() })
    }

    /// What is seen at a time, milliseconds.
    pub(crate) fn at(&self, now: u64) -> Seen<'_> {
        match self {
            Sight::Fixed(view) => Seen::Fixed(view),
            Sight::Moving(moving) => {
                let seen = moving.seen.load();
                if now < seen.wake_at {
                    return Seen::Moving(seen);
                }
                moving.refresh(now);
                Seen::Moving(moving.seen.load())
            }
        }
    }

    /// Looks at how endpoints stand.
    pub(crate) fn refresh(&self, now: u64) {
        if let Sight::Moving(moving) = self {
            moving.refresh(now);
        }
    }

    /// All endpoints, those that are out too.
    pub(crate) fn all(&self) -> &[Member] {
        match self {
            Sight::Fixed(view) => &view.members,
            Sight::Moving(moving) => &moving.all,
        }
    }
}

impl Moving {
    fn refresh(&self, now: u64) {
        let _one_at_a_time = lock(&self.refreshing);
        let outs: Vec<_> = self.all.iter().map(|member| member.endpoint.out(now)).collect();
        let all = self.all.iter().filter(|member| member.weight > 0).count();
        let well =
            self.all.iter().zip(&outs).filter(|(member, out)| member.weight > 0 && out.is_none()).count();
        let panics = well * 100 < usize::from(self.panic_percent) * all;
        let members = self.all.iter().zip(&outs).map(|(member, out)| {
            // A breaker knows more than that it failed once: it is trying.
            let is_out = out.is_some_and(|out| out.why == Out::Breaker || !panics);
            Member { weight: if is_out { 0 } else { member.weight }, ..member.clone() }
        });
        let wake_at = outs.iter().flatten().map(|out| out.until).min().unwrap_or(u64::MAX);
        self.seen.store(Arc::new(View::new(members.collect(), self.ring.clone(), wake_at)));
    }
}

impl Deref for Seen<'_> {
    type Target = View;

    fn deref(&self) -> &View {
        match self {
            Seen::Fixed(view) => view,
            Seen::Moving(view) => view,
        }
    }
}
