//! What becomes of the upstream's answer: it is stored, refreshes what is stored, or what is stored stands in for it.

use std::sync::Arc;

use ::cache::{
    Because, Fetch as Fetching, Forwarded, Handled, Key, Lead, NotStored, Outcome as Counted, Recording, Store, Stored, Terms, Wanted, Why,
    ask_if_changed, is_about, is_same,
};
use bytes::Bytes;
use head::{Headers, Known};
use policy::{Fetch, Fetched, Frame, Origin, Outbound, Outcome, prelude::*};

use super::answer::answer;
use crate::statuses::Statuses;

/// What holds for every answer.
pub(crate) struct Rules {
    pub(crate) store: Arc<Store>,
    pub(crate) terms: Terms,
    pub(crate) statuses: Statuses,
    pub(crate) max_body: u64,
    /// Whether clients are told what the cache did.
    pub(crate) says: bool,
}

/// A request on its way to the upstream.
pub(crate) struct Going {
    pub(crate) rules: Arc<Rules>,
    pub(crate) key: Key,
    /// The request's fields as they were before the upstream was asked about what is stored.
    pub(crate) request: Headers,
    pub(crate) is_head: bool,
    pub(crate) stored: Option<Arc<Stored>>,
    /// Whether the upstream was asked about what is stored.
    pub(crate) validates: bool,
    pub(crate) why: Why,
    pub(crate) lead: Option<Lead>,
    pub(crate) since: u64,
    pub(crate) asked_ms: u64,
    /// Seconds a stale answer will do for where the upstream fails, as the client says.
    pub(crate) on_error: Option<u64>,
}

/// What an answer means for what is stored.
enum Meaning {
    /// What is stored is good again.
    Renewed(Box<Stored>),
    /// It is good, and yet may not be stored any more.
    Spent(Arc<Stored>),
    /// What is stored stands in for a failure.
    StandsIn(Arc<Stored>),
    Store(Box<Stored>),
    Pass,
}

impl Meaning {
    fn outcome(&self) -> Counted {
        match self {
            Meaning::Renewed(_) | Meaning::Spent(_) => Counted::Renewed,
            Meaning::StandsIn(_) => Counted::Stale,
            Meaning::Store(_) | Meaning::Pass => Counted::Miss,
        }
    }
}

impl Going {
    /// Takes the answer's head; what becomes of its body.
    pub(crate) fn came(mut self, head: &mut ResponseHead, outcome: Outcome) -> BodyPlan {
        let now = outcome.at.unix_ms;
        let status = head.status;
        let because = self.why;
        let says = self.rules.says;
        let say = |headers: &mut Headers, status: Option<StatusCode>, stored: Option<i64>| {
            let forwarded = Forwarded {
                because,
                status: status.map(|status| status.as_u16()),
                stored: stored.is_some(),
                ttl: stored,
            };
            if says {
                Handled::Forwarded(forwarded).write(headers);
            }
        };
        let meaning = self.meaning(head, outcome.origin, now);
        self.rules.store.count(Some(&self.key), meaning.outcome());
        match meaning {
            Meaning::Pass => {
                if outcome.origin == Origin::Upstream {
                    say(&mut head.headers, None, None);
                    if let Some(lead) = self.lead.take() {
                        lead.pass(now);
                    }
                }
                BodyPlan::Keep
            }
            Meaning::StandsIn(stored) => {
                let body = self.instead(&stored, head, now);
                say(&mut head.headers, Some(status), None);
                BodyPlan::Replace(body)
            }
            Meaning::Spent(stored) => {
                let body = self.instead(&stored, head, now);
                say(&mut head.headers, Some(status), None);
                BodyPlan::Replace(body)
            }
            Meaning::Renewed(stored) => {
                let ttl = stored.ttl(now);
                let plan = if status == StatusCode::NOT_MODIFIED {
                    let body = self.instead(&stored, head, now);
                    say(&mut head.headers, Some(status), Some(ttl));
                    BodyPlan::Replace(body)
                } else {
                    say(&mut head.headers, None, Some(ttl));
                    BodyPlan::Keep
                };
                self.rules.store.insert(*stored, self.since);
                plan
            }
            Meaning::Store(stored) => {
                let ttl = stored.ttl(now);
                match self.record(*stored, head) {
                    Some(recording) => {
                        say(&mut head.headers, None, Some(ttl));
                        if status == StatusCode::NO_CONTENT {
                            recording.end();
                            return BodyPlan::Keep;
                        }
                        BodyPlan::Observe(Box::new(Recorder(Some(recording))))
                    }
                    None => {
                        say(&mut head.headers, None, None);
                        BodyPlan::Keep
                    }
                }
            }
        }
    }

