//! What is said on the command line of traffic beside contracts, and of contracts in the making.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Print, Remote, RemoteArgs};
use crate::fetched::Reach;

#[derive(Args)]
pub(crate) struct DriftArgs {
    /// The API, such as `orders@v1` [default: all, at a glance].
    pub(crate) api: Option<String>,
    /// How it is printed; `patch` and `contract` print the contract with what was seen, as a JSON merge patch or whole.
    #[arg(short, long, value_enum, default_value_t = DriftFormat::Text)]
    pub(crate) format: DriftFormat,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftFormat {
    Text,
    Json,
    Patch,
    Contract,
}

#[derive(Args)]
pub(crate) struct DraftArgs {
    /// The route, or `api/NAME` for what is called beyond the contract of an API.
    #[arg(value_name = "ROUTE")]
    pub(crate) service: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Subcommand)]
pub(crate) enum DesignCommand {
    /// Lists them.
    List(RemoteArgs),
    /// Lists the contracts to begin with.
    Templates(RemoteArgs),
    /// Begins one: with a template, a file, the contract of an API, or what was seen of its traffic.
    New(DesignNew),
    /// Prints its text.
    Show(DesignShow),
    /// Keeps the text of a file as its next revision.
    Save(DesignSave),
    /// Checks it by the rules that will hold for it; fails where one finds an error.
    Check(DesignArgs),
    /// Says what it changes for those who use its API; fails where that breaks them.
    Diff(DesignArgs),
    /// Makes it the contract of its API.
    Publish(DesignPublish),
    /// Deletes it; what is published stays.
    Delete(DesignArgs),
}

#[derive(Args)]
pub(crate) struct DesignNew {
    pub(crate) name: String,
    /// A template; `pailou design templates` lists them.
    #[arg(long, conflicts_with_all = ["file", "of", "traffic"])]
    pub(crate) template: Option<String>,
    /// A document of OpenAPI or Swagger.
    #[arg(long, conflicts_with_all = ["of", "traffic"])]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    /// The contract of this API.
    #[arg(long, value_name = "API", conflicts_with = "traffic")]
    pub(crate) of: Option<String>,
    /// What was seen of this route, or of `api/NAME`.
    #[arg(long, value_name = "ROUTE")]
    pub(crate) traffic: Option<String>,
    /// The API whose contract it is to become [default: that of `--of`].
    #[arg(long)]
    pub(crate) api: Option<String>,
    /// What people call it.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Who answers for it.
    #[arg(long)]
    pub(crate) owner: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct DesignShow {
    pub(crate) name: String,
    /// A revision that it had [default: the present one].
    #[arg(long)]
    pub(crate) revision: Option<u64>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Args)]
pub(crate) struct DesignSave {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// Refuses where it is not at this revision any more.
    #[arg(long, value_name = "REVISION")]
    pub(crate) after: Option<u64>,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct DesignPublish {
    pub(crate) name: String,
    /// Says what would come of it, and changes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct DesignArgs {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}
