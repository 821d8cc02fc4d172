//! TLS: certificates, and what is spoken with clients.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Acme, Name};

/// A certificate for the TLS listeners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub name: Name,
    /// PEM file with the certificate and its chain. It is read again whenever it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<String>,
    /// PEM file with the private key. It is read again whenever it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    /// Asks an authority for it instead; the `hosts` are what it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acme: Option<Box<Acme>>,
    /// File with an answer of its authority's OCSP service for it (DER, RFC 6960), sent along with it (RFC 6066 §8). It is read again
    /// whenever it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocsp_file: Option<String>,
    /// Host names it is served for, `*.` in front for one label; by default those it names itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
}

/// What is spoken with clients on TLS listeners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayTls {
    /// The lowest version that is spoken.
    pub min_version: TlsVersion,
    /// The cipher suites that are spoken, the preferred first; by default all that are considered safe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ciphers: Vec<CipherSuite>,
    /// The certificate for clients that name no host, or one that no certificate is for. By default the first one by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_certificate: Option<Name>,
    /// Asks clients for a certificate. Without it they are asked where a policy, such as `mtls-auth`, looks at certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<Box<ClientAuth>>,
    /// Lets clients resume sessions by tickets. Their keys never leave the process, and change every six hours.
    pub session_tickets: bool,
    /// Speaks HTTP/3 where TLS is spoken, on the UDP port of the same number, and tells clients of it (`Alt-Svc`). It needs TLS 1.3.
    pub http3: bool,
}

impl Default for GatewayTls {
    fn default() -> GatewayTls {
        GatewayTls {
            min_version: TlsVersion::default(),
            ciphers: Vec::new(),
            default_certificate: None,
            client_auth: None,
            session_tickets: true,
            http3: true,
        }
    }
}

/// Asks clients for a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientAuth {
    /// PEM file with the certificates of the authorities that vouch for clients; what leads to none of them ends the handshake. Where
    /// absent any certificate is taken, for policies to verify. It is read again whenever it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// PEM file with lists of what these authorities have revoked (CRL). Each certificate of a client's chain must be covered by one
    /// that is up to date. It is read again whenever it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_file: Option<String>,
    /// Whether clients must have one.
    pub mode: ClientAuthMode,
    /// What the files said when the snapshot was made; stands in no document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub read: Option<Box<ClientAuthPems>>,
}

/// Whether clients must have a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthMode {
    /// A handshake without one fails.
    #[default]
    Require,
    /// Clients without one are served too.
    Request,
}

/// What the files of a [`ClientAuth`] say, PEM.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClientAuthPems {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorities: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

impl fmt::Debug for ClientAuthPems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAuthPems").finish_non_exhaustive()
    }
}

impl ClientAuth {
    /// The files it names, each with its field.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [("ca_file", &self.ca_file), ("crl_file", &self.crl_file)];
        all.into_iter().filter_map(|(field, path)| Some((field, path.as_deref()?)))
    }

    /// Whether it says the same, whatever its files say.
    pub fn is_said_as(&self, other: &ClientAuth) -> bool {
        let said = |auth: &ClientAuth| (auth.ca_file.clone(), auth.crl_file.clone(), auth.mode);
        said(self) == said(other)
    }
}

/// A version of TLS.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum TlsVersion {
    /// RFC 5246.
    #[default]
    #[serde(rename = "1.2")]
    V12,
    /// RFC 8446.
    #[serde(rename = "1.3")]
    V13,
}

macro_rules! ciphers {
    ($( $version:ident $suite:ident, $name:literal; )+) => {
        /// A cipher suite, by the name IANA has for it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum CipherSuite { $( #[serde(rename = $name)] $suite, )+ }

        impl CipherSuite {
            pub const ALL: &'static [CipherSuite] = &[ $( CipherSuite::$suite, )+ ];

            /// The name IANA has for it.
            pub fn as_str(self) -> &'static str {
                match self { $( CipherSuite::$suite => $name, )+ }
            }

            /// The only version it belongs to.
            pub fn version(self) -> TlsVersion {
                match self { $( CipherSuite::$suite => TlsVersion::$version, )+ }
            }
        }
    };
}

impl CipherSuite {
    /// Whether FIPS 140-3 approves it.
    pub fn is_approved(self) -> bool {
        !matches!(self, CipherSuite::ChaCha20 | CipherSuite::EcdsaChaCha20 | CipherSuite::RsaChaCha20)
    }
}

ciphers! {
    V13 Aes256Gcm, "TLS_AES_256_GCM_SHA384";
    V13 Aes128Gcm, "TLS_AES_128_GCM_SHA256";
    V13 ChaCha20, "TLS_CHACHA20_POLY1305_SHA256";
    V12 EcdsaAes256Gcm, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    V12 EcdsaAes128Gcm, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    V12 EcdsaChaCha20, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    V12 RsaAes256Gcm, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    V12 RsaAes128Gcm, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    V12 RsaChaCha20, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
}

impl GatewayTls {
    /// The cipher suites that are spoken at all, without those of a version that is too low.
    pub fn suites(&self) -> impl Iterator<Item = CipherSuite> {
        let listed = if self.ciphers.is_empty() { CipherSuite::ALL } else { &self.ciphers };
        let is_spoken = |suite: &CipherSuite| !cfg!(feature = "fips") || suite.is_approved();
        listed.iter().copied().filter(move |suite| suite.version() >= self.min_version && is_spoken(suite))
    }

    /// What is wrong with it, each with its field below `tls`.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (at, suite) in self.ciphers.iter().enumerate() {
            if cfg!(feature = "fips") && !suite.is_approved() {
                let message = "is not approved by FIPS 140-3, and this is a build that speaks nothing else";
                faults.push((format!("ciphers[{at}]"), format!("`{}` {message}", suite.as_str())));
            }
            if self.ciphers[..at].contains(suite) {
                faults.push((format!("ciphers[{at}]"), format!("`{}` stands here twice", suite.as_str())));
            }
        }
        if let Some(auth) = &self.client_auth
            && auth.crl_file.is_some()
            && auth.ca_file.is_none()
        {
            let message = "says what authorities have revoked, which need their `ca_file`";
            faults.push(("client_auth.crl_file".to_owned(), message.to_owned()));
        }
        if self.suites().next().is_none() {
            let message = "none of these is for TLS 1.3, and `min_version` allows no other version";
            faults.push(("ciphers".to_owned(), message.to_owned()));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_of_a_version_that_is_too_low_are_not_spoken() {
        let tls = |min_version, ciphers| GatewayTls { min_version, ciphers, ..GatewayTls::default() };
        let approved = cfg!(feature = "fips");
        assert_eq!(tls(TlsVersion::V12, Vec::new()).suites().count(), if approved { 6 } else { 9 });
        assert_eq!(tls(TlsVersion::V13, Vec::new()).suites().count(), if approved { 2 } else { 3 });
        let faults = tls(TlsVersion::V12, vec![CipherSuite::ChaCha20, CipherSuite::Aes256Gcm]).faults();
        assert_eq!(faults.len(), usize::from(approved), "{faults:?}");
        assert!(tls(TlsVersion::V13, Vec::new()).faults().is_empty());
        let only = vec![CipherSuite::RsaAes256Gcm, CipherSuite::RsaAes256Gcm];
        let faults = tls(TlsVersion::V13, only).faults();
        assert_eq!(faults.iter().map(|(field, _)| &**field).collect::<Vec<_>>(), ["ciphers[1]", "ciphers"]);
    }
}
