//! What apps ask people for, and what people have agreed to.

use control::{Asked, ConsentView, Denied, DeviceAsked, Person};
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, NoContent, Path, Within},
    problem::Refusal,
};

/// What an app sent a person with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// The query of the page, as it is.
    query: String,
}

/// A person's word.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    /// The query of the page, as it is.
    query: String,
    agrees: bool,
}

/// What is asked; or where the person goes without being asked.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AuthorizationView {
    asked: Option<Asked>,
    location: Option<String>,
}

/// Where the person goes now.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Onward {
    location: String,
}

/// The code that a device shows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceCode {
    user_code: String,
}

/// A person's word on a device.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceWord {
    user_code: String,
    agrees: bool,
}

/// Who is signed in, as tokens call them. The one place to change where people come from elsewhere.
fn person(caller: &Caller) -> Person {
    Person { subject: caller.actor.name.clone(), name: caller.display_name.clone() }
}

/// What an app did wrong, for the person it sent here: they can only tell its developer.
fn explained(denied: Denied) -> Refusal {
    match denied {
        Denied::TooMany { seconds } => {
            Refusal::new(problems::RATE_LIMITED, "too many attempts; repeat later").retry_after(seconds)
        }
        Denied::Failure(failure) if failure.status() >= 500 => Refusal::overloaded(failure.detail),
        Denied::Failure(failure) => Refusal::new(problems::BAD_REQUEST, failure.detail),
    }
}

pub(crate) async fn ask(
    app: Within,
    caller: Caller,
    Body(Question { query }): Body<Question>,
) -> Result<Json<AuthorizationView>, Refusal> {
    let asked = app.control.oauth_asked(&app.workspace, &person(&caller), &query).await.map_err(explained)?;
    Ok(Json(match asked {
        Ok(asked) => AuthorizationView { asked: Some(asked), location: None },
        Err(decided) => AuthorizationView { asked: None, location: Some(decided.location) },
    }))
}

pub(crate) async fn decide(
    app: Within,
    caller: Caller,
    Body(Word { query, agrees }): Body<Word>,
) -> Result<Json<Onward>, Refusal> {
    let (ws, person) = (&app.workspace, person(&caller));
    let decided = app.control.oauth_decide(&caller.actor, ws, &person, &query, agrees).await;
    Ok(Json(Onward { location: decided.map_err(explained)?.location }))
}

pub(crate) async fn ask_device(
    app: Within,
    caller: Caller,
    Body(DeviceCode { user_code }): Body<DeviceCode>,
) -> Result<Json<DeviceAsked>, Refusal> {
    Ok(Json(app.control.device_asked(&caller.actor, &app.workspace, &user_code).await?))
}

pub(crate) async fn decide_device(
    app: Within,
    caller: Caller,
    Body(DeviceWord { user_code, agrees }): Body<DeviceWord>,
) -> Result<NoContent, Refusal> {
    let (ws, person) = (&app.workspace, person(&caller));
    app.control.device_decide(&caller.actor, ws, &person, &user_code, agrees).await?;
    Ok(NoContent)
}

pub(crate) async fn list(app: Within, caller: Caller) -> Result<Json<List<ConsentView>>, Refusal> {
    Ok(Json(List::whole(app.control.consents(&app.workspace, &person(&caller)).await?)))
}

pub(crate) async fn revoke(
    app: Within,
    caller: Caller,
    Path(client): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.revoke_consent(&caller.actor, &app.workspace, &person(&caller), &client).await?;
    Ok(NoContent)
}
