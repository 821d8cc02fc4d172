//! Paths, operations, parameters, bodies and responses.

use std::collections::{BTreeMap, HashSet};

use model::tree::{Document, Key, Node};

use crate::{Change, Level, same::Same, schemas::Way, security, view::View};

const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// More changes than anybody reads.
const MOST: usize = 50_000;

/// Two documents that are compared, and what was found so far.
pub(crate) struct Comparison<'d> {
    pub(crate) old: &'d View<'d>,
    pub(crate) new: &'d View<'d>,
    pub(crate) same: Same<'d>,
    changes: Vec<Change>,
    /// More than are kept.
    pub(crate) more: bool,
    seen: HashSet<(String, String, String, String)>,
    operation: String,
    /// Where in the message, and then in the value.
    pub(crate) at: String,
    pointer: Vec<String>,
}

/// An operation with its path item.
#[derive(Clone, Copy)]
struct Operation<'d> {
    path: &'d Key,
    item: &'d Node,
    node: &'d Node,
}

pub(crate) fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let (old, new) = (View::new(old), View::new(new));
    let mut comparison = Comparison {
        old: &old,
        new: &new,
        same: Same::new(&old, &new),
        changes: Vec::new(),
        more: false,
        seen: HashSet::new(),
        operation: String::new(),
        at: String::new(),
        pointer: Vec::new(),
    };
    comparison.documents();
    crate::types::compare(&mut comparison);
    let mut changes = comparison.changes;
    if comparison.more {
        // Whatever is left may break somebody as well.
        changes.push(Change {
            id: "more-changes".to_owned(),
            level: Level::Breaking,
            operation: String::new(),
            at: String::new(),
            text: format!("there are more than {MOST} changes, and those after them were not looked at"),
            old: None,
            new: None,
        });
    }
    changes.sort_by(|a, b| {
        b.level.cmp(&a.level).then_with(|| (&a.operation, &a.at, &a.id).cmp(&(&b.operation, &b.at, &b.id)))
    });
    changes
}

impl<'d> Comparison<'d> {
    /// Notes a difference, once for its place.
    pub(crate) fn tell(
        &mut self,
        id: impl Into<String>,
        level: Level,
        text: impl Into<String>,
        old: &Node,
        new: &Node,
    ) {
        let mut at = self.at.clone();
        if !self.pointer.is_empty() {
            at.push(' ');
            self.pointer.iter().for_each(|token| {
                at.push('/');
                at.push_str(&token.replace('~', "~0").replace('/', "~1"));
            });
        }
        let (id, text) = (id.into(), text.into());
        let key = (id.clone(), self.operation.clone(), at.clone(), text.clone());
        if self.seen.contains(&key) {
            return;
        }
        if self.changes.len() >= MOST {
            self.more = true;
            return;
        }
        self.seen.insert(key);
        self.changes.push(Change {
            id,
            level,
            operation: self.operation.clone(),
            at,
            text,
            old: Some(self.old.place(old)),
            new: Some(self.new.place(new)),
        });
    }

    /// Within a part of a value.
    pub(crate) fn inside(&mut self, token: &str, with: impl FnOnce(&mut Self)) {
        self.pointer.push(token.to_owned());
        with(self);
        self.pointer.pop();
    }

