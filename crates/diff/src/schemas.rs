//! Schemas, by what they accept: a request's may widen, a response's may narrow.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashSet},
};

use model::tree::{Content, Node};

use crate::{
    Level,
    operations::Comparison,
    same::scalar,
    view::{View, id},
};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    Request,
    Response,
}

const DEEPEST: usize = 60;
const TYPES: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];

/// A schema with what its `allOf` adds.
struct Flat<'d> {
    node: &'d Node,
    parts: Vec<&'d Node>,
    properties: BTreeMap<&'d str, &'d Node>,
    required: HashSet<&'d str>,
}

/// A bound: its keyword, the word for it, and whether more of it accepts more.
const BOUNDS: [(&str, &str, bool); 10] = [
    ("maxLength", "max-length", true),
    ("maximum", "max", true),
    ("exclusiveMaximum", "exclusive-max", true),
    ("maxItems", "max-items", true),
    ("maxProperties", "max-properties", true),
    ("minLength", "min-length", false),
    ("minimum", "min", false),
    ("exclusiveMinimum", "exclusive-min", false),
    ("minItems", "min-items", false),
    ("minProperties", "min-properties", false),
];

impl Way {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Way::Request => "request",
            Way::Response => "response",
        }
    }

    /// How bad it is that fewer values are accepted.
    fn narrower(self) -> Level {
        if self == Way::Request { Level::Breaking } else { Level::Info }
    }

    /// How bad it is that more values are accepted.
    fn wider(self) -> Level {
        if self == Way::Request { Level::Info } else { Level::Breaking }
    }
}

impl<'d> Comparison<'d> {
    /// Compares what stands at the same place of a message.
    pub(crate) fn schema(&mut self, old: &'d Node, new: &'d Node, way: Way, what: &str) {
        let mut open = HashSet::new();
        self.pair(old, new, way, what, &mut open, 0);
    }

    fn pair(
        &mut self,
        old: &'d Node,
        new: &'d Node,
        way: Way,
        what: &str,
        open: &mut HashSet<(usize, usize)>,
        depth: usize,
    ) {
        // What is found beyond is not told.
        if self.more {
            return;
        }
        let (old, new) = (self.old.follow(old), self.new.follow(new));
        if depth > DEEPEST || self.same.are(old, new) || !open.insert((id(old), id(new))) {
            return;
        }
        let (before, after) = (Flat::of(self.old, old), Flat::of(self.new, new));
        let prefix = format!("{}-{what}", way.as_str());
        if let (Some(old_constant), Some(new_constant)) = (old.as_bool(), new.as_bool()) {
            let level = if new_constant { way.wider() } else { way.narrower() };
            if old_constant != new_constant {
                self.tell(format!("{prefix}-changed"), level, "the schema accepts other values", old, new);
            }
            return;
        }
        self.types(&before, &after, way, &prefix);
        self.values(&before, &after, way, &prefix);
        self.bounds(&before, &after, way, &prefix);
        self.texts(&before, &after, way, &prefix);
        self.notes(&before, &after, way, &prefix);
        self.properties(&before, &after, way, open, depth);
        self.additional(&before, &after, way, open, depth);
        self.lists(&before, &after, way, open, depth);
        for keyword in ["oneOf", "anyOf"] {
            self.branches(&before, &after, keyword, way, &prefix, open, depth);
        }
        self.discriminator(&before, &after, &prefix);
        for keyword in [
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
            "unevaluatedItems",
            "prefixItems",
            "dependencies",
        ] {
            let differs = match (before.get(keyword), after.get(keyword)) {
                (None, None) => false,
                (Some(a), Some(b)) => !self.same.are(a, b),
                _ => true,
            };
            if differs {
                let text =
                    format!("`{keyword}` changed; whether the same values are accepted cannot be told");
                self.tell(format!("{prefix}-{}-changed", kebab(keyword)), Level::Warning, text, old, new);
            }
        }
    }

