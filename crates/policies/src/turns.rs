//! Of several who want the same done at one time, one does it and the others wait for that.

use std::{
    collections::HashMap,
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use crate::recent::Mark;

/// What is being done, and who waits for it.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<Mark, Vec<Waker>>>);

/// The right to do something; whoever waits goes on when it ends.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    mark: Mark,
}

impl Turns {
    /// The right to do something; nothing, once it has ended, where somebody else did it.
    pub(crate) async fn enter(self: &Arc<Self>, mark: Mark) -> Option<Turn> {
        let mut waited = false;
        poll_fn(|cx| {
            let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match under_way.get_mut(&mark) {
                Some(waiting) => {
                    waited = true;
                    if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                        waiting.push(cx.waker().clone());
                    }
                    Poll::Pending
                }
                None if waited => Poll::Ready(None),
                None => {
                    under_way.insert(mark, Vec::new());
                    Poll::Ready(Some(Turn { turns: Arc::clone(self), mark }))
                }
            }
        })
        .await
    }

    /// The right to do something, where nobody does it now.
    pub(crate) fn try_enter(self: &Arc<Self>, mark: Mark) -> Option<Turn> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under_way.contains_key(&mark) {
            return None;
        }
        under_way.insert(mark, Vec::new());
        Some(Turn { turns: Arc::clone(self), mark })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let waiting = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.mark);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}
