//! Speaks with identity providers, for the control plane: within bounds, without following redirects, and where it is asked for with the
//! public internet alone.

use std::{
    env, fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use control::{ProviderAnswer, ProviderAnswered, ProviderCall, ProviderClient};
use model::is_link_local;
use reqwest::{
    Certificate, Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use url::Host;

use crate::shutdown::{Failure, chain};

const CONNECT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(5);

/// Speaks with identity providers.
pub(crate) struct Providers {
    /// Reaches whatever the machine reaches.
    open: Client,
    /// Reaches public addresses alone.
    public: Client,
}

impl Providers {
    /// With the authorities of the machine and, where `PAILOU_SSO_CA_FILE` names a file, those in it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn new() -> Result<Providers, Failure> {
        let mut more = Vec::new();
        if let Some(path) = env::var("PAILOU_SSO_CA_FILE").ok().filter(|path| !path.is_empty()) {
            let wrong = |error: String| Failure::new(format!("PAILOU_SSO_CA_FILE: {path}: {error}"));
            let pem = fs::read(&path).map_err(|error| wrong(error.to_string()))?;
            more = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
        }
        let client = |public: bool| {
            // What a provider leads to elsewhere is not asked: a secret would be shown there.
            let mut client = Client::builder()
                .connect_timeout(CONNECT)
                .timeout(PATIENCE)
                .redirect(reqwest::redirect::Policy::none());
            for authority in &more {
                client = client.add_root_certificate(authority.clone());
            }
            // A proxy would look names up by itself.
            client = match public {
                true => client.no_proxy().dns_resolver(Arc::new(PublicNames)),
                false => client.dns_resolver(Arc::new(OtherNames)),
            };
            client.build().map_err(|error| Failure::new(format!("identity providers: {error}")))
        };
        Ok(Providers { open: client(false)?, public: client(true)? })
    }

    async fn ask(&self, call: ProviderCall) -> Result<ProviderAnswer, String> {
        let place = call.url.origin().ascii_serialization();
        let address = match call.url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            _ => None,
        };
        if address.is_some_and(is_link_local) {
            return Err(format!("{place} is a link-local address, or that of a metadata service"));
        }
        if call.public && address.is_some_and(|address| !is_public(address)) {
            return Err(format!("{place} is no address of the public internet"));
        }
        let client = if call.public { &self.public } else { &self.open };
        let mut request = match (call.json, call.form) {
            (Some((method, text)), _) => {
                let method = method.parse().map_err(|_| format!("`{method}` is no method"))?;
                let request = client.request(method, call.url);
                match text.is_empty() {
                    true => request,
                    false => request.header(header::CONTENT_TYPE, "application/json").body(text),
                }
            }
            (None, Some(form)) => client
                .post(call.url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form),
            (None, None) => client.get(call.url),
        };
        request = request.header(header::ACCEPT, "application/json, application/samlmetadata+xml, */*;q=0.1");
        if let Some(authorization) = call.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let failed =
            |error: reqwest::Error| format!("{place} cannot be asked: {}", chain(&error.without_url()));
        let mut answer = request.send().await.map_err(failed)?;
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            if body.len() + piece.len() > call.largest {
                return Err(format!("{place} answers more than {} KiB", call.largest >> 10));
            }
            body.extend_from_slice(&piece);
        }
        Ok(ProviderAnswer { status, body })
    }
}

impl ProviderClient for Providers {
    fn call(&self, call: ProviderCall) -> ProviderAnswered<'_> {
        Box::pin(self.ask(call))
    }
}

/// Finds the addresses of names, and leaves out those that are not public: what is looked up is what is connected to.
pub(crate) struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                let why = format!("`{}` has no address of the public internet", name.as_str());
                return Err(io::Error::other(why).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Finds the addresses of names, and leaves out those at which a machine finds what is about itself alone.
struct OtherNames;

impl Resolve for OtherNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let others: Vec<SocketAddr> = found.filter(|address| !is_link_local(address.ip())).collect();
            if others.is_empty() {
                let why = format!("`{}` has no address but link-local ones", name.as_str());
                return Err(io::Error::other(why).into());
            }
            Ok(Box::new(others.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is of the public internet, and of none of the registries of special ones (RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 => true,
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        192 => b == 168 || (b == 0 && matches!(c, 0 | 2)) || (b == 88 && c == 99),
        198 => matches!(b, 18 | 19) || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        a => a >= 224,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // What is given out at all; without documentation, Teredo and the like, and what stands for an IPv4 address.
    (a & 0xe000) == 0x2000 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && a != 0x2002 && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_machines_nearby_are_not_public() {
        for near in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(near.parse().unwrap()), "{near}");
        }
        for far in ["1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(far.parse().unwrap()), "{far}");
        }
    }

    #[tokio::test]
    async fn what_must_be_public_calls_no_machine_nearby_by_address_or_name() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let providers = Providers::new().unwrap_or_else(|_| panic!("no file is named"));
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
            let url = format!("http://{host}:{port}/").parse().unwrap();
            let call = ProviderCall {
                url,
                form: None,
                json: None,
                authorization: None,
                public: true,
                largest: 1024,
            };
            let said = providers.ask(call).await.unwrap_err();
            assert!(said.contains("public internet"), "{host}: {said}");
        }
        assert_eq!(listener.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock);
        // And whoever may call machines nearby calls no metadata service.
        for host in ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "2852039166"] {
            let url = format!("http://{host}/latest/meta-data").parse().unwrap();
            let call = ProviderCall {
                url,
                form: None,
                json: None,
                authorization: None,
                public: false,
                largest: 1024,
            };
            let said = providers.ask(call).await.unwrap_err();
            assert!(said.contains("metadata service"), "{host}: {said}");
        }
    }
}
