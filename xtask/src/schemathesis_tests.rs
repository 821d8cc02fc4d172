//! Our own admin API by its own OpenAPI: the rules of `pailou lint`, `pailou diff` against what is served, `pailou test`, and the Python package
//! `schemathesis`, which throws made-up calls at it.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    foreign::{Args, Stage},
    running::{Running, Says},
    shell::{Outcome, command, root, step},
};

const PACKAGES: [&str; 1] = ["schemathesis==4.32.5"];
const TOKEN: &str = "schemathesis-tests-administrator";
/// What is left out of made-up calls: what ends the session or the permissions that the calls are made with, locks out who calls, and what
/// asks others over the network; and what answers with text of its own notation, such as contracts, which it reads as YAML and then calls no
/// text.
const LEFT_OUT: &str = "/(contract|catalogue/export)$|^/api/v1/(session|sso|sign-in|password|blocks|members|roles|tokens|workspaces|gateways|identity-providers|secret-key|oauth|unblock)(/|$)";
/// What answers are held against. What schemas cannot say, such as that one time is before another, may be refused.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Seconds that made-up calls take.
const TIME: &str = "90";

pub(crate) fn run(args: &Args) -> Outcome {
    let Some(stage) = Stage::set("schemathesis", &PACKAGES, &["localhost"], args)? else { return Ok(()) };
    let data = stage.folder.join(format!("data-{}", std::process::id()));
    let done = with(&stage, &data);
    // What a run leaves behind is nobody's.
    let _ = std::fs::remove_dir_all(&data);
    done
}

fn with(stage: &Stage, data: &Path) -> Outcome {
    let document = root().join("openapi/admin.json");
    let rules = stage.scripts.join("rules.yaml");
    let mut lint = pailou(stage, &["lint", "--fail-severity", "warn", "-r"]);
    step("rules for the admin API", lint.arg(&rules).arg(&document))?;
    step(
        "rules for the portal's API",
        pailou(stage, &["lint", "--fail-severity", "warn", "-r"])
            .arg(&rules)
            .arg(root().join("openapi/portal.json")),
    )?;

    let mut serve = pailou(
        stage,
        &["serve", "--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0", "--data"],
    );
    serve.arg(data).env("PAILOU_ADMIN_TOKEN", TOKEN);
    let (_platform, url) = Running::start(&mut serve, Says::Log, |line| {
        let (_, rest) = line.split_once("console at ")?;
        Some(rest.split_once("/console")?.0.to_owned())
    })?;
    let mut apply = pailou(stage, &["apply", "-f"]);
    apply.arg(stage.scripts.join("resources")).env("PAILOU_URL", &url).env("PAILOU_TOKEN", TOKEN);
    step("something to ask about", apply.stdout(Stdio::null()))?;

    let served = stage.folder.join("served.json");
    let fetched = Command::new("curl")
        .args(["-sSf", "-H", &format!("authorization: Bearer {TOKEN}")])
        .arg(format!("{url}/api/v1/openapi.json"))
        .arg("-o")
        .arg(&served)
        .status();
    if !fetched.is_ok_and(|status| status.success()) {
        return Err("the control plane does not give its OpenAPI document".to_owned());
    }
    step(
        "what is served is what is written",
        pailou(stage, &["diff", "--fail-on", "info"]).arg(&document).arg(&served),
    )?;

    let header = format!("Authorization: Bearer {TOKEN}");
    // What schemas cannot say may be refused here too.
    let mut test = pailou(
        stage,
        &[
            "test",
            "--url",
            &url,
            "--header",
            &header,
            "--rate",
            "500",
            "--time",
            "60s",
            "--cases",
            "20",
            "--skip-check",
            "valid-refused",
        ],
    );
    step("the admin API by `pailou test`", test.arg(&document))?;

    let mut fuzz = command(&stage.python, &["-m", "schemathesis.cli", "run"]);
    fuzz.arg(&document).args(["--url", &url, "--header", &header, "--exclude-path-regex", LEFT_OUT]);
    fuzz.args(["--phases", "fuzzing", "--checks", CHECKS, "--max-time", TIME, "--max-examples", "5"]);
    fuzz.args([
        "--seed",
        "1",
        "--workers",
        "2",
        "--suppress-health-check",
        "all",
        "--warnings",
        "off",
        "--no-color",
    ]);
    // It keeps what it found before, which is of another document.
    fuzz.current_dir(&stage.folder);
    step("the admin API by schemathesis", &mut fuzz)
}

fn pailou(stage: &Stage, args: &[&str]) -> Command {
    let mut pailou = Command::new(&stage.binary);
    pailou.args(args).env("NO_COLOR", "1");
    pailou
}
