//! HTTP/2 on the wire (RFC 9113), for both sides: frames, compressed fields (RFC 7541), flow control, streams.
//!
//! One task drives a connection with all of its streams. What several streams have to say goes out in one write; what came is read
//! where it lies. Every frame a peer can send for nothing is counted against a budget, see [`crate::calm`].

pub(crate) mod client;
pub(crate) mod exchange;
pub(crate) mod frame;
pub(crate) mod hpack;
pub(crate) mod inbox;
pub(crate) mod lane;
pub(crate) mod out;
pub(crate) mod pool;
pub(crate) mod ready;
pub(crate) mod request;
mod response;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod socket;
pub(crate) mod streams;
pub(crate) mod websocket;
