//! Members, roles and service tokens by the command line: the guide's page, line by line.

use crate::kit::{TOKEN, folder, pailou, serve};

/// A line as the page shows it: `…` stands for anything.
fn is_as_shown(line: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The words of a command line; quotes keep some together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/people.md");
    let page = std::fs::read_to_string(page).unwrap();
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let mut token = TOKEN.to_owned();
    let mut commands = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for said in block.split("$ ").skip(1) {
            let (command, shown) = said.split_once('\n').unwrap();
            let run = |line: &str, token: &str| {
                let args = words(line);
                let args: Vec<&str> = args.iter().map(String::as_str).collect();
                assert_eq!(args[0], "pailou", "{line}");
                let mut command = pailou(&args[1..]);
                command.env("PAILOU_URL", platform.admin("")).env("PAILOU_TOKEN", token).output().unwrap()
            };
            commands += 1;
            if command == "export PAILOU_TOKEN=(the administrator's)" {
                token = TOKEN.to_owned();
                continue;
            }
            if let Some(inner) = command.strip_prefix("export PAILOU_TOKEN=$(") {
                let output = run(inner.strip_suffix(')').unwrap(), &token);
                assert!(output.status.success(), "{output:?}");
                token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
                assert!(token.starts_with("pls_"));
                continue;
            }
            let output = run(command, &token);
            let told = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            let mut lines = told.lines();
            for line in shown.trim_end().lines() {
                if line == "…" {
                    lines = "".lines();
                    break;
                }
                let is = lines.next().unwrap_or_default();
                assert!(is_as_shown(is, line), "{command}\nshown: {line}\nis:    {is}\n{told}");
            }
            assert_eq!(lines.next(), None, "{command}: {told}");
        }
    }
    assert!(commands > 12, "only {commands} commands");
}
