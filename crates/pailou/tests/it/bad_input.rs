//! What cannot work is said at the start, with the place and what to do.

use std::fs;

use crate::kit::{Running, folder, serve};

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
