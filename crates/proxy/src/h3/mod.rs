//! HTTP/3 toward clients (RFC 9114) on QUIC: `quinn` moves packets, what is said in them is read and written here.
//!
//! A listener has one UDP socket. Whoever holds it takes connections and gives them to the workers in turn, so that packets find their
//! connection whatever address they come from; everything after is the worker's own. A task for a connection, one for every stream.

pub(crate) mod body;
mod connection;
pub(crate) mod control;
mod exchange;
pub(crate) mod frame;
pub(crate) mod listen;
pub(crate) mod qpack;
mod transport;

pub(crate) use transport::config;
