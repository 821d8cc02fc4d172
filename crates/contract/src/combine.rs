//! Two documents that came of one: what was changed in the one and what in the other, together; where both changed the same, that is told.

use std::collections::HashSet;

use model::tree::{Content, Key, Node};

/// What came of it.
#[derive(Debug)]
pub struct Combined {
    pub root: Node,
    /// What differs from the later document because it was changed in the own one: `paths./orders.get.summary`.
    pub kept: Vec<String>,
    /// Places that both changed, each in its own way: at most a thousand.
    pub conflicts: Vec<Conflict>,
    /// How many of all places that both changed nobody chose a side of.
    pub open: usize,
}

/// Something that both changed, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `paths./orders.get.summary`
    pub place: String,
    /// Where it stands in the later document, or what it would stand in: line and column.
    pub at: (u32, u32),
    /// What it is in the own document; nothing where it was taken out.
    pub own: Option<Shown>,
    pub later: Option<Shown>,
    /// Whose word counts; nothing where nobody chose.
    pub side: Option<Side>,
}

/// A value, as a conflict shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// At most sixty characters in backticks; of a list or a mapping that it is one.
    pub short: String,
    /// All of it, in JSON where it is no text: at most two thousand characters.
    pub whole: String,
}

/// Whose word counts where both changed the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Own,
    Later,
}

/// Conflicts and places that are told.
const MOST_TOLD: usize = 1000;
/// Characters of a value that a conflict shows in short, and in whole.
const SHORT: usize = 60;
const WHOLE: usize = 2000;

/// Combines the own document with a later one, both made of `base`. Lists of names are combined as sets, those of things with names
/// (parameters, tags, servers) by these. `choose` says of each place that both changed whose word counts; where it does not, the later one's does.
pub fn combine(base: &Node, own: &Node, later: &Node, choose: &dyn Fn(&str) -> Option<Side>) -> Combined {
    let mut work = Work { choose, path: Vec::new(), kept: Vec::new(), conflicts: Vec::new(), open: 0 };
    let root = work.merge(Some(base), Some(own), Some(later), (later.line, later.column));
    let root = root.unwrap_or_else(|| later.clone());
    Combined { root, kept: work.kept, conflicts: work.conflicts, open: work.open }
}

struct Work<'c> {
    choose: &'c dyn Fn(&str) -> Option<Side>,
    path: Vec<String>,
    kept: Vec<String>,
    conflicts: Vec<Conflict>,
    open: usize,
}

impl Work<'_> {
    fn merge(
        &mut self,
        base: Option<&Node>,
        own: Option<&Node>,
        later: Option<&Node>,
        within: (u32, u32),
    ) -> Option<Node> {
        if same(own, later) || same(base, own) {
            return later.cloned();
        }
        if same(base, later) {
            self.keep(base, own);
            return own.cloned();
        }
        if let (Some(own), Some(later)) = (own, later) {
            if let (Some(_), Some(_)) = (own.fields(), later.fields()) {
                return Some(self.mappings(base, own, later));
            }
            if let (Some(mine), Some(theirs)) = (own.items(), later.items()) {
                let before = base.and_then(Node::items).unwrap_or_default();
                if let Some(names) = Names::of(before, mine, theirs) {
                    return Some(self.lists(&names, later));
                }
            }
        }
        let at = later.map_or(within, |later| (later.line, later.column));
        let place = self.place();
        let side = (self.choose)(&place);
        self.open += usize::from(side.is_none());
        if self.conflicts.len() < MOST_TOLD {
            self.conflicts.push(Conflict { place, at, own: own.map(shown), later: later.map(shown), side });
        }
        match side {
            Some(Side::Own) => own.cloned(),
            Some(Side::Later) | None => later.cloned(),
        }
    }

    fn mappings(&mut self, base: Option<&Node>, own: &Node, later: &Node) -> Node {
        let fields = |node: &'_ Node| -> Vec<Key> {
            node.fields().unwrap_or_default().iter().map(|(key, _)| key.clone()).collect()
        };
        let mut keys = fields(later);
        let known: HashSet<Box<str>> = keys.iter().map(|key| key.text.clone()).collect();
        keys.extend(fields(own).into_iter().filter(|key| !known.contains(&key.text)));
        // What the later document took out is told where it stood: at what it stood in.
        let within = (later.line, later.column);
        let mut merged = Vec::with_capacity(keys.len());
        for key in keys {
            let of = |node: &'_ Node| node.get(&key.text).cloned();
            let (before, mine, theirs) = (base.and_then(of), of(own), of(later));
            self.path.push(key.text.to_string());
            let value = self.merge(before.as_ref(), mine.as_ref(), theirs.as_ref(), within);
            self.path.pop();
            merged.extend(value.map(|value| (key, value)));
        }
        Node { content: Content::Mapping(merged.into()), ..later.clone() }
    }

    fn lists(&mut self, names: &Names<'_>, later: &Node) -> Node {
        let within = (later.line, later.column);
        let mut merged = Vec::new();
        let own_only = names.own.iter().filter(|(name, _)| find(&names.later, name).is_none());
        for (name, _) in names.later.iter().chain(own_only) {
            let (before, mine, theirs) =
                (find(&names.base, name), find(&names.own, name), find(&names.later, name));
            self.path.push(format!("[{name}]"));
            merged.extend(self.merge(before, mine, theirs, within));
            self.path.pop();
        }
        Node { content: Content::List(merged.into()), ..later.clone() }
    }

    /// Notes what differs, as far down as it is in both.
    fn keep(&mut self, base: Option<&Node>, own: Option<&Node>) {
        if same(base, own) || self.kept.len() >= MOST_TOLD {
            return;
        }
        let both = base.and_then(Node::fields).zip(own.and_then(Node::fields));
        let Some((before, after)) = both else {
            let place = self.place();
            return self.kept.push(place);
        };
        let gone = before.iter().filter(|(key, _)| after.iter().all(|(other, _)| other.text != key.text));
        for (key, _) in after.iter().chain(gone) {
            self.path.push(key.text.to_string());
            let of = |node: Option<&'_ Node>| node.and_then(|node| node.get(&key.text)).cloned();
            self.keep(of(base).as_ref(), of(own).as_ref());
            self.path.pop();
        }
    }

    fn place(&self) -> String {
        let mut place = String::new();
        for part in &self.path {
            if !place.is_empty() && !part.starts_with('[') {
                place.push('.');
            }
            place.push_str(part);
        }
        place
    }
}

