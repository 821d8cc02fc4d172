//! The running form of `rate-limit`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use http::header::RETRY_AFTER;
use policy::{Algorithm, Counter, Key, LimitState, Quota, Taken, prelude::*};

use super::{MOST_LIMITS, Read, cost::Costs};
use crate::per::By;

/// RateLimit header fields for HTTP (draft-ietf-httpapi-ratelimit-headers-10).
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

pub(super) struct Limiter {
    counter: Box<dyn Counter>,
    /// One for each group of limits that are counted by the same key.
    by: Box<[By]>,
    /// Group after group, as the counter counts them.
    limits: Box<[Running]>,
    /// `RateLimit-Policy`, whole.
    policy: HeaderValue,
    report_only: bool,
    over: AtomicU64,
}

struct Running {
    name: String,
    per: String,
    quota: Quota,
    costs: Costs,
    /// `"minute";r=`
    label: Box<str>,
}

impl Limiter {
    pub(super) fn build(limits: &[Read<'_>], report_only: bool, cx: &BuildCx<'_>) -> Result<Limiter, Invalid> {
        let mut groups: Vec<(&Read<'_>, Vec<&Read<'_>>)> = Vec::new();
        for limit in limits {
            match groups.iter_mut().find(|(first, _)| first.per.same_as(limit.per)) {
                Some((_, group)) => group.push(limit),
                None => groups.push((limit, vec![limit])),
            }
        }
        let by = groups.iter().map(|(first, _)| first.per.build(&first.per_field)).collect::<Result<_, _>>()?;
        let running = |limit: &&Read<'_>| {
            Ok(Running {
                name: limit.name.clone(),
                per: limit.per.to_string(),
                quota: limit.quota,
                costs: limit.cost.build(&limit.cost_field)?,
                label: format!("\"{}\";r=", limit.name).into(),
            })
        };
        let running = groups.iter().flat_map(|(_, group)| group).map(running).collect::<Result<_, _>>()?;
        let quotas: Vec<Vec<Quota>> =
            groups.iter().map(|(_, group)| group.iter().map(|limit| limit.quota).collect()).collect();
        let describe = |limit: &Read<'_>| {
            format!("\"{}\";q={};w={}", limit.name, limit.quota.limit, seconds_up(limit.quota.window))
        };
        let policy = limits.iter().map(describe).collect::<Vec<_>>().join(", ");
        Ok(Limiter {
            counter: cx.counter(&quotas),
            by,
            limits: running,
            policy: HeaderValue::from_str(&policy).expect("names and numbers are visible ASCII"),
            report_only,
            over: AtomicU64::new(0),
        })
    }

    fn keys(&self, req: &Request) -> [Key; MOST_LIMITS] {
        let mut keys = [Key::default(); MOST_LIMITS];
        for (key, by) in keys.iter_mut().zip(&self.by) {
            *key = by.key(req, |words| self.counter.key(words));
        }
        keys
    }

    fn count(&self, req: &Request) -> Taken {
        let keys = self.keys(req);
        let mut costs = [0; MOST_LIMITS];
        for (cost, limit) in costs.iter_mut().zip(&self.limits) {
            *cost = limit.costs.of(req);
        }
        self.counter.take(&keys[..self.by.len()], &costs[..self.limits.len()], req.arrived)
    }

    /// `"minute";r=99;t=60`, written without a detour: every answer carries one.
    fn left(&self, taken: &Taken) -> HeaderValue {
        let label = self.limits.get(taken.quota).map_or("\"default\";r=", |limit| &limit.label);
        // A name has 80 bytes at most, a number 20.
        let mut text = [0_u8; 160];
        let mut len = 0;
        let mut put = |part: &[u8]| {
            text[len..len + part.len()].copy_from_slice(part);
            len += part.len();
        };
        put(label.as_bytes());
        put(itoa::Buffer::new().format(taken.remaining).as_bytes());
        put(b";t=");
        put(itoa::Buffer::new().format(seconds_up(taken.reset)).as_bytes());
        HeaderValue::from_bytes(&text[..len]).expect("names and numbers are visible ASCII")
    }
}

impl Filter for Limiter {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let taken = self.count(req);
        if !taken.allowed {
            self.over.fetch_add(1, Relaxed);
        }
        if self.report_only {
            return Step::Done(Ok(()));
        }
        req.reply_with(RATELIMIT_POLICY, self.policy.clone());
        req.reply_with(RATELIMIT, self.left(&taken));
        if taken.allowed {
            return Step::Done(Ok(()));
        }
        let name = self.limits.get(taken.quota).map_or("", |limit| &limit.name);
        let problem = match taken.wait {
            Some(wait) => {
                let wait = seconds_up(wait).max(1);
                let detail = format!("the rate limit `{name}` is used up; wait {wait} s");
                Problem::new(problems::RATE_LIMITED, detail).with_header(RETRY_AFTER, wait.into())
            }
            None => {
                let detail = format!("this call costs more than the rate limit `{name}` ever holds");
                Problem::new(problems::RATE_LIMITED, detail)
            }
        };
        Step::Done(Err(problem.into()))
    }

    fn limits(&self, req: &Request) -> Vec<LimitState> {
        let standings = self.counter.look(&self.keys(req)[..self.by.len()], req.arrived);
        let state = |(limit, standing): (&Running, policy::Standing)| {
            let (algorithm, burst) = match limit.quota.algorithm {
                Algorithm::Fixed => ("fixed-window", None),
                Algorithm::Sliding => ("sliding-window", None),
                Algorithm::Bucket { burst } => ("token-bucket", Some(burst)),
            };
            LimitState {
                name: limit.name.clone(),
                algorithm,
                limit: limit.quota.limit,
                window_s: Some(seconds_up(limit.quota.window)),
                burst,
                per: limit.per.clone(),
                used: burst.unwrap_or(limit.quota.limit).saturating_sub(standing.remaining),
                remaining: standing.remaining,
                reset_s: seconds_up(standing.reset),
                report_only: self.report_only,
                over: self.over.load(Relaxed),
            }
        };
        self.limits.iter().zip(standings).map(state).collect()
    }
}

fn seconds_up(time: std::time::Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
