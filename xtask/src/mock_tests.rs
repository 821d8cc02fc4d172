//! Mocks beside another's: the npm package `@stoplight/prism-cli`, asked the same of the same contracts as `pailou mock`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    running::{self, Running, Says},
    shell::{Outcome, command, has, root, step, target_dir},
};

const PRISM: &str = "@stoplight/prism-cli@5.14.2";

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Contracts beside those of the tests. Prism takes minutes for large ones.
    #[arg(long)]
    contract: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("node") || !has("npm") {
        println!("\nSKIPPED: mocks beside Prism (it needs Node)");
        return Ok(());
    }
    let binary = running::binary(args.binary.as_deref())?;
    let folder = installed()?;
    let ours = ["crates/policies/tests/it/mocked.yaml", "xtask/src/mock_tests/orders.yaml"];
    let contracts = ours.iter().map(|path| root().join(path)).chain(args.contract.iter().cloned());
    for contract in contracts {
        beside(&binary, &folder, &contract)?;
    }
    Ok(())
}

fn beside(binary: &Path, folder: &Path, contract: &Path) -> Outcome {
    let port = running::free_port()?.to_string();
    let mut prism = command("node", &["--no-warnings"]);
    prism.arg(folder.join("node_modules/@stoplight/prism-cli/dist/index.js")).arg("mock").arg(contract);
    prism.args(["--port", &port, "--host", "127.0.0.1"]).env("NO_COLOR", "1");
    let (_prism, ()) =
        Running::start(&mut prism, Says::Output, |line| line.contains("Prism is listening").then_some(()))?;
    let mut mock = Command::new(binary);
    mock.arg("mock").arg(contract).args(["--http", "127.0.0.1:0"]).env("NO_COLOR", "1");
    let (_mock, address) = Running::start(&mut mock, Says::Log, |line| {
        line.split_once("gateway at ").map(|(_, address)| address.trim().to_owned())
    })?;
    let script = root().join("xtask/src/mock_tests/compare.mjs");
    let mut compare = command("node", &["--no-warnings", &script.to_string_lossy()]);
    compare.arg(folder).arg(contract).arg(format!("http://127.0.0.1:{port}")).arg(address);
    step(&format!("{} by Prism and by Pailou", contract.display()), &mut compare)
}

/// Prism in a folder of its own below `target`.
fn installed() -> Outcome<PathBuf> {
    let folder = target_dir().join("mock-tests");
    if !folder.join("node_modules/@stoplight/prism-cli/package.json").is_file() {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts", PRISM];
        step("Prism", command("npm", &flags).current_dir(&folder))?;
    }
    Ok(folder)
}
