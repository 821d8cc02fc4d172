//! A whole gateway in a test's process: no sockets, no threads, a clock that can be paused.
//!
//! ```text
//! #[tokio::test(start_paused = true)]
//! async fn a_caller_over_the_limit_waits_for_the_next_window() {
//!     let gw = gateway(CATALOGUE, "rate-limit: { limit: 1, window: 1m, per: ip }");
//!     gw.get("/orders").await.is(200);
//!     gw.get("/orders").await.is(429).header("retry-after", "60").problem("rate-limited");
//!     gw.advance(Duration::from_secs(60)).await;
//!     gw.get("/orders").await.is(200);
//! }
//! ```
//!
//! What the gateway reaches are [`Upstream`]s by name; every host `http://echo` says back what it was sent.

mod call;
mod gateway;
mod mmdb;
pub mod saml;
mod setup;
mod upstream;

pub use call::{Call, Pieces, Reply};
pub use gateway::{Gateway, gateway};
pub use mmdb::{Databases, mmdb};
pub use setup::{Setup, key_hash, policies};
pub use upstream::Upstream;
