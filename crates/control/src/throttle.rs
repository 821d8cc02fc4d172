//! Failed attempts, counted: a password is not found by trying.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use crate::Error;

const WINDOW_MS: u64 = 15 * 60 * 1000;
const MOST_PER_ACCOUNT: u32 = 10;
const MOST_PER_ADDRESS: u32 = 60;
/// Accounts, and addresses, remembered at one time.
const MOST_REMEMBERED: usize = 10_000;

/// Failed attempts by account and by network address.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    counts: Mutex<(Counts<String>, Counts<IpAddr>)>,
}

type Counts<K> = HashMap<K, Count>;

#[derive(Debug)]
struct Count {
    failed: u32,
    until: u64,
}

impl Throttle {
    /// Takes one attempt, as if it failed; [`Throttle::succeeded`] gives it back. Counted before the password is looked at, so that
    /// attempts made at one moment count too.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn attempt(&self, account: &str, address: Option<IpAddr>, now: u64) -> Result<(), Error> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (accounts, addresses) = &mut *counts;
        take(accounts, account.to_owned(), MOST_PER_ACCOUNT, now)?;
        match address {
            Some(address) => take(addresses, network(address), MOST_PER_ADDRESS, now),
            None => Ok(()),
        }
    }

    pub(crate) fn succeeded(&self, account: &str, address: Option<IpAddr>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.0.remove(account);
        if let Some(count) = address.and_then(|address| counts.1.get_mut(&network(address))) {
            count.failed = count.failed.saturating_sub(1);
        }
    }
}

/// One IPv6 customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

fn take<K: Hash + Eq + Clone>(counts: &mut Counts<K>, key: K, most: u32, now: u64) -> Result<(), Error> {
    if counts.len() >= MOST_REMEMBERED && !counts.contains_key(&key) {
        counts.retain(|_, count| count.until > now);
        if counts.len() >= MOST_REMEMBERED {
            // The ones closest to being forgotten go first.
            let soonest = counts.iter().min_by_key(|(_, count)| (count.failed, count.until));
            if let Some(key) = soonest.map(|(key, _)| key.clone()) {
                counts.remove(&key);
            }
        }
    }
    let count = counts.entry(key).or_insert(Count { failed: 0, until: now + WINDOW_MS });
    if count.until <= now {
        *count = Count { failed: 0, until: now + WINDOW_MS };
    }
    if count.failed >= most {
        return Err(Error::TooMany { seconds: (count.until - now).div_ceil(1000) });
    }
    count.failed += 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_after_ten_failures_and_open_again_after_the_window() {
        let throttle = Throttle::default();
        for _ in 0..10 {
            throttle.attempt("bea", None, 1_000).unwrap();
        }
        let refused = throttle.attempt("bea", None, 1_500).unwrap_err();
        assert!(matches!(refused, Error::TooMany { seconds: 900 }), "{refused:?}");
        throttle.attempt("ada", None, 1_500).unwrap();
        throttle.attempt("bea", None, 1_000 + WINDOW_MS).unwrap();
    }

    #[test]
    fn an_address_is_closed_whatever_accounts_it_tries() {
        let throttle = Throttle::default();
        let from = |last: u16| Some(IpAddr::V6([0x2001, 0xdb8, 0, 0, 0, 0, 0, last].into()));
        for n in 0..60 {
            throttle.attempt(&format!("a{n}"), from(n), 0).unwrap();
        }
        assert!(throttle.attempt("another", from(99), 0).is_err());
        assert!(throttle.attempt("yet-another", Some("2001:db8:1::1".parse().unwrap()), 0).is_ok());
    }

    #[test]
    fn success_opens_the_account_and_what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        for _ in 0..25 {
            throttle.attempt("bea", None, 0).unwrap();
            throttle.succeeded("bea", None);
        }
        for n in 0..MOST_REMEMBERED + 50 {
            throttle.attempt(&format!("a{n}"), None, 0).unwrap();
        }
        assert!(throttle.counts.lock().unwrap().0.len() <= MOST_REMEMBERED);
    }
}
