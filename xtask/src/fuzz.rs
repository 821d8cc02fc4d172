//! Fuzzing for longer than the tests do.

use crate::shell::{Outcome, cargo, command, step};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A part of the name of the test to run alone, such as `request` or `contracts`.
    target: Option<String>,
    /// How long each of them runs.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where chance begins; by default somewhere else each time.
    #[arg(long)]
    seed: Option<u64>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let seed = args.seed.unwrap_or_else(|| u64::from(std::process::id()));
    let mut all = vec!["test", "--locked", "-p", "fuzz", "--test", "it"];
    all.extend(args.target.as_deref());
    all.extend(["--", "--nocapture"]);
    let mut fuzzing = command(cargo(), &all);
    fuzzing.env("FUZZ_SECONDS", args.seconds.to_string()).env("FUZZ_SEED", seed.to_string());
    println!("the seed is {seed}");
    step("fuzzing", &mut fuzzing)
}
