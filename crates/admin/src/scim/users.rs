//! Users (RFC 7643 §4.1): the members of the workspace.

use axum::{
    extract::{Path, Query},
    response::Response,
};
use control::{ProvisionForm, ProvisionedUser};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Directory, Document, Refused,
    filter::Filter,
    page,
    patch::{Operation, Verb, operations, truth},
    said,
};

pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// What is filtered by.
const FILTERED: [&str; 8] =
    ["id", "username", "externalid", "displayname", "active", "emails", "emails.value", "groups.value"];

/// Which part of a list.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Asked {
    pub(super) filter: Option<String>,
    pub(super) start_index: Option<i64>,
    pub(super) count: Option<i64>,
    pub(super) excluded_attributes: Option<String>,
}

pub(super) async fn list(
    directory: Directory,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::value("`startIndex` and `count` are numbers"))?;
    let filter = asked.filter.as_deref().map(|text| Filter::read(text, &FILTERED)).transpose()?;
    let users = directory.app.control.provisioned(&directory.workspace).await?;
    let all = users.iter().map(|user| resource(&directory, user));
    let fitting = all.filter(|user| filter.as_ref().is_none_or(|filter| filter.fits(user))).collect();
    Ok(said(StatusCode::OK, &page(fitting, asked.start_index, asked.count)))
}

pub(super) async fn read(directory: Directory, Path(id): Path<String>) -> Result<Response, Refused> {
    let user = directory.app.control.provisioned_user(&directory.workspace, &id).await?;
    Ok(said(StatusCode::OK, &resource(&directory, &user)))
}

