//! A set of networks that costs the same to ask whether it has ten or a million.

use std::net::IpAddr;

use ipnet::IpNet;
use policy::prelude::*;

/// Ranges of a block: as many as a few lines of the processor's cache hold.
const BLOCK: usize = 64;

/// A set of addresses.
pub(crate) struct Networks {
    v4: Ranges<u32>,
    v6: Ranges<u128>,
}

/// Ranges that do not overlap, sorted. The first address of every block stands in an index of its own, small enough to stay in the
/// cache, so that asking reads little else.
struct Ranges<A> {
    index: Vec<A>,
    first: Vec<A>,
    last: Vec<A>,
}

impl Networks {
    /// Reads addresses and networks; `field` says where they stand.
    pub(crate) fn read(field: &str, texts: &[String]) -> Result<Networks, Invalid> {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (at, text) in texts.iter().enumerate() {
            let complaint = || {
                let message = format!("`{text}` is no address or network: write `10.0.0.7` or `10.0.0.0/8`");
                Invalid::field(format!("{field}[{at}]"), message)
            };
            let network = match text.parse::<IpAddr>() {
                Ok(address) => IpNet::from(address),
                Err(_) => text.parse().map_err(|_| complaint())?,
            };
            match (network.network(), network.broadcast()) {
                (IpAddr::V4(first), IpAddr::V4(last)) => v4.push((first.to_bits(), last.to_bits())),
                (IpAddr::V6(first), IpAddr::V6(last)) => match (first.to_ipv4_mapped(), last.to_ipv4_mapped()) {
                    // `::ffff:10.0.0.0/104` is `10.0.0.0/8`; a wider IPv6 network has no IPv4 in it.
                    (Some(first), Some(last)) => v4.push((first.to_bits(), last.to_bits())),
                    _ => v6.push((first.to_bits(), last.to_bits())),
                },
                _ => return Err(complaint()),
            }
        }
        Ok(Networks { v4: Ranges::of(v4), v6: Ranges::of(v6) })
    }

    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.contain(address.to_bits()),
            IpAddr::V6(address) => self.v6.contain(address.to_bits()),
        }
    }
}

impl<A: Copy + Ord> Ranges<A> {
    fn of(mut ranges: Vec<(A, A)>) -> Ranges<A> {
        ranges.sort_unstable();
        let (mut firsts, mut lasts) = (Vec::<A>::new(), Vec::<A>::new());
        for (first, last) in ranges {
            match lasts.last_mut() {
                Some(before) if first <= *before => *before = last.max(*before),
                _ => {
                    firsts.push(first);
                    lasts.push(last);
                }
            }
        }
        Ranges { index: firsts.iter().copied().step_by(BLOCK).collect(), first: firsts, last: lasts }
    }

    fn contain(&self, address: A) -> bool {
        let block = self.index.partition_point(|first| *first <= address);
        let Some(start) = block.checked_sub(1).map(|block| block * BLOCK) else { return false };
        let end = self.first.len().min(start + BLOCK);
        let within = self.first[start..end].partition_point(|first| *first <= address);
        address <= self.last[start + within - 1]
    }
}
