//! What is counted, in memory: the collector's side.

use std::sync::Arc;

use model::{
    ExchangeEvent,
    event::{Detail, Fault, Target},
    fast_hash::FastMap,
};

use crate::{
    Options,
    batch::Batch,
    branches::Branches,
    call_log::CallLog,
    cell::Cell,
    meters::{Meter, MeterKey, Meters},
    metrics::{MetricSlot, Metrics},
    open_rows::{OpenRows, Spot},
    series::{Registry, SeriesId},
    tier::{BASE, Complete, HOUR, floor},
};

/// Kinds of calls remembered by the addresses of their parts; beyond it all are forgotten and learned again.
const MAX_KINDS: usize = 32_768;
/// Meters an hour may have; beyond it calls count for the caller `(other)`.
const MAX_METERS_PER_HOUR: usize = 200_000;

/// Counts that go on over restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) recorded: u64,
    pub(crate) dropped: u64,
    pub(crate) logged: u64,
    pub(crate) not_logged: u64,
    pub(crate) other: u64,
    pub(crate) unmetered: u64,
    pub(crate) lost: u64,
    pub(crate) lost_calls: u64,
}

/// What is counted, in memory.
pub(crate) struct Memory {
    rows_per_interval: usize,
    max_open_rows: usize,
    pub(crate) counts: Counts,
    /// What the database has of them.
    pub(crate) saved_counts: Counts,
    pub(crate) registry: Registry,
    pub(crate) rows: OpenRows,
    pub(crate) meters: Meters,
    pub(crate) metrics: Metrics,
    pub(crate) branches: Branches,
    pub(crate) log: CallLog,
    /// What the database has for good; rows after it are in `rows`.
    pub(crate) complete: Complete,
    /// Nothing is counted before this time any more; what ended earlier counts here.
    pub(crate) floor: u64,
    kinds: Vec<Kind>,
    kinds_by_address: FastMap<Addresses, u32>,
    /// Kinds with a meter to fold in.
    metered: Vec<u32>,
    /// Whether the calls log in memory is all there is.
    pub(crate) durable: bool,
}

/// A kind of call, by the addresses of its shared parts.
#[derive(PartialEq, Eq, Hash)]
struct Addresses {
    parts: [usize; 4],
    problem: (usize, usize),
    status: u16,
    fault: u8,
}

/// Where calls of a kind are counted.
struct Kind {
    series: SeriesId,
    /// Its row the last time.
    spot: Spot,
    /// Where it counts when the interval has room for no more rows.
    other: Option<(SeriesId, Spot)>,
    metric: MetricSlot,
    meter_key: Option<Arc<MeterKey>>,
    /// Counted for this hour and not folded in yet.
    meter_hour: u64,
    meter: Meter,
    /// Held so that no other text can come to lie at the same address.
    _parts: (Option<Arc<Target>>, [Option<Arc<str>>; 3]),
}

fn address<T: ?Sized>(shared: Option<&Arc<T>>) -> usize {
    shared.map_or(0, |shared| Arc::as_ptr(shared).cast::<()>() as usize)
}

impl Memory {
    pub(crate) fn new(options: &Options, durable: bool, complete: Complete, next_call: u64) -> Memory {
        let max_calls = match durable {
            // Ten seconds of the budget, to outlast a busy disk.
            true => {
                usize::try_from(options.calls_per_second.saturating_mul(10)).unwrap_or(usize::MAX).max(1_000)
            }
            false => options.retention.memory_calls,
        };
        Memory {
            rows_per_interval: options.rows_per_interval,
            max_open_rows: options.max_open_rows,
            counts: Counts::default(),
            saved_counts: Counts::default(),
            registry: Registry::new(options.max_series),
            rows: OpenRows::default(),
            meters: Meters::new(MAX_METERS_PER_HOUR),
            metrics: Metrics::new(options.max_metric_series),
            branches: Branches::default(),
            log: CallLog::new(next_call, max_calls),
            complete,
            floor: complete.minute,
            kinds: Vec::new(),
            kinds_by_address: FastMap::default(),
            metered: Vec::new(),
            durable,
        }
    }

