//! Runs one path from one node, collecting what it finds: for fields of rules that are paths, and for what follows a `^`.

use model::tree::Node;

use super::{JsonPath, Select, Step, script::Scope};
use crate::{
    graph::Graph,
    pointer::{Path, Segment},
};

/// Nodes that one path may visit from one node.
const MOST_VISITS: usize = 200_000;
const DEEPEST: usize = 600;

/// What was found: its path below the node it began at, and the node.
pub(crate) type Selected<'a> = Vec<(Path<'a>, &'a Node)>;

pub(crate) fn select<'a>(path: &JsonPath, from: &'a Node, graph: Option<&Graph<'a>>) -> Selected<'a> {
    let mut run = Run { graph, root: from, at: Path::new(), above: Vec::new(), found: Vec::new(), visits: 0 };
    run.steps(&path.steps, from);
    let found = run.found;
    if path.parents == 0 {
        return found;
    }
    let mut above = Selected::new();
    for (mut at, _) in found {
        let Some(length) = at.len().checked_sub(path.parents) else { continue };
        at.truncate(length);
        let get = |node, segment: &Segment<'_>| child(node, segment, graph);
        let Some(node) = at.iter().try_fold(from, get) else { continue };
        match &path.then {
            None => above.push((at, node)),
            Some(then) => above.extend(
                select(then, node, graph)
                    .into_iter()
                    .map(|(below, node)| ([at.clone(), below].concat(), node)),
            ),
        }
    }
    above
}

fn child<'a>(node: &'a Node, segment: &Segment<'_>, graph: Option<&Graph<'a>>) -> Option<&'a Node> {
    match graph {
        Some(graph) => graph.child(node, segment),
        None => crate::pointer::child(node, segment),
    }
}

struct Run<'r, 'a> {
    graph: Option<&'r Graph<'a>>,
    root: &'a Node,
    at: Path<'a>,
    above: Vec<&'a Node>,
    found: Selected<'a>,
    visits: usize,
}

impl<'a> Run<'_, 'a> {
    fn steps(&mut self, steps: &[Step], node: &'a Node) {
        let Some((step, rest)) = steps.split_first() else {
            self.found.push((self.at.clone(), node));
            return;
        };
        if self.at.len() > DEEPEST {
            return;
        }
        let items = node.items().unwrap_or_default();
        let indexed = items.iter().enumerate().map(|(at, item)| (Segment::Index(at), item));
        let named =
            node.fields().unwrap_or_default().iter().map(|(key, value)| (Segment::Key(&key.text), value));
        for (segment, child) in indexed.chain(named) {
            self.visits += 1;
            if self.visits > MOST_VISITS {
                return;
            }
            let child = self.graph.map_or(child, |graph| graph.resolve(child));
            self.at.push(segment);
            self.above.push(node);
            if self.matches(&step.select, segment, child, items.len()) {
                self.steps(rest, child);
            }
            if step.deep {
                self.steps(steps, child);
            }
            self.above.pop();
            self.at.pop();
        }
    }

    fn matches(&self, select: &Select, segment: Segment<'a>, child: &'a Node, count: usize) -> bool {
        let graph = self.graph;
        let get = |node: &'a Node, name: &str| self::child(node, &Segment::Key(name), graph);
        select.takes(segment, count, || Scope {
            root: self.root,
            here: child,
            property: segment,
            path: &self.at,
            above: &self.above,
            get: &get,
        })
    }
}

impl Select {
    pub(super) fn takes<'s, 'a: 's>(
        &self,
        segment: Segment<'a>,
        count: usize,
        scope: impl FnOnce() -> Scope<'s, 'a>,
    ) -> bool {
        match self {
            Select::All => true,
            Select::Names(names) => match segment {
                Segment::Key(key) => names.iter().any(|name| name == key),
                Segment::Index(at) => names.iter().any(|name| name.parse() == Ok(at)),
            },
            Select::Filter(expression) => expression.matches(&scope()),
            Select::Slice(start, end, step) => match segment {
                Segment::Key(_) => false,
                Segment::Index(at) => {
                    let count = i64::try_from(count).unwrap_or(i64::MAX);
                    let bound =
                        |bound: i64| if bound < 0 { (bound + count).max(0) } else { bound.min(count) };
                    let (start, end) = (bound(start.unwrap_or(0)), bound(end.unwrap_or(count)));
                    let at = i64::try_from(at).unwrap_or(i64::MAX);
                    (start..end).contains(&at) && (at - start) % i64::try_from(*step).unwrap_or(1) == 0
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, document: &str) -> Vec<String> {
        let root = model::tree::parse(document, "a.yaml", Default::default()).unwrap().remove(0).root;
        let path = JsonPath::parse(path).unwrap();
        let found = select(&path, &root, None);
        found
            .iter()
            .map(|(path, _)| path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"))
            .collect()
    }

    #[test]
    fn paths_find_what_they_name() {
        let document = "{ a: { b: [1, 2, 3], c: { b: x } }, d: { type: array, enum: [q] } }";
        assert_eq!(found("$", document), [""]);
        assert_eq!(found("$..b", document), ["a/b", "a/c/b"]);
        assert_eq!(found("$.a.b[1:]", document), ["a/b/1", "a/b/2"]);
        assert_eq!(found("$.a.b[-1:]", document), ["a/b/2"]);
        assert_eq!(found("$[a,d].enum", document), ["d/enum"]);
        assert_eq!(found("$..enum^", document), ["d"]);
        assert_eq!(found("$..enum^.type", document), ["d/type"]);
        assert_eq!(found("$..[?(@.type == 'array')]", document), ["d"]);
        assert_eq!(found("$.a..*", document), ["a/b", "a/b/0", "a/b/1", "a/b/2", "a/c", "a/c/b"]);
    }
}
