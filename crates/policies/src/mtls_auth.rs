//! `mtls-auth`: who calls, by the certificate of the connection (RFC 8446 §4.4.2, RFC 5280).

mod ocsp;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::rand;
use http::header::WWW_AUTHENTICATE;
use policy::{ClientCertificate, Proof, Trust, Untrusted, prelude::*, x509::Described};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use self::ocsp::{Asking, Link, Ocsp, Verdict};
use crate::{
    said::{ClaimNames, Reading, Said, Unregistered},
    text::hex,
    words::one_or_many,
};

/// For how long a certificate that was verified stays so on its connection at most, seconds: a certificate between it and the authority
/// may expire.
const VERIFIED_FOR: u64 = 600;
const CHALLENGE: HeaderValue = HeaderValue::from_static("ClientCertificate realm=\"pailou\"");
/// Names of a certificate that are looked for among consumers.
const MOST_NAMES: usize = 16;

/// Lets in callers whose connection has a client certificate that an authority of `ca` or `ca_file` vouches for, and says who they are.
///
/// TLS listeners ask clients for a certificate where this policy is in use anywhere; clients without one are answered `401` where it is, and
/// served elsewhere as before. The certificate must be valid now, be made for clients and lead to one of the authorities; with `crl` or `crl_file` none of its
/// chain may be revoked. Conditions and `authorize` can ask for what it says: `claims.subject`, `claims.san_uri`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MtlsAuth {
    /// PEM file with the certificates of the authorities that vouch for callers. It is read again whenever it changes. Files can be named in the
    /// workspace `default` alone.
    #[serde(default)]
    ca_file: Option<String>,
    /// The same certificates themselves, in PEM, in place of the file; in any workspace.
    #[serde(default)]
    ca: Option<String>,
    /// The same lists themselves, in PEM, in place of the file.
    #[serde(default)]
    crl: Option<String>,
    /// PEM file with lists of what the authorities have revoked (CRL). Each certificate of a caller's chain must be covered by one that is up to date.
    /// It is read again whenever it changes.
    #[serde(default)]
    crl_file: Option<String>,
    /// Asks the authorities themselves whether certificates are revoked (OCSP); `{}` asks where each certificate says. Not asked, where absent.
    #[serde(default)]
    ocsp: Option<Ocsp>,
    /// What of the certificate says who calls: one or a list, of which the first that it has counts. It is looked for among the `custom_id`s and then
    /// the names of consumers.
    #[serde(default = "usual", deserialize_with = "one_or_many")]
    #[schemars(schema_with = "from_schema")]
    consumer_from: Vec<From>,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the certificate gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// Headers for the upstream with what the certificate says: `x-client: common_name`; the names are `subject`, `issuer`, `serial`, `common_name`,
    /// `san_dns`, `san_uri`, `san_email`, `spiffe`, `fingerprint`, `not_before` and `not_after`. What a client sent under these headers is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
}

/// What of a certificate says who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum From {
    /// A URI of its subjectAltName, such as a SPIFFE id.
    SanUri,
    /// An e-mail address of its subjectAltName.
    SanEmail,
    /// A DNS name of its subjectAltName.
    SanDns,
    /// The common name of its subject.
    CommonName,
    /// Its SHA-256 in hexadecimal.
    Fingerprint,
}

fn usual() -> Vec<From> {
    vec![From::SanUri, From::SanEmail, From::SanDns, From::CommonName]
}

fn from_schema(generator: &mut SchemaGenerator) -> Schema {
    let one = generator.subschema_for::<From>();
    schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
}

impl Policy for MtlsAuth {
    const NAME: &'static str = "mtls-auth";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ ca_file: ./clients.pem, consumer_from: san_uri }";

    fn files(config: &Json) -> Vec<(String, String)> {
        let file = |field: &str| Some((field.to_owned(), config.get(field)?.as_str()?.to_owned()));
        ["ca_file", "crl_file"].into_iter().filter_map(file).collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let (authorities, place) = match (&self.ca, &self.ca_file) {
            (Some(text), None) => (text.clone(), "ca"),
            (None, Some(path)) => (cx.file("ca_file", path)?, "ca_file"),
            (None, None) => return Err(Invalid::whole("say by `ca_file` or `ca` which authorities vouch for callers")),
            (Some(_), Some(_)) => return Err(Invalid::field("ca", "stands in place of `ca_file`; say one of them")),
        };
        let (revoked, lists) = match (&self.crl, &self.crl_file) {
            (None, None) => (None, ""),
            (Some(text), None) => (Some(text.clone()), "crl"),
            (None, Some(path)) => (Some(cx.file("crl_file", path)?), "crl_file"),
            (Some(_), Some(_)) => return Err(Invalid::field("crl", "stands in place of `crl_file`; say one of them")),
        };
        let trust = Trust::read(&authorities, revoked.as_deref()).map_err(|(field, message)| {
            let (field, path) = match field {
                "ca_file" => (place, self.ca_file.as_deref()),
                _ => (lists, self.crl_file.as_deref()),
            };
            let subject = path.map_or("what is given".to_owned(), |path| format!("`{path}`"));
            Invalid::field(field, format!("{subject} {message}"))
        })?;
        if self.consumer_from.is_empty() {
            return Err(Invalid::field("consumer_from", "name at least one, or leave it out"));
        }
        let names = ClaimNames {
            consumer: "sub".to_owned(),
            groups: None,
            scopes: None,
            plan: None,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let mut own = [0; 8];
        rand::fill(&mut own).expect("the operating system has random bytes");
        let own = u64::from_ne_bytes(own);
        let asking = self.ocsp.map(|ocsp| ocsp.build(cx)).transpose()?;
        Ok(Box::new(CertificateCheck { trust, from: self.consumer_from, reading: names.read()?, asking, own }))
    }
}

/// The running form of [`MtlsAuth`].
struct CertificateCheck {
    trust: Trust,
    from: Vec<From>,
    reading: Reading,
    asking: Option<Asking>,
    /// By which connections keep what was found out of their certificates.
    own: u64,
}

/// What was found out of the certificate of a connection.
struct Found {
    /// When that is, and until when it holds; seconds since 1970.
    at: u64,
    until: u64,
    outcome: Result<Vec<Said>, String>,
    /// What its authorities are asked about.
    links: Vec<Link>,
}

impl Filter for CertificateCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let found = match self.found(req) {
            Ok(found) => found,
            Err(problem) => return Step::Done(Err(problem.into())),
        };
        let Some(asking) = &self.asking else { return self.identify(&found, req).into() };
        match asking.verdict(&found.links, req.arrived.unix_ms) {
            Verdict::LetIn => self.identify(&found, req).into(),
            Verdict::Refuse(problem) => Step::Done(Err(problem.into())),
            Verdict::Ask => Step::wait(async move {
                let world = Arc::clone(&req.world);
                asking.ask(&found.links, &*world).await?;
                self.identify(&found, req)
            }),
        }
    }

    fn carries(&self, req: &Request) -> bool {
        req.certificate.is_some()
    }

    fn asks_for_certificate(&self) -> bool {
        true
    }
}

