//! OpenAPI and AsyncAPI of several files as one document: what references lead to in other files becomes components of it.
//!
//! Every definition is taken once, however many references lead to it and in whatever circles; nodes keep the lines they stand at.

mod kinds;
mod names;

use std::collections::{HashMap, HashSet, VecDeque};

use model::{
    Finding, Place,
    tree::{self, Content, Document, Key, Node},
};

use self::kinds::{At, Kind, Shape};
pub(super) use self::names::join;
use super::bundle::Part;
use crate::{
    references,
    source::{escape, unescape},
};

/// Files of one document.
const MOST_FILES: usize = 501;
/// Nodes that references may bring from other files, all together.
const MOST_NODES: usize = 4_000_000;
/// Definitions that references may bring from other files.
const MOST_TARGETS: usize = 50_000;
/// `$ref` to `$ref` to `$ref` …
const MOST_HOPS: usize = 32;

/// The names of the files that the references of a file lead to, against its own name: relative to the same folder, or URLs. What leads
/// out of the folder is not among them.
pub(super) fn referred(path: &str, text: &str) -> Vec<String> {
    if !leads_out(text) {
        return Vec::new();
    }
    let Ok(documents) = tree::parse(text, path, Default::default()) else { return Vec::new() };
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for document in &documents {
        kinds::each_reference(&document.root, &mut |written| {
            let file = written.split('#').next().unwrap_or_default();
            if let Some(name) = join(path, file).filter(|name| !file.is_empty() && name != path)
                && seen.insert(name.clone())
            {
                found.push(name);
            }
        });
    }
    found
}

/// Whether a text may have a reference that leads to another file: most have none, and need not be parsed to find out.
fn leads_out(text: &str) -> bool {
    let is_between = |c: char| matches!(c, '"' | '\'' | ':' | ' ' | '\t');
    text.match_indices("$ref").any(|(at, found)| {
        let after = text[at + found.len()..].trim_start_matches(is_between);
        !after.starts_with('#')
    }) || (text.contains("mapping") && text.contains("discriminator") && names_files(text))
}

/// A mapping of a discriminator may name files without a `$ref`.
fn names_files(text: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|end| text.contains(end))
}

/// The files as one document, in whose places lines are those of the whole text.
///
/// # Errors
/// A file that cannot be read, or a bound that was passed.
pub(super) fn together(parts: &[Part<'_>], file: &str) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    within(parts, file, MOST_NODES)
}

fn within(parts: &[Part<'_>], file: &str, most: usize) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    if parts.len() > MOST_FILES {
        let message = format!("a document refers to at most {} other files", MOST_FILES - 1);
        return Err(vec![Finding::error("too-many-files", message)]);
    }
    let mut files = Vec::with_capacity(parts.len());
    for part in parts {
        files.push(File { name: part.path.to_owned(), root: read(part, file)? });
    }
    let first = files.first().map(|first| first.root.clone());
    let Some(mut root) = first else {
        return Err(vec![Finding::error("not-openapi", "there is no document".to_owned())]);
    };
    let shape = Shape::of(&root);
    let by_name = files.iter().enumerate().map(|(at, file)| (file.name.clone(), at)).collect();
    let mut work = Work {
        file,
        files: &files,
        by_name,
        shape,
        taken: HashSet::new(),
        targets: HashMap::new(),
        next: VecDeque::new(),
        nodes: most,
        findings: Vec::new(),
        told: HashSet::new(),
    };
    let homes = work.homes(&root);
    work.paths(&mut root)?;
    work.rewrite(&mut root, At::Root, 0);
    let mut made: Vec<(Kind, String, Node)> = Vec::new();
    for (kind, name, target) in homes {
        made.push((kind, name, work.copy(&target, At::One(kind))?));
    }
    while let Some((kind, name, target)) = work.next.pop_front() {
        made.push((kind, name, work.copy(&target, At::One(kind))?));
    }
    for (kind, name, node) in made {
        put(&mut root, shape.section(kind), &name, node);
    }
    let findings = work.findings;
    Ok((Document { file: file.into(), root }, findings))
}

struct File {
    name: String,
    root: Node,
}

/// One file, with lines of the whole text.
fn read(part: &Part<'_>, file: &str) -> Result<Node, Vec<Finding>> {
    let moved = |line: u32| line.saturating_add(part.line - 1);
    let documents = tree::parse(part.text, part.path, Default::default()).map_err(|mut finding| {
        if let Some(place) = &mut finding.place {
            *place = Place { file: file.into(), line: moved(place.line), column: place.column };
        }
        vec![finding]
    })?;
    let mut roots = documents.into_iter().map(|document| document.root);
    let mut root = roots.next().unwrap_or_else(super::nothing);
    if let Some(second) = roots.next() {
        let place = Place { file: file.into(), line: moved(second.line), column: second.column };
        let message = "a contract is one document a file; a second one begins here";
        return Err(vec![Finding::error("not-openapi", message).at(place)]);
    }
    shift(&mut root, part.line - 1);
    Ok(root)
}

fn shift(node: &mut Node, by: u32) {
    node.line = node.line.saturating_add(by);
    node.end.0 = node.end.0.saturating_add(by);
    match &mut node.content {
        Content::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Content::Mapping(fields) => {
            for (key, value) in fields {
                key.line = key.line.saturating_add(by);
                shift(value, by);
            }
        }
        _ => {}
    }
}

/// What a reference leads to: the number of a file, and the tokens of a pointer into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Target {
    file: usize,
    tokens: Vec<String>,
}

