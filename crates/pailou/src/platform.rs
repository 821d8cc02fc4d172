//! `pailou serve`: every part in one process.

use std::{
    fs::{self, File, TryLockError},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use admin::{AdminState, GatewayControl, GatewayStatus, GatewayToken};
use analytics::Analytics;
use cache::Purge;
use control::{Actor, Control, MasterKeys, Origin, PlanOptions, SecretSource};
use model::{
    Name, Recorder, Snapshot,
    routing::{Explanation, Question},
    standing::UpstreamStanding,
};
use policy::{LimitsExplained, LimitsQuestion};
use proxy::{Config, Gateway, Routes};
use store::{SqliteStore, Store};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    data_plane,
    data_plane::RESPONSES,
    folder, gateway,
    handover::Upgrade,
    logging,
    options::{Listen, Options, Role},
    shutdown::{self, Failure},
    status::status,
    vault::Vault,
    watched,
};

/// How long answers of the admin side may take to end at a stop.
const ADMIN_DRAIN: Duration = Duration::from_secs(5);
/// How often blocks that have ended are removed.
const TIDY: Duration = Duration::from_secs(30);
/// How often secrets that are kept elsewhere are read again.
const SECRETS: Duration = Duration::from_secs(5);

pub(crate) fn serve(options: &Options) -> Result<(), Failure> {
    logging::start("info");
    if options.role == Role::Gateway {
        return block_on(data_plane::run(options));
    }
    block_on(async {
        let platform = Platform::start(options).await?;
        if let Some(token) = &platform.new_admin_token {
            // The only time it can be shown; it goes to the terminal and not into the log.
            println!("The administrator's token, shown this once: {token}");
        }
        tracing::info!("console at {0}/console, portal at {0}/portal", platform.admin_url());
        let mut upgrade = Upgrade::new();
        let stop = shutdown::requested();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                () = upgrade.asked() => tracing::warn!(
                    "SIGUSR2: a process with a database does not hand over; gateways on their own do (--role gateway, `pailou gateway`)"
                ),
            }
        }
        platform.stop().await;
        Ok(())
    })
}

/// Runs the control side; the gateway's workers have threads of their own.
pub(crate) fn block_on<T>(task: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|e| Failure::new(format!("no runtime could be started: {e}")))?.block_on(task)
}

/// Everything that runs.
pub(crate) struct Platform {
    pub(crate) control: Control,
    /// Made at the first start, where `PAILOU_ADMIN_TOKEN` set none.
    pub(crate) new_admin_token: Option<String>,
    store: Arc<SqliteStore>,
    analytics: Analytics,
    gateway: Option<Arc<Gateway>>,
    admin: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
    server: JoinHandle<()>,
    stop: watch::Sender<bool>,
    /// Held while the process runs.
    _lock: File,
}

