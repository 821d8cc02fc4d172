//! Chooses the endpoint of an attempt.

mod affinity;
mod endpoint;
mod ewma;
pub(crate) mod ring;
mod round_robin;
mod two_choices;
mod view;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use model::{Balance, Timeouts, Upstream};
use tokio::time::Instant;

pub(crate) use self::endpoint::{Endpoint, Site};
use self::{
    affinity::Affinity,
    ring::Ring,
    view::{Member, View},
};
use crate::random::Random;

/// An upstream in its running form.
pub(crate) struct Balancer {
    pub(crate) spec: Arc<Upstream>,
    view: View,
    balance: Balance,
    /// With consistent hashing.
    affinity: Option<Affinity>,
    pub(crate) timeouts: Timeouts,
    pub(crate) preserve_host: bool,
    state: Arc<State>,
}

/// What outlives changes of an upstream.
struct State {
    turn: AtomicUsize,
    born: Instant,
}

/// An endpoint in use; counts as in flight until dropped.
pub(crate) struct Chosen {
    endpoint: Arc<Endpoint>,
    counted: bool,
}

/// What an endpoint is chosen for.
pub(crate) struct Ask<'a> {
    /// What places the request on the ring.
    pub(crate) affinity: Option<u64>,
    /// Endpoints that were tried already: another is taken where there is one.
    pub(crate) tried: &'a [Arc<Endpoint>],
    pub(crate) now: Instant,
}

impl Balancer {
    /// Makes the running form. What is known of endpoints that were there `before` stays known.
    ///
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn build(
        spec: &Arc<Upstream>,
        timeouts: Timeouts,
        before: Option<&Balancer>,
        mut site: impl FnMut(bool, &str, u16) -> Arc<Site>,
    ) -> Result<Balancer, (String, String)> {
        if spec.endpoints.len() > usize::from(u16::MAX) {
            let message = "an upstream may have 65535 endpoints".to_owned();
            return Err((format!("endpoints[{}]", u16::MAX), message));
        }
        let known = before.iter().flat_map(|before| &before.view.members);
        let known: HashMap<&str, &Arc<Endpoint>> =
            known.map(|member| (&*member.endpoint.url, &member.endpoint)).collect();
        let mut members = Vec::with_capacity(spec.endpoints.len());
        for (index, endpoint) in spec.endpoints.iter().enumerate() {
            let read = Endpoint::read(&endpoint.url, &mut site);
            let read = read.map_err(|message| (format!("endpoints[{index}]"), message))?;
            let same = known.get(&*read.url).filter(|known| Arc::ptr_eq(&known.site, &read.site));
            let weight = endpoint.weight;
            let endpoint = same.map_or_else(|| Arc::new(read), |known| Arc::clone(known));
            members.push(Member { endpoint, weight });
        }
        let (affinity, ring) = match spec.balance {
            Balance::ConsistentHash => {
                let affinity = Affinity::read(&spec.hash_on);
                let affinity = affinity.map_err(|(at, message)| (format!("hash_on[{at}]"), message))?;
                let weighted = members.iter().map(|member| (&*member.endpoint.url, member.weight));
                (Some(affinity), Some(Arc::new(Ring::new(weighted))))
            }
            _ => (None, None),
        };
        Ok(Balancer {
            view: View::new(members.into(), ring),
            balance: spec.balance,
            affinity,
            timeouts,
            preserve_host: spec.preserve_host,
            state: before.map_or_else(Arc::default, |before| Arc::clone(&before.state)),
            spec: Arc::clone(spec),
        })
    }

    /// What places a request on the ring; nothing where nothing does.
    pub(crate) fn affinity(&self, req: &policy::Request) -> Option<u64> {
        self.affinity.as_ref()?.of(req)
    }

    /// Chooses an endpoint.
    pub(crate) fn choose(&self, random: &mut Random, ask: &Ask<'_>) -> Option<Chosen> {
        let view = &self.view;
        let counted = matches!(self.balance, Balance::LeastRequest | Balance::PeakEwma);
        let member = match &*view.turns {
            [] => return None,
            [only] => &view.members[usize::from(*only)],
            turns if ask.tried.is_empty() => match (self.balance, &view.ring, ask.affinity) {
                (Balance::ConsistentHash, Some(ring), Some(hash)) => {
                    let found = ring.find(hash, |index| view.members[usize::from(index)].weight > 0)?;
                    &view.members[usize::from(found)]
                }
                (Balance::RoundRobin, ..) => view.turn(self.state.turn.fetch_add(1, Relaxed)),
                (Balance::Random | Balance::ConsistentHash, ..) => view.turn(random.below(turns.len())),
                (Balance::LeastRequest, ..) => two_choices::by(view, random, |m| {
                    m.endpoint.in_flight.load(Relaxed) as f32 / m.weight as f32
                }),
                (Balance::PeakEwma, ..) => {
                    let now = self.state.millis(ask.now);
                    two_choices::by(view, random, |m| {
                        m.endpoint.ewma.load(m.endpoint.in_flight.load(Relaxed), now)
                    })
                }
            },
            turns => self.another(random, ask, turns.len()),
        };
        if counted {
            member.endpoint.in_flight.fetch_add(1, Relaxed);
        }
        Some(Chosen { endpoint: Arc::clone(&member.endpoint), counted })
    }

    /// One that was not tried; where all were, any. It takes no turn: that would shift all turns after it, always to the same endpoint.
    fn another(&self, random: &mut Random, ask: &Ask<'_>, turns: usize) -> &Member {
        let view = &self.view;
        let is_new = |member: &Member| {
            member.weight > 0 && ask.tried.iter().all(|tried| tried.site.id != member.endpoint.site.id)
        };
        if let (Some(ring), Some(hash)) = (&view.ring, ask.affinity)
            && let Some(next) = ring.find(hash, |index| is_new(&view.members[usize::from(index)]))
        {
            return &view.members[usize::from(next)];
        }
        for _ in 0..4 {
            let drawn = view.turn(random.below(turns));
            if is_new(drawn) {
                return drawn;
            }
        }
        let start = random.below(view.members.len());
        let mut all = view.members[start..].iter().chain(&view.members[..start]);
        all.find(|member| is_new(member)).unwrap_or_else(|| view.turn(random.below(turns)))
    }

    /// Whether another endpoint could be tried.
    pub(crate) fn has_several(&self) -> bool {
        self.view.live() > 1
    }

    /// Whether it matters here how an attempt ended.
    pub(crate) fn watches(&self) -> bool {
        self.balance == Balance::PeakEwma
    }

    /// Takes note of how an attempt ended that began at `began`.
    pub(crate) fn note(&self, endpoint: &Endpoint, began: Instant, now: Instant, failed: bool) {
        let mut took = now.saturating_duration_since(began);
        if failed {
            // One that refuses at once is not the fastest.
            took += FAILED;
        }
        endpoint.ewma.observe(took, self.state.millis(now));
    }
}

/// What a failure adds to the time it took.
const FAILED: std::time::Duration = std::time::Duration::from_secs(1);

impl State {
    fn millis(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.born).as_millis()).unwrap_or(u64::MAX)
    }
}

impl Default for State {
    fn default() -> State {
        State { turn: AtomicUsize::new(0), born: Instant::now() }
    }
}

impl std::ops::Deref for Chosen {
    type Target = Arc<Endpoint>;

    fn deref(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        if self.counted {
            self.endpoint.in_flight.fetch_sub(1, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
