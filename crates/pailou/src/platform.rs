//! `pailou serve`: every part in one process.

use std::{
    fs::{self, File, TryLockError},
    net::{SocketAddr, TcpListener as StdListener},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use admin::{AdminState, GatewayControl, GatewayStatus, GatewayToken, ObtainedStatus, PurgeNews};
use analytics::Analytics;
use cache::Purge;
use control::{
    Actor, Conduct, Control, MasterKeys, Origin, PlanOptions, Post, Rollouts, SecretSource, Usage,
};
use model::{
    Name, OpenChallenge, Recorder, Snapshot, SnapshotVersion,
    routing::{Explanation, Question},
    standing::UpstreamStanding,
};
use policy::{LimitsExplained, LimitsQuestion};
use proxy::{Config, Gateway, Inherited, Routes};
use store::{SqliteStore, Store};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::Instant};
use url::Url;

use crate::{
    data_plane,
    data_plane::RESPONSES,
    folder, gateway,
    handover::{self, Before, Upgrade},
    hooks::Hooks,
    logging,
    mail::Mail,
    memory,
    obtaining::{self, Obtaining},
    options::{Listen, Options, Role},
    providers::Providers,
    purges::PurgeLog,
    shutdown::{self, Failure},
    status::status,
    used::Counted,
    vault::Vault,
    vitals, watched,
};

/// How long answers of the admin side may take to end at a stop.
const ADMIN_DRAIN: Duration = Duration::from_secs(5);
/// How often branches are looked at that are rolled out by themselves.
const ROLLOUTS: Duration = Duration::from_secs(5);
/// How often blocks and subscriptions are looked through for those that have ended.
const TIDY: Duration = Duration::from_secs(30);
/// How often it is written down when keys were used.
pub(crate) const KEY_USES: Duration = Duration::from_secs(5);
/// Between two looks for sessions that ended.
const SIGN_OUTS: Duration = Duration::from_millis(250);
/// How often secrets that are kept elsewhere are read again.
const SECRETS: Duration = Duration::from_secs(5);
/// How often it is looked whether webhooks are to be told something.
const HOOKS: Duration = Duration::from_millis(500);

