//! The relying party: this server, as browsers and authenticators know it.

use std::net::IpAddr;

use url::{Host, Url};

/// Who asks for passkeys, and at which pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// A host name (§5.4.2); passkeys are bound to it.
    pub id: String,
    /// The origin of its pages (RFC 6454): `https://apis.example.com`.
    pub origin: String,
}

impl RelyingParty {
    /// The one whose pages are below an address. There is none where browsers would refuse: at an IP address, which passkeys cannot be
    /// bound to, and without https, except on the machine itself, where `localhost` stands for its addresses.
    pub fn at(address: &Url) -> Option<RelyingParty> {
        let host = match address.host()? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(ip) if IpAddr::V4(ip).is_loopback() => "localhost".to_owned(),
            Host::Ipv6(ip) if IpAddr::V6(ip).is_loopback() => "localhost".to_owned(),
            Host::Ipv4(_) | Host::Ipv6(_) => return None,
        };
        let is_local = host == "localhost" || host.ends_with(".localhost");
        match address.scheme() {
            "https" => {}
            "http" if is_local => {}
            _ => return None,
        }
        let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
        let origin = format!("{}://{host}{port}", address.scheme());
        Some(RelyingParty { id: host, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_names_and_the_machine_itself_only() {
        let at = |text: &str| {
            RelyingParty::at(&Url::parse(text).unwrap()).map(|party| format!("{} {}", party.id, party.origin))
        };
        for (address, party) in [
            ("https://apis.example.com", Some("apis.example.com https://apis.example.com")),
            ("https://APIs.example.com:443/x", Some("apis.example.com https://apis.example.com")),
            ("https://apis.example.com:8443/", Some("apis.example.com https://apis.example.com:8443")),
            ("http://localhost:9080", Some("localhost http://localhost:9080")),
            ("http://127.0.0.1:9080", Some("localhost http://localhost:9080")),
            ("http://[::1]:9080", Some("localhost http://localhost:9080")),
            ("http://apis.example.com", None),
            ("https://192.0.2.7", None),
            ("https://[2001:db8::7]", None),
            ("http://192.0.2.7:9080", None),
        ] {
            assert_eq!(at(address).as_deref(), party, "{address}");
        }
    }
}
