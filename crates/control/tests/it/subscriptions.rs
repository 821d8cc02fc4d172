//! Requests for subscriptions: rules that decide, ends that come, and letters to those whom it concerns.

use std::sync::{Mutex, PoisonError};

use control::{
    AppForm, Error, Expect, Letter, MemberForm, Membership, Post, Posted, Scope, Wish, terms_digest,
};
use model::{Kind, Resource, Subscription, SubscriptionState, snapshot::Access};
use serde_json::{Value, json};

use super::*;

/// Keeps letters.
#[derive(Default)]
struct Letters(Mutex<Vec<Letter>>, tokio::sync::Notify);

impl Post for Letters {
    fn send(&self, letter: Letter) -> Posted<'_> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
        self.1.notify_one();
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Letters {
    /// Waits until there are so many, and takes them: to whom, and about what.
    async fn take(&self, count: usize) -> Vec<(String, String)> {
        loop {
            let told = self.1.notified();
            if self.0.lock().unwrap().len() >= count {
                let mut all = std::mem::take(&mut *self.0.lock().unwrap());
                assert_eq!(all.len(), count, "{all:?}");
                all.sort_by(|a, b| a.to.cmp(&b.to));
                return all
                    .into_iter()
                    .map(|letter| (letter.to, letter.subject + "\n" + &letter.text))
                    .collect();
            }
            told.await;
        }
    }
}

async fn shop(letters: &Arc<Letters>) -> Plane {
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let options = Options { post: Some(Arc::clone(letters) as Arc<dyn Post>), ..Options::default() };
    let control = open_with(&store, &clock, options).await;
    let plane = Plane { control, store, clock };
    plane.control.open_oauth("https://portal.example.com", "https://api.example.com").await.unwrap();
    let api = |name: &str| {
        json!({ "kind": "api", "name": name, "version": "v1", "listen": { "path": format!("/{name}") },
                "upstream": { "endpoints": ["http://127.0.0.1:9"] }, "policies": [{ "key-auth": {} }] })
    };
    for document in [
        api("orders"),
        api("payments"),
        json!({ "kind": "plan", "name": "rules", "approval": "conditional", "lasts": "30d", "approval_rules": [
            { "when": "developer.domain == 'example.com'", "then": "approve" },
            { "when": "developer.domain == 'example.net'", "then": "refuse", "reason": "Partners only." },
        ] }),
        json!({ "kind": "plan", "name": "free" }),
        json!({ "kind": "product", "name": "shop", "apis": ["orders"], "plans": ["rules", "free"] }),
        json!({ "kind": "product", "name": "pay", "apis": ["payments"], "plans": ["rules"] }),
    ] {
        plane.put(document).await.unwrap();
    }
    plane
}

fn developer(email: &str) -> Actor {
    Actor::new(email, Origin::Portal)
}

async fn asked(plane: &Plane, email: &str, app: &str, product: &str, plan: &str) -> Subscription {
    let actor = developer(email);
    if plane.control.app_of(&ws(), email, app).is_err() {
        let form = AppForm { name: Some(app.into()), title: None, description: None };
        plane.control.create_app(&actor, &ws(), email, form).await.unwrap();
    }
    let reason = Some("for our till".to_owned());
    plane.control.subscribe(&actor, &ws(), email, app, wish(product, plan, reason)).await.unwrap()
}

fn wish(product: &str, plan: &str, reason: Option<String>) -> Wish {
    Wish { product: product.to_owned(), plan: plan.to_owned(), reason, terms: None }
}

/// What gateways are told of an app's rights: APIs, and when each ends.
fn rights(plane: &Plane, app: &str) -> Vec<(String, Option<u64>)> {
    let snapshot = plane.snapshot();
    let Access::Subscribed(all) = &snapshot.callers.get(&format!("app/{app}")).unwrap().access else {
        panic!()
    };
    all.iter().map(|one| (one.apis.join(","), one.ends)).collect()
}

#[tokio::test]
async fn rules_approve_refuse_and_leave_the_rest_to_people_who_are_asked_by_letter() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    for (email, role) in [("ann@corp.example", "admin"), ("vic@corp.example", "viewer")] {
        let roles = vec![Membership { workspace: Scope::One(ws()), role: role.parse().unwrap(), only: None }];
        let form = MemberForm { email: email.into(), name: "Ann".into(), roles };
        let invited = plane.control.invite(&admin(), form).await.unwrap();
        plane.control.set_password(&admin(), &invited.secret, "correct horse battery").await.unwrap();
    }
    let approved = asked(&plane, "ada@example.com", "till", "shop", "rules").await;
    assert_eq!(
        (approved.state, approved.expires_at.as_deref()),
        (SubscriptionState::Active, Some("2027-02-14T08:00:00Z"))
    );
    let told = letters.take(1).await;
    assert_eq!(told[0].0, "ada@example.com");
    assert!(told[0].1.contains("was approved") && told[0].1.contains("14 February 2027"), "{}", told[0].1);
    assert!(told[0].1.contains("https://portal.example.com/portal/apps/till"), "{}", told[0].1);

