//! How much a peer may ask for that costs it nothing: frames that are answered, dropped or undone (CVE-2019-9512 and its kin,
//! CVE-2023-44487, CVE-2025-8671).

use std::time::Duration;

use tokio::time::Instant;

/// What is there to spend within a span.
const BUDGET: u32 = 10_000;
const SPAN: Duration = Duration::from_secs(10);
/// What a stream costs that one of both sides resets.
pub(crate) const RESET: u32 = 50;
/// What any other frame costs that moves nothing.
pub(crate) const FRAME: u32 = 1;

/// A budget of frames that move nothing. Filled again every so often, and by exchanges that come to their end.
pub(crate) struct Calm {
    left: u32,
    since: Instant,
}

/// The budget is spent.
#[derive(Debug)]
pub(crate) struct Spent;

impl Calm {
    pub(crate) fn new(now: Instant) -> Calm {
        Calm { left: BUDGET, since: now }
    }

    /// # Errors
    /// There is nothing left for this span.
    pub(crate) fn spend(&mut self, cost: u32) -> Result<(), Spent> {
        if let Some(left) = self.left.checked_sub(cost) {
            self.left = left;
            return Ok(());
        }
        // The clock is only read here.
        let now = Instant::now();
        if now.saturating_duration_since(self.since) < SPAN {
            return Err(Spent);
        }
        *self = Calm::new(now);
        self.left -= cost;
        Ok(())
    }

    /// Something came to its end as it should.
    pub(crate) fn earn(&mut self, much: u32) {
        self.left = (self.left + much).min(BUDGET);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_budget_is_for_a_span_and_whoever_works_earns_it_back() {
        let mut calm = Calm::new(Instant::now());
        let streams = (0..).take_while(|_| calm.spend(RESET).is_ok()).count();
        assert_eq!(streams, 200);
        calm.earn(RESET);
        assert!(calm.spend(RESET).is_ok() && calm.spend(FRAME).is_err());
        tokio::time::advance(SPAN).await;
        assert!(calm.spend(RESET).is_ok());
    }
}
