//! Changes of a text that leave everything around them as it is written: comments, order, quotes, indentation.

use model::tree::{Key, Node};

use crate::{library::File, report::Position};

/// Bytes of a text that others take the place of.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) insert: String,
}

#[derive(Clone, Copy)]
pub(super) struct Source<'f> {
    pub(super) file: &'f File,
    pub(super) root: &'f Node,
    /// What lines end with.
    end_of_line: &'static str,
}

/// Words that YAML, or a reader of an earlier YAML, takes for something else than text.
const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];

/// A text as a value of YAML: plain where it can only be read as text.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        && !WORDS.contains(&&*text.to_ascii_lowercase());
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where the lines of a text begin.
pub(super) struct Lines {
    begins: Vec<usize>,
    is_ascii: bool,
}

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        let begins = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { begins, is_ascii: text.is_ascii() }
    }
}

/// The byte of a place; nothing where the text has no such place.
pub(super) fn byte_at(text: &str, lines: &Lines, place: Position) -> Option<usize> {
    let begin = *lines.begins.get(place.line as usize)?;
    if lines.is_ascii {
        let end = lines.begins.get(place.line as usize + 1).map_or(text.len(), |next| next - 1);
        return Some(begin + place.character as usize).filter(|at| *at <= end);
    }
    let mut units = 0;
    for (at, character) in text.get(begin..)?.char_indices() {
        if units >= place.character {
            return Some(begin + at);
        }
        if character == '\n' {
            return None;
        }
        units += u32::try_from(character.len_utf16()).unwrap_or_default();
    }
    (units >= place.character).then_some(text.len())
}

impl<'f> Source<'f> {
    pub(super) fn of(file: &'f File) -> Source<'f> {
        let end_of_line = if file.text().contains("\r\n") { "\r\n" } else { "\n" };
        Source { file, root: &file.root, end_of_line }
    }

    pub(super) fn at(self, keys: &[&str]) -> Option<&'f Node> {
        keys.iter().try_fold(self.root, |node, key| match node.items() {
            Some(items) => items.get(key.parse::<usize>().ok()?),
            None => node.get(key),
        })
    }

    /// Whether a value may be written once and mean several things, by an anchor: whoever changes it for one changes it for all.
    pub(super) fn shares(self) -> bool {
        let text = self.file.text().as_bytes();
        let begins = |byte: u8| byte.is_ascii_whitespace() || b"[{,:-".contains(&byte);
        let names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !self.is_json() && text.windows(3).any(|of| of[1] == b'&' && begins(of[0]) && names(of[2]))
    }

    /// Another field before the first of a mapping, in the way this one is written.
    pub(super) fn first_field(self, mapping: &Node, name: &str, plain: &str, json: &str) -> Option<Piece> {
        let fields = mapping.fields()?;
        let start = self.file.offset((mapping.line, mapping.column))?;
        let in_flow = self.file.text()[start..].starts_with('{');
        let Some((first, _)) = fields.first() else {
            // `{}`
            let rest = self.file.text()[start..].strip_prefix('{')?;
            let close = rest.find(|c: char| !c.is_whitespace())?;
            rest[close..].starts_with('}').then_some(())?;
            let insert =
                if self.is_json() { format!(" \"{name}\": {json} ") } else { format!(" {name}: {plain} ") };
            return Some(Piece { from: start + 1, to: start + 1 + close, insert });
        };
        // A field that comes of somewhere else, by a merge key, is not before this mapping.
        if !in_flow && (first.line, first.column) != (mapping.line, mapping.column) {
            return None;
        }
        let at = self.file.offset((first.line, first.column))?;
        if in_flow && (at <= start || at > self.file.offset(mapping.end)?) {
            return None;
        }
        let field = match self.file.is_quoted(first.line, first.column) && in_flow {
            true => format!("\"{name}\": {json}"),
            false => format!("{name}: {plain}"),
        };
        Some(self.before(first, at, &field, in_flow))
    }

