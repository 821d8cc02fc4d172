//! The schemas of some documents: where each is, and what was made of it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{
    Json, Reading,
    compile::{Compiler, children},
    fault::push_token,
    rules::{Keyword, Node, Pattern, Types},
    slots::Slots,
    uri,
};

/// Where documents come from.
pub trait Documents: Send + Sync {
    /// What stands at a JSON pointer of a document; the main one has the address `""`.
    fn get(&self, uri: &str, pointer: &str) -> Option<Cow<'_, Json>>;

    /// Calls with every part of a document that may hold `$id`, `$anchor` and the like, and its pointer.
    fn parts(&self, uri: &str, with: &mut dyn FnMut(&str, &Json));
}

/// One of [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(pub(crate) u32);

/// Schemas of some documents, each compiled when it is first asked about.
pub struct Schemas {
    pub(crate) reading: Reading,
    pub(crate) keeps_examples: bool,
    documents: Arc<dyn Documents>,
    slots: Slots<Slot>,
    index: Mutex<Index>,
}

/// A schema that others can refer to.
pub(crate) struct Slot {
    uri: Box<str>,
    pointer: Box<str>,
    /// The address of the schema resource it belongs to.
    pub(crate) base: Arc<str>,
    /// Where it does not stand in a document.
    inline: Option<Json>,
    node: OnceLock<Node>,
}

/// A pointer, and the address of the resource that begins there.
type Base = (Box<str>, Arc<str>);
/// The address of a resource, and a name in it.
type Anchor = (Arc<str>, Box<str>);
/// The document and the pointer of a name, and whether it is dynamic.
type Anchored = (Box<str>, Box<str>, bool);

#[derive(Default)]
struct Index {
    places: HashMap<(Box<str>, Box<str>), u32>,
    known: HashSet<Box<str>>,
    /// Schema resources by address: the document and the pointer they stand at.
    resources: HashMap<Box<str>, (Box<str>, Box<str>)>,
    /// Of each document, pointers with the resource that begins there.
    bases: HashMap<Box<str>, Vec<Base>>,
    /// By resource and name; whether it is dynamic.
    anchors: HashMap<Anchor, Anchored>,
    patterns: HashMap<Box<str>, Arc<Pattern>>,
}

/// What a reference leads to.
pub(crate) struct Target {
    pub(crate) slot: u32,
    /// The reference named an anchor that is dynamic.
    pub(crate) dynamic: bool,
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schemas").field("reading", &self.reading).finish_non_exhaustive()
    }
}

impl Schemas {
    pub fn new(reading: Reading, documents: Arc<dyn Documents>) -> Schemas {
        Schemas {
            reading,
            keeps_examples: false,
            documents,
            slots: Slots::default(),
            index: Mutex::default(),
        }
    }

    /// Keeps what authors give as examples and defaults, for those who make values ([`Schemas::make`]).
    #[must_use]
    pub fn keeping_examples(self) -> Schemas {
        Schemas { keeps_examples: true, ..self }
    }

    /// The schema at a pointer of the main document.
    pub fn at(&self, pointer: &str) -> Option<Id> {
        self.find("", pointer).map(|target| Id(target.slot))
    }

    /// The schema an address with or without a fragment names.
    pub fn named(&self, reference: &str) -> Option<Id> {
        self.resolve("", reference).map(|target| Id(target.slot))
    }

    /// A schema that stands in no document. `pointer` tells it from others; its references are those of the main document.
    pub fn inline(&self, pointer: &str, schema: Json) -> Option<Id> {
        let mut index = self.index();
        let key = ("inline:".into(), pointer.into());
        if let Some(known) = index.places.get(&key) {
            return Some(Id(*known));
        }
        let slot = Slot {
            uri: "inline:".into(),
            pointer: pointer.into(),
            base: "".into(),
            inline: Some(schema),
            node: OnceLock::new(),
        };
        let at = self.slots.push(slot)?;
        index.places.insert(key, at);
        Some(Id(at))
    }

