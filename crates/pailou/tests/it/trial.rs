//! `pailou test`: services held against their contracts, as somebody at a terminal does.

mod service;

use std::{fs, path::Path};

use serde_json::Value;

use self::service::TOKEN;
use crate::kit::{Running, gateway, pailou};

const CONTRACT: &str = include_str!("trial/orders.yaml");

/// A fault of the service, and the check that finds it.
const FAULTS: &[(&str, &str)] = &[
    ("an undeclared status", "undeclared-status"),
    ("deleting answers 200", "undeclared-status"),
    ("a list is told as text", "content-type"),
    ("a header is missing", "response-header"),
    ("a header is no number", "response-header"),
    ("an order is without its total", "response-body"),
    ("an id is a text", "response-body"),
    ("a total is null", "response-body"),
    ("an order is no JSON", "response-body"),
    ("problems are without a title", "response-body"),
    ("no body crashes", "server-error"),
    ("what is no JSON crashes", "server-error"),
    ("letters beyond ASCII crash", "server-error"),
    ("the longest name crashes", "server-error"),
    ("the connection breaks off", "no-answer"),
    ("a limit may be nothing", "invalid-accepted"),
    ("a limit may be too large", "invalid-accepted"),
    ("any state will do", "invalid-accepted"),
    ("any day will do", "invalid-accepted"),
    ("any number is an id", "invalid-accepted"),
    ("no tenant is needed", "invalid-accepted"),
    ("a tenant may be of any length", "invalid-accepted"),
    ("a count may be a text", "invalid-accepted"),
    ("any article will do", "invalid-accepted"),
    ("no customer is needed", "invalid-accepted"),
    ("a customer may be of any length", "invalid-accepted"),
    ("one item too many is taken", "invalid-accepted"),
    ("unknown properties are taken", "invalid-accepted"),
    ("any type of content will do", "invalid-accepted"),
    ("the largest limit is refused", "valid-refused"),
    ("the largest count is refused", "valid-refused"),
    ("a note is needed", "valid-refused"),
    ("any method is taken", "method-accepted"),
    ("nobody says which methods are allowed", "missing-allow"),
    ("reading needs no credentials", "auth-ignored"),
    ("any token will do", "auth-unchecked"),
];

