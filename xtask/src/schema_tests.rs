//! The official JSON Schema test suite, with the schemas of schemas it refers to: fetched for the tests of the crate `schema`.

use std::fs;

use crate::shell::{Outcome, cargo, command, has, step, target_dir};

/// This package carries the suite in its source archive.
const SUITE: &str = "jsonschema==4.26.0";
const META: &str = "jsonschema-specifications==2025.9.1";

pub(crate) fn run() -> Outcome {
    fetch()?;
    step("JSON Schema", &mut command(cargo(), &["test", "--locked", "--package", "schema"]))
}

/// Puts the suite below `target`, where it is not there; says so where that cannot be done here.
pub(crate) fn fetch() -> Outcome {
    let folder = target_dir().join("schema-tests");
    if folder.join("json/tests").is_dir() && folder.join("meta").is_dir() {
        return Ok(());
    }
    if !has("python3") || !has("tar") {
        println!("\nSKIPPED: the official JSON Schema test suite (it is fetched by Python's pip)");
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."];
    let mut suite = command("python3", &pip);
    step("suite", suite.args(["--no-binary", "jsonschema", SUITE]).current_dir(&folder))?;
    step("schemas of schemas", command("python3", &pip).arg(META).current_dir(&folder))?;
    let archive = format!("{}.tar.gz", SUITE.replace("==", "-"));
    let inside = format!("{}/json", SUITE.replace("==", "-"));
    let mut unpack = command("tar", &["xzf", &archive, "--strip-components=1", &inside]);
    step("unpacking", unpack.current_dir(&folder))?;
    let wheel =
        format!("{}-py3-none-any.whl", META.replace("==", "-").replace("jsonschema-s", "jsonschema_s"));
    step("unpacking", command("python3", &["-m", "zipfile", "-e", &wheel, "meta"]).current_dir(&folder))
}
