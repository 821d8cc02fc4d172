//! Authorities that are asked whether certificates of callers are revoked: what a gateway makes of their answers, honest and hostile, and of those of OpenSSL.

use std::{
    fs,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Request, Response};
use policies::CATALOG;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber, SigningKey as _,
};
use testkit::{Gateway, Setup, Upstream};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// What answers a question to a responder.
type Answers = Box<dyn Fn(&[u8]) -> Response<Bytes> + Send + Sync>;

/// An element of DER.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length @ 0x80..0x100 => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    [out, content].concat()
}

/// The first element, whole and its content, and what follows.
fn first(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (head, length) = match bytes[1] {
        0x81 => (3, usize::from(bytes[2])),
        0x82 => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
        length => (2, usize::from(length)),
    };
    (&bytes[..head + length], &bytes[head..head + length], &bytes[head + length..])
}

/// What a request asks about: the id of the certificate, and the nonce as the extension holds it.
fn asked(request: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (_, outer, _) = first(request);
    let (_, tbs, _) = first(outer);
    let (_, list, extensions) = first(tbs);
    let (_, one, _) = first(list);
    let (id, ..) = first(one);
    let (_, extensions, _) = first(extensions);
    let (_, extensions, _) = first(extensions);
    let (_, nonce, _) = first(extensions);
    let (_, _, value) = first(nonce);
    (id.to_vec(), first(value).1.to_vec())
}

/// A time as certificates write it, so many seconds from now.
fn time(from_now: i64) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64 + from_now;
    let at = jiff::Timestamp::from_second(now).unwrap();
    der(0x18, &[at.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()])
}

const GOOD: &[u8] = &[0x80, 0];
const UNKNOWN: &[u8] = &[0x82, 0];
/// 1.2.840.10045.4.3.2
const ECDSA_WITH_SHA256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

pub(crate) fn revoked() -> Vec<u8> {
    der(0xa1, &[&time(-3600)])
}

/// What an answer says, for tests to change.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) standing: Vec<u8>,
    /// Seconds from now.
    from: i64,
    until: Option<i64>,
    serial: Option<Vec<u8>>,
    nonce: Option<Vec<u8>>,
    no_nonce: bool,
}

impl Default for Said {
    fn default() -> Said {
        Said {
            standing: GOOD.to_vec(),
            from: -60,
            until: Some(3600),
            serial: None,
            nonce: None,
            no_nonce: false,
        }
    }
}

/// An answer to a request, signed by this key, with certificates of responders.
pub(crate) fn answer(request: &[u8], said: &Said, key: &KeyPair, certificates: &[&[u8]]) -> Vec<u8> {
    let (id, nonce) = asked(request);
    let id = match &said.serial {
        None => id,
        Some(serial) => {
            let (_, parts, _) = first(&id);
            let (algorithm, _, rest) = first(parts);
            let (name, _, rest) = first(rest);
            let (key, ..) = first(rest);
            der(0x30, &[algorithm, name, key, &der(0x02, &[serial])])
        }
    };
    let until = said.until.map(|until| der(0xa0, &[&time(until)])).unwrap_or_default();
    let single = der(0x30, &[&id, &said.standing, &time(said.from), &until]);
    let nonce = said.nonce.clone().unwrap_or(nonce);
    let extension = der(0x30, &[&[0x06, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2], &der(0x04, &[&nonce])]);
    let extensions = if said.no_nonce { Vec::new() } else { der(0xa1, &[&der(0x30, &[&extension])]) };
    let responder = der(0xa2, &[&der(0x04, &[&[7; 20]])]);
    let data = der(0x30, &[&responder, &time(0), &der(0x30, &[&single]), &extensions]);
    let signature = key.sign(&data).unwrap();
    let signature = der(0x03, &[&[0], &signature]);
    let certificates = match certificates {
        [] => Vec::new(),
        all => der(0xa0, &[&der(0x30, all)]),
    };
    let basic = der(0x30, &[&data, &der(0x30, &[ECDSA_WITH_SHA256]), &signature, &certificates]);
    let bytes = der(0x30, &[&[0x06, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1], &der(0x04, &[&basic])]);
    der(0x30, &[&[0x0a, 1, 0], &der(0xa0, &[&bytes])])
}

fn authority(name: &str, above: Option<&Issuer>) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    match above {
        Some(above) => CertifiedIssuer::signed_by(params, key, above).unwrap(),
        None => CertifiedIssuer::self_signed(params, key).unwrap(),
    }
}

/// A certificate of `ada`, which names where to ask.
fn client(by: &Issuer, responder: Option<&str>) -> Vec<u8> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "ada");
    params.serial_number = Some(SerialNumber::from(0x1f07));
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    if let Some(url) = responder {
        let place = der(0x86, &[url.as_bytes()]);
        let access = der(0x30, &[&[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 1], &place]);
        let content = der(0x30, &[&access]);
        params
            .custom_extensions
            .push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content));
    }
    params.signed_by(&KeyPair::generate().unwrap(), by).unwrap().der().to_vec()
}

