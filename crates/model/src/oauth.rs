//! OAuth: clients of the built-in authorization server, and what gateways need to accept its tokens.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{KeyHash, Name};

/// An app as a client of an authorization server (RFC 6749 §2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuthClient {
    /// What it is known by (`client_id`); no secret.
    pub id: String,
    /// The authorization server elsewhere that it is a client of; the built-in one, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Name>,
    /// What proves it, two at most, so that one takes the other's place without a gap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<ClientSecret>,
    /// Its public keys as a JWK set (RFC 7517), which prove it in place of a secret (`private_key_jwt`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Whether it can keep no secret: an app on a device or in a browser. It has PKCE alone, and no client credentials.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
    /// Where people may be sent back to, compared as they stand. Only the port of a loopback address may be another (RFC 8252 §7.3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// How it may ask for tokens; by default with its own credentials.
    #[serde(default = "own_credentials")]
    pub grants: Vec<ClientGrant>,
    /// Scopes it may ask for beside those that the contracts of its APIs name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// Whether its tokens are always bound to a key of its own (RFC 9449 §5.2).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dpop: bool,
    /// The SHA-256 of the token by which it changes its own registration (RFC 7592), where it registered itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_hash: Option<KeyHash>,
}

/// A secret of a client. At rest and in exports only the hash and a hint are left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// The secret itself, 16 to 256 visible ASCII characters. Accepted, never returned.
    #[serde(default, skip_serializing)]
    #[schemars(extend("writeOnly" = true))]
    pub secret: Option<String>,
    /// The SHA-256 of the secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<KeyHash>,
    /// The first characters, to recognize it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// When it was issued (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// When it stops working (RFC 3339); never, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

/// A way to ask for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientGrant {
    /// With its own credentials: nobody signs in (RFC 6749 §4.4).
    ClientCredentials,
    /// A person signs in and agrees in a browser; with PKCE (RFC 6749 §4.1, RFC 7636).
    AuthorizationCode,
    /// A person signs in and agrees on another device (RFC 8628).
    DeviceCode,
}

fn own_credentials() -> Vec<ClientGrant> {
    vec![ClientGrant::ClientCredentials]
}

/// What gateways need to accept the tokens of a workspace's authorization server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TokenIssuer {
    /// The `iss` of its tokens.
    pub issuer: Arc<str>,
    /// How gateways are reached: the `aud` of tokens that are good for every API, and what the `aud` of others begins with.
    pub audience: Arc<str>,
    /// Its public keys: a JWK set as JSON text.
    pub keys: Arc<str>,
    pub revoked: Arc<Revoked>,
}

/// Tokens that are good no more before they expire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// By the ids of tokens, and of grants all tokens of which are meant; until when it matters, milliseconds since 1970.
    pub ids: BTreeMap<Arc<str>, u64>,
    /// By the ids of clients: their tokens that were issued until then, seconds since 1970.
    pub clients: BTreeMap<Arc<str>, u64>,
}

impl OAuthClient {
    /// By what gateways know it: clients of different servers may have the same id. A `/` is in no name, and in no id of the built-in server.
    pub fn mark(&self) -> String {
        match &self.server {
            Some(server) => OAuthClient::mark_at(server.as_str(), &self.id),
            None => self.id.clone(),
        }
    }

    /// As [`OAuthClient::mark`], of a client with this id at a server elsewhere.
    pub fn mark_at(server: &str, id: &str) -> String {
        format!("{server}/{id}")
    }
}

impl Revoked {
    /// Whether a token is good no more. `jti` is `grant.token` of a grant that has several tokens, else the token's own.
    pub fn covers(&self, client: &str, jti: &str, issued: u64) -> bool {
        if self.ids.is_empty() && self.clients.is_empty() {
            return false;
        }
        let grant = jti.split_once('.').map(|(grant, _)| grant);
        self.ids.contains_key(jti)
            || grant.is_some_and(|grant| self.ids.contains_key(grant))
            || self.clients.get(client).is_some_and(|until| issued <= *until)
    }
}

impl ClientGrant {
    pub const ALL: [ClientGrant; 3] =
        [ClientGrant::ClientCredentials, ClientGrant::AuthorizationCode, ClientGrant::DeviceCode];

    /// As `grant_type` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            ClientGrant::ClientCredentials => "client_credentials",
            ClientGrant::AuthorizationCode => "authorization_code",
            ClientGrant::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_revoked_by_its_own_id_that_of_its_grant_or_its_client() {
        let mut revoked = Revoked::default();
        assert!(!revoked.covers("shop", "g1.a", 10));
        revoked.ids = [("g1".into(), 99), ("t".into(), 99)].into();
        revoked.clients = [("old".into(), 10)].into();
        for (client, jti, issued, covered) in [
            ("shop", "g1.a", 10, true),
            ("shop", "g1", 10, true),
            ("shop", "g2.a", 10, false),
            ("shop", "a.g1", 10, false),
            ("shop", "t", 10, true),
            ("old", "x", 10, true),
            ("old", "x", 11, false),
        ] {
            assert_eq!(revoked.covers(client, jti, issued), covered, "{client} {jti} {issued}");
        }
    }
}
