//! What a request's answer is stored under.

use std::fmt::Write;

use ::cache::{Key, Store, push_host};
use aws_lc_rs::digest::{SHA256, digest};
use head::Known;
use policy::prelude::*;

/// What keeps answers apart beside host, path and what the upstream says in `Vary`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KeyParts {
    /// Which parameters of the query keep answers apart. Nothing said means the query as it is.
    query: QueryParts,
    /// Request headers whose values keep answers apart, for an upstream that does not name them in `Vary`.
    headers: Vec<String>,
    /// Cookies whose values keep answers apart.
    cookies: Vec<String>,
    /// Whether every caller whom an authentication policy recognized has answers of its own. Where it is off, whoever may call gets what was
    /// kept for others, so that no answer may depend on who asks.
    caller: bool,
    /// Whether requests with `Authorization` have answers of their own, those with the same value the same. Where it is off, an answer to such a
    /// request is kept only if the upstream allows it (`public`, `s-maxage` or `must-revalidate`), and then others get it, too.
    authorization: bool,
}

/// Which parameters of the query keep answers apart. What does not is sent to the upstream all the same.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct QueryParts {
    /// The only parameters that do, such as `page`. A name may end in `*`.
    only: Vec<String>,
    /// Parameters that do not, such as `utm_*`.
    without: Vec<String>,
    /// Whether none does.
    ignore_all: bool,
    /// Whether the order of parameters makes no difference.
    sort: bool,
}

impl Default for KeyParts {
    fn default() -> KeyParts {
        KeyParts {
            query: QueryParts::default(),
            headers: Vec::new(),
            cookies: Vec::new(),
            caller: true,
            authorization: false,
        }
    }
}

/// The running form of [`KeyParts`].
pub(crate) struct KeyRules {
    query: Query,
    headers: Vec<HeaderName>,
    cookies: Vec<String>,
    caller: bool,
    pub(crate) authorization: bool,
}

enum Query {
    AsIs,
    None,
    Parts { only: Vec<Pattern>, without: Vec<Pattern>, sort: bool },
}

/// A name, or the beginning of one.
struct Pattern {
    text: String,
    is_beginning: bool,
}

impl Pattern {
    fn read(text: &str, field: String) -> Result<Pattern, Invalid> {
        let name = text.strip_suffix('*').unwrap_or(text);
        if name.is_empty() || name.contains(['*', '=', '&', '#']) {
            return Err(Invalid::field(field, format!("`{text}` is not a parameter's name, or its beginning with `*`")));
        }
        Ok(Pattern { text: name.to_owned(), is_beginning: name.len() < text.len() })
    }

    fn fits(&self, name: &str) -> bool {
        if self.is_beginning { name.starts_with(&*self.text) } else { name == self.text }
    }
}

impl KeyParts {
    pub(crate) fn read(self) -> Result<KeyRules, Invalid> {
        let QueryParts { only, without, ignore_all, sort } = self.query;
        let patterns = |names: &[String], field: &str| {
            let all = names.iter().enumerate();
            all.map(|(at, name)| Pattern::read(name, format!("key.query.{field}[{at}]"))).collect::<Result<Vec<_>, _>>()
        };
        let has_parts = !only.is_empty() || !without.is_empty() || sort;
        if ignore_all && has_parts {
            return Err(Invalid::field("key.query", "`ignore_all` leaves nothing for the other fields to say"));
        }
        if !only.is_empty() && !without.is_empty() {
            return Err(Invalid::field("key.query", "has `only` or `without`, not both"));
        }
        let query = match (ignore_all, has_parts) {
            (true, _) => Query::None,
            (false, false) => Query::AsIs,
            (false, true) => {
                Query::Parts { only: patterns(&only, "only")?, without: patterns(&without, "without")?, sort }
            }
        };
        let mut headers = Vec::with_capacity(self.headers.len());
        for (at, name) in self.headers.iter().enumerate() {
            let field = format!("key.headers[{at}]");
            let name: HeaderName = name
                .parse()
                .map_err(|_| Invalid::field(&*field, format!("`{name}` is not the name of a header")))?;
            headers.push(name);
        }
        for (at, name) in self.cookies.iter().enumerate() {
            if name.is_empty() || name.contains(['=', ';', ' ', ',']) {
                return Err(Invalid::field(
                    format!("key.cookies[{at}]"),
                    format!("`{name}` is not the name of a cookie"),
                ));
            }
        }
        let (caller, authorization) = (self.caller, self.authorization);
        Ok(KeyRules { query, headers, cookies: self.cookies, caller, authorization })
    }
}

