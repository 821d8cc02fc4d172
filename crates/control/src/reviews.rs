//! Reviews: what an API is to become, looked at by others before it does.

use std::{collections::BTreeMap, sync::Arc};

use model::{Api, ApiRef, ContractSource, Kind, Name, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::PaperQuery;

use crate::{
    Actor, Area, Bundle, ContractTexts, Control, Error, Permission, Reach, bundle,
    compile::has_error,
    digest, intake,
    papers::{NewPaper, Sheet},
    resources::timestamp,
};
use model::{Finding, LifeState};

pub(crate) const REVIEW: &str = "review";
pub(crate) const OPEN: &str = "open";
pub(crate) const APPLIED: &str = "applied";
const CLOSED: &str = "closed";

/// Reviews of one API that are open at once.
const MOST_OPEN: usize = 20;
/// Remarks of one review.
const MOST_REMARKS: usize = 500;
/// Proposals of one review, one after the other.
const MOST_ROUNDS: usize = 50;
/// Bytes of a summary, a remark, a reason.
const LONGEST_TEXT: usize = 4000;
/// Characters of a line that a remark keeps.
const LONGEST_LINE: usize = 200;
/// Reviews that are looked at for approvals of one state of an API.
const LOOKED_AT: u32 = 50;

/// What is to be looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewAsked {
    /// What changes, and why, for those who look at it. At most 4000 bytes.
    pub summary: String,
    /// The API as it shall be; as it is, published, where neither this nor `files` is given.
    pub document: Option<Value>,
    /// The same as resource files, with the contract that the API names. Other resources in them are not looked at.
    pub files: Option<Bundle>,
}

/// What somebody says of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewVerdict {
    Approve,
    RequestChanges,
}

/// What somebody says in a review.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'s> {
    pub text: &'s str,
    pub verdict: Option<ReviewVerdict>,
    /// The proposal that was looked at: where it is another by now, nothing is said.
    pub digest: Option<&'s str>,
    /// The line of the proposal's contract that it is about, from 1.
    pub line: Option<u32>,
}

/// The line of a contract that a remark is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RemarkPlace {
    /// From 1, in the contract of the proposal that the remark is about.
    pub line: u32,
    /// What stands there, at most 200 characters.
    pub text: String,
}

/// Something that was said in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// An e-mail address, `admin`, or the name of a service token.
    pub by: String,
    /// RFC 3339.
    pub at: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<ReviewVerdict>,
    /// Which proposal it is about, by the SHA-256 of it.
    pub digest: String,
    /// The line of the contract that it is about; absent where it is about all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<RemarkPlace>,
}

/// A proposal of a review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Round {
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) digest: String,
    pub(crate) document: Value,
}

/// How a review ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewEnd {
    pub by: String,
    /// RFC 3339.
    pub at: String,
    /// Why it was closed, or what the emergency was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A review as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Review {
    pub(crate) summary: String,
    /// Everybody who wrote a proposal, the first one first.
    pub(crate) authors: Vec<String>,
    pub(crate) opened_at: String,
    /// What was in force when the last proposal was made; nothing, where the API is new.
    pub(crate) base: Option<String>,
    /// The last is what the review is about.
    pub(crate) rounds: Vec<Round>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) ended: Option<ReviewEnd>,
}

/// Who approved one state of an API, and who is against it.
#[derive(Debug, Default)]
pub(crate) struct Votes {
    /// Each with the authors of what they approved.
    pub(crate) approvals: BTreeMap<String, Vec<String>>,
    pub(crate) against: Vec<String>,
    /// The newest open review of it.
    pub(crate) open: Option<u64>,
}

/// Who somebody is in a review: a token is the member who made it.
pub(crate) fn person(actor: &Actor) -> String {
    actor.authority.owner().unwrap_or(&actor.name).to_lowercase()
}

/// The SHA-256 of what an API is, its state aside, in hexadecimal: what an approval is about.
pub(crate) fn digest_of(api: &Api) -> String {
    let mut document = Resource::from(api.clone()).to_value();
    if let Some(life) = document.get_mut("lifecycle").and_then(Value::as_object_mut) {
        life.remove("state");
        if life.is_empty() {
            document.as_object_mut().map(|document| document.remove("lifecycle"));
        }
    }
    sort(&mut document);
    digest::hex(&digest::sha256(document.to_string().as_bytes()))
}

