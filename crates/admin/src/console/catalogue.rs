//! The catalogue of APIs, and where else an API is.

use control::{Area, CatalogueRow, EnvironmentView, Permission, PromotionAsked, catalogue_csv};
use model::{Api, Kind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{document::Document, resources::tagged};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, Path, Query, Tagged, Text, Within},
    problem::Refusal,
};

/// As what the catalogue is given.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CatalogueForm {
    format: CatalogueFormat,
}

#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum CatalogueFormat {
    /// A line for each API and each who uses it (RFC 4180).
    #[default]
    Csv,
    /// A line of JSON for each API.
    Ndjson,
}

pub(crate) async fn list(app: Within, caller: Caller) -> Result<Json<List<CatalogueRow>>, Refusal> {
    Ok(Json(List::whole(rows(&app, &caller).await?)))
}

/// Those that who asks may see.
async fn rows(app: &Within, caller: &Caller) -> Result<Vec<CatalogueRow>, Refusal> {
    let mut rows = app.control.api_catalogue(&app.workspace).await?;
    rows.retain(|row| app.shows(caller, Permission::read(Area::Apis), (Kind::Api, &row.api)));
    Ok(rows)
}

pub(crate) async fn export(
    app: Within,
    caller: Caller,
    Query(form): Query<CatalogueForm>,
) -> Result<Text, Refusal> {
    let rows = rows(&app, &caller).await?;
    Ok(match form.format {
        CatalogueFormat::Csv => Text { media_type: "text/csv; charset=utf-8", text: catalogue_csv(&rows) },
        CatalogueFormat::Ndjson => {
            let lines = rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default() + "\n");
            Text { media_type: "application/x-ndjson", text: lines.collect() }
        }
    })
}

pub(crate) async fn environments(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<List<EnvironmentView>>, Refusal> {
    let all = app.control.environments(&caller.actor, &app.workspace, &id).await?;
    Ok(Json(List::whole(all)))
}

pub(crate) async fn promote(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<PromotionAsked>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    Ok(tagged(app.control.promote(&caller.actor, &app.workspace, &id, asked).await?))
}
