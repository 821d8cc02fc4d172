//! What mends a finding where nothing has to be guessed: pieces of the text change, and everything around them stays as it is written.

mod text;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use model::tree::{Content, Node};

use self::text::{Lines, Piece, Source, scalar};
use crate::{
    library::Library,
    oas::METHODS,
    report::{Diagnostic, Range},
};

/// What mends a finding. Its edits are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: `Remove the slash`.
    pub title: String,
    pub edits: Vec<Edit>,
}

/// A piece of the text that another takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: Range,
    pub insert: String,
}

/// Tags that one fix declares.
const MOST_TAGS: usize = 1000;

/// Gives the findings of the document, the first of the files, what mends them.
pub(crate) fn add(library: &Library, diagnostics: &mut [Diagnostic]) {
    let file = &library.files[0];
    if diagnostics.iter().all(|one| !KNOWN.contains(&&*one.code)) || file.text().starts_with('\u{feff}') {
        return;
    }
    let source = Source::of(file);
    let mut fixes = Fixes {
        source,
        library,
        ids: None,
        shares: OnceCell::new(),
        tags: None,
        renamed: None,
        referred: None,
    };
    for one in diagnostics.iter_mut().filter(|one| one.source == file.name) {
        let Some((title, pieces)) = fixes.of(&one.code, &one.path) else { continue };
        let edits = pieces
            .into_iter()
            .map(|piece| Edit { range: file.range_of(piece.from, piece.to), insert: piece.insert });
        one.fix = Some(Box::new(Fix { title, edits: edits.collect() }));
    }
}

/// A text with fixes made, and how many were: of those that are about the same piece, one.
pub fn mend<'f>(text: &str, fixes: impl IntoIterator<Item = &'f Fix>) -> (String, usize) {
    let lines = Lines::of(text);
    let mut taken = Taken::default();
    let mut made = 0;
    for fix in fixes {
        let places: Option<Vec<Place<'f>>> = fix
            .edits
            .iter()
            .map(|edit| {
                let from = text::byte_at(text, &lines, edit.range.start)?;
                let to = text::byte_at(text, &lines, edit.range.end)?;
                (from <= to).then_some((from, to, edit.insert.as_str()))
            })
            .collect();
        let Some(places) = places else { continue };
        if places.iter().all(|place| taken.has(place)) {
            made += 1;
        } else if places.iter().all(|place| taken.has_room(place)) {
            taken.take(places);
            made += 1;
        }
    }
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to, insert) in taken.in_order() {
        mended.push_str(text.get(at..from).unwrap_or_default());
        mended.push_str(insert);
        at = to;
    }
    mended.push_str(text.get(at..).unwrap_or_default());
    (mended, made)
}

/// Bytes from and to, and what takes their place.
type Place<'f> = (usize, usize, &'f str);

/// Places that are changed, none of which is within another; by where they begin.
#[derive(Default)]
struct Taken<'f>(BTreeMap<usize, Vec<(usize, &'f str)>>);

impl<'f> Taken<'f> {
    fn has(&self, (from, to, insert): &Place<'f>) -> bool {
        self.0.get(from).is_some_and(|all| all.contains(&(*to, insert)))
    }

    fn has_room(&self, (from, to, _): &Place<'f>) -> bool {
        // Two that only add something at one place do not disturb each other.
        let adds = |all: &[(usize, &str)]| to == from && all.iter().all(|(end, _)| end == from);
        let before =
            self.0.range(..*from).next_back().and_then(|(_, all)| all.iter().map(|(end, _)| *end).max());
        before.is_none_or(|end| end <= *from)
            && self.0.get(from).is_none_or(|all| adds(all))
            && (from + 1 >= *to || self.0.range(from + 1..*to).next().is_none())
    }

    fn take(&mut self, places: Vec<Place<'f>>) {
        places.into_iter().for_each(|(from, to, insert)| self.0.entry(from).or_default().push((to, insert)));
    }

    fn in_order(self) -> impl Iterator<Item = Place<'f>> {
        self.0.into_iter().flat_map(|(from, all)| all.into_iter().map(move |(to, insert)| (from, to, insert)))
    }
}

