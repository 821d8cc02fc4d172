//! Where another program is told of what waits for a decision here, and of what was decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Name, secret::SECRET_SCHEME};

/// The longest address, bytes.
const LONGEST_URL: usize = 2000;

/// Where another program is told of what happens here: by a signed `POST` ([Standard Webhooks](https://www.standardwebhooks.com)), again until it is
/// taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub name: Name,
    /// Where it is told, such as `https://tickets.example.com/pailou`. Addresses beyond the public internet are called only where whoever runs Pailou
    /// has named them (`--webhook-host`).
    pub url: String,
    /// What requests are signed by, as `secret://NAME`: its value is a secret that both have, `whsec_` and 24 to 64 bytes in Base64, or a private key of
    /// Ed25519, `whsk_` and its 32 bytes, of which the other has the public half alone.
    pub secret: String,
    /// What is told; everything, where absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<WebhookEvent>,
}

/// What a webhook tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WebhookEvent {
    /// Somebody asks for a subscription, which a person decides.
    #[serde(rename = "subscription.asked")]
    SubscriptionAsked,
    /// It waits for longer than its plan says (`decide_within`).
    #[serde(rename = "subscription.overdue")]
    SubscriptionOverdue,
    /// It was approved, refused or suspended, by a person or a rule.
    #[serde(rename = "subscription.decided")]
    SubscriptionDecided,
}

impl WebhookEvent {
    pub fn as_str(self) -> &'static str {
        match self {
            WebhookEvent::SubscriptionAsked => "subscription.asked",
            WebhookEvent::SubscriptionOverdue => "subscription.overdue",
            WebhookEvent::SubscriptionDecided => "subscription.decided",
        }
    }
}

impl Webhook {
    /// Whether it tells this.
    pub fn tells(&self, event: WebhookEvent) -> bool {
        self.events.is_empty() || self.events.contains(&event)
    }

    /// What is wrong with it, each with its field.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let is_http = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://"));
        let host = is_http.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        match host {
            Some(host) if host.contains('@') => {
                faults.push(("url", "has no credentials in it: the signature says who calls".to_owned()));
            }
            Some(host) if !host.is_empty() && self.url.len() <= LONGEST_URL => {}
            _ => {
                let message = format!(
                    "is an address such as `https://tickets.example.com/pailou`, of {LONGEST_URL} bytes at most"
                );
                faults.push(("url", message));
            }
        }
        if !self.secret.starts_with(SECRET_SCHEME) {
            faults.push(("secret", "names a secret, `secret://NAME`: documents are read by many".to_owned()));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(url: &str, secret: &str) -> Vec<&'static str> {
        let hook = serde_json::json!({ "name": "tickets", "url": url, "secret": secret });
        let hook: Webhook = serde_json::from_value(hook).unwrap();
        hook.faults().into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_webhook_says_where_and_names_its_secret() {
        assert!(hook("https://tickets.example.com/pailou?a=b", "secret://tickets").is_empty());
        for url in ["", "tickets", "ftp://a/", "https://", "https:///x", "https://user:word@host/"] {
            assert_eq!(hook(url, "secret://tickets"), ["url"], "{url}");
        }
        assert_eq!(hook("https://a/", "whsec_abc"), ["secret"]);
        assert_eq!(hook(&format!("https://a/{}", "x".repeat(2000)), "secret://a"), ["url"]);
    }

    #[test]
    fn what_is_not_said_is_everything() {
        let hook = |events: serde_json::Value| {
            let hook = serde_json::json!({ "name": "a", "url": "https://a/", "secret": "secret://a", "events": events });
            serde_json::from_value::<Webhook>(hook)
        };
        assert!(hook(serde_json::json!([])).unwrap().tells(WebhookEvent::SubscriptionOverdue));
        let one = hook(serde_json::json!(["subscription.asked"])).unwrap();
        assert!(one.tells(WebhookEvent::SubscriptionAsked) && !one.tells(WebhookEvent::SubscriptionDecided));
        assert!(hook(serde_json::json!(["subscription.ask"])).is_err());
    }
}
