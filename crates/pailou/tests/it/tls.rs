//! Certificates from files: served, replaced, and told about.

use std::{fs, path::Path, time::Duration};

use serde_json::json;

use crate::kit::{Running, Said, admin, cli, echo, folder, gateway_with, get, pailou, serve, until};

/// A certificate that is its own root, with its key, written to two files; the certificate.
pub(crate) fn write(dir: &Path, name: &str, host: &str) -> String {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    fs::write(dir.join(format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    fs::write(dir.join(format!("{name}.pem")), made.cert.pem()).unwrap();
    made.cert.pem()
}

/// Whether a host is answered for by a client that trusts one certificate alone.
pub(crate) fn trusts(running: &Running, host: &str, pem: &str) -> bool {
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
    let made = admin(&platform, "GET", "/api/v1/system", None).is(200).json();
    let made = made["gateway"]["certificates"].as_array().unwrap();
    assert_eq!((made.len(), &made[0]["name"]), (1, &"(made)".into()), "what TLS works with until then");
    let metrics = get(&platform.admin("/metrics"), &[]).is(200).text;
    assert!(!metrics.contains("pailou_certificate_expiry"), "{metrics}");
    let dir = folder(&[("certificate.yaml", &certificate(certs.path()))]);
    cli(&platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    assert!(trusts(&platform, "api.example.com", &first));
    let system = || admin(&platform, "GET", "/api/v1/system", None).is(200).json();
    let served = system()["gateway"]["certificates"][0].clone();
    assert_eq!((&served["name"], &served["hosts"][0]), (&"api".into(), &"api.example.com".into()));
    assert!(served["not_after"].as_str().is_some_and(|time| time.ends_with('Z')), "{served}");
    assert_eq!((&served["is_default"], &served["chain"]), (&true.into(), &1.into()));
    assert_eq!(served["subject"], served["issuer"], "it vouches for itself");
    assert!(!served.to_string().contains("PRIVATE"), "{served}");
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

/// An authority of clients, and certificates it issues.
pub(crate) struct Authority(rcgen::CertifiedIssuer<'static, rcgen::KeyPair>);

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Authority(rcgen::CertifiedIssuer::self_signed(params, rcgen::KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate and its key, PEM.
    pub(crate) fn issue(&self, name: &str) -> String {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().unwrap();
        params.signed_by(&key, &self.0).unwrap().pem() + &key.serialize_pem()
    }
}

/// What a client with a certificate, or without one, is answered; 0 where the handshake fails.
fn asks(running: &Running, trusted: &str, own: Option<&str>, http2: bool) -> u16 {
    asks_at("api.example.com", running, trusted, own, http2)
}

/// The same at some host.
pub(crate) fn asks_at(host: &str, running: &Running, trusted: &str, own: Option<&str>, http2: bool) -> u16 {
    let url: reqwest::Url = running.https.as_deref().expect("it listens for HTTPS").parse().unwrap();
    let addr = url.socket_addrs(|| None).unwrap()[0];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let root = reqwest::Certificate::from_pem(trusted.as_bytes()).unwrap();
        let mut client = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .tls_certs_only([root])
            .resolve(host, addr);
        if !http2 {
            client = client.http1_only();
        }
        if let Some(own) = own {
            client = client.identity(reqwest::Identity::from_pem(own.as_bytes()).unwrap());
        }
        let client = client.build().unwrap();
        let asked = client.get(format!("https://{host}:{}/x", addr.port())).send().await;
        asked.map_or(0, |answer| answer.status().as_u16())
    })
}

#[test]
fn a_route_lets_in_clients_of_its_own_authority_and_follows_its_file() {
    let upstream = echo();
    let text = format!(
        "kind: certificate\nname: api\ncert_file: api.pem\nkey_file: api.key\n---\n\
         kind: consumer\nname: ada\n---\n\
         kind: api\nname: a\nlisten: {{ path: / }}\nupstream: {{ endpoints: [http://{upstream}] }}\n\
         policies: [{{ mtls-auth: {{ ca_file: ./clients.pem, unregistered: refuse }} }}]\n---\n\
         kind: gateway\nname: default\nwrong_credentials: {{ limit: 0 }}\n"
    );
    let dir = folder(&[("all.yaml", &text)]);
    let server = write(dir.path(), "api", "api.example.com");
    let (ours, theirs) = (Authority::new(), Authority::new());
    fs::write(dir.path().join("clients.pem"), ours.pem()).unwrap();
    let gateway = gateway_with(dir.path(), &["--https", "127.0.0.1:0"], "gateway at https:");
    let (ada, eve, other) = (ours.issue("ada"), ours.issue("eve"), theirs.issue("ada"));
    for http2 in [false, true] {
        assert_eq!(asks(&gateway, &server, Some(&ada), http2), 200);
        assert_eq!(asks(&gateway, &server, Some(&eve), http2), 403);
        assert_eq!(asks(&gateway, &server, Some(&other), http2), 401);
        assert_eq!(asks(&gateway, &server, None, http2), 401);
    }
    get(&gateway.http("/x"), &[]).is(401).problem("unauthenticated");
    fs::write(dir.path().join("clients.pem"), theirs.pem()).unwrap();
    until("the new authority", || asks(&gateway, &server, Some(&other), true) == 200);
    assert_eq!(asks(&gateway, &server, Some(&ada), true), 401);
    fs::write(dir.path().join("clients.pem"), "nothing").unwrap();
    gateway.says("what was read before stays in force");
    assert_eq!(asks(&gateway, &server, Some(&other), true), 200);
}

#[test]
fn a_platform_follows_the_authorities_of_policies_and_of_its_listeners() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (server, upstream) = (write(files.path(), "api", "api.example.com"), echo());
    let (ours, theirs) = (Authority::new(), Authority::new());
    let (ca, callers) = (files.path().join("ca.pem"), files.path().join("callers.pem"));
    fs::write(&ca, ours.pem() + &theirs.pem()).unwrap();
    fs::write(&callers, ours.pem()).unwrap();
    let platform = serve(data.path(), &[]);
    let text = format!(
        "{}---\nkind: gateway\nname: default\nwrong_credentials: {{ limit: 0 }}\ntls: {{ client_auth: {{ ca_file: {} }} }}\n---\n\
         kind: api\nname: a\nlisten: {{ path: / }}\nupstream: {{ endpoints: [http://{upstream}] }}\n\
         policies: [{{ authenticate: {{ any_of: [{{ mtls-auth: {{ ca_file: {} }} }}] }} }}]\n",
        certificate(files.path()),
        ca.display(),
        callers.display(),
    );
    let dir = folder(&[("all.yaml", &text)]);
    cli(&platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    let (ada, eve) = (ours.issue("ada"), theirs.issue("eve"));
    let status = |own: Option<&str>| asks(&platform, &server, own, true);
    assert_eq!((status(Some(&ada)), status(Some(&eve)), status(None)), (200, 401, 0));
    fs::write(&callers, theirs.pem()).unwrap();
    until("the new authority of the policy", || status(Some(&eve)) == 200);
    assert_eq!(status(Some(&ada)), 401);
    fs::write(&ca, ours.pem()).unwrap();
    until("the new authority of the listener", || status(Some(&eve)) == 0);
    assert_eq!(status(Some(&ada)), 401);
    fs::write(&callers, "nothing").unwrap();
    let system = || admin(&platform, "GET", "/api/v1/system", None).is(200).json();
    until("a finding", || system()["store"]["unresolved"][0]["resource"] == "api/a");
    let field = system()["store"]["unresolved"][0]["field"].clone();
    assert_eq!(field, "policies[0].authenticate.any_of[0].mtls-auth.ca_file");
    fs::write(&callers, ours.pem()).unwrap();
    until("what is right again", || status(Some(&ada)) == 200);
    until("no finding", || system()["store"]["unresolved"].as_array().unwrap().is_empty());
    // Whoever applies a file that is of no use is told.
    fs::write(&ca, "nothing").unwrap();
    until("a finding", || system()["store"]["unresolved"][0]["field"] == "tls.client_auth.ca_file");
    assert_eq!(status(Some(&ada)), 200);
}

#[test]
fn certificates_name_callers_in_every_workspace_and_only_those_of_it() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let platform = serve(data.path(), &[]);
    let dir = folder(&[("certificate.yaml", &certificate(files.path()).replace("name: api", "name: all"))]);
    let made = rcgen::generate_simple_self_signed(["acme.example.com", "bolt.example.com"].map(String::from))
        .unwrap();
    fs::write(files.path().join("api.key"), made.signing_key.serialize_pem()).unwrap();
    fs::write(files.path().join("api.pem"), made.cert.pem()).unwrap();
    cli(&platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
    let authorities = ["acme", "bolt"].map(|name| (name, Authority::new()));
    for (name, authority) in &authorities {
        let workspace = json!({ "kind": "workspace", "name": name });
        admin(&platform, "POST", "/api/v1/workspaces", Some(&workspace)).is(201);
        let pem = authority.pem().replace('\n', "\n        ");
        let text = format!(
            "kind: consumer\nname: ada\ncustom_id: ada-of-{name}\n---\n\
             kind: api\nname: a\nlisten: {{ hosts: [{name}.example.com], path: / }}\nupstream: {{ endpoints: [http://{}] }}\n\
             policies:\n  - mtls-auth:\n      unregistered: refuse\n      ca: |\n        {}\n",
            echo(),
            pem.trim_end(),
        );
        let dir = folder(&[("all.yaml", &text)]);
        let apply = ["apply", "-f", dir.path().to_str().unwrap(), "--workspace", name];
        cli(&platform, &apply).succeeds();
        // Files stay those of operators.
        fs::write(dir.path().join("all.yaml"), text.replace("ca: |", "ca_file: ./ca.pem\n      crl: |"))
            .unwrap();
        let refused = cli(&platform, &apply).fails();
        assert!(refused.contains("can be named in the workspace `default` alone"), "{refused}");
    }
    let server = made.cert.pem();
    for ((here, authority), (there, other)) in
        [(&authorities[0], &authorities[1]), (&authorities[1], &authorities[0])]
    {
        let host = format!("{here}.example.com");
        let status = |own: Option<&str>| asks_at(&host, &platform, &server, own, true);
        let (ada, guest) =
            (authority.issue(&format!("ada-of-{here}")), authority.issue(&format!("ada-of-{there}")));
        // Known there, and vouched for by an authority of there: nobody here.
        let theirs = other.issue(&format!("ada-of-{there}"));
        let disguised = other.issue(&format!("ada-of-{here}"));
        assert_eq!((status(Some(&ada)), status(None)), (200, 401));
        assert_eq!((status(Some(&guest)), status(Some(&theirs)), status(Some(&disguised))), (403, 401, 401));
    }
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
        // There is one gateway resource for all, and each example of it goes with everything else.
        let (gateways, others): (Vec<&str>, Vec<&str>) =
            blocks.into_iter().partition(|block| block.starts_with("kind: gateway\n"));
        for gateway in gateways {
            let dir = folder(&[("page.yaml", &[&others[..], &[gateway]].concat().join("---\n"))]);
            write(dir.path(), "api", "api.example.com");
            write(dir.path(), "wildcard", "*.example.com");
            write(dir.path(), "inside-ca", "inside.example.com");
            fs::write(dir.path().join("clients.pem"), Authority::new().pem()).unwrap();
            write(dir.path(), "gateway", "gateway.inside.example.com");
            let said = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().succeeds();
            assert!(!said.contains("warning"), "{page}: {said}");
        }
    }
}
