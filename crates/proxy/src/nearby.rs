//! What no connection is opened to unless operators name it: link-local addresses, and metadata services of clouds.

use std::{
    io,
    net::IpAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use ipnet::IpNet;
use model::{Gateway, is_link_local, network};

use crate::worker::lock;

/// Those that are connected to all the same.
#[derive(Default)]
pub(crate) struct Nearby {
    some: AtomicBool,
    allowed: Mutex<Box<[IpNet]>>,
}

impl Nearby {
    /// Takes over what a gateway's document names; connections that are open already stay.
    pub(crate) fn put(&self, gateway: &Gateway) {
        let networks: Box<[IpNet]> =
            gateway.allowed_link_local.iter().filter_map(|text| network(text)).collect();
        self.some.store(!networks.is_empty(), Relaxed);
        *lock(&self.allowed) = networks;
    }

    /// Whether an address may be connected to.
    ///
    /// # Errors
    /// It may not.
    pub(crate) fn check(&self, address: IpAddr) -> io::Result<()> {
        if !is_link_local(address) {
            return Ok(());
        }
        let canonical = address.to_canonical();
        let names = |network: &IpNet| network.contains(&address) || network.contains(&canonical);
        if self.some.load(Relaxed) && lock(&self.allowed).iter().any(names) {
            return Ok(());
        }
        let why = format!(
            "{address} is a link-local address or that of a metadata service, and connected to only where the gateway's `allowed_link_local` names it"
        );
        Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_operators_name_is_connected_to_of_what_is_nearby() {
        let nearby = Nearby::default();
        let is_open = |address: &str| nearby.check(address.parse().unwrap()).is_ok();
        assert!(
            is_open("127.0.0.1")
                && is_open("10.1.2.3")
                && !is_open("169.254.169.254")
                && !is_open("::ffff:169.254.169.254")
        );
        let allow = |networks: &[&str]| {
            let allowed_link_local = networks.iter().map(|&text| text.to_owned()).collect();
            nearby.put(&Gateway { allowed_link_local, ..Gateway::default() });
        };
        allow(&["169.254.10.0/24", "fd00:ec2::254"]);
        assert!(is_open("169.254.10.7") && is_open("::ffff:169.254.10.7") && is_open("fd00:ec2::254"));
        assert!(!is_open("169.254.169.254") && !is_open("fd00:ec2::23"));
        allow(&[]);
        assert!(!is_open("169.254.10.7"));
    }
}
