//! Standard Webhooks: what is signed, and the keys that sign it and verify it.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hmac,
    signature::{ED25519, Ed25519KeyPair, ParsedPublicKey},
};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

/// The header with the id of the message.
pub const ID: &str = "webhook-id";
/// The header with when it was sent, seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with its signatures, blanks between.
pub const SIGNATURE: &str = "webhook-signature";

/// The longest id, bytes.
const LONGEST_ID: usize = 256;
/// Bytes of a secret that is shared.
const SECRET: std::ops::RangeInclusive<usize> = 24..=64;
/// As keys are written by some: with padding and without.
const KEYS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `v1`: HMAC-SHA256, by a secret that both have.
    V1,
    /// `v1a`: Ed25519.
    V1a,
}

impl Version {
    /// As signatures begin; `None` for another version.
    pub fn read(text: &str) -> Option<Version> {
        match text {
            "v1" => Some(Version::V1),
            "v1a" => Some(Version::V1a),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Version::V1 { "v1" } else { "v1a" })
    }
}

/// Whether a text may be the id of a message. With a full stop it would not be clear where it ends in what is signed.
pub fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && b != b'.')
}

/// What is signed.
pub fn message(id: &str, timestamp: &str, content: &[u8]) -> Vec<u8> {
    [id.as_bytes(), timestamp.as_bytes(), content].join(&b'.')
}

/// A key that verifies.
pub enum Verifier {
    Secret(Box<hmac::Key>),
    Public(ParsedPublicKey),
}

impl Verifier {
    /// Reads `whsec_…` and `whpk_…`.
    ///
    /// # Errors
    /// Why it is none, without a word of it.
    pub fn read(text: &str) -> Result<Verifier, &'static str> {
        if let Some(encoded) = text.strip_prefix("whsec_") {
            return secret(encoded).map(Verifier::Secret);
        }
        let Some(encoded) = text.strip_prefix("whpk_") else {
            return Err("is a secret of Standard Webhooks, `whsec_…`, or a public key, `whpk_…`");
        };
        let wrong = "is no public key: after `whpk_` come the 32 bytes of a key of Ed25519 in Base64";
        let bytes = KEYS.decode(encoded).ok().filter(|bytes| bytes.len() == 32).ok_or(wrong)?;
        ParsedPublicKey::new(&ED25519, bytes).map(Verifier::Public).map_err(|_| wrong)
    }

    /// Which signatures it verifies.
    pub fn version(&self) -> Version {
        match self {
            Verifier::Secret(_) => Version::V1,
            Verifier::Public(_) => Version::V1a,
        }
    }

    /// Whether any of some signatures is this key's over a message.
    pub fn verifies(&self, message: &[u8], signatures: &[(Version, Vec<u8>)]) -> bool {
        let mut own =
            signatures.iter().filter(|(version, _)| *version == self.version()).map(|(_, bytes)| bytes);
        match self {
            Verifier::Secret(key) => {
                let tag = hmac::sign(key, message);
                own.any(|bytes| verify_slices_are_equal(tag.as_ref(), bytes).is_ok())
            }
            Verifier::Public(key) => own.any(|bytes| key.verify_sig(message, bytes).is_ok()),
        }
    }
}

/// A key that signs.
pub enum Signer {
    Secret(Box<hmac::Key>),
    Private(Box<Ed25519KeyPair>),
}

