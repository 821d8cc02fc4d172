//! The pages of the manual run: every exchange on them is made, and answered as the page says.

use std::{collections::HashMap, fs, path::PathBuf, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use expr::Condition;
use model::{
    KeyHash,
    event::Target,
    snapshot::{Access, Caller},
};
use policies::CATALOG;
use policy::{BuildCx, CallerIndex, Filter, Reply, Request, ResponseHead, Step, Time};
use serde_json::{Map, Value, json};

use crate::page::{Answer, Exchange, Scenario, scenarios};

fn page(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies").join(format!("{name}.md"))
}

#[test]
fn every_policy_has_a_page_that_runs() {
    for policy in CATALOG.0 {
        let name = format!("{}.md", policy.name());
        let text =
            fs::read_to_string(page(policy.name())).unwrap_or_else(|e| panic!("docs/policies/{name}: {e}"));
        let scenarios = scenarios(&name, &text);
        let shown = scenarios.iter().flat_map(|s| &s.policies).any(|used| used.policy == policy.name());
        assert!(shown, "{name} does not use {}", policy.name());
        for scenario in scenarios {
            assert!(
                !scenario.exchanges.is_empty(),
                "{}: a configuration that nothing is asked of",
                scenario.at
            );
            let chain = Chain::build(&scenario);
            for exchange in &scenario.exchanges {
                exchange.check(&chain.answer(exchange));
            }
        }
    }
}

/// The filters of one configuration, in front of an upstream that answers with the headers it got.
struct Chain {
    rules: Vec<(Box<dyn Filter>, Option<Condition>)>,
}

impl Chain {
    fn build(scenario: &Scenario) -> Chain {
        let counters = proxy::LocalCounters::default();
        let mut rules = Vec::new();
        for (index, used) in scenario.policies.iter().enumerate() {
            let cx = BuildCx { scope: &format!("{}#{index}", scenario.at), counters: &counters };
            let entry = CATALOG.find(&used.policy).unwrap();
            let filter = entry.build(&used.config, &cx).unwrap_or_else(|e| panic!("{}: {e}", scenario.at));
            let when = used.when.as_deref().map(|when| Condition::parse(when).unwrap());
            rules.push((entry.stage(), filter, when));
        }
        rules.sort_by_key(|(stage, ..)| *stage);
        Chain { rules: rules.into_iter().map(|(_, filter, when)| (filter, when)).collect() }
    }

    fn answer(&self, exchange: &Exchange) -> Answer {
        let mut head = http::Request::builder().method(exchange.method.clone()).uri(&exchange.target);
        head.headers_mut().unwrap().extend(exchange.headers.iter().cloned());
        let mut req = request(head.body(()).unwrap().into_parts().0);
        let applies: Vec<_> = self
            .rules
            .iter()
            .filter(|(_, when)| when.as_ref().is_none_or(|w| w.holds(&req.facts())))
            .collect();
        let refused = applies.iter().find_map(|(filter, _)| match filter.on_request(&mut req) {
            Step::Done(flow) => flow.err(),
            Step::Wait(_) => panic!("the filter waits"),
        });
        let (mut res, body) = match refused {
            None => {
                let headers: Map<_, _> = req
                    .head
                    .headers
                    .iter()
                    .map(|(n, v)| (n.to_string(), Value::from(v.to_str().unwrap())))
                    .collect();
                let body = json!({ "headers": headers, "target": req.head.uri.to_string() });
                (
                    ResponseHead { status: http::StatusCode::OK, headers: Default::default() },
                    body.to_string().into(),
                )
            }
            Some(Reply::Answer(answer)) => *answer,
            Some(Reply::Problem(problem)) => {
                let mut headers = http::HeaderMap::from_iter(problem.headers.clone());
                headers.insert(http::header::CONTENT_TYPE, "application/problem+json".parse().unwrap());
                (ResponseHead { status: problem.status(), headers }, problem.body(""))
            }
        };
        applies.iter().rev().for_each(|(filter, _)| filter.on_response(&mut res));
        res.finish(std::mem::take(&mut req.on_reply));
        Answer { status: res.status, headers: res.headers, body: body.to_vec() }
    }
}

fn request(head: http::request::Parts) -> Request {
    Request {
        head,
        arrived: Time { monotonic: 0, unix_ms: 1_700_000_000_000 },
        client: "127.0.0.1".parse().unwrap(),
        target: Arc::new(Target {
            workspace: "default".into(),
            service: "api/orders".into(),
            operation: "".into(),
            path: "/".into(),
        }),
        identity: None,
        callers: Arc::new(Callers::of_the_pages()),
        on_reply: Vec::new(),
    }
}

struct Callers(HashMap<KeyHash, Arc<Caller>>);

impl Callers {
    /// The callers that every page knows.
    fn of_the_pages() -> Callers {
        let known = [("consumer/ada", Access::Any), ("app/shop", Access::Subscribed(Vec::new()))];
        let of = |(key, access): (&str, Access)| {
            let name = key.split('/').nth(1).unwrap();
            let secret = format!("{name}-key-0123456789");
            let hash = KeyHash(digest(&SHA256, secret.as_bytes()).as_ref().try_into().unwrap());
            let workspace = "default".parse().unwrap();
            let caller = Caller {
                key: key.into(),
                name: name.into(),
                workspace,
                groups: Vec::new(),
                keys: Vec::new(),
                access,
                policies: Vec::new(),
            };
            (hash, Arc::new(caller))
        };
        Callers(known.into_iter().map(of).collect())
    }
}

impl CallerIndex for Callers {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        Some((Arc::clone(self.0.get(hash)?), None))
    }
}
