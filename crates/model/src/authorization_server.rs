//! Authorization servers elsewhere: where apps of the portal become OAuth clients, and whose tokens gateways take (RFC 7591, RFC 7592).

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ClientGrant, Name, SECRET_SCHEME, identity_provider::is_issuer};

/// The longest address, bytes.
const LONGEST_URL: usize = 2000;
const MOST_AUDIENCES: usize = 50;
const MOST_SCOPES: usize = 1000;
/// The largest template of metadata, bytes of JSON.
const LARGEST_METADATA: usize = 16 << 10;
/// Members of metadata that come of the app, and so of no template.
const OWN: [&str; 13] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "client_name",
    "redirect_uris",
    "grant_types",
    "response_types",
    "scope",
    "jwks",
    "jwks_uri",
    "registration_access_token",
    "registration_client_uri",
];

/// An authorization server elsewhere that issues the tokens of apps in this workspace, in place of the built-in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorizationServer {
    pub name: Name,
    /// What developers read: `Example Corp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The server, as its tokens say it in `iss`: `https://idp.example.com`. What it says of itself is looked for at
    /// `/.well-known/openid-configuration` below, and else where RFC 8414 has it.
    pub issuer: String,
    /// How apps of the portal become clients there. One server of a workspace has it; without, its clients are made there by hand, and written
    /// into apps (`client`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// Whom tokens must be made for (`aud`), any of these; by default the address of the gateways, or one below it that leads to the API called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// What the scopes that contracts name are called there: `orders:read: https://idp.example.com/orders.read`. Others are called the same.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scopes: BTreeMap<String, String>,
    /// The claims that may say which client a token is of; the first that is there counts.
    #[serde(default = "client_claims", skip_serializing_if = "is_client_claims")]
    pub client_claims: Vec<String>,
}

/// How apps become clients of an authorization server elsewhere (RFC 7591).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Where clients register; by default where the server says (`registration_endpoint`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What allows it, by a reference: `secret://idp-registration`. Servers that let anybody register need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_access_token: Option<String>,
    /// Metadata that every client is registered with beside what its app says, such as `application_type` and `token_endpoint_auth_method`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// How apps may ask for tokens.
    #[serde(default = "every_grant", skip_serializing_if = "is_every_grant")]
    pub grants: Vec<ClientGrant>,
}

/// What gateways need to accept the tokens of an authorization server elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenServer {
    pub workspace: Name,
    pub name: Arc<str>,
    /// The `iss` of its tokens.
    pub issuer: Arc<str>,
    /// Any of these; none means the address of the gateways.
    pub audiences: Vec<Arc<str>>,
    /// What its scopes are called in contracts, by what they are called there.
    pub scopes: BTreeMap<Arc<str>, Arc<str>>,
    pub client_claims: Vec<Arc<str>>,
}

fn client_claims() -> Vec<String> {
    ["client_id", "azp"].map(str::to_owned).into()
}

fn is_client_claims(claims: &[String]) -> bool {
    claims == client_claims()
}

fn every_grant() -> Vec<ClientGrant> {
    ClientGrant::ALL.to_vec()
}

fn is_every_grant(grants: &[ClientGrant]) -> bool {
    grants == ClientGrant::ALL
}

impl AuthorizationServer {
    /// What to call it.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.name.as_str())
    }

    /// What a scope of contracts is called there.
    pub fn scope_there<'a>(&'a self, here: &'a str) -> &'a str {
        self.scopes.get(here).map_or(here, String::as_str)
    }

    /// What gateways are told of it.
    pub fn for_gateways(&self, workspace: Name) -> TokenServer {
        TokenServer {
            workspace,
            name: self.name.shared(),
            issuer: self.issuer.as_str().into(),
            audiences: self.audience.iter().map(|one| one.as_str().into()).collect(),
            scopes: self
                .scopes
                .iter()
                .map(|(here, there)| (there.as_str().into(), here.as_str().into()))
                .collect(),
            client_claims: self.client_claims.iter().map(|one| one.as_str().into()).collect(),
        }
    }

    /// What is wrong with it by itself, with the field.
    pub fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut wrong = |field: &str, message: &str| faults.push((field.to_owned(), message.to_owned()));
        if !is_issuer(&self.issuer) {
            wrong(
                "issuer",
                "is an address without query and fragment, such as `https://idp.example.com`; `http` is for this machine alone",
            );
        }
        if self.title.as_ref().is_some_and(|title| !is_text(title, 60)) {
            wrong("title", "has 1 to 60 characters");
        }
        if self.audience.len() > MOST_AUDIENCES || !self.audience.iter().all(|one| is_text(one, LONGEST_URL))
        {
            wrong("audience", "are at most 50 texts, none of them empty");
        }
        if self.client_claims.is_empty() || self.client_claims.len() > 10 {
            wrong("client_claims", "are 1 to 10 names of claims");
        }
        if !self.client_claims.iter().all(|claim| is_text(claim, 200)) {
            wrong("client_claims", "are names of claims");
        }
        if self.scopes.len() > MOST_SCOPES {
            wrong("scopes", "are at most 1000");
        }
        let mut known = std::collections::BTreeSet::new();
        for (here, there) in &self.scopes {
            if !is_scope(here) || !is_scope(there) {
                wrong(&format!("scopes.{here}"), "a scope is visible ASCII without quotes and \\");
            } else if !known.insert(there) {
                wrong(
                    &format!("scopes.{here}"),
                    "another scope is called the same there, so that tokens would not say which is meant",
                );
            }
        }
        if let Some(registration) = &self.registration {
            registration.find_faults(&self.issuer, &mut wrong);
        }
        faults
    }
}

