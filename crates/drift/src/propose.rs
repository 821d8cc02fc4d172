//! A contract with what was seen: the least that takes it.

use contract::{Contract, Dialect};
use model::{snapshot::OperationPlace, tree};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    draft::{described, field_of},
    report::{Drift, Drifted, shape_of},
};

/// References that are followed, one after the other.
const MOST_REFERENCES: usize = 16;

/// A contract with what was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// The whole document.
    pub contract: Value,
    /// What changes, as a JSON merge patch (RFC 7396).
    pub patch: Value,
    /// What could not be put into it, for people.
    pub left_out: Vec<String>,
}

/// Makes a proposal for a contract, given with its text. Nothing where it cannot be read as one document.
pub fn propose(text: &str, contract: &Contract, drift: &Drift) -> Option<Proposal> {
    let document = tree::parse(text, "contract", tree::TreeLimits::default()).ok()?.into_iter().next()?;
    let before = document.root.to_value();
    let mut editing = Editing { document: before.clone(), modern: contract.dialect >= Dialect::OpenApi31 };
    let mut left_out = Vec::new();
    if contract.dialect == Dialect::Swagger20 {
        left_out.push("Swagger 2.0 is read and not written; convert the contract to OpenAPI 3".to_owned());
    } else {
        let places = contract.document("").operations;
        for operation in &drift.operations {
            for drifted in &operation.drifted {
                let put = places.get(operation.id.as_str()).and_then(|place| editing.put(place, drifted));
                if put.is_none() {
                    let (method, path) = (&operation.method, &operation.path);
                    let Drifted { kind, place, message, .. } = drifted;
                    left_out.push(format!("{method} {path}: {kind} {place}: {message}"));
                }
            }
        }
        for shadow in &drift.shadow {
            if editing.add(&shadow.method, &shadow.path, &shadow.operation).is_none() {
                left_out.push(format!("{} {}: OpenAPI has no place for it", shadow.method, shadow.path));
            }
        }
    }
    let patch = merge_patch(&before, &editing.document);
    Some(Proposal { contract: editing.document, patch, left_out })
}

struct Editing {
    document: Value,
    modern: bool,
}

impl Editing {
    fn put(&mut self, place: &OperationPlace, drifted: &Drifted) -> Option<()> {
        let pointer = format!("{}/{}", place.item, place.field);
        let schema = drifted.schema.clone().unwrap_or_else(|| json!({}));
        let status = drifted.status.map(|status| status.to_string());
        match drifted.kind.as_str() {
            "status" => {
                let status = status?;
                let mut response = json!({ "description": described(drifted.status?) });
                if drifted.schema.is_some() {
                    response["content"] = json!({ "application/json": { "schema": schema } });
                }
                self.object(&format!("{pointer}/responses"))?.insert(status, response);
            }
            "query" => {
                let parameter = json!({ "name": drifted.place, "in": "query", "schema": schema });
                let operation = self.object(&pointer)?;
                operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut()?.push(parameter);
            }
            kind => {
                let of_request = kind.starts_with("request-");
                let body = if of_request {
                    format!("{pointer}/requestBody")
                } else {
                    let responses = self.resolved(&format!("{pointer}/responses"))?;
                    let status = status?;
                    let class = format!("{}XX", &status[..1]);
                    let keys = [status.as_str(), class.as_str(), "default"];
                    let all = self.document.pointer(&responses)?.as_object()?;
                    let key = keys.into_iter().find(|key| all.contains_key(*key))?;
                    format!("{responses}/{key}")
                };
                let content = format!("{}/content", self.resolved(&body)?);
                let kinds = self.document.pointer(&content)?.as_object()?;
                let media = kinds.keys().find(|kind| kind.contains("json"))?;
                let at = format!("{content}/{}/schema", escaped(media));
                let tokens: Vec<String> = drifted.place.split('/').skip(1).map(str::to_owned).collect();
                let is_field = kind.ends_with("-field");
                self.within(&at, &tokens, is_field, &schema)?;
            }
        }
        Some(())
    }