    fn meaning(&self, head: &ResponseHead, origin: Origin, now: u64) -> Meaning {
        let fails = matches!(head.status.as_u16(), 500 | 502 | 503 | 504);
        if fails
            && let Some(stored) = &self.stored
            && stored.is_usable_on_error(self.on_error, now)
        {
            return Meaning::StandsIn(Arc::clone(stored));
        }
        if origin != Origin::Upstream {
            return Meaning::Pass;
        }
        let fetching = Fetching { request: &self.request, asked_ms: self.asked_ms, came_ms: now };
        if let Some(stored) = &self.stored {
            let is_of_another = head.status == StatusCode::NOT_MODIFIED
                && self.validates
                && !is_about(&head.headers, &stored.headers);
            if is_of_another {
                // The client did not ask for a 304. What it gets has not changed, though what is stored is not to be renewed by
                // this (RFC 9111 §4.3.4).
                return Meaning::Spent(Arc::clone(stored));
            }
            let is_renewed = match head.status {
                StatusCode::NOT_MODIFIED => self.validates,
                status => self.is_head && status == stored.status && is_same(&head.headers, &stored.headers),
            };
            if is_renewed {
                return match stored.renewed(&fetching, &head.headers, &self.rules.terms) {
                    Ok(renewed) => Meaning::Renewed(Box::new(renewed)),
                    Err(_) if self.is_head => Meaning::Pass,
                    Err(_) => Meaning::Spent(Arc::clone(stored)),
                };
            }
        }
        if self.is_head {
            return Meaning::Pass;
        }
        match self.rules.storable(self.key.clone(), &fetching, head) {
            Ok(stored) => Meaning::Store(Box::new(stored)),
            Err(_) => Meaning::Pass,
        }
    }

    /// Makes the head that of what is stored; its body.
    fn instead(&self, stored: &Stored, head: &mut ResponseHead, now: u64) -> Bytes {
        let range = self.request.get("range");
        let (other, body) = answer(stored, &self.request, range, self.is_head, now);
        *head = other;
        body
    }

    fn record(&mut self, stored: Stored, head: &ResponseHead) -> Option<Recording> {
        self.rules.record(stored, head, self.since, self.lead.take())
    }
}

impl Rules {
    fn storable(&self, key: Key, fetching: &Fetching<'_>, head: &ResponseHead) -> Result<Stored, NotStored> {
        let wanted = match (self.statuses == Statuses::default(), self.statuses.have(head.status)) {
            (true, _) => Wanted::Usual,
            (false, true) => Wanted::Named,
            (false, false) => Wanted::No,
        };
        Stored::of(key, fetching, head.status, &head.headers, &self.terms, wanted)
    }

    fn record(&self, stored: Stored, head: &ResponseHead, since: u64, lead: Option<Lead>) -> Option<Recording> {
        let length = head.headers.first(Known::ContentLength).and_then(|length| length.to_str().ok()?.parse().ok());
        Recording::begin(&self.store, stored, length, self.max_body, since, lead).ok()
    }
}

/// Records a body as it passes.
struct Recorder(Option<Recording>);

impl Transform for Recorder {
    fn push(&mut self, piece: Bytes, out: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if let Some(recording) = &mut self.0 {
            recording.push(&piece);
        }
        out.push(piece);
        Ok(())
    }

    fn end(&mut self, _: &mut Vec<Bytes>) -> Result<(), BodyError> {
        if let Some(recording) = self.0.take() {
            recording.end();
        }
        Ok(())
    }
}

/// Fetches what is stored anew, beside the exchange, where nobody does yet (RFC 5861 §3).
pub(crate) fn refresh(rules: &Arc<Rules>, req: &Request, key: &Key, stored: &Arc<Stored>, now: u64) {
    let Some(lead) = rules.store.lead(key) else { return };
    let mut head = req.head.clone();
    head.method = Method::GET;
    head.headers.remove("range");
    ::cache::CONDITIONS.iter().for_each(|name| {
        head.headers.remove(*name);
    });
    let request = head.headers.clone();
    let validates = ask_if_changed(&mut head.headers, &stored.headers);
    let fetch = Fetch {
        service: Arc::clone(&req.target.key),
        head: *head,
        strip: req.strip,
        host: req.host.clone(),
        deadlines: req.deadlines,
    };
    let going = Going {
        rules: Arc::clone(rules),
        key: key.clone(),
        request,
        is_head: false,
        stored: Some(Arc::clone(stored)),
        validates,
        why: Why::Ask(Because::Stale),
        lead: Some(lead),
        since: rules.store.now(),
        asked_ms: now,
        on_error: None,
    };
    let world = Arc::clone(&req.world);
    let fetched = world.fetch(fetch);
    // Where too much is under way already, a later request finds it stale again.
    req.world.spawn(Box::pin(async move {
        if let Ok(fetched) = fetched.await {
            let now = Outbound::now(&*world).unix_ms;
            going.refreshed(fetched, now).await;
        }
    }));
}

impl Going {
    /// Takes an answer that no client waits for.
    async fn refreshed(mut self, fetched: Fetched, now: u64) {
        let Fetched { head, mut body } = fetched;
        match self.meaning(&head, Origin::Upstream, now) {
            Meaning::Renewed(stored) => self.rules.store.insert(*stored, self.since),
            Meaning::Store(stored) => {
                let Some(mut recording) = self.record(*stored, &head) else { return };
                loop {
                    match std::future::poll_fn(|cx| body.poll_frame(cx)).await {
                        Some(Ok(Frame::Data(piece))) => recording.push(&piece),
                        Some(Ok(Frame::Trailers(_))) => {}
                        Some(Err(_)) => return,
                        None => return recording.end(),
                    }
                }
            }
            Meaning::Spent(_) | Meaning::StandsIn(_) | Meaning::Pass => {}
        }
    }
}
