//! The release binary, optimized for what it was seen doing: the compiler follows a profile that `cargo xtask profile` counted.

use std::path::{Path, PathBuf};

use crate::shell::{Outcome, cargo, command, output, root, step, target_dir};

/// Builds the release binary and says where it is. Where there is no profile for this compiler it is built without,
/// which costs speed and nothing else.
///
/// # Errors
/// What the build ended with.
pub(crate) fn build() -> Outcome<PathBuf> {
    let compiler = Compiler::of_this_machine()?;
    let profile = compiler.profile();
    let flags = if profile.is_file() {
        // What has changed since it was counted is optimized as if there were none.
        vec![format!("-Cprofile-use={}", profile.display()), "-Cllvm-args=-no-pgo-warn-mismatch".to_owned()]
    } else {
        let version = &compiler.version;
        println!(
            "There is no profile for rustc {version}: building without. `cargo xtask profile` counts one."
        );
        Vec::new()
    };
    build_with(&flags, &target_dir(), &[])
}

/// Builds the binary for counting: it writes what it did into `counts` when it ends.
///
/// # Errors
/// What the build ended with.
pub(crate) fn build_counting(counts: &Path) -> Outcome<PathBuf> {
    let flags = [format!("-Cprofile-generate={}", counts.display())];
    // Counted before crates are optimized together, which takes long.
    build_with(&flags, &target_dir().join("counting"), &["--config", "profile.release.lto=\"off\""])
}

fn build_with(flags: &[String], folder: &Path, more: &[&str]) -> Outcome<PathBuf> {
    let mut build = command(cargo(), &["build", "--release", "--locked", "--package", "pailou"]);
    build.args(more).env("CARGO_TARGET_DIR", folder);
    // Set without need, it would put aside what cargo's configuration says.
    if !flags.is_empty() {
        let given = std::env::var("RUSTFLAGS").unwrap_or_default();
        let all = given.split_whitespace().chain(flags.iter().map(String::as_str)).collect::<Vec<_>>();
        // Unlike spaces, this separator may not be part of a path.
        build.env("CARGO_ENCODED_RUSTFLAGS", all.join("\u{1f}"));
    }
    step("release build", &mut build)?;
    Ok(folder.join("release/pailou"))
}

/// The compiler that builds here.
pub(crate) struct Compiler {
    /// `1.95.0`
    version: String,
    /// The first number of LLVM's version.
    pub(crate) llvm: String,
    /// `x86_64-unknown-linux-gnu`
    pub(crate) host: String,
}

impl Compiler {
    /// # Errors
    /// A compiler that cannot be started, or that does not say what it is.
    pub(crate) fn of_this_machine() -> Outcome<Compiler> {
        Compiler::read(&output(&mut command("rustc", &["-vV"]))?)
    }

    fn read(text: &str) -> Outcome<Compiler> {
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.map(str::to_owned).ok_or_else(|| format!("`rustc -vV` does not say its `{name}`"))
        };
        let llvm = field("LLVM version")?;
        let llvm = llvm.split('.').next().unwrap_or_default().to_owned();
        Ok(Compiler { version: field("release")?, llvm, host: field("host")? })
    }

    /// Where the profile for this compiler is, or would be: names in a binary, by which it is found, are each compiler's own.
    pub(crate) fn profile(&self) -> PathBuf {
        root().join(format!("profiles/{}-rustc-{}.profdata", self.host, self.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_says_which_profile_it_follows() {
        let text = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\nLLVM version: 22.1.2\n";
        let compiler = Compiler::read(text).unwrap();
        assert_eq!(compiler.llvm, "22");
        assert!(compiler.profile().ends_with("profiles/x86_64-unknown-linux-gnu-rustc-1.95.0.profdata"));
        assert!(Compiler::read("rustc 1.95.0\n").is_err());
    }
}
