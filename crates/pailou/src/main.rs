//! The `pailou` command: command line, configuration file, wiring; nothing else.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks by printing")]

mod command;
mod comparing;
mod data_plane;
mod feed;
mod fetched;
mod folder;
mod gateway;
mod gathered;
mod handover;
mod hooks;
mod kept;
mod linting;
mod logging;
mod mail;
mod memory;
mod mocking;
mod obtaining;
mod options;
mod platform;
mod providers;
mod purges;
mod quickstart;
mod remote;
mod ruling;
mod sample;
mod shutdown;
mod status;
mod supervisor;
mod trials;
mod used;
mod vault;
mod vitals;
mod watched;

use std::process::ExitCode;

use clap::Parser;

use crate::command::{AuditCommand, CacheCommand, Cli, Command, LimitsCommand, PolicyCommand, RoutesCommand};

fn main() -> ExitCode {
    if cfg!(feature = "fips")
        && let Err(error) = aws_lc_rs::try_fips_mode()
    {
        shutdown::Failure::new(format!(
            "this is a FIPS build, and its cryptography is not that of the module: {error}"
        ))
        .print();
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve(flags) => options::load(flags).and_then(|options| platform::serve(&options)),
        Command::Quickstart(flags) => options::load(flags).and_then(|options| quickstart::run(&options)),
        Command::Gateway(args) => gateway::run(&args),
        Command::Mock(args) => mocking::run(&args),
        Command::Validate(args) => remote::validate(&args),
        Command::Plan(args) => remote::plan(&args),
        Command::Apply(args) => remote::apply(&args),
        Command::Export(args) => remote::export(&args),
        Command::Import(args) => remote::import(&args),
        Command::Lint(args) => return linting::run(&args),
        Command::Test(args) => return trials::run(&args),
        Command::Policy(PolicyCommand::Test(args)) => return ruling::run(&args),
        Command::Diff(args) => return comparing::run(&args),
        Command::Routes(RoutesCommand::Explain(args)) => remote::explain(&args),
        Command::Limits(LimitsCommand::Explain(args)) => remote::explain_limits(&args),
        Command::Drift(args) => remote::drift(&args),
        Command::Draft(args) => remote::draft(&args),
        Command::Design(command) => remote::design(&command),
        Command::Split(command) => remote::split(&command),
        Command::Cache(CacheCommand::Purge(args)) => remote::purge(&args),
        Command::Secret(command) => remote::secret(&command),
        Command::Oauth(command) => remote::oauth(&command),
        Command::Member(command) => remote::member(&command),
        Command::Role(command) => remote::role(&command),
        Command::Token(command) => remote::token(&command),
        Command::Api(command) => remote::api(&command),
        Command::Review(command) => remote::review(&command),
        Command::Sso(command) => remote::sso(&command),
        Command::Promote(args) => remote::promote(&args),
        Command::Catalogue(args) => remote::catalogue(&args),
        Command::Scorecards(args) => remote::scorecards(&args),
        Command::Keys(args) => remote::keys(&args),
        Command::Block(args) => remote::block(&args),
        Command::Unblock(args) => remote::unblock(&args),
        Command::Status(args) => remote::status(&args),
        Command::Subscription(command) => remote::subscription(&command),
        Command::Forensics(command) => remote::forensics(&command),
        Command::Blocks(args) => remote::blocks(&args),
        Command::Workspace(command) => remote::workspace(&command),
        Command::Audit(AuditCommand::Verify(args)) => remote::verify_audit(&args),
        Command::Audit(AuditCommand::Export(args)) => remote::export_audit(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
