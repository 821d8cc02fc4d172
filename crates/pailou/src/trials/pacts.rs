//! Pact files, verified: each interaction is asked of the service, in the state that it names.

use std::path::Path;

use contract::request::Request;
use serde_json::{Map, Value, json};
use trial::{
    CaseFailure, Check, Identity, Kind, OperationReport, Report,
    pact::{Interaction, Pact, StateAsked},
};
use url::form_urlencoded::byte_serialize;

use super::{
    options::TestArgs,
    send::{Outgoing, Sender, Unanswered},
};
use crate::shutdown::Failure;

/// Differences that are told of one interaction.
const TOLD: usize = 20;

pub(super) async fn verify(
    args: &TestArgs,
    sender: &Sender,
    file: &Path,
    text: &str,
    report: &mut Report,
) -> Result<(), Failure> {
    let pact = Pact::parse(text).map_err(|why| Failure::new(format!("{}: {why}", file.display())))?;
    if report.title.is_empty() {
        report.title = format!("{}, as {} needs it", pact.provider, pact.consumer);
    }
    for message in &pact.messages {
        report.notes.push(format!("skipped: `{message}` is a message, and only HTTP is verified"));
    }
    let states = args.state_url.as_deref();
    if states.is_none() && pact.interactions.iter().any(|one| !one.states.is_empty()) {
        report.notes.push(
            "interactions name states of the service, and no --state-url was given: it was asked as it is"
                .to_owned(),
        );
    }
    for interaction in &pact.interactions {
        let one = verified(sender, &pact.consumer, interaction, states).await;
        let one = match one {
            Ok(one) => one,
            Err(Unanswered::TimeIsOver) => {
                report.unsent += 1;
                continue;
            }
            Err(Unanswered::Unreachable(why) | Unanswered::Broken(why))
                if report.sent() == 0 && report.operations.is_empty() =>
            {
                return Err(Failure::new(format!("{} does not answer: {why}", sender.shown())));
            }
            Err(Unanswered::Unreachable(why) | Unanswered::Broken(why)) => {
                let mut one = blank(interaction);
                one.add(failure(Check::NoAnswer, interaction, why, None, String::new(), String::new()));
                one
            }
        };
        report.operations.push(one);
    }
    Ok(())
}

fn blank(interaction: &Interaction) -> OperationReport {
    let mut one = OperationReport {
        id: interaction.description.clone(),
        method: interaction.method.clone(),
        path: interaction.path.clone(),
        ..OperationReport::default()
    };
    one.cases.sent = 1;
    one.cases.by_kind.insert(Kind::Pact.as_str(), 1);
    one
}

fn failure(
    check: Check,
    interaction: &Interaction,
    message: String,
    status: Option<u16>,
    curl: String,
    answer: String,
) -> CaseFailure {
    let case = interaction.description.clone();
    CaseFailure {
        check,
        kind: Kind::Pact,
        case,
        message,
        pointer: String::new(),
        status,
        curl,
        answer,
        alike: 1,
    }
}

async fn verified(
    sender: &Sender,
    consumer: &str,
    interaction: &Interaction,
    states: Option<&str>,
) -> Result<OperationReport, Unanswered> {
    let mut one = blank(interaction);
    let mut values = Map::new();
    for state in &interaction.states {
        match set(sender, states, consumer, state, "setup").await? {
            Ok(more) => values.extend(more),
            Err(why) => {
                let message = format!("the state `{}` could not be had: {why}", state.name);
                one.cases.failed = 1;
                one.add(failure(
                    Check::ProviderState,
                    interaction,
                    message,
                    None,
                    String::new(),
                    String::new(),
                ));
                return Ok(one);
            }
        }
    }
    let outgoing = asked(sender, interaction, &values).map_err(Unanswered::Broken)?;
    let answer = sender.send(&outgoing).await?;
    one.saw(answer.status);
    let mismatches = interaction.mismatches(&answer);
    one.cases.failed = usize::from(!mismatches.is_empty());
    for message in mismatches.into_iter().take(TOLD) {
        let (curl, shown) = (sender.curl(&outgoing), sender.redacted(super::cases::shown(&answer)));
        let message = sender.redacted(message);
        one.add(failure(Check::Pact, interaction, message, Some(answer.status), curl, shown));
    }
    for state in &interaction.states {
        // What cannot be undone is told by the interaction that comes to grief over it.
        let _ = set(sender, states, consumer, state, "teardown").await?;
    }
    Ok(one)
}