    /// Counts one event.
    pub(crate) fn take(&mut self, mut event: ExchangeEvent, now: u64) {
        let kind_idx = self.kind_of(&event);
        let kind = &mut self.kinds[kind_idx as usize];
        self.counts.recorded += 1;

        let ended = event.at.saturating_add(u64::from(event.duration_us) / 1_000);
        let at = floor(ended.min(now), BASE).max(self.floor);
        match self.rows.row_again(at, kind.series, self.rows_per_interval, &mut kind.spot) {
            Some(cell) => cell.add(&event),
            None => {
                self.counts.other += 1;
                let (other, spot) = kind.other.get_or_insert_with(|| {
                    let workspace = event.target.as_ref().map(|target| &*target.workspace);
                    (self.registry.other(workspace, event.status, event.fault), Spot::default())
                });
                if let Some(cell) = self.rows.row_again(at, *other, usize::MAX, spot) {
                    cell.add(&event);
                }
            }
        }

        if kind.meter_key.is_some() {
            let hour = floor(at, HOUR);
            if kind.meter.calls == 0 {
                self.metered.push(kind_idx);
            } else if kind.meter_hour != hour {
                fold(&mut self.meters, &mut self.counts, kind);
            }
            kind.meter_hour = hour;
            kind.meter.add(&Meter::of(&event));
        }
        self.metrics.add(kind.metric, &event);
        if event.branch.is_some() {
            self.branches.add(&event, ended.min(now));
        }

        match event.detail.take() {
            Some(detail) => self.log_call(event, detail),
            None => self.counts.not_logged += 1,
        }
    }

