//! What `serve` and `quickstart` are told: flags, then environment, then `pailou.yaml`, then defaults.

use std::{fs, io::ErrorKind, net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{Args, ValueEnum};
use model::{
    Span,
    tree::{TreeLimits, parse},
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::shutdown::Failure;

/// Calls a second that the call log takes where nothing else is said.
pub(crate) const LOGGED_CALLS: u64 = 1_000;

#[derive(Args)]
pub(crate) struct Flags {
    /// A configuration file with the same settings; `pailou.yaml` is read where it exists.
    #[arg(long, env = "PAILOU_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of the database and everything else that is kept [default: ./data].
    #[arg(long, env = "PAILOU_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A folder of resource documents that is applied at start and whenever it changes.
    #[arg(long, env = "PAILOU_RESOURCES", value_name = "DIR")]
    resources: Option<PathBuf>,
    /// Where the gateway accepts HTTP, or `off` [default: 127.0.0.1:8080].
    #[arg(long, env = "PAILOU_HTTP", value_name = "ADDR")]
    http: Option<Listen>,
    /// Where the gateway accepts HTTPS, or `off` [default: 127.0.0.1:8443].
    #[arg(long, env = "PAILOU_HTTPS", value_name = "ADDR")]
    https: Option<Listen>,
    /// Where console, portal and admin API are [default: 127.0.0.1:9080].
    #[arg(long, env = "PAILOU_ADMIN", value_name = "ADDR")]
    admin: Option<SocketAddr>,
    /// Which parts run in this process.
    #[arg(long, env = "PAILOU_ROLE", value_enum)]
    role: Option<Role>,
    /// The control plane that a gateway on its own takes its configuration from, such as `https://control.example.com`.
    #[arg(long, env = "PAILOU_CONTROL", value_name = "URL")]
    control: Option<String>,
    /// The address clients reach the gateway at, as the portal shows it [default: that of --http].
    #[arg(long, env = "PAILOU_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// The address browsers and apps reach portal and console at, such as `https://portal.example.com`: tokens are issued under it, and
    /// links in letters begin with it [default: that of --admin].
    #[arg(long, env = "PAILOU_PORTAL_URL", value_name = "URL")]
    portal_url: Option<String>,
    /// A folder that letters to members and developers are written to, where there is no mail server (`PAILOU_SMTP_URL`).
    #[arg(long, env = "PAILOU_MAIL_DIR", value_name = "DIR")]
    mail_dir: Option<PathBuf>,
    /// Whom letters come from, such as `Pailou <apis@example.com>`.
    #[arg(long, env = "PAILOU_MAIL_FROM", value_name = "SENDER")]
    mail_from: Option<String>,
    /// Where the gateway is: endpoints of the same zone go first.
    #[arg(long, env = "PAILOU_ZONE", value_name = "NAME")]
    zone: Option<String>,
    /// DNS servers to ask for names in place of those of the system, such as `10.0.0.2:53`.
    #[arg(long, env = "PAILOU_RESOLVER", value_name = "ADDR", value_delimiter = ',')]
    resolver: Vec<SocketAddr>,
    /// Calls a second of which every detail is kept in the call log; all are counted [default: 1000].
    #[arg(long, env = "PAILOU_LOGGED_CALLS", value_name = "N")]
    logged_calls: Option<u64>,
    /// How long nobody calls an operation that a contract has before it is told as a zombie, such as `30d` [default: 14d].
    #[arg(long, env = "PAILOU_ZOMBIE_AFTER", value_name = "DURATION")]
    zombie_after: Option<Span>,
    /// A host that webhooks may be told at whatever its address is, such as `tickets.internal` or `10.0.0.5:8080`; others have addresses of the public
    /// internet. May be given more than once.
    #[arg(
        long = "webhook-host",
        env = "PAILOU_WEBHOOK_HOST",
        value_name = "HOST[:PORT]",
        value_delimiter = ','
    )]
    webhook_hosts: Vec<String>,
}

/// Which parts run in a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    #[default]
    All,
    Gateway,
    Control,
}

/// An address to listen at, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    Off,
    At(SocketAddr),
}

