//! A stored response, whether it may be used for a request, and what a response must be like to be stored (RFC 9111 §3, §4).

use std::sync::Arc;

use bytes::Bytes;
use head::{Headers, Known};
use http::StatusCode;

use crate::{
    Asked, Key, ResponseDirectives, Selection, conditions,
    fresh::{date_text, initial_age, is_heuristically_cacheable, lifetime},
    tags, vary,
};

/// What a policy says about storing, beside what the origin says.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Seconds a response is fresh, whatever the origin says about that.
    pub ttl: Option<u64>,
    /// Seconds a response is fresh where the origin says nothing about that.
    pub default_ttl: Option<u64>,
    /// Seconds for which a stale response is used while a new one is fetched, where the origin says nothing about that.
    pub stale_while_revalidate: u64,
    /// The same where no new one can be had.
    pub stale_if_error: u64,
    /// Fields that take the place of `Cache-Control`, the first one that is there, in lower case (RFC 9213).
    pub targets: Box<[Box<str>]>,
    /// Whether responses with `Set-Cookie` are stored.
    pub set_cookie: bool,
    /// Whether responses to requests with `Authorization` are stored for that request's own caller.
    pub own_authorized: bool,
}

/// A request that was sent to the origin.
#[derive(Clone, Copy, Debug)]
pub struct Fetch<'a> {
    pub request: &'a Headers,
    /// Milliseconds since 1970.
    pub asked_ms: u64,
    pub came_ms: u64,
}

/// Whether a policy wants responses of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It names no statuses.
    Usual,
    Named,
    No,
}

/// Why a response is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotStored {
    /// Its status, or that nothing allows it.
    NotCacheable,
    NoStore,
    Private,
    /// The request had `Authorization`, and the response does not say that others may have it (RFC 9111 §3.5).
    Authorized,
    VariesByAnything,
    SetsCookie,
    /// Stale already, and nothing to ask the origin with.
    Useless,
    TooLarge,
    /// There is no room for what is under way.
    NoRoom,
}

/// A stored response. Immutable; a newer head makes another one.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: Key,
    pub selection: Selection,
    pub status: StatusCode,
    /// Without those of one hop and those the origin forbids to store.
    pub headers: Headers,
    pub body: Bytes,
    /// Tags it can be purged by, hashed.
    pub tags: Arc<[u64]>,
    pub times: Times,
}

/// When a stored response may be used. Spans are milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When its age was nothing, milliseconds since 1970.
    pub born: u64,
    pub lifetime: u64,
    /// Never used without asking the origin.
    pub always_ask: bool,
    /// Never used once stale.
    pub never_stale: bool,
    pub stale_while_revalidate: u64,
    pub stale_if_error: u64,
}

/// What a stored response is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Fresh,
    /// Stale, and a client or the origin says that it will do.
    Stale,
    /// As [`Use::Stale`], and a new one is fetched meanwhile.
    StaleWhile,
    /// After the origin was asked.
    Ask(Because),
}

/// Why the origin is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    Stale,
    /// The client wants it.
    Request,
}

impl Stored {
    /// What of a response's head will be stored, as long as its body comes to its end.
    ///
    /// # Errors
    /// Why nothing will.
    pub fn of(
        key: Key,
        fetch: &Fetch<'_>,
        status: StatusCode,
        headers: &Headers,
        terms: &Terms,
        wanted: Wanted,
    ) -> Result<Stored, NotStored> {
        let (directives, targeted) = ResponseDirectives::of(headers, &terms.targets);
        let understood = status.canonical_reason().is_some();
        if status.is_informational() || matches!(status.as_u16(), 206 | 304) || wanted == Wanted::No {
            return Err(NotStored::NotCacheable);
        }
        // Who understands a status may store in spite of `no-store` (RFC 9111 §5.2.2.3).
        if directives.must_understand && !understood {
            return Err(NotStored::NotCacheable);
        }
        if directives.no_store && !directives.must_understand {
            return Err(NotStored::NoStore);
        }
        if directives.private {
            return Err(NotStored::Private);
        }
        if fetch.request.has(Known::Authorization) && !directives.allows_authorized() && !terms.own_authorized
        {
            return Err(NotStored::Authorized);
        }
        let names = vary::vary(headers).ok_or(NotStored::VariesByAnything)?;
        if headers.contains_key("set-cookie")
            && !terms.set_cookie
            && !directives.fields.iter().any(|field| **field == *"set-cookie")
        {
            return Err(NotStored::SetsCookie);
        }
        let said = lifetime(&directives, targeted, headers, status, fetch.came_ms);
        let allowed = said.is_some() || directives.public || is_heuristically_cacheable(status);
        // Where the origin forbids reuse without asking, nobody else may allow it; nor are errors kept that nobody named.
        let may_say = !directives.no_cache && (wanted == Wanted::Named || is_heuristically_cacheable(status));
        let ttl = terms.ttl.filter(|_| may_say);
        let lifetime = match ttl.or(said).or(terms.default_ttl.filter(|_| may_say)) {
            Some(lifetime) => lifetime,
            None if allowed => 0,
            None => return Err(NotStored::NotCacheable),
        };
        let strict = directives.must_revalidate || directives.proxy_revalidate || directives.no_cache;
        // With `s-maxage` alone, stale responses are used where the origin itself says for how long.
        let unsaid = |span: u64| if directives.forbids_stale() { 0 } else { span };
        let window = |said: Option<u64>, unsaid: u64| if strict { 0 } else { said.unwrap_or(unsaid) * 1000 };
        let age = if ttl.is_some() { 0 } else { initial_age(headers, fetch.asked_ms, fetch.came_ms) * 1000 };
        let times = Times {
            born: fetch.came_ms.saturating_sub(age),
            lifetime: lifetime * 1000,
            always_ask: directives.no_cache,
            never_stale: directives.forbids_stale(),
            stale_while_revalidate: window(
                directives.stale_while_revalidate,
                unsaid(terms.stale_while_revalidate),
            ),
            stale_if_error: window(directives.stale_if_error, unsaid(terms.stale_if_error)),
        };
        let can_ask = headers.contains_key("etag") || headers.contains_key("last-modified");
        let is_useful = times.lifetime > age && !times.always_ask
            || can_ask
            || times.stale_while_revalidate > 0
            || times.stale_if_error > 0;
        // A stale one without all that is still an answer to a client that takes one, or where the origin does not answer.
        if !is_useful && (times.always_ask || times.lifetime == 0) {
            return Err(NotStored::Useless);
        }
        let mut headers = kept(headers, &directives);
        dated(&mut headers, fetch.came_ms);
        let tags = tags::of(key.tenant(), &headers);
        Ok(Stored {
            key,
            selection: Selection::of(names, fetch.request),
            status,
            headers,
            body: Bytes::new(),
            tags,
            times,
        })
    }

