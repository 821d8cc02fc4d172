//! What a document is: rules say which kinds they are for.

use model::tree::Node;

use crate::js;

/// A kind of document, by the name rulesets give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Oas2,
    Oas3,
    Oas30,
    Oas31,
    Oas32,
    /// The minor version, or any.
    AsyncApi2(Option<u8>),
    AsyncApi3,
    Arazzo1,
    JsonSchema,
    JsonSchemaLoose,
    JsonSchemaDraft(&'static str),
}

const DRAFTS: [&str; 5] = ["draft4", "draft6", "draft7", "draft2019-09", "draft2020-12"];

impl Format {
    pub(crate) fn named(name: &str) -> Option<Format> {
        Some(match name {
            "oas2" => Format::Oas2,
            "oas3" => Format::Oas3,
            "oas3.0" | "oas3_0" => Format::Oas30,
            "oas3.1" | "oas3_1" => Format::Oas31,
            "oas3.2" | "oas3_2" => Format::Oas32,
            "asyncapi2" => Format::AsyncApi2(None),
            "asyncapi3" | "asyncapi3.0" | "asyncapi3_0" => Format::AsyncApi3,
            "arazzo1" | "arazzo1.0" | "arazzo1_0" => Format::Arazzo1,
            "json-schema" => Format::JsonSchema,
            "json-schema-loose" => Format::JsonSchemaLoose,
            name => {
                let minor = |prefix| name.strip_prefix(prefix).and_then(|minor| minor.parse().ok());
                if let Some(minor) = minor("asyncapi2.").or_else(|| minor("asyncapi2_")) {
                    return Some(Format::AsyncApi2(Some(minor)));
                }
                let draft = name.strip_prefix("json-schema-")?;
                let draft = draft.strip_prefix("draft").map_or(draft, |rest| rest.trim_start_matches('-'));
                Format::JsonSchemaDraft(DRAFTS.into_iter().find(|known| &known["draft".len()..] == draft)?)
            }
        })
    }

    pub(crate) fn display(self) -> String {
        match self {
            Format::Oas2 => "OpenAPI 2.0 (Swagger)".into(),
            Format::Oas3 => "OpenAPI 3.x".into(),
            Format::Oas30 => "OpenAPI 3.0.x".into(),
            Format::Oas31 => "OpenAPI 3.1.x".into(),
            Format::Oas32 => "OpenAPI 3.2.x".into(),
            Format::AsyncApi2(None) => "AsyncAPI 2.x".into(),
            Format::AsyncApi2(Some(minor)) => format!("AsyncAPI 2.{minor}.x"),
            Format::AsyncApi3 => "AsyncAPI 3.x".into(),
            Format::Arazzo1 => "Arazzo 1.0.x".into(),
            Format::JsonSchema => "JSON Schema".into(),
            Format::JsonSchemaLoose => "JSON Schema (loose)".into(),
            Format::JsonSchemaDraft(draft) => format!("JSON Schema {draft}"),
        }
    }

    pub(crate) fn fits(self, root: &Node) -> bool {
        let version = |field| root.get(field).map(js::to_text).unwrap_or_default();
        let openapi = |minor: &str| {
            let version = version("openapi");
            let patch = version.strip_prefix(minor);
            patch.is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('.').is_some_and(|patch| patch.bytes().all(|b| b.is_ascii_digit()))
            })
        };
        match self {
            Format::Oas2 => major(&version("swagger")) == Some(2),
            Format::Oas3 => major(&version("openapi")) == Some(3),
            Format::Oas30 => openapi("3.0"),
            Format::Oas31 => openapi("3.1"),
            Format::Oas32 => openapi("3.2"),
            Format::AsyncApi2(None) => version("asyncapi").starts_with("2."),
            Format::AsyncApi2(Some(minor)) => version("asyncapi").starts_with(&format!("2.{minor}.")),
            Format::AsyncApi3 => version("asyncapi").starts_with("3."),
            Format::Arazzo1 => version("arazzo").starts_with("1."),
            Format::JsonSchema => is_json_schema(root),
            Format::JsonSchemaDraft(draft) => is_json_schema(root) && draft_of(root) == Some(draft),
            Format::JsonSchemaLoose => {
                let typed =
                    root.get("type").is_some_and(|kind| kind.as_str().is_some() || kind.items().is_some());
                let composed = ["allOf", "oneOf", "anyOf", "not", "if"].iter().any(|name| {
                    root.get(name).is_some_and(|part| part.items().is_some() || part.fields().is_some())
                });
                is_json_schema(root)
                    || typed
                    || composed
                    || root.get("enum").is_some_and(|e| e.items().is_some())
            }
        }
    }
}

/// As `parseInt` does.
fn major(version: &str) -> Option<u32> {
    let digits = version.trim().bytes().take_while(u8::is_ascii_digit).count();
    version.trim()[..digits].parse().ok()
}

fn is_json_schema(root: &Node) -> bool {
    root.get("$schema").and_then(Node::as_str).is_some_and(|schema| schema.contains("//json-schema.org/"))
}

/// The draft that `$schema` names.
pub(crate) fn draft_of(schema: &Node) -> Option<&'static str> {
    draft(schema.get("$schema")?.as_str()?)
}

/// The draft that a URI such as `http://json-schema.org/draft-07/schema#` names.
pub(crate) fn draft(uri: &str) -> Option<&'static str> {
    let path = uri.split_once("://json-schema.org/")?.1.trim_end_matches('#');
    let path = path.strip_suffix("/schema").or_else(|| path.strip_suffix("/hyper-schema"))?;
    Some(match path {
        "draft-04" => "draft4",
        "draft-06" => "draft6",
        "draft-07" => "draft7",
        "draft/2019-09" => "draft2019-09",
        "draft/2020-12" => "draft2020-12",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_recognized_by_its_version() {
        let fits = |format: &str, text: &str| {
            let root = model::tree::parse(text, "a.yaml", Default::default()).unwrap().remove(0).root;
            Format::named(format).unwrap().fits(&root)
        };
        assert!(fits("oas3", "openapi: 3.1.0") && fits("oas3.1", "openapi: 3.1.0"));
        assert!(!fits("oas3.0", "openapi: 3.1.0") && fits("oas3_0", "openapi: '3.0'"));
        assert!(!fits("oas3.0", "openapi: 3.0.0-rc1") && fits("oas3", "openapi: 3.0.0-rc1"));
        assert!(fits("oas2", "swagger: '2.0'") && fits("oas2", "swagger: 2"));
        assert!(fits("asyncapi2.6", "asyncapi: 2.6.0") && !fits("asyncapi2.5", "asyncapi: 2.6.0"));
        assert!(fits("json-schema-draft7", "$schema: 'http://json-schema.org/draft-07/schema#'"));
        assert!(fits("json-schema-2020-12", "$schema: 'https://json-schema.org/draft/2020-12/schema'"));
        assert_eq!(Format::named("oas4"), None);
    }
}
