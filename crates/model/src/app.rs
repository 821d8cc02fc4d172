//! What developers register, and what it may use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Credential, Name, OAuthClient};

/// An application of a developer. It acts as a consumer of the products it is subscribed to, and of nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The e-mail address of the developer it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// The app as a client of the built-in authorization server, or of one elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<OAuthClient>,
}

/// An app's right to a product under a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    pub name: Name,
    pub app: Name,
    pub product: Name,
    pub plan: Name,
    #[serde(default)]
    pub state: SubscriptionState,
    /// What the developer, or the person who decided, said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was asked for (RFC 3339), where a person decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<String>,
    /// When it ends (RFC 3339); never, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Since when periods of the plan's price are counted (RFC 3339); since it was made, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_at: Option<String>,
    /// Until when nothing is owed, since it is a trial (RFC 3339); then the price of the plan holds by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_until: Option<String>,
    /// The terms of the plan that the developer agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<AgreedTerms>,
    /// Another plan that the developer asked for, until somebody decides; calls go on under the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<PlanChange>,
}

/// Terms that a developer agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedTerms {
    /// SHA-256 of the text, hexadecimal.
    pub digest: String,
    /// When (RFC 3339).
    pub at: String,
}

/// A change to another plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    pub plan: Name,
    /// What the developer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The terms of that plan that they agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<AgreedTerms>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionState {
    /// Waits for a person.
    Pending,
    /// Calls are let through.
    #[default]
    Active,
    /// Calls are refused until it is active again.
    Suspended,
    /// A person or a rule said no.
    Rejected,
    /// Its time is over.
    Expired,
}