    pub(crate) fn types_of(&self, node: &Node, depth: usize) -> Types {
        if depth > 12 {
            return Types::ALL;
        }
        let mut types = if node.types.is_none() { Types::ALL } else { node.types };
        for keyword in &node.keywords {
            let either = |branches: &[Node]| {
                branches.iter().fold(Types::NONE, |all, branch| all.and(self.types_of(branch, depth + 1)))
            };
            types = types.both(match keyword {
                Keyword::Reference(Some(slot)) => self.types_of(self.node(*slot).1, depth + 1),
                Keyword::AllOf(parts) => {
                    parts.iter().fold(Types::ALL, |all, part| all.both(self.types_of(part, depth + 1)))
                }
                Keyword::AnyOf(any) | Keyword::OneOf(any) => either(&any.branches),
                _ => Types::ALL,
            });
        }
        types
    }

    /// A slot with its schema compiled.
    pub(crate) fn node(&self, slot: u32) -> (&Slot, &Node) {
        let slot = self.slots.get(slot).expect("slots are given out where they stand");
        let node = slot.node.get_or_init(|| {
            let found = match &slot.inline {
                Some(json) => Some(Cow::Borrowed(json)),
                None => self.documents.get(&slot.uri, &slot.pointer),
            };
            let Some(json) = found else { return Node::default() };
            Compiler { schemas: self, base: &slot.base, uri: &slot.uri }.slot(&json, &slot.pointer)
        });
        (slot, node)
    }

    /// What a reference in a schema of the resource `base` leads to.
    pub(crate) fn resolve(&self, base: &str, reference: &str) -> Option<Target> {
        let whole = uri::join(base, reference);
        let (address, fragment) = whole.split_once('#').unwrap_or((&whole, ""));
        let fragment = decoded(fragment);
        let mut index = self.index();
        self.know(&mut index, address);
        let (uri, root) = match index.resources.get(address) {
            Some((uri, root)) => (uri.to_string(), root.to_string()),
            None => (address.to_owned(), String::new()),
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let key = (Arc::from(address), fragment.as_str().into());
            let (uri, pointer, dynamic) = index.anchors.get(&key)?.clone();
            drop(index);
            return self.find(&uri, &pointer).map(|target| Target { dynamic, ..target });
        }
        drop(index);
        self.find(&uri, &format!("{root}{fragment}"))
    }

    /// The slot of the outermost of some resources that has a dynamic anchor of this name.
    pub(crate) fn dynamic(&self, scope: &[Arc<str>], anchor: &str) -> Option<u32> {
        let places = {
            let index = self.index();
            scope.iter().find_map(|base| {
                let found = index.anchors.get(&(Arc::clone(base), dynamic_name(anchor).into()))?;
                Some((found.0.clone(), found.1.clone()))
            })
        };
        let (uri, pointer) = places?;
        self.find(&uri, &pointer).map(|target| target.slot)
    }

    pub(crate) fn pattern(&self, text: &str) -> Arc<Pattern> {
        let mut index = self.index();
        if let Some(known) = index.patterns.get(text) {
            return Arc::clone(known);
        }
        let made = Arc::new(Pattern::new(text));
        index.patterns.insert(text.into(), Arc::clone(&made));
        made
    }

