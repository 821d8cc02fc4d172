//! Every upstream that runs, so that one that stays goes on with what is known of its endpoints.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use model::{Protocol, Timeouts, Upstream, standing::UpstreamStanding};
use policy::Time;

use crate::{
    balance::{Balancer, Site},
    tls::{AllToward, Toward},
};

/// Every upstream that runs, by what it is known by: its own name, scoped by the workspace, or the key of the service it is
/// written in.
#[derive(Default)]
pub(crate) struct Upstreams {
    running: HashMap<Arc<str>, Weak<Balancer>>,
    /// Where the gateway is.
    zone: Option<Box<str>>,
    /// Those that are in force for the first time.
    fresh: Vec<Arc<Balancer>>,
    /// Those of the table being built.
    draft: HashMap<Arc<str>, Arc<Balancer>>,
    toward: AllToward,
}

impl Upstreams {
    /// Begins a table.
    pub(crate) fn begin(&mut self) {
        self.draft.clear();
        if self.running.len() > 1024 && self.running.len().is_power_of_two() {
            self.running.retain(|_, upstream| upstream.strong_count() > 0);
        }
    }

    /// The table was built and will be in force.
    pub(crate) fn commit(&mut self) {
        for (key, upstream) in self.draft.drain() {
            let before = self.running.insert(key, Arc::downgrade(&upstream));
            if before.as_ref().is_some_and(|before| std::ptr::eq(before.as_ptr(), &*upstream)) {
                continue;
            }
            upstream.enforce();
            if let Some(before) = before.and_then(|before| before.upgrade()) {
                before.retire();
            }
            self.fresh.push(upstream);
        }
    }

    /// In which zone the gateway is.
    pub(crate) fn in_zone(self, zone: Option<&str>) -> Upstreams {
        Upstreams { zone: zone.map(Box::from), ..self }
    }

    /// Those that came into force since the last time.
    pub(crate) fn fresh(&mut self) -> Vec<Arc<Balancer>> {
        std::mem::take(&mut self.fresh)
    }

    /// How those stand that run, by what they are known by: the one with this key, or all; `most` at most.
    pub(crate) fn standing(&self, key: Option<&str>, at: Time, most: usize) -> Vec<UpstreamStanding> {
        let one =
            |(key, upstream): (&Arc<str>, &Weak<Balancer>)| Some((Arc::clone(key), upstream.upgrade()?));
        let mut running: Vec<_> = match key {
            Some(key) => self.running.get_key_value(key).and_then(one).into_iter().collect(),
            None => self.running.iter().filter_map(one).collect(),
        };
        running.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        running.into_iter().take(most).map(|(key, upstream)| upstream.standing(&key, at)).collect()
    }

    /// The running form of an upstream. Services that name the same one share it; one without a name is known by `inline`.
    ///
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn get(
        &mut self,
        inline: &Arc<str>,
        spec: &Arc<Upstream>,
        timeouts: Timeouts,
        site: &mut impl FnMut(bool, &str, u16, Protocol, Option<&Arc<Toward>>) -> Arc<Site>,
    ) -> Result<Arc<Balancer>, (String, String)> {
        let key = match &spec.name {
            // Of the workspace of the service.
            Some(name) => match inline.split_once(':') {
                Some((workspace, _)) => format!("{workspace}:upstream/{name}").into(),
                None => format!("upstream/{name}").into(),
            },
            None => Arc::clone(inline),
        };
        let known = self.draft.get(&key).cloned().or_else(|| self.running.get(&key)?.upgrade());
        if let Some(known) = &known
            && known.timeouts == timeouts
            && (Arc::ptr_eq(&known.spec, spec) || known.spec == *spec)
        {
            let known = Arc::clone(known);
            self.draft.insert(key, Arc::clone(&known));
            return Ok(known);
        }
        let toward = spec.tls.as_ref().map(|tls| self.toward.get(tls)).transpose();
        let toward = toward.map_err(|(field, message)| (format!("tls.{field}"), message))?;
        let site = |tls: bool, host: &str, port: u16| {
            site(tls, host, port, spec.protocol, toward.as_ref().filter(|_| tls))
        };
        let zone = self.zone.as_deref();
        let mut built = Balancer::build(spec, timeouts, known.as_deref(), zone, site)?;
        built.toward.clone_from(&toward);
        let built = Arc::new(built);
        self.draft.insert(key, Arc::clone(&built));
        Ok(built)
    }
}
