//! Signing in by a provider of SAML and a CAS server that others wrote: the Python packages `pysaml2`, which signs and encrypts by libxmlsec, and
//! `django-cas-server`. A gateway with the policies, and console and portal.

use std::fs;

use crate::{
    foreign::{Args, Stage},
    oidc_tests::echo,
    running::{self, ADMIN_TOKEN, Gateway, Running, Says},
    shell::{Outcome, command, output, step},
    tools::{self, Tool},
};

const PACKAGES: [&str; 3] = ["pysaml2==7.5.5", "django-cas-server==3.1.0", "requests==2.34.2"];
const XMLSEC: Tool = Tool("xmlsec1", "xmlsec1");

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("saml", &PACKAGES, &["localhost"], args)? else { return Ok(()) };
    tools::install(&[XMLSEC])?;
    for name in ["idp", "other", "gateway", "console"] {
        key(&stage, name)?;
    }
    let (_idp, idp) = service(&stage, "idp.py")?;
    let (_cas, cas) = service(&stage, "cas.py")?;
    let upstream = format!("http://127.0.0.1:{}", echo()?);
    let text = |name: &str| {
        let text = fs::read_to_string(stage.folder.join(name)).map_err(|e| format!("{name}: {e}"))?;
        serde_json::to_string(&text).map_err(|e| e.to_string())
    };
    let (key, certificate) = (text("gateway.key")?, text("gateway.crt")?);
    let claims = "forward_claims: { x-user: sub, x-mail: mail, x-groups: GROUPS }";
    let saml = claims.replace("GROUPS", "eduPersonAffiliation");
    let cas_claims = claims.replace("GROUPS", "memberOf");
    let resources = stage.folder.join("gateway.yaml");
    let text = format!(
        "kind: route\nname: orders\nmatch: {{ path: /orders/* }}\nupstream: {{ endpoints: [\"{upstream}\"] }}\nstrip_path: true\npolicies:\n\
         - saml-auth:\n    idp_metadata: {idp}/metadata\n    entity_id: https://api.example.com/orders\n    \
         session_secret: at-least-32-characters-of-a-secret\n    key: {key}\n    certificate: {certificate}\n    {saml}\n---\n\
         kind: route\nname: reports\nmatch: {{ path: /reports/* }}\nupstream: {{ endpoints: [\"{upstream}\"] }}\nstrip_path: true\npolicies:\n\
         - cas-auth:\n    server: {cas}/cas\n    logout_from: [127.0.0.1]\n    session_secret: at-least-32-characters-of-a-secret\n    {cas_claims}\n"
    );
    fs::write(&resources, text).map_err(|e| format!("{}: {e}", resources.display()))?;
    let gateway = Gateway::start(&stage.binary, &resources)?;
    let address = format!("http://{}", gateway.http);
    step("signing in by pysaml2 and django-cas-server", &mut stage.client(&[&address, &idp, &cas]))?;
    let (_platform, admin) = running::platform(&stage.binary, &stage.folder.join("data"))?;
    let mut console = command(&stage.python, &["console.py"]);
    console
        .current_dir(&stage.scripts)
        .args([&admin, &idp, ADMIN_TOKEN])
        .arg(&stage.folder)
        .args(&stage.case);
    step("signing in to console and portal by pysaml2", &mut console)
}

/// A key of RSA, `NAME.key`, with its certificate, `NAME.crt`.
fn key(stage: &Stage, name: &str) -> Outcome {
    let mut openssl = command("openssl", &["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    openssl.args(["-subj", &format!("/CN={name}")]).current_dir(&stage.folder);
    output(openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.crt")])).map(drop)
}

/// A service of the tests, and its address.
fn service(stage: &Stage, script: &str) -> Outcome<(Running, String)> {
    let mut python = command(&stage.python, &[script]);
    Running::start(python.arg(&stage.folder).current_dir(&stage.scripts), Says::Output, |line| {
        Some(format!("http://127.0.0.1:{}", line.strip_prefix("port ")?.parse::<u16>().ok()?))
    })
}
