//! What the gateway itself says on a connection whose protocol has changed.

use std::{fmt, time::Duration};

use head::Headers;

/// Speaks a protocol, such as WebSocket, in the place of a service. It knows bytes alone: who carries the connection reads and writes.
pub trait Talk: Send {
    /// Takes what came, which may end within a message, and adds what is said to it; whether it goes on.
    fn hear(&mut self, came: &[u8], says: &mut Vec<u8>) -> bool;

    /// How long more is waited for.
    fn patience(&self) -> Duration;

    /// Nothing came for so long: adds what is said at the end.
    fn tire(&mut self, says: &mut Vec<u8>);
}

/// A change to WebSocket (RFC 6455) by which the gateway itself speaks on.
pub struct Change {
    /// Beside those that the change itself has, such as the subprotocol.
    pub headers: Headers,
    pub talk: Box<dyn Talk>,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("headers", &self.headers).finish_non_exhaustive()
    }
}
