//! Tokens of the built-in authorization server by clients that others wrote: the Python packages `Authlib`, `requests-oauthlib` and `joserfc`.

use crate::{
    foreign::{Args, Stage},
    running::{Running, Says},
    shell::{Outcome, step},
};

const PACKAGES: [&str; 4] =
    ["Authlib==1.9.10", "requests-oauthlib==2.0.0", "oauthlib==4.0.1", "joserfc==1.8.0"];
const TOKEN: &str = "oauth-tests-administrator";

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("oauth", &PACKAGES, &["localhost"], args)? else { return Ok(()) };
    let data = stage.folder.join(format!("data-{}", std::process::id()));
    let done = with(&stage, &data);
    // What a run leaves behind is nobody's.
    let _ = std::fs::remove_dir_all(&data);
    done
}

fn with(stage: &Stage, data: &std::path::Path) -> Outcome {
    let mut serve = std::process::Command::new(&stage.binary);
    serve
        .args(["serve", "--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("NO_COLOR", "1")
        .env("PAILOU_ADMIN_TOKEN", TOKEN);
    let mut gateway = None;
    let (_platform, (portal, gateway)) = Running::start(&mut serve, Says::Log, |line| {
        if let Some((_, url)) = line.split_once("gateway at ") {
            gateway = Some(url.trim().to_owned());
        }
        let (_, rest) = line.split_once("console at ")?;
        let (portal, _) = rest.split_once("/console")?;
        Some((portal.to_owned(), gateway.clone()?))
    })?;
    let mut client = stage.client(&[&portal, &gateway, TOKEN]);
    // It is all on this machine.
    client.env("OAUTHLIB_INSECURE_TRANSPORT", "1").env("AUTHLIB_INSECURE_TRANSPORT", "1");
    step("tokens by others' clients", &mut client)
}
