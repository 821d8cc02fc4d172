//! `Cache-Status` (RFC 9211): what this cache did with a request.

use head::Headers;

use crate::{Because, Text};

/// What this cache did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// Answered from what is stored, which is fresh for so many seconds yet; negative where it is stale.
    Hit {
        ttl: i64,
        collapsed: bool,
    },
    Forwarded(Forwarded),
}

/// Why a request went on to the origin, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded {
    pub because: Why,
    /// The status of the origin's answer where the client gets another.
    pub status: Option<u16>,
    pub stored: bool,
    /// Seconds it is fresh, where stored.
    pub ttl: Option<i64>,
}

/// Why a request went on (RFC 9211 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// This cache has nothing to do with it.
    Bypass,
    Method,
    UriMiss,
    VaryMiss,
    /// What is stored is stale, or the client does not want it.
    Ask(Because),
    /// Only a part of what is asked for could be had.
    Partial,
}

impl Handled {
    /// Adds it to what caches before this one said.
    pub fn write(&self, headers: &mut Headers) {
        let mut line = String::with_capacity(48);
        line.push_str("Pailou");
        match self {
            Handled::Hit { ttl, collapsed } => {
                line.push_str("; hit; ttl=");
                line.push_str(itoa::Buffer::new().format(*ttl));
                if *collapsed {
                    line.push_str("; collapsed");
                }
            }
            Handled::Forwarded(Forwarded { because, status, stored, ttl }) => {
                line.push_str("; fwd=");
                line.push_str(match because {
                    Why::Bypass => "bypass",
                    Why::Method => "method",
                    Why::UriMiss => "uri-miss",
                    Why::VaryMiss => "vary-miss",
                    Why::Ask(Because::Stale) => "stale",
                    Why::Ask(Because::Request) => "request",
                    Why::Partial => "partial",
                });
                if let Some(status) = status {
                    line.push_str("; fwd-status=");
                    line.push_str(itoa::Buffer::new().format(*status));
                }
                if *stored {
                    line.push_str("; stored");
                }
                if let Some(ttl) = ttl {
                    line.push_str("; ttl=");
                    line.push_str(itoa::Buffer::new().format(*ttl));
                }
            }
        }
        headers.append("cache-status", Text(&line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_after_what_others_said() {
        let mut headers = Headers::new();
        headers.append("cache-status", Text("Origin; hit"));
        Handled::Hit { ttl: -3, collapsed: false }.write(&mut headers);
        let forwarded =
            Forwarded { because: Why::Ask(Because::Stale), status: Some(304), stored: true, ttl: Some(60) };
        Handled::Forwarded(forwarded).write(&mut headers);
        let lines: Vec<_> =
            headers.get_all("cache-status").iter().map(|line| line.to_str().unwrap()).collect();
        let last = "Pailou; fwd=stale; fwd-status=304; stored; ttl=60";
        assert_eq!(lines, ["Origin; hit", "Pailou; hit; ttl=-3", last]);
    }
}