    let refused = asked(&plane, "eve@example.net", "grabber", "shop", "rules").await;
    assert_eq!(
        (refused.state, refused.reason.as_deref()),
        (SubscriptionState::Rejected, Some("Partners only."))
    );
    let told = letters.take(1).await;
    assert!(told[0].0 == "eve@example.net" && told[0].1.contains("Partners only."), "{told:?}");
    assert!(rights(&plane, "grabber").is_empty());

    let waits = asked(&plane, "bob@example.org", "cart", "shop", "rules").await;
    assert_eq!((waits.state, waits.expires_at), (SubscriptionState::Pending, None));
    let told = letters.take(1).await;
    assert_eq!(told[0].0, "ann@corp.example", "who may not decide is not asked");
    for part in
        ["bob@example.org", "for our till", "https://portal.example.com/console/subscriptions/cart-shop"]
    {
        assert!(told[0].1.contains(part), "{}", told[0].1);
    }
    let decide = |approve, end: Option<&str>| {
        let (reason, end) = (Some("Welcome.".to_owned()), end.map(str::to_owned));
        plane.control.decide(&ANN, &WS, "cart-shop", approve, reason, end)
    };
    for wrong in ["tomorrow", "2020-01-01T00:00:00Z"] {
        assert!(decide(true, Some(wrong)).await.is_err(), "{wrong}");
    }
    decide(true, Some("2027-03-01T00:00:00Z")).await.unwrap();
    assert_eq!(rights(&plane, "cart"), [("orders@v1".to_owned(), Some(1_803_859_200_000))]);
    let told = letters.take(1).await;
    assert!(told[0].0 == "bob@example.org" && told[0].1.contains("1 March 2027"), "{told:?}");
    // Without another end it keeps the one it has.
    decide(false, None).await.unwrap();
    letters.take(1).await;
    decide(true, None).await.unwrap();
    assert_eq!(rights(&plane, "cart")[0].1, Some(1_803_859_200_000));
    letters.take(1).await;
}

static ANN: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(admin);
static WS: std::sync::LazyLock<Name> = std::sync::LazyLock::new(ws);