struct Work<'a> {
    /// What the whole is called.
    file: &'a str,
    files: &'a [File],
    by_name: HashMap<String, usize>,
    shape: Shape,
    /// Names of components that are taken.
    taken: HashSet<(Kind, String)>,
    /// The references within the document that stand for what others lead to.
    targets: HashMap<(Kind, Target), String>,
    /// What is still to be taken.
    next: VecDeque<(Kind, String, Target)>,
    nodes: usize,
    findings: Vec<Finding>,
    /// Where something was told.
    told: HashSet<(u32, u32)>,
}

impl<'a> Work<'a> {
    /// Names that the document has given itself, and those of its components that do nothing but refer to a file: what they refer to
    /// takes their place.
    fn homes(&mut self, root: &Node) -> Vec<(Kind, String, Target)> {
        let mut homes = Vec::new();
        for kind in Kind::ALL {
            let section = self.shape.section(kind).iter().try_fold(root, |node, name| node.get(name));
            for (key, node) in section.and_then(Node::fields).unwrap_or_default() {
                self.taken.insert((kind, key.text.to_string()));
                let Some(target) = alone(node).and_then(|written| self.find(0, written).ok()) else {
                    continue;
                };
                if target.file == 0 || self.targets.contains_key(&(kind, target.clone())) {
                    continue;
                }
                let local = self.local(kind, &key.text);
                self.targets.insert((kind, target.clone()), local);
                homes.push((kind, key.text.to_string(), target));
            }
        }
        homes
    }

    /// Paths that do nothing but refer to a file are as if they were written here; so are all of them, where others keep them so.
    fn paths(&mut self, root: &mut Node) -> Result<(), Vec<Finding>> {
        for name in ["paths", "webhooks", "channels"] {
            let Some(all) = fields_mut(root).and_then(|fields| field_mut(fields, name)) else { continue };
            if let Some(target) = alone(all).and_then(|written| self.find(0, written).ok())
                && target.file != 0
            {
                *all = self.copy(&target, At::Names(Kind::PathItem))?;
            }
            for (_, node) in fields_mut(all).into_iter().flatten() {
                let mut hops = 0;
                let mut at = 0;
                let mut target = None;
                let mut written = alone(node);
                while let Some(next) = written.and_then(|written| self.find(at, written).ok()) {
                    hops += 1;
                    if (next.file == 0 && target.is_none()) || hops > MOST_HOPS {
                        break;
                    }
                    at = next.file;
                    written = self.node(&next).and_then(alone);
                    target = Some(next);
                }
                if let Some(target) = target.filter(|target| target.file != 0) {
                    *node = self.copy(&target, At::One(Kind::PathItem))?;
                }
            }
        }
        Ok(())
    }

