//! A change: checked whole, stored whole, then live.

use std::{collections::BTreeSet, sync::Arc};

use model::{Api, Finding, Kind, Name, PolicyUse, Resource, Severity, Snapshot, scoped, tree::Document};
use store::{Commit, Expected, Origin, Write};
use tokio::sync::OwnedMutexGuard;

use crate::{
    Actor, ContractChanges, ContractTexts, Control, Error,
    compile::{
        Changes, Compiled, Id, Index, World, has_error, kept_contract, named_secrets, stored_contract,
    },
    contracts::{ContractText, Summaries},
    control::{Record, State, Writing},
    redact::redacted,
};

/// What shall become of one resource.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Id,
    /// `None` deletes.
    pub(crate) resource: Option<Resource>,
    pub(crate) source: Option<Arc<Document>>,
    /// The word for the audit log.
    pub(crate) action: &'static str,
    /// `None` keeps that of the present one.
    pub(crate) origin: Option<Origin>,
    /// Whether there is something to write; what stays as it is is checked all the same.
    pub(crate) differs: bool,
    /// Changes of its contract that were agreed to beside those it lists itself.
    pub(crate) agreed: Arc<[String]>,
}

/// A change that may happen.
pub(crate) struct Ready {
    workspace: Name,
    drafts: Vec<Draft>,
    changes: Changes,
    compiled: Compiled,
    fresh: Summaries,
    texts: ContractTexts,
    /// What changes in contracts.
    contracts: Vec<ContractChanges>,
}

/// What checking a change came to.
pub(crate) type Outcome = Result<Ready, Vec<Finding>>;

impl Ready {
    pub(crate) fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.compiled.snapshot
    }

    pub(crate) fn texts(&self) -> &ContractTexts {
        &self.texts
    }

    /// Contracts that were read for this change.
    pub(crate) fn fresh(&self) -> &Summaries {
        &self.fresh
    }

    /// Warnings.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.compiled.findings
    }
}

impl Draft {
    pub(crate) fn put(resource: Resource, action: &'static str, origin: Option<Origin>) -> Draft {
        let id = (resource.kind(), Arc::from(resource.id()));
        Draft {
            id,
            resource: Some(resource),
            source: None,
            action,
            origin,
            differs: true,
            agreed: Arc::default(),
        }
    }

    /// A finding of a field, with where that stands.
    pub(crate) fn said(&self, finding: Finding, field: &str) -> Finding {
        let finding = finding.in_resource(format!("{}/{}", self.id.0, self.id.1));
        // Of the whole, where it is no field.
        let finding = if field.is_empty() { finding } else { finding.in_field(field) };
        match &self.source {
            Some(document) => finding.at(document.place(field)),
            None => finding,
        }
    }

    pub(crate) fn delete(id: Id, action: &'static str) -> Draft {
        Draft {
            id,
            resource: None,
            source: None,
            action,
            origin: None,
            differs: true,
            agreed: Arc::default(),
        }
    }
}

impl Control {
    /// Waits for the change before, and makes sure that what is in memory is what is stored.
    pub(crate) async fn write_lock(&self) -> Result<OwnedMutexGuard<Writing>, Error> {
        let mut writing = Arc::clone(&self.inner.writing).lock_owned().await;
        if writing.unsure {
            self.reload().await?;
            writing.unsure = false;
        }
        Ok(writing)
    }

    /// Checks drafts against everything there is.
    pub(crate) async fn check_drafts(
        &self,
        ws: &Name,
        drafts: Vec<Draft>,
        texts: ContractTexts,
    ) -> Result<Outcome, Error> {
        self.check_drafts_by(ws, drafts, texts, false).await
    }

    /// The same, but that what standards ask is told only.
    pub(crate) async fn check_drafts_passing(
        &self,
        ws: &Name,
        drafts: Vec<Draft>,
        texts: ContractTexts,
    ) -> Result<Outcome, Error> {
        self.check_drafts_by(ws, drafts, texts, true).await
    }

