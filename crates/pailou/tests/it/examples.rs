//! Every folder of `examples`: what its README starts is started, and what it asks is answered as it says.

use std::{fs, path::Path, process::Command};

use crate::{
    kit::{Running, folder},
    walk::{blocks, is_as_shown},
};

/// Where the README of an example says that something is, and where it is here.
type Moved = Vec<(String, String)>;

fn moved(text: &str, places: &Moved) -> String {
    places.iter().fold(text.to_owned(), |text, (said, is)| text.replace(said, is))
}

/// Starts one line of a README on a free port, and adds where it is.
fn start(line: &str, at: &Path, places: &mut Moved) -> Running {
    let (before, addr) = line.split_once("--http ").unwrap_or_else(|| panic!("`{line}` says no --http"));
    let (addr, after) = addr.split_once(' ').unwrap_or((addr, ""));
    let mut words: Vec<&str> = before.split_whitespace().chain(after.split_whitespace()).collect();
    assert_eq!(words.remove(0), "pailou", "{line}");
    let mut command = crate::kit::pailou(&words);
    command.args(["--http", "127.0.0.1:0"]).current_dir(at);
    let running =
        Running::try_start_as(command, "gateway at http:").unwrap_or_else(|log| panic!("{line}: {log}"));
    places.push((addr.to_owned(), running.http("").trim_start_matches("http://").to_owned()));
    running
}

fn run(example: &Path) -> usize {
    let at = folder(&[]);
    for file in fs::read_dir(example).unwrap().map(|file| file.unwrap().path()) {
        fs::copy(&file, at.path().join(file.file_name().unwrap())).unwrap();
    }
    let readme = fs::read_to_string(example.join("README.md")).unwrap();
    let (mut places, mut running, mut asked) = (Moved::new(), Vec::new(), 0);
    for (language, block) in blocks(&readme) {
        if language == "sh" {
            for line in block.trim().lines() {
                // What was started before is where its port is free here.
                let resources = at.path().join("gateway.yaml");
                fs::write(&resources, moved(&fs::read_to_string(&resources).unwrap(), &places)).unwrap();
                running.push(start(line, at.path(), &mut places));
            }
            continue;
        }
        for said in block.split("$ ").skip(1).filter(|_| language == "console") {
            // `$ ` is also in the middle of a command.
            let (command, shown) = said.split_once('\n').unwrap_or((said, ""));
            let output = Command::new("sh")
                .args(["-c", &moved(command, &places)])
                .env("NO_PROXY", "*")
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stdout).replace('\r', "");
            let lines: Vec<&str> = told.trim_end_matches('\n').lines().collect();
            let expected: Vec<&str> = shown.trim_end().lines().collect();
            let same = lines.len() == expected.len()
                && lines.iter().zip(&expected).all(|(line, shown)| is_as_shown(line, shown));
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(same, "{}: {command}\nshown: {shown}\nis: {told}{errors}", example.display());
            asked += 1;
        }
    }
    assert!(!running.is_empty(), "{} starts nothing", example.display());
    asked
}

#[test]
fn every_example_starts_and_answers_as_its_readme_says() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut folders: Vec<_> = fs::read_dir(examples)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let asked: usize = folders.iter().map(|folder| run(folder)).sum();
    assert!(folders.len() >= 6 && asked >= 20, "{folders:?} {asked}");
}
