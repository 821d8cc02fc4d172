//! Authorization servers elsewhere, beside each other: a token is of one of them, and an app becomes a client of one.

use model::{AuthorizationServer, Kind, Resource};

use super::{Report, index::View};

/// Tells servers apart that are the same by their tokens, and those that apps would become clients of at once.
pub(crate) fn check(view: &View<'_>, report: &mut Report<'_>) {
    if !view.changed().any(|(id, _)| id.0 == Kind::AuthorizationServer) {
        return;
    }
    let all = view.all(Kind::AuthorizationServer);
    let servers: Vec<_> = all
        .iter()
        .filter_map(|(id, resource)| match &***resource {
            Resource::AuthorizationServer(server) => Some((*id, &**server)),
            _ => None,
        })
        .collect();
    for (at, (id, server)) in servers.iter().enumerate() {
        let before = &servers[..at];
        let other = |same: &dyn Fn(&AuthorizationServer) -> bool| {
            before.iter().find(|(_, other)| same(other)).map(|(_, other)| other.name.to_string())
        };
        if let Some(other) = other(&|other| other.issuer == server.issuer) {
            let message = format!("`{other}` has the same issuer, so that a token would be of both");
            report.error(id, "issuer", "invalid-authorization-server", message);
        }
        if server.registration.is_some()
            && let Some(other) = other(&|other| other.registration.is_some())
        {
            let message = format!(
                "apps become clients of `{other}`, and of one server alone; take `registration` out of one of them: its clients stay"
            );
            report.error(id, "registration", "invalid-authorization-server", message);
        }
    }
}