/// The rules some of whose findings can be mended.
const KNOWN: [&str; 19] = [
    "operation-operationId",
    "operation-parameters",
    "operation-tag-defined",
    "openapi-tags-uniqueness",
    "path-keys-no-trailing-slash",
    "path-params",
    "oas3-server-trailing-slash",
    "oas2-host-trailing-slash",
    "duplicated-entry-in-enum",
    "oas3_2-no-deprecated-xml-attribute",
    "asyncapi-channel-no-trailing-slash",
    "asyncapi-3-channel-no-trailing-slash",
    "asyncapi-headers-schema-type-object",
    "asyncapi-3-headers-schema-type-object",
    "asyncapi-operation-operationId",
    "asyncapi-server-no-trailing-slash",
    "asyncapi-3-server-no-trailing-slash",
    "asyncapi-tags-uniqueness",
    "asyncapi-3-tags-uniqueness",
];

type Made = (String, Vec<Piece>);

struct Fixes<'f> {
    source: Source<'f>,
    library: &'f Library,
    /// Names for operations that have none, by path and method; made when one is asked for.
    ids: Option<HashMap<(&'f str, &'f str), String>>,
    /// See [`Source::shares`].
    shares: OnceCell<bool>,
    /// Tags that operations have and nobody declares, in the order of the text.
    tags: Option<Vec<&'f str>>,
    /// How often each path, or channel, would be there without slashes at the end.
    renamed: Option<HashMap<String, usize>>,
    /// Paths and channels that references lead into, as they write them.
    referred: Option<HashSet<String>>,
}

impl<'f> Fixes<'f> {
    fn of(&mut self, code: &str, path: &[String]) -> Option<Made> {
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        match (code, keys.as_slice()) {
            ("operation-operationId", ["paths", ..])
            | ("asyncapi-operation-operationId", ["channels", ..]) => self.operation_id(&keys),
            ("operation-tag-defined", [.., "tags", _]) => self.declare(&keys),
            ("path-keys-no-trailing-slash", ["paths", key])
            | ("asyncapi-channel-no-trailing-slash", ["channels", key]) => self.without_slash(keys[0], key),
            ("asyncapi-3-channel-no-trailing-slash", ["channels", _, "address"]) => {
                self.channel_address(&keys)
            }
            ("path-params", [.., "parameters", _]) => self.required(&keys),
            (
                "oas3-server-trailing-slash"
                | "oas2-host-trailing-slash"
                | "asyncapi-server-no-trailing-slash"
                | "asyncapi-3-server-no-trailing-slash",
                [.., "url" | "host"],
            ) => self.address(&keys),
            (
                "openapi-tags-uniqueness" | "asyncapi-tags-uniqueness" | "asyncapi-3-tags-uniqueness",
                [list @ .., at, "name"],
            ) => self.said_before(list, at, "tag"),
            ("operation-parameters", [list @ .., at]) => self.said_before(list, at, "parameter"),
            (
                "asyncapi-headers-schema-type-object" | "asyncapi-3-headers-schema-type-object",
                [.., "headers"],
            ) => self.object(&keys),
            ("duplicated-entry-in-enum", [.., "enum"]) => self.once(&keys),
            ("oas3_2-no-deprecated-xml-attribute", [.., "xml"]) => self.node_type(&keys),
            _ => None,
        }
    }

    fn shares(&self) -> bool {
        *self.shares.get_or_init(|| self.source.shares())
    }

    fn operation_id(&mut self, keys: &[&str]) -> Option<Made> {
        let [_, path, method] = *keys else { return None };
        let source = self.source;
        let operation = source.at(keys)?;
        // A trait may name it.
        let is_named = operation.get("operationId").is_some() || operation.get("traits").is_some();
        if is_named || self.shares() {
            return None;
        }
        let library = self.library;
        let ids = self.ids.get_or_insert_with(|| new_ids(source.root, library));
        let id = ids.get(&(path, method))?;
        let piece = source.first_field(operation, "operationId", &scalar(id), &format!("{id:?}"))?;
        Some((format!("Call it {id}"), vec![piece]))
    }

    /// The name of a path or channel, where no other is called so and nothing refers to it by its name.
    fn without_slash(&mut self, among: &str, path: &str) -> Option<Made> {
        let library = self.library;
        let referred = self.referred.get_or_insert_with(|| {
            let mut referred = HashSet::new();
            library.files.iter().for_each(|file| references(&file.root, &mut referred));
            referred
        });
        if referred.contains(path) {
            return None;
        }
        let paths = self.source.root.get(among)?.fields()?;
        let counts = self.renamed.get_or_insert_with(|| {
            let mut counts = HashMap::new();
            paths.iter().for_each(|(key, _)| *counts.entry(shape(&key.text)).or_default() += 1);
            counts
        });
        let (key, _) = paths.iter().find(|(key, _)| &*key.text == path)?;
        let kept = key.text.trim_end_matches('/');
        if kept.is_empty() || counts.get(&shape(path)) != Some(&1) {
            return None;
        }
        let piece = self.source.cut_key(key, kept.len())?;
        Some(("Remove the slash at the end".to_owned(), vec![piece]))
    }

