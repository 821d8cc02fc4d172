//! What tests by clients that others wrote have in common: Python with their packages, a certificate, a service of ours in Python, and a
//! gateway before it.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    running::{self, Gateway, Running, Says},
    shell::{Outcome, command, has, root, target_dir},
    tools,
};

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Runs the cases alone whose name has this in it.
    #[arg(long)]
    case: Option<String>,
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Where such a test plays.
pub(crate) struct Stage {
    /// What it keeps from one run to the next.
    pub(crate) folder: PathBuf,
    pub(crate) binary: PathBuf,
    pub(crate) python: PathBuf,
    pub(crate) scripts: PathBuf,
    /// Certificate of the hosts, PEM; its key is `key.pem` beside it.
    pub(crate) certificate: PathBuf,
    pub(crate) case: Option<String>,
}

impl Stage {
    /// Sets up what `xtask/src/NAME_tests` needs; none without Python, which is told.
    ///
    /// # Errors
    /// What cannot be installed or built.
    pub(crate) fn set(name: &str, packages: &[&str], hosts: &[&str], args: &Args) -> Outcome<Option<Stage>> {
        if !has("python3") {
            println!("\nSKIPPED: {name}-tests (they need Python 3)");
            return Ok(None);
        }
        tools::install(&[tools::OPENSSL])?;
        let binary = running::binary(args.binary.as_deref())?;
        let folder = target_dir().join(format!("{name}-tests"));
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let python = tools::python(&folder, packages)?;
        let certificate = tools::certificate(&folder, hosts)?;
        let scripts = root().join(format!("xtask/src/{name}_tests"));
        Ok(Some(Stage { folder, binary, python, scripts, certificate, case: args.case.clone() }))
    }

    /// Runs `server.py` until it says at which port: `127.0.0.1:…`.
    ///
    /// # Errors
    /// It ends before.
    pub(crate) fn service(&self) -> Outcome<(Running, String)> {
        let mut server = command(&self.python, &["server.py"]);
        Running::start(server.current_dir(&self.scripts), Says::Output, |line| {
            Some(format!("127.0.0.1:{}", line.strip_prefix("port ")?.parse::<u16>().ok()?))
        })
    }

    /// A gateway with the certificate that passes everything on to a service.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn gateway(&self, service: &str) -> Outcome<Gateway> {
        let resources = self.folder.join("gateway.yaml");
        let text = format!(
            "kind: certificate\nname: test\ncert_file: ./certificate.pem\nkey_file: ./key.pem\n---\n\
             kind: route\nname: all\nmatch: {{ path: /* }}\nupstream: {{ endpoints: [\"http://{service}\"] }}\n"
        );
        fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
        Gateway::start(&self.binary, &resources)
    }

    /// `client.py` with these words, and the cases that are asked for as the last.
    pub(crate) fn client(&self, words: &[&str]) -> Command {
        let mut client = command(&self.python, &["client.py"]);
        client.current_dir(&self.scripts).args(words).args(&self.case);
        client
    }
}
