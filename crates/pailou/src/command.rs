//! The command line.

mod audit;
mod callers;
mod comparing;
mod contracts;
mod forensics;
mod life;
mod people;
mod policy;
mod subscriptions;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::LazyLock,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::{
    audit::{AuditCommand, AuditExportArgs, AuditFormat, AuditVerifyArgs},
    callers::{BlockArgs, BlockWhat, KeyHolder, KeysArgs, UnblockArgs},
    comparing::{DiffArgs, DiffFormat, DiffLevel},
    contracts::{
        DesignArgs, DesignCommand, DesignNew, DesignPublish, DesignSave, DesignShow, DraftArgs, DriftArgs,
        DriftFormat,
    },
    forensics::{ForensicsArgs, ForensicsCommand, ForensicsVerifyArgs},
    life::{
        ApiCommand, CatalogueArgs, CatalogueAs, MoveArgs, PromoteArgs, ReviewApplyArgs, ReviewArgs,
        ReviewCommand, ReviewListArgs, ScorecardArgs,
    },
    people::{Held, MemberCommand, RoleCommand, SsoCommand, TokenCommand},
    policy::{PolicyCommand, PolicyTestArgs, RuleFormat},
    subscriptions::{RefuseArgs, SubscriptionCommand},
};
pub(crate) use crate::trials::options::TestArgs;
use crate::{
    fetched::{Fetch, Reach},
    options::{Flags, Listen},
};

/// An API management platform in one binary: gateway, control plane, console and developer portal.
#[derive(Parser)]
#[command(name = "pailou", version, long_version = with_cryptography(), propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Runs gateway, control plane, console and portal.
    Serve(Flags),
    /// Runs everything with a sample API and a sample service behind it, and says how to try it.
    Quickstart(Flags),
    /// Runs a gateway from resource files alone, without a database; reloads when they change.
    Gateway(GatewayArgs),
    /// Checks a folder of resource documents, without a control plane.
    Validate(FilesArgs),
    /// Shows what applying a folder would change.
    Plan(ApplyArgs),
    /// Makes the control plane hold what a folder says; all of it or nothing.
    Apply(ApplyArgs),
    /// Writes everything the control plane holds as a folder of resource documents.
    Export(ExportArgs),
    /// Makes an API of a document, or brings one up to date: OpenAPI, GraphQL, AsyncAPI, protobuf, WSDL, Postman, HAR.
    Import(ImportArgs),
    /// Checks contracts by rules, as Spectral does: its rulesets, its rules for OpenAPI.
    Lint(LintArgs),
    /// Answers by a contract alone: its examples, or what its schemas accept.
    Mock(MockArgs),
    /// Holds a running service against a contract, or against the pact files of its consumers.
    Test(TestArgs),
    /// Holds rules against requests, without a server.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Says how traffic and contracts differ: operations that are called and not described, or described and not called, and what else differs.
    Drift(DriftArgs),
    /// Makes a contract of the traffic of a route that has none.
    Draft(DraftArgs),
    /// Keeps contracts in the making: begins them, saves, checks, compares and publishes them.
    #[command(subcommand)]
    Design(DesignCommand),
    /// Says what changed between two versions of a contract, and what of it breaks callers.
    Diff(DiffArgs),
    /// Says what runs: version, configuration in force, listeners, certificates and what is obtained by ACME, upstreams, what is amiss.
    Status(RemoteArgs),
    /// Says where requests go.
    #[command(subcommand)]
    Routes(RoutesCommand),
    /// Says what limits hold.
    #[command(subcommand)]
    Limits(LimitsCommand),
    /// Shows how the branches of an API's or route's split do; promotes, aborts or weighs one.
    #[command(subcommand)]
    Split(SplitCommand),
    /// Says what becomes of stored responses.
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Writes secrets that documents name by `secret://NAME`; none is ever read.
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Makes apps clients of the built-in authorization server, and changes what it signs tokens with.
    #[command(subcommand)]
    Oauth(OauthCommand),
    /// Lets people in who run the console, and says what they may.
    #[command(subcommand)]
    Member(MemberCommand),
    /// Says what roles may do, and makes an organization's own.
    #[command(subcommand)]
    Role(RoleCommand),
    /// Makes and revokes tokens for programs that use the admin API or this command.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Says where APIs are in their lives, and brings them on.
    #[command(subcommand)]
    Api(ApiCommand),
    /// Has others look at what an API is to become, before it does.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Says by which identity providers people sign in, and how those stand.
    #[command(subcommand)]
    Sso(SsoCommand),
    /// Brings an API, as it is in one workspace, to another: from `dev` to `staging` to `production`.
    Promote(PromoteArgs),
    /// Says which APIs there are, who answers for each, who may use it and who does.
    Catalogue(CatalogueArgs),
    /// Says how APIs stand to the standards that are about them: what is asked, what is missing, what is waived.
    Scorecards(ScorecardArgs),
    /// Lists the keys of a consumer or an app, and says when each was last used.
    Keys(KeysArgs),
    /// Refuses calls on every gateway at once: of a consumer, an app or a key, from an address, or to an API or route.
    Block(BlockArgs),
    /// Lets in again what was blocked.
    Unblock(UnblockArgs),
    /// Lists what is blocked.
    Blocks(RemoteArgs),
    /// Lists subscriptions that wait for a decision, and decides them.
    #[command(subcommand)]
    Subscription(SubscriptionCommand),
    /// Gathers all that is known of a caller into a file, for those who look into an incident.
    #[command(subcommand)]
    Forensics(ForensicsCommand),
    /// Makes, lists and deletes workspaces: tenants that see nothing of each other.
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Checks, and gives away, the record of who did what.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Subcommand)]
pub(crate) enum WorkspaceCommand {
    /// Makes a workspace.
    Create(WorkspaceArgs),
    /// Changes what is said of a workspace; what the command does not say stays.
    Update(WorkspaceArgs),
    /// Lists workspaces.
    List(RemoteArgs),
    /// Deletes a workspace with nothing in it. Its name is not given again.
    Delete(SecretArgs),
}

