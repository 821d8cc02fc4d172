//! Subscriptions that wait for a decision: which, for how long, and many decided at once.

use jiff::Timestamp;
use model::{Finding, Kind, Name, Plan, Resource, Subscription, SubscriptionState, WebhookEvent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Actor, Control, Error, control::Space, resources::timestamp};

/// Subscriptions that are decided by one request.
const MOST: usize = 200;

/// A subscription that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingView {
    pub subscription: String,
    pub app: String,
    /// What the app is called; its name where it has no title, as with those below.
    pub app_title: String,
    pub product: String,
    pub product_title: String,
    /// The plan that is asked for.
    pub plan: String,
    pub plan_title: String,
    /// The plan until then, where another one is asked for.
    pub instead_of: Option<String>,
    pub instead_of_title: Option<String>,
    /// What the developer says.
    pub reason: Option<String>,
    /// Who answers for the app.
    pub owner: Option<String>,
    /// Since when it waits (RFC 3339).
    pub asked_at: String,
    /// By when it is to be decided, where the plan says `decide_within` (RFC 3339).
    pub due_at: Option<String>,
    /// Whether that has passed.
    pub overdue: bool,
}

/// Many decisions of one kind.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsAsked {
    /// The names of the subscriptions, 1 to 200.
    pub subscriptions: Vec<String>,
    pub approve: bool,
    /// What to tell the developers.
    #[serde(default)]
    pub reason: Option<String>,
    /// When those that are approved end (RFC 3339); as their plans say, where absent.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionOutcome {
    pub subscription: String,
    /// Where it is now; absent where it could not be decided.
    pub state: Option<SubscriptionState>,
    /// Why it could not.
    pub trouble: Option<String>,
}

/// When a request was made, and by when it is to be decided; milliseconds since 1970.
struct Times {
    asked: u64,
    due: Option<u64>,
}

