//! What is said on the command line of members, roles and service tokens.

use clap::{Args, Subcommand};

use super::{Print, Remote, RemoteArgs};

#[derive(Subcommand)]
pub(crate) enum MemberCommand {
    /// Lets somebody in, and says the link by which they set a password.
    Invite(InviteArgs),
    /// Lists members and their roles.
    List(RemoteArgs),
    /// Gives a member other roles, in place of those they have.
    Roles(MemberRolesArgs),
    /// Says what a member may do, and which role gives it.
    Can(MemberArgs),
    /// Makes a new link by which a member sets a password.
    Link(MemberArgs),
    /// Removes a member; their sessions and service tokens end.
    Remove(MemberArgs),
}

#[derive(Args)]
pub(crate) struct InviteArgs {
    /// What they sign in with.
    pub(crate) email: String,
    /// What to call them [default: what stands before the `@`].
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) held: Held,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct MemberRolesArgs {
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) held: Held,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

/// Roles, each with where it holds.
#[derive(Args)]
pub(crate) struct Held {
    /// `ROLE` in the workspace `default`, `ROLE@WORKSPACE`, or `ROLE@*` in every workspace; `ROLE/orders,billing@v2,owner:pay@example.com` for some
    /// APIs alone. May be given more than once.
    #[arg(long = "role", required = true, value_name = "ROLE[@WORKSPACE][/APIS]")]
    pub(crate) roles: Vec<String>,
}

#[derive(Args)]
pub(crate) struct MemberArgs {
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum RoleCommand {
    /// Lists roles, and what each may do.
    List(RemoteArgs),
    /// Makes a role of one's own, or changes it for all who have it.
    Set(RoleSetArgs),
    /// Deletes a role that nobody has.
    Delete(NamedArgs),
}

#[derive(Args)]
pub(crate) struct RoleSetArgs {
    pub(crate) name: String,
    /// What it may do, such as `apis:read`, `apis:write`, `apis:write:own`. May be given more than once.
    #[arg(long = "permission", required = true, value_name = "PERMISSION", value_delimiter = ',')]
    pub(crate) permissions: Vec<String>,
    /// What it is for.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub(crate) description: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Args)]
pub(crate) struct NamedArgs {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}

#[derive(Subcommand)]
pub(crate) enum SsoCommand {
    /// Lists the identity providers of the workspace, and who signs in by them.
    List(RemoteArgs),
    /// Asks a provider how it is, and says what is to be registered with it.
    Check(NamedArgs),
}

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Makes a service token, for `PAILOU_TOKEN` of a program, that may something in the workspace of `--workspace`, or with `*` in every
    /// one; it is printed this once.
    Create(TokenCreateArgs),
    /// Lists service tokens, without themselves.
    List(RemoteArgs),
    /// Takes a service token back.
    Revoke(NamedArgs),
}

#[derive(Args)]
#[group(id = "may", required = true, multiple = true, args = ["roles", "permissions"])]
pub(crate) struct TokenCreateArgs {
    /// What it is known by in the audit log.
    pub(crate) name: String,
    /// A role whose permissions it has. May be given more than once.
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    /// A permission, such as `apis:read`. May be given more than once.
    #[arg(long = "permission", value_name = "PERMISSION", value_delimiter = ',')]
    pub(crate) permissions: Vec<String>,
    /// For some APIs alone, `orders,billing@v2,owner:pay@example.com`; it sees and changes nothing else then.
    #[arg(long, value_name = "APIS")]
    pub(crate) only: Option<String>,
    /// How long it lasts, such as `30d`.
    #[arg(long, default_value = "90d", value_name = "SPAN")]
    pub(crate) expires_in: String,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(flatten)]
    pub(crate) print: Print,
}
