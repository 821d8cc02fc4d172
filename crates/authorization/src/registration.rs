//! Clients that register themselves: what they say of themselves (RFC 7591 §2).

use jose::KeySet;
use model::{ClientGrant, OAuthClient};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Code, Failure, Method, is_redirect, scopes};

const MOST_ADDRESSES: usize = 20;
const LONGEST_NAME: usize = 200;

/// What a client says of itself. What is not known here is left out, as RFC 7591 §2 has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Registration {
    #[serde(default)]
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    pub client_name: Option<String>,
    scope: Option<String>,
    jwks: Option<Value>,
    jwks_uri: Option<String>,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    /// Only in a change (RFC 7592 §2.2).
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
}

impl Registration {
    /// The client that it describes, without id and secret, and the way it will prove itself.
    ///
    /// # Errors
    /// What is wrong or not had here.
    pub fn client(&self) -> Result<(OAuthClient, Method), Failure> {
        let wrong = |detail: String| Failure::new(Code::InvalidClientMetadata, detail);
        let method = match self.token_endpoint_auth_method.as_deref() {
            None | Some("client_secret_basic") => Method::Basic,
            Some("client_secret_post") => Method::Post,
            Some("private_key_jwt") => Method::Assertion,
            Some("none") => Method::None,
            Some(_) => {
                return Err(wrong(
                    "token_endpoint_auth_method is not one that the metadata of the server lists".into(),
                ));
            }
        };
        let mut grants = Vec::new();
        let named = self.grant_types.clone().unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        for name in named.iter().filter(|name| *name != "refresh_token") {
            let grant = ClientGrant::ALL.into_iter().find(|grant| grant.as_str() == name);
            let grant = grant.ok_or_else(|| wrong("grant_types holds one that is not had here".into()))?;
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
        let codes = grants.contains(&ClientGrant::AuthorizationCode);
        if grants.is_empty() {
            return Err(wrong("grant_types names no way to ask for tokens".into()));
        }
        if self.response_types.as_ref().is_some_and(|types| types.iter().any(|name| name != "code")) {
            return Err(wrong("response_types holds one that is not had here".into()));
        }
        if method == Method::None && grants.contains(&ClientGrant::ClientCredentials) {
            return Err(wrong("a client that proves nothing has no credentials".into()));
        }
        let address = |detail: String| Failure::new(Code::InvalidRedirectUri, detail);
        if codes && self.redirect_uris.is_empty() {
            return Err(address("redirect_uris is missing".into()));
        }
        if self.redirect_uris.len() > MOST_ADDRESSES {
            return Err(address(format!("there are {MOST_ADDRESSES} redirect_uris at most")));
        }
        for uri in &self.redirect_uris {
            is_redirect(uri).map_err(address)?;
        }
        if self.client_name.as_ref().is_some_and(|name| name.chars().count() > LONGEST_NAME) {
            return Err(wrong(format!("client_name has {LONGEST_NAME} characters at most")));
        }
        if self.jwks_uri.is_some() {
            return Err(wrong("give the keys themselves, as jwks: nothing is fetched from elsewhere".into()));
        }
        match (&self.jwks, method) {
            (None, Method::Assertion) => return Err(wrong("private_key_jwt needs jwks".into())),
            (Some(keys), _) => {
                drop(KeySet::read(keys.to_string().as_bytes()).map_err(|why| wrong(format!("jwks: {why}")))?)
            }
            (None, _) => {}
        }
        if let Some(text) = &self.scope {
            scopes(text)?;
        }
        let client = OAuthClient {
            server: None,
            id: String::new(),
            secrets: Vec::new(),
            jwks: self.jwks.clone().filter(|_| method == Method::Assertion),
            public: method == Method::None,
            redirect_uris: self.redirect_uris.clone(),
            grants,
            scopes: Vec::new(),
            dpop: self.dpop_bound_access_tokens,
            registration_hash: None,
        };
        Ok((client, method))
    }
}

/// What is known of a client, as metadata (RFC 7591 §3.2.1); without what proves it.
pub fn described(client: &OAuthClient, name: &str, scopes: &[String], method: Method) -> Map<String, Value> {
    let mut grants: Vec<&str> = client.grants.iter().map(|grant| grant.as_str()).collect();
    let people = [ClientGrant::AuthorizationCode, ClientGrant::DeviceCode];
    if client.grants.iter().any(|grant| people.contains(grant)) {
        grants.push("refresh_token");
    }
    let codes = client.grants.contains(&ClientGrant::AuthorizationCode);
    let mut all = Map::new();
    for (member, value) in [
        ("client_id", json!(client.id)),
        ("client_name", json!(name)),
        ("redirect_uris", json!(client.redirect_uris)),
        ("grant_types", json!(grants)),
        ("response_types", if codes { json!(["code"]) } else { json!([]) }),
        ("token_endpoint_auth_method", json!(method.as_str())),
        ("scope", json!(scopes.join(" "))),
        ("dpop_bound_access_tokens", json!(client.dpop)),
    ] {
        all.insert(member.to_owned(), value);
    }
    if let Some(keys) = &client.jwks {
        all.insert("jwks".to_owned(), keys.clone());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: Value) -> Result<(OAuthClient, Method), Code> {
        serde_json::from_value::<Registration>(value).unwrap().client().map_err(|failure| failure.code)
    }

    #[test]
    fn what_a_client_says_of_itself_is_taken_where_it_is_had_here() {
        let (client, method) = read(json!({
            "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none", "logo_uri": "https://x.example/l.png",
            "grant_types": ["authorization_code", "refresh_token"],
        }))
        .unwrap();
        assert!(client.public && method == Method::None && client.grants == [ClientGrant::AuthorizationCode]);
        let described = described(&client, "App", &[], method);
        assert_eq!(described["grant_types"], json!(["authorization_code", "refresh_token"]));
        for (wrong, code) in [
            (json!({}), Code::InvalidRedirectUri),
            (json!({ "redirect_uris": ["http://app.example/cb"] }), Code::InvalidRedirectUri),
            (json!({ "redirect_uris": vec!["https://a/"; 21] }), Code::InvalidRedirectUri),
            (
                json!({ "redirect_uris": ["https://a/"], "grant_types": ["implicit"] }),
                Code::InvalidClientMetadata,
            ),
            (json!({ "grant_types": ["refresh_token"] }), Code::InvalidClientMetadata),
            (
                json!({ "redirect_uris": ["https://a/"], "response_types": ["token"] }),
                Code::InvalidClientMetadata,
            ),
            (
                json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" }),
                Code::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": ["https://a/"], "token_endpoint_auth_method": "private_key_jwt" }),
                Code::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": ["https://a/"], "jwks_uri": "https://a/" }),
                Code::InvalidClientMetadata,
            ),
            (json!({ "redirect_uris": ["https://a/"], "scope": "\"" }), Code::InvalidScope),
            (
                json!({ "redirect_uris": ["https://a/"], "client_name": "x".repeat(201) }),
                Code::InvalidClientMetadata,
            ),
        ] {
            assert_eq!(read(wrong.clone()).unwrap_err(), code, "{wrong}");
        }
    }
}
