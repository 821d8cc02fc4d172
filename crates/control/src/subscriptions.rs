//! What becomes of requests for subscriptions: the rules of plans, their ends, and letters to those whom it concerns.

use std::{fmt::Write as _, sync::Arc};

use expr::Condition;
use jiff::{Timestamp, tz::TimeZone};
use model::{
    App, Approval, ApprovalStep, Finding, Kind, Name, Plan, Product, Resource, Subscription,
    SubscriptionState,
};
use serde_json::{Value, json};
use store::PersonKind;

use crate::{
    Actor, Area, Authority, ContractTexts, Control, Error, Letter, Permission, Reach, change::Draft,
    control::Space, prices, resources::timestamp,
};

/// What rules can ask about.
pub(crate) const NAMES: &[&str] = &["developer", "app", "product", "plan", "apis", "reason"];
/// How long before its end a developer is warned, milliseconds.
const WARNING: u64 = 14 * 24 * 60 * 60 * 1000;
/// The same of the end of a trial.
const TRIAL_WARNING: u64 = 3 * 24 * 60 * 60 * 1000;
/// Bytes of the terms of a plan, at most.
const LONGEST_TERMS: usize = 64 * 1024;
/// The longest trial of a plan.
const LONGEST_TRIAL: std::time::Duration = std::time::Duration::from_secs(366 * 24 * 3600);
/// People who are asked to decide by letter, at most.
const MOST_ASKED: usize = 50;

/// A request for a subscription, as rules see it.
pub(crate) struct Request<'a> {
    pub(crate) email: &'a str,
    /// What to call the developer; their address where that is not known.
    pub(crate) name: &'a str,
    /// Apps of the developer, and subscriptions of the app.
    pub(crate) apps: usize,
    pub(crate) subscriptions: usize,
    pub(crate) app: &'a App,
    pub(crate) product: &'a Product,
    pub(crate) apis: &'a [String],
    pub(crate) reason: Option<&'a str>,
}

/// What is decided of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) state: SubscriptionState,
    /// What a rule tells the developer.
    pub(crate) reason: Option<String>,
}

impl Request<'_> {
    fn facts(&self, plan: &Plan) -> Value {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        json!({
            "developer": {
                "email": self.email, "domain": self.email.rsplit('@').next().unwrap_or_default(),
                "name": self.name, "apps": self.apps,
            },
            "app": {
                "name": self.app.name, "title": text(&self.app.title), "description": text(&self.app.description),
                "subscriptions": self.subscriptions,
            },
            "product": { "name": self.product.name },
            "plan": { "name": plan.name },
            "apis": self.apis,
            "reason": self.reason.unwrap_or_default(),
        })
    }
}

/// What a plan says of a request. A person decides where no rule does.
pub(crate) fn decide(plan: &Plan, request: &Request<'_>) -> Decided {
    let by = |step: ApprovalStep, reason: Option<String>| match step {
        ApprovalStep::Approve => Decided { state: SubscriptionState::Active, reason: None },
        ApprovalStep::Ask => Decided { state: SubscriptionState::Pending, reason: None },
        ApprovalStep::Refuse => {
            let reason = reason.unwrap_or_else(|| "The rules of this plan do not allow it.".to_owned());
            Decided { state: SubscriptionState::Rejected, reason: Some(reason) }
        }
    };
    match plan.approval {
        Approval::Auto => by(ApprovalStep::Approve, None),
        Approval::Manual => by(ApprovalStep::Ask, None),
        Approval::Conditional => {
            let facts = request.facts(plan);
            let holds = |when: &str| Condition::about(when, NAMES).is_ok_and(|when| when.holds_of(&facts));
            match plan.approval_rules.iter().find(|rule| holds(&rule.when)) {
                Some(rule) => by(rule.then, rule.reason.clone()),
                None => by(ApprovalStep::Ask, None),
            }
        }
    }
}

