//! The policies of this build as tests run them: each says what it refuses, and those that find out who calls take a test's word for it.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use policy::{
    AnyPolicy, BuildCx, Catalogue, Filter, Flow, Identity, Invalid, LimitState, PolicyEntry, Proof, Reply,
    Request, ResponseHead, Stage, Step,
};
use schemars::Schema;
use serde_json::Value;

/// What happens to the request of a test, of which there is one at a time.
#[derive(Default)]
pub(crate) struct Run {
    /// Who calls, where the test says so.
    pub(crate) caller: Option<Identity>,
    /// Whether a policy asked.
    pub(crate) asked: bool,
    pub(crate) refused: Option<Refusal>,
}

/// What refused a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) policy: &'static str,
    /// Where it is attached, such as `api/orders@v1#0`.
    pub(crate) place: String,
    /// What the log says of it.
    pub(crate) cause: Option<String>,
}

static RUN: Mutex<Option<Run>> = Mutex::new(None);

fn run() -> MutexGuard<'static, Option<Run>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a request as somebody.
pub(crate) fn begin(caller: Option<Identity>) {
    *run() = Some(Run { caller, ..Run::default() });
}

/// What happened to it.
pub(crate) fn end() -> Run {
    run().take().unwrap_or_default()
}

/// The policies of this build, watched.
pub(crate) fn catalogue() -> Catalogue {
    static WATCHED: LazyLock<Vec<PolicyEntry>> = LazyLock::new(|| {
        // One list for as long as the process lives.
        let watched = |entry: &PolicyEntry| PolicyEntry::new(Box::leak(Box::new(Watched(*entry))));
        policies::CATALOG.0.iter().map(watched).collect()
    });
    Catalogue(&WATCHED)
}

struct Watched(PolicyEntry);

impl AnyPolicy for Watched {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn stage(&self) -> Stage {
        self.0.stage()
    }

    fn example(&self) -> &'static str {
        self.0.example()
    }

    fn for_callers(&self) -> bool {
        self.0.for_callers()
    }

    fn reads_contract(&self) -> bool {
        self.0.reads_contract()
    }

    fn schema(&self) -> Schema {
        self.0.schema()
    }

    fn files(&self, config: &Value) -> Vec<(String, String)> {
        self.0.files(config)
    }

    fn of_operators(&self, config: &Value) -> Vec<(String, String)> {
        self.0.of_operators(config)
    }

    fn files_where_it_runs(&self, config: &Value) -> Vec<(String, String)> {
        self.0.files_where_it_runs(config)
    }

    fn wrong_without_secrets(&self, config: &Value) -> Option<Invalid> {
        self.0.wrong_without_secrets(config)
    }

    fn build(&self, config: &Value, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let filter = self.0.build(config, cx)?;
        let (policy, place) = (self.0.name(), cx.scope.to_owned());
        Ok(Box::new(WatchedFilter {
            filter,
            policy,
            place,
            authenticates: self.0.stage() == Stage::Authenticate,
        }))
    }
}

struct WatchedFilter {
    filter: Box<dyn Filter>,
    policy: &'static str,
    place: String,
    authenticates: bool,
}

impl WatchedFilter {
    fn note(&self, flow: Flow) -> Flow {
        if let Err(Reply::Problem(problem)) = &flow
            && let Some(run) = run().as_mut()
        {
            let cause = problem.cause.as_deref().map(str::to_owned);
            run.refused = Some(Refusal { policy: self.policy, place: self.place.clone(), cause });
        }
        flow
    }

    /// Who the test says calls, where it does and nobody has said it yet.
    fn assumed(&self, req: &Request) -> Option<Identity> {
        if !self.authenticates {
            return None;
        }
        let mut run = run();
        let run = run.as_mut()?;
        run.asked = true;
        run.caller.clone().filter(|_| req.identity.is_none())
    }
}

impl Filter for WatchedFilter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if let Some(identity) = self.assumed(req) {
            return Step::Done(self.note(req.identify(identity)));
        }
        if self.authenticates && run().as_ref().is_some_and(|run| run.caller.is_some()) {
            return Step::Done(Ok(()));
        }
        match self.filter.on_request(req) {
            Step::Done(flow) => Step::Done(self.note(flow)),
            Step::Wait(decision) => Step::wait(async move { self.note(decision.await) }),
        }
    }

    fn on_response(&self, res: &mut ResponseHead) {
        self.filter.on_response(res);
    }

    fn has_response(&self) -> bool {
        self.filter.has_response()
    }

    fn carries(&self, req: &Request) -> bool {
        self.filter.carries(req)
    }

    fn asks_for_certificate(&self) -> bool {
        self.filter.asks_for_certificate()
    }

    fn owns(&self, req: &Request) -> bool {
        self.filter.owns(req)
    }

    fn limits(&self, req: &Request) -> Vec<LimitState> {
        self.filter.limits(req)
    }
}

/// Whoever a test says calls has proved it in every way.
pub(crate) fn proved(caller: Arc<model::snapshot::Caller>) -> Identity {
    let mut identity = Identity::of(caller);
    for proof in
        [Proof::Key, Proof::Password, Proof::Token, Proof::Certificate, Proof::Signature, Proof::Elsewhere]
    {
        identity.proofs.add(proof);
    }
    identity
}
