//! `cors`: which web pages of other origins may call from a browser (Fetch §3.2).

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use policy::prelude::*;

const ANY: HeaderValue = HeaderValue::from_static("*");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
const VARY_PREFLIGHT: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

/// Lets web pages of other origins call from a browser.
///
/// A preflight is answered by the gateway, before authentication and without asking the upstream. Other requests go their way, and
/// the answer, be it a refusal, carries the headers by which the browser lets the page read it. To a page whose origin is not
/// allowed nothing is said, and its browser keeps the answer from it; where the upstream allows more, that is taken out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cors {
    /// Origins that may call: exact as `https://shop.example.com`, all subdomains as `https://*.example.com`, or all as `*`.
    #[schemars(length(min = 1))]
    origins: Vec<String>,
    /// Methods that pages may use.
    #[serde(default = "every_usual_method")]
    methods: Vec<String>,
    /// Request headers that pages may send; `*` is every header a page asks for.
    #[serde(default = "any")]
    headers: Vec<String>,
    /// Response headers that pages may read, beside those they always may.
    #[serde(default)]
    expose: Vec<String>,
    /// Whether pages may send cookies and other credentials of the browser. Not with `*` as origin. API keys in a header need no
    /// such permission.
    #[serde(default)]
    credentials: bool,
    /// How long a browser may remember the answer to a preflight, in whole seconds.
    #[serde(default = "ten_minutes")]
    max_age: Span,
}

fn every_usual_method() -> Vec<String> {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].map(str::to_owned).to_vec()
}

fn any() -> Vec<String> {
    vec!["*".to_owned()]
}

fn ten_minutes() -> Span {
    Span::secs(600)
}

impl Policy for Cors {
    const NAME: &'static str = "cors";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ origins: [\"https://shop.example.com\", \"https://*.example.org\"] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let origins = Origins::read(&self.origins)?;
        if origins.any && self.credentials {
            let message = "credentials cannot be allowed to every origin; name the origins";
            return Err(Invalid::field("credentials", message));
        }
        let mut methods = Vec::with_capacity(self.methods.len());
        for (at, method) in self.methods.iter().enumerate() {
            let method = Method::from_bytes(method.as_bytes()).map_err(|_| {
                Invalid::field(format!("methods[{at}]"), format!("`{method}` is no method"))
            })?;
            methods.push(method.as_str().to_owned());
        }
        let every_header = self.headers.iter().any(|name| name == "*");
        let headers = if every_header { None } else { list("headers", &self.headers)? };
        Ok(Box::new(CorsCheck {
            origins,
            credentials: self.credentials,
            methods: joined(&methods),
            every_header,
            headers,
            expose: list("expose", &self.expose)?,
            max_age: HeaderValue::from(self.max_age.0.as_secs()),
        }))
    }
}

/// Names of headers as one value; `None` where there are none.
fn list(field: &str, names: &[String]) -> Result<Option<HeaderValue>, Invalid> {
    let mut parsed = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            Invalid::field(format!("{field}[{at}]"), format!("`{name}` is no name of a header"))
        })?;
        parsed.push(name.as_str().to_owned());
    }
    Ok(joined(&parsed))
}

fn joined(words: &[String]) -> Option<HeaderValue> {
    let text = words.join(", ");
    (!words.is_empty()).then(|| HeaderValue::from_str(&text).expect("tokens are visible ASCII"))
}

/// The running form of [`Cors`].
struct CorsCheck {
    origins: Origins,
    credentials: bool,
    methods: Option<HeaderValue>,
    /// Whether every header a page asks for is allowed.
    every_header: bool,
    headers: Option<HeaderValue>,
    expose: Option<HeaderValue>,
    max_age: HeaderValue,
}

