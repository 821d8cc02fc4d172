//! The life of an API: what it may become, what is asked for that, what became of it, and what passed by all of it in an emergency.

use model::{Api, Brownout, Finding, Kind, LifeState, Name, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Key, PaperQuery};

use crate::{
    Actor, Authority, ContractChanges, ContractTexts, Control, Error, FieldChange, Remark, ReviewEnd,
    StandardStanding, Stored, TestReportView,
    change::Draft,
    compile::{has_error, stored_contract},
    diff::diff,
    notices::{NOTICE, Notice},
    papers::{NewPaper, Sheet},
    promotion::{PROMOTION, PromotionView},
    redact::redacted,
    resources::timestamp,
    reviews::{APPLIED, OPEN, REVIEW, Review, ReviewAsked, digest_of, is_of, person, set_state, text},
    standards::NOT_MET,
};

const EMERGENCY: &str = "emergency";
/// Revisions that are looked at for the history of an API.
const LOOKED_AT: u32 = 200;
/// Apps that an event names.
const NAMED: usize = 10;
/// Papers of an API that are looked at for its history.
const PAPERS: u32 = 200;

/// Where an API is in its life, and where it may go.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LifeView {
    /// The API, such as `orders@v1`.
    pub api: String,
    pub state: LifeState,
    pub revision: u64,
    /// What it may become, each with what is asked for that.
    pub moves: Vec<LifeMove>,
    /// The last recorded test with the contract it has.
    pub tests: Option<TestReportView>,
    /// Reviews that are open.
    pub reviews: Vec<ReviewLine>,
    /// What became of it, the newest first.
    pub history: Vec<LifeEvent>,
}

/// A state that an API may come to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LifeMove {
    pub to: LifeState,
    /// Whether nothing stands in the way.
    pub allowed: bool,
    /// How it would stand to the standards that are about it there.
    pub checks: Vec<StandardStanding>,
    /// What else there is to say.
    pub findings: Vec<Finding>,
}

/// Something that became of an API.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LifeEvent {
    /// RFC 3339.
    pub at: String,
    pub by: String,
    /// The state it came to, or `emergency`, `reviewed`, `promoted`, or `told` of those whose apps use it.
    pub what: String,
    pub revision: Option<u64>,
    pub review: Option<u64>,
    pub reason: Option<String>,
}

/// What an API is to become.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifeStep {
    pub to: LifeState,
    /// With `review`: what is to be looked at, for those who do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// With `deprecated`: since when (RFC 3339); now, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<String>,
    /// When it will stop to answer (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset_at: Option<String>,
    /// The address of what comes after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// The address of a page that says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Times in which calls are refused before it ends; they replace those that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brownouts: Option<Vec<Brownout>>,
}

impl LifeStep {
    /// To a state, and nothing else.
    pub fn to(to: LifeState) -> LifeStep {
        LifeStep {
            to,
            summary: None,
            deprecated_at: None,
            sunset_at: None,
            successor: None,
            docs: None,
            brownouts: None,
        }
    }
}

/// A review in a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReviewLine {
    pub number: u64,
    pub api: String,
    /// `open`, `applied` or `closed`.
    pub state: String,
    pub summary: String,
    /// Who wrote the first proposal.
    pub author: String,
    /// RFC 3339.
    pub opened_at: String,
    /// The state the API would come to.
    pub to: LifeState,
    /// Who approves the present proposal.
    pub approved_by: Vec<String>,
    /// Who wants it changed.
    pub changes_requested_by: Vec<String>,
}

/// A review with everything there is to see for those who look at it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReviewView {
    #[serde(flatten)]
    pub line: ReviewLine,
    /// Everybody who wrote a proposal.
    pub authors: Vec<String>,
    /// The SHA-256 of the present proposal in hexadecimal.
    pub digest: String,
    /// The proposal, secrets removed.
    pub document: Value,
    /// What differs from what is in force.
    pub changes: Vec<FieldChange>,
    /// What its contract changes for callers.
    pub contract: Option<ContractChanges>,
    /// How it would stand to the standards that are about it.
    pub checks: Vec<StandardStanding>,
    pub findings: Vec<Finding>,
    /// Whether nothing stands in the way of making it so.
    pub ready: bool,
    /// Whether the API was changed since the proposal was made.
    pub outdated: bool,
    /// Proposals, the first one first.
    pub proposals: Vec<ProposalView>,
    pub remarks: Vec<Remark>,
    pub ended: Option<ReviewEnd>,
}

