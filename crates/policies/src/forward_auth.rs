//! `forward-auth`: who calls, as another service says.

use std::time::Duration;

use bytes::Bytes;
use head::Known;
use http::{
    Uri,
    header::{AUTHORIZATION, COOKIE, HOST},
};
use policy::{Gauge, OutboundCall, Proof, Reply, prelude::*};
use serde_json::Map;

use crate::{
    oauth2_introspection::address,
    said::{ClaimNames, Reading, Unregistered},
    text::header_name,
};

/// The largest answer that is passed on, bytes.
const LARGEST: u64 = 64 << 10;
/// Questions of one policy under way at one time.
const MOST_ASKED: u64 = 256;
/// What of a refusal goes to the client.
const PASSED_ON: [&str; 6] =
    ["content-type", "www-authenticate", "location", "set-cookie", "retry-after", "cache-control"];
/// What a client must not say to the service in the gateway's name.
const OURS: [&str; 5] =
    ["x-forwarded-method", "x-forwarded-uri", "x-forwarded-host", "x-forwarded-for", "x-forwarded-proto"];

/// Asks another service whether a request may pass, and who sent it.
///
/// The service gets a `GET` with the request's `Authorization` and `Cookie`, what `request_headers` names, and the method, address, host and client in
/// `X-Forwarded-Method`, `-Uri`, `-Host` and `-For`. Where it answers `2xx` the request passes. Any answer of `3xx` or `4xx` goes to the client instead; where
/// the service does not answer or fails, the client is answered `503`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForwardAuth {
    /// The address of the service: `http://auth.internal:9000/check`.
    url: String,
    /// More headers of the request that the service is to see.
    #[serde(default)]
    request_headers: Vec<String>,
    /// Headers of its answer that go on to the upstream. What a client sent under these names is always taken out.
    #[serde(default)]
    upstream_headers: Vec<String>,
    /// The header of its answer that says who calls. It is looked for among the `custom_id`s and then the names of consumers; nobody is known where it is absent.
    #[serde(default)]
    user_header: Option<String>,
    /// The header of its answer with the groups of a caller that is not registered, with blanks between.
    #[serde(default)]
    groups_header: Option<String>,
    /// The header of its answer with the scopes, with blanks between.
    #[serde(default)]
    scopes_header: Option<String>,
    /// Whether callers that are no registered consumers are let in, as `external` callers.
    #[serde(default)]
    unregistered: Unregistered,
    /// How long the service may take, 30 seconds at most.
    #[serde(default = "timeout")]
    timeout: Span,
}

fn timeout() -> Span {
    Span::secs(5)
}

impl Policy for ForwardAuth {
    const NAME: &'static str = "forward-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ url: \"http://auth.internal:9000/check\", user_header: x-user, upstream_headers: [x-user] }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let url = address(&self.url)
            .ok_or_else(|| Invalid::field("url", format!("`{}` is no address: write `http://host/path`", self.url)))?;
        if self.timeout.0.is_zero() || self.timeout > Span::secs(30) {
            return Err(Invalid::field("timeout", "is longer than nothing, and at most 30 seconds"));
        }
        let list = |names: &[String], field: &str| -> Result<Vec<HeaderName>, Invalid> {
            let name = |(at, name): (usize, &String)| header_name(name, &format!("{field}[{at}]"));
            names.iter().enumerate().map(name).collect()
        };
        let one = |name: &Option<String>, field: &str| {
            name.as_ref().map(|name| header_name(name, field)).transpose()
        };
        let names = ClaimNames {
            consumer: "sub".to_owned(),
            groups: Some("groups".to_owned()),
            scopes: Some("scope".to_owned()),
            plan: None,
            forward: Default::default(),
            unregistered: self.unregistered,
        };
        Ok(Box::new(Asked {
            url,
            seen: list(&self.request_headers, "request_headers")?,
            told: list(&self.upstream_headers, "upstream_headers")?,
            user: one(&self.user_header, "user_header")?,
            groups: one(&self.groups_header, "groups_header")?,
            scopes: one(&self.scopes_header, "scopes_header")?,
            reading: names.read()?,
            timeout: self.timeout.0,
            asking: cx.gauge("asking"),
        }))
    }
}

