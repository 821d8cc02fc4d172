//! Requests to the service under test: bounded in rate, time and size, with the credentials that were given.

use std::{sync::Mutex, time::Duration};

use contract::mock::Credential;
use reqwest::{Client, Method, Url, header::HeaderMap, redirect};
use tokio::time::Instant;
use trial::{Answer, Identity};

use super::options::TestArgs;
use crate::shutdown::Failure;

/// More of an answer is not read.
const MOST_BODY: usize = 4 << 20;

/// Sends requests.
pub(super) struct Sender {
    client: Client,
    base: Url,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    /// Between two requests.
    gap: Duration,
    next: Mutex<Instant>,
    deadline: Instant,
}

/// A request as it goes out.
pub(super) struct Outgoing {
    pub(super) method: String,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Vec<u8>>,
    /// Names of what was given in the query.
    pub(super) secret_query: Vec<String>,
}

/// Why there is no answer.
pub(super) enum Unanswered {
    /// Nobody listens there.
    Unreachable(String),
    /// It broke off, took too long, or is no HTTP.
    Broken(String),
    TimeIsOver,
}

impl Sender {
    pub(super) fn new(args: &TestArgs) -> Result<Sender, Failure> {
        let base = Url::parse(&args.url).map_err(|e| Failure::new(format!("--url {}: {e}", args.url)))?;
        if !matches!(base.scheme(), "http" | "https") || base.query().is_some() || base.fragment().is_some() {
            return Err(Failure::new(
                "--url: is `http://` or `https://`, a host and perhaps a path, such as http://127.0.0.1:8080/v1",
            ));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(Failure::new("--url: holds no credentials; give them with --header"));
        }
        let mut headers = Vec::new();
        for given in &args.headers {
            // The value may be a credential: it is not told.
            let wrong = || Failure::new("--header: is `NAME: VALUE`, such as `Authorization: Bearer …`");
            let (name, value) = given.split_once(':').ok_or_else(wrong)?;
            let named =
                reqwest::header::HeaderName::from_bytes(name.trim().as_bytes()).map_err(|_| wrong())?;
            reqwest::header::HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
            // As it was written: the name of the variable in commands follows from it.
            let _ = named;
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let query = args.query.iter().map(|pair| {
            let wrong = || Failure::new("--query: is `NAME=VALUE`");
            let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
            Ok((name.to_owned(), value.to_owned()))
        });
        let query = query.collect::<Result<Vec<_>, Failure>>()?;
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(args.timeout)
            .danger_accept_invalid_certs(args.insecure)
            .user_agent(concat!("pailou-test/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Failure::new(format!("no HTTP client could be made: {e}")))?;
        let now = Instant::now();
        Ok(Sender {
            client,
            base,
            headers,
            query,
            gap: Duration::from_secs(1) / args.rate,
            next: Mutex::new(now),
            deadline: now + args.time,
        })
    }

    /// Where requests go, for people.
    pub(super) fn shown(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether any of some credentials was given.
    pub(super) fn has(&self, credentials: &[Credential]) -> bool {
        credentials.iter().any(|credential| {
            self.headers.iter().any(|(name, _)| is_of(credential, name))
                || self
                    .query
                    .iter()
                    .any(|(name, _)| matches!(credential, Credential::Query(of) if of == name))
        })
    }

    /// A request below the base URL. `own` is a header that is not replaced by one that was given.
    pub(super) fn outgoing(
        &self,
        request: &contract::request::Request,
        identity: &Identity,
        own: Option<&str>,
    ) -> Result<Outgoing, String> {
        let mut address = format!("{}{}", self.shown(), request.path);
        let left_out: &[Credential] = match identity {
            Identity::Given => &[],
            Identity::Without(credentials) | Identity::Wrong(credentials) => credentials,
        };
        let mut query: Vec<String> = request
            .query
            .iter()
            .filter(|(name, _)| {
                !left_out.iter().any(|one| matches!(one, Credential::Query(of) if of == name))
            })
            .filter(|(name, _)| !self.query.iter().any(|(given, _)| given == name))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let left = |name: &str| left_out.iter().any(|credential| is_of(credential, name));
        let mut headers: Vec<(String, String)> = Vec::new();
        let given = |name: &str| {
            self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
                && own.is_none_or(|own| !own.eq_ignore_ascii_case(name))
        };
        headers.extend(request.headers.iter().filter(|(name, _)| !given(name) && !left(name)).cloned());
        let own = |name: &str| own.is_some_and(|own| own.eq_ignore_ascii_case(name));
        headers.extend(self.headers.iter().filter(|(name, _)| !left(name) && !own(name)).cloned());
        if let Identity::Wrong(credentials) = identity {
            for credential in credentials {
                match credential {
                    Credential::Header(name) => headers.push((name.clone(), "of-no-worth".to_owned())),
                    Credential::Bearer => headers.push(("Authorization".into(), "Bearer of-no-worth".into())),
                    // `of:no-worth`
                    Credential::Basic => {
                        headers.push(("Authorization".into(), "Basic b2Y6bm8td29ydGg=".into()))
                    }
                    Credential::Cookie(name) => {
                        headers.push(("Cookie".into(), format!("{name}=of-no-worth")))
                    }
                    Credential::Query(name) => query.push(format!("{name}=of-no-worth")),
                    Credential::Other(_) | Credential::Unseen => {}
                }
            }
            // One of several is enough.
            let mut seen = Vec::new();
            headers.retain(|(name, _)| {
                let name = name.to_ascii_lowercase();
                let new = !seen.contains(&name);
                seen.push(name);
                new
            });
        }
        if let Some(kind) = &request.content_type {
            headers.push(("Content-Type".to_owned(), kind.clone()));
        }
        if !query.is_empty() {
            address.push('?');
            address.push_str(&query.join("&"));
        }
        let url = Url::parse(&address).map_err(|e| format!("{address}: {e}"))?;
        let method = request.method.clone();
        let in_query =
            |name: &String| !left_out.iter().any(|one| matches!(one, Credential::Query(of) if of == name));
        let secret_query = self.query.iter().map(|(name, _)| name.clone()).filter(in_query).collect();
        Ok(Outgoing { method, url, headers, body: request.body.clone(), secret_query })
    }

    /// Sends it, when its turn has come.
    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<Answer, Unanswered> {
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let turn = (*next).max(Instant::now());
            *next = turn + self.gap;
            turn
        };
        if turn >= self.deadline {
            return Err(Unanswered::TimeIsOver);
        }
        tokio::time::sleep_until(turn).await;
        let broken = |e: &dyn std::fmt::Display| Unanswered::Broken(e.to_string());
        let method = Method::from_bytes(outgoing.method.as_bytes()).map_err(|e| broken(&e))?;
        let mut url = outgoing.url.clone();
        for name in &outgoing.secret_query {
            if let Some((_, value)) = self.query.iter().find(|(known, _)| known == name) {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &outgoing.headers {
            let name = reqwest::header::HeaderName::from_bytes(name.as_bytes()).map_err(|e| broken(&e))?;
            let value = reqwest::header::HeaderValue::from_str(value).map_err(|e| broken(&e))?;
            headers.append(name, value);
        }
        let mut request = self.client.request(method, url).headers(headers);
        if let Some(body) = &outgoing.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.map_err(|e| {
            let why = innermost(&e);
            if e.is_connect() { Unanswered::Unreachable(why) } else { Unanswered::Broken(why) }
        })?;
        let mut answer = Answer { status: response.status().as_u16(), ..Answer::default() };
        for (name, value) in response.headers() {
            answer
                .headers
                .push((name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        }
        loop {
            match response.chunk().await {
                Ok(Some(piece)) if answer.body.len() + piece.len() <= MOST_BODY => {
                    answer.body.extend_from_slice(&piece);
                }
                Ok(Some(_)) => {
                    answer.cut = true;
                    return Ok(answer);
                }
                Ok(None) => return Ok(answer),
                Err(e) => return Err(Unanswered::Broken(format!("the answer broke off: {}", innermost(&e)))),
            }
        }
    }

    /// The command that repeats it, without what was given.
    pub(super) fn curl(&self, outgoing: &Outgoing) -> String {
        let given = |name: &str| self.headers.iter().any(|(known, _)| known == name);
        let (method, url) = (&outgoing.method, outgoing.url.as_str());
        trial::curl(method, url, &outgoing.headers, &given, &outgoing.secret_query, outgoing.body.as_deref())
    }

    /// A text without what was given.
    pub(super) fn redacted(&self, mut text: String) -> String {
        for (_, value) in self.headers.iter().chain(&self.query) {
            let bare = value.split_once(' ').map_or(value.as_str(), |(_, rest)| rest);
            if bare.len() >= 4 {
                text = text.replace(bare, "***");
            }
        }
        text
    }
}

/// Whether a header carries a credential.
fn is_of(credential: &Credential, name: &str) -> bool {
    match credential {
        Credential::Header(of) => of.eq_ignore_ascii_case(name),
        Credential::Basic | Credential::Bearer | Credential::Other(_) => {
            name.eq_ignore_ascii_case("authorization")
        }
        Credential::Cookie(_) => name.eq_ignore_ascii_case("cookie"),
        Credential::Query(_) | Credential::Unseen => false,
    }
}

/// The innermost cause says most; the outer ones would tell the URL, too.
fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
