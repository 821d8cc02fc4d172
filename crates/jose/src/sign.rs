//! Keys that sign tokens, and the tokens they sign (RFC 7515, ES256).

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::{self, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// A private key of P-256, and what others know of it.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    kid: String,
    public: Value,
}

impl SigningKey {
    /// A fresh one, with the text it is kept as. That text is the key: it belongs sealed.
    ///
    /// # Panics
    /// Where the operating system has no random bytes.
    pub fn make() -> (SigningKey, String) {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let kept = URL_SAFE_NO_PAD.encode(document.expect("the operating system has random bytes").as_ref());
        let key = SigningKey::read(&kept).expect("what was just made is a key");
        (key, kept)
    }

    /// A key by the text it was kept as.
    pub fn read(kept: &str) -> Option<SigningKey> {
        let der = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok()?;
        // Uncompressed (SEC 1 §2.3.3).
        let [4, point @ ..] = pair.public_key().as_ref() else { return None };
        let (x, y) = point.split_at_checked(32)?;
        let mut public = json!({
            "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let kid = thumbprint(public.as_object()?)?;
        for (name, value) in [("kid", kid.as_str()), ("use", "sig"), ("alg", "ES256")] {
            public[name] = value.into();
        }
        Some(SigningKey { pair, kid, public })
    }

    /// Its id: the thumbprint (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JWK (RFC 7517).
    pub fn public(&self) -> &Value {
        &self.public
    }

    /// A signed token in compact form; `typ` says what it is for (RFC 8725 §3.11).
    pub fn sign(&self, typ: &str, claims: &Map<String, Value>) -> String {
        let head = json!({ "alg": "ES256", "typ": typ, "kid": self.kid });
        self.sign_with(&head, claims)
    }

    /// As [`SigningKey::sign`], with a header of one's own.
    ///
    /// # Panics
    /// Where the operating system has no random bytes.
    pub fn sign_with(&self, head: &Value, claims: &Map<String, Value>) -> String {
        let body = serde_json::to_string(claims).unwrap_or_default();
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(body));
        let signature = self.pair.sign(&SystemRandom::new(), text.as_bytes()).expect("a good key signs");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.kid).finish()
    }
}

/// The thumbprint of a public key (RFC 7638 §3, RFC 8037 §2): SHA-256 in base64url.
pub fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    let members: &[&str] = match jwk.get("kty")?.as_str()? {
        "EC" => &["crv", "kty", "x", "y"],
        "RSA" => &["e", "kty", "n"],
        "OKP" => &["crv", "kty", "x"],
        _ => return None,
    };
    let mut text = String::from("{");
    for (at, name) in members.iter().enumerate() {
        let value = jwk.get(*name)?.as_str()?;
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(&format!("\"{name}\":{}", Value::from(value)));
    }
    text.push('}');
    Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())))
}

/// The SHA-256 of a text in base64url: `ath` of RFC 9449, `S256` of RFC 7636.
pub fn sha256_of(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// A text of so many random bytes that nobody foresees, in base64url.
///
/// # Panics
/// Where the operating system has no random bytes.
pub fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    rand::fill(&mut random).expect("the operating system has random bytes");
    URL_SAFE_NO_PAD.encode(random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, KeySet, Token};

    #[test]
    fn what_a_key_signs_its_public_half_verifies_and_no_other() {
        let (key, kept) = SigningKey::make();
        let again = SigningKey::read(&kept).unwrap();
        assert_eq!(key.kid(), again.kid());
        let claims = json!({ "sub": "shop" });
        let text = again.sign("at+jwt", claims.as_object().unwrap());
        let set = |key: &SigningKey| {
            KeySet::read(json!({ "keys": [key.public()] }).to_string().as_bytes()).unwrap()
        };
        let token = Token::read(&text, &[Algorithm::Es256]).unwrap();
        assert_eq!(token.kid(), Some(key.kid()));
        assert_eq!(token.verified(&set(&key)).unwrap()["sub"], "shop");
        assert!(token.verified(&set(&SigningKey::make().0)).is_err());
        assert!(!format!("{key:?}").contains(&kept) && SigningKey::read("AAAA").is_none());
    }

    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        // The example of RFC 7638 §3.1.
        let jwk = json!({
            "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        });
        let expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assert_eq!(thumbprint(jwk.as_object().unwrap()).as_deref(), Some(expected));
        assert!(thumbprint(json!({ "kty": "oct", "k": "AA" }).as_object().unwrap()).is_none());
    }
}
