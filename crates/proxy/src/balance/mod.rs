//! Chooses the endpoint of an attempt, and takes note of how attempts end.

mod affinity;
mod endpoint;
mod ewma;
mod found;
mod note;
mod own_cookie;
pub(crate) mod ring;
mod round_robin;
mod standing;
mod two_choices;
mod view;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use model::{Balance, Timeouts, Upstream};

pub(crate) use self::{
    affinity::{Affinity, Key},
    endpoint::{Endpoint, Site},
    own_cookie::{OwnCookie, Ticket},
};
use self::{
    ring::Ring,
    view::{Member, Sight, SightRules, View},
};
use tokio::{sync::watch, task::AbortHandle};

use crate::{
    background::Background,
    care::{Care, CareState, Permit},
    discovery,
    health::{active, passive::millis},
    random::Random,
    tls::Toward,
    worker::lock,
};

/// An upstream in its running form.
pub(crate) struct Balancer {
    pub(crate) spec: Arc<Upstream>,
    sight: Sight,
    balance: Balance,
    /// With consistent hashing.
    affinity: Option<Affinity>,
    /// Whether requests in flight are counted.
    counts: bool,
    is_timed: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) preserve_host: bool,
    /// What it does about endpoints that fail, and what it remembers of that.
    pub(crate) care: Option<(Box<Care>, Arc<CareState>)>,
    state: Arc<State>,
    /// Where the gateway is.
    zone: Option<Box<str>>,
    /// How TLS is spoken with endpoints that are found.
    pub(crate) toward: Option<Arc<Toward>>,
    /// Whether endpoints were looked for at least once.
    looked: watch::Sender<bool>,
    /// What runs for it beside exchanges.
    tasks: Mutex<Vec<AbortHandle>>,
}

/// What outlives changes of an upstream.
#[derive(Default)]
struct State {
    turn: AtomicUsize,
    care: OnceLock<Arc<CareState>>,
    /// The upstream as it is in force; an exchange may have begun under an earlier one.
    in_force: Mutex<Weak<Balancer>>,
}

/// An endpoint in use; counts as in flight until dropped.
pub(crate) struct Chosen {
    endpoint: Arc<Endpoint>,
    counted: bool,
    /// Whom to tell when it is not in use any more.
    room: Option<Arc<CareState>>,
    /// The exchange's place among those of the upstream.
    pub(crate) permit: Option<Permit>,
}

/// What an endpoint is chosen for.
pub(crate) struct Ask<'a> {
    /// What places the request on the ring.
    pub(crate) affinity: Option<u64>,
    /// Endpoints that were tried already: another is taken where there is one.
    pub(crate) tried: &'a [Arc<Endpoint>],
    /// Milliseconds; looked at where [`Balancer::is_timed`].
    pub(crate) now: u64,
}

