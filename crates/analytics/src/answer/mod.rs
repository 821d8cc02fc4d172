//! Questions answered from memory and database together.

mod call_log;
mod rollups;
mod usage;
