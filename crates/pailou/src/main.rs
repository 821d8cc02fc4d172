//! The `pailou` command.

fn main() {}
