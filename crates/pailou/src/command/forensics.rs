//! What is said on the command line of gathering what is known of a caller.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Print, Remote};

#[derive(Subcommand)]
pub(crate) enum ForensicsCommand {
    /// Of a consumer, however it proves who it is.
    Consumer(ForensicsArgs),
    /// Of an app of the portal, with its subscriptions.
    App(ForensicsArgs),
    /// Of who has an API key; `sha256:…` in place of the key, or `-` to read it from standard input.
    Key(ForensicsArgs),
    /// Of a network address: its calls, blocks, and what was done from it.
    Ip(ForensicsArgs),
    /// Checks that a bundle is whole and as it was gathered; fails, with exit code 1, and names what is not.
    Verify(ForensicsVerifyArgs),
}

#[derive(Args)]
pub(crate) struct ForensicsArgs {
    /// Its name, the key, or the address.
    pub(crate) value: String,
    /// How many days, 366 at most.
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    pub(crate) days: u16,
    /// The end of the days, such as `2030-01-31T12:00:00Z` [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Where the bundle is written, a file that is not there yet.
    #[arg(short = 'o', long = "to", value_name = "FILE")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ForensicsVerifyArgs {
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) print: Print,
}
