//! A text changes in one place: what of its tree stands there is read anew, and everything else stays where it is.
//!
//! The smallest mapping or list that holds the change is read by itself, as reading the whole text would read it, and takes the
//! place of what was there, node by node: those that say the same keep their addresses. Whatever does not fit this is read whole.

use std::{cell::OnceCell, sync::Arc};

use model::tree::{self, Content, Node, Written};

use super::{Duplicate, File, LIMITS, Unreadable, last_keys};
use crate::{
    graph::{Id, Ids, id},
    moved::Difference,
};

/// What an edit did to a tree.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Nodes that are not what they were, or hold such.
    pub(crate) touched: Ids,
    /// Mappings whose fields have other names.
    pub(crate) renamed: Vec<Id>,
    /// Nodes that hold something else.
    pub(crate) replaced: Vec<Id>,
    /// Addresses of nodes that are gone.
    pub(crate) removed: Vec<Id>,
    /// What refers to something has come, gone or changed.
    pub(crate) references: bool,
}

/// What came of an edit.
pub(crate) enum Spliced {
    Changed(Changes),
    /// The text cannot be read; the tree is that of the text before.
    Unreadable(Unreadable),
}

/// A text of at most so many bytes is read whole where it cannot be read, so that it is told what is wrong as by whoever reads all of it.
/// In a longer one that is told as of the entry it is in.
const SHORT: usize = 256 << 10;

/// Line and column, from 1.
type At = (u32, u32);

/// What reading a piece came to.
enum Piece {
    /// The node that the steps lead to, and where it ends: before and after.
    Read {
        steps: Vec<usize>,
        node: Node,
        old_end: At,
        new_end: At,
    },
    Unreadable(Unreadable),
    /// All of the text has to be read.
    Whole,
}

impl File {
    /// Takes another text in place of this one.
    pub(crate) fn splice(&mut self, text: &Arc<str>) -> Spliced {
        let edit = Difference::between(&self.text, text);
        if edit.is_none() {
            return Spliced::Changed(Changes::default());
        }
        match self.piece(text, edit) {
            Piece::Read { steps, node, old_end, new_end } => {
                let mut changes = Changes::default();
                let shift = Shift { old_end, new_end };
                place(&mut self.root, &steps, node, shift, &mut changes);
                self.take(text, edit);
                Spliced::Changed(changes)
            }
            Piece::Unreadable(fault) => Spliced::Unreadable(fault),
            Piece::Whole => match File::parse(&self.name, Arc::clone(text)) {
                Err(fault) => Spliced::Unreadable(fault),
                Ok(File { root, written, lines, ascii, nodes, duplicates, .. }) => {
                    let mut changes = Changes::default();
                    merge(&mut self.root, root, &mut changes);
                    (self.written, self.lines, self.ascii, self.nodes) = (written, lines, ascii, nodes);
                    (self.duplicates, self.text) = (duplicates, Arc::clone(text));
                    Spliced::Changed(changes)
                }
            },
        }
    }

    /// The new text, with its lines.
    fn take(&mut self, text: &Arc<str>, edit: Difference) {
        if let Some(begins) = self.lines.take() {
            let kept = begins.partition_point(|begin| *begin <= edit.from);
            let gone = begins.partition_point(|begin| *begin <= edit.old_to);
            let inserted = text.as_bytes()[edit.from..edit.new_to].iter().enumerate();
            let inserted = inserted.filter(|(_, byte)| **byte == b'\n').map(|(at, _)| edit.from + at + 1);
            let after = begins[gone..].iter().map(|begin| begin - edit.old_to + edit.new_to);
            let begins: Vec<usize> = begins[..kept].iter().copied().chain(inserted).chain(after).collect();
            self.lines = OnceCell::from(begins);
        }
        // A value takes a byte at least.
        let nodes = self.nodes() + (edit.new_to - edit.from);
        self.nodes = OnceCell::from(nodes);
        let stays_ascii = self.is_ascii() && text.as_bytes()[edit.from..edit.new_to].is_ascii();
        self.ascii = if stays_ascii { OnceCell::from(true) } else { OnceCell::new() };
        self.text = Arc::clone(text);
    }

    fn piece(&self, text: &str, edit: Difference) -> Piece {
        let grown = text.len().saturating_sub(self.text.len());
        // Only all of a text can be too large.
        if self.nodes() * 2 + grown > LIMITS.nodes {
            return Piece::Whole;
        }
        if !self.duplicates.is_empty() || text.starts_with('\u{feff}') || self.text.starts_with('\u{feff}') {
            return Piece::Whole;
        }
        let begins_as_json = || text.trim_start().starts_with(['{', '[']);
        match self.written {
            Written::Json => self.piece_of_json(text, edit),
            // Where it is no YAML either, what is wrong is told as of JSON.
            Written::Yaml { .. } if begins_as_json() => Piece::Whole,
            Written::Yaml { anchors: false } => match self.piece_of_yaml(text, edit) {
                None => Piece::Whole,
                Some(Piece::Unreadable(_)) if text.len() <= SHORT => Piece::Whole,
                Some(piece) => piece,
            },
            Written::Yaml { anchors: true } => Piece::Whole,
        }
    }

