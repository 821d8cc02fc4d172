//! The documentation of the policies, generated and run.

mod reference;
