//! HTTP/3 as a client that others wrote speaks it (`aioquic`), at a gateway with a service in HTTP/1.1 behind it.

use std::{fs, path::PathBuf};

use crate::{
    running::{self, Gateway, Running, Says},
    shell::{Outcome, command, has, root, step, target_dir},
    tools,
};

const PACKAGES: [&str; 6] = [
    "aioquic==1.7.2",
    "pylsqpack==1.0.0",
    "cryptography==50.0.2",
    "pyopenssl==26.4.0",
    "service-identity==26.1.0",
    "attrs==26.1.0",
];

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
        println!("\nSKIPPED: HTTP/3 by another's client (it needs Python 3)");
        return Ok(());
    }
    tools::install(&[tools::OPENSSL])?;
    let binary = running::binary(args.binary.as_deref())?;
    let folder = target_dir().join("http3-tests");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let python = tools::python(&folder, &PACKAGES)?;
    let certificate = tools::certificate(&folder, &["http3.test"])?;
    let scripts = root().join("xtask/src/http3_tests");
    let mut server = command(&python, &["server.py"]);
    let (_service, port) = Running::start(server.current_dir(&scripts), Says::Output, |line| {
        line.strip_prefix("port ")?.parse::<u16>().ok()
    })?;
    let resources = folder.join("gateway.yaml");
    let text = format!(
        "kind: certificate\nname: http3\ncert_file: ./certificate.pem\nkey_file: ./key.pem\n---\n\
         kind: route\nname: all\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://127.0.0.1:{port}\"] }}\n"
    );
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&binary, &resources)?;
    let mut client = command(&python, &["client.py", &gateway.https, &gateway.process().to_string()]);
    client.current_dir(&scripts).arg(certificate).args(&args.case);
    step("HTTP/3 by aioquic", &mut client)
}
