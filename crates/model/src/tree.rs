//! YAML and JSON with the place of every key and value, for messages that name a line.

mod json;
mod scalar;
mod yaml;

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use serde::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::{Finding, Place};

/// Bounds on a document, against hostile input.
#[derive(Clone, Copy, Debug)]
pub struct TreeLimits {
    /// Nesting of mappings and lists; at most 512 is honored.
    pub depth: usize,
    /// Nodes of one text. Aliases may repeat an eighth of this, counted each time, long text once per 64 bytes.
    pub nodes: usize,
    /// A key that stands twice is kept twice, instead of being refused.
    pub duplicate_keys: bool,
}

impl Default for TreeLimits {
    fn default() -> TreeLimits {
        TreeLimits { depth: 128, nodes: 4_000_000, duplicate_keys: false }
    }
}

impl TreeLimits {
    /// The JSON reader recurses, so that no caller's limit may exhaust the stack.
    const MOST_DEPTH: usize = 512;

    fn depth(&self) -> usize {
        self.depth.min(TreeLimits::MOST_DEPTH)
    }
}

/// A document of a text, with its places.
#[derive(Clone, Debug)]
pub struct Document {
    pub file: Arc<str>,
    pub root: Node,
}

/// A value and where it stands (line and column from 1, columns in characters).
#[derive(Clone, Debug)]
pub struct Node {
    pub line: u32,
    pub column: u32,
    /// Just after it; of a list or mapping that has items, just after the last of them.
    pub end: (u32, u32),
    pub content: Content,
}

#[derive(Clone, Debug)]
pub enum Content {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    List(Box<[Node]>),
    /// In the order of the text; no key twice, unless the limits allow it.
    Mapping(Box<[(Key, Node)]>),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub struct Key {
    pub text: Box<str>,
    pub line: u32,
    pub column: u32,
    /// The column just after it.
    pub end_column: u32,
}

/// Reads every document of a YAML text (`---` between them), or one JSON value. Documents that hold nothing are left out.
///
/// A text whose first character is `{` or `[` is read as JSON; where it is not valid JSON, it is at most [`LONGEST_FLOW`] bytes, and
/// the file is not named `.json`, as YAML. Anything else is YAML 1.2 with the core schema (`yes` and `on` are strings), and merge keys (`<<`) as in YAML 1.1.
/// Keys that are numbers or booleans, such as `200:`, become strings.
///
/// # Errors
/// One finding with its place: a syntax error, a duplicate key, a key that is no scalar, or a limit passed.
pub fn parse(text: &str, file: &str, limits: TreeLimits) -> Result<Vec<Document>, Finding> {
    read(text, file, limits).map(|(documents, _)| documents)
}

/// What a text of JSON is from a place on, which is just after a value, within mappings and lists that are open there: `true` for
/// lists, the outermost first. Reading the whole text would complain of the same.
///
/// # Errors
/// Those of [`parse`].
pub fn json_rest(
    text: &str,
    (byte, line, column): (usize, u32, u32),
    open: &[bool],
    limits: TreeLimits,
) -> Result<(), Finding> {
    json::rest(text, (byte, line, column), open, limits).map_err(|fault| fault.finding("".into()))
}

/// How a text turned out to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Json,
    Yaml {
        /// A part of it is named, to stand elsewhere too.
        anchors: bool,
    },
}

/// As [`parse`], and says how the text is written.
///
/// # Errors
/// Those of [`parse`].
pub fn read(text: &str, file: &str, limits: TreeLimits) -> Result<(Vec<Document>, Written), Finding> {
    let file: Arc<str> = file.into();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let as_yaml =
        |text: &str| yaml::read(text, limits).map(|(roots, anchors)| (roots, Written::Yaml { anchors }));
    let read = if text.trim_start().starts_with(['{', '[']) {
        match json::read(text, limits) {
            Ok(root) => Ok((vec![root], Written::Json)),
            Err(fault) if fault.rule != SYNTAX || !may_be_flow(text, &file) => Err(fault),
            Err(fault) => as_yaml(text).map_err(|of_yaml| if is_yaml(&file) { of_yaml } else { fault }),
        }
    } else {
        as_yaml(text)
    };
    match read {
        Ok((roots, written)) => {
            let document = |root| Document { file: Arc::clone(&file), root };
            Ok((roots.into_iter().map(document).collect(), written))
        }
        Err(fault) => Err(fault.finding(file)),
    }
}

/// Reads one value out of the middle of a text of JSON: the one that begins at a byte, which is in a line and column, below so many
/// mappings and lists. It is told with the byte just after it, wherever that is, and is what reading the whole text would make of
/// it, which would also complain of the same.
///
/// # Errors
/// Those of [`parse`].
pub fn json_value(
    text: &str,
    (byte, line, column): (usize, u32, u32),
    depth: usize,
    limits: TreeLimits,
) -> Result<(Node, usize), Finding> {
    json::value(text, (byte, line, column), depth, limits).map_err(|fault| fault.finding("".into()))
}

const SYNTAX: &str = "syntax";
const DUPLICATE_KEY: &str = "duplicate-key";
const TOO_DEEP: &str = "too-deep";
const TOO_LARGE: &str = "too-large";

/// Why a text could not be read, and where.
#[derive(Debug)]
struct Fault {
    rule: &'static str,
    message: String,
    line: u32,
    column: u32,
}

impl Fault {
    fn finding(self, file: Arc<str>) -> Finding {
        Finding::error(self.rule, self.message).at(Place { file, line: self.line, column: self.column })
    }
}

/// A text that begins as JSON, and is longer than this many bytes, is JSON: people who write that much YAML do not begin it with a
/// bracket, and reading all of it a second time would take long.
pub const LONGEST_FLOW: usize = 256 << 10;