/// What is wrong with the rules of a plan, with the field.
pub(crate) fn faults(plan: &Plan) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    if plan.approval == Approval::Conditional && plan.approval_rules.is_empty() {
        let message = "conditional approval needs rules; write at least one, or `approval: manual`";
        faults.push(("approval_rules".to_owned(), message.to_owned()));
    }
    if plan.approval != Approval::Conditional && !plan.approval_rules.is_empty() {
        let message = "rules decide where `approval: conditional` stands; write that, or leave them out";
        faults.push(("approval_rules".to_owned(), message.to_owned()));
    }
    for (at, rule) in plan.approval_rules.iter().enumerate() {
        if let Err(message) = Condition::about(&rule.when, NAMES) {
            faults.push((format!("approval_rules[{at}].when"), message));
        }
        if rule.reason.is_some() && rule.then != ApprovalStep::Refuse {
            let message = "goes with `then: refuse`: nobody is told it otherwise".to_owned();
            faults.push((format!("approval_rules[{at}].reason"), message));
        }
    }
    if let Some(terms) = &plan.terms {
        if terms.trim().is_empty() || terms.starts_with("http://") {
            let message =
                "write the terms in Markdown, or the `https://` address where they stand".to_owned();
            faults.push(("terms".to_owned(), message));
        } else if terms.len() > LONGEST_TERMS {
            let message = format!("at most {LONGEST_TERMS} bytes; give an address where longer ones stand");
            faults.push(("terms".to_owned(), message));
        }
    }
    if plan.decide_within.is_some_and(|span| span.0.is_zero()) {
        faults.push(("decide_within".to_owned(), "is longer than nothing, such as `2d`".to_owned()));
    }
    if plan.decide_within.is_some() && plan.approval == Approval::Auto {
        let message = "goes with `approval: manual` or `conditional`: nothing waits where all are approved";
        faults.push(("decide_within".to_owned(), message.to_owned()));
    }
    if let Some((field, message)) = plan.price.as_ref().and_then(prices::fault) {
        faults.push((field.to_owned(), message));
    }
    match plan.trial {
        Some(span) if span.0.is_zero() || span.0 > LONGEST_TRIAL => {
            faults.push(("trial".to_owned(), "is longer than nothing, and a year at most".to_owned()));
        }
        Some(_) if plan.price.is_none() => {
            let message = "goes with a `price`: what costs nothing needs no trial".to_owned();
            faults.push(("trial".to_owned(), message));
        }
        _ => {}
    }
    if plan.lasts.is_some_and(|span| span.0.is_zero()) {
        faults.push(("lasts".to_owned(), "a subscription lasts longer than nothing".to_owned()));
    }
    faults
}

/// What is wrong with a subscription, with the field.
pub(crate) fn fault(subscription: &Subscription) -> Option<(&'static str, String)> {
    let times = [
        ("expires_at", &subscription.expires_at),
        ("asked_at", &subscription.asked_at),
        ("began_at", &subscription.began_at),
        ("trial_until", &subscription.trial_until),
    ];
    times.into_iter().find_map(|(field, time)| {
        let time = time.as_ref().filter(|time| time.parse::<Timestamp>().is_err())?;
        Some((field, format!("`{time}` is not a time; write it as `2030-01-31T12:00:00Z`")))
    })
}

/// When it ends that becomes active now under a plan.
pub(crate) fn end_of(plan: &Plan, now: u64) -> Option<String> {
    let span = plan.lasts?.0.as_millis();
    Some(timestamp(now.saturating_add(u64::try_from(span).unwrap_or(u64::MAX))).to_string())
}

/// Begins the periods of a plan's price for what becomes active now under it, with a trial where the app may have one.
pub(crate) fn begin(subscription: &mut Subscription, plan: &Plan, may_try: bool, now: u64) {
    let until = prices::trial_from(plan, now).filter(|_| may_try);
    subscription.trial_until = until.map(|until| timestamp(until).to_string());
    subscription.began_at = plan.price.as_ref().map(|_| timestamp(until.unwrap_or(now)).to_string());
}

/// The same for one that changes from a plan to another. A trial that goes on goes on, and so does a period where both have such periods; a trial begins only
/// where nothing was owed before.
pub(crate) fn begin_anew(
    subscription: &mut Subscription,
    before: Option<&Plan>,
    plan: &Plan,
    may_try: bool,
    now: u64,
) {
    if plan.price.is_none() {
        (subscription.began_at, subscription.trial_until) = (None, None);
    } else if prices::trial_until(subscription, now).is_none()
        && !before.is_some_and(|before| prices::goes_on(before, plan))
    {
        let was_free = before.is_none_or(|before| before.price.is_none());
        begin(subscription, plan, may_try && was_free, now);
    }
}