    fn node(&self, target: &Target) -> Option<&'a Node> {
        target.tokens.iter().try_fold(&self.files[target.file].root, |node, token| step(node, token))
    }

    /// What a target says, its references led to where it goes.
    fn copy(&mut self, target: &Target, at: At) -> Result<Node, Vec<Finding>> {
        let found = self.node(target).map_or_else(super::nothing, Node::clone);
        let weight = weight(&found);
        if weight > self.nodes || self.targets.len() > MOST_TARGETS {
            let message = format!(
                "references to other files bring more than {MOST_NODES} values or {MOST_TARGETS} definitions"
            );
            let place = Place { file: self.file.into(), line: found.line, column: found.column };
            return Err(vec![Finding::error("too-large", message).at(place)]);
        }
        self.nodes -= weight;
        let mut node = found;
        self.rewrite(&mut node, at, target.file);
        Ok(node)
    }

    /// Leads the references of a node, that stands in a file, to where what they refer to is in the document.
    fn rewrite(&mut self, node: &mut Node, at: At, file: usize) {
        match &mut node.content {
            Content::List(items) => {
                for item in items {
                    let at = at.of_item();
                    self.rewrite(item, at, file);
                }
            }
            Content::Mapping(fields) => {
                for (key, value) in fields {
                    let is_reference = &*key.text == "$ref" && at.has_reference();
                    match (&mut value.content, at.of_field(&key.text, self.shape)) {
                        (Content::Text(written), _) if is_reference => {
                            let place = (value.line, value.column);
                            if let Some(local) = self.reference(file, written, at.kind(), place) {
                                *written = local.into();
                            }
                        }
                        (Content::Text(written), At::Mapped) if kinds::is_file(written) => {
                            let place = (value.line, value.column);
                            if let Some(local) = self.reference(file, written, Kind::Schema, place) {
                                *written = local.into();
                            }
                        }
                        (Content::List(_) | Content::Mapping(_), at) if at != At::Text => {
                            self.rewrite(value, at, file);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The reference within the document for one of a file; nothing where it stays as it is.
    fn reference(&mut self, file: usize, written: &str, kind: Kind, at: (u32, u32)) -> Option<String> {
        if file == 0 && written.starts_with('#') {
            return None;
        }
        let target = match self.find(file, written) {
            Ok(target) => target,
            Err((rule, message)) => {
                if self.told.insert(at) && self.findings.len() < super::MOST_FINDINGS {
                    let place = Place { file: self.file.into(), line: at.0, column: at.1 };
                    self.findings.push(Finding::warning(rule, message).at(place));
                }
                // What leads nowhere from its own file must not lead somewhere from another one.
                let own = &self.files[file].name;
                let (name, fragment) = written.split_once('#').unwrap_or((written, ""));
                return (file != 0).then(|| match join(own, name) {
                    Some(joined) => format!("{joined}#{fragment}"),
                    None => format!("outside:{written}"),
                });
            }
        };
        if target.file == 0 {
            return Some(pointer(target.tokens.iter().map(String::as_str)));
        }
        if let Some(known) = self.targets.get(&(kind, target.clone())) {
            return Some(known.clone());
        }
        let name = self.name(kind, &target);
        let local = self.local(kind, &name);
        self.targets.insert((kind, target.clone()), local.clone());
        self.next.push_back((kind, name, target));
        Some(local)
    }

    /// What a reference of a file leads to, through references on the way.
    fn find(&self, file: usize, written: &str) -> Result<Target, (&'static str, String)> {
        let shown: String = written.chars().take(200).collect();
        let (mut file, mut written) = (file, written.to_owned());
        for _ in 0..MOST_HOPS {
            let (name, fragment) = written.split_once('#').unwrap_or((&written, ""));
            if !name.is_empty() {
                let joined = join(&self.files[file].name, name).ok_or_else(|| {
                    let message = format!(
                        "`{shown}` leads out of the folder of the document; `--root` names one further up"
                    );
                    (references::EXTERNAL, message)
                })?;
                file = *self.by_name.get(&joined).ok_or_else(|| {
                    let message =
                        format!("`{shown}` leads to `{joined}`, which did not come with the document");
                    (references::EXTERNAL, message)
                })?;
            }
            if !(fragment.is_empty() || fragment.starts_with('/')) {
                let message =
                    format!("`{shown}` is not a path into a document such as `#/components/schemas/Name`");
                return Err(("dangling-reference", message));
            }
            let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
            let tokens: Vec<String> = decoded.split('/').skip(1).map(unescape).collect();
            let mut node = &self.files[file].root;
            let mut onward = None;
            for (at, token) in tokens.iter().enumerate() {
                match step(node, token) {
                    Some(child) => node = child,
                    None => {
                        onward = node.get("$ref").and_then(Node::as_str).map(|next| (next, at));
                        if onward.is_none() {
                            let inside = &self.files[file].name;
                            let message =
                                format!("`{shown}` leads nowhere in `{inside}`; correct the reference");
                            return Err(("dangling-reference", message));
                        }
                        break;
                    }
                }
            }
            let Some((next, at)) = onward else { return Ok(Target { file, tokens }) };
            let rest: String = tokens[at..].iter().map(|token| format!("/{}", escape(token))).collect();
            let hash = if next.contains('#') { "" } else { "#" };
            written = format!("{next}{hash}{rest}");
        }
        Err((
            "circular-reference",
            format!("`{shown}` leads back to itself without ever reaching a definition"),
        ))
    }

    /// A name for what comes from another file: its own where that is free.
    fn name(&mut self, kind: Kind, target: &Target) -> String {
        let file = &self.files[target.file].name;
        let last = target.tokens.last().filter(|token| token.parse::<usize>().is_err());
        let said = last.map_or_else(|| names::stem(file), String::as_str);
        let mut name = names::fit(said);
        let mut count = 1;
        while !self.taken.insert((kind, name.clone())) {
            count += 1;
            name = match count {
                2 => names::fit(&format!("{}-{said}", names::stem(file))),
                _ => names::fit(&format!("{said}-{count}")),
            };
        }
        name
    }

    fn local(&self, kind: Kind, name: &str) -> String {
        pointer(self.shape.section(kind).iter().copied().chain([name]))
    }
}

fn pointer<'t>(tokens: impl Iterator<Item = &'t str>) -> String {
    let tokens =
        tokens.map(|token| format!("/{}", percent_encoding::utf8_percent_encode(&escape(token), &ESCAPED)));
    format!("#{}", tokens.collect::<String>())
}

/// What a fragment of a URI has by its number.
const ESCAPED: percent_encoding::AsciiSet =
    percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The reference of a mapping that is nothing else.
fn alone(node: &Node) -> Option<&str> {
    match node.fields()? {
        [(key, target)] if &*key.text == "$ref" => target.as_str(),
        _ => None,
    }
}

fn step<'n>(node: &'n Node, token: &str) -> Option<&'n Node> {
    match node.items() {
        Some(items) => items.get(token.parse::<usize>().ok()?),
        None => node.get(token),
    }
}

fn weight(node: &Node) -> usize {
    let items = node.items().unwrap_or_default().iter().map(weight).sum::<usize>();
    let fields = node.fields().unwrap_or_default().iter().map(|(_, child)| 1 + weight(child)).sum::<usize>();
    1 + items + fields
}

fn fields_mut(node: &mut Node) -> Option<&mut [(Key, Node)]> {
    match &mut node.content {
        Content::Mapping(fields) => Some(fields),
        _ => None,
    }
}

fn field_mut<'n>(fields: &'n mut [(Key, Node)], name: &str) -> Option<&'n mut Node> {
    fields.iter_mut().find(|(key, _)| &*key.text == name).map(|(_, node)| node)
}

/// Puts a node below the root, in place of what stands there.
fn put(root: &mut Node, section: &[&str], name: &str, node: Node) {
    let mut at = root;
    let place = (node.line, node.column);
    for step in section {
        at = child(at, step, place);
    }
    *child(at, name, place) = node;
}

/// The value of a field, which is made where there is none.
fn child<'n>(node: &'n mut Node, name: &str, (line, column): (u32, u32)) -> &'n mut Node {
    if !matches!(node.content, Content::Mapping(_)) {
        node.content = Content::Mapping(Box::default());
    }
    let Content::Mapping(fields) = &mut node.content else { unreachable!("it was made one above") };
    let at = match fields.iter().position(|(key, _)| &*key.text == name) {
        Some(at) => at,
        None => {
            let key = Key { text: name.into(), line, column, end_column: column };
            let empty = Node { line, column, end: (line, column), content: Content::Null };
            let mut all = std::mem::take(fields).into_vec();
            all.push((key, empty));
            *fields = all.into_boxed_slice();
            fields.len() - 1
        }
    };
    &mut fields[at].1
}

#[cfg(test)]
mod tests;
