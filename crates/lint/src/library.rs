//! The texts a run reads: the document itself and the files its references lead to.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use model::{
    Finding,
    tree::{self, Node, TreeLimits, Written},
};

mod splice;

pub(crate) use self::splice::{Changes, Spliced};
use crate::report::{Position, Range};

/// Reads another file: its name comes resolved against the file that refers to it.
pub type Loader<'l> = &'l dyn Fn(&str) -> Result<String, String>;

/// References may lead to so many files.
const MOST_FILES: usize = 256;
/// All texts of a run together.
const MOST_BYTES: usize = 128 << 20;

/// Keys that stand twice are for rules to tell.
const LIMITS: TreeLimits = TreeLimits { depth: 128, nodes: 4_000_000, duplicate_keys: true };

/// A text with its tree.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: Arc<str>,
    pub(crate) root: Node,
    text: Arc<str>,
    written: Written,
    /// Where each line begins, made when a range is asked for.
    lines: OnceCell<Vec<usize>>,
    ascii: OnceCell<bool>,
    /// How many values there are, counted when it is asked for.
    nodes: OnceCell<usize>,
    /// Keys that stood twice, the last of which counts: their paths and where they are.
    pub(crate) duplicates: Vec<Duplicate>,
}

/// A key that stands twice: its path, and from where to where it is written.
pub(crate) type Duplicate = (Vec<String>, (u32, u32), (u32, u32));

/// A text that is no YAML or JSON.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) message: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl From<Finding> for Unreadable {
    fn from(finding: Finding) -> Unreadable {
        let (line, column) = finding.place.map_or((1, 1), |place| (place.line, place.column));
        Unreadable { message: finding.message, line, column }
    }
}

