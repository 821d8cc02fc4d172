//! One resource at a time: list, read, put, delete, and what became of it.

use jiff::Timestamp;
use model::{ApiRef, Kind, Name, Resource};
use store::Key;

use crate::{
    Actor, Area, AuditQuery, AuditVerdict, AuditView, ContractTexts, Control, Error, Expect, ListQuery, Page,
    Permission, Reach, RevisionView, Stored,
    change::Draft,
    compile::Id,
    control::{Record, Space},
    intake,
};

const LONGEST_PAGE: usize = 1000;

impl Control {
    /// Resources of a kind, by id.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace, as everywhere below.
    pub fn list(&self, ws: &Name, kind: Kind, query: &ListQuery) -> Result<Page<Stored>, Error> {
        self.listed(ws, kind, query, |_| true)
    }

    /// The same without what somebody may not see.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn list_for(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        query: &ListQuery,
    ) -> Result<Page<Stored>, Error> {
        let permission = Permission::read(Area::of(kind));
        match actor.authority.reach(permission, ws) {
            Reach::Everything => self.list(ws, kind, query),
            _ => {
                self.listed(ws, kind, query, |resource| self.permit(actor, ws, permission, resource).is_ok())
            }
        }
    }

    fn listed(
        &self,
        ws: &Name,
        kind: Kind,
        query: &ListQuery,
        sees: impl Fn(&Resource) -> bool,
    ) -> Result<Page<Stored>, Error> {
        self.check_workspace(ws)?;
        let limit = if query.limit == 0 { 100 } else { query.limit.min(LONGEST_PAGE) };
        let search =
            query.search.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_lowercase);
        let all = self.state();
        let state = all.of(ws);
        let mut page = Page { items: Vec::new(), next: None, total: 0 };
        for (id, resource) in state.index.named(kind) {
            if search.as_ref().is_some_and(|search| !has_text(resource, &id.1, search)) || !sees(resource) {
                continue;
            }
            page.total += 1;
            if query.after.as_ref().is_some_and(|after| *id.1 <= **after) {
                continue;
            }
            if page.items.len() < limit {
                page.items.extend(stored(state, id));
            } else if page.next.is_none() {
                page.next = page.items.last().map(|last| last.resource.id());
            }
        }
        Ok(page)
    }

    /// # Errors
    /// [`Error::NotFound`].
    pub fn get(&self, ws: &Name, kind: Kind, id: &str) -> Result<Stored, Error> {
        self.check_workspace(ws)?;
        stored(self.state().of(ws), &(kind, id.into()))
            .ok_or_else(|| Error::NotFound { kind, id: id.to_owned() })
    }

    /// What an app, product or plan is called: its title, else its name.
    pub fn title(&self, ws: &Name, kind: Kind, name: &Name) -> String {
        let found = self.get(ws, kind, name.as_str()).ok().map(|stored| stored.resource);
        let title = match found {
            Some(Resource::App(app)) => app.title.clone(),
            Some(Resource::Product(product)) => product.title.clone(),
            Some(Resource::Plan(plan)) => plan.title.clone(),
            _ => None,
        };
        title.unwrap_or_else(|| name.to_string())
    }

    /// Makes or replaces a resource. One equal to what is there stays as it is, with its revision.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; [`Error::Conflict`] or [`Error::Changed`] where `expect` does not hold.
    pub async fn put(
        &self,
        actor: &Actor,
        ws: &Name,
        mut resource: Resource,
        expect: Expect,
    ) -> Result<Stored, Error> {
        self.check_workspace(ws)?;
        let (kind, id) = (resource.kind(), resource.id());
        let mut texts = ContractTexts::default();
        let wrong = intake::take_in(&mut resource, &mut texts);
        if !wrong.is_empty() {
            let name = format!("{kind}/{id}");
            return Err(Error::Invalid(wrong.into_iter().map(|f| f.in_resource(name.as_str())).collect()));
        }
        let writing = self.write_lock().await?;
        let present = stored(self.state().of(ws), &(kind, id.as_str().into()));
        meets(expect, kind, &id, present.as_ref())?;
        if intake::is_unsealed(&resource) {
            let known = present.as_ref().map(|present| present.resource.clone());
            let sealed = tokio::task::spawn_blocking(move || {
                intake::seal(&mut resource, known.as_ref());
                resource
            });
            resource = sealed.await.map_err(|_| Error::Internal)?;
        }
        intake::inherit(&mut resource, present.as_ref().map(|present| &present.resource), false);
        if let Some(present) = present.filter(|present| present.resource == resource) {
            return Ok(present);
        }
        let action = match kind {
            Kind::Block => "block",
            _ if self.state().of(ws).records.contains_key(&(kind, id.as_str().into())) => "update",
            _ => "create",
        };
        let draft = Draft::put(resource, action, Some(actor.origin));
        let ready = self.check_drafts(ws, vec![draft], texts).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        self.get(ws, kind, &id)
    }

    /// Deletes a resource.
    ///
    /// # Errors
    /// [`Error::Conflict`] where something still refers to it, naming what does; [`Error::Changed`] where `expect` does not hold.
    pub async fn delete(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        expect: Expect,
    ) -> Result<(), Error> {
        self.check_workspace(ws)?;
        let writing = self.write_lock().await?;
        let present = self.get(ws, kind, id)?;
        meets(expect, kind, id, Some(&present))?;
        if kind == Kind::Workspace
            && let Ok(name) = id.parse::<Name>()
            && !name.is_default_workspace()
            && let Some(left) = self.left_in(&name)
        {
            let detail = format!("the workspace `{name}` is not empty: it still has {left}");
            return Err(Error::Conflict { detail });
        }
        let action = if kind == Kind::Block { "unblock" } else { "delete" };
        let draft = Draft::delete((kind, id.into()), action);
        let checked = self.check_drafts(ws, vec![draft], ContractTexts::default()).await?;
        let ready = checked.map_err(|findings| {
            let mut named: Vec<String> =
                findings.into_iter().filter_map(|finding| finding.resource).collect();
            named.dedup();
            let more = named.len().saturating_sub(10);
            named.truncate(10);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let detail = format!("{kind}/{id} is still referred to by {}{more}", named.join(", "));
            Error::Conflict { detail }
        })?;
        self.commit(writing, actor, ready).await.map(drop)
    }

    /// The states a resource has had, the newest first; at most 200.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there never was one.
    pub async fn revisions(
        &self,
        ws: &Name,
        kind: Kind,
        id: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<RevisionView>, Error> {
        self.check_workspace(ws)?;
        let key = Key { workspace: ws.clone(), kind, id: id.into() };
        let limit = if limit == 0 { 50 } else { limit.min(200) };
        let revisions = self.inner.store.revisions(key, before, limit).await.map_err(Error::Store)?;
        if revisions.is_empty() && before.is_none() {
            return Err(Error::NotFound { kind, id: id.to_owned() });
        }
        let view = |revision: store::Revision| RevisionView {
            revision: revision.revision,
            snapshot: revision.snapshot,
            document: revision.document,
            actor: revision.actor,
            origin: revision.origin.to_string(),
            at: timestamp(revision.at).to_string(),
        };
        Ok(revisions.into_iter().map(view).collect())
    }

    /// Records of the audit log of a workspace, the newest first; at most 1000.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn audit(&self, ws: &Name, mut query: AuditQuery) -> Result<Vec<AuditView>, Error> {
        self.check_workspace(ws)?;
        query.workspace = Some(ws.to_string());
        query.limit = if query.limit == 0 { 100 } else { query.limit.min(1000) };
        let records = self.inner.store.audit(query).await.map_err(Error::Store)?;
        let view = |record: store::AuditRecord| AuditView {
            number: record.number,
            at: timestamp(record.at).to_string(),
            actor: record.actor,
            address: record.address,
            action: record.action,
            kind: record.kind,
            id: record.id,
            revision: record.revision,
            snapshot: record.snapshot,
            before: record.before,
            after: record.after,
            hash: record.hash,
        };
        Ok(records.into_iter().map(view).collect())
    }

    /// Writes down that somebody takes records of the audit log away.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn note_audit_export(
        &self,
        actor: &Actor,
        ws: &Name,
        which: serde_json::Value,
    ) -> Result<(), Error> {
        let actor = actor.in_workspace(ws);
        self.remember_with(&actor, &actor.name, "export-audit", ("audit", ws.as_str()), Some(which)).await
    }

    /// Checks the whole chain of the audit log, which holds the records of all workspaces.
    ///
    /// # Errors
    /// [`Error::Missing`] in another workspace than `default`; [`Error::Store`].
    pub async fn verify_audit(&self, ws: &Name) -> Result<AuditVerdict, Error> {
        self.check_operators(ws, "audit chain")?;
        self.inner.store.verify_audit().await.map_err(Error::Store)
    }
}

