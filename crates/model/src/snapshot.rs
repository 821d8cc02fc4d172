//! Everything a data plane needs, resolved and immutable.
//!
//! A snapshot is made of shared parts. The next one repeats, by pointer, every part that did not change, so that the cost of
//! a change is that of what changed: a gateway builds anew only the parts whose `Arc` differs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    Blocked, BranchMatch, Certificate, Consumer, Gateway, HashOn, KeyHash, Listen, Name, OpenChallenge,
    PolicyUse, RouteMatch, SecretValues, SharedMap, SignOut, TokenIssuer, TokenServer, Upstream, scoped,
    secret_references, unscoped,
};

/// Which of two snapshots is the later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotVersion {
    /// See [`Snapshot::number`].
    pub number: u64,
    /// See [`Snapshot::reading`].
    pub reading: u64,
}

/// Everything a data plane needs, resolved and immutable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Rises by one with every change.
    pub number: u64,
    /// Rises by one whenever files that resources name, such as those of certificates, were read anew; the number stays then.
    #[serde(default)]
    pub reading: u64,
    pub gateway: Arc<Gateway>,
    /// APIs and explicit routes, by [`Service::key`].
    pub services: SharedMap<Arc<Service>>,
    /// Plans by name, [`crate::scoped`] by their workspace as everything below.
    pub plans: BTreeMap<Arc<str>, Arc<PlanRules>>,
    /// Callers by [`Caller::key`], scoped.
    pub callers: SharedMap<Arc<Caller>>,
    pub certificates: BTreeMap<Arc<str>, Arc<CertificateFiles>>,
    /// Calls that are refused at once, by the names of the blocks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blocks: BTreeMap<Arc<str>, Arc<BlockRule>>,
    /// The built-in authorization servers, by workspace.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub issuers: BTreeMap<Arc<str>, Arc<TokenIssuer>>,
    /// Authorization servers elsewhere whose tokens are taken, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub servers: BTreeMap<Arc<str>, Arc<TokenServer>>,
    /// Where browsers find the portal, without a slash at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<Arc<str>>,
    /// What the parts above name by `secret://`.
    #[serde(default)]
    pub secrets: Arc<SecretValues>,
    /// What holds for workspaces as a whole, by name; nothing where nothing is said of one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub workspaces: BTreeMap<Arc<str>, Arc<WorkspaceRules>>,
}

/// Calls that are refused at once; see [`crate::Block`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockRule {
    /// Whose calls are refused; one about addresses refuses calls to this workspace alone.
    #[serde(default = "Name::default_workspace")]
    pub workspace: Name,
    pub blocked: Blocked,
    /// Milliseconds since 1970; `None` never ends by itself.
    pub ends: Option<u64>,
}

/// What holds for a workspace as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceRules {
    /// See [`crate::WorkspaceLimits::requests_per_second`].
    pub requests_per_second: Option<u32>,
}

/// Something requests are routed to: an API, or an explicit route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// [`Service::name`], [`crate::scoped`] by the workspace; also the scope of its counters.
    pub key: Arc<str>,
    /// The id of the API, where it is one.
    pub api: Option<Arc<str>>,
    pub workspace: Name,
    /// Where it answers; of an explicit route, what its first match says.
    pub listen: Listen,
    /// What is answered below the base path.
    pub answers: Answers,
    pub upstream: Arc<Upstream>,
    /// Where some of the requests go instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Arc<SplitRules>>,
    /// Policies of the API or route, before those of its operations.
    pub policies: Vec<PolicyUse>,
    /// The contract itself, where a policy reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Arc<ContractDocument>>,
}

/// A contract as those need it who hold messages against it: in small pieces, none of them parsed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContractDocument {
    /// Tells contracts apart: the SHA-256 of the text in hexadecimal.
    pub hash: Arc<str>,
    /// `swagger-2.0`, `openapi-3.0`, `openapi-3.1` or `openapi-3.2`.
    pub dialect: Arc<str>,
    /// JSON text by where it stands, as JSON pointers.
    pub pieces: Arc<BTreeMap<Box<str>, Box<str>>>,
    /// Operations by id.
    pub operations: BTreeMap<Box<str>, OperationPlace>,
}

