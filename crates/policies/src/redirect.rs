//! `redirect`: sends the client to another address.

use expr::{Side, Template};
use http::header::{HOST, LOCATION};
use policy::prelude::*;
use regex::Regex;

use crate::text::{pattern, replacement, template};

/// The longest address a client is sent to.
const LONGEST: usize = 8 << 10;
const SCHEME: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Sends the client to another address, before authentication and without asking the upstream.
///
/// `to` is an address or, with a slash at its beginning, a path. Formulas can stand in it, as `https://new.example.com${request.path}`;
/// what they give is encoded, so that it stays within its segment or parameter. With `pattern`, only paths that match are redirected, and
/// `to` has the groups of the pattern instead: `$1`, `${name}`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redirect {
    /// Where to.
    #[serde(default)]
    to: Option<String>,
    /// A regular expression for the path as the client sent it. Anchor it with `^` and `$`.
    #[serde(default)]
    pattern: Option<String>,
    /// Sends clients that came without TLS to the same address with it. Instead of `to`.
    #[serde(default)]
    https: bool,
    /// The port that `https` leads to.
    #[serde(default = "https_port")]
    port: u16,
    /// `301`, `302`, `303`, `307` or `308`; by default 302, and 308 with `https`. Clients repeat the method and the body with 307 and 308
    /// only, and remember 301 and 308.
    #[serde(default)]
    status: Option<u16>,
    /// Whether the query goes along, where `to` has none of its own.
    #[serde(default = "yes")]
    keep_query: bool,
}

fn https_port() -> u16 {
    443
}

fn yes() -> bool {
    true
}

impl Policy for Redirect {
    const NAME: &'static str = "redirect";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ to: \"https://new.example.com${request.path}\", status: 308 }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let to = match (self.to, self.pattern, self.https) {
            (None, None, true) => To::Https { port: self.port },
            (None, None, false) => {
                return Err(Invalid::whole("give `to`, `https: true`, or `pattern` with `to`"));
            }
            (_, _, true) => {
                return Err(Invalid::field("https", "leads to the same address, and goes with neither `to` nor `pattern`"));
            }
            (None, Some(_), false) => return Err(Invalid::field("to", "a pattern needs an address to lead to")),
            (Some(to), None, false) => {
                is_address(&to)?;
                To::Template { rooted: is_rooted(&to), template: template(&to, Side::Request, "to")? }
            }
            (Some(to), Some(regex), false) => {
                is_address(&to)?;
                let regex = pattern(&regex, "pattern")?;
                replacement(&regex, &to, "to")?;
                To::Groups { rooted: is_rooted(&to), pattern: regex, to }
            }
        };
        let usual = if matches!(to, To::Https { .. }) { 308 } else { 302 };
        let status = match self.status.unwrap_or(usual) {
            status @ (301 | 302 | 303 | 307 | 308) => StatusCode::from_u16(status).unwrap_or_default(),
            other => {
                return Err(Invalid::field("status", format!("{other} is no redirection: 301, 302, 303, 307 or 308")));
            }
        };
        Ok(Box::new(Redirection { to, status, keep_query: self.keep_query }))
    }
}

fn is_address(to: &str) -> Result<(), Invalid> {
    if is_rooted(to) || to.starts_with("//") || to.starts_with("http://") || to.starts_with("https://") {
        return Ok(());
    }
    let message = format!("`{to}` is neither an address (`https://…`) nor a path that begins with a slash");
    Err(Invalid::field("to", message))
}

fn is_rooted(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//")
}

/// The running form of [`Redirect`].
struct Redirection {
    to: To,
    status: StatusCode,
    keep_query: bool,
}

enum To {
    Https { port: u16 },
    Template { template: Template, rooted: bool },
    Groups { pattern: Regex, to: String, rooted: bool },
}

impl Redirection {
    /// Where the client is sent; `None` where it is not.
    fn target(&self, req: &Request) -> Option<String> {
        let uri = &req.head.uri;
        let (mut target, rooted) = match &self.to {
            To::Https { port } => {
                let secure = req.head.headers.get(SCHEME).is_some_and(|scheme| scheme == "https");
                if secure || !(uri.host().is_some() || req.head.headers.contains_key(HOST)) {
                    return None;
                }
                let port = if *port == 443 { String::new() } else { format!(":{port}") };
                (format!("https://{}{port}{}", req.facts().host(), uri.path()), false)
            }
            // Too long to be sent anywhere: as if there were nothing to lead to.
            To::Template { template, rooted } => (template.fill_url(&req.view(None), LONGEST).ok()?, *rooted),
            To::Groups { pattern, to, rooted } => {
                let found = pattern.captures(uri.path())?;
                let mut target = String::new();
                found.expand(to, &mut target);
                (target, *rooted)
            }
        };
        if rooted {
            // `//host` would be another host's address.
            let path = target.trim_start_matches(['/', '\\']);
            target = format!("/{path}");
        }
        if let (true, false, Some(query)) = (self.keep_query, target.contains('?'), uri.query()) {
            let fragment = target.find('#').unwrap_or(target.len());
            target.insert_str(fragment, &format!("?{query}"));
        }
        (target.len() <= LONGEST).then_some(target)
    }
}

