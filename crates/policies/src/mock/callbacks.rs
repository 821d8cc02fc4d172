//! Calls that a contract promises after an operation: sent beside the exchange, to hosts that were named.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use bytes::Bytes;
use contract::mock::{Callback, Happened};
use http::{Uri, header::CONTENT_TYPE};
use policy::{OutboundCall, prelude::*};

/// Calls that may be under way at the same time.
const MOST_UNDER_WAY: usize = 64;
/// What is read of an answer.
const ANSWER: u64 = 64 << 10;
/// The longest a call may wait.
const LONGEST_DELAY: Span = Span::secs(300);
const MOST_HOSTS: usize = 100;

/// Calls that the contract's `callbacks` promise.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Callbacks {
    /// The hosts that may be called, as `hooks.example.com`, which stands for its usual ports, or with a port: `127.0.0.1:9000`. Others are not,
    /// whatever a request says; an address, as one of the gateway's own network, is called where it is named itself.
    hosts: Vec<String>,
    /// How long a call waits after the answer was made, at most 5m.
    #[serde(default)]
    delay: Option<Span>,
    /// How long it may take.
    #[serde(default = "timeout")]
    timeout: Span,
}

fn timeout() -> Span {
    Span::secs(5)
}

impl Callbacks {
    pub(super) fn read(self) -> Result<Caller, Invalid> {
        if self.hosts.is_empty() || self.hosts.len() > MOST_HOSTS {
            let message = format!("name at least one host that may be called, and at most {MOST_HOSTS}");
            return Err(Invalid::field("callbacks.hosts", message));
        }
        let mut hosts = Vec::new();
        for (at, host) in self.hosts.iter().enumerate() {
            let field = || format!("callbacks.hosts[{at}]");
            let authority = host.parse::<http::uri::Authority>().ok().filter(|_| !host.contains('@'));
            let Some(authority) = authority else {
                let message = format!("`{host}` is no host: write `hooks.example.com` or `127.0.0.1:9000`");
                return Err(Invalid::field(field(), message));
            };
            hosts.push((authority.host().to_ascii_lowercase(), authority.port_u16()));
        }
        if self.delay.is_some_and(|delay| delay > LONGEST_DELAY) {
            return Err(Invalid::field("callbacks.delay", format!("is at most {LONGEST_DELAY}")));
        }
        if self.timeout.0.is_zero() || self.timeout > LONGEST_DELAY {
            return Err(Invalid::field("callbacks.timeout", format!("is longer than nothing, and at most {LONGEST_DELAY}")));
        }
        let delay = self.delay.unwrap_or(Span::secs(0));
        Ok(Caller { hosts, delay, timeout: self.timeout, under_way: Arc::default() })
    }
}

/// The running form of [`Callbacks`].
pub(super) struct Caller {
    /// With their ports, where one was named.
    hosts: Vec<(String, Option<u16>)>,
    delay: Span,
    timeout: Span,
    under_way: Arc<AtomicUsize>,
}

impl Caller {
    /// Sends what an answer leads to.
    pub(super) fn call(
        &self,
        mock: &contract::mock::Mock,
        req: &Request,
        (url, body): (&str, &Bytes),
        (head, answer): (&ResponseHead, &Bytes),
        seed: Option<u64>,
    ) {
        let happened = Happened {
            method: req.head.method.as_str(),
            url,
            path: crate::validate::below(req.head.uri.path(), &req.target.path, template(mock, req)),
            header: &|name| crate::validate::joined(&req.head.headers, name),
            request: body,
            status: head.status.as_u16(),
            answered: &|name| crate::validate::joined(&head.headers, name),
            response: answer,
        };
        for callback in mock.callbacks(&req.target.operation, &happened, seed) {
            match self.allowed(&callback.url) {
                Some(uri) => self.send(req, callback, uri),
                None => {
                    tracing::info!(
                        operation = &*req.target.operation,
                        callback = &*callback.name,
                        "a mock does not call back: `callbacks.hosts` does not name the host"
                    );
                }
            }
        }
    }

    fn allowed(&self, url: &str) -> Option<Uri> {
        let uri: Uri = url.parse().ok()?;
        let usual = match uri.scheme_str()? {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let (host, port) = (authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(usual));
        let is_named = |(known, wanted): &(String, Option<u16>)| {
            *known == host && wanted.unwrap_or(usual) == port
        };
        self.hosts.iter().any(is_named).then_some(uri)
    }

    fn send(&self, req: &Request, callback: Callback, uri: Uri) {
        if self.under_way.fetch_add(1, Relaxed) >= MOST_UNDER_WAY {
            self.under_way.fetch_sub(1, Relaxed);
            return;
        }
        let place = Place(Arc::clone(&self.under_way));
        let Ok(method) = Method::from_bytes(callback.method.as_bytes()) else { return };
        let mut headers = Headers::new();
        let content_type = callback.content_type.and_then(|of| HeaderValue::from_str(&of).ok());
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        let call = OutboundCall {
            method,
            uri,
            headers,
            body: callback.body.into(),
            timeout: self.timeout.0,
            bound: ANSWER,
        };
        let (wait, sent) = (req.world.sleep(self.delay.0), req.world.send(call));
        let (operation, name) = (Arc::clone(&req.target.operation), callback.name);
        // Where nothing more can be done beside exchanges there is no call.
        req.world.spawn(Box::pin(async move {
            wait.await;
            if let Err(error) = sent.await {
                tracing::info!(operation = &*operation, callback = &*name, "a mock could not call back: {error}");
            }
            drop(place);
        }));
    }
}

fn template<'m>(mock: &'m contract::mock::Mock, req: &Request) -> &'m str {
    mock.conformance().operation(&req.target.operation).map_or("", |terms| terms.path())
}

/// One of the calls that may be under way.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_were_named_are_called_and_no_others() {
        let read = |hosts: &[&str]| {
            let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            Callbacks { hosts, delay: None, timeout: timeout() }.read()
        };
        let caller = read(&["Hooks.example.com", "127.0.0.1:9000", "[::1]:80"]).unwrap();
        for (url, allowed) in [
            ("https://hooks.example.com/a", true),
            ("http://HOOKS.example.com/a", true),
            ("http://hooks.example.com:8080/a", false),
            ("http://127.0.0.1:9000/", true),
            ("http://127.0.0.1/", false),
            ("http://127.1:9000/", false),
            ("http://[::1]/", true),
            ("http://hooks.example.com.evil.test/", false),
            ("http://hooks.example.com@evil.test/", false),
            ("http://evil.test@hooks.example.com/", false),
            ("ftp://hooks.example.com/", false),
            ("/relative", false),
            ("", false),
        ] {
            assert_eq!(caller.allowed(url).is_some(), allowed, "{url}");
        }
        assert!(read(&[]).is_err() && read(&["http://a"]).is_err() && read(&["a@b"]).is_err());
    }
}