#[derive(Args)]
pub(crate) struct WorkspaceArgs {
    /// Lower-case letters, digits and single hyphens. It cannot be changed.
    pub(crate) name: String,
    /// What people call it.
    #[arg(long)]
    pub(crate) title: Option<String>,
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// Something to remember of it; without a value it is forgotten. May be given several times.
    #[arg(long = "label", value_name = "LABEL=VALUE", value_parser = label)]
    pub(crate) labels: Vec<(String, String)>,
    /// How many APIs and explicit routes it may have.
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_apis: Option<u32>,
    /// How many consumers and apps it may have.
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_consumers: Option<u32>,
    /// How many credentials its consumers and apps may have.
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_keys: Option<u32>,
    /// How many requests a second each gateway takes for it.
    #[arg(long, value_name = "COUNT")]
    pub(crate) max_requests_per_second: Option<u32>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

fn label(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(label, value)| (label.to_owned(), value.to_owned()));
    pair.ok_or_else(|| "write `LABEL=VALUE`".to_owned())
}

#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// Gives a secret a value, from standard input or a file.
    Set(SecretValueArgs),
    /// Gives a secret that is there a new value, in force at once.
    Rotate(SecretValueArgs),
    /// Lists secrets and what names them, without their values.
    List(RemoteArgs),
    /// Deletes a secret that nothing names.
    Delete(SecretArgs),
    /// Makes a new key and seals every secret by it.
    RotateKey(RemoteArgs),
}

#[derive(Subcommand)]
pub(crate) enum OauthCommand {
    /// Makes an app an OAuth client, or changes it as one; the secret is printed this once.
    Client(OauthClientArgs),
    /// Gives the client of an app a fresh secret, printed this once.
    RotateSecret(OauthSecretArgs),
    /// Takes the client of an app away; its tokens are refused at once.
    RemoveClient(OauthAppArgs),
    /// Lists clients that were registered with an authorization server elsewhere, and those that are to be deleted there.
    Registrations(RegistrationsArgs),
    /// Has the next key sign tokens from now on.
    RotateKey(OauthKeyArgs),
}

