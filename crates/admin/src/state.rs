//! What the router is made of.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, sync::Arc, time::Duration};

use analytics::Analytics;
use cache::Purge;
use control::Control;
use jiff::Timestamp;
use model::{
    OpenChallenge,
    routing::{Explanation, Question},
    standing::UpstreamStanding,
};
use policy::{LimitsExplained, LimitsQuestion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    auth::{GatewayToken, Throttle},
    console::{drafts::Drafts, snapshot::Deliveries, writings::Writings},
    guard::{Bounds, Hosts},
    portal::sandbox::Sandboxes,
};

/// What [`crate::router`] is made of.
pub struct AdminState {
    pub control: Control,
    pub analytics: Analytics,
    pub gateway: Arc<dyn GatewayControl>,
    pub options: Options,
}

/// What is set for the admin side.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the router is served; a loopback address makes it answer to loopback names (and [`Options::hosts`]) only.
    pub bound: SocketAddr,
    /// How browsers reach it, where a proxy stands before it. With `https` cookies are `Secure`.
    pub public_url: Option<Url>,
    /// More host names it answers to.
    pub hosts: Vec<String>,
    /// How callers reach the gateway, such as `https://api.example.com`.
    pub gateway_url: Url,
    /// What the portal is called.
    pub title: String,
    /// `all` or `control`.
    pub role: String,
    /// Tries of one network address a minute, see `POST /portal/api/v1/try`.
    pub tries_per_minute: u32,
    /// How long nobody calls an operation that a contract has before it is told as one that nobody does.
    pub zombie_after: model::Span,
    /// What gateways of other processes show; none of them is served where it is missing.
    pub gateway_token: Option<GatewayToken>,
}

impl Options {
    /// The defaults for an address to serve at.
    pub fn new(bound: SocketAddr, gateway_url: Url) -> Options {
        Options {
            bound,
            public_url: None,
            hosts: Vec::new(),
            gateway_url,
            title: "Developer portal".to_owned(),
            role: "all".to_owned(),
            tries_per_minute: 60,
            zombie_after: model::Span::secs(14 * 86_400),
            gateway_token: None,
        }
    }
}

/// The gateway of this process, as far as the admin side needs to know.
pub trait GatewayControl: Send + Sync {
    fn status(&self) -> GatewayStatus;

    /// Where it takes cleartext HTTP from this machine.
    fn local_http(&self) -> Option<SocketAddr>;

    /// Where a request would go, and why not elsewhere. Where this process has no gateway, what one would do that had the snapshot.
    ///
    /// # Errors
    /// What is wrong with the request.
    fn explain(&self, question: &Question) -> Result<Explanation, String>;

    /// Which limits a request would touch, and how they stand for it.
    ///
    /// # Errors
    /// What of the question does not exist.
    fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String>;

    /// How upstreams stand, by name: the one with this key, or all, `most` at most.
    fn upstreams(&self, key: Option<&str>, most: usize) -> Vec<UpstreamStanding>;

    /// Forgets stored responses, here and soon at gateways of other processes; how many keys had some here.
    ///
    /// # Errors
    /// Those that would learn of it cannot.
    fn purge(&self, purge: Purge<'_>) -> Result<u64, String>;

    /// The challenges that authorities look at now (RFC 8555 §8), and a number that is another with every change of them.
    fn challenges(&self) -> (u64, Vec<OpenChallenge>);

    /// How the certificates stand that authorities are asked for, by name.
    fn obtained(&self) -> Vec<ObtainedStatus>;

    /// How far purges have come.
    fn purge_mark(&self) -> String;

    /// What was purged since purges had come so far.
    fn purged_since(&self, mark: Option<&str>) -> PurgeNews;
}

/// What was purged, for gateways of other processes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PurgeNews {
    /// How far purges have come with these; to be told the next time.
    pub mark: String,
    /// Whether something is missing, so that everything is forgotten.
    pub everything: bool,
    /// The oldest first.
    pub items: Vec<PurgedItem>,
}

/// One purge: one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PurgedItem {
    /// `//host/path?query`.
    Url(String),
    Tag(String),
    All,
}

impl PurgedItem {
    pub fn as_purge(&self) -> Purge<'_> {
        match self {
            PurgedItem::Url(url) => Purge::Url(url),
            PurgedItem::Tag(tag) => Purge::Tag(tag),
            PurgedItem::All => Purge::All,
        }
    }
}

