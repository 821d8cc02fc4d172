//! What `pailou test` is told.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use crate::fetched::Reach;

#[derive(Args)]
#[group(id = "source", required = true, multiple = true, args = ["contract", "pact"])]
pub(crate) struct TestArgs {
    /// The contract: an OpenAPI document, YAML or JSON.
    #[arg(value_name = "CONTRACT")]
    pub(crate) contract: Option<PathBuf>,
    /// A pact file (v2 to v4) whose interactions the service must honor; may be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) pact: Vec<PathBuf>,
    /// Where the service answers: scheme, host and base path.
    #[arg(long)]
    pub(crate) url: String,
    /// A header of every request, such as a credential; may be given more than once. No report shows its value.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// A parameter of every query, such as a credential; may be given more than once. No report shows its value.
    #[arg(long = "query", value_name = "NAME=VALUE")]
    pub(crate) query: Vec<String>,
    /// Only operations of this id, or `METHOD /path`; `*` stands for anything. May be given more than once.
    #[arg(long, value_name = "OPERATION")]
    pub(crate) include: Vec<String>,
    /// All but these.
    #[arg(long, value_name = "OPERATION")]
    pub(crate) exclude: Vec<String>,
    /// Calls operations that change something, too. Without it only GET, HEAD, OPTIONS, TRACE and QUERY are called.
    #[arg(long = "unsafe")]
    pub(crate) unsafe_methods: bool,
    /// A check that is left out, such as `valid-refused`; may be given more than once.
    #[arg(long, value_name = "CHECK")]
    pub(crate) skip_check: Vec<String>,
    /// Refusals have to be of a status that the contract has, too.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How what came of it is printed.
    #[arg(short, long, value_enum, default_value_t = TestFormat::Text)]
    pub(crate) format: TestFormat,
    /// What the cases are made by: the same seed makes the same.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// The most cases of one operation.
    #[arg(long, default_value_t = 150, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) cases: u32,
    /// The most requests a second.
    #[arg(long, default_value_t = 200, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// Requests that are under way at once.
    #[arg(long, default_value_t = 4, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) concurrency: u32,
    /// How long an answer may take.
    #[arg(long, default_value = "10s", value_name = "SPAN", value_parser = span)]
    pub(crate) timeout: Duration,
    /// How long all of it may take.
    #[arg(long, default_value = "10m", value_name = "SPAN", value_parser = span)]
    pub(crate) time: Duration,
    /// Where states of the service are asked for before an interaction of a pact: it is sent them as JSON.
    #[arg(long, value_name = "URL", requires = "pact")]
    pub(crate) state_url: Option<String>,
    /// Records what came of it for an API of a control plane, such as `orders@v1`: standards may ask for it.
    #[arg(long, value_name = "API", requires = "contract")]
    pub(crate) record: Option<String>,
    /// The control plane's address.
    #[arg(long, env = "PAILOU_URL", default_value = "http://127.0.0.1:9080", value_name = "URL")]
    pub(crate) control_plane: String,
    /// A bearer token for it.
    #[arg(long, env = "PAILOU_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The workspace the API is of.
    #[arg(long, env = "PAILOU_WORKSPACE", default_value = "default", value_name = "NAME")]
    pub(crate) workspace: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Takes any certificate of the service.
    #[arg(long)]
    pub(crate) insecure: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    Text,
    Json,
    /// For CI servers.
    Junit,
}

fn span(text: &str) -> Result<Duration, String> {
    text.parse().map(|span: model::Span| span.0)
}