impl File {
    pub(crate) fn parse(name: &str, text: Arc<str>) -> Result<File, Unreadable> {
        let (documents, written) = tree::read(&text, name, LIMITS)?;
        let mut roots = documents.into_iter().map(|document| document.root);
        let nothing = || Node { line: 1, column: 1, end: (1, 1), content: tree::Content::Null };
        let mut root = roots.next().unwrap_or_else(nothing);
        if let Some(second) = roots.next() {
            let message = "a second document begins here; one is expected".to_owned();
            let (line, column) = (second.line, second.column);
            return Err(Unreadable { message, line, column });
        }
        let mut duplicates = Vec::new();
        last_keys(&mut root, &mut Vec::new(), &mut duplicates);
        let (lines, ascii) = (OnceCell::new(), OnceCell::new());
        Ok(File { name: name.into(), root, text, written, lines, ascii, nodes: OnceCell::new(), duplicates })
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        })
    }

    /// A line without its end, by its number from 1.
    fn line(&self, number: u32) -> &str {
        let lines = self.lines();
        let at = number.saturating_sub(1) as usize;
        let Some(begin) = lines.get(at) else { return "" };
        let end = lines.get(at + 1).copied().unwrap_or(self.text.len());
        self.text.get(*begin..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// Whether every key of it is in quotes.
    pub(crate) fn is_json(&self) -> bool {
        self.written == Written::Json
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The byte of a place; nothing where the text has no such place.
    pub(crate) fn offset(&self, (line, column): (u32, u32)) -> Option<usize> {
        let begin = *self.lines().get(line.checked_sub(1)? as usize)?;
        let text = self.line(line);
        let skipped = column.checked_sub(1)? as usize;
        if self.is_ascii() {
            return (skipped <= text.len()).then_some(begin + skipped);
        }
        match text.char_indices().nth(skipped) {
            Some((at, _)) => Some(begin + at),
            None => (text.chars().count() == skipped).then_some(begin + text.len()),
        }
    }

    /// Then places of long lines are found at once.
    fn is_ascii(&self) -> bool {
        *self.ascii.get_or_init(|| self.text.is_ascii())
    }

    fn nodes(&self) -> usize {
        fn count(node: &Node) -> usize {
            1 + node.items().unwrap_or_default().iter().map(count).sum::<usize>()
                + node.fields().unwrap_or_default().iter().map(|(_, child)| count(child)).sum::<usize>()
        }
        *self.nodes.get_or_init(|| count(&self.root))
    }

    fn character(&self, line: u32, column: u32) -> Option<char> {
        let skipped = column.checked_sub(1)? as usize;
        match self.is_ascii() {
            true => self.line(line).as_bytes().get(skipped).map(|byte| char::from(*byte)),
            false => self.line(line).chars().nth(skipped),
        }
    }

    /// From where to where bytes stand, as editors count.
    pub(crate) fn range_of(&self, from: usize, to: usize) -> Range {
        let position = |at: usize| {
            let lines = self.lines();
            let line = lines.partition_point(|begin| *begin <= at).saturating_sub(1);
            let begin = lines.get(line).copied().unwrap_or_default();
            let before = self.text.get(begin..at).unwrap_or_default();
            let units = if self.is_ascii() { before.len() } else { before.encode_utf16().count() };
            let number = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
            Position { line: number(line), character: number(units) }
        };
        Range { start: position(from), end: position(to) }
    }

    /// A place as editors of the language server protocol count: from 0, in UTF-16 units.
    pub(crate) fn position(&self, (line, column): (u32, u32)) -> (u32, u32) {
        if self.is_ascii() {
            return (line.saturating_sub(1), column.saturating_sub(1));
        }
        let before = self.line(line).chars().take(column.saturating_sub(1) as usize);
        let wide = before.filter(|character| character.len_utf16() == 2).count();
        (line.saturating_sub(1), column.saturating_sub(1) + u32::try_from(wide).unwrap_or_default())
    }

    /// Whether the character at a place is a quote.
    pub(crate) fn is_quoted(&self, line: u32, column: u32) -> bool {
        matches!(self.character(line, column), Some('"' | '\''))
    }

    /// From where to where a value is written, with the sign of a block and the quotes of text.
    pub(crate) fn extent(&self, node: &Node) -> ((u32, u32), (u32, u32)) {
        let last = last_of(node);
        let end = self.own_extent(last).1;
        (self.own_extent(node).0, end)
    }

    fn own_extent(&self, node: &Node) -> ((u32, u32), (u32, u32)) {
        let start = (node.line, node.column);
        if !matches!(node.content, tree::Content::Text(_)) {
            return (start, node.end);
        }
        if self.is_quoted(node.line, node.column) {
            return (start, self.closing_quote(start).unwrap_or(node.end));
        }
        match self.block_sign(start) {
            None => (start, node.end),
            Some(sign) => {
                // The parser ends a block where the next thing begins; empty lines after it belong to it.
                let line = node.end.0.saturating_sub(u32::from(node.end.1 == 1)).max(node.line);
                let length = u32::try_from(self.line(line).chars().count()).unwrap_or_default();
                (sign, if self.line(line).trim().is_empty() { (line, 1) } else { (line, length + 1) })
            }
        }
    }

    /// Just after the quote that closes the text at a place.
    fn closing_quote(&self, (line, column): (u32, u32)) -> Option<(u32, u32)> {
        let quote = self.line(line).chars().nth(column.saturating_sub(1) as usize)?;
        let (mut line, mut skip) = (line, column as usize);
        while (line as usize) <= self.lines().len() {
            let mut characters = self.line(line).chars().enumerate().skip(skip).peekable();
            while let Some((at, character)) = characters.next() {
                if character == '\\' && quote == '"' {
                    characters.next();
                } else if character == quote {
                    if quote == '\'' && characters.next_if(|(_, next)| *next == quote).is_some() {
                        continue;
                    }
                    return Some((line, u32::try_from(at).unwrap_or_default() + 2));
                }
            }
            (line, skip) = (line + 1, 0);
        }
        None
    }

    /// The `|` or `>` that the text of a block follows.
    fn block_sign(&self, (line, column): (u32, u32)) -> Option<(u32, u32)> {
        let before = self.line(line).chars().take(column.saturating_sub(1) as usize);
        if !before.into_iter().all(|character| character == ' ') {
            return None;
        }
        let above = (1..line).rev().find(|above| !self.line(*above).trim().is_empty())?;
        let text = self.line(above);
        let text = text.split(" #").next().unwrap_or(text).trim_end();
        let sign = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
        if !sign.ends_with(['|', '>']) || text.len() - sign.len() > 2 {
            return None;
        }
        let at = sign.chars().count();
        let spaced = sign[..sign.len() - 1].ends_with(' ') || sign.len() == 1;
        spaced.then_some((above, u32::try_from(at).unwrap_or_default()))
    }
}

/// Keeps the last of keys that stand more than once.
fn last_keys(node: &mut Node, at: &mut Vec<String>, found: &mut Vec<Duplicate>) {
    match &mut node.content {
        tree::Content::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                at.push(index.to_string());
                last_keys(item, at, found);
                at.pop();
            }
        }
        tree::Content::Mapping(fields) => {
            let mut seen = HashSet::with_capacity(fields.len());
            let again = fields.iter().filter(|(key, _)| !seen.insert(&*key.text));
            let again: HashSet<Box<str>> = again.map(|(key, _)| key.text.clone()).collect();
            if !again.is_empty() {
                let mut kept: Vec<(tree::Key, Node)> = Vec::with_capacity(fields.len());
                for (key, value) in std::mem::take(fields) {
                    if again.contains(&key.text)
                        && let Some(earlier) = kept.iter().position(|(known, _)| known.text == key.text)
                    {
                        kept.remove(earlier);
                        let path = at.iter().cloned().chain([key.text.to_string()]).collect();
                        found.push((path, (key.line, key.column), (key.line, key.end_column)));
                    }
                    kept.push((key, value));
                }
                *fields = kept.into_boxed_slice();
            }
            for (key, value) in fields {
                at.push(key.text.to_string());
                last_keys(value, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

/// The last value within a value: where that ends, the whole does.
fn last_of(node: &Node) -> &Node {
    let mut node = node;
    loop {
        let inside = node.items().and_then(<[Node]>::last);
        let inside = inside.or_else(|| node.fields().and_then(<[_]>::last).map(|(_, child)| child));
        match inside {
            Some(child) => node = child,
            None => return node,
        }
    }
}

/// Every text of a run; the document itself is the first.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) files: Vec<File>,
    by_name: HashMap<Arc<str>, usize>,
    /// Why a file is not here, by its name.
    missing: HashMap<String, String>,
}

impl Library {
    /// Loads what the document's references lead to, and what theirs do.
    pub(crate) fn load(document: File, loader: Loader<'_>) -> Library {
        let by_name = HashMap::from([(Arc::clone(&document.name), 0)]);
        let mut library = Library { files: vec![document], by_name, missing: HashMap::new() };
        library.load_more(loader);
        library
    }

    /// Loads anew what references lead to, after they changed.
    pub(crate) fn load_again(&mut self, loader: Loader<'_>) {
        self.files.truncate(1);
        self.by_name.retain(|_, at| *at == 0);
        self.missing.clear();
        self.load_more(loader);
    }

    fn load_more(&mut self, loader: Loader<'_>) {
        let library = self;
        let mut bytes = library.files[0].text.len();
        let mut at = 0;
        while at < library.files.len() {
            let mut wanted = HashSet::new();
            external(&library.files[at].root, &mut wanted);
            let from = Arc::clone(&library.files[at].name);
            let mut wanted: Vec<String> = wanted.into_iter().map(|name| join(&from, name)).collect();
            wanted.sort();
            for name in wanted {
                if library.by_name.contains_key(&*name) || library.missing.contains_key(&name) {
                    continue;
                }
                match library.fetch(&name, bytes, loader) {
                    Ok(file) => {
                        bytes += file.text.len();
                        library.by_name.insert(Arc::clone(&file.name), library.files.len());
                        library.files.push(file);
                    }
                    Err(reason) => {
                        library.missing.insert(name, reason);
                    }
                }
            }
            at += 1;
        }
    }

    fn fetch(&self, name: &str, bytes: usize, loader: Loader<'_>) -> Result<File, String> {
        if self.files.len() >= MOST_FILES {
            return Err(format!("`{name}` is not read: references lead to more than {MOST_FILES} files"));
        }
        let text = loader(name).map_err(|reason| format!("`{name}` cannot be read: {reason}"))?;
        if bytes + text.len() > MOST_BYTES {
            return Err(format!(
                "`{name}` is not read: all files together are larger than {MOST_BYTES} bytes"
            ));
        }
        File::parse(name, text.into()).map_err(|e| {
            format!("`{name}` cannot be read: line {}, column {}: {}", e.line, e.column, e.message)
        })
    }

    /// The file a reference of another file names, the part before `#`.
    ///
    /// # Errors
    /// Why it is not here.
    pub(crate) fn find(&self, from: usize, target: &str) -> Result<usize, String> {
        if target.is_empty() {
            return Ok(from);
        }
        let name = join(&self.files[from].name, target);
        if let Some(at) = self.by_name.get(&*name) {
            return Ok(*at);
        }
        Err(self.missing.get(&name).cloned().unwrap_or_else(|| format!("`{name}` is not here")))
    }
}

/// The files that references name.
fn external<'a>(node: &'a Node, into: &mut HashSet<&'a str>) {
    if let Some(target) = node.get("$ref").and_then(Node::as_str) {
        let file = target.split('#').next().unwrap_or_default();
        if !file.is_empty() {
            into.insert(file);
        }
        return;
    }
    for item in node.items().unwrap_or_default() {
        external(item, into);
    }
    for (_, child) in node.fields().unwrap_or_default() {
        external(child, into);
    }
}

/// A relative name against the file that holds it; `.` and `..` are resolved.
pub(crate) fn join(from: &str, target: &str) -> String {
    // What a URL says is on its host, whatever it leads to.
    let origin =
        from.find("://").map_or(0, |at| from[at + 3..].find('/').map_or(from.len(), |end| at + 3 + end));
    if target.contains("://") {
        return target.to_owned();
    }
    if target.starts_with('/') {
        return format!("{}{target}", &from[..origin]);
    }
    if origin > 0 {
        let below = join(&from[origin..], target);
        return format!("{}/{}", &from[..origin], below.trim_start_matches('/'));
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_resolved_against_the_file_that_refers_to_it() {
        assert_eq!(join("api/openapi.yaml", "./schemas/a.yaml"), "api/schemas/a.yaml");
        assert_eq!(join("api/v1/openapi.yaml", "../common.yaml"), "api/common.yaml");
        assert_eq!(join("openapi.yaml", "../common.yaml"), "../common.yaml");
        assert_eq!(join("/a/b.yaml", "/c.yaml"), "/c.yaml");
        assert_eq!(join("https://h.example/a/b.yaml", "../c.yaml"), "https://h.example/c.yaml");
        assert_eq!(join("https://h.example/a/b.yaml", "/c.yaml"), "https://h.example/c.yaml");
        assert_eq!(
            join("https://h.example/a.yaml", "../../o.example/c.yaml"),
            "https://h.example/../../o.example/c.yaml"
        );
    }

    #[test]
    fn positions_count_utf16_units_from_zero() {
        let file = File::parse("a.yaml", "a: 1\n\"😀\": x\n".into()).unwrap();
        assert_eq!(file.position((1, 4)), (0, 3));
        assert_eq!(file.position((2, 6)), (1, 6));
    }

    #[test]
    fn files_that_refer_to_each_other_are_read_once_and_what_cannot_be_read_is_told() {
        let document =
            File::parse("a.yaml", "x: { $ref: 'b.yaml#/y' }\nz: { $ref: 'https://h/c' }".into()).unwrap();
        let read = std::cell::Cell::new(0);
        let library = Library::load(document, &|name| {
            read.set(read.get() + 1);
            match name {
                "https://h/c" => Err("is not fetched".to_owned()),
                "b.yaml" => Ok("y: { $ref: 'a.yaml#/x' }\nw: { $ref: 'gone.yaml' }".to_owned()),
                _ => Err("no such file".to_owned()),
            }
        });
        assert_eq!((library.files.len(), read.get()), (2, 3));
        assert!(library.find(0, "https://h/c").unwrap_err().contains("not fetched"));
        assert!(library.find(1, "gone.yaml").unwrap_err().contains("no such file"));
        assert_eq!(library.find(1, "a.yaml"), Ok(0));
    }
}
