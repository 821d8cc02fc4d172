//! Collections of Postman (format v2.1) as OpenAPI: one operation for each method and path, their requests and saved answers as its
//! examples, schemas from those.

use std::collections::BTreeMap;

use model::{
    Finding,
    tree::{Document, Node},
};
use serde_json::{Value, json};

use super::{
    Told,
    make::{self, At, Fields},
};
use crate::template;

/// Folders in folders.
const MOST_DEPTH: usize = 32;
/// Requests that are read.
const MOST_REQUESTS: usize = 20_000;
/// Examples of one body.
const MOST_EXAMPLES: usize = 20;
/// Longer bodies are no examples.
const LONGEST_EXAMPLE: usize = 64 << 10;

pub(super) fn read(document: &Document) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let root = &document.root;
    let mut told = Told::new(&document.file);
    let version =
        root.get("info").and_then(|info| info.get("schema")).and_then(Node::as_str).unwrap_or_default();
    if version.contains("v1.0") || root.get("item").is_none() {
        let message = "collections of the format v2.1 are read; export it again as \"Collection v2.1\"";
        told.error("unsupported-version", message, At::of(root));
        return told.finish(root.clone());
    }
    let mut reader = Reader {
        told,
        operations: Vec::new(),
        index: BTreeMap::new(),
        tags: Vec::new(),
        schemes: BTreeMap::new(),
        requests: 0,
    };
    reader.folder(root, None, 0);
    let security = reader.auth(root);
    Ok(reader.finish(root, security)).and_then(|(told, root)| told.finish(root))
}

struct Reader<'d> {
    told: Told<'d>,
    operations: Vec<Operation<'d>>,
    /// By method and the shape of the path.
    index: BTreeMap<(String, String), usize>,
    tags: Vec<(&'d Node, String)>,
    schemes: BTreeMap<String, Value>,
    requests: usize,
}

/// What all requests with one method and path say.
struct Operation<'d> {
    at: At,
    method: String,
    path: String,
    name: String,
    description: Option<String>,
    tag: Option<String>,
    /// By place and name: a description and a value.
    parameters: Vec<(&'static str, String, Option<String>, Option<String>)>,
    bodies: BTreeMap<String, Examples>,
    responses: BTreeMap<String, (String, BTreeMap<String, Examples>)>,
    security: Option<Vec<Value>>,
    request: &'d Node,
}

/// Values of one media type, by name.
#[derive(Default)]
struct Examples {
    named: Vec<(String, Value)>,
    /// A schema that is known without examples.
    schema: Option<Value>,
}

impl<'d> Reader<'d> {
    fn folder(&mut self, folder: &'d Node, tag: Option<&str>, depth: usize) {
        if depth > MOST_DEPTH {
            let message = format!("folders stand in each other deeper than {MOST_DEPTH} levels");
            return self.told.error("too-deep", message, At::of(folder));
        }
        for item in folder.get("item").and_then(Node::items).unwrap_or_default() {
            if item.get("item").is_some() {
                let name = text(item, "name").unwrap_or_else(|| "Folder".to_owned());
                if tag.is_none() && !self.tags.iter().any(|(_, known)| *known == name) {
                    self.tags.push((item, name.clone()));
                }
                self.folder(item, Some(tag.unwrap_or(&name)), depth + 1);
            } else if let Some(request) = item.get("request") {
                self.requests += 1;
                if self.requests > MOST_REQUESTS {
                    let message = format!("more than {MOST_REQUESTS} requests");
                    return self.told.error("too-large", message, At::of(item));
                }
                self.request(item, request, tag);
            }
        }
    }

