//! `cache`: answers kept and used again, as a shared HTTP cache does (RFC 9111).

mod answer;
mod filter;
mod invalidate;
mod key;
mod origin;

use std::sync::Arc;

use ::cache::Terms;
use policy::prelude::*;

use self::{filter::Cacher, key::KeyParts, origin::Rules};
use crate::statuses::Statuses;

/// The longest span that can be said: ten years.
const LONGEST: Span = Span::secs(10 * 365 * 24 * 60 * 60);

/// Keeps the upstream's answers and uses them again, as a shared HTTP cache does (RFC 9111).
///
/// With nothing set it follows what the upstream says in `Cache-Control`, `Expires`, `Vary`, `ETag` and the like; what it says nothing about is
/// not kept. Callers whom an authentication policy recognized get answers of their own, which no other caller sees. The answers of all services
/// share the gateway's memory for stored responses. `when:` says for which requests the cache is asked at all.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Cache {
    /// How long answers are fresh, such as `30s`, whatever the upstream says about that. What it forbids to store (`no-store`, `private`) is
    /// not stored all the same, and what it wants to be asked about each time (`no-cache`) is asked about.
    ttl: Option<Span>,
    /// How long answers are fresh where the upstream says nothing about that. Nothing said means that those are not kept.
    default_ttl: Option<Span>,
    /// Statuses of answers that are kept, such as `200` or `4xx`. None means those that the upstream says something about, and for `ttl` and
    /// `default_ttl` those that are cacheable unless something else is said, such as 200, 301 and 404.
    statuses: Statuses,
    /// What keeps answers apart beside host, path and what the upstream says in `Vary`.
    key: KeyParts,
    /// The largest body that is kept.
    max_body: ByteSize,
    /// How long a stale answer is used while a new one is fetched, where the upstream does not say (`stale-while-revalidate`).
    stale_while_revalidate: Span,
    /// How long a stale answer is used where the upstream cannot be reached or fails, where it does not say itself (`stale-if-error`).
    stale_if_error: Span,
    /// How long requests wait for the answer to another request for the same thing before they go to the upstream themselves. `0s` means that
    /// none waits.
    wait: Span,
    /// Whether clients are heard who want less or more than is stored: `no-cache`, `max-age`, `max-stale`, `only-if-cached` and the like in a
    /// request's `Cache-Control`.
    client_directives: bool,
    /// Response headers that take the place of `Cache-Control`, the first one that is there (RFC 9213).
    targets: Vec<String>,
    /// Whether answers with `Set-Cookie` are kept. Everybody who gets such an answer gets the cookie, too.
    set_cookie: bool,
    /// Whether `Cache-Status` tells the client what the cache did (RFC 9211).
    status_header: bool,
}

impl Default for Cache {
    fn default() -> Cache {
        Cache {
            ttl: None,
            default_ttl: None,
            statuses: Statuses::default(),
            key: KeyParts::default(),
            max_body: ByteSize::mib(8),
            stale_while_revalidate: Span::secs(0),
            stale_if_error: Span::secs(0),
            wait: Span::secs(5),
            client_directives: true,
            targets: vec!["cdn-cache-control".to_owned()],
            set_cookie: false,
            status_header: true,
        }
    }
}

impl Policy for Cache {
    const NAME: &'static str = "cache";
    const STAGE: Stage = Stage::Cache;
    const EXAMPLE: &'static str = "{ ttl: 30s }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let spans = [
            ("ttl", self.ttl),
            ("default_ttl", self.default_ttl),
            ("stale_while_revalidate", Some(self.stale_while_revalidate)),
            ("stale_if_error", Some(self.stale_if_error)),
        ];
        for (field, span) in spans {
            if span.is_some_and(|span| span > LONGEST) {
                return Err(Invalid::field(field, "is at most ten years"));
            }
        }
        for (field, span) in [("ttl", self.ttl), ("default_ttl", self.default_ttl)] {
            if span.is_some_and(|span| span < Span::secs(1)) {
                return Err(Invalid::field(field, "is at least a second; leave it out for none"));
            }
        }
        if self.wait > Span::secs(60) {
            return Err(Invalid::field("wait", "is at most a minute: clients do not wait longer"));
        }
        if self.max_body == ByteSize(0) {
            return Err(Invalid::field("max_body", "is at least a byte"));
        }
        let mut targets = Vec::with_capacity(self.targets.len());
        for (at, name) in self.targets.iter().enumerate() {
            let name: HeaderName = name.parse().map_err(|_| {
                Invalid::field(format!("targets[{at}]"), format!("`{name}` is not the name of a header"))
            })?;
            targets.push(name.as_str().into());
        }
        let seconds = |span: Span| span.0.as_secs();
        let key = self.key.read()?;
        let terms = Terms {
            ttl: self.ttl.map(seconds),
            default_ttl: self.default_ttl.map(seconds),
            stale_while_revalidate: seconds(self.stale_while_revalidate),
            stale_if_error: seconds(self.stale_if_error),
            targets: targets.into(),
            set_cookie: self.set_cookie,
            own_authorized: key.authorization,
        };
        let rules = Rules {
            store: Arc::clone(cx.responses),
            terms,
            statuses: self.statuses,
            max_body: self.max_body.0,
            says: self.status_header,
        };
        Ok(Box::new(Cacher { rules: Arc::new(rules), key, heeds: self.client_directives, wait: self.wait.0 }))
    }
}