#[tokio::test]
async fn an_end_is_warned_of_once_comes_once_and_makes_room_for_another() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    let first = asked(&plane, "ada@example.com", "till", "shop", "rules").await;
    asked(&plane, "ada@example.com", "till", "pay", "rules").await;
    asked(&plane, "ada@example.com", "other", "shop", "free").await;
    letters.take(3).await;
    let tend = || plane.control.tend_subscriptions(&ANN);
    assert_eq!(tend().await.unwrap(), 0);
    plane.pass_minutes(17 * 24 * 60);
    for _ in 0..3 {
        assert_eq!(tend().await.unwrap(), 0);
    }
    let told = letters.take(2).await;
    assert!(
        told.iter().all(|(to, text)| to == "ada@example.com" && text.contains("ends on 14 February 2027")),
        "{told:?}"
    );
    // One that is given more time is warned of again when that is near.
    plane
        .control
        .decide(&ANN, &WS, "till-pay", true, None, Some("2027-06-01T00:00:00Z".into()))
        .await
        .unwrap();
    letters.take(1).await;
    plane.pass_minutes(14 * 24 * 60);
    assert_eq!(tend().await.unwrap(), 1);
    assert_eq!(tend().await.unwrap(), 0);
    let told = letters.take(1).await;
    assert!(told[0].1.contains("to `shop`") && told[0].1.contains("has ended"), "{told:?}");
    let now = plane.control.get(&WS, Kind::Subscription, first.name.as_str()).unwrap().resource.to_value();
    assert_eq!(now["state"], "expired");
    // Gateways go on to know of it, so that calls are told what has become of it.
    let ended: Vec<_> = rights(&plane, "till").into_iter().filter(|(apis, _)| apis == "orders@v1").collect();
    assert_eq!(ended.len(), 1);
    assert!(ended[0].1.is_some());
    let renewed = asked(&plane, "ada@example.com", "till", "shop", "rules").await;
    assert_eq!(renewed.state, SubscriptionState::Active);
    letters.take(1).await;
    let mine = plane.control.app_of(&WS, "ada@example.com", "till").unwrap().subscriptions;
    assert_eq!(mine.len(), 2, "the one that has ended is gone: {mine:?}");
    assert_eq!(rights(&plane, "other"), [("orders@v1".to_owned(), None)]);
}

#[tokio::test]
async fn a_plan_with_terms_is_given_to_whoever_agrees_to_them_as_they_are_now() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    let put = |terms: &str| json!({ "kind": "plan", "name": "free", "terms": terms });
    plane.put(put("Be **kind** to the service.")).await.unwrap();
    let (email, actor) = ("ada@example.org", developer("ada@example.org"));
    let form = AppForm { name: Some("till".into()), title: None, description: None };
    plane.control.create_app(&actor, &ws(), email, form).await.unwrap();
    let ask = async |terms: Option<String>| {
        let wish = Wish { terms, ..wish("shop", "free", None) };
        plane.control.subscribe(&actor, &ws(), email, "till", wish).await
    };
    let refused = ask(None).await.unwrap_err().to_string();
    assert!(refused.contains("the plan `free` has terms to agree to"), "{refused}");
    let before = terms_digest("Be **kind** to the service.");
    plane.put(put("Be **very** kind.")).await.unwrap();
    let refused = ask(Some(before)).await.unwrap_err().to_string();
    assert!(refused.contains("not the terms of the plan `free` as they are now"), "{refused}");
    let made = ask(Some(terms_digest("Be **very** kind."))).await.unwrap();
    let agreed = made.terms.unwrap();
    assert_eq!((made.state, agreed.at.as_str()), (SubscriptionState::Active, "2027-01-15T08:00:00Z"));
    assert_eq!(agreed.digest, terms_digest("Be **very** kind."));
    for wrong in ["  ", "http://example.com/terms"] {
        assert!(plane.put(put(wrong)).await.is_err());
    }
}

