//! Numbers that follow from a seed (SplitMix64).

pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Less than `count`; 0 where there is none.
    pub(super) fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { (self.next() % count as u64) as usize }
    }

    /// At least `least` and less than 1 more than `most`.
    pub(super) fn within(&mut self, least: i128, most: i128) -> i128 {
        let span = (most.saturating_sub(least)).max(0).saturating_add(1);
        least.saturating_add((i128::from(self.next()) & i128::from(u64::MAX)).rem_euclid(span))
    }
}