    /// At a part of a message.
    pub(crate) fn at(&mut self, at: &str, with: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.at, at.to_owned());
        with(self);
        self.at = before;
    }

    fn documents(&mut self) {
        self.servers();
        security::schemes(self);
        let way = (Way::Request, Way::Response);
        self.all_operations("paths", "endpoint", way);
        // Of a webhook the service sends the request.
        self.all_operations("webhooks", "webhook", (Way::Response, Way::Request));
        let version = |view: &View<'d>| {
            view.root
                .get("info")
                .and_then(|info| info.get("version")?.scalar_text().map(|text| text.into_owned()))
        };
        let breaks = self.changes.iter().any(|change| change.level == Level::Breaking);
        if breaks && version(self.old) == version(self.new) {
            let text = "the contract breaks its callers, and `info.version` is what it was";
            self.tell("api-version-not-raised", Level::Warning, text, self.old.root, self.new.root);
        }
    }

    fn servers(&mut self) {
        let urls = |view: &'d View<'d>| {
            let all = view.root.get("servers").and_then(Node::items).unwrap_or_default();
            all.iter().filter_map(|server| Some((server.get("url")?.as_str()?, server))).collect::<Vec<_>>()
        };
        let (old, new) = (urls(self.old), urls(self.new));
        for (url, node) in &old {
            if !new.iter().any(|(other, _)| other == url) {
                self.tell(
                    "server-removed",
                    Level::Warning,
                    format!("the server `{url}` was removed"),
                    node,
                    self.new.root,
                );
            }
        }
        for (url, node) in &new {
            if !old.iter().any(|(other, _)| other == url) {
                self.tell(
                    "server-added",
                    Level::Info,
                    format!("the server `{url}` was added"),
                    self.old.root,
                    node,
                );
            }
        }
        let base = |view: &'d View<'d>| view.root.get("basePath").and_then(Node::as_str);
        if self.old.is_swagger() && base(self.old) != base(self.new) {
            self.tell(
                "base-path-changed",
                Level::Breaking,
                "`basePath` changed",
                self.old.root,
                self.new.root,
            );
        }
    }

    fn all_operations(&mut self, field: &str, word: &str, ways: (Way, Way)) {
        let (old, new) = (operations(self.old, field), operations(self.new, field));
        for (key, before) in &old {
            self.operation = format!("{} {}", key.1, before.path.text);
            match new.get(key) {
                Some(after) => self.operation(*before, *after, ways),
                None => {
                    let deprecated = flag(before.node, "deprecated");
                    let (id, level) = match deprecated {
                        true => ("removed-after-deprecation", Level::Warning),
                        false => ("removed-without-deprecation", Level::Breaking),
                    };
                    let parent = self.new.root.get(field).unwrap_or(self.new.root);
                    self.tell(
                        format!("{word}-{id}"),
                        level,
                        format!("the {word} was removed"),
                        before.node,
                        parent,
                    );
                }
            }
        }
        for (key, after) in &new {
            if !old.contains_key(key) {
                self.operation = format!("{} {}", key.1, after.path.text);
                let parent = self.old.root.get(field).unwrap_or(self.old.root);
                self.tell(
                    format!("{word}-added"),
                    Level::Info,
                    format!("the {word} was added"),
                    parent,
                    after.node,
                );
            }
        }
        self.operation.clear();
    }

    fn operation(&mut self, old: Operation<'d>, new: Operation<'d>, (request, response): (Way, Way)) {
        match (flag(old.node, "deprecated"), flag(new.node, "deprecated")) {
            (false, true) => {
                self.tell("endpoint-deprecated", Level::Info, "it is deprecated now", old.node, new.node)
            }
            (true, false) => self.tell(
                "endpoint-reactivated",
                Level::Info,
                "it is not deprecated any more",
                old.node,
                new.node,
            ),
            _ => {}
        }
        let text = |node: &'d Node, field: &str| node.get(field).and_then(Node::as_str);
        if let (Some(a), Some(b)) = (text(old.node, "operationId"), text(new.node, "operationId"))
            && a != b
        {
            let says = format!("`operationId` changed from `{a}` to `{b}`: names in generated code change");
            self.tell("operation-id-changed", Level::Warning, says, old.node, new.node);
        }
        if let (Some(a), Some(b)) = (text(old.node, "x-sunset"), text(new.node, "x-sunset"))
            && b < a
        {
            self.tell(
                "sunset-moved-earlier",
                Level::Breaking,
                format!("the sunset moved from {a} to {b}"),
                old.node,
                new.node,
            );
        }
        self.parameters(old, new, request);
        self.request_body(old.node, new.node, request);
        self.responses(old.node, new.node, response);
        security::needs(self, old.node, new.node);
    }

    fn parameters(&mut self, old: Operation<'d>, new: Operation<'d>, way: Way) {
        let (before, mut after) = (parameters(self.old, old), parameters(self.new, new));
        // Names of path parameters are the contract's own: their places count.
        let places = |path: &str| -> Vec<String> {
            path.split('{').skip(1).filter_map(|part| Some(part.split('}').next()?.to_owned())).collect()
        };
        let renamed: BTreeMap<String, String> =
            places(&old.path.text).into_iter().zip(places(&new.path.text)).filter(|(a, b)| a != b).collect();
        for ((place, name), parameter) in before {
            let name_now = if place == "path" { renamed.get(&name).unwrap_or(&name) } else { &name };
            let found = after.remove(&(place.clone(), name_now.clone()));
            self.at(&format!("{place} {name}"), |all| {
                let Some(other) = found else {
                    if place != "path" {
                        let text = format!("the {place} parameter `{name}` was removed");
                        all.tell("request-parameter-removed", Level::Warning, text, parameter, new.node);
                    }
                    return;
                };
                if *name_now != name {
                    let text = format!("the path parameter is called `{name_now}` now");
                    all.tell("path-parameter-renamed", Level::Info, text, parameter, other);
                }
                all.parameter(parameter, other, &place, way);
            });
        }
        for ((place, name), parameter) in after {
            self.at(&format!("{place} {name}"), |all| {
                let required = flag(parameter, "required") && place != "path";
                let (id, level) = match required {
                    true => ("new-required-request-parameter", Level::Breaking),
                    false => ("new-optional-request-parameter", Level::Info),
                };
                all.tell(id, level, format!("the {place} parameter `{name}` was added"), old.node, parameter);
            });
        }
    }

    fn parameter(&mut self, old: &'d Node, new: &'d Node, place: &str, way: Way) {
        if place != "path" {
            match (flag(old, "required"), flag(new, "required")) {
                (false, true) => self.tell(
                    "request-parameter-became-required",
                    Level::Breaking,
                    "it is required now",
                    old,
                    new,
                ),
                (true, false) => self.tell(
                    "request-parameter-became-optional",
                    Level::Info,
                    "it is not required any more",
                    old,
                    new,
                ),
                _ => {}
            }
        }
        let style = |node: &'d Node| {
            let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
            let style = node
                .get("style")
                .or(node.get("collectionFormat"))
                .and_then(Node::as_str)
                .unwrap_or(usual)
                .to_owned();
            let explode = node.get("explode").and_then(Node::as_bool).unwrap_or(style == "form");
            (style, explode)
        };
        if style(old) != style(new) {
            self.tell(
                "request-parameter-style-changed",
                Level::Breaking,
                "its values are written in another way",
                old,
                new,
            );
        }
        if flag(old, "allowEmptyValue") && !flag(new, "allowEmptyValue") {
            self.tell(
                "request-parameter-empty-refused",
                Level::Breaking,
                "it may not be empty any more",
                old,
                new,
            );
        }
        match (flag(old, "deprecated"), flag(new, "deprecated")) {
            (false, true) => {
                self.tell("request-parameter-deprecated", Level::Info, "it is deprecated now", old, new)
            }
            (true, false) => self.tell(
                "request-parameter-reactivated",
                Level::Info,
                "it is not deprecated any more",
                old,
                new,
            ),
            _ => {}
        }
        if old.get("content").is_some() || new.get("content").is_some() {
            return self.content(old, new, way, "request-parameter");
        }
        let schema = |view: &View<'d>, node: &'d Node| match view.is_swagger() {
            true => Some(node),
            false => node.get("schema"),
        };
        match (schema(self.old, old), schema(self.new, new)) {
            (Some(a), Some(b)) => self.schema(a, b, way, "parameter"),
            (None, Some(b)) => self.tell(
                "request-parameter-schema-added",
                Level::Warning,
                "what it may be is said now",
                old,
                b,
            ),
            (Some(a), None) => self.tell(
                "request-parameter-schema-removed",
                Level::Info,
                "what it may be is not said any more",
                a,
                new,
            ),
            (None, None) => {}
        }
    }

    fn request_body(&mut self, old: &'d Node, new: &'d Node, way: Way) {
        let body = |view: &View<'d>, node: &'d Node| {
            if !view.is_swagger() {
                return view.get(node, "requestBody");
            }
            let all = node.get("parameters").and_then(Node::items).unwrap_or_default();
            all.iter()
                .map(|one| view.follow(one))
                .find(|one| one.get("in").and_then(Node::as_str) == Some("body"))
        };
        let (before, after) = (body(self.old, old), body(self.new, new));
        self.at("request body", |all| match (before, after) {
            (None, None) => {}
            (None, Some(b)) if flag(b, "required") => {
                all.tell("request-body-added-required", Level::Breaking, "a body is required now", old, b)
            }
            (None, Some(b)) => {
                all.tell("request-body-added-optional", Level::Info, "there may be a body now", old, b)
            }
            (Some(a), None) => {
                all.tell("request-body-removed", Level::Warning, "there is no body any more", a, new)
            }
            (Some(a), Some(b)) => {
                match (flag(a, "required"), flag(b, "required")) {
                    (false, true) => all.tell(
                        "request-body-became-required",
                        Level::Breaking,
                        "the body is required now",
                        a,
                        b,
                    ),
                    (true, false) => all.tell(
                        "request-body-became-optional",
                        Level::Info,
                        "the body is not required any more",
                        a,
                        b,
                    ),
                    _ => {}
                }
                if all.old.is_swagger() {
                    if let (Some(a), Some(b)) = (a.get("schema"), b.get("schema")) {
                        all.schema(a, b, way, "body");
                    }
                } else {
                    all.content(a, b, way, "request-body");
                }
            }
        });
    }

    fn responses(&mut self, old: &'d Node, new: &'d Node, way: Way) {
        let list = |node: &'d Node| -> &'d [(Key, Node)] {
            node.get("responses").and_then(Node::fields).unwrap_or_default()
        };
        let of = |fields: &'d [(Key, Node)], status: &str| {
            fields.iter().find(|(key, _)| *key.text == *status).map(|(_, node)| node)
        };
        let (before, after) = (list(old), list(new));
        for (key, node) in before.iter().filter(|(key, _)| !key.text.starts_with("x-")) {
            let status = &*key.text;
            self.at(&format!("response {status}"), |all| match of(after, status) {
                None => {
                    let (id, level) = match status.starts_with('2') {
                        true => ("response-success-status-removed", Level::Breaking),
                        false => ("response-non-success-status-removed", Level::Info),
                    };
                    all.tell(id, level, format!("the status {status} was removed"), node, new);
                }
                Some(other) => {
                    let (a, b) = (all.old.follow(node), all.new.follow(other));
                    all.headers(a, b, way);
                    if all.old.is_swagger() {
                        match (a.get("schema"), b.get("schema")) {
                            (Some(a), Some(b)) => all.schema(a, b, way, "body"),
                            (Some(a), None) => all.tell(
                                "response-body-removed",
                                Level::Breaking,
                                "there is no body any more",
                                a,
                                b,
                            ),
                            (None, Some(b)) => {
                                all.tell("response-body-added", Level::Info, "there is a body now", a, b)
                            }
                            (None, None) => {}
                        }
                    } else {
                        all.content(a, b, way, "response");
                    }
                }
            });
        }
        for (key, node) in after.iter().filter(|(key, _)| !key.text.starts_with("x-")) {
            if of(before, &key.text).is_none() {
                let word = if key.text.starts_with('2') { "success" } else { "non-success" };
                self.at(&format!("response {}", key.text), |all| {
                    let text = format!("the status {} was added", key.text);
                    all.tell(format!("response-{word}-status-added"), Level::Info, text, old, node);
                });
            }
        }
    }

    fn headers(&mut self, old: &'d Node, new: &'d Node, way: Way) {
        let list = |node: &'d Node| -> Vec<(String, &'d Node)> {
            let fields = node.get("headers").and_then(Node::fields).unwrap_or_default();
            fields.iter().map(|(key, node)| (key.text.to_ascii_lowercase(), node)).collect()
        };
        let (before, after) = (list(old), list(new));
        for (name, node) in &before {
            let a = self.old.follow(node);
            let Some((_, other)) = after.iter().find(|(known, _)| known == name) else {
                let (id, level) = match flag(a, "required") {
                    true => ("required-response-header-removed", Level::Breaking),
                    false => ("optional-response-header-removed", Level::Warning),
                };
                self.tell(id, level, format!("the header `{name}` was removed"), a, new);
                continue;
            };
            let b = self.new.follow(other);
            match (flag(a, "required"), flag(b, "required")) {
                (true, false) => self.tell(
                    "response-header-became-optional",
                    Level::Breaking,
                    format!("the header `{name}` need not be there any more"),
                    a,
                    b,
                ),
                (false, true) => self.tell(
                    "response-header-became-required",
                    Level::Info,
                    format!("the header `{name}` is always there now"),
                    a,
                    b,
                ),
                _ => {}
            }
            if let (Some(a), Some(b)) = (a.get("schema"), b.get("schema")) {
                self.inside(&format!("header {name}"), |all| all.schema(a, b, way, "header"));
            }
        }
        for (name, node) in &after {
            if !before.iter().any(|(known, _)| known == name) {
                self.tell(
                    "response-header-added",
                    Level::Info,
                    format!("the header `{name}` was added"),
                    old,
                    node,
                );
            }
        }
    }

    fn content(&mut self, old: &'d Node, new: &'d Node, way: Way, word: &str) {
        let list = |node: &'d Node| -> &'d [(Key, Node)] {
            node.get("content").and_then(Node::fields).unwrap_or_default()
        };
        let (before, after) = (list(old), list(new));
        let at = self.at.clone();
        for (key, node) in before {
            let kind = &*key.text;
            let found = after.iter().find(|(other, _)| other.text == key.text).map(|(_, node)| node);
            self.at(&format!("{at} {kind}"), |all| {
                let Some(other) = found else {
                    let text = format!("the media type `{kind}` was removed");
                    return all.tell(format!("{word}-media-type-removed"), Level::Breaking, text, node, new);
                };
                let (a, b) = (all.old.follow(node), all.new.follow(other));
                match (a.get("schema"), b.get("schema")) {
                    (Some(a), Some(b)) => all.schema(a, b, way, "body"),
                    (None, Some(b)) => all.tell(
                        format!("{word}-schema-added"),
                        if way == Way::Request { Level::Warning } else { Level::Info },
                        "what it is is said now",
                        a,
                        b,
                    ),
                    (Some(a), None) => all.tell(
                        format!("{word}-schema-removed"),
                        if way == Way::Request { Level::Info } else { Level::Warning },
                        "what it is is not said any more",
                        a,
                        b,
                    ),
                    (None, None) => {}
                }
                let differs = match (a.get("encoding"), b.get("encoding")) {
                    (None, None) => false,
                    (Some(a), Some(b)) => !all.same.are(a, b),
                    _ => true,
                };
                if differs {
                    all.tell(format!("{word}-encoding-changed"), Level::Warning, "`encoding` changed", a, b);
                }
            });
        }
        for (key, node) in after {
            if !before.iter().any(|(other, _)| other.text == key.text) {
                let text = format!("the media type `{}` was added", key.text);
                self.tell(format!("{word}-media-type-added"), Level::Info, text, old, node);
            }
        }
    }
}

