//! Certificates from files: served, replaced, and told about.

use std::{fs, path::Path, time::Duration};

use crate::kit::{Running, Said, admin, cli, echo, folder, gateway_with, get, pailou, serve, until};

/// A certificate that is its own root, with its key, written to two files; the certificate.
fn write(dir: &Path, name: &str, host: &str) -> String {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    fs::write(dir.join(format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    fs::write(dir.join(format!("{name}.pem")), made.cert.pem()).unwrap();
    made.cert.pem()
}

/// Whether a host is answered for by a client that trusts one certificate alone.
fn trusts(running: &Running, host: &str, pem: &str) -> bool {
    let url: reqwest::Url = running.https.as_deref().expect("it listens for HTTPS").parse().unwrap();
    let addr = url.socket_addrs(|| None).unwrap()[0];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .tls_certs_only([root])
            .resolve(host, addr)
            .build()
            .unwrap();
        client.get(format!("https://{host}:{}/x", addr.port())).send().await.is_ok()
    })
}

fn certificate(dir: &Path) -> String {
    let dir = dir.display();
    format!("kind: certificate\nname: api\ncert_file: {dir}/api.pem\nkey_file: {dir}/api.key\n")
}

#[test]
fn a_certificate_is_replaced_by_its_files_alone_and_a_broken_one_is_told_and_not_taken() {
    let (data, certs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = write(certs.path(), "api", "api.example.com");
    let platform = serve(data.path(), &[]);
    let dir = folder(&[("certificate.yaml", &certificate(certs.path()))]);
    cli(&platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    assert!(trusts(&platform, "api.example.com", &first));
    let system = || admin(&platform, "GET", "/api/v1/system", None).is(200).json();
    let served = system()["gateway"]["certificates"][0].clone();
    assert_eq!((&served["name"], &served["hosts"][0]), (&"api".into(), &"api.example.com".into()));
    assert!(served["not_after"].as_str().is_some_and(|time| time.ends_with('Z')), "{served}");
    let metrics = get(&platform.admin("/metrics"), &[]).is(200).text;
    assert!(
        metrics.contains("pailou_certificate_expiry_timestamp_seconds{certificate=\"api\"} "),
        "{metrics}"
    );

    let second = write(certs.path(), "api", "api.example.com");
    until("the new certificate", || trusts(&platform, "api.example.com", &second));
    assert!(!trusts(&platform, "api.example.com", &first));

    fs::write(certs.path().join("api.pem"), "no certificate").unwrap();
    platform.says("holds no certificate in PEM");
    until("a finding", || system()["store"]["unresolved"][0]["resource"] == "certificate/api");
    assert!(trusts(&platform, "api.example.com", &second), "what was read before stays");

    let third = write(certs.path(), "api", "api.example.com");
    until("the third certificate", || trusts(&platform, "api.example.com", &third));
    until("no finding", || system()["store"]["unresolved"].as_array().unwrap().is_empty());
}

#[test]
fn a_gateway_of_its_own_is_given_what_the_files_say_now() {
    let (data, own, certs) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = write(certs.path(), "api", "api.example.com");
    let control = serve(data.path(), &[]);
    let dir = folder(&[("certificate.yaml", &certificate(certs.path()))]);
    cli(&control, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    let own = own.path().to_str().unwrap();
    let [http, https, admin] = ["--http", "--https", "--admin"].map(|flag| [flag, "127.0.0.1:0"]);
    let url = control.admin("");
    let args = [&["serve", "--role", "gateway", "--data", own, "--control", &url][..], &http, &https, &admin];
    let gateway = Running::start(&args.concat(), "gateway at https:");
    assert!(trusts(&gateway, "api.example.com", &first));
    let second = write(certs.path(), "api", "api.example.com");
    until("the new certificate", || trusts(&gateway, "api.example.com", &second));
}

#[test]
fn a_gateway_from_files_follows_certificates_beside_them() {
    let upstream = echo();
    let text = format!(
        "kind: certificate\nname: api\ncert_file: api.pem\nkey_file: api.key\n---\n\
         kind: api\nname: a\nlisten: {{ path: / }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    let dir = folder(&[("all.yaml", &text)]);
    let first = write(dir.path(), "api", "api.example.com");
    let gateway = gateway_with(dir.path(), &["--https", "127.0.0.1:0"], "gateway at https:");
    assert!(trusts(&gateway, "api.example.com", &first));
    let second = write(dir.path(), "api", "api.example.com");
    until("the new certificate", || trusts(&gateway, "api.example.com", &second));
    fs::write(dir.path().join("api.key"), "no key").unwrap();
    gateway.says("what was read before stays in force");
    assert!(trusts(&gateway, "api.example.com", &second));
    // A broken file holds nothing else up.
    fs::write(dir.path().join("all.yaml"), text.replace("path: /", "path: /moved")).unwrap();
    until("the moved API", || get(&gateway.http("/moved/x"), &[]).status == 200);
}

#[test]
fn the_examples_of_the_guide_are_sound() {
    const PAGES: &[&str] = &["tls.md", "listeners.md"];
    for page in PAGES {
        let path = format!("{}/../../docs/guide/{page}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let blocks: Vec<&str> =
            text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert!(!blocks.is_empty(), "{page}");
        let dir = folder(&[("page.yaml", &blocks.join("---\n"))]);
        write(dir.path(), "api", "api.example.com");
        write(dir.path(), "wildcard", "*.example.com");
        write(dir.path(), "inside-ca", "inside.example.com");
        write(dir.path(), "gateway", "gateway.inside.example.com");
        let said = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().succeeds();
        assert!(!said.contains("warning"), "{page}: {said}");
    }
}