    pub(crate) fn log_call(&mut self, event: ExchangeEvent, detail: Box<Detail>) {
        self.counts.logged += 1;
        let gone = self.log.add(event, detail);
        if self.durable {
            self.counts.lost_calls += gone;
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn add_row(&mut self, at: u64, texts: [&str; 7], status: u16, fault: Fault, cell: &Cell) {
        let series = self.registry.by_texts(texts, status, fault);
        match self.rows.row(at, series, self.rows_per_interval) {
            Some(known) => known.merge(cell),
            None => {
                self.counts.other += cell.requests;
                let other = self.registry.other(Some(texts[0]), status, fault);
                if let Some(known) = self.rows.row(at, other, usize::MAX) {
                    known.merge(cell);
                }
            }
        }
    }

    /// Adds what was metered elsewhere.
    pub(crate) fn add_meter(&mut self, hour: u64, key: &Arc<MeterKey>, meter: &Meter) {
        if !self.meters.add(hour, key, meter) {
            self.counts.unmetered += meter.calls;
        }
    }

    /// How counts grew since this was asked last.
    pub(crate) fn counts_to_tell(&mut self) -> [u64; 7] {
        let (now, before) = (self.counts.told(), self.saved_counts.told());
        self.saved_counts = self.counts;
        std::array::from_fn(|at| now[at] - before[at])
    }

    pub(crate) fn hear_counts(&mut self, more: &[u64; 7]) {
        self.counts.hear(more);
    }

    /// Folds in what was counted for meters since the last time. Seldom, as it costs as much for one call of a kind as for many.
    pub(crate) fn settle(&mut self) {
        for kind in std::mem::take(&mut self.metered) {
            fold(&mut self.meters, &mut self.counts, &mut self.kinds[kind as usize]);
        }
    }

    /// Ends a round of [`Memory::take`]: keeps the bounds.
    pub(crate) fn bound(&mut self) {
        while self.rows.len() > self.max_open_rows {
            let Some((at, requests)) = self.rows.give_up_oldest() else { break };
            self.counts.lost += requests;
            self.floor = self.floor.max(at + BASE);
        }
        if self.kinds.len() >= MAX_KINDS {
            self.forget_kinds();
        }
    }

    /// What is long over of what is in memory alone.
    pub(crate) fn forget_branches(&mut self, now: u64) {
        self.branches.forget(now);
    }

    /// Lets go of what snapshots shared with us.
    pub(crate) fn forget_kinds(&mut self) {
        self.settle();
        self.kinds.clear();
        self.kinds_by_address.clear();
    }

    fn kind_of(&mut self, event: &ExchangeEvent) -> u32 {
        let key = Addresses {
            parts: [
                address(event.target.as_ref()),
                address(event.caller.as_ref()),
                address(event.plan.as_ref()),
                address(event.subscription.as_ref()),
            ],
            problem: event.problem.map_or((0, 0), |code| (code.as_ptr() as usize, code.len())),
            status: event.status,
            fault: event.fault as u8,
        };
        if let Some(&kind) = self.kinds_by_address.get(&key) {
            return kind;
        }
        let series = self.registry.of(event);
        let shared = [event.caller.clone(), event.plan.clone(), event.subscription.clone()];
        self.kinds.push(Kind {
            series,
            spot: Spot::default(),
            other: None,
            metric: self.metrics.slot(event),
            meter_key: MeterKey::of(event).map(Arc::new),
            meter_hour: 0,
            meter: Meter::default(),
            _parts: (event.target.clone(), shared),
        });
        let kind = (self.kinds.len() - 1) as u32;
        self.kinds_by_address.insert(key, kind);
        kind
    }

    /// Everything to write; undo with [`Memory::not_written`], end with [`Memory::written`].
    pub(crate) fn batch(&mut self, now: u64) -> Batch {
        // Hours that close with this batch hold all that was counted in them.
        self.settle();
        Batch::of(self, now)
    }

    pub(crate) fn written(&mut self, batch: &Batch) {
        self.log.written();
        self.saved_counts = batch.counts;
        if batch.complete != self.complete {
            self.complete = batch.complete;
            self.rows.close(self.complete.minute);
            self.meters.close(floor(self.complete.minute, HOUR));
        }
    }

    pub(crate) fn not_written(&mut self, batch: Batch) {
        let lost = self.log.not_written(batch.calls);
        self.counts.lost_calls += lost;
        self.registry.put_back_unsaved(batch.series.iter().map(|(id, _)| *id).collect());
        for row in &batch.rows {
            self.rows.soil(row.at, row.series);
        }
        for (hour, key, _) in &batch.meters {
            self.meters.soil(*hour, key);
        }
    }

    /// Where there is no database: forgets what is older than memory reaches.
    pub(crate) fn forget(&mut self, before: u64, meters_before: u64) {
        self.settle();
        let before = floor(before, BASE);
        self.floor = self.floor.max(before);
        self.complete.minute = self.complete.minute.max(before);
        self.rows.close(before);
        self.meters.close(floor(meters_before, HOUR));
        self.log.forget(before);
    }
}

fn fold(meters: &mut Meters, counts: &mut Counts, kind: &mut Kind) {
    let meter = std::mem::take(&mut kind.meter);
    if let Some(key) = &kind.meter_key
        && !meters.add(kind.meter_hour, key, &meter)
    {
        counts.unmetered += meter.calls;
    }
}

impl Counts {
    /// By the names they have in the database.
    pub(crate) fn named(&self) -> [(&'static str, u64); 8] {
        [
            ("recorded", self.recorded),
            ("dropped", self.dropped),
            ("logged", self.logged),
            ("not_logged", self.not_logged),
            ("other", self.other),
            ("unmetered", self.unmetered),
            ("lost", self.lost),
            ("lost_calls", self.lost_calls),
        ]
    }

    pub(crate) fn restore(&mut self, name: &str, value: u64) {
        match name {
            "recorded" => self.recorded = value,
            "dropped" => self.dropped = value,
            "logged" => self.logged = value,
            "not_logged" => self.not_logged = value,
            "other" => self.other = value,
            "unmetered" => self.unmetered = value,
            "lost" => self.lost = value,
            "lost_calls" => self.lost_calls = value,
            _ => {}
        }
    }
}
