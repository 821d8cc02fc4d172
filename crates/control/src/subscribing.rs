//! How an app comes to a subscription, changes its plan, and loses it; and what people decide.

use model::{
    AgreedTerms, Kind, Name, Plan, PlanChange, Resource, Subscription, SubscriptionState, WebhookEvent,
};
use store::PersonKind;

use crate::{
    Actor, ContractTexts, Control, Error, Expect, PlanChangePreview, PortalApp, PortalProduct, Stored,
    change::Draft,
    digest,
    people::id_of,
    portal::{check_text, free_name},
    prices,
    resources::timestamp,
    subscriptions::{self, Decided, Request},
};

const MOST_SUBSCRIPTIONS: usize = 100;

/// What a developer asks for.
pub struct Wish {
    /// The name of a product, and of one of its plans.
    pub product: String,
    pub plan: String,
    /// For the person who decides.
    pub reason: Option<String>,
    /// The digest of the terms that they agree to, where the plan has some.
    pub terms: Option<String>,
}

/// What a developer is offered, and how it was decided.
struct Offer {
    product: PortalProduct,
    plan: Plan,
    decided: Decided,
    terms: Option<AgreedTerms>,
}

/// The digest that names the terms of a plan: SHA-256 of their text, hexadecimal.
pub fn terms_digest(text: &str) -> String {
    digest::hex(&digest::sha256(text.as_bytes()))
}

impl Control {
    /// Subscribes an app to a public product; pending where the plan asks for approval.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the developer cannot see; [`Error::Conflict`] where the app has a subscription to it already, or terms
    /// were not agreed to as they are now.
    pub async fn subscribe(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        wish: Wish,
    ) -> Result<Subscription, Error> {
        check_text("reason", wish.reason.as_deref())?;
        let writing = self.write_lock().await?;
        let present = self.app_of(ws, email, app)?;
        let Offer { product, plan, decided, terms } = self.offer(ws, email, &present, &wish).await?;
        let now = self.now();
        let here = |other: &&Subscription| other.product == product.product.name;
        if let Some(other) = present.subscriptions.iter().filter(here).find(|other| !is_past(other, now)) {
            let detail = format!(
                "the app has a subscription to `{}` already, under the plan `{}`",
                other.product, other.plan
            );
            return Err(Error::Conflict { detail });
        }
        if present.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            let detail = format!("the app has {MOST_SUBSCRIPTIONS} subscriptions already; end one first");
            return Err(Error::Conflict { detail });
        }
        let taken =
            |name: &Name| self.state().of(ws).records.contains_key(&(Kind::Subscription, name.shared()));
        let name = free_name(format!("{app}-{}", wish.product).parse().ok(), "subscription", taken)?;
        let is_active = decided.state == SubscriptionState::Active;
        // What has ended makes room for what is in its place.
        let renewed = present.subscriptions.iter().filter(here);
        let renewed = renewed.filter(|other| subscriptions::has_ended(other, now));
        let renewed = renewed.map(|other| (Kind::Subscription, other.name.shared()));
        let mut drafts: Vec<Draft> = renewed.map(|id| Draft::delete(id, "renew-subscription")).collect();
        let may_try = self.may_try(ws, &present.app.name, &product.product.name).await?;
        let mut subscription = Subscription {
            began_at: None,
            trial_until: None,
            name,
            app: present.app.name,
            product: product.product.name,
            expires_at: if is_active { subscriptions::end_of(&plan, now) } else { None },
            plan: plan.name.clone(),
            state: decided.state,
            reason: decided.reason.or(wish.reason),
            asked_at: (decided.state == SubscriptionState::Pending).then(|| timestamp(now).to_string()),
            terms,
            change: None,
        };
        if is_active {
            subscriptions::begin(&mut subscription, &plan, may_try, now);
        }
        drafts.push(Draft::put(subscription.clone().into(), "subscribe", Some(actor.origin)));
        let ready = self.check_drafts(ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        self.note_trial(ws, None, &subscription).await?;
        let event = match subscription.state {
            SubscriptionState::Pending => {
                self.ask_to_decide(ws, &subscription, email);
                WebhookEvent::SubscriptionAsked
            }
            _ => {
                self.tell_decision(ws, &subscription);
                WebhookEvent::SubscriptionDecided
            }
        };
        self.tell_subscription(ws, &subscription, event).await;
        Ok(subscription)
    }

