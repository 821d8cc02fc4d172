//! Signing in by an identity provider, in the console or the portal: sent off, come back, and what an account is connected with.

pub(crate) mod saml;

use std::{marker::PhantomData, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use control::{
    Actor, IdentityView, Origin, PASSWORD_LENGTH, PersonKind, ProviderButton, ProviderCheck, SsoAnswer,
    SsoAsked, SsoBegun, SsoDone, Who,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::Name;
use policy::problems::{BAD_REQUEST, CONFLICT, RATE_LIMITED, UNSUPPORTED_MEDIA_TYPE};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::{Audience, Caller, attempt_cookie, attempt_of, cookie_of},
    console::session::{Headers, signed_in_view},
    endpoint::{Answer, Body, Json, List, NoContent, Part, Path, Query, Sketch, Within},
    guard::ClientAddress,
    passkeys::party,
    problem::Refusal,
    state::App,
};

/// For a form to arrive whole.
const ARRIVAL: Duration = Duration::from_secs(10);

/// Which of the two sides somebody signs in to.
pub(crate) trait Side: Send + Sync + 'static {
    const AUDIENCE: Audience;
    const KIND: PersonKind;
    const ORIGIN: Origin;

    /// Where the provider sends browsers back to, below the API.
    fn callback(workspace: &Name, provider: &str) -> String;

    /// Where the pages are, without a slash at the end.
    fn pages(app: &Within) -> String;
}

/// The console.
pub(crate) struct Console;
/// The portal.
pub(crate) struct Portal;

impl Side for Console {
    const AUDIENCE: Audience = Audience::Console;
    const KIND: PersonKind = PersonKind::Member;
    const ORIGIN: Origin = Origin::Console;

    fn callback(_: &Name, provider: &str) -> String {
        format!("/sso/{provider}/callback")
    }

    fn pages(app: &Within) -> String {
        format!("{}/console", app.base_url())
    }
}

impl Side for Portal {
    const AUDIENCE: Audience = Audience::Portal;
    const KIND: PersonKind = PersonKind::Developer;
    const ORIGIN: Origin = Origin::Portal;

    fn callback(workspace: &Name, provider: &str) -> String {
        format!("/sso/{workspace}/{provider}/callback")
    }

    fn pages(app: &Within) -> String {
        app.portal_url()
    }
}

/// Where to go after signing in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begin {
    /// A path below the pages: `/apis`.
    #[serde(default)]
    next: Option<String>,
    /// Whether to sign in there anew, whatever the provider remembers: it shows that it is still them.
    #[serde(default)]
    again: bool,
}

/// Where the browser signs in.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Begun {
    /// At the provider.
    location: String,
}

/// What the provider sent the browser back with (RFC 6749 §4.1.2, RFC 9207); it may say more, which is not looked at.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct CameBack {
    state: String,
    #[serde(default)]
    code: Option<String>,
    /// Who the provider is.
    #[serde(default)]
    iss: Option<String>,
    /// Why there is no code.
    #[serde(default)]
    error: Option<String>,
}

impl From<CameBack> for SsoAnswer {
    fn from(CameBack { state, code, iss, error }: CameBack) -> SsoAnswer {
        SsoAnswer { state, code, issuer: iss, error, saml: None }
    }
}

/// What signing in can be helped by.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SignInHelp {
    /// Whether letters are sent, so that a forgotten password can be set anew.
    letters: bool,
    /// Whether an account's password signs in.
    passwords: bool,
    /// Whether passkeys do, at the address that browsers use.
    passkeys: bool,
    /// The least characters of a password.
    password_length: usize,
    /// The identity providers by which one signs in.
    providers: Vec<ProviderButton>,
}

/// 303: the browser goes on there.
pub(crate) struct GoTo(String, HeaderMap);

impl IntoResponse for GoTo {
    fn into_response(self) -> Response {
        let GoTo(to, mut headers) = self;
        if let Ok(to) = HeaderValue::try_from(to) {
            headers.insert(header::LOCATION, to);
        }
        (StatusCode::SEE_OTHER, headers).into_response()
    }
}

impl Answer for GoTo {
    fn describe(sketch: &mut Sketch) {
        sketch.answers_empty(303, "The browser goes on to a page.");
    }
}

/// An endpoint of one of the two sides.
pub(crate) struct Of<S>(PhantomData<S>);

impl<S: Side> Of<S> {
    pub(crate) async fn help(app: Within) -> Json<SignInHelp> {
        let ways = app.control.sign_in_ways(S::KIND, &app.workspace);
        let letters = app.control.has_post() && ways.passwords;
        Json(SignInHelp {
            letters,
            passwords: ways.passwords,
            passkeys: ways.passwords && party(&app).is_some(),
            password_length: PASSWORD_LENGTH,
            providers: ways.providers,
        })
    }

