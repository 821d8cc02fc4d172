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
    for (field, ocsp) in [
        ("ocsp.responder", "responder: ocsp.example.com"),
        ("ocsp.responder", "responder: 'ldap://ocsp.example.com'"),
        ("ocsp.cache", "cache: 8d"),
        ("ocsp.timeout", "timeout: 11s"),
        ("ocsp.timeout", "timeout: 0s"),
        ("ocsp.unavailable", "unavailable: maybe"),
        ("ocsp", "nonce: true"),
    ] {
        let invalid = wrong(&format!("{{ ca_file: $/ca.pem, ocsp: {{ {ocsp} }} }}"));
        assert!(invalid.field.starts_with(field), "{ocsp}: {invalid}");
    }
    let nested = invalid("authenticate", "{ any_of: [{ mtls-auth: { ca_file: /missing.pem } }] }");
    assert_eq!(nested.field, "any_of[0].mtls-auth.ca_file");
    let config = yaml("{ any_of: [{ key-auth: {} }, { mtls-auth: { ca_file: a, crl_file: b } }] }");
    let named = crate::CATALOG.find("authenticate").unwrap().files(&config);
    let named: Vec<_> = named.iter().map(|(field, path)| (&**field, &**path)).collect();
    assert_eq!(named, [("any_of[1].mtls-auth.ca_file", "a"), ("any_of[1].mtls-auth.crl_file", "b")]);
}
