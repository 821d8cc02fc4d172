//! One operation as a page shows it: references resolved, examples filled in, bounded in size.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One operation, whole. Schemas are JSON Schema 2020-12 as OpenAPI 3.1 uses it, whatever the document was written in; a reference is
/// always `#/components/schemas/NAME`, where `NAME` is a key of `schemas` or can be asked for by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationPage {
    pub id: String,
    /// In upper case.
    pub method: String,
    /// The template: `/orders/{id}`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub deprecated: bool,
    /// What a caller needs, any one of these, by the contract.
    #[serde(default)]
    pub security: Vec<SecurityNeed>,
    /// The schemes `security` names, as the contract describes them.
    #[serde(default)]
    pub security_schemes: BTreeMap<String, Value>,
    pub parameters: Vec<Parameter>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Body>,
    /// In the order of the contract.
    pub responses: Vec<Response>,
    /// The schemas used, by name, as far as they fit.
    pub schemas: BTreeMap<String, Value>,
    /// Names of schemas used that did not fit; ask for them one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_schemas: Vec<String>,
    /// Something was cut to keep the page small: deep schemas are `{"x-truncated": true}`, long examples are left out.
    #[serde(default)]
    pub truncated: bool,
}

/// The names of the schemes that are needed together, each with its scopes. Empty: anonymous is fine.
pub type SecurityNeed = BTreeMap<String, Vec<String>>;

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    pub name: String,
    #[serde(rename = "in")]
    pub place: ParameterPlace,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub deprecated: bool,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub schema: Value,
    /// `form`, `simple`, `deepObject` …; the default of its place where the contract says nothing.
    pub style: String,
    /// Whether lists and mappings are spread over several parameters.
    pub explode: bool,
    /// A value to start from: the author's, or one made from the schema.
    pub example: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<NamedExample>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParameterPlace {
    Path,
    Query,
    Header,
    Cookie,
    /// The whole query string (OpenAPI 3.2).
    Querystring,
}

/// A request body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Body {
    #[serde(default)]
    pub required: bool,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In the order of the contract.
    pub content: Vec<Media>,
}

/// One form a body may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    /// As `application/json`.
    pub media_type: String,
    pub schema: Value,
    /// A value to start from: the author's, or one made from the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// Whether `example` was made from the schema.
    #[serde(default)]
    pub generated: bool,
    /// The author's examples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<NamedExample>,
}

/// An example of the author.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedExample {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    pub value: Value,
}

/// An answer the operation may give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Response {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<ResponseHeader>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<Media>,
}

/// A header of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseHeader {
    pub name: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub schema: Value,
}
