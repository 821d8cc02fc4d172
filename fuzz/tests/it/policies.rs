//! Every configuration of the manual's pages, under changed forms of the requests on them and of the answers they get.

use std::{collections::BTreeSet, fs, path::PathBuf};

use fuzz::fuzz_from;
use testkit::{Databases, Setup};

use crate::gateway::{Rig, answers};

/// A configuration of a page and the requests under it, each as bytes for the API at this path.
struct Scenario {
    path: String,
    policies: String,
    requests: Vec<Vec<u8>>,
}

/// What the pages of the policies show.
fn scenarios() -> Vec<Scenario> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/policies");
    let files: BTreeSet<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut found: Vec<Scenario> = Vec::new();
    for file in files {
        let page = fs::read_to_string(&file).unwrap();
        for block in page.split("\n```").collect::<Vec<_>>().chunks(2).filter_map(|pair| pair.get(1)) {
            let (language, text) = block.split_once('\n').unwrap();
            match language {
                "yaml" => found.push(Scenario {
                    path: format!("/p{}", found.len()),
                    policies: text.to_owned(),
                    requests: Vec::new(),
                }),
                "http" => {
                    let scenario = found.last_mut().expect("a configuration before its requests");
                    scenario.requests.push(request(&scenario.path, text));
                }
                _ => {}
            }
        }
    }
    found
}

/// The request of a block: a first line, fields, and content in lines that begin with `> `.
fn request(path: &str, block: &str) -> Vec<u8> {
    let asked = block.split("\n\n").next().unwrap();
    let (line, rest) = asked.split_once('\n').unwrap_or((asked, ""));
    let (method, target) = line.split_once(' ').unwrap();
    let content: Vec<_> = rest.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    let content = content.join("\n");
    let mut request = format!("{method} {path}{target} HTTP/1.1\r\nHost: a\r\n");
    for field in rest.lines().filter(|line| !line.starts_with("> ") && !line.starts_with("# ")) {
        request.push_str(&format!("{field}\r\n"));
    }
    if !content.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", content.len()));
    }
    format!("{request}\r\n{content}").into_bytes()
}

const WORDS: &[&str] = &[
    "Content-Type: application/json\r\n",
    "Content-Type: application/x-www-form-urlencoded\r\n",
    "Content-Encoding: gzip\r\n",
    "Content-Encoding: br\r\n",
    "Content-Encoding: deflate, gzip\r\n",
    "Accept-Encoding: gzip;q=0, br, *;q=0.5\r\n",
    "X-Answer-Encoding: gzip\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 2\r\n",
    "{\"a\":[1,{\"b\":null}]}",
    "[[[[[[[[",
    "a=b&c=d",
    "%",
    "%zz",
    "\\u0000",
    "\u{fffd}",
    "\x1f\u{8b}\x08\0\0\0\0\0",
    "Origin: null\r\n",
    "Referer: http://a/b\r\n",
    "User-Agent: x\r\n",
    "Cookie: a=b; c\r\n",
    "If-None-Match: *\r\n",
    "Range: bytes=0-1\r\n",
    "Host: b:80\r\n",
    "?a=b",
    "/",
    "//",
    "${",
    "X-API-Key: ada-key-0123456789\r\n",
    "HTTP/1.0\r\n",
    "OPTIONS ",
    "PUT ",
];

/// The certificate of an authority, and its list of what it has revoked.
fn authority() -> (String, String) {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = rcgen::CertifiedIssuer::self_signed(params, rcgen::KeyPair::generate().unwrap()).unwrap();
    let list = rcgen::CertificateRevocationListParams {
        this_update: rcgen::date_time_ymd(2020, 1, 1),
        next_update: rcgen::date_time_ymd(2100, 1, 1),
        crl_number: rcgen::SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: Vec::new(),
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    (issuer.pem(), list.signed_by(&issuer).unwrap().pem().unwrap())
}

#[test]
fn no_policy_fails_on_what_a_client_or_a_service_sends() {
    let scenarios = scenarios();
    assert!(scenarios.len() > 10, "the pages have configurations");
    let (authority, revoked) = authority();
    let databases = Databases::new();
    let mut setup = Setup::new(policies::CATALOG)
        .file("./clients.pem", &authority)
        .file("./revoked.pem", &revoked)
        .consumer("ada", "ada-key-0123456789", "")
        .app("shop", "shop-key-0123456789", "free", &[])
        .with_gateway(|gateway| gateway.limits.body = model::ByteSize::kib(64));
    for Scenario { path, policies, .. } in &scenarios {
        setup = setup.api(&path[1..], path, "service", &databases.named_in(policies));
    }
    let rig = Rig::with(setup);
    rig.service.echoes();
    let requests = scenarios.into_iter().flat_map(|scenario| scenario.requests).collect();
    fuzz_from("policies", WORDS, requests, |input| {
        let (bytes, seen) = rig.run([input].into_iter());
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("urn:pailou:problem:internal"), "an error of the gateway: {text}");
        let asks_head = input.windows(4).any(|window| window == b"HEAD");
        if asks_head || input.starts_with(b"PRI * HTTP/2.0") {
            return (Vec::new(), seen.len());
        }
        // An answer may be broken off, where a policy could not change it.
        let (got, _) = answers(&bytes);
        let outline = |answer: &crate::message::Message| {
            let names: Vec<_> = answer.fields.iter().map(|(name, _)| &**name).take(16).collect();
            format!("{} {} {}", answer.line, names.join(","), answer.body.len().min(4))
        };
        (got.iter().map(outline).collect(), seen.len())
    });
}