    pub(crate) async fn begin(
        app: Within,
        ClientAddress(address): ClientAddress,
        Path(provider): Path<String>,
        Body(Begin { next, again }): Body<Begin>,
    ) -> Result<(HeaderMap, Json<Begun>), Refusal> {
        let actor = Actor::new("unknown", S::ORIGIN).from_address(address).in_workspace(&app.workspace);
        send_off::<S>(&app, &actor, provider, (next, None, again)).await
    }

    pub(crate) async fn connect(
        app: Within,
        caller: Caller,
        Headers(headers): Headers,
        Path(provider): Path<String>,
        Body(Begin { next, again }): Body<Begin>,
    ) -> Result<(HeaderMap, Json<Begun>), Refusal> {
        own_account(&caller)?;
        let secret = cookie_of(&headers, S::AUDIENCE, app.https());
        let secret = secret.ok_or_else(|| Refusal::unauthenticated("sign in first"))?.to_owned();
        let actor = caller.actor.in_workspace(&app.workspace);
        send_off::<S>(&app, &actor, provider, (next, Some(secret), again)).await
    }

    pub(crate) async fn identities(app: Within, caller: Caller) -> Result<Json<List<IdentityView>>, Refusal> {
        own_account(&caller)?;
        let actor = caller.actor.in_workspace(&app.workspace);
        Ok(Json(List::whole(app.control.identities(&actor, S::KIND).await?)))
    }

    pub(crate) async fn disconnect(
        app: Within,
        caller: Caller,
        Path(provider): Path<Name>,
    ) -> Result<NoContent, Refusal> {
        own_account(&caller)?;
        let actor = caller.actor.in_workspace(&app.workspace);
        app.control.disconnect(&actor, S::KIND, &provider).await?;
        Ok(NoContent)
    }
}

/// The console's way back from a provider.
pub(crate) async fn console_callback(
    app: Within,
    ClientAddress(address): ClientAddress,
    Headers(headers): Headers,
    Path(provider): Path<String>,
    Query(answer): Query<CameBack>,
) -> Result<GoTo, Refusal> {
    come_back::<Console>(&app.at(Name::default_workspace())?, address, &headers, (&provider, answer.into()))
        .await
}

/// The portal's way back from a provider; the path says which workspace, since a browser on its way sends no header.
pub(crate) async fn portal_callback(
    app: Within,
    ClientAddress(address): ClientAddress,
    Headers(headers): Headers,
    Path((workspace, provider)): Path<(Name, String)>,
    Query(answer): Query<CameBack>,
) -> Result<GoTo, Refusal> {
    come_back::<Portal>(&app.at(workspace)?, address, &headers, (&provider, answer.into())).await
}

/// The console's place where a provider says that somebody signed out.
pub(crate) async fn console_logout(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path(provider): Path<String>,
    LogoutForm(token): LogoutForm,
) -> Result<Json<LoggedOut>, Refusal> {
    log_out::<Console>(&app.at(Name::default_workspace())?, address, &provider, &token).await
}

/// The portal's place where a provider says that somebody signed out.
pub(crate) async fn portal_logout(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path((workspace, provider)): Path<(Name, String)>,
    LogoutForm(token): LogoutForm,
) -> Result<Json<LoggedOut>, Refusal> {
    log_out::<Portal>(&app.at(workspace)?, address, &provider, &token).await
}