/// Whether a text that begins as JSON, and is none, may be YAML.
pub fn may_be_flow(text: &str, file: &str) -> bool {
    let ends_with_json =
        file.get(file.len().saturating_sub(5)..).is_some_and(|end| end.eq_ignore_ascii_case(".json"));
    !ends_with_json && text.len() <= LONGEST_FLOW
}

fn is_yaml(file: &str) -> bool {
    file.ends_with(".yaml") || file.ends_with(".yml")
}

/// The first key that an earlier one of the same mapping equals, with that earlier one.
fn duplicate(fields: &[(Key, Node)]) -> Option<(&Key, &Key)> {
    if fields.len() <= 12 {
        return fields.iter().enumerate().find_map(|(at, (key, _))| {
            let (earlier, _) = fields[..at].iter().find(|(earlier, _)| earlier.text == key.text)?;
            Some((key, earlier))
        });
    }
    let mut seen = HashSet::with_capacity(fields.len());
    let (key, _) = fields.iter().find(|(key, _)| !seen.insert(&*key.text))?;
    let (earlier, _) = fields.iter().find(|(earlier, _)| earlier.text == key.text)?;
    Some((key, earlier))
}

/// Where the last item of a list or mapping ends.
fn last(content: &Content) -> Option<(u32, u32)> {
    match content {
        Content::List(items) => items.last().map(|item| item.end),
        Content::Mapping(fields) => fields.last().map(|(_, value)| value.end),
        _ => None,
    }
}

fn duplicate_fault(key: &Key, earlier: &Key) -> Fault {
    Fault {
        rule: DUPLICATE_KEY,
        message: format!(
            "the key `{}` stands twice in this mapping, first in line {}",
            key.text, earlier.line
        ),
        line: key.line,
        column: key.column,
    }
}

fn too_deep(limit: usize, line: u32, column: u32) -> Fault {
    Fault { rule: TOO_DEEP, message: format!("nested deeper than {limit} levels"), line, column }
}

fn too_large(limit: usize, line: u32, column: u32) -> Fault {
    Fault { rule: TOO_LARGE, message: format!("more than {limit} values"), line, column }
}

impl Document {
    /// The place of a field given as a path such as `policies[0].rate-limit.window`, or of its nearest ancestor that exists.
    ///
    /// Names that contain dots or brackets are found too: the longest key that fits is taken.
    pub fn place(&self, field: &str) -> Place {
        let mut at = (self.root.line, self.root.column);
        let mut node = &self.root;
        let mut rest = field.trim_start_matches('.');
        while !rest.is_empty() {
            let step = match &node.content {
                Content::Mapping(fields) => longest_key(fields, rest),
                Content::List(items) => indexed(items, rest),
                _ => None,
            };
            let Some((line, column, child, after)) = step else { break };
            at = (line, column);
            node = child;
            rest = after.strip_prefix('.').unwrap_or(after);
        }
        Place { file: Arc::clone(&self.file), line: at.0, column: at.1 }
    }

    pub fn to_value(&self) -> Value {
        self.root.to_value()
    }
}

type Step<'a> = (u32, u32, &'a Node, &'a str);

fn longest_key<'a>(fields: &'a [(Key, Node)], rest: &'a str) -> Option<Step<'a>> {
    fields
        .iter()
        .filter_map(|(key, node)| {
            let after = rest.strip_prefix(&*key.text)?;
            let ends = after.is_empty() || after.starts_with(['.', '[']);
            (ends && !key.text.is_empty()).then_some((key, node, after))
        })
        .min_by_key(|(_, _, after)| after.len())
        .map(|(key, node, after)| (key.line, key.column, node, after))
}

fn indexed<'a>(items: &'a [Node], rest: &'a str) -> Option<Step<'a>> {
    let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
    let node = items.get(index.parse::<usize>().ok()?)?;
    Some((node.line, node.column, node, after))
}

impl Node {
    /// The value of a field, where this is a mapping that has it.
    pub fn get(&self, field: &str) -> Option<&Node> {
        self.fields()?.iter().find(|(key, _)| &*key.text == field).map(|(_, node)| node)
    }

    /// A field with its key.
    pub fn entry(&self, field: &str) -> Option<&(Key, Node)> {
        self.fields()?.iter().find(|(key, _)| &*key.text == field)
    }

    /// The fields, where this is a mapping.
    pub fn fields(&self) -> Option<&[(Key, Node)]> {
        match &self.content {
            Content::Mapping(fields) => Some(fields),
            _ => None,
        }
    }

    /// The items, where this is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text, where this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.content {
            Content::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A string as it is, a number or boolean as text: for fields where authors forget the quotes.
    pub fn scalar_text(&self) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::Text(text) => Some(Cow::Borrowed(text)),
            Content::Number(number) => Some(Cow::Owned(number.to_string())),
            Content::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            _ => None,
        }
    }

    /// What this is, for messages: `a list`.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing",
            Content::Bool(_) => "a boolean",
            Content::Number(_) => "a number",
            Content::Text(_) => "a string",
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
        }
    }

    pub fn to_value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.to_string()),
            Content::List(items) => items.iter().map(Node::to_value).collect(),
            Content::Mapping(fields) => {
                fields.iter().map(|(key, node)| (key.text.to_string(), node.to_value())).collect()
            }
        }
    }
}

/// As plain JSON, without places.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Null => serializer.serialize_unit(),
            Content::Bool(value) => serializer.serialize_bool(*value),
            Content::Number(number) => number.serialize(serializer),
            Content::Text(text) => serializer.serialize_str(text),
            Content::List(items) => serializer.collect_seq(items),
            Content::Mapping(fields) => {
                serializer.collect_map(fields.iter().map(|(key, node)| (&*key.text, node)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
