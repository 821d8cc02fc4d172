//! The algorithms that are accepted (RFC 9231), and what fits them. SHA-1 is not among them, nor is anything by which whoever can verify can sign.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{self, SHA256, SHA384, SHA512},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};

use crate::{Key, Why, certificate::Kind};

/// The only canonical form that is accepted, and the transform that takes the signature out of what is signed.
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(crate) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub(crate) const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

/// An algorithm with the kind of key that it is for.
type Suite = (&'static str, Kind, &'static dyn VerificationAlgorithm);

static SIGNATURES: [Suite; 9] = [
    (RSA_SHA256, Kind::Rsa, &RSA_PKCS1_2048_8192_SHA256),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Kind::Rsa, &RSA_PKCS1_2048_8192_SHA384),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Kind::Rsa, &RSA_PKCS1_2048_8192_SHA512),
    ("http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", Kind::Rsa, &RSA_PSS_2048_8192_SHA256),
    ("http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", Kind::Rsa, &RSA_PSS_2048_8192_SHA384),
    ("http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1", Kind::Rsa, &RSA_PSS_2048_8192_SHA512),
    (ECDSA_SHA256, Kind::P256, &ECDSA_P256_SHA256_FIXED),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384", Kind::P384, &ECDSA_P384_SHA384_FIXED),
    ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", Kind::P521, &ECDSA_P521_SHA512_FIXED),
];

/// Verifies a signature by any of some keys.
///
/// # Errors
/// That the algorithm is not accepted, or no key has made it.
pub(crate) fn verify(algorithm: &str, signed: &[u8], signature: &[u8], keys: &[Key]) -> Result<(), Why> {
    let (_, kind, suite) = SIGNATURES.iter().find(|(name, _, _)| *name == algorithm).ok_or_else(|| {
        Why::from(format!("its signature is by `{}`, which is not accepted", shown(algorithm)))
    })?;
    let fits = keys.iter().filter(|key| key.kind == *kind);
    let is_good = |key: &Key| UnparsedPublicKey::new(*suite, &key.bytes).verify(signed, signature).is_ok();
    if fits.into_iter().any(is_good) {
        Ok(())
    } else {
        Err("no key of the provider made its signature".into())
    }
}

/// Holds a digest against what it is of.
///
/// # Errors
/// That the algorithm is not accepted, or it is the digest of something else.
pub(crate) fn check_digest(algorithm: &str, bytes: &[u8], said: &[u8]) -> Result<(), Why> {
    let suite = match algorithm {
        "http://www.w3.org/2001/04/xmlenc#sha256" => &SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => &SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => &SHA512,
        other => return Err(format!("its digest is by `{}`, which is not accepted", shown(other)).into()),
    };
    verify_slices_are_equal(digest::digest(suite, bytes).as_ref(), said)
        .map_err(|_| "it was changed after it was signed".into())
}

/// What others wrote, as much of it as a log takes.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).take(80).collect()
}
