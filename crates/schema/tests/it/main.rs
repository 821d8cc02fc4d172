//! What schemas accept, by the official suite and beyond it.

mod openapi;
mod suite;
