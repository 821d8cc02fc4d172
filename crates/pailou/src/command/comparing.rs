//! What `pailou diff` is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::fetched::Reach;

#[derive(Args)]
pub(crate) struct DiffArgs {
    /// The version before, YAML or JSON.
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The version after.
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// How changes are printed.
    #[arg(short, long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Fails, with exit code 1, where a change is at least as bad.
    #[arg(long, value_enum, default_value_t = DiffLevel::Breaking, value_name = "LEVEL")]
    pub(crate) fail_on: DiffLevel,
    /// A file with changes that were agreed to, a line each.
    #[arg(long, value_name = "FILE")]
    pub(crate) suppress: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// Names those who used what goes in the last thirty days, by the calls of this API, such as `orders@v1`, that a control plane counted.
    #[arg(long, value_name = "API")]
    pub(crate) api: Option<String>,
    /// The control plane's address.
    #[arg(long, env = "PAILOU_URL", default_value = "http://127.0.0.1:9080")]
    pub(crate) url: String,
    /// A bearer token for it.
    #[arg(long, env = "PAILOU_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The workspace the API is of.
    #[arg(long, env = "PAILOU_WORKSPACE", default_value = "default", value_name = "NAME")]
    pub(crate) workspace: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    Markdown,
    Html,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffLevel {
    Breaking,
    Warning,
    Info,
    Never,
}