    /// What stands at a pointer, as text of the document.
    pub(crate) fn raw(&self, slot: u32) -> Option<Cow<'_, Json>> {
        let slot = self.slots.get(slot)?;
        match &slot.inline {
            Some(json) => Some(Cow::Borrowed(json)),
            None => self.documents.get(&slot.uri, &slot.pointer),
        }
    }

    fn find(&self, uri: &str, pointer: &str) -> Option<Target> {
        let key = (Box::from(uri), Box::from(pointer));
        if let Some(slot) = self.index().places.get(&key) {
            return Some(Target { slot: *slot, dynamic: false });
        }
        self.documents.get(uri, pointer)?;
        let mut index = self.index();
        self.know(&mut index, uri);
        if let Some(slot) = index.places.get(&key) {
            return Some(Target { slot: *slot, dynamic: false });
        }
        let base = index.base_of(uri, pointer);
        let slot =
            Slot { uri: uri.into(), pointer: pointer.into(), base, inline: None, node: OnceLock::new() };
        let at = self.slots.push(slot)?;
        index.places.insert(key, at);
        Some(Target { slot: at, dynamic: false })
    }

    /// Looks for addresses and anchors in a document that was not looked at yet.
    fn know(&self, index: &mut Index, uri: &str) {
        if index.known.contains(uri) || index.resources.contains_key(uri) && !uri.is_empty() {
            return;
        }
        index.known.insert(uri.into());
        self.documents.parts(uri, &mut |pointer, json| {
            let base: Arc<str> = uri.into();
            self.scan(index, uri, &base, pointer, json, 0);
        });
    }

    fn scan(&self, index: &mut Index, uri: &str, base: &Arc<str>, pointer: &str, json: &Json, depth: usize) {
        let (Json::Object(fields), true) = (json, depth < 200) else { return };
        let text = |name: &str| fields.get(name).and_then(Json::as_str);
        let alone = self.reading.dialect.is_alone() && fields.contains_key("$ref");
        let mut base = Arc::clone(base);
        let named = self.reading.dialect.name_of_id().and_then(text);
        if let Some(id) = named.filter(|_| !alone) {
            let whole = uri::join(&base, id);
            let (address, fragment) = whole.split_once('#').unwrap_or((&whole, ""));
            if !address.is_empty() && *address != *base {
                base = address.into();
                index.resources.insert(address.into(), (uri.into(), pointer.into()));
                index.bases.entry(uri.into()).or_default().push((pointer.into(), Arc::clone(&base)));
            }
            if !fragment.is_empty() && self.reading.dialect.is_alone() {
                let place = (uri.into(), pointer.into(), false);
                index.anchors.insert((Arc::clone(&base), fragment.into()), place);
            }
        }
        for (name, dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
            if let Some(anchor) = text(name) {
                let place = (Box::from(uri), Box::from(pointer), dynamic);
                index.anchors.insert((Arc::clone(&base), anchor.into()), place.clone());
                if dynamic {
                    index.anchors.insert((Arc::clone(&base), dynamic_name(anchor).into()), place);
                }
            }
        }
        if fields.get("$recursiveAnchor") == Some(&Json::Bool(true)) {
            let place = (uri.into(), pointer.into(), true);
            index.anchors.insert((Arc::clone(&base), dynamic_name("").into()), place);
        }
        for (way, child) in children(fields, self.reading.dialect) {
            let mut inner = pointer.to_owned();
            way.iter().for_each(|token| push_token(&mut inner, token));
            self.scan(index, uri, &base, &inner, child, depth + 1);
        }
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    /// The resource that what stands at a pointer belongs to.
    fn base_of(&self, uri: &str, pointer: &str) -> Arc<str> {
        let within = |outer: &str| {
            pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let all = self.bases.get(uri).into_iter().flatten();
        let found = all.filter(|(outer, _)| within(outer)).max_by_key(|(outer, _)| outer.len());
        found.map_or_else(|| uri.into(), |(_, base)| Arc::clone(base))
    }
}

/// Dynamic anchors are found among the others under a name that no anchor can have.
fn dynamic_name(anchor: &str) -> String {
    format!("\n{anchor}")
}

/// Percent encoding undone.
fn decoded(fragment: &str) -> String {
    if !fragment.contains('%') {
        return fragment.to_owned();
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match hex.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Documents of which each is one value, by their addresses.
impl Documents for HashMap<String, Json> {
    fn get(&self, uri: &str, pointer: &str) -> Option<Cow<'_, Json>> {
        HashMap::get(self, uri)?.pointer(pointer).map(Cow::Borrowed)
    }

    fn parts(&self, uri: &str, with: &mut dyn FnMut(&str, &Json)) {
        if let Some(document) = HashMap::get(self, uri) {
            with("", document);
        }
    }
}
