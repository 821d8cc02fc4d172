//! Sessions that ended before their time: those of browsers, which bring along all that is known of them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use model::{KeyHash, SignOut};

use crate::CounterSource;

/// Sign-outs that are remembered at most; those that could be forgotten the soonest go for more.
const MOST: usize = 100_000;

/// What a gateway knows of sessions that ended.
#[derive(Debug, Default)]
pub struct SignOuts {
    /// Before when sessions ended, and until when it must be known, by their mark.
    known: RwLock<HashMap<KeyHash, (u64, u64)>>,
    /// Whether there are any, so that nothing is looked for where there are none.
    any: AtomicBool,
    untold: Mutex<Vec<SignOut>>,
}

impl SignOuts {
    /// Those of a gateway; kept for as long as anybody holds them.
    pub fn of(counters: &dyn CounterSource) -> Arc<SignOuts> {
        let kept = counters.keep("sign-outs", &|| Arc::new(SignOuts::default()));
        kept.downcast().expect("a name stands for one type")
    }

    /// Ends sessions here, and has others told.
    pub fn end(&self, out: SignOut, now: u64) {
        self.note(&out, now);
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        if untold.len() < MOST {
            untold.push(out);
        }
    }

    /// Ends sessions that ended elsewhere.
    pub fn hear(&self, outs: &[SignOut], now: u64) {
        outs.iter().for_each(|out| self.note(out, now));
    }

    /// What others were not told of yet.
    pub fn take(&self) -> Vec<SignOut> {
        std::mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a session ended, by any of its marks, which are made only where there is something to look for.
    pub fn is_over<const N: usize>(&self, began: u64, marks: impl FnOnce() -> [Option<KeyHash>; N]) -> bool {
        if !self.any.load(Relaxed) {
            return false;
        }
        let marks = marks();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        marks.iter().flatten().any(|mark| known.get(mark).is_some_and(|(before, _)| began < *before))
    }

    fn note(&self, out: &SignOut, now: u64) {
        if out.until <= now {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&out.mark) {
            known.retain(|_, (_, until)| *until > now);
            if known.len() >= MOST {
                let soonest = known.iter().min_by_key(|(_, (_, until))| *until).map(|(mark, _)| *mark);
                soonest.map(|mark| known.remove(&mark));
            }
        }
        let entry = known.entry(out.mark).or_insert((0, 0));
        *entry = (entry.0.max(out.before), entry.1.max(out.until));
        self.any.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(mark: u8, before: u64, until: u64) -> SignOut {
        SignOut { mark: KeyHash([mark; 32]), before, until }
    }

    fn is_over(outs: &SignOuts, mark: u8, began: u64) -> bool {
        outs.is_over(began, || [None, Some(KeyHash([mark; 32]))])
    }

    #[test]
    fn sessions_end_that_began_before_and_those_that_began_since_go_on() {
        let outs = SignOuts::default();
        assert!(!is_over(&outs, 1, 0));
        outs.end(out(1, 100, 1_000), 100);
        assert!(is_over(&outs, 1, 99) && !is_over(&outs, 1, 100) && !is_over(&outs, 2, 0));
        // What is heard again, or late, takes nothing back.
        outs.hear(&[out(1, 50, 900), out(2, 60, 10)], 100);
        assert!(is_over(&outs, 1, 99));
        assert!(!is_over(&outs, 2, 0), "it could be forgotten already");
        assert_eq!(outs.take(), [out(1, 100, 1_000)]);
        assert_eq!(outs.take(), []);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_what_can_be_forgotten_the_soonest_goes() {
        let outs = SignOuts::default();
        let mark = |n: usize| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&n.to_be_bytes());
            KeyHash(bytes)
        };
        let all: Vec<SignOut> =
            (0..=MOST).map(|n| SignOut { mark: mark(n), before: 9, until: 10 + n as u64 }).collect();
        outs.hear(&all, 0);
        assert_eq!(outs.known.read().unwrap().len(), MOST);
        assert!(!outs.is_over(0, || [Some(mark(0))]));
        assert!(outs.is_over(0, || [Some(mark(MOST))]));
    }
}
