//! Quantiles that can be added up.
//!
//! A DDSketch (Masson, Rim, Lee 2019) with the linearly interpolated mapping: values fall into bins whose width is at most
//! 1/64 of their value, so that a quantile read from the middle of a bin is within 1/128 (0.8 %) of the true one. Adding two
//! sketches adds their bins and costs no precision. Integers only: no logarithm on the hot path, and exact below 128.

/// A bin's index of a value. Below 128 every value has its own.
fn bin_of(value: u32) -> u16 {
    let shift = (31 - (value | 64).leading_zeros()) - 6;
    // Each doubling has 64 bins; there are 27 of them at most, so the index is below 2,000.
    (shift * 64 + (value >> shift)) as u16
}

/// The middle of a bin.
fn middle_of(bin: u16) -> f64 {
    let bin = u32::from(bin);
    if bin < 128 {
        return f64::from(bin);
    }
    let shift = bin / 64 - 1;
    let low = f64::from(64 + bin % 64) * f64::from(1u32 << shift);
    low + f64::from((1u32 << shift) - 1) / 2.0
}

/// How often which values occurred; microseconds here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// Bin and count, sorted by bin.
    bins: Vec<(u16, u64)>,
}

impl Sketch {
    pub(crate) fn add(&mut self, value: u32) {
        self.add_to(bin_of(value), 1);
    }

    fn add_to(&mut self, bin: u16, count: u64) {
        match self.bins.binary_search_by_key(&bin, |&(bin, _)| bin) {
            Ok(at) => self.bins[at].1 += count,
            Err(at) => self.bins.insert(at, (bin, count)),
        }
    }

    pub(crate) fn merge(&mut self, other: &Sketch) {
        if self.bins.is_empty() {
            self.bins.clone_from(&other.bins);
            return;
        }
        for &(bin, count) in &other.bins {
            self.add_to(bin, count);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.bins.iter().map(|&(_, count)| count).sum()
    }

    /// The value below which a share `q` of all lies (the lower of two, as in the paper); `None` without values.
    pub(crate) fn quantile(&self, q: f64) -> Option<f64> {
        let count = self.count();
        let last = count.checked_sub(1)?;
        let rank = (q.clamp(0.0, 1.0) * last as f64).floor() as u64;
        let mut seen = 0;
        for &(bin, count) in &self.bins {
            seen += count;
            if seen > rank {
                return Some(middle_of(bin));
            }
        }
        None
    }

    /// Compact bytes: for each bin its distance from the one before and its count, both in LEB128.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bins.len() * 2 + 1);
        let mut before = 0;
        for &(bin, count) in &self.bins {
            write_varint(&mut bytes, u64::from(bin - before));
            write_varint(&mut bytes, count);
            before = bin;
        }
        bytes
    }

    /// Adds what [`Sketch::encode`] wrote; `None` for bytes it cannot have written.
    pub(crate) fn merge_encoded(&mut self, mut bytes: &[u8]) -> Option<()> {
        let mut bin: u16 = 0;
        while !bytes.is_empty() {
            let step = read_varint(&mut bytes)?;
            bin = bin.checked_add(u16::try_from(step).ok()?).filter(|&bin| bin <= bin_of(u32::MAX))?;
            let count = read_varint(&mut bytes)?;
            self.add_to(bin, count);
        }
        Some(())
    }
}

fn write_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_one_percent_of_the_middle_of_its_bin() {
        let mut value: u32 = 0;
        let mut before = 0;
        while value < u32::MAX / 2 {
            let bin = bin_of(value);
            assert!(bin >= before, "bins rise with values");
            before = bin;
            let error = (middle_of(bin) - f64::from(value)).abs();
            assert!(error <= f64::from(value) / 128.0, "{value}: {}", middle_of(bin));
            value += value / 300 + 1;
        }
        assert!(bin_of(u32::MAX) < 2_000);
    }

    #[test]
    fn a_sketch_survives_its_bytes_and_adding_is_the_same_as_counting_together() {
        let (mut left, mut right, mut both) = (Sketch::default(), Sketch::default(), Sketch::default());
        for i in 0..5_000u32 {
            let value = i.wrapping_mul(2_654_435_761) >> (i % 24);
            if i % 3 == 0 {
                left.add(value)
            } else {
                right.add(value)
            }
            both.add(value);
        }
        left.merge_encoded(&right.encode()).unwrap();
        assert_eq!(left, both);
        assert_eq!(left.count(), 5_000);
    }

    #[test]
    fn bytes_of_something_else_are_refused() {
        let mut sketch = Sketch::default();
        assert!(sketch.merge_encoded(&[0xff; 11]).is_none());
        assert!(sketch.merge_encoded(&[0xff, 0xff, 0x7f, 1]).is_none());
        assert!(sketch.merge_encoded(&[3]).is_none());
    }
}
