//! The running form of the policy: what is at hand is answered, the rest goes to the upstream.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use ::cache::{Asked, Because, Flight, Forwarded, Found, Handled, Key, Lead, Outcome, Reading, Stored, Use, Wait, Why, ask_if_changed};
use model::event::CacheUse;
use policy::{Outbound, World, prelude::*};

use super::{
    answer::answer,
    invalidate,
    key::KeyRules,
    origin::{Going, Rules, refresh},
};

/// The running form of [`super::Cache`].
pub(crate) struct Cacher {
    pub(crate) rules: Arc<Rules>,
    pub(crate) key: KeyRules,
    /// Whether clients are heard.
    pub(crate) heeds: bool,
    pub(crate) wait: Duration,
}

/// How long a file is waited for.
const READ: Duration = Duration::from_secs(2);

/// What is done with a request.
enum Next {
    Answer(Reply, CacheUse),
    Go(Why, Option<Arc<Stored>>, Option<Lead>),
    Wait(Wait),
    /// Reads what is on disk, kept in memory unless it was purged since.
    Read(Reading, u64),
}

/// What a request has done already, and does not do again.
#[derive(Clone, Copy, Default)]
struct Done {
    waited: bool,
    read: bool,
}

impl Filter for Cacher {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if !matches!(req.head.method, Method::GET | Method::HEAD) {
            self.pass_by(req, Why::Method);
            if !req.head.method.is_safe() {
                invalidate::after(req, &self.key, &self.rules);
            }
            return Step::Done(Ok(()));
        }
        let asked = Asked::read(&req.head.headers, self.heeds);
        if asked.changes_protocol || asked.has_precondition || asked.directives.no_store || !req.body.is_empty() {
            self.pass_by(req, Why::Bypass);
            return Step::Done(Ok(()));
        }
        let key = self.key.of(req, &self.rules.store);
        match self.next(req, &asked, &key, req.arrived.unix_ms, Done::default()) {
            Next::Answer(reply, how) => {
                req.cache = Some(how);
                Step::Done(Err(reply))
            }
            Next::Go(why, stored, lead) => {
                self.go(req, key, why, stored, lead);
                Step::Done(Ok(()))
            }
            next => Step::wait(self.later(req, key, next)),
        }
    }
}

impl Cacher {
    /// Waits for what a request waits for, until it is answered or goes on.
    async fn later(&self, req: &mut Request, key: Key, mut next: Next) -> Flow {
        let mut done = Done::default();
        loop {
            let read = match next {
                Next::Answer(reply, how) => {
                    req.cache = Some(how);
                    return Err(reply);
                }
                Next::Go(why, stored, lead) => {
                    self.go(req, key, why, stored, lead);
                    return Ok(());
                }
                Next::Wait(wait) => {
                    done.waited = true;
                    self.within(self.wait, wait, &req.world).await;
                    None
                }
                Next::Read(reading, since) => {
                    done.read = true;
                    let read = self.within(READ, reading, &req.world).await.flatten().map(Arc::new);
                    if let Some(read) = &read {
                        self.rules.store.keep(read, since);
                    }
                    read
                }
            };
            let asked = Asked::read(&req.head.headers, self.heeds);
            let now = Outbound::now(&*req.world).unix_ms;
            next = match read {
                Some(stored) => self.found(req, &asked, &key, stored, now, done),
                None => self.next(req, &asked, &key, now, done),
            };
        }
    }

    /// What is done with a request that a cache is for.
    fn next(&self, req: &Request, asked: &Asked<'_>, key: &Key, now: u64, done: Done) -> Next {
        let store = &self.rules.store;
        let why = match store.find(key, &req.head.headers) {
            Found::Stored(stored) => return self.found(req, asked, key, stored, now, done),
            Found::OtherVariant => Why::VaryMiss,
            Found::Nothing => Why::UriMiss,
        };
        if !done.read {
            let since = store.now();
            if let Some(reading) = store.find_on_disk(key, &req.head.headers) {
                return Next::Read(reading, since);
            }
        }
        if asked.directives.only_if_cached {
            return not_stored();
        }
        self.together(req, asked, key, now, why, None, done)
    }

