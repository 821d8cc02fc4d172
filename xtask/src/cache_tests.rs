//! The public tests for HTTP caches (`http-cache-tests`, see cache-tests.fyi), run against a gateway with the policy `cache`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    running::{self, Gateway, Running, Says},
    shell::{Outcome, command, has, output, root, step, target_dir},
};

/// The suite, and what it needs of its dependencies.
const SUITE: &str = "http-cache-tests@0.4.5";
const FETCH: &str = "node-fetch@2.7.0";
/// Tests of what a cache must do that have to pass, with `cache: {}` and with cookies kept; see `docs/cache-tests.md`.
const REQUIRED: [(&str, &str, &str); 2] =
    [("cache: {}", "{}", "139"), ("cache: { set_cookie: true }", "{ set_cookie: true }", "141")];

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Runs one test alone and shows what was sent.
    #[arg(long)]
    id: Option<String>,
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("node") || !has("npm") {
        println!("\nSKIPPED: the public tests for HTTP caches (they need Node)");
        return Ok(());
    }
    let binary = running::binary(args.binary.as_deref())?;
    let folder = installed()?;
    let suite = folder.join("package");
    let (_origin, port) = origin(&suite)?;
    for (name, config, least) in REQUIRED {
        let gateway = gateway(&binary, &folder, config, port)?;
        let mut tests = command("node", &["--no-warnings", "cli.mjs"]);
        tests
            .current_dir(&suite)
            .env("npm_config_base", format!("http://{}", gateway.http))
            // Of an empty id the suite takes the default of its package.
            .env("npm_config_id", args.id.as_deref().unwrap_or_default())
            .env("npm_package_config_id", "");
        if args.id.is_some() {
            return step(name, &mut tests);
        }
        let results = folder.join("results.json");
        fs::write(&results, output(&mut tests)?).map_err(|e| format!("{}: {e}", results.display()))?;
        let summary = root().join("xtask/src/cache_tests/summary.mjs");
        let mut summary = command("node", &["--no-warnings", &summary.to_string_lossy()]);
        summary.arg(&suite).arg(&results).arg(least);
        step(name, &mut summary)?;
    }
    Ok(())
}

/// The suite in a folder of its own below `target`.
fn installed() -> Outcome<PathBuf> {
    let folder = target_dir().join("cache-tests");
    let suite = folder.join("package");
    if !suite.join("cli.mjs").is_file() {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let archive = output(command("npm", &["pack", "--silent", SUITE]).current_dir(&folder))?;
        step("suite", command("tar", &["xzf", archive.trim()]).current_dir(&folder))?;
    }
    if !folder.join("node_modules/node-fetch").is_dir() {
        // Of the suite's dependencies the command line needs this one.
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts", FETCH];
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        step("its dependency", command("npm", &flags).current_dir(&folder))?;
    }
    Ok(folder)
}

/// The suite's server, and its port.
fn origin(suite: &Path) -> Outcome<(Running, u16)> {
    let mut server = command("node", &["server/server.mjs"]);
    server
        .current_dir(suite)
        .env("npm_config_protocol", "http")
        .env("npm_config_port", "0")
        .env("npm_config_pidfile", suite.join("server.pid"));
    Running::start(&mut server, Says::Output, |line| {
        let url = line.strip_prefix("Listening on ")?;
        url.trim_end_matches('/').rsplit(':').next()?.parse().ok()
    })
}

/// A gateway in front of it.
fn gateway(binary: &Path, folder: &Path, config: &str, origin: u16) -> Outcome<Gateway> {
    let resources = folder.join("gateway.yaml");
    let text = format!(
        "kind: route\nname: suite\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://localhost:{origin}\"] }}\n\
         policies: [{{ cache: {config} }}]\n"
    );
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    Gateway::start(binary, &resources)
}
