//! What of retries, limits, health and breakers can be checked by looking at an upstream alone.

use model::{
    ActiveCheck, CheckType, CircuitBreaker, Hedge, HedgeAfter, PassiveCheck, Retries, Span, Upstream,
    UpstreamLimits,
};

use super::{Id, Report};

/// Retries of one request at most.
const MOST_ATTEMPTS: u8 = 10;
/// The largest body that can be remembered, bytes: as many as requests under way may be remembered at once.
const MOST_REPLAY: u64 = 16 << 20;

/// Where findings go, and the field they are about.
struct At<'a, 'r, 's> {
    id: &'a Id,
    prefix: String,
    report: &'r mut Report<'s>,
}

impl At<'_, '_, '_> {
    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.report.error(self.id, &format!("{}.{field}", self.prefix), "invalid-upstream", message);
    }

    fn span(&mut self, field: &str, span: Span) {
        if span.0.is_zero() {
            self.wrong(field, "must be longer than `0s`");
        }
    }

    fn percent(&mut self, field: &str, percent: u8) {
        if percent > 100 {
            self.wrong(field, "a share is at most 100 percent");
        }
    }

    fn at_least_one(&mut self, field: &str, number: Option<u32>) {
        if number == Some(0) {
            self.wrong(field, "must be at least 1");
        }
    }

    fn methods(&mut self, methods: &[String]) {
        for (index, method) in methods.iter().enumerate() {
            if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') {
                self.wrong(&format!("methods[{index}]"), format!("`{method}` is no method, such as `GET`"));
            }
        }
    }

    fn codes(&mut self, field: &str, codes: &[u16]) {
        for (at, code) in codes.iter().enumerate() {
            if !(200..600).contains(code) {
                self.wrong(
                    &format!("{field}[{at}]"),
                    format!("{code} is no status of an answer, 200 to 599"),
                );
            }
        }
    }
}

pub(crate) fn check_resilience(id: &Id, prefix: &str, upstream: &Upstream, report: &mut Report<'_>) {
    let mut at = |field: &str, check: &mut dyn FnMut(&mut At<'_, '_, '_>)| {
        check(&mut At { id, prefix: format!("{prefix}{field}"), report });
    };
    if let Some(retries) = &upstream.retries {
        at("retries", &mut |at| check_retries(retries, at));
    }
    if let Some(hedge) = &upstream.hedge {
        at("hedge", &mut |at| check_hedge(hedge, at));
    }
    if let Some(limits) = &upstream.limits {
        at("limits", &mut |at| check_limits(limits, at));
    }
    if let Some(checks) = &upstream.health_checks {
        at("health_checks", &mut |at| at.percent("panic_percent", checks.panic_percent));
        if let Some(active) = &checks.active {
            at("health_checks.active", &mut |at| check_active(active, at));
        }
        if let Some(passive) = &checks.passive {
            at("health_checks.passive", &mut |at| check_passive(passive, at));
        }
    }
    if let Some(breakers) = &upstream.circuit_breaker {
        for (field, breaker) in [("endpoint", &breakers.endpoint), ("upstream", &breakers.upstream)] {
            if let Some(breaker) = breaker {
                at(&format!("circuit_breaker.{field}"), &mut |at| check_breaker(breaker, at));
            }
        }
    }
}

fn check_retries(retries: &Retries, at: &mut At<'_, '_, '_>) {
    if retries.attempts > MOST_ATTEMPTS {
        at.wrong("attempts", format!("a request is sent again {MOST_ATTEMPTS} times at most"));
    }
    at.codes("codes", &retries.codes);
    at.methods(&retries.methods);
    if retries.retry_after.0.as_secs() > 60 {
        at.wrong("retry_after", "must not be more than `60s`: clients wait as long");
    }
    if let Some(name) = &retries.idempotency_key
        && let Err((_, message)) = model::HashOn::Header(name.clone()).check()
    {
        at.wrong("idempotency_key", message);
    }
    if let Some(span) = retries.per_try_timeout {
        at.span("per_try_timeout", span);
    }
    if retries.backoff.max < retries.backoff.base {
        at.wrong("backoff.max", "must not be shorter than `base`");
    }
    at.percent("budget.percent", retries.budget.percent);
    if retries.budget.min_per_second > 100_000 {
        at.wrong("budget.min_per_second", "must not be more than 100000");
    }
    if retries.replay.0 > MOST_REPLAY {
        at.wrong("replay", "must not be more than `16MiB`: it is held in memory for every request under way");
    }
}

