//! WebSockets by a client and a service that others wrote (`websockets`): what they do directly they do through a gateway.

use std::{fs, path::PathBuf};

use crate::{
    running::{self, Gateway, Running, Says},
    shell::{Outcome, command, has, root, step, target_dir},
    tools,
};

const PACKAGES: [&str; 1] = ["websockets==17.4"];

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Runs the cases alone whose name has this in it.
    #[arg(long)]
    case: Option<String>,
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("python3") {
        println!("\nSKIPPED: WebSockets by another's client (it needs Python 3)");
        return Ok(());
    }
    tools::install(&[tools::OPENSSL])?;
    let binary = running::binary(args.binary.as_deref())?;
    let folder = target_dir().join("websocket-tests");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let python = tools::python(&folder, &PACKAGES)?;
    let certificate = tools::certificate(&folder, &["websocket.test"])?;
    let scripts = root().join("xtask/src/websocket_tests");
    let mut server = command(&python, &["server.py"]);
    let (_service, port) = Running::start(server.current_dir(&scripts), Says::Output, |line| {
        line.strip_prefix("port ")?.parse::<u16>().ok()
    })?;
    let service = format!("127.0.0.1:{port}");
    let resources = folder.join("gateway.yaml");
    let text = format!(
        "kind: certificate\nname: websocket\ncert_file: ./certificate.pem\nkey_file: ./key.pem\n---\n\
         kind: route\nname: all\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://{service}\"] }}\n"
    );
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&binary, &resources)?;
    let mut client = command(&python, &["client.py", &service, &gateway.http, &gateway.https]);
    client.current_dir(&scripts).arg(certificate).args(&args.case);
    step("WebSockets by `websockets`, directly and through a gateway", &mut client)
}
