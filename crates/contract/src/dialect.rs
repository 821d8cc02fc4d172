//! Which specification a document follows.

use std::fmt;

use model::{Finding, tree::Node};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which specification a document follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Dialect {
    #[serde(rename = "swagger-2.0")]
    Swagger20,
    #[serde(rename = "openapi-3.0")]
    OpenApi30,
    #[serde(rename = "openapi-3.1")]
    OpenApi31,
    #[serde(rename = "openapi-3.2")]
    OpenApi32,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::Swagger20 => "Swagger 2.0",
            Dialect::OpenApi30 => "OpenAPI 3.0",
            Dialect::OpenApi31 => "OpenAPI 3.1",
            Dialect::OpenApi32 => "OpenAPI 3.2",
        })
    }
}

const SUPPORTED: &str =
    "OpenAPI 3.0, 3.1, 3.2, Swagger 2.0, AsyncAPI, GraphQL, Protocol Buffers and WSDL are read";

/// Recognizes the dialect by the `openapi` or `swagger` field at the root.
///
/// # Errors
/// A finding that says what the document seems to be instead; the caller adds the place.
pub(crate) fn recognize(root: &Node) -> Result<Dialect, Finding> {
    if root.fields().is_none() {
        return Err(not_openapi(
            "this is not an OpenAPI document: a mapping with `openapi: 3.1.0` at its root is expected; nor is it GraphQL, AsyncAPI, protobuf, WSDL, a Postman collection or HAR",
        ));
    }
    if let Some(version) = root.get("openapi") {
        let version = version.scalar_text().unwrap_or_default();
        let mut numbers = version.trim().split('.');
        return match (numbers.next(), numbers.next()) {
            (Some("3"), Some("0")) => Ok(Dialect::OpenApi30),
            (Some("3"), Some("1")) => Ok(Dialect::OpenApi31),
            (Some("3"), Some("2")) => Ok(Dialect::OpenApi32),
            _ => Err(unsupported("openapi", &version)),
        };
    }
    if let Some(version) = root.get("swagger") {
        let version = version.scalar_text().unwrap_or_default();
        return match version.trim() {
            "2.0" | "2" => Ok(Dialect::Swagger20),
            _ => Err(unsupported("swagger", &version)),
        };
    }
    Err(not_openapi(format!("this is not an OpenAPI document: {}", guess(root))))
}

fn not_openapi(message: impl Into<String>) -> Finding {
    Finding::error("not-openapi", message)
}

fn unsupported(field: &str, version: &str) -> Finding {
    let shown: String = version.chars().take(40).collect();
    Finding::error("unsupported-version", format!("version `{shown}` is not supported: {SUPPORTED}"))
        .in_field(field)
}

/// What the document seems to be, for the message.
fn guess(root: &Node) -> String {
    let has = |field| root.get(field).is_some();
    let seems = if has("kind") && has("name") {
        "it is a resource document (it has a `kind`); apply it instead of importing it"
    } else if has("apiVersion") && has("kind") {
        "it is a Kubernetes manifest"
    } else if has("arazzo") {
        "it is an Arazzo document"
    } else if has("overlay") {
        "it is an OpenAPI Overlay"
    } else if has("$schema") {
        "it is a JSON Schema"
    } else if has("paths") {
        "it has `paths` but no version; add `openapi: 3.1.0` at the top"
    } else {
        "it has neither `openapi` nor `swagger` at its root"
    };
    format!("{seems} ({SUPPORTED})")
}