impl Filter for CorsCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let headers = &req.head.headers;
        let Some(origin) = headers.get(ORIGIN) else { return Step::Done(Ok(())) };
        let allowed = self.origins.allowed(origin);
        let is_preflight =
            req.head.method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if let Some(origin) = allowed {
            req.reply_with(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if self.credentials {
                req.reply_with(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            }
            match &self.expose {
                _ if is_preflight => self.permit(req),
                Some(expose) => req.reply_with(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone()),
                None => {}
            }
        }
        if !is_preflight {
            return Step::Done(Ok(()));
        }
        // Where the origin is not allowed the answer says nothing, which is a no.
        let headers = Headers::from_iter([(VARY, VARY_PREFLIGHT)]);
        Step::Done(Err(Reply::answer(StatusCode::NO_CONTENT, headers, Default::default())))
    }

    fn on_response(&self, res: &mut ResponseHead) {
        // What the upstream says about CORS, beyond what is allowed here, is not passed on.
        let said = res.headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN);
        if said.iter().any(|origin| !self.origins.permit(origin)) {
            res.headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
        }
        if !self.credentials {
            res.headers.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS);
        }
        if !self.origins.any && !varies_by_origin(&res.headers) {
            res.headers.append(VARY, VARY_ORIGIN);
        }
    }

    fn has_response(&self) -> bool {
        true
    }
}

impl CorsCheck {
    /// Says what a page may send (Fetch §4.8).
    fn permit(&self, req: &mut Request) {
        if let Some(methods) = &self.methods {
            req.reply_with(ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
        }
        let asked = req.head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS).filter(|names| is_list(*names));
        let granted = if self.every_header { asked.map(HeaderValue::from) } else { self.headers.clone() };
        if let Some(granted) = granted {
            req.reply_with(ACCESS_CONTROL_ALLOW_HEADERS, granted);
        }
        req.reply_with(ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
    }
}

/// Whether a value is a list of header names, and so may be repeated to the client.
fn is_list(value: Value<'_>) -> bool {
    let token = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~, ".contains(b);
    value.len() <= 4096 && value.as_bytes().iter().all(token)
}

fn varies_by_origin(headers: &Headers) -> bool {
    headers.get_all(VARY).iter().any(|line| {
        let names = line.as_bytes().split(|b| *b == b',').map(<[u8]>::trim_ascii);
        names.into_iter().any(|name| name.eq_ignore_ascii_case(b"origin") || name == b"*")
    })
}

/// Origins, checked and in lower case.
struct Origins {
    any: bool,
    /// Sorted.
    exact: Vec<Box<str>>,
    /// What stands before and after the `*`: `https://` and `.example.com`.
    subdomains: Vec<(Box<str>, Box<str>)>,
}

impl Origins {
    fn read(texts: &[String]) -> Result<Origins, Invalid> {
        if texts.is_empty() {
            return Err(Invalid::field("origins", "name at least one origin, or `*` for all"));
        }
        let mut origins = Origins { any: false, exact: Vec::new(), subdomains: Vec::new() };
        for (at, text) in texts.iter().enumerate() {
            let refuse = |message: String| Invalid::field(format!("origins[{at}]"), message);
            if text == "*" {
                origins.any = true;
                continue;
            }
            let text = text.to_ascii_lowercase();
            let Some((scheme, host)) = text.split_once("://").filter(|(s, h)| is_scheme(s) && is_host(h)) else {
                return Err(refuse(format!(
                    "`{text}` is no origin: write scheme, host and port only, as `https://shop.example.com`"
                )));
            };
            match host.strip_prefix('*') {
                Some(rest) if rest.starts_with('.') && rest.len() > 1 && !rest.contains('*') => {
                    origins.subdomains.push((format!("{scheme}://").into(), rest.into()));
                }
                None if !host.contains('*') => origins.exact.push(text.into()),
                _ => return Err(refuse(format!("in `{text}` a `*` may stand for the first names of the host only"))),
            }
        }
        origins.exact.sort_unstable();
        Ok(origins)
    }

    /// What `Access-Control-Allow-Origin` says to this origin, if it is allowed.
    fn allowed(&self, origin: Value<'_>) -> Option<HeaderValue> {
        if self.any {
            return Some(ANY);
        }
        self.permit(origin).then(|| origin.to_owned())
    }