    fn request(&mut self, item: &'d Node, request: &'d Node, tag: Option<&str>) {
        let at = At::of(item);
        let name = text(item, "name").unwrap_or_default();
        let method = text(request, "method").unwrap_or_else(|| "GET".to_owned()).to_ascii_uppercase();
        let known = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];
        if !known.contains(&&*method) {
            let message = format!(
                "the request `{name}` has the method `{method}`, which OpenAPI has no place for; it is left out"
            );
            return self.told.warn("left-out", message, at);
        }
        let Some(url) = request.get("url").or(Some(request).filter(|request| request.as_str().is_some()))
        else {
            let message = format!("the request `{name}` has no URL; it is left out");
            return self.told.warn("left-out", message, at);
        };
        let path = path(url);
        if let Err(why) = template::check(&path) {
            let message =
                format!("the request `{name}` is left out: its path `{path}` cannot be routed, {why}");
            return self.told.warn("left-out", message, At::of(url));
        }
        let place = (method.clone(), template::shape(&path));
        let number = match self.index.get(&place) {
            Some(number) => *number,
            None => {
                self.index.insert(place, self.operations.len());
                self.operations.push(Operation {
                    at,
                    method,
                    path,
                    name: name.clone(),
                    description: described(request),
                    tag: tag.map(str::to_owned),
                    parameters: Vec::new(),
                    bodies: BTreeMap::new(),
                    responses: BTreeMap::new(),
                    security: None,
                    request,
                });
                self.operations.len() - 1
            }
        };
        if self.operations[number].security.is_none() {
            self.operations[number].security = self.auth(request);
        }
        let operation = &mut self.operations[number];
        operation.parameters(url, request);
        operation.body(&name, request.get("body"));
        for response in item.get("response").and_then(Node::items).unwrap_or_default() {
            operation.response(response);
        }
    }

    /// What `auth` asks for; nothing where it says nothing. Values that stand in it are secrets, and not looked at.
    fn auth(&mut self, of: &Node) -> Option<Vec<Value>> {
        let auth = of.get("auth")?;
        let kind = auth.get("type").and_then(Node::as_str)?;
        let parameter = |wanted: &str| {
            let all = auth.get(kind).and_then(Node::items).unwrap_or_default();
            let found = all.iter().find(|one| one.get("key").and_then(Node::as_str) == Some(wanted));
            found.and_then(|one| one.get("value")?.as_str()).map(str::to_owned)
        };
        let scheme = match kind {
            "noauth" => return Some(Vec::new()),
            "bearer" | "jwt" => json!({ "type": "http", "scheme": "bearer" }),
            "basic" => json!({ "type": "http", "scheme": "basic" }),
            "digest" => json!({ "type": "http", "scheme": "digest" }),
            "apikey" => {
                let place =
                    parameter("in").filter(|place| place == "query").unwrap_or_else(|| "header".into());
                let name = parameter("key")
                    .filter(|name| !name.contains("{{"))
                    .unwrap_or_else(|| "X-API-Key".into());
                json!({ "type": "apiKey", "in": place, "name": name })
            }
            "oauth2" => {
                let url = |name: &str| {
                    let known = parameter(name)
                        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
                    known.unwrap_or_else(|| "https://example.com/".to_owned())
                };
                let flow = json!({ "authorizationUrl": url("authUrl"), "tokenUrl": url("accessTokenUrl"), "scopes": {} });
                json!({ "type": "oauth2", "flows": { "authorizationCode": flow } })
            }
            _ => return None,
        };
        self.schemes.insert(kind.to_owned(), scheme);
        Some(vec![json!({ (kind): [] })])
    }

    fn finish(self, root: &Node, security: Option<Vec<Value>>) -> (Told<'d>, Node) {
        let at = At::of(root);
        let info = root.get("info");
        let mut out = Fields::new(at);
        out.text("openapi", "3.1.0");
        let mut about = Fields::new(info.map_or(at, At::of));
        about.text(
            "title",
            info.and_then(|info| text(info, "name")).unwrap_or_else(|| "Collection".to_owned()),
        );
        about.text(
            "version",
            info.and_then(|info| text(info, "version")).unwrap_or_else(|| "1.0.0".to_owned()),
        );
        about.text_if("description", info.and_then(described));
        out.put("info", about.node());
        if let Some(security) = security.filter(|needs| !needs.is_empty()) {
            out.value("security", &security.into());
        }
        if !self.tags.is_empty() {
            let tags = self.tags.iter().map(|(folder, name)| {
                let mut tag = Fields::new(At::of(folder));
                tag.text("name", name).text_if("description", described(folder));
                tag.node()
            });
            out.put("tags", make::list(at, tags.collect()));
        }
        let mut paths: Vec<(String, At, Fields)> = Vec::new();
        let mut ids = BTreeMap::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for operation in &self.operations {
            // The first of several templates that match the same paths gives the parameters their names.
            let place = *places.entry(template::shape(&operation.path)).or_insert_with(|| {
                paths.push((operation.path.clone(), operation.at, Fields::new(operation.at)));
                paths.len() - 1
            });
            let (path, _, item) = &mut paths[place];
            item.put(&operation.method.to_ascii_lowercase(), operation.node(path, &mut ids));
        }
        let mut all = Fields::new(at);
        for (path, at, item) in paths {
            all.put_at(at, &path, item.node());
        }
        out.put("paths", all.node());
        if !self.schemes.is_empty() {
            let schemes: Value = self.schemes.into_iter().collect::<serde_json::Map<_, _>>().into();
            out.value("components", &json!({ "securitySchemes": schemes }));
        }
        (self.told, out.node())
    }
}

