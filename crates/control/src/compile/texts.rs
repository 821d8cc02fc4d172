//! Files that policies and the gateway's `client_auth` name: read when a snapshot is made, and checked by building what they are for.
//!
//! Files change under a resource that stays as it is. What they say then must be as good, or what they said before stays.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::Arc,
};

use model::{
    ClientAuth, ClientAuthPems, Gateway, Kind, PolicyUse, ReadFiles, Resource, SecretValues, Snapshot,
    snapshot::{Answers, Service},
};
use policy::{BuildCx, Catalogue, FileTexts, Invalid, PolicyEntry, Trust, Uncounted};

use super::{Files, Id, Report, certificate, pems::UNUSABLE};

/// Texts of files, each read once for a change, however many resources name it.
pub(crate) struct Texts<'a> {
    files: &'a Files,
    /// What configurations name by `secret://`.
    secrets: &'a SecretValues,
    read: RefCell<HashMap<String, Result<String, String>>>,
}

/// What became of the files of something.
pub(crate) enum Settled<T> {
    /// It is good with what they say; nothing where it names none.
    Whole(Option<T>),
    /// It is good with what they said before, and this is wrong with them now.
    Kept(T, Invalid),
    Wrong(Invalid),
}

impl<'a> Texts<'a> {
    pub(crate) fn new(files: &'a Files, secrets: &'a SecretValues) -> Texts<'a> {
        Texts { files, secrets, read: RefCell::default() }
    }
}

impl FileTexts for Texts<'_> {
    fn text(&self, path: &str) -> Result<String, String> {
        let mut read = self.read.borrow_mut();
        let known = read.entry(path.to_owned());
        known.or_insert_with(|| certificate::file(&self.files.folder, path)).clone()
    }
}

impl<T> Settled<T> {
    /// What can be used of it.
    pub(crate) fn in_force(self) -> Option<T> {
        match self {
            Settled::Whole(read) => read,
            Settled::Kept(read, _) => Some(read),
            Settled::Wrong(_) => None,
        }
    }
}

/// Builds a policy with what its files say. `before` is the snapshot in force, `id` what the policy is attached to.
pub(crate) fn of_policy(
    entry: PolicyEntry,
    used: &PolicyUse,
    (id, scope): (&Id, &str),
    texts: &Texts<'_>,
    before: &Snapshot,
) -> Settled<ReadFiles> {
    let cx = BuildCx {
        scope,
        counters: &Uncounted,
        responses: &Arc::default(),
        secrets: texts.secrets,
        folder: &texts.files.folder,
        files: texts,
        contract: None,
    };
    let named = entry.files(&used.config);
    let invalid = match entry.build(&used.config, &cx) {
        Ok(_) if named.is_empty() => return Settled::Whole(None),
        Ok(_) => {
            let read =
                named.into_iter().filter_map(|(_, path)| Some((path.clone(), texts.text(&path).ok()?)));
            return Settled::Whole(Some(Arc::new(read.collect())));
        }
        Err(invalid) => invalid,
    };
    let is_of_file = named.iter().any(|(field, _)| *field == invalid.field);
    match said_before(before, id, used).filter(|_| is_of_file) {
        Some(read) => Settled::Kept(read, invalid),
        None => Settled::Wrong(invalid),
    }
}

/// Whether what is wrong with a policy is wrong with a file it names.
pub(crate) fn is_of_file(entry: PolicyEntry, used: &PolicyUse, invalid: &Invalid) -> bool {
    entry.files(&used.config).iter().any(|(field, _)| *field == invalid.field)
}

/// What the files of a policy that says the same said in the snapshot in force.
/// Files are named in `default` alone.
fn said_before(before: &Snapshot, (kind, name): &Id, used: &PolicyUse) -> Option<ReadFiles> {
    let same = |all: &[PolicyUse]| {
        all.iter().filter(|other| other.is_said_as(used)).find_map(|other| other.files.clone())
    };
    if *kind == Kind::Gateway {
        return same(&before.gateway.policies);
    }
    let service = before.services.get(&format!("{kind}/{name}"))?;
    levels(service).find_map(same)
}

/// The policies of a service and of its operations.
fn levels(service: &Service) -> impl Iterator<Item = &[PolicyUse]> {
    let operations = match &service.answers {
        Answers::Contract(operations) => &operations[..],
        _ => &[],
    };
    std::iter::once(&service.policies[..]).chain(operations.iter().map(|operation| &operation.policies[..]))
}

