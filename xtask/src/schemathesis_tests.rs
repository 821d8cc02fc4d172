//! Our own admin API by its own OpenAPI: the rules of `pailou lint`, `pailou diff` against what is served, `pailou test`, and the Python package
//! `schemathesis`, which throws made-up calls at it: as an administrator, whom nothing is refused, and as a member, whom most is.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    foreign::{Args, Stage},
    running::{Running, Says},
    shell::{Outcome, command, output, root, step},
};

const PACKAGES: [&str; 1] = ["schemathesis==4.32.5"];
const TOKEN: &str = "schemathesis-tests-administrator";
/// What answers with a text of its own notation. Nothing is left out of made-up calls: they are made with the token of the administrator, which no call
/// takes away, as one does a session; so that signing out, another password, and roles, members and tokens that go leave the run as it is.
const TEXTS: &str = "/(contract|catalogue/export)$";
/// What answers are held against. What schemas cannot say, such as that one time is before another, may be refused.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance";
/// Beside them, for all but texts: one in YAML is read by who calls, and then is no text any more.
const SCHEMA: &str = "response_schema_conformance";
/// Seconds that made-up calls take, those of a member, and those for texts.
const TIME: &str = "120";
const MEMBER_TIME: &str = "60";
const TEXTS_TIME: &str = "10";
/// A role that reads what is configured, changes APIs, and is refused people, keys, secrets, tokens and whatever is of operators.
const ROLE: &str = "developer";
/// What would end the session that the calls are made with.
const ENDS: &str = "/api/v1/session$";

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

    let calls = |config: Option<&Path>, headers: &[&str], checks: &str, time: &str| {
        let mut calls = command(&stage.python, &["-m", "schemathesis.cli"]);
        if let Some(config) = config {
            calls.arg("--config-file").arg(config);
        }
        calls.arg("run").arg(&document).args(["--url", &url, "--phases", "fuzzing"]);
        calls.args(headers.iter().flat_map(|header| ["--header", header]));
        calls.args(["--checks", checks, "--max-time", time, "--max-examples", "5", "--seed", "1"]);
        calls.args(["--workers", "2", "--suppress-health-check", "all", "--warnings", "off", "--no-color"]);
        // It keeps what it found before, which is of another document.
        calls.current_dir(&stage.folder);
        calls
    };
    let texts = stage.scripts.join("texts.toml");
    let mut of_texts = calls(Some(&texts), &[&header], CHECKS, TEXTS_TIME);
    step("texts of the admin API by schemathesis", of_texts.args(["--include-path-regex", TEXTS]))?;
    let checks = format!("{CHECKS},{SCHEMA}");
    let mut fuzz = calls(None, &[&header], &checks, TIME);
    step("the admin API by schemathesis", fuzz.args(["--exclude-path-regex", TEXTS]))?;

    let session = |words: &[&str]| {
        let mut session = command(&stage.python, &["session.py", &url]);
        session.current_dir(&stage.scripts).args(words);
        session
    };
    let signed_in = output(&mut session(&[TOKEN, ROLE]))?;
    let (cookie, csrf) = signed_in.trim().split_once('\n').ok_or("there is no session")?;
    let headers = [format!("Cookie: {cookie}"), format!("X-CSRF-Token: {csrf}")];
    let mut refused = calls(None, &[&headers[0], &headers[1]], &checks, MEMBER_TIME);
    let left_out = format!("{TEXTS}|{ENDS}");
    step(
        "the admin API by schemathesis, in a member's session",
        refused.args(["--exclude-path-regex", &left_out]),
    )?;
    step("the session is as it was", &mut session(&[cookie]))
}

fn pailou(stage: &Stage, args: &[&str]) -> Command {
    let mut pailou = Command::new(&stage.binary);
    pailou.args(args).env("NO_COLOR", "1");
    pailou
}
