//! What an API has beyond its document.

use control::OperationView;
use model::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    endpoint::{Json, List, Path, Text, Within},
    problem::Refusal,
};

/// An operation with what the contract groups it by.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiOperation")]
pub(crate) struct Operation {
    #[serde(flatten)]
    operation: OperationView,
    tags: Vec<String>,
}

pub(crate) async fn operations(
    app: Within,
    Path(id): Path<String>,
) -> Result<Json<List<Operation>>, Refusal> {
    app.control.get(&app.workspace, Kind::Api, &id)?;
    let summary = app.control.contract_summary(&app.workspace, &id)?;
    let tags = |operation: &str| {
        let known =
            summary.iter().flat_map(|summary| &summary.operations).find(|known| known.id == operation);
        known.map(|known| known.tags.clone()).unwrap_or_default()
    };
    let operations = app.control.effective_policies(&app.workspace, &id)?;
    let items =
        operations.into_iter().map(|operation| Operation { tags: tags(&operation.id), operation }).collect();
    Ok(Json(List::whole(items)))
}

pub(crate) async fn contract(app: Within, Path(id): Path<String>) -> Result<Text, Refusal> {
    let text = app.control.contract_text(&app.workspace, &id).await?;
    Ok(Text::contract(&text))
}
