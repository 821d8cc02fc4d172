//! `rewrite`: what the upstream is asked: method, host, path and query.

use expr::{Side, Stop, Template};
use http::{Uri, uri::PathAndQuery};
use policy::prelude::*;
use regex::Regex;

use crate::{
    query::{QueryChanges, QueryEdits},
    text::{pattern, replacement, template},
};

/// The longest path a formula may make.
const LONGEST: usize = 8 << 10;
/// The longest body that a formula reads.
const BODY: ByteSize = ByteSize::mib(1);

/// Changes what the upstream is asked: the method, the host, the path and the query.
///
/// The path is the one that goes upstream: where the base path of an API is stripped, it is below that. Formulas can stand in `path` and
/// `host` and in the values of `query`; what they give is encoded, so that it stays within its segment or parameter. A path with dot
/// segments is refused.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rewrite {
    /// The method the upstream is asked with. A HEAD request stays one.
    method: Option<String>,
    /// The host the upstream is asked for, whatever its address is.
    host: Option<String>,
    /// The path, such as `/v2/orders/${request.params.id}`.
    path: Option<String>,
    /// A regular expression for the path; with `to`.
    pattern: Option<String>,
    /// What stands for the part of the path that `pattern` matches, with its groups: `/new/$1`.
    to: Option<String>,
    /// What is taken off the beginning of the path, where it is there.
    strip_prefix: Option<String>,
    /// What is put before the path.
    add_prefix: Option<String>,
    /// What is changed of the query.
    query: QueryChanges,
}

impl Policy for Rewrite {
    const NAME: &'static str = "rewrite";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ path: \"/v2${request.path}\", query: { set: { source: gateway } } }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let method = self.method.map(|text| method(&text)).transpose()?;
        let host = self.host.map(|text| template(&text, Side::Request, "host")).transpose()?;
        let path = match (self.path, self.pattern, self.to, self.strip_prefix, self.add_prefix) {
            (None, None, None, None, None) => None,
            (Some(path), None, None, None, None) => {
                if !path.starts_with('/') && !path.starts_with("${") {
                    return Err(Invalid::field("path", "a path begins with a slash"));
                }
                if path.contains('?') {
                    return Err(Invalid::field("path", "has no query; use `query`"));
                }
                Some(Path::Template(template(&path, Side::Request, "path")?))
            }
            (None, Some(regex), Some(to), None, None) => {
                let regex = pattern(&regex, "pattern")?;
                replacement(&regex, &to, "to")?;
                Some(Path::Groups(regex, to))
            }
            (None, Some(_), None, ..) => return Err(Invalid::field("to", "a pattern needs `to`")),
            (None, None, Some(_), ..) => return Err(Invalid::field("pattern", "`to` needs a pattern")),
            (None, None, None, strip, add) => {
                Some(Path::Prefix { strip: prefix(strip, "strip_prefix")?, add: prefix(add, "add_prefix")? })
            }
            _ => {
                return Err(Invalid::whole("give one of `path`, `pattern` with `to`, and `strip_prefix` with `add_prefix`"));
            }
        };
        let query = self.query.read("query")?;
        if method.is_none() && host.is_none() && path.is_none() && query.is_empty() {
            return Err(Invalid::whole("give something to change: `method`, `host`, `path` or `query`"));
        }
        let reads = |template: &Option<Template>| template.as_ref().is_some_and(|text| text.needs().request_body);
        let of_path = matches!(&path, Some(Path::Template(text)) if text.needs().request_body);
        let needs_body = reads(&host) || of_path || query.needs_body();
        Ok(Box::new(Rewriter { method, host, path, query, needs_body }))
    }
}

fn method(text: &str) -> Result<Method, Invalid> {
    match text {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => {
            Ok(Method::from_bytes(text.as_bytes()).unwrap_or_default())
        }
        _ => {
            let message = format!("`{text}` is none of GET, POST, PUT, PATCH, DELETE and OPTIONS");
            Err(Invalid::field("method", message))
        }
    }
}

fn prefix(text: Option<String>, field: &str) -> Result<String, Invalid> {
    let text = text.unwrap_or_default();
    let text = text.trim_end_matches('/');
    if !text.is_empty() && !text.starts_with('/') {
        return Err(Invalid::field(field, "begins with a slash"));
    }
    Ok(text.to_owned())
}

/// The running form of [`Rewrite`].
struct Rewriter {
    method: Option<Method>,
    host: Option<Template>,
    path: Option<Path>,
    query: QueryEdits,
    needs_body: bool,
}

enum Path {
    Template(Template),
    Groups(Regex, String),
    Prefix { strip: String, add: String },
}

