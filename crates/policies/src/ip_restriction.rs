//! `ip-restriction`: which network addresses may call.

use std::net::IpAddr;

use ipnet::IpNet;
use policy::prelude::*;

/// Lets in, or keeps out, calls by the client's network address.
///
/// An address in `deny` is refused. Where `allow` has entries, so is every address that is not in it. Refused calls are answered
/// `403`. Behind a proxy the address is the one that a trusted proxy tells; see `trusted_proxies` of the gateway. An IPv4 address
/// that is written as an IPv6 one (`::ffff:10.0.0.1`) is the IPv4 address.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(crate) struct IpRestriction {
    /// Addresses and networks (CIDR) that may call, such as `10.0.0.0/8`. None means all that are not denied.
    allow: Vec<String>,
    /// Addresses and networks (CIDR) that may not call, even where allowed.
    deny: Vec<String>,
}

impl Policy for IpRestriction {
    const NAME: &'static str = "ip-restriction";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ allow: [10.0.0.0/8, \"2001:db8::/32\"], deny: [10.0.0.7] }";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.allow.is_empty() && self.deny.is_empty() {
            return Err(Invalid::whole("give `allow` or `deny` at least one address or network"));
        }
        let allow = (!self.allow.is_empty()).then(|| Networks::read("allow", &self.allow)).transpose()?;
        Ok(Box::new(AddressCheck { allow, deny: Networks::read("deny", &self.deny)? }))
    }
}

/// The running form of [`IpRestriction`].
struct AddressCheck {
    allow: Option<Networks>,
    deny: Networks,
}

impl Filter for AddressCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let allowed = self.allow.as_ref().is_none_or(|networks| networks.contain(req.client));
        if allowed && !self.deny.contain(req.client) {
            return Step::Done(Ok(()));
        }
        let detail = "calls from your network address are not allowed here";
        Step::Done(Err(Problem::new(problems::ADDRESS_FORBIDDEN, detail).into()))
    }
}

/// A set of addresses: ranges that do not overlap, sorted, so that asking costs the same for ten networks as for ten thousand.
struct Networks(Vec<(Address, Address)>);

/// IPv4 before IPv6, and each a number.
type Address = (bool, u128);

impl Networks {
    fn read(field: &str, texts: &[String]) -> Result<Networks, Invalid> {
        let mut ranges = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            let complaint = || {
                let message = format!("`{text}` is no address or network: write `10.0.0.7` or `10.0.0.0/8`");
                Invalid::field(format!("{field}[{at}]"), message)
            };
            let network = match text.parse::<IpAddr>() {
                Ok(address) => IpNet::from(address),
                Err(_) => text.parse().map_err(|_| complaint())?,
            };
            ranges.push(range(network));
        }
        ranges.sort_unstable();
        let mut merged: Vec<(Address, Address)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1 => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Ok(Networks(merged))
    }

    fn contain(&self, address: IpAddr) -> bool {
        let address = number(address);
        let after = self.0.partition_point(|(first, _)| *first <= address);
        after > 0 && address <= self.0[after - 1].1
    }
}

/// The first and the last address of a network. `::ffff:10.0.0.0/104` is `10.0.0.0/8`; a wider IPv6 network has no IPv4 in it.
fn range(network: IpNet) -> (Address, Address) {
    let (first, last) = (network.network(), network.broadcast());
    match (number(first), number(last)) {
        (first, last) if first.0 == last.0 => (first, last),
        _ => ((true, plain(first)), (true, plain(last))),
    }
}

fn number(address: IpAddr) -> Address {
    let address = address.to_canonical();
    (address.is_ipv6(), plain(address))
}

fn plain(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn lets_in(config: &str, client: &str) -> bool {
        let filter = build("ip-restriction", config);
        match decide(&*filter, &mut RequestBuilder::get("/").client(client).build()) {
            Ok(()) => true,
            Err(reply) => {
                assert_eq!(problem_of(reply).kind.code, "address-forbidden");
                false
            }
        }
    }

    #[test]
    fn only_allowed_addresses_call_where_some_are_allowed() {
        let config = "{ allow: [10.0.0.0/8, 192.168.1.7, '2001:db8::/32'] }";
        for client in ["10.0.0.0", "10.255.255.255", "192.168.1.7", "2001:db8::1", "::ffff:10.1.2.3"] {
            assert!(lets_in(config, client), "{client}");
        }
        for client in ["9.255.255.255", "11.0.0.0", "192.168.1.8", "2001:db9::", "::", "::a00:1"] {
            assert!(!lets_in(config, client), "{client}");
        }
    }

    #[test]
    fn denied_addresses_do_not_call_even_where_allowed() {
        let config = "{ allow: [10.0.0.0/8], deny: [10.0.0.0/24, '::ffff:10.1.0.0/112'] }";
        assert!(lets_in(config, "10.0.1.0"));
        assert!(!lets_in(config, "10.0.0.7"));
        assert!(!lets_in(config, "10.1.255.255"));
        assert!(lets_in(config, "10.2.0.0"));
    }

    #[test]
    fn overlapping_networks_are_one() {
        let config = "{ deny: [10.0.0.0/8, 10.0.0.0/24, 10.255.255.255, 0.0.0.0/5] }";
        for client in ["0.0.0.0", "7.255.255.255", "10.0.1.1", "10.255.255.255"] {
            assert!(!lets_in(config, client), "{client}");
        }
        for client in ["8.0.0.0", "11.0.0.0", "::1"] {
            assert!(lets_in(config, client), "{client}");
        }
    }

    #[test]
    fn every_ipv6_address_is_not_every_ipv4_address() {
        assert!(!lets_in("{ allow: ['::/0'] }", "10.0.0.1"));
        assert!(lets_in("{ allow: ['::/0'] }", "2001:db8::1"));
        assert!(!lets_in("{ allow: [0.0.0.0/0] }", "::1"));
    }

    #[test]
    fn the_sorted_ranges_agree_with_asking_every_network() {
        let mut random = Random(11);
        for _ in 0..200 {
            let networks: Vec<ipnet::IpNet> = (0..random.below(12))
                .map(|_| {
                    let address = std::net::Ipv4Addr::from(random.next() as u32 & 0x0303_0303);
                    ipnet::Ipv4Net::new(address, 20 + random.below(13) as u8).unwrap().into()
                })
                .collect();
            let texts: Vec<_> = networks.iter().map(ToString::to_string).collect();
            let set = super::Networks::read("allow", &texts).unwrap();
            for _ in 0..200 {
                let address = std::net::IpAddr::from((random.next() as u32 & 0x0303_03ff).to_be_bytes());
                assert_eq!(set.contain(address), networks.iter().any(|n| n.contains(&address)), "{address} {texts:?}");
            }
        }
    }

    #[test]
    fn what_is_no_network_is_refused_naming_the_field() {
        assert_eq!(invalid("ip-restriction", "{ allow: [10.0.0.1, 10.0.0.0/33] }").field, "allow[1]");
        assert_eq!(invalid("ip-restriction", "{ deny: [localhost] }").field, "deny[0]");
        assert!(invalid("ip-restriction", "{}").message.contains("`allow` or `deny`"));
    }
}
