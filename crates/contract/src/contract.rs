//! A contract, read and checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{
    Finding, Place,
    snapshot::{ContractDocument, OperationPlace},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Dialect, Notation, Operation, OperationPage, Outline, OutlineOperation, Sample, SearchTerms, notation,
    outline,
    page_builder::PageBuilder,
    read::{self, Reading},
    references, samples,
    source::{Source, escape, local_pointer},
};

/// Scopes of a contract whose descriptions are read at most, and how many characters of one.
const MOST_SCOPES: usize = 1_000;
const LONGEST_SCOPE_TEXT: usize = 300;

/// A contract, read and checked.
#[derive(Debug)]
pub struct Contract {
    /// What it is written in.
    pub notation: Notation,
    /// What its shape is, once it is read.
    pub dialect: Dialect,
    pub title: String,
    /// `info.version`, not that of the API resource.
    pub version: String,
    /// Markdown.
    pub description: Option<String>,
    /// In the order of the document.
    pub operations: Vec<Operation>,
    /// Warnings and notes; a contract with errors is not read.
    pub findings: Vec<Finding>,
    /// Where in `operations`.
    by_id: HashMap<Box<str>, usize>,
    source: Source,
}

/// A way to say who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    ApiKey,
    Basic,
    Bearer,
    OAuth2,
    OpenIdConnect,
    MutualTls,
    Other,
}

/// One schema with those it uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaPage {
    pub name: String,
    pub schema: Value,
    /// The schemas used, by name, as far as they fit.
    pub schemas: BTreeMap<String, Value>,
    /// Names of schemas used that did not fit; ask for them one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_schemas: Vec<String>,
    /// Something was cut to keep the page small: deep schemas are `{"x-truncated": true}`.
    #[serde(default)]
    pub truncated: bool,
}

impl Contract {
    /// Reads a document; `file` is what findings call it.
    ///
    /// # Errors
    /// Every finding of the document, at least one of them an error: a syntax error, a document that is no contract, a path that
    /// cannot be routed.
    pub fn parse(text: &str, file: &str) -> Result<Contract, Vec<Finding>> {
        let notation::Read { notation, document, findings: mut first } = notation::read(text, file, None)?;
        if !notation.is_contract() {
            let message = format!(
                "a {notation} is no contract: it has examples rather than promises; `pailou import` makes a contract of it"
            );
            let place = Place { file: file.into(), line: 1, column: 1 };
            return Err(vec![Finding::error(notation::NOT_A_CONTRACT, message).at(place)]);
        }
        let reading = read::read(&document).map_err(|mut findings| {
            notation::place(text, &mut findings);
            findings
        });
        let Reading { dialect, title, version, description, operations, mut findings } = reading?;
        notation::place(text, &mut findings);
        if notation::is_several(text) {
            // Why was said as the files were put together.
            findings.retain(|finding| finding.rule != references::EXTERNAL);
        }
        first.append(&mut findings);
        let findings = first;
        let by_id =
            operations.iter().enumerate().map(|(at, operation)| (operation.id.as_str().into(), at)).collect();
        let source = Source::new(&document.root);
        Ok(Contract { notation, dialect, title, version, description, operations, findings, by_id, source })
    }

    /// About how many bytes of memory this takes, for caches that are bound by weight.
    pub fn weight(&self) -> usize {
        let texts = |operation: &Operation| {
            2 * operation.id.len()
                + operation.path.len()
                + operation.description.as_ref().map_or(0, String::len)
                + 500
        };
        self.source.weight() + self.operations.iter().map(texts).sum::<usize>()
    }

    /// What the contract has, at a glance.
    pub fn outline(&self) -> Outline {
        let schemas = match self.dialect {
            Dialect::Swagger20 => self.source.names("/definitions"),
            _ => self.source.names("/components/schemas"),
        };
        Outline {
            title: self.title.clone(),
            version: self.version.clone(),
            notation: self.notation,
            dialect: self.dialect,
            description: self.description.clone(),
            channels: outline::channels(self.source.get("/x-channels")),
            tags: outline::tags(self.source.get("/tags"), &self.operations),
            operations: self.operations.iter().map(OutlineOperation::of).collect(),
            schemas,
        }
    }

    /// One operation, by [`Operation::id`].
    pub fn operation(&self, id: &str) -> Option<OperationPage> {
        let operation = &self.operations[*self.by_id.get(id)?];
        Some(PageBuilder::new(&self.source, self.dialect).operation(operation))
    }