    /// Puts a field, or widens a type, in a schema.
    fn within(&mut self, at: &str, tokens: &[String], is_field: bool, schema: &Value) -> Option<()> {
        let at = self.resolved(at)?;
        let here = self.document.pointer(&at)?.as_object()?;
        let Some((first, rest)) = tokens.split_first() else { return self.widen(&at, schema) };
        if is_field && rest.is_empty() && first != "*" {
            let name = first.replace("~1", "/").replace("~0", "~");
            let properties = self.object(&at)?.entry("properties").or_insert_with(|| json!({}));
            properties.as_object_mut()?.entry(name).or_insert(schema.clone());
            return Some(());
        }
        let ways = if first == "*" {
            vec!["items".to_owned(), "additionalProperties".to_owned()]
        } else {
            vec![format!("properties/{first}"), "additionalProperties".to_owned()]
        };
        let way = ways
            .into_iter()
            .find(|way| self.document.pointer(&format!("{at}/{way}")).is_some_and(Value::is_object));
        if let Some(way) = way {
            return self.within(&format!("{at}/{way}"), rest, is_field, schema);
        }
        let parts: Vec<String> = ["allOf", "oneOf", "anyOf"]
            .into_iter()
            .flat_map(|keyword| {
                let count = here.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
                (0..count).map(move |index| format!("{keyword}/{index}"))
            })
            .collect();
        parts.into_iter().find_map(|part| self.within(&format!("{at}/{part}"), tokens, is_field, schema))
    }

    /// Lets a schema take another type, too.
    fn widen(&mut self, at: &str, schema: &Value) -> Option<()> {
        let modern = self.modern;
        let more = schema.get("type")?.as_str()?.to_owned();
        let here = self.object(at)?;
        let known = here.get_mut("type")?;
        match (known, modern) {
            (known, false) if more == "null" && known.is_string() => {
                here.insert("nullable".into(), true.into());
            }
            // Whole numbers are numbers.
            (Value::String(one), _) if one == "integer" && more == "number" => *one = more,
            (_, false) => return None,
            (Value::Array(all), true) if !all.iter().any(|one| *one == more.as_str()) => {
                all.push(more.into())
            }
            (Value::Array(_), true) => {}
            (one, true) => *one = json!([one.take(), more]),
        }
        Some(())
    }

    /// Adds an operation, to the path that is there where there is one.
    fn add(&mut self, method: &str, template: &str, operation: &Value) -> Option<()> {
        let field = field_of(method)?;
        let paths = self.document.get_mut("paths")?.as_object_mut()?;
        let known = paths.keys().find(|known| shape_of(known) == shape_of(template)).cloned();
        let mut operation = operation.clone();
        if let Some(known) = &known {
            rename(&mut operation, known);
            // Parameters of the path stand in it.
            let of_item =
                paths[known].get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
            if let Some(own) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
                own.retain(|one| {
                    !of_item.iter().any(|of| of["name"] == one["name"] && of["in"] == one["in"])
                });
            }
        }
        let item = paths.entry(known.unwrap_or_else(|| template.to_owned())).or_insert_with(|| json!({}));
        item.as_object_mut()?.insert(field, operation);
        Some(())
    }

    fn object(&mut self, pointer: &str) -> Option<&mut Map<String, Value>> {
        let pointer = self.resolved(pointer)?;
        self.document.pointer_mut(&pointer)?.as_object_mut()
    }

    /// Where something is, references followed.
    fn resolved(&self, pointer: &str) -> Option<String> {
        let mut pointer = pointer.to_owned();
        for _ in 0..MOST_REFERENCES {
            let value = self.document.pointer(&pointer)?;
            match value.get("$ref").and_then(Value::as_str) {
                Some(reference) => pointer = reference.strip_prefix('#')?.to_owned(),
                None => return Some(pointer),
            }
        }
        None
    }
}

/// Calls the parameters of a path what they are called where it is.
fn rename(operation: &mut Value, known: &str) {
    let names = |path: &str| -> Vec<String> {
        path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
    };
    let mut own = names(known).into_iter();
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        // They are drafted in the order of the path.
        if parameter["in"] == "path"
            && let Some(name) = own.next()
        {
            parameter["name"] = name.into();
        }
    }
}

fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// What makes one value the other (RFC 7396).
fn merge_patch(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return after.clone() };
    let mut patch = Map::new();
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    for (name, value) in new {
        match old.get(name) {
            Some(known) if known == value => {}
            Some(known) => drop(patch.insert(name.clone(), merge_patch(known, value))),
            None => drop(patch.insert(name.clone(), value.clone())),
        }
    }
    Value::Object(patch)
}
