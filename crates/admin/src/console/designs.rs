//! Contracts in the making: their texts as people type them, checked, shown, tried and compared before anything is stored.

use std::{collections::BTreeMap, sync::Arc};

use contract::{OperationPage, Outline, Sample, SchemaPage};
use control::{
    Area, ContractChanges, DesignCheck, FindingChanges, Permission, PublishedDesign, Reach, WritingChecked,
};
use http::{HeaderMap, HeaderValue, header};
use model::{Finding, Kind};
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    drafts::{Edit, Entry, Source},
    writings::{self, Writings},
};
use crate::{
    auth::Caller,
    endpoint::{Body, Expecting, Json, List, Path, Query, Text, Within},
    portal::try_it::{Tried, call_of},
    problem::Refusal,
};

/// Which of the texts of a design.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    /// A revision that it had; the present one if absent.
    #[serde(default)]
    revision: Option<u64>,
}

/// How a design is published.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct How {
    /// Tells what would come of it, and changes nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What publishing made, or would make.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PublishedDesign")]
pub(crate) struct Published {
    /// The API, such as `orders@v1`.
    api: String,
    /// Its revision; 0 for a dry run.
    revision: u64,
    /// What changes for those who use the API.
    changes: ContractChanges,
    /// Warnings.
    findings: Vec<Finding>,
}

/// A text in the making: whole, or what was changed in one that was sent before.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    /// All of it. This, or `base`.
    #[serde(default)]
    text: Option<String>,
    /// The text that `edits` change, as the answer for it called it. One that is not kept any more is answered `409`: send all of it then.
    #[serde(default)]
    base: Option<String>,
    /// In the order of the text, by places in the text before any of them.
    #[serde(default)]
    edits: Vec<Edit>,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckAsked {
    source: Written,
    /// The API whose contract it is to become, whose standards then hold.
    #[serde(default)]
    api: Option<String>,
    /// For a text that is checked as it is written: what is known of it is kept until the next check, which then takes a small part of the
    /// time, and says only what changed.
    #[serde(default)]
    writing: Option<writings::Asked>,
}

/// What a check found.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CheckDone {
    /// What this text is called in later requests.
    base: String,
    /// Where the checks of the text stand, where it is checked as it is written.
    writing: Option<writings::Stand>,
    /// What changed in the findings that are known; `findings` is empty then.
    changes: Option<FindingChanges>,
    /// The text cannot be read now: beside what is wrong with it, the findings are those of the text before.
    kept: bool,
    #[serde(flatten)]
    check: DesignCheck,
}

/// What of a contract to show.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewAsked {
    source: Written,
    /// An operation, by its id.
    #[serde(default)]
    operation: Option<String>,
    /// A schema, by its name.
    #[serde(default)]
    schema: Option<String>,
}

/// A contract in the making as the portal would show it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ContractView {
    /// What this text is called in later requests.
    base: String,
    /// Whether it can be published: whether it is read without an error.
    readable: bool,
    /// What reading it has to say, the errors that keep it from being published among them.
    findings: Vec<Finding>,
    /// What it has, at a glance, where neither an operation nor a schema was asked for.
    outline: Option<Outline>,
    operation: Option<OperationPage>,
    /// Code that calls the operation.
    samples: Vec<Sample>,
    schema: Option<SchemaPage>,
}

/// A call to try against a contract in the making.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryAsked {
    source: Written,
    method: String,
    /// The path below where the API will answer, with its query.
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
}

/// What to compare: of these, one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ContractSide")]
pub(crate) struct Side {
    #[serde(default)]
    source: Option<Written>,
    /// The present contract of an API.
    #[serde(default)]
    api: Option<String>,
    /// A design.
    #[serde(default)]
    design: Option<String>,
    /// One of its revisions; the present one if absent.
    #[serde(default)]
    revision: Option<u64>,
}

/// Two contracts to compare.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompareAsked {
    old: Side,
    new: Side,
}

/// A contract to begin with.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ContractTemplate")]
pub(crate) struct Template {
    name: String,
    title: String,
    /// What it has.
    description: String,
    text: String,
}

