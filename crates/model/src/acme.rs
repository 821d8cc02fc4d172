//! Certificates that are asked for by ACME (RFC 8555), and the challenges that are open meanwhile.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Certificate, SECRET_SCHEME, Span};

/// Names in one certificate at most.
const MOST_HOSTS: usize = 100;
/// The usual directory: that of Let's Encrypt.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// Asks an authority for the certificate, and for another before it expires (ACME, RFC 8555).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Acme {
    /// The directory of the authority, `https://…`; by default that of Let's Encrypt.
    pub directory: String,
    /// Whom the authority may write to: `mailto:ops@example.com`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contact: Vec<String>,
    /// That you agree to the terms of the authority. Without it no certificate is asked for.
    pub terms_agreed: bool,
    /// How the authority sees that the hosts are yours.
    pub challenge: ChallengeType,
    /// PEM file with the authorities that vouch for the directory itself; by default what the system trusts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// The account you have with the authority elsewhere (RFC 8555 §7.3.4), where it asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eab: Option<Box<AcmeAccount>>,
    /// How long before it expires the certificate is renewed; by default a third of its lifetime, two thirds at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew_before: Option<Span>,
}

impl Default for Acme {
    fn default() -> Acme {
        Acme {
            directory: LETS_ENCRYPT.to_owned(),
            contact: Vec::new(),
            terms_agreed: false,
            challenge: ChallengeType::default(),
            ca_file: None,
            eab: None,
            renew_before: None,
        }
    }
}

/// An account that an authority knows by other means than ACME (RFC 8555 §7.3.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcmeAccount {
    /// The authority's name for it.
    pub key_id: String,
    /// Its key, as the authority gives it (base64url): a secret, `secret://NAME`.
    pub hmac_key: String,
}

/// How an authority sees that a host is yours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum ChallengeType {
    /// It asks for a file over HTTP at port 80 of the host (RFC 8555 §8.3).
    #[default]
    #[serde(rename = "http-01")]
    Http01,
    /// It shakes hands by TLS at port 443 of the host (RFC 8737).
    #[serde(rename = "tls-alpn-01")]
    TlsAlpn01,
}

impl ChallengeType {
    pub fn as_str(self) -> &'static str {
        match self {
            ChallengeType::Http01 => "http-01",
            ChallengeType::TlsAlpn01 => "tls-alpn-01",
        }
    }
}

/// A challenge that an authority is about to look at; every gateway answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChallenge {
    pub host: String,
    pub challenge: ChallengeType,
    pub token: String,
    /// The token and the thumbprint of the account's key (RFC 8555 §8.1). It is told to whoever asks, and is no secret.
    pub key_authorization: String,
}

impl Certificate {
    /// What is wrong with it, each with its field.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, message: &str| faults.push((field.to_owned(), message.to_owned()));
        let Some(acme) = &self.acme else {
            for (field, file) in [("cert_file", &self.cert_file), ("key_file", &self.key_file)] {
                if file.is_none() {
                    fault(
                        field,
                        "a certificate has both `cert_file` and `key_file`, or `acme` to ask an authority for it",
                    );
                }
            }
            return faults;
        };
        for (field, file) in [("cert_file", &self.cert_file), ("key_file", &self.key_file)] {
            if file.is_some() {
                fault(field, "what `acme` asks for is kept in the data directory: leave this out, or `acme`");
            }
        }
        if self.ocsp_file.is_some() {
            fault("ocsp_file", "belongs to a certificate in a file, which `acme` replaces again and again");
        }
        if self.hosts.is_empty() {
            fault("hosts", "`acme` needs the names to ask for, such as `[api.example.com]`");
        }
        if self.hosts.len() > MOST_HOSTS {
            fault("hosts", "100 names are the most for one certificate");
        }
        for (at, host) in self.hosts.iter().enumerate() {
            let field = format!("hosts[{at}]");
            if host.starts_with("*.") {
                fault(
                    &field,
                    "authorities give certificates for `*.` by the challenge dns-01 alone, which needs access to your DNS and is not \
                     among those here: list the names, or take the certificate from files",
                );
            } else if host.parse::<IpAddr>().is_ok() {
                fault(&field, "is an address: `acme` asks for names only");
            } else if !host.contains('.') {
                fault(&field, "is no name that an authority can look up in DNS");
            }
        }
        for (field, message) in acme.faults() {
            fault(&format!("acme.{field}"), &message);
        }
        faults
    }
}

