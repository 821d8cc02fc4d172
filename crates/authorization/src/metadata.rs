//! What the server says of itself (RFC 8414).

use serde_json::{Value, json};

/// Where the parts of a server are.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Everything else is below it.
    pub issuer: String,
}

impl Endpoints {
    /// A place below the issuer.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.issuer)
    }
}

/// The document of RFC 8414 §2. It says what is so: there is no OpenID Connect here, and so none of its members.
pub fn document(endpoints: &Endpoints, scopes: &[String], guide: &str) -> Value {
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    let proofs = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
    let algorithms: Vec<&str> =
        vec!["ES256", "ES384", "ES512", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    json!({
        "issuer": endpoints.issuer,
        "authorization_endpoint": endpoints.at("authorize"),
        "token_endpoint": endpoints.at("token"),
        "jwks_uri": endpoints.at("jwks"),
        "registration_endpoint": endpoints.at("register"),
        "introspection_endpoint": endpoints.at("introspect"),
        "revocation_endpoint": endpoints.at("revoke"),
        "pushed_authorization_request_endpoint": endpoints.at("par"),
        "device_authorization_endpoint": endpoints.at("device"),
        "require_pushed_authorization_requests": false,
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": proofs,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "dpop_signing_alg_values_supported": algorithms,
        "service_documentation": guide,
    })
}