/// The settings, decided.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) data: PathBuf,
    pub(crate) resources: Option<PathBuf>,
    pub(crate) http: Listen,
    pub(crate) https: Listen,
    pub(crate) admin: SocketAddr,
    pub(crate) role: Role,
    /// Where a gateway on its own takes its configuration from.
    pub(crate) control: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) portal_url: Option<String>,
    pub(crate) mail_dir: Option<PathBuf>,
    pub(crate) mail_from: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) resolver: Vec<SocketAddr>,
    /// Calls a second that the call log takes.
    pub(crate) logged_calls: u64,
    /// How long nobody calls an operation before it is a zombie, where that is said.
    pub(crate) zombie_after: Option<Span>,
    /// Where webhooks may be told beyond the public internet.
    pub(crate) webhook_hosts: Vec<String>,
    /// `PAILOU_ADMIN_TOKEN`; from the environment only, so that it stands in no file and no list of processes.
    pub(crate) admin_token: Option<String>,
    /// `PAILOU_GATEWAY_TOKEN`, likewise: what gateways on their own show their control plane.
    pub(crate) gateway_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    resources: Option<PathBuf>,
    http: Option<Listen>,
    https: Option<Listen>,
    admin: Option<SocketAddr>,
    role: Option<Role>,
    control: Option<String>,
    public_url: Option<String>,
    portal_url: Option<String>,
    mail_dir: Option<PathBuf>,
    mail_from: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    resolver: Vec<SocketAddr>,
    logged_calls: Option<u64>,
    zombie_after: Option<Span>,
    #[serde(default)]
    webhook_hosts: Vec<String>,
}

/// Decides the settings.
pub(crate) fn load(flags: Flags) -> Result<Options, Failure> {
    let file = read(flags.config.as_ref())?;
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let admin_token = std::env::var("PAILOU_ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
    Ok(Options {
        data: flags.data.or(file.data).unwrap_or_else(|| "data".into()),
        resources: flags.resources.or(file.resources),
        http: flags.http.or(file.http).unwrap_or(Listen::At(local(8080))),
        https: flags.https.or(file.https).unwrap_or(Listen::At(local(8443))),
        admin: flags.admin.or(file.admin).unwrap_or(local(9080)),
        role: flags.role.or(file.role).unwrap_or_default(),
        control: flags.control.or(file.control),
        public_url: flags.public_url.or(file.public_url),
        portal_url: flags.portal_url.or(file.portal_url),
        mail_dir: flags.mail_dir.or(file.mail_dir),
        mail_from: flags.mail_from.or(file.mail_from),
        zone: flags.zone.or(file.zone),
        resolver: if flags.resolver.is_empty() { file.resolver } else { flags.resolver },
        logged_calls: flags.logged_calls.or(file.logged_calls).unwrap_or(LOGGED_CALLS),
        zombie_after: flags.zombie_after.or(file.zombie_after),
        webhook_hosts: if flags.webhook_hosts.is_empty() { file.webhook_hosts } else { flags.webhook_hosts },
        admin_token,
        gateway_token: gateway_token()?,
    })
}

/// Short ones could be guessed.
fn gateway_token() -> Result<Option<String>, Failure> {
    let token = std::env::var("PAILOU_GATEWAY_TOKEN").ok().filter(|token| !token.is_empty());
    let is_fine =
        |token: &String| (16..=256).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
    match token {
        Some(token) if !is_fine(&token) => Err(Failure::new(
            "PAILOU_GATEWAY_TOKEN: a token for gateways is 16 to 256 visible ASCII characters, without spaces",
        )),
        token => Ok(token),
    }
}

fn read(named: Option<&PathBuf>) -> Result<File, Failure> {
    let path = named.cloned().unwrap_or_else(|| "pailou.yaml".into());
    let shown = path.display().to_string();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound && named.is_none() => return Ok(File::default()),
        Err(e) => return Err(Failure::new(format!("{shown}: {e}"))),
    };
    let documents =
        parse(&text, &shown, TreeLimits::default()).map_err(|finding| Failure::new(finding.to_string()))?;
    let Some(document) = documents.first() else { return Ok(File::default()) };
    serde_path_to_error::deserialize(document.to_value()).map_err(|error| {
        let field = error.path().to_string();
        let place = document.place(&field);
        Failure::new(format!("{shown}:{}: {field}: {}", place.line, error.into_inner()))
    })
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Listen, String> {
        if text == "off" {
            return Ok(Listen::Off);
        }
        text.parse().map(Listen::At).map_err(|_| {
            format!("`{text}` is no address; write one such as `127.0.0.1:8080` or `[::]:8080`, or `off`")
        })
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Listen, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