    fn piece_of_json(&self, text: &str, edit: Difference) -> Piece {
        // Whether it is read as JSON at all must not be in question.
        let mut steps = Vec::new();
        let mut node = &self.root;
        let Some((mut begin, mut end)) = self.brackets(node) else { return Piece::Whole };
        if edit.from <= begin || edit.old_to >= end {
            return Piece::Whole;
        }
        while let Some((step, child)) = self.child_at(node, edit.from) {
            let Some((from, to)) = self.brackets(child) else { break };
            if edit.from <= from || edit.old_to >= to {
                break;
            }
            steps.push(step);
            (node, begin, end) = (child, from, to);
        }
        let after = end + 1 - edit.old_to + edit.new_to;
        let place = (node.line, node.column);
        let (mut read, ends) = match tree::json_value(text, (begin, place.0, place.1), steps.len(), LIMITS) {
            Ok(read) => read,
            Err(fault) => return self.not_json(text, fault),
        };
        if ends != after {
            // A bracket came or went: what follows is read on from there, as far as it makes sense.
            let ancestors = std::iter::once(&self.root).chain(steps.iter().scan(&self.root, |node, step| {
                *node = child_of(node, *step)?;
                Some(*node)
            }));
            let open: Vec<bool> = ancestors.take(steps.len()).map(|node| node.items().is_some()).collect();
            let (line, column) = after_of(text, begin, ends, place);
            return match tree::json_rest(text, (ends, line, column), &open, LIMITS) {
                Ok(()) => Piece::Whole,
                Err(fault) => self.not_json(text, fault),
            };
        }
        let mut duplicates: Vec<Duplicate> = Vec::new();
        last_keys(&mut read, &mut Vec::new(), &mut duplicates);
        let (Some(old_end), true) = (self.place_of(end + 1), duplicates.is_empty()) else {
            return Piece::Whole;
        };
        Piece::Read { steps, node: read, old_end, new_end: after_of(text, begin, after, place) }
    }

    /// The text is no JSON from somewhere in a part of it on: the rest is as if nobody had read it.
    fn not_json(&self, text: &str, fault: model::Finding) -> Piece {
        if fault.rule != "syntax" || tree::may_be_flow(text, &self.name) {
            return Piece::Whole;
        }
        Piece::Unreadable(fault.into())
    }

    /// From which byte to which the brackets of a mapping or list of JSON stand.
    fn brackets(&self, node: &Node) -> Option<(usize, usize)> {
        Some((self.offset((node.line, node.column))?, self.closing(node)?))
    }

    /// The byte of the bracket that closes a mapping or list of JSON.
    fn closing(&self, node: &Node) -> Option<usize> {
        let last = match &node.content {
            Content::List(items) => items.last(),
            Content::Mapping(fields) => fields.last().map(|(_, child)| child),
            _ => return None,
        };
        let Some(last) = last else { return self.offset(node.end)?.checked_sub(1) };
        let after = match last.content {
            Content::List(_) | Content::Mapping(_) => self.closing(last)? + 1,
            _ => self.offset(last.end)?,
        };
        let rest = self.text.as_bytes().get(after..)?;
        let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        matches!(rest.get(spaces), Some(b'}' | b']')).then_some(after + spaces)
    }

    /// The child in whose neighbourhood a byte stands: the last that begins before it.
    fn child_at<'n>(&self, node: &'n Node, byte: usize) -> Option<(usize, &'n Node)> {
        let place = self.place_of(byte)?;
        let begins = |node: &Node| (node.line, node.column) < place;
        let after = match &node.content {
            Content::List(items) => items.partition_point(begins),
            Content::Mapping(fields) => fields.partition_point(|(_, node)| begins(node)),
            _ => 0,
        };
        let at = after.checked_sub(1)?;
        Some((at, child_of(node, at)?))
    }

    /// Line and column of a byte.
    fn place_of(&self, byte: usize) -> Option<At> {
        let lines = self.lines();
        let line = lines.partition_point(|begin| *begin <= byte).checked_sub(1)?;
        let before = self.text.get(lines[line]..byte)?;
        let column = if self.is_ascii() { before.len() } else { before.chars().count() };
        Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
    }
}

mod yaml;

/// A place after a part of a text that is at a place.
fn after_of(text: &str, begin: usize, after: usize, (line, column): At) -> At {
    let part = text.get(begin..after).unwrap_or_default();
    let number = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    let lines = number(part.matches('\n').count());
    let last = number(part.rsplit('\n').next().unwrap_or_default().chars().count());
    if lines == 0 { (line, column + last) } else { (line + lines, last + 1) }
}

fn child_of(node: &Node, at: usize) -> Option<&Node> {
    match &node.content {
        Content::List(items) => items.get(at),
        Content::Mapping(fields) => fields.get(at).map(|(_, child)| child),
        _ => None,
    }
}

/// What comes after a piece moves with its end.
#[derive(Clone, Copy)]
struct Shift {
    old_end: At,
    new_end: At,
}

