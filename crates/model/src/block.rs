//! Calls that are refused at once, whatever else lets them in.

use std::{net::IpAddr, sync::Arc};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{KeyHash, Name};

/// The longest reason, bytes.
const LONGEST_REASON: usize = 1000;

/// Calls that are refused at once, whatever else lets them in: those of a consumer, of an app or with a key, those from an address or
/// network, or those to an API or route. It says exactly one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub name: Name,
    /// The name of a consumer; of a caller that tokens or a directory name, what they call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
    /// The name of an app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<Name>,
    /// An API key. Accepted, never returned.
    #[serde(default, skip_serializing)]
    #[schemars(extend("writeOnly" = true))]
    pub key: Option<String>,
    /// The SHA-256 of an API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_hash: Option<KeyHash>,
    /// A network address or a network (CIDR), such as `203.0.113.7` or `203.0.113.0/24`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// An API: `orders` for every version, `orders@v1` for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The name of an explicit route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Name>,
    /// Why, for people. Clients are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ends by itself (RFC 3339); never, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

/// What a block is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocked {
    Consumer(Arc<str>),
    App(Arc<str>),
    Key(KeyHash),
    Address(IpNet),
    Api(Arc<str>),
    Route(Arc<str>),
}

impl Block {
    /// What it is about.
    ///
    /// # Errors
    /// The field that is wrong, and why.
    pub fn blocked(&self) -> Result<Blocked, (&'static str, String)> {
        let said = [
            self.consumer.as_deref().map(|name| Blocked::Consumer(name.into())),
            self.app.as_ref().map(|app| Blocked::App(app.shared())),
            self.key_hash.map(Blocked::Key),
            self.address.as_deref().map(network).transpose()?.map(Blocked::Address),
            self.api.as_deref().map(|api| Blocked::Api(api.into())),
            self.route.as_ref().map(|route| Blocked::Route(route.shared())),
        ];
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(Blocked::Consumer(name) | Blocked::Api(name)), None) if name.is_empty() => {
                Err(("", "a name must not be empty".to_owned()))
            }
            (Some(one), None) => Ok(one),
            _ => {
                let message = "a block says one of `consumer`, `app`, `key`, `address`, `api` and `route`";
                Err(("", message.to_owned()))
            }
        }
    }

    /// What is wrong with it, each with its field.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults: Vec<_> = self.blocked().err().into_iter().collect();
        if self.reason.as_ref().is_some_and(|reason| reason.len() > LONGEST_REASON) {
            faults.push(("reason", format!("a reason has at most {LONGEST_REASON} bytes")));
        }
        faults
    }
}

fn network(text: &str) -> Result<IpNet, (&'static str, String)> {
    let read = text.parse::<IpAddr>().map(IpNet::from).or_else(|_| text.parse::<IpNet>());
    let read = read.map_err(|_| {
        let message = format!("`{text}` is no address or network, such as `203.0.113.7` or `203.0.113.0/24`");
        ("address", message)
    })?;
    // `::ffff:203.0.113.0/120` is the IPv4 network.
    let IpNet::V6(v6) = read else { return Ok(read.trunc()) };
    let v4 = v6.addr().to_ipv4_mapped().filter(|_| v6.prefix_len() >= 96);
    let v4 = v4.and_then(|addr| ipnet::Ipv4Net::new(addr, v6.prefix_len() - 96).ok());
    Ok(v4.map_or(read, IpNet::V4).trunc())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn block(fields: serde_json::Value) -> Block {
        let mut document = json!({ "name": "b" });
        document.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn a_block_says_one_thing() {
        assert_eq!(block(json!({ "consumer": "ada" })).blocked(), Ok(Blocked::Consumer("ada".into())));
        assert_eq!(block(json!({ "api": "orders@v1" })).blocked(), Ok(Blocked::Api("orders@v1".into())));
        for wrong in [json!({}), json!({ "consumer": "ada", "api": "orders" }), json!({ "consumer": "" })] {
            assert!(block(wrong.clone()).blocked().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_a_network_however_it_is_written() {
        for (written, meant) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.7/24", "203.0.113.0/24"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("2001:db8::1/32", "2001:db8::/32"),
        ] {
            let meant = Blocked::Address(meant.parse().unwrap());
            assert_eq!(block(json!({ "address": written })).blocked(), Ok(meant), "{written}");
        }
        for wrong in ["", "203.0.113", "203.0.113.0/33", "ten"] {
            assert!(block(json!({ "address": wrong })).blocked().is_err(), "{wrong}");
        }
    }
}
