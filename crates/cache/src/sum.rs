//! A checksum that is the same in every process: finds files that are torn or have rotted, not those that somebody forged.

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The checksum of bytes.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    let mut sum = (bytes.len() as u64).wrapping_mul(FACTOR) ^ FACTOR;
    let mut add = |word: u64| sum = (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().for_each(|word| add(u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    add(u64::from_le_bytes(last));
    sum ^ (sum >> 31)
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn every_bit_and_the_length_make_a_difference() {
        let bytes: Vec<u8> = (0..100).collect();
        let whole = sum(&bytes);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut other = bytes.clone();
                other[at] ^= 1 << bit;
                assert_ne!(sum(&other), whole);
            }
            assert_ne!(sum(&bytes[..at]), whole);
        }
        assert_ne!(sum(&[0; 8]), sum(&[0; 9]));
    }
}