/// When it ends, milliseconds since 1970.
fn ends(subscription: &Subscription) -> Option<u64> {
    prices::milliseconds(subscription.expires_at.as_ref())
}

/// Whether its time is over.
pub(crate) fn has_ended(subscription: &Subscription, now: u64) -> bool {
    subscription.state == SubscriptionState::Expired || ends(subscription).is_some_and(|ends| ends <= now)
}

/// Whether it begins when somebody approves it now, rather than goes on.
pub(crate) fn begins(subscription: &Subscription, now: u64) -> bool {
    matches!(subscription.state, SubscriptionState::Pending | SubscriptionState::Rejected)
        || has_ended(subscription, now)
}

impl Control {
    /// The end that somebody gives a subscription.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no time, and for one that has passed.
    pub(crate) fn check_end(&self, expires_at: Option<&str>) -> Result<(), Error> {
        let Some(time) = expires_at else { return Ok(()) };
        let why = match time.parse::<Timestamp>() {
            Ok(time) if time > timestamp(self.now()) => return Ok(()),
            Ok(_) => "has passed",
            Err(_) => "is not a time such as `2030-01-31T12:00:00Z`",
        };
        let finding = Finding::error("invalid-subscription", format!("`{time}` {why}"));
        Err(Error::Invalid(vec![finding.in_field("expires_at")]))
    }

    /// Ends subscriptions whose time is over, and warns of those that end soon, once each; how many ended. Gateways refuse what has ended
    /// by their own clocks.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub async fn tend_subscriptions(&self, actor: &Actor) -> Result<usize, Error> {
        let now = self.now();
        let mut count = 0;
        for ws in self.with_ends(|subscription| is_over(subscription, now)) {
            let writing = self.write_lock().await?;
            let over = self.subscriptions_of(&ws, |subscription| is_over(subscription, now));
            let expired = |one: &Subscription| {
                let after = Subscription { state: SubscriptionState::Expired, ..one.clone() };
                Draft::put(after.into(), "expire-subscription", None)
            };
            let drafts: Vec<Draft> = over.iter().map(expired).collect();
            let ready =
                self.check_drafts(&ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
            self.commit(writing, actor, ready).await?;
            count += over.len();
            over.iter()
                .for_each(|one| self.tell_developer(&ws, one, "has ended", "It can be renewed there."));
        }
        self.end_trials(actor, now).await?;
        if self.has_post() {
            self.warn(now).await?;
        }
        self.remind().await?;
        Ok(count)
    }

    /// Trials that are over become what the plan costs, and developers are told.
    async fn end_trials(&self, actor: &Actor, now: u64) -> Result<(), Error> {
        let is_over = |one: &Subscription| {
            one.state == SubscriptionState::Active
                && one.trial_until.is_some()
                && prices::trial_until(one, now).is_none()
        };
        for ws in self.with_ends(is_over) {
            let writing = self.write_lock().await?;
            let over = self.subscriptions_of(&ws, is_over).into_iter();
            let over = over.map(|one| Subscription { trial_until: None, ..one }).collect::<Vec<_>>();
            let draft = |one: &Subscription| Draft::put(one.clone().into(), "end-trial", None);
            let drafts: Vec<Draft> = over.iter().map(draft).collect();
            let ready =
                self.check_drafts(&ws, drafts, ContractTexts::default()).await?.map_err(Error::Invalid)?;
            self.commit(writing, actor, ready).await?;
            for one in &over {
                let Some(price) = self.price_of(&ws, one) else { continue };
                let what = format!("is no trial any more: it costs {price} from now on");
                self.tell_developer(&ws, one, &what, "Change the plan or end the subscription there.");
            }
        }
        Ok(())
    }

    /// What a subscription costs, as letters say it.
    fn price_of(&self, ws: &Name, subscription: &Subscription) -> Option<String> {
        self.plan_of(ws, &subscription.plan)?.price.as_ref().map(prices::said)
    }

