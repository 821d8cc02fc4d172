//! Session cookies (RFC 6265).

use http::{HeaderMap, HeaderValue, header};

use super::Audience;

/// What the browser keeps of an attempt to sign in by an identity provider.
pub(crate) fn attempt_of(headers: &HeaderMap, audience: Audience, https: bool) -> Option<&str> {
    named(headers, &attempt_name(audience, https))
}

/// The header that has the browser keep an attempt to sign in. It comes back with the browser from the provider's site, as no session
/// does, which needs `Lax`.
pub(crate) fn attempt_cookie(
    audience: Audience,
    https: bool,
    (sealed, by_form): (&str, bool),
    max_age: u64,
) -> HeaderMap {
    // With a form that a page of the provider sends it comes as `None` alone, which browsers take with TLS alone; without it they are told
    // nothing, and most send it for two minutes.
    let site = match (by_form, https) {
        (false, _) => "; SameSite=Lax",
        (true, true) => "; SameSite=None",
        (true, false) => "",
    };
    let place = if https { "Path=/; Secure" } else { cookie_path(audience) };
    let name = attempt_name(audience, https);
    header_of(format!("{name}={sealed}; {place}; Max-Age={max_age}; HttpOnly{site}"))
}

fn attempt_name(audience: Audience, https: bool) -> String {
    format!("{}_attempt", audience.cookie_name(https))
}

/// The session's secret from the request's cookies. With https only the cookie with the `__Host-` prefix counts, which no
/// other host and no plain-text page can have set.
pub(crate) fn cookie_of(headers: &HeaderMap, audience: Audience, https: bool) -> Option<&str> {
    named(headers, audience.cookie_name(https))
}

fn named<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
        .filter(|value| !value.is_empty())
}

/// The header that sets the session cookie. It ends with the browser's session or when the server says so, whichever is first.
pub(crate) fn session_cookie(audience: Audience, https: bool, secret: &str, max_age: u64) -> HeaderMap {
    set(audience, https, secret, max_age)
}

/// The header that takes the session cookie away.
pub(crate) fn end_cookie(audience: Audience, https: bool) -> HeaderMap {
    set(audience, https, "", 0)
}

fn set(audience: Audience, https: bool, secret: &str, max_age: u64) -> HeaderMap {
    let name = audience.cookie_name(https);
    // Cookies do not tell ports apart: without https the path keeps the secret from a gateway on the same host.
    let place = if https { "Path=/; Secure" } else { cookie_path(audience) };
    header_of(format!("{name}={secret}; {place}; Max-Age={max_age}; HttpOnly; SameSite=Strict"))
}

fn header_of(text: String) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(mut value) = HeaderValue::try_from(text) {
        value.set_sensitive(true);
        headers.insert(header::SET_COOKIE, value);
    }
    headers
}

fn cookie_path(audience: Audience) -> &'static str {
    match audience {
        Audience::Console => "Path=/api/v1",
        Audience::Portal => "Path=/portal/api/v1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_cookie_is_found_among_others_and_by_its_whole_name() {
        let headers = with_cookie("a=1; xpailou_session=no; pailou_session=yes; pailou_portal=other");
        assert_eq!(cookie_of(&headers, Audience::Console, false), Some("yes"));
        assert_eq!(cookie_of(&headers, Audience::Portal, false), Some("other"));
    }

    #[test]
    fn with_https_a_cookie_without_the_host_prefix_does_not_count() {
        let headers = with_cookie("pailou_session=planted");
        assert_eq!(cookie_of(&headers, Audience::Console, true), None);
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let value =
            session_cookie(Audience::Console, true, "s", 60)[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert_eq!(value, "__Host-pailou_session=s; Path=/; Secure; Max-Age=60; HttpOnly; SameSite=Strict");
        let value =
            session_cookie(Audience::Portal, false, "s", 60)[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert_eq!(value, "pailou_portal=s; Path=/portal/api/v1; Max-Age=60; HttpOnly; SameSite=Strict");
    }
}
