//! TLS toward upstreams.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::TlsVersion;

/// TLS toward an upstream, for its endpoints with `https://`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpstreamTls {
    /// PEM file with the certificates that are trusted to vouch for the upstream's; by default those the system trusts. It is
    /// read again whenever it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// PEM file with the certificate the upstream is shown, and its chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<String>,
    /// PEM file with the private key of that certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    /// The name the upstream is asked for (SNI) and its certificate must be for; by default the endpoint's host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Whether the upstream's certificate is checked. Without it anybody on the way can read and change everything.
    pub verify: bool,
    /// The lowest version that is spoken.
    pub min_version: TlsVersion,
    /// What the files said when the snapshot was made; stands in no document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub read: Option<Box<UpstreamPems>>,
}

/// What the files of an [`UpstreamTls`] say, PEM.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpstreamPems {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl fmt::Debug for UpstreamPems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamPems").finish_non_exhaustive()
    }
}

impl Default for UpstreamTls {
    fn default() -> UpstreamTls {
        UpstreamTls {
            ca_file: None,
            cert_file: None,
            key_file: None,
            server_name: None,
            verify: true,
            min_version: TlsVersion::default(),
            read: None,
        }
    }
}

impl UpstreamTls {
    /// The files it names, each with its field.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [("ca_file", &self.ca_file), ("cert_file", &self.cert_file), ("key_file", &self.key_file)];
        all.into_iter().filter_map(|(field, path)| Some((field, path.as_deref()?)))
    }

    /// Whether it says the same, whatever its files say.
    pub fn is_said_as(&self, other: &UpstreamTls) -> bool {
        let bare = |tls: &UpstreamTls| UpstreamTls { read: None, ..tls.clone() };
        bare(self) == bare(other)
    }
}
