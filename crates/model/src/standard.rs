//! What an organization asks of its APIs, and what it lets pass for a while.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Api, LifeState, Name, Span, Visibility};

/// What is asked of APIs, such as those that are published. A change of an API that does not meet it is refused, or told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    pub name: Name,
    /// What it is for, and whom to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which APIs it is about; all that are published or deprecated, where absent.
    #[serde(default)]
    pub applies_to: StandardScope,
    /// What becomes of a change that does not meet it.
    #[serde(default)]
    pub enforcement: Enforcement,
    /// What is asked. It says at least one thing.
    pub require: Requirements,
}

/// Which APIs a standard is about: those that all of it holds for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardScope {
    /// APIs in one of these states.
    #[serde(default = "live")]
    pub states: Vec<LifeState>,
    /// Of the workspace `default` alone: names of workspaces whose APIs it is about, `*` for every one. Of its own workspace, where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workspaces: Vec<String>,
    /// APIs with one of these tags; any, where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// APIs that these people find in the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
}

fn live() -> Vec<LifeState> {
    vec![LifeState::Prerelease, LifeState::Published, LifeState::Deprecated]
}

impl Default for StandardScope {
    fn default() -> StandardScope {
        StandardScope { states: live(), workspaces: Vec::new(), tags: Vec::new(), visibility: None }
    }
}

/// What becomes of a change of an API that does not meet a standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Enforcement {
    /// It is made, and told.
    Warn,
    /// It is not made.
    #[default]
    Refuse,
}

/// What a standard asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Requirements {
    /// That the API says who answers for it (`owner`).
    #[serde(skip_serializing_if = "is_false")]
    pub owner: bool,
    /// That the API, or its contract, says what it is for.
    #[serde(skip_serializing_if = "is_false")]
    pub description: bool,
    /// That it has a contract.
    #[serde(skip_serializing_if = "is_false")]
    pub contract: bool,
    /// Policies that hold for every call: each by its name, or a list of which one must be there. One with a condition (`when`) does not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<OneOf>,
    /// That its contract passes a check by rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lint: Option<LintRequirement>,
    /// That a change of its contract breaks nobody who uses it, but for what its `compatibility.agreed` lists.
    #[serde(skip_serializing_if = "is_false")]
    pub no_breaking_changes: bool,
    /// That every operation recognizes its callers: by a policy that does so without a condition.
    #[serde(skip_serializing_if = "is_false")]
    pub security: bool,
    /// That the service was held against the contract (`pailou test --record`), and all was as promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tests: Option<TestRequirement>,
    /// That others have looked at what it is now, and approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewRequirement>,
    /// Of APIs that are deprecated: what those are told who use them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation: Option<DeprecationRequirement>,
    /// Of APIs that are retired: that nobody is left behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retirement: Option<RetirementRequirement>,
    /// That it is what it is in another workspace, such as `staging`: the environment before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted_from: Option<Name>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The name of a policy, or some of which one must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOf(pub Vec<String>);

impl Serialize for OneOf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OneOf {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<OneOf, D::Error> {
        let wrong = || serde::de::Error::custom("write the name of a policy, or a list of names");
        match Value::deserialize(deserializer)? {
            Value::String(name) => Ok(OneOf(vec![name])),
            Value::Array(names) if !names.is_empty() => {
                let names = names.into_iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong));
                names.collect::<Result<_, _>>().map(OneOf)
            }
            _ => Err(wrong()),
        }
    }
}

impl JsonSchema for OneOf {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOf".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }] })
    }
}

/// A check of contracts by rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintRequirement {
    /// `spectral:oas`, `pailou:api-style`, or a ruleset in Spectral's format, written here.
    #[serde(default = "oas")]
    pub ruleset: Value,
    /// The least severity that fails.
    #[serde(default)]
    pub fail_on: FailOn,
}

/// A test of the service behind an API against the contract it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TestRequirement {
    /// How old the last test may be, such as `7d`; of any age, where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
}

/// A review that approves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewRequirement {
    /// How many have to approve, 1 to 10.
    pub approvals: u8,
    /// E-mail addresses of those whose approval counts; of everybody who may review, where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Whether who wrote it may be among those who approve it.
    #[serde(skip_serializing_if = "is_false")]
    pub author_may_approve: bool,
}

/// What is said when an API is deprecated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeprecationRequirement {
    /// The least time between `deprecated_at` and `sunset_at`, such as `180d`; without it no `sunset_at` is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Span>,
    /// That it says what comes after it.
    #[serde(skip_serializing_if = "is_false")]
    pub successor: bool,
    /// That it says where to read how to move.
    #[serde(skip_serializing_if = "is_false")]
    pub docs: bool,
}

/// When an API may be retired.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetirementRequirement {
    /// That the day of its end, `sunset_at`, has come.
    #[serde(skip_serializing_if = "is_false")]
    pub after_sunset: bool,
    /// Days in which nobody called it, 1 to 90.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_days: Option<u8>,
}

impl Default for ReviewRequirement {
    fn default() -> ReviewRequirement {
        ReviewRequirement { approvals: 1, by: Vec::new(), author_may_approve: false }
    }
}

fn oas() -> Value {
    "spectral:oas".into()
}

