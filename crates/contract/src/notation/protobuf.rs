//! Protocol Buffers: a route for each method of gRPC, those that `google.api.http` gives besides, and messages as JSON shows them.

mod lex;
mod parse;

use std::collections::{BTreeMap, HashMap};

use model::{
    Finding,
    tree::{Document, Node},
};
use serde_json::{Value, json};

use self::parse::{Enum, Field, File, Message, Method, Of, Service};
/// What files say.
pub(super) mod parsed {
    pub(in super::super) use super::parse::{Message, Method, Service};
}
pub(super) use self::parse::Given;
use super::{
    Told, bundle, http_rule,
    lines::Lines,
    make::{self, At, Fields},
};

/// What properties say for those who write messages: the type and number of a field, and which of several it is one of; of enums the
/// numbers of their names.
pub(crate) const TYPE: &str = "x-type";
pub(crate) const NUMBER: &str = "x-number";
pub(crate) const ONE_OF: &str = "x-one-of";
pub(crate) const NUMBERS: &str = "x-numbers";
/// What a body of gRPC may be called.
const MEDIA: [&str; 5] = [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc-web",
    "application/grpc-web+proto",
    "application/grpc-web-text",
];

/// Files that others import without having them.
fn is_known(path: &str) -> bool {
    path.starts_with("google/")
        || path.starts_with("buf/validate/")
        || path.starts_with("protoc-gen-openapiv2/")
}

pub(super) fn imports(text: &str) -> Vec<String> {
    let lines = Lines::new(text, 1);
    let file = parse::read(text, &lines).unwrap_or_default();
    file.imports.into_iter().map(|(path, _)| path).filter(|path| !is_known(path)).collect()
}

pub(super) fn read(text: &str, file: &str) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let mut told = Told::new(file);
    let parts = bundle::parts(text, file);
    let mut files = Vec::new();
    for part in &parts {
        match parse::read(part.text, &Lines::new(part.text, part.line)) {
            Ok(read) => files.push(read),
            Err((message, at)) => told.error("syntax", message, at),
        }
    }
    if !told.findings.is_empty() {
        return Err(told.findings);
    }
    let mut world = World { types: BTreeMap::new(), told };
    for (name, at) in files.iter().flat_map(|file| {
        let messages = file.messages.iter().map(|message| (&message.name, message.at));
        messages.chain(file.enums.iter().map(|of| (&of.name, of.at)))
    }) {
        if world.types.insert(name.clone(), ()).is_some() {
            world.told.error("duplicate-type", format!("`{name}` is defined twice"), at);
        }
    }
    for (path, at) in files.iter().flat_map(|file| &file.imports) {
        let is_here = |part: &bundle::Part<'_>| {
            part.path == path
                || path.ends_with(&format!("/{}", part.path))
                || part.path.ends_with(&format!("/{path}"))
        };
        if !is_known(path) && !parts.iter().any(is_here) {
            let message = format!("`{path}` is not at hand; import the file from the folder that has it");
            world.told.warn("missing-import", message, *at);
        }
    }
    let root = world.lowered(&files);
    world.told.finish(root)
}

/// All types of all files.
pub(super) struct World<'f> {
    types: BTreeMap<String, ()>,
    told: Told<'f>,
}

