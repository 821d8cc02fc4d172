//! The data plane: listeners, TLS, routing, the chain of policies, upstream pools, and the swap of snapshots.

pub mod config;
pub mod counters;
mod gateway;
mod status;

pub use config::{Config, Pem, StartError};
pub use counters::LocalCounters;
pub use gateway::Gateway;
pub use status::Status;
