//! Turns by weight.

/// Turns of one round at most; weights are scaled down to fit.
const ROUND_BOUND: u64 = 4096;

/// One round of turns by weight, spread evenly (smooth weighted round robin).
pub(super) fn round(weights: &[u32]) -> Vec<u16> {
    let divisor = weights.iter().copied().fold(0, gcd).max(1);
    let sum: u64 = weights.iter().map(|weight| u64::from(weight / divisor)).sum();
    let scale = sum.div_ceil(ROUND_BOUND).max(1);
    let weights: Vec<i64> = weights
        .iter()
        .map(|weight| if *weight == 0 { 0 } else { (u64::from(weight / divisor) / scale).max(1) as i64 })
        .collect();
    let total: i64 = weights.iter().sum();
    let mut credit = vec![0_i64; weights.len()];
    let mut turns = Vec::with_capacity(usize::try_from(total).unwrap_or_default());
    for _ in 0..total {
        for (credit, weight) in credit.iter_mut().zip(&weights) {
            *credit += weight;
        }
        // The first of equals, so that equal endpoints take turns in their order.
        let mut best = 0;
        for at in 1..credit.len() {
            if credit[at] > credit[best] {
                best = at;
            }
        }
        credit[best] -= total;
        turns.push(best as u16);
    }
    turns
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_spread_evenly_by_weight() {
        assert_eq!(round(&[1, 1, 1]), [0, 1, 2]);
        assert_eq!(round(&[5, 1, 1]), [0, 0, 1, 0, 2, 0, 0]);
        assert_eq!(round(&[10, 0, 10]), [0, 2]);
        assert_eq!(round(&[0, 0]), [] as [u16; 0]);
        let long = round(&[u32::MAX, 1]);
        assert!(long.len() <= ROUND_BOUND as usize + 2 && long.contains(&1));
    }
}
