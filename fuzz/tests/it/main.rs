//! Everything that reads bytes from the network or documents of users, under bytes nobody thought of.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod cache;
mod codecs;
mod credentials;
mod directory;
mod documents;
mod gateway;
mod http3;
mod message;
mod oauth;
mod passkeys;
mod policies;
mod proxied;
mod saml;
mod snapshots;
mod wire;
