//! Divides the requests of a service among several upstreams.

use std::sync::Arc;

use model::snapshot::{SplitRules, USUAL};
use policy::Request;

use crate::{
    balance::{
        Affinity, Balancer, Key, OwnCookie, Ticket,
        ring::{hash, mix},
    },
    random::Random,
    router::{Asked, Conditions},
};

/// A split in its running form.
pub(crate) struct Split {
    sticky: Affinity,
    branches: Box<[Branch]>,
    usual: Arc<str>,
}

struct Branch {
    name: Arc<str>,
    /// What stands for it in cookies; not 0.
    number: u32,
    seed: u64,
    weight: f64,
    matches: Box<[Match]>,
    upstream: Arc<Balancer>,
}

struct Match {
    of_request: Option<Conditions>,
    consumers: Box<[Box<str>]>,
    groups: Box<[Box<str>]>,
}

impl Split {
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn build(
        rules: &SplitRules,
        mut upstream: impl FnMut(&model::snapshot::SplitBranch) -> Result<Arc<Balancer>, (String, String)>,
    ) -> Result<Split, (String, String)> {
        let sticky = Affinity::read(&rules.sticky);
        let sticky = sticky.map_err(|(at, message)| (format!("split.sticky[{at}]"), message))?;
        let mut branches = Vec::with_capacity(rules.branches.len());
        for (at, branch) in rules.branches.iter().enumerate() {
            let mut matches = Vec::with_capacity(branch.matches.len());
            for (index, asked) in branch.matches.iter().enumerate() {
                let of_request = Conditions::read(&asked.of_request());
                let of_request = of_request.map_err(|(field, message)| {
                    (format!("split.branches[{at}].match[{index}].{field}"), message)
                })?;
                let boxed = |names: &[String]| names.iter().map(|name| name.as_str().into()).collect();
                let (consumers, groups) = (boxed(&asked.consumers), boxed(&asked.groups));
                matches.push(Match { of_request, consumers, groups });
            }
            branches.push(Branch {
                name: Arc::clone(&branch.name),
                number: number(branch),
                seed: hash(branch.name.as_bytes()),
                weight: branch.weight.clamp(0.0, 100.0),
                matches: matches.into(),
                upstream: upstream(branch).map_err(|(field, message)| {
                    (format!("split.branches[{at}].upstream.{field}"), message)
                })?,
            });
        }
        Ok(Split { sticky, branches: branches.into(), usual: USUAL.into() })
    }

    /// What a request's branch is called, and its upstream; nothing where that is the usual one. Whoever has nothing that would keep
    /// them there may be given a cookie.
    pub(crate) fn choose(
        &self,
        req: &mut Request,
        random: &mut Random,
    ) -> (&Arc<str>, Option<&Arc<Balancer>>) {
        let asked = Asked { host: "", path: "", head: &req.head, client: req.client };
        let placed = self.branches.iter().find(|branch| branch.matches.iter().any(|m| m.holds(req, &asked)));
        let branch = placed.or_else(|| match (self.sticky.of(req), self.sticky.own()) {
            (Some(Key::Of(key)), _) => self.by_key(key),
            (Some(Key::Own(ticket)), own) => self.by_ticket(ticket, own, req),
            (None, Some(own)) => self.by_ticket(Ticket::draw(random), Some(own), req),
            (None, None) => self.by_chance(random),
        });
        branch.map_or((&self.usual, None), |branch| (&branch.name, Some(&branch.upstream)))
    }

    /// Whoever is at a branch stays there as long as it gets anything; the others are placed by what was drawn for them.
    fn by_ticket(&self, ticket: Ticket, own: Option<&OwnCookie>, req: &mut Request) -> Option<&Branch> {
        let here = |branch: &&Branch| branch.number == ticket.branch && branch.weight > 0.0;
        let branch = self.branches.iter().find(here).or_else(|| self.by_key(ticket.key()));
        let number = branch.map_or(0, |branch| branch.number);
        let is_known = own.is_none_or(|own| own.of(req).is_some_and(|known| known.branch == number));
        if let (false, Some(own)) = (is_known, own) {
            let given = own.give(&ticket.at(number), req);
            req.on_reply.extend(given);
        }
        branch
    }

    /// Each branch in turn takes its share of what those before it left, by a number that the key gives for it alone. So a branch that
    /// grows keeps whom it has, and takes from the usual upstream and from branches after it, never from one before.
    fn by_key(&self, key: u64) -> Option<&Branch> {
        let mut left = 100.0;
        self.branches.iter().find(|branch| {
            let drawn = (mix(key ^ branch.seed) >> 12) as f64 / (1_u64 << 52) as f64;
            let takes = drawn * left < branch.weight;
            left -= branch.weight;
            takes
        })
    }

