//! Gateways in this process, judged by small policies of these tests.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod bodies;
mod chain;
mod time;
mod upstreams;
mod words;
