//! What is refused at once, whatever else lets it in; see [`model::Block`].
//!
//! A table without blocks has none of this: a request pays three looks at a pointer that is not there.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use ipnet::IpNet;
use model::{
    Blocked, KeyHash,
    snapshot::{BlockRule, Caller},
};
use policy::{Problem, problems};

/// The blocks of a workspace, found by what they are about.
#[derive(Default)]
pub(crate) struct Blocks {
    consumers: HashMap<Arc<str>, Held>,
    apps: HashMap<Arc<str>, Held>,
    keys: HashMap<KeyHash, Held>,
    /// By the network an address is in; one look for every length of prefix there is.
    networks: HashMap<IpNet, Held>,
    prefixes: Vec<(bool, u8)>,
    /// `orders@v1` or `orders`.
    apis: HashMap<Arc<str>, Held>,
    routes: HashMap<Arc<str>, Held>,
}

/// A block that stands.
struct Held {
    name: Arc<str>,
    /// Milliseconds since 1970.
    until: u64,
}

impl Blocks {
    /// Nothing where there are none.
    pub(crate) fn of(rules: Vec<(Arc<str>, &BlockRule)>) -> Option<Arc<Blocks>> {
        if rules.is_empty() {
            return None;
        }
        let mut blocks = Blocks::default();
        for (name, rule) in rules {
            let held = Held { name, until: rule.ends.unwrap_or(u64::MAX) };
            match &rule.blocked {
                Blocked::Consumer(consumer) => put(&mut blocks.consumers, Arc::clone(consumer), held),
                Blocked::App(app) => put(&mut blocks.apps, Arc::clone(app), held),
                Blocked::Key(hash) => put(&mut blocks.keys, *hash, held),
                Blocked::Address(network) => {
                    let prefix = (network.addr().is_ipv4(), network.prefix_len());
                    if !blocks.prefixes.contains(&prefix) {
                        blocks.prefixes.push(prefix);
                    }
                    put(&mut blocks.networks, network.trunc(), held);
                }
                Blocked::Api(api) => put(&mut blocks.apis, Arc::clone(api), held),
                Blocked::Route(route) => put(&mut blocks.routes, Arc::clone(route), held),
            }
        }
        Some(Arc::new(blocks))
    }

    /// Whether calls from an address are let in at this time, milliseconds since 1970.
    pub(crate) fn check_address(&self, client: IpAddr, now: u64) -> Result<(), Problem> {
        let client = client.to_canonical();
        for (_, length) in self.prefixes.iter().filter(|(is_v4, _)| *is_v4 == client.is_ipv4()) {
            let Ok(network) = IpNet::new(client, *length) else { continue };
            let detail = "calls from your network address are blocked";
            refuse(self.networks.get(&network.trunc()), now, detail)?;
        }
        Ok(())
    }

    /// Whether calls to a service are let in; its key is `api/orders@v1` or `route/health`.
    pub(crate) fn check_service(&self, key: &str, now: u64) -> Result<(), Problem> {
        let detail = "calls to this API are blocked for now";
        match key.split_once('/') {
            Some(("api", id)) => {
                refuse(self.apis.get(id), now, detail)?;
                let name = id.split_once('@').map_or(id, |(name, _)| name);
                refuse(self.apis.get(name), now, detail)
            }
            Some(("route", name)) => refuse(self.routes.get(name), now, detail),
            _ => Ok(()),
        }
    }

    /// Whether calls of a caller are let in, with the key it has shown, if any.
    pub(crate) fn check_caller(
        &self,
        caller: &Caller,
        key: Option<&KeyHash>,
        now: u64,
    ) -> Result<(), Problem> {
        let detail = "calls with this credential are blocked";
        if let Some(key) = key {
            refuse(self.keys.get(key), now, detail)?;
        }
        let known = match caller.key.starts_with("app/") {
            true => &self.apps,
            // A consumer, or somebody of that name elsewhere.
            false => &self.consumers,
        };
        refuse(known.get(&caller.name), now, detail)
    }
}

/// Of two about the same, the one that lasts longer counts.
fn put<K: std::hash::Hash + Eq>(all: &mut HashMap<K, Held>, key: K, held: Held) {
    if all.get(&key).is_none_or(|other| other.until < held.until) {
        all.insert(key, held);
    }
}

fn refuse(held: Option<&Held>, now: u64, detail: &'static str) -> Result<(), Problem> {
    match held.filter(|held| held.until > now) {
        Some(held) => Err(Problem::new(problems::BLOCKED, detail).because(format!("block/{}", held.name))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(all: &[(&str, Blocked, Option<u64>)]) -> Arc<Blocks> {
        let rule = |(name, blocked, ends): &(&str, Blocked, Option<u64>)| {
            let workspace = model::Name::default_workspace();
            (Arc::from(*name), BlockRule { workspace, blocked: blocked.clone(), ends: *ends })
        };
        let rules: Vec<(Arc<str>, BlockRule)> = all.iter().map(rule).collect();
        Blocks::of(rules.iter().map(|(name, rule)| (Arc::clone(name), rule)).collect()).unwrap()
    }

    #[test]
    fn an_address_is_found_in_every_network_that_holds_it_until_the_block_ends() {
        let network = |text: &str| Blocked::Address(text.parse().unwrap());
        let blocks = blocks(&[
            ("one", network("203.0.113.7/32"), None),
            ("net", network("198.51.100.0/24"), Some(1000)),
            ("six", network("2001:db8::/32"), None),
        ]);
        let let_in = |text: &str, now| blocks.check_address(text.parse().unwrap(), now).is_ok();
        for (address, now, expected) in [
            ("203.0.113.7", 0, false),
            ("::ffff:203.0.113.7", 0, false),
            ("203.0.113.8", 0, true),
            ("198.51.100.255", 999, false),
            ("198.51.100.255", 1000, true),
            ("2001:db8:1::1", 0, false),
            ("2001:db9::1", 0, true),
        ] {
            assert_eq!(let_in(address, now), expected, "{address} at {now}");
        }
    }

    #[test]
    fn an_api_is_blocked_by_its_version_and_by_its_name_and_no_other_is() {
        let blocks = blocks(&[
            ("a", Blocked::Api("orders@v1".into()), None),
            ("b", Blocked::Api("bills".into()), None),
            ("c", Blocked::Route("health".into()), None),
        ]);
        for (key, expected) in [
            ("api/orders@v1", false),
            ("api/orders@v2", true),
            ("api/bills@v1", false),
            ("api/bills@v2", false),
            ("route/health", false),
            ("route/bills", true),
        ] {
            assert_eq!(blocks.check_service(key, 0).is_ok(), expected, "{key}");
        }
    }

    #[test]
    fn of_two_blocks_the_longer_one_counts() {
        let ada = || Blocked::Consumer("ada".into());
        for order in [["a", "b"], ["b", "a"]] {
            let blocks = blocks(&[(order[0], ada(), Some(10)), (order[1], ada(), Some(20))]);
            assert_eq!(blocks.consumers["ada"].until, 20);
        }
    }
}
