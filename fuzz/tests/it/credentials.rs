//! Credentials and the keys they are verified with: nobody is let in by what is not exactly a credential.

use std::{fs, sync::Arc};

use fuzz::fuzz_from;
use serde_json::json;
use testkit::Setup;

use crate::gateway::{Rig, answers};

const KEY: &str = r#"{"kty": "EC", "crv": "P-256", "kid": "page", "use": "sig", "alg": "ES256", "x": "UlMBLmgQFjvwAFLG1A9vnhPjxccvJnvX3i4aWR5PBjY", "y": "8OU2kJqlV683Se0AzkMkPqMJyA_52NHFn46AXHFiM7Y"}"#;
const TOKEN: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6InBhZ2UifQ.eyJzdWIiOiJhZGEiLCJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlLmNvbS8iLCJhdWQiOiJvcmRlcnMiLCJleHAiOjQxMDI0NDQ4MDAsInNjb3BlIjoib3JkZXJzOnJlYWQifQ.YMxs65SQfDLOLfEFM34faWgb2SvCE93qwhuIRWO4Iiy-0Nhw2hrrnOCa5p0zaaVO-vADnmV9AmsG1BkFOZKvrw";
const BASIC: &str = "bG92ZWxhY2U6YW5hbHl0aWNhbCBlbmdpbmU=";

const WORDS: &[&str] = &[
    "Authorization: Bearer ",
    "Authorization: Basic ",
    "authorization:bearer  ",
    "Cookie: session=",
    "; session=",
    ".",
    "..",
    "=",
    "-",
    "_",
    "+/",
    "eyJhbGciOiJub25lIn0",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6InBhZ2UifQ",
    "e30",
    "bnVsbA",
    "Og==",
    "bG92ZWxhY2U6",
    TOKEN,
    BASIC,
    "ada-key-0123456789",
    "X-API-Key: ",
    "\r\n",
    "\u{0}",
];

#[test]
fn nobody_is_let_in_by_what_is_not_exactly_a_credential() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), format!(r#"{{"keys":[{KEY}]}}"#)).unwrap();
    let token = format!("jwt-auth: {{ jwks: '{}', cookie: session }}", file.path().display());
    let any =
        format!("authenticate: {{ any_of: [{{ {token} }}, {{ basic-auth: {{}} }}, {{ key-auth: {{}} }}] }}");
    let rig = Rig::with(
        Setup::new(policies::CATALOG)
            .api("jwt", "/jwt", "service", &token)
            .api("basic", "/basic", "service", "basic-auth: { attempts: 4 }")
            .api("any", "/any", "service", &any)
            .consumer("ada", "ada-key-0123456789", "")
            .login("ada", "lovelace", "analytical engine"),
    );
    let request =
        |path: &str, field: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n").into_bytes();
    let inputs = vec![
        request("/jwt", &format!("Authorization: Bearer {TOKEN}")),
        request("/jwt", &format!("Cookie: session={TOKEN}")),
        request("/basic", &format!("Authorization: Basic {BASIC}")),
        request("/any", &format!("Authorization: Bearer {TOKEN}")),
        request("/any", &format!("Authorization: Basic {BASIC}")),
        request("/any", "X-API-Key: ada-key-0123456789"),
        request("/jwt", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30."),
    ];
    for input in &inputs[..6] {
        assert_eq!(rig.run([&**input].into_iter()).1.len(), 1, "{}", input.escape_ascii());
    }
    fuzz_from("credentials", WORDS, inputs, |input| {
        let (bytes, seen) = rig.run([input].into_iter());
        let has =
            |credential: &str| input.windows(credential.len()).any(|window| window == credential.as_bytes());
        assert!(
            seen.is_empty() || [TOKEN, BASIC, "ada-key-0123456789"].into_iter().any(has),
            "somebody was let in"
        );
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("urn:pailou:problem:internal"), "an error of the gateway: {text}");
        let asks_head = input.windows(4).any(|window| window == b"HEAD");
        if asks_head || input.starts_with(b"PRI * HTTP/2.0") {
            return (Vec::new(), seen.len());
        }
        let lines = answers(&bytes).0.into_iter().map(|answer| answer.line);
        (lines.collect::<Vec<_>>(), seen.len())
    });
}

