//! The public tests for HTTP caches (`http-cache-tests`, see cache-tests.fyi), run against a gateway with the policy `cache`.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::shell::{Outcome, cargo, command, has, output, root, step, target_dir};

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
    let binary = match &args.binary {
        Some(binary) => binary.clone(),
        None => {
            step(
                "binary for the cache tests",
                &mut command(cargo(), &["build", "--locked", "--package", "pailou"]),
            )?;
            target_dir().join("debug/pailou")
        }
    };
    let folder = installed()?;
    let suite = folder.join("package");
    let origin = Origin::start(&suite)?;
    for (name, config, least) in REQUIRED {
        let gateway = Gateway::start(&binary, &folder, config, origin.port)?;
        let mut tests = command("node", &["--no-warnings", "cli.mjs"]);
        tests
            .current_dir(&suite)
            .env("npm_config_base", format!("http://{}", gateway.address))
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

/// The suite's server.
struct Origin {
    child: Child,
    port: u16,
}

impl Origin {
    fn start(suite: &Path) -> Outcome<Origin> {
        let mut server = command("node", &["server/server.mjs"]);
        server
            .current_dir(suite)
            .env("npm_config_protocol", "http")
            .env("npm_config_port", "0")
            .env("npm_config_pidfile", suite.join("server.pid"));
        let mut child = server
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .map_err(|e| format!("node could not be started: {e}"))?;
        let lines = BufReader::new(child.stdout.take().ok_or("node has no output")?).lines();
        let mut origin = Origin { child, port: 0 };
        let mut lines = lines.map_while(Result::ok);
        let said = lines.by_ref().find(|line| line.starts_with("Listening on "));
        let port = said.and_then(|line| line.trim_end_matches('/').rsplit(':').next()?.parse().ok());
        origin.port = port.ok_or("the suite's server did not say where it listens")?;
        // Read on, so that what it still says never meets a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(origin)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// A gateway in front of it.
struct Gateway {
    child: Child,
    address: String,
}

impl Gateway {
    fn start(binary: &Path, folder: &Path, config: &str, origin: u16) -> Outcome<Gateway> {
        let resources = folder.join("gateway.yaml");
        let text = format!(
            "kind: route\nname: suite\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://localhost:{origin}\"] }}\n\
             policies: [{{ cache: {config} }}]\n"
        );
        fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
        let mut gateway = Command::new(binary);
        gateway.args(["gateway", "--http", "127.0.0.1:0", "--resources"]).arg(&resources);
        let mut child = gateway
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{} could not be started: {e}", binary.display()))?;
        let log = child.stderr.take().ok_or("the gateway has no log")?;
        let mut gateway = Gateway { child, address: String::new() };
        let mut lines = BufReader::new(log).lines().map_while(Result::ok);
        let address = lines.by_ref().find_map(|line| {
            let (_, address) = line.split_once("gateway at http://")?;
            Some(address.trim().to_owned())
        });
        gateway.address = address.ok_or("the gateway did not say where it listens")?;
        // Read on, so that what it still says never meets a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(gateway)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // Where it has ended already there is nothing to do.
    let _ = child.kill();
    let _ = child.wait();
}