    /// Whether an origin, or `*`, may stand in `Access-Control-Allow-Origin`.
    fn permit(&self, origin: Value<'_>) -> bool {
        if self.any {
            return true;
        }
        // Browsers send origins in lower case (Fetch §3.2, RFC 6454 §6.2).
        let Ok(text) = origin.to_str() else { return false };
        let subdomain = |(scheme, rest): &(Box<str>, Box<str>)| {
            let names = text.strip_prefix(&**scheme).and_then(|host| host.strip_suffix(&**rest));
            names.is_some_and(|names| {
                !names.is_empty() && !names.starts_with('.') && names.bytes().all(is_host_byte)
            })
        };
        self.exact.binary_search_by(|known| (**known).cmp(text)).is_ok()
            || self.subdomains.iter().any(subdomain)
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_host(text: &str) -> bool {
    let bytes = text.as_bytes();
    !bytes.is_empty() && bytes.iter().all(|b| is_host_byte(*b) || b"*:[]".contains(b))
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use policy::{Filter, Reply, ResponseHead};

    use crate::testing::*;

    fn preflight(filter: &dyn Filter, origin: &str, asked: &[(&str, &str)]) -> ResponseHead {
        let mut req = RequestBuilder::of("OPTIONS", "/orders").header("origin", origin);
        for (name, value) in asked {
            req = req.header(name, value);
        }
        let mut req = req.build();
        match decide(filter, &mut req) {
            Err(Reply::Answer(answer)) => {
                let (mut head, body) = *answer;
                assert!(body.is_empty());
                head.receive(req.on_reply);
                filter.on_response(&mut head);
                head
            }
            other => panic!("{other:?}"),
        }
    }

    fn allowed(config: &str, origin: &str) -> Option<String> {
        let filter = build("cors", config);
        let mut req = RequestBuilder::get("/orders").header("origin", origin).build();
        pass(&*filter, &mut req);
        let named = |(name, _): &&(http::HeaderName, http::HeaderValue)| *name == "access-control-allow-origin";
        req.on_reply.iter().find(named).map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_preflight_is_answered_here() {
        let filter = build("cors", "{ origins: ['https://a.example'], methods: [GET, PUT], credentials: true, max_age: 1h }");
        let asked = [("access-control-request-method", "PUT"), ("access-control-request-headers", "x-api-key,x-b")];
        let head = preflight(&*filter, "https://a.example", &asked);
        assert_eq!(head.status, 204);
        let expected = [
            ("access-control-allow-origin", "https://a.example"),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "GET, PUT"),
            ("access-control-allow-headers", "x-api-key,x-b"),
            ("access-control-max-age", "3600"),
            ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ];
        for (name, value) in expected {
            assert_eq!(head.headers.get(name).unwrap(), value);
        }
    }

    #[test]
    fn origins_are_exact_or_subdomains_or_all() {
        let config = "{ origins: ['https://Shop.example.com', 'http://localhost:3000', 'https://*.example.org', 'https://*.x.dev:8443'] }";
        for origin in [
            "https://shop.example.com",
            "http://localhost:3000",
            "https://a.example.org",
            "https://a.b.example.org",
            "https://a.x.dev:8443",
        ] {
            assert_eq!(allowed(config, origin).as_deref(), Some(origin));
        }
        for origin in [
            "https://shop.example.com.evil.test",
            "https://evil-shop.example.com",
            "http://shop.example.com",
            "https://shop.example.com:8443",
            "http://localhost",
            "https://example.org",
            "https://.example.org",
            "https://evil.test/.example.org",
            "https://evil.test#.example.org",
            "https://user@a.example.org",
            "https://aexample.org",
            "https://a.x.dev",
            "null",
            "",
        ] {
            assert_eq!(allowed(config, origin), None, "{origin}");
        }
        assert_eq!(allowed("{ origins: ['*'] }", "https://any.test").as_deref(), Some("*"));
    }

    #[test]
    fn the_answer_varies_by_origin_once_and_the_upstreams_word_on_cors_is_dropped() {
        let filter = build("cors", "{ origins: ['https://a.example'] }");
        let mut res = response(&[("access-control-allow-origin", "*"), ("access-control-allow-credentials", "true"), ("vary", "Accept")]);
        filter.on_response(&mut res);
        assert!(!res.headers.contains_key("access-control-allow-origin"));
        assert!(!res.headers.contains_key("access-control-allow-credentials"));
        let vary: Vec<_> = res.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["Accept", "Origin"]);
        for there in ["accept, ORIGIN", "*"] {
            let mut res = response(&[("vary", there)]);
            filter.on_response(&mut res);
            assert_eq!(res.headers.get_all("vary").iter().count(), 1);
        }
        let mut res = response(&[]);
        build("cors", "{ origins: ['*'] }").on_response(&mut res);
        assert!(res.headers.is_empty());
    }

    #[test]
    fn a_page_reads_what_is_exposed_and_sends_what_is_listed() {
        let filter = build("cors", "{ origins: ['*'], headers: [X-Api-Key], expose: [ETag, x-b] }");
        let mut req = RequestBuilder::get("/").header("origin", "https://a.example").build();
        pass(&*filter, &mut req);
        assert_eq!(on_reply(&req, "access-control-expose-headers"), "etag, x-b");
        let asked = [("access-control-request-method", "GET"), ("access-control-request-headers", "x-secret")];
        let head = preflight(&*filter, "https://a.example", &asked);
        assert_eq!(head.headers.get("access-control-allow-headers").unwrap(), "x-api-key");
    }

    #[test]
    fn an_origin_that_is_not_allowed_gets_an_answer_that_says_nothing() {
        let filter = build("cors", "{ origins: ['https://a.example'] }");
        let head = preflight(&*filter, "https://b.example", &[("access-control-request-method", "GET")]);
        assert!(head.headers.keys().all(|name| name == "vary"));
    }

    #[test]
    fn what_a_page_asks_for_is_repeated_only_where_it_is_a_list_of_names() {
        let filter = build("cors", "{ origins: ['*'] }");
        for (asked, granted) in [("x-a, x-b", true), ("x-a: b", false), ("<script>", false), (&*"x,".repeat(4000), false)] {
            let asked = [("access-control-request-method", "GET"), ("access-control-request-headers", asked)];
            let head = preflight(&*filter, "https://a.example", &asked);
            assert_eq!(head.headers.contains_key("access-control-allow-headers"), granted);
        }
    }

    #[test]
    fn what_is_no_preflight_goes_its_way() {
        let filter = build("cors", "{ origins: ['*'] }");
        for req in [
            RequestBuilder::of("OPTIONS", "/").header("origin", "https://a.example"),
            RequestBuilder::of("OPTIONS", "/").header("access-control-request-method", "GET"),
            RequestBuilder::get("/").header("origin", "https://a.example").header("access-control-request-method", "GET"),
            RequestBuilder::get("/"),
        ] {
            pass(&*filter, &mut req.build());
        }
    }

    #[test]
    fn what_browsers_would_refuse_is_refused_naming_the_field() {
        for (config, field) in [
            ("{}", ""),
            ("{ origins: [] }", "origins"),
            ("{ origins: ['*'], credentials: true }", "credentials"),
            ("{ origins: ['https://a.example', shop.example.com] }", "origins[1]"),
            ("{ origins: ['https://a.example/'] }", "origins[0]"),
            ("{ origins: ['https://*'] }", "origins[0]"),
            ("{ origins: ['https://a.*.example'] }", "origins[0]"),
            ("{ origins: ['https://*.*.example'] }", "origins[0]"),
            ("{ origins: ['*.example.com'] }", "origins[0]"),
            ("{ origins: ['*'], methods: ['G T'] }", "methods[0]"),
            ("{ origins: ['*'], headers: ['a b'] }", "headers[0]"),
            ("{ origins: ['*'], expose: [ok, 'a:b'] }", "expose[1]"),
        ] {
            assert_eq!(invalid("cors", config).field, field, "{config}");
        }
    }
}
