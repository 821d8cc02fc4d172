//! What holds between workspaces: which there are, how much each may have, and what none learns of another.

use std::collections::BTreeSet;

use model::{Finding, Kind, Name, Resource, WorkspaceLimits};
use store::Key;

use crate::{
    Authority, ContractTexts, Control, Error, Scope,
    change::Draft,
    compile::{Id, kept_contract},
    control::{Space, State},
    intake,
};

/// Resources that are named where a workspace is not empty.
const NAMED: usize = 5;
/// States of an API that are looked through for a contract it had.
const STATES: u32 = 200;

impl Control {
    /// Workspaces, by name; `default` is always among them.
    pub fn workspaces(&self) -> Vec<Name> {
        let state = self.state();
        let all = state.of(&Name::default_workspace()).index.named(Kind::Workspace);
        let names: BTreeSet<Name> =
            all.filter_map(|(id, _)| id.1.parse().ok()).chain([Name::default_workspace()]).collect();
        names.into_iter().collect()
    }

    /// The workspaces in which somebody may do something, by name, each with what people call it.
    pub fn workspaces_of(&self, authority: &Authority) -> Vec<(Name, Option<String>)> {
        let title = |name: &Name| match self
            .get(&Name::default_workspace(), Kind::Workspace, name.as_str())
            .ok()?
            .resource
        {
            Resource::Workspace(workspace) => workspace.title,
            _ => None,
        };
        let mine =
            self.workspaces().into_iter().filter(|name| !authority.at(&Scope::One(name.clone())).is_none());
        mine.map(|name| (name.clone(), title(&name))).collect()
    }

    /// What is wrong with a change as one of its workspace.
    ///
    /// # Errors
    /// [`Error::Missing`] where the workspace is gone; [`Error::Store`].
    pub(crate) async fn judge_tenancy(
        &self,
        ws: &Name,
        drafts: &[Draft],
        texts: &ContractTexts,
    ) -> Result<Vec<Finding>, Error> {
        self.check_workspace(ws)?;
        let mut findings = self.judge_limits(ws, drafts);
        for draft in drafts.iter().filter(|draft| draft.id.0 == Kind::Workspace && draft.differs) {
            findings.extend(self.judge_workspace(ws, draft).await?);
        }
        for draft in drafts {
            let wide = match &draft.resource {
                Some(Resource::Standard(standard)) if standard.is_wide() => Some("applies_to.workspaces"),
                Some(Resource::Waiver(waiver)) if waiver.workspace.is_some() => Some("workspace"),
                _ => None,
            };
            if let Some(field) = wide.filter(|_| !ws.is_default_workspace()) {
                let message =
                    "is said in the workspace `default` alone: what holds for others is for operators";
                findings.push(draft.said(Finding::error("operators-only", message), field));
            }
            let hash = draft.resource.as_ref().and_then(kept_contract);
            let Some(hash) = hash.filter(|hash| !texts.0.contains_key(*hash)) else { continue };
            let is_known = match ws.is_default_workspace() {
                // That of an API is looked for where it is read.
                true if draft.id.0 == Kind::Api => true,
                true => self.inner.store.contract(hash.to_owned()).await.map_err(Error::Store)?.is_some(),
                false => self.has_had_contract(ws, &draft.id, hash).await?,
            };
            if !is_known {
                let message = format!("no contract `sha256:{hash}` is stored");
                let finding = Finding::error("unknown-contract", message).in_field("contract");
                findings.push(finding.in_resource(format!("{}/{}", draft.id.0, draft.id.1)));
            }
        }
        Ok(findings)
    }

    /// What is left in a workspace, for people; nothing where it is empty.
    pub(crate) fn left_in(&self, ws: &Name) -> Option<String> {
        let state = self.state();
        let space = state.of(ws);
        let mut all: Vec<String> =
            space.records.keys().take(NAMED + 1).map(|(kind, id)| format!("{kind}/{id}")).collect();
        let count = space.records.len();
        drop(state);
        let secrets = self.secrets(ws).unwrap_or_default();
        all.extend(secrets.iter().map(|secret| format!("secret/{}", secret.name)));
        let count = count + secrets.len();
        all.truncate(NAMED);
        let more = if count > all.len() { format!(" and {} more", count - all.len()) } else { String::new() };
        (count > 0).then(|| format!("{}{more}", all.join(", ")))
    }