/// Asks for a state; the values that it gives.
async fn set(
    sender: &Sender,
    url: Option<&str>,
    consumer: &str,
    state: &StateAsked,
    action: &str,
) -> Result<Result<Map<String, Value>, String>, Unanswered> {
    let Some(url) = url else { return Ok(Ok(Map::new())) };
    let Ok(url) = url.parse() else { return Ok(Err("--state-url is no URL".to_owned())) };
    let body = json!({ "action": action, "consumer": consumer, "state": state.name, "params": state.params });
    let outgoing = Outgoing {
        method: "POST".to_owned(),
        url,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Some(body.to_string().into_bytes()),
        secret_query: Vec::new(),
    };
    let answer = match sender.send(&outgoing).await {
        Ok(answer) => answer,
        Err(Unanswered::Unreachable(why) | Unanswered::Broken(why)) => return Ok(Err(why)),
        Err(over) => return Err(over),
    };
    if answer.status >= 300 {
        return Ok(Err(format!("{}", answer.status)));
    }
    let values: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(Ok(values.as_object().cloned().unwrap_or_default()))
}

/// The request, with the values that the state gave.
fn asked(
    sender: &Sender,
    interaction: &Interaction,
    values: &Map<String, Value>,
) -> Result<Outgoing, String> {
    let encoded = |text: &str| -> String { byte_serialize(text.as_bytes()).collect() };
    let mut query = interaction.query.clone();
    let mut headers = interaction.headers.clone();
    let mut path = interaction.path.clone();
    let mut body = interaction.body.clone();
    for (what, place, expression) in &interaction.from_state {
        let Some(value) = filled(expression, values) else { continue };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // `$.id`, `$['id']`, or the name alone.
        let name = place.trim_start_matches('$').trim_start_matches('.').trim_start_matches("['");
        let name = name.split(['[', ']', '\'']).next().unwrap_or_default();
        let pairs = match what.as_str() {
            "path" => {
                path = text;
                continue;
            }
            "body" => {
                let pointer =
                    format!("/{}", place.trim_start_matches("$.").replace(['.', '['], "/").replace(']', ""));
                let document = body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
                if let Some(mut document) = document {
                    if let Some(spot) = document.pointer_mut(&pointer) {
                        *spot = value;
                    }
                    body = Some(document.to_string().into_bytes());
                }
                continue;
            }
            "query" => &mut query,
            "header" | "headers" => &mut headers,
            _ => continue,
        };
        for (known, value) in pairs.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
            let _ = known;
            value.clone_from(&text);
        }
    }
    if !path.starts_with('/') {
        return Err(format!("the path `{path}` does not begin with `/`"));
    }
    let request = Request {
        method: interaction.method.clone(),
        path,
        query: query.iter().map(|(name, value)| (encoded(name), encoded(value))).collect(),
        headers,
        body,
        ..Request::default()
    };
    sender.outgoing(&request, &Identity::Given, None)
}

/// `${name}` filled in; as the state gave it where that is all.
fn filled(expression: &str, values: &Map<String, Value>) -> Option<Value> {
    let whole = expression.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(value) = whole.and_then(|name| values.get(name)) {
        return Some(value.clone());
    }
    let mut made = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        let value = values.get(name)?;
        made.push_str(before);
        made.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        rest = after;
    }
    Some(Value::String(made + rest))
}
