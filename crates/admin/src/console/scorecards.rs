//! How APIs stand to the standards that are about them.

use control::StandardStanding;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    endpoint::{Json, List, Query, Within},
    problem::Refusal,
};

/// Which scorecards.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScorecardQuery {
    /// Only those of this API: `orders@v1`, or `orders` for every version.
    #[serde(default)]
    api: Option<String>,
    /// Only those of APIs of this owner.
    #[serde(default)]
    owner: Option<String>,
}

pub(crate) async fn list(
    app: Within,
    Query(query): Query<ScorecardQuery>,
) -> Result<Json<List<StandardStanding>>, Refusal> {
    let mut all = app.control.standard_standings(&app.workspace).await?;
    all.retain(|one| {
        let name = one.api.split_once('@').map_or(&*one.api, |(name, _)| name);
        query.api.as_deref().is_none_or(|api| api == one.api || api == name)
            && query.owner.as_ref().is_none_or(|owner| one.owner.as_ref() == Some(owner))
    });
    Ok(Json(List::whole(all)))
}