/// Where an operation stands in its contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationPlace {
    /// Upper case.
    pub method: Box<str>,
    /// The template, as the contract has it.
    pub path: Box<str>,
    /// The pointer of its path item.
    pub item: Box<str>,
    /// Its field of the path item: `get`.
    pub field: Box<str>,
}

/// A contract is never changed: another text has another hash.
impl PartialEq for ContractDocument {
    fn eq(&self, other: &ContractDocument) -> bool {
        self.hash == other.hash
    }
}

/// Requests of a service divided among several upstreams; see [`crate::Split`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitRules {
    pub sticky: Vec<HashOn>,
    pub branches: Vec<SplitBranch>,
}

/// What the upstream of a service is called among the branches of its split.
pub const USUAL: &str = "(usual)";

/// A branch with its upstream resolved; see [`crate::Branch`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitBranch {
    pub name: Arc<str>,
    pub upstream: Arc<Upstream>,
    /// Percent.
    pub weight: f64,
    pub matches: Vec<BranchMatch>,
}

/// What a service answers below its base path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    /// Every path and method.
    Everything,
    /// What the contract has; the rest is 404, or 405 with `Allow`.
    Contract(Vec<OperationRoute>),
    /// What any of the matches of an explicit route takes; the rest is left to other services.
    Route(Vec<RouteMatch>),
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationRoute {
    /// The `operationId`, or `GET /orders/{id}` where the contract has none.
    pub id: Arc<str>,
    /// Upper-case methods; none means any.
    pub methods: Vec<String>,
    /// A template relative to the base path. A segment is one of
    /// - a literal: `orders`;
    /// - one parameter: `{id}`;
    /// - mixed: literals and parameters in turn, `{id}.json`, `report-{year}`, `{name}:cancel`, `{base}...{head}`. Each parameter
    ///   matches one or more characters (never `/`), as few as possible; two parameters never touch. The literals are compared as
    ///   they stand, byte for byte;
    /// - `*`, as the last segment only: the rest of the path, `/files/*`.
    ///
    /// Literal beats mixed, mixed (the one with more literal characters first) beats a parameter, a parameter beats `*`.
    pub path: String,
    /// Takes the requests with this action of SOAP alone, which stands in `SOAPAction` or in the media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soap_action: Option<Arc<str>>,
    pub policies: Vec<PolicyUse>,
}

/// The policies of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanRules {
    pub name: Arc<str>,
    pub workspace: Name,
    pub policies: Vec<PolicyUse>,
}

/// Someone the data plane recognizes: a consumer, or an app with its subscriptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caller {
    /// `consumer/ada` or `app/shop`, once in its workspace; with that, what per-consumer counters count by.
    pub key: Arc<str>,
    /// The name alone: `ada`.
    pub name: Arc<str>,
    pub workspace: Name,
    /// Who this is elsewhere, such as the subject of a token.
    #[serde(default)]
    pub custom_id: Option<Arc<str>>,
    pub groups: Box<[String]>,
    pub keys: Box<[CallerKey]>,
    #[serde(default)]
    pub logins: Box<[Login]>,
    /// The id of its OAuth client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Arc<str>>,
    pub access: Access,
    pub policies: Box<[PolicyUse]>,
}

/// What a credential is good for.
pub type Scopes = Arc<[Arc<str>]>;

/// A key of a caller, as a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerKey {
    pub hash: KeyHash,
    /// Milliseconds since 1970; `None` never expires.
    pub expires_at: Option<u64>,
    #[serde(default)]
    pub scopes: Scopes,
}

/// A name and password of a caller.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub username: Arc<str>,
    /// In PHC format.
    pub password_hash: Arc<str>,
    /// Milliseconds since 1970; `None` never expires.
    pub expires_at: Option<u64>,
    #[serde(default)]
    pub scopes: Scopes,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}