impl World<'_> {
    fn lowered(&mut self, files: &[File]) -> Node {
        let first = &files[0];
        // Services of files that are imported are theirs, unless there are no others.
        let own = match first.services.is_empty() {
            false => std::slice::from_ref(first),
            true => files,
        };
        let services: Vec<(&File, &Service)> =
            own.iter().flat_map(|file| file.services.iter().map(move |service| (file, service))).collect();
        if services.is_empty() {
            let message = "there is no `service` with methods, so that nothing can be called";
            self.told.error("no-operations", message, At::START);
        }
        let at = services.first().map_or(At::START, |(_, service)| service.at);
        let mut out = Fields::new(At::START);
        out.text("openapi", "3.1.0");
        let mut info = Fields::new(at);
        let name = services.first().map_or("gRPC API", |(_, service)| last(&service.name));
        let title = if services.len() > 1 && !first.package.is_empty() { &first.package } else { name };
        info.text("title", title).text("version", version(&first.package));
        info.text_if(
            "description",
            first.comment.as_ref().or(services.first().and_then(|(_, service)| service.comment.as_ref())),
        );
        out.put("info", info.node());
        let tags = services.iter().map(|(_, service)| {
            let mut tag = Fields::new(service.at);
            tag.text("name", last(&service.name)).text_if("description", service.comment.as_ref());
            tag.node()
        });
        out.put("tags", make::list(at, tags.collect()));
        out.put("paths", self.paths(at, files, &services));
        let mut schemas = Fields::new(at);
        for file in files {
            for message in &file.messages {
                let node = self.message(message);
                schemas.put_at(message.at, &message.name, node);
            }
            for of in &file.enums {
                schemas.put_at(of.at, &of.name, enumeration(of));
            }
        }
        let mut components = Fields::new(at);
        components.put("schemas", schemas.node());
        out.put("components", components.node());
        out.node()
    }

    fn paths(&mut self, at: At, files: &[File], services: &[(&File, &Service)]) -> Node {
        let messages: HashMap<&str, &Message> =
            files.iter().flat_map(|file| &file.messages).map(|message| (&*message.name, message)).collect();
        let mut paths: Vec<(String, At, Fields)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (_, service) in services {
            for method in &service.methods {
                let input = self.resolved(&method.input.0, &service.name, method.input.1);
                let output = self.resolved(&method.output.0, &service.name, method.output.1);
                let path = format!("/{}/{}", service.name, method.name);
                let mut item = Fields::new(method.at);
                item.put("post", self.call(service, method, input.as_deref(), output.as_deref()));
                places.insert(path.clone(), paths.len());
                paths.push((path, method.at, item));
                let rules =
                    http_rule::of(self, service, method, input.as_deref(), output.as_deref(), &messages);
                for (verb, path, at, operation) in rules {
                    let place = *places.entry(crate::template::shape(&path)).or_insert_with(|| {
                        paths.push((path.clone(), at, Fields::new(at)));
                        paths.len() - 1
                    });
                    let (known, _, item) = &mut paths[place];
                    if item.has(&verb) || *known != path {
                        let message = format!(
                            "`{} {path}` matches the same requests as another method's; it is left out",
                            verb.to_ascii_uppercase()
                        );
                        self.told.warn("duplicate-operation", message, at);
                        continue;
                    }
                    item.put_at(at, &verb, operation);
                }
            }
        }
        let mut all = Fields::new(at);
        for (path, at, item) in paths {
            all.put_at(at, &path, item.node());
        }
        all.node()
    }

    /// The call by gRPC.
    fn call(
        &mut self,
        service: &Service,
        method: &Method,
        input: Option<&str>,
        output: Option<&str>,
    ) -> Node {
        let mut out = Fields::new(method.at);
        out.text("operationId", format!("{}.{}", last(&service.name), method.name));
        describe(&mut out, service, method);
        let content = |name: Option<&str>| {
            let schema = name.map_or_else(|| json!({}), of_type);
            Value::Object(
                MEDIA.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema }))).collect(),
            )
        };
        out.value("requestBody", &json!({ "required": true, "content": content(input) }));
        let answer = "Its status of gRPC stands in `grpc-status`, in the trailers.";
        out.value("responses", &json!({ "200": { "description": answer, "content": content(output) } }));
        out.value(
            "x-grpc",
            &json!({
                "service": service.name,
                "method": method.name,
                "clientStreaming": method.client_streams,
                "serverStreaming": method.server_streams,
                "input": input,
                "output": output,
            }),
        );
        out.node()
    }

    /// The whole name of a type that is named somewhere: the nearest one around it.
    fn resolved(&mut self, name: &str, scope: &str, at: At) -> Option<String> {
        let found = match name.strip_prefix('.') {
            Some(whole) => self.types.contains_key(whole).then(|| whole.to_owned()),
            None => {
                let mut around = Some(scope);
                loop {
                    let Some(scope) = around else {
                        break self.types.contains_key(name).then(|| name.to_owned());
                    };
                    let whole = format!("{scope}.{name}");
                    if self.types.contains_key(&whole) {
                        break Some(whole);
                    }
                    around = scope.rsplit_once('.').map(|(around, _)| around);
                }
            }
        };
        let whole = name.trim_start_matches('.');
        if found.is_none() && whole.starts_with("google.") {
            return Some(whole.to_owned());
        }
        if found.is_none() {
            let message =
                format!("the type `{whole}` is neither defined here nor in the files that are imported");
            self.told.error("unknown-type", message, at);
        }
        found
    }

    fn message(&mut self, message: &Message) -> Node {
        let mut out = Fields::new(message.at);
        out.text("type", "object").text_if("description", message.comment.as_ref());
        if message.deprecated {
            out.value("deprecated", &true.into());
        }
        let mut properties = Fields::new(message.at);
        let mut required = Vec::new();
        for field in &message.fields {
            let name = json_name(field);
            if properties.has(&name) {
                let message = format!("the field `{name}` stands twice in `{}`", message.name);
                self.told.error("duplicate-field", message, field.at);
                continue;
            }
            if field.required {
                required.push(make::text(field.at, &name));
            }
            let node = self.field(field, &message.name);
            properties.put_at(field.at, &name, node);
        }
        out.put("properties", properties.node());
        if !required.is_empty() {
            out.put("required", make::list(message.at, required));
        }
        out.node()
    }

    fn field(&mut self, field: &Field, scope: &str) -> Node {
        let mut out = Fields::new(field.at);
        let one_of = field.one_of.as_ref().map(|name| format!("One of `{name}`."));
        let description = [field.comment.clone(), one_of].into_iter().flatten();
        out.text_if("description", Some(super::markdown::paragraphs(description)));
        if field.deprecated {
            out.value("deprecated", &true.into());
        }
        if let Value::Object(fields) = self.schema_of(field, scope) {
            for (name, value) in fields {
                out.value(&name, &value);
            }
        }
        let written = match &field.of {
            Of::Type(name) => name.clone(),
            Of::Map(key, value) => format!("map<{key}, {value}>"),
        };
        let label = if field.repeated { "repeated " } else { "" };
        out.text(TYPE, format!("{label}{written}")).text(NUMBER, &field.number);
        out.text_if(ONE_OF, field.one_of.as_ref());
        out.node()
    }

    pub(super) fn schema_of(&mut self, field: &Field, scope: &str) -> Value {
        match &field.of {
            Of::Map(_, value) => {
                json!({ "type": "object", "additionalProperties": self.value_of(value, scope, field.type_at) })
            }
            Of::Type(name) => {
                let one = self.value_of(name, scope, field.type_at);
                if field.repeated { json!({ "type": "array", "items": one }) } else { one }
            }
        }
    }

    fn value_of(&mut self, name: &str, scope: &str, at: At) -> Value {
        if let Some(scalar) = scalar(name) {
            return scalar;
        }
        self.resolved(name, scope, at).map_or_else(|| json!({}), |name| of_type(&name))
    }

    pub(super) fn warn(&mut self, rule: &str, message: String, at: At) {
        self.told.warn(rule, message, at);
    }
}