/// A certificate for signing answers, or for something else.
fn responder(by: &Issuer, usage: ExtendedKeyUsagePurpose) -> (Vec<u8>, KeyPair) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Responder");
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    (params.signed_by(&key, by).unwrap().der().to_vec(), key)
}

/// A gateway whose responder `http://ocsp/` answers as it is told, and how often it was asked.
struct Asked {
    gateway: Gateway,
    count: Arc<AtomicUsize>,
}

impl Asked {
    fn new(
        root: &Issuer,
        ocsp: &str,
        answer: impl Fn(&[u8]) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Asked {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let script = move |request: Request<Bytes>| {
            counted.fetch_add(1, SeqCst);
            assert_eq!(request.headers()["content-type"], "application/ocsp-request");
            answer(request.body())
        };
        // Each certificate is judged by itself, however many that were wrong came before it.
        let setup = Setup::new(CATALOG).with_gateway(|gateway| gateway.wrong_credentials.limit = 0);
        let gateway = setup
            .upstream("ocsp", Upstream::script(script))
            .file("./ca.pem", &root.pem())
            .api("orders", "/", "echo", &format!("mtls-auth: {{ ca_file: ./ca.pem, ocsp: {ocsp} }}"))
            .consumer("ada", "ada-key-0123456789", "")
            .start();
        Asked { gateway, count }
    }

    async fn status(&self, chain: &[&[u8]]) -> u16 {
        self.gateway.get("/orders").showing(chain).await.status.as_u16()
    }

    fn cause(&self) -> String {
        self.gateway
            .events()
            .last()
            .and_then(|event| event.detail.as_ref()?.cause.clone())
            .map(|cause| cause.to_string())
            .unwrap_or_default()
    }

    fn count(&self) -> usize {
        self.count.load(SeqCst)
    }
}

pub(crate) fn ok(body: Vec<u8>) -> Response<Bytes> {
    Response::builder().header("content-type", "application/ocsp-response").body(body.into()).unwrap()
}

const HERE: &str = "{ responder: 'http://ocsp/' }";

#[tokio::test(start_paused = true)]
async fn a_caller_whose_authority_says_that_it_is_revoked_or_not_known_is_refused() {
    for (standing, status, cause) in
        [(GOOD.to_vec(), 200, ""), (revoked(), 401, "revoked"), (UNKNOWN.to_vec(), 401, "does not know")]
    {
        let root = Arc::new(authority("Root", None));
        let ada = client(&root, Some("http://ocsp/from-the-certificate"));
        for ocsp in ["{}", HERE, "{ unavailable: accept }"] {
            let (key, said) = (Arc::clone(&root), Said { standing: standing.clone(), ..Said::default() });
            let asked = Asked::new(&root, ocsp, move |request| ok(answer(request, &said, key.key(), &[])));
            assert_eq!(asked.status(&[&ada]).await, status, "{ocsp}");
            assert!(asked.cause().contains(cause), "{}", asked.cause());
            assert_eq!(
                (asked.status(&[&ada]).await, asked.count()),
                (status, 1),
                "what was said is remembered"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn answers_of_somebody_else_or_about_something_else_are_worth_nothing() {
    let root = Arc::new(authority("Root", None));
    let other = Arc::new(authority("Root", None));
    let ada = client(&root, None);
    let (mine, mine_key) = responder(&root, ExtendedKeyUsagePurpose::OcspSigning);
    let (wrong, wrong_key) = responder(&root, ExtendedKeyUsagePurpose::ServerAuth);
    let (theirs, theirs_key) = responder(&other, ExtendedKeyUsagePurpose::OcspSigning);
    let said = Said::default;
    let make = |said: Said, key: KeyPair, certificates: Vec<Vec<u8>>| {
        Box::new(move |request: &[u8]| {
            let certificates: Vec<&[u8]> = certificates.iter().map(|one| &one[..]).collect();
            ok(answer(request, &said, &key, &certificates))
        }) as Answers
    };
    let key_of = |issuer: &Issuer| KeyPair::try_from(issuer.key().serialize_der()).unwrap();
    let own = |said: Said| make(said, key_of(&root), Vec::new());
    let changed = |change: fn(&mut Vec<u8>)| {
        let key = key_of(&root);
        Box::new(move |request: &[u8]| {
            let mut bytes = answer(request, &Said::default(), &key, &[]);
            change(&mut bytes);
            ok(bytes)
        }) as Answers
    };
    let cases: Vec<(&str, u16, Answers)> = vec![
        ("the authority itself", 200, own(said())),
        ("a responder of the authority", 200, make(said(), mine_key, vec![mine])),
        ("a certificate for something else", 503, make(said(), wrong_key, vec![wrong])),
        ("a responder of another authority of that name", 503, make(said(), theirs_key, vec![theirs])),
        ("another authority of that name", 503, make(said(), key_of(&other), Vec::new())),
        ("an answer that has expired", 503, own(Said { from: -7200, until: Some(-3600), ..said() })),
        ("an answer of a time to come", 503, own(Said { from: 3600, until: Some(7200), ..said() })),
        (
            "an old answer that does not say for how long",
            503,
            own(Said { from: -7200, until: None, ..said() }),
        ),
        ("a fresh answer that does not say for how long", 200, own(Said { until: None, ..said() })),
        ("another certificate", 503, own(Said { serial: Some(vec![7]), ..said() })),
        ("another nonce", 503, own(Said { nonce: Some(der(0x04, &[&[9; 32]])), ..said() })),
        ("no nonce, as of an answer made in advance", 200, own(Said { no_nonce: true, ..said() })),
        ("a signature that is not right", 503, changed(|bytes| *bytes.last_mut().unwrap() ^= 1)),
        ("a byte more", 503, changed(|bytes| bytes.push(0))),
        ("a byte less", 503, changed(|bytes| bytes.truncate(bytes.len() - 1))),
        ("try later", 503, Box::new(|_| ok(der(0x30, &[&[0x0a, 1, 3]])))),
        ("unauthorized", 503, Box::new(|_| ok(der(0x30, &[&[0x0a, 1, 6]])))),
        ("nothing", 503, Box::new(|_| ok(Vec::new()))),
        ("something else", 503, Box::new(|_| ok(b"<html>".to_vec()))),
        ("too much", 503, Box::new(|_| ok(vec![0x30; 100_000]))),
        ("an error", 503, Box::new(|_| Response::builder().status(500).body(Bytes::new()).unwrap())),
        (
            "another place",
            503,
            Box::new(|_| {
                Response::builder()
                    .status(302)
                    .header("location", "http://ocsp/x")
                    .body(Bytes::new())
                    .unwrap()
            }),
        ),
    ];
    for (what, status, answers) in cases {
        let asked = Asked::new(&root, HERE, answers);
        assert_eq!(asked.status(&[&ada]).await, status, "{what}: {}", asked.cause());
    }
    let strict = "{ responder: 'http://ocsp/', require_nonce: true }";
    let asked = Asked::new(&root, strict, own(Said { no_nonce: true, ..said() }));
    assert_eq!(asked.status(&[&ada]).await, 503, "no nonce where one is required");
    let asked = Asked::new(&root, strict, own(said()));
    assert_eq!(asked.status(&[&ada]).await, 200);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_say_the_configuration_decides_and_nobody_is_asked_over_and_over() {
    let root = Arc::new(authority("Root", None));
    let ada = client(&root, None);
    let broken = |_: &[u8]| Response::builder().status(500).body(Bytes::new()).unwrap();
    for (unavailable, status) in [("refuse", 503), ("accept", 200)] {
        let asked = Asked::new(
            &root,
            &format!("{{ responder: 'http://ocsp/', unavailable: {unavailable} }}"),
            broken,
        );
        for _ in 0..5 {
            assert_eq!(asked.status(&[&ada]).await, status);
        }
        assert_eq!(asked.count(), 1);
        asked.gateway.advance(Duration::from_secs(11)).await;
        assert_eq!((asked.status(&[&ada]).await, asked.count()), (status, 2));
    }
    // Nobody is named who could be asked.
    let asked = Asked::new(&root, "{}", broken);
    assert_eq!((asked.status(&[&ada]).await, asked.count()), (401, 0));
    assert!(asked.cause().contains("names no responder"), "{}", asked.cause());
    let asked = Asked::new(&root, "{ unavailable: accept }", broken);
    assert_eq!((asked.status(&[&ada]).await, asked.count()), (200, 0));
    let nonsense = client(&root, Some("ldap://ocsp/"));
    let asked = Asked::new(&root, "{}", broken);
    assert_eq!((asked.status(&[&nonsense]).await, asked.count()), (401, 0), "an address that nobody asks at");
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_used_for_as_long_as_it_holds_and_no_longer() {
    let root = Arc::new(authority("Root", None));
    let ada = client(&root, None);
    let standing = Arc::new(Mutex::new(Some(GOOD.to_vec())));
    let (key, now) = (Arc::clone(&root), Arc::clone(&standing));
    let answers = move |request: &[u8]| match now.lock().unwrap().clone() {
        Some(standing) => {
            ok(answer(request, &Said { standing, until: Some(1800), ..Said::default() }, key.key(), &[]))
        }
        None => Response::builder().status(500).body(Bytes::new()).unwrap(),
    };
    let asked = Asked::new(&root, "{ responder: 'http://ocsp/', cache: 5m }", answers);
    assert_eq!(asked.status(&[&ada]).await, 200);
    asked.gateway.advance(Duration::from_secs(299)).await;
    assert_eq!((asked.status(&[&ada]).await, asked.count()), (200, 1));
    // The responder goes away: what it said last holds until then.
    *standing.lock().unwrap() = None;
    asked.gateway.advance(Duration::from_secs(300)).await;
    assert_eq!((asked.status(&[&ada]).await, asked.count()), (200, 2));
    asked.gateway.advance(Duration::from_secs(1210)).await;
    assert_eq!((asked.status(&[&ada]).await, asked.count()), (503, 3), "after `nextUpdate` nothing is known");
    *standing.lock().unwrap() = Some(revoked());
    asked.gateway.advance(Duration::from_secs(11)).await;
    assert_eq!(asked.status(&[&ada]).await, 401);
}

#[tokio::test(start_paused = true)]
async fn what_is_between_a_caller_and_the_authority_is_asked_about_where_that_is_wanted() {
    let root = Arc::new(authority("Root", None));
    let between = Arc::new(authority("Between", Some(&root)));
    let ada = client(&between, None);
    // Each authority answers for what it issued; the one in between is revoked.
    let keys = (Arc::clone(&root), Arc::clone(&between));
    let answers = move |request: &[u8]| {
        let is_ada = request.windows(4).any(|bytes| bytes == [0x02, 2, 0x1f, 7]);
        let standing = if is_ada { GOOD.to_vec() } else { revoked() };
        let key = if is_ada { keys.1.key() } else { keys.0.key() };
        ok(answer(request, &Said { standing, ..Said::default() }, key, &[]))
    };
    let asked = Asked::new(&root, HERE, answers.clone());
    assert_eq!((asked.status(&[&ada, between.der()]).await, asked.count()), (200, 1));
    let asked = Asked::new(&root, "{ responder: 'http://ocsp/', of: chain }", answers);
    assert_eq!((asked.status(&[&ada, between.der()]).await, asked.count()), (401, 2));
}

#[tokio::test(start_paused = true)]
async fn the_responder_of_openssl_is_understood() {
    let Some(openssl) =
        ["/usr/bin/openssl", "/usr/local/bin/openssl"].into_iter().find(|path| fs::metadata(path).is_ok())
    else {
        eprintln!("SKIPPED: OCSP with a real responder: `openssl` is not installed");
        return;
    };
    let root = Arc::new(authority("Root", None));
    let ada = client(&root, None);
    let (signer, key) = responder(&root, ExtendedKeyUsagePurpose::OcspSigning);
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("ca.pem"), root.pem()).unwrap();
    fs::write(path("ca.key"), root.key().serialize_pem()).unwrap();
    fs::write(path("signer.der"), &signer).unwrap();
    fs::write(path("signer.key"), key.serialize_pem()).unwrap();
    let run = |args: &[&str]| {
        let done = Command::new(openssl).args(args).output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run(&["x509", "-inform", "DER", "-in", &path("signer.der"), "-out", &path("signer.pem")]);
    let line =
        |state: &str, revoked: &str| format!("{state}\t401231235959Z\t{revoked}\t1F07\tunknown\t/CN=ada\n");
    for (index, signer, status) in [
        (line("V", ""), "ca", 200),
        (line("V", ""), "signer", 200),
        (line("R", "200101000000Z"), "signer", 401),
        (String::new(), "signer", 401),
    ] {
        fs::write(path("index.txt"), &index).unwrap();
        let (folder, signer) = (Arc::clone(&folder), signer.to_owned());
        let answers = move |request: &[u8]| {
            let path = |name: &str| folder.path().join(name).display().to_string();
            fs::write(path("request.der"), request).unwrap();
            let (index, ca) = (path("index.txt"), path("ca.pem"));
            let (certificate, key) = (path(&format!("{signer}.pem")), path(&format!("{signer}.key")));
            let done = Command::new(openssl)
                .args([
                    "ocsp",
                    "-index",
                    &index,
                    "-CA",
                    &ca,
                    "-rsigner",
                    &certificate,
                    "-rkey",
                    &key,
                    "-ndays",
                    "1",
                ])
                .args(["-reqin", &path("request.der"), "-respout", &path("response.der")])
                .output()
                .unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            ok(fs::read(path("response.der")).unwrap())
        };
        let asked = Asked::new(&root, "{ responder: 'http://ocsp/', require_nonce: true }", answers);
        assert_eq!(asked.status(&[&ada]).await, status, "{index:?}: {}", asked.cause());
    }
}
