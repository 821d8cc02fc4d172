//! The console and the portal.

use std::fs;

use crate::{
    shell::{Outcome, command, root, step},
    tools,
};

/// Builds both apps into `ui/dist`.
pub(crate) fn build() -> Outcome {
    packages()?;
    step("UI build", npm(&["run", "build"]).as_mut())
}

/// Installs the npm packages of the lockfile, unless they are there already.
pub(crate) fn packages() -> Outcome {
    if !tools::has_node() {
        return Err("the UI needs Node 20.19 or later and npm; the Rust side builds without".to_owned());
    }
    let (lock, stamp) = (root().join("ui/package-lock.json"), root().join("ui/node_modules/.installed-lock"));
    let wanted = fs::read(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("UI packages", npm(&["ci", "--no-audit", "--no-fund"]).as_mut())?;
    fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// An npm command in `ui/`.
pub(crate) fn npm(args: &[&str]) -> Box<std::process::Command> {
    let mut npm = command("npm", args);
    npm.current_dir(root().join("ui"));
    Box::new(npm)
}
