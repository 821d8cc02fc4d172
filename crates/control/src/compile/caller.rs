//! Consumers and apps → callers.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use model::{
    Credential, Kind, Name, Resource, SubscriptionState,
    snapshot::{Access, Caller, CallerKey, Entitlement, Login, Scopes},
};

use super::{Id, index::View};

pub(crate) fn of_consumer(workspace: &Name, resource: &Resource) -> Option<Caller> {
    match resource {
        Resource::Consumer(consumer) => Some(Caller::of_consumer(
            consumer,
            workspace.clone(),
            keys(&consumer.credentials),
            logins(&consumer.credentials),
        )),
        _ => None,
    }
}

/// An app with what its active subscriptions cover.
pub(crate) fn of_app(view: &View<'_>, id: &Id, resource: &Resource) -> Option<Caller> {
    let Resource::App(app) = resource else { return None };
    let subscriptions = view.referrers(id).into_iter().filter(|id| id.0 == Kind::Subscription);
    Some(Caller {
        key: format!("app/{}", app.name).into(),
        name: app.name.shared(),
        workspace: view.workspace().clone(),
        custom_id: None,
        groups: Box::default(),
        keys: keys(&app.credentials),
        logins: logins(&app.credentials),
        client: app.client.as_ref().map(|client| client.mark().into()),
        access: Access::Subscribed(subscriptions.filter_map(|id| entitlement(view, &id)).collect()),
        policies: Box::default(),
    })
}

fn entitlement(view: &View<'_>, id: &Id) -> Option<Entitlement> {
    let Resource::Subscription(subscription) = &**view.get(id)? else { return None };
    // One whose time is over is kept, so that calls are told what has become of it.
    if !matches!(subscription.state, SubscriptionState::Active | SubscriptionState::Expired) {
        return None;
    }
    let product = view.get(&(Kind::Product, subscription.product.shared()))?;
    let Resource::Product(product) = &**product else { return None };
    let apis: BTreeSet<Arc<str>> = product.apis.iter().flat_map(|api| view.apis(&api.0)).collect();
    Some(Entitlement {
        subscription: subscription.name.shared(),
        product: subscription.product.shared(),
        plan: subscription.plan.shared(),
        apis: apis.into_iter().collect(),
        ends: match (subscription.state, &subscription.expires_at) {
            (SubscriptionState::Expired, _) => Some(0),
            (_, ends) => ends.as_deref().map(milliseconds),
        },
    })
}

fn keys(credentials: &[Credential]) -> Box<[CallerKey]> {
    let key = |credential: &Credential| {
        Some(CallerKey {
            hash: credential.key_hash?,
            expires_at: expiry(credential),
            scopes: scopes(credential),
        })
    };
    credentials.iter().filter_map(key).collect()
}

fn logins(credentials: &[Credential]) -> Box<[Login]> {
    let login = |credential: &Credential| {
        Some(Login {
            username: credential.username.as_deref()?.into(),
            password_hash: credential.password_hash.as_deref()?.into(),
            expires_at: expiry(credential),
            scopes: scopes(credential),
        })
    };
    credentials.iter().filter_map(login).collect()
}

/// Milliseconds since 1970.
fn expiry(credential: &Credential) -> Option<u64> {
    credential.expires_at.as_deref().map(milliseconds)
}

fn milliseconds(time: &str) -> u64 {
    // A time before 1970 has passed, whatever its number, and what is no time never comes.
    time.parse::<Timestamp>().map_or(0, |time| u64::try_from(time.as_millisecond()).unwrap_or(0))
}

fn scopes(credential: &Credential) -> Scopes {
    if credential.scopes.is_empty() {
        return Scopes::default();
    }
    credential.scopes.iter().map(|scope| Arc::from(scope.as_str())).collect()
}
