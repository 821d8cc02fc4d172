//! Files of upstreams' TLS: read when a service is made, and checked.
//!
//! Files change under a resource that stays as it is. What they say then must be as good, or what they said before stays.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use model::{
    Kind, Resource, Snapshot, Upstream, UpstreamPems, UpstreamSource, UpstreamTls, snapshot::Service,
};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};

use super::{Files, Id, Report, certificate, index::View};

/// Fills in what files say, for the services of one change. Services that name the same upstream share what comes of it.
pub(crate) struct Filling<'a> {
    pems: Pems<'a>,
    named: HashMap<Id, Option<Arc<Upstream>>>,
}

impl<'a> Filling<'a> {
    pub(crate) fn new(files: &'a Files) -> Filling<'a> {
        Filling { pems: Pems::new(files), named: HashMap::new() }
    }

    /// An upstream with a name; `None` where its files are wrong, and the report says why.
    pub(crate) fn named(
        &mut self,
        view: &View<'_>,
        id: &Id,
        upstream: &Upstream,
        previous: &Snapshot,
        report: &mut Report<'_>,
    ) -> Option<Arc<Upstream>> {
        if let Some(known) = self.named.get(id) {
            return known.clone();
        }
        let before = names_files(upstream).then(|| {
            let referrers = view.referrers(id);
            let mut services = referrers.iter().filter_map(|id| {
                let service = previous.services.get(&view.key(id))?;
                upstreams(service)
                    .into_iter()
                    .map(|(_, before)| before)
                    .find(|before| before.name == upstream.name)
            });
            services.next()
        });
        let filled = self.pems.fill(upstream, before.flatten().as_deref());
        let filled = filled.told(id, "", report);
        self.named.insert(id.clone(), filled.clone());
        filled
    }

    /// A service with what the files of its upstreams say.
    pub(crate) fn service(
        &mut self,
        view: &View<'_>,
        id: &Id,
        mut made: Service,
        previous: &Snapshot,
        report: &mut Report<'_>,
    ) -> Option<Service> {
        let before = previous.services.get(&made.key);
        for (at, (field, upstream)) in upstreams(&made).into_iter().enumerate() {
            if !names_files(&upstream) {
                continue;
            }
            let filled = match &upstream.name {
                Some(name) => {
                    self.named(view, &(Kind::Upstream, name.shared()), &upstream, previous, report)?
                }
                None => {
                    // A branch may stand at another place now; what is not the same is read anew.
                    let before = before.and_then(|before| upstreams(before).into_iter().nth(at));
                    self.pems
                        .fill(&upstream, before.as_ref().map(|(_, before)| &**before))
                        .told(id, &field, report)?
                }
            };
            set_upstream(&mut made, at, filled);
        }
        Some(made)
    }
}

/// Reads the files of upstreams again.
pub(crate) fn read_again(files: &Files, present: &Snapshot, next: &mut Snapshot, report: &mut Report<'_>) {
    let mut pems = Pems::new(files);
    let mut named: HashMap<model::Name, Option<Arc<Upstream>>> = HashMap::new();
    for (key, service) in &present.services {
        let mut changed: Option<Service> = None;
        for (at, (field, upstream)) in upstreams(service).into_iter().enumerate() {
            if !names_files(&upstream) {
                continue;
            }
            let mut fill =
                |id: &Id, prefix: &str| pems.fill(&upstream, Some(&upstream)).told(id, prefix, report);
            let filled = match &upstream.name {
                Some(name) => {
                    let filled = named.entry(name.clone());
                    filled.or_insert_with(|| fill(&(Kind::Upstream, name.shared()), "")).clone()
                }
                None => {
                    // Files are named by what is in `default`, whose keys are as they are.
                    let (kind, id) = key.split_once('/').unwrap_or_default();
                    let kind = if kind == Kind::Api.as_str() { Kind::Api } else { Kind::Route };
                    fill(&(kind, id.into()), &field)
                }
            };
            if let Some(filled) = filled.filter(|filled| *filled != upstream) {
                set_upstream(changed.get_or_insert_with(|| (**service).clone()), at, filled);
            }
        }
        if let Some(service) = changed {
            next.services.insert(Arc::clone(key), Arc::new(service));
        }
    }
}

/// The upstreams of a service, the usual one first, then those of its branches; each with the beginning of its fields.
fn upstreams(service: &Service) -> Vec<(String, Arc<Upstream>)> {
    let usual = ("upstream.".to_owned(), Arc::clone(&service.upstream));
    let branches = service.split.iter().flat_map(|split| &split.branches).enumerate();
    let branches = branches
        .map(|(at, branch)| (format!("split.branches[{at}].upstream."), Arc::clone(&branch.upstream)));
    std::iter::once(usual).chain(branches).collect()
}

/// Puts another upstream in its place; see [`upstreams`].
fn set_upstream(service: &mut Service, at: usize, upstream: Arc<Upstream>) {
    match (at.checked_sub(1), &mut service.split) {
        (None, _) => service.upstream = upstream,
        (Some(branch), Some(split)) => Arc::make_mut(split).branches[branch].upstream = upstream,
        (Some(_), None) => {}
    }
}

fn names_files(upstream: &Upstream) -> bool {
    upstream.tls.as_ref().is_some_and(|tls| tls.files().next().is_some())
}

impl Filled {
    /// What can be used of it, once what is wrong is said.
    fn told(self, id: &Id, prefix: &str, report: &mut Report<'_>) -> Option<Arc<Upstream>> {
        match self {
            Filled::Whole(upstream) => Some(upstream),
            Filled::Kept(upstream, faults) => {
                for (field, message) in faults {
                    let message = format!("{message}; what was read before stays in force");
                    report.warning(id, &format!("{prefix}tls.{field}"), UNUSABLE, message);
                }
                Some(upstream)
            }
            Filled::Wrong(faults) => {
                for (field, message) in faults {
                    report.error(id, &format!("{prefix}tls.{field}"), UNUSABLE, message);
                }
                None
            }
        }
    }
}

/// The rule that files which resources name must be of use.
pub(crate) const UNUSABLE: &str = "unusable-file";

/// Reads files, each once for a change, however many services name it.
struct Pems<'a> {
    files: &'a Files,
    texts: HashMap<String, Result<Arc<str>, String>>,
}

