//! Finds where a request leads: host, then the longest literal beginning of the path, then regular expressions, templates and at
//! last an API at it. The cost depends on the path's length, not on how many routes there are.
//!
//! Copies of a router share what is the same: a change copies the nodes on its way. There is one walk, which [`Router::find`]
//! ends at the first thing that takes a request, and [`explain`] follows to its end.

mod bucket;
mod conditions;
mod explain;
pub(crate) mod path;
mod template;
#[cfg(test)]
mod tests;
mod version;

use std::{cmp::Ordering, net::IpAddr, ops::ControlFlow, sync::Arc};

use expr::Pattern;
use head::RequestHead;
use http::Method;
use model::{RouteMatch, SharedMap, snapshot::Answers};

use self::{
    bucket::preflight,
    path::literal_key,
    version::{Choice, choose},
};
pub(crate) use self::{
    bucket::{Bucket, Entry, methods},
    conditions::{Conditions, cookie},
    explain::explain,
    template::Templates,
    version::{Version, newest, refuse},
};
use crate::table::Serving;

/// All services by host and base path.
#[derive(Clone, Default)]
pub(crate) struct Router {
    exact: SharedMap<Arc<Base>>,
    /// By what follows the asterisk: `.example.com`.
    wildcard: SharedMap<Arc<Base>>,
    any: Arc<Base>,
}

/// What answers at a literal path and below it: a node of a trie by segments.
#[derive(Clone, Default)]
struct Base {
    children: SharedMap<Arc<Base>>,
    /// The longer text first.
    patterns: Vec<(Arc<Pattern>, Arc<Bucket<Way>>)>,
    routes: Templates<Way>,
    /// Versions of one, or one: that more answer is refused when a configuration is accepted.
    apis: Vec<Arc<Serving>>,
}

/// One match of an explicit route.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) serving: Arc<Serving>,
    /// Which of its matches; also which of its operations.
    pub(crate) number: usize,
}

/// A match of an explicit route in its running form.
pub(crate) struct Matching {
    /// The literal beginning as routing compares it.
    pub(crate) base: String,
    pub(crate) pattern: Option<Arc<Pattern>>,
    pub(crate) methods: Arc<[Method]>,
    pub(crate) conditions: Option<Arc<Conditions>>,
}

/// What routing looks at.
pub(crate) struct Asked<'a> {
    /// In lower case, without a port.
    pub(crate) host: &'a str,
    /// The key of [`path::read`].
    pub(crate) path: &'a str,
    pub(crate) head: &'a RequestHead,
    pub(crate) client: IpAddr,
}

/// Where a request leads.
pub(crate) enum Found<'a> {
    Operation {
        serving: &'a Arc<Serving>,
        operation: usize,
    },
    /// The path is known, but not with this method.
    OtherMethods(Others<'a>),
    /// The service answers at this base path, but has no such path.
    NoOperation {
        serving: &'a Arc<Serving>,
    },
    /// The request is for none of the versions that answer here.
    NoVersion(&'a [Arc<Serving>]),
    Nothing,
}

/// What would have taken a request with another method; never empty.
pub(crate) struct Others<'a> {
    list: Vec<Other<'a>>,
    /// The method that a CORS preflight asks about.
    preflight: Option<Method>,
}

struct Other<'a> {
    serving: &'a Arc<Serving>,
    operation: usize,
    methods: &'a [Method],
}

/// How well a host fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HostFit {
    Exact,
    /// The number of this wildcard, the longest first.
    Wildcard(usize),
    Any,
}

/// Where a walk is.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub(crate) host: HostFit,
    /// Segments of the literal beginning.
    pub(crate) depth: usize,
}

