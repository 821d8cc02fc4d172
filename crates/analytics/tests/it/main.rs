//! Analytics as the gateway and the admin API use it: events in, answers out, over restarts.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod branches;
mod calls;
mod exact;
mod kit;
mod told;
mod trouble;
