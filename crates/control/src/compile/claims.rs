//! Hosts and paths that workspaces claim: what one answers at, another neither takes nor comes between.
//!
//! Within a workspace more specific matches go before others, which is what who writes both wants. Between workspaces nobody wants it: a
//! match of one tenant that is more specific than another's would take the other's requests, credentials included. So a workspace has a
//! path whole, with all that is below and at every host that is covered.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use model::Resource;

use super::{Report, index::View, matching::field};

/// What a workspace claims: by host, empty for any, base paths without `/` at their end, each with how many answer there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Below(HashMap<Arc<str>, BTreeMap<Arc<str>, usize>>);

/// A claim: the field it stands in, the host, the base path.
type Claim = (String, Arc<str>, Arc<str>);

impl Below {
    pub(crate) fn add(&mut self, resource: &Resource) {
        for (_, host, base) in claims_of(resource) {
            *self.0.entry(host).or_default().entry(base).or_default() += 1;
        }
    }

    pub(crate) fn remove(&mut self, resource: &Resource) {
        for (_, host, base) in claims_of(resource) {
            let Some(paths) = self.0.get_mut(&host) else { continue };
            if let Some(count) = paths.get_mut(&base) {
                *count -= 1;
                if *count == 0 {
                    paths.remove(&base);
                }
            }
            if paths.is_empty() {
                self.0.remove(&host);
            }
        }
    }

    /// Whether something is claimed that some request to this host and below this path would come to.
    fn meets(&self, host: &str, base: &str) -> bool {
        if host.is_empty() || host.starts_with("*.") {
            return self.0.iter().any(|(other, paths)| hosts_meet(host, other) && paths_meet(paths, base));
        }
        let at = |host: &str| self.0.get(host).is_some_and(|paths| paths_meet(paths, base));
        let mut rest = host;
        at("")
            || at(host)
            || std::iter::from_fn(|| {
                rest = rest.split_once('.')?.1;
                Some(format!("*.{rest}"))
            })
            .any(|wildcard| at(&wildcard))
    }
}

/// Checks what changes against what others claim. Whose a claim is, is nobody else's business.
pub(crate) fn check(view: &View<'_>, others: &[&Below], report: &mut Report<'_>) {
    if others.is_empty() {
        return;
    }
    for (id, resource) in view.changed() {
        for (field, host, base) in claims_of(resource) {
            if others.iter().any(|other| other.meets(&host, &base)) {
                let host = if host.is_empty() { "any host".to_owned() } else { format!("`{host}`") };
                let message = format!(
                    "`{base}/` at {host} cannot be had, whole or in part: it is taken, or what is below or above it; give a host of your \
                     own or another path"
                );
                report.error(id, &field, "taken", message);
                break;
            }
        }
    }
}

fn claims_of(resource: &Resource) -> Vec<Claim> {
    let of = |field: String, hosts: &[String], base: &str| -> Vec<Claim> {
        let base: Arc<str> = base.trim_end_matches('/').into();
        let any = hosts.is_empty().then(|| Arc::from(""));
        let all = any.into_iter().chain(hosts.iter().map(|host| Arc::from(host.as_str())));
        all.map(|host| (field.clone(), host, Arc::clone(&base))).collect()
    };
    match resource {
        Resource::Api(api) => of("listen".to_owned(), &api.listen.hosts, &api.listen.path),
        Resource::Route(route) => {
            let all = route.all_matches().enumerate();
            all.flat_map(|(number, matched)| of(field(number), &matched.hosts, matched.split().0)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether some host is meant by both.
fn hosts_meet(a: &str, b: &str) -> bool {
    let covers = |wide: &str, narrow: &str| {
        let Some(suffix) = wide.strip_prefix('*') else { return false };
        narrow.trim_start_matches('*').ends_with(suffix)
    };
    a.is_empty() || b.is_empty() || a == b || covers(a, b) || covers(b, a)
}

/// Whether one of some paths is at, above or below a path.
fn paths_meet(paths: &BTreeMap<Arc<str>, usize>, base: &str) -> bool {
    let above = base.match_indices('/').map(|(at, _)| &base[..at]);
    if paths.contains_key(base) || above.into_iter().any(|above| paths.contains_key(above)) {
        return true;
    }
    let below = format!("{base}/");
    let mut next = paths.range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded));
    next.next().is_some_and(|(path, _)| path.starts_with(&below))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn api(hosts: &[&str], path: &str) -> Resource {
        let listen = json!({ "hosts": hosts, "path": path });
        Resource::from_value(json!({ "kind": "api", "name": "a", "listen": listen })).unwrap()
    }

    #[test]
    fn what_is_at_above_or_below_a_claim_or_at_a_host_it_covers_meets_it() {
        let claim = |hosts: &[&str], path: &str| {
            let mut below = Below::default();
            below.add(&api(hosts, path));
            below
        };
        let meets = |claimed: (&[&str], &str), asked: (&str, &str)| {
            let one = claim(claimed.0, claimed.1).meets(asked.0, asked.1.trim_end_matches('/'));
            let hosts: &[&str] = if asked.0.is_empty() { &[] } else { &[asked.0] };
            let host = claimed.0.first().copied().unwrap_or_default();
            let other = claim(hosts, asked.1).meets(host, claimed.1.trim_end_matches('/'));
            assert_eq!(one, other, "{claimed:?} {asked:?} either way round");
            one
        };
        for (claimed, asked, expected) in [
            ((&[][..], "/orders"), ("", "/orders"), true),
            ((&[], "/orders"), ("", "/orders/v2"), true),
            ((&[], "/orders/v2"), ("", "/orders"), true),
            ((&[], "/orders"), ("", "/orders-eu"), false),
            ((&[], "/orders"), ("", "/"), true),
            ((&[], "/"), ("", "/bills"), true),
            ((&[], "/orders"), ("a.example.com", "/orders"), true),
            ((&["a.example.com"], "/"), ("b.example.com", "/"), false),
            ((&["*.example.com"], "/"), ("b.example.com", "/x"), true),
            ((&["*.example.com"], "/"), ("x.b.example.com", "/x"), true),
            ((&["*.example.com"], "/"), ("example.com", "/x"), false),
            ((&["*.example.com"], "/"), ("*.b.example.com", "/x"), true),
            ((&["*.example.com"], "/a"), ("*.b.example.com", "/x"), false),
            ((&["*.a.com"], "/"), ("*.b.com", "/"), false),
        ] {
            assert_eq!(meets(claimed, asked), expected, "{claimed:?} {asked:?}");
        }
    }

    #[test]
    fn what_is_given_up_can_be_had() {
        let mut below = Below::default();
        let (one, other) = (api(&["a.com"], "/x"), api(&["a.com"], "/x"));
        below.add(&one);
        below.add(&other);
        below.remove(&one);
        assert!(below.meets("a.com", "/x"));
        below.remove(&other);
        assert!(!below.meets("a.com", "/x") && below.0.is_empty());
    }
}
