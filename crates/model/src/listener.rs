//! Further places a gateway listens at.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Gateway, Name};

/// Listeners at most.
const MOST: usize = 64;

/// A place a gateway listens at, beside `--http` and `--https`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    pub name: Name,
    /// Address and port: `0.0.0.0:8081`, `[::]:8081`. Port 0 takes a free one.
    pub address: String,
    /// Whether TLS is spoken.
    #[serde(default)]
    pub tls: bool,
    /// Whether every connection begins with a header of the PROXY protocol, version 1 or 2, that says who the client is. It is taken
    /// from `trusted_proxies` alone; connections of others are closed.
    #[serde(default)]
    pub proxy_protocol: bool,
    /// Whether a listener that speaks TLS speaks HTTP/3 too, on the UDP port of the same number, unless `tls.http3` of the gateway is
    /// off. One with `proxy_protocol` does not.
    #[serde(default = "on", skip_serializing_if = "Clone::clone")]
    pub http3: bool,
    /// Whether clients are asked for a certificate where TLS is spoken. By default they are where `tls.client_auth` of the gateway or a policy, such as
    /// `mtls-auth`, wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<AskedCertificate>,
}

/// Whether the clients of a listener are asked for a certificate. What vouches for it is for `tls.client_auth` of the gateway to say, and for policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AskedCertificate {
    /// They are not, so that no browser asks people which to send. Policies that want one refuse them.
    Never,
    /// They are; those without one are served too.
    Request,
    /// They are, and a handshake without one fails.
    Require,
}

fn on() -> bool {
    true
}

impl Gateway {
    /// What is wrong with its listeners, each with its field.
    pub fn listener_faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.listeners.len() > MOST {
            faults.push(("listeners".to_owned(), format!("a gateway has {MOST} listeners at most")));
        }
        for (at, listener) in self.listeners.iter().enumerate() {
            let before = &self.listeners[..at];
            let mut fault =
                |field: &str, message: String| faults.push((format!("listeners[{at}].{field}"), message));
            let name = listener.name.as_str();
            if ["http", "https", "admin"].contains(&name) {
                fault("name", format!("`{name}` is that of `--{name}`"));
            } else if before.iter().any(|other| other.name == listener.name) {
                fault("name", format!("`{name}` stands here twice"));
            }
            match listener.address.parse::<SocketAddr>() {
                Err(_) => {
                    let message = "is no address with a port, such as `0.0.0.0:8081` or `[::]:8081`";
                    fault("address", format!("`{}` {message}", listener.address));
                }
                Ok(address) => {
                    let is_same = |other: &Listener| other.address.parse() == Ok(address);
                    if address.port() != 0 && before.iter().any(is_same) {
                        fault("address", format!("`{address}` stands here twice"));
                    }
                }
            }
            if listener.client_certificate.is_some() && !listener.tls {
                fault(
                    "client_certificate",
                    "certificates are shown where TLS is spoken; set `tls: true`".to_owned(),
                );
            }
            if listener.proxy_protocol && self.trusted_proxies.is_empty() {
                let message = "is taken from `trusted_proxies` alone, and there are none";
                fault("proxy_protocol", message.to_owned());
            }
        }
        faults
    }
}
