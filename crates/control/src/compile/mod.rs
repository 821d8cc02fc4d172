//! Resources → snapshot: checked against each other, resolved, and only what a change touches made anew.
//!
//! An [`Index`] holds every resource with who refers to it. [`Index::resolve`] checks some changes against it and makes the next
//! snapshot: what neither changed nor depends on a change is neither looked at nor copied.

mod attached;
mod block;
mod caller;
mod certificate;
mod claims;
mod conflict;
mod index;
mod matching;
mod operators;
mod overlap;
mod pems;
mod places;
mod references;
mod report;
mod resilience;
pub(crate) mod security;
mod servers;
mod service;
mod shape;
mod split;
mod standard;
mod texts;
mod upstream;
mod versions;

use std::{path::PathBuf, sync::Arc};

use model::{Finding, Name, Resource, Severity, Snapshot};
use policy::Catalogue;

pub(crate) use claims::Below;
pub(crate) use index::{Changes, Id, Index, World, kept_contract, named_secrets, stored_contract};
pub(crate) use pems::UNUSABLE;
pub(crate) use report::Report;
pub use texts::files_of;

use crate::{ContractTexts, Sourced, contracts::Contracts, intake, secrets::Found};

/// Where the files that resources name, such as certificates, are looked for.
#[derive(Clone, Debug)]
pub struct Files {
    /// What relative paths are relative to.
    pub folder: PathBuf,
    /// Where certificates that authorities have given are kept, each in `NAME.pem`; where absent there are none.
    pub obtained: Option<PathBuf>,
}

impl Files {
    /// Files beside the documents, and nothing that was obtained.
    pub fn beside(folder: PathBuf) -> Files {
        Files { folder, obtained: None }
    }

    /// Where the certificate of a resource is kept that an authority gives.
    fn obtained(&self, name: &Name) -> PathBuf {
        self.obtained.as_deref().map(|folder| folder.join(format!("{name}.pem"))).unwrap_or_default()
    }
}

impl Default for Files {
    fn default() -> Files {
        Files::beside(PathBuf::from("."))
    }
}

/// A snapshot that was made, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub snapshot: Snapshot,
    /// Warnings and notes.
    pub findings: Vec<Finding>,
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
) -> Result<Compiled, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut contracts = contracts.clone();
    let mut changes = Changes::default();
    for Sourced { value, source } in resources {
        let mut resource = value.clone();
        let name = format!("{}/{}", resource.kind(), resource.id());
        findings.extend(intake::take_in(&mut resource, &mut contracts).into_iter().map(|finding| {
            let finding = finding.in_resource(name.as_str());
            match source {
                Some(document) => {
                    let place = document.place(finding.field.as_deref().unwrap_or_default());
                    finding.at(place)
                }
                None => finding,
            }
        }));
        intake::seal(&mut resource, None);
        if !changes.put(resource, source.clone()) {
            let message = format!("{name} is defined twice");
            findings.push(Finding::error("duplicate-name", message).in_resource(name));
        }
    }
    let known = Contracts::default();
    let fresh = known.read(&contracts, &mut findings);
    let named = changes.resources.values().flatten().flat_map(|resource| named_secrets(resource));
    let secrets = Found::without_control(&named.collect(), files);
    let world = World {
        catalogue,
        contracts: &known,
        texts: &contracts,
        fresh: &fresh,
        files,
        secrets: &secrets,
        at_hand: &ContractTexts::default(),
        claims: &[],
    };
    let empty = Snapshot::default();
    let previous = previous.unwrap_or(&empty);
    let start = Snapshot { number: previous.number, ..Snapshot::default() };
    match Index::of(Name::default_workspace()).resolve(&changes, &world, start, previous) {
        Ok(Compiled { mut snapshot, findings: warnings }) => {
            snapshot.secrets = Arc::new(secrets.values);
            findings.extend(warnings);
            if has_error(&findings) { Err(findings) } else { Ok(Compiled { snapshot, findings }) }
        }
        Err(errors) => {
            findings.extend(errors);
            Err(findings)
        }
    }
}

pub(crate) fn has_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// The part that was there before, where it is equal.
fn reuse<T: PartialEq>(before: Option<&Arc<T>>, now: T) -> Arc<T> {
    match before {
        Some(before) if **before == now => Arc::clone(before),
        _ => Arc::new(now),
    }
}