/// The resource with what is known of it.
pub(crate) fn stored(state: &Space, id: &Id) -> Option<Stored> {
    let resource = Resource::clone(state.index.get(id)?);
    let Record { revision, created_at, updated_at, origin } = *state.records.get(id)?;
    let (created_at, updated_at) = (timestamp(created_at), timestamp(updated_at));
    Some(Stored { resource, revision, created_at, updated_at, origin })
}

/// A time in milliseconds since 1970.
pub(crate) fn timestamp(ms: u64) -> Timestamp {
    i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

pub(crate) fn meets(expect: Expect, kind: Kind, id: &str, present: Option<&Stored>) -> Result<(), Error> {
    match (expect, present) {
        (Expect::Any, _) | (Expect::Absent, None) => Ok(()),
        (Expect::Absent, Some(_)) => {
            Err(Error::Conflict { detail: format!("there is already a {kind} `{id}`") })
        }
        (Expect::Revision(wanted), Some(present)) if present.revision == wanted => Ok(()),
        (Expect::Revision(wanted), present) => {
            let is =
                present.map_or("it is gone".to_owned(), |is| format!("it is at revision {}", is.revision));
            let detail = format!(
                "{kind} `{id}` is no longer at revision {wanted}: {is}; read it again and repeat the change"
            );
            Err(Error::Changed { detail })
        }
    }
}

/// Whether a resource has a text that people look for. `search` is in lower case.
fn has_text(resource: &Resource, id: &str, search: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(search);
    let any = |texts: &[&Option<String>]| texts.iter().any(|text| text.as_deref().is_some_and(has));
    let hosts = |hosts: &[String]| hosts.iter().any(|host| has(host));
    has(id)
        || match resource {
            Resource::Gateway(_) => false,
            Resource::Workspace(r) => {
                let labels = r.labels.iter().any(|(label, value)| has(label) || has(value));
                labels || any(&[&r.title, &r.description])
            }
            Resource::Certificate(r) => hosts(&r.hosts),
            Resource::Upstream(r) => r.endpoints.iter().any(|endpoint| has(&endpoint.url)),
            Resource::Api(r) => {
                any(&[&r.title, &r.description, &r.owner])
                    || has(&r.listen.path)
                    || hosts(&r.listen.hosts)
                    || r.tags.iter().any(|tag| has(tag))
            }
            Resource::Route(r) => r
                .all_matches()
                .any(|matched| any(&[&matched.path, &matched.path_regex]) || hosts(&matched.hosts)),
            Resource::Consumer(r) => any(&[&r.title]) || r.groups.iter().any(|group| has(group)),
            Resource::Plan(r) => any(&[&r.title, &r.description]),
            Resource::Product(r) => {
                any(&[&r.title, &r.description]) || r.apis.iter().any(|ApiRef(api)| has(api))
            }
            Resource::App(r) => any(&[&r.title, &r.description, &r.owner]),
            Resource::Block(r) => any(&[&r.consumer, &r.address, &r.api, &r.reason]),
            Resource::Standard(r) => any(&[&r.description]) || r.applies_to.tags.iter().any(|tag| has(tag)),
            Resource::Waiver(r) => has(&r.api) || has(&r.reason) || has(r.standard.as_str()),
            Resource::IdentityProvider(r) => any(&[&r.title]) || has(&r.issuer),
            Resource::AuthorizationServer(r) => any(&[&r.title]) || has(&r.issuer),
            Resource::Design(r) => any(&[&r.title, &r.description, &r.owner, &r.api]),
            Resource::Webhook(r) => has(&r.url),
            Resource::Subscription(r) => {
                [&r.app, &r.product, &r.plan].into_iter().any(|name| has(name.as_str()))
            }
        }
}
