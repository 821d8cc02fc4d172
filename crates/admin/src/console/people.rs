//! Members, roles and service tokens.

use control::{
    Actor, Area, DeveloperView, EffectivePermission, Invited, IssuedToken, MemberForm, MemberView,
    Membership, Origin, RoleForm, RoleView, TokenForm, TokenView, Who,
};
use http::HeaderMap;
use model::Name;
use policy::problems::{CONFLICT, NOT_FOUND};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::{Audience, Caller},
    console::session::{SessionView, signed_in_view},
    endpoint::{
        Body, Created, Endpoint, Json, List, NoContent, Path, Query, Search, Within, delete, get, limit,
        post, put,
    },
    guard::ClientAddress,
    problem::Refusal,
};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/members", members).reads(Area::People, "listMembers", "Who runs this, by e-mail address."),
        post("/members", invite)
            .writes(
                Area::People,
                "inviteMember",
                "Lets somebody in; the answer has a link by which they set a password.",
            )
            .confirmed()
            .raises(&[CONFLICT]),
        get("/members/{email}", member).reads(Area::People, "getMember", "A member."),
        delete("/members/{email}", remove)
            .writes(Area::People, "removeMember", "Removes a member; their sessions and service tokens end.")
            .confirmed()
            .raises(&[CONFLICT]),
        put("/members/{email}/roles", set_roles)
            .writes(Area::People, "setMemberRoles", "Gives a member other roles, in force at once.")
            .confirmed()
            .raises(&[CONFLICT]),
        get("/members/{email}/permissions", effective).reads(
            Area::People,
            "listMemberPermissions",
            "What a member may do, and which role gives it.",
        ),
        post("/members/{email}/link", link)
            .writes(Area::People, "createMemberLink", "A new link by which a member sets a password.")
            .confirmed(),
        delete("/members/{email}/second-factor", crate::second_factor::reset)
            .writes(
                Area::People,
                "resetMemberSecondFactor",
                "Takes the second factor from a member who lost it; their sessions end.",
            )
            .confirmed(),
        delete("/members/{email}/passkeys/{id}", crate::passkeys::remove_from_member)
            .writes(Area::People, "removeMemberPasskey", "Takes a passkey from a member; their sessions end.")
            .confirmed(),
        get("/developers", developers).reads(
            Area::Apps,
            "listDevelopers",
            "The developers of the workspace's portal, by e-mail address, and when each signed in last.",
        ),
        delete("/developers/{email}/second-factor", reset_developer_factor)
            .writes(
                Area::Apps,
                "resetDeveloperSecondFactor",
                "Takes the second factor from a developer who lost it; their sessions end.",
            )
            .confirmed(),
        get("/roles", roles).member("listRoles", "The roles there are, and what each may do."),
        put("/roles/{name}", put_role)
            .writes(Area::People, "putRole", "Makes a role of one's own, or changes it for all who have it.")
            .confirmed()
            .raises(&[CONFLICT]),
        delete("/roles/{name}", delete_role)
            .writes(Area::People, "deleteRole", "Deletes a role that nobody has.")
            .raises(&[CONFLICT]),
        get("/tokens", tokens).reads(Area::Tokens, "listTokens", "Service tokens, without themselves."),
        post("/tokens", create_token)
            .writes(Area::Tokens, "createToken", "Makes a service token; shown this once.")
            .confirmed()
            .raises(&[CONFLICT]),
        delete("/tokens/{name}", revoke_token)
            .writes(Area::Tokens, "revokeToken", "Takes a service token back.")
            .raises(&[NOT_FOUND]),
    ]
}

/// A member who is to set a password.
#[derive(Serialize, JsonSchema)]
struct Invitation {
    member: MemberView,
    /// For them alone: whoever opens it sets their password. Works once. Absent where it was sent to them by e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// RFC 3339.
    expires_at: String,
}

impl Invitation {
    fn of(app: &Within, by: &str, Invited { member, secret, expires_at }: Invited) -> Invitation {
        let link = format!("{}/console/set-password#{secret}", app.base_url());
        let mut link = Some(link);
        // Whom it is for has it then, and nobody else.
        if app.control.has_post()
            && let Some(link) = link.take()
        {
            app.control.post_invitation(&member.email, &member.name, &link, by);
        }
        Invitation { member, link, expires_at: expires_at.to_string() }
    }
}

/// The roles of a member.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RolesForm {
    /// All they have from now on.
    roles: Vec<Membership>,
}

/// A password for an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordForm {
    /// The secret of the link: what stands after `#`.
    link: String,
    /// At least 8 characters, and at most 1024 bytes.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

/// Another password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    current: String,
    /// At least 8 characters, and at most 1024 bytes.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

/// Whose password was set.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PasswordSet {
    /// What they sign in with.
    email: String,
}

