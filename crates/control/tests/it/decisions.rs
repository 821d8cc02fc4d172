//! What waits for a decision: for how long, many decided at once, and webhooks that are told until they take it.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use control::{
    AppForm, DecisionsAsked, Error, HookAnswered, HookCall, HookClient, Letter, MasterKeys, MemberForm,
    Membership, Post, Posted, Scope, WaitingView, Wish,
};
use model::{Subscription, SubscriptionState};
use serde_json::json;

use super::*;

const SECRET: &[u8] = b"planted-secret-of-the-webhook-01";

/// Another program: it remembers what it was told, and answers what it is set to.
struct Program {
    told: Mutex<Vec<HookCall>>,
    answers: Mutex<Result<u16, String>>,
}

impl HookClient for Program {
    fn call(&self, call: HookCall) -> HookAnswered<'_> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        let answer = self.answers.lock().unwrap().clone();
        Box::pin(std::future::ready(answer))
    }
}

impl Program {
    fn answer(&self, answer: Result<u16, String>) {
        *self.answers.lock().unwrap() = answer;
    }

    /// What it was told since it was asked before; every request is signed.
    fn take(&self) -> Vec<(String, Value)> {
        let calls = std::mem::take(&mut *self.told.lock().unwrap());
        let read = |call: HookCall| {
            let header =
                |name: &str| call.headers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
            let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
            let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
            let tag = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
            hmac::verify(&key, format!("{id}.{at}.{}", call.body).as_bytes(), &tag).unwrap();
            assert!(!call.body.contains("whsec_"));
            (id, serde_json::from_str(&call.body).unwrap())
        };
        calls.into_iter().map(read).collect()
    }
}

#[derive(Default)]
struct Letters(Mutex<Vec<Letter>>);

impl Post for Letters {
    fn send(&self, letter: Letter) -> Posted<'_> {
        self.0.lock().unwrap().push(letter);
        Box::pin(std::future::ready(Ok(())))
    }
}

struct Shop {
    plane: Plane,
    program: Arc<Program>,
    letters: Arc<Letters>,
}

impl Shop {
    async fn start() -> Shop {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let program = Arc::new(Program { told: Mutex::default(), answers: Mutex::new(Ok(204)) });
        let letters = Arc::<Letters>::default();
        let options = Options {
            masters: Some(MasterKeys::read(&MasterKeys::make()).unwrap()),
            hooks: Some(Arc::clone(&program) as Arc<dyn HookClient>),
            post: Some(Arc::clone(&letters) as Arc<dyn Post>),
            ..Options::default()
        };
        let control = open_with(&store, &clock, options).await;
        control.open_oauth("https://portal.example.com", "https://api.example.com").await.unwrap();
        let plane = Plane { control, store, clock };
        let secret = format!("whsec_{}", STANDARD.encode(SECRET));
        plane.control.set_secret(&admin(), &ws(), &"tickets".parse().unwrap(), &secret, false).await.unwrap();
        for document in [
            json!({ "kind": "api", "name": "orders", "version": "v1", "listen": { "path": "/orders" },
                    "upstream": { "endpoints": ["http://127.0.0.1:9"] }, "policies": [{ "key-auth": {} }] }),
            json!({ "kind": "plan", "name": "asked", "title": "By a person", "approval": "manual", "decide_within": "2d" }),
            json!({ "kind": "plan", "name": "whenever", "approval": "manual" }),
            json!({ "kind": "product", "name": "shop", "apis": ["orders"], "plans": ["asked", "whenever"] }),
            json!({ "kind": "webhook", "name": "tickets", "url": "https://tickets.example.com/pailou", "secret": "secret://tickets" }),
            json!({ "kind": "webhook", "name": "late", "url": "https://pager.example.com/", "secret": "secret://tickets", "events": ["subscription.overdue"] }),
        ] {
            plane.put(document).await.unwrap();
        }
        Shop { plane, program, letters }
    }

