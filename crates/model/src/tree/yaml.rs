//! YAML 1.2 with places, built from the parser's events without recursion.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{
    Content, Fault, Key, Node, SYNTAX, TOO_LARGE, TreeLimits, duplicate, duplicate_fault, last, scalar,
    too_deep, too_large,
};

/// Of all nodes, one in so many may be a repetition by an alias: a few lines of text must not take much memory.
const REPEATED: usize = 8;

/// Reads every document that holds something, and whether one has anchors.
pub(super) fn read(text: &str, limits: TreeLimits) -> Result<(Vec<Node>, bool), Fault> {
    let repeats_left = limits.nodes / REPEATED;
    let mut builder = Builder { limits, left: limits.nodes, repeats_left, ..Builder::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let (line, column) = place(error.marker());
            Fault { rule: SYNTAX, message: format!("not valid YAML: {}", error.info()), line, column }
        })?;
        builder.event(event, place(&span.start), place(&span.end))?;
    }
    Ok((builder.documents, builder.anchored))
}

#[derive(Default)]
struct Builder {
    limits: TreeLimits,
    /// Of the limit on nodes.
    left: usize,
    /// Of what anchors and aliases may copy.
    repeats_left: usize,
    open: Vec<Open>,
    /// By the parser's number of the anchor.
    anchors: HashMap<usize, Anchored>,
    anchored: bool,
    documents: Vec<Node>,
}

/// A mapping or list whose end has not come yet.
struct Open {
    line: u32,
    column: u32,
    anchor: usize,
    /// Levels below this one.
    height: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Mapping { fields: Vec<(Key, Node)>, merged: Vec<Node>, key: Option<PendingKey> },
}

struct PendingKey {
    key: Key,
    /// A plain `<<`.
    merge: bool,
}

#[derive(Clone)]
struct Anchored {
    node: Node,
    height: usize,
    weight: usize,
}

type At = (u32, u32);

impl Builder {
    fn event(&mut self, event: Event<'_>, at: At, end: At) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, anchor, tag.as_deref(), (at, end))
            }
            Event::SequenceStart(anchor, tag) => {
                known_tag(tag.as_deref(), &["seq"], at)?;
                self.open(OpenKind::List(Vec::new()), anchor, at)
            }
            Event::MappingStart(anchor, tag) => {
                known_tag(tag.as_deref(), &["map"], at)?;
                self.open(OpenKind::Mapping { fields: Vec::new(), merged: Vec::new(), key: None }, anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end),
            Event::Alias(anchor) => self.alias(anchor, at, end),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        (at, end): (At, At),
    ) -> Result<(), Fault> {
        self.spend(1, at)?;
        let plain = style == ScalarStyle::Plain;
        if self.awaits_key() {
            if plain && text.is_empty() && tag.is_none() {
                return Err(syntax("expected a key before `:`", at));
            }
            if anchor != 0 {
                let node = Node { line: at.0, column: at.1, end, content: Content::Text(text.into()) };
                self.anchor(anchor, &node, 0, at)?;
            }
            return self.key(text, plain && text == "<<", at, end);
        }
        if self.open.is_empty() && plain && text.is_empty() {
            return Ok(());
        }
        let content = tagged(text, plain, tag, at)?;
        let node = Node { line: at.0, column: at.1, end, content };
        if anchor != 0 {
            self.anchor(anchor, &node, 0, at)?;
        }
        self.put(node, 0);
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Mapping { key: None, .. }, .. }))
    }

    fn key(&mut self, text: &str, merge: bool, at: At, end: At) -> Result<(), Fault> {
        if let Some(Open { kind: OpenKind::Mapping { key, .. }, .. }) = self.open.last_mut() {
            let key_of = Key { text: text.into(), line: at.0, column: at.1, end_column: end.1 };
            *key = Some(PendingKey { key: key_of, merge });
        }
        Ok(())
    }

    fn open(&mut self, kind: OpenKind, anchor: usize, at: At) -> Result<(), Fault> {
        self.spend(1, at)?;
        if self.awaits_key() {
            return Err(syntax("a key must be a single word or string, not a list or mapping", at));
        }
        if self.open.len() >= self.limits.depth() {
            return Err(too_deep(self.limits.depth(), at.0, at.1));
        }
        self.open.push(Open { line: at.0, column: at.1, anchor, height: 1, kind });
        Ok(())
    }

    fn close(&mut self, end: At) -> Result<(), Fault> {
        let Some(Open { line, column, anchor, height, kind }) = self.open.pop() else { return Ok(()) };
        let content = match kind {
            OpenKind::List(items) => Content::List(items.into_boxed_slice()),
            OpenKind::Mapping { mut fields, merged, .. } => {
                if let Some((key, earlier)) = duplicate(&fields)
                    && !self.limits.duplicate_keys
                {
                    return Err(duplicate_fault(key, earlier));
                }
                for node in merged {
                    merge(&mut fields, node)?;
                }
                Content::Mapping(fields.into_boxed_slice())
            }
        };
        let end = last(&content).unwrap_or(end);
        let node = Node { line, column, end, content };
        if anchor != 0 {
            self.anchor(anchor, &node, height, (line, column))?;
        }
        self.put(node, height);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: At, end: At) -> Result<(), Fault> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(syntax("the alias refers to a value that is not complete yet", at));
        };
        let (weight, height) = (anchored.weight, anchored.height);
        if self.open.len() + height > self.limits.depth() {
            return Err(too_deep(self.limits.depth(), at.0, at.1));
        }
        self.repeat(weight, at)?;
        let node = self.anchors[&anchor].node.clone();
        if self.awaits_key() {
            let Some(text) = node.scalar_text() else {
                return Err(syntax("a key must be a single word or string, not a list or mapping", at));
            };
            return self.key(&text, false, at, end);
        }
        self.put(Node { line: at.0, column: at.1, end, content: node.content }, height);
        Ok(())
    }

    /// Remembers a value for its aliases; the copy counts like a use.
    fn anchor(&mut self, anchor: usize, node: &Node, height: usize, at: At) -> Result<(), Fault> {
        let weight = weight(node);
        self.repeat(weight, at)?;
        self.anchored = true;
        self.anchors.insert(anchor, Anchored { node: node.clone(), height, weight });
        Ok(())
    }

    fn put(&mut self, node: Node, height: usize) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(parent) => {
                parent.height = parent.height.max(height + 1);
                match &mut parent.kind {
                    OpenKind::List(items) => items.push(node),
                    OpenKind::Mapping { fields, merged, key } => match key.take() {
                        Some(PendingKey { merge: true, .. }) => merged.push(node),
                        Some(PendingKey { key, .. }) => fields.push((key, node)),
                        None => {}
                    },
                }
            }
        }
    }

    fn repeat(&mut self, weight: usize, at: At) -> Result<(), Fault> {
        let limit = self.limits.nodes / REPEATED;
        self.repeats_left = self.repeats_left.checked_sub(weight).ok_or_else(|| Fault {
            rule: TOO_LARGE,
            message: format!(
                "aliases repeat more than {limit} values; write them out, or refer to them with `$ref`"
            ),
            line: at.0,
            column: at.1,
        })?;
        Ok(())
    }

    fn spend(&mut self, weight: usize, at: At) -> Result<(), Fault> {
        self.left = self.left.checked_sub(weight).ok_or_else(|| too_large(self.limits.nodes, at.0, at.1))?;
        Ok(())
    }
}