#[derive(Args)]
pub(crate) struct RegistrationsArgs {
    /// The name of the authorization server.
    pub(crate) name: String,
    /// Tries at once to delete there what no app has any more, also what was given up; fails where any is left.
    #[arg(long)]
    pub(crate) retry: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct OauthClientArgs {
    pub(crate) app: String,
    /// How it may ask for tokens [default: client-credentials].
    #[arg(long, value_enum)]
    pub(crate) grant: Vec<OauthGrant>,
    /// Where people may be sent back to.
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Vec<String>,
    /// It can keep no secret: an app on a device or in a browser.
    #[arg(long)]
    pub(crate) public: bool,
    /// A file with its public keys (JWK set), which prove it in place of a secret.
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks: Option<PathBuf>,
    /// Its tokens are always bound to a key of its own (DPoP).
    #[arg(long)]
    pub(crate) dpop: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OauthGrant {
    ClientCredentials,
    AuthorizationCode,
    DeviceCode,
}

#[derive(Args)]
pub(crate) struct OauthAppArgs {
    pub(crate) app: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct OauthSecretArgs {
    /// The secret before works for another day.
    #[arg(long)]
    pub(crate) keep_previous: bool,
    #[command(flatten)]
    pub(crate) of: OauthAppArgs,
}

#[derive(Args)]
pub(crate) struct OauthKeyArgs {
    /// Every token that was signed is good no more: for a key that somebody else may have.
    #[arg(long)]
    pub(crate) discard: bool,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct SecretValueArgs {
    pub(crate) name: String,
    /// What holds the value [default: standard input].
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct SecretArgs {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct RemoteArgs {
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum RoutesCommand {
    /// Says which route takes a request, and why each that came near does not.
    Explain(ExplainArgs),
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The method, such as GET.
    pub(crate) method: String,
    /// The URL, such as `https://api.example.com/orders?page=2`, or its path alone.
    #[arg(id = "target", value_name = "URL")]
    pub(crate) url: String,
    /// A header of the request; may be given more than once.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// The address it comes from, for conditions that ask [default: this machine].
    #[arg(long, value_name = "IP")]
    pub(crate) client: Option<IpAddr>,
    /// Asks a resource file or a folder of them instead of the control plane.
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR")]
    pub(crate) files: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct GatewayArgs {
    /// A resource file, or a folder of them.
    #[arg(long, env = "PAILOU_RESOURCES", value_name = "FILE|DIR")]
    pub(crate) resources: PathBuf,
    /// Where HTTP is accepted.
    #[arg(long, env = "PAILOU_HTTP", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub(crate) http: Listen,
    /// Where HTTPS is accepted.
    #[arg(long, env = "PAILOU_HTTPS", default_value = "off", value_name = "ADDR")]
    pub(crate) https: Listen,
    /// A folder for certificates that authorities are asked for (`acme`), and the accounts with them.
    #[arg(long, env = "PAILOU_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// A folder for stored responses, so that they outlive a restart; they are in memory alone without it.
    #[arg(long, env = "PAILOU_CACHE", value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Where /livez, /readyz and /metrics are answered.
    #[arg(long, env = "PAILOU_ADMIN", default_value = "off", value_name = "ADDR")]
    pub(crate) admin: Listen,
    /// Calls a second of which every detail is kept in the call log; all are counted.
    #[arg(long, env = "PAILOU_LOGGED_CALLS", value_name = "N", default_value_t = crate::options::LOGGED_CALLS)]
    pub(crate) logged_calls: u64,
    /// Where the gateway is: endpoints of the same zone go first.
    #[arg(long, env = "PAILOU_ZONE", value_name = "NAME")]
    pub(crate) zone: Option<String>,
    /// DNS servers to ask for names in place of those of the system, such as `10.0.0.2:53`.
    #[arg(long, env = "PAILOU_RESOLVER", value_name = "ADDR", value_delimiter = ',')]
    pub(crate) resolver: Vec<SocketAddr>,
}

#[derive(Args)]
pub(crate) struct MockArgs {
    /// The contract: OpenAPI, YAML or JSON, or another notation that is answered as itself: GraphQL, WSDL, protobuf. It is read again when it changes.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where HTTP is accepted.
    #[arg(long, env = "PAILOU_HTTP", default_value = "127.0.0.1:4010", value_name = "ADDR")]
    pub(crate) http: Listen,
    /// Makes answers of the schemas, that differ with the request, rather than giving examples.
    #[arg(long)]
    pub(crate) dynamic: bool,
    /// Keeps what is created, so that it can be read, listed, changed and deleted.
    #[arg(long)]
    pub(crate) state: bool,
    /// Answers requests that are not as the contract says, too.
    #[arg(long)]
    pub(crate) no_validate: bool,
    /// Answers requests without the credentials that the contract asks for, too.
    #[arg(long)]
    pub(crate) no_security: bool,
    /// Calls what `callbacks` of the contract promise, where this is the host: `hooks.example.com`, `127.0.0.1:9000`. Once for each host.
    #[arg(long, value_name = "HOST")]
    pub(crate) callbacks: Vec<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Args)]
pub(crate) struct FilesArgs {
    /// A resource file, or a folder of them.
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR")]
    pub(crate) files: PathBuf,
    #[command(flatten)]
    pub(crate) fetch: Fetch,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ApplyArgs {
    /// A resource file, or a folder of them.
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR")]
    pub(crate) files: PathBuf,
    /// Removes what an earlier `apply` brought and this folder no longer has.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Fails, with exit code 1, where the contract of an API changes so badly for those who use it; `apply` makes nothing of it then.
    #[arg(long, value_enum, default_value_t = DiffLevel::Never, value_name = "LEVEL")]
    pub(crate) fail_on: DiffLevel,
    /// A file with changes of contracts that were agreed to, a line each, with the reason after `#`. The audit log keeps it.
    #[arg(long, value_name = "FILE")]
    pub(crate) suppress: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) fetch: Fetch,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct ExportArgs {
    /// The folder to write; made where it is missing. Without it everything goes to standard output.
    #[arg(short = 'f', long = "file", value_name = "DIR")]
    pub(crate) files: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportConflicts {
    /// Neither: nothing is imported, and each place is told.
    Refuse,
    /// What is here.
    Here,
    /// What the document says.
    Document,
}

impl ImportConflicts {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            ImportConflicts::Refuse => "refuse",
            ImportConflicts::Here => "here",
            ImportConflicts::Document => "document",
        }
    }
}

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// The document; before it may stand what it is written in, which is found out otherwise: openapi, graphql, asyncapi, protobuf,
    /// wsdl, postman or har.
    #[arg(num_args = 1..=2, required = true, value_names = ["NOTATION", "FILE"])]
    pub(crate) what: Vec<String>,
    /// The service behind the API, such as `http://127.0.0.1:9001`, or the name of an upstream.
    #[arg(long, value_name = "URL", required_unless_present = "merge")]
    pub(crate) upstream: Option<String>,
    /// Brings an API that is there up to date: what was written by hand stays.
    #[arg(long)]
    pub(crate) merge: bool,
    /// Takes the document as it is, without what was changed by hand in the contract since it was imported.
    #[arg(long, requires = "merge")]
    pub(crate) replace: bool,
    /// What counts where the contract was changed by hand since it was imported, and in the document too.
    #[arg(long, value_enum, default_value_t = ImportConflicts::Refuse, requires = "merge", conflicts_with = "replace")]
    pub(crate) conflicts: ImportConflicts,
    /// A place that was changed by hand and in the document, as a refusal names it, where what is here counts. May be given more than once.
    #[arg(long, value_name = "PLACE", requires = "merge", conflicts_with = "replace")]
    pub(crate) here: Vec<String>,
    /// The same, where what the document says counts.
    #[arg(long, value_name = "PLACE", requires = "merge", conflicts_with = "replace")]
    pub(crate) document: Vec<String>,
    /// The API's name; by default made from the document's title.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The API's version, such as `v1`.
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    /// The base path it answers under; by default `/NAME` or `/NAME/VERSION`.
    #[arg(long)]
    pub(crate) path: Option<String>,
    /// A host it answers at; any, where none is given. May be given more than once.
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
    /// Who answers for an API that is new: an e-mail address, or what a team is called.
    #[arg(long, conflicts_with = "merge")]
    pub(crate) owner: Option<String>,
    /// Where an API that is new begins its life: `draft` where it is to be reviewed before it is published.
    #[arg(long, value_name = "STATE", conflicts_with = "merge", value_parser = ["draft", "prerelease", "published"])]
    pub(crate) state: Option<String>,
    /// Checks and reports, and changes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum CacheCommand {
    /// Makes the gateway forget stored responses: of a URL, with a tag, or all.
    Purge(PurgeArgs),
}

#[derive(Args)]
#[group(id = "purged", required = true, multiple = false, args = ["url", "tag", "all"])]
pub(crate) struct PurgeArgs {
    /// Those of a URL, as clients ask for it; of every caller and every variant.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Those whose `Surrogate-Key` or `Cache-Tag` names this.
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<String>,
    /// All of them.
    #[arg(long)]
    pub(crate) all: bool,
    /// The control plane's address.
    #[arg(long, env = "PAILOU_URL", default_value = "http://127.0.0.1:9080", value_name = "ADDRESS")]
    pub(crate) control_plane: String,
    /// A bearer token for it.
    #[arg(long, env = "PAILOU_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The workspace it is about.
    #[arg(long, env = "PAILOU_WORKSPACE", default_value = "default", value_name = "NAME")]
    pub(crate) workspace: String,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum LimitsCommand {
    /// Says which limits a call would touch, where each comes from, and what is left of it now.
    Explain(ExplainLimitsArgs),
}

#[derive(Args)]
#[group(id = "called", required = true, multiple = false, args = ["api", "route"])]
pub(crate) struct ExplainLimitsArgs {
    /// The API called, such as `orders@v1`.
    #[arg(long, value_name = "NAME@VERSION")]
    pub(crate) api: Option<String>,
    /// The explicit route called.
    #[arg(long, value_name = "NAME")]
    pub(crate) route: Option<String>,
    /// The operation called; limits of operations are left out without it.
    #[arg(long, value_name = "ID")]
    pub(crate) operation: Option<String>,
    /// The consumer who calls; an anonymous caller without it.
    #[arg(long, value_name = "NAME", conflicts_with = "app")]
    pub(crate) consumer: Option<String>,
    /// The app that calls.
    #[arg(long, value_name = "NAME")]
    pub(crate) app: Option<String>,
    /// The client's network address.
    #[arg(long, value_name = "ADDR")]
    pub(crate) ip: Option<std::net::IpAddr>,
    /// The method.
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Path and query.
    #[arg(long, value_name = "PATH")]
    pub(crate) target: Option<String>,
    /// A header, `name: value`. May be given more than once.
    #[arg(short = 'H', long = "header", value_name = "LINE")]
    pub(crate) headers: Vec<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum SplitCommand {
    /// Makes the branch's upstream the usual one, and ends the split.
    Promote(SplitArgs),
    /// Sends nothing more to the branch, and removes it.
    Abort(SplitArgs),
    /// Gives the branch a share of the requests.
    Weight(SplitWeightArgs),
    /// Shows requests, errors and times of each branch.
    Show(SplitShowArgs),
}

#[derive(Args)]
#[group(id = "divided", required = true, multiple = false, args = ["api", "route"])]
pub(crate) struct SplitOf {
    /// The API, such as `orders@v1`.
    #[arg(long, value_name = "NAME@VERSION")]
    pub(crate) api: Option<String>,
    /// The explicit route.
    #[arg(long, value_name = "NAME")]
    pub(crate) route: Option<String>,
}

#[derive(Args)]
pub(crate) struct SplitShowArgs {
    #[command(flatten)]
    pub(crate) of: SplitOf,
    /// How many of the last seconds are looked at, 3600 at most.
    #[arg(long, default_value_t = 300)]
    pub(crate) seconds: u64,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct SplitArgs {
    #[command(flatten)]
    pub(crate) of: SplitOf,
    /// The branch, such as `canary`.
    pub(crate) branch: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct SplitWeightArgs {
    #[command(flatten)]
    pub(crate) of: SplitArgs,
    /// Its share, percent.
    pub(crate) percent: f64,
}

#[derive(Args)]
pub(crate) struct LintArgs {
    /// The documents, YAML or JSON; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// A ruleset in the format of Spectral, YAML or JSON, or the name of one that ships, such as `pailou:api-style` [default: `.spectral.yaml` of this folder, else `spectral:oas`].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) ruleset: Option<PathBuf>,
    /// How what is found is printed.
    #[arg(short, long, value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// Fails, with exit code 1, where anything is at least as severe.
    #[arg(short = 'F', long, value_enum, default_value_t = LintSeverity::Error, value_name = "SEVERITY")]
    pub(crate) fail_severity: LintSeverity,
    /// Prints only what is at least as severe as that.
    #[arg(short = 'D', long)]
    pub(crate) display_only_failures: bool,
    /// Mends in the files what can be mended without guessing, and tells what is left. Comments, order and quotes stay.
    #[arg(long)]
    pub(crate) fix: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    Text,
    /// As Spectral prints it.
    Json,
    /// For code scanning.
    Sarif,
    /// For CI servers: every finding is a test that failed.
    Junit,
    /// Annotations of GitHub's workflows.
    #[value(alias = "github-actions")]
    Github,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintSeverity {
    Error,
    #[value(alias = "warning")]
    Warn,
    Info,
    Hint,
}

/// Which control plane.
#[derive(Args)]
pub(crate) struct Remote {
    /// The control plane's address.
    #[arg(long, env = "PAILOU_URL", default_value = "http://127.0.0.1:9080")]
    pub(crate) url: String,
    /// A bearer token for it.
    #[arg(long, env = "PAILOU_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The workspace it is about.
    #[arg(long, env = "PAILOU_WORKSPACE", default_value = "default", value_name = "NAME")]
    pub(crate) workspace: String,
}

/// How answers are printed.
#[derive(Args)]
pub(crate) struct Print {
    #[arg(long, value_enum, default_value_t = Output::Text)]
    pub(crate) output: Output,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
}

impl Listen {
    pub(crate) fn addr(self) -> Option<SocketAddr> {
        match self {
            Listen::Off => None,
            Listen::At(addr) => Some(addr),
        }
    }
}

/// The version, and what cryptography this build has. The FIPS module tests itself when it is loaded, and ends the process where it fails.
fn with_cryptography() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let module = match aws_lc_rs::try_fips_mode() {
            Ok(()) => "FIPS 140-3 module, self-tests passed",
            Err(_) => "not a FIPS module",
        };
        let (own, library) = (env!("CARGO_PKG_VERSION"), aws_lc_rs::awslc_version());
        format!("{own}\ncryptography: AWS-LC {library}, {module}")
    });
    &TEXT
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Commands without commands below, as one types them.
    fn typed(command: &clap::Command, before: &str, into: &mut Vec<String>) {
        let typed = format!("{before} {}", command.get_name()).trim().to_owned();
        match command.has_subcommands() {
            true => command.get_subcommands().for_each(|below| self::typed(below, &typed, into)),
            false => into.push(typed),
        }
    }

    #[test]
    fn each_command_stands_in_the_documentation() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut text = std::fs::read_to_string(root.join("README.md")).unwrap();
        for folder in ["guide", "contracts", "policies"] {
            for entry in std::fs::read_dir(root.join("docs").join(folder)).unwrap() {
                text += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
            }
        }
        let mut all = Vec::new();
        typed(&Cli::command(), "", &mut all);
        assert!(all.len() > 70, "{all:?}");
        let is_told = |command: &String| {
            let after = |at: usize| {
                text[at + command.len()..].starts_with(|c: char| !c.is_alphanumeric() && c != '-')
            };
            text.match_indices(command.as_str()).any(|(at, _)| after(at))
        };
        let missing: Vec<&String> = all.iter().filter(|command| !is_told(command)).collect();
        assert!(missing.is_empty(), "no page says what these do: {missing:#?}");
    }
}
