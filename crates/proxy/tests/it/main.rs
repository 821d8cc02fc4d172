//! A gateway on real sockets.

mod forwarding;
mod hostile;
mod kit;
mod life;
mod upstreams;