/// The order of members says nothing.
fn sort(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.sort_keys();
            members.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}

impl Review {
    pub(crate) fn last(&self) -> Option<&Round> {
        self.rounds.last()
    }

    pub(crate) fn api(&self) -> Result<Api, Error> {
        let document = self.last().map(|round| round.document.clone()).unwrap_or_default();
        match Resource::from_value(document) {
            Ok(Resource::Api(api)) => Ok(*api),
            _ => Err(Error::Internal),
        }
    }

    /// Who said this last of a proposal.
    pub(crate) fn said(&self, digest: &str, verdict: ReviewVerdict) -> Vec<String> {
        let all = self.verdicts(digest).into_iter();
        all.filter(|(_, said)| *said == verdict).map(|(by, _)| by.to_owned()).collect()
    }

    /// What everybody said last of a proposal.
    fn verdicts(&self, digest: &str) -> BTreeMap<&str, ReviewVerdict> {
        let said = self.remarks.iter().filter(|remark| remark.digest == digest);
        said.filter_map(|remark| Some((&*remark.by, remark.verdict?))).collect()
    }
}

impl Control {
    /// Opens a review of what an API is to become; its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong with the proposal, standards aside; [`Error::Forbidden`] for who may not
    /// change the API; [`Error::Conflict`] where too many are open.
    pub async fn open_review(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        asked: ReviewAsked,
    ) -> Result<u64, Error> {
        self.check_workspace(ws)?;
        let summary = text("summary", &asked.summary, true)?;
        let (api, texts) = self.proposal(actor, ws, id, asked).await?;
        let open = PaperQuery::of(ws, REVIEW).about(id).in_state(OPEN);
        if self.inner.store.papers(open, MOST_OPEN as u32).await.map_err(Error::Store)?.len() >= MOST_OPEN {
            let detail = format!("{MOST_OPEN} reviews of api/{id} are open; close one first");
            return Err(Error::Conflict { detail });
        }
        let at = timestamp(self.now()).to_string();
        let review = Review {
            summary,
            authors: vec![person(actor)],
            opened_at: at.clone(),
            base: self.base_of(ws, id),
            rounds: vec![round(actor, &api, at)],
            remarks: Vec::new(),
            ended: None,
        };
        let document = serde_json::to_value(review).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: REVIEW, subject: id, state: OPEN, document };
        self.add_paper(actor, ws, &new, "open-review", &texts).await
    }

    /// Puts another proposal in the place of the one that a review is about. What was said of that one counts no more.
    ///
    /// # Errors
    /// As [`Control::open_review`]; [`Error::Missing`]; [`Error::Conflict`] where the review has ended.
    pub async fn update_review(
        &self,
        actor: &Actor,
        ws: &Name,
        number: u64,
        asked: ReviewAsked,
    ) -> Result<(), Error> {
        let mut sheet = self.open_sheet(ws, number).await?;
        let id = sheet.paper.subject.clone();
        if !asked.summary.trim().is_empty() {
            sheet.value.summary = text("summary", &asked.summary, true)?;
        }
        let (api, texts) = self.proposal(actor, ws, &id, asked).await?;
        let review = &mut sheet.value;
        if review.rounds.len() >= MOST_ROUNDS {
            let detail = format!("review {number} has had {MOST_ROUNDS} proposals; open another");
            return Err(Error::Conflict { detail });
        }
        let by = person(actor);
        if !review.authors.contains(&by) {
            review.authors.push(by);
        }
        review.base = self.base_of(ws, &id);
        review.rounds.push(round(actor, &api, timestamp(self.now()).to_string()));
        self.change_paper(actor, sheet, "update-review", &texts).await
    }

    /// Says something in a review; with a verdict, of the proposal it is about now.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Invalid`], also for a line that the contract does not have; [`Error::Forbidden`] for an approval by who wrote the proposal, or by a token that no
    /// member made; [`Error::Conflict`] where the review has ended or the proposal is another by now.
    pub async fn remark(&self, actor: &Actor, ws: &Name, number: u64, said: Said<'_>) -> Result<(), Error> {
        let mut sheet = self.open_sheet(ws, number).await?;
        let Said { verdict, digest, line, .. } = said;
        let words = text("text", said.text, verdict != Some(ReviewVerdict::Approve) || line.is_some())?;
        let last = sheet.value.last().map(|round| round.digest.clone()).unwrap_or_default();
        if digest.is_some_and(|digest| digest != last) {
            let detail = format!("the proposal of review {number} was changed meanwhile; look at it again");
            return Err(Error::Conflict { detail });
        }
        let by = person(actor);
        if verdict == Some(ReviewVerdict::Approve) {
            self.may_approve(ws, number, &by, &sheet.value)?;
        }
        if sheet.value.remarks.len() >= MOST_REMARKS {
            let detail = format!("review {number} has {MOST_REMARKS} remarks; open another");
            return Err(Error::Conflict { detail });
        }
        let place = match line {
            Some(line) => Some(place(&self.contract_of(&sheet.value).await?, line)?),
            None => None,
        };
        let at = timestamp(self.now()).to_string();
        sheet.value.remarks.push(Remark { by, at, text: words, verdict, digest: last, place });
        let action = match verdict {
            Some(ReviewVerdict::Approve) => "approve",
            Some(ReviewVerdict::RequestChanges) => "request-changes",
            None => "remark",
        };
        self.change_paper(actor, sheet, action, &ContractTexts::default()).await
    }

    /// The contract of the proposal that a review is about, as one document.
    ///
    /// # Errors
    /// [`Error::Missing`], also where the API has none.
    pub async fn review_contract(&self, ws: &Name, number: u64) -> Result<Arc<str>, Error> {
        let sheet = self.read_paper::<Review>(ws, REVIEW, number).await?;
        self.contract_of(&sheet.value).await
    }

    /// The API that a review is about: as it is, else as it is proposed.
    pub(crate) async fn reviewed(&self, ws: &Name, number: u64) -> Result<Arc<Resource>, Error> {
        let proposed = self.read_paper::<Review>(ws, REVIEW, number).await?.value.api()?;
        let present = self.state().of(ws).index.get(&(Kind::Api, proposed.id().into())).cloned();
        Ok(present.unwrap_or_else(|| Arc::new(Resource::from(proposed))))
    }

    async fn contract_of(&self, review: &Review) -> Result<Arc<str>, Error> {
        let api = review.api()?;
        match &api.contract {
            Some(ContractSource::Stored(hash)) => self.contract_document(hash).await,
            _ => Err(Error::Missing {
                what: format!("contract of api `{}`: it passes everything through", api.id()),
            }),
        }
    }

    /// Ends a review without making anything of it.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] where it has ended; [`Error::Forbidden`].
    pub async fn close_review(
        &self,
        actor: &Actor,
        ws: &Name,
        number: u64,
        reason: &str,
    ) -> Result<(), Error> {
        let mut sheet = self.open_sheet(ws, number).await?;
        let reason = Some(text("reason", reason, false)?).filter(|reason| !reason.is_empty());
        // Who opened it may take it back, as may who may change the API.
        if !sheet.value.authors.contains(&person(actor)) {
            self.may_change_api(actor, ws, &sheet.value.api()?)?;
        }
        sheet.paper.state = CLOSED.to_owned();
        let at = timestamp(self.now()).to_string();
        sheet.value.ended = Some(ReviewEnd { by: person(actor), at, reason });
        self.change_paper(actor, sheet, "close-review", &ContractTexts::default()).await
    }

    /// Four eyes, where a standard asks for a review and does not say that the author may approve.
    fn may_approve(&self, ws: &Name, number: u64, by: &str, review: &Review) -> Result<(), Error> {
        if by.starts_with("token/") {
            let detail = "a token that no member made approves nothing: an approval is a person's".to_owned();
            return Err(Error::Forbidden { detail });
        }
        if !review.authors.iter().any(|author| author == by) {
            return Ok(());
        }
        let api = review.api()?;
        let standards = self.standards_of(ws);
        let about = standards.iter().filter(|standard| standard.is_about(&api));
        let mut asked = about.filter_map(|standard| standard.require.review.as_ref()).peekable();
        if asked.peek().is_some() && asked.all(|asked| asked.author_may_approve) {
            return Ok(());
        }
        let detail = format!(
            "`{by}` wrote what review {number} is about, and who wrote it does not approve it; ask somebody else"
        );
        Err(Error::Forbidden { detail })
    }

    /// Who approved an API as it is, or would be.
    pub(crate) async fn votes(&self, ws: &Name, api: &Api) -> Result<Votes, Error> {
        let digest = digest_of(api);
        let query = PaperQuery::of(ws, REVIEW).about(&api.id());
        let mut votes = Votes::default();
        for Sheet { paper, value } in self.read_papers::<Review>(query, LOOKED_AT).await? {
            if paper.state == CLOSED || value.last().is_none_or(|round| round.digest != digest) {
                continue;
            }
            if paper.state == OPEN {
                votes.open.get_or_insert(paper.number);
            }
            for (by, verdict) in value.verdicts(&digest) {
                match verdict {
                    ReviewVerdict::Approve => {
                        votes.approvals.insert(by.to_owned(), value.authors.clone());
                    }
                    ReviewVerdict::RequestChanges if paper.state == OPEN => votes.against.push(by.to_owned()),
                    ReviewVerdict::RequestChanges => {}
                }
            }
        }
        Ok(votes)
    }

    /// A review that has not ended.
    pub(crate) async fn open_sheet(&self, ws: &Name, number: u64) -> Result<Sheet<Review>, Error> {
        let sheet = self.read_paper::<Review>(ws, REVIEW, number).await?;
        if sheet.paper.state != OPEN {
            let detail = format!("review {number} was {}", sheet.paper.state);
            return Err(Error::Conflict { detail });
        }
        Ok(sheet)
    }

    /// What an API is now, as a digest.
    pub(crate) fn base_of(&self, ws: &Name, id: &str) -> Option<String> {
        match self.state().of(ws).index.get(&(Kind::Api, id.into())).map(|known| &**known) {
            Some(Resource::Api(api)) => Some(digest_of(api)),
            _ => None,
        }
    }

    /// Whether somebody may change an API, as it is or would be.
    pub(crate) fn may_change_api(&self, actor: &Actor, ws: &Name, api: &Api) -> Result<(), Error> {
        let present = self.state().of(ws).index.get(&(Kind::Api, api.id().into())).cloned();
        let proposed = Resource::from(api.clone());
        self.permit(actor, ws, Permission::write(Area::Apis), present.as_deref().unwrap_or(&proposed))
    }

    /// Whether somebody may pass by what standards ask.
    pub(crate) fn may_pass(&self, actor: &Actor, ws: &Name) -> Result<(), Error> {
        let needed = Permission::write(Area::Emergencies);
        if actor.authority.reach(needed, ws) == Reach::Everything {
            return Ok(());
        }
        let detail = format!("passing by what standards ask needs `{needed}`, which you do not have");
        Err(Error::Forbidden { detail })
    }

    /// What is proposed, with its contract where that comes with it; checked, standards aside.
    async fn proposal(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
        asked: ReviewAsked,
    ) -> Result<(Api, ContractTexts), Error> {
        let mut texts = ContractTexts::default();
        let wrong = |field: &str, message: String| {
            Error::Invalid(vec![Finding::error("invalid-review", message).in_field(field)])
        };
        let resource = match (asked.document, asked.files) {
            (Some(_), Some(_)) => {
                return Err(wrong("files", "give either `document` or `files`".to_owned()));
            }
            (Some(document), None) => Resource::from_value(document).map_err(|f| Error::Invalid(vec![f]))?,
            (None, Some(files)) => {
                let reading = tokio::task::spawn_blocking(move || bundle::read(&files)).await;
                let reading = reading.map_err(|_| Error::Internal)?;
                if has_error(&reading.findings) {
                    return Err(Error::Invalid(reading.findings));
                }
                texts = reading.contracts;
                let mut found = reading.resources.into_iter().map(|sourced| sourced.value);
                let is_it = |value: &Resource| value.kind() == Kind::Api && value.id() == id;
                found.find(is_it).ok_or_else(|| wrong("files", format!("the files have no api/{id}")))?
            }
            (None, None) => {
                let mut present = self.get(ws, Kind::Api, id)?.resource;
                if let Resource::Api(api) = &mut present
                    && api.life_state().is_before_publication()
                {
                    set_state(api, LifeState::Published);
                }
                present
            }
        };
        let mut resource = resource;
        let findings = intake::take_in(&mut resource, &mut texts);
        if !findings.is_empty() {
            return Err(Error::Invalid(findings));
        }
        let Resource::Api(mut api) = resource else {
            return Err(wrong("document", "a review is of an API".to_owned()));
        };
        // Saying that it is published, and saying nothing, is the same.
        let state = api.life_state();
        set_state(&mut api, state);
        if api.id() != id {
            return Err(wrong("document", format!("is api/{}, and the review is of api/{id}", api.id())));
        }
        self.may_change_api(actor, ws, &api)?;
        let judged = self.judge_proposal(ws, &api, &texts).await?;
        if has_error(&judged.findings) {
            return Err(Error::Invalid(judged.findings));
        }
        Ok((*api, texts))
    }
}

