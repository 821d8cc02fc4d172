//! Answers of real contracts: all of them are what the contracts say.

use std::time::{Duration, Instant};

use contract::{
    conform::{Breaches, Expected},
    mock::{Answer, Mock, Origin, Refused, Wish},
};
use schema::Direction;

use crate::real::spec;

/// What is wrong with an answer by the contract it was made of.
fn wrong(mock: &Mock, operation: &str, answer: &Answer) -> Option<String> {
    let conformance = mock.conformance();
    let terms = conformance.operation(operation).unwrap();
    let response = conformance.response(terms, answer.status)?;
    let mut breaches = Breaches::at_most(3);
    let field = |name: &str| {
        let found = answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    };
    conformance.check_response_head(response, &field, &mut breaches);
    if let Expected::Body(media) = conformance.expected_response(response, answer.content_type.as_deref()) {
        let content_type = answer.content_type.as_deref();
        conformance.check_body(media, content_type, &answer.body, Direction::Response, &mut breaches);
    }
    let all: Vec<String> = breaches.list.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Every response of every operation is answered, as an example and made by three seeds. `impossible` counts those of which nothing can be
/// said, `as_written` those whose only answer is an example that its own schema refuses.
fn check(name: &str, impossible: usize, as_written: usize) {
    let Some((contract, _)) = spec(name) else { return };
    let begun = Instant::now();
    let mock = Mock::new(&contract.document("x"));
    assert!(begun.elapsed() < Duration::from_millis(100), "{name} is ready after {:?}", begun.elapsed());
    let (mut slowest, mut largest) = ((Duration::ZERO, String::new()), 0);
    let (mut answers, mut examples, mut refused, mut faulty) = (0, 0, Vec::new(), Vec::new());
    for operation in contract.operations.iter().step_by(if cfg!(debug_assertions) { 19 } else { 1 }) {
        let terms = mock.conformance().operation(&operation.id).unwrap();
        for response in terms.responses() {
            let status = match response.status() {
                "default" => 500,
                status => status.replace(['X', 'x'], "0").parse().unwrap(),
            };
            let types: Vec<Option<&str>> = match response.content() {
                [] => vec![None],
                all => all.iter().map(|media| Some(media.media_type())).collect(),
            };
            for accept in types {
                for seed in [None, Some(1), Some(2), Some(3)] {
                    let wish = Wish { status: Some(status), accept, seed, ..Wish::default() };
                    let begun = Instant::now();
                    let answer = mock.answer(&operation.id, &wish);
                    slowest = slowest.max((begun.elapsed(), operation.id.clone()));
                    let answer = match answer {
                        Ok(answer) => answer,
                        Err(Refused::Impossible(_)) => {
                            refused.push(format!("{} {status} {accept:?} {seed:?}", operation.id));
                            continue;
                        }
                        Err(other) => panic!("{name} {} {status} {accept:?}: {other:?}", operation.id),
                    };
                    answers += 1;
                    examples += usize::from(matches!(answer.origin, Origin::Example(_)));
                    largest = largest.max(answer.body.len());
                    if let Some(wrong) = wrong(&mock, &operation.id, &answer) {
                        faulty
                            .push(format!("{} {status} {seed:?} {:?}: {wrong}", operation.id, answer.origin));
                    }
                }
            }
        }
    }
    eprintln!(
        "{name}: {answers} answers, {examples} of them examples, {} impossible, {} faulty; slowest {slowest:?}, largest {largest} bytes",
        refused.len(),
        faulty.len()
    );
    faulty.iter().chain(&refused).take(12).for_each(|line| eprintln!("  {line}"));
    assert!(refused.len() <= impossible, "{name}: nothing is said of {} responses", refused.len());
    assert!(faulty.len() <= as_written, "{name}: {} answers are not as described", faulty.len());
    // Unoptimized and on a busy machine; optimized it is a fiftieth of that.
    assert!(slowest.0 < Duration::from_secs(5), "{name}: {slowest:?}");
}

#[test]
fn stripe_answers_as_it_says() {
    check("stripe.json", 0, 0);
}

#[test]
fn github_answers_as_it_says() {
    check("github.json", 0, 0);
}

#[test]
fn digitalocean_answers_as_it_says() {
    check("digitalocean.yaml", 0, 0);
}

#[test]
fn kubernetes_answers_as_it_says() {
    check("kubernetes.json", 0, 0);
}
