//! Running commands.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// A command in the repository's root.
pub(crate) fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Runs a step of the output: its name, the command, how long it took.
pub(crate) fn step(name: &str, command: &mut Command) -> Outcome {
    println!("\n── {name}");
    #[expect(clippy::disallowed_methods, reason = "how long a build step took is no input of a test")]
    let start = Instant::now();
    let status =
        command.status().map_err(|e| format!("{name}: {} could not be started: {e}", program(command)))?;
    println!(
        "── {name}: {} in {:.0} s",
        if status.success() { "passed" } else { "FAILED" },
        start.elapsed().as_secs_f64()
    );
    if status.success() { Ok(()) } else { Err(format!("{name} failed: {status}")) }
}

/// What a command prints.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let name = program(command);
    let output = command.output().map_err(|e| format!("{name} could not be started: {e}"))?;
    if !output.status.success() {
        return Err(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program is there.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
        || Path::new("/usr/sbin").join(program).is_file()
}

pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