    async fn check_drafts_by(
        &self,
        ws: &Name,
        drafts: Vec<Draft>,
        mut texts: ContractTexts,
        passing: bool,
    ) -> Result<Outcome, Error> {
        let mut refused = self.judge_tenancy(ws, &drafts, &texts).await?;
        refused.extend(self.judge_providers(ws, &drafts).await?);
        if !refused.is_empty() {
            return Ok(Err(refused));
        }
        for draft in &drafts {
            let hash = draft.resource.as_ref().and_then(stored_contract);
            let Some(hash) = hash.filter(|hash| !texts.0.contains_key(*hash)) else { continue };
            if self.inner.contracts.summary(hash).is_none()
                && let Some(text) = self.inner.store.contract(hash.to_owned()).await.map_err(Error::Store)?
            {
                let file = format!("the contract of api/{}", draft.id.1).into();
                texts.0.insert(hash.into(), ContractText { file, text: text.into(), is_unfinished: false });
            }
        }
        let named = drafts.iter().filter_map(|draft| draft.resource.as_ref()).flat_map(named_secrets);
        let named = named.map(|reference| scoped(ws, &reference));
        self.look_up(&named.collect(), false).await;
        for (hash, id) in self.contracts_to_read(ws, &drafts) {
            if texts.0.contains_key(&hash) {
                continue;
            }
            if let Some(text) = self.inner.store.contract(hash.to_string()).await.map_err(Error::Store)? {
                let file = format!("the contract of api/{id}").into();
                texts.0.insert(hash, ContractText { file, text: text.into(), is_unfinished: false });
            }
        }
        let judged = self.judge_contracts(ws, &drafts, &texts).await?;
        let moves = self.judge_moves(ws, &drafts);
        let (control, workspace) = (self.clone(), ws.clone());
        // Parsing a contract of some megabytes takes a while.
        let checked = tokio::task::spawn_blocking(move || control.check_now(workspace, drafts, texts)).await;
        let checked = checked.map_err(|error| {
            tracing::error!(%error, "checking a change failed");
            Error::Internal
        })?;
        let breaking =
            judged.iter().map(|judged| (judged.told.api.as_str().into(), judged.told.breaking)).collect();
        let (contracts, breaks): (Vec<_>, Vec<_>) =
            judged.into_iter().map(|judged| (judged.told, judged.findings)).unzip();
        let breaks = breaks.into_iter().flatten().chain(moves);
        Ok(match checked {
            Ok(mut ready) => {
                let mut unmet = self.judge_standards(ws, &ready, breaking).await?;
                if passing {
                    unmet.iter_mut().for_each(|finding| finding.severity = Severity::Warning);
                }
                ready.contracts = contracts;
                ready.compiled.findings.extend(breaks.chain(unmet));
                if has_error(ready.findings()) { Err(ready.compiled.findings) } else { Ok(ready) }
            }
            Err(mut findings) => {
                findings.extend(breaks);
                Err(findings)
            }
        })
    }

    /// What is wrong with the states that APIs come to.
    fn judge_moves(&self, ws: &Name, drafts: &[Draft]) -> Vec<Finding> {
        let all = self.state();
        let state = all.of(ws);
        let of = |resource: &Resource| match resource {
            Resource::Api(api) => Some(api.life_state()),
            _ => None,
        };
        let wrong = drafts.iter().filter_map(|draft| {
            let (before, after) = (of(state.index.get(&draft.id)?)?, of(draft.resource.as_ref()?)?);
            if before == after || before.next().contains(&after) {
                return None;
            }
            let allowed: Vec<&str> = before.next().iter().map(|next| next.as_str()).collect();
            let (before, after, allowed) = (before.as_str(), after.as_str(), allowed.join(" or "));
            let message = format!("an api that is {before} does not become {after}, but {allowed}");
            Some(draft.said(Finding::error("transition-not-allowed", message), "lifecycle.state"))
        });
        wrong.collect()
    }

    /// Contracts that policies read after a change, and that are not at hand.
    fn contracts_to_read(&self, ws: &Name, drafts: &[Draft]) -> Vec<(Arc<str>, Arc<str>)> {
        let reads = |uses: &[PolicyUse]| {
            let entry = |used: &PolicyUse| self.inner.catalogue.find(&used.policy);
            uses.iter().any(|used| entry(used).is_ok_and(|entry| entry.reads_contract()))
        };
        let mut wide = false;
        let mut apis: Vec<(Name, Resource)> = Vec::new();
        for resource in drafts.iter().filter_map(|draft| draft.resource.as_ref()) {
            match resource {
                Resource::Gateway(gateway) => wide |= reads(&gateway.policies),
                Resource::Api(_) => apis.push((ws.clone(), resource.clone())),
                _ => {}
            }
        }
        let snapshot = self.snapshot();
        wide |= reads(&snapshot.gateway.policies);
        if wide {
            for (workspace, space) in self.state().spaces() {
                let all = space.index.of_kind(Kind::Api);
                apis.extend(all.map(|api| (workspace.clone(), (**api).clone())));
            }
        }
        let missing = apis.iter().filter_map(|(workspace, resource)| {
            let Resource::Api(api) = resource else { return None };
            let own = reads(&api.policies) || api.operations.values().any(|of| reads(&of.policies));
            let hash = stored_contract(resource).filter(|_| wide || own)?;
            let key = scoped(workspace, &format!("api/{}", resource.id()));
            let known = snapshot.services.get(&key).and_then(|service| service.contract.as_ref());
            let there = known.is_some_and(|known| *known.hash == *hash)
                || self.inner.contracts.cached(hash).is_some();
            (!there).then(|| (Arc::from(hash), Arc::from(resource.id())))
        });
        missing.collect()
    }

