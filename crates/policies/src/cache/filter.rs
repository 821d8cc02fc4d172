//! The running form of the policy: what is at hand is answered, the rest goes to the upstream.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use ::cache::{Asked, Because, Flight, Forwarded, Found, Handled, Key, Lead, Stored, Use, Wait, Why, ask_if_changed};
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

/// What is done with a request.
enum Next {
    Answer(Reply),
    Go(Why, Option<Arc<Stored>>, Option<Lead>),
    Wait(Wait, Why, Option<Arc<Stored>>),
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
        match self.next(req, &asked, &key, req.arrived.unix_ms, false) {
            Next::Answer(reply) => Step::Done(Err(reply)),
            Next::Go(why, stored, lead) => {
                self.go(req, key, why, stored, lead, false);
                Step::Done(Ok(()))
            }
            Next::Wait(wait, why, stored) => Step::wait(async move {
                let came = self.wait_for(wait, &req.world).await;
                // What has come is used; where nothing has, nobody waits a second time.
                let asked = Asked::read(&req.head.headers, self.heeds);
                let now = req.world.now().unix_ms;
                match self.next(req, &asked, &key, now, true) {
                    Next::Answer(reply) => return Err(reply),
                    Next::Go(why, stored, lead) => self.go(req, key, why, stored, lead, came),
                    Next::Wait(..) => self.go(req, key, why, stored, None, came),
                }
                Ok(())
            }),
        }
    }
}

impl Cacher {
    /// What is done with a request that a cache is for. One that has waited does not wait again.
    fn next(&self, req: &Request, asked: &Asked<'_>, key: &Key, now: u64, has_waited: bool) -> Next {
        let stored = match self.rules.store.find(key, &req.head.headers) {
            Found::Stored(stored) => stored,
            found => {
                if asked.directives.only_if_cached {
                    return Next::Answer(not_stored());
                }
                let why = if matches!(found, Found::OtherVariant) { Why::VaryMiss } else { Why::UriMiss };
                return self.together(req, asked, key, now, why, None, has_waited);
            }
        };
        let because = match stored.usable(asked, now) {
            Use::Fresh | Use::Stale => return Next::Answer(self.hit(req, asked, &stored, now, has_waited)),
            Use::StaleWhile => {
                refresh(&self.rules, req, key, &stored, now);
                return Next::Answer(self.hit(req, asked, &stored, now, has_waited));
            }
            Use::Ask(because) => because,
        };
        if asked.directives.only_if_cached {
            return Next::Answer(not_stored());
        }
        match because {
            Because::Request => Next::Go(Why::Ask(because), Some(stored), None),
            Because::Stale => self.together(req, asked, key, now, Why::Ask(because), Some(stored), has_waited),
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
        has_waited: bool,
    ) -> Next {
        // The answer to a part, or to a client that may have it already, is of no use to others.
        let is_for_all = req.head.method == Method::GET
            && asked.range.is_none()
            && (!asked.is_conditional || stored.is_some())
            && !self.wait.is_zero();
        if !is_for_all || has_waited {
            return Next::Go(why, stored, None);
        }
        match self.rules.store.join(key, now) {
            Flight::Lead(lead) => Next::Go(why, stored, Some(lead)),
            Flight::Alone => Next::Go(why, stored, None),
            Flight::Wait(wait) => Next::Wait(wait, why, stored),
        }
    }

    fn hit(&self, req: &Request, asked: &Asked<'_>, stored: &Stored, now: u64, collapsed: bool) -> Reply {
        let handled = Handled::Hit { ttl: stored.ttl(now), collapsed };
        let is_head = req.head.method == Method::HEAD;
        let (mut head, body) = answer(stored, &req.head.headers, asked.range, is_head, now);
        if self.rules.says {
            handled.write(&mut head.headers);
        }
        Reply::Stored(Box::new((head, body)))
    }

    /// Waits for another's answer; whether it came in time.
    async fn wait_for(&self, wait: Wait, world: &Arc<dyn World>) -> bool {
        let mut alarm = Outbound::sleep(&**world, self.wait);
        let mut wait = pin!(wait);
        poll_fn(|cx| {
            if wait.as_mut().poll(cx).is_ready() {
                return Poll::Ready(true);
            }
            alarm.as_mut().poll(cx).map(|()| false)
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
        collapsed: bool,
    ) {
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
            collapsed,
            since: self.rules.store.now(),
            asked_ms: Outbound::now(&*req.world).unix_ms,
            on_error: Asked::read(&req.head.headers, self.heeds).directives.stale_if_error,
        };
        req.then(move |head, outcome| going.came(head, outcome));
    }

    /// Says that the cache had nothing to do with a request.
    fn pass_by(&self, req: &mut Request, because: Why) {
        if !self.rules.says {
            return;
        }
        let forwarded = Forwarded { because, status: None, stored: false, ttl: None, collapsed: false };
        req.then(move |head, outcome| {
            if outcome.origin == policy::Origin::Upstream {
                Handled::Forwarded(forwarded).write(&mut head.headers);
            }
            policy::BodyPlan::Keep
        });
    }
}

fn not_stored() -> Reply {
    Problem::new(problems::NOT_STORED, "no stored answer is at hand, and the request wants no other").into()
}