/// What a walk comes by.
pub(crate) enum Spot<'a, 'p> {
    /// Explicit routes of one regular expression or template.
    Routes { bucket: &'a Bucket<Way>, is_pattern: bool },
    /// An API, the path below its base, and all its versions there.
    Api(&'a Arc<Serving>, &'p str, &'a [Arc<Serving>]),
    /// Versions of an API, for none of which the request is.
    Versions(&'a [Arc<Serving>]),
}

impl Router {
    /// Finds where a request leads.
    pub(crate) fn find<'a>(&'a self, asked: &Asked<'_>) -> Found<'a> {
        let mut others = Vec::new();
        let found = self.walk(asked, &mut |_, spot| match spot {
            Spot::Routes { bucket, .. } => match bucket.pick(asked) {
                Some(entry) => ControlFlow::Break(entry.target.found()),
                None => {
                    others.extend(bucket.but_for_method(asked).map(|entry| Other {
                        serving: &entry.target.serving,
                        operation: entry.target.number,
                        methods: &entry.methods,
                    }));
                    ControlFlow::Continue(())
                }
            },
            Spot::Versions(all) => ControlFlow::Break(Found::NoVersion(all)),
            Spot::Api(serving, rest, _) => ControlFlow::Break(match serving.operation(rest, asked) {
                Ok(operation) => Found::Operation { serving, operation },
                Err(buckets) => {
                    for entry in buckets.into_iter().flat_map(|bucket| bucket.but_for_method(asked)) {
                        others.push(Other { serving, operation: entry.target, methods: &entry.methods });
                    }
                    Found::NoOperation { serving }
                }
            }),
        });
        match found {
            ControlFlow::Break(found @ Found::Operation { .. }) => found,
            _ if !others.is_empty() => {
                Found::OtherMethods(Others { list: others, preflight: preflight(asked) })
            }
            ControlFlow::Break(found) => found,
            ControlFlow::Continue(()) => Found::Nothing,
        }
    }

    /// Visits everything that answers at a host and path, whatever else it asks for, the most specific first. An API is visited last,
    /// because it answers for everything below its base.
    pub(crate) fn walk<'a, B, V>(&'a self, asked: &Asked<'_>, visit: &mut V) -> ControlFlow<B>
    where
        V: FnMut(At, Spot<'a, '_>) -> ControlFlow<B>,
    {
        let Asked { host, path, .. } = *asked;
        if let Some(base) = self.exact.get(host) {
            base.walk(At { host: HostFit::Exact, depth: 0 }, asked, path, visit)?;
        }
        if !self.wildcard.is_empty() {
            let dots = host.match_indices('.').filter(|(at, _)| *at > 0);
            for (number, (at, _)) in dots.enumerate() {
                if let Some(base) = self.wildcard.get(&host[at..]) {
                    base.walk(At { host: HostFit::Wildcard(number), depth: 0 }, asked, path, visit)?;
                }
            }
        }
        self.any.walk(At { host: HostFit::Any, depth: 0 }, asked, path, visit)
    }

    /// As [`Router::walk`], over all other hosts.
    pub(crate) fn walk_elsewhere<'a, V>(&'a self, asked: &Asked<'_>, visit: &mut V)
    where
        V: FnMut(At, Spot<'a, '_>) -> ControlFlow<()>,
    {
        let other = |host: &str| host != asked.host && !(host.starts_with('.') && asked.host.ends_with(host));
        let bases = self.exact.iter().chain(&self.wildcard).filter(|(host, _)| other(host));
        for (_, base) in bases {
            let at = At { host: HostFit::Any, depth: 0 };
            if base.walk(at, asked, asked.path, visit).is_break() {
                return;
            }
        }
    }

    /// Adds a service.
    pub(crate) fn insert(&mut self, serving: &Arc<Serving>) {
        match &serving.service.answers {
            Answers::Route(matches) => {
                for (number, matched) in matches.iter().enumerate() {
                    let way = Way { serving: Arc::clone(serving), number };
                    let Matching { base, pattern, methods, conditions } = &serving.matches[number];
                    let entry = || Entry {
                        methods: Arc::clone(methods),
                        conditions: conditions.clone(),
                        target: way.clone(),
                    };
                    self.change(&matched.hosts, base, &mut |base| match pattern {
                        Some(pattern) => base.insert_pattern(pattern, entry()),
                        None => base.routes.insert(matched.split().1, entry()),
                    });
                }
            }
            Answers::Everything | Answers::Contract(_) => {
                self.change(&serving.service.listen.hosts, &serving.base, &mut |base| {
                    let place = base.apis.partition_point(|api| api.service.key < serving.service.key);
                    base.apis.insert(place, Arc::clone(serving));
                });
            }
        }
    }

    /// Takes a service away.
    pub(crate) fn remove(&mut self, serving: &Arc<Serving>) {
        match &serving.service.answers {
            Answers::Route(matches) => {
                for (number, matched) in matches.iter().enumerate() {
                    let way = Way { serving: Arc::clone(serving), number };
                    let Matching { base, pattern, .. } = &serving.matches[number];
                    self.change(&matched.hosts, base, &mut |base| match pattern {
                        Some(pattern) => base.remove_pattern(pattern, &way),
                        None => base.routes.remove(matched.split().1, &way),
                    });
                }
            }
            Answers::Everything | Answers::Contract(_) => {
                self.change(&serving.service.listen.hosts, &serving.base, &mut |base| {
                    base.apis.retain(|api| api.service.key != serving.service.key);
                });
            }
        }
    }

    fn change(&mut self, hosts: &[String], path: &str, edit: &mut impl FnMut(&mut Base)) {
        if hosts.is_empty() {
            change(&mut self.any, &mut segments(path), edit);
        }
        for host in hosts {
            let host = host.to_ascii_lowercase();
            let (bases, key) = match host.strip_prefix('*') {
                Some(suffix) => (&mut self.wildcard, suffix),
                None => (&mut self.exact, host.as_str()),
            };
            if !bases.contains_key(key) {
                bases.insert(key.into(), Arc::default());
            }
            let base = bases.get_mut(key).expect("it was put there");
            change(base, &mut segments(path), edit);
            if base.is_empty() {
                bases.remove(key);
            }
        }
    }
}

impl Base {
    /// The longest base wins: what is further down is asked first. `rest` is what of the path is below here.
    fn walk<'a, 'p, B, V>(&'a self, at: At, asked: &Asked<'p>, rest: &'p str, visit: &mut V) -> ControlFlow<B>
    where
        V: FnMut(At, Spot<'a, 'p>) -> ControlFlow<B>,
    {
        if !self.children.is_empty()
            && let Some(path) = rest.strip_prefix('/')
        {
            let end = path::segment(path).0.len();
            if let Some(child) = self.children.get(&path[..end]) {
                child.walk(At { depth: at.depth + 1, ..at }, asked, &path[end..], visit)?;
            }
        }
        for (pattern, bucket) in &self.patterns {
            if pattern.matches(asked.path.as_bytes()) {
                visit(at, Spot::Routes { bucket, is_pattern: true })?;
            }
        }
        self.routes.walk(rest, &mut |bucket| visit(at, Spot::Routes { bucket, is_pattern: false }))?;
        match choose(&self.apis, asked) {
            Choice::Nothing => ControlFlow::Continue(()),
            Choice::One(api) => visit(at, Spot::Api(api, rest, &self.apis)),
            Choice::Unknown => visit(at, Spot::Versions(&self.apis)),
        }
    }

    fn insert_pattern(&mut self, pattern: &Arc<Pattern>, entry: Entry<Way>) {
        let place = match self.pattern(pattern) {
            Ok(place) => place,
            Err(place) => {
                self.patterns.insert(place, (Arc::clone(pattern), Arc::default()));
                place
            }
        };
        Arc::make_mut(&mut self.patterns[place].1).insert(entry);
    }

    fn remove_pattern(&mut self, pattern: &Pattern, way: &Way) {
        let Ok(place) = self.pattern(pattern) else { return };
        let bucket = Arc::make_mut(&mut self.patterns[place].1);
        bucket.remove(way);
        if bucket.is_empty() {
            self.patterns.remove(place);
        }
    }

    fn pattern(&self, pattern: &Pattern) -> Result<usize, usize> {
        let order = |pattern: &Pattern| (std::cmp::Reverse(pattern.text().len()), pattern.text().to_owned());
        let wanted = order(pattern);
        self.patterns.binary_search_by(|(other, _)| order(other).cmp(&wanted))
    }

    fn is_empty(&self) -> bool {
        self.children.is_empty() && self.patterns.is_empty() && self.routes.is_empty() && self.apis.is_empty()
    }
}

/// Changes what is at a path. Nodes on the way are made where they are missing, and go where nothing is left.
fn change<'p>(
    base: &mut Arc<Base>,
    segments: &mut impl Iterator<Item = &'p str>,
    edit: &mut impl FnMut(&mut Base),
) {
    let base = Arc::make_mut(base);
    let Some(segment) = segments.next() else { return edit(base) };
    if !base.children.contains_key(segment) {
        base.children.insert(segment.into(), Arc::default());
    }
    let child = base.children.get_mut(segment).expect("it was put there");
    change(child, segments, edit);
    if child.is_empty() {
        base.children.remove(segment);
    }
}

impl Way {
    fn found(&self) -> Found<'_> {
        Found::Operation { serving: &self.serving, operation: self.number }
    }
}

impl Matching {
    /// Reads a match.
    ///
    /// # Errors
    /// The field within the match, and what is wrong.
    pub(crate) fn read(matched: &RouteMatch) -> Result<Matching, (String, String)> {
        let pattern = matched.path_regex.as_deref().map(Pattern::parse).transpose();
        let pattern = pattern.map_err(|message| ("path_regex".to_owned(), message))?;
        Ok(Matching {
            base: base_key(matched.split().0),
            pattern: pattern.map(Arc::new),
            methods: methods(&matched.methods),
            conditions: Conditions::read(matched)?.map(Arc::new),
        })
    }
}

impl<'a> Others<'a> {
    /// The one that is asked about by a preflight, or else the first.
    pub(crate) fn first(&self) -> (&'a Arc<Serving>, usize) {
        let takes = |other: &&Other<'_>| {
            self.preflight
                .as_ref()
                .is_some_and(|method| other.methods.is_empty() || other.methods.contains(method))
        };
        let other = self.list.iter().find(takes).unwrap_or(&self.list[0]);
        (other.serving, other.operation)
    }

    /// The methods that there are, in order: the value of `Allow` (RFC 9110 §10.2.1).
    pub(crate) fn allow(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.list.iter().flat_map(|other| other.methods).map(Method::as_str).collect();
        if let Some(method) = &self.preflight
            && self.list.iter().any(|other| other.methods.is_empty())
        {
            names.push(method.as_str());
        }
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

impl PartialEq for Way {
    fn eq(&self, other: &Way) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Way {}

impl PartialOrd for Way {
    fn partial_cmp(&self, other: &Way) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Way {
    fn cmp(&self, other: &Way) -> Ordering {
        (&self.serving.service.key, self.number).cmp(&(&other.serving.service.key, other.number))
    }
}

/// A base path as routing compares it; nothing for the root.
pub(crate) fn base_key(path: &str) -> String {
    let base: String = segments(path).flat_map(|segment| ["/", segment]).collect();
    literal_key(&base)
}

/// The segments of a base path; none for the root.
pub(crate) fn segments(base: &str) -> impl Iterator<Item = &str> {
    base.trim_matches('/').split('/').filter(|segment| !segment.is_empty())
}
