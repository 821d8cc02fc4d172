//! What a provider of SAML has browsers bring: its answers, and that somebody signed out; and what it is to know of Pailou.

use axum::extract::{FromRequest, FromRequestParts, Request};
use control::{Actor, LogoutCame as Came, PersonKind, SsoAnswer};
use http::{HeaderMap, request::Parts};
use model::Name;
use policy::problems::{BAD_REQUEST, UNSUPPORTED_MEDIA_TYPE};
use schemars::JsonSchema;

use super::{Console, GoTo, Portal, Side, at_most_one, come_back, form_of, only, slower};
use crate::{
    console::session::Headers,
    endpoint::{Part, Path, Sketch, Text, Within},
    guard::ClientAddress,
    problem::Refusal,
    state::App,
};

const FORM: &[&str] = &["application/x-www-form-urlencoded"];

/// What a provider has the browser send (SAML 2.0 bindings §3.5): its answer in a form, with what ties it to the browser.
pub(crate) struct AnswerForm(SsoAnswer);

#[derive(JsonSchema)]
#[expect(dead_code, non_snake_case, reason = "describes the form")]
struct AnswerFields {
    SAMLResponse: String,
    RelayState: String,
}

impl FromRequest<App> for AnswerForm {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<AnswerForm, Refusal> {
        let bytes = form_of(request, app).await?;
        let (state, saml) = (only(&bytes, "RelayState")?, Some(only(&bytes, "SAMLResponse")?));
        Ok(AnswerForm(SsoAnswer { state, saml, ..SsoAnswer::default() }))
    }
}

impl Part for AnswerForm {
    fn describe(sketch: &mut Sketch) {
        sketch.reads(FORM, |generator| generator.subschema_for::<AnswerFields>());
        sketch.raises(BAD_REQUEST);
        sketch.raises(UNSUPPORTED_MEDIA_TYPE);
    }
}

/// The console's place where a provider sends its answers.
pub(crate) async fn console_answer(
    app: Within,
    ClientAddress(address): ClientAddress,
    Headers(headers): Headers,
    Path(provider): Path<String>,
    AnswerForm(answer): AnswerForm,
) -> Result<GoTo, Refusal> {
    come_back::<Console>(&app.at(Name::default_workspace())?, address, &headers, (&provider, answer)).await
}

/// The portal's place where a provider sends its answers.
pub(crate) async fn portal_answer(
    app: Within,
    ClientAddress(address): ClientAddress,
    Headers(headers): Headers,
    Path((workspace, provider)): Path<(Name, String)>,
    AnswerForm(answer): AnswerForm,
) -> Result<GoTo, Refusal> {
    come_back::<Portal>(&app.at(workspace)?, address, &headers, (&provider, answer)).await
}

/// What a provider by which members sign in is to know of Pailou.
pub(crate) async fn console_metadata(app: Within, Path(provider): Path<String>) -> Result<Text, Refusal> {
    metadata::<Console>(&app.at(Name::default_workspace())?, &provider)
}

/// What a provider by which developers sign in is to know of Pailou.
pub(crate) async fn portal_metadata(
    app: Within,
    Path((workspace, provider)): Path<(Name, String)>,
) -> Result<Text, Refusal> {
    metadata::<Portal>(&app.at(workspace)?, &provider)
}

fn metadata<S: Side>(app: &Within, provider: &str) -> Result<Text, Refusal> {
    let text = app.control.saml_metadata(&app.workspace, S::KIND, provider, &app.base_url())?;
    Ok(Text { media_type: "application/samlmetadata+xml", text })
}

/// What a browser brings of signing out.
enum Told {
    /// The provider has somebody signed out: the query as it stands.
    InQuery(String),
    /// The same in a form, with what it wants back.
    InForm(String, Option<String>),
    /// It signed somebody out who signed out here, on the side that this names.
    Back(Option<String>),
}

/// What comes of signing out in a query (SAML 2.0 bindings §3.4).
pub(crate) struct LogoutQuery(Told);

/// The same in a form (§3.5).
pub(crate) struct LogoutSent(Told);

