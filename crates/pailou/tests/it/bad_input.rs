//! What cannot work is said at the start, with the place and what to do.

use std::fs;

use crate::kit::{Running, cli, folder, pailou, serve};

fn start(args: &[&str]) -> String {
    let Err(said) = Running::try_start(args, "console at") else { panic!("it started") };
    said
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let data = data.path().to_str().unwrap();
    let said = start(&["serve", "--data", data, "--http", &addr, "--https", "off", "--admin", "127.0.0.1:0"]);
    assert!(said.contains(&addr), "{said}");
    let said = start(&["serve", "--data", data, "--http", "127.0.0.1:0", "--https", "off", "--admin", &addr]);
    assert!(said.contains(&addr) && said.contains("--admin"), "{said}");
}

#[test]
fn a_damaged_database_is_named_and_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("pailou.db");
    fs::write(&file, "this is no database, however long it may look to be".repeat(100)).unwrap();
    let before = fs::read(&file).unwrap();
    let said = start(&[
        "serve",
        "--data",
        data.path().to_str().unwrap(),
        "--http",
        "127.0.0.1:0",
        "--https",
        "off",
        "--admin",
        "127.0.0.1:0",
    ]);
    assert!(said.contains("pailou.db"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_data_directory_that_is_a_file_or_in_use_is_named() {
    let dir = folder(&[("file", "x")]);
    let path = dir.path().join("file");
    let said = start(&[
        "serve",
        "--data",
        path.to_str().unwrap(),
        "--http",
        "127.0.0.1:0",
        "--https",
        "off",
        "--admin",
        "127.0.0.1:0",
    ]);
    assert!(said.contains(path.to_str().unwrap()), "{said}");

    let data = tempfile::tempdir().unwrap();
    let _first = serve(data.path(), &[]);
    let said = start(&[
        "serve",
        "--data",
        data.path().to_str().unwrap(),
        "--http",
        "127.0.0.1:0",
        "--https",
        "off",
        "--admin",
        "127.0.0.1:0",
    ]);
    assert!(said.contains("another Pailou"), "{said}");
}

#[test]
fn a_bad_line_of_the_configuration_file_is_named() {
    let dir = folder(&[("pailou.yaml", "data: ./data\nhttp: 8080\n")]);
    let config = dir.path().join("pailou.yaml");
    let said = start(&["serve", "--config", config.to_str().unwrap()]);
    assert!(said.contains("pailou.yaml:2") && said.contains("http"), "{said}");
}

#[test]
fn a_command_that_cannot_work_says_which_of_its_words_is_wrong() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let said = |args: &[&str]| {
        let output = cli(&platform, args);
        assert!(!output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["secret", "set", "Bad Name"]).contains("`Bad Name` is not a name"));
    assert!(
        said(&["block", "consumer", "ada", "--for", "2x"])
            .ends_with("`7d` [invalid-field]\nInvalid content: nothing was changed\n")
    );
    assert!(said(&["scorecards", "--fail-under", "200"]).contains("200 is not in 1..=100"));
    assert!(said(&["status", "--token", "wrong"]).contains("(that of --token or PAILOU_TOKEN)"));
    assert!(said(&["status", "--token", ""]).contains("set PAILOU_TOKEN or give --token"));
    assert!(said(&["status", "--url", "nonsense"]).contains("write one such as `http://127.0.0.1:9080`"));
}

#[test]
fn everything_that_is_wrong_with_a_document_is_told_at_once() {
    let text = "kind: api\nname: orders\nlisten: { pth: /x }\nupstream: { endpoints: [http://a], balanc: random }\ntags: 3\n";
    let dir = folder(&[("api.yaml", text)]);
    let output = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    for place in [
        "api.yaml:3:11: error: listen.pth",
        "api.yaml:4:36: error: upstream.balanc",
        "api.yaml:5:1: error: tags",
    ] {
        assert!(said.contains(place), "{place}\n{said}");
    }
}