/// A proposal of a review.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProposalView {
    pub by: String,
    /// RFC 3339.
    pub at: String,
    pub digest: String,
    /// What differs from the proposal before.
    pub changes: Vec<FieldChange>,
}

/// A change that passed by what standards ask.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EmergencyView {
    pub number: u64,
    pub api: String,
    pub by: String,
    /// RFC 3339.
    pub at: String,
    /// What was done: the state the API came to, or `review 7`.
    pub what: String,
    pub reason: String,
    /// What it passed by.
    pub passed: Vec<String>,
    /// Whether it came to be; what failed changed nothing.
    pub made: bool,
}

#[derive(Serialize, Deserialize)]
struct Emergency {
    by: String,
    what: String,
    reason: String,
    passed: Vec<String>,
}

/// What a proposal came to.
pub(crate) struct Proposed {
    pub(crate) checks: Vec<StandardStanding>,
    pub(crate) contract: Option<ContractChanges>,
    /// What standards have to say is in `checks`.
    pub(crate) findings: Vec<Finding>,
}

impl Proposed {
    fn is_ready(&self) -> bool {
        let stops = |one: &StandardStanding| {
            one.enforced && one.requirements.iter().any(|asked| !asked.met && asked.waived_until.is_none())
        };
        !self.checks.iter().any(stops) && !has_error(&self.findings)
    }
}

