//! The reference: one operation at a time from the parsed contract.

use std::sync::Arc;

use contract::{Contract, OperationPage, Outline, Parameter, ParameterPlace, Sample, SchemaPage};
use model::{Api, Name};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

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
    let mut page =
        page.ok_or_else(|| Refusal::not_found(format!("the API `{id}` has no operation `{operation}`")))?;
    let api = PublicApi::find(&app, &id)?;
    page.parameters.extend(version(&api.api));
    let base_url = apis::base_url(&app, &api);
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

/// How a call says which version it is for, where several answer at one path.
fn version(api: &Api) -> Option<Parameter> {
    let asked = api.listen.version.as_deref()?;
    let value = asked.value_or(api.version.as_ref().map(Name::as_str))?.to_owned();
    let (place, name, value) = match (&asked.header, &asked.query) {
        (Some(header), _) => (ParameterPlace::Header, header.clone(), value),
        (None, Some(query)) => (ParameterPlace::Query, query.clone(), value),
        (None, None) => (ParameterPlace::Header, "Accept".to_owned(), asked.media_of(&value)?),
    };
    let is_usual = if asked.default { ", which calls that name none are for, too" } else { "" };
    Some(Parameter {
        name,
        place,
        required: true,
        deprecated: false,
        description: Some(format!("The version of the API that the call is for{is_usual}.")),
        schema: json!({ "type": "string", "const": value }),
        style: if place == ParameterPlace::Query { "form" } else { "simple" }.to_owned(),
        explode: place == ParameterPlace::Query,
        example: value.into(),
        examples: Vec::new(),
    })
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