impl Shift {
    fn at(self, at: &mut At) {
        if *at < self.old_end {
            return;
        }
        if at.0 == self.old_end.0 {
            at.1 = at.1 - self.old_end.1 + self.new_end.1;
        }
        at.0 = at.0 - self.old_end.0 + self.new_end.0;
    }

    fn is_within_a_line(self) -> bool {
        self.old_end.0 == self.new_end.0
    }

    fn node(self, node: &mut Node) {
        // Lines below keep their numbers then.
        if self.is_within_a_line() && node.line > self.old_end.0 {
            return;
        }
        let mut start = (node.line, node.column);
        self.at(&mut start);
        (node.line, node.column) = start;
        self.at(&mut node.end);
        match &mut node.content {
            Content::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Content::Mapping(fields) => {
                for (key, child) in fields {
                    self.key(key);
                    self.node(child);
                }
            }
            _ => {}
        }
    }

    fn key(self, key: &mut tree::Key) {
        let (mut start, mut end) = ((key.line, key.column), (key.line, key.end_column));
        self.at(&mut start);
        self.at(&mut end);
        (key.line, key.column, key.end_column) = (start.0, start.1, end.1);
    }
}

/// Puts a piece where the steps lead, and moves what comes after it.
fn place(node: &mut Node, steps: &[usize], piece: Node, shift: Shift, changes: &mut Changes) -> bool {
    let Some((step, rest)) = steps.split_first() else { return merge(node, piece, changes) };
    let mut changed = false;
    match &mut node.content {
        Content::List(items) => {
            if let Some(item) = items.get_mut(*step) {
                changed = place(item, rest, piece, shift, changes);
            }
            items.iter_mut().skip(step + 1).for_each(|item| shift.node(item));
        }
        Content::Mapping(fields) => {
            if let Some((key, child)) = fields.get_mut(*step) {
                changed = place(child, rest, piece, shift, changes);
                changes.references |= changed && &*key.text == "$ref";
            }
            for (key, child) in fields.iter_mut().skip(step + 1) {
                shift.key(key);
                shift.node(child);
            }
        }
        _ => {}
    }
    if let Some(end) = last(&node.content) {
        node.end = end;
    }
    if changed {
        changes.touched.insert(id(node), ());
    }
    changed
}

fn last(content: &Content) -> Option<At> {
    match content {
        Content::List(items) => items.last().map(|item| item.end),
        Content::Mapping(fields) => fields.last().map(|(_, child)| child.end),
        _ => None,
    }
}

/// Makes a node what another is, keeping the addresses of what is the same.
fn merge(old: &mut Node, new: Node, changes: &mut Changes) -> bool {
    (old.line, old.column, old.end) = (new.line, new.column, new.end);
    let mut changed = false;
    match (&mut old.content, new.content) {
        (Content::Mapping(fields), Content::Mapping(more)) if fields.len() == more.len() => {
            let mut renamed = false;
            for ((key, child), (new_key, new_child)) in fields.iter_mut().zip(more) {
                renamed |= key.text != new_key.text;
                let is_reference = &*key.text == "$ref" || &*new_key.text == "$ref";
                let other_key = key.text != new_key.text;
                *key = new_key;
                let other = merge(child, new_child, changes);
                changes.references |= is_reference && (other || other_key);
                changed |= other;
            }
            if renamed {
                changes.renamed.push(id(old));
                changed = true;
            }
        }
        (Content::List(items), Content::List(more)) if items.len() == more.len() => {
            for (item, new_item) in items.iter_mut().zip(more) {
                changed |= merge(item, new_item, changes);
            }
        }
        (content, new) => {
            if !is_same(content, &new) {
                let had = is_reference(content);
                gone(content, changes);
                *content = new;
                changes.references |= had || has_references(content);
                changes.replaced.push(id(old));
                changed = true;
            }
        }
    }
    if changed {
        changes.touched.insert(id(old), ());
    }
    changed
}

fn is_same(a: &Content, b: &Content) -> bool {
    match (a, b) {
        (Content::Null, Content::Null) => true,
        (Content::Bool(a), Content::Bool(b)) => a == b,
        (Content::Number(a), Content::Number(b)) => a == b,
        (Content::Text(a), Content::Text(b)) => a == b,
        _ => false,
    }
}

fn is_reference(content: &Content) -> bool {
    matches!(content, Content::Mapping(fields) if fields.iter().any(|(key, _)| &*key.text == "$ref"))
}

fn has_references(content: &Content) -> bool {
    is_reference(content)
        || match content {
            Content::List(items) => items.iter().any(|item| has_references(&item.content)),
            Content::Mapping(fields) => fields.iter().any(|(_, child)| has_references(&child.content)),
            _ => false,
        }
}

/// Notes the addresses of everything below.
fn gone(content: &Content, changes: &mut Changes) {
    match content {
        Content::List(items) => {
            for item in items {
                changes.removed.push(id(item));
                gone(&item.content, changes);
            }
        }
        Content::Mapping(fields) => {
            changes.references |= is_reference(content);
            for (_, child) in fields {
                changes.removed.push(id(child));
                gone(&child.content, changes);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
