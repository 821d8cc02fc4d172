//! Which of the stored things go when memory is short: three queues, as S3-FIFO has them.
//!
//! What is new waits in a small queue; only what was used there comes into the main one, so that things used once push out no
//! others. What left the small queue unused is remembered for a while, and comes into the main one directly when it comes back.
//! A use is one store into an atomic; nothing is moved for it.

use std::{
    collections::{HashSet, VecDeque},
    sync::atomic::{AtomicU8, Ordering::Relaxed},
};

/// The share of the bytes that is for what is new.
const SMALL_SHARE: u64 = 10;
/// Uses that count.
const USES: u8 = 3;

/// How often a thing was used of late.
#[derive(Debug, Default)]
pub(crate) struct Uses(AtomicU8);

impl Uses {
    pub(crate) fn count(&self) {
        let uses = self.0.load(Relaxed);
        if uses < USES {
            self.0.store(uses + 1, Relaxed);
        }
    }
}

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    id: u64,
    /// Tells a thing from a later one with the same id.
    turn: u64,
}

/// What the queues must know of a thing.
pub(crate) trait Things {
    /// The turn of what is stored under an id, its bytes and its uses.
    fn look(&self, id: u64) -> Option<(u64, u64, &Uses)>;
}

/// The order in which things go.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    small: VecDeque<Place>,
    main: VecDeque<Place>,
    small_bytes: u64,
    ghosts: HashSet<u64>,
    ghost_order: VecDeque<u64>,
    next_turn: u64,
}

/// In which queue a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    Small,
    Main,
}

impl Queues {
    /// Takes a new thing in: its queue and its turn.
    pub(crate) fn enter(&mut self, id: u64, bytes: u64) -> (Queue, u64) {
        self.next_turn += 1;
        let place = Place { id, turn: self.next_turn };
        if self.ghosts.remove(&id) {
            self.main.push_back(place);
            return (Queue::Main, place.turn);
        }
        self.small.push_back(place);
        self.small_bytes += bytes;
        (Queue::Small, place.turn)
    }

    /// A thing in the queue is now so many bytes.
    pub(crate) fn resize(&mut self, queue: Queue, before: u64, after: u64) {
        if queue == Queue::Small {
            self.small_bytes = (self.small_bytes + after).saturating_sub(before);
        }
    }

    /// The next thing to go; `moved` hears of things that came into the main queue instead. `None` where nothing is left.
    pub(crate) fn next_out(
        &mut self,
        things: &impl Things,
        most: u64,
        mut moved: impl FnMut(u64),
    ) -> Option<u64> {
        loop {
            let is_over = self.small_bytes.saturating_mul(SMALL_SHARE) > most;
            if (is_over || self.main.is_empty())
                && let Some(place) = self.small.pop_front()
            {
                let Some((turn, bytes, uses)) = things.look(place.id) else { continue };
                if turn != place.turn {
                    continue;
                }
                self.small_bytes = self.small_bytes.saturating_sub(bytes);
                if uses.0.load(Relaxed) > 0 {
                    uses.0.store(0, Relaxed);
                    self.main.push_back(place);
                    moved(place.id);
                    continue;
                }
                self.remember(place.id);
                return Some(place.id);
            }
            // The main queue is empty only where the small one is, too.
            let place = self.main.pop_front()?;
            let Some((turn, _, uses)) = things.look(place.id) else { continue };
            if turn != place.turn {
                continue;
            }
            let count = uses.0.load(Relaxed);
            if count == 0 {
                return Some(place.id);
            }
            uses.0.store(count - 1, Relaxed);
            self.main.push_back(place);
        }
    }

    fn remember(&mut self, id: u64) {
        if self.ghosts.insert(id) {
            self.ghost_order.push_back(id);
        }
        while self.ghost_order.len() > (self.main.len() + self.small.len()).max(64) {
            if let Some(oldest) = self.ghost_order.pop_front() {
                self.ghosts.remove(&oldest);
            }
        }
    }

    /// Forgets places of things that are gone, where those are many.
    pub(crate) fn tidy(&mut self, things: &impl Things, count: usize) {
        if self.small.len() + self.main.len() > 2 * count + 64 {
            let lives = |place: &Place| things.look(place.id).is_some_and(|(turn, ..)| turn == place.turn);
            self.small.retain(lives);
            self.main.retain(lives);
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Queues { next_turn: self.next_turn, ..Queues::default() };
    }
}
