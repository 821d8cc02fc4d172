//! `pailou diff`: what changed between two versions of a contract, without a control plane.

use std::{
    io::{ErrorKind, Write},
    path::Path,
    process::ExitCode,
};

use contract::notation;
use control::Uses;
use diff::{Change, Level, Suppressions};

use crate::{
    command::{DiffArgs, DiffFormat, DiffLevel, Remote},
    fetched::Reach,
    gathered,
    remote::uses,
    shutdown::Failure,
};

/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;

/// The exit code says what came of it: 0 nothing as bad as was asked, 1 something, 2 it could not be compared.
pub(crate) fn run(args: &DiffArgs) -> ExitCode {
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || compare(args));
        let thread = thread.map_err(|e| Failure::new(format!("no thread could be started: {e}")))?;
        thread.join().unwrap_or_else(|_| {
            Err(Failure::new("the comparison ended by itself; please report these documents"))
        })
    });
    outcome.unwrap_or_else(|failure| {
        failure.print();
        ExitCode::from(2)
    })
}

fn compare(args: &DiffArgs) -> Result<ExitCode, Failure> {
    let agreed = match &args.suppress {
        None => Suppressions::default(),
        Some(file) => Suppressions::read(&gathered::read(file)?).map_err(|line| {
            let say =
                "a line is `rule-id`, `rule-id METHOD /path`, or that with the place in the message after it";
            Failure::new(format!("{}:{line}: {say}", file.display()))
        })?,
    };
    let (old, new) = (document(&args.old, &args.reach)?, document(&args.new, &args.reach)?);
    if old.notation != new.notation {
        let message = format!("{} and {} cannot be compared with each other", old.notation, new.notation);
        return Err(Failure::new(message));
    }
    let changes = diff::compare(&old.document, &new.document);
    let mut changes: Vec<Change> = changes.into_iter().filter(|change| !agreed.have(change)).collect();
    if let Some(api) = &args.api {
        name_users(args, api, &mut changes)?;
    }
    let text = match args.format {
        DiffFormat::Text => diff::text(&changes),
        DiffFormat::Json => diff::json(&changes),
        DiffFormat::Markdown => diff::markdown(&changes),
        DiffFormat::Html => diff::html(&changes),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has read enough.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {}
        written => written.map_err(|e| Failure::new(format!("standard output: {e}")))?,
    }
    let least = match args.fail_on {
        DiffLevel::Breaking => Some(Level::Breaking),
        DiffLevel::Warning => Some(Level::Warning),
        DiffLevel::Info => Some(Level::Info),
        DiffLevel::Never => None,
    };
    let fails = least.is_some_and(|least| changes.iter().any(|change| change.level >= least));
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A document with what it imports, in the shape that is compared.
fn document(file: &Path, reach: &Reach) -> Result<notation::Read, Failure> {
    let whole = gathered::gather(file, reach)?.whole();
    let read = notation::read(&whole, &file.to_string_lossy(), None);
    let read = read.map_err(|findings| Failure::lines(findings.iter().map(ToString::to_string)))?;
    let root = &read.document.root;
    if root.get("openapi").is_none() && root.get("swagger").is_none() {
        let message = "it has neither `openapi` nor `swagger` at its root, and is no other contract";
        return Err(Failure::new(format!("{}: {message}", file.display())));
    }
    Ok(read)
}

/// Says with each change that may break somebody who uses what it is about.
fn name_users(args: &DiffArgs, api: &str, changes: &mut [Change]) -> Result<(), Failure> {
    let remote =
        Remote { url: args.url.clone(), token: args.token.clone(), workspace: args.workspace.clone() };
    let uses: Uses = serde_json::from_value(uses(&remote, api)?)
        .map_err(|e| Failure::new(format!("the control plane's answer is none: {e}")))?;
    for change in changes.iter_mut().filter(|change| change.level != Level::Info) {
        if let Some(users) = uses.of(&change.operation, &change.at).said() {
            change.text = format!("{}; used by {users}", change.text);
        }
    }
    Ok(())
}
