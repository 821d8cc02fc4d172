//! Every check and test, as `.ci/run` calls them.

use crate::{
    cache_tests, e2e, foreign, grpc_tests, http3_tests, mock_tests, oauth_tests, oidc_tests,
    registration_tests, saml_tests, sample_tests, schema_tests, schemathesis_tests,
    shell::{Outcome, cargo, command, has, output, step},
    signature_tests, tools, ui, websocket_tests,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leaves out the UI and its tests in a browser.
    #[arg(long)]
    no_ui: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    tools::install(&[tools::CURL, tools::GO, tools::MONO, tools::PEBBLE, tools::PHP, tools::SLAPD])?;
    step("format", &mut command(cargo(), &["fmt", "--all", "--check"]))?;
    step(
        "clippy",
        &mut command(
            cargo(),
            &["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
        ),
    )?;
    licenses()?;
    schema_tests::fetch()?;
    if !args.no_ui {
        // Samples in TypeScript are compiled with what the UI is built with.
        ui::packages()?;
    }
    let mut tests = command(cargo(), &["test", "--locked", "--workspace", "--no-fail-fast"]);
    step("Rust tests", tests.env(sample_tests::CRATE, sample_tests::prepare()?))?;
    cache_tests::run(&cache_tests::Args::default())?;
    grpc_tests::run(&foreign::Args::default())?;
    http3_tests::run(&foreign::Args::default())?;
    websocket_tests::run(&foreign::Args::default())?;
    oauth_tests::run(&foreign::Args::default())?;
    oidc_tests::run(&oidc_tests::Args::default())?;
    registration_tests::run(&foreign::Args::default())?;
    saml_tests::run(&foreign::Args::default())?;
    mock_tests::run(&mock_tests::Args::default())?;
    signature_tests::run(&signature_tests::Args::default())?;
    schemathesis_tests::run(&foreign::Args::default())?;
    if args.no_ui {
        println!("\nSKIPPED: the UI and its tests in a browser (--no-ui)");
        return Ok(());
    }
    generated_client()?;
    step("UI types", &mut ui::npm(&["run", "typecheck"]))?;
    step("UI unit tests", &mut ui::npm(&["test"]))?;
    e2e::build_and_run()
}

/// Licences and advisories by cargo-deny, where it is installed.
fn licenses() -> Outcome {
    if !has("cargo-deny") {
        println!(
            "\nSKIPPED: licences and duplicate versions (cargo-deny is not installed: cargo install cargo-deny)"
        );
        return Ok(());
    }
    step("licences", &mut command("cargo-deny", &["--offline", "check", "licenses", "bans", "sources"]))
}

/// The committed client is what the committed OpenAPI documents give.
fn generated_client() -> Outcome {
    step("UI client", &mut ui::npm(&["run", "codegen"]))?;
    let changed = output(&mut command("git", &["status", "--porcelain", "ui/packages/api"]))?;
    if changed.is_empty() {
        Ok(())
    } else {
        Err(format!("the UI's client is out of date; run `cargo xtask codegen`:\n{changed}"))
    }
}
