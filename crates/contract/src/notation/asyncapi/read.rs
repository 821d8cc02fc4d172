//! Channels with their operations, of either version, in one shape.

use model::tree::Node;
use serde_json::{Value, json};

use super::super::{
    Told,
    make::{self, At, Fields},
};
use crate::source::{Finder, local_pointer};

/// References that are followed, one after the other.
const MOST_HOPS: usize = 16;
/// Messages of one operation.
const MOST_MESSAGES: usize = 200;

pub(super) struct Channel<'d> {
    pub(super) at: At,
    /// What the document calls it.
    pub(super) name: String,
    pub(super) address: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Of the servers it is at, and of its bindings.
    pub(super) protocols: Vec<String>,
    /// Of its path, as OpenAPI has them.
    pub(super) parameters: Vec<Node>,
    /// What WebSockets of it ask for.
    pub(super) bound: Option<&'d Node>,
    pub(super) operations: Vec<Operation<'d>>,
}

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send,
    Receive,
}

pub(super) struct Operation<'d> {
    pub(super) at: At,
    pub(super) id: String,
    pub(super) action: Action,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) messages: Vec<Message<'d>>,
    pub(super) reply: Vec<Message<'d>>,
    /// The binding of HTTP.
    pub(super) http: Option<&'d Node>,
}

pub(super) struct Message<'d> {
    pub(super) name: String,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) content_type: String,
    /// JSON Schema; nothing where it is in another language.
    pub(super) payload: Option<&'d Node>,
}

struct World<'d> {
    root: &'d Node,
    finder: Finder<'d>,
    default_type: String,
}

