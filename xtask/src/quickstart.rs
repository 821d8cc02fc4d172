//! One command from a clone to a running platform.

use std::os::unix::process::CommandExt;

use crate::{
    release,
    shell::{Outcome, command},
    ui,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// More arguments for `pailou quickstart`, such as `--data DIR`, `--http ADDR`, `--admin ADDR`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    ui::build()?;
    let mut pailou = command(release::build()?, &["quickstart"]);
    // In its place, so that Ctrl-C and signals reach it and its exit code is ours.
    let error = pailou.args(&args.rest).exec();
    Err(format!("pailou could not be started: {error}"))
}