/// Runs `pailou test` and gives its exit code and what it printed.
async fn tested(folder: &Path, url: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let mut command = pailou(&["test", "orders.yaml", "--url", url]);
    if !more.contains(&"--rate") {
        command.args(["--rate", "100000"]);
    }
    command.args(more).current_dir(folder);
    let out = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code(), text(out.stdout), text(out.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("orders.yaml"), CONTRACT).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_planted_fault_is_found_and_a_service_that_keeps_its_contract_passes() {
    let folder = folder();
    let header = format!("Authorization: Bearer {TOKEN}");
    let sound = service::start("").await;
    for seed in 0..20 {
        let seed = seed.to_string();
        let more = ["--unsafe", "-H", &header, "--format", "json", "--seed", &seed];
        let (code, out, err) = tested(folder.path(), &sound, &more).await;
        assert_eq!((code, &*err), (Some(0), ""), "seed {seed}: {out}");
    }
    let mut missed = Vec::new();
    for (fault, check) in FAULTS {
        let url = service::start(fault).await;
        for seed in ["0", "7"] {
            let more = ["--unsafe", "-H", &header, "--format", "json", "--seed", seed];
            let (code, out, _) = tested(folder.path(), &url, &more).await;
            let report: Value = serde_json::from_str(&out).unwrap();
            let operations = report["operations"].as_array().unwrap();
            let failures: Vec<&Value> =
                operations.iter().flat_map(|one| one["failures"].as_array().unwrap()).collect();
            if code != Some(1) || !failures.iter().any(|failure| failure["check"] == *check) {
                missed.push(format!("{fault} ({check}), seed {seed}: {failures:#?}"));
            }
            assert!(!out.contains(TOKEN), "{out}");
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_may_change_something_is_called_unless_asked_for() {
    let folder = folder();
    let url = service::start("").await;
    let header = format!("Authorization: Bearer {TOKEN}");
    let (code, out, _) = tested(folder.path(), &url, &["-H", &header]).await;
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("POST    /orders: it may change something"), "{out}");
    assert!(out.contains("2 operations of 4"), "{out}");
    let (code, _, err) = tested(folder.path(), &url, &["--include", "createOrder"]).await;
    assert_eq!(code, Some(2));
    assert!(err.contains("--unsafe"), "{err}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_says_how_to_repeat_it_and_the_same_seed_asks_the_same() {
    let folder = folder();
    let url = service::start("an id is a text").await;
    let header = format!("Authorization: Bearer {TOKEN}");
    let ask = async |more: &[&str]| {
        let mut all = vec!["-H", &*header, "--include", "GET /orders/*"];
        all.extend(more);
        tested(folder.path(), &url, &all).await
    };
    let (code, out, _) = ask(&["--format", "json", "--seed", "5"]).await;
    assert_eq!(code, Some(1), "{out}");
    assert_eq!(ask(&["--format", "json", "--seed", "5"]).await.1, out);
    let report: Value = serde_json::from_str(&out).unwrap();
    let failure = &report["operations"][0]["failures"][0];
    assert_eq!((&failure["check"], &failure["pointer"]), (&"response-body".into(), &"/id".into()));
    // The command does again what was done.
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(failure["curl"].as_str().unwrap()).env("AUTHORIZATION", TOKEN);
    let again = tokio::task::spawn_blocking(move || shell.output()).await.unwrap();
    match again {
        Ok(out) if out.status.success() => {
            assert!(String::from_utf8_lossy(&out.stdout).contains("\"id\":\"7\""), "{out:?}");
        }
        other => panic!("the command does not run: {other:?}"),
    }
    let (code, out, _) = ask(&["--format", "junit"]).await;
    assert_eq!(code, Some(1));
    assert!(
        out.contains("<testsuite name=\"GET /orders/{id}\"")
            && out.contains("<failure type=\"response-body\"")
    );
    let (code, out, _) = ask(&["--skip-check", "response-body"]).await;
    assert_eq!(code, Some(0), "{out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_tested_is_told_by_the_exit_code() {
    let folder = folder();
    let sound = service::start("").await;
    for (url, more, part) in [
        ("ftp://127.0.0.1", &[][..], "--url"),
        ("http://user:secret@127.0.0.1", &[], "holds no credentials"),
        ("http://127.0.0.1:1", &[], "does not answer"),
        (&sound, &["--skip-check", "no-such"], "is no check"),
        (&sound, &["--include", "nothing"], "no operation"),
        (&sound, &["-H", "secret-without-a-colon"], "`NAME: VALUE`"),
    ] {
        let (code, out, err) = tested(folder.path(), url, more).await;
        assert_eq!(code, Some(2), "{out}{err}");
        assert!(err.contains(part), "{err}");
        assert!(!err.contains("secret"), "{err}");
    }
    let (code, out, _) = tested(folder.path(), &sound, &[]).await;
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("credentials-needed"), "{out}");
    // Time is over before everything was sent.
    let (code, out, _) = tested(
        folder.path(),
        &sound,
        &["--rate", "5", "--time", "300ms", "--skip-check", "credentials-needed"],
    )
    .await;
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("were not sent: time was over"), "{out}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_what_happens() {
    let page = include_str!("../../../../docs/contracts/testing.md");
    let folder = tempfile::tempdir().unwrap();
    let mut told: Vec<(&str, &str)> = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (name, text) = block.split_once('\n').unwrap();
        match name.split_once(' ') {
            Some(("yaml" | "json", file)) => fs::write(folder.path().join(file), text).unwrap(),
            _ if name == "console" => {
                told.extend(text.strip_prefix("$ ").and_then(|text| text.split_once('\n')))
            }
            _ => {}
        }
    }
    assert!(told.len() >= 3);
    let file = folder.path().join("orders.yaml");
    let mock = Running::start(&["mock", file.to_str().unwrap(), "--http", "127.0.0.1:0"], "gateway at http:");
    let broken = gateway(&folder.path().join("broken.yaml"));
    for (command, expected) in told {
        let here = |text: &str| {
            text.replace("http://127.0.0.1:4010", &mock.http(""))
                .replace("http://127.0.0.1:8080", &broken.http(""))
        };
        let mut shell = pailou(&[]);
        shell.args(here(command).split_whitespace().skip(1)).current_dir(folder.path());
        let out = tokio::task::spawn_blocking(move || shell.output().unwrap()).await.unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        assert_eq!(said.trim_end(), here(expected).trim_end(), "{}", String::from_utf8_lossy(&out.stderr));
    }
}
