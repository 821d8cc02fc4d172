//! HTTP/3 as a client that others wrote speaks it (`aioquic`), at a gateway with a service in HTTP/1.1 behind it.

use crate::{
    foreign::{Args, Stage},
    shell::{Outcome, step},
};

const PACKAGES: [&str; 6] = [
    "aioquic==1.7.2",
    "pylsqpack==1.0.0",
    "cryptography==50.0.2",
    "pyopenssl==26.4.0",
    "service-identity==26.1.0",
    "attrs==26.1.0",
];

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("http3", &PACKAGES, &["http3.test"], args)? else { return Ok(()) };
    let (_running, service) = stage.service()?;
    let gateway = stage.gateway(&service)?;
    let certificate = stage.certificate.display().to_string();
    let mut client = stage.client(&[&gateway.https, &gateway.process().to_string(), &certificate]);
    step("HTTP/3 by aioquic", &mut client)
}
