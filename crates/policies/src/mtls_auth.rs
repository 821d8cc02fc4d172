//! `mtls-auth`: who calls, by the certificate of the connection (RFC 8446 §4.4.2, RFC 5280).

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::rand;
use http::header::WWW_AUTHENTICATE;
use policy::{ClientCertificate, Proof, Trust, Untrusted, prelude::*, x509::Described};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

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
        Ok(Box::new(CertificateCheck { trust, from: self.consumer_from, reading: names.read()?, own }))
    }
}

/// The running form of [`MtlsAuth`].
struct CertificateCheck {
    trust: Trust,
    from: Vec<From>,
    reading: Reading,
    /// By which connections keep what was found out of their certificates.
    own: u64,
}

/// What was found out of the certificate of a connection.
struct Found {
    /// When that is, and until when it holds; seconds since 1970.
    at: u64,
    until: u64,
    outcome: Result<Vec<Said>, String>,
}

impl Filter for CertificateCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        self.identify(req).into()
    }

    fn carries(&self, req: &Request) -> bool {
        req.certificate.is_some()
    }

    fn asks_for_certificate(&self) -> bool {
        true
    }
}

impl CertificateCheck {
    fn identify(&self, req: &mut Request) -> Flow {
        let Some(shown) = req.certificate.clone() else {
            let detail = "connect by HTTPS with a client certificate";
            return Err(unauthenticated(detail).into());
        };
        let now = req.arrived.unix_ms / 1000;
        let holds = |found: &Found| (found.at..found.until).contains(&now);
        let workspace = &req.target.workspace;
        let found: Arc<Found> = shown.kept(self.own, holds, || self.find(&shown, workspace, now));
        let said = found.outcome.as_ref().map_err(|why| refuse(why))?;
        let registered = said.iter().find(|said| self.reading.is_registered(said, req));
        let Some(said) = registered.or(said.first()) else {
            return Err(refuse("it has none of the names of `consumer_from`").into());
        };
        self.reading.let_in(said, Proof::Certificate, req)
    }

    fn find(&self, shown: &ClientCertificate, workspace: &str, now: u64) -> Found {
        let verified = self.trust.accepts(shown, now).map_err(|why: Untrusted| why.to_string());
        let outcome = verified.and_then(|()| {
            let described = shown.described().ok_or("it cannot be read")?;
            self.said(shown, described, workspace)
        });
        let expires = shown.described().and_then(|described| u64::try_from(described.not_after).ok());
        // On the last second of `notAfter` it is still valid.
        let until = (now + VERIFIED_FOR).min(expires.map_or(0, |last| last + 1)).max(now + 1);
        Found { at: now, until, outcome }
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

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
        ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
        SerialNumber, date_time_ymd,
    };

    use super::*;
    use crate::testing::*;

    type Issuer = CertifiedIssuer<'static, KeyPair>;

