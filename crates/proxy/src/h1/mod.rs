//! HTTP/1.1 on the wire (RFC 9112), for both sides: heads are read strictly and written anew, bodies are framed by what was read.
//!
//! What two parties could read differently is an error here, so that it is never forwarded. Nothing here waits or knows a socket
//! but [`line`] and [`out`], which move bytes.

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod head;
pub(crate) mod lane;
pub(crate) mod line;
pub(crate) mod out;
pub(crate) mod server;

#[cfg(test)]
mod tests;
