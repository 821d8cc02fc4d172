//! A share of requests, spread evenly and without a source of chance.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use policy::prelude::*;

/// Steps of the golden ratio: they never come near each other, and so every stretch of calls has its share.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes a share of requests.
pub(crate) struct Sample {
    at: AtomicU64,
    /// What is taken is below this; `None` takes all.
    below: Option<u64>,
}

impl Sample {
    /// `percent` of all, 0 to 100, fractions allowed.
    pub(crate) fn read(percent: f64, field: &str) -> Result<Sample, Invalid> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(Invalid::field(field, format!("{percent} is no share in percent; write 0 to 100")));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of all numbers there are"
        )]
        let below = (percent < 100.0).then(|| (percent / 100.0 * u64::MAX as f64) as u64);
        Ok(Sample { at: AtomicU64::new(0), below })
    }

    pub(crate) fn takes(&self) -> bool {
        match self.below {
            None => true,
            Some(0) => false,
            Some(below) => self.at.fetch_add(STEP, Relaxed).wrapping_add(STEP) < below,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stretch_of_requests_has_its_share() {
        for percent in [0.0, 0.1, 5.0, 33.3, 50.0, 99.0, 100.0] {
            let sample = Sample::read(percent, "percent").unwrap();
            for _ in 0..3 {
                let taken = (0..10_000).filter(|_| sample.takes()).count() as f64;
                assert!((taken - percent * 100.0).abs() <= 3.0, "{percent} %: {taken}");
            }
        }
        assert!(Sample::read(100.1, "percent").is_err() && Sample::read(f64::NAN, "percent").is_err());
    }
}