impl KeyRules {
    /// The key of a request.
    pub(crate) fn of(&self, req: &Request, store: &Store) -> Key {
        let mut text = String::with_capacity(160);
        self.url(req, &mut text);
        let url = text.len();
        text.push('\n');
        text.push_str(&req.target.key);
        text.push('\n');
        text.push_str(scheme(&req.head.headers));
        if self.caller
            && let Some(identity) = &req.identity
        {
            text.push('\n');
            text.push_str(&identity.caller.key);
        }
        if !self.caller {
            // What callers share is not found once they do not any more.
            text.push_str("\n*");
        }
        if self.authorization
            && let Some(value) = req.head.headers.first(Known::Authorization)
        {
            // A key is no place for a secret.
            text.push_str("\n!");
            for byte in digest(&SHA256, value.as_bytes()).as_ref() {
                let _ = write!(text, "{byte:02x}");
            }
        }
        for name in &self.headers {
            text.push_str("\n:");
            text.push_str(name.as_str());
            for line in req.head.headers.get_all(name).iter() {
                text.push('\n');
                push(&mut text, line.as_bytes());
            }
        }
        for name in &self.cookies {
            text.push_str("\n;");
            push_cookie(&mut text, name, &req.head.headers);
        }
        store.key(text, url)
    }

    /// Writes what a resource is known by: `//host/path?query`, behind the workspace where that is another than `default`.
    pub(crate) fn url(&self, req: &Request, text: &mut String) {
        let (headers, uri) = (&req.head.headers, &req.head.uri);
        text.push_str(tenant(req));
        text.push_str("//");
        let host = headers.first(Known::Host).and_then(|host| host.to_str().ok()).unwrap_or_default();
        push_host(text, host, scheme(headers));
        text.push_str(uri.path());
        self.push_query(text, uri.query());
    }

    pub(crate) fn push_query(&self, text: &mut String, query: Option<&str>) {
        let Some(query) = query else { return };
        match &self.query {
            Query::None => {}
            Query::AsIs => {
                text.push('?');
                text.push_str(query);
            }
            Query::Parts { only, without, sort } => {
                let keeps = |pair: &&str| {
                    let name = pair.split('=').next().unwrap_or_default();
                    let named = only.is_empty() || only.iter().any(|pattern| pattern.fits(name));
                    named && !without.iter().any(|pattern| pattern.fits(name))
                };
                let mut pairs: Vec<_> = query.split('&').filter(keeps).collect();
                if *sort {
                    // Stable: values of one name keep their order.
                    pairs.sort_by_key(|pair| pair.split('=').next());
                }
                for (at, pair) in pairs.iter().enumerate() {
                    text.push(if at == 0 { '?' } else { '&' });
                    text.push_str(pair);
                }
            }
        }
    }
}

/// What resources of a workspace begin with.
pub(crate) fn tenant(req: &Request) -> &str {
    // The key of the service begins with it, and the colon.
    let length = req.target.key.len() - req.target.service.len();
    &req.target.key[..length]
}

/// The scheme a client used, as the gateway or a proxy it trusts says.
pub(crate) fn scheme(headers: &head::Headers) -> &str {
    headers.first(Known::XForwardedProto).and_then(|scheme| scheme.to_str().ok()).unwrap_or_default()
}

/// Writes a value so that no two values look the same.
fn push(text: &mut String, value: &[u8]) {
    match std::str::from_utf8(value) {
        Ok(value) => text.push_str(value),
        Err(_) => {
            // No value has this byte.
            text.push('\u{1}');
            for byte in value {
                // Writing to a string cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
        }
    }
}

fn push_cookie(text: &mut String, name: &str, headers: &head::Headers) {
    for line in headers.get_all("cookie").iter() {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            if pair.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"=")) {
                push(text, pair);
                text.push('\n');
            }
        }
    }
}
