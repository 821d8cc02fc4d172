//! What of a resource can be checked by looking at it alone.

use std::net::IpAddr;

use diff::Suppressions;
use jiff::Timestamp;
use model::{Listen, PolicyUse, Resource, UpstreamSource};

use super::{Id, Report, matching, places, split::check_split, upstream::check_upstream};
use crate::subscriptions;

/// Checks a resource by itself.
pub(crate) fn check(id: &Id, resource: &Resource, report: &mut Report<'_>) {
    match resource {
        Resource::Gateway(gateway) => {
            for (at, proxy) in gateway.trusted_proxies.iter().enumerate() {
                if !is_network(proxy) {
                    let message =
                        format!("`{proxy}` is no address or network, such as `10.0.0.1` or `10.0.0.0/8`");
                    report.error(id, &format!("trusted_proxies[{at}]"), "invalid-network", message);
                }
            }
            for (at, network) in gateway.allowed_link_local.iter().enumerate() {
                if model::network(network).is_none() {
                    let message = format!(
                        "`{network}` is no address or network, such as `169.254.10.7` or `169.254.10.0/24`"
                    );
                    report.error(id, &format!("allowed_link_local[{at}]"), "invalid-network", message);
                }
            }
            let timeouts = &gateway.timeouts;
            let spans = [
                ("header", Some(timeouts.header)),
                ("body", Some(timeouts.body)),
                ("idle", Some(timeouts.idle)),
                ("upstream", timeouts.upstream),
            ];
            for (field, span) in spans {
                if span.is_some_and(|span| span.0.is_zero()) {
                    report.error(
                        id,
                        &format!("timeouts.{field}"),
                        "invalid-timeout",
                        "must be longer than `0s`",
                    );
                }
            }
            for (field, message) in gateway.listener_faults() {
                report.error(id, &field, "invalid-listener", message);
            }
            for (field, message) in gateway.tls.faults() {
                report.error(id, &format!("tls.{field}"), "invalid-tls", message);
            }
            if gateway.limits.headers.0 < 1024 {
                report.error(id, "limits.headers", "invalid-limit", "must be at least `1KiB`");
            }
            if gateway.limits.connections == 0 {
                report.error(id, "limits.connections", "invalid-limit", "must be at least 1");
            }
        }
        Resource::Upstream(upstream) => check_upstream(id, "", upstream, report),
        Resource::App(app) => {
            for (field, message) in app.client.iter().flat_map(crate::oauth::faults) {
                report.error(id, &field, "invalid-client", message);
            }
        }
        Resource::Api(api) => {
            check_listen(id, &api.listen, report);
            let own = api.version.as_ref().map(model::Name::as_str);
            for (field, message) in api.listen.version.iter().flat_map(|version| version.faults(own)) {
                let dot = if field.is_empty() { "" } else { "." };
                report.error(id, &format!("listen.version{dot}{field}"), "invalid-version", message);
            }
            let agreed = api.compatibility.iter().flat_map(|rules| &rules.agreed).enumerate();
            for (at, _) in
                agreed.filter(|(_, line)| line.lines().count() > 1 || Suppressions::read(line).is_err())
            {
                let message =
                    "is `RULE`, `RULE METHOD /path`, or that with the place in the message after it";
                report.error(id, &format!("compatibility.agreed[{at}]"), "invalid-agreed", message);
            }
            match &api.upstream {
                // It answers by itself.
                None if api.contract.is_some() && api.policies.iter().any(is_mock) => {}
                None => report.error(
                    id,
                    "upstream",
                    "missing-upstream",
                    "an api needs an `upstream`: the name of one, or `{ endpoints: [http://…] }`; or the policy `mock`",
                ),
                Some(source) => check_source(id, "upstream", source, report),
            }
            check_split(id, api.split.as_deref(), report);
        }
        Resource::Route(route) => {
            matching::check(id, route, report);
            check_source(id, "upstream", &route.upstream, report);
            check_split(id, route.split.as_deref(), report);
        }
        Resource::Product(product) => {
            for (field, empty) in [("apis", product.apis.is_empty()), ("plans", product.plans.is_empty())] {
                if empty {
                    report.warning(
                        id,
                        field,
                        "empty-product",
                        "nobody can use a product without apis and plans",
                    );
                }
            }
        }
        Resource::Plan(plan) => {
            for (field, message) in subscriptions::faults(plan) {
                report.error(id, &field, "invalid-plan", message);
            }
        }
        Resource::Subscription(subscription) => {
            if let Some((field, message)) = subscriptions::fault(subscription) {
                report.error(id, field, "invalid-subscription", message);
            }
        }
        Resource::Certificate(certificate) => {
            check_hosts(id, "hosts", &certificate.hosts, report);
            for (field, message) in certificate.faults() {
                report.error(id, &field, "invalid-certificate", message);
            }
        }
        Resource::Workspace(workspace) => {
            for (field, message) in workspace.faults() {
                report.error(id, field, "invalid-workspace", message);
            }
        }
        Resource::Block(block) => {
            for (field, message) in block.faults() {
                report.error(id, field, "invalid-block", message);
            }
            if let Some(time) = block.expires_at.as_ref().filter(|time| time.parse::<Timestamp>().is_err()) {
                let message = format!("`{time}` is not a time; write it as `2030-01-31T12:00:00Z`");
                report.error(id, "expires_at", "invalid-block", message);
            }
        }
        Resource::IdentityProvider(provider) => {
            for (field, message) in provider.faults() {
                report.error(id, &field, "invalid-identity-provider", message);
            }
            let certificate = provider.saml.as_ref().and_then(|saml| saml.certificate.as_deref());
            if let Some(Err(why)) = certificate.map(saml::Certificate::read) {
                report.error(id, "saml.certificate", "invalid-identity-provider", why.to_owned());
            }
        }
        Resource::AuthorizationServer(server) => {
            for (field, message) in server.faults() {
                report.error(id, &field, "invalid-authorization-server", message);
            }
        }
        Resource::Design(design) => {
            for (field, message) in design.faults() {
                report.error(id, field, "invalid-design", message);
            }
        }
        Resource::Webhook(hook) => {
            for (field, message) in hook.faults() {
                report.error(id, field, "invalid-webhook", message);
            }
        }
        Resource::Consumer(_) | Resource::Standard(_) | Resource::Waiver(_) => {}
    }
}

