//! JSON Web Tokens (RFC 7515, 7516, 7517, 7518, 7519, 8725): read as strictly as they can be, verified with keys that are trusted.
//!
//! A key says what it is for; a token only says which of the algorithms that fit the key it used. A token can neither bring a key nor
//! name a place to take one from: what it says of `jwk`, `jku`, `x5c` and `x5u` is not looked at.

mod algorithm;
mod claims;
mod dpop;
pub mod json;
mod jwe;
mod jwk;
pub mod openid;
mod replay;
mod sign;
mod token;
pub mod webhook;

pub use algorithm::Algorithm;
pub use claims::{Rules, Times};
pub use dpop::{DpopProof, PROOF_AGE};
pub use jwe::{DecryptionKey, is_encrypted, opened};
pub use jwk::KeySet;
pub use replay::{NotTaken, Replays};
pub use sign::{SigningKey, random_text, sha256_of, thumbprint};
pub use token::{LONGEST, Token, issuer_claimed};

/// Why a token is not accepted; for operators.
pub type Why = std::borrow::Cow<'static, str>;
