//! What a contract's `security` asks for → a policy before every operation, and a warning where no policy can meet it.

use std::collections::BTreeMap;

use contract::Scheme;
use model::{Api, PolicyUse};
use serde_json::{Value, json};

use super::{Id, Report, World, index::View};
use crate::OperationSummary;

/// The policy that enforces it.
pub(crate) const POLICY: &str = "contract-security";
/// The rule that says so where no policy can meet it.
pub(crate) const NOT_MET: &str = "security-not-met";
/// Operations that a warning names.
const NAMED: usize = 5;

/// What enforces the `security` of an operation, if it has any and nobody wrote this policy at the API or operation.
pub(crate) fn policy(
    api: &Api,
    operation: &OperationSummary,
    own: &[PolicyUse],
    world: &World<'_>,
) -> Option<PolicyUse> {
    let written = api.policies.iter().chain(own).any(|used| used.policy == POLICY);
    if operation.security.is_empty() || written || world.catalogue.position(POLICY).is_none() {
        return None;
    }
    let alternative = |needs: &Vec<(Scheme, Vec<String>)>| {
        let schemes: Vec<&str> = needs.iter().map(|(scheme, _)| word(*scheme)).collect();
        // Of keys and passwords OpenAPI 3.1 lets the list be names of roles, which say nothing about scopes.
        let scoped = |scheme: &Scheme| matches!(scheme, Scheme::OAuth2 | Scheme::OpenIdConnect);
        let scopes: Vec<&String> =
            needs.iter().filter(|(scheme, _)| scoped(scheme)).flat_map(|(_, scopes)| scopes).collect();
        json!({ "schemes": schemes, "scopes": scopes })
    };
    let any_of: Vec<Value> = operation.security.iter().map(alternative).collect();
    Some(PolicyUse::new(POLICY, json!({ "any_of": any_of })))
}

/// What leaves it to somebody else.
pub(crate) fn not_here() -> PolicyUse {
    PolicyUse::new(POLICY, json!({ "enforce": false }))
}

/// Whether policies of these names, and those within them, recognize callers as the contract asks.
pub(crate) fn is_met(operation: &OperationSummary, uses: &[&PolicyUse]) -> bool {
    let names: Vec<&str> = uses.iter().copied().flat_map(names).collect();
    operation.security.is_empty() || names.contains(&POLICY) || meets(operation, &names)
}

fn meets(operation: &OperationSummary, names: &[&str]) -> bool {
    operation.security.iter().any(|needs| {
        needs.iter().all(|(scheme, _)| policies(*scheme).iter().any(|policy| names.contains(policy)))
    })
}

/// Warns of operations that no caller can reach, because no policy recognizes callers as their contract asks.
pub(crate) fn check(
    view: &View<'_>,
    id: &Id,
    api: &Api,
    operations: &[(&OperationSummary, &[PolicyUse])],
    report: &mut Report<'_>,
) {
    let wide: Vec<&PolicyUse> = view.wide().iter().chain(&api.policies).collect();
    let mut unmet: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (operation, own) in operations {
        let names: Vec<&str> = wide.iter().copied().chain(*own).flat_map(names).collect();
        let written = names.contains(&POLICY);
        if written || operation.security.is_empty() || meets(operation, &names) {
            continue;
        }
        let asked = operation.security.iter().map(|needs| {
            let words: Vec<&str> = needs.iter().map(|(scheme, _)| word(*scheme)).collect();
            words.join(" with ")
        });
        let asked = asked.collect::<Vec<_>>().join(" or ");
        unmet.entry(asked).or_default().push(&operation.id);
    }
    for (asked, ids) in unmet {
        let more = ids.len().saturating_sub(NAMED);
        let named = ids[..ids.len() - more].join("`, `");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "the contract asks for {asked} at `{named}`{more}, and no policy recognizes callers by that: calls are answered 401 until one \
             does, such as `key-auth`, `basic-auth` or `jwt-auth`; where somebody else enforces it, write `{POLICY}: {{ enforce: false }}`"
        );
        report.warning(id, "policies", NOT_MET, message);
    }
}

/// The names of a policy, and of those within it.
fn names(used: &PolicyUse) -> Vec<&str> {
    let lists = ["any_of", "all_of"].into_iter().filter_map(|field| used.config.get(field)?.as_array());
    let inner = lists.flatten().filter_map(Value::as_object).flat_map(|method| method.keys());
    std::iter::once(used.policy.as_str()).chain(inner.map(String::as_str)).collect()
}

/// As `contract-security` names it.
fn word(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::ApiKey => "api-key",
        Scheme::Basic => "basic",
        Scheme::Bearer => "bearer",
        Scheme::OAuth2 => "oauth2",
        Scheme::OpenIdConnect => "open-id-connect",
        Scheme::MutualTls => "mutual-tls",
        Scheme::Other => "other",
    }
}

/// The policies that recognize callers by a scheme.
fn policies(scheme: Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::ApiKey => &["key-auth", "forward-auth"],
        Scheme::Basic => &["basic-auth", "forward-auth"],
        Scheme::Bearer | Scheme::OAuth2 | Scheme::OpenIdConnect => {
            &["jwt-auth", "oauth2", "oidc", "oauth2-introspection", "forward-auth"]
        }
        Scheme::MutualTls => &["mtls-auth", "forward-auth"],
        Scheme::Other => &[
            "key-auth",
            "basic-auth",
            "jwt-auth",
            "oauth2",
            "oidc",
            "saml-auth",
            "cas-auth",
            "oauth2-introspection",
            "hmac-auth",
            "webhook-signature",
            "mtls-auth",
            "forward-auth",
        ],
    }
}
