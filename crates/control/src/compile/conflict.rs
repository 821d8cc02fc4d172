//! Two that would answer the same requests.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use model::{
    Kind,
    snapshot::{Answers, Service},
};

use super::{Id, Report, places};

/// What an empty list of hosts or methods stands for.
static ANY: [String; 1] = [String::new()];

/// Checks every service against those that changed.
pub(crate) fn check(
    services: &BTreeMap<Arc<str>, Arc<Service>>,
    changed: &BTreeSet<Id>,
    report: &mut Report<'_>,
) {
    let mut bases: HashMap<(&str, &str), Id> = HashMap::new();
    let mut routes: HashMap<(&str, String, &str), Id> = HashMap::new();
    for service in services.values() {
        let Some(id) = id(service) else { continue };
        let hosts = if service.listen.hosts.is_empty() { &ANY } else { &service.listen.hosts[..] };
        for host in hosts {
            let at = if host.is_empty() { "any host".to_owned() } else { format!("`{host}`") };
            match &service.answers {
                Answers::Everything | Answers::Contract(_) => {
                    let base = service.listen.path.as_str();
                    if let Some(other) = bases.insert((host, base), id.clone()) {
                        let what = format!("answers at {at} and `{base}` too");
                        tell(&id, &other, "listen", &what, changed, report);
                    }
                }
                Answers::Route(route) => {
                    let path = format!("{}{}", service.listen.path.trim_end_matches('/'), route.path);
                    let path = places::skeleton(&path);
                    let methods = if route.methods.is_empty() { &ANY } else { &route.methods[..] };
                    let clashes: BTreeSet<Id> = methods
                        .iter()
                        .filter_map(|method| routes.insert((host, path.clone(), method), id.clone()))
                        .collect();
                    for other in clashes {
                        tell(
                            &id,
                            &other,
                            "match",
                            &format!("matches the same requests at {at}"),
                            changed,
                            report,
                        );
                    }
                }
            }
        }
    }
}

/// Says it of the one that changed.
fn tell(id: &Id, other: &Id, field: &str, what: &str, changed: &BTreeSet<Id>, report: &mut Report<'_>) {
    let (id, other) = if changed.contains(id) { (id, other) } else { (other, id) };
    // Two that were there before, left alone by this change.
    if id != other && changed.contains(id) {
        let message = format!("{} {what}", report.name(other));
        report.error(id, field, "conflict", message);
    }
}

fn id(service: &Service) -> Option<Id> {
    let (kind, id) = service.key.split_once('/')?;
    Some((kind.parse::<Kind>().ok()?, id.into()))
}