/// What a caller may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Every API whose policies let it through: a consumer made by an administrator.
    Any,
    /// What its subscriptions cover: an app.
    Subscribed(Box<[Entitlement]>),
}

/// The right to some APIs under a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entitlement {
    pub subscription: Arc<str>,
    pub product: Arc<str>,
    pub plan: Arc<str>,
    /// Ids of the APIs covered, versions resolved, sorted.
    pub apis: Arc<[Arc<str>]>,
    /// When it ends, milliseconds since 1970; `None` never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<u64>,
}

/// A certificate and its key, read from files and checked. Both are empty where an authority has not given it yet.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CertificateFiles {
    pub certificate: Certificate,
    /// PEM, the chain.
    pub chain: String,
    /// PEM, the private key.
    pub key: String,
    /// DER, what its authority's OCSP service answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocsp: Option<Vec<u8>>,
}

impl CertificateFiles {
    /// One that an authority was asked for, or is about to be, and that is not there yet.
    pub fn awaited(certificate: Certificate) -> CertificateFiles {
        CertificateFiles { certificate, chain: String::new(), key: String::new(), ocsp: None }
    }

    pub fn is_awaited(&self) -> bool {
        self.chain.is_empty() && self.certificate.acme.is_some()
    }
}

impl std::fmt::Debug for CertificateFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateFiles").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// The blocks, the challenges that are open and the sessions that ended, for gateways of other processes: they are told these sooner than
/// the rest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlocksTold {
    /// The number of the snapshot the blocks are of.
    pub number: u64,
    pub blocks: BTreeMap<Arc<str>, Arc<BlockRule>>,
    #[serde(default)]
    pub challenges: Vec<OpenChallenge>,
    /// Sessions that ended before their time.
    #[serde(default)]
    pub sign_outs: Vec<SignOut>,
}

impl Snapshot {
    pub fn version(&self) -> SnapshotVersion {
        SnapshotVersion { number: self.number, reading: self.reading }
    }

    /// The same snapshot as gateways of other processes are told it: with the secrets that policies name alone. Those by which the control
    /// plane speaks with identity providers and with authorities of certificates stay where they are used.
    #[must_use]
    pub fn for_gateways(&self) -> Snapshot {
        let mut named = BTreeSet::new();
        let workspace = Name::default_workspace();
        named_by(&self.gateway.policies, &workspace, &mut named);
        for service in self.services.values() {
            named_by(&service.policies, &service.workspace, &mut named);
            if let Answers::Contract(operations) = &service.answers {
                operations.iter().for_each(|one| named_by(&one.policies, &service.workspace, &mut named));
            }
        }
        self.plans.values().for_each(|plan| named_by(&plan.policies, &plan.workspace, &mut named));
        self.callers.values().for_each(|one| named_by(&one.policies, &one.workspace, &mut named));
        let all = self.secrets.0.iter().filter(|(name, _)| named.contains(*name));
        let secrets = SecretValues(all.map(|(name, value)| (Arc::clone(name), value.clone())).collect());
        Snapshot { secrets: Arc::new(secrets), ..self.clone() }
    }

    /// The same snapshot with every part that equals one of an earlier snapshot taken from there, by pointer: after it was read
    /// from text, so that a gateway builds only what changed.
    #[must_use]
    pub fn sharing(self, earlier: &Snapshot) -> Snapshot {
        Snapshot {
            number: self.number,
            reading: self.reading,
            gateway: if self.gateway == earlier.gateway {
                Arc::clone(&earlier.gateway)
            } else {
                self.gateway
            },
            services: shared(&self.services, &earlier.services),
            plans: kept(self.plans, &earlier.plans),
            callers: shared(&self.callers, &earlier.callers),
            certificates: kept(self.certificates, &earlier.certificates),
            blocks: kept(self.blocks, &earlier.blocks),
            issuers: kept(self.issuers, &earlier.issuers),
            servers: kept(self.servers, &earlier.servers),
            portal: self.portal,
            secrets: if self.secrets == earlier.secrets {
                Arc::clone(&earlier.secrets)
            } else {
                self.secrets
            },
            workspaces: kept(self.workspaces, &earlier.workspaces),
        }
    }
}