    /// What is wrong with making or deleting a workspace.
    async fn judge_workspace(&self, ws: &Name, draft: &Draft) -> Result<Option<Finding>, Error> {
        let Ok(name) = draft.id.1.parse::<Name>() else { return Ok(None) };
        if !ws.is_default_workspace() || name.is_default_workspace() {
            return Ok(None);
        }
        let of = |rule: &str, message: String| {
            Some(Finding::error(rule, message).in_resource(format!("workspace/{name}")).in_field("name"))
        };
        if draft.resource.is_none() {
            let left = self.left_in(&name);
            return Ok(left.and_then(|left| of("not-empty", format!("the workspace still has {left}"))));
        }
        if self.state().has(&name) {
            return Ok(None);
        }
        // What is remembered of a deleted workspace is not for whoever comes after.
        let key = Key { workspace: ws.clone(), kind: Kind::Workspace, id: name.shared() };
        let had = self.inner.store.revisions(key, None, 1).await.map_err(Error::Store)?;
        let message = format!(
            "a workspace `{name}` was there before, and its log and numbers are still kept: choose another name"
        );
        Ok(if had.is_empty() { None } else { of("name-was-used", message) })
    }

    /// Whether an API of the workspace has this contract, or this API or design had it: that somebody else has a document is told to nobody.
    async fn has_had_contract(&self, ws: &Name, id: &Id, hash: &str) -> Result<bool, Error> {
        if self.state().of(ws).index.has_contract(hash) {
            return Ok(true);
        }
        let key = Key { workspace: ws.clone(), kind: id.0, id: id.1.clone() };
        let had = self.inner.store.revisions(key, None, STATES).await.map_err(Error::Store)?;
        let stored = format!("sha256:{hash}");
        let of = |document: &serde_json::Value| document["contract"].as_str() == Some(&stored);
        Ok(had.iter().any(|revision| revision.document.as_ref().is_some_and(of)))
    }

    /// What of a change is more than the workspace may have.
    fn judge_limits(&self, ws: &Name, drafts: &[Draft]) -> Vec<Finding> {
        let state = self.state();
        let Some(limits) = limits_of(&state, ws) else { return Vec::new() };
        let space = state.of(ws);
        let mut findings = Vec::new();
        let one = |_: &Resource| 1;
        let keys = |resource: &Resource| intake::credentials_of(resource).len();
        let mut check =
            |most: Option<u32>, kinds: &[Kind], weigh: &dyn Fn(&Resource) -> usize, word: &str| {
                let Some(most) = most.map(|most| most as usize) else { return };
                let of_kinds = |kind: &Kind| kinds.contains(kind);
                let present: usize =
                    kinds.iter().flat_map(|kind| space.index.of_kind(*kind)).map(|r| weigh(r)).sum();
                let (mut after, mut last) = (present, None);
                for draft in drafts.iter().filter(|draft| of_kinds(&draft.id.0)) {
                    let was = space.index.get(&draft.id).map_or(0, |resource| weigh(resource));
                    let is = draft.resource.as_ref().map_or(0, weigh);
                    after = after - was + is;
                    if is > was {
                        last = Some(draft);
                    }
                }
                if let Some(draft) = last.filter(|_| after > present && after > most) {
                    let message = format!("the workspace may have {most} {word}, and would have {after}");
                    let name = format!("{}/{}", draft.id.0, draft.id.1);
                    findings.push(Finding::error("workspace-limit", message).in_resource(name));
                }
            };
        check(limits.apis, &[Kind::Api, Kind::Route], &one, "APIs and routes");
        check(limits.consumers, &[Kind::Consumer, Kind::App], &one, "consumers and apps");
        check(limits.keys, &[Kind::Consumer, Kind::App], &keys, "credentials");
        findings
    }
}

fn limits_of(state: &State, ws: &Name) -> Option<WorkspaceLimits> {
    let space: &Space = state.of(&Name::default_workspace());
    match &**space.index.get(&(Kind::Workspace, ws.shared()))? {
        Resource::Workspace(workspace) if !workspace.limits.is_none() => Some(workspace.limits),
        _ => None,
    }
}