/// What a gateway tells about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GatewayStatus {
    /// Whether it has a configuration and takes requests.
    pub ready: bool,
    /// The number of the snapshot in force.
    pub snapshot: u64,
    pub listeners: Vec<ListenerStatus>,
    /// The certificates it serves, by name.
    pub certificates: Vec<CertificateStatus>,
    /// Client connections open now.
    pub connections: u64,
    /// Client connections accepted since the start.
    pub accepted: u64,
    /// Client connections shed because the bound was reached.
    pub shed: u64,
    pub workers: usize,
    /// Whether it takes no new connections and lets those it has finish.
    pub draining: bool,
    pub responses: StoredResponses,
}

/// The room for stored responses, and what came of requests that could have been answered from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StoredResponses {
    /// Keys with something stored.
    pub keys: u64,
    /// What they take of memory, bytes.
    pub memory: u64,
    /// Keys that went from memory because room was short, since the start.
    pub evicted: u64,
    /// Keys with something stored on disk; what is in memory is there, too.
    pub disk_keys: u64,
    /// What they take of the disk, bytes.
    pub disk: u64,
    /// Keys that went from disk because room was short, since the start.
    pub disk_evicted: u64,
    /// Requests since the start by what came of them: `hit`, `stale`, `renewed`, `miss`, `bypass`.
    pub requests: BTreeMap<String, u64>,
}

impl StoredResponses {
    /// As Prometheus reads it (exposition format 0.0.4).
    fn metrics_text(&self) -> String {
        let mut text = String::with_capacity(1024);
        let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, u64)]| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in lines {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        };
        let of = |label: &str, name: &str| format!("{{{label}=\"{name}\"}}");
        let tiers = |memory: u64, disk: u64| [(of("tier", "memory"), memory), (of("tier", "disk"), disk)];
        let requests: Vec<_> =
            self.requests.iter().map(|(outcome, count)| (of("outcome", outcome), *count)).collect();
        let help = "Requests by what the cache did with them.";
        family("pailou_cache_requests_total", "counter", help, &requests);
        let help = "Keys that responses are stored under.";
        family("pailou_cache_keys", "gauge", help, &tiers(self.keys, self.disk_keys));
        family("pailou_cache_bytes", "gauge", "What stored responses take.", &tiers(self.memory, self.disk));
        let help = "Keys that went as room was short.";
        family("pailou_cache_evictions_total", "counter", help, &tiers(self.evicted, self.disk_evicted));
        text
    }
}

/// Where a gateway accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListenerStatus {
    /// `http` and `https` are those of the command line.
    pub name: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Address and port.
    pub address: String,
    /// Whether connections begin with a header of the PROXY protocol.
    pub proxy_protocol: bool,
    /// Whether HTTP/3 is spoken on the UDP port of the same number.
    pub http3: bool,
}

/// A certificate that is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CertificateStatus {
    /// Of the resource; `(given)` for the one of the command line, `(made)` for one the gateway made itself, which nobody trusts.
    pub name: String,
    /// Host names it is served for.
    pub hosts: Vec<String>,
    /// Whose it is, as RFC 4514 writes it: `CN=api.example.com`.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// Certificates that are sent: its own, and those that lead to its authority.
    pub chain: usize,
    /// Whether an answer of its authority's OCSP service is sent along.
    pub stapled: bool,
    /// Whether clients get it that name no host, or one that no certificate is for.
    pub is_default: bool,
    /// RFC 3339.
    #[schemars(with = "String")]
    pub not_before: Timestamp,
    /// When it expires, RFC 3339.
    #[schemars(with = "String")]
    pub not_after: Timestamp,
}

/// A certificate that an authority is asked for by ACME (RFC 8555).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObtainedStatus {
    /// The name of the resource.
    pub certificate: String,
    /// Host names it is asked for.
    pub hosts: Vec<String>,
    /// The authority's directory.
    pub directory: String,
    /// `http-01` or `tls-alpn-01`.
    pub challenge: String,
    /// `awaited` where there is none yet, `valid`, or `expired`.
    pub state: String,
    /// When the one there is expires, RFC 3339.
    #[schemars(with = "Option<String>")]
    pub not_after: Option<Timestamp>,
    /// When it is asked for next, RFC 3339.
    #[schemars(with = "String")]
    pub next_attempt: Timestamp,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// Why the last one did.
    pub error: Option<String>,
}

