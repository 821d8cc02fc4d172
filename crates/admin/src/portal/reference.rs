//! The reference: one operation at a time from the parsed contract.

use std::sync::Arc;

use contract::{Contract, OperationPage, Outline, Sample, SchemaPage};
use schemars::JsonSchema;
use serde::Serialize;

use super::apis::{self, PublicApi};
use crate::{
    endpoint::{If, Json, Kept, Path, Tagged, Text, Within},
    problem::Refusal,
};

/// One operation, whole, with code that calls it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OperationReference {
    #[serde(flatten)]
    page: OperationPage,
    /// Where the API answers: scheme, host and base path.
    base_url: String,
    samples: Vec<Sample>,
}

pub(crate) async fn outline(
    app: Within,
    Path(id): Path<String>,
    condition: If,
) -> Result<Kept<Outline>, Refusal> {
    let (hash, contract) = contract_of(&app, &id).await?;
    Ok(kept(&condition, hash, || contract.outline()))
}

pub(crate) async fn operation(
    app: Within,
    Path((id, operation)): Path<(String, String)>,
) -> Result<Json<OperationReference>, Refusal> {
    let (_, contract) = contract_of(&app, &id).await?;
    let page = contract.operation(&operation);
    let page =
        page.ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no operation `{operation}`")))?;
    let base_url = apis::base_url(&app, &PublicApi::find(&app, &id)?);
    let auth = apis::auth(&app, &id)?;
    let key_header = auth.iter().find_map(|auth| auth.header.as_deref());
    let samples = contract.samples(&page, &base_url, key_header);
    Ok(Json(OperationReference { page, base_url, samples }))
}

pub(crate) async fn schema(
    app: Within,
    Path((id, name)): Path<(String, String)>,
    condition: If,
) -> Result<Kept<SchemaPage>, Refusal> {
    let (hash, contract) = contract_of(&app, &id).await?;
    let page = contract.schema(&name);
    let page = page.ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no schema `{name}`")))?;
    Ok(kept(&condition, hash, || page))
}

pub(crate) async fn contract(app: Within, Path(id): Path<String>) -> Result<Text, Refusal> {
    PublicApi::find(&app, &id)?;
    Ok(Text::contract(&app.control.contract_text(&app.workspace, &id).await?))
}

/// The contract of a public API, with the hash of its text.
async fn contract_of(app: &Within, id: &str) -> Result<(String, Arc<Contract>), Refusal> {
    let summary = PublicApi::find(app, id)?.contract;
    let summary = summary.ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no contract")))?;
    let _turn = app.contracts.acquire().await.expect("the semaphore is never closed");
    Ok((summary.hash.clone(), app.control.contract(&app.workspace, id).await?))
}

fn kept<T>(condition: &If, etag: String, body: impl FnOnce() -> T) -> Kept<T> {
    if condition.has(&etag) { Kept::Same(etag) } else { Kept::Fresh(Tagged { body: body(), etag }) }
}
