//! How passwords of callers are kept: hashed so that each guess costs a core some tens of milliseconds.

use std::{fmt, num::NonZeroU32};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::{constant_time, digest, pbkdf2, rand};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// What PHC strings are written in: Base64 without padding.
const B64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);
/// The most memory (KiB), passes and lanes that verifying may take.
const MOST_ARGON2: (u32, u32, u32) = (256 << 10, 16, 8);
const PBKDF2_ITERATIONS: std::ops::RangeInclusive<u32> = 10_000..=5_000_000;
const SALT: std::ops::RangeInclusive<usize> = 8..=64;
const HASH: std::ops::RangeInclusive<usize> = 16..=64;

/// The hash of a password, as in `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    kind: Kind,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Argon2id(Params),
    Pbkdf2(pbkdf2::Algorithm, NonZeroU32),
}

/// What the use of a password is kept under, beside those of keys; no key has it. Another password of the same name is another one.
pub fn password_mark(username: &str, password_hash: &str) -> model::KeyHash {
    let mut digest = digest::Context::new(&digest::SHA256);
    for part in ["password of a caller", username, password_hash] {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut mark = [0; 32];
    mark.copy_from_slice(digest.finish().as_ref());
    model::KeyHash(mark)
}

impl PasswordHash {
    /// Reads a PHC string of Argon2id, or of PBKDF2 with SHA-256 or SHA-512 (also as passlib writes it).
    ///
    /// # Errors
    /// What is wrong with it; what verifying would cost is bounded.
    pub fn parse(text: &str) -> Result<PasswordHash, String> {
        let whole = "a password hash is `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, or \
                     `$pbkdf2-sha256$i=600000$salt$hash`, salt and hash in Base64 without padding";
        if text.len() > 512 {
            return Err(whole.to_owned());
        }
        let parts: Vec<&str> = text.split('$').collect();
        let (kind, salt, hash) = match *parts {
            ["", "argon2id", "v=19", parameters, salt, hash] => (argon2id(parameters)?, salt, hash),
            ["", "pbkdf2-sha256", rounds, salt, hash] => {
                (pbkdf2(pbkdf2::PBKDF2_HMAC_SHA256, rounds)?, salt, hash)
            }
            ["", "pbkdf2-sha512", rounds, salt, hash] => {
                (pbkdf2(pbkdf2::PBKDF2_HMAC_SHA512, rounds)?, salt, hash)
            }
            _ => return Err(whole.to_owned()),
        };
        let decode = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            let bytes = B64.decode(part.replace('.', "+")).map_err(|_| whole.to_owned())?;
            if lengths.contains(&bytes.len()) { Ok(bytes) } else { Err(whole.to_owned()) }
        };
        Ok(PasswordHash { kind, salt: decode(salt, SALT)?, hash: decode(hash, HASH)? })
    }

    /// Hashes a password with Argon2id: 19 MiB, two passes, one lane, a random salt.
    pub fn of(password: &[u8]) -> PasswordHash {
        let (mut salt, mut hash) = (vec![0; 16], vec![0; 32]);
        rand::fill(&mut salt).expect("the operating system has random bytes");
        let parameters = Params::default();
        compute(&parameters, password, &salt, &mut hash);
        PasswordHash { kind: Kind::Argon2id(parameters), salt, hash }
    }

    /// Whether this is the hash of a password. Takes a core some tens of milliseconds, the same whatever the password.
    pub fn verifies(&self, password: &[u8]) -> bool {
        match &self.kind {
            Kind::Argon2id(parameters) => {
                let mut hash = vec![0; self.hash.len()];
                compute(parameters, password, &self.salt, &mut hash);
                constant_time::verify_slices_are_equal(&hash, &self.hash).is_ok()
            }
            Kind::Pbkdf2(algorithm, rounds) => {
                pbkdf2::verify(*algorithm, *rounds, &self.salt, password, &self.hash).is_ok()
            }
        }
    }
}

fn compute(parameters: &Params, password: &[u8], salt: &[u8], hash: &mut [u8]) {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.clone());
    argon2.hash_password_into(password, salt, hash).expect("lengths and costs are within bounds");
}