    fn types(&mut self, old: &Flat<'d>, new: &Flat<'d>, way: Way, prefix: &str) {
        let (before, after) = (old.types(self.old), new.types(self.new));
        let gone: Vec<_> = before.iter().filter(|kind| !accepts(&after, kind)).copied().collect();
        let come: Vec<_> = after.iter().filter(|kind| !accepts(&before, kind)).copied().collect();
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let is_null = |kinds: &[&str]| kinds == ["null"];
        let (id, level, text) = if is_null(&gone) && come.is_empty() {
            ("became-not-nullable", way.narrower(), "`null` is not accepted any more".to_owned())
        } else if is_null(&come) && gone.is_empty() {
            ("became-nullable", way.wider(), "it may be `null` now".to_owned())
        } else {
            let words = |kinds: &[&str]| {
                if kinds.len() >= TYPES.len() { "anything".to_owned() } else { kinds.join(" or ") }
            };
            let text = format!("the type changed from {} to {}", words(&before), words(&after));
            match (gone.is_empty(), come.is_empty()) {
                (true, _) => ("type-generalized", way.wider(), text),
                (_, true) => ("type-specialized", way.narrower(), text),
                _ => ("type-changed", Level::Breaking, text),
            }
        };
        self.tell(format!("{prefix}-{id}"), level, text, old.node, new.node);
    }

    fn values(&mut self, old: &Flat<'d>, new: &Flat<'d>, way: Way, prefix: &str) {
        let list = |flat: &Flat<'d>| flat.get("enum").and_then(Node::items);
        match (list(old), list(new)) {
            (Some(before), Some(after)) => {
                for gone in before.iter().filter(|value| !after.iter().any(|other| scalar(value, other))) {
                    let text = format!("the value `{}` was removed", shown(gone));
                    self.tell(format!("{prefix}-enum-value-removed"), way.narrower(), text, gone, new.node);
                }
                for come in after.iter().filter(|value| !before.iter().any(|other| scalar(value, other))) {
                    let level = if way == Way::Request { Level::Info } else { Level::Warning };
                    let text = format!("the value `{}` was added", shown(come));
                    self.tell(format!("{prefix}-enum-value-added"), level, text, old.node, come);
                }
            }
            (None, Some(_)) => {
                let text = "only some values are accepted now".to_owned();
                self.tell(format!("{prefix}-became-enum"), way.narrower(), text, old.node, new.node);
            }
            (Some(_), None) => {
                let text = "more values than those listed are accepted now".to_owned();
                self.tell(format!("{prefix}-enum-removed"), way.wider(), text, old.node, new.node);
            }
            (None, None) => {}
        }
        match (old.get("const"), new.get("const")) {
            (Some(a), Some(b)) if !self.same.are(a, b) => {
                let text = format!("the only value changed from `{}` to `{}`", shown(a), shown(b));
                self.tell(format!("{prefix}-const-changed"), Level::Breaking, text, a, b);
            }
            (None, Some(b)) => {
                let text = format!("only `{}` is accepted now", shown(b));
                self.tell(format!("{prefix}-const-added"), way.narrower(), text, old.node, b);
            }
            (Some(a), None) => {
                let text = format!("more than `{}` is accepted now", shown(a));
                self.tell(format!("{prefix}-const-removed"), way.wider(), text, a, new.node);
            }
            _ => {}
        }
    }

