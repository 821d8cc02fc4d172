//! One second's changes, ready to be written in one transaction.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    call_log::LoggedCall,
    cell::Cell,
    memory::{Counts, Memory},
    meters::{Meter, MeterKey},
    series::{Series, SeriesId},
    tier::{Complete, DAY, HOUR, MINUTE, Tier, floor},
};

/// How long after a minute's end its rows stay open for stragglers, milliseconds.
pub(crate) const GRACE: u64 = 60_000;

/// Changes to write in one transaction.
pub(crate) struct Batch {
    pub(crate) series: Vec<(SeriesId, Arc<Series>)>,
    /// Rows of ten seconds that changed.
    pub(crate) rows: Vec<EncodedRow>,
    /// Rows of the minutes that end with this batch.
    pub(crate) minutes: Vec<EncodedRow>,
    pub(crate) meters: Vec<(u64, Arc<MeterKey>, Meter)>,
    pub(crate) calls: Arc<Vec<LoggedCall>>,
    pub(crate) counts: Counts,
    /// What is complete once this batch is written.
    pub(crate) complete: Complete,
    /// What was before.
    pub(crate) was_complete: Complete,
    counts_changed: bool,
}

/// A rollup's row as it is written.
pub(crate) struct EncodedRow {
    pub(crate) tier: Tier,
    pub(crate) at: u64,
    pub(crate) series: SeriesId,
    pub(crate) requests: u64,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) duration: Vec<u8>,
    pub(crate) gateway: Vec<u8>,
}

impl EncodedRow {
    pub(crate) fn new(tier: Tier, at: u64, series: SeriesId, cell: &Cell) -> EncodedRow {
        EncodedRow {
            tier,
            at,
            series,
            requests: cell.requests,
            bytes_in: cell.bytes_in,
            bytes_out: cell.bytes_out,
            duration: cell.duration.encode(),
            gateway: cell.gateway.encode(),
        }
    }
}

impl Batch {
    pub(crate) fn of(memory: &mut Memory, now: u64) -> Batch {
        let was_complete = memory.complete;
        let minute = floor(now.saturating_sub(GRACE), MINUTE).max(was_complete.minute);
        let complete = Complete { minute, hour: floor(minute, HOUR), day: floor(minute, DAY) };
        // From here on, nothing is counted in the minutes that this batch closes.
        memory.floor = memory.floor.max(minute);

        let mut rows = Vec::new();
        memory.rows.clean(|at, series, cell| {
            rows.push(EncodedRow::new(Tier::TenSeconds, at, series, cell));
        });
        let mut ended: BTreeMap<(u64, SeriesId), Cell> = BTreeMap::new();
        for (at, series, cell) in memory.rows.range(was_complete.minute, minute) {
            ended.entry((floor(at, MINUTE), series)).or_default().merge(cell);
        }
        let minutes = ended
            .iter()
            .map(|(&(at, series), cell)| EncodedRow::new(Tier::Minute, at, series, cell))
            .collect();
        let mut meters = Vec::new();
        memory.meters.clean(|hour, key, meter| meters.push((hour, Arc::clone(key), *meter)));
        let unsaved = memory.registry.take_unsaved();
        let series =
            unsaved.into_iter().filter_map(|id| Some((id, Arc::clone(memory.registry.get(id)?)))).collect();
        Batch {
            series,
            rows,
            minutes,
            meters,
            calls: memory.log.begin_writing(),
            counts: memory.counts,
            complete,
            was_complete,
            counts_changed: memory.counts != memory.saved_counts,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.series.is_empty()
            && self.rows.is_empty()
            && self.meters.is_empty()
            && self.calls.is_empty()
            && !self.counts_changed
            && self.complete == self.was_complete
    }
}
