//! Where people are sent back to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1).

use url::{Host, Url};

const LONGEST: usize = 2_000;

/// Whether an address may be registered.
///
/// # Errors
/// Why not.
pub fn is_redirect(text: &str) -> Result<(), String> {
    if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("an address has at most {LONGEST} visible ASCII characters"));
    }
    let url = Url::parse(text).map_err(|_| "this is no absolute address".to_owned())?;
    if text.contains('#') {
        return Err("an address to return to has no fragment".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address to return to carries no credentials".to_owned());
    }
    if text.contains('*') {
        return Err("addresses are compared as they stand; there are no wildcards".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(
            "without TLS only a loopback address, such as `http://127.0.0.1/callback`, can be returned to"
                .to_owned(),
        ),
        // A name that others could not have chosen (RFC 8252 §7.1); `javascript`, `data` and `file` have no point.
        scheme if scheme.contains('.') => Ok(()),
        _ => Err("a scheme of one's own is a domain turned around, such as `com.example.app`".to_owned()),
    }
}

/// Whether an address is of this very machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Whether an address is the registered one: the same text, or for a loopback address the same but for the port (RFC 8252 §7.3).
pub fn is_same_place(registered: &str, sent: &str) -> bool {
    if registered == sent {
        return true;
    }
    let (Ok(one), Ok(other)) = (Url::parse(registered), Url::parse(sent)) else { return false };
    // A name may lead elsewhere; a number does not.
    let is_number = matches!(one.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    if one.scheme() != "http" || !is_number || !is_loopback(&one) {
        return false;
    }
    without_port(registered, &one) == without_port(sent, &other)
}

/// The text without the port of its host, so that everything else is compared as it stands.
fn without_port(text: &str, url: &Url) -> Option<String> {
    let rest = text.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = match url.port() {
        Some(port) => authority.strip_suffix(&format!(":{port}"))?,
        None => authority,
    };
    Some(format!("{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_back_to_the_app_may_be_registered() {
        for good in [
            "https://app.example.com/cb?x=1",
            "http://127.0.0.1/cb",
            "http://[::1]:9/cb",
            "http://localhost:3000/",
            "com.example.app:/cb",
        ] {
            assert_eq!(is_redirect(good), Ok(()), "{good}");
        }
        for bad in [
            "http://app.example.com/cb",
            "https://app.example.com/cb#f",
            "https://app.example.com/#",
            "/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://u:p@app.example.com/",
            "https://*.example.com/",
            "app:/cb",
            "https://a b/",
            "http://127.0.0.1.example.com/",
        ] {
            assert!(is_redirect(bad).is_err(), "{bad}");
        }
        assert!(is_redirect(&format!("https://a/{}", "x".repeat(2_000))).is_err());
    }

    #[test]
    fn an_address_is_the_registered_one_but_for_the_port_of_a_loopback_number() {
        for (registered, sent, same) in [
            ("https://a.example/cb", "https://a.example/cb", true),
            ("https://a.example/cb", "https://a.example/cb/", false),
            ("https://a.example/cb", "https://a.example:444/cb", false),
            ("https://a.example/cb", "https://A.example/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:50123/cb", true),
            ("http://127.0.0.1:80/cb", "http://127.0.0.1:50123/cb", false),
            ("http://127.0.0.1:3000/cb", "http://127.0.0.1:50123/cb", true),
            ("http://[::1]/cb", "http://[::1]:50123/cb", true),
            ("http://127.0.0.1/cb", "http://127.0.0.1:50123/cb?x", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1@evil.example:50123/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.2:50123/cb", false),
            ("http://localhost/cb", "http://localhost:50123/cb", false),
            ("com.example.app:/cb", "com.example.app:/cb2", false),
        ] {
            assert_eq!(is_same_place(registered, sent), same, "{registered} {sent}");
        }
    }
}
