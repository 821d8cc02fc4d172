//! What of a request says which endpoint it goes to.

use std::net::IpAddr;

use http::HeaderName;
use model::HashOn;
use policy::Request;

use super::{
    own_cookie::{OwnCookie, Ticket},
    ring::hash,
};
use crate::router::cookie;

/// [`HashOn`] in its running form.
pub(crate) struct Affinity {
    sources: Box<[Source]>,
}

/// What of a request places it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Of(u64),
    /// What the gateway itself gave.
    Own(Ticket),
}

enum Source {
    Ip,
    Consumer,
    Header(HeaderName),
    Cookie(Box<str>),
    Own(OwnCookie),
}

impl Affinity {
    /// # Errors
    /// Which of the list is wrong, and why.
    pub(crate) fn read(list: &[HashOn]) -> Result<Affinity, (usize, String)> {
        let read = |(at, source): (usize, &HashOn)| {
            Ok(match source {
                HashOn::Ip => Source::Ip,
                HashOn::Consumer => Source::Consumer,
                HashOn::Header(name) => Source::Header(
                    name.parse().map_err(|_| (at, format!("`{name}` is no name of a header")))?,
                ),
                HashOn::Cookie(name) => Source::Cookie(name.as_str().into()),
                HashOn::OwnCookie(own) => Source::Own(OwnCookie::new(own)),
            })
        };
        let sources = list.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Affinity { sources })
    }

    /// The first that the request has.
    pub(crate) fn of(&self, req: &Request) -> Option<Key> {
        self.sources.iter().find_map(|source| {
            let key = match source {
                Source::Ip => Some(match req.client.to_canonical() {
                    IpAddr::V4(address) => hash(&address.octets()),
                    IpAddr::V6(address) => hash(&address.octets()),
                }),
                Source::Consumer => req.identity.as_ref().map(|who| hash(who.caller.key.as_bytes())),
                Source::Header(name) => req.head.headers.get(name).map(|value| hash(value.as_bytes())),
                Source::Cookie(name) => cookie(&req.head.headers, name).map(hash),
                Source::Own(own) => return own.of(req).map(Key::Own),
            };
            key.map(Key::Of)
        })
    }

    /// The cookie for those who have nothing of it.
    pub(crate) fn own(&self) -> Option<&OwnCookie> {
        self.sources.iter().find_map(|source| match source {
            Source::Own(own) => Some(own),
            _ => None,
        })
    }
}