impl Filter for Rewriter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if !self.needs_body {
            return Step::Done(self.rewrite(req, None));
        }
        Step::wait(async move {
            let body = req.body.read(BODY.0).await?;
            let body = serde_json::from_slice(&body).ok();
            self.rewrite(req, body.as_ref())
        })
    }
}

impl Rewriter {
    fn rewrite(&self, req: &mut Request, body: Option<&serde_json::Value>) -> Flow {
        let whole = req.head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let cut = base(whole.path(), req.strip);
        let base = whole.path()[..cut].to_owned();
        let below = &whole.path()[cut..];
        let below = if below.starts_with('/') { below.to_owned() } else { format!("/{below}") };

        // Formulas see the path that the upstream would.
        let before = req.head.uri.clone();
        let seen = match whole.query() {
            Some(query) => format!("{below}?{query}"),
            None => below.clone(),
        };
        req.head.uri = seen.parse().map_err(|_| refused())?;
        let made = self.make(req, &below, body);
        req.head.uri = before;
        let Made { host, path, query } = made?;

        if path.is_some() || query.is_some() {
            let path = path.unwrap_or(below);
            check_path(&path)?;
            let query = query.unwrap_or_else(|| whole.query().unwrap_or_default().to_owned());
            let target = if query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{query}") };
            let target = PathAndQuery::try_from(target).map_err(|_| refused())?;
            req.head.uri = Uri::from(target);
        }
        if let Some(host) = host {
            req.host = Some(host);
        }
        if let Some(method) = self.method.as_ref().filter(|_| req.head.method != Method::HEAD) {
            req.head.method = method.clone();
        }
        Ok(())
    }

    fn make(&self, req: &Request, below: &str, body: Option<&serde_json::Value>) -> Result<Made, Reply> {
        let view = req.view(body);
        let path = match &self.path {
            None => None,
            Some(Path::Template(text)) => Some(text.fill_url(&view, LONGEST).map_err(|_| refused())?),
            Some(Path::Groups(pattern, to)) => Some(pattern.replace(below, to).into_owned()),
            Some(Path::Prefix { strip, add }) => {
                let rest = below.strip_prefix(&**strip).filter(|rest| rest.is_empty() || rest.starts_with('/'));
                let rest = rest.unwrap_or(below);
                Some(if rest.is_empty() && add.is_empty() { "/".to_owned() } else { format!("{add}{rest}") })
            }
        };
        let query = if self.query.is_empty() {
            None
        } else {
            let changed = self.query.apply(req.head.uri.query().unwrap_or_default(), &view);
            Some(changed.map_err(|_| refused())?)
        };
        let host = match &self.host {
            None => None,
            Some(text) => match text.fill(&view, 255) {
                Ok(text) => Some(host(&text).ok_or_else(refused)?),
                Err(Stop::Missing) => None,
                Err(_) => return Err(refused()),
            },
        };
        Ok(Made { host, path, query })
    }
}

struct Made {
    host: Option<HeaderValue>,
    path: Option<String>,
    query: Option<String>,
}

fn refused() -> Reply {
    Problem::new(problems::BAD_REQUEST, "the request leads to a path or host that is not valid").into()
}

fn host(text: &str) -> Option<HeaderValue> {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    (!text.is_empty() && text.bytes().all(valid)).then(|| HeaderValue::from_str(text).ok())?
}

/// Where the base path ends: before its segment after the last that is taken off.
fn base(path: &str, strip: usize) -> usize {
    if strip == 0 {
        return 0;
    }
    path.match_indices('/').nth(strip).map_or(path.len(), |(at, _)| at)
}

