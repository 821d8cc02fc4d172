//! A developer's own apps, their keys and subscriptions.

use control::{AppForm, IssuedKey, KeyView, PlanChangePreview, PortalApp, Wish};
use model::{Kind, Name, PlanChange, Subscription, SubscriptionState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::{Audience, Caller},
    console::keys::key_hash,
    endpoint::{Body, Created, Json, List, NoContent, Path, Query, Within},
    problem::Refusal,
};

/// An app with its keys and subscriptions.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "App")]
pub(crate) struct AppView {
    name: String,
    title: String,
    description: String,
    /// RFC 3339.
    created_at: String,
    keys: Vec<KeyView>,
    subscriptions: Vec<SubscriptionView>,
}

/// What to know of a new key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyForm {
    /// When it stops working (RFC 3339); never, where absent.
    #[serde(default)]
    expires_at: Option<String>,
}

/// An app's right to a product under a plan.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Subscription")]
pub(crate) struct SubscriptionView {
    id: String,
    product: String,
    /// What the product is called.
    product_title: String,
    plan: String,
    /// What the plan is called.
    plan_title: String,
    state: SubscriptionState,
    /// What the developer, or the person who decided, said.
    reason: Option<String>,
    /// When it ends (RFC 3339); never, where absent.
    expires_at: Option<String>,
    /// Until when nothing is owed, since it is a trial (RFC 3339); then the price of the plan holds.
    trial_until: Option<String>,
    /// Another plan that was asked for, until a person decides.
    change: Option<PlanChange>,
    /// What that plan is called.
    change_title: Option<String>,
}

/// What to subscribe to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscriptionForm {
    product: String,
    plan: String,
    /// For the person who decides, where the plan asks for one.
    #[serde(default)]
    reason: Option<String>,
    /// The digest of the terms that are agreed to, where the plan has some.
    #[serde(default)]
    terms: Option<String>,
}

/// Which plan to have instead; the present one withdraws a change that waits.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanForm {
    plan: String,
    /// For the person who decides, where the plan asks for one.
    #[serde(default)]
    reason: Option<String>,
    /// The digest of the terms that are agreed to, where the plan has some.
    #[serde(default)]
    terms: Option<String>,
}

pub(crate) async fn list(app: Within, caller: Caller) -> Result<Json<List<AppView>>, Refusal> {
    let mut views = Vec::new();
    for one in app.control.apps_of(&app.workspace, &caller.actor.name) {
        views.push(AppView::of(&app, one).await?);
    }
    Ok(Json(List::whole(views)))
}

pub(crate) async fn create(
    app: Within,
    Caller { actor, .. }: Caller,
    Body(form): Body<AppForm>,
) -> Result<Created<AppView>, Refusal> {
    let made = app.control.create_app(&actor, &app.workspace, &actor.name, form).await?;
    let location = Some(format!("{}/apps/{}", Audience::Portal.prefix(), made.app.name));
    Ok(Created { body: AppView::of(&app, made).await?, location, etag: None })
}

pub(crate) async fn read(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<AppView>, Refusal> {
    let found = app.control.app_of(&app.workspace, &caller.actor.name, &name)?;
    Ok(Json(AppView::of(&app, found).await?))
}

pub(crate) async fn update(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
    Body(form): Body<AppForm>,
) -> Result<Json<AppView>, Refusal> {
    let app_now = app.control.update_app(&actor, &app.workspace, &actor.name, &name, form).await?;
    Ok(Json(AppView::of(&app, app_now).await?))
}

pub(crate) async fn remove(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.delete_app(&actor, &app.workspace, &actor.name, &name).await?;
    Ok(NoContent)
}

pub(crate) async fn issue_key(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
    Body(form): Body<KeyForm>,
) -> Result<Created<IssuedKey>, Refusal> {
    let key = app.control.issue_app_key(&actor, &app.workspace, &actor.name, &name, form.expires_at).await?;
    Ok(Created { body: key, location: None, etag: None })
}

pub(crate) async fn revoke_key(
    app: Within,
    Caller { actor, .. }: Caller,
    Path((name, hash)): Path<(String, String)>,
) -> Result<NoContent, Refusal> {
    app.control.revoke_app_key(&actor, &app.workspace, &actor.name, &name, &key_hash(&hash)?).await?;
    Ok(NoContent)
}

pub(crate) async fn subscribe(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
    Body(form): Body<SubscriptionForm>,
) -> Result<Created<SubscriptionView>, Refusal> {
    let SubscriptionForm { product, plan, reason, terms } = form;
    let wish = Wish { product, plan, reason, terms };
    let made = app.control.subscribe(&actor, &app.workspace, &actor.name, &name, wish).await?;
    Ok(Created { body: SubscriptionView::of(&app, made), location: None, etag: None })
}

pub(crate) async fn change_plan(
    app: Within,
    Caller { actor, .. }: Caller,
    Path((name, id)): Path<(String, String)>,
    Body(form): Body<PlanForm>,
) -> Result<Json<SubscriptionView>, Refusal> {
    let PlanForm { plan, reason, terms } = form;
    let wish = Wish { product: String::new(), plan, reason, terms };
    let changed = app.control.change_plan(&actor, &app.workspace, &actor.name, &name, &id, wish).await?;
    Ok(Json(SubscriptionView::of(&app, changed)))
}

/// Which plan it is asked about.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherPlan {
    /// Its name.
    plan: String,
}

pub(crate) async fn preview_plan(
    app: Within,
    Caller { actor, .. }: Caller,
    Path((name, id)): Path<(String, String)>,
    Query(OtherPlan { plan }): Query<OtherPlan>,
) -> Result<Json<PlanChangePreview>, Refusal> {
    Ok(Json(app.control.preview_plan(&app.workspace, &actor.name, &name, &id, &plan).await?))
}

pub(crate) async fn unsubscribe(
    app: Within,
    Caller { actor, .. }: Caller,
    Path((name, id)): Path<(String, String)>,
) -> Result<NoContent, Refusal> {
    app.control.unsubscribe(&actor, &app.workspace, &actor.name, &name, &id).await?;
    Ok(NoContent)
}

impl AppView {
    async fn of(within: &Within, app: PortalApp) -> Result<AppView, Refusal> {
        let PortalApp {
            app: model::App { name, title, description, credentials, .. },
            created_at,
            subscriptions,
        } = app;
        Ok(AppView {
            title: title.unwrap_or_else(|| name.to_string()),
            name: name.to_string(),
            description: description.unwrap_or_default(),
            created_at: created_at.to_string(),
            keys: within.control.views_of(&within.workspace, &credentials).await?,
            subscriptions: subscriptions.into_iter().map(|one| SubscriptionView::of(within, one)).collect(),
        })
    }
}

impl SubscriptionView {
    fn of(within: &Within, subscription: Subscription) -> SubscriptionView {
        let Subscription { name, product, plan, state, reason, expires_at, trial_until, change, .. } =
            subscription;
        let title = |kind, name: &Name| within.control.title(&within.workspace, kind, name);
        SubscriptionView {
            id: name.to_string(),
            product_title: title(Kind::Product, &product),
            product: product.to_string(),
            plan_title: title(Kind::Plan, &plan),
            plan: plan.to_string(),
            state,
            reason,
            expires_at,
            trial_until,
            change_title: change.as_ref().map(|change| title(Kind::Plan, &change.plan)),
            change,
        }
    }
}
