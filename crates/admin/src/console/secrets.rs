//! The built-in store of secrets: written, never read.

use control::{ReferenceView, SecretView};
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, NoContent, Path, Within},
    problem::Refusal,
};

/// The value of a secret.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretForm {
    /// 1 byte to 64 KiB. Accepted, never returned.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    value: String,
}

/// What came of sealing everything anew.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DataKeyRotated {
    /// Secrets that were sealed by the new key.
    secrets: usize,
}

pub(crate) async fn list(app: Within) -> Result<Json<List<SecretView>>, Refusal> {
    Ok(Json(List::whole(app.control.secrets(&app.workspace)?)))
}

pub(crate) async fn references(app: Within) -> Result<Json<List<ReferenceView>>, Refusal> {
    Ok(Json(List::whole(app.control.secret_references(&app.workspace)?)))
}

pub(crate) async fn set(
    app: Within,
    caller: Caller,
    Path(name): Path<Name>,
    Body(SecretForm { value }): Body<SecretForm>,
) -> Result<Json<SecretView>, Refusal> {
    Ok(Json(app.control.set_secret(&caller.actor, &app.workspace, &name, &value, false).await?))
}

pub(crate) async fn rotate(
    app: Within,
    caller: Caller,
    Path(name): Path<Name>,
    Body(SecretForm { value }): Body<SecretForm>,
) -> Result<Json<SecretView>, Refusal> {
    Ok(Json(app.control.set_secret(&caller.actor, &app.workspace, &name, &value, true).await?))
}

pub(crate) async fn delete(
    app: Within,
    caller: Caller,
    Path(name): Path<Name>,
) -> Result<NoContent, Refusal> {
    app.control.delete_secret(&caller.actor, &app.workspace, &name).await?;
    Ok(NoContent)
}

pub(crate) async fn rotate_data_key(app: Within, caller: Caller) -> Result<Json<DataKeyRotated>, Refusal> {
    let secrets = app.control.rotate_data_key(&caller.actor, &app.workspace).await?;
    Ok(Json(DataKeyRotated { secrets }))
}