impl Platform {
    pub(crate) async fn start(options: &Options) -> Result<Platform, Failure> {
        // Before anything is opened or written, so that a port in use leaves nothing behind.
        let listener = TcpListener::bind(options.admin).await;
        let listener = listener
            .map_err(|e| Failure::new(format!("cannot listen on {} (--admin): {e}", options.admin)))?;
        let admin = listener.local_addr().map_err(|e| Failure::new(e.to_string()))?;
        let lock = lock(&options.data)?;
        let store = SqliteStore::open(&options.data.join("pailou.db")).await;
        let store = Arc::new(store.map_err(|e| Failure::new(shutdown::chain(&e)))?);
        let control = Control::open(
            Arc::clone(&store) as Arc<dyn Store>,
            policies::CATALOG,
            control::Options {
                masters: Some(master_keys(&options.data)?),
                vault: Vault::from_environment()?.map(|vault| Arc::new(vault) as Arc<dyn SecretSource>),
                ..control::Options::default()
            },
        )
        .await;
        let control = control.map_err(|e| Failure::new(shutdown::chain(&e)))?;
        for finding in control.unresolved() {
            tracing::error!("left out: {finding}");
        }
        let new_admin_token = admin_token(&control, options.admin_token.as_deref()).await?;
        let analytics =
            Analytics::open(Some(&options.data.join("analytics.db")), analytics::Options::default()).await;
        let analytics = analytics.map_err(|e| Failure::new(shutdown::chain(&e)))?;

        let (stop, mut stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        if let Some(folder) = &options.resources {
            tasks.push(follow_folder(folder, control.clone()).await?);
        }
        tasks.push(tokio::spawn(watched::follow(control.clone())));
        tasks.push(tokio::spawn(remove_ended_blocks(control.clone())));
        tasks.push(tokio::spawn(follow_secrets(control.clone())));
        let mut gateway = None;
        if options.role == Role::All {
            let mut snapshots = control.snapshots();
            let first = snapshots.borrow_and_update().clone();
            let started = start_gateway(options, first, &analytics)?;
            gateway::announce(&started);
            tasks.push(tokio::spawn(follow_snapshots(snapshots, control.clone(), Arc::clone(&started))));
            gateway = Some(started);
        }
        let public = public_url(options, gateway.as_deref())?;
        let mut admin_options = admin::Options::new(admin, public);
        admin_options.gateway_token = options.gateway_token.as_deref().map(GatewayToken::new);
        admin_options.role = if gateway.is_some() { "all" } else { "control" }.to_owned();
        let state = AdminState {
            control: control.clone(),
            analytics: analytics.clone(),
            gateway: Arc::new(Window {
                gateway: gateway.clone(),
                snapshots: control.snapshots(),
                routes: Mutex::default(),
            }),
            options: admin_options,
        };
        let router = admin::router(state);
        let server = tokio::spawn(async move {
            let asked = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = admin::serve(listener, router, asked).await {
                tracing::error!(%error, "the admin side ended");
            }
        });
        Ok(Platform {
            control,
            new_admin_token,
            store,
            analytics,
            gateway,
            admin,
            tasks,
            server,
            stop,
            _lock: lock,
        })
    }

    /// `http://127.0.0.1:9080`
    pub(crate) fn admin_url(&self) -> String {
        format!("http://{}", reachable(self.admin))
    }

    /// Where the gateway takes HTTP.
    pub(crate) fn gateway_url(&self) -> Option<String> {
        self.gateway.as_ref()?.http_addr().map(|addr| format!("http://{}", reachable(addr)))
    }

    /// Lets exchanges under way end, and writes what is not written yet.
    pub(crate) async fn stop(self) {
        tracing::info!("stopping");
        if let Some(gateway) = &self.gateway {
            gateway.drain(gateway::DRAIN).await;
        }
        let _ = self.stop.send(true);
        if tokio::time::timeout(ADMIN_DRAIN, self.server).await.is_err() {
            tracing::warn!("answers of the admin side were broken off");
        }
        self.tasks.iter().for_each(JoinHandle::abort);
        self.analytics.shutdown().await;
        self.store.database().close().await;
    }
}

/// Two processes on one folder would overwrite each other.
pub(crate) fn lock(data: &Path) -> Result<File, Failure> {
    let told = |e: std::io::Error| {
        Failure::new(format!("{}: the data directory cannot be used: {e}", data.display()))
    };
    fs::create_dir_all(data).map_err(told)?;
    let file = File::create(data.join("lock")).map_err(told)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::new(format!("{}: another Pailou runs on this data directory", data.display())))
        }
        Err(TryLockError::Error(e)) => Err(told(e)),
    }
}

async fn admin_token(control: &Control, given: Option<&str>) -> Result<Option<String>, Failure> {
    let made = match given {
        Some(token) => {
            control.set_admin_token(&Actor::new("system", Origin::Api), token).await.map(|()| None)
        }
        None => control.ensure_admin_token().await,
    };
    made.map_err(|e| Failure::new(format!("PAILOU_ADMIN_TOKEN: {}", shutdown::chain(&e))))
}

