//! Whether who changes documents may: the same for one document of the API, a folder that is applied, and everything between.

use model::{Credential, Kind, Name, Resource, secret_references};

use super::{
    authority::{Scope, Thing},
    permission::{Area, Permission, Permissions, Reach, Verb},
};
use crate::{Actor, Control, Error, change::Draft};

/// What is told of at most.
const TOLD: usize = 5;

impl Control {
    /// # Errors
    /// [`Error::Unconfirmed`] for what people show first that it is them for; [`Error::Forbidden`] with the first of what they may not.
    pub(crate) fn judge(&self, actor: &Actor, workspace: &Name, drafts: &[Draft]) -> Result<(), Error> {
        if drafts.iter().any(|draft| draft.differs && is_dangerous(draft)) {
            actor.needs_confirmation()?;
        }
        if actor.authority.is_full() {
            return Ok(());
        }
        let all = self.state();
        let state = all.of(workspace);
        let changed = drafts.iter().filter(|draft| draft.differs);
        let mut told: Vec<String> = changed
            .filter_map(|draft| {
                let before = state.index.get(&draft.id).map(|known| &**known);
                refused(actor, workspace, draft, before)
            })
            .collect();
        let more = told.len().saturating_sub(TOLD);
        told.truncate(TOLD);
        if told.is_empty() {
            return Ok(());
        }
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        Err(Error::Forbidden { detail: format!("{}{more}; nothing was changed", told.join("; ")) })
    }

