//! Resources of every kind: one implementation, an address for each kind.

use control::{Area, Error, Expect, ListQuery, RevisionView, Stored};
use model::{
    Api, App as ModelApp, AuthorizationServer, Block, Certificate, Consumer, Design, Finding, Gateway,
    IdentityProvider, Plan, Product, Route, Standard, Subscription, Upstream, Waiver, Webhook, Workspace,
};
use policy::problems;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, OfKind};
use crate::{
    auth::{Audience, Caller},
    endpoint::{
        Created, Endpoint, Expecting, If, Json, Kept, List, NoContent, Pages, Path, Put, Query, Search,
        Tagged, Within, delete, get, limit, post, put,
    },
    guard::Load,
    problem::Refusal,
};

/// The endpoints of every kind.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    [
        of_kind::<Api>(),
        of_kind::<Route>(),
        of_kind::<Upstream>(),
        of_kind::<Consumer>(),
        of_kind::<Plan>(),
        of_kind::<Product>(),
        of_kind::<ModelApp>(),
        of_kind::<Subscription>(),
        of_kind::<Workspace>(),
        of_kind::<Gateway>(),
        of_kind::<Certificate>(),
        // One is made by what it is about: `POST /blocks`.
        known::<Block>(),
        of_kind::<Standard>(),
        of_kind::<Waiver>(),
        of_kind::<IdentityProvider>(),
        of_kind::<Webhook>(),
        of_kind::<AuthorizationServer>(),
        // One carries a whole contract.
        of_kind::<Design>().into_iter().map(|endpoint| endpoint.load(Load::Heavy)).collect(),
    ]
    .into_iter()
    .flatten()
    .map(|endpoint| if is_dangerous(&endpoint) { endpoint.confirmed() } else { endpoint })
    .collect()
}

/// What `control` asks people to confirm, however a document changes.
fn is_dangerous(endpoint: &Endpoint) -> bool {
    let id = endpoint.id.as_str();
    matches!(id, "createIdentityProvider" | "putIdentityProvider" | "deleteIdentityProvider")
        || matches!(id, "deleteWorkspace" | "deleteBlock")
}

fn of_kind<K: OfKind>() -> Vec<Endpoint> {
    let (one, plural) = (capitalized(K::KIND.as_str()), K::KIND.plural());
    let (said, article, _) = words::<K>();
    let create = post(format!("/{plural}"), create::<K>)
        .writes(Area::of(K::KIND), format!("create{one}"), format!("Creates {article} {said}."))
        .raises(&[problems::CONFLICT]);
    let mut endpoints = known::<K>();
    endpoints.insert(1, create);
    endpoints
}

/// What people call it, the article before it, and what they call several.
fn words<K: OfKind>() -> (&'static str, &'static str, &'static str) {
    let (word, plural) = (K::KIND.as_str(), K::KIND.plural());
    let (said, many_said) = match word {
        "api" => ("API", "APIs"),
        "identity-provider" => ("identity provider", "identity providers"),
        word => (word, plural),
    };
    let article = if word.starts_with(['a', 'i', 'u']) { "an" } else { "a" };
    (said, article, many_said)
}

/// All but creating one.
fn known<K: OfKind>() -> Vec<Endpoint> {
    let (word, plural) = (K::KIND.as_str(), K::KIND.plural());
    let (said, article, many_said) = words::<K>();
    let (one, many) = (capitalized(word), capitalized(plural));
    let area = Area::of(K::KIND);
    vec![
        get(format!("/{plural}"), list::<K>)
            .reads(area, format!("list{many}"), format!("Lists {many_said}, by id."))
            .of_part(),
        get(format!("/{plural}/{{id}}"), read::<K>).reads(
            area,
            format!("get{one}"),
            format!("The document of {article} {said}."),
        ),
        put(format!("/{plural}/{{id}}"), replace::<K>)
            .writes(area, format!("put{one}"), format!("Replaces {article} {said}, or creates it."))
            .raises(&[problems::CONFLICT]),
        delete(format!("/{plural}/{{id}}"), remove::<K>)
            .writes(area, format!("delete{one}"), format!("Deletes {article} {said}."))
            .raises(&[problems::CONFLICT]),
        get(format!("/{plural}/{{id}}/revisions"), revisions::<K>).reads(
            area,
            format!("list{one}Revisions"),
            format!("The states {article} {said} has had, the newest first."),
        ),
    ]
}

fn capitalized(word: &str) -> String {
    let capital = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    word.split('-').map(capital).collect()
}

