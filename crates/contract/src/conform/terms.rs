//! What an operation promises, read from the pieces of its contract.

use std::collections::HashMap;

use model::snapshot::OperationPlace;
use schema::Id;
use serde_json::{Map, Value};

use super::{Conformance, Place, media::MediaType};
use crate::{
    Dialect,
    source::{escape, local_pointer},
    swagger,
};

/// References that are followed, one after the other.
const MOST_REFERENCES: usize = 16;

/// What an operation promises.
#[derive(Debug)]
pub struct Terms {
    /// The template, as the contract has it.
    pub(super) path: Box<str>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<BodyTerms>,
    pub(crate) responses: Vec<StatusTerms>,
}

/// A parameter of requests, or a field of responses.
#[derive(Debug)]
pub struct Parameter {
    pub(super) name: Box<str>,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) allow_empty: bool,
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) schema: Option<Id>,
    /// It is a text of this type, rather than in a style.
    pub(super) content: Option<MediaType>,
    /// All of the query.
    pub(super) whole_query: bool,
    /// Where it stands in the document.
    pub(super) pointer: Box<str>,
}

/// How values are written (OpenAPI 3.1 §4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

#[derive(Debug)]
pub(super) struct BodyTerms {
    pub(super) required: bool,
    pub(super) content: Vec<Media>,
}

/// What responses with a status are.
#[derive(Debug)]
pub struct StatusTerms {
    /// `200`, `2XX` or `default`.
    pub(crate) status: Box<str>,
    pub(super) headers: Vec<Parameter>,
    pub(crate) content: Vec<Media>,
    /// Where it stands in the document.
    pub(crate) pointer: Box<str>,
}

/// A body of one type.
#[derive(Debug)]
pub struct Media {
    pub(crate) of: MediaType,
    pub(crate) schema: Option<Id>,
    /// How properties of forms are written.
    pub(super) encoding: HashMap<Box<str>, Encoding>,
    /// Where it stands in the document; of Swagger 2.0 that of what it is in.
    pub(crate) pointer: Box<str>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Encoding {
    pub(super) content_type: Option<Box<str>>,
    pub(super) style: Option<Style>,
    pub(super) explode: Option<bool>,
}

impl Media {
    /// Whether there is anything to hold a body against.
    pub fn is_described(&self) -> bool {
        self.schema.is_some()
    }

    /// As the contract has it, such as `application/json`.
    pub fn media_type(&self) -> &str {
        self.of.essence()
    }

    pub fn schema(&self) -> Option<Id> {
        self.schema
    }

    /// How much `Accept` wants it, in thousandths; `None` where it does not.
    pub(crate) fn weight(&self, accept: &str) -> Option<u16> {
        self.of.weight(accept)
    }

    /// Where it stands in the document; of Swagger 2.0 that of what it is in.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl StatusTerms {
    /// `200`, `2XX` or `default`.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Where it stands in the document.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    pub fn content(&self) -> &[Media] {
        &self.content
    }
}

impl Terms {
    /// The template, as the contract has it.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The types of a request's body; none where it has no body.
    pub fn body_content(&self) -> &[Media] {
        self.body.as_ref().map_or(&[], |body| &body.content)
    }

    pub fn needs_body(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.required)
    }

    pub fn responses(&self) -> &[StatusTerms] {
        &self.responses
    }
}

impl Parameter {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn place(&self) -> Place {
        self.place
    }

    pub fn is_required(&self) -> bool {
        self.required
    }

    pub fn schema(&self) -> Option<Id> {
        self.schema
    }

    /// Where it stands in the document.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

pub(super) struct Reader<'c> {
    pub(super) conformance: &'c Conformance,
    pub(super) place: &'c OperationPlace,
}

