//! What is said on the command line of callers: what they prove themselves by, and what is refused of them.

use clap::{Args, ValueEnum};

use super::{Print, Remote};

/// Who has keys.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyHolder {
    Consumer,
    App,
}

#[derive(Args)]
pub(crate) struct KeysArgs {
    pub(crate) holder: KeyHolder,
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

/// What can be blocked.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BlockWhat {
    Consumer,
    App,
    Key,
    Ip,
    Api,
    Route,
}

#[derive(Args)]
pub(crate) struct BlockArgs {
    pub(crate) what: BlockWhat,
    /// Its name; an address or network (CIDR); `NAME` or `NAME@VERSION` of an API; a key, its `sha256:…`, or `-` to read it from
    /// standard input.
    pub(crate) value: String,
    /// How long, such as `1h` [default: until it is unblocked].
    #[arg(long = "for", value_name = "SPAN")]
    pub(crate) lasts: Option<String>,
    /// Why, for people; clients are not told.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct UnblockArgs {
    pub(crate) what: BlockWhat,
    /// As it was blocked.
    pub(crate) value: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}
