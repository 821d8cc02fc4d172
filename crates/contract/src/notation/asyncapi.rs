//! AsyncAPI 2.x and 3.0: channels as they are, with routes for those that are reached by WebSocket or HTTP.
//!
//! What is said is seen from who uses the API: an application that receives is sent to.

mod read;

use std::collections::BTreeMap;

use model::{
    Finding,
    tree::{Document, Key, Node},
};
use serde_json::{Value, json};

use self::read::{Action, Channel, Operation};
use super::{
    Told,
    make::{self, At, Fields},
    markdown,
};

/// Channels of a document.
const MOST_CHANNELS: usize = 5_000;
/// Longer schemas do not stand in the list of channels.
const LONGEST_SCHEMA: usize = 8 << 10;

pub(super) fn read(document: Document) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let file = document.file.to_string();
    let mut told = Told::new(&file);
    let root = &document.root;
    let version = root.get("asyncapi").and_then(Node::scalar_text).unwrap_or_default().into_owned();
    let place = root.get("asyncapi").map_or(At::START, At::of);
    let is_3 = version.starts_with("3.");
    if !is_3 && !version.starts_with("2.") {
        let shown: String = version.chars().take(40).collect();
        let message = format!("AsyncAPI `{shown}` is not read: 2.0 to 2.6 and 3.0 are");
        told.error("unsupported-version", message, place);
        return Err(told.findings);
    }
    let channels = match is_3 {
        true => read::of_3(root, &mut told),
        false => read::of_2(root, &mut told),
    };
    if channels.len() > MOST_CHANNELS {
        told.error("too-large", format!("more than {MOST_CHANNELS} channels"), place);
        return Err(told.findings);
    }
    let paths = paths(&channels, root, &mut told);
    let listed: Vec<Node> = channels.iter().map(|channel| channel.listed()).collect();
    let mut out = Fields::new(At::of(root));
    out.text("openapi", "3.1.0");
    for (key, node) in root.fields().unwrap_or_default() {
        // Servers of AsyncAPI are no servers of OpenAPI.
        if !matches!(
            &*key.text,
            "servers" | "paths" | "openapi" | "swagger" | "security" | "webhooks" | "x-channels"
        ) {
            out.put_at(At::of_key(key), &key.text, node.clone());
        }
    }
    out.put("paths", paths);
    out.put("x-channels", make::list(At::of(root), listed));
    told.finish(out.node())
}