impl Acme {
    fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, message: &str| faults.push((field.to_owned(), message.to_owned()));
        let rest = self.directory.strip_prefix("https://").unwrap_or_default();
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || host.contains('@') || !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            fault("directory", "is no address of a directory, such as `https://acme.example.com/directory`");
        }
        if !self.terms_agreed {
            fault(
                "terms_agreed",
                "must be `true`: authorities give certificates only to whoever agrees to their terms",
            );
        }
        for (at, contact) in self.contact.iter().enumerate() {
            let address = contact.strip_prefix("mailto:").and_then(|address| address.split_once('@'));
            let is_fine = address.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
                && contact.bytes().all(|byte| byte.is_ascii_graphic() && !b",?".contains(&byte));
            if !is_fine {
                fault(
                    &format!("contact[{at}]"),
                    "is no address of one mailbox, such as `mailto:ops@example.com`",
                );
            }
        }
        if let Some(eab) = &self.eab {
            if eab.key_id.is_empty() {
                fault("eab.key_id", "is empty");
            }
            if !eab.hmac_key.starts_with(SECRET_SCHEME) {
                fault("eab.hmac_key", "must not stand here: name a secret, as in `secret://acme-hmac`");
            }
        }
        if self.renew_before.is_some_and(|span| span.0.is_zero()) {
            fault("renew_before", "must be longer than `0s`");
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn faults(more: Value) -> Vec<String> {
        let mut document =
            json!({ "name": "a", "hosts": ["a.example.com"], "acme": { "terms_agreed": true } });
        for (field, value) in more.as_object().unwrap() {
            document[field] = value.clone();
        }
        let certificate: Certificate = serde_json::from_value(document).unwrap();
        certificate.faults().into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_certificate_is_in_files_or_asked_for_and_what_cannot_be_asked_for_is_said() {
        assert!(faults(json!({})).is_empty());
        assert_eq!(faults(json!({ "acme": null })), ["cert_file", "key_file"]);
        assert!(faults(json!({ "acme": null, "cert_file": "a", "key_file": "b" })).is_empty());
        assert_eq!(
            faults(json!({ "cert_file": "a", "key_file": "b", "ocsp_file": "c" })),
            ["cert_file", "key_file", "ocsp_file"]
        );
        assert_eq!(faults(json!({ "hosts": [] })), ["hosts"]);
        assert_eq!(
            faults(json!({ "hosts": ["*.a.com", "b.com", "10.0.0.1", "::1", "localhost"] })),
            ["hosts[0]", "hosts[2]", "hosts[3]", "hosts[4]"]
        );
        let many: Vec<_> = (0..101).map(|at| format!("h{at}.a.com")).collect();
        assert_eq!(faults(json!({ "hosts": many })), ["hosts"]);
    }

    #[test]
    fn what_is_wrong_with_a_directory_and_an_account_is_said() {
        let acme = |more: Value| {
            let mut acme = json!({ "terms_agreed": true });
            for (field, value) in more.as_object().unwrap() {
                acme[field] = value.clone();
            }
            faults(json!({ "acme": acme }))
        };
        assert_eq!(faults(json!({ "acme": {} })), ["acme.terms_agreed"]);
        for directory in
            ["", "http://a.com/dir", "https://", "https:///dir", "https://u@a.com/", "https://a.com/ x"]
        {
            assert_eq!(acme(json!({ "directory": directory })), ["acme.directory"], "{directory}");
        }
        assert!(
            acme(json!({ "directory": "https://ca.inside.example.com:9000/acme/acme/directory" })).is_empty()
        );
        assert!(acme(json!({ "contact": ["mailto:a@b.example"], "renew_before": "30d" })).is_empty());
        for contact in
            ["a@b.example", "mailto:", "mailto:a@b", "mailto:a@b.c,d@e.f", "tel:+1", "mailto:a@b.c?x=1"]
        {
            assert_eq!(acme(json!({ "contact": [contact] })), ["acme.contact[0]"], "{contact}");
        }
        let eab = |id: &str, key: &str| acme(json!({ "eab": { "key_id": id, "hmac_key": key } }));
        assert!(eab("a", "secret://x").is_empty());
        assert_eq!(eab("", "in the clear"), ["acme.eab.key_id", "acme.eab.hmac_key"]);
        assert_eq!(acme(json!({ "renew_before": "0s" })), ["acme.renew_before"]);
    }
}
