//! The pages of the manual run: every exchange on them is made with a gateway, and answered as the page says.

use std::{
    fs,
    path::PathBuf,
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jose::SigningKey;
use policies::CATALOG;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
    SerialNumber, date_time_ymd,
};
use serde_json::json;
use testkit::{Databases, Gateway, Setup, Upstream, policies};

use crate::{
    directory::{Manner, PEOPLE, directory},
    ocsp,
    page::{Answer, Exchange, scenarios},
};

#[tokio::test(start_paused = true)]
async fn every_policy_has_a_page_that_runs() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
    let (authority, databases) = (Authority::new(), Databases::new());
    for policy in CATALOG.0 {
        let name = format!("{}.md", policy.name());
        let text =
            fs::read_to_string(folder.join(&name)).unwrap_or_else(|e| panic!("docs/policies/{name}: {e}"));
        let scenarios = scenarios(&name, &text);
        let mut used = scenarios.iter().flat_map(|scenario| policies(&scenario.policies));
        assert!(used.any(|used| used.policy == policy.name()), "{name} does not use {}", policy.name());
        for scenario in scenarios {
            assert!(
                !scenario.exchanges.is_empty(),
                "{}: a configuration that nothing is asked of",
                scenario.at
            );
            if !cfg!(feature = "cedar") && scenario.policies.contains("cedar:") {
                continue;
            }
            let contract = scenario.contract.as_deref();
            let policies = databases.named_in(&scenario.policies);
            let gateway = gateway_of_the_pages(&policies, contract, &authority);
            for exchange in &scenario.exchanges {
                exchange.check(&ask(&gateway, exchange, &authority).await);
            }
        }
    }
}

/// The key of the identity provider that every page knows, the public half. Nobody has the other one any more.
const PROVIDER_KEY: &str = r#"{"kty": "EC", "crv": "P-256", "kid": "page", "use": "sig", "alg": "ES256", "x": "UlMBLmgQFjvwAFLG1A9vnhPjxccvJnvX3i4aWR5PBjY", "y": "8OU2kJqlV683Se0AzkMkPqMJyA_52NHFn46AXHFiM7Y"}"#;

/// An API in front of an upstream that answers with what it got, and the two callers that every page knows.
fn gateway_of_the_pages(policies: &str, contract: Option<&str>, authority: &Authority) -> Gateway {
    let keys = format!(r#"{{ "keys": [{PROVIDER_KEY}] }}"#);
    let provider = Upstream::script(move |request| provider(&request, &keys));
    let setup = Setup::new(CATALOG)
        .upstream("idp", provider)
        .upstream("metadata", Upstream::script(metadata))
        .upstream("ocsp", authority.responder())
        .upstream("localhost", directory(PEOPLE, Manner::Well))
        .file("./clients.pem", &authority.pem())
        .file("./revoked.pem", &authority.revoked());
    let setup = match contract {
        Some(contract) => setup.openapi("orders", "/", "echo", contract, policies),
        None => setup.api("orders", "/", "echo", policies),
    };
    setup
        .consumer("ada", "ada-key-0123456789", "")
        .login("ada", "lovelace", "analytical engine")
        .app("shop", "shop-key-0123456789", "free", &[])
        .app("mobile", "mobile-key-0123456789", "free", &["orders"])
        .oauth(ISSUER, &keys_of(&SERVER_KEY), &["shop", "mobile"])
        .start()
}

const ISSUER: &str = "http://portal/oauth/default";
/// What the authorization server of the pages signs with.
static SERVER_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::make().0);
/// What the identity provider of SAML signs with.
static SAML_KEY: LazyLock<testkit::saml::Key> = LazyLock::new(testkit::saml::Key::p256);

fn keys_of(key: &SigningKey) -> String {
    json!({ "keys": [key.public()] }).to_string()
}

/// What stands for a token of an app on the pages.
fn with_tokens(value: &str) -> String {
    let Some((before, rest)) = value.split_once("<token of ") else { return value.to_owned() };
    let (app, after) = rest.split_once('>').unwrap();
    let claims = json!({
        "iss": ISSUER, "aud": "http://gateway", "sub": "ada@example.com", "client_id": app, "jti": "page.1",
        "iat": 1_000_000_000, "exp": 4_000_000_000_u64, "scope": "orders:read",
    });
    format!("{before}{}{after}", SERVER_KEY.sign("at+jwt", claims.as_object().unwrap()))
}

