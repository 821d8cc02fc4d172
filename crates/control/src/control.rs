//! The control plane's state and its doors.

use std::{path::PathBuf, sync::Arc};

use model::{Finding, KeyHash, Kind, Name, Resource, Snapshot, Subscription};
use policy::Catalogue;
use store::Store;
use tokio::sync::watch;

use crate::{
    Actor, AppForm, Applied, AuditQuery, AuditVerdict, AuditView, Bundle, ChangePlan, ContractSummary, Error,
    Expect, ImportRequest, Imported, IssuedKey, ListQuery, OperationView, Page, PlanOptions, PortalApi,
    PortalApp, PortalProduct, RevisionView, Session, SignedIn, Stored,
};

/// The control plane. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    inner: Arc<Inner>,
}

struct Inner {
    #[allow(dead_code)]
    store: Arc<dyn Store>,
    catalogue: Catalogue,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// How a control plane is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// What paths of certificate files are relative to.
    pub files: PathBuf,
}

impl Default for Options {
    fn default() -> Options {
        Options { files: PathBuf::from(".") }
    }
}

#[allow(unused_variables)]
impl Control {
    /// Loads everything from the store and resolves it.
    pub async fn open(
        store: Arc<dyn Store>,
        catalogue: Catalogue,
        options: Options,
    ) -> Result<Control, Error> {
        unimplemented!()
    }
    /// The snapshot that is live; changes before the call that caused it returns.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.snapshots.subscribe()
    }
    pub fn catalogue(&self) -> Catalogue {
        self.inner.catalogue
    }
    /// Stored resources that could not be resolved at start, and why; they are left out of the snapshot.
    pub fn unresolved(&self) -> Vec<Finding> {
        unimplemented!()
    }

    pub fn list(&self, ws: &Name, kind: Kind, query: &ListQuery) -> Result<Page<Stored>, Error> {
        unimplemented!()
    }
    pub fn get(&self, ws: &Name, kind: Kind, id: &str) -> Result<Stored, Error> {
        unimplemented!()
    }
    pub async fn put(
        &self,
        actor: &Actor,
        ws: &Name,
        resource: Resource,
        expect: Expect,
    ) -> Result<Stored, Error> {
        unimplemented!()
    }
    pub async fn delete(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        expect: Expect,
    ) -> Result<(), Error> {
        unimplemented!()
    }
    /// The newest first.
    pub async fn revisions(
        &self,
        ws: &Name,
        kind: Kind,
        id: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<RevisionView>, Error> {
        unimplemented!()
    }
    /// The newest first.
    pub async fn audit(&self, query: AuditQuery) -> Result<Vec<AuditView>, Error> {
        unimplemented!()
    }
    pub async fn verify_audit(&self) -> Result<AuditVerdict, Error> {
        unimplemented!()
    }

    pub async fn validate(&self, ws: &Name, bundle: Bundle) -> Result<Vec<Finding>, Error> {
        unimplemented!()
    }
    pub async fn plan(&self, ws: &Name, bundle: Bundle, options: PlanOptions) -> Result<ChangePlan, Error> {
        unimplemented!()
    }
    pub async fn apply(
        &self,
        actor: &Actor,
        ws: &Name,
        bundle: Bundle,
        options: PlanOptions,
    ) -> Result<Applied, Error> {
        unimplemented!()
    }
    pub async fn export(&self, ws: &Name) -> Result<Bundle, Error> {
        unimplemented!()
    }
    pub async fn import_openapi(
        &self,
        actor: &Actor,
        ws: &Name,
        request: ImportRequest,
    ) -> Result<Imported, Error> {
        unimplemented!()
    }
    /// The text of an API's contract as it was given.
    pub async fn contract_text(&self, ws: &Name, api_id: &str) -> Result<Arc<str>, Error> {
        unimplemented!()
    }
    /// What of an API's contract is always at hand; `None` for a pass-through.
    pub fn contract_summary(&self, ws: &Name, api_id: &str) -> Result<Option<Arc<ContractSummary>>, Error> {
        unimplemented!()
    }
    /// The operations of an API, each with the policies that hold for it.
    pub fn effective_policies(&self, ws: &Name, api_id: &str) -> Result<Vec<OperationView>, Error> {
        unimplemented!()
    }

    /// Makes a key for a consumer or an app. `expires_at` is RFC 3339.
    pub async fn issue_key(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        expires_at: Option<String>,
    ) -> Result<IssuedKey, Error> {
        unimplemented!()
    }
    pub async fn revoke_key(
        &self,
        actor: &Actor,
        ws: &Name,
        kind: Kind,
        id: &str,
        key_hash: &KeyHash,
    ) -> Result<(), Error> {
        unimplemented!()
    }

    /// Makes a developer's account and signs in.
    pub async fn sign_up(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<SignedIn, Error> {
        unimplemented!()
    }
    /// Signs a developer in. `actor` says from where; its name does not count.
    pub async fn sign_in(&self, actor: &Actor, email: &str, password: &str) -> Result<SignedIn, Error> {
        unimplemented!()
    }
    /// Signs an administrator in.
    pub async fn sign_in_token(&self, actor: &Actor, token: &str) -> Result<SignedIn, Error> {
        unimplemented!()
    }
    /// Whether this is the admin token (`Authorization: Bearer`); compared in constant time.
    pub fn check_admin_token(&self, token: &str) -> bool {
        unimplemented!()
    }
    /// The secret of a link that signs an administrator in once, within 15 minutes.
    pub async fn create_sign_in_link(&self, actor: &Actor) -> Result<String, Error> {
        unimplemented!()
    }
    pub async fn redeem_link(&self, actor: &Actor, secret: &str) -> Result<SignedIn, Error> {
        unimplemented!()
    }
    /// The session with this secret, where it has not expired; `who.address` is empty.
    pub async fn session(&self, secret: &str) -> Result<Option<Session>, Error> {
        unimplemented!()
    }
    pub async fn sign_out(&self, secret: &str) -> Result<(), Error> {
        unimplemented!()
    }
    /// Sets the admin token (at least 16 characters).
    pub async fn set_admin_token(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        unimplemented!()
    }
    /// Makes the admin token where there is none yet, and returns it this once.
    pub async fn ensure_admin_token(&self) -> Result<Option<String>, Error> {
        unimplemented!()
    }

    pub fn apps_of(&self, ws: &Name, email: &str) -> Vec<PortalApp> {
        unimplemented!()
    }
    /// An app of this developer; one of somebody else is as if it did not exist.
    pub fn app_of(&self, ws: &Name, email: &str, app: &str) -> Result<PortalApp, Error> {
        unimplemented!()
    }
    pub async fn create_app(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        form: AppForm,
    ) -> Result<PortalApp, Error> {
        unimplemented!()
    }
    pub async fn update_app(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        form: AppForm,
    ) -> Result<PortalApp, Error> {
        unimplemented!()
    }
    /// Deletes an app with its keys and subscriptions.
    pub async fn delete_app(&self, actor: &Actor, ws: &Name, email: &str, app: &str) -> Result<(), Error> {
        unimplemented!()
    }
    pub async fn issue_app_key(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        expires_at: Option<String>,
    ) -> Result<IssuedKey, Error> {
        unimplemented!()
    }
    pub async fn revoke_app_key(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        key_hash: &KeyHash,
    ) -> Result<(), Error> {
        unimplemented!()
    }
    pub async fn subscribe(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        product: &str,
        plan: &str,
        reason: Option<String>,
    ) -> Result<Subscription, Error> {
        unimplemented!()
    }
    pub async fn unsubscribe(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        subscription: &str,
    ) -> Result<(), Error> {
        unimplemented!()
    }
    /// Approves or rejects a subscription.
    pub async fn decide(
        &self,
        actor: &Actor,
        ws: &Name,
        subscription: &str,
        approve: bool,
        reason: Option<String>,
    ) -> Result<Stored, Error> {
        unimplemented!()
    }
    /// Public APIs, by id.
    pub fn portal_apis(&self, ws: &Name) -> Vec<PortalApi> {
        unimplemented!()
    }
    /// Public products, by name.
    pub fn portal_products(&self, ws: &Name) -> Vec<PortalProduct> {
        unimplemented!()
    }
}
