//! Consistent hashing: points on a ring, each endpoint with as many as its weight.
//!
//! Where the points of an endpoint lie depends on its URL alone: one that goes leaves its share to its neighbors, one that comes
//! takes a share of each, and every gateway of a fleet finds the same endpoint for a key.

/// Points for a weight of 1, where weights are small and endpoints few.
const POINTS: u64 = 256;
/// Points in all, at most about.
const BOUND: u64 = 1 << 18;

/// Points in order: the upper 48 bits say where on the ring, the lower 16 which endpoint.
pub(crate) struct Ring(Box<[u64]>);

impl Ring {
    /// A ring of endpoints by URL and weight; 65,536 at most.
    pub(crate) fn new<'a>(endpoints: impl Iterator<Item = (&'a str, u32)> + Clone) -> Ring {
        let heaviest = endpoints.clone().map(|(_, weight)| weight).max().unwrap_or(0).max(1);
        // Large weights say no more than small ones in the same proportion. Halving keeps every other point where it was.
        let mut shift = heaviest.ilog2().saturating_sub(3);
        let count = |weight: u32, shift: u32| match weight {
            0 => 0,
            weight => ((u64::from(weight) * POINTS) >> shift).max(1),
        };
        while shift < 40 && endpoints.clone().map(|(_, weight)| count(weight, shift)).sum::<u64>() > BOUND {
            shift += 1;
        }
        let mut points = Vec::new();
        for (index, (url, weight)) in endpoints.enumerate() {
            let seed = hash(url.as_bytes());
            for point in 0..count(weight, shift) {
                let at = mix(seed ^ mix(point + 1));
                points.push(at & !0xffff | index as u64 & 0xffff);
            }
        }
        points.sort_unstable();
        Ring(points.into())
    }

    /// The endpoint for a hash: the next on the ring that may be taken. Looks at each point once at most.
    pub(crate) fn find(&self, hash: u64, mut may: impl FnMut(u16) -> bool) -> Option<u16> {
        let hash = mix(hash);
        let start = self.0.partition_point(|point| *point < hash);
        let mut seen = None;
        let around = self.0[start..].iter().chain(&self.0[..start]).map(|point| *point as u16);
        // Neighbors of the same endpoint need no second look.
        around.into_iter().find(|index| seen.replace(*index) != Some(*index) && may(*index))
    }
}

/// The same number for the same bytes, in every process: FNV-1a, then mixed.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let folded = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(folded)
}

/// Spreads every bit of a number over all of them.
pub(crate) fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("http://10.0.0.{n}:9001")).collect()
    }

    fn ring(urls: &[String]) -> Ring {
        Ring::new(urls.iter().map(|url| (url.as_str(), 1)))
    }

    fn found<'a>(ring: &Ring, urls: &'a [String], key: usize) -> &'a str {
        let index = ring.find(hash(format!("user-{key}").as_bytes()), |_| true).unwrap();
        &urls[usize::from(index)]
    }

    #[test]
    fn without_one_endpoint_only_its_share_moves() {
        for count in [3, 10, 50] {
            let all = urls(count);
            let mut fewer = all.clone();
            let gone = fewer.remove(count / 2);
            let (before, after) = (ring(&all), ring(&fewer));
            let keys = 20_000;
            let mut moved = 0;
            for key in 0..keys {
                let (was, is) = (found(&before, &all, key), found(&after, &fewer, key));
                if was != is {
                    moved += 1;
                    assert_eq!(was, gone, "only what was on the endpoint that went moves");
                }
            }
            let share = f64::from(moved) / keys as f64;
            assert!(share <= 1.0 / count as f64 + 0.05 && moved > 0, "{count}: {share}");
        }
    }

    #[test]
    fn shares_follow_the_weights() {
        for weights in [[1, 2, 5], [100, 200, 500], [8191, 16383, 40959]] {
            let all = urls(3);
            let ring = Ring::new(all.iter().map(String::as_str).zip(weights));
            let mut counts = [0_i32; 3];
            for key in 0..40_000_u64 {
                counts[usize::from(ring.find(hash(&key.to_be_bytes()), |_| true).unwrap())] += 1;
            }
            for (count, weight) in counts.iter().zip([1, 2, 5]) {
                let expected = 40_000 * weight / 8;
                assert!((count - expected).abs() < expected / 5, "{weights:?}: {counts:?}");
            }
        }
    }

    #[test]
    fn one_that_is_out_leaves_its_share_to_the_next_and_gets_it_back() {
        let all = urls(5);
        let ring = ring(&all);
        for key in 0..1000_u64 {
            let key = mix(key);
            let usual = ring.find(key, |_| true).unwrap();
            let without = ring.find(key, |index| index != 2).unwrap();
            assert!(without != 2 && (usual == 2 || usual == without));
        }
        assert_eq!(ring.find(7, |_| false), None);
        assert_eq!(Ring::new([].into_iter()).find(7, |_| true), None);
    }

    #[test]
    fn the_ring_is_bounded() {
        let ring = Ring::new((0..20_000).map(|_| ("http://a", 65_535)));
        assert!(ring.0.len() as u64 <= BOUND, "{}", ring.0.len());
    }
}