impl Control {
    /// What waits for a decision: first what waits for too long, then what is due first, then the oldest.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn waiting(&self, ws: &Name) -> Result<Vec<WaitingView>, Error> {
        self.check_workspace(ws)?;
        let now = self.now();
        let all = self.state();
        let space = all.of(ws);
        let mut waiting: Vec<(Times, &Subscription)> = pending(space).collect();
        waiting.sort_by_key(|(times, one)| {
            let due = times.due.unwrap_or(u64::MAX);
            (due > now, due, times.asked, one.name.clone())
        });
        let title = |kind, name: &Name| self.title(ws, kind, name);
        let view = |(times, one): (Times, &Subscription)| {
            let plan = one.change.as_ref().map_or(&one.plan, |change| &change.plan);
            let present = one.change.as_ref().map(|_| &one.plan);
            WaitingView {
                subscription: one.name.to_string(),
                app: one.app.to_string(),
                app_title: title(Kind::App, &one.app),
                product: one.product.to_string(),
                product_title: title(Kind::Product, &one.product),
                plan: plan.to_string(),
                plan_title: title(Kind::Plan, plan),
                instead_of: present.map(Name::to_string),
                instead_of_title: present.map(|plan| title(Kind::Plan, plan)),
                reason: one.change.as_ref().map_or(&one.reason, |change| &change.reason).clone(),
                owner: owner_of(space, one),
                asked_at: timestamp(times.asked).to_string(),
                due_at: times.due.map(|due| timestamp(due).to_string()),
                overdue: times.due.is_some_and(|due| due <= now),
            }
        };
        Ok(waiting.into_iter().map(view).collect())
    }

    /// Decides many, one after the other: what keeps one from being decided keeps no other.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none, too many, or a reason or an end that none of them could have; [`Error::Store`].
    pub async fn decide_all(
        &self,
        actor: &Actor,
        ws: &Name,
        asked: DecisionsAsked,
    ) -> Result<Vec<DecisionOutcome>, Error> {
        self.check_workspace(ws)?;
        let DecisionsAsked { subscriptions, approve, reason, expires_at } = asked;
        if !(1..=MOST).contains(&subscriptions.len()) {
            let finding = Finding::error("invalid-decisions", format!("names 1 to {MOST} subscriptions"));
            return Err(Error::Invalid(vec![finding.in_field("subscriptions")]));
        }
        let mut outcomes = Vec::with_capacity(subscriptions.len());
        for subscription in subscriptions {
            let decided =
                self.decide(actor, ws, &subscription, approve, reason.clone(), expires_at.clone()).await;
            let (state, trouble) = match decided {
                Ok(stored) => match stored.resource {
                    Resource::Subscription(one) => (Some(one.state), None),
                    _ => return Err(Error::Internal),
                },
                // Each would be refused for the same.
                Err(error @ (Error::Invalid(_) | Error::Store(_))) if outcomes.is_empty() => {
                    return Err(error);
                }
                Err(error) => (None, Some(error.to_string())),
            };
            outcomes.push(DecisionOutcome { subscription, state, trouble });
        }
        Ok(outcomes)
    }

    /// Tells those who decide, once, of what waits for longer than its plan says.
    pub(crate) async fn remind(&self) -> Result<(), Error> {
        let now = self.now();
        let overdue: Vec<(Name, Subscription, String)> = {
            let all = self.state();
            let of = |(ws, space): (&Name, &Space)| {
                let over = pending(space).filter(|(times, _)| times.due.is_some_and(|due| due <= now));
                let over = over.map(|(times, one)| (ws.clone(), one.clone(), times.asked.to_string()));
                over.collect::<Vec<_>>()
            };
            all.spaces().flat_map(of).collect()
        };
        for (ws, one, asked) in overdue {
            let told = format!("subscription-overdue/{ws}/{}", one.name);
            if self.inner.store.setting(told.clone()).await.map_err(Error::Store)?.as_ref() == Some(&asked) {
                continue;
            }
            self.inner.store.set_setting(told, asked).await.map_err(Error::Store)?;
            self.remind_to_decide(&ws, &one);
            self.tell_subscription(&ws, &one, WebhookEvent::SubscriptionOverdue).await;
        }
        Ok(())
    }

    /// Has webhooks told of a subscription.
    pub(crate) async fn tell_subscription(&self, ws: &Name, one: &Subscription, event: WebhookEvent) {
        let data = self.told_of(ws, one);
        self.tell_hooks(ws, event, data).await;
    }

    fn told_of(&self, ws: &Name, one: &Subscription) -> Value {
        let all = self.state();
        let space = all.of(ws);
        let due = times(space, one).due.filter(|_| waits(one));
        let place = self.inner.oauth.base();
        json!({
            "workspace": ws, "subscription": one.name, "app": one.app, "product": one.product, "plan": one.plan, "change": one.change,
            "state": one.state, "reason": one.reason, "owner": owner_of(space, one), "asked_at": one.asked_at,
            "due_at": due.map(|due| timestamp(due).to_string()), "expires_at": one.expires_at,
            "url": place.map(|place| format!("{place}/console/subscriptions/{}", one.name)),
        })
    }
}

fn pending(space: &Space) -> impl Iterator<Item = (Times, &Subscription)> {
    space.index.of_kind(Kind::Subscription).filter_map(|resource| match &**resource {
        Resource::Subscription(one) if waits(one) => Some((times(space, one), &**one)),
        _ => None,
    })
}

/// Whether somebody is to decide on it, or on another plan for it.
fn waits(one: &Subscription) -> bool {
    one.state == SubscriptionState::Pending
        || (one.state == SubscriptionState::Active && one.change.is_some())
}

fn times(space: &Space, one: &Subscription) -> Times {
    let said = one.asked_at.as_ref().and_then(|at| at.parse::<Timestamp>().ok());
    let said = said.and_then(|at| u64::try_from(at.as_millisecond()).ok());
    let record = space.records.get(&(Kind::Subscription, one.name.shared()));
    let asked = said.or(record.map(|record| record.updated_at)).unwrap_or(0);
    let within = plan_of(space, one.change.as_ref().map_or(&one.plan, |change| &change.plan))
        .and_then(|plan| plan.decide_within);
    let due = within.map(|span| asked.saturating_add(u64::try_from(span.0.as_millis()).unwrap_or(u64::MAX)));
    Times { asked, due }
}

fn plan_of<'a>(space: &'a Space, name: &Name) -> Option<&'a Plan> {
    match &**space.index.get(&(Kind::Plan, name.shared()))? {
        Resource::Plan(plan) => Some(plan),
        _ => None,
    }
}

fn owner_of(space: &Space, one: &Subscription) -> Option<String> {
    match &**space.index.get(&(Kind::App, one.app.shared()))? {
        Resource::App(app) => app.owner.clone(),
        _ => None,
    }
}
