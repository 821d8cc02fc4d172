//! What tests and benchmarks need of the system, installed when it is missing.

use crate::shell::{Outcome, command, has, step};

/// A program, and the Debian package it is in.
pub(crate) struct Tool(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const CHROMIUM: Tool = Tool("chromium", "chromium");
pub(crate) const NGINX: Tool = Tool("nginx", "nginx-light");
pub(crate) const WRK: Tool = Tool("wrk", "wrk");
pub(crate) const CURL: Tool = Tool("curl", "curl");
/// Has no program of its own: is installed whenever it is asked for.
pub(crate) const VENV: Tool = Tool("python3-venv", "python3-venv");
/// A directory of ACME to test against.
pub(crate) const PEBBLE: Tool = Tool("pebble", "pebble");
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
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(&missing);
    step(&format!("installing {}", missing.join(", ")), &mut apt(&args)).map_err(|_| by_hand)
}

/// Whether Node is new enough for the UI's build: 20.19 or later.
pub(crate) fn has_node() -> bool {
    let Ok(version) = crate::shell::output(&mut command("node", &["--version"])) else { return false };
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (20, 19)
}

fn is_root() -> bool {
    crate::shell::output(&mut command("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}
