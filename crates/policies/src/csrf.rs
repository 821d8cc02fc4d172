//! `csrf`: requests that a page of another origin makes a browser send.

use http::header::{HOST, ORIGIN, SEC_WEBSOCKET_KEY};
use policy::prelude::*;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses requests that change something and that a page of another origin made a browser send, with `403`.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site` and `Origin`, and pages cannot change what they say; no token and no cookie is
/// needed. GET, HEAD and OPTIONS pass unless they open a WebSocket, as does what says neither, because no browser sent it. An API whose
/// credentials are in a header, and never in a cookie, does not need this.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Csrf {
    /// Origins whose pages may send anything, such as `https://app.example.com`.
    origins: Vec<String>,
    /// Whether pages of the same site (`https://www.example.com` for `https://api.example.com`) may, too.
    same_site: bool,
}

impl Policy for Csrf {
    const NAME: &'static str = "csrf";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ origins: [\"https://app.example.com\"] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let mut origins = Vec::with_capacity(self.origins.len());
        for (at, text) in self.origins.iter().enumerate() {
            let origin = text.to_ascii_lowercase();
            let fits = origin.split_once("://").is_some_and(|(scheme, host)| {
                !scheme.is_empty() && !host.is_empty() && !host.contains(['/', '*', '?', '#', ' '])
            });
            let origin = HeaderValue::try_from(origin).ok().filter(|_| fits);
            origins.push(origin.ok_or_else(|| {
                let message = format!("`{text}` is no origin: write `https://app.example.com`, without a path");
                Invalid::field(format!("origins[{at}]"), message)
            })?);
        }
        Ok(Box::new(OriginCheck { origins, same_site: self.same_site }))
    }
}

/// The running form of [`Csrf`].
struct OriginCheck {
    origins: Vec<HeaderValue>,
    same_site: bool,
}

impl Filter for OriginCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if self.lets_in(req) {
            return Step::Done(Ok(()));
        }
        let detail = "a page of another origin may not send this";
        Step::Done(Err(Problem::new(problems::CROSS_ORIGIN, detail).into()))
    }
}

impl OriginCheck {
    fn lets_in(&self, req: &Request) -> bool {
        let headers = &req.head.headers;
        // A WebSocket is opened by a GET that browsers let any page send.
        let only_reads = matches!(req.head.method, Method::GET | Method::HEAD | Method::OPTIONS);
        if only_reads && !headers.contains_key(SEC_WEBSOCKET_KEY) {
            return true;
        }
        let origin = headers.get(ORIGIN);
        if origin.is_some_and(|origin| self.origins.iter().any(|known| origin == *known)) {
            return true;
        }
        match headers.get(FETCH_SITE).map(Value::as_bytes) {
            Some(b"same-origin" | b"none") => true,
            Some(b"same-site") => self.same_site,
            Some(_) => false,
            // Browsers before 2023 say the origin only.
            None => origin.is_none_or(|origin| is_ours(origin, req)),
        }
    }
}

/// Whether an origin is the one that is called. The scheme may differ: TLS may have ended before the gateway.
fn is_ours(origin: Value<'_>, req: &Request) -> bool {
    let Some((_, theirs)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else { return false };
    let ours = match req.head.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => req.head.headers.get(HOST).and_then(|host| host.to_str().ok()),
    };
    let plain = |host: &str| {
        let host = host.to_ascii_lowercase();
        let usual = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80"));
        usual.map(str::to_owned).unwrap_or(host)
    };
    ours.is_some_and(|ours| plain(ours) == plain(theirs))
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn lets_in(config: &str, method: &str, headers: &[(&str, &str)]) -> bool {
        let mut req = RequestBuilder::of(method, "/").header("host", "api.example.com");
        for (name, value) in headers {
            req = req.header(name, value);
        }
        match decide(&*build("csrf", config), &mut req.build()) {
            Ok(()) => true,
            Err(reply) => {
                assert_eq!(problem_of(reply).kind.code, "cross-origin");
                false
            }
        }
    }

    #[test]
    fn what_a_page_of_another_origin_sends_is_refused() {
        for (headers, expected) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "anything")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://api.example.com")], false),
            (&[("origin", "https://API.example.com:443")], true),
            (&[("origin", "https://api.example.com:8443")], false),
            (&[("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "https://app.example.com"), ("sec-fetch-site", "cross-site")], true),
            (&[("origin", "https://app.example.com.evil.example")], false),
        ] {
            assert_eq!(lets_in("{ origins: ['https://App.example.com'] }", "POST", headers), expected, "{headers:?}");
        }
        assert!(lets_in("{ same_site: true }", "DELETE", &[("sec-fetch-site", "same-site")]));
        assert!(lets_in("{}", "GET", &[("sec-fetch-site", "cross-site")]));
        let socket = |origin| [("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="), ("origin", origin)];
        assert!(lets_in("{}", "GET", &socket("https://api.example.com")));
        assert!(!lets_in("{}", "GET", &socket("https://evil.example")));
        assert!(!lets_in("{}", "X-ODD", &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn what_is_no_origin_is_refused_naming_the_field() {
        for origin in ["example.com", "https://", "https://a/b", "https://*.example.com"] {
            assert_eq!(invalid("csrf", &format!("{{ origins: ['{origin}'] }}")).field, "origins[0]");
        }
    }
}
