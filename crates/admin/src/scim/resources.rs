//! What the service can, and what its resources have (RFC 7643 §5 to §7, RFC 7644 §4).

use axum::{extract::Path, response::Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Directory, MOST, Refused, groups, page, said, users};

pub(super) async fn configuration(directory: Directory) -> Response {
    let off = json!({ "supported": false });
    let way = json!({
        "type": "oauthbearertoken", "name": "Service token", "primary": true,
        "description": "A service token with `people:read` and `people:write` in one workspace, in `Authorization: Bearer`.",
    });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST },
        "changePassword": off, "sort": off, "etag": off,
        "authenticationSchemes": [way],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{}/scim/v2/ServiceProviderConfig", directory.app.base_url()) },
    });
    said(StatusCode::OK, &body)
}

pub(super) async fn types(directory: Directory) -> Response {
    said(StatusCode::OK, &page(all_types(&directory), None, None))
}

pub(super) async fn one_type(directory: Directory, Path(name): Path<String>) -> Result<Response, Refused> {
    let found = all_types(&directory).into_iter().find(|one| one["id"] == name.as_str());
    let found =
        found.ok_or_else(|| Refused::new(404, None, format!("there is no resource type `{name}`")))?;
    Ok(said(StatusCode::OK, &found))
}

pub(super) async fn schemas(directory: Directory) -> Response {
    said(StatusCode::OK, &page(all_schemas(&directory), None, None))
}

pub(super) async fn schema(directory: Directory, Path(id): Path<String>) -> Result<Response, Refused> {
    let found = all_schemas(&directory).into_iter().find(|one| one["id"] == id.as_str());
    let found = found.ok_or_else(|| Refused::new(404, None, format!("there is no schema `{id}`")))?;
    Ok(said(StatusCode::OK, &found))
}

fn all_types(directory: &Directory) -> Vec<Value> {
    let one = |name: &str, plural: &str, schema: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name, "name": name, "endpoint": format!("/{plural}"), "schema": schema,
            "meta": { "resourceType": "ResourceType", "location": directory.location("ResourceTypes", name) },
        })
    };
    vec![one("User", "Users", users::SCHEMA), one("Group", "Groups", groups::SCHEMA)]
}

fn all_schemas(directory: &Directory) -> Vec<Value> {
    let text = |name: &str, more: Value| {
        let mut attribute = json!({
            "name": name, "type": "string", "multiValued": false, "required": false, "caseExact": false,
            "mutability": "readWrite", "returned": "default", "uniqueness": "none",
        });
        if let (Some(attribute), Some(more)) = (attribute.as_object_mut(), more.as_object()) {
            attribute.extend(more.clone());
        }
        attribute
    };
    let fixed = json!({ "mutability": "readOnly" });
    let name = json!({
        "type": "complex",
        "subAttributes": [text("formatted", json!({})), text("givenName", json!({})), text("familyName", json!({}))],
    });
    let emails = json!({
        "type": "complex", "multiValued": true, "mutability": "readOnly",
        "subAttributes": [text("value", fixed.clone()), text("type", fixed.clone()), text("primary", json!({ "type": "boolean", "mutability": "readOnly" }))],
    });
    let groups_of_user = json!({
        "type": "complex", "multiValued": true, "mutability": "readOnly",
        "subAttributes": [text("value", fixed.clone()), text("display", fixed.clone())],
    });
    let user = vec![
        text("userName", json!({ "required": true, "mutability": "immutable", "uniqueness": "server" })),
        text("externalId", json!({ "caseExact": true })),
        text("name", name),
        text("displayName", json!({})),
        text("emails", emails),
        text("active", json!({ "type": "boolean" })),
        text("groups", groups_of_user),
    ];
    let members = json!({
        "type": "complex", "multiValued": true,
        "subAttributes": [text("value", json!({ "mutability": "immutable" })), text("display", fixed.clone()), text("type", fixed)],
    });
    let group = vec![
        text("displayName", json!({ "required": true, "mutability": "immutable" })),
        text("members", members),
    ];
    let one = |id: &str, name: &str, attributes: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": id, "name": name, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": directory.location("Schemas", id) },
        })
    };
    vec![one(users::SCHEMA, "User", user), one(groups::SCHEMA, "Group", group)]
}
