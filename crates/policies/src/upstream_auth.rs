//! `upstream-auth`: how the gateway proves to the service that a call comes from it.

mod assertion;
mod aws4;
mod grant;
mod tokens;
mod webhook;
mod workload;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;
use policy::prelude::*;
use serde_json::Value as Json;

use self::{
    assertion::{Assertion, Signer},
    aws4::Aws,
    grant::Grant,
    webhook::Webhook,
    workload::{Azure, Gcp, environment},
};
use crate::text::header_name;

const ONE: &str = "says one of `oauth2`, `basic`, `key`, `jwt`, `aws`, `webhook`, `gcp` and `azure`";

/// Proves to the service that a call comes from the gateway: by a token of an authorization server or of the cloud it runs in, a name and a password, a key, a token of its own, or a
/// signature of AWS or of Standard Webhooks.
///
/// What the client sent in the same header is taken out. It says one of the ways. Secrets are best named by `secret://`; the service's certificate
/// and that of the gateway are said at the upstream, under `tls`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpstreamAuth {
    /// A token of an authorization server (OAuth 2.0): by client credentials, fetched before the first call and renewed before it ends, or in exchange for the caller's.
    #[serde(default)]
    oauth2: Option<Grant>,
    /// A name and a password (RFC 7617).
    #[serde(default)]
    basic: Option<Basic>,
    /// A key in a header.
    #[serde(default)]
    key: Option<Key>,
    /// A token that the gateway signs for every call, with who calls in it.
    #[serde(default)]
    jwt: Option<Assertion>,
    /// A signature over every call as AWS wants it (Signature Version 4).
    #[serde(default)]
    aws: Option<Aws>,
    /// A signature over every call as Standard Webhooks has it.
    #[serde(default)]
    webhook: Option<Webhook>,
    /// A token of the service account that the gateway runs as at Google.
    #[serde(default)]
    gcp: Option<Gcp>,
    /// A token of the managed identity, or of the workload identity, that the gateway runs with at Azure.
    #[serde(default)]
    azure: Option<Azure>,
}

/// A name and a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Basic {
    /// The name.
    username: String,
    /// The password, such as `secret://orders-password`.
    password: String,
}

/// A key in a header.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Key {
    /// The header that carries it.
    #[serde(default = "api_key")]
    header: String,
    /// The key, such as `secret://orders-key`.
    value: String,
}

fn api_key() -> String {
    "x-api-key".to_owned()
}

impl Policy for UpstreamAuth {
    const NAME: &'static str = "upstream-auth";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ basic: { username: gateway, password: s3cret } }";

    fn of_operators(config: &Json) -> Vec<(String, String)> {
        let says = |name: &&str| config.get(*name).is_some_and(|said| !said.is_null());
        let told = |name: &str| (name.to_owned(), "the identity of the machine that the gateway runs on".to_owned());
        ["gcp", "azure"].into_iter().filter(says).map(told).collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let UpstreamAuth { oauth2, basic, key, jwt, aws, webhook, gcp, azure } = &self;
        let one = [oauth2.is_some(), basic.is_some(), key.is_some(), jwt.is_some(), aws.is_some(), webhook.is_some(), gcp.is_some(), azure.is_some()];
        if one.iter().filter(|said| **said).count() != 1 {
            return Err(Invalid::whole(ONE));
        }
        if let Some(aws) = self.aws {
            return Ok(Box::new(aws.build()?));
        }
        if let Some(webhook) = self.webhook {
            return Ok(Box::new(webhook.build()?));
        }
        if let Some(gcp) = self.gcp {
            return Ok(Box::new(gcp.build(&environment, cx)?));
        }
        if let Some(azure) = self.azure {
            return Ok(Box::new(azure.build(&environment, cx)?));
        }
        if let Some(grant) = self.oauth2 {
            return Ok(Box::new(grant.build(cx)?));
        }
        if let Some(assertion) = self.jwt {
            return Ok(Box::new(assertion.build()?));
        }
        let (header, text, field) = match (self.basic, self.key) {
            (Some(Basic { username, password }), _) => {
                if username.is_empty() || username.contains(':') || username.chars().chain(password.chars()).any(char::is_control) {
                    return Err(Invalid::field("basic.username", "a name has no `:`, and neither has control characters"));
                }
                (AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))), "basic.password")
            }
            (None, Some(Key { header, value })) => (header_name(&header, "key.header")?, value, "key.value"),
            (None, None) => return Err(Invalid::whole(ONE)),
        };
        let value = HeaderValue::try_from(text).ok().filter(|value| !value.is_empty());
        let mut value = value.ok_or_else(|| Invalid::field(field, "has visible characters and spaces only, and is not empty"))?;
        value.set_sensitive(true);
        Ok(Box::new(Fixed { header, value }))
    }
}

/// The same for every call.
struct Fixed {
    header: HeaderName,
    value: HeaderValue,
}

impl Filter for Fixed {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        req.head.headers.insert(&self.header, self.value.clone());
        Step::Done(Ok(()))
    }
}

impl Filter for Signer {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let value = self.sign(req);
        req.head.headers.insert(&self.header, value);
        Step::Done(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn what_the_client_sent_makes_place_for_what_the_gateway_shows() {
        for (config, header, expected) in [
            ("{ basic: { username: gateway, password: 's3:cret' } }", "authorization", "Basic Z2F0ZXdheTpzMzpjcmV0"),
            ("{ key: { value: k1 } }", "x-api-key", "k1"),
            ("{ key: { header: authorization, value: Token k1 } }", "authorization", "Token k1"),
        ] {
            let mut req = RequestBuilder::get("/").header(header, "of the client").header(header, "twice").build();
            pass(&*build("upstream-auth", config), &mut req);
            let lines: Vec<_> = req.head.headers.get_all(&header.parse::<http::HeaderName>().unwrap()).iter().map(|v| v.to_str().unwrap().to_owned()).collect();
            assert_eq!(lines, [expected], "{config}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (config, field) in [
            ("{}", ""),
            ("{ key: { value: a }, basic: { username: a, password: b } }", ""),
            ("{ basic: { username: 'a:b', password: c } }", "basic.username"),
            ("{ key: { value: '' } }", "key.value"),
            ("{ key: { header: host, value: a } }", "key.header"),
            ("{ oauth2: { token_url: idp, client_id: a, client_secret: b } }", "oauth2.token_url"),
            ("{ jwt: { secret: short, issuer: gateway } }", "jwt.secret"),
            ("{ jwt: { issuer: gateway } }", "jwt.secret"),
            ("{ jwt: { private_key: none, issuer: gateway } }", "jwt.private_key"),
        ] {
            assert_eq!(invalid("upstream-auth", config).field, field, "{config}");
        }
    }
}
