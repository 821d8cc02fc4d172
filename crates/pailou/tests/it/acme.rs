//! Certificates that are asked for by ACME, of a real directory (Pebble) that looks at the challenges over the network.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, time::Duration};

use serde_json::Value;

use crate::{
    kit::{Running, Said, admin, cli, echo, folder, gateway_with, get, pailou, serve, until},
    pebble::{Pebble, Setup},
    tls::trusts,
};

/// A resource that serves nothing.
const NOTHING: &str = "kind: consumer\nname: ada\n";

fn port(url: Option<&str>) -> u16 {
    let url: reqwest::Url = url.expect("it listens").parse().unwrap();
    url.port().expect("a port of its own")
}

/// A directory that looks at challenges at the ports of a gateway.
fn directory_for(gateway: &Running, setup: Setup) -> Option<Pebble> {
    let (http, https) = (port(gateway.http.as_deref()), port(gateway.https.as_deref()));
    Pebble::start(&Setup { http, https, ..setup })
}

fn certificate(hosts: &str, acme: &str) -> String {
    format!("kind: certificate\nname: site\nhosts: [{hosts}]\nacme: {{ {acme} }}\n")
}

fn apply(platform: &Running, text: &str) {
    let dir = folder(&[("all.yaml", text)]);
    cli(platform, &["apply", "-f", dir.path().to_str().unwrap()]).succeeds();
}

/// How the certificate stands.
fn standing(platform: &Running) -> Value {
    admin(platform, "GET", "/api/v1/system", None).is(200).json()["acme"][0].clone()
}

fn kept(data: &Path) -> String {
    fs::read_to_string(data.join("acme/site.pem")).unwrap_or_default()
}

#[test]
fn a_platform_is_given_a_certificate_by_either_challenge_and_starts_again_without_asking() {
    for challenge in ["http-01", "tls-alpn-01"] {
        let data = tempfile::tempdir().unwrap();
        let upstream = echo();
        let platform = serve(data.path(), &[]);
        let Some(pebble) = directory_for(&platform, Setup::default()) else { return };
        let root = pebble.root();
        let text = format!(
            "{}---\nkind: gateway\nname: default\ntls: {{ default_certificate: site }}\n---\n\
             kind: route\nname: r\nmatch: {{ path: /.well-known/acme-challenge/mine }}\nupstream: {{ endpoints: [http://{upstream}] }}\n",
            certificate(
                "a.test, b.test",
                &format!("{}, contact: ['mailto:ops@a.test']", pebble.acme(challenge))
            )
        );
        apply(&platform, &text);
        let said = platform.says("was given, and is valid until");
        assert!(said.contains("certificate/site"), "{said}");
        for host in ["a.test", "b.test"] {
            until("the certificate", || trusts(&platform, host, &root));
        }
        let now = standing(&platform);
        assert_eq!(
            (&now["state"], &now["failures"], &now["error"]),
            (&"valid".into(), &0.into(), &Value::Null),
            "{now}"
        );
        let metrics = get(&platform.admin("/metrics"), &[]).is(200).text;
        for line in [
            "pailou_acme_failures{certificate=\"site\"} 0",
            "pailou_certificate_expiry_timestamp_seconds{certificate=\"site\"} ",
        ] {
            assert!(metrics.contains(line), "{metrics}");
        }
        // A challenge that is over is answered no more, and what a user has at such a path is.
        get(&platform.http("/.well-known/acme-challenge/other"), &[]).is(404);
        get(&platform.http("/.well-known/acme-challenge/mine"), &[]).is(200);
        for file in fs::read_dir(data.path().join("acme")).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
        }
        let key = kept(data.path()).lines().nth(1).unwrap().to_owned();
        let told = admin(&platform, "GET", "/api/v1/certificates/site", None).is(200).text + &platform.said();
        assert!(!told.contains(&key), "its key is nobody's business");
        let orders = pebble.says("There are now");
        assert_eq!(platform.interrupt(), Some(0));

        let platform = serve(data.path(), &[]);
        assert!(trusts(&platform, "a.test", &root), "it is there from the start");
        until("how it stands", || standing(&platform)["state"] == "valid");
        assert!(!platform.said().contains("is asked for"));
        assert_eq!(pebble.says("There are now"), orders);
    }
}

