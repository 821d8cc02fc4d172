//! Sign-ins in the audit log: those that succeed and those that fail.
//!
//! A token is shown with every call, so that a sign-in by one is its first use from an address in an hour. Failures of one address are
//! written at most once a minute each with how many there were, so that nobody can fill the log by guessing.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use serde_json::json;

use crate::{Actor, Control, Error};

const MINUTE: u64 = 60 * 1000;
const HOUR: u64 = 60 * MINUTE;
/// Addresses remembered at one time.
const MOST: usize = 10_000;

/// Which way somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Through {
    Console,
    Portal,
    Api,
    /// The command line.
    Cli,
    /// A gateway of another process.
    Gateway,
}

impl Through {
    pub fn as_str(self) -> &'static str {
        match self {
            Through::Console => "console",
            Through::Portal => "portal",
            Through::Api => "api",
            Through::Cli => "cli",
            Through::Gateway => "gateway",
        }
    }
}

/// What was written lately, by way, address and outcome.
#[derive(Debug, Default)]
pub(crate) struct SignIns {
    written: Mutex<HashMap<What, Written>>,
}

/// Which way, from where, and who it was; nobody where it failed.
type What = (Through, Option<IpAddr>, Option<String>);

#[derive(Debug)]
struct Written {
    /// Nothing more is written until then, milliseconds since 1970.
    until: u64,
    /// What was not written since.
    passed: u64,
}

impl SignIns {
    /// Whether this is to be written; how many there were since the last one that was, this one included.
    fn due(&self, way: Through, address: Option<IpAddr>, who: Option<&str>, now: u64) -> Option<u64> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let succeeded = who.is_some();
        let key = (way, address, who.map(str::to_owned));
        if !written.contains_key(&key) && written.len() >= MOST {
            written.retain(|_, known| known.until > now);
            if written.len() >= MOST {
                // Many addresses at once: they are told as one.
                let rest = written
                    .entry((way, None, succeeded.then(String::new)))
                    .or_insert(Written { until: 0, passed: 0 });
                return rest.count(succeeded, now);
            }
        }
        written.entry(key).or_insert(Written { until: 0, passed: 0 }).count(succeeded, now)
    }
}

impl Written {
    fn count(&mut self, succeeded: bool, now: u64) -> Option<u64> {
        self.passed += 1;
        if now < self.until {
            return None;
        }
        self.until = now + if succeeded { HOUR } else { MINUTE };
        Some(std::mem::take(&mut self.passed))
    }
}

impl Control {
    /// Writes down that a token was shown, and whose it was; `None` for one that is nobody's. A log that cannot be written keeps nobody
    /// from reading.
    pub async fn saw_token(&self, actor: &Actor, way: Through, whose: Option<&str>) {
        let due = self.inner.people.sign_ins.due(way, actor.address, whose, self.now());
        let Some(count) = due else { return };
        let (who, action) = match whose {
            Some(who) => (who, "sign-in"),
            None => ("unknown", "sign-in-failed"),
        };
        let mut known = json!({ "through": way.as_str(), "by": "token" });
        if count > 1 && whose.is_none() {
            known["attempts"] = count.into();
        }
        let written = self.remember_with(actor, who, action, ("session", who), Some(known)).await;
        if let Err(error) = written {
            tracing::error!(%error, "a sign-in could not be written to the audit log");
        }
    }

    pub(crate) async fn signed_in(
        &self,
        actor: &Actor,
        whom: &str,
        way: Through,
        by: &str,
    ) -> Result<(), Error> {
        let known = json!({ "through": way.as_str(), "by": by });
        self.remember_with(actor, whom, "sign-in", ("session", whom), Some(known)).await
    }

    pub(crate) async fn failed(
        &self,
        actor: &Actor,
        whom: &str,
        way: Through,
        by: &str,
    ) -> Result<(), Error> {
        let known = json!({ "through": way.as_str(), "by": by });
        self.remember_with(actor, "unknown", "sign-in-failed", ("session", whom), Some(known)).await
    }

    /// Counts an attempt to sign in.
    ///
    /// # Errors
    /// [`Error::TooMany`], which is written down too.
    pub(crate) async fn attempt(&self, actor: &Actor, account: &str, way: Through) -> Result<(), Error> {
        let now = self.now();
        let Err(refused) = self.inner.people.throttle.attempt(account, actor.address, now) else {
            return Ok(());
        };
        if let Some(count) = self.inner.people.sign_ins.due(way, actor.address, None, now) {
            let known = json!({ "through": way.as_str(), "reason": "too many attempts", "attempts": count });
            let of = ("session", "unknown");
            self.remember_with(actor, "unknown", "sign-in-failed", of, Some(known)).await?;
        }
        Err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_soon_is_counted_and_told_with_the_next() {
        let sign_ins = SignIns::default();
        let home = Some(IpAddr::from([192, 0, 2, 1]));
        let due = |way, address, succeeded: bool, now| {
            sign_ins.due(way, address, succeeded.then_some("admin"), now)
        };
        assert_eq!(due(Through::Api, home, true, 0), Some(1));
        assert_eq!(due(Through::Api, home, true, HOUR - 1), None);
        assert_eq!(due(Through::Cli, home, true, 5), Some(1), "another way is another sign-in");
        assert_eq!(due(Through::Api, home, false, 10), Some(1));
        assert_eq!(due(Through::Api, home, false, 20), None);
        assert_eq!(due(Through::Api, home, false, 30), None);
        assert_eq!(due(Through::Api, home, false, 10 + MINUTE), Some(3));
        assert_eq!(due(Through::Api, home, true, HOUR), Some(2));
        assert_eq!(sign_ins.due(Through::Api, home, Some("token/ci"), HOUR), Some(1), "another is another");
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_rest_is_told_as_one() {
        let sign_ins = SignIns::default();
        for n in 0..MOST as u32 {
            assert!(sign_ins.due(Through::Api, Some(IpAddr::from(n.to_be_bytes())), None, 0).is_some());
        }
        let late = |n: u32| sign_ins.due(Through::Api, Some(IpAddr::from(n.to_be_bytes())), None, 1);
        assert_eq!(late(u32::MAX), Some(1));
        assert_eq!(late(u32::MAX - 1), None);
        assert!(sign_ins.written.lock().unwrap().len() <= MOST + 1);
    }
}
