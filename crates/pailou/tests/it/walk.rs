//! Walks through a page of the guide: its files are written, its commands are made, and what they say is what the page shows.

use std::fs;

use crate::kit::{Running, TOKEN, folder, pailou};

/// A line as the page shows it: `…` stands for anything.
pub(crate) fn is_as_shown(line: &str, shown: &str) -> bool {
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

/// Blocks of a page, each with its language.
pub(crate) fn blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

/// Makes the commands of a page of `docs/guide` against a platform, as its administrator until the page says otherwise; how many there were.
///
/// A block of YAML that begins with a comment is a file of that name from there on. `console` holds commands and what they say; `…` stands for anything.
pub(crate) fn walk(page: &str, platform: &Running) -> usize {
    walk_beside(page, platform, &[])
}

/// As [`walk`], with files that the page takes for there.
pub(crate) fn walk_beside(page: &str, platform: &Running, beside: &[(&str, &str)]) -> usize {
    walk_text(&text_of(page), platform, beside)
}

/// What a page of `docs/guide` says.
pub(crate) fn text_of(page: &str) -> String {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/");
    fs::read_to_string(format!("{guide}{page}")).unwrap()
}

/// As [`walk_beside`], of the text of a page.
pub(crate) fn walk_text(page: &str, platform: &Running, beside: &[(&str, &str)]) -> usize {
    let files = folder(&[]);
    for (name, text) in beside {
        fs::write(files.path().join(name), text).unwrap();
    }
    let mut token = TOKEN.to_owned();
    let mut commands = 0;
    for (language, block) in blocks(page) {
        // A file whose notation has no place for its name has it beside the notation.
        if let Some((_, name)) = language.split_once(' ') {
            let path = files.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, block).unwrap();
        }
        if language == "yaml"
            && let Some(name) = block.strip_prefix("# ").and_then(|rest| rest.split_whitespace().next())
        {
            fs::write(files.path().join(name), block).unwrap();
        }
        if language != "console" {
            continue;
        }
        for said in block.split("$ ").skip(1) {
            let (command, shown) = said.split_once('\n').unwrap_or((said, ""));
            let run = |line: &str, token: &str| {
                let args = words(line);
                let args: Vec<&str> = args.iter().map(String::as_str).collect();
                assert_eq!(args[0], "pailou", "{line}");
                let mut command = pailou(&args[1..]);
                command.current_dir(files.path());
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
    commands
}
