//! Every resource at hand, and the step from one snapshot to the next.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use model::{
    Finding, Gateway, KeyHash, Kind, Name, PolicyUse, Resource, SharedMap, Snapshot, scoped, scoped_shared,
    snapshot::{Caller, ContractDocument, PlanRules, Service, WorkspaceRules},
    tree::Document,
};
use policy::Catalogue;

use super::{
    Below, Compiled, Files, Report, attached, block, caller, certificate, claims,
    conflict::{self, Place, Places, Stand},
    operators,
    pems::{self, Filling},
    references::{Referrers, references, spellings},
    reuse, servers, service, shape, standard,
    texts::{self, Texts},
};
use crate::{
    ContractTexts,
    contracts::{ContractSummary, Contracts, Summaries},
    intake,
    secrets::Found,
};

/// What identifies a resource within its workspace.
pub(crate) type Id = (Kind, Arc<str>);

/// Resources that change together.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// `None` removes.
    pub(crate) resources: BTreeMap<Id, Option<Arc<Resource>>>,
    pub(crate) sources: HashMap<Id, Arc<Document>>,
}

/// What resources are held against besides each other.
pub(crate) struct World<'a> {
    pub(crate) catalogue: Catalogue,
    pub(crate) contracts: &'a Contracts,
    /// Contracts that come with the change, and those of them that could be read.
    pub(crate) texts: &'a ContractTexts,
    pub(crate) fresh: &'a Summaries,
    pub(crate) files: &'a Files,
    /// What the changes name, and everything else.
    pub(crate) secrets: &'a Found,
    /// Texts that are at hand beside those that come with the change.
    pub(crate) at_hand: &'a ContractTexts,
    /// What other workspaces claim.
    pub(crate) claims: &'a [&'a Below],
}

/// Every resource of a workspace, and who refers to it. What is in another workspace is not known here.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    workspace: Name,
    resources: BTreeMap<Id, Arc<Resource>>,
    referrers: Referrers,
    places: Places,
    below: Below,
    keys: HashMap<KeyHash, Id>,
    /// What the uses of passwords are kept under.
    marks: HashSet<KeyHash>,
    names: HashMap<intake::Claimed, Id>,
    /// How many APIs have a contract.
    contracts: HashMap<Arc<str>, usize>,
    /// What names files.
    naming: BTreeSet<Id>,
    /// What names secrets.
    secrets: BTreeMap<Id, BTreeSet<Arc<str>>>,
}

impl Changes {
    /// `false` where the resource is already among the changes.
    pub(crate) fn put(&mut self, resource: Resource, source: Option<Arc<Document>>) -> bool {
        let id = (resource.kind(), Arc::from(resource.id()));
        if let Some(source) = source {
            self.sources.entry(id.clone()).or_insert(source);
        }
        let free = !self.resources.contains_key(&id);
        if free {
            self.resources.insert(id, Some(Arc::new(resource)));
        }
        free
    }

    pub(crate) fn remove(&mut self, id: Id) {
        self.resources.insert(id, None);
    }
}

impl World<'_> {
    /// Whether any of some policies reads the contract.
    pub(crate) fn read_contract(&self, uses: &[PolicyUse]) -> bool {
        uses.iter().any(|used| self.catalogue.find(&used.policy).is_ok_and(|entry| entry.reads_contract()))
    }

    /// A contract as a data plane needs it; `before` is the service as it was.
    pub(crate) fn document(&self, hash: &str, before: Option<&Service>) -> Option<Arc<ContractDocument>> {
        let same = before.and_then(|service| service.contract.as_ref()).filter(|known| *known.hash == *hash);
        if let Some(same) = same {
            return Some(Arc::clone(same));
        }
        if let Some(contract) = self.contracts.cached(hash) {
            return Some(Arc::new(contract.document(hash)));
        }
        let text = self.texts.0.get(hash).or_else(|| self.at_hand.0.get(hash))?;
        let contract = Arc::new(contract::Contract::parse(&text.text, &text.file).ok()?);
        self.contracts.cache(hash.into(), Arc::clone(&contract));
        Some(Arc::new(contract.document(hash)))
    }

    pub(crate) fn contract(&self, hash: &str) -> Option<Arc<ContractSummary>> {
        self.fresh.get(hash).cloned().or_else(|| self.contracts.summary(hash))
    }
}

