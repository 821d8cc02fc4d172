//! Webhooks: what is told to other programs, kept until it is taken, and signed (Standard Webhooks 1.0).

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use jose::webhook::{ID, SIGNATURE, Signer, TIMESTAMP, message};
use model::{Kind, Name, Resource, Webhook, WebhookEvent, scoped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Paper, PaperChange, PaperQuery};
use tokio::task::JoinSet;
use url::Url;

use crate::{Control, Error, papers::Sheet, resources::timestamp};

const DELIVERY: &str = "delivery";
const WAITING: &str = "waiting";
const TAKEN: &str = "taken";
const GIVEN_UP: &str = "given-up";
/// How long after each attempt the next is made, milliseconds; after the last it is given up.
const AGAIN: [u64; 8] = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000];
/// Deliveries of a workspace that wait at one time.
const MOST_WAITING: u32 = 1000;
/// Of these, attempts at one time.
const AT_ONCE: usize = 16;
/// Deliveries that are shown, and kept.
const SHOWN: u32 = 200;
const KEPT: u64 = 7 * 24 * 60 * 60 * 1000;

/// A request that tells something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCall {
    pub url: Url,
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// The status of an answer, or why there is none, for operators.
pub type HookAnswered<'a> = Pin<Box<dyn Future<Output = Result<u16, String>> + Send + 'a>>;

/// Takes requests to other programs: to public addresses, and those that were named.
pub trait HookClient: Send + Sync {
    fn call(&self, call: HookCall) -> HookAnswered<'_>;
}

/// What is told to a webhook, and how that goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryView {
    pub number: u64,
    /// The `webhook-id`: the same with every attempt.
    pub id: String,
    /// Such as `subscription.asked`.
    pub event: String,
    /// `waiting`, `taken` or `given-up`.
    pub state: String,
    /// When it happened (RFC 3339).
    pub at: String,
    pub attempts: u32,
    /// When the next attempt is made (RFC 3339).
    pub next_at: Option<String>,
    /// What came of the last attempt, where it was not taken.
    pub trouble: Option<String>,
}

/// A delivery as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Delivery {
    id: String,
    event: String,
    body: String,
    attempts: u32,
    next_at: u64,
    trouble: Option<String>,
}

/// When there is something to be told next, milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    due: AtomicU64,
}

impl Control {
    /// Has webhooks of a workspace told of something; what cannot be kept for them is logged.
    pub(crate) async fn tell_hooks(&self, ws: &Name, event: WebhookEvent, data: Value) {
        let hooks: Vec<Name> = self.hooks_of(ws, |hook| hook.tells(event)).map(|hook| hook.name).collect();
        for hook in hooks {
            if let Err(error) = self.keep_delivery(ws, &hook, event, &data).await {
                tracing::error!(webhook = %hook, %error, "what is to be told cannot be kept");
            }
        }
    }

    async fn keep_delivery(
        &self,
        ws: &Name,
        hook: &Name,
        event: WebhookEvent,
        data: &Value,
    ) -> Result<(), Error> {
        let waiting = PaperQuery::of(ws, DELIVERY).in_state(WAITING);
        let waiting = self.inner.store.papers(waiting, MOST_WAITING).await.map_err(Error::Store)?;
        if waiting.len() >= MOST_WAITING as usize {
            let detail = format!("{MOST_WAITING} deliveries wait already; this one is left out");
            return Err(Error::Conflict { detail });
        }
        let now = self.now();
        let body = json!({ "type": event.as_str(), "timestamp": timestamp(now), "data": data });
        let delivery = Delivery {
            id: format!("msg_{}", uuid::Uuid::now_v7().simple()),
            event: event.as_str().to_owned(),
            body: body.to_string(),
            attempts: 0,
            next_at: now,
            trouble: None,
        };
        let document = serde_json::to_value(&delivery).map_err(|_| Error::Internal)?;
        // Others may take the same number at the same moment.
        for _ in 0..8 {
            let newest =
                self.inner.store.papers(PaperQuery::of(ws, DELIVERY), 1).await.map_err(Error::Store)?;
            let paper = Paper {
                workspace: ws.clone(),
                kind: DELIVERY.to_owned(),
                number: newest.first().map_or(0, |paper| paper.number) + 1,
                version: 1,
                subject: hook.to_string(),
                state: WAITING.to_owned(),
                document: document.clone(),
                at: now,
            };
            match self.put_paper(paper).await {
                Err(Error::Store(store::Error::Stale { .. })) => {}
                done => {
                    self.inner.hooks.due.fetch_min(now, Relaxed);
                    return done;
                }
            }
        }
        Err(Error::Conflict { detail: "others tell something at the same moment".to_owned() })
    }