async fn log_out<S: Side>(
    app: &Within,
    address: std::net::IpAddr,
    provider: &str,
    token: &str,
) -> Result<Json<LoggedOut>, Refusal> {
    slower(app, address)?;
    let actor = Actor::new("unknown", S::ORIGIN).from_address(address).in_workspace(&app.workspace);
    let done = app.control.sign_out_by_provider(&actor, S::KIND, provider, token).await;
    match done {
        Ok(sessions) => Ok(Json(LoggedOut { sessions })),
        // Back-Channel Logout 1.0 §2.8.
        Err(control::Error::Unauthenticated { detail }) => {
            Err(Refusal::new(BAD_REQUEST, detail).with("error", "invalid_request".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// How many sessions ended.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LoggedOut {
    sessions: usize,
}

/// What a provider sends (OpenID Connect Back-Channel Logout 1.0 §2.5): a logout token in a form.
pub(crate) struct LogoutForm(String);

#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the form")]
struct LogoutFields {
    logout_token: String,
}

impl FromRequest<App> for LogoutForm {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<LogoutForm, Refusal> {
        let bytes = form_of(request, app).await?;
        only(&bytes, "logout_token").map(LogoutForm)
    }
}

/// The bytes of a form.
async fn form_of(request: Request, app: &App) -> Result<Bytes, Refusal> {
    let is_form = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = is_form.and_then(|value| value.split(';').next()).map(str::trim);
    if !is_form.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        let detail = "send the form as `Content-Type: application/x-www-form-urlencoded`";
        return Err(Refusal::new(UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let arrived = tokio::time::timeout(ARRIVAL, Bytes::from_request(request, app)).await;
    let bytes = arrived.ok().and_then(Result::ok);
    bytes.ok_or_else(|| Refusal::new(BAD_REQUEST, "the body broke off, or is too large"))
}

/// The only field of this name, or none.
fn at_most_one(form: &[u8], name: &str) -> Result<Option<String>, Refusal> {
    let mut found = url::form_urlencoded::parse(form).filter(|(known, _)| known == name);
    match (found.next(), found.next()) {
        (one, None) => Ok(one.map(|(_, value)| value.into_owned())),
        _ => Err(Refusal::new(BAD_REQUEST, format!("there is one `{name}` at most"))),
    }
}

/// The only field of this name.
fn only(form: &[u8], name: &str) -> Result<String, Refusal> {
    at_most_one(form, name)?.ok_or_else(|| Refusal::new(BAD_REQUEST, format!("the form has one `{name}`")))
}

/// Bounds what one address has verified.
fn slower(app: &Within, address: std::net::IpAddr) -> Result<(), Refusal> {
    app.oauth_calls.take(address).map_err(|seconds| {
        Refusal::new(RATE_LIMITED, "too many requests of one address; repeat later").retry_after(seconds)
    })
}

impl Part for LogoutForm {
    fn describe(sketch: &mut Sketch) {
        sketch.reads(&["application/x-www-form-urlencoded"], |generator| {
            generator.subschema_for::<LogoutFields>()
        });
        sketch.raises(BAD_REQUEST);
        sketch.raises(UNSUPPORTED_MEDIA_TYPE);
    }
}

/// How a provider stands, and what is to be registered with it.
pub(crate) async fn check(app: Within, Path(name): Path<String>) -> Result<Json<ProviderCheck>, Refusal> {
    let pages = [Console::pages(&app), Portal::pages(&app)];
    let (pages, base) = ((&*pages[0], &*pages[1]), app.base_url());
    Ok(Json(app.control.check_provider(&app.workspace, &name, pages, &base).await?))
}

async fn send_off<S: Side>(
    app: &Within,
    actor: &Actor,
    provider: String,
    (back, connect, again): (Option<String>, Option<String>, bool),
) -> Result<(HeaderMap, Json<Begun>), Refusal> {
    let callback = S::callback(&app.workspace, &provider);
    let redirect_uri = format!("{}{}{callback}", app.base_url(), S::AUDIENCE.prefix());
    let asked = SsoAsked { provider, redirect_uri, back, connect, again };
    let SsoBegun { location, attempt, seconds, by_form } =
        app.control.begin_sso(actor, S::KIND, asked).await?;
    let cookie = attempt_cookie(S::AUDIENCE, app.https(), (&attempt, by_form), seconds);
    Ok((cookie, Json(Begun { location })))
}

async fn come_back<S: Side>(
    app: &Within,
    address: std::net::IpAddr,
    headers: &HeaderMap,
    (provider, answer): (&str, SsoAnswer),
) -> Result<GoTo, Refusal> {
    let actor = Actor::new("unknown", S::ORIGIN).from_address(address).in_workspace(&app.workspace);
    let kept = attempt_of(headers, S::AUDIENCE, app.https());
    let done = app.control.finish_sso(&actor, S::KIND, provider, (answer, kept)).await;
    let mut cookies = attempt_cookie(S::AUDIENCE, app.https(), ("", false), 0);
    let pages = S::pages(app);
    let to = match done {
        Ok(SsoDone::SignedIn(signed_in, back)) => {
            let (session, _) = signed_in_view(app, S::AUDIENCE, *signed_in);
            for cookie in session.get_all(header::SET_COOKIE) {
                cookies.append(header::SET_COOKIE, cookie.clone());
            }
            format!("{pages}{back}")
        }
        Ok(SsoDone::Connected(back)) => format!("{pages}{back}"),
        // The name was one of a provider or led to nothing; in the address of a page it is a word.
        Err(refused) => {
            let provider: String =
                provider.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            format!("{pages}/sign-in?problem={refused}&provider={provider}")
        }
    };
    Ok(GoTo(to, cookies))
}

/// # Errors
/// Only an account is connected with providers.
fn own_account(caller: &Caller) -> Result<(), Refusal> {
    match caller.kind {
        Who::Member | Who::Developer => Ok(()),
        Who::Admin | Who::Token => {
            Err(Refusal::new(CONFLICT, "only an account is connected with identity providers"))
        }
    }
}