    fn by_chance(&self, random: &mut Random) -> Option<&Branch> {
        let mut drawn = random.below(1 << 30) as f64 / (1_u64 << 30) as f64 * 100.0;
        self.branches.iter().find(|branch| {
            drawn -= branch.weight;
            drawn < 0.0
        })
    }
}

/// Another upstream is another branch, whatever it is called.
fn number(branch: &model::snapshot::SplitBranch) -> u32 {
    let upstream = &branch.upstream;
    let named = upstream.name.as_ref().map(model::Name::as_str);
    let of = named.or_else(|| Some(upstream.endpoints.first()?.url.as_str())).unwrap_or_default();
    (hash(format!("{}\0{of}", branch.name).as_bytes()) as u32).max(1)
}

impl Match {
    fn holds(&self, req: &Request, asked: &Asked<'_>) -> bool {
        let by_request = self.of_request.as_ref().is_none_or(|conditions| conditions.unmet(asked).is_none());
        if !by_request {
            return false;
        }
        if self.consumers.is_empty() && self.groups.is_empty() {
            return true;
        }
        let Some(identity) = &req.identity else { return false };
        let caller = &identity.caller;
        let is_named = self.consumers.is_empty() || self.consumers.iter().any(|name| **name == *caller.name);
        let in_group = |group: &str| caller.groups.iter().any(|of| of == group);
        is_named && (self.groups.is_empty() || self.groups.iter().any(|group| in_group(group)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::Timeouts;
    use serde_json::json;

    use super::*;
    use crate::balance::Site;

    fn split(branches: &[(&str, f64)]) -> Split {
        let branches: Vec<_> = branches
            .iter()
            .map(|(name, weight)| {
                json!({ "name": name, "upstream": { "endpoints": [format!("http://{name}")] }, "weight": weight, "matches": [] })
            })
            .collect();
        let rules = serde_json::from_value(json!({ "sticky": ["ip"], "branches": branches })).unwrap();
        Split::build(&rules, |branch| {
            let site = |tls, host: &str, port| {
                let (id, protocol) = (hash(host.as_bytes()), model::Protocol::Auto);
                Arc::new(Site {
                    tls,
                    host: host.to_owned(),
                    port,
                    id,
                    protocol,
                    toward: None,
                    metadata: false,
                })
            };
            Balancer::build(&branch.upstream, Timeouts::default(), None, None, site).map(Arc::new)
        })
        .unwrap()
    }

    fn name(branch: Option<&Branch>) -> &str {
        branch.map_or("", |branch| branch.upstream.spec.endpoints[0].url.trim_start_matches("http://"))
    }

    #[test]
    fn shares_are_kept_within_one_percent_by_chance_and_by_key() {
        let split = split(&[("canary", 10.0), ("beta", 2.5)]);
        let mut random = Random::new();
        let picks = 100_000_u32;
        let (mut by_chance, mut by_key) = ([0_u32; 2], [0_u32; 2]);
        for key in 0..picks {
            for (counts, found) in [
                (&mut by_chance, name(split.by_chance(&mut random))),
                (&mut by_key, name(split.by_key(hash(format!("user-{key}").as_bytes())))),
            ] {
                match found {
                    "canary" => counts[0] += 1,
                    "beta" => counts[1] += 1,
                    _ => {}
                }
            }
        }
        for counts in [by_chance, by_key] {
            assert!(counts[0].abs_diff(picks / 10) < picks / 100, "{counts:?}");
            assert!(counts[1].abs_diff(picks / 40) < picks / 100, "{counts:?}");
        }
    }

    #[test]
    fn who_is_at_a_branch_stays_there_while_its_weight_grows() {
        let at = |weight: f64| -> BTreeSet<u64> {
            let split = split(&[("canary", weight)]);
            (0..5_000).filter(|key| name(split.by_key(mix(*key))) == "canary").collect()
        };
        let mut before = at(0.0);
        assert!(before.is_empty());
        for weight in [0.5, 1.0, 5.0, 25.0, 50.0, 90.0, 99.5] {
            let now = at(weight);
            assert!(now.is_superset(&before) && now.len() > before.len(), "{weight}");
            before = now;
        }
        assert_eq!(at(100.0).len(), 5_000);
    }

    #[test]
    fn a_branch_that_grows_takes_from_the_usual_one_and_from_none_before_it() {
        let at = |a: f64, b: f64| split(&[("a", a), ("b", b)]);
        let (before, b_grows, a_grows) = (at(20.0, 5.0), at(20.0, 60.0), at(70.0, 5.0));
        for key in (0..5_000).map(mix) {
            let was = name(before.by_key(key));
            let now = name(b_grows.by_key(key));
            assert!(was == now || (was.is_empty() && now == "b"), "{was} {now}");
            let now = name(a_grows.by_key(key));
            assert!(was == now || now == "a" || (was.is_empty() && now == "b"), "{was} {now}");
        }
    }
}