impl Reader<'_> {
    pub(super) fn terms(&self) -> Terms {
        let pointer = format!("{}/{}", self.place.item, self.place.field);
        let operation = self.get(&pointer).unwrap_or_default();
        let declared = self.declared(&pointer, &operation);
        let body = match self.conformance.dialect {
            Dialect::Swagger20 => self.swagger_body(&pointer, &operation, &declared),
            _ => operation.get("requestBody").and_then(|_| self.body(&format!("{pointer}/requestBody"))),
        };
        let responses = operation.get("responses").and_then(Value::as_object);
        let responses = responses.into_iter().flatten().filter(|(status, _)| !status.starts_with("x-"));
        Terms {
            path: self.place.path.clone(),
            parameters: declared.iter().filter_map(|(at, fields)| self.parameter(at, fields)).collect(),
            body,
            responses: responses
                .map(|(status, _)| {
                    self.response(status, &format!("{pointer}/responses/{}", escape(status)), &operation)
                })
                .collect(),
        }
    }

    fn get(&self, pointer: &str) -> Option<Value> {
        self.conformance.source.get(pointer)
    }

    /// What stands at a pointer, or what that refers to, and where that is.
    fn follow(&self, pointer: &str) -> Option<(String, Value)> {
        let mut at = pointer.to_owned();
        for _ in 0..MOST_REFERENCES {
            let value = self.get(&at)?;
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => at = local_pointer(reference)?,
                None => return Some((at, value)),
            }
        }
        None
    }

    /// The parameters of the path item and the operation, the operation's replacing those of the same name and place.
    fn declared(&self, pointer: &str, operation: &Value) -> Vec<(String, Map<String, Value>)> {
        let of_item = self.get(&format!("{}/parameters", self.place.item));
        let lists = [(of_item.as_ref(), &*self.place.item), (operation.get("parameters"), pointer)];
        let mut all: Vec<(String, Map<String, Value>)> = Vec::new();
        for (list, at) in lists {
            let count = list.and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..count.min(500) {
                let Some((at, Value::Object(fields))) = self.follow(&format!("{at}/parameters/{index}"))
                else {
                    continue;
                };
                let same = |(_, other): &(String, Map<String, Value>)| {
                    other.get("name") == fields.get("name") && other.get("in") == fields.get("in")
                };
                match all.iter().position(same) {
                    Some(known) => all[known] = (at, fields),
                    None => all.push((at, fields)),
                }
            }
        }
        all
    }

    fn parameter(&self, pointer: &str, fields: &Map<String, Value>) -> Option<Parameter> {
        let place = match fields.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" | "querystring" => Place::Query,
            "header" => Place::Header,
            "cookie" => Place::Cookie,
            _ => return None,
        };
        let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
        // These are described elsewhere (OpenAPI 3.1 §4.8.12.1).
        let elsewhere = ["accept", "content-type", "authorization"];
        if place == Place::Header && elsewhere.contains(&&*name.to_ascii_lowercase()) {
            return None;
        }
        let mut parameter = self.described(pointer, fields, place, name);
        parameter.required |= place == Place::Path;
        parameter.whole_query = fields.get("in").is_some_and(|place| place == "querystring");
        Some(parameter)
    }

    /// A parameter or a field of a response.
    fn described(&self, pointer: &str, fields: &Map<String, Value>, place: Place, name: &str) -> Parameter {
        let swagger = self.conformance.dialect == Dialect::Swagger20;
        let (fields, schema) = if swagger {
            let mut fields = swagger::with_schema(fields.clone());
            let schema = fields.remove("schema");
            let schema = schema.and_then(|schema| self.conformance.schemas.inline(pointer, schema));
            (fields, schema)
        } else {
            let schema =
                fields.get("schema").and_then(|_| self.conformance.schemas.at(&format!("{pointer}/schema")));
            (fields.clone(), schema)
        };
        let is_true = |field: &str| fields.get(field) == Some(&Value::Bool(true));
        let content =
            fields.get("content").and_then(Value::as_object).and_then(|content| content.keys().next());
        let style = fields.get("style").and_then(Value::as_str).and_then(Style::named);
        let style = style.unwrap_or(match place {
            Place::Query | Place::Cookie => Style::Form,
            _ => Style::Simple,
        });
        let schema = match content {
            Some(kind) => {
                let media = self.follow(&format!("{pointer}/content/{}", escape(kind)));
                media.and_then(|(at, _)| self.conformance.schemas.at(&format!("{at}/schema")))
            }
            None => schema,
        };
        Parameter {
            name: name.into(),
            place,
            required: is_true("required"),
            allow_empty: is_true("allowEmptyValue"),
            style,
            explode: fields.get("explode").and_then(Value::as_bool).unwrap_or(style == Style::Form),
            schema,
            content: content.map(|kind| MediaType::read(kind)),
            whole_query: false,
            pointer: pointer.into(),
        }
    }

    fn body(&self, pointer: &str) -> Option<BodyTerms> {
        let (at, fields) = self.follow(pointer)?;
        let required = fields.get("required") == Some(&Value::Bool(true));
        Some(BodyTerms { required, content: self.content(&at, &fields) })
    }

    fn content(&self, pointer: &str, fields: &Value) -> Vec<Media> {
        let content = fields.get("content").and_then(Value::as_object);
        let keys = content.into_iter().flatten().map(|(kind, _)| kind);
        keys.filter_map(|kind| {
            let (at, media) = self.follow(&format!("{pointer}/content/{}", escape(kind)))?;
            let schema =
                media.get("schema").and_then(|_| self.conformance.schemas.at(&format!("{at}/schema")));
            Some(Media { of: MediaType::read(kind), schema, encoding: encodings(&media), pointer: at.into() })
        })
        .collect()
    }

    fn response(&self, status: &str, pointer: &str, operation: &Value) -> StatusTerms {
        let (at, fields) = self.follow(pointer).unwrap_or_default();
        let headers = fields.get("headers").and_then(Value::as_object);
        let headers = headers.into_iter().flatten().filter_map(|(name, _)| {
            let (at, header) = self.follow(&format!("{at}/headers/{}", escape(name)))?;
            let ignored = name.eq_ignore_ascii_case("content-type");
            (!ignored).then(|| self.described(&at, header.as_object()?, Place::Header, name).into()).flatten()
        });
        let headers = headers.collect();
        let content = match self.conformance.dialect {
            Dialect::Swagger20 if fields.get("schema").is_some() => {
                let types = self.types(operation, "produces");
                let schema = self.conformance.schemas.at(&format!("{at}/schema"));
                types.iter().map(|kind| Media::plain(kind, schema, &at)).collect()
            }
            Dialect::Swagger20 => Vec::new(),
            _ => self.content(&at, &fields),
        };
        StatusTerms { status: status.into(), headers, content, pointer: at.into() }
    }

    fn types(&self, operation: &Value, field: &str) -> Vec<String> {
        let list =
            operation.get(field).cloned().or_else(|| self.get(&format!("/{field}"))).unwrap_or_default();
        let list: Vec<String> = list
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|kind| Some(kind.as_str()?.to_owned()))
            .collect();
        if list.is_empty() { vec!["application/json".to_owned()] } else { list }
    }

    fn swagger_body(
        &self,
        pointer: &str,
        operation: &Value,
        declared: &[(String, Map<String, Value>)],
    ) -> Option<BodyTerms> {
        let is_in = |fields: &Map<String, Value>, place: &str| fields.get("in").is_some_and(|of| of == place);
        let consumes = self.types(operation, "consumes");
        if let Some((at, body)) = declared.iter().find(|(_, fields)| is_in(fields, "body")) {
            let schema = self.conformance.schemas.at(&format!("{at}/schema"));
            let content = consumes.iter().map(|kind| Media::plain(kind, schema, at)).collect();
            return Some(BodyTerms { required: body.get("required") == Some(&Value::Bool(true)), content });
        }
        let fields: Vec<Map<String, Value>> = declared.iter().map(|(_, fields)| fields.clone()).collect();
        let form = swagger::request_body(&fields, &consumes)?;
        let kinds = form.get("content").and_then(Value::as_object);
        let content = kinds.into_iter().flatten().map(|(kind, media)| {
            let schema = media.get("schema").cloned().unwrap_or_default();
            let id = self.conformance.schemas.inline(&format!("{pointer}/formData"), schema);
            let mut made = Media::plain(kind, id, pointer);
            for fields in fields.iter().filter(|fields| is_in(fields, "formData")) {
                let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
                let explode = fields.get("collectionFormat").is_some_and(|of| of == "multi");
                let encoding =
                    Encoding { explode: Some(explode), style: Some(Style::Form), content_type: None };
                made.encoding.insert(name.into(), encoding);
            }
            made
        });
        Some(BodyTerms {
            required: form.get("required") == Some(&Value::Bool(true)),
            content: content.collect(),
        })
    }
}

impl Media {
    fn plain(kind: &str, schema: Option<Id>, pointer: &str) -> Media {
        Media { of: MediaType::read(kind), schema, encoding: HashMap::new(), pointer: pointer.into() }
    }
}

impl Style {
    fn named(name: &str) -> Option<Style> {
        Some(match name {
            "simple" => Style::Simple,
            "label" => Style::Label,
            "matrix" => Style::Matrix,
            "form" | "cookie" => Style::Form,
            "spaceDelimited" => Style::SpaceDelimited,
            "pipeDelimited" => Style::PipeDelimited,
            "deepObject" => Style::DeepObject,
            _ => return None,
        })
    }
}

fn encodings(media: &Value) -> HashMap<Box<str>, Encoding> {
    let all = media.get("encoding").and_then(Value::as_object);
    let one = |(name, fields): (&String, &Value)| {
        let encoding = Encoding {
            content_type: fields.get("contentType").and_then(Value::as_str).map(Box::from),
            style: fields.get("style").and_then(Value::as_str).and_then(Style::named),
            explode: fields.get("explode").and_then(Value::as_bool),
        };
        (name.as_str().into(), encoding)
    };
    all.into_iter().flatten().map(one).collect()
}
