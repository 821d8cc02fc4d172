//! What tests and benchmarks need of the system, installed when it is missing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::shell::{Outcome, command, has, output, step};

/// A program, and the Debian packages it is in, with spaces between.
pub(crate) struct Tool(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const CHROMIUM: Tool = Tool("chromium", "chromium");
pub(crate) const NGINX: Tool = Tool("nginx", "nginx-light");
pub(crate) const WRK: Tool = Tool("wrk", "wrk");
pub(crate) const CURL: Tool = Tool("curl", "curl");
/// Has no program of its own: is installed whenever it is asked for.
pub(crate) const VENV: Tool = Tool("python3-venv", "python3-venv");
/// A directory of ACME to test against.
pub(crate) const PEBBLE: Tool = Tool("pebble", "pebble");
/// A directory of people to test against. Installed without one of the system's own.
pub(crate) const SLAPD: Tool = Tool("slapd", "slapd");
/// Runs the samples in Go that the portal shows.
pub(crate) const GO: Tool = Tool("go", "golang-go");
/// Runs those in PHP, which call its curl extension.
pub(crate) const PHP: Tool = Tool("php", "php-cli php-curl");
/// Compiles and runs those in C#.
pub(crate) const MONO: Tool = Tool("mcs", "mono-mcs mono-runtime libmono-system-net-http4.0-cil");
pub(crate) const OPENSSL: Tool = Tool("openssl", "openssl");

/// Installs what is missing by `apt-get`, as root or through `sudo`.
///
/// # Errors
/// Names what is missing and how to install it, where that cannot be done here.
pub(crate) fn install(tools: &[Tool]) -> Outcome {
    let missing: Vec<_> = tools.iter().filter(|tool| !has(tool.0)).map(|tool| tool.1).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("install {0} (on Debian: apt-get install {0})", missing.join(" "));
    if !has("apt-get") {
        return Err(by_hand);
    }
    let sudo: &[&str] = if is_root() {
        &[]
    } else if has("sudo") {
        &["sudo"]
    } else {
        return Err(by_hand);
    };
    let apt = |args: &[&str]| {
        let words: Vec<&str> = sudo.iter().chain(&["apt-get"]).chain(args).copied().collect();
        let mut apt = command(words[0], &words[1..]);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    step("package lists", &mut apt(&["update", "-qq"]))?;
    if missing.contains(&SLAPD.1) {
        // It would run one by itself otherwise, with the system.
        let answer = "echo slapd slapd/no_configuration boolean true | debconf-set-selections";
        let words: Vec<&str> = sudo.iter().chain(&["sh", "-c", answer]).copied().collect();
        step("no directory of the system's own", &mut command(words[0], &words[1..]))?;
    }
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(missing.iter().flat_map(|packages| packages.split(' ')));
    step(&format!("installing {}", missing.join(", ")), &mut apt(&args)).map_err(|_| by_hand)
}

/// Python with packages (`name==version`), in a folder of its own below `folder`.
///
/// # Errors
/// What cannot be installed.
pub(crate) fn python(folder: &Path, packages: &[&str]) -> Outcome<PathBuf> {
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    let stamp = environment.join(packages.join("+"));
    if stamp.is_file() {
        return Ok(python);
    }
    let make = || step("Python", command("python3", &["-m", "venv", "--clear"]).arg(&environment));
    if make().is_err() {
        // Debian has the half of it in a package of its own.
        install(&[VENV])?;
        make()?;
    }
    let mut pip = command(&python, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    step("packages of Python", pip.args(packages))?;
    fs::write(&stamp, "").map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(python)
}

/// A certificate for hosts that is its own root: `certificate.pem` in `folder`, its key beside it in `key.pem`.
///
/// # Errors
/// What openssl says.
pub(crate) fn certificate(folder: &Path, hosts: &[&str]) -> Outcome<PathBuf> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let mut openssl = command(
        "openssl",
        &["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    );
    let names: Vec<_> = hosts.iter().map(|host| format!("DNS:{host}")).collect();
    openssl.args(["-subj", "/CN=tests", "-addext", &format!("subjectAltName={}", names.join(","))]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.arg("-out").arg(&certificate).arg("-keyout").arg(&key);
    output(&mut openssl)?;
    Ok(certificate)
}

/// Whether Node is new enough for the UI's build: 20.19 or later.
pub(crate) fn has_node() -> bool {
    let Ok(version) = output(&mut command("node", &["--version"])) else { return false };
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (20, 19)
}

fn is_root() -> bool {
    output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}
