//! Passkeys (Web Authentication Level 3, W3C): what authenticators say when one is made and when it is used, held against what was asked.
//!
//! Nothing is taken on the word of a browser: the challenge, the page's origin, the relying party, the presence of a person and the
//! signature are looked at each time. Where a passkey was made is not: no attestation is asked for, and what comes unasked is held to be
//! at least what it says it is.

mod authenticator;
mod cbor;
mod client;
mod key;
mod party;
mod proof;

pub use key::Key;
pub use party::RelyingParty;
pub use proof::{Asked, Made, Proved, Registration, Sight, register, verify};

/// The algorithms that keys may be for, by their numbers of COSE (RFC 9053, RFC 8812), the best first: EdDSA, ES256, RS256.
pub const ALGORITHMS: [i32; 3] = [-8, -7, -257];

/// Why an answer of an authenticator is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not what the standard describes: where.
    Malformed(&'static str),
    /// It is for something else, such as the making of a passkey where one is to be used.
    Type,
    /// It answers another challenge.
    Challenge,
    /// It was made at a page of another origin, or in a frame of one.
    Origin,
    /// It is for another relying party.
    Party,
    /// Nobody was there.
    Presence,
    /// Who was there did not prove who they are.
    Verification,
    /// The key is none, or for an algorithm that was not asked for.
    Key,
    /// It says where it was made, which nobody asked for, in a way that is not known here.
    Attestation,
    Signature,
    /// It counts less than was seen of it: there are two of it.
    Count,
}

impl Refused {
    /// For the audit log.
    pub fn word(self) -> &'static str {
        match self {
            Refused::Malformed(_) => "malformed",
            Refused::Type => "type",
            Refused::Challenge => "challenge",
            Refused::Origin => "origin",
            Refused::Party => "relying party",
            Refused::Presence => "presence",
            Refused::Verification => "user verification",
            Refused::Key => "key",
            Refused::Attestation => "attestation",
            Refused::Signature => "signature",
            Refused::Count => "sign count",
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::Malformed(what) => write!(f, "{what} is not as the standard describes it"),
            refused => f.write_str(refused.word()),
        }
    }
}

impl std::error::Error for Refused {}
