//! SAML 2.0 for whoever relies on what an identity provider says (the service provider), and the answers of CAS: read as strictly as
//! they can be, and believed as far as they are signed.
//!
//! What is read of an assertion is read of the very bytes that were signed: the canonical form over which the digest was taken is parsed
//! anew, and nothing else of the message is looked at. So there is nowhere to wrap another assertion around a signed one. A message names
//! neither the key it is verified with, nor where one is.

mod algorithm;
mod assertion;
mod c14n;
pub mod cas;
mod certificate;
mod encrypted;
mod instant;
mod keys;
mod logout;
mod metadata;
mod request;
mod response;
mod signature;
mod xml;

pub use assertion::{Assertion, Attribute};
pub use certificate::{Certificate, Key};
pub use encrypted::DecryptionKey;
pub use instant::{instant, text_of_instant};
pub use keys::OwnKeys;
pub use logout::{Came, LogoutAsked, LogoutExpected, Whom, logout_asked, logout_request, logout_response};
pub use metadata::{Party, Provider};
pub use request::{AuthnRequest, SigningKey};
pub use response::{Expected, LONGEST_MESSAGE, Refusal, response};

/// Why a message is not accepted; for operators.
pub type Why = std::borrow::Cow<'static, str>;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The id of a request, by what ties it to a browser: a name in XML does not begin with a digit.
pub fn request_id(state: &str) -> String {
    format!("_{state}")
}

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