    fn check_now(&self, workspace: Name, drafts: Vec<Draft>, texts: ContractTexts) -> Outcome {
        let mut findings = Vec::new();
        let fresh = self.inner.contracts.read(&texts, &mut findings);
        let mut changes = Changes::default();
        for draft in &drafts {
            match &draft.resource {
                Some(resource) => drop(changes.put(resource.clone(), draft.source.clone())),
                None => changes.remove(draft.id.clone()),
            }
        }
        let state = self.state();
        let space = state.of(&workspace);
        let secrets = self.found(&workspace, &space.index.secrets_with(&changes), false);
        let claims = state.claims_beside(&workspace);
        let world = World {
            catalogue: self.inner.catalogue,
            contracts: &self.inner.contracts,
            texts: &texts,
            fresh: &fresh,
            files: &self.inner.files,
            secrets: &secrets,
            at_hand: &texts,
            claims: &claims,
        };
        let snapshot = self.snapshot();
        // Where nothing is in a workspace yet, there is no index of it.
        let fresh_index = Index::of(workspace.clone());
        let index = if space.index.is_empty() { &fresh_index } else { &space.index };
        let mut compiled = index.resolve(&changes, &world, (*snapshot).clone(), &snapshot);
        if let Ok(compiled) = &mut compiled
            && world.read_contract(&snapshot.gateway.policies)
                != world.read_contract(&compiled.snapshot.gateway.policies)
        {
            self.make_apis_again(&state, &workspace, compiled, &texts, &fresh);
        }
        drop(claims);
        drop(state);
        match compiled {
            Ok(mut compiled) => {
                let present = &compiled.snapshot.secrets;
                if present.of_workspace(&workspace) != secrets.values {
                    compiled.snapshot.secrets = Arc::new(present.with_workspace(&workspace, &secrets.values));
                }
                findings.append(&mut compiled.findings);
                if has_error(&findings) {
                    return Err(findings);
                }
                compiled.findings = findings;
                Ok(Ready { workspace, drafts, changes, compiled, fresh, texts, contracts: Vec::new() })
            }
            Err(errors) => {
                findings.extend(errors);
                Err(findings)
            }
        }
    }

