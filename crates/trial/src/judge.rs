//! Answers judged by what the contract says of them.

use contract::{
    conform::{Breach, Breaches, Expected, Kind as Form, Place, media_kind},
    request::Asking,
};
use schema::Direction;
use serde::Serialize;

use crate::case::{Case, Expect, Identity, Kind};

/// Faults of one answer that are told.
const MOST: usize = 5;

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// There was more of the body than was read.
    pub cut: bool,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// No answer came, or one that breaks off.
    NoAnswer,
    /// A 5xx.
    ServerError,
    /// A status that the contract does not have.
    UndeclaredStatus,
    /// A type of content that the contract does not have.
    ContentType,
    /// A header that is missing or not as described.
    ResponseHeader,
    /// A body that is not as described.
    ResponseBody,
    /// What the contract does not take was taken.
    InvalidAccepted,
    /// What the contract takes was refused.
    ValidRefused,
    /// A method that the path does not have was taken.
    MethodAccepted,
    /// A 405 that does not say what is allowed (RFC 9110 §15.5.6).
    MissingAllow,
    /// Nobody had to say who they are.
    AuthIgnored,
    /// Credentials of no worth did.
    AuthUnchecked,
    /// Credentials are asked for, and none were given.
    CredentialsNeeded,
    /// An answer is not as a consumer needs it.
    Pact,
    /// The service cannot be brought into the state that a pact names.
    ProviderState,
}

impl Check {
    pub const ALL: [Check; 15] = [
        Check::NoAnswer,
        Check::ServerError,
        Check::UndeclaredStatus,
        Check::ContentType,
        Check::ResponseHeader,
        Check::ResponseBody,
        Check::InvalidAccepted,
        Check::ValidRefused,
        Check::MethodAccepted,
        Check::MissingAllow,
        Check::AuthIgnored,
        Check::AuthUnchecked,
        Check::CredentialsNeeded,
        Check::Pact,
        Check::ProviderState,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Check::NoAnswer => "no-answer",
            Check::ServerError => "server-error",
            Check::UndeclaredStatus => "undeclared-status",
            Check::ContentType => "content-type",
            Check::ResponseHeader => "response-header",
            Check::ResponseBody => "response-body",
            Check::InvalidAccepted => "invalid-accepted",
            Check::ValidRefused => "valid-refused",
            Check::MethodAccepted => "method-accepted",
            Check::MissingAllow => "missing-allow",
            Check::AuthIgnored => "auth-ignored",
            Check::AuthUnchecked => "auth-unchecked",
            Check::CredentialsNeeded => "credentials-needed",
            Check::Pact => "pact",
            Check::ProviderState => "provider-state",
        }
    }
}

/// Something that is not as the contract says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub check: Check,
    /// Lower case, without a full stop.
    pub message: String,
    /// JSON pointer (RFC 6901) into the body of the answer, or into the part of the request that the case is about.
    pub pointer: String,
}

impl Failure {
    pub fn new(check: Check, message: impl Into<String>) -> Failure {
        Failure { check, message: message.into(), pointer: String::new() }
    }
}

