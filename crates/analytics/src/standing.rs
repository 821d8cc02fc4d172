//! How upstreams stand, as Prometheus reads it.

use std::fmt::Write as _;

use model::standing::{BreakerState, EndpointStanding, UpstreamStanding};

use crate::metrics::{Label, family};

/// Endpoints that have numbers of their own; those beyond are left out.
const MOST_ENDPOINTS: usize = 10_000;

/// How upstreams stand, as Prometheus reads it (exposition format 0.0.4).
pub fn upstream_metrics(upstreams: &[UpstreamStanding]) -> String {
    let mut text = String::new();
    if upstreams.is_empty() {
        return text;
    }
    let breaker = |state: Option<BreakerState>| {
        state.map(|state| match state {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        })
    };
    of_endpoints(
        &mut text,
        upstreams,
        "pailou_endpoint_up",
        "Whether an endpoint gets requests now: 1, or 0.",
        |endpoint| Some(u64::from(endpoint.takes_requests)),
    );
    of_endpoints(
        &mut text,
        upstreams,
        "pailou_endpoint_requests",
        "Requests under way at an endpoint, where they are counted.",
        |endpoint| endpoint.in_flight.map(u64::from),
    );
    of_endpoints(
        &mut text,
        upstreams,
        "pailou_endpoint_breaker",
        "The breaker of an endpoint: 0 closed, 1 half-open, 2 open.",
        |endpoint| breaker(endpoint.breaker),
    );
    let mut of_upstreams =
        |name: &str, kind: &str, help: &str, value: &dyn Fn(&UpstreamStanding) -> Option<u64>| {
            let mut values = upstreams.iter().filter_map(|one| Some((one, value(one)?))).peekable();
            if values.peek().is_none() {
                return;
            }
            family(&mut text, name, kind, help);
            for (one, value) in values {
                let _ = writeln!(text, "{name}{{upstream=\"{}\"}} {value}", Label(&one.upstream));
            }
        };
    let some = |number: u64| (number > 0).then_some(number);
    of_upstreams(
        "pailou_upstream_breaker",
        "gauge",
        "The breaker of an upstream: 0 closed, 1 half-open, 2 open.",
        &|one| breaker(one.breaker),
    );
    of_upstreams(
        "pailou_upstream_requests",
        "gauge",
        "Requests under way to an upstream, where they are bounded.",
        &|one| one.requests.map(u64::from),
    );
    of_upstreams(
        "pailou_upstream_connections",
        "gauge",
        "Connections to an upstream, where they are bounded.",
        &|one| one.connections.map(u64::from),
    );
    of_upstreams("pailou_upstream_pending", "gauge", "Requests that wait for an upstream.", &|one| {
        some(one.pending.into())
    });
    of_upstreams("pailou_upstream_retries_total", "counter", "Requests sent again.", &|one| {
        some(one.retries)
    });
    of_upstreams(
        "pailou_upstream_retries_over_budget_total",
        "counter",
        "Requests not sent again because the budget was used up.",
        &|one| some(one.over_budget),
    );
    of_upstreams(
        "pailou_upstream_hedges_total",
        "counter",
        "Requests sent beside one that was slow.",
        &|one| some(one.hedges),
    );
    of_upstreams(
        "pailou_upstream_hedges_won_total",
        "counter",
        "Requests sent beside one that was slow, and answered first.",
        &|one| some(one.hedges_won),
    );
    of_upstreams(
        "pailou_upstream_overloaded_total",
        "counter",
        "Requests refused because too many waited for an upstream, or they waited too long.",
        &|one| some(one.overloaded),
    );
    of_upstreams(
        "pailou_upstream_broken_total",
        "counter",
        "Requests refused by the breaker of an upstream.",
        &|one| some(one.broken),
    );
    text
}

fn of_endpoints(
    text: &mut String,
    upstreams: &[UpstreamStanding],
    name: &str,
    help: &str,
    value: impl Fn(&EndpointStanding) -> Option<u64>,
) {
    let all = upstreams.iter().flat_map(|one| one.endpoints.iter().map(move |endpoint| (one, endpoint)));
    let all = all.take(MOST_ENDPOINTS).filter_map(|(one, endpoint)| Some((one, endpoint, value(endpoint)?)));
    let mut all = all.peekable();
    if all.peek().is_none() {
        return;
    }
    family(text, name, "gauge", help);
    for (one, endpoint, value) in all {
        let (upstream, url) = (Label(&one.upstream), Label(&endpoint.url));
        let _ = writeln!(text, "{name}{{upstream=\"{upstream}\",endpoint=\"{url}\"}} {value}");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_known_is_told_and_what_is_not_is_left_out() {
        let standing = json!({
            "upstream": "upstream/orders", "pending": 0, "retries": 3, "over_budget": 0, "overloaded": 0, "broken": 0,
            "breaker": "half-open", "history": [],
            "endpoints": [
                { "url": "http://a", "weight": 1, "takes_requests": false, "out": "ejected", "history": [] },
                { "url": "http://b", "weight": 1, "takes_requests": true, "in_flight": 2, "history": [] },
            ],
        });
        let text = upstream_metrics(&[serde_json::from_value(standing).unwrap()]);
        for line in [
            "pailou_endpoint_up{upstream=\"upstream/orders\",endpoint=\"http://a\"} 0",
            "pailou_endpoint_requests{upstream=\"upstream/orders\",endpoint=\"http://b\"} 2",
            "pailou_upstream_breaker{upstream=\"upstream/orders\"} 1",
            "pailou_upstream_retries_total{upstream=\"upstream/orders\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("pailou_endpoint_breaker") && !text.contains("overloaded"), "{text}");
        assert_eq!(upstream_metrics(&[]), "");
    }
}
