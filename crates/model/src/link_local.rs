//! Addresses at which a machine finds what is about itself alone: link-local ones, and those of the metadata services of clouds. Whoever has a
//! gateway call one gets the identity of the machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Whether an address is link-local, or of a metadata service, however it is written.
pub fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_link_local_v4(v4),
        IpAddr::V6(v6) => is_link_local_v6(v6) || embedded(v6).is_some_and(is_link_local_v4),
    }
}

fn is_link_local_v4(address: Ipv4Addr) -> bool {
    // Those of Alibaba Cloud, Azure and Oracle Cloud are of no such network.
    address.is_link_local()
        || matches!(address.octets(), [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, 192])
}

fn is_link_local_v6(address: Ipv6Addr) -> bool {
    // Those of AWS and Google Cloud.
    matches!(address.segments(), [0xfe80..=0xfebf, ..] | [0xfd00, 0x0ec2, ..] | [0xfd20, 0x00ce, ..])
}

/// The IPv4 address that one of IPv6 stands for: mapped (RFC 4291 §2.5.5), by NAT64 (RFC 6052 §2.1) or 6to4 (RFC 3056 §2).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(of(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

/// Reads an address or a network: `169.254.10.0/24`.
pub fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_finds_about_itself_is_told_apart_however_it_is_written() {
        for near in [
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "::ffff:0:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "2002:a9fe:a9fe::1",
            "::ffff:168.63.129.16",
        ] {
            assert!(is_link_local(near.parse().unwrap()), "{near}");
        }
        for far in [
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "169.253.255.255",
            "169.255.0.1",
            "100.100.100.201",
            "1.1.1.1",
            "::1",
            "::",
            "fc00::1",
            "fd00::1",
            "fd00:ec3::254",
            "fec0::1",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(!is_link_local(far.parse().unwrap()), "{far}");
        }
        assert!(network("169.254.10.0/24").is_some() && network("fd00:ec2::254").is_some());
        assert!(network("169.254.10").is_none() && network("").is_none());
    }
}
