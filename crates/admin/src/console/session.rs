//! Signing in to the console.

use control::{Actor, Authority, Beside, PasskeyShown, PersonKind, Scope, SignedIn, Who};
use http::HeaderMap;
use jiff::Timestamp;
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Origin;

use crate::{
    auth::{Audience, Caller, cookie_of, end_cookie, session_cookie},
    endpoint::{Body, Json, Within},
    guard::ClientAddress,
    passkeys::party,
    problem::Refusal,
    sso::{self, Side},
    state::App,
};

/// Who is signed in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub(crate) struct SessionView {
    pub(crate) user: User,
    /// What they may do in the workspace, such as `apis:read` or `apis:write:own`; absent for a developer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Vec<String>>,
    /// Whether a role of theirs is for some APIs alone, so that what is theirs is more than what they own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) for_some: bool,
    /// The workspaces in which they may do something, by name; absent for a developer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) workspaces: Option<Vec<Seen>>,
    /// For the header `x-csrf-token` of every unsafe request; absent for a bearer token, which needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) csrf: Option<String>,
}

/// A workspace that somebody sees.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SeenWorkspace")]
pub(crate) struct Seen {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// A person.
#[derive(Serialize, JsonSchema)]
pub(crate) struct User {
    /// What to call them.
    pub(crate) name: String,
    /// For a member and a developer, what they sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    pub(crate) kind: Who,
}

/// What proves who signs in: e-mail address and password of a member, a passkey of theirs, or one of the others.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignIn")]
pub(crate) struct Proof {
    /// The admin token.
    #[serde(default)]
    token: Option<String>,
    /// The secret of a one-time link: what stands after `#`.
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: Option<String>,
    /// Of the authenticator app, or a recovery code, where the member has a second factor: `code_needed` of the refusal says so.
    #[serde(default)]
    code: Option<String>,
    /// A passkey: in place of everything else, or beside the password where `passkey` of the refusal asks for one.
    #[serde(default)]
    passkey: Option<PasskeyShown>,
}

pub(crate) async fn current(app: Within, caller: Caller) -> Json<SessionView> {
    Json(SessionView::of(&app, caller))
}

pub(crate) async fn begin(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(proof): Body<Proof>,
) -> Result<(HeaderMap, Json<SessionView>), Refusal> {
    let actor = Actor::new("admin", Origin::Console).from_address(address);
    let party = party(&app);
    let Proof { token, link, email, password, code, passkey } = proof;
    let signed_in = match (token, link, (email, password), code, passkey) {
        (Some(token), None, (None, None), None, None) => app.control.sign_in_token(&actor, &token).await?,
        (None, Some(secret), (None, None), None, None) => app.control.redeem_link(&actor, &secret).await?,
        (None, None, (Some(email), Some(password)), code, passkey) => {
            let beside = Beside { code: code.as_deref(), passkey: passkey.as_ref(), party: party.as_ref() };
            app.control.sign_in_member(&actor, &email, &password, beside).await?
        }
        (None, None, (None, None), None, Some(passkey)) if let Some(party) = &party => {
            app.control.sign_in_by_passkey(&actor, PersonKind::Member, party, &passkey).await?
        }
        _ => {
            let detail = "give `email` and `password`, or `passkey`, or `token`, or `link`";
            return Err(Refusal::new(problems::INVALID, detail));
        }
    };
    let (cookie, view) = signed_in_view(&app, Audience::Console, signed_in);
    Ok((cookie, Json(view)))
}

pub(crate) async fn end(
    app: Within,
    headers: Headers,
    caller: Caller,
) -> Result<(HeaderMap, Json<SignedOut>), Refusal> {
    sign_out::<sso::Console>(&app, &headers, &caller).await
}

/// What is left to do after signing out.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SignedOut {
    /// Where the browser signs out at the identity provider by which it signed in, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

/// Ends the session of the cookie, where there is one.
pub(crate) async fn sign_out<S: Side>(
    app: &Within,
    Headers(headers): &Headers,
    caller: &Caller,
) -> Result<(HeaderMap, Json<SignedOut>), Refusal> {
    let mut location = None;
    if let Some(secret) = cookie_of(headers, S::AUDIENCE, app.https()) {
        let back = format!("{}/sign-in", S::pages(app));
        location = app.control.sign_out(&caller.actor, secret, &back).await?;
    }
    Ok((end_cookie(S::AUDIENCE, app.https()), Json(SignedOut { location })))
}

/// The cookie and the body that answer a sign-in.
pub(crate) fn signed_in_view(
    app: &Within,
    audience: Audience,
    signed_in: SignedIn,
) -> (HeaderMap, SessionView) {
    let SignedIn { secret, session } = signed_in;
    let left = session.expires_at.as_second().saturating_sub(Timestamp::now().as_second());
    let cookie = session_cookie(audience, app.https(), &secret, u64::try_from(left).unwrap_or_default());
    let csrf = Some(session.csrf);
    let (kind, workspace, display_name) = (session.kind, session.workspace, session.display_name);
    let id = Some(session.id);
    let caller = Caller { actor: session.who, kind, workspace, display_name, csrf, session: id };
    (cookie, SessionView::of(app, caller))
}

impl SessionView {
    pub(crate) fn of(app: &Within, Caller { actor, kind, display_name, csrf, .. }: Caller) -> SessionView {
        let may = |authority: &Authority| authority.at(&Scope::One(app.workspace.clone())).words();
        let permissions = (kind != Who::Developer).then(|| may(&actor.authority));
        let actor_authority = actor.authority;
        let email = matches!(kind, Who::Developer | Who::Member).then_some(actor.name);
        let workspaces = (kind != Who::Developer).then(|| {
            let mine = app.control.workspaces_of(&actor_authority).into_iter();
            mine.map(|(name, title)| Seen { name: name.to_string(), title }).collect()
        });
        let for_some = kind != Who::Developer && actor_authority.is_for_some();
        SessionView {
            for_some,
            user: User { name: display_name, email, kind },
            permissions,
            workspaces,
            csrf,
        }
    }
}

/// The request's headers, for what no other part reads.
pub(crate) struct Headers(pub(crate) HeaderMap);

impl axum::extract::FromRequestParts<App> for Headers {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _: &App,
    ) -> Result<Headers, Self::Rejection> {
        Ok(Headers(parts.headers.clone()))
    }
}

impl crate::endpoint::Part for Headers {
    fn describe(_: &mut crate::endpoint::Sketch) {}
}
