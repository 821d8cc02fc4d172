//! A gateway on real sockets.

mod forwarding;
mod kit;
