//! Who refers to whom.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use model::{Kind, Resource, Split, UpstreamSource};

use super::Id;

/// What a resource refers to, each with the field it says so in. A reference to an API is kept as written: `orders` or `orders@v1`.
pub(crate) fn references(resource: &Resource) -> Vec<(String, Id)> {
    let one = |field: &str, kind: Kind, name: &model::Name| (field.to_owned(), (kind, name.shared()));
    match resource {
        Resource::Api(api) => upstreams(api.upstream.as_ref(), api.split.as_deref()),
        Resource::Route(route) => upstreams(Some(&route.upstream), route.split.as_deref()),
        Resource::Gateway(gateway) => {
            let named = &gateway.tls.default_certificate;
            named.iter().map(|name| one("tls.default_certificate", Kind::Certificate, name)).collect()
        }
        Resource::Product(product) => {
            let apis = product.apis.iter().enumerate();
            let apis = apis.map(|(at, api)| (format!("apis[{at}]"), (Kind::Api, api.0.as_str().into())));
            let plans = product.plans.iter().enumerate();
            let plans = plans.map(|(at, plan)| one(&format!("plans[{at}]"), Kind::Plan, plan));
            apis.chain(plans).collect()
        }
        Resource::Subscription(subscription) => {
            let wanted =
                subscription.change.iter().map(|change| one("change.plan", Kind::Plan, &change.plan));
            let present = [
                one("app", Kind::App, &subscription.app),
                one("product", Kind::Product, &subscription.product),
                one("plan", Kind::Plan, &subscription.plan),
            ];
            present.into_iter().chain(wanted).collect()
        }
        Resource::App(app) => {
            let server = app.client.as_ref().and_then(|client| client.server.as_ref());
            server.iter().map(|server| one("client.server", Kind::AuthorizationServer, server)).collect()
        }
        Resource::Waiver(waiver) => vec![one("standard", Kind::Standard, &waiver.standard)],
        _ => Vec::new(),
    }
}

/// The upstreams that an API or route names.
fn upstreams(usual: Option<&UpstreamSource>, split: Option<&Split>) -> Vec<(String, Id)> {
    let branches = split.iter().flat_map(|split| &split.branches).enumerate();
    let branches = branches.map(|(at, branch)| (format!("split.branches[{at}].upstream"), &branch.upstream));
    let all = usual.map(|usual| ("upstream".to_owned(), usual)).into_iter().chain(branches);
    let named = |(field, source): (String, &UpstreamSource)| match source {
        UpstreamSource::Named(name) => Some((field, (Kind::Upstream, name.shared()))),
        UpstreamSource::Inline(_) => None,
    };
    all.filter_map(named).collect()
}

/// The ways a resource may be referred to: an API by its id and by its name alone.
pub(crate) fn spellings(id: &Id) -> impl Iterator<Item = Id> {
    let name = match id {
        (Kind::Api, text) => text.split_once('@').map(|(name, _)| (Kind::Api, Arc::from(name))),
        _ => None,
    };
    std::iter::once(id.clone()).chain(name)
}

/// Who refers to what, the other way round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Referrers(HashMap<Id, BTreeSet<Id>>);

impl Referrers {
    pub(crate) fn add(&mut self, id: &Id, resource: &Resource) {
        for (_, target) in references(resource) {
            self.0.entry(target).or_default().insert(id.clone());
        }
    }

    pub(crate) fn remove(&mut self, id: &Id, resource: &Resource) {
        for (_, target) in references(resource) {
            if let Some(referrers) = self.0.get_mut(&target) {
                referrers.remove(id);
                if referrers.is_empty() {
                    self.0.remove(&target);
                }
            }
        }
    }

    pub(crate) fn of(&self, target: &Id) -> impl Iterator<Item = &Id> {
        spellings(target).filter_map(|spelling| self.0.get(&spelling)).flatten()
    }
}
