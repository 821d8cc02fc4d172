//! The protocol of the built-in authorization server: what its messages mean and whether they may be, without HTTP, store or clock.
//!
//! OAuth 2.0 as OAuth 2.1 and RFC 9700 have it: codes with PKCE (`S256`) alone, redirect addresses compared as they stand, refresh tokens that
//! change with every use, no passwords and no tokens in addresses.

mod access;
mod agreement;
mod client;
mod failure;
mod form;
mod metadata;
mod redirect;
mod registration;
mod scope;
mod user_code;

pub use access::AccessToken;
pub use agreement::{Agreement, Answered, Unreturnable};
pub use client::{Method, Shown, has_secret, verify_assertion};
pub use failure::{Code, Failure};
pub use form::Form;
pub use metadata::{Endpoints, document};
pub use redirect::{is_loopback, is_redirect, is_same_place};
pub use registration::{Registration, described};
pub use scope::{is_scope, scopes, within};
pub use user_code::{UserCode, make_user_code};

/// What nobody foresees, in base64url, and the SHA-256 it is kept as.
pub fn secret_text() -> (String, [u8; 32]) {
    let text = jose::random_text(32);
    let hash = hash_of(&text);
    (text, hash)
}

/// The SHA-256 that a text is kept as.
pub fn hash_of(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn is_same(one: &str, other: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(&hash_of(one), &hash_of(other)).is_ok()
}
