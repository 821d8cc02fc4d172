//! `pailou lint`: contracts against a ruleset, without a control plane.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use contract::notation;
use lint::{Fault, Report, Ruleset, Severity};

use crate::{
    command::{LintArgs, LintFormat, LintSeverity},
    fetched, gathered,
    shutdown::Failure,
};

/// The largest file that is read.
const MAX_BYTES: u64 = 128 << 20;
/// Rulesets that are found without being named, as Spectral finds them.
const RULESETS: [&str; 6] =
    [".spectral.yaml", ".spectral.yml", ".spectral.json", "spectral.yaml", "spectral.yml", "spectral.json"];
/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;
/// How often what is left is mended again.
const MOST_ROUNDS: usize = 10;

/// The exit code says what came of it: 0 nothing severe, 1 something severe, 2 it could not be checked.
pub(crate) fn run(args: &LintArgs) -> ExitCode {
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || check(args));
        let thread = thread.map_err(|e| Failure::new(format!("no thread could be started: {e}")))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the check ended by itself; please report this document")))
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

fn check(args: &LintArgs) -> Result<ExitCode, Failure> {
    let folder = std::env::current_dir().map_err(|e| Failure::new(format!("this folder: {e}")))?;
    let ruleset = ruleset(args, &folder)?;
    for skipped in ruleset.skipped() {
        eprintln!("{skipped}");
    }
    let reader = fetched::Reader::new(&args.reach.fetch)?;
    let mut report = Report::default();
    let mut names = Vec::new();
    for file in &args.files {
        let (name, text) = if file == "-" {
            if args.fix {
                return Err(Failure::new("`--fix` mends files; standard input is none"));
            }
            let mut text = String::new();
            let read = std::io::stdin().take(MAX_BYTES + 1).read_to_string(&mut text);
            read.map_err(|e| Failure::new(format!("standard input: {e}")))?;
            (folder.join("<STDIN>").to_string_lossy().into_owned(), text)
        } else {
            let name = absolute(&folder, Path::new(file));
            let text = read(&name).map_err(|reason| Failure::new(format!("{file}: {reason}")))?;
            (name, text)
        };
        if let Some(found) = of_notation(file, &text, &name, args)? {
            report.append(found);
            names.push(name);
            continue;
        }
        let root = match &args.reach.root {
            Some(root) => root.clone(),
            None => Path::new(&name).parent().unwrap_or(&folder).to_path_buf(),
        };
        let beside = |name: &str| fetched::text(&root, name, &reader);
        report.append(match args.fix {
            true => mended(file, text, &name, &|text| lint::lint(text, &name, &ruleset, &beside))?,
            false => lint::lint(text, &name, &ruleset, &beside),
        });
        names.push(name);
    }
    if report.incomplete {
        eprintln!("a check was given up because it would have taken too long: there may be more to find");
    }
    let severity = severity(args.fail_severity);
    let failed = report.has(severity);
    if args.display_only_failures {
        report.diagnostics.retain(|one| one.severity <= severity);
    }
    print(&report, args, &ruleset, &names, &folder)?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Mends a file, and says what there is to say of it then. What one mend makes possible is done in the next round.
fn mended(file: &str, text: String, name: &str, check: &dyn Fn(String) -> Report) -> Result<Report, Failure> {
    let (mut now, mut all) = (text.clone(), 0);
    let mut report = check(text);
    for _ in 0..MOST_ROUNDS {
        let own = report.diagnostics.iter().filter(|one| &*one.source == name);
        let (next, made) = lint::mend(&now, own.filter_map(|one| one.fix.as_deref()));
        if made == 0 || next == now {
            break;
        }
        let after = check(next.clone());
        if is_unreadable(&after) {
            return Err(Failure::new(format!(
                "{file}: mending it would leave a text that cannot be read; nothing was changed, please report this document"
            )));
        }
        (now, report, all) = (next, after, all + made);
    }
    if all > 0 {
        written(Path::new(name), &now).map_err(|e| Failure::new(format!("{file}: {e}")))?;
        eprintln!("{file}: mended {all} {}", if all == 1 { "finding" } else { "findings" });
    }
    Ok(report)
}

/// Nothing else is found in a text that cannot be read.
fn is_unreadable(report: &Report) -> bool {
    matches!(report.diagnostics.as_slice(), [one] if one.code == "parser" && one.path.is_empty())
}

/// In place whole or not at all; a link leads to what is written.
fn written(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs::canonicalize(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&part)?;
    let done = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::set_permissions(&part, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&part, &path));
    if done.is_err() {
        // What is left would only be in the way.
        let _ = fs::remove_file(&part);
    }
    done
}

