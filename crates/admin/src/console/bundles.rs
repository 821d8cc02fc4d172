//! Configuration as files: check, plan, apply, export, import.

use contract::Notation;
use control::{
    Action, Actor, Applied, Area, Bundle, ChangeLevel, ChangePlan, ImportRequest, Merged, Permission,
    PlanOptions, Reach,
};
use model::{Api, Finding, Severity};
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Origin;

use super::document::Document;
use crate::{
    auth::Caller,
    endpoint::{Body, Json, Query, Within},
    problem::Refusal,
};

/// How a folder is applied.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct How {
    /// Removes resources of the same origin that are not in the folder.
    prune: bool,
    /// Which way the resources come in; `apply` if absent.
    origin: Option<String>,
    /// Refuses a change of a contract that is at least as bad for those who use the API.
    fail_on: Option<ChangeLevel>,
}

/// What an import made, or would make.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Imported {
    resource: Document<Api>,
    /// 0 for a dry run.
    revision: u64,
    /// What the document is written in.
    notation: Notation,
    /// How many operations it has.
    operations: usize,
    /// What came of an API that was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged: Option<Merged>,
    /// Warnings.
    findings: Vec<Finding>,
}

/// What a check found.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Validation {
    /// Whether there is no error among the findings.
    valid: bool,
    findings: Vec<Finding>,
}

pub(crate) async fn validate(app: Within, Body(bundle): Body<Bundle>) -> Result<Json<Validation>, Refusal> {
    let findings = app.control.validate(&app.workspace, bundle).await?;
    let valid = findings.iter().all(|finding| finding.severity != Severity::Error);
    Ok(Json(Validation { valid, findings }))
}

pub(crate) async fn plan(
    app: Within,
    caller: Caller,
    Query(how): Query<How>,
    Body(bundle): Body<Bundle>,
) -> Result<Json<ChangePlan>, Refusal> {
    let options = how.options()?;
    let plan = app.control.plan(&app.workspace, bundle, options).await?;
    let permission = Permission::read(Area::Configuration);
    if caller.actor.authority.reach(permission, &app.workspace) != Reach::Everything {
        // A plan shows what is there now.
        for change in plan.changes.iter().filter(|change| change.action != Action::Create) {
            let named = (change.kind, &*change.id);
            app.control.permit_named(&caller.actor, &app.workspace, permission, named)?;
        }
    }
    Ok(Json(plan))
}

pub(crate) async fn apply(
    app: Within,
    caller: Caller,
    Query(how): Query<How>,
    Body(bundle): Body<Bundle>,
) -> Result<Json<Applied>, Refusal> {
    let options = how.options()?;
    let actor = Actor { origin: options.origin, ..caller.actor };
    Ok(Json(app.control.apply(&actor, &app.workspace, bundle, options).await?))
}

pub(crate) async fn export(app: Within, caller: Caller) -> Result<Json<Bundle>, Refusal> {
    Ok(Json(app.control.export_for(&caller.actor, &app.workspace).await?))
}

/// As [`import`], of OpenAPI alone.
pub(crate) async fn import_openapi(
    app: Within,
    caller: Caller,
    Body(request): Body<ImportRequest>,
) -> Result<Json<Imported>, Refusal> {
    let request = ImportRequest { notation: Some(Notation::OpenApi), ..request };
    import(app, caller, Body(request)).await
}

pub(crate) async fn import(
    app: Within,
    caller: Caller,
    Body(request): Body<ImportRequest>,
) -> Result<Json<Imported>, Refusal> {
    let imported = app.control.import(&caller.actor, &app.workspace, request).await?;
    Ok(Json(Imported {
        resource: Document::new(imported.resource),
        revision: imported.revision,
        notation: imported.notation,
        operations: imported.operations,
        merged: imported.merged,
        findings: imported.findings,
    }))
}

impl How {
    fn options(&self) -> Result<PlanOptions, Refusal> {
        let origin = match &self.origin {
            None => Origin::Apply,
            Some(word) => {
                word.parse().map_err(|reason: String| Refusal::new(problems::BAD_REQUEST, reason))?
            }
        };
        Ok(PlanOptions { origin, prune: self.prune, fail_on: self.fail_on })
    }
}
