//! The gateway's own refusals (RFC 9457).

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

/// A kind of refusal: one row of [`PROBLEMS`].
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemType {
    /// Its code, also the end of its `type` URI.
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    /// What it means and what the client can do.
    pub help: &'static str,
}

impl ProblemType {
    /// The `type` member (RFC 9457 §3.1.1): a name, not an address, so that no client calls another host to read it.
    /// The portal explains each at `/portal/problems/{code}`.
    pub fn uri(&self) -> String {
        format!("urn:pailou:problem:{}", self.code)
    }
}

macro_rules! problem_types {
    ($( $constant:ident = $code:literal, $status:literal, $title:literal, $help:literal; )+) => {
        /// The types of problem, by their constant names.
        pub mod problems {
            use super::ProblemType;
            $( #[doc = $help] pub const $constant: &ProblemType =
                &ProblemType { code: $code, status: $status, title: $title, help: $help }; )+
        }

        /// Every type of problem the gateway and the control plane answer with.
        pub const PROBLEMS: &[&ProblemType] = &[ $( problems::$constant, )+ ];
    };
}

problem_types! {
    BAD_REQUEST = "bad-request", 400, "Bad request",
        "The request is not well-formed HTTP, or can be read in two ways. Send it as the standards say.";
    REQUEST_INVALID = "request-invalid", 400, "Request against the contract",
        "The request is not what the API's contract describes. `errors` lists what is wrong, each with its place and a JSON pointer.";
    UNKNOWN_VERSION = "unknown-version", 400, "No such version",
        "The request names no version of the API that there is, or none at all where one must be named. `versions` lists those that are there.";
    UNAUTHENTICATED = "unauthenticated", 401, "Authentication required",
        "No valid credential came with the request. The `WWW-Authenticate` header says what is expected.";
    FORBIDDEN = "forbidden", 403, "Forbidden",
        "The caller is known but may not do this.";
    CONFIRMATION_NEEDED = "confirmation-needed", 403, "Confirmation needed",
        "Who is signed in may do this, and must show first that it is still them: with their password and second factor, or a passkey.";
    ADDRESS_FORBIDDEN = "address-forbidden", 403, "Address not allowed",
        "Calls from this network address are not allowed.";
    BLOCKED = "blocked", 403, "Blocked",
        "Calls of this caller, from this address or to this API are blocked by its operators.";
    SUBSCRIPTION_REQUIRED = "subscription-required", 403, "Subscription required",
        "The app has no active subscription to a product with this API. Subscribe in the portal.";
    SUBSCRIPTION_EXPIRED = "subscription-expired", 403, "Subscription ended",
        "The app's subscription to a product with this API has come to its end. Renew it in the portal.";
    CROSS_ORIGIN = "cross-origin", 403, "Cross-origin request",
        "A page of another origin made the browser send this. Pages that may do so are listed by the API's provider.";
    NOT_FOUND = "not-found", 404, "Not found",
        "No API answers at this host and path.";
    OPERATION_NOT_FOUND = "operation-not-found", 404, "No such operation",
        "The API has no operation at this path. Its reference in the portal lists those it has.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "Method not allowed",
        "The path exists, but not with this method. The `Allow` header lists the methods it has.";
    NOT_ACCEPTABLE = "not-acceptable", 406, "Not acceptable",
        "The operation answers with none of the media types that `Accept` names.";
    REQUEST_TIMEOUT = "request-timeout", 408, "Request too slow",
        "The request did not arrive in time.";
    CONFLICT = "conflict", 409, "Conflict",
        "The request contradicts the current state, such as a name that is taken.";
    LENGTH_REQUIRED = "length-required", 411, "Length required",
        "The body must say its length in `Content-Length`.";
    RETIRED = "retired", 410, "Retired",
        "The API has come to its end, and answers no more. Links of the answer say what comes after it, where there is something.";
    PRECONDITION_FAILED = "precondition-failed", 412, "Changed in the meantime",
        "The resource is no longer what `If-Match` says. Read it again and repeat the change.";
    CONTENT_TOO_LARGE = "content-too-large", 413, "Content too large",
        "The body is larger than this API accepts.";
    URI_TOO_LONG = "uri-too-long", 414, "Address too long",
        "The path and query are longer, or have more parameters, than this API accepts.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "Unsupported media type",
        "The body's `Content-Type` is not one that is understood here.";
    CONTENT_INVALID = "content-invalid", 422, "Content against the contract",
        "The body is not what the API's contract describes. `errors` lists what is wrong, each with a JSON pointer into the body.";
    INVALID = "invalid", 422, "Invalid content",
        "The content was understood but is not valid. `findings` lists what is wrong, each with its place.";
    RATE_LIMITED = "rate-limited", 429, "Too many requests",
        "A rate limit is used up. Wait as long as `Retry-After` says; `RateLimit` and `RateLimit-Policy` describe the limit.";
    CONCURRENCY_LIMITED = "concurrency-limited", 429, "Too many requests at once",
        "As many calls as are allowed at the same time are under way. Repeat the call when one of them has ended.";
    HEADERS_TOO_LARGE = "headers-too-large", 431, "Header fields too large",
        "The request's head is larger than the gateway accepts.";
    INTERNAL = "internal", 500, "Internal error",
        "Something went wrong in the gateway. Its operators find the cause by the request id.";
    NOT_IMPLEMENTED = "not-implemented", 501, "Not implemented",
        "The gateway does not do what the request asks for.";
    UPSTREAM_UNREACHABLE = "upstream-unreachable", 502, "Upstream unreachable",
        "The service behind the API could not be reached.";
    UPSTREAM_INVALID = "upstream-invalid", 502, "Invalid upstream response",
        "The service behind the API broke off or answered with something that is not valid HTTP.";
    RESPONSE_INVALID = "response-invalid", 502, "Response against the contract",
        "The service behind the API answered with something that its contract does not describe.";
    RESPONSE_TOO_LARGE = "response-too-large", 502, "Response too large",
        "The service behind the API answered with more than is passed on here.";
    BROWNOUT = "brownout", 503, "Brownout",
        "The API is deprecated, and refuses calls for a short time, as was announced, so that who still calls it notices before it ends. `Retry-After` says when it answers again; links of the answer say what comes after it.";
    AUTHORIZATION_SERVER = "authorization-server", 502, "Authorization server",
        "The authorization server that apps are registered with does not do what it was asked. `detail` has what it says.";
    OVERLOADED = "overloaded", 503, "Overloaded",
        "The gateway has reached one of its bounds. Repeat the request later.";
    IDENTITY_UNAVAILABLE = "identity-unavailable", 503, "Identity unavailable",
        "Callers cannot be told apart now, because what tells them apart cannot be reached. Repeat the request later.";
    NO_UPSTREAM = "no-upstream", 503, "No upstream available",
        "The API has no endpoint that takes requests.";
    NOT_STORED = "not-stored", 504, "Not stored",
        "The request asks for a stored answer alone (`only-if-cached`), and none is at hand.";
    UPSTREAM_TIMEOUT = "upstream-timeout", 504, "Upstream too slow",
        "The service behind the API did not answer in time.";
}

