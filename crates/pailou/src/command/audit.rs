//! What is said on the command line of the audit log.

use clap::{Args, Subcommand, ValueEnum};

use super::{Print, Remote};

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Checks the whole chain; fails, with exit code 1, and names the first record that is not as it was written.
    Verify(AuditVerifyArgs),
    /// Writes the records, the oldest first.
    Export(AuditExportArgs),
}

#[derive(Args)]
pub(crate) struct AuditVerifyArgs {
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct AuditExportArgs {
    /// A line of JSON, or a message of syslog (RFC 5424), for each.
    #[arg(long, value_enum, default_value_t = AuditFormat::Ndjson)]
    pub(crate) format: AuditFormat,
    /// A file, which is added to, or where syslog is taken: `tcp://HOST:PORT` or `udp://HOST:PORT` [default: standard output].
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) to: Option<String>,
    /// Only records after the one with this number.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub(crate) after: u64,
    /// Goes on, and writes what is new every second, until it is stopped.
    #[arg(long)]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    Ndjson,
    Syslog,
}
