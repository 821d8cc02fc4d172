//! Whether a browser sent an unsafe request from one of our own pages.

use http::{HeaderMap, header};

/// Whether nothing says that another site's page sent the request.
///
/// Browsers say so with `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454 §7); other clients send neither.
pub(crate) fn same_origin(headers: &HeaderMap, public_host: Option<&str>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some(origin_host) = origin.to_str().ok().and_then(|origin| Some(origin.split_once("://")?.1)) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is = |ours: Option<&str>| ours.is_some_and(|ours| ours.eq_ignore_ascii_case(origin_host));
    is(host) || is(public_host)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn sent(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn another_site_is_told_by_either_header() {
        for (headers, ours) in [
            (sent(&[("host", "h:1")]), true),
            (sent(&[("host", "h:1"), ("origin", "http://h:1")]), true),
            (sent(&[("host", "10.0.0.1:1"), ("origin", "https://api.example.com")]), true),
            (sent(&[("host", "h:1"), ("origin", "http://h:2")]), false),
            (sent(&[("host", "h:1"), ("origin", "null")]), false),
            (sent(&[("host", "h:1"), ("sec-fetch-site", "same-origin"), ("origin", "http://h:1")]), true),
            (sent(&[("host", "h:1"), ("sec-fetch-site", "same-site")]), false),
            (sent(&[("host", "h:1"), ("sec-fetch-site", "cross-site")]), false),
        ] {
            assert_eq!(same_origin(&headers, Some("api.example.com")), ours, "{headers:?}");
        }
    }
}