    fn address(&self, keys: &[&str]) -> Option<Made> {
        let node = self.source.at(keys)?;
        let text = node.as_str()?;
        let kept = text.trim_end_matches('/');
        if kept.is_empty() || kept.ends_with(':') || kept.len() == text.len() {
            return None;
        }
        let piece = self.source.cut_text(node, kept.len())?;
        Some(("Remove the slash at the end".to_owned(), vec![piece]))
    }

    /// The address of a channel, where no other channel has that.
    fn channel_address(&self, keys: &[&str]) -> Option<Made> {
        let address = self.source.at(keys)?.as_str()?;
        let channels = self.source.root.get("channels")?.fields()?.iter();
        let addresses = channels.filter_map(|(_, channel)| channel.get("address")?.as_str());
        let same = addresses.filter(|other| shape(other) == shape(address)).count();
        if same == 1 { self.address(keys) } else { None }
    }

    /// An item of a list that says nothing which one before it does not say.
    fn said_before(&self, list: &[&str], at: &str, what: &str) -> Option<Made> {
        let items = self.source.at(list)?.items()?;
        let at: usize = at.parse().ok()?;
        let said = items.get(at)?.to_value();
        let is_in = |known: &serde_json::Value| match (known, &said) {
            (serde_json::Value::Object(known), serde_json::Value::Object(said)) => {
                said.contains_key("name") && said.iter().all(|(field, value)| known.get(field) == Some(value))
            }
            (known, said) => known == said,
        };
        if self.shares() || !items[..at].iter().any(|item| item.to_value() == said || is_in(&item.to_value()))
        {
            return None;
        }
        let piece = self.source.remove_item(items, at)?;
        Some((format!("Remove the {what} that stands twice"), vec![piece]))
    }

    /// Headers that do not say what all headers are.
    fn object(&self, keys: &[&str]) -> Option<Made> {
        let headers = self.source.at(keys)?;
        if headers.get("type").is_some() || headers.get("$ref").is_some() || self.shares() {
            return None;
        }
        let piece = self.source.first_field(headers, "type", "object", "\"object\"")?;
        Some(("Say that it is an object".to_owned(), vec![piece]))
    }

    /// A parameter of a path that does not say what every parameter of a path is.
    fn required(&self, keys: &[&str]) -> Option<Made> {
        let parameter = self.source.at(keys)?;
        if parameter.get("in")?.as_str() != Some("path") || parameter.get("$ref").is_some() {
            return None;
        }
        let piece = match parameter.entry("required") {
            None => self.source.first_field(parameter, "required", "true", "true")?,
            Some((_, said)) if said.as_bool() == Some(false) => self.source.replace(said, "true")?,
            Some(_) => return None,
        };
        Some(("Say that it is required".to_owned(), vec![piece]))
    }

    /// An operation's tag among those of the document.
    fn declare(&mut self, keys: &[&str]) -> Option<Made> {
        let source = self.source;
        let tag = source.at(keys)?.as_str()?;
        let unknown = self.tags.get_or_insert_with(|| undeclared(source.root));
        if unknown.len() > MOST_TAGS || !unknown.contains(&tag) {
            return None;
        }
        if let Some(piece) = source.root.get("tags").and_then(|tags| source.tag_after(tags, tag)) {
            return Some((format!("Declare the tag {tag}"), vec![piece]));
        }
        // Where none is declared, all are at once: each alone would begin the list anew.
        let piece = source.tags_before_paths(unknown)?;
        let title = match unknown.len() {
            1 => format!("Declare the tag {tag}"),
            many => format!("Declare the {many} tags that operations have"),
        };
        Some((title, vec![piece]))
    }