fn argon2id(text: &str) -> Result<Kind, String> {
    let (mut memory, mut passes, mut lanes) = (None, None, None);
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = value.parse::<u32>().ok();
        match name {
            "m" => memory = value,
            "t" => passes = value,
            "p" => lanes = value,
            _ => return Err(format!("`{pair}` is no parameter of Argon2id; it has `m`, `t` and `p`")),
        }
    }
    let bounds = || {
        let (memory, passes, lanes) = MOST_ARGON2;
        format!(
            "Argon2id needs `m`, `t` and `p`, and may take {memory} KiB, {passes} passes and {lanes} lanes at most"
        )
    };
    let (Some(memory), Some(passes), Some(lanes)) = (memory, passes, lanes) else { return Err(bounds()) };
    if memory > MOST_ARGON2.0 || passes > MOST_ARGON2.1 || lanes > MOST_ARGON2.2 {
        return Err(bounds());
    }
    let parameters = Params::new(memory, passes, lanes, None);
    parameters.map(Kind::Argon2id).map_err(|error| format!("these are no parameters of Argon2id: {error}"))
}

fn pbkdf2(algorithm: pbkdf2::Algorithm, text: &str) -> Result<Kind, String> {
    // `i=600000,l=32`, or the number alone.
    let rounds = text.split(',').next().map(|first| first.strip_prefix("i=").unwrap_or(first));
    let rounds = rounds.and_then(|rounds| rounds.parse::<u32>().ok());
    let rounds = rounds.filter(|rounds| PBKDF2_ITERATIONS.contains(rounds)).and_then(NonZeroU32::new);
    let rounds = rounds.ok_or_else(|| {
        format!("PBKDF2 needs {} to {} iterations", PBKDF2_ITERATIONS.start(), PBKDF2_ITERATIONS.end())
    })?;
    Ok(Kind::Pbkdf2(algorithm, rounds))
}

impl fmt::Display for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Argon2id(p) => {
                write!(f, "$argon2id$v=19$m={},t={},p={}", p.m_cost(), p.t_cost(), p.p_cost())?;
            }
            Kind::Pbkdf2(algorithm, rounds) => {
                let of = if *algorithm == pbkdf2::PBKDF2_HMAC_SHA512 { "sha512" } else { "sha256" };
                write!(f, "$pbkdf2-{of}$i={rounds}")?;
            }
        }
        write!(f, "${}${}", B64.encode(&self.salt), B64.encode(&self.hash))
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_verified_by_its_hash_and_no_other_is() {
        let hash = PasswordHash::of(b"correct horse");
        let read = PasswordHash::parse(&hash.to_string()).unwrap();
        assert!(read.verifies(b"correct horse") && !read.verifies(b"correct horsf") && !read.verifies(b""));
        assert_ne!(hash, PasswordHash::of(b"correct horse"), "the salt is random");
    }

    #[test]
    fn hashes_of_others_are_verified() {
        // RFC 9106 has no vector without secret and data; these are of the reference program and of RFC 7914 §11.
        let argon2 = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(PasswordHash::parse(argon2).unwrap().verifies(b"password"));
        let vector = [
            0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21, 0x83, 0x0c, 0xee, 0x5e, 0xf2, 0x27, 0x01, 0xf9,
            0x64, 0x1a, 0x44, 0x18, 0xd0, 0x4c, 0x04, 0x14, 0xae, 0xff, 0x08, 0x87, 0x6b, 0x34, 0xab, 0x56,
            0xa1, 0xd4, 0x25, 0xa1, 0x22, 0x58, 0x33, 0x54, 0x9a, 0xdb, 0x84, 0x1b, 0x51, 0xc9, 0xb3, 0x17,
            0x6a, 0x27, 0x2b, 0xde, 0xbb, 0xa1, 0xd0, 0x78, 0x47, 0x8f, 0x62, 0xb3, 0x97, 0xf3, 0x3c, 0x8d,
        ];
        let hash = PasswordHash {
            kind: Kind::Pbkdf2(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::new(80_000).unwrap()),
            salt: b"NaCl".to_vec(),
            hash: vector.to_vec(),
        };
        assert!(hash.verifies(b"Password") && !hash.verifies(b"password"));
        assert!(hash.to_string().starts_with("$pbkdf2-sha256$i=80000$TmFDbA$"));
    }

    #[test]
    fn what_would_cost_too_much_or_nothing_is_refused() {
        let ok = "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        for parameters in
            ["m=4000000,t=1,p=1", "m=1024,t=99,p=1", "m=1024,t=1", "m=1,t=1,p=1", "x=1", "m=-1,t=1,p=1"]
        {
            assert!(
                PasswordHash::parse(&format!("$argon2id$v=19${parameters}${ok}")).is_err(),
                "{parameters}"
            );
        }
        for text in [
            "",
            "secret",
            "$argon2i$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "$pbkdf2-sha256$i=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
            "$pbkdf2-sha256$i=600000$c29tZXNhbHQ$AA",
            "$pbkdf2-sha256$i=600000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA==",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            assert!(PasswordHash::parse(text).is_err(), "{text}");
        }
        assert!(PasswordHash::parse("$pbkdf2-sha512$600000$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA").is_ok());
    }
}