fn start_gateway(
    options: &Options,
    snapshot: Arc<Snapshot>,
    analytics: &Analytics,
) -> Result<Arc<Gateway>, Failure> {
    let recorder: Arc<dyn Recorder> = Arc::new(analytics.clone());
    let config = Config {
        http: options.http.addr(),
        https: options.https.addr(),
        zone: options.zone.clone(),
        resolver: options.resolver.clone(),
        stored_responses: Some(options.data.join(RESPONSES)),
        ..Config::default()
    };
    let gateway = Gateway::start(config, policies::CATALOG, snapshot, recorder);
    gateway.map(Arc::new).map_err(|e| Failure::new(shutdown::chain(&e)))
}

/// Secrets that are kept elsewhere change there.
async fn follow_secrets(control: Control) {
    loop {
        tokio::time::sleep(SECRETS).await;
        match control.read_secrets().await {
            Ok(true) => tracing::info!("secrets have changed, and are in force now"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "secrets could not be read again"),
        }
    }
}

/// The keys that secrets are sealed by: from the environment, from a file it names, or from one in the data directory that is made where
/// it is missing.
fn master_keys(data: &Path) -> Result<MasterKeys, Failure> {
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(text) = given("PAILOU_MASTER_KEY") {
        return MasterKeys::read(&text).map_err(|why| Failure::new(format!("PAILOU_MASTER_KEY: {why}")));
    }
    let named = given("PAILOU_MASTER_KEY_FILE").map(std::path::PathBuf::from);
    let path = named.clone().unwrap_or_else(|| data.join("master.key"));
    let told = |why: String| Failure::new(format!("{}: {why}", path.display()));
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            let made = MasterKeys::make();
            let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let written = file.and_then(|mut file| {
                std::io::Write::write_all(&mut file, format!("{made}\n").as_bytes())
                    .and_then(|()| file.sync_all())
            });
            written.map_err(|error| told(error.to_string()))?;
            made
        }
        read => read.map_err(|error| told(error.to_string()))?,
    };
    MasterKeys::read(&text).map_err(told)
}

/// Gateways let calls in again at the time a block ends; here it is only tidied away.
async fn remove_ended_blocks(control: Control) {
    let system = Actor::new("system", Origin::Api);
    loop {
        tokio::time::sleep(TIDY).await;
        match control.remove_ended_blocks(&system).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "blocks have ended"),
            Err(error) => tracing::error!(%error, "blocks that have ended could not be removed"),
        }
    }
}

async fn follow_snapshots(
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    control: Control,
    gateway: Arc<Gateway>,
) {
    control.set_in_force(gateway.status().snapshot);
    while snapshots.changed().await.is_ok() {
        let snapshot = snapshots.borrow_and_update().clone();
        let number = snapshot.number;
        let publishing = Arc::clone(&gateway);
        // Building may take a while for many routes; it must not hold up the control side.
        let published = tokio::task::spawn_blocking(move || publishing.publish(snapshot)).await;
        match published {
            Ok(Ok(())) => tracing::debug!(snapshot = number, "snapshot in force"),
            Ok(Err(findings)) => {
                findings.iter().for_each(|finding| tracing::error!("{finding}"));
                tracing::error!(
                    snapshot = number,
                    "the gateway cannot run this snapshot and keeps the one before"
                );
            }
            Err(error) => tracing::error!(%error, "publishing a snapshot failed"),
        }
        control.set_in_force(number);
    }
}

/// Applies the folder now and whenever it changes.
async fn follow_folder(folder: &Path, control: Control) -> Result<JoinHandle<()>, Failure> {
    let mut files = folder::Watch::new(folder);
    if let Err(failure) = apply_folder(folder, &control).await {
        // With a configuration from before, traffic must go on with that one.
        if control.snapshots().borrow().number == 0 {
            return Err(failure);
        }
        failure.print();
        tracing::error!("{}: not applied; the configuration before stays in force", folder.display());
    }
    let folder = folder.to_path_buf();
    Ok(tokio::spawn(async move {
        loop {
            files.changed().await;
            if let Err(failure) = apply_folder(&folder, &control).await {
                failure.print();
                tracing::error!("{}: not applied; the configuration before stays in force", folder.display());
            }
        }
    }))
}