pub(crate) fn flag(node: &Node, field: &str) -> bool {
    node.get(field).and_then(Node::as_bool) == Some(true)
}

/// Operations by their path, with parameters that have no names, and their method.
fn operations<'d>(view: &'d View<'d>, field: &str) -> BTreeMap<(String, String), Operation<'d>> {
    let mut all = BTreeMap::new();
    for (path, item) in view.root.get(field).and_then(Node::fields).unwrap_or_default() {
        let item = view.follow(item);
        let shape = nameless(&path.text);
        for (method, node) in item.fields().unwrap_or_default() {
            if METHODS.contains(&&*method.text) {
                let key = (shape.clone(), method.text.to_ascii_uppercase());
                all.entry(key).or_insert(Operation { path, item, node: view.follow(node) });
            }
        }
        for (method, node) in item.get("additionalOperations").and_then(Node::fields).unwrap_or_default() {
            let key = (shape.clone(), method.text.to_string());
            all.entry(key).or_insert(Operation { path, item, node: view.follow(node) });
        }
    }
    all
}

fn nameless(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut within = false;
    for letter in path.chars() {
        match letter {
            '{' => {
                within = true;
                text.push('{');
            }
            '}' => {
                within = false;
                text.push('}');
            }
            letter if !within => text.push(letter),
            _ => {}
        }
    }
    text
}

/// Parameters by place and name; those of the operation take the place of the path item's.
fn parameters<'d>(view: &'d View<'d>, operation: Operation<'d>) -> BTreeMap<(String, String), &'d Node> {
    let mut all = BTreeMap::new();
    for node in [operation.item, operation.node] {
        for parameter in node.get("parameters").and_then(Node::items).unwrap_or_default() {
            let parameter = view.follow(parameter);
            let text = |field: &str| parameter.get(field).and_then(Node::as_str).unwrap_or_default();
            let place = text("in");
            if place == "body" {
                continue;
            }
            let name =
                if place == "header" { text("name").to_ascii_lowercase() } else { text("name").to_owned() };
            all.insert((place.to_owned(), name), parameter);
        }
    }
    all
}
