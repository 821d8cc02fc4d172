//! A gateway on real sockets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod challenges;
mod changes;
mod client_certificates;
mod connection;
mod discovery;
mod dns;
mod floods;
mod forwarding;
mod grpc;
mod health;
mod hedge;
mod hostile;
mod http2;
mod http2_cases;
mod http2_upstream;
mod http2_websocket;
mod http3;
mod interim;
mod kit;
mod life;
mod listeners;
mod origin;
mod refused;
mod resilience;
mod sticky;
mod stopped;
mod stress;
mod tls;
mod upstream_tls;
mod upstream_websocket;
mod upstreams;
