//! Events in; rollups, call log, meters and metrics out.
//!
//! Every worker hands its [`model::ExchangeEvent`]s to a bounded ring of its own ([`Recorder::sink`]) and never waits. A collector
//! drains the rings ten times a second into memory, and once a second writes what changed to `analytics.db` in one
//! transaction. A crash loses at most the last second; [`Analytics::shutdown`] loses nothing. Where the database cannot be
//! written, analytics goes on in memory within bounds, counts what it had to give up and says so in [`Status`].
//!
//! [`Recorder::sink`]: model::Recorder::sink

mod analytics;
mod answer;
mod batch;
mod branches;
mod call_log;
mod cell;
mod database;
mod error;
mod memory;
mod meters;
mod metrics;
mod open_rows;
mod options;
mod process;
pub mod query;
mod ring;
mod series;
mod sketch;
mod standing;
mod tier;
mod told;

pub use analytics::Analytics;
pub use branches::BranchCount;
pub use error::Error;
pub use options::{Clock, Options, Retention};
pub use query::{
    By, ByFault, Call, CallPage, CallQuery, DayRow, Point, Status, Time, TopQuery, TopRow, Totals, Traffic,
    TrafficQuery, Usage, UsagePoint, UsageQuery, UsageRow,
};
pub use standing::upstream_metrics;
pub use told::{GatewaySeen, Teller, Told};