    /// Warns developers of ends that are near.
    async fn warn(&self, now: u64) -> Result<(), Error> {
        let near = |one: &Subscription, time: Option<&String>, within: u64| {
            one.state == SubscriptionState::Active
                && prices::milliseconds(time).is_some_and(|ends| ends > now && ends - now <= within)
        };
        let ends = |one: &Subscription| near(one, one.expires_at.as_ref(), WARNING);
        for (ws, one) in self.all_with(ends) {
            let Some(end) = &one.expires_at else { continue };
            if self.tells_once("subscription-warned", &ws, &one, end).await? {
                let more = "Ask there for a longer time, or end the calls of the app before.";
                self.tell_developer(&ws, &one, &format!("ends on {}", day(end)), more);
            }
        }
        let ends = |one: &Subscription| near(one, one.trial_until.as_ref(), TRIAL_WARNING);
        for (ws, one) in self.all_with(ends) {
            let (Some(end), Some(price)) = (&one.trial_until, self.price_of(&ws, &one)) else { continue };
            if self.tells_once("trial-warned", &ws, &one, end).await? {
                let what = format!("is a trial until {}: it costs {price} from there", day(end));
                let more = "Change the plan or end the subscription there before, if you do not want that.";
                self.tell_developer(&ws, &one, &what, more);
            }
        }
        Ok(())
    }

    /// Whether somebody is to be told of an end, which is written down. One that was given another end is told of again.
    async fn tells_once(
        &self,
        what: &str,
        ws: &Name,
        one: &Subscription,
        end: &String,
    ) -> Result<bool, Error> {
        let told = format!("{what}/{ws}/{}", one.name);
        if self.inner.store.setting(told.clone()).await.map_err(Error::Store)?.as_ref() == Some(end) {
            return Ok(false);
        }
        self.inner.store.set_setting(told, end.clone()).await.map_err(Error::Store)?;
        Ok(true)
    }

    /// Subscriptions of which this holds, with their workspaces.
    fn all_with(&self, holds: impl Fn(&Subscription) -> bool + Copy) -> Vec<(Name, Subscription)> {
        let of = |ws: Name| {
            let found = self.subscriptions_of(&ws, holds).into_iter();
            found.map(move |one| (ws.clone(), one)).collect::<Vec<_>>()
        };
        self.with_ends(holds).into_iter().flat_map(of).collect()
    }

    /// Workspaces with subscriptions of which this holds.
    fn with_ends(&self, holds: impl Fn(&Subscription) -> bool) -> Vec<Name> {
        let state = self.state();
        let has = |(_, space): &(&Name, &Space)| all(space).any(&holds);
        state.spaces().filter(has).map(|(workspace, _)| workspace.clone()).collect()
    }

    fn subscriptions_of(&self, ws: &Name, holds: impl Fn(&Subscription) -> bool) -> Vec<Subscription> {
        all(self.state().of(ws)).filter(|one| holds(one)).cloned().collect()
    }

    /// Asks those who may decide, by letter, beside what goes on.
    pub(crate) fn ask_to_decide(&self, ws: &Name, subscription: &Subscription, by: &str) {
        let subject = format!("{} asks for {}", subscription.app, subscription.product);
        self.post_to_deciders(ws, subscription, by, subject);
    }

    /// Tells those who may decide that somebody waits for too long.
    pub(crate) fn remind_to_decide(&self, ws: &Name, subscription: &Subscription) {
        let subject = format!("{} still waits for {}", subscription.app, subscription.product);
        let by =
            format!("for longer than its plan says, somebody waits for a decision: `{}`", subscription.app);
        self.post_to_deciders(ws, subscription, &by, subject);
    }

    fn post_to_deciders(&self, ws: &Name, subscription: &Subscription, by: &str, subject: String) {
        if !self.has_post() {
            return;
        }
        let (control, ws, subscription, by) = (self.clone(), ws.clone(), subscription.clone(), by.to_owned());
        tokio::spawn(async move {
            match control.who_decides(&ws).await {
                Ok(people) => {
                    people.iter().for_each(|to| control.ask_one(to, &ws, &subscription, &by, &subject));
                }
                Err(error) => tracing::error!(%error, "nobody could be asked to decide on a subscription"),
            }
        });
    }

