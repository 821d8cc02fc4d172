//! What the types of problem mean.

use policy::{PROBLEMS, ProblemType};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    endpoint::{Json, List, Path},
    problem::Refusal,
};

/// A type of problem.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProblemType")]
pub(crate) struct ProblemTypeView {
    code: &'static str,
    /// What stands in the `type` of a problem.
    #[serde(rename = "type")]
    uri: String,
    status: u16,
    title: &'static str,
    /// What it means and what a client can do.
    help: &'static str,
}

pub(crate) async fn list() -> Json<List<ProblemTypeView>> {
    Json(List::whole(PROBLEMS.iter().copied().map(ProblemTypeView::from).collect()))
}

pub(crate) async fn read(Path(code): Path<String>) -> Result<Json<ProblemTypeView>, Refusal> {
    let known = PROBLEMS.iter().copied().find(|problem| problem.code == code);
    known
        .map(|known| Json(known.into()))
        .ok_or_else(|| Refusal::not_found("there is no problem of this type"))
}

impl From<&'static ProblemType> for ProblemTypeView {
    fn from(problem: &'static ProblemType) -> ProblemTypeView {
        let &ProblemType { code, status, title, help } = problem;
        ProblemTypeView { code, uri: problem.uri(), status, title, help }
    }
}
