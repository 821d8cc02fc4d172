//! What is offered: bundles of APIs and the plans they are offered under.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ApiRef, Name, PolicyUse, Span, Visibility};

/// A bundle of APIs that apps subscribe to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The APIs in it: `orders` for every version, `orders@v1` for one.
    pub apis: Vec<ApiRef>,
    /// The plans it is offered under.
    pub plans: Vec<Name>,
    /// Who finds it in the portal.
    #[serde(default)]
    pub visibility: Visibility,
}

/// The limits that a subscription comes with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether a subscription is active at once or waits for a person.
    #[serde(default)]
    pub approval: Approval,
    /// Where approval is `conditional`: the first that holds decides, and where none does a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approval_rules: Vec<ApprovalRule>,
    /// How long a subscription lasts from when it becomes active, such as `90d`; without end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<Span>,
    /// What developers agree to before they subscribe: Markdown, or an `https` address where it stands. What is agreed to is this text: when it
    /// changes, those who subscribe or renew after that agree anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// What a subscription costs under this plan; nothing, where absent. Pailou says what is owed, and collects nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// For how long a subscription costs nothing at its beginning, such as `14d`; then the price holds by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Span>,
    /// How soon a request that waits for a person is to be decided, such as `2d`; what waits for longer is listed first, and those who decide are
    /// told once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_within: Option<Span>,
    /// Policies for every call under this plan; one of the same name replaces the API's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<PolicyUse>,
}

/// What something costs, again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A decimal number as text, exact: `"29.90"`.
    #[schemars(extend("examples" = ["29.90"]))]
    pub amount: String,
    /// ISO 4217.
    #[schemars(extend("examples" = ["EUR"]))]
    pub currency: String,
    /// For what.
    pub per: BillingPeriod,
}

/// What a price is for: a month or a year of the calendar, in UTC, from when the subscription began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BillingPeriod {
    Month,
    Year,
}

/// Whether a subscription is active at once or waits for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approval {
    #[default]
    Auto,
    Manual,
    /// As the rules of the plan say.
    Conditional,
}

/// What becomes of a request for a subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// A condition (CEL) about `developer` (`email`, `domain`, `name`, `apps`), `app` (`name`, `title`, `description`, `subscriptions`), `product`
    /// (`name`), `plan` (`name`), `apis` (a list such as `orders@v1`) and `reason`.
    pub when: String,
    pub then: ApprovalStep,
    /// What the developer is told where it is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalStep {
    /// It is active at once.
    Approve,
    /// A person decides.
    Ask,
    Refuse,
}
