//! What holds for every request: names, bounds, deadlines and headers. No endpoint knows of it.

mod bounds;
mod client;
mod compress;
mod headers;
mod host;

pub(crate) use bounds::{AbortOnDrop, Bounds, DEADLINE, Load, Turn, too_slow};
pub(crate) use client::ClientAddress;
pub use client::Peer;
pub(crate) use compress::WorthCompressing;
pub(crate) use headers::finish;
pub(crate) use host::Hosts;