#[test]
fn a_set_of_keys_is_read_or_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = json!({ "jwks": file.path() });
    let counters = proxy::LocalCounters::default();
    let entry = policies::CATALOG.find("jwt-auth").unwrap();
    let words = &[
        r#""kty":"RSA""#,
        r#""kty":"EC""#,
        r#""kty":"OKP","crv":"Ed25519""#,
        r#""kty":"oct""#,
        r#""crv":"P-521""#,
        r#""n":"AQAB""#,
        r#""e":"AQ""#,
        r#""x":"""#,
        r#""k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#,
        r#""d":"AA""#,
        r#""use":"enc""#,
        r#""key_ops":["verify"]"#,
        r#""alg":"HS512""#,
        r#""kid":"page""#,
        "null",
        "[]",
        "{}",
        ",",
        "\\u0000",
        "=",
    ];
    let inputs = vec![
        format!(r#"{{"keys":[{KEY}]}}"#).into_bytes(),
        br#"{"keys":[{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#.to_vec(),
        br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
            .to_vec(),
    ];
    fuzz_from("keys", words, inputs, |input| {
        fs::write(file.path(), input).unwrap();
        let files = model::PolicyUse::new("jwt-auth", serde_json::Value::Null);
        let cx = policy::BuildCx {
            folder: std::path::Path::new(""),
            secrets: &Default::default(),
            scope: "api/a#0",
            counters: &counters,
            responses: &Arc::default(),
            contract: None,
            files: &files,
        };
        entry.build(&config, &cx).map(drop).map_err(|invalid| invalid.message.len().min(60))
    });
}

#[test]
fn no_certificate_makes_its_reader_fail() {
    let mut params = rcgen::CertificateParams::new(["a.example.com".to_owned()]).unwrap();
    params.subject_alt_names.push(rcgen::SanType::URI("spiffe://example.org/a".try_into().unwrap()));
    params.distinguished_name.push(rcgen::DnType::CommonName, "ada");
    let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let words = ["\u{30}\u{3}", "\u{6}\u{3}U\u{1d}\u{11}", "\u{6}\u{3}U\u{4}\u{3}", "\0", "Z", "\u{7f}"];
    fuzz_from("certificates", &words, vec![made.der().to_vec()], |input| {
        let read = policy::x509::Described::read(input);
        let names = read.as_ref().map_or(0, |read| read.dns.len() + read.uris.len() + read.emails.len());
        (read.is_some(), names.min(4))
    });
}