/// What there is to say of a document that is no YAML or JSON, with the files that it imports.
fn of_notation(file: &str, text: &str, name: &str, args: &LintArgs) -> Result<Option<Report>, Failure> {
    if notation::check(text, name).is_none() {
        return Ok(None);
    }
    let whole = match file {
        "-" => text.to_owned(),
        file => gathered::gather(Path::new(file), &args.reach)?.whole(),
    };
    let findings = notation::check(&whole, name).unwrap_or_default();
    let diagnostic = |finding: model::Finding| {
        let (line, column) = finding.place.as_ref().map_or((1, 1), |place| (place.line, place.column));
        let start = lint::Position { line: line.saturating_sub(1), character: column.saturating_sub(1) };
        lint::Diagnostic {
            code: finding.rule,
            path: Vec::new(),
            message: finding.message,
            severity: match finding.severity {
                model::Severity::Error => Severity::Error,
                model::Severity::Warning => Severity::Warning,
                model::Severity::Note => Severity::Information,
            },
            range: lint::Range { start, end: start },
            source: finding.place.map_or_else(|| name.into(), |place| place.file),
            documentation_url: None,
            fix: None,
        }
    };
    Ok(Some(Report { diagnostics: findings.into_iter().map(diagnostic).collect(), incomplete: false }))
}

fn print(
    report: &Report,
    args: &LintArgs,
    ruleset: &Ruleset,
    names: &[String],
    folder: &Path,
) -> Result<(), Failure> {
    let folder = folder.to_string_lossy();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = match args.format {
        LintFormat::Text => report.to_text(&folder),
        LintFormat::Json => report.to_json() + "\n",
        LintFormat::Sarif => report.to_sarif(ruleset, &folder),
        LintFormat::Junit => report.to_junit(&names, severity(args.fail_severity)),
        LintFormat::Github => report.to_github(&folder),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has read enough.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| Failure::new(format!("standard output: {e}"))),
    }
}

fn ruleset(args: &LintArgs, folder: &Path) -> Result<Ruleset, Failure> {
    let named = args
        .ruleset
        .clone()
        .or_else(|| RULESETS.into_iter().map(PathBuf::from).find(|name| folder.join(name).is_file()));
    let Some(named) = named else { return Ok(Ruleset::recommended()) };
    let name = absolute(folder, &named);
    let text = match named.to_str() {
        // One that ships.
        Some(known) if known.starts_with("spectral:") || known.starts_with("pailou:") => {
            format!("extends: \"{known}\"\n")
        }
        _ => read(&name).map_err(|reason| Failure::new(format!("{}: {reason}", named.display())))?,
    };
    Ruleset::read(&text, &name, &read).map_err(|faults| Failure::lines(faults.iter().map(Fault::to_string)))
}

fn severity(named: LintSeverity) -> Severity {
    match named {
        LintSeverity::Error => Severity::Error,
        LintSeverity::Warn => Severity::Warning,
        LintSeverity::Info => Severity::Information,
        LintSeverity::Hint => Severity::Hint,
    }
}

/// A path from the root, with `.` and `..` resolved as they are written.
fn absolute(folder: &Path, path: &Path) -> String {
    let mut absolute = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                absolute.pop();
            }
            part => absolute.push(part),
        }
    }
    absolute.to_string_lossy().into_owned()
}

fn read(name: &str) -> Result<String, String> {
    gathered::text(Path::new(name))
}