impl Signer {
    /// Reads `whsec_…` and `whsk_…`.
    ///
    /// # Errors
    /// Why it is none, without a word of it.
    pub fn read(text: &str) -> Result<Signer, &'static str> {
        if let Some(encoded) = text.strip_prefix("whsec_") {
            return secret(encoded).map(Signer::Secret);
        }
        let Some(encoded) = text.strip_prefix("whsk_") else {
            return Err("is a secret of Standard Webhooks, `whsec_…`, or a private key, `whsk_…`");
        };
        let wrong = "is no private key: after `whsk_` come 32 bytes of a key of Ed25519 in Base64, or 64 with its public key";
        let bytes = KEYS.decode(encoded).map_err(|_| wrong)?;
        let pair = match bytes.split_at_checked(32) {
            Some((seed, [])) => Ed25519KeyPair::from_seed_unchecked(seed),
            Some((seed, public)) if public.len() == 32 => {
                Ed25519KeyPair::from_seed_and_public_key(seed, public)
            }
            _ => return Err(wrong),
        };
        pair.map(|pair| Signer::Private(Box::new(pair))).map_err(|_| wrong)
    }

    /// A signature over a message, as the header has it.
    pub fn sign(&self, message: &[u8]) -> String {
        match self {
            Signer::Secret(key) => format!("{},{}", Version::V1, STANDARD.encode(hmac::sign(key, message))),
            Signer::Private(pair) => format!("{},{}", Version::V1a, STANDARD.encode(pair.sign(message))),
        }
    }
}

fn secret(encoded: &str) -> Result<Box<hmac::Key>, &'static str> {
    let bytes = KEYS.decode(encoded).ok().filter(|bytes| SECRET.contains(&bytes.len()));
    let bytes = bytes.ok_or("is no secret: after `whsec_` come 24 to 64 bytes in Base64")?;
    Ok(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::KeyPair as _;

    use super::*;

    fn verifies(key: &str, header: &str, message: &[u8]) -> bool {
        let (version, bytes) = header.split_once(',').unwrap();
        let signatures = [(Version::read(version).unwrap(), STANDARD.decode(bytes).unwrap())];
        Verifier::read(key).unwrap().verifies(message, &signatures)
    }

    #[test]
    fn a_secret_makes_the_signature_of_the_reference_libraries() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let message = message("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b"{\"test\": 2432232314}");
        let signature = Signer::read(secret).unwrap().sign(&message);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(verifies(secret, &signature, &message));
        assert!(!verifies(secret, &signature, b"another"));
    }

    #[test]
    fn a_private_key_is_taken_with_and_without_its_public_half_which_verifies() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = format!("whpk_{}", STANDARD.encode(pair.public_key()));
        let short = format!("whsk_{}", STANDARD.encode([7; 32]));
        let long = format!("whsk_{}", STANDARD.encode([&[7; 32], pair.public_key().as_ref()].concat()));
        for private in [&short, &long, short.trim_end_matches('=')] {
            let signature = Signer::read(private).unwrap().sign(b"a.1.b");
            assert!(signature.starts_with("v1a,") && verifies(&public, &signature, b"a.1.b"));
            assert!(!verifies(&public, &signature, b"a.1.c"));
        }
        let other = format!("whsk_{}", STANDARD.encode([[7; 32], [9; 32]].concat()));
        assert!(Signer::read(&other).is_err(), "the halves are not of one key");
    }

    #[test]
    fn what_is_no_key_is_not_taken_and_not_told() {
        let (short, long) = (STANDARD.encode([1; 23]), STANDARD.encode([1; 65]));
        for text in ["", "whsec_", "whsec_!", "abc", "whpk_AAAA", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            assert!(Verifier::read(text).is_err() && Signer::read(text).is_err(), "{text}");
        }
        for bytes in [&*short, &long] {
            let why = Verifier::read(&format!("whsec_{bytes}")).err().unwrap();
            assert!(!why.contains(bytes) && Signer::read(&format!("whsk_{bytes}")).is_err());
            assert!(Verifier::read(&format!("whpk_{bytes}")).is_err());
        }
    }

    #[test]
    fn an_id_ends_where_the_timestamp_begins() {
        for good in ["msg_1", "a", "2-_~!"] {
            assert!(is_id(good), "{good}");
        }
        for wrong in ["", "a.1", "a b", "\u{e4}", "a\n", &"a".repeat(257)] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