/// Adds the secrets that policies name, scoped by their workspace.
fn named_by(policies: &[PolicyUse], workspace: &Name, named: &mut BTreeSet<Arc<str>>) {
    let references = policies.iter().flat_map(|policy| secret_references(&policy.config));
    named.extend(references.map(|reference| scoped(workspace, reference)));
}

/// What is in `now`, made from what was there before by the fewest changes.
fn shared<T: PartialEq>(now: &SharedMap<Arc<T>>, before: &SharedMap<Arc<T>>) -> SharedMap<Arc<T>> {
    let mut next = before.clone();
    for key in before.keys().filter(|key| !now.contains_key(key)) {
        next.remove(key);
    }
    for (key, value) in now {
        if before.get(key) != Some(value) {
            next.insert(Arc::clone(key), Arc::clone(value));
        }
    }
    next
}

fn kept<T: PartialEq>(
    mut now: BTreeMap<Arc<str>, Arc<T>>,
    before: &BTreeMap<Arc<str>, Arc<T>>,
) -> BTreeMap<Arc<str>, Arc<T>> {
    for (key, value) in &mut now {
        if let Some(same) = before.get(key).filter(|same| *same == value) {
            *value = Arc::clone(same);
        }
    }
    now
}

impl Service {
    /// `api/orders@v1` or `route/health`, once in its workspace.
    pub fn name(&self) -> Arc<str> {
        match self.workspace.is_default_workspace() {
            true => Arc::clone(&self.key),
            false => unscoped(&self.key).1.into(),
        }
    }
}

impl Caller {
    /// The entitlement that covers an API, where access is by subscription.
    pub fn entitlement(&self, api_id: &str) -> Option<&Entitlement> {
        match &self.access {
            Access::Any => None,
            Access::Subscribed(entitlements) => {
                entitlements.iter().find(|e| e.apis.binary_search_by(|id| (**id).cmp(api_id)).is_ok())
            }
        }
    }
}

/// A consumer of an administrator as a caller; keys and passwords must be hashed already.
impl Caller {
    pub fn of_consumer(
        consumer: &Consumer,
        workspace: Name,
        keys: Box<[CallerKey]>,
        logins: Box<[Login]>,
    ) -> Caller {
        Caller {
            key: format!("consumer/{}", consumer.name).into(),
            name: consumer.name.shared(),
            workspace,
            custom_id: consumer.custom_id.as_deref().map(Arc::from),
            groups: consumer.groups.clone().into(),
            keys,
            logins,
            client: None,
            access: Access::Any,
            policies: consumer.policies.clone().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn snapshot(number: u64, routes: &[(&str, &str)]) -> Snapshot {
        let service = |(name, path): &(&str, &str)| -> (String, Value) {
            let service = json!({
                "key": name, "api": null, "workspace": "default", "listen": { "path": "/" },
                "answers": { "route": [{ "path": path }] },
                "upstream": { "endpoints": ["http://127.0.0.1:9"] }, "policies": [],
            });
            ((*name).to_owned(), service)
        };
        let services: serde_json::Map<String, Value> = routes.iter().map(service).collect();
        let empty = serde_json::to_value(Snapshot::default()).unwrap();
        let mut text = empty.as_object().unwrap().clone();
        text.insert("number".to_owned(), number.into());
        text.insert("services".to_owned(), services.into());
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn what_was_read_anew_shares_what_is_the_same_and_has_what_is_not() {
        let before = snapshot(1, &[("same", "/a"), ("other", "/b"), ("gone", "/c")]);
        let read = snapshot(2, &[("same", "/a"), ("other", "/x"), ("new", "/d")]);
        let shared = read.clone().sharing(&before);
        assert_eq!(shared, read);
        assert!(Arc::ptr_eq(&shared.gateway, &before.gateway));
        assert!(Arc::ptr_eq(&shared.services["same"], &before.services["same"]));
        let changes = shared.services.changes(&before.services, Arc::ptr_eq);
        assert_eq!(changes.len(), 3);
    }
}