fn check_listen(id: &Id, listen: &Listen, report: &mut Report<'_>) {
    check_hosts(id, "listen.hosts", &listen.hosts, report);
    if let Err(message) = places::base_path(&listen.path) {
        report.error(id, "listen.path", "invalid-path", message);
    }
}

pub(crate) fn check_hosts(id: &Id, field: &str, hosts: &[String], report: &mut Report<'_>) {
    for (at, host) in hosts.iter().enumerate() {
        if let Err(message) = places::host(host) {
            report.error(id, &format!("{field}[{at}]"), "invalid-host", message);
        } else if hosts[..at].contains(host) {
            report.error(
                id,
                &format!("{field}[{at}]"),
                "invalid-host",
                format!("`{host}` stands here twice"),
            );
        }
    }
}

pub(crate) fn check_source(id: &Id, field: &str, source: &UpstreamSource, report: &mut Report<'_>) {
    if let UpstreamSource::Inline(upstream) = source {
        if upstream.name.is_some() {
            let message =
                "an upstream written in place has no name; make it a resource of its own to share it";
            report.error(id, &format!("{field}.name"), "invalid-upstream", message);
        }
        check_upstream(id, &format!("{field}."), upstream, report);
    }
}

fn is_network(text: &str) -> bool {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= longest))
}

/// Whether a policy answers in place of a service, whatever the request.
fn is_mock(used: &PolicyUse) -> bool {
    used.policy == "mock" && used.when.is_none()
}