async fn apply_folder(folder: &Path, control: &Control) -> Result<(), Failure> {
    let owned = folder.to_path_buf();
    let bundle = tokio::task::spawn_blocking(move || folder::read(&owned)).await;
    let bundle = bundle.map_err(|e| Failure::new(e.to_string()))??;
    let options = PlanOptions { origin: Origin::Files, prune: true };
    let applied = control.apply(&Actor::new("system", Origin::Files), &workspace(), bundle, options).await;
    let applied = applied.map_err(|error| {
        let lines: Vec<_> = error.findings().iter().map(ToString::to_string).collect();
        if lines.is_empty() { Failure::new(shutdown::chain(&error)) } else { Failure::lines(lines) }
    })?;
    applied.findings.iter().for_each(|finding| tracing::warn!("{finding}"));
    tracing::info!(snapshot = applied.snapshot, "{} applied", folder.display());
    Ok(())
}

/// The only workspace there is.
pub(crate) fn workspace() -> Name {
    "default".parse().expect("`default` is a name")
}

fn public_url(options: &Options, gateway: Option<&Gateway>) -> Result<Url, Failure> {
    let local = gateway.and_then(Gateway::http_addr).or(match options.http {
        Listen::At(addr) => Some(addr),
        Listen::Off => None,
    });
    let secure = gateway.and_then(Gateway::https_addr).map(|addr| format!("https://{}", reachable(addr)));
    let url =
        options.public_url.clone().or(local.map(|addr| format!("http://{}", reachable(addr)))).or(secure);
    let url = url.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    Url::parse(&url).map_err(|e| Failure::new(format!("`{url}` is no address for --public-url: {e}")))
}

/// An address a client on this machine can use: that of any interface is reached at loopback.
fn reachable(mut addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        addr.set_ip(if addr.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    addr
}

/// The gateway as the admin side sees it.
struct Window {
    gateway: Option<Arc<Gateway>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Where there is no gateway: the routes that one would have, once they were asked for.
    routes: Mutex<Option<(Arc<Snapshot>, Routes)>>,
}

impl GatewayControl for Window {
    fn status(&self) -> GatewayStatus {
        let Some(gateway) = &self.gateway else { return GatewayStatus::default() };
        status(gateway)
    }

    fn local_http(&self) -> Option<SocketAddr> {
        self.gateway.as_ref()?.http_addr().map(reachable)
    }

    fn explain(&self, question: &Question) -> Result<Explanation, String> {
        if let Some(gateway) = &self.gateway {
            return gateway.routes().explain(question);
        }
        let snapshot = Arc::clone(&self.snapshots.borrow());
        let mut known = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let routes = match known.take().filter(|(of, _)| Arc::ptr_eq(of, &snapshot)) {
            Some((_, routes)) => routes,
            None => Routes::build(policies::CATALOG, Arc::clone(&snapshot)).map_err(|findings| {
                let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
                format!("a gateway could not run this configuration: {}", lines.join("; "))
            })?,
        };
        known.insert((snapshot, routes)).1.explain(question)
    }

    fn purge(&self, purge: Purge<'_>) -> Result<u64, String> {
        let gateway = self.gateway.as_ref();
        let gateway =
            gateway.ok_or("no gateway runs in this process, and what is stored is a gateway's own")?;
        Ok(gateway.purge(purge))
    }

    fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String> {
        let gateway = self.gateway.as_ref();
        let gateway = gateway.ok_or("no gateway runs in this process, and counters are a gateway's own")?;
        gateway.explain_limits(asked)
    }

    fn upstreams(&self, key: Option<&str>, most: usize) -> Vec<UpstreamStanding> {
        self.gateway.as_ref().map(|gateway| gateway.upstreams(key, most)).unwrap_or_default()
    }
}
