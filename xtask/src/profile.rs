//! A profile for release builds: a binary that counts serves the benchmark's load and does the command line's work.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::{
    bench,
    release::{self, Compiler},
    shell::{Outcome, command, output, step, target_dir},
    tools::{self, Tool},
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Seconds of each load, and of each command.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
}

/// What it serves. What is not among it is optimized as without a profile.
const SCENARIOS: [&str; 8] = ["plain", "managed", "guarded", "tls", "http2", "large", "cache", "latency"];

/// What the command line does besides. Without it, what starting a gateway does once would pass for what is never worth any speed.
const COMMANDS: [&[&str]; 2] = [
    &["lint", "openapi/admin.json", "--format", "json"],
    &["diff", "openapi/admin.json", "openapi/portal.json"],
];

pub(crate) fn run(args: &Args) -> Outcome {
    let compiler = Compiler::of_this_machine()?;
    let merge = profdata(&compiler)?;
    let counts = target_dir().join("counting/counts");
    let binary = release::build_counting(&counts)?;
    // The compiler's plugins have counted, too.
    let _ = fs::remove_dir_all(&counts);
    bench::run(&bench::Args::once(&SCENARIOS, args.seconds, binary.clone()))?;
    for words in COMMANDS {
        println!("pailou {}", words.join(" "));
        #[expect(clippy::disallowed_methods, reason = "how long a command is repeated is no input of a test")]
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(args.seconds.into()) {
            // Ends with findings or differences, which is not the question here.
            let mut pailou = command(&binary, words);
            pailou.output().map_err(|e| format!("{}: {e}", binary.display()))?;
        }
    }
    let profile = compiler.profile();
    fs::create_dir_all(profile.parent().unwrap_or(&profile))
        .map_err(|e| format!("{}: {e}", profile.display()))?;
    step("profile", command(merge, &["merge", "--sparse", "-o"]).arg(&profile).arg(&counts))?;
    let bytes = fs::metadata(&profile).map_or(0, |meta| meta.len());
    println!("{}: {:.1} MiB", profile.display(), bytes as f64 / 1_048_576.0);
    Ok(())
}

/// The tool that reads counts: the compiler's own where rustup has installed it, Debian's for the same LLVM otherwise.
fn profdata(compiler: &Compiler) -> Outcome<PathBuf> {
    let sysroot = output(&mut command("rustc", &["--print", "sysroot"]))?;
    let own =
        PathBuf::from(sysroot.trim()).join("lib/rustlib").join(&compiler.host).join("bin/llvm-profdata");
    if own.is_file() {
        return Ok(own);
    }
    // Names of tools live as long as the program.
    let program: &'static str = format!("llvm-profdata-{}", compiler.llvm).leak();
    let tool = Tool(program, format!("llvm-{}", compiler.llvm).leak());
    tools::install(&[tool]).map_err(|e| format!("{e}, or rustup component add llvm-tools"))?;
    Ok(PathBuf::from(program))
}
