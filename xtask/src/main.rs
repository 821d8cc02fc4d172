//! `cargo xtask …`: everything that is done with this repository beyond `cargo build`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks by printing")]

mod bench;
mod cache_tests;
mod codegen;
#[cfg(test)]
mod documentation;
mod e2e;
mod foreign;
mod fuzz;
mod grpc_tests;
mod http3_tests;
mod mock_tests;
mod oauth_tests;
mod oidc_tests;
mod profile;
mod quickstart;
mod registration_tests;
mod release;
mod running;
mod saml_tests;
mod sample_tests;
mod schema_tests;
mod schemathesis_tests;
mod shell;
mod signature_tests;
mod test;
#[cfg(test)]
mod tidy;
mod tools;
mod ui;
mod websocket_tests;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, starts, tests and measures Pailou.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the UI and the release binary, and starts everything with a sample API.
    Quickstart(quickstart::Args),
    /// Builds the console and the portal into `ui/dist`.
    Ui,
    /// Runs every check and test, and installs what they need.
    Test(test::Args),
    /// Throws changed bytes at everything that reads bytes of others, for longer than the tests do.
    Fuzz(fuzz::Args),
    /// Runs the journeys in a real browser against a debug build.
    E2e,
    /// Writes what is generated: OpenAPI documents, reference pages, the UI's client.
    Codegen,
    /// Runs the public tests for HTTP caches against a gateway.
    CacheTests(cache_tests::Args),
    /// Runs the public interoperability tests of gRPC through a gateway, with gRPC's own client and server.
    GrpcTests(foreign::Args),
    /// Asks a gateway in HTTP/3 with a client that others wrote: the Python package `aioquic`.
    Http3Tests(foreign::Args),
    /// Opens WebSockets directly and through a gateway with a client and a service that others wrote: the Python package `websockets`.
    WebsocketTests(foreign::Args),
    /// Asks the built-in authorization server for tokens with clients that others wrote: `Authlib` and `requests-oauthlib`.
    OauthTests(foreign::Args),
    /// Signs in at a gateway by another's OpenID provider: the npm package `oidc-provider`.
    OidcTests(oidc_tests::Args),
    /// Makes apps of the portal clients of others' authorization servers: `oidc-provider` and `Authlib`.
    RegistrationTests(foreign::Args),
    /// Signs in at a gateway by a provider of SAML and a CAS server of others: `pysaml2` and `django-cas-server`.
    SamlTests(foreign::Args),
    /// Asks the same of `pailou mock` and of Prism, the npm package.
    MockTests(mock_tests::Args),
    /// Compiles and runs the samples of the portal that need more than a compiler: those in Rust with reqwest, those in C# with Mono.
    SampleTests,
    /// Sends requests that others' libraries sign to a gateway.
    SignatureTests(signature_tests::Args),
    /// Holds the admin API against its own OpenAPI: rules, comparison, cases of our own and those of the Python package `schemathesis`.
    SchemathesisTests(foreign::Args),
    /// Fetches the official JSON Schema test suite, and runs it.
    SchemaTests,
    /// Measures Pailou beside nginx: CPU per request, throughput, latency, memory.
    Bench(bench::Args),
    /// Counts what the binary does under load, for the compiler: writes the profile that release builds follow.
    Profile(profile::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Quickstart(args) => quickstart::run(&args),
        Command::Ui => ui::build(),
        Command::Test(args) => test::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::E2e => e2e::build_and_run(),
        Command::Codegen => codegen::run(),
        Command::CacheTests(args) => cache_tests::run(&args),
        Command::GrpcTests(args) => grpc_tests::run(&args),
        Command::Http3Tests(args) => http3_tests::run(&args),
        Command::WebsocketTests(args) => websocket_tests::run(&args),
        Command::OauthTests(args) => oauth_tests::run(&args),
        Command::OidcTests(args) => oidc_tests::run(&args),
        Command::RegistrationTests(args) => registration_tests::run(&args),
        Command::SamlTests(args) => saml_tests::run(&args),
        Command::MockTests(args) => mock_tests::run(&args),
        Command::SampleTests => sample_tests::run(),
        Command::SignatureTests(args) => signature_tests::run(&args),
        Command::SchemathesisTests(args) => schemathesis_tests::run(&args),
        Command::SchemaTests => schema_tests::run(),
        Command::Bench(args) => bench::run(&args),
        Command::Profile(args) => profile::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
