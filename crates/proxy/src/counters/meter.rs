//! One quota: what it remembers of a key, and what it says to a call. Plain arithmetic on a few words; all of them zero says that
//! nothing was ever taken.

use policy::{Algorithm, Quota};

/// Into how many parts a sliding window is cut. A part is forgotten when its last moment is a whole window ago.
const PARTS: u64 = 15;
/// The parts of a window and the one that begins it.
const KEPT: usize = PARTS as usize + 1;

/// A quota in its running form. All times are nanoseconds.
#[derive(Debug)]
pub(super) struct Meter {
    limit: u64,
    window: u64,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// `[ends, used]`
    Fixed,
    /// `[part, counts…]`: the newest part's number plus one, and two counts of 32 bits in each word.
    Sliding {
        /// How long a part is.
        part: u64,
    },
    /// `[low, high]`: the theoretical arrival time (GCRA), in nanoseconds times the limit, so that no unit is ever rounded.
    Bucket { burst: u64 },
}

impl Meter {
    pub(super) fn new(quota: &Quota) -> Meter {
        let window = u64::try_from(quota.window.as_nanos()).unwrap_or(u64::MAX).max(1);
        let kind = match quota.algorithm {
            Algorithm::Fixed => Kind::Fixed,
            Algorithm::Sliding => Kind::Sliding { part: window.div_ceil(PARTS) },
            Algorithm::Bucket { burst } => Kind::Bucket { burst: burst.clamp(1, u32::MAX.into()) },
        };
        Meter { limit: quota.limit.clamp(1, u32::MAX.into()), window, kind }
    }

    /// How many words it remembers of a key.
    pub(super) fn words(&self) -> usize {
        match self.kind {
            Kind::Fixed | Kind::Bucket { .. } => 2,
            Kind::Sliding { .. } => 1 + KEPT / 2,
        }
    }

    /// The most that can be left.
    pub(super) fn holds(&self) -> u64 {
        match self.kind {
            Kind::Bucket { burst } => burst,
            _ => self.limit,
        }
    }

    /// Forgets what is over. Comes before everything else.
    pub(super) fn settle(&self, state: &mut [u64], now: u64) {
        match self.kind {
            Kind::Fixed if state[0] <= now => state.fill(0),
            Kind::Fixed | Kind::Bucket { .. } => {}
            Kind::Sliding { part } => {
                let current = now / part + 1;
                let newest = state[0];
                if current <= newest {
                    return;
                }
                if current - newest >= KEPT as u64 {
                    state.fill(0);
                } else {
                    (newest + 1..=current).for_each(|number| set_count(state, number, 0));
                }
                state[0] = current;
            }
        }
    }

    /// Units left, and how long until all are back.
    pub(super) fn standing(&self, state: &[u64], now: u64) -> (u64, u64) {
        match self.kind {
            Kind::Fixed => (self.limit.saturating_sub(state[1]), state[0].saturating_sub(now)),
            Kind::Sliding { part } => {
                let used: u64 = counts(state).map(|(_, count)| count).sum();
                let last = counts(state).filter(|(_, count)| *count > 0).map(|(number, _)| number).last();
                let reset = last.map_or(0, |number| forgotten(number, part).saturating_sub(now));
                (self.limit.saturating_sub(used), reset)
            }
            Kind::Bucket { burst } => {
                let debt = self.debt(state, now);
                let room = self.capacity(burst).saturating_sub(debt);
                (narrow(room / u128::from(self.window)), narrow(debt.div_ceil(u128::from(self.limit))))
            }
        }
    }

    /// How long until it has this much left: 0 where it has, `None` where it never will.
    pub(super) fn wait(&self, state: &[u64], cost: u64, now: u64) -> Option<u64> {
        if cost > self.holds() {
            return None;
        }
        match self.kind {
            Kind::Fixed if self.limit - state[1] >= cost => Some(0),
            Kind::Fixed => Some(state[0].saturating_sub(now).max(1)),
            Kind::Sliding { part } => {
                let used: u64 = counts(state).map(|(_, count)| count).sum();
                let mut missing = (used + cost).saturating_sub(self.limit);
                if missing == 0 {
                    return Some(0);
                }
                for (number, count) in counts(state) {
                    missing = missing.saturating_sub(count);
                    if missing == 0 {
                        return Some(forgotten(number, part).saturating_sub(now).max(1));
                    }
                }
                // All that is counted is not more than the limit, and neither is the cost.
                Some(self.window)
            }
            Kind::Bucket { burst } => {
                let wanted = self.debt(state, now) + u128::from(cost) * u128::from(self.window);
                let over = wanted.saturating_sub(self.capacity(burst));
                Some(narrow(over.div_ceil(u128::from(self.limit))))
            }
        }
    }

    /// Takes what [`Meter::wait`] said is there.
    pub(super) fn take(&self, state: &mut [u64], cost: u64, now: u64) {
        if cost == 0 {
            return;
        }
        match self.kind {
            Kind::Fixed => {
                if state[0] == 0 {
                    state[0] = now.saturating_add(self.window);
                }
                state[1] += cost;
            }
            Kind::Sliding { .. } => {
                let newest = state[0];
                let count = count(state, newest);
                set_count(state, newest, count + cost);
            }
            Kind::Bucket { .. } => {
                let due = self.debt(state, now) + u128::from(cost) * u128::from(self.window);
                let arrival = u128::from(now) * u128::from(self.limit) + due;
                state[0] = arrival as u64;
                state[1] = (arrival >> 64) as u64;
            }
        }
    }

    /// Whether nothing of what it remembers matters any more.
    pub(super) fn is_idle(&self, state: &[u64], now: u64) -> bool {
        match self.kind {
            Kind::Fixed => state[0] <= now,
            Kind::Sliding { part } => (now / part + 1).saturating_sub(state[0]) >= KEPT as u64,
            Kind::Bucket { .. } => self.debt(state, now) == 0,
        }
    }

    fn capacity(&self, burst: u64) -> u128 {
        u128::from(burst) * u128::from(self.window)
    }

    fn debt(&self, state: &[u64], now: u64) -> u128 {
        let arrival = u128::from(state[0]) | (u128::from(state[1]) << 64);
        arrival.saturating_sub(u128::from(now) * u128::from(self.limit))
    }
}

/// When the part with this number (plus one) is forgotten.
fn forgotten(number: u64, part: u64) -> u64 {
    (number - 1 + KEPT as u64).saturating_mul(part)
}

/// The parts of a sliding window with what was taken in each, the oldest first.
fn counts(state: &[u64]) -> impl Iterator<Item = (u64, u64)> {
    let newest = state[0];
    let oldest = newest.saturating_sub(KEPT as u64 - 1).max(1);
    (oldest..=newest).map(|number| (number, count(state, number)))
}

fn count(state: &[u64], number: u64) -> u64 {
    let (word, shift) = place(number);
    (state[word] >> shift) & u64::from(u32::MAX)
}

fn set_count(state: &mut [u64], number: u64, count: u64) {
    let (word, shift) = place(number);
    state[word] = (state[word] & !(u64::from(u32::MAX) << shift)) | (count << shift);
}

fn place(number: u64) -> (usize, u64) {
    let slot = (number % KEPT as u64) as usize;
    (1 + slot / 2, (slot as u64 % 2) * 32)
}

fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