impl ObtainedStatus {
    /// All of them, as Prometheus reads it (exposition format 0.0.4).
    pub fn metrics_text(all: &[ObtainedStatus]) -> String {
        let mut text = String::new();
        if all.is_empty() {
            return text;
        }
        text.push_str("# HELP pailou_acme_failures Attempts to obtain a certificate that failed in a row.\n");
        text.push_str("# TYPE pailou_acme_failures gauge\n");
        for ObtainedStatus { certificate, failures, .. } in all {
            let _ = writeln!(text, "pailou_acme_failures{{certificate=\"{certificate}\"}} {failures}");
        }
        text.push_str("# HELP pailou_acme_next_attempt_timestamp_seconds When it is asked for next, seconds since 1970.\n");
        text.push_str("# TYPE pailou_acme_next_attempt_timestamp_seconds gauge\n");
        for ObtainedStatus { certificate, next_attempt, .. } in all {
            let seconds = next_attempt.as_second();
            let _ = writeln!(
                text,
                "pailou_acme_next_attempt_timestamp_seconds{{certificate=\"{certificate}\"}} {seconds}"
            );
        }
        text
    }
}

impl GatewayStatus {
    /// As Prometheus reads it (exposition format 0.0.4).
    pub fn metrics_text(&self) -> String {
        let mut text = self.responses.metrics_text();
        let named = || self.certificates.iter().filter(|certificate| !certificate.name.starts_with('('));
        if named().next().is_none() {
            return text;
        }
        text.push_str("# HELP pailou_certificate_expiry_timestamp_seconds When a certificate expires, seconds since 1970.\n");
        text.push_str("# TYPE pailou_certificate_expiry_timestamp_seconds gauge\n");
        for CertificateStatus { name, not_after, .. } in named() {
            let seconds = not_after.as_second();
            // The names of resources need no escaping.
            let _ = writeln!(
                text,
                "pailou_certificate_expiry_timestamp_seconds{{certificate=\"{name}\"}} {seconds}"
            );
        }
        text
    }
}

/// Requests of one address to the authorization server a minute.
const OAUTH_CALLS: u32 = 6_000;

/// Challenges for passkeys of one address a minute.
const CHALLENGES: u32 = 60;

/// Calls of sandboxes by one address a minute.
const SANDBOX_CALLS: u32 = 600;

/// The state every endpoint sees.
pub(crate) type App = Arc<Shared>;

/// [`AdminState`] and what belongs to the running router.
pub(crate) struct Shared {
    pub(crate) control: Control,
    pub(crate) analytics: Analytics,
    pub(crate) gateway: Arc<dyn GatewayControl>,
    pub(crate) options: Options,
    pub(crate) started_at: Timestamp,
    pub(crate) hosts: Hosts,
    pub(crate) bounds: Bounds,
    pub(crate) tries: Throttle,
    /// Requests of clients of the authorization server.
    pub(crate) oauth_calls: Throttle,
    /// Challenges for who is not signed in yet.
    pub(crate) challenges: Throttle,
    pub(crate) deliveries: Deliveries,
    /// Contracts read at one time: parsing one takes a multiple of its text's memory.
    pub(crate) contracts: Semaphore,
    /// Bundles of what is known of callers that are gathered at one time.
    pub(crate) gathering: Arc<Semaphore>,
    /// What people are writing.
    pub(crate) drafts: Drafts,
    /// What checks know of it.
    pub(crate) writings: Writings,
    /// What apps try before they may call what is real.
    pub(crate) sandboxes: Sandboxes,
    pub(crate) sandbox_calls: Throttle,
}

impl Shared {
    pub(crate) fn new(state: AdminState) -> Shared {
        let AdminState { control, analytics, gateway, options } = state;
        let mut names = options.hosts.clone();
        names.extend(options.public_url.as_ref().and_then(Url::host_str).map(str::to_owned));
        Shared {
            control,
            analytics,
            gateway,
            started_at: Timestamp::now(),
            hosts: Hosts::new(options.bound, names),
            bounds: Bounds::default(),
            deliveries: Deliveries::default(),
            contracts: Semaphore::new(2),
            gathering: Arc::new(Semaphore::new(2)),
            drafts: Drafts::default(),
            writings: Writings::default(),
            sandboxes: Sandboxes::default(),
            sandbox_calls: Throttle::new(SANDBOX_CALLS, Duration::from_secs(60)),
            challenges: Throttle::new(CHALLENGES, Duration::from_secs(60)),
            oauth_calls: Throttle::new(OAUTH_CALLS, Duration::from_secs(60)),
            tries: Throttle::new(options.tries_per_minute, Duration::from_secs(60)),
            options,
        }
    }

    /// Whether browsers come by https.
    pub(crate) fn https(&self) -> bool {
        self.options.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Where browsers find this, without a slash at the end.
    pub(crate) fn base_url(&self) -> String {
        match &self.options.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.options.bound),
        }
    }

    /// Host and port browsers use, where a proxy stands before this.
    pub(crate) fn public_host(&self) -> Option<String> {
        let url = self.options.public_url.as_ref()?;
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }
}
