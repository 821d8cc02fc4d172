//! Policies where they are attached: built, as a gateway will build them, and thrown away.

use model::{Api, PolicyUse, Resource, Snapshot};
use serde_json::json;

use super::{
    Id, Report, UNUSABLE, World,
    texts::{self, Settled, Texts},
};

/// Checks every policy of a resource.
pub(crate) fn check(
    id: &Id,
    resource: &Resource,
    world: &World<'_>,
    (texts, before): (&Texts<'_>, &Snapshot),
    report: &mut Report<'_>,
) {
    check_contract(id, resource, world, report);
    check_lifecycle(id, resource, world, (texts, before), report);
    let scope = format!("{}/{}", id.0, id.1);
    let mut all = |field: &str, scope: &str, policies: &[PolicyUse], for_callers: bool| {
        for (index, policy) in policies.iter().enumerate() {
            let field = format!("{field}policies[{index}]");
            let scope = format!("{scope}#{index}");
            one(id, (&field, &scope), policy, for_callers, world, (texts, before), report);
        }
    };
    match resource {
        Resource::Gateway(gateway) => all("", &scope, &gateway.policies, false),
        Resource::Api(api) => {
            all("", &scope, &api.policies, false);
            for (operation, settings) in &api.operations {
                let (field, scope) = (format!("operations.{operation}."), format!("{scope}/{operation}"));
                all(&field, &scope, &settings.policies, false);
            }
        }
        Resource::Route(route) => all("", &scope, &route.policies, false),
        Resource::Consumer(consumer) => all("", &scope, &consumer.policies, true),
        Resource::Plan(plan) => all("", &scope, &plan.policies, true),
        Resource::Certificate(certificate) => {
            let account = certificate.acme.as_ref().and_then(|acme| acme.eab.as_ref());
            let reference = account.map(|account| &*account.hmac_key);
            let trouble = reference.and_then(|reference| world.secrets.troubles.get(reference));
            if let (Some(reference), Some(trouble)) = (reference, trouble) {
                missing_secret(id, "acme.eab.hmac_key", (reference, trouble), world, report);
            }
        }
        _ => {}
    }
}

/// Where a secret is missing, what needs it does not work until it is there.
fn missing_secret(
    id: &Id,
    field: &str,
    (reference, trouble): (&str, &str),
    world: &World<'_>,
    report: &mut Report<'_>,
) {
    let message = format!("`{reference}` cannot be had: {trouble}");
    match world.secrets.lenient {
        true => report.warning(id, field, "missing-secret", message),
        false => report.error(id, field, "missing-secret", message),
    }
}

/// What an API says of its life is a policy that nobody writes.
fn check_lifecycle(
    id: &Id,
    resource: &Resource,
    world: &World<'_>,
    (texts, before): (&Texts<'_>, &Snapshot),
    report: &mut Report<'_>,
) {
    let Resource::Api(api) = resource else { return };
    let Some((used, entry)) =
        life(api, world).and_then(|used| Some((used, world.catalogue.find(LIFE).ok()?)))
    else {
        return;
    };
    if let Settled::Wrong(invalid) = texts::of_policy(entry, &used, (id, &id.1), texts, before) {
        let dot = if invalid.field.is_empty() { "" } else { "." };
        report.error(id, &format!("lifecycle{dot}{}", invalid.field), "invalid-lifecycle", invalid.message);
    }
}

/// The policy that says where an API is in its life.
const LIFE: &str = "lifecycle";

/// What says where the API is in its life, if anything does.
pub(crate) fn life(api: &Api, world: &World<'_>) -> Option<PolicyUse> {
    let life = api.lifecycle.as_deref()?;
    world.catalogue.position(LIFE).map(|_| PolicyUse::new(LIFE, json!(life)))
}

/// Policies that read a contract need one.
fn check_contract(id: &Id, resource: &Resource, world: &World<'_>, report: &mut Report<'_>) {
    let mut lists: Vec<(String, &[PolicyUse])> = Vec::new();
    match resource {
        Resource::Api(api) if api.contract.is_none() => {
            lists.push((String::new(), &api.policies));
            for (name, settings) in &api.operations {
                lists.push((format!("operations.{name}."), &settings.policies));
            }
        }
        Resource::Route(route) => lists.push((String::new(), &route.policies)),
        _ => return,
    }
    for (field, uses) in lists {
        for (index, used) in uses.iter().enumerate() {
            if world.read_contract(std::slice::from_ref(used)) {
                let message = format!(
                    "`{}` reads a contract, and there is none; attach it to an api that has one",
                    used.policy
                );
                let field = format!("{field}policies[{index}].{}", used.policy);
                report.error(id, &field, "policy-needs-contract", message);
            }
        }
    }
}

fn one(
    id: &Id,
    (field, scope): (&str, &str),
    attached: &PolicyUse,
    for_callers: bool,
    world: &World<'_>,
    (texts, before): (&Texts<'_>, &Snapshot),
    report: &mut Report<'_>,
) {
    let PolicyUse { policy: name, when, files, .. } = attached;
    if files.is_some() {
        let message = "is filled in by the control plane and stands in no document";
        report.error(id, &format!("{field}.files"), "invalid-policy", message);
    }
    if let Some(when) = when
        && let Err(message) = expr::Condition::parse(when)
    {
        report.error(id, &format!("{field}.when"), "invalid-condition", message);
    }
    let entry = match world.catalogue.find(name) {
        Ok(entry) => entry,
        Err(invalid) => {
            let near = crate::nearest::suggestion(name, world.catalogue.0.iter().map(|policy| policy.name()));
            let message =
                if near.is_empty() { invalid.message } else { format!("`{name}` is no policy{near}") };
            return report.error(id, &format!("{field}.{name}"), "unknown-policy", message);
        }
    };
    if for_callers && !entry.for_callers() {
        let message = format!(
            "`{name}` runs before the caller is known, so that it cannot be attached to a {}; attach it to an api or the gateway",
            id.0
        );
        report.error(id, &format!("{field}.{name}"), "policy-not-for-callers", message);
    }
    let place = |of_policy: &str| match of_policy {
        "" => format!("{field}.{name}"),
        of_policy => format!("{field}.{name}.{of_policy}"),
    };
    let named = model::secret_references(&attached.config);
    let mut missing = named.iter().filter_map(|name| Some((name, world.secrets.troubles.get(*name)?)));
    if let Some((reference, trouble)) = missing.next() {
        // A gateway refuses what the policy guards.
        missing_secret(id, &format!("{field}.{name}"), (reference, trouble), world, report);
        if let Some(invalid) = entry.wrong_without_secrets(&attached.config) {
            report.error(id, &place(&invalid.field), "invalid-policy", invalid.message);
        }
        return;
    }
    match texts::of_policy(entry, attached, (id, scope), texts, before) {
        Settled::Whole(_) => {}
        Settled::Kept(_, invalid) => {
            let message = format!("{}; what was read before stays in force", invalid.message);
            report.warning(id, &place(&invalid.field), UNUSABLE, message);
        }
        Settled::Wrong(invalid) => {
            let is_of_file = texts::is_of_file(entry, attached, &invalid);
            let rule = if is_of_file { UNUSABLE } else { "invalid-policy" };
            report.error(id, &place(&invalid.field), rule, invalid.message);
        }
    }
}