impl Registration {
    fn find_faults(&self, issuer: &str, wrong: &mut impl FnMut(&str, &str)) {
        if let Some(endpoint) = &self.endpoint {
            let secure = endpoint.starts_with("https://") || !issuer.starts_with("https://");
            // The query may say which tenant is meant.
            let bare = endpoint.split('?').next().unwrap_or_default();
            if !secure
                || !is_issuer(bare)
                || endpoint.len() > LONGEST_URL
                || !endpoint.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
            {
                wrong(
                    "registration.endpoint",
                    "is an address such as `https://idp.example.com/register`, with TLS where the issuer has it",
                );
            }
        }
        if self.initial_access_token.as_ref().is_some_and(|token| !token.starts_with(SECRET_SCHEME)) {
            wrong(
                "registration.initial_access_token",
                "names a secret, such as `secret://idp-registration`: keep it by `pailou secret set idp-registration`",
            );
        }
        if self.grants.is_empty() {
            wrong("registration.grants", "name at least one way to ask for tokens");
        }
        for name in self.metadata.keys().filter(|name| OWN.contains(&name.as_str())) {
            wrong(
                &format!("registration.metadata.{name}"),
                "comes of the app or of the server, and is the same for no two clients",
            );
        }
        let size = serde_json::to_string(&self.metadata).map_or(usize::MAX, |text| text.len());
        if size > LARGEST_METADATA {
            wrong("registration.metadata", "has at most 16 KiB");
        }
    }
}

fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    (1..=500).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Resource;

    fn read(document: Value) -> AuthorizationServer {
        let Resource::AuthorizationServer(server) = Resource::from_value(document).unwrap() else { panic!() };
        *server
    }

    #[test]
    fn a_server_is_read_as_it_is_written_and_gateways_are_told_of_its_tokens() {
        let document = json!({
            "kind": "authorization-server", "name": "corp", "title": "Example Corp", "issuer": "https://idp.example.com",
            "registration": {
                "endpoint": "https://idp.example.com/register?tenant=1", "initial_access_token": "secret://corp",
                "metadata": { "application_type": "web" }, "grants": ["authorization-code"],
            },
            "audience": ["https://api.example.com"], "scopes": { "orders:read": "corp.orders.read" }, "client_claims": ["cid"],
        });
        let server = read(document.clone());
        assert!(server.faults().is_empty(), "{:?}", server.faults());
        assert_eq!(Resource::from(server.clone()).to_value(), document);
        assert_eq!((server.scope_there("orders:read"), server.scope_there("x")), ("corp.orders.read", "x"));
        let told = server.for_gateways(Name::default_workspace());
        assert_eq!(&*told.scopes["corp.orders.read"], "orders:read");
        let short = json!({ "kind": "authorization-server", "name": "corp", "issuer": "https://idp.example.com", "registration": {} });
        let server = read(short.clone());
        assert_eq!(Resource::from(server.clone()).to_value(), short);
        assert_eq!(server.client_claims, ["client_id", "azp"]);
        assert_eq!(server.registration.unwrap().grants, ClientGrant::ALL);
    }

    #[test]
    fn every_fault_of_a_server_names_its_field() {
        let fields = |more: Value| {
            let mut document = json!({ "kind": "authorization-server", "name": "corp", "issuer": "https://idp.example.com" });
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(document).faults().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        for (more, field) in [
            (json!({ "issuer": "http://idp.example.com" }), "issuer"),
            (json!({ "title": "" }), "title"),
            (json!({ "audience": [""] }), "audience"),
            (json!({ "client_claims": [] }), "client_claims"),
            (json!({ "scopes": { "a b": "c" } }), "scopes.a b"),
            (json!({ "scopes": { "a": "c", "b": "c" } }), "scopes.b"),
            (json!({ "registration": { "endpoint": "http://idp.example.com/r" } }), "registration.endpoint"),
            (
                json!({ "registration": { "endpoint": "https://u:p@idp.example.com/r" } }),
                "registration.endpoint",
            ),
            (
                json!({ "registration": { "initial_access_token": "planted" } }),
                "registration.initial_access_token",
            ),
            (json!({ "registration": { "grants": [] } }), "registration.grants"),
            (
                json!({ "registration": { "metadata": { "client_secret": "x" } } }),
                "registration.metadata.client_secret",
            ),
            (json!({ "registration": { "metadata": { "x": "y".repeat(17_000) } } }), "registration.metadata"),
        ] {
            assert_eq!(fields(more), [field]);
        }
    }
}
