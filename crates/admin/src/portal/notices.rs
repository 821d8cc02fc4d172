//! What developers are told of APIs that their apps use.

use analytics::{By, TopQuery, query::Time};
use control::NoticeView;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    auth::Caller,
    endpoint::{Json, List, Within},
    problem::Refusal,
};

/// What is looked back on, milliseconds.
const MONTH: u64 = 30 * 24 * 60 * 60 * 1000;

/// A notice, and how much it is about who reads it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Notice")]
pub(crate) struct Told {
    #[serde(flatten)]
    notice: NoticeView,
    /// Calls of the API by these apps in the last thirty days.
    calls: u64,
}

pub(crate) async fn list(app: Within, caller: Caller) -> Result<Json<List<Told>>, Refusal> {
    let notices = app.control.notices_of(&app.workspace, &caller.actor.name).await?;
    let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let mut all = Vec::with_capacity(notices.len());
    for notice in notices {
        let query = TopQuery {
            by: By::Caller,
            api: Some(notice.api.clone()),
            from: Some(Time(now.saturating_sub(MONTH))),
            limit: Some(1000),
            ..TopQuery::default()
        };
        let rows = app.analytics.top(app.workspace.as_str(), &query).await?;
        let is_mine = |key: &str| {
            key.strip_prefix("app/").is_some_and(|name| notice.apps.iter().any(|app| app == name))
        };
        let calls = rows.iter().filter(|row| is_mine(&row.key)).map(|row| row.requests).sum();
        all.push(Told { notice, calls });
    }
    Ok(Json(List::whole(all)))
}