/// The same to be written.
fn levels_mut(service: &mut Service) -> impl Iterator<Item = &mut Vec<PolicyUse>> {
    let operations = match &mut service.answers {
        Answers::Contract(operations) => &mut operations[..],
        _ => &mut [],
    };
    std::iter::once(&mut service.policies)
        .chain(operations.iter_mut().map(|operation| &mut operation.policies))
}

/// Fills in what files say, for the policies of a service. What is wrong with them was said when they were checked.
pub(crate) fn fill_service(
    id: &Id,
    service: &mut Service,
    catalogue: Catalogue,
    texts: &Texts<'_>,
    before: &Snapshot,
) {
    for level in levels_mut(service) {
        fill(id, level, catalogue, texts, before);
    }
}

/// Fills in what files say, for the policies of a gateway and its `client_auth`.
pub(crate) fn fill_gateway(
    id: &Id,
    gateway: &mut Gateway,
    catalogue: Catalogue,
    texts: &Texts<'_>,
    before: &Snapshot,
) {
    fill(id, &mut gateway.policies, catalogue, texts, before);
    let Some(auth) = &mut gateway.tls.client_auth else { return };
    auth.read = of_client_auth(auth, texts, before).in_force();
}

fn fill(id: &Id, level: &mut [PolicyUse], catalogue: Catalogue, texts: &Texts<'_>, before: &Snapshot) {
    for used in level {
        let Ok(entry) = catalogue.find(&used.policy) else { continue };
        if !entry.files(&used.config).is_empty() {
            used.files = of_policy(entry, used, (id, ""), texts, before).in_force();
        }
    }
}

/// Reads the files of a `client_auth`.
pub(crate) fn of_client_auth(
    auth: &ClientAuth,
    texts: &Texts<'_>,
    before: &Snapshot,
) -> Settled<Box<ClientAuthPems>> {
    let read = |field: &str, path: &Option<String>| {
        let text = path.as_ref().map(|path| texts.text(path)).transpose();
        text.map_err(|message| Invalid::field(field, message))
    };
    let all = || {
        let pems = ClientAuthPems {
            authorities: read("ca_file", &auth.ca_file)?,
            revoked: read("crl_file", &auth.crl_file)?,
        };
        if let Some(authorities) = &pems.authorities {
            Trust::read(authorities, pems.revoked.as_deref()).map_err(|(field, message)| {
                let path = if field == "ca_file" { &auth.ca_file } else { &auth.crl_file };
                Invalid::field(field, format!("`{}` {message}", path.as_deref().unwrap_or_default()))
            })?;
        }
        Ok(pems)
    };
    match all() {
        Ok(_) if auth.ca_file.is_none() => Settled::Whole(None),
        Ok(pems) => Settled::Whole(Some(Box::new(pems))),
        Err(invalid) => {
            let known = before.gateway.tls.client_auth.as_ref().filter(|known| known.is_said_as(auth));
            match known.and_then(|known| known.read.clone()) {
                Some(read) => Settled::Kept(read, invalid),
                None => Settled::Wrong(invalid),
            }
        }
    }
}

/// Checks the `client_auth` of a gateway.
pub(crate) fn check_client_auth(
    id: &Id,
    gateway: &Gateway,
    texts: &Texts<'_>,
    before: &Snapshot,
    report: &mut Report<'_>,
) {
    let Some(auth) = &gateway.tls.client_auth else { return };
    if auth.read.is_some() {
        let message = "is filled in by the control plane and stands in no document";
        report.error(id, "tls.client_auth.read", "invalid-tls", message);
    }
    let settled = of_client_auth(auth, texts, before);
    tell(id, |field| format!("tls.client_auth.{field}"), &settled, report);
}

/// Reports what is wrong with files.
fn tell<T>(id: &Id, at: impl Fn(&str) -> String, settled: &Settled<T>, report: &mut Report<'_>) {
    match settled {
        Settled::Whole(_) => {}
        Settled::Kept(_, Invalid { field, message }) => {
            let message = format!("{message}; what was read before stays in force");
            report.warning(id, &at(field), UNUSABLE, message);
        }
        Settled::Wrong(Invalid { field, message }) => report.error(id, &at(field), UNUSABLE, message),
    }
}

