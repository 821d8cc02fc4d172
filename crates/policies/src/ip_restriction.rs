//! `ip-restriction`: which network addresses may call, and from where.

pub(crate) mod networks;
mod origin;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use policy::prelude::*;
use serde_json::Value as Json;

use self::{
    networks::Networks,
    origin::{Code, Origins, asns, countries},
};
use crate::words::Words;

/// Lets in, or keeps out, calls by the client's network address, by the country it is in, and by the autonomous system (ASN) that announces it.
///
/// What is in a `deny` is refused. Where any `allow` has entries, so is every address that is in none of them. Refused calls are answered
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
    /// Countries that may call and may not: `{ deny: [KP] }`.
    countries: Countries,
    /// Autonomous systems that may call and may not: `{ deny: [AS64500] }`.
    asns: Systems,
    /// Files in the MaxMind DB format that tell countries and autonomous systems of addresses: one or a list, where the gateway runs. They are read again
    /// whenever they change, 256 MiB at most. Conditions after this policy can ask for what they tell: `client.country`, `client.asn`.
    database: Words,
}

/// Rules by country.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Countries {
    /// Countries by their two letters (ISO 3166-1), and `unknown` for addresses of which no database tells one.
    allow: Vec<String>,
    /// The same; these may not call, even where allowed.
    deny: Vec<String>,
}

/// Rules by autonomous system.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Systems {
    /// Autonomous systems, such as `AS64500`, and `unknown` for addresses of which no database tells one.
    allow: Vec<String>,
    /// The same; these may not call, even where allowed.
    deny: Vec<String>,
}

impl IpRestriction {
    fn lists(&self) -> [(&'static str, &[String]); 6] {
        [
            ("allow", &self.allow),
            ("deny", &self.deny),
            ("countries.allow", &self.countries.allow),
            ("countries.deny", &self.countries.deny),
            ("asns.allow", &self.asns.allow),
            ("asns.deny", &self.asns.deny),
        ]
    }
}

impl Policy for IpRestriction {
    const NAME: &'static str = "ip-restriction";
    const STAGE: Stage = Stage::Edge;
    const EXAMPLE: &'static str = "{ allow: [10.0.0.0/8, \"2001:db8::/32\"], deny: [10.0.0.7] }";

    fn files_where_it_runs(config: &Json) -> Vec<(String, String)> {
        let named = match config.get("database") {
            Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).collect(),
            Some(Json::String(one)) => vec![one.as_str()],
            _ => Vec::new(),
        };
        named.into_iter().map(|path| ("database".to_owned(), path.to_owned())).collect()
    }

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if self.database.0.is_empty() && self.lists().iter().all(|(_, list)| list.is_empty()) {
            return Err(Invalid::whole("give `allow` or `deny` at least one address or network, or `countries` or `asns` a rule"));
        }
        let origins = Origins::read(&self.database.0, cx)?;
        for (at, told) in [("countries", origins.tell_countries()), ("asns", origins.tell_asns())] {
            let asks = self.lists().iter().any(|(name, list)| name.starts_with(at) && !list.is_empty());
            if asks && self.database.0.is_empty() {
                let message = "needs a `database` that tells it: a file in the MaxMind DB format, such as `./GeoLite2-Country.mmdb`";
                return Err(Invalid::field(at, message));
            }
            if asks && !told {
                return Err(Invalid::field(at, "no file of `database` tells them; name one that does"));
            }
        }
        Ok(Box::new(AddressCheck {
            allows_some: self.lists().iter().any(|(name, list)| name.ends_with("allow") && !list.is_empty()),
            allow: Rules {
                networks: Networks::read("allow", &self.allow)?,
                countries: countries("countries.allow", &self.countries.allow)?,
                asns: asns("asns.allow", &self.asns.allow)?,
            },
            deny: Rules {
                networks: Networks::read("deny", &self.deny)?,
                countries: countries("countries.deny", &self.countries.deny)?,
                asns: asns("asns.deny", &self.asns.deny)?,
            },
            origins,
        }))
    }
}

/// The running form of [`IpRestriction`].
struct AddressCheck {
    /// Whether who is in no `allow` is refused.
    allows_some: bool,
    allow: Rules,
    deny: Rules,
    origins: Origins,
}

struct Rules {
    networks: Networks,
    /// With nothing for those that are unknown.
    countries: HashSet<Option<Code>>,
    asns: HashSet<Option<u32>>,
}

impl Rules {
    fn name(&self, req: &Request) -> bool {
        let origin = req.origin.unwrap_or_default();
        self.networks.contain(req.client)
            || (!self.countries.is_empty() && self.countries.contains(&origin.country))
            || (!self.asns.is_empty() && self.asns.contains(&origin.asn))
    }
}

impl Filter for AddressCheck {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        if !self.origins.is_empty() {
            req.origin = Some(self.origins.of(req));
        }
        if (!self.allows_some || self.allow.name(req)) && !self.deny.name(req) {
            return Step::Done(Ok(()));
        }
        let detail = "calls from your network address are not allowed here";
        let mut problem = Problem::new(problems::ADDRESS_FORBIDDEN, detail);
        if let Some(origin) = req.origin {
            problem = problem.because(format!("ip-restriction: the address is of {origin}"));
        }
        Step::Done(Err(problem.into()))
    }
}
