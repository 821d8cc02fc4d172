//! `pailou mock`: a contract that answers by itself, from one file and without any resources.

use std::{
    io::{ErrorKind, Write},
    net::SocketAddr,
    sync::Arc,
};

use analytics::Analytics;
use control::{Bundle, BundleFile, Checked, Files};
use model::{Recorder, Severity, Snapshot, snapshot::Answers};
use proxy::{Config, Gateway};
use serde_json::{Value, json};

use crate::{
    command::MockArgs,
    folder,
    gateway::{DRAIN, announce},
    logging,
    shutdown::{self, Failure},
};

/// What the document that is made around a contract is called in findings.
const AROUND: &str = "(mock).json";
/// Operations that are listed at the start.
const LISTED: usize = 200;

pub(crate) fn run(args: &MockArgs) -> Result<(), Failure> {
    logging::start("info");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?.block_on(serve(args))
}

async fn serve(args: &MockArgs) -> Result<(), Failure> {
    let mut file = folder::Watch::within(&args.file, args.reach.root.as_deref());
    let mut snapshot = compile(args, None)?;
    let analytics = Analytics::open(None, analytics::Options::default()).await;
    let analytics = analytics.map_err(|e| Failure::new(e.to_string()))?;
    let recorder: Arc<dyn Recorder> = Arc::new(analytics.clone());
    let config = Config { http: args.http.addr(), ..Config::default() };
    let gateway = Gateway::start(config, policies::CATALOG, Arc::clone(&snapshot), recorder);
    let gateway = gateway.map_err(|e| Failure::new(shutdown::chain(&e)))?;
    if let Some(listening) = gateway.listening().first() {
        list(&snapshot, listening.address);
    }
    announce(&gateway);
    let stop = shutdown::requested();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            () = file.changed() => {}
        }
        // The file may be half-written: what cannot be read now is read when it changes again.
        match compile(args, Some(&snapshot)) {
            Ok(next) => match gateway.publish(Arc::clone(&next)) {
                Ok(()) => {
                    snapshot = next;
                    tracing::info!("{} was read again", args.file.display());
                }
                Err(findings) => findings.iter().for_each(|finding| tracing::error!("{finding}")),
            },
            Err(failure) => {
                failure.print();
                tracing::error!("the contract before stays in force");
            }
        }
    }
    gateway.drain(DRAIN).await;
    analytics.shutdown().await;
    Ok(())
}

/// Reads the contract, and makes an API of it that answers by itself. On a thread of its own, whose memory goes back as it ends.
fn compile(args: &MockArgs, previous: Option<&Snapshot>) -> Result<Arc<Snapshot>, Failure> {
    std::thread::scope(|scope| {
        let compiling = scope.spawn(|| compile_here(args, previous));
        compiling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn compile_here(args: &MockArgs, previous: Option<&Snapshot>) -> Result<Arc<Snapshot>, Failure> {
    let mut bundle = folder::read_within(&args.file, &args.reach, &mut |why| tracing::warn!("{why}"))?;
    let Some(contract) = bundle.files.first() else {
        return Err(Failure::new(format!("{}: it is no file", args.file.display())));
    };
    let text = around(&contract.path, args).to_string();
    bundle.files.push(BundleFile { path: AROUND.to_owned(), text });
    let bundle = Bundle { files: bundle.files, agreed: None };
    let files = Files::beside(folder::base_within(&args.file, &args.reach)?);
    let Checked { snapshot, findings, .. } = control::check(&bundle, &files, policies::CATALOG, previous)
        .map_err(|findings| {
            Failure::lines(findings.iter().filter(|f| is_told(f)).map(ToString::to_string))
        })?;
    findings.iter().filter(|finding| is_told(finding)).for_each(|finding| tracing::warn!("{finding}"));
    Ok(Arc::new(snapshot))
}

/// What is wrong with the document around the contract is nobody's affair but ours.
fn is_told(finding: &model::Finding) -> bool {
    finding.severity == Severity::Error || finding.place.as_ref().is_some_and(|place| &*place.file != AROUND)
}

/// The resources around a contract.
fn around(contract: &str, args: &MockArgs) -> Value {
    let mut mock = json!({
        "dynamic": args.dynamic,
        "validate": !args.no_validate,
        "security": !args.no_security,
        "state": args.state,
    });
    if !args.callbacks.is_empty() {
        mock["callbacks"] = json!({ "hosts": args.callbacks });
    }
    json!({
        "kind": "api",
        "name": "mock",
        "contract": contract,
        "listen": { "path": "/" },
        "policies": [
            // A page of any origin may try it.
            { "cors": { "origins": ["*"] } },
            { "contract-security": { "enforce": false } },
            { "mock": mock },
        ],
    })
}

/// Says what can be called.
fn list(snapshot: &Snapshot, address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let mut lines = Vec::new();
    for service in snapshot.services.values() {
        let Answers::Contract(operations) = &service.answers else { continue };
        for operation in operations {
            let method = operation.methods.first().map_or("*", String::as_str);
            lines.push(format!("{method:<7} http://{address}{}", operation.path));
        }
    }
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    match writeln!(out, "{}", lines.join("\n")) {
        // Nobody reads it.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {}
        _ => {}
    }
}