#[tokio::test]
async fn a_plan_is_changed_at_once_or_by_a_person_and_calls_go_on_meanwhile() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    for document in [
        json!({ "kind": "plan", "name": "partner", "approval": "manual", "lasts": "10d" }),
        json!({ "kind": "product", "name": "shop", "apis": ["orders"], "plans": ["rules", "free", "partner"] }),
    ] {
        plane.put(document).await.unwrap();
    }
    let (email, actor) = ("ada@example.net", developer("ada@example.net"));
    let made = asked(&plane, email, "till", "shop", "free").await;
    letters.take(1).await;
    let change = async |plan: &str| {
        let wish = wish("", plan, Some("we have grown".into()));
        plane.control.change_plan(&actor, &ws(), email, "till", made.name.as_str(), wish).await
    };
    let plan = || plane.snapshot().callers["app/till"].access.clone();
    let under =
        |name: &str| matches!(plan(), Access::Subscribed(all) if all.iter().any(|one| &*one.plan == name));

    // Rules that refuse leave all as it is.
    let refused = change("rules").await.unwrap_err().to_string();
    assert!(refused.contains("the plan `rules` is not given to this app: Partners only."), "{refused}");
    // A person decides; until then the present plan holds.
    let waits = change("partner").await.unwrap();
    assert_eq!((waits.plan.as_str(), waits.state), ("free", SubscriptionState::Active));
    assert_eq!(waits.change.as_ref().unwrap().plan.as_str(), "partner");
    assert!(under("free"));
    // The plan that is asked for cannot be taken away meanwhile.
    assert!(plane.control.delete(&admin(), &ws(), Kind::Plan, "partner", Expect::Any).await.is_err());
    // Asking for the present plan withdraws it.
    assert_eq!(change("free").await.unwrap().change, None);
    change("partner").await.unwrap();
    let decide = async |approve: bool| {
        let reason = if approve { None } else { Some("Not yet.".to_owned()) };
        plane.control.decide(&admin(), &ws(), made.name.as_str(), approve, reason, None).await.unwrap()
    };
    decide(false).await;
    let told = letters.take(1).await;
    assert!(told[0].1.contains("the change to the plan `partner` was refused"), "{}", told[0].1);
    assert!(told[0].1.contains("They say: Not yet."), "{}", told[0].1);
    assert!(under("free"));
    change("partner").await.unwrap();
    let decided = decide(true).await;
    let Resource::Subscription(after) = decided.resource else { panic!() };
    assert_eq!((after.plan.as_str(), after.change), ("partner", None));
    assert_eq!(after.expires_at.as_deref(), Some("2027-01-25T08:00:00Z"));
    assert!(under("partner"));
    let told = letters.take(1).await;
    assert!(told[0].1.contains("was changed to it"), "{}", told[0].1);
    // What is no subscription in force has no plan to change.
    plane.control.decide(&admin(), &ws(), made.name.as_str(), false, None, None).await.unwrap();
    assert!(
        change("free").await.unwrap_err().to_string().contains("only the plan of an active subscription")
    );
    // Nor has that of somebody else.
    let (eve, theirs) = (developer("eve@x.org"), wish("", "free", None));
    let refused =
        plane.control.change_plan(&eve, &ws(), "eve@x.org", "till", made.name.as_str(), theirs).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })));
}

async fn priced(plane: &Plane) {
    let plan = |name: &str, amount: &str, more: Value| {
        let mut plan = json!({ "kind": "plan", "name": name, "price": { "amount": amount, "currency": "EUR", "per": "month" } });
        plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        plan
    };
    for document in [
        plan("small", "31.00", json!({ "trial": "14d" })),
        plan("large", "62", json!({})),
        plan("asked", "93.00", json!({ "approval": "manual", "trial": "7d" })),
        json!({ "kind": "product", "name": "priced", "apis": ["orders"], "plans": ["small", "large", "asked", "free"] }),
    ] {
        plane.put(document).await.unwrap();
    }
}

/// What another plan gives back, costs and leaves to be paid; empty where it says nothing.
async fn amounts(plane: &Plane, subscription: &str, plan: &str) -> [String; 3] {
    let told = plane.control.preview_plan(&ws(), ADA, "till", subscription, plan).await.unwrap();
    [told.credit, told.charge, told.due].map(|money| money.map(|money| money.amount).unwrap_or_default())
}

const ADA: &str = "ada@example.com";

#[tokio::test]
async fn a_trial_becomes_what_the_plan_costs_by_itself_and_its_end_is_told_before() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    priced(&plane).await;
    let first = asked(&plane, ADA, "till", "priced", "small").await;
    assert_eq!(first.trial_until.as_deref(), Some("2027-01-29T08:00:00Z"));
    assert_eq!(first.began_at, first.trial_until);
    let told = letters.take(1).await;
    assert!(
        told[0].1.contains(
            "It is a trial until 29 January 2027, 08:00 UTC, and costs 31.00 EUR a month from there."
        ),
        "{told:?}"
    );
    let name = first.name.as_str();
    assert_eq!(amounts(&plane, name, "large").await, ["", "", ""]);
    let during = plane.control.preview_plan(&ws(), ADA, "till", name, "large").await.unwrap();
    assert_eq!(during.trial_until, first.trial_until);
    plane.pass_minutes(11 * 24 * 60);
    for _ in 0..2 {
        plane.control.tend_subscriptions(&admin()).await.unwrap();
    }
    let told = letters.take(1).await;
    assert!(told[0].1.contains("is a trial until 29 January 2027, 08:00 UTC: it costs"), "{told:?}");
    plane.pass_minutes(3 * 24 * 60);
    for _ in 0..2 {
        plane.control.tend_subscriptions(&admin()).await.unwrap();
    }
    let told = letters.take(1).await;
    assert!(
        told[0].0 == ADA && told[0].1.contains("is no trial any more: it costs 31.00 EUR a month"),
        "{told:?}"
    );
    let now = mine(&plane);
    assert_eq!((now.trial_until, now.began_at.as_deref()), (None, Some("2027-01-29T08:00:00Z")));
    let query = control::AuditQuery { limit: 5, ..Default::default() };
    let log = plane.control.audit(&ws(), query).await.unwrap();
    assert_eq!(log.iter().filter(|record| record.action == "end-trial").count(), 1, "{log:?}");
}