/// An identity provider with keys at `/jwks.json` and metadata of SAML at `/metadata`, that knows the token `opaque-token-of-ada` at `/introspect` and the session `s1` at `/check`.
fn provider(request: &http::Request<bytes::Bytes>, keys: &str) -> http::Response<bytes::Bytes> {
    let asked = String::from_utf8_lossy(request.body());
    let session = request.headers().get("x-session").is_some_and(|session| session == "s1");
    let reply = http::Response::builder();
    let reply = match request.uri().path() {
        "/introspect" if asked.contains("token=opaque%2Dtoken%2Dof%2Dada&") => {
            reply.body(r#"{"active":true,"sub":"ada","scope":"orders:read"}"#.into())
        }
        "/introspect" => reply.body(r#"{"active":false}"#.into()),
        "/token" if asked.contains("scope=orders%3Awrite") => {
            reply.body(r#"{"access_token":"token-for-the-service","token_type":"Bearer","expires_in":300}"#.into())
        }
        "/token" if asked.contains("subject_token=token%2Dof%2Dada") => {
            reply.body(r#"{"access_token":"token-of-ada-for-orders","token_type":"Bearer","expires_in":300}"#.into())
        }
        "/check" if session => reply.status(204).header("x-user", "ada").body("".into()),
        "/check" => reply.status(401).header("www-authenticate", "Session").body("sign in first".into()),
        "/.well-known/openid-configuration" => reply.body(
            r#"{"issuer":"http://idp","authorization_endpoint":"http://idp/authorize","token_endpoint":"http://idp/token","jwks_uri":"http://idp/jwks.json"}"#
                .into(),
        ),
        "/metadata" => reply.body(SAML_KEY.metadata("http://idp", "").into()),
        _ => reply.body(keys.to_owned().into()),
    };
    reply.unwrap()
}

/// What gives tokens to machines at Google and at Azure.
fn metadata(request: http::Request<bytes::Bytes>) -> http::Response<bytes::Bytes> {
    let body = match request.uri().path() {
        "/metadata/identity/oauth2/token" => {
            r#"{"access_token":"token-of-the-machine","expires_in":"3600","token_type":"Bearer"}"#
        }
        _ => "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln",
    };
    http::Response::builder().body(body.into()).unwrap()
}

/// The authority of `./clients.pem` on every page. It has revoked the certificate of `mallory`.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Clients");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Authority { issuer }
    }

    fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn revoked(&self) -> String {
        let revoked = RevokedCertParams {
            serial_number: serial("mallory"),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2100, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }

    /// Where the authority is asked what it has revoked.
    fn responder(&self) -> Upstream {
        let key = KeyPair::try_from(self.issuer.key().serialize_der()).unwrap();
        Upstream::script(move |request| {
            let is_revoked = request.body().windows(b"mallory".len()).any(|bytes| bytes == b"mallory");
            let mut said = ocsp::Said::default();
            if is_revoked {
                said.standing = ocsp::revoked();
            }
            ocsp::ok(ocsp::answer(request.body(), &said, &key, &[]))
        })
    }

    /// A certificate in DER: of `somebody else`, who is not known to this authority, or of a client with this name.
    fn issue(&self, name: &str) -> Vec<u8> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(serial(name));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let workload = format!("spiffe://example.org/{name}");
        if name == "orders-worker" {
            params.subject_alt_names.push(SanType::URI(workload.as_str().try_into().unwrap()));
        }
        let key = KeyPair::generate().unwrap();
        let made = match name {
            "somebody else" => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, &self.issuer).unwrap(),
        };
        made.der().to_vec()
    }
}

fn serial(name: &str) -> SerialNumber {
    SerialNumber::from(name.as_bytes().to_vec())
}

/// What stands for the time, and for signatures of webhooks, on the pages.
fn with_signatures(value: &str, exchange: &Exchange) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let Some((before, rest)) = value.split_once("<signed by whsec_") else {
        return value.replace("<now>", &now);
    };
    let (secret, after) = rest.split_once('>').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret).unwrap());
    let (_, id) = exchange.headers.iter().find(|(name, _)| name == "webhook-id").unwrap();
    let signed = [id.as_bytes(), now.as_bytes(), exchange.content.as_bytes()].join(&b'.');
    format!("{before}v1,{}{after}", STANDARD.encode(hmac::sign(&key, &signed)))
}

async fn ask(gateway: &Gateway, exchange: &Exchange, authority: &Authority) -> Answer {
    let mut call = gateway.call(exchange.method.clone(), &exchange.target).from("127.0.0.1");
    for (name, value) in &exchange.headers {
        let value = with_signatures(&with_tokens(value.to_str().unwrap()), exchange);
        call = call.with(name.as_str(), &value);
    }
    if let Some(name) = &exchange.certificate {
        call = call.showing(&[&authority.issue(name)]);
    }
    if !exchange.content.is_empty() {
        call = call.body(exchange.content.clone());
    }
    let reply = call.await;
    Answer { status: reply.status, headers: reply.headers, body: reply.body.to_vec() }
}
