//! Pieces of YAML: an entry of a block mapping with all of its lines, below what it stands in and above what follows it.

use model::tree::{self, Content, Key, Node, Written};

use super::{Piece, child_of};
use crate::{
    library::{File, LIMITS, Unreadable, last_keys},
    moved::Difference,
};

/// A step down to an entry.
struct Level {
    step: usize,
    /// The column of the key, or of the dash.
    column: u32,
    is_list: bool,
    /// What follows in the same mapping or list: its line.
    next: Option<u32>,
}

/// An entry, by how many levels lead to it and where it begins.
struct Entry {
    levels: usize,
    line: u32,
}

impl File {
    /// `None` where all of the text has to be read.
    pub(super) fn piece_of_yaml(&self, text: &str, edit: Difference) -> Option<Piece> {
        let place = self.place_of(edit.from)?;
        let mut levels: Vec<Level> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut node = &self.root;
        loop {
            match &node.content {
                Content::Mapping(fields) => {
                    let Some(step) = fields.iter().rposition(|(key, _)| (key.line, key.column) <= place)
                    else {
                        break;
                    };
                    let (key, child) = &fields[step];
                    if self.offset((key.line, key.end_column))? >= edit.from || !self.begins_a_line(key, true)
                    {
                        break;
                    }
                    let next = match fields.get(step + 1) {
                        Some((next, _)) if next.line > key.line && self.begins_a_line(next, false) => {
                            Some(next.line)
                        }
                        Some(_) => break,
                        None => None,
                    };
                    levels.push(Level { step, column: key.column, is_list: false, next });
                    entries.push(Entry { levels: levels.len(), line: key.line });
                    node = child;
                }
                Content::List(items) => {
                    let column = node.column;
                    let Some(step) = items.iter().rposition(|item| (item.line, item.column) <= place) else {
                        break;
                    };
                    let has_dash =
                        |item: &Node| self.character(item.line, column) == Some('-') && item.column > column;
                    if self.character(node.line, column) != Some('-') || !has_dash(&items[step]) {
                        break;
                    }
                    let next = match items.get(step + 1) {
                        Some(next) if has_dash(next) && next.line > items[step].line => Some(next.line),
                        Some(_) => break,
                        None => None,
                    };
                    levels.push(Level { step, column, is_list: true, next });
                    node = &items[step];
                }
                _ => break,
            }
        }
        for entry in entries.iter().rev() {
            match self.entry(text, edit, &levels[..entry.levels], entry.line) {
                Some(piece) => return Some(piece),
                None if entry.levels == 1 => break,
                None => {}
            }
        }
        None
    }

    /// Whether nothing but spaces stands before a key, or the dashes of the lists it begins an item of.
    fn begins_a_line(&self, key: &Key, after_dashes: bool) -> bool {
        let mut before = self.line(key.line).chars().take(key.column.saturating_sub(1) as usize);
        before.all(|character| character == ' ' || after_dashes && character == '-')
    }

    fn entry(&self, text: &str, edit: Difference, levels: &[Level], line: u32) -> Option<Piece> {
        let follows = levels.iter().enumerate().rev().find_map(|(at, level)| Some((at, level.next?)));
        let begin = self.offset((line, 1))?;
        let old_end = match follows {
            Some((_, next)) => self.offset((next, 1))?,
            None => self.text.len(),
        };
        if follows.is_some() && (edit.old_to >= old_end || line >= follows?.1) {
            return None;
        }
        let end = old_end.checked_sub(edit.old_to)? + edit.new_to;
        let part = text.get(begin..end).filter(|part| part.len() < text.len() / 2)?;
        let ends_a_document = |line: &str| line.starts_with("---") || line.starts_with("...");
        if part.lines().any(ends_a_document) {
            return None;
        }
        let (entry, above) = levels.split_last()?;
        let spaces =
            |text: &mut String, column: u32| text.extend(std::iter::repeat_n(' ', column as usize - 1));
        let mut whole = String::with_capacity(part.len() + 256);
        for level in above {
            spaces(&mut whole, level.column);
            whole.push_str(if level.is_list { "-\n" } else { "k:\n" });
        }
        spaces(&mut whole, entry.column);
        whole.push_str(part.get(entry.column as usize - 1..)?);
        if let Some((at, _)) = follows {
            spaces(&mut whole, levels[at].column);
            whole.push_str(if levels[at].is_list { "- 0\n" } else { "x: 0\n" });
        }
        let skipped = u32::try_from(above.len()).ok()?;
        let lines = u32::try_from(part.matches('\n').count()).ok()?;
        let moved = |at: u32| (at + line).checked_sub(skipped + 1);
        let (mut documents, written) = match tree::read(&whole, "part", LIMITS) {
            Ok(read) => read,
            Err(fault) => {
                // What comes after the part could have mended a fault at its end, and closed what is open there.
                let place = fault.place.as_ref()?;
                let is_within = place.line > skipped && (follows.is_none() || place.line <= skipped + lines);
                if fault.message.ends_with(" unexpected end of stream") && follows.is_some() {
                    return None;
                }
                if fault.rule != "syntax" || !is_within {
                    return None;
                }
                let (line, column) = (moved(place.line)?, place.column);
                return Some(Piece::Unreadable(Unreadable { message: fault.message, line, column }));
            }
        };
        if written != (Written::Yaml { anchors: false }) || documents.len() != 1 {
            return None;
        }
        let mut node = documents.pop()?.root;
        let mut known = &self.root;
        for (at, level) in levels.iter().enumerate() {
            let count = 1 + usize::from(follows.is_some_and(|(of, _)| of == at));
            node = match node.content {
                Content::List(items) if level.is_list && items.len() == count => {
                    items.into_vec().swap_remove(0)
                }
                Content::Mapping(fields) if !level.is_list && fields.len() == count => {
                    let (key, child) = fields.into_vec().swap_remove(0);
                    let is_entry = at + 1 == levels.len();
                    let same = known.fields()?.get(level.step).is_some_and(|(old, _)| old.text == key.text);
                    if is_entry && !(same && key.column == level.column && key.line == skipped + 1) {
                        return None;
                    }
                    child
                }
                _ => return None,
            };
            known = child_of(known, level.step)?;
        }
        let mut duplicates = Vec::new();
        last_keys(&mut node, &mut Vec::new(), &mut duplicates);
        if !duplicates.is_empty() || !move_lines(&mut node, &moved) {
            return None;
        }
        let (old_end, new_end) = match follows {
            Some((_, next)) => ((next, 1), (line + lines, 1)),
            None => ((u32::MAX, 1), (u32::MAX, 1)),
        };
        let steps = levels.iter().map(|level| level.step).collect();
        Some(Piece::Read { steps, node, old_end, new_end })
    }
}

/// Gives what was read in a part the lines that it has in the text.
fn move_lines(node: &mut Node, moved: &impl Fn(u32) -> Option<u32>) -> bool {
    let (Some(line), Some(end)) = (moved(node.line), moved(node.end.0)) else { return false };
    (node.line, node.end.0) = (line, end);
    match &mut node.content {
        Content::List(items) => items.iter_mut().all(|item| move_lines(item, moved)),
        Content::Mapping(fields) => fields.iter_mut().all(|(key, child)| {
            let line = moved(key.line);
            key.line = line.unwrap_or_default();
            line.is_some() && move_lines(child, moved)
        }),
        _ => true,
    }
}
