//! The public key of a passkey (COSE, RFC 9052): read when it is made, and kept so that it is read again.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cbor4ii::core::Value;
use serde::{Deserialize, Serialize};

use crate::{
    Refused,
    cbor::{by_number, bytes, number},
};

// RFC 9052 §7.1, RFC 9053 §7: labels of a key and of its parameters.
const KTY: i128 = 1;
const ALG: i128 = 3;
const CRV: i128 = -1;
const X: i128 = -2;
const Y: i128 = -3;
const N: i128 = -1;
const E: i128 = -2;

/// A public key, with the only algorithm it is for. Its parts are base64url where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alg", deny_unknown_fields)]
pub enum Key {
    /// ECDSA with P-256 and SHA-256: the uncompressed point.
    ES256 { point: String },
    /// Ed25519.
    EdDSA { point: String },
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256 { n: String, e: String },
}

impl Key {
    pub(crate) fn read(entries: &[(Value, Value)]) -> Result<Key, Refused> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let part = |label: i128| bytes(by_number(entries, label)).ok_or(Refused::Key);
        let said = |label: i128| number(by_number(entries, label));
        let key = match (said(KTY), said(ALG), said(CRV)) {
            // EC2, ES256, P-256.
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (part(X)?, part(Y)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(Refused::Key);
                }
                Key::ES256 { point: text(&[&[4], x, y].concat()) }
            }
            // OKP, EdDSA, Ed25519.
            (Some(1), Some(-8), Some(6)) => Key::EdDSA { point: text(part(X)?) },
            // RSA, RS256.
            (Some(3), Some(-257), _) => Key::RS256 { n: text(trimmed(part(N)?)), e: text(trimmed(part(E)?)) },
            _ => return Err(Refused::Key),
        };
        key.material().map(|_| key)
    }

    pub(crate) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let good = match self.material()? {
            Material::Point(key) => key.verify_sig(signed, signature),
            Material::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature),
        };
        good.map_err(|_| Refused::Signature)
    }

    /// The number of the algorithm (COSE).
    pub(crate) fn algorithm(&self) -> i128 {
        match self {
            Key::ES256 { .. } => -7,
            Key::EdDSA { .. } => -8,
            Key::RS256 { .. } => -257,
        }
    }

    fn material(&self) -> Result<Material, Refused> {
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Key);
        match self {
            Key::ES256 { point } => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, part(point)?)
                .map(Material::Point)
                .map_err(|_| Refused::Key),
            Key::EdDSA { point } => {
                ParsedPublicKey::new(&ED25519, part(point)?).map(Material::Point).map_err(|_| Refused::Key)
            }
            Key::RS256 { n, e } => {
                let (n, e) = (part(n)?, part(e)?);
                let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
                let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
                let is_one = (2048..=8192).contains(&bits) && odd(&n) && odd(&e) && e != [1] && e.len() <= 4;
                is_one.then_some(Material::Rsa(RsaPublicKeyComponents { n, e })).ok_or(Refused::Key)
            }
        }
    }
}

enum Material {
    Point(ParsedPublicKey),
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}