    /// A field before another: on a line of its own where that has one.
    fn before(self, next: &Key, at: usize, field: &str, in_flow: bool) -> Piece {
        let comma = if in_flow { "," } else { "" };
        let line = at - self.column_bytes(next.line, at);
        let indent = &self.file.text()[line..at];
        let insert = match indent.chars().all(|c| c == ' ' || c == '\t') {
            true => {
                return Piece {
                    from: line,
                    to: line,
                    insert: format!("{indent}{field}{comma}{}", self.end_of_line),
                };
            }
            false if in_flow => format!("{field}, "),
            // The first field of an item of a list.
            false => {
                format!("{field}{}{}", self.end_of_line, " ".repeat(next.column.saturating_sub(1) as usize))
            }
        };
        Piece { from: at, to: at, insert }
    }

    /// A key without what it has after so many bytes.
    pub(super) fn cut_key(self, key: &Key, kept: usize) -> Option<Piece> {
        let start = self.file.offset((key.line, key.column))?;
        self.cut(start, &key.text, kept)
    }

    /// A text without what it has after so many bytes.
    pub(super) fn cut_text(self, node: &Node, kept: usize) -> Option<Piece> {
        let start = self.file.offset((node.line, node.column))?;
        self.cut(start, node.as_str()?, kept)
    }

    /// Only what is written as it is read: neither escaped nor over several lines.
    fn cut(self, start: usize, text: &str, kept: usize) -> Option<Piece> {
        let rest = &self.file.text()[start..];
        let quote = usize::from(rest.starts_with(['"', '\'']));
        rest.get(quote..)?.starts_with(text).then_some(())?;
        let from = start + quote;
        Some(Piece { from: from + kept, to: from + text.len(), insert: String::new() })
    }

    pub(super) fn replace_key(self, key: &Key, name: &str) -> Option<Piece> {
        let (from, to) =
            (self.file.offset((key.line, key.column))?, self.file.offset((key.line, key.end_column))?);
        Some(Piece { from, to, insert: name.to_owned() })
    }

    /// Another value in place of one of a single word.
    pub(super) fn replace(self, node: &Node, value: &str) -> Option<Piece> {
        let (from, to) = (self.file.offset((node.line, node.column))?, self.file.offset(node.end)?);
        let written = self.file.text().get(from..to)?;
        (node.scalar_text().as_deref() == Some(written)).then(|| Piece { from, to, insert: value.to_owned() })
    }

    /// An item of a list taken out, with its line where it has one.
    pub(super) fn remove_item(self, items: &[Node], at: usize) -> Option<Piece> {
        let text = self.file.text();
        let item = items.get(at)?;
        let (start, end) = self.whole(item)?;
        let line = start - self.column_bytes(item.line, start);
        // What is said beside a field of it would go, too.
        if text[start..end].contains(" #") {
            return None;
        }
        if text[line..start].trim_start().starts_with('-') && text[line..start].trim().len() == 1 {
            let stop = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
            // What is said beside it may be about something else.
            return text[end..stop].trim().is_empty().then(|| Piece {
                from: line,
                to: stop,
                insert: String::new(),
            });
        }
        let before = self.whole(items.get(at.checked_sub(1)?)?)?.1;
        let between = text.get(before..start)?;
        (between.trim() == ",").then(|| Piece { from: before, to: end, insert: String::new() })
    }