impl Operation<'_> {
    fn parameters(&mut self, url: &Node, request: &Node) {
        for one in url.get("query").and_then(Node::items).unwrap_or_default() {
            self.parameter("query", one);
        }
        let raw = url.as_str().or_else(|| url.get("raw")?.as_str()).unwrap_or_default();
        if url.get("query").is_none()
            && let Some((_, query)) = raw.split('#').next().unwrap_or_default().split_once('?')
        {
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                self.add("query", name, None, Some(value.to_owned()));
            }
        }
        for one in request.get("header").and_then(Node::items).unwrap_or_default() {
            self.parameter("header", one);
        }
        for one in url.get("variable").and_then(Node::items).unwrap_or_default() {
            self.parameter("path", one);
        }
    }

    fn parameter(&mut self, place: &'static str, one: &Node) {
        if one.get("disabled").and_then(Node::as_bool) == Some(true) && place == "header" {
            return;
        }
        let Some(name) = text(one, "key").or_else(|| text(one, "id")) else { return };
        self.add(place, &name, described(one), text(one, "value"));
    }

    fn add(&mut self, place: &'static str, name: &str, description: Option<String>, value: Option<String>) {
        const OF_HTTP: [&str; 9] = [
            "accept",
            "authorization",
            "content-type",
            "content-length",
            "cookie",
            "host",
            "user-agent",
            "connection",
            "accept-encoding",
        ];
        let is_secret = ["key", "token", "secret", "password", "signature"]
            .iter()
            .any(|word| name.to_ascii_lowercase().contains(word));
        let same = |known: &(&'static str, String, _, _)| {
            known.0 == place
                && if place == "header" { known.1.eq_ignore_ascii_case(name) } else { known.1 == name }
        };
        let is_of_http = place == "header" && OF_HTTP.contains(&&*name.to_ascii_lowercase());
        if is_of_http
            || name.contains("{{")
            || self.parameters.iter().any(same)
            || self.parameters.len() >= 200
        {
            return;
        }
        let value = value.filter(|value| !is_secret && !value.is_empty() && !value.contains("{{"));
        self.parameters.push((place, name.to_owned(), description, value));
    }

    fn body(&mut self, name: &str, body: Option<&Node>) {
        let Some(body) = body else { return };
        let (media, value, schema) = match body.get("mode").and_then(Node::as_str) {
            Some("raw") => {
                let raw = body.get("raw").and_then(Node::as_str).unwrap_or_default();
                if raw.trim().is_empty() {
                    return;
                }
                let language =
                    body.get("options").and_then(|options| options.get("raw")?.get("language")?.as_str());
                let header = header(self.request.get("header"), "content-type");
                let (media, value) = raw_body(raw, header.as_deref().or(language));
                (media, value, None)
            }
            Some("urlencoded") => {
                let (schema, value) = form(body.get("urlencoded"));
                ("application/x-www-form-urlencoded".to_owned(), Some(value), Some(schema))
            }
            Some("formdata") => {
                let (schema, _) = form(body.get("formdata"));
                ("multipart/form-data".to_owned(), None, Some(schema))
            }
            Some("graphql") => {
                let query =
                    body.get("graphql").and_then(|graphql| text(graphql, "query")).unwrap_or_default();
                ("application/json".to_owned(), Some(json!({ "query": query, "variables": {} })), None)
            }
            Some("file") => ("application/octet-stream".to_owned(), None, Some(json!({}))),
            _ => return,
        };
        self.bodies.entry(media).or_default().add(name, value, schema);
    }

    fn response(&mut self, response: &Node) {
        let Some(code) = response.get("code").and_then(Node::scalar_text) else { return };
        if !(code.len() == 3
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(code.as_bytes()[0], b'1'..=b'5'))
        {
            return;
        }
        let name = text(response, "name").unwrap_or_default();
        let known = self.responses.entry(code.into_owned()).or_default();
        if known.0.is_empty() {
            known.0 = text(response, "status").or_else(|| Some(name.clone())).unwrap_or_default();
        }
        let body = response.get("body").and_then(Node::as_str).unwrap_or_default();
        if body.trim().is_empty() {
            return;
        }
        let said = header(response.get("header"), "content-type");
        let language = response.get("_postman_previewlanguage").and_then(Node::as_str);
        let (media, value) = raw_body(body, said.as_deref().or(language));
        known.1.entry(media).or_default().add(&name, value, None);
    }

    fn node(&self, path: &str, ids: &mut BTreeMap<String, usize>) -> Node {
        let mut out = Fields::new(self.at);
        out.text("operationId", unique(camel(&self.name, &self.method, path), ids));
        out.text_if("summary", Some(&self.name));
        out.text_if("description", self.description.as_ref());
        if let Some(tag) = &self.tag {
            out.value("tags", &json!([tag]));
        }
        let mut parameters: Vec<Value> = Vec::new();
        let of_path: Vec<_> = self.parameters.iter().filter(|known| known.0 == "path").collect();
        for (name, own) in template::names(path).zip(template::names(&self.path)) {
            let known = of_path.iter().find(|known| known.1 == own);
            parameters.push(parameter("path", name, known.and_then(|known| known.2.as_ref()), None));
        }
        for (place, name, description, value) in self.parameters.iter().filter(|known| known.0 != "path") {
            parameters.push(parameter(place, name, description.as_ref(), value.as_ref()));
        }
        if !parameters.is_empty() {
            out.value("parameters", &parameters.into());
        }
        if !self.bodies.is_empty() && !matches!(&*self.method, "GET" | "HEAD") {
            out.value("requestBody", &json!({ "content": content(&self.bodies) }));
        }
        let mut responses = serde_json::Map::new();
        for (code, (description, bodies)) in &self.responses {
            let mut response = json!({ "description": description });
            if !bodies.is_empty() {
                response["content"] = content(bodies);
            }
            responses.insert(code.clone(), response);
        }
        if responses.is_empty() {
            responses
                .insert("default".into(), json!({ "description": "The collection has no saved answer." }));
        }
        out.value("responses", &responses.into());
        if let Some(security) = &self.security {
            out.value("security", &security.clone().into());
        }
        out.node()
    }
}