    /// What is done with a request that something is stored for.
    fn found(
        &self,
        req: &Request,
        asked: &Asked<'_>,
        key: &Key,
        stored: Arc<Stored>,
        now: u64,
        done: Done,
    ) -> Next {
        let because = match stored.usable(asked, now) {
            Use::Fresh | Use::Stale => return self.hit(req, asked, &stored, now, done.waited),
            Use::StaleWhile => {
                refresh(&self.rules, req, key, &stored, now);
                return self.hit(req, asked, &stored, now, done.waited);
            }
            Use::Ask(because) => because,
        };
        if asked.directives.only_if_cached {
            return not_stored();
        }
        match because {
            Because::Request => Next::Go(Why::Ask(because), Some(stored), None),
            Because::Stale => self.together(req, asked, key, now, Why::Ask(because), Some(stored), done),
        }
    }

    /// Of several requests for the same thing one goes to the upstream.
    #[expect(clippy::too_many_arguments, reason = "what `next` has found out")]
    fn together(
        &self,
        req: &Request,
        asked: &Asked<'_>,
        key: &Key,
        now: u64,
        why: Why,
        stored: Option<Arc<Stored>>,
        done: Done,
    ) -> Next {
        // The answer to a part, or to a client that may have it already, is of no use to others.
        let is_for_all = req.head.method == Method::GET
            && asked.range.is_none()
            && (!asked.is_conditional || stored.is_some())
            && !self.wait.is_zero();
        if !is_for_all || done.waited {
            return Next::Go(why, stored, None);
        }
        match self.rules.store.join(key, now) {
            Flight::Lead(lead) => Next::Go(why, stored, Some(lead)),
            Flight::Alone => Next::Go(why, stored, None),
            Flight::Wait(wait) => Next::Wait(wait),
        }
    }

    fn hit(&self, req: &Request, asked: &Asked<'_>, stored: &Stored, now: u64, collapsed: bool) -> Next {
        let ttl = stored.ttl(now);
        let (outcome, how) =
            if ttl < 0 { (Outcome::Stale, CacheUse::Stale) } else { (Outcome::Hit, CacheUse::Hit) };
        self.rules.store.count(Some(&stored.key), outcome);
        let handled = Handled::Hit { ttl, collapsed };
        let is_head = req.head.method == Method::HEAD;
        let (mut head, body) = answer(stored, &req.head.headers, asked.range, is_head, now);
        if self.rules.says {
            handled.write(&mut head.headers);
        }
        Next::Answer(Reply::Stored(Box::new((head, body))), how)
    }

    /// Waits for something, for so long at most.
    async fn within<T>(&self, span: Duration, what: impl Future<Output = T>, world: &Arc<dyn World>) -> Option<T> {
        let mut alarm = Outbound::sleep(&**world, span);
        let mut what = pin!(what);
        poll_fn(|cx| match what.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => alarm.as_mut().poll(cx).map(|()| None),
        })
        .await
    }

    /// Sends a request on, and sees to its answer.
    fn go(
        &self,
        req: &mut Request,
        key: Key,
        why: Why,
        stored: Option<Arc<Stored>>,
        lead: Option<Lead>,
    ) {
        req.cache = Some(CacheUse::Miss);
        let request = req.head.headers.clone();
        let is_head = req.head.method == Method::HEAD;
        let validates = stored.as_ref().is_some_and(|stored| {
            let headers = &mut req.head.headers;
            let asks = ask_if_changed(headers, &stored.headers);
            if asks {
                // A part of what is new would be no use to us; a part of what is stored is at hand.
                headers.remove("range");
            }
            asks
        });
        let going = Going {
            rules: Arc::clone(&self.rules),
            key,
            request,
            is_head,
            stored,
            validates,
            why,
            lead,
            since: self.rules.store.now(),
            asked_ms: Outbound::now(&*req.world).unix_ms,
            on_error: Asked::read(&req.head.headers, self.heeds).directives.stale_if_error,
        };
        req.then(move |head, outcome| going.came(head, outcome));
    }

    /// Says that the cache had nothing to do with a request.
    fn pass_by(&self, req: &mut Request, because: Why) {
        self.rules.store.count(None, Outcome::Bypass);
        req.cache = Some(CacheUse::Bypass);
        if !self.rules.says {
            return;
        }
        let forwarded = Forwarded { because, status: None, stored: false, ttl: None };
        req.then(move |head, outcome| {
            if outcome.origin == policy::Origin::Upstream {
                Handled::Forwarded(forwarded).write(&mut head.headers);
            }
            policy::BodyPlan::Keep
        });
    }
}

fn not_stored() -> Next {
    let problem =
        Problem::new(problems::NOT_STORED, "no stored answer is at hand, and the request wants no other");
    Next::Answer(problem.into(), CacheUse::Miss)
}