    /// The same with the head of a later answer about it: a 304 (RFC 9111 §4.3.4), or to HEAD (§4.3.5). What of it may not be
    /// stored is an error.
    ///
    /// # Errors
    /// The later head forbids it.
    pub fn renewed(&self, fetch: &Fetch<'_>, later: &Headers, terms: &Terms) -> Result<Stored, NotStored> {
        let headers = conditions::updated(&self.headers, later);
        let mut all = headers;
        if !later.has(Known::Date) {
            all.discard(Known::Date);
        }
        // How old it is only the later head says.
        if let Some(age) = later.get("age") {
            all.insert("age", age);
        }
        let renewed = Stored::of(self.key.clone(), fetch, self.status, &all, terms, Wanted::Named)?;
        Ok(Stored { body: self.body.clone(), ..renewed })
    }

    /// What it is good for, for a request at this time.
    pub fn usable(&self, asked: &Asked<'_>, now_ms: u64) -> Use {
        let Times { born, lifetime, always_ask, never_stale, stale_while_revalidate, .. } = self.times;
        let wants = &asked.directives;
        if wants.no_cache {
            return Use::Ask(Because::Request);
        }
        if always_ask {
            return Use::Ask(Because::Stale);
        }
        let age = now_ms.saturating_sub(born);
        if wants.max_age.is_some_and(|most| age >= most * 1000 && (most == 0 || age > most * 1000)) {
            return Use::Ask(Because::Request);
        }
        if age < lifetime {
            let short = wants.min_fresh.is_some_and(|least| lifetime - age < least * 1000);
            return if short { Use::Ask(Because::Request) } else { Use::Fresh };
        }
        let staleness = age - lifetime;
        if !never_stale && wants.max_stale.is_some_and(|most| staleness <= most * 1000) {
            return Use::Stale;
        }
        if staleness < stale_while_revalidate { Use::StaleWhile } else { Use::Ask(Because::Stale) }
    }

    /// Whether it will do where the origin fails (RFC 5861 §4).
    pub fn is_usable_on_error(&self, asked: Option<u64>, now_ms: u64) -> bool {
        let Times { born, lifetime, stale_if_error, always_ask, never_stale, .. } = self.times;
        let of_client = if never_stale { 0 } else { asked.unwrap_or(0) * 1000 };
        let staleness = now_ms.saturating_sub(born).saturating_sub(lifetime);
        !always_ask && staleness < stale_if_error.max(of_client)
    }

    /// Seconds.
    pub fn age(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.times.born) / 1000
    }

    /// Seconds it stays fresh; negative once stale.
    pub fn ttl(&self, now_ms: u64) -> i64 {
        let left = i128::from(self.times.lifetime) - i128::from(now_ms.saturating_sub(self.times.born));
        i64::try_from(left.div_euclid(1000)).unwrap_or(i64::MAX)
    }

    /// When it is good for nothing any more but to be asked about, milliseconds since 1970.
    pub fn expires(&self) -> u64 {
        let Times { born, lifetime, stale_while_revalidate, stale_if_error, .. } = self.times;
        born.saturating_add(lifetime).saturating_add(stale_while_revalidate.max(stale_if_error))
    }

    /// What it takes of memory, bytes.
    pub fn weight(&self) -> u64 {
        (self.body.len() + self.headers.capacity() + self.key.text.len() + 512) as u64
    }
}

/// Fields that are not stored: of one hop (RFC 9111 §3.1), and those that are said anew for every answer.
const NOT_KEPT: [&str; 9] = [
    "age",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
];

fn kept(headers: &Headers, directives: &ResponseDirectives) -> Headers {
    let mut kept = Headers::with_capacity(headers.len() + 3, 512);
    for (name, value) in headers.iter() {
        let is_named = directives.fields.iter().any(|field| **field == *name);
        let is_of_hop =
            NOT_KEPT.contains(&name) || matches!(name, "transfer-encoding" | "proxy-authorization");
        if !is_named && !is_of_hop {
            kept.append(name, value);
        }
    }
    kept
}

/// Adds a `Date` where the origin sent none (RFC 9110 §6.6.1).
fn dated(headers: &mut Headers, came_ms: u64) {
    if !headers.has(Known::Date) {
        headers.add(Known::Date, date_text(came_ms).as_bytes());
    }
}