    fn bounds(&mut self, old: &Flat<'d>, new: &Flat<'d>, way: Way, prefix: &str) {
        for (keyword, word, more_is_wider) in BOUNDS {
            let (before, after) = (old.number(keyword, more_is_wider), new.number(keyword, more_is_wider));
            let (id, wider) = match (before, after) {
                (None, None) => continue,
                (Some(a), Some(b)) => match a.partial_cmp(&b) {
                    Some(Ordering::Less) => ("increased", more_is_wider),
                    Some(Ordering::Greater) => ("decreased", !more_is_wider),
                    _ => continue,
                },
                // A minimum of nothing is none.
                (None, Some(b))
                    if !more_is_wider && b <= 0.0 && keyword.starts_with("min") && keyword != "minimum" =>
                {
                    continue;
                }
                (None, Some(_)) => ("set", false),
                (Some(_), None) => ("unset", true),
            };
            let number = |value: Option<f64>| value.map_or("none".to_owned(), |value| value.to_string());
            let text = format!("`{keyword}` changed from {} to {}", number(before), number(after));
            let level = if wider { way.wider() } else { way.narrower() };
            self.tell(format!("{prefix}-{word}-{id}"), level, text, old.node, new.node);
        }
        let of = |flat: &Flat<'d>| flat.number("multipleOf", true);
        match (of(old), of(new)) {
            (Some(a), Some(b)) if a != b => {
                let level = if (a / b).fract() == 0.0 {
                    way.wider()
                } else if (b / a).fract() == 0.0 {
                    way.narrower()
                } else {
                    Level::Breaking
                };
                let text = format!("`multipleOf` changed from {a} to {b}");
                self.tell(format!("{prefix}-multiple-of-changed"), level, text, old.node, new.node);
            }
            (None, Some(b)) => {
                let text = format!("must be a multiple of {b} now");
                self.tell(format!("{prefix}-multiple-of-set"), way.narrower(), text, old.node, new.node);
            }
            (Some(a), None) => {
                let text = format!("need not be a multiple of {a} any more");
                self.tell(format!("{prefix}-multiple-of-unset"), way.wider(), text, old.node, new.node);
            }
            _ => {}
        }
        let unique = |flat: &Flat<'d>| flat.get("uniqueItems").and_then(Node::as_bool) == Some(true);
        match (unique(old), unique(new)) {
            (false, true) => self.tell(
                format!("{prefix}-unique-items-set"),
                way.narrower(),
                "no item may stand twice now",
                old.node,
                new.node,
            ),
            (true, false) => self.tell(
                format!("{prefix}-unique-items-unset"),
                way.wider(),
                "an item may stand twice now",
                old.node,
                new.node,
            ),
            _ => {}
        }
    }

    fn texts(&mut self, old: &Flat<'d>, new: &Flat<'d>, way: Way, prefix: &str) {
        for keyword in ["pattern", "format"] {
            let text = |flat: &Flat<'d>| flat.get(keyword).and_then(Node::as_str);
            let (id, level, says) = match (text(old), text(new)) {
                (Some(a), Some(b)) if a != b => {
                    let level = if keyword == "format" { Level::Breaking } else { Level::Warning };
                    ("changed", level, format!("`{keyword}` changed from `{a}` to `{b}`"))
                }
                (None, Some(b)) => ("added", way.narrower(), format!("must have the {keyword} `{b}` now")),
                (Some(a), None) => {
                    ("removed", way.wider(), format!("need not have the {keyword} `{a}` any more"))
                }
                _ => continue,
            };
            self.tell(format!("{prefix}-{keyword}-{id}"), level, says, old.node, new.node);
        }
    }

    fn notes(&mut self, old: &Flat<'d>, new: &Flat<'d>, way: Way, prefix: &str) {
        let differs = match (old.get("default"), new.get("default")) {
            (None, None) => false,
            (Some(a), Some(b)) => !self.same.are(a, b),
            _ => true,
        };
        if differs {
            let level = if way == Way::Request { Level::Warning } else { Level::Info };
            self.tell(format!("{prefix}-default-changed"), level, "`default` changed", old.node, new.node);
        }
        for (keyword, word) in
            [("readOnly", "read-only"), ("writeOnly", "write-only"), ("deprecated", "deprecated")]
        {
            let is = |flat: &Flat<'d>| flat.get(keyword).and_then(Node::as_bool) == Some(true);
            let hides = match way {
                Way::Request => keyword == "readOnly",
                Way::Response => keyword == "writeOnly",
            };
            match (is(old), is(new)) {
                (false, true) => {
                    let level = if hides { Level::Warning } else { Level::Info };
                    self.tell(
                        format!("{prefix}-became-{word}"),
                        level,
                        format!("is `{keyword}` now"),
                        old.node,
                        new.node,
                    );
                }
                (true, false) => {
                    let text = format!("is not `{keyword}` any more");
                    self.tell(format!("{prefix}-became-not-{word}"), Level::Info, text, old.node, new.node);
                }
                _ => {}
            }
        }
    }