/// What repeating a value costs. Recursion is bounded by the limit on depth.
fn weight(node: &Node) -> usize {
    match &node.content {
        Content::Text(text) => 1 + text.len() / 64,
        Content::List(items) => items.iter().map(weight).sum::<usize>() + 1,
        Content::Mapping(fields) => {
            fields.iter().map(|(key, node)| key.text.len() / 64 + weight(node)).sum::<usize>() + 1
        }
        _ => 1,
    }
}

/// Adds the fields of a merged mapping, or of each of a list of them, that are not there yet.
fn merge(fields: &mut Vec<(Key, Node)>, from: Node) -> Result<(), Fault> {
    let at = (from.line, from.column);
    let sources = match from.content {
        Content::List(items) => items.into_vec(),
        content => vec![Node { content, ..from }],
    };
    for source in sources {
        let Content::Mapping(more) = source.content else {
            return Err(syntax("`<<` merges a mapping or a list of mappings", at));
        };
        let present: std::collections::HashSet<Box<str>> =
            fields.iter().map(|(key, _)| key.text.clone()).collect();
        fields.extend(more.into_iter().filter(|(key, _)| !present.contains(&key.text)));
    }
    Ok(())
}

fn tagged(text: &str, plain: bool, tag: Option<&Tag>, at: At) -> Result<Content, Fault> {
    let Some(tag) = tag else {
        return Ok(if plain { scalar::plain(text) } else { Content::Text(text.into()) });
    };
    known_tag(Some(tag), &["str", "int", "float", "bool", "null", "binary", "timestamp"], at)?;
    let content = match tag.suffix.as_str() {
        "int" | "float" | "bool" | "null" if tag.is_yaml_core_schema() => scalar::plain(text),
        _ => Content::Text(text.into()),
    };
    Ok(content)
}

fn known_tag(tag: Option<&Tag>, known: &[&str], at: At) -> Result<(), Fault> {
    let Some(tag) = tag else { return Ok(()) };
    let is_plain_mark =
        tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty();
    if is_plain_mark || tag.is_yaml_core_schema() && known.contains(&tag.suffix.as_str()) {
        return Ok(());
    }
    Err(syntax(&format!("the tag `{tag}` is not supported here"), at))
}

fn syntax(message: &str, (line, column): At) -> Fault {
    Fault { rule: SYNTAX, message: format!("not valid YAML: {message}"), line, column }
}

/// The parser counts columns from 0.
fn place(marker: &Marker) -> At {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    (number(marker.line()), number(marker.col().saturating_add(1)))
}
