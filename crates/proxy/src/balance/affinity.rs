//! What of a request says which endpoint it goes to.

use std::net::IpAddr;

use http::HeaderName;
use model::HashOn;
use policy::Request;

use super::ring::hash;
use crate::router::cookie;

/// [`HashOn`] in its running form.
pub(crate) struct Affinity(Box<[Source]>);

enum Source {
    Ip,
    Consumer,
    Header(HeaderName),
    Cookie(Box<str>),
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
            })
        };
        list.iter().enumerate().map(read).collect::<Result<_, _>>().map(Affinity)
    }

    /// The hash of the first that the request has.
    pub(crate) fn of(&self, req: &Request) -> Option<u64> {
        self.0.iter().find_map(|source| match source {
            Source::Ip => Some(match req.client.to_canonical() {
                IpAddr::V4(address) => hash(&address.octets()),
                IpAddr::V6(address) => hash(&address.octets()),
            }),
            Source::Consumer => req.identity.as_ref().map(|identity| hash(identity.caller.key.as_bytes())),
            Source::Header(name) => req.head.headers.get(name).map(|value| hash(value.as_bytes())),
            Source::Cookie(name) => cookie(&req.head.headers, name).map(hash),
        })
    }
}