/// Lists whose items have names.
struct Names<'n> {
    base: Vec<(String, &'n Node)>,
    own: Vec<(String, &'n Node)>,
    later: Vec<(String, &'n Node)>,
}

impl<'n> Names<'n> {
    /// Nothing where an item has no name, or two of a list have the same.
    fn of(base: &'n [Node], own: &'n [Node], later: &'n [Node]) -> Option<Names<'n>> {
        let named = |items: &'n [Node]| {
            let mut seen = HashSet::new();
            let all: Option<Vec<(String, &Node)>> =
                items.iter().map(|item| Some((name(item)?, item))).collect();
            all.filter(|all| all.iter().all(|(name, _)| seen.insert(name.clone())))
        };
        Some(Names { base: named(base)?, own: named(own)?, later: named(later)? })
    }
}

fn find<'n>(all: &[(String, &'n Node)], name: &str) -> Option<&'n Node> {
    all.iter().find(|(known, _)| known == name).map(|(_, node)| *node)
}

/// What tells an item of a list from others.
fn name(item: &Node) -> Option<String> {
    if let Some(text) = item.scalar_text() {
        return Some(text.into_owned());
    }
    let text = |field: &str| item.get(field).and_then(Node::as_str);
    match (text("$ref"), text("name"), text("in"), text("url")) {
        (Some(reference), ..) => Some(reference.to_owned()),
        (None, Some(name), Some(place), _) => Some(format!("{place} {name}")),
        (None, Some(name), None, _) => Some(name.to_owned()),
        (None, None, None, Some(url)) => Some(url.to_owned()),
        _ => None,
    }
}

/// Whether two are the same, whatever the order of fields.
fn same(one: Option<&Node>, other: Option<&Node>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => equal(one, other),
        _ => false,
    }
}

fn equal(one: &Node, other: &Node) -> bool {
    match (&one.content, &other.content) {
        (Content::Null, Content::Null) => true,
        (Content::Bool(a), Content::Bool(b)) => a == b,
        (Content::Number(a), Content::Number(b)) => a == b,
        (Content::Text(a), Content::Text(b)) => a == b,
        (Content::List(a), Content::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Content::Mapping(a), Content::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((key, value), (at_same_place, beside))| {
                    let found =
                        if key.text == at_same_place.text { Some(beside) } else { other.get(&key.text) };
                    found.is_some_and(|found| equal(value, found))
                })
        }
        _ => false,
    }
}

fn shown(node: &Node) -> Shown {
    match node.scalar_text() {
        Some(text) => Shown { short: format!("`{}`", cut(&text, SHORT)), whole: cut(&text, WHOLE) },
        None => {
            let whole = serde_json::to_string_pretty(node).unwrap_or_default();
            Shown { short: node.kind().to_owned(), whole: cut(&whole, WHOLE) }
        }
    }
}

