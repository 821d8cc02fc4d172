//! Groups (RFC 7643 §4.2): the roles there are, each with those who have it in the workspace.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, Query},
    response::Response,
};
use control::ProvisionedGroup;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    Directory, Document, Refused,
    filter::Filter,
    page,
    patch::{Verb, operations},
    said,
    users::Asked,
};

pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const FILTERED: [&str; 5] = ["id", "displayname", "externalid", "members", "members.value"];
/// Members that one request names at most.
const MOST: usize = 10_000;

pub(super) async fn list(
    directory: Directory,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refused> {
    let Query(asked) = asked.map_err(|_| Refused::value("`startIndex` and `count` are numbers"))?;
    let filter = asked.filter.as_deref().map(|text| Filter::read(text, &FILTERED)).transpose()?;
    let bare = asked.excluded_attributes.as_deref().unwrap_or_default();
    let without = bare.split(',').any(|name| name.trim().eq_ignore_ascii_case("members"));
    let groups = directory.app.control.provisioned_groups(&directory.workspace).await?;
    let all = groups.iter().map(|group| resource(&directory, group));
    let fitting = all.filter(|group| filter.as_ref().is_none_or(|filter| filter.fits(group)));
    let shown = fitting.map(|mut group| {
        if without && let Some(members) = group.as_object_mut() {
            members.remove("members");
        }
        group
    });
    Ok(said(StatusCode::OK, &page(shown.collect(), asked.start_index, asked.count)))
}

pub(super) async fn read(directory: Directory, Path(id): Path<String>) -> Result<Response, Refused> {
    let group = group_of(&directory, &id).await?;
    Ok(said(StatusCode::OK, &resource(&directory, &group)))
}

/// Roles are made by those who say what they may; a directory finds them by their names.
pub(super) async fn create(directory: Directory, Document(sent): Document) -> Result<Response, Refused> {
    let name = sent.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let groups = directory.app.control.provisioned_groups(&directory.workspace).await?;
    if groups.iter().any(|group| group.name == name) {
        let detail = format!("the group `{name}` is here already: it is a role; find it by `displayName`");
        return Err(Refused::new(409, Some("uniqueness"), detail));
    }
    let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
    let detail = format!(
        "groups are the roles there are: `{}`; a role is made by `pailou role set`",
        names.join("`, `")
    );
    Err(Refused::value(detail))
}

pub(super) async fn replace(
    directory: Directory,
    Path(id): Path<String>,
    Document(sent): Document,
) -> Result<Response, Refused> {
    let group = group_of(&directory, &id).await?;
    keeps_its_name(&group, sent.get("displayName"))?;
    let wanted = named(sent.get("members").unwrap_or(&Value::Null))?;
    put(&directory, &group, wanted).await
}

pub(super) async fn change(
    directory: Directory,
    Path(id): Path<String>,
    Document(sent): Document,
) -> Result<Response, Refused> {
    let operations = operations(&sent)?;
    let group = group_of(&directory, &id).await?;
    let mut wanted: BTreeSet<String> = group.members.iter().cloned().collect();
    for operation in &operations {
        let (path, value) = (operation.path.as_deref(), &operation.value);
        let members = match (path, value) {
            (Some("members"), value) => value.clone(),
            (Some("displayname"), value) => {
                keeps_its_name(&group, Some(value))?;
                continue;
            }
            (None, Value::Object(said)) => {
                keeps_its_name(&group, said.get("displayName"))?;
                let Some(members) = said.get("members") else { continue };
                members.clone()
            }
            // What is not kept is not looked at.
            _ => continue,
        };
        let members = named(&members)?;
        match (operation.verb, &operation.chosen) {
            (Verb::Add, None) => wanted.extend(members),
            (Verb::Replace, None) => wanted = members,
            (Verb::Remove, Some(chosen)) => drop(wanted.remove(&chosen.to_lowercase())),
            (Verb::Remove, None) if members.is_empty() => wanted.clear(),
            (Verb::Remove, None) => wanted.retain(|email| !members.contains(email)),
            (_, Some(_)) => {
                let detail = "a member is added by its `value`, and removed by `members[value eq \"…\"]`";
                return Err(Refused::new(400, Some("invalidPath"), detail));
            }
        }
    }
    put(&directory, &group, wanted).await
}

/// Takes the role from everybody who has it in the workspace; the role itself stays.
pub(super) async fn remove(directory: Directory, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    let group = group_of(&directory, &id).await?;
    put(&directory, &group, BTreeSet::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn put(
    directory: &Directory,
    group: &ProvisionedGroup,
    wanted: BTreeSet<String>,
) -> Result<Response, Refused> {
    let present: BTreeSet<String> = group.members.iter().cloned().collect();
    let add: Vec<String> = wanted.difference(&present).cloned().collect();
    let remove: Vec<String> = present.difference(&wanted).cloned().collect();
    let (control, ws) = (&directory.app.control, &directory.workspace);
    let done = control.provision_group(&directory.actor, ws, &group.name, (&add, &remove)).await;
    done.map_err(|error| match error {
        // The group is there; somebody of it is not.
        control::Error::Missing { what } => Refused::value(format!("there is no {what} in this workspace")),
        error => error.into(),
    })?;
    let group = group_of(directory, &group.name).await?;
    Ok(said(StatusCode::OK, &resource(directory, &group)))
}

async fn group_of(directory: &Directory, id: &str) -> Result<ProvisionedGroup, Refused> {
    let groups = directory.app.control.provisioned_groups(&directory.workspace).await?;
    let found = groups.into_iter().find(|group| group.name == id);
    found.ok_or_else(|| Refused::new(404, None, format!("there is no group `{id}`")))
}

fn keeps_its_name(group: &ProvisionedGroup, said: Option<&Value>) -> Result<(), Refused> {
    match said {
        Some(name) if name.as_str() != Some(&group.name) => {
            Err(Refused::new(400, Some("mutability"), "a group is a role, and keeps its name"))
        }
        _ => Ok(()),
    }
}

/// The e-mail addresses of a list of members.
fn named(members: &Value) -> Result<BTreeSet<String>, Refused> {
    let wrong = || Refused::value("`members` is a list of objects with `value`, the id of a user");
    let one = |member: &Value| member.get("value").and_then(Value::as_str).map(|id| id.trim().to_lowercase());
    match members {
        Value::Null => Ok(BTreeSet::new()),
        Value::Array(all) if all.len() <= MOST => {
            all.iter().map(|member| one(member).ok_or_else(wrong)).collect()
        }
        member @ Value::Object(_) => Ok([one(member).ok_or_else(wrong)?].into()),
        _ => Err(wrong()),
    }
}

fn resource(directory: &Directory, group: &ProvisionedGroup) -> Value {
    let member = |email: &String| json!({ "value": email, "display": email, "type": "User", "$ref": directory.location("Users", email) });
    let members: Vec<Value> = group.members.iter().map(member).collect();
    let location = directory.location("Groups", &group.name);
    let mut said = Map::new();
    said.insert("schemas".to_owned(), json!([SCHEMA]));
    said.insert("id".to_owned(), group.name.as_str().into());
    said.insert("displayName".to_owned(), group.name.as_str().into());
    said.insert("members".to_owned(), members.into());
    said.insert("meta".to_owned(), json!({ "resourceType": "Group", "location": location }));
    Value::Object(said)
}