pub(crate) async fn contract(
    app: Within,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<(HeaderMap, Text), Refusal> {
    let (revision, text) = app.control.design_text(&app.workspace, &id, which.revision).await?;
    let mut headers = HeaderMap::new();
    if let Ok(etag) = HeaderValue::try_from(format!("\"{revision}\"")) {
        headers.insert(header::ETAG, etag);
    }
    Ok((headers, Text::contract(&text)))
}

pub(crate) async fn publish(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Query(how): Query<How>,
    Expecting(expect): Expecting,
) -> Result<Json<Published>, Refusal> {
    let made = app.control.publish_design(&caller.actor, &app.workspace, &id, expect, how.dry_run).await?;
    let PublishedDesign { api, revision, changes, findings } = made;
    Ok(Json(Published { api, revision, changes, findings }))
}

pub(crate) async fn check(
    app: Within,
    caller: Caller,
    Body(CheckAsked { source, api, writing }): Body<CheckAsked>,
) -> Result<Json<CheckDone>, Refusal> {
    if let Some(api) = &api {
        sees(&app, &caller, (Kind::Api, api))?;
    }
    let entry = entry(&app, source)?;
    let (base, text) = (entry.base.to_string(), Arc::clone(&entry.text));
    let Some(asked) = writing else {
        let check = app.control.check_design(&app.workspace, text, api.as_deref()).await?;
        return Ok(Json(CheckDone { base, writing: None, changes: None, kept: false, check }));
    };
    let (stand, checked) = Writings::check(app, caller.actor.name, text, api, asked).await?;
    let WritingChecked { check, changes, kept, .. } = checked;
    Ok(Json(CheckDone { base, writing: Some(stand), changes, kept, check }))
}

pub(crate) async fn view(
    app: Within,
    Body(ViewAsked { source, operation, schema }): Body<ViewAsked>,
) -> Result<Json<ContractView>, Refusal> {
    let entry = entry(&app, source)?;
    let mut view = ContractView {
        base: entry.base.to_string(),
        readable: false,
        findings: Vec::new(),
        outline: None,
        operation: None,
        samples: Vec::new(),
        schema: None,
    };
    let contract = match entry.contract(&app).await? {
        Ok(contract) => contract,
        Err(findings) => return Ok(Json(ContractView { findings, ..view })),
    };
    view.readable = true;
    view.findings.clone_from(&contract.findings);
    let missing = |what: &str, name: &str| Refusal::not_found(format!("the contract has no {what} `{name}`"));
    match (operation, schema) {
        (Some(id), _) => {
            let page = contract.operation(&id).ok_or_else(|| missing("operation", &id))?;
            view.samples =
                contract.samples(&page, app.options.gateway_url.as_str().trim_end_matches('/'), None);
            view.operation = Some(page);
        }
        (None, Some(name)) => {
            view.schema = Some(contract.schema(&name).ok_or_else(|| missing("schema", &name))?);
        }
        (None, None) => view.outline = Some(contract.outline()),
    }
    Ok(Json(view))
}

pub(crate) async fn attempt(
    app: Within,
    Body(TryAsked { source, method, path, headers, body }): Body<TryAsked>,
) -> Result<Json<Tried>, Refusal> {
    let entry = entry(&app, source)?;
    let (method, uri, headers, body) = call_of(&method, &path, &headers, body)?;
    let mocked = entry.mocked(&app).await?;
    let began = tokio::time::Instant::now();
    let answer = mocked.answer(method, uri, headers, body).await?;
    Ok(Json(Tried::of_mock(answer, began.elapsed())))
}

pub(crate) async fn compare(
    app: Within,
    caller: Caller,
    Body(CompareAsked { old, new }): Body<CompareAsked>,
) -> Result<Json<ContractChanges>, Refusal> {
    let (old, new) = (text_of(&app, &caller, old).await?, text_of(&app, &caller, new).await?);
    Ok(Json(app.control.compare_designs(old, new).await?))
}

pub(crate) async fn templates() -> Json<List<Template>> {
    let all = TEMPLATES.iter().map(|[name, title, description, text]| Template {
        name: (*name).to_owned(),
        title: (*title).to_owned(),
        description: (*description).to_owned(),
        text: (*text).to_owned(),
    });
    Json(List::whole(all.collect()))
}

const TEMPLATES: [[&str; 4]; 3] = [
    [
        "rest",
        "REST resource",
        "A collection with list, create, read, replace, change and delete: errors as RFC 9457 problems, pages by cursor, ETags, a key.",
        include_str!("templates/rest.yaml"),
    ],
    [
        "events",
        "Events and webhooks",
        "Subscriptions to events, and the webhooks that carry them: signed deliveries, kinds of event, a log of deliveries.",
        include_str!("templates/events.yaml"),
    ],
    [
        "minimal",
        "One operation",
        "The least that a contract needs, to begin from.",
        include_str!("templates/minimal.yaml"),
    ],
];

fn entry(app: &Within, written: Written) -> Result<Arc<Entry>, Refusal> {
    let Written { text, base, edits } = written;
    let source = match (text, base) {
        (Some(text), None) if edits.is_empty() => Source::Whole(text),
        (None, Some(base)) => Source::Changed { base, edits },
        _ => {
            let finding = Finding::error("invalid-field", "give the `text`, or the `base` and its `edits`");
            return Err(Refusal::invalid("this is no text", vec![finding.in_field("source")]));
        }
    };
    app.drafts.take(&app.workspace, source)
}

/// Goes on where somebody may see what they name.
fn sees(app: &Within, caller: &Caller, named: (Kind, &str)) -> Result<(), Refusal> {
    let permission = Permission::read(Area::Apis);
    match caller.actor.authority.reach(permission, &app.workspace) {
        // What is not there is told by who looks for it.
        Reach::Everything => Ok(()),
        _ => Ok(app.control.permit_named(&caller.actor, &app.workspace, permission, named)?),
    }
}

/// A text with what it is called in findings.
async fn text_of(app: &Within, caller: &Caller, side: Side) -> Result<(Arc<str>, String), Refusal> {
    match side {
        Side { source: Some(written), api: None, design: None, revision: None } => {
            Ok((Arc::clone(&entry(app, written)?.text), "the text".to_owned()))
        }
        Side { source: None, api: Some(api), design: None, revision: None } => {
            sees(app, caller, (Kind::Api, &api))?;
            Ok((app.control.contract_text(&app.workspace, &api).await?, format!("api/{api}")))
        }
        Side { source: None, api: None, design: Some(design), revision } => {
            sees(app, caller, (Kind::Design, &design))?;
            let (revision, text) = app.control.design_text(&app.workspace, &design, revision).await?;
            Ok((text, format!("design/{design} at revision {revision}")))
        }
        _ => {
            let detail = "of `source`, `api` and `design` give one; a `revision` goes with a `design`";
            Err(Refusal::new(problems::BAD_REQUEST, detail))
        }
    }
}
