//! Reviews of what APIs are to become.

use control::{Area, Permission, ReviewAsked, ReviewLine, ReviewVerdict, ReviewView, Said};
use model::{Api, Kind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{document::Document, resources::tagged};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, Path, Query, Tagged, Text, Within, limit},
    problem::Refusal,
};

/// Which reviews.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReviewQuery {
    /// Only those of this API: `orders@v1`, or `orders` for every version.
    api: Option<String>,
    /// Only those that are so: `open`, `applied` or `closed`.
    state: Option<ReviewState>,
    /// At most so many, 1 to 1000; 100 if absent.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Where the part before ended: its `next`.
    after: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum ReviewState {
    Open,
    Applied,
    Closed,
}

/// What somebody says in a review.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemarkForm {
    /// At most 4000 bytes; may be empty with an approval alone.
    #[serde(default)]
    text: String,
    #[serde(default)]
    verdict: Option<ReviewVerdict>,
    /// The proposal that was looked at, by its `digest`: where it is another by now, nothing is said.
    #[serde(default)]
    digest: Option<String>,
    /// The line of the proposal's contract that it is about, from 1.
    #[serde(default)]
    line: Option<u32>,
}

/// Why something is done.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Reason {
    reason: String,
}

pub(crate) async fn list(
    app: Within,
    caller: Caller,
    Query(query): Query<ReviewQuery>,
) -> Result<Json<List<ReviewLine>>, Refusal> {
    let limit = limit(query.limit)? as u32;
    let state = query.state.map(|state| match state {
        ReviewState::Open => "open",
        ReviewState::Applied => "applied",
        ReviewState::Closed => "closed",
    });
    let which = (query.api.as_deref(), state);
    let (mut items, mut after) = (Vec::new(), query.after);
    let permission = Permission::read(Area::Reviews);
    // What somebody may not see is not counted into their page.
    let next = loop {
        let part = app.control.reviews(&app.workspace, which, after, limit).await?;
        let last = part.last().map(|review| review.number).filter(|number| *number > 1);
        let last = last.filter(|_| part.len() >= limit as usize);
        for review in part {
            let is_seen = app.shows(&caller, permission, (Kind::Api, &review.api));
            if is_seen && items.len() < limit as usize {
                items.push(review);
            }
        }
        match last {
            Some(_) if items.len() >= limit as usize => break items.last().map(|review| review.number),
            Some(_) => after = last,
            None => break None,
        }
    };
    let next = next.filter(|number| *number > 1).map(|number| number.to_string());
    Ok(Json(List { items, next, total: None }))
}

pub(crate) async fn open(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<ReviewAsked>,
) -> Result<Json<ReviewView>, Refusal> {
    let number = app.control.open_review(&caller.actor, &app.workspace, &id, asked).await?;
    view(&app, number).await
}

pub(crate) async fn read(app: Within, Path(number): Path<u64>) -> Result<Json<ReviewView>, Refusal> {
    view(&app, number).await
}

pub(crate) async fn update(
    app: Within,
    caller: Caller,
    Path(number): Path<u64>,
    Body(asked): Body<ReviewAsked>,
) -> Result<Json<ReviewView>, Refusal> {
    app.control.update_review(&caller.actor, &app.workspace, number, asked).await?;
    view(&app, number).await
}

pub(crate) async fn remark(
    app: Within,
    caller: Caller,
    Path(number): Path<u64>,
    Body(form): Body<RemarkForm>,
) -> Result<Json<ReviewView>, Refusal> {
    let said =
        Said { text: &form.text, verdict: form.verdict, digest: form.digest.as_deref(), line: form.line };
    app.control.remark(&caller.actor, &app.workspace, number, said).await?;
    view(&app, number).await
}

pub(crate) async fn contract(app: Within, Path(number): Path<u64>) -> Result<Text, Refusal> {
    Ok(Text::contract(&app.control.review_contract(&app.workspace, number).await?))
}

pub(crate) async fn apply(
    app: Within,
    caller: Caller,
    Path(number): Path<u64>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    Ok(tagged(app.control.apply_review(&caller.actor, &app.workspace, number, None).await?))
}

pub(crate) async fn emergency(
    app: Within,
    caller: Caller,
    Path(number): Path<u64>,
    Body(why): Body<Reason>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    let reason = Some(&*why.reason);
    Ok(tagged(app.control.apply_review(&caller.actor, &app.workspace, number, reason).await?))
}

pub(crate) async fn close(
    app: Within,
    caller: Caller,
    Path(number): Path<u64>,
    Body(why): Body<Reason>,
) -> Result<Json<ReviewView>, Refusal> {
    app.control.close_review(&caller.actor, &app.workspace, number, &why.reason).await?;
    view(&app, number).await
}

async fn view(app: &Within, number: u64) -> Result<Json<ReviewView>, Refusal> {
    Ok(Json(app.control.review(&app.workspace, number).await?))
}