#[derive(JsonSchema)]
#[expect(dead_code, non_snake_case, reason = "describes the query and the form")]
struct LogoutFields {
    /// The provider has somebody signed out.
    SAMLRequest: Option<String>,
    /// Who signed out here has signed out there.
    SAMLResponse: Option<String>,
    RelayState: Option<String>,
    /// By which algorithm the query is signed.
    SigAlg: Option<String>,
    Signature: Option<String>,
}

impl FromRequestParts<App> for LogoutQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<LogoutQuery, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let told = match at_most_one(query.as_bytes(), "SAMLRequest")? {
            Some(_) => Told::InQuery(query.to_owned()),
            None => Told::Back(at_most_one(query.as_bytes(), "RelayState")?),
        };
        Ok(LogoutQuery(told))
    }
}

impl Part for LogoutQuery {
    fn describe(sketch: &mut Sketch) {
        sketch.query::<LogoutFields>();
        sketch.raises(BAD_REQUEST);
    }
}

impl FromRequest<App> for LogoutSent {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<LogoutSent, Refusal> {
        let bytes = form_of(request, app).await?;
        let relay = at_most_one(&bytes, "RelayState")?;
        let told = match at_most_one(&bytes, "SAMLRequest")? {
            Some(message) => Told::InForm(message, relay),
            None => Told::Back(relay),
        };
        Ok(LogoutSent(told))
    }
}

impl Part for LogoutSent {
    fn describe(sketch: &mut Sketch) {
        sketch.reads(FORM, |generator| generator.subschema_for::<LogoutFields>());
        sketch.raises(BAD_REQUEST);
        sketch.raises(UNSUPPORTED_MEDIA_TYPE);
    }
}

/// The console's place where a provider has somebody signed out, by the address.
pub(crate) async fn console_signs_out(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path(provider): Path<String>,
    LogoutQuery(told): LogoutQuery,
) -> Result<GoTo, Refusal> {
    sign_out::<Console>(&app.at(Name::default_workspace())?, address, &provider, told).await
}

/// The same by a form.
pub(crate) async fn console_signs_out_by_form(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path(provider): Path<String>,
    LogoutSent(told): LogoutSent,
) -> Result<GoTo, Refusal> {
    sign_out::<Console>(&app.at(Name::default_workspace())?, address, &provider, told).await
}

/// The portal's place where a provider has somebody signed out, by the address.
pub(crate) async fn portal_signs_out(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path((workspace, provider)): Path<(Name, String)>,
    LogoutQuery(told): LogoutQuery,
) -> Result<GoTo, Refusal> {
    sign_out::<Portal>(&app.at(workspace)?, address, &provider, told).await
}

/// The same by a form.
pub(crate) async fn portal_signs_out_by_form(
    app: Within,
    ClientAddress(address): ClientAddress,
    Path((workspace, provider)): Path<(Name, String)>,
    LogoutSent(told): LogoutSent,
) -> Result<GoTo, Refusal> {
    sign_out::<Portal>(&app.at(workspace)?, address, &provider, told).await
}

async fn sign_out<S: Side>(
    app: &Within,
    address: std::net::IpAddr,
    provider: &str,
    told: Told,
) -> Result<GoTo, Refusal> {
    let go = |to: String| Ok(GoTo(to, HeaderMap::new()));
    let came = match &told {
        Told::InQuery(query) => Came::Query(query),
        Told::InForm(message, relay) => Came::Form(message, relay.as_deref()),
        // What ended here ended before the browser went there, so that nothing is to be held against anything.
        Told::Back(relay) => {
            let side = relay.as_deref();
            let pages = match side {
                Some("member") => Console::pages(app),
                Some("developer") => Portal::pages(app),
                _ => S::pages(app),
            };
            return go(format!("{pages}/sign-in"));
        }
    };
    slower(app, address)?;
    let actor = Actor::new("unknown", S::ORIGIN).from_address(address).in_workspace(&app.workspace);
    let whom: (PersonKind, &str) = (S::KIND, provider);
    match app.control.sign_out_by_saml(&actor, whom, came, &app.base_url()).await {
        Ok((_, Some(to))) => go(to),
        Ok((_, None)) => go(format!("{}/sign-in", S::pages(app))),
        Err(control::Error::Unauthenticated { detail }) => Err(Refusal::new(BAD_REQUEST, detail)),
        Err(error) => Err(error.into()),
    }
}