    /// Whether they may do something with one document that is there.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(crate) fn permit(
        &self,
        actor: &Actor,
        workspace: &Name,
        permission: Permission,
        resource: &Resource,
    ) -> Result<(), Error> {
        let name = format!("{}/{}", resource.kind(), resource.id());
        match missing(actor, workspace, permission, &name, &thing_of(resource)) {
            None => Ok(()),
            Some(detail) => Err(Error::Forbidden { detail }),
        }
    }

    /// Whether they may do something with what a request names. What is not there is told so by what is asked, except to who looks for it and
    /// might not see it.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::NotFound`].
    pub fn permit_named(
        &self,
        actor: &Actor,
        workspace: &Name,
        permission: Permission,
        (kind, id): (Kind, &str),
    ) -> Result<(), Error> {
        let known = self.state().of(workspace).index.get(&(kind, id.into())).cloned();
        if let Some(resource) = known {
            return self.permit(actor, workspace, permission, &resource);
        }
        let api = (kind == Kind::Api).then(|| id.into());
        let is_theirs = actor.authority.allows(permission, workspace, &Thing { api, owner: None });
        match permission.verb {
            Verb::Read if !is_theirs => Err(Error::NotFound { kind, id: id.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Whether they may do something with the API that a review is about.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Missing`], [`Error::Store`].
    pub async fn permit_review(
        &self,
        actor: &Actor,
        workspace: &Name,
        permission: Permission,
        number: u64,
    ) -> Result<(), Error> {
        let api = self.reviewed(workspace, number).await?;
        self.permit(actor, workspace, permission, &api)
    }

    /// Whether they may do something with a document of a workspace; `false` for one that is not there and not theirs by its name.
    pub fn may_with(
        &self,
        actor: &Actor,
        workspace: &Name,
        permission: Permission,
        (kind, id): (Kind, &str),
    ) -> bool {
        let authority = &actor.authority;
        if authority.reach(permission, workspace) == Reach::Everything {
            return true;
        }
        let known = self.state().of(workspace).index.get(&(kind, id.into())).cloned();
        let api = (kind == Kind::Api).then(|| id.into());
        let thing = known.as_deref().map_or(Thing { api, owner: None }, thing_of);
        authority.allows(permission, workspace, &thing)
    }
}

/// Whether a browser left open must not be enough: who lets people in, tenants that go, and what is let in again that was blocked.
fn is_dangerous(draft: &Draft) -> bool {
    match draft.id.0 {
        Kind::IdentityProvider => true,
        Kind::Workspace | Kind::Block => draft.resource.is_none(),
        _ => false,
    }
}

/// Why a draft may not be, where it may not.
fn refused(actor: &Actor, workspace: &Name, draft: &Draft, before: Option<&Resource>) -> Option<String> {
    let (kind, id) = &draft.id;
    let name = format!("{kind}/{id}");
    let after = draft.resource.as_ref();
    // What is there belongs to whom it says; what is new, too.
    let thing = before.or(after).map(thing_of).unwrap_or_default();
    let keys = after.is_some() && keys_of(before) != keys_of(after);
    let keys_alone = matches!(draft.action, "issue-key" | "revoke-key");
    // Who chooses where members come from can become any of them.
    let lets_members_in = [before, after].into_iter().flatten().any(|resource| match resource {
        Resource::IdentityProvider(provider) => provider.console.is_some(),
        _ => false,
    });
    if lets_members_in && !Permissions::every().beyond(&actor.authority.at(&Scope::Every)).is_empty() {
        return Some(format!(
            "{name} lets members in, which needs everything in workspace `*`, as `admin@*` has it"
        ));
    }
    // What an API is elsewhere would be told by whether the standard is met.
    if let Some(Resource::Standard(standard)) = after
        && let Some(from) = standard.require.promoted_from.as_ref().filter(|from| *from != workspace)
        && actor.authority.reach(Permission::read(Area::Apis), from) != Reach::Everything
    {
        return Some(format!("{name} is held against workspace `{from}`, which needs `apis:read` there"));
    }
    let needed = [
        (!keys_alone).then_some(Permission::write(Area::of(*kind))),
        // A document with keys in it issues them.
        keys.then_some(Permission::write(Area::Keys)),
        names_more(before, after).then_some(Permission::read(Area::Secrets)),
    ];
    let mut needed = needed.into_iter().flatten();
    needed.find_map(|permission| missing(actor, workspace, permission, &name, &thing))
}

fn missing(
    actor: &Actor,
    workspace: &Name,
    permission: Permission,
    name: &str,
    thing: &Thing<'_>,
) -> Option<String> {
    let authority = &actor.authority;
    if authority.allows(permission, workspace, thing) {
        return None;
    }
    match authority.reach(permission, workspace) {
        Reach::Own if !authority.is_for_some() => Some(format!(
            "`{permission}` holds for what is yours, and the `owner` of {name} is not `{}`",
            authority.owner().unwrap_or_default()
        )),
        Reach::Everything | Reach::Own => {
            Some(format!("`{permission}` holds for some APIs, and {name} is none of them"))
        }
        Reach::Nothing if permission.area == Area::Secrets => {
            Some(format!("{name} names a secret that it did not name before, which needs `{permission}`"))
        }
        Reach::Nothing => Some(format!("{name} needs `{permission}`, which you do not have")),
    }
}

impl Area {
    /// Where documents of a kind belong.
    pub fn of(kind: Kind) -> Area {
        match kind {
            Kind::Api | Kind::Design => Area::Apis,
            Kind::Route | Kind::Upstream => Area::Routes,
            Kind::Consumer => Area::Consumers,
            Kind::Plan | Kind::Product => Area::Products,
            Kind::App | Kind::AuthorizationServer | Kind::Subscription | Kind::Webhook => Area::Apps,
            Kind::Gateway | Kind::Certificate => Area::Gateways,
            Kind::Workspace => Area::Workspaces,
            Kind::Block => Area::Blocks,
            Kind::Standard | Kind::Waiver => Area::Standards,
            Kind::IdentityProvider => Area::People,
        }
    }
}

/// A resource, by what says who may change it.
fn thing_of(resource: &Resource) -> Thing<'_> {
    match resource {
        Resource::Api(api) => Thing { api: Some(api.id().into()), owner: api.owner.as_deref() },
        Resource::Design(design) => {
            Thing { api: design.api.as_deref().map(Into::into), owner: design.owner.as_deref() }
        }
        _ => Thing::default(),
    }
}

fn keys_of(resource: Option<&Resource>) -> &[Credential] {
    match resource {
        Some(Resource::Consumer(consumer)) => &consumer.credentials,
        Some(Resource::App(app)) => &app.credentials,
        _ => &[],
    }
}

/// Whether a document names a secret that it did not name before.
fn names_more(before: Option<&Resource>, after: Option<&Resource>) -> bool {
    let value =
        |resource: Option<&Resource>| resource.and_then(|r| serde_json::to_value(r).ok()).unwrap_or_default();
    let (before, after) = (value(before), value(after));
    let before = secret_references(&before);
    secret_references(&after).iter().any(|name| !before.contains(name))
}
