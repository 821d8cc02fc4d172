//! Finds where a request leads: host, then base path, then template. The cost depends on the path's length, not on how many
//! routes there are.

pub(crate) mod path;
mod template;

use std::{collections::HashMap, sync::Arc};

use http::Method;
use model::snapshot::Answers;
pub(crate) use template::{Leaf, Match, Templates};

use crate::table::Serving;

/// All services by host and base path.
#[derive(Default)]
pub(crate) struct Router {
    exact: HashMap<Box<str>, Bases>,
    /// By what follows the asterisk: `.example.com`.
    wildcard: HashMap<Box<str>, Bases>,
    any: Bases,
}

/// Services by base path: a trie by segments.
struct Bases(Vec<Base>);

#[derive(Default)]
struct Base {
    children: HashMap<Box<str>, usize>,
    api: Option<Arc<Serving>>,
    routes: Option<Box<Routes>>,
}

/// The explicit routes of one base path.
struct Routes {
    services: Vec<Arc<Serving>>,
    templates: Templates<usize>,
}

/// Where a request leads.
pub(crate) enum Found<'a> {
    Operation {
        serving: &'a Arc<Serving>,
        operation: usize,
    },
    /// The service has the path, but not with this method.
    OtherMethods {
        serving: &'a Arc<Serving>,
        leaf: &'a Leaf<usize>,
    },
    /// The service answers at this base path, but has no such path.
    NoOperation {
        serving: &'a Arc<Serving>,
    },
    Nothing,
}

impl Router {
    pub(crate) fn build<'a>(services: impl Iterator<Item = &'a Arc<Serving>>) -> Router {
        let mut router = Router::default();
        for serving in services {
            let hosts = &serving.service.listen.hosts;
            if hosts.is_empty() {
                router.any.insert(serving);
            }
            for host in hosts {
                let host = host.to_ascii_lowercase();
                let bases = match host.strip_prefix('*') {
                    Some(suffix) => router.wildcard.entry(suffix.into()).or_default(),
                    None => router.exact.entry(host.into()).or_default(),
                };
                bases.insert(serving);
            }
        }
        router
    }

    /// Finds where a request leads. `host` is in lower case and without a port, `path` the key of [`path::read`].
    pub(crate) fn find(&self, host: &str, path: &str, method: &Method) -> Found<'_> {
        if let Some(bases) = self.exact.get(host)
            && let Some(found) = bases.find(path, method)
        {
            return found;
        }
        if !self.wildcard.is_empty() {
            let dots = host.match_indices('.').filter(|(at, _)| *at > 0);
            for bases in dots.filter_map(|(at, _)| self.wildcard.get(&host[at..])) {
                if let Some(found) = bases.find(path, method) {
                    return found;
                }
            }
        }
        self.any.find(path, method).unwrap_or(Found::Nothing)
    }
}

impl Default for Bases {
    fn default() -> Bases {
        Bases(vec![Base::default()])
    }
}

impl Bases {
    fn insert(&mut self, serving: &Arc<Serving>) {
        let mut at = 0;
        for segment in segments(&serving.base) {
            let next = self.0.len();
            at = *self.0[at].children.entry(segment.into()).or_insert(next);
            if at == next {
                self.0.push(Base::default());
            }
        }
        let base = &mut self.0[at];
        match &serving.service.answers {
            Answers::Route(route) => {
                let routes = base.routes.get_or_insert_with(|| {
                    Box::new(Routes { services: Vec::new(), templates: Templates::new() })
                });
                routes.templates.insert(&route.path, &route.methods, routes.services.len());
                routes.services.push(Arc::clone(serving));
            }
            Answers::Everything | Answers::Contract(_) => {
                base.api.get_or_insert_with(|| Arc::clone(serving));
            }
        }
    }

    fn find(&self, path: &str, method: &Method) -> Option<Found<'_>> {
        self.below(0, path, method)
    }

    /// The longest base wins: what is further down is asked first.
    fn below(&self, at: usize, rest: &str, method: &Method) -> Option<Found<'_>> {
        let base = &self.0[at];
        if !base.children.is_empty()
            && let Some(path) = rest.strip_prefix('/')
        {
            let end = path.find('/').unwrap_or(path.len());
            if let Some(child) = base.children.get(&path[..end])
                && let Some(found) = self.below(*child, &path[end..], method)
            {
                return Some(found);
            }
        }
        if let Some(routes) = &base.routes
            && let Match::Found(index) = routes.templates.find(rest, method)
        {
            return Some(Found::Operation { serving: &routes.services[*index], operation: 0 });
        }
        let serving = base.api.as_ref()?;
        Some(match &serving.templates {
            None => Found::Operation { serving, operation: 0 },
            Some(templates) => match templates.find(rest, method) {
                Match::Found(operation) => Found::Operation { serving, operation: *operation },
                Match::OtherMethods(leaf) => Found::OtherMethods { serving, leaf },
                Match::Nothing => Found::NoOperation { serving },
            },
        })
    }
}

/// The segments of a base path; none for the root.
pub(crate) fn segments(base: &str) -> impl Iterator<Item = &str> {
    base.trim_matches('/').split('/').filter(|segment| !segment.is_empty())
}