    fn ask_one(&self, to: &str, ws: &Name, subscription: &Subscription, by: &str, subject: &str) {
        let Subscription { name, app, product, plan, reason, change, .. } = subscription;
        let (what, reason) = match change {
            Some(change) => {
                (format!("the plan `{}` instead of `{plan}` of `{product}`", change.plan), &change.reason)
            }
            None => (format!("`{product}` under the plan `{plan}`"), reason),
        };
        let mut text =
            format!("Hello,\n\n{by} asks for {what}, for the app `{app}`, in the workspace `{ws}`.\n");
        if let Some(reason) = reason {
            let _ = write!(text, "\nThey say: {reason}\n");
        }
        if let Some(place) = self.place() {
            let _ = write!(text, "\nDecide here:\n\n{place}/console/subscriptions/{name}\n");
        }
        self.post(Letter { to: to.to_owned(), subject: subject.to_owned(), text });
    }

    /// Members who may change apps and subscriptions in a workspace.
    async fn who_decides(&self, ws: &Name) -> Result<Vec<String>, Error> {
        let roles = self.known_roles().await?;
        let mut found = Vec::new();
        for (row, account) in self.accounts(PersonKind::Member).await? {
            let grants = account.memberships.iter();
            let grants = grants.map(|held| roles.grant(held));
            let authority = Authority::of(grants.collect(), Some(Arc::from(&*row.id)));
            let may = authority.reach(Permission::write(Area::Apps), ws) == Reach::Everything;
            if may && found.len() < MOST_ASKED {
                found.push(row.id.to_string());
            }
        }
        Ok(found)
    }

    /// Tells a developer what was decided.
    pub(crate) fn tell_decision(&self, ws: &Name, subscription: &Subscription) {
        let reason = subscription.reason.as_ref().map(|reason| format!("They say: {reason}"));
        let (what, more) = match subscription.state {
            SubscriptionState::Active => {
                let end = subscription.expires_at.as_deref();
                let end = end.map(|end| format!("It lasts until {}.", day(end)));
                let price = self.price_of(ws, subscription);
                let price = price.map(|price| match &subscription.trial_until {
                    Some(until) => {
                        format!("It is a trial until {}, and costs {price} from there.", day(until))
                    }
                    None => format!("It costs {price}."),
                });
                let more: Vec<String> = [end, price].into_iter().flatten().collect();
                ("was approved", (!more.is_empty()).then(|| more.join(" ")))
            }
            SubscriptionState::Rejected => ("was refused", reason),
            SubscriptionState::Suspended => ("was suspended: its calls are refused for now", reason),
            SubscriptionState::Pending | SubscriptionState::Expired => return,
        };
        self.tell_developer(ws, subscription, what, more.as_deref().unwrap_or_default());
    }

    /// Tells a developer what became of the other plan they asked for.
    pub(crate) fn tell_change(
        &self,
        ws: &Name,
        after: &Subscription,
        plan: &Name,
        approved: bool,
        reason: Option<&str>,
    ) {
        let reason = reason.map(|reason| format!("They say: {reason}"));
        let (what, more) = match (approved, after.expires_at.as_deref()) {
            (true, end) => {
                ("was changed to it".to_owned(), end.map(|end| format!("It lasts until {}.", day(end))))
            }
            (false, _) => (format!("stays as it is: the change to the plan `{plan}` was refused"), reason),
        };
        self.tell_developer(ws, after, &what, more.as_deref().unwrap_or_default());
    }

    fn tell_developer(&self, ws: &Name, subscription: &Subscription, what: &str, more: &str) {
        let app = self.get(ws, Kind::App, subscription.app.as_str());
        let Ok(Resource::App(app)) = app.map(|stored| stored.resource) else { return };
        let Some(to) = app.owner.clone().filter(|owner| owner.contains('@')) else { return };
        let Subscription { product, plan, app: name, .. } = subscription;
        let mut text = format!(
            "Hello,\n\nthe subscription of your app `{name}` to `{product}` under the plan `{plan}` {what}.\n"
        );
        if let Some(place) = self.place() {
            let at = if ws.is_default_workspace() { String::new() } else { format!("/at/{ws}") };
            let _ = write!(text, "\n{place}/portal{at}/apps/{name}\n");
        }
        if !more.is_empty() {
            let _ = write!(text, "\n{more}\n");
        }
        // What follows is the letter's; a time has a colon, too.
        let short = what.split(": ").next().unwrap_or(what);
        self.post(Letter { to, subject: format!("Your subscription to {product} {short}"), text });
    }

