//! One command from a clone to a running platform.

use std::os::unix::process::CommandExt;

use crate::{
    shell::{Outcome, cargo, command, step, target_dir},
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
    step("release build", &mut command(cargo(), &["build", "--release", "--locked", "--package", "pailou"]))?;
    let mut pailou = command(target_dir().join("release/pailou"), &["quickstart"]);
    // In its place, so that Ctrl-C and signals reach it and its exit code is ours.
    let error = pailou.args(&args.rest).exec();
    Err(format!("pailou could not be started: {error}"))
}