/// The resources as they are with some changes made.
pub(crate) struct View<'a> {
    base: &'a Index,
    /// The gateway in force, for workspaces that have none of their own.
    gateway: &'a Gateway,
    changes: &'a Changes,
    /// Who of the changes refers to whom.
    added: Referrers,
    /// Where the changes answer.
    added_places: Places,
}

impl<'a> View<'a> {
    pub(crate) fn get(&self, id: &Id) -> Option<&'a Arc<Resource>> {
        match self.changes.resources.get(id) {
            Some(changed) => changed.as_ref(),
            None => self.base.resources.get(id),
        }
    }

    /// Everything of a kind, by id.
    pub(crate) fn all(&self, kind: Kind) -> BTreeMap<&'a Id, &'a Arc<Resource>> {
        let of_kind = |id: &&Id| id.0 == kind;
        let range = (kind, Arc::from(""))..;
        let kept = self.base.resources.range(range.clone()).take_while(|(id, _)| of_kind(id));
        let kept = kept.filter(|(id, _)| !self.changes.resources.contains_key(*id));
        let changed = self.changes.resources.range(range).take_while(|(id, _)| of_kind(id));
        kept.chain(changed.filter_map(|(id, resource)| Some((id, resource.as_ref()?)))).collect()
    }

    /// The ids of the APIs that a reference covers.
    pub(crate) fn apis(&self, reference: &str) -> Vec<Arc<str>> {
        let exact = (Kind::Api, Arc::from(reference));
        if reference.contains('@') {
            return self.get(&exact).map(|_| exact.1).into_iter().collect();
        }
        let mut found: Vec<Arc<str>> = self.get(&exact).map(|_| exact.1.clone()).into_iter().collect();
        // `@` sorts after digits and before letters, so that versions of `orders` stand together, apart from `orders-eu`.
        let (from, to) = (format!("{reference}@"), format!("{reference}A"));
        let range = (Kind::Api, Arc::from(from))..(Kind::Api, Arc::from(to));
        let kept = self.base.resources.range(range.clone()).map(|(id, _)| id);
        let kept = kept.filter(|id| !self.changes.resources.contains_key(*id));
        let changed = self.changes.resources.range(range).filter(|(_, r)| r.is_some()).map(|(id, _)| id);
        found.extend(kept.chain(changed).map(|id| Arc::clone(&id.1)));
        found
    }

    pub(crate) fn workspace(&self) -> &'a Name {
        &self.base.workspace
    }

    /// What a part of the snapshot is found by that is made of a resource.
    pub(crate) fn key(&self, id: &Id) -> Arc<str> {
        scoped(self.workspace(), &format!("{}/{}", id.0, id.1))
    }

    /// The policies of the gateway as a whole.
    pub(crate) fn wide(&self) -> &'a [PolicyUse] {
        if !self.workspace().is_default_workspace() {
            return &self.gateway.policies;
        }
        self.all(Kind::Gateway)
            .into_values()
            .find_map(|resource| match &**resource {
                Resource::Gateway(gateway) => Some(&gateway.policies[..]),
                _ => None,
            })
            .unwrap_or_default()
    }

    fn resolves(&self, target: &Id) -> bool {
        match target.0 {
            Kind::Api => !self.apis(&target.1).is_empty(),
            _ => self.get(target).is_some(),
        }
    }

    /// What answers at a place.
    pub(crate) fn at(&self, place: &Place) -> impl Iterator<Item = &Stand> + Clone {
        let kept = self.base.places.at(place).filter(|(id, _)| !self.changes.resources.contains_key(id));
        kept.chain(self.added_places.at(place))
    }

    pub(crate) fn is_changed(&self, id: &Id) -> bool {
        self.changes.resources.contains_key(id)
    }

    /// Everything that changes and is not removed.
    pub(crate) fn changed(&self) -> impl Iterator<Item = (&'a Id, &'a Arc<Resource>)> {
        self.changes.resources.iter().filter_map(|(id, resource)| Some((id, resource.as_ref()?)))
    }

    /// Who refers to a resource, with the changes made.
    pub(crate) fn referrers(&self, target: &Id) -> BTreeSet<Id> {
        let kept = self.base.referrers.of(target).filter(|id| !self.changes.resources.contains_key(*id));
        kept.chain(self.added.of(target)).cloned().collect()
    }
}

