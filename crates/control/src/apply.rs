//! A folder of resources at once: validate, plan, apply.

use std::{collections::BTreeSet, sync::Arc};

use model::{Finding, Name, Resource};

use crate::{
    Action, Actor, Applied, Bundle, Change, ChangePlan, ContractChanges, ContractTexts, Control, Error,
    PlanOptions, Reading, Sourced, bundle,
    change::{Draft, Outcome},
    compile::has_error,
    diff::diff,
    intake,
};

/// A bundle held against what is there.
struct Proposal {
    drafts: Vec<Draft>,
    changes: Vec<Change>,
    texts: ContractTexts,
    findings: Vec<Finding>,
}

impl Control {
    /// Everything that is wrong with a bundle, or notable, in the order of files and lines.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Missing`].
    pub async fn validate(&self, ws: &Name, bundle: Bundle) -> Result<Vec<Finding>, Error> {
        let options = PlanOptions { origin: store::Origin::Apply, prune: false, fail_on: None };
        Ok(self.plan(ws, bundle, options).await?.findings)
    }

    /// What [`Control::apply`] would do.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Missing`]. What is wrong with the bundle is in the plan.
    pub async fn plan(&self, ws: &Name, bundle: Bundle, options: PlanOptions) -> Result<ChangePlan, Error> {
        self.check_workspace(ws)?;
        let Proposal { drafts, changes, texts, mut findings } = self.propose(ws, bundle, options).await?;
        let contracts = self.contract_changes(ws, &drafts, &texts, options, &mut findings).await?;
        findings.extend(match self.check_drafts(ws, drafts, texts).await? {
            Ok(ready) => ready.findings().to_vec(),
            Err(findings) => findings,
        });
        sort(&mut findings);
        Ok(ChangePlan { changes, contracts, findings })
    }

    /// Makes everything in a bundle so, at once or not at all. Applied again, it changes nothing.
    ///
    /// Keys that were issued here stay with a consumer or app whose document lists no credentials; one that lists some lists all.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong; then nothing was changed.
    pub async fn apply(
        &self,
        actor: &Actor,
        ws: &Name,
        bundle: Bundle,
        options: PlanOptions,
    ) -> Result<Applied, Error> {
        self.check_workspace(ws)?;
        let writing = self.write_lock().await?;
        let agreed = bundle.agreed.clone();
        let Proposal { drafts, changes, texts, mut findings } = self.propose(ws, bundle, options).await?;
        let contracts = self.contract_changes(ws, &drafts, &texts, options, &mut findings).await?;
        let checked: Outcome = self.check_drafts(ws, drafts, texts).await?;
        match checked {
            Ok(ready) if !has_error(&findings) => {
                findings.extend(ready.findings().iter().cloned());
                sort(&mut findings);
                let snapshot = self.commit(writing, actor, ready).await?;
                self.write_down_agreed(actor, ws, &contracts, &agreed).await?;
                Ok(Applied { snapshot, changes, contracts, findings })
            }
            checked => {
                findings.extend(checked.err().unwrap_or_default());
                sort(&mut findings);
                Err(Error::Invalid(findings))
            }
        }
    }

    /// Who agreed to which breaks, and why, is in the audit log.
    async fn write_down_agreed(
        &self,
        actor: &Actor,
        ws: &Name,
        contracts: &[ContractChanges],
        agreed: &Option<String>,
    ) -> Result<(), Error> {
        let Some(agreed) = agreed else { return Ok(()) };
        for told in contracts.iter().filter(|told| told.agreed > 0) {
            let entry = store::AuditEntry {
                workspace: ws.clone(),
                at: self.now(),
                actor: actor.name.clone(),
                address: actor.address.map(|address| address.to_string()),
                action: "agree",
                kind: "api".to_owned(),
                id: told.api.clone(),
                before: None,
                after: Some(agreed.lines().map(str::trim).filter(|line| !line.is_empty()).collect()),
            };
            self.inner.store.record(entry).await.map_err(Error::Store)?;
        }
        Ok(())
    }

