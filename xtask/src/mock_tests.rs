//! Mocks beside another's: the npm package `@stoplight/prism-cli`, asked the same of the same contracts as `pailou mock`. And those of other
//! notations called by clients that others wrote: graphql, graphql-ws and graphql-sse of npm, zeep and grpcio of Python.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    running::{self, Running, Says},
    shell::{Outcome, command, has, root, step, target_dir},
    tools,
};

const PRISM: &str = "@stoplight/prism-cli@5.14.2";

/// The reference implementation of GraphQL.
const GRAPHQL: &str = "graphql@17.1.0";
/// Clients of its subscriptions, and what one of them opens WebSockets with.
const SUBSCRIPTIONS: [&str; 3] = ["graphql-ws@6.4.2", "graphql-sse@2.6.1", "ws@8.23.0"];
/// Clients of SOAP and gRPC.
const CLIENTS: [&str; 3] = ["grpcio==1.85.3", "grpcio-tools==1.85.1", "zeep==4.3.3"];

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
    called(&binary, &folder)?;
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
    let (_mock, address) = mock(binary, contract)?;
    let script = root().join("xtask/src/mock_tests/compare.mjs");
    let mut compare = command("node", &["--no-warnings", &script.to_string_lossy()]);
    compare.arg(folder).arg(contract).arg(format!("http://127.0.0.1:{port}")).arg(address);
    step(&format!("{} by Prism and by Pailou", contract.display()), &mut compare)
}

fn mock(binary: &Path, contract: &Path) -> Outcome<(Running, String)> {
    let mut mock = Command::new(binary);
    mock.arg("mock").arg(contract).args(["--http", "127.0.0.1:0"]).env("NO_COLOR", "1");
    Running::start(&mut mock, Says::Log, |line| {
        line.split_once("gateway at ").map(|(_, address)| address.trim().to_owned())
    })
}

/// Mocks of other notations, by clients that know them.
fn called(binary: &Path, folder: &Path) -> Outcome {
    let scripts = root().join("xtask/src/mock_tests");
    let schema = scripts.join("shop.graphql");
    let (_graphql, address) = mock(binary, &schema)?;
    let mut client = command("node", &["--no-warnings"]);
    client.arg(scripts.join("graphql.mjs")).arg(folder).arg(&schema).arg(format!("{address}/graphql"));
    step("GraphQL by its reference implementation", &mut client)?;
    let mut client = command("node", &["--no-warnings"]);
    client.arg(scripts.join("subscriptions.mjs")).arg(folder).arg(format!("{address}/graphql"));
    step("subscriptions by graphql-ws and graphql-sse", &mut client)?;
    if !has("python3") {
        println!("\nSKIPPED: mocks called by zeep and grpcio (they need Python 3)");
        return Ok(());
    }
    let python = tools::python(folder, &CLIENTS)?;
    let files = root().join("crates/contract/tests/it");
    let (_soap, soap) = mock(binary, &files.join("booking.wsdl"))?;
    let proto = files.join("shop.proto");
    let (_grpc, grpc) = mock(binary, &proto)?;
    let grpc = grpc.trim_start_matches("http://");
    let mut client = command(&python, &[]);
    client.arg(scripts.join("clients.py")).arg(format!("{soap}/soap/booking?wsdl")).arg(grpc);
    step("SOAP by zeep, gRPC by grpcio", client.arg(proto).arg(folder))
}

/// Prism in a folder of its own below `target`.
fn installed() -> Outcome<PathBuf> {
    let folder = target_dir().join("mock-tests");
    let has = |package: &str| folder.join("node_modules").join(package).join("package.json").is_file();
    if !["@stoplight/prism-cli", "graphql", "graphql-ws", "graphql-sse", "ws"].into_iter().all(has) {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts"];
        let mut install = command("npm", &flags);
        install.args([PRISM, GRAPHQL]).args(SUBSCRIPTIONS).current_dir(&folder);
        step("Prism and GraphQL", &mut install)?;
    }
    Ok(folder)
}
