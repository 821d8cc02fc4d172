//! The data plane: listeners, TLS, routing, the chain of policies, upstream pools, and the swap of snapshots.
//!
//! One thread for every core, each with its own runtime, accept sockets and upstream connections; what they share is the table
//! made of the snapshot, counters, and nothing else. A request goes `accept` → `serve` → `exchange` → `router` → `chain` →
//! `attempt` → `lane` and its response back the same way; see each module's first line.

mod accept;
mod alarm;
mod altered;
mod attempt;
mod background;
mod balance;
mod bell;
mod blocks;
mod breaker;
mod budget;
mod build;
mod callers;
mod calm;
mod care;
mod chain;
mod client;
mod clock;
pub mod config;
mod connect;
pub mod counters;
mod discovery;
mod embedded;
mod exchange;
mod explain;
mod fetch;
mod followed;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod gateway;
mod grpc;
mod guesses;
mod h1;
mod h2;
mod h3;
mod hashed;
mod headers;
mod health;
mod hedge;
mod ids;
mod interim;
mod key_uses;
mod lane;
mod line;
mod listen;
mod names;
mod nearby;
mod outside;
mod pool;
mod proxy_protocol;
mod queue;
mod random;
mod replay;
mod reply;
mod retry;
mod router;
mod routes;
mod serve;
mod split;
mod status;
mod stop;
mod table;
mod tenants;
mod thread;
mod tls;
mod trailers;
mod tunnel;
mod upload;
mod upstreams;
mod wire;
mod worker;

pub use config::{Config, Pem, StartError};
pub use connect::Reach;
pub use counters::LocalCounters;
pub use embedded::Embedded;
pub use gateway::Gateway;
pub use listen::{Given, Inherited, Listening};
pub use routes::Routes;
pub use status::Status;
pub use tls::{CertificateStatus, self_signed};
pub use wire::Wire;