fn check_hedge(hedge: &Hedge, at: &mut At<'_, '_, '_>) {
    match hedge.after {
        HedgeAfter::Time(span) => at.span("after", span),
        HedgeAfter::Percent(50..=99) => {}
        HedgeAfter::Percent(_) => at.wrong("after", "a share is `p50` to `p99`"),
    }
    if !(1..=3).contains(&hedge.most) {
        at.wrong("most", "a request is sent 1 to 3 times beside the first");
    }
    if hedge.methods.is_empty() {
        at.wrong("methods", "without methods nothing is ever sent twice");
    }
    at.methods(&hedge.methods);
}

fn check_limits(limits: &UpstreamLimits, at: &mut At<'_, '_, '_>) {
    at.at_least_one("max_requests", limits.max_requests);
    at.at_least_one("max_connections", limits.max_connections);
    at.at_least_one("endpoint.max_requests", limits.endpoint.max_requests);
    at.at_least_one("endpoint.max_connections", limits.endpoint.max_connections);
    if limits.max_pending > 0 {
        at.span("pending_timeout", limits.pending_timeout);
    }
}

fn check_active(active: &ActiveCheck, at: &mut At<'_, '_, '_>) {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !active.path.starts_with('/') || !is_plain(&active.path) || active.path.len() > 1024 {
        at.wrong("path", "a path begins with `/` and has neither spaces nor more than 1024 characters");
    }
    let is_host = |host: &String| !host.is_empty() && host.len() <= 255 && is_plain(host);
    if active.host.as_ref().is_some_and(|host| !is_host(host)) {
        at.wrong("host", "not a host, such as `orders.internal`");
    }
    if active.service.len() > 255 || !is_plain(&active.service) {
        at.wrong("service", "not a service of gRPC, such as `shop.Orders`");
    }
    for (field, is_set, kind) in [
        ("service", !active.service.is_empty(), CheckType::Grpc),
        ("codes", !active.codes.is_empty(), CheckType::Http),
    ] {
        if is_set && active.kind != kind {
            at.wrong(field, "says nothing with this `type`");
        }
    }
    at.codes("codes", &active.codes);
    if active.port == Some(0) {
        at.wrong("port", "port 0 cannot be called");
    }
    if active.interval.0.as_millis() < 100 {
        at.wrong("interval", "must be at least `100ms`");
    }
    at.span("timeout", active.timeout);
    at.at_least_one("successes", Some(active.successes));
    at.at_least_one("failures", Some(active.failures));
}

fn check_passive(passive: &PassiveCheck, at: &mut At<'_, '_, '_>) {
    let PassiveCheck { consecutive_failures, error_percent, min_requests, window, .. } = passive;
    if *consecutive_failures == 0 && error_percent.is_none() {
        at.wrong("consecutive_failures", "with 0 and no `error_percent` nothing is ever ejected");
    }
    if *error_percent == Some(0) {
        at.wrong("error_percent", "must be at least 1");
    }
    at.percent("error_percent", error_percent.unwrap_or(0));
    if *min_requests == 0 || *min_requests > 20_000 {
        at.wrong("min_requests", "must be 1 to 20000");
    }
    at.codes("codes", &passive.codes);
    at.span("window", *window);
    at.span("eject_for", passive.eject_for);
    if passive.max_eject_for < passive.eject_for {
        at.wrong("max_eject_for", "must not be shorter than `eject_for`");
    }
}

fn check_breaker(breaker: &CircuitBreaker, at: &mut At<'_, '_, '_>) {
    if breaker.consecutive_failures == 0 && breaker.error_percent == 0 && breaker.slow_call.is_none() {
        at.wrong("error_percent", "with 0, no `consecutive_failures` and no `slow_call` it never opens");
    }
    at.percent("error_percent", breaker.error_percent);
    at.percent("slow_percent", breaker.slow_percent);
    if breaker.slow_percent == 0 {
        at.wrong("slow_percent", "must be at least 1");
    }
    if breaker.min_requests == 0 || breaker.min_requests > 20_000 {
        at.wrong("min_requests", "must be 1 to 20000");
    }
    if let Some(span) = breaker.slow_call {
        at.span("slow_call", span);
    }
    at.codes("codes", &breaker.codes);
    at.span("window", breaker.window);
    at.span("open_for", breaker.open_for);
    if breaker.half_open_requests == 0 || breaker.half_open_requests > 1000 {
        at.wrong("half_open_requests", "must be 1 to 1000");
    }
}
