//! Templates below one base path: `/orders/{id}`, `/files/*`, `/compare/{base}...{head}`.
//!
//! A trie by segments, so that finding one costs what its path is long, however many there are. A literal segment beats one
//! that is partly a parameter, which beats a parameter, which beats `*`. What fails further down is tried again one step weaker.
//! Copies share what is the same: a change copies the nodes on the way to its template.

use std::{ops::ControlFlow, sync::Arc};

use model::SharedMap;

use super::{
    bucket::{Bucket, Entry},
    path::{self, literal_key},
};

/// Templates with what each leads to.
#[derive(Debug)]
pub(crate) struct Templates<T> {
    root: Option<Arc<Node<T>>>,
}

#[derive(Debug)]
struct Node<T> {
    literals: SharedMap<Arc<Node<T>>>,
    mixed: Vec<(Mixed, Arc<Node<T>>)>,
    parameter: Option<Arc<Node<T>>>,
    /// What `*` here leads to.
    rest: Option<Arc<Bucket<T>>>,
    end: Option<Arc<Bucket<T>>>,
}

/// A segment that is partly a parameter, as its literal pieces; between two of them stands a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mixed(Arc<[String]>);

impl<T: Ord + Clone> Templates<T> {
    /// Adds a template. Where equals are there already, the first by their order is taken.
    pub(crate) fn insert(&mut self, template: &str, entry: Entry<T>) {
        let root = self.root.get_or_insert_with(Arc::default);
        change(root, rest_of(template), &mut |bucket| bucket.insert(entry.clone()));
    }

    /// Takes a target of a template away.
    pub(crate) fn remove(&mut self, template: &str, target: &T) {
        let Some(root) = &mut self.root else { return };
        change(root, rest_of(template), &mut |bucket| bucket.remove(target));
        if root.is_empty() {
            self.root = None;
        }
    }
}

impl<T> Templates<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// Visits what a path below the base leads to, `/orders/7` or nothing for the base itself, the strongest first.
    pub(crate) fn walk<'a, B, V>(&'a self, path: &str, visit: &mut V) -> ControlFlow<B>
    where
        V: FnMut(&'a Bucket<T>) -> ControlFlow<B>,
    {
        let Some(root) = &self.root else { return ControlFlow::Continue(()) };
        match path.strip_prefix('/') {
            None => root.end(visit),
            // The base with a slash after it is the base, unless `*` takes what is below.
            Some("") => {
                root.end(visit)?;
                root.walk("", visit)
            }
            Some(rest) => root.walk(rest, visit),
        }
    }
}

impl<T> Node<T> {
    fn walk<'a, B, V>(&'a self, path: &str, visit: &mut V) -> ControlFlow<B>
    where
        V: FnMut(&'a Bucket<T>) -> ControlFlow<B>,
    {
        let (segment, after) = path::segment(path);
        let literal = self.literals.get(segment);
        let mixed = self.mixed.iter().filter(|(mixed, _)| mixed.matches(segment)).map(|(_, child)| child);
        let parameter = self.parameter.as_ref().filter(|_| !segment.is_empty());
        for child in literal.into_iter().chain(mixed).chain(parameter) {
            match after {
                Some(after) => child.walk(after, visit)?,
                None => child.end(visit)?,
            }
        }
        self.rest.as_deref().map_or(ControlFlow::Continue(()), visit)
    }

    fn end<'a, B, V>(&'a self, visit: &mut V) -> ControlFlow<B>
    where
        V: FnMut(&'a Bucket<T>) -> ControlFlow<B>,
    {
        self.end.as_deref().map_or(ControlFlow::Continue(()), visit)
    }

    fn is_empty(&self) -> bool {
        self.literals.is_empty()
            && self.mixed.is_empty()
            && self.parameter.is_none()
            && self.rest.is_none()
            && self.end.is_none()
    }
}

fn rest_of(template: &str) -> Option<&str> {
    Some(template.trim_start_matches('/')).filter(|rest| !rest.is_empty())
}

