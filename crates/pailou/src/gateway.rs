//! `pailou gateway`: a data plane from files alone, without a database.

use std::{sync::Arc, time::Duration};

use analytics::Analytics;
use control::{Checked, Files};
use model::{Recorder, Snapshot};
use proxy::{Config, Gateway};
use tokio::sync::watch;

use crate::{
    command::GatewayArgs,
    folder,
    handover::{self, Before, Upgrade},
    logging, memory,
    obtaining::{self, Obtaining},
    shutdown::{self, Failure},
    vitals, watched,
};

/// How long exchanges under way may take to end at a stop.
pub(crate) const DRAIN: Duration = Duration::from_secs(20);

pub(crate) fn run(args: &GatewayArgs) -> Result<(), Failure> {
    logging::start("info");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?.block_on(serve(args))
}

async fn serve(args: &GatewayArgs) -> Result<(), Failure> {
    let mut before = Before::greet()?;
    let mut upgrade = Upgrade::new();
    let mut files = folder::Watch::new(&args.resources);
    let mut snapshot = compile(args, None)?;
    let obtained = args.data.as_deref().map(obtaining::folder);
    let base = folder::base(&args.resources);
    let named = |snapshot: &Snapshot| watched::named(snapshot, &base, obtained.as_deref());
    let mut is_due = files.also(named(&snapshot));
    let counting =
        analytics::Options { calls_per_second: args.logged_calls, ..analytics::Options::default() };
    let analytics = Analytics::open(None, counting).await;
    let analytics = analytics.map_err(|e| Failure::new(e.to_string()))?;
    let recorder: Arc<dyn Recorder> = Arc::new(analytics.clone());
    let admin = args
        .admin
        .addr()
        .map(|addr| vitals::listen(addr, before.as_mut().and_then(|before| before.take("admin"))));
    let admin = admin.transpose()?;
    let config = Config {
        http: args.http.addr(),
        https: args.https.addr(),
        inherited: handover::sockets(&mut before),
        zone: args.zone.clone(),
        resolver: args.resolver.clone(),
        stored_responses: args.cache.clone(),
        folder: base.clone(),
        ..Config::default()
    };
    let gateway = Gateway::start(config, policies::CATALOG, Arc::clone(&snapshot), recorder);
    let gateway = Arc::new(gateway.map_err(|e| Failure::new(shutdown::chain(&e)))?);
    let copy = admin.as_ref().and_then(vitals::copy);
    let snapshots = watch::Sender::new(Arc::clone(&snapshot));
    let obtaining = args.data.as_deref().map(|data| {
        Obtaining::start(data, base.clone(), Some(Arc::clone(&gateway)), true, snapshots.subscribe())
    });
    let admin = match admin {
        Some(listener) => {
            let standings = obtaining.as_ref().map(|(obtaining, _)| obtaining.standings());
            let running = Arc::new(Arc::clone(&gateway).into());
            Some(vitals::serve(listener, analytics.clone(), running, standings).await?)
        }
        None => None,
    };
    memory::give_back();
    announce(&gateway);
    handover::ready(before);

    let stop = shutdown::requested();
    tokio::pin!(stop);
    loop {
        if !std::mem::take(&mut is_due) {
            tokio::select! {
                () = &mut stop => break,
                () = files.changed() => {}
                () = upgrade.asked() => {
                    if handover::done(&upgrade, Some(&gateway), copy.as_ref()).await {
                        break;
                    }
                    continue;
                }
            }
        }
        // The files may be half-written: what cannot be read now is read when it changes again.
        match compile(args, Some(&snapshot)) {
            Ok(next) => match gateway.publish(Arc::clone(&next)) {
                Ok(()) => {
                    snapshot = next;
                    snapshots.send_replace(Arc::clone(&snapshot));
                    is_due = files.also(named(&snapshot));
                    tracing::info!(snapshot = snapshot.number, "configuration reloaded");
                }
                Err(findings) => {
                    findings.iter().for_each(|finding| tracing::error!("{finding}"));
                    tracing::error!("the configuration before stays in force");
                }
            },
            Err(failure) => {
                failure.print();
                tracing::error!("the configuration before stays in force");
            }
        }
    }
    tracing::info!("stopping");
    drop((admin, copy));
    if let Some((_, task)) = obtaining {
        task.abort();
    }
    gateway.drain(DRAIN).await;
    analytics.shutdown().await;
    Ok(())
}

/// Reads and checks resource files and resolves them. On a thread of its own: what that took beyond the snapshot, several times its
/// size, can be given back once the thread has ended.
fn compile(args: &GatewayArgs, previous: Option<&Snapshot>) -> Result<Arc<Snapshot>, Failure> {
    memory::returning(|| {
        std::thread::scope(|scope| {
            let compiling = scope.spawn(|| compile_here(args, previous));
            compiling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn compile_here(args: &GatewayArgs, previous: Option<&Snapshot>) -> Result<Arc<Snapshot>, Failure> {
    let path = &*args.resources;
    let bundle = folder::read(path)?;
    let files = Files { folder: folder::base(path), obtained: args.data.as_deref().map(obtaining::folder) };
    let Checked { snapshot, findings, .. } = control::check(&bundle, &files, policies::CATALOG, previous)
        .map_err(|findings| {
            let count = findings.len();
            let lines = findings.iter().map(ToString::to_string);
            Failure::lines(lines.chain([format!("{count} findings in {}", path.display())]))
        })?;
    findings.iter().for_each(|finding| tracing::warn!("{finding}"));
    let mut asked = snapshot.certificates.values().filter(|files| files.certificate.acme.is_some());
    if let Some(files) = asked.next().filter(|_| args.data.is_none()) {
        return Err(Failure::new(format!(
            "certificate/{}: acme: say by --data DIR where certificates and accounts are kept",
            files.certificate.name
        )));
    }
    Ok(Arc::new(snapshot))
}

/// Says where a gateway listens.
pub(crate) fn announce(gateway: &Gateway) {
    for listening in gateway.listening() {
        let scheme = if listening.tls { "https" } else { "http" };
        match &*listening.name {
            "http" | "https" => tracing::info!("gateway at {scheme}://{}", listening.address),
            name => tracing::info!("listening on {} ({name}, {scheme})", listening.address),
        }
    }
}