/// The running form of [`ForwardAuth`].
struct Asked {
    url: Uri,
    seen: Vec<HeaderName>,
    told: Vec<HeaderName>,
    user: Option<HeaderName>,
    groups: Option<HeaderName>,
    scopes: Option<HeaderName>,
    reading: Reading,
    timeout: Duration,
    asking: Box<dyn Gauge>,
}

impl Filter for Asked {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        Step::wait(self.ask(req))
    }

    fn carries(&self, req: &Request) -> bool {
        let headers = &req.head.headers;
        headers.contains_key(AUTHORIZATION)
            || headers.contains_key(COOKIE)
            || self.seen.iter().any(|name| headers.contains_key(name))
    }
}

impl Asked {
    async fn ask(&self, req: &mut Request) -> Flow {
        let everybody = self.asking.key(CallerKey(&[]));
        let Some(_turn) = self.asking.enter(everybody, MOST_ASKED) else {
            let detail = "too many requests are being asked about; repeat the request later";
            return Err(Problem::new(problems::OVERLOADED, detail).into());
        };
        let call = OutboundCall {
            method: Method::GET,
            uri: self.url.clone(),
            headers: self.question(req),
            body: Bytes::new(),
            timeout: self.timeout,
            bound: LARGEST,
        };
        let answer = req.world.send(call).await.map_err(|error| unavailable(&error.to_string()))?;
        if answer.status.is_redirection() || answer.status.is_client_error() {
            let mut headers = Headers::new();
            for name in PASSED_ON {
                for line in answer.headers.get_all(name).iter() {
                    headers.append(name, line);
                }
            }
            return Err(Reply::answer(answer.status, headers, answer.body));
        }
        if !answer.status.is_success() {
            return Err(unavailable(&format!("it answered {}", answer.status)).into());
        }
        for name in &self.told {
            req.head.headers.remove(name);
            for line in answer.headers.get_all(name).iter() {
                req.head.headers.append(name, line);
            }
        }
        let text = |name: &Option<HeaderName>| {
            let line = answer.headers.get(name.as_ref()?)?;
            std::str::from_utf8(line.as_bytes()).ok().filter(|text| !text.is_empty())
        };
        let Some(user) = text(&self.user) else { return Ok(()) };
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), user.into());
        for (claim, header) in [("groups", &self.groups), ("scope", &self.scopes)] {
            claims.extend(text(header).map(|text| (claim.to_owned(), text.into())));
        }
        let said = self.reading.of(claims, &req.target.workspace).map_err(|why| unavailable(&why))?;
        self.reading.let_in(&said, Proof::Elsewhere, req)
    }

    fn question(&self, req: &Request) -> Headers {
        let from = &req.head.headers;
        let mut headers = Headers::new();
        for name in [&AUTHORIZATION, &COOKIE].into_iter().chain(&self.seen) {
            if OURS.contains(&name.as_str()) || headers.contains_key(name) {
                continue;
            }
            for line in from.get_all(name).iter() {
                headers.append(name, line);
            }
        }
        let target = req.head.uri.path_and_query().map_or("/", |target| target.as_str());
        let host = req.head.uri.authority().map(|host| host.as_str().as_bytes());
        let host = host.or_else(|| from.first(Known::Host).map(|host| host.as_bytes())).unwrap_or_default();
        let client = req.client.to_canonical().to_string();
        let said = [
            ("x-forwarded-method", req.head.method.as_str().as_bytes()),
            ("x-forwarded-uri", target.as_bytes()),
            ("x-forwarded-host", host),
            ("x-forwarded-for", client.as_bytes()),
        ];
        for (name, value) in said {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        }
        debug_assert!(!headers.contains_key(HOST), "the address says the host");
        headers
    }
}

fn unavailable(why: &str) -> Problem {
    let detail = "callers cannot be told apart now, because the service that does that does not answer";
    Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("forward-auth: {why}"))
}
