//! The endpoints of an upstream that take part, and with which weights.

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use arc_swap::ArcSwap;
use model::standing::Out;

use super::{endpoint::Endpoint, ring::Ring, round_robin::round};
use crate::{
    health::{Absence, Heeds},
    worker::lock,
};

/// The endpoints of an upstream that take part, and with which weights. Immutable; what changes them makes another.
pub(crate) struct View {
    pub(crate) members: Arc<[Member]>,
    /// As configured and found, with their whole weights.
    pub(crate) all: Arc<[Member]>,
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
    pub(crate) zone: Option<Arc<str>>,
    /// Whether that is the gateway's own.
    pub(crate) is_near: bool,
    /// Those with a lower number come first, as long as one of them is well.
    pub(crate) priority: u16,
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
    rules: SightRules,
    seen: ArcSwap<View>,
    all: Mutex<All>,
}

/// The endpoints there are, whether they take part or not.
struct All {
    members: Arc<[Member]>,
    ring: Option<Arc<Ring>>,
}

/// What decides who takes part.
#[derive(Clone, Debug, Default)]
pub(crate) struct SightRules {
    pub(crate) heeds: Heeds,
    /// Below this share of endpoints that are well, percent, all take part.
    pub(crate) panic_percent: u8,
    /// Whether some are in the gateway's own zone, or may come to be: those go first.
    pub(crate) by_zone: bool,
    /// Whether endpoints come and go.
    pub(crate) finds: bool,
    /// How long an endpoint that is new or well again takes to get its whole share, milliseconds.
    pub(crate) slow_start: u64,
}

impl SightRules {
    /// Whether the view stays as it is.
    pub(crate) fn is_fixed(&self) -> bool {
        let Heeds { checks, ejection, breaker } = self.heeds;
        !(checks || ejection || breaker || self.by_zone || self.finds || self.slow_start > 0)
    }
}

/// A look at it.
pub(crate) enum Seen<'a> {
    Fixed(&'a View),
    Moving(arc_swap::Guard<Arc<View>>),
}

impl View {
    /// A view of 65,535 members at most.
    fn new(members: Arc<[Member]>, all: Arc<[Member]>, ring: Option<Arc<Ring>>, wake_at: u64) -> View {
        let weights: Vec<u32> = members.iter().map(|member| member.weight).collect();
        View { turns: round(&weights).into(), members, all, ring, wake_at }
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
    pub(crate) fn new(members: Arc<[Member]>, ring: Option<Arc<Ring>>, rules: SightRules) -> Sight {
        let all = Arc::clone(&members);
        if rules.is_fixed() {
            return Sight::Fixed(View::new(members, all, ring, u64::MAX));
        }
        // Looked at anew before the first request: some may be out from before.
        let seen = ArcSwap::from_pointee(View::new(Arc::clone(&members), all, ring.clone(), 0));
        Sight::Moving(Moving { rules, seen, all: Mutex::new(All { members, ring }) })
    }

    /// There are other endpoints now.
    pub(crate) fn replace(&self, members: Arc<[Member]>, ring: Option<Arc<Ring>>, now: u64) {
        if let Sight::Moving(moving) = self {
            *lock(&moving.all) = All { members, ring };
            moving.refresh(now);
        }
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
    pub(crate) fn all(&self) -> Arc<[Member]> {
        match self {
            Sight::Fixed(view) => Arc::clone(&view.all),
            Sight::Moving(moving) => Arc::clone(&lock(&moving.all).members),
        }
    }
}

impl Moving {
    fn refresh(&self, now: u64) {
        let SightRules { heeds, panic_percent, slow_start, .. } = self.rules;
        // One at a time.
        let there = lock(&self.all);
        let mut wake_at = u64::MAX;
        let (mut all, mut well, mut near, mut near_well) = (0, 0, 0, 0);
        let mut absences = Vec::with_capacity(there.members.len());
        for member in &*there.members {
            let absence = member.endpoint.absence(now, heeds);
            if let Some(absence) = absence {
                wake_at = wake_at.min(absence.until);
            }
            absences.push(absence);
        }
        let priority = priority(&there.members, &absences);
        for (member, absence) in there.members.iter().zip(&absences) {
            if member.priority != priority {
                continue;
            }
            let counts = usize::from(member.weight > 0);
            let counts_well = if absence.is_none() { counts } else { 0 };
            all += counts;
            well += counts_well;
            if member.is_near {
                near += counts;
                near_well += counts_well;
            }
        }
        let panics = well * 100 < usize::from(panic_percent) * all;
        // Those nearby bear the others' share too, as long as half of them are well.
        let only_near = near_well > 0 && near_well * 2 >= near;
        let mut members = there.members.to_vec();
        for (member, absence) in members.iter_mut().zip(absences) {
            // A breaker knows more than that it failed once: it is trying.
            let is_out = absence.is_some_and(|absence| absence.why == Out::Breaker || !panics);
            if is_out || (only_near && !member.is_near) || member.priority != priority {
                member.weight = 0;
            } else if slow_start > 0 {
                let (warmth, next) = member.endpoint.warmth(now, slow_start, absence.is_some());
                wake_at = wake_at.min(next);
                member.weight *= warmth;
            }
            if absence.is_some() {
                member.endpoint.cools();
            }
        }
        let view = View::new(members.into(), Arc::clone(&there.members), there.ring.clone(), wake_at);
        self.seen.store(Arc::new(view));
    }
}

/// The first priority of which an endpoint is well; where none is, the first of all.
fn priority(members: &[Member], absences: &[Option<Absence>]) -> u16 {
    let takes = || members.iter().zip(absences).filter(|(member, _)| member.weight > 0);
    let well = takes().filter(|(_, absence)| absence.is_none()).map(|(member, _)| member.priority).min();
    well.or_else(|| takes().map(|(member, _)| member.priority).min()).unwrap_or_default()
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