/// A resource in a list.
#[derive(Serialize, JsonSchema)]
#[serde(bound = "")]
#[schemars(rename = "{K}Item", bound = "K: OfKind")]
struct Item<K: OfKind> {
    document: Document<K>,
    /// Rises by one with every change of this resource.
    revision: u64,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
    /// Which way it came in: `console`, `api`, `apply`, `files`, `portal` or `quickstart`.
    origin: String,
}

impl<K: OfKind> From<Stored> for Item<K> {
    fn from(stored: Stored) -> Item<K> {
        Item {
            document: Document::new(stored.resource),
            revision: stored.revision,
            created_at: stored.created_at.to_string(),
            updated_at: stored.updated_at.to_string(),
            origin: stored.origin.to_string(),
        }
    }
}

async fn list<K: OfKind>(
    app: Within,
    caller: Caller,
    Query(query): Query<Search>,
) -> Result<Json<List<Item<K>>>, Refusal> {
    let query = ListQuery { limit: limit(query.limit)?, after: query.after, search: query.q };
    let page = app.control.list_for(&caller.actor, &app.workspace, K::KIND, &query)?;
    let items = page.items.into_iter().map(Item::from).collect();
    Ok(Json(List { items, next: page.next, total: Some(page.total) }))
}

async fn read<K: OfKind>(
    app: Within,
    Path(id): Path<String>,
    condition: If,
) -> Result<Kept<Document<K>>, Refusal> {
    let stored = app.control.get(&app.workspace, K::KIND, &id)?;
    let etag = stored.revision.to_string();
    Ok(if condition.has(&etag) { Kept::Same(etag) } else { Kept::Fresh(tagged(stored)) })
}

async fn create<K: OfKind>(
    app: Within,
    caller: Caller,
    document: Document<K>,
) -> Result<Created<Document<K>>, Refusal> {
    let id = document.resource.id();
    let stored = app.control.put(&caller.actor, &app.workspace, document.resource, Expect::Absent).await;
    stored.map(created).map_err(|error| match error {
        Error::Changed { .. } => {
            Refusal::new(problems::CONFLICT, format!("there is a {} `{id}` already", K::KIND))
        }
        error => error.into(),
    })
}

async fn replace<K: OfKind>(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Expecting(expect): Expecting,
    document: Document<K>,
) -> Result<Put<Document<K>>, Refusal> {
    let said = document.resource.id();
    if said != id {
        let message = format!("the document is `{said}`, the path `{id}`; a {} cannot be renamed", K::KIND);
        let finding = Finding::error("wrong-id", message).in_field("name");
        return Err(Refusal::invalid("the document is not the one the path names", vec![finding]));
    }
    let is_new = matches!(app.control.get(&app.workspace, K::KIND, &id), Err(Error::NotFound { .. }));
    if expect == Expect::Absent && !is_new {
        let detail = format!("there is a {} `{id}` already", K::KIND);
        return Err(Refusal::new(problems::PRECONDITION_FAILED, detail));
    }
    let stored = app.control.put(&caller.actor, &app.workspace, document.resource, expect).await?;
    Ok(if is_new { Put::Created(created(stored)) } else { Put::Replaced(tagged(stored)) })
}

async fn remove<K: OfKind>(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Expecting(expect): Expecting,
) -> Result<NoContent, Refusal> {
    app.control.delete(&caller.actor, &app.workspace, K::KIND, &id, expect).await?;
    Ok(NoContent)
}

async fn revisions<K: OfKind>(
    app: Within,
    Path(id): Path<String>,
    Query(query): Query<Pages>,
) -> Result<Json<List<RevisionView>>, Refusal> {
    let (before, limit) = (query.before()?, query.limit()?);
    let items = app.control.revisions(&app.workspace, K::KIND, &id, before, limit).await?;
    if items.is_empty() && before.is_none() {
        return Err(Refusal::not_found(format!("there is no {} `{id}` and there never was", K::KIND)));
    }
    Ok(Json(List::by_number(items, limit, |revision| revision.revision)))
}

pub(super) fn tagged<K: OfKind>(stored: Stored) -> Tagged<Document<K>> {
    Tagged { etag: stored.revision.to_string(), body: Document::new(stored.resource) }
}

fn created<K: OfKind>(stored: Stored) -> Created<Document<K>> {
    Created {
        location: Some(format!(
            "{}/{}/{}",
            Audience::Console.prefix(),
            K::KIND.plural(),
            stored.resource.id()
        )),
        etag: Some(stored.revision.to_string()),
        body: Document::new(stored.resource),
    }
}