/// A field, and what is wrong with the file it names.
type Fault = (&'static str, String);

/// What became of the files of an upstream.
enum Filled {
    /// The upstream with what they say.
    Whole(Arc<Upstream>),
    /// With what they said before, and what is wrong with them now.
    Kept(Arc<Upstream>, Vec<Fault>),
    Wrong(Vec<Fault>),
}

impl<'a> Pems<'a> {
    fn new(files: &'a Files) -> Pems<'a> {
        Pems { files, texts: HashMap::new() }
    }

    /// The upstream with what the files of its `tls` say. `before` is what was in force until now.
    fn fill(&mut self, upstream: &Upstream, before: Option<&Upstream>) -> Filled {
        let Some(tls) = upstream.tls.as_deref().filter(|_| names_files(upstream)) else {
            return Filled::Whole(Arc::new(upstream.clone()));
        };
        let with = |read: Box<UpstreamPems>| {
            let tls = UpstreamTls { read: Some(read), ..tls.clone() };
            Arc::new(Upstream { tls: Some(Box::new(tls)), ..upstream.clone() })
        };
        match self.read(tls) {
            Ok(read) => Filled::Whole(with(Box::new(read))),
            Err(faults) => {
                let before = before.and_then(|before| before.tls.as_deref());
                let before = before.filter(|before| before.is_said_as(tls)).and_then(|tls| tls.read.clone());
                match before {
                    Some(read) => Filled::Kept(with(read), faults),
                    None => Filled::Wrong(faults),
                }
            }
        }
    }

    fn read(&mut self, tls: &UpstreamTls) -> Result<UpstreamPems, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut pems = UpstreamPems::default();
        for (field, path) in tls.files() {
            let known = self.texts.entry(path.to_owned());
            let text = known.or_insert_with(|| certificate::file(&self.files.folder, path).map(Arc::from));
            match text {
                Ok(text) => {
                    let text = Some(text.to_string());
                    match field {
                        "ca_file" => pems.roots = text,
                        "cert_file" => pems.chain = text,
                        _ => pems.key = text,
                    }
                }
                Err(message) => faults.push((field, message.clone())),
            }
        }
        if let (Some(path), Some(roots)) = (&tls.ca_file, &pems.roots) {
            let mut all = CertificateDer::pem_slice_iter(roots.as_bytes());
            if all.next().is_none_or(|first| first.is_err()) || all.any(|next| next.is_err()) {
                faults.push(("ca_file", format!("`{path}` holds no certificates in PEM")));
            }
        }
        if let (Some(cert), Some(key)) = (&tls.cert_file, &tls.key_file)
            && let (Some(chain_pem), Some(key_pem)) = (&pems.chain, &pems.key)
            && let Err(fault) = certificate::check(cert, key, chain_pem, key_pem)
        {
            faults.push(fault);
        }
        if faults.is_empty() { Ok(pems) } else { Err(faults) }
    }
}

/// The files that the upstream of a resource names.
pub(crate) fn named(resource: &Resource, files: &Files) -> Vec<PathBuf> {
    let tls = written(resource).into_iter().filter_map(|(_, upstream)| upstream.tls.as_ref());
    tls.flat_map(|tls| tls.files()).map(|(_, path)| files.folder.join(path)).collect()
}

/// The upstreams that are written in a resource, each with the beginning of its fields.
pub(crate) fn written(resource: &Resource) -> Vec<(String, &Upstream)> {
    let (usual, split) = match resource {
        Resource::Upstream(upstream) => return vec![(String::new(), upstream)],
        Resource::Api(api) => (api.upstream.as_ref(), &api.split),
        Resource::Route(route) => (Some(&route.upstream), &route.split),
        _ => return Vec::new(),
    };
    let branches = split.iter().flat_map(|split| &split.branches).enumerate();
    let branches = branches.map(|(at, branch)| (format!("split.branches[{at}].upstream."), &branch.upstream));
    let usual = usual.map(|usual| ("upstream.".to_owned(), usual));
    let all = usual.into_iter().chain(branches);
    all.filter_map(|(prefix, source)| Some((prefix, inline(source)?))).collect()
}

fn inline(source: &UpstreamSource) -> Option<&Upstream> {
    match source {
        UpstreamSource::Inline(upstream) => Some(upstream),
        UpstreamSource::Named(_) => None,
    }
}

/// Checks the `tls` of an upstream by itself; `prefix` is the field the upstream stands in.
pub(crate) fn check_tls(id: &Id, prefix: &str, upstream: &Upstream, report: &mut Report<'_>) {
    let Some(tls) = &upstream.tls else { return };
    let mut fault = |field: &str, message: &str| {
        report.error(id, &format!("{prefix}tls.{field}"), "invalid-tls", message);
    };
    if tls.read.is_some() {
        fault("read", "is filled in by the control plane and stands in no document");
    }
    match (&tls.cert_file, &tls.key_file) {
        (Some(_), None) => fault("key_file", "a certificate to be shown needs its private key"),
        (None, Some(_)) => fault("cert_file", "a private key is of no use without its certificate"),
        _ => {}
    }
    if tls.server_name.as_deref().is_some_and(|name| ServerName::try_from(name).is_err()) {
        fault("server_name", "is neither a DNS name nor an address");
    }
    if !tls.verify {
        let message =
            "the upstream's certificate is not checked: anybody on the way can read and change everything";
        report.warning(id, &format!("{prefix}tls.verify"), "unverified-upstream", message);
    }
    let is_listed = upstream.endpoints.iter().any(|endpoint| endpoint.url.starts_with("https:"));
    if !is_listed && upstream.discovery.is_none() {
        let message = "no endpoint is `https://`, so that this holds for none";
        report.warning(id, &format!("{prefix}tls"), "unused-tls", message);
    }
}
