//! A token that the gateway signs (RFC 7519), so that a service knows who calls without asking anybody.

use aws_lc_rs::{
    hmac,
    rand::{self, SystemRandom},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD}};
use http::header::AUTHORIZATION;
use policy::prelude::*;
use serde_json::{Map, Value as Json, json};

use crate::text::header_name;

/// A token of the gateway's own: who calls is its `sub`, and with `claims` there is more.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assertion {
    /// A secret of 32 bytes or more that the service has too, for HS256.
    #[serde(default)]
    secret: Option<String>,
    /// A private key in place of a secret, PKCS #8 in PEM: RSA for RS256, P-256 for ES256, or Ed25519 for EdDSA.
    #[serde(default)]
    private_key: Option<String>,
    /// How the key is called in the header of the token (`kid`).
    #[serde(default)]
    key_id: Option<String>,
    /// Who issues it (`iss`).
    issuer: String,
    /// For whom it is (`aud`).
    #[serde(default)]
    audience: Option<String>,
    /// How long it is good, 1 hour at most.
    #[serde(default = "lifetime")]
    lifetime: Span,
    /// Further claims that are the same for every call.
    #[serde(default)]
    claims: Map<String, Json>,
    /// The header that carries it; in `authorization` it follows the word `Bearer`.
    #[serde(default = "authorization")]
    header: String,
}

fn lifetime() -> Span {
    Span::secs(60)
}

fn authorization() -> String {
    "authorization".to_owned()
}

/// The running form of [`Assertion`].
pub(super) struct Signer {
    pub(super) header: HeaderName,
    key: Pair,
    /// Header in base64url.
    head: String,
    claims: Map<String, Json>,
    /// Seconds.
    lifetime: u64,
}

