//! The identity that a cloud gives the machine or pod that the gateway runs on: no secret is stored anywhere.

use std::{fs, io::Read as _, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::Uri;
use jose::json;
use policy::{OutboundAnswer, OutboundCall, prelude::*};
use serde_json::Value as Json;

use super::{
    grant::{access_token, encoded, post},
    tokens::{Given, Issuer, LARGEST, TIMEOUT, Tokens},
};
use crate::oauth2_introspection::address;

/// Where Google's clouds answer, and Azure's.
const GOOGLE: &str = "http://metadata.google.internal";
const AZURE: &str = "http://169.254.169.254";
const LOGIN: &str = "https://login.microsoftonline.com";
/// The largest token of a workload in a file, bytes.
const LARGEST_FILE: u64 = 64 << 10;

/// What the environment of the process says.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process.
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A token of the service account that the gateway runs as at Google (Compute Engine, GKE, Cloud Run), of the metadata server. It says either `audience` or `scopes`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Gcp {
    /// For whom the token is, such as the URL of a service of Cloud Run: an identity token, signed by Google.
    #[serde(default)]
    audience: Option<String>,
    /// What the token is good for, such as `https://www.googleapis.com/auth/cloud-platform`: an access token for APIs of Google.
    #[serde(default)]
    scopes: Vec<String>,
    /// The service account, where the machine has several.
    #[serde(default = "default_account")]
    service_account: String,
    /// The address of the metadata server. By default what `GCE_METADATA_HOST` says, else `http://metadata.google.internal`.
    #[serde(default)]
    endpoint: Option<String>,
}

fn default_account() -> String {
    "default".to_owned()
}

/// A token of Microsoft Entra ID for the managed identity of the machine, or the workload identity of the pod, that the gateway runs on at Azure.
///
/// Where the environment has `AZURE_FEDERATED_TOKEN_FILE`, `AZURE_CLIENT_ID` and `AZURE_TENANT_ID`, as the webhook of workload identity sets them, the token of
/// the pod is exchanged for one; where it has `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, as App Service and Container Apps set them, that address is asked; else the
/// metadata service of the machine (IMDS).
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Azure {
    /// For which service the token is, by its App ID URI or client id: `api://orders`, `https://vault.azure.net`.
    resource: String,
    /// The client id of a user-assigned identity. By default that of the environment, or the one of the machine.
    #[serde(default)]
    client_id: Option<String>,
    /// The address of a metadata service as IMDS is one, in place of what the environment says. By default what `AZURE_POD_IDENTITY_AUTHORITY_HOST` says, else
    /// `http://169.254.169.254`.
    #[serde(default)]
    endpoint: Option<String>,
}

/// A service that is asked by `GET` with a header that shows that no browser was tricked into it.
struct Metadata {
    uri: Uri,
    header: (&'static str, HeaderValue),
    /// Whether the answer is a token and nothing else.
    is_bare: bool,
}

/// A token of a file, exchanged for one of Microsoft Entra ID.
struct Federated {
    endpoint: Uri,
    file: PathBuf,
    form: String,
}

impl Gcp {
    pub(super) fn build(self, environment: Environment<'_>, cx: &BuildCx<'_>) -> Result<Tokens, Invalid> {
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(&b));
        if !plain(&self.service_account) {
            return Err(Invalid::field("gcp.service_account", "is an e-mail address of an account, or `default`"));
        }
        let base = self.endpoint.or_else(|| Some(format!("http://{}", environment("GCE_METADATA_HOST")?)));
        let base = base.unwrap_or_else(|| GOOGLE.to_owned());
        let account = format!("{}/computeMetadata/v1/instance/service-accounts/{}", base.trim_end_matches('/'), self.service_account);
        let (text, is_bare) = match (&self.audience, &self.scopes[..]) {
            (Some(audience), []) => (format!("{account}/identity?audience={}&format=full", encoded(audience)), true),
            (None, [_, ..]) => (format!("{account}/token?scopes={}", encoded(&self.scopes.join(","))), false),
            _ => return Err(Invalid::field("gcp", "says either an `audience` or `scopes`")),
        };
        let uri = endpoint(&text, "gcp.endpoint")?;
        let header = ("metadata-flavor", HeaderValue::from_static("Google"));
        Ok(Tokens::new(Metadata { uri, header, is_bare }, &[b"gcp", text.as_bytes()], cx))
    }
}

impl Azure {
    pub(super) fn build(self, environment: Environment<'_>, cx: &BuildCx<'_>) -> Result<Tokens, Invalid> {
        if self.resource.is_empty() {
            return Err(Invalid::field("azure.resource", "says for which service the token is"));
        }
        let own = self.client_id.clone();
        if self.endpoint.is_none() {
            let federated = (environment("AZURE_FEDERATED_TOKEN_FILE"), own.clone().or_else(|| environment("AZURE_CLIENT_ID")), environment("AZURE_TENANT_ID"));
            if let (Some(file), Some(client), Some(tenant)) = federated {
                return self.federated(file, &client, &tenant, environment("AZURE_AUTHORITY_HOST"), cx);
            }
            if let (Some(base), Some(shown)) = (environment("IDENTITY_ENDPOINT"), environment("IDENTITY_HEADER")) {
                let mut shown = HeaderValue::try_from(shown)
                    .map_err(|_| Invalid::field("azure", "`IDENTITY_HEADER` of the environment has visible characters only"))?;
                shown.set_sensitive(true);
                return self.metadata(&base, "2019-08-01", ("x-identity-header", shown), cx);
            }
        }
        let base = self.endpoint.clone().or_else(|| environment("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
        let base = base.unwrap_or_else(|| AZURE.to_owned());
        let base = format!("{}/metadata/identity/oauth2/token", base.trim_end_matches('/'));
        self.metadata(&base, "2018-02-01", ("metadata", HeaderValue::from_static("true")), cx)
    }

    fn metadata(
        self,
        base: &str,
        version: &str,
        header: (&'static str, HeaderValue),
        cx: &BuildCx<'_>,
    ) -> Result<Tokens, Invalid> {
        let mut text = format!("{base}?api-version={version}&resource={}", encoded(&self.resource));
        if let Some(client) = &self.client_id {
            text.push_str(&format!("&client_id={}", encoded(client)));
        }
        let uri = endpoint(&text, "azure.endpoint")?;
        Ok(Tokens::new(Metadata { uri, header, is_bare: false }, &[b"azure", text.as_bytes()], cx))
    }

    fn federated(
        self,
        file: String,
        client: &str,
        tenant: &str,
        host: Option<String>,
        cx: &BuildCx<'_>,
    ) -> Result<Tokens, Invalid> {
        let host = host.unwrap_or_else(|| LOGIN.to_owned());
        let text = format!("{}/{}/oauth2/v2.0/token", host.trim_end_matches('/'), encoded(tenant));
        let form = format!(
            "grant_type=client_credentials&client_id={}&scope={}&client_assertion_type={}",
            encoded(client),
            encoded(&format!("{}/.default", self.resource.trim_end_matches('/'))),
            encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        );
        let of: [&[u8]; 4] = [b"azure", text.as_bytes(), form.as_bytes(), file.as_bytes()];
        let federated = Federated { endpoint: endpoint(&text, "azure")?, file: file.clone().into(), form: form.clone() };
        Ok(Tokens::new(federated, &of, cx))
    }
}

fn endpoint(text: &str, field: &str) -> Result<Uri, Invalid> {
    address(text).ok_or_else(|| Invalid::field(field, "is no address: write `http://host`"))
}

impl Issuer for Metadata {
    fn is_metadata(&self) -> bool {
        true
    }

    fn question(&self, _: Option<&str>) -> Result<OutboundCall, String> {
        let mut headers = Headers::new();
        headers.insert(self.header.0, self.header.1.clone());
        let (uri, body) = (self.uri.clone(), Bytes::new());
        Ok(OutboundCall { method: Method::GET, uri, headers, body, timeout: TIMEOUT, bound: LARGEST })
    }

    fn given(&self, answer: &OutboundAnswer, _: bool, now: u64) -> Result<Given, String> {
        if !self.is_bare {
            return access_token(answer, false);
        }
        if answer.status != StatusCode::OK {
            return Err(format!("the metadata server answers {}", answer.status));
        }
        let text = std::str::from_utf8(&answer.body).unwrap_or_default().trim();
        let expires = expiry(text).ok_or("the metadata server gives what is no signed token")?;
        Ok(Given::Token { text: text.to_owned(), lasts: Some(expires.saturating_mul(1000).saturating_sub(now)) })
    }
}

/// When a signed token ends, seconds since 1970.
fn expiry(token: &str) -> Option<u64> {
    let mut parts = token.split('.');
    let claims = URL_SAFE_NO_PAD.decode(parts.nth(1)?).ok()?;
    parts.next().filter(|_| parts.next().is_none())?;
    json::value(&claims)?.get("exp").and_then(Json::as_u64)
}

impl Issuer for Federated {
    fn question(&self, _: Option<&str>) -> Result<OutboundCall, String> {
        // It is small, and written anew by the cluster well before it ends.
        let cannot = |error| format!("the token of the workload, `{}`, cannot be read: {error}", self.file.display());
        let mut text = String::new();
        let file = fs::File::open(&self.file).map_err(cannot)?;
        file.take(LARGEST_FILE).read_to_string(&mut text).map_err(cannot)?;
        let form = format!("{}&client_assertion={}", self.form, encoded(text.trim()));
        Ok(post(self.endpoint.clone(), form, None))
    }

    fn given(&self, answer: &OutboundAnswer, _: bool, _: u64) -> Result<Given, String> {
        access_token(answer, false)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::{from_value, json};

    use super::*;
    use crate::testing::*;

    /// What is asked first where the environment says this.
    fn asked(config: Json, environment: &[(&str, &str)]) -> Result<OutboundCall, Invalid> {
        let said: HashMap<String, String> = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let environment = |name: &str| said.get(name).cloned();
        let (kind, config) = config.as_object().unwrap().iter().next().map(|(kind, config)| (kind.clone(), config.clone())).unwrap();
        let tokens = with_cx(|cx| match &*kind {
            "gcp" => from_value::<Gcp>(config).unwrap().build(&environment, cx),
            _ => from_value::<Azure>(config).unwrap().build(&environment, cx),
        })?;
        let made = RequestBuilder::get("/");
        let beside = made.beside();
        let problem = refused(&tokens, &mut made.build());
        assert_eq!(problem.kind, problems::UPSTREAM_UNREACHABLE);
        let sent = beside.sent.lock().unwrap().pop();
        sent.ok_or_else(|| Invalid::whole(problem.cause.unwrap()))
    }

    fn header(call: &OutboundCall, name: &str) -> String {
        call.headers.get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn google_is_asked_where_the_configuration_or_the_environment_says() {
        let target = "/computeMetadata/v1/instance/service-accounts/default/identity?audience=a&format=full";
        for (config, environment, base) in [
            (json!({ "gcp": { "audience": "a" } }), &[][..], "http://metadata.google.internal"),
            (json!({ "gcp": { "audience": "a" } }), &[("GCE_METADATA_HOST", "127.0.0.1:8080")], "http://127.0.0.1:8080"),
            (json!({ "gcp": { "audience": "a", "endpoint": "http://here" } }), &[("GCE_METADATA_HOST", "127.0.0.1:8080")], "http://here"),
        ] {
            let call = asked(config, environment).unwrap();
            assert_eq!(call.uri.to_string(), format!("{base}{target}"));
            assert_eq!((header(&call, "metadata-flavor").as_str(), call.method), ("Google", Method::GET));
        }
    }

    #[test]
    fn azure_is_asked_as_the_environment_says() {
        let config = json!({ "azure": { "resource": "api://orders" } });
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "token.of.pod\n").unwrap();
        let file = file.path().to_str().unwrap();
        let app = [("IDENTITY_ENDPOINT", "http://localhost:4141/msi/token"), ("IDENTITY_HEADER", "shown")];
        let pod = [("AZURE_FEDERATED_TOKEN_FILE", file), ("AZURE_CLIENT_ID", "c1"), ("AZURE_TENANT_ID", "t1"), ("AZURE_AUTHORITY_HOST", "https://login.example/")];

        let imds = asked(config.clone(), &[]).unwrap();
        let target = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Forders";
        assert_eq!((imds.uri.to_string(), header(&imds, "metadata")), (format!("http://169.254.169.254{target}"), "true".to_owned()));
        let elsewhere = asked(config.clone(), &[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://nmi/")]).unwrap();
        assert_eq!(elsewhere.uri.to_string(), format!("http://nmi{target}"));
        let at = json!({ "azure": { "resource": "api://orders", "endpoint": "http://here", "client_id": "c2" } });
        assert_eq!(asked(at, &pod).unwrap().uri.to_string(), format!("http://here{target}&client_id=c2"));

        let call = asked(config.clone(), &app).unwrap();
        assert_eq!(call.uri.to_string(), "http://localhost:4141/msi/token?api-version=2019-08-01&resource=api%3A%2F%2Forders");
        assert_eq!(header(&call, "x-identity-header"), "shown");

        let call = asked(config.clone(), &pod).unwrap();
        assert_eq!((call.method.clone(), call.uri.to_string()), (Method::POST, "https://login.example/t1/oauth2/v2.0/token".to_owned()));
        assert_eq!(
            call.body,
            "grant_type=client_credentials&client_id=c1&scope=api%3A%2F%2Forders%2F%2Edefault&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient%2Dassertion%2Dtype%3Ajwt%2Dbearer&client_assertion=token%2Eof%2Epod"
        );
        let gone = [("AZURE_FEDERATED_TOKEN_FILE", "/no/such"), pod[1], pod[2]];
        assert!(asked(config, &gone).unwrap_err().message.contains("`/no/such`, cannot be read"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (config, field) in [
            ("{ gcp: {} }", "gcp"),
            ("{ gcp: { audience: a, scopes: [b] } }", "gcp"),
            ("{ gcp: { audience: a, service_account: '../x' } }", "gcp.service_account"),
            ("{ gcp: { audience: a, endpoint: nowhere } }", "gcp.endpoint"),
            ("{ azure: { resource: '' } }", "azure.resource"),
            ("{ azure: { resource: a, endpoint: 'ftp://a' } }", "azure.endpoint"),
        ] {
            assert_eq!(invalid("upstream-auth", config).field, field, "{config}");
        }
    }
}