fn mine(plane: &Plane) -> Subscription {
    let app = plane.control.app_of(&ws(), ADA, "till").unwrap();
    app.subscriptions.into_iter().find(|one| one.product.as_str() == "priced").unwrap()
}

#[tokio::test]
async fn a_change_of_plan_is_reckoned_before_it_is_made_and_periods_go_on_or_begin() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    priced(&plane).await;
    let ada = developer(ADA);
    let first = asked(&plane, ADA, "till", "priced", "small").await;
    let name = first.name.as_str();
    plane.pass_minutes(14 * 24 * 60);
    plane.control.tend_subscriptions(&admin()).await.unwrap();
    // From the 29th of January to the 28th of February are thirty days, of which half are left.
    plane.pass_minutes(15 * 24 * 60);
    assert_eq!(amounts(&plane, name, "large").await, ["15.50", "31.00", "15.50"]);
    let told = plane.control.preview_plan(&ws(), ADA, "till", name, "large").await.unwrap();
    assert_eq!(told.to.as_deref(), Some("2027-02-28T08:00:00Z"));
    assert_eq!(amounts(&plane, name, "free").await, ["15.50", "", "-15.50"]);
    let workspace = ws();
    let change =
        |plan: &str| plane.control.change_plan(&ada, &workspace, ADA, "till", name, wish("", plan, None));
    change("large").await.unwrap();
    assert_eq!(mine(&plane).began_at.as_deref(), Some("2027-01-29T08:00:00Z"), "the period goes on");
    assert_eq!(amounts(&plane, name, "small").await, ["31.00", "15.50", "-15.50"]);
    change("asked").await.unwrap();
    assert_eq!(mine(&plane).plan.as_str(), "large", "somebody decides");
    assert_eq!(amounts(&plane, name, "asked").await, ["31.00", "46.50", "15.50"]);
    plane.control.decide(&admin(), &ws(), name, true, None, None).await.unwrap();
    let now = mine(&plane);
    assert_eq!(
        (now.plan.as_str(), now.began_at.as_deref(), now.trial_until),
        ("asked", Some("2027-01-29T08:00:00Z"), None)
    );

    // What costs nothing has no periods; who comes back has had their trial.
    change("free").await.unwrap();
    let now = mine(&plane);
    assert_eq!((now.began_at, now.trial_until), (None, None));
    assert_eq!(amounts(&plane, name, "small").await, ["", "31.00", "31.00"]);
    plane.control.unsubscribe(&ada, &ws(), ADA, "till", name).await.unwrap();
    let again = asked(&plane, ADA, "till", "priced", "small").await;
    assert_eq!((again.trial_until, again.began_at.as_deref()), (None, Some("2027-02-13T08:00:00Z")));

    // Nobody reckons with what is another's, is not offered or not active.
    for (email, app, id, plan) in [
        ("eve@example.net", "till", name, "large"),
        (ADA, "till", "another", "large"),
        (ADA, "till", name, "rules"),
        (ADA, "other", name, "large"),
    ] {
        let refused = plane.control.preview_plan(&ws(), email, app, id, plan).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound { .. } | Error::Missing { .. }), "{refused:?}");
    }
    plane.control.decide(&admin(), &ws(), again.name.as_str(), false, None, None).await.unwrap();
    let refused = plane.control.preview_plan(&ws(), ADA, "till", again.name.as_str(), "large").await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
}

