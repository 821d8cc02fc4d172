//! Questions answered from memory and database together.

mod call_log;
mod days;
mod rollups;
mod usage;
