//! How much is done at one time, and for how long.

use std::{sync::Arc, time::Duration};

use policy::problems;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::problem::Refusal;

/// What an endpoint asks of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// A body of at most 1 MiB.
    Light,
    /// A bundle or a contract: a body of at most 64 MiB.
    Heavy,
    /// A body of at most 16 MiB, and then waiting for someone else.
    Outbound,
}

impl Load {
    /// The largest body, bytes.
    pub(crate) fn body(self) -> usize {
        match self {
            Load::Light => 1 << 20,
            Load::Heavy => 64 << 20,
            Load::Outbound => 16 << 20,
        }
    }
}

/// How much is done at one time. Past a bound a request waits for a second and is then refused.
#[derive(Debug)]
pub(crate) struct Bounds {
    all: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    outbound: Arc<Semaphore>,
}

/// Requests at work at one time.
const ALL: usize = 256;
/// Of these, with a body that may be large: they bound the memory.
const HEAVY: usize = 4;
/// Of these, waiting for someone else: they leave room for the rest.
const OUTBOUND: usize = 16;
/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(1);
/// From the request's head to the response's head. Work that changes something goes on after it; its client is told to look.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

/// Ends a task when dropped.
pub(crate) struct AbortOnDrop(pub(crate) tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The right to work, given back when dropped.
pub(crate) struct Turn(#[expect(dead_code, reason = "held, not read")] [Option<OwnedSemaphorePermit>; 2]);

impl Default for Bounds {
    fn default() -> Bounds {
        let [all, heavy, outbound] = [ALL, HEAVY, OUTBOUND].map(|bound| Arc::new(Semaphore::new(bound)));
        Bounds { all, heavy, outbound }
    }
}

impl Bounds {
    /// Waits for the right to work.
    pub(crate) async fn turn(&self, load: Load) -> Result<Turn, Refusal> {
        let own = match load {
            Load::Light => None,
            Load::Heavy => Some(permit(&self.heavy).await?),
            Load::Outbound => Some(permit(&self.outbound).await?),
        };
        Ok(Turn([own, Some(permit(&self.all).await?)]))
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Refusal> {
    match timeout(TURN, Arc::clone(semaphore).acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        Ok(Err(_)) | Err(_) => Err(Refusal::overloaded("too many requests are at work at this moment")),
    }
}

/// The refusal of a request that took longer than [`DEADLINE`].
pub(crate) fn too_slow() -> Refusal {
    Refusal::new(
        problems::OVERLOADED,
        "the request took too long; a change may still be made, so look before repeating it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn past_the_bound_a_request_waits_and_is_refused_and_ordinary_ones_go_on() {
        let bounds = Bounds::default();
        let mut turns = Vec::new();
        for _ in 0..HEAVY {
            turns.push(bounds.turn(Load::Heavy).await.ok());
        }
        assert!(bounds.turn(Load::Heavy).await.is_err());
        assert!(bounds.turn(Load::Light).await.is_ok());
        turns.pop();
        assert!(bounds.turn(Load::Heavy).await.is_ok());
    }
}
