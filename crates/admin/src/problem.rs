//! Refusals of the API: RFC 9457 problems, from the same table as the gateway's.

use std::{borrow::Cow, error::Error, sync::Arc};

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use model::Finding;
use policy::{Problem, ProblemType, problems};
use serde_json::Value;

use crate::second_factor::asks_for_factor;

/// An answer that is a problem. The request's id is written into it on the way out, by [`crate::guard`].
#[derive(Debug)]
pub(crate) struct Refusal(Box<Problem>);

/// A problem whose body is yet to be written.
#[derive(Clone)]
pub(crate) struct Unwritten(pub(crate) Arc<Problem>);

impl Refusal {
    pub(crate) fn new(kind: &'static ProblemType, detail: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal(Box::new(Problem::new(kind, detail)))
    }

    /// Content that was understood and is not valid.
    pub(crate) fn invalid(detail: impl Into<Cow<'static, str>>, findings: Vec<Finding>) -> Refusal {
        let findings = serde_json::to_value(findings).unwrap_or_default();
        Refusal::new(problems::INVALID, detail).with("findings", findings)
    }

    /// A failure of this program; the cause is logged and not told.
    pub(crate) fn internal(cause: &dyn Error) -> Refusal {
        let mut text = cause.to_string();
        let mut source = cause.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        tracing::error!(cause = text, "a request failed");
        Refusal::new(problems::INTERNAL, "the cause is in the log, by the request id")
    }

    pub(crate) fn unauthenticated(detail: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(problems::UNAUTHENTICATED, detail)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"pailou\""))
    }

    pub(crate) fn not_found(what: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(problems::NOT_FOUND, what)
    }

    /// Too many requests at this moment; worth repeating in a second.
    pub(crate) fn overloaded(detail: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(problems::OVERLOADED, detail).retry_after(1)
    }

    #[must_use]
    pub(crate) fn retry_after(self, seconds: u64) -> Refusal {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    #[must_use]
    pub(crate) fn with(mut self, member: &str, value: Value) -> Refusal {
        self.0.extensions.insert(member.to_owned(), value);
        self
    }

    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Refusal {
        self.0.headers.push((name, value));
        self
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal(Box::new(problem))
    }
}

impl From<control::Error> for Refusal {
    fn from(error: control::Error) -> Refusal {
        if let control::Error::Store(cause) = &error {
            tracing::error!(%cause, "the store failed");
        }
        let mut refusal = match &error {
            control::Error::Unauthenticated { detail } => Refusal::unauthenticated(detail.clone()),
            control::Error::FactorNeeded(needed) => {
                asks_for_factor(Refusal::unauthenticated(error.to_string()), needed)
            }
            control::Error::TooMany { seconds } => {
                Refusal::new(error.problem(), error.to_string()).retry_after(*seconds)
            }
            _ => Refusal::new(error.problem(), error.to_string()),
        };
        if !error.findings().is_empty() {
            refusal = refusal.with("findings", serde_json::to_value(error.findings()).unwrap_or_default());
        }
        refusal
    }
}

impl From<analytics::Error> for Refusal {
    fn from(error: analytics::Error) -> Refusal {
        match &error {
            analytics::Error::Invalid { .. } => Refusal::new(problems::BAD_REQUEST, error.to_string()),
            analytics::Error::Database(_) => Refusal::internal(&error),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.0.status().into_response();
        response.extensions_mut().insert(Unwritten(Arc::new(*self.0)));
        response
    }
}

impl Unwritten {
    /// The response with its body, naming the request.
    pub(crate) fn write(&self, response: &mut Response, request_id: &str) {
        let problem = &*self.0;
        *response.status_mut() =
            StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.remove(header::CONTENT_LENGTH);
        for (name, value) in &problem.headers {
            headers.insert(name, value.clone());
        }
        *response.body_mut() = problem.body(request_id).into();
    }
}