    /// Asks for another plan of the same product. What the plan gives at once holds at once; where a person decides, calls go on under the
    /// present plan until then. Asking for the present plan withdraws what waits.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the developer cannot see; [`Error::Conflict`] for a subscription that is not active, for a plan that its
    /// rules refuse, and where terms were not agreed to as they are now.
    pub async fn change_plan(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        subscription: &str,
        wish: Wish,
    ) -> Result<Subscription, Error> {
        check_text("reason", wish.reason.as_deref())?;
        let writing = self.write_lock().await?;
        let present = self.app_of(ws, email, app)?;
        let now = self.now();
        let before = changeable(&present, subscription, now)?.clone();
        let mut after = Subscription { change: None, ..before.clone() };
        if wish.plan != before.plan.as_str() {
            let wish = Wish { product: before.product.to_string(), ..wish };
            let Offer { plan, decided, terms, .. } = self.offer(ws, email, &present, &wish).await?;
            match decided.state {
                SubscriptionState::Active => {
                    after.expires_at = subscriptions::end_of(&plan, now);
                    let present = self.plan_of(ws, &before.plan);
                    let may_try = self.may_try(ws, &before.app, &before.product).await?;
                    subscriptions::begin_anew(&mut after, present.as_ref(), &plan, may_try, now);
                    (after.plan, after.terms, after.reason) = (plan.name, terms, wish.reason);
                }
                SubscriptionState::Pending => {
                    after.change = Some(PlanChange { plan: plan.name, reason: wish.reason, terms });
                    after.asked_at = Some(timestamp(now).to_string());
                }
                _ => {
                    let why = decided.reason.unwrap_or_default();
                    let detail = format!("the plan `{}` is not given to this app: {why}", plan.name);
                    return Err(Error::Conflict { detail });
                }
            }
        }
        if after == before {
            return Ok(before);
        }
        let draft = Draft::put(after.clone().into(), "change-plan", Some(actor.origin));
        let ready =
            self.check_drafts(ws, vec![draft], ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        self.note_trial(ws, Some(&before), &after).await?;
        if after.change.is_some() {
            self.ask_to_decide(ws, &after, email);
            self.tell_subscription(ws, &after, WebhookEvent::SubscriptionAsked).await;
        }
        Ok(after)
    }

    /// What a wish leads to: the product and plan it names, what rules say, and the terms that are agreed to.
    async fn offer(&self, ws: &Name, email: &str, present: &PortalApp, wish: &Wish) -> Result<Offer, Error> {
        let mut all = self.portal_products(ws).into_iter();
        let product = all.find(|offered| offered.product.name.as_str() == wish.product);
        let product =
            product.ok_or_else(|| Error::NotFound { kind: Kind::Product, id: wish.product.clone() })?;
        let plan = product.plans.iter().find(|offered| offered.name.as_str() == wish.plan).cloned();
        let plan = plan.ok_or_else(|| Error::Missing {
            what: format!("plan of that name for product `{}`", wish.product),
        })?;
        let now = self.now();
        let terms = agreed(&plan, wish, now)?;
        let known = self.account(PersonKind::Developer, &id_of(PersonKind::Developer, ws, email)).await?;
        let request = Request {
            email,
            name: known.as_ref().map_or(email, |(_, account)| &account.name),
            apps: self.apps_of(ws, email).len(),
            subscriptions: present.subscriptions.iter().filter(|other| !is_past(other, now)).count(),
            app: &present.app,
            product: &product.product,
            apis: &product.apis,
            reason: wish.reason.as_deref(),
        };
        let decided = subscriptions::decide(&plan, &request);
        Ok(Offer { product, plan, decided, terms })
    }

    /// Ends a subscription of an app of this developer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn unsubscribe(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        app: &str,
        subscription: &str,
    ) -> Result<(), Error> {
        let present = self.app_of(ws, email, app)?;
        if !present.subscriptions.iter().any(|mine| mine.name.as_str() == subscription) {
            return Err(Error::NotFound { kind: Kind::Subscription, id: subscription.to_owned() });
        }
        self.delete(actor, ws, Kind::Subscription, subscription, Expect::Any).await
    }

