//! The routes in force, to be asked about.

use std::sync::Arc;

use model::{
    Finding, Snapshot,
    routing::{Explanation, Question},
};
use policy::Catalogue;

use crate::{build::Builder, router::explain, table::Table};

/// The routes of one snapshot, as a gateway has them.
#[derive(Clone)]
pub struct Routes(pub(crate) Arc<Table>);

impl Routes {
    /// The routes that a gateway would have with a snapshot.
    ///
    /// # Errors
    /// Everything in it that cannot be run.
    pub fn build(catalogue: Catalogue, snapshot: Arc<Snapshot>) -> Result<Routes, Vec<Finding>> {
        Builder::new(catalogue).build(snapshot).map(Routes)
    }

    /// Says where a request would go, and why not elsewhere.
    ///
    /// # Errors
    /// What is wrong with the request; it would be refused before a route is looked for.
    pub fn explain(&self, question: &Question) -> Result<Explanation, String> {
        explain(&self.0, question)
    }
}
