//! What is said on the command line of tests of rules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::fetched::Reach;

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Runs the tests of a folder, which stand in files whose names end with `.test.yaml`; fails, with exit code 1, where one does.
    Test(PolicyTestArgs),
}

#[derive(Args)]
pub(crate) struct PolicyTestArgs {
    /// A folder of resource files, with tests beside them.
    #[arg(short = 'f', long = "file", value_name = "DIR")]
    pub(crate) files: PathBuf,
    /// Only tests whose suite and name contain this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
    /// How what came of them is printed.
    #[arg(long, value_enum, default_value_t = RuleFormat::Text)]
    pub(crate) output: RuleFormat,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleFormat {
    Text,
    Json,
    /// For CI servers.
    Junit,
}