    /// Decides on what waits: on a change of plan where one was asked for, else on the subscription, which is approved, rejected where it is
    /// pending and suspended where it was active. The developer is told by letter. One that is approved ends at `expires_at` (RFC 3339),
    /// else as its plan says.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Invalid`] for a reason that is too long or an end that has passed.
    pub async fn decide(
        &self,
        actor: &Actor,
        ws: &Name,
        subscription: &str,
        approve: bool,
        reason: Option<String>,
        expires_at: Option<String>,
    ) -> Result<Stored, Error> {
        check_text("reason", reason.as_deref())?;
        self.check_end(expires_at.as_deref())?;
        let writing = self.write_lock().await?;
        let present = self.get(ws, Kind::Subscription, subscription)?;
        let Resource::Subscription(before) = &present.resource else { return Err(Error::Internal) };
        let change = before.change.as_ref().filter(|_| before.state == SubscriptionState::Active);
        let now = self.now();
        let mut after = match change {
            Some(_) if !approve => Subscription { change: None, ..(**before).clone() },
            Some(change) => Subscription {
                plan: change.plan.clone(),
                terms: change.terms.clone(),
                reason: reason.clone().or_else(|| change.reason.clone()),
                expires_at: expires_at.or_else(|| self.end_under(ws, &change.plan)),
                change: None,
                ..(**before).clone()
            },
            None => self.decided(ws, before, approve, reason.clone(), expires_at),
        };
        if let Some(plan) = self.plan_of(ws, &after.plan).filter(|_| approve) {
            let may_try = self.may_try(ws, &before.app, &before.product).await?;
            if change.is_some() {
                let present = self.plan_of(ws, &before.plan);
                subscriptions::begin_anew(&mut after, present.as_ref(), &plan, may_try, now);
            } else if subscriptions::begins(before, now) {
                subscriptions::begin(&mut after, &plan, may_try, now);
            }
        }
        if after == **before {
            return Ok(present);
        }
        let action = if approve { "approve" } else { "refuse" };
        let draft = Draft::put(after.clone().into(), action, None);
        let ready =
            self.check_drafts(ws, vec![draft], ContractTexts::default()).await?.map_err(Error::Invalid)?;
        self.commit(writing, actor, ready).await?;
        self.note_trial(ws, Some(before), &after).await?;
        match change {
            Some(change) => self.tell_change(ws, &after, &change.plan, approve, reason.as_deref()),
            None => self.tell_decision(ws, &after),
        }
        self.tell_subscription(ws, &after, WebhookEvent::SubscriptionDecided).await;
        self.get(ws, Kind::Subscription, subscription)
    }

    /// A subscription after somebody decided on it.
    fn decided(
        &self,
        ws: &Name,
        before: &Subscription,
        approve: bool,
        reason: Option<String>,
        expires_at: Option<String>,
    ) -> Subscription {
        let mut after = before.clone();
        after.state = match (approve, before.state) {
            (true, _) => SubscriptionState::Active,
            (false, SubscriptionState::Pending | SubscriptionState::Rejected) => SubscriptionState::Rejected,
            (false, SubscriptionState::Active | SubscriptionState::Suspended) => SubscriptionState::Suspended,
            (false, SubscriptionState::Expired) => SubscriptionState::Expired,
        };
        after.reason = reason.or(after.reason);
        if approve {
            let begins = subscriptions::begins(before, self.now());
            let by_plan = || self.end_under(ws, &before.plan);
            after.expires_at =
                expires_at.or_else(|| if begins { by_plan() } else { after.expires_at.take() });
        }
        after
    }

    /// When a subscription ends that begins now under a plan.
    fn end_under(&self, ws: &Name, plan: &Name) -> Option<String> {
        self.plan_of(ws, plan).and_then(|plan| subscriptions::end_of(&plan, self.now()))
    }

    pub(crate) fn plan_of(&self, ws: &Name, plan: &Name) -> Option<Plan> {
        match self.get(ws, Kind::Plan, plan.as_str()).map(|stored| stored.resource) {
            Ok(Resource::Plan(plan)) => Some((*plan).clone()),
            _ => None,
        }
    }