fn paths(channels: &[Channel<'_>], root: &Node, told: &mut Told<'_>) -> Node {
    let at = root.entry("channels").map_or_else(|| At::of(root), |(key, _)| At::of_key(key));
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = Fields::new(at);
    let mut shapes = std::collections::HashMap::new();
    for channel in channels.iter().filter(|channel| channel.is_routed()) {
        let path = format!("/{}", channel.address.trim_start_matches('/'));
        if let Err(why) = crate::template::check(&path) {
            let message = format!("the channel `{}` has no route: {why}", channel.address);
            told.warn("left-out", message, channel.at);
            continue;
        }
        let mut item = Fields::new(channel.at);
        if channel.has(&["ws", "wss"]) {
            item.put("get", channel.socket(&mut ids));
        }
        if channel.has(&["http", "https"]) {
            for operation in &channel.operations {
                let method = operation.method();
                match item.has(&method) {
                    true => {
                        let message = format!(
                            "`{} {path}` is another operation already; `{}` has no route of its own",
                            method.to_ascii_uppercase(),
                            operation.id
                        );
                        told.warn("duplicate-operation", message, operation.at);
                    }
                    false => drop(item.put_at(operation.at, &method, channel.call(operation, &mut ids))),
                }
            }
        }
        if shapes.insert(crate::template::shape(&path), ()).is_some() {
            let message =
                format!("the channel `{}` is at the same path as another; it has no route", channel.address);
            told.warn("duplicate-operation", message, channel.at);
            continue;
        }
        out.put_at(channel.at, &path, item.node());
    }
    out.node()
}

impl Channel<'_> {
    fn has(&self, protocols: &[&str]) -> bool {
        self.protocols.iter().any(|known| protocols.contains(&&**known))
    }

    fn is_routed(&self) -> bool {
        self.has(&["ws", "wss", "http", "https"])
    }

    /// The request that opens a WebSocket.
    fn socket(&self, ids: &mut BTreeMap<String, usize>) -> Node {
        let mut out = Fields::new(self.at);
        out.text("operationId", unique(self.name.clone(), ids));
        out.text_if(
            "summary",
            self.title.as_ref().or(self.operations.first().and_then(|first| first.summary.as_ref())),
        );
        let mut said = vec![self.description.clone().unwrap_or_default()];
        for operation in &self.operations {
            let title = match operation.action {
                Action::Send => "**Sent by the client**",
                Action::Receive => "**Sent by the service**",
            };
            said.push(format!("{title}\n\n{}", operation.list()));
        }
        out.text_if("description", Some(markdown::paragraphs(said)));
        if !self.tags().is_empty() {
            out.value("tags", &json!(self.tags()));
        }
        let mut parameters = self.parameters.clone();
        parameters.extend(self.bound.iter().flat_map(|binding| of_binding(binding)));
        if !parameters.is_empty() {
            out.put("parameters", make::list(self.at, parameters));
        }
        out.value(
            "responses",
            &json!({
                "101": { "description": "The connection is a WebSocket from here on." },
                "default": { "description": "It is not opened.", "content": { "*/*": {} } },
            }),
        );
        out.node()
    }

    /// An operation by HTTP.
    fn call(&self, operation: &Operation<'_>, ids: &mut BTreeMap<String, usize>) -> Node {
        let mut out = Fields::new(operation.at);
        out.text("operationId", unique(operation.id.clone(), ids));
        out.text_if("summary", operation.summary.as_ref());
        out.text_if("description", operation.description.as_ref().or(self.description.as_ref()));
        if !self.tags().is_empty() {
            out.value("tags", &json!(self.tags()));
        }
        let mut parameters = self.parameters.clone();
        parameters.extend(operation.http.iter().flat_map(|binding| of_binding(binding)));
        if !parameters.is_empty() {
            out.put("parameters", make::list(self.at, parameters));
        }
        let content = operation.content();
        let mut answer = Fields::new(operation.at);
        answer.text("description", "It was done.");
        match (operation.action, content) {
            (Action::Send, Some(content)) if !matches!(&*operation.method(), "get" | "head" | "delete") => {
                let mut body = Fields::new(operation.at);
                body.value("required", &true.into());
                body.put("content", content);
                out.put("requestBody", body.node());
            }
            (Action::Receive, Some(content)) => drop(answer.put("content", content)),
            _ => {}
        }
        if let Some(reply) = operation.reply() {
            answer.put("content", reply);
        }
        let mut responses = Fields::new(operation.at);
        responses.put("2XX", answer.node());
        responses.value("default", &json!({ "description": "It was not done.", "content": { "*/*": {} } }));
        out.put("responses", responses.node());
        out.node()
    }

    fn tags(&self) -> Vec<&str> {
        let mut tags: Vec<&str> = Vec::new();
        for tag in self.operations.iter().flat_map(|operation| &operation.tags) {
            if !tags.contains(&tag.as_str()) {
                tags.push(tag);
            }
        }
        tags
    }

    /// What a list of channels says of it.
    fn listed(&self) -> Node {
        let operations: Vec<Value> = self
            .operations
            .iter()
            .map(|operation| {
                let messages: Vec<Value> = operation
                    .messages
                    .iter()
                    .map(|message| {
                        let schema = message.payload.map(Node::to_value);
                        let schema = schema.filter(|schema| schema.to_string().len() <= LONGEST_SCHEMA);
                        json!({
                            "name": message.name,
                            "title": message.title,
                            "summary": message.summary,
                            "content_type": message.content_type,
                            "schema": schema,
                        })
                    })
                    .collect();
                json!({
                    "id": operation.id,
                    "action": match operation.action { Action::Send => "send", Action::Receive => "receive" },
                    "summary": operation.summary,
                    "description": operation.description,
                    "messages": messages,
                })
            })
            .collect();
        make::value(
            self.at,
            &json!({
                "name": self.name,
                "address": self.address,
                "title": self.title,
                "description": self.description,
                "protocols": self.protocols,
                "routed": self.is_routed(),
                "operations": operations,
            }),
        )
    }
}