impl Control {
    /// Where an API is in its life, and what it may become.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn life(&self, ws: &Name, id: &str) -> Result<LifeView, Error> {
        let present = self.get(ws, Kind::Api, id)?;
        let Resource::Api(api) = &present.resource else { return Err(Error::Internal) };
        let state = api.life_state();
        let mut moves = Vec::new();
        for to in state.next() {
            let mut then = (**api).clone();
            come_to(&mut then, *to);
            self.say_since_when(&mut then);
            let proposed = self.judge_proposal(ws, &then, &ContractTexts::default()).await?;
            let allowed = proposed.is_ready();
            moves.push(LifeMove { to: *to, allowed, checks: proposed.checks, findings: proposed.findings });
        }
        let open = PaperQuery::of(ws, REVIEW).about(id).in_state(OPEN);
        let reviews = self.read_papers::<Review>(open, PAPERS).await?;
        Ok(LifeView {
            api: id.to_owned(),
            state,
            revision: present.revision,
            moves,
            tests: self.last_test(ws, api).await?,
            reviews: reviews.iter().map(line).collect::<Result<_, _>>()?,
            history: self.life_history(ws, id).await?,
        })
    }

    /// Brings an API to another state of its life. With `review` a review is opened of it, published. In an emergency, of which the reason
    /// is given and kept, what standards ask is passed by; that needs `emergencies:write`, here as below.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] with everything that stands in the way; [`Error::Forbidden`].
    pub async fn move_api(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        step: LifeStep,
        emergency: Option<&str>,
    ) -> Result<Stored, Error> {
        let mut present = self.get(ws, Kind::Api, id)?.resource;
        let Resource::Api(api) = &mut present else { return Err(Error::Internal) };
        if step.to == LifeState::Review && api.life_state() == LifeState::Draft {
            self.may_change_api(actor, ws, api)?;
            let summary = step.summary.clone().unwrap_or_else(|| format!("Publish {id}."));
            self.open_review(actor, ws, id, ReviewAsked { summary, ..ReviewAsked::default() }).await?;
        }
        set_state(api, step.to);
        let life = api.lifecycle.get_or_insert_default();
        for (field, given) in [
            (&mut life.deprecated_at, step.deprecated_at),
            (&mut life.sunset_at, step.sunset_at),
            (&mut life.successor, step.successor),
            (&mut life.docs, step.docs),
        ] {
            if given.is_some() {
                *field = given;
            }
        }
        if let Some(brownouts) = step.brownouts {
            life.brownouts = brownouts;
        }
        come_to(api, step.to);
        self.say_since_when(api);
        let api = (**api).clone();
        let what = step.to.as_str().to_owned();
        self.make(actor, ws, api, ContractTexts::default(), (what, emergency)).await
    }

    /// Makes what a review proposes so.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] where it has ended, or the API was changed since; [`Error::Invalid`] with everything
    /// that stands in the way; [`Error::Forbidden`].
    pub async fn apply_review(
        &self,
        actor: &Actor,
        ws: &Name,
        number: u64,
        emergency: Option<&str>,
    ) -> Result<Stored, Error> {
        let Sheet { paper, value } = self.open_sheet(ws, number).await?;
        let id = paper.subject.clone();
        if value.base != self.base_of(ws, &id) {
            let detail = format!(
                "api/{id} was changed since review {number} was opened; put the proposal anew (`pailou review update {number}`), and have it looked at again"
            );
            return Err(Error::Conflict { detail });
        }
        let api = value.api()?;
        let what = format!("review {number}");
        // The contract came with the proposal, which is all that may be known of it here.
        let texts = self.texts_of(&api).await?;
        let made = self.make(actor, ws, api, texts, (what, emergency)).await?;
        let mut sheet = Sheet { paper, value };
        sheet.paper.state = APPLIED.to_owned();
        let at = timestamp(self.now()).to_string();
        let reason = emergency.map(|reason| format!("emergency: {reason}"));
        sheet.value.ended = Some(ReviewEnd { by: person(actor), at, reason });
        self.change_paper(actor, sheet, "apply-review", &ContractTexts::default()).await?;
        Ok(made)
    }

    /// Puts an API in force as it was at a revision. Everything that holds for any change of it holds for this one.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Missing`] where it has no such revision; [`Error::Invalid`]; [`Error::Forbidden`].
    pub async fn roll_back(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        to: u64,
        emergency: Option<&str>,
    ) -> Result<Stored, Error> {
        let present = self.get(ws, Kind::Api, id)?;
        let none = || Error::Missing { what: format!("revision {to} of api/{id}") };
        let key = Key { workspace: ws.clone(), kind: Kind::Api, id: id.into() };
        let before = to.checked_add(1).ok_or_else(none)?;
        let found = self.inner.store.revisions(key, Some(before), 1).await.map_err(Error::Store)?;
        let revision = found.into_iter().find(|revision| revision.revision == to).ok_or_else(none)?;
        let document = revision.document.ok_or_else(none)?;
        let resource = Resource::from_value(document).map_err(|finding| Error::Invalid(vec![finding]))?;
        let (Resource::Api(mut api), Resource::Api(now)) = (resource, present.resource) else {
            return Err(Error::Internal);
        };
        // What it is goes back, where it is in its life does not.
        api.lifecycle.clone_from(&now.lifecycle);
        self.make(actor, ws, *api, ContractTexts::default(), (format!("revision {to}"), emergency)).await
    }

    /// Reviews of a workspace, the newest first.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn reviews(
        &self,
        ws: &Name,
        (api, state): (Option<&str>, Option<&str>),
        before: Option<u64>,
        most: u32,
    ) -> Result<Vec<ReviewLine>, Error> {
        self.check_workspace(ws)?;
        let mut query = PaperQuery { before, ..PaperQuery::of(ws, REVIEW) };
        query.state = state.map(str::to_owned);
        // A version is asked of the store; all versions are sorted out here.
        query.subject = api.filter(|api| api.contains('@')).map(str::to_owned);
        let found = self.read_papers::<Review>(query, most).await?;
        found.iter().filter(|sheet| is_of(api, &sheet.paper.subject)).map(line).collect()
    }

    /// A review.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn review(&self, ws: &Name, number: u64) -> Result<ReviewView, Error> {
        let sheet = self.read_paper::<Review>(ws, REVIEW, number).await?;
        let api = sheet.value.api()?;
        let id = api.id();
        let line = line(&sheet)?;
        let is_open = line.state == OPEN;
        let proposed = match is_open {
            true => self.judge_proposal(ws, &api, &self.texts_of(&api).await?).await?,
            // What was is judged no more.
            false => Proposed { checks: Vec::new(), contract: None, findings: Vec::new() },
        };
        let outdated = is_open && sheet.value.base != self.base_of(ws, &id);
        let present = self.get(ws, Kind::Api, &id).ok().map(|stored| stored.resource.to_value());
        let document = Resource::from(api).to_value();
        let changes = match is_open {
            true => diff(present.as_ref(), Some(&document)),
            false => Vec::new(),
        };
        let Review { authors, rounds, remarks, ended, .. } = sheet.value;
        let mut proposals: Vec<ProposalView> = Vec::with_capacity(rounds.len());
        for (at, round) in rounds.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| &rounds[before].document);
            proposals.push(ProposalView {
                by: round.by.clone(),
                at: round.at.clone(),
                digest: round.digest.clone(),
                changes: before.map_or_else(Vec::new, |before| diff(Some(before), Some(&round.document))),
            });
        }
        Ok(ReviewView {
            digest: proposals.last().map(|last| last.digest.clone()).unwrap_or_default(),
            ready: is_open && !outdated && proposed.is_ready(),
            line,
            authors,
            document: redacted(document),
            changes,
            contract: proposed.contract,
            checks: proposed.checks,
            findings: proposed.findings,
            outdated,
            proposals,
            remarks,
            ended,
        })
    }

    /// Changes that passed by what standards ask, the newest first.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn emergencies(
        &self,
        ws: &Name,
        before: Option<u64>,
        most: u32,
    ) -> Result<Vec<EmergencyView>, Error> {
        self.check_workspace(ws)?;
        let query = PaperQuery { before, ..PaperQuery::of(ws, EMERGENCY) };
        let found = self.read_papers::<Emergency>(query, most).await?;
        let view = |Sheet { paper, value }: Sheet<Emergency>| EmergencyView {
            number: paper.number,
            api: paper.subject,
            by: value.by,
            at: timestamp(paper.at).to_string(),
            what: value.what,
            reason: value.reason,
            passed: value.passed,
            made: paper.state == "made",
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// What an API would be, held against everything that holds for it.
    pub(crate) async fn judge_proposal(
        &self,
        ws: &Name,
        api: &Api,
        texts: &ContractTexts,
    ) -> Result<Proposed, Error> {
        let draft = Draft::put(Resource::from(api.clone()), "review", None);
        let judged = self.judge_contracts(ws, std::slice::from_ref(&draft), texts).await?;
        let contract = judged.into_iter().next().map(|judged| judged.told);
        let breaking = contract.as_ref().map_or(0, |told| told.breaking);
        let checked = self.check_drafts_passing(ws, vec![draft], texts.clone()).await?;
        let (ready, mut findings) = match checked {
            Ok(ready) => {
                let findings = ready.findings().to_vec();
                (Some(ready), findings)
            }
            Err(findings) => (None, findings),
        };
        findings.retain(|finding| finding.rule != NOT_MET);
        let checks = self.standing_of(ws, api, (ready.as_ref(), texts), breaking).await?;
        Ok(Proposed { checks, contract, findings })
    }

    /// Makes an API so. In an emergency what standards ask is passed by, which is written down first.
    pub(crate) async fn make(
        &self,
        actor: &Actor,
        ws: &Name,
        api: Api,
        texts: ContractTexts,
        (what, emergency): (String, Option<&str>),
    ) -> Result<Stored, Error> {
        let id = api.id();
        let mut actor = actor.clone();
        let reason = match emergency {
            Some(reason) => {
                self.may_pass(&actor, ws)?;
                let reason = text("emergency", reason, true)?;
                // Who may pass by standards need not be one who may change what they are about.
                actor = actor.with(Authority::full().into());
                Some(reason)
            }
            None => None,
        };
        let writing = self.write_lock().await?;
        let resource = Resource::from(api);
        let present = self.state().of(ws).index.get(&(Kind::Api, id.as_str().into())).cloned();
        if present.as_deref() == Some(&resource) {
            return self.get(ws, Kind::Api, &id);
        }
        let action = if present.is_some() { "update" } else { "create" };
        let draft = Draft::put(resource, action, None);
        let Some(reason) = reason else {
            let ready = self.check_drafts(ws, vec![draft], texts).await?.map_err(Error::Invalid)?;
            self.commit(writing, &actor, ready).await?;
            return self.get(ws, Kind::Api, &id);
        };
        let ready = self.check_drafts_passing(ws, vec![draft], texts).await?.map_err(Error::Invalid)?;
        let passed = ready.findings().iter().filter(|finding| finding.rule == NOT_MET);
        let passed = passed.map(|finding| finding.message.clone()).collect();
        let kept = Emergency { by: person(&actor), what, reason, passed };
        let document = serde_json::to_value(kept).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: EMERGENCY, subject: &id, state: "made", document };
        let number = self.add_paper(&actor, ws, &new, "emergency", &ContractTexts::default()).await?;
        if let Err(error) = self.commit(writing, &actor, ready).await {
            let mut sheet = self.read_paper::<Emergency>(ws, EMERGENCY, number).await?;
            sheet.paper.state = "failed".to_owned();
            self.change_paper(&actor, sheet, "emergency-failed", &ContractTexts::default()).await?;
            return Err(error);
        }
        self.get(ws, Kind::Api, &id)
    }

    /// The contract of an API that is kept, as one that comes with it.
    pub(crate) async fn texts_of(&self, api: &Api) -> Result<ContractTexts, Error> {
        let mut texts = ContractTexts::default();
        if let Some(hash) = stored_contract(&Resource::from(api.clone())) {
            let text = self.stored_contract_text(hash).await?;
            texts.add(&format!("the contract of api/{}", api.id()), &text);
        }
        Ok(texts)
    }

    /// What is deprecated says since when.
    fn say_since_when(&self, api: &mut Api) {
        if let Some(life) = &mut api.lifecycle
            && matches!(life.state, LifeState::Deprecated | LifeState::Retired)
        {
            life.deprecated_at.get_or_insert_with(|| timestamp(self.now() / 1000 * 1000).to_string());
        }
    }

    async fn life_history(&self, ws: &Name, id: &str) -> Result<Vec<LifeEvent>, Error> {
        let key = Key { workspace: ws.clone(), kind: Kind::Api, id: id.into() };
        let mut revisions = self.inner.store.revisions(key, None, LOOKED_AT).await.map_err(Error::Store)?;
        revisions.reverse();
        let mut events = Vec::new();
        let mut known: Option<LifeState> = None;
        for revision in revisions {
            let read = revision.document.map(Resource::from_value);
            let state = match read {
                Some(Ok(Resource::Api(api))) => Some(api.life_state()),
                Some(_) => continue,
                None => None,
            };
            if state == known {
                continue;
            }
            known = state;
            events.push(LifeEvent {
                at: timestamp(revision.at).to_string(),
                by: revision.actor,
                what: state.map_or("deleted", LifeState::as_str).to_owned(),
                revision: Some(revision.revision),
                review: None,
                reason: None,
            });
        }
        let emergencies = PaperQuery::of(ws, EMERGENCY).about(id).in_state("made");
        for Sheet { paper, value } in self.read_papers::<Emergency>(emergencies, PAPERS).await? {
            events.push(LifeEvent {
                at: timestamp(paper.at).to_string(),
                by: value.by,
                what: EMERGENCY.to_owned(),
                revision: None,
                review: None,
                reason: Some(value.reason),
            });
        }
        let applied = PaperQuery::of(ws, REVIEW).about(id).in_state(APPLIED);
        for Sheet { paper, value } in self.read_papers::<Review>(applied, PAPERS).await? {
            let Some(ended) = value.ended else { continue };
            events.push(LifeEvent {
                at: ended.at,
                by: ended.by,
                what: "reviewed".to_owned(),
                revision: None,
                review: Some(paper.number),
                reason: Some(value.summary),
            });
        }
        let promotions = PaperQuery::of(ws, PROMOTION).about(id);
        for Sheet { value, .. } in self.read_papers::<PromotionView>(promotions, PAPERS).await? {
            events.push(LifeEvent {
                at: value.at,
                by: value.by,
                what: "promoted".to_owned(),
                revision: Some(value.revision),
                review: None,
                reason: Some(format!("from {}, revision {} there", value.from, value.from_revision)),
            });
        }
        let notices = PaperQuery::of(ws, NOTICE).about(id);
        for Sheet { paper, value } in self.read_papers::<Notice>(notices, PAPERS).await? {
            let apps: Vec<&str> = value.apps.keys().take(NAMED).map(String::as_str).collect();
            let more = value.apps.len().saturating_sub(apps.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            events.push(LifeEvent {
                at: timestamp(paper.at).to_string(),
                by: "pailou".to_owned(),
                what: "told".to_owned(),
                revision: None,
                review: None,
                reason: Some(format!("that it {}: {}{more}", value.said(), apps.join(", "))),
            });
        }
        let at = |event: &LifeEvent| event.at.parse::<jiff::Timestamp>().unwrap_or(jiff::Timestamp::MIN);
        events.sort_by_key(|event| std::cmp::Reverse((at(event), event.revision)));
        Ok(events)
    }
}

/// Brings an API to a state. Brownouts of an end that does not come are not kept.
fn come_to(api: &mut Api, to: LifeState) {
    if to == LifeState::Published
        && let Some(life) = &mut api.lifecycle
    {
        life.brownouts.clear();
    }
    set_state(api, to);
}

fn line(sheet: &Sheet<Review>) -> Result<ReviewLine, Error> {
    let Sheet { paper, value } = sheet;
    let api = value.api()?;
    let digest = digest_of(&api);
    Ok(ReviewLine {
        number: paper.number,
        api: paper.subject.clone(),
        state: paper.state.clone(),
        summary: value.summary.clone(),
        author: value.authors.first().cloned().unwrap_or_default(),
        opened_at: value.opened_at.clone(),
        to: api.life_state(),
        approved_by: value.said(&digest, crate::ReviewVerdict::Approve),
        changes_requested_by: value.said(&digest, crate::ReviewVerdict::RequestChanges),
    })
}
