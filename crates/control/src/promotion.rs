//! Environments: workspaces through which an API is promoted, the same in each but for where it answers and what serves it.

use model::{Api, Kind, LifeState, Listen, Name, Resource, UpstreamSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::PaperQuery;

use crate::{
    Actor, Area, ContractTexts, Control, Error, FieldChange, Permission, Reach, Stored,
    diff::diff,
    papers::{NewPaper, Sheet},
    redact::redacted,
    resources::timestamp,
    reviews::{digest_of, person},
};

pub(crate) const PROMOTION: &str = "promotion";

/// Where an API goes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromotionAsked {
    /// The workspace that is the next environment.
    pub to: Name,
    /// Where it answers there; as it does there already, or as it does here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<Listen>,
    /// What serves it there; what does already, or what does here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<UpstreamSource>,
}

/// An API in one environment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EnvironmentView {
    pub workspace: String,
    pub revision: u64,
    pub state: LifeState,
    /// RFC 3339.
    pub updated_at: String,
    /// Whether it is the same there as where it was asked, but for where it answers and what serves it.
    pub same: bool,
    /// What it has there that is other.
    pub changes: Vec<FieldChange>,
    /// How it came there, the newest first; 20 at most.
    pub promotions: Vec<PromotionView>,
}

/// A promotion.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PromotionView {
    pub from: String,
    /// The revision there.
    pub from_revision: u64,
    /// The revision it came to be.
    pub revision: u64,
    pub by: String,
    /// RFC 3339.
    pub at: String,
}

/// What an API is wherever it answers: without its place, what serves it, and where it is in its life.
pub(crate) fn portable(api: &Api) -> Api {
    let listen =
        Listen { hosts: Vec::new(), path: "/".to_owned(), strip_path: api.listen.strip_path, version: None };
    Api { listen, upstream: None, split: None, lifecycle: None, ..api.clone() }
}

impl Control {
    /// Brings an API, as it is in a workspace, to another one.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Missing`]; [`Error::Forbidden`] for who may not change it there; [`Error::Invalid`] with everything
    /// that stands in the way there.
    pub async fn promote(
        &self,
        actor: &Actor,
        from: &Name,
        id: &str,
        asked: PromotionAsked,
    ) -> Result<Stored, Error> {
        let source = self.get(from, Kind::Api, id)?;
        let Resource::Api(api) = source.resource else { return Err(Error::Internal) };
        let to = &asked.to;
        // To who may do nothing there, it is not there.
        if actor.authority.reach(Permission::read(Area::Apis), to) == Reach::Nothing {
            return Err(Error::Missing { what: format!("workspace `{to}`") });
        }
        self.check_workspace(to)?;
        let there = self.get(to, Kind::Api, id).ok().map(|stored| stored.resource);
        let owned = there.clone().unwrap_or_else(|| Resource::Api(api.clone()));
        self.permit(actor, to, Permission::write(Area::Apis), &owned)?;
        if from == to {
            let detail = format!("api/{id} is in the workspace `{to}`; name another one");
            return Err(Error::Conflict { detail });
        }
        let mut promoted = (*api).clone();
        if let Some(Resource::Api(there)) = there {
            promoted.listen = there.listen;
            promoted.upstream = there.upstream;
            promoted.split = there.split;
            promoted.lifecycle = there.lifecycle;
        }
        if let Some(listen) = asked.listen {
            promoted.listen = listen;
        }
        if let Some(upstream) = asked.upstream {
            promoted.upstream = Some(upstream);
        }
        let texts = self.texts_of(&promoted).await?;
        let made = self.make(actor, to, promoted, texts, (format!("promotion from {from}"), None)).await?;
        let view = PromotionView {
            from: from.to_string(),
            from_revision: source.revision,
            revision: made.revision,
            by: person(actor),
            at: timestamp(self.now()).to_string(),
        };
        let document = serde_json::to_value(&view).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: PROMOTION, subject: id, state: "made", document };
        self.add_paper(actor, to, &new, "promote", &ContractTexts::default()).await?;
        Ok(made)
    }

    /// An API in every workspace in which somebody may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is not in the one that is asked.
    pub async fn environments(
        &self,
        actor: &Actor,
        ws: &Name,
        id: &str,
    ) -> Result<Vec<EnvironmentView>, Error> {
        let Resource::Api(here) = self.get(ws, Kind::Api, id)?.resource else { return Err(Error::Internal) };
        let here = Resource::from(portable(&here)).to_value();
        let mut all = Vec::new();
        for workspace in self.workspaces() {
            if !self.may_with(actor, &workspace, Permission::read(Area::Apis), (Kind::Api, id)) {
                continue;
            }
            let Ok(stored) = self.get(&workspace, Kind::Api, id) else { continue };
            let Resource::Api(there) = &stored.resource else { continue };
            let document = Resource::from(portable(there)).to_value();
            let query = PaperQuery::of(&workspace, PROMOTION).about(id);
            let promotions = self.read_papers::<PromotionView>(query, 20).await?;
            all.push(EnvironmentView {
                workspace: workspace.to_string(),
                revision: stored.revision,
                state: there.life_state(),
                updated_at: stored.updated_at.to_string(),
                same: document == here,
                changes: diff(Some(&redacted(here.clone())), Some(&redacted(document))),
                promotions: promotions.into_iter().map(|sheet: Sheet<PromotionView>| sheet.value).collect(),
            });
        }
        Ok(all)
    }

    /// Whether an API is, or would be, what it is in another workspace.
    pub(crate) fn is_as_in(&self, workspace: &str, api: &Api) -> bool {
        let Ok(workspace) = workspace.parse::<Name>() else { return false };
        match self.get(&workspace, Kind::Api, &api.id()).map(|stored| stored.resource) {
            Ok(Resource::Api(there)) => digest_of(&portable(&there)) == digest_of(&portable(api)),
            _ => false,
        }
    }
}