    /// Makes the attempts that are due; how many were taken.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tend_hooks(&self) -> Result<usize, Error> {
        let Some(client) = self.inner.options.hooks.clone() else { return Ok(0) };
        let now = self.now();
        if self.inner.hooks.due.load(Relaxed) > now {
            return Ok(0);
        }
        self.inner.hooks.due.store(u64::MAX, Relaxed);
        let mut taken = 0;
        for ws in self.workspaces() {
            let waiting = PaperQuery::of(&ws, DELIVERY).in_state(WAITING);
            let mut sheets = self.read_papers::<Delivery>(waiting, MOST_WAITING).await?;
            // In the order in which things happened.
            sheets.reverse();
            let mut under_way = JoinSet::new();
            for sheet in sheets {
                if sheet.value.next_at > now || under_way.len() >= AT_ONCE {
                    self.inner.hooks.due.fetch_min(sheet.value.next_at, Relaxed);
                    continue;
                }
                let call = self.call_of(&ws, &sheet);
                let client = client.clone();
                under_way.spawn(async move {
                    let answered = match call {
                        Ok(call) => client.call(call).await,
                        Err(gone) => Err(gone),
                    };
                    (sheet, answered)
                });
            }
            while let Some(done) = under_way.join_next().await {
                let Ok((sheet, answered)) = done else { continue };
                taken += usize::from(self.note_attempt(sheet, answered).await?);
            }
            self.forget_deliveries(&ws, now).await?;
        }
        Ok(taken)
    }

    /// What was told to a webhook lately, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn deliveries_of(&self, ws: &Name, hook: &str) -> Result<Vec<DeliveryView>, Error> {
        self.check_workspace(ws)?;
        self.get(ws, Kind::Webhook, hook)?;
        let sheets = self.read_papers::<Delivery>(PaperQuery::of(ws, DELIVERY).about(hook), SHOWN).await?;
        let view = |Sheet { paper, value }: Sheet<Delivery>| DeliveryView {
            number: paper.number,
            id: value.id,
            event: value.event,
            at: timestamp(paper.at).to_string(),
            attempts: value.attempts,
            next_at: (paper.state == WAITING).then(|| timestamp(value.next_at).to_string()),
            state: paper.state,
            trouble: value.trouble,
        };
        Ok(sheets.into_iter().map(view).collect())
    }

    /// The request of a delivery, signed now.
    fn call_of(&self, ws: &Name, sheet: &Sheet<Delivery>) -> Result<HookCall, String> {
        let hook = self.hooks_of(ws, |hook| hook.name.as_str() == sheet.paper.subject).next();
        let hook = hook.ok_or("there is no such webhook any more")?;
        let url = Url::parse(&hook.url).map_err(|error| format!("`{}`: {error}", hook.url))?;
        let secret =
            self.snapshot().secrets.get(&scoped(ws, &hook.secret)).map(|secret| secret.reveal().to_owned());
        let secret =
            secret.ok_or_else(|| format!("{} cannot be had; `pailou secret list` says more", hook.secret))?;
        let seconds = self.now() / 1000;
        let signature = signature(&secret, &sheet.value.id, seconds, &sheet.value.body)?;
        let headers =
            vec![(ID, sheet.value.id.clone()), (TIMESTAMP, seconds.to_string()), (SIGNATURE, signature)];
        Ok(HookCall { url, headers, body: sheet.value.body.clone() })
    }

    async fn note_attempt(
        &self,
        sheet: Sheet<Delivery>,
        answered: Result<u16, String>,
    ) -> Result<bool, Error> {
        let Sheet { mut paper, mut value } = sheet;
        value.attempts += 1;
        let (taken, gone) = match &answered {
            Ok(status) => ((200..300).contains(status), *status == 410),
            Err(_) => (false, false),
        };
        value.trouble = match answered {
            _ if taken => None,
            Ok(status) => Some(format!("it answers {status}")),
            Err(trouble) => Some(trouble),
        };
        let again = AGAIN.get(value.attempts as usize - 1).filter(|_| !gone);
        paper.state = match again {
            _ if taken => TAKEN,
            Some(_) => WAITING,
            None => GIVEN_UP,
        }
        .to_owned();
        value.next_at = self.now() + again.copied().unwrap_or(0);
        if paper.state == WAITING {
            self.inner.hooks.due.fetch_min(value.next_at, Relaxed);
        }
        if paper.state == GIVEN_UP {
            let (webhook, trouble) = (&paper.subject, value.trouble.as_deref().unwrap_or_default());
            tracing::error!(webhook, trouble, event = value.event, "a webhook does not take what it is told");
        }
        paper.version += 1;
        paper.document = serde_json::to_value(&value).map_err(|_| Error::Internal)?;
        self.put_paper(paper).await.map(|()| taken)
    }

    /// Removes what is too old to be shown.
    async fn forget_deliveries(&self, ws: &Name, now: u64) -> Result<(), Error> {
        for state in [TAKEN, GIVEN_UP] {
            let sheets = PaperQuery::of(ws, DELIVERY).in_state(state);
            let papers = self.inner.store.papers(sheets, 5 * MOST_WAITING).await.map_err(Error::Store)?;
            let most = papers.len() == 5 * MOST_WAITING as usize;
            let last = papers.iter().find(|paper| paper.at + KEPT < now).or(papers.last().filter(|_| most));
            let Some(last) = last else { continue };
            let mut old = PaperQuery::of(ws, DELIVERY).in_state(state);
            old.before = Some(last.number + 1);
            let change = PaperChange { removed: vec![old], ..PaperChange::default() };
            self.inner.store.change_papers(change).await.map_err(Error::Store)?;
        }
        Ok(())
    }

    async fn put_paper(&self, paper: Paper) -> Result<(), Error> {
        let change = PaperChange { puts: vec![paper], ..PaperChange::default() };
        self.inner.store.change_papers(change).await.map_err(Error::Store)
    }

    fn hooks_of(&self, ws: &Name, holds: impl Fn(&Webhook) -> bool) -> std::vec::IntoIter<Webhook> {
        let all = self.state();
        let hooks = all.of(ws).index.of_kind(Kind::Webhook).filter_map(|resource| match &**resource {
            Resource::Webhook(hook) if holds(hook) => Some((**hook).clone()),
            _ => None,
        });
        hooks.collect::<Vec<_>>().into_iter()
    }
}

/// The value of `webhook-signature`.
///
/// # Errors
/// The secret is none, which is said without it.
fn signature(secret: &str, id: &str, seconds: u64, body: &str) -> Result<String, String> {
    let signer = Signer::read(secret.trim()).map_err(|why| format!("its secret {why}"))?;
    Ok(signer.sign(&message(id, &seconds.to_string(), body.as_bytes())))
}

impl fmt::Debug for dyn HookClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookClient")
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn requests_are_signed_as_the_specification_shows() {
        // The example of standard-webhooks/spec, and of the libraries' own tests.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        // A private key: whoever is told has the public half alone.
        let private = format!("whsk_{}", base64::engine::general_purpose::STANDARD.encode([7; 32]));
        assert!(signature(&private, "a", 1, "b").unwrap().starts_with("v1a,"));
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            let said = signature(wrong, "a", 1, "b").unwrap_err();
            assert!(said.contains("whsec_") && (wrong.len() < 8 || !said.contains(wrong)), "{said}");
        }
    }
}