/// Why there is no endpoint for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPick {
    /// None takes requests.
    Nothing,
    /// Those that do have as many as they may.
    Full,
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
        zone: Option<&str>,
        mut site: impl FnMut(bool, &str, u16) -> Arc<Site>,
    ) -> Result<Balancer, (String, String)> {
        if spec.endpoints.len() > usize::from(u16::MAX) {
            let message = "an upstream may have 65535 endpoints".to_owned();
            return Err((format!("endpoints[{}]", u16::MAX), message));
        }
        let earlier = before.map(|before| before.sight.all());
        let earlier = earlier.as_deref().unwrap_or_default();
        let known: HashMap<&str, &Arc<Endpoint>> =
            earlier.iter().map(|member| (&*member.endpoint.url, &member.endpoint)).collect();
        let mut members = Vec::with_capacity(spec.endpoints.len());
        for (index, endpoint) in spec.endpoints.iter().enumerate() {
            let read = Endpoint::read(&endpoint.url, &mut site);
            let read = read.map_err(|message| (format!("endpoints[{index}]"), message))?;
            let same = known.get(&*read.url).filter(|known| Arc::ptr_eq(&known.site, &read.site));
            let is_near = zone.is_some() && endpoint.zone.as_deref() == zone;
            let weight = endpoint.weight;
            let joins = !known.is_empty();
            let new = || Arc::new(if joins { read.joins() } else { read });
            members.push(Member {
                endpoint: same.cloned().cloned().unwrap_or_else(new),
                weight,
                zone: endpoint.zone.as_deref().map(Arc::from),
                is_near,
                priority: 0,
            });
        }
        if let Some(before) = before.filter(|before| before.spec.discovery == spec.discovery) {
            // What was found stays until it is looked for again.
            let found = earlier.iter().skip(before.spec.endpoints.len());
            members.extend(found.cloned());
        }
        let affinity = match spec.balance {
            Balance::ConsistentHash => {
                let affinity = Affinity::read(&spec.hash_on);
                Some(affinity.map_err(|(at, message)| (format!("hash_on[{at}]"), message))?)
            }
            _ => None,
        };
        let ring = ring(spec.balance, &members);
        let state = before.map_or_else(Arc::default, |before| Arc::clone(&before.state));
        let care = Care::read(spec)?;
        let bounds_endpoints = care.as_ref().is_some_and(|care| care.endpoint_requests().is_some());
        let rules = SightRules {
            heeds: care.as_ref().map(|care| care.heeds()).unwrap_or_default(),
            panic_percent: care.as_ref().map_or(0, |care| care.panic_percent),
            by_zone: members.iter().any(|member| member.is_near && member.weight > 0),
            finds: spec.discovery.is_some(),
            slow_start: spec.slow_start.map_or(0, |span| millis(span.0)),
        };
        let is_timed = spec.balance == Balance::PeakEwma || care.is_some() || !rules.is_fixed();
        let sight = Sight::new(members.into(), ring, rules);
        let remembered = |care| {
            let known = state.care.get_or_init(|| Arc::new(CareState::new()));
            (care, Arc::clone(known))
        };
        Ok(Balancer {
            sight,
            is_timed,
            tasks: Mutex::default(),
            zone: zone.map(Box::from),
            toward: None,
            looked: watch::Sender::new(spec.discovery.is_none()),
            balance: spec.balance,
            affinity,
            counts: bounds_endpoints || matches!(spec.balance, Balance::LeastRequest | Balance::PeakEwma),
            timeouts,
            preserve_host: spec.preserve_host,
            care: care.map(remembered),
            state,
            spec: Arc::clone(spec),
        })
    }

    /// What places a request on the ring; nothing where nothing does. Whoever has nothing of the kind may be given a cookie.
    pub(crate) fn affinity(&self, req: &mut policy::Request, random: impl FnOnce() -> Ticket) -> Option<u64> {
        let affinity = self.affinity.as_ref()?;
        match affinity.of(req) {
            Some(Key::Of(key)) => Some(key),
            Some(Key::Own(ticket)) => Some(ticket.key()),
            None => {
                let own = affinity.own()?;
                let ticket = random();
                let given = own.give(&ticket, req);
                req.on_reply.extend(given);
                Some(ticket.key())
            }
        }
    }

    /// Chooses an endpoint.
    pub(crate) fn choose(&self, random: &mut Random, ask: &Ask<'_>) -> Result<Chosen, NoPick> {
        let view = self.sight.at(ask.now);
        let member = self.pick(&view, random, ask).ok_or(NoPick::Nothing)?;
        if let Some((care, state)) = &self.care
            && (care.endpoint_breaker.is_some() || care.endpoint_requests().is_some())
        {
            return self.take(care, state, &view, member, random, ask);
        }
        if self.counts {
            member.endpoint.in_flight.fetch_add(1, Relaxed);
        }
        let endpoint = Arc::clone(&member.endpoint);
        Ok(Chosen { endpoint, counted: self.counts, room: None, permit: None })
    }

    fn pick<'a>(&self, view: &'a View, random: &mut Random, ask: &Ask<'_>) -> Option<&'a Member> {
        let turns = match &*view.turns {
            [] => return None,
            [only] => return Some(&view.members[usize::from(*only)]),
            turns if ask.tried.is_empty() => turns.len(),
            turns => return Some(another(view, random, ask, turns.len())),
        };
        Some(match (self.balance, &view.ring, ask.affinity) {
            (Balance::ConsistentHash, Some(ring), Some(hash)) => {
                let found = ring.find(hash, |index| view.members[usize::from(index)].weight > 0)?;
                &view.members[usize::from(found)]
            }
            (Balance::RoundRobin, ..) => view.turn(self.state.turn.fetch_add(1, Relaxed)),
            (Balance::Random | Balance::ConsistentHash, ..) => view.turn(random.below(turns)),
            (Balance::LeastRequest, ..) => {
                let load = |m: &Member| m.endpoint.in_flight.load(Relaxed) as f32 / m.weight as f32;
                two_choices::by(view, random, load)
            }
            (Balance::PeakEwma, ..) => {
                let load = |m: &Member| m.endpoint.ewma.load(m.endpoint.in_flight.load(Relaxed), ask.now);
                two_choices::by(view, random, load)
            }
        })
    }

    /// Takes an endpoint whose bound and breaker let a request through: this one, or any other.
    fn take(
        &self,
        care: &Care,
        state: &Arc<CareState>,
        view: &View,
        first: &Member,
        random: &mut Random,
        ask: &Ask<'_>,
    ) -> Result<Chosen, NoPick> {
        let mut full = false;
        let mut take = |member: &Member| {
            let endpoint = &member.endpoint;
            match care.endpoint_requests() {
                Some(most) if !CareState::take(&endpoint.in_flight, most) => {
                    full = true;
                    return None;
                }
                None if self.counts => drop(endpoint.in_flight.fetch_add(1, Relaxed)),
                _ => {}
            }
            let chosen = Chosen {
                endpoint: Arc::clone(endpoint),
                counted: self.counts,
                room: care.endpoint_requests().map(|_| Arc::clone(state)),
                permit: None,
            };
            let breaker = care.endpoint_breaker.as_ref();
            breaker
                .is_none_or(|rules| endpoint.standing().breaker.admit(rules, ask.now).is_ok())
                .then_some(chosen)
        };
        if let Some(chosen) = take(first) {
            return Ok(chosen);
        }
        let start = random.below(view.members.len());
        let mut others = view.members[start..].iter().chain(&view.members[..start]);
        let found = others.find_map(|member| if member.weight > 0 { take(member) } else { None });
        found.ok_or(if full { NoPick::Full } else { NoPick::Nothing })
    }

    /// Whether an endpoint could be tried that was not.
    pub(crate) fn has_another(&self, tried: &[Arc<Endpoint>], now: u64) -> bool {
        self.sight.at(now).live().any(|member| is_new(member, tried))
    }

    /// Whether it matters here what time it is.
    pub(crate) fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// All endpoints, those that are out too.
    pub(crate) fn endpoints(&self) -> Vec<Arc<Endpoint>> {
        self.sight.all().iter().map(|member| Arc::clone(&member.endpoint)).collect()
    }

    /// Begins what runs beside exchanges.
    pub(crate) fn begin(self: &Arc<Self>, background: &Arc<Background>) {
        if self.care.as_ref().is_some_and(|(care, _)| care.active.is_some()) {
            let task = background.spawn(active::watch(Arc::downgrade(self), Arc::clone(background)));
            lock(&self.tasks).push(task);
        }
        if self.spec.discovery.is_some() {
            let task = background.spawn(discovery::follow(Arc::downgrade(self), Arc::clone(background)));
            lock(&self.tasks).push(task);
        }
    }

    /// Another takes its place: what runs beside exchanges ends.
    pub(crate) fn retire(&self) {
        lock(&self.tasks).drain(..).for_each(|task| task.abort());
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.retire();
    }
}

/// Where requests are placed by a hash.
fn ring(balance: Balance, members: &[Member]) -> Option<Arc<Ring>> {
    let weighted = members.iter().map(|member| (&*member.endpoint.url, member.weight));
    (balance == Balance::ConsistentHash).then(|| Arc::new(Ring::new(weighted)))
}

/// One that was not tried; where all were, any. It takes no turn: that would shift all turns after it, always to the same endpoint.
fn another<'a>(view: &'a View, random: &mut Random, ask: &Ask<'_>, turns: usize) -> &'a Member {
    let is_new = |member: &Member| member.weight > 0 && is_new(member, ask.tried);
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

fn is_new(member: &Member, tried: &[Arc<Endpoint>]) -> bool {
    tried.iter().all(|tried| tried.site.id != member.endpoint.site.id)
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
        if let Some(state) = &self.room {
            state.room.notify_one();
        }
    }
}

#[cfg(test)]
mod tests;
