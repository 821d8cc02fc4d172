//! What those whose apps use an API are told: of its end, and of a change that breaks callers. By letter, and in the portal.

use std::collections::{BTreeMap, BTreeSet};

use model::{Api, ApiRef, Brownout, Kind, LifeState, Name, Resource, SubscriptionState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::PaperQuery;

use crate::{
    Actor, ContractChanges, ContractTexts, Control, Error, Letter,
    papers::{NewPaper, Sheet},
    resources::timestamp,
};

pub(crate) const NOTICE: &str = "notice";
/// Notices that are looked through for those of a developer.
const LOOKED_AT: u32 = 500;
/// Notices are shown so long, milliseconds.
const SHOWN: u64 = 180 * 24 * 60 * 60 * 1000;
/// Changes of a contract that a notice names.
const NAMED: usize = 10;

/// What those who use an API are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeOf {
    /// It is deprecated.
    Deprecated,
    /// The day of its end is said, or is another; or the times in which calls are refused before it.
    Sunset,
    /// It is deprecated no more.
    Kept,
    /// It answers no more.
    Retired,
    /// Its contract changed in a way that breaks callers.
    Breaking,
}

/// A notice for a developer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeView {
    pub number: u64,
    /// The API, such as `orders@v1`.
    pub api: String,
    pub title: String,
    pub of: NoticeOf,
    /// RFC 3339.
    pub at: String,
    /// What changed, where the contract did.
    pub changes: Vec<String>,
    pub sunset_at: Option<String>,
    pub successor: Option<String>,
    pub docs: Option<String>,
    /// Times in which calls are refused before it ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brownouts: Vec<Brownout>,
    /// The apps of who reads it that may use the API.
    pub apps: Vec<String>,
}

/// A notice as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) of: NoticeOf,
    pub(crate) title: String,
    pub(crate) changes: Vec<String>,
    pub(crate) sunset_at: Option<String>,
    pub(crate) successor: Option<String>,
    pub(crate) docs: Option<String>,
    #[serde(default)]
    pub(crate) brownouts: Vec<Brownout>,
    /// Apps, each with the address of who answers for it.
    pub(crate) apps: BTreeMap<String, String>,
}

impl Notice {
    /// For people, in a line.
    pub(crate) fn said(&self) -> String {
        let sunset = self.sunset_at.as_deref().map(day);
        match (self.of, sunset) {
            (NoticeOf::Deprecated, Some(day)) => format!("is deprecated, and will stop answering on {day}"),
            (NoticeOf::Deprecated, None) => "is deprecated".to_owned(),
            (NoticeOf::Sunset, Some(day)) => format!("will stop answering on {day}"),
            (NoticeOf::Sunset, None) if self.brownouts.is_empty() => {
                "has no day of its end any more".to_owned()
            }
            (NoticeOf::Sunset, None) => "will refuse calls for short times".to_owned(),
            (NoticeOf::Kept, _) => "is deprecated no more".to_owned(),
            (NoticeOf::Retired, _) => "answers no more".to_owned(),
            (NoticeOf::Breaking, _) => "has changed in a way that may break your app".to_owned(),
        }
    }
}

