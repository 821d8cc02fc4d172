//! Questions and answers: the bodies of the admin API.
//!
//! Times are milliseconds since 1970; questions also take RFC 3339. An interval holds `from` and does not hold `to`.

pub(crate) mod call_filter;
mod calls;
mod days;
pub(crate) mod filter;
pub(crate) mod interval;
mod status;
mod time;
mod top;
mod traffic;
mod usage;

pub use calls::{Call, CallPage, CallQuery};
pub use days::DayRow;
pub use status::Status;
pub use time::Time;
pub use top::{By, TopQuery, TopRow};
pub use traffic::{ByFault, Point, Totals, Traffic, TrafficQuery};
pub use usage::{Usage, UsagePoint, UsageQuery, UsageRow};