enum Pair {
    Secret(Box<hmac::Key>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl Assertion {
    pub(super) fn build(self) -> Result<Signer, Invalid> {
        let key = match (self.secret, self.private_key) {
            (Some(secret), None) if secret.len() < 32 => {
                return Err(Invalid::field("jwt.secret", "has at least 32 bytes"));
            }
            (Some(secret), None) => Pair::Secret(Box::new(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))),
            (None, Some(pem)) => Pair::read(&pem).ok_or_else(|| {
                let message = "is no private key of RSA (2048 bits or more), P-256 or Ed25519 as PKCS #8 in PEM (`BEGIN PRIVATE KEY`)";
                Invalid::field("jwt.private_key", message)
            })?,
            _ => return Err(Invalid::field("jwt.secret", "give either a `secret` or a `private_key`")),
        };
        if self.lifetime.0.as_secs() == 0 || self.lifetime > Span::secs(3600) {
            return Err(Invalid::field("jwt.lifetime", "is at least 1 second and at most 1 hour"));
        }
        let own = ["iss", "sub", "aud", "iat", "exp", "jti"];
        if let Some(name) = self.claims.keys().find(|name| own.contains(&name.as_str())) {
            return Err(Invalid::field(format!("jwt.claims.{name}"), "is made by the gateway"));
        }
        let mut head = json!({ "alg": key.algorithm(), "typ": "JWT" });
        if let Some(id) = self.key_id {
            head["kid"] = id.into();
        }
        let mut claims = self.claims;
        claims.insert("iss".to_owned(), self.issuer.into());
        if let Some(audience) = self.audience {
            claims.insert("aud".to_owned(), audience.into());
        }
        Ok(Signer {
            header: header_name(&self.header, "jwt.header")?,
            key,
            head: URL_SAFE_NO_PAD.encode(head.to_string()),
            claims,
            lifetime: self.lifetime.0.as_secs(),
        })
    }
}

impl Signer {
    /// The value of the header for a call.
    pub(super) fn sign(&self, req: &Request) -> HeaderValue {
        let now = req.arrived.unix_ms / 1000;
        let mut claims = self.claims.clone();
        let caller = req.identity.as_ref().map_or("anonymous", |identity| &identity.caller.key);
        let mut id = [0; 16];
        rand::fill(&mut id).expect("the operating system has random bytes");
        for (name, value) in [
            ("sub", Json::from(caller)),
            ("iat", now.into()),
            ("exp", (now + self.lifetime).into()),
            ("jti", URL_SAFE_NO_PAD.encode(id).into()),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let text = format!("{}.{}", self.head, URL_SAFE_NO_PAD.encode(Json::Object(claims).to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(text.as_bytes()));
        let word = if self.header == AUTHORIZATION { "Bearer " } else { "" };
        let value = HeaderValue::try_from(format!("{word}{text}.{signature}"));
        let mut value = value.expect("base64url is visible ASCII");
        value.set_sensitive(true);
        value
    }
}

impl Pair {
    fn read(pem: &str) -> Option<Pair> {
        let begin = pem.find("-----BEGIN PRIVATE KEY-----")? + "-----BEGIN PRIVATE KEY-----".len();
        let end = pem[begin..].find("-----END PRIVATE KEY-----")?;
        let text: String = pem[begin..begin + end].chars().filter(|c| !c.is_whitespace()).collect();
        let der = STANDARD.decode(text).ok()?;
        let ec = || EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok().map(Pair::Ec);
        let ed = || Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok().map(Pair::Ed);
        let rsa = || RsaKeyPair::from_pkcs8(&der).ok().filter(|key| key.public_modulus_len() >= 256).map(Pair::Rsa);
        ec().or_else(ed).or_else(rsa)
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Pair::Secret(_) => "HS256",
            Pair::Ec(_) => "ES256",
            Pair::Ed(_) => "EdDSA",
            Pair::Rsa(_) => "RS256",
        }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Pair::Secret(key) => hmac::sign(key, text).as_ref().to_vec(),
            Pair::Ec(pair) => pair.sign(&random, text).expect("a good key signs").as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(text).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature).expect("a good key signs");
                signature
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::KeyPair as _;
    use jose::{Algorithm, KeySet, Token};

    use super::*;
    use crate::testing::*;

    fn pem(der: &[u8]) -> String {
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
    }

    #[test]
    fn a_service_verifies_the_token_and_reads_who_calls() {
        let random = SystemRandom::new();
        let ec = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, ec.as_ref()).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let ec_jwk = json!({ "kty": "EC", "crv": "P-256", "kid": "k", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
        let ed = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(ed.as_ref()).unwrap();
        let ed_jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()) });
        let secret = "0123456789abcdef0123456789abcdef";
        let oct_jwk = json!({ "kty": "oct", "kid": "k", "k": URL_SAFE_NO_PAD.encode(secret) });
        for (key, jwk, algorithm) in [
            (json!({ "private_key": pem(ec.as_ref()) }), ec_jwk, Algorithm::Es256),
            (json!({ "private_key": pem(ed.as_ref()) }), ed_jwk, Algorithm::EdDsa),
            (json!({ "secret": secret }), oct_jwk, Algorithm::Hs256),
        ] {
            let mut config = json!({ "issuer": "https://gateway", "audience": "orders", "key_id": "k", "claims": { "env": "prod" }, "lifetime": "30s" });
            config.as_object_mut().unwrap().extend(key.as_object().unwrap().clone());
            let filter = try_build("upstream-auth", &json!({ "jwt": config })).unwrap();
            let mut req = RequestBuilder::get("/").identity("ada").header("authorization", "Bearer of the client").build();
            pass(&*filter, &mut req);
            let sent = req.head.headers.get("authorization").unwrap().to_str().unwrap().to_owned();
            let set = KeySet::read(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
            let token = sent.strip_prefix("Bearer ").unwrap();
            let claims = Token::read(token, &[algorithm]).unwrap().verified(&set).unwrap();
            assert_eq!((&claims["iss"], &claims["aud"], &claims["env"]), (&json!("https://gateway"), &json!("orders"), &json!("prod")));
            assert!(claims["sub"].as_str().unwrap().ends_with("ada"), "{claims:?}");
            assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 30);
        }
    }
}
