//! The rows of the last minutes: whole, in memory, and written again whenever they changed.

use std::collections::BTreeMap;

use model::fast_hash::FastMap;

use crate::{cell::Cell, series::SeriesId};

/// The rows of the last minutes, by ten-second interval. What is here is the truth; the database only follows.
#[derive(Default)]
pub(crate) struct OpenRows {
    intervals: BTreeMap<u64, Interval>,
    rows: usize,
    /// How often rows were taken out: who remembers where one was looks again.
    moves: u64,
}

/// Where the row of a series was in an interval; `None` where there was no room for one.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    at: u64,
    moves: u64,
    row: Option<u32>,
}

impl Default for Spot {
    /// Not looked for yet.
    fn default() -> Spot {
        Spot { at: 0, moves: u64::MAX, row: None }
    }
}

#[derive(Default)]
struct Interval {
    rows: Vec<Row>,
    by_series: FastMap<SeriesId, u32>,
}

struct Row {
    series: SeriesId,
    cell: Cell,
    dirty: bool,
}

impl OpenRows {
    /// The row of a series, made if `limit` allows another one in this interval.
    pub(crate) fn row(&mut self, at: u64, series: SeriesId, limit: usize) -> Option<&mut Cell> {
        self.row_again(at, series, limit, &mut Spot::default())
    }

    /// The same, for whoever remembers where it was the last time.
    pub(crate) fn row_again(
        &mut self,
        at: u64,
        series: SeriesId,
        limit: usize,
        spot: &mut Spot,
    ) -> Option<&mut Cell> {
        let interval = self.intervals.entry(at).or_default();
        if spot.at != at || spot.moves != self.moves {
            let row = match interval.by_series.get(&series) {
                Some(&row) => Some(row),
                None if interval.rows.len() >= limit => None,
                None => {
                    let row = interval.rows.len() as u32;
                    interval.rows.push(Row { series, cell: Cell::default(), dirty: true });
                    interval.by_series.insert(series, row);
                    self.rows += 1;
                    Some(row)
                }
            };
            *spot = Spot { at, moves: self.moves, row };
        }
        let row = &mut interval.rows[spot.row? as usize];
        row.dirty = true;
        Some(&mut row.cell)
    }

    /// Takes over a row of the database.
    pub(crate) fn restore(&mut self, at: u64, series: SeriesId, cell: &Cell) {
        if let Some(row) = self.row(at, series, usize::MAX) {
            row.merge(cell);
        }
        if let Some(row) = self.stored_row(at, series) {
            row.dirty = false;
        }
    }

    fn stored_row(&mut self, at: u64, series: SeriesId) -> Option<&mut Row> {
        let interval = self.intervals.get_mut(&at)?;
        let row = *interval.by_series.get(&series)?;
        interval.rows.get_mut(row as usize)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Rows with `from <= at < to`.
    pub(crate) fn range(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, SeriesId, &Cell)> {
        let intervals = (from < to).then(|| self.intervals.range(from..to)).into_iter().flatten();
        intervals.flat_map(|(&at, interval)| interval.rows.iter().map(move |row| (at, row.series, &row.cell)))
    }

    /// Hands out every row that changed, and takes it for written; undo with [`OpenRows::soil`].
    pub(crate) fn clean(&mut self, mut each: impl FnMut(u64, SeriesId, &Cell)) {
        for (&at, interval) in &mut self.intervals {
            for row in interval.rows.iter_mut().filter(|row| row.dirty) {
                each(at, row.series, &row.cell);
                row.dirty = false;
            }
        }
    }

    /// Marks a row as not written after all.
    pub(crate) fn soil(&mut self, at: u64, series: SeriesId) {
        if let Some(row) = self.stored_row(at, series) {
            row.dirty = true;
        }
    }

    /// Takes rows out, the oldest first: `most` at most.
    pub(crate) fn take(&mut self, most: usize) -> Vec<(u64, SeriesId, Cell)> {
        let mut taken = Vec::new();
        self.moves += 1;
        while let Some(mut first) = self.intervals.first_entry() {
            let at = *first.key();
            let interval = first.get_mut();
            let keep = interval.rows.len().saturating_sub(most - taken.len());
            for row in interval.rows.split_off(keep) {
                interval.by_series.remove(&row.series);
                taken.push((at, row.series, row.cell));
            }
            if keep > 0 {
                break;
            }
            first.remove();
        }
        self.rows -= taken.len();
        taken
    }

    /// Drops everything before a time.
    pub(crate) fn close(&mut self, before: u64) {
        self.moves += 1;
        let open = self.intervals.split_off(&before);
        self.rows -= self.intervals.values().map(|interval| interval.rows.len()).sum::<usize>();
        self.intervals = open;
    }

    /// Gives up the oldest interval; says when it began and how many calls it held.
    pub(crate) fn give_up_oldest(&mut self) -> Option<(u64, u64)> {
        self.moves += 1;
        let (at, interval) = self.intervals.pop_first()?;
        self.rows -= interval.rows.len();
        Some((at, interval.rows.iter().map(|row| row.cell.requests).sum()))
    }
}
