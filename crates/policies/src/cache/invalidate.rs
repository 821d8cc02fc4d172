//! What is forgotten after a request that changes something (RFC 9111 §4.4).

use std::sync::Arc;

use ::cache::{Purge, push_host};
use head::{Headers, Known};
use policy::{BodyPlan, Origin, prelude::*};

use super::{
    key::{KeyRules, scheme, tenant},
    origin::Rules,
};

/// Forgets the resource of a request, and those that its answer names, once it has succeeded.
pub(crate) fn after(req: &mut Request, key: &KeyRules, rules: &Arc<Rules>) {
    let mut resource = String::new();
    key.url(req, &mut resource);
    let path = req.head.uri.path();
    // What is below the base path is what the upstream's own references speak of.
    let base = path.match_indices('/').nth(req.strip).map_or(path, |(at, _)| &path[..at]).to_owned();
    let mut host = String::new();
    let named = req.head.headers.first(Known::Host).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = scheme(&req.head.headers).to_owned();
    push_host(&mut host, named, &scheme);
    let tenant = tenant(req).to_owned();
    let place = Place { tenant, scheme, host, path: path.to_owned(), base };
    let rules = Arc::clone(rules);
    req.then(move |head, outcome| {
        if outcome.origin == Origin::Upstream && matches!(head.status.as_u16(), 200..=399) {
            rules.store.purge(Purge::Url(&resource));
            for named in place.named(&head.headers) {
                rules.store.purge(Purge::Url(&named));
            }
        }
        BodyPlan::Keep
    });
}

/// Where a reference in an answer starts from.
struct Place {
    tenant: String,
    scheme: String,
    host: String,
    path: String,
    base: String,
}

impl Place {
    /// Resources that `Location` and `Content-Location` name, of the same host.
    fn named(&self, headers: &Headers) -> Vec<String> {
        let mut named = Vec::new();
        for field in ["location", "content-location"] {
            let Some(reference) = headers.get(field).and_then(|value| value.to_str().ok()) else { continue };
            let Some(below) = self.resolve(reference) else { continue };
            if !self.base.is_empty() {
                named.push(format!("{}//{}{}{below}", self.tenant, self.host, self.base));
            }
            named.push(format!("{}//{}{below}", self.tenant, self.host));
        }
        named
    }

    /// Path and query of a reference; `None` where it is of another host.
    fn resolve(&self, reference: &str) -> Option<String> {
        let reference = reference.split('#').next().unwrap_or_default();
        let after_scheme = [("http://", "http"), ("https://", "https"), ("//", &*self.scheme)]
            .into_iter()
            .find_map(|(start, scheme)| Some((reference.strip_prefix(start)?, scheme)));
        if let Some((rest, scheme)) = after_scheme {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let mut host = String::new();
            push_host(&mut host, &rest[..end], scheme);
            let path = if rest[end..].starts_with('/') { rest[end..].to_owned() } else { format!("/{}", &rest[end..]) };
            return (host == self.host).then(|| without_dots(&path));
        }
        if reference.starts_with('/') {
            return Some(without_dots(reference));
        }
        if reference.is_empty() || reference.starts_with('?') {
            return Some(format!("{}{reference}", self.path));
        }
        let directory = self.path.rfind('/').map_or("/", |at| &self.path[..=at]);
        Some(without_dots(&format!("{directory}{reference}")))
    }
}

/// A path without `.` and `..` (RFC 3986 §5.2.4); its query stays.
fn without_dots(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut segments: Vec<&str> = Vec::new();
    let mut all = path.split('/').skip(1).peekable();
    while let Some(segment) = all.next() {
        let is_last = all.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    segments.pop();
                }
                if is_last {
                    segments.push("");
                }
            }
            segment => segments.push(segment),
        }
    }
    let path = format!("/{}", segments.join("/"));
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_those_of_other_hosts_are_not() {
        let place = Place {
            tenant: String::new(),
            scheme: "https".into(),
            host: "shop.test".into(),
            path: "/shop/orders/1".into(),
            base: "/shop".into(),
        };
        let resolve = |reference: &str| place.resolve(reference);
        assert_eq!(resolve("/a/./b/../c?x=../y#z").unwrap(), "/a/c?x=../y");
        assert_eq!(resolve("2").unwrap(), "/shop/orders/2");
        assert_eq!(resolve("../x/").unwrap(), "/shop/x/");
        assert_eq!(resolve("..").unwrap(), "/shop/");
        assert_eq!(resolve("").unwrap(), "/shop/orders/1");
        assert_eq!(resolve("?q=1").unwrap(), "/shop/orders/1?q=1");
        assert_eq!(resolve("https://SHOP.test:443/a").unwrap(), "/a");
        assert_eq!(resolve("//shop.test").unwrap(), "/");
        assert_eq!(resolve("https://other.test/a"), None);
        let mut headers = Headers::new();
        headers.insert("location", HeaderValue::from_static("/orders/5"));
        assert_eq!(place.named(&headers), ["//shop.test/shop/orders/5", "//shop.test/orders/5"]);
    }
}
