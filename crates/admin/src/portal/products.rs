//! What is offered: products and their plans.

use control::{PortalProduct, terms_digest};
use model::{Approval, Plan, Price, Span};
use schemars::JsonSchema;
use serde::Serialize;

use super::apis::{CatalogApi, PublicApi, limits_of};
use crate::{
    endpoint::{Json, List, Path, Within},
    problem::Refusal,
};

/// A product with its plans and APIs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Product")]
pub(crate) struct ProductView {
    name: String,
    title: String,
    /// Markdown.
    description: String,
    plans: Vec<PlanView>,
    /// The public APIs in it.
    apis: Vec<CatalogApi>,
}

/// A plan, and what it allows.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Plan")]
pub(crate) struct PlanView {
    name: String,
    title: String,
    description: String,
    approval: Approval,
    /// How long a subscription lasts, such as `90d`; without end, where absent.
    lasts: Option<Span>,
    /// What it costs; nothing, where absent.
    price: Option<Price>,
    /// For how long it costs nothing at its beginning, such as `14d`.
    trial: Option<Span>,
    /// In words: `100 calls per minute`.
    limits: Vec<String>,
    /// What is agreed to by subscribing.
    terms: Option<TermsView>,
}

/// Terms of a plan.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Terms")]
pub(crate) struct TermsView {
    /// Markdown, or an `https` address where they stand.
    text: String,
    /// What to send as `terms` to agree to them.
    digest: String,
}

pub(crate) async fn list(app: Within) -> Json<List<ProductView>> {
    let apis: Vec<PublicApi> = PublicApi::all(&app).collect();
    let products = app.control.portal_products(&app.workspace);
    Json(List::whole(products.into_iter().map(|product| view(&apis, product)).collect()))
}

pub(crate) async fn read(app: Within, Path(name): Path<String>) -> Result<Json<ProductView>, Refusal> {
    let mut products = app.control.portal_products(&app.workspace).into_iter();
    let product = products.find(|product| product.product.name.as_str() == name);
    let product = product.ok_or_else(|| Refusal::not_found(format!("there is no product `{name}`")))?;
    let apis: Vec<PublicApi> = PublicApi::all(&app).collect();
    Ok(Json(view(&apis, product)))
}

fn view(apis: &[PublicApi], product: PortalProduct) -> ProductView {
    let PortalProduct { product: model::Product { name, title, description, .. }, plans, apis: ids } =
        product;
    ProductView {
        title: title.unwrap_or_else(|| name.to_string()),
        name: name.to_string(),
        description: description.unwrap_or_default(),
        plans: plans.iter().map(PlanView::from).collect(),
        apis: apis.iter().filter(|api| ids.contains(&api.id)).map(CatalogApi::from).collect(),
    }
}

impl From<&Plan> for PlanView {
    fn from(plan: &Plan) -> PlanView {
        PlanView {
            name: plan.name.to_string(),
            title: plan.title.clone().unwrap_or_else(|| plan.name.to_string()),
            description: plan.description.clone().unwrap_or_default(),
            approval: plan.approval,
            lasts: plan.lasts,
            price: plan.price.clone(),
            trial: plan.trial,
            limits: limits_of(&plan.policies),
            terms: plan
                .terms
                .as_ref()
                .map(|text| TermsView { text: text.clone(), digest: terms_digest(text) }),
        }
    }
}
