//! The public interoperability tests of gRPC (grpc/doc/interop-test-descriptions.md) through a gateway, with gRPC's own client and
//! server: without TLS and with it, on both sides. Then calls of gRPC-Web by the clients that pages use.

use std::{fs, path::Path};

use crate::{
    foreign::{Args, Stage},
    running::{Gateway, Running, Says},
    shell::{Outcome, command, has, step},
};

/// gRPC of Python, and what reads its service's description.
const PACKAGES: [&str; 2] = ["grpcio==1.85.3", "grpcio-tools==1.85.1"];
/// Clients of gRPC-Web, and what they need.
const CLIENTS: [&str; 6] = [
    "@connectrpc/connect@2.3.0",
    "@connectrpc/connect-web@2.3.0",
    "@connectrpc/connect-node@2.3.0",
    "@bufbuild/protobuf@2.17.0",
    "grpc-web@2.1.1",
    "xhr2@0.2.1",
];

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("grpc", &PACKAGES, &["plain.test", "tls.test"], args)? else {
        return Ok(());
    };
    let Stage { folder, python, scripts, .. } = &stage;
    let (_service, ports) = service(python, scripts, folder)?;
    let gateway = gateway(&stage.binary, folder, ports)?;
    for (authority, upstream) in [("plain.test", "h2c"), ("tls.test", "TLS")] {
        for (address, trust) in [(&gateway.http, "plain"), (&gateway.https, "certificate.pem")] {
            let trusted = if trust == "plain" { trust.into() } else { folder.join(trust) };
            let mut client = stage.client(&[address, authority, &trusted.display().to_string()]);
            let side = if trust == "plain" { "h2c" } else { "TLS" };
            step(&format!("gRPC: {side} to the gateway, {upstream} to the service"), &mut client)?;
        }
    }
    if stage.case.is_none() { web(python, scripts, folder, &gateway) } else { Ok(()) }
}

fn web(python: &Path, scripts: &Path, folder: &Path, gateway: &Gateway) -> Outcome {
    if !has("node") || !has("npm") {
        println!("\nSKIPPED: the clients of gRPC-Web (they need Node)");
        return Ok(());
    }
    let packages = folder.join("web");
    let stamp = packages.join("installed");
    if fs::read_to_string(&stamp).ok() != Some(CLIENTS.join(" ")) {
        fs::create_dir_all(&packages).map_err(|e| format!("{}: {e}", packages.display()))?;
        fs::write(packages.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts"];
        step("clients of gRPC-Web", command("npm", &flags).args(CLIENTS).current_dir(&packages))?;
        fs::write(&stamp, CLIENTS.join(" ")).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    let description = folder.join("interop.binpb");
    let mut protoc = command(python, &["-m", "grpc_tools.protoc", "-I.", "interop.proto"]);
    protoc.current_dir(scripts).arg(format!("--descriptor_set_out={}", description.display()));
    crate::shell::output(&mut protoc)?;
    let mut clients = command("node", &["--no-warnings", "web.mjs"]);
    clients.current_dir(scripts).arg(&packages).arg(description).args([&gateway.http, &gateway.https]);
    step("gRPC-Web", clients.arg(folder.join("certificate.pem")))
}

/// The service, and its ports without TLS and with it.
fn service(python: &Path, scripts: &Path, folder: &Path) -> Outcome<(Running, (u16, u16))> {
    let mut server = command(python, &["server.py"]);
    server.current_dir(scripts).arg(folder.join("certificate.pem")).arg(folder.join("key.pem"));
    Running::start(&mut server, Says::Output, |line| {
        let (plain, tls) = line.strip_prefix("ports ")?.split_once(' ')?;
        Some((plain.parse().ok()?, tls.parse().ok()?))
    })
}

/// A gateway that leads one host to the service without TLS, and the other to it with TLS. Policies that look at bodies stand on one of them.
fn gateway(binary: &Path, folder: &Path, (plain, tls): (u16, u16)) -> Outcome<Gateway> {
    let text = format!(
        "kind: certificate
name: grpc
cert_file: ./certificate.pem
key_file: ./key.pem
---
kind: route
name: plain
match: {{ hosts: [plain.test], path: /* }}
upstream: {{ endpoints: [\"http://127.0.0.1:{plain}\"], protocol: http2 }}
---
kind: route
name: tls
match: {{ hosts: [tls.test], path: /* }}
upstream:
  endpoints: [\"https://127.0.0.1:{tls}\"]
  protocol: http2
  tls: {{ ca_file: ./certificate.pem, server_name: tls.test }}
policies:
  - compression: {{}}
  - cache: {{}}
---
kind: route
name: web
match: {{ path: /grpc.testing.TestService/* }}
upstream: {{ endpoints: [\"http://127.0.0.1:{plain}\"], protocol: http2 }}
policies:
  - compression: {{}}
  - cors: {{ origins: [\"https://shop.example.com\"] }}
  - grpc-web: {{}}
"
    );
    let resources = folder.join("gateway.yaml");
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    Gateway::start(binary, &resources)
}