async fn members(app: Within, caller: Caller) -> Result<Json<List<MemberView>>, Refusal> {
    Ok(Json(List::whole(app.control.members(&caller.actor).await?)))
}

async fn member(app: Within, caller: Caller, Path(email): Path<String>) -> Result<Json<MemberView>, Refusal> {
    Ok(Json(app.control.member(&caller.actor, &email).await?))
}

async fn effective(
    app: Within,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<List<EffectivePermission>>, Refusal> {
    Ok(Json(List::whole(app.control.effective(&caller.actor, &email).await?)))
}

async fn invite(
    app: Within,
    caller: Caller,
    Body(form): Body<MemberForm>,
) -> Result<Created<Invitation>, Refusal> {
    let invited = app.control.invite(&caller.actor, form).await?;
    Ok(Created { body: Invitation::of(&app, &caller.display_name, invited), location: None, etag: None })
}

async fn link(
    app: Within,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Created<Invitation>, Refusal> {
    let invited = app.control.member_link(&caller.actor, &email).await?;
    Ok(Created { body: Invitation::of(&app, &caller.display_name, invited), location: None, etag: None })
}

async fn set_roles(
    app: Within,
    caller: Caller,
    Path(email): Path<String>,
    Body(RolesForm { roles }): Body<RolesForm>,
) -> Result<Json<MemberView>, Refusal> {
    Ok(Json(app.control.set_member_roles(&caller.actor, &email, roles).await?))
}

async fn remove(app: Within, caller: Caller, Path(email): Path<String>) -> Result<NoContent, Refusal> {
    app.control.remove_member(&caller.actor, &email).await?;
    Ok(NoContent)
}

async fn developers(app: Within, Query(search): Query<Search>) -> Result<Json<List<DeveloperView>>, Refusal> {
    let most = limit(search.limit)?;
    let q = search.q.unwrap_or_default().to_lowercase();
    let fits = |one: &DeveloperView| one.email.contains(&q) || one.name.to_lowercase().contains(&q);
    let mut found: Vec<_> = app.control.developers(&app.workspace).await?.into_iter().filter(fits).collect();
    let total = Some(found.len() as u64);
    if let Some(after) = &search.after {
        found.retain(|one| one.email > *after);
    }
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.email.clone());
    Ok(Json(List { items: found, next, total }))
}

async fn reset_developer_factor(
    app: Within,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.reset_developer_factor(&caller.actor, &app.workspace, &email).await?;
    Ok(NoContent)
}

async fn roles(app: Within) -> Result<Json<List<RoleView>>, Refusal> {
    Ok(Json(List::whole(app.control.roles().await?)))
}

async fn put_role(
    app: Within,
    caller: Caller,
    Path(name): Path<Name>,
    Body(form): Body<RoleForm>,
) -> Result<Json<RoleView>, Refusal> {
    Ok(Json(app.control.put_role(&caller.actor, &name, form).await?))
}

async fn delete_role(app: Within, caller: Caller, Path(name): Path<Name>) -> Result<NoContent, Refusal> {
    app.control.delete_role(&caller.actor, &name).await?;
    Ok(NoContent)
}

async fn tokens(app: Within, caller: Caller) -> Result<Json<List<TokenView>>, Refusal> {
    Ok(Json(List::whole(app.control.tokens(&caller.actor).await?)))
}

async fn create_token(
    app: Within,
    caller: Caller,
    Body(form): Body<TokenForm>,
) -> Result<Created<IssuedToken>, Refusal> {
    let body = app.control.create_token(&caller.actor, form).await?;
    Ok(Created { body, location: None, etag: None })
}

async fn revoke_token(app: Within, caller: Caller, Path(name): Path<String>) -> Result<NoContent, Refusal> {
    app.control.revoke_token(&caller.actor, &name).await?;
    Ok(NoContent)
}

pub(crate) async fn set_password(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(PasswordForm { link, password }): Body<PasswordForm>,
) -> Result<Json<PasswordSet>, Refusal> {
    let actor = Actor::new("link", Origin::Console).from_address(address);
    let (_, email) = app.control.set_password(&actor, &link, &password).await?;
    Ok(Json(PasswordSet { email }))
}

pub(crate) async fn change_own_password(
    app: Within,
    caller: Caller,
    Body(PasswordChange { current, password }): Body<PasswordChange>,
) -> Result<(HeaderMap, Json<SessionView>), Refusal> {
    if caller.kind != Who::Member {
        return Err(Refusal::new(CONFLICT, "only a member has a password"));
    }
    let signed_in = app.control.change_own_password(&caller.actor, &current, &password).await;
    let signed_in = signed_in.map_err(crate::second_factor::still_signed_in)?;
    let (cookie, view) = signed_in_view(&app, Audience::Console, signed_in);
    Ok((cookie, Json(view)))
}
