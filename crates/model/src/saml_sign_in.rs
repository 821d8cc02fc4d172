//! How people sign in at an identity provider of SAML 2.0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    IdentityProvider, SECRET_SCHEME,
    identity_provider::{is_issuer, is_text},
};

/// The longest address, entity id and certificate, bytes.
const LONGEST: usize = 1024;
const LONGEST_CERTIFICATE: usize = 16 * 1024;

/// How people sign in at a provider of SAML 2.0: sent there by HTTP-Redirect, and back with a signed answer by HTTP-POST.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SamlSignIn {
    /// Where the provider's metadata is: `https://idp.example.com/metadata`. The addresses to sign in and out at and the keys are taken of it.
    pub metadata: String,
    /// A private key, PKCS #8 in PEM, by a reference: `secret://corp-saml`. Requests are signed by it, and encrypted assertions opened where it
    /// is of RSA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The certificate of that key, in PEM; the provider finds it in Pailou's metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The attribute with the e-mail address, by its name or friendly name. It counts where `trust_emails` says so.
    #[serde(default = "mail")]
    pub email_attribute: String,
    /// The attribute with the name that is shown, by its name or friendly name.
    #[serde(default = "display_name")]
    pub name_attribute: String,
}

fn mail() -> String {
    "mail".to_owned()
}

fn display_name() -> String {
    "displayName".to_owned()
}

impl SamlSignIn {
    /// What is wrong with a provider that has it, each with its field.
    pub(crate) fn faults(&self, provider: &IdentityProvider, wrong: &mut dyn FnMut(&str, &str)) {
        if !is_entity_id(&provider.issuer) {
            wrong(
                "issuer",
                "is the entity id of the provider: a URI, such as `https://idp.example.com/saml`",
            );
        }
        if !is_entity_id(&provider.client_id) {
            wrong("client_id", "is the entity id of Pailou: a URI, such as `https://apis.example.com`");
        }
        if provider.client_secret.is_some() {
            wrong("client_secret", "is not asked for by a provider of SAML; leave it out");
        }
        let place = self.metadata.split_once('?').map_or(&*self.metadata, |(place, _)| place);
        let is_plain = self.metadata.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !is_issuer(place) || self.metadata.len() > LONGEST || !is_plain {
            let message =
                "is an address, such as `https://idp.example.com/metadata`; `http` is for this machine alone";
            wrong("saml.metadata", message);
        }
        if self.key.as_ref().is_some_and(|key| !key.starts_with(SECRET_SCHEME)) {
            let message = "names a secret, such as `secret://corp-saml`: keep it by `pailou secret set corp-saml --file key.pem`";
            wrong("saml.key", message);
        }
        if let Some(certificate) = &self.certificate {
            if self.key.is_none() {
                wrong("saml.key", "is what the certificate needs");
            }
            if certificate.len() > LONGEST_CERTIFICATE
                || !certificate.trim_start().starts_with("-----BEGIN CERTIFICATE-----")
            {
                wrong("saml.certificate", "is a certificate in PEM: `-----BEGIN CERTIFICATE-----` and so on");
            }
        }
        for (field, name) in
            [("saml.email_attribute", &self.email_attribute), ("saml.name_attribute", &self.name_attribute)]
        {
            if !is_text(name, 200) {
                wrong(field, "is the name of an attribute");
            }
        }
    }
}

/// Whether a text can be what a provider or who relies on one calls itself: a URI (SAML 2.0 core §8.3.6).
pub fn is_entity_id(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && text.len() <= LONGEST
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte))
}