/// A path that the upstream could read as another is refused, as it is where it comes from a client.
fn check_path(path: &str) -> Result<(), Reply> {
    let dotted = |segment: &str| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    };
    let bad = !path.starts_with('/') || path.contains(['\\', '?', '#']) || path.split('/').any(dotted);
    if bad { Err(refused()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn rewritten(config: &str, req: RequestBuilder) -> policy::Request {
        let mut req = req.build();
        pass(&*build("rewrite", config), &mut req);
        req
    }

    fn target(config: &str, target: &str) -> String {
        rewritten(config, RequestBuilder::get(target)).head.uri.to_string()
    }

    #[test]
    fn the_path_is_made_of_the_request() {
        assert_eq!(target("{ path: '/v2${request.path}' }", "/a%20b?c=d"), "/v2/a%20b?c=d");
        let req = RequestBuilder::get("/orders/a%2Fb").template("/orders/{id}", 0);
        let made = rewritten("{ path: '/o/${request.params.id}' }", req);
        assert_eq!(made.head.uri.to_string(), "/o/a%2Fb");
        let req = RequestBuilder::of("POST", "/x").body("{ \"kind\": \"gold card\" }");
        assert_eq!(rewritten("{ path: '/${request.body.kind}' }", req).head.uri.to_string(), "/gold%20card");
    }

    #[test]
    fn a_pattern_replaces_what_it_matches_and_prefixes_come_and_go() {
        assert_eq!(target("{ pattern: '^/old/(.*)$', to: '/new/$1' }", "/old/a?b"), "/new/a?b");
        assert_eq!(target("{ pattern: '^/old/(.*)$', to: '/new/$1' }", "/other"), "/other");
        assert_eq!(target("{ strip_prefix: /api, add_prefix: /v1/ }", "/api/a"), "/v1/a");
        assert_eq!(target("{ strip_prefix: /api }", "/apis"), "/apis");
        assert_eq!(target("{ strip_prefix: /api }", "/api"), "/");
    }

    #[test]
    fn what_is_rewritten_is_below_the_base_path_where_that_is_stripped() {
        let req = || RequestBuilder::get("/shop/v1/a?b").template("/shop/v1/{x}", 2);
        assert_eq!(rewritten("{ path: '/new${request.path}' }", req()).head.uri.to_string(), "/shop/v1/new/a?b");
        assert_eq!(rewritten("{ pattern: '^/a', to: '/c' }", req()).head.uri.to_string(), "/shop/v1/c?b");
        let at_the_base = RequestBuilder::get("/shop/v1").template("/shop/v1", 2);
        assert_eq!(rewritten("{ add_prefix: /p }", at_the_base).head.uri.to_string(), "/shop/v1/p/");
    }

    #[test]
    fn parameters_are_kept_removed_renamed_set_and_added() {
        let config = "{ query: { remove: [a], rename: { b: c }, set: { d: 'x y', e: '${request.query.none}' }, add: { f: '1' } } }";
        assert_eq!(target(config, "/p?a=1&b=2&%64=3&e=4&f=0&g"), "/p?c=2&e=4&f=0&g&d=x%20y&f=1");
        assert_eq!(target("{ query: { keep: [a] } }", "/p?b=1&a=2&a=3&c"), "/p?a=2&a=3");
        assert_eq!(target("{ query: { remove: [a] } }", "/p?a=1"), "/p");
        assert_eq!(target("{ query: { rename: { a: b }, set: { b: '1' } } }", "/p?a=0&b=2"), "/p?b=1");
    }

    #[test]
    fn method_and_host_are_changed_and_head_stays_head() {
        let made = rewritten("{ method: POST, host: 'in.${caller.name}.example:81' }", RequestBuilder::get("/").identity("ada"));
        assert_eq!(made.head.method, "POST");
        assert_eq!(made.host.unwrap(), "in.ada.example:81");
        assert_eq!(rewritten("{ method: POST }", RequestBuilder::of("HEAD", "/")).head.method, "HEAD");
    }

    #[test]
    fn no_request_can_lead_out_of_its_place() {
        for (config, target) in [
            ("{ path: '/o/${request.query.id}' }", "/?id=.."),
            ("{ path: '/o/${request.query.id}/x' }", "/?id=."),
            ("{ pattern: '^/a(.*)$', to: '/b/.$1' }", "/a./x"),
            ("{ host: '${request.query.h}' }", "/?h=a%0d%0ab"),
            ("{ host: '${request.query.h}' }", "/?h=a/b"),
        ] {
            let mut req = RequestBuilder::get(target).build();
            let before = req.head.uri.clone();
            assert_eq!(refused(&*build("rewrite", config), &mut req).kind.code, "bad-request", "{config}");
            assert_eq!(req.head.uri, before);
        }
        assert_eq!(target("{ path: '/o/${request.query.id}' }", "/?id=../%2e%2e/x"), "/o/..%2F..%2Fx?id=../%2e%2e/x");
    }

    #[test]
    fn what_changes_nothing_or_cannot_be_is_refused_naming_the_field() {
        assert!(invalid("rewrite", "{}").message.contains("something to change"));
        assert!(invalid("rewrite", "{ path: /a, strip_prefix: /b }").message.contains("one of"));
        for (config, field) in [
            ("{ method: HEAD }", "method"),
            ("{ path: a }", "path"),
            ("{ path: '/a?b' }", "path"),
            ("{ path: '/${nobody}' }", "path"),
            ("{ pattern: ^/a }", "to"),
            ("{ to: /a }", "pattern"),
            ("{ pattern: '(', to: /a }", "pattern"),
            ("{ pattern: ^/a, to: $1 }", "to"),
            ("{ add_prefix: a }", "add_prefix"),
            ("{ query: { set: { a: '${' } } }", "query.set.a"),
        ] {
            assert_eq!(invalid("rewrite", config).field, field, "{config}");
        }
    }
}
