//! Signing in by a provider that others wrote: the npm package `oidc-provider`, a gateway with the policy `oidc`, console and portal, and
//! journeys through all of them.

use std::{
    fs,
    io::{BufRead, BufReader, Write as _},
    net::TcpListener,
    path::PathBuf,
};

use crate::{
    running::{self, ADMIN_TOKEN, Gateway, Running, Says},
    shell::{Outcome, command, has, root, step, target_dir},
};

const PROVIDER: &str = "oidc-provider@9.13.3";

#[derive(Default, clap::Args)]
pub(crate) struct Args {
    /// Uses the binary at this path instead of building one.
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("node") || !has("npm") {
        println!("\nSKIPPED: signing in by another's OpenID provider (it needs Node)");
        return Ok(());
    }
    let binary = running::binary(args.binary.as_deref())?;
    let folder = installed()?;
    let upstream = echo()?;
    // The gateway's address is registered with the provider, and the provider's stands in the gateway's configuration.
    let port = running::free_port()?;
    let issuer = format!("http://127.0.0.1:{port}");
    let resources = folder.join("gateway.yaml");
    let text = format!(
        "kind: api\nname: orders\nlisten: {{ path: /orders }}\nupstream: {{ endpoints: [\"http://127.0.0.1:{upstream}\"] }}\n\
         policies:\n- oidc:\n    issuer: {issuer}\n    client_id: orders\n    client_secret: s3cret+of/the client%\n    \
         audience: [\"https://orders.example.com\"]\n    scopes: [openid, email, offline_access]\n    forward_claims: {{ x-user: sub }}\n"
    );
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&binary, &resources)?;
    let address = format!("http://{}", gateway.http);
    let (_platform, admin) = running::platform(&binary, &folder.join("data"))?;
    let scripts = root().join("xtask/src/oidc_tests");
    let mut provider = command("node", &["--no-warnings", &scripts.join("provider.mjs").to_string_lossy()]);
    provider.arg(&folder).arg(port.to_string()).arg(format!("{address}/orders/.oidc/callback")).arg(&admin);
    let (_provider, ()) =
        Running::start(&mut provider, Says::Output, |line| line.starts_with("provider at").then_some(()))?;
    let mut journey = command("node", &["--no-warnings", &scripts.join("journey.mjs").to_string_lossy()]);
    step("signing in by oidc-provider", journey.arg(address).arg(&issuer))?;
    let mut console = command("node", &["--no-warnings", &scripts.join("console.mjs").to_string_lossy()]);
    step("signing in to console and portal", console.args([&admin, &issuer, ADMIN_TOKEN]))
}

/// The provider in a folder of its own below `target`.
fn installed() -> Outcome<PathBuf> {
    let folder = target_dir().join("oidc-tests");
    if !folder.join("node_modules/oidc-provider/package.json").is_file() {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts", PROVIDER];
        step("provider", command("npm", &flags).current_dir(&folder))?;
    }
    Ok(folder)
}

/// A service that says back the headers it was sent.
pub(crate) fn echo() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
    let port = listener.local_addr().map_err(|e| e.to_string())?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                let mut first = String::new();
                while reader.read_line(&mut first).is_ok_and(|read| read > 0) {
                    let mut fields = Vec::new();
                    let mut line = String::new();
                    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                        if let Some((name, value)) = line.trim_end().split_once(':') {
                            let value = value.trim().replace('\\', "").replace('"', "'");
                            fields.push(format!("\"{}\":\"{value}\"", name.to_ascii_lowercase()));
                        }
                        line.clear();
                    }
                    let body = format!("{{\"headers\":{{{}}}}}", fields.join(","));
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if reader.get_mut().write_all(format!("{head}{body}").as_bytes()).is_err() {
                        return;
                    }
                    first.clear();
                }
            });
        }
    });
    Ok(port)
}
