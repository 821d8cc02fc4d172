//! The catalogue: which APIs there are, who answers for each, who may use it and who does.

use std::collections::BTreeMap;

use model::{Api, Kind, LifeState, Name, Resource, SubscriptionState, Visibility};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Control, Error, usage::DAYS};

/// An API in the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueRow {
    /// The API, such as `orders@v1`.
    pub api: String,
    pub title: String,
    /// Who answers for it.
    pub owner: Option<String>,
    pub state: LifeState,
    pub visibility: Visibility,
    pub tags: Vec<String>,
    /// The base path.
    pub path: String,
    pub hosts: Vec<String>,
    /// Operations of its contract; absent where it has none.
    pub operations: Option<usize>,
    pub sunset_at: Option<String>,
    pub revision: u64,
    /// RFC 3339.
    pub updated_at: String,
    /// The lowest of its scorecards, 0 to 100; absent where no standard is about it.
    pub score: Option<u8>,
    /// Products that it is in.
    pub products: Vec<String>,
    /// Who may use it by a subscription, and who else called it.
    pub consumers: Vec<CatalogueConsumer>,
}

/// Who uses an API, or may.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueConsumer {
    /// `app/shop`, `consumer/ada`; empty for all whom nothing recognized.
    pub caller: String,
    /// Who answers for the app.
    pub owner: Option<String>,
    pub product: Option<String>,
    pub plan: Option<String>,
    /// Of the subscription.
    pub subscription: Option<SubscriptionState>,
    /// In the last thirty days.
    pub calls: u64,
}

impl Control {
    /// Every API of a workspace, by id.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Store`].
    pub async fn api_catalogue(&self, ws: &Name) -> Result<Vec<CatalogueRow>, Error> {
        let mut scores: BTreeMap<String, u8> = BTreeMap::new();
        for card in self.standard_standings(ws).await? {
            let lowest = scores.entry(card.api).or_insert(card.score);
            *lowest = card.score.min(*lowest);
        }
        let mut rows: Vec<(CatalogueRow, Api)> = Vec::new();
        {
            let all = self.state();
            let state = all.of(ws);
            for (id, resource) in state.index.named(Kind::Api) {
                let (Resource::Api(api), Some(record)) = (&**resource, state.records.get(id)) else {
                    continue;
                };
                let summary = self.summary_of(api);
                let (products, consumers) = entitled(state.index.of_kind(Kind::Product), &state.index, &id.1);
                let title =
                    api.title.clone().or_else(|| summary.as_ref().map(|summary| summary.title.clone()));
                let row = CatalogueRow {
                    api: id.1.to_string(),
                    title: title.unwrap_or_else(|| id.1.to_string()),
                    owner: api.owner.clone(),
                    state: api.life_state(),
                    visibility: api.visibility,
                    tags: api.tags.clone(),
                    path: api.listen.path.clone(),
                    hosts: api.listen.hosts.clone(),
                    operations: summary.map(|summary| summary.operations.len()),
                    sunset_at: api.lifecycle.as_ref().and_then(|life| life.sunset_at.clone()),
                    revision: record.revision,
                    updated_at: crate::resources::timestamp(record.updated_at).to_string(),
                    score: scores.get(&*id.1).copied(),
                    products,
                    consumers,
                };
                rows.push((row, (**api).clone()));
            }
        }
        let mut all = Vec::with_capacity(rows.len());
        for (mut row, api) in rows {
            let uses = self.uses_of(ws, &api, DAYS).await.unwrap_or_default();
            for (caller, calls) in uses.operations.values().flat_map(|operation| &operation.callers) {
                match row.consumers.iter_mut().find(|known| known.caller == *caller) {
                    Some(known) => known.calls += calls,
                    None => row.consumers.push(CatalogueConsumer {
                        caller: caller.clone(),
                        calls: *calls,
                        ..CatalogueConsumer::default()
                    }),
                }
            }
            row.consumers.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.caller.cmp(&b.caller)));
            all.push(row);
        }
        Ok(all)
    }
}