    /// One schema, by the name a reference of a page gives it (the part after `#/components/schemas/`, unescaped).
    pub fn schema(&self, name: &str) -> Option<SchemaPage> {
        PageBuilder::new(&self.source, self.dialect).schema(name)
    }

    /// Code that calls the operation: `base_url` is where the API answers (scheme, host and base path), `key_header` the header
    /// that carries the caller's key, with a placeholder as its value.
    pub fn samples(&self, page: &OperationPage, base_url: &str, key_header: Option<&str>) -> Vec<Sample> {
        samples::of(page, base_url, key_header)
    }

    /// What kind of scheme a name in `security` stands for (OpenAPI 3.1 §4.8.27); [`Scheme::Other`] where the contract does not say.
    pub fn scheme(&self, name: &str) -> Scheme {
        let found = self.scheme_value(name);
        let text = |field: &str| Some(found.as_ref()?.get(field)?.as_str()?.to_ascii_lowercase());
        match (text("type").as_deref(), text("scheme").as_deref()) {
            (Some("apikey"), _) => Scheme::ApiKey,
            (Some("basic"), _) | (Some("http"), Some("basic")) => Scheme::Basic,
            (Some("http"), Some("bearer")) => Scheme::Bearer,
            (Some("oauth2"), _) => Scheme::OAuth2,
            (Some("openidconnect"), _) => Scheme::OpenIdConnect,
            (Some("mutualtls"), _) => Scheme::MutualTls,
            _ => Scheme::Other,
        }
    }

    /// What the contract says of the scopes that its operations need (OpenAPI 3.1 §4.8.29), by their names; those it describes alone. Of OpenAPI
    /// 2.0 they stand in the scheme itself.
    pub fn scope_texts(&self) -> BTreeMap<String, String> {
        let needs = self.operations.iter().flat_map(|operation| operation.security.iter().flatten());
        let named: BTreeMap<&String, BTreeSet<&String>> =
            needs.fold(BTreeMap::new(), |mut all, (scheme, scopes)| {
                all.entry(scheme).or_insert_with(BTreeSet::new).extend(scopes);
                all
            });
        let mut texts = BTreeMap::new();
        for (scheme, scopes) in named {
            let Some(scheme) = self.scheme_value(scheme) else { continue };
            let flows = scheme.get("flows").and_then(Value::as_object);
            let lists: Vec<&Value> = flows
                .into_iter()
                .flat_map(|flows| flows.values())
                .chain([&scheme])
                .filter_map(|part| part.get("scopes"))
                .collect();
            for scope in scopes {
                let text = lists.iter().find_map(|list| list.get(scope)?.as_str()).map(str::trim);
                let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
                if texts.len() < MOST_SCOPES {
                    texts
                        .entry(scope.clone())
                        .or_insert_with(|| text.chars().take(LONGEST_SCOPE_TEXT).collect());
                }
            }
        }
        texts
    }

    /// A scheme as the contract describes it.
    fn scheme_value(&self, name: &str) -> Option<Value> {
        let root = match self.dialect {
            Dialect::Swagger20 => "/securityDefinitions",
            _ => "/components/securitySchemes",
        };
        let mut found = self.source.get(&format!("{root}/{}", escape(name)));
        // A reference leads to another place of the contract; a few in a row, never for ever.
        for _ in 0..4 {
            let reference = found.as_ref().and_then(|scheme| scheme.get("$ref")?.as_str());
            let Some(pointer) = reference.and_then(local_pointer) else { break };
            found = self.source.get(&pointer);
        }
        found
    }

    /// The contract as those need it who hold messages against it; `hash` tells it from others.
    pub fn document(&self, hash: &str) -> ContractDocument {
        let place = |operation: &Operation| {
            let place = OperationPlace {
                method: operation.method.as_str().into(),
                path: operation.path.as_str().into(),
                item: operation.item.clone(),
                field: operation.field.clone(),
            };
            (operation.id.as_str().into(), place)
        };
        let dialect = match self.dialect {
            Dialect::Swagger20 => "swagger-2.0",
            Dialect::OpenApi30 => "openapi-3.0",
            Dialect::OpenApi31 => "openapi-3.1",
            Dialect::OpenApi32 => "openapi-3.2",
        };
        ContractDocument {
            hash: hash.into(),
            dialect: dialect.into(),
            pieces: self.source.pieces(),
            operations: self.operations.iter().map(place).collect(),
        }
    }

    /// Every operation as text to search in, in the order of `operations`.
    pub fn search_terms(&self) -> Vec<SearchTerms> {
        self.operations.iter().map(SearchTerms::of).collect()
    }
}