/// Puts an API into a state.
pub(crate) fn set_state(api: &mut Api, state: LifeState) {
    api.lifecycle.get_or_insert_default().state = state;
    if api.lifecycle.as_deref() == Some(&model::Lifecycle::default()) {
        api.lifecycle = None;
    }
}

fn round(actor: &Actor, api: &Api, at: String) -> Round {
    let document = Resource::from(api.clone()).to_value();
    Round { by: person(actor), at, digest: digest_of(api), document }
}

/// A line of a contract, with what stands there.
fn place(contract: &str, line: u32) -> Result<RemarkPlace, Error> {
    let found = line.checked_sub(1).and_then(|before| contract.lines().nth(before as usize));
    let Some(found) = found else {
        let message = format!("the contract has {} lines", contract.lines().count());
        return Err(Error::Invalid(vec![Finding::error("invalid-remark", message).in_field("line")]));
    };
    Ok(RemarkPlace { line, text: found.chars().take(LONGEST_LINE).collect() })
}

/// A text that somebody wrote, without space around it.
pub(crate) fn text(field: &str, given: &str, needed: bool) -> Result<String, Error> {
    let given = given.trim();
    let message = match () {
        () if needed && given.is_empty() => "say something".to_owned(),
        () if given.len() > LONGEST_TEXT => format!("has {LONGEST_TEXT} bytes at most"),
        () => return Ok(given.to_owned()),
    };
    Err(Error::Invalid(vec![Finding::error("invalid-text", message).in_field(field)]))
}

