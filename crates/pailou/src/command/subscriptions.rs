//! What is said on the command line of requests for subscriptions.

use clap::{Args, Subcommand};

use super::{Print, Remote, RemoteArgs};

#[derive(Subcommand)]
pub(crate) enum SubscriptionCommand {
    /// Lists what waits for a decision: first what waits for too long.
    Waiting(RemoteArgs),
    /// Approves subscriptions.
    Approve(ApproveArgs),
    /// Refuses subscriptions that wait, and suspends those that are active.
    Refuse(RefuseArgs),
}

#[derive(Args)]
pub(crate) struct ApproveArgs {
    /// When they end, such as `2030-01-31T00:00:00Z` [default: as their plans say].
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    #[command(flatten)]
    pub(crate) decided: RefuseArgs,
}

#[derive(Args)]
pub(crate) struct RefuseArgs {
    /// Their names.
    #[arg(required = true)]
    pub(crate) names: Vec<String>,
    /// What the developers are told.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}