    /// Whether an app had no trial of a product yet; who ends a subscription and makes it anew has had it.
    async fn may_try(&self, ws: &Name, app: &Name, product: &Name) -> Result<bool, Error> {
        let had = self.inner.store.setting(trial_of(ws, app, product)).await.map_err(Error::Store)?;
        Ok(had.is_none())
    }

    /// Writes down that an app has a trial, where it has one now that it had not before.
    async fn note_trial(
        &self,
        ws: &Name,
        before: Option<&Subscription>,
        after: &Subscription,
    ) -> Result<(), Error> {
        let Some(until) = &after.trial_until else { return Ok(()) };
        if before.is_some_and(|before| before.trial_until.as_ref() == Some(until)) {
            return Ok(());
        }
        let name = trial_of(ws, &after.app, &after.product);
        self.inner.store.set_setting(name, until.clone()).await.map_err(Error::Store)
    }

    /// What another plan of the same product would cost now, against what is left of the present one.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Missing`] for what the developer cannot see; [`Error::Conflict`] for a subscription that is not active.
    pub async fn preview_plan(
        &self,
        ws: &Name,
        email: &str,
        app: &str,
        subscription: &str,
        plan: &str,
    ) -> Result<PlanChangePreview, Error> {
        let present = self.app_of(ws, email, app)?;
        let mine = changeable(&present, subscription, self.now())?;
        let offered = self.portal_products(ws).into_iter().find(|one| one.product.name == mine.product);
        let after = offered.and_then(|one| one.plans.into_iter().find(|one| one.name.as_str() == plan));
        let after = after.ok_or_else(|| Error::Missing {
            what: format!("plan `{plan}` for product `{}`", mine.product),
        })?;
        let before = self
            .plan_of(ws, &mine.plan)
            .ok_or_else(|| Error::Missing { what: format!("plan `{}`", mine.plan) })?;
        let made = self.get(ws, Kind::Subscription, subscription)?.created_at;
        let made = u64::try_from(made.as_millisecond()).unwrap_or(0);
        let began = prices::milliseconds(mine.began_at.as_ref()).unwrap_or(made);
        let may_try = self.may_try(ws, &mine.app, &mine.product).await?;
        Ok(prices::preview(mine, began, (&before, &after), may_try, self.now()))
    }
}

/// The setting that says that an app had its trial of a product.
fn trial_of(ws: &Name, app: &Name, product: &Name) -> String {
    format!("trial/{ws}/{app}/{product}")
}

/// A subscription of an app whose plan can be changed.
fn changeable<'a>(present: &'a PortalApp, subscription: &str, now: u64) -> Result<&'a Subscription, Error> {
    let mine = present.subscriptions.iter().find(|mine| mine.name.as_str() == subscription);
    let mine =
        mine.ok_or_else(|| Error::NotFound { kind: Kind::Subscription, id: subscription.to_owned() })?;
    if mine.state != SubscriptionState::Active || subscriptions::has_ended(mine, now) {
        let detail =
            "only the plan of an active subscription can be changed; end this one, and subscribe anew"
                .to_owned();
        return Err(Error::Conflict { detail });
    }
    Ok(mine)
}

fn is_past(subscription: &Subscription, now: u64) -> bool {
    subscription.state == SubscriptionState::Rejected || subscriptions::has_ended(subscription, now)
}

/// What a developer agreed to by a wish.
fn agreed(plan: &Plan, wish: &Wish, now: u64) -> Result<Option<AgreedTerms>, Error> {
    let Some(text) = &plan.terms else { return Ok(None) };
    let digest = terms_digest(text);
    let place = format!("read them at `/products/{}`, and send their digest as `terms`", wish.product);
    let detail = match &wish.terms {
        Some(sent) if *sent == digest => {
            return Ok(Some(AgreedTerms { digest, at: timestamp(now).to_string() }));
        }
        Some(_) => format!("these are not the terms of the plan `{}` as they are now; {place}", plan.name),
        None => format!("the plan `{}` has terms to agree to; {place}", plan.name),
    };
    Err(Error::Conflict { detail })
}
