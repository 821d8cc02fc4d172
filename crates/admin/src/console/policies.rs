//! The policies of this build.

use policy::Stage;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::endpoint::{Json, List, Within};

/// A policy users can attach.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Policy")]
pub(crate) struct PolicyView {
    name: String,
    stage: Stage,
    /// Whether it may be attached to a plan or consumer.
    for_callers: bool,
    /// In a few words: the first sentence of the description.
    title: String,
    /// What it does, in Markdown.
    description: String,
    /// A configuration in YAML that is valid.
    example: String,
    /// The JSON schema of its configuration.
    schema: Value,
}

pub(crate) async fn list(app: Within) -> Json<List<PolicyView>> {
    let policies = app.control.catalogue().0.iter().map(|policy| {
        let schema = policy.schema().to_value();
        let description = schema["description"].as_str().unwrap_or_default().to_owned();
        let title = description.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        PolicyView {
            name: policy.name().to_owned(),
            stage: policy.stage(),
            for_callers: policy.for_callers(),
            title,
            description,
            example: policy.example().to_owned(),
            schema,
        }
    });
    Json(List::whole(policies.collect()))
}