    /// Where browsers find console and portal, without a slash at the end.
    fn place(&self) -> Option<String> {
        self.inner.oauth.base()
    }
}

fn is_over(subscription: &Subscription, now: u64) -> bool {
    let lives = matches!(subscription.state, SubscriptionState::Active | SubscriptionState::Suspended);
    lives && ends(subscription).is_some_and(|ends| ends <= now)
}

fn all(space: &Space) -> impl Iterator<Item = &Subscription> {
    space.index.of_kind(Kind::Subscription).filter_map(|resource| match &**resource {
        Resource::Subscription(one) => Some(&**one),
        _ => None,
    })
}

/// A time as letters say it: `31 January 2030, 12:00 UTC`.
fn day(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(time) => time.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rules: &Value) -> Plan {
        let plan = json!({ "name": "partner", "approval": "conditional", "approval_rules": rules });
        serde_json::from_value(plan).unwrap()
    }

    fn decided(plan: &Plan, email: &str, reason: Option<&str>) -> Decided {
        let app = serde_json::from_value(json!({ "name": "till", "title": "The till" })).unwrap();
        let product =
            serde_json::from_value(json!({ "name": "shop", "apis": ["orders"], "plans": ["partner"] }))
                .unwrap();
        let apis = ["orders@v1".to_owned(), "payments@v2".to_owned()];
        let request = Request {
            email,
            name: "Ada",
            apps: 2,
            subscriptions: 0,
            app: &app,
            product: &product,
            apis: &apis,
            reason,
        };
        decide(plan, &request)
    }

    #[test]
    fn the_first_rule_that_holds_decides_and_a_person_where_none_does() {
        let plan = plan(&json!([
            { "when": "developer.domain == 'example.com'", "then": "approve" },
            { "when": "developer.email.endsWith('.invalid')", "then": "refuse", "reason": "Partners only." },
            { "when": "'payments@v2' in apis && size(reason) < 10", "then": "refuse" },
            { "when": "developer.apps > 5 || app.subscriptions > 5", "then": "ask" },
            { "when": "reason.contains('trial') && product.name == 'shop' && plan.name == 'partner'", "then": "approve" },
        ]));
        assert!(faults(&plan).is_empty());
        let state = |email: &str, reason: &str| decided(&plan, email, Some(reason));
        assert_eq!(state("ada@example.com", "").state, SubscriptionState::Active);
        let refused = state("eve@x.invalid", "a trial of ours");
        assert_eq!(
            (refused.state, refused.reason.as_deref()),
            (SubscriptionState::Rejected, Some("Partners only."))
        );
        assert!(state("bob@example.org", "short").reason.is_some());
        assert_eq!(state("bob@example.org", "a trial of ours").state, SubscriptionState::Active);
        assert_eq!(state("bob@example.org", "something long").state, SubscriptionState::Pending);
        // An address that only looks like one of the domain is not.
        assert_eq!(state("eve@example.com.evil.org", "something long").state, SubscriptionState::Pending);
    }

    #[test]
    fn rules_that_cannot_decide_are_refused_with_their_field() {
        let fields =
            |rules: Value| faults(&plan(&rules)).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(fields(json!([])), ["approval_rules"]);
        let rules = json!([
            { "when": "request.path == '/'", "then": "approve" },
            { "when": "developer.", "then": "ask" },
            { "when": "true", "then": "approve", "reason": "x" },
        ]);
        assert_eq!(
            fields(rules),
            ["approval_rules[0].when", "approval_rules[1].when", "approval_rules[2].reason"]
        );
        let mut other = plan(&json!([{ "when": "true", "then": "ask" }]));
        other.approval = Approval::Manual;
        other.lasts = Some(model::Span::millis(0));
        let found: Vec<_> = faults(&other).into_iter().map(|(field, _)| field).collect();
        assert_eq!(found, ["approval_rules", "lasts"]);
    }
}
