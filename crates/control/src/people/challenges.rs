//! Challenges that are open: each for one thing, once, and for a short time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Name;
use store::PersonKind;

use crate::digest;

/// How long one is open, milliseconds.
pub(super) const LASTS: u64 = 5 * 60 * 1000;
/// Challenges at one time; the oldest go for more.
const MOST: usize = 20_000;

/// What a challenge was opened for; an answer to it counts for nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// Making a passkey in a session, for the account's handle.
    Making { kind: PersonKind, account: String, session: [u8; 32], user: String },
    /// Signing in, to the console or the portal of a workspace.
    SignIn { kind: PersonKind, workspace: Name },
    /// Beside a password that was right.
    Beside { kind: PersonKind, account: String },
    /// Showing in a session that it is still them.
    Confirming { session: [u8; 32] },
}

#[derive(Debug, Default)]
pub(crate) struct Challenges(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    by_challenge: HashMap<[u8; 32], (For, u64)>,
    /// All that were opened, the oldest first; some are answered.
    order: VecDeque<[u8; 32]>,
}

impl Challenges {
    /// Opens one; it is told as base64url.
    pub(super) fn open(&self, what: For, now: u64) -> String {
        let challenge = digest::random::<32>();
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(oldest) = open.order.front().copied() {
            let is_over = open.by_challenge.get(&oldest).is_none_or(|(_, until)| *until <= now);
            if !is_over && open.order.len() < MOST {
                break;
            }
            open.order.pop_front();
            open.by_challenge.remove(&oldest);
        }
        open.order.push_back(challenge);
        open.by_challenge.insert(challenge, (what, now + LASTS));
        URL_SAFE_NO_PAD.encode(challenge)
    }

    /// What a challenge was opened for, if it still is; it is over then.
    pub(super) fn take(&self, challenge: &[u8], now: u64) -> Option<For> {
        let challenge: [u8; 32] = challenge.try_into().ok()?;
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (what, until) = open.by_challenge.remove(&challenge)?;
        (now < until).then_some(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in() -> For {
        For::SignIn { kind: PersonKind::Member, workspace: Name::default_workspace() }
    }

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn a_challenge_is_answered_once_and_not_late() {
        let challenges = Challenges::default();
        let first = bytes(&challenges.open(sign_in(), 0));
        assert_eq!(challenges.take(&first, LASTS - 1), Some(sign_in()));
        assert_eq!(challenges.take(&first, 1), None);
        let late = bytes(&challenges.open(sign_in(), 0));
        assert_eq!(challenges.take(&late, LASTS), None);
        assert_eq!(challenges.take(b"short", 0), None);
    }

    #[test]
    fn as_many_as_can_be_are_open_and_the_oldest_go_first() {
        let challenges = Challenges::default();
        let first = bytes(&challenges.open(sign_in(), 0));
        let second = bytes(&challenges.open(sign_in(), 0));
        for _ in 0..MOST - 1 {
            challenges.open(sign_in(), 1);
        }
        assert_eq!(challenges.take(&first, 1), None);
        assert_eq!(challenges.take(&second, 1), Some(sign_in()));
        challenges.open(sign_in(), 1 + LASTS);
        assert_eq!(challenges.0.lock().unwrap().order.len(), 1, "what is over is forgotten");
    }
}