    /// Every value of a list the first time alone.
    fn once(&self, keys: &[&str]) -> Option<Made> {
        let items = self.source.at(keys)?.items()?;
        let mut seen: Vec<&Node> = Vec::new();
        let mut pieces = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if matches!(item.content, Content::List(_) | Content::Mapping(_)) {
                return None;
            }
            if seen.iter().any(|known| known.to_value() == item.to_value()) {
                pieces.push(self.source.remove_item(items, at)?);
            } else {
                seen.push(item);
            }
        }
        let title = match pieces.len() {
            0 => return None,
            1 => "Remove the value that stands twice".to_owned(),
            many => format!("Remove {many} values that stood before"),
        };
        Some((title, pieces))
    }

    /// `attribute: true`, as OpenAPI 3.2 says it.
    fn node_type(&self, keys: &[&str]) -> Option<Made> {
        let xml = self.source.at(keys)?;
        let (key, said) = xml.entry("attribute")?;
        if said.as_bool() != Some(true) || xml.get("nodeType").is_some() {
            return None;
        }
        let is_quoted = self.source.file.is_quoted(key.line, key.column);
        let (name, value) =
            if is_quoted { ("\"nodeType\"", "\"attribute\"") } else { ("nodeType", "attribute") };
        let pieces = vec![self.source.replace_key(key, name)?, self.source.replace(said, value)?];
        Some(("Say nodeType: attribute".to_owned(), pieces))
    }
}

/// Tags of operations that are not among those of the document.
fn undeclared(root: &Node) -> Vec<&str> {
    let declared = root.get("tags").and_then(Node::items).unwrap_or_default();
    let mut seen: HashSet<&str> = declared.iter().filter_map(|tag| tag.get("name")?.as_str()).collect();
    let tags = operations(root)
        .flat_map(|(.., operation)| operation.get("tags").and_then(Node::items).unwrap_or_default());
    tags.filter_map(Node::as_str).filter(|tag| seen.insert(tag)).collect()
}

fn operations(root: &Node) -> impl Iterator<Item = (&str, &str, &Node)> {
    let of = |field| root.get(field).and_then(Node::fields).unwrap_or_default().iter();
    of("paths").chain(of("channels")).flat_map(|(path, item)| {
        let fields = item.fields().unwrap_or_default().iter();
        let named = fields.filter(|(method, _)| {
            METHODS.contains(&&*method.text) || matches!(&*method.text, "publish" | "subscribe")
        });
        named.map(|(method, operation)| (&*path.text, &*method.text, operation))
    })
}

/// A path without slashes at its end and without names of parameters: two of the same are one.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut rest = path.trim_end_matches('/');
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    shape + rest
}

/// Paths and channels that references lead into.
fn references(node: &Node, into: &mut HashSet<String>) {
    for item in node.items().unwrap_or_default() {
        references(item, into);
    }
    for (key, value) in node.fields().unwrap_or_default() {
        if &*key.text == "$ref"
            && let Some(reference) = value.as_str()
            && let Some((_, pointer)) = reference.split_once('#')
            && let ["", "paths" | "channels", name, ..] = pointer.split('/').collect::<Vec<_>>()[..]
        {
            let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            into.insert(name.replace("~1", "/").replace("~0", "~"));
        }
        references(value, into);
    }
}

/// A name for each operation that has none, of its method and path; none that is there.
fn new_ids<'r>(root: &'r Node, library: &Library) -> HashMap<(&'r str, &'r str), String> {
    let mut taken = HashSet::new();
    library.files.iter().for_each(|file| known_ids(&file.root, &mut taken));
    let mut ids = HashMap::new();
    for (path, method, operation) in operations(root) {
        if operation.get("operationId").is_some() || operation.fields().is_none() {
            continue;
        }
        let name = id_of(method, path);
        let mut id = name.clone();
        let mut next = 2;
        while !taken.insert(id.clone()) {
            id = format!("{name}{next}");
            next += 1;
        }
        ids.insert((path, method), id);
    }
    ids
}

fn known_ids(node: &Node, taken: &mut HashSet<String>) {
    for item in node.items().unwrap_or_default() {
        known_ids(item, taken);
    }
    for (key, value) in node.fields().unwrap_or_default() {
        if &*key.text == "operationId"
            && let Some(id) = value.as_str()
        {
            taken.insert(id.to_owned());
        }
        known_ids(value, taken);
    }
}

/// `GET /orders/{order-id}/lines` is `getOrdersByOrderIdLines`, publishing in `light/{id}` is `publishLightById`.
fn id_of(method: &str, path: &str) -> String {
    let mut id = method.to_ascii_lowercase();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if segment.starts_with('{') {
            id.push_str("By");
        }
        for word in segment.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            let (first, rest) = word.split_at(1);
            id.push_str(&first.to_ascii_uppercase());
            id.push_str(rest);
        }
    }
    if path.trim_matches('/').is_empty() {
        id.push_str("Root");
    }
    id
}
