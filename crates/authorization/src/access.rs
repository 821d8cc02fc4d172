//! What an access token says (RFC 9068 §2.2).

use jose::SigningKey;
use serde_json::{Map, Value, json};

/// An access token before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub issuer: String,
    /// Whom it is for: the gateway, or a place of it.
    pub audience: String,
    /// Who agreed to it; the client itself where nobody did.
    pub subject: String,
    pub client: String,
    pub scopes: Vec<String>,
    /// Its id; that of its grant and a point before it where the grant has several.
    pub id: String,
    /// Seconds since 1970.
    pub issued: u64,
    /// Seconds.
    pub lifetime: u64,
    /// The thumbprint of the key it is bound to (RFC 9449 §6.1).
    pub bound: Option<String>,
    /// When the person signed in, seconds since 1970 (RFC 9068 §2.2.1).
    pub signed_in: Option<u64>,
}

impl AccessToken {
    pub fn claims(&self) -> Map<String, Value> {
        let claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": self.subject,
            "client_id": self.client,
            "jti": self.id,
            "iat": self.issued,
            "exp": self.issued + self.lifetime,
        });
        let Value::Object(mut claims) = claims else { return Map::new() };
        if !self.scopes.is_empty() {
            claims.insert("scope".to_owned(), self.scopes.join(" ").into());
        }
        if let Some(thumbprint) = &self.bound {
            claims.insert("cnf".to_owned(), json!({ "jkt": thumbprint }));
        }
        if let Some(at) = self.signed_in {
            claims.insert("auth_time".to_owned(), at.into());
        }
        claims
    }

    pub fn signed(&self, key: &SigningKey) -> String {
        key.sign("at+jwt", &self.claims())
    }
}
