//! What is said on the command line of the lives of APIs, and of reviews.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Print, Remote, RemoteArgs};

#[derive(Subcommand)]
pub(crate) enum ApiCommand {
    /// Says where an API is in its life, what it may become, and what is asked for that.
    Life(ApiArgs),
    /// Brings an API to another state of its life.
    Move(MoveArgs),
    /// Puts an API in force as it was at a revision.
    Rollback(RollbackArgs),
    /// Lists changes that passed by what standards ask.
    Emergencies(RemoteArgs),
    /// Says in which workspaces an API is, and how it differs there.
    Environments(ApiArgs),
}

#[derive(Args)]
pub(crate) struct PromoteArgs {
    /// The API, such as `orders@v1`.
    pub(crate) api: String,
    /// The workspace it is in [default: that of `--workspace`].
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) from: Option<String>,
    /// The workspace it goes to.
    #[arg(long, value_name = "WORKSPACE")]
    pub(crate) to: String,
    /// The base path it answers under there [default: as it does already, or as it does here].
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// A host it answers at there. May be given more than once.
    #[arg(long = "host", value_name = "HOST", requires = "path")]
    pub(crate) hosts: Vec<String>,
    /// The service behind it there, a URL or the name of an upstream [default: what is already, or what is here].
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct CatalogueArgs {
    /// How it is printed.
    #[arg(short, long, value_enum, default_value_t = CatalogueAs::Text)]
    pub(crate) format: CatalogueAs,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CatalogueAs {
    Text,
    /// A line for each API and each who uses it.
    Csv,
    /// A line of JSON for each API.
    Ndjson,
}

#[derive(Args)]
pub(crate) struct ApiArgs {
    /// The API, such as `orders@v1`.
    pub(crate) api: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    Draft,
    Review,
    Prerelease,
    Published,
    Deprecated,
    Retired,
    Archived,
}

#[derive(Args)]
pub(crate) struct MoveArgs {
    /// The API, such as `orders@v1`.
    pub(crate) api: String,
    /// What it becomes.
    pub(crate) to: State,
    /// With `review`: what is to be looked at.
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub(crate) summary: Option<String>,
    /// With `deprecated`: since when [default: now].
    #[arg(long, value_name = "TIME")]
    pub(crate) deprecated_at: Option<String>,
    /// When it will stop to answer, such as `2026-12-31T00:00:00Z`.
    #[arg(long, value_name = "TIME")]
    pub(crate) sunset_at: Option<String>,
    /// The address of what comes after it.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) successor: Option<String>,
    /// The address of a page that says more.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) docs: Option<String>,
    /// With `deprecated`: a time in which calls are refused before it ends, such as `2026-10-01T09:00:00Z/2026-10-01T10:00:00Z`; may be given more
    /// than once. They replace those that it has.
    #[arg(long = "brownout", value_name = "FROM/UNTIL")]
    pub(crate) brownouts: Vec<String>,
    /// Passes by what standards ask, and says why; it is kept and listed.
    #[arg(long, value_name = "REASON", conflicts_with_all = ["summary", "deprecated_at", "sunset_at", "successor", "docs", "brownouts"])]
    pub(crate) emergency: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct RollbackArgs {
    /// The API, such as `orders@v1`.
    pub(crate) api: String,
    /// The revision it goes back to.
    #[arg(long = "to", value_name = "REVISION")]
    pub(crate) revision: u64,
    /// Passes by what standards ask, and says why; it is kept and listed.
    #[arg(long, value_name = "REASON")]
    pub(crate) emergency: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum ReviewCommand {
    /// Asks others to look at what an API is to become.
    Open(ReviewOpenArgs),
    /// Lists reviews, the newest first.
    List(ReviewListArgs),
    /// Shows a review: what changes and for whom, what is asked of it, and what was said.
    Show(ReviewArgs),
    /// Puts another proposal in the place of the one a review is about; approvals of that count no more.
    Update(ReviewUpdateArgs),
    /// Prints the contract of the proposal of a review.
    Contract(ReviewArgs),
    /// Says something in a review, of all of it or of a line.
    Comment(RemarkArgs),
    /// Approves the proposal of a review.
    Approve(ApproveArgs),
    /// Asks for changes of the proposal of a review.
    RequestChanges(RemarkArgs),
    /// Makes what a review proposes so.
    Apply(ReviewApplyArgs),
    /// Ends a review without making anything of it.
    Close(ApproveArgs),
}

#[derive(Args)]
pub(crate) struct ReviewOpenArgs {
    /// The API, such as `orders@v1`.
    pub(crate) api: String,
    /// The API as it shall be: a resource file or a folder of them [default: as it is, published].
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR")]
    pub(crate) files: Option<PathBuf>,
    /// What changes, and why.
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub(crate) summary: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ReviewUpdateArgs {
    pub(crate) number: u64,
    /// The API as it shall be: a resource file or a folder of them [default: as it is, published].
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR")]
    pub(crate) files: Option<PathBuf>,
    /// What changes, and why [default: as it was].
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub(crate) summary: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ReviewListArgs {
    /// Only of this API: `orders@v1`, or `orders` for every version.
    #[arg(long)]
    pub(crate) api: Option<String>,
    /// Those that have ended, too.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ReviewArgs {
    pub(crate) number: u64,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct RemarkArgs {
    #[command(flatten)]
    pub(crate) of: ReviewArgs,
    /// What is said.
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub(crate) message: String,
    /// The line of the proposal's contract that it is about, from 1; `pailou review contract` prints it.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) line: Option<u32>,
}

#[derive(Args)]
pub(crate) struct ApproveArgs {
    #[command(flatten)]
    pub(crate) of: ReviewArgs,
    /// What is said with it.
    #[arg(short = 'm', long, value_name = "TEXT")]
    pub(crate) message: Option<String>,
}

#[derive(Args)]
pub(crate) struct ReviewApplyArgs {
    #[command(flatten)]
    pub(crate) of: ReviewArgs,
    /// Passes by what standards ask, and says why; it is kept and listed.
    #[arg(long, value_name = "REASON")]
    pub(crate) emergency: Option<String>,
}

#[derive(Args)]
pub(crate) struct ScorecardArgs {
    /// Only this API: `orders@v1`, or `orders` for every version.
    #[arg(long)]
    pub(crate) api: Option<String>,
    /// Only APIs of this owner.
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Fails where a score is below this, 1 to 100.
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) fail_under: Option<u8>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Review => "review",
            State::Prerelease => "prerelease",
            State::Published => "published",
            State::Deprecated => "deprecated",
            State::Retired => "retired",
            State::Archived => "archived",
        }
    }
}