    fn properties(
        &mut self,
        old: &Flat<'d>,
        new: &Flat<'d>,
        way: Way,
        open: &mut HashSet<(usize, usize)>,
        depth: usize,
    ) {
        let way_word = way.as_str();
        let flag = |view: &'d View<'d>, node: &'d Node, name: &str| {
            view.get(view.follow(node), name).and_then(Node::as_bool) == Some(true)
        };
        let hidden = if way == Way::Request { "readOnly" } else { "writeOnly" };
        for (name, before) in &old.properties {
            let Some(after) = new.properties.get(name) else {
                if flag(self.old, before, hidden) {
                    continue;
                }
                let required = old.required.contains(name);
                let (id, level) = match (way, required) {
                    // A field that is sent and not known is ignored, unless unknown ones are refused.
                    (Way::Request, _) if new.is_closed() => ("property-removed", Level::Breaking),
                    (Way::Request, _) => ("property-removed", Level::Warning),
                    (Way::Response, true) => ("required-property-removed", Level::Breaking),
                    (Way::Response, false) => ("optional-property-removed", Level::Warning),
                };
                self.inside(name, |all| {
                    all.tell(
                        format!("{way_word}-{id}"),
                        level,
                        format!("the property `{name}` was removed"),
                        before,
                        new.node,
                    );
                });
                continue;
            };
            self.inside(name, |all| all.pair(before, after, way, "property", open, depth + 1));
        }
        for (name, after) in &new.properties {
            if old.properties.contains_key(name) || flag(self.new, after, hidden) {
                continue;
            }
            let required = new.required.contains(name);
            let has_default = self.new.follow(after).get("default").is_some();
            let (id, level) = match (way, required) {
                (Way::Request, true) if has_default => ("new-required-property-with-default", Level::Info),
                (Way::Request, true) => ("new-required-property", Level::Breaking),
                (Way::Request, false) => ("new-optional-property", Level::Info),
                (Way::Response, true) => ("required-property-added", Level::Info),
                (Way::Response, false) => ("optional-property-added", Level::Info),
            };
            self.inside(name, |all| {
                all.tell(
                    format!("{way_word}-{id}"),
                    level,
                    format!("the property `{name}` was added"),
                    old.node,
                    after,
                );
            });
        }
        for name in new.required.difference(&old.required) {
            let Some(after) = new.properties.get(name).filter(|_| old.properties.contains_key(name)) else {
                continue;
            };
            if way == Way::Request && flag(self.new, after, "readOnly") {
                continue;
            }
            let has_default = self.new.follow(after).get("default").is_some();
            let level = match way {
                Way::Request if has_default => Level::Warning,
                Way::Request => Level::Breaking,
                Way::Response => Level::Info,
            };
            self.inside(name, |all| {
                let text = format!("the property `{name}` is required now");
                all.tell(format!("{way_word}-property-became-required"), level, text, old.node, new.node);
            });
        }
        for name in old.required.difference(&new.required) {
            let Some(before) = old.properties.get(name).filter(|_| new.properties.contains_key(name)) else {
                continue;
            };
            if way == Way::Response && flag(self.old, before, "writeOnly") {
                continue;
            }
            self.inside(name, |all| {
                let text = format!("the property `{name}` need not be there any more");
                all.tell(
                    format!("{way_word}-property-became-optional"),
                    way.wider(),
                    text,
                    old.node,
                    new.node,
                );
            });
        }
    }

    fn additional(
        &mut self,
        old: &Flat<'d>,
        new: &Flat<'d>,
        way: Way,
        open: &mut HashSet<(usize, usize)>,
        depth: usize,
    ) {
        match (old.is_closed(), new.is_closed()) {
            (false, true) => self.tell(
                format!("{}-additional-properties-refused", way.as_str()),
                way.narrower(),
                "properties that are not named are not accepted any more",
                old.node,
                new.node,
            ),
            (true, false) => {
                let level = if way == Way::Request { Level::Info } else { Level::Warning };
                self.tell(
                    format!("{}-additional-properties-allowed", way.as_str()),
                    level,
                    "properties that are not named may be there now",
                    old.node,
                    new.node,
                );
            }
            _ => {}
        }
        let rest = |flat: &Flat<'d>| flat.get("additionalProperties").filter(|node| node.fields().is_some());
        if let (Some(before), Some(after)) = (rest(old), rest(new)) {
            self.inside("*", |all| all.pair(before, after, way, "property", open, depth + 1));
        }
    }

    fn lists(
        &mut self,
        old: &Flat<'d>,
        new: &Flat<'d>,
        way: Way,
        open: &mut HashSet<(usize, usize)>,
        depth: usize,
    ) {
        let item = |flat: &Flat<'d>| flat.get("items").filter(|node| node.fields().is_some());
        match (item(old), item(new)) {
            (Some(before), Some(after)) => {
                self.inside("*", |all| all.pair(before, after, way, "items", open, depth + 1));
            }
            (None, Some(after)) => self.tell(
                format!("{}-items-set", way.as_str()),
                way.narrower(),
                "what items are is said now",
                old.node,
                after,
            ),
            (Some(before), None) => self.tell(
                format!("{}-items-unset", way.as_str()),
                way.wider(),
                "what items are is not said any more",
                before,
                new.node,
            ),
            (None, None) => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what a pair of schemas is compared with")]
    fn branches(
        &mut self,
        old: &Flat<'d>,
        new: &Flat<'d>,
        keyword: &str,
        way: Way,
        prefix: &str,
        open: &mut HashSet<(usize, usize)>,
        depth: usize,
    ) {
        let list = |flat: &Flat<'d>| flat.get(keyword).and_then(Node::items);
        let word = kebab(keyword);
        let (before, after) = match (list(old), list(new)) {
            (None, None) => return,
            (Some(before), Some(after)) => (before, after),
            (None, Some(_)) => {
                return self.tell(
                    format!("{prefix}-{word}-added"),
                    way.narrower(),
                    format!("`{keyword}` was added"),
                    old.node,
                    new.node,
                );
            }
            (Some(_), None) => {
                return self.tell(
                    format!("{prefix}-{word}-removed"),
                    way.wider(),
                    format!("`{keyword}` was removed"),
                    old.node,
                    new.node,
                );
            }
        };
        let mut left: Vec<&'d Node> = after.iter().collect();
        let mut unmatched = Vec::new();
        let name = |node: &'d Node| node.get("$ref").and_then(Node::as_str);
        // Those that are the same, or have the same name, belong together; of the rest those at the same place.
        for branch in before {
            let same = left.iter().position(|other| self.same.are(branch, other));
            let found = same.or_else(|| {
                left.iter().position(|other| name(branch).is_some() && name(branch) == name(other))
            });
            match found {
                Some(at) => {
                    let other = left.remove(at);
                    self.pair(branch, other, way, "property", open, depth + 1);
                }
                None => unmatched.push(branch),
            }
        }
        let anonymous = |node: &&'d Node| name(node).is_none();
        while let (Some(a), Some(b)) = (unmatched.iter().position(anonymous), left.iter().position(anonymous))
        {
            let (branch, other) = (unmatched.remove(a), left.remove(b));
            self.pair(branch, other, way, "property", open, depth + 1);
        }
        for gone in unmatched {
            let text = format!("an alternative of `{keyword}` was removed{}", named(name(gone)));
            self.tell(format!("{prefix}-{word}-alternative-removed"), way.narrower(), text, gone, new.node);
        }
        for come in left {
            let text = format!("an alternative of `{keyword}` was added{}", named(name(come)));
            self.tell(format!("{prefix}-{word}-alternative-added"), way.wider(), text, old.node, come);
        }
    }

    fn discriminator(&mut self, old: &Flat<'d>, new: &Flat<'d>, prefix: &str) {
        let (before, after) = (old.get("discriminator"), new.get("discriminator"));
        let property = |node: Option<&'d Node>| {
            let node = node?;
            node.as_str().or_else(|| node.get("propertyName")?.as_str())
        };
        if property(before) != property(after) {
            let (id, level) = match (property(before), property(after)) {
                (None, _) => ("discriminator-added", Level::Warning),
                (_, None) => ("discriminator-removed", Level::Warning),
                _ => ("discriminator-property-changed", Level::Breaking),
            };
            self.tell(
                format!("{prefix}-{id}"),
                level,
                "what tells the alternatives apart changed",
                old.node,
                new.node,
            );
        }
        let mapping =
            |node: Option<&'d Node>| node.and_then(|node| node.get("mapping")?.fields()).unwrap_or_default();
        for (key, target) in mapping(before) {
            if after.is_some() && !mapping(after).iter().any(|(other, _)| other.text == key.text) {
                let text = format!("the value `{}` means no alternative any more", key.text);
                self.tell(
                    format!("{prefix}-discriminator-value-removed"),
                    Level::Breaking,
                    text,
                    target,
                    new.node,
                );
            }
        }
    }
}