    /// From where to where a value is written, with the braces that it ends with.
    fn whole(self, node: &Node) -> Option<(usize, usize)> {
        let text = self.file.text();
        let (start, end) = self.file.extent(node);
        let (start, mut end) = (self.file.offset(start)?, self.file.offset(end)?);
        // The place that the parser gives the end of what is in braces may be before these.
        let mut open: Vec<char> = Vec::new();
        let mut inner = Some(node);
        while let Some(of) = inner {
            let begins = text.get(self.file.offset((of.line, of.column))?..)?;
            let last = match (of.items(), of.fields()) {
                (Some(items), _) => items.last(),
                (_, Some(fields)) => fields.last().map(|(_, value)| value),
                _ => None,
            };
            match begins.chars().next() {
                Some('{') if of.fields().is_some() && last.is_some() => open.push('}'),
                Some('[') if of.items().is_some() && last.is_some() => open.push(']'),
                _ => {}
            }
            inner = last;
        }
        while let Some(close) = open.pop() {
            let rest = text.get(end..)?;
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ',']).len();
            rest.get(blank..)?.starts_with(close).then_some(())?;
            end += blank + 1;
        }
        Some((start, end))
    }

    /// A tag after the last of a list that has some.
    pub(super) fn tag_after(self, tags: &Node, tag: &str) -> Option<Piece> {
        let text = self.file.text();
        let last = tags.items()?.last()?;
        let (start, end) = self.file.extent(last);
        let (start, end) = (self.file.offset(start)?, self.file.offset(end)?);
        let line = start - self.column_bytes(last.line, start);
        let list = self.file.offset((tags.line, tags.column))?;
        if text[list..].starts_with('[') {
            // The end of a mapping in braces is after its brace, or before: that is looked for.
            let end = match text[start..].starts_with('{') {
                true if !text[start..end].ends_with('}') => end + text[end..].find('}')? + 1,
                _ => end,
            };
            let lead = match text[line..start].trim().is_empty() {
                true => format!(",{}{}", self.end_of_line, &text[line..start]),
                false => ", ".to_owned(),
            };
            return Some(Piece { from: end, to: end, insert: format!("{lead}{}", self.tag(tag)) });
        }
        let dash = &text[line..start];
        (dash.trim() == "-").then_some(())?;
        let stop = text[end..].find('\n').map_or(text.len(), |at| end + at);
        // A bracket that is still open, or anything else that is no comment.
        let rest = text[end..stop].trim();
        (rest.is_empty() || rest.starts_with('#') || rest == "}").then_some(())?;
        let stop = if text[..stop].ends_with('\r') { stop - 1 } else { stop };
        let indent = &dash[..dash.find('-')?];
        Some(Piece {
            from: stop,
            to: stop,
            insert: format!("{}{indent}- name: {}", self.end_of_line, scalar(tag)),
        })
    }

    /// A list of tags before the paths, and before what is said of these above them.
    pub(super) fn tags_before_paths(self, tags: &[&str]) -> Option<Piece> {
        let text = self.file.text();
        let end = self.end_of_line;
        if let Some(present) = self.root.get("tags") {
            // `tags: []`
            let from = self.file.offset((present.line, present.column))?;
            let close = text[from..].strip_prefix('[')?.trim_start();
            close.starts_with(']').then_some(())?;
            let to = from + text[from..].find(']')? + 1;
            return Some(Piece { from, to, insert: self.tag_list(tags) });
        }
        let (paths, _) = self.root.entry("paths")?;
        let at = self.file.offset((paths.line, paths.column))?;
        let start = self.file.offset((self.root.line, self.root.column))?;
        if text[start..].starts_with('{') {
            let field = match self.file.is_quoted(paths.line, paths.column) {
                true => format!("\"tags\": {}", self.tag_list(tags)),
                false => format!("tags: {}", self.tag_list(tags)),
            };
            return Some(self.before(paths, at, &field, true));
        }
        let mut line = at - self.column_bytes(paths.line, at);
        text[line..at].trim().is_empty().then_some(())?;
        let indent = text[line..at].to_owned();
        while let Some(above) = text[..line].strip_suffix('\n') {
            let begin = above.rfind('\n').map_or(0, |at| at + 1);
            if !text[begin..line].trim_start().starts_with('#') {
                break;
            }
            line = begin;
        }
        let mut insert = format!("{indent}tags:{end}");
        for tag in tags {
            insert.push_str(&format!("{indent}  - name: {}{end}", scalar(tag)));
        }
        Some(Piece { from: line, to: line, insert })
    }

    fn tag_list(self, tags: &[&str]) -> String {
        let all: Vec<String> = tags.iter().map(|tag| self.tag(tag)).collect();
        format!("[{}]", all.join(", "))
    }

    /// In braces.
    fn tag(self, tag: &str) -> String {
        match self.is_json() {
            true => format!("{{ \"name\": {} }}", quoted(tag)),
            false => format!("{{ name: {} }}", scalar(tag)),
        }
    }

    fn is_json(self) -> bool {
        self.file.text().trim_start().starts_with('{')
    }

    /// The bytes of a line before a byte of it.
    fn column_bytes(self, line: u32, at: usize) -> usize {
        self.file.offset((line, 1)).map_or(0, |begin| at.saturating_sub(begin))
    }
}