/// Changes what a template leads to. Nodes on the way are made where they are missing, and go where nothing is left.
fn change<T: Clone>(node: &mut Arc<Node<T>>, rest: Option<&str>, edit: &mut impl FnMut(&mut Bucket<T>)) {
    let node = Arc::make_mut(node);
    let Some(path) = rest else { return change_bucket(&mut node.end, edit) };
    let (segment, after) = path::segment(path);
    if segment == "*" && after.is_none() {
        return change_bucket(&mut node.rest, edit);
    }
    let pieces = pieces(segment);
    match &pieces[..] {
        [literal] => {
            if !node.literals.contains_key(literal) {
                node.literals.insert(literal.as_str().into(), Arc::default());
            }
            let child = node.literals.get_mut(literal).expect("it was put there");
            change(child, after, edit);
            if child.is_empty() {
                node.literals.remove(literal);
            }
        }
        [first, last] if first.is_empty() && last.is_empty() => {
            let child = node.parameter.get_or_insert_with(Arc::default);
            change(child, after, edit);
            if child.is_empty() {
                node.parameter = None;
            }
        }
        _ => {
            let mixed = Mixed(pieces.into());
            // The more literal text, the sooner it is tried; then by the text, so that the order is always the same.
            let order = |mixed: &Mixed| (std::cmp::Reverse(mixed.weight()), Arc::clone(&mixed.0));
            let wanted = order(&mixed);
            let place = match node.mixed.binary_search_by(|(other, _)| order(other).cmp(&wanted)) {
                Ok(place) => place,
                Err(place) => {
                    node.mixed.insert(place, (mixed, Arc::default()));
                    place
                }
            };
            change(&mut node.mixed[place].1, after, edit);
            if node.mixed[place].1.is_empty() {
                node.mixed.remove(place);
            }
        }
    }
}

fn change_bucket<T: Clone>(bucket: &mut Option<Arc<Bucket<T>>>, edit: &mut impl FnMut(&mut Bucket<T>)) {
    let there = bucket.get_or_insert_with(Arc::default);
    edit(Arc::make_mut(there));
    if there.is_empty() {
        *bucket = None;
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
        Node { literals: SharedMap::new(), mixed: Vec::new(), parameter: None, rest: None, end: None }
    }
}

impl<T> Clone for Node<T> {
    fn clone(&self) -> Node<T> {
        Node {
            literals: self.literals.clone(),
            mixed: self.mixed.clone(),
            parameter: self.parameter.clone(),
            rest: self.rest.clone(),
            end: self.end.clone(),
        }
    }
}

impl<T> Default for Templates<T> {
    fn default() -> Templates<T> {
        Templates { root: None }
    }
}

impl<T> Clone for Templates<T> {
    fn clone(&self) -> Templates<T> {
        Templates { root: self.root.clone() }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::router::{Asked, bucket::methods};

    fn entry(text: &'static str) -> (&'static str, Entry<&'static str>) {
        let (method, template) = text.split_once(' ').unwrap();
        let names: Vec<_> = Some(method.to_owned()).filter(|method| method != "ANY").into_iter().collect();
        (template, Entry { methods: methods(&names), conditions: None, target: text })
    }

    fn templates(list: &[&'static str]) -> Templates<&'static str> {
        let mut templates = Templates::default();
        for text in list {
            let (template, entry) = entry(text);
            templates.insert(template, entry);
        }
        templates
    }

    fn find(templates: &Templates<&'static str>, method: &str, path: &str) -> String {
        let head = Request::builder().method(method).body(()).unwrap().into_parts().0.into();
        let asked = Asked { host: "", path, head: &head, client: [127, 0, 0, 1].into() };
        let mut others = Vec::new();
        let found = templates.walk(path, &mut |bucket| match bucket.pick(&asked) {
            Some(entry) => ControlFlow::Break(entry.target.to_owned()),
            None => {
                others.extend(bucket.but_for_method(&asked).map(|entry| entry.target));
                ControlFlow::Continue(())
            }
        });
        match found {
            ControlFlow::Break(target) => target,
            ControlFlow::Continue(()) if others.is_empty() => "404".to_owned(),
            ControlFlow::Continue(()) => format!("405 {}", others.join(", ")),
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
        assert_eq!(find(&templates, "DELETE", "/a"), "405 GET /a, POST /a, PUT /{x}");
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

    #[test]
    fn what_is_taken_away_leaves_nothing_behind_and_copies_stay_as_they_were() {
        let list = ["GET /a/b", "GET /a/{x}", "GET /a/b-{x}/c", "ANY /*", "POST /a/b", "GET /"];
        let mut now = templates(&list);
        let before = now.clone();
        for text in list {
            let (template, entry) = entry(text);
            now.remove(template, &entry.target);
        }
        assert!(now.is_empty());
        assert_eq!(find(&now, "GET", "/a/b"), "404");
        for (path, entry) in [("/a/b", list[0]), ("/a/7", list[1]), ("/a/b-7/c", list[2]), ("/x", list[3])] {
            assert_eq!(find(&before, "GET", path), entry);
        }
    }
}
