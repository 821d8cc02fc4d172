//! Apps of the portal as clients of authorization servers that others wrote: the npm package `oidc-provider`, the Python package `Authlib`, and
//! the built-in server of a second Pailou.

use std::{fs, path::Path, process::Command};

use crate::{
    foreign::{Args, Stage},
    running::{self, Running, Says},
    shell::{Outcome, command, has, step},
};

const PACKAGES: [&str; 4] = ["Authlib==1.9.10", "Flask==3.1.3", "joserfc==1.8.0", "requests==2.34.2"];
const PROVIDER: &str = "oidc-provider@9.13.3";
const TOKEN: &str = "registration-tests-administrator";

pub(crate) fn run(args: &Args) -> Outcome {
    if !has("node") || !has("npm") {
        println!("\nSKIPPED: apps as clients of others' authorization servers (it needs Node)");
        return Ok(());
    }
    let Some(stage) = Stage::set("registration", &PACKAGES, &["localhost"], args)? else { return Ok(()) };
    installed(&stage.folder)?;
    let data = |name: &str| stage.folder.join(format!("{name}-{}", std::process::id()));
    let (here, there) = (data("data"), data("other"));
    let done = with(&stage, &here, &there);
    // What a run leaves behind is nobody's.
    for folder in [here, there] {
        let _ = fs::remove_dir_all(folder);
    }
    done
}

fn with(stage: &Stage, here: &Path, there: &Path) -> Outcome {
    let (_here, (portal, gateway)) = platform(stage, here)?;
    let (_there, (other, elsewhere)) = platform(stage, there)?;
    let port = running::free_port()?.to_string();
    let script = stage.scripts.join("provider.mjs");
    let mut provider = command("node", &["--no-warnings", &script.to_string_lossy()]);
    provider.arg(&stage.folder).args([&port, &gateway]);
    let (_provider, ()) =
        Running::start(&mut provider, Says::Output, |line| line.starts_with("provider at").then_some(()))?;
    let mut server = command(&stage.python, &["server.py", &gateway]);
    server.current_dir(&stage.scripts);
    let (_server, authlib) = Running::start(&mut server, Says::Output, |line| {
        Some(format!("http://127.0.0.1:{}", line.strip_prefix("port ")?.trim().parse::<u16>().ok()?))
    })?;
    let provider = format!("http://127.0.0.1:{port}");
    let mut client = stage.client(&[&portal, &gateway, TOKEN, &provider, &authlib, &other, &elsewhere]);
    step("apps as clients of others' authorization servers", &mut client)
}

/// Console and portal, and the gateway of the same process.
fn platform(stage: &Stage, data: &Path) -> Outcome<(Running, (String, String))> {
    let mut serve = Command::new(&stage.binary);
    serve
        .args(["serve", "--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("NO_COLOR", "1")
        .env("PAILOU_ADMIN_TOKEN", TOKEN);
    let mut gateway = None;
    Running::start(&mut serve, Says::Log, |line| {
        if let Some((_, url)) = line.split_once("gateway at ") {
            gateway = Some(url.trim().to_owned());
        }
        let (_, rest) = line.split_once("console at ")?;
        let (portal, _) = rest.split_once("/console")?;
        Some((portal.to_owned(), gateway.clone()?))
    })
}

/// The provider, once.
fn installed(folder: &Path) -> Outcome {
    if !folder.join("node_modules/oidc-provider/package.json").is_file() {
        fs::write(folder.join("package.json"), "{ \"private\": true }\n").map_err(|e| e.to_string())?;
        let flags = ["install", "--silent", "--no-save", "--no-package-lock", "--ignore-scripts", PROVIDER];
        step("provider", command("npm", &flags).current_dir(folder))?;
    }
    Ok(())
}