impl<'d> World<'d> {
    fn new(root: &'d Node) -> World<'d> {
        let default_type =
            root.get("defaultContentType").and_then(Node::as_str).unwrap_or("application/json");
        World { root, finder: Finder::new(root), default_type: default_type.to_owned() }
    }

    /// What a node refers to, with the name of that; itself where it refers to nothing.
    fn follow(&self, node: &'d Node) -> (&'d Node, Option<String>) {
        let (mut node, mut name) = (node, None);
        for _ in 0..MOST_HOPS {
            let Some(pointer) = node.get("$ref").and_then(Node::as_str).and_then(local_pointer) else {
                break;
            };
            let Some(found) = self.finder.find(&pointer) else { break };
            name = pointer.rsplit('/').next().map(crate::source::unescape);
            node = found;
        }
        (node, name)
    }

    /// The protocols of servers by their names; of all where none are named.
    fn protocols(&self, names: Option<Vec<String>>, bindings: Option<&Node>) -> Vec<String> {
        let servers = self.root.get("servers").and_then(Node::fields).unwrap_or_default();
        let mut all: Vec<String> = Vec::new();
        let mut add = |protocol: &str| {
            let protocol = protocol.to_ascii_lowercase();
            if !all.contains(&protocol) {
                all.push(protocol);
            }
        };
        for (key, server) in servers {
            let is_named = names.as_ref().is_none_or(|names| names.iter().any(|name| **name == *key.text));
            if let Some(protocol) =
                self.follow(server).0.get("protocol").and_then(Node::as_str).filter(|_| is_named)
            {
                add(protocol);
            }
        }
        for (key, _) in bindings.and_then(Node::fields).unwrap_or_default() {
            add(&key.text);
        }
        all
    }

    fn message(&self, node: &'d Node, name: Option<String>, fallback: &str) -> Message<'d> {
        let (of, referred) = self.follow(node);
        let format = |node: &Node| node.get("schemaFormat").and_then(Node::as_str).map(str::to_owned);
        let payload = of.get("payload");
        // In 3.0 a payload may say its language itself.
        let (payload, said) =
            match payload.and_then(|payload| Some((payload.get("schema")?, format(payload)?))) {
                Some((schema, said)) => (Some(schema), Some(said)),
                None => (payload, format(of)),
            };
        let is_json_schema = said.as_ref().is_none_or(|said| {
            said.contains("schema+json")
                || said.contains("schema+yaml")
                || said.contains("aai.asyncapi")
                || said.contains("openapi")
        });
        let said = text(of, "name").or(text(of, "messageId"));
        Message {
            name: said.or(referred).or(name).unwrap_or_else(|| fallback.to_owned()),
            title: text(of, "title"),
            summary: text(of, "summary").or_else(|| text(of, "description")),
            content_type: text(of, "contentType").unwrap_or_else(|| self.default_type.clone()),
            payload: payload.filter(|payload| is_json_schema && payload.fields().is_some()),
        }
    }

    fn tags(&self, of: &'d Node) -> Vec<String> {
        let all = of.get("tags").and_then(Node::items).unwrap_or_default().iter();
        all.filter_map(|tag| text(self.follow(tag).0, "name")).collect()
    }

    fn parameters(&self, of: &'d Node, address: &str) -> Vec<Node> {
        let declared = of.get("parameters");
        let names = crate::template::names(address);
        names
            .map(|name| {
                let found = declared.and_then(|all| all.entry(name));
                let mut out = Fields::new(found.map_or_else(|| At::of(of), |(key, _)| At::of_key(key)));
                out.text("name", name).text("in", "path").value("required", &true.into());
                let found = found.map(|(_, node)| self.follow(node).0);
                out.text_if("description", found.and_then(|node| text(node, "description")));
                match found.and_then(|node| node.get("schema")) {
                    Some(schema) => out.put("schema", schema.clone()),
                    None => {
                        let mut schema = json!({ "type": "string" });
                        if let Some(values) = found
                            .and_then(|node| node.get("enum"))
                            .map(Node::to_value)
                            .filter(Value::is_array)
                        {
                            schema["enum"] = values;
                        }
                        out.put("schema", make::value(At::of(of), &schema))
                    }
                };
                out.node()
            })
            .collect()
    }
}

pub(super) fn of_2<'d>(root: &'d Node, told: &mut Told<'_>) -> Vec<Channel<'d>> {
    let world = World::new(root);
    let mut all = Vec::new();
    let Some(channels) = root.get("channels").and_then(Node::fields) else {
        told.error("missing-field", "there are no `channels`", At::of(root));
        return all;
    };
    for (key, node) in channels {
        let (node, _) = world.follow(node);
        let address = key.text.to_string();
        let names = node
            .get("servers")
            .and_then(Node::items)
            .map(|items| items.iter().filter_map(|item| Some(item.as_str()?.to_owned())).collect());
        let bindings = node.get("bindings").map(|bindings| world.follow(bindings).0);
        let mut channel = Channel {
            at: At::of_key(key),
            name: address.clone(),
            title: None,
            description: text(node, "description"),
            protocols: world.protocols(names, bindings),
            parameters: world.parameters(node, &address),
            bound: bindings.and_then(|bindings| bindings.get("ws")),
            address,
            operations: Vec::new(),
        };
        // Who publishes is the client: the words are about what others may do.
        for (field, action) in [("publish", Action::Send), ("subscribe", Action::Receive)] {
            let Some((key, of)) = node.entry(field) else { continue };
            let id = text(of, "operationId").unwrap_or_else(|| format!("{field} {}", channel.address));
            let bindings = of.get("bindings").map(|bindings| world.follow(bindings).0);
            let http = bindings.and_then(|bindings| bindings.get("http"));
            if http.is_some() && !channel.protocols.iter().any(|known| known == "http") {
                channel.protocols.push("http".to_owned());
            }
            let messages = match of.get("message").and_then(|message| message.get("oneOf")?.items()) {
                Some(items) => items.iter().collect(),
                None => of.get("message").into_iter().collect::<Vec<_>>(),
            };
            let messages = messages.into_iter().take(MOST_MESSAGES);
            channel.operations.push(Operation {
                at: At::of_key(key),
                summary: text(of, "summary"),
                description: text(of, "description"),
                tags: world.tags(of),
                messages: messages.map(|node| world.message(node, None, &id)).collect(),
                reply: Vec::new(),
                http,
                action,
                id,
            });
        }
        let first = channel.operations.iter().find(|operation| !operation.id.contains(' '));
        if let Some(first) = first {
            channel.name.clone_from(&first.id);
        }
        all.push(channel);
    }
    all
}

pub(super) fn of_3<'d>(root: &'d Node, told: &mut Told<'_>) -> Vec<Channel<'d>> {
    let world = World::new(root);
    let mut all: Vec<Channel<'d>> = Vec::new();
    let mut nodes: Vec<&Node> = Vec::new();
    for (key, node) in root.get("channels").and_then(Node::fields).unwrap_or_default() {
        let (node, _) = world.follow(node);
        let address = text(node, "address").unwrap_or_else(|| key.text.to_string());
        let names = node.get("servers").and_then(Node::items).map(|items| {
            items
                .iter()
                .filter_map(|item| Some(item.get("$ref")?.as_str()?.rsplit('/').next()?.to_owned()))
                .collect()
        });
        let bindings = node.get("bindings").map(|bindings| world.follow(bindings).0);
        nodes.push(node);
        all.push(Channel {
            at: At::of_key(key),
            name: key.text.to_string(),
            title: text(node, "title"),
            description: text(node, "description").or_else(|| text(node, "summary")),
            protocols: world.protocols(names, bindings),
            parameters: world.parameters(node, &address),
            bound: bindings.and_then(|bindings| bindings.get("ws")),
            address,
            operations: Vec::new(),
        });
    }
    for (key, of) in root.get("operations").and_then(Node::fields).unwrap_or_default() {
        let (of, _) = world.follow(of);
        let target = of.get("channel").map(|channel| world.follow(channel).0);
        let place = target.and_then(|target| nodes.iter().position(|node| std::ptr::eq(*node, target)));
        let Some(place) = place else {
            let message = format!("the operation `{}` names no channel of the document", key.text);
            told.error("unknown-channel", message, At::of_key(key));
            continue;
        };
        let action = match of.get("action").and_then(Node::as_str) {
            // The application receives what the client sends.
            Some("receive") => Action::Send,
            Some("send") => Action::Receive,
            _ => {
                let message =
                    format!("the operation `{}` has no `action`; it is `send` or `receive`", key.text);
                told.error("missing-field", message, At::of_key(key));
                continue;
            }
        };
        let bindings = of.get("bindings").map(|bindings| world.follow(bindings).0);
        let http = bindings.and_then(|bindings| bindings.get("http"));
        let reply = of.get("reply").map(|reply| world.follow(reply).0);
        let id = key.text.to_string();
        let operation = Operation {
            at: At::of_key(key),
            summary: text(of, "summary").or_else(|| text(of, "title")),
            description: text(of, "description"),
            tags: world.tags(of),
            messages: messages(&world, of, nodes[place], &id),
            reply: reply
                .map(|reply| {
                    let channel =
                        reply.get("channel").map_or(nodes[place], |channel| world.follow(channel).0);
                    match reply.get("messages").is_some() || reply.get("channel").is_some() {
                        true => messages(&world, reply, channel, &id),
                        false => Vec::new(),
                    }
                })
                .unwrap_or_default(),
            http,
            action,
            id,
        };
        let channel = &mut all[place];
        if http.is_some() && !channel.protocols.iter().any(|known| known == "http") {
            channel.protocols.push("http".to_owned());
        }
        channel.operations.push(operation);
    }
    all
}

/// Those that are listed; all of the channel where none are.
fn messages<'d>(world: &World<'d>, of: &'d Node, channel: &'d Node, id: &str) -> Vec<Message<'d>> {
    match of.get("messages").and_then(Node::items) {
        Some(items) => items.iter().take(MOST_MESSAGES).map(|node| world.message(node, None, id)).collect(),
        None => {
            let all = channel.get("messages").and_then(Node::fields).unwrap_or_default();
            all.iter()
                .take(MOST_MESSAGES)
                .map(|(key, node)| world.message(node, Some(key.text.to_string()), id))
                .collect()
        }
    }
}

fn text(node: &Node, field: &str) -> Option<String> {
    Some(node.get(field)?.scalar_text()?.into_owned()).filter(|text| !text.trim().is_empty())
}