impl Examples {
    fn add(&mut self, name: &str, value: Option<Value>, schema: Option<Value>) {
        self.schema = self.schema.take().or(schema);
        if let Some(value) = value.filter(|_| self.named.len() < MOST_EXAMPLES) {
            let name = if name.is_empty() { "example" } else { name };
            let mut unique = name.to_owned();
            for number in 2.. {
                match self.named.iter().any(|(known, _)| *known == unique) {
                    true => unique = format!("{name} {number}"),
                    false => break,
                }
            }
            self.named.push((unique, value));
        }
    }
}

fn content(bodies: &BTreeMap<String, Examples>) -> Value {
    let of = |examples: &Examples| {
        let schema = examples.schema.clone();
        let schema =
            schema.unwrap_or_else(|| crate::infer::schema(examples.named.iter().map(|(_, value)| value)));
        let mut media = json!({ "schema": schema });
        let small = examples.named.iter().filter(|(_, value)| value.to_string().len() <= LONGEST_EXAMPLE);
        let named: serde_json::Map<String, Value> =
            small.map(|(name, value)| (name.clone(), json!({ "value": value }))).collect();
        if !named.is_empty() {
            media["examples"] = named.into();
        }
        media
    };
    Value::Object(bodies.iter().map(|(media, examples)| (media.clone(), of(examples))).collect())
}

fn parameter(place: &str, name: &str, description: Option<&String>, value: Option<&String>) -> Value {
    let mut out = json!({ "name": name, "in": place });
    if place == "path" {
        out["required"] = true.into();
    }
    if let Some(description) = description {
        out["description"] = description.as_str().into();
    }
    // A value of the author is no promise that others are like it.
    out["schema"] = json!({ "type": "string" });
    if let Some(value) = value {
        out["example"] = value.as_str().into();
    }
    out
}

/// A body with its type: JSON where it is that.
fn raw_body(raw: &str, said: Option<&str>) -> (String, Option<Value>) {
    let said = said.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let json = || serde_json::from_str::<Value>(raw).ok();
    let media = match &*said {
        "json" => "application/json".to_owned(),
        "xml" => "application/xml".to_owned(),
        "html" => "text/html".to_owned(),
        "text" | "javascript" | "auto" | "" => match json() {
            Some(Value::Object(_) | Value::Array(_)) => "application/json".to_owned(),
            _ => "text/plain".to_owned(),
        },
        other if other.contains('/') => other.to_owned(),
        _ => "text/plain".to_owned(),
    };
    let value = match media.ends_with("json") {
        // A variable of Postman stands where a value would.
        true => json().or_else(|| without_variables(raw)),
        false => Some(Value::String(raw.to_owned())),
    };
    (media, value)
}