#[test]
fn a_certificate_is_renewed_before_it_expires_though_the_directory_forgot_the_account() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let setup = Setup { validity: Some(20), ..Setup::default() };
    let Some(pebble) = directory_for(&platform, setup.clone()) else { return };
    apply(&platform, &certificate("a.test", &pebble.acme("http-01")));
    until("the first", || trusts(&platform, "a.test", &pebble.root()));
    let first = kept(data.path());
    platform.says("since the one there is expires");
    platform.says("was given, and is valid until");
    let second = kept(data.path());
    assert!(!second.is_empty() && first != second);
    assert!(trusts(&platform, "a.test", &pebble.root()), "there is always one that is valid");

    // Another directory at the same place: it knows nobody, and has another root.
    let (port, ca) = (pebble.port, fs::read(pebble.ca_file()).unwrap());
    drop(ca);
    let kept_at = pebble.ca_file();
    drop(pebble);
    let again = directory_for(&platform, Setup { port: Some(port), ..setup }).unwrap();
    // Its folder is gone with it; the new one's certificate takes its place.
    fs::create_dir_all(kept_at.parent().unwrap()).unwrap();
    fs::copy(again.ca_file(), &kept_at).unwrap();
    platform.says("does not know the account any more");
    until("one of the new directory", || trusts(&platform, "a.test", &again.root()));
    fs::remove_dir_all(kept_at.parent().unwrap()).unwrap();
}

#[test]
fn an_order_that_is_refused_leaves_the_certificate_there_is_and_is_not_repeated_at_once() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let Some(pebble) = directory_for(&platform, Setup::default()) else { return };
    let acme = pebble.acme("http-01");
    apply(&platform, &certificate("a.test", &acme));
    until("the first", || trusts(&platform, "a.test", &pebble.root()));
    let first = kept(data.path());
    for (hosts, why) in
        [("a.test, nowhere.test", "nowhere.test: "), ("a.test, blocked.test", "rejectedIdentifier")]
    {
        apply(&platform, &certificate(hosts, &acme));
        let said = platform.says("was not given");
        assert!(said.contains(why) && said.contains("the one there is stays in force"), "{said}");
        until("how it stands", || standing(&platform)["failures"] == 1);
        let now = standing(&platform);
        assert!(now["error"].as_str().unwrap().contains(why), "{now}");
        let next: jiff::Timestamp = now["next_attempt"].as_str().unwrap().parse().unwrap();
        assert!(next > jiff::Timestamp::now() + Duration::from_secs(240), "{now}");
        assert!(trusts(&platform, "a.test", &pebble.root()));
        assert_eq!(kept(data.path()), first);
    }
    // A restart is no way around it.
    let orders = pebble.says("There are now");
    platform.kill();
    let platform = serve(data.path(), &[]);
    until("how it stands", || standing(&platform)["failures"] == 1);
    assert!(trusts(&platform, "a.test", &pebble.root()));
    assert!(!platform.said().contains("is asked for"));
    // What is asked for now is there.
    apply(&platform, &certificate("a.test", &acme));
    until("how it stands", || standing(&platform)["failures"] == 0);
    assert_eq!(pebble.says("There are now"), orders);
    assert_eq!(kept(data.path()), first);
}

#[test]
fn a_directory_that_is_none_is_told_and_clients_are_shown_the_default_certificate_meanwhile() {
    let (data, certs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other = crate::tls::write(certs.path(), "other", "other.test");
    let platform = serve(data.path(), &[]);
    let Some(pebble) = directory_for(&platform, Setup::default()) else { return };
    let right = pebble.acme("tls-alpn-01");
    let dir = certs.path().display();
    let files = format!(
        "---\nkind: certificate\nname: other\ncert_file: {dir}/other.pem\nkey_file: {dir}/other.key\n"
    );
    let trusted = format!("ca_file: {}", pebble.ca_file().display());
    for (acme, why) in [
        (
            right.replace("/dir", "/elsewhere"),
            "localhost answers 404 Not Found, which is no answer of an ACME directory",
        ),
        (right.replace(&trusted, &format!("ca_file: {dir}/other.pem")), "certificate"),
        (right.replace(&pebble.port.to_string(), "1"), "refused"),
    ] {
        apply(&platform, &(certificate("a.test", &acme) + &files));
        let said = platform.says("was not given");
        assert!(
            said.contains(why) && said.contains("clients are shown the default certificate"),
            "{why}: {said}"
        );
        until("how it stands", || standing(&platform)["failures"] != 0);
        assert_eq!(standing(&platform)["state"], "awaited");
        assert!(trusts(&platform, "other.test", &other));
        assert!(!trusts(&platform, "a.test", &pebble.root()));
    }
    apply(&platform, &(certificate("a.test", &right) + &files));
    until("the certificate", || trusts(&platform, "a.test", &pebble.root()));
}

#[test]
fn a_directory_that_wants_an_account_is_shown_it_by_a_secret() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    let platform = serve(data.path(), &[]);
    let account = Some(("kid-1".to_owned(), key.to_owned()));
    let Some(pebble) = directory_for(&platform, Setup { account, ..Setup::default() }) else { return };
    apply(&platform, &certificate("a.test", &pebble.acme("http-01")));
    let said = platform.says("was not given");
    assert!(said.contains("give the account you have with the authority in `acme.eab`"), "{said}");
    let secret = files.path().join("hmac");
    fs::write(&secret, key).unwrap();
    let stored = pailou(&["secret", "set", "acme-hmac", "--file", secret.to_str().unwrap()])
        .env("PAILOU_URL", platform.admin(""))
        .env("PAILOU_TOKEN", crate::kit::TOKEN)
        .output();
    stored.unwrap().succeeds();
    let eab = "eab: { key_id: kid-1, hmac_key: 'secret://acme-hmac' }";
    apply(&platform, &certificate("a.test", &format!("{}, {eab}", pebble.acme("http-01"))));
    until("the certificate", || trusts(&platform, "a.test", &pebble.root()));
    let told = admin(&platform, "GET", "/api/v1/certificates/site", None).is(200).text + &platform.said();
    assert!(!told.contains(key));
}