    /// What changes in contracts; a finding for each with a change that is at least as bad as is asked for.
    async fn contract_changes(
        &self,
        ws: &Name,
        drafts: &[Draft],
        texts: &ContractTexts,
        options: PlanOptions,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<ContractChanges>, Error> {
        let judged = self.judge_contracts(ws, drafts, texts).await?;
        let contracts: Vec<ContractChanges> = judged.into_iter().map(|judged| judged.told).collect();
        for told in contracts.iter().filter(|told| options.fail_on.is_some_and(|level| told.reaches(level))) {
            let ContractChanges { api, breaking, warnings, infos, .. } = told;
            let message = format!(
                "the contract changes for callers ({breaking} breaking, {warnings} warnings, {infos} other changes), and such a change was to fail"
            );
            findings.push(
                Finding::error("contract-change", message)
                    .in_resource(format!("api/{api}"))
                    .in_field("contract"),
            );
        }
        Ok(contracts)
    }

    async fn propose(&self, ws: &Name, bundle: Bundle, options: PlanOptions) -> Result<Proposal, Error> {
        let (control, ws) = (self.clone(), ws.clone());
        let agreed = bundle.agreed.as_deref().map_or(Ok(Vec::new()), bundle::agreed);
        let proposal =
            tokio::task::spawn_blocking(move || control.compare(&ws, bundle::read(&bundle), options)).await;
        let mut proposal = proposal.map_err(|error| {
            tracing::error!(%error, "reading a bundle failed");
            Error::Internal
        })?;
        match agreed {
            Ok(lines) => {
                let lines: Arc<[String]> = lines.into();
                proposal.drafts.iter_mut().for_each(|draft| draft.agreed = Arc::clone(&lines));
            }
            Err(findings) => proposal.findings.extend(findings),
        }
        Ok(proposal)
    }

    fn compare(&self, ws: &Name, reading: Reading, options: PlanOptions) -> Proposal {
        let all = self.state();
        let state = all.of(ws);
        let mut drafts = Vec::new();
        let mut changes = Vec::new();
        let mut kept = BTreeSet::new();
        for Sourced { mut value, source } in reading.resources {
            let id = (value.kind(), Arc::from(value.id()));
            let present = state.index.get(&id);
            intake::seal(&mut value, present.map(|present| &**present));
            intake::inherit(&mut value, present.map(|present| &**present), true);
            let action = match present {
                None => Action::Create,
                Some(present) if **present == value => Action::Unchanged,
                Some(_) => Action::Update,
            };
            changes.push(change(action, &id, present.map(|present| &**present), Some(&value)));
            kept.insert(id.clone());
            let differs = action != Action::Unchanged;
            let word = if action == Action::Create { "create" } else { "update" };
            drafts.push(Draft {
                id,
                resource: Some(value),
                source,
                action: word,
                origin: Some(options.origin),
                differs,
                agreed: Arc::default(),
            });
        }
        // Where something could not be read, what seems to be missing may be in there.
        if options.prune && !has_error(&reading.findings) {
            let gone = state
                .records
                .iter()
                .filter(|(id, record)| record.origin == options.origin && !kept.contains(*id));
            for (id, _) in gone {
                changes.push(change(Action::Delete, id, state.index.get(id).map(|present| &**present), None));
                drafts.push(Draft::delete(id.clone(), "delete"));
            }
        }
        changes.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        Proposal { drafts, changes, texts: reading.contracts, findings: reading.findings }
    }
}

fn change(
    action: Action,
    id: &crate::compile::Id,
    before: Option<&Resource>,
    after: Option<&Resource>,
) -> Change {
    let (before, after) = (before.map(Resource::to_value), after.map(Resource::to_value));
    let diff = match (&before, &after) {
        (Some(_), Some(_)) => diff(before.as_ref(), after.as_ref()),
        // Field by field, as the others.
        (None, after) => diff(Some(&serde_json::json!({})), after.as_ref()),
        (before, None) => diff(before.as_ref(), Some(&serde_json::json!({}))),
    };
    Change { action, kind: id.0, id: id.1.to_string(), diff }
}

fn sort(findings: &mut [Finding]) {
    let place = |finding: &Finding| {
        finding.place.as_ref().map(|place| (Arc::clone(&place.file), place.line, place.column))
    };
    findings.sort_by_cached_key(|finding| (place(finding).is_none(), place(finding)));
}
