//! The journeys of the README in a real browser, against a platform of their own.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    running,
    shell::{Outcome, cargo, command, step, target_dir},
    tools, ui,
};

/// Builds what the journeys need, and runs them.
pub(crate) fn build_and_run() -> Outcome {
    ui::build()?;
    // With the whole workspace's features, so that what the tests have built is used again.
    let build = ["build", "--locked", "--workspace", "--bin", "pailou"];
    step("binary for the browser", &mut command(cargo(), &build))?;
    run()
}

/// Starts `pailou quickstart` in a fresh folder on free ports and runs the browser tests against it.
pub(crate) fn run() -> Outcome {
    tools::install(&[tools::CHROMIUM, tools::OPENSSL])?;
    let platform = Platform::start()?;
    let mut journeys = ui::npm(&["run", "e2e"]);
    journeys
        .env("PAILOU_E2E_ADMIN", &platform.admin)
        .env("PAILOU_E2E_LINK", &platform.link)
        .env("PAILOU_E2E_GATEWAY", &platform.gateway)
        .env("PAILOU_E2E_KEY", &platform.key)
        .env("PAILOU_E2E_TOKEN", TOKEN);
    step("journeys in a browser", &mut journeys)
}

const TOKEN: &str = "e2e-administrator-token";

struct Platform {
    child: Child,
    folder: std::path::PathBuf,
    admin: String,
    gateway: String,
    link: String,
    key: String,
}

impl Platform {
    fn start() -> Outcome<Platform> {
        let folder = std::env::temp_dir().join(format!("pailou-e2e-{}", std::process::id()));
        let free = || running::free_port().map(|port| format!("127.0.0.1:{port}"));
        let (http, https, admin) = (free()?, free()?, free()?);
        let mut quickstart = command(
            target_dir().join("debug/pailou"),
            &["quickstart", "--https", &https, "--http", &http, "--admin", &admin],
        );
        quickstart
            .arg("--data")
            .arg(&folder)
            .env("PAILOU_ADMIN_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stdin(Stdio::null());
        let mut child = quickstart.spawn().map_err(|e| format!("pailou could not be started: {e}"))?;
        let output = child.stdout.take().ok_or("pailou has no output")?;
        let mut platform = Platform {
            child,
            folder,
            admin: format!("http://{admin}"),
            gateway: format!("http://{http}"),
            link: String::new(),
            key: String::new(),
        };
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            let line = line.map_err(|e| e.to_string())?;
            let mut words = line.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("Console"), Some(link), _) => platform.link = link.to_owned(),
                (Some("API"), Some("key"), Some(key)) => platform.key = key.to_owned(),
                (Some("curl"), ..) => {
                    // Read on, so that what it still says never meets a closed pipe.
                    std::thread::spawn(move || lines.for_each(drop));
                    return Ok(platform);
                }
                _ => {}
            }
        }
        Err("pailou ended before it was ready".to_owned())
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