impl Operation<'_> {
    /// In lower case.
    fn method(&self) -> String {
        let said = self.http.and_then(|binding| binding.get("method")?.as_str()).map(str::to_ascii_lowercase);
        let known = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        let said = said.filter(|method| known.contains(&&**method));
        said.unwrap_or_else(|| if self.action == Action::Send { "post" } else { "get" }.to_owned())
    }

    /// Its messages, as Markdown.
    fn list(&self) -> String {
        let one = |message: &read::Message<'_>| {
            let said = message
                .summary
                .as_ref()
                .or(message.title.as_ref())
                .map(|text| format!(": {}", markdown::first_line(text)));
            format!("- {}{}", markdown::code(&message.name), said.unwrap_or_default())
        };
        self.messages.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    fn content(&self) -> Option<Node> {
        content(self.at, &self.messages)
    }

    fn reply(&self) -> Option<Node> {
        content(self.at, &self.reply)
    }
}

/// Messages as bodies.
fn content(at: At, messages: &[read::Message<'_>]) -> Option<Node> {
    let mut by_type: Vec<(&str, Vec<&read::Message<'_>>)> = Vec::new();
    for message in messages {
        match by_type.iter_mut().find(|(kind, _)| *kind == message.content_type) {
            Some((_, all)) => all.push(message),
            None => by_type.push((&message.content_type, vec![message])),
        }
    }
    if by_type.is_empty() {
        return None;
    }
    let mut out = Fields::new(at);
    for (kind, all) in by_type {
        let payloads: Vec<Node> = all.iter().filter_map(|message| message.payload.cloned()).collect();
        let schema = match payloads.len() {
            0 => make::value(at, &json!({})),
            1 => payloads.into_iter().next().unwrap_or_else(|| make::value(at, &json!({}))),
            _ => {
                let mut any = Fields::new(at);
                any.put("anyOf", make::list(at, payloads));
                any.node()
            }
        };
        let mut media = Fields::new(at);
        media.put("schema", schema);
        out.put(kind, media.node());
    }
    Some(out.node())
}

/// Parameters that the schemas of a binding describe.
fn of_binding(binding: &Node) -> Vec<Node> {
    let mut all = Vec::new();
    for (field, place) in [("query", "query"), ("headers", "header")] {
        let Some(schema) = binding.get(field) else { continue };
        let needed: Vec<&str> = schema
            .get("required")
            .and_then(Node::items)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_str)
            .collect();
        for (name, of) in schema.get("properties").and_then(Node::fields).unwrap_or_default() {
            all.push(parameter(name, place, needed.contains(&&*name.text), of.clone()));
        }
    }
    all
}

fn parameter(name: &Key, place: &str, required: bool, schema: Node) -> Node {
    let mut out = Fields::new(At::of_key(name));
    out.text("name", &name.text).text("in", place);
    if required {
        out.value("required", &true.into());
    }
    out.text_if("description", schema.get("description").and_then(Node::as_str));
    out.put("schema", schema);
    out.node()
}

fn unique(name: String, taken: &mut BTreeMap<String, usize>) -> String {
    let count = taken.entry(name.clone()).or_default();
    *count += 1;
    match *count {
        1 => name,
        count => {
            let next = format!("{name}.{count}");
            unique(next, taken)
        }
    }
}