impl Filter for Redirection {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let Some(target) = self.target(req) else { return Step::Done(Ok(())) };
        let Ok(location) = HeaderValue::try_from(target) else {
            return Step::Done(Err(Problem::new(problems::BAD_REQUEST, "the path leads to no address").into()));
        };
        let headers = Headers::from_iter([(LOCATION, location)]);
        Step::Done(Err(Reply::answer(self.status, headers, bytes::Bytes::new())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    fn led(config: &str, req: RequestBuilder) -> Option<(u16, String)> {
        let filter = build("redirect", config);
        match decide(&*filter, &mut req.build()) {
            Ok(()) => None,
            Err(Reply::Answer(answer) | Reply::Stored(answer)) => {
                let location = answer.0.headers.get(LOCATION).unwrap().to_str().unwrap().to_owned();
                Some((answer.0.status.as_u16(), location))
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn to(config: &str, target: &str) -> String {
        led(config, RequestBuilder::get(target)).expect("it is redirected").1
    }

    #[test]
    fn an_address_is_made_of_the_request_and_the_query_goes_along() {
        let config = "{ to: 'https://new.example.com/v2${request.path}', status: 308 }";
        assert_eq!(to(config, "/a%20b?c=d"), "https://new.example.com/v2/a%20b?c=d");
        assert_eq!(to("{ to: '/other#top' }", "/a?b"), "/other?b#top");
        assert_eq!(to("{ to: '/other?x=${request.query.c}' }", "/a?c=%26y"), "/other?x=%26y");
        assert_eq!(to("{ to: '/other', keep_query: false }", "/a?b"), "/other");
        assert_eq!(led("{ to: /other }", RequestBuilder::get("/")).unwrap().0, 302);
    }

    #[test]
    fn only_paths_that_match_a_pattern_are_redirected() {
        let config = "{ pattern: '^/old/(?<rest>.*)$', to: '/new/${rest}', status: 301 }";
        assert_eq!(to(config, "/old/a/b?c"), "/new/a/b?c");
        assert!(led(config, RequestBuilder::get("/new/a")).is_none());
    }

    #[test]
    fn clients_without_tls_are_sent_to_it() {
        let req = |scheme: &str| RequestBuilder::get("/a?b").header("host", "API.example.com:8080").header("x-forwarded-proto", scheme);
        assert_eq!(led("{ https: true }", req("http")), Some((308, "https://api.example.com/a?b".to_owned())));
        assert_eq!(led("{ https: true, port: 8443 }", req("http")).unwrap().1, "https://api.example.com:8443/a?b");
        assert_eq!(led("{ https: true }", req("https")), None);
    }

    #[test]
    fn a_path_never_becomes_another_hosts_address() {
        let config = "{ pattern: '^/(.*)$', to: '/$1' }";
        assert_eq!(to(config, "//evil.example/x"), "/evil.example/x");
        assert_eq!(to("{ to: '${request.path}' }".replace("'$", "'/$").as_str(), "//evil.example"), "/evil.example");
    }

    #[test]
    fn what_leads_nowhere_is_refused_naming_the_field() {
        assert!(invalid("redirect", "{}").message.contains("`to`"));
        assert_eq!(invalid("redirect", "{ pattern: ^/a }").field, "to");
        assert_eq!(invalid("redirect", "{ to: /a, https: true }").field, "https");
        assert_eq!(invalid("redirect", "{ to: a }").field, "to");
        assert_eq!(invalid("redirect", "{ to: '/${user}' }").field, "to");
        assert_eq!(invalid("redirect", "{ to: '/$2', pattern: ^/(a) }").field, "to");
        assert_eq!(invalid("redirect", "{ to: /a, pattern: '(' }").field, "pattern");
        assert_eq!(invalid("redirect", "{ to: /a, status: 200 }").field, "status");
    }
}