fn cut(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        model::tree::parse(text, "a.yaml", Default::default()).unwrap().remove(0).root
    }

    fn of(base: &str, own: &str, later: &str) -> Combined {
        combine(&read(base), &read(own), &read(later), &|_| Some(Side::Later))
    }

    fn short(shown: &Option<Shown>) -> Option<&str> {
        shown.as_ref().map(|shown| &*shown.short)
    }

    fn json(node: &Node) -> String {
        serde_json::to_string(node).unwrap()
    }

    #[test]
    fn what_one_changed_stays_beside_what_the_other_changed() {
        let base = "info: { title: A, version: '1' }\npaths: { /a: { get: { summary: x } }, /old: {} }\n";
        let own = "info: { title: A, version: '1', contact: { name: me } }\npaths: { /a: { get: { summary: x, description: mine } }, /old: {} }\n";
        let later = "info: { title: A, version: '2' }\npaths: { /a: { get: { summary: y } }, /b: {} }\n";
        let combined = of(base, own, later);
        assert_eq!(combined.conflicts, []);
        assert_eq!(
            json(&combined.root),
            r#"{"info":{"title":"A","version":"2","contact":{"name":"me"}},"paths":{"/a":{"get":{"summary":"y","description":"mine"}},"/b":{}}}"#
        );
        assert_eq!(combined.kept, ["info.contact", "paths./a.get.description"]);
    }

    #[test]
    fn what_both_changed_is_told_with_both_and_where_it_is_in_the_later_one() {
        let combined = of("a: { b: 1, c: 2, d: 3 }\n", "a: { b: 2, d: 4 }\n", "a:\n  b: 3\n  c: 5\n");
        let told: Vec<_> = combined
            .conflicts
            .iter()
            .map(|one| (one.place.as_str(), one.at, short(&one.own), short(&one.later)))
            .collect();
        assert_eq!(
            told,
            [
                ("a.b", (2, 6), Some("`2`"), Some("`3`")),
                ("a.c", (3, 6), None, Some("`5`")),
                ("a.d", (2, 3), Some("`4`"), None),
            ]
        );
        assert_eq!(json(&combined.root), r#"{"a":{"b":3,"c":5}}"#);
        let own = combine(&read("a: 1"), &read("a: 2"), &read("a: 3"), &|_| Some(Side::Own));
        assert_eq!(json(&own.root), r#"{"a":2}"#);
    }

    #[test]
    fn whose_word_counts_is_chosen_place_by_place() {
        let (base, own) = (read("{ a: 1, b: 1, c: 1 }"), read("{ a: 2, b: 2, c: { d: 2 } }"));
        let later = read("{ a: 3, b: 3, c: 3 }");
        let choose = |place: &str| match place {
            "a" => Some(Side::Own),
            "b" => Some(Side::Later),
            _ => None,
        };
        let combined = combine(&base, &own, &later, &choose);
        assert_eq!(json(&combined.root), r#"{"a":2,"b":3,"c":3}"#);
        assert_eq!(combined.open, 1);
        let sides: Vec<_> = combined.conflicts.iter().map(|one| one.side).collect();
        assert_eq!(sides, [Some(Side::Own), Some(Side::Later), None]);
        let whole = combined.conflicts[2].own.as_ref().map(|shown| shown.whole.as_str());
        assert_eq!(whole, Some("{\n  \"d\": 2\n}"));
    }

    #[test]
    fn lists_are_combined_by_names_and_as_a_whole_where_there_are_none() {
        let parameters = |more: &str| format!("parameters: [{{ name: id, in: path }}{more}]\n");
        let combined = of(
            &parameters(""),
            &parameters(", { name: a, in: query }"),
            &parameters(", { name: b, in: query }"),
        );
        assert_eq!(
            json(&combined.root),
            r#"{"parameters":[{"name":"id","in":"path"},{"name":"b","in":"query"},{"name":"a","in":"query"}]}"#
        );
        assert_eq!(combined.kept, ["parameters[query a]"]);
        let combined = of("required: [a, b]\n", "required: [b, c]\n", "required: [a, b, d]\n");
        assert_eq!(json(&combined.root), r#"{"required":["b","d","c"]}"#);
        let combined = of("x: [{ a: 1 }]\n", "x: [{ a: 2 }]\n", "x: [{ a: 3 }]\n");
        assert_eq!(combined.conflicts[0].place, "x");
    }
}