/// One refusal.
#[derive(Debug)]
pub struct Problem {
    pub kind: &'static ProblemType,
    /// What the client did and can do; no internals.
    pub detail: Cow<'static, str>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// More members of the problem.
    pub extensions: Map<String, Value>,
    /// What happened, for operators; goes to the call log, never to the client.
    pub cause: Option<Box<str>>,
    /// Whether it refuses credentials that are nobody's and never were, as those are that somebody guesses.
    pub guess: bool,
}

impl Problem {
    pub fn new(kind: &'static ProblemType, detail: impl Into<Cow<'static, str>>) -> Problem {
        let detail = detail.into();
        Problem { kind, detail, headers: Vec::new(), extensions: Map::new(), cause: None, guess: false }
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Problem {
        self.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Problem {
        self.extensions.insert(member.to_owned(), value.into());
        self
    }

    /// Says that the credentials may be guessed: they are counted against the address they come from.
    #[must_use]
    pub fn as_guess(self) -> Problem {
        Problem { guess: true, ..self }
    }

    /// Says why, for operators.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<str>>) -> Problem {
        self.cause = Some(cause.into());
        self
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body, `application/problem+json`. `instance` is the request id.
    pub fn body(&self, instance: &str) -> Bytes {
        let mut body = json!({
            "type": self.kind.uri(),
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        });
        if let Some(members) = body.as_object_mut() {
            if !instance.is_empty() {
                members.insert("instance".into(), format!("urn:pailou:request:{instance}").into());
            }
            members.extend(self.extensions.clone());
        }
        body.to_string().into()
    }
}
