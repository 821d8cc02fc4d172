//! How often one network address may try something.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};

use tokio::time::Instant;

/// So many tries of one address in so long. Bounded: past [`ADDRESSES`] those whose window is over are forgotten, and where
/// none is, new addresses share one count.
#[derive(Debug)]
pub(crate) struct Throttle {
    limit: u32,
    window: Duration,
    tries: Mutex<HashMap<IpAddr, Tries>>,
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    since: Instant,
    count: u32,
}

const ADDRESSES: usize = 10_000;

impl Throttle {
    pub(crate) fn new(limit: u32, window: Duration) -> Throttle {
        Throttle { limit, window, tries: Mutex::default() }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// How many seconds to wait, where the address has no try left.
    pub(crate) fn take(&self, address: IpAddr) -> Result<(), u64> {
        let now = Instant::now();
        let mut tries = self.tries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut address = network(address);
        if tries.len() >= ADDRESSES && !tries.contains_key(&address) {
            tries.retain(|_, tries| now - tries.since < self.window);
            if tries.len() >= ADDRESSES {
                address = IpAddr::from([0, 0, 0, 0]);
            }
        }
        let entry = tries.entry(address).or_insert(Tries { since: now, count: 0 });
        if now - entry.since >= self.window {
            *entry = Tries { since: now, count: 0 };
        }
        if entry.count >= self.limit {
            let left = self.window.saturating_sub(now - entry.since);
            return Err(left.as_secs() + u64::from(left.subsec_nanos() > 0));
        }
        entry.count += 1;
        Ok(())
    }
}

/// An IPv6 client has a whole /64 to itself (RFC 6177), so that is what is counted.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) & !u128::from(u64::MAX)).to_be_bytes()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_tries_of_an_address_come_back_with_the_next_window() {
        let throttle = Throttle::new(2, Duration::from_secs(60));
        let (ann, bob) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        assert_eq!((throttle.take(ann), throttle.take(ann)), (Ok(()), Ok(())));
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(throttle.take(ann), Err(60));
        assert_eq!(throttle.take(bob), Ok(()));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(throttle.take(ann), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_of_one_v6_network_are_counted_together() {
        let throttle = Throttle::new(1, Duration::from_secs(60));
        assert!(throttle.take("2001:db8::1".parse().unwrap()).is_ok());
        assert!(throttle.take("2001:db8::2".parse().unwrap()).is_err());
        assert!(throttle.take("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn many_addresses_do_not_take_more_memory_nor_more_tries() {
        let throttle = Throttle::new(1, Duration::from_secs(60));
        for n in 0..u32::try_from(ADDRESSES).unwrap() {
            assert!(throttle.take(IpAddr::from((n + 0x0a00_0000).to_be_bytes())).is_ok());
        }
        assert!(throttle.take(IpAddr::from([192, 0, 2, 1])).is_ok());
        assert!(throttle.take(IpAddr::from([192, 0, 2, 2])).is_err());
        assert!(throttle.tries.lock().unwrap().len() <= ADDRESSES + 1);
    }
}