pub(crate) fn serve(options: &Options) -> Result<(), Failure> {
    logging::start("info");
    if options.role == Role::Gateway {
        return block_on(data_plane::run(options));
    }
    block_on(async {
        let before = Before::greet()?;
        let mut platform = Platform::start(options, before).await?;
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
                () = upgrade.asked() => {
                    if platform.hand_over(&upgrade).await {
                        break;
                    }
                }
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
    options: Options,
    pub(crate) control: Control,
    /// Made at the first start, where `PAILOU_ADMIN_TOKEN` set none.
    pub(crate) new_admin_token: Option<String>,
    store: Arc<SqliteStore>,
    analytics: Analytics,
    gateway: Option<Arc<Gateway>>,
    obtaining: Option<Arc<Obtaining>>,
    /// The admin side's socket.
    listener: StdListener,
    admin: SocketAddr,
    control_side: Option<ControlSide>,
    /// Held while the process writes.
    lock: Option<File>,
}

/// What runs beside the gateway: whoever takes changes, and whoever makes them.
struct ControlSide {
    tasks: Vec<JoinHandle<()>>,
    server: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Platform {
    /// Starts everything, in the place of the process before where there is one.
    pub(crate) async fn start(options: &Options, mut before: Option<Before>) -> Result<Platform, Failure> {
        // Before anything is opened or written, so that a port in use leaves nothing behind.
        let listener =
            vitals::listen(options.admin, before.as_mut().and_then(|before| before.take("admin")))?;
        let admin = listener.local_addr().map_err(|e| Failure::new(e.to_string()))?;
        let lock = lock(&options.data)?;
        let store = SqliteStore::open(&options.data.join("pailou.db")).await;
        let store = Arc::new(store.map_err(|e| Failure::new(shutdown::chain(&e)))?);
        let counting =
            analytics::Options { calls_per_second: options.logged_calls, ..analytics::Options::default() };
        let analytics = Analytics::open(Some(&options.data.join("analytics.db")), counting).await;
        let analytics = analytics.map_err(|e| Failure::new(shutdown::chain(&e)))?;
        let control = Control::open(
            Arc::clone(&store) as Arc<dyn Store>,
            policies::CATALOG,
            control::Options {
                masters: Some(master_keys(&options.data)?),
                obtained: Some(obtaining::folder(&options.data)),
                vault: Vault::from_environment()?.map(|vault| Arc::new(vault) as Arc<dyn SecretSource>),
                post: Mail::configured(options.mail_dir.as_ref(), options.mail_from.as_deref())?
                    .map(|mail| Arc::new(mail) as Arc<dyn Post>),
                providers: Some(Arc::new(Providers::new()?)),
                hooks: Some(Arc::new(Hooks::new(&options.webhook_hosts)?)),
                usage: Some(Arc::new(Counted(analytics.clone())) as Arc<dyn Usage>),
                ..control::Options::default()
            },
        )
        .await;
        let control = control.map_err(|e| Failure::new(shutdown::chain(&e)))?;
        for finding in control.unresolved() {
            tracing::error!("left out: {finding}");
        }
        let new_admin_token = admin_token(&control, options.admin_token.as_deref()).await?;
        let mut platform = Platform {
            options: options.clone(),
            control,
            new_admin_token,
            store,
            analytics,
            gateway: None,
            obtaining: None,
            listener,
            admin,
            control_side: None,
            lock: Some(lock),
        };
        platform.begin(handover::sockets(&mut before)).await?;
        handover::ready(before);
        Ok(platform)
    }

    /// Starts what runs beside the gateway, and the gateway where it does not run yet.
    async fn begin(&mut self, sockets: Vec<Inherited>) -> Result<(), Failure> {
        let (stop, mut stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        if let Some(folder) = &self.options.resources {
            tasks.push(follow_folder(folder, self.control.clone()).await?);
        }
        tasks.push(tokio::spawn(watched::follow(self.control.clone())));
        tasks.push(tokio::spawn(end_what_is_over(self.control.clone())));
        tasks.push(tokio::spawn(follow_secrets(self.control.clone())));
        tasks.push(tokio::spawn(tell_hooks(self.control.clone())));
        if self.options.role == Role::All {
            let mut snapshots = self.control.snapshots();
            let first = snapshots.borrow_and_update().clone();
            let gateway = match &self.gateway {
                Some(running) => {
                    snapshots.mark_changed();
                    Arc::clone(running)
                }
                None => {
                    let started = start_gateway(&self.options, first, &self.analytics, sockets)?;
                    memory::give_back();
                    gateway::announce(&started);
                    self.gateway = Some(Arc::clone(&started));
                    started
                }
            };
            tasks.push(tokio::spawn(follow_snapshots(snapshots, self.control.clone(), gateway)));
            tasks.push(tokio::spawn(note_key_uses(self.control.clone(), self.gateway.clone())));
            tasks.push(tokio::spawn(share_sign_outs(self.control.clone(), self.gateway.clone())));
        }
        // Gateways of other processes tell how branches do.
        tasks.push(tokio::spawn(roll_out(self.control.clone(), self.analytics.clone())));
        let others = self.gateway.is_none() || self.options.gateway_token.is_some();
        let (gateway, snapshots) = (self.gateway.clone(), self.control.snapshots());
        let (obtaining, task) =
            Obtaining::start(&self.options.data, PathBuf::from("."), gateway, others, snapshots);
        tasks.push(task);
        self.obtaining = Some(Arc::new(obtaining));
        let state = self.admin_state()?;
        self.open_oauth(&state.options).await?;
        tasks.push(tokio::spawn(tend_oauth(self.control.clone())));
        let router = admin::router(state);
        let told = |e: std::io::Error| Failure::new(format!("{} (--admin): {e}", self.admin));
        let listener = self.listener.try_clone().and_then(TcpListener::from_std).map_err(told)?;
        let server = tokio::spawn(async move {
            let asked = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = admin::serve(listener, router, asked).await {
                tracing::error!(%error, "the admin side ended");
            }
        });
        self.control_side = Some(ControlSide { tasks, server, stop });
        Ok(())
    }

    fn admin_state(&self) -> Result<AdminState, Failure> {
        let public = public_url(&self.options, self.gateway.as_deref())?;
        let mut options = admin::Options::new(self.admin, public);
        options.public_url = portal_url(&self.options)?;
        options.zombie_after = self.options.zombie_after.unwrap_or(options.zombie_after);
        options.gateway_token = self.options.gateway_token.as_deref().map(GatewayToken::new);
        options.role = if self.gateway.is_some() { "all" } else { "control" }.to_owned();
        Ok(AdminState {
            control: self.control.clone(),
            analytics: self.analytics.clone(),
            gateway: Arc::new(Window {
                gateway: self.gateway.clone(),
                obtaining: self.obtaining.clone(),
                snapshots: self.control.snapshots(),
                routes: Mutex::default(),
                purges: PurgeLog::open(&self.options.data),
            }),
            options,
        })
    }

    /// Issues tokens where it is known how apps and browsers come.
    async fn open_oauth(&self, options: &admin::Options) -> Result<(), Failure> {
        let portal = options.public_url.as_ref().map_or_else(|| self.admin_url(), ToString::to_string);
        let opened = self.control.open_oauth(&portal, options.gateway_url.as_str()).await;
        opened.map_err(|e| Failure::new(shutdown::chain(&e)))
    }

    /// `http://127.0.0.1:9080`
    pub(crate) fn admin_url(&self) -> String {
        format!("http://{}", reachable(self.admin))
    }

    /// Where the gateway takes HTTP.
    pub(crate) fn gateway_url(&self) -> Option<String> {
        self.gateway.as_ref()?.http_addr().map(|addr| format!("http://{}", reachable(addr)))
    }

    /// Gives everything to a new process; whether it has it. The databases come first, then the sockets: what writes here has ended when
    /// the other begins, while the gateway goes on. Where nothing comes of it, all goes on here.
    async fn hand_over(&mut self, upgrade: &Upgrade) -> bool {
        if let Some(control_side) = self.control_side.take() {
            control_side.end().await;
        }
        self.analytics.pause().await;
        if let Err(error) = self.store.database().release() {
            tracing::error!(%error, "the database cannot be given to another process");
        }
        drop(self.lock.take());
        let admin = vitals::copy(&self.listener);
        if handover::done(upgrade, self.gateway.as_deref(), admin.as_ref()).await {
            return true;
        }
        match lock(&self.options.data) {
            Ok(held) => self.lock = Some(held),
            // The new one was ended, so that nobody else can be meant.
            Err(failure) => failure.print(),
        }
        self.analytics.resume();
        let resumed = async {
            // The new one has ended, and may have made changes before.
            self.store.database().reclaim().map_err(|e| Failure::new(shutdown::chain(&e)))?;
            self.control.reload().await.map_err(|e| Failure::new(shutdown::chain(&e)))?;
            self.begin(Vec::new()).await
        };
        if let Err(failure) = resumed.await {
            failure.print();
            tracing::error!("the admin side cannot go on; the gateway does, with the configuration it has");
        }
        false
    }

    /// Lets exchanges under way end, and writes what is not written yet.
    pub(crate) async fn stop(self) {
        tracing::info!("stopping");
        if let Some(gateway) = &self.gateway {
            gateway.drain(gateway::DRAIN).await;
            note_now(&self.control, gateway).await;
        }
        if let Some(control_side) = self.control_side {
            control_side.end().await;
        }
        self.analytics.shutdown().await;
        self.store.database().close().await;
    }
}

impl ControlSide {
    /// Ends what makes changes, and lets those under way come to their end.
    async fn end(self) {
        let _ = self.stop.send(true);
        let mut server = self.server;
        if tokio::time::timeout(ADMIN_DRAIN, &mut server).await.is_err() {
            tracing::warn!("answers of the admin side were broken off");
            server.abort();
        }
        for task in self.tasks {
            task.abort();
            // It has ended when this is over, whatever became of it.
            let _ = task.await;
        }
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
    sockets: Vec<Inherited>,
) -> Result<Arc<Gateway>, Failure> {
    let recorder: Arc<dyn Recorder> = Arc::new(analytics.clone());
    let config = Config {
        http: options.http.addr(),
        https: options.https.addr(),
        inherited: sockets,
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
async fn end_what_is_over(control: Control) {
    let system = Actor::new("system", Origin::Api);
    loop {
        tokio::time::sleep(TIDY).await;
        match control.remove_ended_blocks(&system).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "blocks have ended"),
            Err(error) => tracing::error!(%error, "blocks that have ended could not be removed"),
        }
        match control.tend_subscriptions(&system).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "subscriptions have ended"),
            Err(error) => tracing::error!(%error, "subscriptions could not be looked after"),
        }
    }
}

/// Makes attempts to tell webhooks when they are due.
async fn tell_hooks(control: Control) {
    loop {
        tokio::time::sleep(HOOKS).await;
        if let Err(error) = control.tend_hooks().await {
            tracing::error!(%error, "webhooks could not be told");
        }
    }
}

/// Writes down when keys were used at the gateway of this process.
async fn note_key_uses(control: Control, gateway: Option<Arc<Gateway>>) {
    let Some(gateway) = gateway else { return };
    loop {
        tokio::time::sleep(KEY_USES).await;
        note_now(&control, &gateway).await;
    }
}

/// Tells others which sessions ended by way of the gateway of this process, and it which ended by way of others.
async fn share_sign_outs(control: Control, gateway: Option<Arc<Gateway>>) {
    let Some(gateway) = gateway else { return };
    let mut heard = None;
    loop {
        let ended = gateway.take_sign_outs();
        if !ended.is_empty()
            && let Err(error) = control.note_sign_outs(ended).await
        {
            tracing::error!(%error, "which sessions ended could not be written down");
        }
        let (number, outs) = control.sign_outs();
        if heard.replace(number) != Some(number) {
            gateway.hear_sign_outs(&outs);
        }
        tokio::time::sleep(SIGN_OUTS).await;
    }
}

async fn note_now(control: &Control, gateway: &Gateway) {
    if let Err(error) = control.note_key_uses(gateway.take_key_uses()).await {
        tracing::error!(%error, "when keys were used could not be written down");
    }
}

/// Keys of the authorization server take turns, and what it granted ends.
async fn tend_oauth(control: Control) {
    loop {
        tokio::time::sleep(TIDY).await;
        if let Err(error) = control.tend_oauth().await {
            tracing::error!(%error, "the authorization server could not be looked after");
        }
        if let Err(error) = control.tend_registrations().await {
            tracing::error!(%error, "clients at authorization servers elsewhere could not be looked after");
        }
    }
}

async fn follow_snapshots(
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    control: Control,
    gateway: Arc<Gateway>,
) {
    control.set_in_force(SnapshotVersion { number: gateway.status().snapshot, ..SnapshotVersion::default() });
    while snapshots.changed().await.is_ok() {
        let snapshot = snapshots.borrow_and_update().clone();
        let version = snapshot.version();
        let publishing = Arc::clone(&gateway);
        // Building may take a while for many routes; it must not hold up the control side.
        let published =
            tokio::task::spawn_blocking(move || memory::returning(|| publishing.publish(snapshot))).await;
        match published {
            Ok(Ok(())) => tracing::debug!(snapshot = version.number, "snapshot in force"),
            Ok(Err(findings)) => {
                findings.iter().for_each(|finding| tracing::error!("{finding}"));
                tracing::error!(
                    snapshot = version.number,
                    "the gateway cannot run this snapshot and keeps the one before"
                );
            }
            Err(error) => tracing::error!(%error, "publishing a snapshot failed"),
        }
        control.set_in_force(version);
    }
}

/// Has branches grow that are rolled out by themselves.
async fn roll_out(control: Control, analytics: Analytics) {
    let began = Instant::now();
    let mut rollouts = Rollouts::default();
    let mut beat = tokio::time::interval(ROLLOUTS);
    loop {
        beat.tick().await;
        let conduct = |service: &str, branch: &str, span: Duration| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let from = u64::try_from(now.saturating_sub(span).as_millis()).unwrap_or_default();
            let counts = analytics.branches(service, from);
            let found = counts.into_iter().find(|count| count.branch == branch);
            found.map_or_else(Conduct::default, |count| Conduct {
                requests: count.requests,
                errors: count.errors,
                p99_ms: count.p99_ms,
            })
        };
        if let Err(error) = rollouts.look(&control, began.elapsed(), conduct).await {
            tracing::error!(%error, "rollouts cannot be looked at");
        }
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
    let options = PlanOptions { origin: Origin::Files, prune: true, fail_on: None };
    let applied = control
        .apply(&Actor::new("system", Origin::Files), &Name::default_workspace(), bundle, options)
        .await;
    let applied = applied.map_err(|error| {
        let lines: Vec<_> = error.findings().iter().map(ToString::to_string).collect();
        if lines.is_empty() { Failure::new(shutdown::chain(&error)) } else { Failure::lines(lines) }
    })?;
    applied.findings.iter().for_each(|finding| tracing::warn!("{finding}"));
    tracing::info!(snapshot = applied.snapshot, "{} applied", folder.display());
    Ok(())
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

/// How browsers and apps reach portal and console, where that is said.
fn portal_url(options: &Options) -> Result<Option<Url>, Failure> {
    let Some(text) = &options.portal_url else { return Ok(None) };
    let told = |why: &str| Failure::new(format!("`{text}` is no address for --portal-url: {why}"));
    let url = Url::parse(text).map_err(|e| told(&e.to_string()))?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !is_bare {
        return Err(told("write scheme, host and port alone, such as `https://portal.example.com`"));
    }
    Ok(Some(url))
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
    obtaining: Option<Arc<Obtaining>>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Where there is no gateway: the routes that one would have, once they were asked for.
    routes: Mutex<Option<(Arc<Snapshot>, Routes)>>,
    purges: PurgeLog,
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
        self.purges.add(purge)?;
        Ok(self.gateway.as_ref().map_or(0, |gateway| gateway.purge(purge)))
    }

    fn challenges(&self) -> (u64, Vec<OpenChallenge>) {
        let posted = self.obtaining.as_ref().map(|obtaining| obtaining.posted());
        posted.map(|posted| (posted.number, posted.challenges.clone())).unwrap_or_default()
    }

    fn obtained(&self) -> Vec<ObtainedStatus> {
        self.obtaining.as_ref().map(|obtaining| obtaining::status(&obtaining.standings())).unwrap_or_default()
    }

    fn purge_mark(&self) -> String {
        self.purges.mark()
    }

    fn purged_since(&self, mark: Option<&str>) -> PurgeNews {
        self.purges.since(mark)
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
