//! The cases of a contract, sent operation by operation.

use contract::{Contract, Operation, conform::Conformance, mock::Needs, request::Asking};
use futures_util::{StreamExt, stream};
use trial::{
    Answer, Bounds, Case, CaseFailure, Check, Expect, Failure as Fault, Kind, OperationReport, Report,
};

use super::{
    options::TestArgs,
    send::{Outgoing, Sender, Unanswered},
};
use crate::shutdown::Failure;

/// So many requests in a row that reach nobody end the test.
const GONE: usize = 10;
/// Characters of an answer that are shown.
const SHOWN: usize = 400;

pub(super) async fn send(
    args: &TestArgs,
    sender: &Sender,
    contract: &Contract,
    conformance: &Conformance,
    report: &mut Report,
) -> Result<(), Failure> {
    let skipped = skipped(args)?;
    let bounds = Bounds {
        seed: args.seed,
        most: args.cases as usize,
        unsafe_methods: args.unsafe_methods,
        ..Bounds::default()
    };
    let wanted: Vec<&Operation> = contract.operations.iter().filter(|one| is_wanted(args, one)).collect();
    if wanted.is_empty() {
        return Err(Failure::new("the contract has no operation that is asked for"));
    }
    let mut trial = Trial { args, sender, conformance, bounds, skipped, gone: 0, over: false };
    for operation in wanted {
        let one = trial.operation(operation, report).await?;
        report.operations.push(one);
    }
    if report.unsent > 0 {
        let why = if trial.over { "time was over (--time)" } else { "the service was gone" };
        report.notes.push(format!("{} cases were not sent: {why}", report.unsent));
    }
    if report.operations.iter().all(|operation| operation.skipped.is_some()) {
        return Err(Failure::new(
            "nothing could be asked: every operation may change something; give --unsafe where the service may be changed",
        ));
    }
    Ok(())
}

struct Trial<'t> {
    args: &'t TestArgs,
    sender: &'t Sender,
    conformance: &'t Conformance,
    bounds: Bounds,
    skipped: Vec<Check>,
    gone: usize,
    over: bool,
}

/// A case with what came of it.
type Outcome = (Case, Result<Outgoing, String>, Result<Answer, Unanswered>);