impl<'d> Flat<'d> {
    fn of(view: &View<'d>, node: &'d Node) -> Flat<'d> {
        let mut flat =
            Flat { node, parts: Vec::new(), properties: BTreeMap::new(), required: HashSet::new() };
        flat.add(view, node, 0);
        flat
    }

    fn add(&mut self, view: &View<'d>, node: &'d Node, depth: usize) {
        let node = view.follow(node);
        if depth > 16 || self.parts.iter().any(|part| id(part) == id(node)) {
            return;
        }
        self.parts.push(node);
        for (key, property) in node.get("properties").and_then(Node::fields).unwrap_or_default() {
            self.properties.entry(&key.text).or_insert(property);
        }
        let required = node.get("required").and_then(Node::items).unwrap_or_default();
        self.required.extend(required.iter().filter_map(Node::as_str));
        for part in node.get("allOf").and_then(Node::items).unwrap_or_default() {
            self.add(view, part, depth + 1);
        }
    }

    fn get(&self, keyword: &str) -> Option<&'d Node> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// The bound that holds: the strictest of the parts.
    fn number(&self, keyword: &str, least: bool) -> Option<f64> {
        let of = |part: &&'d Node| match part.get(keyword).map(|node| &node.content) {
            Some(Content::Number(number)) => number.as_f64(),
            _ => None,
        };
        let all = self.parts.iter().filter_map(of);
        if least { all.reduce(f64::min) } else { all.reduce(f64::max) }
    }

    fn is_closed(&self) -> bool {
        let closes = |keyword: &str| {
            self.parts.iter().any(|part| part.get(keyword).and_then(Node::as_bool) == Some(false))
        };
        closes("additionalProperties") || closes("unevaluatedProperties")
    }

    /// The types accepted; all of them where nothing is said.
    fn types(&self, view: &View<'d>) -> Vec<&'d str> {
        let mut all: Option<Vec<&'d str>> = None;
        for part in &self.parts {
            let Some(kind) = view.get(part, "type") else { continue };
            let single = std::slice::from_ref(kind);
            let mut names: Vec<&str> =
                kind.items().unwrap_or(single).iter().filter_map(Node::as_str).collect();
            let flag = |name: &str| part.get(name).and_then(Node::as_bool) == Some(true);
            if (flag("nullable") || flag("x-nullable")) && !names.contains(&"null") {
                names.push("null");
            }
            all = Some(match all {
                Some(known) => known.into_iter().filter(|kind| accepts(&names, kind)).collect(),
                None => names,
            });
        }
        let mut all = all.unwrap_or_else(|| TYPES.to_vec());
        all.sort_unstable();
        all
    }
}

fn accepts(kinds: &[&str], kind: &str) -> bool {
    kinds.contains(&kind) || kind == "integer" && kinds.contains(&"number")
}

fn shown(node: &Node) -> String {
    node.scalar_text().map_or_else(|| "…".to_owned(), |text| text.chars().take(60).collect())
}

fn named(reference: Option<&str>) -> String {
    let name = reference.and_then(|reference| reference.rsplit('/').next());
    name.map_or_else(String::new, |name| format!(": `{name}`"))
}

fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
