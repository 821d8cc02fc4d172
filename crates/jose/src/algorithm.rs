//! The algorithms of signatures (RFC 7518 §3.1, RFC 8037), and which keys they fit.

use aws_lc_rs::{
    hmac,
    signature::{self, RsaParameters},
};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// RSA with PKCS #1 padding and SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA with PKCS #1 padding and SHA-384.
    #[serde(rename = "RS384")]
    Rs384,
    /// RSA with PKCS #1 padding and SHA-512.
    #[serde(rename = "RS512")]
    Rs512,
    /// RSA with PSS padding and SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// RSA with PSS padding and SHA-384.
    #[serde(rename = "PS384")]
    Ps384,
    /// RSA with PSS padding and SHA-512.
    #[serde(rename = "PS512")]
    Ps512,
    /// ECDSA on the curve P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on the curve P-384.
    #[serde(rename = "ES384")]
    Es384,
    /// ECDSA on the curve P-521.
    #[serde(rename = "ES512")]
    Es512,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// HMAC with SHA-256: who can verify it can also sign it.
    #[serde(rename = "HS256")]
    Hs256,
    /// HMAC with SHA-384: who can verify it can also sign it.
    #[serde(rename = "HS384")]
    Hs384,
    /// HMAC with SHA-512: who can verify it can also sign it.
    #[serde(rename = "HS512")]
    Hs512,
}

/// What kind of key an algorithm needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Rsa(&'static RsaParameters),
    /// Curve by its name in keys.
    Ec(&'static str),
    Ed25519,
    Hmac(hmac::Algorithm),
}

impl Algorithm {
    /// All with which verifying does not mean being able to sign.
    pub const PUBLIC: [Algorithm; 10] = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::EdDsa,
    ];

    /// By its name in a token or key; names are told apart by case.
    pub fn named(name: &str) -> Option<Algorithm> {
        Some(match name {
            "RS256" => Algorithm::Rs256,
            "RS384" => Algorithm::Rs384,
            "RS512" => Algorithm::Rs512,
            "PS256" => Algorithm::Ps256,
            "PS384" => Algorithm::Ps384,
            "PS512" => Algorithm::Ps512,
            "ES256" => Algorithm::Es256,
            "ES384" => Algorithm::Es384,
            "ES512" => Algorithm::Es512,
            // RFC 9864 names the curve instead.
            "EdDSA" | "Ed25519" => Algorithm::EdDsa,
            "HS256" => Algorithm::Hs256,
            "HS384" => Algorithm::Hs384,
            "HS512" => Algorithm::Hs512,
            _ => return None,
        })
    }

    pub(crate) fn family(self) -> Family {
        match self {
            Algorithm::Rs256 => Family::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => Family::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => Family::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
            Algorithm::Ps256 => Family::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
            Algorithm::Ps384 => Family::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
            Algorithm::Ps512 => Family::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
            Algorithm::Es256 => Family::Ec("P-256"),
            Algorithm::Es384 => Family::Ec("P-384"),
            Algorithm::Es512 => Family::Ec("P-521"),
            Algorithm::EdDsa => Family::Ed25519,
            Algorithm::Hs256 => Family::Hmac(hmac::HMAC_SHA256),
            Algorithm::Hs384 => Family::Hmac(hmac::HMAC_SHA384),
            Algorithm::Hs512 => Family::Hmac(hmac::HMAC_SHA512),
        }
    }
}
