//! `pailou test`: a running service held against a contract, or against the pact files of its consumers.

mod cases;
pub(crate) mod options;
mod pacts;
mod send;

use std::{io::Write, process::ExitCode};

use aws_lc_rs::digest;
use contract::{Contract, conform::Conformance};
use serde_json::json;
use trial::Report;

use self::{
    options::{TestArgs, TestFormat},
    send::Sender,
};
use crate::{command::Remote, gathered, remote::record_test, shutdown::Failure};

/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;

/// The exit code says what came of it: 0 all is as promised, 1 something is not, 2 it could not be told.
pub(crate) fn run(args: &TestArgs) -> ExitCode {
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || trial(args));
        let thread = thread.map_err(|e| Failure::new(format!("no thread could be started: {e}")))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(Failure::new("the test ended by itself; please report this document")))
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

fn trial(args: &TestArgs) -> Result<ExitCode, Failure> {
    let sender = Sender::new(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?;
    let mut hash = String::new();
    let mut report = Report { url: sender.shown(), seed: args.seed, ..Report::default() };
    if let Some(file) = &args.contract {
        let text = gathered::gather(file, &args.reach)?.whole();
        let name = file.to_string_lossy();
        let contract = Contract::parse(&text, &name)
            .map_err(|findings| Failure::lines(findings.iter().map(ToString::to_string)))?;
        let conformance = Conformance::keeping_examples(&contract.document(""));
        report.title.clone_from(&contract.title);
        runtime.block_on(cases::send(args, &sender, &contract, &conformance, &mut report))?;
        hash = sha256(&text);
    }
    for file in &args.pact {
        let text = gathered::read(file)?;
        runtime.block_on(pacts::verify(args, &sender, file, &text, &mut report))?;
    }
    print(args, &report)?;
    if let Some(api) = &args.record {
        record(args, api, &hash, &report)?;
    }
    Ok(match (report.failures(), report.unsent) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    })
}

/// Keeps what came of it where standards look for it.
fn record(args: &TestArgs, api: &str, contract: &str, report: &Report) -> Result<(), Failure> {
    let remote = Remote {
        url: args.control_plane.clone(),
        token: args.token.clone(),
        workspace: args.workspace.clone(),
    };
    let called = report.operations.iter().filter(|operation| operation.cases.sent > 0).count();
    let form = json!({
        "contract": contract,
        "url": report.url,
        "sent": report.sent(),
        "failed": report.failures().min(report.sent()),
        "unsent": report.unsent,
        "operations": report.operations.len(),
        "called": called,
    });
    record_test(&remote, api, &form)
}

fn sha256(text: &str) -> String {
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn print(args: &TestArgs, report: &Report) -> Result<(), Failure> {
    let text = match args.format {
        TestFormat::Text => report.to_text(),
        TestFormat::Json => report.to_json(),
        TestFormat::Junit => report.to_junit(),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads has read enough.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| Failure::new(format!("standard output: {e}"))),
    }
}