#[tokio::test]
async fn each_app_has_one_trial_of_a_product_whichever_way_it_comes_to_it() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    priced(&plane).await;
    let ada = developer(ADA);
    let free = asked(&plane, ADA, "till", "priced", "free").await;
    assert_eq!((&free.trial_until, &free.began_at), (&None, &None));
    let told = plane.control.preview_plan(&ws(), ADA, "till", free.name.as_str(), "small").await.unwrap();
    assert_eq!((told.due, told.trial_until.as_deref()), (None, Some("2027-01-29T08:00:00Z")));
    let workspace = ws();
    let change = |plan: &str| {
        plane.control.change_plan(&ada, &workspace, ADA, "till", free.name.as_str(), wish("", plan, None))
    };
    let tried = change("small").await.unwrap();
    assert_eq!(tried.trial_until.as_deref(), Some("2027-01-29T08:00:00Z"));
    let dearer = change("large").await.unwrap();
    assert_eq!((dearer.trial_until, dearer.began_at), (tried.trial_until.clone(), tried.trial_until));
    // Neither back and forth nor another name of the subscription gives a second one.
    assert_eq!(change("free").await.unwrap().trial_until, None);
    assert_eq!(change("small").await.unwrap().trial_until, None);
    plane.control.unsubscribe(&ada, &ws(), ADA, "till", free.name.as_str()).await.unwrap();
    let taken = json!({ "kind": "subscription", "name": free.name, "app": "other", "product": "priced", "plan": "free" });
    asked(&plane, ADA, "other", "shop", "free").await;
    plane.put(taken).await.unwrap();
    let again = asked(&plane, ADA, "till", "priced", "small").await;
    assert!(again.name != free.name && again.trial_until.is_none(), "{again:?}");
    let other = asked(&plane, "bob@example.org", "cart", "priced", "small").await;
    assert!(other.trial_until.is_some());
}

#[tokio::test]
async fn a_trial_begins_when_somebody_approves_it_and_wrong_prices_are_told_with_their_field() {
    let letters = Arc::<Letters>::default();
    let plane = shop(&letters).await;
    priced(&plane).await;
    let waits = asked(&plane, "bob@example.org", "cart", "priced", "asked").await;
    assert_eq!((waits.state, waits.trial_until), (SubscriptionState::Pending, None));
    plane.pass_minutes(24 * 60);
    let made = plane.control.decide(&admin(), &ws(), waits.name.as_str(), true, None, None).await.unwrap();
    let Resource::Subscription(made) = made.resource else { panic!() };
    assert_eq!(made.trial_until.as_deref(), Some("2027-01-23T08:00:00Z"));
    // One that was refused at first begins when it is approved all the same.
    let waits = asked(&plane, "bob@example.org", "till", "priced", "asked").await;
    plane.control.decide(&admin(), &ws(), waits.name.as_str(), false, None, None).await.unwrap();
    plane.pass_minutes(24 * 60);
    let made = plane.control.decide(&admin(), &ws(), waits.name.as_str(), true, None, None).await.unwrap();
    let Resource::Subscription(made) = made.resource else { panic!() };
    assert_eq!(made.trial_until.as_deref(), Some("2027-01-24T08:00:00Z"));
    for (plan, field) in [
        (json!({ "price": { "amount": "1.505", "currency": "EUR", "per": "month" } }), "price.amount"),
        (json!({ "price": { "amount": "1", "currency": "euro", "per": "month" } }), "price.currency"),
        (json!({ "trial": "14d" }), "trial"),
        (json!({ "trial": "400d", "price": { "amount": "1", "currency": "EUR", "per": "year" } }), "trial"),
    ] {
        let mut document = json!({ "kind": "plan", "name": "wrong" });
        document.as_object_mut().unwrap().extend(plan.as_object().unwrap().clone());
        let Err(Error::Invalid(findings)) = plane.put(document).await else { panic!("{plan}") };
        assert_eq!(findings[0].field.as_deref(), Some(field), "{findings:?}");
    }
}
