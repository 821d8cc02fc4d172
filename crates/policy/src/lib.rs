//! The kernel of policies: what a policy is, where it runs, how it refuses.
//!
//! # The life of a policy
//!
//! 1. A user writes its configuration. The type that implements [`Policy`] is read from it; the type's doc comments are the
//!    manual and the form, its JSON schema the check.
//! 2. [`Policy::build`] makes the running [`Filter`]. It is the only place that can refuse configuration.
//! 3. The chain calls [`Filter::on_request`] once for every exchange, at the policy's [`Stage`], and [`Filter::on_response`] on the
//!    way back in reverse order.
//!
//! No runtime, socket, database or clock is known here: time, counters and callers come in through [`BuildCx`] and [`Request`].

mod apart;
mod body;
mod catalogue;
mod certificate;
mod counter;
mod filter;
pub mod grpc_web;
mod limit;
pub mod ocsp;
mod outbound;
mod password;
mod problem;
mod request;
mod schema;
mod sign_outs;
mod stage;
mod talk;
mod trust;
pub mod x509;

pub use expr::Provenance;

pub use apart::{Clock, Nobody, Uncounted};
pub use body::{
    Body, BodyError, BodyPlan, BodySource, Frame, Judge, Origin, Outcome, ResponseStep, Transform,
};
pub use catalogue::{AnyPolicy, Catalogue, PolicyEntry};
pub use certificate::ClientCertificate;
pub use counter::{
    Algorithm, CallerKey, Counter, CounterSource, Gauge, Hold, Kept, Key, Quota, Standing, Taken,
};
pub use filter::{BuildCx, FileTexts, Filter, Flow, Invalid, Policy, Step};
pub use limit::{LimitExplained, LimitIdle, LimitState, LimitsExplained, LimitsQuestion};
pub use outbound::{
    Dial, Fetch, Fetched, Later, Line, Outbound, OutboundAnswer, OutboundCall, OutboundError, Soon, World,
};
pub use password::{PasswordHash, password_mark};
pub use problem::{PROBLEMS, Problem, ProblemType, problems};
pub use request::{
    CallerIndex, Deadlines, Identity, Noted, Proof, Proofs, Reply, Request, ResponseHead, Time,
};
pub use sign_outs::SignOuts;
pub use stage::Stage;
pub use talk::{Change, Talk};
pub use trust::{Trust, Untrusted};

/// What a file with a policy begins with.
pub mod prelude {
    pub use head::{Headers, Value};
    pub use http::{HeaderName, HeaderValue, Method, StatusCode};
    pub use model::{ByteSize, Span};
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};

    pub use crate::{
        Body, BodyError, BodyPlan, BuildCx, CallerKey, Filter, Flow, Identity, Invalid, Policy, Problem,
        Reply, Request, ResponseHead, Stage, Step, Transform, problems,
    };
}