/// Reads the files of policies and of `client_auth` again.
pub(crate) fn read_again(
    files: &Files,
    catalogue: Catalogue,
    present: &Snapshot,
    next: &mut Snapshot,
    report: &mut Report<'_>,
) {
    let texts = Texts::new(files, &present.secrets);
    let mut again = |id: &Id, prefix: &str, level: &[PolicyUse]| -> Option<Vec<PolicyUse>> {
        let mut changed: Option<Vec<PolicyUse>> = None;
        for (at, used) in level.iter().enumerate().filter(|(_, used)| used.files.is_some()) {
            let Ok(entry) = catalogue.find(&used.policy) else { continue };
            let settled = of_policy(entry, used, (id, ""), &texts, present);
            tell(id, |field| format!("{prefix}policies[{at}].{}.{field}", used.policy), &settled, report);
            let read = settled.in_force();
            if read.is_some() && read != used.files {
                changed.get_or_insert_with(|| level.to_vec())[at].files = read;
            }
        }
        changed
    };
    let of_gateway = (Kind::Gateway, present.gateway.name.shared());
    let mut gateway = Arc::clone(&present.gateway);
    if let Some(policies) = again(&of_gateway, "", &gateway.policies) {
        Arc::make_mut(&mut gateway).policies = policies;
    }
    for (key, service) in &present.services {
        if !levels(service).flatten().any(|used| used.files.is_some()) {
            continue;
        }
        let (kind, name) = key.split_once('/').unwrap_or_default();
        let id = (if kind == Kind::Api.as_str() { Kind::Api } else { Kind::Route }, Arc::from(name));
        // What changed was filled in by `filling` already: it is the next one that is looked at.
        let mut changed = next.services.get(key).map_or_else(|| (**service).clone(), |next| (**next).clone());
        let mut is_changed = false;
        let prefixes = prefixes(service);
        for (level, prefix) in levels_mut(&mut changed).zip(prefixes) {
            if let Some(policies) = again(&id, &prefix, level) {
                *level = policies;
                is_changed = true;
            }
        }
        if is_changed {
            next.services.insert(Arc::clone(key), Arc::new(changed));
        }
    }
    if let Some(auth) = &present.gateway.tls.client_auth {
        let settled = of_client_auth(auth, &texts, present);
        tell(&of_gateway, |field| format!("tls.client_auth.{field}"), &settled, report);
        let read = settled.in_force();
        if read.is_some() && read != auth.read {
            let auth = ClientAuth { read, ..(**auth).clone() };
            Arc::make_mut(&mut gateway).tls.client_auth = Some(Box::new(auth));
        }
    }
    next.gateway = gateway;
}

/// Where the policies of [`levels`] stand in their resource.
fn prefixes(service: &Service) -> Vec<String> {
    let operations = match &service.answers {
        Answers::Contract(operations) => &operations[..],
        _ => &[],
    };
    let of = operations.iter().map(|operation| format!("operations.{}.", operation.id));
    std::iter::once(String::new()).chain(of).collect()
}

/// The files that the policies of a resource and the `client_auth` of a gateway name.
pub(crate) fn named(resource: &Resource, files: &Files, catalogue: Catalogue) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut levels: Vec<&[PolicyUse]> = Vec::new();
    match resource {
        Resource::Gateway(gateway) => {
            levels.push(&gateway.policies);
            let auth = gateway.tls.client_auth.iter().flat_map(|auth| auth.files());
            paths.extend(auth.map(|(_, path)| path.to_owned()));
        }
        Resource::Api(api) => {
            levels.push(&api.policies);
            levels.extend(api.operations.values().map(|settings| &settings.policies[..]));
        }
        Resource::Route(route) => levels.push(&route.policies),
        _ => {}
    }
    for used in levels.into_iter().flatten() {
        let Ok(entry) = catalogue.find(&used.policy) else { continue };
        paths.extend(entry.files(&used.config).into_iter().map(|(_, path)| path));
    }
    paths.into_iter().map(|path| files.folder.join(path)).collect()
}

/// The files that the policies of a snapshot and the `client_auth` of its gateway name.
pub fn files_of(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let services = snapshot.services.values().flat_map(|service| levels(service));
    let policies = services.flatten().chain(&snapshot.gateway.policies);
    let read: Vec<&BTreeMap<String, String>> = policies.filter_map(|used| used.files.as_deref()).collect();
    let auth = snapshot.gateway.tls.client_auth.iter().flat_map(|auth| auth.files());
    read.into_iter().flat_map(|read| read.keys().map(String::as_str)).chain(auth.map(|(_, path)| path))
}