pub(super) async fn create(directory: Directory, Document(sent): Document) -> Result<Response, Refused> {
    let form = form_of(&sent)?;
    let (control, ws) = (&directory.app.control, &directory.workspace);
    let user = control.provision(&directory.actor, ws, form).await?;
    let mut response = said(StatusCode::CREATED, &resource(&directory, &user));
    if let Ok(location) = HeaderValue::try_from(directory.location("Users", &user.email)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

pub(super) async fn replace(
    directory: Directory,
    Path(id): Path<String>,
    Document(sent): Document,
) -> Result<Response, Refused> {
    put(&directory, &id, form_of(&sent)?).await
}

pub(super) async fn change(
    directory: Directory,
    Path(id): Path<String>,
    Document(sent): Document,
) -> Result<Response, Refused> {
    let operations = operations(&sent)?;
    let present = directory.app.control.provisioned_user(&directory.workspace, &id).await?;
    let mut next = members_of(&present);
    for operation in &operations {
        apply(&mut next, operation)?;
    }
    put(&directory, &id, form_of(&next)?).await
}

pub(super) async fn remove(directory: Directory, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    directory.app.control.unprovision(&directory.actor, &directory.workspace, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn put(directory: &Directory, id: &str, form: ProvisionForm) -> Result<Response, Refused> {
    let (control, ws) = (&directory.app.control, &directory.workspace);
    let user = control.provision_again(&directory.actor, ws, id, form).await?;
    Ok(said(StatusCode::OK, &resource(directory, &user)))
}

fn resource(directory: &Directory, user: &ProvisionedUser) -> Value {
    let mut members = members_of(user);
    let groups: Vec<Value> = user
        .roles
        .iter()
        .map(|role| json!({ "value": role, "display": role, "type": "direct", "$ref": directory.location("Groups", role) }))
        .collect();
    members.insert("groups".to_owned(), groups.into());
    let location = directory.location("Users", &user.email);
    let meta = json!({ "resourceType": "User", "created": user.created_at, "location": location });
    members.insert("meta".to_owned(), meta);
    Value::Object(members)
}

/// What a directory may change of somebody, as it would write it.
fn members_of(user: &ProvisionedUser) -> Map<String, Value> {
    let mut name = json!({ "formatted": user.name });
    for (part, text) in [("givenName", &user.given), ("familyName", &user.family)] {
        if let Some(text) = text {
            name[part] = text.as_str().into();
        }
    }
    let mut members = Map::new();
    members.insert("schemas".to_owned(), json!([SCHEMA]));
    members.insert("id".to_owned(), user.email.as_str().into());
    if let Some(id) = &user.external_id {
        members.insert("externalId".to_owned(), id.as_str().into());
    }
    members.insert("userName".to_owned(), user.email.as_str().into());
    members.insert("name".to_owned(), name);
    members.insert("displayName".to_owned(), user.name.as_str().into());
    let email = json!([{ "value": user.email, "type": "work", "primary": true }]);
    members.insert("emails".to_owned(), email);
    members.insert("active".to_owned(), user.active.into());
    members
}

/// Attributes that are not known here are not looked at (§2.2 of RFC 7643 leaves them to the service).
fn form_of(sent: &Map<String, Value>) -> Result<ProvisionForm, Refused> {
    let member = |of: &Map<String, Value>, wanted: &str| {
        of.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
    };
    let text = |value: Option<Value>, what: &str| match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Some(_) => Err(Refused::value(format!("`{what}` is a text"))),
    };
    let email = text(member(sent, "userName"), "userName")?;
    let email = email.ok_or_else(|| Refused::value("`userName` is missing: it is an e-mail address here"))?;
    let name = match member(sent, "name") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(name)) => name,
        Some(_) => return Err(Refused::value("`name` is an object")),
    };
    let given = text(member(&name, "givenName"), "name.givenName")?;
    let family = text(member(&name, "familyName"), "name.familyName")?;
    let both = [given.as_deref(), family.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let display = text(member(sent, "displayName"), "displayName")?;
    let formatted = text(member(&name, "formatted"), "name.formatted")?;
    let called = display.or(formatted).or(Some(both).filter(|both| !both.is_empty()));
    let active = member(sent, "active").filter(|value| !value.is_null());
    let active =
        active.map(|value| truth(&value).ok_or_else(|| Refused::value("`active` is `true` or `false`")));
    Ok(ProvisionForm {
        name: called.unwrap_or_else(|| email.clone()),
        email,
        given,
        family,
        external_id: text(member(sent, "externalId"), "externalId")?,
        active: active.transpose()?.unwrap_or(true),
    })
}

fn apply(next: &mut Map<String, Value>, operation: &Operation) -> Result<(), Refused> {
    let Some(path) = &operation.path else {
        let Value::Object(members) = &operation.value else {
            return Err(Refused::value("an operation without `path` has an object as its `value`"));
        };
        return members.iter().try_for_each(|(name, value)| {
            set(next, &name.to_ascii_lowercase(), (operation.verb != Verb::Remove).then(|| value.clone()))
        });
    };
    set(next, path, (operation.verb != Verb::Remove).then(|| operation.value.clone()))
}

fn set(next: &mut Map<String, Value>, path: &str, value: Option<Value>) -> Result<(), Refused> {
    // What one has of a name counts, and not what another had before.
    let forget = |next: &mut Map<String, Value>, part: &str| {
        if let Some(Value::Object(name)) = next.get_mut("name") {
            name.remove(part);
        }
    };
    let name = |next: &mut Map<String, Value>, part: &str, value: Option<Value>| {
        if let Some(Value::Object(name)) = next.get_mut("name") {
            match value {
                Some(value) => drop(name.insert(part.to_owned(), value)),
                None => drop(name.remove(part)),
            }
        }
    };
    let known = match path {
        "username" => "userName",
        "displayname" => "displayName",
        "externalid" => "externalId",
        "active" => "active",
        "name" => {
            next.insert("name".to_owned(), value.unwrap_or_else(|| json!({})));
            next.remove("displayName");
            return Ok(());
        }
        "name.givenname" | "name.familyname" => {
            name(next, if path == "name.givenname" { "givenName" } else { "familyName" }, value);
            forget(next, "formatted");
            next.remove("displayName");
            return Ok(());
        }
        "name.formatted" => {
            name(next, "formatted", value);
            next.remove("displayName");
            return Ok(());
        }
        // The address is `userName`; groups are changed at the groups; what is not kept is not looked at.
        _ => return Ok(()),
    };
    match value {
        Some(value) => drop(next.insert(known.to_owned(), value)),
        None if known == "userName" || known == "active" => {
            return Err(Refused::new(400, Some("mutability"), format!("`{known}` stays")));
        }
        None => drop(next.remove(known)),
    }
    Ok(())
}