#[test]
fn a_gateway_from_files_keeps_what_it_is_given() {
    let (resources, data) = (folder(&[("all.yaml", NOTHING)]), tempfile::tempdir().unwrap());
    let more = ["--https", "127.0.0.1:0", "--data", data.path().to_str().unwrap()];
    let gateway = gateway_with(resources.path(), &more, "gateway at https:");
    let Some(pebble) = directory_for(&gateway, Setup::default()) else { return };
    let text = certificate("a.test", &pebble.acme("tls-alpn-01"));
    fs::write(resources.path().join("all.yaml"), &text).unwrap();
    until("the certificate", || trusts(&gateway, "a.test", &pebble.root()));
    let orders = pebble.says("There are now");
    assert_eq!(gateway.interrupt(), Some(0));
    let gateway = gateway_with(resources.path(), &more, "gateway at https:");
    assert!(trusts(&gateway, "a.test", &pebble.root()));
    assert_eq!(pebble.says("There are now"), orders);

    let without = ["gateway", "--resources", resources.path().to_str().unwrap(), "--http", "127.0.0.1:0"];
    let Err(said) = Running::try_start(&without, "gateway at http:") else {
        panic!("it has no place for certificates")
    };
    assert!(said.contains("say by --data DIR where certificates and accounts are kept"), "{said}");
}

#[test]
fn of_gateways_that_share_a_folder_one_asks_all_answer_and_another_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let more = ["--https", "127.0.0.1:0", "--data", data.path().to_str().unwrap()];
    let folders = [(); 2].map(|()| folder(&[("all.yaml", NOTHING)]));
    let [first, second] =
        [0, 1].map(|at: usize| gateway_with(folders[at].path(), &more, "gateway at https:"));
    // The authority comes to the second one.
    let Some(pebble) = directory_for(&second, Setup::default()) else { return };
    let write = |at: usize, text: &str| fs::write(folders[at].path().join("all.yaml"), text).unwrap();
    let right = pebble.acme("http-01");
    write(0, &certificate("a.test", &right.replace(&pebble.port.to_string(), "1")));
    first.says("was not given");
    let text = certificate("a.test", &right);
    write(1, &text);
    second.says("configuration reloaded");
    write(0, &text);
    first.says("was given");
    for gateway in [&first, &second] {
        until("the certificate of both", || trusts(gateway, "a.test", &pebble.root()));
    }
    assert!(!second.said().contains("is asked for"));
    first.kill();
    write(1, &certificate("a.test, b.test", &pebble.acme("tls-alpn-01")));
    second.says("is asked for a.test, b.test");
    until("the certificate", || trusts(&second, "b.test", &pebble.root()));
}

#[test]
fn gateways_of_their_own_answer_for_a_control_plane_that_asks() {
    for challenge in ["http-01", "tls-alpn-01"] {
        let (data, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let control = serve(data.path(), &["--role", "control"]);
        let own = own.path().to_str().unwrap();
        let [http, https, admin] = ["--http", "--https", "--admin"].map(|flag| [flag, "127.0.0.1:0"]);
        let url = control.admin("");
        apply(&control, NOTHING);
        let args =
            [&["serve", "--role", "gateway", "--data", own, "--control", &url][..], &http, &https, &admin];
        let gateway = Running::start(&args.concat(), "gateway at https:");
        let Some(pebble) = directory_for(&gateway, Setup::default()) else { return };
        apply(&control, &certificate("a.test", &pebble.acme(challenge)));
        until("the certificate", || trusts(&gateway, "a.test", &pebble.root()));
        assert_eq!(standing(&control)["state"], "valid");
    }
}

#[test]
fn what_no_authority_would_give_is_refused_when_it_is_applied() {
    let dir =
        folder(&[("all.yaml", &certificate("'*.a.test'", "directory: 'http://a.test', ca_file: gone.pem"))]);
    let said = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().fails();
    for text in ["hosts[0]", "dns-01", "acme.directory", "acme.terms_agreed", "acme.ca_file", "gone.pem"] {
        assert!(said.contains(text), "{text}: {said}");
    }
    let fine = folder(&[("all.yaml", &certificate("a.example.com", "terms_agreed: true"))]);
    let said = pailou(&["validate", "-f", fine.path().to_str().unwrap()]).output().unwrap().succeeds();
    assert!(!said.contains("warning"), "{said}");
}