    fn authority(name: &str, above: Option<&Issuer>, length: BasicConstraints) -> Issuer {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(length);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().unwrap();
        match above {
            Some(above) => CertifiedIssuer::signed_by(params, key, above).unwrap(),
            None => CertifiedIssuer::self_signed(params, key).unwrap(),
        }
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(7));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params
    }

    fn issued(params: CertificateParams, by: &Issuer) -> Vec<u8> {
        params.signed_by(&KeyPair::generate().unwrap(), by).unwrap().der().to_vec()
    }

    fn shown(chain: &[&[u8]]) -> Arc<ClientCertificate> {
        Arc::new(ClientCertificate::new(chain.iter().copied(), false).unwrap())
    }

    fn list(by: &Issuer, serials: &[u64], next: i32) -> String {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(next, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(by).unwrap().pem().unwrap()
    }

    struct Kit {
        folder: tempfile::TempDir,
        root: Issuer,
    }

    impl Kit {
        fn new() -> Kit {
            let root = authority("Root", None, BasicConstraints::Unconstrained);
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("ca.pem"), root.pem()).unwrap();
            Kit { folder, root }
        }

        fn filter(&self, more: &str) -> Box<dyn Filter> {
            let folder = self.folder.path().display();
            build("mtls-auth", &format!("{{ ca_file: {folder}/ca.pem, {} }}", more.replace("$", &folder.to_string())))
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.folder.path().join(name), text).unwrap();
        }
    }

    fn cause(filter: &dyn Filter, chain: &[&[u8]]) -> String {
        let mut req = RequestBuilder::get("/").certificate(&shown(chain)).build();
        let problem = refused(filter, &mut req);
        assert_eq!((problem.kind.code, &*problem.detail), ("unauthenticated", "the client certificate is not accepted"));
        assert!(req.identity.is_none());
        problem.cause.unwrap().into()
    }

    #[test]
    fn what_no_authority_vouches_for_is_refused() {
        let kit = Kit::new();
        let filter = kit.filter("");
        let with = |change: &dyn Fn(&mut CertificateParams)| {
            let mut params = params("ada");
            change(&mut params);
            params
        };
        let ada = issued(params("ada"), &kit.root);
        pass(&*filter, &mut RequestBuilder::get("/").certificate(&shown(&[&ada])).build());

        let other = authority("Root", None, BasicConstraints::Unconstrained);
        assert!(cause(&*filter, &[&issued(params("ada"), &other)]).contains("no authority"), "of another authority of that name");
        let own = params("ada").self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert!(cause(&*filter, &[own.der()]).contains("no authority"), "signed by itself");
        let old = with(&|params| (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1)));
        assert!(cause(&*filter, &[&issued(old, &kit.root)]).contains("expired"));
        let early = with(&|params| params.not_before = date_time_ymd(2090, 1, 1));
        assert!(cause(&*filter, &[&issued(early, &kit.root)]).contains("not valid yet"));
        let server = with(&|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
        assert!(cause(&*filter, &[&issued(server, &kit.root)]).contains("not made for clients"));
        let mut changed = ada.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(!cause(&*filter, &[&changed]).is_empty(), "a signature that is not right");
        for nonsense in [&b""[..], b"no certificate", &ada[..ada.len() - 1]] {
            assert!(!cause(&*filter, &[nonsense]).is_empty());
        }
        // A certificate that is no authority's vouches for nobody, whoever vouches for it.
        let leaf = CertifiedIssuer::signed_by(params("ada"), KeyPair::generate().unwrap(), &kit.root).unwrap();
        assert!(!cause(&*filter, &[&issued(params("eve"), &leaf), leaf.der()]).is_empty());
    }

    #[test]
    fn a_chain_leads_to_an_authority_by_what_the_client_sends_and_is_not_too_long() {
        let kit = Kit::new();
        let filter = kit.filter("");
        let between = authority("Between", Some(&kit.root), BasicConstraints::Constrained(0));
        let ada = issued(params("ada"), &between);
        pass(&*filter, &mut RequestBuilder::get("/").certificate(&shown(&[&ada, between.der()])).build());
        assert!(cause(&*filter, &[&ada]).contains("no authority"), "what is between is missing");
        let below = authority("Below", Some(&between), BasicConstraints::Unconstrained);
        let deep = issued(params("ada"), &below);
        assert!(cause(&*filter, &[&deep, below.der(), between.der()]).contains("too long"));

        let mut authorities = vec![authority("A0", Some(&kit.root), BasicConstraints::Unconstrained)];
        for n in 1..12 {
            authorities.push(authority(&format!("A{n}"), authorities.last(), BasicConstraints::Unconstrained));
        }
        let last = issued(params("ada"), authorities.last().unwrap());
        let mut chain: Vec<&[u8]> = vec![&last];
        chain.extend(authorities.iter().rev().map(|authority| &authority.der()[..]));
        assert!(cause(&*filter, &chain).contains("too long"));
    }

    #[test]
    fn what_is_revoked_or_not_known_not_to_be_is_refused() {
        let kit = Kit::new();
        let ada = issued(params("ada"), &kit.root);
        kit.write("crl.pem", &list(&kit.root, &[9], 2100));
        pass(&*kit.filter("crl_file: $/crl.pem"), &mut RequestBuilder::get("/").certificate(&shown(&[&ada])).build());
        kit.write("crl.pem", &list(&kit.root, &[9, 7], 2100));
        assert!(cause(&*kit.filter("crl_file: $/crl.pem"), &[&ada]).contains("revoked"));
        kit.write("crl.pem", &list(&kit.root, &[], 2021));
        assert!(cause(&*kit.filter("crl_file: $/crl.pem"), &[&ada]).contains("up to date"));
        let other = authority("Root", None, BasicConstraints::Unconstrained);
        kit.write("crl.pem", &list(&other, &[], 2100));
        assert!(!cause(&*kit.filter("crl_file: $/crl.pem"), &[&ada]).is_empty(), "a list of somebody else");
        // What vouches for it may be revoked as well.
        let between = authority("Between", Some(&kit.root), BasicConstraints::Unconstrained);
        let below = issued(params("ada"), &between);
        kit.write("crl.pem", &list(&between, &[], 2100));
        assert!(cause(&*kit.filter("crl_file: $/crl.pem"), &[&below, between.der()]).contains("up to date"));
        kit.write("crl.pem", &[list(&between, &[], 2100), list(&kit.root, &[], 2100)].concat());
        pass(&*kit.filter("crl_file: $/crl.pem"), &mut RequestBuilder::get("/").certificate(&shown(&[&below, between.der()])).build());
    }

    #[test]
    fn a_certificate_says_who_calls_by_the_name_that_is_asked_for() {
        let kit = Kit::new();
        let mut all = params("common");
        all.subject_alt_names = vec![
            SanType::DnsName("unknown.example.com".try_into().unwrap()),
            SanType::DnsName("ada".try_into().unwrap()),
            SanType::Rfc822Name("ada@example.com".try_into().unwrap()),
            SanType::URI("spiffe://example.org/ada".try_into().unwrap()),
        ];
        let shown = shown(&[&issued(all, &kit.root)]);
        let fingerprint = hex(shown.thumbprint());
        for (more, key) in [
            ("", "external/spiffe://example.org/ada@CN=Root"),
            ("consumer_from: san_dns", "consumer/ada"),
            ("consumer_from: [san_email]", "external/ada@example.com@CN=Root"),
            ("consumer_from: common_name", "external/common@CN=Root"),
            ("consumer_from: fingerprint", &format!("external/{fingerprint}@CN=Root")),
        ] {
            let filter = kit.filter(more);
            let mut req = RequestBuilder::get("/").consumer("ada", "ada-key-0123456789").certificate(&shown).build();
            pass(&*filter, &mut req);
            let identity = req.identity.unwrap();
            assert_eq!(identity.caller.key.replace("CN=rcgen self signed cert,", ""), *key, "{more}");
            assert!(identity.proofs.has(Proof::Certificate));
        }
        let mut req = RequestBuilder::get("/").certificate(&shown).build();
        assert_eq!(refused(&*kit.filter("unregistered: refuse"), &mut req).kind.code, "forbidden");
        let nobody = CertificateParams::new(Vec::new()).unwrap();
        let why = cause(&*kit.filter("consumer_from: san_dns"), &[&issued(nobody, &kit.root)]);
        assert!(why.contains("none of the names"), "{why}");
    }

    #[test]
    fn a_certificate_that_expires_while_its_connection_is_open_is_refused_from_then_on() {
        let kit = Kit::new();
        let mut short = params("ada");
        // The tests' processes started on 14 November 2023 at 22:13:20.
        short.not_after = date_time_ymd(2023, 11, 15);
        let shown = shown(&[&issued(short, &kit.root)]);
        let filter = kit.filter("");
        let at = |seconds: u64| RequestBuilder::get("/").at(Duration::from_secs(seconds)).certificate(&shown).build();
        pass(&*filter, &mut at(0));
        pass(&*filter, &mut at(6400));
        pass(&*filter, &mut at(6399));
        assert!(refused(&*filter, &mut at(6402)).cause.unwrap().contains("expired"));
    }

    #[test]
    fn a_token_that_is_bound_is_good_on_no_other_connection() {
        let kit = Kit::new();
        let (ada, eve) = (issued(params("ada"), &kit.root), issued(params("eve"), &kit.root));
        let ada = shown(&[&ada]);
        let names = || ClaimNames {
            consumer: "sub".into(),
            groups: None,
            scopes: None,
            plan: None,
            forward: BTreeMap::new(),
            unregistered: Unregistered::Accept,
        };
        let said = |cnf: Json| {
            let claims = json!({ "sub": "ada", "cnf": cnf });
            names().read().unwrap().of(claims.as_object().unwrap().clone(), "default")
        };
        let bound = said(json!({ "x5t#S256": URL_SAFE_NO_PAD.encode(ada.thumbprint()) })).unwrap();
        let on = |certificate: Option<&Arc<ClientCertificate>>| match certificate {
            Some(shown) => RequestBuilder::get("/").certificate(shown).build(),
            None => RequestBuilder::get("/").build(),
        };
        assert!(bound.fits(&on(Some(&ada)), true).is_ok());
        assert!(bound.fits(&on(Some(&shown(&[&eve]))), false).is_err());
        assert!(bound.fits(&on(None), false).is_err());
        let free = said(json!({ "jkt": "x" })).unwrap();
        assert!(free.fits(&on(None), false).is_ok() && free.fits(&on(Some(&ada)), true).is_err());
        for wrong in [json!("x"), json!(7), json!(null), json!("A".repeat(42))] {
            assert!(said(json!({ "x5t#S256": wrong })).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
        let kit = Kit::new();
        let folder = kit.folder.path().display();
        kit.write("empty.pem", "");
        let wrong = |config: &str| invalid("mtls-auth", &config.replace("$", &folder.to_string()));
        assert_eq!(wrong("{ ca_file: $/missing.pem }").field, "ca_file");
        assert_eq!(wrong("{ ca_file: $/empty.pem }").field, "ca_file");
        assert_eq!(wrong("{ ca_file: $/ca.pem, crl_file: $/ca.pem }").field, "crl_file");
        assert_eq!(wrong("{ ca: nothing }").field, "ca");
        assert_eq!(wrong("{ ca_file: $/ca.pem, crl: nothing }").field, "crl");
        assert_eq!(wrong("{ ca_file: $/ca.pem, ca: nothing }").field, "ca");
        assert_eq!(wrong("{ ca_file: $/ca.pem, crl_file: $/ca.pem, crl: nothing }").field, "crl");
        assert!(wrong("{}").message.contains("`ca_file` or `ca`"));
        assert_eq!(wrong("{ ca_file: $/ca.pem, consumer_from: [] }").field, "consumer_from");
        assert_eq!(wrong("{ ca_file: $/ca.pem, consumer_from: name }").field, "consumer_from");
        let nested = invalid("authenticate", "{ any_of: [{ mtls-auth: { ca_file: /missing.pem } }] }");
        assert_eq!(nested.field, "any_of[0].mtls-auth.ca_file");
        let config = yaml("{ any_of: [{ key-auth: {} }, { mtls-auth: { ca_file: a, crl_file: b } }] }");
        let named = crate::CATALOG.find("authenticate").unwrap().files(&config);
        let named: Vec<_> = named.iter().map(|(field, path)| (&**field, &**path)).collect();
        assert_eq!(named, [("any_of[1].mtls-auth.ca_file", "a"), ("any_of[1].mtls-auth.crl_file", "b")]);
    }
}