/// The products that an API is in, and the apps that subscribe to one.
fn entitled<'a>(
    products: impl Iterator<Item = &'a std::sync::Arc<Resource>>,
    index: &crate::compile::Index,
    id: &str,
) -> (Vec<String>, Vec<CatalogueConsumer>) {
    let covers = |resource: &Resource| match resource {
        Resource::Product(product) if product.apis.iter().any(|api| api.covers(id)) => {
            Some(product.name.to_string())
        }
        _ => None,
    };
    let products: Vec<String> = products.filter_map(|resource| covers(resource)).collect();
    let owner = |app: &Name| match index.get(&(Kind::App, app.shared())).map(|known| &**known) {
        Some(Resource::App(app)) => app.owner.clone(),
        _ => None,
    };
    let subscribed = index.of_kind(Kind::Subscription).filter_map(|resource| match &**resource {
        Resource::Subscription(one) if products.iter().any(|name| *name == one.product.as_str()) => {
            Some(CatalogueConsumer {
                caller: format!("app/{}", one.app),
                owner: owner(&one.app),
                product: Some(one.product.to_string()),
                plan: Some(one.plan.to_string()),
                subscription: Some(one.state),
                calls: 0,
            })
        }
        _ => None,
    });
    let subscribed = subscribed.collect();
    (products, subscribed)
}

/// A table of who owns and who uses what, a line for each API and each who uses it (RFC 4180).
pub fn catalogue_csv(rows: &[CatalogueRow]) -> String {
    let mut text = String::from(
        "api,title,owner,state,visibility,score,sunset_at,consumer,consumer_owner,product,plan,subscription,calls_30_days\r\n",
    );
    for row in rows {
        let nobody = [CatalogueConsumer::default()];
        let consumers = if row.consumers.is_empty() { &nobody[..] } else { &row.consumers };
        for (at, one) in consumers.iter().enumerate() {
            let is_nobody = at == 0 && row.consumers.is_empty();
            let word = |state: &Option<SubscriptionState>| state.map(word).unwrap_or_default().to_owned();
            let visibility = if row.visibility == Visibility::Public { "public" } else { "private" };
            let caller = match (&*one.caller, is_nobody) {
                ("", false) => "(not recognized)",
                (caller, _) => caller,
            };
            let cells = [
                row.api.clone(),
                row.title.clone(),
                row.owner.clone().unwrap_or_default(),
                row.state.as_str().to_owned(),
                visibility.to_owned(),
                row.score.map(|score| score.to_string()).unwrap_or_default(),
                row.sunset_at.clone().unwrap_or_default(),
                caller.to_owned(),
                one.owner.clone().unwrap_or_default(),
                one.product.clone().unwrap_or_default(),
                one.plan.clone().unwrap_or_default(),
                word(&one.subscription),
                if is_nobody { String::new() } else { one.calls.to_string() },
            ];
            text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
            text.push_str("\r\n");
        }
    }
    text
}

fn word(state: SubscriptionState) -> &'static str {
    match state {
        SubscriptionState::Pending => "pending",
        SubscriptionState::Active => "active",
        SubscriptionState::Suspended => "suspended",
        SubscriptionState::Rejected => "rejected",
        SubscriptionState::Expired => "expired",
    }
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let cell = match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    };
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_one_whatever_names_have_in_them_and_no_cell_is_a_formula() {
        let row = CatalogueRow {
            api: "orders@v1".to_owned(),
            title: "Orders, \"all\"\nof them".to_owned(),
            owner: Some("=HYPERLINK(1)".to_owned()),
            state: LifeState::Published,
            visibility: Visibility::Public,
            tags: Vec::new(),
            path: "/orders".to_owned(),
            hosts: Vec::new(),
            operations: Some(1),
            sunset_at: None,
            revision: 1,
            updated_at: String::new(),
            score: Some(50),
            products: Vec::new(),
            consumers: vec![CatalogueConsumer {
                caller: "app/shop".to_owned(),
                owner: Some("bea@example.com".to_owned()),
                calls: 7,
                ..CatalogueConsumer::default()
            }],
        };
        let text = catalogue_csv(&[row.clone(), CatalogueRow { consumers: Vec::new(), ..row }]);
        let (_, lines) = text.split_once("\r\n").unwrap();
        let start = "orders@v1,\"Orders, \"\"all\"\"\nof them\",'=HYPERLINK(1),published,public,50,,";
        assert_eq!(lines, format!("{start}app/shop,bea@example.com,,,,7\r\n{start},,,,,\r\n"));
    }
}
