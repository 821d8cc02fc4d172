//! The addresses of a name that connections go to, followed while the name is in use.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{AcqRel, Relaxed, Release},
        },
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::{names::Names, worker::lock};

/// Names remembered at most.
const BOUND: usize = 4096;
/// The shortest and the longest time an answer is used.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// When it is asked again where there was no answer.
const AGAIN: Duration = Duration::from_secs(1);
/// How long is waited for an answer where an older one is known.
const BRIEFLY: Duration = Duration::from_millis(250);
/// How long is waited for the first.
const PATIENCE: Duration = Duration::from_secs(15);

/// The names that connections go to.
pub(crate) struct AllFollowed {
    names: Arc<Names>,
    known: Mutex<HashMap<Box<str>, Arc<Followed>>>,
}

/// A name, and the addresses it has now.
pub(crate) struct Followed {
    name: Box<str>,
    names: Arc<Names>,
    seen: Mutex<Seen>,
    /// Counts up with every address that is gone.
    changes: AtomicU64,
    /// Whether somebody is asking.
    asks: AtomicBool,
    answered: Notify,
    turn: AtomicUsize,
}

#[derive(Default)]
struct Seen {
    addresses: Arc<[IpAddr]>,
    /// Nothing before the first answer.
    until: Option<Instant>,
    why_not: Option<Arc<str>>,
}

/// What a connection was made to: it is not used any more once the name leads elsewhere.
#[derive(Clone)]
pub(crate) struct Origin {
    followed: Arc<Followed>,
    address: IpAddr,
    changes: u64,
}

impl AllFollowed {
    pub(crate) fn new(names: Arc<Names>) -> AllFollowed {
        AllFollowed { names, known: Mutex::default() }
    }

    pub(crate) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    pub(crate) fn get(&self, name: &str) -> Arc<Followed> {
        let mut known = lock(&self.known);
        if let Some(followed) = known.get(name) {
            return Arc::clone(followed);
        }
        if known.len() >= BOUND {
            known.clear();
        }
        let followed = Arc::new(Followed {
            name: name.into(),
            names: Arc::clone(&self.names),
            seen: Mutex::default(),
            changes: AtomicU64::new(0),
            asks: AtomicBool::new(false),
            answered: Notify::new(),
            turn: AtomicUsize::new(0),
        });
        known.insert(name.into(), Arc::clone(&followed));
        followed
    }
}

impl Followed {
    /// The addresses to try, in this order: each of the same kind comes first in its turn.
    ///
    /// # Errors
    /// The name leads nowhere, and never did.
    pub(crate) async fn addresses(self: &Arc<Self>) -> io::Result<Vec<IpAddr>> {
        let known = {
            let seen = lock(&self.seen);
            match seen.until {
                Some(until) if until > Instant::now() => return self.in_turn(&seen),
                until => until.is_some() && !seen.addresses.is_empty(),
            }
        };
        let patience = if known { BRIEFLY } else { PATIENCE };
        // Listens before it asks, so that no answer is missed.
        let answered = self.answered.notified();
        tokio::pin!(answered);
        answered.as_mut().enable();
        // While somebody asks already, what is known does.
        if self.ask() || !known {
            let _ = timeout(patience, answered).await;
        }
        self.in_turn(&lock(&self.seen))
    }

    fn in_turn(&self, seen: &Seen) -> io::Result<Vec<IpAddr>> {
        if seen.addresses.is_empty() {
            let why = seen.why_not.as_deref().unwrap_or("the name was not resolved in time");
            return Err(io::Error::new(io::ErrorKind::NotFound, why));
        }
        let first = seen.addresses.partition_point(IpAddr::is_ipv4);
        let mut addresses = seen.addresses.to_vec();
        let turn = self.turn.fetch_add(1, Relaxed);
        let (four, six) = addresses.split_at_mut(first);
        for some in [four, six] {
            if !some.is_empty() {
                some.rotate_left(turn % some.len());
            }
        }
        Ok(addresses)
    }

    /// Begins to ask, unless somebody does already. It goes on where nobody waits for it any more.
    fn ask(self: &Arc<Self>) -> bool {
        if self.asks.swap(true, AcqRel) {
            return false;
        }
        let followed = Arc::clone(self);
        tokio::spawn(async move {
            let asked = timeout(PATIENCE, followed.names.addresses(&followed.name, &[])).await;
            followed.take(match asked {
                Ok(Ok(found)) => Ok((found.what, found.ttl)),
                Ok(Err(why)) => Err(why.into_text()),
                Err(_) => Err(format!("`{}`: no answer in time", followed.name)),
            });
            followed.asks.store(false, Release);
            followed.answered.notify_waiters();
        });
        true
    }

    fn take(&self, answer: Result<(Vec<IpAddr>, Duration), String>) {
        let now = Instant::now();
        let mut seen = lock(&self.seen);
        match answer {
            Ok((mut addresses, ttl)) => {
                addresses.sort_unstable();
                addresses.dedup();
                if seen.addresses.iter().any(|address| !addresses.contains(address)) {
                    self.changes.fetch_add(1, Relaxed);
                    tracing::info!(name = &*self.name, ?addresses, "a name leads elsewhere");
                }
                seen.addresses = addresses.into();
                seen.until = Some(now + ttl.clamp(SHORTEST, LONGEST));
                seen.why_not = None;
            }
            Err(why) => {
                if seen.why_not.is_none() && !seen.addresses.is_empty() {
                    tracing::warn!(
                        name = &*self.name,
                        "a name cannot be resolved, what was known stays: {why}"
                    );
                }
                seen.until = Some(now + AGAIN);
                seen.why_not = Some(why.into());
            }
        }
    }

    /// Where a connection to one of its addresses came from.
    pub(crate) fn origin(self: &Arc<Self>, address: IpAddr) -> Origin {
        // Looked at once in any case: what has changed meanwhile is not missed.
        Origin { followed: Arc::clone(self), address, changes: u64::MAX }
    }
}

impl Origin {
    /// Whether the name does not lead to that address any more, as far as is known; has it asked where that is long ago.
    pub(crate) fn is_outdated(&mut self, now: Instant) -> bool {
        let changes = self.followed.changes.load(Relaxed);
        let seen = lock(&self.followed.seen);
        let is_due = seen.until.is_some_and(|until| until <= now);
        if changes != self.changes {
            if !seen.addresses.contains(&self.address) {
                return true;
            }
            self.changes = changes;
        }
        drop(seen);
        if is_due {
            self.followed.ask();
        }
        false
    }
}