impl Index {
    /// That of a workspace with nothing in it.
    pub(crate) fn of(workspace: Name) -> Index {
        Index {
            workspace,
            resources: BTreeMap::new(),
            referrers: Referrers::default(),
            places: Places::default(),
            below: Below::default(),
            keys: HashMap::new(),
            marks: HashSet::new(),
            names: HashMap::new(),
            contracts: HashMap::new(),
            naming: BTreeSet::new(),
            secrets: BTreeMap::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The contracts that APIs have.
    pub(crate) fn all_contracts(&self) -> impl Iterator<Item = &Arc<str>> {
        self.contracts.keys()
    }

    /// Whether an API has a contract.
    pub(crate) fn has_contract(&self, hash: &str) -> bool {
        self.contracts.contains_key(hash)
    }

    /// Whose key this is.
    pub(crate) fn owner_of_key(&self, key: &KeyHash) -> Option<&Id> {
        self.keys.get(key)
    }

    /// The hosts and paths it claims.
    pub(crate) fn below(&self) -> &Below {
        &self.below
    }

    pub(crate) fn get(&self, id: &Id) -> Option<&Arc<Resource>> {
        self.resources.get(id)
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Arc<Resource>> {
        self.named(kind).map(|(_, resource)| resource)
    }

    /// Resources of a kind with their ids, in the order of those.
    pub(crate) fn named(&self, kind: Kind) -> impl Iterator<Item = (&Id, &Arc<Resource>)> {
        self.resources.range((kind, Arc::from(""))..).take_while(move |(id, _)| id.0 == kind)
    }

    /// Every secret that is named.
    pub(crate) fn secrets(&self) -> BTreeSet<Arc<str>> {
        self.secrets.values().flatten().cloned().collect()
    }

    /// Every secret that is named once some changes are made.
    pub(crate) fn secrets_with(&self, changes: &Changes) -> BTreeSet<Arc<str>> {
        let kept = self.secrets.iter().filter(|(id, _)| !changes.resources.contains_key(*id));
        let changed = changes.resources.values().flatten().flat_map(|resource| named_secrets(resource));
        kept.flat_map(|(_, secrets)| secrets.iter().cloned()).chain(changed).collect()
    }

    /// What names a secret.
    pub(crate) fn users_of_secret(&self, reference: &str) -> Vec<Id> {
        let users = self.secrets.iter().filter(|(_, secrets)| secrets.contains(reference));
        users.map(|(id, _)| id.clone()).collect()
    }

    /// Whom a name stands for.
    pub(crate) fn named_by(&self, name: &intake::Claimed) -> Option<&Id> {
        self.names.get(name)
    }

    /// Whether somebody has this key.
    pub(crate) fn has_key(&self, hash: &KeyHash) -> bool {
        self.keys.contains_key(hash)
    }

    /// Whether somebody has this key, or the password that a use is kept under.
    pub(crate) fn has_credential(&self, hash: &KeyHash) -> bool {
        self.keys.contains_key(hash) || self.marks.contains(hash)
    }

    /// Who refers to a resource. A reference that something else satisfies too, such as another version of the API, counts.
    pub(crate) fn referrers(&self, target: &Id) -> BTreeSet<Id> {
        self.referrers.of(target).cloned().collect()
    }

    /// The ids of the APIs that a reference covers.
    pub(crate) fn apis(&self, reference: &str) -> Vec<Arc<str>> {
        let (added, added_places) = Default::default();
        let gateway = &Gateway::default();
        View { base: self, gateway, changes: &Changes::default(), added, added_places }.apis(reference)
    }

    /// Checks changes, and makes the snapshot they lead to. `start` is what is taken over unseen: the present snapshot, or an empty one
    /// where everything is among the changes. Parts equal to those of `previous` are the same by pointer.
    pub(crate) fn resolve(
        &self,
        changes: &Changes,
        world: &World<'_>,
        start: Snapshot,
        previous: &Snapshot,
    ) -> Result<Compiled, Vec<Finding>> {
        let mut report = Report::new(&changes.sources);
        let (mut added, mut added_places) = (Referrers::default(), Places::default());
        for (id, resource) in &changes.resources {
            if let Some(resource) = resource {
                added.add(id, resource);
                added_places.add(id, resource);
            }
        }
        let gateway = Arc::clone(&start.gateway);
        let view = View { base: self, gateway: &gateway, changes, added, added_places };
        operators::check(&view, world.catalogue, &mut report);
        if report.has_error() {
            // Nothing of what operators have is looked at for somebody else.
            return Err(report.findings);
        }
        let texts = Texts::new(world.files, &world.secrets.values);
        for (id, resource) in &changes.resources {
            if let Some(resource) = resource {
                shape::check(id, resource, &mut report);
                attached::check(id, resource, world, (&texts, previous), &mut report);
                standard::check(id, resource, world.catalogue, &mut report);
                if let Resource::Gateway(gateway) = &**resource {
                    texts::check_client_auth(id, gateway, &texts, previous, &mut report);
                }
                check_references(&view, id, resource, &mut report);
            }
        }
        self.check_removed(&view, &mut report);
        self.check_keys(&view, &mut report);
        self.check_names(&view, &mut report);
        servers::check(&view, &mut report);
        conflict::check(&view, &mut report);
        claims::check(&view, world.claims, &mut report);
        let mut next = start;
        next.number += 1;
        self.resolve_parts(&view, (world, &texts), &mut next, previous, &mut report);
        if report.has_error() {
            Err(report.findings)
        } else {
            Ok(Compiled { snapshot: next, findings: report.findings })
        }
    }

    /// The files that resources name.
    pub(crate) fn files(&self, files: &Files, catalogue: Catalogue) -> Vec<PathBuf> {
        let all = self.naming.iter().filter_map(|id| self.resources.get(id));
        all.flat_map(|resource| named_files(resource, files, catalogue)).collect()
    }

    /// Reads the files that resources name again: the snapshot with what they say now, and what is wrong with them.
    pub(crate) fn read_files(
        &self,
        files: &Files,
        catalogue: Catalogue,
        present: &Snapshot,
    ) -> (Snapshot, Vec<Finding>) {
        let (mut next, sources) = (present.clone(), HashMap::new());
        let mut report = Report::new(&sources);
        for resource in self.of_kind(Kind::Certificate) {
            let id = (Kind::Certificate, Arc::from(resource.id()));
            let before = present.certificates.get(&id.1);
            let read = certificate::read(&id, resource, files, before, &mut report);
            set(&mut next.certificates, &id.1, read);
        }
        pems::read_again(files, present, &mut next, &mut report);
        texts::read_again(files, catalogue, present, &mut next, &mut report);
        (next, report.findings)
    }

    /// Every API again, as it is: after the gateway's policies came to read contracts, or not to.
    pub(crate) fn apis_again(&self) -> Changes {
        let mut changes = Changes::default();
        changes.resources.extend(self.named(Kind::Api).map(|(id, api)| (id.clone(), Some(Arc::clone(api)))));
        changes
    }

    /// Takes changes over, once they are durable. The contracts that no API has any more.
    pub(crate) fn adopt(&mut self, changes: Changes, catalogue: Catalogue) -> Vec<Arc<str>> {
        let mut given_up = Vec::new();
        for (id, resource) in changes.resources {
            if let Some(before) = self.resources.remove(&id) {
                self.referrers.remove(&id, &before);
                self.naming.remove(&id);
                self.secrets.remove(&id);
                self.places.remove(&id, &before);
                self.below.remove(&before);
                if let Some(hash) = stored_contract(&before) {
                    let users = self.contracts.entry(hash.into()).or_default();
                    *users = users.saturating_sub(1);
                    given_up.push(Arc::from(hash));
                }
                for (_, key) in intake::keys(&before) {
                    if self.keys.get(&key) == Some(&id) {
                        self.keys.remove(&key);
                    }
                }
                for mark in intake::password_marks(&before) {
                    self.marks.remove(&mark);
                }
                for (_, name) in intake::names(&before) {
                    if self.names.get(&name) == Some(&id) {
                        self.names.remove(&name);
                    }
                }
            }
            if let Some(resource) = resource {
                self.referrers.add(&id, &resource);
                if !named_files(&resource, &Files::default(), catalogue).is_empty() {
                    self.naming.insert(id.clone());
                }
                let secrets = named_secrets(&resource);
                if !secrets.is_empty() {
                    self.secrets.insert(id.clone(), secrets);
                }
                self.places.add(&id, &resource);
                self.below.add(&resource);
                if let Some(hash) = stored_contract(&resource) {
                    *self.contracts.entry(hash.into()).or_default() += 1;
                }
                self.keys.extend(intake::keys(&resource).map(|(_, key)| (key, id.clone())));
                self.marks.extend(intake::password_marks(&resource));
                self.names.extend(intake::names(&resource).map(|(_, name)| (name, id.clone())));
                self.resources.insert(id, resource);
            }
        }
        given_up.retain(|hash| self.contracts.get(hash).is_none_or(|users| *users == 0));
        for hash in &given_up {
            self.contracts.remove(hash);
        }
        given_up
    }

    /// What stays must not refer to what goes.
    fn check_removed(&self, view: &View<'_>, report: &mut Report<'_>) {
        let removed = view.changes.resources.iter().filter(|(_, resource)| resource.is_none());
        let orphans: BTreeSet<&Id> = removed.flat_map(|(id, _)| self.referrers.of(id)).collect();
        for id in orphans.into_iter().filter(|id| !view.changes.resources.contains_key(*id)) {
            if let Some(resource) = self.resources.get(id) {
                check_references(view, id, resource, report);
            }
        }
    }

    /// A key proves one caller.
    fn check_keys(&self, view: &View<'_>, report: &mut Report<'_>) {
        let mut fresh: HashMap<KeyHash, &Id> = HashMap::new();
        for (id, resource) in &view.changes.resources {
            for (index, key) in resource.iter().flat_map(|resource| intake::keys(resource)) {
                let before = self.keys.get(&key).filter(|owner| !view.changes.resources.contains_key(*owner));
                if let Some(other) = fresh.insert(key, id).or(before) {
                    let message = match other == id {
                        true => "this key stands twice here".to_owned(),
                        false => {
                            format!("{} has the same key; every caller needs its own", report.name(other))
                        }
                    };
                    report.error(id, &format!("credentials[{index}]"), "duplicate-key", message);
                }
            }
        }
    }

    /// A username proves one caller, and so does a custom id.
    fn check_names(&self, view: &View<'_>, report: &mut Report<'_>) {
        let mut fresh: HashMap<intake::Claimed, &Id> = HashMap::new();
        for (id, resource) in &view.changes.resources {
            for (field, name) in resource.iter().flat_map(|resource| intake::names(resource)) {
                let before =
                    self.names.get(&name).filter(|owner| !view.changes.resources.contains_key(*owner));
                if let Some(other) = fresh.insert(name, id).or(before) {
                    let message = match other == id {
                        true => "this name stands twice here".to_owned(),
                        false => format!("{} has the same; every caller needs its own", report.name(other)),
                    };
                    report.error(id, &field, "duplicate-credential", message);
                }
            }
        }
    }

    fn resolve_parts(
        &self,
        view: &View<'_>,
        (world, texts): (&World<'_>, &Texts<'_>),
        next: &mut Snapshot,
        previous: &Snapshot,
        report: &mut Report<'_>,
    ) {
        let mut filling = Filling::new(world.files);
        let mut services = BTreeSet::new();
        let mut apps = BTreeSet::new();
        for (id, resource) in &view.changes.resources {
            match id.0 {
                Kind::Gateway => {
                    self.resolve_gateway(view, id, (world, texts), next, previous, report);
                    // What the gateway's policies read must be where they run.
                    if world.read_contract(&previous.gateway.policies)
                        != world.read_contract(&next.gateway.policies)
                    {
                        services.extend(view.all(Kind::Api).into_keys().cloned());
                    }
                }
                Kind::Workspace => {
                    let rules = match resource.as_deref() {
                        Some(Resource::Workspace(workspace)) => workspace.limits.requests_per_second,
                        _ => None,
                    };
                    let rules = rules.map(|most| WorkspaceRules { requests_per_second: Some(most) });
                    let before = previous.workspaces.get(&id.1);
                    set(&mut next.workspaces, &id.1, rules.map(|rules| reuse(before, rules)));
                }
                Kind::Certificate => {
                    let before = previous.certificates.get(&id.1);
                    let read = |resource: &Arc<Resource>| {
                        certificate::read(id, resource, world.files, before, report)
                    };
                    set(&mut next.certificates, &id.1, resource.as_ref().and_then(read));
                }
                Kind::Upstream => {
                    services.extend(view.referrers(id));
                    if let Some(Resource::Upstream(upstream)) = resource.as_deref() {
                        filling.named(view, id, upstream, previous, report);
                    }
                }
                Kind::Api => {
                    services.insert(id.clone());
                    // Whether an app may call it depends on whether it is there, not on what it says.
                    let was = self.resources.contains_key(id);
                    if was != resource.is_some() {
                        let products = spellings(id).flat_map(|id| view.referrers(&id));
                        apps.extend(products.flat_map(|product| self.apps_of_product(view, &product)));
                    }
                }
                Kind::Route => drop(services.insert(id.clone())),
                Kind::Consumer => {
                    let key = view.key(id);
                    let caller = |resource| caller::of_consumer(view.workspace(), resource);
                    let caller = resource.as_deref().and_then(caller);
                    let before = previous.callers.get(&key);
                    set_caller(&mut next.callers, key, caller.map(|caller| reuse(before, caller)));
                }
                Kind::Plan => {
                    let rules = match resource.as_deref() {
                        Some(Resource::Plan(plan)) => Some(PlanRules {
                            name: plan.name.shared(),
                            workspace: self.workspace.clone(),
                            policies: plan.policies.clone(),
                        }),
                        _ => None,
                    };
                    let key = scoped_shared(&self.workspace, &id.1);
                    let before = previous.plans.get(&key);
                    set(&mut next.plans, &key, rules.map(|rules| reuse(before, rules)));
                }
                Kind::Product => apps.extend(self.apps_of_product(view, id)),
                Kind::App => drop(apps.insert(id.clone())),
                Kind::Block => {
                    let rule = |resource| block::rule(&self.workspace, resource);
                    let rule = resource.as_deref().and_then(rule);
                    let key = scoped_shared(&self.workspace, &id.1);
                    let before = previous.blocks.get(&key);
                    set(&mut next.blocks, &key, rule.map(|rule| reuse(before, rule)));
                }
                Kind::AuthorizationServer => {
                    let told = match resource.as_deref() {
                        Some(Resource::AuthorizationServer(server)) => {
                            Some(server.for_gateways(self.workspace.clone()))
                        }
                        _ => None,
                    };
                    let key = scoped_shared(&self.workspace, &id.1);
                    let before = previous.servers.get(&key);
                    set(&mut next.servers, &key, told.map(|told| reuse(before, told)));
                }
                // They are asked when something changes, and are nothing to a gateway.
                Kind::Standard | Kind::Waiver | Kind::IdentityProvider | Kind::Design | Kind::Webhook => {}
                Kind::Subscription => {
                    for subscription in [resource.as_ref(), self.resources.get(id)].into_iter().flatten() {
                        if let Resource::Subscription(subscription) = &**subscription {
                            apps.insert((Kind::App, subscription.app.shared()));
                        }
                    }
                }
            }
        }
        for id in &apps {
            let key = view.key(id);
            let caller = view.get(id).and_then(|app| caller::of_app(view, id, app));
            let before = previous.callers.get(&key);
            set_caller(&mut next.callers, key, caller.map(|caller| reuse(before, caller)));
        }
        for id in services {
            let key = view.key(&id);
            let before = previous.services.get(&key).map(|before| &**before);
            let made = view.get(&id);
            let made = made.and_then(|resource| service::make(view, &id, resource, world, before, report));
            let made = made.map(|mut made| {
                texts::fill_service(&id, &mut made, world.catalogue, texts, previous);
                made
            });
            let made = made.and_then(|made| filling.service(view, &id, made, previous, report));
            let before = previous.services.get(&key);
            set_shared(&mut next.services, &key, made.map(|made| reuse(before, made)));
        }
    }

    fn resolve_gateway(
        &self,
        view: &View<'_>,
        id: &Id,
        (world, texts): (&World<'_>, &Texts<'_>),
        next: &mut Snapshot,
        previous: &Snapshot,
        report: &mut Report<'_>,
    ) {
        let all = view.all(Kind::Gateway);
        let gateway = all.values().next().map(|resource| &***resource);
        let mut gateway = match gateway {
            Some(Resource::Gateway(gateway)) => (**gateway).clone(),
            _ => Gateway::default(),
        };
        texts::fill_gateway(id, &mut gateway, world.catalogue, texts, previous);
        let first = all.keys().next().copied();
        if view.get(id).is_some()
            && let Some(other) = first.filter(|first| *first != id)
        {
            let message =
                format!("there is one gateway resource for all; {} is it already", report.name(other));
            report.error(id, "name", "conflict", message);
        }
        next.gateway = reuse(Some(&previous.gateway), gateway);
    }

    fn apps_of_product(&self, view: &View<'_>, product: &Id) -> Vec<Id> {
        let subscriptions = view.referrers(product).into_iter().filter(|id| id.0 == Kind::Subscription);
        let app = |id: Id| match &**view.get(&id)? {
            Resource::Subscription(subscription) => Some((Kind::App, subscription.app.shared())),
            _ => None,
        };
        subscriptions.filter_map(app).collect()
    }
}

/// The files a resource names.
fn named_files(resource: &Resource, files: &Files, catalogue: Catalogue) -> Vec<PathBuf> {
    [
        certificate::named(resource, files),
        pems::named(resource, files),
        texts::named(resource, files, catalogue),
    ]
    .concat()
}

fn set<T>(parts: &mut BTreeMap<Arc<str>, Arc<T>>, key: &Arc<str>, part: Option<Arc<T>>) {
    match part {
        Some(part) => parts.insert(Arc::clone(key), part),
        None => parts.remove(key),
    };
}

fn set_shared<T>(parts: &mut SharedMap<Arc<T>>, key: &Arc<str>, part: Option<Arc<T>>) {
    match part {
        Some(part) => parts.insert(Arc::clone(key), part),
        None => parts.remove(key),
    };
}

/// The caller's own key is what it is found by, where it is that: there may be a million.
fn set_caller(callers: &mut SharedMap<Arc<Caller>>, key: Arc<str>, caller: Option<Arc<Caller>>) {
    match caller {
        Some(caller) if caller.key == key => callers.insert(Arc::clone(&caller.key), caller),
        Some(caller) => callers.insert(key, caller),
        None => callers.remove(&key),
    };
}

fn check_references(view: &View<'_>, id: &Id, resource: &Resource, report: &mut Report<'_>) {
    for (field, target) in references(resource) {
        if view.resolves(&target) {
            continue;
        }
        let names: Vec<Arc<str>> = view.all(target.0).keys().map(|id| Arc::clone(&id.1)).collect();
        let near = crate::nearest::suggestion(&target.1, names.iter().map(|name| &**name));
        let message = format!("there is no {} `{}`{near}", target.0, target.1);
        report.error(id, &field, "dangling-reference", message);
    }
}

/// The secrets that a resource names.
pub(crate) fn named_secrets(resource: &Resource) -> BTreeSet<Arc<str>> {
    let (policies, operations) = match resource {
        Resource::Gateway(gateway) => (&gateway.policies[..], None),
        Resource::Api(api) => (&api.policies[..], Some(&api.operations)),
        Resource::Route(route) => (&route.policies[..], None),
        Resource::Plan(plan) => (&plan.policies[..], None),
        Resource::Consumer(consumer) => (&consumer.policies[..], None),
        Resource::Certificate(certificate) => {
            let account = certificate.acme.as_ref().and_then(|acme| acme.eab.as_ref());
            return account.iter().map(|account| Arc::from(&*account.hmac_key)).collect();
        }
        Resource::IdentityProvider(provider) => {
            let key = provider.saml.as_ref().and_then(|saml| saml.key.as_ref());
            return provider.client_secret.iter().chain(key).map(|secret| Arc::from(&**secret)).collect();
        }
        Resource::AuthorizationServer(server) => {
            let token = server
                .registration
                .as_ref()
                .and_then(|registration| registration.initial_access_token.as_ref());
            return token.iter().map(|token| Arc::from(&***token)).collect();
        }
        Resource::Webhook(hook) => return BTreeSet::from([Arc::from(&*hook.secret)]),
        _ => return BTreeSet::new(),
    };
    let of_operations = operations.into_iter().flat_map(|all| all.values()).flat_map(|one| &one.policies);
    let configs = policies.iter().chain(of_operations).map(|policy| &policy.config);
    configs.flat_map(model::secret_references).map(Arc::from).collect()
}

/// The hash of a text that is to be stored for a resource: the contract of an API, or one in the making.
pub(crate) fn kept_contract(resource: &Resource) -> Option<&str> {
    match resource {
        Resource::Design(design) => match &design.contract {
            Some(model::ContractSource::Stored(hash)) => Some(hash),
            _ => None,
        },
        resource => stored_contract(resource),
    }
}

/// The hash of the contract an API has.
pub(crate) fn stored_contract(resource: &Resource) -> Option<&str> {
    match resource {
        Resource::Api(api) => match &api.contract {
            Some(model::ContractSource::Stored(hash)) => Some(hash),
            _ => None,
        },
        _ => None,
    }
}