/// What a method is about; both its routes say the same.
pub(super) fn describe(out: &mut Fields, service: &Service, method: &Method) {
    let streams = match (method.client_streams, method.server_streams) {
        (true, true) => "Both sides stream messages.",
        (true, false) => "The client streams messages.",
        (false, true) => "The service streams messages.",
        (false, false) => "",
    };
    let comment = method.comment.clone().unwrap_or_default();
    out.text_if("summary", Some(super::markdown::first_line(&comment).trim_end_matches('.')));
    out.text_if("description", Some(super::markdown::paragraphs([comment, streams.to_owned()])));
    out.value("tags", &json!([last(&service.name)]));
    if method.deprecated {
        out.value("deprecated", &true.into());
    }
}

fn enumeration(of: &Enum) -> Node {
    let mut out = Fields::new(of.at);
    out.text("type", "string").text_if("description", of.comment.as_ref());
    out.put("enum", make::list(of.at, of.values.iter().map(|(name, _, at)| make::text(*at, name)).collect()));
    let numbers: Value = of
        .values
        .iter()
        .map(|(name, number, _)| (name.clone(), number.clone().into()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    out.value(NUMBERS, &numbers);
    out.node()
}

/// A type by its whole name; those of Google as JSON shows them (the mapping of protobuf to JSON).
pub(super) fn of_type(name: &str) -> Value {
    let Some(known) = name.strip_prefix("google.protobuf.") else {
        return match name.starts_with("google.") {
            true => json!({ "description": format!("A message `{name}`.") }),
            false => json!({ "$ref": make::schema_pointer(name) }),
        };
    };
    match known {
        "Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "Duration" => {
            json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9})?s$", "examples": ["1.5s"] })
        }
        "FieldMask" => json!({ "type": "string" }),
        "Empty" => json!({ "type": "object" }),
        "Struct" => json!({ "type": "object" }),
        "ListValue" => json!({ "type": "array" }),
        "Any" => json!({ "type": "object", "properties": { "@type": { "type": "string" } } }),
        "BoolValue" => json!({ "type": ["boolean", "null"] }),
        "StringValue" => json!({ "type": ["string", "null"] }),
        "BytesValue" => json!({ "type": ["string", "null"], "contentEncoding": "base64" }),
        "Int32Value" | "UInt32Value" => json!({ "type": ["integer", "null"] }),
        "Int64Value" | "UInt64Value" => json!({ "type": ["string", "integer", "null"] }),
        "FloatValue" | "DoubleValue" => json!({ "type": ["number", "string", "null"] }),
        _ => json!({}),
    }
}

