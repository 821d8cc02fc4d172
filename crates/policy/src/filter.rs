//! A policy, as configured and as running.

use std::{fmt, future::Future, path::Path, pin::Pin, sync::Arc};

use cache::Store;
use model::{PolicyUse, SecretValues, snapshot::ContractDocument};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    Counter, CounterSource, Gauge, LimitState, Quota, Reply, Request, ResponseHead, SignOuts, Stage,
};

/// A rule a user configures. Its type is its manual: the struct's comment opens the page, field comments are the form's help.
pub trait Policy: DeserializeOwned + JsonSchema + Sized + 'static {
    /// Its name in resource documents, such as `rate-limit`.
    const NAME: &'static str;
    const STAGE: Stage;
    /// A configuration in YAML flow style that builds: `{ limit: 100, window: 1m }`.
    const EXAMPLE: &'static str;
    /// Whether it may be attached to a plan or consumer. Those are known after authentication only, so that an earlier stage cannot be.
    const FOR_CALLERS: bool = matches!(
        Self::STAGE,
        Stage::Limit | Stage::Authorize | Stage::Validate | Stage::Transform | Stage::Cache
    );

    /// Whether it reads the contract of the API it is attached to; see [`BuildCx::contract`].
    const READS_CONTRACT: bool = false;

    /// The files that a configuration names, each with its field. They are read where resources are, and come with the snapshot:
    /// [`BuildCx::file`].
    fn files(config: &Value) -> Vec<(String, String)> {
        let _ = config;
        Vec::new()
    }

    /// What a configuration uses that is of those who operate the gateway, beside files and secrets: each with its field, and in words such as
    /// `the identity of the machine`. It can be used in the workspace `default` alone.
    fn of_operators(config: &Value) -> Vec<(String, String)> {
        let _ = config;
        Vec::new()
    }

    /// The files that a configuration names and that are read where it runs, each with its field.
    fn files_where_it_runs(config: &Value) -> Vec<(String, String)> {
        let _ = config;
        Vec::new()
    }

    /// Makes the running form.
    ///
    /// # Errors
    /// What is wrong with the configuration, naming the field.
    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid>;
}

/// A policy in its running form. It cannot fail on its own configuration, spawns nothing and keeps nothing global.
pub trait Filter: Send + Sync + 'static {
    /// Looks at the request on its way to the upstream. `Err` answers the client at once.
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let _ = req;
        Step::Done(Ok(()))
    }

    /// Looks at the response's head on its way to the client, whoever made it. What depends on the request is said there, by
    /// [`Request::reply_with`].
    fn on_response(&self, res: &mut ResponseHead) {
        let _ = res;
    }

    /// Whether [`Filter::on_response`] does anything; the chain skips it otherwise.
    fn has_response(&self) -> bool {
        false
    }

    /// Whether the request carries a credential that this looks at; of policies that say who calls.
    fn carries(&self, req: &Request) -> bool {
        let _ = req;
        false
    }

    /// Whether it looks at the certificates of clients, so that TLS listeners ask for them.
    fn asks_for_certificate(&self) -> bool {
        false
    }

    /// Whether a request that no operation takes is this filter's own, such as one that comes back from signing in.
    fn owns(&self, req: &Request) -> bool {
        let _ = req;
        false
    }

    /// The limits a request would touch here, without taking anything from them.
    fn limits(&self, req: &Request) -> Vec<LimitState> {
        let _ = req;
        Vec::new()
    }
}

/// Whether the exchange goes on. Refusing is `?` on a [`crate::Problem`].
pub type Flow = Result<(), Reply>;

/// What a filter decided, or will have decided.
pub enum Step<'a> {
    /// Decided at once; no allocation.
    Done(Flow),
    /// Decided later.
    Wait(Pin<Box<dyn Future<Output = Flow> + Send + 'a>>),
}

impl<'a> Step<'a> {
    /// Decides later, by a future.
    pub fn wait(decision: impl Future<Output = Flow> + Send + 'a) -> Step<'a> {
        Step::Wait(Box::pin(decision))
    }
}

impl From<Flow> for Step<'_> {
    fn from(flow: Flow) -> Self {
        Step::Done(flow)
    }
}

/// What [`Policy::build`] may ask for.
pub struct BuildCx<'a> {
    /// Where the policy is attached, stable across snapshots: `api/orders@v1#0`. Counters of the same scope and quotas live on
    /// when the configuration around them changes.
    pub scope: &'a str,
    pub counters: &'a dyn CounterSource,
    /// What responses are stored in; one for a gateway, whatever its snapshot.
    pub responses: &'a Arc<Store>,
    /// What configurations name by `secret://`; filled in before [`Policy::build`] sees them.
    pub secrets: &'a SecretValues,
    /// What paths of files are relative to that are read where the policy runs ([`Policy::files_where_it_runs`]); the folder of the process where it is empty.
    pub folder: &'a Path,
    /// What the files that the policy names say.
    pub files: &'a dyn FileTexts,
    /// The contract of the API, for policies that read it ([`Policy::READS_CONTRACT`]). There is none while a configuration is only
    /// checked, and where the API has none.
    pub contract: Option<&'a Arc<ContractDocument>>,
}

/// What files say that policies name.
pub trait FileTexts {
    /// # Errors
    /// Why the file at this path cannot be read.
    fn text(&self, path: &str) -> Result<String, String>;
}

impl FileTexts for PolicyUse {
    fn text(&self, path: &str) -> Result<String, String> {
        let found = self.files.as_ref().and_then(|files| files.get(path));
        found.cloned().ok_or_else(|| format!("`{path}` was not read"))
    }
}

impl BuildCx<'_> {
    /// Counters for callers of this policy, one for every quota, all taken from at once or not at all. The quotas of a group are
    /// counted by the same key.
    pub fn counter(&self, groups: &[Vec<Quota>]) -> Box<dyn Counter> {
        self.counters.counter(self.scope, groups)
    }

    /// What a file says that [`Policy::files`] names.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn file(&self, field: &str, path: &str) -> Result<String, Invalid> {
        self.files.text(path).map_err(|message| Invalid::field(field, message))
    }

    /// Counts for callers of this policy what they have under way. A policy with several has a name for each.
    pub fn gauge(&self, name: &str) -> Box<dyn Gauge> {
        self.counters.gauge(&format!("{}/{name}", self.scope))
    }

    /// Sessions that ended before their time, as the whole gateway knows them.
    pub fn sign_outs(&self) -> Arc<SignOuts> {
        SignOuts::of(self.counters)
    }

    /// Something that all policies of the gateway with the same name for it share, and that lives on when the configuration around
    /// them changes: what was fetched, what was verified.
    pub fn kept<T: Send + Sync + 'static>(&self, name: &str, make: impl Fn() -> T) -> Arc<T> {
        let kept = self.counters.keep(name, &|| Arc::new(make()));
        kept.downcast().expect("a name stands for one type")
    }
}

/// Why a configuration was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field, relative to the policy's configuration; empty for the whole.
    pub field: String,
    /// What is wrong and what to do; lower case, no full stop.
    pub message: String,
}

impl Invalid {
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Invalid {
        Invalid { field: field.into(), message: message.into() }
    }

    pub fn whole(message: impl Into<String>) -> Invalid {
        Invalid::field("", message)
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.field, self.message)
        }
    }
}

impl std::error::Error for Invalid {}