    /// Stores a change and makes it live. The number of the snapshot.
    ///
    /// It is done to the end even where the caller goes away.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where `actor` may not do all of it; nothing of it is done then.
    pub(crate) async fn commit(
        &self,
        writing: OwnedMutexGuard<Writing>,
        actor: &Actor,
        ready: Ready,
    ) -> Result<u64, Error> {
        self.judge(actor, &ready.workspace, &ready.drafts)?;
        let control = self.clone();
        let actor = actor.clone();
        let done = tokio::spawn(async move { control.commit_now(writing, &actor, ready).await }).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "storing a change failed");
            Err(Error::Internal)
        })
    }

    async fn commit_now(
        &self,
        mut writing: OwnedMutexGuard<Writing>,
        actor: &Actor,
        ready: Ready,
    ) -> Result<u64, Error> {
        let Ready { workspace, drafts, changes, mut compiled, mut fresh, texts, contracts } = ready;
        let had: BTreeSet<&str> =
            changes.resources.values().flatten().filter_map(|resource| stored_contract(resource)).collect();
        fresh.retain(|hash, _| had.contains(&**hash));
        let present = self.snapshot().number;
        let drafts: Vec<Draft> = drafts.into_iter().filter(|draft| draft.differs).collect();
        if drafts.is_empty() {
            return Ok(present);
        }
        let at = self.now();
        let (writes, mut records) = self.writes(&workspace, &drafts, actor, at);
        let taken = self.keys_taken(&workspace, &drafts);
        let used: BTreeSet<&str> =
            drafts.iter().filter_map(|draft| draft.resource.as_ref().and_then(kept_contract)).collect();
        let commit = Commit {
            workspace: workspace.clone(),
            at,
            actor: actor.name.clone(),
            address: actor.address.map(|address| address.to_string()),
            after: present,
            writes,
            contracts: texts
                .0
                .into_iter()
                .filter(|(hash, _)| used.contains(&**hash))
                .map(|(hash, ContractText { text, .. })| (hash, text))
                .collect(),
        };
        // Until it is known to be either done or not done.
        writing.unsure = true;
        let committed = match self.inner.store.commit(commit).await {
            Ok(committed) => committed,
            Err(store::Error::Stale { what }) => {
                tracing::warn!(what, "another control plane has written");
                let detail = "the configuration was changed elsewhere at the same moment; repeat the change"
                    .to_owned();
                return Err(Error::Conflict { detail });
            }
            Err(error) => {
                tracing::error!(%error, "a change could not be stored");
                return Err(Error::Store(error));
            }
        };
        for ((_, record), revision) in records.iter_mut().zip(&committed.revisions) {
            if let Some(record) = record {
                record.revision = *revision;
            }
        }
        let moved = self.changed_apis(&workspace, &drafts);
        compiled.snapshot.number = committed.snapshot;
        self.inner.contracts.keep(fresh);
        let version = compiled.snapshot.version();
        self.publish(&workspace, records, changes, compiled.snapshot);
        writing.unsure = false;
        drop(writing);
        self.forget_key_uses(&workspace, taken).await;
        for (before, after) in &moved {
            let contract = contracts.iter().find(|told| told.api == after.id());
            self.tell_users(actor, &workspace, (before, after), contract).await;
        }
        self.wait_in_force(version).await;
        Ok(committed.snapshot)
    }

    /// APIs that are there and are changed, as they are and as they shall be.
    fn changed_apis(&self, ws: &Name, drafts: &[Draft]) -> Vec<(Api, Api)> {
        let all = self.state();
        let state = all.of(ws);
        let pair = |draft: &Draft| match (&**state.index.get(&draft.id)?, draft.resource.as_ref()?) {
            (Resource::Api(before), Resource::Api(after)) => Some(((**before).clone(), (**after).clone())),
            _ => None,
        };
        drafts.iter().filter_map(pair).collect()
    }

    /// The APIs of other workspaces again: the gateway's policies, which hold for them, came to read contracts, or not to. What is wrong
    /// with one keeps it as it was.
    fn make_apis_again(
        &self,
        state: &State,
        beside: &Name,
        compiled: &mut Compiled,
        texts: &ContractTexts,
        fresh: &Summaries,
    ) {
        for (workspace, space) in state.spaces().filter(|(workspace, _)| *workspace != beside) {
            let changes = space.index.apis_again();
            if changes.resources.is_empty() {
                continue;
            }
            let secrets = self.found(workspace, &space.index.secrets(), true);
            let world = World {
                catalogue: self.inner.catalogue,
                contracts: &self.inner.contracts,
                texts,
                fresh,
                files: &self.inner.files,
                secrets: &secrets,
                at_hand: texts,
                claims: &[],
            };
            let (number, start) = (compiled.snapshot.number, compiled.snapshot.clone());
            match space.index.resolve(&changes, &world, start, &self.snapshot()) {
                Ok(again) => compiled.snapshot = Snapshot { number, ..again.snapshot },
                Err(findings) => {
                    findings
                        .iter()
                        .for_each(|finding| tracing::error!(%workspace, %finding, "an API stays as it was"));
                }
            }
        }
    }

    fn writes(
        &self,
        ws: &Name,
        drafts: &[Draft],
        actor: &Actor,
        at: u64,
    ) -> (Vec<Write>, Vec<(Id, Option<Record>)>) {
        let all = self.state();
        let state = all.of(ws);
        let mut writes = Vec::with_capacity(drafts.len());
        let mut records = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let present = state.records.get(&draft.id);
            let document = draft.resource.as_ref().map(Resource::to_value);
            let origin = draft.origin.or(present.map(|record| record.origin)).unwrap_or(actor.origin);
            let before = state.index.get(&draft.id).map(|resource| redacted(resource.to_value()));
            writes.push(Write {
                kind: draft.id.0,
                id: Arc::clone(&draft.id.1),
                expected: present.map_or(Expected::Absent, |record| Expected::Revision(record.revision)),
                after: document.clone().map(redacted),
                document,
                origin,
                action: draft.action,
                before,
            });
            let created_at = present.map_or(at, |record| record.created_at);
            let record = Record { revision: 0, created_at, updated_at: at, origin };
            records.push((draft.id.clone(), draft.resource.is_some().then_some(record)));
        }
        (writes, records)
    }
}
