//! JSON Web Tokens (RFC 7515, 7517, 7518, 7519, 8725): read as strictly as they can be, verified with keys that are trusted.
//!
//! A key says what it is for; a token only says which of the algorithms that fit the key it used. A token can neither bring a key nor
//! name a place to take one from: what it says of `jwk`, `jku`, `x5c` and `x5u` is not looked at.

mod algorithm;
mod claims;
pub(crate) mod json;
mod jwk;
mod source;
mod token;

pub(crate) use algorithm::Algorithm;
pub(crate) use claims::{Rules, Times};
pub(crate) use jwk::KeySet;
pub(crate) use source::{Fetched, KeySource, Place, Source};
pub(crate) use token::{LONGEST, Token, issuer_claimed};

/// Why a token is not accepted; for operators.
pub(crate) type Why = std::borrow::Cow<'static, str>;
