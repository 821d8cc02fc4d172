//! Messages by HTTP-Redirect (SAML 2.0 bindings §3.4): compressed, in the query of an address, and signed where there is a key.

use std::io::Write as _;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    ASSERTION, POST, PROTOCOL,
    algorithm::{ECDSA_SHA256, RSA_SHA256},
    certificate::Certificate,
    instant::text_of_instant,
    xml::escaped,
};

/// A request to sign somebody in (core §3.4.1).
#[derive(Clone, Debug)]
pub struct AuthnRequest<'a> {
    /// What the answer names: a name in XML (it begins with `_` or a letter) that nobody foresees.
    pub id: &'a str,
    /// Who asks.
    pub entity_id: &'a str,
    /// Where the provider is asked.
    pub destination: &'a str,
    /// Where the answer goes.
    pub answers: &'a str,
    /// Milliseconds since 1970.
    pub now: u64,
    /// Whether they sign in anew, whatever the provider remembers of them.
    pub again: bool,
}

impl AuthnRequest<'_> {
    /// The address that a browser is sent to.
    pub fn location(&self, relay: &str, key: Option<&SigningKey>) -> String {
        let again = if self.again { " ForceAuthn=\"true\"" } else { "" };
        let message = format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" IssueInstant=\"{}\" Destination=\"{}\" ProtocolBinding=\"{POST}\" AssertionConsumerServiceURL=\"{}\"{again}><saml:Issuer>{}</saml:Issuer><samlp:NameIDPolicy AllowCreate=\"true\"/></samlp:AuthnRequest>",
            escaped(self.id),
            text_of_instant(self.now),
            escaped(self.destination),
            escaped(self.answers),
            escaped(self.entity_id),
        );
        redirect(self.destination, ("SAMLRequest", &message), Some(relay), key)
    }
}

/// An address with a message in its query, under its name. What is signed is that part of the query as it stands (§3.4.4.1).
pub(crate) fn redirect(
    to: &str,
    (name, message): (&str, &str),
    relay: Option<&str>,
    key: Option<&SigningKey>,
) -> String {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    packed.write_all(message.as_bytes()).expect("writing to memory does not fail");
    let packed = packed.finish().expect("writing to memory does not fail");
    let mut query = format!("{name}={}", encoded(&STANDARD.encode(packed)));
    if let Some(relay) = relay {
        query.push_str(&format!("&RelayState={}", encoded(relay)));
    }
    if let Some(key) = key {
        query.push_str(&format!("&SigAlg={}", encoded(key.algorithm())));
        let signature = STANDARD.encode(key.sign(query.as_bytes()));
        query.push_str(&format!("&Signature={}", encoded(&signature)));
    }
    let join = if to.contains('?') { '&' } else { '?' };
    format!("{to}{join}{query}")
}

/// What is written as it is (RFC 3986 §2.3). Some providers write the query anew before they verify its signature, and write it so.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// The private key that requests are signed with.
pub struct SigningKey(Pair);

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl SigningKey {
    /// Reads a private key, PKCS #8 in PEM: RSA of 2048 bits or more, or P-256.
    ///
    /// # Errors
    /// Why it cannot be used, without a word of it.
    pub fn read(pem: &str) -> Result<SigningKey, &'static str> {
        const WRONG: &str =
            "is no private key of RSA (2048 bits or more) or P-256 as PKCS #8 in PEM (`BEGIN PRIVATE KEY`)";
        let der = private(pem).ok_or(WRONG)?;
        if let Ok(key) = RsaKeyPair::from_pkcs8(&der) {
            return if key.public_modulus_len() >= 256 { Ok(SigningKey(Pair::Rsa(key))) } else { Err(WRONG) };
        }
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(|_| WRONG)?;
        Ok(SigningKey(Pair::Ec(key)))
    }

    /// Whether a certificate is of this key.
    pub fn fits(&self, certificate: &Certificate) -> bool {
        match &self.0 {
            Pair::Rsa(key) => key.public_key().as_ref() == certificate.key.bytes,
            Pair::Ec(key) => key.public_key().as_ref() == certificate.key.bytes,
        }
    }

    fn algorithm(&self) -> &'static str {
        match self.0 {
            Pair::Rsa(_) => RSA_SHA256,
            Pair::Ec(_) => ECDSA_SHA256,
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Pair::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .expect("a key that was read signs");
                signature
            }
            Pair::Ec(key) => {
                key.sign(&SystemRandom::new(), message).expect("a key that was read signs").as_ref().to_vec()
            }
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").finish_non_exhaustive()
    }
}

/// The content of a private key in PEM.
pub(crate) fn private(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (text, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(text).ok()
}
