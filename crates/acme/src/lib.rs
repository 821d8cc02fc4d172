//! Certificates that authorities give: accounts, orders and renewals by ACME (RFC 8555).
//!
//! An [`Obtainer`] looks at the certificates of each snapshot that have `acme`, asks for what is missing, and for another before it
//! expires. What it is given it writes to files that whoever makes snapshots reads. The protocol is the crate `instant-acme`'s; what is
//! asked for, when, and what becomes of it are ours. Whoever runs it answers the challenges it posts ([`Board`]).

mod account;
mod board;
mod client;
mod due;
mod folder;
mod held;
mod obtainer;
mod order;
mod standing;
mod trouble;

pub use board::{Board, Posted};
pub use obtainer::Obtainer;
pub use standing::{Standing, Standings};