/// How severe something must be to fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    #[default]
    Error,
    Warn,
    Info,
    Hint,
}

/// Lets one API do without something that a standard asks, for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    pub name: Name,
    /// The name of the standard.
    pub standard: Name,
    /// The API: `orders@v1`, or `orders` for every version.
    pub api: String,
    /// The workspace of the API, where the standard is about others than its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<Name>,
    /// What it may do without; everything the standard asks, where absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// Why, for those who read it later.
    pub reason: String,
    /// When it ends (RFC 3339).
    pub expires_at: String,
}

/// One thing that a standard asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    Owner,
    Description,
    Contract,
    Policies,
    Lint,
    NoBreakingChanges,
    Security,
    Tests,
    Review,
    Deprecation,
    Retirement,
    PromotedFrom,
}

impl Requirement {
    pub fn as_str(self) -> &'static str {
        match self {
            Requirement::Owner => "owner",
            Requirement::Description => "description",
            Requirement::Contract => "contract",
            Requirement::Policies => "policies",
            Requirement::Lint => "lint",
            Requirement::NoBreakingChanges => "no_breaking_changes",
            Requirement::Security => "security",
            Requirement::Tests => "tests",
            Requirement::Review => "review",
            Requirement::Deprecation => "deprecation",
            Requirement::Retirement => "retirement",
            Requirement::PromotedFrom => "promoted_from",
        }
    }
}

impl Requirements {
    /// What is asked.
    pub fn asked(&self) -> Vec<Requirement> {
        [
            (self.owner, Requirement::Owner),
            (self.description, Requirement::Description),
            (self.contract, Requirement::Contract),
            (!self.policies.is_empty(), Requirement::Policies),
            (self.lint.is_some(), Requirement::Lint),
            (self.no_breaking_changes, Requirement::NoBreakingChanges),
            (self.security, Requirement::Security),
            (self.tests.is_some(), Requirement::Tests),
            (self.review.is_some(), Requirement::Review),
            (self.deprecation.is_some(), Requirement::Deprecation),
            (self.retirement.is_some(), Requirement::Retirement),
            (self.promoted_from.is_some(), Requirement::PromotedFrom),
        ]
        .into_iter()
        .filter_map(|(asked, requirement)| asked.then_some(requirement))
        .collect()
    }
}

impl Standard {
    /// Whether it is about APIs of other workspaces than its own.
    pub fn is_wide(&self) -> bool {
        !self.applies_to.workspaces.is_empty()
    }

    /// Whether it is about APIs of a workspace, where it stands in `default` and is wide.
    pub fn reaches(&self, workspace: &Name) -> bool {
        self.applies_to.workspaces.iter().any(|named| named == "*" || named == workspace.as_str())
    }

    /// Whether it is about an API.
    pub fn is_about(&self, api: &Api) -> bool {
        let scope = &self.applies_to;
        scope.states.contains(&api.life_state())
            && (scope.tags.is_empty() || scope.tags.iter().any(|tag| api.tags.contains(tag)))
            && scope.visibility.is_none_or(|visibility| visibility == api.visibility)
    }
}

impl Waiver {
    /// Whether it is about an API, by the id of that: `orders@v1`.
    pub fn is_about(&self, id: &str) -> bool {
        self.api == id || id.split_once('@').is_some_and(|(name, _)| self.api == name)
    }

    /// Whether it lets an API do without something.
    pub fn covers(&self, requirement: Requirement) -> bool {
        self.requirements.is_empty() || self.requirements.contains(&requirement)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Resource;

    #[test]
    fn a_standard_is_read_as_it_is_written_and_written_as_it_was_read() {
        let document = json!({
            "kind": "standard",
            "name": "public",
            "applies_to": { "states": ["published"], "tags": ["public"] },
            "enforcement": "warn",
            "require": { "owner": true, "policies": ["rate-limit", ["key-auth", "jwt-auth"]], "lint": { "ruleset": "spectral:oas", "fail_on": "warn" } },
        });
        let Resource::Standard(standard) = Resource::from_value(document.clone()).unwrap() else { panic!() };
        let asked = standard.require.asked();
        assert_eq!(asked, [Requirement::Owner, Requirement::Policies, Requirement::Lint]);
        assert_eq!(Resource::Standard(standard).to_value(), document);
        let wrong = json!({ "kind": "standard", "name": "s", "require": { "policies": [{}] } });
        assert!(Resource::from_value(wrong).unwrap_err().to_string().contains("the name of a policy"));
    }

    #[test]
    fn a_waiver_is_about_one_version_or_all() {
        let waiver = |api: &str| Waiver {
            name: "w".parse().unwrap(),
            standard: "s".parse().unwrap(),
            api: api.to_owned(),
            workspace: None,
            requirements: vec![Requirement::Lint],
            reason: "old".to_owned(),
            expires_at: "2030-01-01T00:00:00Z".to_owned(),
        };
        assert!(waiver("orders").is_about("orders@v1") && waiver("orders@v1").is_about("orders@v1"));
        assert!(waiver("orders").is_about("orders") && !waiver("orders@v2").is_about("orders@v1"));
        assert!(waiver("orders").covers(Requirement::Lint) && !waiver("orders").covers(Requirement::Owner));
    }
}
