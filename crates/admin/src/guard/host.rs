//! Which `Host` names are answered to. A page of another site that has its name resolve to a loopback address ("DNS
//! rebinding") is known by the name it uses.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, header};

/// The names answered to.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    /// Only loopback names and `configured`; otherwise any.
    strict: bool,
    configured: Vec<String>,
}

impl Hosts {
    /// For a listener at `bound`. Names given are answered to besides those of the loopback; a listener that is bound to
    /// other addresses and was given no name answers to any.
    pub(crate) fn new(bound: SocketAddr, configured: Vec<String>) -> Hosts {
        let strict = bound.ip().is_loopback() || !configured.is_empty();
        Hosts { strict, configured: configured.iter().map(|host| host.to_ascii_lowercase()).collect() }
    }

    /// Whether to answer. An address cannot be rebound, so that it is always ours.
    pub(crate) fn answers(&self, headers: &HeaderMap) -> bool {
        if !self.strict {
            return true;
        }
        let mut hosts = headers.get_all(header::HOST).into_iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let Ok(host) = host.to_str() else { return false };
        let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        address.is_ok()
            || name == "localhost"
            || name.ends_with(".localhost")
            || self.configured.contains(&name)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn host(name: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(name))])
    }

    #[test]
    fn a_loopback_listener_answers_to_loopback_and_configured_names_only() {
        let hosts = Hosts::new("127.0.0.1:9080".parse().unwrap(), vec!["Admin.Example.com".into()]);
        for ours in [
            "localhost:9080",
            "LOCALHOST",
            "127.0.0.1:9080",
            "[::1]:9080",
            "x.localhost",
            "admin.example.com:1",
        ] {
            assert!(hosts.answers(&host(ours)), "{ours}");
        }
        for theirs in ["evil.example", "localhost.evil.example:9080", "127.0.0.1.evil.example", ""] {
            assert!(!hosts.answers(&host(theirs)), "{theirs}");
        }
        assert!(!hosts.answers(&HeaderMap::new()));
    }

    #[test]
    fn an_open_listener_answers_to_any_name_unless_told_its_own() {
        let bound = "0.0.0.0:9080".parse().unwrap();
        assert!(Hosts::new(bound, Vec::new()).answers(&host("any.example")));
        assert!(!Hosts::new(bound, vec!["own.example".into()]).answers(&host("any.example")));
    }
}
