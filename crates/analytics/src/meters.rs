//! Usage: exact counts by caller, subscription, plan, service and hour.

use std::{collections::BTreeMap, sync::Arc};

use model::{ExchangeEvent, event::Fault, fast_hash::FastMap};

use crate::series::{DEFAULT_WORKSPACE, OTHER};

/// Who is counted for what. Absent parts are empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct MeterKey {
    pub(crate) workspace: Arc<str>,
    pub(crate) caller: Arc<str>,
    pub(crate) subscription: Arc<str>,
    pub(crate) plan: Arc<str>,
    pub(crate) service: Arc<str>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meter {
    pub(crate) calls: u64,
    /// By the gateway.
    pub(crate) refused: u64,
    /// By the upstream's or the gateway's fault.
    pub(crate) failed: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

/// Meters of the hours that may still change; whole, like [`crate::open_rows::OpenRows`].
pub(crate) struct Meters {
    max_per_hour: usize,
    hours: BTreeMap<u64, FastMap<Arc<MeterKey>, (Meter, bool)>>,
}

impl Meter {
    pub(crate) fn add(&mut self, other: &Meter) {
        self.calls += other.calls;
        self.refused += other.refused;
        self.failed += other.failed;
        self.bytes_in = self.bytes_in.saturating_add(other.bytes_in);
        self.bytes_out = self.bytes_out.saturating_add(other.bytes_out);
    }

    pub(crate) fn of(event: &ExchangeEvent) -> Meter {
        Meter {
            calls: 1,
            refused: event.problem.is_some().into(),
            failed: matches!(event.fault, Fault::Upstream | Fault::Gateway).into(),
            bytes_in: event.bytes_in,
            bytes_out: event.bytes_out,
        }
    }
}

impl MeterKey {
    /// Whom the calls are counted for; nobody where no caller was recognized.
    pub(crate) fn of(event: &ExchangeEvent) -> Option<MeterKey> {
        let caller = event.caller.clone()?;
        Some(MeterKey {
            workspace: event
                .target
                .as_ref()
                .map_or_else(|| DEFAULT_WORKSPACE.into(), |t| Arc::clone(&t.workspace)),
            caller,
            subscription: event.subscription.clone().unwrap_or_else(|| Arc::from("")),
            plan: event.plan.clone().unwrap_or_else(|| Arc::from("")),
            service: event.target.as_ref().map_or_else(|| Arc::from(""), |t| Arc::clone(&t.service)),
        })
    }
}

impl Meters {
    pub(crate) fn new(max_per_hour: usize) -> Meters {
        Meters { max_per_hour, hours: BTreeMap::new() }
    }

    /// Counts; returns whether the key had room, else the count went to the caller `(other)`.
    pub(crate) fn add(&mut self, hour: u64, key: &Arc<MeterKey>, more: &Meter) -> bool {
        let meters = self.hours.entry(hour).or_default();
        if let Some((meter, dirty)) = meters.get_mut(key) {
            meter.add(more);
            *dirty = true;
            return true;
        }
        let has_room = meters.len() < self.max_per_hour;
        let key = if has_room { Arc::clone(key) } else { Arc::new(key.as_other()) };
        let (meter, dirty) = meters.entry(key).or_default();
        meter.add(more);
        *dirty = true;
        has_room
    }

    pub(crate) fn restore(&mut self, hour: u64, key: MeterKey, meter: Meter) {
        self.hours.entry(hour).or_default().insert(Arc::new(key), (meter, false));
    }

    /// Meters with `from <= hour < to`.
    pub(crate) fn range(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, &Arc<MeterKey>, &Meter)> {
        let hours = (from < to).then(|| self.hours.range(from..to)).into_iter().flatten();
        hours.flat_map(|(&hour, meters)| meters.iter().map(move |(key, (meter, _))| (hour, key, meter)))
    }

    /// Hands out every meter that changed, and takes it for written; undo with [`Meters::soil`].
    pub(crate) fn clean(&mut self, mut each: impl FnMut(u64, &Arc<MeterKey>, &Meter)) {
        for (&hour, meters) in &mut self.hours {
            for (key, (meter, dirty)) in meters.iter_mut().filter(|(_, (_, dirty))| *dirty) {
                each(hour, key, meter);
                *dirty = false;
            }
        }
    }

    pub(crate) fn soil(&mut self, hour: u64, key: &MeterKey) {
        if let Some((_, dirty)) = self.hours.get_mut(&hour).and_then(|meters| meters.get_mut(key)) {
            *dirty = true;
        }
    }

    /// Takes meters out, the oldest first: `most` at most.
    pub(crate) fn take(&mut self, most: usize) -> Vec<(u64, Arc<MeterKey>, Meter)> {
        let mut taken = Vec::new();
        while let Some(mut first) = self.hours.first_entry() {
            let (hour, meters) = (*first.key(), first.get_mut());
            let some: Vec<_> = meters.keys().take(most - taken.len()).cloned().collect();
            for key in some {
                if let Some((meter, _)) = meters.remove(&key) {
                    taken.push((hour, key, meter));
                }
            }
            if !meters.is_empty() {
                break;
            }
            first.remove();
        }
        taken
    }

    /// Drops every hour before a time.
    pub(crate) fn close(&mut self, before: u64) {
        self.hours = self.hours.split_off(&before);
    }
}

impl MeterKey {
    fn as_other(&self) -> MeterKey {
        let other: Arc<str> = OTHER.into();
        MeterKey {
            workspace: Arc::clone(&self.workspace),
            caller: Arc::clone(&other),
            subscription: Arc::clone(&other),
            plan: Arc::clone(&other),
            service: other,
        }
    }
}
