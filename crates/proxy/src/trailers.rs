//! Which fields may come after the content (RFC 9110 §6.5.1).

use http::{HeaderMap, HeaderName};

/// Fields that frame, route, authenticate, steer or describe a message. A recipient may merge trailers into the head, where these
/// would undo what the gateway decided when it saw the head.
const NEVER: [&str; 43] = [
    "age",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "location",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "retry-after",
    "set-cookie",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
    "warning",
    "www-authenticate",
    "x-api-key",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
];

/// Whether a field may come after the content.
pub(crate) fn may_trail(name: &HeaderName) -> bool {
    let name = name.as_str();
    // `http` lets a quote into names, which are tokens (RFC 9110 §5.1).
    NEVER.binary_search(&name).is_err() && !name.starts_with("if-") && !name.contains('"')
}

/// Trailers without what may not be among them.
pub(crate) fn checked(trailers: HeaderMap) -> HeaderMap {
    if trailers.keys().all(may_trail) {
        return trailers;
    }
    let mut kept = HeaderMap::with_capacity(trailers.len());
    for name in trailers.keys().filter(|name| may_trail(name)) {
        for value in trailers.get_all(name) {
            kept.append(name, value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn trailers_lose_what_belongs_into_a_head() {
        assert!(NEVER.is_sorted());
        let mut trailers = HeaderMap::new();
        for name in ["x-sum", "host", "if-match", "a\"b", "grpc-status", "x-sum", "etag", "transfer-encoding"]
        {
            trailers.append(HeaderName::from_static(name), HeaderValue::from_static("v"));
        }
        let kept = checked(trailers);
        assert_eq!(kept.len(), 4);
        assert_eq!(kept.get_all("x-sum").iter().count(), 2);
        assert!(kept.contains_key("grpc-status") && kept.contains_key("etag"));
    }
}
