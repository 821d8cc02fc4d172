//! WebSockets by a client and a service that others wrote (`websockets`): what they do directly they do through a gateway.

use crate::{
    foreign::{Args, Stage},
    shell::{Outcome, step},
};

const PACKAGES: [&str; 1] = ["websockets==17.4"];

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("websocket", &PACKAGES, &["websocket.test"], args)? else { return Ok(()) };
    let (_running, service) = stage.service()?;
    let gateway = stage.gateway(&service)?;
    let certificate = stage.certificate.display().to_string();
    let mut client = stage.client(&[&service, &gateway.http, &gateway.https, &certificate]);
    step("WebSockets by `websockets`, directly and through a gateway", &mut client)
}
