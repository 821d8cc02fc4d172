//! Interim responses (RFC 9110 §15.2) on their way to the client, which has them before the final one.

use std::cell::RefCell;

use head::Known;
use http::StatusCode;

use crate::{headers, lane::Head};

/// Interim responses before the final one, at most.
pub(crate) const MOST: u32 = 16;
/// What of one is passed on where policies have a say about the response: what tells a browser what it will need, and what it may
/// load (RFC 8297 §2).
const HINTS: [&str; 2] = ["content-security-policy", "link"];

/// What is passed on of an upstream's interim responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Nothing: nobody waits for them, or whoever does speaks HTTP/1.0.
    #[default]
    Nothing,
    /// What no policy has seen goes on without the fields that one might have changed.
    Hints,
    All,
}

thread_local! {
    /// What was said within the turn of the exchange that is being polled.
    static SAID: RefCell<Vec<Head>> = const { RefCell::new(Vec::new()) };
}

/// Passes an interim response on. Only within a poll of the exchange that waits for its final one.
pub(crate) fn say(wanted: Wanted, mut head: Head) {
    // The client was answered already where it waits for this (RFC 9110 §10.1.1).
    if wanted == Wanted::Nothing || head.status == StatusCode::CONTINUE {
        return;
    }
    headers::receive_response(&mut head.headers);
    head.headers.discard(Known::ContentLength);
    // The upstream's speaks of the upstream.
    head.headers.remove(http::header::ALT_SVC);
    if wanted == Wanted::Hints {
        head.headers.retain(|name, _| HINTS.contains(&name));
        if head.headers.is_empty() && head.status == StatusCode::from_u16(103).unwrap_or_default() {
            return;
        }
    }
    SAID.with_borrow_mut(|said| said.push(head));
}

/// What was said since the exchange was polled; nearly always nothing.
pub(crate) fn take() -> Vec<Head> {
    SAID.with_borrow_mut(|said| if said.is_empty() { Vec::new() } else { std::mem::take(said) })
}

#[cfg(test)]
mod tests {
    use head::Headers;

    use super::*;

    fn said(wanted: Wanted, status: u16, fields: &[(&'static str, &'static str)]) -> Vec<(u16, Vec<String>)> {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.append(http::HeaderName::from_static(name), http::HeaderValue::from_static(value));
        }
        say(wanted, Head { status: StatusCode::from_u16(status).unwrap(), headers });
        let all = take();
        assert!(take().is_empty());
        let names = |head: &Head| head.headers.keys().map(str::to_owned).collect();
        all.iter().map(|head| (head.status.as_u16(), names(head))).collect()
    }

    #[test]
    fn an_interim_response_loses_what_is_of_its_hop_and_what_policies_might_change() {
        let fields = [
            ("link", "</a.css>; rel=preload"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("x-own", "1"),
            ("alt-svc", "h3=\":1\""),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
        ];
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(said(Wanted::All, 103, &fields), [(103, list(&["link", "x-own"]))]);
        assert_eq!(said(Wanted::Hints, 103, &fields), [(103, list(&["link"]))]);
        assert_eq!(said(Wanted::Hints, 103, &[("x-own", "1")]), []);
        assert_eq!(said(Wanted::Hints, 102, &[("x-own", "1")]), [(102, list(&[]))]);
        assert_eq!(said(Wanted::Nothing, 103, &fields), []);
        assert_eq!(said(Wanted::All, 100, &[]), []);
    }
}