/// JSON in which variables stand for values.
fn without_variables(raw: &str) -> Option<Value> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut in_text = false;
    while let Some(at) = rest.find(['"', '{', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            let end = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if rest.starts_with("{{") && !in_text {
            out.push_str("null");
            rest = rest.split_once("}}")?.1;
        } else {
            in_text ^= rest.starts_with('"');
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    serde_json::from_str(&out).ok()
}

fn form(fields: Option<&Node>) -> (Value, Value) {
    let (mut properties, mut values) = (serde_json::Map::new(), serde_json::Map::new());
    for field in fields.and_then(Node::items).unwrap_or_default() {
        let Some(name) = text(field, "key") else { continue };
        let is_file = field.get("type").and_then(Node::as_str) == Some("file");
        let mut schema = match is_file {
            true => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
            false => json!({ "type": "string" }),
        };
        if let Some(description) = described(field) {
            schema["description"] = description.into();
        }
        properties.insert(name.clone(), schema);
        if let Some(value) = text(field, "value").filter(|value| !is_file && !value.contains("{{")) {
            values.insert(name, value.into());
        }
    }
    (json!({ "type": "object", "properties": properties }), values.into())
}

fn header(headers: Option<&Node>, name: &str) -> Option<String> {
    let all = headers.and_then(Node::items).unwrap_or_default();
    let found = all
        .iter()
        .find(|one| one.get("key").and_then(Node::as_str).is_some_and(|key| key.eq_ignore_ascii_case(name)));
    found.and_then(|one| text(one, "value")).filter(|value| !value.contains("{{"))
}

/// The path of a URL as a template: `:id` and `{{id}}` are parameters, what stands before the path is left out.
fn path(url: &Node) -> String {
    let segments: Vec<String> = match url.get("path").and_then(Node::items) {
        Some(items) => items
            .iter()
            .filter_map(|item| {
                Some(item.scalar_text().or_else(|| item.get("value")?.scalar_text())?.into_owned())
            })
            .collect(),
        None => {
            let raw = url
                .as_str()
                .or_else(|| url.get("raw").or_else(|| url.get("path"))?.as_str())
                .unwrap_or_default();
            let raw = raw.split(['?', '#']).next().unwrap_or_default();
            let raw = raw.split_once("://").map_or(raw, |(_, rest)| rest);
            // What is left of the first `/` is a host, or a variable that stands for one.
            let path = raw.split_once('/').map_or("", |(_, path)| path);
            path.split('/').map(str::to_owned).collect()
        }
    };
    let mut path = String::new();
    let mut names: Vec<String> = Vec::new();
    for segment in &segments {
        path.push('/');
        path.push_str(&self::segment(segment, &mut names));
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

fn segment(segment: &str, names: &mut Vec<String>) -> String {
    let mut unique = |name: &str| {
        let clean: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' })
            .collect();
        let clean = if clean.is_empty() { "value".to_owned() } else { clean };
        let mut name = clean.clone();
        for number in 2.. {
            match names.contains(&name) {
                true => name = format!("{clean}{number}"),
                false => break,
            }
        }
        names.push(name.clone());
        format!("{{{name}}}")
    };
    if let Some(name) = segment.strip_prefix(':').filter(|name| !name.is_empty()) {
        return unique(name);
    }
    let (mut out, mut rest) = (String::new(), segment);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        out.push_str(&encoded(before));
        out.push_str(&unique(name));
        rest = after;
    }
    out + &encoded(rest)
}

/// A literal that a path may have.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' | '\\' | '{' | '}' | '<' | '>' | '"' | '`' | '^' | '|' => {
                out.push_str(&format!("%{:02X}", c as u32))
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// `List all orders` → `listAllOrders`
fn camel(name: &str, method: &str, path: &str) -> String {
    let from = if name.chars().any(|c| c.is_ascii_alphanumeric()) {
        name.to_owned()
    } else {
        format!("{method} {path}")
    };
    let mut out = String::new();
    for word in from.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let is_shout = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
        let word = if is_shout { word.to_ascii_lowercase() } else { word.to_owned() };
        let (first, rest) = word.split_at(1);
        out += &if out.is_empty() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
        out += rest;
    }
    out.truncate(80);
    out
}

fn unique(name: String, taken: &mut BTreeMap<String, usize>) -> String {
    let count = taken.entry(name.clone()).or_default();
    *count += 1;
    match *count {
        1 => name,
        count => {
            let other = format!("{name}{count}");
            unique(other, taken)
        }
    }
}

fn text(node: &Node, field: &str) -> Option<String> {
    Some(node.get(field)?.scalar_text()?.into_owned()).filter(|text| !text.is_empty())
}

/// A description is a text, or has one as its `content`.
fn described(node: &Node) -> Option<String> {
    let description = node.get("description")?;
    description
        .as_str()
        .map(str::to_owned)
        .or_else(|| text(description, "content"))
        .filter(|text| !text.trim().is_empty())
}
