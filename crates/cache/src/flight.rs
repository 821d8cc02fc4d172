//! Requests under way to the origin, so that others for the same thing can wait for their answer.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

/// Keys for which nobody waits, as their answers are not stored, of one part.
const PASSES: usize = 4096;
/// How long nobody waits for an answer that was not stored, milliseconds.
const PASS: u64 = 10_000;
/// Requests that wait for one answer.
const WAITING: usize = 1024;

/// What is under way, of one part.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    under_way: HashMap<u64, Arc<Landing>>,
    /// Keys whose answers were not stored, and until when nobody waits for them.
    passes: HashMap<u64, u64>,
}

/// Whether an answer has come, and who waits for it.
#[derive(Debug, Default)]
struct Landing(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    is_over: bool,
    wakers: Vec<Waker>,
}

/// What a request that finds nothing does.
pub enum Flight {
    /// Goes to the origin, and others wait for it.
    Lead(Lead),
    /// Waits for another's answer.
    Wait(Wait),
    /// Goes to the origin, and nobody waits.
    Alone,
}

/// A request on its way for others, too. They go on when it is dropped.
pub struct Lead {
    flights: Arc<Flights>,
    id: u64,
}

/// Waits for another's answer: ready when that is stored, or will not be.
pub struct Wait(Arc<Landing>);

impl Flights {
    /// Joins those who ask for a key.
    pub(crate) fn join(flights: &Arc<Flights>, id: u64, now_ms: u64) -> Flight {
        let mut table = lock(&flights.0);
        if let Some(landing) = table.under_way.get(&id) {
            let is_full = lock(&landing.0).wakers.len() >= WAITING;
            return if is_full { Flight::Alone } else { Flight::Wait(Wait(Arc::clone(landing))) };
        }
        if let Some(until) = table.passes.get(&id) {
            if now_ms < *until {
                return Flight::Alone;
            }
            table.passes.remove(&id);
        }
        table.under_way.insert(id, Arc::default());
        Flight::Lead(Lead { flights: Arc::clone(flights), id })
    }

    /// Takes the lead where nobody has it.
    pub(crate) fn lead(flights: &Arc<Flights>, id: u64) -> Option<Lead> {
        let mut table = lock(&flights.0);
        if table.under_way.contains_key(&id) {
            return None;
        }
        table.under_way.insert(id, Arc::default());
        Some(Lead { flights: Arc::clone(flights), id })
    }
}

impl Lead {
    /// The answer is not for others: nobody waits for such for a while.
    pub fn pass(self, now_ms: u64) {
        let mut table = lock(&self.flights.0);
        if table.passes.len() >= PASSES {
            table.passes.retain(|_, until| now_ms < *until);
            if table.passes.len() >= PASSES {
                table.passes.clear();
            }
        }
        table.passes.insert(self.id, now_ms + PASS);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let landing = lock(&self.flights.0).under_way.remove(&self.id);
        let Some(landing) = landing else { return };
        let wakers = {
            let mut waiting = lock(&landing.0);
            waiting.is_over = true;
            std::mem::take(&mut waiting.wakers)
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waiting = lock(&self.0.0);
        if waiting.is_over {
            return Poll::Ready(());
        }
        if !waiting.wakers.iter().any(|waker| waker.will_wake(cx.waker())) {
            waiting.wakers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
