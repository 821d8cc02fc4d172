//! The documentation of the policies, generated and run.

mod guide;
mod markdown;
mod reference;
