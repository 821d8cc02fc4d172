//! A split in the course of a rollout: grow, promote, abort.

use model::{Kind, Name, Resource};

use crate::{Actor, Area, Authority, Control, Error, Expect, Permission, Stored};

/// What becomes of a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SplitStep {
    /// Its upstream becomes the usual one, and the split ends.
    Promote,
    /// It gets no requests any more: the branch is removed, and with the last one the split.
    Abort,
    /// It gets this share, percent.
    Weight(f64),
}

impl Control {
    /// Changes the split of an API or route.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where it has no such branch; [`Error::Invalid`] for a weight that cannot be;
    /// [`Error::Changed`] where somebody else changed it at the same time.
    pub async fn step_split(
        &self,
        actor: &Actor,
        ws: &Name,
        (kind, id): (Kind, &str),
        branch: &str,
        step: SplitStep,
    ) -> Result<Stored, Error> {
        let present = self.get(ws, kind, id)?;
        let mut resource = present.resource;
        self.permit(actor, ws, Permission::write(Area::Splits), &resource)?;
        let split = match &mut resource {
            Resource::Api(api) => &mut api.split,
            Resource::Route(route) => &mut route.split,
            _ => return Err(Error::NotFound { kind, id: id.to_owned() }),
        };
        let none = || Error::Conflict { detail: format!("{kind}/{id} has no branch `{branch}`") };
        let branches = &mut split.as_mut().ok_or_else(none)?.branches;
        let at = branches.iter().position(|known| known.name.as_str() == branch).ok_or_else(none)?;
        match step {
            SplitStep::Weight(weight) => branches[at].weight = weight,
            SplitStep::Abort => {
                branches.remove(at);
                if branches.is_empty() {
                    *split = None;
                }
            }
            SplitStep::Promote => {
                let promoted = branches.remove(at).upstream;
                *split = None;
                match &mut resource {
                    Resource::Api(api) => api.upstream = Some(promoted),
                    Resource::Route(route) => route.upstream = promoted,
                    _ => {}
                }
            }
        }
        // Who may change splits need not be one who may change what is split.
        let permitted = actor.clone().with(Authority::full().into());
        self.put(&permitted, ws, resource, Expect::Revision(present.revision)).await
    }
}
