//! Gateways in this process, judged by small policies of these tests.

mod chain;
mod time;
mod words;