#[test]
fn no_answer_about_a_certificate_counts_that_its_authority_did_not_sign() {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = rcgen::CertifiedIssuer::self_signed(params, rcgen::KeyPair::generate().unwrap()).unwrap();
    let own = rcgen::CertificateParams::new(["ada".to_owned()]).unwrap();
    let own = own.signed_by(&rcgen::KeyPair::generate().unwrap(), &root).unwrap();
    let trust = policy::Trust::read(&root.pem(), None).unwrap();
    let shown = policy::ClientCertificate::new([own.der().to_vec()], false).unwrap();
    let issued = trust.issued(&shown, 1_700_000_000).unwrap().remove(0);
    let question = policy::ocsp::Question::new(issued, [7; policy::ocsp::NONCE]).unwrap();
    let der = |tag: u8, parts: &[&[u8]]| [&[tag, parts.concat().len() as u8][..], &parts.concat()].concat();
    let data = der(0x30, &[b"\xa2\x02\x04\x00", b"\x18\x0f20231114221320Z", b"\x30\x00"]);
    let algorithm = der(0x30, &[b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"]);
    let basic = der(0x30, &[&data, &algorithm, b"\x03\x02\x00\x00"]);
    let bytes = der(0x30, &[b"\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01", &der(0x04, &[&basic])]);
    let answer = der(0x30, &[b"\x0a\x01\x00", &der(0xa0, &[&bytes])]);
    let words = ["\u{a}\u{1}\0", "\u{30}\u{3}", "\u{4}\u{2}", "\0", "20231114221320Z", "\u{6}\u{1}"];
    fuzz_from("ocsp", &words, vec![answer, question.request()], |input| {
        let worth = question.answered(input, 1_700_000_000, false);
        format!("{}", worth.expect_err("nobody signed it")).len()
    });
}

#[test]
fn nobody_is_let_in_by_what_is_not_signed_or_sealed_here() {
    let rig = Rig::with(
        Setup::new(policies::CATALOG)
            .api(
                "signed",
                "/signed",
                "service",
                "hmac-auth: { keys: [{ id: ada-1, consumer: ada, secret: a-secret-that-only-ada-knows-0001 }] }",
            )
            .api(
                "hooks",
                "/hooks",
                "service",
                "webhook-signature: { keys: [{ consumer: ada, key: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw }, { consumer: ada, key: whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= }] }",
            )
            .api("session", "/session", "service", "oidc: { issuer: 'http://nowhere', client_id: a, client_secret: s }")
            .consumer("ada", "ada-key-0123456789", ""),
    );
    let request =
        |path: &str, fields: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n").into_bytes();
    let words = &[
        "Signature: sig=:AAAA:",
        "Signature-Input: sig=(\"@method\" \"@target-uri\");created=4102444800;keyid=\"ada-1\"",
        "\"@query-param\";name=\"a\"",
        "\"content-digest\"",
        ";alg=\"hmac-sha256\"",
        ";expires=1",
        ";nonce=\"",
        "=:",
        ":,",
        "?1",
        "\\\"",
        "(",
        ")",
        "Content-Digest: sha-256=:AAAA:",
        "Webhook-Id: a.1",
        "Webhook-Timestamp: 4102444800",
        "Webhook-Signature: v1,AAAA v1a,AAAA",
        " v2,",
        "Content-Length: 1\r\n",
        "Cookie: pailou_oidc_",
        "__Host-",
        ".1=",
        "/.oidc/callback?state=",
        "/.oidc/logout",
        "/.oidc/login?return=",
        "&code=",
        "%2F",
        "Accept: text/html",
    ];
    let inputs = vec![
        request(
            "/signed?a=b",
            "Signature-Input: sig=(\"@method\" \"@target-uri\" \"@query-param\";name=\"a\");created=4102444800;keyid=\"ada-1\"\r\nSignature: sig=:AAAA:",
        ),
        request(
            "/session",
            "Cookie: pailou_oidc_00000000=AAAA; pailou_oidc_00000000.1=AAAA\r\nAccept: text/html",
        ),
        request(
            "/hooks",
            "Webhook-Id: a\r\nWebhook-Timestamp: 4102444800\r\nWebhook-Signature: v1,AAAA v1a,AAAA v2,AAAA",
        ),
        request("/session/.oidc/callback?state=a&code=b", "Cookie: pailou_oidc_00000000_a=AAAA"),
        request("/session/.oidc/logout", "Cookie: pailou_oidc_00000000=AAAA"),
    ];
    fuzz_from("signatures", words, inputs, |input| {
        let (bytes, seen) = rig.run([input].into_iter());
        // The provider is asked about itself there too.
        let calls = seen.iter().filter(|seen| !seen.line.contains(" /.well-known/"));
        assert_eq!(calls.count(), 0, "somebody was let in");
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("urn:pailou:problem:internal"), "an error of the gateway: {text}");
        if input.windows(4).any(|window| window == b"HEAD") || input.starts_with(b"PRI * HTTP/2.0") {
            return Vec::new();
        }
        answers(&bytes).0.into_iter().map(|answer| answer.line).collect::<Vec<_>>()
    });
}

#[test]
fn no_encrypted_token_is_opened_that_was_changed() {
    let text = include_str!("../../../crates/policies/tests/it/encrypted.json");
    let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
    let key = jose::DecryptionKey::read(vectors["keys"][1].as_str().unwrap()).unwrap();
    let texts = |of: &str| -> Vec<String> {
        let all = vectors[of].as_array().unwrap().iter();
        all.map(|vector| vector[1].as_str().unwrap().to_owned()).filter(|text| text.len() < 1500).collect()
    };
    let whole = [texts("accepted"), texts("refused")].concat();
    let words = &[
        ".",
        "..",
        "-",
        "_",
        "=",
        "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSJ9",
        "e30",
        "AAAAAAAAAAAAAAAA",
    ];
    let inputs = whole.iter().map(|text| text.clone().into_bytes()).collect();
    fuzz_from("encrypted-tokens", words, inputs, |input| {
        let text = String::from_utf8_lossy(input);
        let opened = jose::opened(&text, std::slice::from_ref(&key));
        assert!(opened.is_err() || whole.iter().any(|whole| *whole == text), "what was changed was opened");
        opened.map_or_else(|why| why.len(), |_| 0)
    });
}

#[test]
fn a_file_of_networks_is_read_or_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = json!({ "database": file.path(), "countries": { "deny": ["DE"] } });
    let entry = policies::CATALOG.find("ip-restriction").unwrap();
    let known = [
        ("10.0.0.0/8", json!({ "country": { "iso_code": "DE" }, "autonomous_system_number": 64500 })),
        ("2001:db8::/32", json!({ "country_code": "FR", "asn": "AS64501" })),
    ];
    let words = &[
        "country",
        "iso_code",
        "\u{ab}",
        "MaxMind.com",
        "node_count",
        "record_size",
        "ip_version",
        "\0\0\0",
        "\u{20}",
        "\u{7}",
    ];
    fuzz_from("mmdb", words, vec![testkit::mmdb(&known), testkit::mmdb(&known[..1])], |input| {
        fs::write(file.path(), input).unwrap();
        let counters = proxy::LocalCounters::default();
        let cx = policy::BuildCx {
            scope: "",
            folder: std::path::Path::new(""),
            counters: &counters,
            responses: &Arc::default(),
            files: &model::PolicyUse::new("ip-restriction", serde_json::Value::Null),
            secrets: &Default::default(),
            contract: None,
        };
        entry
            .build(&config, &cx)
            .map_or_else(|invalid| (invalid.field, invalid.message.len() / 16), |_| Default::default())
    });
}
