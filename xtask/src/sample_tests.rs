//! Samples in compiled languages whose libraries are others': the tests of the samples, given what these need.

use std::{fs, path::PathBuf};

use crate::{
    shell::{Outcome, cargo, command, step, target_dir},
    tools,
};

/// Tells the tests where the crate is that samples in Rust are compiled in.
pub(crate) const CRATE: &str = "PAILOU_RUST_SAMPLES";
/// The dependency that the samples name, without TLS: what they call is the same, and no C library is asked for.
const MANIFEST: &str = "[package]
name = \"samples\"
version = \"0.0.0\"
edition = \"2021\"
publish = false

[dependencies]
reqwest = { version = \"0.12\", default-features = false, features = [\"blocking\"] }

[workspace]
";

pub(crate) fn run() -> Outcome {
    tools::install(&[tools::GO, tools::MONO, tools::PHP])?;
    let mut tests =
        command(cargo(), &["test", "--locked", "-p", "contract", "--test", "it", "--", "samples"]);
    step("samples", tests.env(CRATE, prepare()?))
}

/// The crate with its dependency built, so that samples are compiled without asking anybody.
///
/// # Errors
/// The dependency cannot be fetched or built.
pub(crate) fn prepare() -> Outcome<PathBuf> {
    let folder = target_dir().join("sample-tests");
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(|e| format!("{}: {e}", source.display()))?;
    for (file, text) in [("Cargo.toml", MANIFEST), ("src/lib.rs", "")] {
        let file = folder.join(file);
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    let mut build = command(cargo(), &["build", "--quiet", "--target-dir", "target"]);
    step("what samples in Rust need", build.current_dir(&folder))?;
    Ok(folder)
}