/// The day of a time such as `2026-12-31T00:00:00Z`.
fn day(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

/// What is to be told of a change of an API; nothing where it was for nobody before.
fn told_of(before: &Api, after: &Api, contract: Option<&ContractChanges>) -> Vec<NoticeOf> {
    let (from, to) = (before.life_state(), after.life_state());
    if from.is_before_publication() {
        return Vec::new();
    }
    let dates = |api: &Api| {
        api.lifecycle
            .as_ref()
            .map(|life| (life.sunset_at.clone(), life.brownouts.clone()))
            .unwrap_or_default()
    };
    let of_life = match (from, to) {
        (LifeState::Published | LifeState::Prerelease, LifeState::Deprecated) => Some(NoticeOf::Deprecated),
        (LifeState::Deprecated, LifeState::Published) => Some(NoticeOf::Kept),
        (LifeState::Deprecated, LifeState::Retired) => Some(NoticeOf::Retired),
        _ if dates(before) != dates(after) => Some(NoticeOf::Sunset),
        _ => None,
    };
    let breaks = contract.is_some_and(|told| told.breaking > 0)
        && !matches!(to, LifeState::Retired | LifeState::Archived);
    of_life.into_iter().chain(breaks.then_some(NoticeOf::Breaking)).collect()
}

impl Control {
    /// Tells those whose apps use an API what became of it. What cannot be told is logged: the change is made by then.
    pub(crate) async fn tell_users(
        &self,
        actor: &Actor,
        ws: &Name,
        (before, after): (&Api, &Api),
        contract: Option<&ContractChanges>,
    ) {
        for of in told_of(before, after, contract) {
            let id = after.id();
            let apps = self.apps_using(ws, &id);
            if apps.is_empty() {
                continue;
            }
            let life = after.lifecycle.as_deref().cloned().unwrap_or_default();
            let changes = contract.filter(|_| of == NoticeOf::Breaking).map_or_else(Vec::new, |told| {
                let breaking = told.changes.iter().filter(|change| change.level == "breaking");
                breaking
                    .take(NAMED)
                    .map(|change| sentence(&change.operation, &change.at, &change.text))
                    .collect()
            });
            let title = after.title.clone().or_else(|| Some(self.summary_of(after)?.title.clone()));
            let notice = Notice {
                of,
                title: title.unwrap_or_else(|| id.clone()),
                changes,
                sunset_at: life.sunset_at,
                successor: life.successor,
                docs: life.docs,
                brownouts: life.brownouts,
                apps,
            };
            self.post_notice(&id, &notice);
            let Ok(document) = serde_json::to_value(&notice) else { continue };
            let new = NewPaper { kind: NOTICE, subject: &id, state: "told", document };
            if let Err(error) = self.add_paper(actor, ws, &new, "notify", &ContractTexts::default()).await {
                tracing::error!(api = id, %error, "a notice could not be kept");
            }
        }
    }

    /// A letter for each who answers for an app.
    fn post_notice(&self, id: &str, notice: &Notice) {
        let mut apps_of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (app, owner) in notice.apps.iter().filter(|(_, owner)| owner.contains('@')) {
            apps_of.entry(owner).or_default().push(app);
        }
        for (owner, apps) in apps_of {
            let mut text = format!(
                "Hello,\n\nthe API {} ({id}) {}. You are told because of {}.\n",
                notice.title,
                notice.said(),
                apps.join(", ")
            );
            if !notice.changes.is_empty() {
                text.push_str("\nWhat changed:\n");
                notice.changes.iter().for_each(|change| text.push_str(&format!("- {change}\n")));
            }
            if !notice.brownouts.is_empty() && !matches!(notice.of, NoticeOf::Kept | NoticeOf::Retired) {
                text.push_str("\nBefore that, calls are refused for short times:\n");
                for Brownout { from, until } in &notice.brownouts {
                    text.push_str(&format!("- from {from} until {until}\n"));
                }
            }
            for (word, address) in [("What comes after it", &notice.successor), ("How to move", &notice.docs)]
            {
                if let Some(address) = address {
                    text.push_str(&format!("\n{word}: {address}\n"));
                }
            }
            let subject = format!("{} {}", notice.title, notice.said());
            self.post(Letter { to: owner.to_owned(), subject, text });
        }
    }

    /// Apps with a subscription that lets them call an API, each with the address of who answers for it.
    pub(crate) fn apps_using(&self, ws: &Name, id: &str) -> BTreeMap<String, String> {
        let all = self.state();
        let index = &all.of(ws).index;
        let covers = |resource: &Resource| match resource {
            Resource::Product(product) => {
                product.apis.iter().any(|api: &ApiRef| api.covers(id)).then(|| product.name.clone())
            }
            _ => None,
        };
        let products: BTreeSet<Name> =
            index.of_kind(Kind::Product).filter_map(|resource| covers(resource)).collect();
        let subscribed: BTreeSet<Name> = index
            .of_kind(Kind::Subscription)
            .filter_map(|resource| match &**resource {
                Resource::Subscription(one)
                    if one.state == SubscriptionState::Active && products.contains(&one.product) =>
                {
                    Some(one.app.clone())
                }
                _ => None,
            })
            .collect();
        let apps = index.of_kind(Kind::App).filter_map(|resource| match &**resource {
            Resource::App(app) if subscribed.contains(&app.name) => {
                Some((app.name.to_string(), app.owner.clone().unwrap_or_default()))
            }
            _ => None,
        });
        apps.collect()
    }

    /// What a developer is told, the newest first: of each API and sort what was told last, where it still holds.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn notices_of(&self, ws: &Name, email: &str) -> Result<Vec<NoticeView>, Error> {
        self.check_workspace(ws)?;
        let found = self.read_papers::<Notice>(PaperQuery::of(ws, NOTICE), LOOKED_AT).await?;
        let mut seen = BTreeSet::new();
        let mut notices = Vec::new();
        for Sheet { paper, value } in found {
            // What became of a life replaces what was said of it before; changes of contracts stand by themselves.
            let sort = if value.of == NoticeOf::Breaking { paper.number } else { 0 };
            let is_last = seen.insert((paper.subject.clone(), sort));
            let mine: Vec<String> = value
                .apps
                .iter()
                .filter(|(_, owner)| owner.eq_ignore_ascii_case(email))
                .map(|(app, _)| app.clone())
                .collect();
            if !is_last || mine.is_empty() || self.now().saturating_sub(paper.at) > SHOWN {
                continue;
            }
            notices.push(NoticeView {
                number: paper.number,
                api: paper.subject,
                title: value.title,
                of: value.of,
                at: timestamp(paper.at).to_string(),
                changes: value.changes,
                sunset_at: value.sunset_at,
                successor: value.successor,
                docs: value.docs,
                brownouts: value.brownouts,
                apps: mine,
            });
        }
        Ok(notices)
    }
}

fn sentence(operation: &str, at: &str, text: &str) -> String {
    let place: Vec<&str> = [operation, at].into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}: {text}", place.join(", "))
}
