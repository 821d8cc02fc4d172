//! What use cases take and answer.

use contract::Notation;
use jiff::Timestamp;
use model::{
    Api, App, Finding, KeyHash, Kind, LifeState, Name, Plan, PolicyUse, Product, Resource, Subscription,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Origin;

use crate::{Actor, BundleFile, ChangeLevel, ContractChanges, Who};

/// A resource as it is at rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stored {
    #[serde(rename = "document")]
    pub resource: Resource,
    pub revision: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub origin: Origin,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to give as `after` for the next part.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u64,
}

/// Which part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// At most so many, 1 to 1000; 0 means 100.
    pub limit: usize,
    pub after: Option<String>,
    /// Only those whose id, title, description, tags, owner, path or hosts contain this, in any case.
    pub search: Option<String>,
}

/// What a resource must be for a change of it to happen (`If-Match`, `If-None-Match: *`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Any,
    Absent,
    Revision(u64),
}

/// An earlier or the present state of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RevisionView {
    pub revision: u64,
    /// The snapshot that made it live.
    pub snapshot: u64,
    /// `null` for a deletion.
    pub document: Option<Value>,
    pub actor: String,
    pub origin: String,
    /// RFC 3339.
    pub at: String,
}

/// One record of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AuditView {
    pub number: u64,
    /// RFC 3339.
    pub at: String,
    pub actor: String,
    /// The network address it came from.
    pub address: Option<String>,
    pub action: String,
    pub kind: String,
    pub id: String,
    pub revision: Option<u64>,
    pub snapshot: Option<u64>,
    /// The document before and after, secrets removed.
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// The link of the chain.
    pub hash: String,
}

/// How a bundle is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanOptions {
    pub origin: Origin,
    /// Removes resources of the same origin that are not in the bundle.
    pub prune: bool,
    /// Nothing is made of a bundle that changes a contract so badly.
    pub fail_on: Option<ChangeLevel>,
}

/// What applying a bundle would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangePlan {
    pub changes: Vec<Change>,
    /// What changes in the contracts of APIs that are there, for those who use them.
    #[serde(default)]
    pub contracts: Vec<ContractChanges>,
    /// With an error among them nothing can be applied.
    pub findings: Vec<Finding>,
}

/// What happens to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    pub action: Action,
    pub kind: Kind,
    pub id: String,
    pub diff: Vec<FieldChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Create,
    Update,
    Delete,
    Unchanged,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// Such as `policies[0].rate-limit.limit`.
    pub path: String,
    /// Absent where the field is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent where the field goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// What applying a bundle did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Applied {
    /// The number of the snapshot that is live now.
    pub snapshot: u64,
    pub changes: Vec<Change>,
    /// What changed in the contracts of APIs that were there, for those who use them.
    #[serde(default)]
    pub contracts: Vec<ContractChanges>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// An API to be made of a document, or one that was made of it before to be brought up to date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The document: OpenAPI, Swagger, GraphQL SDL, AsyncAPI, Protocol Buffers, WSDL, a Postman collection or HAR.
    pub text: String,
    /// What findings call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Files that it imports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<BundleFile>,
    /// What it is written in; found out where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notation: Option<Notation>,
    /// By default made of the contract's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The URL of the service, or the name of an upstream. Needed where the API is new.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub upstream: String,
    /// The base path; by default `/<name>` or `/<name>/<version>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default)]
    pub hosts: Vec<String>,
    #[serde(default)]
    pub policies: Vec<PolicyUse>,
    /// Who answers for an API that is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where an API that is new begins its life: by default it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LifeState>,
    /// Brings an API that is there up to date: what was written by hand stays.
    #[serde(default)]
    pub merge: bool,
    /// With `merge`: takes the document as it is, without what was changed by hand in the contract since it was imported.
    #[serde(default)]
    pub replace: bool,
    /// With `merge`: what becomes of places of the contract that were changed by hand, and in the document too.
    #[serde(default)]
    pub conflicts: Conflicts,
    /// With `merge`: which of both counts at single places, whatever `conflicts` says of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ConflictChoice>,
    /// Checks everything and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// What becomes of places of a contract that were changed here and in the document that is imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conflicts {
    /// Nothing is imported, and each is told.
    #[default]
    Refuse,
    /// What is here stays.
    Here,
    /// What the document says counts.
    Document,
}