impl CertificateCheck {
    /// What was found out of the certificate of a request.
    fn found(&self, req: &Request) -> Result<Arc<Found>, Problem> {
        let Some(shown) = req.certificate.clone() else {
            return Err(unauthenticated("connect by HTTPS with a client certificate"));
        };
        let now = req.arrived.unix_ms / 1000;
        let holds = |found: &Found| (found.at..found.until).contains(&now);
        let workspace = &req.target.workspace;
        let found: Arc<Found> = shown.kept(self.own, holds, || self.find(&shown, workspace, now));
        match &found.outcome {
            Ok(_) => Ok(found),
            Err(why) => Err(refuse(why)),
        }
    }

    fn identify(&self, found: &Found, req: &mut Request) -> Flow {
        let said = found.outcome.as_deref().unwrap_or_default();
        let registered = said.iter().find(|said| self.reading.is_registered(said, req));
        let Some(said) = registered.or(said.first()) else {
            return Err(refuse("it has none of the names of `consumer_from`").into());
        };
        self.reading.let_in(said, Proof::Certificate, req)
    }

    fn find(&self, shown: &ClientCertificate, workspace: &str, now: u64) -> Found {
        let mut links = Vec::new();
        let verified = match &self.asking {
            None => self.trust.accepts(shown, now),
            Some(asking) => self.trust.issued(shown, now).map(|chain| links = asking.links(chain)),
        };
        let outcome = verified.map_err(|why: Untrusted| why.to_string()).and_then(|()| {
            let described = shown.described().ok_or("it cannot be read")?;
            self.said(shown, described, workspace)
        });
        let expires = shown.described().and_then(|described| u64::try_from(described.not_after).ok());
        // On the last second of `notAfter` it is still valid.
        let until = (now + VERIFIED_FOR).min(expires.map_or(0, |last| last + 1)).max(now + 1);
        Found { at: now, until, outcome, links }
    }

    /// What a certificate says of whom it may name, for each name.
    fn said(
        &self,
        shown: &ClientCertificate,
        described: &Described,
        workspace: &str,
    ) -> Result<Vec<Said>, String> {
        let fingerprint = hex(shown.thumbprint());
        let names = |from: &From| match from {
            From::SanUri => described.uris.clone(),
            From::SanEmail => described.emails.clone(),
            From::SanDns => described.dns.clone(),
            From::CommonName => described.common_name.iter().cloned().collect(),
            From::Fingerprint => vec![fingerprint.clone()],
        };
        let found = self.from.iter().map(names).find(|names| !names.is_empty()).unwrap_or_default();
        let claims = claims(described, &fingerprint);
        let said = |name: String| {
            let mut claims = claims.clone();
            claims.insert("sub".to_owned(), name.into());
            self.reading.of(claims, workspace).map_err(|why| why.to_string())
        };
        found.into_iter().take(MOST_NAMES).map(said).collect()
    }
}

/// What conditions and formulas can ask about.
fn claims(described: &Described, fingerprint: &str) -> Map<String, Json> {
    let all = [
        ("subject", json!(described.subject)),
        ("issuer", json!(described.issuer)),
        ("iss", json!(described.issuer)),
        ("common_name", json!(described.common_name)),
        ("serial", json!(described.serial)),
        ("san_dns", json!(described.dns)),
        ("san_uri", json!(described.uris)),
        ("san_email", json!(described.emails)),
        ("spiffe", json!(described.spiffe())),
        ("fingerprint", json!(fingerprint)),
        ("not_before", json!(described.not_before)),
        ("not_after", json!(described.not_after)),
    ];
    let there = all.into_iter().filter(|(_, value)| !value.is_null());
    there.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A refusal that tells the client no more than it needs, and operators why.
fn refuse(why: &str) -> Problem {
    let detail = "the client certificate is not accepted";
    unauthenticated(detail).because(format!("the client certificate is refused: {why}")).as_guess()
}

fn unauthenticated(detail: &'static str) -> Problem {
    Problem::new(problems::UNAUTHENTICATED, detail).with_header(WWW_AUTHENTICATE, CHALLENGE)
}