impl Trial<'_> {
    async fn operation(
        &mut self,
        operation: &Operation,
        report: &mut Report,
    ) -> Result<OperationReport, Failure> {
        let mut one = OperationReport {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            ..OperationReport::default()
        };
        let Some(asking) = Asking::new(self.conformance, &operation.id) else { return Ok(one) };
        let parameters = asking.terms().parameters();
        let told = |at: usize| format!("{} {}", parameters[at].place().as_str(), parameters[at].name());
        one.parameters = (0..parameters.len()).map(|at| (told(at), false)).collect();
        let has_body = !asking.terms().body_content().is_empty();
        if has_body {
            one.parameters.insert("body".to_owned(), false);
        }
        one.statuses.declared =
            asking.terms().responses().iter().map(|one| one.status().to_owned()).collect();
        let cases = trial::plan(self.conformance, &operation.id, &self.bounds);
        if cases.is_empty() {
            let safe = matches!(operation.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY");
            one.skipped = Some(match safe || self.bounds.unsafe_methods {
                true => "nothing was found that its schemas take",
                false => "it may change something; give --unsafe where the service may be changed",
            });
            one.finish();
            return Ok(one);
        }
        let needs = Needs::read(self.conformance, &operation.id);
        let credentials: Vec<_> =
            needs.alternatives().iter().flatten().map(|scheme| scheme.credential.clone()).collect();
        let given = self.sender.has(&credentials);
        for (case, outgoing, outcome) in self.all(cases, report).await? {
            let answer = match outcome {
                Ok(answer) => answer,
                Err(Unanswered::TimeIsOver) => {
                    self.over = true;
                    report.unsent += 1;
                    continue;
                }
                Err(Unanswered::Unreachable(why) | Unanswered::Broken(why)) => {
                    one.cases.sent += 1;
                    *one.cases.by_kind.entry(case.kind.as_str()).or_default() += 1;
                    let fault = Fault::new(Check::NoAnswer, why);
                    self.failed(&mut one, &case, outgoing.as_ref().ok(), None, vec![fault]);
                    continue;
                }
            };
            one.cases.sent += 1;
            *one.cases.by_kind.entry(case.kind.as_str()).or_default() += 1;
            if case.kind != Kind::Method {
                one.saw(answer.status);
            }
            if case.expect == Expect::Taken && answer.status < 400 {
                case.request.carries.iter().for_each(|at| {
                    one.parameters.insert(told(*at), true);
                });
                if case.request.body.is_some() && has_body {
                    one.parameters.insert("body".to_owned(), true);
                }
            }
            let faults = trial::judge(&asking, &case, &answer, given, self.args.strict);
            self.failed(&mut one, &case, outgoing.as_ref().ok(), Some(&answer), faults);
        }
        one.finish();
        Ok(one)
    }

    /// Sends cases, several at once, and gives what came of them in their order.
    async fn all(&mut self, cases: Vec<Case>, report: &mut Report) -> Result<Vec<Outcome>, Failure> {
        let mut prepared = Vec::new();
        for case in cases {
            let own = case.about.as_ref().and_then(|about| about.name.as_deref());
            let outgoing = self.sender.outgoing(&case.request, &case.identity, own);
            prepared.push((case, outgoing));
        }
        let sender = self.sender;
        let calls = prepared.iter().map(|(_, outgoing)| async move {
            match outgoing {
                Ok(outgoing) => sender.send(outgoing).await,
                Err(why) => Err(Unanswered::Broken(why.clone())),
            }
        });
        let mut calls = stream::iter(calls).buffered(self.args.concurrency as usize);
        let mut answers = Vec::new();
        while self.gone < GONE
            && let Some(answer) = calls.next().await
        {
            match &answer {
                Err(Unanswered::Unreachable(why)) if report.sent() == 0 && answers.is_empty() => {
                    let message = format!("{} does not answer: {why}", self.sender.shown());
                    return Err(Failure::new(message));
                }
                Err(Unanswered::Unreachable(_)) => self.gone += 1,
                Err(Unanswered::TimeIsOver) => {}
                _ => self.gone = 0,
            }
            answers.push(answer);
        }
        drop(calls);
        report.unsent += prepared.len() - answers.len();
        let answered = prepared.into_iter().zip(answers);
        Ok(answered.map(|((case, outgoing), answer)| (case, outgoing, answer)).collect())
    }

    fn failed(
        &self,
        one: &mut OperationReport,
        case: &Case,
        outgoing: Option<&Outgoing>,
        answer: Option<&Answer>,
        faults: Vec<Fault>,
    ) {
        let faults: Vec<Fault> =
            faults.into_iter().filter(|fault| !self.skipped.contains(&fault.check)).collect();
        one.cases.failed += usize::from(!faults.is_empty());
        for Fault { check, message, pointer } in faults {
            one.add(CaseFailure {
                check,
                kind: case.kind,
                case: case.what.clone(),
                message: self.sender.redacted(message),
                pointer,
                status: answer.map(|answer| answer.status),
                curl: outgoing.map(|outgoing| self.sender.curl(outgoing)).unwrap_or_default(),
                answer: answer.map(|answer| self.sender.redacted(shown(answer))).unwrap_or_default(),
                alike: 1,
            });
        }
    }
}

/// The first characters of an answer.
pub(super) fn shown(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let short: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect();
    format!("{} {short}", answer.status)
}

fn is_wanted(args: &TestArgs, operation: &Operation) -> bool {
    let named = |pattern: &String| {
        let whole = format!("{} {}", operation.method, operation.path);
        fits(pattern, &operation.id) || fits(pattern, &whole)
    };
    (args.include.is_empty() || args.include.iter().any(named)) && !args.exclude.iter().any(named)
}

/// Whether a text is as a pattern says, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    let mut rest = rest;
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

fn skipped(args: &TestArgs) -> Result<Vec<Check>, Failure> {
    let named = |name: &String| {
        Check::ALL.into_iter().find(|check| check.as_str() == name).ok_or_else(|| {
            let all: Vec<&str> = Check::ALL.iter().map(|check| check.as_str()).collect();
            Failure::new(format!("--skip-check: `{name}` is no check; there are {}", all.join(", ")))
        })
    };
    args.skip_check.iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fitting) in [
            ("getOrder", "getOrder", true),
            ("get*", "getOrder", true),
            ("* /orders*", "GET /orders/{id}", true),
            ("*Order", "getOrders", false),
            ("g*t*r", "getOrder", true),
            ("get", "getOrder", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), fitting, "{pattern} and {text}");
        }
    }
}