/// Which of both counts at a place of a contract that was changed here and in the document that is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConflictChoice {
    /// As it is told: `paths./orders.get.summary`.
    pub place: String,
    pub take: ConflictSide,
}

/// One of both that changed a place of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictSide {
    /// What is here stays.
    Here,
    /// What the document says counts.
    Document,
}

/// A place of a contract that was changed here and in the document, each time differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergeConflict {
    /// `paths./orders.get.summary`
    pub place: String,
    /// Where it stands in the document, where that is of one file: from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What it is here, a list or mapping in JSON; at most 2000 characters. Absent where it was taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<String>,
    /// What it is in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Which of both counts.
    pub taken: ConflictSide,
}

/// What an import made, or would make.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Imported {
    pub resource: Resource,
    /// 0 for a dry run.
    pub revision: u64,
    /// What the document is written in.
    pub notation: Notation,
    /// How many operations it has.
    pub operations: usize,
    /// What came of an API that was there.
    pub merged: Option<Merged>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// What an import came to for an API that was there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Merged {
    /// Operations that are new: `GET /orders`.
    pub added: Vec<String>,
    /// Operations whose promises changed.
    pub changed: Vec<String>,
    /// Operations that are gone.
    pub removed: Vec<String>,
    /// What was written by hand and stays.
    pub kept: Vec<String>,
    /// What was written by hand and has no place any more: it was of operations that are gone.
    pub dropped: Vec<String>,
    /// Places that were changed here and in the document, and which of both counts. At most 1000.
    #[serde(default)]
    pub conflicts: Vec<MergeConflict>,
    /// What changed in the contract, for those who use the API.
    pub contract: Option<ContractChanges>,
}

/// A policy that holds for an operation, and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectivePolicy {
    pub policy: String,
    pub config: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    pub from: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Gateway,
    Api,
    Operation,
}

/// An operation with the policies that hold for it, before those of plans and consumers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationView {
    pub id: String,
    /// Upper case; absent for a pass-through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    pub deprecated: bool,
    pub policies: Vec<EffectivePolicy>,
}

/// A key, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IssuedKey {
    pub key: String,
    /// The first characters, to recognize it by.
    pub hint: String,
    pub key_hash: KeyHash,
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedKey").field("hint", &self.hint).finish_non_exhaustive()
    }
}

/// Someone signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// For a member and a developer `name` is the e-mail address.
    pub who: Actor,
    pub kind: Who,
    /// The workspace a developer belongs to; of others `default`.
    pub workspace: Name,
    /// What to call them.
    pub display_name: String,
    /// What must come with every change a browser asks for.
    pub csrf: String,
    pub expires_at: Timestamp,
    /// What it is kept under.
    pub id: [u8; 32],
}

/// A session that has just begun.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// For the cookie; stored nowhere.
    pub secret: String,
    pub session: Session,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("session", &self.session).finish_non_exhaustive()
    }
}

/// An app of a developer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortalApp {
    pub app: App,
    pub created_at: Timestamp,
    pub subscriptions: Vec<Subscription>,
}

/// What a developer says of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppForm {
    /// By default made of the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An API as the portal shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PortalApi {
    pub id: String,
    pub api: Api,
    /// `None` for a pass-through.
    pub contract: Option<std::sync::Arc<crate::ContractSummary>>,
    /// Public products with this API.
    pub products: Vec<PortalProduct>,
}

/// A product as the portal shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PortalProduct {
    pub product: Product,
    pub plans: Vec<Plan>,
    /// Ids of the public APIs in it.
    pub apis: Vec<String>,
}