/// Whether an API is one that a reference means.
pub(crate) fn is_of(reference: Option<&str>, id: &str) -> bool {
    reference.is_none_or(|reference| ApiRef(reference.to_owned()).covers(id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn api(more: Value) -> Api {
        let mut document = json!({ "kind": "api", "name": "orders", "listen": { "path": "/orders" } });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let Resource::Api(api) = Resource::from_value(document).unwrap() else { panic!() };
        *api
    }

    #[test]
    fn an_approval_is_of_what_an_api_is_and_neither_of_its_state_nor_of_an_order() {
        let plain = digest_of(&api(json!({})));
        assert_eq!(plain, digest_of(&api(json!({ "lifecycle": { "state": "draft" } }))));
        assert_ne!(plain, digest_of(&api(json!({ "title": "Orders" }))));
        let sunset = json!({ "lifecycle": { "state": "published", "sunset_at": "2030-01-01T00:00:00Z" } });
        assert_ne!(plain, digest_of(&api(sunset)), "dates are a part of it");
        let one = json!({ "policies": [{ "rate-limit": { "limit": 1, "window": "1m" } }] });
        let other = json!({ "policies": [{ "rate-limit": { "window": "1m", "limit": 1 } }] });
        assert_eq!(digest_of(&api(one)), digest_of(&api(other)));
    }

    #[test]
    fn what_somebody_said_last_of_the_present_proposal_counts() {
        let remark = |by: &str, verdict, digest: &str| Remark {
            by: by.to_owned(),
            at: String::new(),
            text: String::new(),
            verdict,
            digest: digest.to_owned(),
            place: None,
        };
        let review = Review {
            summary: String::new(),
            authors: Vec::new(),
            opened_at: String::new(),
            base: None,
            rounds: Vec::new(),
            remarks: vec![
                remark("ada", Some(ReviewVerdict::Approve), "old"),
                remark("bea", Some(ReviewVerdict::RequestChanges), "new"),
                remark("bea", Some(ReviewVerdict::Approve), "new"),
                remark("bea", None, "new"),
            ],
            ended: None,
        };
        assert_eq!(review.verdicts("new").into_iter().collect::<Vec<_>>(), [("bea", ReviewVerdict::Approve)]);
    }
}