fn scalar(name: &str) -> Option<Value> {
    Some(match name {
        "double" => json!({ "type": ["number", "string"], "format": "double" }),
        "float" => json!({ "type": ["number", "string"], "format": "float" }),
        "int32" | "sint32" | "sfixed32" => json!({ "type": "integer", "format": "int32" }),
        "uint32" | "fixed32" => json!({ "type": "integer", "minimum": 0 }),
        // They do not fit a number of JSON, and are written as texts.
        "int64" | "sint64" | "sfixed64" => {
            json!({ "type": ["string", "integer"], "pattern": "^-?[0-9]{1,19}$", "examples": ["1"] })
        }
        "uint64" | "fixed64" => {
            json!({ "type": ["string", "integer"], "pattern": "^[0-9]{1,20}$", "examples": ["1"] })
        }
        "bool" => json!({ "type": "boolean" }),
        "string" => json!({ "type": "string" }),
        "bytes" => json!({ "type": "string", "contentEncoding": "base64" }),
        _ => return None,
    })
}

/// Whether a field stands in a query: it has a value that is one text.
pub(super) fn is_plain(field: &Field) -> bool {
    matches!(&field.of, Of::Type(name) if scalar(name).is_some())
}

/// `order_id` is `orderId` in JSON.
pub(super) fn json_name(field: &Field) -> String {
    if let Some(name) = &field.json_name {
        return name.clone();
    }
    let mut out = String::with_capacity(field.name.len());
    let mut raise = false;
    for c in field.name.chars() {
        if c == '_' {
            raise = true;
        } else {
            out.push(if raise { c.to_ascii_uppercase() } else { c });
            raise = false;
        }
    }
    out
}

pub(super) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// `shop.orders.v1` is version `v1`.
fn version(package: &str) -> &str {
    let last = last(package);
    let is_version =
        last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_version { last } else { "" }
}
