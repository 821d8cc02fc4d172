//! Resources → snapshot.

use std::path::PathBuf;

use model::{Finding, Resource, Snapshot};
use policy::Catalogue;

use crate::{ContractTexts, Sourced};

/// Where the files that resources name, such as certificates, are looked for.
#[derive(Clone, Debug)]
pub struct Files {
    /// What relative paths are relative to.
    pub folder: PathBuf,
}

/// Checks resources against each other and resolves them to a snapshot. Parts equal to those of `previous` are the same by pointer;
/// its number is one above.
///
/// # Errors
/// Everything that is wrong, each with its place.
pub fn compile(
    resources: &[Sourced<Resource>],
    contracts: &ContractTexts,
    files: &Files,
    catalogue: Catalogue,
    previous: Option<&Snapshot>,
) -> Result<Snapshot, Vec<Finding>> {
    let _ = (resources, contracts, files, catalogue, previous);
    unimplemented!()
}