/// What is wrong with an answer. `has_credentials`: some were given that the operation asks for. `strict`: refusals have to be of a status
/// that the contract has, too.
pub fn judge(
    asking: &Asking<'_>,
    case: &Case,
    answer: &Answer,
    has_credentials: bool,
    strict: bool,
) -> Vec<Failure> {
    let mut failures = Vec::new();
    let status = answer.status;
    if status >= 500 && !(case.expect == Expect::NoSuchMethod && status == 501) {
        let message = format!("{status}: no request should come to this");
        failures.push(Failure::new(Check::ServerError, message));
        return failures;
    }
    let about = || case.about.as_ref().map(|about| about.pointer.clone()).unwrap_or_default();
    match case.expect {
        Expect::Taken if status == 401 && !has_credentials && asks_for_credentials(asking) => {
            let message = "401: the operation asks for credentials; give them with --header or --query";
            failures.push(Failure::new(Check::CredentialsNeeded, message));
        }
        Expect::Taken if is_refusal_of_content(status) => {
            let message = format!("{status}, and the request is as the contract says");
            failures.push(Failure { pointer: about(), ..Failure::new(Check::ValidRefused, message) });
        }
        Expect::Refused if status < 400 => {
            let message = format!("{status}, and the contract does not take the request");
            failures.push(Failure { pointer: about(), ..Failure::new(Check::InvalidAccepted, message) });
        }
        Expect::NoSuchMethod if status < 400 => {
            let message = format!("{status}, and the contract has no such method; 405 is expected");
            failures.push(Failure::new(Check::MethodAccepted, message));
        }
        Expect::NoSuchMethod if status == 405 && answer.field("allow").is_none() => {
            failures.push(Failure::new(
                Check::MissingAllow,
                "405 without `Allow`: it says which methods there are",
            ));
        }
        Expect::Unauthorized if !matches!(status, 401 | 403 | 404) => {
            let message = format!("{status}, and the contract asks for credentials; 401 or 403 is expected");
            let wrong = matches!(case.identity, Identity::Wrong(_));
            let check = if wrong { Check::AuthUnchecked } else { Check::AuthIgnored };
            failures.push(Failure::new(check, message));
        }
        _ => {}
    }
    if case.kind != Kind::Method && !failures.iter().any(|failure| failure.check == Check::CredentialsNeeded)
    {
        let refused = case.expect != Expect::Taken && (400..500).contains(&status) && !strict;
        of_response(asking, answer, refused, &mut failures);
    }
    failures
}

/// Statuses that say that something is wrong with the request itself. Others, such as 404 and 409, depend on what there is.
fn is_refusal_of_content(status: u16) -> bool {
    matches!(status, 400 | 405 | 406 | 411 | 413 | 414 | 415 | 422 | 431)
}

fn asks_for_credentials(asking: &Asking<'_>) -> bool {
    !contract::mock::Needs::read(asking.conformance(), asking.id).alternatives().is_empty()
}

/// What is wrong with the answer itself.
fn of_response(asking: &Asking<'_>, answer: &Answer, may_be_undeclared: bool, failures: &mut Vec<Failure>) {
    let conformance = asking.conformance();
    if asking.terms().responses().is_empty() {
        return;
    }
    let Some(response) = conformance.response(asking.terms(), answer.status) else {
        if !may_be_undeclared {
            let declared: Vec<&str> = asking.terms().responses().iter().map(|one| one.status()).collect();
            let message = format!("{} is none that the contract has: {}", answer.status, declared.join(", "));
            failures.push(Failure::new(Check::UndeclaredStatus, message));
        }
        return;
    };
    let mut breaches = Breaches::at_most(MOST);
    conformance.check_response_head(response, &|name| answer.field(name), &mut breaches);
    let bodiless = asking.method == "HEAD" || matches!(answer.status, 204 | 205 | 304);
    if !bodiless {
        let content_type = answer.field("content-type");
        match conformance.expected_response(response, content_type.as_deref()) {
            Expected::Anything => {}
            Expected::Unknown(types) => {
                let types = types.join(" or ");
                let message = match &content_type {
                    Some(said) => format!("the answer is of {}; the contract has {types}", short(said)),
                    None => format!("the answer has no `Content-Type`; the contract has {types}"),
                };
                failures.push(Failure::new(Check::ContentType, message));
            }
            Expected::Body(media) => {
                let kind = media_kind(content_type.as_deref().unwrap_or(media.media_type()));
                if media.is_described() && !answer.cut && !matches!(kind, Form::Binary | Form::Stream) {
                    let direction = Direction::Response;
                    conformance.check_body(
                        media,
                        content_type.as_deref(),
                        &answer.body,
                        direction,
                        &mut breaches,
                    );
                }
            }
        }
    }
    failures.extend(breaches.list.into_iter().map(of_breach));
}

fn of_breach(breach: Breach) -> Failure {
    let check = if breach.place == Place::Body { Check::ResponseBody } else { Check::ResponseHeader };
    let message = breach.to_string();
    Failure { check, message, pointer: breach.pointer }
}

fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(100).collect()
}

impl Answer {
    /// The lines of a field as one.
    pub fn field(&self, name: &str) -> Option<String> {
        let all: Vec<&str> = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        if all.is_empty() { None } else { Some(all.join(", ")) }
    }
}
