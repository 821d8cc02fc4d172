//! Templates below one base path: `/orders/{id}`, `/files/*`, `/compare/{base}...{head}`.
//!
//! A trie by segments, so that finding one costs what its path is long, however many there are. A literal segment beats one
//! that is partly a parameter, which beats a parameter, which beats `*`. What fails further down is tried again one step weaker.

use std::collections::HashMap;

use http::Method;

use super::path::literal_key;

/// Templates with what each leads to, by method.
#[derive(Debug)]
pub(crate) struct Templates<T> {
    nodes: Vec<Node<T>>,
}

#[derive(Debug)]
struct Node<T> {
    literals: HashMap<Box<str>, usize>,
    mixed: Vec<(Mixed, usize)>,
    parameter: Option<usize>,
    /// What `*` here leads to.
    rest: Option<Leaf<T>>,
    end: Option<Leaf<T>>,
}

/// Where one template leads, by method.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<T> {
    methods: Vec<(Method, T)>,
    any: Option<T>,
}

/// A segment that is partly a parameter, as its literal pieces; between two of them stands a parameter.
#[derive(Debug, PartialEq, Eq)]
struct Mixed(Box<[String]>);

/// What a path matched.
pub(crate) enum Match<'a, T> {
    Found(&'a T),
    /// The path is known, the method is not.
    OtherMethods(&'a Leaf<T>),
    Nothing,
}

impl<T: Copy> Templates<T> {
    pub(crate) fn new() -> Templates<T> {
        Templates { nodes: vec![Node::default()] }
    }

    /// Adds a template; no methods means any. Where template and method are there already, the first stays.
    pub(crate) fn insert(&mut self, template: &str, methods: &[String], target: T) {
        let mut at = 0;
        let mut rest = Some(template.trim_start_matches('/')).filter(|rest| !rest.is_empty());
        while let Some(path) = rest {
            let (segment, after) = match path.split_once('/') {
                Some((segment, after)) => (segment, Some(after)),
                None => (path, None),
            };
            if segment == "*" && after.is_none() {
                self.nodes[at].rest.get_or_insert_with(Leaf::default).insert(methods, target);
                return;
            }
            at = self.child(at, segment);
            rest = after;
        }
        self.nodes[at].end.get_or_insert_with(Leaf::default).insert(methods, target);
    }

    fn child(&mut self, at: usize, segment: &str) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let pieces = pieces(segment);
        let child = match &pieces[..] {
            [literal] => *node.literals.entry(literal.as_str().into()).or_insert(next),
            [first, last] if first.is_empty() && last.is_empty() => *node.parameter.get_or_insert(next),
            _ => {
                let mixed = Mixed(pieces.into());
                match node.mixed.iter().find(|(other, _)| *other == mixed) {
                    Some((_, child)) => *child,
                    None => {
                        // The more literal text, the sooner it is tried.
                        let place = node.mixed.partition_point(|(other, _)| other.weight() >= mixed.weight());
                        node.mixed.insert(place, (mixed, next));
                        next
                    }
                }
            }
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    /// Finds what a path below the base leads to: `/orders/7`, or nothing for the base itself.
    pub(crate) fn find(&self, path: &str, method: &Method) -> Match<'_, T> {
        let mut known = None;
        let found = match path.strip_prefix('/') {
            None => self.end(0, method, &mut known),
            // The base with a slash after it is the base, unless `*` takes what is below.
            Some("") => self.end(0, method, &mut known).or_else(|| self.walk(0, "", method, &mut known)),
            Some(rest) => self.walk(0, rest, method, &mut known),
        };
        match (found, known) {
            (Some(target), _) => Match::Found(target),
            (None, Some(leaf)) => Match::OtherMethods(leaf),
            (None, None) => Match::Nothing,
        }
    }

    fn walk<'a>(
        &'a self,
        at: usize,
        path: &str,
        method: &Method,
        known: &mut Option<&'a Leaf<T>>,
    ) -> Option<&'a T> {
        let node = &self.nodes[at];
        let (segment, after) = match path.split_once('/') {
            Some((segment, after)) => (segment, Some(after)),
            None => (path, None),
        };
        let literal = node.literals.get(segment).copied();
        let mixed = node.mixed.iter().filter(|(mixed, _)| mixed.matches(segment)).map(|(_, child)| *child);
        let parameter = node.parameter.filter(|_| !segment.is_empty());
        for child in literal.into_iter().chain(mixed).chain(parameter) {
            let found = match after {
                Some(after) => self.walk(child, after, method, known),
                None => self.end(child, method, known),
            };
            if found.is_some() {
                return found;
            }
        }
        let leaf = node.rest.as_ref()?;
        leaf.target(method).or_else(|| {
            known.get_or_insert(leaf);
            None
        })
    }

    fn end<'a>(&'a self, at: usize, method: &Method, known: &mut Option<&'a Leaf<T>>) -> Option<&'a T> {
        let leaf = self.nodes[at].end.as_ref()?;
        leaf.target(method).or_else(|| {
            known.get_or_insert(leaf);
            None
        })
    }
}

impl<T: Copy> Leaf<T> {
    fn insert(&mut self, methods: &[String], target: T) {
        if methods.is_empty() {
            self.any.get_or_insert(target);
        }
        for method in methods.iter().filter_map(|name| Method::from_bytes(name.as_bytes()).ok()) {
            if !self.methods.iter().any(|(known, _)| *known == method) {
                self.methods.push((method, target));
            }
        }
    }

