//! Sessions of the policy `oidc` that an identity provider ended: told by the gateway that heard it, for all others.
//!
//! They are kept with what was granted, under a hash that says nobody's name, until no such session would last any more.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use model::{KeyHash, Name, SignOut};
use serde_json::json;
use store::{Grant, GrantChange, GrantQuery};

use crate::{Control, Error};

const KIND: &str = "sign-out";
/// Sign-outs at one time; those that can be forgotten the soonest go for more.
const MOST: usize = 10_000;
/// Later than now nothing ended: the clock of a gateway may be ahead by so much, milliseconds.
const AHEAD: u64 = 60_000;
/// The longest that a session of a gateway lasts, milliseconds.
const LONGEST: u64 = 30 * 24 * 3_600_000;

/// Those that are known.
#[derive(Debug, Default)]
pub(crate) struct Ended {
    all: RwLock<Arc<BTreeMap<KeyHash, SignOut>>>,
    /// Another one with every change.
    number: AtomicU64,
}

impl Control {
    /// Sessions at gateways that ended before their time, and a number that is another with every change.
    pub fn sign_outs(&self) -> (u64, Vec<SignOut>) {
        let ended = &self.inner.ended;
        let number = ended.number.load(Relaxed);
        let all = Arc::clone(&ended.all.read().unwrap_or_else(PoisonError::into_inner));
        let now = self.now();
        (number, all.values().filter(|out| out.until > now).cloned().collect())
    }

    /// Takes what a gateway has heard, so that the others learn of it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn note_sign_outs(&self, heard: Vec<SignOut>) -> Result<(), Error> {
        let now = self.now();
        let mut fresh = BTreeMap::new();
        let known = Arc::clone(&self.inner.ended.all.read().unwrap_or_else(PoisonError::into_inner));
        for out in heard.into_iter().take(MOST) {
            let before = out.before.min(now + AHEAD);
            let until = out.until.min(now + LONGEST + AHEAD);
            let earlier = fresh.get(&out.mark).or_else(|| known.get(&out.mark));
            let (before, until) = earlier.map_or((before, until), |earlier: &SignOut| {
                (before.max(earlier.before), until.max(earlier.until))
            });
            if until > now {
                fresh.insert(out.mark, SignOut { mark: out.mark, before, until });
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let granted = fresh.values().map(|out| row(out, now)).collect();
        let change = GrantChange { granted, ..GrantChange::default() };
        self.inner.store.change_grants(change).await.map_err(Error::Store)?;
        self.put_ended(fresh);
        Ok(())
    }

    /// Reads those that are kept.
    pub(crate) async fn open_sign_outs(&self) -> Result<(), Error> {
        let query = GrantQuery::of(&Name::default_workspace(), KIND);
        let kept = self.inner.store.grants(query, MOST as u32).await.map_err(Error::Store)?;
        let out = |grant: Grant| {
            let before = grant.document.get("before")?.as_u64()?;
            let mark = KeyHash(grant.hash);
            Some((mark, SignOut { mark, before, until: grant.expires_at }))
        };
        self.put_ended(kept.into_iter().filter_map(out).collect());
        Ok(())
    }

    fn put_ended(&self, fresh: BTreeMap<KeyHash, SignOut>) {
        let now = self.now();
        let mut all = self.inner.ended.all.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = (**all).clone();
        next.retain(|_, out| out.until > now);
        next.extend(fresh);
        while next.len() > MOST {
            let soonest = next.values().min_by_key(|out| out.until).map(|out| out.mark);
            soonest.map(|mark| next.remove(&mark));
        }
        *all = Arc::new(next);
        self.inner.ended.number.fetch_add(1, Relaxed);
    }
}

fn row(out: &SignOut, now: u64) -> Grant {
    Grant {
        workspace: Name::default_workspace(),
        kind: KIND.to_owned(),
        hash: out.mark.0,
        client: String::new(),
        subject: None,
        family: None,
        document: json!({ "before": out.before }),
        created_at: now,
        expires_at: out.until,
        used_at: None,
    }
}