    async fn ask(&self, app: &str, plan: &str) -> Subscription {
        let email = "ada@example.com";
        let actor = Actor::new(email, Origin::Portal);
        let form = AppForm { name: Some(app.into()), title: None, description: None };
        self.plane.control.create_app(&actor, &ws(), email, form).await.unwrap();
        let reason = Some("for our till".to_owned());
        let wish = Wish { product: "shop".to_owned(), plan: plan.to_owned(), reason, terms: None };
        self.plane.control.subscribe(&actor, &ws(), email, app, wish).await.unwrap()
    }

    async fn tend(&self) -> Vec<(String, Value)> {
        self.plane.control.tend_subscriptions(&admin()).await.unwrap();
        self.plane.control.tend_hooks().await.unwrap();
        self.program.take()
    }

    async fn decide(&self, names: &[&str], approve: bool) -> Result<Vec<control::DecisionOutcome>, Error> {
        let subscriptions = names.iter().map(|&name| name.to_owned()).collect();
        let asked =
            DecisionsAsked { subscriptions, approve, reason: Some("So it is.".to_owned()), expires_at: None };
        self.plane.control.decide_all(&admin(), &ws(), asked).await
    }
}

fn events(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(_, body)| body["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_webhook_is_told_of_who_asks_and_of_what_is_decided_with_a_signature() {
    let shop = Shop::start().await;
    shop.ask("till", "asked").await;
    let told = shop.tend().await;
    assert_eq!(events(&told), ["subscription.asked"]);
    let data = &told[0].1["data"];
    assert_eq!(data["subscription"], "till-shop");
    assert_eq!((&data["state"], &data["owner"]), (&json!("pending"), &json!("ada@example.com")));
    assert_eq!((&data["reason"], &data["due_at"]), (&json!("for our till"), &json!("2027-01-17T08:00:00Z")));
    assert_eq!(data["url"], "https://portal.example.com/console/subscriptions/till-shop");
    let outcomes = shop.decide(&["till-shop"], true).await.unwrap();
    assert_eq!(outcomes[0].state, Some(SubscriptionState::Active));
    let told = shop.tend().await;
    assert_eq!(
        (events(&told), &told[0].1["data"]["state"]),
        (vec!["subscription.decided"], &json!("active"))
    );
    assert!(shop.tend().await.is_empty(), "what was taken is not told again");
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_later_and_given_up_in_the_end() {
    let shop = Shop::start().await;
    shop.program.answer(Err("the connection was refused".to_owned()));
    shop.ask("till", "whenever").await;
    let first = shop.tend().await;
    assert!(shop.tend().await.is_empty(), "it waits before it is tried again");
    shop.program.answer(Ok(500));
    shop.plane.pass_minutes(1);
    let second = shop.tend().await;
    assert_eq!(first[0].0, second[0].0, "it is known by its id");
    let deliveries = async || shop.plane.control.deliveries_of(&ws(), "tickets").await.unwrap();
    let waiting = deliveries().await;
    assert_eq!((waiting[0].state.as_str(), waiting[0].attempts), ("waiting", 2));
    assert_eq!(waiting[0].trouble.as_deref(), Some("it answers 500"));
    // It outlives the process.
    let again = shop.plane.reopened().await;
    assert_eq!(again.deliveries_of(&ws(), "tickets").await.unwrap(), waiting);
    let mut attempts = 2;
    for _ in 0..40 {
        shop.plane.pass_minutes(60);
        attempts += shop.tend().await.len();
    }
    let given = deliveries().await;
    assert_eq!((given[0].state.as_str(), attempts), ("given-up", 9));
    // Who says that it is gone is asked no more; and what another takes is kept for a week.
    shop.program.answer(Ok(410));
    shop.ask("cart", "whenever").await;
    assert_eq!(shop.tend().await.len(), 1);
    assert_eq!(deliveries().await[0].state, "given-up");
    shop.plane.pass_minutes(8 * 24 * 60);
    shop.ask("desk", "whenever").await;
    shop.tend().await;
    shop.tend().await;
    assert_eq!(deliveries().await.len(), 1);
}

#[tokio::test]
async fn what_waits_for_too_long_comes_first_and_is_told_once() {
    let shop = Shop::start().await;
    let roles = vec![Membership { workspace: Scope::One(ws()), role: "admin".parse().unwrap(), only: None }];
    let form = MemberForm { email: "ann@corp.example".into(), name: "Ann".into(), roles };
    let invited = shop.plane.control.invite(&admin(), form).await.unwrap();
    shop.plane.control.set_password(&admin(), &invited.secret, "correct horse battery").await.unwrap();
    shop.ask("old", "whenever").await;
    shop.plane.pass_minutes(60);
    shop.ask("due", "asked").await;
    shop.tend().await;
    let order = || -> Vec<(String, bool)> {
        let waiting = shop.plane.control.waiting(&ws()).unwrap();
        let by_title = |one: &WaitingView| match &*one.plan {
            "asked" => one.plan_title == "By a person",
            name => one.plan_title == name,
        };
        assert!(waiting.iter().all(|one| by_title(one) && one.product_title == "shop"), "{waiting:?}");
        waiting.into_iter().map(|one| (one.app, one.overdue)).collect()
    };
    assert_eq!(order(), [("due".to_owned(), false), ("old".to_owned(), false)]);
    shop.plane.pass_minutes(2 * 24 * 60);
    assert_eq!(order()[0], ("due".to_owned(), true));
    let told = shop.tend().await;
    assert_eq!(events(&told), ["subscription.overdue"; 2], "both webhooks are told of it");
    assert!(shop.tend().await.is_empty());
    let overdue =
        || shop.letters.0.lock().unwrap().iter().filter(|letter| letter.subject.contains("waits")).count();
    while overdue() < 1 {
        tokio::task::yield_now().await;
    }
    shop.tend().await;
    assert_eq!(overdue(), 1);
}

#[tokio::test]
async fn many_are_decided_at_once_and_each_says_what_became_of_it() {
    let shop = Shop::start().await;
    for app in ["a", "b", "c"] {
        shop.ask(app, "whenever").await;
    }
    let outcomes = shop.decide(&["a-shop", "gone-shop", "b-shop"], false).await.unwrap();
    let states: Vec<_> = outcomes.iter().map(|one| one.state).collect();
    assert_eq!(states, [Some(SubscriptionState::Rejected), None, Some(SubscriptionState::Rejected)]);
    assert!(outcomes[1].trouble.as_ref().unwrap().contains("gone-shop"));
    assert_eq!(shop.plane.control.waiting(&ws()).unwrap().len(), 1);
    let many: Vec<&str> = std::iter::repeat_n("a-shop", 201).collect();
    for wrong in [&[][..], &many] {
        let Err(Error::Invalid(findings)) = shop.decide(wrong, true).await else { panic!() };
        assert_eq!(findings[0].field.as_deref(), Some("subscriptions"));
    }
    assert!(shop.plane.control.waiting(&"acme".parse().unwrap()).is_err());
}

#[tokio::test]
async fn a_webhook_that_cannot_be_is_refused_with_its_field() {
    let shop = Shop::start().await;
    for (document, field) in [
        (json!({ "kind": "webhook", "name": "w", "url": "tickets", "secret": "secret://tickets" }), "url"),
        (json!({ "kind": "webhook", "name": "w", "url": "https://a/", "secret": "whsec_abc" }), "secret"),
        (
            json!({ "kind": "plan", "name": "p", "approval": "manual", "decide_within": "0s" }),
            "decide_within",
        ),
        (json!({ "kind": "plan", "name": "p", "decide_within": "2d" }), "decide_within"),
    ] {
        let Err(Error::Invalid(findings)) = shop.plane.put(document).await else { panic!("{field}") };
        assert_eq!(findings[0].field.as_deref(), Some(field), "{findings:?}");
    }
}