    /// What a method leads to; HEAD is served by GET where it has nothing of its own (RFC 9110 §9.3.2).
    pub(crate) fn target(&self, method: &Method) -> Option<&T> {
        let of = |wanted: &Method| {
            self.methods.iter().find(|(known, _)| known == wanted).map(|(_, target)| target)
        };
        of(method)
            .or_else(|| if *method == Method::HEAD { of(&Method::GET) } else { None })
            .or(self.any.as_ref())
    }

    /// Any target: the first.
    pub(crate) fn first(&self) -> Option<&T> {
        self.methods.first().map(|(_, target)| target).or(self.any.as_ref())
    }

    /// The value of `Allow` (RFC 9110 §10.2.1).
    pub(crate) fn allow(&self) -> String {
        let mut names: Vec<_> = self.methods.iter().map(|(method, _)| method.as_str()).collect();
        if names.contains(&"GET") && !names.contains(&"HEAD") {
            names.push("HEAD");
        }
        names.sort_unstable();
        names.join(", ")
    }
}

impl Mixed {
    fn weight(&self) -> usize {
        self.0.iter().map(String::len).sum()
    }

    fn matches(&self, segment: &str) -> bool {
        let [first, middle @ .., last] = &*self.0 else { return false };
        let Some(mut rest) = segment.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            // A parameter is one character at least.
            let Some(at) =
                rest.char_indices().skip(1).find(|(at, _)| rest[*at..].starts_with(piece.as_str()))
            else {
                return false;
            };
            rest = &rest[at.0 + piece.len()..];
        }
        rest.len() > last.len() && rest.ends_with(last.as_str())
    }
}

/// The literal pieces around the parameters of a segment: one where there is no parameter.
fn pieces(segment: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    loop {
        let parameter = rest.find('{').and_then(|open| Some((open, open + rest[open..].find('}')?)));
        let Some((open, close)) = parameter else {
            pieces.push(literal_key(rest));
            return pieces;
        };
        pieces.push(literal_key(&rest[..open]));
        rest = &rest[close + 1..];
    }
}

impl<T> Default for Node<T> {
    fn default() -> Node<T> {
        Node { literals: HashMap::new(), mixed: Vec::new(), parameter: None, rest: None, end: None }
    }
}

impl<T> Default for Leaf<T> {
    fn default() -> Leaf<T> {
        Leaf { methods: Vec::new(), any: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(list: &[&'static str]) -> Templates<&'static str> {
        let mut templates = Templates::new();
        for entry in list {
            let (method, template) = entry.split_once(' ').unwrap();
            let methods: Vec<_> =
                Some(method.to_owned()).filter(|method| method != "ANY").into_iter().collect();
            templates.insert(template, &methods, *entry);
        }
        templates
    }

    fn find(templates: &Templates<&'static str>, method: &str, path: &str) -> String {
        match templates.find(path, &method.parse().unwrap()) {
            Match::Found(entry) => (*entry).to_owned(),
            Match::OtherMethods(leaf) => format!("405 {}", leaf.allow()),
            Match::Nothing => "404".to_owned(),
        }
    }

    #[test]
    fn a_literal_beats_a_parameter_and_a_parameter_beats_the_rest() {
        let templates = templates(&[
            "GET /orders/{id}",
            "GET /orders/latest",
            "GET /orders/report.{format}",
            "GET /*",
            "GET /orders/{id}/lines/{line}",
            "GET /orders/latest/lines",
        ]);
        for (path, entry) in [
            ("/orders/latest", "GET /orders/latest"),
            ("/orders/7", "GET /orders/{id}"),
            ("/orders/report.csv", "GET /orders/report.{format}"),
            ("/orders/report.", "GET /orders/{id}"),
            ("/orders/latest/lines/1", "GET /orders/{id}/lines/{line}"),
            ("/orders/latest/lines", "GET /orders/latest/lines"),
            ("/orders/", "GET /*"),
            ("/", "GET /*"),
            ("/x/y/z", "GET /*"),
        ] {
            assert_eq!(find(&templates, "GET", path), entry, "{path}");
        }
        assert_eq!(find(&templates, "GET", ""), "404");
    }

    #[test]
    fn several_parameters_in_one_segment_match_as_contracts_write_them() {
        let templates = templates(&["GET /compare/{base}...{head}", "GET /{name}:cancel", "GET /{a}{b}"]);
        assert_eq!(find(&templates, "GET", "/compare/main...dev"), "GET /compare/{base}...{head}");
        assert_eq!(find(&templates, "GET", "/compare/...dev"), "404");
        assert_eq!(find(&templates, "GET", "/job:cancel"), "GET /{name}:cancel");
        assert_eq!(find(&templates, "GET", "/:cancel"), "GET /{a}{b}");
    }

    #[test]
    fn a_known_path_with_another_method_names_the_methods_it_has() {
        let templates = templates(&["GET /a", "POST /a", "PUT /{x}", "ANY /any"]);
        assert_eq!(find(&templates, "DELETE", "/a"), "405 GET, HEAD, POST");
        assert_eq!(find(&templates, "HEAD", "/a"), "GET /a");
        assert_eq!(find(&templates, "PUT", "/a"), "PUT /{x}", "a weaker template with the method is taken");
        assert_eq!(find(&templates, "BREW", "/any"), "ANY /any");
    }

    #[test]
    fn the_base_itself_is_the_empty_template() {
        let templates = templates(&["GET /", "GET /x/"]);
        assert_eq!(find(&templates, "GET", ""), "GET /");
        assert_eq!(find(&templates, "GET", "/"), "GET /");
        assert_eq!(find(&templates, "GET", "/x/"), "GET /x/");
        assert_eq!(find(&templates, "GET", "/x"), "404");
    }
}
